//! Business calendars: pure, in epoch milliseconds.
//!
//! A calendar is written in the time that the clock on its wall shows, in an IANA time zone. Business time
//! is the real time that passes while it is open: a deadline of 30 minutes given on Friday at 16:50 with
//! closing at 17:00 falls on Monday, 20 minutes after opening, and a night shift in which the clocks go
//! back counts its extra hour.
//!
//! Each time on the wall is the first moment at which the clock shows it or has skipped it
//! ([`Zone::first_at`]): an opening at a 02:30 that does not exist is at the change, and one that comes
//! twice is the first. So shifts that meet on the clock meet in time, whatever the clocks do.

pub mod roster;
pub mod zone;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};
use std::collections::BTreeMap;
use std::fmt;
use zone::Zone;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// How many days ahead an opening is looked for. A calendar with a longer gap between two openings
/// is a mistake; its deadlines then fall at the end of this span, so that nothing waits for ever.
const HORIZON_DAYS: usize = 366;

/// When people work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// It is open when one of these is. The first one's clock is the one it is told by.
    weeks: Vec<Week>,
}

/// The hours of a week in one place, less its holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Week {
    zone: Zone,
    /// Monday first.
    days: [Vec<Hours>; 7],
    /// Days with hours of their own, or none. A night before ends at their midnight.
    special: BTreeMap<NaiveDate, Vec<Hours>>,
}

/// An interval of a day, in minutes since its midnight; after 24:00 it is the next day. Those of one day
/// are sorted and do not touch.
type Hours = (u16, u16);

/// Why a calendar could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadCalendar {
    /// The database has no such zone.
    Zone(String),
    /// An opening is not `DAYS HH:MM-HH:MM`.
    Opening(String),
    /// A holiday is not `YYYY-MM-DD`, with `HH:MM-HH:MM` or without.
    Holiday(String),
    /// A day is a holiday with hours and without.
    OpenHoliday(NaiveDate),
    /// It never opens.
    NeverOpen,
}

impl fmt::Display for BadCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(got) => {
                write!(f, "\"{got}\" is no time zone of the IANA database; write ")?;
                match Zone::alike(got).first() {
                    Some(meant) => write!(f, "\"{meant}\", if that is meant"),
                    None => write!(f, "one as \"Europe/London\""),
                }
            }
            Self::Opening(got) => write!(
                f,
                "\"{got}\" is no opening; write it as \"Mon-Fri 09:00-17:00\", \"Sat 10:00-14:00\" or, over midnight, \"Fri,Sat 22:00-06:00\""
            ),
            Self::Holiday(got) => write!(
                f,
                "\"{got}\" is no day; write it as \"2026-12-25\" or, with hours of its own, \"2026-12-24 09:00-12:00\""
            ),
            Self::OpenHoliday(day) => write!(
                f,
                "{day} is a holiday with hours and without; keep one of them"
            ),
            Self::NeverOpen => write!(f, "it never opens; give it at least one opening"),
        }
    }
}

impl Calendar {
    /// A calendar that is always open.
    pub fn always() -> Self {
        let week = Week {
            zone: Zone::UTC,
            days: std::array::from_fn(|_| vec![(0, DAY_MINUTES)]),
            special: BTreeMap::new(),
        };
        Self { weeks: vec![week] }
    }

    /// Reads a calendar: `timezone` as `Europe/London`; each opening as `Mon-Fri 09:00-17:00`, where the days
    /// may be one, a range, or a list with commas, several openings a day are fine, `24:00` is the end of the
    /// day, and a closing before its opening is the next day's; each holiday as `2026-12-25`, or as
    /// `2026-12-24 09:00-12:00` with hours of its own, as often as it opens. A night before a holiday ends at
    /// midnight.
    pub fn read(
        timezone: &str,
        openings: &[String],
        holidays: &[String],
    ) -> Result<Self, BadCalendar> {
        let zone = Zone::named(timezone).ok_or_else(|| BadCalendar::Zone(timezone.to_string()))?;
        let mut days: [Vec<Hours>; 7] = Default::default();
        for opening in openings {
            let (open_days, hours) =
                read_opening(opening).ok_or_else(|| BadCalendar::Opening(opening.clone()))?;
            for (day, all) in days.iter_mut().enumerate() {
                if open_days.contains(&day) {
                    all.push(hours);
                }
            }
        }
        if days.iter().all(Vec::is_empty) {
            return Err(BadCalendar::NeverOpen);
        }
        let mut special: BTreeMap<NaiveDate, Vec<Hours>> = BTreeMap::new();
        for holiday in holidays {
            let (day, hours) =
                read_holiday(holiday).ok_or_else(|| BadCalendar::Holiday(holiday.clone()))?;
            let of_day = special.get(&day);
            if of_day.is_some_and(|of_day| of_day.is_empty() != hours.is_none()) {
                return Err(BadCalendar::OpenHoliday(day));
            }
            special.entry(day).or_default().extend(hours);
        }
        for all in days.iter_mut().chain(special.values_mut()) {
            *all = joined(std::mem::take(all));
        }
        Ok(Self {
            weeks: vec![Week {
                zone,
                days,
                special,
            }],
        })
    }

    /// One that is open when any of these is, told by the clock of the first; `None` for none.
    pub fn union<'a>(all: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let weeks: Vec<Week> = all.into_iter().flat_map(|one| one.weeks.clone()).collect();
        (!weeks.is_empty()).then_some(Self { weeks })
    }

    /// Whether it is open at `ms`.
    pub fn is_open(&self, ms: i64) -> bool {
        self.next_open(ms) == Some(ms)
    }

    /// Whether it is open from `from_ms` to `to_ms` without a break.
    pub fn is_open_throughout(&self, from_ms: i64, to_ms: i64) -> bool {
        self.closed(from_ms, to_ms).next().is_none()
    }

    /// The first moment at or after `ms` at which it is open; `None` if that is more than a year away.
    pub fn next_open(&self, ms: i64) -> Option<i64> {
        self.spans(ms).next().map(|(open, _)| open)
    }

    /// Since when it has been open at `ms` without a break, looking back no further than `from_ms`; `None`
    /// while it is closed.
    pub fn open_since(&self, from_ms: i64, ms: i64) -> Option<i64> {
        let last_closed = self.closed(from_ms, ms.saturating_add(1)).last();
        match last_closed {
            None => Some(from_ms),
            Some((_, opened)) if opened <= ms => Some(opened),
            Some(_) => None,
        }
    }

    /// The moment at which `minutes` of business time have passed since `from_ms`.
    pub fn after(&self, from_ms: i64, minutes: u32) -> i64 {
        let mut left = i64::from(minutes) * 60_000;
        let mut last = from_ms;
        if left == 0 {
            return from_ms;
        }
        for (open, close) in self.spans(from_ms) {
            let length = close - open;
            if left <= length {
                return open + left;
            }
            left -= length;
            last = close;
        }
        last + left
    }

    /// The spans between `from_ms` and `to_ms` in which it is closed.
    pub fn closed(&self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let mut spans = self.spans(from_ms);
        let mut reached = from_ms;
        std::iter::from_fn(move || {
            while reached < to_ms {
                let (open, close) = spans.next().unwrap_or((to_ms, to_ms));
                let closed = (reached, open.min(to_ms));
                reached = close;
                if closed.0 < closed.1 {
                    return Some(closed);
                }
            }
            None
        })
    }

    /// What its clock shows at `ms`.
    pub fn wall(&self, ms: i64) -> NaiveDateTime {
        let wall_ms = self.weeks.first().map_or(ms, |week| week.zone.wall(ms));
        DateTime::from_timestamp_millis(wall_ms)
            .unwrap_or_default()
            .naive_utc()
    }

    /// The IANA name of the zone that its clock hangs in.
    pub fn zone(&self) -> &'static str {
        self.weeks.first().map_or("UTC", |week| week.zone.name())
    }

    /// The open spans from `ms` on, as far as [`HORIZON_DAYS`] reach, in order; the first begins at or
    /// after `ms`, and no moment is in two of them.
    fn spans(&self, ms: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let mut each: Vec<_> = self
            .weeks
            .iter()
            .map(|week| week.spans(ms).peekable())
            .collect();
        let mut reached = ms;
        std::iter::from_fn(move || {
            loop {
                let heads = each.iter_mut().enumerate();
                let (_, at) = heads
                    .filter_map(|(at, spans)| spans.peek().map(|span| (*span, at)))
                    .min()?;
                let (open, close) = each.get_mut(at)?.next()?;
                let open = open.max(reached);
                if open < close {
                    reached = close;
                    return Some((open, close));
                }
            }
        })
    }
}

impl Week {
    /// The open spans by their openings, from the one that may reach over midnight into the day of `ms`.
    fn spans(&self, ms: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let today = DateTime::from_timestamp_millis(self.zone.wall(ms))
            .unwrap_or_default()
            .date_naive();
        today
            .checked_sub_days(Days::new(1))
            .unwrap_or(today)
            .iter_days()
            .take(HORIZON_DAYS + 1)
            .flat_map(move |day| {
                let before_holiday = day
                    .succ_opt()
                    .is_some_and(|next| self.special.contains_key(&next));
                let latest = if before_holiday {
                    DAY_MINUTES
                } else {
                    2 * DAY_MINUTES
                };
                self.hours(day).iter().map(move |(open, close)| {
                    (self.at(day, *open), self.at(day, *close.min(&latest)))
                })
            })
    }

    fn hours(&self, day: NaiveDate) -> &[Hours] {
        let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
        self.special
            .get(&day)
            .or_else(|| self.days.get(index))
            .map_or(&[], Vec::as_slice)
    }

    fn at(&self, day: NaiveDate, minute: u16) -> i64 {
        let midnight_ms = day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        self.zone.first_at(midnight_ms + i64::from(minute) * 60_000)
    }
}

fn read_minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && minute <= DAY_MINUTES).then_some(minute)
}

fn read_opening(text: &str) -> Option<(Vec<usize>, Hours)> {
    let (days, hours) = text.trim().split_once(' ')?;
    let mut open_days = Vec::new();
    for part in days.split(',') {
        match part.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (read_day(from)?, read_day(to)?);
                // `Sat-Mon` runs over the end of the week.
                let span = (to + 7 - from) % 7;
                open_days.extend((0..=span).map(|step| (from + step) % 7));
            }
            None => open_days.push(read_day(part)?),
        }
    }
    Some((open_days, read_hours(hours)?))
}

fn read_hours(text: &str) -> Option<Hours> {
    let (open, close) = text.trim().split_once('-')?;
    let (open, close) = (read_minute(open)?, read_minute(close)?);
    match open < close {
        true => Some((open, close)),
        // Over midnight. A whole day is 00:00-24:00; 09:00-09:00 may be meant as anything.
        false => (close < open && open < DAY_MINUTES).then_some((open, close + DAY_MINUTES)),
    }
}

fn read_holiday(text: &str) -> Option<(NaiveDate, Option<Hours>)> {
    match text.trim().split_once(' ') {
        None => Some((text.trim().parse().ok()?, None)),
        Some((day, hours)) => Some((day.parse().ok()?, Some(read_hours(hours)?))),
    }
}

fn read_day(name: &str) -> Option<usize> {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .iter()
        .position(|day| name.eq_ignore_ascii_case(day))
}

/// Sorts intervals and joins those that touch or overlap, so that no minute counts twice.
fn joined(mut intervals: Vec<Hours>) -> Vec<Hours> {
    intervals.sort_unstable();
    let mut joined: Vec<Hours> = Vec::with_capacity(intervals.len());
    for (open, close) in intervals {
        match joined.last_mut() {
            Some((_, end)) if open <= *end => *end = close.max(*end),
            _ => joined.push((open, close)),
        }
    }
    joined
}

#[cfg(test)]
mod tests;
