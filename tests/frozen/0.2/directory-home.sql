CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version VALUES (1);
CREATE TABLE schema_fill (version INTEGER PRIMARY KEY, last ANY) STRICT;
CREATE TABLE post (
  id TEXT PRIMARY KEY,
  home INTEGER NOT NULL,              -- the shard's number
  at_ms INTEGER NOT NULL              -- when it was first heard of
) STRICT, WITHOUT ROWID;
CREATE TABLE person (
  id TEXT PRIMARY KEY,                -- what the platform calls them
  author TEXT NOT NULL,               -- the id that they are known by
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE joined (
  other TEXT PRIMARY KEY,             -- an author that turned out to be another
  author TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE home (
  jurisdiction TEXT NOT NULL          -- empty: none; a row in the anchor alone
) STRICT;
INSERT INTO home VALUES ('');
CREATE INDEX post_at ON post (at_ms);
CREATE INDEX person_of_author ON person (author);
CREATE INDEX joined_into ON joined (author);
