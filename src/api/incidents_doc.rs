//! The contract of the calls about incidents.

use super::incidents::{LINE_BYTES, LINE_MINUTES, TITLE_BYTES};
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
    let texts = |says: &str| {
        json!({"type": "object", "description": says, "additionalProperties": {
        "type": "string", "minLength": 1, "maxLength": LINE_BYTES}})
    };
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
        Action::SetLine => {
            json!({"type": "object", "additionalProperties": false, "required": ["minutes"],
            "properties": {
                "text": texts("By language; left out, the text stays and only its time changes."),
                "minutes": {"type": "integer", "minimum": 0, "maximum": LINE_MINUTES,
                    "description": "For how long it is said, from now on; 0 ends it."},
                "dry_run": {"type": "boolean", "description": "Only look whom it would be told."},
            }})
        }
        Action::SayOver => {
            json!({"type": "object", "additionalProperties": false, "required": ["text"],
            "properties": {
                "text": texts("By language."),
                "dry_run": {"type": "boolean", "description": "Only look whom it would be told."},
            }})
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
        "place": {"type": "string", "description": "The hashtag or word, where the crowd is of one."},
        "title": {"type": "string"},
        "began_ms": {"type": "integer", "description": "The first post."},
        "last_ms": {"type": "integer", "description": "The last sign of a crowd."},
        "by": {"type": "string", "description": "Who changed its state last."},
        "changed_ms": integer,
        "merged_into": {"type": "string"},
        "also": {"type": "array", "items": {"type": "string"}, "description": "What else it is of, since others were merged into it: `what`, or `what@place`."},
        "line": {"type": "object", "required": ["text", "version", "until_ms", "by"],
            "description": "What its members are told instead of the ordinary note.",
            "properties": {
                "text": {"type": "object", "additionalProperties": {"type": "string"}, "description": "By language."},
                "version": {"type": "integer", "description": "Another text is another version."},
                "serial": {"type": "integer", "description": "It counts what changed of it."},
                "until_ms": {"type": "integer", "description": "From when on nobody is told it."},
                "by": {"type": "string", "description": "Who wrote it."},
                "over": {"type": "boolean", "description": "Whether it is the word that all is over."},
            }},
        "says": {"type": "string", "description": "The count in a sentence, beside the base (`customers`) where one is configured."},
        "parts": {"type": "array", "items": integer, "description": "The numbers of the incidents that were merged into it."},
        "missed_shards": {"type": "integer", "description": "How many shards did not hear what became of the line: they may say it until it ends by itself. The same call once more tells them."},
        "to_answer": {"type": "array", "description": "Where it was closed by this call: its interactions that are open, who is in danger first; those that the token may see.",
            "items": {"type": "object", "required": ["id", "state", "level"], "properties": {
                "id": {"type": "string"}, "state": {"type": "string"}, "level": {"type": "integer"}}}},
        "people": {"type": "integer", "description": "Different people who wrote."},
        "posts": {"type": "integer", "description": "Their posts, at most 2,000."},
        "spread": {"type": "integer", "description": "How many other people wrote under the one of its posts under which most did."},
        "rank": {"type": "integer", "description": "How much it weighs beside others: its people, `spread`, and ten for each tenfold of a thousand followers of the one whom most follow."},
        "alarm": {"type": "object", "required": ["people", "minutes", "expected"],
            "description": "What raised it: so many people in so many minutes, where so many were expected.",
            "properties": {"people": integer, "minutes": integer, "expected": {"type": "number"},
                "usual": {"type": "object", "required": ["low", "high"],
                    "description": "How many 95 in 100 such stretches have at this time of the week; left out of incidents from before it was kept.",
                    "properties": {"low": integer, "high": integer}}}},
    });
    match fields {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

const REQUIRED: [&str; 10] = [
    "id",
    "state",
    "workgroup",
    "source",
    "what",
    "began_ms",
    "last_ms",
    "people",
    "posts",
    "says",
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
        Action::SetLine | Action::SayOver => {
            json!({"type": "object", "required": ["incident", "tells", "not", "too_long", "missed_shards"],
            "properties": {
                "incident": reference("Incident"),
                "tells": {"type": "integer", "description": "How many who were told an earlier version in private are told this one, or would be."},
                "not": {"type": "object", "additionalProperties": {"type": "integer"},
                    "description": "How many were told an earlier version and are not told this one, by reason; `public`: those are for a post of your own."},
                "too_long": {"type": "array", "items": {"type": "string"},
                    "description": "The languages whose text is too long for the source's platform: there the ordinary note is said."},
                "missed_shards": {"type": "integer", "description": "How many shards were not told. They say the ordinary note; the same call once more tells them."},
            }})
        }
        _ => return None,
    })
}
