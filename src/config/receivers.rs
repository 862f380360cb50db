//! Who is told elsewhere of what happens (`[[receivers]]`), signed by [Standard Webhooks].
//!
//! [Standard Webhooks]: https://www.standardwebhooks.com/

use crate::post::Workgroup;
use crate::signature::Key;

/// Who is told.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Its id.
    pub id: String,
    /// Where it listens.
    pub url: String,
    /// Of what, by the types of events, or all that begin so (`interaction.*`); none: all.
    pub events: Vec<String>,
    /// Of whose work; none: everybody's.
    pub workgroups: Vec<Workgroup>,
    /// The keys that sign, newest first: while they are rotated both do.
    pub keys: Vec<Key>,
}

impl Receiver {
    /// Whether it is told of events of this type.
    pub fn wants(&self, kind: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|wanted| fits(wanted, kind))
    }
}

/// Whether a type is one of those that are named so.
pub fn fits(wanted: &str, kind: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(begins) => kind.starts_with(begins),
        None => wanted == kind,
    }
}
