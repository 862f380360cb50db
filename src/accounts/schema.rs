//! The tables of [`super::OBJECT`].

use crate::deeds;
use crate::sql::Migration;

/// Each step in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration::Add(
        "-- migration 1
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
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  source TEXT PRIMARY KEY,
  secret TEXT NOT NULL,            -- fingerprint of the secret that all of this grew from
  refresh TEXT,                    -- the refresh token; NULL: the secret itself is to be used
  access TEXT,                     -- the access token, if there is one
  until_ms INTEGER NOT NULL,       -- until when it is borne: a little before it expires
  renew_ms INTEGER NOT NULL,       -- when it is renewed
  minted INTEGER NOT NULL,         -- how many there were: this one's number
  minted_ms INTEGER NOT NULL,
  renewals INTEGER NOT NULL,       -- how many were begun: the last one's number
  began_ms INTEGER,                -- one is under way, since then
  doubt INTEGER NOT NULL,          -- 1: an answer was lost, the refresh token may be used up
  dead INTEGER NOT NULL,           -- 1: refused for good
  failures INTEGER NOT NULL,       -- in a row
  not_before_ms INTEGER NOT NULL,  -- when the next may begin
  why TEXT                         -- why the last gave nothing
) STRICT, WITHOUT ROWID;

CREATE TABLE bearer (                 -- agents' tokens that were used or revoked
  id TEXT PRIMARY KEY,
  agent TEXT,                         -- NULL: revoked before anybody used it
  role TEXT,
  workgroups TEXT NOT NULL,           -- JSON; none: all
  expires_ms INTEGER NOT NULL,
  first_ms INTEGER,
  seen_ms INTEGER,
  revoked_ms INTEGER,
  revoked_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX bearer_of_agent ON bearer (agent);
CREATE INDEX revoked ON bearer (expires_ms) WHERE revoked_ms IS NOT NULL;",
    ),
    Migration::Add(deeds::TABLE),
];
