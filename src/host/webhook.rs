//! The platforms' route: read, verify, make durable, answer, then send what was decided.

use super::answer::bare;
use super::clock::now_ms;
use super::directory::Carrier;
use super::{env, health, inbox, layout, log};
use crate::directory::homes;
use crate::host::request::{TooLarge, body, query};
use crate::intake::tally::named;
use crate::intake::{Delivery, Intake, Updates, intake};
use crate::signature::Headers;
use worker::{Context, Env, Method, Request, Response, Result};

/// Receives a delivery or a handshake of the app of that id.
pub async fn receive(mut request: Request, app: &str, env: Env, ctx: &Context) -> Result<Response> {
    let config = env::config(&env);
    let Some(known) = config.app(app) else {
        return bare(404);
    };
    let get = request.method() == Method::Get;
    let body = if get {
        Vec::new()
    } else {
        let cap = usize::try_from(config.limits.body_bytes).unwrap_or(usize::MAX);
        match body(&mut request, cap).await? {
            Ok(body) => body,
            Err(TooLarge) => return bare(413),
        }
    };
    let mut headers = Vec::new();
    for name in known
        .scheme
        .headers()
        .chain(known.feed.headers.iter().copied())
    {
        if let Some(value) = request.headers().get(name)? {
            headers.push((name.to_string(), value));
        }
    }
    let query = if get { query(&request)? } else { Vec::new() };
    let delivery = Delivery {
        get,
        query: &query,
        headers: Headers::new(&headers),
        body: &body,
    };
    let now_ms = now_ms();
    let came = intake(config, app, &delivery, now_ms);
    health::note(&env, ctx, known, &came, now_ms);
    match came {
        Intake::NoApp => bare(404),
        Intake::NoKey => {
            log::refused(app, "no_key", "the app's secret is not set");
            bare(503)
        }
        Intake::Refused(why) => {
            log::refused(app, why.as_str(), &why.to_string());
            bare(401)
        }
        Intake::NoHandshake => {
            log::refused(
                app,
                "no_handshake",
                "a GET that is not a handshake of this app",
            );
            bare(400)
        }
        Intake::Unreadable { .. } => {
            log::refused(
                app,
                "unreadable",
                "verified, but no document of this platform",
            );
            bare(400)
        }
        Intake::Welcome { welcome, .. } => {
            let headers = worker::Headers::new();
            headers.set("content-type", welcome.content_type)?;
            Ok(Response::builder()
                .with_status(welcome.status)
                .with_headers(headers)
                .fixed(welcome.body.into_bytes()))
        }
        Intake::Updates(updates) => {
            for ((platform, account), n) in &updates.strays {
                log::stray(app, platform.as_str(), &named(account.as_ref()), *n);
            }
            take_in(env, ctx, updates).await
        }
    }
}

/// Answers 200 only once every shard has said that its part is durable.
async fn take_in(env: Env, ctx: &Context, updates: Updates) -> Result<Response> {
    let ignored = updates.all_ignored();
    let Ok(shards) = layout::shards(&env, !updates.events.is_empty()).await else {
        return bare(503);
    };
    let taken = homes::take_in(&Carrier(&env), shards, updates.events, ignored).await;
    if !taken.acks.is_empty() {
        ctx.wait_until(async move {
            for (shard, seqs) in taken.acks {
                inbox::send_acks(&env, shard, &seqs).await;
            }
        });
    }
    bare(if taken.durable { 200 } else { 503 })
}
