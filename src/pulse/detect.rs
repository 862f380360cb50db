//! When a crowd is no ordinary hour: the recipe of insight.md, section 1, for one source.
//!
//! Counted are different people in the last 5 and 15 minutes, for each cell (what happened, and where if known) and
//! for the whole source. What is expected comes from the same time of the last four weeks, the cell's share of the
//! last 28 days, the last day's level, and the hour before; the other cells' last hour takes campaigns out. The alarm
//! is the tail of a negative binomial, whose dispersion is learnt from the source itself.
//!
//! Pure, and the same code in the object, the tests and `heard simulate pulse`.

use super::chance::tail;
use super::distinct::Distinct;
use super::matter::{Bar, PHI, Said};
use super::past::{DAY_HOURS, HOUR, KEPT_DAYS, Level, Past, RARE, band};
use super::peaks::{FLOOR, SERIES};
use super::who::Who;
use crate::cell::{TOTAL, parent};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The fewest people that make a crowd.
pub const LEAST: u32 = 5;

/// The fewest while a source has less than [`super::past::YOUNG_DAYS`] of history.
pub const LEAST_YOUNG: u32 = 8;

/// The fewest in a cell where fewer than [`RARE`] are expected in a quarter of an hour: there five are a conversation
/// as often as a crowd. Of 26 false alarms in eight simulated months, 19 were five to seven people in such a cell.
pub const LEAST_RARE: u32 = 8;

/// The chance, for all cells of a source together, below which a minute stands out. The bar of the source's own days is
/// the stricter one wherever people answer each other ([`super::peaks`]).
pub const ALPHA: f64 = 4e-6;

/// The same for the whole source: a newsletter or a change of the clocks lifts everything, and nothing beside it says so.
/// A crowd shows in its cell or its word long before.
const ALPHA_TOTAL: f64 = 1e-9;

/// For how long one alarm lasts past its last sign, in minutes.
pub const QUIET_MIN: i64 = 60;

/// How long minutes are kept: the hour before, and an hour that is not settled yet.
pub const KEPT_MIN: i64 = 140;

/// The least that is expected, in people: nobody knows that nobody will come.
const LEAST_EXPECTED: f64 = 0.02;

/// How many words there are to watch, about.
const MATTERS: f64 = 2_000.0;

/// The windows, in minutes.
pub const WINDOWS: [i64; 2] = [5, 15];

/// The most cells of a source; what comes past them counts in the source's total alone.
pub const MOST_CELLS: usize = 400;

/// An hour in which nothing came although so many people were expected says that nothing reached us, and is no
/// baseline.
const SILENT: f64 = 5.0;

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
    /// The dispersion by which it was computed.
    pub phi: f64,
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
    /// Minutes of which something came since the last look.
    #[serde(skip)]
    touched: BTreeSet<i64>,
    #[serde(skip)]
    cache: Option<Cached>,
}

#[derive(Clone, Debug, PartialEq)]
struct Cached {
    minute: i64,
    level: Option<Level>,
    /// The first hour that is not settled: the shares are of those before.
    settled: i64,
    day: i64,
    shares: BTreeMap<String, f64>,
    cells: f64,
    bars: Vec<f64>,
}

impl Watch {
    /// Takes in what came in a minute.
    pub fn take(&mut self, minute: i64, seen: &Minute) {
        self.minutes.entry(minute).or_default().merge(seen);
        self.touched.insert(minute);
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
            .flat_map(|(_, minute)| minute.cells.keys())
            // What people make up is known by its words.
            .filter(|cell| !cell.contains('@'))
            .cloned()
            .collect();
        let day = hour.div_euclid(DAY_HOURS);
        for cell in cells {
            let n = self.people(&cell, from, to);
            let today = self.past.days.entry(day).or_default();
            *today.entry(cell).or_default() += n;
        }
        self.past.forget(hour);
        self.past.peaks.forget(day);
    }

    fn learn(&mut self, quarter: i64) {
        let to = quarter * 15 + 14;
        self.past.phi.decay();
        self.past.whole.decay();
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
        let busy = Busy {
            fifteen: self.people(TOTAL, to - 14, to),
            sixty: self.people(TOTAL, to - 59, to),
        };
        for cell in cells {
            let x = self.people(&cell, to - 14, to);
            let m = self.expected(&cell, 15, to, &busy);
            let phi = if cell == TOTAL {
                &mut self.past.whole
            } else {
                &mut self.past.phi
            };
            phi.learn(f64::from(x), m);
        }
    }

    /// Computes what all cells of a minute have in common.
    fn warm(&mut self, minute: i64) {
        let settled = self.past.next_hour.unwrap_or(i64::MIN);
        let day = minute.div_euclid(HOUR * DAY_HOURS);
        let cached = self.cache.take();
        self.cache = Some(match cached {
            Some(known) if known.minute == minute && known.settled == settled => known,
            Some(known) if known.settled == settled && known.day == day => Cached {
                minute,
                level: self.past.level(minute),
                ..known
            },
            _ => {
                let (shares, cells) = self.past.shares();
                Cached {
                    minute,
                    level: self.past.level(minute),
                    settled,
                    day,
                    shares,
                    cells,
                    bars: self.past.peaks.bars(day),
                }
            }
        });
    }

    /// How many people are expected in a cell in the last `w` minutes, at the least: by its usual share alone.
    fn usual(&self, cell: &str, w: i64, now: i64) -> Option<f64> {
        let known = self.cache.as_ref()?;
        let Level { h, l } = known.level?;
        let part = w as f64 / 60.0;
        if self.past.is_young(now) {
            return None;
        }
        if cell == TOTAL {
            return Some(part * h * l);
        }
        let all = self.past.hours.len() as f64;
        // Never seen in 28 days: half a person, as the share of the others has it.
        let unseen = 0.5 / (h * all + 0.5 * known.cells).max(0.5);
        let share = known.shares.get(cell).copied().unwrap_or(unseen).min(1.0);
        Some(part * h * l * share)
    }

    /// How many people are expected in a cell in the last `w` minutes; `busy` is how many wrote at all.
    fn expected(&self, cell: &str, w: i64, now: i64, busy: &Busy) -> f64 {
        let part = w as f64 / 60.0;
        // 75 to 15 minutes ago: an hour.
        let before = || f64::from(self.people(cell, now - 74, now - 15));
        let level = self.cache.as_ref().and_then(|known| known.level);
        let (Some(usual), Some(Level { h, l })) = (self.usual(cell, w, now), level) else {
            return (part * before()).max(LEAST_EXPECTED);
        };
        if cell == TOTAL {
            return usual.max(LEAST_EXPECTED);
        }
        let known = self.cache.as_ref();
        let share_of = |cell: &str| known.and_then(|known| known.shares.get(cell)).copied();
        let whole = share_of(parent(cell)).or(share_of(cell)).unwrap_or(0.0);
        // How much more the others write than usual: in the last hour, or just now, as when a newsletter went out.
        let up = |minutes: i64, all: u32| {
            let mine = self.people(parent(cell), now - minutes + 1, now);
            let others = f64::from(all.saturating_sub(mine));
            let usual = h * l * (1.0 - whole.min(1.0)) * minutes as f64 / 60.0;
            ((others + 5.0) / (usual + 5.0)).clamp(1.0, 4.0)
        };
        let f = up(60, busy.sixty).max(up(15, busy.fifteen));
        let s = usual * f;
        s.max((s + part * before()) / 2.0).max(LEAST_EXPECTED)
    }

    /// The dispersion of a cell in which so many are expected in a quarter of an hour.
    fn phi(&self, cell: &str, quarter: f64) -> f64 {
        match cell {
            TOTAL => self.past.whole.value(quarter),
            _ => self.past.phi.value(quarter),
        }
    }

    /// What stands out now, and in windows that end with minutes of which something came late.
    pub fn look(&mut self, now: i64, said: &Said<'_>) -> Vec<Alarm> {
        let mut ends: BTreeSet<i64> = std::mem::take(&mut self.touched)
            .into_iter()
            .flat_map(|minute| [minute, minute + 4])
            .filter(|end| (now - QUIET_MIN..=now).contains(end))
            .collect();
        ends.insert(now);
        let mut found: BTreeMap<String, Alarm> = BTreeMap::new();
        for end in ends {
            for alarm in self.look_at(end, said) {
                let known = found.get(&alarm.cell);
                if known.is_none_or(|known| alarm.chance < known.chance) {
                    found.insert(alarm.cell.clone(), alarm);
                }
            }
        }
        let found: Vec<Alarm> = found.into_values().collect();
        for alarm in &found {
            self.signs.insert(alarm.cell.clone(), now);
        }
        found
    }

    /// What stands out in windows that end with `now`. Cells in which nobody wrote in the last minutes cannot have begun
    /// to.
    fn look_at(&mut self, now: i64, said: &Said<'_>) -> Vec<Alarm> {
        self.warm(now);
        let busy = Busy {
            fifteen: self.people(TOTAL, now - 14, now),
            sixty: self.people(TOTAL, now - 59, now),
        };
        let is_young = self.past.is_young(now);
        let fresh = self.minutes.range(now - 4..=now);
        // A hashtag is a word: its crowds are found among the words, once there are enough to compare with.
        let mut cells: BTreeSet<String> = fresh
            .flat_map(|(_, minute)| minute.cells.keys())
            .filter(|cell| is_young || !cell.contains('@'))
            .cloned()
            .collect();
        cells.insert(TOTAL.to_string());
        let known = self.cache.as_ref();
        let bars = known.map(|known| known.bars.clone()).unwrap_or_default();
        let bar = |series: usize| bars.get(series).copied().unwrap_or(0.0);
        // The total is a cell too; a source of which little is known yet has more than were seen.
        let alpha = ALPHA / (known.map_or(1.0, |known| known.cells) + 1.0).max(10.0);
        let least = if is_young { LEAST_YOUNG } else { LEAST };
        let mut peaks = [FLOOR; SERIES];
        let mut found = Vec::new();
        for cell in &cells {
            let mut best: Option<(i64, u32, f64, f64, f64)> = None;
            for (at, w) in WINDOWS.into_iter().enumerate() {
                let people = self.people(cell, now - w + 1, now);
                let usual = self.usual(cell, w, now).unwrap_or(0.0);
                if people < least || f64::from(people) <= usual {
                    continue;
                }
                // By the lower bound first: most minutes are ordinary, and the rest of it is dear.
                let quarter = usual * 15.0 / w as f64;
                if usual > LEAST_EXPECTED && tail(people, usual, self.phi(cell, quarter)) > 0.001 {
                    continue;
                }
                let expected = self.expected(cell, w, now, &busy);
                let quarter = expected * 15.0 / w as f64;
                let phi = self.phi(cell, quarter);
                let chance = tail(people, expected, phi);
                let surprise = -chance.max(1e-80).ln();
                let kind = if cell == TOTAL { 3 } else { band(quarter) };
                let series = kind * WINDOWS.len() + at;
                if let Some(peak) = peaks.get_mut(series) {
                    *peak = peak.max(surprise);
                }
                let are_few = quarter < RARE && people < LEAST_RARE;
                let must = if cell == TOTAL {
                    ALPHA_TOTAL
                } else {
                    alpha / 2.0
                };
                let stands_out = !are_few && chance < must && surprise > bar(series);
                if stands_out && best.is_none_or(|(.., least)| chance < least) {
                    best = Some((w, people, expected, phi, chance));
                }
            }
            found.extend(best.map(|(window, people, expected, phi, chance)| Alarm {
                cell: cell.clone(),
                minute: now,
                window,
                people,
                expected,
                chance,
                phi,
                is_new: !self.signs.contains_key(cell),
            }));
        }
        let stirred: Vec<&str> = self
            .signs
            .keys()
            .map(String::as_str)
            .filter(|cell| *cell != TOTAL && !cell.contains('@'))
            .collect();
        let matters: Vec<&str> = self
            .signs
            .keys()
            .map(String::as_str)
            .filter(|cell| cell.contains('@'))
            .collect();
        let first = SERIES - WINDOWS.len();
        let hold = Bar {
            alpha: ALPHA / 2.0 / MATTERS,
            least: LEAST_RARE,
            surprise: [bar(first), bar(first + 1)],
        };
        let look = if is_young {
            super::matter::Look::default()
        } else {
            said.look(now, WINDOWS, hold, &matters, &stirred)
        };
        for (at, peak) in look.peaks.into_iter().enumerate() {
            if let Some(most) = peaks.get_mut(first + at) {
                *most = most.max(peak);
            }
        }
        // Whoever names the matter of a crowd of many cells makes none of those cells a crowd of its own.
        let of_many: Vec<&str> = look
            .found
            .iter()
            .filter_map(|one| one.cell.strip_prefix("*@"))
            .collect();
        if !of_many.is_empty() {
            let [_, longest] = WINDOWS;
            let theirs = said.who_name(&of_many, now - longest + 1, now);
            found.retain(|alarm| {
                let rest = self.people_but(&alarm.cell, now - alarm.window + 1, now, &theirs);
                alarm.cell == TOTAL || tail(rest, alarm.expected, alarm.phi) < alpha / 2.0
            });
        }
        found.extend(look.found.into_iter().map(|one| Alarm {
            is_new: !self.signs.contains_key(&one.cell),
            cell: one.cell,
            minute: now,
            window: one.window,
            people: one.people,
            expected: one.expected,
            chance: one.chance,
            phi: PHI,
        }));
        if !is_young {
            let day = now.div_euclid(HOUR * DAY_HOURS);
            for (series, peak) in peaks.into_iter().enumerate() {
                self.past.peaks.note(day, series, peak);
            }
        }
        found
    }

    /// How many people wrote in a cell but for these; where they are too many to be known one by one, all.
    fn people_but(&self, cell: &str, from: i64, to: i64, but: &BTreeSet<Who>) -> u32 {
        let minutes = self.minutes.range(from..=to).map(|(_, minute)| minute);
        let sets = minutes.filter_map(|minute| minute.cells.get(cell));
        let mut rest: BTreeSet<Who> = BTreeSet::new();
        for set in sets {
            match set {
                Distinct::Exact(all) => rest.extend(all.difference(but)),
                Distinct::Sketch(_) => return self.people(cell, from, to),
            }
        }
        u32::try_from(rest.len()).unwrap_or(u32::MAX)
    }
}

/// How many people wrote at all lately.
struct Busy {
    fifteen: u32,
    sixty: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pulse::who::Who;

    fn minute(cell: &str, people: impl Iterator<Item = u64>) -> Minute {
        let mut made = Minute::default();
        for i in people {
            let who = Who(i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            made.all.add(who);
            made.cells.entry(cell.to_string()).or_default().add(who);
        }
        made
    }

    fn look(watch: &mut Watch, now: i64) -> Vec<Alarm> {
        let said = Said {
            recent: &BTreeMap::new(),
            words: &crate::pulse::words::Words::default(),
        };
        watch.look(now, &said)
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
            let alarms = look(&mut watch, now);
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
            assert_eq!(look(&mut watch, now), Vec::new());
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
        assert_eq!(look(&mut watch, start), Vec::new());
        watch.take(start, &minute("stuck", 1_006..1_012));
        assert!(
            look(&mut watch, start)
                .iter()
                .any(|alarm| alarm.cell == "stuck")
        );
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
        let (one, two) = (look(&mut first, start), look(&mut read, start));
        assert_eq!(one, two);
        assert!(!one.is_empty());
    }
}
