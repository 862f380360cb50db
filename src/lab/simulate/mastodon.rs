//! Mastodon.

use super::delivery::{Delivery, Simulated, as_handle, author_id, rfc3339};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let us = d.handle.unwrap_or("us").trim_start_matches('@');
    // Our own post differs from others in its author alone, whom the configuration knows.
    let acct = match d.event {
        Simulated::Own => us.to_owned(),
        _ => as_handle(d.author),
    };
    let server = d.account;
    let escaped = d
        .text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let edited = (d.event == Simulated::Edited).then(|| rfc3339(d.created_ms));
    let status = |visibility: &str, mentions: Value| {
        json!({
            "id": d.id, "created_at": rfc3339(d.created_ms), "in_reply_to_id": null,
            "language": "en", "visibility": visibility, "sensitive": false, "spoiler_text": "",
            "uri": format!("https://{server}/users/{acct}/statuses/{}", d.id),
            "url": format!("https://{server}/@{acct}/{}", d.id),
            "content": format!("<p>{escaped}</p>"), "edited_at": edited, "mentions": mentions,
            "account": {
                "id": author_id(d.author), "username": acct, "acct": acct,
                "display_name": d.author, "bot": false, "followers_count": 100,
            },
        })
    };
    let named = json!([{ "id": "1", "username": us, "acct": us }]);
    let (event, object) = match d.event {
        Simulated::Made | Simulated::Mention => ("status.created", status("public", named)),
        Simulated::Topic | Simulated::Own => ("status.created", status("public", json!([]))),
        Simulated::Message => ("status.created", status("direct", named)),
        Simulated::Edited => ("status.updated", status("public", named)),
        Simulated::Signal => ("account.created", json!({ "id": "5" })),
        Simulated::Unknown => ("hologram.beamed", json!({ "id": "5" })),
        Simulated::Deleted | Simulated::Stop | Simulated::Test => return None,
    };
    Some(json!({ "event": event, "created_at": rfc3339(d.created_ms), "object": object }))
}
