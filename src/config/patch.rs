//! Changed settings, for a look at what they would do: never stored, never in force.

use serde_json::{Map, Value};

/// What may be changed: what decides whether a note is said, and its words.
pub const CHANGEABLE: [&str; 8] = [
    "mode", "limits", "sources", "brand", "brands", "voice", "banned", "reviewed",
];

/// What may be changed of a source.
pub const OF_SOURCE: [&str; 4] = ["mode", "acks_per_minute", "acks_per_hour", "calendar"];

/// The configuration's file with other settings: a table in the place of its own goes into it, anything else replaces
/// it, and `null` takes it away. Sources are named by their ids.
///
/// # Errors
/// The key that cannot be changed, and why.
pub fn patched(table: &str, settings: &Map<String, Value>) -> Result<String, (String, String)> {
    let mut file: Map<String, Value> = serde_json::from_str(table).map_err(|_| {
        (
            "settings".to_owned(),
            "there is no configuration to change".to_owned(),
        )
    })?;
    for (key, value) in settings {
        if !CHANGEABLE.contains(&key.as_str()) {
            let all = CHANGEABLE.join(", ");
            return Err((key.clone(), format!("is none of what can be tried: {all}")));
        }
        match (key.as_str(), value) {
            ("sources", Value::Object(changes)) => sources(&mut file, changes)?,
            ("sources", _) => {
                let says = "must be a table by the sources' ids: {\"x-main\": {\"mode\": \"off\"}}";
                return Err((key.clone(), says.to_owned()));
            }
            (_, Value::Null) => drop(file.remove(key)),
            _ => merge(file.entry(key.clone()).or_insert(Value::Null), value),
        }
    }
    Ok(Value::Object(file).to_string())
}

fn sources(
    file: &mut Map<String, Value>,
    changes: &Map<String, Value>,
) -> Result<(), (String, String)> {
    let mut all = file.get_mut("sources").and_then(Value::as_array_mut);
    for (id, change) in changes {
        let at = format!("sources.{id}");
        let mut found = all.iter_mut().flat_map(|all| all.iter_mut());
        let Some(source) = found.find(|one| one.get("id").and_then(Value::as_str) == Some(id))
        else {
            return Err((at, "is no source".to_owned()));
        };
        let Some(change) = change.as_object() else {
            return Err((at, "must be a table".to_owned()));
        };
        if let Some(other) = change.keys().find(|key| !OF_SOURCE.contains(&key.as_str())) {
            let says = format!("is none of what can be tried: {}", OF_SOURCE.join(", "));
            return Err((format!("{at}.{other}"), says));
        }
        merge(source, &Value::Object(change.clone()));
    }
    Ok(())
}

/// JSON merge patch (RFC 7396).
fn merge(into: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *into = change.clone();
        return;
    };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    let Some(into) = into.as_object_mut() else {
        return;
    };
    for (key, value) in change {
        match value {
            Value::Null => {
                into.remove(key);
            }
            _ => merge(into.entry(key.clone()).or_insert(Value::Null), value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(settings: Value) -> Result<Value, String> {
        let table = json!({
            "mode": "live",
            "limits": {"cooldown_hours": 24, "fresh_minutes": 60},
            "sources": [{"id": "x", "mode": "live"}, {"id": "y"}],
            "voice": [{"lang": "en"}],
        });
        let made = patched(&table.to_string(), settings.as_object().unwrap());
        made.map(|text| serde_json::from_str(&text).unwrap())
            .map_err(|(key, _)| key)
    }

    #[test]
    fn what_is_named_is_changed_and_nothing_else() {
        let made = of(json!({
            "limits": {"cooldown_hours": 0, "fresh_minutes": null},
            "sources": {"y": {"mode": "off"}},
            "voice": [], "banned": {"en": ["sorry"]},
        }));
        assert_eq!(
            made.unwrap(),
            json!({
                "mode": "live",
                "limits": {"cooldown_hours": 0},
                "sources": [{"id": "x", "mode": "live"}, {"id": "y", "mode": "off"}],
                "voice": [], "banned": {"en": ["sorry"]},
            })
        );
        for (wrong, key) in [
            (json!({"shards": 2}), "shards"),
            (json!({"apps": []}), "apps"),
            (json!({"sources": []}), "sources"),
            (json!({"sources": {"z": {"mode": "off"}}}), "sources.z"),
            (
                json!({"sources": {"x": {"reply_url": "https://evil.example"}}}),
                "sources.x.reply_url",
            ),
        ] {
            assert_eq!(of(wrong), Err(key.to_owned()));
        }
    }
}
