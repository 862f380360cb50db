//! What the measurements share: a configuration, posts of every day, and how figures are made of times.

use crate::config::Config;
use crate::config::secrets::{SecretUse, secret_names};
use crate::lab::configuration::{FILE, table};
use crate::lab::secrets::credential;
use crate::lab::simulate;
use crate::lab::simulate::delivery::{Delivery, Simulated};
use crate::post::Platform;
use crate::signature::Key;
use crate::signature::scheme::SecretForm;
use anyhow::{Context, Result};
use serde_json::Value;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Texts of every day, one in ten of them urgent.
pub const TEXTS: [&str; 10] = [
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
pub struct Setup {
    pub table: String,
    pub secrets: Vec<(String, String)>,
    pub config: Config,
    /// Where all outbound calls of a Worker go; without it they fail.
    pub outbound: Option<String>,
}

pub fn setup(mode: &str) -> Result<Setup> {
    // Read now and not built in, so that a changed word does not compile this command anew.
    let file = crate::lab::build::project_root()?.join(FILE);
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let mut table: Value = serde_json::from_str(&table(&text)?)?;
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
    pub fn of(table: String) -> Self {
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
    pub fn with_shards(mut self, shards: u16) -> Result<Self> {
        let mut table: Value = serde_json::from_str(&self.table)?;
        if let Some(table) = table.as_object_mut() {
            table.insert("shards".into(), shards.into());
        }
        self.table = table.to_string();
        Ok(self)
    }

    pub fn key(&self, app: &str) -> Result<&Key> {
        self.config
            .app(app)
            .and_then(|app| app.keys.first())
            .with_context(|| format!("no key of {app}"))
    }
}

/// The shipped configuration's account on X.
pub const ACCOUNT: &str = "4200000001";

pub fn x_post(number: usize, now_ms: i64) -> Result<Vec<u8>> {
    x_post_to(ACCOUNT, number, number, now_ms)
}

/// A post to that account by an author of its own, with that text of [`TEXTS`].
pub fn x_post_to(account: &str, number: usize, text: usize, now_ms: i64) -> Result<Vec<u8>> {
    x_post_by(&format!("author {number}"), account, number, text, now_ms)
}

/// A post to that account by that author, with that text of [`TEXTS`].
pub fn x_post_by(
    author: &str,
    account: &str,
    number: usize,
    text: usize,
    now_ms: i64,
) -> Result<Vec<u8>> {
    let text = TEXTS.get(text % TEXTS.len()).copied().unwrap_or_default();
    simulate::body(&Delivery {
        platform: Platform::X,
        account,
        handle: Some("NorthlineRail"),
        author,
        text,
        id: &format!("3{number:017}"),
        created_ms: now_ms,
        event: Simulated::Made,
    })
    .context("no such delivery")
}

pub fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

pub fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let at = (times.len().saturating_sub(1) as f64 * share).round() as usize;
    times
        .get(at)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}

/// Microseconds a call, of two functions that run in turns: the median of 41 slices of 10 ms each.
pub fn in_turns(a: &dyn Fn() -> usize, b: &dyn Fn() -> usize) -> (f64, f64) {
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
