//! A larger model's sense of texts, which the pooled numbers of a post should tell, and its opinions, beside the labels.
//!
//! `tests/corpus/teacher/teacher.py` writes it. Posts are known by the beginning of their hash; what follows them are texts
//! without any label, pieces of posts and words that no post has, which only this teaches.

use crate::triage::head::{Answers, HEADS};
use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

/// How many numbers the sense of a text has.
pub const SENSE: usize = 96;

/// The sense of a text.
pub type Sense = [f32; SENSE];

/// What a step of a stored number is worth.
const STEP: f32 = 1.0 / 32.0;

/// What a step of a stored opinion is worth.
const OPINION: f32 = 1.0 / 8.0;

/// What is stored of a text.
const RECORD: usize = SENSE + HEADS;

/// What a teacher makes of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Taught {
    /// Its sense.
    pub sense: Sense,
    /// What the teacher would answer.
    pub opinions: Answers,
}

/// What the file begins with.
const MAGIC: &[u8] = b"heard teacher 3\n";

/// A teacher.
#[derive(Debug, Default)]
pub struct Teacher {
    posts: HashMap<[u8; 8], [u8; RECORD]>,
    /// Texts without labels.
    pub texts: Vec<(String, Taught)>,
    /// How many posts it knows.
    pub known: usize,
}

fn taught(bytes: &[u8; RECORD]) -> Taught {
    let mut numbers = bytes.iter().map(|byte| f32::from(byte.cast_signed()));
    let mut next = |step: f32| numbers.next().unwrap_or(0.0) * step;
    Taught {
        sense: std::array::from_fn(|_| next(STEP)),
        opinions: std::array::from_fn(|_| next(OPINION)),
    }
}

impl Teacher {
    /// Reads a file: the number of posts, each the first eight bytes of its text's SHA-256, its sense and its
    /// opinions; then texts, each with its length in bytes (two bytes) before it. A number is a signed byte.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no such file.
    pub fn read(path: &Path) -> anyhow::Result<Teacher> {
        let file = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        match Teacher::parse(&file) {
            Some(teacher) => Ok(teacher),
            None => bail!("{}: not what teacher.py writes", path.display()),
        }
    }

    fn parse(file: &[u8]) -> Option<Teacher> {
        let (count, rest) = file.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        let (posts, mut rest) = rest.split_at_checked(count.checked_mul(8 + RECORD)?)?;
        let mut teacher = Teacher {
            known: count,
            ..Teacher::default()
        };
        for record in posts.as_chunks::<{ 8 + RECORD }>().0 {
            let (key, what) = record.split_first_chunk::<8>()?;
            teacher.posts.insert(*key, what.try_into().ok()?);
        }
        while let Some((length, more)) = rest.split_first_chunk::<2>() {
            let (text, more) = more.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
            let (bytes, more) = more.split_first_chunk::<RECORD>()?;
            let text = std::str::from_utf8(text).ok()?.to_string();
            teacher.texts.push((text, taught(bytes)));
            rest = more;
        }
        rest.is_empty().then_some(teacher)
    }

    /// What it makes of a post, if it knows it.
    pub fn of(&self, text: &str) -> Option<Taught> {
        let digest = Sha256::digest(text.as_bytes());
        self.posts.get(digest.first_chunk::<8>()?).map(taught)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_posts_and_texts() {
        let mut file = MAGIC.to_vec();
        file.extend(1u32.to_le_bytes());
        file.extend(&Sha256::digest(b"a post")[..8]);
        file.extend([0x20u8; SENSE]);
        file.extend([8u8; HEADS]);
        file.extend(3u16.to_le_bytes());
        file.extend(b"gas");
        file.extend([0xe0u8; RECORD]);
        let teacher = Teacher::parse(&file).unwrap();
        let taught = teacher.of("a post").unwrap();
        assert_eq!(
            (taught.sense, taught.opinions),
            ([1.0; SENSE], [1.0; HEADS])
        );
        assert_eq!(teacher.of("another"), None);
        assert_eq!(teacher.texts.len(), 1);
        assert_eq!(
            (teacher.texts[0].0.as_str(), teacher.texts[0].1.sense),
            ("gas", [-1.0; SENSE])
        );
        file.pop();
        assert!(Teacher::parse(&file).is_none());
    }
}
