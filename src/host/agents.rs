//! The agents' routes: does what [`crate::api::plan`] says.

use super::caller::{BLANKS, Caller, FEW_BLANKS, Line};
use super::shim::{TooLarge, body};
use super::{
    accounts, customers, env, floor, gate, home, inbox, layout, live, log, outbound, pulse,
};
use crate::accounts::bearers::{Bearers, PAGE, Revoke, Serves};
use crate::accounts::health::Look;
use crate::accounts::wire::{Listed, Refused as AccountsRefused};
use crate::accounts::{Problems, ShowDeeds as ShowTheirDeeds};
use crate::api::customers::World as _;
use crate::api::fanout::{self, World};
use crate::api::floor::{narrowed, takes_none};
use crate::api::lists;
use crate::api::metrics;
use crate::api::outside::fresh;
use crate::api::problem::Problem;
use crate::api::readiness::Readiness;
use crate::api::request::Page;
use crate::api::response::Response as Answer;
use crate::api::token::Bearer;
use crate::api::{self, BODY_BYTES, Call, Plan};
use crate::config::Config;
use crate::customers::book::ShowSteps;
use crate::customers::sample::ShowSamples;
use crate::customers::series::ShowSeries;
use crate::deeds;
use crate::floor::ShowDeeds as ShowFloorDeeds;
use crate::floor::presence::{Confirm, Reserve};
use crate::floor::settings::{ShowPeople, ShowPresent, Who};
use crate::floor::unserved::unserved as floor_of;
use crate::host::answer::{problem, respond};
use crate::host::clock::now_ms;
use crate::host::request::{origin, query};
use crate::inbox::alarms::ShowAlarms;
use crate::inbox::cohort::ShowFates;
use crate::inbox::correct::{self, ShowCorrections};
use crate::inbox::errand::{Errands, ShowErrands};
use crate::inbox::hands::Able;
use crate::inbox::holders::{Holds, ShowHolders};
use crate::inbox::invite::BeginInvite;
use crate::inbox::kept::Transfer;
use crate::inbox::known_as::Heard;
use crate::inbox::let_go::LetGo;
use crate::inbox::line::HearLine;
use crate::inbox::look::ShowBacklog;
use crate::inbox::needs::{Needs, ShowNeeds};
use crate::inbox::pause::ShowPaused;
use crate::inbox::promise::ShowPromises;
use crate::inbox::question::{Asked, By, Question};
use crate::inbox::receivers::ShowReceivers;
use crate::inbox::reply::{BeginReply, FinishReply};
use crate::inbox::report::{HOUR_MS, ShowAcks};
use crate::inbox::serve::{Ask, ShowDeeds};
use crate::inbox::shard::Shard;
use crate::inbox::waiting;
use crate::inbox::whose::{FindPosts, Found};
use crate::inbox::wire::{
    Acks, AcksAsked, Alarm, Backlog, Claimed, Holding, Paused, Pull, Refused, ReplyStep, Retasked,
    Ticket,
};
use crate::inbox::work::{Assign, GiveBack, Leave};
use crate::post::Workgroup;
use crate::pulse::incidents::{Becomes, ShowDeeds as ShowPulseDeeds, ShowIncident};
use crate::pulse::wire::Whole;
use crate::scope::Scope;
use futures_util::future::{Either, join, join_all, join3, select};
use std::collections::BTreeMap;
use std::time::Duration;
use worker::{Context, Delay, Env, Request, Response, Result};

/// How often a caller who waits is sent a blank, so that one who has hung up is noticed within seconds. It is all that
/// waiting costs, so no oftener than that: who is woken is asked once more before anything is leased to them, and whoever
/// has gone by then costs the next in line some milliseconds.
const BLANK_EVERY: Duration = Duration::from_secs(10);

/// Answers a call to anything but a webhook.
pub async fn answer(
    request: Request,
    method: &str,
    path: &str,
    env: Env,
    ctx: &Context,
) -> Result<Response> {
    let most = api::customers::body_bytes(method, path, BODY_BYTES);
    let body = match body(request.inner(), most).await? {
        Ok(body) => body,
        Err(TooLarge) => return problem(Problem::too_large(most)),
    };
    let mut query = query(request.inner())?;
    // How a browser's reader says where it was.
    if path == "/v1/events"
        && let Some(last) = request.headers().get("last-event-id")?
        && !query.iter().any(|(name, _)| name == "cursor")
    {
        query.push(("cursor".into(), last));
    }
    let authorization = request.headers().get("authorization")?;
    let idempotency_key = request.headers().get("idempotency-key")?;
    let env = &env;
    let config = env::config(env);
    let shards = if path.starts_with("/v1/") || path == "/readyz" {
        // One that fails is asked again, and named, by what the call itself asks.
        layout::shards(env, false).await.unwrap_or(config.shards)
    } else {
        config.shards
    };
    let origin = origin(request.inner());
    let call = Call {
        shards,
        // A HEAD is a GET whose answer nobody reads.
        method: if method == "HEAD" { "GET" } else { method },
        path,
        query: &query,
        authorization: authorization.as_deref(),
        idempotency_key: idempotency_key.as_deref(),
        body: &body,
        origin: &origin,
    };
    // Cloudflare's edge writes it; elsewhere all callers are counted as one.
    let address = request
        .headers()
        .get("cf-connecting-ip")?
        .unwrap_or_default();
    let admitted = match gate::admit(env, config, &call, &address).await {
        Ok(admitted) => admitted,
        Err(why) => return problem(why),
    };
    let scope = &admitted.scope();
    if let Some(bearer) = &admitted.bearer {
        floor::tell(env, ctx, bearer, admitted.route.action);
    }
    match api::plan(config, &call, &admitted, now_ms()) {
        Err(why) => problem(why),
        Ok(Plan::Answer(answer)) => {
            let has = request.headers().get("if-none-match")?;
            respond(fresh(answer, has.as_deref()))
        }
        Ok(Plan::One(shard, ask)) => respond(api::answer(inbox::pass(env, shard, &ask).await)),
        Ok(Plan::Held(ask)) => match fanout::mine(&Shards { env, scope: None }, shards, &ask).await
        {
            Ok(mine) => {
                let (held, kept) = (&mine.interactions, &mine.kept);
                let away = &mine.retasked;
                respond(api::claims::held(held, kept, mine.open, away, now_ms()))
            }
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::ClaimOne {
            shard,
            seq,
            by,
            pull,
        }) => {
            let world = Shards {
                env,
                scope: Some(&by.scope),
            };
            let others = Shards { env, scope: None };
            let who = Who {
                agent: pull.agent.clone(),
            };
            let set = floor::ask_soon(env, who).await.flatten();
            let pull = Pull {
                able: Able {
                    capacity: set.map(|set| set.capacity),
                    ..Able::default()
                },
                ..pull
            };
            match fanout::claim_one(&world, &others, shards, (shard, seq), &pull).await {
                Ok(leased) => {
                    let (one, open) = (&leased.interactions, leased.open);
                    let limit = leased.limited.then_some(api::claims::HELD_PER_AGENT);
                    respond(api::claims::claimed(
                        one,
                        open,
                        limit,
                        &leased.retasked,
                        now_ms(),
                    ))
                }
                Err(refused) => problem(refused.into()),
            }
        }
        Ok(Plan::Claim { mut pull, wait_s }) => {
            let since_ms = now_ms();
            let mut until_ms = since_ms + i64::from(wait_s) * 1_000;
            if let (1.., Some(key)) = (wait_s, outbound::random_hex()) {
                until_ms = waiting::until_ms(since_ms, wait_s, &key);
                pull.ticket = Some(Ticket { key, since_ms });
            }
            let asked = Claim {
                env: env.clone(),
                shards,
                serves: serves(config, admitted.bearer.as_ref()),
                asks: pull.clone(),
                pull,
                waits: wait_s > 0,
                until_ms,
            };
            claim(asked, ctx, Caller::of(&request)).await
        }
        Ok(Plan::Every(ask, answer)) => every(env, shards, &ask, answer).await,
        Ok(Plan::Pause(by, pause)) => {
            respond(api::paused(pauses(env, shards, Some(by), &pause).await))
        }
        Ok(Plan::Resume(by, resume)) => {
            respond(api::paused(pauses(env, shards, Some(by), &resume).await))
        }
        Ok(Plan::Reply {
            shard,
            key,
            by,
            begin,
        }) => {
            let (heard, public_name) = public_name(env, config, &begin.holding.agent).await;
            let begin = BeginReply {
                public_name,
                heard,
                ..begin
            };
            reply(env, shard, key, by, begin).await
        }
        Ok(Plan::Invite {
            shard,
            key,
            by,
            begin,
        }) => {
            let (heard, public_name) = public_name(env, config, &begin.holding.agent).await;
            let begin = BeginInvite {
                public_name,
                heard,
                ..begin
            };
            reply(env, shard, key, by, begin).await
        }
        Ok(Plan::Details { shard, by, ask }) => {
            let kept = inbox::ask(env, shard, Some(by), ask).await;
            respond(api::details::left(config, kept))
        }
        Ok(Plan::Assign {
            shard,
            agent,
            by,
            assign,
        }) => match api::accounts::serves(accounts::ask(env, Serves { agent }).await) {
            Ok(serves) => {
                let assign = Assign { serves, ..assign };
                respond(api::answer(inbox::ask(env, shard, Some(by), assign).await))
            }
            Err(why) => problem(why),
        },
        Ok(Plan::Transfer {
            shard,
            agent,
            by,
            transfer,
        }) => match api::accounts::serves(accounts::ask(env, Serves { agent }).await) {
            Ok(serves) => {
                let transfer = Transfer { serves, ..transfer };
                respond(api::answer(
                    inbox::ask(env, shard, Some(by), transfer).await,
                ))
            }
            Err(why) => problem(why),
        },
        Ok(Plan::Corrections(asked, written)) => {
            corrections(env, shards, scope, asked, written).await
        }
        Ok(Plan::List(page)) => list(env, shards, scope, page).await,
        Ok(Plan::Bulk(by, asked)) => bulk(env, shards, by, asked).await,
        Ok(Plan::Ordered(asked)) => {
            let world = Shards {
                env,
                scope: Some(scope),
            };
            match lists::list(&world, shards, &asked).await {
                Ok(listed) => respond(api::lists::told(&listed)),
                Err(refused) => problem(refused.into()),
            }
        }
        Ok(Plan::Backlog) => match backlog(env, shards, scope).await {
            Ok(all) => respond(api::backlog::backlog(&all, scope.all, now_ms())),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Acks(asked)) => acks(env, shards, scope, asked).await,
        Ok(Plan::PreviewRetask(errand)) => preview(env, config, shards, scope, &errand).await,
        Ok(Plan::UndoRetask(by, undo)) => {
            let said = of_every(env, shards, Some(&by), &undo).await;
            let said: std::result::Result<Vec<_>, _> = said.into_iter().collect();
            match said {
                Ok(all) => {
                    // Every shard was told the same; one that missed the errand has nothing to take back.
                    let one = all.iter().find(|one| one.undone).or(all.first());
                    let by = &scope.agent;
                    respond(one.map_or_else(
                        || Problem::storage().into(),
                        |one| api::errands::undone(&undo.workgroup, one, by, now_ms()),
                    ))
                }
                Err(refused) => problem(refused.into()),
            }
        }
        Ok(Plan::Errands) => match errands(env, shards, scope).await {
            Ok(known) => respond(api::errands::errands(config, &known, |one| scope.has(one))),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Promises(asked)) => {
            let ask = ShowPromises {
                asked: asked.clone(),
            };
            match gathered(env, shards, scope, &ask).await {
                Ok(all) => respond(api::books::promises(all, &asked, now_ms())),
                Err(refused) => problem(refused.into()),
            }
        }
        Ok(Plan::Sla(ask)) => match gathered(env, shards, scope, &ask).await {
            Ok(all) => respond(api::books::sla(config, all, &ask.asked, now_ms())),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Coverage(asked)) => {
            let ask = ShowFates { asked, gaps: true };
            match gathered(env, shards, scope, &ask).await {
                Ok(all) => respond(api::coverage::coverage(config, all, &asked, now_ms())),
                Err(refused) => problem(refused.into()),
            }
        }
        Ok(Plan::Report(asked)) => match gathered(env, shards, scope, &asked).await {
            Ok(all) => {
                let ask = ShowSteps {
                    from_ms: asked.from_hour * HOUR_MS,
                    to_ms: asked.to_hour * HOUR_MS,
                };
                // One of the version before does not know the question: the rest is told without it.
                let steps = customers::Brand(env).book(ask).await.ok();
                let ask = ShowSeries {
                    from_hour: asked.before_hour(),
                    to_hour: asked.to_hour,
                };
                // The brand's figures are of all its work.
                let figures = match scope.all {
                    true => customers::Brand(env).book(ask).await.ok(),
                    false => None,
                };
                let figures = figures.as_deref();
                let told = api::report::report(config, all, steps, figures, &asked, now_ms());
                respond(told)
            }
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Peers(asked)) => match gathered(env, shards, scope, &asked).await {
            Ok(all) => respond(api::peers::peers(all, &asked)),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Try(asked)) => {
            let changed = match env::changed(env, &asked.settings) {
                Ok(changed) => changed,
                Err((key, says)) => return problem(api::rules::refused(&key, &says)),
            };
            if let Some(wrong) = api::rules::wrong(config, &changed) {
                return problem(wrong);
            }
            let adapter = match &asked.adapter {
                None => None,
                Some(of) => match gathered(env, shards, scope, of).await {
                    Ok(lessons) => Some(api::taught::fitted(&lessons)),
                    Err(refused) => return problem(refused.into()),
                },
            };
            match gathered(env, shards, scope, &asked.of).await {
                Ok(all) => respond(api::rules::tried(
                    config,
                    &changed,
                    shards,
                    all,
                    &asked,
                    adapter.as_ref(),
                )),
                Err(refused) => problem(refused.into()),
            }
        }
        Ok(Plan::Lessons(of)) => match gathered(env, shards, scope, &of).await {
            Ok(all) => respond(api::taught::answer(&of.brand, &all)),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Switch(by, switch)) => switched(env, shards, scope, by, switch).await,
        Ok(Plan::Surveys(asked)) => {
            let of = ShowSamples {
                from_ms: asked.from_ms,
                to_ms: asked.to_ms,
            };
            // Customers are of no workgroup.
            let samples = match scope.all {
                true => customers::Brand(env).book(of).await,
                false => Ok(Vec::new()),
            };
            match (gathered(env, shards, scope, &asked).await, samples) {
                (Ok(all), Ok(samples)) => {
                    let samples = api::samples::told(samples);
                    respond(api::surveys::surveys(all, samples, &asked, now_ms()))
                }
                (Err(refused), _) => problem(refused.into()),
                (_, Err(refused)) => problem(refused.into()),
            }
        }
        Ok(Plan::Listening(asked)) => match gathered(env, shards, scope, &asked).await {
            Ok(all) => respond(api::listening::listening(config, all, &asked)),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Accounts) => {
            let scope = scope.clone();
            respond(api::accounts::accounts(
                accounts::ask(env, Look { scope }).await,
            ))
        }
        Ok(Plan::Deeds(asked)) => deeds_done(env, shards, scope, asked).await,
        Ok(Plan::Tokens(after, max)) => {
            let scope = scope.clone();
            let ask = Bearers { scope, after, max };
            respond(api::accounts::tokens(accounts::ask(env, ask).await, max))
        }
        Ok(Plan::Revoke(id, deed)) => {
            let scope = scope.clone();
            let ask = Revoke { scope, id, deed };
            respond(api::accounts::token(accounts::ask(env, ask).await))
        }
        Ok(Plan::Ready) => respond(ready(env, config, shards, scope).await.into()),
        Ok(Plan::Metrics) => respond(figures(env, config, shards, scope).await),
        Ok(Plan::Floor(asked)) => on_the_floor(env, shards, scope, asked).await,
        Ok(Plan::Incidents(asked)) => incidents(env, config, shards, scope, asked).await,
        Ok(Plan::Receivers(ids)) => {
            let ask = ShowReceivers { ids: ids.clone() };
            match gathered(env, shards, scope, &ask).await {
                Ok(all) => respond(api::outside::stand(config, &ids, all)),
                Err(refused) => problem(refused.into()),
            }
        }
        Ok(Plan::Resend(by, resend)) => {
            let said = of_every(env, shards, Some(&by), &resend).await;
            let said: std::result::Result<Vec<_>, _> = said.into_iter().collect();
            match said {
                Ok(all) => respond(api::outside::resent(all.into_iter().sum())),
                Err(refused) => problem(refused.into()),
            }
        }
        Ok(Plan::Customers(asked)) => {
            let brand = customers::Brand(env);
            respond(api::customers::answer(&brand, config, shards, *asked).await)
        }
        Ok(Plan::Similar(of, by)) => {
            let brand = customers::Brand(env);
            respond(api::similar::similar(&brand, shards, of, by).await)
        }
        Ok(Plan::Carry(asked)) => {
            // Who takes the first rows in says how many shards there are.
            let record = matches!(*asked, api::carry::Asked::In { .. });
            match layout::shards(env, record).await {
                Ok(shards) => {
                    respond(api::carry::answer(&customers::Brand(env), shards, *asked).await)
                }
                Err(why) => problem(why.into()),
            }
        }
        Ok(Plan::Events(after)) => {
            let reader = live::Reader {
                env: env.clone(),
                shards,
                scope: scope.clone(),
                bearer: admitted.bearer.clone(),
            };
            live::stream(reader, after, ctx, Caller::of(&request)).await
        }
    }
}

/// Switches what a brand's desk has taught, in every shard, and tells how it stands then.
async fn switched(
    env: &Env,
    shards: u16,
    scope: &Scope,
    by: By,
    switch: api::taught::Switch,
) -> Result<Response> {
    let lessons = match gathered(env, shards, scope, &switch.of).await {
        Ok(lessons) => lessons,
        Err(refused) => return problem(refused.into()),
    };
    let set = match api::taught::set(&switch, &lessons) {
        Ok(set) => set,
        Err(wrong) => return problem(wrong),
    };
    // A shard that missed it is told by the answer's `everywhere`, and by saying it again.
    of_every(env, shards, Some(&by), &set).await;
    match gathered(env, shards, scope, &switch.of).await {
        Ok(all) => respond(api::taught::answer(&switch.of.brand, &all)),
        Err(refused) => problem(refused.into()),
    }
}

/// Does the same to many, once it is known what the agent serves to whom they are given.
async fn bulk(env: &Env, shards: u16, by: By, asked: api::bulk::Asked) -> Result<Response> {
    let asked = match asked.agent().map(str::to_owned) {
        None => asked,
        Some(agent) => match api::accounts::serves(accounts::ask(env, Serves { agent }).await) {
            Ok(serves) => asked.serving(serves),
            Err(why) => return problem(why),
        },
    };
    let world = Shards {
        env,
        scope: Some(&by.scope),
    };
    let (asked, cursor) = match api::bulk::named(&world, shards, asked).await {
        Ok(named) => named,
        Err(refused) => return problem(refused.into()),
    };
    let done = api::bulk::bulk(&Deeds { env, by }, shards, asked, cursor).await;
    respond(api::answer(Ok(&done)))
}

/// The shards, asked for a deed that each of them writes down.
struct Deeds<'a> {
    env: &'a Env,
    by: By,
}

impl World for Deeds<'_> {
    async fn ask<Q: Question>(
        &self,
        shard: Shard,
        question: Q,
    ) -> std::result::Result<Q::Answer, Refused> {
        inbox::ask(self.env, shard, Some(self.by.clone()), question).await
    }
}

/// The shards, asked by the Worker.
struct Shards<'a> {
    env: &'a Env,
    /// For whom it asks, where what is seen depends on it.
    scope: Option<&'a Scope>,
}

impl World for Shards<'_> {
    async fn ask<Q: Question>(
        &self,
        shard: Shard,
        question: Q,
    ) -> std::result::Result<Q::Answer, Refused> {
        let by = self.scope.cloned().map(By::seeing);
        inbox::ask(self.env, shard, by, question).await
    }
}

/// The answer to a claim.
fn told(claims: &Looked) -> api::response::Response {
    api::claims::claimed(
        &claims.claimed,
        claims.open,
        claims.limit(),
        &claims.retasked,
        now_ms(),
    )
}

/// A claim on its way.
struct Claim {
    env: Env,
    shards: u16,
    /// What the caller's token serves.
    serves: Vec<Workgroup>,
    /// What the caller asks for.
    pull: Pull,
    /// The same as the floor narrowed it, at the last look.
    asks: Pull,
    /// Whether the caller waits for work, and until when.
    waits: bool,
    until_ms: i64,
}

/// Claims, and waits if there is nothing and the caller asked to.
///
/// What is wrong with the call has its status, for the first look comes before the answer begins. From
/// then on the caller is written to as it goes, so that nothing is leased to one who has hung up
/// ([`Line`]).
async fn claim(mut claim: Claim, ctx: &Context, caller: Caller) -> Result<Response> {
    let mut claims = match claim.look().await {
        Ok(claims) => claims,
        Err(refused) => return problem(refused.into()),
    };
    // Who holds as many as they may need not wait for more.
    if claims.claimed.is_empty() && (!claim.waits || claims.limit().is_some()) {
        if let Some(confirm) = claims.confirm.take() {
            let env = claim.env.clone();
            ctx.wait_until(async move { confirmed(&env, confirm).await });
        }
        return respond(told(&claims));
    }
    let (line, answer) = match Line::open(caller) {
        Ok(opened) => opened,
        Err(why) => {
            claim.give_back(std::mem::take(&mut claims.claimed)).await;
            return Err(why);
        }
    };
    ctx.wait_until(claim.go_on(claims, line));
    Ok(answer)
}

impl Claim {
    fn world(&self) -> Shards<'_> {
        Shards {
            env: &self.env,
            scope: None,
        }
    }

    /// Leases what there is, of what the floor says that the agent can take. Without its answer the claim goes on
    /// as if nothing was set for anybody.
    async fn look(&mut self) -> std::result::Result<Looked, Refused> {
        let cap = env::config(&self.env).limits.held_per_agent;
        let key = outbound::random_hex().unwrap_or_default();
        let reserve = Reserve {
            agent: self.pull.agent.clone(),
            workgroups: self.serves.clone(),
            key: key.clone(),
            n: self.pull.max,
            until_ms: if self.waits { self.until_ms } else { 0 },
        };
        let reserved = floor::ask_soon(&self.env, reserve).await;
        let asked = match &reserved {
            Some(reserved) => {
                if let Some(limit) = takes_none(reserved) {
                    return Ok(Looked::none(limit));
                }
                narrowed(&self.pull, reserved)
            }
            None => Pull {
                able: Able::default(),
                ..self.pull.clone()
            },
        };
        let claims = fanout::claim(&self.world(), self.shards, &asked, cap).await?;
        self.asks = Pull {
            able: Able {
                gates: claims.gates,
                ..asked.able.clone()
            },
            ..asked
        };
        let goes_on = self.waits && claims.claimed.is_empty() && !claims.limited;
        // With one shard nothing rests on the reservation: it need not be taken back.
        let tells = reserved.is_some() && (!claims.claimed.is_empty() || self.shards > 1);
        let confirm = tells.then(|| Confirm {
            agent: self.pull.agent.clone(),
            key,
            hands: claims.hands,
            waits: goes_on,
        });
        Ok(Looked {
            claimed: claims.claimed,
            open: claims.open,
            limited: claims.limited,
            retasked: claims.retasked,
            says: None,
            confirm,
        })
    }

    /// Waits, leases, and answers one who is still there.
    async fn go_on(mut self, mut claims: Looked, line: Line) {
        while claims.claimed.is_empty() && claims.limit().is_none() && now_ms() < self.until_ms {
            if let Some(confirm) = claims.confirm.take() {
                confirmed(&self.env, confirm).await;
            }
            // Asked once more before anything is leased to them, since nothing was written for a while.
            if !self.wait(&line).await || !line.is_there(FEW_BLANKS).await {
                return self.leave().await;
            }
            if now_ms() >= self.until_ms {
                break;
            }
            claims = match self.look().await {
                Ok(found) => found,
                // In the log already.
                Err(_) => return line.cut().await,
            };
        }
        let blanks = match (claims.claimed.is_empty(), self.waits) {
            (true, _) => &[],
            (false, true) => BLANKS,
            (false, false) => FEW_BLANKS,
        };
        if !line.end(&told(&claims).body, blanks).await {
            // First, since breaking off waits for a caller who reads nothing.
            self.give_back(std::mem::take(&mut claims.claimed)).await;
            line.cut().await;
        }
        if let Some(confirm) = claims.confirm.take() {
            confirmed(&self.env, confirm).await;
        }
    }

    /// Waits until a shard says that it is worth a look; where one fails, a while. False if the caller
    /// hangs up meanwhile.
    async fn wait(&self, line: &Line) -> bool {
        let world = self.world();
        let mut waits = Box::pin(fanout::wait(&world, self.shards, &self.asks, self.until_ms));
        loop {
            if !line.blank().await {
                return false;
            }
            match select(waits, Box::pin(Delay::from(BLANK_EVERY))).await {
                Either::Left((Ok(()), _)) => return true,
                // In the log already. A shard that has just begun anew answers the next look.
                Either::Left((Err(_), pause)) => {
                    pause.await;
                    return true;
                }
                Either::Right((_, waiting)) => waits = waiting,
            }
        }
    }

    /// The caller has gone: nobody is to be woken in their name, and what they were woken for is for the
    /// next.
    async fn leave(&self) {
        let leave = Leave {
            pull: self.asks.clone(),
        };
        // In the log already; a shard that was not told notices by itself that nobody takes the work.
        let _ = of_every(&self.env, self.shards, None, &leave).await;
    }

    /// Puts back what was leased to a caller who has gone. What this does not reach comes back when
    /// the lease ends.
    async fn give_back(&self, claimed: Vec<Claimed>) {
        let mut shards: BTreeMap<Shard, Vec<Holding>> = BTreeMap::new();
        for (shard, holding) in claimed.into_iter().filter_map(|one| one.held) {
            shards.entry(shard).or_default().push(holding);
        }
        for (shard, holdings) in shards {
            // In the log already.
            let _ = inbox::ask(&self.env, shard, None, GiveBack { holdings }).await;
        }
    }
}

/// What a look came to.
struct Looked {
    claimed: Vec<Claimed>,
    open: i64,
    /// Whether it would be more but for what the agent holds.
    limited: bool,
    /// The errands that the agent is on.
    retasked: Vec<Retasked>,
    /// Why there is nothing, whatever there is.
    says: Option<&'static str>,
    /// What the floor is to be told of it.
    confirm: Option<Confirm>,
}

impl Looked {
    /// Nothing, for that reason.
    fn none(says: &'static str) -> Self {
        Self {
            claimed: Vec::new(),
            open: 0,
            limited: false,
            retasked: Vec::new(),
            says: Some(says),
            confirm: None,
        }
    }

    /// Why there are not more.
    fn limit(&self) -> Option<&'static str> {
        self.says
            .or(self.limited.then_some(api::claims::HELD_PER_AGENT))
    }
}

/// Tells the floor what came of a claim.
async fn confirmed(env: &Env, confirm: Confirm) {
    // In the log already; what it does not hear ends by itself.
    let _ = floor::ask(env, confirm).await;
}

fn serves(config: &Config, bearer: Option<&Bearer>) -> Vec<Workgroup> {
    bearer.map_or(Vec::new(), |bearer| bearer.serves(&config.workgroups()))
}

/// By what name customers know an agent, where some brand signs with it; and whether the floor said so.
async fn public_name(env: &Env, config: &Config, agent: &str) -> (Heard, Option<String>) {
    if !config.brands.iter().any(|brand| brand.signs()) {
        return (Heard::NotAsked, None);
    }
    let who = Who {
        agent: agent.to_owned(),
    };
    match floor::ask_soon(env, who).await {
        Some(settings) => (Heard::Said, settings.and_then(|set| set.public_name)),
        // The shard signs with the name that it heard last.
        None => (Heard::Nothing, None),
    }
}

/// Calls about people.
async fn on_the_floor(
    env: &Env,
    shards: u16,
    scope: &Scope,
    asked: api::floor::Floor,
) -> Result<Response> {
    let holders = |agent: Option<String>| async move {
        let by = By::seeing(scope.clone());
        let mut all: Vec<Holds> = Vec::new();
        for said in of_every(env, shards, Some(&by), &ShowHolders { agent }).await {
            all.extend(said?);
        }
        Ok::<_, Refused>(all)
    };
    let (said, holds) = match asked {
        api::floor::Floor::Agents => {
            let ask = ShowPeople {
                scope: scope.clone(),
            };
            let (said, holds) = join(floor::ask(env, ask), holders(None)).await;
            return match holds {
                Ok(holds) => respond(api::floor::people(said, &holds, now_ms())),
                Err(refused) => problem(refused.into()),
            };
        }
        api::floor::Floor::Me(ask) => {
            let agent = ask.agent.clone();
            join(floor::ask(env, ask), holders(Some(agent))).await
        }
        api::floor::Floor::State(ask) => {
            let agent = ask.agent.clone();
            join(floor::ask(env, ask), holders(Some(agent))).await
        }
        api::floor::Floor::Remove(mut ask) => {
            if !scope.all {
                let asked = Serves {
                    agent: ask.agent.clone(),
                };
                match accounts::ask(env, asked).await {
                    Ok(serves) => ask.serves = serves,
                    Err(refused) => return problem(refused.into()),
                }
            }
            // The floor says whether they may; then every shard gives back what is theirs.
            let removed = match floor::ask(env, *ask.clone()).await {
                Ok(removed) => removed,
                Err(refused) => return problem(refused.into()),
            };
            let by = By {
                scope: scope.clone(),
                deed: Some(ask.deed.clone()),
            };
            let let_go = LetGo {
                agent: ask.agent.clone(),
                by: ask.deed.by.clone(),
            };
            let said = of_every(env, shards, Some(&by), &let_go).await;
            return match said.into_iter().collect::<Result<Vec<_>, _>>() {
                Ok(all) => respond(api::floor::removed(&ask.agent, removed, all.concat())),
                Err(refused) => problem(refused.into()),
            };
        }
        api::floor::Floor::Put(mut ask) => {
            let agent = ask.agent.clone();
            if !scope.all {
                let asked = Serves {
                    agent: agent.clone(),
                };
                match accounts::ask(env, asked).await {
                    Ok(serves) => ask.serves = serves,
                    Err(refused) => return problem(refused.into()),
                }
            }
            join(floor::ask(env, *ask), holders(Some(agent))).await
        }
    };
    match holds {
        Ok(holds) => respond(api::floor::person(said, &holds)),
        Err(refused) => problem(refused.into()),
    }
}

/// Asks the pulse; and the shards, where an incident's posts are.
async fn incidents(
    env: &Env,
    config: &Config,
    shards: u16,
    scope: &Scope,
    asked: api::incidents::Incidents,
) -> Result<Response> {
    use api::incidents::{self, Incidents};
    match asked {
        Incidents::List(ask) => {
            let said = pulse::ask(env, ask.clone()).await;
            respond(incidents::page(config, said, &ask, now_ms()))
        }
        Incidents::Declare(ask) => match pulse::ask(env, *ask).await {
            Ok(brief) => respond(incidents::brief(config, &brief, None)),
            Err(refused) => problem(refused.into()),
        },
        Incidents::Change(ask) => {
            let number = ask.number;
            let is_end = ask.becomes == Becomes::Closed;
            let changed = match pulse::ask(env, *ask).await {
                Ok(changed) => changed,
                Err(refused) => return problem(refused.into()),
            };
            let mut missed = 0;
            for line in changed.hear {
                let hear = HearLine {
                    line,
                    dry_run: false,
                };
                let by = By::seeing(scope.clone());
                let said = of_every(env, shards, Some(&by), &hear).await;
                // In the log already; what was said to end ends by itself.
                missed = missed.max(said.iter().filter(|one| one.is_err()).count());
            }
            if !is_end {
                return respond(incidents::brief(config, &changed.brief, Some(missed)));
            }
            match with_posts(env, shards, scope, number).await {
                Ok((whole, found)) => {
                    respond(incidents::closed(config, &whole.brief, &found, missed))
                }
                Err(why) => problem(why),
            }
        }
        Incidents::Line(ask) => {
            let dry_run = ask.dry_run;
            let changed = match pulse::ask(env, *ask).await {
                Ok(changed) => changed,
                Err(refused) => return problem(refused.into()),
            };
            let (mut heard, mut missed) = (Vec::new(), 0);
            for line in changed.hear {
                let hear = HearLine { line, dry_run };
                let by = By::seeing(scope.clone());
                for said in of_every(env, shards, Some(&by), &hear).await {
                    match said {
                        Ok(one) => heard.push(one),
                        // In the log already.
                        Err(_) => missed += 1,
                    }
                }
            }
            respond(incidents::said(config, &changed.brief, heard, missed))
        }
        Incidents::One(ask) => match with_posts(env, shards, scope, ask.number).await {
            Ok((whole, found)) => respond(incidents::whole(config, &whole, &found)),
            Err(why) => problem(why),
        },
    }
}

/// An incident, and where its posts are, as far as the caller may see.
async fn with_posts(
    env: &Env,
    shards: u16,
    scope: &Scope,
    number: i64,
) -> std::result::Result<(Whole, Vec<Found>), Problem> {
    let ask = ShowIncident {
        scope: scope.clone(),
        number,
    };
    let whole = pulse::ask(env, ask).await?;
    let posts = whole.members.iter().map(|one| one.post.clone()).collect();
    let found = gathered(env, shards, scope, &FindPosts { posts }).await?;
    Ok((whole, found.concat()))
}

/// Work that nobody who is there can take. Where the floor cannot be asked nothing is said of it.
async fn unserved(env: &Env, shards: u16, by: &By) -> Vec<Alarm> {
    let mut needs = Needs::default();
    // A shard that fails is in the log already; one of the version before does not know the question.
    for said in of_every(env, shards, Some(by), &ShowNeeds {})
        .await
        .into_iter()
        .flatten()
    {
        needs.add(said);
    }
    if needs.needs.is_empty() {
        return Vec::new();
    }
    let present = floor::ask_soon(env, ShowPresent {}).await;
    let present = present.unwrap_or_default();
    floor_of(env::config(env), &needs, &present, now_ms())
}

/// Sends a reply, or an invitation, and tells the shard what became of it.
async fn reply<Q: Question<Answer = ReplyStep>>(
    env: &Env,
    shard: Shard,
    key: String,
    by: By,
    begin: Q,
) -> Result<Response> {
    let job = match inbox::ask(env, shard, Some(by), begin).await {
        Ok(ReplyStep::Send(job)) => job,
        Ok(ReplyStep::Already(replied)) => return respond(api::replies::replied(&replied)),
        Err(refused) => return problem(refused.into()),
    };
    let warnings = job.warnings.clone();
    let outcome = outbound::deliver(env, env::config(env), &job).await;
    let (word, why) = outbound::words(&outcome);
    let id = shard.interaction(job.seq);
    log::sent("reply", job.source.as_str(), id.as_str(), word, why);
    let finish = FinishReply {
        seq: job.seq,
        key,
        outcome,
    };
    let finished = inbox::ask(env, shard, None, finish).await;
    respond(api::replies::finished(finished, warnings))
}

/// Tells every shard the same. One that fails leaves it half told: the caller hears so and says it again,
/// which is harmless.
async fn every(
    env: &Env,
    shards: u16,
    ask: &Asked<Ask>,
    answer: api::response::Response,
) -> Result<Response> {
    let asked = Shard::all(shards).map(|shard| inbox::pass(env, shard, ask));
    match join_all(asked)
        .await
        .into_iter()
        .find_map(std::result::Result::err)
    {
        Some(refused) => problem(refused.into()),
        None => respond(answer),
    }
}

async fn list(env: &Env, shards: u16, scope: &Scope, page: Page) -> Result<Response> {
    let world = Shards {
        env,
        scope: Some(scope),
    };
    match fanout::list(&world, shards, &page).await {
        Ok((found, next)) => respond(api::lists::unordered(&found, next.as_deref())),
        Err(refused) => problem(refused.into()),
    }
}

async fn acks(env: &Env, shards: u16, scope: &Scope, asked: AcksAsked) -> Result<Response> {
    let ask = ShowAcks {
        asked: asked.clone(),
    };
    let mut all = Acks::default();
    for said in of_every(env, shards, Some(&By::seeing(scope.clone())), &ask).await {
        match said {
            Ok(some) => all.add(some),
            Err(refused) => return problem(refused.into()),
        }
    }
    respond(api::acks::acks(all, &asked, shards))
}

async fn corrections(
    env: &Env,
    shards: u16,
    scope: &Scope,
    asked: correct::Asked,
    written: api::mine::As,
) -> Result<Response> {
    let max = asked.max;
    let ask = ShowCorrections { asked };
    let mut all = Vec::new();
    for said in of_every(env, shards, Some(&By::seeing(scope.clone())), &ask).await {
        match said {
            Ok(some) => all.extend(some),
            Err(refused) => return problem(refused.into()),
        }
    }
    respond(api::mine::corrected(all, max, written))
}

/// What supervisors did: in the shards, and in the accounts' object.
async fn deeds_done(
    env: &Env,
    shards: u16,
    scope: &Scope,
    asked: deeds::Asked,
) -> Result<Response> {
    let ask = ShowDeeds {
        asked: asked.clone(),
    };
    let by = By::seeing(scope.clone());
    let elsewhere = ShowTheirDeeds {
        scope: scope.clone(),
        asked: asked.clone(),
    };
    let told = of_every(env, shards, Some(&by), &ask);
    let on_the_floor = ShowFloorDeeds {
        scope: scope.clone(),
        asked: asked.clone(),
    };
    let of_incidents = ShowPulseDeeds {
        scope: scope.clone(),
        asked: asked.clone(),
    };
    let beside = join(floor::ask(env, on_the_floor), pulse::ask(env, of_incidents));
    let (told, elsewhere, (on_the_floor, of_incidents)) =
        join3(told, accounts::ask(env, elsewhere), beside).await;
    let more = match on_the_floor {
        Err(crate::floor::wire::Refused::Absent) => Ok(Vec::new()),
        said => said,
    };
    let of_incidents = match of_incidents {
        Err(crate::pulse::wire::Refused::Absent) => Ok(Vec::new()),
        said => said,
    };
    let (Ok(mut all), Ok(more), Ok(some)) = (elsewhere, more, of_incidents) else {
        return problem(Problem::storage());
    };
    all.extend(more);
    all.extend(some);
    for said in told {
        match said {
            Ok(some) => all.extend(some),
            Err(refused) => return problem(refused.into()),
        }
    }
    respond(api::deeds(all, asked.max))
}

/// Asks every shard something of pauses: what is paused then.
async fn pauses<Q: Question<Answer = Vec<Paused>>>(
    env: &Env,
    shards: u16,
    by: Option<By>,
    ask: &Q,
) -> std::result::Result<Vec<Paused>, Refused> {
    let mut all = Vec::new();
    for said in of_every(env, shards, by.as_ref(), ask).await {
        Paused::gather(&mut all, said?);
    }
    Ok(all)
}

/// What every shard says.
async fn of_every<Q: Question>(
    env: &Env,
    shards: u16,
    by: Option<&By>,
    ask: &Q,
) -> Vec<std::result::Result<Q::Answer, Refused>> {
    let asked = Shard::all(shards).map(|shard| inbox::ask(env, shard, by.cloned(), ask.clone()));
    join_all(asked).await
}

/// The errands that every shard knows of, and what waits in all.
async fn errands(env: &Env, shards: u16, scope: &Scope) -> std::result::Result<Errands, Refused> {
    let mut known = Errands::default();
    for one in gathered(env, shards, scope, &ShowErrands {}).await? {
        known.add(one);
    }
    Ok(known)
}

/// How many pages of tokens a preview reads: 2,000 agents.
const TOKEN_PAGES: usize = 10;

/// What an errand would do.
async fn preview(
    env: &Env,
    config: &Config,
    shards: u16,
    scope: &Scope,
    errand: &Retasked,
) -> Result<Response> {
    let known = match errands(env, shards, scope).await {
        Ok(known) => known,
        Err(refused) => return problem(refused.into()),
    };
    let mut tokens: Vec<Listed> = Vec::new();
    for _ in 0..TOKEN_PAGES {
        let ask = Bearers {
            scope: scope.clone(),
            after: tokens
                .last()
                .map(|last| last.id.clone())
                .unwrap_or_default(),
            max: PAGE,
        };
        let Ok(page) = accounts::ask(env, ask).await else {
            return problem(Problem::storage());
        };
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        tokens.extend(page);
        if is_last {
            break;
        }
    }
    let there = floor::ask_soon(env, ShowPresent {}).await;
    let there = there.filter(|there| there.knows_absence);
    respond(api::errands::preview(
        config,
        errand,
        &known,
        &tokens,
        there.as_ref().map(|there| there.people.as_slice()),
        now_ms(),
    ))
}

/// What every shard says to a caller of this scope; where one fails, that.
async fn gathered<Q: Question>(
    env: &Env,
    shards: u16,
    scope: &Scope,
    ask: &Q,
) -> std::result::Result<Vec<Q::Answer>, Refused> {
    let by = By::seeing(scope.clone());
    of_every(env, shards, Some(&by), ask)
        .await
        .into_iter()
        .collect()
}

async fn ready(env: &Env, config: &Config, shards: u16, scope: &Scope) -> Readiness {
    if let Some(moved) = home::moved(env) {
        return api::readiness::moved(config, moved, shards);
    }
    let by = By::seeing(scope.clone());
    // What is silent is a problem beside the others, and takes none of them away.
    let alarms = async {
        let (mut all, mut silent) = (Vec::new(), None);
        for said in of_every(env, shards, Some(&by), &ShowAlarms {}).await {
            match said {
                Ok(some) => Alarm::merge(&mut all, some),
                Err(refused) => silent = Some(refused),
            }
        }
        all.extend(unserved(env, shards, &by).await);
        (all, silent)
    };
    let ((alarms, silent), problems, paused) = join3(
        alarms,
        accounts::ask(
            env,
            Problems {
                scope: scope.clone(),
            },
        ),
        pauses(env, shards, Some(by.clone()), &ShowPaused {}),
    )
    .await;
    // What the gate cannot learn is the accounts' object's to tell.
    let problems = match (gate::alarm(), problems) {
        (Some(alarm), Ok(mut found)) => {
            found.push(alarm);
            Ok(found)
        }
        (Some(alarm), Err(AccountsRefused::Storage(why))) => {
            Err(AccountsRefused::Storage(format!("{why}; {}", alarm.says)))
        }
        (_, problems) => problems,
    };
    let paused = silent.map_or(paused, Err);
    api::readiness::ready(config, &alarms, problems, paused, shards)
}

/// Everything that a monitor is told. What does not answer is left out, and said to be.
async fn figures(env: &Env, config: &Config, shards: u16, scope: &Scope) -> Answer {
    let look = Look {
        scope: scope.clone(),
    };
    let ready = ready(env, config, shards, scope);
    let (ready, (backlog, look)) = match home::moved(env) {
        Some(_) => (ready.await, (None, None)),
        None => {
            let asked = join(backlog(env, shards, scope), accounts::ask(env, look));
            let (ready, (backlog, look)) = join(ready, asked).await;
            (ready, (backlog.ok(), look.ok()))
        }
    };
    metrics::page(&metrics::Known {
        readiness: &ready,
        backlog: backlog.as_ref(),
        look: look.as_ref(),
        hides: if scope.all { &[] } else { &config.problems },
        now_ms: now_ms(),
    })
}

async fn backlog(env: &Env, shards: u16, scope: &Scope) -> std::result::Result<Backlog, Refused> {
    let by = By::seeing(scope.clone());
    let mut all = Backlog::default();
    for said in of_every(env, shards, Some(&by), &ShowBacklog {}).await {
        all.add(said?);
    }
    all.alarms.extend(unserved(env, shards, &by).await);
    Ok(all)
}
