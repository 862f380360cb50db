//! The pulse's tables.

use crate::deeds;
use crate::sql::Migration;

/// Each step in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration::Add(
        "-- migration 1
CREATE TABLE minute (                 -- the last hours only
  source TEXT NOT NULL,
  minute INTEGER NOT NULL,
  doc TEXT NOT NULL,                  -- JSON: what was folded
  PRIMARY KEY (source, minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE past (
  source TEXT PRIMARY KEY,
  doc TEXT NOT NULL,                  -- JSON: people by hour, cells by day, dispersion
  words TEXT NOT NULL                 -- JSON: how many people used each word
) STRICT, WITHOUT ROWID;

CREATE TABLE incident (
  id INTEGER PRIMARY KEY,
  cell TEXT NOT NULL,
  last_ms INTEGER NOT NULL,
  doc TEXT NOT NULL                   -- JSON: as a list shows it
) STRICT;

CREATE TABLE member (                 -- whom an author is by is a keyed hash of one month
  incident INTEGER NOT NULL,
  who TEXT NOT NULL,
  post TEXT NOT NULL,
  doc TEXT NOT NULL,                  -- JSON: the sighting
  PRIMARY KEY (incident, who, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_of ON member (post); -- so that a post that is gone is found
CREATE TABLE gone (                   -- posts that were deleted in the last hours: a summary may still tell of them
  post TEXT PRIMARY KEY,
  minute INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE number (n INTEGER NOT NULL) STRICT; -- the latest incident's: none is given twice
INSERT INTO number VALUES (0);
CREATE TABLE month_key (              -- of this month alone: those before are destroyed
  month INTEGER PRIMARY KEY,
  doc TEXT NOT NULL                   -- JSON: the key by which people are hashed
) STRICT;",
    ),
    Migration::Add(deeds::TABLE),
];
