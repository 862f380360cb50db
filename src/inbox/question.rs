//! What a question to a shard is. Each stands in the file that answers it, with the type of its answer;
//! [`super::serve::Ask`] lists them all.

use super::wire::Refused;
use crate::deeds::Deed;
use crate::inbox::context::Desk;
use crate::scope::Scope;
use crate::sql::Sql;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Whom a question concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The Worker itself, or callers whose scope the question carries.
    Own,
    /// A caller, and one interaction.
    One(i64),
    /// A caller, and many interactions.
    Callers,
}

/// A question to a shard.
///
/// It travels as JSON, `{"NAME": {...}}`. An old Worker may ask a new object and the reverse, while a
/// deploy goes on: unknown fields are ignored, and new ones have defaults.
pub trait Question: Clone + Serialize + DeserializeOwned {
    /// What it is called on the wire.
    const NAME: &'static str;

    /// What is answered.
    type Answer: Serialize + DeserializeOwned;

    /// Whom it concerns.
    fn concern(&self) -> Concern {
        Concern::Own
    }

    /// Answers it, within a transaction: an error undoes all of it.
    ///
    /// # Errors
    /// Why it is refused.
    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused>;
}

/// Who asks: what they may not see is not there for them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct By {
    /// What they may see.
    #[serde(default)]
    pub scope: Scope,
    /// What it is in the log of deeds, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed: Option<Deed>,
}

impl By {
    /// Somebody who only looks, or whose deed is written down elsewhere.
    pub fn seeing(scope: Scope) -> Self {
        Self { scope, deed: None }
    }
}

/// A question as it travels, or all that may come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked<A> {
    /// Who asks; nobody for what concerns the Worker itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    /// What.
    pub ask: A,
}
