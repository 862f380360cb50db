//! Discourse, which says what happened in its headers.

use super::delivery::{Delivery, Simulated, as_handle, author_id, rfc3339};
use serde_json::{Value, json};

pub(super) fn headers(d: &Delivery<'_>) -> Vec<(String, String)> {
    let event = match d.event {
        Simulated::Edited => "post_edited",
        Simulated::Deleted => "post_destroyed",
        Simulated::Signal => "user_created",
        Simulated::Test => "ping",
        Simulated::Unknown => "hologram_beamed",
        _ => "post_created",
    };
    let kind = event.split('_').next().unwrap_or_default();
    [
        ("X-Discourse-Instance", format!("https://{}", d.account)),
        ("X-Discourse-Event-Id", "41".to_owned()),
        ("X-Discourse-Event-Type", kind.to_owned()),
        ("X-Discourse-Event", event.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let nth = match d.event {
        Simulated::Topic => 1,
        Simulated::Made | Simulated::Own | Simulated::Edited | Simulated::Deleted => 2,
        Simulated::Signal => return Some(json!({ "user": { "id": 5 } })),
        Simulated::Test => return Some(json!({ "ping": "OK" })),
        Simulated::Unknown => return Some(json!({ "hologram": {} })),
        Simulated::Mention | Simulated::Message | Simulated::Stop => return None,
    };
    let version = if d.event == Simulated::Edited { 2 } else { 1 };
    let deleted_at = (d.event == Simulated::Deleted).then(|| rfc3339(d.created_ms));
    // Our own post differs from others in its author alone, whom the configuration knows.
    let username = match (d.event, d.handle) {
        (Simulated::Own, Some(us)) => us.trim_start_matches('@').to_owned(),
        _ => as_handle(d.author),
    };
    // The forum's ids are small; the author's is made from the name.
    let user = author_id(d.author).parse::<u64>().ok()? % 1_000_000 + 1;
    Some(json!({
        "post": {
            "id": d.id.parse::<u64>().ok()?, "name": d.author, "username": username,
            "created_at": rfc3339(d.created_ms), "updated_at": rfc3339(d.created_ms),
            "cooked": format!("<p>{}</p>", d.text.replace('<', "&lt;")), "raw": d.text,
            "post_number": nth, "post_type": 1, "reply_to_post_number": null, "topic_id": 10,
            "topic_slug": "example-topic", "topic_title": "Example Topic",
            "topic_archetype": "regular", "post_url": format!("/t/example-topic/10/{nth}"),
            "user_id": user, "staff": false, "trust_level": 1, "version": version, "deleted_at": deleted_at,
            "user_deleted": false, "hidden": false,
        }
    }))
}
