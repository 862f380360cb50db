//! The health of each app and source: what came, when last, what was refused and why, which keys are
//! in use, and who went quiet.
//!
//! Kept as one JSON document for an app, one for a source, and a row of counts for a source's day
//! ([`super::habit`]): a tally ([`crate::intake::tally`]) rewrites those that it names and no others. All of
//! it is bounded: by what the configuration names, by the reasons there are, by a day of
//! [`SLOT_MS`] and by the weeks of a habit.

use super::context::Desk;
use super::habit::{self, Day, Habit, Quiet};
use super::question::Question;
use super::wire::Refused;
use crate::config::problem::Problem;
use crate::config::{App, Config, MIN_RETENTION_DAYS, Source};
use crate::document::Document;
use crate::intake::tally::{AppTally, SourceTally, Tally, Times, keep_latest};
use crate::platform::Ignored;
use crate::post::{AccountId, AppId, Platform, SourceId};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use chrono::{DateTime, Datelike, Timelike};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The grain of what came lately, in milliseconds: so "the last hour" is one hour to seventy minutes.
const SLOT_MS: i64 = 10 * 60_000;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Refusals in an hour from which on an app has a problem, whatever else verifies. A platform tries a
/// refused delivery again some five times within the hour, and one odd delivery is no problem.
const REFUSED_HOUR: u64 = 10;

/// Refusals in a day from which on it has one where nothing has verified since the first of them:
/// then the key is wrong, or the platform's was changed. More than a stranger's one or two tries.
const REFUSED_DAY: u64 = 3;

/// How a line ends that tells of refusals while other deliveries verified: the key is right, and a stranger, or one proxy,
/// sends the others. That is a warning ([`crate::api::readiness::ready`]), so that no stranger makes an installation not ready.
pub const MEANWHILE: &str = "verified meanwhile";

/// How long a newer key must have verified deliveries of which the older verified none before the
/// older is safe to retire, in milliseconds: longer than any platform goes on retrying what it signed
/// (WhatsApp: 7 days).
const RETIRE_AFTER_MS: i64 = MIN_RETENTION_DAYS as i64 * DAY_MS;

/// How long an account that no source names is a problem after its last post, in milliseconds: one that
/// gets a post a week is still seen.
const STRAY_MS: i64 = 8 * DAY_MS;

/// How many keys of an app are remembered: far more than ever verify at once. The longest unused goes.
const KEYS: usize = 16;

/// An app as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppHealth {
    /// Everything since the beginning.
    #[serde(flatten)]
    all: AppTally,
    /// A day of it, by slot of [`SLOT_MS`].
    lately: BTreeMap<i64, Lately>,
}

/// What came in a slot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Lately {
    verified: u64,
    refused: BTreeMap<String, u64>,
}

impl Lately {
    fn add(&mut self, other: &Self) {
        self.verified += other.verified;
        for (why, n) in &other.refused {
            *self.refused.entry(why.clone()).or_default() += n;
        }
    }

    fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }
}

fn slot(at_ms: i64) -> i64 {
    at_ms.div_euclid(SLOT_MS)
}

impl AppHealth {
    /// Adds what an isolate saw.
    fn add(&mut self, seen: AppTally, now_ms: i64) {
        if seen.verified.n > 0 {
            self.slot(seen.verified.last_ms).verified += seen.verified.n;
        }
        for (why, times) in &seen.refused {
            let refused = &mut self.slot(times.last_ms).refused;
            *refused.entry(why.clone()).or_default() += times.n;
        }
        self.lately
            .retain(|at, _| (slot(now_ms - DAY_MS)..=slot(now_ms)).contains(at));
        self.all.add(seen);
        keep_latest(&mut self.all.keys, KEYS);
    }

    /// The accounts that posts came for lately and that no source of the app names, as it is configured now:
    /// once it is put right, nothing is said of what was lost before.
    fn strays<'a>(
        &'a self,
        config: &'a Config,
        app: &'a App,
        now_ms: i64,
    ) -> impl Iterator<Item = (Platform, &'a str, Times)> {
        let all = self.all.strays.iter().flat_map(|(platform, accounts)| {
            let accounts = accounts.iter();
            accounts.map(|(account, times)| (*platform, account.as_str(), *times))
        });
        all.filter(move |(platform, account, times)| {
            let account = (!account.is_empty()).then(|| AccountId::new(*account));
            let source = config.source_of(&app.id, *platform, account.as_ref());
            source.is_none() && times.last_ms > now_ms - STRAY_MS
        })
    }

    /// What is lost to accounts that no source names.
    fn lost<'a>(
        &'a self,
        config: &'a Config,
        app: &'a App,
        now_ms: i64,
    ) -> impl Iterator<Item = String> + 'a {
        let all = self.strays(config, app, now_ms);
        all.map(move |(platform, account, times)| {
            let elsewhere = config.sources.iter().find(|source| {
                source.platform == platform && source.account.as_str() == account
            });
            let what = match (account, elsewhere) {
                ("", _) => format!(
                    "name no account, and the app has no source on {platform}, or several"
                ),
                (_, Some(source)) => format!(
                    "are for account \"{account}\", which source \"{}\" names for app \"{}\"",
                    source.id, source.app
                ),
                (_, None) => format!("are for account \"{account}\", which no source names"),
            };
            format!(
                "{} verified {platform} updates {what}, the last at {}: they are lost; put a source's account \
                 right, or unsubscribe the app from it",
                times.n,
                utc(times.last_ms)
            )
        })
    }

    fn slot(&mut self, at_ms: i64) -> &mut Lately {
        self.lately.entry(slot(at_ms)).or_default()
    }

    /// What came from that slot on.
    fn from(&self, slot: i64) -> Lately {
        let mut sum = Lately::default();
        for (_, lately) in self.lately.range(slot..) {
            sum.add(lately);
        }
        sum
    }

    /// What is wrong, if anything is.
    fn problem(&self, now_ms: i64) -> Option<String> {
        let hour = self.from(slot(now_ms - HOUR_MS));
        // What was refused since the last that verified.
        let dark = self.from(slot(now_ms - DAY_MS).max(slot(self.all.verified.last_ms) + 1));
        let (lately, span) = if hour.refusals() >= REFUSED_HOUR {
            (hour, "hour")
        } else if dark.refusals() >= REFUSED_DAY {
            (dark, "day")
        } else {
            return None;
        };
        let (why, _) = lately.refused.iter().max_by_key(|(_, n)| **n)?;
        let last_ms = self.all.refused.values().map(|times| times.last_ms).max()?;
        let verified = match (lately.verified, self.all.verified.n) {
            (0, 0) => "nothing has ever verified".to_string(),
            (0, _) => format!(
                "nothing has verified since {}",
                utc(self.all.verified.last_ms)
            ),
            (n, _) => format!("{n} {MEANWHILE}"),
        };
        Some(format!(
            "{} signature failures in the last {span}, the last at {}, mostly {why}: {}; {verified}",
            lately.refusals(),
            utc(last_ms),
            meaning(why),
        ))
    }

    fn view<'a>(&'a self, config: &'a Config, app: &'a App, now_ms: i64) -> AppView<'a> {
        let all = &self.all;
        let mut total = Times::default();
        for times in all.refused.values() {
            total.add(*times);
        }
        let hour = self.from(slot(now_ms - HOUR_MS));
        let day = self.from(slot(now_ms - DAY_MS));
        let verified = |at: usize| {
            let key = app.fingerprints.get(at)?;
            all.keys.get(key).copied()
        };
        AppView {
            id: &app.id,
            scheme: app.scheme.as_str(),
            verified: all.verified.into(),
            handshakes: all.handshakes.into(),
            handshakes_refused: all.handshakes_refused.into(),
            unreadable: all.unreadable.into(),
            refused: RefusedView {
                all: total.into(),
                last_hour: hour.refusals(),
                last_day: day.refusals(),
                by_reason: all
                    .refused
                    .iter()
                    .map(|(why, times)| (why.as_str(), Seen::from(*times)))
                    .collect(),
            },
            verified_last_hour: hour.verified,
            verified_last_day: day.verified,
            ignored: &all.ignored,
            strays: self
                .strays(config, app, now_ms)
                .map(|(platform, account, times)| StrayView {
                    platform,
                    account: (!account.is_empty()).then_some(account),
                    seen: times.into(),
                })
                .collect(),
            keys: app
                .fingerprints
                .iter()
                .enumerate()
                .map(|(position, key)| KeyView {
                    position,
                    key,
                    verified: verified(position).unwrap_or_default().into(),
                    safe_to_retire: (0..position)
                        .filter_map(verified)
                        .any(|newer| is_replaced(verified(position), newer)),
                })
                .collect(),
        }
    }
}

/// Whether a newer key has taken an older one's place for long enough.
fn is_replaced(older: Option<Times>, newer: Times) -> bool {
    let since_ms = older.map_or(newer.first_ms, |older| older.last_ms.max(newer.first_ms));
    newer.last_ms - since_ms >= RETIRE_AFTER_MS
}

/// What a refusal's name means, to an operator.
fn meaning(why: &str) -> &'static str {
    match why {
        "no_key" => "no key is configured",
        "mismatch" => "another key, or bodies changed after signing",
        "missing_header" => "no signature: a stranger, or a proxy that drops it",
        "challenge" => "somebody asks to have signed what could be a delivery",
        "too_old" | "too_new" => "expired: replays, or a wrong clock",
        _ => "a signature of another scheme, or changed on the way",
    }
}

/// A time for people: `2026-11-22 14:03 UTC`.
fn utc(at_ms: i64) -> String {
    let at = DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
    format!(
        "{}-{:02}-{:02} {:02}:{:02} UTC",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute()
    )
}

/// How long, for people: `40 s`, `12 min`, `3 h`.
fn long(s: u64) -> String {
    match s {
        0..120 => format!("{} s", s.max(1)),
        120..7_200 => format!("{} min", s / 60),
        _ => format!("{} h", s / 3_600),
    }
}

/// How often, and when.
#[derive(Clone, Copy, Debug, Serialize)]
struct Seen {
    n: u64,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
}

impl From<Times> for Seen {
    fn from(times: Times) -> Self {
        let ever = times.n > 0;
        Self {
            n: times.n,
            first_ms: ever.then_some(times.first_ms),
            last_ms: ever.then_some(times.last_ms),
        }
    }
}

/// An app, as supervisors see it.
#[derive(Debug, Serialize)]
struct AppView<'a> {
    id: &'a AppId,
    scheme: &'static str,
    verified: Seen,
    verified_last_hour: u64,
    verified_last_day: u64,
    handshakes: Seen,
    handshakes_refused: Seen,
    unreadable: Seen,
    refused: RefusedView<'a>,
    ignored: &'a BTreeMap<Ignored, u64>,
    strays: Vec<StrayView<'a>>,
    keys: Vec<KeyView<'a>>,
}

/// An account that posts came for and that no source names.
#[derive(Debug, Serialize)]
struct StrayView<'a> {
    platform: Platform,
    account: Option<&'a str>,
    #[serde(flatten)]
    seen: Seen,
}

#[derive(Debug, Serialize)]
struct RefusedView<'a> {
    #[serde(flatten)]
    all: Seen,
    last_hour: u64,
    last_day: u64,
    by_reason: BTreeMap<&'a str, Seen>,
}

#[derive(Debug, Serialize)]
struct KeyView<'a> {
    position: usize,
    key: &'a str,
    verified: Seen,
    safe_to_retire: bool,
}

/// A source, as supervisors see it.
#[derive(Debug, Serialize)]
struct SourceView<'a> {
    id: &'a SourceId,
    app: &'a AppId,
    platform: Platform,
    deliveries: Seen,
    deliveries_last_day: u64,
    deliveries_last_week: u64,
    updates: u64,
    ignored: &'a BTreeMap<Ignored, u64>,
    quiet: Option<Quiet>,
}

/// Everything, as supervisors see it.
#[derive(Debug, Serialize)]
struct View<'a> {
    as_of_ms: i64,
    apps: Vec<AppView<'a>>,
    sources: Vec<SourceView<'a>>,
}

/// Add what an isolate saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tell {
    /// Since it last told.
    pub tally: Tally,
}

impl Question for Tell {
    const NAME: &'static str = "Tell";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(tell(desk, self.tally)?)
    }
}

/// Everything known of the apps and sources that somebody may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// What they may see.
    #[serde(default)]
    pub scope: Scope,
}

impl Question for Look {
    const NAME: &'static str = "Look";
    type Answer = Document;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        look(desk, &self.scope)
    }
}

/// Adds what an isolate saw.
fn tell<S: Sql>(desk: Desk<'_, S>, tally: Tally) -> Result<(), SqlError> {
    for (app, seen) in tally.apps {
        let mut health: AppHealth = kept(desk, "app", app.as_str())?.unwrap_or_default();
        health.add(seen, desk.now_ms);
        keep(desk, "app", app.as_str(), &health)?;
    }
    for (source, seen) in tally.sources {
        let mut all: SourceTally = kept(desk, "source", source.as_str())?.unwrap_or_default();
        all.add(&seen);
        keep(desk, "source", source.as_str(), &all)?;
        remember(desk, &source, seen.deliveries)?;
    }
    Ok(())
}

fn kept<S: Sql, T: DeserializeOwned>(
    desk: Desk<'_, S>,
    kind: &str,
    id: &str,
) -> Result<Option<T>, SqlError> {
    let rows = desk.sql.run(
        "-- health_of
SELECT health FROM health WHERE kind = ?1 AND id = ?2",
        params![kind, id],
    )?;
    rows.first().map(|row| json(row.text(0)?)).transpose()
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, SqlError> {
    serde_json::from_str(text).map_err(|_| SqlError::Json("health"))
}

fn keep<S: Sql>(
    desk: Desk<'_, S>,
    kind: &str,
    id: &str,
    health: &impl Serialize,
) -> Result<(), SqlError> {
    let health = serde_json::to_string(health).map_err(|_| SqlError::Json("health"))?;
    desk.sql.run(
        "-- keep_health
INSERT INTO health VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET health = ?3",
        params![kind, id, health],
    )?;
    Ok(())
}

/// Adds deliveries to the habit of a source; a new day forgets those that no comparison looks at.
fn remember<S: Sql>(desk: Desk<'_, S>, source: &SourceId, came: Times) -> Result<(), SqlError> {
    let (day, at) = habit::place(came.last_ms);
    let rows = desk.sql.run(
        "-- day_of
SELECT slots FROM habit WHERE source = ?1 AND day = ?2",
        params![source.as_str(), day],
    )?;
    let mut slots = match rows.first() {
        Some(row) => read_day(row.text(0)?)?,
        None => {
            desk.sql.run(
                "-- forget_days
DELETE FROM habit WHERE source = ?1 AND day < ?2",
                params![source.as_str(), day - habit::DAYS_KEPT],
            )?;
            [0; habit::SLOTS]
        }
    };
    if let Some(n) = slots.get_mut(at) {
        *n = n.saturating_add(u32::try_from(came.n).unwrap_or(u32::MAX));
    }
    let slots = serde_json::to_string(slots.as_slice()).map_err(|_| SqlError::Json("day"))?;
    desk.sql.run(
        "-- keep_day
INSERT INTO habit VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET slots = ?3",
        params![source.as_str(), day, slots],
    )?;
    Ok(())
}

fn read_day(text: &str) -> Result<Day, SqlError> {
    let slots: Vec<u32> = serde_json::from_str(text).map_err(|_| SqlError::Json("day"))?;
    Day::try_from(slots).map_err(|_| SqlError::Json("day"))
}

/// Everything kept, as it is read at once.
struct Kept {
    apps: BTreeMap<String, AppHealth>,
    sources: BTreeMap<String, (SourceTally, Habit)>,
}

impl Kept {
    fn read<S: Sql>(desk: Desk<'_, S>) -> Result<Self, SqlError> {
        let mut kept = Self {
            apps: BTreeMap::new(),
            sources: BTreeMap::new(),
        };
        for row in &desk.sql.run(
            "-- health
SELECT kind, id, health FROM health",
            params![],
        )? {
            let (id, health) = (row.text(1)?.to_string(), row.text(2)?);
            if row.text(0)? == "app" {
                kept.apps.insert(id, json(health)?);
            } else {
                let all: SourceTally = json(health)?;
                let habit = Habit {
                    first_ms: all.deliveries.first_ms,
                    last_ms: all.deliveries.last_ms,
                    days: BTreeMap::new(),
                };
                kept.sources.insert(id, (all, habit));
            }
        }
        for row in &desk.sql.run(
            "-- habits
SELECT source, day, slots FROM habit",
            params![],
        )? {
            if let Some((_, habit)) = kept.sources.get_mut(row.text(0)?) {
                habit.days.insert(row.int(1)?, read_day(row.text(2)?)?);
            }
        }
        Ok(kept)
    }
}

/// Everything that is configured and that the caller may see, with what is known of it.
fn look<S: Sql>(desk: Desk<'_, S>, scope: &Scope) -> Result<Document, Refused> {
    let kept = Kept::read(desk)?;
    let (no_app, no_source) = Default::default();
    let (apps, sources) = theirs(desk.config, scope);
    let apps = apps.into_iter().map(|app| {
        let health = kept.apps.get(app.id.as_str()).unwrap_or(&no_app);
        health.view(desk.config, app, desk.now_ms)
    });
    let sources = sources.into_iter().map(|source| {
        let known = kept.sources.get(source.id.as_str());
        let (all, habit) = known.unwrap_or(&no_source);
        SourceView {
            id: &source.id,
            app: &source.app,
            platform: source.platform,
            deliveries: all.deliveries.into(),
            deliveries_last_day: habit.since(desk.now_ms - DAY_MS),
            deliveries_last_week: habit.since(desk.now_ms - 7 * DAY_MS),
            updates: all.updates,
            ignored: &all.ignored,
            quiet: habit.quiet(desk.now_ms),
        }
    });
    Document::of(&View {
        as_of_ms: desk.now_ms,
        apps: apps.collect(),
        sources: sources.collect(),
    })
    .map_err(|_| SqlError::Json("answer").into())
}

/// The sources that the caller may see, and the apps that have one of them.
fn theirs<'a>(config: &'a Config, scope: &Scope) -> (Vec<&'a App>, Vec<&'a Source>) {
    let sources = config.sources.iter();
    let sources: Vec<_> = sources.filter(|one| scope.has(&one.workgroup)).collect();
    let apps = config.apps.iter();
    let apps = apps.filter(|app| scope.all || sources.iter().any(|one| one.app == app.id));
    (apps.collect(), sources)
}

/// What is wrong with an app or a source that the caller may see.
pub(super) fn problems<S: Sql>(desk: Desk<'_, S>, scope: &Scope) -> Result<Vec<Problem>, SqlError> {
    let kept = Kept::read(desk)?;
    let (apps, sources) = theirs(desk.config, scope);
    let apps = apps.into_iter().flat_map(|app| {
        let health = kept.apps.get(app.id.as_str());
        let says = health.into_iter().flat_map(|health| {
            let lost = health.lost(desk.config, app, desk.now_ms);
            health.problem(desk.now_ms).into_iter().chain(lost)
        });
        says.map(|says| Problem {
            key: format!("apps {}", app.id),
            says,
        })
    });
    let sources = sources.into_iter().filter_map(|source| {
        let (_, habit) = kept.sources.get(source.id.as_str())?;
        let quiet = habit.quiet(desk.now_ms)?;
        Some(Problem {
            key: format!("sources {}", source.id),
            says: format!(
                "quiet since {}; at this time of day a delivery usually comes every {}",
                utc(quiet.since_ms),
                long(quiet.usual_s)
            ),
        })
    });
    Ok(apps.chain(sources).collect())
}
