//! The size of the Wasm, and the time from spawn to the first answer.

use super::running::start_heard;
use super::setup::{median, setup};
use crate::lab::{build, tools};
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::time::Instant;

pub(super) async fn measure() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("live")?;
    let client = reqwest::Client::new();
    let mut first = Vec::new();
    for _ in 0..7 {
        let began = Instant::now();
        let running = start_heard(&tools.workerd(), &built.folder, &setup, "size")?;
        let status = client
            .get(format!("http://127.0.0.1:{}/healthz", running.runtime.port))
            .send()
            .await?
            .status();
        if !status.is_success() {
            bail!("healthz: {status}");
        }
        first.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(json!({
        "wasm_kib": built.wasm_bytes as f64 / 1024.0,
        "wasm_gzipped_kib": built.gzip_bytes as f64 / 1024.0,
        "spawn_to_first_answer_ms": median(&mut first),
    }))
}
