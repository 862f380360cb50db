//! Calls to the platforms' reply APIs.

use super::{env, log, now_ms};
use crate::config::Config;
use crate::inbox::wire::Job;
use crate::platform::{self, Answer, Outcome, ReplyCall, ReplyTo};
use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::{AbortController, Delay, Env, Fetch, Headers, Request};

/// How long a call may take, in seconds. Twice that is [`crate::inbox::outbox::SENDING_MS`]'s patience.
const LIMIT_S: u64 = 10;

/// How many bytes of an answer are read.
const ANSWER_BYTES: usize = 64 * 1024;

/// Sends a job's text through its platform: what became of it.
pub async fn deliver(env: &Env, config: &Config, job: &Job) -> Outcome {
    let refused = |why: &str| Outcome::Refused { why: why.into() };
    let Some(source) = config.source(&job.source) else {
        return refused("no_source");
    };
    let Some(credential) = &source.credential else {
        return refused("no_credential");
    };
    let to = ReplyTo {
        account: &job.account,
        reply_to: &job.reply_to,
        reply_url: source.reply_url.as_deref(),
        credential,
        now_ms: now_ms(),
    };
    let Some(call) = platform::reply(job.platform, &to, &job.text) else {
        return refused("reply_to");
    };
    match answered(env, &call).await {
        Err(why) => Outcome::Unknown { why },
        Ok(answered) => platform::outcome(
            job.platform,
            &Answer {
                status: answered.status,
                retry_after: answered.retry_after.as_deref(),
                rate_limit_reset: answered.rate_limit_reset.as_deref(),
                body: &answered.body,
            },
            now_ms(),
        ),
    }
}

/// An outcome in two words, for the log.
pub fn words(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Sent { .. } => ("sent", ""),
        Outcome::Refused { why } => ("refused", why),
        Outcome::Later { .. } => ("later", ""),
        Outcome::Unknown { why } => ("unknown", why),
    }
}

struct Answered {
    status: u16,
    retry_after: Option<String>,
    rate_limit_reset: Option<String>,
    body: Vec<u8>,
}

/// Makes the call within [`LIMIT_S`]. An error is always one after which the call may have arrived.
async fn answered(env: &Env, call: &ReplyCall) -> Result<Answered, String> {
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
