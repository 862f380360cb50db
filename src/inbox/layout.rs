//! How many shards share the queue.
//!
//! An author's shard follows from that number, so it is recorded when the first post is stored, in the
//! first shard, and holds from then on: with another number an author's posts would lie in two places. A
//! configuration that says another one is ignored, and a problem in `/readyz`; intake and agents go on.

use super::question::Question;
use super::wire::Refused;
use crate::inbox::context::Desk;
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// How many shards share the queue? What is recorded, or else this many from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// How many the configuration says.
    pub shards: u16,
    /// Whether to record that number if none is recorded: something is about to be stored.
    pub record: bool,
}

impl Question for Layout {
    const NAME: &'static str = "Layout";
    type Answer = Option<u16>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        recorded(desk, self.shards, self.record)
    }
}

/// The number that is recorded; with `record`, from now on this one where none is.
///
/// # Errors
/// Where the storage fails.
pub(super) fn recorded<S: Sql, E: From<SqlError>>(
    desk: Desk<'_, S>,
    shards: u16,
    record: bool,
) -> Result<Option<u16>, E> {
    if let Some(known) = known(desk.sql)? {
        return Ok(Some(known));
    }
    if !record {
        return Ok(None);
    }
    write(desk, shards)?;
    Ok(Some(shards))
}

/// What this shard has heard of the number, if anything.
///
/// # Errors
/// Where the storage fails.
pub fn known<S: Sql>(sql: &S) -> Result<Option<u16>, SqlError> {
    let rows = sql.run("-- layout\nSELECT shards FROM layout", params![])?;
    let known = rows.first().map(|row| row.int(0)).transpose()?;
    Ok(known.and_then(|shards| u16::try_from(shards).ok()))
}

/// A delivery says the number: kept where this shard knew another, for its part of the ceilings.
pub(super) fn note<S: Sql>(desk: Desk<'_, S>, shards: u16) -> Result<(), SqlError> {
    if shards == 0 || shards == desk.shards {
        return Ok(());
    }
    write(desk, shards)
}

fn write<S: Sql>(desk: Desk<'_, S>, shards: u16) -> Result<(), SqlError> {
    desk.sql
        .run("-- layout_unknown\nDELETE FROM layout", params![])?;
    desk.sql.run(
        "-- layout_known
INSERT INTO layout VALUES (?1)",
        params![u32::from(shards)],
    )?;
    Ok(())
}
