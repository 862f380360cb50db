//! LINE.

use super::delivery::{Delivery, Simulated, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let user = format!("U{}", author_id(d.author));
    let (kind, key, value) = match d.event {
        Simulated::Made | Simulated::Message => (
            "message",
            "message",
            json!({ "id": d.id, "type": "text", "text": d.text, "quoteToken": "q3Plxr4AgKd" }),
        ),
        // In a group, naming the account.
        Simulated::Mention => (
            "message",
            "message",
            json!({
                "id": d.id, "type": "text", "text": d.text, "quoteToken": "q3Plxr4AgKd",
                "mention": { "mentionees": [{ "index": 0, "length": 3, "type": "user", "isSelf": true }] },
            }),
        ),
        Simulated::Deleted => ("unsend", "unsend", json!({ "messageId": d.id })),
        Simulated::Stop => ("unfollow", "unfollow", json!({})),
        Simulated::Signal => ("postback", "postback", json!({ "data": "x" })),
        Simulated::Unknown => ("hologram", "hologram", json!({})),
        Simulated::Topic | Simulated::Edited | Simulated::Own | Simulated::Test => return None,
    };
    let source = match d.event {
        Simulated::Mention => json!({ "type": "group", "groupId": "C4200000001", "userId": user }),
        _ => json!({ "type": "user", "userId": user }),
    };
    Some(json!({
        "destination": d.account,
        "events": [{
            "type": kind, "mode": "active", "timestamp": d.created_ms,
            "source": source,
            "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
            "deliveryContext": { "isRedelivery": false },
            // Good once, so another for each message.
            "replyToken": format!("nHuyWiB7yP5Zw52F{}", d.id), key: value,
        }],
    }))
}
