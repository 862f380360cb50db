//! Configuration: one file, `src/heard.toml`, and secrets by name. `heard build` writes the file as JSON into
//! the text module that the Worker reads ([`Config::read`]).
//!
//! Reading never fails: a mistake disables what needs it, fails closed, and is listed as a
//! [`Problem`] under its key, for `/readyz` and `heard check`. A secret's value is never shown.

use crate::clock::Calendar;
use crate::clock::roster::Roster;
use crate::credential::Credential;
use crate::judgement::Level;
use crate::language::Texts;
use crate::platform::eligibility::Plan;
use crate::platform::profile::Feed;
use crate::post::{AccountId, AppId, Platform, Post, SourceId, Workgroup};
use crate::signature::Key;
use crate::signature::scheme::Scheme;
use crate::voice::brand::{Brand, Help};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

pub mod demo;
pub mod details;
pub mod fit;
mod held_to;
pub mod home;
pub mod listening;
mod outside;
pub mod patch;
pub mod problem;
pub mod products;
mod read;
pub mod receivers;
pub mod replies;
pub mod route;
pub mod rule;
pub mod secrets;
pub mod series;
mod table;
pub mod targets;
#[cfg(test)]
mod tests;
pub mod tiers;
pub mod voice;

use details::Details;
use home::Home;
use listening::{Listening, Named, is_overheard};
use problem::Problem;
use products::Product;
use receivers::Receiver;
use replies::Replies;
use rule::Rule;
use series::{Goal, Series};
use table::Reader;
use targets::{Errand, Targets};
use tiers::{Tier, percent_of};

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

/// An app: a webhook URL, its scheme and its keys.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id, the last part of the webhook's path.
    pub id: AppId,
    /// How its deliveries are signed.
    pub scheme: Scheme,
    /// The name of the secret with its keys.
    pub secret: String,
    /// The name of the secret with its verify tokens, where its scheme has a handshake with one.
    pub verify_secret: Option<String>,
    /// How they are read: as those of its sources' platforms.
    pub feed: &'static Feed,
    /// The keys that may sign, newest first; empty where the secret is missing, and then nothing
    /// verifies.
    pub keys: Vec<Key>,
    /// Their fingerprints, in the same order.
    pub fingerprints: Vec<String>,
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
    /// Whose voice answers there.
    pub brand: Arc<Brand>,
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
    /// Its business time: its own calendar, or else when its roster is on duty, or else always.
    pub calendar: Calendar,
    /// Who is on duty in its workgroup, where that is configured.
    pub roster: Option<Roster>,
    /// The contract under which its platform's API is called, where the platform's rules depend on it.
    pub plan: Plan,
    /// Where its customers turn in danger or despair, where that is not the brand's.
    pub help: Help,
    /// Where replies of [`Platform::Standard`] go; the server of [`Platform::Zendesk`] and
    /// [`Platform::Bluesky`].
    pub reply_url: Option<String>,
    /// What authorises its reply calls; `None` where the secret is missing or of a wrong shape.
    pub credential: Option<Credential>,
    /// How much it may say.
    pub ceiling: Ceiling,
    /// What people are held to.
    pub targets: Targets,
    /// The brand's own link to a private conversation, for public replies: `https://wa.me/...`.
    pub private_link: Option<String>,
    /// Whether what a delivery leaves out is fetched from the platform.
    pub enrich: bool,
    /// Whether posts that are not addressed to us are counted in the listening view and kept out of the queue.
    pub listen: bool,
}

/// How many acknowledgments of a source may leave in a minute and in an hour. With several shards each
/// keeps its part ([`crate::inbox::shard::Shard::share`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// In any minute.
    pub per_minute: u32,
    /// In any hour.
    pub per_hour: u32,
}

impl Default for Ceiling {
    /// X is the strictest of the platforms that say their limit: 100 posts in 15 minutes, and by
    /// another of its pages 300 in three hours, an agent's answers included. Six a minute leaves ten
    /// of the hundred to people, and shows those who follow the account one note in ten seconds.
    fn default() -> Self {
        Self {
            per_minute: 6,
            per_hour: 100,
        }
    }
}

impl Source {
    /// Whether that is a name of ours: the account's id, or the handle with or without its `@`.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.trim_start_matches('@');
        let names = [Some(self.account.as_str()), self.handle.as_deref()];
        names
            .into_iter()
            .flatten()
            .any(|ours| ours.trim_start_matches('@').eq_ignore_ascii_case(name))
    }

    /// When somebody is on duty for it.
    pub fn hours(&self) -> &Calendar {
        self.roster
            .as_ref()
            .map_or(&self.calendar, |roster| roster.hours())
    }

    /// Who signs at `ms`: whoever is on duty, or the brand's team.
    pub fn team(&self, ms: i64) -> &Texts {
        let on_duty = self.roster.as_ref().and_then(|roster| roster.on_duty(ms));
        on_duty.unwrap_or(&self.brand.team)
    }
}

/// How long a person may take to answer, in minutes, by level. Routine and idle count business time.
/// Urgent and emergency count every minute, because the customer does; but where nobody is on duty
/// urgent begins to count when somebody is, because nothing else can be kept.
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
    /// When a person must have answered a post of `level` that came at `from_ms`: the target of the source's first
    /// replies, where it has one.
    pub fn deadline(&self, source: &Source, level: Level, from_ms: i64) -> i64 {
        after(source, level, from_ms, self.first_minutes(source, level))
    }

    /// The same, of a customer for whom a person may take so many percent of that time.
    pub fn deadline_of(&self, source: &Source, level: Level, from_ms: i64, percent: u32) -> i64 {
        let minutes = self.first_minutes(source, level);
        after(source, level, from_ms, part(minutes, percent))
    }

    /// As [`Deadlines::next`], of such a customer.
    pub fn next_of(&self, source: &Source, level: Level, from_ms: i64, percent: u32) -> i64 {
        let minutes = Targets::of(&source.targets.next, level);
        let minutes = minutes.unwrap_or_else(|| self.first_minutes(source, level));
        after(source, level, from_ms, part(minutes, percent))
    }

    /// The same, where a person has replied before.
    pub fn next(&self, source: &Source, level: Level, from_ms: i64) -> i64 {
        let minutes = Targets::of(&source.targets.next, level);
        let minutes = minutes.unwrap_or_else(|| self.first_minutes(source, level));
        after(source, level, from_ms, minutes)
    }

    /// When what was opened at `from_ms` must have ended; `None` if it has no target.
    pub fn resolution(&self, source: &Source, level: Level, from_ms: i64) -> Option<i64> {
        let minutes = Targets::of(&source.targets.resolution, level)?;
        Some(after(source, level, from_ms, minutes))
    }

    /// How long a first reply may take.
    fn first_minutes(&self, source: &Source, level: Level) -> u32 {
        let own = match level {
            Level::Emergency => self.emergency,
            Level::Urgent => self.urgent,
            Level::Routine => self.routine,
            Level::Idle => self.idle,
        };
        Targets::of(&source.targets.first, level).unwrap_or(own)
    }
}

/// So many percent of them: a minute at least.
fn part(minutes: u32, percent: u32) -> u32 {
    let part = u64::from(minutes) * u64::from(percent) / 100;
    u32::try_from(part).unwrap_or(u32::MAX).max(1)
}

/// So many minutes later, as a level counts them.
fn after(source: &Source, level: Level, from_ms: i64, minutes: u32) -> i64 {
    match level {
        Level::Emergency => from_ms + i64::from(minutes) * 60_000,
        Level::Urgent => {
            let on_duty_ms = source.hours().next_open(from_ms).unwrap_or(from_ms);
            on_duty_ms + i64::from(minutes) * 60_000
        }
        Level::Routine | Level::Idle => source.calendar.after(from_ms, minutes),
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
    /// How many leases on an interaction may run out, with no reply and no new post in between, before
    /// it goes to `dead`.
    pub attempts: u32,
    /// How many interactions one agent may hold.
    pub held_per_agent: u32,
    /// How long resolved interactions and their posts are kept, in days.
    pub retention_days: u32,
    /// How long the texts of resolved interactions are kept, in days; 0: as long as the interactions.
    pub texts_days: u32,
    /// How long an open interaction that nobody touches stays open, in days, before it goes to `dead`; 0: for ever.
    pub open_days: u32,
    /// How long a stop is kept, in days; 0: for ever.
    pub stops_days: u32,
    /// How long what supervisors did is kept, in days, at least 366.
    pub audit_days: u32,
    /// How large a shard may become, in megabytes: Cloudflare ends an object's storage at ten gigabytes.
    pub shard_mb: u32,
    /// From how full a shard on the texts of what ended longest ago go before their time, in percent; 0:
    /// never.
    pub texts_go_at_percent: u32,
    /// A post older than this when it arrives is queued but not acknowledged, in minutes: hours
    /// later, "I hear you" is worse than a person's answer.
    pub fresh_minutes: u32,
    /// The least time between two acknowledgments to one author by one source, in hours.
    pub cooldown_hours: u32,
    /// How much a source may say that sets no ceiling of its own.
    pub ceiling: Ceiling,
    /// How often a token may claim in a minute: a console that waits for work asks some three times.
    pub claims_per_minute: u32,
    /// How often a token may reply in a minute: far beyond what a person writes.
    pub replies_per_minute: u32,
    /// For how long an author who comes back is kept for the agent who answered last, in minutes, while that
    /// agent is there and has a hand free; 0: not at all.
    pub affinity_minutes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 4 << 20,
            lease_s: 300,
            attempts: 10,
            // As many conversations as a person keeps apart.
            held_per_agent: 5,
            retention_days: 90,
            // An author who comes back is read with what was said before.
            texts_days: 0,
            // Whoever wrote a year ago waits for nothing any more; and what nobody ends would be kept without a limit.
            open_days: 365,
            // Who says stop means for good.
            stops_days: 0,
            // A yearly audit finds the year.
            audit_days: crate::deeds::KEPT_DAYS,
            shard_mb: 10_000,
            texts_go_at_percent: 0,
            fresh_minutes: 60,
            cooldown_hours: 24,
            ceiling: Ceiling::default(),
            claims_per_minute: 60,
            replies_per_minute: 30,
            // What a person needs to end what they are at.
            affinity_minutes: 3,
        }
    }
}

/// What differs between the places where one configuration is deployed: the variables beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// `HEARD_ENV`: its name. Apps and sources that are for other environments are not there; without a
    /// name all are.
    pub name: Option<String>,
    /// `HEARD_MODE`: its mode, instead of the file's.
    pub mode: Option<String>,
}

/// Everything configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether acknowledgments leave the building.
    pub mode: Mode,
    /// How many Durable Objects share the queue.
    pub shards: u16,
    /// How many customers there are, so that counts of people are told beside them; 0 where it is not said.
    pub customers: u32,
    /// Where its objects are.
    pub home: Home,
    /// Whose voices they are: one at least.
    pub brands: Vec<Arc<Brand>>,
    /// The apps, those with mistakes left out.
    pub apps: Vec<App>,
    /// The sources, those with mistakes left out.
    pub sources: Vec<Source>,
    /// Where posts go that do not simply go to their source's workgroup, the rule that goes first at the front.
    pub routes: Vec<Rule>,
    /// How long a person may take.
    pub deadlines: Deadlines,
    /// The errands that workgroups are sent on by name.
    pub errands: Vec<Errand>,
    /// Bounds.
    pub limits: Limits,
    /// What agents' replies are held to and helped by.
    pub replies: Replies,
    /// Who is told elsewhere of what happens.
    pub receivers: Vec<Receiver>,
    /// The origins whose pages may call the agents' API.
    pub origins: Vec<String>,
    /// The keys that sign agents' tokens, newest first; empty where the secret is missing, and then
    /// no agent gets in.
    pub token_keys: Vec<Key>,
    /// The page on which customers leave details.
    pub details: Details,
    /// What is sold: names that a report looks for.
    pub products: Vec<Product>,
    /// The tiers of customers.
    pub tiers: Vec<Tier>,
    /// The brand's own figures, which a report lays beside what people wrote.
    pub series: Vec<Series>,
    /// What is aimed at.
    pub goals: Vec<Goal>,
    /// What is listened for.
    pub listening: Listening,
    /// Every mistake.
    pub problems: Vec<Problem>,
}

impl Config {
    /// Whether a post of a source goes to the listening view and not to the queue: it is not addressed to us.
    pub fn overhears(&self, source: &Source, post: &Post) -> bool {
        source.listen && is_overheard(post)
    }

    /// Whom a post names.
    pub fn named(&self, source: &Source, post: &Post) -> Named {
        let names = [Some(source.brand.name.as_str()), source.handle.as_deref()];
        self.listening.named(names.into_iter().flatten(), post)
    }

    /// Whether a post is dropped at the edge: it is not addressed to us, and names neither us nor one of `[listening]`'s others.
    pub fn drops(&self, source: &Source, post: &Post) -> bool {
        self.listening.filter
            && self.overhears(source, post)
            && self.named(source, post).is_nobody()
    }

    /// The app of that id.
    pub fn app(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.id.as_str() == id)
    }

    /// The source of that id.
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == *id)
    }

    /// How long a person may take for a customer of that tier, in percent of the usual time.
    pub fn percent(&self, tier: Option<&str>, level: Level) -> u32 {
        percent_of(&self.tiers, tier, level)
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

    /// Every workgroup that some source or rule names, once, in the order of the sources, then of the rules.
    pub fn workgroups(&self) -> Vec<Workgroup> {
        let mut groups: Vec<Workgroup> = Vec::new();
        let sources = self.sources.iter().map(|source| &source.workgroup);
        let rules = self
            .routes
            .iter()
            .filter_map(|rule| rule.workgroup.as_ref());
        for group in sources.chain(rules) {
            if !groups.contains(group) {
                groups.push(group.clone());
            }
        }
        groups
    }

    /// Reads the configuration: `table` is the file as JSON, `secret` gives a secret's text by its name.
    pub fn read(table: &str, secret: &dyn Fn(&str) -> Option<String>) -> Self {
        Self::read_in(&Environment::default(), table, secret)
    }

    /// Reads the configuration as it is in an environment.
    pub fn read_in(
        environment: &Environment,
        table: &str,
        secret: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let mut problems = Vec::new();
        let mut reader = Reader {
            problems: &mut problems,
        };
        let table = match serde_json::from_str(table) {
            Ok(Value::Object(table)) => table,
            _ => {
                reader.problem(
                    "heard.toml",
                    "is missing or not a table: `heard build` makes it of src/heard.toml",
                );
                Map::new()
            }
        };
        let config = reader.config(environment, table, secret);
        Self { problems, ..config }
    }
}

/// The longest lease, in seconds: ten minutes without a sign of life from its holder is a lost agent,
/// and the customer must not wait for them. Every call of the holder's begins it anew.
pub const MAX_LEASE_S: u32 = 600;

/// The longest lease that a caller may ask for, in seconds; [`MAX_LEASE_S`] of it are given.
pub const MAX_LEASE_WISH_S: u32 = 3_600;
