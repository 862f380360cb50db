//! Promises that fall away: what was promised before its time came, and that nobody waits for any more.
//!
//! A promise is `void` where its condition is gone before it is due: its author deleted the post that it answers, or
//! all that they wrote; they said stop; they were forgotten; or the note did not arrive after all. It is neither kept
//! nor broken: it is counted here, apart from both, and it is never an alarm. Past its time nothing frees of it any
//! more: what is broken by then ends as `unanswered`, but for a note that never arrived.
//!
//! `promise_void` counts by the hour, as `sla` does. A table of its own: the version before writes whole rows of `sla`.

use super::context::Desk;
use super::report::HOUR_MS;
use super::rows::{HEARD, count, note};
use super::sla::{self, Closed};
use super::state::Did;
use crate::post::Platform;
use crate::sql::{Row, Sql, SqlError, params};
use std::collections::BTreeMap;

/// The table.
pub const TABLE: &str = "-- migration promise_void
CREATE TABLE promise_void (
  hour INTEGER NOT NULL,              -- since 1970, in which it fell away
  source TEXT NOT NULL,
  workgroup TEXT NOT NULL,
  level INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (hour, source, workgroup, level)
) STRICT, WITHOUT ROWID;";

/// The counter of all that ever fell away.
pub(super) const COUNTER: &str = "promises.void";

/// Why nobody waits for it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Its author took back all that they wrote.
    Withdrawn,
    /// Its author deleted the post that it answers.
    Deleted,
    /// Its author said stop.
    Stopped,
    /// It did not arrive.
    NotArrived,
}

impl Why {
    fn as_str(self) -> &'static str {
        match self {
            Why::Withdrawn => "withdrawn",
            Why::Deleted => "post_deleted",
            Why::Stopped => "stopped",
            Why::NotArrived => "not_arrived",
        }
    }
}

/// How a promise ends that falls away, as its statement sets it at `?1`.
macro_rules! falls {
    () => {
        "UPDATE ack SET promise_step = NULL, promise_end_ms = ?1,
  promise_end = iif(promise_ms < ?1, 'unanswered', 'void')
WHERE promise_step IS NOT NULL AND "
    };
}

/// What is told of each: its interaction, the one that it joined, its source and its end.
macro_rules! told {
    () => {
        "
RETURNING (SELECT coalesce(joined, seq) FROM interaction WHERE seq = ack.interaction), source, promise_end"
    };
}

/// All that is promised in an interaction falls away, and in those that joined it.
pub(super) fn all<S: Sql>(desk: Desk<'_, S>, seq: i64, why: Why) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- promises_fall\n",
            falls!(),
            "interaction IN (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT seq FROM interaction WHERE joined = ?2)",
            told!()
        ),
        params![desk.now_ms, seq],
    )?;
    fell(desk, &rows, why)
}

/// What was promised to this post of an interaction falls away.
pub(super) fn of_post<S: Sql>(desk: Desk<'_, S>, seq: i64, post: &str) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- promises_fall_of_post\n",
            falls!(),
            "post = ?3 || '' AND interaction IN (
  SELECT CAST(?2 AS INTEGER) UNION ALL SELECT seq FROM interaction WHERE joined = ?2)",
            told!()
        ),
        params![desk.now_ms, seq, post],
    )?;
    fell(desk, &rows, Why::Deleted)
}

/// What was promised to an author falls away: they want nothing from us.
pub(super) fn of_author<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- promises_fall_of_author\n",
            falls!(),
            "(interaction, emergency) IN (
  SELECT a.interaction, a.emergency FROM ack a INDEXED BY ack_of_author JOIN interaction i ON i.seq = a.interaction
  WHERE a.author = ?3 || '' AND i.platform = ?2 AND a.promise_step IS NOT NULL)",
            told!()
        ),
        params![desk.now_ms, platform.as_str(), author],
    )?;
    fell(desk, &rows, Why::Stopped)
}

/// One acknowledgment did not arrive after all: it promised nothing, whatever the time.
pub(super) fn unsaid<S: Sql>(
    desk: Desk<'_, S>,
    (seq, emergency): (i64, bool),
) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- promise_unsaid
UPDATE ack SET promise_step = NULL, promise_end = 'void', promise_end_ms = ?3
WHERE interaction = ?1 AND emergency = ?2 AND promise_step IS NOT NULL",
            told!()
        ),
        params![seq, u8::from(emergency), desk.now_ms],
    )?;
    fell(desk, &rows, Why::NotArrived)
}

/// Counts those that fell away, and those that were broken by then.
fn fell<S: Sql>(desk: Desk<'_, S>, rows: &[Row], why: Why) -> Result<(), SqlError> {
    let mut broken: BTreeMap<i64, i64> = BTreeMap::new();
    for row in rows {
        let (seq, source) = (row.int(0)?, row.text(1)?);
        if row.text(2)? != "void" {
            *broken.entry(seq).or_default() += 1;
            continue;
        }
        desk.sql.run(
            "-- count_void
INSERT INTO promise_void SELECT ?2, ?3, workgroup, owed_level, 1 FROM interaction WHERE seq = ?1 + 0
ON CONFLICT DO UPDATE SET n = n + 1",
            params![seq, desk.now_ms.div_euclid(HOUR_MS), source],
        )?;
        count(desk, COUNTER, 1)?;
        note(desk, seq, HEARD, Did::PromiseVoid, Some(why.as_str()))?;
    }
    for (seq, n) in broken {
        let closed = Closed {
            promises: n,
            broken: n,
        };
        sla::broke(desk, seq, closed)?;
    }
    Ok(())
}

/// Forgets what is older than any report reaches.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let hour = (desk.now_ms - super::report::DAYS * 86_400_000).div_euclid(HOUR_MS);
    desk.sql.run(
        "-- forget_promise_void
DELETE FROM promise_void WHERE hour < ?1",
        params![hour],
    )?;
    Ok(())
}
