//! Who is on duty in the next weeks, and when nobody is: a part of `heard check`.

use crate::clock::Calendar;
use crate::clock::roster::Roster;
use crate::config::Config;
use crate::language::Texts;
use crate::post::Workgroup;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How far ahead is looked, in days: four weeks show every weekday and, most often, a holiday.
const DAYS: i64 = 28;

const DAY_MS: i64 = 86_400_000;

/// A roster's next weeks.
#[derive(Debug, PartialEq, serde::Serialize)]
pub struct Coverage {
    workgroup: Workgroup,
    /// What part of the time each team has the first word, of 100.
    teams: Vec<(String, f64)>,
    /// When nobody is on duty: `Sat 02:00-06:00`, by the clock of the first team, and on which days.
    gaps: BTreeMap<String, Vec<String>>,
}

/// The next weeks of every roster.
pub fn coverage(config: &Config, now_ms: i64) -> Vec<Coverage> {
    let workgroups = config.workgroups().into_iter();
    workgroups
        .filter_map(|workgroup| {
            let mut sources = config.sources.iter();
            let roster = sources
                .find(|source| source.workgroup == workgroup)?
                .roster
                .as_ref()?;
            Some(Coverage {
                teams: teams(roster, now_ms),
                gaps: gaps(roster.hours(), now_ms),
                workgroup,
            })
        })
        .collect()
}

/// Counted by the quarter of an hour: shifts begin and end on one.
fn teams(roster: &Roster, now_ms: i64) -> Vec<(String, f64)> {
    let quarters = DAYS * 24 * 4;
    let mut counts: Vec<(String, i64)> = Vec::new();
    for shift in roster.shifts() {
        if !counts.iter().any(|(team, _)| *team == shift.team.first()) {
            counts.push((shift.team.first().to_owned(), 0));
        }
    }
    for quarter in 0..quarters {
        let on_duty = roster.on_duty(now_ms + quarter * 15 * 60_000);
        if let Some((_, count)) = counts
            .iter_mut()
            .find(|(team, _)| Some(team.as_str()) == on_duty.map(Texts::first))
        {
            *count += 1;
        }
    }
    counts
        .into_iter()
        .map(|(team, count)| (team, 100.0 * count as f64 / quarters as f64))
        .collect()
}

fn gaps(hours: &Calendar, now_ms: i64) -> BTreeMap<String, Vec<String>> {
    let mut gaps: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (closes, opens) in hours.closed(now_ms, now_ms + DAYS * DAY_MS) {
        // What begins or ends where the look does says nothing of a shift.
        if closes == now_ms || opens == now_ms + DAYS * DAY_MS {
            continue;
        }
        let (from, to) = (hours.wall(closes), hours.wall(opens));
        let end = if from.date() == to.date() {
            to.format("%H:%M")
        } else {
            to.format("%a %H:%M")
        };
        gaps.entry(format!("{}-{end}", from.format("%a %H:%M")))
            .or_default()
            .push(from.format("%Y-%m-%d").to_string());
    }
    gaps
}

impl Coverage {
    /// For people.
    pub fn describe(&self) -> String {
        let mut text = format!("{}, the next {DAYS} days:\n", self.workgroup);
        for (team, share) in &self.teams {
            let never = if *share == 0.0 { ": never signs" } else { "" };
            let _ = writeln!(text, "  {share:5.1} % {team}{never}");
        }
        for (when, days) in &self.gaps {
            let _ = writeln!(text, "  nobody on duty {when} ({})", days.join(", "));
        }
        if self.gaps.is_empty() {
            text.push_str("  somebody is on duty at every hour\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tells_shares_and_gaps() {
        let table = json!({
            "brand": {"name": "B"},
            "calendars": {
                "leeds": {"timezone": "Europe/London", "open": ["Mon-Sun 06:00-02:00"], "holidays": ["2026-12-25"]},
                "late": {"timezone": "Europe/London", "open": ["Mon-Fri 02:00-06:00", "Sun 02:00-06:00"]},
                "spare": {"timezone": "Europe/London", "open": ["Mon-Fri 03:00-04:00"]},
            },
            "rosters": {"care": [
                {"team": "Leeds", "calendar": "leeds"},
                {"team": "Night", "calendar": "late"},
                {"team": "Spare", "calendar": "spare"},
            ]},
            "apps": [{"id": "x", "scheme": "x"}],
            "sources": [{"id": "x", "app": "x", "platform": "x", "account": "1", "workgroup": "care"}],
        });
        let config = Config::read(&table.to_string(), &|_| None);
        let keys: Vec<_> = config.problems.iter().map(|p| p.key.as_str()).collect();
        let written = |key: &&str| key.chars().any(|c| c.is_ascii_lowercase());
        assert!(!keys.iter().any(written), "{keys:?}");
        // Sunday, 6 December 2026, noon.
        let [coverage] = &coverage(&config, 1_796_558_400_000)[..] else {
            panic!()
        };
        let shares: Vec<_> = coverage
            .teams
            .iter()
            .map(|(_, share)| share.round())
            .collect();
        assert_eq!(shares, [80.0, 14.0, 0.0]);
        let gaps: Vec<_> = coverage
            .gaps
            .iter()
            .map(|(when, days)| (when.as_str(), days.len()))
            .collect();
        assert_eq!(
            gaps,
            [
                ("Fri 00:00-02:00", 1),
                ("Fri 06:00-Sat 06:00", 1),
                ("Sat 02:00-06:00", 3)
            ]
        );
        let says = coverage.describe();
        assert!(says.contains("Spare: never signs"), "{says}");
        assert!(
            says.contains("nobody on duty Sat 02:00-06:00 (2026-12-12, 2026-12-19, 2027-01-02)"),
            "{says}"
        );
    }
}
