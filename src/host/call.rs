//! Makes a call to a platform, and reads what comes back.

use super::{env, log};
use crate::host::request::request;
use crate::platform::{Answer, Method, ReplyCall};
use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::{AbortController, Delay, Env, Fetch, Headers, Request};

/// How long a call may take, in seconds. Twice that is [`crate::inbox::rows::SENDING_MS`]'s patience.
const LIMIT_S: u64 = 10;

/// How many bytes of an answer are read.
const ANSWER_BYTES: usize = 64 * 1024;

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
    within(env, call, LIMIT_S).await
}

/// The same within so many seconds.
pub async fn within(env: &Env, call: &ReplyCall, limit_s: u64) -> Result<Answered, String> {
    let request = made(env, call).map_err(|why| {
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
    let limit = pin!(Delay::from(Duration::from_secs(limit_s)));
    match select(exchange, limit).await {
        Either::Left((Ok(answered), _)) => Ok(answered),
        Either::Left((Err(_), _)) => Err("cut".into()),
        Either::Right(((), _)) => {
            controller.abort();
            Err("timeout".into())
        }
    }
}

fn made(env: &Env, call: &ReplyCall) -> worker::Result<Request> {
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
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
    };
    request(method, &url, &call.body, Some(&headers))
}
