//! The inbox's tables, and how an older object's tables become today's.
//!
//! Every row that is written costs its owner money, and every index is a row for each of its table: so an
//! index is here only where a statement needs it, and a table that one index serves has no rowid of its own.
//!
//! Counters are kept by triggers: inside the engine they cost no boundary call, and no code path
//! can forget them. `tally` holds, for every (state, platform, workgroup, level), how many
//! interactions there are and how many posts they carry, in parts that are to be added up: one for each hour
//! in which those that are open were opened, and one for each decision of the hour, so that a new post is
//! counted in one row. [`super::folding`] keeps the parts few.

use super::books;
use super::carried;
use super::cohort;
use super::customer;
use super::event;
use super::expiry;
use super::forget;
use super::forgotten;
use super::known_as;
use super::lacking;
use super::left;
use super::line;
use super::listen;
use super::past_due;
use super::peer;
use super::receivers;
use super::satisfaction;
use super::search;
use super::taught;
use super::void;
use crate::deeds;
use crate::sql::Migration;

/// Each step in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration::Add(
        "-- migration 1
CREATE TABLE interaction (
  seq INTEGER PRIMARY KEY,            -- never used twice: see the counter 'seq'
  source TEXT NOT NULL,
  platform TEXT NOT NULL,
  workgroup TEXT NOT NULL,
  author TEXT,                        -- NULL where the platform hides the actor
  author_json TEXT,                   -- what is known of the author, for people to read
  first TEXT NOT NULL,                -- the ledger's key of the post that opened it
  lang TEXT NOT NULL,
  kind TEXT NOT NULL,
  level INTEGER NOT NULL,
  urgency INTEGER NOT NULL,
  state TEXT NOT NULL,                -- open | done | dead
  posts INTEGER NOT NULL,
  live INTEGER NOT NULL,              -- how many of them are not deleted
  changes INTEGER NOT NULL,           -- grows with every change of a post
  seen INTEGER NOT NULL DEFAULT 0,    -- the change its holder says to have seen
  opened_ms INTEGER NOT NULL,
  level_ms INTEGER NOT NULL,          -- since when it has had its level: a wait is counted from here
  owed_ms INTEGER,                    -- since when its author waits for an answer; NULL: answered
  owed_level INTEGER NOT NULL,        -- the highest level and urgency of what is unanswered, or was last
  owed_urgency INTEGER NOT NULL,
  deadline_ms INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  available_ms INTEGER NOT NULL,      -- a lease, a delay: a date in the future
  lease TEXT,
  lease_ms INTEGER,                   -- how long a sign of life from its holder makes it last
  lease_key TEXT,                     -- the Idempotency-Key of the claim
  holder TEXT,
  attempts INTEGER NOT NULL DEFAULT 0, -- leases that ran out
  passed_by TEXT,                     -- who gave it back unanswered
  passed_ms INTEGER,
  assigned TEXT,                      -- the one agent who may claim it, for a while
  assigned_ms INTEGER,
  replied_ms INTEGER,                 -- a person's first reply
  answered_ms INTEGER,                -- a person's latest
  spoke_ms INTEGER,                   -- a person's last word, unless they have let go since
  joined INTEGER,                     -- the interaction that its posts are in now
  ended_ms INTEGER,
  outcome TEXT,
  note TEXT
) STRICT;
-- A claim moves only `held`: what is leased keeps its rank, and is passed over where it stands.
CREATE INDEX ready ON interaction (workgroup, rank) WHERE state = 'open';
CREATE INDEX of_author ON interaction (author, state, source);
CREATE INDEX overdue ON interaction (deadline_ms) WHERE state = 'open' AND owed_ms IS NOT NULL;
CREATE INDEX emergency ON interaction (deadline_ms)
  WHERE state = 'open' AND owed_ms IS NOT NULL AND owed_level = 3;
CREATE INDEX held ON interaction (holder) WHERE lease IS NOT NULL AND state = 'open';
CREATE INDEX passed ON interaction (passed_by, available_ms) WHERE passed_by IS NOT NULL AND state = 'open';
CREATE INDEX dead ON interaction (ended_ms) WHERE state = 'dead';
CREATE INDEX pace ON interaction (workgroup, level, replied_ms, level_ms) WHERE replied_ms IS NOT NULL;
CREATE INDEX ended ON interaction (ended_ms) WHERE ended_ms IS NOT NULL;
CREATE INDEX joined ON interaction (joined) WHERE joined IS NOT NULL;

CREATE TABLE post (
  id TEXT PRIMARY KEY,                -- platform:id, the ledger's key
  interaction INTEGER,                -- NULL: deleted before it was made
  state TEXT NOT NULL,                -- live | edited | deleted
  change INTEGER NOT NULL,            -- the interaction's change that this is
  copies INTEGER NOT NULL DEFAULT 0,  -- how often it came again
  received_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  ack TEXT NOT NULL,                  -- what was decided of its acknowledgment
  post TEXT NOT NULL,                 -- JSON; of one deleted before it was made, who says so
  triage TEXT NOT NULL                -- JSON
) STRICT, WITHOUT ROWID;
-- The post that opened an interaction is found by the interaction's `first`, as long as it is unchanged:
-- most interactions have no other.
CREATE INDEX post_of_interaction ON post (interaction, change) WHERE change <> 1;
CREATE INDEX stone_of_author ON post (post ->> '$.author') WHERE interaction IS NULL;
CREATE VIEW post_in AS
  SELECT i.seq AS seq, p.* FROM interaction i CROSS JOIN post p
    WHERE p.id = i.first AND p.interaction = i.seq AND p.change = 1
  UNION ALL SELECT p.interaction, p.* FROM post p WHERE p.change <> 1;

CREATE TABLE ack (
  interaction INTEGER NOT NULL,
  emergency INTEGER NOT NULL,         -- 0 | 1: what it is for; at most one for each, by key
  post TEXT NOT NULL,
  source TEXT NOT NULL,
  author TEXT NOT NULL,
  state TEXT NOT NULL,                -- planned | sending | sent | refused | unknown | withdrawn | dry_run
  why TEXT,
  text TEXT NOT NULL,
  lang TEXT NOT NULL,
  used TEXT NOT NULL,                 -- fingerprints of its sentences: numbers, commas between
  attempts INTEGER NOT NULL DEFAULT 0,
  said_ms INTEGER NOT NULL,           -- when its post was made, or edited into what this answers
  planned_ms INTEGER NOT NULL,
  worded_ms INTEGER NOT NULL,         -- when its words were chosen
  told_ms INTEGER,                    -- when its words say that a person answers or is back
  changed_ms INTEGER NOT NULL,
  due_ms INTEGER,                     -- when the alarm looks at it
  slot_ms INTEGER,                    -- its place: when it may leave, then when it left; NULL: it never will
  sent_id TEXT,
  PRIMARY KEY (interaction, emergency)
) STRICT, WITHOUT ROWID;
CREATE INDEX ack_due ON ack (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX ack_of_author ON ack (author, source, planned_ms);
CREATE INDEX ack_sent ON ack (sent_id) WHERE sent_id IS NOT NULL;
CREATE INDEX ack_planned ON ack (planned_ms, interaction, emergency);
CREATE INDEX ack_slot ON ack (source, slot_ms) WHERE slot_ms IS NOT NULL;

CREATE TABLE reply (
  id TEXT PRIMARY KEY,                -- interaction, then the caller's Idempotency-Key
  interaction INTEGER NOT NULL,
  agent TEXT NOT NULL,                -- 'platform': written in the platform's own app
  text TEXT NOT NULL,                 -- '' once the post that it answers is deleted
  named TEXT,                         -- the post that the caller named
  post TEXT,                          -- the ledger's key of the post that it answers, where known
  seen INTEGER NOT NULL DEFAULT 0,    -- the change that its writer had seen
  state TEXT NOT NULL,                -- sending | sent | refused | unknown
  why TEXT,
  retry_ms INTEGER,                   -- from when on the same key sends again
  sent_id TEXT,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reply_sent ON reply (sent_id) WHERE sent_id IS NOT NULL;

CREATE TABLE dead_credential (
  source TEXT PRIMARY KEY,
  secret TEXT NOT NULL,               -- fingerprint of the secret that was refused
  why TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  refused_ms INTEGER NOT NULL,        -- the last time
  probe_ms INTEGER NOT NULL,          -- when one acknowledgment is tried again
  stopped INTEGER NOT NULL            -- acknowledgments that did not leave for it
) STRICT, WITHOUT ROWID;

CREATE TABLE stop (
  platform TEXT NOT NULL,
  author TEXT NOT NULL,
  at_ms INTEGER NOT NULL,             -- when they last said stop
  lifted_ms INTEGER NOT NULL DEFAULT 0, -- when they last took one back: in force while at_ms >= lifted_ms
  PRIMARY KEY (platform, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE alias (                  -- people whom a platform calls by several ids
  platform TEXT NOT NULL,
  alias TEXT NOT NULL,
  author TEXT NOT NULL,               -- the id by which all else is kept
  PRIMARY KEY (platform, alias)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_of ON alias (platform, author);

CREATE TABLE history (
  interaction INTEGER NOT NULL,
  n INTEGER NOT NULL,                 -- counted by the interaction
  at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  did TEXT NOT NULL,
  detail TEXT,
  PRIMARY KEY (interaction, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- 'seq' is the highest number of an interaction that is gone.
INSERT INTO counter VALUES ('duplicates', 0), ('retired', 0), ('seq', 0);

CREATE TABLE decision (               -- how many posts came to which decision, in the hours that are folded
  hour INTEGER NOT NULL,              -- since 1970
  why TEXT NOT NULL,                  -- post.ack
  n INTEGER NOT NULL,
  PRIMARY KEY (hour, why)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (                  -- to be added up: a part may lie below nothing
  state TEXT NOT NULL,
  workgroup TEXT NOT NULL,
  platform TEXT NOT NULL,
  level INTEGER NOT NULL,
  hour INTEGER NOT NULL,              -- since 1970, in which it was opened; 0 where it is not open
  why TEXT NOT NULL,                  -- post.ack, of a new post
  interactions INTEGER NOT NULL,
  posts INTEGER NOT NULL,
  decided INTEGER NOT NULL,           -- posts that came to that decision
  PRIMARY KEY (state, workgroup, platform, level, hour, why)
) STRICT, WITHOUT ROWID;

CREATE TABLE late (                   -- how many are past their deadline: see inbox/late.rs
  workgroup TEXT NOT NULL,
  emergency INTEGER NOT NULL,         -- 0 | 1
  n INTEGER NOT NULL,
  PRIMARY KEY (workgroup, emergency)
) STRICT, WITHOUT ROWID;
CREATE TABLE late_mark (before_ms INTEGER NOT NULL) STRICT; -- deadlines before this are counted
INSERT INTO late_mark VALUES (0);
CREATE TABLE ack_mark (before_ms INTEGER NOT NULL) STRICT; -- what was planned before this is in 'ack.*'
INSERT INTO ack_mark VALUES (0);

CREATE TABLE retask (
  workgroup TEXT PRIMARY KEY,         -- whose agents are away
  serves TEXT NOT NULL,               -- JSON: the workgroups whose work they pull
  until_ms INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
  source TEXT PRIMARY KEY,            -- whose acknowledgments are silenced; '' for all
  by TEXT NOT NULL,
  reason TEXT NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE thinned (                -- what ended up to here has lost its texts early
  ended_ms INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO thinned VALUES (0, 0);

CREATE TABLE layout (shards INTEGER NOT NULL) STRICT;

CREATE TABLE alarm (at_ms INTEGER) STRICT;
INSERT INTO alarm VALUES (NULL);

CREATE TRIGGER post_received AFTER INSERT ON post WHEN NEW.interaction IS NOT NULL BEGIN
  -- The first post of an interaction counts it too; another is counted where its interaction grows.
  INSERT INTO tally
  SELECT state, workgroup, platform, level, NEW.received_ms / 3600000, NEW.ack, NEW.change = 1, NEW.change = 1, 1
  FROM interaction WHERE seq = NEW.interaction
  ON CONFLICT DO UPDATE SET interactions = interactions + excluded.interactions,
    posts = posts + excluded.posts, decided = decided + 1;
END;
CREATE TRIGGER interaction_grew AFTER UPDATE OF posts ON interaction
WHEN OLD.posts <> NEW.posts AND OLD.state = NEW.state AND OLD.workgroup = NEW.workgroup
  AND OLD.level = NEW.level AND OLD.opened_ms = NEW.opened_ms
BEGIN
  INSERT INTO tally VALUES (NEW.state, NEW.workgroup, NEW.platform, NEW.level,
      iif(NEW.state = 'open', NEW.opened_ms / 3600000, 0), '', 0, NEW.posts - OLD.posts, 0)
    ON CONFLICT DO UPDATE SET posts = posts + excluded.posts;
END;
CREATE TRIGGER interaction_moved AFTER UPDATE OF state, workgroup, level, opened_ms ON interaction
WHEN OLD.state <> NEW.state OR OLD.workgroup <> NEW.workgroup OR OLD.level <> NEW.level
  OR OLD.opened_ms <> NEW.opened_ms
BEGIN
  INSERT INTO tally VALUES (OLD.state, OLD.workgroup, OLD.platform, OLD.level,
      iif(OLD.state = 'open', OLD.opened_ms / 3600000, 0), '', -1, -OLD.posts, 0)
    ON CONFLICT DO UPDATE SET interactions = interactions - 1, posts = posts - OLD.posts;
  INSERT INTO tally VALUES (NEW.state, NEW.workgroup, NEW.platform, NEW.level,
      iif(NEW.state = 'open', NEW.opened_ms / 3600000, 0), '', 1, NEW.posts, 0)
    ON CONFLICT DO UPDATE SET interactions = interactions + 1, posts = posts + NEW.posts;
END;
CREATE TRIGGER interaction_retired AFTER DELETE ON interaction BEGIN
  INSERT INTO tally VALUES (OLD.state, OLD.workgroup, OLD.platform, OLD.level,
      iif(OLD.state = 'open', OLD.opened_ms / 3600000, 0), '', -1, -OLD.posts, 0)
    ON CONFLICT DO UPDATE SET interactions = interactions - 1, posts = posts - OLD.posts;
  UPDATE counter SET n = n + OLD.posts WHERE name = 'retired';
  UPDATE counter SET n = max(n, OLD.seq) WHERE name = 'seq'
    AND OLD.seq > (SELECT coalesce(max(seq), 0) FROM interaction);
END;
CREATE TRIGGER late_opened AFTER INSERT ON interaction
WHEN NEW.state = 'open' AND NEW.owed_ms IS NOT NULL AND NEW.deadline_ms < (SELECT before_ms FROM late_mark)
BEGIN
  INSERT INTO late VALUES (NEW.workgroup, NEW.owed_level = 3, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER late_left AFTER UPDATE OF state, workgroup, owed_ms, owed_level, deadline_ms ON interaction
WHEN OLD.state = 'open' AND OLD.owed_ms IS NOT NULL AND OLD.deadline_ms < (SELECT before_ms FROM late_mark)
BEGIN
  UPDATE late SET n = n - 1 WHERE workgroup = OLD.workgroup AND emergency = (OLD.owed_level = 3);
END;
CREATE TRIGGER late_moved AFTER UPDATE OF state, workgroup, owed_ms, owed_level, deadline_ms ON interaction
WHEN NEW.state = 'open' AND NEW.owed_ms IS NOT NULL AND NEW.deadline_ms < (SELECT before_ms FROM late_mark)
BEGIN
  INSERT INTO late VALUES (NEW.workgroup, NEW.owed_level = 3, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER late_gone AFTER DELETE ON interaction
WHEN OLD.state = 'open' AND OLD.owed_ms IS NOT NULL AND OLD.deadline_ms < (SELECT before_ms FROM late_mark)
BEGIN
  UPDATE late SET n = n - 1 WHERE workgroup = OLD.workgroup AND emergency = (OLD.owed_level = 3);
END;
CREATE TRIGGER post_redecided AFTER UPDATE OF ack ON post WHEN OLD.ack <> NEW.ack BEGIN
  INSERT INTO decision VALUES (OLD.received_ms / 3600000, OLD.ack, -1) ON CONFLICT DO UPDATE SET n = n - 1;
  INSERT INTO decision VALUES (OLD.received_ms / 3600000, NEW.ack, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
-- One that is under way is counted in `ack_due`, one of late past the mark; here, those that have ended
-- before it: see inbox/said.rs.
CREATE TRIGGER ack_ended_at_once AFTER INSERT ON ack
WHEN NEW.due_ms IS NULL AND NEW.planned_ms < (SELECT before_ms FROM ack_mark)
BEGIN
  INSERT INTO counter VALUES ('ack.' || NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ack_left AFTER UPDATE OF state, planned_ms ON ack
WHEN OLD.due_ms IS NULL AND OLD.planned_ms < (SELECT before_ms FROM ack_mark)
BEGIN
  UPDATE counter SET n = n - 1 WHERE name = 'ack.' || OLD.state;
END;
CREATE TRIGGER ack_ended AFTER UPDATE OF state, planned_ms ON ack
WHEN NEW.due_ms IS NULL AND NEW.planned_ms < (SELECT before_ms FROM ack_mark)
BEGIN
  INSERT INTO counter VALUES ('ack.' || NEW.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER ack_retired AFTER DELETE ON ack
WHEN OLD.due_ms IS NULL AND OLD.planned_ms < (SELECT before_ms FROM ack_mark)
BEGIN
  UPDATE counter SET n = n - 1 WHERE name = 'ack.' || OLD.state;
END;
CREATE TRIGGER post_repeated AFTER UPDATE OF copies ON post BEGIN
  UPDATE counter SET n = n + 1 WHERE name = 'duplicates';
END;",
    ),
    Migration::Add(deeds::TABLE),
    // Since 0.3.
    Migration::Add(
        "-- migration 3
CREATE TABLE surging (                -- which surges the log has told the beginning of
  source TEXT NOT NULL,
  situation TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (source, situation)
) STRICT, WITHOUT ROWID;",
    ),
    Migration::Add(search::TABLES),
    // A column is a step of its own: SQLite reads a STRICT table through once for each (a second for a million rows), and
    // what one step has done, the object's end cannot undo.
    Migration::Add(
        "-- migration lists
ALTER TABLE interaction ADD COLUMN updated_ms INTEGER; -- since it was opened: see inbox/survey.rs
CREATE INDEX updated ON interaction (updated_ms) WHERE updated_ms IS NOT NULL;",
    ),
    Migration::Add(
        "-- migration misplaced
-- 1 where one joined it that was opened before it, so that its number does not tell its place.
ALTER TABLE interaction ADD COLUMN misplaced INTEGER;
CREATE INDEX misplaced ON interaction (opened_ms) WHERE misplaced IS NOT NULL;",
    ),
    // Agents' own work: what is kept for one of them, notes, tags, and what people say was judged wrongly.
    Migration::Add(
        "-- migration mine
ALTER TABLE interaction ADD COLUMN kept_for TEXT; -- to whom it was handed, or who put it off for themselves
CREATE INDEX kept ON interaction (kept_for, available_ms) WHERE kept_for IS NOT NULL AND state = 'open';

CREATE TABLE tag (
  interaction INTEGER NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (interaction, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tagged ON tag (tag, interaction);

CREATE TABLE remark (                 -- what agents write for each other
  interaction INTEGER NOT NULL,
  n INTEGER NOT NULL,                 -- counted by the interaction
  at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  text TEXT NOT NULL,                 -- '' once the post that it quotes is deleted
  PRIMARY KEY (interaction, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE judge (                  -- which model has judged what came from then on
  since_ms INTEGER PRIMARY KEY,
  model TEXT NOT NULL
) STRICT;

CREATE TABLE correction (
  id TEXT PRIMARY KEY,                -- fingerprint of the post and of who says so
  post TEXT NOT NULL,                 -- the ledger's key
  interaction INTEGER NOT NULL,
  who TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  model TEXT NOT NULL,                -- which judged the post
  words INTEGER NOT NULL,             -- hash of the words that were judged
  judged TEXT NOT NULL,               -- JSON: what was said of them
  should TEXT NOT NULL                -- JSON: what should have been
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_at ON correction (at_ms, id);
CREATE INDEX correction_of ON correction (interaction, post);",
    ),
    Migration::Add(
        "-- migration target
-- when what is owed must be answered by the targets
ALTER TABLE interaction ADD COLUMN target_ms INTEGER;",
    ),
    Migration::Add(
        "-- migration put_off
ALTER TABLE interaction ADD COLUMN put_off_ms INTEGER; -- until when it was put off last
CREATE INDEX put_off ON interaction (put_off_ms) WHERE put_off_ms IS NOT NULL;",
    ),
    Migration::Add(
        "-- migration promise
-- by when its words say that a person answers
ALTER TABLE ack ADD COLUMN promise_ms INTEGER;",
    ),
    Migration::Add(
        "-- migration promise_step
ALTER TABLE ack ADD COLUMN promise_step INTEGER;       -- 0 open, 1 at risk, 2 broken; NULL: none is open
CREATE INDEX ack_promise ON ack (promise_step, promise_ms) WHERE promise_step IS NOT NULL;",
    ),
    Migration::Add(
        "-- migration promise_end
-- kept | late | unanswered | void
ALTER TABLE ack ADD COLUMN promise_end TEXT;",
    ),
    Migration::Add(
        "-- migration promise_end_ms
ALTER TABLE ack ADD COLUMN promise_end_ms INTEGER;",
    ),
    Migration::Add(
        "-- migration promise_word
-- what became of the word about it: sending | sent | refused | unknown
ALTER TABLE ack ADD COLUMN promise_word TEXT;",
    ),
    Migration::Add(books::TABLES),
    // Who can take what: src/floor.rs.
    Migration::Add(
        "-- migration in_private
-- 1: its first post was a message; NULL: in public
ALTER TABLE interaction ADD COLUMN in_private INTEGER;",
    ),
    Migration::Add(
        "-- migration skills
ALTER TABLE interaction ADD COLUMN skills TEXT;        -- what one must be able to do: config::rule::needed
CREATE INDEX skilled ON interaction (workgroup, skills) WHERE skills IS NOT NULL AND state = 'open';",
    ),
    Migration::Add(
        "-- migration relaxed
-- from when on nobody asks for them; NULL: never
ALTER TABLE interaction ADD COLUMN relaxed_ms INTEGER;",
    ),
    Migration::Add(
        "-- migration answered_by
-- whose the latest reply is
ALTER TABLE interaction ADD COLUMN answered_by TEXT;",
    ),
    Migration::Add(
        "-- migration returns_to
-- who answered its author last: offered to them first
ALTER TABLE interaction ADD COLUMN returns_to TEXT;",
    ),
    Migration::Add(
        "-- migration returns
-- until then
ALTER TABLE interaction ADD COLUMN returns_ms INTEGER;",
    ),
    // What happened, for those who want to know: src/inbox/event.rs.
    Migration::Add(event::TABLES),
    Migration::Add(receivers::TABLES),
    // From public to private: what customers leave on the details page, and who was invited.
    Migration::Add(left::TABLE),
    Migration::Add(lacking::TABLE),
    Migration::Add(
        "-- migration invite
-- How it invited its author to a private conversation; NULL: it did not. Nothing may stand behind a last statement:
-- workerd would look for another one there.
ALTER TABLE reply ADD COLUMN how TEXT;",
    ),
    // Customers as the brand knows them, and who was forgotten.
    Migration::Add(customer::TABLES),
    Migration::Add(forgotten::TABLES),
    // What became of every post: src/inbox/cohort.rs.
    Migration::Add(cohort::TABLES),
    Migration::Add(cohort::COLUMN),
    Migration::Add(cohort::LATE),
    Migration::Add(cohort::ANSWERED),
    Migration::Add(cohort::TRIGGERS),
    // Customers who help other customers: src/inbox/peer.rs.
    Migration::Add(peer::TABLE),
    Migration::Add(peer::AT),
    Migration::Add(peer::THANKED),
    // Public lines of incidents: src/inbox/line.rs.
    Migration::Add(line::TABLES),
    Migration::Add(
        "-- migration line
-- the incident whose line it says
ALTER TABLE ack ADD COLUMN line INTEGER;",
    ),
    Migration::Add(
        "-- migration line_version
-- the latest version of it that its author was told, or is not to be told
ALTER TABLE ack ADD COLUMN line_version INTEGER;
CREATE INDEX ack_line ON ack (line, line_version) WHERE line IS NOT NULL;",
    ),
    Migration::Add(
        "-- migration line_word
-- what became of its latest update: sending | sent | refused | unknown | not:WHY
ALTER TABLE ack ADD COLUMN line_word TEXT;",
    ),
    // Promises that fell away: src/inbox/void.rs.
    Migration::Add(void::TABLE),
    // What became late: src/inbox/past_due.rs.
    Migration::Add(past_due::TABLES),
    // By what names customers know agents: src/inbox/known_as.rs.
    Migration::Add(known_as::TABLE),
    // How customers say it went: src/inbox/satisfaction.rs.
    Migration::Add(satisfaction::TABLE),
    // What was taken in from another installation: src/inbox/carried.rs.
    Migration::Add(carried::TABLE),
    // By when an interaction must have ended.
    Migration::Add(past_due::RESOLVE),
    // What is said about us and not to us: src/inbox/listen.rs.
    Migration::Add(listen::TABLES),
    // Who is being forgotten: src/inbox/forget.rs.
    Migration::Add(forget::TABLES),
    // How far what goes by its class was looked through: src/inbox/expiry.rs.
    Migration::Add(expiry::TABLE),
    // What the desk has taught: src/inbox/taught.rs.
    Migration::Add(taught::TABLE),
];
