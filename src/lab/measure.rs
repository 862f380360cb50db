//! How varied, how long and how readable a lot of acknowledgments is: `heard ack --jsonl FILE --measure`.

use crate::ack::preview::ShownAck;
use crate::length;
use crate::platform;
use crate::post::Platform;
use crate::voice::tongues::tongue;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

/// Over how many acknowledgments a sentence must not come again: what a source's memory holds.
const WINDOW: usize = 200;

/// What was measured. A sentence is what hears the author or says what comes; who signs, that it is automatic,
/// where to turn, and the brief word where there is hardly room ("Someone will answer you here.") are formulas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// How many posts there were.
    pub posts: usize,
    /// How many of them would be acknowledged.
    pub said: usize,
    /// How many would not, by reason.
    pub unsaid: BTreeMap<&'static str, usize>,
    /// Of those whose matter is known, how many were named so.
    pub matters: (usize, usize),
    /// How many of the sentences are distinct, of all: 0 to 1.
    pub distinct: f64,
    /// How many of the openings (three words, or six characters) are.
    pub openings: f64,
    /// How many sentences came again within [`WINDOW`].
    pub again: usize,
    /// Lengths as each post's platform counts, in order.
    pub lengths: Vec<usize>,
    /// By language: how many, and how readable.
    pub read: BTreeMap<String, (usize, Readable)>,
}

/// How readable texts are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Readable {
    /// LIX (Björnsson 1968): words a sentence, and the share of words longer than six letters in percent. Below
    /// 40 reads easily, 40 to 50 like a newspaper, above 60 like an office.
    Lix(f64),
    /// Where words are not spaced: characters a sentence. Newspapers write 40 to 60.
    CharsASentence(f64),
}

impl Measures {
    /// Measures what was said to posts, in their order; with each the platform and the matter its author meant.
    pub fn of(all: &[(Platform, Option<String>, ShownAck)]) -> Self {
        let mut found = Self {
            posts: all.len(),
            ..Self::default()
        };
        let mut sentences: Vec<Vec<&str>> = Vec::new();
        let mut openings = HashSet::new();
        let mut texts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (platform, matter, ack) in all {
            let Some(text) = &ack.text else {
                *found.unsaid.entry(ack.why).or_default() += 1;
                continue;
            };
            if let Some(matter) = matter {
                found.matters.0 += usize::from(matter == ack.matter);
                found.matters.1 += 1;
            }
            found.said += 1;
            let spoken = ack
                .moves
                .iter()
                .filter(|part| !matches!(part.name, "sign" | "automatic" | "help"));
            let spoken: Vec<&str> = spoken.map(|part| part.text.as_str()).collect();
            openings.insert(opening(text, &ack.lang));
            found
                .lengths
                .push(length::measure(text, platform::limit(*platform, true).unit));
            texts.entry(ack.lang.clone()).or_default().extend(&spoken);
            sentences.push(spoken);
        }
        found.lengths.sort_unstable();
        let count: usize = sentences.iter().map(Vec::len).sum();
        let unique: BTreeSet<&str> = sentences.iter().flatten().copied().collect();
        found.distinct = share(unique.len(), count);
        found.openings = share(openings.len(), found.said);
        let mut last: HashMap<&str, usize> = HashMap::new();
        for (at, spoken) in sentences.iter().enumerate() {
            for sentence in spoken {
                let before = last.insert(sentence, at);
                found.again += usize::from(before.is_some_and(|before| at - before < WINDOW));
            }
        }
        found.read = texts
            .into_iter()
            .map(|(lang, texts)| {
                let readable = readable(&texts, &lang);
                (lang, (texts.len(), readable))
            })
            .collect();
        found
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn is_spaced(lang: &str) -> bool {
    tongue(lang).is_none_or(|tongue| tongue.spaced)
}

fn opening(text: &str, lang: &str) -> String {
    match is_spaced(lang) {
        true => text
            .split_whitespace()
            .take(3)
            .collect::<Vec<_>>()
            .join(" "),
        false => text.chars().take(6).collect(),
    }
}

fn readable(texts: &[&str], lang: &str) -> Readable {
    let ends = |c: char| matches!(c, '.' | ':' | ';' | '。');
    let sentences: usize = texts
        .iter()
        .map(|text| text.matches(ends).count().max(1))
        .sum();
    let letters = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count();
    if !is_spaced(lang) {
        let chars: usize = texts.iter().map(|text| text.chars().count()).sum();
        return Readable::CharsASentence(share(chars, sentences));
    }
    let words = || texts.iter().flat_map(|text| text.split_whitespace());
    let long = words().filter(|word| letters(word) > 6).count();
    Readable::Lix(share(words().count(), sentences) + 100.0 * share(long, words().count()))
}

impl fmt::Display for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} posts, {} acknowledged", self.posts, self.said)?;
        for (why, n) in &self.unsaid {
            writeln!(f, "  {n:>5}  {why}")?;
        }
        if self.matters.1 > 0 {
            let (right, known) = self.matters;
            writeln!(f, "matter named as meant: {right} of {known}")?;
        }
        writeln!(f, "distinct sentences: {:.1} %", self.distinct * 100.0)?;
        writeln!(f, "distinct openings: {:.1} %", self.openings * 100.0)?;
        writeln!(f, "sentences said again within {WINDOW}: {}", self.again)?;
        let at = |percent: usize| {
            let last = self.lengths.len().saturating_sub(1);
            self.lengths.get(last * percent / 100).copied().unwrap_or(0)
        };
        writeln!(
            f,
            "length, as the platform counts: least {}, half below {}, nine of ten below {}, most {}",
            at(0),
            at(50),
            at(90),
            at(100)
        )?;
        for (lang, (sentences, readable)) in &self.read {
            match readable {
                Readable::Lix(lix) => {
                    writeln!(f, "  {lang}  {sentences:>4} sentences  LIX {lix:.0}")?
                }
                Readable::CharsASentence(n) => {
                    writeln!(
                        f,
                        "  {lang}  {sentences:>4} sentences  {n:.0} characters each"
                    )?;
                }
            }
        }
        Ok(())
    }
}
