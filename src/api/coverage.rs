//! What became of every post, as an answer: `GET /v1/coverage`.

use super::interval::{round, wilson};
use super::problem::Problem;
use super::request::{Query, time};
use super::response::{Response, rfc3339};
use crate::config::Config;
use crate::inbox::cohort::{By, DAYS, FateSum, Fates, FatesAsked, Slot};
use crate::inbox::fate::Fate;
use crate::inbox::report::HOUR_MS;
use crate::post::Workgroup;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most hours that are asked for at a time.
const MOST_HOURS: i64 = 31 * 24 + 1;

/// How many of the worst hours are told.
const GAPS: usize = 10;

/// Which posts are asked for: whole hours, the last seven days where nothing is said.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn asked(query: &mut Query<'_>, now_ms: i64) -> Result<FatesAsked, Problem> {
    let by = match query.take("by") {
        None => By::Platform,
        Some(name) => By::named(name).ok_or_else(|| {
            let known = By::ALL.map(By::as_str).join(", ");
            Problem::field("by", format!("one of {known}"))
        })?,
    };
    let (from_hour, to_hour) = period(query, now_ms)?;
    Ok(FatesAsked {
        from_hour,
        to_hour,
        by,
    })
}

/// The hours from `from` to `to`, which is not among them.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub(super) fn period(query: &mut Query<'_>, now_ms: i64) -> Result<(i64, i64), Problem> {
    let to_ms = match query.take("to") {
        None => now_ms,
        Some(text) => time("to", text)?,
    };
    let from_ms = match query.take("from") {
        None => to_ms - 7 * 86_400_000,
        Some(text) => time("from", text)?,
    };
    let (from, to) = (
        from_ms.div_euclid(HOUR_MS),
        (to_ms + HOUR_MS - 1).div_euclid(HOUR_MS),
    );
    if from >= to || to - from > MOST_HOURS {
        return Err(Problem::field(
            "from",
            "must lie before `to`, at most 31 days",
        ));
    }
    if from < (now_ms - DAYS * 86_400_000).div_euclid(HOUR_MS) {
        return Err(Problem::field(
            "from",
            format!("is longer ago than the {DAYS} days for which posts are counted"),
        ));
    }
    Ok((from, to))
}

/// What became of some posts.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Covered {
    /// How many came.
    pub came: i64,
    /// Of those: how many opened an interaction.
    pub matters: i64,
    /// All that came, each in one fate.
    pub fates: BTreeMap<&'static str, i64>,
    /// Those that need an answer and have come to their end: answered, helped by a peer, or missed.
    pub due: i64,
    /// Of those: answered by one of our agents.
    pub answered: i64,
    /// Of those: nobody answered.
    pub missed: i64,
    /// missed / due.
    pub unanswered_rate: Option<f64>,
    /// Its interval of 95 %.
    pub interval: Option<[f64; 2]>,
}

/// The sums of one key, or of all.
pub(super) fn covered<'a>(sums: impl IntoIterator<Item = &'a FateSum>) -> Covered {
    let mut covered = Covered {
        fates: Fate::ALL.map(|fate| (fate.as_str(), 0)).into(),
        ..Covered::default()
    };
    for sum in sums {
        covered.came += sum.n;
        covered.matters += sum.matters;
        *covered.fates.entry(sum.fate.as_str()).or_default() += sum.n;
        if !sum.needs {
            continue;
        }
        let (answered, missed) = (sum.fate.is_answered(), sum.fate.is_missed());
        if answered || missed || sum.fate == Fate::PeerHelped {
            covered.due += sum.n;
        }
        covered.answered += if answered { sum.n } else { 0 };
        covered.missed += if missed { sum.n } else { 0 };
    }
    covered.unanswered_rate =
        (covered.due > 0).then(|| round(covered.missed as f64 / covered.due as f64));
    covered.interval = wilson(covered.missed, covered.due);
    covered
}

/// A key as a caller reads it.
pub(super) fn shown(key: &str, by: By) -> String {
    match (by, key.parse::<i64>()) {
        (By::Hour, Ok(hour)) => rfc3339(hour * HOUR_MS),
        (By::Situation, _) if key.is_empty() => "none".to_owned(),
        _ => key.to_owned(),
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub key: String,
    #[serde(flatten)]
    pub covered: Covered,
}

/// The sums by key, each as a caller reads it.
pub(super) fn groups(sums: &[FateSum], by: By) -> Vec<Group> {
    let mut keys: BTreeMap<&str, Vec<&FateSum>> = BTreeMap::new();
    for sum in sums {
        keys.entry(sum.key.as_str()).or_default().push(sum);
    }
    let groups = keys.into_iter().map(|(key, sums)| Group {
        key: shown(key, by),
        covered: covered(sums),
    });
    groups.filter(|group| group.covered.came != 0).collect()
}

/// An hour in which posts were missed.
#[derive(Debug, Serialize)]
pub(super) struct Gap {
    pub workgroup: Workgroup,
    pub from_ms: i64,
    pub due: i64,
    pub missed: i64,
    pub unanswered_rate: f64,
    pub interval: Option<[f64; 2]>,
    /// Which teams had the first word in it; none where nobody was on duty, left out where no roster is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_duty: Option<Vec<String>>,
}

/// The hours in which most posts were missed, by who was on duty.
pub(super) fn gaps(config: &Config, slots: impl IntoIterator<Item = Slot>) -> Vec<Gap> {
    let mut all: BTreeMap<(Workgroup, i64), (i64, i64)> = BTreeMap::new();
    for slot in slots {
        let sum = all.entry((slot.workgroup, slot.hour)).or_default();
        sum.0 += slot.due;
        sum.1 += slot.missed;
    }
    let mut worst: Vec<_> = all.into_iter().filter(|(_, sum)| sum.1 > 0).collect();
    worst.sort_by_key(|((workgroup, hour), (due, missed))| {
        (-missed, *due, -hour, workgroup.clone())
    });
    worst.truncate(GAPS);
    let gap = |((workgroup, hour), (due, missed)): ((Workgroup, i64), (i64, i64))| Gap {
        on_duty: on_duty(config, &workgroup, hour * HOUR_MS),
        workgroup,
        from_ms: hour * HOUR_MS,
        due,
        missed,
        unanswered_rate: round(missed as f64 / due.max(1) as f64),
        interval: wilson(missed, due),
    };
    worst.into_iter().map(gap).collect()
}

/// Who was on duty in that hour by the roster, looked at each quarter of it: shifts begin and end on one.
fn on_duty(config: &Config, workgroup: &Workgroup, from_ms: i64) -> Option<Vec<String>> {
    let mut sources = config.sources.iter();
    let source = sources.find(|source| source.workgroup == *workgroup)?;
    let roster = source.roster.as_ref()?;
    let mut teams = BTreeSet::new();
    for quarter in 0..4 {
        let team = roster.on_duty(from_ms + quarter * HOUR_MS / 4);
        teams.extend(team.map(|team| team.first().to_owned()));
    }
    Some(teams.into_iter().collect())
}

/// The shards' answers as one.
pub(super) fn together(all: impl IntoIterator<Item = Fates>) -> Fates {
    let mut one = Fates::default();
    for shard in all {
        one.since_ms = one.since_ms.max(shard.since_ms);
        one.behind |= shard.behind;
        one.sums.extend(shard.sums);
        one.gaps.extend(shard.gaps);
        for (why, n) in shard.ignored {
            *one.ignored.entry(why).or_default() += n;
        }
    }
    one
}

/// The answer to `GET /v1/coverage`.
pub fn coverage(config: &Config, all: Vec<Fates>, asked: &FatesAsked, now_ms: i64) -> Response {
    #[derive(Serialize)]
    struct Answer {
        as_of_ms: i64,
        from_ms: i64,
        to_ms: i64,
        counted_since_ms: i64,
        complete: bool,
        by: &'static str,
        total: Covered,
        groups: Vec<Group>,
        gaps: Vec<Gap>,
        ignored: BTreeMap<String, i64>,
    }
    let all = together(all);
    Response::of(&Answer {
        as_of_ms: now_ms,
        from_ms: asked.from_hour * HOUR_MS,
        to_ms: asked.to_hour * HOUR_MS,
        counted_since_ms: all.since_ms,
        complete: !all.behind && all.since_ms <= asked.from_hour * HOUR_MS,
        by: asked.by.as_str(),
        total: covered(&all.sums),
        groups: groups(&all.sums, asked.by),
        gaps: gaps(config, all.gaps),
        ignored: all.ignored,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(key: &str, fate: Fate, needs: bool, n: i64) -> FateSum {
        FateSum {
            key: key.into(),
            fate,
            needs,
            n,
            matters: n,
        }
    }

    #[test]
    fn shards_are_added_up_and_the_rate_is_of_what_needs_an_answer() {
        let shard = |n| Fates {
            sums: vec![
                sum("x", Fate::Answered, true, 3 * n),
                sum("x", Fate::Answered, false, 50),
                sum("x", Fate::Unanswered, true, n),
                sum("x", Fate::Open, true, 7),
                sum("line", Fate::NoAnswerNeeded, false, 2),
            ],
            ..Fates::default()
        };
        let all = together([shard(1), shard(2)]);
        let total = covered(&all.sums);
        assert_eq!((total.came, total.due, total.missed), (130, 12, 3));
        assert_eq!(total.fates.values().sum::<i64>(), total.came);
        assert_eq!(total.unanswered_rate, Some(0.25));
        assert!(
            total
                .interval
                .is_some_and(|[low, high]| low < 0.25 && high > 0.25)
        );
        let groups = groups(&all.sums, By::Platform);
        let keys: Vec<_> = groups
            .iter()
            .map(|one| (one.key.as_str(), one.covered.came))
            .collect();
        assert_eq!(keys, [("line", 4), ("x", 126)]);
        assert_eq!(groups[0].covered.unanswered_rate, None);
    }
}
