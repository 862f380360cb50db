//! The log: one JSON line for each thing that an operator may want to find.
//!
//! Never a body, a token, a signature or a post's text: the arguments are names and numbers of ours.

use crate::inbox::shard::Shard;
use crate::inbox::surge::Turn;
use serde_json::{Value, json};
use worker::console_log;

/// A delivery was refused.
pub fn refused(app: &str, why: &str, says: &str) {
    line(json!({"event": "delivery_refused", "app": app, "why": why, "says": says}));
}

/// Verified updates name an account that no source names, and are lost.
pub fn stray(app: &str, platform: &str, account: &str, n: u32) {
    line(json!({
        "event": "no_source", "app": app, "platform": platform, "account": account, "updates": n,
    }));
}

/// Something failed.
pub fn failed(what: &str, why: &str) {
    line(json!({"event": "failed", "what": what, "why": why}));
}

/// What became of an event that a receiver was told.
pub fn told(receiver: &str, id: &str, outcome: &str, why: &str) {
    line(json!({"event": "told", "receiver": receiver, "id": id, "outcome": outcome, "why": why}));
}

/// What became of a message to a platform.
pub fn sent(what: &str, source: &str, interaction: &str, outcome: &str, why: &str) {
    line(json!({
        "event": what, "source": source, "interaction": interaction, "outcome": outcome, "why": why,
    }));
}

/// A surge began, or is over: many of one situation, each answered in a line.
pub fn surge(shard: Shard, turn: &Turn) {
    let event = match turn.is_over {
        true => "surge_ended",
        false => "surge_began",
    };
    line(json!({
        "event": event, "source": turn.source.as_str(), "situation": turn.situation.as_str(),
        "since_ms": turn.since_ms, "shard": shard.number(),
    }));
}

/// Nobody answered by the time that an acknowledgment promised.
pub fn broken(interaction: &str) {
    line(json!({"event": "promise_broken", "interaction": interaction}));
}

fn line(value: Value) {
    console_log!("{value}");
}
