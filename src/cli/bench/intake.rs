//! From a webhook to its durable 200, beside a bare Worker that only keeps the body.

use super::running::{start_bare, start_heard};
use super::setup::{median, percentile, setup, x_post};
use crate::lab::{build, local, tools};
use crate::signature::{Scheme, sign};
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// A delivery ready to go.
struct Ready {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Sends deliveries over `connections` at a time; how long each took.
async fn send(
    client: &reqwest::Client,
    url: &str,
    deliveries: Vec<Ready>,
    connections: usize,
) -> Result<(f64, Vec<Duration>)> {
    let total = deliveries.len();
    let queue = Arc::new(std::sync::Mutex::new(deliveries));
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..connections {
        let (queue, client, url) = (queue.clone(), client.clone(), url.to_string());
        workers.spawn(async move {
            let mut times = Vec::new();
            loop {
                let next = queue.lock().ok().and_then(|mut queue| queue.pop());
                let Some(Ready { headers, body }) = next else {
                    return anyhow::Ok(times);
                };
                let mut request = client.post(&url).body(body);
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                let began = Instant::now();
                let status = request.send().await?.status();
                if !status.is_success() {
                    bail!("{url} answered {status}");
                }
                times.push(began.elapsed());
            }
        });
    }
    let mut times = Vec::with_capacity(total);
    while let Some(done) = workers.join_next().await {
        times.extend(done??);
    }
    Ok((total as f64 / began.elapsed().as_secs_f64(), times))
}

pub(super) async fn measure(connections: usize) -> Result<Value> {
    /// Deliveries a slice, and slices: some seconds of each in turns.
    const SLICE: usize = 1_500;
    const SLICES: usize = 7;
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("dry_run")?;
    let heard = start_heard(&tools.workerd(), &built.folder, &setup, "intake")?;
    let bare = start_bare(&tools.workerd())?;
    let client = reqwest::Client::new();
    let key = setup.key("x-main")?;
    let heard_url = format!("http://127.0.0.1:{}/webhooks/x-main", heard.runtime.port);
    let bare_url = format!("http://127.0.0.1:{}/", bare.runtime.port);
    let mut number = 0;
    let mut slice = |n: usize| -> Result<Vec<Ready>> {
        let now_ms = local::now_ms()?;
        (0..n)
            .map(|_| {
                number += 1;
                let body = x_post(number, now_ms)?;
                Ok(Ready {
                    headers: sign(Scheme::X, key, "msg", now_ms / 1_000, &body),
                    body,
                })
            })
            .collect()
    };
    // Warm both: connections, compiled code, tables.
    for url in [&heard_url, &bare_url] {
        send(&client, url, slice(300)?, connections).await?;
    }
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for round in 0..SLICES {
        eprintln!("  intake: slice {} of {SLICES}", round + 1);
        let (heard_rate, times) = send(&client, &heard_url, slice(SLICE)?, connections).await?;
        our_times.extend(times);
        let (bare_rate, times) = send(&client, &bare_url, slice(SLICE)?, connections).await?;
        their_times.extend(times);
        ours.push(heard_rate);
        theirs.push(bare_rate);
        ratios.push(heard_rate / bare_rate);
    }
    Ok(json!({
        "heard_per_s": median(&mut ours),
        "bare_per_s": median(&mut theirs),
        "ratio": median(&mut ratios),
        "heard_p50_ms": percentile(&mut our_times, 0.50),
        "heard_p99_ms": percentile(&mut our_times, 0.99),
        "bare_p50_ms": percentile(&mut their_times, 0.50),
        "bare_p99_ms": percentile(&mut their_times, 0.99),
    }))
}
