//! The platforms' route: read, verify, make durable, answer, then send what was decided.

use super::answer::bare;
use super::clock::now_ms;
use super::directory::Carrier;
use super::{customers, edge, env, health, inbox, layout, log, pulse, shim};
use crate::api::customers::Telling;
use crate::config::App;
use crate::directory::homes;
use crate::inbox::customer::tell_kin;
use crate::intake::tally::named;
use crate::intake::{Delivery, Intake, Updates, intake};
use crate::platform::{Ignored, Welcome};
use crate::signature::Headers;
use js_sys::Promise;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use worker::worker_sys::Context as JsContext;
use worker::{Context, Env, Response, Result, web_sys};

thread_local! {
    /// One closure takes all deliveries.
    static TAKE: Closure<shim::Take> = Closure::new(take);
}

/// Receives a delivery to the app of that id.
pub fn deliver(request: &web_sys::Request, app: &str, env: &Env, ctx: &JsContext) -> Promise {
    let config = env::config(env);
    let known = config.apps.iter().enumerate();
    let Some((at, app)) = known.into_iter().find(|(_, one)| one.id.as_str() == app) else {
        return shim::at_once(&shim::status(404));
    };
    let read = app.feed.headers.iter().copied();
    let names: Vec<&str> = app.scheme.headers().chain(read).collect();
    let wanted = (names.as_slice(), config.limits.body_bytes.into());
    TAKE.with(|take| shim::deliver(request, wanted, at, (env, ctx), take))
}

/// Takes a delivery that was read: a status, a response, or a promise of one.
fn take(app: u32, headers: String, body: Vec<u8>, env: Env, ctx: JsContext) -> JsValue {
    let apps = &env::config(&env).apps;
    let app = usize::try_from(app).ok().and_then(|app| apps.get(app));
    let Some(app) = app else {
        return 404.into();
    };
    let ctx = Context::new(ctx);
    let headers = shim::headers(&headers);
    let delivery = Delivery {
        get: false,
        query: &[],
        headers: Headers::new(&headers),
        body: &body,
    };
    match read(&env, &ctx, app, &delivery) {
        Read::Status(status) => status.into(),
        Read::Welcome(welcome) => shim::answer(welcomed(welcome)),
        Read::Updates(updates) => {
            let dropped = updates.dropped();
            edge::note(&env, &ctx, dropped);
            let ignored = updates.all_ignored();
            if dropped > 0 && updates.events.is_empty() && ignored.is_empty() {
                return 200.into();
            }
            shim::promised(async move { take_in(env, ctx, updates, ignored).await.into() }).into()
        }
    }
}

/// Answers a handshake with the app of that id.
pub fn knock(env: &Env, ctx: &Context, app: &str, query: &[(String, String)]) -> Result<Response> {
    let delivery = Delivery {
        get: true,
        query,
        headers: Headers::new(&[]),
        body: &[],
    };
    let Some(app) = env::config(env).app(app) else {
        return bare(404);
    };
    match read(env, ctx, app, &delivery) {
        Read::Welcome(welcome) => welcomed(welcome),
        Read::Status(status) => bare(status),
        // No GET carries any.
        Read::Updates(_) => bare(400),
    }
}

/// What a request came to.
enum Read {
    Status(u16),
    Welcome(Welcome),
    Updates(Updates),
}

/// Reads a request and tells log and health.
fn read(env: &Env, ctx: &Context, app: &App, delivery: &Delivery<'_>) -> Read {
    let now_ms = now_ms();
    let came = intake(env::config(env), app.id.as_str(), delivery, now_ms);
    health::note(env, ctx, app, &came, now_ms);
    let refused = |why, says: &str| log::refused(app.id.as_str(), why, says);
    match came {
        Intake::NoApp => Read::Status(404),
        Intake::NoKey => {
            refused("no_key", "the app's secret is not set");
            Read::Status(503)
        }
        Intake::Refused(why) => {
            refused(why.as_str(), &why.to_string());
            Read::Status(401)
        }
        Intake::NoHandshake => {
            refused("no_handshake", "a GET that is not a handshake of this app");
            Read::Status(400)
        }
        Intake::Unreadable { key } => {
            refused("unreadable", "verified, but no document of this platform");
            Read::Updates(Updates::unreadable(key))
        }
        Intake::Welcome { welcome, .. } => Read::Welcome(welcome),
        Intake::Updates(updates) => {
            for ((platform, account), n) in &updates.strays {
                let account = named(account.as_ref());
                log::stray(app.id.as_str(), platform.as_str(), &account, *n);
            }
            Read::Updates(updates)
        }
    }
}

fn welcomed(welcome: Welcome) -> Result<Response> {
    let headers = worker::Headers::new();
    headers.set("content-type", welcome.content_type)?;
    Ok(Response::builder()
        .with_status(welcome.status)
        .with_headers(headers)
        .fixed(welcome.body.into_bytes()))
}

/// The status: 200 only once every shard has said that its part is durable.
async fn take_in(env: Env, ctx: Context, updates: Updates, ignored: BTreeMap<Ignored, u32>) -> u16 {
    pulse::note(&env, &ctx, &updates.events);
    let Ok(shards) = layout::shards(&env, !updates.events.is_empty()).await else {
        return 503;
    };
    let taken = homes::take_in(&Carrier(&env), shards, updates.events, ignored).await;
    let sends = taken.jobs.is_some() || !taken.acks.is_empty();
    if sends || !taken.fetches.is_empty() || !taken.kin.is_empty() {
        ctx.wait_until(async move {
            if let Some((shard, jobs)) = taken.jobs {
                inbox::hand_on(&env, shard, &jobs).await;
            }
            for (shard, seqs) in taken.acks {
                inbox::send_acks(&env, shard, &seqs).await;
            }
            for (shard, posts) in taken.fetches {
                inbox::fetch(&env, shard, posts).await;
            }
            for (shard, kin) in taken.kin {
                tell_kin(&Telling(&customers::Brand(&env)), shards, shard, kin).await;
            }
        });
    }
    if taken.durable { 200 } else { 503 }
}
