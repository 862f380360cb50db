//! The contract of `GET /v1/surveys`.

use super::coverage_doc as coverage;
use crate::details::survey::TEXT_CHARS;
use crate::inbox::satisfaction::{Key, LATEST};
use serde_json::{Value, json};

fn integer(says: &str) -> Value {
    json!({"type": "integer", "description": says})
}

fn share(says: &str) -> Value {
    json!({"type": ["number", "null"], "description": says})
}

fn interval(says: &str) -> Value {
    json!({"type": ["array", "null"], "items": {"type": "number"}, "minItems": 2, "maxItems": 2, "description": says})
}

/// The parameters of the call.
pub(super) fn parameters() -> Vec<Value> {
    let parameter = |(name, schema, says)| json!({"name": name, "in": "query", "schema": schema, "description": says});
    let mut all: Vec<Value> = coverage::times().into_iter().map(parameter).collect();
    let by = json!({"enum": Key::ALL.map(Key::as_str)});
    all.push(parameter((
        "by",
        by,
        "By what those who were asked are told apart; by the agent who asked where nothing is said.",
    )));
    all
}

/// What some of those who were asked said, with more properties.
pub(super) fn rated(more: &Value) -> Value {
    let mut schema = json!({"type": "object", "description": "What some of those who were asked said.",
    "required": ["asked", "answered", "response_rate", "response_interval", "scores", "mean", "content", "content_share", "content_interval"],
    "properties": {
        "asked": integer("How many were asked: a reply with the link arrived. In the arc's groups: how many answered."),
        "answered": integer("Of those: how many have answered by now."),
        "response_rate": share("answered / asked; null below 10, and in the arc's groups."),
        "response_interval": interval("Between what it lies by chance alone (Wilson, 95 %)."),
        "scores": {"type": "array", "items": {"type": "integer"}, "minItems": 5, "maxItems": 5, "description": "How many chose each face, from 1 to 5."},
        "mean": share("The mean of the faces; null below 10 answers."),
        "content": integer("How many chose the fourth or the fifth."),
        "content_share": share("content / answered, which is of those who answered; null below 10."),
        "content_interval": interval("Between what it lies by chance alone (Wilson, 95 %). Whether those who answered are like those who did not, it does not say."),
    }});
    if let (Some(all), Some(more)) = (
        schema
            .pointer_mut("/properties")
            .and_then(Value::as_object_mut),
        more.as_object(),
    ) {
        all.extend(more.clone());
    }
    let names = more.as_object().into_iter().flat_map(|more| more.keys());
    if let Some(required) = schema
        .pointer_mut("/required")
        .and_then(Value::as_array_mut)
    {
        required.extend(names.map(|name| json!(name)));
    }
    schema
}

fn beside(says: &str, of: &[&str]) -> Value {
    json!({"type": "object", "required": ["groups", "says"], "description": says, "properties": {
        "groups": {"type": "array", "description": "By what was inferred.", "items": rated(&json!({
            "is": {"enum": of, "description": "What was inferred."}}))},
        "says": {"type": "string", "description": "Whether it tells anything of what they said, with the counts: a difference of two shares with its interval (Newcombe)."},
    }})
}

/// The answer, with what is told of samples.
pub(super) fn surveys(samples: &Value) -> Value {
    json!({"type": "object",
    "required": ["as_of_ms", "from_ms", "to_ms", "by", "total", "says", "groups", "in_public", "felt", "arc", "latest", "samples"],
    "properties": {
        "as_of_ms": integer("As of when, in epoch milliseconds."),
        "from_ms": integer("The beginning of the first hour, in epoch milliseconds: who was asked from then on."),
        "to_ms": integer("The end of the last hour, in epoch milliseconds."),
        "by": {"enum": Key::ALL.map(Key::as_str), "description": "By what they are told apart."},
        "total": rated(&json!({})),
        "says": {"type": "string", "description": "The total in a sentence."},
        "groups": {"type": "array", "description": "Each group; `none` where there is none.", "items": rated(&json!({
            "key": {"type": "string", "description": "Which group."}}))},
        "in_public": rated(&json!({})),
        "felt": beside("By how the author's last words read when they were asked: the outer thirds of -1 to 1 are bad and good.",
            &["positive", "neutral", "negative", "unknown"]),
        "arc": beside("Of those who answered: by whether they had been won back or lost with this matter.", &["won_back", "lost", "neither"]),
        "samples": samples,
        "latest": {"type": "array", "maxItems": LATEST, "description": "The latest answers, newest first.", "items": {"type": "object",
            "required": ["interaction", "agent", "asked_ms", "answered_ms", "score", "public"], "properties": {
                "interaction": {"type": "string", "description": "Which interaction."},
                "customer": {"type": "string", "description": "The customer, by the brand's id; left out where none is known."},
                "agent": {"type": "string", "description": "Whose reply asked."},
                "asked_ms": integer("When the reply with the link arrived, in epoch milliseconds."),
                "answered_ms": integer("When they answered, in epoch milliseconds."),
                "score": {"type": "integer", "minimum": 1, "maximum": 5, "description": "Which face: 5 is the happiest."},
                "text": {"type": "string", "maxLength": TEXT_CHARS, "description": "What else they said."},
                "public": {"type": "boolean", "description": "Whether bystanders could read the link: then anybody may have answered, and it counts under `in_public` alone."},
                "felt": {"enum": ["positive", "neutral", "negative"], "description": "How their last words read when they were asked."},
                "moment": {"enum": ["won_back", "lost"], "description": "What the arc said when they answered; left out for neither."},
            }}},
    }})
}

/// With an interaction.
pub(super) fn view() -> Value {
    json!({"type": "object", "required": ["asked_ms"],
    "description": "How the customer was asked it went, and what they said; only where one is claimed or looked at.",
    "properties": {
        "asked_ms": integer("When the reply with the link arrived, in epoch milliseconds."),
        "answered_ms": integer("When they answered, in epoch milliseconds; left out where they have not."),
        "score": {"type": "integer", "minimum": 1, "maximum": 5, "description": "Which face: 5 is the happiest."},
        "text": {"type": "string", "maxLength": TEXT_CHARS, "description": "What else they said."},
    }})
}
