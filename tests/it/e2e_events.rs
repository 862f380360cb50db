//! The stream of events, on the real runtime.

use crate::rig::{Caller, Rig, Said, post_id, secrets, shipped};
use heard::api::route::Role;
use reqwest::Response;
use serde_json::{Value, json};
use std::time::Duration;

const CALM: &str = "@NorthlineRail is the 8:04 on time?";

/// How long an event may take: far beyond what it takes.
const PATIENCE: Duration = Duration::from_secs(20);

async fn with_shards(shards: u16) -> Rig {
    let mut table = shipped();
    table["shards"] = json!(shards);
    let secrets = secrets(&table);
    Rig::with(table, secrets).await
}

/// Somebody who reads a stream.
struct Reader {
    response: Response,
    read: String,
    cursor: Option<String>,
}

#[derive(Debug)]
struct Told {
    event: String,
    data: Value,
}

impl Reader {
    async fn open(caller: &Caller<'_>, cursor: Option<&str>) -> Self {
        let url = caller.rig.url("/v1/events").unwrap();
        let mut request = caller.rig.client.get(url).bearer_auth(&caller.token);
        if let Some(cursor) = cursor {
            request = request.header("Last-Event-ID", cursor);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        let (read, cursor) = (String::new(), cursor.map(str::to_owned));
        Self {
            response,
            read,
            cursor,
        }
    }

    /// The next event; nothing where the stream ends.
    async fn next(&mut self) -> Option<Told> {
        loop {
            while let Some((block, rest)) = self.read.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                let line = |name: &str| {
                    let mut lines = block.lines();
                    lines.find_map(|line| line.strip_prefix(name).map(str::to_owned))
                };
                if let Some(id) = line("id: ") {
                    self.cursor = Some(id);
                }
                if let Some(event) = line("event: ") {
                    let data = serde_json::from_str(&line("data: ").unwrap()).unwrap();
                    return Some(Told { event, data });
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("an event in time").unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn expect(&mut self, event: &str) -> Value {
        let told = self.next().await.expect("the stream goes on");
        assert_eq!(told.event, event, "{}", told.data);
        told.data
    }
}

/// One posts, another claims and resolves; who listens is told so, and who listens for others' work is told nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_as_it_happens() {
    let rig = with_shards(2).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let mut all = Reader::open(&boss, None).await;
    all.expect("ready").await;
    let token = rig.token(
        "elsewhere",
        Role::Agent,
        &["nobody"],
        crate::rig::now_ms() / 1_000 + 600,
    );
    let elsewhere = Caller { rig: &rig, token };
    let mut none = Reader::open(&elsewhere, None).await;
    none.expect("ready").await;
    let id = post_id();
    rig.event(&Said::x(&id, &id, CALM)).await;
    let opened = all.expect("interaction.opened").await;
    assert_eq!(opened["type"], "interaction.opened");
    assert_eq!(opened["data"]["source"], "x-northline");
    let text = opened.to_string();
    assert!(!text.contains("8:04"), "no text: {text}");
    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    let claimed = all.expect("interaction.claimed").await;
    assert_eq!(claimed["data"]["interaction"], json!(held.id));
    assert_eq!(claimed["data"]["by"], "ana");
    let (status, said) = ana.on(&held, "resolve", json!({"outcome": "said"})).await;
    assert_eq!(status, 200, "{said}");
    all.expect("interaction.resolved").await;
    // Broken off, and gone on: what happened meanwhile is told, and nothing twice.
    let cursor = all.cursor.clone();
    drop(all);
    let id = post_id();
    rig.event(&Said::x(&id, &id, CALM)).await;
    rig.restart().await;
    let again = post_id();
    rig.event(&Said::x(&again, &again, CALM)).await;
    let mut all = Reader::open(&boss, cursor.as_deref()).await;
    all.expect("ready").await;
    let first = all.expect("interaction.opened").await;
    let second = all.expect("interaction.opened").await;
    assert_ne!(first["data"]["interaction"], second["data"]["interaction"]);
    let held = ana.claim_one().await;
    let claimed = all.expect("interaction.claimed").await;
    assert_eq!(claimed["data"]["interaction"], json!(held.id));
    // A place that no shard has is told.
    let strange = heard::api::live::written(
        &heard::inbox::shard::Shard::all(2)
            .map(|shard| (shard, heard::inbox::event::Mark { period: 99, n: 5 }))
            .collect(),
    );
    let mut lost = Reader::open(&boss, Some(&strange)).await;
    lost.expect("reset").await;
}
