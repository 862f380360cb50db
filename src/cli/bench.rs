//! `heard bench`: the measurements that README quotes, as ratios within one run.
//!
//! What is compared runs in turns, a slice of each at a time, so that a machine that slows down
//! slows all of them.

mod ack;
mod claims;
mod core;
mod intake;
mod judging;
mod platforms;
mod rows;
mod running;
mod shard;
mod size;
mod soak;
mod waiting;

use super::dev::Ending;
use super::secrets::credential;
use super::simulate::{self, Simulated};
use crate::config::{Config, SecretUse, secret_names};
use crate::post::Platform;
use crate::signature::Key;
use crate::signature::scheme::SecretForm;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Measures Heard, natively and on workerd.
#[derive(clap::Args, Debug)]
pub struct BenchArgs {
    /// Only these parts: core, platforms, judging, intake, rows, ack, claims, size; and, minutes long, waiting, shard, soak.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "core,platforms,judging,intake,rows,ack,claims,size"
    )]
    only: Vec<String>,
    /// How many open interactions the largest queue holds.
    #[arg(long, default_value_t = 1_000_000)]
    open: usize,
    /// How many deliveries under way at a time.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// How many deliveries `soak` sends at each of 1, 16 and 64 connections.
    #[arg(long, default_value_t = 200_000)]
    deliveries: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When a tool or a build is missing, or a Worker answers what it should not.
pub fn run(args: BenchArgs) -> Result<ExitCode> {
    if cfg!(debug_assertions)
        && args
            .only
            .iter()
            .any(|part| part == "core" || part == "platforms")
    {
        note!(
            "This is a debug build: run `cargo run --profile native -- bench` for figures that mean something."
        );
    }
    let mut found = serde_json::Map::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let all = async {
        for part in &args.only {
            let figures = match part.as_str() {
                "core" => core::measure()?,
                "platforms" => platforms::measure()?,
                "judging" => judging::measure().await?,
                "intake" => intake::measure(args.connections).await?,
                "rows" => rows::measure().await?,
                "ack" => ack::measure().await?,
                "claims" => claims::measure(args.open).await?,
                "size" => size::measure().await?,
                "waiting" => waiting::measure().await?,
                "shard" => shard::measure().await?,
                "soak" => soak::measure(args.deliveries).await?,
                other => bail!(
                    "no part \"{other}\": core, platforms, judging, intake, rows, ack, claims, size, waiting, shard, soak"
                ),
            };
            if !args.json {
                show(part, &figures);
            }
            if crate::out::reader_has_gone() {
                bail!("nobody reads what is measured");
            }
            found.insert(part.clone(), figures);
        }
        Ok(())
    };
    // What is dropped here takes its workerd with it: a signal by itself would leave them running.
    runtime.block_on(async {
        let mut ending = Ending::listen()?;
        tokio::select! {
            done = all => done,
            () = ending.asked() => bail!("told to end"),
        }
    })?;
    if args.json {
        say!("{}", Value::Object(found));
    }
    Ok(ExitCode::SUCCESS)
}

fn show(part: &str, figures: &Value) {
    say!("\n{part}");
    let mut columns = Vec::new();
    for (name, figure) in figures.as_object().into_iter().flatten() {
        if let Some(row) = figure.as_object() {
            let names: Vec<&String> = row.keys().collect();
            if names != columns {
                say!(
                    "  {:<14}{}",
                    "",
                    names.iter().map(|n| format!("{n:>24}")).collect::<String>()
                );
                columns = names;
            }
            let cells = row.values().map(|cell| match cell.as_f64() {
                Some(number) if number.fract() == 0.0 => format!("{number:>24.0}"),
                Some(number) => format!("{number:>24.2}"),
                None => format!("{cell:>24}"),
            });
            say!("  {name:<14}{}", cells.collect::<String>());
            continue;
        }
        match figure.as_f64() {
            Some(number) if number.fract() == 0.0 => say!("  {name:<48} {number:>12.0}"),
            Some(number) => say!("  {name:<48} {number:>12.2}"),
            None => say!("  {name:<48} {figure:>12}"),
        }
    }
}

/// Texts of every day, one in ten of them urgent.
const TEXTS: [&str; 10] = [
    "@NorthlineRail is the 18:04 to Guildford running tonight?",
    "@NorthlineRail thanks to the guard on the 7:15, made my morning",
    "@NorthlineRail the app shows last week's timetable again",
    "@NorthlineRail seats on the new trains are hard as planks",
    "@NorthlineRail do you sell carnets at Woking",
    "@NorthlineRail 12 minutes late, every single day this week",
    "@NorthlineRail lovely view from the coast line today",
    "@NorthlineRail heating off in coach C, please look at it",
    "@NorthlineRail when does the refund for delay arrive? applied on Monday",
    "@NorthlineRail stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything",
];

/// The demo configuration with a secret for everything.
struct Setup {
    table: String,
    secrets: Vec<(String, String)>,
    config: Config,
    /// Where all outbound calls of a Worker go; without it they fail.
    outbound: Option<String>,
}

fn setup(mode: &str) -> Result<Setup> {
    // Read now and not built in, so that a changed word does not compile this command anew.
    let file = super::build::project_root()?.join(super::config::FILE);
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let mut table: Value = serde_json::from_str(&super::config::table(&text)?)?;
    if let Some(table) = table.as_object_mut() {
        table.insert("mode".into(), mode.into());
        // What is measured is the way, not the wait for a place.
        let limits = serde_json::json!({
            "acks_per_minute": 1_000, "acks_per_hour": 60_000,
            "claims_per_minute": 60_000, "replies_per_minute": 60_000,
            // All agents of a measurement are one, by their token.
            "held_per_agent": 1_000,
        });
        table.insert("limits".into(), limits);
    }
    Ok(Setup::of(table.to_string()))
}

impl Setup {
    /// A configuration with a secret for everything.
    fn of(table: String) -> Self {
        let secrets: Vec<(String, String)> = secret_names(&table)
            .into_iter()
            .map(|(name, what)| {
                let hush = "0123456789abcdef0123456789abcdef";
                let value = match what {
                    SecretUse::AppKey(scheme) if scheme.row().secret.form == SecretForm::Whsec => {
                        "whsec_SGVhcmRIZWFyZEhlYXJkSGVhcmRIZWFyZEhlYXI=".to_string()
                    }
                    SecretUse::Credential(platform) => credential(platform, hush),
                    _ => hush.to_string(),
                };
                (name, value)
            })
            .collect();
        let config = Config::read(&table, &|name| {
            secrets
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        });
        Self {
            table,
            secrets,
            config,
            outbound: None,
        }
    }
}

impl Setup {
    /// The same with so many shards.
    fn with_shards(mut self, shards: u16) -> Result<Self> {
        let mut table: Value = serde_json::from_str(&self.table)?;
        if let Some(table) = table.as_object_mut() {
            table.insert("shards".into(), shards.into());
        }
        self.table = table.to_string();
        Ok(self)
    }

    fn key(&self, app: &str) -> Result<&Key> {
        self.config
            .app(app)
            .and_then(|app| app.keys.first())
            .with_context(|| format!("no key of {app}"))
    }
}

/// The shipped configuration's account on X.
const ACCOUNT: &str = "4200000001";

fn x_post(number: usize, now_ms: i64) -> Result<Vec<u8>> {
    x_post_to(ACCOUNT, number, number, now_ms)
}

/// A post to that account by an author of its own, with that text of [`TEXTS`].
fn x_post_to(account: &str, number: usize, text: usize, now_ms: i64) -> Result<Vec<u8>> {
    let text = TEXTS.get(text % TEXTS.len()).copied().unwrap_or_default();
    simulate::body(&simulate::Delivery {
        platform: Platform::X,
        account,
        handle: Some("NorthlineRail"),
        author: &format!("author {number}"),
        text,
        id: &format!("3{number:017}"),
        created_ms: now_ms,
        event: Simulated::Made,
    })
    .context("no such delivery")
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let at = (times.len().saturating_sub(1) as f64 * share).round() as usize;
    times
        .get(at)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}

/// Microseconds a call, of two functions that run in turns: the median of 41 slices of 10 ms each.
fn in_turns(a: &dyn Fn() -> usize, b: &dyn Fn() -> usize) -> (f64, f64) {
    let slice = |f: &dyn Fn() -> usize| {
        let began = Instant::now();
        let mut calls = 0u32;
        while began.elapsed() < Duration::from_millis(10) {
            black_box(f());
            calls += 1;
        }
        began.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
    };
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for _ in 0..41 {
        left.push(slice(a));
        right.push(slice(b));
    }
    (median(&mut left), median(&mut right))
}
