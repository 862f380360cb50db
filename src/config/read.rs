//! The sections of the configuration, each read into its type.

use super::rule::Rule;
use super::secrets::{TOKEN_KEY, app_secret, credential_name};
use super::table::{Reader, Table};
use super::targets::Targets;
use super::{
    App, Ceiling, Config, Deadlines, Environment, Limits, MAX_LEASE_S, MAX_SHARDS,
    MIN_RETENTION_DAYS, Mode, Source, fit,
};
use crate::clock::Calendar;
use crate::clock::roster::{Roster, Shift};
use crate::platform::eligibility::Plan;
use crate::platform::profile::Handle;
use crate::post::{AccountId, AppId, Platform, SourceId, Workgroup};
use crate::signature::Key;
use crate::signature::scheme::Scheme;
use crate::voice::brand::{Brand, ONLY_BRAND};
use crate::voice::place::Place;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a source need not say where its app says it.
const OF_APP: &[&str] = &[
    "brand",
    "platform",
    "workgroup",
    "calendar",
    "plan",
    "mode",
    "reply_url",
    "acks_per_minute",
    "acks_per_hour",
];

/// For whom an app and its sources are; the app reads it too.
const ENVIRONMENTS: &str = "environments";

/// What a source need not say where its brand says it.
const OF_BRAND: &[&str] = &[
    "workgroup",
    "calendar",
    "plan",
    "mode",
    "acks_per_minute",
    "acks_per_hour",
];

/// What stands at the top where there is one brand, and within each where there are several.
const OF_ONE_BRAND: &[&str] = &["brand", "voice", "banned", "reviewed"];

/// What sources refer to by name, and what they inherit.
struct Named<'a> {
    environment: &'a Environment,
    mode: Mode,
    ceiling: Ceiling,
    brands: &'a [Arc<Brand>],
    calendars: &'a BTreeMap<String, Calendar>,
    rosters: &'a BTreeMap<String, Roster>,
    apps: &'a [App],
}

impl Reader<'_> {
    pub(super) fn config(
        &mut self,
        environment: &Environment,
        table: Map<String, Value>,
        secret: &dyn Fn(&str) -> Option<String>,
    ) -> Config {
        let mut table = Table::new("", table);
        let own_mode = self.mode(&mut table);
        let given = environment.mode.as_deref();
        let mode = given.map(|name| self.mode_named(name, "HEARD_MODE".into()));
        let mode = mode.or(own_mode).unwrap_or(Mode::Off);
        let shards = self.number(&mut table, "shards", 1..=u32::from(MAX_SHARDS), 1);
        let customers = self.number(&mut table, "customers", 1..=u32::MAX, 0);
        let home = self.home(&mut table);
        let mut apps = self.tables(&mut table, "apps");
        let mut sources = self.tables(&mut table, "sources");
        let mut brands = self.brand_tables(&mut table);
        inherit(&mut sources, &apps, &brands);
        for app in &mut apps {
            app.leave(OF_APP);
        }
        for (_, brand) in &mut brands {
            brand.leave(OF_BRAND);
        }
        let brands = self.brands(&mut table, brands);
        let calendars = self.calendars(&mut table);
        let rosters = self.rosters(&mut table, &calendars);
        let deadlines = self.deadlines(&mut table);
        let limits = self.limits(&mut table);
        let replies = self.replies(&mut table);
        let details = self.details(&mut table, secret);
        let mut apps = self.apps(apps, secret, environment);
        let named = Named {
            environment,
            mode,
            ceiling: limits.ceiling,
            brands: &brands,
            calendars: &calendars,
            rosters: &rosters,
            apps: &apps,
        };
        // Of all environments: a rule may name a source that is elsewhere.
        let ids = sources.iter().filter_map(|source| source.peek("id"));
        let ids: Vec<SourceId> = ids.map(SourceId::new).collect();
        let routes = self.routes(&mut table, &ids);
        let mut sources = self.sources(sources, secret, &named);
        let is_whole = environment.name.is_none();
        self.targets(&mut table, &mut sources, is_whole);
        let errands = self.errands(&mut table, &sources, is_whole);
        for app in &mut apps {
            let source = sources.iter().find(|source| source.app == app.id);
            if let Some(source) = source {
                app.feed = source.platform.feed();
            }
        }
        for workgroup in rosters.keys() {
            let serves = |source: &Source| source.workgroup.as_str() == workgroup;
            let sends = |rule: &Rule| {
                rule.workgroup
                    .as_ref()
                    .is_some_and(|to| to.as_str() == workgroup)
            };
            // Elsewhere there may be a source for it.
            if environment.name.is_none()
                && !sources.iter().any(serves)
                && !routes.iter().any(sends)
            {
                self.problem(
                    format!("rosters.{workgroup}"),
                    format!("no source has workgroup \"{workgroup}\", so nobody signs by it"),
                );
            }
        }
        let receivers = self.receivers(&mut table, secret);
        let origins = self.origins(&mut table);
        let tiers = self.tiers(&mut table);
        let listening = self.listening(&mut table);
        let products = self.products(&mut table);
        let series = self.series(&mut table);
        let goals = self.goals(&mut table, &series);
        self.finish(table);
        let token_keys = self.secret(TOKEN_KEY, "agents can't get in", secret, fit::token_key);
        Config {
            mode,
            shards: u16::try_from(shards).unwrap_or(1),
            customers,
            home,
            brands,
            apps,
            sources,
            routes,
            deadlines,
            errands,
            limits,
            replies,
            receivers,
            origins,
            token_keys,
            details,
            tiers,
            listening,
            products,
            series,
            goals,
            problems: Vec::new(),
        }
    }

    /// The brands' tables by their ids: `[brands.NAME]`, or `[brand]` alone.
    fn brand_tables(&mut self, table: &mut Table) -> Vec<(String, Table)> {
        if !table.rest.contains_key("brands") {
            return vec![(ONLY_BRAND.to_owned(), self.table(table, "brand"))];
        }
        for key in OF_ONE_BRAND {
            if table.rest.remove(*key).is_some() {
                self.problem(
                    *key,
                    "does not say of which brand it is: move it to [brands.NAME]",
                );
            }
        }
        let mut all = self.table(table, "brands");
        let names = all.keys();
        if names.is_empty() {
            self.problem("brands", "has none: write [brands.NAME]");
            return vec![(ONLY_BRAND.to_owned(), Table::new("brands", Map::new()))];
        }
        let one = |name: String| (name.clone(), self.table(&mut all, &name));
        names.into_iter().map(one).collect()
    }

    fn brands(&mut self, table: &mut Table, tables: Vec<(String, Table)>) -> Vec<Arc<Brand>> {
        let mut brands = Vec::new();
        for (id, brand) in tables {
            let words = (brand.key == ONLY_BRAND).then_some(&mut *table);
            brands.push(Arc::new(self.brand(&id, brand, words)));
        }
        brands
    }

    pub(super) fn places(&mut self, table: &mut Table, key: &str) -> Vec<Place> {
        let mut places = Vec::new();
        for text in self.texts(table, key) {
            match Place::read(&text) {
                Some(place) => places.push(place),
                None => self.problem(
                    table.at(key),
                    format!(
                        "\"{text}\" is no place; write a platform, \"public\" or \"private\", or both: \"x public\""
                    ),
                ),
            }
        }
        places
    }

    fn calendars(&mut self, table: &mut Table) -> BTreeMap<String, Calendar> {
        let mut all = self.table(table, "calendars");
        let mut calendars = BTreeMap::new();
        for name in all.keys() {
            let mut one = self.table(&mut all, &name);
            let timezone = self
                .required(&mut one, "timezone")
                .unwrap_or_else(|| "UTC".into());
            let open = self.texts(&mut one, "open");
            let holidays = self.texts(&mut one, "holidays");
            let key = one.key.clone();
            self.finish(one);
            match Calendar::read(&timezone, &open, &holidays) {
                Ok(calendar) => {
                    calendars.insert(name, calendar);
                }
                Err(why) => self.problem(key, why.to_string()),
            }
        }
        calendars
    }

    /// The rosters by their workgroups.
    fn rosters(
        &mut self,
        table: &mut Table,
        calendars: &BTreeMap<String, Calendar>,
    ) -> BTreeMap<String, Roster> {
        let mut all = self.table(table, "rosters");
        let mut rosters = BTreeMap::new();
        for workgroup in all.keys() {
            let mut shifts = Vec::new();
            for mut t in self.tables(&mut all, &workgroup) {
                let is_there = t.rest.contains_key("team");
                let team = self.by_language(&mut t, "team");
                if !is_there {
                    self.problem(t.at("team"), "is missing: write team = \"...\"");
                }
                let team = (!team.0.is_empty()).then_some(team);
                let name = self.required(&mut t, "calendar");
                let calendar = name.and_then(|name| self.calendar(&t, calendars, &name));
                self.finish(t);
                shifts.extend(
                    team.zip(calendar)
                        .map(|(team, calendar)| Shift { team, calendar }),
                );
            }
            if let Some(roster) = Roster::new(shifts) {
                rosters.insert(workgroup, roster);
            }
        }
        rosters
    }

    fn calendar(
        &mut self,
        t: &Table,
        calendars: &BTreeMap<String, Calendar>,
        name: &str,
    ) -> Option<Calendar> {
        let calendar = calendars.get(name).cloned();
        if calendar.is_none() {
            self.problem(
                t.at("calendar"),
                format!("no calendar \"{name}\"; write [calendars.{name}]"),
            );
        }
        calendar
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
            // A thousand is a program's number; it must be possible to say that there is no cap.
            held_per_agent: self.number(
                &mut t,
                "held_per_agent",
                1..=1_000,
                default.held_per_agent,
            ),
            retention_days: self.number(
                &mut t,
                "retention_days",
                MIN_RETENTION_DAYS..=3_650,
                default.retention_days,
            ),
            texts_days: self.number(&mut t, "texts_days", 0..=3_650, default.texts_days),
            open_days: self.number_or_zero(&mut t, "open_days", 30..=3_650, default.open_days),
            stops_days: self.number_or_zero(&mut t, "stops_days", 365..=36_500, default.stops_days),
            audit_days: self.number(
                &mut t,
                "audit_days",
                crate::deeds::KEPT_DAYS..=3_650,
                default.audit_days,
            ),
            shard_mb: self.number(&mut t, "shard_mb", 1..=10_000, default.shard_mb),
            // Nothing can be saved in the last twentieth.
            texts_go_at_percent: self.number(
                &mut t,
                "texts_go_at_percent",
                0..=95,
                default.texts_go_at_percent,
            ),
            fresh_minutes: self.number(&mut t, "fresh_minutes", 1..=10_080, default.fresh_minutes),
            cooldown_hours: self.number(
                &mut t,
                "cooldown_hours",
                0..=8_760,
                default.cooldown_hours,
            ),
            ceiling: self.ceiling(&mut t, default.ceiling),
            claims_per_minute: self.number(
                &mut t,
                "claims_per_minute",
                1..=60_000,
                default.claims_per_minute,
            ),
            replies_per_minute: self.number(
                &mut t,
                "replies_per_minute",
                1..=60_000,
                default.replies_per_minute,
            ),
            affinity_minutes: self.number(
                &mut t,
                "affinity_minutes",
                0..=120,
                default.affinity_minutes,
            ),
        };
        self.finish(t);
        read
    }

    /// What a source may say, where the table says so. A thousand a minute is beyond what any platform
    /// lets one account post.
    fn ceiling(&mut self, t: &mut Table, default: Ceiling) -> Ceiling {
        Ceiling {
            per_minute: self.number(t, "acks_per_minute", 1..=1_000, default.per_minute),
            per_hour: self.number(t, "acks_per_hour", 1..=60_000, default.per_hour),
        }
    }

    fn apps(
        &mut self,
        tables: Vec<Table>,
        secret: &dyn Fn(&str) -> Option<String>,
        environment: &Environment,
    ) -> Vec<App> {
        let mut found: Vec<(AppId, Scheme, bool)> = Vec::new();
        for mut app in tables {
            let here = self.is_here(&mut app, environment);
            let id = self.id(&mut app, "id");
            let scheme = self.required(&mut app, "scheme").and_then(|name| {
                let scheme = Scheme::named(&name);
                if scheme.is_none() {
                    let known: Vec<_> = Scheme::ALL.iter().map(|s| s.as_str()).collect();
                    self.problem(
                        app.at("scheme"),
                        format!("\"{name}\" is no scheme; one of {}", known.join(", ")),
                    );
                }
                scheme
            });
            if let (Some(id), Some(scheme)) = (id, scheme) {
                if found.iter().any(|(known, ..)| known.as_str() == id) {
                    self.problem(app.at("id"), format!("\"{id}\" is taken already"));
                } else {
                    found.push((AppId::new(id), scheme, here));
                }
            }
            self.finish(app);
        }
        // Of all environments: a secret has one name.
        let alone = |scheme: Scheme| {
            found
                .iter()
                .filter(|(_, other, _)| *other == scheme)
                .count()
                == 1
        };
        found
            .iter()
            .filter(|(_, _, here)| *here)
            .map(|(id, scheme, _)| {
                let name = app_secret(scheme.secret(), id, alone(*scheme));
                let keys = self.secret(
                    &name,
                    &format!("app \"{id}\" answers 503 to every delivery"),
                    secret,
                    |text| fit::app_key(*scheme, text),
                );
                let verify_secret = scheme
                    .row()
                    .handshake_secret
                    .map(|name| app_secret(name, id, alone(*scheme)));
                let verify_tokens = verify_secret.as_ref().map(|name| {
                    self.secret(
                        name,
                        &format!("app \"{id}\" can't be registered with Meta"),
                        secret,
                        fit::verify_token,
                    )
                });
                App {
                    id: id.clone(),
                    scheme: *scheme,
                    feed: scheme.feed(),
                    fingerprints: keys.iter().map(Key::fingerprint).collect(),
                    keys,
                    secret: name,
                    verify_tokens: verify_tokens.unwrap_or_default(),
                    verify_secret,
                }
            })
            .collect()
    }

    fn sources(
        &mut self,
        tables: Vec<Table>,
        secret: &dyn Fn(&str) -> Option<String>,
        named: &Named<'_>,
    ) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        for mut t in tables {
            // What is for elsewhere is checked there, and where no environment is named.
            if !self.is_here(&mut t, named.environment) {
                continue;
            }
            let key = t.key.clone();
            let read = self.source(&mut t, named);
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
            if source.platform.profile().account.is_none()
                && let Some(problem) = self::unnamed(&sources, &source)
            {
                self.problem(format!("{key}.{}", problem.0), problem.1);
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
                    |text| fit::credential(source.platform, text),
                )
                .into_iter()
                .next();
            sources.push(source);
        }
        sources
    }

    fn source(&mut self, t: &mut Table, named: &Named<'_>) -> Option<Source> {
        let Named {
            environment: _,
            mode,
            ceiling,
            brands,
            calendars,
            rosters,
            apps,
        } = *named;
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
        let private_link = self.private_link(t);
        let enrich = self.flag(t, "enrich", true);
        let listen = self.flag(t, "listen", false);
        let own_mode = self.mode(t);
        let ceiling = self.ceiling(t, ceiling);
        let roster = workgroup
            .as_ref()
            .and_then(|name| rosters.get(name))
            .cloned();
        let calendar = self
            .text(t, "calendar")
            .and_then(|name| self.calendar(t, calendars, &name))
            .or_else(|| roster.as_ref().map(|roster| roster.hours().clone()))
            .unwrap_or_else(Calendar::always);
        let brand = self.brand_of(t, brands);
        let platform = platform.and_then(|name| {
            let platform = Platform::named(&name);
            if platform.is_none() {
                let known: Vec<_> = Platform::ALL.iter().map(|p| p.as_str()).collect();
                self.problem(
                    t.at("platform"),
                    format!("\"{name}\" is no platform; one of {}", known.join(", ")),
                );
            }
            platform
        })?;
        let brand = brand?;
        let help = self.help(t);
        let app = app.and_then(|name| {
            let app = apps.iter().find(|app| app.id.as_str() == name);
            match app {
                None => self.problem(
                    t.at("app"),
                    format!("there is no app \"{name}\": write [[apps]] with that id"),
                ),
                Some(app) if app.scheme != platform.feed().scheme => {
                    self.problem(
                        t.at("platform"),
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
        let plan = self.plan(t, platform);
        let profile = platform.profile();
        if let Some(account) = &account
            && let Some(form) = profile.account.filter(|form| !(form.fits)(account))
        {
            self.problem(
                t.at("account"),
                format!(
                    "\"{account}\" is never named by a {platform} delivery, so no post would find this \
                     source: it is {}",
                    form.says
                ),
            );
        }
        let lacks = match profile.handle {
            _ if handle.is_some() => None,
            Handle::Optional => None,
            Handle::Needed => Some("our own posts are known by it"),
            Handle::UnlessAccount { serves, why } => {
                let named = account.as_deref().is_none_or(serves);
                (!named).then_some(why)
            }
        };
        if let Some(why) = lacks {
            self.problem(t.at("handle"), format!("is missing: {why}"));
            if matches!(profile.handle, Handle::Needed) {
                return None;
            }
        }
        if profile.needs_reply_url {
            match &reply_url {
                Some(url) if url.starts_with("https://") => {}
                Some(_) => {
                    self.problem(t.at("reply_url"), "must begin with https://");
                    return None;
                }
                None => {
                    self.problem(
                        t.at("reply_url"),
                        "is missing: where do replies of this source go?",
                    );
                    return None;
                }
            }
        }
        Some(Source {
            id: SourceId::new(id?),
            app: app.id.clone(),
            brand,
            platform,
            account: AccountId::new(account?),
            handle,
            workgroup: Workgroup::new(workgroup?),
            mode: own_mode.map_or(mode, |own| stricter(own, mode)),
            calendar,
            plan,
            help,
            roster,
            reply_url,
            credential: None,
            ceiling,
            targets: Targets::default(),
            private_link,
            enrich,
            listen,
        })
    }

    /// A link that a public reply can carry. Customers are going to click on it.
    fn private_link(&mut self, t: &mut Table) -> Option<String> {
        let link = self.text(t, "private_link")?;
        let rest = link.strip_prefix("https://");
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let is_good = host.is_some_and(|host| host.contains('.') && !host.contains('@'))
            && link.bytes().all(|b| b.is_ascii_graphic());
        if !is_good {
            self.problem(
                t.at("private_link"),
                "must be a link by which customers write to you in private: \"https://wa.me/442079460000\"",
            );
        }
        is_good.then_some(link)
    }

    fn plan(&mut self, table: &mut Table, platform: Platform) -> Plan {
        let Some(name) = self.text(table, "plan") else {
            return Plan::default();
        };
        let key = table.at("plan");
        if !platform.profile().has_plans {
            // A brand's plan is for those of its sources that have one.
            if table.inherits("plan") {
                return Plan::default();
            }
            self.problem(
                key,
                format!("means nothing on {platform}: only X's rules depend on it"),
            );
            return Plan::default();
        }
        Plan::named(&name).unwrap_or_else(|| {
            let known = Plan::ALL.map(Plan::as_str).join(", ");
            self.problem(
                key,
                format!("\"{name}\" is no plan; one of {known}. The stricter one until then"),
            );
            Plan::default()
        })
    }

    /// The brand of a source: the only one, or the one that it names.
    fn brand_of(&mut self, t: &mut Table, brands: &[Arc<Brand>]) -> Option<Arc<Brand>> {
        let key = t.at("brand");
        let known = || -> String {
            let names: Vec<_> = brands.iter().map(|brand| brand.id.as_str()).collect();
            names.join(", ")
        };
        match (self.text(t, "brand"), brands) {
            (None, [only]) => Some(only.clone()),
            (None, _) => {
                self.problem(
                    key,
                    format!("is missing: whose source is it? One of {}", known()),
                );
                None
            }
            (Some(name), _) => {
                let found = brands.iter().find(|brand| brand.id == name).cloned();
                if found.is_none() {
                    let says = format!("there is no brand \"{name}\"; one of {}", known());
                    self.problem(key, says);
                }
                found
            }
        }
    }

    /// Whether a source is in this environment.
    fn is_here(&mut self, t: &mut Table, environment: &Environment) -> bool {
        if !t.rest.contains_key(ENVIRONMENTS) {
            return true;
        }
        let names = self.texts(t, ENVIRONMENTS);
        environment
            .name
            .as_ref()
            .is_none_or(|name| names.contains(name))
    }

    fn mode(&mut self, table: &mut Table) -> Option<Mode> {
        let name = self.text(table, "mode")?;
        Some(self.mode_named(&name, table.at("mode")))
    }

    fn mode_named(&mut self, name: &str, key: String) -> Mode {
        let modes = [Mode::Off, Mode::DryRun, Mode::Live];
        let found = modes.into_iter().find(|mode| mode.as_str() == name);
        found.unwrap_or_else(|| {
            let says = format!("\"{name}\" is no mode; one of off, dry_run, live. Off until then");
            self.problem(key, says);
            Mode::Off
        })
    }
}

/// Gives each source what it does not say itself and its app does, or else its brand.
fn inherit(sources: &mut [Table], apps: &[Table], brands: &[(String, Table)]) {
    for source in sources {
        let app = apps.iter().find(|app| {
            let id = app.peek("id");
            id.is_some() && id == source.peek("app")
        });
        if let Some(app) = app {
            source.inherit(app, OF_APP);
            source.inherit(app, &[ENVIRONMENTS]);
            if let Some(only) = app.peek("scheme").and_then(only_platform) {
                source.inherit_value("platform", only.as_str().into(), app.at("scheme"));
            }
        }
        let brand = match (source.peek("brand"), brands) {
            (None, [only]) => Some(only),
            (of, _) => brands.iter().find(|(id, _)| Some(id.as_str()) == of),
        };
        if let Some((_, brand)) = brand {
            source.inherit(brand, OF_BRAND);
        }
    }
}

/// The platform of a scheme that carries one.
fn only_platform(scheme: &str) -> Option<Platform> {
    let scheme = Scheme::named(scheme)?;
    let mut carried = Platform::ALL
        .into_iter()
        .filter(|platform| platform.feed().scheme == scheme);
    carried.next().filter(|_| carried.next().is_none())
}

/// Why a source whose deliveries do not name it can't stand beside the others: the key, and what to do.
fn unnamed(others: &[Source], source: &Source) -> Option<(&'static str, String)> {
    let platform = source.platform;
    let same = |other: &&Source| other.platform == platform;
    if let Some(other) = others.iter().filter(same).find(|o| o.app == source.app) {
        let says = format!(
            "app \"{}\" serves \"{}\" already, and {platform} does not say for which of two a \
             delivery is: give this source an app of its own",
            source.app, other.id
        );
        return Some(("app", says));
    }
    let other = others
        .iter()
        .filter(same)
        .find(|o| o.account == source.account)?;
    let says = format!(
        "\"{}\" is the account of \"{}\" too: posts of two accounts are told apart by its name, so \
         give it another",
        source.account, other.id
    );
    Some(("account", says))
}

fn stricter(a: Mode, b: Mode) -> Mode {
    match (a, b) {
        (Mode::Off, _) | (_, Mode::Off) => Mode::Off,
        (Mode::DryRun, _) | (_, Mode::DryRun) => Mode::DryRun,
        (Mode::Live, Mode::Live) => Mode::Live,
    }
}
