//! Who is told elsewhere of what happens (`[[receivers]]`), signed by [Standard Webhooks].
//!
//! [Standard Webhooks]: https://www.standardwebhooks.com/

use super::fit;
use super::secrets::receiver_secret;
use super::table::{Reader, Table};
use crate::post::Workgroup;
use crate::signature::Key;
use crate::signature::scheme::Scheme;

/// The most receivers: each costs an alarm a look.
const MOST: usize = 20;

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

impl Reader<'_> {
    /// The receivers; those with mistakes are left out. `kinds` are the types of events.
    pub(super) fn receivers(
        &mut self,
        table: &mut Table,
        secret: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Receiver> {
        let mut receivers: Vec<Receiver> = Vec::new();
        for mut t in self.opt_tables(table, "receivers") {
            let id = self.id(&mut t, "id");
            let url = self.required(&mut t, "url");
            let events = self.texts(&mut t, "events");
            let workgroups = self.texts(&mut t, "workgroups");
            let key = t.key.clone();
            self.finish(t);
            let (Some(id), Some(url)) = (id, url) else {
                continue;
            };
            if receivers.iter().any(|one| one.id == id) {
                self.problem(format!("{key}.id"), format!("\"{id}\" is taken already"));
                continue;
            }
            if receivers.len() >= MOST {
                self.problem("receivers", format!("are more than {MOST}"));
                break;
            }
            if !is_address(&url) {
                self.problem(
                    format!("{key}.url"),
                    "must begin with https:// and name a host, without a password or a #",
                );
                continue;
            }
            if let Some(wrong) = events.iter().find(|event| !is_kind(event)) {
                self.problem(
                    format!("{key}.events"),
                    format!(
                        "\"{wrong}\" is not the type of an event: write \"interaction.opened\", or \"interaction.*\" for all of a kind"
                    ),
                );
                continue;
            }
            let name = receiver_secret(&id);
            let keys = self.secret(&name, "nothing is sent to it", secret, |text| {
                fit::app_key(Scheme::Standard, text)
            });
            receivers.push(Receiver {
                id,
                url,
                events,
                workgroups: workgroups.into_iter().map(Workgroup::new).collect(),
                keys,
            });
        }
        receivers
    }
}

/// Whether it is where something can be sent over TLS.
fn is_address(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    !host.is_empty()
        && !host.starts_with(':')
        && !host.contains('@')
        && url.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
}

/// What events are called by.
const KINDS: [&str; 3] = ["interaction.", "promise.", "sla."];

/// Whether it is the type of an event, or of several. Which there are within a kind is the queue's to know, and a
/// later version may know more.
fn is_kind(text: &str) -> bool {
    let begins = KINDS.into_iter().find_map(|kind| text.strip_prefix(kind));
    begins.is_some_and(|rest| {
        rest == "*"
            || (!rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    })
}
