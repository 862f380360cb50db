//! What more shards give on one machine: the same deliveries to Heard with 1, 4 and 16 of them, in turns.
//!
//! workerd runs all objects of a process on one thread, beside the Worker. So more shards cannot be faster here; what is
//! seen is what the way over several costs.

use super::intake::{Ready, Seen, send};
use super::running::start_heard;
use super::setup::{ACCOUNT, setup, x_post_to};
use crate::lab::{build, local, tools};
use crate::signature::Key;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use anyhow::Result;
use serde_json::Value;

fn deliveries(key: &Key, next: &mut usize, n: usize) -> Result<Vec<Ready>> {
    let now_ms = local::now_ms()?;
    (0..n)
        .map(|_| {
            *next += 1;
            let body = x_post_to(ACCOUNT, *next, *next, now_ms)?;
            Ok(Ready {
                headers: sign(Scheme::X, key, "msg", now_ms / 1_000, &body),
                body,
            })
        })
        .collect()
}

/// The ratios are to one shard, in the same slice.
pub(super) async fn measure(connections: usize) -> Result<Value> {
    /// Deliveries a slice, and slices: some seconds of each in turns.
    const SLICE: usize = 1_000;
    const SLICES: usize = 5;
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let client = reqwest::Client::new();
    let mut next = 0;
    let mut ways = Vec::new();
    for shards in [1, 4, 16] {
        let setup = setup("dry_run")?.with_shards(shards)?;
        let name = format!("shards_{shards}");
        let heard = start_heard(&tools.workerd(), &built.folder, &setup, &name)?;
        let url = format!("http://127.0.0.1:{}/webhooks/x-main", heard.runtime.port);
        let some = deliveries(setup.key("x-main")?, &mut next, 300)?;
        send(&client, &url, some, connections).await?;
        ways.push((name, setup, heard, url, Seen::default()));
    }
    for round in 0..SLICES {
        note!("  shards: slice {} of {SLICES}", round + 1);
        let mut of_one = None;
        for (_, setup, heard, url, seen) in &mut ways {
            let slice = deliveries(setup.key("x-main")?, &mut next, SLICE)?;
            let before = heard.runtime.cpu().unwrap_or_default();
            let (rate, times) = send(&client, url, slice, connections).await?;
            let taken = heard
                .runtime
                .cpu()
                .unwrap_or_default()
                .saturating_sub(before);
            let (one_rate, one_cpu) = *of_one.get_or_insert((rate, taken));
            seen.add(rate, one_rate, (taken, one_cpu), times);
        }
    }
    let mut rows = serde_json::Map::new();
    for (name, .., seen) in ways {
        let mut row = seen.row();
        if let Some(row) = row.as_object_mut() {
            for (from, to) in [
                ("ratio_to_bare", "ratio_to_one"),
                ("cpu_ratio_to_bare", "cpu_ratio_to_one"),
            ] {
                if let Some(ratio) = row.remove(from) {
                    row.insert(to.into(), ratio);
                }
            }
        }
        rows.insert(name, row);
    }
    Ok(Value::Object(rows))
}
