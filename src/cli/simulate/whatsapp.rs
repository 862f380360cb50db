//! WhatsApp.

use super::{Delivery, Simulated, as_handle, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let phone = author_id(d.author);
    let metadata = json!({ "display_phone_number": "15550783881", "phone_number_id": d.account });
    let (field, value) = match d.event {
        Simulated::Made | Simulated::Message => (
            "messages",
            json!({
                "messaging_product": "whatsapp", "metadata": metadata,
                "contacts": [{
                    "profile": { "name": d.author, "username": format!("@{}", as_handle(d.author)) },
                    "wa_id": phone, "user_id": format!("US.{phone}"),
                }],
                "messages": [{
                    "from": phone, "from_user_id": format!("US.{phone}"),
                    "id": format!("wamid.{}", d.id),
                    "timestamp": (d.created_ms / 1_000).to_string(),
                    "type": "text", "text": { "body": d.text },
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
        Simulated::Topic
        | Simulated::Mention
        | Simulated::Edited
        | Simulated::Deleted
        | Simulated::Stop
        | Simulated::Test => return None,
    };
    Some(json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "102290129340398", "changes": [{ "field": field, "value": value }] }],
    }))
}
