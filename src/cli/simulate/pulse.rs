//! `heard simulate pulse`: how often crowds are suspected wrongly, and how soon they are found.

use crate::lab::pulse::month::{Month, month};
use crate::lab::pulse::world::{Asked, World};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;

/// Simulate months of posts and hold the detection of incidents on them.
#[derive(Args)]
pub struct PulseArgs {
    /// People who write, an hour; one or several.
    #[arg(long, value_delimiter = ',', default_values_t = [2.0, 10.0, 60.0])]
    per_hour: Vec<f64>,
    /// How many months of how many sources.
    #[arg(long, default_value_t = 4)]
    months: u64,
    /// Kinds of what happens.
    #[arg(long, default_value_t = 40)]
    situations: usize,
    /// Crowds of 40 people in 10 minutes a month, each laid over copies of the source.
    #[arg(long, default_value_t = 40)]
    crowds: usize,
    /// Where the random numbers begin.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How posts come about; one or several, all where none is said.
    #[arg(long, value_enum, value_delimiter = ',')]
    world: Vec<World>,
    /// Show each alarm of nothing.
    #[arg(long)]
    alarms: bool,
}

/// How many of them were found, and after how many minutes half of those and nine in ten.
fn told<'a>(all: impl Iterator<Item = &'a Option<i64>>) -> String {
    let all: Vec<_> = all.collect();
    let mut found: Vec<i64> = all.iter().filter_map(|one| **one).collect();
    found.sort_unstable();
    let at = |share: f64| {
        let place = (share * found.len() as f64) as usize;
        found.get(place).map_or("-".to_string(), i64::to_string)
    };
    let share = 100.0 * found.len() as f64 / all.len().max(1) as f64;
    format!("{share:>5.1} % {:>3} {:>3}", at(0.5), at(0.9))
}

/// The months of these seeds, two at once: each is by itself.
fn run_all(asked: impl Fn(u64) -> Asked + Sync, seeds: std::ops::Range<u64>) -> Vec<Month> {
    let next = Mutex::new(seeds);
    let done: Mutex<BTreeMap<u64, Month>> = Mutex::default();
    let work = || {
        loop {
            let seed = next.lock().ok().and_then(|mut seeds| seeds.next());
            let Some(seed) = seed else {
                return;
            };
            let made = month(asked(seed));
            if let Ok(mut done) = done.lock() {
                done.insert(seed, made);
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    done.into_inner()
        .map(|done| done.into_values().collect())
        .unwrap_or_default()
}

/// Runs it.
pub fn run(args: &PulseArgs) -> Result<ExitCode> {
    say!(
        "seeds {} to {}; found: share, median and nine tenths in minutes",
        args.seed,
        args.seed + args.months.saturating_sub(1)
    );
    say!(
        "world     people/h  months  false/month  40 who name a word   40 who share none   brigades found"
    );
    let worlds = match args.world.as_slice() {
        [] => &World::ALL,
        some => some,
    };
    for world in worlds {
        for per_hour in &args.per_hour {
            let asked = |seed| Asked {
                per_hour: *per_hour,
                situations: args.situations,
                crowds: args.crowds,
                seed,
                world: *world,
            };
            let months = run_all(asked, args.seed..args.seed + args.months);
            let n = months.len().max(1) as f64;
            let alarms: u32 = months.iter().map(|month| month.false_alarms).sum();
            let mut of: BTreeMap<&str, u32> = BTreeMap::new();
            let mut during: BTreeMap<&str, u32> = BTreeMap::new();
            for month in &months {
                month
                    .of
                    .iter()
                    .for_each(|(of_what, n)| *of.entry(of_what).or_default() += n);
                month
                    .during
                    .iter()
                    .for_each(|(what, n)| *during.entry(what).or_default() += n);
            }
            let brigades = months.iter().map(|month| month.brigades);
            let (all, found) = brigades.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            say!(
                "{:<9} {per_hour:>8}  {:>6}  {:>11.2}  {:<19}  {:<18}  {found} of {all}",
                world.as_str(),
                months.len(),
                f64::from(alarms) / n,
                told(months.iter().flat_map(|month| &month.named)),
                told(months.iter().flat_map(|month| &month.plain)),
            );
            if alarms > 0 {
                say!("          false: {of:?} {during:?}");
                if args.alarms {
                    let told = months.iter().flat_map(|month| &month.told);
                    told.for_each(|one| say!("          {one}"));
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
