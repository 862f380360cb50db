//! A source's habit: how many deliveries came in each half hour of the last weeks, and whether its
//! silence of now is against it.
//!
//! The rule, in a sentence: **a source is quiet where, at this time of day, on every comparable day of
//! the last four weeks, at least [`LEAST`] deliveries came in a time as long as its silence.**
//!
//! It is a comparison and no model, because deliveries come in bursts and follow no law: the silence
//! that is longer than any that this time of day has seen in four weeks is told, and no other. So a
//! source that is always sparse, quiet at night or closed at weekends is never told, and one that had
//! a delivery every minute is told within the hour (with ten an hour, within some three). What it
//! gives up: a source is not told for a silence as long as one that it had lately at that hour, an
//! outage included.
//!
//! Comparable are days of the same kind (Monday to Friday, or the weekend; in UTC): each time that is
//! compared holds as much of a weekend as the silence does. It is laid over each of them at its own
//! time of day and up to an hour earlier and later, and an hour of it is let go: nobody is punctual,
//! and when clocks change everybody moves by an hour.

use serde::Serialize;
use std::collections::BTreeMap;

/// The half hour: the grain of the habit. An hour of silence always holds a whole one.
const SLOT_MS: i64 = 30 * 60_000;

/// Half hours in a day.
pub const SLOTS: usize = 48;
const DAY_SLOTS: i64 = 48;

/// How many days back a silence is compared: four weeks, so that weekends have eight days.
const DAYS: i64 = 28;

/// How many days back counts are worth keeping, from the last delivery on: a silence looks back that
/// far from where it began.
pub const DAYS_KEPT: i64 = DAYS + 1;

/// How many comparable days there must be. With an hour either way that is twenty times looked at;
/// and a new source has a habit by its first Friday.
const DAYS_LEAST: usize = 4;

/// How many deliveries each of those times must have brought. Where independent arrivals bring ten or
/// more twenty times in a row they bring some fifteen on average, and then none in fewer than one of
/// a million times; with five it was one of a few hundred, and sparse sources were told.
const LEAST: u64 = 10;

/// How far a day may be out of step, in half hours, both ways; and how much of a silence is let go,
/// so that an opening hour may come as much later.
const SHIFT: i64 = 2;

/// The longest stretch of a silence that is compared, in half hours: three days, so that a source
/// with a few deliveries a day is told when they stop. More of it says nothing more.
const STRETCH: i64 = 3 * DAY_SLOTS;

/// When deliveries came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Habit {
    /// The first that is known: epoch milliseconds.
    pub first_ms: i64,
    /// The last: epoch milliseconds.
    pub last_ms: i64,
    /// How many in each half hour, by day (since 1970-01-01, UTC).
    pub days: BTreeMap<i64, Day>,
}

/// The deliveries of a day, by half hour.
pub type Day = [u32; SLOTS];

/// The day and the half hour of a time.
pub fn place(at_ms: i64) -> (i64, usize) {
    let slot = at_ms.div_euclid(SLOT_MS);
    let of_day = usize::try_from(slot.rem_euclid(DAY_SLOTS)).unwrap_or(0);
    (slot.div_euclid(DAY_SLOTS), of_day)
}

/// A silence against the habit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quiet {
    /// The last delivery: epoch milliseconds.
    pub since_ms: i64,
    /// How far apart deliveries usually are at that time, in seconds: the median.
    pub usual_s: u64,
    /// On how many days that was looked at.
    pub days: usize,
}

impl Habit {
    /// Whether the source is quiet against its habit.
    ///
    /// Once it is, it stays so until a delivery comes: what is asked is whether any beginning of the
    /// silence is against the habit, and a longer silence has the beginnings of a shorter one.
    pub fn quiet(&self, now_ms: i64) -> Option<Quiet> {
        let last = self.last_ms.div_euclid(SLOT_MS);
        let first = self.first_ms.div_euclid(SLOT_MS);
        // The half hour of the last delivery was not silent, and that of now is not over.
        let silent = (now_ms.div_euclid(SLOT_MS) - last - 1).min(STRETCH);
        if silent < 1 {
            return None;
        }
        let begin = last + 1;
        let sums = Sums::of(self, first, last);
        (1..=silent).find_map(|stretch| {
            let length = (stretch - SHIFT).max(1);
            let comparable = (1..=DAYS)
                .map(|back| begin - back * DAY_SLOTS)
                .filter(|start| {
                    // Known from its beginning, and not part of the silence itself.
                    start - SHIFT > first
                        && start + SHIFT + length <= begin
                        && weekend(*start, stretch) == weekend(begin, stretch)
                });
            let mut days = 0;
            let mut counts = Vec::new();
            for start in comparable {
                days += 1;
                for shift in -SHIFT..=SHIFT {
                    let n = sums.between(start + shift, length);
                    if n < LEAST {
                        return None;
                    }
                    counts.push(n);
                }
            }
            counts.sort_unstable();
            let median = *counts.get(counts.len() / 2)?;
            let length_s = length.unsigned_abs() * SLOT_MS.unsigned_abs() / 1_000;
            (days >= DAYS_LEAST).then_some(Quiet {
                since_ms: self.last_ms,
                usual_s: length_s / median.max(1),
                days,
            })
        })
    }

    /// How many deliveries came since that time; to the half hour.
    pub fn since(&self, from_ms: i64) -> u64 {
        let from = place(from_ms);
        self.days
            .iter()
            .flat_map(|(day, slots)| slots.iter().enumerate().map(|(at, n)| ((*day, at), *n)))
            .filter(|(at, _)| *at >= from)
            .map(|(_, n)| u64::from(n))
            .sum()
    }
}

/// How many of the `length` half hours from `start` on lie in a weekend.
fn weekend(start: i64, length: i64) -> i64 {
    // Weeks are counted from a Monday; 1970-01-01 was a Thursday.
    let before = |slot: i64| {
        let slot = slot + 3 * DAY_SLOTS;
        let (week, rest) = (
            slot.div_euclid(7 * DAY_SLOTS),
            slot.rem_euclid(7 * DAY_SLOTS),
        );
        2 * DAY_SLOTS * week + (rest - 5 * DAY_SLOTS).max(0)
    };
    before(start + length) - before(start)
}

/// Running sums over the half hours from `from` on.
struct Sums {
    from: i64,
    sums: Vec<u64>,
}

impl Sums {
    /// No further back than a comparison can look.
    fn of(habit: &Habit, first: i64, last: i64) -> Self {
        let from = first.max(last - DAYS_KEPT * DAY_SLOTS);
        let mut sum = 0;
        let mut sums = vec![0];
        for slot in from..=last {
            let at = usize::try_from(slot.rem_euclid(DAY_SLOTS)).unwrap_or(0);
            let day = habit.days.get(&slot.div_euclid(DAY_SLOTS));
            sum += u64::from(day.and_then(|day| day.get(at)).copied().unwrap_or(0));
            sums.push(sum);
        }
        Self { from, sums }
    }

    /// How many came in the `length` half hours from `start` on.
    fn between(&self, start: i64, length: i64) -> u64 {
        let at = |slot: i64| {
            let at = usize::try_from(slot - self.from).unwrap_or(0);
            self.sums.get(at).or(self.sums.last()).copied().unwrap_or(0)
        };
        at(start + length).saturating_sub(at(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NEVER: [i64; 0] = [];
    const MINUTE_MS: i64 = 60_000;
    const HOUR_MS: i64 = 60 * MINUTE_MS;
    const DAY_MS: i64 = 24 * HOUR_MS;

    /// A Monday, 2026-10-05T00:00:00Z.
    const MONDAY_MS: i64 = 1_791_158_400_000;

    /// A habit as the object keeps it: days past are forgotten as days begin.
    fn deliver(habit: &mut Habit, at_ms: i64) {
        if habit.days.is_empty() {
            habit.first_ms = at_ms;
        }
        let (day, slot) = place(at_ms);
        if !habit.days.contains_key(&day) {
            habit.days.retain(|kept, _| *kept >= day - DAYS_KEPT);
        }
        habit.days.entry(day).or_insert([0; SLOTS])[slot] += 1;
        habit.last_ms = at_ms;
    }

    /// When it was told: looked at every half hour between deliveries.
    fn told(deliveries: impl IntoIterator<Item = i64>) -> (Habit, Vec<i64>) {
        let mut habit = Habit::default();
        let mut told = Vec::new();
        for at_ms in deliveries {
            if !habit.days.is_empty() {
                let mut look = habit.last_ms;
                while look < at_ms {
                    if habit.quiet(look).is_some() {
                        told.push(look);
                        break;
                    }
                    look += SLOT_MS;
                }
            }
            deliver(&mut habit, at_ms);
        }
        (habit, told)
    }

    /// One a minute, in business hours or always, for so many days from Monday on.
    fn each_minute(days: i64, open: std::ops::Range<i64>, weekdays: bool) -> Vec<i64> {
        (0..days * 24 * 60)
            .filter(|minute| !weekdays || minute / (24 * 60) % 7 < 5)
            .filter(|minute| open.contains(&(minute / 60 % 24)))
            .map(|minute| MONDAY_MS + minute * MINUTE_MS)
            .collect()
    }

    #[test]
    fn one_a_minute_that_stops_is_told_within_the_hour() {
        for stop in 0..60 {
            let mut came = each_minute(9, 0..24, false);
            came.truncate(came.len() - stop);
            let (habit, before) = told(came);
            assert_eq!(before, NEVER);
            let soon = habit.quiet(habit.last_ms + 29 * MINUTE_MS);
            assert_eq!(soon, None, "a half hour is no silence");
            let quiet = habit.quiet(habit.last_ms + HOUR_MS).unwrap();
            assert_eq!((quiet.since_ms, quiet.usual_s), (habit.last_ms, 60));
        }
    }

    #[test]
    fn it_is_told_no_more_when_deliveries_come_again() {
        let (mut habit, _) = told(each_minute(9, 0..24, false));
        let back_ms = habit.last_ms + 5 * HOUR_MS;
        assert!(habit.quiet(back_ms).is_some());
        deliver(&mut habit, back_ms);
        assert_eq!(habit.quiet(back_ms + 10 * MINUTE_MS), None);
    }

    #[test]
    fn nights_and_weekends_are_habits_too() {
        let (habit, before) = told(each_minute(35, 7..22, true));
        assert_eq!(before, NEVER);
        // The last came on a Friday at 21:59; nobody expects one before Monday at 7.
        let monday_ms = MONDAY_MS + 35 * DAY_MS + 7 * HOUR_MS;
        assert_eq!(habit.quiet(monday_ms), None);
        assert!(habit.quiet(monday_ms + 2 * HOUR_MS).is_some());
    }

    #[test]
    fn the_hour_at_which_clocks_change_is_no_silence() {
        let summer = each_minute(28, 7..22, false);
        let winter = each_minute(7, 7..22, false);
        let later = winter.iter().map(|at| at + 28 * DAY_MS + HOUR_MS);
        let (_, before) = told(summer.into_iter().chain(later));
        assert_eq!(before, NEVER);
    }

    #[test]
    fn a_new_source_has_no_habit() {
        for days in 0..4 {
            let (habit, _) = told(each_minute(days, 0..24, false));
            assert_eq!(habit.quiet(habit.last_ms + DAY_MS), None, "{days}");
        }
    }

    #[test]
    fn a_few_a_day_are_missed_after_days() {
        let came = (0..35 * 4).map(|n| MONDAY_MS + n * 6 * HOUR_MS);
        let (habit, before) = told(came);
        assert_eq!(before, NEVER);
        assert_eq!(habit.quiet(habit.last_ms + 2 * DAY_MS), None);
        assert!(habit.quiet(habit.last_ms + 3 * DAY_MS).is_some());
    }

    /// Gaps of an unforeseeable length, as independent arrivals have them: exponential ones.
    fn random(seed: u64, mean_ms: f64, days: i64) -> Vec<i64> {
        let mut state = seed | 1;
        let mut at = MONDAY_MS as f64;
        let mut came = Vec::new();
        while at < (MONDAY_MS + days * DAY_MS) as f64 {
            came.push(at as i64);
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let uniform = ((state >> 11) as f64 + 1.0) / (1u64 << 53) as f64;
            at += -uniform.ln() * mean_ms;
        }
        came
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_comes_now_and_then_is_never_told(seed: u64, gap_m in 10u32..6_000) {
            let came = random(seed, f64::from(gap_m) * MINUTE_MS as f64, 40);
            prop_assert_eq!(told(came).1, NEVER);
        }

        #[test]
        fn what_is_always_busy_is_never_told_before_it_stops(seed: u64, gap_s in 30u32..=60) {
            let came = random(seed, f64::from(gap_s) * 1_000.0, 11);
            let (habit, before) = told(came);
            prop_assert_eq!(before, NEVER);
            prop_assert!(habit.quiet(habit.last_ms + HOUR_MS).is_some());
        }

        #[test]
        fn who_goes_home_within_the_usual_hour_is_never_told(ends in prop::collection::vec(0i64..60, 30)) {
            let came = ends.iter().enumerate().flat_map(|(day, end)| {
                let day_ms = MONDAY_MS + i64::try_from(day).unwrap_or(0) * DAY_MS;
                (7 * 60..21 * 60 + end).map(move |minute| day_ms + minute * MINUTE_MS)
            });
            prop_assert_eq!(told(came).1, NEVER);
        }

        /// A silence is told until it ends, however long it lasts.
        #[test]
        fn what_is_told_stays_told(seed: u64, gap_m in 1u32..600, days in 1i64..40) {
            let (habit, _) = told(random(seed, f64::from(gap_m) * MINUTE_MS as f64, days));
            let mut was = false;
            for hours in 0..400 {
                let is = habit.quiet(habit.last_ms + hours * HOUR_MS).is_some();
                prop_assert!(is || !was, "{hours}");
                was = is;
            }
        }

        /// Any counts at any times: no panic, and nothing told of what has no past.
        #[test]
        fn anything_can_be_asked(
            first_ms: i64, last_ms: i64, now_ms: i64,
            days in prop::collection::btree_map(any::<i64>(), prop::array::uniform32(any::<u32>()), 0..8),
        ) {
            let days = days.into_iter().map(|(day, some)| {
                let mut slots = [0; SLOTS];
                slots[..32].copy_from_slice(&some);
                (day, slots)
            });
            let habit = Habit { first_ms, last_ms, days: days.collect() };
            let _ = habit.quiet(now_ms);
            let _ = habit.since(now_ms);
        }
    }
}
