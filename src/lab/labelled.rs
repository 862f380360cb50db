//! Labelled posts: the corpus and the public sets, as training and evaluation read them.

use crate::judgement::{Actual, Danger, Fact, Kind, Level, Situation, Triage, Who};
use crate::triage::text;
use anyhow::Context;
use serde::Deserialize;
use std::path::Path;

/// One labelled post; a set labels what it knows, and the rest is absent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Labelled {
    /// The post.
    pub text: String,
    /// What it is.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// How soon a person is needed, 0 to 3.
    #[serde(default)]
    pub level: Option<u8>,
    /// Whether it is to be acknowledged at once.
    #[serde(default)]
    pub acknowledge: Option<bool>,
    /// ISO 639-1.
    #[serde(default)]
    pub lang: Option<String>,
    /// What is peculiar about it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What happened: [`None`] where nobody said; see [`Or`].
    #[serde(default)]
    pub situation: Option<Or<Situation>>,
    /// What a second reader named instead, or as well: as true.
    #[serde(default)]
    pub also: Vec<Or<Situation>>,
    /// What endangers somebody.
    #[serde(default)]
    pub danger: Option<Or<Danger>>,
    /// What a second reader said endangers somebody, where the two differ.
    #[serde(default)]
    pub also_danger: Option<Or<Danger>>,
    /// How it stands to the world.
    #[serde(default)]
    pub actual: Option<Actual>,
    /// Whether it speaks to the brand.
    #[serde(default)]
    pub to_us: Option<bool>,
    /// Whom it concerns.
    #[serde(default)]
    pub who: Option<Who>,
    /// All that it says plainly besides.
    #[serde(default)]
    pub facts: Option<Vec<Fact>>,
    /// Whether its author hints at harming themselves.
    #[serde(default)]
    pub despair: Option<bool>,
    /// The scene that it tells with a few other posts, a word apart.
    #[serde(default)]
    pub scene: Option<String>,
    /// The trade of the company it is written to.
    #[serde(default)]
    pub trade: Option<String>,
    /// Whether it is a complaint.
    #[serde(default, deserialize_with = "flag")]
    pub complaint: Option<f32>,
    /// Whether it asks for help.
    #[serde(default, deserialize_with = "flag")]
    pub help: Option<f32>,
    /// Whether it praises or thanks.
    #[serde(default, deserialize_with = "flag")]
    pub praise: Option<f32>,
    /// Whether it abuses.
    #[serde(default, deserialize_with = "flag")]
    pub abuse: Option<f32>,
    /// Whether it is spam.
    #[serde(default, deserialize_with = "flag")]
    pub spam: Option<f32>,
    /// Mean of raters, -4 to 4.
    #[serde(default)]
    pub valence: Option<f32>,
    /// Whether a review is a good one.
    #[serde(default)]
    pub positive: Option<u8>,
    /// A word for the sentiment, or 0 negative, 1 neutral, 2 positive.
    #[serde(default)]
    pub sentiment: Option<serde_json::Value>,
    /// A banking customer's intent.
    #[serde(default)]
    pub intent: Option<String>,
    /// In one set, whether people labelled the row.
    #[serde(default)]
    pub annotated: Option<bool>,
}

/// One of a list, or the word that says there is none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Or<T> {
    /// This one.
    One(T),
    /// `none`.
    None(Nothing),
}

/// The word `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nothing {
    /// Nothing of the list.
    None,
}

/// 0, 1, true or false.
fn flag<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<f32>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Bool(flag) => Some(f32::from(u8::from(flag))),
        serde_json::Value::Number(number) => number.as_f64().map(|n| n as f32),
        _ => None,
    })
}

impl Labelled {
    /// A judgement with the labels in its place, as far as there are any.
    pub fn judged(&self, mut triage: Triage) -> Triage {
        fn one<T: Copy>(label: Option<Or<T>>, own: Option<T>) -> Option<T> {
            match label {
                Some(Or::One(one)) => Some(one),
                Some(Or::None(_)) => None,
                None => own,
            }
        }
        triage.kind = self.kind.unwrap_or(triage.kind);
        triage.lang = self.lang.clone().unwrap_or(triage.lang);
        if let Some(level) = self.level.and_then(|level| Level::try_from(level).ok()) {
            (triage.level, triage.urgency) = (level, level.middle());
        }
        triage.situation = one(self.situation, triage.situation);
        triage.danger = one(self.danger, triage.danger);
        triage.actual = self.actual.unwrap_or(triage.actual);
        triage.to_us = self.to_us.unwrap_or(triage.to_us);
        triage.who = self.who.unwrap_or(triage.who);
        triage.facts = self.facts.clone().unwrap_or(triage.facts);
        triage.despair = self.despair.unwrap_or(triage.despair);
        if self.situation.is_some() {
            triage.likely = None;
            triage.situation_chance = f32::from(u8::from(triage.situation.is_some()));
        }
        triage
    }

    /// Whether the post belongs to the fifth that training never sees.
    pub fn held_out(&self) -> bool {
        self.fold() == 0
    }

    /// Which of five parts it belongs to: with all posts of its scene, so that nothing is measured on what differs from a
    /// post that was trained on by one word.
    pub fn fold(&self) -> u32 {
        fold_of(self.scene.as_deref().unwrap_or(&self.text))
    }
}

/// Which of five parts a text belongs to: by itself alone, so that it stays there for good.
fn fold_of(text: &str) -> u32 {
    text::hash(text) / 7 % 5
}

/// The posts of a JSON-lines file.
///
/// # Errors
///
/// The file cannot be read, or a line is not a labelled post.
pub fn read(path: &Path) -> anyhow::Result<Vec<Labelled>> {
    let file =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    lines(&file).with_context(|| path.display().to_string())
}

/// The posts of JSON lines.
///
/// # Errors
///
/// A line that is not a labelled post, by its number.
pub fn lines(text: &str) -> anyhow::Result<Vec<Labelled>> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| serde_json::from_str(line).with_context(|| format!("line {number}")))
        .collect()
}

/// Where a folder says which files it has, one a line: training depends on the order of its posts, and their
/// names do not.
const ORDER: &str = "order.txt";

/// The posts of a file; or of a folder's files, in the order that its [`ORDER`] says.
///
/// # Errors
///
/// As [`read`]; and a folder that does not say its order.
pub fn read_all(path: &Path) -> anyhow::Result<Vec<Labelled>> {
    if !path.is_dir() {
        return read(path);
    }
    let order = path.join(ORDER);
    let files =
        std::fs::read_to_string(&order).with_context(|| format!("reading {}", order.display()))?;
    let mut posts = Vec::new();
    for file in files.lines() {
        posts.extend(read(&path.join(file))?);
    }
    Ok(posts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");

    /// What is trained on.
    fn corpus() -> Vec<Labelled> {
        read_all(&Path::new(CORPUS).join("train")).unwrap()
    }

    /// Posts by language, once each post's labels agree with each other.
    fn checked(posts: &[Labelled]) -> BTreeMap<String, usize> {
        let mut by_lang: BTreeMap<String, usize> = BTreeMap::new();
        for post in posts {
            let text = &post.text;
            let (kind, level) = (post.kind.expect(text), post.level.expect(text));
            let acknowledge = post.acknowledge.expect(text);
            assert!(
                level <= 3 && post.trade.is_some() && !post.tags.is_empty(),
                "{text}"
            );
            // Acknowledged are urgent complaints and pleas that speak to us, and nothing else.
            let due = level >= 2
                && matches!(kind, Kind::Complaint | Kind::Question)
                && post.to_us != Some(false);
            assert_eq!(acknowledge, due, "{text}");
            // Only what is now is urgent, only that endangers, and despair is a danger.
            if post.actual.is_some_and(|actual| actual != Actual::Now) {
                assert!(
                    level <= 1 && post.danger == Some(Or::None(Nothing::None)),
                    "{text}"
                );
            }
            if let Some(despair) = post.despair {
                assert_eq!(
                    despair,
                    post.danger == Some(Or::One(Danger::Despair)),
                    "{text}"
                );
            }
            if matches!(kind, Kind::Spam | Kind::News | Kind::Praise) {
                assert_eq!(level, 0, "{text}");
            }
            *by_lang.entry(post.lang.clone().expect(text)).or_default() += 1;
        }
        by_lang
    }

    #[test]
    fn training_reads_every_file_of_its_folder() {
        let train = Path::new(CORPUS).join("train");
        let order = std::fs::read_to_string(train.join(ORDER)).unwrap();
        let named: Vec<String> = order.lines().map(String::from).collect();
        let mut there: Vec<String> = Vec::new();
        for lang in std::fs::read_dir(&train).unwrap() {
            let lang = lang.unwrap().path();
            for file in lang
                .is_dir()
                .then(|| std::fs::read_dir(&lang).unwrap())
                .into_iter()
                .flatten()
            {
                let file = file.unwrap().path();
                there.push(
                    file.strip_prefix(&train)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned(),
                );
            }
        }
        let (mut sorted, n) = (named.clone(), named.len());
        sorted.sort();
        there.sort();
        assert_eq!(sorted, there, "{n} files in {ORDER}");
    }

    #[test]
    fn the_corpus_is_whole_and_its_labels_agree() {
        let corpus = corpus();
        assert!(corpus.len() >= 52_000, "{}", corpus.len());
        let by_lang = checked(&corpus);
        assert_eq!(by_lang.len(), 8);
        for (lang, posts) in by_lang {
            assert!(posts >= 200, "{lang}: {posts}");
        }
        let held = corpus.iter().filter(|post| post.held_out()).count() * 100 / corpus.len();
        assert!((17..=23).contains(&held), "{held} % held out");
    }

    #[test]
    fn the_blind_posts_are_whole_and_training_sees_none_of_them() {
        let trained: BTreeSet<String> = corpus().into_iter().map(|post| post.text).collect();
        for file in ["blind.jsonl", "fresh.jsonl"] {
            let blind = read(&Path::new(CORPUS).join("measure").join(file)).unwrap();
            assert!(blind.len() >= 500, "{file}: {}", blind.len());
            assert_eq!(checked(&blind).len(), 8);
            for post in &blind {
                assert!(!trained.contains(&post.text), "{}", post.text);
            }
        }
    }

    #[test]
    fn every_pair_says_which_post_is_more_urgent_and_why() {
        let pairs = ["pairs.jsonl", "fresh_pairs.jsonl"].map(|file| {
            std::fs::read_to_string(Path::new(CORPUS).join("measure").join(file)).unwrap()
        });
        for line in pairs.iter().flat_map(|pairs| {
            assert!(pairs.lines().count() >= 150);
            pairs.lines()
        }) {
            let pair: BTreeMap<String, String> = serde_json::from_str(line).unwrap();
            assert!(["a", "b"].contains(&pair["more_urgent"].as_str()), "{line}");
            assert!(pair["a"] != pair["b"] && !pair["why"].is_empty(), "{line}");
        }
    }

    /// The words of a text, three by three; in Japanese its characters.
    fn threes(text: &str) -> BTreeSet<u64> {
        let read = text::Text::read(text);
        read.tokens
            .windows(3)
            .map(|three| {
                three.iter().fold(0u64, |hash, token| {
                    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(token.hash)
                })
            })
            .collect()
    }

    #[test]
    fn no_post_is_another_one_with_a_word_changed() {
        let corpus = corpus();
        let sets: Vec<BTreeSet<u64>> = corpus.iter().map(|post| threes(&post.text)).collect();
        let mut homes: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, set) in sets.iter().enumerate() {
            for three in set {
                homes.entry(*three).or_default().push(at);
            }
        }
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for posts in homes.values().filter(|posts| posts.len() < 100) {
            for (place, a) in posts.iter().enumerate() {
                for b in posts.iter().skip(place + 1) {
                    *shared.entry((*a, *b)).or_default() += 1;
                }
            }
        }
        let alike = shared
            .iter()
            .filter(|((a, b), _)| {
                // But for a scene's posts, which are meant to be.
                corpus[*a].scene.is_none() || corpus[*a].scene != corpus[*b].scene
            })
            .filter(|((a, b), count)| {
                let all = sets[*a].len() + sets[*b].len() - *count;
                **count >= 3 && **count * 10 >= all * 6
            })
            .inspect(|((a, b), _)| note!("{} | {}", corpus[*a].text, corpus[*b].text))
            .count();
        // Six tenths of their runs of three words in common: what a template with slots would give.
        assert!(
            alike * 200 <= corpus.len(),
            "{alike} pairs of near-duplicates"
        );
    }
}
