//! `heard simulate day`: the same day, routed in several ways.

use crate::lab::day::{Plan, Told, simulate};
use crate::lab::sqlite::Memory;
use anyhow::{Result, anyhow};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;

/// The day to simulate.
#[derive(Args)]
pub struct DayArgs {
    /// How many posts come.
    #[arg(long, default_value_t = Plan::HEARD.posts)]
    posts: usize,
    /// How many agents work, in three centres.
    #[arg(long, default_value_t = Plan::HEARD.agents)]
    agents: usize,
    /// What the day is drawn from.
    #[arg(long, default_value_t = Plan::HEARD.seed)]
    seed: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs `heard simulate day`. Fails where a post was left unserved or somebody's capacity was broken in the day as
/// Heard routes it.
pub(super) fn run(args: &DayArgs) -> Result<ExitCode> {
    let shipped = Plan {
        posts: args.posts,
        agents: args.agents,
        seed: args.seed,
        ..Plan::HEARD
    };
    let plans = [
        shipped,
        Plan {
            name: "no affinity",
            affinity: 0,
            ..shipped
        },
        Plan {
            name: "never relaxed",
            relax_after: 0,
            ..shipped
        },
        Plan {
            name: "relaxed after 5 min",
            relax_after: 5,
            ..shipped
        },
        Plan {
            name: "relaxed after 60 min",
            relax_after: 60,
            ..shipped
        },
        Plan {
            name: "no skills asked",
            skills: false,
            ..shipped
        },
        Plan {
            name: "first come, first served",
            ranked: false,
            ..shipped
        },
    ];
    let mut good = true;
    let mut all = Vec::new();
    if !args.json {
        say!(
            "{:<26} {:>6} {:>6} {:>6} {:>6} {:>8} {:>8} {:>9} {:>9} {:>7} {:>6}",
            "",
            "late",
            "emerg.",
            "urgent",
            "routine",
            "p50 s",
            "p90 s",
            "emerg p90",
            "unskilled",
            "same %",
            "left"
        );
    }
    for plan in plans {
        let database = || Memory::new().map_err(|why| anyhow!("{why}"));
        let told = simulate(&plan, &database()?, &database()?)?;
        if plan.name == shipped.name {
            good = told.left == 0 && told.broken == 0;
        }
        match args.json {
            true => all.push(figures(&plan, &told)),
            false => line(&plan, &told),
        }
    }
    if args.json {
        say!("{}", json!(all));
    }
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn share(of: usize, all: usize) -> usize {
    (of * 100).checked_div(all).unwrap_or(0)
}

fn line(plan: &Plan, told: &Told) {
    let late = |level: u8| told.late.get(&level).copied().unwrap_or(0);
    say!(
        "{:<26} {:>6} {:>6} {:>6} {:>6} {:>8} {:>8} {:>9} {:>9} {:>7} {:>6}",
        plan.name,
        told.all_late(),
        late(3),
        late(2),
        late(1),
        Told::percentile_s(&told.waits_ms, 50),
        Told::percentile_s(&told.waits_ms, 90),
        Told::percentile_s(&told.emergencies_ms, 90),
        told.unskilled,
        share(told.same_agent, told.returned),
        told.left,
    );
    say!(
        "{:<26} {} posts in {} interactions; capacity exceeded by {} at most, broken {} times; in {} of {} looks work waited that nobody present could take",
        "",
        told.posts,
        told.answered,
        told.most_over,
        told.broken,
        told.unserved_looks,
        told.looks
    );
    let error = told.projection();
    say!(
        "{:<26} every half hour {:.1} were to miss and {:.1} did, {:.1} apart; what GET /v1/sla told of the day is what happened",
        "",
        error.projected,
        error.came,
        error.off_by
    );
}

fn figures(plan: &Plan, told: &Told) -> serde_json::Value {
    json!({
        "plan": plan.name,
        "posts": told.posts,
        "answered": told.answered,
        "left": told.left,
        "late": told.late,
        "by_level": told.by_level,
        "p50_s": Told::percentile_s(&told.waits_ms, 50),
        "p90_s": Told::percentile_s(&told.waits_ms, 90),
        "emergency_claimed_p90_s": Told::percentile_s(&told.emergencies_ms, 90),
        "unskilled": told.unskilled,
        "returned": told.returned,
        "same_agent": told.same_agent,
        "most_over": told.most_over,
        "broken": told.broken,
        "unserved_looks": told.unserved_looks,
        "looks": told.looks,
        "projection": {"half_hours": told.projected.len(), "projected": told.projection().projected,
            "came": told.projection().came, "off_by": told.projection().off_by},
    })
}
