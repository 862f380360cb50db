//! The schemas of what lies in the queue: interactions, posts, acknowledgments, judgements; and of settings, agents and alarms.

use super::{details, lists};
use crate::api::customers_doc as customers;
use crate::api::floor;
use crate::api::surveys_doc;
use crate::config::replies::Occasion;
use crate::floor::wire::Presence;
use crate::inbox::marks;
use crate::inbox::state::State;
use crate::judgement::{Actual, Danger, Fact, Kind, Situation, Unit, Who};
use crate::post::Platform;
use serde_json::{Value, json};

pub(super) fn interaction() -> Value {
    let states: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
    let mut interaction = json!({
        "type": "object",
        "required": ["id", "state", "source", "platform", "workgroup", "lang", "kind", "level",
            "urgency", "opened_ms", "deadline_ms", "rank", "available_ms", "attempts", "cursor", "posts"],
        "properties": {
            "id": {"type": "string"},
            "state": {"enum": states},
            "source": {"type": "string"},
            "platform": platform(),
            "workgroup": {"type": "string"},
            "author": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string"}, "name": {"type": "string"},
                "handle": {"type": "string"}, "followers": {"type": "integer"},
                "bot": {"type": "boolean"},
                "staff": {"type": "boolean", "description": "One of us."},
                "aliases": {"type": "array", "items": {"type": "string"}, "description": "What else the platform calls the same person."}}},
            "lang": {"type": "string"},
            "kind": kind(),
            "level": {"type": "integer", "minimum": 0, "maximum": 3},
            "urgency": {"type": "integer", "minimum": 0, "maximum": 100},
            "lease": {"type": "string", "description": "Only in the answers to POST /v1/claims, GET /v1/claims and .../claim. Keep it; no other answer repeats it."},
            "holder": {"type": "string"},
            "assigned": {"type": "string"},
            "skills": {"type": "array", "items": {"type": "string"}, "description": "What one must be able to do to be offered it."},
            "replied_ms": {"type": "integer", "description": "A person's first reply."},
            "answered_ms": {"type": "integer", "description": "A person's latest reply."},
            "ended_ms": {"type": "integer"},
            "outcome": {"type": "string"},
            "note": {"type": "string"},
            "ack": {"$ref": "#/components/schemas/Ack"},
            "acks": {"type": "array", "items": {"$ref": "#/components/schemas/Ack"}, "maxItems": 2,
                "description": "All of them: at most one for an emergency, and one for anything calmer before it."},
            "posts": {"type": "array", "items": {"$ref": "#/components/schemas/Post"}},
            "replies": {"type": "array", "description": "What agents replied, oldest first.", "items": reply()},
            "history": {"type": "array", "items": {"type": "object",
                "required": ["at_ms", "who", "did"],
                "properties": {"at_ms": {"type": "integer"}, "who": {"type": "string"},
                    "did": {"type": "string"}, "detail": {"type": "string"}}}},
        },
    });
    // Apart, because the macro takes no more fields at once.
    let clocks = json!({
        "opened_ms": {"type": "integer"},
        "relaxed_ms": {"type": "integer", "description": "From when on everybody of the workgroup is offered it."},
        "owed_ms": {"type": "integer", "description": "Since when its author waits for an answer; left out while it is the author's turn."},
        "deadline_ms": {"type": "integer", "description": "When what is owed must be answered; where nothing is, when to look again."},
        "peer_answered": {"type": "object", "required": ["at_ms"],
            "description": "Another customer answered its author, who waits still: it is ranked an hour later, an emergency not. Left out where nobody did, or where the author complained or asked again since.",
            "properties": {
                "at_ms": {"type": "integer", "description": "When, the last time, in epoch milliseconds."},
                "thanked_ms": {"type": "integer", "description": "When the author thanked after that, in epoch milliseconds; left out where they did not."},
            }},
        "rank": {"type": "integer"},
        "available_ms": {"type": "integer"},
        "attempts": {"type": "integer", "description": "How many leases on it ran out since its last post or reply."},
        "cursor": {"type": "integer", "description": "What to send as `seen` once all that is shown here is read."},
        "seen": {"type": "integer", "description": "Only where you ask what you hold: the cursor up to which you said to have read."},
        "left_ms": {"type": "integer", "description": "Only where you ask what you hold: how long the lease lasts."},
        "news": {"type": "array", "items": {"$ref": "#/components/schemas/Post"}, "description": "Only where you ask what you hold: what is new, edited or deleted since `seen`."},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": marks::MOST_TAGS},
        "notes": {"type": "array", "description": "What agents wrote for each other, oldest first; only where one is claimed, marked or looked at.", "items": {
            "type": "object", "required": ["at_ms", "who", "text"], "properties": {
                "at_ms": {"type": "integer"}, "who": {"type": "string"},
                "text": {"type": "string", "description": "Empty once the post that it quotes is deleted."}}}},
        "corrections": {"type": "array", "items": {"$ref": "#/components/schemas/Correction"}, "description": "Only where one is looked at."},
        "details": details::view(),
        "survey": surveys_doc::view(),
        "private": details::private(),
        "customer": customers::view(),
        "summary": customers::summary(),
        "suggested": {"type": "object", "required": ["on", "answer", "text"],
            "description": "An answer that is written beforehand for people who are glad, to take or to leave: nothing is ever sent by it. Only where one is claimed or looked at.",
            "properties": {
                "on": {"enum": Occasion::ALL.map(Occasion::as_str), "description": "Why it is offered: the newest post is praise, thanks after the answer to a complaint, or the third day of praise."},
                "answer": {"type": "string", "description": "The answer's id in the configuration."},
                "text": {"type": "string", "description": "What it says in the post's language; a slot that is open in it must be filled in."},
            }},
        "in_private": {"type": "boolean", "description": "Whether it is in a private place: a message, and no public post."},
    });
    if let (Some(properties), Value::Object(clocks), Value::Object(customer)) = (
        interaction
            .pointer_mut("/properties")
            .and_then(Value::as_object_mut),
        clocks,
        lists::customer(),
    ) {
        properties.extend(clocks);
        properties.extend(customer);
    }
    interaction
}

pub(super) fn or_none(names: &[&str]) -> Value {
    let mut all = vec!["none"];
    all.extend(names);
    json!({"enum": all})
}

pub(super) fn right() -> Value {
    json!({"type": "object", "description": "What should have been said; what is left out is not corrected.", "properties": {
        "kind": kind(),
        "level": {"type": "integer", "minimum": 0, "maximum": 3},
        "situation": or_none(&Situation::ALL.map(Situation::as_str)),
        "danger": or_none(&Danger::ALL.map(Danger::as_str)),
        "acknowledge": {"type": "boolean"},
    }})
}

pub(super) fn judged() -> Value {
    json!({"type": "object", "description": "What was said of the post when it was corrected.",
        "required": ["kind", "level", "urgency", "ack"], "properties": {
        "kind": kind(),
        "level": {"type": "integer", "minimum": 0, "maximum": 3},
        "urgency": {"type": "integer", "minimum": 0, "maximum": 100},
        "situation": {"enum": Situation::ALL.map(Situation::as_str)},
        "danger": {"enum": Danger::ALL.map(Danger::as_str)},
        "ack": {"type": "string"},
    }})
}

pub(super) fn correction() -> Value {
    json!({"type": "object",
    "required": ["id", "interaction", "post", "by", "at_ms", "model", "judged", "right", "lang"],
    "properties": {
        "id": {"type": "string"},
        "interaction": {"type": "string"},
        "post": {"type": "string", "description": "PLATFORM:POST-ID"},
        "by": {"type": "string"},
        "at_ms": {"type": "integer"},
        "model": {"type": "string", "description": "Which model judged the post: the day of its training and a fingerprint; unknown for what came before Heard 0.3."},
        "judged": {"$ref": "#/components/schemas/Judged"},
        "right": {"$ref": "#/components/schemas/Right"},
        "text": {"type": "string", "description": "What the post says; left out where it was edited since, or is gone."},
        "lang": {"type": "string"},
    }})
}

pub(super) fn reply() -> Value {
    json!({
        "type": "object",
        "required": ["agent", "text", "state", "at_ms"],
        "properties": {
            "agent": {"type": "string"},
            "text": {"type": "string", "description": "Empty once the post that it answers is deleted."},
            "state": {"enum": ["sending", "sent", "refused", "unknown"], "description":
                "unknown: it may have arrived; whoever goes on decides."},
            "why": {"type": "string"},
            "at_ms": {"type": "integer"},
            "post": {"type": "string"},
            "invite": {"enum": crate::platform::aside::How::ALL.map(crate::platform::aside::How::as_str),
                "description": "How it invited its author to a private conversation, if it did."},
        },
    })
}

/// What a supervisor sets for an agent.
pub(super) fn settings() -> Value {
    let names = |says: &str| {
        json!({"type": "array", "maxItems": 64,
        "items": {"type": "string", "minLength": 1, "maxLength": 64}, "description": says})
    };
    let most =
        json!({"type": "integer", "minimum": 0, "maximum": floor::MOST_AT_ONCE, "default": 5});
    json!({
        "workgroups": names("Whose work they are offered, of those that their token serves; none: all of them."),
        "languages": names("The languages they work in (ISO 639-1); none: all."),
        "skills": {"type": "array", "maxItems": 64, "items": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"},
            "description": "What they can do, as the rules of [[route]] name it."},
        "capacity": {"type": "object", "additionalProperties": false,
            "properties": {"public": most, "private": most},
            "description": "How many they have in hand at once; an emergency goes past it by one."},
        "public_name": {"type": "string", "minLength": 1, "maxLength": 64,
            "description": "The name that customers know them by; it signs replies where the brand has a signature."},
    })
}

/// Somebody who works here.
pub(super) fn agent() -> Value {
    let text = json!({"type": "string"});
    let integer = json!({"type": "integer"});
    json!({
        "type": "object",
        "required": ["agent", "state", "serves", "holds"],
        "properties": {
            "agent": text,
            "state": {"enum": Presence::ALL.map(Presence::as_str)},
            "since_ms": {"type": "integer", "description": "Since when; left out for one who was not heard of since the floor began."},
            "until_ms": {"type": "integer", "description": "Until when, where they said so."},
            "seen_ms": {"type": "integer", "description": "When they last called, to half a minute."},
            "serves": {"type": "array", "items": text, "description": "Whose work they are offered."},
            "settings": {"type": "object", "description": "What was set for them; left out where nothing was.", "properties": {
                "workgroups": {"type": "array", "items": text}, "languages": {"type": "array", "items": text},
                "skills": {"type": "array", "items": text}, "public_name": text,
                "capacity": {"type": "object", "properties": {"public": integer, "private": integer}}}},
            "holds": {"type": "array", "description": "What they hold.", "items": {"type": "object",
                "required": ["id", "since_ms", "until_ms", "private"],
                "properties": {"id": text, "since_ms": integer, "until_ms": integer,
                    "private": {"type": "boolean"}}}},
        },
    })
}

pub(super) fn alarm() -> Value {
    let kind = |what: &str, says: &str, more: Value| {
        let mut properties = json!({
            "what": {"const": what},
            "since_ms": {"type": "integer"},
        });
        let mut required = vec!["what".to_string(), "since_ms".to_string()];
        if let (Some(properties), Value::Object(more)) = (properties.as_object_mut(), more) {
            required.extend(more.keys().cloned());
            properties.extend(more);
        }
        json!({"type": "object", "description": says, "required": required, "properties": properties})
    };
    let (text, integer) = (json!({"type": "string"}), json!({"type": "integer"}));
    json!({"oneOf": [
        kind("credential", "A platform refuses a source's credential; `stopped` acknowledgments did not leave for it.",
            json!({"source": text, "why": text, "stopped": integer})),
        kind("dead", "Interactions that nobody is offered any more, because too many leases on them ran out.",
            json!({"n": integer})),
        kind("emergency_overdue", "Emergencies that nobody has answered in time, since the first one's deadline.",
            json!({"n": integer})),
        kind("promise_broken", "Promises of acknowledgments that nobody has kept in time, since the first should have been kept.",
            json!({"n": integer})),
        kind("unclaimable", "Interactions of a workgroup that no source and no rule names, so that nobody can claim them.",
            json!({"workgroup": text, "n": integer})),
        json!({"type": "object", "description": "Interactions of a workgroup that nobody who is there can take.",
            "required": ["what", "workgroup", "skills", "n", "since_ms"],
            "properties": {"what": {"const": "unserved"}, "workgroup": text, "n": integer, "since_ms": integer,
                "skills": {"type": "array", "items": text, "description": "What one must be able to do for them."},
                "lang": {"type": "string", "description": "Their language, where nobody who is there works in it."}}}),
        json!({"type": "object", "description": "The queue's storage fills up.",
            "required": ["what", "shards", "percent", "bytes"],
            "properties": {"what": {"const": "filling"}, "shards": integer, "bytes": integer,
                "percent": {"type": "integer", "description": "How full the fullest is."}}}),
    ]})
}

pub(super) fn post() -> Value {
    json!({
        "type": "object",
        "required": ["id", "kind", "text", "created_ms", "received_ms", "state", "copies", "ack", "triage"],
        "properties": {
            "id": {"type": "string"},
            "kind": {"enum": ["comment", "mention", "message", "review", "topic"]},
            "text": {"type": "string"},
            "quoted": {"type": "string", "description": "Words in it that are not its author's own: quoted, forwarded."},
            "media": {"type": "array", "description": "What it carries besides its text.", "items": {"type": "object", "required": ["kind"], "properties": {
                "kind": {"enum": ["image", "video", "voice", "audio", "file", "sticker", "location", "contact", "order", "link", "other"]},
                "caption": {"type": "string"},
                "url": {"type": "string"},
                "id": {"type": "string", "description": "The platform's id of it, where it gives no link."}}}},
            "cut": {"type": "boolean"},
            "created_ms": {"type": "integer"},
            "received_ms": {"type": "integer"},
            "permalink": {"type": "string"},
            "parent": {"type": "string"},
            "fetched": {"type": "boolean", "description": "Some of it was fetched from the platform, because the delivery left it out."},
            "state": {"enum": ["live", "edited", "deleted"]},
            "copies": {"type": "integer"},
            "ack": {"type": "string", "description": "planned, or why there is none: a word, or a rule's name"},
            "rule": {"$ref": "#/components/schemas/Rule"},
            "triage": {"$ref": "#/components/schemas/Triage"},
        },
    })
}

pub(super) fn rule() -> Value {
    json!({
        "type": "object",
        "description": "the platform's rule that forbids an acknowledgment, where one is why not",
        "required": ["says", "source", "date"],
        "properties": {
            "name": {"type": "string"}, "says": {"type": "string"}, "source": {"type": "string"},
            "date": {"type": "string", "description": "when that was read: year-month"},
        },
    })
}

pub(super) fn kind() -> Value {
    json!({"enum": Kind::ALL.map(Kind::as_str)})
}

pub(super) fn triage() -> Value {
    let probability = json!({"type": "number", "minimum": 0, "maximum": 1});
    json!({
        "type": "object",
        "required": ["kind", "urgency", "level", "sentiment", "complaint", "help", "praise",
            "abuse", "spam", "lang", "reasons"],
        "properties": {
            "kind": kind(),
            "urgency": {"type": "integer", "minimum": 0, "maximum": 100},
            "level": {"type": "integer", "minimum": 0, "maximum": 3},
            "sentiment": {"type": "number", "minimum": -1, "maximum": 1},
            "complaint": probability, "help": probability, "praise": probability,
            "abuse": probability, "spam": probability,
            "lang": {"type": "string"},
            "situation": {"enum": Situation::ALL.map(Situation::as_str), "description": "What happened; left out where nothing of the list did, or where it is not certain."},
            "likely": {"enum": Situation::ALL.map(Situation::as_str), "description": "What more likely happened than not, where it is not certain; rules of [[route]] go by it."},
            "situation_chance": probability.clone(),
            "danger": {"enum": Danger::ALL.map(Danger::as_str), "description": "What endangers somebody, really and now."},
            "actual": {"enum": Actual::ALL.map(Actual::as_str), "default": "now", "description": "How it stands to the world. Only what is now is urgent."},
            "to_us": {"type": "boolean", "default": true, "description": "Whether it speaks to the brand, not about it or to others."},
            "who": {"enum": Who::ALL.map(Who::as_str), "default": "author", "description": "Whom it concerns."},
            "facts": {"type": "array", "items": {"enum": Fact::ALL.map(Fact::as_str)}, "description": "What it says plainly besides."},
            "stated": {"type": "object", "required": ["n", "of"], "description": "How long it has lasted, where the post says one such time and no other.",
                "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 99}, "of": {"enum": Unit::ALL.map(Unit::as_str)}}},
            "despair": {"type": "boolean", "description": "The author hints at harming themselves; left out where not."},
            "reasons": {"type": "array", "maxItems": crate::judgement::MAX_REASONS, "items": {
                "type": "object", "required": ["what", "weight"],
                "properties": {"what": {"type": "string"}, "weight": {"type": "number"}}}},
        },
    })
}

pub(super) fn platform() -> Value {
    let names: Vec<&str> = Platform::ALL
        .iter()
        .map(|platform| platform.as_str())
        .collect();
    json!({"type": "string", "enum": names})
}
