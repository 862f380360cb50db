//! Where and when something is asked.

use super::shard::Shard;
use crate::config::Config;
use crate::inbox::ready::Ready;
use std::cell::Cell;

/// Where and when something is asked: what every operation needs besides its own arguments.
pub struct Desk<'a, S> {
    /// The storage.
    pub sql: &'a S,
    /// The configuration.
    pub config: &'a Config,
    /// Which shard this is.
    pub shard: Shard,
    /// How many there are, as far as this one knows: see [`super::layout`].
    pub shards: u16,
    /// The time: epoch milliseconds.
    pub now_ms: i64,
    /// Where an operation leaves word that the object's alarm must ring at another time; the host
    /// sets it once the transaction is through.
    pub alarm: &'a Cell<Option<i64>>,
    /// Where an operation leaves word of what agents who wait may claim now or later.
    pub ready: &'a Ready,
}

// By hand, because a derive would ask `S` to be `Copy` too.
impl<S> Clone for Desk<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Desk<'_, S> {}
