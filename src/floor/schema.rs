//! The floor's tables.

use crate::deeds;
use crate::sql::Migration;

/// Each step in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration::Add(
        "-- migration 1
CREATE TABLE agent (
  id TEXT PRIMARY KEY,                -- as their tokens name them
  settings TEXT NOT NULL,             -- JSON
  by TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stated (                 -- what somebody said of themselves, unless it is that they are available
  agent TEXT PRIMARY KEY,
  presence TEXT NOT NULL,             -- away | wrap_up
  since_ms INTEGER NOT NULL,
  until_ms INTEGER                    -- NULL: until they say otherwise
) STRICT, WITHOUT ROWID;",
    ),
    Migration::Add(deeds::TABLE),
];
