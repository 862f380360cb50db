//! When a crowd is no ordinary hour: the recipe of insight.md, section 1, for one source.
//!
//! Counted are different people in the last 5 and 15 minutes, for each cell (what happened, and where if known) and
//! for the whole source. What is expected comes from the same time of the last four weeks, the cell's share of the
//! last 28 days, the last day's level, and the hour before; the other cells' last hour takes campaigns out. The alarm
//! is the tail of a negative binomial, whose dispersion is learnt from the source itself.
//!
//! Pure, and the same code in the object, the tests and `heard simulate pulse`.

use super::distinct::Distinct;
use crate::cell::{TOTAL, parent};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The fewest people that make a crowd.
pub const LEAST: u32 = 5;

/// The fewest while a source has less than [`YOUNG_DAYS`] of history.
pub const LEAST_YOUNG: u32 = 8;

/// The fewest in a cell where fewer than [`RARE`] are expected in a quarter of an hour: there five are a conversation
/// as often as a crowd. Of 26 false alarms in eight simulated months, 19 were five to seven people in such a cell.
pub const LEAST_RARE: u32 = 8;

/// What is rare.
pub const RARE: f64 = 0.3;

/// Until when a source is too young for a baseline, in days.
pub const YOUNG_DAYS: i64 = 14;

/// False alarms wanted of all cells of a source together, a minute: some 1.7 a month if every minute were a draw of
/// its own; most are not, and the simulations say how many there are.
pub const ALPHA: f64 = 4e-5;

/// For how long one alarm lasts past its last sign, in minutes.
pub const QUIET_MIN: i64 = 60;

/// How long minutes are kept: the hour before, and an hour that is not settled yet.
pub const KEPT_MIN: i64 = 140;

/// How long hours and days are kept, in days: four weeks, and the hour around.
pub const KEPT_DAYS: i64 = 30;

/// The windows, in minutes.
pub const WINDOWS: [i64; 2] = [5, 15];

/// The most cells of a source; what comes past them counts in the source's total alone.
pub const MOST_CELLS: usize = 400;

/// An hour in which nothing came although so many people were expected says that nothing reached us, and is no
/// baseline.
const SILENT: f64 = 5.0;

const HOUR: i64 = 60;
const DAY_HOURS: i64 = 24;
const WEEK_HOURS: i64 = 168;

/// Who wrote in a minute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Minute {
    /// Everybody.
    pub all: Distinct,
    /// By cell.
    pub cells: BTreeMap<String, Distinct>,
}

impl Minute {
    /// Adds what another saw of the same minute.
    pub fn merge(&mut self, other: &Self) {
        self.all.merge(&other.all);
        for (cell, seen) in &other.cells {
            let is_made_up = cell.contains('@');
            if !is_made_up || self.cells.len() < MOST_CELLS || self.cells.contains_key(cell) {
                self.cells.entry(cell.clone()).or_default().merge(seen);
            }
        }
    }
}

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
fn band(m: f64) -> usize {
    usize::from(m >= RARE) + usize::from(m >= 3.0)
}

impl Phi {
    /// 0.85 a day: a fortnight is forgotten by nine tenths.
    fn decay(&mut self) {
        let quarter = 0.85_f64.powf(1.0 / 96.0);
        for sum in self.over.iter_mut().chain(&mut self.of) {
            *sum *= quarter;
        }
    }

    /// Learns from a quarter of an hour: `x` people where `m` were expected.
    fn learn(&mut self, x: f64, m: f64) {
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
    /// The dispersion.
    pub phi: Phi,
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
        for (cell, n) in self.days.values().flatten() {
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

    fn forget(&mut self, hour: i64) {
        self.hours = self.hours.split_off(&(hour - KEPT_DAYS * DAY_HOURS));
        let day = hour.div_euclid(DAY_HOURS);
        self.days = self.days.split_off(&(day - 28));
    }
}

/// The chance of at least `n` where `m` are expected, with dispersion `phi`: the tail of a negative binomial.
pub fn tail(n: u32, m: f64, phi: f64) -> f64 {
    if n == 0 {
        return 1.0;
    }
    if m <= 0.0 {
        return 0.0;
    }
    let k = 1.0 / phi;
    // The logarithm: with thousands expected the chance of none underflows.
    let mut log_p = -k * (phi * m).ln_1p();
    let step = m / (m + k);
    let mut below = 0.0;
    for i in 0..n {
        below += log_p.exp();
        log_p += ((k + f64::from(i)) / (f64::from(i) + 1.0) * step).ln();
    }
    // Below the mean the tail is most of it, and what it is not is the shorter sum.
    if f64::from(n) <= m {
        return (1.0 - below).clamp(0.0, 1.0);
    }
    let mut sum = 0.0;
    for i in n..n.saturating_add(100_000) {
        let p = log_p.exp();
        sum += p;
        let ratio = (k + f64::from(i)) / (f64::from(i) + 1.0) * step;
        // Past the peak the terms fall faster and faster: what is left is less than a geometric rest.
        if ratio < 1.0 && p * ratio / (1.0 - ratio) < sum * 1e-9 {
            break;
        }
        log_p += ratio.ln();
    }
    sum.min(1.0)
}

/// A crowd in a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Which cell.
    pub cell: String,
    /// The minute of it.
    pub minute: i64,
    /// In how many minutes.
    pub window: i64,
    /// How many people.
    pub people: u32,
    /// How many were expected.
    pub expected: f64,
    /// The chance of so many on an ordinary day.
    pub chance: f64,
    /// Whether it is new: the last sign of a crowd in that cell is more than [`QUIET_MIN`] ago.
    pub is_new: bool,
}

/// What a source is doing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Watch {
    /// Its past.
    pub past: Past,
    /// Its last minutes.
    pub minutes: BTreeMap<i64, Minute>,
    /// The last sign of a crowd in each cell.
    pub signs: BTreeMap<String, i64>,
    #[serde(skip)]
    cache: Option<Cached>,
}

#[derive(Clone, Debug, PartialEq)]
struct Cached {
    minute: i64,
    level: Option<Level>,
    hour: i64,
    shares: BTreeMap<String, f64>,
    cells: f64,
}

impl Watch {
    /// Takes in what came in a minute.
    pub fn take(&mut self, minute: i64, seen: &Minute) {
        self.minutes.entry(minute).or_default().merge(seen);
    }

    /// How many people wrote in a cell, from a minute up to and including another.
    pub fn people(&self, cell: &str, from: i64, to: i64) -> u32 {
        let minutes = self.minutes.range(from..=to).map(|(_, minute)| minute);
        Distinct::together(minutes.filter_map(|minute| match cell {
            TOTAL => Some(&minute.all),
            _ => minute.cells.get(cell),
        }))
    }

    /// Settles hours and quarters that are over, and forgets what is too old.
    pub fn settle(&mut self, now: i64) {
        let hour = now.div_euclid(HOUR);
        let oldest = self.minutes.keys().next().copied().unwrap_or(now);
        let mut quarter = self
            .past
            .next_quarter
            .unwrap_or(oldest.div_euclid(15))
            .max((now - KEPT_MIN + 15).div_euclid(15));
        while (quarter + 1) * 15 <= now {
            self.learn(quarter);
            quarter += 1;
        }
        self.past.next_quarter = Some(quarter);
        let mut next = self.past.next_hour.unwrap_or(oldest.div_euclid(HOUR));
        // Hours of which the minutes are gone (the object slept) were silent, and are settled as such.
        next = next.max(hour - KEPT_DAYS * DAY_HOURS);
        while next < hour {
            self.close(next);
            next += 1;
        }
        self.past.next_hour = Some(next);
        self.minutes = self.minutes.split_off(&(now - KEPT_MIN));
        self.signs.retain(|_, last| *last + QUIET_MIN >= now);
    }

    fn close(&mut self, hour: i64) {
        let (from, to) = (hour * HOUR, hour * HOUR + HOUR - 1);
        let n = self.people(TOTAL, from, to);
        let usual = self.past.usual(from + 30).unwrap_or(0.0);
        if n == 0 && usual >= SILENT {
            return;
        }
        self.past.first_hour.get_or_insert(hour);
        self.past.hours.insert(hour, n);
        let cells: BTreeSet<String> = self
            .minutes
            .range(from..=to)
            .flat_map(|(_, minute)| minute.cells.keys().cloned())
            .collect();
        let day = hour.div_euclid(DAY_HOURS);
        for cell in cells {
            let n = self.people(&cell, from, to);
            let today = self.past.days.entry(day).or_default();
            let is_made_up = cell.contains('@');
            if !is_made_up || today.len() < MOST_CELLS || today.contains_key(&cell) {
                *today.entry(cell).or_default() += n;
            }
        }
        self.past.forget(hour);
    }

    fn learn(&mut self, quarter: i64) {
        let to = quarter * 15 + 14;
        self.past.phi.decay();
        // Before there is a baseline, and in silence, there is nothing to vary from.
        if self.past.is_young(to) || self.people(TOTAL, to - 14, to) == 0 {
            return;
        }
        self.warm(to);
        let Some(known) = &self.cache else {
            return;
        };
        let mut cells: Vec<String> = known.shares.keys().cloned().collect();
        cells.push(TOTAL.to_string());
        let sixty = self.people(TOTAL, to - 59, to);
        for cell in cells {
            let x = self.people(&cell, to - 14, to);
            let m = self.expected(&cell, 15, to, sixty);
            self.past.phi.learn(f64::from(x), m);
        }
    }

    /// Computes what all cells of a minute have in common.
    fn warm(&mut self, minute: i64) {
        let hour = minute.div_euclid(HOUR);
        let cached = self.cache.take();
        self.cache = Some(match cached {
            Some(known) if known.minute == minute => known,
            Some(known) if known.hour == hour && known.cells > 1.0 => Cached {
                minute,
                level: self.past.level(minute),
                ..known
            },
            _ => {
                let (shares, cells) = self.past.shares();
                Cached {
                    minute,
                    level: self.past.level(minute),
                    hour,
                    shares,
                    cells,
                }
            }
        });
    }

    /// How many people are expected in a cell in the last `w` minutes; `sixty` wrote at all in the last hour.
    fn expected(&self, cell: &str, w: i64, now: i64, sixty: u32) -> f64 {
        let part = w as f64 / 60.0;
        // 75 to 15 minutes ago: an hour.
        let before = || f64::from(self.people(cell, now - 74, now - 15));
        let known = self.cache.as_ref();
        let level = known.and_then(|known| known.level);
        let (Some(known), Some(Level { h, l }), false) = (known, level, self.past.is_young(now))
        else {
            return (part * before()).max(0.02);
        };
        if cell == TOTAL {
            return (part * h * l).max(0.02);
        }
        let all: f64 = self.past.hours.len() as f64;
        let share = known.shares.get(cell).copied();
        // Never seen in 28 days: half a person, as the share of the others has it.
        let share = share
            .unwrap_or(0.5 / (h * all + 0.5 * known.cells).max(0.5))
            .min(1.0);
        let whole = known
            .shares
            .get(parent(cell))
            .copied()
            .unwrap_or(share)
            .max(share);
        let mine = self.people(parent(cell), now - 59, now);
        let others = f64::from(sixty.saturating_sub(mine));
        let others_expected = h * l * (1.0 - whole.min(1.0));
        let f = ((others + 5.0) / (others_expected + 5.0)).clamp(1.0, 4.0);
        let s = h * share * l * f;
        (part * s.max((s + before()) / 2.0)).max(0.02)
    }

    /// What stands out now. Cells in which nobody wrote in the last minutes cannot have begun to.
    pub fn look(&mut self, now: i64) -> Vec<Alarm> {
        self.warm(now);
        let sixty = self.people(TOTAL, now - 59, now);
        let fresh = self.minutes.range(now - 4..=now);
        let mut cells: BTreeSet<&str> = fresh
            .flat_map(|(_, minute)| minute.cells.keys().map(String::as_str))
            .collect();
        cells.insert(TOTAL);
        let known = self.cache.as_ref().map_or(1.0, |known| known.cells);
        // The total is a cell too; a source of which little is known yet has more than were seen.
        let alpha = ALPHA / (known + 1.0).max(10.0);
        let least = if self.past.is_young(now) {
            LEAST_YOUNG
        } else {
            LEAST
        };
        let mut found = Vec::new();
        for cell in cells {
            let best = WINDOWS
                .iter()
                .filter_map(|w| {
                    let people = self.people(cell, now - w + 1, now);
                    if people < least {
                        return None;
                    }
                    let expected = self.expected(cell, *w, now, sixty);
                    let quarter = expected * 15.0 / *w as f64;
                    if quarter < RARE && people < LEAST_RARE {
                        return None;
                    }
                    let chance = tail(people, expected, self.past.phi.value(quarter));
                    (chance < alpha / 2.0).then_some((*w, people, expected, chance))
                })
                .min_by(|a, b| a.3.total_cmp(&b.3));
            if let Some((window, people, expected, chance)) = best {
                found.push(Alarm {
                    cell: cell.to_string(),
                    minute: now,
                    window,
                    people,
                    expected,
                    chance,
                    is_new: !self.signs.contains_key(cell),
                });
            }
        }
        for alarm in &found {
            self.signs.insert(alarm.cell.clone(), now);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pulse::who::Who;

    /// The table of insight.md: how many it takes at φ = 0.1 with 40 cells.
    #[test]
    fn the_number_that_alarms_is_as_computed() {
        let needed = |m: f64| {
            (LEAST..1_000)
                .find(|n| tail(*n, m, 0.1) < ALPHA / 40.0 / 2.0)
                .unwrap()
        };
        let printed = [
            (0.1, 5),
            (0.25, 7),
            (0.5, 8),
            (1.0, 11),
            (2.0, 16),
            (5.0, 27),
            (10.0, 45),
            (20.0, 79),
        ];
        for (m, n) in printed {
            assert_eq!(needed(m), n, "m = {m}");
        }
    }

    /// With no dispersion to speak of it is Poisson's.
    #[test]
    fn the_tail_is_right_at_the_edges() {
        assert_eq!(tail(0, 3.0, 0.1), 1.0);
        assert_eq!(tail(5, 0.0, 0.1), 0.0);
        let poisson = 1.0 - (-2.0_f64).exp() * (1.0 + 2.0 + 2.0 + 4.0 / 3.0 + 2.0 / 3.0);
        assert!((tail(5, 2.0, 1e-7) - poisson).abs() < 1e-5);
        // Thousands expected: neither zero nor more than one.
        assert!((tail(5_000, 5_000.0, 0.1) - 0.5).abs() < 0.1);
        assert!(tail(1, 1e6, 0.02) > 0.999);
    }

    proptest::proptest! {
        #[test]
        fn more_people_are_less_likely_and_more_expected_are_likelier(
            n in 1_u32..200, m in 0.02_f64..100.0, phi in 0.02_f64..1.0
        ) {
            let p = tail(n, m, phi);
            proptest::prop_assert!((0.0..=1.0).contains(&p));
            proptest::prop_assert!(tail(n + 1, m, phi) <= p + 1e-12);
            proptest::prop_assert!(tail(n, m * 1.1, phi) >= p - 1e-9);
        }
    }

    fn minute(cell: &str, people: impl Iterator<Item = u64>) -> Minute {
        let mut made = Minute::default();
        for i in people {
            let who = Who(i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            made.all.add(who);
            made.cells.entry(cell.to_string()).or_default().add(who);
        }
        made
    }

    /// A source with ten people an hour, evenly, for so many days.
    fn quiet(days: i64) -> (Watch, i64) {
        let mut watch = Watch::default();
        let end = days * 1_440;
        for now in (0..end).step_by(6) {
            let cell = ["delayed", "refund", "staff", "stuck"][(now / 6 % 4) as usize];
            watch.take(now, &minute(cell, std::iter::once(now as u64)));
            watch.settle(now);
        }
        watch.settle(end);
        (watch, end)
    }

    #[test]
    fn forty_people_in_ten_minutes_are_found_in_three_and_alarm_once() {
        let (mut watch, start) = quiet(35);
        let mut first = None;
        let mut new = 0;
        for now in start..start + 70 {
            if now < start + 10 {
                let from = 1_000_000 + (now - start) as u64 * 4;
                watch.take(now, &minute("stuck", from..from + 4));
            }
            watch.settle(now);
            let alarms = watch.look(now);
            let stuck: Vec<_> = alarms.iter().filter(|a| a.cell == "stuck").collect();
            new += stuck.iter().filter(|alarm| alarm.is_new).count();
            if first.is_none() && !stuck.is_empty() {
                first = Some(now - start + 1);
            }
        }
        assert!(first.unwrap() <= 3, "{first:?}");
        assert_eq!(new, 1);
    }

    #[test]
    fn one_person_who_writes_forty_times_is_one() {
        let (mut watch, start) = quiet(35);
        for now in start..start + 10 {
            watch.take(now, &minute("stuck", std::iter::repeat_n(7, 4)));
            watch.settle(now);
            assert_eq!(watch.look(now), Vec::new());
        }
    }

    #[test]
    fn a_silent_day_is_no_baseline() {
        let (mut watch, start) = quiet(21);
        // A day in which nothing reached us, a week before the look.
        let silent = start + 1_440;
        for now in (silent..silent + 7 * 1_440).step_by(6) {
            watch.take(now, &minute("delayed", std::iter::once(now as u64)));
            watch.settle(now);
        }
        let usual = watch.past.usual(silent + 6 * 1_440 + 720).unwrap();
        assert!((usual - 10.0).abs() < 1.0, "{usual}");
        assert!(!watch.past.hours.contains_key(&(start / 60 + 12)));
    }

    #[test]
    fn a_young_source_asks_for_eight() {
        let (mut watch, start) = quiet(3);
        // One more wrote within the quarter of an hour before.
        watch.take(start, &minute("stuck", 1_000..1_006));
        assert_eq!(watch.look(start), Vec::new());
        watch.take(start, &minute("stuck", 1_006..1_012));
        assert!(watch.look(start).iter().any(|alarm| alarm.cell == "stuck"));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let (watch, _) = quiet(60);
        assert!(watch.minutes.len() as i64 <= KEPT_MIN + 1);
        assert!(watch.past.hours.len() as i64 <= KEPT_DAYS * 24 + 1);
        assert!(watch.past.days.len() <= 30);
    }

    #[test]
    fn what_is_stored_is_read_back_and_judges_the_same() {
        let (watch, start) = quiet(20);
        let text = serde_json::to_string(&watch).unwrap();
        let mut read: Watch = serde_json::from_str(&text).unwrap();
        let mut first = watch.clone();
        first.cache = None;
        let crowd = minute("stuck", 1_000..1_009);
        first.take(start, &crowd);
        read.take(start, &crowd);
        let (one, two) = (first.look(start), read.look(start));
        assert_eq!(one, two);
        assert!(!one.is_empty());
    }
}
