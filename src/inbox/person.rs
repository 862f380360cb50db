//! Whether two ids are one person's, and which of them the person is kept under: what [`super::alias`] learnt.

use super::context::Desk;
use crate::post::Platform;
use crate::sql::{Sql, SqlError, params};

/// The id by which this person is kept.
pub(super) fn resolve<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    id: &str,
) -> Result<String, SqlError> {
    let rows = desk.sql.run(
        "-- author_of
SELECT author FROM alias WHERE platform = ?1 || '' AND alias = ?2 || ''",
        params![platform.as_str(), id],
    )?;
    let author = rows.first().map_or(Ok(id), |row| row.text(0))?;
    Ok(author.to_string())
}

/// Whether two ids are one person's.
pub(super) fn is_one<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    one: &str,
    other: &str,
) -> Result<bool, SqlError> {
    Ok(one == other || resolve(desk, platform, one)? == resolve(desk, platform, other)?)
}
