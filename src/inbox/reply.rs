//! An agent's reply: sent by the Worker, at most once for each `Idempotency-Key`.
//!
//! As with acknowledgments, it is recorded as `sending` before it is sent. The same key again gives
//! what became of the first call; while that is not known, nothing is sent a second time. Where the
//! platform said "later", nothing has arrived: once its time has come, the same key sends again.

use super::aside::{reply_id, target};
use super::known_as::{self, Heard};
use super::question::{Concern, Question};
use super::rows::{INTERRUPTED, Record, SENDING_MS, note};
use super::state::{Did, ReplyState};
use super::wire::{Holding, Job, Refused, Replied, ReplyStep};
use super::withdraw;
use super::{credential, promise, satisfaction, sla, work};
use crate::config::Source;
use crate::details::kind::Kind;
use crate::details::link;
use crate::inbox::context::Desk;
use crate::inbox::rank::rank;
use crate::judgement::Level;
use crate::length::measure;
use crate::platform::aside::How;
use crate::platform::{self, Outcome};
use crate::post::{Platform, PostId, SourceId};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use crate::voice::people::{self, Finding, Place};
use serde::{Deserialize, Serialize};

/// The holder is about to reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginReply {
    /// Which.
    pub holding: Holding,
    /// The caller's `Idempotency-Key`.
    pub key: String,
    /// What to say.
    pub text: String,
    /// To which post; the newest where it names none.
    pub post: Option<PostId>,
    /// The name that they are known by to customers, where they have one.
    #[serde(default)]
    pub public_name: Option<String>,
    /// What the floor said of that name.
    #[serde(default)]
    pub heard: Heard,
    /// A link to the details page, for the slot in the text.
    #[serde(default)]
    pub link: Option<String>,
    /// A link to the survey, for its slot.
    #[serde(default)]
    pub survey: Option<String>,
}

impl Question for BeginReply {
    const NAME: &'static str = "BeginReply";
    type Answer = ReplyStep;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let said = (self.heard, self.public_name.as_deref());
        let name = known_as::name(desk, &self.holding.agent, said)?;
        let draft = Draft {
            key: &self.key,
            text: &self.text,
            post: self.post.as_ref(),
            public_name: name.as_deref(),
            link: self.link.as_deref(),
            survey: self.survey.as_deref(),
            is_invitation: false,
        };
        begin(desk, &self.holding, &draft)
    }
}

/// Would this reply go? Nothing is sent or written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckReply {
    /// Which.
    pub holding: Holding,
    /// What to say.
    pub text: String,
    /// To which post; the newest where it names none.
    #[serde(default)]
    pub post: Option<PostId>,
    /// A link to the details page, for the slot in the text.
    #[serde(default)]
    pub link: Option<String>,
    /// A link to the survey, for its slot.
    #[serde(default)]
    pub survey: Option<String>,
}

impl Question for CheckReply {
    const NAME: &'static str = "CheckReply";
    type Answer = Checked;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        check(desk, &self)
    }
}

/// What a reply would meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// `checked`.
    pub state: String,
    /// Whether it would go.
    pub goes: bool,
    /// What it is warned of, or held back for.
    pub warnings: Vec<Finding>,
    /// How long it is, in the platform's unit.
    pub length: Length,
}

/// How long a reply is, and may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// How long it is.
    pub is: u32,
    /// How long it may be.
    pub max: u32,
    /// In what the platform counts.
    pub unit: String,
}

/// What became of a reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinishReply {
    /// The interaction's number.
    pub seq: i64,
    /// The caller's `Idempotency-Key`.
    pub key: String,
    /// What the platform answered.
    pub outcome: Outcome,
}

impl Question for FinishReply {
    const NAME: &'static str = "FinishReply";
    type Answer = Finished;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        finish(desk, self.seq, &self.key, &self.outcome)
    }
}

/// What a reply came to, written down already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finished {
    /// This.
    Replied(Replied),
    /// It is as if it was never asked for, and this is what the agent must know.
    Unsent(Refused),
}

/// How long after a "later" that names no time the same key sends again: as long as an
/// acknowledgment's first wait.
const LATER_MS: i64 = 5_000;

/// What an agent wants to say.
pub(super) struct Draft<'a> {
    /// The caller's `Idempotency-Key`.
    pub key: &'a str,
    /// What.
    pub text: &'a str,
    /// To which post; the newest where it names none.
    pub post: Option<&'a PostId>,
    /// The name that they are known by to customers.
    pub public_name: Option<&'a str>,
    /// A link to the details page, for the slot in the text.
    pub link: Option<&'a str>,
    /// A link to the survey, for its slot.
    pub survey: Option<&'a str>,
    /// Whether it invites its reader to a private conversation.
    pub is_invitation: bool,
}

/// Where it goes.
pub(super) struct Target {
    /// The ledger's key of the post that it answers.
    pub id: String,
    /// Whether bystanders read it.
    pub is_public: bool,
    /// As the platform's `reply` is told.
    pub reply_to: String,
    /// A link that stands behind the text.
    pub tail: Option<String>,
    /// How it invites its reader to a private conversation, if it does.
    pub how: Option<How>,
}

/// May the holder send this reply, or was it sent before?
fn begin<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    draft: &Draft<'_>,
) -> Result<ReplyStep, Refused> {
    if let Some(before) = earlier(desk, holding, draft)? {
        return Ok(ReplyStep::Already(before));
    }
    let record = work::held(desk, holding)?;
    let source = desk
        .config
        .source(&SourceId::new(record.source.as_str()))
        .ok_or(Refused::NotFound)?;
    // Said before anything is recorded: once the secret is set, the same key is good.
    if source.credential.is_none() {
        return Err(Refused::NoCredential);
    }
    let (id, post) = target(desk, holding.seq, record.platform, draft.post)?;
    let place = Target {
        id,
        is_public: post.kind.is_public(),
        reply_to: post.reply_to,
        tail: None,
        how: None,
    };
    send(desk, holding, draft, (record, source), place)
}

/// Records a reply of its holder, which is to be sent now.
pub(super) fn send<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    draft: &Draft<'_>,
    (mut record, source): (Record, &Source),
    place: Target,
) -> Result<ReplyStep, Refused> {
    // Once the secret is set, the same key is good.
    if source.credential.is_none() {
        return Err(Refused::NoCredential);
    }
    let text = linked(draft.text, draft.link, place.is_public)?;
    // An invitation ends nothing: the slot stays, and the check of the text holds it back.
    let (text, asks) = match draft.is_invitation {
        true => (text, false),
        false => asking(text, draft.survey)?,
    };
    let signature = |name| source.brand.signed(name, &record.lang);
    let parts = [place.tail.clone(), draft.public_name.and_then(signature)];
    let tail: String = parts
        .into_iter()
        .flatten()
        .map(|part| format!("\n\n{part}"))
        .collect();
    let said = format!("{text}{tail}");
    fits(record.platform, place.is_public, &said)?;
    let warnings = findings(desk, source, &record, place.is_public, &text);
    if warnings.iter().any(|one| one.held) {
        return Err(Refused::HeldBack { findings: warnings });
    }
    work::alive(desk, &mut record)?;
    desk.sql.run(
        "-- begin_reply
INSERT INTO reply (id, interaction, agent, text, named, post, seen, state, at_ms, how)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'sending', ?8, ?9)
ON CONFLICT DO UPDATE SET post = excluded.post, seen = excluded.seen, state = excluded.state,
  why = NULL, retry_ms = NULL, at_ms = excluded.at_ms, how = excluded.how",
        params![
            reply_id(holding.seq, draft.key),
            holding.seq,
            holding.agent.as_str(),
            format!("{}{tail}", link::concealed(draft.text)),
            draft.post.map(PostId::as_str),
            place.id,
            record.seen,
            desk.now_ms,
            place.how.map(How::as_str),
        ],
    )?;
    if asks {
        satisfaction::ask(desk, holding.seq, &holding.agent, place.is_public)?;
    }
    // A person speaks now; an automatic word after theirs would be the robot's.
    withdraw::withdraw(desk, holding.seq, "in_exchange")?;
    Ok(ReplyStep::Send(Job {
        seq: holding.seq,
        source: source.id.clone(),
        platform: source.platform,
        account: source.account.clone(),
        reply_to: place.reply_to,
        text: said,
        attempt: 0,
        emergency: false,
        warnings,
    }))
}

/// A text with the link to the details page where its slot is. Where bystanders read it, it may hold neither.
fn linked(text: &str, link: Option<&str>, is_public: bool) -> Result<String, Refused> {
    if !link::is_in(Kind::Details, text) {
        return Ok(text.to_owned());
    }
    if is_public {
        return Err(Refused::DetailsInPublic);
    }
    match link {
        Some(link) => Ok(text.replace(Kind::Details.slot(), link)),
        None if text.contains(Kind::Details.slot()) => Err(Refused::DetailsOff),
        None => Ok(text.to_owned()),
    }
}

/// A text with the link to the survey where its slot is, and whether there was one.
fn asking(text: String, link: Option<&str>) -> Result<(String, bool), Refused> {
    match (satisfaction::asks(&text), link) {
        (false, _) => Ok((text, false)),
        (true, Some(link)) => Ok((text.replace(Kind::Survey.slot(), link), true)),
        (true, None) => Err(Refused::DetailsOff),
    }
}

/// What a reply to a post should not say. It is read in the interaction's language and the brand's.
fn findings<S>(
    desk: Desk<'_, S>,
    source: &Source,
    record: &Record,
    public: bool,
    text: &str,
) -> Vec<Finding> {
    let place = Place {
        lang: &record.lang,
        home: &source.brand.language,
        public,
        own: &source.brand.own,
    };
    people::check(text, place, &desk.config.replies.reactions)
}

fn check<S: Sql>(desk: Desk<'_, S>, asked: &CheckReply) -> Result<Checked, Refused> {
    let record = work::held(desk, &asked.holding)?;
    let source = desk
        .config
        .source(&SourceId::new(record.source.as_str()))
        .ok_or(Refused::NotFound)?;
    let (_, target) = target(desk, record.seq, record.platform, asked.post.as_ref())?;
    let is_public = target.kind.is_public();
    let text = linked(&asked.text, asked.link.as_deref(), is_public)?;
    let (text, _) = asking(text, asked.survey.as_deref())?;
    let warnings = findings(desk, source, &record, is_public, &text);
    let limit = platform::limit(record.platform, is_public);
    let is = measure(&text, limit.unit);
    Ok(Checked {
        state: "checked".into(),
        goes: is <= limit.max && !warnings.iter().any(|one| one.held),
        warnings,
        length: Length {
            is: u32::try_from(is).unwrap_or(u32::MAX),
            max: u32::try_from(limit.max).unwrap_or(u32::MAX),
            unit: limit.unit.as_str().to_string(),
        },
    })
}

/// Whether the platform takes a text of this length as an answer to this post.
fn fits(platform: Platform, is_public: bool, text: &str) -> Result<(), Refused> {
    let limit = platform::limit(platform, is_public);
    if limit.allows(text) {
        return Ok(());
    }
    Err(Refused::TooLong {
        unit: limit.unit.as_str().to_string(),
        max: u32::try_from(limit.max).unwrap_or(u32::MAX),
        is: u32::try_from(measure(text, limit.unit)).unwrap_or(u32::MAX),
    })
}

/// What became of an earlier call with this key; nothing where it is to be sent.
pub(super) fn earlier<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    draft: &Draft<'_>,
) -> Result<Option<Replied>, Refused> {
    let rows = desk.sql.run(
        "-- earlier_reply
SELECT agent, text, named, state, why, retry_ms, sent_id, at_ms, how FROM reply WHERE id = ?1",
        params![reply_id(holding.seq, draft.key)],
    )?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    // The words of an answer to a post that was deleted since are gone, and its key is as good as ever.
    let said = row.text(1)?;
    // What was said is kept without a link to the details page, and as it was signed: the name under it may be
    // another by now. Whether this call knows the name or not: the floor, which tells it, may be silent this time.
    let text = link::concealed(draft.text);
    let is_same = said == text
        || said
            .strip_prefix(text.as_str())
            .is_some_and(|rest| rest.starts_with("\n\n"));
    let is_other =
        !said.is_empty() && !is_same || row.opt_text(8)?.is_some() != draft.is_invitation;
    let named = draft.post.map(PostId::as_str);
    if row.text(0)? != holding.agent || is_other || row.opt_text(2)? != named {
        return Err(Refused::KeyReused);
    }
    let retry_ms = row.opt_int(5)?;
    if retry_ms.is_some_and(|at_ms| at_ms <= desk.now_ms) {
        return Ok(None);
    }
    let state = ReplyState::read(row.text(3)?)?;
    if state != ReplyState::Sending {
        return Ok(Some(Replied {
            state,
            why: row.opt_text(4)?.map(str::to_string),
            retry_ms,
            sent_id: row.opt_text(6)?.map(str::to_string),
            warnings: Vec::new(),
        }));
    }
    if row.int(7)? + SENDING_MS > desk.now_ms {
        return Err(Refused::ReplyInFlight);
    }
    // Its sender died on the way: it may have arrived.
    Ok(Some(Replied {
        state: ReplyState::Unknown,
        why: Some(INTERRUPTED.into()),
        retry_ms: None,
        sent_id: None,
        warnings: Vec::new(),
    }))
}

/// What became of it. A reply that arrived answers what its writer had seen. One that the platform did
/// not take for the credential's sake is as if never asked for: once the secret is mended, the same key
/// is good.
pub(super) fn finish<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    key: &str,
    outcome: &Outcome,
) -> Result<Finished, Refused> {
    let mut retry_ms = None;
    let (state, did, why, sent_id) = match outcome {
        Outcome::Sent { id } => (ReplyState::Sent, Did::ReplySent, None, id.clone()),
        Outcome::Refused { why } => {
            let why = Some(why.clone());
            (ReplyState::Refused, Did::ReplyRefused, why, None)
        }
        Outcome::Unauthorized { why } => return unauthorized(desk, seq, key, why),
        // The agent is there to decide: Heard does not try a person's words again by itself.
        Outcome::Later { after_s } => {
            let wait_ms = after_s.map_or(LATER_MS, |s| (i64::from(s) * 1_000).max(1_000));
            retry_ms = Some(desk.now_ms + wait_ms);
            let why = match after_s {
                Some(s) => format!("later:{s}"),
                None => "later".into(),
            };
            (ReplyState::Refused, Did::ReplyRefused, Some(why), None)
        }
        Outcome::Unknown { why } => {
            let why = Some(why.clone());
            (ReplyState::Unknown, Did::ReplyUnknown, why, None)
        }
    };
    let rows = desk.sql.run(
        "-- finish_reply
UPDATE reply SET state = ?2, why = ?3, sent_id = ?4, retry_ms = ?5,
  late = iif(?2 = 'sent', (SELECT 1 FROM interaction WHERE seq = reply.interaction AND owed_ms IS NOT NULL
    AND coalesce(target_ms, deadline_ms) < ?6 + 0), late)
WHERE id = ?1
RETURNING agent, seen, (SELECT source FROM interaction WHERE seq = reply.interaction), text",
        params![
            reply_id(seq, key),
            state,
            why.as_deref(),
            sent_id.as_deref(),
            retry_ms,
            desk.now_ms,
        ],
    )?;
    let row = rows.first().ok_or(Refused::NotFound)?;
    if state == ReplyState::Sent
        && let Some(source) = row.opt_text(2)?
    {
        answered(
            desk,
            seq,
            &SourceId::new(source),
            row.int(1)?,
            Some(row.text(0)?),
        )?;
        credential::cured(desk, source)?;
        if satisfaction::asks(row.text(3)?) {
            satisfaction::asked(desk, seq)?;
        }
    }
    note(desk, seq, row.text(0)?, did, why.as_deref())?;
    Ok(Finished::Replied(Replied {
        state,
        why,
        retry_ms,
        sent_id,
        warnings: Vec::new(),
    }))
}

fn unauthorized<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    key: &str,
    why: &str,
) -> Result<Finished, Refused> {
    let rows = desk.sql.run(
        "-- unask_reply
DELETE FROM reply WHERE id = ?1
RETURNING agent, (SELECT source FROM interaction WHERE seq = reply.interaction)",
        params![reply_id(seq, key)],
    )?;
    let row = rows.first().ok_or(Refused::NotFound)?;
    if let Some(source) = row.opt_text(1)? {
        credential::refused(desk, &SourceId::new(source), why)?;
    }
    note(desk, seq, row.text(0)?, Did::ReplyRefused, Some(why))?;
    let why = why.to_owned();
    Ok(Finished::Unsent(Refused::CredentialDead { why }))
}

/// A person has answered what they had seen: the first answer is kept for reports, and unless the
/// author said more meanwhile it is the author's turn. Then the interaction goes behind everybody who
/// waits, and nothing is late until the author's next post.
pub(super) fn answered<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    source: &SourceId,
    seen: i64,
    by: Option<&str>,
) -> Result<(), SqlError> {
    let closed = promise::close(desk, seq, promise::End::Replied)?;
    let level = sla::replied(desk, seq, closed)?;
    let source = desk.config.source(source);
    let is_more = work::is_more(desk, seq, seen)?;
    // What came meanwhile has a clock of its own from here on.
    let next = |source| desk.config.deadlines.next(source, level, desk.now_ms);
    desk.sql.run(
        "-- answered
UPDATE interaction SET replied_ms = coalesce(replied_ms, ?2), answered_ms = ?2, spoke_ms = ?2, attempts = 0,
  updated_ms = ?2, target_ms = ?3, answered_by = coalesce(?4, answered_by)
WHERE seq = ?1",
        params![
            seq,
            desk.now_ms,
            source.filter(|_| is_more).map(next),
            by
        ],
    )?;
    if let (Some(source), false) = (source, is_more) {
        let look_ms = desk
            .config
            .deadlines
            .deadline(source, Level::Idle, desk.now_ms);
        desk.sql.run(
            "-- owed_nothing
UPDATE interaction SET owed_ms = NULL, deadline_ms = ?2, rank = ?3 WHERE seq = ?1 AND state = 'open'",
            params![seq, look_ms, rank(look_ms, Level::Idle, 0)],
        )?;
    }
    Ok(())
}
