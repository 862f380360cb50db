//! The contract of `GET /v1/events`, and of what receivers are sent.

use super::live::HEARTBEAT_MS;
use super::outside::RESEND_MOST;
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
            "customer": {"type": "object", "required": ["id"], "description": "Whose author's it is, where the CRM says.", "properties": {
                "id": {"type": "string", "description": "The brand's id of them."},
                "tier": {"type": "string", "description": "Their tier."}}},
            "by": {"type": "string", "description": "Who did it: an agent, `heard`, or `platform`; left out where the author did."},
        }},
    }})
}

/// An event as it stands in the stream.
pub(super) fn in_the_stream() -> Value {
    json!({"type": "object", "properties": {
        "id": {"type": "string", "description": "The cursor: send it to go on behind this event."},
        "event": {"type": "string", "description": "The type."},
        "data": {"type": "string", "description": "An Event, as JSON."},
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
        "schema": {"$ref": "#/components/schemas/StreamEvent"},
        "x-event": {"$ref": "#/components/schemas/Event"},
    }}})
}

/// The body of a call to send again.
pub(super) fn resend() -> Value {
    json!({"events": {"type": "array", "maxItems": RESEND_MOST,
        "items": {"type": "string", "minLength": 1, "maxLength": 64},
        "description": "Which, by their ids; all that are dead where it is left out."}})
}

/// What came of it.
pub(super) fn resent() -> Value {
    json!({"type": "object", "required": ["resent"], "properties": {"resent": {"type": "integer"}}})
}

/// How receivers stand.
pub(super) fn receivers() -> Value {
    let integer = |says: &str| json!({"type": "integer", "description": says});
    let maybe = |says: &str| json!({"type": ["integer", "null"], "description": says});
    let names = json!({"type": "array", "items": {"type": "string"}, "description": "None: all."});
    json!({"type": "object", "required": ["receivers"], "properties": {"receivers": {"type": "array", "items": {
    "type": "object",
    "required": ["id", "url", "events", "workgroups", "keys", "sent", "retrying", "dead", "lost",
        "rests_until_ms", "failed_ms", "why", "dead_events"],
    "properties": {
        "id": {"type": "string"},
        "url": {"type": "string"},
        "events": names,
        "workgroups": names,
        "keys": integer("How many secrets sign; without one nothing is sent."),
        "sent": integer("How many events arrived."),
        "retrying": integer("How many are tried again."),
        "dead": integer("How many are not: `resend` sends them once more."),
        "lost": integer("How many came while too many were kept already."),
        "rests_until_ms": maybe("Until when nothing is sent, for it could not be reached."),
        "failed_ms": maybe("When it failed last."),
        "why": {"type": ["string", "null"], "description": "Why."},
        "dead_events": {"type": "array", "description": "The newest of those that are not tried any more.", "items": {
            "type": "object", "required": ["event", "at_ms", "attempts", "why"], "properties": {
                "event": {"type": "string", "description": "Its id."},
                "at_ms": {"type": "integer"},
                "attempts": {"type": "integer"},
                "why": {"type": "string"},
            }}},
    }}}}})
}
