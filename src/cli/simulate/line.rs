//! LINE.

use super::{Delivery, Simulated, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let user = format!("U{}", author_id(d.author));
    let (kind, key, value) = match d.event {
        Simulated::Made | Simulated::Message => (
            "message",
            "message",
            json!({ "id": d.id, "type": "text", "text": d.text, "quoteToken": "q3Plxr4AgKd" }),
        ),
        Simulated::Deleted => ("unsend", "unsend", json!({ "messageId": d.id })),
        Simulated::Stop => ("unfollow", "unfollow", json!({})),
        Simulated::Signal => ("postback", "postback", json!({ "data": "x" })),
        Simulated::Unknown => ("hologram", "hologram", json!({})),
        Simulated::Topic | Simulated::Mention | Simulated::Edited | Simulated::Own => return None,
    };
    Some(json!({
        "destination": d.account,
        "events": [{
            "type": kind, "mode": "active", "timestamp": d.created_ms,
            "source": { "type": "user", "userId": user },
            "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
            "deliveryContext": { "isRedelivery": false },
            // Good once, so another for each message.
            "replyToken": format!("nHuyWiB7yP5Zw52F{}", d.id), key: value,
        }],
    }))
}
