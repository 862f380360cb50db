//! A directory's tables.

use crate::sql::{self, Sql, SqlError};

/// Each migration in order.
const MIGRATIONS: &[&str] = &["-- migration 1
CREATE TABLE post (
  id TEXT PRIMARY KEY,
  home INTEGER NOT NULL,              -- the shard's number
  at_ms INTEGER NOT NULL              -- when it was first heard of
) STRICT, WITHOUT ROWID;
CREATE INDEX post_at ON post (at_ms);

CREATE TABLE person (
  id TEXT PRIMARY KEY,                -- what the platform calls them
  author TEXT NOT NULL,               -- the id that they are known by
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX person_of_author ON person (author);

CREATE TABLE joined (
  other TEXT PRIMARY KEY,             -- an author that turned out to be another
  author TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE home (
  jurisdiction TEXT NOT NULL          -- empty: none; a row in the anchor alone
) STRICT;"];

/// Brings the tables up to date.
///
/// # Errors
/// Where SQLite refuses.
pub fn migrate<S: Sql>(sql: &S) -> Result<(), SqlError> {
    sql::migrate(sql, MIGRATIONS)
}
