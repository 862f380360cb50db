//! Where and when something is asked.

use crate::config::Config;

/// Where and when something is asked: what every operation needs besides its own arguments.
pub struct Desk<'a, S> {
    /// The storage.
    pub sql: &'a S,
    /// The configuration.
    pub config: &'a Config,
    /// The time: epoch milliseconds.
    pub now_ms: i64,
}

// By hand, because a derive would ask `S` to be `Copy` too.
impl<S> Clone for Desk<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Desk<'_, S> {}
