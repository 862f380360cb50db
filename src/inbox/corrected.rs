//! What a correction says.

use crate::judgement::{Danger, Kind, Level, Situation};
use crate::post::InteractionId;
use serde::{Deserialize, Serialize};

/// One of a list, or none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OrNone<T> {
    /// This one.
    One(T),
    /// `none`.
    None(Nothing),
}

/// The word `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nothing {
    /// It is none.
    None,
}

/// What should have been said of a post: what is left out is not corrected. It has the names that labelled
/// posts have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Right {
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// How soon a person is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<OrNone<Situation>>,
    /// What endangers somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<OrNone<Danger>>,
    /// Whether it was to be acknowledged: false says that what went out should not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<bool>,
}

/// What was said of a post when it was corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// What it is.
    pub kind: Kind,
    /// How soon a person is needed.
    pub level: Level,
    /// How urgent.
    pub urgency: u8,
    /// What happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<Situation>,
    /// What endangers somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<Danger>,
    /// What was decided of its acknowledgment: `planned`, or why not.
    pub ack: String,
}

/// A correction, as people see it. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    /// Its own id.
    pub id: String,
    /// The interaction.
    pub interaction: InteractionId,
    /// The post, as the ledger has it: PLATFORM:POST-ID.
    pub post: String,
    /// Who says so.
    pub by: String,
    /// When they said so.
    pub at_ms: i64,
    /// Which model judged the post.
    pub model: String,
    /// What it said.
    pub judged: Judged,
    /// What it should have said.
    pub right: Right,
    /// What the post says; left out where it was edited since, or is gone: then this is no label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In which language.
    pub lang: String,
}
