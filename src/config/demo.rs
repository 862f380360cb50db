//! What is the demo's: the brand, accounts and numbers that stand in src/heard.toml as it is shipped.
//!
//! Live, they would answer real people in the name of a brand that is none, and send who is in danger to
//! a number that is nobody's. `heard dev` runs them live against its sandbox: there this is not asked.

use super::Mode;
use super::problem::Problem;
use serde_json::Value;

/// The demo brand, as its name, handles, accounts and addresses have it.
const BRAND: &str = "northline";

/// How the demo accounts' numbers begin; two digits follow.
const ACCOUNTS: &str = "42000000";

/// The demo's number, less its leading zero: `0800 40 50 60`, `+44 800 405060`.
const PHONE: &str = "800405060";

/// The keys of `table` (the configuration as JSON) whose values are the demo's, if `mode` is live.
pub fn demo(table: &str, mode: Mode) -> Vec<Problem> {
    let mut keys = Vec::new();
    if mode == Mode::Live
        && let Ok(table) = serde_json::from_str::<Value>(table)
    {
        walk("", &table, &mut keys);
    }
    let problem = |key| Problem {
        key,
        says: "is the demo's, and the mode is live: put in your own".to_owned(),
    };
    keys.into_iter().map(problem).collect()
}

/// The same in one line, for `/readyz`.
pub fn demo_in_short(table: &str, mode: Mode) -> Option<Problem> {
    let found = demo(table, mode);
    let first: Vec<&str> = found
        .iter()
        .take(3)
        .map(|found| found.key.as_str())
        .collect();
    (!found.is_empty()).then(|| Problem {
        key: "mode".to_owned(),
        says: format!(
            "is live, and {} values are still the demo's ({} and so on): put in your own; `heard check` names all",
            found.len(),
            first.join(", ")
        ),
    })
}

/// What is wrong where every reply goes to a sandbox.
pub fn sandboxed() -> Problem {
    Problem {
        key: "vars.HEARD_SANDBOX".to_owned(),
        says: "sends every reply to a sandbox instead of the platform; it is for `heard dev` alone"
            .to_owned(),
    }
}

fn walk(key: &str, value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::String(text) if is_demo(text) => keys.push(key.to_owned()),
        Value::Array(values) => {
            for (place, value) in values.iter().enumerate() {
                walk(&format!("{key}[{place}]"), value, keys);
            }
        }
        Value::Object(table) => {
            for (name, value) in table {
                // Our own names for things: nobody outside reads them.
                let own = ["id", "app", "brand", "workgroup", "calendar"];
                if !(value.is_string() && own.contains(&name.as_str())) {
                    let dot = if key.is_empty() { "" } else { "." };
                    walk(&format!("{key}{dot}{name}"), value, keys);
                }
            }
        }
        _ => {}
    }
}

fn is_demo(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    text.to_ascii_lowercase().contains(BRAND) || is_account(text) || digits.contains(PHONE)
}

/// Whether the last word of it, between colons and letters, is a demo account's number.
fn is_account(text: &str) -> bool {
    let number = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let rest = number.strip_prefix(ACCOUNTS);
    rest.is_some_and(|rest| rest.len() == 2 && rest.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shipped() -> Value {
        toml::from_str(include_str!("../heard.toml")).unwrap()
    }

    fn keys(table: &Value) -> Vec<String> {
        let mode = match table["mode"].as_str() {
            Some("live") => Mode::Live,
            _ => Mode::DryRun,
        };
        let found = demo(&table.to_string(), mode);
        found.into_iter().map(|found| found.key).collect()
    }

    #[test]
    fn the_demo_is_a_mistake_only_where_it_is_live() {
        let mut table = shipped();
        for mode in ["off", "dry_run"] {
            table["mode"] = json!(mode);
            assert_eq!(keys(&table), [] as [&str; 0]);
        }
        table["mode"] = json!("live");
        let found = keys(&table);
        for key in [
            "brand.name",
            "brand.team.en",
            "rosters.customer-care[0].team",
            "sources[0].handle",
            "sources[4].reply_url",
            "sources[15].account",
        ] {
            assert!(found.iter().any(|found| found == key), "{key}: {found:?}");
        }
        // Every account of the demo, however its platform writes it.
        for at in 0..table["sources"].as_array().unwrap().len() {
            let key = format!("sources[{at}].account");
            assert!(found.contains(&key), "{}", table["sources"][at]);
        }
        let short = demo_in_short(&table.to_string(), Mode::Live).unwrap();
        assert_eq!(short.key, "mode");
        assert!(short.says.len() < 300, "{}", short.says);
    }

    #[test]
    fn one_s_own_brand_is_none_and_a_number_left_over_is() {
        let own = json!({
            "mode": "live",
            "brand": {"name": "Southern Trains", "team": "the care team"},
            "voice": [{"language": "en", "danger": "gas", "text": "Please call us on 0800 40 50 61."}],
            "apps": [{"id": "northline", "scheme": "x"}],
            "sources": [{"id": "northline-x", "app": "northline", "platform": "x",
                "account": "420000000", "handle": "@SouthernTrains", "workgroup": "northline"}],
        });
        assert_eq!(keys(&own), [] as [&str; 0]);
        for (path, value) in [
            ("/voice/0/text", "call +44 (0)800-40.50.60"),
            ("/voice/0/text", "0800405060"),
            ("/brand/team", "the Northline care team"),
            ("/brand/name", "NORTHLINE RAIL"),
            ("/sources/0/account", "4200000001"),
            ("/sources/0/account", "U4200000006"),
            ("/sources/0/account", "urn:li:organization:4200000007"),
            ("/sources/0/handle", "@NorthlineRail"),
        ] {
            let mut table = own.clone();
            *table.pointer_mut(path).unwrap() = json!(value);
            assert_eq!(keys(&table).len(), 1, "{value}");
        }
    }
}
