//! What is stored, read into memory.

use super::memory::{Memory, Stated};
use super::question::Desk;
use super::wire::{Presence, Refused};
use crate::sql::{Sql, SqlError, params};

/// Reads what is stored, at the first question after the object began.
///
/// # Errors
/// Where the storage fails.
pub fn load<S: Sql>(desk: &Desk<'_, S>) -> Result<(), Refused> {
    if desk.with(|memory| memory.began_ms).is_some() {
        return Ok(());
    }
    let mut memory = Memory {
        began_ms: Some(desk.now_ms),
        ..Memory::default()
    };
    for row in &desk
        .sql
        .run("-- settings\nSELECT id, settings FROM agent", params![])?
    {
        let settings =
            serde_json::from_str(row.text(1)?).map_err(|_| SqlError::Json("settings"))?;
        memory.settings.insert(row.text(0)?.to_string(), settings);
    }
    for row in &desk.sql.run(
        "-- stated\nSELECT agent, presence, since_ms, until_ms FROM stated",
        params![],
    )? {
        let stated = Stated {
            presence: Presence::named(row.text(1)?).ok_or(SqlError::Json("presence"))?,
            since_ms: row.int(2)?,
            until_ms: row.opt_int(3)?,
        };
        memory.stated.insert(row.text(0)?.to_string(), stated);
    }
    desk.memory.set(memory);
    Ok(())
}
