//! The log: one JSON line for each thing that an operator may want to find.
//!
//! Never a body, a token, a signature or a post's text: the arguments are names and numbers of ours.

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

/// What became of a message to a platform.
pub fn sent(what: &str, source: &str, interaction: &str, outcome: &str, why: &str) {
    line(json!({
        "event": what, "source": source, "interaction": interaction, "outcome": outcome, "why": why,
    }));
}

fn line(value: Value) {
    console_log!("{value}");
}
