//! The contract of carrying an installation to another.

use super::carry::{LINES, PAGE};
use super::route::Action;
use serde_json::{Value, json};

/// The lines that are brought.
pub(super) fn lines() -> Value {
    json!({"type": "string", "description": format!(
        "At most {LINES} lines, each as GET /v1/carry gives it, in the order in which it does; before them all, in the first call, the line `{{\"form\": 1, \"kind\": \"heard\", \"row\": {{}}}}`.")})
}

/// The parameters of a call.
pub(super) fn parameters(action: Action) -> Vec<Value> {
    match action {
        Action::CarryOut => vec![
            json!({"name": "max", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": PAGE},
                "description": "How many lines, about: a call ends with the page that reaches it."}),
            json!({"name": "cursor", "in": "query", "schema": {"type": "string"},
                "description": "Where the page before ended; as it gave it."}),
        ],
        _ => vec![
            json!({"name": "export", "in": "query", "required": true, "schema": {"type": "string", "minLength": 1, "maxLength": 64},
            "description": "What this export is called: one name for all its lines. Lines of another are refused with 409 `occupied`."}),
        ],
    }
}

/// What is answered.
pub(super) fn response(action: Action) -> Value {
    match action {
        Action::CarryOut => {
            json!({"type": "object", "required": ["lines", "cursor"], "properties": {
                "lines": {"type": "array", "description": "The rows. None may be left out, and their order is to be kept.", "items": {
                    "type": "object", "required": ["form", "kind", "row"], "properties": {
                        "form": {"type": "integer", "description": "The form of lines."},
                        "kind": {"type": "string", "description": "The kind of object, a full stop, and the table."},
                        "from": {"type": "string", "description": "Which object of its kind it comes from."},
                        "name": {"type": "string", "description": "By what it is known when it comes again, where it is a figure."},
                        "of": {"type": "array", "items": {"type": "string"}, "description": "The platform and the author whose it is."},
                        "less": {"type": "boolean", "description": "Whether it takes from a figure what other lines bring with them."},
                        "row": {"type": "object", "description": "The row, by column."},
                }}},
                "cursor": {"type": ["string", "null"]},
            }})
        }
        _ => json!({"type": "object", "required": ["lines", "new"], "properties": {
            "lines": {"type": "integer", "description": "How many lines came."},
            "new": {"type": "integer", "description": "How many rows were written that were not here before; a row that every shard has counts once for each."},
        }}),
    }
}
