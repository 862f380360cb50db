//! Lists in an order, and search, with a hundred thousand open interactions in one shard: how long a page of fifty
//! takes, from the request to its answer, on an idle workerd.

use super::claims::{Filler, agent};
use super::running::start_heard;
use crate::cli::bench::setup::{percentile, setup};
use crate::lab::{build, tools};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Instant;

/// How many come by deliveries; what is more are copies of them.
const DELIVERED: usize = 10_000;

/// How many interactions the shard holds.
const OPEN: usize = 100_000;

/// Pages of each list.
const PAGES: usize = 300;

/// What 99 of 100 pages shall stay below.
const GOAL_MS: f64 = 20.0;

pub(super) async fn measure() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("off")?;
    let client = reqwest::Client::new();
    let token = agent(&setup)?;
    let workerd = tools.workerd();
    note!("  lists: filling a shard with {OPEN} interactions");
    let running = start_heard(&workerd, &built.folder, &setup, "lists")?;
    let base = format!("http://127.0.0.1:{}", running.runtime.port);
    let mut filler = Filler::default();
    filler.fill(&client, &base, &setup, DELIVERED).await?;
    let (running, _) = running
        .filled(&workerd, &built.folder, &setup, DELIVERED, OPEN)
        .await?;
    let base = format!("http://127.0.0.1:{}", running.runtime.port);
    let get = async |query: &str| -> Result<Value> {
        let asked = client.get(format!("{base}/v1/interactions?{query}"));
        let answer = asked.bearer_auth(&token).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            bail!("{query} was answered {status}: {text}");
        }
        Ok(serde_json::from_str(&text)?)
    };
    // The copies have come past the deliveries that put posts into the index.
    let began = Instant::now();
    let mut calls = 0;
    while get("q=nothing").await?.get("indexing").is_some() {
        calls += 1;
        if calls > OPEN {
            bail!("the index is never done");
        }
    }
    note!(
        "  lists: the index was made in {calls} calls, {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let mut figures = serde_json::Map::new();
    let mut worst: f64 = 0.0;
    for (name, query) in [
        ("newest_first_of_old", "max=50"),
        ("rank", "order=rank"),
        ("rank_of_one_level", "order=rank&level=2"),
        ("deadline", "order=deadline"),
        ("opened", "order=opened"),
        ("updated", "order=updated"),
        ("search_everywhere", "q=northlinerail"),
        ("search_1_in_10", "q=carnets"),
        ("search_2_words", "q=water+crying"),
        ("search_1_in_10_by_rank", "q=carnets&order=rank"),
        ("search_everywhere_by_rank", "q=northlinerail&order=rank"),
        ("search_none", "q=umbrella&order=rank"),
    ] {
        let mut times = Vec::new();
        let mut cursor: Option<String> = None;
        let mut shown = 0;
        for page in 0..PAGES {
            let mut query = query.to_owned();
            // Every tenth begins anew; the others go on.
            if let Some(cursor) = cursor.take().filter(|_| page % 10 != 0) {
                query.push_str("&cursor=");
                query.push_str(&cursor);
            }
            let began = Instant::now();
            let answer = get(&query).await?;
            times.push(began.elapsed());
            let found = answer.get("interactions").and_then(Value::as_array);
            shown += found.context("no list was answered")?.len();
            cursor = answer
                .get("cursor")
                .and_then(Value::as_str)
                .map(str::to_owned);
        }
        let p99 = percentile(&mut times, 0.99);
        worst = worst.max(p99);
        figures.insert(
            name.into(),
            json!({"p50_ms": percentile(&mut times, 0.5), "p99_ms": p99, "interactions_a_page": shown as f64 / PAGES as f64}),
        );
    }
    figures.insert("worst_p99_ms".into(), json!(worst));
    figures.insert("goal_ms".into(), json!(GOAL_MS));
    Ok(Value::Object(figures))
}
