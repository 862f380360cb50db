//! `heard simulate pulse`: how often crowds are suspected wrongly, and how soon they are found.

use crate::lab::pulse::{Asked, Month, World, month};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Simulate months of posts and hold the detection of incidents on them.
#[derive(Args)]
pub struct PulseArgs {
    /// People who write, an hour; one or several.
    #[arg(long, value_delimiter = ',', default_values_t = [10.0, 60.0])]
    per_hour: Vec<f64>,
    /// How many months of how many sources.
    #[arg(long, default_value_t = 4)]
    months: u64,
    /// Kinds of what happens.
    #[arg(long, default_value_t = 40)]
    situations: usize,
    /// Places that posts name; 0 for no list of places.
    #[arg(long, default_value_t = 0)]
    places: usize,
    /// Crowds of 40 people in 10 minutes a month, each laid over a copy of the source.
    #[arg(long, default_value_t = 40)]
    crowds: usize,
    /// Where the random numbers begin.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How posts come about.
    #[arg(long, value_enum, default_value_t = World::Commuter)]
    world: World,
}

/// Runs it.
pub fn run(args: &PulseArgs) -> Result<ExitCode> {
    say!(
        "seeds {} to {}, {:?}",
        args.seed,
        args.seed + args.months.saturating_sub(1),
        args.world
    );
    say!(
        "people/h  months  false alarms/month  median minutes  missed  brigades told  strangers called one"
    );
    for per_hour in &args.per_hour {
        let asked = |seed| Asked {
            per_hour: *per_hour,
            situations: args.situations,
            places: args.places,
            crowds: args.crowds,
            seed,
            world: args.world,
        };
        // Two at once: each month is by itself.
        let seeds: Vec<u64> = (args.seed..args.seed + args.months).collect();
        let mut months: Vec<Month> = Vec::new();
        for two in seeds.chunks(2) {
            let made: Vec<Month> = std::thread::scope(|scope| {
                let running: Vec<_> = two
                    .iter()
                    .map(|seed| scope.spawn(move || month(asked(*seed))))
                    .collect();
                running
                    .into_iter()
                    .filter_map(|one| one.join().ok())
                    .collect()
            });
            months.extend(made);
        }
        let n = months.len().max(1) as f64;
        let alarms: u32 = months.iter().map(|month| month.false_alarms).sum();
        let total: u32 = months.iter().map(|month| month.of_total).sum();
        let mut found: Vec<i64> = Vec::new();
        let mut all = 0_usize;
        let mut during: BTreeMap<&str, u32> = BTreeMap::new();
        let (mut alarmed, mut told, mut slandered) = (0, 0, 0);
        for month in &months {
            all += month.found.len();
            found.extend(month.found.iter().flatten());
            for (what, n) in &month.during {
                *during.entry(what).or_default() += n;
            }
            alarmed += month.brigades.0;
            told += month.brigades.1;
            slandered += month.slandered;
        }
        found.sort_unstable();
        let median = found.get(found.len() / 2).copied().unwrap_or_default();
        let missed = 100.0 * (all - found.len()) as f64 / all.max(1) as f64;
        say!(
            "{per_hour:>8}  {:>6}  {:>18.2}  {median:>14}  {missed:>5.1} %  {told:>6} of {alarmed:<4}  {slandered} of {all}",
            months.len(),
            f64::from(alarms) / n,
        );
        say!("          of them at the source's total: {total}; when: {during:?}");
    }
    Ok(ExitCode::SUCCESS)
}
