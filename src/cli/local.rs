//! The Worker that `heard dev` runs on this machine, as the other commands meet it.

use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use crate::config::Config;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

/// Epoch milliseconds.
///
/// # Errors
/// When the clock stands before 1970.
pub fn now_ms() -> Result<i64> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("this machine's clock stands before 1970")?;
    Ok(i64::try_from(since.as_millis())?)
}

/// The Worker on a port of 127.0.0.1.
pub struct Local {
    base: String,
    client: reqwest::Client,
    token: String,
}

impl Local {
    /// Speaks to the Worker on `port` as a supervisor, for the next hour.
    ///
    /// # Errors
    /// When there is no key to mint a token with.
    pub fn new(port: u16, config: &Config) -> Result<Self> {
        let key = config
            .token_keys
            .first()
            .context("target/dev/secrets.env has no TOKEN_KEY: start `cargo run` once")?;
        let bearer = Bearer {
            id: "heard-command".into(),
            role: Role::Supervisor,
            workgroups: Vec::new(),
            expires_s: now_ms()? / 1_000 + 3_600,
        };
        Ok(Self {
            base: format!("http://127.0.0.1:{port}"),
            client: reqwest::Client::new(),
            token: mint(key, &bearer)?,
        })
    }

    /// Speaks to a Worker anywhere, with a token.
    pub fn at(url: &str, token: &str) -> Self {
        Self {
            base: url.trim_end_matches('/').to_string(),
            client: reqwest::Client::new(),
            token: token.to_string(),
        }
    }

    fn missing(&self) -> String {
        format!(
            "no Worker answers at {}: start `cargo run` first, or name its --port",
            self.base
        )
    }

    /// Delivers a signed body to an app's webhook: the status.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn deliver(
        &self,
        app: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Result<u16> {
        let mut request = self
            .client
            .post(format!("{}/webhooks/{app}", self.base))
            .header("content-type", "application/json")
            .body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.with_context(|| self.missing())?;
        Ok(answer.status().as_u16())
    }

    /// Asks the agents' API.
    ///
    /// # Errors
    /// When nobody answers, or the answer is a problem: its detail.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        let answer = self
            .client
            .get(format!("{}{path}", self.base))
            .query(query)
            .bearer_auth(&self.token)
            .send()
            .await
            .with_context(|| self.missing())?;
        let status = answer.status();
        let body: Value = answer.json().await.context("the answer is no JSON")?;
        if !status.is_success() {
            let detail = body
                .get("detail")
                .and_then(Value::as_str)
                .unwrap_or("no detail");
            bail!("{status}: {detail}");
        }
        Ok(body)
    }
}
