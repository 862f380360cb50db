//! The rows that a shard writes, which is what its owner pays for: as each cursor counts them on workerd.
//!
//! Setting the object's alarm is one more where it moves, which no cursor tells.

use super::ack::End;
use super::claims::agent;
use super::running::start_counting;
use crate::cli::bench::setup::{ACCOUNT, Setup, TEXTS, setup, x_post_to};
use crate::lab::{build, local, scale, tools};
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Duration;

/// How many of each are done: rows that a shard writes now and then count by their share.
const TIMES: usize = 50;

struct Counting {
    client: reqwest::Client,
    base: String,
    setup: Setup,
    token: String,
}

impl Counting {
    async fn written(&self) -> Result<u64> {
        let told = self.client.get(format!("{}/written", self.base)).send();
        Ok(told.await?.text().await?.parse()?)
    }

    /// Rows written so far, once no more are.
    async fn settled(&self) -> Result<u64> {
        let mut before = self.written().await?;
        loop {
            // An acknowledgment is out in a hundredth of this.
            tokio::time::sleep(Duration::from_millis(500)).await;
            let now = self.written().await?;
            if now == before {
                return Ok(now);
            }
            before = now;
        }
    }

    async fn deliver(&self, number: usize, text: usize) -> Result<()> {
        let now_ms = local::now_ms()?;
        let body = x_post_to(ACCOUNT, number, text, now_ms)?;
        let headers = sign(
            Scheme::X,
            self.setup.key("x-main")?,
            "msg",
            now_ms / 1_000,
            &body,
        );
        let mut request = self.client.post(format!("{}/webhooks/x-main", self.base));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let status = request.body(body).send().await?.status();
        if !status.is_success() {
            bail!("a delivery was answered {status}");
        }
        Ok(())
    }

    async fn call(&self, path: &str, key: Option<String>, body: Value) -> Result<Value> {
        let mut request = self.client.post(format!("{}{path}", self.base));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = request.bearer_auth(&self.token).json(&body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            bail!("{path} was answered {status}: {text}");
        }
        Ok(serde_json::from_str(&text)?)
    }
}

pub(super) async fn measure() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let end = End::open().await?;
    let mut setup = setup("live")?;
    setup.outbound = Some(end.addr.to_string());
    let running = start_counting(&tools.workerd(), &built.folder, &setup, "rows")?;
    let heard = Counting {
        client: reqwest::Client::new(),
        base: format!("http://127.0.0.1:{}", running.runtime.port),
        token: agent(&setup)?,
        setup,
    };
    let urgent = TEXTS.len() - 1;
    // The tables, the alarm, the hour.
    heard.deliver(0, 0).await?;
    heard.deliver(1, urgent).await?;
    let mut figures = serde_json::Map::new();
    let mut before = heard.settled().await?;
    let mut held = Vec::new();
    for what in [
        "routine_post",
        "the_same_again",
        "acknowledged_post",
        "claim",
        "reply",
        "resolve",
    ] {
        note!("  rows: {what}");
        for at in 0..TIMES {
            match what {
                "acknowledged_post" => heard.deliver(1_000 + at, urgent).await?,
                "claim" => {
                    let claimed = heard.call("/v1/claims", None, json!({})).await?;
                    held.push(holding(&claimed)?);
                }
                "reply" | "resolve" => {
                    let (id, lease) = held.get(at).context("nothing is held")?;
                    let body = match what {
                        "reply" => json!({"lease": lease, "text": "We are on it."}),
                        _ => json!({"lease": lease, "outcome": "bench"}),
                    };
                    let key = (what == "reply").then(|| "key".to_string());
                    heard
                        .call(&format!("/v1/interactions/{id}/{what}"), key, body)
                        .await?;
                }
                _ => heard.deliver(100 + at, at % urgent).await?,
            }
        }
        let now = heard.settled().await?;
        let each = (now - before) as f64 / TIMES as f64;
        before = now;
        figures.insert(
            what.into(),
            json!({"rows_written": each, "dollars_a_million": each * scale::ROWS}),
        );
    }
    Ok(Value::Object(figures))
}

/// The interaction that a claim gave, and its lease.
fn holding(claimed: &Value) -> Result<(String, String)> {
    let field = |name: &str| {
        let field = claimed.pointer(&format!("/interactions/0/{name}"));
        field.and_then(Value::as_str).map(str::to_string)
    };
    field("id")
        .zip(field("lease"))
        .context("nothing was claimed")
}
