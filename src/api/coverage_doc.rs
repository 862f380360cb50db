//! The contract of `GET /v1/coverage`.

use crate::inbox::cohort::By;
use crate::inbox::fate::Fate;
use serde_json::{Map, Value, json};

fn integer(says: &str) -> Value {
    json!({"type": "integer", "description": says})
}

/// The times of a period.
pub(super) fn times() -> Vec<(&'static str, Value, &'static str)> {
    let time = json!({"type": "string", "description": "RFC 3339, or epoch milliseconds."});
    vec![
        (
            "from",
            time.clone(),
            "The first hour in which posts came; `to` less seven days without it.",
        ),
        (
            "to",
            time,
            "The end of the last hour; now without it. At most 31 days after `from`.",
        ),
    ]
}

/// The parameters of the call.
pub(super) fn parameters() -> Vec<Value> {
    let mut parameters = times();
    parameters.push((
        "by",
        json!({"enum": By::ALL.map(By::as_str), "default": "platform"}),
        "By what the figures are told apart.",
    ));
    let parameter = |(name, schema, says)| json!({"name": name, "in": "query", "schema": schema, "description": says});
    parameters.into_iter().map(parameter).collect()
}

/// An interval of 95 %.
pub(super) fn interval() -> Value {
    json!({"type": ["array", "null"], "items": {"type": "number"}, "minItems": 2, "maxItems": 2,
        "description": "Between what the rate lies by chance alone (Wilson's interval, 95 %); null where there was none."})
}

fn rate() -> Value {
    json!({"type": ["number", "null"], "minimum": 0, "maximum": 1,
        "description": "missed / due; null where there was none."})
}

/// What became of some posts.
pub(super) fn covered(more: Value) -> Value {
    let fates: Map<String, Value> = Fate::ALL
        .map(|fate| (fate.as_str().to_owned(), integer(says(fate))))
        .into_iter()
        .collect();
    let names = Fate::ALL.map(Fate::as_str);
    let mut schema = json!({"type": "object",
    "required": ["came", "matters", "fates", "due", "answered", "missed", "unanswered_rate", "interval"],
    "properties": {
        "came": integer("How many posts came: the sum of their fates."),
        "matters": integer("Of those: how many opened an interaction."),
        "fates": {"type": "object", "required": names, "properties": fates,
            "description": "All that came, each post in exactly one fate as of now."},
        "due": integer("How many need an answer by rule and have come to their end: answered, helped by a peer, or missed. What is open still is not among them."),
        "answered": integer("Of the due: answered by one of our agents."),
        "missed": integer("Of the due: nobody answered, whether or not a note went out."),
        "unanswered_rate": rate(),
        "interval": interval(),
    }});
    if let (Some(properties), Value::Object(more)) = (
        schema
            .pointer_mut("/properties")
            .and_then(Value::as_object_mut),
        more,
    ) {
        properties.extend(more);
    }
    schema
}

fn says(fate: Fate) -> &'static str {
    match fate {
        Fate::Answered => "A person answered in time; no note went out for it.",
        Fate::AnsweredLate => "A person answered past the target; no note went out for it.",
        Fate::NotedAnswered => "A note went out for it, and a person answered in time.",
        Fate::NotedAnsweredLate => "A note went out for it, and a person answered past the target.",
        Fate::PraiseThanked => "Praise that a person answered.",
        Fate::PeerHelped => {
            "None of our agents answered; another customer did, and the matter ended or its author thanked."
        }
        Fate::Noted => "A note went out for it, and no person answered.",
        Fate::Unanswered => "Nobody answered: its time is over, or its matter ended.",
        Fate::NoAnswerNeeded => "It needs none by rule, or an agent said so.",
        Fate::Withdrawn => "Its author took it back, and the matter ended with it.",
        Fate::Deleted => "Its author took it back, and the matter went on or had ended.",
        Fate::Open => "Nobody has answered yet, and there is time.",
    }
}

/// Hours in which most were missed.
pub(super) fn gaps() -> Value {
    json!({"type": "array", "description": "The hours in which most posts came that nobody answered, at most ten, the worst first.",
    "items": {"type": "object", "required": ["workgroup", "from_ms", "due", "missed", "unanswered_rate", "interval"], "properties": {
        "workgroup": {"type": "string", "description": "Whose work it was."},
        "from_ms": integer("When the hour begins, in epoch milliseconds."),
        "due": integer("How many that need an answer came in it and have come to their end."),
        "missed": integer("Of those: nobody answered."),
        "unanswered_rate": rate(),
        "interval": interval(),
        "on_duty": {"type": "array", "items": {"type": "string"},
            "description": "Which teams had the first word in that hour by the roster: none where nobody was on duty, left out where no roster is configured."},
    }}})
}

/// The answer.
pub(super) fn coverage() -> Value {
    json!({"type": "object",
    "required": ["as_of_ms", "from_ms", "to_ms", "counted_since_ms", "complete", "by", "total", "groups", "gaps", "ignored"],
    "properties": {
        "as_of_ms": integer("As of when each post has its fate, in epoch milliseconds."),
        "from_ms": integer("The beginning of the first hour in which the posts came, in epoch milliseconds."),
        "to_ms": integer("The end of the last hour, in epoch milliseconds."),
        "counted_since_ms": integer("What came before this was not counted, in epoch milliseconds: this version was not there yet."),
        "complete": {"type": "boolean", "description": "Whether all of the period was counted."},
        "by": {"enum": By::ALL.map(By::as_str), "description": "By what the groups are told apart."},
        "total": covered(json!({})),
        "groups": {"type": "array", "description": "The same for each group.",
            "items": covered(json!({"key": {"type": "string", "description": "Which group."}}))},
        "gaps": gaps(),
        "ignored": {"type": "object", "additionalProperties": {"type": "integer"},
            "description": "Updates in that time that are no posts of customers, by why they were ignored; only for a token of all workgroups. They are not among those that came."},
    }})
}
