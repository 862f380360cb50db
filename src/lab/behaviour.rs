//! The behavioural suite: what must not change a judgement, what must, and pairs a word apart.
//!
//! `tests/corpus/behaviour/LANG.txt` was written by one who had read no post that training sees. `[pairs]` are a phenomenon, a post
//! that is to be acknowledged and one in nearly the same words that is not; `[posts]` begin with `u` (urgent), `e` (an emergency),
//! `r` (routine) or `i` (idle); `[tails]` and `[greetings]` mean nothing.

use super::random::Random;
use super::train::dress::mistyped;
use crate::judgement::{Kind, Level, Triage};
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::path::Path;

/// How many typing errors a post gets.
const ERRORS: usize = 5;

/// A suite in one language.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    pairs: Vec<(String, String, String)>,
    posts: Vec<(char, String)>,
    tails: Vec<String>,
    greetings: Vec<String>,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub some: usize,
    /// Of how many.
    pub all: usize,
}

impl Share {
    fn count(&mut self, is: bool) {
        self.some += usize::from(is);
        self.all += 1;
    }

    /// In percent.
    pub fn percent(self) -> f64 {
        100.0 * self.some as f64 / self.all.max(1) as f64
    }

    fn add(&mut self, other: Share) {
        self.some += other.some;
        self.all += other.all;
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Pairs of which both posts are judged right, by phenomenon.
    pub pairs: BTreeMap<String, Share>,
    /// Posts of which it is judged right whether they are acknowledged.
    pub posts: Share,
    /// Decisions that a tail changes, and emergencies that it loses.
    pub tails: (Share, Share),
    /// The same of a greeting.
    pub greetings: (Share, Share),
    /// The same of typing errors.
    pub errors: (Share, Share),
    /// The same of capitals.
    pub capitals: (Share, Share),
}

impl Found {
    /// All phenomena together.
    pub fn all_pairs(&self) -> Share {
        let mut all = Share::default();
        self.pairs.values().for_each(|share| all.add(*share));
        all
    }

    /// Adds another language's.
    pub fn add(&mut self, other: &Found) {
        for (phenomenon, share) in &other.pairs {
            self.pairs
                .entry(phenomenon.clone())
                .or_default()
                .add(*share);
        }
        self.posts.add(other.posts);
        for (ours, theirs) in [
            (&mut self.tails, other.tails),
            (&mut self.greetings, other.greetings),
            (&mut self.errors, other.errors),
            (&mut self.capitals, other.capitals),
        ] {
            ours.0.add(theirs.0);
            ours.1.add(theirs.1);
        }
    }
}

fn acknowledges(found: &Triage) -> bool {
    found.level >= Level::Urgent
        && found.to_us
        && matches!(found.kind, Kind::Complaint | Kind::Question)
}

impl Suite {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or a line is none of a suite.
    pub fn read(path: &Path) -> anyhow::Result<Suite> {
        let file =
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let mut suite = Suite::default();
        let mut section = "";
        for (number, line) in file.lines().enumerate() {
            if let Some(name) = line
                .strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
            {
                section = name;
                continue;
            }
            if line.trim().is_empty() {
                continue;
            }
            let bad = || format!("{}:{}: {line}", path.display(), number + 1);
            match section {
                "pairs" => {
                    let (phenomenon, both) = line.split_once(" :: ").with_context(bad)?;
                    let (urgent, calm) = both.split_once(" || ").with_context(bad)?;
                    suite
                        .pairs
                        .push((phenomenon.into(), urgent.into(), calm.into()));
                }
                "posts" => {
                    let (mark, post) = line.split_once(" :: ").with_context(bad)?;
                    let mark = mark.chars().next().with_context(bad)?;
                    suite.posts.push((mark, post.into()));
                }
                "tails" => suite.tails.push(line.into()),
                "greetings" => suite.greetings.push(line.into()),
                _ => bail!("{}", bad()),
            }
        }
        Ok(suite)
    }

    /// Tries a judge.
    pub fn try_on(&self, judge: impl Fn(&str) -> Triage) -> Found {
        let mut found = Found::default();
        for (phenomenon, urgent, calm) in &self.pairs {
            let right = acknowledges(&judge(urgent)) && !acknowledges(&judge(calm));
            found
                .pairs
                .entry(phenomenon.clone())
                .or_default()
                .count(right);
        }
        for (number, (mark, post)) in self.posts.iter().enumerate() {
            let plain = acknowledges(&judge(post));
            found.posts.count(plain == matches!(mark, 'u' | 'e'));
            let changed = |(all, lost): &mut (Share, Share), other: &str| {
                let now = acknowledges(&judge(other));
                all.count(now != plain);
                if *mark == 'e' && plain {
                    lost.count(!now);
                }
            };
            for tail in &self.tails {
                changed(&mut found.tails, &format!("{post}{tail}"));
            }
            for greeting in &self.greetings {
                changed(&mut found.greetings, &format!("{greeting} {post}"));
            }
            let mut random = Random::at(&[number as u64]);
            changed(&mut found.errors, &mistyped(post, ERRORS, &mut random));
            changed(&mut found.capitals, &post.to_uppercase());
        }
        found
    }
}

/// Tries a judge on the suite of every language in a folder: language and what was found, then all together.
///
/// # Errors
///
/// As [`Suite::read`].
pub fn try_all(
    folder: &Path,
    judge: impl Fn(&str) -> Triage,
) -> anyhow::Result<Vec<(String, Found)>> {
    let mut tried = Vec::new();
    let mut all = Found::default();
    for lang in crate::triage::lang::Lang::ALL {
        let suite = Suite::read(&folder.join(format!("{}.txt", lang.code())))?;
        let found = suite.try_on(&judge);
        all.add(&found);
        tried.push((lang.code().to_string(), found));
    }
    tried.push(("all".into(), all));
    Ok(tried)
}

/// Prints what was found.
pub fn print(tried: &[(String, Found)]) {
    say!("  of pairs a word apart both right, by phenomenon and language, in percent");
    let Some((_, all)) = tried.last() else { return };
    let head: String = tried.iter().map(|(lang, _)| format!("{lang:>6}")).collect();
    say!("  {:<18}{head}", "");
    for phenomenon in all.pairs.keys() {
        let shares = tried.iter().map(|(_, found)| {
            let share = found.pairs.get(phenomenon).copied().unwrap_or_default();
            format!("{:>6.0}", share.percent())
        });
        say!("  {phenomenon:<18}{}", shares.collect::<String>());
    }
    type Of = fn(&Found) -> Share;
    let rows: [(&str, Of); 10] = [
        ("all pairs", Found::all_pairs),
        ("posts right", |found| found.posts),
        ("tails: changed", |found| found.tails.0),
        ("  emergencies lost", |found| found.tails.1),
        ("greetings: changed", |found| found.greetings.0),
        ("  emergencies lost", |found| found.greetings.1),
        ("5 typos: changed", |found| found.errors.0),
        ("  emergencies lost", |found| found.errors.1),
        ("capitals: changed", |found| found.capitals.0),
        ("  emergencies lost", |found| found.capitals.1),
    ];
    for (name, of) in rows {
        let shares = tried
            .iter()
            .map(|(_, found)| format!("{:>6.1}", of(found).percent()));
        say!("  {name:<18}{}", shares.collect::<String>());
    }
}
