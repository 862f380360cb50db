//! Slack.

use super::delivery::{Delivery, Simulated, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let user = format!("U{}", author_id(d.author));
    let seconds = d.created_ms / 1_000;
    let ts = format!("{seconds}.000005");
    let escaped = d
        .text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let message = |kind: &str, channel: &str, channel_type: &str| {
        json!({
            "type": kind, "channel": channel, "channel_type": channel_type, "user": user,
            "text": escaped, "ts": ts, "event_ts": ts,
        })
    };
    let changed = |subtype: &str, key: &str, value: Value| {
        json!({
            "type": "message", "subtype": subtype, "channel": "C123ABC456",
            "channel_type": "channel", key: value, "deleted_ts": ts,
            "previous_message": { "user": user, "ts": ts },
        })
    };
    let event = match d.event {
        Simulated::Made | Simulated::Mention => message("app_mention", "C123ABC456", "channel"),
        Simulated::Topic => message("message", "C123ABC456", "channel"),
        Simulated::Message => message("message", "D123ABC456", "im"),
        Simulated::Edited => changed(
            "message_changed",
            "message",
            json!({
                "type": "message", "user": user, "text": escaped, "ts": ts,
                "edited": { "user": user, "ts": ts },
            }),
        ),
        Simulated::Deleted => changed("message_deleted", "hidden", json!(true)),
        Simulated::Own => json!({
            "type": "message", "channel": "C123ABC456", "channel_type": "channel", "ts": ts,
            "user": "U0BOT", "bot_id": "B0BOT", "text": escaped,
        }),
        Simulated::Signal => json!({ "type": "reaction_added", "user": user, "reaction": "rage" }),
        Simulated::Unknown => json!({ "type": "hologram", "user": user }),
        Simulated::Stop | Simulated::Test => return None,
    };
    Some(json!({
        "type": "event_callback", "token": "XXYYZZ", "team_id": d.account,
        "api_app_id": "A123ABC456", "event_id": format!("Ev{}", d.id), "event_time": seconds,
        "event": event,
        "authorizations": [{ "team_id": d.account, "user_id": "U0BOT", "is_bot": true }],
    }))
}
