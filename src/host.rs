//! The Worker: takes the time, reads requests, carries questions to shards, sends what was decided.
//!
//! Nothing here decides. The only place that names `worker`, asks the clock or the network.

mod accounts;
mod agents;
mod answer;
mod call;
mod caller;
mod clock;
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
mod request;
mod sql;
mod waiting;
mod webhook;

use wasm_bindgen::prelude::*;
use worker::{Context, Env, Request, Response, Result, event};

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
