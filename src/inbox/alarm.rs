//! When the object wakes by itself.

use super::context::Desk;
use crate::sql::{Sql, SqlError, params};

/// How often what has ended is looked through, in milliseconds.
pub(super) const EVERY_MS: i64 = 6 * 3_600_000;

/// An alarm this far in the past never came (cloudflare-docs#18324): it counts as not set.
const MISSED_MS: i64 = 60_000;

/// Whether an alarm set for `at_ms` never came.
pub(super) fn was_missed<S>(desk: Desk<'_, S>, at_ms: i64) -> bool {
    at_ms < desk.now_ms - MISSED_MS
}

/// Sees to it that the alarm rings at all.
pub(super) fn arm<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    wake_by(desk, desk.now_ms + EVERY_MS)
}

/// Sees to it that the alarm rings at `at_ms` at the latest; at once if it should have rung and never
/// did, for what it was set for is still to be done.
pub(super) fn wake_by<S: Sql>(desk: Desk<'_, S>, at_ms: i64) -> Result<(), SqlError> {
    let earlier = desk.sql.run(
        "-- wake_by
UPDATE alarm SET at_ms = CASE WHEN at_ms < ?2 THEN ?3 ELSE ?1 END
WHERE at_ms IS NULL OR at_ms > ?1 OR at_ms < ?2 RETURNING at_ms",
        params![at_ms, desk.now_ms - MISSED_MS, desk.now_ms],
    )?;
    if let Some(row) = earlier.first() {
        desk.alarm.set(Some(row.int(0)?));
    }
    Ok(())
}
