//! The HTTP contract: routes, tokens, requests, answers, problems.
//!
//! Plain structs in, plain structs out: [`plan`] turns a call into what to do ([`Plan`]), the host
//! does it, and [`answer`] turns what came of it into a [`Response`].

#[cfg(not(target_arch = "wasm32"))]
pub mod openapi;
pub mod problem;
pub mod request;
pub mod route;
pub mod token;

use crate::accounts::wire as accounts;
use crate::ack::preview::preview;
use crate::config::{self, Config};
use crate::inbox::shard::Shard;
use crate::inbox::wire::{
    AckRow, Acks, AcksAsked, Alarm, Answer, Ask, Backlog, Claimed, Document, Filter, Holding,
    Listed, Paused, Pull, Refused, Replied, Retasked,
};
use crate::post::{PostId, SourceId, Workgroup};
use chrono::{DateTime, SecondsFormat};
use problem::Problem;
use request::Fields;
use route::{Action, Role};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use token::Bearer;

/// The contract's document.
pub const OPENAPI: &str = include_str!("openapi.json");

/// The largest body of an agent's call, in bytes: the longest text there is (64 KiB), escaped.
pub const BODY_BYTES: usize = 256 * 1024;

/// The longest wait of a claim, in seconds: below the 30 s at which proxies and phones give up.
pub const MAX_WAIT_S: u32 = 25;

/// A call of an agent, a supervisor or a CRM.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// The path, without query.
    pub path: &'a str,
    /// The query's pairs, URL-decoded, in order.
    pub query: &'a [(String, String)],
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The `Idempotency-Key` header.
    pub idempotency_key: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its body.
    pub body: String,
    /// What else HTTP wants said with this status: `Retry-After`, `Allow`, `WWW-Authenticate`.
    pub headers: Vec<(&'static str, String)>,
}

impl Response {
    /// A JSON answer of 200.
    fn of(body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self {
                status: 200,
                content_type: "application/json",
                body,
                headers: Vec::new(),
            },
            Err(_) => Problem::storage().into(),
        }
    }

    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: "application/json",
            body: body.to_string(),
            headers: Vec::new(),
        }
    }
}

/// What a call asks the host to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Answer this.
    Answer(Response),
    /// Ask one shard and answer what it says.
    One(Shard, Ask),
    /// What an agent holds, over all shards.
    Held(Ask),
    /// Claim over all shards, waiting if there is nothing.
    Claim {
        /// What work.
        pull: Pull,
        /// How long to wait for it, in seconds.
        wait_s: u32,
    },
    /// Send an agent's reply.
    Reply {
        /// The interaction's shard.
        shard: Shard,
        /// The [`Ask::BeginReply`].
        begin: Ask,
    },
    /// Ask every shard; when all have done it, answer this.
    Every(Ask, Response),
    /// Ask every shard, and answer what is paused then.
    Pauses(Ask),
    /// List over all shards.
    List(Page),
    /// The backlog of all shards together.
    Backlog,
    /// The acknowledgments of all shards together.
    Acks(AcksAsked),
    /// What is known of our apps and sources.
    Accounts,
    /// Everything that is wrong, with the configuration and with our accounts.
    Ready,
}

/// A page of a list: from this shard on, below this number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which interactions; `before` is for the first shard only.
    pub filter: Filter,
    /// The shard the page begins in.
    pub from: Shard,
}

/// Decides what a call asks for.
///
/// # Errors
/// What is wrong with it: the problem document to answer.
pub fn plan(config: &Config, call: &Call<'_>, now_ms: i64) -> Result<Plan, Problem> {
    let (route, id) = route::find(call.method, call.path)?;
    let bearer = match route.role {
        None => None,
        Some(role) => Some(admitted(config, call, role, now_ms)?),
    };
    let action = route.action;
    match bearer {
        None => open_to_all(action),
        Some(bearer) => admitted_plan(config, call, action, id, &bearer, now_ms),
    }
}

fn admitted(config: &Config, call: &Call<'_>, role: Role, now_ms: i64) -> Result<Bearer, Problem> {
    let token = call
        .authorization
        .and_then(|value| value.split_once(' '))
        // The scheme's case does not matter (RFC 9110, 11.1).
        .and_then(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer").then_some(token))
        .ok_or_else(|| Problem::unauthorized("send `Authorization: Bearer TOKEN`"))?;
    let bearer = token::verify(&config.token_keys, token.trim(), now_ms.div_euclid(1_000))
        .map_err(|why| Problem::unauthorized(why.to_string()))?;
    if bearer.role.may(role) {
        Ok(bearer)
    } else {
        Err(Problem::forbidden(format!(
            "this call is for a {}; the token's role is {}",
            role.as_str(),
            bearer.role.as_str()
        )))
    }
}

fn open_to_all(action: Action) -> Result<Plan, Problem> {
    match action {
        Action::OpenApi => Ok(Plan::Answer(Response {
            status: 200,
            content_type: "application/json",
            body: OPENAPI.to_string(),
            headers: Vec::new(),
        })),
        _ => Ok(Plan::Answer(Response::json(
            200,
            &json!({"ok": true, "version": env!("CARGO_PKG_VERSION")}),
        ))),
    }
}

fn admitted_plan(
    config: &Config,
    call: &Call<'_>,
    action: Action,
    id: Option<&str>,
    bearer: &Bearer,
    now_ms: i64,
) -> Result<Plan, Problem> {
    let place = || {
        id.and_then(|id| Shard::find(id, config.shards))
            .ok_or_else(Problem::no_interaction)
    };
    match action {
        Action::Claim => claim(config, call, bearer),
        Action::Held => Ok(Plan::Held(Ask::Held {
            agent: bearer.id.clone(),
            key: None,
        })),
        Action::Retake => {
            let (shard, seq) = place()?;
            let lease_s = Fields::read(call.body)?.lease_s(config.limits.lease_s)?;
            let agent = bearer.id.clone();
            Ok(Plan::One(
                shard,
                Ask::Retake {
                    seq,
                    agent,
                    lease_s,
                },
            ))
        }
        Action::Extend => {
            let (shard, seq) = place()?;
            let mut fields = Fields::read(call.body)?;
            let holding = holding(&mut fields, seq, bearer)?;
            let lease_s = fields.lease_s(config.limits.lease_s)?;
            Ok(Plan::One(shard, Ask::Extend { holding, lease_s }))
        }
        Action::Reply => {
            let (shard, seq) = place()?;
            let key = idempotency_key(call)?.ok_or_else(|| {
                Problem::field(
                    "Idempotency-Key",
                    "is missing: send this header with every reply",
                )
            })?;
            let mut fields = Fields::read(call.body)?;
            let holding = holding(&mut fields, seq, bearer)?;
            let begin = Ask::BeginReply {
                holding,
                key,
                text: fields.text("text", 64 * 1024)?,
                post: fields
                    .opt_text("post", crate::post::ID_BYTES)?
                    .map(PostId::new),
            };
            Ok(Plan::Reply { shard, begin })
        }
        Action::Resolve => {
            let (shard, seq) = place()?;
            let mut fields = Fields::read(call.body)?;
            let holding = holding(&mut fields, seq, bearer)?;
            Ok(Plan::One(
                shard,
                Ask::Resolve {
                    holding,
                    outcome: fields.text("outcome", 64)?,
                    note: fields.opt_text("note", 4_096)?,
                },
            ))
        }
        Action::Release => {
            let (shard, seq) = place()?;
            let mut fields = Fields::read(call.body)?;
            let holding = holding(&mut fields, seq, bearer)?;
            Ok(Plan::One(
                shard,
                Ask::Release {
                    holding,
                    // A week: longer, and it is not a delay but an end.
                    delay_s: fields.number("delay_s", 0..=604_800, 0)?,
                    reason: fields.text("reason", 1_024)?,
                },
            ))
        }
        Action::Assign => {
            let (shard, seq) = place()?;
            let mut fields = Fields::read(call.body)?;
            let agent = fields.opt_text("agent", 128)?;
            let workgroup = fields.opt_text("workgroup", 64)?;
            if let Some(name) = &workgroup
                && !config
                    .workgroups()
                    .iter()
                    .any(|known| known.as_str() == name)
            {
                return Err(Problem::field(
                    "workgroup",
                    "no source names this workgroup",
                ));
            }
            if agent.is_none() && workgroup.is_none() {
                return Err(Problem::field(
                    "agent",
                    "name an agent, a workgroup or both",
                ));
            }
            Ok(Plan::One(
                shard,
                Ask::Assign {
                    seq,
                    agent,
                    workgroup: workgroup.map(Workgroup::new),
                    by: bearer.id.clone(),
                },
            ))
        }
        Action::Redrive => {
            let (shard, seq) = place()?;
            Ok(Plan::One(
                shard,
                Ask::Redrive {
                    seq,
                    by: bearer.id.clone(),
                },
            ))
        }
        Action::Retask => retask(
            config,
            id.unwrap_or_default(),
            Fields::read(call.body)?,
            bearer,
            now_ms,
        ),
        Action::Pause => {
            let mut fields = Fields::read(call.body)?;
            let paused = Paused {
                source: source(config, &mut fields)?,
                reason: fields.text("reason", 1_024)?,
                by: bearer.id.clone(),
                since_ms: now_ms,
            };
            Ok(Plan::Pauses(Ask::Pause { paused }))
        }
        Action::Resume => {
            let source = source(config, &mut Fields::read(call.body)?)?;
            Ok(Plan::Pauses(Ask::Resume { source }))
        }
        Action::Show => {
            let (shard, seq) = place()?;
            Ok(Plan::One(shard, Ask::Show { seq }))
        }
        Action::List => request::page(call.query, config.shards).map(Plan::List),
        Action::Backlog => Ok(Plan::Backlog),
        Action::Acks => request::acks(call.query, config.shards, now_ms).map(Plan::Acks),
        Action::Preview => {
            let mut fields = Fields::read(call.body)?;
            let text = fields.text("text", crate::post::TEXT_BYTES)?;
            let platform = fields.platform("platform")?;
            let lang = fields.opt_text("lang", 35)?;
            let shown = preview(config, &text, platform, lang.as_deref(), &(), now_ms);
            Ok(Plan::Answer(Response::json(
                200,
                &json!({"triage": shown.triage, "ack": shown.ack}),
            )))
        }
        Action::Sources => Ok(Plan::Accounts),
        Action::Ready => Ok(Plan::Ready),
        Action::Health | Action::OpenApi | Action::Webhook | Action::Handshake => {
            open_to_all(action)
        }
    }
}

fn claim(config: &Config, call: &Call<'_>, bearer: &Bearer) -> Result<Plan, Problem> {
    let mut fields = Fields::read(call.body)?;
    let served = bearer.serves(&config.workgroups());
    let asked = fields.texts("workgroups")?;
    let workgroups = if asked.is_empty() {
        served
    } else {
        let asked: Vec<Workgroup> = asked.into_iter().map(Workgroup::new).collect();
        if let Some(other) = asked.iter().find(|group| !served.contains(group)) {
            return Err(Problem::field(
                "workgroups",
                format!("the token does not serve \"{other}\", or no source names it"),
            ));
        }
        asked
    };
    let pull = Pull {
        agent: bearer.id.clone(),
        workgroups,
        platforms: fields.platforms("platforms")?,
        languages: fields.texts("languages")?,
        max: fields.number("max", 1..=crate::inbox::work::MAX_CLAIM, 1)?,
        lease_s: fields.lease_s(config.limits.lease_s)?,
        key: idempotency_key(call)?,
        held_elsewhere: 0,
    };
    let wait_s = fields.number("wait_s", 0..=MAX_WAIT_S, 0)?;
    Ok(Plan::Claim { pull, wait_s })
}

fn retask(
    config: &Config,
    id: &str,
    mut fields: Fields,
    bearer: &Bearer,
    now_ms: i64,
) -> Result<Plan, Problem> {
    let known = config.workgroups();
    let workgroup = Workgroup::new(id);
    if !known.contains(&workgroup) {
        return Err(Problem::no_workgroup());
    }
    let serves: Vec<Workgroup> = fields
        .texts("serves")?
        .into_iter()
        .map(Workgroup::new)
        .collect();
    if let Some(other) = serves.iter().find(|group| !known.contains(group)) {
        return Err(Problem::field(
            "serves",
            format!("no source names the workgroup \"{other}\""),
        ));
    }
    // A minute at the least: an errand must outlast the claim that it changes. Two hours if nothing is
    // said, so that nobody stays away because somebody forgot them.
    let for_s = fields.number("for_s", 60..=crate::inbox::retask::MAX_S, 7_200)?;
    let errand = Retasked {
        workgroup,
        serves,
        until_ms: now_ms + i64::from(for_s) * 1_000,
        by: bearer.id.clone(),
    };
    let answer = Response::of(&errand);
    Ok(Plan::Every(Ask::Retask { errand }, answer))
}

/// The source that a call names, if it names one.
fn source(config: &Config, fields: &mut Fields) -> Result<Option<SourceId>, Problem> {
    let Some(id) = fields.opt_text("source", 64)?.map(SourceId::new) else {
        return Ok(None);
    };
    match config.source(&id) {
        Some(_) => Ok(Some(id)),
        None => Err(Problem::field("source", "no source has this id")),
    }
}

fn holding(fields: &mut Fields, seq: i64, bearer: &Bearer) -> Result<Holding, Problem> {
    Ok(Holding {
        seq,
        lease: fields.text("lease", 64)?,
        agent: bearer.id.clone(),
        seen: fields.seen()?,
    })
}

/// The `Idempotency-Key`, if the call brings one.
fn idempotency_key(call: &Call<'_>) -> Result<Option<String>, Problem> {
    let Some(key) = call.idempotency_key.map(str::trim) else {
        return Ok(None);
    };
    if key.is_empty() || key.len() > 128 {
        return Err(Problem::field(
            "Idempotency-Key",
            "must have 1 to 128 characters: the same for every try of the same call",
        ));
    }
    Ok(Some(key.to_string()))
}

/// Why a claim gives less than it asked for, as a caller is told.
pub const HELD_PER_AGENT: &str = "held_per_agent";

/// The answer to a claim. `open` is how many interactions are open in all; `limited`, whether it would
/// have been more but for how many the agent holds.
pub fn claimed(claimed: &[Claimed], open: i64, limited: bool, now_ms: i64) -> Response {
    #[derive(Serialize)]
    struct Backlog {
        open: i64,
    }
    #[derive(Serialize)]
    struct Answer<'a> {
        interactions: Vec<&'a Document>,
        backlog: Backlog,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<&'static str>,
        as_of_ms: i64,
    }
    Response::of(&Answer {
        interactions: claimed.iter().map(|one| &one.interaction).collect(),
        backlog: Backlog { open },
        limit: limited.then_some(HELD_PER_AGENT),
        as_of_ms: now_ms,
    })
}

/// The answer to a list. `next` is the cursor of the next page, if there is one.
pub fn listed(listed: &[Listed], next: Option<&str>) -> Response {
    #[derive(Serialize)]
    struct Answer<'a> {
        interactions: Vec<&'a Document>,
        cursor: Option<&'a str>,
    }
    Response::of(&Answer {
        interactions: listed.iter().map(|one| &one.interaction).collect(),
        cursor: next,
    })
}

/// A page of acknowledgments: of all shards, each of which gave up to a page.
pub fn acks(mut acks: Acks, asked: &AcksAsked, shards: u16) -> Response {
    #[derive(Serialize)]
    struct Answer<'a> {
        since_ms: i64,
        acks: &'a [AckRow],
        #[serde(skip_serializing_if = "Option::is_none")]
        decisions: Option<&'a BTreeMap<String, i64>>,
        cursor: Option<String>,
    }
    let cursor = acks.page(asked.max, shards);
    Response::of(&Answer {
        since_ms: asked.since_ms,
        acks: &acks.acks,
        decisions: asked.before.is_none().then_some(&acks.decisions),
        cursor,
    })
}

/// The answer to an agent's reply.
pub fn replied(replied: &Replied) -> Response {
    Response::of(replied)
}

/// The answer to a pause and to its end: all that is paused now.
pub fn paused(paused: &[Paused]) -> Response {
    Response::json(200, &json!({"paused": paused}))
}

/// What one shard said, as an answer.
pub fn answer(said: Result<Answer, Refused>) -> Response {
    match said {
        Ok(Answer::Interaction(document) | Answer::Extended(document)) => Response::of(&document),
        Ok(Answer::Replied(done)) => replied(&done),
        Ok(Answer::Unsent(refused)) => Problem::from(refused).into(),
        Ok(_) => Problem::storage().into(),
        Err(refused) => Problem::from(refused).into(),
    }
}

/// What is known of our apps and sources, as an answer.
pub fn accounts(said: Result<accounts::Answer, accounts::Refused>) -> Response {
    match said {
        Ok(accounts::Answer::Accounts(document)) => Response::of(&document),
        _ => Problem::storage().into(),
    }
}

/// The answer to an operator who asks what is wrong: the configuration's mistakes, the queue's alarms,
/// then what is known of our accounts; and what is paused, which is no mistake, but must not be forgotten.
pub fn ready(
    config: &Config,
    alarms: &[Alarm],
    accounts: Result<accounts::Answer, accounts::Refused>,
    paused: Result<Vec<Paused>, Refused>,
) -> Response {
    let mut problems = config.problems.clone();
    problems.extend(alarms.iter().map(alarmed));
    match accounts {
        Ok(accounts::Answer::Problems(found)) => problems.extend(found),
        // An object of another version than the Worker's, while a deploy goes on.
        Ok(_) => {}
        Err(accounts::Refused::Storage(why)) => problems.push(config::Problem {
            key: "accounts".into(),
            says: format!("nothing can be said of the accounts: {why}"),
        }),
    }
    if paused.is_err() {
        problems.push(config::Problem {
            key: "shards".into(),
            says: "a shard of the queue does not answer; the operator's log says why".into(),
        });
    }
    Response::json(
        200,
        &json!({
            "ready": problems.is_empty(),
            "problems": problems,
            "paused": paused.unwrap_or_default(),
        }),
    )
}

/// An alarm as a problem: what it is about, and what to do.
fn alarmed(alarm: &Alarm) -> config::Problem {
    let (key, says) = match alarm {
        Alarm::Credential {
            source,
            why,
            since_ms,
            stopped,
        } => (
            config::credential_name(source),
            format!(
                "the platform refuses what source \"{source}\" sends with it since {} ({why}); {stopped} \
                 acknowledgments did not leave: replace the secret",
                rfc3339(*since_ms),
            ),
        ),
        Alarm::Dead { n, since_ms } => (
            "queue dead".into(),
            format!(
                "{n} interactions are offered to nobody since {}, because too many leases on them ran out: \
                 GET /v1/interactions?state=dead lists them, redrive offers one again",
                rfc3339(*since_ms),
            ),
        ),
        Alarm::EmergencyOverdue { n, since_ms } => (
            "queue emergencies".into(),
            format!(
                "{n} emergencies wait past their deadline, the first since {}: somebody must claim and \
                 answer them",
                rfc3339(*since_ms),
            ),
        ),
        Alarm::Unclaimable {
            workgroup,
            n,
            since_ms,
        } => (
            format!("queue workgroup {workgroup}"),
            format!(
                "no source names this workgroup, so nobody can claim its {n} interactions (the most urgent \
                 of {}): name it again, or assign them to another",
                rfc3339(*since_ms),
            ),
        ),
    };
    config::Problem { key, says }
}

fn rfc3339(at_ms: i64) -> String {
    DateTime::from_timestamp_millis(at_ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The backlog as an answer: what is open first, then what became of everything.
pub fn backlog(backlog: &Backlog, now_ms: i64) -> Response {
    let mut answer = BacklogAnswer {
        as_of_ms: now_ms,
        leased: backlog.leased,
        overdue: backlog.overdue,
        oldest_ms: backlog.oldest_ms,
        retasked: &backlog.retasked,
        paused: &backlog.paused,
        alarms: &backlog.alarms,
        ..BacklogAnswer::default()
    };
    for tally in &backlog.tallies {
        match tally.state.as_str() {
            "open" => {
                let n = tally.interactions;
                answer.open += n;
                answer.posts.open += tally.posts;
                *answer
                    .by_platform
                    .entry(tally.platform.as_str())
                    .or_default() += n;
                *answer
                    .by_workgroup
                    .entry(tally.workgroup.as_str())
                    .or_default() += n;
                *answer.by_level.entry(u8::from(tally.level)).or_default() += n;
            }
            "done" => {
                answer.done += tally.interactions;
                answer.posts.done += tally.posts;
            }
            _ => {
                answer.dead += tally.interactions;
                answer.posts.dead += tally.posts;
            }
        }
    }
    answer.waiting = answer.open - answer.leased;
    for (state, n) in backlog.acks.iter().filter(|(_, n)| **n != 0) {
        answer.acks.insert(state, *n);
    }
    for (name, n) in &backlog.counters {
        match (name.as_str(), name.strip_prefix("ignored.")) {
            (_, Some(why)) => {
                answer.ignored.insert(why, *n);
            }
            ("posts", _) => answer.posts.received = *n,
            ("retired", _) => answer.posts.retired = *n,
            ("duplicates", _) => answer.duplicates = *n,
            ("edits", _) => answer.edits = *n,
            ("deletions", _) => answer.deletions = *n,
            ("stops", _) => answer.stops = *n,
            _ => {}
        }
    }
    Response::of(&answer)
}

#[derive(Default, Serialize)]
struct BacklogAnswer<'a> {
    as_of_ms: i64,
    open: i64,
    waiting: i64,
    leased: i64,
    overdue: i64,
    oldest_ms: Option<i64>,
    by_level: BTreeMap<u8, i64>,
    by_platform: BTreeMap<&'a str, i64>,
    by_workgroup: BTreeMap<&'a str, i64>,
    done: i64,
    dead: i64,
    acks: BTreeMap<&'a str, i64>,
    posts: PostsAnswer,
    duplicates: i64,
    edits: i64,
    deletions: i64,
    stops: i64,
    ignored: BTreeMap<&'a str, i64>,
    retasked: &'a [Retasked],
    paused: &'a [Paused],
    alarms: &'a [Alarm],
}

/// What became of every post received: the others sum to the first.
#[derive(Default, Serialize)]
struct PostsAnswer {
    received: i64,
    open: i64,
    done: i64,
    dead: i64,
    retired: i64,
}
