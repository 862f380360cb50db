//! The ceiling: how many acknowledgments of a source leave in a minute and in an hour.
//!
//! Whoever follows an account of ours reads what it writes. A storm of complaints must not make it a
//! machine gun of notes: past the ceiling an acknowledgment waits for a place, and where no place is
//! near enough it falls silent (`ceiling`) in favour of the queue, which takes every post all the same.
//!
//! Every acknowledgment has a place in time, `slot_ms`: when it may leave, and once it has left, when
//! it did. The next place is that of the one `ceiling` places back, and a window later: so no window,
//! wherever it begins, holds more than the ceiling. Places are given at the decision and held to at
//! the send, because an alarm that was late finds several of them past.
//!
//! One that leaves within [`NEAR_MS`](crate::ack::ceiling::NEAR_MS) of its place keeps it, since moving it is a row more; so every window is
//! counted that much longer, and none of its true length holds more than the ceiling.
//!
//! Emergencies count emergencies only: whatever else a storm brings, they go at once. The others count
//! everything, so that a source says at most twice its ceiling, and that only as long as people are
//! in danger.

use super::context::Desk;
use crate::ack::ceiling::{HOUR_MS, MINUTE_MS, WAIT_MS};
use crate::ack::scene::Thing;
use crate::config::Source;
use crate::sql::{Row, Sql, SqlError, params};

/// When an acknowledgment for that thing may leave that is planned now: after all that have a place.
pub(super) fn place<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    thing: Thing,
) -> Result<i64, SqlError> {
    next(desk, source, thing, false)
}

/// Whether that is too late for it to be planned at all.
pub(super) fn is_full<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    thing: Thing,
) -> Result<bool, SqlError> {
    Ok(!may_wait(desk.now_ms, place(desk, source, thing)?))
}

/// When one whose place has come may leave: now, unless too many have left lately.
pub(super) fn room<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    thing: Thing,
) -> Result<i64, SqlError> {
    next(desk, source, thing, true)
}

/// The next place for that thing, after all that have one or all that have left.
fn next<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    thing: Thing,
    left: bool,
) -> Result<i64, SqlError> {
    let share = |whole| desk.shard.share(whole, desk.shards);
    let (minute, hour) = (
        share(source.ceiling.per_minute),
        share(source.ceiling.per_hour),
    );
    // Whatever has a place, from its index alone: where that leaves room there is room, which is how it mostly is.
    let rows = desk.sql.run(
        "-- places
SELECT
  (SELECT slot_ms FROM ack INDEXED BY ack_slot WHERE source = ?1 || '' AND slot_ms > ?2 + 0
    ORDER BY slot_ms DESC LIMIT 1 OFFSET ?3 - 1),
  (SELECT slot_ms FROM ack INDEXED BY ack_slot WHERE source = ?1 || '' AND slot_ms > ?4 + 0
    ORDER BY slot_ms DESC LIMIT 1 OFFSET ?5 - 1)",
        params![
            source.id.as_str(),
            desk.now_ms - MINUTE_MS,
            minute,
            desk.now_ms - HOUR_MS,
            hour,
        ],
    )?;
    let at_ms = after(desk, &rows)?;
    if at_ms <= desk.now_ms || (thing == Thing::Plea && !left) {
        return Ok(at_ms);
    }
    let rows = desk.sql.run(
        "-- places_taken
WITH places AS (
  SELECT slot_ms FROM ack
  WHERE source = ?1 || '' AND slot_ms > ?2 + 0 AND emergency >= ?3 + 0
    AND (?4 + 0 = 0 OR state <> 'planned')
  ORDER BY slot_ms DESC)
SELECT (SELECT slot_ms FROM places LIMIT 1 OFFSET ?5 - 1),
  (SELECT slot_ms FROM places LIMIT 1 OFFSET ?6 - 1)",
        params![
            source.id.as_str(),
            desk.now_ms - HOUR_MS,
            u8::from(thing == Thing::Emergency),
            u8::from(left),
            minute,
            hour,
        ],
    )?;
    after(desk, &rows)
}

/// When there is room after those a minute's and an hour's ceiling back; now, where fewer have a place.
fn after<S: Sql>(desk: Desk<'_, S>, rows: &[Row]) -> Result<i64, SqlError> {
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    let minute = row.opt_int(0)?.map(|at_ms| at_ms + MINUTE_MS);
    let hour = row.opt_int(1)?.map(|at_ms| at_ms + HOUR_MS);
    Ok(minute
        .max(hour)
        .map_or(desk.now_ms, |at_ms| at_ms.max(desk.now_ms)))
}

/// Whether one that was planned then may wait for a place at `at_ms`.
pub(super) fn may_wait(planned_ms: i64, at_ms: i64) -> bool {
    at_ms - planned_ms <= WAIT_MS
}
