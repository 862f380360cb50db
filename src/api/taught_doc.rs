//! The contract of `GET` and `POST /v1/adapter`.

use serde_json::{Map, Value, json};

fn integer(says: &str) -> Value {
    json!({"type": "integer", "description": says})
}

fn text(says: &str) -> Value {
    json!({"type": "string", "description": says})
}

/// The parameters of a look.
pub(super) fn parameters() -> Vec<Value> {
    vec![
        json!({"name": "brand", "in": "query", "schema": {"type": "string", "maxLength": 64},
        "description": "Which brand's, by its id in the configuration; the only one's where there is one."}),
    ]
}

/// The fields of the switch: which must be there, and all.
pub(super) fn request() -> (&'static [&'static str], Value) {
    (
        &["on"],
        json!({
            "brand": {"type": "string", "maxLength": 64, "description": "Which brand's; the only one's where there is one."},
            "on": {"type": "boolean", "description": "Whether it is to rule from now on."},
            "fitted": {"type": "string", "maxLength": 16, "description": "To switch it on: the fingerprint of what was shown and tried. Other lessons since then, and it is refused."},
        }),
    )
}

fn shown(more: Value) -> Value {
    let mut properties = json!({
        "fitted": text("Its fingerprint."),
        "corrections": integer("From how many corrections of a level."),
        "uncontradicted": integer("And how many judgements of answered work that nobody contradicted."),
        "all_points": integer("By how many points of urgency it moves every complaint and question."),
        "words": integer("How many numbers it has for words and pairs of words."),
        "of_words": integer("Of how many."),
        "most_points": integer("The most by which it moves a post."),
    });
    if let (Some(all), Value::Object(more)) = (properties.as_object_mut(), more) {
        all.extend::<Map<String, Value>>(more);
    }
    json!({"type": "object", "required": ["fitted", "corrections", "uncontradicted", "all_points", "words", "of_words", "most_points"],
        "properties": properties})
}

/// The answer to both.
pub(super) fn adapter() -> Value {
    let mut fitted = shown(json!({}));
    let mut on = shown(json!({
        "by": text("Who switched it on."),
        "since_ms": integer("When, in epoch milliseconds."),
    }));
    for (schema, says) in [
        (&mut fitted, "What the lessons come to now."),
        (&mut on, "What rules; null where nothing does."),
    ] {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".into(), says.into());
        }
    }
    if let Some(on) = on.as_object_mut() {
        on.insert("type".into(), json!(["object", "null"]));
    }
    json!({"type": "object", "required": ["brand", "fitted", "on", "everywhere"], "properties": {
        "brand": text("Whose it is."), "fitted": fitted, "on": on,
        "everywhere": {"type": "boolean", "description": "Whether all shards rule by the same; false: say it again."},
    }})
}
