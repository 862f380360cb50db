//! The contract of `GET /v1/promises` and `GET /v1/sla`.

use super::route::Action;
use crate::inbox::promise::PAGE;
use crate::inbox::promised::Standing;
use crate::inbox::sla::Key;
use serde_json::{Value, json};

fn integer() -> Value {
    json!({"type": "integer"})
}

fn maybe() -> Value {
    json!({"type": ["integer", "null"]})
}

fn part() -> Value {
    json!({"type": ["number", "null"], "minimum": 0, "maximum": 1})
}

/// The parameters of a call.
pub(super) fn parameters(action: Action) -> Vec<Value> {
    let time = json!({"type": "string", "description": "RFC 3339, or epoch milliseconds."});
    let mut parameters = vec![
        (
            "from",
            time.clone(),
            "The first hour; `to` less a day (less seven days for promises) without it.",
        ),
        (
            "to",
            time,
            "The end of the last hour; now without it. At most 31 days after `from`.",
        ),
        (
            "by",
            json!({"enum": Key::ALL.map(Key::as_str), "default": "workgroup"}),
            "By what the figures are told apart. An hour or a day, of UTC, is named by when it began.",
        ),
    ];
    parameters.push((
        "workgroup",
        json!({"type": "string", "minLength": 1, "maxLength": 64}),
        "Only of this workgroup.",
    ));
    if action == Action::Promises {
        parameters.extend([
            (
                "state",
                json!({"enum": ["open", "at_risk"], "default": "open"}),
                "All that are open, or only those that are at risk or broken.",
            ),
            (
                "max",
                json!({"type": "integer", "minimum": 1, "maximum": PAGE}),
                "How many at most.",
            ),
        ]);
    }
    let parameter = |(name, schema, says)| json!({"name": name, "in": "query", "schema": schema, "description": says});
    parameters.into_iter().map(parameter).collect()
}

/// What an acknowledgment promised.
pub(super) fn promise() -> Value {
    json!({"type": "object", "required": ["by_ms", "state"],
    "description": "What it promised, once it has left.",
    "properties": {
        "by_ms": {"type": "integer", "description": "By when a person answers."},
        "state": {"enum": ["open", "at_risk", "broken", "kept", "late", "unanswered", "void"]},
        "ended_ms": integer(),
            "word": {"enum": ["sending", "sent", "refused", "unknown"], "description": "What became of the word that told the author that it broke (brand.late_text)."},
    }})
}

/// How many promises are open.
pub(super) fn open() -> Value {
    json!({"type": "object", "required": ["open", "at_risk", "broken"],
        "description": "What acknowledgments promised and nobody has kept yet.",
        "properties": {"open": integer(), "at_risk": integer(), "broken": integer(), "broken_since_ms": integer()}})
}

/// A schema with more fields, which are always there.
fn with(schema: &mut Value, more: Value) {
    let Value::Object(more) = more else {
        return;
    };
    let required = schema
        .pointer_mut("/required")
        .and_then(Value::as_array_mut);
    if let Some(required) = required {
        required.extend(more.keys().map(|name| json!(name)));
    }
    let properties = schema
        .pointer_mut("/properties")
        .and_then(Value::as_object_mut);
    if let Some(properties) = properties {
        properties.extend(more);
    }
}

fn kept(more: Value) -> Value {
    let mut schema = json!({"type": "object",
    "required": ["promises", "kept", "late", "unanswered", "void", "rate"],
    "properties": {
        "promises": {"type": "integer", "description": "How many were closed in those hours."},
        "kept": integer(), "late": integer(),
        "unanswered": {"type": "integer", "description": "Ended without a reply."},
        "void": {"type": "integer", "description": "Fell away before their time, beside those closed: the author deleted the post or said stop, or the note did not arrive."},
        "rate": part(),
    }});
    with(&mut schema, more);
    schema
}

/// The answer to `GET /v1/promises`.
pub(super) fn promises() -> Value {
    json!({"type": "object",
    "required": ["as_of_ms", "open", "at_risk", "broken", "promises", "from_ms", "to_ms", "by", "kept", "groups"],
    "properties": {
        "as_of_ms": integer(), "open": integer(), "at_risk": integer(), "broken": integer(),
        "promises": {"type": "array", "description": "The next due first.", "items": {"type": "object",
            "required": ["id", "source", "workgroup", "level", "by_ms", "said_ms", "state", "text"],
            "properties": {
                "id": {"type": "string"}, "source": {"type": "string"}, "workgroup": {"type": "string"},
                "level": integer(), "by_ms": integer(),
                "told_ms": {"type": "integer", "description": "The time that its words tell, where they tell one."},
                "said_ms": integer(), "state": {"enum": Standing::ALL.map(Standing::as_str)},
                "holder": {"type": "string"}, "text": {"type": "string"},
            }}},
        "from_ms": integer(), "to_ms": integer(), "by": {"enum": Key::ALL.map(Key::as_str)},
        "kept": kept(json!({})),
        "groups": {"type": "array", "items": kept(json!({"key": {"type": "string"}}))},
    }})
}

fn clock(says: &str) -> Value {
    json!({"type": "object", "description": says,
    "required": ["n", "missed", "unanswered", "became_late", "attainment", "average_ms", "p50_ms", "p90_ms"],
    "properties": {
        "n": integer(),
        "missed": {"type": "integer", "description": "Past the target: late, or ended unanswered when its time was over."},
        "unanswered": {"type": "integer", "description": "Of the missed: ended unanswered."},
        "became_late": {"type": "integer", "description": "How many passed their target in those hours, also those that are still open."},
        "attainment": part(),
        "average_ms": maybe(), "p50_ms": maybe(), "p90_ms": maybe(),
    }})
}

fn clocks(more: Value) -> Value {
    let mut schema = json!({"type": "object",
    "required": ["opened", "first_reply", "next_reply", "resolution", "promises"],
    "properties": {
        "opened": integer(),
        "first_reply": clock("From the first post to a person's first reply. An acknowledgment does not count."),
        "next_reply": clock("From what came after a reply to the next one."),
        "resolution": clock("From the opening to the end by an agent. Met where no target is set."),
        "promises": kept(json!({})),
    }});
    with(&mut schema, more);
    schema
}

/// How long people took, of all.
pub(super) fn figures() -> Value {
    clocks(json!({}))
}

/// The answer to `GET /v1/sla`.
pub(super) fn sla() -> Value {
    json!({"type": "object", "required": ["from_ms", "to_ms", "by", "total", "groups", "now"],
    "properties": {
        "from_ms": integer(), "to_ms": integer(), "by": {"enum": Key::ALL.map(Key::as_str)},
        "total": clocks(json!({})),
        "groups": {"type": "array", "items": clocks(json!({"key": {"type": "string"}}))},
        "now": {"type": "object", "required": ["as_of_ms", "groups", "workgroups", "will_miss"], "properties": {
            "as_of_ms": integer(),
            "will_miss": {"type": "integer", "description": "How many will miss their deadline in the next 30 minutes at the pace of this hour and the one before."},
            "groups": {"type": "array", "items": {"type": "object",
                "required": ["key", "open", "claimable", "held", "snoozed", "oldest_ms", "late", "due_soon"],
                "properties": {
                    "key": {"type": "string"}, "open": integer(), "claimable": integer(), "held": integer(),
                    "snoozed": integer(),
                    "oldest_ms": {"type": ["integer", "null"], "description": "To the hour where more than 1,000 are open, and by hour and day."},
                    "late": integer(),
                    "due_soon": {"type": "integer", "description": "Due in the next 30 minutes."},
                    "will_miss": {"type": "integer", "description": "Left out by hour and by day."},
                }}},
            "workgroups": {"type": "array", "items": {"type": "object",
                "required": ["workgroup", "answered_per_hour", "agents", "due_soon", "will_miss", "agents_needed"],
                "properties": {
                    "workgroup": {"type": "string"}, "answered_per_hour": {"type": "number"},
                    "agents": {"type": "integer", "description": "How many agents hold something."},
                    "due_soon": integer(), "will_miss": integer(),
                    "agents_needed": {"type": ["integer", "null"], "description": "With how many agents no more miss than must; null where nobody's pace is known."},
                }}},
        }},
    }})
}

/// The answer to an errand, to its preview and to its end.
pub(super) fn retasked() -> Value {
    json!({"type": "object", "required": ["workgroup", "serves", "until_ms", "by"],
    "properties": {
        "workgroup": {"type": "string"}, "serves": {"type": "array", "items": {"type": "string"}},
        "until_ms": integer(), "by": {"type": "string"},
        "undone": {"type": "boolean", "description": "With `undo`: whether there was something to take back. The rest is what holds now."},
        "dry_run": {"type": "boolean", "description": "With `dry_run`: nothing was changed."},
        "agents": {"type": "array", "items": {"type": "string"}, "description": "With `dry_run`: who would serve something else, by the good tokens that were used here."},
        "workgroups": {"type": "array", "description": "With `dry_run`: what waits, and how many agents serve it before and after: by their tokens, and of those who are there now.", "items": {
            "type": "object", "required": ["workgroup", "open", "late", "agents_before", "agents_after"],
            "properties": {"workgroup": {"type": "string"}, "open": integer(), "late": integer(),
                "agents_before": integer(), "agents_after": integer(),
                "present_before": {"type": "integer", "description": "How many of those who serve it before are there now. Left out where that is not known: in the first two minutes after the floor began, or when it does not answer."},
                "present_after": {"type": "integer", "description": "How many of those who serve it after are there now."}}}},
        "unserved": {"type": "array", "items": {"type": "string"}, "description": "With `dry_run`: workgroups with open work that nobody would serve, but for its emergencies."},
    }})
}

/// The answer to `GET /v1/errands`.
pub(super) fn errands() -> Value {
    let list = || json!({"type": "array", "items": {"$ref": "#/components/schemas/Retasked"}});
    json!({"type": "object", "required": ["retasked", "undo", "templates"], "properties": {
        "retasked": list(),
        "undo": {"type": "array", "items": {"$ref": "#/components/schemas/Retasked"},
            "description": "What holds after the workgroup's last errand, or recall, is taken back."},
        "templates": {"type": "array", "items": {"type": "object",
            "required": ["name", "workgroup", "serves", "for_s"],
            "properties": {"name": {"type": "string"}, "workgroup": {"type": "string"},
                "serves": {"type": "array", "items": {"type": "string"}}, "for_s": integer()}}},
    }})
}
