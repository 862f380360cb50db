//! The tables of the books: what was promised, how long people took, and how much stands open by source.
//!
//! - A promise is three columns of its acknowledgment's row. `promise_step` is set while it is open, so its index
//!   holds nothing else.
//! - `sla` counts what was answered and ended in an hour, by how long it took: a row for each length that
//!   occurred ([`super::sla`]).
//! - `standing` counts what is open by source, in parts that are to be added up, as `tally` does by platform. An
//!   interaction is counted when somebody asks or the alarm rings, not when it opens ([`super::standing`]), so
//!   that a post costs no row here; triggers keep what is counted.

/// The step of the migrations.
pub const TABLES: &str = "-- migration books
CREATE TABLE sla (
  hour INTEGER NOT NULL,              -- since 1970, in which it was answered, ended or opened
  what TEXT NOT NULL,                 -- first | next | resolution | opened
  source TEXT NOT NULL,
  workgroup TEXT NOT NULL,
  level INTEGER NOT NULL,
  bin INTEGER NOT NULL,               -- how long it took, in steps of a fifth; -1: ended unanswered
  n INTEGER NOT NULL,
  missed INTEGER NOT NULL,            -- past their target
  total_ms INTEGER NOT NULL,
  promises INTEGER NOT NULL,          -- that were closed by it
  broken INTEGER NOT NULL,            -- of those: late, or never kept
  PRIMARY KEY (hour, what, source, workgroup, level, bin)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_week (                   -- the promises of the last seven days, for the voice
  workgroup TEXT NOT NULL,
  level INTEGER NOT NULL,
  promises INTEGER NOT NULL,
  broken INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  PRIMARY KEY (workgroup, level)
) STRICT, WITHOUT ROWID;
CREATE TABLE kept_mark (at_ms INTEGER NOT NULL) STRICT; -- when they were added up
INSERT INTO kept_mark VALUES (0);

CREATE TABLE standing (
  source TEXT NOT NULL,
  workgroup TEXT NOT NULL,
  level INTEGER NOT NULL,
  hour INTEGER NOT NULL,              -- since 1970, in which it was opened
  n INTEGER NOT NULL,                 -- to be added up: a part may lie below nothing
  PRIMARY KEY (source, workgroup, level, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE standing_mark (seq INTEGER NOT NULL) STRICT; -- up to this one they are counted
INSERT INTO standing_mark VALUES (0);

CREATE TABLE retask_before (          -- what a workgroup's last errand took the place of
  workgroup TEXT PRIMARY KEY,
  serves TEXT NOT NULL,               -- JSON; none: its own
  until_ms INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER standing_left AFTER UPDATE OF state, workgroup, level, opened_ms ON interaction
WHEN OLD.state = 'open' AND OLD.seq <= (SELECT seq FROM standing_mark)
  AND (NEW.state <> 'open' OR OLD.workgroup <> NEW.workgroup OR OLD.level <> NEW.level
    OR OLD.opened_ms / 3600000 <> NEW.opened_ms / 3600000)
BEGIN
  INSERT INTO standing VALUES (OLD.source, OLD.workgroup, OLD.level, OLD.opened_ms / 3600000, -1)
    ON CONFLICT DO UPDATE SET n = n - 1;
END;
CREATE TRIGGER standing_came AFTER UPDATE OF state, workgroup, level, opened_ms ON interaction
WHEN NEW.state = 'open' AND NEW.seq <= (SELECT seq FROM standing_mark)
  AND (OLD.state <> 'open' OR OLD.workgroup <> NEW.workgroup OR OLD.level <> NEW.level
    OR OLD.opened_ms / 3600000 <> NEW.opened_ms / 3600000)
BEGIN
  INSERT INTO standing VALUES (NEW.source, NEW.workgroup, NEW.level, NEW.opened_ms / 3600000, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER standing_gone AFTER DELETE ON interaction
WHEN OLD.state = 'open' AND OLD.seq <= (SELECT seq FROM standing_mark)
BEGIN
  INSERT INTO standing VALUES (OLD.source, OLD.workgroup, OLD.level, OLD.opened_ms / 3600000, -1)
    ON CONFLICT DO UPDATE SET n = n - 1;
END;
";
