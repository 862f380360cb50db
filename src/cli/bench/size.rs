//! The size of the Wasm, the time from spawn to the first answer, and what reading a configuration is of it.

use super::running::start_heard;
use crate::cli::bench::setup::{Setup, median, setup};
use crate::lab::{build, tools};
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

/// How often each Worker is started.
const STARTS: usize = 7;

/// The sources and own lines of a large brand.
const PAGES: u64 = 50;
const LINES: usize = 30;

pub(super) async fn measure() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let least = grown(0, 0)?;
    let shipped = setup("live")?;
    let large = grown(PAGES, LINES)?;
    let mut all = Vec::new();
    let mut first = [Vec::new(), Vec::new(), Vec::new()];
    // In turns, so that a slow moment of the machine is everybody's.
    for _ in 0..STARTS {
        for (setup, first) in [&least, &shipped, &large].into_iter().zip(&mut first) {
            let (spawned_ms, answered_ms) = start(&tools.workerd(), &built.folder, setup).await?;
            first.push(answered_ms);
            if std::ptr::eq(setup, &shipped) {
                all.push(spawned_ms + answered_ms);
            }
        }
    }
    let [least_ms, shipped_ms, large_ms] = first.map(|mut all| median(&mut all));
    Ok(json!({
        "wasm_kib": built.wasm_bytes as f64 / 1024.0,
        "wasm_gzipped_kib": built.gzip_bytes as f64 / 1024.0,
        "spawn_to_first_answer_ms": median(&mut all),
        "first_answer_of_an_isolate_ms": least_ms,
        "more_for_the_shipped_configuration_ms": shipped_ms - least_ms,
        "more_for_fifty_pages_and_thirty_lines_ms": large_ms - least_ms,
    }))
}

/// How long a Worker took to listen, and then to answer for the first time, in milliseconds.
async fn start(workerd: &Path, built: &Path, setup: &Setup) -> Result<(f64, f64)> {
    let began = Instant::now();
    let running = start_heard(workerd, built, setup, "size")?;
    let spawned_ms = began.elapsed().as_secs_f64() * 1_000.0;
    let client = reqwest::Client::new();
    let began = Instant::now();
    let url = format!("http://127.0.0.1:{}/healthz", running.runtime.port);
    let status = client.get(url).send().await?.status();
    if !status.is_success() {
        bail!("healthz: {status}");
    }
    Ok((spawned_ms, began.elapsed().as_secs_f64() * 1_000.0))
}

/// A brand with one source and so many Pages, and with so many lines of its own.
fn grown(pages: u64, lines: usize) -> Result<Setup> {
    let mut sources = vec![json!({"id": "x", "app": "x", "account": "1", "workgroup": "care"})];
    sources.extend((0..pages).map(|page| {
        json!({"id": format!("page-{page}"), "app": "meta", "account": (4_300_000_000 + page).to_string()})
    }));
    let line = |n: usize| {
        let team = ["control room", "duty desk", "care desk"];
        let team = team.get(n % team.len()).copied().unwrap_or_default();
        json!({"language": "en", "move": "next",
            "text": format!("[Our {team}|The {team}] has [this|your {{post}}], and $who will $does you here.")})
    };
    let table = json!({
        "mode": "live",
        "brand": {"name": "Brand", "team": "the care team"},
        "voice": (0..lines).map(line).collect::<Vec<_>>(),
        "apps": [
            {"id": "x", "scheme": "x"},
            {"id": "meta", "scheme": "meta", "platform": "facebook", "workgroup": "care"},
        ],
        "sources": sources,
    });
    let setup = Setup::of(table.to_string());
    let unread = setup.config.problems.first();
    match unread {
        Some(problem) => bail!("{}: {}", problem.key, problem.says),
        None => Ok(setup),
    }
}
