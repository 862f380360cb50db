//! The Worker: takes the time, reads requests, carries questions to shards, sends what was decided.
//!
//! Nothing here decides. The only place that names `worker`, asks the clock or the network.

mod accounts;
mod agents;
mod caller;
mod directory;
mod empty;
mod env;
mod gate;
mod gather;
mod health;
mod home;
mod inbox;
mod layout;
mod log;
mod object;
mod outbound;
mod sql;
mod waiting;
mod webhook;

use crate::api::problem::Problem;
use crate::api::{self, Response as Answer};
use js_sys::{Array, Iterator};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use worker::{Context, Date, Env, Headers, Request, Response, Result, event, web_sys};

/// Epoch milliseconds. Time stands still within a synchronous stretch, so once a request is enough.
fn now_ms() -> i64 {
    i64::try_from(Date::now().as_millis()).unwrap_or(0)
}

/// The only place where the panic hook may be set: later it would replace the runtime crate's own,
/// which is what brings an instance back after a panic.
#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> Result<Response> {
    let path = request.path();
    // As it came: the runtime crate takes a method that it does not know for GET.
    let method = request.inner().method();
    match path.strip_prefix("/webhooks/") {
        Some(app) if matches!(method.as_str(), "GET" | "POST") => {
            webhook::receive(request, app, env, &ctx).await
        }
        _ => agents::answer(request, &method, &path, env, &ctx).await,
    }
}

/// An answer without a body: all that a platform is told.
fn bare(status: u16) -> Result<Response> {
    Ok(Response::builder().with_status(status).empty())
}

/// An answer of the agents' API.
fn respond(answer: Answer) -> Result<Response> {
    let headers = headers(answer.content_type)?;
    for (name, value) in &answer.headers {
        headers.set(name, value)?;
    }
    Ok(Response::builder()
        .with_status(answer.status)
        .with_headers(headers)
        .fixed(answer.body.into_bytes()))
}

/// The headers of every answer of the agents' API.
fn headers(content_type: &str) -> Result<Headers> {
    let headers = Headers::new();
    headers.set("content-type", content_type)?;
    // What agents see is about people: no cache may keep it.
    headers.set("cache-control", "no-store")?;
    Ok(headers)
}

/// A body that is longer than the cap.
struct TooLarge;

/// Reads a body of at most `cap` bytes. One that names its length is refused or read at once; one that
/// does not is read piece by piece until it is through or past the cap.
async fn body(request: &mut Request, cap: usize) -> Result<std::result::Result<Vec<u8>, TooLarge>> {
    let length = request.headers().get("content-length")?;
    if let Some(length) = length {
        return match length.parse::<usize>() {
            Ok(length) if length <= cap => request.bytes().await.map(Ok),
            _ => Ok(Err(TooLarge)),
        };
    }
    if request.inner().body().is_none() {
        return Ok(Ok(Vec::new()));
    }
    let mut stream = request.stream()?;
    let mut body = Vec::new();
    while let Some(piece) = futures_util::StreamExt::next(&mut stream).await {
        let piece = piece?;
        if body.len() + piece.len() > cap {
            return Ok(Err(TooLarge));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Ok(body))
}

#[wasm_bindgen]
extern "C" {
    /// The runtime's own query parser: `Request::url` would bring a second one, with all of Unicode's
    /// host name tables, into the Wasm.
    type URLSearchParams;

    #[wasm_bindgen(constructor, catch)]
    fn new(query: &str) -> std::result::Result<URLSearchParams, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn entries(this: &URLSearchParams) -> std::result::Result<Iterator, JsValue>;
}

/// The query's pairs, URL-decoded.
fn query(request: &Request) -> Result<Vec<(String, String)>> {
    let url = request.inner().url();
    let Some((_, query)) = url.split_once('?') else {
        return Ok(Vec::new());
    };
    let entries = URLSearchParams::new(query)?.entries()?;
    let mut pairs = Vec::new();
    loop {
        let next = entries.next()?;
        if next.done() {
            return Ok(pairs);
        }
        let pair: Array = next.value().unchecked_into();
        let text = |at| pair.get(at).as_string().unwrap_or_default();
        pairs.push((text(0), text(1)));
    }
}

/// A request with a body. Made of the platform's own parts: the `worker` crate's builder brings all of
/// Cloudflare's caching and image options with it.
fn request(method: &str, url: &str, body: &str, headers: Option<&Headers>) -> Result<Request> {
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_body(&JsValue::from_str(body));
    // A redirected call would be a second call, perhaps to somebody else.
    init.set_redirect(web_sys::RequestRedirect::Manual);
    if let Some(headers) = headers {
        init.set_headers(headers.as_ref());
    }
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?.into())
}

/// A problem, as an answer.
fn problem(problem: Problem) -> Result<Response> {
    respond(api::Response::from(problem))
}
