//! `heard doctor`: a deployed Worker examined from outside, end to end; each line with what to do.
//!
//! Nothing that it sends can be acknowledged: a test delivery is read here first, as the Worker will read it, and is
//! sent only where it carries nothing but what is ignored.

use super::check::Files;
use super::secrets::{at, known};
use crate::api::route::Role;
use crate::api::token::{Bearer, mint};
use crate::config::{App, Config, Source};
use crate::connect::api::{Api, Said, address, bearing, call};
use crate::connect::known::Ask;
use crate::connect::of;
use crate::connect::report::Report;
use crate::lab::build;
use crate::lab::local::{new_jti, now_ms};
use crate::lab::simulate::delivery::{Delivery, Simulated};
use crate::lab::simulate::{body, said_in_headers};
use crate::platform::{Event, Method, parse, scheme_of};
use crate::signature::Headers;
use crate::signature::sign::sign;
use anyhow::Result;
use chrono::DateTime;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// How far two clocks may be apart, in seconds, before somebody is told. Signatures bear 300.
const CLOCK_S: i64 = 30;

/// How often it is looked whether the Worker has counted the test deliveries, and how long.
const LOOKS: u32 = 40;
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often a new address is tried, and how far apart.
const TRIES: u32 = 13;
const TRY_EVERY: Duration = Duration::from_secs(5);

/// The account of test deliveries, where a platform's name one: of a real one they would count as a source's, and hide that
/// nothing comes from the platform.
const NOBODY: &str = "heard-doctor";

const RUNBOOK: &str = "see .github/docs/runbook.md, which has a section for it";

/// Examines a deployed Worker: is it reached, do its handshakes and keys fit, does a signed test delivery come through,
/// do clock, queue and platforms agree. Sends nothing that could be acknowledged.
#[derive(clap::Args, Debug)]
pub struct DoctorArgs {
    /// The Worker's address.
    #[arg(env = "HEARD_URL")]
    url: String,
    /// Which of wrangler's environments it is; the top of wrangler.toml without it.
    #[arg(long)]
    env: Option<String>,
    /// The secrets that it has: NAME=value lines.
    #[arg(long, default_value = super::secrets::FILE)]
    secrets: PathBuf,
    /// A supervisor's token; in HEARD_TOKEN it stays out of the process list. Without it one is minted with the file's
    /// TOKEN_KEY.
    #[arg(long, env = "HEARD_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Ask the platforms nothing.
    #[arg(long)]
    no_platforms: bool,
    /// Call this address in place of the platforms: for tests against a sandbox.
    #[arg(long, env = "HEARD_API", hide = true)]
    api: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Wait a minute for a new address to answer.
    #[arg(long)]
    wait: bool,
}

impl DoctorArgs {
    /// Those of an examination after a deploy.
    pub fn of(url: String, env: Option<String>, secrets: PathBuf) -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty());
        Self {
            url,
            env,
            secrets,
            token: set("HEARD_TOKEN"),
            // Before the first deploy nothing can be registered: `heard connect` comes next.
            no_platforms: true,
            api: set("HEARD_API"),
            json: false,
            wait: true,
        }
    }
}

/// What was found.
pub struct Examined {
    url: String,
    report: Report,
}

impl Examined {
    /// For programs.
    pub fn json(&self) -> Value {
        json!({"url": self.url, "well": !self.report.is_wrong(), "lines": self.report.lines})
    }

    /// For people.
    pub fn show(&self) {
        self.report.show();
        match self.report.is_wrong() {
            true => say!("Something is wrong with {}: see above.", self.url),
            false => say!("{} is well.", self.url),
        }
    }

    /// Success where nothing is wrong.
    pub fn code(&self) -> ExitCode {
        match self.report.is_wrong() {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        }
    }
}

/// Runs the command, in the project's folder.
///
/// # Errors
/// When a file cannot be read.
pub fn run(args: DoctorArgs) -> Result<ExitCode> {
    let examined = examine(&args)?;
    if args.json {
        say!("{}", examined.json());
    } else {
        examined.show();
    }
    Ok(examined.code())
}

/// Examines a Worker.
///
/// # Errors
/// When a file cannot be read.
pub fn examine(args: &DoctorArgs) -> Result<Examined> {
    let root = build::project_root()?;
    let files = Files::of_project(&root)?;
    let environment = files.environment(args.env.as_deref())?;
    let values = known(&at(&root, &args.secrets)).unwrap_or_default();
    let config = Config::read_in(&environment, &files.table, &|name| {
        values.get(name).cloned()
    });
    let url = address(&args.url)?;
    let mut report = Report::hiding(&values);
    let doctor = Doctor {
        worker: Api::new(None)?,
        platforms: Api::new(args.api.as_deref())?,
        url: url.clone(),
        config: &config,
        values: &values,
    };
    // A new name takes a while to be known everywhere.
    let tries = if args.wait && url.starts_with("https://") {
        TRIES
    } else {
        1
    };
    if doctor.is_reached(&mut report, tries)? {
        let token = match &args.token {
            Some(token) => Some(token.clone()),
            None => doctor.minted()?,
        };
        let token = token.filter(|token| doctor.is_ready(&mut report, token));
        if args.token.is_none() && config.token_keys.is_empty() {
            report.skip(
                "token",
                format!("there is no TOKEN_KEY in {}", args.secrets.display()),
                "give --secrets with it, or a supervisor's token in HEARD_TOKEN: readiness, keys and queue are asked then",
            );
        }
        doctor.webhooks(&mut report, token.as_deref())?;
        if let Some(token) = &token {
            doctor.queue(&mut report, token);
        }
    }
    if !args.no_platforms {
        doctor.ask_platforms(&mut report)?;
    }
    Ok(Examined { url, report })
}

struct Doctor<'a> {
    worker: Api,
    platforms: Api,
    url: String,
    config: &'a Config,
    values: &'a BTreeMap<String, String>,
}

impl Doctor<'_> {
    fn get(&self, path: &str, token: Option<&str>) -> Result<Said, String> {
        let get = call(Method::Get, format!("{}{path}", self.url));
        let get = match token {
            Some(token) => bearing(token, get),
            None => get,
        };
        self.worker.ask(&get)
    }

    /// Whether Heard answers there; and what time it is there.
    fn is_reached(&self, report: &mut Report, tries: u32) -> Result<bool> {
        let mut said = self.get("/healthz", None);
        for _ in 1..tries {
            if said.as_ref().is_ok_and(|said| said.status == 200) {
                break;
            }
            std::thread::sleep(TRY_EVERY);
            said = self.get("/healthz", None);
        }
        let said = match said {
            Ok(said) => said,
            Err(why) => {
                report.wrong(
                    "reachable",
                    format!("nobody answers at {} ({why})", self.url),
                    "is it deployed (`heard deploy`), is the address right, and its name known to DNS?",
                );
                return Ok(false);
            }
        };
        let Some(version) = said.text_at("/version").filter(|_| said.status == 200) else {
            let says = format!("what answers at {} is not Heard: {}", self.url, said.status);
            report.wrong(
                "reachable",
                says,
                "does the route lead to this Worker, and does no access rule or proxy stand before it?",
            );
            return Ok(false);
        };
        report.ok("reachable", format!("Heard {version} answers"));
        if version != env!("CARGO_PKG_VERSION") {
            report.warn(
                "version",
                format!(
                    "the Worker is {version}, this command {}",
                    env!("CARGO_PKG_VERSION")
                ),
                "deploy again, or install the command again",
            );
        }
        let there = said.date.as_deref().map(DateTime::parse_from_rfc2822);
        match there {
            Some(Ok(there)) => {
                let apart_s = (there.timestamp() - now_ms()? / 1_000).abs();
                match apart_s <= CLOCK_S {
                    true => report.ok("clock", format!("{apart_s} s apart")),
                    false => report.warn(
                        "clock",
                        format!("the Worker's and this machine's are {apart_s} s apart; past 300 no signed time is taken"),
                        "set this machine's clock (NTP); Cloudflare's is right",
                    ),
                }
            }
            _ => report.skip(
                "clock",
                "the answer has no date",
                "Cloudflare's has one; a local runtime's may not",
            ),
        }
        Ok(true)
    }

    /// A supervisor's token for ten minutes, where there is a key.
    fn minted(&self) -> Result<Option<String>> {
        let Some(key) = self.config.token_keys.first() else {
            return Ok(None);
        };
        let bearer = Bearer {
            jti: new_jti()?,
            id: "heard-doctor".into(),
            role: Role::Supervisor,
            workgroups: Vec::new(),
            expires_s: now_ms()? / 1_000 + 600,
        };
        Ok(Some(mint(key, &bearer)?))
    }

    /// Whether the token is good; and what `/readyz` finds wrong, the Worker's missing secrets among it.
    fn is_ready(&self, report: &mut Report, token: &str) -> bool {
        let said = match self.get("/readyz", Some(token)) {
            Ok(said) => said,
            Err(why) => {
                report.wrong("ready", format!("no answer ({why})"), "try again");
                return false;
            }
        };
        if said.body.get("ready").is_none() {
            let why = said.text_at("/detail").unwrap_or("no reason given");
            let todo = match said.status {
                401 => "the Worker has another TOKEN_KEY, or none: `heard secrets push`",
                403 => "give a supervisor's token",
                _ => "see .github/docs/runbook.md#no-answer-from-readyz",
            };
            report.wrong("token", format!("{}: {why}", said.status), todo);
            return false;
        }
        report.ok("token", "the Worker takes it");
        let told = |one: &Value| {
            let text = |key: &str| {
                one.get(key)
                    .and_then(Value::as_str)
                    .unwrap_or("?")
                    .to_owned()
            };
            format!("{} {}", text("key"), text("says"))
        };
        for problem in said.list_at("/problems") {
            report.wrong("ready", told(problem), RUNBOOK);
        }
        for warning in said.list_at("/warnings") {
            report.warn("ready", told(warning), RUNBOOK);
        }
        if !said.list_at("/paused").is_empty() {
            report.warn(
                "acknowledgments",
                "somebody paused them",
                "POST /v1/acks/resume lets them out again",
            );
        }
        if said.list_at("/problems").is_empty() {
            report.ok(
                "ready",
                "nothing is wrong with configuration, secrets, apps and sources",
            );
        }
        true
    }

    /// Each app's handshake, and a signed test delivery that carries no post.
    fn webhooks(&self, report: &mut Report, token: Option<&str>) -> Result<()> {
        let before = token.and_then(|token| self.counted(token));
        let mut delivered = Vec::new();
        for app in &self.config.apps {
            let mut sources = self.config.sources.iter();
            let Some(source) = sources.find(|source| source.app == app.id) else {
                continue;
            };
            let mut part = Report::hiding(self.values);
            match app.keys.first() {
                None => part.skip(
                    "webhook",
                    format!("{} is not in the file of secrets", app.secret),
                    "put it there: its handshake and a test delivery are tried then",
                ),
                Some(_) => {
                    self.handshake(&mut part, app, source)?;
                    if self.deliver(&mut part, app, source)? {
                        delivered.push(app.id.to_string());
                    }
                }
            }
            report
                .lines
                .extend(part.under(&format!("app {}", app.id)).lines);
        }
        let (Some(before), Some(token), false) = (before, token, delivered.is_empty()) else {
            return Ok(());
        };
        let mut missing = delivered.clone();
        for _ in 0..LOOKS {
            if let Some(now) = self.counted(token) {
                let n = |all: &BTreeMap<String, i64>, app: &str| all.get(app).copied().unwrap_or(0);
                missing.retain(|app| n(&now, app) <= n(&before, app));
            }
            if missing.is_empty() {
                break;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        match missing.is_empty() {
            true => report.ok(
                "round trip",
                format!(
                    "{} test deliveries were verified and counted by the Worker",
                    delivered.len()
                ),
            ),
            false => report.warn(
                "round trip",
                format!("not counted yet: {}", missing.join(", ")),
                "an isolate tells what it saw within minutes: `GET /v1/sources` shows it",
            ),
        }
        Ok(())
    }

    /// How many deliveries of each app verified.
    fn counted(&self, token: &str) -> Option<BTreeMap<String, i64>> {
        let said = self.get("/v1/sources", Some(token)).ok()?;
        let apps = said.list_at("/apps").iter();
        let n = |app: &Value| {
            let id = app.get("id")?.as_str()?.to_owned();
            Some((id, app.pointer("/verified/n")?.as_i64()?))
        };
        Some(apps.filter_map(n).collect())
    }

    fn handshake(&self, report: &mut Report, app: &App, source: &Source) -> Result<()> {
        let (Some(make), Some(key)) = (of(source.platform).handshake, app.keys.first()) else {
            return Ok(());
        };
        let probe = make(key, app.verify_tokens.first(), &new_jti()?);
        let path = format!("/webhooks/{}?{}", app.id, probe.query);
        match self.get(&path, None) {
            Ok(said) if said.status == 200 && said.text.contains(&probe.holds) => {
                report.ok("handshake", "is answered as the platform wants it");
            }
            Ok(said) if matches!(said.status, 401 | 403 | 200) => report.wrong(
                "handshake",
                format!("{}: the Worker's key is not the file's", said.status),
                format!(
                    "`heard secrets push` ({}{})",
                    app.secret,
                    app.verify_secret
                        .as_ref()
                        .map_or_else(String::new, |it| format!(", {it}"))
                ),
            ),
            Ok(said) => report.wrong(
                "handshake",
                format!("answered {}", said.status),
                refused(said.status),
            ),
            Err(why) => report.wrong("handshake", format!("no answer ({why})"), "try again"),
        }
        Ok(())
    }

    /// Whether a signed delivery without a post came through.
    fn deliver(&self, report: &mut Report, app: &App, source: &Source) -> Result<bool> {
        let (Some(key), now_ms) = (app.keys.first(), now_ms()?) else {
            return Ok(false);
        };
        let id = format!("3{now_ms}");
        let scheme = scheme_of(source.platform);
        let harmless = [Simulated::Test, Simulated::Signal, Simulated::Unknown];
        let found = harmless.into_iter().find_map(|event| {
            let delivery = Delivery {
                platform: source.platform,
                account: NOBODY,
                handle: None,
                author: "4200000",
                text: "",
                id: &id,
                created_ms: now_ms,
                event,
            };
            let body = body(&delivery)?;
            let mut headers = sign(scheme, key, &format!("msg_{id}"), now_ms / 1_000, &body);
            headers.extend(said_in_headers(&delivery));
            // Read as the Worker will read it: what carries more than something to ignore is never sent.
            let updates = parse(scheme, Headers::new(&headers), &body, now_ms).ok()?;
            let ignored = |event: &Event| matches!(event, Event::Ignored { .. });
            updates
                .iter()
                .all(|update| ignored(&update.event))
                .then_some((headers, body))
        });
        let Some((headers, body)) = found else {
            report.skip(
                "test delivery",
                format!("{} sends nothing that carries no post", source.platform),
                "have the platform send its own test",
            );
            return Ok(false);
        };
        let mut post = call(Method::Post, format!("{}/webhooks/{}", self.url, app.id));
        post.headers = headers;
        post.body = String::from_utf8_lossy(&body).into_owned();
        match self.worker.ask(&post) {
            Ok(said) if said.status == 200 => {
                report.ok("test delivery", "signed, verified, and ignored as it should be");
                return Ok(true);
            }
            Ok(said) if said.status == 401 => report.wrong(
                "test delivery",
                "401: the Worker's key is not the file's, or something on the way changes headers or body",
                format!("`heard secrets push` ({}); `heard verify` explains a captured delivery", app.secret),
            ),
            Ok(said) => report.wrong("test delivery", format!("answered {}", said.status), refused(said.status)),
            Err(why) => report.wrong("test delivery", format!("no answer ({why})"), "try again"),
        }
        Ok(false)
    }

    fn queue(&self, report: &mut Report, token: &str) {
        match self.get("/v1/backlog", Some(token)) {
            Ok(said) if said.status == 200 => {
                let n = |at: &str| said.id_at(at).unwrap_or_default();
                report.ok(
                    "queue",
                    format!(
                        "every shard answers: {} open, {} overdue, {} held",
                        n("/open"),
                        n("/overdue"),
                        n("/leased")
                    ),
                );
            }
            Ok(said) => report.wrong(
                "queue",
                format!(
                    "{}: {}",
                    said.status,
                    said.text_at("/detail").unwrap_or("no reason given")
                ),
                "see .github/docs/runbook.md#queue",
            ),
            Err(why) => report.wrong(
                "queue",
                format!("no answer ({why})"),
                "see .github/docs/runbook.md#queue",
            ),
        }
    }

    /// Each source's registration and credential, as the platform tells of them. Nothing is changed.
    fn ask_platforms(&self, report: &mut Report) -> Result<()> {
        for source in &self.config.sources {
            let connect = of(source.platform);
            let (Some(does), Some(app)) = (connect.api, self.config.app(source.app.as_str()))
            else {
                continue;
            };
            let part = format!("source {}", source.id);
            let ask = Ask {
                source,
                app,
                url: format!("{}/webhooks/{}", self.url, app.id),
                values: self.values,
                change: false,
                replace: false,
                now_ms: now_ms()?,
            };
            let lacks = connect
                .needs
                .iter()
                .filter(|need| need.always && ask.value(need.name).is_none());
            let mut lacks: Vec<&str> = lacks.map(|need| need.name).collect();
            let token = crate::config::secrets::credential_name(&source.id);
            if ask.token().is_none() {
                lacks.push(&token);
            }
            if !lacks.is_empty() {
                report.skip(
                    &part,
                    format!("the file of secrets lacks {}", lacks.join(", ")),
                    "put it there: registration and credential are asked of the platform then",
                );
                continue;
            }
            let mut found = Report::hiding(self.values);
            // What it found is in the report.
            let _ = does(&self.platforms, &ask, &mut found);
            report.lines.extend(found.under(&part).lines);
        }
        Ok(())
    }
}

/// What to do about a webhook's status.
fn refused(status: u16) -> &'static str {
    match status {
        404 => "the Worker knows no such app: deploy this configuration (`heard deploy`)",
        503 => {
            "the Worker lacks the app's key (`heard secrets push`), or a shard does not answer (.github/docs/runbook.md#queue)"
        }
        413 => "something made the body larger: is there a proxy before the Worker?",
        _ => "does no access rule, bot protection or proxy stand before the Worker?",
    }
}
