//! Said about us, and not to us: what a source that `listen`s brings is counted, a few of its posts are kept to look
//! at, and none of it is work until a person or a rule says so ([`super::promote`]).
//!
//! Each such post has a row here, by which it counts once however often it comes. What is told of a period are counters
//! that are kept as posts come ([`TABLES`]): posts by the day on which they came, and by the day on which their author
//! wrote before. A post whose author wrote last before the period's first day is that person's first in the period: so
//! different people of any period are a sum, exactly, and nothing is walked. All that one author writes meets in one
//! shard, so that shards are added up. Counters stay when posts go, as all figures do.

use super::context::Desk;
use super::question::{Concern, Question};
use super::rows::{count, json};
use super::wire::Refused;
use super::{cohort, visible};
use crate::cell;
use crate::config::Source;
use crate::config::listening::Named;
use crate::judgement::Triage;
use crate::platform::Ignored;
use crate::post::{Platform, Post, SourceId};
use crate::scope::Scope;
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The step of the migrations.
pub const TABLES: &str = "-- migration listening
CREATE TABLE listened (               -- a post that was said about us and not to us
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,            -- the ledger's key
  source TEXT NOT NULL,
  platform TEXT NOT NULL,
  author TEXT NOT NULL,
  what TEXT NOT NULL,                 -- a danger, a situation, or 'other'
  at_ms INTEGER NOT NULL,             -- when it came
  state TEXT NOT NULL,                -- heard | queued | deleted
  doc TEXT                            -- JSON: the post and its judgement; NULL where it is not kept to look at
) STRICT;
CREATE INDEX listened_by ON listened (author);
CREATE INDEX listened_at ON listened (at_ms);
CREATE INDEX listened_shown ON listened (source, what, n) WHERE doc IS NOT NULL;

CREATE TABLE listener (               -- who was heard, and when last
  platform TEXT NOT NULL,
  author TEXT NOT NULL,
  days TEXT NOT NULL,                 -- JSON: by source and what is counted, the last day
  PRIMARY KEY (platform, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE listening (              -- posts, counted
  day INTEGER NOT NULL,               -- since 1970 (UTC), on which they came
  source TEXT NOT NULL,
  cell TEXT NOT NULL,                 -- '' all; ours; what WHAT; name NAME; queued; deleted
  before INTEGER NOT NULL,            -- on which their authors were heard before in this cell; -1: never
  n INTEGER NOT NULL,
  PRIMARY KEY (day, source, cell, before)
) STRICT, WITHOUT ROWID;";

/// A day, in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// The most days that are told of at once, and for which counters are kept: as those of every other figure.
pub const DAYS: i64 = cohort::DAYS;

/// How many posts of a source and what happened are kept to look at, in each shard: the newest.
pub const SHOWN: i64 = 20;

/// How many of those are told at most.
pub const TOLD: u32 = 50;

/// How many rows are forgotten in one step.
const SLICE: u32 = 500;

/// All posts of a source.
const ALL: &str = "";
/// Those that name us, or nobody.
const OURS: &str = "ours";
/// Those that became work.
const QUEUED: &str = "queued";
/// Those that were deleted.
const DELETED: &str = "deleted";

/// What of a post is kept to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The post.
    pub post: Post,
    /// Its judgement.
    pub triage: Triage,
    /// Which others it names.
    #[serde(default)]
    pub others: Vec<String>,
}

/// What becomes of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    /// Work, as any other.
    Work,
    /// Nothing more.
    Nothing,
}

/// A row, as it is found.
pub(super) struct Found {
    /// Its number.
    pub(super) n: i64,
    /// heard, queued or deleted.
    state: String,
    /// Which source told of it first.
    pub(super) source: String,
    /// Whose it is.
    pub(super) author: String,
    at_ms: i64,
    has_doc: bool,
}

/// The row of a post, where there is one.
pub(super) fn found<S: Sql>(desk: Desk<'_, S>, id: &str) -> Result<Option<Found>, SqlError> {
    // Where nobody listens, nothing was ever heard, or it is not asked for any more.
    if !desk.config.sources.iter().any(|source| source.listen) {
        return Ok(None);
    }
    let rows = desk.sql.run(
        "-- listened_known
SELECT n, state, source, author, at_ms, doc IS NOT NULL FROM listened WHERE id = ?1",
        params![id],
    )?;
    let read = |row: &Row| {
        Ok(Found {
            n: row.int(0)?,
            state: row.text(1)?.to_owned(),
            source: row.text(2)?.to_owned(),
            author: row.text(3)?.to_owned(),
            at_ms: row.int(4)?,
            has_doc: row.int(5)? != 0,
        })
    };
    rows.first().map(read).transpose()
}

/// A post that no interaction has: whether it is work. `author` is who wrote it, as they are kept; `awaits` says that
/// they have an open matter with the source.
pub(super) fn hear<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    (post, triage): (&Post, &Triage),
    author: Option<&str>,
    awaits: bool,
) -> Result<Becomes, SqlError> {
    let overheard = desk.config.overhears(source, post);
    let known = found(desk, id)?;
    if !overheard && known.is_none() {
        return Ok(Becomes::Work);
    }
    if known.is_none() && desk.config.drops(source, post) {
        cohort::ignore(desk, Ignored::NotAboutUs, 1)?;
        return Ok(Becomes::Nothing);
    }
    let named = desk.config.named(source, post);
    let is_ours = named.us || named.is_nobody();
    let least = desk.config.listening.promote;
    let by_rule = is_ours && (awaits || least.is_some_and(|least| triage.level >= least));
    match known {
        // Somebody took it into the queue, and that has ended and is forgotten; or its author took it back.
        Some(known) if known.state != "heard" => Ok(Becomes::Nothing),
        // Another event tells that it was said to us, or an edit made it urgent.
        Some(known) if !overheard || by_rule => {
            queue(desk, &known)?;
            Ok(Becomes::Work)
        }
        Some(known) => {
            if known.has_doc {
                rewrite(desk, known.n, &doc(post, triage, &named)?)?;
            }
            Ok(Becomes::Nothing)
        }
        None => {
            let Some(author) = author else {
                return Ok(Becomes::Work);
            };
            let what = cell::what(triage.danger, triage.situation);
            let kept = match is_ours && !by_rule {
                true => Some(doc(post, triage, &named)?),
                false => None,
            };
            let shows = kept.is_some();
            desk.sql.run(
                "-- listen
INSERT INTO listened (id, source, platform, author, what, at_ms, state, doc)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    id,
                    source.id.as_str(),
                    source.platform.as_str(),
                    author,
                    what.as_str(),
                    desk.now_ms,
                    if by_rule { QUEUED } else { "heard" },
                    kept,
                ],
            )?;
            if shows {
                show_fewer(desk, source, &what)?;
            }
            tally(desk, source, author, &cells(&named, is_ours, &what))?;
            if by_rule {
                add(desk, desk.now_ms, source.id.as_str(), QUEUED, 1)?;
                return Ok(Becomes::Work);
            }
            cohort::ignore(desk, Ignored::Listened, 1)?;
            Ok(Becomes::Nothing)
        }
    }
}

/// What a post counts for.
fn cells(named: &Named, is_ours: bool, what: &str) -> BTreeSet<String> {
    let mut cells = BTreeSet::from([ALL.to_owned()]);
    if is_ours {
        cells.insert(OURS.to_owned());
        cells.insert(format!("what {what}"));
    }
    if named.us {
        cells.insert("name".to_owned());
    }
    cells.extend(named.others.iter().map(|name| format!("name {name}")));
    cells
}

fn doc(post: &Post, triage: &Triage, named: &Named) -> Result<String, SqlError> {
    let kept = Kept {
        post: post.clone(),
        triage: triage.clone(),
        others: named.others.clone(),
    };
    serde_json::to_string(&kept).map_err(|_| SqlError::Json("listened"))
}

fn rewrite<S: Sql>(desk: Desk<'_, S>, n: i64, doc: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- listened_anew
UPDATE listened SET doc = ?2 WHERE n = ?1 + 0",
        params![n, doc],
    )?;
    Ok(())
}

/// The oldest that is one too many is no more kept to look at.
fn show_fewer<S: Sql>(desk: Desk<'_, S>, source: &Source, what: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- listened_less
UPDATE listened SET doc = NULL WHERE n IN (
  SELECT n FROM listened INDEXED BY listened_shown WHERE source = ?1 || '' AND what = ?2 || '' AND doc IS NOT NULL
  ORDER BY n DESC LIMIT 1 OFFSET ?3 + 0)",
        params![source.id.as_str(), what, SHOWN],
    )?;
    Ok(())
}

/// Counts a post in its cells, beside the day on which its author was heard there before.
fn tally<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    author: &str,
    cells: &BTreeSet<String>,
) -> Result<(), SqlError> {
    let platform = source.platform.as_str();
    let rows = desk.sql.run(
        "-- listener
SELECT days FROM listener WHERE platform = ?1 || '' AND author = ?2 || ''",
        params![platform, author],
    )?;
    let mut days: BTreeMap<String, i64> = match rows.first() {
        Some(row) => json(row.text(0)?, "days")?,
        None => BTreeMap::new(),
    };
    let today = desk.now_ms.div_euclid(DAY_MS);
    let mut is_new = false;
    for cell in cells {
        let key = format!("{} {cell}", source.id);
        let before = days.insert(key, today);
        is_new |= before != Some(today);
        // A clock that went back counts nobody twice.
        let before = before.map_or(-1, |day| day.min(today));
        add_before(desk, today, source.id.as_str(), cell, before, 1)?;
    }
    if is_new {
        // What no figure reaches any more.
        days.retain(|_, day| *day > today - DAYS);
        desk.sql.run(
            "-- listener_heard
INSERT INTO listener VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET days = excluded.days",
            params![
                platform,
                author,
                serde_json::to_string(&days).map_err(|_| SqlError::Json("days"))?
            ],
        )?;
    }
    Ok(())
}

/// Counts what is counted without people.
fn add<S: Sql>(
    desk: Desk<'_, S>,
    at_ms: i64,
    source: &str,
    cell: &str,
    n: i64,
) -> Result<(), SqlError> {
    add_before(desk, at_ms.div_euclid(DAY_MS), source, cell, -1, n)
}

fn add_before<S: Sql>(
    desk: Desk<'_, S>,
    day: i64,
    source: &str,
    cell: &str,
    before: i64,
    n: i64,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- listening_add
INSERT INTO listening VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET n = n + excluded.n",
        params![day, source, cell, before, n],
    )?;
    Ok(())
}

/// A post becomes work: it is no more among what was ignored.
pub(super) fn queue<S: Sql>(desk: Desk<'_, S>, known: &Found) -> Result<(), SqlError> {
    desk.sql.run(
        "-- listened_queued
UPDATE listened SET state = 'queued', doc = NULL WHERE n = ?1 + 0",
        params![known.n],
    )?;
    add(desk, known.at_ms, &known.source, QUEUED, 1)?;
    cohort::unignored(desk, Ignored::Listened.as_str(), known.at_ms)
}

/// Its author took it back: nothing of it is kept but that it was there.
pub(super) fn deleted<S: Sql>(desk: Desk<'_, S>, known: &Found) -> Result<(), SqlError> {
    if known.state != "heard" {
        return Ok(());
    }
    desk.sql.run(
        "-- listened_deleted
UPDATE listened SET state = 'deleted', doc = NULL WHERE n = ?1 + 0",
        params![known.n],
    )?;
    count(desk, "deletions", 1)?;
    add(desk, known.at_ms, &known.source, DELETED, 1)
}

/// Forgets a slice of what is older than retention keeps; whether there may be more.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>, before_ms: i64) -> Result<bool, SqlError> {
    let gone = desk.sql.run(
        "-- forget_listened
DELETE FROM listened WHERE n IN (
  SELECT n FROM listened INDEXED BY listened_at WHERE at_ms < ?1 + 0 ORDER BY at_ms LIMIT ?2 + 0)
RETURNING platform, author",
        params![before_ms, SLICE],
    )?;
    let whose: Vec<(&str, &str)> = gone
        .iter()
        .map(|row| Ok((row.text(0)?, row.text(1)?)))
        .collect::<Result<_, SqlError>>()?;
    if !whose.is_empty() {
        // Of whom nothing is left, nothing is known.
        desk.sql.run(
            "-- forget_listeners
DELETE FROM listener WHERE (platform, author) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
  AND NOT EXISTS (SELECT 1 FROM listened l INDEXED BY listened_by
    WHERE l.author = listener.author AND l.platform = listener.platform)",
            params![serde_json::to_string(&whose).map_err(|_| SqlError::Json("whose"))?],
        )?;
    }
    desk.sql.run(
        "-- forget_listening
DELETE FROM listening WHERE day < ?1 + 0",
        params![desk.now_ms.div_euclid(DAY_MS) - DAYS],
    )?;
    Ok(gone.len() >= usize::try_from(SLICE).unwrap_or(usize::MAX))
}

/// What was heard of a period?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowListening {
    /// The first day, since 1970.
    pub from_day: i64,
    /// The last day.
    pub to_day: i64,
    /// Of this source alone.
    #[serde(default)]
    pub source: Option<SourceId>,
    /// Examples of what happened so alone.
    #[serde(default)]
    pub what: Option<String>,
}

/// How many posts, and of how many people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Posts.
    pub posts: i64,
    /// Different people of one source.
    pub people: i64,
}

/// What was heard, in one shard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// By source and cell.
    pub cells: Vec<(SourceId, String, Sum)>,
    /// By source and day.
    pub days: Vec<(SourceId, i64, Sum)>,
    /// Posts to look at, the newest first.
    pub shown: Vec<Shown>,
}

/// A post to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Its number in its shard.
    pub n: i64,
    /// Which source told of it.
    pub source: SourceId,
    /// What happened.
    pub what: String,
    /// When it came: epoch milliseconds.
    pub at_ms: i64,
    /// The post.
    pub kept: Kept,
}

impl Question for ShowListening {
    const NAME: &'static str = "ShowListening";
    type Answer = Heard;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let sources = seen(desk, scope, self.source.as_ref())?;
        let sources = serde_json::to_string(&sources).map_err(|_| SqlError::Json("sources"))?;
        let sum = |row: &Row| -> Result<Sum, SqlError> {
            Ok(Sum {
                posts: row.int(2)?,
                people: row.int(3)?,
            })
        };
        let cells = desk.sql.run(
            "-- listening_cells
SELECT source, cell, sum(n), sum(iif(before < ?1 + 0, n, 0)) FROM listening
WHERE day >= ?1 + 0 AND day <= ?2 + 0 AND source IN (SELECT value FROM json_each(?3))
GROUP BY source, cell",
            params![self.from_day, self.to_day, sources.as_str()],
        )?;
        let days = desk.sql.run(
            "-- listening_days
SELECT source, day, sum(n), sum(iif(before < day, n, 0)) FROM listening
WHERE day >= ?1 + 0 AND day <= ?2 + 0 AND cell = 'ours' AND source IN (SELECT value FROM json_each(?3))
GROUP BY source, day",
            params![self.from_day, self.to_day, sources.as_str()],
        )?;
        let shown = desk.sql.run(
            "-- listening_shown
SELECT n, source, what, at_ms, doc FROM listened INDEXED BY listened_shown
WHERE doc IS NOT NULL AND source IN (SELECT value FROM json_each(?3)) AND (?4 IS NULL OR what = ?4)
  AND at_ms >= ?1 + 0 AND at_ms < ?2 + 0 ORDER BY n DESC LIMIT ?5 + 0",
            params![
                self.from_day * DAY_MS,
                (self.to_day + 1) * DAY_MS,
                sources.as_str(),
                self.what,
                TOLD,
            ],
        )?;
        Ok(Heard {
            cells: cells
                .iter()
                .map(|row| {
                    Ok((
                        SourceId::new(row.text(0)?),
                        row.text(1)?.to_owned(),
                        sum(row)?,
                    ))
                })
                .collect::<Result<_, SqlError>>()?,
            days: days
                .iter()
                .map(|row| Ok((SourceId::new(row.text(0)?), row.int(1)?, sum(row)?)))
                .collect::<Result<_, SqlError>>()?,
            shown: shown
                .iter()
                .map(|row| {
                    Ok(Shown {
                        n: row.int(0)?,
                        source: SourceId::new(row.text(1)?),
                        what: row.text(2)?.to_owned(),
                        at_ms: row.int(3)?,
                        kept: json(row.text(4)?, "listened")?,
                    })
                })
                .collect::<Result<_, SqlError>>()?,
        })
    }
}

/// The sources whose posts a caller sees.
pub(super) fn seen<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    only: Option<&SourceId>,
) -> Result<Vec<SourceId>, SqlError> {
    let groups = visible::workgroups(desk, scope)?;
    let sees = |source: &&Source| {
        (scope.all || groups.contains(&source.workgroup)) && only.is_none_or(|id| *id == source.id)
    };
    let sources = desk.config.sources.iter().filter(sees);
    Ok(sources.map(|source| source.id.clone()).collect())
}

/// All that is kept of an author: for them to be told, and by their ids as a JSON list.
pub(super) fn export<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    platform: Platform,
    ids: &str,
) -> Result<Vec<serde_json::Value>, SqlError> {
    let rows = desk.sql.run(
        "-- export_listened
SELECT json_object('post', id, 'source', source, 'what', what, 'at_ms', at_ms, 'state', state,
  'kept', json(doc)) FROM listened INDEXED BY listened_by
WHERE author IN (SELECT value FROM json_each(?1)) AND platform = ?2 || ''
  AND source IN (SELECT value FROM json_each(?3)) ORDER BY n",
        params![
            ids,
            platform.as_str(),
            serde_json::to_string(&seen(desk, scope, None)?).map_err(|_| SqlError::Json("ids"))?
        ],
    )?;
    rows.iter()
        .map(|row| json(row.text(0)?, "listened"))
        .collect()
}

/// What was counted at the edge, and went no further: posts that name nobody of whom we listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountDropped {
    /// How many.
    pub not_about_us: u32,
}

impl Question for CountDropped {
    const NAME: &'static str = "CountDropped";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        Ok(cohort::ignore(
            desk,
            Ignored::NotAboutUs,
            self.not_about_us,
        )?)
    }
}
