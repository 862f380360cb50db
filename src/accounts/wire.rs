//! What the Worker and the accounts' Durable Object say to each other: JSON over `fetch`.
//!
//! As with the inbox, an old Worker may speak to a new object and the reverse: unknown fields are
//! ignored and new ones have defaults.

use super::token::Step;
use crate::config::problem::Problem;
use crate::deeds::{self, Deed};
use crate::document::Document;
use crate::intake::tally::Tally;
use crate::post::{SourceId, Workgroup};
use crate::scope::Scope;
use crate::sql::SqlError;
use serde::{Deserialize, Serialize};

/// What the Worker asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Add what an isolate saw.
    Tell {
        /// Since it last told.
        tally: Tally,
    },
    /// Everything known of the apps and sources that somebody may see.
    Look {
        /// What they may see.
        #[serde(default)]
        scope: Scope,
    },
    /// What is wrong with the apps and sources that somebody may see, for `/readyz`.
    Problems {
        /// What they may see.
        #[serde(default)]
        scope: Scope,
    },
    /// An access token of a source whose tokens expire.
    Token {
        /// The source.
        source: SourceId,
        /// The number of a token that the platform did not take.
        #[serde(default)]
        refused: Option<i64>,
    },
    /// These agents' tokens were used; which are revoked?
    Seen {
        /// What was used since this isolate last told.
        seen: Vec<Sighting>,
    },
    /// The agents' tokens that were used or revoked.
    Bearers {
        /// What the one who asks may see.
        #[serde(default)]
        scope: Scope,
        /// Only those whose ids come after this.
        after: String,
        /// How many at most.
        max: u32,
    },
    /// A supervisor revokes one.
    Revoke {
        /// What the one who asks may see.
        #[serde(default)]
        scope: Scope,
        /// Which.
        id: String,
        /// What it is in the log of deeds.
        deed: Deed,
    },
    /// What an agent serves.
    Serves {
        /// Their name.
        agent: String,
    },
    /// What supervisors did here.
    Deeds {
        /// What the one who asks may see.
        #[serde(default)]
        scope: Scope,
        /// Which.
        asked: deeds::Asked,
    },
}

/// What the object answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Ask::Tell`].
    Done,
    /// To [`Ask::Look`]: for a caller, as it is.
    Accounts(Document),
    /// To [`Ask::Problems`].
    Problems(Vec<Problem>),
    /// To [`Ask::Token`]. The object's host makes a renewal itself and lets nobody else see it.
    Token(Step),
    /// To [`Ask::Seen`]: the ids of those that are good no more.
    Revoked(Vec<String>),
    /// To [`Ask::Bearers`].
    Bearers(Vec<Listed>),
    /// To [`Ask::Revoke`].
    Bearer(Listed),
    /// To [`Ask::Serves`]: `None` where nobody of that name has used a token that is still good.
    Serves(Option<Vec<Workgroup>>),
    /// To [`Ask::Deeds`].
    Deeds(Vec<Deed>),
}

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
