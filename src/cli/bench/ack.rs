//! From a webhook's arrival to its acknowledgment leaving, beside a bare Worker that forwards the body
//! at once and does nothing else.
//!
//! One delivery at a time, so that what is measured is a way and not a queue. The clock starts when the
//! client sends, and stops when the platform's end of the outbound call has read its head.

use super::running::{start_heard, start_script};
use crate::cli::bench::setup::{in_turns, percentile, setup, x_post};
use crate::judgement::{Fact, Lasting, Level, Situation, Unit};
use crate::lab::{build, local, tools};
use crate::language::languages;
use crate::post::Platform;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use crate::voice::brand::{Brand, Help};
use crate::voice::compose;
use crate::voice::occasion::{Lately, Occasion, Wait};
use crate::voice::print::KEPT;
use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// A Worker that passes the body on before it answers, and checks nothing.
const FORWARDS: &str = r#"export default {
  async fetch(request, env, ctx) {
    const body = await request.arrayBuffer();
    ctx.waitUntil(fetch("https://api.x.com/2/tweets", { method: "POST", body }));
    return new Response(null);
  },
};
"#;

/// How long a call may take to come: far beyond what it takes.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where every outbound call ends: says when each came.
pub(super) struct End {
    pub(super) addr: SocketAddr,
    came: UnboundedReceiver<Instant>,
    serving: JoinHandle<()>,
}

impl End {
    pub(super) async fn open() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let (says, came) = unbounded_channel();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let says = says.clone();
                tokio::spawn(async move {
                    let service = hyper::service::service_fn(|call| took(&says, call));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Ok(Self {
            addr,
            came,
            serving,
        })
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Answers as X does when it has posted.
async fn took(
    says: &UnboundedSender<Instant>,
    call: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    // Nobody listens any more once the measurement is over.
    let _ = says.send(Instant::now());
    let _ = call.into_body().collect().await;
    let mut answer = Response::new(Full::from(r#"{"data":{"id":"1","text":"posted"}}"#));
    *answer.status_mut() = hyper::StatusCode::CREATED;
    Ok(answer)
}

/// Delivers one post and waits for the call that it brings about.
async fn once(
    client: &reqwest::Client,
    url: &str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    end: &mut End,
) -> Result<Duration> {
    let mut request = client.post(url).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let began = Instant::now();
    let status = request.send().await?.status();
    if !status.is_success() {
        bail!("{url} answered {status}");
    }
    let came = tokio::time::timeout(PATIENCE, end.came.recv()).await;
    let came = came.ok().flatten().context("no call came")?;
    Ok(came.duration_since(began))
}

/// What choosing and filling an acknowledgment's sentences takes by itself, natively, with two hundred said before; beside
/// SHA-256 over 64 KiB, so that machines can be compared.
fn composing() -> (f64, f64) {
    let lately = Lately {
        source: (0..200 * KEPT as u64).collect(),
        ..Lately::default()
    };
    let brand = Brand {
        name: "Northline".into(),
        language: "en".into(),
        ..Brand::default()
    };
    let help = Help::default();
    let seed = Cell::new(0);
    let compose = || {
        seed.set(seed.get() + 1);
        let nth = |many: usize| usize::try_from(seed.get()).unwrap_or(0) % many;
        let occasion = Occasion {
            situation: Situation::ALL.get(nth(Situation::ALL.len())).copied(),
            facts: &[Fact::NoInformation],
            stated: Some(Lasting {
                n: 2,
                of: Unit::Hours,
            }),
            danger: None,
            level: Level::Urgent,
            despair: false,
            lang: languages().nth(nth(languages().count())).unwrap_or("en"),
            help: &help,
            platform: Platform::X,
            public: true,
            live: true,
            surge: false,
            answers: true,
            seed: seed.get(),
            lately: &lately,
            within: Some(Wait::Minutes(20)),
            on_duty: None,
        };
        usize::from(compose(&brand, &occasion).is_some())
    };
    let block = vec![7_u8; 64 * 1024];
    let hash = || usize::from(Sha256::digest(&block).first().copied().unwrap_or(0));
    in_turns(&compose, &hash)
}

pub(super) async fn measure() -> Result<Value> {
    /// Deliveries a slice, and slices: some seconds of each in turns, and enough for a p99.
    const SLICE: usize = 60;
    const SLICES: usize = 9;
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let (mut ours, mut theirs) = (End::open().await?, End::open().await?);
    let mut setup = setup("live")?;
    setup.outbound = Some(ours.addr.to_string());
    let heard = start_heard(&tools.workerd(), &built.folder, &setup, "ack")?;
    let outbound = Some(theirs.addr.to_string());
    let bare = start_script(&tools.workerd(), "forwards", FORWARDS, &[], outbound)?;
    let client = reqwest::Client::new();
    let key = setup.key("x-main")?;
    let heard_url = format!("http://127.0.0.1:{}/webhooks/x-main", heard.runtime.port);
    let bare_url = format!("http://127.0.0.1:{}/", bare.runtime.port);
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    let mut number = 9;
    for round in 0..=SLICES {
        for _ in 0..SLICE {
            // Every tenth text is a cry for help.
            number += 10;
            let now_ms = local::now_ms()?;
            let body = x_post(number, now_ms)?;
            let headers = sign(Scheme::X, key, "msg", now_ms / 1_000, &body);
            let (signed, same) = (headers.clone(), body.clone());
            our_times.push(once(&client, &heard_url, headers, body, &mut ours).await?);
            their_times.push(once(&client, &bare_url, signed, same, &mut theirs).await?);
        }
        if round == 0 {
            // The first warms both: connections, compiled code, tables.
            our_times.clear();
            their_times.clear();
        }
        note!("  ack: slice {round} of {SLICES}");
    }
    let (our_p50, our_p99) = (
        percentile(&mut our_times, 0.50),
        percentile(&mut our_times, 0.99),
    );
    let (bare_p50, bare_p99) = (
        percentile(&mut their_times, 0.50),
        percentile(&mut their_times, 0.99),
    );
    let (composing, hashing) = composing();
    Ok(json!({
        "composing_us": composing,
        "composing_and_hashing_64_kib_ratio": composing / hashing,
        "heard_p50_ms": our_p50,
        "heard_p99_ms": our_p99,
        "forward_p50_ms": bare_p50,
        "forward_p99_ms": bare_p99,
        "p50_ratio": our_p50 / bare_p50,
    }))
}
