//! WhatsApp.

use super::delivery::{Delivery, Simulated, as_handle, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let phone = author_id(d.author);
    let metadata = json!({ "display_phone_number": "15550783881", "phone_number_id": d.account });
    let person = json!([{
        "profile": { "name": d.author, "username": format!("@{}", as_handle(d.author)) },
        "wa_id": phone, "user_id": format!("US.{phone}"),
    }]);
    let original = format!("wamid.{}", d.id);
    let timestamp = (d.created_ms / 1_000).to_string();
    let text = json!({ "body": d.text });
    let message = |id: &str, kind: &str, what: Value| {
        json!({
            "messaging_product": "whatsapp", "metadata": metadata, "contacts": person,
            "messages": [{
                "from": phone, "from_user_id": format!("US.{phone}"), "id": id,
                "timestamp": timestamp, "type": kind, kind: what,
            }],
        })
    };
    let (field, value) = match d.event {
        Simulated::Made | Simulated::Message => ("messages", message(&original, "text", text)),
        Simulated::Edited => {
            let edit = json!({
                "original_message_id": original,
                "message": { "type": "text", "text": text },
            });
            (
                "messages",
                message(&format!("wamid.e{}", d.id), "edit", edit),
            )
        }
        Simulated::Deleted => {
            let revoke = json!({ "original_message_id": original });
            (
                "messages",
                message(&format!("wamid.r{}", d.id), "revoke", revoke),
            )
        }
        Simulated::Stop => (
            "user_preferences",
            json!({
                "messaging_product": "whatsapp", "metadata": metadata,
                "contacts": [{ "profile": { "name": d.author }, "wa_id": phone }],
                "user_preferences": [{
                    "wa_id": phone, "category": "marketing_messages", "value": "stop",
                    "detail": "User requested to stop marketing messages", "timestamp": timestamp,
                }],
            }),
        ),
        Simulated::Own => (
            "smb_message_echoes",
            json!({ "metadata": metadata, "message_echoes": [{ "id": format!("wamid.{}", d.id) }] }),
        ),
        Simulated::Signal => (
            "messages",
            json!({
                "metadata": metadata,
                "statuses": [{ "id": format!("wamid.{}", d.id), "status": "read" }],
            }),
        ),
        Simulated::Unknown => ("holograms", json!({ "metadata": metadata })),
        Simulated::Topic | Simulated::Mention | Simulated::Test => return None,
    };
    Some(json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "102290129340398", "changes": [{ "field": field, "value": value }] }],
    }))
}
