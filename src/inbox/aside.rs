//! Which post an agent answers, and how its author can be invited from there to a private conversation.

use super::context::Desk;
use super::rows::{self, ledger_id};
use super::state::PostState;
use super::wire::{Interaction, PostView, PrivateView, Refused, RuleView};
use crate::config::Source;
use crate::inbox::shard::Shard;
use crate::platform::aside::{How, Invitation, We, invitation};
use crate::post::{Platform, Post, PostId};
use crate::sql::{Sql, SqlError, params};

/// The key of a reply.
pub(super) fn reply_id(seq: i64, key: &str) -> String {
    format!("{seq} {key}")
}

/// The post to answer, with its key in the ledger: the one named, or the newest that still stands.
pub(super) fn target<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    platform: Platform,
    post: Option<&PostId>,
) -> Result<(String, Post), Refused> {
    let named = post.map(|post| ledger_id(platform, post));
    let rows = desk.sql.run(
        "-- reply_target
SELECT state, post, id FROM post_in
WHERE seq = ?1 AND (id = ?2 OR (?2 IS NULL AND state <> 'deleted'))
ORDER BY received_ms DESC, created_ms DESC LIMIT 1",
        params![seq, named],
    )?;
    match (rows.first(), post) {
        (Some(row), _) if PostState::read(row.text(0)?)? != PostState::Deleted => {
            Ok((row.text(2)?.to_string(), rows::json(row.text(1)?, "post")?))
        }
        (Some(_), _) | (None, None) => Err(Refused::Withdrawn),
        (None, Some(_)) => Err(Refused::NoSuchPost),
    }
}

/// How an author can be invited by an answer to a post.
pub(super) fn way(
    source: &Source,
    post: &Post,
    now_ms: i64,
    asked: Option<How>,
) -> Result<Invitation, Refused> {
    let we = We {
        account: source.account.as_str(),
        handle: source.handle.as_deref(),
        link: source.private_link.as_deref(),
    };
    invitation(source.platform, post, &we, now_ms, asked)
        .map_err(|why| Refused::NoPrivateWay { why })
}

/// Whether somebody was invited by an answer to this post, by another call than this: platforms take one, and a
/// second from us would be pushing. One that did not arrive does not count.
pub(super) fn is_invited<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    post: &str,
    key: &str,
) -> Result<bool, SqlError> {
    // A reply's id begins with its interaction's number and a space; `!` comes after the space.
    let found = desk.sql.run(
        "-- invited
SELECT 1 FROM reply WHERE id >= ?1 || ' ' AND id < ?1 || '!' AND post = ?2 AND how IS NOT NULL
  AND state <> 'refused' AND id <> ?3 LIMIT 1",
        params![seq.to_string(), post, reply_id(seq, key)],
    )?;
    Ok(!found.is_empty())
}

/// Tells with interactions how their authors can be invited now.
pub(super) fn tell<S: Sql>(
    desk: Desk<'_, S>,
    interactions: &mut [Interaction],
) -> Result<(), Refused> {
    for interaction in interactions {
        let found = Shard::find(interaction.id.as_str(), desk.shards);
        let source = desk.config.source(&interaction.source);
        let is_public = interaction.posts.iter().any(|post| post.kind.is_public());
        let (Some((_, seq)), Some(source), true) = (found, source, is_public) else {
            continue;
        };
        if source.platform.profile().aside.ways.is_empty() && source.private_link.is_none() {
            continue;
        }
        interaction.private = told(desk, source, seq, &interaction.posts)?;
    }
    Ok(())
}

fn told<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    seq: i64,
    posts: &[PostView],
) -> Result<Option<PrivateView>, Refused> {
    // The newest are shown, oldest first.
    let stands = |post: &&PostView| post.state != PostState::Deleted;
    let Some(newest) = posts.iter().rev().find(stands) else {
        return Ok(None);
    };
    let id = ledger_id(source.platform, &newest.id);
    let rows = desk.sql.run(
        "-- aside_post
SELECT post FROM post WHERE id = ?1",
        params![id.as_str()],
    )?;
    let post: Post = rows::json(rows.first().ok_or(Refused::NotFound)?.text(0)?, "post")?;
    let Ok(way) = way(source, &post, desk.now_ms, None) else {
        return Ok(None);
    };
    if is_invited(desk, seq, &id, "")? {
        return Ok(None);
    }
    Ok(Some(PrivateView {
        how: way.how.as_str().to_owned(),
        until_ms: way.until_ms,
        link: way.link,
        rule: RuleView {
            says: way.rule.says.to_owned(),
            source: way.rule.source.to_owned(),
            date: way.rule.date.to_owned(),
        },
    }))
}
