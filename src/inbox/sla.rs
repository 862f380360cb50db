//! How long people took, counted by the hour: first replies, later replies, resolutions; and the promises that a
//! reply kept or broke.
//!
//! What is counted is counted once, in one row, when it happens: a reply that answers something owed, the end of
//! an interaction by an agent, and the end of one that is past its target and was never answered. The clock is
//! the author's: it begins with the first post that nobody has answered (or when what is owed became more
//! urgent, or at the last reply), and no acknowledgment stops it. Whether the target was met is read from
//! `target_ms`, which is kept with the interaction: targets count business time where the deadlines do.
//!
//! Lengths are counted in bins of a quarter of an octave ([`bin`]), so that any percentile is read from sums.

use super::context::Desk;
use super::past_due;
use super::report::HOUR_MS;
use crate::judgement::Level;
use crate::post::{SourceId, Workgroup};
use crate::scope::names;
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The bin of what ended without an answer.
pub const UNANSWERED: i64 = -1;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A person's first reply.
    First,
    /// A later one, to what came since.
    Next,
    /// The end, by an agent.
    Resolution,
    /// An interaction that was opened.
    Opened,
}

impl What {
    /// All of them.
    pub const ALL: [What; 4] = [What::First, What::Next, What::Resolution, What::Opened];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            What::First => "first",
            What::Next => "next",
            What::Resolution => "resolution",
            What::Opened => "opened",
        }
    }

    fn read(stored: &str) -> Result<Self, SqlError> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == stored);
        found.ok_or(SqlError::Json("sla"))
    }
}

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// By source.
    Source,
    /// By workgroup.
    Workgroup,
    /// By level.
    Level,
    /// By hour.
    Hour,
    /// By day, from midnight to midnight UTC.
    Day,
}

impl Key {
    /// All of them.
    pub const ALL: [Key; 5] = [Key::Source, Key::Workgroup, Key::Level, Key::Hour, Key::Day];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Key::Source => "source",
            Key::Workgroup => "workgroup",
            Key::Level => "level",
            Key::Hour => "hour",
            Key::Day => "day",
        }
    }

    /// Whether it tells times apart: nothing is due by the time at which it was opened.
    pub fn is_time(self) -> bool {
        matches!(self, Key::Hour | Key::Day)
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The bin of a length: four to each doubling of the seconds, so that one is at most a quarter wide.
pub fn bin(took_ms: i64) -> i64 {
    let seconds = (took_ms / 1_000).max(1);
    let octave = i64::from(seconds.ilog2());
    octave * 4 + (((seconds << 2) >> octave) & 3)
}

/// Where a bin begins, in milliseconds: the first holds everything below two seconds.
pub fn bin_from_ms(bin: i64) -> i64 {
    match bin {
        ..=0 => 0,
        bin => ((((4 + bin % 4) << (bin / 4)) + 3) >> 2) * 1_000,
    }
}

/// What an event adds to the counters.
pub(super) struct Event<'a> {
    pub what: What,
    pub source: &'a str,
    pub workgroup: &'a str,
    pub level: i64,
    /// How long it took; `None`: it never came.
    pub took_ms: Option<i64>,
    /// Whether it is one more of its kind, or only closes promises.
    pub is_one: bool,
    pub is_missed: bool,
    pub promises: i64,
    pub broken: i64,
}

/// Counts it, in the hour of now.
pub(super) fn count<S: Sql>(desk: Desk<'_, S>, event: &Event<'_>) -> Result<(), SqlError> {
    let one = i64::from(event.is_one);
    desk.sql.run(
        "-- sla
INSERT INTO sla VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT DO UPDATE SET n = n + excluded.n, missed = missed + excluded.missed,
  total_ms = total_ms + excluded.total_ms, promises = promises + excluded.promises,
  broken = broken + excluded.broken",
        params![
            desk.now_ms.div_euclid(HOUR_MS),
            event.what.as_str(),
            event.source,
            event.workgroup,
            event.level,
            event.took_ms.map_or(UNANSWERED, bin),
            one,
            i64::from(event.is_missed) * one,
            event.took_ms.unwrap_or(0) * one,
            event.promises,
            event.broken,
        ],
    )?;
    Ok(())
}

/// Which figures are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaAsked {
    /// The first hour, since 1970.
    pub from_hour: i64,
    /// The hour after the last.
    pub to_hour: i64,
    /// By what.
    pub by: Key,
}

/// A sum: of one key, one kind, one length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The key, as text.
    pub key: String,
    /// What.
    pub what: What,
    /// How long it took.
    pub bin: i64,
    /// How many.
    pub n: i64,
    /// Of those: past their target.
    pub missed: i64,
    /// How long all of them took together.
    pub total_ms: i64,
    /// Promises that were closed.
    pub promises: i64,
    /// Of those: broken.
    pub broken: i64,
    /// Promises that fell away, beside those: see [`super::void`].
    #[serde(default)]
    pub void: i64,
    /// How many became late in those hours, beside those: see [`super::past_due`].
    #[serde(default)]
    pub late: i64,
}

impl Sum {
    fn read(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            key: row.text(0)?.to_string(),
            what: What::read(row.text(1)?)?,
            bin: row.int(2)?,
            n: row.int(3)?,
            missed: row.int(4)?,
            total_ms: row.int(5)?,
            promises: row.int(6)?,
            broken: row.int(7)?,
            void: row.int(8)?,
            late: row.int(9)?,
        })
    }
}

/// The sums of those hours: ranges of primary keys.
pub(super) fn sums<S: Sql>(
    desk: Desk<'_, S>,
    all: bool,
    seen: &[Workgroup],
    asked: &SlaAsked,
) -> Result<Vec<Sum>, SqlError> {
    past_due::advance(desk)?;
    let rows = desk.sql.run(
        "-- sla_sums
SELECT CASE ?5 WHEN 'source' THEN source WHEN 'workgroup' THEN workgroup
    WHEN 'level' THEN CAST(level AS TEXT) WHEN 'day' THEN CAST(hour - hour % 24 AS TEXT)
    ELSE CAST(hour AS TEXT) END AS of,
  what, bin, sum(n), sum(missed), sum(total_ms), sum(promises), sum(broken), sum(void), sum(late)
FROM (
  SELECT hour, source, workgroup, level, what, bin, n, missed, total_ms, promises, broken, 0 AS void, 0 AS late
  FROM sla WHERE hour >= ?1 AND hour < ?2
  UNION ALL SELECT hour, source, workgroup, level, 'first', -1, 0, 0, 0, 0, 0, n, 0
  FROM promise_void WHERE hour >= ?1 AND hour < ?2
  UNION ALL SELECT hour, source, workgroup, level, what, -1, 0, 0, 0, 0, 0, 0, n
  FROM past_due WHERE hour >= ?1 AND hour < ?2)
WHERE (?3 = 1 OR workgroup IN (SELECT value FROM json_each(?4)))
GROUP BY of, what, bin ORDER BY of, what, bin",
        params![
            asked.from_hour,
            asked.to_hour,
            i64::from(all),
            names(seen),
            asked.by.as_str(),
        ],
    )?;
    rows.iter().map(Sum::read).collect()
}

/// What a reply answers, as it stands before it.
struct Owed {
    source: String,
    workgroup: String,
    /// Since when, and by when; `None` where nothing is owed.
    clock: Option<(i64, i64)>,
    level: i64,
    is_first: bool,
}

impl Owed {
    fn what(&self) -> What {
        match self.is_first {
            true => What::First,
            false => What::Next,
        }
    }
}

fn owed<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Option<Owed>, SqlError> {
    let rows = desk.sql.run(
        "-- owed
SELECT source, workgroup, owed_level, replied_ms IS NULL,
  CASE WHEN owed_ms IS NOT NULL THEN
    max(owed_ms, coalesce(answered_ms, 0), iif(level = owed_level, level_ms, 0)) END,
  coalesce(target_ms, deadline_ms)
FROM interaction WHERE seq = ?1 + 0",
        params![seq],
    )?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let due_ms = row.int(5)?;
    Ok(Some(Owed {
        source: row.text(0)?.to_string(),
        workgroup: row.text(1)?.to_string(),
        level: row.int(2)?,
        is_first: row.int(3)? != 0,
        clock: row.opt_int(4)?.map(|since_ms| (since_ms, due_ms)),
    }))
}

/// How a reply, or an end without one, closed promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Closed {
    pub promises: i64,
    pub broken: i64,
}

/// A person replied: asked before the interaction says so. What is owed is answered, and promises are closed. Gives
/// the level of what was owed.
pub(super) fn replied<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    closed: Closed,
) -> Result<Level, SqlError> {
    let Some(owed) = owed(desk, seq)? else {
        return Ok(Level::Idle);
    };
    let level = super::rows::level(owed.level)?;
    if owed.clock.is_none() && closed.promises == 0 {
        return Ok(level);
    }
    let (since_ms, due_ms) = owed.clock.unwrap_or((desk.now_ms, desk.now_ms));
    if desk.now_ms > due_ms {
        past_due::advance(desk)?;
    }
    count(
        desk,
        &Event {
            what: owed.what(),
            source: &owed.source,
            workgroup: &owed.workgroup,
            level: owed.level,
            took_ms: Some((desk.now_ms - since_ms).max(0)),
            is_one: owed.clock.is_some(),
            is_missed: desk.now_ms > due_ms,
            promises: closed.promises,
            broken: closed.broken,
        },
    )?;
    Ok(level)
}

/// An agent ends it. What was never answered counts as missed if its time is over: who ends it before
/// answered in another way, or had nothing to answer.
pub(super) fn ended<S: Sql>(desk: Desk<'_, S>, seq: i64, closed: Closed) -> Result<(), SqlError> {
    let Some(owed) = owed(desk, seq)? else {
        return Ok(());
    };
    let is_missed = owed.clock.is_some_and(|(_, due_ms)| desk.now_ms > due_ms);
    if is_missed || closed.promises > 0 {
        count(
            desk,
            &Event {
                what: owed.what(),
                source: &owed.source,
                workgroup: &owed.workgroup,
                level: owed.level,
                took_ms: None,
                is_one: is_missed,
                is_missed,
                promises: closed.promises,
                broken: closed.broken,
            },
        )?;
    }
    let rows = desk.sql.run(
        "-- opened_when
SELECT opened_ms, level, resolve_ms FROM interaction WHERE seq = ?1 + 0",
        params![seq],
    )?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let (opened_ms, level, kept_ms) = (row.int(0)?, row.int(1)?, row.opt_int(2)?);
    let by_now = || {
        let source = desk.config.source(&SourceId::new(owed.source.as_str()))?;
        let level = super::rows::level(level).ok()?;
        desk.config.deadlines.resolution(source, level, opened_ms)
    };
    let late_ms = kept_ms
        .or_else(by_now)
        .filter(|due_ms| desk.now_ms > *due_ms);
    let event = Event {
        what: What::Resolution,
        source: &owed.source,
        workgroup: &owed.workgroup,
        level,
        took_ms: Some((desk.now_ms - opened_ms).max(0)),
        is_one: true,
        is_missed: late_ms.is_some(),
        promises: 0,
        broken: 0,
    };
    if let (Some(due_ms), None) = (late_ms, kept_ms) {
        ended_late(desk, &event, due_ms)?;
    }
    count(desk, &event)
}

/// Its end came past a target that was not kept with it: it was opened before that was, or before it had one.
fn ended_late<S: Sql>(desk: Desk<'_, S>, event: &Event<'_>, due_ms: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- past_due_end
INSERT INTO past_due VALUES (?1 / 3600000, ?2, ?3, ?4, ?5, 1) ON CONFLICT DO UPDATE SET n = n + 1",
        params![
            due_ms,
            event.what.as_str(),
            event.source,
            event.workgroup,
            event.level,
        ],
    )?;
    Ok(())
}

/// Promises were broken, and nobody waits for them any more: they are closed with no answer.
pub(super) fn broke<S: Sql>(desk: Desk<'_, S>, seq: i64, closed: Closed) -> Result<(), SqlError> {
    let Some(owed) = owed(desk, seq)? else {
        return Ok(());
    };
    count(
        desk,
        &Event {
            what: owed.what(),
            source: &owed.source,
            workgroup: &owed.workgroup,
            level: owed.level,
            took_ms: None,
            is_one: false,
            is_missed: false,
            promises: closed.promises,
            broken: closed.broken,
        },
    )
}

/// Forgets what is older than any report reaches.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let hour = (desk.now_ms - super::report::DAYS * 86_400_000).div_euclid(HOUR_MS);
    desk.sql.run(
        "-- forget_sla
DELETE FROM sla WHERE hour < ?1",
        params![hour],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_lies_in_its_bin_and_bins_meet() {
        for seconds in (0..4_000).chain([86_399, 86_400, 2_592_000]) {
            let at = bin(seconds * 1_000);
            let (from, to) = (bin_from_ms(at), bin_from_ms(at + 1));
            assert!(
                (from..to).contains(&(seconds * 1_000)),
                "{seconds}: {at} {from} {to}"
            );
        }
        // Past the first seconds no bin is wider than a quarter of where it begins.
        for at in 8..120 {
            let (from, to) = (bin_from_ms(at), bin_from_ms(at + 1));
            assert!(to > from && (to - from) * 4 <= from, "{at}");
        }
    }
}
