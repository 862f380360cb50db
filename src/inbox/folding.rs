//! The tallies' parts (see [`super::schema`]), kept few, and what is read from their hours.

use super::report::HOUR_MS;
use super::state::Stored;
use super::wire::Tally;
use crate::inbox::context::Desk;
use crate::scope::names;
use crate::sql::{Sql, SqlError, params};
use std::collections::BTreeSet;

/// How many hours are told apart by which the open ones were opened. What is older is told apart by days: so
/// there are as few parts as one claim can add up, whatever is left open for months.
const HOURS: i64 = 48;

/// How many open interactions are looked through for the oldest.
const LOOKED_THROUGH: i64 = 1_000;

/// Folds the hours that are over: their decisions into `decision`, all else by when what is open was opened.
pub(super) fn fold<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let hour = desk.now_ms.div_euclid(HOUR_MS);
    desk.sql.run(
        "-- fold_decisions
INSERT INTO decision SELECT hour, why, sum(decided) FROM tally WHERE why <> '' AND hour < ?1 GROUP BY hour, why
ON CONFLICT DO UPDATE SET n = n + excluded.n",
        params![hour],
    )?;
    for statement in [
        "-- fold_tallies
INSERT INTO tally
SELECT state, workgroup, platform, level,
  CASE WHEN state <> 'open' THEN 0 WHEN hour < ?2 THEN hour - hour % 24 ELSE hour END AS since,
  '', sum(interactions), sum(posts), 0
FROM tally WHERE why <> '' AND hour < ?1 OR why = '' AND hour < ?2 AND hour % 24 <> 0
GROUP BY state, workgroup, platform, level, since
ON CONFLICT DO UPDATE SET interactions = interactions + excluded.interactions, posts = posts + excluded.posts",
        "-- folded
DELETE FROM tally WHERE why <> '' AND hour < ?1 OR why = '' AND hour < ?2 AND hour % 24 <> 0
  OR why = '' AND interactions = 0 AND posts = 0",
    ] {
        desk.sql.run(statement, params![hour, hour - HOURS])?;
    }
    Ok(())
}

/// When the oldest of the open interactions that these tallies tell of was opened. Where many are open, to the
/// hour, or to the day where it is two days ago: an index that tells it to the millisecond would be a row more
/// for each of them.
pub(super) fn oldest<S: Sql>(
    desk: Desk<'_, S>,
    tallies: &[Tally],
) -> Result<Option<i64>, SqlError> {
    let open = || tallies.iter().filter(|tally| tally.state == Stored::Open);
    let workgroups: BTreeSet<_> = open().map(|tally| tally.workgroup.clone()).collect();
    let workgroups = names(&workgroups.into_iter().collect::<Vec<_>>());
    if open().map(|tally| tally.interactions).sum::<i64>() <= LOOKED_THROUGH {
        let found = desk.sql.run(
            "-- oldest
SELECT min(opened_ms) FROM interaction INDEXED BY ready
WHERE state = 'open' AND workgroup IN (SELECT value FROM json_each(?1))",
            params![workgroups],
        )?;
        return found.first().ok_or(SqlError::Json("answer"))?.opt_int(0);
    }
    let found = desk.sql.run(
        "-- oldest_hour
SELECT CASE WHEN hour < ?2 THEN hour - hour % 24 ELSE hour END AS since FROM tally
WHERE state = 'open' AND workgroup IN (SELECT value FROM json_each(?1))
GROUP BY since HAVING sum(interactions) > 0 ORDER BY since LIMIT 1",
        params![workgroups, desk.now_ms.div_euclid(HOUR_MS) - HOURS],
    )?;
    let hour = found.first().map(|row| row.int(0)).transpose()?;
    Ok(hour.map(|hour| hour * HOUR_MS))
}
