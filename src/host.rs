//! The Worker: takes the time, reads requests, carries questions to shards, sends what was decided.
//!
//! Nothing here decides. The only place that names `worker`, asks the clock or the network.

mod accounts;
mod agents;
mod answer;
mod call;
mod caller;
mod clock;
mod console;
mod customers;
mod details;
mod directory;
mod edge;
mod empty;
mod env;
mod floor;
mod gate;
mod gather;
mod health;
mod home;
mod inbox;
mod layout;
mod listeners;
mod live;
mod log;
mod object;
mod outbound;
mod outside;
mod pulse;
mod request;
mod shim;
mod sql;
mod survey;
mod waiting;
mod webhook;

use crate::details::kind::Kind;
use js_sys::Promise;
use request::query;
use wasm_bindgen::prelude::*;
use worker::worker_sys::Context as JsContext;
use worker::{Context, Env, event, web_sys};

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
        _ if crate::console::is_here(&path) => {
            shim::at_once(&shim::answer(console::answer(&request, &method, &path)))
        }
        _ if path.starts_with(Kind::Details.path()) => shim::promised(async move {
            let token = path.strip_prefix(Kind::Details.path()).unwrap_or_default();
            shim::answer(details::answer(request.into(), &method, token, env).await)
        }),
        _ if path.starts_with(Kind::Survey.path()) => shim::promised(async move {
            let token = path.strip_prefix(Kind::Survey.path()).unwrap_or_default();
            shim::answer(survey::answer(request.into(), &method, token, env).await)
        }),
        _ => shim::promised(async move {
            let ctx = Context::new(ctx);
            shim::answer(outside::answer(request.into(), &method, &path, env, &ctx).await)
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
