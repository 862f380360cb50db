//! What the Worker and the floor's Durable Object say to each other: JSON over `fetch`.
//!
//! As with the inbox, an old Worker may speak to a new object and the reverse: unknown fields are ignored and
//! new ones have defaults.

use crate::inbox::hands::Hands;
use crate::post::Workgroup;
use crate::sql::SqlError;
use serde::{Deserialize, Serialize};

/// Why the floor refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// The agent serves workgroups that the one who asks does not.
    NotYours,
    /// So many agents have settings that another cannot.
    Full,
    /// The object is of a version that knows no floor, and holds nothing.
    Absent,
    /// The storage failed.
    Storage(String),
}

impl From<SqlError> for Refused {
    fn from(why: SqlError) -> Self {
        Refused::Storage(why.to_string())
    }
}

impl From<serde_json::Error> for Refused {
    fn from(_: serde_json::Error) -> Self {
        Refused::Storage("an answer is not valid JSON".into())
    }
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// There, and takes work.
    Available,
    /// There, and takes none.
    Away,
    /// Ends what they hold, and takes no more.
    WrapUp,
    /// Not heard of for two minutes.
    #[default]
    Offline,
}

impl Presence {
    /// Every one.
    pub const ALL: [Presence; 4] = [
        Presence::Available,
        Presence::Away,
        Presence::WrapUp,
        Presence::Offline,
    ];

    /// The word used in API and storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Presence::Available => "available",
            Presence::Away => "away",
            Presence::WrapUp => "wrap_up",
            Presence::Offline => "offline",
        }
    }

    /// The one of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What a supervisor set for an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Which workgroups they serve, of those that their token allows; none named means all of them.
    pub workgroups: Vec<Workgroup>,
    /// The languages they work in (ISO 639-1); none named means all.
    pub languages: Vec<String>,
    /// What they can do.
    pub skills: Vec<String>,
    /// How many they have in hand at once.
    pub capacity: Hands,
    /// The name that customers know them by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_name: Option<String>,
}

/// How many an agent has in hand at once, of each kind, where their settings do not say.
pub const CAPACITY: Hands = Hands {
    public: 5,
    private: 5,
};

/// Somebody who works here, as the floor knows them. Times are epoch milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their name, as their tokens have it.
    pub agent: String,
    /// Whether they are there.
    pub presence: Presence,
    /// Since when it is so; left out for one who was not heard of since the floor began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_ms: Option<i64>,
    /// Until when, where they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// When they last called; a claim that waits counts until its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_ms: Option<i64>,
    /// The workgroups whose work they are offered.
    pub serves: Vec<Workgroup>,
    /// What was set for them; left out where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
}
