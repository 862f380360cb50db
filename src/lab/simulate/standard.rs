//! Heard's own JSON post.

use super::delivery::{Delivery, Simulated, author_id, rfc3339};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let author = json!({ "id": author_id(d.author), "name": d.author });
    let post = |kind: &str, own: bool| {
        json!({
            "account": d.account, "id": d.id, "kind": kind, "author": author, "text": d.text,
            "created_at": rfc3339(d.created_ms), "own": own,
        })
    };
    let (kind, data) = match d.event {
        Simulated::Made => ("post.created", post("comment", false)),
        Simulated::Topic => ("post.created", post("topic", false)),
        Simulated::Mention => ("post.created", post("mention", false)),
        Simulated::Message => ("post.created", post("message", false)),
        Simulated::Edited => {
            let mut edit = post("comment", false);
            if let Some(edit) = edit.as_object_mut() {
                edit.insert("edited_at".into(), json!(rfc3339(d.created_ms)));
            }
            ("post.edited", edit)
        }
        Simulated::Own => ("post.created", post("comment", true)),
        Simulated::Deleted => (
            "post.deleted",
            json!({ "account": d.account, "id": d.id, "author": author }),
        ),
        Simulated::Stop => (
            "author.stop",
            json!({ "account": d.account, "author": author }),
        ),
        Simulated::Test => ("test", json!({})),
        Simulated::Unknown => ("hologram.beamed", json!({ "account": d.account })),
        Simulated::Signal => return None,
    };
    Some(json!({ "type": kind, "data": data }))
}
