//! A larger model's sense of texts: what the pooled numbers of a post should tell beside the labels.
//!
//! `tests/corpus/teacher/teacher.py` writes it. Posts are known by the beginning of their hash; what follows them are texts
//! without any label, pieces of posts and words that no post has, which only this teaches.

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

/// What the file begins with.
const MAGIC: &[u8] = b"heard teacher 2\n";

/// A teacher.
#[derive(Debug, Default)]
pub struct Teacher {
    posts: HashMap<[u8; 8], [u8; SENSE]>,
    /// Texts without labels.
    pub texts: Vec<(String, Sense)>,
    /// How many posts it knows.
    pub known: usize,
}

fn sense(bytes: &[u8; SENSE]) -> Sense {
    bytes.map(|byte| f32::from(byte.cast_signed()) * STEP)
}

impl Teacher {
    /// Reads a file: the number of posts, each the first eight bytes of its text's SHA-256 and its sense; then texts, each with its
    /// length in bytes (two bytes) before it and its sense after it. A number of a sense is a signed byte.
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
        let (posts, mut rest) = rest.split_at_checked(count.checked_mul(8 + SENSE)?)?;
        let mut teacher = Teacher {
            known: count,
            ..Teacher::default()
        };
        for record in posts.as_chunks::<{ 8 + SENSE }>().0 {
            let (key, sense) = record.split_first_chunk::<8>()?;
            teacher.posts.insert(*key, sense.try_into().ok()?);
        }
        while let Some((length, more)) = rest.split_first_chunk::<2>() {
            let (text, more) = more.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
            let (bytes, more) = more.split_first_chunk::<SENSE>()?;
            let text = std::str::from_utf8(text).ok()?.to_string();
            teacher.texts.push((text, sense(bytes)));
            rest = more;
        }
        rest.is_empty().then_some(teacher)
    }

    /// The sense of a post, if the teacher knows it.
    pub fn of(&self, text: &str) -> Option<Sense> {
        let digest = Sha256::digest(text.as_bytes());
        self.posts.get(digest.first_chunk::<8>()?).map(sense)
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
        file.extend(3u16.to_le_bytes());
        file.extend(b"gas");
        file.extend([0xe0u8; SENSE]);
        let teacher = Teacher::parse(&file).unwrap();
        assert_eq!(teacher.of("a post"), Some([1.0; SENSE]));
        assert_eq!(teacher.of("another"), None);
        assert_eq!(teacher.texts, [("gas".to_string(), [-1.0; SENSE])]);
        file.pop();
        assert!(Teacher::parse(&file).is_none());
    }
}
