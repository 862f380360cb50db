//! How what several isolates saw of one minute becomes one.

use super::detect::MOST_CELLS;
use super::wire::{CellSeen, Folded};

/// The most posts of a cell and minute of which more is told than that they were.
pub const SEEN: usize = 128;

/// The most posts of a minute of which more is kept than that they were: with 400 hashtags of hashes beside it, a row
/// stays below SQLite's two megabytes in any script.
pub const SEEN_MINUTE: usize = 256;

impl CellSeen {
    /// Adds what another isolate saw.
    pub fn merge(&mut self, other: &Self) {
        self.people.merge(&other.people);
        for sighting in &other.seen {
            if self.seen.len() < SEEN && !self.seen.iter().any(|one| one.post == sighting.post) {
                self.seen.push(sighting.clone());
            }
        }
    }
}

impl Folded {
    /// Adds what another isolate saw of the same minute.
    pub fn merge(&mut self, other: &Self) {
        self.people.merge(&other.people);
        let mut room = SEEN_MINUTE.saturating_sub(self.seen());
        for (cell, seen) in &other.cells {
            let is_made_up = cell.contains('@');
            if is_made_up && self.cells.len() >= MOST_CELLS && !self.cells.contains_key(cell) {
                continue;
            }
            let mine = self.cells.entry(cell.clone()).or_default();
            let before = mine.seen.len();
            mine.merge(seen);
            mine.seen.truncate(before + room);
            room = room.saturating_sub(mine.seen.len() - before);
        }
    }

    /// Of how many posts more is kept than that they were.
    pub fn seen(&self) -> usize {
        self.cells.values().map(|seen| seen.seen.len()).sum()
    }

    /// Only who wrote.
    pub fn thin(&self) -> Self {
        let mut thin = self.clone();
        thin.cells.values_mut().for_each(|seen| seen.seen.clear());
        thin
    }
}
