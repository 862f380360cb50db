//! What the filter at the edge is worth: a full stream, of which most names nobody of whom we listen, taken in by the
//! same Worker with the filter, without it, and without listening, beside a bare Worker.

use super::intake::{Ready, Seen, send};
use super::running::{Running, start_bare, start_heard};
use super::setup::{ACCOUNT, Setup, setup};
use crate::lab::simulate::delivery::{Delivery, Simulated};
use crate::lab::{build, local, simulate, tools};
use crate::post::Platform;
use crate::signature::Key;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::Duration;

/// What strangers write of anything: 94 of 100.
const STRANGERS: [&str; 6] = [
    "what a lovely morning, the coffee is finally good here",
    "anybody else watching the match tonight? my money is on the away side",
    "new recipe: lentils, lemon, a little cumin. Ready in twenty minutes",
    "the trains in this city are a joke, said nobody who ever lived elsewhere",
    "reading a book on bridges. Did you know that most were late and over budget?",
    "my phone died in the middle of a call, again",
];

/// What names us or another: 5 of 100.
const ABOUT: [&str; 3] = [
    "Northline left us standing in Woking again, third time this week",
    "Southline is cheaper than Northline, and on time",
    "is Northline running on Sunday?",
];

/// What is written to us: 1 of 100.
const TO_US: &str = "@NorthlineRail is the 18:04 to Guildford running tonight?";

fn post(number: usize, now_ms: i64) -> Result<Vec<u8>> {
    let (text, event) = match number % 100 {
        0 => (TO_US, Simulated::Made),
        at @ 1..=5 => (
            *ABOUT.get(at % ABOUT.len()).unwrap_or(&TO_US),
            Simulated::Topic,
        ),
        at => (
            *STRANGERS.get(at % STRANGERS.len()).unwrap_or(&TO_US),
            Simulated::Topic,
        ),
    };
    simulate::body(&Delivery {
        platform: Platform::X,
        account: ACCOUNT,
        handle: Some("NorthlineRail"),
        author: &format!("author {number}"),
        text,
        id: &format!("4{number:017}"),
        created_ms: now_ms,
        event,
    })
    .context("no such delivery")
}

fn deliveries(key: &Key, next: &mut usize, n: usize) -> Result<Vec<Ready>> {
    let now_ms = local::now_ms()?;
    (0..n)
        .map(|_| {
            *next += 1;
            let body = post(*next, now_ms)?;
            Ok(Ready {
                headers: sign(Scheme::X, key, "msg", now_ms / 1_000, &body),
                body,
            })
        })
        .collect()
}

/// The demo's configuration, whose source on X listens, or not.
fn listening(listen: bool, filter: bool) -> Result<Setup> {
    let mut table: Value = serde_json::from_str(&setup("dry_run")?.table)?;
    if let Some(table) = table.as_object_mut() {
        let others = json!([{"name": "Southline", "words": ["southline"]}]);
        table.insert(
            "listening".into(),
            json!({"words": ["northline"], "filter": filter, "others": others}),
        );
    }
    let sources = table.get_mut("sources").and_then(Value::as_array_mut);
    for source in sources.into_iter().flatten() {
        if let Some(source) = source.as_object_mut()
            && source.get("account").and_then(Value::as_str) == Some(ACCOUNT)
        {
            source.insert("listen".into(), listen.into());
        }
    }
    Ok(Setup::of(table.to_string()))
}

pub(super) async fn measure(connections: usize) -> Result<Value> {
    /// Deliveries a slice, and slices: some seconds of each in turns.
    const SLICE: usize = 1_500;
    const SLICES: usize = 5;
    const WAYS: [(&str, bool, bool); 3] = [
        ("filtered", true, true),
        ("listened", true, false),
        ("queued", false, false),
    ];
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let bare = start_bare(&tools.workerd())?;
    let client = reqwest::Client::new();
    let bare_url = format!("http://127.0.0.1:{}/", bare.runtime.port);
    let mut ways = Vec::new();
    for (name, listen, filter) in WAYS {
        let setup = listening(listen, filter)?;
        let heard = start_heard(&tools.workerd(), &built.folder, &setup, name)?;
        let url = format!("http://127.0.0.1:{}/webhooks/x-main", heard.runtime.port);
        ways.push((name, setup, heard, url, Seen::default()));
    }
    let mut next = 0;
    let cpu = |of: &Running| of.runtime.cpu().unwrap_or_default();
    for (_, setup, _, url, _) in &ways {
        let some = deliveries(setup.key("x-main")?, &mut next, 300)?;
        send(&client, url, some, connections).await?;
    }
    let mut theirs = Seen::default();
    for round in 0..SLICES {
        note!("  stream: slice {} of {SLICES}", round + 1);
        let mut bare_rate = 0.0;
        let mut bare_cpu = Duration::ZERO;
        for (at, (_, setup, heard, url, seen)) in ways.iter_mut().enumerate() {
            if at == 0 {
                let slice = deliveries(setup.key("x-main")?, &mut next, SLICE)?;
                let before = cpu(&bare);
                let (rate, times) = send(&client, &bare_url, slice, connections).await?;
                bare_cpu = cpu(&bare).saturating_sub(before);
                bare_rate = rate;
                theirs.add(rate, rate, (bare_cpu, bare_cpu), times);
            }
            let slice = deliveries(setup.key("x-main")?, &mut next, SLICE)?;
            let before = cpu(heard);
            let (rate, times) = send(&client, url, slice, connections).await?;
            let taken = cpu(heard).saturating_sub(before);
            seen.add(rate, bare_rate, (taken, bare_cpu), times);
        }
    }
    let mut rows = serde_json::Map::new();
    rows.insert("bare".into(), theirs.row());
    for (name, .., seen) in ways {
        rows.insert(name.into(), seen.row());
    }
    Ok(Value::Object(rows))
}
