//! What a question to the customers' object is, and where it is asked.

use super::wire::Refused;
use crate::sql::Sql;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Where and when something is asked.
pub struct Desk<'a, S> {
    /// The storage.
    pub sql: &'a S,
    /// The time: epoch milliseconds.
    pub now_ms: i64,
}

/// A question to the customers' object. It travels as a shard's does ([`crate::inbox::question::Question`]).
pub trait Question: Clone + Serialize + DeserializeOwned {
    /// What it is called on the wire.
    const NAME: &'static str;

    /// What is answered.
    type Answer: Serialize + DeserializeOwned;

    /// Answers it, within a transaction: an error undoes all of it.
    ///
    /// # Errors
    /// Why it is refused.
    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused>;
}
