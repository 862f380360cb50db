//! Takes planned acknowledgments back.

use super::context::Desk;
use super::rows::{self, HEARD};
use super::state::Did;
use crate::post::Platform;
use crate::sql::{Sql, SqlError, params};

/// Why a calmer acknowledgment does not leave any more: an emergency's does.
pub(super) const REPLACED: &str = "replaced";

/// Takes a planned acknowledgment back.
pub(super) fn withdraw<S: Sql>(desk: Desk<'_, S>, seq: i64, why: &str) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        "-- withdraw
UPDATE ack SET state = 'withdrawn', why = ?2, changed_ms = ?3, due_ms = NULL, slot_ms = NULL
WHERE interaction = ?1 AND state = 'planned' RETURNING interaction",
        params![seq, why, desk.now_ms],
    )?;
    for _ in rows {
        rows::note(desk, seq, HEARD, Did::AckWithdrawn, Some(why))?;
    }
    Ok(())
}

/// Takes it back if it answers this post.
pub(super) fn withdraw_for<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    post: &str,
    why: &str,
) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        "-- withdraw_for
SELECT 1 FROM ack WHERE interaction = ?1 AND post = ?2 AND state = 'planned'",
        params![seq, post],
    )?;
    if rows.is_empty() {
        Ok(())
    } else {
        withdraw(desk, seq, why)
    }
}

/// Takes back everything planned for an author.
pub(super) fn withdraw_author<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    why: &str,
) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        "-- withdraw_author
SELECT a.interaction FROM ack a INDEXED BY ack_of_author JOIN interaction i ON i.seq = a.interaction
WHERE a.author = ?1 AND i.platform = ?2 AND a.state = 'planned'",
        params![author, platform.as_str()],
    )?;
    for row in &rows {
        withdraw(desk, row.int(0)?, why)?;
    }
    Ok(())
}
