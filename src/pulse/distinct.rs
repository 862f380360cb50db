//! Counting different people: exactly up to [`EXACT`], then by a bounded sketch.
//!
//! The sketch is HyperLogLog with 1,024 registers: 768 bytes of knowledge in 1,024 bytes, a standard error of
//! 1.04/√1024 = 3.25 %. Two are merged by the larger of each register; so what two isolates both saw counts once.

use super::who::Who;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many people are counted exactly: a crowd is suspected far below it, and the sketch is smaller beyond.
pub const EXACT: usize = 128;

const BITS: u32 = 10;
const REGISTERS: usize = 1 << BITS;

/// A set of people of whom only the number is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distinct {
    /// Each of them.
    Exact(BTreeSet<Who>),
    /// The sketch's registers, as one letter each from `A` (nothing) on.
    Sketch(String),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Exact(BTreeSet::new())
    }
}

fn registers(sketch: &str) -> Vec<u8> {
    let mut all: Vec<u8> = sketch
        .bytes()
        .map(|b| b.saturating_sub(b'A').min(61))
        .collect();
    all.resize(REGISTERS, 0);
    all
}

fn sketch(registers: &[u8]) -> String {
    // 64 - 10 bits and one: at most 55 above 'A', all below 127.
    registers
        .iter()
        .map(|r| char::from(b'A' + r.min(&61)))
        .collect()
}

fn add(registers: &mut [u8], who: Who) {
    let at = usize::try_from(who.0 >> (64 - BITS)).unwrap_or(0);
    let rest = who.0 << BITS;
    let rank = u8::try_from(rest.leading_zeros().min(64 - BITS) + 1).unwrap_or(u8::MAX);
    if let Some(register) = registers.get_mut(at) {
        *register = (*register).max(rank);
    }
}

/// How many people left such registers.
fn estimate(all: &[u8]) -> u32 {
    let m = REGISTERS as f64;
    let sum: f64 = all.iter().map(|r| 0.5_f64.powi(i32::from(*r))).sum();
    let raw = 0.7213 / (1.0 + 1.079 / m) * m * m / sum;
    let empty = all.iter().filter(|r| **r == 0).count();
    let n = match empty {
        // Below 2.5 m the number of empty registers is the better measure (Flajolet 2007).
        1.. if raw <= 2.5 * m => m * (m / empty as f64).ln(),
        _ => raw,
    };
    n.round() as u32
}

impl Distinct {
    /// Adds one.
    pub fn add(&mut self, who: Who) {
        match self {
            Self::Exact(all) => {
                all.insert(who);
                if all.len() > EXACT {
                    let mut made = vec![0; REGISTERS];
                    all.iter().for_each(|who| add(&mut made, *who));
                    *self = Self::Sketch(sketch(&made));
                }
            }
            Self::Sketch(text) => {
                let mut made = registers(text);
                add(&mut made, who);
                *self = Self::Sketch(sketch(&made));
            }
        }
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        match other {
            Self::Exact(all) => all.iter().for_each(|who| self.add(*who)),
            Self::Sketch(theirs) => {
                let mut made = registers(theirs);
                match self {
                    Self::Exact(all) => all.iter().for_each(|who| add(&mut made, *who)),
                    Self::Sketch(mine) => {
                        let mine = registers(mine);
                        made.iter_mut()
                            .zip(mine)
                            .for_each(|(a, b)| *a = (*a).max(b));
                    }
                }
                *self = Self::Sketch(sketch(&made));
            }
        }
    }

    /// How many people several sets have together: exact where each of them is.
    pub fn together<'a>(sets: impl Iterator<Item = &'a Distinct>) -> u32 {
        let mut exact: Vec<Who> = Vec::new();
        let mut sketched: Option<Vec<u8>> = None;
        for set in sets {
            match set {
                Self::Exact(all) => exact.extend(all),
                Self::Sketch(text) => {
                    let theirs = registers(text);
                    let mine = sketched.get_or_insert_with(|| vec![0; REGISTERS]);
                    mine.iter_mut()
                        .zip(theirs)
                        .for_each(|(a, b)| *a = (*a).max(b));
                }
            }
        }
        match sketched {
            None => {
                exact.sort_unstable();
                exact.dedup();
                u32::try_from(exact.len()).unwrap_or(u32::MAX)
            }
            Some(mut made) => {
                exact.into_iter().for_each(|who| add(&mut made, who));
                estimate(&made)
            }
        }
    }

    /// How many there are; an estimate beyond [`EXACT`].
    pub fn count(&self) -> u32 {
        match self {
            Self::Exact(all) => u32::try_from(all.len()).unwrap_or(u32::MAX),
            Self::Sketch(text) => estimate(&registers(text)),
        }
    }

    /// Whether it is exact.
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    fn person(i: u32) -> Who {
        let digest = Sha256::digest(i.to_be_bytes());
        Who(u64::from_be_bytes(digest[..8].try_into().unwrap()))
    }

    fn of(range: std::ops::Range<u32>) -> Distinct {
        let mut all = Distinct::default();
        range.for_each(|i| all.add(person(i)));
        all
    }

    #[test]
    fn exact_to_128_and_close_beyond() {
        for n in [0, 1, 5, 127, 128] {
            let all = of(0..n);
            assert!(all.is_exact());
            assert_eq!(all.count(), n);
        }
        for n in [129, 300, 1_000, 5_000, 20_000] {
            let all = of(0..n);
            assert!(!all.is_exact());
            let off = (f64::from(all.count()) - f64::from(n)).abs() / f64::from(n);
            // Four standard errors.
            assert!(off < 0.13, "{n}: {}", all.count());
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]
        #[test]
        fn merging_counts_each_once_in_any_order(a in 0_u32..400, b in 0_u32..400, n in 0_u32..300, m in 0_u32..300) {
            let (one, two) = (of(a..a + n), of(b..b + m));
            let mut first = one.clone();
            first.merge(&two);
            let mut second = two.clone();
            second.merge(&one);
            // A set that passed 128 stays a sketch, so both ways give one kind.
            proptest::prop_assert_eq!(first.count(), second.count());
            let mut again = first.clone();
            again.merge(&one);
            proptest::prop_assert_eq!(again.count(), first.count());
            let mut all: BTreeSet<u32> = (a..a + n).collect();
            all.extend(b..b + m);
            let together = Distinct::together([&one, &two].into_iter());
            if one.is_exact() && two.is_exact() {
                proptest::prop_assert_eq!(together as usize, all.len());
            } else {
                proptest::prop_assert_eq!(together, first.count());
            }
            if all.len() <= EXACT {
                proptest::prop_assert_eq!(first.count() as usize, all.len());
            }
        }
    }
}
