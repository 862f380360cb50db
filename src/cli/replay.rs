//! `heard replay FILE`: plays a recorded stream of deliveries to a running Worker.
//!
//! A line is `{"app", "body", "headers"?}`: the app's id, the body as text (or as a JSON document),
//! and the headers it came with. Without headers, or with `--sign`, it is signed anew with the
//! development keys, so that a recording without its secrets can be played.

use crate::config::Config;
use crate::lab::configuration::configuration;
use crate::lab::local::{Local, now_ms};
use crate::signature::sign::sign;
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Plays a recorded stream of deliveries to a running Worker.
#[derive(clap::Args, Debug)]
pub struct ReplayArgs {
    /// JSON lines {"app", "body", "headers"?}.
    file: PathBuf,
    /// The Worker's port.
    #[arg(long, default_value_t = crate::lab::local::PORT)]
    port: u16,
    /// Sign every delivery anew with the development keys.
    #[arg(long)]
    sign: bool,
    /// How many deliveries may be under way at a time.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// How many deliveries to send a second at most; as many as go through by default.
    #[arg(long)]
    rate: Option<f64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The configuration.
    #[arg(long, default_value = crate::lab::configuration::FILE)]
    config: PathBuf,
    /// The development secrets.
    #[arg(long, default_value = "target/dev/secrets.env")]
    secrets: PathBuf,
}

#[derive(Deserialize)]
struct Recorded {
    app: String,
    body: Value,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// Runs the command.
///
/// # Errors
/// A line that is no recording, or no Worker.
pub fn run(args: ReplayArgs) -> Result<ExitCode> {
    let config = configuration(&args.config, &args.secrets)?;
    let text = std::fs::read_to_string(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let lines: Vec<Recorded> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).with_context(|| {
                format!("line {number}: expected {{\"app\", \"body\", \"headers\"?}}")
            })
        })
        .collect::<Result<_>>()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let played = runtime.block_on(play(&args, &config, lines))?;
    let refused = played.statuses.keys().any(|status| *status != 200);
    let millis = |d: Duration| d.as_secs_f64() * 1_000.0;
    if args.json {
        say!(
            "{}",
            json!({
                "deliveries": played.times.len(),
                "statuses": played.statuses,
                "seconds": played.took.as_secs_f64(),
                "p50_ms": millis(played.percentile(0.50)),
                "p99_ms": millis(played.percentile(0.99)),
            })
        );
    } else {
        let statuses: Vec<String> = played
            .statuses
            .iter()
            .map(|(status, n)| format!("{n} answered {status}"))
            .collect();
        say!(
            "{} deliveries in {:.1} s: {}. Half within {:.1} ms, 99 of 100 within {:.1} ms.",
            played.times.len(),
            played.took.as_secs_f64(),
            statuses.join(", "),
            millis(played.percentile(0.50)),
            millis(played.percentile(0.99)),
        );
    }
    Ok(if refused {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

struct Played {
    statuses: BTreeMap<u16, u64>,
    /// Sorted.
    times: Vec<Duration>,
    took: Duration,
}

impl Played {
    fn percentile(&self, share: f64) -> Duration {
        let last = self.times.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        self.times.get(at).copied().unwrap_or_default()
    }
}

async fn play(args: &ReplayArgs, config: &Config, lines: Vec<Recorded>) -> Result<Played> {
    let local = Arc::new(Local::new(args.port, config)?);
    let bar = ProgressBar::new(lines.len() as u64).with_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} deliveries, {per_sec}, {eta} left",
    )?);
    let started = Instant::now();
    let mut played = Played {
        statuses: BTreeMap::new(),
        times: Vec::with_capacity(lines.len()),
        took: Duration::ZERO,
    };
    let mut under_way = JoinSet::new();
    for (place, line) in lines.into_iter().enumerate() {
        if under_way.len() >= usize::from(args.concurrency)
            && let Some(done) = under_way.join_next().await
        {
            note(&mut played, done??, &bar);
        }
        if let Some(rate) = args.rate.filter(|rate| *rate > 0.0) {
            let due = started + Duration::from_secs_f64(place as f64 / rate);
            tokio::time::sleep_until(due.into()).await;
        }
        let body = match &line.body {
            Value::String(text) => text.clone().into_bytes(),
            document => serde_json::to_vec(document)?,
        };
        let headers = headers(args, config, &line, place, &body)?;
        let local = local.clone();
        under_way.spawn(async move {
            let began = Instant::now();
            let status = local.deliver(&line.app, &headers, body).await?;
            anyhow::Ok((status, began.elapsed()))
        });
    }
    while let Some(done) = under_way.join_next().await {
        note(&mut played, done??, &bar);
    }
    bar.finish_and_clear();
    played.times.sort_unstable();
    played.took = started.elapsed();
    Ok(played)
}

fn note(played: &mut Played, (status, took): (u16, Duration), bar: &ProgressBar) {
    *played.statuses.entry(status).or_default() += 1;
    played.times.push(took);
    bar.inc(1);
}

fn headers(
    args: &ReplayArgs,
    config: &Config,
    line: &Recorded,
    place: usize,
    body: &[u8],
) -> Result<Vec<(String, String)>> {
    if !args.sign && !line.headers.is_empty() {
        return Ok(line.headers.clone().into_iter().collect());
    }
    let app = config
        .app(&line.app)
        .with_context(|| format!("{} has no app \"{}\"", args.config.display(), line.app))?;
    let key = app.keys.first().with_context(|| {
        format!(
            "{} has no key of the app {}: start `cargo run` once",
            args.secrets.display(),
            app.id
        )
    })?;
    let now_ms = now_ms()?;
    Ok(sign(
        app.scheme,
        key,
        &format!("msg_replay_{now_ms}_{place}"),
        now_ms / 1_000,
        body,
    ))
}
