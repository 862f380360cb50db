//! The contract of `GET /v1/events`, and of what receivers are sent.

use super::live::HEARTBEAT_MS;
use crate::inbox::event::KINDS;
use serde_json::{Value, json};

/// What has happened: the data of an event of the stream, and the body that a receiver gets.
pub(super) fn event() -> Value {
    let mut kinds: Vec<&str> = KINDS.iter().map(|(_, kind)| *kind).collect();
    kinds.extend(["ready", "reset"]);
    json!({"type": "object", "required": ["type"], "properties": {
        "type": {"enum": kinds, "description":
            "`ready`: the stream is at its cursor. `reset`: the cursor cannot be resumed; load again what you show. Both are the stream's own and have no `data`. More may come: pass over those that you do not know."},
        "timestamp": {"type": "string", "description": "When it happened: RFC 3339."},
        "why": {"type": "string", "description": "Of a reset."},
        "data": {"type": "object", "required": ["id", "interaction", "workgroup", "source", "level"], "properties": {
            "id": {"type": "string", "description": "The event's: the same however often it is told."},
            "interaction": {"type": "string"},
            "workgroup": {"type": "string", "description": "Whose it was then."},
            "came_from": {"type": "string", "description": "Whose it was before; of `interaction.moved`."},
            "source": {"type": "string"},
            "platform": {"type": "string"},
            "level": {"type": "integer", "minimum": 0, "maximum": 3},
            "by": {"type": "string", "description": "Who did it: an agent, `heard`, or `platform`; left out where the author did."},
        }},
    }})
}

/// The parameters of the stream.
pub(super) fn parameters() -> Vec<Value> {
    let cursor = json!({"type": "string"});
    vec![
        json!({"name": "cursor", "in": "query", "schema": cursor,
            "description": "Where to go on: the `id` of the last event that you have. Without it: now."}),
        json!({"name": "Last-Event-ID", "in": "header", "schema": cursor,
            "description": "The same, as browsers' readers of events say it. The parameter goes first."}),
    ]
}

/// The answer: a stream.
pub(super) fn stream() -> Value {
    let says = format!(
        "`text/event-stream`: `id` is the cursor, `event` the type, `data` an Event. A comment comes every {} s. The stream ends after some minutes, or with the token: come again with the cursor.",
        HEARTBEAT_MS / 1_000
    );
    json!({"description": says, "content": {"text/event-stream": {
        "schema": {"type": "string"},
        "x-event": {"$ref": "#/components/schemas/Event"},
    }}})
}
