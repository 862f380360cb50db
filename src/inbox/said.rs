//! How many acknowledgments ended in which way: counted once each, when the clock has passed their planning,
//! so that one that leaves writes no counter.
//!
//! `ack.STATE` of `counter` holds those that were planned before the mark and have ended. Whoever asks moves
//! the mark past now and adds those in between; triggers add what ends behind the mark, and take off what leaves
//! its state there (see [`super::schema`]).

use crate::inbox::context::Desk;
use crate::sql::{Sql, SqlError, params};

/// Counts what was planned since the mark and has ended.
pub(super) fn advance<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let counted = desk.sql.run(
        "-- ended_since
INSERT INTO counter SELECT 'ack.' || state, count(*) FROM ack INDEXED BY ack_planned
WHERE planned_ms >= (SELECT before_ms FROM ack_mark) AND planned_ms <= ?1 + 0 AND due_ms IS NULL
GROUP BY state
ON CONFLICT DO UPDATE SET n = n + excluded.n RETURNING 1",
        params![desk.now_ms],
    )?;
    // Where nothing has ended in between, a mark of before says the same.
    if !counted.is_empty() {
        desk.sql.run(
            "-- ack_mark
UPDATE ack_mark SET before_ms = ?1 + 1",
            params![desk.now_ms],
        )?;
    }
    Ok(())
}
