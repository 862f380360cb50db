//! Agents who wait for work: what they cost while nothing happens, how soon a post is in somebody's hands,
//! and what they do to intake.

use super::running::{Running, start_heard};
use super::soak::{address, token};
use crate::cli::bench::setup::{Setup, TEXTS, percentile, setup};
use crate::lab::load::{Agents, Posts, Served};
use crate::lab::{build, local, tools};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How many shards the queue has, in turns.
const SHARDS: [u16; 2] = [1, 4];

/// How many agents wait while posts come, and while nothing does.
const BUSY: usize = 300;
const IDLE: usize = 500;

/// How many posts come, and how many a second.
const POSTS: u64 = 400;
const A_SECOND: u64 = 20;

/// How long the processor's time is taken while nothing happens: as long as the longest wait, so that each
/// agent asks again once.
const STILL: Duration = Duration::from_secs(25);

pub(super) async fn measure() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let mut figures = serde_json::Map::new();
    for shards in SHARDS {
        let setup = setup("dry_run")?.with_shards(shards)?;
        let start = |name: &str| start_heard(&tools.workerd(), &built.folder, &setup, name);
        let posts = Posts::new(
            "x-main",
            setup.key("x-main")?.clone(),
            "4200000001",
            "NorthlineRail",
            // What is acknowledged is measured elsewhere.
            TEXTS.get(..TEXTS.len() - 1).unwrap_or(&TEXTS),
            local::now_ms()?,
        )?;
        note!("  waiting: {shards} shards, nobody waits");
        let mut alone = {
            let heard = start("waiting-none")?;
            // The first of all deliveries waits for the Wasm to be compiled.
            serve(&heard, &setup, &posts, 0, 0..20).await?;
            serve(&heard, &setup, &posts, 0, 20..20 + POSTS).await?
        };
        note!("  waiting: {shards} shards, {BUSY} agents and {A_SECOND} posts a second");
        let (mut busy, core) = {
            let heard = start("waiting-some")?;
            serve(&heard, &setup, &posts, 0, 0..20).await?;
            let (before, began) = (spent(&heard)?, Instant::now());
            let served = serve(&heard, &setup, &posts, BUSY, 20..20 + POSTS).await?;
            (served, percent(spent(&heard)? - before, began.elapsed()))
        };
        note!("  waiting: {shards} shards, {IDLE} agents and no posts");
        let idle = {
            let heard = start("waiting-idle")?;
            idle(&heard, &setup).await?
        };
        let p99 = |times: &mut Vec<Duration>| percentile(times, 0.99);
        let (without, with) = (p99(&mut alone.intake), p99(&mut busy.intake));
        figures.insert(
            format!("{shards}_shards"),
            json!({
                "held_p50_ms": percentile(&mut busy.held, 0.5),
                "held_p99_ms": p99(&mut busy.held),
                "not_held": POSTS.saturating_sub(busy.held.len() as u64),
                "intake_p99_ms_alone": without,
                "intake_p99_ms": with,
                "intake_p99_ratio": with / without,
                "busy_core_percent": core,
                "idle_core_percent": idle,
            }),
        );
    }
    Ok(Value::Object(figures))
}

fn agents(heard: &Running, setup: &Setup, living: usize) -> Result<Agents> {
    Ok(Agents {
        to: address(heard),
        token: token(setup)?,
        living,
        absent: 0,
    })
}

async fn serve(
    heard: &Running,
    setup: &Setup,
    posts: &Posts,
    living: usize,
    numbers: std::ops::Range<u64>,
) -> Result<Served> {
    let n = numbers.end - numbers.start;
    agents(heard, setup, living)?
        .serve(posts, numbers.start, n, A_SECOND)
        .await
}

/// The processor's time that workerd has taken.
fn spent(heard: &Running) -> Result<Duration> {
    heard.runtime.cpu().context("the system tells no times")
}

/// How much of a core that is, in percent.
fn percent(spent: Duration, of: Duration) -> f64 {
    spent.as_secs_f64() / of.as_secs_f64() * 100.0
}

/// How much of a core workerd takes while agents wait and nothing comes, in percent.
async fn idle(heard: &Running, setup: &Setup) -> Result<f64> {
    let measure = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let before = spent(heard)?;
        tokio::time::sleep(STILL).await;
        Ok::<_, anyhow::Error>(percent(spent(heard)? - before, STILL))
    };
    agents(heard, setup, IDLE)?.wait_through(measure).await?
}
