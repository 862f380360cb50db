//! `heard simulate scale`: where one shard ends, how many are needed, and what a month costs, by measured service times.

use crate::lab::scale::{Costs, Load, bill, full_after_days, most, run as simulate};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Simulate shards by measured service times: where one ends, how many are needed, what they cost.
#[derive(Args)]
pub struct ScaleArgs {
    /// What `heard bench --only intake,rows,claims --json` printed; the flags below go before it.
    #[arg(long)]
    bench: Option<PathBuf>,
    /// How long a post holds its shard, in microseconds. From the bench: one over its rate, so with the Worker's part.
    #[arg(long)]
    post_us: Option<f64>,
    /// How long an agent's call holds each shard, in microseconds: never in the bench's file. What `heard bench --only lists`
    /// tells of a page is more, for the Worker's part is in it.
    #[arg(long)]
    ask_us: f64,
    /// The Worker's processor time for a post, in microseconds. From the bench: all that workerd takes.
    #[arg(long)]
    worker_us: Option<f64>,
    /// Rows written for a post.
    #[arg(long)]
    rows: Option<f64>,
    /// Bytes kept of a post.
    #[arg(long)]
    bytes: Option<f64>,
    /// Agents' calls a second, each of which asks every shard.
    #[arg(long, default_value_t = 10.0)]
    calls: f64,
    /// Within how many milliseconds 99 of 100 posts are to be done.
    #[arg(long, default_value_t = 1_000.0)]
    within: f64,
    /// How much of a shard's time stays free where shards are counted, 0 to 0.9.
    #[arg(long, default_value_t = 0.3)]
    spare: f64,
    /// For how many days posts are kept.
    #[arg(long, default_value_t = 90.0)]
    days: f64,
    /// Where the random numbers begin.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// A figure: the flag, or where the bench has it.
fn figure(flag: Option<f64>, name: &str, bench: impl FnOnce() -> Option<f64>) -> Result<f64> {
    let figure = flag.or_else(bench);
    let figure = figure.with_context(|| format!("no --{name}, and no --bench that has it"))?;
    if !figure.is_finite() || figure <= 0.0 {
        bail!("--{name} must be more than 0");
    }
    Ok(figure)
}

fn read(file: Option<&Path>) -> Result<Value> {
    let Some(file) = file else {
        return Ok(Value::Null);
    };
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not valid JSON", file.display()))
}

fn costs(args: &ScaleArgs) -> Result<Costs> {
    let bench = read(args.bench.as_deref())?;
    let at = |pointer: &str| bench.pointer(pointer).and_then(Value::as_f64);
    Ok(Costs {
        post_us: figure(args.post_us, "post-us", || {
            Some(1e6 / at("/intake/mixed/per_s")?)
        })?,
        ask_us: figure(Some(args.ask_us), "ask-us", || None)?,
        worker_us: figure(args.worker_us, "worker-us", || {
            Some(1e3 * at("/intake/mixed/cpu_ms")?)
        })?,
        rows: figure(args.rows, "rows", || at("/rows/routine_post/rows_written"))?,
        bytes: figure(args.bytes, "bytes", || at("/claims/bytes_a_post"))?,
    })
}

/// Runs it.
pub fn run(args: &ScaleArgs) -> Result<ExitCode> {
    if !(0.0..=0.9).contains(&args.spare) {
        bail!("--spare is 0 to 0.9");
    }
    if !(args.calls.is_finite() && args.calls >= 0.0) {
        bail!("--calls is 0 or more");
    }
    let costs = costs(args)?;
    let most = |shards| most(&costs, shards, args.calls, args.within, args.seed);
    let one = most(1);
    say!(
        "A post holds its shard {:.0} us, a call every shard {:.0} us; {} calls a second; seed {}.",
        costs.post_us,
        costs.ask_us,
        args.calls,
        args.seed
    );
    say!("One shard ends at");
    say!(
        "  {one:>10.0} posts a second, 99 of 100 within {} ms",
        args.within
    );
    say!(
        "  {:>10.0} calls a second, without a post; more shards do not help: each call asks all",
        1e6 / costs.ask_us
    );
    if one <= 0.0 {
        bail!("agents' calls alone take all of a shard's time: no number of shards is enough");
    }
    let alone = Load {
        shards: 1,
        posts_s: one,
        calls_s: args.calls,
        hot: 0.0,
    };
    say!(
        "  {:>10.1} days at that rate, when its 10 GB are full",
        full_after_days(&costs, &alone)
    );
    say!(
        "\nshards    most posts/s    of so many times one    at 7/10: posts p99 ms    calls p99 ms"
    );
    for shards in [1, 4, 16, 64, 256, 1_024, 4_096] {
        let all = most(shards);
        let load = Load {
            shards,
            posts_s: all * 0.7,
            calls_s: args.calls,
            hot: 0.0,
        };
        let seen = simulate(&costs, &load, args.seed);
        say!(
            "{shards:>6}{all:>16.0}{:>24.2}{:>25.1}{:>16.1}",
            all / (one * f64::from(shards)),
            seen.p99_ms,
            seen.call_p99_ms
        );
    }
    say!(
        "\nposts/s   shards   full after days   a month: worker $   objects $     rows $   {:.0} days kept $    all $",
        args.days
    );
    for posts_s in [1_000.0, 10_000.0, 100_000.0] {
        let needed = (posts_s / (one * (1.0 - args.spare))).ceil();
        let load = Load {
            shards: needed as u32,
            posts_s,
            calls_s: args.calls,
            hot: 0.0,
        };
        let costs_so = bill(&costs, &load, args.days);
        say!(
            "{posts_s:>7.0}{needed:>9.0}{:>18.1}{:>20.0}{:>12.0}{:>11.0}{:>17.0}{:>9.0}",
            full_after_days(&costs, &load),
            costs_so.worker,
            costs_so.objects,
            costs_so.rows,
            costs_so.storage,
            costs_so.total()
        );
    }
    say!(
        "\none author writes   their shard p99 ms   all others p99 ms   (16 shards at half of their most)"
    );
    for hot in [0.0, 0.01, 0.05, 0.1, 0.3] {
        let load = Load {
            shards: 16,
            posts_s: 8.0 * one,
            calls_s: args.calls,
            hot,
        };
        let seen = simulate(&costs, &load, args.seed);
        let own = if hot > 0.0 {
            seen.hot_p99_ms
        } else {
            seen.p99_ms
        };
        say!("{:>14.0} %{own:>21.1}{:>20.1}", 100.0 * hot, seen.p99_ms);
    }
    Ok(ExitCode::SUCCESS)
}
