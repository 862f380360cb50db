//! What of this shard a caller sees.

use super::context::Desk;
use super::retask;
use super::wire::Refused;
use crate::post::Workgroup;
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, params};

/// How long an agent still sees what they held: the shift's end, and the morning after.
pub(super) const HELD_MS: i64 = 24 * 3_600_000;

/// The workgroups whose work is seen: the token's own, and those that a retask makes them serve.
pub(super) fn workgroups<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
) -> Result<Vec<Workgroup>, SqlError> {
    let mut seen = scope.workgroups.clone();
    if !scope.all {
        seen.extend(retask::served(desk, &scope.workgroups)?);
    }
    Ok(seen)
}

/// The workgroups of [`workgroups`], and whether it is all there are; of those only the one that is asked for.
pub(super) fn only<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    only: Option<&Workgroup>,
) -> Result<(bool, Vec<Workgroup>), SqlError> {
    let mut seen = workgroups(desk, scope)?;
    let Some(only) = only else {
        return Ok((scope.all, seen));
    };
    if scope.all {
        return Ok((false, vec![only.clone()]));
    }
    seen.retain(|one| one == only);
    Ok((false, seen))
}

/// The workgroup of an interaction that is seen.
///
/// # Errors
/// Not found, whether there is none or it is not for this caller: the two must look the same.
pub(super) fn workgroup<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    seq: i64,
) -> Result<Workgroup, Refused> {
    let rows = desk.sql.run(
        "-- visible
SELECT workgroup FROM interaction
WHERE seq = ?1 AND (?2 = 1 OR workgroup IN (SELECT value FROM json_each(?3))
  OR (holder = ?4 AND available_ms > ?5)
  OR EXISTS (SELECT 1 FROM history WHERE interaction = ?1 AND who = ?4 AND at_ms > ?5
    AND did IN ('claimed', 'released', 'resolved')))",
        params![
            seq,
            i64::from(scope.all),
            names(&workgroups(desk, scope)?),
            scope.agent.as_str(),
            desk.now_ms - HELD_MS,
        ],
    )?;
    let row = rows.first().ok_or(Refused::NotFound)?;
    Ok(Workgroup::new(row.text(0)?))
}
