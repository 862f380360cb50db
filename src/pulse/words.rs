//! What people write of in general: how many used a word.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most words that a source's background holds; the rarest are forgotten.
const MOST_WORDS: usize = 4_000;

/// The words of a source in general: by how many people each was used, over some four weeks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// By word.
    pub n: BTreeMap<String, u32>,
    /// Of how many people.
    pub of: u32,
    /// The day that was aged last.
    pub day: i64,
    /// By how many people a word may have been used that is forgotten.
    pub least: u32,
}

impl Words {
    /// Counts a person's words.
    pub fn add<'a>(&mut self, terms: impl IntoIterator<Item = &'a String>) {
        self.of = self.of.saturating_add(1);
        for term in terms {
            *self.n.entry(term.clone()).or_default() += 1;
        }
    }

    /// The share of people who use a word, as four weeks have it; half a person more, for none was seen of most.
    pub fn share(&self, word: &str) -> f64 {
        let n = self.n.get(word).copied().unwrap_or(0).max(self.least);
        (f64::from(n) + 0.5) / (f64::from(self.of) + 1.0)
    }

    /// A day takes away a 28th, so that four weeks weigh what they weigh.
    pub fn age(&mut self, day: i64) {
        let days = if self.day == 0 {
            0
        } else {
            (day - self.day).clamp(0, 60)
        };
        self.day = day;
        for _ in 0..days {
            self.of -= self.of / 28;
            self.n.retain(|_, n| {
                // One use is forgotten by the bound below, not by a share of it.
                *n -= *n / 28;
                *n > 0
            });
        }
        let mut least = 1;
        while self.n.len() > MOST_WORDS {
            least += 1;
            self.n.retain(|_, n| *n >= least);
        }
        self.least = least - 1;
    }
}
