//! The HTTP contract: routes, tokens, requests, answers, problems.
//!
//! Plain structs in, plain structs out: [`plan`] turns a call into what to do ([`Plan`]), the host
//! does it, and [`answer`] turns what came of it into a [`Response`].

pub mod accounts;
pub mod acks;
pub mod backlog;
pub mod books;
#[cfg(not(target_arch = "wasm32"))]
mod books_doc;
pub mod bulk;
pub mod carry;
#[cfg(not(target_arch = "wasm32"))]
mod carry_doc;
pub mod claims;
pub mod coverage;
#[cfg(not(target_arch = "wasm32"))]
mod coverage_doc;
pub mod customers;
#[cfg(not(target_arch = "wasm32"))]
mod customers_doc;
pub mod details;
pub mod errands;
pub mod fanout;
pub mod floor;
pub mod gate;
pub mod incidents;
#[cfg(not(target_arch = "wasm32"))]
mod incidents_doc;
mod interval;
pub mod listening;
#[cfg(not(target_arch = "wasm32"))]
mod listening_doc;
pub mod lists;
pub mod live;
#[cfg(not(target_arch = "wasm32"))]
mod live_doc;
pub mod metrics;
pub mod mine;
#[cfg(not(target_arch = "wasm32"))]
pub mod openapi;
pub mod outside;
pub mod peers;
pub mod problem;
pub mod readiness;
pub mod replies;
pub mod report;
#[cfg(not(target_arch = "wasm32"))]
mod report_doc;
pub mod request;
pub mod response;
pub mod route;
pub mod rules;
#[cfg(not(target_arch = "wasm32"))]
mod rules_doc;
pub mod samples;
#[cfg(not(target_arch = "wasm32"))]
mod samples_doc;
pub mod series;
#[cfg(not(target_arch = "wasm32"))]
mod series_doc;
pub mod similar;
pub mod surveys;
#[cfg(not(target_arch = "wasm32"))]
mod surveys_doc;
pub mod taught;
#[cfg(not(target_arch = "wasm32"))]
mod taught_doc;
pub mod token;

use self::problem::Problem;
use crate::ack::preview::preview;
use crate::config::Config;
use crate::config::targets::Errand;
use crate::deeds::{self, Deed};
use crate::inbox::cohort::FatesAsked;
use crate::inbox::consent::RecordStop;
use crate::inbox::correct::{self, Correct};
use crate::inbox::details::ReadDetails;
use crate::inbox::errand::UndoRetask;
use crate::inbox::figures::ShowSla;
use crate::inbox::hands::Able;
use crate::inbox::invite::BeginInvite;
use crate::inbox::kept::Transfer;
use crate::inbox::known_as::Heard;
use crate::inbox::listen::ShowListening;
use crate::inbox::look::Show;
use crate::inbox::marks::{AddNote, NOTE_BYTES};
use crate::inbox::overview::ShowOverview;
use crate::inbox::pause::{Pause, Resume};
use crate::inbox::peer::ShowPeers;
use crate::inbox::pick::Reopen;
use crate::inbox::promise::PromisesAsked;
use crate::inbox::promote::PromoteHeard;
use crate::inbox::question::{Asked as AskedBy, By};
use crate::inbox::receivers::Resend;
use crate::inbox::reply::{BeginReply, CheckReply};
use crate::inbox::retask::Retask;
use crate::inbox::satisfaction::ShowSurveys;
use crate::inbox::serve::Ask;
use crate::inbox::shard::Shard;
use crate::inbox::taught::ShowLessons;
use crate::inbox::wire::{AcksAsked, Holding, Paused, Pull, Refused, Retasked, StopRecord};
use crate::inbox::work::{Assign, Extend, Held, Redrive, Release, Resolve, Retake};
use crate::post::{AuthorId, Lease, PostId, SourceId, Workgroup};
use crate::scope::Scope;
use floor::Floor;
use incidents::Incidents;
use lists::Ordered;
use request::{Fields, NAME_BYTES, Page, Query};
use response::Response;
use route::{Action, Role, Route};
use serde::Serialize;
use serde_json::json;
use std::sync::OnceLock;
use token::{BadToken, Bearer};

/// The contract's document.
pub const OPENAPI: &str = include_str!("api/openapi.json");

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
    /// How many shards the queue has.
    pub shards: u16,
    /// Where the caller reached the Worker: `https://heard.example`.
    pub origin: &'a str,
}

/// What a call asks the host to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Answer this.
    Answer(Response),
    /// Ask one shard and pass on the document that it answers.
    One(Shard, AskedBy<Ask>),
    /// What an agent holds, over all shards.
    Held(Held),
    /// Claim over all shards, waiting if there is nothing.
    Claim {
        /// What work.
        pull: Pull,
        /// How long to wait for it, in seconds.
        wait_s: u32,
    },
    /// Claim one that the caller names.
    ClaimOne {
        /// The interaction's shard.
        shard: Shard,
        /// Its number there.
        seq: i64,
        /// Who asks.
        by: By,
        /// What they serve, and for how long they want it.
        pull: Pull,
    },
    /// Hand one to an agent, once it is known what they serve.
    Transfer {
        /// The interaction's shard.
        shard: Shard,
        /// The agent.
        agent: String,
        /// Who asks.
        by: By,
        /// To whom else, and the note.
        transfer: Transfer,
    },
    /// What people say was judged wrongly, of all shards together.
    Corrections(correct::Asked, mine::As),
    /// Send an agent's reply.
    Reply {
        /// The interaction's shard.
        shard: Shard,
        /// The caller's `Idempotency-Key`.
        key: String,
        /// Who asks.
        by: By,
        /// What to begin with.
        begin: BeginReply,
    },
    /// Send an agent's invitation to a private conversation.
    Invite {
        /// The interaction's shard.
        shard: Shard,
        /// The caller's `Idempotency-Key`.
        key: String,
        /// Who asks.
        by: By,
        /// What to begin with.
        begin: BeginInvite,
    },
    /// Read what a customer left on the details page.
    Details {
        /// The interaction's shard.
        shard: Shard,
        /// Who asks, for a deed.
        by: By,
        /// What.
        ask: ReadDetails,
    },
    /// Give an interaction to an agent, once it is known what they serve.
    Assign {
        /// The interaction's shard.
        shard: Shard,
        /// The agent.
        agent: String,
        /// Who asks.
        by: By,
        /// The assignment, but for what the agent serves.
        assign: Assign,
    },
    /// Ask every shard; when all have done it, answer this.
    Every(AskedBy<Ask>, Response),
    /// Tell what an errand would do.
    PreviewRetask(Retasked),
    /// Take a workgroup's last errand back in every shard.
    UndoRetask(By, UndoRetask),
    /// Who is away, what can be taken back, and the errands with a name.
    Errands,
    /// Silence acknowledgments in every shard, and answer what is paused then.
    Pause(By, Pause),
    /// Let acknowledgments out again in every shard, and answer what is paused then.
    Resume(By, Resume),
    /// List over all shards.
    List(Page),
    /// List over all shards, in an order.
    Ordered(Ordered),
    /// Do the same to many.
    Bulk(By, bulk::Asked),
    /// The backlog of all shards together.
    Backlog,
    /// The acknowledgments of all shards together.
    Acks(AcksAsked),
    /// What is promised in all shards together.
    Promises(PromisesAsked),
    /// How long people took, in all shards together.
    Sla(ShowSla),
    /// What became of every post, in all shards together.
    Coverage(FatesAsked),
    /// What a period looks like, in all shards together.
    Report(ShowOverview),
    /// Earlier interactions that were like one.
    Similar((Shard, i64), By),
    /// Who helped other customers, in all shards together.
    Peers(ShowPeers),
    /// What changed settings would come to.
    Try(rules::Try),
    /// What a brand's desk has taught.
    Lessons(ShowLessons),
    /// Switch that on or off, in every shard.
    Switch(By, taught::Switch),
    /// How customers said it went, in all shards together.
    Surveys(ShowSurveys),
    /// What was said about us and not to us, in all shards together.
    Listening(ShowListening),
    /// What is known of our apps and sources.
    Accounts,
    /// What supervisors did, in all shards and elsewhere.
    Deeds(deeds::Asked),
    /// The tokens whose ids come after this, so many at most.
    Tokens(String, u32),
    /// Revoke the token of that id.
    Revoke(String, Deed),
    /// Everything that is wrong, with the configuration and with our accounts.
    Ready,
    /// Tell a monitor how everything stands.
    Metrics,
    /// Ask the floor.
    Floor(Floor),
    /// Ask the pulse.
    Incidents(Incidents),
    /// How these receivers stand.
    Receivers(Vec<String>),
    /// Send a receiver what could not be sent to it, in every shard.
    Resend(By, Resend),
    /// Ask or tell something of customers and authors.
    Customers(Box<customers::Asked>),
    /// Carry all to another installation, or take that in.
    Carry(Box<carry::Asked>),
    /// Tell what happens from there on, as long as the caller listens; from now on where nothing is named.
    Events(Option<live::Marks>),
}

/// A call that has found its route, by somebody who may make it.
#[derive(Clone, Debug)]
pub struct Admitted<'a> {
    /// Its route.
    pub route: &'static Route,
    /// The id in its path.
    pub id: Option<&'a str>,
    /// Who calls; `None` where anybody may.
    pub bearer: Option<Bearer>,
}

impl Admitted<'_> {
    /// What the caller may see.
    pub fn scope(&self) -> Scope {
        self.bearer.as_ref().map(Bearer::scope).unwrap_or_default()
    }
}

/// Finds a call's route and who makes it, by the token's signature alone. The [`gate`] checks afterwards
/// that the token is not revoked and within its rate limit. `wrong` is called for a token that none of
/// our keys signed.
///
/// # Errors
/// What is wrong with it: the problem document to answer.
pub fn admit<'a>(
    config: &Config,
    call: &Call<'a>,
    now_ms: i64,
    wrong: impl FnOnce(),
) -> Result<Admitted<'a>, Problem> {
    let (route, id) = route::find(call.method, call.path)?;
    let bearer = match route.role {
        None => None,
        Some(role) => Some(admitted(config, call, role, now_ms, wrong)?),
    };
    Ok(Admitted { route, id, bearer })
}

/// Decides what a call asks for.
///
/// # Errors
/// What is wrong with it: the problem document to answer.
pub fn plan(
    config: &Config,
    call: &Call<'_>,
    admitted: &Admitted<'_>,
    now_ms: i64,
) -> Result<Plan, Problem> {
    let action = admitted.route.action;
    // Its body is lines, not one document.
    let body = match action {
        Action::PutCustomers | Action::PutSeries | Action::CarryIn => &[],
        _ => call.body,
    };
    let mut fields = Fields::of(body)?;
    let mut query = Query::of(call.query)?;
    let Some(bearer) = &admitted.bearer else {
        fields.end()?;
        query.end()?;
        return open_to_all(action);
    };
    let mut asked = Asked {
        config,
        call,
        id: admitted.id,
        bearer,
        scope: bearer.scope(),
        deed: None,
        now_ms,
    };
    // What only supervisors may do, and what changes something, is a deed.
    let changes = matches!(admitted.route.method, "POST" | "PUT");
    if admitted.route.role == Some(Role::Supervisor) && changes {
        asked.deed = Some(Deed {
            at_ms: now_ms,
            by: bearer.id.clone(),
            token: bearer.jti.clone(),
            did: action.as_str().to_string(),
            to: admitted.id.unwrap_or_default().to_string(),
            asked: fields.all(),
            workgroup: None,
        });
    }
    let plan = asked.plan(action, &mut fields, &mut query)?;
    fields.end()?;
    query.end()?;
    Ok(plan)
}

/// The token that a call brings.
pub fn presented<'a>(call: &Call<'a>) -> Option<&'a str> {
    let (scheme, token) = call.authorization?.split_once(' ')?;
    // The scheme's case does not matter (RFC 9110, 11.1).
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

fn admitted(
    config: &Config,
    call: &Call<'_>,
    role: Role,
    now_ms: i64,
    wrong: impl FnOnce(),
) -> Result<Bearer, Problem> {
    let token = presented(call)
        .ok_or_else(|| Problem::unauthorized("send `Authorization: Bearer TOKEN`"))?;
    let bearer =
        token::verify(&config.token_keys, token, now_ms.div_euclid(1_000)).map_err(|why| {
            // An expired token was once valid: its owner is not guessing.
            if matches!(why, BadToken::Form | BadToken::Signature) {
                wrong();
            }
            Problem::unauthorized(why.to_string())
        })?;
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
        Action::OpenApi => {
            let made = || {
                outside::kept(Response {
                    status: 200,
                    content_type: "application/json",
                    body: OPENAPI.to_string(),
                    headers: Vec::new(),
                })
            };
            static DOCUMENT: OnceLock<Response> = OnceLock::new();
            Ok(Plan::Answer(DOCUMENT.get_or_init(made).clone()))
        }
        _ => Ok(Plan::Answer(Response::json(
            200,
            &json!({"ok": true, "version": env!("CARGO_PKG_VERSION")}),
        ))),
    }
}

/// An admitted call, while it is decided what it asks for.
struct Asked<'a> {
    config: &'a Config,
    call: &'a Call<'a>,
    id: Option<&'a str>,
    bearer: &'a Bearer,
    scope: Scope,
    deed: Option<Deed>,
    now_ms: i64,
}

impl Asked<'_> {
    /// The caller, as a shard is told.
    fn by(&mut self) -> By {
        By {
            scope: self.scope.clone(),
            deed: self.deed.take(),
        }
    }

    /// A question in the caller's name, whose answer is passed on.
    fn asks(&mut self, question: impl Into<Ask>) -> AskedBy<Ask> {
        AskedBy {
            by: Some(self.by()),
            ask: question.into(),
        }
    }

    fn one(&mut self, shard: Shard, question: impl Into<Ask>) -> Plan {
        Plan::One(shard, self.asks(question))
    }

    /// A link to the details page of an interaction, for the slot in a reply.
    fn page_link(&self, shard: Shard, seq: i64) -> Option<String> {
        let id = shard.interaction(seq);
        details::page_link(self.config, self.call.origin, &id, self.now_ms)
    }

    /// A link to the survey of an interaction, for its slot in a reply.
    fn survey_link(&self, shard: Shard, seq: i64) -> Option<String> {
        let id = shard.interaction(seq);
        details::survey_link(self.config, self.call.origin, &id, self.now_ms)
    }

    /// The interaction that the path names.
    fn place(&self) -> Result<(Shard, i64), Problem> {
        self.id
            .and_then(|id| Shard::find(id, self.call.shards))
            .ok_or_else(Problem::no_interaction)
    }

    fn plan(
        &mut self,
        action: Action,
        fields: &mut Fields,
        query: &mut Query<'_>,
    ) -> Result<Plan, Problem> {
        let config = self.config;
        match action {
            Action::Claim => self.claim(fields),
            Action::Held => Ok(Plan::Held(Held {
                agent: self.bearer.id.clone(),
                key: None,
                workgroups: self.bearer.serves(&config.workgroups()),
            })),
            Action::Retake => {
                let (shard, seq) = self.place()?;
                let retake = Retake {
                    seq,
                    agent: self.bearer.id.clone(),
                    lease_s: fields.lease_s(config.limits.lease_s)?,
                };
                Ok(self.one(shard, retake))
            }
            Action::Extend => {
                let (shard, seq) = self.place()?;
                let holding = self.holding(fields, seq)?;
                let lease_s = fields.lease_s(config.limits.lease_s)?;
                Ok(self.one(shard, Extend { holding, lease_s }))
            }
            Action::Reply => {
                let (shard, seq) = self.place()?;
                let key = idempotency_key(self.call)?;
                if mine::check(query)? {
                    let holding = self.holding(fields, seq)?;
                    let check = CheckReply {
                        holding,
                        text: fields.text("text", 64 * 1024)?,
                        post: fields
                            .opt_name("post", crate::post::ID_BYTES)?
                            .map(PostId::new),
                        link: self.page_link(shard, seq),
                        survey: self.survey_link(shard, seq),
                    };
                    return Ok(self.one(shard, check));
                }
                let key = key.ok_or_else(|| {
                    Problem::field(
                        "Idempotency-Key",
                        "is missing: send this header with every reply",
                    )
                })?;
                let holding = self.holding(fields, seq)?;
                let begin = BeginReply {
                    holding,
                    key: key.clone(),
                    text: fields.text("text", 64 * 1024)?,
                    post: fields
                        .opt_name("post", crate::post::ID_BYTES)?
                        .map(PostId::new),
                    public_name: None,
                    heard: Heard::NotAsked,
                    link: self.page_link(shard, seq),
                    survey: self.survey_link(shard, seq),
                };
                Ok(Plan::Reply {
                    shard,
                    key,
                    by: self.by(),
                    begin,
                })
            }
            Action::Resolve => {
                let (shard, seq) = self.place()?;
                let holding = self.holding(fields, seq)?;
                let resolve = Resolve {
                    holding,
                    outcome: mine::outcome(config, fields)?,
                    note: fields.opt_text("note", 4_096)?,
                };
                Ok(self.one(shard, resolve))
            }
            Action::Release => {
                let (shard, seq) = self.place()?;
                let holding = self.holding(fields, seq)?;
                let release = Release {
                    holding,
                    // A week: longer, and it is not a delay but an end.
                    delay_s: fields.number("delay_s", 0..=604_800, 0)?,
                    reason: fields.text("reason", 1_024)?,
                };
                Ok(self.one(shard, release))
            }
            Action::Assign => self.assign(fields),
            Action::Bulk => {
                let shards = self.call.shards;
                let asked = bulk::asked(config, &self.scope, shards, fields, &self.bearer.id)?;
                if asked.bulk.dry_run {
                    self.deed = None;
                }
                Ok(Plan::Bulk(self.by(), asked))
            }
            Action::Redrive => {
                let (shard, seq) = self.place()?;
                let by = self.bearer.id.clone();
                Ok(self.one(shard, Redrive { seq, by }))
            }
            Action::Retask => self.retask(fields),
            Action::Errands => Ok(Plan::Errands),
            Action::RecordStop => {
                let missing = || Problem::field("platform", "is missing");
                let record = StopRecord {
                    platform: fields.platform("platform")?.ok_or_else(missing)?,
                    author: AuthorId::new(fields.name("author", crate::post::ID_BYTES)?),
                    stop: fields.flag("stop")?,
                    reason: fields.text("reason", 1_024)?,
                    by: self.bearer.id.clone(),
                };
                let answer = Response::of(&record);
                Ok(Plan::Every(self.asks(RecordStop { record }), answer))
            }
            Action::Pause => {
                let paused = Paused {
                    source: self.source(fields)?,
                    reason: fields.text("reason", 1_024)?,
                    by: self.bearer.id.clone(),
                    since_ms: self.now_ms,
                };
                Ok(Plan::Pause(self.by(), Pause { paused }))
            }
            Action::Resume => {
                let source = self.source(fields)?;
                Ok(Plan::Resume(self.by(), Resume { source }))
            }
            Action::Show => {
                let (shard, seq) = self.place()?;
                Ok(self.one(shard, Show { seq }))
            }
            Action::List => match lists::ordered(query, self.call.shards)? {
                Some(ordered) => Ok(Plan::Ordered(ordered)),
                None => request::page(query, self.call.shards).map(Plan::List),
            },
            Action::Backlog => Ok(Plan::Backlog),
            Action::Acks => request::acks(query, self.call.shards, self.now_ms).map(Plan::Acks),
            Action::Promises => request::promises(query, self.now_ms).map(Plan::Promises),
            Action::Sla => request::sla(query, self.now_ms).map(Plan::Sla),
            Action::Coverage => coverage::asked(query, self.now_ms).map(Plan::Coverage),
            Action::Peers => peers::asked(query, self.now_ms).map(Plan::Peers),
            Action::Surveys => surveys::asked(query, self.now_ms).map(Plan::Surveys),
            Action::Listening => listening::asked(query, self.now_ms).map(Plan::Listening),
            Action::Promote => {
                let (shard, n) = self.place()?;
                let by = self.bearer.id.clone();
                Ok(self.one(shard, PromoteHeard { n, by }))
            }
            Action::Report => report::asked(query, self.now_ms).map(Plan::Report),
            Action::Preview => {
                let text = fields.text("text", crate::post::TEXT_BYTES)?;
                let platform = fields.platform("platform")?;
                let lang = fields.opt_name("lang", 35)?;
                let shown = preview(
                    config,
                    &text,
                    platform,
                    lang.as_deref(),
                    true,
                    &(),
                    self.now_ms,
                );
                Ok(Plan::Answer(Response::json(
                    200,
                    &json!({"triage": shown.triage, "ack": shown.ack}),
                )))
            }
            Action::TryRules => {
                // It changes nothing.
                self.deed = None;
                let adapter = taught::tried(config, &self.scope, fields)?;
                rules::asked(fields, adapter, self.now_ms).map(Plan::Try)
            }
            Action::Adapter => taught::look(config, &self.scope, query).map(Plan::Lessons),
            Action::SetAdapter => {
                let switch = taught::switch(config, &self.scope, fields, &self.bearer.id)?;
                Ok(Plan::Switch(self.by(), switch))
            }
            Action::Sources => Ok(Plan::Accounts),
            Action::Deeds => request::deeds(query).map(Plan::Deeds),
            Action::Tokens => request::tokens(query).map(|(after, max)| Plan::Tokens(after, max)),
            Action::Revoke => {
                let id = self.id.filter(|id| token::is_jti(id));
                let id = id.ok_or_else(Problem::no_token)?;
                let deed = self.deed.take().ok_or_else(Problem::storage)?;
                Ok(Plan::Revoke(id.to_string(), deed))
            }
            Action::Ready => Ok(Plan::Ready),
            Action::Metrics => Ok(Plan::Metrics),
            Action::ShowMe => Ok(Plan::Floor(floor::show_me(self.config, self.bearer))),
            Action::State => {
                floor::state(self.config, self.bearer, fields, self.now_ms).map(Plan::Floor)
            }
            Action::Agents => Ok(Plan::Floor(Floor::Agents)),
            Action::PutAgent => {
                let deed = self.deed.take().ok_or_else(Problem::storage)?;
                let id = self.id.unwrap_or_default();
                floor::put(self.config, &self.scope, id, fields, deed).map(Plan::Floor)
            }
            Action::DeleteAgent => {
                let deed = self.with_reason(action, query, "is missing: say why")?;
                let id = self.id.unwrap_or_default();
                floor::remove(&self.scope, id, deed).map(Plan::Floor)
            }
            Action::Incidents => incidents::list(&self.scope, query).map(Plan::Incidents),
            Action::Incident => incidents::one(&self.scope, self.id).map(Plan::Incidents),
            Action::DeclareIncident => {
                let deed = self.deed.take();
                incidents::declare(config, &self.scope, fields, deed).map(Plan::Incidents)
            }
            Action::ConfirmIncident | Action::MergeIncident | Action::CloseIncident => {
                let deed = self.deed.take();
                incidents::change(action, &self.scope, self.id, fields, deed).map(Plan::Incidents)
            }
            Action::SetLine | Action::SayOver => {
                let deed = self.deed.take();
                let over = action == Action::SayOver;
                incidents::line(over, &self.scope, self.id, fields, deed, self.now_ms)
                    .map(Plan::Incidents)
            }
            Action::Transfer => {
                let (shard, seq) = self.place()?;
                let holding = self.holding(fields, seq)?;
                let transfer = mine::transfer(config, fields, holding)?;
                Ok(match transfer.agent.clone() {
                    Some(agent) => Plan::Transfer {
                        shard,
                        agent,
                        by: self.by(),
                        transfer,
                    },
                    None => self.one(shard, transfer),
                })
            }
            Action::Snooze => {
                let (shard, seq) = self.place()?;
                let holding = self.holding(fields, seq)?;
                let snooze = mine::snooze(fields, holding, self.now_ms)?;
                Ok(self.one(shard, snooze))
            }
            Action::Reopen => {
                let (shard, seq) = self.place()?;
                let by = self.bearer.id.clone();
                let reason = fields.text("reason", 1_024)?;
                Ok(self.one(shard, Reopen { seq, by, reason }))
            }
            Action::Note => {
                let (shard, seq) = self.place()?;
                let by = self.bearer.id.clone();
                let text = fields.text("text", NOTE_BYTES)?;
                Ok(self.one(shard, AddNote { seq, by, text }))
            }
            Action::Tag => {
                let (shard, seq) = self.place()?;
                let tag = mine::tag(fields, seq)?;
                Ok(self.one(shard, tag))
            }
            Action::Correct => {
                let (shard, seq) = self.place()?;
                let post = fields.opt_name("post", crate::post::ID_BYTES)?;
                let correct = Correct {
                    seq,
                    post: post.map(PostId::new),
                    by: self.bearer.id.clone(),
                    right: mine::right(fields)?,
                };
                Ok(self.one(shard, correct))
            }
            Action::Corrections => {
                mine::corrections(query).map(|(asked, written)| Plan::Corrections(asked, written))
            }
            Action::Answers => {
                mine::answers(config, query, self.call.shards, None).map(Plan::Answer)
            }
            Action::Receivers => Ok(Plan::Receivers(outside::receivers(config, &self.scope))),
            Action::Resend => {
                let receiver = self.id.unwrap_or_default();
                let resend = outside::resend(config, &self.scope, receiver, fields)?;
                Ok(Plan::Resend(self.by(), resend))
            }
            Action::Events => {
                let cursor = query.take("cursor").map(live::read).transpose()?;
                Ok(Plan::Events(cursor))
            }
            Action::Invite => {
                let (shard, seq) = self.place()?;
                let key = idempotency_key(self.call)?.ok_or_else(|| {
                    Problem::field(
                        "Idempotency-Key",
                        "is missing: send this header with every invitation",
                    )
                })?;
                let holding = self.holding(fields, seq)?;
                let link = self.page_link(shard, seq);
                let begin = details::invite(fields, &key, holding, link)?;
                Ok(Plan::Invite {
                    shard,
                    key,
                    by: self.by(),
                    begin,
                })
            }
            Action::DetailsLink => {
                let (shard, seq) = self.place()?;
                let holding = self.holding(fields, seq)?;
                let id = shard.interaction(seq);
                let origin = self.call.origin;
                let make = details::make_link(config, fields, origin, (&id, holding), self.now_ms)?;
                Ok(self.one(shard, make))
            }
            Action::Details => {
                let (shard, seq) = self.place()?;
                self.deed = Some(Deed {
                    at_ms: self.now_ms,
                    by: self.bearer.id.clone(),
                    token: self.bearer.jti.clone(),
                    did: action.as_str().to_string(),
                    to: self.id.unwrap_or_default().to_string(),
                    asked: serde_json::Map::new(),
                    workgroup: None,
                });
                let agent = self.bearer.id.clone();
                Ok(Plan::Details {
                    shard,
                    by: self.by(),
                    ask: ReadDetails { seq, agent },
                })
            }
            Action::Similar => {
                let of = self.place()?;
                Ok(Plan::Similar(of, self.by()))
            }
            Action::PutCustomer
            | Action::PutCustomers
            | Action::PutSeries
            | Action::DrawSample
            | Action::ShowCustomer
            | Action::DeleteCustomer
            | Action::ShowAuthor
            | Action::ForgetAuthor
            | Action::ExportAuthor => self
                .customers(action, fields, query)
                .map(|asked| Plan::Customers(Box::new(asked))),
            Action::CarryOut => {
                self.carries_all()?;
                let cursor = query.take("cursor");
                Ok(Plan::Carry(Box::new(carry::Asked::Out {
                    at: carry::at(cursor)?,
                    max: query.max(carry::PAGE)?,
                    deed: cursor.is_none().then(|| self.carries(action)),
                })))
            }
            Action::CarryIn => {
                self.carries_all()?;
                let export = carry::export(query.take("export"))?;
                let lines = carry::lines(self.call.body)?;
                let begins = lines.iter().any(|line| line.kind == carry::BEGINS);
                Ok(Plan::Carry(Box::new(carry::Asked::In {
                    export,
                    lines,
                    deed: begins.then(|| self.carries(action)),
                })))
            }
            Action::Health | Action::OpenApi | Action::Webhook | Action::Handshake => {
                open_to_all(action)
            }
        }
    }

    /// What is carried is everybody's.
    fn carries_all(&self) -> Result<(), Problem> {
        match self.scope.all {
            true => Ok(()),
            false => Err(Problem::forbidden(
                "this call is for an operator of all workgroups",
            )),
        }
    }

    /// What an operator carries is written down, once for each export and import.
    fn carries(&self, action: Action) -> Box<Deed> {
        Box::new(Deed {
            at_ms: self.now_ms,
            by: self.bearer.id.clone(),
            token: self.bearer.jti.clone(),
            did: action.as_str().to_string(),
            to: String::new(),
            asked: serde_json::Map::new(),
            workgroup: None,
        })
    }

    fn customers(
        &mut self,
        action: Action,
        fields: &mut Fields,
        query: &mut Query<'_>,
    ) -> Result<customers::Asked, Problem> {
        use customers::{Asked as About, Whom};
        let by = self.bearer.id.clone();
        let is_crm = self.bearer.role == Role::Crm;
        let for_crm = || Problem::forbidden("this call is for a CRM's token");
        Ok(match action {
            Action::PutCustomer if is_crm => {
                let id = customers::named(self.id)?;
                let customer = customers::read(self.config, id, fields, self.now_ms)?;
                About::Put(Box::new(customer), by)
            }
            Action::PutCustomers if is_crm => {
                customers::lines(self.config, self.call.body, &by, self.now_ms)?
            }
            Action::PutSeries => {
                self.is_of_all()?;
                About::PutSeries(series::lines(self.config, self.call.body, self.now_ms)?)
            }
            Action::DrawSample if is_crm => {
                let origin = self.call.origin;
                let asked = samples::asked(self.config, fields, &by, origin, self.now_ms)?;
                About::Draw(Box::new(asked))
            }
            Action::PutCustomer | Action::PutCustomers | Action::DrawSample => {
                return Err(for_crm());
            }
            Action::ShowCustomer => {
                self.is_of_all()?;
                About::Show(customers::named(self.id)?, self.by())
            }
            Action::DeleteCustomer if is_crm => About::Drop(customers::named(self.id)?),
            Action::DeleteCustomer => {
                let id = customers::named(self.id)?;
                About::Forget(Whom::Customer(id), self.forgets(action, query)?)
            }
            Action::ForgetAuthor => {
                let of = customers::author(self.call.path)?;
                About::Forget(Whom::Author(of), self.forgets(action, query)?)
            }
            Action::ExportAuthor => {
                self.is_of_all()?;
                About::Export(customers::author(self.call.path)?, self.by())
            }
            _ => About::Author(customers::author(self.call.path)?, self.by()),
        })
    }

    /// A person is one over all workgroups, and so is what is kept of them.
    fn is_of_all(&self) -> Result<(), Problem> {
        match self.scope.all {
            true => Ok(()),
            false => Err(Problem::forbidden(
                "this call is for a supervisor of all workgroups",
            )),
        }
    }

    /// The deed of somebody who forgets a person. It does not name them.
    fn forgets(&self, action: Action, query: &mut Query<'_>) -> Result<Box<Deed>, Problem> {
        self.is_of_all()?;
        let missing = "is missing: give a reference, without a name";
        self.with_reason(action, query, missing).map(Box::new)
    }

    /// A deed whose call has no body, with its reason from the query.
    fn with_reason(
        &self,
        action: Action,
        query: &mut Query<'_>,
        missing: &str,
    ) -> Result<Deed, Problem> {
        let missing = || Problem::field("reason", missing);
        let reason = query
            .take("reason")
            .filter(|reason| !reason.trim().is_empty());
        let reason = reason.ok_or_else(missing)?;
        if reason.len() > 1_024 {
            return Err(Problem::field("reason", "must have at most 1024 bytes"));
        }
        let mut asked = serde_json::Map::new();
        asked.insert("reason".into(), reason.into());
        Ok(Deed {
            at_ms: self.now_ms,
            by: self.bearer.id.clone(),
            token: self.bearer.jti.clone(),
            did: action.as_str().to_string(),
            to: String::new(),
            asked,
            workgroup: None,
        })
    }

    fn claim(&mut self, fields: &mut Fields) -> Result<Plan, Problem> {
        let served = self.bearer.serves(&self.config.workgroups());
        if let Some(id) = fields.opt_name("id", NAME_BYTES)? {
            // It stands alone: fields that choose among others are not allowed beside it.
            let found = Shard::find(&id, self.call.shards);
            let (shard, seq) = found.ok_or_else(Problem::no_interaction)?;
            let pull = Pull {
                agent: self.bearer.id.clone(),
                workgroups: served,
                platforms: Vec::new(),
                languages: Vec::new(),
                max: 1,
                lease_s: fields.lease_s(self.config.limits.lease_s)?,
                key: idempotency_key(self.call)?,
                held_elsewhere: 0,
                ticket: None,
                able: Able::default(),
            };
            return Ok(Plan::ClaimOne {
                shard,
                seq,
                by: self.by(),
                pull,
            });
        }
        let asked = fields.names("workgroups")?;
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
            agent: self.bearer.id.clone(),
            workgroups,
            platforms: fields.platforms("platforms")?,
            languages: fields.names("languages")?,
            max: fields.number("max", 1..=crate::inbox::work::MAX_CLAIM, 1)?,
            lease_s: fields.lease_s(self.config.limits.lease_s)?,
            key: idempotency_key(self.call)?,
            held_elsewhere: 0,
            ticket: None,
            able: Able::default(),
        };
        let wait_s = fields.number("wait_s", 0..=MAX_WAIT_S, 0)?;
        Ok(Plan::Claim { pull, wait_s })
    }

    /// Gives one to an agent, a workgroup or both. A workgroup need not be the supervisor's own: what
    /// came to the wrong one is handed over.
    fn assign(&mut self, fields: &mut Fields) -> Result<Plan, Problem> {
        let (shard, seq) = self.place()?;
        let (agent, workgroup) = mine::recipient(self.config, fields)?;
        let assign = Assign {
            seq,
            agent: agent.clone(),
            workgroup,
            by: self.bearer.id.clone(),
            serves: Vec::new(),
        };
        Ok(match agent {
            Some(agent) => Plan::Assign {
                shard,
                agent,
                by: self.by(),
                assign,
            },
            None => self.one(shard, assign),
        })
    }

    /// Sends a workgroup to other work, both of them the supervisor's own: an errand lets its agents see
    /// what they did not see before.
    fn retask(&mut self, fields: &mut Fields) -> Result<Plan, Problem> {
        let mut known = self.config.workgroups();
        known.retain(|group| self.scope.has(group));
        let workgroup = Workgroup::new(self.id.unwrap_or_default());
        if !known.contains(&workgroup) {
            return Err(Problem::no_workgroup());
        }
        if let Some(deed) = &mut self.deed {
            deed.workgroup = Some(workgroup.clone());
        }
        if fields.opt_flag("undo")?.unwrap_or(false) {
            return Ok(Plan::UndoRetask(self.by(), UndoRetask { workgroup }));
        }
        let template = fields.opt_name("template", NAME_BYTES)?;
        let template = template
            .map(|name| {
                let of_group = |one: &&Errand| one.name == name && one.workgroup == workgroup;
                self.config.errands.iter().find(of_group).ok_or_else(|| {
                    Problem::field(
                        "template",
                        "the configuration has no errand of this workgroup by that name",
                    )
                })
            })
            .transpose()?;
        let named = fields.opt_names("serves")?.map(|serves| {
            let serves = serves.into_iter().map(Workgroup::new);
            serves.collect::<Vec<_>>()
        });
        let of_template = || template.map(|template| template.serves.clone());
        let serves = named.or_else(of_template).ok_or_else(|| {
            Problem::field(
                "serves",
                "is missing: name the workgroups whose work they pull, or none ([]) to call them back",
            )
        })?;
        if let Some(other) = serves.iter().find(|group| !known.contains(group)) {
            return Err(Problem::field(
                "serves",
                format!(
                    "no source names the workgroup \"{other}\", or the token does not serve it"
                ),
            ));
        }
        // A minute at the least: an errand must outlast the claim that it changes. Two hours if nothing is
        // said, so that nobody stays away because somebody forgot them.
        let usual_s = template.map_or(7_200, |template| template.for_s);
        let for_s = fields.number("for_s", 60..=crate::inbox::retask::MAX_S, usual_s)?;
        let dry_run = fields.opt_flag("dry_run")?.unwrap_or(false);
        let errand = Retasked {
            workgroup,
            serves,
            until_ms: self.now_ms + i64::from(for_s) * 1_000,
            by: self.bearer.id.clone(),
        };
        if dry_run {
            return Ok(Plan::PreviewRetask(errand));
        }
        let answer = Response::of(&errand);
        Ok(Plan::Every(self.asks(Retask { errand }), answer))
    }

    /// The source that a call names, if it names one. Who serves some workgroups only names one of
    /// theirs.
    fn source(&mut self, fields: &mut Fields) -> Result<Option<SourceId>, Problem> {
        let Some(id) = fields.opt_name("source", NAME_BYTES)?.map(SourceId::new) else {
            return match self.scope.all {
                true => Ok(None),
                false => Err(Problem::field(
                    "source",
                    "is missing: the token does not serve every workgroup, so name one of its sources",
                )),
            };
        };
        let source = self.config.source(&id);
        match source.filter(|source| self.scope.has(&source.workgroup)) {
            Some(source) => {
                if let Some(deed) = &mut self.deed {
                    deed.workgroup = Some(source.workgroup.clone());
                }
                Ok(Some(id))
            }
            None => Err(Problem::field("source", "no source of yours has this id")),
        }
    }

    fn holding(&self, fields: &mut Fields, seq: i64) -> Result<Holding, Problem> {
        Ok(Holding {
            seq,
            lease: Lease::new(fields.name("lease", 64)?),
            agent: self.bearer.id.clone(),
            seen: fields.seen()?,
        })
    }
}

/// The `Idempotency-Key`, if the call brings one.
fn idempotency_key(call: &Call<'_>) -> Result<Option<String>, Problem> {
    let Some(key) = call.idempotency_key.map(str::trim) else {
        return Ok(None);
    };
    if !token::is_name(key, 128) {
        return Err(Problem::field(
            "Idempotency-Key",
            "must have 1 to 128 characters: the same for every try of the same call",
        ));
    }
    Ok(Some(key.to_string()))
}

/// The answer to a pause and to its end: all that is paused now.
pub fn paused(paused: Result<Vec<Paused>, Refused>) -> Response {
    match paused {
        Ok(paused) => Response::json(200, &json!({"paused": paused})),
        Err(refused) => Problem::from(refused).into(),
    }
}

/// What one shard said, as an answer.
pub fn answer(said: Result<impl Serialize, Refused>) -> Response {
    match said {
        Ok(document) => Response::of(&document),
        Err(refused) => Problem::from(refused).into(),
    }
}

/// A page of what supervisors did, of all objects.
pub fn deeds(found: Vec<Deed>, max: u32) -> Response {
    let (deeds, next) = deeds::merged(found, max);
    Response::json(
        200,
        &json!({"deeds": deeds, "cursor": next.as_ref().map(deeds::At::cursor)}),
    )
}
