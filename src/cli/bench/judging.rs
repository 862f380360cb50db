//! Triage by itself: in Wasm on workerd beside native, and the worst that a post can cost.

use super::super::{build, local, tools};
use super::running::start_heard;
use super::{TEXTS, median, setup};
use crate::ack::preview::preview;
use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use crate::post::TEXT_BYTES;
use crate::triage::{Subject, triage};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

/// What a hostile post may be made of, over and over.
const HOSTILE: [(&str, &str); 14] = [
    ("one_letter", "a"),
    ("one_word", "abcdefghijklmnopqrstuvwxyz"),
    ("ideographs", "電車"),
    ("emoji", "😭"),
    ("joined_emoji", "👩\u{200d}👩\u{200d}👧\u{200d}👦"),
    ("zero_width", "\u{200b}"),
    ("accents", "e\u{301}\u{302}"),
    ("mentions", "@a"),
    ("hashtags", "#StillWaiting"),
    ("stars", "a**"),
    ("entities", "&amp;&#39;&lt"),
    ("quotes", "\"'«“(["),
    ("links", "http://a "),
    (
        "cues",
        "no fire please help stuck for 4 hours kids crying charged twice locked out ",
    ),
];

/// How long a post is judged for the comparison of Wasm and native, in bytes: long enough that a request's own
/// cost is little beside it.
const LONG: usize = 48 * 1024;

pub(super) async fn measure() -> Result<Value> {
    let mut figures = serde_json::Map::new();
    let mut worst = 0.0f64;
    for (name, piece) in HOSTILE {
        let post = piece.repeat(TEXT_BYTES / piece.len());
        let mut times: Vec<f64> = (0..9)
            .map(|_| {
                let began = Instant::now();
                black_box(triage(&Subject {
                    text: &post,
                    ..Subject::default()
                }));
                began.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        let time = median(&mut times);
        worst = worst.max(time);
        figures.insert(format!("64_kib_of_{name}_ms"), json!(time));
    }
    figures.insert("64_kib_worst_ms".into(), json!(worst));

    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("live")?;
    let now_ms = local::now_ms()?;
    let token = mint(
        setup.config.token_keys.first().context("no token key")?,
        &Bearer {
            jti: local::new_jti()?,
            id: "bench".into(),
            role: Role::Agent,
            workgroups: Vec::new(),
            expires_s: now_ms / 1_000 + 86_400,
        },
    )?;
    let running = start_heard(&tools.workerd(), &built.folder, &setup, "judging")?;
    let url = format!("http://127.0.0.1:{}/v1/preview", running.runtime.port);
    let client = reqwest::Client::new();
    let mut long = String::new();
    for text in TEXTS.iter().cycle() {
        if long.len() + text.len() > LONG {
            break;
        }
        long.push_str(text);
        long.push('\n');
    }
    let (mut wasm, mut native) = (Vec::new(), Vec::new());
    for _ in 0..60 {
        // What a request costs by itself goes away in the difference.
        let mut spent = [0.0; 2];
        for (slot, text) in spent.iter_mut().zip([long.as_str(), "hi"]) {
            let body = json!({ "text": text }).to_string();
            let began = Instant::now();
            let answer = client
                .post(&url)
                .bearer_auth(&token)
                .body(body)
                .send()
                .await?;
            if !answer.status().is_success() {
                bail!("preview: {}", answer.status());
            }
            answer.bytes().await?;
            *slot = began.elapsed().as_secs_f64() * 1e3;
        }
        wasm.push(spent[0] - spent[1]);
        for (slot, text) in spent.iter_mut().zip([long.as_str(), "hi"]) {
            let began = Instant::now();
            let shown = preview(&setup.config, text, None, None, true, &(), now_ms);
            black_box(serde_json::to_vec(&shown)?);
            *slot = began.elapsed().as_secs_f64() * 1e3;
        }
        native.push(spent[0] - spent[1]);
    }
    let (wasm, native) = (median(&mut wasm), median(&mut native));
    figures.insert("preview_of_48_kib_on_workerd_ms".into(), json!(wasm));
    figures.insert("preview_of_48_kib_native_ms".into(), json!(native));
    figures.insert("wasm_over_native".into(), json!(wasm / native));
    Ok(Value::Object(figures))
}
