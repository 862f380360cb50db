//! How many posts came in an hour, and what became of them: counters that are kept, so that a year's figures cost no
//! walk over its posts, and that stay when the posts are gone.
//!
//! `fate` counts posts by the hour in which they came, by source, workgroup, level, language, kind and situation,
//! and by their fate ([`super::fate`]). Nothing is counted when a post comes or a reply goes: whoever asks, and the
//! alarm, counts those interactions anew that something happened to since the last time ([`advance`]), and moves the
//! difference. What an interaction counted for is kept with it (`counted`), so that counting it again changes
//! nothing, and a post that moves from one fate to another leaves the first. So a routine post costs no row where it
//! comes in, one for its interaction each time that it is counted, and a share of the counters' rows.
//!
//! Three walks find what must be counted, each along an index that is there anyway: those opened since (by number),
//! those that something happened to since (`updated`), and those whose time ran out since (`overdue`). An
//! acknowledgment that arrives after that is told by a trigger.

use super::context::Desk;
use super::fate::{Answer, Facts, Fate, fate, needs};
use super::question::{Concern, Question};
use super::report::HOUR_MS;
use super::rows;
use super::visible;
use super::wire::Refused;
use crate::judgement::{Kind, Level};
use crate::platform::Ignored;
use crate::post::Workgroup;
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The step of the migrations. Counting begins with what comes after it.
pub const TABLES: &str = "-- migration fate
CREATE TABLE fate (
  hour INTEGER NOT NULL,              -- since 1970, in which the post came
  source TEXT NOT NULL,
  platform TEXT NOT NULL,
  workgroup TEXT NOT NULL,            -- whose its interaction is now
  level INTEGER NOT NULL,             -- the post's own, as its kind and its situation
  lang TEXT NOT NULL,
  kind TEXT NOT NULL,
  situation TEXT NOT NULL,            -- '' where none is certain
  fate TEXT NOT NULL,                 -- see inbox/fate.rs
  n INTEGER NOT NULL,
  matters INTEGER NOT NULL,           -- of those: opened an interaction
  PRIMARY KEY (hour, source, platform, workgroup, level, lang, kind, situation, fate)
) STRICT, WITHOUT ROWID;

CREATE TABLE ignored (                -- updates that were ignored, by the hour
  hour INTEGER NOT NULL,
  why TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (hour, why)
) STRICT, WITHOUT ROWID;

CREATE TABLE fate_mark (
  since_ms INTEGER NOT NULL,          -- what came before this is not counted
  seq INTEGER NOT NULL,               -- what was opened up to here is counted
  updated_ms INTEGER NOT NULL,        -- what happened up to here is counted
  updated_seq INTEGER NOT NULL,
  late_ms INTEGER NOT NULL,           -- what ran out before this is counted
  late_seq INTEGER NOT NULL
) STRICT;
INSERT INTO fate_mark SELECT coalesce(max(opened_ms) + 1, 0), coalesce(max(seq), 0), coalesce(max(opened_ms), 0), 0, 0, 0
FROM (SELECT seq, opened_ms FROM interaction ORDER BY seq DESC LIMIT 1);";

/// What an interaction counted for; NULL: nothing yet.
pub const COLUMN: &str = "-- migration counted
-- what its posts are counted as: see inbox/cohort.rs
ALTER TABLE interaction ADD COLUMN counted TEXT;";

/// Whether what was owed was late when a reply went out.
pub const LATE: &str = "-- migration reply_late
-- 1: what it answered was past its target
ALTER TABLE reply ADD COLUMN late INTEGER;";

/// How a post was answered in an interaction that joined another since.
pub const ANSWERED: &str = "-- migration post_answered
-- before its interaction joined another: 0 in time, 1 late
ALTER TABLE post ADD COLUMN answered INTEGER;";

/// What is told without a walk: an acknowledgment that arrives when its interaction has ended or is late, and an open
/// interaction that is erased.
pub const TRIGGERS: &str = "-- migration fate_triggers
CREATE TRIGGER fate_noted AFTER UPDATE OF state ON ack
WHEN (NEW.state IN ('sent', 'unknown')) <> (OLD.state IN ('sent', 'unknown'))
BEGIN
  UPDATE interaction SET updated_ms = max(coalesce(updated_ms, 0), NEW.changed_ms)
  WHERE seq = coalesce((SELECT joined FROM interaction WHERE seq = NEW.interaction), NEW.interaction)
    AND (state <> 'open' OR owed_ms IS NULL OR deadline_ms < NEW.changed_ms);
END;
CREATE TRIGGER fate_erased AFTER DELETE ON interaction
WHEN OLD.state = 'open' AND OLD.counted <> ''
BEGIN
  INSERT INTO fate
  SELECT c.value ->> 0, OLD.source, OLD.platform, OLD.counted ->> '$.w', c.value ->> 1, c.value ->> 2, c.value ->> 3,
    c.value ->> 4, f.value, iif(f.value = 'open', -1, 1) * (c.value ->> 6), iif(f.value = 'open', -1, 1) * (c.value ->> 7)
  FROM json_each(OLD.counted, '$.n') c, json_each('[\"open\", \"deleted\"]') f WHERE c.value ->> 5 = 'open'
  ON CONFLICT DO UPDATE SET n = n + excluded.n, matters = matters + excluded.matters;
END;";

/// How far back the counters reach, in days: a month, and the month before it.
pub const DAYS: i64 = 62;

/// How many interactions are counted in one step.
const SLICE: i64 = 500;

/// How many steps are made at most for somebody who asks, and by an alarm, which comes back for the rest.
pub(super) const ASKED: u32 = 40;
pub(super) const RUNG: u32 = 4;

/// How long something may still happen in a millisecond that was counted: an object's clock may go back a little
/// where it moves to another machine.
const OVERLAP_MS: i64 = 2_000;

/// Never counted again: its posts go in pieces.
const CLOSED: &str = "";

/// What some posts have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    hour: i64,
    source: String,
    platform: String,
    workgroup: String,
    what: What,
}

/// What some posts of one interaction and one hour have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct What {
    level: u8,
    lang: String,
    kind: String,
    situation: String,
    fate: Fate,
}

/// How many posts, and how many of them opened an interaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    n: i64,
    matters: i64,
}

/// Hour, level, language, kind, situation, fate, posts, matters: in this order the triggers read them.
type Stored = (i64, u8, String, String, String, Fate, i64, i64);

/// What an interaction counted for, as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    /// In which workgroup.
    w: String,
    /// The cells.
    n: Vec<Stored>,
}

impl Counted {
    fn of(workgroup: &str, cells: BTreeMap<(i64, What), Count>) -> Self {
        let cells = cells.into_iter().map(|((hour, what), count)| {
            let What {
                level,
                lang,
                kind,
                situation,
                fate,
            } = what;
            (
                hour,
                level,
                lang,
                kind,
                situation,
                fate,
                count.n,
                count.matters,
            )
        });
        Self {
            w: workgroup.to_owned(),
            n: cells.collect(),
        }
    }
}

/// An interaction, as it stands.
struct Matter {
    source: String,
    platform: String,
    workgroup: String,
    outcome: Option<String>,
    late: bool,
    counted: Option<String>,
    /// Until when what came was answered by another customer, and whether the author thanked.
    peer_ms: i64,
    thanked: bool,
}

/// A reply that arrived: the last change that its writer had seen, and whether it was late.
struct Reply {
    seen: i64,
    at_ms: i64,
    late: bool,
}

/// A list of numbers as the JSON text that `json_each` takes.
fn numbers(seqs: &[i64]) -> String {
    serde_json::Value::from(seqs).to_string()
}

/// The first reply that a change was there for.
fn answer(replies: &[Reply], change: i64) -> Option<Answer> {
    let there = replies.iter().filter(|reply| reply.seen >= change);
    // A second one in the same millisecond finds nothing owed.
    let first = there.min_by_key(|reply| (reply.at_ms, !reply.late))?;
    Some(Answer { late: first.late })
}

fn replies<S: Sql>(desk: Desk<'_, S>, seqs: &str) -> Result<BTreeMap<i64, Vec<Reply>>, SqlError> {
    let mut found: BTreeMap<i64, Vec<Reply>> = BTreeMap::new();
    // A reply's id begins with its interaction's number and a space; `!` comes after the space.
    for row in &desk.sql.run(
        "-- fates_replies
SELECT r.interaction, r.seen, r.at_ms, coalesce(r.late, 0) FROM json_each(?1) one
CROSS JOIN reply r ON r.id >= one.value || ' ' AND r.id < one.value || '!'
WHERE r.state = 'sent'",
        params![seqs],
    )? {
        found.entry(row.int(0)?).or_default().push(Reply {
            seen: row.int(1)?,
            at_ms: row.int(2)?,
            late: row.int(3)? != 0,
        });
    }
    Ok(found)
}

/// Counts these interactions anew, and moves what differs from what they were counted as.
pub(super) fn count<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    let list = numbers(seqs);
    let mut matters: BTreeMap<i64, Matter> = BTreeMap::new();
    for row in &desk.sql.run(
        "-- fates_matters
SELECT i.seq, i.source, i.platform, i.workgroup, iif(i.state = 'open', NULL, coalesce(i.outcome, '')),
  i.state = 'open' AND i.owed_ms IS NOT NULL AND i.deadline_ms < ?2 + 0, i.counted,
  coalesce(i.peer_ms, -1), i.peer_thanked_ms IS NOT NULL
FROM json_each(?1) one CROSS JOIN interaction i ON i.seq = CAST(one.value AS INTEGER)",
        params![list.as_str(), desk.now_ms],
    )? {
        let matter = Matter {
            source: row.text(1)?.to_owned(),
            platform: row.text(2)?.to_owned(),
            workgroup: row.text(3)?.to_owned(),
            outcome: row.opt_text(4)?.map(str::to_owned),
            late: row.int(5)? != 0,
            counted: row.opt_text(6)?.map(str::to_owned),
            peer_ms: row.int(7)?,
            thanked: row.int(8)? != 0,
        };
        if matter.counted.as_deref() != Some(CLOSED) {
            matters.insert(row.int(0)?, matter);
        }
    }
    let replies = replies(desk, &list)?;
    let noted = noted(desk, &list)?;
    let since_ms = since(desk)?;
    let mut now: BTreeMap<i64, BTreeMap<(i64, What), Count>> = BTreeMap::new();
    for row in &desk.sql.run(
        "-- fates_posts
SELECT i.seq, p.id, p.received_ms, p.state = 'deleted', p.change, p.answered, p.triage ->> '$.level',
  p.triage ->> '$.lang', p.triage ->> '$.kind', p.triage ->> '$.situation', 1
FROM json_each(?1) one CROSS JOIN interaction i ON i.seq = CAST(one.value AS INTEGER)
CROSS JOIN post p ON p.id = i.first WHERE p.interaction = i.seq AND p.change = 1
UNION ALL
SELECT i.seq, p.id, p.received_ms, p.state = 'deleted', p.change, p.answered, p.triage ->> '$.level',
  p.triage ->> '$.lang', p.triage ->> '$.kind', p.triage ->> '$.situation', p.id = i.first
FROM json_each(?1) one CROSS JOIN interaction i ON i.seq = CAST(one.value AS INTEGER)
CROSS JOIN post p ON p.interaction = i.seq AND p.change <> 1",
        params![list.as_str()],
    )? {
        let seq = row.int(0)?;
        let Some(matter) = matters.get(&seq) else {
            continue;
        };
        let received_ms = row.int(2)?;
        if received_ms < since_ms {
            continue;
        }
        let kind = row.text(8)?;
        let level = rows::level(row.int(6)?)?;
        let kept = row.opt_int(5)?.map(|late| Answer { late: late != 0 });
        let own = replies.get(&seq).map(Vec::as_slice).unwrap_or_default();
        let facts = Facts {
            kind: Kind::named(kind).ok_or(SqlError::Json("kind"))?,
            level,
            deleted: row.int(3)? != 0,
            answer: kept.or_else(|| answer(own, row.int(4).unwrap_or(i64::MAX))),
            noted: noted.contains(row.text(1)?),
            peer: received_ms <= matter.peer_ms,
            thanked: matter.thanked,
            ended: matter.outcome.as_deref(),
            late: matter.late,
        };
        let what = What {
            level: u8::from(level),
            lang: row.text(7)?.to_owned(),
            kind: kind.to_owned(),
            situation: row.opt_text(9)?.unwrap_or_default().to_owned(),
            fate: fate(&facts),
        };
        let hour = received_ms.div_euclid(HOUR_MS);
        let cells = now.entry(seq).or_default();
        let cell = cells.entry((hour, what)).or_default();
        cell.n += 1;
        cell.matters += row.int(10)?;
    }
    let mut moved: BTreeMap<Cell, Count> = BTreeMap::new();
    let mut rewritten = Vec::new();
    for (seq, matter) in matters {
        let counted = Counted::of(&matter.workgroup, now.remove(&seq).unwrap_or_default());
        let text = serde_json::to_string(&counted).map_err(|_| SqlError::Json("counted"))?;
        if matter.counted.as_deref() == Some(text.as_str()) {
            continue;
        }
        let before: Counted = match &matter.counted {
            Some(before) => rows::json(before, "counted")?,
            None => Counted::default(),
        };
        add(&mut moved, &matter, before, -1);
        add(&mut moved, &matter, counted, 1);
        rewritten.push((seq, text));
    }
    settle(desk, moved)?;
    if rewritten.is_empty() {
        return Ok(());
    }
    desk.sql.run(
        "-- counted
UPDATE interaction SET counted = one.value ->> 1
FROM json_each(?1) one WHERE interaction.seq = CAST(one.value ->> 0 AS INTEGER)",
        params![serde_json::to_string(&rewritten).map_err(|_| SqlError::Json("counted"))?],
    )?;
    Ok(())
}

fn add(moved: &mut BTreeMap<Cell, Count>, matter: &Matter, counted: Counted, sign: i64) {
    for (hour, level, lang, kind, situation, fate, n, matters) in counted.n {
        let cell = Cell {
            hour,
            source: matter.source.clone(),
            platform: matter.platform.clone(),
            workgroup: counted.w.clone(),
            what: What {
                level,
                lang,
                kind,
                situation,
                fate,
            },
        };
        let count = moved.entry(cell).or_default();
        count.n += sign * n;
        count.matters += sign * matters;
    }
}

/// Moves the counters.
fn settle<S: Sql>(desk: Desk<'_, S>, moved: BTreeMap<Cell, Count>) -> Result<(), SqlError> {
    let moved = moved
        .into_iter()
        .filter(|(_, count)| *count != Count::default());
    let moved: Vec<_> = moved
        .map(|(cell, count)| {
            let what = cell.what;
            (
                cell.hour,
                cell.source,
                cell.platform,
                cell.workgroup,
                what.level,
                what.lang,
                what.kind,
                what.situation,
                what.fate,
                count.n,
                count.matters,
            )
        })
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    desk.sql.run(
        "-- fates_moved
INSERT INTO fate
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9, value ->> 10
FROM json_each(?1) WHERE true
ON CONFLICT DO UPDATE SET n = n + excluded.n, matters = matters + excluded.matters",
        params![serde_json::to_string(&moved).map_err(|_| SqlError::Json("fate"))?],
    )?;
    Ok(())
}

/// The posts for which an acknowledgment has arrived, for all that is known.
fn noted<S: Sql>(desk: Desk<'_, S>, seqs: &str) -> Result<BTreeSet<String>, SqlError> {
    // What has left stays where it was when its interaction joined another.
    let rows = desk.sql.run(
        "-- fates_noted
SELECT a.post FROM json_each(?1) one CROSS JOIN ack a ON a.interaction = CAST(one.value AS INTEGER)
WHERE a.state IN ('sent', 'unknown')
UNION ALL
SELECT a.post FROM json_each(?1) one CROSS JOIN interaction i ON i.joined = CAST(one.value AS INTEGER)
CROSS JOIN ack a ON a.interaction = i.seq WHERE a.state IN ('sent', 'unknown')",
        params![seqs],
    )?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Two interactions become one: what was answered in the one that goes is kept with its posts, which are numbered
/// anew. Asked before they are.
pub(super) fn join<S: Sql>(desk: Desk<'_, S>, from: i64) -> Result<(), SqlError> {
    let list = numbers(&[from]);
    let Some(replies) = replies(desk, &list)?.remove(&from) else {
        return Ok(());
    };
    let posts = desk.sql.run(
        "-- fates_leaving
SELECT id, change FROM post_in WHERE seq = ?1 + 0 AND answered IS NULL",
        params![from],
    )?;
    let mut answered = Vec::new();
    for row in &posts {
        if let Some(answer) = answer(&replies, row.int(1)?) {
            answered.push((row.text(0)?.to_owned(), i64::from(answer.late)));
        }
    }
    desk.sql.run(
        "-- fates_kept
UPDATE post SET answered = one.value ->> 1 FROM json_each(?1) one WHERE post.id = one.value ->> 0",
        params![serde_json::to_string(&answered).map_err(|_| SqlError::Json("answered"))?],
    )?;
    Ok(())
}

/// An interaction leaves for another shard, which counts it: it never was here.
pub(super) fn uncount<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        "-- fates_leave
SELECT source, platform, counted FROM interaction WHERE seq = ?1 + 0 AND counted <> ''",
        params![seq],
    )?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let matter = Matter {
        source: row.text(0)?.to_owned(),
        platform: row.text(1)?.to_owned(),
        workgroup: String::new(),
        outcome: None,
        late: false,
        counted: None,
        peer_ms: -1,
        thanked: false,
    };
    let mut moved = BTreeMap::new();
    add(
        &mut moved,
        &matter,
        rows::json(row.text(2)?, "counted")?,
        -1,
    );
    settle(desk, moved)?;
    desk.sql.run(
        "-- fates_left
UPDATE interaction SET counted = NULL WHERE seq = ?1 + 0",
        params![seq],
    )?;
    Ok(())
}

/// These are about to be forgotten: counted a last time. One whose posts go in pieces is closed.
pub(super) fn close<S: Sql>(desk: Desk<'_, S>, seqs: &[i64], pieces: bool) -> Result<(), SqlError> {
    count(desk, seqs)?;
    if pieces {
        desk.sql.run(
            "-- fates_closed
UPDATE interaction SET counted = ?2 WHERE seq IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) AND counted <> ''",
            params![numbers(seqs), CLOSED],
        )?;
    }
    Ok(())
}

/// What came before this is not counted.
fn since<S: Sql>(desk: Desk<'_, S>) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- fates_since
SELECT since_ms FROM fate_mark",
        params![],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

/// How far counting has come.
struct Mark {
    seq: i64,
    updated: (i64, i64),
    late: (i64, i64),
}

impl Mark {
    fn read(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            seq: row.int(0)?,
            updated: (row.int(1)?, row.int(2)?),
            late: (row.int(3)?, row.int(4)?),
        })
    }
}

/// Counts what happened since the mark; whether there is more.
pub(super) fn advance<S: Sql>(desk: Desk<'_, S>, steps: u32) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        "-- fates_mark
SELECT seq, updated_ms, updated_seq, late_ms, late_seq FROM fate_mark",
        params![],
    )?;
    let mut mark = Mark::read(rows.first().ok_or(SqlError::Json("answer"))?)?;
    let before = (mark.seq, mark.updated, mark.late);
    let mut more = true;
    for _ in 0..steps {
        if !step(desk, &mut mark)? {
            more = false;
            break;
        }
    }
    // What was counted a moment ago may change in the same moment.
    let settled = (desk.now_ms - OVERLAP_MS, 0);
    match more {
        true => mark.updated = mark.updated.min(settled),
        false => {
            mark.updated = settled.max(before.1);
            mark.late = (desk.now_ms, 0).max(before.2);
        }
    }
    if (mark.seq, mark.updated, mark.late) != before {
        desk.sql.run(
            "-- fates_marked
UPDATE fate_mark SET seq = ?1, updated_ms = ?2, updated_seq = ?3, late_ms = ?4, late_seq = ?5",
            params![
                mark.seq,
                mark.updated.0,
                mark.updated.1,
                mark.late.0,
                mark.late.1
            ],
        )?;
    }
    Ok(more)
}

/// Counts the next of them; whether there were any.
fn step<S: Sql>(desk: Desk<'_, S>, mark: &mut Mark) -> Result<bool, SqlError> {
    let opened = desk.sql.run(
        "-- fates_opened
SELECT seq, posts FROM interaction WHERE seq > ?1 + 0 ORDER BY seq LIMIT ?2 + 0",
        params![mark.seq, SLICE],
    )?;
    if let Some((seqs, _)) = whole(&opened)? {
        count(desk, &seqs)?;
        mark.seq = seqs.last().copied().unwrap_or(mark.seq);
        return Ok(true);
    }
    let updated = desk.sql.run(
        "-- fates_updated
SELECT seq, posts, updated_ms FROM interaction INDEXED BY updated
WHERE updated_ms >= ?1 + 0 AND updated_ms IS NOT NULL AND (updated_ms > ?1 + 0 OR seq > ?2 + 0)
ORDER BY updated_ms, seq LIMIT ?3 + 0",
        params![mark.updated.0, mark.updated.1, SLICE],
    )?;
    if let Some((seqs, at)) = whole(&updated)? {
        count(desk, &seqs)?;
        mark.updated = at;
        return Ok(true);
    }
    let late = desk.sql.run(
        "-- fates_late
SELECT seq, posts, deadline_ms FROM interaction INDEXED BY overdue
WHERE state = 'open' AND owed_ms IS NOT NULL AND deadline_ms >= ?1 + 0 AND deadline_ms < ?3 + 0
  AND (deadline_ms > ?1 + 0 OR seq > ?2 + 0)
ORDER BY deadline_ms, seq LIMIT ?4 + 0",
        params![mark.late.0, mark.late.1, desk.now_ms, SLICE],
    )?;
    if let Some((seqs, at)) = whole(&late)? {
        count(desk, &seqs)?;
        mark.late = at;
        return Ok(true);
    }
    Ok(false)
}

/// As many of these as have no more posts than a step counts, at least one: their numbers, and where the last stands.
#[allow(clippy::type_complexity)]
fn whole(rows: &[Row]) -> Result<Option<(Vec<i64>, (i64, i64))>, SqlError> {
    let (mut seqs, mut posts, mut at) = (Vec::new(), 0, (0, 0));
    for row in rows {
        posts += row.int(1)?;
        if posts > rows::POSTS && !seqs.is_empty() {
            break;
        }
        seqs.push(row.int(0)?);
        at = (row.int(2).unwrap_or(0), row.int(0)?);
    }
    Ok((!seqs.is_empty()).then_some((seqs, at)))
}

/// So many updates are ignored, and why is counted: in all, and in this hour.
pub(super) fn ignore<S: Sql>(desk: Desk<'_, S>, why: Ignored, n: u32) -> Result<(), SqlError> {
    let why = why.as_str();
    rows::count(desk, &format!("ignored.{why}"), n)?;
    desk.sql.run(
        "-- ignored_hour
INSERT INTO ignored VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET n = n + excluded.n",
        params![desk.now_ms.div_euclid(HOUR_MS), why, n],
    )?;
    Ok(())
}

/// One that was ignored at that time is no more: it became work.
pub(super) fn unignored<S: Sql>(desk: Desk<'_, S>, why: &str, at_ms: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- unignored_hour
INSERT INTO ignored VALUES (?1, ?2, -1) ON CONFLICT DO UPDATE SET n = n - 1",
        params![at_ms.div_euclid(HOUR_MS), why],
    )?;
    desk.sql.run(
        "-- unignored
INSERT INTO counter VALUES ('ignored.' || ?1, -1) ON CONFLICT DO UPDATE SET n = n - 1",
        params![why],
    )?;
    Ok(())
}

/// Forgets what is older than any figure reaches, and counters that are nothing.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let hour = (desk.now_ms - DAYS * 86_400_000).div_euclid(HOUR_MS);
    for statement in [
        "-- forget_fates
DELETE FROM fate WHERE hour < ?1 OR n = 0 AND matters = 0",
        "-- forget_ignored
DELETE FROM ignored WHERE hour < ?1",
    ] {
        desk.sql.run(statement, params![hour])?;
    }
    Ok(())
}

/// By what posts are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// By platform.
    Platform,
    /// By level.
    Level,
    /// By the hour in which they came.
    Hour,
    /// By language.
    Language,
    /// By source.
    Source,
    /// By workgroup.
    Workgroup,
    /// By situation.
    Situation,
}

impl By {
    /// All of them.
    pub const ALL: [By; 7] = [
        By::Platform,
        By::Level,
        By::Hour,
        By::Language,
        By::Source,
        By::Workgroup,
        By::Situation,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            By::Platform => "platform",
            By::Level => "level",
            By::Hour => "hour",
            By::Language => "language",
            By::Source => "source",
            By::Workgroup => "workgroup",
            By::Situation => "situation",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Of when, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FatesAsked {
    /// The first hour, since 1970.
    pub from_hour: i64,
    /// The hour after the last.
    pub to_hour: i64,
    /// By what.
    pub by: By,
}

/// What became of the posts that came in those hours?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowFates {
    /// When, and by what.
    pub asked: FatesAsked,
    /// Whether to tell in which hours posts were missed.
    #[serde(default)]
    pub gaps: bool,
}

/// A sum: posts of one key and one fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FateSum {
    /// The key, as text.
    pub key: String,
    /// What became of them.
    pub fate: Fate,
    /// Whether they need an answer by rule.
    pub needs: bool,
    /// How many.
    pub n: i64,
    /// Of those: how many opened an interaction.
    pub matters: i64,
}

/// An hour in which posts came to a workgroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Which workgroup.
    pub workgroup: Workgroup,
    /// The hour, since 1970.
    pub hour: i64,
    /// How many that needed an answer have come to their end.
    pub due: i64,
    /// Of those: how many nobody answered.
    pub missed: i64,
}

/// What became of the posts, as a shard counted them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fates {
    /// What came before this is not counted, in epoch milliseconds.
    #[serde(default)]
    pub since_ms: i64,
    /// Whether the shard has more to count than one question may.
    #[serde(default)]
    pub behind: bool,
    /// The sums.
    pub sums: Vec<FateSum>,
    /// Hours in which some came that needed an answer, the newest first.
    #[serde(default)]
    pub gaps: Vec<Slot>,
    /// Updates that were ignored, by the reason; for who sees everything.
    #[serde(default)]
    pub ignored: BTreeMap<String, i64>,
}

impl Question for ShowFates {
    const NAME: &'static str = "ShowFates";
    type Answer = Fates;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let behind = advance(desk, ASKED)?;
        let seen = visible::workgroups(desk, scope)?;
        let gaps = match self.gaps {
            true => gaps(desk, scope.all, &seen, &self.asked)?,
            false => Vec::new(),
        };
        Ok(Fates {
            since_ms: since(desk)?,
            behind,
            sums: sums(desk, scope.all, &seen, &self.asked)?,
            gaps,
            ignored: match scope.all {
                true => ignored_in(desk, &self.asked)?,
                false => BTreeMap::new(),
            },
        })
    }
}

/// The sums of those hours: a range of the primary key.
pub(super) fn sums<S: Sql>(
    desk: Desk<'_, S>,
    all: bool,
    seen: &[Workgroup],
    asked: &FatesAsked,
) -> Result<Vec<FateSum>, SqlError> {
    let rows = desk.sql.run(
        "-- fate_sums
SELECT CASE ?5 WHEN 'platform' THEN platform WHEN 'level' THEN CAST(level AS TEXT) WHEN 'hour' THEN CAST(hour AS TEXT)
    WHEN 'language' THEN lang WHEN 'source' THEN source WHEN 'workgroup' THEN workgroup ELSE situation END AS of,
  fate, kind, level, sum(n), sum(matters)
FROM fate WHERE hour >= ?1 AND hour < ?2
  AND (?3 = 1 OR workgroup IN (SELECT value FROM json_each(?4)))
GROUP BY of, fate, kind, level HAVING sum(n) <> 0 OR sum(matters) <> 0",
        params![
            asked.from_hour,
            asked.to_hour,
            i64::from(all),
            names(seen),
            asked.by.as_str(),
        ],
    )?;
    let mut sums: BTreeMap<(String, Fate, bool), Count> = BTreeMap::new();
    for row in &rows {
        let fate = Fate::named(row.text(1)?).ok_or(SqlError::Json("fate"))?;
        let kind = Kind::named(row.text(2)?).ok_or(SqlError::Json("kind"))?;
        let level: Level = rows::level(row.int(3)?)?;
        let at = (row.text(0)?.to_owned(), fate, needs(kind, level));
        let sum = sums.entry(at).or_default();
        sum.n += row.int(4)?;
        sum.matters += row.int(5)?;
    }
    let told = sums.into_iter().map(|((key, fate, needs), count)| FateSum {
        key,
        fate,
        needs,
        n: count.n,
        matters: count.matters,
    });
    Ok(told.collect())
}

/// By hour, how many interactions a complaint opened.
pub(super) fn complaints<S: Sql>(
    desk: Desk<'_, S>,
    all: bool,
    seen: &[Workgroup],
    (from_hour, to_hour): (i64, i64),
) -> Result<Vec<(i64, i64)>, SqlError> {
    let rows = desk.sql.run(
        "-- complaints
SELECT hour, sum(matters) FROM fate WHERE hour >= ?1 AND hour < ?2 AND kind = 'complaint'
  AND (?3 = 1 OR workgroup IN (SELECT value FROM json_each(?4)))
GROUP BY hour HAVING sum(matters) <> 0",
        params![from_hour, to_hour, i64::from(all), names(seen)],
    )?;
    let told = rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?)));
    told.collect()
}

/// How many hours of workgroups a shard tells of at most, the newest: a month of 13 workgroups.
const MOST_GAPS: i64 = 10_000;

/// The hours in which posts came that needed an answer, and how many got none.
fn gaps<S: Sql>(
    desk: Desk<'_, S>,
    all: bool,
    seen: &[Workgroup],
    asked: &FatesAsked,
) -> Result<Vec<Slot>, SqlError> {
    // What needs an answer: as `fate::needs` says.
    let rows = desk.sql.run(
        "-- fate_gaps
SELECT workgroup, hour, sum(n), sum(iif(fate IN ('noted', 'unanswered'), n, 0))
FROM fate WHERE hour >= ?1 AND hour < ?2
  AND (?3 = 1 OR workgroup IN (SELECT value FROM json_each(?4)))
  AND (level >= 2 OR kind IN ('complaint', 'question') OR kind = 'other' AND level >= 1)
  AND fate IN ('answered', 'answered_late', 'noted_answered', 'noted_answered_late', 'praise_thanked', 'peer_helped',
    'noted', 'unanswered')
GROUP BY workgroup, hour HAVING sum(n) > 0 ORDER BY hour DESC LIMIT ?5 + 0",
        params![
            asked.from_hour,
            asked.to_hour,
            i64::from(all),
            names(seen),
            MOST_GAPS,
        ],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Slot {
                workgroup: Workgroup::new(row.text(0)?),
                hour: row.int(1)?,
                due: row.int(2)?,
                missed: row.int(3)?,
            })
        })
        .collect()
}

fn ignored_in<S: Sql>(
    desk: Desk<'_, S>,
    asked: &FatesAsked,
) -> Result<BTreeMap<String, i64>, SqlError> {
    let rows = desk.sql.run(
        "-- ignored_in
SELECT why, sum(n) FROM ignored WHERE hour >= ?1 AND hour < ?2 GROUP BY why",
        params![asked.from_hour, asked.to_hour],
    )?;
    rows.iter()
        .map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_answers_what_its_writer_had_seen() {
        let reply = |seen, at_ms, late| Reply { seen, at_ms, late };
        let replies = [reply(2, 10, false), reply(5, 20, true)];
        let late = |change| answer(&replies, change).map(|one| one.late);
        assert_eq!(
            [1, 2, 3, 5, 6].map(late),
            [Some(false), Some(false), Some(true), Some(true), None]
        );
    }
}
