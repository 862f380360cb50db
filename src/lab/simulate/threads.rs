//! Threads.

use super::delivery::{Delivery, Simulated, as_handle};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let username = as_handle(d.author);
    // Neither milliseconds nor the colon of RFC 3339.
    let timestamp = chrono::DateTime::from_timestamp_millis(d.created_ms)
        .unwrap_or_default()
        .format("%Y-%m-%dT%H:%M:%S+0000");
    let post = json!({
        "id": d.id, "username": username, "text": d.text, "media_type": "TEXT_POST",
        "permalink": format!("https://www.threads.net/@{username}/post/Pp"),
        "replied_to": { "id": "123456" },
        "root_post": { "id": "123456", "owner_id": d.account, "username": "us" },
        "shortcode": "Pp",
        "timestamp": timestamp.to_string(),
    });
    let (topic, field, value) = match d.event {
        Simulated::Made => ("moderate", "replies", post),
        Simulated::Mention => ("interaction", "mentions", post),
        Simulated::Own => ("interaction", "publish", post),
        Simulated::Deleted => ("moderate", "delete", json!({ "id": d.id })),
        Simulated::Unknown => ("interaction", "holograms", json!({ "id": d.id })),
        Simulated::Topic
        | Simulated::Message
        | Simulated::Edited
        | Simulated::Stop
        | Simulated::Signal
        | Simulated::Test => return None,
    };
    Some(json!({
        "app_id": "123456", "topic": topic, "target_id": d.account, "time": d.created_ms / 1_000,
        "subscription_id": "234567", "has_uid_field": false,
        "values": { "value": value, "field": field },
    }))
}
