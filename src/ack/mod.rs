//! The acknowledgment: whether to send one, and what it says.
//!
//! [`decide`] is the whole decision, for the inbox, the preview and the command alike. Every "no"
//! has a reason with a stable name, and the reason is kept with the post.

use crate::config::{Config, Limits, Mode, Source};
use crate::platform::{self, Rule};
use crate::post::Post;
use crate::triage::{Kind, Level, Triage};

pub mod length;
pub mod lint;
pub mod preview;
pub mod stop;
pub mod voice;

/// What is known of the author and the interaction when the decision is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// An acknowledgment of this interaction was planned or sent before.
    pub acknowledged: bool,
    /// When this source last acknowledged this author, in another interaction.
    pub last_ms: Option<i64>,
    /// The author said stop.
    pub stopped: bool,
    /// An agent holds the interaction or has answered in it.
    pub in_exchange: bool,
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
            WhyNot::NotAddressed => "not_addressed",
            WhyNot::Stale => "stale",
            WhyNot::Stopped => "stopped",
            WhyNot::Acknowledged => "acknowledged",
            WhyNot::Cooldown => "cooldown",
            WhyNot::InExchange => "in_exchange",
            WhyNot::Rule(rule) => rule.name,
            WhyNot::NoVoice => "no_voice",
            WhyNot::NoCredential => "no_credential",
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
    /// The fingerprints of what the source said lately ([`voice::Occasion::recent_openings`]).
    fn openings(&self) -> Vec<u64> {
        Vec::new()
    }
}

/// Nothing was said or served before.
impl Memory for () {}

/// Where and when a decision is made: whatever is not in the post itself.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The whole configuration: the brand, the limits.
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

/// What may be said to this post, or why nothing may.
///
/// Judgement comes first, then the person, then the rules: so the reason kept is the one that a
/// reader would give. A source in `dry_run` decides as a live one would. The queue's memory is asked last.
pub fn decide(
    post: &Post,
    triage: &Triage,
    scene: &Scene<'_>,
) -> Result<voice::Acknowledgment, WhyNot> {
    let Scene {
        config,
        source,
        standing,
        memory,
        now_ms,
    } = *scene;
    let limits = &config.limits;
    if source.mode == Mode::Off {
        return Err(WhyNot::Off);
    }
    if stop::says_stop(&post.text) {
        return Err(WhyNot::SaysStop);
    }
    match triage.kind {
        Kind::Attack => return Err(WhyNot::Attack),
        Kind::Spam => return Err(WhyNot::Spam),
        Kind::Complaint | Kind::Question if triage.level >= Level::Urgent => {}
        Kind::Complaint | Kind::Question => return Err(WhyNot::NotUrgent),
        Kind::Praise | Kind::News | Kind::Other => return Err(WhyNot::NotAPlea),
    }
    let rule = platform::forbidden(source.platform, source.plan, post, now_ms).map(WhyNot::Rule);
    // Where a platform has a rule on this, it is the rule that speaks.
    let Some(author) = &post.author else {
        return Err(rule.unwrap_or(WhyNot::Rule(&platform::eligibility::ABSENT_ACTOR)));
    };
    if author.bot {
        return Err(WhyNot::Bot);
    }
    if !post.addressed {
        return Err(rule.unwrap_or(WhyNot::NotAddressed));
    }
    if standing.stopped {
        return Err(WhyNot::Stopped);
    }
    if standing.acknowledged {
        return Err(WhyNot::Acknowledged);
    }
    if standing.in_exchange {
        return Err(WhyNot::InExchange);
    }
    let cooldown_ms = i64::from(limits.cooldown_hours) * 3_600_000;
    if standing
        .last_ms
        .is_some_and(|last| now_ms.saturating_sub(last) < cooldown_ms)
    {
        return Err(WhyNot::Cooldown);
    }
    if !is_fresh(post, limits, now_ms) {
        return Err(WhyNot::Stale);
    }
    if let Some(rule) = rule {
        return Err(rule);
    }
    if source.credential.is_none() {
        return Err(WhyNot::NoCredential);
    }
    let openings = memory.openings();
    voice::compose(&config.brand, &occasion(post, triage, source, &openings)).ok_or(WhyNot::NoVoice)
}

/// Whether the post is fresh enough to be acknowledged at `now_ms`.
pub fn is_fresh(post: &Post, limits: &Limits, now_ms: i64) -> bool {
    age_ms(post, now_ms) <= i64::from(limits.fresh_minutes) * 60_000
}

/// What the voice is told of a post.
fn occasion<'a>(
    post: &'a Post,
    triage: &'a Triage,
    source: &'a Source,
    recent: &'a [u64],
) -> voice::Occasion<'a> {
    voice::Occasion {
        text: &post.text,
        matter: crate::triage::matter::matter(&post.text, Some(&triage.lang)),
        level: triage.level,
        self_harm: triage.self_harm,
        lang: &triage.lang,
        help: &source.help,
        platform: source.platform,
        public: post.kind.is_public(),
        seed: seed(post.id.as_str()),
        recent_openings: recent,
        within: None,
    }
}

/// A number that is the same for the same post, so that the text is too (FNV-1a).
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
