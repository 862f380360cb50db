//! What the desk has taught: a small correction of urgency, fitted to what people say was judged wrongly.
//!
//! It knows no words: [`BUCKETS`] numbers of one byte, found by the hashes of a post's words and pairs of words, and one
//! number for all posts. Lessons are added up ([`Sums`]), so that shards can be added up too, whatever their order; the
//! same lessons give the same adapter, to the byte.
//!
//! **What it may do is bounded.** It moves the urgency of complaints and questions by at most [`MOST`] points, and only
//! below the emergencies: what is an emergency, what endangers somebody and what hints at despair it does not touch, and
//! nothing becomes an emergency by it. Kind, situation, danger and facts stay as they were judged.

use super::text::{Shape, Text};
use crate::judgement::{Kind, Level, Triage};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many numbers it has beside the one for all posts: with its frame it stays under four kilobytes as JSON.
pub const BUCKETS: usize = 2_048;

/// The most by which it moves urgency, in points: a band, and not two.
pub const MOST: i64 = 25;

/// Less than this is noise, and moves nothing.
const LEAST: i64 = 5;

/// In how many lessons a word must be that somebody corrected: one odd correction teaches nothing.
const SEEN: i64 = 3;

/// How much a correction weighs beside a judgement that nobody contradicted.
const SAID: i64 = 4;

/// How many lessons of its own kind a bucket's number is held back by, and that of all posts.
const HOLD: i64 = 8;
const HOLD_ALL: i64 = 400;

/// How many of a text's words are read: a long one says what it is about at its beginning.
const READ: usize = 80;

/// The highest urgency that is no emergency.
const TOP: i64 = 79;

/// A post of which it is known what should have been judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson<'a> {
    /// What it says.
    pub text: &'a str,
    /// How urgent the model finds it: 0 to 100.
    pub urgency: u8,
    /// How soon a person was needed.
    pub should: Level,
    /// Whether somebody said so; else nobody who dealt with it contradicted.
    pub said: bool,
}

/// Lessons, added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sums {
    /// How many corrections.
    pub said: i64,
    /// How many judgements that nobody contradicted.
    pub kept: i64,
    /// How many in all, and what they were off.
    all: (i64, i64),
    /// By bucket: their weight, what they were off times their weight, and how many of them were corrections.
    buckets: BTreeMap<u16, (i64, i64, i64)>,
}

/// The buckets of a text: of its words and of pairs that follow one another.
fn buckets(text: &str) -> BTreeSet<u16> {
    let text = Text::read(text);
    let words = text.tokens.iter().filter(|one| one.shape == Shape::Word);
    let mut found = BTreeSet::new();
    let mut before: Option<u32> = None;
    for word in words.take(READ) {
        found.insert(bucket(word.hash));
        if let Some(before) = before {
            found.insert(bucket(before.rotate_left(7) ^ word.hash));
        }
        before = Some(word.hash);
    }
    found
}

fn bucket(hash: u32) -> u16 {
    // Of 32 bits the upper 11: as many as there are buckets.
    u16::try_from(hash.wrapping_mul(0x9e37_79b1) >> 21).unwrap_or(0)
}

impl Sums {
    /// Adds a lesson. What was or should be an emergency teaches nothing here.
    pub fn learn(&mut self, lesson: &Lesson<'_>) {
        let urgency = i64::from(lesson.urgency);
        if lesson.should == Level::Emergency || urgency > TOP {
            return;
        }
        let off = match Level::of_urgency(lesson.urgency) == lesson.should {
            true => 0,
            // A correction is drawn to the middle of its level's band.
            false => i64::from(lesson.should.middle()) - urgency,
        };
        let weight = match lesson.said {
            true => SAID,
            false => 1,
        };
        let said = i64::from(lesson.said);
        self.said += said;
        self.kept += 1 - said;
        // A correction weighs no more than others here: whoever corrects has picked what is wrong.
        self.all.0 += 1;
        self.all.1 += off;
        for bucket in buckets(lesson.text) {
            let sum = self.buckets.entry(bucket).or_default();
            *sum = (sum.0 + weight, sum.1 + weight * off, sum.2 + said);
        }
    }

    /// Adds what another shard has.
    pub fn add(&mut self, other: &Sums) {
        self.said += other.said;
        self.kept += other.kept;
        self.all.0 += other.all.0;
        self.all.1 += other.all.1;
        for (bucket, more) in &other.buckets {
            let sum = self.buckets.entry(*bucket).or_default();
            *sum = (sum.0 + more.0, sum.1 + more.1, sum.2 + more.2);
        }
    }
}

/// What the desk has taught.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// By how much all posts are moved, in points.
    pub all: i64,
    /// By bucket, those that are not nothing.
    pub words: BTreeMap<u16, i8>,
    /// From how many corrections.
    pub said: i64,
    /// And how many judgements that nobody contradicted.
    pub kept: i64,
}

/// The nearest whole number to a fraction, away from nothing in the middle.
fn nearest(n: i64, of: i64) -> i64 {
    let half = of / 2;
    (n + if n < 0 { -half } else { half })
        .checked_div(of)
        .unwrap_or(0)
}

impl Adapter {
    /// What these lessons come to. Integers alone, so that every machine fits the same.
    pub fn fit(sums: &Sums) -> Self {
        let all = nearest(sums.all.1, sums.all.0 + HOLD_ALL).clamp(-MOST, MOST);
        let fitted = sums.buckets.iter().filter(|(_, (.., said))| *said >= SEEN);
        let mut words: Vec<(u16, i8)> = fitted
            .filter_map(|(bucket, (weight, off, _))| {
                let points = nearest(off - all * weight, weight + HOLD).clamp(-MOST, MOST);
                let points = i8::try_from(points).ok().filter(|points| *points != 0)?;
                Some((*bucket, points))
            })
            .collect();
        // The strongest, where there are more than fit.
        words.sort_by_key(|(bucket, points)| (-i32::from(points.unsigned_abs()), *bucket));
        words.truncate(LARGEST);
        Self {
            all,
            words: words.into_iter().collect(),
            said: sums.said,
            kept: sums.kept,
        }
    }

    /// By how many points it moves a text: what it moves all posts by, and a third of what the three strongest of its words
    /// say together: one word alone says a third.
    pub fn points(&self, text: &str) -> i64 {
        let mut found: Vec<i64> = buckets(text)
            .iter()
            .filter_map(|bucket| self.words.get(bucket).copied().map(i64::from))
            .collect();
        found.sort_by_key(|points| (-points.abs(), *points));
        found.truncate(3);
        let sum: i64 = found.iter().sum();
        let points = (self.all + nearest(sum, 3)).clamp(-MOST, MOST);
        match points.abs() >= LEAST {
            true => points,
            false => 0,
        }
    }

    /// The judgement of a post as the desk would have it.
    pub fn applied(&self, text: &str, triage: Triage) -> Triage {
        let may = matches!(triage.kind, Kind::Complaint | Kind::Question)
            && triage.level != Level::Emergency
            && triage.danger.is_none()
            && !triage.despair;
        let points = if may { self.points(text) } else { 0 };
        if points == 0 {
            return triage;
        }
        let moved = (i64::from(triage.urgency) + points).clamp(0, TOP);
        let urgency = u8::try_from(moved).unwrap_or(triage.urgency);
        Triage {
            urgency,
            level: Level::of_urgency(urgency),
            ..triage
        }
    }
}

/// How many of its words' numbers are kept: each is at most ten bytes as JSON, and all stay under four kilobytes.
const LARGEST: usize = 380;
