//! What is known of a source's past, and what is expected of an hour by it.

use super::peaks::Peaks;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is rare: fewer people expected in a quarter of an hour.
pub const RARE: f64 = 0.3;

/// Until when a source is too young for a baseline, in days.
pub const YOUNG_DAYS: i64 = 14;

/// How long hours and days are kept, in days: four weeks, and the hour around.
pub const KEPT_DAYS: i64 = 30;

pub(super) const HOUR: i64 = 60;
pub(super) const DAY_HOURS: i64 = 24;
const WEEK_HOURS: i64 = 168;

/// How much more cells vary than chance: what is learnt of it, apart for rare, usual and busy ones.
///
/// One for all is ruled by the busy ones, whose squares are the largest; and people answer each other, which makes a
/// rare cell vary far more for its size. On months simulated with such conversations the single one gave 4.5 false alarms
/// a source-month at 10 people an hour and at 60 (two months each), three gave 2.5 and 4.0 (four months each).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phi {
    over: [f64; 3],
    of: [f64; 3],
}

impl Default for Phi {
    /// As if a little had been seen: 0.5 for rare cells, 0.2 for usual ones, 0.1 for busy ones.
    fn default() -> Self {
        Self {
            over: [0.5, 0.4, 0.5],
            of: [1.0, 2.0, 5.0],
        }
    }
}

/// The band of a cell in which so many are expected in a quarter of an hour.
pub(super) fn band(m: f64) -> usize {
    usize::from(m >= RARE) + usize::from(m >= 3.0)
}

impl Phi {
    /// 0.85 a day: a fortnight is forgotten by nine tenths.
    pub(super) fn decay(&mut self) {
        let quarter = 0.85_f64.powf(1.0 / 96.0);
        for sum in self.over.iter_mut().chain(&mut self.of) {
            *sum *= quarter;
        }
    }

    /// Learns from a quarter of an hour: `x` people where `m` were expected.
    pub(super) fn learn(&mut self, x: f64, m: f64) {
        // Capped, so that one incident does not blind us for weeks; not so low that a rare cell's own two or three
        // count for nothing.
        let most = 9.0 * (m + m * m) + 6.0;
        let at = band(m);
        if let (Some(over), Some(of)) = (self.over.get_mut(at), self.of.get_mut(at)) {
            *over += ((x - m).powi(2) - m).min(most);
            *of += m * m;
        }
    }

    /// The dispersion of a cell in which so many are expected in a quarter of an hour.
    pub fn value(&self, m: f64) -> f64 {
        let at = band(m);
        let most = if at == 0 { 3.0 } else { 1.0 };
        match (self.over.get(at), self.of.get(at)) {
            (Some(over), Some(of)) if *of > 0.0 => (over / of).clamp(0.02, most),
            _ => 0.1,
        }
    }
}

/// What is known of a source's past: people an hour, and an hour's people by cell, summed a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Past {
    /// People by the number of the hour; hours in which nothing reached us are missing.
    pub hours: BTreeMap<i64, u32>,
    /// By the number of the day.
    pub days: BTreeMap<i64, BTreeMap<String, u32>>,
    /// The dispersion of its cells.
    pub phi: Phi,
    /// That of its total.
    pub whole: Phi,
    /// Its least likely moments of each day.
    pub peaks: Peaks,
    /// The first hour that was ever settled.
    pub first_hour: Option<i64>,
    /// The first hour that is not settled.
    pub next_hour: Option<i64>,
    /// The first quarter of an hour that was not learnt from.
    pub next_quarter: Option<i64>,
}

/// What is expected of a source at a time, but for the cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// People an hour by the same time of four weeks.
    pub h: f64,
    /// The last day's level against it.
    pub l: f64,
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    let n = all.len();
    let at = |i: usize| all.get(i).copied().unwrap_or(0.0);
    if n % 2 == 1 {
        at(n / 2)
    } else if n == 0 {
        0.0
    } else {
        (at(n / 2 - 1) + at(n / 2)) / 2.0
    }
}

impl Past {
    /// People an hour around a minute of an earlier week: the mean over two hours; `None` where too little of them
    /// is known.
    fn around(&self, minute: i64) -> Option<f64> {
        let from = minute - HOUR;
        let first = from.div_euclid(HOUR);
        let into = from.rem_euclid(HOUR) as f64 / 60.0;
        let parts = [(first, 1.0 - into), (first + 1, 1.0), (first + 2, into)];
        let known = parts
            .iter()
            .filter_map(|(hour, part)| Some((f64::from(*self.hours.get(hour)?) * part, *part)));
        let (sum, of) = known.fold((0.0, 0.0), |(s, o), (value, part)| (s + value, o + part));
        (of >= 1.0).then(|| sum / of)
    }

    /// People an hour by the same time of four earlier weeks, each capped so that an old incident blinds nobody.
    pub fn usual(&self, minute: i64) -> Option<f64> {
        let weeks: Vec<f64> = (1..=4)
            .filter_map(|week| self.around(minute - week * WEEK_HOURS * HOUR))
            .collect();
        if weeks.is_empty() {
            return None;
        }
        let most = 2.0 * median(weeks.clone()) + 3.0;
        let n = weeks.len() as f64;
        Some(weeks.iter().map(|week| week.min(most)).sum::<f64>() / n)
    }

    /// What is expected of the source at a minute.
    pub fn level(&self, minute: i64) -> Option<Level> {
        let h = self.usual(minute)?;
        let hour = minute.div_euclid(HOUR);
        let (mut came, mut expected) = (0.0, 0.0);
        for hour in hour - DAY_HOURS..hour {
            // What never reached us says nothing of the level.
            if let (Some(n), Some(usual)) = (self.hours.get(&hour), self.usual(hour * HOUR + 30)) {
                came += f64::from(*n);
                expected += usual;
            }
        }
        let l = ((came + 20.0) / (expected + 20.0)).clamp(0.5, 3.0);
        Some(Level { h, l })
    }

    /// Each cell's share of the source over 28 days, and how many cells there are.
    pub fn shares(&self) -> (BTreeMap<String, f64>, f64) {
        let mut sums: BTreeMap<String, u32> = BTreeMap::new();
        // Days from before words were compared hold hashtags too.
        let days = self.days.values().flatten();
        for (cell, n) in days.filter(|(cell, _)| !cell.contains('@')) {
            *sums.entry(cell.clone()).or_default() += n;
        }
        let cells = sums.len().max(1) as f64;
        let all: f64 = self.hours.values().map(|n| f64::from(*n)).sum();
        let share = |n: u32| (f64::from(n) + 0.5) / (all + 0.5 * cells);
        (
            sums.into_iter().map(|(cell, n)| (cell, share(n))).collect(),
            cells,
        )
    }

    /// Whether there is too little of it for a baseline.
    pub fn is_young(&self, minute: i64) -> bool {
        let hour = minute.div_euclid(HOUR);
        self.first_hour
            .is_none_or(|first| hour - first < YOUNG_DAYS * DAY_HOURS)
    }

    pub(super) fn forget(&mut self, hour: i64) {
        self.hours = self.hours.split_off(&(hour - KEPT_DAYS * DAY_HOURS));
        let day = hour.div_euclid(DAY_HOURS);
        self.days = self.days.split_off(&(day - 28));
    }
}
