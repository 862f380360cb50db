//! Consoles that listen: how soon each of them hears of a post, from the moment it is sent to the Worker.

use super::claims::{Filler, agent};
use super::running::start_heard;
use crate::cli::bench::setup::{percentile, setup};
use crate::lab::{build, tools};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How many listen.
const CONSOLES: usize = 200;

/// How many posts come, and with how long between.
const POSTS: usize = 200;
const BETWEEN: Duration = Duration::from_millis(100);

/// How long the last event may take: far longer than it does, so that what is lost is told from what is slow.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn measure() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("off")?;
    let client = reqwest::Client::new();
    let token = agent(&setup)?;
    let running = start_heard(&tools.workerd(), &built.folder, &setup, "events")?;
    let base = format!("http://127.0.0.1:{}", running.runtime.port);
    let mut filler = Filler::default();
    filler.fill(&client, &base, &setup, 1).await?;
    note!("  events: {CONSOLES} consoles begin to listen");
    let mut consoles = JoinSet::new();
    let (ready, mut is_ready) = tokio::sync::mpsc::channel(CONSOLES);
    for _ in 0..CONSOLES {
        let stream = client.get(format!("{base}/v1/events")).bearer_auth(&token);
        let stream = stream.send().await?.error_for_status()?;
        consoles.spawn(listen(stream, ready.clone()));
    }
    drop(ready);
    for _ in 0..CONSOLES {
        is_ready
            .recv()
            .await
            .context("a stream ended before it began")?;
    }
    note!("  events: {POSTS} posts, ten a second");
    let spent = || running.runtime.cpu().context("the system tells no times");
    let before = spent()?;
    let mut sent = Vec::new();
    for _ in 0..POSTS {
        sent.push(Instant::now());
        filler.fill(&client, &base, &setup, 1).await?;
        tokio::time::sleep(BETWEEN).await;
    }
    let mut took = Vec::new();
    let mut missed = 0;
    while let Some(heard) = consoles.join_next().await {
        let heard = heard??;
        missed += POSTS.saturating_sub(heard.len());
        // One shard tells what was opened in the order in which it was.
        took.extend(heard.iter().zip(&sent).map(|(heard, sent)| *heard - *sent));
    }
    let spent = (spent()? - before).as_secs_f64() * 1e6;
    if took.is_empty() {
        bail!("no console heard of anything");
    }
    Ok(json!({
        "consoles": CONSOLES,
        "events_that_did_not_come": missed,
        "heard_after_p50_ms": percentile(&mut took, 0.5),
        "heard_after_p99_ms": percentile(&mut took, 0.99),
        "cpu_us_an_event_and_console": spent / (CONSOLES * POSTS) as f64,
    }))
}

/// When each interaction that was opened was heard of, until all were or nothing comes any more.
async fn listen(
    mut stream: reqwest::Response,
    ready: tokio::sync::mpsc::Sender<()>,
) -> Result<Vec<Instant>> {
    let mut heard = Vec::new();
    let mut line = Vec::new();
    while heard.len() < POSTS {
        let chunk = match tokio::time::timeout(PATIENCE, stream.chunk()).await {
            Ok(chunk) => chunk?,
            Err(_) => break,
        };
        let Some(chunk) = chunk else { break };
        for byte in chunk {
            if byte != b'\n' {
                line.push(byte);
                continue;
            }
            match line.as_slice() {
                b"event: ready" => ready.send(()).await?,
                b"event: interaction.opened" => heard.push(Instant::now()),
                _ => {}
            }
            line.clear();
        }
    }
    Ok(heard)
}
