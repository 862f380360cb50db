//! What became of every post against a plain recount: days of random work in two shards, with edits, deletions,
//! reopening, joins, restarts and what retention forgets; everything that is told computed anew from a list of posts.

use super::{
    DAY_MS, HOUR_MS, MINUTE_MS, Office, deleted, edited, holding, incoming, judged, made, post,
    pull, seeing, sent,
};
use crate::fuzz::Random;
use crate::sqlite::Sqlite;
use heard::inbox::cohort::{By, Fates, FatesAsked, ShowFates};
use heard::inbox::fate::{Fate, needs};
use heard::inbox::pick::Reopen;
use heard::inbox::wire::Interaction;
use heard::judgement::{Kind, Level, Situation, Triage};
use heard::platform::{Event, Outcome, OwnAnswer};
use heard::post::{Author, PostId, Workgroup};
use heard::sql::Sql as _;
use std::collections::{BTreeMap, BTreeSet};

const RUNS: u64 = 5;
const STEPS: usize = 200;
const SOURCES: [&str; 3] = ["x", "x-freight", "forum"];

/// A post, as somebody would keep it on paper.
#[derive(Clone, Debug)]
struct Paper {
    source: &'static str,
    author: Option<String>,
    hour: i64,
    triage: Triage,
    deleted: bool,
    /// Whether the first reply after its last words came past the target.
    answered: Option<bool>,
    noted: bool,
    /// Forgotten: its fate then.
    gone: Option<(String, Fate, bool)>,
}

struct Run {
    office: Office,
    posts: BTreeMap<String, Paper>,
    held: Vec<Interaction>,
    folder: tempfile::TempDir,
    restarts: u32,
}

fn ledger(source: &str, name: &str) -> String {
    let platform = if source == "forum" { "standard" } else { "x" };
    format!("{platform}:{name}")
}

impl Run {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut office = Office {
            sql: Sqlite::open(&folder.path().join("shard")),
            ..Office::new()
        };
        heard::sql::open(&office.sql, heard::inbox::schema::MIGRATIONS).unwrap();
        office.config.limits.attempts = 1_000;
        Self {
            office,
            posts: BTreeMap::new(),
            held: Vec::new(),
            folder,
            restarts: 0,
        }
    }

    /// In which interaction a post lies.
    fn matter(&self, name: &str) -> Option<i64> {
        let sql = "-- lies_in\nSELECT interaction FROM post WHERE id = ?1";
        let id = ledger(self.posts[name].source, name);
        let rows = self.office.sql.run(sql, vec![id.into()]).unwrap();
        rows.first().map(|row| row.int(0).unwrap())
    }

    fn of(&self, seq: i64) -> Vec<String> {
        let mine =
            |name: &&String| self.posts[*name].gone.is_none() && self.matter(name) == Some(seq);
        self.posts.keys().filter(mine).cloned().collect()
    }

    /// Whether a reply now is past what is owed.
    fn is_late(&self, seq: i64) -> bool {
        let sql = "-- is_late\nSELECT owed_ms, coalesce(target_ms, deadline_ms) FROM interaction WHERE seq = ?1";
        let rows = self.office.sql.run(sql, vec![seq.into()]).unwrap();
        rows[0].opt_int(0).unwrap().is_some() && rows[0].int(1).unwrap() < self.office.now_ms
    }

    fn answered(&mut self, seq: i64, late: bool) {
        for name in self.of(seq) {
            let paper = self.posts.get_mut(&name).unwrap();
            if !paper.deleted {
                paper.answered.get_or_insert(late);
            }
        }
    }

    /// An acknowledgment leaves.
    fn leave(&mut self, random: &mut Random, seq: i64) {
        for job in self.office.begin(&[seq]) {
            let sql =
                "-- whose_ack\nSELECT post FROM ack WHERE interaction = ?1 AND emergency = ?2";
            let rows = self
                .office
                .sql
                .run(sql, vec![seq.into(), u8::from(job.emergency).into()])
                .unwrap();
            let id = rows[0]
                .text(0)
                .unwrap()
                .split_once(':')
                .unwrap()
                .1
                .to_string();
            let outcome = match random.below(5) {
                0 => Outcome::Unknown { why: "cut".into() },
                1 => Outcome::Refused { why: "no".into() },
                _ => sent(),
            };
            let arrives = !matches!(outcome, Outcome::Refused { .. });
            if random.below(3) == 0 {
                // Its report comes when the matter is late.
                self.office.pass(random.below(3) as i64 * HOUR_MS);
            }
            self.office.finish(seq, outcome);
            self.posts.get_mut(&id).unwrap().noted |= arrives;
        }
    }

    /// The fate of a post: as the table in the documentation says, from the top.
    fn fate(&self, name: &str) -> (String, Fate, bool) {
        let paper = &self.posts[name];
        if let Some(gone) = &paper.gone {
            return gone.clone();
        }
        let seq = self.matter(name).unwrap();
        let shown = self.office.show(seq);
        let needs = needs(paper.triage.kind, paper.triage.level);
        let sql = "-- opens\nSELECT first FROM interaction WHERE seq = ?1";
        let first = self.office.sql.run(sql, vec![seq.into()]).unwrap();
        let opens = first[0].text(0).unwrap() == ledger(paper.source, name);
        let ended = shown.outcome.clone();
        let overdue =
            ended.is_none() && shown.owed_ms.is_some() && shown.deadline_ms < self.office.now_ms;
        let fate = if paper.deleted {
            if ended.as_deref() == Some("withdrawn") {
                Fate::Withdrawn
            } else {
                Fate::Deleted
            }
        } else if let Some(late) = paper.answered {
            match (
                paper.triage.kind == Kind::Praise && !needs,
                paper.noted,
                late,
            ) {
                (true, ..) => Fate::PraiseThanked,
                (_, true, true) => Fate::NotedAnsweredLate,
                (_, true, false) => Fate::NotedAnswered,
                (_, false, true) => Fate::AnsweredLate,
                (_, false, false) => Fate::Answered,
            }
        } else if ended.is_none() && !overdue {
            Fate::Open
        } else if !needs || ended.as_deref() == Some("no_answer_needed") {
            Fate::NoAnswerNeeded
        } else if paper.noted {
            Fate::Noted
        } else {
            Fate::Unanswered
        };
        (shown.workgroup.to_string(), fate, opens)
    }

    fn restart(&mut self) {
        self.restarts += 1;
        let mut other = Office {
            sql: Sqlite::open(&self.folder.path().join("shard")),
            now_ms: self.office.now_ms,
            ..Office::new()
        };
        heard::sql::open(&other.sql, heard::inbox::schema::MIGRATIONS).unwrap();
        other.config.limits = self.office.config.limits;
        self.office = other;
    }
}

fn asked(by: By, from_hour: i64, now_ms: i64) -> FatesAsked {
    FatesAsked {
        from_hour,
        to_hour: now_ms / HOUR_MS + 1,
        by,
    }
}

fn key(by: By, paper: &Paper, workgroup: &str) -> String {
    match by {
        By::Platform => if paper.source == "forum" {
            "standard"
        } else {
            "x"
        }
        .into(),
        By::Level => u8::from(paper.triage.level).to_string(),
        By::Hour => paper.hour.to_string(),
        By::Language => paper.triage.lang.clone(),
        By::Source => paper.source.into(),
        By::Workgroup => workgroup.into(),
        By::Situation => paper.triage.situation.map_or("", Situation::as_str).into(),
    }
}

type Told = BTreeMap<(String, Fate, bool), (i64, i64)>;

fn told(all: &[Fates]) -> Told {
    let mut told = Told::new();
    for sum in all.iter().flat_map(|one| &one.sums) {
        let count = told
            .entry((sum.key.clone(), sum.fate, sum.needs))
            .or_default();
        count.0 += sum.n;
        count.1 += sum.matters;
    }
    told.retain(|_, count| *count != (0, 0));
    told
}

fn audit(runs: &[Run], from_hour: i64, bys: &[By], at: &str) -> BTreeSet<Fate> {
    let mut seen = BTreeSet::new();
    let fates: Vec<BTreeMap<&String, (String, Fate, bool)>> = runs
        .iter()
        .map(|run| {
            run.posts
                .keys()
                .map(|name| (name, run.fate(name)))
                .collect()
        })
        .collect();
    for by in bys.iter().copied() {
        let mut plain = Told::new();
        let mut due: BTreeMap<(String, i64), (i64, i64)> = BTreeMap::new();
        for (run, fates) in runs.iter().zip(&fates) {
            for (name, paper) in &run.posts {
                let (workgroup, fate, opens) = &fates[name];
                let needs = needs(paper.triage.kind, paper.triage.level);
                let count = plain
                    .entry((key(by, paper, workgroup), *fate, needs))
                    .or_default();
                count.0 += 1;
                count.1 += i64::from(*opens);
                seen.insert(*fate);
                if needs && (fate.is_answered() || fate.is_missed()) {
                    let slot = due.entry((workgroup.clone(), paper.hour)).or_default();
                    slot.0 += 1;
                    slot.1 += i64::from(fate.is_missed());
                }
            }
        }
        let all: Vec<Fates> = runs
            .iter()
            .map(|run| {
                let asked = asked(by, from_hour, run.office.now_ms);
                run.office.ask(ShowFates { asked, gaps: true }).unwrap()
            })
            .collect();
        assert!(all.iter().all(|one| !one.behind));
        assert_eq!(told(&all), plain, "{at} by {by}");
        let came: i64 = told(&all).values().map(|count| count.0).sum();
        let posts: usize = runs.iter().map(|run| run.posts.len()).sum();
        assert_eq!(came, posts as i64, "{at}: all that came, once");
        let mut slots: BTreeMap<(String, i64), (i64, i64)> = BTreeMap::new();
        for slot in all.iter().flat_map(|one| &one.gaps) {
            let count = slots
                .entry((slot.workgroup.to_string(), slot.hour))
                .or_default();
            count.0 += slot.due;
            count.1 += slot.missed;
        }
        assert_eq!(slots, due, "{at}");
    }
    for run in runs {
        run.office.audit();
    }
    seen
}

fn triage(random: &mut Random) -> Triage {
    let level = *random.pick(&[
        Level::Idle,
        Level::Routine,
        Level::Urgent,
        Level::Urgent,
        Level::Emergency,
    ]);
    let mut triage = judged(level);
    triage.kind = *random.pick(&[
        Kind::Complaint,
        Kind::Complaint,
        Kind::Praise,
        Kind::Other,
        Kind::News,
    ]);
    triage.lang = (*random.pick(&["en", "de", "und"])).into();
    triage.situation = *random.pick(&[None, Some(Situation::Delayed), Some(Situation::Refund)]);
    triage
}

fn act(run: &mut Run, random: &mut Random, step: usize) {
    let now_ms = run.office.now_ms;
    match random.below(24) {
        0..=6 => {
            let source = *random.pick(&SOURCES);
            // Who wrote some of them is learnt later, where the platform hides it first.
            let author = (random.below(6) > 0).then(|| format!("a{}", random.below(12)));
            let name = format!("p{}", run.posts.len() + 1);
            let triage = triage(random);
            let mut one = post(&name, "", now_ms);
            one.author = author.as_deref().map(Author::of);
            one.text = format!("Post {name}");
            let paper = Paper {
                source,
                author,
                hour: now_ms / HOUR_MS,
                triage: triage.clone(),
                deleted: false,
                answered: None,
                noted: false,
                gone: None,
            };
            run.posts.insert(name, paper);
            for seq in run.office.take(vec![made(source, one, triage)]) {
                if random.below(4) > 0 {
                    run.leave(random, seq);
                }
            }
        }
        7 | 8 => {
            // An edit, or its author becomes known. An edit tells its author too, or nobody could hold it against them.
            let names: Vec<String> = run.posts.keys().cloned().collect();
            let Some(name) = names.get(random.below(names.len().max(1))).cloned() else {
                return;
            };
            let paper = run.posts[&name].clone();
            if paper.gone.is_some() || paper.deleted {
                return;
            }
            let mut one = post(&name, "", now_ms);
            let triage = triage(random);
            if paper.author.is_none() {
                let author = format!("a{}", random.below(12));
                one.author = Some(Author::of(author.as_str()));
                one.text = format!("Post {name}");
                one.created_ms = now_ms;
                run.posts.get_mut(&name).unwrap().author = Some(author);
                run.posts.get_mut(&name).unwrap().answered = None;
                run.office.take(vec![made(paper.source, one, paper.triage)]);
            } else {
                one.author = paper.author.as_deref().map(Author::of);
                one.text = format!("Post {name}, as of step {step}");
                run.posts.get_mut(&name).unwrap().triage = triage.clone();
                run.posts.get_mut(&name).unwrap().answered = None;
                run.office.take(vec![edited(paper.source, one, triage)]);
            }
        }
        9 => {
            let names: Vec<String> = run.posts.keys().cloned().collect();
            let Some(name) = names.get(random.below(names.len().max(1))) else {
                return;
            };
            let paper = run.posts.get_mut(name).unwrap();
            if paper.gone.is_none() {
                paper.deleted = true;
                let source = paper.source;
                run.office.take(vec![deleted(source, name)]);
            }
        }
        10..=12 => {
            let mut pull = pull(["amy", "bea", "cyd"][random.below(3)], 2);
            pull.workgroups = vec![Workgroup::new("trains"), Workgroup::new("freight")];
            let claimed = run.office.claim(pull);
            run.held.extend(claimed);
        }
        13..=15 if !run.held.is_empty() => {
            let one = run.held.swap_remove(random.below(run.held.len()));
            let seq = super::seq(&one);
            let cursor = run.office.show(seq).cursor;
            let said = format!("Answer {step}.");
            let begun =
                run.office
                    .begin_reply(seeing(&one, cursor), &format!("k{step}"), &said, None);
            if begun.is_ok() {
                let late = run.is_late(seq);
                let outcome = match random.below(6) {
                    0 => Outcome::Unknown { why: "cut".into() },
                    1 => Outcome::Refused { why: "no".into() },
                    _ => sent(),
                };
                let arrived = matches!(outcome, Outcome::Sent { .. });
                run.office
                    .finish_reply(seq, &format!("k{step}"), outcome)
                    .unwrap();
                if arrived {
                    run.answered(seq, late);
                }
                run.held.push(one);
            }
        }
        16 | 17 if !run.held.is_empty() => {
            let one = run.held.swap_remove(random.below(run.held.len()));
            let newest = seeing(&one, run.office.show(super::seq(&one)).cursor);
            let _ = run
                .office
                .resolve(newest, ["solved", "no_answer_needed"][random.below(2)]);
        }
        18 if !run.held.is_empty() => {
            let one = run.held.swap_remove(random.below(run.held.len()));
            let _ = run
                .office
                .release(holding(&one), random.below(4_000) as u32);
        }
        19 => {
            let names: Vec<String> = run.posts.keys().cloned().collect();
            let Some(name) = names.get(random.below(names.len().max(1))).cloned() else {
                return;
            };
            let Some(seq) = run
                .matter(&name)
                .filter(|_| run.posts[&name].gone.is_none())
            else {
                return;
            };
            match random.below(3) {
                0 => {
                    let _ =
                        run.office
                            .assign(seq, None, Some(*random.pick(&["trains", "freight"])));
                }
                1 => {
                    let _ = run.office.ask(Reopen {
                        seq,
                        by: "boss".into(),
                        reason: "again".into(),
                    });
                }
                _ => {
                    // A person of ours answers in the platform's own app.
                    let paper = run.posts[&name].clone();
                    if paper.deleted {
                        return;
                    }
                    let late = run.is_late(seq);
                    let answer = OwnAnswer {
                        id: PostId::new(format!("own{step}")),
                        to: None,
                        parent: Some(PostId::new(name)),
                        text: format!("Own answer {step}"),
                        created_ms: now_ms,
                    };
                    run.office.take(vec![incoming(
                        paper.source,
                        Event::Answered { answer },
                        None,
                    )]);
                    run.answered(seq, late);
                }
            }
        }
        20 => {
            for seq in run.office.ring() {
                run.leave(random, seq);
            }
        }
        21 => run.restart(),
        _ => run.office.pass(random.below(3 * HOUR_MS as usize) as i64),
    }
}

fn run(seed: u64) -> BTreeSet<Fate> {
    let random = &mut Random(seed);
    let mut runs = [Run::new(), Run::new()];
    let from_hour = runs[0].office.now_ms / HOUR_MS;
    let mut seen = BTreeSet::new();
    for step in 0..STEPS {
        let at = random.below(2);
        act(&mut runs[at], random, step);
        if step % 12 == 11 {
            seen.extend(audit(
                &runs,
                from_hour,
                &[*random.pick(&By::ALL)],
                &format!("seed {seed}, step {step}"),
            ));
        }
    }
    assert!(runs.iter().any(|run| run.restarts > 0));
    // What has ended is forgotten, and what was counted stays.
    for run in &mut runs {
        run.office.config.limits.retention_days = 1;
        run.office.pass(3 * DAY_MS);
        let fates: Vec<_> = run
            .posts
            .keys()
            .map(|name| (name.clone(), run.fate(name)))
            .collect();
        for _ in 0..40 {
            run.office.ring();
            run.office.pass(MINUTE_MS);
        }
        let mut gone = 0;
        for (name, fate) in fates {
            if run.matter(&name).is_none() {
                run.posts.get_mut(&name).unwrap().gone = Some(fate);
                gone += 1;
            }
        }
        assert!(gone > 0, "seed {seed}: something is forgotten");
    }
    seen.extend(audit(
        &runs,
        from_hour,
        &By::ALL,
        &format!("seed {seed}, after retention"),
    ));
    seen
}

#[test]
fn what_is_told_is_what_became_of_every_post() {
    let mut seen = BTreeSet::new();
    for seed in 1..=RUNS {
        seen.extend(run(seed * 6_364_136));
    }
    let missing: Vec<Fate> = Fate::ALL
        .into_iter()
        .filter(|one| !seen.contains(one))
        .collect();
    assert_eq!(missing, [Fate::PeerHelped], "every other fate occurs");
}

#[test]
fn an_erased_matter_stays_counted_as_deleted() {
    let office = super::with_complaint();
    let show = || {
        let asked = asked(By::Source, 0, office.now_ms);
        told(&[office.ask(ShowFates { asked, gaps: false }).unwrap()])
    };
    let at = |fate| ("x".to_string(), fate, true);
    assert_eq!(show(), Told::from([(at(Fate::Open), (1, 1))]));
    // As whoever erases an author's traces does: rows go without a deletion.
    for statement in [
        "-- t1\nDELETE FROM ack",
        "-- t2\nDELETE FROM history",
        "-- t3\nDELETE FROM post",
        "-- t4\nDELETE FROM interaction",
    ] {
        office.sql.run(statement, vec![]).unwrap();
    }
    assert_eq!(show(), Told::from([(at(Fate::Deleted), (1, 1))]));
}

#[test]
fn what_was_there_before_counting_began_is_not_counted() {
    let all = heard::inbox::schema::MIGRATIONS;
    let first = all
        .iter()
        .position(|step| match step {
            heard::sql::Migration::Add(sql) => sql.starts_with("-- migration fate"),
            heard::sql::Migration::Fill { .. } => false,
        })
        .unwrap();
    let mut office = Office {
        sql: Sqlite::new(),
        ..Office::new()
    };
    heard::sql::open(&office.sql, &all[..first]).unwrap();
    office
        .sql
        .run(
            "-- old\nINSERT INTO interaction (seq, source, platform, workgroup, author, first, lang, kind, level, urgency, state,
  posts, live, changes, opened_ms, level_ms, owed_level, owed_urgency, deadline_ms, rank, available_ms)
VALUES (7, 'x', 'x', 'trains', 'old', 'x:old', 'en', 'complaint', 1, 40, 'open', 1, 1, 1, 1795348700000, 1795348700000,
  1, 40, 1795349900000, 1795349900000, 0)",
            vec![],
        )
        .unwrap();
    office
        .sql
        .run(
            "-- old_post\nINSERT INTO post (id, interaction, state, change, received_ms, created_ms, ack, post, triage)
VALUES ('x:old', 7, 'live', 1, 1795348700000, 1795348700000, 'level', '{}', '{\"level\":1,\"lang\":\"en\",\"kind\":\"complaint\"}')",
            vec![],
        )
        .unwrap();
    heard::sql::open(&office.sql, all).unwrap();
    office.pass(2 * HOUR_MS);
    office.take(vec![
        made(
            "x",
            post("new", "old", office.now_ms),
            judged(Level::Routine),
        ),
        made(
            "x",
            post("other", "ann", office.now_ms),
            judged(Level::Routine),
        ),
    ]);
    let asked = asked(By::Source, 0, office.now_ms);
    let fates = office.ask(ShowFates { asked, gaps: false }).unwrap();
    assert_eq!(fates.since_ms, 1_795_348_700_001);
    let n: i64 = fates.sums.iter().map(|sum| sum.n).sum();
    assert_eq!(n, 2, "{fates:?}");
}
