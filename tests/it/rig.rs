//! The real runtime, driven from Rust: workerd with the built Worker on a disk folder of its own, and
//! the sandbox platform where every outbound call ends, whatever host it names.
//!
//! One workerd for each test, because the Worker and its objects share one Wasm instance there.

use crate::sqlite::{Sqlite, audit};
use heard::api::route::Role;
use heard::api::token::{self, Bearer};
use heard::config::Config;
use heard::config::secrets::{OPTIONAL, SecretUse, TOKEN_KEY, secret_names};
use heard::lab::runtime;
use heard::lab::runtime::{OBJECTS, Runtime, Service};
use heard::lab::sandbox::{Sandbox, Sent};
use heard::lab::secrets::credential;
use heard::lab::simulate::body;
use heard::lab::simulate::delivery::{Delivery, Simulated};
use heard::lab::{build, tools};
use heard::platform::scheme_of;
use heard::post::{Platform, Workgroup};
use heard::signature::Key;
use heard::signature::scheme::Scheme;
use heard::signature::sign::sign;
use reqwest::{Client, Method, Response};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// A complaint that cannot wait, as the issue that asked for all this words it.
pub const PLEA: &str = "@NorthlineRail stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything";

/// How long anything may take that is waited for. Far beyond what it takes; a test fails by its
/// condition, not by this.
const PATIENCE: Duration = Duration::from_secs(60);

/// The shipped configuration, live.
pub fn shipped() -> Value {
    live(include_str!("../../src/heard.toml"))
}

/// A configuration, live.
pub fn live(written: &str) -> Value {
    let mut table: Value = toml::from_str(written).unwrap();
    table["mode"] = json!("live");
    // Tests cry at a rate that no brand's followers would bear.
    // And their agents take all there is.
    table["limits"] = json!({
        "acks_per_minute": 1_000, "acks_per_hour": 60_000, "held_per_agent": 1_000,
        "claims_per_minute": 60_000, "replies_per_minute": 60_000,
    });
    table
}

/// A value for every secret that a configuration asks for; each tells its name, so that a leak can
/// be searched for.
pub fn secrets(table: &Value) -> BTreeMap<String, String> {
    let optional = OPTIONAL.map(|(name, what)| (name.to_owned(), what));
    secret_names(&table.to_string())
        .into_iter()
        .chain(optional)
        .map(|(name, what)| {
            let value = match what {
                SecretUse::AppKey(Scheme::Standard) => {
                    "whsec_SGVhcmRIZWFyZEhlYXJkSGVhcmRIZWFyZEhlYXI=".to_owned()
                }
                // One of "Instagram Login", which is good at Instagram's own host.
                SecretUse::Credential(Platform::Instagram) => format!("IG-{name}-hush"),
                what => {
                    let hush = format!("hush-{name}-0123456789abcdef0123456789");
                    match what {
                        SecretUse::Credential(platform) => credential(platform, &hush),
                        _ => hush,
                    }
                }
            };
            (name, value)
        })
        .collect()
}

pub fn now_ms() -> i64 {
    let age = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(age.as_millis()).unwrap()
}

/// A new post id: digits, as every platform takes them, never given twice.
pub fn post_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(2_080_760_000_000_000_001);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

/// A version of the Worker: the folder of its build, and its configuration.
#[derive(Clone)]
pub struct Version {
    pub built: PathBuf,
    pub table: Value,
}

/// Two versions, as a deploy mixes them.
pub struct Mixed {
    /// Takes the requests.
    pub front: Version,
    /// Has the objects.
    pub objects: Version,
}

/// The folder of today's build.
pub async fn built() -> PathBuf {
    tokio::task::spawn_blocking(made).await.unwrap().1.clone()
}

/// The tools and the build, made ready once for all tests.
fn made() -> &'static (PathBuf, PathBuf) {
    static MADE: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();
    MADE.get_or_init(|| {
        let built = build::ensure_built().unwrap_or_else(|why| panic!("{why:#}"));
        let tools = tools::ensure().unwrap_or_else(|why| panic!("{why:#}"));
        (tools.workerd(), built.folder)
    })
}

/// The runtime, its disk and its sandbox platform; all of it ends when dropped.
pub struct Rig {
    pub sandbox: Sandbox,
    pub table: Value,
    pub secrets: BTreeMap<String, String>,
    pub client: Client,
    config: OnceLock<Config>,
    mixed: Option<Mixed>,
    /// Where outbound calls go instead of to the sandbox.
    outbound: Option<String>,
    folder: TempDir,
    running: Mutex<Option<Runtime>>,
    log: Arc<Mutex<String>>,
}

impl Rig {
    /// The shipped configuration, live, with every secret.
    pub async fn start() -> Self {
        let table = shipped();
        let secrets = secrets(&table);
        Self::with(table, secrets).await
    }

    /// This configuration and these secrets.
    pub async fn with(table: Value, secrets: BTreeMap<String, String>) -> Self {
        Self::of(table, secrets, None, None).await
    }

    /// The same, with all outbound calls going to that address.
    pub async fn calling(
        table: Value,
        secrets: BTreeMap<String, String>,
        outbound: String,
    ) -> Self {
        Self::of(table, secrets, None, Some(outbound)).await
    }

    /// Two versions at once.
    pub async fn mixed(mixed: Mixed) -> Self {
        let mut all = secrets(&mixed.front.table);
        all.extend(secrets(&mixed.objects.table));
        Self::of(mixed.front.table.clone(), all, Some(mixed), None).await
    }

    async fn of(
        table: Value,
        secrets: BTreeMap<String, String>,
        mixed: Option<Mixed>,
        outbound: Option<String>,
    ) -> Self {
        let (_, built) = tokio::task::spawn_blocking(made).await.unwrap();
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0)).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("disk")).unwrap();
        runtime::lay_out(built, folder.path(), &table.to_string()).unwrap();
        let rig = Self {
            sandbox,
            table,
            secrets,
            client: Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .unwrap(),
            config: OnceLock::new(),
            mixed,
            outbound,
            folder,
            running: Mutex::new(None),
            log: Arc::default(),
        };
        rig.configure();
        rig.restart().await;
        rig
    }

    /// Writes what workerd reads at its start.
    fn configure(&self) {
        let module = self.folder.path().join(build::CONFIGURATION);
        std::fs::write(module, self.table.to_string()).unwrap();
        let service = Service {
            modules: runtime::MODULES,
            texts: &self.secrets.clone().into_iter().collect::<Vec<_>>(),
            objects: OBJECTS,
            outbound: Some(match &self.outbound {
                Some(address) => address.clone(),
                None => self.sandbox.addr.to_string(),
            }),
        };
        let document = match &self.mixed {
            None => service.capnp(),
            Some(Mixed { front, objects }) => {
                for (name, version) in [("front", front), ("objects", objects)] {
                    let folder = self.folder.path().join(name);
                    std::fs::create_dir_all(&folder).unwrap();
                    runtime::lay_out(&version.built, &folder, &version.table.to_string()).unwrap();
                }
                service.capnp_before("front", &service, "objects")
            }
        };
        std::fs::write(self.folder.path().join("config.capnp"), document).unwrap();
    }

    /// A deploy with a changed configuration.
    pub async fn deploy(&mut self, change: impl FnOnce(&mut Value)) {
        change(&mut self.table);
        self.config = OnceLock::new();
        self.configure();
        self.restart().await;
    }

    /// A version with another secret, as `wrangler secret put` makes one.
    pub async fn put_secret(&mut self, name: &str, value: &str) {
        self.secrets.insert(name.into(), value.into());
        self.config = OnceLock::new();
        self.configure();
        self.restart().await;
    }

    /// Starts workerd on what is on the disk; kills the one that runs.
    pub async fn restart(&self) {
        self.kill();
        let (log, folder) = (self.log.clone(), self.folder.path().to_owned());
        let runtime = tokio::task::spawn_blocking(move || {
            let note = move |line: &str| writeln!(log.lock().unwrap(), "{line}").unwrap();
            Runtime::spawn(&made().0, &folder, note)
        });
        let runtime = runtime.await.unwrap();
        let runtime = runtime.unwrap_or_else(|why| panic!("{why:#}\n{}", self.log()));
        *self.running.lock().unwrap() = Some(runtime);
    }

    /// SIGKILL: nothing is flushed, nothing is said goodbye to.
    pub fn kill(&self) {
        drop(self.running.lock().unwrap().take());
    }

    /// The URL of a path, while workerd runs.
    pub fn url(&self, path: &str) -> Option<String> {
        let running = self.running.lock().unwrap();
        let port = running.as_ref()?.port;
        Some(format!("http://127.0.0.1:{port}{path}"))
    }

    /// How much memory workerd holds, while it runs and where the system tells.
    pub fn resident_kib(&self) -> Option<u64> {
        self.running.lock().unwrap().as_ref()?.resident_kib()
    }

    /// Everything that workerd wrote, over all its lives.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// What `/readyz` says, less that the demo is live here: it is, with a sandbox around it.
    pub async fn ready(&self) -> Value {
        let mut ready = self.caller("boss", Role::Supervisor).get("/readyz").await;
        let problems = ready["problems"].as_array_mut().unwrap();
        let all = problems.len();
        problems.retain(|problem| problem["key"] != "mode");
        assert_eq!(problems.len(), all - 1, "the demo is live");
        assert_eq!(ready["ready"], false);
        ready["ready"] = ready["problems"].as_array().unwrap().is_empty().into();
        ready
    }

    /// The configuration as the Worker reads it; read once, for that takes a second unoptimised.
    pub fn config(&self) -> &Config {
        self.config.get_or_init(|| {
            Config::read(&self.table.to_string(), &|name| {
                self.secrets.get(name).cloned()
            })
        })
    }

    /// Posts a body to an app's webhook.
    pub async fn webhook(
        &self,
        app: &str,
        headers: &[(String, String)],
        body: impl Into<reqwest::Body>,
    ) -> reqwest::Result<Response> {
        let url = self.url(&format!("/webhooks/{app}")).unwrap_or_else(|| {
            // Nobody listens there: what a platform sees of a Worker that is gone.
            "http://127.0.0.1:1/".into()
        });
        let mut request = self.client.post(url).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.send().await
    }

    /// Signs a body for an app, as its platform does.
    pub fn sign(&self, app: &str, body: &[u8]) -> Vec<(String, String)> {
        let config = self.config();
        let app = config.app(app).unwrap();
        let id = format!("msg_{}", post_id());
        sign(app.scheme, &app.keys[0], &id, now_ms() / 1_000, body)
    }

    /// A POST whose caller resets the connection after so long, answered or not. A reset, because
    /// workerd by itself does not notice a mere close; Cloudflare's edge does.
    pub async fn send_and_hang_up(
        &self,
        path: &str,
        headers: &[(String, String)],
        body: &[u8],
        patience: Duration,
    ) {
        let url = self.url("").unwrap();
        let address = url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_zero_linger().unwrap();
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nHost: heard\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        tokio::time::sleep(patience).await;
    }

    /// Signs a body and delivers it; its status.
    pub async fn deliver(&self, app: &str, body: &[u8]) -> u16 {
        let headers = self.sign(app, body);
        let response = self.webhook(app, &headers, body.to_vec()).await.unwrap();
        response.status().as_u16()
    }

    /// Delivers a simulated event, and expects 200.
    pub async fn event(&self, said: &Said<'_>) {
        let (app, body) = self.written(said);
        assert_eq!(self.deliver(&app, &body).await, 200, "{said:?}");
    }

    /// The app and the body of a simulated event.
    pub fn written(&self, said: &Said<'_>) -> (String, Vec<u8>) {
        let config = self.config();
        let source = config
            .sources
            .iter()
            .find(|source| source.platform == said.platform)
            .unwrap();
        assert_eq!(
            config.app(source.app.as_str()).unwrap().scheme,
            scheme_of(said.platform)
        );
        let delivery = Delivery {
            platform: said.platform,
            account: source.account.as_str(),
            handle: source.handle.as_deref(),
            author: said.author,
            text: said.text,
            id: said.id,
            created_ms: now_ms(),
            event: said.event,
        };
        let body = body(&delivery).unwrap_or_else(|| panic!("no such event: {said:?}"));
        (source.app.as_str().to_owned(), body)
    }

    /// Somebody with a token of this role for all workgroups.
    pub fn caller(&self, id: &str, role: Role) -> Caller<'_> {
        let token = self.token(id, role, &[], now_ms() / 1_000 + 3_600);
        Caller { rig: self, token }
    }

    /// An agent for all workgroups.
    pub fn agent(&self, id: &str) -> Caller<'_> {
        self.caller(id, Role::Agent)
    }

    /// A token.
    pub fn token(&self, id: &str, role: Role, workgroups: &[&str], expires_s: i64) -> String {
        let key = Key::new(self.secrets[TOKEN_KEY].as_bytes()).unwrap();
        let bearer = Bearer {
            // Whoever asks for the same gets the same token.
            jti: format!("{:x}", seed(&(id, role.as_str(), workgroups))),
            id: id.into(),
            role,
            workgroups: workgroups
                .iter()
                .map(|name| Workgroup::new(*name))
                .collect(),
            expires_s,
        };
        token::mint(&key, &bearer).unwrap()
    }

    /// What the sandbox got, in reply to this post.
    pub fn sent_to(&self, id: &str) -> Vec<Sent> {
        let mut sent = self.sandbox.sent();
        sent.retain(|sent| sent.to.contains(id));
        sent
    }

    /// The one interaction that holds this post (`PLATFORM:ID`).
    pub async fn holding(&self, post: &str) -> Value {
        let found = self
            .agent("finder")
            .get(&format!("/v1/interactions?post={post}"))
            .await;
        let found = found["interactions"].as_array().unwrap().clone();
        assert_eq!(found.len(), 1, "{post}: {found:?}");
        found.into_iter().next().unwrap()
    }

    /// Waits until the acknowledgment of the interaction that holds this post is in this state.
    pub async fn ack(&self, post: &str, state: &str) -> Value {
        let what = format!("the acknowledgment of {post} to be {state}");
        until(&what, async || {
            let holding = self.holding(post).await;
            match holding["ack"]["state"] == state {
                true => Ok(holding),
                false => Err(holding["ack"].to_string()),
            }
        })
        .await
    }

    /// The disk's databases, one for each shard, once workerd is dead. They are copies: what SQLite
    /// does on opening one, such as reading its journal in, is not done for the next workerd.
    pub fn shards(&self) -> Shards {
        assert!(self.running.lock().unwrap().is_none(), "workerd still runs");
        let disk = self.folder.path().join("disk/heard");
        let copy = tempfile::tempdir().unwrap();
        let mut found = Vec::new();
        for name in self.disk() {
            std::fs::copy(disk.join(&name), copy.path().join(&name)).unwrap();
            if name.ends_with(".sqlite") {
                found.push(copy.path().join(name));
            }
        }
        found.sort();
        assert!(!found.is_empty(), "no database on disk");
        Shards {
            open: found
                .iter()
                .map(|path| Connection::open(path).unwrap())
                .collect(),
            files: found,
            _copy: copy,
        }
    }

    /// Does something to every shard's database, once workerd is dead.
    pub fn disturb(&self, sql: &str) {
        assert!(self.running.lock().unwrap().is_none(), "workerd still runs");
        for name in self.disk().iter().filter(|name| name.ends_with(".sqlite")) {
            let file = self.folder.path().join("disk/heard").join(name);
            Connection::open(file).unwrap().execute_batch(sql).unwrap();
        }
    }

    /// The files of all shards' databases on disk; the runtime's own, for alarms, left out.
    pub fn disk(&self) -> Vec<String> {
        std::fs::read_dir(self.folder.path().join("disk/heard"))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with("metadata"))
            .collect()
    }

    /// The file of the accounts' object, once workerd is dead.
    pub fn accounts(&self) -> PathBuf {
        self.databases("accounts").remove(0)
    }

    /// The files of the objects of a class, by its folder, once workerd is dead.
    pub fn databases(&self, class: &str) -> Vec<PathBuf> {
        assert!(self.running.lock().unwrap().is_none(), "workerd still runs");
        let files = std::fs::read_dir(self.folder.path().join("disk").join(class)).unwrap();
        let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.ends_with(".sqlite") && !name.starts_with("metadata")
        });
        files.sort();
        files
    }

    /// Where the log holds what it must not: a secret, a token, a text.
    pub fn assert_hushed(&self, texts: &[&str]) {
        let log = self.log();
        assert!(
            log.contains("\"event\":\"ack\""),
            "the log tells of no acknowledgment:\n{log}"
        );
        let secrets = self.secrets.values().map(String::as_str);
        for hush in secrets
            .chain(texts.iter().copied())
            .chain(["heard1.", "sha256=", "v1,"])
        {
            assert!(!log.contains(hush), "the log says {hush:?}");
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("workerd said:\n{}", self.log());
        }
    }
}

/// A number that is the same for the same.
fn seed(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// What somebody does on a platform.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    pub platform: Platform,
    pub event: Simulated,
    pub author: &'a str,
    pub id: &'a str,
    pub text: &'a str,
}

impl<'a> Said<'a> {
    /// A post on X.
    pub fn x(author: &'a str, id: &'a str, text: &'a str) -> Self {
        Self {
            platform: Platform::X,
            event: Simulated::Made,
            author,
            id,
            text,
        }
    }
}

/// A call that went well: its method, its path, its body, its answer.
type Exchange = (String, String, Option<Value>, Value);

/// The calls that went well, where somebody wants them: the contract's examples are made of them.
pub static RECORDED: std::sync::Mutex<Option<Vec<Exchange>>> = std::sync::Mutex::new(None);

/// A caller of the agents' API.
#[derive(Clone)]
pub struct Caller<'r> {
    pub rig: &'r Rig,
    pub token: String,
}

impl Caller<'_> {
    /// A call with everything that can go wrong on the way.
    pub async fn try_call(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<(u16, Value), String> {
        let url = self.rig.url(path).ok_or("nobody listens")?;
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self
            .rig
            .client
            .request(method.clone(), url)
            .bearer_auth(&self.token);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|why| why.to_string())?;
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").cloned();
        let text = response.text().await.map_err(|why| why.to_string())?;
        let value: Value = serde_json::from_str(&text).map_err(|why| format!("{why}: {text}"))?;
        // What is not ready is told in the document that tells what is.
        let is_told = path.starts_with("/readyz") && value["ready"] == false;
        if status >= 400 && !is_told {
            assert_eq!(kind.unwrap(), "application/problem+json");
            assert_eq!(value["status"], status, "{value}");
            for field in ["code", "detail", "title", "type"] {
                assert!(value[field].is_string(), "no {field}: {value}");
            }
        }
        if let Some(all) = RECORDED.lock().unwrap().as_mut()
            && status == 200
        {
            let path = path.split('?').next().unwrap().to_owned();
            all.push((method.to_string(), path, body.cloned(), value.clone()));
        }
        Ok((status, value))
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.try_call(method, path, None, Some(&body))
            .await
            .unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("POST", path, body).await
    }

    /// A GET that must succeed.
    pub async fn get(&self, path: &str) -> Value {
        let (status, value) = self.try_call("GET", path, None, None).await.unwrap();
        // Here the demo is live: nothing is ready, and from 0.3 on that is 503.
        let unready = path == "/readyz" && status == 503 && value["ready"] == false;
        assert!(status == 200 || unready, "{path}: {status} {value}");
        value
    }

    /// A POST whose caller is gone before it is answered.
    pub async fn ask_and_hang_up(&self, path: &str, body: &str) {
        let token = format!("Bearer {}", self.token);
        let headers = [("Authorization".to_owned(), token)];
        // Long enough to be waiting there.
        let patience = Duration::from_millis(300);
        self.rig
            .send_and_hang_up(path, &headers, body.as_bytes(), patience)
            .await;
    }

    /// What a claim leases.
    pub async fn claim(&self, body: Value) -> Vec<Value> {
        let (status, value) = self.post("/v1/claims", body).await;
        assert_eq!(status, 200, "{value}");
        value["interactions"].as_array().unwrap().clone()
    }

    /// The one that a claim leases.
    pub async fn claim_one(&self) -> Held {
        let mut claimed = self.claim(json!({"max": 1, "lease_s": 60})).await;
        assert_eq!(claimed.len(), 1);
        Held::of(claimed.remove(0))
    }

    /// Leases one and lets the lease run out.
    pub async fn claim_and_vanish(&self) -> Held {
        let mut claimed = self.claim(json!({"max": 1, "lease_s": 1})).await;
        let held = Held::of(claimed.remove(0));
        until("the lease to run out", async || {
            let path = format!("/v1/interactions/{}", held.id);
            let shown = self.get(&path).await;
            match shown["state"].as_str() {
                Some("waiting") => Ok(()),
                _ => Err(shown.to_string()),
            }
        })
        .await;
        held
    }

    /// A call on a held interaction: its status and answer.
    pub async fn on(&self, held: &Held, what: &str, mut body: Value) -> (u16, Value) {
        body["lease"] = json!(held.lease);
        let path = format!("/v1/interactions/{}/{what}", held.id);
        self.post(&path, body).await
    }

    /// A reply to a held interaction under this key.
    pub async fn reply(&self, held: &Held, key: &str, text: &str) -> (u16, Value) {
        let path = format!("/v1/interactions/{}/reply", held.id);
        let body = json!({"lease": held.lease, "text": text});
        self.try_call("POST", &path, Some(key), Some(&body))
            .await
            .unwrap()
    }

    /// The backlog of one who does not see the whole brand.
    pub async fn backlog_of_some(&self) -> Value {
        let backlog = self.get("/v1/backlog").await;
        assert!(
            backlog["acks"].is_null() && backlog["posts"]["received"].is_null(),
            "{backlog}"
        );
        backlog
    }

    /// The numbers of the backlog that must agree with each other, and the few that tests look at.
    pub async fn backlog(&self) -> Value {
        let backlog = self.get("/v1/backlog").await;
        let n = |pointer: &str| backlog.pointer(pointer).unwrap().as_i64().unwrap();
        assert_eq!(
            n("/posts/received"),
            n("/posts/open") + n("/posts/done") + n("/posts/dead") + n("/posts/retired"),
            "{backlog}"
        );
        assert_eq!(n("/open"), n("/waiting") + n("/leased"), "{backlog}");
        for by in ["by_platform", "by_workgroup", "by_level"] {
            let sum: i64 = backlog[by]
                .as_object()
                .unwrap()
                .values()
                .map(|n| n.as_i64().unwrap())
                .sum();
            assert_eq!(sum, n("/open"), "{by}: {backlog}");
        }
        backlog
    }
}

/// A leased interaction.
#[derive(Clone, Debug)]
pub struct Held {
    pub id: String,
    pub lease: String,
    pub interaction: Value,
}

impl Held {
    pub fn of(interaction: Value) -> Self {
        Self {
            id: interaction["id"].as_str().unwrap().into(),
            lease: interaction["lease"].as_str().unwrap().into(),
            interaction,
        }
    }
}

/// Looks until a condition holds; what it said last, if it never does.
pub async fn until<T, F>(what: &str, mut look: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, String>>,
{
    let begun = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(why) if begun.elapsed() > PATIENCE => panic!("waited in vain for {what}: {why}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
}

/// Copies of the shards' databases.
pub struct Shards {
    pub open: Vec<Connection>,
    pub files: Vec<PathBuf>,
    _copy: TempDir,
}

impl Shards {
    /// A sum over all shards.
    pub fn sum(&self, sql: &str) -> i64 {
        let one = |shard: &Connection| shard.query_row(sql, [], |row| row.get::<_, i64>(0));
        self.open.iter().map(|shard| one(shard).unwrap()).sum()
    }

    /// Rows of texts, of all shards.
    pub fn rows<const N: usize>(&self, sql: &str) -> Vec<[String; N]> {
        let mut all = Vec::new();
        for shard in &self.open {
            let mut statement = shard.prepare(sql).unwrap();
            let rows = statement
                .query_map([], |row| {
                    Ok(std::array::from_fn(|at| row.get_unwrap::<_, String>(at)))
                })
                .unwrap();
            all.extend(rows.map(Result::unwrap));
        }
        all
    }

    /// Holds each to the audit.
    pub fn assert_recounted(&self) {
        for file in &self.files {
            audit(&Sqlite::open(file)).unwrap();
        }
    }
}

/// Kills workerd and audits every shard.
pub fn assert_recounted(rig: &Rig) {
    rig.kill();
    rig.shards().assert_recounted();
}
