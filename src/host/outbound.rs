//! Calls to the platforms' reply APIs.

use super::{accounts, env, log, now_ms};
use crate::accounts::credential::Kind;
use crate::accounts::oauth1;
use crate::accounts::token::Without;
use crate::config::{Config, Source};
use crate::inbox::wire::Job;
use crate::platform::{self, Answer, Outcome, ReplyCall, ReplyTo};
use crate::signature::Key;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::{AbortController, Delay, Env, Fetch, Headers, Request};

/// How long a call may take, in seconds. Twice that is [`crate::inbox::outbox::SENDING_MS`]'s patience.
const LIMIT_S: u64 = 10;

/// How many bytes of an answer are read.
const ANSWER_BYTES: usize = 64 * 1024;

/// How long after its beginning a send that was refused for its access token may be made again with
/// a new one: both, and the asking in between, end within [`crate::inbox::outbox::SENDING_MS`].
const AGAIN_MS: i64 = 10_000;

/// Sends a job's text through its platform: what became of it.
pub async fn deliver(env: &Env, config: &Config, job: &Job) -> Outcome {
    let Some(source) = config.source(&job.source) else {
        return refused("no_source");
    };
    let Some(credential) = &source.credential else {
        return refused("no_credential");
    };
    match &credential.kind {
        Kind::Token(token) => send(env, source, job, token, None).await,
        Kind::Signed(keys) => send(env, source, job, keys.token(), Some(keys)).await,
        Kind::Granted(_) => granted(env, source, &credential.fingerprint, job).await,
    }
}

/// Sends with an access token; once more with a new one where the platform does not take the first,
/// for then nothing arrived.
async fn granted(env: &Env, source: &Source, secret: &str, job: &Job) -> Outcome {
    let began_ms = now_ms();
    let mut refused = None;
    loop {
        let access = match accounts::token(env, &source.id, secret, refused).await {
            Ok(access) => access,
            Err(Without::Dead { why }) => return Outcome::Unauthorized { why },
            Err(Without::Later { after_s }) => {
                return Outcome::Later {
                    after_s: Some(after_s),
                };
            }
        };
        let Some(token) = Key::new(access.token.expose()) else {
            return self::refused("no_credential");
        };
        let outcome = send(env, source, job, &token, None).await;
        let is_last = refused.is_some() || now_ms() - began_ms > AGAIN_MS;
        if is_last || !matches!(outcome, Outcome::Unauthorized { .. }) {
            return outcome;
        }
        refused = Some(access.number);
    }
}

fn refused(why: &str) -> Outcome {
    Outcome::Refused { why: why.into() }
}

async fn send(
    env: &Env,
    source: &Source,
    job: &Job,
    token: &Key,
    keys: Option<&oauth1::Keys>,
) -> Outcome {
    let to = ReplyTo {
        account: &job.account,
        reply_to: &job.reply_to,
        reply_url: source.reply_url.as_deref(),
        credential: token,
        now_ms: now_ms(),
    };
    let Some(mut call) = platform::reply(job.platform, &to, &job.text) else {
        return refused("reply_to");
    };
    if let Some(keys) = keys {
        let Some(nonce) = random_hex() else {
            return refused("nonce");
        };
        call = keys.signed(call, &nonce, now_ms());
    }
    match answered(env, &call).await {
        Err(why) => Outcome::Unknown { why },
        Ok(answered) => platform::outcome(job.platform, &answered.answer(), now_ms()),
    }
}

/// 128 random bits, as hex.
pub fn random_hex() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An outcome in two words, for the log.
pub fn words(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Sent { .. } => ("sent", ""),
        Outcome::Refused { why } => ("refused", why),
        Outcome::Unauthorized { why } => ("unauthorized", why),
        Outcome::Later { .. } => ("later", ""),
        Outcome::Unknown { why } => ("unknown", why),
    }
}

/// What came back.
pub struct Answered {
    status: u16,
    retry_after: Option<String>,
    rate_limit_reset: Option<String>,
    body: Vec<u8>,
}

impl Answered {
    /// As the core reads it.
    pub fn answer(&self) -> Answer<'_> {
        Answer {
            status: self.status,
            retry_after: self.retry_after.as_deref(),
            rate_limit_reset: self.rate_limit_reset.as_deref(),
            body: &self.body,
        }
    }
}

/// Makes the call within [`LIMIT_S`]. An error is always one after which the call may have arrived.
pub async fn answered(env: &Env, call: &ReplyCall) -> Result<Answered, String> {
    let request = request(env, call).map_err(|why| {
        log::failed("reply_request", &why.to_string());
        "request".to_string()
    })?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let exchange = pin!(async {
        let mut response = Fetch::Request(request).send_with_signal(&signal).await?;
        let mut body = Vec::new();
        let mut stream = response.stream()?;
        while let Some(piece) = futures_util::StreamExt::next(&mut stream).await {
            body.extend_from_slice(&piece?);
            if body.len() > ANSWER_BYTES {
                break;
            }
        }
        Ok::<_, worker::Error>(Answered {
            status: response.status_code(),
            retry_after: response.headers().get("retry-after")?,
            rate_limit_reset: response.headers().get("x-rate-limit-reset")?,
            body,
        })
    });
    let limit = pin!(Delay::from(Duration::from_secs(LIMIT_S)));
    match select(exchange, limit).await {
        Either::Left((Ok(answered), _)) => Ok(answered),
        Either::Left((Err(_), _)) => Err("cut".into()),
        Either::Right(((), _)) => {
            controller.abort();
            Err("timeout".into())
        }
    }
}

fn request(env: &Env, call: &ReplyCall) -> worker::Result<Request> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("accept", "application/json")?;
    headers.set("user-agent", concat!("heard/", env!("CARGO_PKG_VERSION")))?;
    for (name, value) in &call.headers {
        headers.set(name, value)?;
    }
    let url = match (env::sandbox(env), call.url.strip_prefix("https://")) {
        (Some(sandbox), Some(rest)) => format!("{sandbox}/{rest}"),
        _ => call.url.clone(),
    };
    let method = match call.method {
        platform::Method::Post => "POST",
        platform::Method::Put => "PUT",
    };
    super::request(method, &url, &call.body, Some(&headers))
}
