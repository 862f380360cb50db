//! X: X Activity, and the old API for what the new one does not tell.

use super::delivery::{Delivery, Simulated, as_handle, author_id, rfc3339};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let author = author_id(d.author);
    let us = d.handle.unwrap_or("us").trim_start_matches('@');
    // X's offsets count characters.
    let at = format!("@{us}").to_lowercase();
    let start = d
        .text
        .to_lowercase()
        .split_once(&at)
        .map(|(before, _)| before.chars().count());
    let mention = start.map(|start| {
        json!({ "start": start, "end": start + at.chars().count(), "username": us, "id": d.account })
    });
    let user = |id: &str, name: &str, handle: &str, followers: u32| {
        json!({
            "id": id, "name": name, "username": handle, "protected": false,
            "public_metrics": { "followers_count": followers, "following_count": 80, "tweet_count": 310 },
            "verified_type": "none",
        })
    };
    let users = json!([
        user(&author, d.author, &as_handle(d.author), 97),
        user(d.account, us, us, 5_502),
    ]);
    let newest = match d.event {
        Simulated::Edited => (d.id.parse::<u64>().ok()? + 1).to_string(),
        _ => d.id.to_owned(),
    };
    let history = match d.event {
        Simulated::Edited => json!([d.id, newest]),
        _ => json!([d.id]),
    };
    let post = |author: &str| {
        json!({
            "id": newest, "text": d.text, "author_id": author, "created_at": rfc3339(d.created_ms),
            "lang": "und", "conversation_id": d.id, "edit_history_tweet_ids": history,
            "display_text_range": [0, d.text.chars().count()], "reply_settings": "everyone",
            "possibly_sensitive": false, "public_metrics": { "reply_count": 0, "like_count": 0 },
        })
    };
    let event = |kind: &str, payload: Value, includes: Value| {
        json!({
            "data": {
                "event_uuid": format!("-{}", d.id), "filter": { "user_id": d.account },
                "event_type": kind, "tag": "heard", "payload": payload, "includes": includes,
            }
        })
    };
    let with = |mut value: Value, key: &str, part: Value| {
        if let Some(object) = value.as_object_mut() {
            object.insert(key.into(), part);
        }
        value
    };
    Some(match d.event {
        Simulated::Made | Simulated::Mention | Simulated::Edited => match mention {
            Some(mention) => {
                let entities = json!({ "mentions": [mention] });
                let payload = with(post(&author), "entities", entities);
                event(
                    "post.mention.create",
                    payload,
                    json!({ "users": users, "tweets": [] }),
                )
            }
            None if d.event == Simulated::Mention => event(
                "post.mention.create",
                post(&author),
                json!({ "users": users, "tweets": [] }),
            ),
            // Without our name in it, it reaches us as a reply under a post of ours.
            None => {
                let payload = with(post(&author), "in_reply_to_user_id", json!(d.account));
                let ours = json!([{ "type": "replied_to", "id": "2080760000000000000" }]);
                let payload = with(payload, "referenced_tweets", ours);
                event("post.reply.create", payload, json!({}))
            }
        },
        // What a filtered stream found: said about us, to nobody.
        Simulated::Topic => json!({
            "data": {
                "id": d.id, "text": d.text, "author_id": author, "created_at": rfc3339(d.created_ms),
                "lang": "und", "edit_history_tweet_ids": [d.id],
            },
            "includes": { "users": users },
            "matching_rules": [{ "id": "1830000000000000000", "tag": d.account }],
        }),
        Simulated::Own => event("post.create", post(d.account), json!({ "users": users })),
        Simulated::Message => event(
            "dm.received",
            json!({
                "direct_message_events": [{
                    "type": "message_create", "id": d.id,
                    "created_timestamp": d.created_ms.to_string(),
                    "message_create": {
                        "target": { "recipient_id": d.account }, "sender_id": author,
                        "message_data": { "text": d.text, "entities": {} },
                    },
                }],
                "users": {
                    author.as_str(): { "data": user(&author, d.author, &as_handle(d.author), 97) },
                },
            }),
            json!({}),
        ),
        Simulated::Deleted => json!({
            "for_user_id": d.account,
            "tweet_delete_events": [{
                "status": { "id": d.id, "user_id": author },
                "timestamp_ms": d.created_ms.to_string(),
            }],
        }),
        Simulated::Stop => event(
            "block.block",
            json!({
                "source": { "data": user(d.account, us, us, 5_502) },
                "target": { "data": user(&author, d.author, &as_handle(d.author), 97) },
            }),
            json!({}),
        ),
        Simulated::Signal => event(
            "like.create",
            json!({ "id": "87719f50ee17bdfa", "liked_tweet_id": d.id, "liked_tweet_author_id": d.account }),
            json!({ "users": users }),
        ),
        Simulated::Unknown => event("hologram.beamed", json!({ "id": d.id }), json!({})),
        Simulated::Test => return None,
    })
}
