//! By what name customers know an agent, as this shard heard it last: so that a reply is signed even while the floor
//! does not answer.
//!
//! The floor is the truth ([`crate::floor`]). A reply brings what it says, and only a change of it is written here;
//! where it does not answer, the name that was heard last stands. It goes with the agent.

use super::context::Desk;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// The table.
pub const TABLE: &str = "-- migration known_as
CREATE TABLE known_as (               -- by what name customers know an agent
  agent TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;";

/// What is known of the name that comes with a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Heard {
    /// Nobody asked: no brand signs with it.
    #[default]
    NotAsked,
    /// The floor answered: with this name, or that the agent has no public name.
    Said,
    /// The floor did not answer.
    Nothing,
}

/// The name with which an agent's reply is signed.
pub(super) fn name<S: Sql>(
    desk: Desk<'_, S>,
    agent: &str,
    (heard, name): (Heard, Option<&str>),
) -> Result<Option<String>, SqlError> {
    match (heard, name) {
        (Heard::NotAsked, name) => Ok(name.map(str::to_owned)),
        (Heard::Said, Some(name)) => {
            desk.sql.run(
                "-- known_now
INSERT INTO known_as VALUES (?1, ?2) ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
                params![agent, name],
            )?;
            Ok(Some(name.to_owned()))
        }
        (Heard::Said, None) => {
            forget(desk, agent)?;
            Ok(None)
        }
        (Heard::Nothing, _) => {
            let rows = desk.sql.run(
                "-- known_before
SELECT name FROM known_as WHERE agent = ?1 || ''",
                params![agent],
            )?;
            let name = rows.first().map(|row| row.text(0)).transpose()?;
            Ok(name.map(str::to_owned))
        }
    }
}

/// They have no name any more.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>, agent: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- known_no_more
DELETE FROM known_as WHERE agent = ?1 || ''",
        params![agent],
    )?;
    Ok(())
}
