//! The contract of `GET /v1/listening` and of what is promoted there.

use super::coverage_doc as coverage;
use super::report_doc::person;
use crate::cell;
use crate::inbox::listen::{SHOWN, TOLD};
use serde_json::{Value, json};

fn integer(says: &str) -> Value {
    json!({"type": "integer", "description": says})
}

fn text(says: &str) -> Value {
    json!({"type": "string", "description": says})
}

fn share(says: &str) -> Value {
    json!({"type": ["number", "null"], "description": says})
}

/// The parameters of the call.
pub(super) fn parameters() -> Vec<Value> {
    let mut all = coverage::times();
    let name = json!({"type": "string", "maxLength": 64});
    let what: Vec<String> = cell::whats().collect();
    all.push(("source", name, "Of this source alone."));
    all.push((
        "what",
        json!({"enum": what}),
        "Examples of what happened so alone.",
    ));
    let parameter = |(name, schema, says)| json!({"name": name, "in": "query", "schema": schema, "description": says});
    all.into_iter().map(parameter).collect()
}

/// Posts and people, with more properties before them.
fn sum(says: &str, required: &[&str], more: Value) -> Value {
    let mut properties = more;
    let mut all: Vec<&str> = required.to_vec();
    all.extend(["posts", "people"]);
    if let Some(properties) = properties.as_object_mut() {
        properties.insert("posts".into(), integer("How many posts."));
        properties.insert(
            "people".into(),
            integer("How many different people, of this source and period."),
        );
    }
    json!({"type": "object", "description": says, "required": all, "properties": properties})
}

/// The answer.
pub(super) fn listening() -> Value {
    let list =
        |says: &str, items: Value| json!({"type": "array", "description": says, "items": items});
    let situation = sum(
        "Posts of which this happened.",
        &["what"],
        json!({"what": text("`danger:` and a danger, a situation, or `other`.")}),
    );
    let voice = sum(
        "Posts that name somebody.",
        &["name", "ours", "share", "share_of_people"],
        json!({
            "name": text("Who: the brand, or one of the configured others."),
            "ours": {"type": "boolean", "description": "Whether that is us."},
            "share": share("Of all such namings; a post that names two counts for both. Null where nobody is named."),
            "share_of_people": share("The same, of people."),
        }),
    );
    let day = sum(
        "A day's posts that name us, or nobody.",
        &["from_ms"],
        json!({"from_ms": integer("When the day begins (UTC), in epoch milliseconds.")}),
    );
    let ours = sum("Of those: posts that name us, or nobody.", &[], json!({}));
    let source = sum(
        "What a source brought that was not written to us.",
        &[
            "source",
            "platform",
            "ours",
            "queued",
            "deleted",
            "situations",
            "voice",
            "days",
        ],
        json!({
            "source": text("The source."), "platform": text("Its platform."), "ours": ours,
            "queued": integer("How many of its posts of the period became work: by a person, by the rule, or since their author has an open matter or wrote to us."),
            "deleted": integer("How many of its posts of the period their authors took back."),
            "situations": list("What happened, in posts that name us, or nobody; the most frequent first.", situation),
            "voice": list("Who is named how often: us first.", voice),
            "days": list("By the day on which they came; days without any are left out.", day),
        }),
    );
    let example = json!({"type": "object",
    "required": ["id", "source", "platform", "what", "level", "lang", "text", "at_ms", "created_ms", "names"],
    "properties": {
        "id": text("By which it is promoted."), "source": text("The source that told of it."),
        "platform": text("Where it was written."), "what": text("`danger:` and a danger, a situation, or `other`."),
        "level": integer("How soon a person would be needed."), "lang": text("Its language (ISO 639-1)."),
        "text": text("What it says."), "at_ms": integer("When it came, in epoch milliseconds."),
        "created_ms": integer("When it was written, in epoch milliseconds."),
        "author": person("Who wrote it."),
        "permalink": text("Where to look at it."),
        "names": {"type": "array", "items": {"type": "string"}, "description": "Which others it names."},
    }});
    json!({"type": "object", "required": ["from_ms", "to_ms", "posts", "sources", "examples"],
    "description": "What was said about us and not to us, of the sources that the token serves.",
    "properties": {
        "from_ms": integer("The beginning of the first day (UTC), in epoch milliseconds."),
        "to_ms": integer("The end of the last day (UTC), in epoch milliseconds."),
        "posts": integer("How many posts of all these sources."),
        "sources": list("By source.", source),
        "examples": list(&format!("At most {TOLD}, the newest first, of the {SHOWN} newest of each source, what happened and shard that are kept to look at: of posts that name us, or nobody, and are not work."), example),
    }})
}

/// The answer to a promotion.
pub(super) fn promoted() -> Value {
    json!({"type": "object", "required": ["interaction"], "properties": {
        "interaction": text("The id of the interaction that it is now.")}})
}
