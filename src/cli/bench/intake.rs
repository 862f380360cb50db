//! From a webhook to its durable 200, beside a bare Worker that only keeps the body.

use super::super::{build, local, tools};
use super::running::{start_bare, start_heard};
use super::{ACCOUNT, TEXTS, median, percentile, setup, x_post_to};
use crate::signature::Key;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
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

/// What is delivered: its name, and the number of each post's text among [`TEXTS`], whose last is urgent.
type Mix = (&'static str, fn(usize) -> usize);

const MIXES: [Mix; 3] = [
    // For an account that no source names: verified, read, counted, not kept.
    ("counted_only", |number| number),
    ("routine", |number| number % (TEXTS.len() - 1)),
    ("mixed", |number| number),
];

/// Makes deliveries of posts that nobody has sent before.
struct Maker<'a> {
    key: &'a Key,
    next: usize,
}

impl Maker<'_> {
    fn make(&mut self, (name, text): Mix, n: usize) -> Result<Vec<Ready>> {
        let now_ms = local::now_ms()?;
        let account = match name {
            "counted_only" => "1",
            _ => ACCOUNT,
        };
        (0..n)
            .map(|_| {
                self.next += 1;
                let body = x_post_to(account, self.next, text(self.next), now_ms)?;
                Ok(Ready {
                    headers: sign(Scheme::X, self.key, "msg", now_ms / 1_000, &body),
                    body,
                })
            })
            .collect()
    }
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
    let heard_url = format!("http://127.0.0.1:{}/webhooks/x-main", heard.runtime.port);
    let bare_url = format!("http://127.0.0.1:{}/", bare.runtime.port);
    let mut maker = Maker {
        key: setup.key("x-main")?,
        next: 0,
    };
    let [.., mixed] = MIXES;
    // Warm both: connections, compiled code, tables.
    for url in [&heard_url, &bare_url] {
        send(&client, url, maker.make(mixed, 300)?, connections).await?;
    }
    let mut ours = MIXES.map(|_| (Vec::new(), Vec::new(), Vec::new()));
    let (mut theirs, mut their_times) = (Vec::new(), Vec::new());
    for round in 0..SLICES {
        note!("  intake: slice {} of {SLICES}", round + 1);
        let slice = maker.make(mixed, SLICE)?;
        let (bare_rate, times) = send(&client, &bare_url, slice, connections).await?;
        theirs.push(bare_rate);
        their_times.extend(times);
        for (mix, (rates, ratios, all)) in MIXES.into_iter().zip(&mut ours) {
            let slice = maker.make(mix, SLICE)?;
            let (rate, times) = send(&client, &heard_url, slice, connections).await?;
            rates.push(rate);
            ratios.push(rate / bare_rate);
            all.extend(times);
        }
    }
    let mut rows = serde_json::Map::new();
    let mut row = |name: &str, rate: f64, ratio: f64, times: &mut [Duration]| {
        let row = json!({
            "per_s": rate, "ratio_to_bare": ratio,
            "p50_ms": percentile(times, 0.50), "p99_ms": percentile(times, 0.99),
        });
        rows.insert(name.into(), row);
    };
    row("bare", median(&mut theirs), 1.0, &mut their_times);
    for ((name, _), (rates, ratios, times)) in MIXES.into_iter().zip(&mut ours) {
        row(name, median(rates), median(ratios), times);
    }
    Ok(Value::Object(rows))
}
