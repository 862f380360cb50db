//! A post as the model sees it: words in their order, each as the hashes of its parts.
//!
//! The parts are the word, its runs of three to five characters with its ends marked, so that an inflection, a compound
//! and a typing error share most of what the model knows of a word, and how it is written; of a Japanese character, its
//! pairs with its neighbours.

use super::text::{SEED, Shape, Text, Token, finish, step};

/// How many words are read: the first [`FIRST`] and the last [`LAST`] of a longer post. What is dear to its author stands at
/// an end; the memory needed and the time are bounded by it.
pub const WORDS: usize = FIRST + LAST;
const FIRST: usize = 192;
const LAST: usize = 64;

/// The shortest and the longest run of characters that is a part.
const RUNS: std::ops::RangeInclusive<usize> = 3..=5;

/// How many characters of a word are cut into runs; a longer "word" is no word.
const LETTERS: usize = 24;

/// The words of a post.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The parts of all words, hashed, one word after another.
    pub keys: Vec<u32>,
    /// Where each word's parts end in [`Words::keys`].
    pub ends: Vec<u32>,
    /// Which token of the text each word is.
    pub tokens: Vec<u32>,
}

/// The sorts of parts, each with its own part of the hash space's randomness.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Sort {
    Word = 1,
    Loud = 2,
    Pair = 5,
    Run = 6,
    Number = 8,
    Digits = 9,
    Value = 10,
    Mention = 11,
    Link = 12,
    Emoji = 13,
    AnyEmoji = 14,
    Mark = 15,
    Clause = 16,
}

fn key(sort: Sort, hash: u32) -> u32 {
    finish(hash ^ (sort as u32).wrapping_mul(0x9e37_79b1))
}

impl Words {
    /// The words of a text.
    pub fn of(text: &Text) -> Words {
        let tokens = &text.tokens;
        let count = tokens.len().min(WORDS);
        let mut words = Words {
            keys: Vec::with_capacity(count * 12),
            ends: Vec::with_capacity(count),
            tokens: Vec::with_capacity(count),
        };
        let cut = match tokens.len() {
            0..=WORDS => FIRST..FIRST,
            more => FIRST..more - LAST,
        };
        let mut clause = 0;
        for (at, token) in tokens.iter().enumerate() {
            if cut.contains(&at) {
                continue;
            }
            words.read(text, at, token);
            // What a comma or a stop divides is another word's beginning.
            if token.clause != clause {
                words.keys.push(key(Sort::Clause, 0));
                clause = token.clause;
            }
            words.ends.push(words.keys.len() as u32);
            words.tokens.push(at as u32);
        }
        words
    }

    fn push(&mut self, sort: Sort, hash: u32) {
        self.keys.push(key(sort, hash));
    }

    fn read(&mut self, text: &Text, at: usize, token: &Token) {
        match token.shape {
            Shape::Word => {
                self.push(Sort::Word, token.hash);
                if token.loud {
                    self.push(Sort::Loud, 1);
                }
                let word = text.word(token);
                if is_ideograph(word) {
                    let beside = |at: Option<usize>| {
                        let other = text.tokens.get(at?)?;
                        let same = other.shape == Shape::Word && other.clause == token.clause;
                        same.then_some(other.hash)
                    };
                    let pair = |a: u32, b: u32| a.rotate_left(9) ^ b;
                    if let Some(before) = beside(at.checked_sub(1)) {
                        self.push(Sort::Pair, pair(before, token.hash));
                    }
                    if let Some(after) = beside(Some(at + 1)) {
                        self.push(Sort::Pair, pair(token.hash, after));
                    }
                } else {
                    self.runs(word);
                }
            }
            Shape::Number => {
                self.push(Sort::Number, 0);
                self.push(Sort::Digits, (token.end - token.start).min(6));
                self.push(Sort::Value, token.hash);
            }
            Shape::Mention => self.push(Sort::Mention, 0),
            Shape::Link => self.push(Sort::Link, 0),
            Shape::Emoji => {
                self.push(Sort::Emoji, token.hash);
                self.push(Sort::AnyEmoji, 0);
            }
            Shape::Mark => self.push(Sort::Mark, token.hash),
        }
    }

    /// The runs of characters of `<word>`, but the whole of it.
    fn runs(&mut self, word: &str) {
        // Where each character begins, in the bytes of `<word>`.
        let mut bytes = [0u8; 4 * LETTERS + 2];
        let mut begins = [0usize; LETTERS + 3];
        let (mut length, mut count) = (0, 0);
        let mut take = |c: char| {
            let mut coded = [0; 4];
            let coded = c.encode_utf8(&mut coded).as_bytes();
            if let Some(room) = bytes.get_mut(length..length + coded.len()) {
                room.copy_from_slice(coded);
            }
            length += coded.len();
            count += 1;
            if let Some(begin) = begins.get_mut(count) {
                *begin = length;
            }
        };
        take('<');
        word.chars().take(LETTERS).for_each(&mut take);
        take('>');
        for run in RUNS {
            if count <= run {
                break;
            }
            let begins = begins.get(..=count).unwrap_or_default();
            for window in begins.windows(run + 1) {
                let (Some(from), Some(to)) = (window.first(), window.last()) else {
                    continue;
                };
                let run = bytes.get(*from..*to).unwrap_or_default();
                let run = run.iter().fold(SEED, |hash, byte| step(hash, *byte));
                self.push(Sort::Run, finish(run));
            }
        }
    }
}

fn is_ideograph(word: &str) -> bool {
    word.starts_with(|c| ('\u{3040}'..='\u{9fff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::super::text::hash;
    use super::*;

    fn shared(a: &str, b: &str) -> (usize, usize) {
        let (a, b) = (Words::of(&Text::read(a)), Words::of(&Text::read(b)));
        let same = a.keys.iter().filter(|key| b.keys.contains(key)).count();
        (same, a.keys.len())
    }

    #[test]
    fn a_typing_error_leaves_most_of_a_word() {
        let (same, all) = shared("emergency", "emergancy");
        assert!(same * 3 >= all && same < all, "{same} of {all}");
        assert_eq!(shared("Emergency", "emergency"), (25, 25));
        assert_eq!(shared("smoke", "zebra").0, 0);
    }

    #[test]
    fn runs_are_those_of_the_marked_word() {
        let runs = Words::of(&Text::read("abc"));
        // The word; <ab abc bc>; <abc abc>; and not <abc> itself.
        let named: Vec<u32> = ["<ab", "abc", "bc>", "<abc", "abc>"]
            .into_iter()
            .map(|run| key(Sort::Run, hash(run)))
            .collect();
        assert_eq!(runs.keys.get(1..), Some(named.as_slice()));
        assert_eq!(runs.keys.first(), Some(&key(Sort::Word, hash("abc"))));
    }

    #[test]
    fn a_long_post_is_read_at_both_ends() {
        let post = format!("first {} last", "word ".repeat(1000));
        let text = Text::read(&post);
        let words = Words::of(&text);
        assert_eq!(words.ends.len(), WORDS);
        assert_eq!(words.tokens.first(), Some(&0));
        assert_eq!(words.tokens.last(), Some(&1001));
    }
}
