//! Whether two texts are nearly the same, without the texts.
//!
//! A text is the set of its word triples, each as a keyed number; of many only the smallest [`KEPT`] are kept. So
//! two short texts are compared exactly and two long ones by a fair sample of their triples. Links, names and
//! numbers are left out: that two share a link is a signal of its own ([`super::brigade`]).

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many triples are kept: all of a post of 26 words.
pub const KEPT: usize = 24;

/// From which overlap on two texts look alike: by judgement (insight.md, section 3), not measured.
pub const ALIKE: f64 = 0.8;

/// The fewest triples by which a text is told from others: "my train is late" is anybody's.
const LEAST: usize = 4;

/// A text's fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Print(Vec<u32>);

/// Mixes a number in (the finaliser of SplitMix64 over a running state).
fn mix(state: u64, byte: u64) -> u64 {
    let mut x = (state ^ byte).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A keyed number of a text.
pub fn number(seed: u64, text: &str) -> u32 {
    let all = text.chars().flat_map(char::to_lowercase);
    let mixed = all.fold(mix(seed, 0x1f), |state, c| {
        mix(state, u64::from(u32::from(c)))
    });
    (mixed >> 32) as u32
}

impl Print {
    /// The fingerprint of words in their order.
    pub fn of(seed: u64, words: &[&str]) -> Self {
        let numbers: Vec<u64> = words
            .iter()
            .map(|word| u64::from(number(seed, word)))
            .collect();
        let triples = numbers.windows(3).map(|three| {
            let mixed = three.iter().fold(seed, |state, word| mix(state, *word));
            (mixed >> 32) as u32
        });
        let all: BTreeSet<u32> = triples.collect();
        Self(all.into_iter().take(KEPT).collect())
    }

    /// The share of triples in common (Jaccard), of the smallest [`KEPT`] of both together; 0 for texts too short to
    /// be told apart.
    pub fn overlap(&self, other: &Self) -> f64 {
        if self.0.len() < LEAST || other.0.len() < LEAST {
            return 0.0;
        }
        let (mine, theirs): (BTreeSet<_>, BTreeSet<_>) =
            (self.0.iter().collect(), other.0.iter().collect());
        let (mut all, mut both) = (0_u32, 0_u32);
        for one in mine.union(&theirs).take(KEPT) {
            all += 1;
            both += u32::from(mine.contains(one) && theirs.contains(one));
        }
        if all == 0 {
            0.0
        } else {
            f64::from(both) / f64::from(all)
        }
    }

    /// Whether the two look alike.
    pub fn is_like(&self, other: &Self) -> bool {
        self.overlap(other) >= ALIKE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(text: &str) -> Print {
        Print::of(7, &text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn copies_look_alike_and_tellings_do_not() {
        let one =
            print("everybody must know that this company steals from its own riders every day");
        let copy =
            print("EVERYBODY must know that this company steals from its own riders every day !!");
        let own = print("stuck outside woking for two hours no water and nobody tells us anything");
        assert!(one.is_like(&copy), "{}", one.overlap(&copy));
        assert!(!one.is_like(&own));
        assert_eq!(one.overlap(&one), 1.0);
    }

    #[test]
    fn a_few_words_are_anybodys() {
        assert_eq!(
            print("my train is late").overlap(&print("my train is late")),
            0.0
        );
    }

    proptest::proptest! {
        #[test]
        fn overlap_is_a_share_and_the_same_both_ways(a in "[a-e]( [a-e]){0,60}", b in "[a-e]( [a-e]){0,60}") {
            let (a, b) = (print(&a), print(&b));
            let overlap = a.overlap(&b);
            proptest::prop_assert!((0.0..=1.0).contains(&overlap));
            proptest::prop_assert_eq!(overlap, b.overlap(&a));
        }
    }
}
