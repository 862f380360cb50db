use super::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn ms(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text)
        .unwrap()
        .timestamp_millis()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_string()).collect()
}

fn calendar(zone: &str, open: &[&str], holidays: &[&str]) -> Calendar {
    Calendar::read(zone, &texts(open), &texts(holidays)).unwrap()
}

fn office() -> Calendar {
    calendar("UTC", &["Mon-Fri 09:00-17:00"], &[])
}

/// The open spans of a time, those that touch made one.
fn open(calendar: &Calendar, from: i64, to: i64) -> Vec<(i64, i64)> {
    let mut open: Vec<(i64, i64)> = Vec::new();
    let mut reached = from;
    for (closes, opens) in calendar.closed(from, to).chain([(to, to)]) {
        if reached < closes {
            open.push((reached, closes));
        }
        reached = opens;
    }
    open
}

/// The cases that Chatwoot's business-hours suite covers (2026-01: Friday, early, late, weekend,
/// longer than a day).
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
        ("2026-01-02T16:50:00Z", 30, "2026-01-05T09:20:00Z"),
    ] {
        assert_eq!(
            office().after(ms(from), minutes),
            ms(want),
            "{from} + {minutes}"
        );
    }
}

#[test]
fn split_shifts_and_holidays() {
    let calendar = calendar(
        "Africa/Johannesburg",
        &["Mon-Fri 08:00-12:00", "Mon-Fri 13:00-17:00"],
        &[
            "2026-01-06",
            "2026-01-07 10:00-11:00",
            "2026-01-07 14:00-15:00",
        ],
    );
    // 11:30, half an hour before lunch.
    for (from, minutes, want) in [
        ("2026-01-05T11:30:00+02:00", 60, "2026-01-05T13:30:00+02:00"),
        ("2026-01-05T16:30:00+02:00", 60, "2026-01-07T10:30:00+02:00"),
        (
            "2026-01-05T16:30:00+02:00",
            120,
            "2026-01-07T14:30:00+02:00",
        ),
        (
            "2026-01-05T16:30:00+02:00",
            180,
            "2026-01-08T08:30:00+02:00",
        ),
    ] {
        assert_eq!(calendar.after(ms(from), minutes), ms(want), "{minutes}");
    }
    assert!(!calendar.is_open(ms("2026-01-05T12:30:00+02:00")));
    assert!(!calendar.is_open(ms("2026-01-05T12:00:00+02:00")));
    assert!(calendar.is_open(ms("2026-01-05T08:00:00+02:00")));
}

#[test]
fn overlapping_openings_count_once() {
    for open in [
        ["Mon 09:00-12:00", "Mon 10:00-13:00"],
        // A night and the morning that it reaches into.
        ["Sun 21:00-10:00", "Mon 09:00-13:00"],
    ] {
        assert_eq!(
            calendar("UTC", &open, &[]).after(ms("2026-01-05T09:00:00Z"), 240),
            ms("2026-01-05T13:00:00Z")
        );
    }
}

#[test]
fn always_is_wall_time_over_midnight() {
    assert_eq!(
        Calendar::always().after(ms("2026-01-05T23:50:00Z"), 30),
        ms("2026-01-06T00:20:00Z")
    );
    assert!(Calendar::always().is_open_throughout(0, 366 * 86_400_000));
}

#[test]
fn a_night_ends_at_the_midnight_of_a_holiday_and_a_holidays_night_is_not_worked() {
    let nights = calendar("UTC", &["Mon-Sun 22:00-06:00"], &["2026-12-25"]);
    let (from, to) = (ms("2026-12-24T12:00:00Z"), ms("2026-12-27T12:00:00Z"));
    assert_eq!(
        open(&nights, from, to),
        [
            (ms("2026-12-24T22:00:00Z"), ms("2026-12-25T00:00:00Z")),
            (ms("2026-12-26T22:00:00Z"), ms("2026-12-27T06:00:00Z")),
        ]
    );
}

/// London, 2026: forward on 29 March (01:00 becomes 02:00), back on 25 October (02:00 becomes 01:00).
#[test]
fn the_hour_that_is_skipped_and_the_hour_that_comes_twice() {
    let (spring, autumn) = ("2026-03-29", "2026-10-25");
    for (hours, day, opens, closes) in [
        // An opening that does not exist is at the change.
        ("Sun 01:30-06:00", spring, "T01:00:00Z", "T05:00:00Z"),
        // All of it does not exist.
        ("Sun 01:15-01:45", spring, "", ""),
        ("Sun 00:00-01:30", spring, "T00:00:00Z", "T01:00:00Z"),
        ("Sun 00:00-06:00", spring, "T00:00:00Z", "T05:00:00Z"),
        // 01:30 comes at 00:30Z and at 01:30Z: the first counts, for opening and for closing.
        ("Sun 01:30-06:00", autumn, "T00:30:00Z", "T06:00:00Z"),
        ("Sat 22:00-01:30", autumn, "", "T00:30:00Z"),
        // 02:00 is only shown after the hour has come twice.
        ("Sun 01:00-02:00", autumn, "T00:00:00Z", "T02:00:00Z"),
        ("Sun 00:00-06:00", autumn, "", "T06:00:00Z"),
    ] {
        let calendar = calendar("Europe/London", &[hours], &[]);
        let from = ms(&format!("{day}T00:00:00Z"));
        let want = match (opens, closes) {
            ("", "") => Vec::new(),
            ("", closes) => vec![(from, ms(&format!("{day}{closes}")))],
            _ => vec![(ms(&format!("{day}{opens}")), ms(&format!("{day}{closes}")))],
        };
        assert_eq!(
            open(&calendar, from, from + 12 * 3_600_000),
            want,
            "{hours} on {day}"
        );
    }
    // Real time passes: 22:00 to 06:00 is nine hours in that night, and seven in the other.
    let nights = calendar("Europe/London", &["Sat 22:00-06:00"], &[]);
    for (from, minutes, want) in [
        ("2026-10-24T22:00:00+01:00", 540, "2026-10-25T06:00:00Z"),
        ("2026-03-28T22:00:00Z", 420, "2026-03-29T06:00:00+01:00"),
    ] {
        assert_eq!(nights.after(ms(from), minutes), ms(want));
    }
}

#[test]
fn a_friday_evening_to_monday_over_a_change_keeps_the_clock_on_the_wall() {
    let office = calendar("America/New_York", &["Mon-Fri 09:00-17:00"], &[]);
    // Friday 30 October 2026, 16:45 summer time, to Monday 09:15 winter time.
    assert_eq!(
        office.after(ms("2026-10-30T16:45:00-04:00"), 30),
        ms("2026-11-02T09:15:00-05:00")
    );
}

#[test]
fn shifts_that_meet_leave_no_gap_whatever_the_clocks_do() {
    let day = [
        "Mon-Sun 22:00-01:30",
        "Mon-Sun 01:30-07:15",
        "Mon-Sun 07:15-22:00",
    ];
    for zone in [
        "Europe/London",
        "America/Santiago",
        "Africa/Cairo",
        "Australia/Lord_Howe",
    ] {
        let shifts: Vec<Calendar> = day
            .iter()
            .map(|open| calendar(zone, &[open], &[]))
            .collect();
        let all = Calendar::union(&shifts).unwrap();
        let (from, to) = (ms("2026-01-02T00:00:00Z"), ms("2027-01-01T00:00:00Z"));
        assert_eq!(all.closed(from, to).collect::<Vec<_>>(), []);
        // And nobody's shift runs into another's.
        let sum: i64 = shifts
            .iter()
            .flat_map(|shift| open(shift, from, to))
            .map(|(open, close)| close - open)
            .sum();
        assert_eq!(sum, to - from, "{zone}");
    }
}

#[test]
fn a_union_is_open_when_one_is_and_tells_the_firsts_time() {
    let leeds = calendar("Europe/London", &["Mon-Fri 08:00-16:00"], &[]);
    let manila = calendar("Asia/Manila", &["Mon-Fri 08:00-16:00"], &[]);
    let both = Calendar::union([&leeds, &manila]).unwrap();
    // Manila works from 00:00Z to 08:00Z, and hands over to Leeds.
    let (from, to) = (ms("2026-01-04T12:00:00Z"), ms("2026-01-06T00:00:00Z"));
    assert_eq!(
        open(&both, from, to),
        [(ms("2026-01-05T00:00:00Z"), ms("2026-01-05T16:00:00Z"))]
    );
    assert_eq!(
        both.wall(ms("2026-07-01T00:00:00Z")).to_string(),
        "2026-07-01 01:00:00"
    );
    let monday = ms("2026-01-05T00:00:00Z");
    let noon = ms("2026-01-05T12:00:00Z");
    assert_eq!(both.open_since(from, noon), Some(monday));
    assert_eq!(both.open_since(noon - 60_000, noon), Some(noon - 60_000));
    assert_eq!(both.open_since(from, monday - 1), None);
    assert_eq!(both.open_since(from, monday), Some(monday));
    assert!(both.is_open_throughout(monday, ms("2026-01-05T16:00:00Z")));
    assert!(!both.is_open_throughout(monday, ms("2026-01-05T16:00:01Z")));
    assert_eq!(Calendar::union([]), None);
}

#[test]
fn names_what_is_wrong() {
    let read = |zone: &str, opening: &str, holidays: &[&str]| {
        Calendar::read(zone, &texts(&[opening]), &texts(holidays)).unwrap_err()
    };
    let says = read("europe/london", "Mon 09:00-17:00", &[]).to_string();
    assert!(says.contains("write \"Europe/London\""), "{says}");
    assert!(matches!(
        read("+01:00", "Mon 09:00-17:00", &[]),
        BadCalendar::Zone(_)
    ));
    for opening in [
        "Mon",
        "Mon 9-17",
        "Mon 09:00-09:00",
        "Mon 24:00-06:00",
        "Mox 09:00-17:00",
        "Mon 09:00-25:00",
    ] {
        assert!(
            matches!(read("UTC", opening, &[]), BadCalendar::Opening(_)),
            "{opening}"
        );
    }
    for holiday in ["Xmas", "2026-12-24 09:00", "2026-02-30"] {
        assert!(matches!(
            read("UTC", "Mon 09:00-17:00", &[holiday]),
            BadCalendar::Holiday(_)
        ));
    }
    for both in [
        ["2026-12-24", "2026-12-24 09:00-12:00"],
        ["2026-12-24 09:00-12:00", "2026-12-24"],
    ] {
        assert!(matches!(
            read("UTC", "Mon 09:00-17:00", &both),
            BadCalendar::OpenHoliday(_)
        ));
    }
    assert_eq!(
        Calendar::read("UTC", &[], &[]).unwrap_err(),
        BadCalendar::NeverOpen
    );
}

/// Hours as the oracle takes them: weekdays (Monday 0), opening and closing in minutes.
type Plan = &'static [(&'static [u8], i64, i64)];

/// What a naive reader of the plan finds, minute by minute, with `jiff`'s clock: it looks at the latest
/// time that the clock on the wall has shown, and whether that lies in an interval.
fn naive(zone: &str, plan: Plan, holiday: Date, from: i64, to: i64) -> Vec<(i64, i64)> {
    let zone = TimeZone::get(zone).unwrap();
    let is_open = |date: Date, minute: i64| {
        let on = |date: Date| u8::try_from(date.weekday().to_monday_zero_offset()).unwrap();
        let works = |date: Date, minute: i64| {
            date != holiday
                && plan.iter().any(|(days, open, close)| {
                    days.contains(&on(date)) && (*open..*close).contains(&minute)
                })
        };
        date != holiday
            && (works(date, minute) || works(date.yesterday().unwrap(), minute + 24 * 60))
    };
    let mut spans: Vec<(i64, i64)> = Vec::new();
    let mut latest = jiff::civil::DateTime::MIN;
    for at in (from..to).step_by(60_000) {
        latest = latest.max(zone.to_datetime(Timestamp::from_millisecond(at).unwrap()));
        let minute = i64::from(latest.hour()) * 60 + i64::from(latest.minute());
        if is_open(latest.date(), minute) {
            match spans.last_mut() {
                Some((_, end)) if *end == at => *end = at + 60_000,
                _ => spans.push((at, at + 60_000)),
            }
        }
    }
    spans
}

/// Whole years, minute by minute.
#[test]
fn a_naive_reader_finds_the_same_hours() {
    let week: Plan = &[
        (&[0, 1, 2, 3, 4], 8 * 60, 12 * 60),
        (&[0, 1, 2, 3, 4], 13 * 60, 17 * 60 + 30),
        (&[4, 5, 6], 22 * 60, 30 * 60),
        (&[5, 6], 30, 150),
    ];
    let written = [
        "Mon-Fri 08:00-12:00",
        "Mon-Fri 13:00-17:30",
        "Fri-Sun 22:00-06:00",
        "Sat,Sun 00:30-02:30",
    ];
    for (zone, year, holiday) in [
        ("Europe/London", 2026, "2026-12-25"),
        ("America/New_York", 2027, "2027-11-25"),
        ("America/Santiago", 2026, "2026-09-06"),
        ("Africa/Cairo", 2027, "2027-04-30"),
        ("Australia/Lord_Howe", 2026, "2026-04-05"),
        ("Asia/Kolkata", 2026, "2026-08-15"),
        ("America/Vancouver", 2026, "2026-11-01"),
    ] {
        let (from, to) = (
            ms(&format!("{year}-01-01T00:00:00Z")),
            ms(&format!("{}-01-01T00:00:00Z", year + 1)),
        );
        assert_eq!(
            open(&calendar(zone, &written, &[holiday]), from, to),
            naive(zone, week, holiday.parse().unwrap(), from, to),
            "{zone}"
        );
    }
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let zones = prop::sample::select(vec![
        "UTC",
        "Europe/London",
        "America/St_Johns",
        "America/Santiago",
        "Africa/Cairo",
        "Asia/Kathmandu",
    ]);
    // Once a week these make 12,000 minutes within a calendar's horizon.
    let hours = (0u16..1_440, 240u16..1_440).prop_map(|(open, length)| {
        let close = (open + length) % 1_440;
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        format!("{}-{}", clock(open), clock(close))
    });
    let days = prop::sample::select(vec!["Mon-Fri", "Sat,Sun", "Mon-Sun", "Wed", "Fri-Mon"]);
    let openings = prop::collection::vec((days, hours), 1..4).prop_map(|openings| {
        openings
            .into_iter()
            .map(|(days, hours)| format!("{days} {hours}"))
            .collect::<Vec<_>>()
    });
    let one = (zones, openings).prop_map(|(zone, openings)| {
        Calendar::read(
            zone,
            &openings,
            &texts(&["2026-12-25", "2026-12-24 09:00-12:00"]),
        )
        .unwrap()
    });
    prop::collection::vec(one, 1..3).prop_map(|all| Calendar::union(&all).unwrap())
}

/// Moments of 2026 and 2027, in whole seconds.
fn moments() -> impl Strategy<Value = i64> {
    (1_767_225_600i64..1_830_297_600).prop_map(|s| s * 1_000)
}

proptest! {
    /// However a span is cut in two, the deadline is the same.
    #[test]
    fn business_time_adds_up(calendar in any_calendar(), start in moments(), a in 0u32..6_000, b in 0u32..6_000) {
        prop_assert_eq!(calendar.after(calendar.after(start, a), b), calendar.after(start, a + b));
    }

    /// Later starts and longer spans never end earlier.
    #[test]
    fn business_time_is_monotone(calendar in any_calendar(), start in moments(), later in 0i64..400_000_000, a in 0u32..6_000, b in 0u32..6_000) {
        prop_assert!(calendar.after(start, a) <= calendar.after(start + later, a));
        prop_assert!(calendar.after(start, a) <= calendar.after(start, a + b));
        prop_assert!(calendar.next_open(start) <= calendar.next_open(start + later));
    }

    /// A deadline falls into no closed minute, and the open time up to it is the time that was given.
    #[test]
    fn business_time_is_open_time(calendar in any_calendar(), start in moments(), minutes in 1u32..6_000) {
        let end = calendar.after(start, minutes);
        prop_assert!(calendar.is_open(end - 1));
        let spent: i64 = open(&calendar, start, end).iter().map(|(open, close)| close - open).sum();
        prop_assert_eq!(spent, i64::from(minutes) * 60_000);
    }

    /// Its answers about one moment agree.
    #[test]
    fn open_is_open(calendar in any_calendar(), ms in moments()) {
        let since = calendar.open_since(ms - 86_400_000, ms);
        prop_assert_eq!(calendar.is_open(ms), since.is_some());
        prop_assert_eq!(calendar.is_open(ms), calendar.is_open_throughout(ms, ms + 1));
        if let Some(since) = since {
            prop_assert!(calendar.is_open_throughout(since, ms + 1));
            prop_assert!(since == ms - 86_400_000 || !calendar.is_open(since - 1));
        }
    }
}
