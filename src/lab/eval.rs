//! How good triage is on labelled posts, with VADER beside it.

use super::binary::{Binary, acknowledges, f1, ratio};
use super::labelled::Labelled;
use super::named::Named;
use crate::judgement::{Kind, Triage};
use crate::triage::head::Answers;
use anyhow::{Context, bail};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Two posts, one of which needs a person sooner.
#[derive(serde::Deserialize)]
struct Pair {
    a: String,
    b: String,
    more_urgent: String,
}

/// Measures how many pairs urgency puts in order; VADER, beside it, takes the bitterer post for the more urgent one.
/// # Errors
///
/// The file cannot be read, or is none of pairs.
pub fn pairs(path: &Path, as_json: bool, judge: impl Fn(&str) -> Triage) -> anyhow::Result<()> {
    let file =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let vader = vader_parity::SentimentIntensityAnalyzer::new();
    let (mut all, mut ours, mut theirs) = (0u32, 0.0, 0.0);
    for (at, line) in file.lines().enumerate() {
        let pair: Pair =
            serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), at + 1))?;
        let (more, less) = match pair.more_urgent.as_str() {
            "a" => (pair.a, pair.b),
            "b" => (pair.b, pair.a),
            other => bail!("{}:{}: {other} is neither a nor b", path.display(), at + 1),
        };
        let urgency = |text: &str| f64::from(judge(text).urgency);
        let bitter = |text: &str| -vader.polarity_scores(text).compound;
        all += 1;
        ours += won(urgency(&more), urgency(&less));
        theirs += won(bitter(&more), bitter(&less));
    }
    let share = |right: f64| right / f64::from(all.max(1));
    if as_json {
        say!(
            "{}",
            serde_json::json!({"file": path.display().to_string(), "pairs": all, "in_order": share(ours), "vader_in_order": share(theirs)})
        );
    } else {
        say!(
            "{}: {all} pairs, {:.1} % in order; VADER {:.1} %",
            path.display(),
            share(ours) * 100.0,
            share(theirs) * 100.0
        );
    }
    Ok(())
}

/// 1 where the first is greater, a half where both are the same.
fn won(more: f64, less: f64) -> f64 {
    match more.total_cmp(&less) {
        Ordering::Greater => 1.0,
        Ordering::Equal => 0.5,
        Ordering::Less => 0.0,
    }
}

/// How many pairs of posts of different levels a score puts in order, ties half: (level, score).
fn order(rows: &[(u8, f64)]) -> f64 {
    let (mut right, mut all) = (0.0, 0.0);
    for (place, a) in rows.iter().enumerate() {
        for b in rows.iter().skip(place + 1).filter(|b| b.0 != a.0) {
            let (more, less) = if a.0 > b.0 { (a, b) } else { (b, a) };
            right += won(more.1, less.1);
            all += 1.0;
        }
    }
    if all == 0.0 { 0.5 } else { right / all }
}

/// How often each kind (first) was called each kind (second).
type Confusion = BTreeMap<(String, String), usize>;

type Heads = Vec<(&'static str, Binary, Option<Binary>)>;

/// What was measured.
pub struct Report {
    heads: Heads,
    kinds: Option<(f64, Confusion)>,
    levels: Option<[[usize; 4]; 4]>,
    /// The share of pairs of different levels that urgency, and VADER's mood, put in order.
    order: (f64, f64),
    acknowledge: Vec<(String, Binary)>,
    /// Emergencies owed an acknowledgment: how many get one, of how many.
    emergencies: (usize, usize),
    languages: Option<(usize, usize)>,
    ours_per_s: f64,
    vader_per_s: f64,
    found: Vec<Triage>,
    named: Named,
}

fn name(kind: Kind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|v| v.as_str().map(str::to_string))
        .unwrap_or_default()
}

impl Report {
    /// Judges the posts and measures the judgements.
    ///
    /// `judge` says what comes of a post, `answers` what the model answered it before any rule.
    pub fn of(
        posts: &[Labelled],
        judge: impl Fn(&Labelled) -> Triage,
        answers: impl Fn(&Labelled) -> Answers,
    ) -> Report {
        let vader = vader_parity::SentimentIntensityAnalyzer::new();
        let found: Vec<Triage> = posts.iter().map(&judge).collect();
        let answers: Vec<Answers> = posts.iter().map(answers).collect();
        let moods: Vec<f64> = posts
            .iter()
            .map(|post| vader.polarity_scores(&post.text).compound)
            .collect();
        // Speed: the two in turn, a few times, the best of each, so that a busy machine is fair to both.
        let (mut ours, mut theirs) = (f64::MAX, f64::MAX);
        for _ in 0..5 {
            let start = Instant::now();
            for post in posts {
                std::hint::black_box(judge(post));
            }
            ours = ours.min(start.elapsed().as_secs_f64());
            let start = Instant::now();
            for post in posts {
                std::hint::black_box(vader.polarity_scores(&post.text));
            }
            theirs = theirs.min(start.elapsed().as_secs_f64());
        }

        let rows: Vec<(&Labelled, &Triage, f64)> = posts
            .iter()
            .zip(&found)
            .zip(moods)
            .map(|((post, triage), mood)| (post, triage, mood))
            .collect();
        type Truth = fn(&Labelled) -> Option<bool>;
        type Score = fn(&Triage) -> f32;
        let named: [(&'static str, Truth, Score, f64); 5] = [
            ("complaint", complaint, |t| t.complaint, -1.0),
            ("help", |p| p.help.map(|h| h > 0.5), |t| t.help, -1.0),
            ("praise", praise, |t| t.praise, 1.0),
            (
                "abuse",
                |p| {
                    p.abuse
                        .map(|a| a > 0.5)
                        .or(p.kind.map(|k| k == Kind::Attack))
                },
                |t| t.abuse,
                -1.0,
            ),
            (
                "spam",
                |p| p.spam.map(|s| s > 0.5).or(p.kind.map(|k| k == Kind::Spam)),
                |t| t.spam,
                1.0,
            ),
        ];
        let mut heads: Heads = Vec::new();
        for (head, truth, score, sign) in named {
            let labelled: Vec<_> = rows
                .iter()
                .filter_map(|(post, triage, mood)| {
                    let truth = truth(post)?;
                    let score = f64::from(score(triage));
                    Some((
                        (score, score >= 0.5, truth),
                        (mood * sign, mood * sign >= 0.05, truth),
                    ))
                })
                .collect();
            let (ours, vader): (Vec<_>, Vec<_>) = labelled.into_iter().unzip();
            if ours.is_empty() {
                // No label for it: say at least how often it is called.
                if head == "abuse" {
                    let called: Vec<_> = rows
                        .iter()
                        .map(|(_, t, _)| (f64::from(t.abuse), t.abuse >= 0.5, false))
                        .collect();
                    heads.push((
                        "abuse (unlabelled: share called)",
                        Binary::of(&called),
                        None,
                    ));
                }
                continue;
            }
            let vader = Binary {
                // VADER's number is no probability.
                ece: f64::NAN,
                ..Binary::of(&vader)
            };
            heads.push((head, Binary::of(&ours), Some(vader)));
        }
        let acknowledged = |lang: Option<&str>| {
            let rows: Vec<(f64, bool, bool)> = rows
                .iter()
                .filter(|(post, _, _)| lang.is_none() || post.lang.as_deref() == lang)
                .filter_map(|(post, triage, _)| {
                    Some((
                        f64::from(triage.urgency) / 100.0,
                        acknowledges(triage),
                        post.acknowledge?,
                    ))
                })
                .collect();
            (!rows.is_empty()).then(|| Binary::of(&rows))
        };
        let mut acknowledge: Vec<(String, Binary)> = Vec::new();
        acknowledge.extend(acknowledged(None).map(|b| ("all".to_string(), b)));
        for lang in ["en", "de", "fr", "es", "it", "pt", "nl", "ja"] {
            acknowledge.extend(acknowledged(Some(lang)).map(|b| (lang.to_string(), b)));
        }
        let leveled = |score: &dyn Fn(&Triage, f64) -> f64| -> Vec<(u8, f64)> {
            rows.iter()
                .filter_map(|(post, triage, mood)| Some((post.level?, score(triage, *mood))))
                .collect()
        };
        let order = (
            order(&leveled(&|triage, _| f64::from(triage.urgency))),
            order(&leveled(&|_, mood| -mood)),
        );
        let mut confusion: Confusion = BTreeMap::new();
        let mut levels = [[0usize; 4]; 4];
        let (mut any_level, mut tagged, mut right) = (false, 0, 0);
        for (post, triage, _) in &rows {
            if let Some(kind) = post.kind {
                *confusion
                    .entry((name(kind), name(triage.kind)))
                    .or_default() += 1;
            }
            if let Some(level) = post.level {
                any_level = true;
                if let Some(cell) = levels
                    .get_mut(usize::from(level))
                    .and_then(|row| row.get_mut(usize::from(u8::from(triage.level))))
                {
                    *cell += 1;
                }
            }
            if let Some(lang) = &post.lang {
                tagged += 1;
                right += usize::from(*lang == triage.lang);
            }
        }
        let kinds = (!confusion.is_empty()).then(|| (macro_f1(&confusion), confusion));
        let owed = rows
            .iter()
            .filter(|(post, _, _)| post.level == Some(3) && post.acknowledge == Some(true));
        let emergencies = owed.fold((0, 0), |(got, owed), (_, triage, _)| {
            (got + usize::from(acknowledges(triage)), owed + 1)
        });
        Report {
            heads,
            kinds,
            levels: any_level.then_some(levels),
            order,
            acknowledge,
            emergencies,
            languages: (tagged > 0).then_some((right, tagged)),
            ours_per_s: posts.len() as f64 / ours.max(1e-9),
            vader_per_s: posts.len() as f64 / theirs.max(1e-9),
            named: Named::of(
                &posts
                    .iter()
                    .zip(&found)
                    .zip(answers)
                    .map(|((post, triage), answers)| (post, triage, answers))
                    .collect::<Vec<_>>(),
            ),
            found,
        }
    }

    /// The few figures that the weights' file carries: no speed, so that the same data gives the same bytes.
    pub fn brief(&self) -> serde_json::Value {
        let round = |x: f64| (x * 1000.0).round() / 1000.0;
        let level = |at: usize| {
            let row = self.levels.as_ref().and_then(|levels| levels.get(at));
            row.map(|row| round(ratio(row.get(at).copied().unwrap_or(0), row.iter().sum())))
        };
        let recalls = [0, 1, 2, 3].map(level);
        serde_json::json!({
            "posts": self.found.len(), "kind_macro_f1": self.kinds.as_ref().map(|k| round(k.0)),
            "recall_by_level": recalls,
            "acknowledge": self.acknowledge.iter().find(|a| a.0 == "all").map(|a| a.1.json()),
        })
    }

    /// All of it as JSON.
    pub fn json(&self, path: &str) -> serde_json::Value {
        let heads: serde_json::Map<_, _> = self
            .heads
            .iter()
            .map(|(name, ours, vader)| {
                (
                    (*name).to_string(),
                    serde_json::json!({"heard": ours.json(), "vader": vader.map(|v| v.json())}),
                )
            })
            .collect();
        serde_json::json!({
            "file": path, "heads": heads,
            "kind_macro_f1": self.kinds.as_ref().map(|k| k.0),
            "levels": self.levels, "order": self.order.0, "vader_order": self.order.1,
            "acknowledge": self.acknowledge.iter().map(|(l, b)| (l.clone(), b.json())).collect::<serde_json::Map<_, _>>(),
            "emergencies_acknowledged": (self.emergencies.1 > 0).then(|| ratio(self.emergencies.0, self.emergencies.1)),
            "language_right": self.languages.map(|(right, all)| ratio(right, all)),
            "named": self.named.json(),
            "posts_per_s": self.ours_per_s, "vader_posts_per_s": self.vader_per_s,
        })
    }

    /// Prints the tables, and the worst mistakes, if any are asked for.
    pub fn print(&self, posts: &[Labelled], worst: usize) {
        say!(
            "  {:<34} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}   {:>6} {:>6}",
            "",
            "yes",
            "prec",
            "recall",
            "mF1",
            "AUC",
            "ECE",
            "VADER",
            "AUC"
        );
        for (name, ours, vader) in &self.heads {
            let own = format!(
                "  {:<34} {:>6} {:>6.1} {:>6.1} {:>6.1} {:>6.3} {:>6.3}",
                name,
                ours.yes,
                ours.precision * 100.0,
                ours.recall * 100.0,
                ours.macro_f1 * 100.0,
                ours.auc,
                ours.ece
            );
            match vader {
                Some(vader) => say!("{own}   {:>6.1} {:>6.3}", vader.macro_f1 * 100.0, vader.auc),
                None => say!("{own}   called: {:.1} %", ours.called * 100.0),
            }
        }
        for (lang, binary) in &self.acknowledge {
            say!(
                "  {:<34} {:>6} {:>6.1} {:>6.1} {:>6.1} {:>6.3}",
                format!("acknowledge ({lang})"),
                binary.yes,
                binary.precision * 100.0,
                binary.recall * 100.0,
                binary.macro_f1 * 100.0,
                binary.auc
            );
        }
        if let Some((f1, confusion)) = &self.kinds {
            say!("  kind, macro F1 {:.1}; rows are the truth", f1 * 100.0);
            let names: Vec<String> = Kind::ALL.into_iter().map(name).collect();
            say!(
                "  {:<12}{}",
                "",
                names.iter().map(|n| format!("{n:>10}")).collect::<String>()
            );
            for truth in &names {
                let cells: String = names
                    .iter()
                    .map(|called| {
                        let count = confusion
                            .get(&(truth.clone(), called.clone()))
                            .copied()
                            .unwrap_or(0);
                        format!("{count:>10}")
                    })
                    .collect();
                say!("  {truth:<12}{cells}");
            }
        }
        if let Some(levels) = &self.levels {
            say!("  level; rows are the truth");
            for (level, row) in levels.iter().enumerate() {
                let right = row.get(level).copied().unwrap_or(0);
                say!(
                    "  {level}  {}   recall {:.1}",
                    row.iter().map(|n| format!("{n:>6}")).collect::<String>(),
                    ratio(right, row.iter().sum()) * 100.0
                );
            }
        }
        let (got, owed) = self.emergencies;
        if owed > 0 {
            say!(
                "  of {owed} emergencies owed an acknowledgment {:.1} % get one, at whatever level",
                ratio(got, owed) * 100.0
            );
        }
        if self.levels.is_some() {
            say!(
                "  of two posts of different levels urgency finds the more urgent one in {:.1} %; VADER {:.1} %",
                self.order.0 * 100.0,
                self.order.1 * 100.0
            );
        }
        self.named.print();
        if let Some((right, all)) = self.languages {
            say!(
                "  language right in {:.1} % of {all}",
                ratio(right, all) * 100.0
            );
        }
        say!(
            "  {:.0} posts/s, one thread; VADER {:.0}: {:.1} times",
            self.ours_per_s,
            self.vader_per_s,
            self.ours_per_s / self.vader_per_s
        );
        if worst > 0 {
            self.print_worst(posts, worst);
        }
    }

    /// The posts whose judgement is furthest from their labels, level first.
    fn print_worst(&self, posts: &[Labelled], worst: usize) {
        let mut wrong: Vec<(f64, &Labelled, &Triage)> = posts
            .iter()
            .zip(&self.found)
            .map(|(post, found)| {
                let level = post.level.map_or(0.0, |level| {
                    (f64::from(level) - f64::from(u8::from(found.level))).abs()
                });
                let kind = post
                    .kind
                    .map_or(0.0, |kind| f64::from(u8::from(kind != found.kind)));
                let complaint = complaint(post).map_or(0.0, |truth| {
                    (f64::from(u8::from(truth)) - f64::from(found.complaint)).abs()
                });
                (2.0 * level + kind + complaint, post, found)
            })
            .collect();
        wrong.sort_by(|a, b| b.0.total_cmp(&a.0));
        say!("  the worst mistakes (truth -> called)");
        for (_, post, found) in wrong.into_iter().take(worst) {
            let text: String = post.text.chars().take(140).collect();
            say!(
                "    {} {} -> {} {} (complaint {:.2}) {}",
                post.kind.map(name).unwrap_or_default(),
                post.level.map(|l| l.to_string()).unwrap_or_default(),
                name(found.kind),
                u8::from(found.level),
                found.complaint,
                text.replace('\n', " ")
            );
        }
    }
}

fn complaint(post: &Labelled) -> Option<bool> {
    post.complaint
        .map(|c| c > 0.5)
        .or(post.kind.map(|k| k == Kind::Complaint))
}

fn praise(post: &Labelled) -> Option<bool> {
    post.praise
        .map(|p| p > 0.5)
        .or(post.kind.map(|k| k == Kind::Praise))
        .or_else(|| post.sentiment.as_ref()?.as_str().map(|s| s == "positive"))
        .or_else(|| post.sentiment.as_ref()?.as_i64().map(|s| s == 2))
}

fn macro_f1(confusion: &Confusion) -> f64 {
    let mut truths: BTreeMap<&str, usize> = BTreeMap::new();
    let mut calls: BTreeMap<&str, usize> = BTreeMap::new();
    let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
    for ((truth, called), count) in confusion {
        *truths.entry(truth).or_default() += count;
        *calls.entry(called).or_default() += count;
        if truth == called {
            *hits.entry(truth).or_default() += count;
        }
    }
    let sum: f64 = truths
        .iter()
        .map(|(kind, real)| {
            f1(
                hits.get(kind).copied().unwrap_or(0),
                calls.get(kind).copied().unwrap_or(0),
                *real,
            )
        })
        .sum();
    sum / truths.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_it_says_it_counts() {
        // Of three pairs of different levels one is in order, one is not, one is a tie.
        let leveled = [(0, 0.2), (1, 0.9), (2, 0.2), (2, 0.2)];
        assert_eq!(order(&leveled), (1.0 + 0.0 + 0.5 + 0.0 + 0.5) / 5.0);
        let confusion = BTreeMap::from([
            (("a".to_string(), "a".to_string()), 1),
            (("b".to_string(), "a".to_string()), 1),
        ]);
        assert!((macro_f1(&confusion) - (2.0 / 3.0) / 2.0).abs() < 1e-9);
    }
}
