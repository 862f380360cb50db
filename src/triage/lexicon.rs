//! Reads the lexicon, and finds its phrases in a post.

use super::cue::{Cue, Found};
use super::groups::Groups;
use super::lang::Lang;
use super::text::{Shape, Text, Token, finish, hash};
use std::sync::OnceLock;

/// What begins with a word: the phrase, its cue and languages, and whether the word is all of it.
#[derive(Clone, Copy, Debug)]
struct Start {
    phrase: u16,
    cue: Cue,
    langs: u8,
    whole: bool,
}

/// A word that stands for its own beginning: prefixes are found by their first four letters.
const STEM: usize = 4;

/// How many words a `_` may stand for.
const GAP: usize = 3;

/// One part of a phrase.
#[derive(Debug)]
enum Piece {
    Word(u32),
    Either(Vec<u32>),
    Prefix(Box<str>),
    Number,
    Gap,
}

/// A lexicon, ready to be searched.
pub(super) struct Lexicon {
    phrases: Vec<Vec<Piece>>,
    /// Phrases by their first word, where the second is no plain word.
    words: Groups<Start, 512>,
    /// Phrases by their first two words: a common word begins hundreds of phrases, two of them few.
    pairs: Groups<Start, 1024>,
    /// Phrases by the first letters of a word that may end in any way.
    stems: Groups<Start, 128>,
}

/// Two words as one key.
#[inline]
fn pair(first: u32, second: u32) -> u32 {
    finish(first ^ second.rotate_left(13))
}

/// A word's first letters as a key, if it has as many. Bytes, for speed: what cuts a letter in two matches
/// no stem.
#[inline]
fn stem_key(word: &[u8]) -> Option<u32> {
    let head = word.first_chunk::<STEM>()?;
    Some(finish(u32::from_le_bytes(*head)))
}

impl Lexicon {
    pub(super) fn parse(source: &str) -> Lexicon {
        // A phrase takes some 15 letters.
        let mut phrases = Vec::with_capacity(source.len() / 15);
        let mut begin = Beginnings::default();
        let mut section = None;
        for line in source.lines().map(str::trim) {
            if line.is_empty() || line.starts_with("# ") {
                continue;
            }
            if let Some(head) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = head
                    .split_once(' ')
                    .and_then(|(cue, lang)| Some((Cue::named(cue)?, Lang::tagged(lang)?.bit())));
                continue;
            }
            let Some((cue, langs)) = section else {
                continue;
            };
            for phrase in line.split(',') {
                let pieces = pieces(phrase);
                let start = Start {
                    phrase: u16::try_from(phrases.len()).unwrap_or(u16::MAX),
                    cue,
                    langs,
                    whole: pieces.len() == 1,
                };
                if begin.add(&pieces, start) {
                    phrases.push(pieces);
                }
            }
        }
        Lexicon {
            phrases,
            words: Groups::of(begin.words),
            pairs: Groups::of(begin.pairs),
            stems: Groups::of(begin.stems),
        }
    }

    /// Every phrase of it in the text, of these languages.
    pub(super) fn found(&self, text: &Text, langs: u8) -> Vec<Found> {
        let mut found = Vec::new();
        for at in 0..text.tokens.len() {
            self.look_at(text, langs, at, &mut found);
        }
        found
    }

    /// Looks for phrases that begin at the token.
    #[inline]
    fn look_at(&self, text: &Text, langs: u8, at: usize, found: &mut Vec<Found>) {
        let Some(token) = text.tokens.get(at) else {
            return;
        };
        if !matches!(token.shape, Shape::Word | Shape::Emoji | Shape::Number) {
            return;
        }
        if self.words.may_have(token.hash) {
            self.try_all(self.words.get(token.hash), text, langs, at, found);
        }
        let next = text.tokens.get(at + 1).map_or(0, |next| next.hash);
        let two = pair(token.hash, next);
        if self.pairs.may_have(two) {
            self.try_all(self.pairs.get(two), text, langs, at, found);
        }
        if token.shape == Shape::Number {
            self.try_all(self.words.get(NUMBER), text, langs, at, found);
        } else if let Some(stem) = stem_key(text.bytes(token))
            && self.stems.may_have(stem)
        {
            self.try_all(self.stems.get(stem), text, langs, at, found);
        }
    }

    #[inline(never)]
    fn try_all(&self, starts: &[Start], text: &Text, langs: u8, at: usize, found: &mut Vec<Found>) {
        for start in starts.iter().filter(|start| start.langs & langs != 0) {
            if start.whole {
                keep(found, start.cue, at, at + 1);
            } else if let Some(pieces) = self.phrases.get(usize::from(start.phrase))
                && let Some(end) = fits(pieces, text, at)
            {
                keep(found, start.cue, at, end);
            }
        }
    }
}

/// The pieces of a phrase as the lexicon writes it.
fn pieces(phrase: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in phrase.split_whitespace() {
        match part {
            "#" => pieces.push(Piece::Number),
            "_" => pieces.push(Piece::Gap),
            _ if part.contains('/') && part.len() > 2 => {
                pieces.push(Piece::Either(
                    part.split('/').filter_map(fold_one).collect(),
                ));
            }
            _ => match part.strip_suffix('*') {
                Some(stem) => {
                    let text = Text::read(stem);
                    let folded = text
                        .tokens
                        .first()
                        .map(|t| text.word(t))
                        .unwrap_or_default();
                    pieces.push(Piece::Prefix(folded.into()));
                }
                // `on #` is a number, `3rd` one word, a Japanese phrase many.
                None => pieces.extend(
                    Text::read(part)
                        .tokens
                        .iter()
                        .map(|token| Piece::Word(token.hash)),
                ),
            },
        }
    }
    pieces
}

/// The words that a piece may be, where they are plain.
fn plain_words(piece: Option<&Piece>) -> &[u32] {
    match piece {
        Some(Piece::Word(word)) => std::slice::from_ref(word),
        Some(Piece::Either(words)) => words,
        _ => &[],
    }
}

/// What phrases begin with, while they are read.
#[derive(Default)]
struct Beginnings {
    words: Vec<(u32, Start)>,
    pairs: Vec<(u32, Start)>,
    stems: Vec<(u32, Start)>,
}

impl Beginnings {
    /// Files a phrase under what it begins with; false if nothing can begin so.
    fn add(&mut self, pieces: &[Piece], start: Start) -> bool {
        let first = plain_words(pieces.first());
        let second = plain_words(pieces.get(1));
        match pieces.first() {
            Some(Piece::Word(_) | Piece::Either(_)) if !second.is_empty() => {
                for a in first {
                    self.pairs
                        .extend(second.iter().map(|b| (pair(*a, *b), start)));
                }
            }
            Some(Piece::Word(_) | Piece::Either(_)) => {
                self.words.extend(first.iter().map(|word| (*word, start)));
            }
            Some(Piece::Prefix(stem)) => {
                let Some(key) = stem_key(stem.as_bytes()) else {
                    return false;
                };
                let start = Start {
                    whole: false,
                    ..start
                };
                self.stems.push((key, start));
            }
            Some(Piece::Number) => self.words.push((NUMBER, start)),
            Some(Piece::Gap) | None => return false,
        }
        true
    }
}

/// Stands for any number in the index.
const NUMBER: u32 = 0x4e55_4d42;

fn fold_one(word: &str) -> Option<u32> {
    Text::read(word).tokens.first().map(|token| token.hash)
}

/// Whether the phrase fits at the token; where it ends.
fn fits(pieces: &[Piece], text: &Text, at: usize) -> Option<usize> {
    let clause = text.tokens.get(at)?.clause;
    let mut next = at;
    let mut rest = pieces.iter();
    while let Some(piece) = rest.next() {
        if matches!(piece, Piece::Gap) {
            let tail = rest.as_slice();
            return (next..=next + GAP).find_map(|from| {
                let token = text.tokens.get(from)?;
                (token.clause == clause).then(|| fits(tail, text, from))?
            });
        }
        let token = text.tokens.get(next)?;
        if token.clause != clause {
            return None;
        }
        let fits = match piece {
            Piece::Word(word) => token.hash == *word,
            Piece::Either(words) => words.contains(&token.hash),
            Piece::Prefix(stem) => text.word(token).starts_with(&**stem),
            Piece::Number => token.shape == Shape::Number,
            Piece::Gap => false,
        };
        if !fits {
            return None;
        }
        next += 1;
    }
    Some(next)
}

/// Keeps the longest of overlapping findings of one cue.
fn keep(found: &mut Vec<Found>, cue: Cue, first: usize, end: usize) {
    let (first, end) = (first as u32, end as u32);
    for earlier in found.iter_mut().rev().take(8) {
        if earlier.cue == cue && earlier.end > first {
            if end - first > earlier.end - earlier.first {
                earlier.first = earlier.first.min(first);
            }
            earlier.end = earlier.end.max(end);
            return;
        }
    }
    found.push(Found {
        cue,
        first,
        end,
        minutes: 0,
    });
}

/// Words that turn round what follows them, folded; and German `kein*`.
const NEGATORS: &str = "no not never dont doesnt didnt isnt wasnt arent without cant nothing hardly nor \
    nicht kein keine keinen keiner nie ohne pas sans jamais aucun aucune nunca sin ningun ninguna tampoco \
    non mai senza nessun nessuna nao sem nem nenhum nenhuma niet geen nooit zonder";

/// Whether a token turns round what follows it.
pub(super) fn negates(token: &Token) -> bool {
    static WORDS: OnceLock<Groups<(), 16>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        Groups::of(
            NEGATORS
                .split_whitespace()
                .map(|word| (hash(word), ()))
                .collect(),
        )
    });
    token.shape == Shape::Word && !words.get(token.hash).is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::cue::quote;
    use super::*;

    #[test]
    fn quotes_the_post_itself() {
        let post = "I’m STUCK at 5:30";
        let text = Text::read(post);
        assert_eq!(quote(post, &text.tokens, 0, 2), "I’m STUCK");
    }
}
