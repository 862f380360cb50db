//! The tables of [`super::OBJECT`].

use crate::sql::{self, Sql, SqlError};

/// Each migration in order.
const MIGRATIONS: &[&str] = &["-- migration 1
CREATE TABLE health (
  kind TEXT NOT NULL,                 -- app | source
  id TEXT NOT NULL,
  health TEXT NOT NULL,               -- JSON
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE habit (
  source TEXT NOT NULL,
  day INTEGER NOT NULL,               -- since 1970-01-01, UTC
  slots TEXT NOT NULL,                -- JSON: how many deliveries in each half hour
  PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;"];

/// Brings the tables up to date.
pub fn migrate<S: Sql>(sql: &S) -> Result<(), SqlError> {
    sql::migrate(sql, MIGRATIONS)
}
