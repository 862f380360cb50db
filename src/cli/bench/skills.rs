//! Claim and resolve where work asks for skills, beside the same where none does.
//!
//! With skills every post asks for one: three in four for what the agent can do, one in four, for good, for what
//! nobody can. So the latter pile up before all that the agent is offered, as they do where a team is short.

use super::claims::{Filler, bearer, cycle};
use super::running::start_heard;
use crate::api::route::Role;
use crate::cli::bench::setup::{Setup, TEXTS, median, setup};
use crate::lab::{build, tools};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Instant;

/// How many are open in each queue.
const OPEN: usize = 10_000;

/// Cycles a slice, and slices of each queue, in turns.
const CYCLES: usize = 50;
const SLICES: usize = 25;

/// How many times longer a claim may take.
const GOAL: f64 = 1.5;

/// What asks for a skill that the agent lacks: their language is told by their own words.
const LACKED: &str =
    "@NorthlineRail wann kommt endlich die Erstattung für die Verspätung am Montag?";

pub(super) async fn measure() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let client = reqwest::Client::new();
    let plain = setup("off")?;
    let mut table: Value = serde_json::from_str(&plain.table)?;
    let routes = json!([
        {"language": ["de"], "skills": ["german"], "relax_after": 0},
        {"source": ["forum-northline"], "skills": ["refunds"], "relax_after": 0},
    ]);
    table
        .as_object_mut()
        .context("no table")?
        .insert("route".into(), routes);
    let skilled = Setup::of(table.to_string());
    if let Some(problem) = skilled.config.problems.first() {
        bail!("the rules with skills are no good: {problem:?}");
    }
    let texts: Vec<&str> = TEXTS
        .iter()
        .enumerate()
        .flat_map(|(at, text)| (at % 3 == 2).then_some(LACKED).into_iter().chain([*text]))
        .collect();
    let mut queues = Vec::new();
    for (name, setup) in [("without_skills", &plain), ("with_skills", &skilled)] {
        note!("  skills: filling a queue, {name}");
        let running = start_heard(&tools.workerd(), &built.folder, setup, name)?;
        let base = format!("http://127.0.0.1:{}", running.runtime.port);
        let mut filler = Filler::of(&texts);
        filler.fill(&client, &base, setup, OPEN).await?;
        let boss = bearer(setup, Role::Supervisor)?;
        let set = client
            .put(format!("{base}/v1/agents/bench"))
            .bearer_auth(boss)
            .json(&json!({"skills": ["refunds"], "capacity": {"public": 1_000, "private": 1_000}}));
        let answer = set.send().await?;
        if !answer.status().is_success() {
            bail!("the agent's settings: {}", answer.text().await?);
        }
        let token = bearer(setup, Role::Agent)?;
        queues.push((name, setup, running, base, filler, token, Vec::new()));
    }
    for round in 0..SLICES {
        if round % 5 == 0 {
            note!("  skills: slice {} of {SLICES}", round + 1);
        }
        for (_, setup, _, base, filler, token, rates) in &mut queues {
            let began = Instant::now();
            for _ in 0..CYCLES {
                cycle(&client, base, token).await?;
            }
            rates.push(CYCLES as f64 / began.elapsed().as_secs_f64());
            filler.fill(&client, base, setup, CYCLES).await?;
        }
    }
    let mut figures = serde_json::Map::new();
    let mut medians = Vec::new();
    for (name, _, _, _, _, _, rates) in &mut queues {
        let rate = median(rates);
        medians.push(rate);
        figures.insert(format!("cycles_per_s_{name}"), json!(rate));
    }
    if let [without, with] = medians.as_slice() {
        figures.insert("times_as_long".into(), json!(without / with));
        figures.insert("goal".into(), json!(GOAL));
    }
    Ok(Value::Object(figures))
}
