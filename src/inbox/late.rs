//! How many are past their deadline: counted once each, when the clock passes it, so that asking costs the
//! same however many pile up.
//!
//! `late` holds how many open interactions are owed an answer by a deadline before the mark, by workgroup
//! and whether it is an emergency. Whoever asks moves the mark to now and adds those in between; triggers
//! take off what is answered, and add what changes behind the mark (see [`super::schema`]).

use super::visible;
use crate::inbox::context::Desk;
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, params};

/// How many are late now.
pub(super) struct Late {
    /// All of them.
    pub all: i64,
    /// Those of them in which somebody is in danger.
    pub emergencies: i64,
}

/// Counts what has become late since the mark.
pub(super) fn advance<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let counted = desk.sql.run(
        "-- late_since
INSERT INTO late SELECT workgroup, owed_level = 3, count(*) FROM interaction INDEXED BY overdue
WHERE state = 'open' AND owed_ms IS NOT NULL
  AND deadline_ms >= (SELECT before_ms FROM late_mark) AND deadline_ms < ?1 + 0
GROUP BY 1, 2
ON CONFLICT DO UPDATE SET n = n + excluded.n RETURNING 1",
        params![desk.now_ms],
    )?;
    // Where nothing lies between, a mark of before says the same.
    if !counted.is_empty() {
        desk.sql.run(
            "-- late_mark
UPDATE late_mark SET before_ms = ?1",
            params![desk.now_ms],
        )?;
    }
    Ok(())
}

/// How many of what the caller may see are late.
pub(super) fn count<S: Sql>(desk: Desk<'_, S>, scope: &Scope) -> Result<Late, SqlError> {
    advance(desk)?;
    let rows = desk.sql.run(
        "-- late_now
SELECT coalesce(sum(n), 0), coalesce(sum(iif(emergency, n, 0)), 0) FROM late
WHERE ?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2))",
        params![
            i64::from(scope.all),
            names(&visible::workgroups(desk, scope)?)
        ],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    Ok(Late {
        all: row.int(0)?,
        emergencies: row.int(1)?,
    })
}
