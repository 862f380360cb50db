//! What goes by its class, each with a time of its own: open work that nobody touches, stops, the log of deeds.
//!
//! Ended work goes with [`super::retention`], its texts before it with [`super::filling`]. None of these has an index by
//! its age, which every delivery would pay for: once a day the alarm looks them through in slices, and keeps its place.

use super::context::Desk;
use super::rows;
use super::state::Ending;
use super::work;
use crate::deeds;
use crate::sql::{Sql, SqlError, params};

/// The step of the migrations.
pub const TABLE: &str = "-- migration expiry
CREATE TABLE expiry (                 -- how far a class was looked through
  class TEXT PRIMARY KEY,             -- open | stops
  at TEXT NOT NULL,                   -- behind which key to go on; '': from the beginning
  next_ms INTEGER NOT NULL            -- when to
) STRICT, WITHOUT ROWID;";

/// How many rows are looked at in a slice.
const LOOKED: u32 = 500;

/// How many open interactions end in a slice: each takes some statements.
const ENDED: usize = 50;

const DAY_MS: i64 = 86_400_000;

/// What went of a class is counted: `/v1/backlog` and `/metrics` tell it.
pub(super) fn count<S: Sql>(desk: Desk<'_, S>, class: &str, n: usize) -> Result<(), SqlError> {
    match n {
        0 => Ok(()),
        n => rows::count(desk, class, u32::try_from(n).unwrap_or(u32::MAX)),
    }
}

/// Looks through a slice of each class; whether there is more to look through now.
pub(super) fn advance<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let gone = deeds::forget(desk.sql, desk.now_ms, desk.config.limits.audit_days)?;
    count(
        desk,
        "retention.audit",
        usize::try_from(gone).unwrap_or(usize::MAX),
    )?;
    Ok(open(desk)? | stops(desk)? | (gone >= deeds::SLICE))
}

/// Where to go on with a class, if it is time.
fn place<S: Sql>(desk: Desk<'_, S>, class: &str, days: u32) -> Result<Option<String>, SqlError> {
    if days == 0 {
        return Ok(None);
    }
    let rows = desk.sql.run(
        "-- expiry
SELECT at, next_ms FROM expiry WHERE class = ?1 || ''",
        params![class],
    )?;
    let Some(row) = rows.first() else {
        return Ok(Some(String::new()));
    };
    let next_ms = row.int(1)?;
    // A clock that jumped far ahead once must not stop it for good.
    let is_due = next_ms <= desk.now_ms || next_ms > desk.now_ms + 2 * DAY_MS;
    is_due.then(|| row.text(0).map(str::to_owned)).transpose()
}

/// Keeps the place; `None` where the class was looked through. Whether there is more.
fn keep<S: Sql>(desk: Desk<'_, S>, class: &str, at: Option<String>) -> Result<bool, SqlError> {
    let more = at.is_some();
    let next_ms = match more {
        true => desk.now_ms,
        false => desk.now_ms + DAY_MS,
    };
    desk.sql.run(
        "-- keep_expiry
INSERT INTO expiry VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET at = excluded.at, next_ms = excluded.next_ms",
        params![class, at.unwrap_or_default(), next_ms],
    )?;
    Ok(more)
}

/// Open work that nobody touched for so long goes to `dead`: it is listed, a supervisor can redrive it, and then it goes
/// like all that ended. In the order of numbers, which is that of opening but for what joined.
fn open<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let days = desk.config.limits.open_days;
    let Some(at) = place(desk, "open", days)? else {
        return Ok(false);
    };
    let before_ms = desk.now_ms - i64::from(days) * DAY_MS;
    let mut at: i64 = at.parse().unwrap_or(0);
    let rows = desk.sql.run(
        "-- untouched
SELECT seq, opened_ms, state = 'open' AND coalesce(updated_ms, opened_ms) < ?2 + 0 AND available_ms <= ?3 + 0
FROM interaction WHERE seq > ?1 + 0 ORDER BY seq LIMIT ?4 + 0",
        params![at, before_ms, desk.now_ms, LOOKED],
    )?;
    let mut ended = 0;
    let mut more = rows.len() >= usize::try_from(LOOKED).unwrap_or(usize::MAX);
    for row in &rows {
        if row.int(1)? >= before_ms {
            more = false;
            break;
        }
        if row.int(2)? == 1 {
            if ended >= ENDED {
                more = true;
                break;
            }
            ended += 1;
            work::kill(desk, row.int(0)?, Ending::Untouched)?;
        }
        at = row.int(0)?;
    }
    count(desk, "retention.open", ended)?;
    keep(desk, "open", more.then(|| at.to_string()))
}

/// Stops of whom nothing was heard for so long, where that is configured.
fn stops<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let days = desk.config.limits.stops_days;
    let Some(at) = place(desk, "stops", days)? else {
        return Ok(false);
    };
    let before_ms = desk.now_ms - i64::from(days) * DAY_MS;
    let (platform, author) = at.split_once('\n').unwrap_or_default();
    let rows = desk.sql.run(
        "-- old_stops
SELECT platform, author, max(at_ms, lifted_ms) < ?3 + 0 FROM stop
WHERE (platform, author) > (?1 || '', ?2 || '') ORDER BY platform, author LIMIT ?4 + 0",
        params![platform, author, before_ms, LOOKED],
    )?;
    let mut gone = 0;
    for row in &rows {
        if row.int(2)? == 1 {
            desk.sql.run(
                "-- forget_old_stop
DELETE FROM stop WHERE platform = ?1 || '' AND author = ?2 || ''",
                params![row.text(0)?, row.text(1)?],
            )?;
            gone += 1;
        }
    }
    count(desk, "retention.stops", gone)?;
    let full = rows.len() >= usize::try_from(LOOKED).unwrap_or(usize::MAX);
    let last = match rows.last().filter(|_| full) {
        Some(row) => Some(format!("{}\n{}", row.text(0)?, row.text(1)?)),
        None => None,
    };
    keep(desk, "stops", last)
}
