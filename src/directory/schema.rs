//! A directory's tables.

use crate::customers::sample;
use crate::customers::schema as customers;
use crate::customers::series;
use crate::sql::Migration;

/// Each step in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration::Add(
        "-- migration 1
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
CREATE INDEX joined_into ON joined (author);

CREATE TABLE home (
  jurisdiction TEXT NOT NULL          -- empty: none; a row in the anchor alone
) STRICT;",
    ),
    // Of one object of this class, which is no directory: src/customers.rs.
    Migration::Add(customers::TABLES),
    Migration::Add(sample::TABLES),
    Migration::Add(series::TABLES),
];
