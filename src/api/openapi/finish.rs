//! The finishing step of the contract's document: whoever adds a route writes its schemas where they stand, and
//! here they get names, types and descriptions, so that generators make good programs of them.

use super::words::{DESCRIPTIONS, NAMES, TAGS};
use crate::floor::wire::Presence;
use crate::inbox::sla::Key;
use crate::inbox::state::{AckState, State};
use crate::judgement::{Danger, Kind, Situation};
use crate::post::Platform;
use serde_json::{Map, Value, json};

/// What was sent and answered on workerd, of each operation the call that shows most. Recorded by
/// `HEARD_EXAMPLES=1 cargo test --test it the_document_is_the_contract`, and held to the schemas in every run.
const EXAMPLES: &str = include_str!("examples.json");

/// Finishes the document.
pub(super) fn finish(document: &mut Value) {
    let mut named = Named {
        schemas: known(),
        lists: known().into_iter().collect(),
    };
    let components = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
        .map(std::mem::take)
        .unwrap_or_default();
    for (name, mut schema) in components {
        named.inside(&mut schema, &name);
        named.schemas.insert(name, schema);
    }
    for operation in operations(document) {
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        for parameter in operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(schema) = parameter.get_mut("schema") {
                named.list(schema);
            }
        }
        if let Some(schema) = operation.pointer_mut("/requestBody/content/application~1json/schema")
        {
            named.lift(schema, &format!("{}Request", camel(&id)));
        }
        for answer in operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(|answers| answers.values_mut())
        {
            if let Some(schema) = answer.pointer_mut("/content/application~1json/schema") {
                named.lift(schema, &format!("{}Answer", camel(&id)));
            }
        }
    }
    for (name, schema) in &mut named.schemas {
        describe(schema, name);
    }
    if let Some(schemas) = document.pointer_mut("/components/schemas") {
        *schemas = Value::Object(named.schemas);
    }
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    for (path, operation) in with_paths(document) {
        tell(operation, &path);
        show(operation, &examples);
    }
    let used: Vec<Value> = TAGS
        .iter()
        .map(|(tag, says, _)| json!({"name": tag, "description": says}))
        .collect();
    if let Some(document) = document.as_object_mut() {
        document.insert("tags".into(), json!(used));
        document.insert(
            "servers".into(),
            json!([
                {"url": "/", "description": "The Worker that serves this document."},
                {"url": "http://127.0.0.1:8787", "description": "`heard dev`, on your own machine."},
            ]),
        );
    }
    if let Some(info) = document.pointer_mut("/info").and_then(Value::as_object_mut) {
        info.insert(
            "license".into(),
            json!({"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"}),
        );
        if let Some(Value::String(says)) = info.get_mut("description") {
            says.push_str(
                " A method that a path does not have is answered 405 `method_not_allowed`, with those that it has in `Allow`.",
            );
        }
    }
}

/// Shows what was once sent and answered.
fn show(operation: &mut Value, examples: &Value) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let Some(example) = examples.get(id).cloned() else {
        return;
    };
    for (what, at) in [
        ("request", "/requestBody/content/application~1json"),
        ("answer", "/responses/200/content/application~1json"),
    ] {
        let of = operation.pointer_mut(at).and_then(Value::as_object_mut);
        if let (Some(of), Some(shown)) = (of, example.get(what)) {
            of.insert("example".into(), shown.clone());
        }
    }
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    with_paths(document).map(|(_, operation)| operation)
}

fn with_paths(document: &mut Value) -> impl Iterator<Item = (String, &mut Value)> {
    document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object_mut().into_iter().flatten();
            methods.map(|(_, operation)| (path.clone(), operation))
        })
}

/// What is said of an operation beside its schemas: its tag, for whom it is, the headers of its refusals.
fn tell(operation: &mut Value, path: &str) {
    let id = operation["operationId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let tag = TAGS
        .iter()
        .find(|(_, _, ids)| ids.contains(&id.as_str()))
        .map_or_else(|| of_path(path), |(tag, ..)| (*tag).to_owned());
    let role = match operation["x-role"].as_str() {
        Some("agent") => "For agents and supervisors.".to_owned(),
        Some(role) => format!("For a {role}."),
        None => "No token is needed.".to_owned(),
    };
    for status in ["429", "503"] {
        let answer = operation.pointer_mut(&format!("/responses/{status}"));
        if let Some(answer) = answer.and_then(Value::as_object_mut)
            && answer.contains_key("content")
        {
            answer.insert(
                "headers".into(),
                json!({"Retry-After": {
                "description": "In how many seconds it is worth another try, where that is known.",
                "schema": {"type": "integer"}}}),
            );
        }
    }
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("tags".into(), json!([tag]));
        operation.entry("description").or_insert(json!(role));
    }
}

/// The tag of a call that no table names: the first part of its path that tells something.
fn of_path(path: &str) -> String {
    let part = path
        .split('/')
        .find(|part| !part.is_empty() && *part != "v1");
    camel(part.unwrap_or("api"))
}

/// The lists of words that have a name of their own, and the level.
fn known() -> Map<String, Value> {
    let list = |words: &[&str]| json!({"type": "string", "enum": words});
    let or_none = |words: &[&str]| {
        let all: Vec<&str> = ["none"].iter().chain(words).copied().collect();
        json!({"type": "string", "enum": all})
    };
    let (situations, dangers) = (
        Situation::ALL.map(Situation::as_str),
        Danger::ALL.map(Danger::as_str),
    );
    let platforms: Vec<&str> = Platform::ALL.iter().map(|one| one.as_str()).collect();
    let states: Vec<&str> = State::ALL.iter().map(|one| one.as_str()).collect();
    [
        (
            "Level",
            json!({"type": "integer", "minimum": 0, "maximum": 3}),
        ),
        ("Kind", list(&Kind::ALL.map(Kind::as_str))),
        ("Situation", list(&situations)),
        ("SituationOrNone", or_none(&situations)),
        ("Danger", list(&dangers)),
        ("DangerOrNone", or_none(&dangers)),
        ("Platform", list(&platforms)),
        ("InteractionState", list(&states)),
        ("AckState", json!({"type": "string", "enum": AckState::ALL})),
        (
            "ReplyState",
            list(&["sending", "sent", "refused", "unknown"]),
        ),
        ("Presence", list(&Presence::ALL.map(Presence::as_str))),
        ("GroupedBy", list(&Key::ALL.map(Key::as_str))),
    ]
    .into_iter()
    .map(|(name, schema)| (name.to_owned(), schema))
    .collect()
}

/// The schemas that have a name by now.
struct Named {
    schemas: Map<String, Value>,
    lists: Vec<(String, Value)>,
}

impl Named {
    /// Gives a list of words its type, and its name where it is a known one.
    fn list(&self, schema: &mut Value) {
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        if let Some(words) = fields.get("enum").and_then(Value::as_array)
            && !fields.contains_key("type")
        {
            let is_text = words.iter().all(Value::is_string);
            let is_either = words.iter().all(|word| word.is_string() || word.is_null());
            if is_text {
                fields.insert("type".into(), json!("string"));
            } else if is_either {
                fields.insert("type".into(), json!(["string", "null"]));
            }
        }
        let beside = ["description", "default"];
        let mut bare = fields.clone();
        bare.retain(|name, _| !beside.contains(&name.as_str()));
        let bare = Value::Object(bare);
        if let Some((name, _)) = self.lists.iter().find(|(_, list)| *list == bare) {
            fields.retain(|name, _| beside.contains(&name.as_str()));
            fields.insert("$ref".into(), json!(format!("#/components/schemas/{name}")));
        }
    }

    /// Finishes what is inside a schema that is called so.
    fn inside(&mut self, schema: &mut Value, name: &str) {
        self.list(schema);
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        if let Some(properties) = fields.get_mut("properties").and_then(Value::as_object_mut) {
            for (property, schema) in properties {
                let of = format!("{name}.{property}");
                let rule = format!("{name}{}", camel(property));
                let found = NAMES.iter().find(|(at, _)| *at == of);
                self.lift_in(schema, found.map_or(rule.as_str(), |(_, name)| name), &rule);
            }
        }
        for part in ["items", "additionalProperties"] {
            if let Some(schema) = fields.get_mut(part) {
                self.lift_in(schema, name, name);
            }
        }
        for part in ["oneOf", "anyOf"] {
            let variants = fields.get_mut(part).and_then(Value::as_array_mut);
            let mut told = Map::new();
            let mut all = 0;
            for variant in variants.into_iter().flatten() {
                all += 1;
                if !variant["properties"].is_object() {
                    continue;
                }
                let what = variant
                    .pointer("/properties/what/const")
                    .and_then(Value::as_str);
                let what = what.map_or_else(|| all.to_string(), str::to_owned);
                let of = format!("{name}{}", camel(&what));
                self.lift_in(variant, &of, &of);
                if let Some(at) = variant.get("$ref") {
                    told.insert(what, at.clone());
                }
                // A variant's own description is its schema's.
                if let Some(says) = variant
                    .as_object_mut()
                    .and_then(|one| one.remove("description"))
                    && let Some(schema) = self.schemas.get_mut(&of).and_then(Value::as_object_mut)
                {
                    schema.insert("description".into(), says);
                }
            }
            if part == "oneOf" && all > 0 && told.len() == all {
                fields.insert(
                    "discriminator".into(),
                    json!({"propertyName": "what", "mapping": told}),
                );
            }
        }
    }

    /// Lifts a call's own schema, by the table or by the rule.
    fn lift(&mut self, schema: &mut Value, rule: &str) {
        let found = NAMES.iter().find(|(at, _)| *at == rule);
        self.lift_in(schema, found.map_or(rule, |(_, name)| name), rule);
    }

    /// Puts a schema that has properties of its own among those that have names, as `name`, or as `rule` where
    /// something else is called so already.
    fn lift_in(&mut self, schema: &mut Value, name: &str, rule: &str) {
        self.inside(schema, name);
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        if !fields.contains_key("properties") {
            return;
        }
        let says = fields.remove("description");
        let bare = Value::Object(std::mem::take(fields));
        let mut of = name.to_owned();
        if self.schemas.get(&of).is_some_and(|other| *other != bare) {
            rule.clone_into(&mut of);
        }
        while self.schemas.get(&of).is_some_and(|other| *other != bare) {
            of.push('_');
        }
        fields.insert("$ref".into(), json!(format!("#/components/schemas/{of}")));
        if let Some(says) = says {
            fields.insert("description".into(), says);
        }
        self.schemas.insert(of, bare);
    }
}

/// Says what each property means that does not say it itself: by its schema and name, else by its name.
fn describe(schema: &mut Value, of: &str) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let whole = format!("{of}.{name}");
        let says = |at: &str| DESCRIPTIONS.iter().find(|(name, _)| *name == at);
        if let Some(property) = property.as_object_mut()
            && !property.contains_key("description")
            && let Some((_, says)) = says(&whole).or_else(|| says(name))
        {
            property.insert("description".into(), json!(says));
        }
    }
}

/// `retasked_by` as a type is called: `RetaskedBy`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut starts = true;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            starts = true;
        } else if starts {
            out.push(c.to_ascii_uppercase());
            starts = false;
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name that a client's generator gives to a listed value.
    fn constant(value: &Value) -> String {
        let letters = value.to_string().to_uppercase();
        letters.replace(|sign: char| !sign.is_alphanumeric(), "_")
    }

    fn inline(schema: &Value, at: &str, is_root: bool, found: &mut Vec<String>) {
        if let Value::Object(fields) = schema {
            if fields.get("properties").is_some_and(Value::is_object) {
                if !is_root {
                    found.push(format!("{at} is inline"));
                }
                for (name, schema) in fields["properties"].as_object().unwrap() {
                    if schema.get("description").is_none() {
                        found.push(format!("{at}.{name} has no description"));
                    }
                    inline(schema, &format!("{at}.{name}"), false, found);
                }
            }
            if fields.contains_key("enum") && !fields.contains_key("type") {
                found.push(format!("{at} has no type"));
            }
            // A client's generator makes a constant of each, in capitals.
            let values = fields.get("enum").and_then(Value::as_array);
            let mut constants: Vec<_> = values.into_iter().flatten().map(constant).collect();
            constants.sort();
            if constants.windows(2).any(|pair| pair[0] == pair[1]) {
                found.push(format!("{at} lists two values that make one constant"));
            }
            for part in ["items", "additionalProperties"] {
                if let Some(schema) = fields.get(part) {
                    inline(schema, &format!("{at}[]"), false, found);
                }
            }
            for part in ["oneOf", "anyOf", "allOf"] {
                for schema in fields
                    .get(part)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    inline(schema, &format!("{at}|"), false, found);
                }
            }
        }
    }

    #[test]
    fn every_schema_has_a_name_and_every_property_a_description() {
        let mut document = super::super::document();
        let mut found = Vec::new();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert!(!name.ends_with('_'), "two schemas want the name {name}");
            inline(schema, name, true, &mut found);
        }
        for operation in operations(&mut document) {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                inline(&parameter["schema"], &id, false, &mut found);
            }
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            inline(body, &id, false, &mut found);
            for (_, answer) in operation["responses"].as_object().unwrap() {
                for (_, told) in answer["content"].as_object().into_iter().flatten() {
                    inline(&told["schema"], &id, false, &mut found);
                }
            }
        }
        assert!(
            found.is_empty(),
            "{} to mend:\n{}",
            found.len(),
            found.join("\n")
        );
    }

    #[test]
    fn every_reference_names_something() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(name)) = fields.get("$ref") {
                        found.push(name.clone());
                    }
                    fields.values().for_each(|value| references(value, found));
                }
                Value::Array(values) => values.iter().for_each(|value| references(value, found)),
                _ => (),
            }
        }
        let document = super::super::document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 100);
        for name in found {
            assert!(document.pointer(&name[1..]).is_some(), "{name}");
        }
    }

    #[test]
    fn every_operation_has_a_tag_of_the_table() {
        for operation in operations(&mut super::super::document()) {
            let id = operation["operationId"].as_str().unwrap();
            let tagged = TAGS.iter().filter(|(_, _, ids)| ids.contains(&id)).count();
            assert_eq!(tagged, 1, "{id}: see TAGS in src/api/openapi/words.rs");
        }
    }

    #[test]
    fn alarms_are_told_apart_by_what() {
        let document = super::super::document();
        let alarm = &document["components"]["schemas"]["Alarm"];
        let variants = alarm["oneOf"].as_array().unwrap();
        let mapping = alarm["discriminator"]["mapping"].as_object().unwrap();
        assert_eq!(alarm["discriminator"]["propertyName"], "what");
        assert_eq!(variants.len(), mapping.len());
    }
}
