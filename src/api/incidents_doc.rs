//! The contract of the calls about incidents.

use super::incidents::TITLE_BYTES;
use super::route::Action;
use crate::pulse::incidents::PAGE;
use crate::pulse::wire::State;
use serde_json::{Map, Value, json};

/// The parameters of `GET /v1/incidents`.
pub(super) fn parameters() -> Vec<Value> {
    [
        ("state", json!({"enum": State::ALL.map(State::as_str)}), "Only in this state."),
        ("max", json!({"type": "integer", "minimum": 1, "maximum": PAGE}), "How many at most."),
        ("cursor", json!({"type": "string"}), "Where the page before ended; as it gave it."),
    ]
    .into_iter()
    .map(|(name, schema, says)| json!({"name": name, "in": "query", "schema": schema, "description": says}))
    .collect()
}

/// The body of a call.
pub(super) fn body(action: Action) -> Option<Value> {
    let title = json!({"type": "string", "minLength": 1, "maxLength": TITLE_BYTES, "description": "What it is called."});
    let name = |says: &str| json!({"type": "string", "minLength": 1, "maxLength": super::request::NAME_BYTES, "description": says});
    Some(match action {
        Action::DeclareIncident => {
            json!({"type": "object", "additionalProperties": false, "required": ["source", "what"],
            "properties": {
                "source": name("Of which source."),
                "what": name("A situation, `danger:` and a danger, `other`, or `*` for all that the source brings."),
                "place": name("A hashtag: only posts with it join."),
                "title": title,
            }})
        }
        Action::ConfirmIncident => {
            json!({"type": "object", "additionalProperties": false, "properties": {"title": title}})
        }
        Action::MergeIncident => {
            json!({"type": "object", "additionalProperties": false, "required": ["into"],
            "properties": {"into": name("The incident that it is a part of.")}})
        }
        Action::CloseIncident => {
            json!({"type": "object", "additionalProperties": false, "properties": {}})
        }
        _ => return None,
    })
}

fn properties() -> Map<String, Value> {
    let integer = json!({"type": "integer"});
    let fields = json!({
        "id": {"type": "string"},
        "state": {"enum": State::ALL.map(State::as_str), "description":
            "suspected: the numbers say so; confirmed: a supervisor does; merged: it is a part of another; closed."},
        "workgroup": {"type": "string"}, "source": {"type": "string"},
        "what": {"type": "string", "description": "What happened: a situation, `danger:` and a danger, `other`, or `*`."},
        "place": {"type": "string", "description": "The hashtag, where the crowd is of one."},
        "title": {"type": "string"},
        "began_ms": {"type": "integer", "description": "The first post."},
        "last_ms": {"type": "integer", "description": "The last sign of a crowd."},
        "by": {"type": "string", "description": "Who changed its state last."},
        "changed_ms": integer,
        "merged_into": {"type": "string"},
        "people": {"type": "integer", "description": "Different people who wrote."},
        "posts": {"type": "integer", "description": "Their posts, at most 2,000."},
        "alarm": {"type": "object", "required": ["people", "minutes", "expected"],
            "description": "What raised it: so many people in so many minutes, where so many were expected.",
            "properties": {"people": integer, "minutes": integer, "expected": {"type": "number"}}},
    });
    match fields {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

const REQUIRED: [&str; 9] = [
    "id",
    "state",
    "workgroup",
    "source",
    "what",
    "began_ms",
    "last_ms",
    "people",
    "posts",
];

/// The schema of an incident in a list.
pub(super) fn schema() -> Value {
    json!({"type": "object", "required": REQUIRED, "properties": properties()})
}

/// The schema of all of an incident.
pub(super) fn whole_schema() -> Value {
    let mut all = properties();
    let integer = json!({"type": "integer"});
    let number = json!({"type": "number"});
    let counts = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    let more = json!({
        "members": {"type": "array", "description": "The interactions that hold its posts, in the order in which they came; those that the token may see, without deleted posts.",
            "items": {"type": "object", "required": ["id", "state", "level"], "properties": {
                "id": {"type": "string"}, "state": {"type": "string"}, "level": integer}}},
        "growth": {"type": "array", "description": "Minute by minute: people who had not written before, and posts.",
            "items": {"type": "object", "required": ["at_ms", "people", "posts"], "properties": {
                "at_ms": integer, "people": integer, "posts": integer}}},
        "terms": {"type": "array", "description": "Words that distinguish its people from others, best first; each was used by at least three.",
            "items": {"type": "object", "required": ["term", "people"], "properties": {
                "term": {"type": "string"}, "people": integer}}},
        "first_posts": {"type": "array", "description": "The first three posts: platform and id.", "items": {"type": "string"}},
        "emergencies": {"type": "integer", "description": "Posts of level 3 in it. They are answered as ever."},
        "reach": {"type": "integer", "description": "The followers of its people together, where platforms say; some follow several."},
        "languages": counts, "platforms": counts,
        "brigade": {"type": "string", "description": "Only where most posts show two signs of being arranged. Nobody is blocked for it."},
        "loud": {"type": "object", "required": ["people", "posts", "equally_loud", "loudest_ten", "half_by", "says"],
            "description": "Whether the loud are few or many; without what `brigade` does not count.",
            "properties": {
                "people": integer, "posts": integer,
                "equally_loud": {"type": "number", "description": "How many equally loud people would be as unequal."},
                "loudest_ten": {"type": "number", "minimum": 0, "maximum": 1},
                "half_by": {"type": "integer", "description": "How few of them wrote half of the posts."},
                "per_10000": number,
                "interval": {"type": "object", "required": ["low", "high"], "properties": {"low": number, "high": number}},
                "says": {"type": "string", "description": "All of it in a sentence."},
            }},
    });
    if let Value::Object(more) = more {
        all.extend(more);
    }
    let required = REQUIRED.iter().copied().chain([
        "members",
        "growth",
        "terms",
        "first_posts",
        "emergencies",
        "reach",
        "languages",
        "platforms",
        "loud",
    ]);
    let required: Vec<&str> = required.collect();
    json!({"type": "object", "required": required, "properties": all})
}

/// The answer to a call.
pub(super) fn answer(action: Action) -> Option<Value> {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    Some(match action {
        Action::Incidents => {
            json!({"type": "object", "required": ["incidents", "as_of_ms"], "properties": {
            "incidents": {"type": "array", "items": reference("Incident")},
            "as_of_ms": {"type": "integer"},
            "cursor": {"type": "string", "description": "Where the next page begins; left out at the end."}}})
        }
        Action::Incident => reference("WholeIncident"),
        Action::DeclareIncident
        | Action::ConfirmIncident
        | Action::MergeIncident
        | Action::CloseIncident => reference("Incident"),
        _ => return None,
    })
}
