//! What the Worker and a directory say to each other: JSON over `fetch`. Unknown fields are ignored and
//! new ones have defaults, as an old Worker may speak to a new object and the reverse.

use crate::config::home::Jurisdiction;
use crate::inbox::shard::Shard;
use crate::post::{AuthorId, Platform, PostId};
use crate::sql::SqlError;
use serde::{Deserialize, Serialize};

/// What is known of an update whose home is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// The post that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<PostId>,
    /// Every id by which the update names the author; none where it names nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<AuthorId>,
}

/// Where an update belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The shard.
    pub home: Shard,
    /// The id that the author is known by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<AuthorId>,
    /// Where an earlier copy, which named no author, lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Shard>,
    /// Whom this author was taken for until lately.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<AuthorId>,
    /// The author's other ids: of a time in which they were taken for other people's, posts may lie where
    /// these lead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<AuthorId>,
}

/// Where do these belong? In the order of the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// The platform.
    pub platform: Platform,
    /// How many shards the queue has.
    pub shards: u16,
    /// The updates, in their order.
    pub wants: Vec<Want>,
}

/// What the last answer asked for is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Posts that lie elsewhere now.
    pub moved: Vec<(PostId, Shard)>,
    /// Authors whose stop their new shard has heard of.
    pub joined: Vec<AuthorId>,
}

/// In which jurisdiction are the objects? From now on in this one, if none is recorded. Only the anchor
/// ([`super::ANCHOR`]) is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The configuration's.
    pub jurisdiction: Option<Jurisdiction>,
}

/// All ids of these people; and forget them, if that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Any of their ids.
    pub ids: Vec<AuthorId>,
    /// Whether to forget them.
    #[serde(default)]
    pub forget: bool,
}

/// Why a directory refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
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
