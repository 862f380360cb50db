//! The contract of `POST /v1/surveys/samples`, and of what `GET /v1/surveys` tells of samples.

use super::surveys_doc::rated;
use crate::customers::sample::MOST;
use crate::details::survey::TEXT_CHARS;
use serde_json::{Value, json};

fn integer(says: &str) -> Value {
    json!({"type": "integer", "description": says})
}

fn text(says: &str) -> Value {
    json!({"type": "string", "description": says})
}

/// The fields of the call: which must be there, and all.
pub(super) fn request() -> (&'static [&'static str], Value) {
    (
        &[],
        json!({
            "size": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 200, "description": "How many at most."},
            "brand": {"type": "string", "maxLength": 64, "description": "Whose voice asks; the only one's where there is one."},
        }),
    )
}

/// The answer.
pub(super) fn drawn() -> Value {
    json!({"type": "object", "required": ["sample", "until_ms", "listed", "no_consent", "resting", "eligible", "invited"], "properties": {
        "sample": integer("The sample's number."),
        "until_ms": integer("Until when its links are good, in epoch milliseconds."),
        "listed": integer("How many customers there are."),
        "no_consent": integer("Of those: did not consent to being contacted."),
        "resting": integer("And were drawn in the last 90 days."),
        "eligible": integer("How many could have been drawn, each with the same chance."),
        "invited": {"type": "array", "maxItems": MOST, "description": "Who was drawn. Send each their link by a channel of yours; it is told once.", "items": {"type": "object",
            "required": ["customer", "language", "link"], "properties": {
                "customer": text("The brand's id of them."),
                "language": text("In which language the page asks them."),
                "link": text("Their link: whoever has it may answer once."),
            }}},
    }})
}

/// A list of samples.
pub(super) fn samples() -> Value {
    let part = |says: &str, more: Value| json!({"type": "array", "description": says, "items": rated(&more)});
    json!({"type": "array", "description": "The samples that were drawn in the period, the newest first, at most 20; only for a token of all workgroups.", "items": {"type": "object",
    "required": ["sample", "at_ms", "until_ms", "brand", "by", "listed", "no_consent", "resting", "eligible", "total", "weighted_content", "tiers", "languages", "texts", "says"],
    "properties": {
        "sample": integer("Its number."),
        "at_ms": integer("When it was drawn, in epoch milliseconds."),
        "until_ms": integer("Until when answers are taken, in epoch milliseconds."),
        "brand": text("Whose voice asked."),
        "by": text("Who had it drawn."),
        "listed": integer("How many customers there were."),
        "no_consent": integer("Of those: did not consent to being contacted."),
        "resting": integer("And were drawn not long before."),
        "eligible": integer("How many could have been drawn."),
        "total": rated(&json!({})),
        "weighted_content": {"type": ["number", "null"], "description": "The share of the content, each tier counted as it is among the eligible; null below 10 answers, or where a tier has none."},
        "tiers": part("By tier; `none` for none.", json!({
            "key": text("Which."),
            "eligible": integer("How many of it could have been drawn."),
            "weight": {"type": ["number", "null"], "description": "For how many of them each answer stands; null where nobody answered."},
        })),
        "languages": part("By language.", json!({"key": text("Which.")})),
        "texts": {"type": "array", "description": "What some wrote, the newest first, at most 50.", "items": {"type": "object",
            "required": ["answered_ms", "score", "text"], "properties": {
                "answered_ms": integer("When, in epoch milliseconds."),
                "score": {"type": "integer", "minimum": 1, "maximum": 5, "description": "Which face: 5 is the happiest."},
                "text": {"type": "string", "maxLength": TEXT_CHARS, "description": "What they wrote."},
            }}},
        "says": text("In a sentence."),
    }}})
}
