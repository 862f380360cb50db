//! TikTok, whose events are no posts.

use super::delivery::{Delivery, Simulated, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let event = match d.event {
        Simulated::Signal => "video.publish.completed",
        Simulated::Unknown => "hologram.beamed",
        _ => return None,
    };
    Some(json!({
        "client_key": "bwo2m45353a6k85", "event": event, "create_time": d.created_ms / 1_000,
        "user_openid": format!("act.{}", author_id(d.author)),
        // JSON inside a text, as TikTok writes it.
        "content": json!({ "share_id": d.id }).to_string(),
    }))
}
