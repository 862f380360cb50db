//! A post as the model sees it: a list of hashed features.
//!
//! Two sorts. *Words*: each word, each pair of neighbours, the beginnings of longer words (inflection,
//! compounds), and in Japanese runs of two and three characters. *Signs*:
//! which cues the post has, which two of them come together, and how it is written (marks, capitals,
//! length). Words are many and share one unit of weight; signs are few and count in full.

use super::cue::{CUES, Cue, Found};
use super::evidence::Evidence;
use super::text::{Shape, Text, Token, finish, hash};

/// A feature: its hash, and the tokens that it was seen in.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// What it is, hashed.
    pub key: u32,
    /// Its first token.
    pub first: u32,
    /// The token after its last.
    pub end: u32,
}

/// A post's features.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// Words; they weigh `1 / sqrt(their number)` each.
    pub words: Vec<Feature>,
    /// Signs; they weigh 1 each.
    pub signs: Vec<Feature>,
}

/// The sorts of features, each with its own part of the hash space's randomness.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Sort {
    Word = 1,
    Pair,
    Head,
    Triple,
    Sign,
    Together,
    Negated,
}

fn key(sort: Sort, a: u32, b: u32) -> u32 {
    finish(
        a.wrapping_mul(0x9e37_79b1)
            .wrapping_add(b.rotate_left(16).wrapping_mul(0x85eb_ca77))
            .wrapping_add((sort as u32).wrapping_mul(0xc2b2_ae3d)),
    )
}

/// From how many letters on a word's beginning is a feature of its own, and how long it is. Endings, runs of four
/// letters and words further apart were tried and found nothing more.
const LONG: usize = 6;
const HEAD: usize = 5;

impl Features {
    /// The features of a post.
    pub fn of(text: &Text, found: &[Found], evidence: &Evidence) -> Features {
        let mut features = Features {
            words: Vec::with_capacity(text.tokens.len() * 3),
            signs: Vec::with_capacity(64),
        };
        features.read_words(text);
        features.read_signs(text, found, evidence);
        features
    }

    fn word(&mut self, sort: Sort, a: u32, b: u32, first: usize, width: usize) {
        self.words.push(Feature {
            key: key(sort, a, b),
            first: first as u32,
            end: (first + width) as u32,
        });
    }

    fn read_words(&mut self, text: &Text) {
        let mut before: [Option<&Token>; 2] = [None, None];
        for (at, token) in text.tokens.iter().enumerate() {
            // All numbers are one word: which one it is, the cues tell.
            let this = feature_key(token);
            if token.shape != Shape::Mention {
                self.word(Sort::Word, this, 0, at, 1);
            }
            if let [_, Some(last)] = before {
                self.word(Sort::Pair, feature_key(last), this, at - 1, 2);
            }
            let word = text.word(token);
            if is_ideograph(word) {
                if let [Some(first), Some(second)] = before
                    && is_ideograph(text.word(first))
                    && is_ideograph(text.word(second))
                {
                    self.word(
                        Sort::Triple,
                        first.hash ^ second.hash.rotate_left(7),
                        this,
                        at - 2,
                        3,
                    );
                }
            } else if token.shape == Shape::Word
                && word.len() >= LONG
                && let Some(head) = word.get(..HEAD)
            {
                self.word(Sort::Head, hash(head), 0, at, 1);
            }
            before = [before[1], Some(token)];
        }
    }

    fn sign(&mut self, sort: Sort, a: u32, b: u32, first: u32, end: u32) {
        self.signs.push(Feature {
            key: key(sort, a, b),
            first,
            end,
        });
    }

    fn read_signs(&mut self, text: &Text, found: &[Found], evidence: &Evidence) {
        let mut seen: [Option<&Found>; CUES] = [None; CUES];
        for cue in found {
            let sort = if cue.negated {
                Sort::Negated
            } else {
                Sort::Sign
            };
            let Some(slot) = seen.get_mut(cue.cue as usize) else {
                continue;
            };
            if slot.is_none() {
                let detail = match cue.cue {
                    Cue::Duration | Cue::Deadline => 1 + magnitude(cue.minutes),
                    _ => 0,
                };
                self.sign(sort, cue.cue as u32, 0, cue.first, cue.end);
                if detail > 0 {
                    self.sign(sort, cue.cue as u32, detail, cue.first, cue.end);
                }
                if !cue.negated {
                    *slot = Some(cue);
                }
            }
        }
        // How often a mood or an insult comes: once may be chance.
        for cue in [Cue::Bad, Cue::Good, Cue::Warm, Cue::Sour, Cue::Insult] {
            let count = evidence.count(cue);
            if count >= 2.0 {
                let many = count.min(4.0) as u32;
                let ends = seen.get(cue as usize).copied().flatten();
                let (first, end) = ends.map_or((0, 0), |found| (found.first, found.end));
                self.sign(Sort::Sign, cue as u32, 10 + many, first, end);
            }
        }
        // Pairs: a child is no trouble, and a stuck lift no emergency; a child in a stuck lift is.
        for (place, a) in seen.iter().enumerate() {
            let Some(a) = a else { continue };
            for b in seen.iter().skip(place + 1).flatten() {
                // Of the two the later one makes the pair.
                let later = if a.first > b.first { a } else { b };
                self.sign(
                    Sort::Together,
                    a.cue as u32,
                    b.cue as u32,
                    later.first,
                    later.end,
                );
            }
        }
        let manner = Manner::of(text, evidence);
        for (name, value) in manner.list() {
            self.sign(Sort::Sign, 1000 + name, value, 0, 0);
        }
    }
}

/// How long, roughly: each step is another sort of wait.
fn magnitude(minutes: u32) -> u32 {
    match minutes {
        0..20 => 0,
        20..90 => 1,
        90..360 => 2,
        360..1440 => 3,
        1440..10_080 => 4,
        _ => 5,
    }
}

fn feature_key(token: &Token) -> u32 {
    match token.shape {
        Shape::Number => 7,
        Shape::Mention => 8,
        _ => token.hash,
    }
}

fn is_ideograph(word: &str) -> bool {
    word.as_bytes().first().is_some_and(|byte| *byte >= 0xe3)
        && word.starts_with(|c| ('\u{3040}'..='\u{9fff}').contains(&c))
}

/// How a post is written, in coarse steps.
struct Manner {
    length: u32,
    asks: u32,
    shouts: u32,
    loud: u32,
    links: u32,
    mentions: u32,
    urgency: u32,
    trouble: u32,
}

impl Manner {
    fn of(text: &Text, evidence: &Evidence) -> Manner {
        let (mut words, mut loud, mut asks, mut shouts, mut links, mut mentions) =
            (0u32, 0u32, 0, 0, 0, 0);
        for token in &text.tokens {
            loud += u32::from(token.loud);
            match token.shape {
                Shape::Word => words += 1,
                Shape::Link => links += 1,
                Shape::Mention => mentions += 1,
                Shape::Mark if text.word(token) == "?" => asks += 1,
                Shape::Mark if text.word(token) == "!" => shouts += 1,
                _ => {}
            }
        }
        Manner {
            length: words.checked_ilog2().map_or(0, |log| log + 1).min(8),
            asks: asks.min(2),
            shouts: shouts.min(3),
            loud: match (loud * 3).checked_div(words) {
                Some(0) | None => 0,
                Some(1) => 1,
                Some(_) => 2,
            },
            links: links.min(2),
            mentions: mentions.min(3),
            urgency: (evidence.urgency / 20.0).clamp(0.0, 6.0) as u32,
            trouble: evidence.trouble().clamp(0.0, 4.0) as u32,
        }
    }

    fn list(&self) -> [(u32, u32); 8] {
        [
            (0, self.length),
            (1, self.asks),
            (2, self.shouts),
            (3, self.loud),
            (4, self.links),
            (5, self.mentions),
            (6, self.urgency),
            (7, self.trouble),
        ]
    }
}
