//! Where what customers left on the details page is kept, and how it goes: see [`super::details`].

use super::context::Desk;
use super::rows;
use crate::sql::{Sql, SqlError, params};

/// The table.
pub const TABLE: &str = "-- migration details
CREATE TABLE details (
  interaction INTEGER NOT NULL,
  n INTEGER NOT NULL,                 -- counted by the interaction
  change INTEGER NOT NULL,            -- the interaction's change that this is
  at_ms INTEGER NOT NULL,
  once TEXT NOT NULL,                 -- by which the same submission is known when it comes again
  wish TEXT,                          -- call | write
  key TEXT NOT NULL,                  -- which key sealed it
  left_for TEXT NOT NULL,             -- the interaction's id that the seal is bound to
  sealed TEXT NOT NULL,
  PRIMARY KEY (interaction, n)
) STRICT, WITHOUT ROWID;";

/// Two interactions become one: what was left goes where the posts go, and is news there.
pub(super) fn join<S: Sql>(desk: Desk<'_, S>, into: i64, from: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- join_details
UPDATE details SET interaction = ?1, change = (SELECT changes FROM interaction WHERE seq = ?1),
  n = n + (SELECT coalesce(max(n), 0) FROM details WHERE interaction = ?1)
WHERE interaction = ?2",
        params![into, from],
    )?;
    Ok(())
}

/// Its author took back the last post of it: what was left goes too.
pub(super) fn unsay<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- unsay_details
DELETE FROM details WHERE interaction = ?1",
        params![seq],
    )?;
    Ok(())
}

/// Forgets what was left for these.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    desk.sql.run(
        "-- forget_details
DELETE FROM details WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
        vec![rows::list(seqs)],
    )?;
    Ok(())
}
