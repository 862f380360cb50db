//! `heard bench`: the measurements that README quotes, as ratios within one run.
//!
//! What is compared runs in turns, a slice of each at a time, so that a machine that slows down
//! slows all of them.

mod ack;
mod claims;
mod core;
mod events;
mod forgetting;
mod intake;
mod judging;
mod lists;
mod platforms;
mod rows;
mod running;
mod setup;
mod shard;
mod shards;
mod size;
mod skills;
mod soak;
mod statements;
mod stream;
mod waiting;

use crate::lab::ending::Ending;
use anyhow::{Result, bail};
use serde_json::Value;
use std::process::ExitCode;

/// Measures Heard, natively and on workerd.
#[derive(clap::Args, Debug)]
pub struct BenchArgs {
    /// Only these parts: core, platforms, judging, intake, rows, ack, claims, size; and, minutes long, skills, events, waiting, shard, lists, soak; and statements, forgetting, stream, shards.
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
                "skills" => skills::measure().await?,
                "events" => events::measure().await?,
                "waiting" => waiting::measure().await?,
                "shard" => shard::measure().await?,
                "lists" => lists::measure().await?,
                "statements" => statements::measure()?,
                "forgetting" => forgetting::measure()?,
                "stream" => stream::measure(args.connections).await?,
                "shards" => shards::measure(args.connections).await?,
                "soak" => soak::measure(args.deliveries).await?,
                other => bail!(
                    "no part \"{other}\": core, platforms, judging, intake, rows, ack, claims, size, skills, events, waiting, shard, lists, soak, statements, forgetting, stream, shards"
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
