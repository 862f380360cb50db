//! `GET /metrics`: read by a strict reader of the text format, natively and on the real runtime.

use crate::rig::{PLEA, Rig, Said, post_id, secrets, shipped, until};
use heard::api::metrics::{Known, page};
use heard::api::readiness::Readiness;
use heard::api::route::Role;
use heard::config::problem::Problem;
use heard::document::Document;
use heard::inbox::wire::Backlog;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What a page says: each sample by its name and labels, and each family's type.
#[derive(Debug, Default)]
struct Read {
    samples: BTreeMap<String, f64>,
    types: BTreeMap<String, String>,
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The labels of a sample, in order; what stands behind their brace.
fn labels(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut found = Vec::new();
    loop {
        let (name, value) = rest
            .split_once("=\"")
            .unwrap_or_else(|| panic!("no label in {rest}"));
        assert!(is_name(name), "{name}");
        let mut text = String::new();
        let mut chars = value.char_indices();
        let end = loop {
            match chars.next().expect("an open value") {
                (at, '"') => break at + 1,
                (_, '\\') => match chars.next().expect("an open value").1 {
                    'n' => text.push('\n'),
                    c @ ('\\' | '"') => text.push(c),
                    c => panic!("no escape: {c}"),
                },
                (_, c) => text.push(c),
            }
        };
        found.push((name.to_owned(), text));
        rest = &value[end..];
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => return (found, rest.strip_prefix('}').expect("a brace")),
        }
    }
}

/// Reads the text format 0.0.4 and takes nothing else: a HELP and a TYPE before a family's samples, a family in one
/// piece, no sample twice, every line ended.
fn read(page: &str) -> Read {
    let mut read = Read::default();
    let (mut family, mut closed) = (String::new(), BTreeSet::new());
    let mut helped: Option<String> = None;
    assert!(page.ends_with('\n') && !page.contains("\n\n") && !page.contains('\r'));
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, says) = rest.split_once(' ').unwrap();
            assert!(
                is_name(name) && name.starts_with("heard_") && says.ends_with('.'),
                "{line}"
            );
            assert!(!says.contains('\\'), "{line}");
            if !family.is_empty() {
                assert!(closed.insert(std::mem::take(&mut family)), "in two pieces");
            }
            assert!(!closed.contains(name), "{name} a second time");
            helped = Some(name.to_owned());
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(helped.take().as_deref(), Some(name), "{line}");
            assert!(["counter", "gauge"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            read.types.insert(name.to_owned(), kind.to_owned());
            family = name.to_owned();
        } else {
            assert!(helped.is_none(), "a HELP without a TYPE: {line}");
            let name: String = line
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            assert_eq!(name, family, "{line}");
            let rest = &line[name.len()..];
            let (found, rest) = match rest.strip_prefix('{') {
                Some(rest) => labels(rest),
                None => (Vec::new(), rest),
            };
            let names: BTreeSet<_> = found.iter().map(|(name, _)| name).collect();
            assert_eq!(names.len(), found.len(), "{line}");
            let value = rest.strip_prefix(' ').unwrap();
            let value: f64 = value.parse().unwrap_or_else(|why| panic!("{why}: {line}"));
            assert!(value.is_finite(), "{line}");
            let key = format!("{name} {}", json!(found));
            assert!(read.samples.insert(key, value).is_none(), "twice: {line}");
        }
    }
    // Each family has a sample.
    for name in read.types.keys() {
        assert!(
            read.samples
                .keys()
                .any(|key| key.split(' ').next() == Some(name)),
            "{name}"
        );
    }
    read
}

impl Read {
    fn of(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let key = format!("{name} {}", json!(labels));
        *self
            .samples
            .get(&key)
            .unwrap_or_else(|| panic!("no {key} in {:#?}", self.samples))
    }
}

fn well() -> Readiness {
    Readiness {
        problems: Vec::new(),
        warnings: Vec::new(),
        paused: Vec::new(),
        shards: 4,
    }
}

#[test]
fn a_page_says_what_is_known_and_escapes_what_it_names() {
    let backlog: Backlog = serde_json::from_value(json!({
        "tallies": [
            {"state": "open", "platform": "x", "workgroup": "a \"quoted\"\\\nname", "level": 2, "interactions": 3, "posts": 5},
            {"state": "done", "platform": "x", "workgroup": "care", "level": 0, "interactions": 7, "posts": 9},
        ],
        "leased": 1, "overdue": 2, "oldest_ms": 1_000, "counters": {"posts": 14, "ignored.own": 4}, "acks": {"sent": 6},
        "alarms": [
            {"what": "credential", "source": "x-main", "why": "credential:401", "since_ms": 5, "stopped": 8},
            {"what": "unserved", "workgroup": "care", "skills": ["rail"], "lang": null, "n": 2, "since_ms": 5},
            {"what": "unserved", "workgroup": "care", "skills": [], "lang": "de", "n": 3, "since_ms": 5},
        ],
    }))
    .unwrap();
    let look = Document::of(&json!({"as_of_ms": 1,
        "apps": [{"id": "x-main", "verified": {"n": 5, "first_ms": 1, "last_ms": 2_500},
            "handshakes_refused": {"n": 1}, "refused": {"n": 2, "by_reason": {"mismatch": {"n": 2}}}},
            {"id": "new", "verified": {"n": 0, "first_ms": null, "last_ms": null}, "handshakes_refused": {"n": 0}, "refused": {}}],
        "sources": [{"id": "x-northline", "deliveries": {"n": 4, "last_ms": 2_000}, "quiet": {"since_ms": 1}}]}))
    .unwrap();
    let readiness = Readiness {
        problems: vec![
            Problem {
                key: "mode".into(),
                says: "is the demo's".into(),
            },
            Problem {
                key: "mode".into(),
                says: "again".into(),
            },
        ],
        ..well()
    };
    let answer = page(&Known {
        readiness: &readiness,
        backlog: Some(&backlog),
        look: Some(&look),
        now_ms: 61_000,
    });
    assert_eq!(
        answer.content_type,
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let read = read(&answer.body);
    for (name, labels, n) in [
        ("heard_scrape_complete", vec![], 1.0),
        ("heard_ready", vec![], 0.0),
        ("heard_problem", vec![("key", "mode")], 2.0),
        ("heard_shards", vec![], 4.0),
        (
            "heard_interactions",
            vec![
                ("state", "open"),
                ("platform", "x"),
                ("workgroup", "a \"quoted\"\\\nname"),
                ("level", "2"),
            ],
            3.0,
        ),
        ("heard_oldest_open_seconds", vec![], 60.0),
        ("heard_posts_total", vec![("what", "ignored.own")], 4.0),
        ("heard_acknowledgments", vec![("state", "sent")], 6.0),
        (
            "heard_alarm",
            vec![("what", "credential"), ("of", "x-main")],
            8.0,
        ),
        // Two alarms of one workgroup are one figure.
        (
            "heard_alarm",
            vec![("what", "unserved"), ("of", "care")],
            5.0,
        ),
        (
            "heard_app_verified_timestamp_seconds",
            vec![("app", "x-main")],
            2.5,
        ),
        (
            "heard_app_refused_total",
            vec![("app", "x-main"), ("reason", "mismatch")],
            2.0,
        ),
        ("heard_source_quiet", vec![("source", "x-northline")], 1.0),
    ] {
        assert_eq!(read.of(name, &labels), n, "{name}");
    }
    // What says is never a label: it may hold more than names.
    assert!(!answer.body.contains("demo's") && !answer.body.contains("credential:401"));

    // What does not answer is left out, and said to be.
    let answer = page(&Known {
        readiness: &well(),
        backlog: None,
        look: None,
        now_ms: 0,
    });
    let read = self::read(&answer.body);
    assert_eq!(
        (
            read.of("heard_scrape_complete", &[]),
            read.of("heard_ready", &[])
        ),
        (0.0, 1.0)
    );
    assert!(!read.types.contains_key("heard_interactions"));
}

/// Every family that a rule or a panel asks for is one that the code makes.
#[test]
fn the_sample_rules_and_dashboard_name_what_there_is() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let code = std::fs::read_to_string(root.join("src/api/metrics.rs")).unwrap();
    let names = |text: &str| -> BTreeSet<String> {
        let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        parts
            .filter(|it| it.starts_with("heard_"))
            .map(str::to_owned)
            .collect()
    };
    let made = names(&code);
    assert!(made.len() > 15, "{made:?}");
    let runbook = std::fs::read_to_string(root.join(".github/docs/runbook.md")).unwrap();
    let rules = std::fs::read_to_string(root.join(".github/docs/alerts.yml")).unwrap();
    for link in rules
        .lines()
        .filter_map(|line| line.split_once("runbook.md#"))
    {
        let anchor = link.1.trim_end_matches('"').replace('-', " ");
        let headings = runbook.lines().filter(|line| line.starts_with('#'));
        let headings = headings.map(|line| {
            line.trim_start_matches('#')
                .trim()
                .replace('`', "")
                .replace('-', " ")
                .to_lowercase()
        });
        assert!(headings.into_iter().any(|it| it == anchor), "{anchor}");
    }
    let panels = std::fs::read_to_string(root.join(".github/docs/dashboard.json")).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&panels).unwrap();
    assert!(parsed["panels"].as_array().unwrap().len() > 6);
    let page = std::fs::read_to_string(root.join(".github/docs/watching.md")).unwrap();
    for (file, text) in [
        ("alerts.yml", &rules),
        ("dashboard.json", &panels),
        ("watching.md", &page),
    ] {
        let asked = names(text);
        assert!(!asked.is_empty());
        let unknown: Vec<_> = asked.difference(&made).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
    // And the page names all of them.
    let untold: Vec<_> = made.difference(&names(&page)).cloned().collect();
    assert!(untold.is_empty(), "watching.md: {untold:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn e2e_a_monitor_reads_figures_and_nothing_of_anybodys() {
    let table = shipped();
    let rig = Rig::with(table.clone(), secrets(&table)).await;
    let monitor = rig.caller("prometheus", Role::Monitor);
    let url = rig.url("/metrics").unwrap();
    let ask = async |token: Option<&str>| {
        let mut request = rig.client.get(&url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        let kind = answer
            .headers()
            .get("content-type")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        (answer.status().as_u16(), kind, answer.text().await.unwrap())
    };
    let (agent, boss) = (
        rig.caller("ana", Role::Agent),
        rig.caller("boss", Role::Supervisor),
    );
    for (token, status) in [
        (None, 401),
        (Some(&agent.token), 403),
        (Some(&boss.token), 200),
        (Some(&monitor.token), 200),
    ] {
        assert_eq!(ask(token.map(String::as_str)).await.0, status);
    }
    // It may see whether all is well, and do or read nothing else.
    assert_eq!(monitor.get("/readyz").await["shards"], json!(1));
    for (method, path) in [
        ("GET", "/v1/backlog"),
        ("GET", "/v1/interactions"),
        ("POST", "/v1/claims"),
        ("GET", "/v1/tokens"),
    ] {
        let (status, _) = monitor.try_call(method, path, None, None).await.unwrap();
        assert_eq!(status, 403, "{path}");
    }

    let before = read(&ask(Some(&monitor.token)).await.2);
    assert_eq!(before.of("heard_scrape_complete", &[]), 1.0);
    rig.event(&Said::x("7", &post_id(), PLEA)).await;
    let figures = until("the delivery to be counted", async || {
        let (_, kind, text) = ask(Some(&monitor.token)).await;
        assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
        let read = read(&text);
        match read
            .samples
            .get("heard_app_verified_total [[\"app\",\"x-main\"]]")
        {
            Some(1.0) => Ok((read, text)),
            _ => Err(text),
        }
    });
    let (read, text) = figures.await;
    assert_eq!(read.of("heard_posts_total", &[("what", "posts")]), 1.0);
    let open = read
        .samples
        .iter()
        .filter(|(key, _)| key.starts_with("heard_interactions [") && key.contains("\"open\""));
    assert_eq!(open.map(|(_, n)| n).sum::<f64>(), 1.0);
    assert!(!text.contains("Woking") && !text.contains("hush"), "{text}");
}
