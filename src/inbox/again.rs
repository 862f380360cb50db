//! A post that was told of before: by the same event, by one that knows more, by an edit, by its deletion.

use super::cohort::ignore;
use super::context::Desk;
use super::copies::{Better, Copy, better};
use super::known::{known, known_in};
use super::made::made;
use super::matter::{belong, news, raise, reopen};
use super::memory::decide;
use super::plan::{Sends, act, decided, hear_stop};
use super::rows::{HEARD, count, json, note};
use super::state::{Did, PostState};
use super::wire::{PLANNED, Refused};
use super::{outbox, person, withdraw};
use crate::ack::scene::{Standing, Thing};
use crate::config::Source;
use crate::judgement::Triage;
use crate::platform::Ignored;
use crate::platform::eligibility::forbidden;
use crate::post::{Author, AuthorId, Post};
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// A record, as the ledger has it.
struct Kept {
    state: PostState,
    post: Post,
    triage: Triage,
    /// What was decided of its acknowledgment.
    decision: String,
    source: String,
    is_open: bool,
}

/// What the ledger keeps of a post that was deleted before it was made: who told it.
#[derive(Serialize, Deserialize)]
pub(super) struct Stone {
    pub(super) source: String,
    pub(super) author: Option<AuthorId>,
}

/// A post is told of again: by the same event, by another one that knows more or less of it, or by an
/// edit. The record takes the best of all, and what that changes happens now, once: an author is
/// known, an interaction opens again, an acknowledgment is allowed, reworded or taken back.
pub(super) fn again<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    mut copy: Copy,
) -> Result<Sends, Refused> {
    let rows = desk.sql.run(
        "-- kept
SELECT p.interaction, p.state, p.post, p.triage, p.ack, i.source, i.state = 'open'
FROM post p LEFT JOIN interaction i ON i.seq = p.interaction WHERE p.id = ?1",
        params![id],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    let Some(seq) = row.opt_int(0)? else {
        return after_stone(desk, source, id, copy, &json(row.text(2)?, "stone")?);
    };
    let kept = Kept {
        state: PostState::read(row.text(1)?)?,
        post: json(row.text(2)?, "post")?,
        triage: json(row.text(3)?, "triage")?,
        decision: row.text(4)?.to_string(),
        source: row.text(5)?.to_string(),
        is_open: row.int(6)? != 0,
    };
    if let Some(why) = stranger(desk, source, &kept.source, kept.post.author.as_ref(), {
        copy.post.author.as_ref().map(|author| &author.id)
    })? {
        if copy.is_edit || why == Ignored::NotItsAuthor {
            ignore(desk, why, 1)?;
            return Ok(Sends::Nothing);
        }
        // One post that names two accounts of ours is one record, the first one's; what the other
        // knows of its words and its author is as good.
        copy.post.kind = kept.post.kind;
        copy.post.reply_to.clone_from(&kept.post.reply_to);
        copy.post.barred.clone_from(&kept.post.barred);
        copy.post.addressed = kept.post.addressed;
    }
    let is_deleted = kept.state == PostState::Deleted;
    let was_edited = kept.state == PostState::Edited;
    let may = |post: &Post| forbidden(source.platform, source.plan, post, desk.now_ms).is_none();
    let found = better(&kept.post, was_edited, &copy, may).filter(|_| !is_deleted);
    // What we asked for is no delivery that came again.
    let is_asked = copy.post.fetched;
    let Some(Better { post, words }) = found else {
        if !is_asked {
            repeat(desk, id)?;
        }
        return Ok(Sends::Nothing);
    };
    let is_edit = copy.is_edit && words;
    let triage = if words {
        copy.triage
    } else {
        kept.triage.clone()
    };
    // What else a copy knows (a name, a link) is kept, and is nobody's business.
    let is_news = words
        || kept.post.author.is_none() && post.author.is_some()
        || post.addressed && !kept.post.addressed;
    if is_edit {
        count(desk, "edits", 1)?;
    } else if !is_asked {
        repeat(desk, id)?;
    }
    let author = match &post.author {
        Some(author) => Some(person::resolve(desk, source.platform, author.id.as_str())?),
        None => None,
    };
    if is_news {
        let did = if is_edit {
            Did::PostEdited
        } else {
            Did::PostCompleted
        };
        note(desk, seq, HEARD, did, Some(id))?;
        if !kept.is_open {
            reopen(desk, source, seq, author.as_deref(), &triage)?;
        }
    }
    let seq = match &author {
        Some(author)
            if (is_news || kept.is_open) && (!kept.is_open || post.author != kept.post.author) =>
        {
            belong(desk, source, seq, author, &post)?
        }
        _ => seq,
    };
    let change = if is_news {
        Some(news(desk, seq, 0, &triage)?)
    } else {
        None
    };
    desk.sql.run(
        "-- rewrite_post
UPDATE post SET state = ?5, change = coalesce(?2, change), post = ?3, triage = ?4, created_ms = ?6,
  answered = iif(?2 IS NULL, answered, NULL)
WHERE id = ?1",
        params![
            id,
            change,
            serde_json::to_string(&post).map_err(|_| SqlError::Json("post"))?,
            serde_json::to_string(&triage).map_err(|_| SqlError::Json("triage"))?,
            if words {
                PostState::of(is_edit)
            } else {
                kept.state
            },
            post.created_ms,
        ],
    )?;
    if !is_news {
        // The same words, by an event that tells that they were said to us.
        let is_let = kept.is_open && may(&post) && !may(&kept.post);
        return match is_let {
            true => answer_anew(desk, source, id, seq, &kept, &post, &triage),
            false => Ok(Sends::Nothing),
        };
    }
    let known = known_in(desk, source, id, author.as_deref(), seq)?;
    if let Some(open) = &known.open {
        raise(desk, source, &known, open, &triage)?;
    }
    if words || kept.post.author.is_none() {
        hear_stop(
            desk,
            source.platform,
            author.as_deref(),
            &post,
            (!is_edit).then_some(post.created_ms),
            known.stopped,
        )?;
    }
    let mut post = post;
    if is_edit {
        // Words of this moment; platforms say when a post was made, not when it was edited.
        post.created_ms = desk.now_ms;
    }
    answer_anew(desk, source, id, seq, &kept, &post, &triage)
}

/// What changed in a record may change its acknowledgment: one that has not left answers the new words
/// or none, and where there is none, it is decided as for a new post.
fn answer_anew<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    seq: i64,
    kept: &Kept,
    post: &Post,
    triage: &Triage,
) -> Result<Sends, Refused> {
    let waits = desk.sql.run(
        "-- waits
SELECT emergency FROM ack WHERE interaction = ?1 AND post = ?2 AND state = 'planned'",
        params![seq, id],
    )?;
    if let Some(row) = waits.first() {
        let same = (row.int(0)? != 0) == (Thing::of(triage.level) == Thing::Emergency);
        if same {
            let standing = Standing {
                placed: true,
                ..Standing::default()
            };
            match decide(desk, post, triage, source, standing) {
                Ok(said) => outbox::reword(desk, seq, &said)?,
                Err(_) => withdraw::withdraw(desk, seq, "edited")?,
            }
            return Ok(Sends::Nothing);
        }
        withdraw::withdraw(desk, seq, "edited")?;
    }
    let author = post.author.as_ref().map(|author| author.id.as_str());
    let known = known_in(desk, source, id, author, seq)?;
    let decision = decide(desk, post, triage, source, known.standing(desk.now_ms));
    // A post that was acknowledged stays so, whatever its later words would have got.
    if decision.is_ok() || kept.decision != PLANNED {
        desk.sql.run(
            "-- redecided
UPDATE post SET ack = ?2 WHERE id = ?1",
            params![id, decided(&decision)],
        )?;
    }
    act(desk, source, &known, seq, (id, post), &decision, false)
}

/// A post whose deletion came before it. It is not kept, unless somebody else deleted something else:
/// another account's word, or another author's, says nothing of this one.
fn after_stone<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    copy: Copy,
    stone: &Stone,
) -> Result<Sends, Refused> {
    let by = stone.author.as_ref();
    let author = copy.post.author.as_ref();
    let Some(why) = stranger(desk, source, &stone.source, author, by)? else {
        repeat(desk, id)?;
        return Ok(Sends::Nothing);
    };
    ignore(desk, why, 1)?;
    desk.sql.run(
        "-- lift_stone
DELETE FROM post WHERE id = ?1 AND interaction IS NULL",
        params![id],
    )?;
    let known = known(desk, source, id, author.map(|author| author.id.as_str()))?;
    // What it lacks is asked for by the alarm.
    made(desk, source, id, copy, &known, (&mut Vec::new(), false))
}

/// Why what this account of ours was told does not count for a post that belongs to another account,
/// or to another author. Where either author is unknown, what comes is believed.
pub(super) fn stranger<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    home: &str,
    author: Option<&Author>,
    by: Option<&AuthorId>,
) -> Result<Option<Ignored>, SqlError> {
    if let (Some(author), Some(by)) = (author, by)
        && !person::is_one(desk, source.platform, author.id.as_str(), by.as_str())?
    {
        return Ok(Some(Ignored::NotItsAuthor));
    }
    Ok((source.id.as_str() != home).then_some(Ignored::NotItsSource))
}

pub(super) fn repeat<S: Sql>(desk: Desk<'_, S>, id: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- repeat
UPDATE post SET copies = copies + 1 WHERE id = ?1",
        params![id],
    )?;
    Ok(())
}
