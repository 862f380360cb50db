//! What is kept of a text that was said: numbers, no words.

use crate::judgement::Situation;

/// FNV-1a, 64 bits: stable across builds and versions, because it is stored.
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// How many numbers are kept of a text, in this order: the [`mark`] of what it answered, its line, its closing, its thread.
pub const KEPT: usize = 4;

/// The number by which it is remembered what a text answered, and whether in the short register.
pub fn mark(situation: Option<Situation>, short: bool) -> u64 {
    situation.map_or(0, |situation| match short {
        true => fingerprint(situation.as_str()).rotate_left(1),
        false => fingerprint(situation.as_str()),
    })
}
