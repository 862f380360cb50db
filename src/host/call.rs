//! Makes a call to a platform, and reads what comes back.

use super::env;
use crate::platform::{Answer, Method, ReplyCall};
use js_sys::{Array, Uint8Array};
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;
use worker::Env;
// Named by what `wasm_bindgen` makes of an `async` import.
use worker::wasm_bindgen_futures;

/// How long a call may take, in seconds. Twice that is [`crate::inbox::rows::SENDING_MS`]'s patience.
const LIMIT_S: u64 = 10;

/// How many bytes of an answer are read.
const ANSWER_BYTES: u32 = 64 * 1024;

#[wasm_bindgen(inline_js = r#"
// Status, two headers (or null) and as much of the body as is wanted; where none came in time, a word why.
// A redirected call would be a second call, perhaps to somebody else.
export async function called(method, url, headers, body, limit_ms, most) {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => { late = true; controller.abort(); }, limit_ms);
  try {
    const response = await fetch(url, {
      method, headers: JSON.parse(headers), body: body || undefined, redirect: 'manual', signal: controller.signal,
    });
    const length = response.headers.get('content-length');
    let read;
    // What is packed may be far longer than it says.
    if (length !== null && Number(length) <= most && !response.headers.has('content-encoding')) {
      read = new Uint8Array(await response.arrayBuffer());
    } else {
      const pieces = [];
      let size = 0;
      for await (const piece of response.body ?? []) {
        pieces.push(piece);
        size += piece.byteLength;
        if (size > most) break;
      }
      read = new Uint8Array(size);
      let at = 0;
      for (const piece of pieces) { read.set(piece, at); at += piece.byteLength; }
    }
    return [response.status, response.headers.get('retry-after'), response.headers.get('x-rate-limit-reset'), read];
  } catch (why) {
    return late ? 'timeout' : 'cut';
  } finally {
    clearTimeout(timer);
  }
}
"#)]
extern "C" {
    /// One crossing for a call and its answer.
    #[wasm_bindgen(catch)]
    async fn called(
        method: &str,
        url: &str,
        headers: &str,
        body: &str,
        limit_ms: f64,
        most: u32,
    ) -> Result<JsValue, JsValue>;
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
    within(env, call, LIMIT_S).await
}

/// The same within so many seconds.
pub async fn within(env: &Env, call: &ReplyCall, limit_s: u64) -> Result<Answered, String> {
    let mut headers = Map::new();
    headers.insert("content-type".into(), "application/json".into());
    headers.insert("accept".into(), "application/json".into());
    let agent = concat!("heard/", env!("CARGO_PKG_VERSION"));
    headers.insert("user-agent".into(), agent.into());
    for (name, value) in &call.headers {
        headers.insert(name.to_ascii_lowercase(), value.as_str().into());
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
    let headers = Value::Object(headers).to_string();
    let limit_ms = (limit_s * 1_000) as f64;
    let came = called(method, &url, &headers, &call.body, limit_ms, ANSWER_BYTES)
        .await
        .map_err(|_| "request".to_string())?;
    if let Some(why) = came.as_string() {
        return Err(why);
    }
    let came: Array = came.unchecked_into();
    let status = came.get(0).as_f64().unwrap_or_default();
    Ok(Answered {
        // Three digits, by the runtime.
        status: status as u16,
        retry_after: came.get(1).as_string(),
        rate_limit_reset: came.get(2).as_string(),
        body: came.get(3).unchecked_into::<Uint8Array>().to_vec(),
    })
}
