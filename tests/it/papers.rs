//! The runbook and the page of the log name all that the code can report: whoever adds an alarm or an event
//! without a word for its operator fails here.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the log is told in a variable, and what may be in it. A new one is to be listed here with its values.
const VARIABLES: &[(&str, &[&str])] = &[
    // Of `gate::alarm`.
    ("&alarm.key", &["tokens"]),
    // Of `Home::moved`.
    ("&problem.key", &["jurisdiction"]),
    // Of `inbox::sent`.
    ("event", &["ack", "ack_by_alarm"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    let file = root().join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

/// The source below a folder, without comments: each file with its path.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, without_comments(&text)));
        }
    }
    found.sort();
    found
}

fn without_comments(text: &str) -> String {
    let lines = text.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The text from the first place of `from` on, up to the first `to` behind it.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from} any more"));
    let (part, _) = rest
        .split_once(to)
        .unwrap_or_else(|| panic!("no {to} behind {from}"));
    part
}

/// The texts in quotes, each with what stands right behind it.
fn quoted(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('"') {
        let Some((inside, behind)) = after.split_once('"') else {
            break;
        };
        found.push((inside, behind));
        rest = behind;
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The kinds of alarm, as the contract names them.
fn alarms() -> BTreeSet<String> {
    let document = heard::api::openapi::document();
    let kinds = document["components"]["schemas"]["Alarm"]["oneOf"]
        .as_array()
        .unwrap();
    let what = |kind: &Value| {
        let kind = kind["$ref"]
            .as_str()
            .map_or(kind, |name| document.pointer(&name[1..]).unwrap());
        let name = kind["properties"]["what"]["const"].as_str();
        name.unwrap().to_owned()
    };
    kinds.iter().map(what).collect()
}

/// `EmergencyOverdue` as serde writes it: `emergency_overdue`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The variants of `Alarm`, as its source lists them.
fn variants() -> BTreeSet<String> {
    let source = without_comments(&read("src/inbox/wire.rs"));
    let body = between(&source, "pub enum Alarm {\n", "\n}");
    let at_its_level = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = at_its_level.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    names
        .map(|line| {
            let name: String = line
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            snake(&name)
        })
        .collect()
}

/// The keys under which `/readyz` tells alarms: what stands before the first `{` of each.
fn alarm_keys() -> BTreeSet<String> {
    let source = without_comments(&read("src/api/readiness.rs"));
    let body = between(&source, "fn alarmed(", "Problem { key, says }");
    let arms = body.split("=> (").skip(1);
    arms.map(|arm| {
        let (key, _) = arm.split_once(',').unwrap();
        match quoted(key).first() {
            Some((text, _)) => text.split('{').next().unwrap().trim().to_owned(),
            // A secret's name.
            None => {
                assert!(key.contains("credential_name("), "what key is {key}?");
                "REPLY_TOKEN__".to_owned()
            }
        }
    })
    .collect()
}

/// What stands in backticks on a page.
fn named(page: &str) -> BTreeSet<&str> {
    page.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

/// Which events the log knows by name: whatever is quoted in its file and is no key of its JSON.
fn events(log: &str) -> BTreeSet<String> {
    let texts = quoted(log).into_iter();
    let values = texts.filter(|(text, behind)| is_name(text) && !behind.starts_with(':'));
    values.map(|(text, _)| text.to_owned()).collect()
}

/// The fields of its JSON.
fn fields(log: &str) -> BTreeSet<String> {
    let texts = quoted(log).into_iter();
    let keys = texts.filter(|(text, behind)| is_name(text) && behind.starts_with(':'));
    keys.map(|(text, _)| text.to_owned()).collect()
}

/// What callers pass first to a function of the log.
fn passed(function: &str) -> BTreeSet<String> {
    let call = format!("log::{function}(");
    let mut found = BTreeSet::new();
    for (file, source) in sources(&root().join("src/host")) {
        for rest in source.split(call.as_str()).skip(1) {
            let (first, _) = rest.split_once(',').unwrap();
            let first = first.trim();
            match quoted(first).first() {
                Some((text, _)) => {
                    found.insert((*text).to_owned());
                }
                None => {
                    let known = VARIABLES.iter().find(|(name, _)| *name == first);
                    let (_, values) = known.unwrap_or_else(|| {
                        panic!("{}: what may {first} be? Say so here", file.display())
                    });
                    found.extend(values.iter().map(|value| (*value).to_owned()));
                }
            }
        }
    }
    assert!(!found.is_empty(), "nobody calls log::{function}");
    found
}

#[test]
fn the_contract_names_every_alarm() {
    assert!(variants().len() > 5, "{:?}", variants());
    assert_eq!(variants(), alarms());
}

#[test]
fn the_runbook_has_a_section_for_every_alarm() {
    let page = read(".github/docs/runbook.md");
    for alarm in alarms() {
        let heading = format!("### `{alarm}`");
        assert!(page.lines().any(|line| line == heading), "{heading}");
    }
    let keys = alarm_keys();
    assert_eq!(keys.len(), alarms().len(), "{keys:?}");
    let named = named(&page);
    for key in keys {
        let is_named = named.iter().any(|name| name.starts_with(key.as_str()));
        assert!(
            is_named,
            "the runbook does not say which alarm has the key {key}"
        );
    }
}

#[test]
fn every_section_says_what_to_do_and_when_it_ends() {
    let page = read(".github/docs/runbook.md");
    for alarm in alarms() {
        let section = between(&page, &format!("\n### `{alarm}`\n"), "\n#");
        for word in ["**Means:**", "**See more:**", "**Do:**", "**Ends:**"] {
            assert!(section.contains(word), "{alarm}: {word}");
        }
    }
}

#[test]
fn the_page_of_the_log_has_every_event_and_every_field() {
    let page = read(".github/docs/log.md");
    let log = without_comments(&read("src/host/log.rs"));
    let rows: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let mut all = events(&log);
    assert!(
        all.contains("failed") && all.contains("surge_began"),
        "{all:?}"
    );
    all.extend(passed("sent"));
    all.extend(passed("failed"));
    for event in &all {
        assert!(rows.contains(event.as_str()), "no row for {event}");
    }
    let named = named(&page);
    for field in fields(&log) {
        assert!(
            named.contains(field.as_str()),
            "no word of the field {field}"
        );
    }
}

/// The codes of problems: what stands behind a status, in the file that makes all of them.
fn codes() -> BTreeSet<String> {
    let source = without_comments(&read("src/api/problem.rs"));
    let flat = source.split_whitespace().collect::<Vec<_>>().join(" ");
    flat.split("Self::new(")
        .skip(1)
        .filter_map(|call| {
            let (status, rest) = call.trim_start().split_once(',')?;
            status.parse::<u16>().ok()?;
            let (code, _) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
            Some(code.to_owned())
        })
        .collect()
}

#[test]
fn the_agents_page_says_what_to_do_at_every_code() {
    let codes = codes();
    assert!(codes.len() > 25, "{codes:?}");
    let page = read(".github/docs/agents.md");
    let rows = between(&page, "| code | status |", "\n\n");
    for code in &codes {
        assert!(named(rows).contains(code.as_str()), "no row for {code}");
    }
}

/// What a variable may hold is still said by somebody.
#[test]
fn no_listed_value_is_left_over() {
    let all = sources(&root().join("src"));
    for (variable, values) in VARIABLES {
        for value in *values {
            let text = format!("\"{value}\"");
            let is_said = all.iter().any(|(_, source)| source.contains(&text));
            assert!(is_said, "{variable}: nobody says {value} any more");
        }
    }
}

/// The tests above can fail.
#[test]
fn a_missing_word_is_noticed() {
    let log = r#"line(json!({"event": "made_up", "colour": x})); let event = match y { true => "or_this" };"#;
    let all = events(log);
    let texts = |names: [&str; 2]| BTreeSet::from(names.map(str::to_owned));
    assert_eq!(all, texts(["made_up", "or_this"]));
    assert_eq!(fields(log), texts(["event", "colour"]));
    assert_eq!(snake("EmergencyOverdue"), "emergency_overdue");
    assert_eq!(named("a `b` c `d e`"), BTreeSet::from(["b", "d e"]));
}
