//! What agents claim and hold, as answers.

use super::response::Response;
use crate::document::Document;
use crate::inbox::wire::{Claimed, Retasked};
use crate::inbox::work::Kept;
use serde::Serialize;

/// Why a claim gives less than it asked for, as a caller is told.
pub const HELD_PER_AGENT: &str = "held_per_agent";

/// The answer to a claim. `open` is how many interactions are open in all; `limit`, why there are not more.
/// `retasked` are the errands that the agent is on.
pub fn claimed(
    claimed: &[Claimed],
    open: i64,
    limit: Option<&'static str>,
    retasked: &[Retasked],
    now_ms: i64,
) -> Response {
    #[derive(Serialize)]
    struct Backlog {
        open: i64,
    }
    #[derive(Serialize)]
    struct Answer<'a> {
        interactions: Vec<&'a Document>,
        backlog: Backlog,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<&'static str>,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        retasked: &'a [Retasked],
        as_of_ms: i64,
    }
    Response::of(&Answer {
        interactions: claimed.iter().map(|one| &one.interaction).collect(),
        backlog: Backlog { open },
        limit,
        retasked,
        as_of_ms: now_ms,
    })
}

/// What an agent holds, and what is kept for them beside it.
pub fn held(
    held: &[Claimed],
    kept: &[Kept],
    open: i64,
    retasked: &[Retasked],
    now_ms: i64,
) -> Response {
    #[derive(Serialize)]
    struct Backlog {
        open: i64,
    }
    #[derive(Serialize)]
    struct Answer<'a> {
        interactions: Vec<&'a Document>,
        kept: &'a [Kept],
        backlog: Backlog,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        retasked: &'a [Retasked],
        as_of_ms: i64,
    }
    Response::of(&Answer {
        interactions: held.iter().map(|one| &one.interaction).collect(),
        kept,
        backlog: Backlog { open },
        retasked,
        as_of_ms: now_ms,
    })
}
