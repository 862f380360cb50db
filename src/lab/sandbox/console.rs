//! The sandbox's page for people: write as a customer, see what the public sees and how it was judged, and be
//! the agent who answers.
//!
//! One file without outside resources. Behind it stand the Worker's own calls: posts are signed as the platform
//! signs and go to the webhook, and the agent is one with a token like any other. It exists only in the `heard`
//! command, which listens on 127.0.0.1 alone, and nothing of it reaches the Worker.

use super::answer::{Answered, empty, json};
use crate::ack::why;
use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use crate::config::Config;
use crate::lab::local::{new_jti, now_ms};
use crate::lab::simulate;
use anyhow::{Context, Result, bail};
use base64::Engine;
use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN};
use hyper::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use std::time::Duration;

/// The page, with its styles and its script in it.
const PAGE: &str = include_str!("console.html");

/// The name under which the page answers.
const AGENT: &str = "you";

/// How long a token of the page's lives. Tokens that were used are listed (`heard token list`): one a day is few.
const TOKEN_S: i64 = 24 * 3_600;

/// How long the Worker may take: longer than any call of the page's waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// The Worker behind the page.
pub struct Console {
    worker: String,
    configuration: Box<dyn Fn() -> Result<Config> + Send + Sync>,
    client: reqwest::Client,
    token: Mutex<Option<(String, i64)>>,
}

/// What a customer writes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    source: String,
    author: String,
    text: String,
}

impl Console {
    /// The page for the Worker at `worker`. `configuration` is read anew for each post, so that the page follows a
    /// changed file.
    ///
    /// # Errors
    /// When there is no HTTP client to be had.
    pub fn new(
        worker: impl Into<String>,
        configuration: impl Fn() -> Result<Config> + Send + Sync + 'static,
    ) -> Result<Self> {
        Ok(Self {
            worker: worker.into(),
            configuration: Box::new(configuration),
            client: reqwest::Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .context("cannot make an HTTP client")?,
            token: Mutex::default(),
        })
    }

    /// Answers a call to the page's own paths; `None` where it is none of them.
    pub(super) async fn answer(&self, head: &Parts, body: &[u8]) -> Option<Response<Full<Bytes>>> {
        let path = head.uri.path();
        let agent = path.strip_prefix("/agent");
        let method = head.method.as_str();
        let known = matches!(
            (method, path),
            ("GET", "/setting.json") | ("POST", "/customer")
        ) || (agent.is_some_and(|path| path.starts_with("/v1/"))
            && matches!(method, "GET" | "POST"));
        if !known {
            return None;
        }
        if method == "POST" && !is_from_the_page(head) {
            return Some(problem(403, "only the page itself may ask for this"));
        }
        let done = match agent {
            Some(path) => self.as_agent(head, path, body).await,
            None if method == "GET" => self.setting().map(|setting| json(200, &setting)),
            None => self.as_customer(body).await,
        };
        Some(done.unwrap_or_else(|error| problem(502, &format!("{error:#}"))))
    }

    /// The sources that a customer can write to, and what each reason for no note means.
    fn setting(&self) -> Result<Value> {
        let config = (self.configuration)()?;
        let sources: Vec<Value> = config
            .sources
            .iter()
            .filter(|source| simulate::can_post(source.platform))
            .map(|source| {
                json!({
                    "id": source.id,
                    "platform": source.platform,
                    "handle": source.handle,
                    "brand": source.brand.name,
                })
            })
            .collect();
        Ok(json!({ "sources": sources, "whys": why::all() }))
    }

    /// Signs what a customer writes, and delivers it to the Worker.
    async fn as_customer(&self, body: &[u8]) -> Result<Response<Full<Bytes>>> {
        let Ok(written) = serde_json::from_slice::<Written>(body) else {
            return Ok(problem(422, "expected {\"source\", \"author\", \"text\"}"));
        };
        let config = (self.configuration)()?;
        let source = config
            .sources
            .iter()
            .find(|source| source.id.as_str() == written.source);
        let Some(source) = source else {
            return Ok(problem(
                422,
                &format!("source: there is no {:?}", written.source),
            ));
        };
        let post = simulate::written(&config, source, &written.author, &written.text, now_ms()?)?;
        let mut request = self
            .client
            .post(format!("{}/webhooks/{}", self.worker, post.app))
            .header(CONTENT_TYPE, "application/json")
            .body(post.body);
        for (name, value) in &post.headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.context(NO_WORKER)?;
        Ok(json(
            200,
            &json!({
                "status": answer.status().as_u16(),
                "post": format!("{}:{}", source.platform, post.post),
            }),
        ))
    }

    /// Passes a call on to the Worker as the page's agent.
    async fn as_agent(
        &self,
        head: &Parts,
        path: &str,
        body: &[u8],
    ) -> Result<Response<Full<Bytes>>> {
        let query = head.uri.query().map_or(String::new(), |q| format!("?{q}"));
        let mut request = self
            .client
            .request(head.method.clone(), format!("{}{path}{query}", self.worker))
            .bearer_auth(self.token()?);
        if head.method == "POST" {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_vec());
        }
        if let Some(key) = head.headers.get("idempotency-key") {
            request = request.header("idempotency-key", key);
        }
        let answer = request.send().await.context(NO_WORKER)?;
        let (status, kind) = (answer.status(), answer.headers().get(CONTENT_TYPE).cloned());
        let mut passed = Response::new(Full::from(answer.bytes().await.context(NO_WORKER)?));
        *passed.status_mut() = status;
        if let Some(kind) = kind {
            passed.headers_mut().insert(CONTENT_TYPE, kind);
        }
        Ok(passed)
    }

    /// A token for all workgroups, as good as one of `heard token mint`.
    fn token(&self) -> Result<String> {
        let now_s = now_ms()? / 1_000;
        let Ok(mut kept) = self.token.lock() else {
            bail!("the page's token is lost");
        };
        if let Some((token, until_s)) = kept.as_ref()
            && *until_s > now_s + TOKEN_S / 2
        {
            return Ok(token.clone());
        }
        let config = (self.configuration)()?;
        let key = config.token_keys.first().context("there is no TOKEN_KEY")?;
        let bearer = Bearer {
            jti: new_jti()?,
            id: AGENT.into(),
            role: Role::Agent,
            workgroups: Vec::new(),
            expires_s: now_s + TOKEN_S,
        };
        let token = mint(key, &bearer)?;
        *kept = Some((token.clone(), bearer.expires_s));
        Ok(token)
    }
}

const NO_WORKER: &str = "the Worker does not answer";

fn problem(status: u16, detail: &str) -> Response<Full<Bytes>> {
    json(status, &json!({ "detail": detail }))
}

/// Whether a call that changes something comes from the page and not from another site in the same browser:
/// JSON is what no site may send elsewhere unasked, and the browser names where a call comes from.
fn is_from_the_page(head: &Parts) -> bool {
    let said = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let json = said(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json"));
    let same = said(ORIGIN).is_none_or(|origin| {
        said(HOST).is_some_and(|host| origin.strip_prefix("http://") == Some(host))
    });
    json && same
}

/// The page. Its policy lets it run its own script and style, known by their digests, and call nobody but us.
pub(super) fn page() -> Answered {
    let digest = |tag: &str| {
        let inside = between(PAGE, &format!("<{tag}>"), &format!("</{tag}>"));
        let sum = Sha256::digest(inside.unwrap_or_default().as_bytes());
        base64::engine::general_purpose::STANDARD.encode(sum)
    };
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        digest("script"),
        digest("style"),
    );
    Ok(Response::builder()
        .header(CONTENT_TYPE, "text/html; charset=utf-8")
        .header(CONTENT_SECURITY_POLICY, policy)
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "no-referrer")
        .header("cache-control", "no-store")
        .body(Full::from(PAGE))
        .unwrap_or_else(|_| empty(500)))
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(begin)?;
    Some(rest.split_once(end)?.0)
}
