//! Threads.

use super::{Delivery, Simulated, as_handle, rfc3339};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let username = as_handle(d.author);
    let post = json!({
        "id": d.id, "username": username, "text": d.text, "media_type": "TEXT_POST",
        "permalink": format!("https://www.threads.net/@{username}/post/Pp"),
        "replied_to": { "id": "567890" },
        "root_post": { "id": "123456", "owner_id": d.account, "username": "us" },
        "shortcode": "Pp",
        "timestamp": rfc3339(d.created_ms).replace(".123Z", "+0000").replace(".000Z", "+0000"),
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
        | Simulated::Signal => return None,
    };
    Some(json!({
        "app_id": "123456", "topic": topic, "target_id": d.account, "time": d.created_ms / 1_000,
        "subscription_id": "234567", "has_uid_field": false,
        "values": { "value": value, "field": field },
    }))
}
