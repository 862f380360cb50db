//! `GET /metrics`: how everything stands, in the text format that Prometheus reads (version 0.0.4).
//!
//! All of it is known already: the backlog's kept counters, what `/readyz` says, what the accounts' object keeps. Labels
//! are names from the configuration and Heard's own words: nothing of a customer's, and never more of them than the
//! configuration and the code name.

use super::readiness::Readiness;
use super::response::Response;
use crate::config::problem::Problem;
use crate::document::Document;
use crate::inbox::state::Stored;
use crate::inbox::wire::{Alarm, Backlog};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is known; what did not answer is `None`.
pub struct Known<'a> {
    /// As `/readyz` tells it.
    pub readiness: &'a Readiness,
    /// The backlog of all shards.
    pub backlog: Option<&'a Backlog>,
    /// What the accounts' object tells of apps and sources.
    pub look: Option<&'a Document>,
    /// Problems whose keys are not this caller's to know: those of a configuration that is others' too.
    pub hides: &'a [Problem],
    /// Epoch milliseconds.
    pub now_ms: i64,
}

/// How a family's figures behave.
#[derive(Clone, Copy)]
enum Kind {
    /// They rise, and begin anew only with an empty installation.
    Counter,
    /// They go up and down.
    Gauge,
}

/// The page as it grows.
#[derive(Default)]
struct Page(String);

/// A figure and its labels.
type Sample<'a> = (Vec<(&'static str, &'a str)>, f64);

impl Page {
    /// A family, where it has figures.
    fn family<'a>(
        &mut self,
        name: &str,
        kind: Kind,
        says: &str,
        samples: impl IntoIterator<Item = Sample<'a>>,
    ) {
        let mut samples = samples.into_iter().peekable();
        if samples.peek().is_none() {
            return;
        }
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        let out = &mut self.0;
        // Writing into a text cannot fail.
        let _ = writeln!(out, "# HELP {name} {says}\n# TYPE {name} {kind}");
        for (labels, n) in samples {
            let labels: Vec<String> = labels
                .into_iter()
                .map(|(label, value)| format!("{label}=\"{}\"", escaped(value)))
                .collect();
            let labels = match labels.is_empty() {
                true => String::new(),
                false => format!("{{{}}}", labels.join(",")),
            };
            let _ = writeln!(out, "{name}{labels} {n}");
        }
    }

    /// A family of one figure without labels.
    fn one(&mut self, name: &str, kind: Kind, says: &str, n: f64) {
        self.family(name, kind, says, [(Vec::new(), n)]);
    }
}

fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

/// A number as the format has it: a double, exact up to 2^53.
fn figure(n: i64) -> f64 {
    n as f64
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

/// The page.
pub fn page(known: &Known<'_>) -> Response {
    let mut page = Page::default();
    let version: Sample<'_> = (vec![("version", env!("CARGO_PKG_VERSION"))], 1.0);
    page.family(
        "heard_info",
        Kind::Gauge,
        "Which version of Heard answers.",
        [version],
    );
    let whole = known.backlog.is_some() && known.look.is_some();
    page.one(
        "heard_scrape_complete",
        Kind::Gauge,
        "1 where everything that was asked answered; where it is 0, families are missing.",
        flag(whole),
    );
    readiness(&mut page, known.readiness, known.hides);
    if let Some(backlog) = known.backlog {
        queue(&mut page, backlog, known.now_ms);
    }
    if let Some(look) = known
        .look
        .and_then(|look| serde_json::from_str(look.text()).ok())
    {
        accounts(&mut page, &look);
    }
    Response {
        status: 200,
        content_type: "text/plain; version=0.0.4; charset=utf-8",
        body: page.0,
        headers: Vec::new(),
    }
}

fn readiness(page: &mut Page, known: &Readiness, hides: &[Problem]) {
    page.one(
        "heard_ready",
        Kind::Gauge,
        "1 where nothing is wrong; what is, /readyz says.",
        flag(known.problems.is_empty()),
    );
    let count = |all: &[Problem]| {
        let mut keys: BTreeMap<String, i64> = BTreeMap::new();
        for problem in all {
            let key = match hides.contains(problem) {
                true => "configuration".to_owned(),
                false => problem.key.clone(),
            };
            *keys.entry(key).or_default() += 1;
        }
        keys
    };
    let (problems, warnings) = (count(&known.problems), count(&known.warnings));
    fn samples(keys: &BTreeMap<String, i64>) -> impl Iterator<Item = Sample<'_>> {
        keys.iter()
            .map(|(key, n)| (vec![("key", key.as_str())], figure(*n)))
    }
    page.family(
        "heard_problem",
        Kind::Gauge,
        "What keeps it from being ready, by the key that the runbook explains.",
        samples(&problems),
    );
    page.family(
        "heard_warning",
        Kind::Gauge,
        "What will keep it from being ready, unless somebody does something.",
        samples(&warnings),
    );
    page.one(
        "heard_shards",
        Kind::Gauge,
        "Shards of the queue.",
        f64::from(known.shards),
    );
    let paused = known.paused.len();
    page.one(
        "heard_pauses",
        Kind::Gauge,
        "Pauses of acknowledgments that hold now.",
        paused as f64,
    );
}

fn queue(page: &mut Page, backlog: &Backlog, now_ms: i64) {
    let state = |state: Stored| match state {
        Stored::Open => "open",
        Stored::Done => "done",
        Stored::Dead => "dead",
    };
    let levels = ["0", "1", "2", "3"];
    let tallies = backlog.tallies.iter().map(|tally| {
        let level = levels
            .get(usize::from(u8::from(tally.level)))
            .copied()
            .unwrap_or("0");
        let labels = vec![
            ("state", state(tally.state)),
            ("platform", tally.platform.as_str()),
            ("workgroup", tally.workgroup.as_str()),
            ("level", level),
        ];
        (labels, figure(tally.interactions))
    });
    page.family(
        "heard_interactions",
        Kind::Gauge,
        "Interactions that are kept: open ones, and what ended and is not forgotten yet.",
        tallies,
    );
    let leased = figure(backlog.leased);
    page.one(
        "heard_interactions_leased",
        Kind::Gauge,
        "Open ones that an agent holds.",
        leased,
    );
    page.one(
        "heard_interactions_overdue",
        Kind::Gauge,
        "Open ones past their deadline whose author waits.",
        figure(backlog.overdue),
    );
    let age = backlog
        .oldest_ms
        .map_or(0.0, |oldest| seconds((now_ms - oldest).max(0)));
    page.one(
        "heard_oldest_open_seconds",
        Kind::Gauge,
        "How long ago the oldest open one was opened; 0 where none is open.",
        age,
    );
    let void = backlog.counters.get("promises.void").copied();
    let counters = backlog
        .counters
        .iter()
        .filter(|(name, _)| *name != "promises.void");
    page.family(
        "heard_posts_total",
        Kind::Counter,
        "What came and what became of it, since the beginning, by the names of /v1/backlog.",
        counters.map(|(name, n)| (vec![("what", name.as_str())], figure(*n))),
    );
    page.family(
        "heard_acknowledgments",
        Kind::Gauge,
        "Acknowledgments by state: those that ended since the beginning, the others now.",
        backlog
            .acks
            .iter()
            .map(|(state, n)| (vec![("state", state.as_str())], figure(*n))),
    );
    let promises = &backlog.promises;
    let standing = [
        ("open", promises.open - promises.at_risk - promises.broken),
        ("at_risk", promises.at_risk),
        ("broken", promises.broken),
    ];
    page.family(
        "heard_promises",
        Kind::Gauge,
        "What acknowledgments promised and nobody has kept yet, by how it stands.",
        standing.map(|(state, n)| (vec![("state", state)], figure(n))),
    );
    page.family(
        "heard_promises_void_total",
        Kind::Counter,
        "Promises that fell away before their time, since the beginning: neither kept nor broken.",
        void.map(|n| (Vec::new(), figure(n))),
    );
    let mut alarms: BTreeMap<(&'static str, String), i64> = BTreeMap::new();
    for alarm in &backlog.alarms {
        let (what, of, n) = alarmed(alarm);
        *alarms.entry((what, of)).or_default() += n;
    }
    page.family(
        "heard_alarm",
        Kind::Gauge,
        "Alarms of the queue, by what the runbook calls them and what they are of: how many it is about.",
        alarms.iter().map(|((what, of), n)| (vec![("what", *what), ("of", of.as_str())], figure(*n))),
    );
    page.one(
        "heard_surges",
        Kind::Gauge,
        "Where so many of one situation come that each is answered in a line.",
        backlog.surges.len() as f64,
    );
}

/// An alarm's name, what it is of, and how many it is about.
fn alarmed(alarm: &Alarm) -> (&'static str, String, i64) {
    match alarm {
        Alarm::Credential {
            source, stopped, ..
        } => ("credential", source.to_string(), (*stopped).max(1)),
        Alarm::Dead { n, .. } => ("dead", String::new(), *n),
        Alarm::EmergencyOverdue { n, .. } => ("emergency_overdue", String::new(), *n),
        Alarm::PromiseBroken { n, .. } => ("promise_broken", String::new(), *n),
        Alarm::Unclaimable { workgroup, n, .. } => ("unclaimable", workgroup.to_string(), *n),
        Alarm::Unserved { workgroup, n, .. } => ("unserved", workgroup.to_string(), *n),
        Alarm::Filling { shards, .. } => ("filling", String::new(), *shards),
    }
}

/// Apps and sources, as `GET /v1/sources` tells them.
fn accounts(page: &mut Page, look: &Value) {
    let list = |key: &str| {
        look.get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let (apps, sources) = (list("apps"), list("sources"));
    fn id(one: &Value) -> &str {
        one.get("id").and_then(Value::as_str).unwrap_or_default()
    }
    fn n(one: &Value, at: &str) -> Option<f64> {
        one.pointer(at)?.as_f64()
    }
    fn by<'a>(
        all: &'a [Value],
        label: &'static str,
        at: &'static str,
        scale: f64,
    ) -> impl Iterator<Item = Sample<'a>> {
        all.iter()
            .filter_map(move |one| Some((vec![(label, id(one))], n(one, at)? / scale)))
    }
    page.family(
        "heard_app_verified_total",
        Kind::Counter,
        "Deliveries to an app whose signature fitted.",
        by(&apps, "app", "/verified/n", 1.0),
    );
    page.family(
        "heard_app_verified_timestamp_seconds",
        Kind::Gauge,
        "When the last of them came.",
        by(&apps, "app", "/verified/last_ms", 1_000.0),
    );
    let refused = apps.iter().flat_map(|app| {
        let reasons = app.pointer("/refused/by_reason").and_then(Value::as_object);
        reasons
            .into_iter()
            .flatten()
            .filter_map(move |(why, seen)| {
                Some((
                    vec![("app", id(app)), ("reason", why.as_str())],
                    n(seen, "/n")?,
                ))
            })
    });
    page.family(
        "heard_app_refused_total",
        Kind::Counter,
        "Deliveries to an app that were refused, by the runbook's reasons.",
        refused,
    );
    page.family(
        "heard_app_handshakes_refused_total",
        Kind::Counter,
        "Handshakes that were refused.",
        by(&apps, "app", "/handshakes_refused/n", 1.0),
    );
    page.family(
        "heard_source_deliveries_total",
        Kind::Counter,
        "Deliveries for a source.",
        by(&sources, "source", "/deliveries/n", 1.0),
    );
    page.family(
        "heard_source_delivery_timestamp_seconds",
        Kind::Gauge,
        "When the last of them came.",
        by(&sources, "source", "/deliveries/last_ms", 1_000.0),
    );
    page.family(
        "heard_source_quiet",
        Kind::Gauge,
        "1 where nothing came for longer than ever at this time of day.",
        sources.iter().map(|one| {
            let quiet = one.get("quiet").is_some_and(|quiet| !quiet.is_null());
            (vec![("source", id(one))], flag(quiet))
        }),
    );
}

/// The answer, for the contract's document.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn documented() -> Value {
    serde_json::json!({"description": "Done.", "content": {"text/plain": {"schema": {"type": "string",
        "description": "The text format of Prometheus, version 0.0.4."}}}})
}
