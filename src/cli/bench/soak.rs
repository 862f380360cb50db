//! Many deliveries, some of whose callers hang up, and agents who wait and hang up: that nothing but 200
//! is answered, that all of it is stored once, that memory stays flat, and that no post goes to nobody.

use super::super::load::{Agents, Posts, Seen, deliver};
use super::super::{build, local, tools};
use super::running::{Running, start_heard};
use super::{Setup, TEXTS, percentile, setup};
use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How many connections deliver at a time, in turns.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// How long one of them may take: what is not sent by then is left out, and the figures say so.
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// How often memory is looked at.
const PULSE: Duration = Duration::from_millis(250);

/// How much memory may be above what it was after the first tenth. What is stored meanwhile is on disk;
/// engines give back what they took in their own time.
const FLAT: f64 = 1.5;

pub(super) async fn measure(deliveries: u64) -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("dry_run")?;
    let posts = Arc::new(Posts::new(
        "x-main",
        setup.key("x-main")?.clone(),
        "4200000001",
        "NorthlineRail",
        &TEXTS,
        local::now_ms()?,
    )?);
    let mut figures = serde_json::Map::new();
    let mut wrong = Vec::new();
    for connections in CONNECTIONS {
        let heard = start_heard(&tools.workerd(), &built.folder, &setup, "soak")?;
        let name = format!("{connections}_connections");
        let (figure, faults) = soak(&heard, &setup, &posts, connections, deliveries).await?;
        wrong.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
        figures.insert(name, figure);
    }
    let heard = start_heard(&tools.workerd(), &built.folder, &setup, "soak")?;
    let (figure, faults) = claims(&heard, &setup, &posts).await?;
    wrong.extend(faults);
    figures.insert("claims".into(), figure);
    if !wrong.is_empty() {
        bail!("{}\n{}", Value::Object(figures), wrong.join("\n"));
    }
    Ok(Value::Object(figures))
}

pub(super) fn address(heard: &Running) -> SocketAddr {
    ([127, 0, 0, 1], heard.runtime.port).into()
}

pub(super) fn token(setup: &Setup) -> Result<String> {
    let bearer = Bearer {
        jti: local::new_jti()?,
        id: "bench".into(),
        role: Role::Agent,
        workgroups: Vec::new(),
        expires_s: local::now_ms()? / 1_000 + 86_400,
    };
    let key = setup.config.token_keys.first().context("no token key")?;
    Ok(mint(key, &bearer)?)
}

/// Memory as it was when so many were done.
type Memory = Vec<(u64, f64)>;

/// The deliveries over so many connections: the figures, and what is not as it must be.
async fn soak(
    heard: &Running,
    setup: &Setup,
    posts: &Arc<Posts>,
    connections: usize,
    deliveries: u64,
) -> Result<(Value, Vec<String>)> {
    let done = Arc::new(AtomicU64::new(0));
    let mut memory: Memory = Vec::new();
    let began = Instant::now();
    let to = address(heard);
    let sending = deliver(to, posts, connections, deliveries, began + LIMIT, &done);
    let mut sending = std::pin::pin!(sending);
    let mut shown = began;
    let seen = loop {
        tokio::select! {
            seen = &mut sending => break seen?,
            () = tokio::time::sleep(PULSE) => {
                let so_far = done.load(Ordering::Relaxed);
                let mib = heard.runtime.resident_kib().unwrap_or(0) as f64 / 1024.0;
                memory.push((so_far, mib));
                if shown.elapsed() > Duration::from_secs(15) {
                    shown = Instant::now();
                    note!("  soak: {connections} connections, {so_far} of {deliveries}, {mib:.0} MiB");
                }
            }
        }
    };
    let per_s = done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    let first = memory.iter().find(|(so_far, _)| *so_far >= deliveries / 10);
    let first = first.map_or(f64::NAN, |(_, mib)| *mib);
    let last = memory.last().map_or(f64::NAN, |(_, mib)| *mib);
    let mut faults = Vec::new();
    if seen.wrong() > 0 {
        faults.push(format!(
            "answers other than 200: {:?}, none at all: {} ({})",
            seen.statuses,
            seen.broken,
            seen.why.as_deref().unwrap_or("-")
        ));
    }
    let (stored, owed) = match stored(to, &token(setup)?, &seen).await {
        Ok(counted) => counted,
        Err(why) => {
            faults.push(format!("it does not say what is stored: {why:#}"));
            (0, 0)
        }
    };
    if stored != owed {
        faults.push(format!("{stored} are stored, {owed} should be"));
    }
    if last > first * FLAT {
        faults.push(format!("memory grew from {first:.0} to {last:.0} MiB"));
    }
    let figure = json!({
        "posts_per_s": per_s,
        "wrong_answers": seen.wrong(),
        "accepted": seen.accepted.len(),
        "hung_up": seen.hung_up.len(),
        "stored": stored,
        "stored_should_be": owed,
        "mib_after_a_tenth": first,
        "mib_at_the_end": last,
    });
    note!("  soak: {connections} connections: {figure}");
    Ok((figure, faults))
}

/// How many posts the queue has, and how many it should: those answered 200, and those of the callers
/// who hung up that it knows.
async fn stored(to: SocketAddr, token: &str, seen: &Seen) -> Result<(u64, u64)> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let get = async |path: String| -> Result<Value> {
        let asked = client.get(format!("http://{to}{path}")).bearer_auth(token);
        Ok(asked.send().await?.error_for_status()?.json().await?)
    };
    let mut owed = seen.accepted.len() as u64;
    for number in &seen.hung_up {
        let found = get(format!("/v1/interactions?post=x:{}", Posts::id(*number))).await?;
        let known = found.get("interactions").and_then(Value::as_array);
        owed += u64::from(known.is_some_and(|known| !known.is_empty()));
    }
    let backlog = get("/v1/backlog".into()).await?;
    let received = backlog.pointer("/posts/received").and_then(Value::as_u64);
    Ok((received.context("no count")?, owed))
}

/// Two hundred agents who wait, a tenth of whom hang up within a second and ask again.
async fn claims(heard: &Running, setup: &Setup, posts: &Posts) -> Result<(Value, Vec<String>)> {
    /// A minute of it.
    const POSTS: u64 = 1_200;
    const A_SECOND: u64 = 20;
    let agents = Agents {
        to: address(heard),
        token: token(setup)?,
        living: 180,
        absent: 20,
    };
    note!("  soak: {POSTS} posts for 180 agents who wait and 20 who hang up");
    let mut waits = agents.serve(posts, 0, POSTS, A_SECOND).await?.held;
    let reached = waits.len() as u64;
    let figure = json!({
        "posts": POSTS,
        "reached_a_living_agent": reached,
        "p50_ms": percentile(&mut waits, 0.50),
        "p99_ms": percentile(&mut waits, 0.99),
        "worst_ms": percentile(&mut waits, 1.0),
    });
    let lost = POSTS - reached;
    let faults = (lost > 0).then(|| format!("{lost} posts went to agents who had hung up"));
    Ok((figure, faults.into_iter().collect()))
}
