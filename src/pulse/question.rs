//! What a question to the pulse is, and where it is asked.

use super::memory::Memory;
use super::wire::Refused;
use crate::config::Config;
use crate::sql::Sql;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;

/// Where and when something is asked.
pub struct Desk<'a, S> {
    /// The storage.
    pub sql: &'a S,
    /// The configuration.
    pub config: &'a Config,
    /// What is stored, read once.
    pub memory: &'a Cell<Memory>,
    /// The time: epoch milliseconds.
    pub now_ms: i64,
    /// Chance, for a month's key.
    pub random: [u8; 32],
}

/// A question to the pulse; each is one transaction.
pub trait Question: Clone + Serialize + DeserializeOwned {
    /// What it is called on the wire.
    const NAME: &'static str;

    /// What is answered.
    type Answer: Serialize + DeserializeOwned;

    /// Answers it; an error undoes all that it wrote, and what is in memory is read anew.
    ///
    /// # Errors
    /// Why it is refused.
    fn answer<S: Sql>(
        self,
        desk: &Desk<'_, S>,
        memory: &mut Memory,
    ) -> Result<Self::Answer, Refused>;
}
