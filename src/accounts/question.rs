//! What a question to the accounts' object is. Each stands in the file that answers it, with the type of its
//! answer; [`super::Ask`] lists them all.

use super::context::Desk;
use super::wire::Refused;
use crate::sql::Sql;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A question to the object. It travels as a shard's does ([`crate::inbox::question::Question`]).
pub trait Question: Clone + Serialize + DeserializeOwned {
    /// What it is called on the wire.
    const NAME: &'static str;

    /// What is answered.
    type Answer: Serialize + DeserializeOwned;

    /// Answers it, within a transaction: an error undoes all of it.
    ///
    /// # Errors
    /// Why it is refused.
    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused>;
}
