//! The customers' tables. They stand in every object of the directories' class, and are empty in all but one.

/// The step of the migrations.
pub const TABLES: &str = "-- migration customers
CREATE TABLE customer_record (
  id TEXT PRIMARY KEY,                -- the brand's own
  customer TEXT NOT NULL,             -- JSON
  occurred_ms INTEGER NOT NULL,       -- when it was so, by the CRM's clock
  version INTEGER NOT NULL,           -- counted over all customers
  at_ms INTEGER NOT NULL,             -- when it was said
  by TEXT NOT NULL,
  untold INTEGER                      -- 1: the shards are still to be told; NULL: they were
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_untold ON customer_record (untold, id) WHERE untold IS NOT NULL;

CREATE TABLE customer_identity (
  platform TEXT NOT NULL,
  author TEXT NOT NULL,
  customer TEXT NOT NULL,
  PRIMARY KEY (platform, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_gone (          -- deleted or forgotten: an older word does not bring them back
  hash TEXT PRIMARY KEY,              -- a keyed hash of the id
  occurred_ms INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_mark (version INTEGER NOT NULL, key TEXT) STRICT;
INSERT INTO customer_mark VALUES (0, NULL);";
