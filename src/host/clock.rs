//! The clock.

use worker::Date;

/// Epoch milliseconds. Time stands still within a synchronous stretch, so once a request is enough.
pub(super) fn now_ms() -> i64 {
    i64::try_from(Date::now().as_millis()).unwrap_or(0)
}
