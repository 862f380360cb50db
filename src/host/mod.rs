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
mod shim;
mod sql;
mod waiting;
mod webhook;

use crate::api::problem::Problem;
use crate::api::{self, Response as Answer};
use js_sys::{Array, Iterator, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use worker::worker_sys::Context as JsContext;
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

/// The Worker's `fetch`. Written out instead of `#[event(fetch)]`, which reads a request piece by piece
/// and makes a promise for each step: deliveries come by the thousand.
///
/// worker-build wires any export of this name.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, ctx: JsContext) -> Promise {
    let url = request.url();
    let path = path_of(&url).to_owned();
    // As it came: the runtime crate takes a method that it does not know for GET.
    let method = request.method();
    match (path.strip_prefix("/webhooks/"), method.as_str()) {
        (Some(app), "POST") => webhook::deliver(&request, app, &env, &ctx),
        (Some(app), "GET") => {
            let ctx = Context::new(ctx);
            let knocked = query(&request).and_then(|query| webhook::knock(&env, &ctx, app, &query));
            shim::at_once(&shim::answer(knocked))
        }
        _ => shim::promised(async move {
            let ctx = Context::new(ctx);
            shim::answer(agents::answer(request.into(), &method, &path, env, &ctx).await)
        }),
    }
}

/// The path of a URL that the runtime serialised: it ends the host with `/`, and writes `?` and `#` only where
/// the path ends.
fn path_of(url: &str) -> &str {
    let path = url
        .split_once("://")
        .and_then(|(_, rest)| rest.get(rest.find('/')?..));
    path.and_then(|path| path.split(['?', '#']).next())
        .unwrap_or("/")
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
fn query(request: &web_sys::Request) -> Result<Vec<(String, String)>> {
    let url = request.url();
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
