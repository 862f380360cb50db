//! The acknowledgments of all shards, as an answer.

use super::response::Response;
use crate::inbox::wire::{AckRow, Acks, AcksAsked};
use serde::Serialize;
use std::collections::BTreeMap;

/// A page of acknowledgments: of all shards, each of which gave up to a page.
pub fn acks(mut acks: Acks, asked: &AcksAsked, shards: u16) -> Response {
    #[derive(Serialize)]
    struct Answer<'a> {
        since_ms: i64,
        acks: &'a [AckRow],
        #[serde(skip_serializing_if = "Option::is_none")]
        decisions: Option<&'a BTreeMap<String, i64>>,
        cursor: Option<String>,
    }
    let cursor = acks.page(asked.max, shards);
    Response::of(&Answer {
        since_ms: asked.since_ms,
        acks: &acks.acks,
        decisions: asked.before.is_none().then_some(&acks.decisions),
        cursor,
    })
}
