//! The acknowledgment: whether to send one, and what it says.
//!
//! [`decide`] is the whole decision, for the inbox, the preview and the command alike: its [`guard`]s, then
//! the [`voice`]. Every "no" has a reason with a stable name, and the reason is kept with the post.
//!
//! # Never twice, and an emergency always once
//!
//! At most one note is said for the same thing, at most two for one interaction, and the second is an
//! emergency's. "Never twice" keeps a robot from repeating itself to a person who waits; but somebody
//! who complained of a delay at noon and sits in smoke at one has not said the same thing twice, and the
//! note that was right for the delay lacks the line that sends them to safety. So an emergency
//! ([`Thing::Emergency`]) is said once for its interaction
//!
//! - where a calmer note waits for its place: it takes that note's place, and the other never leaves;
//! - after a calmer note that has left, is under way, or of which nobody knows whether it arrived;
//! - within the cooldown of an earlier interaction: the source's ceiling bounds what one author can
//!   make it say;
//! - while an agent holds the interaction and has not answered: a lease is not a reply.
//!
//! It is left to the person in one case: whoever has spoken within [`EXCHANGE_MS`] and has not let go is
//! reading now, and a robot that cuts in ("a person will answer") would be wrong about the person who
//! just did. A second emergency gets nothing, nor does anything calmer after it.

use crate::config::{Config, Limits, Source};
use crate::platform::Rule;
use crate::post::Post;
use crate::triage::{Level, Triage};
use guard::{Case, GUARDS};
use wait::{Pace, Untold};

pub mod guard;
pub mod length;
pub mod lint;
pub mod preview;
pub mod stop;
pub mod voice;
pub mod wait;
pub mod why;

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

    /// The fingerprints of what the source said lately ([`voice::Occasion::recent_openings`]).
    fn openings(&self) -> Vec<u64> {
        Vec::new()
    }

    /// The queue's pace at a level, since `since_ms`.
    fn pace(&self, _level: Level, _since_ms: i64) -> Option<Pace> {
        None
    }
}

/// Nothing was said or served before.
impl Memory for () {}

/// What is said, and what it binds us to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The words.
    pub words: voice::Acknowledgment,
    /// What it is said for.
    pub thing: Thing,
    /// When the words say that a person answers or is back: epoch milliseconds. Why nothing is said of
    /// time, where they say none.
    pub by_ms: Result<i64, Untold>,
}

impl Said {
    /// When a person must have answered, where the words tell a wait. Being back is no answer: where
    /// they tell of that, the source's deadlines hold.
    pub fn answer_by_ms(&self) -> Option<i64> {
        match self.words.told {
            Some(voice::Wait::Minutes(_)) => self.by_ms.ok(),
            Some(voice::Wait::BackAt { .. }) | None => None,
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

/// What may be said to this post, or why nothing may: what the first of the [`guard::GUARDS`] says that
/// stops.
///
/// A source in `dry_run` decides as a live one would. The queue's memory is asked last.
pub fn decide(post: &Post, triage: &Triage, scene: &Scene<'_>) -> Result<Said, WhyNot> {
    let case = Case {
        post,
        triage,
        scene,
    };
    GUARDS.iter().try_for_each(|guard| (guard.ask)(&case))?;
    let told = wait::told(
        scene.source.hours(),
        |since_ms| scene.memory.pace(triage.level, since_ms),
        scene.now_ms,
    );
    let openings = scene.memory.openings();
    let occasion = voice::Occasion {
        within: told.ok().map(|told| told.wait),
        ..occasion(&case, &openings)
    };
    let words = voice::compose(&scene.source.brand, &occasion).ok_or(WhyNot::NoVoice)?;
    Ok(Said {
        thing: Thing::of(triage.level),
        by_ms: match words.told {
            Some(_) => told.map(|told| told.by_ms),
            None => Err(told.err().unwrap_or(Untold::NoRoom)),
        },
        words,
    })
}

/// Whether the post is fresh enough to be acknowledged at `now_ms`.
pub fn is_fresh(post: &Post, limits: &Limits, now_ms: i64) -> bool {
    age_ms(post, now_ms) <= i64::from(limits.fresh_minutes) * 60_000
}

/// What the voice is told of a post, but for the time.
fn occasion<'a>(case: &Case<'a>, recent: &'a [u64]) -> voice::Occasion<'a> {
    let Case {
        post,
        triage,
        scene,
    } = *case;
    voice::Occasion {
        text: &post.text,
        matter: crate::triage::matter::matter(&post.text, Some(&triage.lang), triage.level),
        level: triage.level,
        self_harm: triage.self_harm,
        lang: &triage.lang,
        help: &scene.source.help,
        platform: scene.source.platform,
        public: post.kind.is_public(),
        seed: seed(post.id.as_str()),
        recent_openings: recent,
        within: None,
        on_duty: Some(scene.source.team(scene.now_ms)),
    }
}

/// A number that is the same for the same post, so that the text is too (FNV-1a).
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
