//! Business calendars and deadlines: pure, in epoch milliseconds.
//!
//! A calendar here has a fixed offset from UTC. Business time is the time inside its opening
//! intervals on days that are no holiday; a deadline of 30 minutes given on Friday at 16:50 with
//! closing at 17:00 falls on Monday, 20 minutes after opening.

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveDateTime, TimeZone};
use std::fmt;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// How many days ahead a deadline is looked for. A calendar with a longer gap between two openings
/// is a mistake; its deadlines then fall at the end of this span, so that nothing waits for ever.
const HORIZON_DAYS: u16 = 366;

/// When people work: intervals of the week, less the holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    offset: FixedOffset,
    /// Monday first; intervals as minutes of the day, sorted, not touching.
    week: [Vec<(u16, u16)>; 7],
    holidays: Vec<NaiveDate>,
}

/// Why a calendar could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadCalendar {
    /// The offset is not `+HH:MM` or `-HH:MM`.
    Offset(String),
    /// An opening is not `DAYS HH:MM-HH:MM`.
    Opening(String),
    /// A holiday is not `YYYY-MM-DD`.
    Holiday(String),
    /// It never opens.
    NeverOpen,
}

impl fmt::Display for BadCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(got) => write!(f, "\"{got}\" is no offset from UTC; write it as +01:00"),
            Self::Opening(got) => write!(
                f,
                "\"{got}\" is no opening; write it as \"Mon-Fri 09:00-17:00\" or \"Sat 10:00-14:00\""
            ),
            Self::Holiday(got) => write!(f, "\"{got}\" is no day; write it as 2026-12-25"),
            Self::NeverOpen => write!(f, "it never opens; give it at least one opening"),
        }
    }
}

impl Calendar {
    /// A calendar that is always open.
    pub fn always() -> Self {
        Self {
            offset: utc(),
            week: std::array::from_fn(|_| vec![(0, DAY_MINUTES)]),
            holidays: Vec::new(),
        }
    }

    /// Reads a calendar: `utc_offset` as `+01:00`, each opening as `Mon-Fri 09:00-17:00` (days may
    /// be one, a range, or a list with commas; several openings a day are fine; `24:00` is the end of
    /// the day), each holiday as `2026-12-25`.
    pub fn read(
        utc_offset: &str,
        openings: &[String],
        holidays: &[String],
    ) -> Result<Self, BadCalendar> {
        let offset =
            read_offset(utc_offset).ok_or_else(|| BadCalendar::Offset(utc_offset.to_string()))?;
        let mut week: [Vec<(u16, u16)>; 7] = Default::default();
        for opening in openings {
            let (days, interval) =
                read_opening(opening).ok_or_else(|| BadCalendar::Opening(opening.clone()))?;
            for (day, intervals) in week.iter_mut().enumerate() {
                if days.contains(&day) {
                    intervals.push(interval);
                }
            }
        }
        if week.iter().all(Vec::is_empty) {
            return Err(BadCalendar::NeverOpen);
        }
        for intervals in &mut week {
            *intervals = joined(std::mem::take(intervals));
        }
        let holidays = holidays
            .iter()
            .map(|day| day.parse().map_err(|_| BadCalendar::Holiday(day.clone())))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            offset,
            week,
            holidays,
        })
    }

    /// Whether it is open at `ms`.
    pub fn is_open(&self, ms: i64) -> bool {
        self.next_open(ms) == ms
    }

    /// The first moment at or after `ms` at which it is open.
    pub fn next_open(&self, ms: i64) -> i64 {
        self.spans(ms).next().map_or(ms, |(open, _)| open)
    }

    /// The moment at which `minutes` of business time have passed since `from_ms`.
    pub fn after(&self, from_ms: i64, minutes: u32) -> i64 {
        let mut left = i64::from(minutes) * 60_000;
        let mut last = from_ms;
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

    /// The open spans from `ms` on, as far as [`HORIZON_DAYS`] reach; the first begins at or after `ms`.
    fn spans(&self, ms: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let first = self.local(ms).date();
        // Yesterday cannot reach into today: an interval ends at 24:00 at the latest.
        first
            .iter_days()
            .take(usize::from(HORIZON_DAYS))
            .filter(|day| !self.holidays.contains(day))
            .flat_map(move |day| {
                self.of_weekday(day)
                    .iter()
                    .map(move |(open, close)| (self.at(day, *open), self.at(day, *close)))
            })
            .filter(move |(_, close)| *close > ms)
            .map(move |(open, close)| (open.max(ms), close))
    }

    fn of_weekday(&self, day: NaiveDate) -> &[(u16, u16)] {
        let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
        self.week.get(index).map_or(&[], Vec::as_slice)
    }

    fn local(&self, ms: i64) -> NaiveDateTime {
        DateTime::from_timestamp_millis(ms)
            .unwrap_or_default()
            .with_timezone(&self.offset)
            .naive_local()
    }

    fn at(&self, day: NaiveDate, minute: u16) -> i64 {
        let local = day.and_time(chrono::NaiveTime::MIN) + Duration::minutes(i64::from(minute));
        self.offset
            .from_local_datetime(&local)
            .single()
            .map_or(0, |at| at.timestamp_millis())
    }
}

fn utc() -> FixedOffset {
    chrono::Offset::fix(&chrono::Utc)
}

fn read_offset(text: &str) -> Option<FixedOffset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let minutes = read_minute(rest)?;
    FixedOffset::east_opt(sign * i32::from(minutes) * 60)
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

fn read_opening(text: &str) -> Option<(Vec<usize>, (u16, u16))> {
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
    let (open, close) = hours.trim().split_once('-')?;
    let (open, close) = (read_minute(open)?, read_minute(close)?);
    (open < close).then_some((open_days, (open, close)))
}

fn read_day(name: &str) -> Option<usize> {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .iter()
        .position(|day| name.eq_ignore_ascii_case(day))
}

/// Sorts intervals and joins those that touch or overlap, so that no minute counts twice.
fn joined(mut intervals: Vec<(u16, u16)>) -> Vec<(u16, u16)> {
    intervals.sort_unstable();
    let mut joined: Vec<(u16, u16)> = Vec::with_capacity(intervals.len());
    for (open, close) in intervals {
        match joined.last_mut() {
            Some((_, end)) if open <= *end => *end = close.max(*end),
            _ => joined.push((open, close)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text)
            .unwrap()
            .timestamp_millis()
    }

    fn office() -> Calendar {
        Calendar::read("+00:00", &["Mon-Fri 09:00-17:00".into()], &[]).unwrap()
    }

    /// The cases that Chatwoot's business-hours suite covers (2026-01: Friday, early, late, weekend,
    /// longer than a day), at fixed offset.
    #[test]
    fn office_hours() {
        for (from, minutes, want) in [
            ("2026-01-02T16:00:00Z", 120, "2026-01-05T10:00:00Z"),
            ("2026-01-07T07:00:00Z", 120, "2026-01-07T11:00:00Z"),
            ("2026-01-07T18:00:00Z", 120, "2026-01-08T11:00:00Z"),
            ("2026-01-03T12:00:00Z", 120, "2026-01-05T11:00:00Z"),
            ("2026-01-05T16:00:00Z", 600, "2026-01-07T10:00:00Z"),
            ("2026-01-05T16:00:00Z", 60, "2026-01-05T17:00:00Z"),
            ("2026-01-05T16:00:00Z", 0, "2026-01-05T16:00:00Z"),
        ] {
            assert_eq!(
                office().after(ms(from), minutes),
                ms(want),
                "{from} + {minutes}"
            );
        }
    }

    #[test]
    fn split_shifts_holidays_and_offset() {
        let calendar = Calendar::read(
            "+02:00",
            &["Mon-Fri 08:00-12:00".into(), "Mon-Fri 13:00-17:00".into()],
            &["2026-01-06".into()],
        )
        .unwrap();
        // 11:30 local, half an hour before lunch.
        assert_eq!(
            calendar.after(ms("2026-01-05T11:30:00+02:00"), 60),
            ms("2026-01-05T13:30:00+02:00")
        );
        assert_eq!(
            calendar.after(ms("2026-01-05T16:30:00+02:00"), 60),
            ms("2026-01-07T08:30:00+02:00")
        );
        assert!(!calendar.is_open(ms("2026-01-05T12:30:00+02:00")));
        assert!(calendar.is_open(ms("2026-01-05T08:00:00+02:00")));
    }

    #[test]
    fn overlapping_openings_count_once() {
        let calendar = Calendar::read(
            "+00:00",
            &["Mon 09:00-12:00".into(), "Mon 10:00-13:00".into()],
            &[],
        )
        .unwrap();
        assert_eq!(
            calendar.after(ms("2026-01-05T09:00:00Z"), 240),
            ms("2026-01-05T13:00:00Z")
        );
    }

    #[test]
    fn always_is_wall_time_over_midnight() {
        assert_eq!(
            Calendar::always().after(ms("2026-01-05T23:50:00Z"), 30),
            ms("2026-01-06T00:20:00Z")
        );
    }

    #[test]
    fn names_what_is_wrong() {
        let read = |offset: &str, opening: &str, holiday: &str| {
            Calendar::read(offset, &[opening.into()], &[holiday.into()]).unwrap_err()
        };
        assert!(matches!(
            read("CET", "Mon 09:00-17:00", "2026-12-25"),
            BadCalendar::Offset(_)
        ));
        for opening in [
            "Mon",
            "Mon 9-17",
            "Mon 17:00-09:00",
            "Mox 09:00-17:00",
            "Mon 09:00-25:00",
        ] {
            assert!(matches!(
                read("+01:00", opening, "2026-12-25"),
                BadCalendar::Opening(_)
            ));
        }
        assert!(matches!(
            read("+01:00", "Mon 09:00-17:00", "Xmas"),
            BadCalendar::Holiday(_)
        ));
        assert_eq!(
            Calendar::read("+01:00", &[], &[]).unwrap_err(),
            BadCalendar::NeverOpen
        );
    }

    proptest::proptest! {
        /// However a span is cut in two, the deadline is the same; and time given is time inside.
        #[test]
        fn business_time_adds_up(start in 0i64..4_000_000_000_000, a in 0u32..10_000, b in 0u32..10_000) {
            let office = office();
            proptest::prop_assert_eq!(office.after(office.after(start, a), b), office.after(start, a + b));
            proptest::prop_assert!(office.after(start, a) >= start);
        }
    }
}
