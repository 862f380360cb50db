//! Handing a post over to another shard.
//!
//! A copy of a post that names no author lies where its own id sends it. Once another copy names the
//! author the post belongs to the author's shard, with what is known of it so far. It goes only as long as
//! nobody has it in hand: what an agent holds or has answered stays where it is.

use super::cohort;
use super::peer;
use super::person;
use super::question::Question;
use super::rows::json;
use super::state::PostState;
use super::stops;
use super::wire::{HandedOver, Incoming, Refused};
use crate::inbox::context::Desk;
use crate::inbox::rows::ledger_id;
use crate::platform::Event;
use crate::post::{AuthorId, Platform, PostId, SourceId};
use crate::scope::Scope;
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// What lies here of a post, for another shard? Nothing changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandOver {
    /// The platform.
    pub platform: Platform,
    /// The post.
    pub post: PostId,
}

impl Question for HandOver {
    const NAME: &'static str = "HandOver";
    type Answer = HandedOver;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        hand_over(desk, self.platform, &self.post)
    }
}

/// Another shard has the post now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GiveUp {
    /// The platform.
    pub platform: Platform,
    /// The post.
    pub post: PostId,
}

impl Question for GiveUp {
    const NAME: &'static str = "GiveUp";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        give_up(desk, self.platform, &self.post)
    }
}

/// When did an author say stop here, if that still holds?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HasStopped {
    /// The platform.
    pub platform: Platform,
    /// The author.
    pub author: AuthorId,
}

impl Question for HasStopped {
    const NAME: &'static str = "HasStopped";
    type Answer = Option<i64>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        Ok(has_stopped(desk, self.platform, &self.author)?)
    }
}

/// What lies here of a post, to be taken in elsewhere. Nothing changes: it is given up by [`give_up`] once
/// the other shard has it.
pub(super) fn hand_over<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    post: &PostId,
) -> Result<HandedOver, Refused> {
    let rows = found(desk, platform, post)?;
    let Some(row) = rows.first() else {
        return Ok(HandedOver::Nothing);
    };
    if row.opt_int(0)?.is_none() {
        return Ok(HandedOver::Deleted);
    }
    if row.int(1)? == 0 {
        return Ok(HandedOver::Stays);
    }
    let is_edited = match PostState::read(row.text(2)?)? {
        PostState::Deleted => return Ok(HandedOver::Deleted),
        PostState::Edited => true,
        PostState::Live => false,
    };
    let post = json(row.text(3)?, "post")?;
    Ok(HandedOver::Copy(Box::new(Incoming {
        source: SourceId::new(row.text(5)?),
        platform,
        event: match is_edited {
            true => Event::Edited { post },
            false => Event::Made { post },
        },
        triage: Some(json(row.text(4)?, "triage")?),
    })))
}

/// The post, whether it may go, and what a copy is made of.
fn found<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    post: &PostId,
) -> Result<Vec<Row>, SqlError> {
    desk.sql.run(
        "-- hand_over
SELECT p.interaction,
  i.author IS NULL AND i.state = 'open' AND i.holder IS NULL AND i.attempts = 0
    AND i.replied_ms IS NULL AND i.assigned IS NULL
    AND NOT EXISTS (SELECT 1 FROM remark WHERE interaction = i.seq)
    AND NOT EXISTS (SELECT 1 FROM tag WHERE interaction = i.seq)
    AND NOT EXISTS (SELECT 1 FROM correction WHERE interaction = i.seq),
  p.state, p.post, p.triage, i.source
FROM post p LEFT JOIN interaction i ON i.seq = p.interaction WHERE p.id = ?1 || ''",
        params![ledger_id(platform, post)],
    )
}

/// Gives up what another shard has by now, unless an agent has it in hand since: then both stay, which is
/// better than none. Asked again it changes nothing.
pub(super) fn give_up<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    post: &PostId,
) -> Result<(), Refused> {
    let rows = found(desk, platform, post)?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let id = ledger_id(platform, post);
    let seq = row.opt_int(0)?;
    if seq.is_some() && row.int(1)? == 0 {
        return Ok(());
    }
    if let Some(seq) = seq {
        cohort::uncount(desk, seq)?;
        peer::forget(desk, &[seq])?;
    }
    let gone = desk.sql.run(
        "-- give_up_post
DELETE FROM post WHERE id = ?1 RETURNING received_ms / 3600000, ack",
        params![id],
    )?;
    let (Some(seq), Some(gone)) = (seq, gone.first()) else {
        return Ok(());
    };
    // It was received once, and is counted where it lies now.
    desk.sql.run(
        "-- undecide_given_up
INSERT INTO decision VALUES (?1, ?2, -1) ON CONFLICT DO UPDATE SET n = n - 1",
        params![gone.int(0)?, gone.text(1)?],
    )?;
    for statement in [
        "-- give_up_history
DELETE FROM history WHERE interaction = ?1",
        "-- give_up_interaction
DELETE FROM interaction WHERE seq = ?1",
        "-- uncount_given_up
UPDATE counter SET n = n - 1 WHERE name = 'retired' AND ?1 > 0",
    ] {
        desk.sql.run(statement, params![seq])?;
    }
    Ok(())
}

/// When an author, by whichever of their ids, said stop here; `None` if they did not, or took it back.
pub(super) fn has_stopped<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &AuthorId,
) -> Result<Option<i64>, SqlError> {
    let kept = person::resolve(desk, platform, author.as_str())?;
    stops::stopped_ms(desk, platform, &kept)
}
