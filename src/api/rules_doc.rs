//! The contract of `POST /v1/preview/rules`.

use super::rules::TOLD;
use crate::config::patch::CHANGEABLE;
use crate::post::Platform;
use serde_json::{Value, json};

fn integer(says: &str) -> Value {
    json!({"type": "integer", "description": says})
}

fn text(says: &str) -> Value {
    json!({"type": "string", "description": says})
}

/// The fields of the call: which must be there, and all.
pub(super) fn request() -> (&'static [&'static str], Value) {
    let settings: serde_json::Map<String, Value> = CHANGEABLE
        .into_iter()
        .map(|key| {
            let says = match key {
                "sources" => {
                    "By the sources' ids: `mode`, `acks_per_minute`, `acks_per_hour`, `calendar`."
                }
                "mode" => "`off`, `dry_run` or `live`.",
                _ => "As in heard.toml.",
            };
            (key.to_owned(), json!({"description": says}))
        })
        .collect();
    (
        &[],
        json!({
            "adapter": {"type": "string", "maxLength": 64, "description": "Besides, or alone: as if what this brand's desk has taught ruled, by the brand's id; posts that are not urgent are gone through too, and all are judged anew by today's model."},
            "settings": {"type": "object", "minProperties": 1, "additionalProperties": false, "properties": settings, "description":
                "What is other than today, as in heard.toml: a table goes into the one that is there, anything else replaces it, null takes it away (RFC 7396)."},
            "from_ms": {"type": "integer", "description": "Posts of interactions that were opened from then on, in epoch milliseconds; seven days ago where nothing is said, and at most."},
            "to_ms": {"type": "integer", "description": "And before then; now where nothing is said."},
        }),
    )
}

fn verdict(says: &str) -> Value {
    json!({"type": "object", "required": ["sent", "why"], "description": says, "properties": {
        "sent": {"type": "boolean", "description": "Whether it would leave: the source is live, and something would be said."},
        "why": text("`planned`, or why not."),
        "text": text("What would be said; by a source in `dry_run` to nobody."),
        "lang": text("In which language."),
    }})
}

fn count(says: &str) -> Value {
    json!({"type": "object", "required": ["sent", "by_why"], "description": says, "properties": {
        "sent": integer("How many would leave."),
        "by_why": {"type": "object", "additionalProperties": {"type": "integer"}, "description": "How many came to which decision."},
    }})
}

/// The answer.
pub(super) fn tried() -> Value {
    json!({"type": "object",
    "required": ["from_ms", "to_ms", "next_ms", "replayed", "as_stored", "today", "changed", "differ", "more_sent", "fewer_sent", "other_words", "more_urgent", "less_urgent", "differences"],
    "properties": {
        "from_ms": integer("From when on interactions were gone through, in epoch milliseconds."),
        "to_ms": integer("Up to when, in epoch milliseconds."),
        "next_ms": {"type": ["integer", "null"], "description": "Where there is more: ask again with this as `from_ms`. The cooldown goes on from what is stored, the ceiling begins anew."},
        "replayed": integer("How many posts were decided again: those that a setting can change anything for."),
        "as_stored": integer("For how many of them today's settings come to what was decided then: how far the replay can be trusted."),
        "today": count("What today's settings come to."),
        "changed": count("What the changed ones come to."),
        "differ": integer("How many posts get something else."),
        "more_sent": integer("Of those: something would leave that does not by today's."),
        "fewer_sent": integer("Of those: nothing would leave any more."),
        "other_words": integer("Of those: other words would be said."),
        "more_urgent": integer("With `adapter`: how many posts get a higher level, whether they get other words or not."),
        "less_urgent": integer("And how many a lower one; none of these is an emergency."),
        "fitted": text("With `adapter`: the fingerprint of what was tried, by which it is switched on."),
        "differences": {"type": "array", "maxItems": TOLD, "description": "The first of them, oldest first.", "items": {"type": "object",
            "required": ["at_ms", "interaction", "source", "platform", "post", "level", "text", "today", "changed"], "properties": {
                "at_ms": integer("When the post came in, in epoch milliseconds."),
                "interaction": text("In which interaction it is."),
                "source": text("To which source it came."),
                "platform": {"enum": Platform::ALL.iter().map(|one| json!(one.as_str())).chain([Value::Null]).collect::<Vec<_>>(), "description": "Its platform; null where the source is gone."},
                "post": text("The platform's id of the post."),
                "author": text("The platform's id of its author."),
                "level": integer("Its level, from 0 to 3."),
                "text": text("What it says."),
                "today": verdict("By today's settings."),
                "changed": verdict("By the changed ones."),
            }}},
    }})
}
