//! What a decision is made of, and what comes of it.

use super::wait::{Pace, Untold};
use crate::config::{Config, Limits, Source};
use crate::judgement::{Level, Situation};
use crate::platform::eligibility::Rule;
use crate::post::{AuthorId, Post};
use crate::voice::occasion::{Acknowledgment, Lately, Wait};

/// What is known of the author and the interaction when the decision is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The most that an acknowledgment of this interaction was planned or sent for before.
    pub acknowledged: Option<Thing>,
    /// When this source last acknowledged this author, in another interaction.
    pub last_ms: Option<i64>,
    /// The author said stop.
    pub stopped: bool,
    /// Whether a person is in conversation with the author.
    pub exchange: Exchange,
    /// It is planned already and keeps its place: only its words are asked for.
    pub placed: bool,
    /// The platform refuses the source's credential, and it is not yet time to try again.
    pub credential_dead: bool,
}

/// How long after a person's word an emergency is still left to them: long enough for a person who
/// writes back and forth, short enough that nobody in danger waits for one who has left the desk.
pub const EXCHANGE_MS: i64 = 5 * 60_000;

/// What an acknowledgment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// Somebody needs a person within minutes.
    Plea,
    /// Somebody is in danger.
    Emergency,
}

impl Thing {
    /// What a post of that level would be acknowledged for.
    pub fn of(level: Level) -> Self {
        match level {
            Level::Emergency => Thing::Emergency,
            Level::Urgent | Level::Routine | Level::Idle => Thing::Plea,
        }
    }
}

/// Whether a person is in conversation with an author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exchange {
    /// Nobody holds the interaction and nobody has answered in it.
    #[default]
    None,
    /// An agent holds it, or one has answered in it at some time.
    Begun,
    /// A person has spoken within [`EXCHANGE_MS`] and has not let go.
    Live,
}

/// Why no acknowledgment is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// The source's mode is off.
    Off,
    /// It is a message that says stop.
    SaysStop,
    /// Nobody is needed within minutes.
    NotUrgent,
    /// It is an attack; answering feeds it.
    Attack,
    /// It is spam.
    Spam,
    /// It is no complaint or plea by or for a customer.
    NotAPlea,
    /// Its author hints at harming themselves, and others read along: a person answers, at the front of the queue.
    Despair,
    /// Its words speak about us or to others.
    NotToUs,
    /// A program wrote it.
    Bot,
    /// It is an automatic message: a vacation note, an answering machine.
    Automatic,
    /// One of us wrote it: a moderator, an administrator, an agent.
    Staff,
    /// It does not address us.
    NotAddressed,
    /// It is too old: see [`Limits::fresh_minutes`].
    Stale,
    /// The author said stop.
    Stopped,
    /// This interaction had its acknowledgment.
    Acknowledged,
    /// The author had one from this source lately: see [`Limits::cooldown_hours`].
    Cooldown,
    /// A person is in conversation with them.
    InExchange,
    /// The platform's rules forbid it.
    Rule(&'static Rule),
    /// There is no voice for its language.
    NoVoice,
    /// The source has no reply credential.
    NoCredential,
    /// A supervisor silenced the source, or all of them.
    Paused,
    /// The source has said as much as its followers can bear: see [`crate::config::Ceiling`].
    Ceiling,
    /// The platform refuses the source's credential: it has expired or was revoked.
    CredentialDead,
}

impl WhyNot {
    /// The stable name that is kept and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            WhyNot::Off => "off",
            WhyNot::SaysStop => "says_stop",
            WhyNot::NotUrgent => "not_urgent",
            WhyNot::Attack => "attack",
            WhyNot::Spam => "spam",
            WhyNot::NotAPlea => "not_a_plea",
            WhyNot::Despair => "despair",
            WhyNot::NotToUs => "not_to_us",
            WhyNot::Bot => "bot",
            WhyNot::Automatic => "automatic",
            WhyNot::Staff => "staff",
            WhyNot::NotAddressed => "not_addressed",
            WhyNot::Stale => "stale",
            WhyNot::Stopped => "stopped",
            WhyNot::Acknowledged => "acknowledged",
            WhyNot::Cooldown => "cooldown",
            WhyNot::InExchange => "in_exchange",
            WhyNot::Rule(rule) => rule.name,
            WhyNot::NoVoice => "no_voice",
            WhyNot::NoCredential => "no_credential",
            WhyNot::Paused => "paused",
            WhyNot::Ceiling => "ceiling",
            WhyNot::CredentialDead => "credential_dead",
        }
    }

    /// The platform's rule that forbids it, if that is why.
    pub fn rule(self) -> Option<&'static Rule> {
        match self {
            WhyNot::Rule(rule) => Some(rule),
            _ => None,
        }
    }
}

/// The least freshness for a clock that runs behind: a post from the future is as fresh as one can be.
fn age_ms(post: &Post, now_ms: i64) -> i64 {
    now_ms.saturating_sub(post.created_ms)
}

/// What a queue remembers, asked only where something is about to be said: each answer is a read of
/// its own. The defaults are those of a queue that remembers nothing.
pub trait Memory {
    /// Whether a supervisor silenced the source.
    fn is_paused(&self) -> bool {
        false
    }

    /// Whether the source has no place near enough for one more, to a post of this level.
    fn is_full(&self, _level: Level) -> bool {
        false
    }

    /// What the source said lately, and what it said to this author.
    fn lately(&self, _author: Option<&AuthorId>) -> Lately {
        Lately::default()
    }

    /// Whether the source hears far more of a situation than at this hour of the week.
    fn is_surging(&self, _situation: Situation) -> bool {
        false
    }

    /// How the promises of the last seven days were kept, at a level.
    fn kept(&self, _level: Level) -> Option<Kept> {
        None
    }

    /// The queue's pace at a level, since `since_ms`.
    fn pace(&self, _level: Level, _since_ms: i64) -> Option<Pace> {
        None
    }
}

/// Nothing was said or served before.
impl Memory for () {}

/// How promises were kept that acknowledgments made: of a workgroup, at a level, in the last seven days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// How many are over: closed, or open past their time.
    pub promises: i64,
    /// Of those: late, or not kept at all.
    pub broken: i64,
    /// Of those: ended without any answer.
    pub unanswered: i64,
}

/// How many promises are enough to judge by. Fewer say too little to take words away.
const ENOUGH: i64 = 10;

impl Kept {
    /// Whether a time may be told: four of five were kept. A time that is told should hold nine times of ten; one that
    /// fails twice as often misleads.
    pub fn carries_a_time(self) -> bool {
        self.promises < ENOUGH || (self.promises - self.broken) * 5 >= self.promises * 4
    }

    /// Whether they carry that somebody answers at all: more than half were answered, in time or late.
    pub fn carries_an_answer(self) -> bool {
        self.promises < ENOUGH || (self.promises - self.unanswered) * 2 > self.promises
    }
}

/// What is said, and what it binds us to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The words.
    pub words: Acknowledgment,
    /// What it is said for.
    pub thing: Thing,
    /// When the words say that a person answers or is back: epoch milliseconds. Why nothing is said of
    /// time, where they say none.
    pub by_ms: Result<i64, Untold>,
    /// Whether the words say that somebody answers.
    pub answers: bool,
    /// Which incident's public line they are, where they are one.
    pub line: Option<Says>,
}

/// Which version of which incident's public line is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Says {
    /// The incident's number.
    pub incident: i64,
    /// The version.
    pub version: i64,
}

impl Said {
    /// When a person must have answered, where the words tell a wait. Being back is no answer: where
    /// they tell of that, the source's deadlines hold.
    pub fn answer_by_ms(&self) -> Option<i64> {
        match self.words.told {
            Some(Wait::Minutes(_)) => self.by_ms.ok(),
            Some(Wait::BackAt { .. }) | None => None,
        }
    }
}

/// Where and when a decision is made: whatever is not in the post itself.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The whole configuration: the limits.
    pub config: &'a Config,
    /// The account of ours that the post came to.
    pub source: &'a Source,
    /// What is known of the author and the interaction.
    pub standing: Standing,
    /// What the queue remembers.
    pub memory: &'a dyn Memory,
    /// The time: epoch milliseconds.
    pub now_ms: i64,
}

/// Whether the post is fresh enough to be acknowledged at `now_ms`.
pub fn is_fresh(post: &Post, limits: &Limits, now_ms: i64) -> bool {
    age_ms(post, now_ms) <= i64::from(limits.fresh_minutes) * 60_000
}
