//! From a webhook to its durable 200, beside a bare Worker that only keeps the body: in time on the clock, and
//! in processor time, which hardly depends on what else the machine does.

use super::running::{Running, start_bare, start_heard};
use crate::cli::bench::setup::{ACCOUNT, TEXTS, median, percentile, setup, x_post_to};
use crate::lab::{build, local, tools};
use crate::signature::Key;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// A delivery ready to go.
pub(super) struct Ready {
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// Sends deliveries over `connections` at a time; how long each took.
pub(super) async fn send(
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
    let cpu = |of: &Running| of.runtime.cpu().unwrap_or_default();
    let mut ours = MIXES.map(|_| Seen::default());
    let mut theirs = Seen::default();
    for round in 0..SLICES {
        note!("  intake: slice {} of {SLICES}", round + 1);
        let slice = maker.make(mixed, SLICE)?;
        let before = cpu(&bare);
        let (bare_rate, times) = send(&client, &bare_url, slice, connections).await?;
        let bare_cpu = cpu(&bare).saturating_sub(before);
        theirs.add(bare_rate, bare_rate, (bare_cpu, bare_cpu), times);
        for (mix, seen) in MIXES.into_iter().zip(&mut ours) {
            let slice = maker.make(mix, SLICE)?;
            let before = cpu(&heard);
            let (rate, times) = send(&client, &heard_url, slice, connections).await?;
            let taken = cpu(&heard).saturating_sub(before);
            seen.add(rate, bare_rate, (taken, bare_cpu), times);
        }
    }
    let mut rows = serde_json::Map::new();
    rows.insert("bare".into(), theirs.row());
    for ((name, _), seen) in MIXES.into_iter().zip(ours) {
        rows.insert(name.into(), seen.row());
    }
    Ok(Value::Object(rows))
}

/// What was seen of one mix: a number for each slice.
#[derive(Default)]
pub(super) struct Seen {
    per_s: Vec<f64>,
    ratios: Vec<f64>,
    cpu_ms: Vec<f64>,
    cpu_ratios: Vec<f64>,
    times: Vec<Duration>,
}

impl Seen {
    /// A slice: its rate and the bare Worker's, the processor's time for it and for the bare one.
    pub(super) fn add(
        &mut self,
        rate: f64,
        bare: f64,
        (cpu, bare_cpu): (Duration, Duration),
        times: Vec<Duration>,
    ) {
        self.per_s.push(rate);
        self.ratios.push(rate / bare);
        self.cpu_ms
            .push(cpu.as_secs_f64() * 1_000.0 / times.len().max(1) as f64);
        self.cpu_ratios
            .push(bare_cpu.as_secs_f64() / cpu.as_secs_f64());
        self.times.extend(times);
    }

    pub(super) fn row(mut self) -> Value {
        json!({
            "per_s": median(&mut self.per_s), "ratio_to_bare": median(&mut self.ratios),
            "p50_ms": percentile(&mut self.times, 0.50), "p99_ms": percentile(&mut self.times, 0.99),
            "cpu_ms": median(&mut self.cpu_ms), "cpu_ratio_to_bare": median(&mut self.cpu_ratios),
        })
    }
}
