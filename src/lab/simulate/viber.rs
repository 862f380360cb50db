//! Viber.

use super::delivery::{Delivery, Simulated, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let person = format!("{}==", author_id(d.author));
    let token = d.id.parse::<u64>().ok()?;
    let event = |kind: &str, key: &str, value: Value| json!({ "event": kind, "timestamp": d.created_ms, "message_token": token, key: value });
    Some(match d.event {
        Simulated::Made | Simulated::Message => json!({
            "event": "message", "timestamp": d.created_ms, "message_token": token,
            "sender": {
                "id": person, "name": d.author, "country": "UK", "language": "en", "api_version": 1,
            },
            "message": { "type": "text", "text": d.text },
        }),
        Simulated::Stop => event("unsubscribed", "user_id", json!(person)),
        Simulated::Signal => event("seen", "user_id", json!(person)),
        Simulated::Test => {
            json!({ "event": "webhook", "timestamp": d.created_ms, "message_token": token })
        }
        Simulated::Unknown => event("hologram", "user_id", json!(person)),
        Simulated::Topic
        | Simulated::Mention
        | Simulated::Edited
        | Simulated::Deleted
        | Simulated::Own => return None,
    })
}
