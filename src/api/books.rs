//! What was promised and how long people took, as answers: the shards' counters added up.

use super::response::{Response, rfc3339};
use crate::config::Config;
use crate::inbox::figures::Figures;
use crate::inbox::projection::{Arrivals, Cell, Outlook, Team, project};
use crate::inbox::promise::{Promise, Promises, PromisesAsked};
use crate::inbox::promised::Open;
use crate::inbox::report::HOUR_MS;
use crate::inbox::sla::{Key, SlaAsked, Sum, UNANSWERED, What, bin_from_ms};
use crate::post::{SourceId, Workgroup};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How long people took with one thing.
#[derive(Debug, Default, Serialize)]
struct Clock {
    /// How many.
    n: i64,
    /// Past their target: those that came late, and those that ended unanswered when their time was over.
    missed: i64,
    /// Of the missed: ended unanswered.
    unanswered: i64,
    /// How many passed their target in those hours, whatever became of them.
    became_late: i64,
    /// The part that met its target.
    attainment: Option<f64>,
    average_ms: Option<i64>,
    p50_ms: Option<i64>,
    p90_ms: Option<i64>,
}

/// How promises were kept.
#[derive(Debug, Default, Serialize)]
struct KeptAnswer {
    /// How many were closed.
    promises: i64,
    kept: i64,
    late: i64,
    unanswered: i64,
    /// Beside those: how many fell away before their time.
    void: i64,
    /// The part that was kept.
    rate: Option<f64>,
}

/// A part of a whole, to four places.
fn part(of: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (of as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

/// Sums of one key, and of one kind.
fn of<'a>(sums: &'a [Sum], key: Option<&'a str>, what: What) -> impl Iterator<Item = &'a Sum> {
    let is = move |sum: &&Sum| sum.what == what && key.is_none_or(|key| sum.key == key);
    sums.iter().filter(is)
}

fn clock(sums: &[Sum], key: Option<&str>, what: What) -> Clock {
    let mut bins: BTreeMap<i64, i64> = BTreeMap::new();
    let (mut clock, mut total_ms) = (Clock::default(), 0);
    for sum in of(sums, key, what) {
        clock.missed += sum.missed;
        clock.became_late += sum.late;
        if sum.bin == UNANSWERED {
            clock.unanswered += sum.n;
            continue;
        }
        clock.n += sum.n;
        total_ms += sum.total_ms;
        *bins.entry(sum.bin).or_default() += sum.n;
    }
    let all = clock.n + clock.unanswered;
    clock.attainment = part(all - clock.missed, all);
    clock.average_ms = total_ms.checked_div(clock.n);
    clock.p50_ms = percentile(&bins, clock.n, 50);
    clock.p90_ms = percentile(&bins, clock.n, 90);
    clock
}

/// The length that so many percent did not exceed: the nearest rank, and within its bin evenly.
fn percentile(bins: &BTreeMap<i64, i64>, n: i64, percent: i64) -> Option<i64> {
    let rank = (n * percent + 99) / 100;
    let mut before = 0;
    for (bin, n) in bins {
        if before + n >= rank && rank > 0 {
            let (from, to) = (bin_from_ms(*bin), bin_from_ms(bin + 1));
            return Some(from + (to - from) * (2 * (rank - before) - 1) / (2 * n));
        }
        before += n;
    }
    None
}

fn kept(sums: &[Sum], key: Option<&str>) -> KeptAnswer {
    let mut answer = KeptAnswer::default();
    for what in [What::First, What::Next] {
        for sum in of(sums, key, what) {
            answer.promises += sum.promises;
            answer.void += sum.void;
            answer.kept += sum.promises - sum.broken;
            match sum.bin {
                UNANSWERED => answer.unanswered += sum.broken,
                _ => answer.late += sum.broken,
            }
        }
    }
    answer.rate = part(answer.kept, answer.promises);
    answer
}

/// The keys of these sums, in order.
fn keys(sums: &[Sum]) -> BTreeSet<&str> {
    sums.iter().map(|sum| sum.key.as_str()).collect()
}

/// A key as a caller reads it: an hour or a day by when it began.
fn shown(key: &str, by: Key) -> String {
    match (by, key.parse::<i64>()) {
        (Key::Hour | Key::Day, Ok(hour)) => rfc3339(hour * HOUR_MS),
        _ => key.to_string(),
    }
}

/// The sums of all shards, added up.
fn added(all: impl IntoIterator<Item = Sum>) -> Vec<Sum> {
    let mut sums: BTreeMap<(String, What, i64), Sum> = BTreeMap::new();
    for sum in all {
        let at = (sum.key.clone(), sum.what, sum.bin);
        match sums.get_mut(&at) {
            Some(one) => {
                one.n += sum.n;
                one.missed += sum.missed;
                one.total_ms += sum.total_ms;
                one.promises += sum.promises;
                one.broken += sum.broken;
                one.void += sum.void;
                one.late += sum.late;
            }
            None => {
                sums.insert(at, sum);
            }
        }
    }
    sums.into_values().collect()
}

#[derive(Serialize)]
struct KeptBy {
    key: String,
    #[serde(flatten)]
    kept: KeptAnswer,
}

/// The answer to `GET /v1/promises`.
pub fn promises(all: Vec<Promises>, asked: &PromisesAsked, now_ms: i64) -> Response {
    #[derive(Serialize)]
    struct Answer {
        as_of_ms: i64,
        open: i64,
        at_risk: i64,
        broken: i64,
        promises: Vec<Promise>,
        from_ms: i64,
        to_ms: i64,
        by: &'static str,
        kept: KeptAnswer,
        groups: Vec<KeptBy>,
    }
    let mut open = Open::default();
    let (mut listed, mut sums) = (Vec::new(), Vec::new());
    for one in all {
        open.add(one.open);
        listed.extend(one.promises);
        sums.extend(one.sums);
    }
    listed.sort_by(|a, b| (a.by_ms, &a.id).cmp(&(b.by_ms, &b.id)));
    listed.truncate(usize::try_from(asked.max).unwrap_or(usize::MAX));
    let sums = added(sums);
    let groups = keys(&sums).into_iter().map(|key| KeptBy {
        key: shown(key, asked.kept.by),
        kept: kept(&sums, Some(key)),
    });
    Response::of(&Answer {
        as_of_ms: now_ms,
        open: open.open,
        at_risk: open.at_risk,
        broken: open.broken,
        promises: listed,
        from_ms: asked.kept.from_hour * HOUR_MS,
        to_ms: asked.kept.to_hour * HOUR_MS,
        by: asked.kept.by.as_str(),
        kept: kept(&sums, None),
        groups: groups
            .filter(|group| group.kept.promises + group.kept.void > 0)
            .collect(),
    })
}

#[derive(Serialize)]
pub(super) struct Clocks {
    opened: i64,
    first_reply: Clock,
    next_reply: Clock,
    resolution: Clock,
    promises: KeptAnswer,
}

impl Clocks {
    /// How many first replies met their target, and of how many that were owed.
    pub(super) fn first_replies(&self) -> (i64, i64) {
        let all = self.first_reply.n + self.first_reply.unanswered;
        (all - self.first_reply.missed, all)
    }
}

/// The clocks of all shards' sums together.
pub(super) fn clocks_of(all: Vec<Sum>) -> Clocks {
    clocks(&added(all), None)
}

fn clocks(sums: &[Sum], key: Option<&str>) -> Clocks {
    Clocks {
        opened: of(sums, key, What::Opened).map(|sum| sum.n).sum(),
        first_reply: clock(sums, key, What::First),
        next_reply: clock(sums, key, What::Next),
        resolution: clock(sums, key, What::Resolution),
        promises: kept(sums, key),
    }
}

#[derive(Serialize)]
struct Group {
    key: String,
    #[serde(flatten)]
    clocks: Clocks,
}

/// What stands open, of one key.
#[derive(Debug, Default, Serialize)]
struct NowGroup {
    key: String,
    open: i64,
    claimable: i64,
    held: i64,
    snoozed: i64,
    oldest_ms: Option<i64>,
    late: i64,
    due_soon: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    will_miss: Option<i64>,
}

/// How a workgroup goes on.
#[derive(Debug, Serialize)]
struct TeamAnswer {
    workgroup: Workgroup,
    /// Replies an hour, of this hour and the one before.
    answered_per_hour: f64,
    /// Who holds something now.
    agents: i64,
    due_soon: i64,
    will_miss: i64,
    /// With how many agents no more miss than must.
    agents_needed: Option<i64>,
}

/// The answer to `GET /v1/sla`.
pub fn sla(config: &Config, all: Vec<Figures>, asked: &SlaAsked, now_ms: i64) -> Response {
    #[derive(Serialize)]
    struct Now {
        as_of_ms: i64,
        groups: Vec<NowGroup>,
        workgroups: Vec<TeamAnswer>,
        will_miss: i64,
    }
    #[derive(Serialize)]
    struct Answer {
        from_ms: i64,
        to_ms: i64,
        by: &'static str,
        total: Clocks,
        groups: Vec<Group>,
        now: Now,
    }
    let (mut sums, mut standing) = (Vec::new(), Vec::new());
    for one in all {
        sums.extend(one.sums);
        standing.push(one.now);
    }
    let sums = added(sums);
    let teams = teams(config, &standing, now_ms);
    let outlooks: BTreeMap<&Workgroup, Outlook> = teams
        .iter()
        .map(|(name, team)| (name, project(team)))
        .collect();
    let mut groups: BTreeMap<String, NowGroup> = BTreeMap::new();
    for one in standing.iter().flat_map(|now| &now.groups) {
        let group = groups.entry(one.key.clone()).or_default();
        group.key = shown(&one.key, asked.by);
        group.open += one.open;
        group.held += one.held;
        group.snoozed += one.snoozed;
        group.claimable += one.open - one.held - one.snoozed;
        group.oldest_ms = match (group.oldest_ms, one.oldest_ms) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    for cell in standing.iter().flat_map(|now| &now.due) {
        let Some(key) = key_of(asked.by, &cell.workgroup, &cell.source, cell.level) else {
            continue;
        };
        let group = groups.entry(key.clone()).or_insert_with(|| NowGroup {
            key,
            ..NowGroup::default()
        });
        match cell.minute {
            ..0 => group.late += cell.n,
            _ => group.due_soon += cell.n,
        }
    }
    for (workgroup, outlook) in &outlooks {
        for ((source, level), n) in &outlook.misses {
            let Some(key) = key_of(asked.by, workgroup, source, *level) else {
                continue;
            };
            let group = groups.entry(key.clone()).or_insert_with(|| NowGroup {
                key,
                ..NowGroup::default()
            });
            *group.will_miss.get_or_insert(0) += n;
        }
    }
    let mut now: Vec<NowGroup> = groups.into_values().collect();
    if !asked.by.is_time() {
        for group in &mut now {
            group.will_miss.get_or_insert(0);
        }
    }
    let workgroups = teams.iter().map(|(name, team)| {
        let outlook = outlooks.get(name).cloned().unwrap_or_default();
        let due = team.due.iter().filter(|cell| cell.minute >= 0);
        TeamAnswer {
            workgroup: name.clone(),
            answered_per_hour: per_hour(team),
            agents: team.agents,
            due_soon: due.map(|cell| cell.n).sum(),
            will_miss: outlook.will_miss,
            agents_needed: outlook.agents_needed,
        }
    });
    let workgroups: Vec<TeamAnswer> = workgroups.collect();
    let group = |key: &str| Group {
        key: shown(key, asked.by),
        clocks: clocks(&sums, Some(key)),
    };
    Response::of(&Answer {
        from_ms: asked.from_hour * HOUR_MS,
        to_ms: asked.to_hour * HOUR_MS,
        by: asked.by.as_str(),
        total: clocks(&sums, None),
        groups: keys(&sums).into_iter().map(group).collect(),
        now: Now {
            as_of_ms: now_ms,
            groups: now,
            will_miss: workgroups.iter().map(|team| team.will_miss).sum(),
            workgroups,
        },
    })
}

fn per_hour(team: &Team) -> f64 {
    let hours = team.over_ms.max(1) as f64 / HOUR_MS as f64;
    (team.answered as f64 / hours * 10.0).round() / 10.0
}

/// The key of what is due. Nothing is due by the time at which it was opened.
fn key_of(by: Key, workgroup: &Workgroup, source: &str, level: u8) -> Option<String> {
    match by {
        Key::Source => Some(source.to_string()),
        Key::Workgroup => Some(workgroup.as_str().to_string()),
        Key::Level => Some(level.to_string()),
        Key::Hour | Key::Day => None,
    }
}

/// The workgroups of all shards, as the projection needs them.
fn teams(
    config: &Config,
    standing: &[crate::inbox::standing::Now],
    now_ms: i64,
) -> BTreeMap<Workgroup, Team> {
    let mut teams: BTreeMap<Workgroup, Team> = BTreeMap::new();
    let mut holders: BTreeMap<&Workgroup, BTreeSet<&str>> = BTreeMap::new();
    let mut opened: BTreeMap<(&Workgroup, &str, u8), i64> = BTreeMap::new();
    for now in standing {
        for one in &now.teams {
            let team = teams.entry(one.workgroup.clone()).or_default();
            team.answered += one.answered;
            team.over_ms = team.over_ms.max(one.over_ms);
            let theirs = holders.entry(&one.workgroup).or_default();
            theirs.extend(one.holders.iter().map(String::as_str));
            for (source, level, n) in &one.opened {
                *opened.entry((&one.workgroup, source, *level)).or_default() += n;
            }
        }
        for cell in &now.due {
            let team = teams.entry(cell.workgroup.clone()).or_default();
            merge(&mut team.due, cell);
        }
    }
    for (workgroup, theirs) in holders {
        if let Some(team) = teams.get_mut(workgroup) {
            team.agents = i64::try_from(theirs.len()).unwrap_or(i64::MAX);
        }
    }
    for ((workgroup, source, level), n) in opened {
        let known = config.source(&SourceId::new(source));
        let level_is = crate::judgement::Level::try_from(level).ok();
        if let (Some(team), Some(of), Some(is)) = (teams.get_mut(workgroup), known, level_is) {
            team.arrivals.push(Arrivals {
                source: source.to_string(),
                level,
                n,
                due_after_ms: config.deadlines.deadline(of, is, now_ms) - now_ms,
            });
        }
    }
    teams
}

fn merge(cells: &mut Vec<Cell>, other: &Cell) {
    let same = cells.iter_mut().find(|one| {
        (one.minute, one.level) == (other.minute, other.level) && one.source == other.source
    });
    match same {
        Some(one) => one.n += other.n,
        None => cells.push(other.clone()),
    }
}
