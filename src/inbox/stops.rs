//! Who wants no messages from us.

use super::context::Desk;
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
