//! `heard bench`: the measurements that README quotes, as ratios within one run.
//!
//! What is compared runs in turns, a slice of each at a time, so that a machine that slows down
//! slows all of them.

use super::runtime::{Runtime, Service};
use super::simulate::{self, Simulated};
use super::{build, local, tools};
use crate::ack::{self, Standing};
use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use crate::config::{Config, SecretUse, secret_names};
use crate::inbox::wire::Ask;
use crate::intake::{Delivery, Intake, intake};
use crate::platform::Event;
use crate::post::Platform;
use crate::signature::{Headers, Key, Scheme, sign, verify};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Measures Heard, natively and on workerd.
#[derive(clap::Args, Debug)]
pub struct BenchArgs {
    /// Only these parts: core, intake, queue, size.
    #[arg(long, value_delimiter = ',', default_value = "core,intake,queue,size")]
    only: Vec<String>,
    /// How many open interactions the largest queue holds.
    #[arg(long, default_value_t = 100_000)]
    open: usize,
    /// How many deliveries under way at a time.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When a tool or a build is missing, or a Worker answers what it should not.
pub fn run(args: BenchArgs) -> Result<ExitCode> {
    if cfg!(debug_assertions) && args.only.iter().any(|part| part == "core") {
        eprintln!(
            "This is a debug build: run `cargo run --profile native -- bench` for figures that mean something."
        );
    }
    let mut found = serde_json::Map::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    for part in &args.only {
        let figures = match part.as_str() {
            "core" => core()?,
            "intake" => runtime.block_on(intake_on_workerd(args.connections))?,
            "queue" => runtime.block_on(queue(args.open))?,
            "size" => runtime.block_on(size())?,
            other => bail!("no part \"{other}\": core, intake, queue, size"),
        };
        if !args.json {
            show(part, &figures);
        }
        found.insert(part.clone(), figures);
    }
    if args.json {
        println!("{}", Value::Object(found));
    }
    Ok(ExitCode::SUCCESS)
}

fn show(part: &str, figures: &Value) {
    println!("\n{part}");
    for (name, figure) in figures.as_object().into_iter().flatten() {
        match figure.as_f64() {
            Some(number) if number.fract() == 0.0 => println!("  {name:<48} {number:>12.0}"),
            Some(number) => println!("  {name:<48} {number:>12.2}"),
            None => println!("  {name:<48} {figure:>12}"),
        }
    }
}

/// Texts of every day, one in ten of them urgent.
const TEXTS: [&str; 10] = [
    "@NorthlineRail is the 18:04 to Guildford running tonight?",
    "@NorthlineRail thanks to the guard on the 7:15, made my morning",
    "@NorthlineRail the app shows last week's timetable again",
    "@NorthlineRail seats on the new trains are hard as planks",
    "@NorthlineRail do you sell carnets at Woking",
    "@NorthlineRail 12 minutes late, every single day this week",
    "@NorthlineRail lovely view from the coast line today",
    "@NorthlineRail heating off in coach C, please look at it",
    "@NorthlineRail when does the refund for delay arrive? applied on Monday",
    "@NorthlineRail stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything",
];

/// The demo configuration with a secret for everything.
struct Setup {
    table: String,
    secrets: Vec<(String, String)>,
    config: Config,
}

fn setup(mode: &str) -> Result<Setup> {
    let mut table: Value = serde_json::from_str(&super::check::heard_table(include_str!(
        "../../wrangler.toml"
    ))?)?;
    if let Some(table) = table.as_object_mut() {
        table.insert("mode".into(), mode.into());
    }
    let table = table.to_string();
    let secrets: Vec<(String, String)> = secret_names(&table)
        .into_iter()
        .map(|(name, what)| {
            let value = match what {
                SecretUse::AppKey(Scheme::Standard) => {
                    "whsec_SGVhcmRIZWFyZEhlYXJkSGVhcmRIZWFyZEhlYXI="
                }
                _ => "0123456789abcdef0123456789abcdef",
            };
            (name, value.to_string())
        })
        .collect();
    let config = Config::read(&table, &|name| {
        secrets
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    });
    Ok(Setup {
        table,
        secrets,
        config,
    })
}

impl Setup {
    fn key(&self, app: &str) -> Result<&Key> {
        self.config
            .app(app)
            .and_then(|app| app.keys.first())
            .with_context(|| format!("no key of {app}"))
    }
}

fn x_post(number: usize, now_ms: i64) -> Result<Vec<u8>> {
    let text = TEXTS.get(number % TEXTS.len()).copied().unwrap_or_default();
    simulate::body(&simulate::Delivery {
        platform: Platform::X,
        account: "4200000001",
        handle: Some("NorthlineRail"),
        author: &format!("author {number}"),
        text,
        id: &format!("3{number:017}"),
        created_ms: now_ms,
        event: Simulated::Made,
    })
    .context("no such delivery")
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

/// (a) Verification, parsing, triage and the decision, natively, beside HMAC and JSON parsing alone.
fn core() -> Result<Value> {
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
            let Intake::Updates(asks) = intake(&setup.config, app, &delivery, now_ms) else {
                return 0;
            };
            let mut said = 0;
            for ask in asks.into_values() {
                let Ask::TakeIn { events, .. } = ask else {
                    continue;
                };
                for incoming in events {
                    let (Event::Made { post }, Some(triage), Some(source)) = (
                        incoming.event,
                        incoming.triage,
                        setup.config.source(&incoming.source),
                    ) else {
                        continue;
                    };
                    let decision = ack::decide(
                        &post,
                        &triage,
                        source,
                        &setup.config.brand,
                        &setup.config.limits,
                        &Standing::default(),
                        &Vec::new,
                        now_ms,
                    );
                    said += usize::from(decision.is_ok());
                }
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

/// Microseconds a call, of two functions that run in turns: the median of 41 slices of 10 ms each.
fn in_turns(a: &dyn Fn() -> usize, b: &dyn Fn() -> usize) -> (f64, f64) {
    let slice = |f: &dyn Fn() -> usize| {
        let began = Instant::now();
        let mut calls = 0u32;
        while began.elapsed() < Duration::from_millis(10) {
            black_box(f());
            calls += 1;
        }
        began.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
    };
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for _ in 0..41 {
        left.push(slice(a));
        right.push(slice(b));
    }
    (median(&mut left), median(&mut right))
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let at = (times.len().saturating_sub(1) as f64 * share).round() as usize;
    times
        .get(at)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}

/// A Worker that keeps the raw body with one INSERT in a Durable Object, and checks nothing.
const BARE: &str = r#"import { DurableObject } from "cloudflare:workers";
export class Store extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS raw (seq INTEGER PRIMARY KEY, body TEXT) STRICT");
  }
  async fetch(request) {
    this.ctx.storage.sql.exec("INSERT INTO raw (body) VALUES (?)", await request.text());
    return new Response(null);
  }
}
export default {
  async fetch(request, env) {
    return env.STORE.getByName("one").fetch("https://store/", { method: "POST", body: await request.arrayBuffer() });
  },
};
"#;

/// A running Worker in a folder of its own under target/.
struct Running {
    // Dropped first: the folder goes when nothing writes into it any more.
    runtime: Runtime,
    _folder: Folder,
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let path = build::project_root()?
            .join("target/bench")
            .join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("disk"))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn start_bare(workerd: &Path) -> Result<Running> {
    let folder = Folder::new("bare")?;
    std::fs::write(folder.0.join("bare.js"), BARE)?;
    let service = Service {
        modules: &[("bare.js", "esModule")],
        texts: &[],
        jsons: &[],
        object: ("STORE", "Store"),
        outbound: None,
    };
    std::fs::write(folder.0.join("config.capnp"), service.capnp())?;
    Ok(Running {
        runtime: Runtime::spawn(workerd, &folder.0, |_| {})?,
        _folder: folder,
    })
}

fn start_heard(workerd: &Path, built: &Path, setup: &Setup, name: &str) -> Result<Running> {
    let folder = Folder::new(name)?;
    for file in ["index.js", "index_bg.wasm"] {
        std::fs::copy(built.join(file), folder.0.join(file))?;
    }
    let service = Service {
        modules: &[("index.js", "esModule"), ("index_bg.wasm", "wasm")],
        texts: &setup.secrets,
        jsons: &[("HEARD".to_string(), setup.table.clone())],
        object: ("INBOX", "Inbox"),
        outbound: None,
    };
    std::fs::write(folder.0.join("config.capnp"), service.capnp())?;
    Ok(Running {
        runtime: Runtime::spawn(workerd, &folder.0, |_| {})?,
        _folder: folder,
    })
}

/// A delivery ready to go.
struct Ready {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Sends deliveries over `connections` at a time; how long each took.
async fn send(
    client: &reqwest::Client,
    url: &str,
    deliveries: Vec<Ready>,
    connections: usize,
) -> Result<(f64, Vec<Duration>)> {
    let total = deliveries.len();
    let queue = Arc::new(std::sync::Mutex::new(deliveries));
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..connections {
        let (queue, client, url) = (queue.clone(), client.clone(), url.to_string());
        workers.spawn(async move {
            let mut times = Vec::new();
            loop {
                let next = queue.lock().ok().and_then(|mut queue| queue.pop());
                let Some(Ready { headers, body }) = next else {
                    return anyhow::Ok(times);
                };
                let mut request = client.post(&url).body(body);
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                let began = Instant::now();
                let status = request.send().await?.status();
                if !status.is_success() {
                    bail!("{url} answered {status}");
                }
                times.push(began.elapsed());
            }
        });
    }
    let mut times = Vec::with_capacity(total);
    while let Some(done) = workers.join_next().await {
        times.extend(done??);
    }
    Ok((total as f64 / began.elapsed().as_secs_f64(), times))
}

/// (b) From a webhook to its durable 200, beside the bare Worker.
async fn intake_on_workerd(connections: usize) -> Result<Value> {
    /// Deliveries a slice, and slices: some seconds of each in turns.
    const SLICE: usize = 1_500;
    const SLICES: usize = 7;
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("dry_run")?;
    let heard = start_heard(&tools.workerd(), &built.folder, &setup, "intake")?;
    let bare = start_bare(&tools.workerd())?;
    let client = reqwest::Client::new();
    let key = setup.key("x-main")?;
    let heard_url = format!("http://127.0.0.1:{}/webhooks/x-main", heard.runtime.port);
    let bare_url = format!("http://127.0.0.1:{}/", bare.runtime.port);
    let mut number = 0;
    let mut slice = |n: usize| -> Result<Vec<Ready>> {
        let now_ms = local::now_ms()?;
        (0..n)
            .map(|_| {
                number += 1;
                let body = x_post(number, now_ms)?;
                Ok(Ready {
                    headers: sign(Scheme::X, key, "msg", now_ms / 1_000, &body),
                    body,
                })
            })
            .collect()
    };
    // Warm both: connections, compiled code, tables.
    for url in [&heard_url, &bare_url] {
        send(&client, url, slice(300)?, connections).await?;
    }
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for round in 0..SLICES {
        eprintln!("  intake: slice {} of {SLICES}", round + 1);
        let (heard_rate, times) = send(&client, &heard_url, slice(SLICE)?, connections).await?;
        our_times.extend(times);
        let (bare_rate, times) = send(&client, &bare_url, slice(SLICE)?, connections).await?;
        their_times.extend(times);
        ours.push(heard_rate);
        theirs.push(bare_rate);
        ratios.push(heard_rate / bare_rate);
    }
    Ok(json!({
        "heard_per_s": median(&mut ours),
        "bare_per_s": median(&mut theirs),
        "ratio": median(&mut ratios),
        "heard_p50_ms": percentile(&mut our_times, 0.50),
        "heard_p99_ms": percentile(&mut our_times, 0.99),
        "bare_p50_ms": percentile(&mut their_times, 0.50),
        "bare_p99_ms": percentile(&mut their_times, 0.99),
    }))
}

/// (c) Claim and resolve with few, many and very many open interactions.
async fn queue(most: usize) -> Result<Value> {
    /// Cycles a slice, and slices.
    const CYCLES: usize = 50;
    const SLICES: usize = 25;
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("off")?;
    let client = reqwest::Client::new();
    let token_key = setup.config.token_keys.first().context("no token key")?;
    let token = mint(
        token_key,
        &Bearer {
            id: "bench".into(),
            role: Role::Agent,
            workgroups: Vec::new(),
            expires_s: local::now_ms()? / 1_000 + 86_400,
        },
    )?;
    let mut queues = Vec::new();
    for open in [100, 10_000, most] {
        eprintln!("  queue: filling one with {open} open interactions");
        let running = start_heard(
            &tools.workerd(),
            &built.folder,
            &setup,
            &format!("queue-{open}"),
        )?;
        let base = format!("http://127.0.0.1:{}", running.runtime.port);
        let mut filler = Filler { next: 0 };
        filler.fill(&client, &base, &setup, open).await?;
        queues.push((open, running, base, filler, Vec::new()));
    }
    for round in 0..SLICES {
        if round % 5 == 0 {
            eprintln!("  queue: slice {} of {SLICES}", round + 1);
        }
        for (_, _, base, filler, rates) in &mut queues {
            let began = Instant::now();
            for _ in 0..CYCLES {
                cycle(&client, base, &token).await?;
            }
            rates.push(CYCLES as f64 / began.elapsed().as_secs_f64());
            filler.fill(&client, base, &setup, CYCLES).await?;
        }
    }
    let mut figures = serde_json::Map::new();
    let mut medians = Vec::new();
    for (open, _, _, _, rates) in &mut queues {
        let rate = median(rates);
        medians.push(rate);
        figures.insert(format!("cycles_per_s_with_{open}_open"), json!(rate));
    }
    if let (Some(first), Some(last)) = (medians.first(), medians.last()) {
        figures.insert("first_over_last".into(), json!(first / last));
    }
    Ok(Value::Object(figures))
}

struct Filler {
    next: usize,
}

impl Filler {
    /// Opens `n` interactions, a thousand a delivery.
    async fn fill(
        &mut self,
        client: &reqwest::Client,
        base: &str,
        setup: &Setup,
        n: usize,
    ) -> Result<()> {
        let key = setup.key("forum")?;
        let mut left = n;
        while left > 0 {
            let now_ms = local::now_ms()?;
            let posts: Vec<Value> = (0..left.min(1_000))
                .map(|_| {
                    self.next += 1;
                    let text = TEXTS
                        .get(self.next % TEXTS.len())
                        .copied()
                        .unwrap_or_default();
                    json!({
                        "account": "forum.northline.example",
                        "id": self.next.to_string(),
                        "author": {"id": format!("author-{}", self.next)},
                        "text": text,
                        "created_at": now_ms,
                    })
                })
                .collect();
            left -= posts.len();
            let body = serde_json::to_vec(&json!({"type": "post.created", "data": posts}))?;
            let headers = sign(
                Scheme::Standard,
                key,
                &format!("msg_{}", self.next),
                now_ms / 1_000,
                &body,
            );
            let mut request = client.post(format!("{base}/webhooks/forum")).body(body);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let status = request.send().await?.status();
            if !status.is_success() {
                bail!("filling the queue: {status}");
            }
        }
        Ok(())
    }
}

async fn cycle(client: &reqwest::Client, base: &str, token: &str) -> Result<()> {
    let post = |path: String, body: Value| {
        client
            .post(format!("{base}{path}"))
            .bearer_auth(token)
            .json(&body)
            .send()
    };
    let claimed: Value = post("/v1/claims".into(), json!({})).await?.json().await?;
    let field = |name: &str| {
        claimed
            .pointer(&format!("/interactions/0/{name}"))
            .and_then(Value::as_str)
    };
    let (Some(id), Some(lease)) = (field("id"), field("lease")) else {
        bail!("nothing was claimed");
    };
    let status = post(
        format!("/v1/interactions/{id}/resolve"),
        json!({"lease": lease, "outcome": "bench"}),
    )
    .await?
    .status();
    if !status.is_success() {
        bail!("resolve: {status}");
    }
    Ok(())
}

/// (d) The size of the Wasm, and the time from spawn to the first answer.
async fn size() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("live")?;
    let client = reqwest::Client::new();
    let mut first = Vec::new();
    for _ in 0..7 {
        let began = Instant::now();
        let running = start_heard(&tools.workerd(), &built.folder, &setup, "size")?;
        let status = client
            .get(format!("http://127.0.0.1:{}/healthz", running.runtime.port))
            .send()
            .await?
            .status();
        if !status.is_success() {
            bail!("healthz: {status}");
        }
        first.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(json!({
        "wasm_kib": built.wasm_bytes as f64 / 1024.0,
        "wasm_gzipped_kib": built.gzip_bytes as f64 / 1024.0,
        "spawn_to_first_answer_ms": median(&mut first),
    }))
}
