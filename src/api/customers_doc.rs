//! The contract of calls about customers and authors.

use super::customers::MOST_LINES;
use super::route::Action;
use crate::inbox::arc::Moment;
use crate::inbox::customer::MOST_AUTHORS;
use crate::judgement::Kind;
use crate::post::Platform;
use serde_json::{Value, json};

fn platform() -> Value {
    let names: Vec<&str> = Platform::ALL.iter().map(|one| one.as_str()).collect();
    json!({"type": "string", "enum": names})
}

fn identities() -> Value {
    json!({"type": "array", "maxItems": MOST_AUTHORS, "description": "Their authors: a platform, and its stable id of them; no handles, which change.",
    "items": {"type": "object", "required": ["platform", "author"], "additionalProperties": false, "properties": {
        "platform": platform(), "author": {"type": "string", "minLength": 1, "description": "The platform's id of them."}}}})
}

/// What a CRM says of a customer.
fn said() -> Value {
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 128, "description": "What they are called."},
        "tier": {"type": "string", "minLength": 1, "maxLength": 64, "description": "One of the configuration's tiers."},
        "value": {"type": "string", "minLength": 1, "maxLength": 64, "description": "Their value band, in the brand's own words."},
        "language": {"type": "string", "pattern": "^[a-z]{2}$", "description": "Their language (ISO 639-1)."},
        "identities": identities(),
        "links": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Where more is known of them, by name: orders, billing, the CRM's record."},
        "notes": {"type": "string", "maxLength": 4096, "description": "What agents should know."},
        "contact_consent": {"type": "boolean", "description": "Whether they consent to being contacted; left out: not known."},
    })
}

/// The steps from customer to advocate; `time` is how one's time is written.
fn stages(time: &Value) -> Value {
    json!({"type": "object", "additionalProperties": false,
        "description": "When they took which step from customer to advocate, as people say: nothing sets it by itself.",
        "properties": {"asked": time, "posted": time, "joined": time}})
}

fn with(mut properties: Value, more: Value) -> Value {
    if let (Some(properties), Value::Object(more)) = (properties.as_object_mut(), more) {
        properties.extend(more);
    }
    properties
}

/// The body of `PUT /v1/customers/{customer}`.
pub(super) fn put() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": with(said(), json!({
        "stages": stages(&json!({"type": "string", "description": "When: RFC 3339, or epoch milliseconds."})),
        "occurred_at": {"type": "string", "description": "When it was so, by the CRM's clock: RFC 3339, or epoch milliseconds. Without it: now. An older word than the one that is known changes nothing."},
    }))})
}

/// A line of `POST /v1/customers`.
pub(super) fn lines() -> Value {
    json!({"type": "string", "description": format!("At most {MOST_LINES} lines; each is a JSON object with `id` and the fields of PUT /v1/customers/{{customer}}.")})
}

/// A customer, as agents see them with a claim.
pub(super) fn view() -> Value {
    json!({"type": "object", "required": ["id"], "description": "Whose author it is, as the brand knows them.", "properties": {
        "id": {"type": "string", "description": "The brand's id of them."},
        "name": {"type": "string", "description": "What they are called."},
        "tier": {"type": "string", "description": "Their tier, which changes the deadline."},
        "value": {"type": "string", "description": "Their value band."},
        "language": {"type": "string", "description": "Their language (ISO 639-1)."},
        "contact_consent": {"type": "boolean", "description": "Whether they consent to being contacted."},
    }})
}

/// One line on what there was with somebody.
pub(super) fn summary() -> Value {
    json!({"type": "string", "description": "What there was with them, in one line; only where one is claimed or looked at."})
}

fn arc() -> Value {
    json!({"type": "object", "required": ["points", "moments"], "description": "How they felt, and what there was.", "properties": {
        "points": {"type": "array", "description": "Their posts, oldest first.", "items": {"type": "object",
            "required": ["at_ms", "platform", "kind", "level", "sentiment", "line"], "properties": {
                "at_ms": {"type": "integer"}, "platform": platform(), "matter": {"type": "string", "description": "The interaction's id."},
                "kind": {"enum": Kind::ALL.map(Kind::as_str)}, "level": {"type": "integer"},
                "sentiment": {"type": "number", "description": "From -1 to 1."},
                "line": {"type": "number", "description": "The running median of three posts."},
                "begins": {"type": "boolean", "description": "Whether the line begins anew: nothing was said for 30 days."}}}},
        "moments": {"type": "array", "description": "What was found by rule, oldest first.", "items": {"type": "object",
            "required": ["moment", "at_ms"], "properties": {
                "moment": {"enum": Moment::ALL.map(Moment::as_str), "description": "Which."},
                "at_ms": {"type": "integer"}, "matter": {"type": "string", "description": "The interaction's id."},
                "agent": {"type": "string", "description": "Who of us did it, or had answered."},
                "after_s": {"type": "integer", "description": "How long they had waited, in seconds, since the matter's first post."},
                "revoked": {"type": "boolean", "description": "Whether later thanks revoked it."}}}},
    }})
}

/// A schema without what only a request is held to.
fn loose(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(fields) => {
            for bound in ["minLength", "maxLength", "pattern", "maxItems"] {
                fields.remove(bound);
            }
            if fields.get("additionalProperties") == Some(&json!(false)) {
                fields.remove("additionalProperties");
            }
            for field in fields.values_mut() {
                *field = loose(field.take());
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = loose(item.take());
            }
        }
        _ => {}
    }
    schema
}

/// A customer as they are kept.
fn kept(required: &[&str]) -> Value {
    json!({"type": "object", "required": required, "properties": with(loose(said()), json!({
        "id": {"type": "string", "description": "The brand's id of them."},
        "occurred_ms": {"type": "integer", "description": "When it was so, by the CRM's clock, in epoch milliseconds."},
        "put_ms": {"type": "integer", "description": "When it was said, in epoch milliseconds."},
        "put_by": {"type": "string", "description": "Who said it: a token's name."},
    }))})
}

fn proof() -> Value {
    json!({"type": "string", "description": "A keyed hash of who was forgotten: the same whenever they are forgotten, and nothing else."})
}

/// The answers.
pub(super) fn response(action: Action) -> Value {
    let count = |says: &str| json!({"type": "integer", "description": says});
    match action {
        Action::PutCustomer => {
            json!({"type": "object", "required": ["id", "outcome", "taken_from", "left_out"], "properties": {
                "id": {"type": "string", "description": "The brand's id of them."},
                "outcome": {"enum": ["created", "updated", "unchanged", "older"], "description": "What came of it; older: a newer word is known, so nothing changed."},
                "left_out": {"type": "array", "items": {"type": "object", "required": ["platform", "author"], "properties": {
                "platform": platform(), "author": {"type": "string", "description": "The platform's id of them."}}},
                "description": "Authors that they did not get: forgotten since then, or another customer's by a later word."},
            "taken_from": {"type": "array", "items": {"type": "string"}, "description": "Customers who had one of these authors until now."},
            }})
        }
        Action::PutCustomers => {
            json!({"type": "object", "required": ["lines", "created", "updated", "unchanged", "older", "failed", "problems"], "properties": {
                "lines": count("How many lines there were."), "created": count("How many were new."),
                "updated": count("How many changed."), "unchanged": count("How many were known just so."),
                "older": count("How many said less than is known."), "failed": count("How many failed."),
                "problems": {"type": "array", "description": "The lines that failed.", "items": {"type": "object",
                    "required": ["line", "code", "detail"], "properties": {
                        "line": count("Its number, from 1."), "code": {"type": "string", "description": "As in a problem."},
                        "detail": {"type": "string", "description": "What is wrong and what to do."},
                        "field": {"type": "string", "description": "The field that is bad."}}}},
            }})
        }
        Action::ShowCustomer => {
            let mut shown = kept(&["id", "identities", "occurred_ms", "put_ms", "put_by", "arc"]);
            if let Some(properties) = shown
                .pointer_mut("/properties")
                .and_then(Value::as_object_mut)
            {
                properties.insert("arc".into(), arc());
                let time =
                    json!({"type": "integer", "description": "When, in epoch milliseconds."});
                properties.insert("stages".into(), stages(&time));
                properties.insert("summary".into(), summary());
            }
            shown
        }
        Action::DeleteCustomer => {
            json!({"type": "object", "description": "`id` and `deleted` where a CRM deleted them; else what was forgotten.", "properties": {
                "id": {"type": "string", "description": "The brand's id of them."},
                "deleted": {"type": "boolean", "description": "That it was done."},
                "proof": proof(), "authors": forgotten_authors(), "rows": rows(), "at_ms": {"type": "integer"}, "done": done(),
            }})
        }
        Action::ForgetAuthor => {
            json!({"type": "object", "required": ["proof", "authors", "rows", "at_ms"], "properties": {
                "proof": proof(), "authors": forgotten_authors(), "rows": rows(), "at_ms": {"type": "integer"}, "done": done(),
            }})
        }
        Action::ExportAuthor => json!({"type": "object",
            "required": ["platform", "author", "ids", "interactions", "stops", "deeds", "as_of_ms"], "properties": {
                "platform": platform(), "author": {"type": "string", "description": "The platform's id of them, as asked."},
                "ids": {"type": "array", "items": {"type": "string"}, "description": "All their ids there."},
                "brand": {"type": ["string", "null"], "description": "Who keeps it."},
                "interactions": {"type": "array", "items": {"$ref": "#/components/schemas/Interaction"}, "description": "Everything that was said and done, with every post."},
                "stops": {"type": "array", "items": {"type": "object"}, "description": "When they said stop, and took it back."},
                "deeds": {"type": "array", "items": {"type": "object"}, "description": "What supervisors wrote down of them."},
                "customer": {"type": ["object", "null"], "description": "What the brand's CRM said of them."},
                "as_of_ms": {"type": "integer"},
        }}),
        _ => json!({"type": "object", "required": ["platform", "author", "arc"], "properties": {
            "platform": platform(), "author": {"type": "string", "description": "The platform's id of them."},
            "customer": view(), "arc": arc(), "summary": summary(),
        }}),
    }
}

fn forgotten_authors() -> Value {
    json!({"type": "array", "description": "The authors who were forgotten.", "items": {"type": "object",
        "required": ["platform", "proof"], "properties": {"platform": platform(), "proof": proof()}}})
}

fn done() -> Value {
    json!({"type": "boolean", "description": "False with 202: there is so much that the shards go on by themselves. Nothing of before comes back meanwhile; the same call again, after `Retry-After`, tells where it stands and in the end the proof."})
}

fn rows() -> Value {
    json!({"type": "object", "additionalProperties": {"type": "integer"}, "description": "How many rows of each table are gone, or hold nothing of them any more."})
}

/// The parameters of a call.
pub(super) fn parameters(action: Action) -> Vec<Value> {
    match action {
        Action::DeleteCustomer | Action::ForgetAuthor => vec![json!({
            "name": "reason", "in": "query", "required": action == Action::ForgetAuthor,
            "schema": {"type": "string", "minLength": 1, "maxLength": 1024},
            "description": "Why, as a reference without a name (a ticket); for the log of deeds. A supervisor must say it.",
        })],
        Action::DeleteAgent => vec![json!({
            "name": "reason", "in": "query", "required": true,
            "schema": {"type": "string", "minLength": 1, "maxLength": 1024},
            "description": "Why; for the log of deeds.",
        })],
        _ => Vec::new(),
    }
}
