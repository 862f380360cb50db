//! What the Worker and the accounts' Durable Object say to each other: JSON over `fetch`.
//!
//! As with the inbox, an old Worker may speak to a new object and the reverse: unknown fields are
//! ignored and new ones have defaults.

use super::tally::Tally;
use super::token::Step;
use crate::config::Problem;
use crate::inbox::wire::Document;
use crate::post::SourceId;
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
    /// Everything known.
    Look,
    /// What is wrong with an account, for `/readyz`.
    Problems,
    /// An access token of a source whose tokens expire.
    Token {
        /// The source.
        source: SourceId,
        /// The number of a token that the platform did not take.
        #[serde(default)]
        refused: Option<i64>,
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
}

/// Why the object refuses.
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
