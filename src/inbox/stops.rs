//! Who wants no messages from us.

use super::context::Desk;
use super::void;
use super::withdraw;
use crate::post::Platform;
use crate::sql::{Sql, SqlError, params};

/// When this author, by the id that they are kept under, said stop; `None` if they did not, or took it back.
pub(super) fn stopped_ms<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
) -> Result<Option<i64>, SqlError> {
    let rows = desk.sql.run(
        "-- is_stopped
SELECT at_ms FROM stop WHERE platform = ?1 || '' AND author = ?2 || '' AND at_ms >= lifted_ms",
        params![platform.as_str(), author],
    )?;
    rows.first().map(|row| row.int(0)).transpose()
}

/// Writes down that an author said stop at `at_ms`; whether it holds.
pub(super) fn hear_stop<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    at_ms: i64,
) -> Result<bool, SqlError> {
    desk.sql.run(
        "-- stopped
INSERT INTO stop (platform, author, at_ms) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)",
        params![platform.as_str(), author, at_ms],
    )?;
    if stopped_ms(desk, platform, author)?.is_none() {
        return Ok(false);
    }
    withdraw::withdraw_author(desk, platform, author, "stopped")?;
    void::of_author(desk, platform, author)?;
    Ok(true)
}

/// Writes down that an author took a stop back at `at_ms`.
pub(super) fn hear_start<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    at_ms: i64,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- started
UPDATE stop SET lifted_ms = max(lifted_ms, ?3) WHERE platform = ?1 AND author = ?2",
        params![platform.as_str(), author, at_ms],
    )?;
    Ok(())
}
