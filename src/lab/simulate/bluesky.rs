//! Bluesky's Tap.

use super::delivery::{Delivery, Simulated, author_id, rfc3339};
use serde_json::{Value, json};

/// The revision of a repository at that time: its microseconds and a clock's number, in base 32.
fn tid(ms: i64) -> String {
    const DIGITS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let number = (u64::try_from(ms).unwrap_or_default() * 1_000) << 10;
    (0..13)
        .rev()
        .filter_map(|nth| DIGITS.get(usize::try_from(number >> (5 * nth) & 31).ok()?))
        .map(|digit| char::from(*digit))
        .collect()
}

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let them = format!("did:plc:{}", author_id(d.author));
    let record = |facets: Value| {
        json!({
            "$type": "app.bsky.feed.post", "text": d.text, "createdAt": rfc3339(d.created_ms),
            "langs": ["en"], "facets": facets,
        })
    };
    let named = json!([{
        "index": { "byteStart": 0, "byteEnd": 3 },
        "features": [{ "$type": "app.bsky.richtext.facet#mention", "did": d.account }],
    }]);
    let event = |did: &str, collection: &str, action: &str, record: Value| {
        json!({
            "id": 12_345, "type": "record",
            "record": {
                "live": true, "rev": tid(d.created_ms), "did": did, "collection": collection,
                "rkey": d.id, "action": action, "cid": "bafyreig", "record": record,
            },
        })
    };
    let post = |action: &str, record: Value| event(&them, "app.bsky.feed.post", action, record);
    Some(match d.event {
        Simulated::Made | Simulated::Mention => post("create", record(named)),
        Simulated::Own => event(d.account, "app.bsky.feed.post", "create", record(named)),
        Simulated::Edited => post("update", record(named)),
        Simulated::Deleted => post("delete", Value::Null),
        Simulated::Signal => event(&them, "app.bsky.feed.like", "create", json!({})),
        Simulated::Unknown => json!({ "id": 1, "type": "hologram" }),
        Simulated::Topic | Simulated::Message | Simulated::Stop | Simulated::Test => return None,
    })
}
