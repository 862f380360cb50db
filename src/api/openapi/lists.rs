//! The contract of lists in an order, of deeds to many, and of the whole customer.

use crate::api::bulk::ACTS;
use crate::api::lists::OPEN;
use crate::inbox::bulk::{MOST, Outcome};
use crate::inbox::look::PAGE;
use crate::inbox::marks;
use crate::inbox::search::SEARCH_BYTES;
use crate::inbox::state::State;
use crate::inbox::survey::Order;
use crate::judgement::{Kind, Situation};
use serde_json::{Value, json};

/// The parameters of a list. `platform` is the schema of a platform's name.
pub(super) fn parameters(platform: Value) -> Vec<Value> {
    let states: Vec<&str> = State::ALL
        .iter()
        .map(|state| state.as_str())
        .chain([OPEN])
        .collect();
    let orders = Order::ALL.map(Order::as_str);
    let name = |max: usize| json!({"type": "string", "minLength": 1, "maxLength": max});
    // Either form: `1796025600000` or `2026-11-30T08:00:00Z`.
    let time = json!({"type": "string"});
    [
        ("state", json!({"enum": states}), "Only in this state; `open` is waiting or leased."),
        ("workgroup", name(64), "Only of this workgroup."),
        ("platform", platform, "Only on this platform."),
        ("post", json!({"type": "string", "description": "PLATFORM:POST-ID"}), "Only the one that holds this post."),
        ("max", json!({"type": "integer", "minimum": 1, "maximum": PAGE}), "How many at most."),
        ("cursor", json!({"type": "string"}), "Where the page before ended; as it gave it, and with the same order."),
        ("order", json!({"enum": orders, "default": "opened"}),
            "`rank`: what is open, in the queue's order. `deadline`: what is open and owed an answer, soonest first. `opened`: newest first. `updated`: what the author or a person did something to last first; a claim is nothing done."),
        ("author", name(crate::post::ID_BYTES), "Only by this author: any id that the platform has for them."),
        ("holder", name(128), "Only what this agent holds, or ended."),
        ("level", json!({"type": "integer", "minimum": 0, "maximum": 3}), "Only of this level."),
        ("situation", json!({"enum": Situation::ALL.map(Situation::as_str)}), "Only where a post tells of this."),
        ("lang", name(64), "Only in this language."),
        ("tag", name(crate::inbox::marks::TAG_BYTES), "Only with this tag."),
        ("source", name(64), "Only with this source."),
        ("overdue", json!({"enum": ["true", "false"]}), "Only what is owed an answer past its deadline."),
        ("since", time.clone(), "Only what was opened then or later: RFC 3339 or epoch milliseconds; in the order `updated`, changed."),
        ("until", time, "Only what was opened before; in the order `updated`, changed."),
        ("q", json!({"type": "string", "minLength": 1, "maxLength": SEARCH_BYTES}),
            "Only with these words in what the author wrote, or in the author's name or handle: all of them, in any order and case; \"in a row\"; begin* for what begins so."),
    ]
    .into_iter()
    .map(|(name, schema, says)| json!({"name": name, "in": "query", "schema": schema, "description": says}))
    .collect()
}

/// The answer to a list.
pub(super) fn listed(interactions: Value) -> Value {
    json!({"type": "object", "required": ["interactions", "cursor"], "properties": {
        "interactions": interactions,
        "cursor": {"type": ["string", "null"], "description":
            "Where the next page begins; null after the last. A page may have fewer than `max`, or none, and a next one."},
        "indexing": {"type": "boolean", "description":
            "With `q`: posts are there that are not searched yet; ask again in a minute."},
    }})
}

/// The body of a deed to many.
pub(super) fn bulk() -> Value {
    let text = |max: usize| json!({"type": "string", "minLength": 1, "maxLength": max});
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["do"],
        "properties": {
            "ids": {"type": "array", "minItems": 1, "maxItems": MOST, "uniqueItems": true, "items": text(64),
                "description": "Which; or `of_workgroup`."},
            "of_workgroup": {"type": "string", "minLength": 1, "maxLength": 64, "description":
                "Instead of ids: what is open of this workgroup, most urgent first."},
            "cursor": {"type": "string", "minLength": 1, "maxLength": 64, "description": "With `of_workgroup`: where the page before ended; as it gave it."},
            "max": {"type": "integer", "minimum": 1, "maximum": MOST, "default": MOST, "description": "With `of_workgroup`: how many at most."},
            "do": {"enum": ACTS},
            "dry_run": {"type": "boolean", "default": false, "description": "Tell what would come of it and change nothing."},
            "outcome": {"type": "string", "minLength": 1, "maxLength": 64, "description": "To resolve: how they end."},
            "note": {"type": "string", "maxLength": 4_096, "description": "To resolve: for those who read them later."},
            "as_of_ms": {"type": "integer", "minimum": 0, "description":
                "To resolve: when you looked at them. What an author said since is unheard, and stays open."},
            "add": {"type": "array", "maxItems": 64, "items": text(marks::TAG_BYTES), "description": "To tag: which to add."},
            "remove": {"type": "array", "maxItems": 64, "items": text(marks::TAG_BYTES), "description": "To tag: which to take off."},
            "agent": {"type": "string", "minLength": 1, "maxLength": 128, "description": "To assign: to whom."},
            "workgroup": {"type": "string", "minLength": 1, "maxLength": 64, "description": "To assign: to which workgroup."},
        },
    })
}

/// The answer to a deed to many.
pub(super) fn came() -> Value {
    json!({"type": "object", "required": ["dry_run", "done", "outcomes"], "properties": {
        "dry_run": {"type": "boolean"},
        "done": {"type": "integer", "description": "For how many it is done, or would be."},
        "cursor": {"type": "string", "description": "With `of_workgroup`: where the next page begins; left out after the last."},
        "outcomes": {"type": "array", "description": "For each, in the order of the call.", "items": {
            "type": "object", "required": ["id", "outcome"], "properties": {
                "id": {"type": "string"},
                "outcome": {"enum": Outcome::ALL, "description":
                    "held: an agent holds it; emergency: nobody has answered it, so open it; unheard: its author has said something since; unavailable: its shard did not answer, so it may be done or not."},
                "holder": {"type": "string"},
            }}},
    }})
}

/// Another interaction, as it is told beside one.
fn earlier() -> Value {
    let text = json!({"type": "string"});
    let time = json!({"type": "integer"});
    json!({"type": "object",
    "required": ["id", "state", "source", "workgroup", "opened_ms", "kind", "level"],
    "properties": {
        "id": text, "state": {"enum": State::ALL.map(State::as_str)}, "source": text, "workgroup": text,
        "opened_ms": time, "ended_ms": time,
        "kind": {"enum": Kind::ALL.map(Kind::as_str)},
        "level": {"type": "integer", "minimum": 0, "maximum": 3},
        "situation": {"enum": Situation::ALL.map(Situation::as_str)},
        "sentiment": {"type": "number", "minimum": -1, "maximum": 1, "description": "Of the newest post."},
        "outcome": text, "note": text,
        "text": {"type": "string", "description": "The beginning of its first post."},
        "said": {"type": "array", "description": "What we said, oldest first: the newest few.", "items": {
            "type": "object", "required": ["who", "text", "at_ms"],
            "properties": {"who": {"type": "string", "description": "An agent, `platform`, or `heard` for an acknowledgment."},
                "text": text, "at_ms": time}}},
    }})
}

/// Those that were like one.
pub(super) fn similar() -> Value {
    let mut item = earlier();
    if let Some(properties) = item
        .pointer_mut("/properties")
        .and_then(Value::as_object_mut)
    {
        let says =
            "The rare words that both have: their posts of one shard hold each at most 200 times.";
        let shared = json!({"type": "array", "items": {"type": "string"}, "description": says});
        properties.insert("shared".into(), shared);
    }
    if let Some(required) = item.pointer_mut("/required").and_then(Value::as_array_mut) {
        required.push("shared".into());
    }
    json!({"type": "object", "required": ["similar"], "properties": {
        "similar": {"type": "array", "maxItems": crate::inbox::similar::TOLD, "items": item,
            "description": "Those that share most words first, and of those that share as many the newest."}}})
}

/// What is told of the customer with an interaction. `media` is the schema of what a post carries.
pub(super) fn customer() -> Value {
    let text = json!({"type": "string"});
    let time = json!({"type": "integer"});
    json!({
        "earlier": {"type": "array", "maxItems": 10, "description":
            "What else there was with this author, newest first; only where one is claimed or looked at, and only of workgroups that you see.",
            "items": earlier()},
        "thread": {"type": "array", "description":
            "What its newest answering post answers, and what that answers, highest first, as far as it is kept.",
            "items": {"type": "object", "required": ["id", "text", "created_ms"], "properties": {
                "id": text, "ours": {"type": "boolean", "description": "We said it."},
                "author": {"type": "object", "required": ["id"], "properties": {"id": text, "name": text, "handle": text}},
                "text": text, "media": {"type": "array", "items": {"type": "object"}},
                "created_ms": time, "permalink": text, "interaction": text,
            }}},
    })
}
