//! Two interactions of one author with one source become one: when an alias, or a post's author, is
//! learnt late.

use super::context::Desk;
use super::rows::{HEARD, note};
use super::state::Did;
use super::wire::Refused;
use super::{cohort, correct, left, marks, past_due, peer, satisfaction, withdraw};
use crate::inbox::ready::Work;
use crate::sql::{Sql, SqlError, params};

/// The most posts that are moved: some ten milliseconds' work. Beyond that both stay open, which costs
/// an agent a second look and nobody their place.
const MOST_POSTS: i64 = 2_000;

/// One of the two, as far as it matters which one stays.
struct Half {
    seq: i64,
    is_open: bool,
    is_held: bool,
    posts: i64,
}

/// Joins two interactions; gives the one in which the posts of `one` are then. An open one stays
/// rather than an ended one, a held one rather than one that nobody holds, the longer rather than the
/// shorter, the older rather than the newer.
pub(super) fn join<S: Sql>(desk: Desk<'_, S>, one: i64, other: i64) -> Result<i64, Refused> {
    if one == other {
        return Ok(one);
    }
    let (first, second) = (half(desk, one)?, half(desk, other)?);
    let worth = |half: &Half| (half.is_open, half.is_held, half.posts, -half.seq);
    let (into, from) = match worth(&first) > worth(&second) {
        true => (first, second),
        false => (second, first),
    };
    if from.posts > MOST_POSTS {
        return Ok(one);
    }
    let (into, from) = (into.seq, from.seq);
    past_due::advance(desk)?;
    acknowledgments(desk, into, from)?;
    cohort::join(desk, from)?;
    desk.sql.run(
        "-- join_posts
UPDATE post SET interaction = ?1, change = change + (SELECT changes FROM interaction WHERE seq = ?1)
WHERE id IN (SELECT id FROM post_in WHERE seq = ?2)",
        params![into, from],
    )?;
    desk.sql.run(
        "-- join_into
UPDATE interaction AS i SET posts = i.posts + f.posts, live = i.live + f.live,
  changes = i.changes + f.changes,
  kind = CASE WHEN f.level > i.level THEN f.kind ELSE i.kind END,
  level = max(i.level, f.level), urgency = max(i.urgency, f.urgency),
  level_ms = CASE WHEN f.level > i.level THEN f.level_ms WHEN f.level < i.level THEN i.level_ms
    ELSE min(i.level_ms, f.level_ms) END,
  owed_level = CASE WHEN f.owed_ms IS NULL THEN i.owed_level WHEN i.owed_ms IS NULL THEN f.owed_level
    ELSE max(i.owed_level, f.owed_level) END,
  owed_urgency = CASE WHEN f.owed_ms IS NULL THEN i.owed_urgency WHEN i.owed_ms IS NULL
    THEN f.owed_urgency ELSE max(i.owed_urgency, f.owed_urgency) END,
  owed_ms = coalesce(min(i.owed_ms, f.owed_ms), i.owed_ms, f.owed_ms),
  target_ms = coalesce(min(i.target_ms, f.target_ms), i.target_ms, f.target_ms),
  resolve_ms = CASE WHEN f.state = 'open' THEN coalesce(min(i.resolve_ms, f.resolve_ms), i.resolve_ms, f.resolve_ms)
    ELSE i.resolve_ms END,
  deadline_ms = min(i.deadline_ms, f.deadline_ms), rank = min(i.rank, f.rank),
  opened_ms = min(i.opened_ms, f.opened_ms), updated_ms = ?3,
  misplaced = iif(f.opened_ms < i.opened_ms, 1, i.misplaced),
  available_ms = CASE WHEN i.lease IS NULL THEN min(i.available_ms, ?3) ELSE i.available_ms END,
  -- As where its author writes on: what was put off comes back now, and is kept no longer than from now on.
  assigned_ms = CASE WHEN i.kept_for IS NULL THEN i.assigned_ms ELSE min(i.assigned_ms, ?4) END,
  relaxed_ms = CASE WHEN f.rank < 0 AND i.skills IS NOT NULL THEN min(coalesce(i.relaxed_ms, ?5), ?5) ELSE i.relaxed_ms END,
  replied_ms = coalesce(min(i.replied_ms, f.replied_ms), i.replied_ms, f.replied_ms),
  author_json = coalesce(i.author_json, f.author_json)
FROM interaction f WHERE i.seq = ?1 AND f.seq = ?2",
        params![
            into,
            from,
            desk.now_ms,
            super::kept::from_ms(desk.now_ms),
            desk.now_ms + crate::config::route::EMERGENCY_RELAX_MS,
        ],
    )?;
    desk.sql.run(
        "-- join_from
UPDATE interaction SET state = 'done', outcome = 'joined', ended_ms = coalesce(ended_ms, ?3),
  posts = 0, live = 0, joined = ?1, updated_ms = ?3, assigned = NULL, assigned_ms = NULL
WHERE seq = ?2",
        params![into, from, desk.now_ms],
    )?;
    // Whatever is still reported of one that joined this one before finds its way too.
    desk.sql.run(
        "-- join_chain
UPDATE interaction SET joined = ?1 WHERE joined = ?2",
        params![into, from],
    )?;
    peer::join(desk, into, from)?;
    marks::join(desk, into, from)?;
    correct::join(desk, into, from)?;
    left::join(desk, into, from)?;
    satisfaction::join(desk, into, from)?;
    desk.ready.note(Work::One(into), desk.now_ms);
    let name = |seq| desk.shard.interaction(seq);
    note(desk, into, HEARD, Did::Joined, Some(name(from).as_str()))?;
    note(desk, from, HEARD, Did::Joined, Some(name(into).as_str()))?;
    Ok(into)
}

fn half<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Half, Refused> {
    let rows = desk.sql.run(
        "-- half
SELECT state = 'open', lease IS NOT NULL AND available_ms > ?2, posts FROM interaction WHERE seq = ?1",
        params![seq, desk.now_ms],
    )?;
    let row = rows.first().ok_or(Refused::NotFound)?;
    Ok(Half {
        seq,
        is_open: row.int(0)? != 0,
        is_held: row.int(1)? != 0,
        posts: row.int(2)?,
    })
}

/// The most that was said or is planned in an interaction: 1 for an emergency, 0 for less, -1 for nothing.
fn told<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- told_in
SELECT coalesce(max(emergency), -1) FROM ack WHERE interaction = ?1 AND state <> 'withdrawn'",
        params![seq],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

/// What waits to be said in an interaction: 1 for an emergency, 0 for less.
fn planned<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Option<i64>, SqlError> {
    let rows = desk.sql.run(
        "-- planned_in
SELECT emergency FROM ack WHERE interaction = ?1 AND state = 'planned'",
        params![seq],
    )?;
    rows.first().map(|row| row.int(0)).transpose()
}

/// Acknowledgments go with the posts that they answer, unless one for the same thing is there: then
/// what is planned is taken back, and what has left stays where it was.
fn acknowledgments<S: Sql>(desk: Desk<'_, S>, into: i64, from: i64) -> Result<(), SqlError> {
    let said = told(desk, into)?;
    if planned(desk, from)?.is_some_and(|waits| waits <= said) {
        withdraw::withdraw(desk, from, "acknowledged")?;
    }
    let moves = told(desk, from)?;
    if planned(desk, into)?.is_some_and(|waits| waits <= moves) {
        withdraw::withdraw(desk, into, withdraw::REPLACED)?;
    }
    for statement in [
        "-- make_room
DELETE FROM ack WHERE interaction = ?1 AND state = 'withdrawn'
  AND emergency IN (SELECT emergency FROM ack WHERE interaction = ?2)",
        "-- join_acks
UPDATE OR IGNORE ack SET interaction = ?1 WHERE interaction = ?2",
    ] {
        desk.sql.run(statement, params![into, from])?;
    }
    Ok(())
}
