//! Every acknowledgment is a debt: what its words promise, until a person has answered or nobody has.
//!
//! ```text
//! (none) -> open -> at risk -> broken
//!             |        |          |
//!             +--------+----------+--> kept | late | unanswered | void
//! ```
//!
//! A promise is opened in the transaction in which its acknowledgment becomes `sent`, or `unknown`: its author may
//! have read it. It says that a person answers, by the time that the words tell, or by the interaction's deadline
//! where they tell none; words that promise nobody ([`crate::voice::occasion::Occasion::answers`]) open none, nor
//! does a note that arrives after the answer. A person's reply closes it, in time or late; an end without a reply
//! leaves it `unanswered`; where nobody waits for it any more before its time it is `void` ([`super::void`]).
//!
//! The object's alarm looks at what is open. [`RISK_MS`] before its time the interaction goes before all others of
//! its level that are not as late as [`RISE_MS`]; after its time it is broken, and that is an alarm.

use super::context::Desk;
use super::promised::{Open, RISK_MS, Standing};
use super::question::{Concern, Question};
use super::report::HOUR_MS;
use super::rows::{HEARD, note};
use super::sla::{self, Closed, SlaAsked, Sum};
use super::state::Did;
use super::wire::{Alarm, Job, Refused};
use super::{alarm, visible, word};
use crate::ack::scene::Kept;
use crate::inbox::ready::Work;
use crate::judgement::Level;
use crate::post::{InteractionId, SourceId, Workgroup};
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// How much earlier the rank of one at risk is: as much as an urgent one's head start.
pub const RISE_MS: i64 = 8 * 3_600_000;

/// How many promises are looked at in one alarm.
const SLICE: i64 = 200;

/// The longest page of promises.
pub const PAGE: u32 = 50;

/// How far back the voice looks.
const WEEK_HOURS: i64 = 7 * 24;

/// How often that is added up.
const EVERY_MS: i64 = 10 * 60_000;

/// What opens the promise of an acknowledgment that has left, as its statement sets it: unless it is open or closed
/// already, nothing is owed any more, its post is deleted, or its author has said stop meanwhile.
macro_rules! opens {
    () => {
        "promise_step = CASE WHEN promise_ms IS NOT NULL AND promise_step IS NULL AND promise_end IS NULL
  AND EXISTS (SELECT 1 FROM interaction WHERE seq = ack.interaction AND state = 'open' AND owed_ms IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM post WHERE id = ack.post AND state = 'deleted')
  AND NOT EXISTS (SELECT 1 FROM interaction i JOIN stop ON stop.platform = i.platform AND stop.author = ack.author
    WHERE i.seq = ack.interaction AND at_ms >= lifted_ms)
  THEN 0 ELSE promise_step END"
    };
}
pub(super) use opens;

/// Sees to it that the alarm looks at what was opened; the row has `promise_step` and `promise_ms`.
pub(super) fn opened<S: Sql>(desk: Desk<'_, S>, rows: &[Row]) -> Result<(), SqlError> {
    match rows.first() {
        Some(row) if row.opt_int(0)? == Some(0) => {
            alarm::wake_by(desk, (row.int(1)? - RISK_MS).max(desk.now_ms))
        }
        _ => Ok(()),
    }
}

/// How a promise ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A person replied.
    Replied,
    /// An agent ended the interaction without a reply.
    Unanswered,
}

/// Closes what is promised in an interaction, and in those that joined it.
pub(super) fn close<S: Sql>(desk: Desk<'_, S>, seq: i64, end: End) -> Result<Closed, SqlError> {
    let word = match end {
        End::Replied => None,
        End::Unanswered => Some("unanswered"),
    };
    let rows = desk.sql.run(
        "-- promise_ends
UPDATE ack SET promise_step = NULL, promise_end_ms = ?2,
  promise_end = coalesce(?3, iif(promise_ms < ?2, 'late', 'kept'))
WHERE interaction IN (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT seq FROM interaction WHERE joined = ?1)
  AND promise_step IS NOT NULL
RETURNING promise_end",
        params![seq, desk.now_ms, word],
    )?;
    let mut closed = Closed::default();
    for row in &rows {
        closed.promises += 1;
        closed.broken += i64::from(row.text(0)? != "kept");
    }
    Ok(closed)
}

/// What an alarm found.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// The interactions of which a promise broke just now.
    pub broken: Vec<i64>,
    /// What is to be said of that.
    pub words: Vec<Job>,
    /// When to look again.
    pub look_ms: Option<i64>,
}

/// Looks at what is open: what is at risk rises, what is past its time is broken.
pub(super) fn watch<S: Sql>(desk: Desk<'_, S>) -> Result<Watched, SqlError> {
    for row in &desk.sql.run(
        "-- promises_at_risk
SELECT interaction, emergency FROM ack INDEXED BY ack_promise
WHERE promise_step = 0 AND promise_ms <= ?1 + 0 ORDER BY promise_ms LIMIT ?2",
        params![desk.now_ms + RISK_MS, SLICE],
    )? {
        let (seq, emergency) = (row.int(0)?, row.int(1)?);
        desk.sql.run(
            "-- promise_rises
UPDATE interaction SET rank = rank - ?2
WHERE seq = (SELECT coalesce(joined, seq) FROM interaction WHERE seq = ?1) AND state = 'open' AND owed_ms IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ack WHERE interaction IN (?1, interaction.seq) AND promise_step > 0)",
            params![seq, RISE_MS],
        )?;
        desk.sql.run(
            "-- promise_at_risk
UPDATE ack SET promise_step = 1 WHERE interaction = ?1 AND emergency = ?2",
            params![seq, emergency],
        )?;
        desk.ready.note(Work::One(seq), desk.now_ms);
    }
    let mut watched = Watched::default();
    for row in &desk.sql.run(
        "-- promises_past
SELECT interaction, emergency FROM ack INDEXED BY ack_promise
WHERE promise_step = 1 AND promise_ms < ?1 + 0 ORDER BY promise_ms LIMIT ?2",
        params![desk.now_ms, SLICE],
    )? {
        let (seq, emergency) = (row.int(0)?, row.int(1)?);
        desk.sql.run(
            "-- promise_breaks
UPDATE ack SET promise_step = 2 WHERE interaction = ?1 AND emergency = ?2",
            params![seq, emergency],
        )?;
        watched
            .words
            .extend(word::about(desk, (seq, emergency != 0))?);
        note(desk, seq, HEARD, Did::PromiseBroken, None)?;
        watched.broken.push(seq);
    }
    let next = desk.sql.run(
        "-- promise_next
SELECT (SELECT min(promise_ms) FROM ack INDEXED BY ack_promise WHERE promise_step = 0) - ?1,
  (SELECT min(promise_ms) FROM ack INDEXED BY ack_promise WHERE promise_step = 1) + 1",
        params![RISK_MS],
    )?;
    let next = next.first().ok_or(SqlError::Json("answer"))?;
    watched.look_ms = match (next.opt_int(0)?, next.opt_int(1)?) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    week(desk, !watched.broken.is_empty())?;
    Ok(watched)
}

/// Adds up the promises of the last seven days, now and then: the voice reads them where it is about to promise.
fn week<S: Sql>(desk: Desk<'_, S>, is_due: bool) -> Result<(), SqlError> {
    let at = desk.sql.run(
        "-- kept_at
SELECT at_ms FROM kept_mark",
        params![],
    )?;
    let at_ms = at.first().ok_or(SqlError::Json("answer"))?.int(0)?;
    if !is_due && (0..EVERY_MS).contains(&(desk.now_ms - at_ms)) {
        return Ok(());
    }
    let from = desk.now_ms.div_euclid(HOUR_MS) - WEEK_HOURS;
    desk.sql.run(
        "-- forget_kept
DELETE FROM kept_week",
        params![],
    )?;
    // What is open and broken counts as broken already: nobody must end it first.
    desk.sql.run(
        "-- add_up_kept
INSERT INTO kept_week SELECT workgroup, level, sum(promises), sum(broken), sum(unanswered) FROM (
  SELECT workgroup, level, promises, broken, iif(bin < 0, promises, 0) AS unanswered FROM sla
  WHERE hour > ?1 AND promises > 0
  UNION ALL
  SELECT i.workgroup, i.owed_level, 1, 1, 0 FROM (
    SELECT interaction FROM ack INDEXED BY ack_promise WHERE promise_step = 2 ORDER BY promise_ms DESC LIMIT 1000) worst
  CROSS JOIN interaction i ON i.seq = worst.interaction)
GROUP BY workgroup, level",
        params![from],
    )?;
    desk.sql.run(
        "-- kept_mark
UPDATE kept_mark SET at_ms = ?1",
        params![desk.now_ms],
    )?;
    Ok(())
}

/// How the promises of a workgroup at a level were kept in the last seven days.
pub(super) fn kept<S: Sql>(
    desk: Desk<'_, S>,
    workgroup: &Workgroup,
    level: Level,
) -> Result<Option<Kept>, SqlError> {
    let rows = desk.sql.run(
        "-- kept_lately
SELECT promises, broken, unanswered FROM kept_week WHERE workgroup = ?1 || '' AND level = ?2 + 0",
        params![workgroup.as_str(), u8::from(level)],
    )?;
    let read = |row: &Row| {
        Ok(Kept {
            promises: row.int(0)?,
            broken: row.int(1)?,
            unanswered: row.int(2)?,
        })
    };
    rows.first().map(read).transpose()
}

/// Counted in an index that holds nothing but open promises; by the clock, not by what the alarm has seen.
pub(super) fn standing<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    seen: &[Workgroup],
) -> Result<Open, SqlError> {
    let rows = desk.sql.run(
        "-- promises_open
SELECT count(*), coalesce(sum(promise_ms >= ?1 AND promise_ms <= ?1 + ?2), 0),
  coalesce(sum(promise_ms < ?1), 0), min(iif(promise_ms < ?1, promise_ms, NULL))
FROM ack INDEXED BY ack_promise
WHERE promise_step IN (0, 1, 2) AND (?3 = 1 OR EXISTS (SELECT 1 FROM interaction i
  WHERE i.seq = ack.interaction AND i.workgroup IN (SELECT value FROM json_each(?4))))",
        params![desk.now_ms, RISK_MS, i64::from(scope.all), names(seen)],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    Ok(Open {
        open: row.int(0)?,
        at_risk: row.int(1)?,
        broken: row.int(2)?,
        broken_since_ms: row.opt_int(3)?,
    })
}

/// The alarm of broken promises.
pub(super) fn alarmed<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    seen: &[Workgroup],
) -> Result<Option<Alarm>, SqlError> {
    let open = standing(desk, scope, seen)?;
    let since_ms = open.broken_since_ms;
    Ok(since_ms.map(|since_ms| Alarm::PromiseBroken {
        n: open.broken,
        since_ms,
    }))
}

/// What is promised, and how were promises kept?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowPromises {
    /// Whose, at most how many, and for which hours the kept ones are counted.
    pub asked: PromisesAsked,
}

/// Which promises are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromisesAsked {
    /// Only of this workgroup.
    #[serde(default)]
    pub workgroup: Option<Workgroup>,
    /// Only those that are at risk or broken.
    #[serde(default)]
    pub urgent: bool,
    /// How many at most.
    pub max: u32,
    /// The hours in which closed ones are counted, and by what.
    pub kept: SlaAsked,
}

/// What a shard has promised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Promises {
    /// How many are open.
    pub open: Open,
    /// Those that must be kept first.
    pub promises: Vec<Promise>,
    /// The sums of those that were closed.
    pub sums: Vec<Sum>,
}

/// An open promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Its interaction.
    pub id: InteractionId,
    /// The source that said it.
    pub source: SourceId,
    /// Who must keep it.
    pub workgroup: Workgroup,
    /// How urgent what is owed is.
    pub level: Level,
    /// By when a person must answer.
    pub by_ms: i64,
    /// The time that the words tell, where they tell one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_ms: Option<i64>,
    /// When it was said.
    pub said_ms: i64,
    /// Where it stands: `open`, `at_risk`, `broken`.
    pub state: Standing,
    /// Who holds the interaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// What was said.
    pub text: String,
}

impl Question for ShowPromises {
    const NAME: &'static str = "ShowPromises";
    type Answer = Promises;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let (all, seen) = visible::only(desk, scope, self.asked.workgroup.as_ref())?;
        let scope = Scope {
            all,
            ..scope.clone()
        };
        Ok(Promises {
            open: standing(desk, &scope, &seen)?,
            promises: list(desk, &scope, &seen, &self.asked)?,
            sums: sla::sums(desk, scope.all, &seen, &self.asked.kept)?,
        })
    }
}

/// Those that must be kept first: of each step the first, in the index's order. The alarm may be behind the clock,
/// so they are put in order once more.
fn list<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    seen: &[Workgroup],
    asked: &PromisesAsked,
) -> Result<Vec<Promise>, SqlError> {
    let mut found = Vec::new();
    for step in [2_i64, 1, 0] {
        for row in &desk.sql.run(
            "-- promises
SELECT a.interaction, a.source, i.workgroup, i.owed_level, a.promise_ms, a.told_ms, a.changed_ms,
  iif(i.lease IS NOT NULL AND i.available_ms > ?2, i.holder, NULL), a.text
FROM ack a INDEXED BY ack_promise CROSS JOIN interaction i ON i.seq = coalesce(
  (SELECT joined FROM interaction WHERE seq = a.interaction), a.interaction)
WHERE a.promise_step = ?1 + 0 AND a.promise_ms <= ?6
  AND (?3 = 1 OR i.workgroup IN (SELECT value FROM json_each(?4)))
ORDER BY a.promise_ms LIMIT ?5",
            params![
                step,
                desk.now_ms,
                i64::from(scope.all),
                names(seen),
                asked.max.clamp(1, PAGE),
                match asked.urgent {
                    true => desk.now_ms + RISK_MS,
                    false => i64::MAX >> 12,
                },
            ],
        )? {
            let by_ms = row.int(4)?;
            found.push(Promise {
                id: desk.shard.interaction(row.int(0)?),
                source: SourceId::new(row.text(1)?),
                workgroup: Workgroup::new(row.text(2)?),
                level: super::rows::level(row.int(3)?)?,
                by_ms,
                told_ms: row.opt_int(5)?,
                said_ms: row.int(6)?,
                state: Standing::of(by_ms, desk.now_ms),
                holder: row.opt_text(7)?.map(str::to_string),
                text: row.text(8)?.to_string(),
            });
        }
    }
    found.sort_by_key(|promise| promise.by_ms);
    found.truncate(usize::try_from(asked.max.clamp(1, PAGE)).unwrap_or(usize::MAX));
    Ok(found)
}
