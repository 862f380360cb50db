//! Others help too: an answer by somebody who is not of us to a customer who waits.
//!
//! It is one where a public post answers, by the platform's own thread, a post of another author that waits with the
//! same source, and reads like an answer: no complaint, no question, no abuse, and of some length, so that neither
//! "me too" nor an insult counts. The matter stays open and is only ranked later, an emergency not at all: whether
//! it helped, its author says. Thanks from them count for it; a new complaint or question undoes it.
//!
//! Seen is what lies in one shard: with several, an answer whose author lies in another is not found.

use super::context::Desk;
use super::question::{Concern, Question};
use super::rank::rank;
use super::ready::Work;
use super::rows;
use super::visible;
use super::wire::Refused;
use crate::config::Source;
use crate::inbox::rows::ledger_id;
use crate::judgement::{Kind, Level, Triage};
use crate::post::{Author, AuthorId, Post, PostId, SourceId};
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// The table.
pub const TABLE: &str = "-- migration peer
CREATE TABLE peer (
  post TEXT PRIMARY KEY,              -- the ledger's key of the answer
  interaction INTEGER NOT NULL,       -- whose author it answers
  source TEXT NOT NULL,
  author TEXT NOT NULL,               -- who helped
  at_ms INTEGER NOT NULL,
  thanked INTEGER NOT NULL            -- 1: the author thanked after it
) STRICT, WITHOUT ROWID;
CREATE INDEX peer_in ON peer (interaction);
CREATE INDEX peer_by ON peer (author);
CREATE INDEX peer_at ON peer (at_ms);";

/// When another customer answered.
pub const AT: &str = "-- migration peer_ms
-- when somebody who is not of us answered its author last
ALTER TABLE interaction ADD COLUMN peer_ms INTEGER;";

/// When the author thanked.
pub const THANKED: &str = "-- migration peer_thanked_ms
-- when its author thanked after that
ALTER TABLE interaction ADD COLUMN peer_thanked_ms INTEGER;";

/// How much later a matter is ranked that somebody else answered.
const LATER_MS: i64 = 3_600_000;

/// The shortest answer, in characters: "me too" and "same here, still nothing" are shorter.
const SHORTEST: usize = 25;

/// How many helpful peers are listed.
pub const PAGE: u32 = 50;

/// Whether a post reads like an answer to somebody.
fn is_help(post: &Post, triage: &Triage) -> bool {
    let by_a_customer = |author: &Author| !author.bot && !author.staff;
    post.kind.is_public()
        && !post.automatic
        && post.author.as_ref().is_some_and(by_a_customer)
        && matches!(triage.kind, Kind::Other | Kind::News)
        && triage.level <= Level::Routine
        && triage.abuse < 0.5
        && triage.complaint < 0.5
        && post.text.trim().chars().count() >= SHORTEST
}

/// A new post is in: whether it answers somebody who waits.
pub(super) fn note<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    (id, post, triage): (&str, &Post, &Triage),
    author: Option<&str>,
) -> Result<(), SqlError> {
    let (Some(parent), Some(author)) = (&post.parent, author) else {
        return Ok(());
    };
    if !is_help(post, triage) {
        return Ok(());
    }
    let rows = desk.sql.run(
        "-- peer_answers
SELECT i.seq, i.deadline_ms, i.owed_level, i.owed_urgency FROM post p JOIN interaction i ON i.seq = p.interaction
WHERE p.id = ?1 || '' AND p.state <> 'deleted' AND i.state = 'open' AND i.owed_ms IS NOT NULL
  AND i.source = ?2 || '' AND i.author <> ?3 || ''",
        params![ledger_id(source.platform, parent), source.id.as_str(), author],
    )?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let seq = row.int(0)?;
    desk.sql.run(
        "-- peer
INSERT INTO peer VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT DO NOTHING",
        params![id, seq, source.id.as_str(), author, desk.now_ms],
    )?;
    let level = rows::level(row.int(2)?)?;
    let urgency = u8::try_from(row.int(3)?).map_err(|_| SqlError::Json("urgency"))?;
    let later = rank(row.int(1)? + LATER_MS, level, urgency);
    desk.sql.run(
        "-- peer_answered
UPDATE interaction SET peer_ms = ?2, peer_thanked_ms = NULL, updated_ms = ?2,
  rank = iif(owed_level = 3, rank, max(rank, ?3 + 0))
WHERE seq = ?1 + 0",
        params![seq, desk.now_ms, later],
    )?;
    desk.ready.note(Work::One(seq), desk.now_ms);
    Ok(())
}

/// The author of an open interaction says something more: thanks, or what shows that nobody helped.
pub(super) fn heard<S: Sql>(desk: Desk<'_, S>, seq: i64, triage: &Triage) -> Result<(), SqlError> {
    let undone = match triage.kind {
        Kind::Praise => false,
        Kind::Complaint | Kind::Question => true,
        Kind::Spam | Kind::Attack | Kind::News | Kind::Other => return Ok(()),
    };
    let rows = desk.sql.run(
        "-- peer_before
SELECT deadline_ms, owed_level, owed_urgency FROM interaction
WHERE seq = ?1 + 0 AND peer_ms IS NOT NULL AND coalesce(answered_ms, 0) < peer_ms",
        params![seq],
    )?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    if !undone {
        for statement in [
            "-- peer_thanked
UPDATE peer SET thanked = ?2 IS NOT NULL WHERE interaction = ?1 + 0",
            "-- peer_thanks
UPDATE interaction SET peer_thanked_ms = ?2 WHERE seq = ?1 + 0",
        ] {
            desk.sql.run(statement, params![seq, desk.now_ms])?;
        }
        return Ok(());
    }
    let level = rows::level(row.int(1)?)?;
    let urgency = u8::try_from(row.int(2)?).map_err(|_| SqlError::Json("urgency"))?;
    desk.sql.run(
        "-- peer_undone
UPDATE interaction SET peer_ms = NULL, peer_thanked_ms = NULL, rank = min(rank, ?2 + 0) WHERE seq = ?1 + 0",
        params![seq, rank(row.int(0)?, level, urgency)],
    )?;
    desk.ready.note(Work::One(seq), desk.now_ms);
    Ok(())
}

/// An answer was taken back: nobody helped with it.
pub(super) fn deleted<S: Sql>(desk: Desk<'_, S>, post: &str) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        "-- peer_deleted
DELETE FROM peer WHERE post = ?1 || '' RETURNING interaction",
        params![post],
    )?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let seq = row.int(0)?;
    desk.sql.run(
        "-- peer_left
UPDATE interaction SET peer_ms = (SELECT max(at_ms) FROM peer WHERE interaction = ?1 + 0),
  peer_thanked_ms = iif(EXISTS (SELECT 1 FROM peer WHERE interaction = ?1 + 0), peer_thanked_ms, NULL),
  updated_ms = max(coalesce(updated_ms, 0), ?2 + 0)
WHERE seq = ?1 + 0",
        params![seq, desk.now_ms],
    )?;
    Ok(())
}

/// Two interactions become one.
pub(super) fn join<S: Sql>(desk: Desk<'_, S>, into: i64, from: i64) -> Result<(), SqlError> {
    for statement in [
        "-- peer_joins
UPDATE interaction AS i SET peer_ms = coalesce(max(i.peer_ms, f.peer_ms), i.peer_ms, f.peer_ms),
  peer_thanked_ms = coalesce(i.peer_thanked_ms, f.peer_thanked_ms)
FROM interaction f WHERE i.seq = ?1 + 0 AND f.seq = ?2 + 0 AND f.peer_ms IS NOT NULL",
        "-- peers_join
UPDATE peer SET interaction = ?1 WHERE interaction = ?2 + 0",
    ] {
        desk.sql.run(statement, params![into, from])?;
    }
    Ok(())
}

/// Forgets what hangs on these interactions.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    desk.sql.run(
        "-- forget_peers
DELETE FROM peer WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
        vec![rows::list(seqs)],
    )?;
    Ok(())
}

/// Who helped other customers?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowPeers {
    /// From then on, in epoch milliseconds.
    pub from_ms: i64,
    /// Until then.
    pub to_ms: i64,
}

/// Somebody who helped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// With which source.
    pub source: SourceId,
    /// Who: the platform's id of them, by which they are kept.
    pub author: AuthorId,
    /// What else is known of them, where a matter of theirs is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Author>,
    /// How many answers.
    pub answers: i64,
    /// After how many of those the author thanked.
    pub thanked: i64,
    /// When the latest came.
    pub last_ms: i64,
    /// The latest, by the platform's id.
    pub last_post: PostId,
}

impl Question for ShowPeers {
    const NAME: &'static str = "ShowPeers";
    type Answer = Vec<Peer>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let rows = desk.sql.run(
            "-- peers
SELECT p.source, p.author, count(*), sum(p.thanked) AS thanked, max(p.at_ms), p.post,
  (SELECT author_json FROM interaction INDEXED BY of_author WHERE author = p.author ORDER BY seq DESC LIMIT 1)
FROM peer p INDEXED BY peer_at JOIN interaction i ON i.seq = p.interaction
WHERE p.at_ms >= ?1 + 0 AND p.at_ms < ?2 + 0
  AND (?3 = 1 OR i.workgroup IN (SELECT value FROM json_each(?4)))
GROUP BY p.source, p.author ORDER BY thanked DESC, count(*) DESC, max(p.at_ms) DESC LIMIT ?5 + 0",
            params![
                self.from_ms,
                self.to_ms,
                i64::from(scope.all),
                names(&visible::workgroups(desk, scope)?),
                PAGE,
            ],
        )?;
        rows.iter()
            .map(|row| {
                let post = row.text(5)?;
                let post = post.split_once(':').map_or(post, |(_, id)| id);
                let known = row.opt_text(6)?;
                Ok(Peer {
                    source: SourceId::new(row.text(0)?),
                    author: AuthorId::new(row.text(1)?),
                    known: known.map(|known| rows::json(known, "author")).transpose()?,
                    answers: row.int(2)?,
                    thanked: row.int(3)?,
                    last_ms: row.int(4)?,
                    last_post: PostId::new(post),
                })
            })
            .collect()
    }
}
