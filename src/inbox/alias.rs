//! Aliases: a person whom a platform calls by several ids is one author.
//!
//! WhatsApp knows a person by number and by an id of each business, and says one, the other or both.
//! Everything is kept under one of a person's ids (their *author*); `alias` names it for the others.
//! Who has but one id has no row. What was known under either id before they were known to be the
//! same person's is put together when that is learnt, whichever came first.

use super::context::Desk;
use super::join;
use super::person::resolve;
use super::stops;
use super::wire::Refused;
use super::withdraw;
use crate::post::{Author, Platform};
use crate::sql::{Sql, params};

/// A post says what else its author is called: whoever was kept under one of these ids is kept with
/// the others from here on.
pub(super) fn learn<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &Author,
) -> Result<(), Refused> {
    if author.aliases.is_empty() {
        return Ok(());
    }
    let kept = resolve(desk, platform, author.id.as_str())?;
    for alias in &author.aliases {
        let other = resolve(desk, platform, alias.as_str())?;
        if other != kept {
            adopt(desk, platform, &kept, &other)?;
        }
    }
    Ok(())
}

/// All that is kept under `other` is kept under `author` from here on.
fn adopt<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    other: &str,
) -> Result<(), Refused> {
    for statement in [
        "-- alias_moves
UPDATE alias SET author = ?2 WHERE platform = ?1 || '' AND author = ?3 || ''",
        "-- alias
INSERT INTO alias (platform, author, alias) VALUES (?1, ?2, ?3)",
        "-- stop_moves
INSERT INTO stop (platform, author, at_ms, lifted_ms)
SELECT platform, ?2, at_ms, lifted_ms FROM stop WHERE platform = ?1 || '' AND author = ?3 || ''
ON CONFLICT DO UPDATE SET at_ms = max(stop.at_ms, excluded.at_ms),
  lifted_ms = max(stop.lifted_ms, excluded.lifted_ms)",
        "-- stop_moved
DELETE FROM stop WHERE platform = ?1 || '' AND author = ?3 || '' AND author <> ?2",
        "-- ack_moves
UPDATE ack SET author = ?2 WHERE author = ?3 || ''
  AND EXISTS (SELECT 1 FROM interaction i WHERE i.seq = ack.interaction AND i.platform = ?1 || '')",
    ] {
        desk.sql
            .run(statement, params![platform.as_str(), author, other])?;
    }
    let theirs = desk.sql.run(
        "-- theirs
SELECT o.seq, (SELECT seq FROM interaction m WHERE m.author = ?2 || '' AND m.source = o.source
  AND m.state = 'open' LIMIT 1)
FROM interaction o WHERE o.author = ?3 || '' AND o.state = 'open' AND o.platform = ?1 || ''",
        params![platform.as_str(), author, other],
    )?;
    for row in &theirs {
        let seq = row.int(0)?;
        desk.sql.run(
            "-- of_author
UPDATE interaction SET author = ?2 WHERE seq = ?1",
            params![seq, author],
        )?;
        if let Some(mine) = row.opt_int(1)? {
            join::join(desk, mine, seq)?;
        }
    }
    if stops::stopped_ms(desk, platform, author)?.is_some() {
        withdraw::withdraw_author(desk, platform, author, "stopped")?;
    }
    Ok(())
}
