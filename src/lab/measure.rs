//! What a lot of acknowledgments says, how long it is and how alike: `heard ack --jsonl FILE --measure`.

use crate::ack::preview::ShownAck;
use crate::length;
use crate::platform;
use crate::post::Platform;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// With how many texts before it one is compared: what somebody sees who scrolls.
const BEFORE: usize = 10;

/// Below how many characters a text is short, by steps.
const STEPS: [usize; 6] = [100, 140, 180, 220, 260, 300];

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// How many posts there were.
    pub posts: usize,
    /// How many of them would be acknowledged.
    pub said: usize,
    /// How many would not, by reason.
    pub unsaid: BTreeMap<&'static str, usize>,
    /// Of those whose situation is known, how many were named so.
    pub situations: (usize, usize),
    /// How many texts tell what happened or what to do.
    pub named: usize,
    /// Lengths as each post's platform counts, in order.
    pub lengths: Vec<usize>,
    /// The same without the signature.
    pub unsigned: Vec<usize>,
    /// How many of a text's words one of the ten before has too, signature aside, in the mean: 0 to 1. Of Japanese, pairs of
    /// characters.
    pub alike: f64,
    /// How many words two texts of one section and language share, closing clause and signature aside, in the mean over each
    /// text and the ten of its kind before it: 0 to 1.
    pub shared: f64,
    /// How many lines and closings were in use, of how many said.
    pub sentences: (usize, usize),
    /// By language, how many were said.
    pub langs: BTreeMap<String, usize>,
    /// By section of the repertoire, how many were said.
    pub sections: BTreeMap<String, usize>,
}

impl Measures {
    /// Measures what was said to posts, in their order; with each the platform and what happened to its author.
    pub fn of(all: &[(Platform, Option<String>, ShownAck)]) -> Self {
        let mut found = Self {
            posts: all.len(),
            ..Self::default()
        };
        let mut sentences: BTreeSet<&str> = BTreeSet::new();
        let mut before: Vec<BTreeSet<String>> = Vec::new();
        let mut alike = Vec::new();
        let mut of_kind: BTreeMap<(String, String), Vec<BTreeSet<String>>> = BTreeMap::new();
        let mut pairs = Vec::new();
        for (platform, situation, ack) in all {
            let Some(text) = &ack.text else {
                *found.unsaid.entry(ack.why).or_default() += 1;
                continue;
            };
            if let Some(situation) = situation {
                let seen = ack.situation.map_or("none", |seen| seen.as_str());
                found.situations.0 += usize::from(situation == seen);
                found.situations.1 += 1;
            }
            found.said += 1;
            let section = ack.section.clone().unwrap_or_default();
            let kind = (ack.lang.clone(), section.clone());
            let is_named = !matches!(section.as_str(), "none" | "emergency" | "short");
            found.named += usize::from(is_named);
            *found.sections.entry(section).or_default() += 1;
            *found.langs.entry(ack.lang.clone()).or_default() += 1;
            let spoken: Vec<&str> = ack
                .parts
                .iter()
                .filter(|part| part.part != "signature")
                .map(|part| part.text.as_str())
                .collect();
            let unit = platform::limit(*platform, true).unit;
            found.lengths.push(length::measure(text, unit));
            let unsigned = spoken.join(" ");
            found.unsigned.push(length::measure(&unsigned, unit));
            found.sentences.1 += spoken.len();
            sentences.extend(spoken);
            let body: Vec<&str> = ack
                .parts
                .iter()
                .filter(|part| part.part == "line")
                .map(|part| part.text.as_str())
                .collect();
            let body = words(&body.join(" "));
            let like = of_kind.entry(kind).or_default();
            pairs.extend(like.iter().rev().take(BEFORE).map(|other| {
                share(
                    2 * other.intersection(&body).count(),
                    other.len() + body.len(),
                )
            }));
            like.push(body);
            let words = words(&unsigned);
            let near = before.iter().rev().take(BEFORE);
            let shared = near.map(|other| share(other.intersection(&words).count(), words.len()));
            alike.extend(shared.reduce(f64::max));
            before.push(words);
        }
        found.lengths.sort_unstable();
        found.unsigned.sort_unstable();
        found.sentences.0 = sentences.len();
        let mean = |all: &[f64]| all.iter().sum::<f64>() / (all.len().max(1) as f64);
        found.alike = mean(&alike);
        found.shared = mean(&pairs);
        found
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The words of a text; where they are not spaced, every two characters beside each other.
pub fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    if lower.chars().any(|c| c >= '\u{3041}') {
        let chars: Vec<char> = lower.chars().filter(|c| c.is_alphanumeric()).collect();
        return chars.windows(2).map(|pair| pair.iter().collect()).collect();
    }
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn mean(lengths: &[usize]) -> f64 {
    lengths.iter().sum::<usize>() as f64 / lengths.len().max(1) as f64
}

impl fmt::Display for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} posts, {} acknowledged", self.posts, self.said)?;
        for (why, n) in &self.unsaid {
            writeln!(f, "  {n:>5}  {why}")?;
        }
        if self.situations.1 > 0 {
            let (right, known) = self.situations;
            writeln!(f, "situation as meant: {right} of {known}")?;
        }
        let percent = 100.0 * share(self.named, self.said);
        writeln!(
            f,
            "tell what happened or what to do: {percent:.0} % of those sent"
        )?;
        let (in_use, said) = self.sentences;
        writeln!(f, "lines and closings in use: {in_use} of {said} said")?;
        writeln!(
            f,
            "words shared with the likest of the {BEFORE} before, signature aside: {:.2}",
            self.alike
        )?;
        writeln!(
            f,
            "words shared by two of one situation, closing and signature aside: {:.2}",
            self.shared
        )?;
        writeln!(
            f,
            "characters in the mean, as the platform counts: {:.0}; with signature {:.0}, most {}",
            mean(&self.unsigned),
            mean(&self.lengths),
            self.lengths.last().copied().unwrap_or(0)
        )?;
        let mut least = 0;
        for step in STEPS {
            let up_to = self.lengths.partition_point(|length| *length < step);
            writeln!(f, "  {:>5}  below {step}", up_to - least)?;
            least = up_to;
        }
        writeln!(f, "  {:>5}  longer", self.lengths.len() - least)?;
        for (lang, n) in self.langs.iter().chain(&self.sections) {
            writeln!(f, "  {n:>5}  {lang}")?;
        }
        Ok(())
    }
}
