//! Zendesk.

use super::delivery::{Delivery, Simulated, author_id, rfc3339};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let comment = |staff: bool| {
        json!({ "comment": {
            "id": d.id, "body": d.text, "is_public": true,
            "author": { "id": author_id(d.author), "name": d.author, "is_staff": staff },
        }})
    };
    let (kind, event) = match d.event {
        Simulated::Made | Simulated::Message => ("ticket.comment_added", comment(false)),
        Simulated::Own => ("ticket.comment_added", comment(true)),
        Simulated::Signal => ("ticket.status_changed", json!({ "current": "OPEN" })),
        Simulated::Unknown => ("hologram.beamed", json!({})),
        Simulated::Topic
        | Simulated::Mention
        | Simulated::Edited
        | Simulated::Deleted
        | Simulated::Stop
        | Simulated::Test => return None,
    };
    Some(json!({
        "type": format!("zen:event-type:{kind}"), "id": "2b24ef10-19d6-4740-93cf-8f98ec4776c0",
        "account_id": d.account, "time": rfc3339(d.created_ms), "subject": "zen:ticket:123",
        "event": event, "detail": { "id": "123" },
    }))
}
