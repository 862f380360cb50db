//! What became late, counted in the hour in which its target passed: also what is late and still open, whatever
//! becomes of it later.
//!
//! What is owed to an author becomes late at most once, by `target_ms` (the deadline where none is kept). No row is
//! written when it does: who asks, and who is about to change what is owed past its target, moves the mark to now
//! and counts what lies between ([`advance`]), along the index of deadlines. So each is counted as it was at the
//! moment at which it became late, and an answer that comes late cannot take it off the books.
//!
//! The deadline may be earlier than the target: a note told an earlier time. What the mark passes by its deadline
//! and not by its target stands in `past_aside` until the target passes or it is answered; triggers keep it.
//!
//! An end has a target of its own, `resolve_ms`: set when an interaction opens, becomes more urgent or opens again, each
//! time from then on, so that it never lies behind the mark when it is set.

use super::context::Desk;
use super::report::HOUR_MS;
use crate::sql::{Sql, SqlError, params};

/// The step of the migrations. Counting begins with what comes after it: the mark is when the latest was opened.
pub const TABLES: &str = "-- migration past_due
CREATE TABLE past_due (
  hour INTEGER NOT NULL,              -- since 1970, in which its target passed
  what TEXT NOT NULL,                 -- first | next
  source TEXT NOT NULL,
  workgroup TEXT NOT NULL,
  level INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (hour, what, source, workgroup, level)
) STRICT, WITHOUT ROWID;
CREATE TABLE past_mark (before_ms INTEGER NOT NULL) STRICT; -- targets before this are counted
INSERT INTO past_mark SELECT coalesce(max(opened_ms), 0)
FROM (SELECT opened_ms FROM interaction ORDER BY seq DESC LIMIT 1);
CREATE TABLE past_aside (             -- past the mark by its deadline, not by its target
  seq INTEGER PRIMARY KEY,
  due_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX past_aside_due ON past_aside (due_ms);

CREATE TRIGGER past_opened AFTER INSERT ON interaction
WHEN NEW.state = 'open' AND NEW.owed_ms IS NOT NULL AND NEW.deadline_ms < (SELECT before_ms FROM past_mark)
BEGIN
  INSERT INTO past_aside VALUES (NEW.seq, coalesce(NEW.target_ms, NEW.deadline_ms))
    ON CONFLICT DO UPDATE SET due_ms = excluded.due_ms;
END;
-- Something new is owed behind the mark, or what is owed has moved behind it.
CREATE TRIGGER past_owed AFTER UPDATE OF state, owed_ms, deadline_ms, target_ms ON interaction
WHEN NEW.state = 'open' AND NEW.owed_ms IS NOT NULL AND NEW.deadline_ms < (SELECT before_ms FROM past_mark)
  AND (coalesce(NEW.target_ms, NEW.deadline_ms) >= (SELECT before_ms FROM past_mark)
    OR (OLD.state <> 'open' AND OLD.ended_ms <= coalesce(NEW.target_ms, NEW.deadline_ms)))
BEGIN
  INSERT INTO past_aside VALUES (NEW.seq, coalesce(NEW.target_ms, NEW.deadline_ms))
    ON CONFLICT DO UPDATE SET due_ms = excluded.due_ms;
END;
CREATE TRIGGER past_answered AFTER UPDATE OF state, owed_ms ON interaction
WHEN NEW.state <> 'open' OR NEW.owed_ms IS NULL
BEGIN
  DELETE FROM past_aside WHERE seq = NEW.seq;
END;
CREATE TRIGGER past_gone AFTER DELETE ON interaction
BEGIN
  DELETE FROM past_aside WHERE seq = OLD.seq;
END;
";

/// A later step: by when an interaction must have ended.
pub const RESOLVE: &str = "-- migration resolve
-- by when it must have ended; NULL: it has no target, or was opened before this was kept
ALTER TABLE interaction ADD COLUMN resolve_ms INTEGER;
CREATE INDEX unresolved ON interaction (resolve_ms) WHERE resolve_ms IS NOT NULL AND state = 'open';
-- In past_due its `what` is 'resolution'. What comes from another installation may lie behind the mark.
CREATE TRIGGER past_unresolved AFTER INSERT ON interaction
WHEN NEW.resolve_ms < (SELECT before_ms FROM past_mark) AND NEW.state = 'open'
BEGIN
  INSERT INTO past_due VALUES (NEW.resolve_ms / 3600000, 'resolution', NEW.source, NEW.workgroup, NEW.level, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
-- What ended in time and is open again without a new target.
CREATE TRIGGER past_unresolved_again AFTER UPDATE OF state ON interaction
WHEN NEW.resolve_ms < (SELECT before_ms FROM past_mark) AND NEW.state = 'open' AND OLD.state <> 'open'
  AND OLD.ended_ms <= NEW.resolve_ms
BEGIN
  INSERT INTO past_due VALUES (NEW.resolve_ms / 3600000, 'resolution', NEW.source, NEW.workgroup, NEW.level, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;";

/// Counts what has become late since the mark. Asked before what is owed changes: its answer, its end, its level,
/// its target and whose it is.
pub(super) fn advance<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        "-- past_due_since
SELECT EXISTS (SELECT 1 FROM interaction INDEXED BY overdue
  WHERE state = 'open' AND owed_ms IS NOT NULL
    AND deadline_ms >= (SELECT before_ms FROM past_mark) AND deadline_ms < ?1 + 0),
  EXISTS (SELECT 1 FROM past_aside WHERE due_ms < ?1 + 0),
  EXISTS (SELECT 1 FROM interaction INDEXED BY unresolved
  WHERE state = 'open' AND resolve_ms >= (SELECT before_ms FROM past_mark) AND resolve_ms < ?1 + 0)",
        params![desk.now_ms],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    if row.int(0)? == 0 && row.int(1)? == 0 && row.int(2)? == 0 {
        // Where nothing lies between, a mark of before says the same.
        return Ok(());
    }
    for statement in [
        "-- past_due
INSERT INTO past_due SELECT coalesce(target_ms, deadline_ms) / 3600000, iif(replied_ms IS NULL, 'first', 'next'),
  source, workgroup, owed_level, count(*)
FROM interaction INDEXED BY overdue
WHERE state = 'open' AND owed_ms IS NOT NULL AND deadline_ms >= (SELECT before_ms FROM past_mark)
  AND deadline_ms < ?1 + 0 AND coalesce(target_ms, deadline_ms) < ?1 + 0
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT DO UPDATE SET n = n + excluded.n",
        "-- past_due_aside
INSERT INTO past_due SELECT coalesce(i.target_ms, i.deadline_ms) / 3600000, iif(i.replied_ms IS NULL, 'first', 'next'),
  i.source, i.workgroup, i.owed_level, count(*)
FROM past_aside one CROSS JOIN interaction i ON i.seq = one.seq
WHERE one.due_ms < ?1 + 0 AND i.state = 'open' AND i.owed_ms IS NOT NULL
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT DO UPDATE SET n = n + excluded.n",
        "-- past_due_resolution
INSERT INTO past_due SELECT resolve_ms / 3600000, 'resolution', source, workgroup, level, count(*)
FROM interaction INDEXED BY unresolved
WHERE state = 'open' AND resolve_ms >= (SELECT before_ms FROM past_mark) AND resolve_ms < ?1 + 0
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT DO UPDATE SET n = n + excluded.n",
        "-- past_aside_done
DELETE FROM past_aside WHERE due_ms < ?1 + 0",
        "-- past_aside
INSERT INTO past_aside SELECT seq, target_ms FROM interaction INDEXED BY overdue
WHERE state = 'open' AND owed_ms IS NOT NULL AND deadline_ms >= (SELECT before_ms FROM past_mark)
  AND deadline_ms < ?1 + 0 AND target_ms >= ?1 + 0
ON CONFLICT DO UPDATE SET due_ms = excluded.due_ms",
        "-- past_mark
UPDATE past_mark SET before_ms = max(before_ms, ?1)",
    ] {
        desk.sql.run(statement, params![desk.now_ms])?;
    }
    Ok(())
}

/// What is owed has a target that lies in the past since just now, and was not late before.
pub(super) fn overtaken<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- past_overtaken
INSERT INTO past_aside SELECT seq, coalesce(target_ms, deadline_ms) FROM interaction
WHERE seq = ?1 + 0 AND deadline_ms < (SELECT before_ms FROM past_mark)
ON CONFLICT DO UPDATE SET due_ms = excluded.due_ms",
        params![seq],
    )?;
    Ok(())
}

/// Forgets what is older than any report reaches.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let hour = (desk.now_ms - super::report::DAYS * 86_400_000).div_euclid(HOUR_MS);
    desk.sql.run(
        "-- forget_past_due
DELETE FROM past_due WHERE hour < ?1",
        params![hour],
    )?;
    Ok(())
}
