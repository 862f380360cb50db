//! Shards as servers with a line before each: where one ends, how many are needed, and what they cost. Service times are
//! given, from `heard bench`; nothing here measures.
//!
//! A post costs its author's shard, and a call of an agent costs every shard, for a call asks all. Both come at random
//! moments (Poisson); how long each holds a shard varies as an exponential of the given mean, which is worse than what is seen.

use super::random::Random;

/// Dollars for a million rows written: developers.cloudflare.com/durable-objects/platform/pricing, 2026-11.
pub const ROWS: f64 = 1.0;
/// Dollars for a million requests to objects (same page).
const OBJECT_REQUESTS: f64 = 0.15;
/// Dollars a month for an object that is always awake: 332,000 GB-s (same page).
const AWAKE: f64 = 4.15;
/// Dollars a month for a gigabyte of an object's SQLite (same page).
const GIGABYTE: f64 = 0.20;
/// Dollars for a million requests to the Worker, and for a million milliseconds of its processor time:
/// developers.cloudflare.com/workers/platform/pricing.
const WORKER_REQUESTS: f64 = 0.30;
const WORKER_MS: f64 = 0.02;
/// What one object holds at most, in bytes.
const OBJECT_BYTES: f64 = 10e9;
/// Seconds of a month of 30 days.
const MONTH_S: f64 = 2_592_000.0;

/// Shards beyond these are like them: where nobody is hot, each has the same load.
const ALIKE: u32 = 16;
/// How long each run lasts, in simulated seconds.
const RUN_S: f64 = 30.0;

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// How long a post holds its shard, in microseconds.
    pub post_us: f64,
    /// How long an agent's call holds each shard, in microseconds.
    pub ask_us: f64,
    /// Processor time of the Worker for a post, in microseconds.
    pub worker_us: f64,
    /// Rows written for a post.
    pub rows: f64,
    /// Bytes kept of a post.
    pub bytes: f64,
}

/// What is asked of the shards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// How many shards: 1 or more.
    pub shards: u32,
    /// Posts a second, in all.
    pub posts_s: f64,
    /// Agents' calls a second; each asks every shard.
    pub calls_s: f64,
    /// The share of all posts that one author writes, 0 to 1.
    pub hot: f64,
}

/// What was seen: times in milliseconds, from coming to being done.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// Posts, the median.
    pub p50_ms: f64,
    /// Posts, 99 of 100.
    pub p99_ms: f64,
    /// Posts of the shard that the hot author is on, 99 of 100.
    pub hot_p99_ms: f64,
    /// Calls of agents, 99 of 100: each waits for its slowest shard.
    pub call_p99_ms: f64,
}

fn wide(random: &mut Random) -> f64 {
    // Never 0: its logarithm is taken.
    (1.0 - f64::from(random.share())).max(1e-9)
}

fn after(random: &mut Random, mean: f64) -> f64 {
    -mean * wide(random).ln()
}

fn quantile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len().saturating_sub(1) as f64 * share).round() as usize;
    times.get(at).copied().unwrap_or_default()
}

/// The line before one shard: when each post came and how long it took. `posts_s` are its own.
fn line(costs: &Costs, posts_s: f64, calls_s: f64, random: &mut Random) -> (Vec<f64>, Vec<f64>) {
    let (mut posts, mut calls) = (Vec::new(), Vec::new());
    let all_s = posts_s + calls_s;
    let (mut now, mut free) = (0.0_f64, 0.0_f64);
    if all_s <= 0.0 {
        return (posts, calls);
    }
    loop {
        now += after(random, 1.0 / all_s);
        if now > RUN_S {
            return (posts, calls);
        }
        let is_post = f64::from(random.share()) * all_s < posts_s;
        let mean_us = if is_post { costs.post_us } else { costs.ask_us };
        free = now.max(free) + after(random, mean_us / 1e6);
        let took_ms = (free - now) * 1e3;
        if is_post {
            posts.push(took_ms);
        } else {
            calls.push(took_ms);
        }
    }
}

/// Runs a load.
pub fn run(costs: &Costs, load: &Load, seed: u64) -> Seen {
    let shards = load.shards.max(1);
    let each_s = load.posts_s * (1.0 - load.hot) / f64::from(shards);
    let (mut posts, mut calls, mut hot) = (Vec::new(), Vec::new(), Vec::new());
    for shard in 0..shards.min(ALIKE) {
        let mut random = Random::at(&[seed, u64::from(shard)]);
        let is_hot = shard == 0 && load.hot > 0.0;
        let own_s = if is_hot {
            each_s + load.posts_s * load.hot
        } else {
            each_s
        };
        let (some, asked) = line(costs, own_s, load.calls_s, &mut random);
        if is_hot {
            hot = some;
        } else {
            posts.extend(some);
            calls.extend(asked);
        }
    }
    // A call is done when its slowest shard has answered.
    let mut random = Random::at(&[seed, u64::MAX]);
    let mut slowest: Vec<f64> = Vec::new();
    if !calls.is_empty() {
        slowest.extend((0..1_000).map(|_| {
            (0..shards)
                .filter_map(|_| random.one(&calls))
                .fold(0.0, f64::max)
        }));
    }
    if posts.is_empty() {
        posts.clone_from(&hot);
    }
    Seen {
        p50_ms: quantile(&mut posts, 0.5),
        p99_ms: quantile(&mut posts, 0.99),
        hot_p99_ms: quantile(&mut hot, 0.99),
        call_p99_ms: quantile(&mut slowest, 0.99),
    }
}

/// The most posts a second that `shards` take while 99 of 100 are done within so many milliseconds; 0 where agents'
/// calls alone take all of their time.
pub fn most(costs: &Costs, shards: u32, calls_s: f64, within_ms: f64, seed: u64) -> f64 {
    let left = 1.0 - calls_s * costs.ask_us / 1e6;
    if left <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.2 * left * 1e6 / costs.post_us * f64::from(shards));
    for _ in 0..10 {
        let posts_s = (low + high) / 2.0;
        let load = Load {
            shards,
            posts_s,
            calls_s,
            hot: 0.0,
        };
        if run(costs, &load, seed).p99_ms <= within_ms {
            low = posts_s;
        } else {
            high = posts_s;
        }
    }
    low
}

/// What a month costs, in dollars, without what Cloudflare's plan includes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bill {
    /// The Worker: requests and processor time.
    pub worker: f64,
    /// The objects: requests, and being awake all month.
    pub objects: f64,
    /// The rows that they write.
    pub rows: f64,
    /// What they keep.
    pub storage: f64,
}

impl Bill {
    /// All of it.
    pub fn total(&self) -> f64 {
        self.worker + self.objects + self.rows + self.storage
    }
}

/// What a load costs a month, where each post is a delivery of its own, and is kept for so many days.
pub fn bill(costs: &Costs, load: &Load, days: f64) -> Bill {
    let posts = load.posts_s * MONTH_S / 1e6;
    let calls = load.calls_s * MONTH_S / 1e6;
    let shards = f64::from(load.shards);
    let kept = load.posts_s * 86_400.0 * days * costs.bytes;
    Bill {
        worker: (posts + calls) * WORKER_REQUESTS + posts * costs.worker_us / 1e3 * WORKER_MS,
        objects: (posts + calls * shards) * OBJECT_REQUESTS + shards * AWAKE,
        rows: posts * costs.rows * ROWS,
        storage: kept / 1e9 * GIGABYTE,
    }
}

/// After how many days of such posts one object is full, in each shard of the load.
pub fn full_after_days(costs: &Costs, load: &Load) -> f64 {
    let bytes_a_day = load.posts_s / f64::from(load.shards.max(1)) * 86_400.0 * costs.bytes;
    OBJECT_BYTES / bytes_a_day
}

#[cfg(test)]
mod tests {
    use super::*;

    const COSTS: Costs = Costs {
        post_us: 1_000.0,
        ask_us: 500.0,
        worker_us: 600.0,
        rows: 8.0,
        bytes: 1_000.0,
    };

    #[test]
    fn the_same_seed_gives_the_same_figures() {
        let load = Load {
            shards: 4,
            posts_s: 1_000.0,
            calls_s: 10.0,
            hot: 0.1,
        };
        assert_eq!(run(&COSTS, &load, 7), run(&COSTS, &load, 7));
        assert_ne!(run(&COSTS, &load, 7), run(&COSTS, &load, 8));
    }

    #[test]
    fn a_line_with_one_server_waits_as_the_books_have_it() {
        // M/M/1 at half of its load: 99 of 100 within mean / (1 - load) * ln 100.
        let load = Load {
            shards: 16,
            posts_s: 8_000.0,
            calls_s: 0.0,
            hot: 0.0,
        };
        let seen = run(&COSTS, &load, 1);
        let books_ms = 1.0 / 0.5 * 100f64.ln();
        assert!((seen.p99_ms / books_ms - 1.0).abs() < 0.1, "{seen:?}");
    }

    #[test]
    fn shards_add_up_for_posts_and_calls_cost_every_one() {
        let one = most(&COSTS, 1, 0.0, 1_000.0, 1);
        let many = most(&COSTS, 1_024, 0.0, 1_000.0, 1);
        assert!((900.0..1_100.0).contains(&one), "{one}");
        assert!((many / (1_024.0 * one) - 1.0).abs() < 0.1, "{many}");
        // A thousand calls a second are half of each shard's time, whatever their number.
        let called = most(&COSTS, 1_024, 1_000.0, 1_000.0, 1);
        assert!((called / many - 0.5).abs() < 0.1, "{called}");
        assert!(most(&COSTS, 64, 2_000.0, 1_000.0, 1) <= 0.0);
    }

    #[test]
    fn a_hot_author_harms_their_own_shard_alone() {
        let load = Load {
            shards: 16,
            posts_s: 4_000.0,
            calls_s: 0.0,
            hot: 0.4,
        };
        let seen = run(&COSTS, &load, 1);
        assert!(seen.p99_ms < 20.0 && seen.hot_p99_ms > 1_000.0, "{seen:?}");
    }

    #[test]
    fn a_bill_is_what_the_prices_say() {
        let load = Load {
            shards: 2,
            posts_s: 1e6 / MONTH_S,
            calls_s: 0.0,
            hot: 0.0,
        };
        let bill = bill(&COSTS, &load, 30.0);
        assert!((bill.rows - 8.0).abs() < 1e-9);
        assert!((bill.objects - 8.45).abs() < 1e-9);
        assert!((bill.storage - 0.2).abs() < 1e-9);
        assert!((bill.worker - 0.312).abs() < 1e-9);
        // A million posts of 1,000 bytes a month: half a gigabyte in each of two.
        assert!((full_after_days(&COSTS, &load) - 600.0).abs() < 1e-6);
    }
}
