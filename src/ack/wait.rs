//! How long until a person answers: what may be told of it, and why nothing may.
//!
//! A time is told only where the queue's own pace supports it. What the pace is made of is the record of the
//! latest first replies in the author's workgroup to what was as urgent. From it comes the wait that nine in
//! ten kept to (Kaplan and Meier's estimate, so that those who wait still count for as long as they have
//! waited, and the new author for one more). It is told if people stay on duty for so long, and if as many
//! as are ahead were lately answered within such a time: what was true before a storm is not told in it.

use crate::clock::Calendar;
use crate::voice::occasion::Wait;
use chrono::{Datelike, Timelike};
use serde::Serialize;
use std::fmt;

/// How many of the latest first replies the pace is made of: an hour's work of a small team.
pub const SERVED: u32 = 50;

/// How many of those ahead are looked at: beyond that no time is told.
pub const AHEAD: u32 = 200;

/// How far back a first reply still says something: a shift's first or second half.
const WINDOW_MS: i64 = 3 * 3_600_000;

/// How many first replies are enough. Ten, because of nine the slowest says nothing of one in ten.
pub const ENOUGH: usize = 10;

/// The part of the authors that may wait longer than they are told.
const LATE: f64 = 0.1;

/// A told wait is the estimate and one part in so many more: waits come in runs, so that the record of a busy
/// desk knows less than as many independent ones would. In the simulation below, with one agent busy nine
/// tenths of the time, 87 % would be kept without it.
const MARGIN: i64 = 4;

/// From so many days ahead a weekday's name is understood as the one before.
const WEEK_DAYS: i64 = 7;

/// What a queue shows of its pace, at one level of one workgroup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// The latest first replies: since when the author had waited, and when it was.
    pub served: Vec<(i64, i64)>,
    /// Since when those have waited who have had no reply yet.
    pub waiting: Vec<i64>,
    /// How many interactions of any level would be claimed before a new one; at most [`AHEAD`] are counted.
    pub ahead: usize,
}

/// A wait that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What the voice says.
    pub wait: Wait,
    /// When a person must have answered for it to be true, or be back.
    pub by_ms: i64,
}

/// Why nothing is said of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Untold {
    /// Too little was answered lately to know how long it takes.
    NoPace,
    /// More wait than were lately answered in such a time.
    Backlog,
    /// People go home before.
    ClosesBefore,
    /// Nobody is on duty for so long that a weekday would mislead.
    LongClosed,
    /// The platform's limit leaves no room for it.
    NoRoom,
    /// Too many of the last seven days' promises were broken.
    NotKept,
}

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPace => "too little was answered lately to know how long it takes",
            Self::Backlog => "more wait than were lately answered in such a time",
            Self::ClosesBefore => "people go home before",
            Self::LongClosed => "nobody is on duty for so long that a weekday would mislead",
            Self::NoRoom => "the platform's limit leaves no room for it",
            Self::NotKept => "too many of the last seven days' promises were broken",
        })
    }
}

/// What may be told at `now_ms` to an author whose post people serve in these hours. `pace` gives the
/// queue's pace since a moment; it is asked only where somebody is on duty.
pub fn told(
    hours: &Calendar,
    pace: impl FnOnce(i64) -> Option<Pace>,
    now_ms: i64,
) -> Result<Told, Untold> {
    let Some(since_ms) = hours.open_since(now_ms - WINDOW_MS, now_ms) else {
        let opens_ms = hours.next_open(now_ms);
        let back = opens_ms.and_then(|opens_ms| back(hours, opens_ms, now_ms));
        return back.ok_or(Untold::LongClosed);
    };
    let pace = pace(since_ms).ok_or(Untold::NoPace)?;
    let kept_ms = pace.kept(since_ms, now_ms).ok_or(Untold::NoPace)?;
    let minutes = u16::try_from((kept_ms + kept_ms / MARGIN + 59_999) / 60_000).ok();
    let minutes = minutes.and_then(Wait::rounded).ok_or(Untold::NoPace)?;
    let told_ms = i64::from(minutes) * 60_000;
    if pace.ahead >= pace.most_within(told_ms, since_ms) {
        return Err(Untold::Backlog);
    }
    if !hours.is_open_throughout(now_ms, now_ms + told_ms) {
        return Err(Untold::ClosesBefore);
    }
    Ok(Told {
        wait: Wait::Minutes(minutes),
        by_ms: now_ms + told_ms,
    })
}

/// "Back on Monday at 9:00", by the clock of those who are back; on Monday itself "today".
fn back(hours: &Calendar, opens_ms: i64, now_ms: i64) -> Option<Told> {
    let (now, opens) = (hours.wall(now_ms), hours.wall(opens_ms));
    let days = opens.date().signed_duration_since(now.date()).num_days();
    (days < WEEK_DAYS).then_some(Told {
        wait: Wait::BackAt {
            days: u8::try_from(days).ok()?,
            weekday: opens.weekday(),
            zone: hours.zone(),
            hh: u8::try_from(opens.hour()).ok()?,
            mm: u8::try_from(opens.minute()).ok()?,
        },
        by_ms: opens_ms,
    })
}

impl Pace {
    /// Those who came and were answered since then: who came before waited for people, not for their pace.
    fn answered(&self, since_ms: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let served = self.served.iter().copied();
        served.filter(move |(asked_ms, _)| *asked_ms >= since_ms)
    }

    /// The wait that all but [`LATE`] kept to, in milliseconds; `None` where too few were answered, or too
    /// many have waited too long already.
    fn kept(&self, since_ms: i64, now_ms: i64) -> Option<i64> {
        let mut waits: Vec<i64> = self
            .answered(since_ms)
            .map(|(asked_ms, answered_ms)| answered_ms - asked_ms)
            .collect();
        if waits.len() < ENOUGH {
            return None;
        }
        waits.sort_unstable();
        let mut still: Vec<i64> = self
            .waiting
            .iter()
            .map(|asked_ms| now_ms - *asked_ms.max(&since_ms))
            .collect();
        still.sort_unstable();
        let mut unanswered = 1.0;
        for (answered, wait) in waits.iter().enumerate() {
            let gone = still.partition_point(|age| age < wait);
            // With the new author, of whom nothing is known.
            let at_risk = (waits.len() - answered) + (still.len() - gone) + 1;
            unanswered *= 1.0 - 1.0 / at_risk as f64;
            if unanswered <= LATE {
                return Some(*wait);
            }
        }
        None
    }

    /// The most that were lately answered within such a time.
    fn most_within(&self, told_ms: i64, since_ms: i64) -> usize {
        let mut times: Vec<i64> = self.answered(since_ms).map(|(_, at_ms)| at_ms).collect();
        times.sort_unstable();
        let most = (0..times.len())
            .map(|from| {
                let rest = times.get(from..).unwrap_or_default();
                let first = rest.first().copied().unwrap_or_default();
                rest.partition_point(|at_ms| at_ms - first < told_ms)
            })
            .max()
            .unwrap_or(0);
        let span_ms = match (times.first(), times.last()) {
            (Some(first), Some(last)) => (last - first).max(1),
            _ => return 0,
        };
        // A record shorter than the time that is told goes on as it went.
        let longer = i64::try_from(times.len()).unwrap_or(0) * told_ms / span_ms;
        let most = if told_ms > span_ms {
            usize::try_from(longer).unwrap_or(most)
        } else {
            most
        };
        most.min(usize::try_from(AHEAD).unwrap_or(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    const MINUTE_MS: i64 = 60_000;
    const HOUR_MS: i64 = 60 * MINUTE_MS;
    const NOW_MS: i64 = 1_800_000_000_000;

    fn minutes(told: Result<Told, Untold>) -> Result<u16, Untold> {
        told.map(|told| match told.wait {
            Wait::Minutes(minutes) => {
                assert_eq!(told.by_ms, NOW_MS + i64::from(minutes) * MINUTE_MS);
                minutes
            }
            back => panic!("{back:?}"),
        })
    }

    /// Answers of so many minutes, one every two minutes, the last just now.
    fn steady(waits: &[i64]) -> Pace {
        let served = waits.iter().enumerate().map(|(n, wait)| {
            let answered_ms = NOW_MS - 2 * MINUTE_MS * i64::try_from(n).unwrap();
            (answered_ms - wait * MINUTE_MS, answered_ms)
        });
        Pace {
            served: served.collect(),
            ..Pace::default()
        }
    }

    fn always(pace: Pace) -> Result<u16, Untold> {
        minutes(told(&Calendar::always(), |_| Some(pace), NOW_MS))
    }

    #[test]
    fn tells_what_nine_in_ten_kept_to_and_only_with_enough_of_them() {
        assert_eq!(always(steady(&[4; 9])), Err(Untold::NoPace));
        assert_eq!(always(steady(&[4; 10])), Ok(5));
        // Of ten the slowest counts, of twenty the second slowest.
        assert_eq!(always(steady(&[4, 4, 4, 4, 33, 4, 4, 4, 4, 4])), Ok(45));
        let mut twenty = vec![4; 18];
        twenty.extend([12, 33]);
        assert_eq!(always(steady(&twenty)), Ok(15));
        assert_eq!(always(steady(&[130; 50])), Ok(180));
        assert_eq!(always(steady(&[400; 50])), Err(Untold::NoPace));
        assert_eq!(
            minutes(told(&Calendar::always(), |_| None, NOW_MS)),
            Err(Untold::NoPace)
        );
    }

    #[test]
    fn those_who_wait_still_count_for_as_long_as_they_have() {
        let mut pace = steady(&[4; 20]);
        pace.waiting = vec![NOW_MS - MINUTE_MS; 5];
        assert_eq!(always(pace.clone()), Ok(5));
        // Ten who have waited for half an hour: what was kept to before is kept to no more.
        pace.waiting = vec![NOW_MS - 30 * MINUTE_MS; 10];
        assert_eq!(always(pace), Err(Untold::NoPace));
    }

    #[test]
    fn tells_nothing_in_a_storm() {
        let mut pace = steady(&[9; 20]);
        // Eight were answered in a quarter of an hour.
        for (ahead, told) in [(0, Ok(15)), (7, Ok(15)), (8, Err(Untold::Backlog))] {
            pace.ahead = ahead;
            assert_eq!(always(pace.clone()), told, "{ahead}");
        }
        pace = steady(&[239; 50]);
        pace.served
            .iter_mut()
            .for_each(|served| served.0 = NOW_MS - 2 * HOUR_MS);
        pace.ahead = 200;
        assert_eq!(always(pace), Err(Untold::Backlog));
    }

    /// A day of 1 January 2027, a Friday, in London.
    #[test]
    fn tells_nothing_that_people_are_not_there_for() {
        let at = |hour: i64, minute: i64| {
            chrono::DateTime::parse_from_rfc3339("2027-01-01T00:00:00Z")
                .unwrap()
                .timestamp_millis()
                + hour * HOUR_MS
                + minute * MINUTE_MS
        };
        let hours = |holidays: &[&str]| {
            let holidays: Vec<String> = holidays.iter().map(|day| day.to_string()).collect();
            Calendar::read("Europe/London", &["Mon-Fri 09:00-17:00".into()], &holidays).unwrap()
        };
        let pace = |now_ms: i64| {
            let served = (0..20).map(|n| {
                let answered_ms = now_ms - n * 2 * MINUTE_MS;
                (answered_ms - 18 * MINUTE_MS, answered_ms)
            });
            Pace {
                served: served.collect(),
                ..Pace::default()
            }
        };
        let say = |calendar: &Calendar, now_ms| {
            told(calendar, |_| Some(pace(now_ms)), now_ms).map(|told| told.wait)
        };
        let open = hours(&[]);
        assert_eq!(say(&open, at(12, 0)), Ok(Wait::Minutes(25)));
        assert_eq!(say(&open, at(16, 35)), Ok(Wait::Minutes(25)));
        assert_eq!(say(&open, at(16, 36)), Err(Untold::ClosesBefore));
        // Those of the night waited for the morning: too few came since.
        assert_eq!(say(&open, at(9, 10)), Err(Untold::NoPace));
        let monday = |days| Wait::BackAt {
            days,
            weekday: chrono::Weekday::Mon,
            hh: 9,
            mm: 0,
            zone: "Europe/London",
        };
        assert_eq!(say(&open, at(17, 0)), Ok(monday(3)));
        assert_eq!(say(&hours(&["2027-01-01"]), at(12, 0)), Ok(monday(3)));
        // Sunday, the last minute; Monday, the first, and the last before opening.
        assert_eq!(say(&open, at(71, 59)), Ok(monday(1)));
        assert_eq!(say(&open, at(72, 0)), Ok(monday(0)));
        assert_eq!(say(&open, at(80, 59)), Ok(monday(0)));
        let week: Vec<String> = (4..9).map(|day| format!("2027-01-0{day}")).collect();
        let week: Vec<&str> = week.iter().map(String::as_str).collect();
        assert_eq!(say(&hours(&week), at(17, 0)), Err(Untold::LongClosed));
    }

    /// A queue with so many agents, first come, first served, in milliseconds.
    struct Desk {
        agents: usize,
        busy: Vec<(i64, i64)>,
        queue: VecDeque<i64>,
        served: Vec<(i64, i64)>,
    }

    impl Desk {
        fn new(agents: usize) -> Self {
            Self {
                agents,
                busy: Vec::new(),
                queue: VecDeque::new(),
                served: Vec::new(),
            }
        }

        /// Lets the time pass up to `now_ms`: whoever is done answers, and takes the next.
        fn pass(&mut self, now_ms: i64, service: &mut impl FnMut() -> i64) {
            loop {
                let next = self.busy.iter().copied().min_by_key(|(_, done)| *done);
                let Some((asked, done)) = next.filter(|(_, done)| *done <= now_ms) else {
                    return;
                };
                let at = self
                    .busy
                    .iter()
                    .position(|one| *one == (asked, done))
                    .unwrap();
                self.busy.swap_remove(at);
                self.served.push((asked, done));
                self.take(done, service);
            }
        }

        fn take(&mut self, now_ms: i64, service: &mut impl FnMut() -> i64) {
            while self.busy.len() < self.agents
                && let Some(asked) = self.queue.pop_front()
            {
                self.busy.push((asked, now_ms + service()));
            }
        }

        fn pace(&self, since_ms: i64) -> Pace {
            let served = self.served.iter().rev().copied();
            Pace {
                served: served
                    .take_while(|(_, at)| *at > since_ms)
                    .take(SERVED as usize)
                    .collect(),
                waiting: self
                    .queue
                    .iter()
                    .copied()
                    .chain(self.busy.iter().map(|(asked, _)| *asked))
                    .take(AHEAD as usize)
                    .collect(),
                ahead: self.queue.len().min(AHEAD as usize),
            }
        }
    }

    /// How many of these authors were told a time, and how many of those were answered by then.
    fn simulate(
        agents: usize,
        load: f64,
        service_ms: f64,
        surge: impl Fn(usize) -> f64,
        of: std::ops::Range<usize>,
        seed: u64,
    ) -> (usize, usize) {
        let mut state = seed;
        let mut uniform = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((state >> 11) as f64 + 0.5) / (1u64 << 53) as f64
        };
        let authors = of.end;
        let mut draws: Vec<f64> = (0..authors * 2).map(|_| -uniform().ln()).collect();
        let mut services = draws
            .split_off(authors)
            .into_iter()
            .map(|d| (d * service_ms) as i64 + 1);
        let mut service = move || services.next().unwrap_or(1);
        let gap_ms = service_ms / (agents as f64 * load);
        let mut desk = Desk::new(agents);
        let mut now_ms = NOW_MS;
        let mut promises = std::collections::BTreeMap::new();
        for (n, draw) in draws.into_iter().enumerate() {
            // No two at the same moment: an author is known by when they asked.
            now_ms += (draw * gap_ms / surge(n)) as i64 + 1;
            desk.pass(now_ms, &mut service);
            let told = told(&Calendar::always(), |since| Some(desk.pace(since)), now_ms);
            if let (true, Ok(told)) = (of.contains(&n), told) {
                promises.insert(now_ms, told.by_ms);
            }
            desk.queue.push_back(now_ms);
            desk.take(now_ms, &mut service);
        }
        desk.pass(i64::MAX, &mut service);
        let kept = desk
            .served
            .iter()
            .filter(|(asked, at)| promises.get(asked).is_some_and(|by| at <= by));
        (promises.len(), kept.count())
    }

    /// Where the process is steady, what is told is kept in nine of ten cases, and it is told often.
    #[test]
    fn what_is_told_is_kept() {
        for agents in [1, 3, 12] {
            for load in [0.3, 0.6, 0.8, 0.9] {
                for service_min in [1.5, 6.0] {
                    let (mut told, mut kept, authors) = (0, 0, 2_000);
                    for seed in 1..=3 {
                        let service_ms = service_min * 60_000.0;
                        let (t, k) = simulate(agents, load, service_ms, |_| 1.0, 0..authors, seed);
                        told += t;
                        kept += k;
                    }
                    let share = kept as f64 / told.max(1) as f64;
                    let often = told as f64 / (3 * authors) as f64;
                    println!(
                        "{agents} agents, load {load}, {service_min} min: told {often:.2}, kept {share:.3}"
                    );
                    assert!(
                        share >= 0.9,
                        "{agents} agents, load {load}, {service_min} min: {share:.3} of {told}"
                    );
                }
            }
        }
    }

    /// In a storm, ten times as many for a while, and after it what is told is kept as well: mostly nothing is.
    #[test]
    fn what_is_told_in_a_storm_is_kept_too() {
        let (mut told, mut kept) = (0, 0);
        for seed in 1..=5 {
            let storm = |n: usize| {
                if (1_000..1_500).contains(&n) {
                    10.0
                } else {
                    1.0
                }
            };
            let (t, k) = simulate(4, 0.6, 240_000.0, storm, 1_000..2_500, seed);
            told += t;
            kept += k;
        }
        let share = kept as f64 / told as f64;
        println!("storm and after: told {told} of 7500, kept {share:.3}");
        assert!(share >= 0.9, "{share}");
    }
}
