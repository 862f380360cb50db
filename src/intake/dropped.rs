//! How many posts an isolate dropped that named nobody of whom we listen, until a shard is told.

/// How often a shard is told at most, in milliseconds.
pub const EVERY_MS: i64 = 3_000;

/// How long after its time a promise to tell is believed to be kept, in milliseconds: a request may die before.
const LATE_MS: i64 = 5_000;

/// What is still to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    n: u32,
    promised_ms: Option<i64>,
}

impl Dropped {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            n: 0,
            promised_ms: None,
        }
    }

    /// Counts some; after how many milliseconds a shard is to be told, where nobody has promised to yet.
    pub fn note(&mut self, n: u32, now_ms: i64) -> Option<u64> {
        if n == 0 {
            return None;
        }
        self.n = self.n.saturating_add(n);
        let is_kept = self
            .promised_ms
            .is_some_and(|at_ms| now_ms < at_ms + LATE_MS);
        if is_kept {
            return None;
        }
        self.promised_ms = Some(now_ms + EVERY_MS);
        u64::try_from(EVERY_MS).ok()
    }

    /// What is to be told now.
    pub fn take(&mut self) -> u32 {
        self.promised_ms = None;
        std::mem::take(&mut self.n)
    }

    /// It was told in vain: the next tells it, too.
    pub fn give_back(&mut self, n: u32) {
        self.n = self.n.saturating_add(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_promise_at_a_time_and_nothing_is_lost_or_told_twice() {
        let mut dropped = Dropped::new();
        assert_eq!(dropped.note(0, 0), None);
        assert_eq!(dropped.note(2, 0), Some(3_000));
        assert_eq!(dropped.note(3, 1), None);
        assert_eq!(dropped.take(), 5);
        dropped.give_back(5);
        assert_eq!(dropped.note(1, 3_100), Some(3_000));
        // Who promised is gone.
        assert_eq!(dropped.note(1, 11_200), Some(3_000));
        assert_eq!((dropped.take(), dropped.take()), (7, 0));
    }
}
