//! The books against a plain recount: a day of random work, and everything that `GET /v1/sla` and
//! `GET /v1/promises` tell of it computed anew from a list of what happened.

use super::{HOUR_MS, MINUTE_MS, Office, deleted, holding, judged, made, post, pull};
use crate::fuzz::Random;
use heard::inbox::figures::ShowSla;
use heard::inbox::pick::Reopen;
use heard::inbox::projection::{Arrivals, Cell, SOON_MS, Team, project};
use heard::inbox::promise::{PromisesAsked, ShowPromises};
use heard::inbox::sla::{Key, SlaAsked, bin};
use heard::inbox::state::State;
use heard::inbox::wire::Interaction;
use heard::judgement::Level;
use heard::platform::Outcome;
use heard::post::{SourceId, Workgroup};
use heard::sql::Sql as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const SOURCES: [&str; 3] = ["x", "x-freight", "forum"];

/// How many runs, and how many things happen in each.
const RUNS: u64 = 12;
const STEPS: usize = 250;

/// An interaction, as somebody would keep it on paper.
#[derive(Clone)]
struct Matter {
    source: &'static str,
    workgroup: String,
    level: Level,
    level_ms: i64,
    opened_ms: i64,
    /// Since when and how urgently an answer is owed, and by when.
    owed: Option<(i64, Level, i64)>,
    answered_ms: Option<i64>,
    /// How urgent what was answered last had been.
    answered: Level,
    posts: Vec<String>,
    /// What was promised, by whether for an emergency: by when, and how it ended.
    promises: BTreeMap<bool, (i64, Option<&'static str>)>,
    is_open: bool,
    /// Whether what is owed has been late already.
    is_late: bool,
    /// By when it must have ended, and whether that has passed already.
    resolve_ms: Option<i64>,
    is_unresolved: bool,
}

/// Something that is counted.
struct Happened {
    hour: i64,
    what: &'static str,
    source: &'static str,
    workgroup: String,
    level: Level,
    took_ms: Option<i64>,
    is_one: bool,
    is_missed: bool,
    promises: Vec<&'static str>,
}

#[derive(Default)]
struct Paper {
    matters: BTreeMap<i64, Matter>,
    happened: Vec<Happened>,
    /// What became late: when, what, and whose it was then.
    late: Vec<(i64, &'static str, &'static str, String, Level)>,
    /// What each was opened as, at the moment at which somebody looked.
    counted: BTreeMap<i64, (i64, &'static str, String, Level)>,
}

impl Paper {
    fn promised(&mut self, seq: i64, end: &'static str, now_ms: i64) -> Vec<&'static str> {
        let matter = self.matters.get_mut(&seq).unwrap();
        let mut ended = Vec::new();
        for (by_ms, is) in matter.promises.values_mut() {
            if is.is_none() {
                let end = match end {
                    "replied" if now_ms <= *by_ms => "kept",
                    "replied" => "late",
                    "void" if now_ms > *by_ms => "unanswered",
                    end => end,
                };
                *is = Some(end);
                ended.push(end);
            }
        }
        ended
    }

    /// Time has passed, and nothing else has happened yet.
    fn tick(&mut self, now_ms: i64) {
        for matter in self.matters.values_mut().filter(|one| one.is_open) {
            if let Some(due_ms) = matter.resolve_ms
                && due_ms < now_ms
                && !matter.is_unresolved
            {
                matter.is_unresolved = true;
                self.late.push((
                    due_ms / HOUR_MS,
                    "resolution",
                    matter.source,
                    matter.workgroup.clone(),
                    matter.level,
                ));
            }
            let Some((_, level, due_ms)) = matter.owed else {
                matter.is_late = false;
                continue;
            };
            if due_ms < now_ms && !matter.is_late {
                matter.is_late = true;
                let what = match matter.answered_ms {
                    None => "first",
                    Some(_) => "next",
                };
                self.late.push((
                    due_ms / HOUR_MS,
                    what,
                    matter.source,
                    matter.workgroup.clone(),
                    level,
                ));
            }
        }
    }

    /// Nobody waits for it any more.
    fn fell(&mut self, seq: i64, now_ms: i64) {
        let ended = self.promised(seq, "void", now_ms);
        if !ended.is_empty() {
            self.note(seq, now_ms, None, false, ended);
        }
    }

    fn note(
        &mut self,
        seq: i64,
        now_ms: i64,
        took: Option<i64>,
        is_missed: bool,
        promises: Vec<&'static str>,
    ) {
        let matter = &self.matters[&seq];
        let level = matter.owed.map_or(matter.level, |(_, level, _)| level);
        self.happened.push(Happened {
            hour: now_ms / HOUR_MS,
            what: match matter.answered_ms {
                None => "first",
                Some(_) => "next",
            },
            source: matter.source,
            workgroup: matter.workgroup.clone(),
            level,
            took_ms: took,
            is_one: matter.owed.is_some() && (took.is_some() || is_missed),
            is_missed,
            promises,
        });
    }

    /// Somebody looks: what is new is counted as it is now.
    fn look(&mut self) {
        for (seq, matter) in &self.matters {
            let as_now = || {
                (
                    matter.opened_ms / HOUR_MS,
                    matter.source,
                    matter.workgroup.clone(),
                    matter.level,
                )
            };
            self.counted.entry(*seq).or_insert_with(as_now);
        }
    }
}

fn key(by: Key, hour: i64, source: &str, workgroup: &str, level: Level) -> String {
    match by {
        Key::Source => source.into(),
        Key::Workgroup => workgroup.into(),
        Key::Level => u8::from(level).to_string(),
        Key::Hour | Key::Day => {
            let hour = if by == Key::Day { hour / 24 * 24 } else { hour };
            let at = chrono::DateTime::from_timestamp_millis(hour * HOUR_MS).unwrap();
            at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        }
    }
}

fn rounded(of: i64, whole: i64) -> Value {
    match whole {
        0 => Value::Null,
        _ => ((of as f64 / whole as f64 * 10_000.0).round() / 10_000.0).into(),
    }
}

/// What is told of a clock is what the events say.
fn assert_clock(told: &Value, events: &[&Happened], what: &str, seed: &str) {
    let mine: Vec<&&Happened> = events
        .iter()
        .filter(|one| one.what == what && one.is_one)
        .collect();
    let mut took: Vec<i64> = mine.iter().filter_map(|one| one.took_ms).collect();
    took.sort_unstable();
    let n = took.len() as i64;
    let missed = mine.iter().filter(|one| one.is_missed).count() as i64;
    let unanswered = mine.len() as i64 - n;
    let seed = format!("{seed} {what} {told}");
    assert_eq!(told["n"], n, "{seed}");
    assert_eq!(told["missed"], missed, "{seed}");
    assert_eq!(told["unanswered"], unanswered, "{seed}");
    assert_eq!(
        told["attainment"],
        rounded(n + unanswered - missed, n + unanswered),
        "{seed}"
    );
    let average = took.iter().sum::<i64>().checked_div(n);
    assert_eq!(told["average_ms"].as_i64(), average, "{seed}");
    for (name, percent) in [("p50_ms", 50), ("p90_ms", 90)] {
        // The nearest rank; what is told lies in the same bin.
        let exact = took
            .get(((n * percent + 99) / 100 - 1).max(0) as usize)
            .copied();
        assert_eq!(
            told[name].as_i64().map(bin),
            exact.map(bin),
            "{seed} {name} {exact:?}"
        );
    }
}

fn assert_promises(told: &Value, events: &[&Happened], seed: &str) {
    let ends: Vec<&str> = events
        .iter()
        .flat_map(|one| one.promises.iter().copied())
        .collect();
    let of = |end: &str| ends.iter().filter(|one| **one == end).count() as i64;
    let closed = ends.len() as i64 - of("void");
    assert_eq!(told["promises"], closed, "{seed} {told}");
    for end in ["kept", "late", "unanswered", "void"] {
        assert_eq!(told[end], of(end), "{seed} {end} {told}");
    }
    assert_eq!(told["rate"], rounded(of("kept"), closed), "{seed}");
}

fn figures(office: &Office, from_hour: i64, by: Key) -> Value {
    let asked = SlaAsked {
        from_hour,
        to_hour: office.now_ms / HOUR_MS + 1,
        by,
    };
    let ask = ShowSla {
        asked,
        workgroup: None,
    };
    let figures = office.ask(ask).unwrap();
    let answer = heard::api::books::sla(&office.config, vec![figures], &asked, office.now_ms);
    serde_json::from_str(&answer.body).unwrap()
}

/// The projection, thought of again: minute lists instead of a heap, each answer looked for anew.
fn recount(team: &Team, answered: i64, over_ms: i64) -> i64 {
    #[derive(Clone, Copy)]
    struct One {
        comes_ms: i64,
        tier: u8,
        due_ms: i64,
    }
    let tier = |level: u8| [2, 2, 1, 0][usize::from(level)];
    let mut all: Vec<One> = Vec::new();
    for cell in &team.due {
        let one = One {
            comes_ms: 0,
            tier: tier(cell.level),
            due_ms: cell.minute * MINUTE_MS + MINUTE_MS / 2,
        };
        all.extend(std::iter::repeat_n(one, cell.n as usize));
    }
    for one in &team.arrivals {
        for nth in 0..one.n {
            let comes_ms = (2 * nth + 1) * team.over_ms / (2 * one.n);
            let due_ms = comes_ms + one.due_after_ms;
            if due_ms < SOON_MS {
                all.push(One {
                    comes_ms,
                    tier: tier(one.level),
                    due_ms,
                });
            }
        }
    }
    let (mut missed, mut begins_ms, mut nth) = (0, 0, 0);
    while answered > 0 && begins_ms < SOON_MS {
        nth += 1;
        let done_ms = nth * over_ms / answered;
        let there = (0..all.len()).filter(|at| all[*at].comes_ms <= begins_ms);
        if let Some(at) = there.min_by_key(|at| (all[*at].tier, all[*at].due_ms)) {
            let one = all.remove(at);
            missed += i64::from(one.due_ms >= 0 && done_ms > one.due_ms);
        }
        begins_ms = done_ms;
    }
    missed
        + all
            .iter()
            .filter(|one| (0..SOON_MS).contains(&one.due_ms))
            .count() as i64
}

/// What stands open, by a look at each.
fn assert_now(office: &Office, paper: &Paper, told: &Value, by: Key, seed: &str) {
    let now_ms = office.now_ms;
    let shown: Vec<(i64, Interaction)> = paper
        .matters
        .iter()
        .filter(|(_, matter)| matter.is_open)
        .map(|(seq, _)| (*seq, office.show(*seq)))
        .collect();
    let of = |one: &Interaction| {
        key(
            by,
            one.opened_ms / HOUR_MS,
            one.source.as_str(),
            one.workgroup.as_str(),
            one.level,
        )
    };
    let mut groups: BTreeMap<String, Vec<&Interaction>> = BTreeMap::new();
    for (_, one) in &shown {
        groups.entry(of(one)).or_default().push(one);
    }
    let told_groups: BTreeMap<&str, &Value> = told["now"]["groups"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| group["open"] != 0)
        .map(|group| (group["key"].as_str().unwrap(), group))
        .collect();
    assert_eq!(
        told_groups.keys().copied().collect::<Vec<_>>(),
        groups.keys().map(String::as_str).collect::<Vec<_>>(),
        "{seed}"
    );
    for (key, ones) in &groups {
        let told = told_groups[key.as_str()];
        let held = ones.iter().filter(|one| one.state == State::Leased).count();
        let snoozed = ones
            .iter()
            .filter(|one| one.state == State::Waiting && one.available_ms > now_ms)
            .count();
        assert_eq!(told["open"], ones.len(), "{seed} {key}");
        assert_eq!(
            (&told["held"], &told["snoozed"]),
            (&held.into(), &snoozed.into()),
            "{seed} {key}"
        );
        assert_eq!(
            told["claimable"],
            ones.len() - held - snoozed,
            "{seed} {key}"
        );
        let oldest = ones.iter().map(|one| one.opened_ms).min().unwrap();
        let oldest = if by.is_time() {
            oldest / HOUR_MS * HOUR_MS
        } else {
            oldest
        };
        assert_eq!(told["oldest_ms"], oldest, "{seed} {key}");
    }
    let owed: Vec<&Interaction> = shown
        .iter()
        .map(|(_, one)| one)
        .filter(|one| one.owed_ms.is_some())
        .collect();
    let hour = now_ms / HOUR_MS - 1;
    let names: BTreeSet<&str> = told["now"]["workgroups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["workgroup"].as_str().unwrap())
        .collect();
    for one in told["now"]["workgroups"].as_array().unwrap() {
        let name = one["workgroup"].as_str().unwrap();
        let mut team = Team {
            over_ms: now_ms - hour * HOUR_MS,
            ..Team::default()
        };
        for due in owed
            .iter()
            .filter(|one| one.workgroup.as_str() == name && one.deadline_ms < now_ms + SOON_MS)
        {
            let matter = &paper.matters[&super::seq(due)];
            team.due.push(Cell {
                workgroup: Workgroup::new(name),
                source: matter.source.into(),
                level: u8::from(matter.owed.unwrap().1),
                minute: if due.deadline_ms < now_ms {
                    -1
                } else {
                    (due.deadline_ms - now_ms) / MINUTE_MS
                },
                n: 1,
            });
        }
        let recent = paper
            .happened
            .iter()
            .filter(|one| one.hour >= hour && one.workgroup == name);
        team.answered = recent
            .filter(|one| one.what != "resolution" && one.is_one && one.took_ms.is_some())
            .count() as i64;
        let mut opened: BTreeMap<(&str, Level), i64> = BTreeMap::new();
        for (at, source, workgroup, level) in paper.counted.values() {
            if *at >= hour && workgroup == name {
                *opened.entry((source, *level)).or_default() += 1;
            }
        }
        for ((source, level), n) in opened {
            let of = office.config.source(&SourceId::new(source)).unwrap();
            team.arrivals.push(Arrivals {
                source: source.into(),
                level: u8::from(level),
                n,
                due_after_ms: office.config.deadlines.deadline(of, level, now_ms) - now_ms,
            });
        }
        let holders: BTreeSet<_> = shown
            .iter()
            .map(|(_, one)| one)
            .filter(|one| one.workgroup.as_str() == name && one.state == State::Leased)
            .map(|one| one.holder.clone().unwrap())
            .collect();
        team.agents = holders.len() as i64;
        let seed = format!("{seed} {name} {team:?}");
        assert_eq!(one["agents"], team.agents, "{seed}");
        assert_eq!(
            one["will_miss"],
            recount(&team, team.answered, team.over_ms),
            "{seed}"
        );
        if team.agents > 0 && team.answered > 0 {
            let needed = one["agents_needed"].as_i64().unwrap();
            let with =
                |agents: i64| recount(&team, team.answered * agents, team.over_ms * team.agents);
            assert_eq!(with(needed), with(1_000), "{seed}");
            assert!(needed == 1 || with(needed - 1) > with(1_000), "{seed}");
        } else {
            assert!(one["agents_needed"].is_null(), "{seed}");
        }
    }
    assert!(
        owed.iter()
            .filter(|one| one.deadline_ms < now_ms + SOON_MS)
            .all(|one| names.contains(one.workgroup.as_str())),
        "{seed}"
    );
}

fn audit(office: &Office, paper: &mut Paper, start_hour: i64, seed: &str) {
    paper.tick(office.now_ms);
    for by in Key::ALL {
        let seed = format!("{seed} by {by}");
        let told = figures(office, start_hour, by);
        paper.look();
        let all: Vec<&Happened> = paper.happened.iter().collect();
        let of = |one: &Happened| key(by, one.hour, one.source, &one.workgroup, one.level);
        let mut keys: BTreeSet<String> = all.iter().map(|one| of(one)).collect();
        keys.extend(
            paper
                .counted
                .values()
                .map(|(hour, source, workgroup, level)| key(by, *hour, source, workgroup, *level)),
        );
        keys.extend(
            paper
                .late
                .iter()
                .map(|(hour, _, source, workgroup, level)| {
                    key(by, *hour, source, workgroup, *level)
                }),
        );
        let told_keys: Vec<&str> = told["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["key"].as_str().unwrap())
            .collect();
        assert_eq!(
            told_keys,
            keys.iter().map(String::as_str).collect::<Vec<_>>(),
            "{seed}"
        );
        let groups = told["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one, one["key"].as_str()));
        for (told, name) in groups.chain([(&told["total"], None)]) {
            let mine: Vec<&Happened> = all
                .iter()
                .copied()
                .filter(|one| name.is_none_or(|name| of(one) == name))
                .collect();
            for (field, what) in [
                ("first_reply", "first"),
                ("next_reply", "next"),
                ("resolution", "resolution"),
            ] {
                assert_clock(&told[field], &mine, what, &seed);
                let late = paper
                    .late
                    .iter()
                    .filter(|(hour, of, source, workgroup, level)| {
                        *of == what
                            && name.is_none_or(|name| {
                                key(by, *hour, source, workgroup, *level) == name
                            })
                    });
                assert_eq!(
                    told[field]["became_late"],
                    late.count(),
                    "{seed} {field} {name:?}"
                );
            }
            assert_promises(&told["promises"], &mine, &seed);
            let opened = paper
                .counted
                .values()
                .filter(|(hour, source, workgroup, level)| {
                    name.is_none_or(|name| key(by, *hour, source, workgroup, *level) == name)
                });
            assert_eq!(told["opened"], opened.count(), "{seed} {name:?}");
        }
        assert_now(office, paper, &told, by, &seed);
        let asked = PromisesAsked {
            workgroup: None,
            urgent: false,
            max: 50,
            kept: SlaAsked {
                from_hour: start_hour,
                to_hour: office.now_ms / HOUR_MS + 1,
                by,
            },
        };
        let one = office
            .ask(ShowPromises {
                asked: asked.clone(),
            })
            .unwrap();
        let answer = heard::api::books::promises(vec![one], &asked, office.now_ms);
        let told: Value = serde_json::from_str(&answer.body).unwrap();
        let mut open: Vec<i64> = paper
            .matters
            .values()
            .flat_map(|one| one.promises.values())
            .filter(|(_, end)| end.is_none())
            .map(|(by_ms, _)| *by_ms)
            .collect();
        open.sort_unstable();
        let listed: Vec<i64> = told["promises"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["by_ms"].as_i64().unwrap())
            .collect();
        assert_eq!(
            listed,
            open.iter().take(50).copied().collect::<Vec<_>>(),
            "{seed}"
        );
        assert_eq!(told["open"], open.len(), "{seed}");
        assert_eq!(
            told["broken"],
            open.iter().filter(|by_ms| **by_ms < office.now_ms).count(),
            "{seed}"
        );
        assert_promises(&told["kept"], &all, &seed);
    }
    office.audit();
}

fn run(seed: u64) {
    let random = &mut Random(seed);
    let mut office = Office::new();
    office.now_ms += (seed as i64 % 5) * HOUR_MS;
    // Leases run out often here; what nobody is given any more is another test's.
    office.config.limits.attempts = 1_000;
    // Where a later reply has more time than a first, and an end has a target at all.
    for source in &mut office.config.sources {
        source.targets.next[2] = Some(25);
        source.targets.resolution = [None, Some(300), Some(40), Some(20)];
    }
    let start_hour = office.now_ms / HOUR_MS;
    let mut paper = Paper::default();
    let mut held: Vec<Interaction> = Vec::new();
    let mut id = 0;
    for step in 0..STEPS {
        let at = format!("seed {seed}, step {step}");
        let now_ms = office.now_ms;
        paper.tick(now_ms);
        match random.below(20) {
            0..=5 => {
                id += 1;
                let source = *random.pick(&SOURCES);
                let author = format!("a{}", random.below(40));
                let level = *random.pick(&[
                    Level::Idle,
                    Level::Routine,
                    Level::Urgent,
                    Level::Urgent,
                    Level::Emergency,
                ]);
                let name = format!("p{id}");
                let acks = office.take(vec![made(
                    source,
                    post(&name, &author, now_ms),
                    judged(level),
                )]);
                let found = office.list(heard::inbox::wire::Filter {
                    post: Some(format!(
                        "{}:{name}",
                        if source == "forum" { "standard" } else { "x" }
                    )),
                    max: 1,
                    ..Default::default()
                });
                let seq = super::seq(&found[0]);
                let of = office.config.source(&SourceId::new(source)).unwrap();
                let deadlines = office.config.deadlines;
                match paper.matters.get_mut(&seq) {
                    None => {
                        let due_ms = deadlines.deadline(of, level, now_ms);
                        paper.matters.insert(
                            seq,
                            Matter {
                                source,
                                workgroup: of.workgroup.to_string(),
                                level,
                                level_ms: now_ms,
                                opened_ms: now_ms,
                                owed: Some((now_ms, level, due_ms)),
                                answered_ms: None,
                                answered: level,
                                posts: vec![name],
                                promises: BTreeMap::new(),
                                is_open: true,
                                is_late: false,
                                resolve_ms: deadlines.resolution(of, level, now_ms),
                                is_unresolved: false,
                            },
                        );
                    }
                    Some(matter) => {
                        matter.posts.push(name);
                        let fresh_ms = match matter.answered_ms {
                            None => deadlines.deadline(of, level, now_ms),
                            Some(_) => deadlines.next(of, level, now_ms),
                        };
                        matter.owed = match matter.owed {
                            None => Some((now_ms, level, fresh_ms)),
                            Some((since_ms, was, due_ms)) if level > was => {
                                Some((since_ms, level, due_ms.min(fresh_ms)))
                            }
                            owed => owed,
                        };
                        if level > matter.level {
                            (matter.level, matter.level_ms) = (level, now_ms);
                            let fresh_ms = deadlines.resolution(of, level, now_ms);
                            matter.resolve_ms = match (matter.resolve_ms, fresh_ms) {
                                (Some(was), Some(is)) => Some(was.min(is)),
                                (was, is) => was.or(is),
                            };
                        }
                    }
                }
                for seq in acks {
                    if random.below(8) == 0 {
                        // Its sender was too slow: the alarm sends it.
                        continue;
                    }
                    leave(random, &office, &mut paper, seq);
                }
            }
            6..=9 => {
                let mut pull = pull(["amy", "bea", "cyd"][random.below(3)], 2);
                pull.workgroups = vec![Workgroup::new("trains"), Workgroup::new("freight")];
                held.extend(office.claim(pull));
            }
            10..=13 if !held.is_empty() => {
                let one = held.swap_remove(random.below(held.len()));
                let shown = office.show(super::seq(&one));
                let mine = office.extend(holding(&one), 600).is_ok();
                let newest = super::seeing(&one, shown.cursor);
                let seq = super::seq(&one);
                if mine
                    && office
                        .begin_reply(
                            newest,
                            &format!("k{step}"),
                            &format!("Answer {step}."),
                            None,
                        )
                        .is_ok()
                {
                    office
                        .finish_reply(seq, &format!("k{step}"), super::sent())
                        .unwrap();
                    let ended = paper.promised(seq, "replied", now_ms);
                    let matter = &paper.matters[&seq];
                    if matter.owed.is_some() || !ended.is_empty() {
                        let (since_ms, level, due_ms) =
                            matter.owed.unwrap_or((now_ms, matter.level, now_ms));
                        let since_ms = since_ms.max(matter.answered_ms.unwrap_or(0));
                        let since_ms = if matter.level == level {
                            since_ms.max(matter.level_ms)
                        } else {
                            since_ms
                        };
                        paper.note(seq, now_ms, Some(now_ms - since_ms), now_ms > due_ms, ended);
                    }
                    let matter = paper.matters.get_mut(&seq).unwrap();
                    if let Some((_, level, _)) = matter.owed.take() {
                        matter.answered = level;
                    }
                    matter.answered_ms = Some(now_ms);
                    matter.is_late = false;
                    held.push(one);
                }
            }
            14 | 15 if !held.is_empty() => {
                let one = held.swap_remove(random.below(held.len()));
                let seq = super::seq(&one);
                let newest = super::seeing(&one, office.show(seq).cursor);
                if office.resolve(newest, "solved").is_ok() {
                    let ended = paper.promised(seq, "unanswered", now_ms);
                    let matter = &paper.matters[&seq];
                    let is_missed = matter.owed.is_some_and(|(_, _, due_ms)| now_ms > due_ms);
                    if is_missed || !ended.is_empty() {
                        paper.note(seq, now_ms, None, is_missed, ended);
                    }
                    let matter = paper.matters.get_mut(&seq).unwrap();
                    matter.is_open = false;
                    let due_ms = matter.resolve_ms;
                    paper.happened.push(Happened {
                        hour: now_ms / HOUR_MS,
                        what: "resolution",
                        source: matter.source,
                        workgroup: matter.workgroup.clone(),
                        level: matter.level,
                        took_ms: Some(now_ms - matter.opened_ms),
                        is_one: true,
                        is_missed: due_ms.is_some_and(|due_ms| now_ms > due_ms),
                        promises: Vec::new(),
                    });
                }
            }
            16 if !held.is_empty() => {
                let one = held.swap_remove(random.below(held.len()));
                let _ = office.release(holding(&one), random.below(4_000) as u32);
            }
            17 => {
                let open: Vec<i64> = paper
                    .matters
                    .iter()
                    .filter(|(_, one)| one.is_open)
                    .map(|(seq, _)| *seq)
                    .collect();
                if let Some(seq) = open.get(random.below(open.len().max(1))) {
                    match random.below(3) {
                        0 => {
                            let to = *random.pick(&["trains", "freight"]);
                            if office.assign(*seq, None, Some(to)).is_ok() {
                                paper.matters.get_mut(seq).unwrap().workgroup = to.into();
                            }
                        }
                        _ => {
                            let matter = &paper.matters[seq];
                            for name in matter.posts.clone() {
                                office.take(vec![deleted(matter.source, &name)]);
                            }
                            paper.fell(*seq, now_ms);
                            let matter = paper.matters.get_mut(seq).unwrap();
                            if office.show(*seq).state == State::Done {
                                matter.is_open = false;
                            } else {
                                // Somebody holds it: it ends when they let go, which nobody follows here.
                                matter.posts.clear();
                                for one in held
                                    .extract_if(.., |one| super::seq(one) == *seq)
                                    .collect::<Vec<_>>()
                                {
                                    let _ = office.release(holding(&one), 0);
                                }
                                if office.show(*seq).state == State::Done {
                                    paper.matters.get_mut(seq).unwrap().is_open = false;
                                }
                            }
                        }
                    }
                }
            }
            18 if random.below(2) == 0 => {
                let ended = paper.matters.iter().filter(|(_, one)| !one.is_open);
                let ended: Vec<i64> = ended.map(|(seq, _)| *seq).collect();
                let Some(seq) = ended.get(random.below(ended.len().max(1))).copied() else {
                    continue;
                };
                let (by, reason) = ("sue".into(), "again".into());
                let Ok(shown) = office.ask(Reopen { seq, by, reason }) else {
                    continue;
                };
                let matter = paper.matters.get_mut(&seq).unwrap();
                let of = office.config.source(&SourceId::new(matter.source)).unwrap();
                matter.is_open = true;
                matter.owed = match matter.owed {
                    Some((since_ms, level, _)) => Some((since_ms, level, shown.deadline_ms)),
                    None => Some((
                        now_ms,
                        matter.answered.min(Level::Routine),
                        shown.deadline_ms,
                    )),
                };
                let deadlines = office.config.deadlines;
                matter.resolve_ms = deadlines.resolution(of, matter.level, now_ms);
                matter.is_unresolved = false;
            }
            18 => {
                let planned = office.ring();
                for seq in planned {
                    leave(random, &office, &mut paper, seq);
                }
            }
            _ => office.pass(random.below(9 * MINUTE_MS as usize) as i64),
        }
        // What nobody has and nothing is left of ends when somebody comes for it.
        let ended: Vec<i64> = paper
            .matters
            .iter()
            .filter(|(seq, one)| one.is_open && office.show(**seq).state == State::Done)
            .map(|(seq, _)| *seq)
            .collect();
        for seq in ended {
            paper.matters.get_mut(&seq).unwrap().is_open = false;
        }
        let dead = paper
            .matters
            .keys()
            .any(|seq| office.show(*seq).state == State::Dead);
        assert!(!dead, "{at}: nothing dies here");
        if step % 10 == 9 {
            audit(&office, &mut paper, start_hour, &at);
        }
    }
    assert!(!paper.late.is_empty(), "seed {seed}: nothing was late");
    assert!(
        paper.happened.len() > 20,
        "seed {seed}: {} things",
        paper.happened.len()
    );
}

/// An acknowledgment leaves, and its end is told.
fn leave(random: &mut Random, office: &Office, paper: &mut Paper, seq: i64) {
    let jobs = office.begin(&[seq]);
    for job in jobs {
        let shown = office.show(seq);
        let ack = shown
            .acks
            .iter()
            .find(|ack| ack.emergency == job.emergency)
            .unwrap();
        let by_ms = promise_by(office, seq, job.emergency);
        // Where nobody is in, the note tells when people are back: the promise is the deadline after that.
        let is_told = shown.source.as_str() != "forum";
        assert!(!is_told || ack.told_ms.is_none_or(|told_ms| Some(told_ms) == by_ms));
        let outcome = match random.below(6) {
            0 => Outcome::Unknown {
                why: "timeout".into(),
            },
            1 => Outcome::Refused { why: "no".into() },
            _ => Outcome::Sent { id: None },
        };
        let arrives = !matches!(outcome, Outcome::Refused { .. });
        office.finish(seq, outcome);
        let matter = paper.matters.get_mut(&seq).unwrap();
        if let Some(by_ms) = by_ms
            && arrives
            && matter.is_open
            && matter.owed.is_some()
        {
            matter.promises.insert(job.emergency, (by_ms, None));
        }
    }
}

/// What the row says before it leaves: checked against what is told, and the deadline of when it was planned.
fn promise_by(office: &Office, seq: i64, emergency: bool) -> Option<i64> {
    use heard::sql::Sql as _;
    let sql = "-- promise_of\nSELECT promise_ms FROM ack WHERE interaction = ?1 AND emergency = ?2";
    let rows = office
        .sql
        .run(sql, vec![seq.into(), u8::from(emergency).into()])
        .unwrap();
    rows[0].opt_int(0).unwrap()
}

#[test]
fn what_is_told_is_what_happened() {
    for seed in 1..=RUNS {
        run(seed * 7_919);
    }
}

#[test]
fn a_projection_is_what_a_plain_recount_gives() {
    let random = &mut Random(77);
    for nth in 0..300 {
        let mut team = Team {
            answered: random.below(60) as i64,
            over_ms: HOUR_MS + random.below(HOUR_MS as usize) as i64,
            agents: random.below(6) as i64,
            ..Team::default()
        };
        for _ in 0..random.below(12) {
            team.due.push(Cell {
                workgroup: Workgroup::new("trains"),
                source: (*random.pick(&SOURCES)).into(),
                level: random.below(4) as u8,
                minute: random.below(31) as i64 - 1,
                n: random.below(5) as i64,
            });
        }
        for _ in 0..random.below(3) {
            team.arrivals.push(Arrivals {
                source: (*random.pick(&SOURCES)).into(),
                level: random.below(4) as u8,
                n: random.below(80) as i64,
                due_after_ms: random.below(40) as i64 * MINUTE_MS,
            });
        }
        let outlook = project(&team);
        assert_eq!(
            outlook.will_miss,
            recount(&team, team.answered, team.over_ms),
            "{nth}: {team:?}"
        );
        assert_eq!(outlook.misses.values().sum::<i64>(), outlook.will_miss);
    }
}

fn late(office: &Office) -> (i64, i64) {
    let told = figures(office, office.now_ms / HOUR_MS - 48, Key::Workgroup);
    let of = |clock: &str| told["total"][clock]["became_late"].as_i64().unwrap();
    (of("first_reply"), of("next_reply"))
}

/// A note told an earlier time than the target; and what is late stays on the books whatever becomes of it.
#[test]
fn lateness_is_counted_when_it_begins_and_once() {
    let mut office = Office::new();
    office.take(vec![
        made("x", post("1", "ann", office.now_ms), judged(Level::Urgent)),
        made("x", post("2", "bob", office.now_ms), judged(Level::Routine)),
    ]);
    // The deadline is not the target: what a note told is earlier.
    let told =
        "-- told_earlier\nUPDATE interaction SET deadline_ms = deadline_ms - 600000 WHERE seq = 1";
    office.sql.run(told, vec![]).unwrap();
    office.pass(10 * MINUTE_MS);
    assert_eq!(
        late(&office),
        (0, 0),
        "past what was told, not past its target"
    );
    office.pass(5 * MINUTE_MS);
    assert_eq!(
        late(&office),
        (0, 0),
        "at its very moment it is not late yet"
    );
    office.pass(1);
    assert_eq!(late(&office), (1, 0), "still open");
    let hour = office.now_ms / HOUR_MS;
    office.pass(2 * HOUR_MS);
    // Another workgroup's from now on: it became late in the first one's hands.
    office.assign(1, None, Some("freight")).unwrap();
    let told = figures(&office, hour, Key::Workgroup);
    let group = |name: &str| {
        let groups = told["groups"].as_array().unwrap();
        groups.iter().find(|group| group["key"] == name).cloned()
    };
    assert_eq!(group("trains").unwrap()["first_reply"]["became_late"], 1);
    let by_hour = figures(&office, hour, Key::Hour);
    assert_eq!(by_hour["groups"][0]["first_reply"]["became_late"], 1);
    assert_eq!(by_hour["groups"][0]["first_reply"]["missed"], 0);
    // Nothing that ends it takes it back.
    office.take(vec![deleted("x", "1")]);
    assert_eq!(late(&office), (1, 0));
    office.audit();
}

/// How many ends became late, and how many were missed.
fn unresolved(office: &Office) -> (i64, i64) {
    let told = figures(office, office.now_ms / HOUR_MS - 48, Key::Workgroup);
    let clock = &told["total"]["resolution"];
    let of = |field: &str| clock[field].as_i64().unwrap();
    (of("became_late"), of("missed"))
}

#[test]
fn an_end_is_late_from_its_target_on_and_has_its_time_anew_when_it_opens_again() {
    let mut office = Office::new();
    for source in &mut office.config.sources {
        source.targets.resolution = [None, Some(60), Some(30), None];
    }
    office.take(vec![
        made("x", post("1", "ann", office.now_ms), judged(Level::Routine)),
        made("x", post("2", "bob", office.now_ms), judged(Level::Idle)),
    ]);
    office.pass(HOUR_MS);
    assert_eq!(unresolved(&office), (0, 0), "at its very moment");
    office.pass(1);
    assert_eq!(unresolved(&office), (1, 0), "still open");
    // Urgent now: its half hour begins, but it is late already, and once.
    office.take(vec![made(
        "x",
        post("3", "ann", office.now_ms),
        judged(Level::Urgent),
    )]);
    office.pass(HOUR_MS);
    assert_eq!(unresolved(&office), (1, 0));
    let one = super::claim_one(&office, "amy");
    office.resolve(holding(&one), "solved").unwrap();
    assert_eq!(unresolved(&office), (1, 1));
    let (seq, by, reason) = (super::seq(&one), "sue".to_string(), "again".to_string());
    office.ask(Reopen { seq, by, reason }).unwrap();
    office.pass(30 * MINUTE_MS);
    assert_eq!(unresolved(&office), (1, 1));
    office.pass(1);
    assert_eq!(unresolved(&office), (2, 1));
    // What has no target is never late; one that is set later counts from when it was opened, at its end.
    office.pass(20 * HOUR_MS);
    assert_eq!(unresolved(&office), (2, 1));
    for source in &mut office.config.sources {
        source.targets.resolution = [Some(60); 4];
    }
    assert_eq!(unresolved(&office), (2, 1));
    for _ in 0..2 {
        let one = super::claim_one(&office, "amy");
        office.resolve(holding(&one), "solved").unwrap();
    }
    assert_eq!(unresolved(&office), (3, 3));
    office.audit();
}

/// Gone and back: what ended in time and opens again without a new target is late by its old one.
#[test]
fn a_redriven_one_is_late_by_the_target_that_it_had() {
    let mut office = Office::new();
    for source in &mut office.config.sources {
        source.targets.resolution = [Some(60); 4];
    }
    office.take(vec![made(
        "x",
        post("1", "ann", office.now_ms),
        judged(Level::Routine),
    )]);
    let dead = "-- dies\nUPDATE interaction SET state = 'dead', ended_ms = ?1 WHERE seq = 1";
    office.sql.run(dead, vec![office.now_ms.into()]).unwrap();
    office.take(vec![made(
        "x",
        post("2", "bob", office.now_ms),
        judged(Level::Routine),
    )]);
    office.pass(2 * HOUR_MS);
    assert_eq!(unresolved(&office), (1, 0), "only the one that is open");
    let (seq, by) = (1, "sue".to_string());
    office.ask(heard::inbox::work::Redrive { seq, by }).unwrap();
    assert_eq!(unresolved(&office), (2, 0));
    office.pass(HOUR_MS);
    assert_eq!(unresolved(&office), (2, 0));
}
