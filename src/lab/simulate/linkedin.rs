//! LinkedIn.

use super::delivery::{Delivery, Simulated, author_id};
use serde_json::{Value, json};

pub(super) fn body(d: &Delivery<'_>) -> Option<Value> {
    let activity = "7094637247890620418";
    let person = format!("urn:li:person:{}", author_id(d.author));
    let entity = format!("urn:li:comment:(urn:li:activity:{activity},{})", d.id);
    let comment = |owner: &str| {
        json!({ "comment": {
            "owner": owner, "text": d.text, "entity": entity,
            "object": format!("urn:li:activity:{activity}"),
        }})
    };
    let share = json!({ "share": {
        "owner": person, "text": d.text, "entity": format!("urn:li:share:{}", d.id),
    }});
    let (action, generated) = match d.event {
        Simulated::Made => ("COMMENT", comment(&person)),
        Simulated::Edited => ("COMMENT_EDIT", comment(&person)),
        Simulated::Deleted => ("COMMENT_DELETE", comment(&person)),
        Simulated::Mention => ("SHARE_MENTION", share),
        Simulated::Topic => ("SHARE", share),
        Simulated::Own => ("ADMIN_COMMENT", comment(d.account)),
        Simulated::Signal => ("LIKE", json!({})),
        Simulated::Unknown => ("HOLOGRAM", json!({})),
        Simulated::Message | Simulated::Stop | Simulated::Test => return None,
    };
    Some(json!({
        "type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS",
        "notifications": [{
            "notificationId": 5_603_453_321_i64, "action": action, "lastModifiedAt": d.created_ms,
            "organizationalEntity": d.account, "subscriber": "urn:li:person:zLqTygBP8S",
            "sourcePost": format!("urn:li:activity:{activity}"),
            "generatedActivity": format!("urn:li:comment:(activity:{activity},{})", d.id),
            "decoratedGeneratedActivity": generated,
        }],
    }))
}
