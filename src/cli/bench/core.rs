//! Verification, parsing, triage and the decision, natively, beside HMAC and JSON parsing alone.

use super::super::local;
use super::super::simulate::{self, Simulated};
use super::{TEXTS, in_turns, setup, x_post};
use crate::ack::{self, Scene, Standing};
use crate::intake::{Delivery, Intake, Updates, intake};
use crate::platform::Event;
use crate::post::Platform;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use crate::signature::{Headers, verify};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

pub(super) fn measure() -> Result<Value> {
    let setup = setup("live")?;
    let now_ms = local::now_ms()?;
    let mut figures = serde_json::Map::new();
    for (name, app, scheme, body) in [
        ("x_post", "x-main", Scheme::X, x_post(9, now_ms)?),
        (
            "meta_batch_100",
            "meta-main",
            Scheme::Meta,
            meta_batch(100, now_ms)?,
        ),
    ] {
        let key = setup.key(app)?;
        let headers = sign(scheme, key, "msg_1", now_ms / 1_000, &body);
        let delivery = Delivery {
            get: false,
            query: &[],
            headers: Headers::new(&headers),
            body: &body,
        };
        let all = || {
            let Intake::Updates(Updates { events, .. }) =
                intake(&setup.config, app, &delivery, now_ms)
            else {
                return 0;
            };
            let mut said = 0;
            for incoming in events {
                let (Event::Made { post }, Some(triage), Some(source)) = (
                    incoming.event,
                    incoming.triage,
                    setup.config.source(&incoming.source),
                ) else {
                    continue;
                };
                let scene = Scene {
                    config: &setup.config,
                    source,
                    standing: Standing::default(),
                    memory: &(),
                    now_ms,
                };
                let decision = ack::decide(&post, &triage, &scene);
                said += usize::from(decision.is_ok());
            }
            said
        };
        let alone = || {
            let keys = std::slice::from_ref(key);
            let good = verify(scheme, keys, Headers::new(&headers), &body, now_ms / 1_000).is_ok();
            let parsed: Option<Value> = serde_json::from_slice(&body).ok();
            usize::from(good && parsed.is_some())
        };
        if all() == 0 || alone() == 0 {
            bail!("{name}: nothing was acknowledged, so nothing was measured");
        }
        let (all_us, alone_us) = in_turns(&all, &alone);
        figures.insert(format!("{name}_us"), json!(all_us));
        figures.insert(format!("{name}_hmac_and_json_us"), json!(alone_us));
        figures.insert(format!("{name}_ratio"), json!(all_us / alone_us));
    }
    Ok(Value::Object(figures))
}

/// A Meta delivery of `n` comments.
fn meta_batch(n: usize, now_ms: i64) -> Result<Vec<u8>> {
    let mut entries = Vec::new();
    for number in 0..n {
        let text = TEXTS.get(number % TEXTS.len()).copied().unwrap_or_default();
        let one = simulate::body(&simulate::Delivery {
            platform: Platform::Facebook,
            account: "4200000002",
            handle: None,
            author: &format!("author {number}"),
            text,
            id: &format!("3{number:017}"),
            created_ms: now_ms,
            event: Simulated::Made,
        })
        .context("no such delivery")?;
        let mut one: Value = serde_json::from_slice(&one)?;
        if let Some(Value::Array(list)) = one.get_mut("entry").map(Value::take) {
            entries.extend(list);
        }
    }
    Ok(serde_json::to_vec(
        &json!({"object": "page", "entry": entries}),
    )?)
}
