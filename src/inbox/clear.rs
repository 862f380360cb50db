//! Interactions go, with all that was said and done in them: for retention, and where a person is forgotten.

use super::context::Desk;
use super::{cohort, correct, left, marks, peer, satisfaction};
use crate::sql::{Sql, SqlError, params};

/// Forgets interactions with all that was said and done in them.
pub(super) fn forget_whole<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    cohort::close(desk, seqs, false)?;
    forget_deeds(desk, seqs)?;
    let seqs = super::rows::list(seqs);
    for statement in [
        "-- forget_posts
DELETE FROM post WHERE id IN (
  SELECT p.id FROM json_each(?1) old CROSS JOIN interaction i ON i.seq = CAST(old.value AS INTEGER)
  CROSS JOIN post p ON p.id = i.first WHERE p.interaction = i.seq
  UNION ALL
  SELECT p.id FROM json_each(?1) old
  CROSS JOIN post p ON p.interaction = CAST(old.value AS INTEGER) AND p.change <> 1)",
        "-- forget_interactions
DELETE FROM interaction WHERE seq IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ] {
        desk.sql.run(statement, vec![seqs.clone()])?;
    }
    Ok(())
}

/// Forgets so many of the posts of an interaction that has more than one slice of them: which.
pub(super) fn forget_piece<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    max: i64,
) -> Result<Vec<String>, SqlError> {
    cohort::close(desk, &[seq], true)?;
    forget_deeds(desk, &[seq])?;
    let gone = desk.sql.run(
        "-- forget_some_posts
DELETE FROM post WHERE id IN (SELECT id FROM (
  SELECT p.id, p.change FROM interaction i CROSS JOIN post p
    WHERE i.seq = ?1 AND p.id = i.first AND p.interaction = i.seq AND p.change = 1
  UNION ALL SELECT id, change FROM post WHERE interaction = ?1 AND change <> 1
  ORDER BY change LIMIT ?2)) RETURNING state <> 'deleted', id",
        params![seq, max],
    )?;
    let mut live = 0;
    let mut ids = Vec::with_capacity(gone.len());
    for row in &gone {
        live += row.int(0)?;
        ids.push(row.text(1)?.to_owned());
    }
    let gone = i64::try_from(gone.len()).unwrap_or(max);
    desk.sql.run(
        "-- shrink
UPDATE interaction SET posts = posts - ?2, live = live - ?3 WHERE seq = ?1",
        params![seq, gone, live],
    )?;
    desk.sql.run(
        "-- retire_some
UPDATE counter SET n = n + ?1 WHERE name = 'retired'",
        params![gone],
    )?;
    Ok(ids)
}

/// Forgets what was done about interactions: acknowledgments, replies, histories.
fn forget_deeds<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    marks::forget(desk, seqs)?;
    correct::forget(desk, seqs)?;
    left::forget(desk, seqs)?;
    satisfaction::forget(desk, seqs)?;
    peer::forget(desk, seqs)?;
    let seqs = super::rows::list(seqs);
    for statement in [
        "-- forget_acks
DELETE FROM ack WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
        // A reply's id begins with its interaction's number and a space; `!` comes after the space.
        "-- forget_replies
DELETE FROM reply WHERE id IN (
  SELECT r.id FROM json_each(?1) old
  CROSS JOIN reply r ON r.id >= old.value || ' ' AND r.id < old.value || '!')",
        "-- forget_history
DELETE FROM history WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ] {
        desk.sql.run(statement, vec![seqs.clone()])?;
    }
    Ok(())
}
