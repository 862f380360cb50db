//! Tombstones of people who were forgotten: what is left of them is a keyed hash, by which an old delivery that comes
//! again is known and not taken in.
//!
//! A tombstone is HMAC-SHA256 of an author, a post or a customer, 128 bits of it, with a key of the brand's own that is
//! made for this, lasts, and is in no configuration. Of an author it is kept for good: what they wrote before is never
//! taken in again, and a stop that they said is with it, so that who comes back after being forgotten is still left
//! alone. Of a post it is kept as long as the ledger would have known the post.

use super::context::Desk;
use crate::post::{Platform, Post};
use crate::signature::{Key, hmac_hex};
use crate::sql::{Sql, SqlError, params};

/// The step of the migrations.
pub const TABLES: &str = "-- migration forgotten
CREATE TABLE forgotten (
  hash TEXT PRIMARY KEY,              -- of an author, a post or a customer
  at_ms INTEGER NOT NULL,             -- an author's and a post's: when; a customer's: up to which version
  stop_ms INTEGER,                    -- an author's who had said stop: when
  until_ms INTEGER                    -- a post's: when the ledger would have forgotten it; NULL: kept
) STRICT, WITHOUT ROWID;
CREATE INDEX forgotten_until ON forgotten (until_ms) WHERE until_ms IS NOT NULL;
CREATE TABLE forgotten_key (key TEXT NOT NULL) STRICT;

-- A line of the log stands, but for the name of somebody who was forgotten, and the words about them.
DROP TRIGGER deed_stands;
CREATE TRIGGER deed_stands BEFORE UPDATE ON deed
WHEN NEW.at_ms <> OLD.at_ms OR NEW.id <> OLD.id OR NEW.agent <> OLD.agent OR NEW.workgroup IS NOT OLD.workgroup
  OR NEW.deed <> json_set(OLD.deed, '$.asked.author', 'forgotten', '$.asked.reason', 'forgotten')
BEGIN
  SELECT RAISE(ABORT, 'a deed is not changed');
END;";

/// How many hex digits of a hash are kept: 128 bits.
const DIGITS: usize = 32;

/// How many tombstones are cleared away at a time.
const SLICE: u32 = 500;

/// The hash of an author.
pub fn of_author(key: &Key, platform: Platform, author: &str) -> String {
    hash(key, &format!("author\n{platform}\n{author}"))
}

/// The hash of a post, by the ledger's key of it.
pub fn of_post(key: &Key, id: &str) -> String {
    hash(key, &format!("post\n{id}"))
}

/// The hash of a customer, by the brand's id.
pub fn of_customer(key: &Key, id: &str) -> String {
    hash(key, &format!("customer\n{id}"))
}

fn hash(key: &Key, what: &str) -> String {
    let mut hash = hmac_hex(key, what.as_bytes());
    hash.truncate(DIGITS);
    hash
}

/// The key, if anybody was ever forgotten here.
pub(super) fn key<S: Sql>(desk: Desk<'_, S>) -> Result<Option<Key>, SqlError> {
    let rows = desk.sql.run(
        "-- forgotten_key
SELECT key FROM forgotten_key LIMIT 1",
        params![],
    )?;
    let key = rows.first().map(|row| row.text(0)).transpose()?;
    Ok(key.and_then(|key| Key::new(key.as_bytes())))
}

/// The key from now on, if there is none yet.
pub(super) fn keep_key<S: Sql>(desk: Desk<'_, S>, new: &str) -> Result<Key, SqlError> {
    desk.sql.run(
        "-- keep_key
INSERT INTO forgotten_key SELECT ?1 || '' WHERE NOT EXISTS (SELECT 1 FROM forgotten_key)",
        params![new],
    )?;
    key(desk)?.ok_or(SqlError::Json("key"))
}

/// Keeps a tombstone.
pub(super) fn bury<S: Sql>(
    desk: Desk<'_, S>,
    hash: &str,
    at_ms: i64,
    stop_ms: Option<i64>,
    until_ms: Option<i64>,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- bury_forgotten
INSERT INTO forgotten (hash, at_ms, stop_ms, until_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms), stop_ms = coalesce(excluded.stop_ms, stop_ms),
  until_ms = excluded.until_ms",
        params![hash, at_ms, stop_ms, until_ms],
    )?;
    Ok(())
}

/// When what has this hash was forgotten, and the stop that is kept with it.
fn found<S: Sql>(desk: Desk<'_, S>, hash: &str) -> Result<Option<(i64, Option<i64>)>, SqlError> {
    let rows = desk.sql.run(
        "-- is_forgotten
SELECT at_ms, stop_ms FROM forgotten WHERE hash = ?1 || ''",
        params![hash],
    )?;
    let row = rows.first();
    row.map(|row| Ok((row.int(0)?, row.opt_int(1)?)))
        .transpose()
}

/// Up to which version a customer was forgotten.
pub(super) fn customer_version<S: Sql>(
    desk: Desk<'_, S>,
    customer: &str,
) -> Result<Option<i64>, SqlError> {
    let Some(key) = key(desk)? else {
        return Ok(None);
    };
    Ok(found(desk, &of_customer(&key, customer))?.map(|(version, _)| version))
}

/// Whether the post of that key in the ledger was forgotten.
pub(super) fn is_post_id<S: Sql>(desk: Desk<'_, S>, id: &str) -> Result<bool, SqlError> {
    let Some(key) = key(desk)? else {
        return Ok(false);
    };
    Ok(found(desk, &of_post(&key, id))?.is_some())
}

/// What a post is to those who were forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    /// One of theirs, from before that.
    Before,
    /// Of somebody who had said stop, was forgotten, and writes anew: the stop holds again.
    Back,
    /// Nothing.
    Nothing,
}

/// What a post is to those who were forgotten. Somebody who writes anew is taken in again.
pub(super) fn of_the_forgotten<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    id: &str,
    post: &Post,
) -> Result<Since, SqlError> {
    let Some(key) = key(desk)? else {
        return Ok(Since::Nothing);
    };
    if found(desk, &of_post(&key, id))?.is_some() {
        return Ok(Since::Before);
    }
    let Some(author) = &post.author else {
        return Ok(Since::Nothing);
    };
    let ids = std::iter::once(&author.id).chain(&author.aliases);
    let mut stop_ms = None;
    for one in ids {
        if let Some((at_ms, stop)) = found(desk, &of_author(&key, platform, one.as_str()))? {
            if post.created_ms <= at_ms {
                return Ok(Since::Before);
            }
            stop_ms = stop_ms.max(stop);
        }
    }
    if let Some(stop_ms) = stop_ms {
        desk.sql.run(
            "-- stop_returns
INSERT INTO stop (platform, author, at_ms) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![platform.as_str(), author.id.as_str(), stop_ms],
        )?;
        for one in std::iter::once(&author.id).chain(&author.aliases) {
            desk.sql.run(
                "-- stop_returned
UPDATE forgotten SET stop_ms = NULL WHERE hash = ?1 || ''",
                params![of_author(&key, platform, one.as_str())],
            )?;
        }
        return Ok(Since::Back);
    }
    Ok(Since::Nothing)
}

/// An author says stop, or what else they are called, in something from `at_ms`: whether that is from before they
/// were forgotten. A stop is kept with the tombstone.
pub(super) fn is_author<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    at_ms: i64,
    stops: bool,
) -> Result<bool, SqlError> {
    let Some(key) = key(desk)? else {
        return Ok(false);
    };
    let hash = of_author(&key, platform, author);
    let Some((forgotten_ms, _)) = found(desk, &hash)? else {
        return Ok(false);
    };
    if at_ms > forgotten_ms {
        return Ok(false);
    }
    if stops {
        bury(desk, &hash, forgotten_ms, Some(at_ms), None)?;
    }
    Ok(true)
}

/// Clears away a slice of the posts' tombstones that the ledger would not need any more; whether there may be more.
pub(super) fn clear<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let gone = desk.sql.run(
        "-- clear_forgotten
DELETE FROM forgotten WHERE hash IN (
  SELECT hash FROM forgotten INDEXED BY forgotten_until WHERE until_ms IS NOT NULL AND until_ms < ?1 + 0 LIMIT ?2 + 0)
RETURNING 1",
        params![desk.now_ms, SLICE],
    )?;
    Ok(gone.len() >= usize::try_from(SLICE).unwrap_or(usize::MAX))
}
