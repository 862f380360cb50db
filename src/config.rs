//! Configuration: one table in wrangler.toml (`[vars.HEARD]`) and secrets by name.
//!
//! Reading never fails: a mistake disables what needs it, fails closed, and is listed as a
//! [`Problem`] under its key, for `/readyz` and `heard check`. A secret's value is never shown.

use crate::clock::Calendar;
use crate::platform::scheme_of;
use crate::post::{AccountId, AppId, Platform, SourceId, Workgroup};
use crate::signature::{Key, Scheme};
use crate::triage::Level;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most shards a queue can have: an interaction's id names its shard in two hex digits, and a
/// claim asks every shard.
pub const MAX_SHARDS: u16 = 64;

/// The least retention. It must outlast the longest retry of any platform (WhatsApp: 7 days), or a
/// late duplicate would be a new post.
pub const MIN_RETENTION_DAYS: u32 = 8;

/// Whether acknowledgments leave the building.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// None is decided.
    Off,
    /// Everything but the send.
    DryRun,
    /// They are sent.
    Live,
}

impl Mode {
    /// The name used in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Off => "off",
            Mode::DryRun => "dry_run",
            Mode::Live => "live",
        }
    }
}

/// A mistake in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The key it stands under: `HEARD.sources[2].account`, or a secret's name.
    pub key: String,
    /// What is wrong and what to change; never a secret's value.
    pub says: String,
}

/// Whose voice it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// The brand's name.
    pub name: String,
    /// The language answered in where the post's own is not recognised (ISO 639-1). A recognised one
    /// that Heard has no voice for gets no acknowledgment.
    pub language: String,
    /// Who signs: a team that really exists.
    pub team: String,
    /// Whether languages with two forms of address use the formal one.
    pub formal: bool,
    /// Whether the acknowledgment says that it was sent automatically.
    pub disclose: bool,
    /// What to add in an emergency: a number or a link of the brand's own.
    pub emergency_line: Option<String>,
    /// What to say where a post hints at self-harm.
    pub care_text: Option<String>,
}

/// An app: a webhook URL, its scheme and its keys.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id, the last part of the webhook's path.
    pub id: AppId,
    /// How its deliveries are signed and written.
    pub scheme: Scheme,
    /// The keys that may sign, newest first; empty where the secret is missing, and then nothing
    /// verifies.
    pub keys: Vec<Key>,
    /// The tokens that a Meta handshake may bring.
    pub verify_tokens: Vec<Key>,
}

/// A source: one account of ours on a platform.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// The app whose deliveries carry it.
    pub app: AppId,
    /// Its platform.
    pub platform: Platform,
    /// Whom the platform's events name.
    pub account: AccountId,
    /// Our handle there, without `@`.
    pub handle: Option<String>,
    /// Who serves it.
    pub workgroup: Workgroup,
    /// Its mode: the whole table's, or stricter.
    pub mode: Mode,
    /// When its people work.
    pub calendar: Calendar,
    /// Where replies of [`Platform::Standard`] go; the server of [`Platform::Zendesk`] and
    /// [`Platform::Bluesky`].
    pub reply_url: Option<String>,
    /// The credential of its reply calls; `None` where the secret is missing.
    pub credential: Option<Key>,
}

/// How long a person may take to answer, in minutes, by level. Routine and idle count business
/// time; urgent and emergency count every minute, because the customer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Level 3.
    pub emergency: u32,
    /// Level 2.
    pub urgent: u32,
    /// Level 1.
    pub routine: u32,
    /// Level 0.
    pub idle: u32,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            emergency: 5,
            urgent: 15,
            routine: 4 * 60,
            idle: 24 * 60,
        }
    }
}

impl Deadlines {
    /// When a person must have answered a post of `level` that came at `from_ms`.
    pub fn deadline(&self, calendar: &Calendar, level: Level, from_ms: i64) -> i64 {
        match level {
            Level::Emergency => from_ms + i64::from(self.emergency) * 60_000,
            Level::Urgent => from_ms + i64::from(self.urgent) * 60_000,
            Level::Routine => calendar.after(from_ms, self.routine),
            Level::Idle => calendar.after(from_ms, self.idle),
        }
    }
}

/// Bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest webhook body, in bytes: WhatsApp's largest is 3 MB, and a Meta delivery carries up
    /// to 1,000 updates.
    pub body_bytes: u32,
    /// An agent's lease where the claim names no length, in seconds.
    pub lease_s: u32,
    /// How often an interaction may be claimed before it goes to `dead`.
    pub attempts: u32,
    /// How long resolved interactions and their posts are kept, in days.
    pub retention_days: u32,
    /// A post older than this when it arrives is queued but not acknowledged, in minutes: hours
    /// later, "I hear you" is worse than a person's answer.
    pub fresh_minutes: u32,
    /// The least time between two acknowledgments to one author by one source, in hours.
    pub cooldown_hours: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 4 << 20,
            lease_s: 300,
            attempts: 10,
            retention_days: 90,
            fresh_minutes: 60,
            cooldown_hours: 24,
        }
    }
}

/// Everything configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether acknowledgments leave the building.
    pub mode: Mode,
    /// How many Durable Objects share the queue.
    pub shards: u16,
    /// Whose voice it is.
    pub brand: Brand,
    /// The apps, those with mistakes left out.
    pub apps: Vec<App>,
    /// The sources, those with mistakes left out.
    pub sources: Vec<Source>,
    /// How long a person may take.
    pub deadlines: Deadlines,
    /// Bounds.
    pub limits: Limits,
    /// The keys that sign agents' tokens, newest first; empty where the secret is missing, and then
    /// no agent gets in.
    pub token_keys: Vec<Key>,
    /// Every mistake.
    pub problems: Vec<Problem>,
}

impl Config {
    /// The app of that id.
    pub fn app(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.id.as_str() == id)
    }

    /// The source of that id.
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == *id)
    }

    /// The source that an update of `app` names; where it names no account, the app's only source
    /// on that platform.
    pub fn source_of(
        &self,
        app: &AppId,
        platform: Platform,
        account: Option<&AccountId>,
    ) -> Option<&Source> {
        let mut found = self.sources.iter().filter(|s| {
            s.platform == platform
                && s.app == *app
                && account.is_none_or(|account| s.account == *account)
        });
        match (found.next(), found.next()) {
            (Some(source), None) => Some(source),
            _ => None,
        }
    }

    /// Every workgroup that some source names, once, in the order of the sources.
    pub fn workgroups(&self) -> Vec<Workgroup> {
        let mut groups: Vec<Workgroup> = Vec::new();
        for source in &self.sources {
            if !groups.contains(&source.workgroup) {
                groups.push(source.workgroup.clone());
            }
        }
        groups
    }

    /// Reads the configuration: `table` is `[vars.HEARD]` as JSON, `secret` gives a secret's text by
    /// its name.
    pub fn read(table: &str, secret: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut problems = Vec::new();
        let table = match serde_json::from_str(table) {
            Ok(Value::Object(table)) => table,
            _ => {
                problems.push(Problem {
                    key: "HEARD".into(),
                    says: "is missing or no table; write [vars.HEARD] in wrangler.toml".into(),
                });
                Map::new()
            }
        };
        let mut reader = Reader {
            problems: &mut problems,
        };
        let config = reader.config(table, secret);
        Self { problems, ..config }
    }
}

/// What a secret is for, so that it can be made for development.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretUse {
    /// Verifies an app's deliveries.
    AppKey(Scheme),
    /// What a Meta handshake must bring.
    VerifyToken,
    /// Authorises a source's reply calls.
    Credential(Platform),
    /// Signs agents' tokens.
    TokenKey,
}

/// The name of every secret that `table` (`[vars.HEARD]` as JSON) asks for, once each.
pub fn secret_names(table: &str) -> Vec<(String, SecretUse)> {
    let config = Config::read(table, &|_: &str| None);
    let mut names: Vec<(String, SecretUse)> = Vec::new();
    let mut add = |name: String, what| {
        if !names.iter().any(|(known, _)| *known == name) {
            names.push((name, what));
        }
    };
    let count = |scheme| config.apps.iter().filter(|a| a.scheme == scheme).count();
    for app in &config.apps {
        let alone = count(app.scheme) == 1;
        add(
            app_secret(app.scheme.secret(), &app.id, alone),
            SecretUse::AppKey(app.scheme),
        );
        if app.scheme == Scheme::Meta {
            add(
                app_secret(META_VERIFY_TOKEN, &app.id, alone),
                SecretUse::VerifyToken,
            );
        }
    }
    for source in &config.sources {
        add(
            credential_name(&source.id),
            SecretUse::Credential(source.platform),
        );
    }
    add(TOKEN_KEY.into(), SecretUse::TokenKey);
    names
}

/// The secret that signs agents' tokens.
pub const TOKEN_KEY: &str = "TOKEN_KEY";

const META_VERIFY_TOKEN: &str = "META_VERIFY_TOKEN";

/// A secret's name after an id: `x-northline` becomes `X_NORTHLINE`.
fn shout(id: &str) -> String {
    id.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}

fn app_secret(name: &str, app: &AppId, alone: bool) -> String {
    if alone {
        name.to_string()
    } else {
        format!("{name}__{}", shout(app.as_str()))
    }
}

/// The name of a source's reply credential: `REPLY_TOKEN__X_NORTHLINE`.
pub fn credential_name(source: &SourceId) -> String {
    format!("REPLY_TOKEN__{}", shout(source.as_str()))
}

/// The values in one secret: several, with white space between, newest first, for rotation.
fn values(secret: &str) -> impl Iterator<Item = &str> {
    secret.split_whitespace()
}

/// Walks the table and notes every mistake under its key.
struct Reader<'p> {
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, key: impl Into<String>, says: impl Into<String>) {
        self.problems.push(Problem {
            key: key.into(),
            says: says.into(),
        });
    }

    fn config(
        &mut self,
        table: Map<String, Value>,
        secret: &dyn Fn(&str) -> Option<String>,
    ) -> Config {
        let mut table = Table::new("HEARD", table);
        let mode = self.mode(&mut table).unwrap_or(Mode::Off);
        let shards = self.number(&mut table, "shards", 1..=u32::from(MAX_SHARDS), 1);
        let brand = self.brand(&mut table);
        let calendars = self.calendars(&mut table);
        let deadlines = self.deadlines(&mut table);
        let limits = self.limits(&mut table);
        let apps = self.apps(&mut table, secret);
        let sources = self.sources(&mut table, secret, mode, &calendars, &apps);
        self.finish(table);
        let token_keys = self.secret(TOKEN_KEY, "agents can't get in", secret, |text| {
            if text.len() < 32 {
                return Err("is shorter than 32 characters".into());
            }
            Key::new(text.as_bytes()).ok_or_else(|| "is empty".to_string())
        });
        Config {
            mode,
            shards: u16::try_from(shards).unwrap_or(1),
            brand,
            apps,
            sources,
            deadlines,
            limits,
            token_keys,
            problems: Vec::new(),
        }
    }

    fn brand(&mut self, table: &mut Table) -> Brand {
        let mut brand = self.table(table, "brand");
        let name = self
            .required(&mut brand, "name")
            .unwrap_or_else(|| "us".into());
        let read = Brand {
            language: self
                .text(&mut brand, "language")
                .unwrap_or_else(|| "en".into()),
            team: self
                .text(&mut brand, "team")
                .unwrap_or_else(|| format!("the {name} team")),
            formal: self.flag(&mut brand, "formal", true),
            disclose: self.flag(&mut brand, "disclose", true),
            emergency_line: self.text(&mut brand, "emergency_line"),
            care_text: self.text(&mut brand, "care_text"),
            name,
        };
        self.finish(brand);
        read
    }

    fn calendars(&mut self, table: &mut Table) -> BTreeMap<String, Calendar> {
        let mut all = self.table(table, "calendars");
        let mut calendars = BTreeMap::new();
        for name in all.keys() {
            let mut one = self.table(&mut all, &name);
            let offset = self
                .text(&mut one, "utc_offset")
                .unwrap_or_else(|| "+00:00".into());
            let open = self.texts(&mut one, "open");
            let holidays = self.texts(&mut one, "holidays");
            let key = one.key.clone();
            self.finish(one);
            match Calendar::read(&offset, &open, &holidays) {
                Ok(calendar) => {
                    calendars.insert(name, calendar);
                }
                Err(why) => self.problem(key, why.to_string()),
            }
        }
        calendars
    }

    fn deadlines(&mut self, table: &mut Table) -> Deadlines {
        let default = Deadlines::default();
        let mut t = self.table(table, "deadlines");
        // 43,200 minutes are 30 days: beyond that a deadline says nothing.
        let read = Deadlines {
            emergency: self.number(&mut t, "emergency_minutes", 1..=43_200, default.emergency),
            urgent: self.number(&mut t, "urgent_minutes", 1..=43_200, default.urgent),
            routine: self.number(&mut t, "routine_minutes", 1..=43_200, default.routine),
            idle: self.number(&mut t, "idle_minutes", 1..=43_200, default.idle),
        };
        self.finish(t);
        read
    }

    fn limits(&mut self, table: &mut Table) -> Limits {
        let default = Limits::default();
        let mut t = self.table(table, "limits");
        let read = Limits {
            // A Durable Object takes requests up to 32 MiB; 16 leaves room for what Heard adds.
            body_bytes: self.number(&mut t, "body_bytes", 1_024..=16 << 20, default.body_bytes),
            lease_s: self.number(&mut t, "lease_s", 1..=MAX_LEASE_S, default.lease_s),
            attempts: self.number(&mut t, "attempts", 1..=1_000, default.attempts),
            retention_days: self.number(
                &mut t,
                "retention_days",
                MIN_RETENTION_DAYS..=3_650,
                default.retention_days,
            ),
            fresh_minutes: self.number(&mut t, "fresh_minutes", 1..=10_080, default.fresh_minutes),
            cooldown_hours: self.number(
                &mut t,
                "cooldown_hours",
                0..=8_760,
                default.cooldown_hours,
            ),
        };
        self.finish(t);
        read
    }

    fn apps(&mut self, table: &mut Table, secret: &dyn Fn(&str) -> Option<String>) -> Vec<App> {
        let mut found: Vec<(AppId, Scheme)> = Vec::new();
        for mut app in self.tables(table, "apps") {
            let id = self.id(&mut app, "id");
            let scheme = self.required(&mut app, "scheme").and_then(|name| {
                let scheme = Scheme::named(&name);
                if scheme.is_none() {
                    let known: Vec<_> = Scheme::ALL.iter().map(|s| s.as_str()).collect();
                    self.problem(
                        format!("{}.scheme", app.key),
                        format!("\"{name}\" is no scheme; one of {}", known.join(", ")),
                    );
                }
                scheme
            });
            if let (Some(id), Some(scheme)) = (id, scheme) {
                if found.iter().any(|(known, _)| known.as_str() == id) {
                    self.problem(
                        format!("{}.id", app.key),
                        format!("\"{id}\" is taken already"),
                    );
                } else {
                    found.push((AppId::new(id), scheme));
                }
            }
            self.finish(app);
        }
        let alone =
            |scheme: Scheme| found.iter().filter(|(_, other)| *other == scheme).count() == 1;
        found
            .iter()
            .map(|(id, scheme)| {
                let name = app_secret(scheme.secret(), id, alone(*scheme));
                let keys = self.secret(
                    &name,
                    &format!("app \"{id}\" answers 503 to every delivery"),
                    secret,
                    |text| Key::of(*scheme, text).map_err(|why| why.to_string()),
                );
                let verify_tokens = if *scheme == Scheme::Meta {
                    let name = app_secret(META_VERIFY_TOKEN, id, alone(*scheme));
                    self.secret(
                        &name,
                        &format!("app \"{id}\" can't be registered with Meta"),
                        secret,
                        |text| Key::new(text.as_bytes()).ok_or_else(|| "is empty".to_string()),
                    )
                } else {
                    Vec::new()
                };
                App {
                    id: id.clone(),
                    scheme: *scheme,
                    keys,
                    verify_tokens,
                }
            })
            .collect()
    }

    fn sources(
        &mut self,
        table: &mut Table,
        secret: &dyn Fn(&str) -> Option<String>,
        mode: Mode,
        calendars: &BTreeMap<String, Calendar>,
        apps: &[App],
    ) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        for mut t in self.tables(table, "sources") {
            let key = t.key.clone();
            let read = self.source(&mut t, mode, calendars, apps);
            self.finish(t);
            let Some(mut source) = read else { continue };
            if sources.iter().any(|s| s.id == source.id) {
                self.problem(
                    format!("{key}.id"),
                    format!("\"{}\" is taken already", source.id),
                );
                continue;
            }
            if sources.iter().any(|s| {
                s.platform == source.platform && s.account == source.account && s.app == source.app
            }) {
                self.problem(
                    format!("{key}.account"),
                    format!(
                        "\"{}\" has a source on {} already",
                        source.account, source.platform
                    ),
                );
                continue;
            }
            source.credential = self
                .secret(
                    &credential_name(&source.id),
                    &format!(
                        "source \"{}\" can't reply; its posts go to people only",
                        source.id
                    ),
                    secret,
                    |text| Key::new(text.as_bytes()).ok_or_else(|| "is empty".to_string()),
                )
                .into_iter()
                .next();
            sources.push(source);
        }
        sources
    }

    fn source(
        &mut self,
        t: &mut Table,
        mode: Mode,
        calendars: &BTreeMap<String, Calendar>,
        apps: &[App],
    ) -> Option<Source> {
        let id = self.id(t, "id");
        let app = self.required(t, "app");
        let platform = self.required(t, "platform");
        let account = self.required(t, "account");
        let workgroup = self.id(t, "workgroup");
        let handle = self
            .text(t, "handle")
            .map(|handle| handle.trim_start_matches('@').to_string())
            .filter(|handle| !handle.is_empty());
        let reply_url = self.text(t, "reply_url");
        let own_mode = self.mode(t);
        let calendar = match self.text(t, "calendar") {
            None => Calendar::always(),
            Some(name) => calendars.get(&name).cloned().unwrap_or_else(|| {
                self.problem(
                    format!("{}.calendar", t.key),
                    format!("no calendar \"{name}\"; write [vars.HEARD.calendars.{name}]"),
                );
                Calendar::always()
            }),
        };
        let platform = platform.and_then(|name| {
            let platform = Platform::named(&name);
            if platform.is_none() {
                let known: Vec<_> = Platform::ALL.iter().map(|p| p.as_str()).collect();
                self.problem(
                    format!("{}.platform", t.key),
                    format!("\"{name}\" is no platform; one of {}", known.join(", ")),
                );
            }
            platform
        })?;
        let app = app.and_then(|name| {
            let app = apps.iter().find(|app| app.id.as_str() == name);
            match app {
                None => self.problem(format!("{}.app", t.key), format!("no app \"{name}\"")),
                Some(app) if app.scheme != scheme_of(platform) => {
                    self.problem(
                        format!("{}.platform", t.key),
                        format!(
                            "app \"{name}\" has scheme {}, which carries no {platform} events",
                            app.scheme.as_str()
                        ),
                    );
                    return None;
                }
                Some(_) => {}
            }
            app
        })?;
        // Their deliveries name us by nothing else.
        let by_handle = matches!(
            platform,
            Platform::Discourse | Platform::Threads | Platform::Mastodon
        );
        if by_handle && handle.is_none() {
            self.problem(
                format!("{}.handle", t.key),
                "is missing: our own posts are known by it",
            );
            return None;
        }
        if matches!(platform, Platform::Standard | Platform::Zendesk) {
            match &reply_url {
                Some(url) if url.starts_with("https://") => {}
                Some(_) => {
                    self.problem(format!("{}.reply_url", t.key), "must begin with https://");
                    return None;
                }
                None => {
                    self.problem(
                        format!("{}.reply_url", t.key),
                        "is missing: where do replies of this source go?",
                    );
                    return None;
                }
            }
        }
        Some(Source {
            id: SourceId::new(id?),
            app: app.id.clone(),
            platform,
            account: AccountId::new(account?),
            handle,
            workgroup: Workgroup::new(workgroup?),
            mode: own_mode.map_or(mode, |own| stricter(own, mode)),
            calendar,
            reply_url,
            credential: None,
        })
    }

    fn mode(&mut self, table: &mut Table) -> Option<Mode> {
        let name = self.text(table, "mode")?;
        match name.as_str() {
            "off" => Some(Mode::Off),
            "dry_run" => Some(Mode::DryRun),
            "live" => Some(Mode::Live),
            _ => {
                self.problem(
                    format!("{}.mode", table.key),
                    format!("\"{name}\" is no mode; one of off, dry_run, live. Off until then"),
                );
                Some(Mode::Off)
            }
        }
    }

    /// The values of a secret that are good; a missing secret and each bad value is a problem.
    fn secret<T>(
        &mut self,
        name: &str,
        without: &str,
        secret: &dyn Fn(&str) -> Option<String>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let text = secret(name).unwrap_or_default();
        let mut good = Vec::new();
        for (place, value) in values(&text).enumerate() {
            match read(value) {
                Ok(value) => good.push(value),
                Err(why) => self.problem(name, format!("value {}: {why}", place + 1)),
            }
        }
        if values(&text).next().is_none() {
            self.problem(
                name,
                format!("is not set, so {without}; set it with `wrangler secret put {name}`"),
            );
        }
        good
    }

    fn text(&mut self, table: &mut Table, key: &str) -> Option<String> {
        match table.rest.remove(key)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
            Value::String(_) => {
                self.problem(format!("{}.{key}", table.key), "is empty");
                None
            }
            _ => {
                self.problem(format!("{}.{key}", table.key), "must be text in quotes");
                None
            }
        }
    }

    fn required(&mut self, table: &mut Table, key: &str) -> Option<String> {
        if !table.rest.contains_key(key) {
            self.problem(format!("{}.{key}", table.key), "is missing");
        }
        self.text(table, key)
    }

    /// An id of ours: it stands in URLs and in secrets' names.
    fn id(&mut self, table: &mut Table, key: &str) -> Option<String> {
        let id = self.required(table, key)?;
        let fits = id.len() <= 64
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !fits {
            self.problem(
                format!("{}.{key}", table.key),
                format!("\"{id}\" must be at most 64 of a-z, 0-9 and -"),
            );
        }
        fits.then_some(id)
    }

    fn texts(&mut self, table: &mut Table, key: &str) -> Vec<String> {
        let Some(value) = table.rest.remove(key) else {
            return Vec::new();
        };
        let texts: Option<Vec<String>> = value.as_array().and_then(|values| {
            values
                .iter()
                .map(|v| v.as_str().map(str::to_string))
                .collect()
        });
        texts.unwrap_or_else(|| {
            self.problem(format!("{}.{key}", table.key), "must be a list of texts");
            Vec::new()
        })
    }

    fn flag(&mut self, table: &mut Table, key: &str, default: bool) -> bool {
        match table.rest.remove(key) {
            None => default,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.problem(format!("{}.{key}", table.key), "must be true or false");
                default
            }
        }
    }

    fn number(
        &mut self,
        table: &mut Table,
        key: &str,
        range: std::ops::RangeInclusive<u32>,
        default: u32,
    ) -> u32 {
        let Some(value) = table.rest.remove(key) else {
            return default;
        };
        let number = value
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| range.contains(n));
        number.unwrap_or_else(|| {
            self.problem(
                format!("{}.{key}", table.key),
                format!(
                    "must be a whole number from {} to {}; {default} until then",
                    range.start(),
                    range.end()
                ),
            );
            default
        })
    }

    fn table(&mut self, table: &mut Table, key: &str) -> Table {
        let path = format!("{}.{key}", table.key);
        match table.rest.remove(key) {
            None => Table::new(path, Map::new()),
            Some(Value::Object(inner)) => Table::new(path, inner),
            Some(_) => {
                self.problem(path.clone(), format!("must be a table: [vars.{path}]"));
                Table::new(path, Map::new())
            }
        }
    }

    fn tables(&mut self, table: &mut Table, key: &str) -> Vec<Table> {
        let path = format!("{}.{key}", table.key);
        let values = match table.rest.remove(key) {
            None => {
                self.problem(path.clone(), format!("is missing: write [[vars.{path}]]"));
                return Vec::new();
            }
            Some(Value::Array(values)) => values,
            Some(_) => {
                self.problem(
                    path.clone(),
                    format!("must be a list of tables: [[vars.{path}]]"),
                );
                return Vec::new();
            }
        };
        let mut tables = Vec::new();
        for (place, value) in values.into_iter().enumerate() {
            let path = format!("{path}[{place}]");
            match value {
                Value::Object(inner) => tables.push(Table::new(path, inner)),
                _ => self.problem(path, "must be a table"),
            }
        }
        tables
    }

    /// Whatever is left in a table is a key that nothing reads: most often a slip of the pen.
    fn finish(&mut self, table: Table) {
        for key in table.keys() {
            self.problem(
                format!("{}.{key}", table.key),
                "is no key of this table; nothing reads it",
            );
        }
    }
}

/// The longest lease, in seconds: an hour without a word from its holder is a lost agent.
pub const MAX_LEASE_S: u32 = 3_600;

fn stricter(a: Mode, b: Mode) -> Mode {
    match (a, b) {
        (Mode::Off, _) | (_, Mode::Off) => Mode::Off,
        (Mode::DryRun, _) | (_, Mode::DryRun) => Mode::DryRun,
        (Mode::Live, Mode::Live) => Mode::Live,
    }
}

/// A table being read: its key, and what nothing has read yet.
struct Table {
    key: String,
    rest: Map<String, Value>,
}

impl Table {
    fn new(key: impl Into<String>, rest: Map<String, Value>) -> Self {
        Self {
            key: key.into(),
            rest,
        }
    }

    fn keys(&self) -> Vec<String> {
        self.rest.keys().cloned().collect()
    }
}
