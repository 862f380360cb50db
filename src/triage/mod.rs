//! Post to judgement: what it is, how urgent, and why. Pure, deterministic, microseconds.

use crate::post::Platform;
use serde::{Deserialize, Serialize};

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Something went wrong for its author, or for the one it is written for.
    Complaint,
    /// A customer asks, urgently or idly.
    Question,
    /// Thanks or admiration.
    Praise,
    /// Advertising, scams, chain letters.
    Spam,
    /// Abuse for its own sake, threats.
    Attack,
    /// News and remarks about us, by a bystander.
    News,
    /// None of these.
    Other,
}

impl Kind {
    /// The name used in API and storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Complaint => "complaint",
            Kind::Question => "question",
            Kind::Praise => "praise",
            Kind::Spam => "spam",
            Kind::Attack => "attack",
            Kind::News => "news",
            Kind::Other => "other",
        }
    }
}

/// How soon a person is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Level {
    /// Nobody soon.
    Idle,
    /// Routine: hours are fine.
    Routine,
    /// A person within minutes.
    Urgent,
    /// Safety, health, fraud under way.
    Emergency,
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        match level {
            Level::Idle => 0,
            Level::Routine => 1,
            Level::Urgent => 2,
            Level::Emergency => 3,
        }
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(level: u8) -> Result<Self, String> {
        match level {
            0 => Ok(Level::Idle),
            1 => Ok(Level::Routine),
            2 => Ok(Level::Urgent),
            3 => Ok(Level::Emergency),
            other => Err(format!("{other} is no level: 0 to 3")),
        }
    }
}

/// One reason for a judgement: the part of the post that spoke, and how loudly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The words of the post, or a short name of what was seen.
    pub what: String,
    /// How much it moved the judgement; positive is towards urgent.
    pub weight: f32,
}

/// The judgement of a post. Probabilities decide at 0.5.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Triage {
    /// What the post is.
    pub kind: Kind,
    /// How urgent, 0 to 100; grows with the level and orders within it.
    pub urgency: u8,
    /// How soon a person is needed.
    pub level: Level,
    /// From -1, bitter, to 1, delighted.
    pub sentiment: f32,
    /// Probability that it is a complaint.
    pub complaint: f32,
    /// Probability that its author asks for help.
    pub help: f32,
    /// Probability that it is praise or thanks.
    pub praise: f32,
    /// Probability that it is abuse: an attack on persons, not anger at a service.
    pub abuse: f32,
    /// Probability that it is spam.
    pub spam: f32,
    /// The language it is written in: ISO 639-1, or `und`.
    pub lang: String,
    /// Why, strongest first; at most [`MAX_REASONS`].
    pub reasons: Vec<Reason>,
}

/// How many reasons a judgement carries at most: what a person reads at a glance.
pub const MAX_REASONS: usize = 5;

/// What triage looks at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The post's text, as the platform sent it.
    pub text: &'a str,
    /// The platform, where known.
    pub platform: Option<Platform>,
    /// The language the platform names, where it names one.
    pub lang: Option<&'a str>,
}

/// Judges a post.
///
/// The result depends on nothing but the subject; time is linear in the text's length.
pub fn triage(_subject: &Subject<'_>) -> Triage {
    Triage {
        kind: Kind::Other,
        urgency: 0,
        level: Level::Idle,
        sentiment: 0.0,
        complaint: 0.0,
        help: 0.0,
        praise: 0.0,
        abuse: 0.0,
        spam: 0.0,
        lang: "und".into(),
        reasons: Vec::new(),
    }
}
