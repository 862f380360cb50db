//! Which posts came without what they say, and are to be asked for: see [`super::fetch`].

use super::alarm;
use super::context::Desk;
use super::outbox::GRACE_MS;
use crate::config::Source;
use crate::platform::fetch::Lack;
use crate::post::Post;
use crate::sql::{Sql, SqlError, params};

/// The table.
pub const TABLE: &str = "-- migration lacking
CREATE TABLE lacking (
  post TEXT PRIMARY KEY,              -- the ledger's key
  source TEXT NOT NULL,
  tries INTEGER NOT NULL,
  due_ms INTEGER NOT NULL             -- when the alarm looks at it
) STRICT, WITHOUT ROWID;
CREATE INDEX lacking_due ON lacking (due_ms);";

/// How many are asked for at a time.
pub(super) const SLICE: u32 = 20;

/// When the alarm looks at one that somebody asks for now: once all that they had is over.
pub(super) fn due_ms(now_ms: i64) -> i64 {
    now_ms + super::rows::SENDING_MS
}

/// A new post is in: whether it lacks something that is to be asked for. `is_first` says whether it opened its
/// interaction.
pub(super) fn note<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    (id, post): (&str, &Post),
    is_first: bool,
) -> Result<bool, SqlError> {
    let fetch = source.platform.profile().fetch;
    let lack = fetch.and_then(|fetch| (fetch.lacks)(post));
    let asks = source.enrich && source.credential.is_some();
    let lacks = match lack {
        Some(Lack::Words) => asks,
        Some(Lack::Name) => asks && is_first,
        None => false,
    };
    if !lacks {
        return Ok(false);
    }
    desk.sql.run(
        "-- lacks
INSERT OR IGNORE INTO lacking (post, source, tries, due_ms) VALUES (?1, ?2, 0, ?3)",
        params![id, source.id.as_str(), desk.now_ms + GRACE_MS],
    )?;
    alarm::wake_by(desk, desk.now_ms + GRACE_MS)?;
    Ok(true)
}

/// What the alarm finds due.
pub(super) fn due<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<String>, SqlError> {
    let rows = desk.sql.run(
        "-- lacking_due
SELECT post FROM lacking WHERE due_ms <= ?1 + 0 ORDER BY due_ms LIMIT ?2 + 0",
        params![desk.now_ms, SLICE],
    )?;
    rows.iter()
        .map(|row| Ok(row.text(0)?.to_string()))
        .collect()
}

/// When the next is due.
pub(super) fn next_ms<S: Sql>(desk: Desk<'_, S>) -> Result<Option<i64>, SqlError> {
    let rows = desk.sql.run(
        "-- lacking_next
SELECT min(due_ms) FROM lacking",
        params![],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.opt_int(0)
}
