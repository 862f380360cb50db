//! How right and how often triage says what happened: situations, dangers, facts, despair; and how true its chances are.
//!
//! A situation or danger is right where either of the corpus's two readers named it ([`Labelled::also`]).

use super::binary::{Binary, acknowledges};
use super::labelled::{Labelled, Or};
use crate::judgement::{Danger, Fact, Kind, Level, Situation, Triage};
use crate::triage::chance::logistic;
use crate::triage::head::{self, Answers};
use std::collections::BTreeMap;

/// Of so many, so many were named, and so many of these rightly.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    all: usize,
    named: usize,
    right: usize,
}

impl Share {
    fn count(&mut self, named: bool, right: bool) {
        self.all += 1;
        self.named += usize::from(named);
        self.right += usize::from(named && right);
    }

    fn named(self) -> f64 {
        part(self.named, self.all)
    }

    fn right(self) -> f64 {
        part(self.right, self.named)
    }

    fn json(self) -> serde_json::Value {
        serde_json::json!({"of": self.all, "named": self.named, "right": self.right})
    }
}

fn part(some: usize, all: usize) -> f64 {
    100.0 * some as f64 / all.max(1) as f64
}

/// Where the risk-coverage curve is read: the surest so many percent.
const COVERAGES: [usize; 5] = [20, 40, 50, 60, 80];

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Urgent posts whose situation is named, by language; `all` first.
    situations: BTreeMap<String, Share>,
    /// Of the surest so many percent of urgent posts, how many percent of the likeliest situations are right.
    curve: Vec<(usize, f64)>,
    dangers: BTreeMap<&'static str, Share>,
    facts: BTreeMap<&'static str, Share>,
    /// How it stands to the world: right, of how many.
    actual: (usize, usize),
    /// Posts in despair that are found, of how many.
    despair: (usize, usize),
    /// Ordinary posts, level 0 or 1 and no look-alikes, that are taken for one in despair, of how many; look-alikes, the same.
    false_despair: [(usize, usize); 2],
    /// Posts of level 0 or 1 that are called emergencies, of how many.
    false_emergencies: (usize, usize),
    /// Expected calibration errors: acknowledge, level 2 or more, situation.
    ece: [f64; 3],
}

fn is_right<T: PartialEq + Copy>(found: T, first: &Or<T>, also: &[Or<T>]) -> bool {
    std::iter::once(first)
        .chain(also)
        .any(|said| *said == Or::One(found))
}

/// Whether a post was written to look like one in despair, or is a neighbour of one.
fn looks_alike(post: &Labelled) -> bool {
    post.tags.iter().any(|tag| tag.contains("despair"))
}

impl Named {
    /// Measures judgements; with each post what the model answered it.
    pub fn of(rows: &[(&Labelled, &Triage, Answers)]) -> Named {
        let mut found = Named::default();
        let mut sure: Vec<(f32, bool)> = Vec::new();
        let mut owed = Vec::new();
        let mut urgent = Vec::new();
        for (post, triage, answers) in rows {
            found.situation(post, (triage, answers), &mut sure);
            found.rest(post, triage);
            let chance =
                |head: usize| f64::from(logistic(answers.get(head).copied().unwrap_or(0.0)));
            if let Some(truth) = post.acknowledge {
                owed.push((chance(head::ACKNOWLEDGE), acknowledges(triage), truth));
            }
            if let Some(level) = post.level {
                let is_urgent = triage.level >= Level::Urgent;
                urgent.push((chance(head::LEVEL + 1), is_urgent, level >= 2));
            }
        }
        sure.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.curve = COVERAGES
            .into_iter()
            .filter(|_| !sure.is_empty())
            .map(|percent| {
                let some = sure.get(..sure.len() * percent / 100).unwrap_or_default();
                (
                    percent,
                    part(some.iter().filter(|one| one.1).count(), some.len()),
                )
            })
            .collect();
        let situations: Vec<_> = sure
            .iter()
            .map(|(chance, right)| (f64::from(*chance), true, *right))
            .collect();
        found.ece = [owed, urgent, situations].map(|rows| Binary::of(&rows).ece);
        found
    }

    fn situation(
        &mut self,
        post: &Labelled,
        (triage, answers): (&Triage, &Answers),
        sure: &mut Vec<(f32, bool)>,
    ) {
        let (Some(first), true) = (&post.situation, post.level >= Some(2)) else {
            return;
        };
        let right = |situation: Situation| is_right(situation, first, &post.also);
        let is_right = triage.situation.is_some_and(right);
        let lang = post.lang.clone().unwrap_or_default();
        for key in ["all".to_owned(), lang] {
            let share = self.situations.entry(key).or_default();
            share.count(triage.situation.is_some(), is_right);
        }
        // The likeliest, named or not.
        let all = answers.get(head::SITUATION + 1..head::DANGER);
        let at = all.map(|all| head::best(all).0);
        if let Some(likeliest) = at.and_then(|at| Situation::ALL.get(at)) {
            sure.push((triage.situation_chance, right(*likeliest)));
        }
    }

    fn rest(&mut self, post: &Labelled, triage: &Triage) {
        if let Some(danger) = &post.danger
            && let Some(named) = triage.danger
        {
            let also: Vec<Or<Danger>> = post.also_danger.into_iter().collect();
            let share = self.dangers.entry(named.as_str()).or_default();
            share.count(true, is_right(named, danger, &also));
        }
        if let Some(facts) = &post.facts {
            for fact in Fact::ALL {
                let share = self.facts.entry(fact.as_str()).or_default();
                share.count(triage.facts.contains(&fact), facts.contains(&fact));
            }
        }
        if let Some(actual) = post.actual {
            self.actual.0 += usize::from(actual == triage.actual);
            self.actual.1 += 1;
        }
        let in_despair =
            post.despair == Some(true) || post.danger == Some(Or::One(Danger::Despair));
        if in_despair {
            self.despair.0 += usize::from(triage.despair);
            self.despair.1 += 1;
        } else {
            let [ordinary, alike] = &mut self.false_despair;
            let which = if looks_alike(post) { alike } else { ordinary };
            which.0 += usize::from(triage.despair);
            which.1 += 1;
        }
        if post.level.is_some_and(|level| level < 2) && post.kind != Some(Kind::Attack) {
            self.false_emergencies.0 += usize::from(triage.level == Level::Emergency);
            self.false_emergencies.1 += 1;
        }
    }

    /// All of it as JSON.
    pub fn json(&self) -> serde_json::Value {
        let shares = |all: Vec<(&str, Share)>| -> serde_json::Map<String, serde_json::Value> {
            all.into_iter()
                .map(|(name, share)| (name.to_owned(), share.json()))
                .collect()
        };
        let [ordinary, alike] = self.false_despair;
        let [owed, level, situation] = self.ece;
        serde_json::json!({
            "situations": shares(self.situations.iter().map(|(lang, share)| (lang.as_str(), *share)).collect()),
            "situation_curve": self.curve,
            "dangers": shares(self.dangers.iter().map(|(name, share)| (*name, *share)).collect()),
            "facts": shares(self.facts.iter().map(|(name, share)| (*name, *share)).collect()),
            "actual": self.actual, "despair": self.despair, "false_despair": ordinary, "look_alikes_in_despair": alike,
            "false_emergencies": self.false_emergencies,
            "ece": serde_json::json!({"acknowledge": owed, "level": level, "situation": situation}),
        })
    }

    /// Prints the tables; nothing of what no post is labelled with.
    pub fn print(&self) {
        if !self.situations.is_empty() {
            say!("  situation, of urgent posts (either reader's is right)   named  right of those");
            for (lang, share) in &self.situations {
                say!(
                    "  {lang:<52} {:>6.1} % {:>6.1} %  of {}",
                    share.named(),
                    share.right(),
                    share.all
                );
            }
            let curve = self
                .curve
                .iter()
                .map(|(percent, right)| format!("{percent} %: {right:.1}"));
            say!(
                "  right of the likeliest, of the surest {}",
                curve.collect::<Vec<_>>().join(", ")
            );
        }
        let right = |shares: &BTreeMap<&str, Share>| {
            let shares = shares.iter().filter(|(_, share)| share.named > 0);
            let each =
                shares.map(|(name, share)| format!("{name} {}/{}", share.right, share.named));
            each.collect::<Vec<_>>().join(", ")
        };
        if !self.dangers.is_empty() {
            say!("  dangers right of those named: {}", right(&self.dangers));
        }
        if !self.facts.is_empty() {
            say!("  facts right of those named: {}", right(&self.facts));
        }
        let (found, all) = self.actual;
        if all > 0 {
            say!(
                "  how it stands to the world: right in {:.1} % of {all}",
                part(found, all)
            );
        }
        let (found, all) = self.despair;
        if all > 0 {
            say!(
                "  despair: {found} of {all} found ({:.1} %)",
                part(found, all)
            );
        }
        let [(cried, ordinary), (alike, look_alikes)] = self.false_despair;
        say!(
            "  taken for despair: {cried} of {ordinary} ordinary posts, {:.1} in 10,000; {alike} of {look_alikes} that look alike",
            part(cried, ordinary) * 100.0
        );
        let (cried, calm) = self.false_emergencies;
        if calm > 0 {
            say!(
                "  called emergencies: {cried} of {calm} posts of level 0 or 1, 1 in {:.0}",
                calm as f64 / cried.max(1) as f64
            );
        }
        let [owed, level, situation] = self.ece;
        say!(
            "  calibration error: acknowledge {owed:.3}, level {level:.3}, situation {situation:.3}"
        );
    }
}
