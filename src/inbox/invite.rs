//! An agent invites an author from a public post to a private conversation, by the way that the platform lets one.
//!
//! It is a reply like any other but for where it goes: recorded before it is sent, once for each `Idempotency-Key`,
//! held to the brand's rules and to the platform's length. And it is made once for each post.

use super::aside::{is_invited, target, way};
use super::question::{Concern, Question};
use super::reply::{self, Draft};
use super::rows::note;
use super::state::Did;
use super::wire::{Holding, Refused, ReplyStep};
use super::work;
use crate::inbox::context::Desk;
use crate::platform::aside::{How, NoWay};
use crate::post::{PostId, SourceId};
use crate::scope::Scope;
use crate::sql::Sql;
use serde::{Deserialize, Serialize};

/// The holder invites the author to a private conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginInvite {
    /// Which.
    pub holding: Holding,
    /// The caller's `Idempotency-Key`.
    pub key: String,
    /// What to say.
    pub text: String,
    /// By an answer to which post; the newest where it names none.
    #[serde(default)]
    pub post: Option<PostId>,
    /// By which way; the best where it names none.
    #[serde(default)]
    pub how: Option<How>,
    /// The name that they are known by to customers, where they have one.
    #[serde(default)]
    pub public_name: Option<String>,
    /// A link to the details page, for the slot in the text.
    #[serde(default)]
    pub link: Option<String>,
}

impl Question for BeginInvite {
    const NAME: &'static str = "BeginInvite";
    type Answer = ReplyStep;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        begin(desk, &self)
    }
}

fn begin<S: Sql>(desk: Desk<'_, S>, asked: &BeginInvite) -> Result<ReplyStep, Refused> {
    let holding = &asked.holding;
    let draft = Draft {
        key: &asked.key,
        text: &asked.text,
        post: asked.post.as_ref(),
        public_name: asked.public_name.as_deref(),
        link: asked.link.as_deref(),
        survey: None,
        is_invitation: true,
    };
    if let Some(before) = reply::earlier(desk, holding, &draft)? {
        return Ok(ReplyStep::Already(before));
    }
    let record = work::held(desk, holding)?;
    let source = desk.config.source(&SourceId::new(record.source.as_str()));
    let source = source.ok_or(Refused::NotFound)?;
    let (target_id, post) = target(desk, holding.seq, record.platform, asked.post.as_ref())?;
    let way = way(source, &post, desk.now_ms, asked.how)?;
    if is_invited(desk, holding.seq, &target_id, &asked.key)? {
        return Err(Refused::NoPrivateWay { why: NoWay::Once });
    }
    let place = reply::Target {
        id: target_id,
        is_public: way.reply_to.is_none(),
        reply_to: way.reply_to.unwrap_or(post.reply_to),
        tail: way.link,
        how: Some(way.how),
    };
    let step = reply::send(desk, holding, &draft, (record, source), place)?;
    let by = &holding.agent;
    note(desk, holding.seq, by, Did::Invited, Some(way.how.as_str()))?;
    Ok(step)
}
