//! Facebook, Messenger and Instagram.

use super::delivery::{Delivery, Simulated, as_handle, author_id};
use serde_json::{Value, json};

fn page(account: &str, time: i64, key: &str, update: Value) -> Value {
    json!({ "object": "page", "entry": [{ "id": account, "time": time, key: [update] }] })
}

pub(super) fn facebook(d: &Delivery<'_>) -> Option<Value> {
    let post_id = format!("{}_{}", d.account, 9_001);
    let comment_id = format!("9001_{}", d.id);
    let created_s = d.created_ms / 1_000;
    let comment = |from: &str, name: &str, verb: &str| {
        json!({
            "item": "comment", "verb": verb, "post_id": post_id, "comment_id": comment_id,
            "parent_id": post_id, "created_time": created_s, "message": d.text,
            "from": { "id": from, "name": name },
            "permalink_url": format!("https://www.facebook.com/{post_id}?comment_id={}", d.id),
        })
    };
    let author = author_id(d.author);
    let (field, value) = match d.event {
        Simulated::Made => ("feed", comment(&author, d.author, "add")),
        Simulated::Edited => ("feed", comment(&author, d.author, "edited")),
        // A post of the Page; a comment of its would be an answer to somebody.
        Simulated::Own => (
            "feed",
            json!({
                "item": "status", "verb": "add", "post_id": post_id, "created_time": created_s,
                "message": d.text, "from": { "id": d.account, "name": "Us" },
            }),
        ),
        Simulated::Deleted => {
            let mut value = comment(&author, d.author, "remove");
            if let Some(value) = value.as_object_mut() {
                value.remove("message");
            }
            ("feed", value)
        }
        Simulated::Topic => (
            "feed",
            json!({
                "item": "post", "verb": "add", "post_id": format!("{}_{}", d.account, d.id),
                "created_time": created_s, "is_hidden": false, "message": d.text,
                "from": { "id": author, "name": d.author },
            }),
        ),
        Simulated::Mention => (
            "mention",
            json!({
                "item": "comment", "verb": "add", "post_id": "771_772",
                "comment_id": format!("772_{}", d.id), "created_time": created_s,
                "message": d.text, "from": { "id": author, "name": d.author },
            }),
        ),
        Simulated::Signal => (
            "feed",
            json!({
                "item": "reaction", "verb": "add", "reaction_type": "angry", "post_id": post_id,
                "created_time": created_s, "from": { "id": author, "name": d.author },
            }),
        ),
        Simulated::Unknown => ("holograms", json!({ "hologram_id": d.id })),
        Simulated::Message | Simulated::Stop | Simulated::Test => return None,
    };
    let change = json!({ "field": field, "value": value });
    Some(page(d.account, created_s + 1, "changes", change))
}

/// An update of `messaging`, which Messenger and Instagram share.
fn messaging(d: &Delivery<'_>) -> Option<Value> {
    let author = author_id(d.author);
    let mid = format!("m_{}", d.id);
    let from = |from: &str, to: &str, key: &str, value: Value| {
        json!({
            "sender": { "id": from }, "recipient": { "id": to }, "timestamp": d.created_ms,
            key: value,
        })
    };
    let theirs = |key: &str, value: Value| from(&author, d.account, key, value);
    Some(match d.event {
        Simulated::Made | Simulated::Message => {
            theirs("message", json!({ "mid": mid, "text": d.text }))
        }
        Simulated::Edited => theirs(
            "message_edit",
            json!({ "mid": mid, "text": d.text, "num_edit": 1 }),
        ),
        Simulated::Deleted => theirs("message", json!({ "mid": mid, "is_deleted": true })),
        Simulated::Own => from(
            d.account,
            &author,
            "message",
            json!({ "mid": mid, "text": d.text, "is_echo": true, "app_id": 1_517_776_481_860_111_i64 }),
        ),
        Simulated::Signal => theirs("read", json!({ "watermark": d.created_ms })),
        Simulated::Unknown => theirs("hologram", json!({ "beam": 1 })),
        Simulated::Topic | Simulated::Mention | Simulated::Stop | Simulated::Test => return None,
    })
}

pub(super) fn messenger(d: &Delivery<'_>) -> Option<Value> {
    Some(page(d.account, d.created_ms, "messaging", messaging(d)?))
}

pub(super) fn instagram(d: &Delivery<'_>) -> Option<Value> {
    let created_s = d.created_ms / 1_000;
    let comment = |from: Value| {
        (
            "comments",
            json!({
                "id": d.id, "text": d.text, "from": from,
                "media": { "id": "17887498072083520", "media_product_type": "FEED" },
            }),
        )
    };
    let (field, value) = match d.event {
        Simulated::Message | Simulated::Edited | Simulated::Deleted => {
            let update = messaging(d)?;
            return Some(json!({
                "object": "instagram",
                "entry": [{ "id": d.account, "time": d.created_ms, "messaging": [update] }],
            }));
        }
        Simulated::Made => comment(json!({
            "id": author_id(d.author), "username": as_handle(d.author),
        })),
        Simulated::Own => comment(json!({
            "id": d.account, "username": "us", "self_ig_scoped_id": "17841400000000000",
        })),
        Simulated::Mention => (
            "mentions",
            json!({ "media_id": "17887498072083521", "comment_id": d.id }),
        ),
        Simulated::Signal => ("story_insights", json!({ "media_id": "1", "reach": 44 })),
        Simulated::Unknown => ("holograms", json!({ "id": d.id })),
        Simulated::Topic | Simulated::Stop | Simulated::Test => return None,
    };
    let change = json!({ "field": field, "value": value });
    Some(json!({
        "object": "instagram",
        "entry": [{ "id": d.account, "time": created_s, "changes": [change] }],
    }))
}
