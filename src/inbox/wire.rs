//! What the Worker and the inbox's Durable Object say to each other: JSON over `fetch`.
//!
//! A deploy is not atomic: for a while an old Worker speaks to a new object and the reverse. So
//! unknown fields are ignored and new ones have defaults. The questions stand in the files that answer
//! them ([`super::question`]); here is what they and their answers carry.

use super::corrected::Corrected;
use super::hands::Able;
use super::promised::Open;
use super::shard::Shard;
use super::state::{AckState, PostState, ReplyState, State, Stored};
use crate::config::replies::Occasion;
use crate::details::form::Wish;
use crate::document::Document;
use crate::judgement::{Kind, Level, Situation, Triage};
use crate::platform::Event;
use crate::platform::aside::NoWay;
use crate::post::{
    AccountId, Author, AuthorId, InteractionId, Lease, Media, Platform, PostId, PostKind, SourceId,
    Workgroup,
};
use crate::voice::people::Finding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From which share on it is an alarm: the last tenth is a week of the same, and a bad day's flood.
pub const ALARM_PERCENT: i64 = 90;

/// How many of an interaction's posts are shown: the newest. An author who writes more has said it
/// by then; the rest stay stored.
pub const POSTS_SHOWN: u32 = 50;

/// What is kept with a post of which an acknowledgment was decided, where else is why not.
pub const PLANNED: &str = "planned";

/// An update on its way into the queue: its source resolved, its post judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incoming {
    /// The source that the update's account names.
    pub source: SourceId,
    /// Its platform.
    pub platform: Platform,
    /// What happened.
    pub event: Event,
    /// The judgement of the post, where the event carries one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triage: Option<Triage>,
}

/// Which work an agent asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Who asks.
    pub agent: String,
    /// The workgroups served, already narrowed to what the token allows.
    pub workgroups: Vec<Workgroup>,
    /// Only these platforms; empty for all.
    #[serde(default)]
    pub platforms: Vec<Platform>,
    /// Only these languages (ISO 639-1); empty for all.
    #[serde(default)]
    pub languages: Vec<String>,
    /// How many at most.
    pub max: u32,
    /// The length of the lease, in seconds.
    pub lease_s: u32,
    /// The caller's `Idempotency-Key`: the same again gives the same leases.
    #[serde(default)]
    pub key: Option<String>,
    /// How many the agent holds in other shards.
    #[serde(default)]
    pub held_elsewhere: u32,
    /// By what a claim that waits is known at every shard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// What they can take, as the floor knows it.
    #[serde(default)]
    pub able: Able,
}

/// What a claim that waits is known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its own among all claims.
    pub key: String,
    /// Since when it waits: epoch milliseconds. Who has waited longest is woken first.
    pub since_ms: i64,
}

/// A workgroup that a supervisor sent to other work for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retasked {
    /// Whose agents.
    pub workgroup: Workgroup,
    /// The workgroups whose work they pull; empty: their own again.
    pub serves: Vec<Workgroup>,
    /// Until when: epoch milliseconds.
    pub until_ms: i64,
    /// Who says so.
    pub by: String,
}

/// An author's own wish, as a supervisor writes it down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopRecord {
    /// The platform on which they are not to be written to, or may be again.
    pub platform: Platform,
    /// Who: any of the ids that the platform has for them.
    pub author: AuthorId,
    /// Whether they want no messages from us.
    pub stop: bool,
    /// How they said so.
    pub reason: String,
    /// Who says so.
    pub by: String,
}

/// Acknowledgments that a supervisor silenced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Of which source; `None` for all.
    #[serde(default)]
    pub source: Option<SourceId>,
    /// Who says so.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Since when: epoch milliseconds.
    pub since_ms: i64,
}

impl Paused {
    /// Adds what another shard says to `all`. Every shard is told the same, but one that could not be
    /// asked may know of an earlier pause: the newest holds.
    pub fn gather(all: &mut Vec<Paused>, other: Vec<Paused>) {
        for paused in other {
            match all.iter_mut().find(|one| one.source == paused.source) {
                Some(one) if one.since_ms < paused.since_ms => *one = paused,
                Some(_) => {}
                None => all.push(paused),
            }
        }
        all.sort_by(|a, b| a.source.cmp(&b.source));
    }
}

/// A holder's proof: which interaction, which lease, who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The interaction's number in its shard.
    pub seq: i64,
    /// The fencing token of the claim.
    pub lease: Lease,
    /// Who holds it, from the bearer token.
    pub agent: String,
    /// The cursor up to which they say to have seen the news.
    #[serde(default)]
    pub seen: Option<i64>,
}

/// Which interactions to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Only in this state.
    #[serde(default)]
    pub state: Option<State>,
    /// Only of this workgroup.
    #[serde(default)]
    pub workgroup: Option<Workgroup>,
    /// Only on this platform.
    #[serde(default)]
    pub platform: Option<Platform>,
    /// Only the one that holds this post (`platform:id`).
    #[serde(default)]
    pub post: Option<String>,
    /// Only numbers below this.
    #[serde(default)]
    pub before: Option<i64>,
    /// How many at most.
    pub max: u32,
}

/// What lies in a shard of a post that belongs to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HandedOver {
    /// Nothing.
    Nothing,
    /// It is deleted.
    Deleted,
    /// An agent has it in hand, or its author is known: it stays.
    Stays,
    /// This copy.
    Copy(Box<Incoming>),
}

/// Which acknowledgments a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcksAsked {
    /// Planned since then: epoch milliseconds.
    pub since_ms: i64,
    /// Only in this state.
    #[serde(default)]
    pub state: Option<AckState>,
    /// Only those that come after this one, newest first.
    #[serde(default)]
    pub before: Option<AckAt>,
    /// How many at most.
    pub max: u32,
}

/// Where an acknowledgment stands in the order of all: newest first; of the same millisecond the highest shard
/// and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AckAt {
    /// When it was planned.
    pub planned_ms: i64,
    /// Its shard.
    pub shard: Shard,
    /// Its interaction's number there.
    pub seq: i64,
    /// Whether it is the emergency's of that interaction.
    #[serde(default)]
    pub emergency: bool,
}

impl AckAt {
    /// As a caller sees it: the time, whether it is an emergency's, the interaction's id, dashes between.
    pub fn cursor(planned_ms: i64, emergency: bool, id: &InteractionId) -> String {
        format!("{planned_ms}-{}-{id}", u8::from(emergency))
    }

    /// Where a cursor points.
    pub fn find(cursor: &str, shards: u16) -> Option<Self> {
        let (planned_ms, rest) = cursor.split_once('-')?;
        let (emergency, id) = rest.split_once('-')?;
        let emergency = match emergency {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        let (shard, seq) = Shard::find(id, shards)?;
        Some(Self {
            emergency,
            planned_ms: planned_ms.parse().ok()?,
            shard,
            seq,
        })
    }
}

/// Acknowledgments of a shard, or of all of them together, newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Acks {
    /// The page.
    pub acks: Vec<AckRow>,
    /// How many posts came to which decision in those hours: `planned`, or why not. Only with the first page.
    #[serde(default)]
    pub decisions: BTreeMap<String, i64>,
}

impl Acks {
    /// Adds another shard's.
    pub fn add(&mut self, other: Acks) {
        self.acks.extend(other.acks);
        for (why, n) in other.decisions {
            *self.decisions.entry(why).or_default() += n;
        }
    }

    /// Puts them in order and leaves the first `max`; the cursor of the next page, if there may be one.
    pub fn page(&mut self, max: u32, shards: u16) -> Option<String> {
        let at = |row: &AckRow| {
            AckAt::find(
                &AckAt::cursor(row.planned_ms, row.emergency, &row.id),
                shards,
            )
        };
        self.acks.sort_by_key(|row| std::cmp::Reverse(at(row)));
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let full = self.acks.len() >= max;
        self.acks.truncate(max);
        let last = self.acks.last().filter(|_| full)?;
        Some(AckAt::cursor(last.planned_ms, last.emergency, &last.id))
    }
}

/// An acknowledgment beside the post that it answers. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AckRow {
    /// Its interaction.
    pub id: InteractionId,
    /// The source that says it.
    pub source: SourceId,
    /// The platform.
    pub platform: Platform,
    /// Where it stands.
    pub state: AckState,
    /// Why it was refused or withdrawn, or why we can't know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What it says.
    pub text: String,
    /// In which language.
    pub lang: String,
    /// How urgent the post is.
    pub level: Level,
    /// What happened to its author, where it was certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<Situation>,
    /// Whether it is one of a surge, in the short register.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub short: bool,
    /// What the post says; nothing once its author deleted it.
    pub post: String,
    /// Where to look at the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// When the post came in.
    pub received_ms: i64,
    /// When the acknowledgment was decided.
    pub planned_ms: i64,
    /// When its state last changed.
    pub changed_ms: i64,
    /// Whether it is for an emergency: then it may be the interaction's second.
    #[serde(default)]
    pub emergency: bool,
}

/// A leased interaction: its place among those of other shards, and the [`Interaction`] itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claimed {
    /// Its rank.
    pub rank: i64,
    /// Its shard and the lease: with these the Worker gives it back if its caller has gone.
    #[serde(default)]
    pub held: Option<(Shard, Holding)>,
    /// The [`Interaction`].
    pub interaction: Document,
}

/// A listed interaction: where the next page begins, and the [`Interaction`] itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Its id.
    pub id: InteractionId,
    /// When its first post came in: its place among those of other shards.
    #[serde(default)]
    pub opened_ms: i64,
    /// The [`Interaction`].
    pub interaction: Document,
}

/// What a holder hears who extends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extended {
    /// Until when the lease holds.
    pub until_ms: i64,
    /// The posts that are new, edited or deleted since what the holder says to have seen, oldest change
    /// first.
    pub news: Vec<PostView>,
    /// What to send as `seen` once the news are read.
    #[serde(default)]
    pub cursor: i64,
    /// What the customer left on the details page, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<DetailsView>,
}

/// Why a shard refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// No such interaction.
    NotFound,
    /// The lease is not, or no longer, the caller's.
    LeaseLost {
        /// Who holds it now, if anyone.
        holder: Option<String>,
        /// Until when.
        until_ms: Option<i64>,
        /// What state it is in.
        state: State,
    },
    /// It has ended already, otherwise than this call asks.
    Ended {
        /// How.
        outcome: String,
    },
    /// The author has said more than the holder says to have seen: nobody may end what nobody has read.
    Unheard,
    /// The holder says to have seen what the interaction does not have yet.
    NoSuchCursor,
    /// A dead one is asked for, and this one is not.
    NotDead,
    /// The same `Idempotency-Key` came from another agent, with another text or for another post.
    KeyReused,
    /// A reply with this `Idempotency-Key` is on its way.
    ReplyInFlight,
    /// Its author deleted the post: there is nothing to answer.
    Withdrawn,
    /// The source has no reply credential, so nothing can be sent.
    NoCredential,
    /// The platform refuses the source's credential, so nothing was sent.
    CredentialDead {
        /// Why.
        why: String,
    },
    /// The post named is not of this interaction.
    NoSuchPost,
    /// The agent named does not serve that workgroup, so could not claim it.
    NotServed {
        /// Which.
        workgroup: Workgroup,
    },
    /// The text is longer than the platform takes.
    TooLong {
        /// What the platform counts in.
        unit: String,
        /// How many it takes.
        max: u32,
        /// How many there are.
        is: u32,
    },
    /// Its workgroup is not one that the caller serves.
    NotYours {
        /// Which.
        workgroup: Workgroup,
    },
    /// It is kept for another agent for a while.
    KeptFor {
        /// Whom.
        agent: String,
        /// Until when.
        until_ms: i64,
    },
    /// It has as many of these as it may have.
    Full {
        /// Of what: `tags`, `notes`.
        what: String,
        /// How many.
        max: u32,
    },
    /// Its author has another one open with the same source.
    OpenAlready {
        /// Which.
        id: InteractionId,
    },
    /// Its posts are in another.
    JoinedTo {
        /// Which.
        id: InteractionId,
    },
    /// The brand's rules hold this reply back.
    HeldBack {
        /// What was found.
        findings: Vec<Finding>,
    },
    /// There is no details page: its secret is not set.
    DetailsOff,
    /// A public reply holds a link to a details page.
    DetailsInPublic,
    /// The survey of this interaction was answered.
    SurveyAnswered,
    /// Its author cannot be invited to a private conversation.
    NoPrivateWay {
        /// Why.
        why: NoWay,
    },
    /// The storage failed.
    Storage(String),
}

impl From<crate::sql::SqlError> for Refused {
    fn from(why: crate::sql::SqlError) -> Self {
        Refused::Storage(why.to_string())
    }
}

impl From<serde_json::Error> for Refused {
    fn from(_: serde_json::Error) -> Self {
        Refused::Storage("an answer is not valid JSON".into())
    }
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The interaction's number.
    pub seq: i64,
    /// The source that speaks.
    pub source: SourceId,
    /// Its platform.
    pub platform: Platform,
    /// Its account.
    pub account: AccountId,
    /// The post's `reply_to`.
    pub reply_to: String,
    /// What to say.
    pub text: String,
    /// Which try of an acknowledgment this is, from 1; 0 for an agent's reply, which is tried once.
    #[serde(default)]
    pub attempt: i64,
    /// Whether it is an acknowledgment of an emergency, which may be an interaction's second.
    #[serde(default)]
    pub emergency: bool,
    /// What an agent's reply was warned of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Finding>,
}

/// What a caller who wants to reply shall do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplyStep {
    /// Send this.
    Send(Job),
    /// Nothing: this key's reply was sent before, and this became of it.
    Already(Replied),
}

/// What became of an agent's reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replied {
    /// `sent`, `refused`, `unknown`.
    pub state: ReplyState,
    /// Why it was not sent, or why we can't know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Where the platform said "later": from when on the same `Idempotency-Key` sends again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<i64>,
    /// The platform's id of the reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_id: Option<String>,
    /// What it was warned of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Finding>,
}

/// A post as agents see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostView {
    /// Where it stands; a deleted one has no text any more.
    pub state: PostState,
    /// When it came in.
    pub received_ms: i64,
    /// How often it came again.
    pub copies: i64,
    /// What was decided of its acknowledgment: `planned`, or why not.
    pub ack: String,
    /// The rule that forbids one, where a rule is why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleView>,
    /// Its judgement.
    pub triage: Triage,
    /// The platform's id of it.
    pub id: PostId,
    /// What sort of post it is.
    pub kind: PostKind,
    /// What it says.
    pub text: String,
    /// What it quotes or forwards: not its author's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<String>,
    /// What it carries besides its text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// Whether the text was cut.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// When the platform says it was written.
    pub created_ms: i64,
    /// Where to look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// The post it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PostId>,
    /// Whether some of it was fetched from the platform because the delivery left it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fetched: bool,
}

/// A rule on automatic replies, as agents see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    /// What it says, in a line.
    pub says: String,
    /// Where the platform says it.
    pub source: String,
    /// When that was read: year-month.
    pub date: String,
}

/// An acknowledgment as agents see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AckView {
    /// Where it stands.
    pub state: AckState,
    /// Why it was refused or withdrawn, or why we can't know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What it says.
    pub text: String,
    /// In which language.
    pub lang: String,
    /// When it says that a person answers or is back, where it says a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_ms: Option<i64>,
    /// When its state last changed.
    pub changed_ms: i64,
    /// Whether it is for an emergency: then it may be the interaction's second.
    #[serde(default)]
    pub emergency: bool,
    /// What it promised, once it has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<PromiseView>,
}

/// That another customer answered: see [`super::peer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerAnswered {
    /// When, the last time.
    pub at_ms: i64,
    /// When the author thanked after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thanked_ms: Option<i64>,
}

/// What an acknowledgment promised, as agents see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseView {
    /// By when a person answers.
    pub by_ms: i64,
    /// `open`, `at_risk`, `broken`; or how it ended: `kept`, `late`, `unanswered`, `void`.
    pub state: String,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    /// What became of the word that told the author that it broke: `sending`, `sent`, `refused`, `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

/// An agent's reply as agents see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyView {
    /// Who wrote it.
    pub agent: String,
    /// What it says; nothing once the post that it answers is deleted.
    pub text: String,
    /// Where it stands; where it may have arrived, whoever goes on decides.
    pub state: ReplyState,
    /// Why it was not sent, or why we can't know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When.
    pub at_ms: i64,
    /// The post that it answers, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<PostId>,
    /// How it invited its author to a private conversation, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
}

/// One thing that someone did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// When.
    pub at_ms: i64,
    /// Who: an agent's id, or `heard`.
    pub who: String,
    /// What: a word of [`super::state::Did`]. It is told and never compared, and one that a later version
    /// wrote is told too.
    pub did: String,
    /// The particulars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// An interaction as agents see it. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// Its id.
    pub id: InteractionId,
    /// Where it stands.
    pub state: State,
    /// The account of ours it is with.
    pub source: SourceId,
    /// The platform.
    pub platform: Platform,
    /// Who serves it.
    pub workgroup: Workgroup,
    /// Whose it is, where the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// Its language.
    pub lang: String,
    /// What it is.
    pub kind: Kind,
    /// How soon a person is needed: the highest of its posts.
    pub level: Level,
    /// How urgent: the highest of its posts.
    pub urgency: u8,
    /// When its first post came in.
    pub opened_ms: i64,
    /// Since when its author waits for an answer; left out while it is the author's turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owed_ms: Option<i64>,
    /// When a person must have answered what is owed; where nothing is, when to look again.
    pub deadline_ms: i64,
    /// When another customer answered its author, and when they thanked after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer_answered: Option<PeerAnswered>,
    /// The order of the queue: lowest first.
    pub rank: i64,
    /// When it can be claimed, or until when it is leased.
    pub available_ms: i64,
    /// How many leases on it ran out since its last post or reply.
    pub attempts: i64,
    /// Where its news stand: what to send as `seen` once all that is shown here is read.
    #[serde(default)]
    pub cursor: i64,
    /// The fencing token: only for its holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// What one must be able to do to be offered it, until `relaxed_ms`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// From when on everybody of the workgroup is offered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relaxed_ms: Option<i64>,
    /// For whom a supervisor keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<String>,
    /// When a person first replied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replied_ms: Option<i64>,
    /// When a person last replied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_ms: Option<i64>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What its last holder noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The acknowledgment, if one was planned: the emergency's, where there are two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack: Option<AckView>,
    /// All of them: at most one for an emergency, and one for anything calmer before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acks: Vec<AckView>,
    /// Its posts, oldest first; the newest [`POSTS_SHOWN`] of them.
    pub posts: Vec<PostView>,
    /// What agents replied, oldest first; the newest [`POSTS_SHOWN`] of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<ReplyView>,
    /// Who did what, oldest first; only where one is claimed or looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Deed>,
    /// What else there was with this author, newest first; only where one is claimed or looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// What its posts answer, oldest first, as far as it is kept; only where one is claimed or looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thread: Vec<ThreadPost>,
    /// The words by which agents sort it, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What agents wrote for each other, oldest first; only where one is claimed or looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Remark>,
    /// What people say was judged wrongly; only where one is looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Corrected>,
    /// The cursor up to which its holder says to have seen the news; only where they ask what they hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<i64>,
    /// How long the lease lasts, in milliseconds; only where its holder asks what they hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_ms: Option<i64>,
    /// The posts that are new, edited or deleted since then; only where its holder asks what they hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub news: Vec<PostView>,
    /// That the customer left something on the details page; the wish only where its holder looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<DetailsView>,
    /// How the customer was asked it went, and what they said; only where one is claimed or looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<SurveyView>,
    /// Whether it is in a private place: a message, and no public post.
    #[serde(default)]
    pub in_private: bool,
    /// How its author can be invited to a private conversation; only where one is claimed or looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<PrivateView>,
    /// Whose author it is, as the brand knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerView>,
    /// What there was with them, in one line; only where one is claimed or looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// An answer that is written beforehand for people who are glad, to take or to leave; only where one is claimed or
    /// looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested: Option<Suggested>,
}

/// An answer that is offered and never sent by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// Why it is offered.
    pub on: Occasion,
    /// The answer's id in the configuration.
    pub answer: String,
    /// What it says, with the reference in its slot.
    pub text: String,
}

/// A customer as agents see them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    /// The brand's id of them.
    pub id: String,
    /// Their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Their value band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Their language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether they consent to being contacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_consent: Option<bool>,
}

/// That a customer left something on the details page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailsView {
    /// How often.
    pub n: i64,
    /// When last.
    pub at_ms: i64,
    /// How they want to hear from us; only for its holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Wish>,
}

/// That a customer was asked how it went, and what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyView {
    /// When the reply with the link arrived.
    pub asked_ms: i64,
    /// When they answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_ms: Option<i64>,
    /// From 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// What else they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// How an author can be invited to a private conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateView {
    /// How: a word of [`crate::platform::aside::How`]. It is told and never compared.
    pub how: String,
    /// Until when, where the platform says; epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// The link that a public reply would carry, where that is how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The rule, and who says so.
    pub rule: RuleView,
}

/// Another interaction of the same author, in short. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// Its id.
    pub id: InteractionId,
    /// Where it stands.
    pub state: State,
    /// The account of ours it was with.
    pub source: SourceId,
    /// Who served it.
    pub workgroup: Workgroup,
    /// When its first post came in.
    pub opened_ms: i64,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    /// What it was.
    pub kind: Kind,
    /// How soon a person was needed.
    pub level: Level,
    /// What had happened, where a post tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<Situation>,
    /// How its author felt in the newest post that is kept, from -1 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<f32>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What its last holder noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The beginning of its first post; of the newest, where that one is gone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What we said, oldest first: the newest few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<SaidView>,
}

/// Something that we said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidView {
    /// Who: an agent, `platform` for what was written in the platform's own app, `heard` for an acknowledgment.
    pub who: String,
    /// The beginning of it.
    pub text: String,
    /// When.
    pub at_ms: i64,
}

/// A post that stands above one of an interaction's in its thread, or an answer of ours there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPost {
    /// The platform's id of it.
    pub id: PostId,
    /// Whether we said it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ours: bool,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// What it says; nothing where it is deleted.
    pub text: String,
    /// What it carries besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// When it was written.
    pub created_ms: i64,
    /// Where to look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// The interaction that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction: Option<InteractionId>,
}

/// What an agent wrote for others to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// When.
    pub at_ms: i64,
    /// Who.
    pub who: String,
    /// What; nothing once the post that it quotes is deleted.
    pub text: String,
}

/// How much there is of something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tally {
    /// Where they stand.
    pub state: Stored,
    /// The platform.
    pub platform: Platform,
    /// The workgroup.
    pub workgroup: Workgroup,
    /// The level.
    pub level: Level,
    /// How many interactions.
    pub interactions: i64,
    /// How many posts they carry.
    pub posts: i64,
}

/// The backlog of a shard, or of all of them together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backlog {
    /// Interactions by state, platform, workgroup and level.
    pub tallies: Vec<Tally>,
    /// How many agents' leases hold now.
    pub leased: i64,
    /// How many are past their deadline, of those whose author waits for an answer.
    pub overdue: i64,
    /// When the oldest open one was opened.
    pub oldest_ms: Option<i64>,
    /// Counters since the beginning: `posts`, `duplicates`, `retired`, `ignored.*` ... They are the whole brand's:
    /// who sees not all of it is told none.
    pub counters: BTreeMap<String, i64>,
    /// Acknowledgments by state.
    pub acks: BTreeMap<String, i64>,
    /// The workgroups that are away on other work.
    #[serde(default)]
    pub retasked: Vec<Retasked>,
    /// The acknowledgments that are silenced.
    #[serde(default)]
    pub paused: Vec<Paused>,
    /// What somebody must look into.
    #[serde(default)]
    pub alarms: Vec<Alarm>,
    /// Where so many of one situation come that each is answered in a line.
    #[serde(default)]
    pub surges: Vec<Surge>,
    /// What acknowledgments promised and nobody has kept yet.
    #[serde(default)]
    pub promises: Open,
}

/// A source that answers a situation in the short register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surge {
    /// The source.
    pub source: SourceId,
    /// The situation.
    pub situation: Situation,
    /// How many notes were given a place in the last six hours.
    pub notes: i64,
    /// When the first of them was.
    pub since_ms: i64,
}

impl Surge {
    /// Adds what other shards know, of the same together.
    fn merge(all: &mut Vec<Surge>, others: Vec<Surge>) {
        for other in others {
            let same = all
                .iter_mut()
                .find(|one| one.source == other.source && one.situation == other.situation);
            match same {
                Some(one) => {
                    one.notes += other.notes;
                    one.since_ms = one.since_ms.min(other.since_ms);
                }
                None => all.push(other),
            }
        }
    }
}

/// Something that somebody must look into. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Alarm {
    /// A platform refuses a source's credential: the source is mute.
    Credential {
        /// The source.
        source: SourceId,
        /// What the platform said last: `credential:` and its code, or why no access token could be got.
        why: String,
        /// Since when.
        since_ms: i64,
        /// How many acknowledgments did not leave for it.
        stopped: i64,
    },
    /// Interactions that nobody is offered any more, because too many leases on them ran out.
    Dead {
        /// How many.
        n: i64,
        /// Since when the oldest of them.
        since_ms: i64,
    },
    /// Emergencies that nobody has answered in time.
    EmergencyOverdue {
        /// How many.
        n: i64,
        /// When the first of them should have been answered.
        since_ms: i64,
    },
    /// Interactions of a workgroup that no source and no rule names, so that nobody can claim them.
    Unclaimable {
        /// The workgroup.
        workgroup: Workgroup,
        /// How many.
        n: i64,
        /// When the most urgent of them was opened.
        since_ms: i64,
    },
    /// Promises of acknowledgments that nobody has kept in time.
    PromiseBroken {
        /// How many.
        n: i64,
        /// By when the first of them should have been kept.
        since_ms: i64,
    },
    /// Interactions of a workgroup that nobody who is there can take.
    Unserved {
        /// The workgroup.
        workgroup: Workgroup,
        /// What one must be able to do for them; empty: nothing in particular.
        skills: Vec<String>,
        /// The language they are in, where it is the language that nobody speaks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<String>,
        /// How many, of the first that wait.
        n: i64,
        /// Since when the first of them could be claimed.
        since_ms: i64,
    },
    /// The queue's storage fills up.
    Filling {
        /// How many shards are that full.
        shards: i64,
        /// How full the fullest is, in percent.
        percent: i64,
        /// How large it is.
        bytes: i64,
    },
}

impl Alarm {
    /// Adds what other shards know, of the same things together.
    pub fn merge(all: &mut Vec<Alarm>, others: Vec<Alarm>) {
        for other in others {
            if !all.iter_mut().any(|one| one.absorbed(&other)) {
                all.push(other);
            }
        }
    }

    /// Whether there is time, so that it is told to operators only.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Filling { percent, .. } if *percent < ALARM_PERCENT)
    }

    /// Takes another shard's alarm in, if it is about the same thing.
    fn absorbed(&mut self, other: &Alarm) -> bool {
        if let (
            Self::Filling {
                shards,
                percent,
                bytes,
            },
            Self::Filling {
                shards: more,
                percent: theirs,
                bytes: size,
            },
        ) = (&mut *self, other)
        {
            *shards += more;
            (*percent, *bytes) = (*percent, *bytes).max((*theirs, *size));
            return true;
        }
        let (mine, theirs) = match (self, other) {
            (
                Self::Credential {
                    source,
                    stopped,
                    since_ms,
                    ..
                },
                Self::Credential {
                    source: of,
                    stopped: n,
                    since_ms: since,
                    ..
                },
            ) if source == of => ((stopped, since_ms), (n, since)),
            (
                Self::Unclaimable {
                    workgroup,
                    n,
                    since_ms,
                },
                Self::Unclaimable {
                    workgroup: of,
                    n: more,
                    since_ms: since,
                },
            ) if workgroup == of => ((n, since_ms), (more, since)),
            (
                Self::Dead { n, since_ms },
                Self::Dead {
                    n: more,
                    since_ms: since,
                },
            )
            | (
                Self::PromiseBroken { n, since_ms },
                Self::PromiseBroken {
                    n: more,
                    since_ms: since,
                },
            )
            | (
                Self::EmergencyOverdue { n, since_ms },
                Self::EmergencyOverdue {
                    n: more,
                    since_ms: since,
                },
            ) => ((n, since_ms), (more, since)),
            _ => return false,
        };
        *mine.0 += theirs.0;
        *mine.1 = (*mine.1).min(*theirs.1);
        true
    }
}

impl Backlog {
    /// Adds another shard's backlog.
    pub fn add(&mut self, other: Backlog) {
        self.leased += other.leased;
        self.promises.add(other.promises);
        self.overdue += other.overdue;
        self.oldest_ms = match (self.oldest_ms, other.oldest_ms) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Alarm::merge(&mut self.alarms, other.alarms);
        Surge::merge(&mut self.surges, other.surges);
        for (name, n) in other.counters {
            *self.counters.entry(name).or_default() += n;
        }
        for (name, n) in other.acks {
            *self.acks.entry(name).or_default() += n;
        }
        for errand in other.retasked {
            // Every shard was told the same.
            if !self.retasked.contains(&errand) {
                self.retasked.push(errand);
            }
        }
        Paused::gather(&mut self.paused, other.paused);
        for tally in other.tallies {
            let same = self.tallies.iter_mut().find(|mine| {
                mine.state == tally.state
                    && mine.platform == tally.platform
                    && mine.workgroup == tally.workgroup
                    && mine.level == tally.level
            });
            match same {
                Some(mine) => {
                    mine.interactions += tally.interactions;
                    mine.posts += tally.posts;
                }
                None => self.tallies.push(tally),
            }
        }
    }
}
