//! Who wrote, as a keyed hash: enough to count people, and no more.
//!
//! The key is of one month and made of chance, so that a hash of May says nothing of June. The object has it, isolates
//! hold it in memory, and when its month is over it is destroyed: from then on nobody finds the person of a hash, we
//! neither. Until then nobody without it does, or makes up people whose hashes do what they want with a count.

use crate::post::Platform;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use std::fmt;

/// A person as they are counted: 64 bits. It travels as 16 hexadecimal digits, for a number would lose some.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who(pub u64);

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Who({:016x})", self.0)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Who {
    /// The one of that text.
    pub fn read(text: &str) -> Option<Self> {
        let fits = text.len() == 16;
        u64::from_str_radix(text, 16)
            .ok()
            .filter(|_| fits)
            .map(Self)
    }
}

impl Serialize for Who {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Who {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Who::read(&text).ok_or_else(|| serde::de::Error::custom("not 16 hexadecimal digits"))
    }
}

/// A month's key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthKey {
    month: i64,
    key: [u8; 32],
}

impl fmt::Debug for MonthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MonthKey({})", self.month)
    }
}

/// The number of a time's month, in UTC: months since the year 0.
pub fn month_of(at_ms: i64) -> i64 {
    use chrono::Datelike as _;
    chrono::DateTime::from_timestamp_millis(at_ms)
        .map_or(0, |at| i64::from(at.year()) * 12 + i64::from(at.month0()))
}

/// HMAC-SHA-256 takes a key of any length: so this fails for none.
fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn first_eight(bytes: [u8; 32]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = bytes;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

impl MonthKey {
    /// The key of a time's month, made of chance. The object keeps it until the month is over and then destroys it.
    pub fn made(random: &[u8; 32], at_ms: i64) -> Self {
        Self {
            month: month_of(at_ms),
            key: *random,
        }
    }

    /// The number of its month.
    pub fn month(&self) -> i64 {
        self.month
    }

    /// Whether it is the key of that time's month.
    pub fn is_of(&self, at_ms: i64) -> bool {
        self.month == month_of(at_ms)
    }

    /// An author on a platform.
    pub fn who(&self, platform: Platform, author: &str) -> Who {
        let parts: [&[u8]; 3] = [platform.as_str().as_bytes(), &[0], author.as_bytes()];
        Who(first_eight(mac(&self.key, &parts)))
    }

    /// A number for fingerprints of texts that month: without it nobody tries words out against them.
    pub fn seed(&self) -> u64 {
        first_eight(mac(&self.key, &[b"fingerprints"]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAY: i64 = 1_777_593_600_000;

    #[test]
    fn a_person_is_one_within_a_month_and_another_in_the_next() {
        let key = MonthKey::made(&[1; 32], MAY);
        let ana = key.who(Platform::X, "ana");
        assert_eq!(ana, key.clone().who(Platform::X, "ana"));
        assert_ne!(ana, key.who(Platform::X, "ben"));
        assert_ne!(ana, key.who(Platform::Threads, "ana"));
        assert_ne!(ana, MonthKey::made(&[2; 32], MAY).who(Platform::X, "ana"));
        assert!(key.is_of(MAY) && !key.is_of(MAY + 40 * 86_400_000));
        // It is written nowhere that is read.
        assert!(!format!("{key:?}").contains('1'.to_string().repeat(4).as_str()));
        let text = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<MonthKey>(&text).unwrap(), key);
    }

    #[test]
    fn it_travels_as_text_without_loss() {
        for who in [Who(0), Who(u64::MAX), Who(9_007_199_254_740_993)] {
            let text = serde_json::to_string(&who).unwrap();
            assert_eq!(serde_json::from_str::<Who>(&text).unwrap(), who);
        }
        for bad in ["", "12", "zzzzzzzzzzzzzzzz", "00000000000000000"] {
            assert_eq!(Who::read(bad), None, "{bad}");
        }
    }

    /// Against Python's `hmac` module: a stored hash must stay the same person's.
    #[test]
    fn the_hash_is_hmac_sha256() {
        let month = mac(b"key", &[b"The quick brown fox jumps over the lazy dog"]);
        assert_eq!(first_eight(month), 0xf7bc_83f4_3053_8424);
    }
}
