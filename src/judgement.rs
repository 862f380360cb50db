//! What is said of a post: its kind, how soon a person is needed, what is the matter, and why.
//!
//! [`crate::triage`] judges; whoever keeps, shows or acts on a judgement needs only these names.

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

impl Level {
    /// The level whose band of urgency holds the value.
    pub fn of_urgency(urgency: u8) -> Level {
        match urgency {
            0..=24 => Level::Idle,
            25..=49 => Level::Routine,
            50..=79 => Level::Urgent,
            _ => Level::Emergency,
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
    /// Whether its author hints at harming themselves: see [`crate::triage::despair`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_harm: bool,
    /// Why, strongest first; at most [`MAX_REASONS`].
    pub reasons: Vec<Reason>,
}

/// How many reasons a judgement carries at most: what a person reads at a glance.
pub const MAX_REASONS: usize = 5;

/// What a complaint or plea is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Matter {
    /// Late, stuck, waiting.
    Delay,
    /// Locked out of an account, a card, a place.
    LockedOut,
    /// Money taken, owed, not refunded.
    Money,
    /// A parcel or an order that has not come.
    Parcel,
    /// A service is down.
    Outage,
    /// How staff behaved.
    Staff,
    /// Someone's safety or health.
    Safety,
    /// Cancelled, overbooked.
    Cancelled,
    /// Lost or stolen property.
    Lost,
    /// Fraud, account takeover.
    Fraud,
    /// Nobody answers.
    Unanswered,
    /// A product is faulty, dirty, wrong.
    Product,
    /// Something else, or nothing that we understand well enough to name.
    Other,
}

impl Matter {
    /// Every matter.
    pub const ALL: [Matter; 13] = [
        Matter::Delay,
        Matter::LockedOut,
        Matter::Money,
        Matter::Parcel,
        Matter::Outage,
        Matter::Staff,
        Matter::Safety,
        Matter::Cancelled,
        Matter::Lost,
        Matter::Fraud,
        Matter::Unanswered,
        Matter::Product,
        Matter::Other,
    ];

    /// The name used in the configuration and shown to people.
    pub fn as_str(self) -> &'static str {
        match self {
            Matter::Delay => "delay",
            Matter::LockedOut => "locked_out",
            Matter::Money => "money",
            Matter::Parcel => "parcel",
            Matter::Outage => "outage",
            Matter::Staff => "staff",
            Matter::Safety => "safety",
            Matter::Cancelled => "cancelled",
            Matter::Lost => "lost",
            Matter::Fraud => "fraud",
            Matter::Unanswered => "unanswered",
            Matter::Product => "product",
            Matter::Other => "other",
        }
    }

    /// The matter of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|matter| matter.as_str() == name)
    }
}
