//! What the Worker and the accounts' Durable Object say to each other: JSON over `fetch`.
//!
//! As with the inbox, an old Worker may speak to a new object and the reverse: unknown fields are
//! ignored and new ones have defaults.

use crate::post::Workgroup;
use crate::sql::SqlError;
use serde::{Deserialize, Serialize};

/// Why the object refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// No such token.
    NotFound,
    /// So many tokens are revoked that another cannot be.
    Full,
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

/// A token that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Its id.
    pub id: String,
    /// Whose.
    pub agent: String,
    /// As what.
    pub role: String,
    /// Which workgroups; none named means all.
    pub workgroups: Vec<Workgroup>,
    /// Until when it is good: epoch milliseconds.
    pub expires_ms: i64,
    /// When it was used: epoch milliseconds.
    pub at_ms: i64,
}

/// A token, as it is listed. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Whose; `None` for one that was revoked before it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// As what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Which workgroups; none named means all.
    pub workgroups: Vec<Workgroup>,
    /// Until when it is good.
    pub expires_ms: i64,
    /// When it was used first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_ms: Option<i64>,
    /// When it was used last, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_ms: Option<i64>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_ms: Option<i64>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_by: Option<String>,
}
