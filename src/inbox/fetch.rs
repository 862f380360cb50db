//! What a delivery left out is asked for once its platform has its 200, within bounds: one call, a few tries.
//!
//! Recorded with the post before anybody asks, as an acknowledgment is: a Worker asks at once, and the object's alarm
//! covers one that died. What comes goes the way of every further copy of a post ([`super::take_in`]), so a post that
//! has its words now is judged and acknowledged now. The record goes as soon as nothing more is to be had.

use super::alarm;
use super::context::Desk;
use super::lacking::{SLICE, due_ms};
use super::question::Question;
use super::rows;
use super::state::PostState;
use super::take_in::{self, Taken};
use super::wire::{Incoming, Refused};
use crate::platform::fetch::Fetched;
use crate::post::{AccountId, Platform, Post, SourceId};
use crate::scope::Scope;
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often it is asked for.
const TRIES: i64 = 3;

/// How long until another try where the platform says nothing, in milliseconds.
const AGAIN_MS: i64 = 60_000;

/// Which of these posts are to be asked for? Each is on its way from here on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginFetch {
    /// Their keys in the ledger.
    pub posts: Vec<String>,
}

/// A post to be asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FetchJob {
    /// Its key in the ledger.
    pub id: String,
    /// The source with whose credential.
    pub source: SourceId,
    /// Its platform.
    pub platform: Platform,
    /// Its account.
    pub account: AccountId,
    /// What is known of it.
    pub post: Post,
}

impl Question for BeginFetch {
    const NAME: &'static str = "BeginFetch";
    type Answer = Vec<FetchJob>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let mut jobs = Vec::new();
        let most = usize::try_from(SLICE).unwrap_or(usize::MAX);
        for id in self.posts.iter().take(most) {
            jobs.extend(begin(desk, id)?);
        }
        Ok(jobs)
    }
}

/// What came of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinishFetch {
    /// The post's key in the ledger.
    pub id: String,
    /// The post with what it lacked, judged.
    #[serde(default)]
    pub found: Option<Incoming>,
    /// Where it is to be tried again: in how many seconds, 0 where nobody says.
    #[serde(default)]
    pub later_s: Option<u32>,
}

impl Question for FinishFetch {
    const NAME: &'static str = "FinishFetch";
    type Answer = Taken;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        finish(desk, self)
    }
}

fn begin<S: Sql>(desk: Desk<'_, S>, id: &str) -> Result<Option<FetchJob>, Refused> {
    let rows = desk.sql.run(
        "-- begin_fetch
SELECT l.source, p.post, p.state, l.tries FROM lacking l LEFT JOIN post p ON p.id = l.post AND p.interaction IS NOT NULL
WHERE l.post = ?1",
        params![id],
    )?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let source = desk.config.source(&SourceId::new(row.text(0)?));
    let source = source.filter(|source| source.enrich && source.credential.is_some());
    let stands = match row.opt_text(2)? {
        Some(state) => PostState::read(state)? != PostState::Deleted,
        None => false,
    };
    let (Some(source), Some(post), true) =
        (source, row.opt_text(1)?, stands && row.int(3)? < TRIES)
    else {
        forget(desk, id)?;
        return Ok(None);
    };
    let post: Post = rows::json(post, "post")?;
    let at_ms = due_ms(desk.now_ms);
    desk.sql.run(
        "-- fetching
UPDATE lacking SET tries = tries + 1, due_ms = ?2 WHERE post = ?1",
        params![id, at_ms],
    )?;
    alarm::wake_by(desk, at_ms)?;
    Ok(Some(FetchJob {
        id: id.to_owned(),
        source: source.id.clone(),
        platform: source.platform,
        account: source.account.clone(),
        post,
    }))
}

fn finish<S: Sql>(desk: Desk<'_, S>, said: FinishFetch) -> Result<Taken, Refused> {
    if let Some(after_s) = said.later_s {
        let wait_ms = (i64::from(after_s) * 1_000).max(AGAIN_MS);
        desk.sql.run(
            "-- fetch_later
UPDATE lacking SET due_ms = ?2 WHERE post = ?1",
            params![said.id.as_str(), desk.now_ms + wait_ms],
        )?;
        alarm::wake_by(desk, desk.now_ms + wait_ms)?;
        return Ok(Taken::default());
    }
    forget(desk, &said.id)?;
    match said.found {
        Some(found) => take_in::take_in(desk, vec![found], &BTreeMap::new(), false),
        None => Ok(Taken::default()),
    }
}

fn forget<S: Sql>(desk: Desk<'_, S>, id: &str) -> Result<(), Refused> {
    desk.sql.run(
        "-- fetched
DELETE FROM lacking WHERE post = ?1",
        params![id],
    )?;
    Ok(())
}

/// What a shard is told of what came. `judged` makes the post one that may be taken in.
pub fn finished(
    job: &FetchJob,
    came: Fetched,
    judged: impl FnOnce(Post) -> Option<Incoming>,
) -> FinishFetch {
    let (found, later_s) = match came {
        Fetched::Found(post) => (judged(*post), None),
        Fetched::Nothing { .. } => (None, None),
        Fetched::Later { after_s } => (None, Some(after_s.unwrap_or(0))),
    };
    FinishFetch {
        id: job.id.clone(),
        found,
        later_s,
    }
}
