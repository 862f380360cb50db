//! What travels between Worker and object.

use super::alike::Print;
use super::distinct::Distinct;
use super::who::Who;
use crate::inbox::line::Public;
use crate::post::{Platform, SourceId, Workgroup};
use crate::sql::SqlError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One post, as it is told: no word of it but a few that are nobody's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sighting {
    /// Who wrote it.
    pub who: Who,
    /// The ledger's key of the post.
    pub post: String,
    /// Where.
    pub platform: Platform,
    /// When it arrived or was written: epoch milliseconds.
    pub at_ms: i64,
    /// In which language.
    pub lang: String,
    /// Words of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// What its text is like.
    #[serde(default)]
    pub print: Print,
    /// The link it carries, as a keyed number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<u32>,
    /// How many follow its author, where the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followers: Option<u64>,
    /// Whether somebody is in danger.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub emergency: bool,
    /// The post as a keyed number, by which it is found that others answer it.
    #[serde(default)]
    pub mark: u32,
    /// The number of the post that it answers: a post that is forgotten is named by nobody who answered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<u32>,
}

/// What was seen of a cell in a minute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CellSeen {
    /// Who wrote.
    pub people: Distinct,
    /// The posts; past [`super::merge::SEEN`] they count and are not kept.
    pub seen: Vec<Sighting>,
}

/// What an isolate saw of a source in a minute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Folded {
    /// The number of the minute since the epoch.
    pub minute: i64,
    /// Everybody who complained or asked.
    pub people: Distinct,
    /// By what happened; and with a hashtag, by that too.
    pub cells: BTreeMap<String, CellSeen>,
}

/// An isolate tells what it saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tell {
    /// By source.
    #[serde(default)]
    pub sources: BTreeMap<SourceId, Vec<Folded>>,
    /// Posts that were deleted, by the ledger's keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
}

/// How an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The numbers say so; no person has yet.
    Suspected,
    /// A supervisor says so.
    Confirmed,
    /// It is a part of another.
    Merged,
    /// It is over, or was none.
    Closed,
}

impl State {
    /// Every one.
    pub const ALL: [State; 4] = [Self::Suspected, Self::Confirmed, Self::Merged, Self::Closed];

    /// The name in API and storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Confirmed => "confirmed",
            Self::Merged => "merged",
            Self::Closed => "closed",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// Whether people still join it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Suspected | Self::Confirmed)
    }
}

/// A supervisor's public line about an incident: what its members are told instead of the ordinary note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it says, by language.
    pub text: BTreeMap<String, String>,
    /// It counts from 1, over all that is said of the incident: another text is another version.
    pub version: u32,
    /// It counts what changed of it, its time too: a shard that hears of an earlier state late does not go back.
    #[serde(default)]
    pub serial: u32,
    /// From when on nobody is told it.
    pub until_ms: i64,
    /// Who wrote it.
    pub by: String,
    /// Whether it is the word that all is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
}

/// What a list shows of an incident. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// Its id: `i-7`.
    pub id: String,
    /// How it stands.
    pub state: State,
    /// Whose work it is.
    pub workgroup: Workgroup,
    /// Of which source.
    pub source: SourceId,
    /// What happened: a situation, a danger, `other`, or `*` for all that the source brings.
    pub what: String,
    /// The hashtag or place, where the crowd is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What a supervisor calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The first post.
    pub began_ms: i64,
    /// The last sign of a crowd.
    pub last_ms: i64,
    /// Who changed its state last, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_ms: Option<i64>,
    /// Of which it is a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// What else it is of, since others were made a part of it: cells, as `what@place`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The numbers of the incidents that are a part of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<i64>,
    /// What its members are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// Different people.
    pub people: u32,
    /// Their posts.
    pub posts: u32,
    /// How many other people wrote under the one of its posts under which most did.
    #[serde(default)]
    pub spread: u32,
    /// How much it weighs beside others: see [`super::rank`].
    #[serde(default)]
    pub rank: u32,
    /// The alarm that made it: how many people in how many minutes, where how many were expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<Sign>,
}

/// What an alarm said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sign {
    /// People.
    pub people: u32,
    /// In so many minutes.
    pub minutes: i64,
    /// Where so many were expected.
    pub expected: f64,
    /// How many 95 in 100 such minutes have at this time; absent of what alarmed before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Usual>,
}

/// What a time of the week usually sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// The fewest people.
    pub low: u32,
    /// The most.
    pub high: u32,
}

/// All of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Whole {
    /// What a list shows.
    pub brief: Brief,
    /// Its members, by time.
    pub members: Vec<Sighting>,
    /// Words of its source in general: how many people used each, and of how many.
    #[serde(default)]
    pub words: BTreeMap<String, u32>,
    /// Of how many people.
    #[serde(default)]
    pub of: u32,
}

/// What became of an incident, and what shards are to be told of lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// The incident.
    pub brief: Brief,
    /// Lines that are new, go on with more members, or end.
    #[serde(default)]
    pub hear: Vec<Public>,
}

/// Why a question is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// There is none, or it is not for this caller.
    NotFound,
    /// Its state allows no such change.
    State(State),
    /// A line is a confirmed incident's, and the word that it is over a closed one's; this one is this.
    LineOf(State),
    /// What is of two sources cannot be one.
    Source,
    /// There is no line whose time could be changed.
    NoLine,
    /// So many are kept that another cannot be.
    Full,
    /// The object is of a version that has no such questions, as during a deployment.
    Absent,
    /// The storage failed.
    Storage(String),
}

impl From<SqlError> for Refused {
    fn from(why: SqlError) -> Self {
        Self::Storage(why.to_string())
    }
}

impl From<serde_json::Error> for Refused {
    fn from(_: serde_json::Error) -> Self {
        Self::Storage("not JSON".into())
    }
}
