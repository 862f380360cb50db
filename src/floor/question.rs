//! What a question to the floor is, and where it is asked.

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
    /// Who is there: gone when the object begins anew.
    pub memory: &'a Cell<Memory>,
    /// The time: epoch milliseconds.
    pub now_ms: i64,
}

impl<S> Desk<'_, S> {
    /// Works with the memory. Questions are answered one after the other, so nobody else has it meanwhile.
    pub fn with<T>(&self, work: impl FnOnce(&mut Memory) -> T) -> T {
        let mut memory = self.memory.take();
        let done = work(&mut memory);
        self.memory.set(memory);
        done
    }
}

/// A question to the floor. It travels as a shard's does ([`crate::inbox::question::Question`]).
pub trait Question: Clone + Serialize + DeserializeOwned {
    /// What it is called on the wire.
    const NAME: &'static str;

    /// Whether it writes to the storage: then it is one transaction.
    const WRITES: bool = false;

    /// What is answered.
    type Answer: Serialize + DeserializeOwned;

    /// Answers it; where it writes, an error undoes all that it wrote.
    ///
    /// # Errors
    /// Why it is refused.
    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused>;
}
