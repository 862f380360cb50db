//! Telegram.

use super::delivery::{Delivery, Simulated, as_handle, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let person = author_id(d.author).parse::<i64>().ok()?;
    let from = json!({
        "id": person, "is_bot": false, "first_name": d.author, "username": as_handle(d.author),
        "language_code": "en",
    });
    let chat = json!({ "id": person, "type": "private", "first_name": d.author });
    let nth = d.id.parse::<i64>().ok()? % 2_000_000_000;
    let message = |from: Value, text: &str| {
        json!({
            "message_id": nth, "date": d.created_ms / 1_000, "from": from, "chat": chat, "text": text,
        })
    };
    // A source's account is the bot's id or its name.
    let us = match d.account.parse::<i64>() {
        Ok(id) => json!({ "id": id, "is_bot": true, "first_name": "Us" }),
        Err(_) => json!({ "id": 1, "is_bot": true, "first_name": "Us", "username": d.account }),
    };
    let (key, value) = match d.event {
        Simulated::Made | Simulated::Message => ("message", message(from, d.text)),
        // In a group, in answer to something that the bot wrote: what it hears there.
        Simulated::Mention => {
            let mut answer = message(from, d.text);
            if let Some(answer) = answer.as_object_mut() {
                let group = json!({ "id": -1_001_234_567_890_i64, "type": "supergroup",
                    "title": "Support", "username": "support_group" });
                answer.insert("chat".into(), group);
                let ours = json!({ "message_id": 1, "from": us });
                answer.insert("reply_to_message".into(), ours);
            }
            ("message", answer)
        }
        Simulated::Edited => {
            let mut edit = message(from, d.text);
            if let Some(edit) = edit.as_object_mut() {
                edit.insert("edit_date".into(), json!(d.created_ms / 1_000));
            }
            ("edited_message", edit)
        }
        // A channel speaks in its own name.
        Simulated::Own => ("channel_post", message(us, d.text)),
        Simulated::Stop => (
            "my_chat_member",
            json!({
                "chat": chat, "from": from, "date": d.created_ms / 1_000,
                "new_chat_member": { "status": "kicked", "user": { "id": 1, "is_bot": true } },
            }),
        ),
        Simulated::Signal => (
            "callback_query",
            json!({ "id": "1", "from": from, "data": "x" }),
        ),
        Simulated::Unknown => ("hologram", json!({ "id": 1 })),
        Simulated::Topic | Simulated::Deleted | Simulated::Test => return None,
    };
    Some(json!({ "update_id": nth, key: value }))
}
