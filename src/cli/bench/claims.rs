//! Claim and resolve with few, many and very many open interactions, and what a post takes on the disk.

use super::running::{Running, start_heard};
use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use crate::cli::bench::setup::{Setup, TEXTS, median, setup};
use crate::lab::{build, local, tools};
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Instant;

pub(super) async fn measure(most: usize) -> Result<Value> {
    /// How many come by deliveries; what is more are copies of them.
    const DELIVERED: usize = 10_000;
    /// Cycles a slice, and slices.
    const CYCLES: usize = 50;
    const SLICES: usize = 25;
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("off")?;
    let client = reqwest::Client::new();
    let token = agent(&setup)?;
    let mut queues = Vec::new();
    let mut figures = serde_json::Map::new();
    let sizes = [100, 10_000, 100_000, 1_000_000];
    for open in sizes.into_iter().filter(|open| *open <= most) {
        note!("  claims: filling a queue with {open} open interactions");
        let (workerd, name) = (tools.workerd(), format!("claims-{open}"));
        let mut running = start_heard(&workerd, &built.folder, &setup, &name)?;
        let base = |running: &Running| format!("http://127.0.0.1:{}", running.runtime.port);
        let mut filler = Filler::default();
        let delivered = open.min(DELIVERED);
        filler
            .fill(&client, &base(&running), &setup, delivered)
            .await?;
        if open >= DELIVERED {
            let (filled, bytes) = running
                .filled(&workerd, &built.folder, &setup, delivered, open)
                .await?;
            running = filled;
            if open == DELIVERED {
                let bytes = bytes as f64 / open as f64;
                figures.insert("bytes_a_post".into(), json!(bytes.round()));
            }
        }
        let base = base(&running);
        queues.push((open, running, base, filler, Vec::new()));
    }
    for round in 0..SLICES {
        if round % 5 == 0 {
            note!("  claims: slice {} of {SLICES}", round + 1);
        }
        for (_, _, base, filler, rates) in &mut queues {
            let began = Instant::now();
            for _ in 0..CYCLES {
                cycle(&client, base, &token).await?;
            }
            rates.push(CYCLES as f64 / began.elapsed().as_secs_f64());
            filler.fill(&client, base, &setup, CYCLES).await?;
        }
    }
    let mut medians = Vec::new();
    for (open, _, _, _, rates) in &mut queues {
        let rate = median(rates);
        medians.push(rate);
        figures.insert(format!("cycles_per_s_with_{open}_open"), json!(rate));
    }
    if let (Some(first), Some(last)) = (medians.first(), medians.last()) {
        figures.insert("first_over_last".into(), json!(first / last));
    }
    Ok(Value::Object(figures))
}

/// The token of an agent who serves every workgroup.
pub(super) fn agent(setup: &Setup) -> Result<String> {
    bearer(setup, Role::Agent)
}

/// A token of this role, for every workgroup.
pub(super) fn bearer(setup: &Setup, role: Role) -> Result<String> {
    let token_key = setup.config.token_keys.first().context("no token key")?;
    let bearer = Bearer {
        jti: local::new_jti()?,
        id: "bench".into(),
        role,
        workgroups: Vec::new(),
        expires_s: local::now_ms()? / 1_000 + 86_400,
    };
    Ok(mint(token_key, &bearer)?)
}

pub(super) struct Filler<'t> {
    next: usize,
    texts: &'t [&'t str],
}

impl Default for Filler<'_> {
    fn default() -> Self {
        Self::of(&TEXTS)
    }
}

impl<'t> Filler<'t> {
    /// One that says these by turns.
    pub(super) fn of(texts: &'t [&'t str]) -> Self {
        Self { next: 0, texts }
    }

    /// Opens `n` interactions, a thousand a delivery.
    pub(super) async fn fill(
        &mut self,
        client: &reqwest::Client,
        base: &str,
        setup: &Setup,
        n: usize,
    ) -> Result<()> {
        let key = setup.key("forum")?;
        let mut left = n;
        while left > 0 {
            let now_ms = local::now_ms()?;
            let posts: Vec<Value> = (0..left.min(1_000))
                .map(|_| {
                    self.next += 1;
                    let text = self.texts.get(self.next % self.texts.len().max(1));
                    let text = text.copied().unwrap_or_default();
                    json!({
                        "account": "forum.northline.example",
                        "id": self.next.to_string(),
                        "author": {"id": format!("author-{}", self.next)},
                        "text": text,
                        "created_at": now_ms,
                    })
                })
                .collect();
            left -= posts.len();
            let body = serde_json::to_vec(&json!({"type": "post.created", "data": posts}))?;
            let headers = sign(
                Scheme::Standard,
                key,
                &format!("msg_{}", self.next),
                now_ms / 1_000,
                &body,
            );
            let mut request = client.post(format!("{base}/webhooks/forum")).body(body);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let status = request.send().await?.status();
            if !status.is_success() {
                bail!("filling the queue: {status}");
            }
        }
        Ok(())
    }
}

/// Claims one and ends it.
pub(super) async fn cycle(client: &reqwest::Client, base: &str, token: &str) -> Result<()> {
    let post = |path: String, body: Value| {
        client
            .post(format!("{base}{path}"))
            .bearer_auth(token)
            .json(&body)
            .send()
    };
    let claimed: Value = post("/v1/claims".into(), json!({})).await?.json().await?;
    let field = |name: &str| {
        claimed
            .pointer(&format!("/interactions/0/{name}"))
            .and_then(Value::as_str)
    };
    let (Some(id), Some(lease)) = (field("id"), field("lease")) else {
        bail!("nothing was claimed");
    };
    let status = post(
        format!("/v1/interactions/{id}/resolve"),
        json!({"lease": lease, "outcome": "bench"}),
    )
    .await?
    .status();
    if !status.is_success() {
        bail!("resolve: {status}");
    }
    Ok(())
}
