//! The Worker that `heard dev` runs on this machine, as the other commands meet it.

use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use crate::config::Config;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

/// The Worker's port unless told otherwise; wrangler's own default.
pub const PORT: u16 = 8787;

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

/// Runs what waits for the network.
///
/// # Errors
/// Its own, and where the system lets nothing wait.
pub fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work)
}

/// The id of a new token: nobody guesses one, and none comes twice.
///
/// # Errors
/// When the system has no randomness.
pub fn new_jti() -> Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness: {error}"))?;
    Ok(format!("{:016x}", u64::from_be_bytes(bytes)))
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
        Self::of_role(port, config, Role::Supervisor)
    }

    /// Speaks to the Worker on `port` in a role, for the next hour.
    ///
    /// # Errors
    /// When there is no key to mint a token with.
    pub fn of_role(port: u16, config: &Config, role: Role) -> Result<Self> {
        let key = config
            .token_keys
            .first()
            .context("target/dev/secrets.env has no TOKEN_KEY: start `cargo run` once")?;
        let bearer = Bearer {
            jti: new_jti()?,
            id: "heard-command".into(),
            role,
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

    /// Speaks to the Worker at `url` with `token`, or else to the one that `here` finds on this machine.
    ///
    /// # Errors
    /// When there is a URL and no token.
    pub fn of(
        url: Option<&str>,
        token: Option<&str>,
        here: impl FnOnce() -> Result<Self>,
    ) -> Result<Self> {
        match (url, token) {
            (Some(url), Some(token)) => Ok(Self::at(url, token)),
            (Some(_), None) => bail!("--url needs a --token, or HEARD_TOKEN"),
            (None, _) => here(),
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
        let request = self.client.get(format!("{}{path}", self.base));
        self.ask(request.query(query)).await
    }

    /// Asks the agents' API for a change.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn post(&self, path: &str) -> Result<Value> {
        self.ask(self.client.post(format!("{}{path}", self.base)))
            .await
    }

    /// Brings the agents' API lines.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn post_lines(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: String,
    ) -> Result<Value> {
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request.header("content-type", "application/x-ndjson");
        self.ask(request.query(query).body(body)).await
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Result<Value> {
        let request = request.bearer_auth(&self.token);
        let answer = request.send().await.with_context(|| self.missing())?;
        let status = answer.status();
        let body: Value = answer.json().await.context("the answer is not JSON")?;
        // `/readyz` answers 503 where something is wrong, and says what.
        if !status.is_success() && body.get("ready").is_none() {
            let detail = body
                .get("detail")
                .and_then(Value::as_str)
                .unwrap_or("no detail");
            bail!("{status}: {detail}");
        }
        Ok(body)
    }
}
