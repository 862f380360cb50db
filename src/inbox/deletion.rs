//! A post that was deleted.

use super::again::{Stone, repeat, stranger};
use super::cohort::ignore;
use super::context::Desk;
use super::rows::{HEARD, count, json, ledger_id, note};
use super::state::{Did, PostState, Stored};
use super::wire::Refused;
use super::{erase, forgotten, listen, peer, void, withdraw, work};
use crate::config::Source;
use crate::platform::Ignored;
use crate::post::{Author, AuthorId, Post, PostId};
use crate::sql::{Sql, SqlError, params};

/// A post was deleted: its words and what was said of them are forgotten, its acknowledgment is
/// withdrawn if it has not left, its holder hears of it; an interaction with nothing left to answer
/// ends, unless someone holds it.
pub(super) fn deleted<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    post: &PostId,
    by: Option<&AuthorId>,
) -> Result<(), Refused> {
    let id = ledger_id(source.platform, post);
    let rows = desk.sql.run(
        "-- deleted
SELECT p.interaction, p.state, p.post, i.state, i.lease IS NOT NULL AND i.available_ms > ?2, i.source
FROM post p LEFT JOIN interaction i ON i.seq = p.interaction WHERE p.id = ?1",
        params![id.as_str(), desk.now_ms],
    )?;
    let Some(row) = rows.first() else {
        let forgot = match by {
            Some(by) => forgotten::is_author(desk, source.platform, by.as_str(), 0, false)?,
            None => false,
        };
        if forgot || forgotten::is_post_id(desk, &id)? {
            ignore(desk, Ignored::Forgotten, 1)?;
            return Ok(());
        }
        if let Some(heard) = listen::found(desk, &id)? {
            let author = Author::of(heard.author.as_str());
            match stranger(desk, source, &heard.source, Some(&author), by)? {
                Some(why) => ignore(desk, why, 1)?,
                None => listen::deleted(desk, &heard)?,
            }
            return Ok(());
        }
        return bury(desk, source, &id, by);
    };
    let stands = PostState::read(row.text(1)?)? != PostState::Deleted;
    let Some(seq) = row.opt_int(0)?.filter(|_| stands) else {
        repeat(desk, &id)?;
        return Ok(());
    };
    let mut blank: Post = json(row.text(2)?, "post")?;
    if let Some(why) = stranger(desk, source, row.text(5)?, blank.author.as_ref(), by)? {
        ignore(desk, why, 1)?;
        return Ok(());
    }
    let words = std::mem::take(&mut blank.text);
    erase::blank(&mut blank);
    let changed = desk.sql.run(
        "-- changed
UPDATE interaction SET changes = changes + 1, live = live - 1, updated_ms = ?2 WHERE seq = ?1
RETURNING changes, live",
        params![seq, desk.now_ms],
    )?;
    let changed = changed.first().ok_or(SqlError::Json("answer"))?;
    let left = changed.int(1)?;
    desk.sql.run(
        "-- blank_post
UPDATE post SET state = 'deleted', change = ?2, post = ?3,
  triage = json_set(triage, '$.reasons', json('[]'))
WHERE id = ?1",
        params![
            id.as_str(),
            changed.int(0)?,
            serde_json::to_string(&blank).map_err(|_| SqlError::Json("post"))?,
        ],
    )?;
    note(desk, seq, HEARD, Did::PostDeleted, Some(&id))?;
    count(desk, "deletions", 1)?;
    peer::deleted(desk, &id)?;
    withdraw::withdraw_for(desk, seq, &id, "deleted")?;
    erase::unsay(desk, seq, &id, &words, left)?;
    match left {
        0 => void::all(desk, seq, void::Why::Withdrawn)?,
        _ => void::of_post(desk, seq, &id)?,
    }
    let is_open = Stored::read(row.text(3)?)? == Stored::Open;
    if is_open && row.int(4)? == 0 && left == 0 {
        work::end_withdrawn(desk, seq)?;
    }
    Ok(())
}

/// A deletion that came before its post: a stone in the ledger, so that the post, when it comes, is
/// not answered. Not counted among the deletions: where it names no author every shard is asked, and
/// all but one bury what another deletes.
fn bury<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    by: Option<&AuthorId>,
) -> Result<(), Refused> {
    let stone = Stone {
        source: source.id.to_string(),
        author: by.cloned(),
    };
    desk.sql.run(
        "-- bury
INSERT INTO post (id, interaction, state, change, received_ms, created_ms, ack, post, triage)
VALUES (?1, NULL, 'deleted', 0, ?2, ?2, 'deleted', ?3, '{}')",
        params![
            id,
            desk.now_ms,
            serde_json::to_string(&stone).map_err(|_| SqlError::Json("stone"))?
        ],
    )?;
    Ok(())
}
