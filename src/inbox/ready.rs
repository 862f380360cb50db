//! What became ready to be claimed: word of it, for whoever waits.

use std::cell::Cell;

/// What became ready, or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// An interaction.
    One(i64),
    /// Any: who serves what has changed.
    Any,
}

/// What ended is ready from then on.
pub const NEVER: i64 = i64::MAX;

/// Where operations leave word of what they made ready, and from when on: epoch milliseconds. A word too
/// much costs a look, and a transaction that is undone may leave one.
#[derive(Default)]
pub struct Ready(pub(super) Cell<Vec<(Work, i64)>>);

impl Ready {
    /// Notes that something can be claimed from then on.
    pub fn note(&self, work: Work, from_ms: i64) {
        let mut noted = self.0.take();
        noted.push((work, from_ms));
        self.0.set(noted);
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        let noted = self.0.take();
        let is_empty = noted.is_empty();
        self.0.set(noted);
        is_empty
    }
}
