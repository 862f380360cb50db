//! The acknowledgment: whether to send one, and what it says.
//!
//! [`decide`] is the whole decision, for the inbox, the preview and the command alike. Every "no"
//! has a reason with a stable name, and the reason is kept with the post.

use crate::config::{Brand, Limits, Mode, Source};
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
    /// The platform did not say who wrote it.
    NoAuthor,
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
            WhyNot::NoAuthor => "no_author",
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

/// What may be said to this post, or why nothing may.
///
/// Judgement comes first, then the person, then the rules: so the reason kept is the one that a
/// reader would give. A source in `dry_run` decides as a live one would. `recent` gives the fingerprints
/// of what the source said lately ([`voice::Occasion::recent_openings`]); it is asked last.
#[allow(clippy::too_many_arguments)] // Each is a fact of its own; a struct would only rename them.
pub fn decide(
    post: &Post,
    triage: &Triage,
    source: &Source,
    brand: &Brand,
    limits: &Limits,
    standing: &Standing,
    recent: &dyn Fn() -> Vec<u64>,
    now_ms: i64,
) -> Result<voice::Acknowledgment, WhyNot> {
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
    let author = post.author.as_ref().ok_or(WhyNot::NoAuthor)?;
    if author.bot {
        return Err(WhyNot::Bot);
    }
    if !post.addressed {
        return Err(WhyNot::NotAddressed);
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
    if let Some(rule) = platform::forbidden(source.platform, post, now_ms) {
        return Err(WhyNot::Rule(rule));
    }
    if source.credential.is_none() {
        return Err(WhyNot::NoCredential);
    }
    let recent = recent();
    voice::compose(brand, &occasion(post, triage, source, &recent)).ok_or(WhyNot::NoVoice)
}

/// Whether the post is fresh enough to be acknowledged at `now_ms`.
pub fn is_fresh(post: &Post, limits: &Limits, now_ms: i64) -> bool {
    age_ms(post, now_ms) <= i64::from(limits.fresh_minutes) * 60_000
}

/// What the voice is told of a post.
fn occasion<'a>(
    post: &'a Post,
    triage: &'a Triage,
    source: &Source,
    recent: &'a [u64],
) -> voice::Occasion<'a> {
    voice::Occasion {
        text: &post.text,
        matter: crate::triage::matter::matter(&post.text, Some(&triage.lang)),
        level: triage.level,
        lang: &triage.lang,
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
