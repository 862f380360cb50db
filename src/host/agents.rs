//! The agents' routes: does what [`crate::api::plan`] says.

use super::{TooLarge, accounts, body, env, inbox, log, now_ms, outbound, problem, query, respond};
use crate::accounts::wire::Ask::{Look, Problems};
use crate::api::problem::Problem;
use crate::api::{self, BODY_BYTES, Call, Page, Plan};
use crate::config::Config;
use crate::inbox::shard::Shard;
use crate::inbox::take_in::EMERGENCY_RANK;
use crate::inbox::wire::{
    Acks, AcksAsked, Alarm, Answer, Ask, Backlog, Claimed, Listed, Paused, Pull, Refused, ReplyStep,
};
use crate::inbox::work;
use futures_util::future::{join_all, join3, select_all};
use js_sys::Reflect;
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;
use worker::{Env, Method, Request, Response, Result};

/// Answers a call to anything but a webhook.
pub async fn answer(mut request: Request, path: &str, env: &Env) -> Result<Response> {
    let body = match body(&mut request, BODY_BYTES).await? {
        Ok(body) => body,
        Err(TooLarge) => return problem(Problem::too_large(BODY_BYTES)),
    };
    let method = request.method();
    let query = query(&request)?;
    let authorization = request.headers().get("authorization")?;
    let idempotency_key = request.headers().get("idempotency-key")?;
    let call = Call {
        // A HEAD is a GET whose answer nobody reads.
        method: if method == Method::Head {
            "GET"
        } else {
            method.as_ref()
        },
        path,
        query: &query,
        authorization: authorization.as_deref(),
        idempotency_key: idempotency_key.as_deref(),
        body: &body,
    };
    let config = env::config(env);
    match api::plan(config, &call, now_ms()) {
        Err(why) => problem(why),
        Ok(Plan::Answer(answer)) => respond(answer),
        Ok(Plan::One(shard, ask)) => respond(api::answer(inbox::ask(env, shard, &ask).await)),
        Ok(Plan::Held(ask)) => match held(env, config.shards, &ask).await {
            Ok((held, open)) => respond(api::claimed(&held, open, false, now_ms())),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Claim { pull, wait_s }) => {
            claim(env, config.shards, pull, wait_s, &Caller::of(&request)).await
        }
        Ok(Plan::Every(ask, answer)) => every(env, config.shards, &ask, answer).await,
        Ok(Plan::Pauses(ask)) => match pauses(env, config.shards, &ask).await {
            Ok(paused) => respond(api::paused(&paused)),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Reply { shard, begin }) => reply(env, shard, begin).await,
        Ok(Plan::List(page)) => list(env, config.shards, page).await,
        Ok(Plan::Backlog) => backlog(env, config.shards).await,
        Ok(Plan::Acks(asked)) => acks(env, config.shards, asked).await,
        Ok(Plan::Accounts) => respond(api::accounts(accounts::ask(env, &Look).await)),
        Ok(Plan::Ready) => ready(env, config).await,
    }
}

/// Who waits at the other end.
struct Caller(Option<JsValue>);

impl Caller {
    /// The one who sent this request.
    fn of(request: &Request) -> Self {
        Self(Reflect::get(request.inner(), &JsValue::from_str("signal")).ok())
    }

    /// Whether they have hung up. The runtime tells (`enable_request_signal` in wrangler.toml) and
    /// lets the request run on all the same, as intake and replies need it.
    fn is_gone(&self) -> bool {
        self.0
            .as_ref()
            .and_then(|signal| Reflect::get(signal, &JsValue::from_str("aborted")).ok())
            .is_some_and(|aborted| aborted.is_truthy())
    }
}

async fn claim(
    env: &Env,
    shards: u16,
    pull: Pull,
    wait_s: u32,
    caller: &Caller,
) -> Result<Response> {
    let until_ms = now_ms() + i64::from(wait_s) * 1_000;
    loop {
        // What is leased to nobody would wait for the lease's end.
        if caller.is_gone() {
            return respond(api::claimed(&[], 0, false, now_ms()));
        }
        let (claimed, open, limited) = match claim_now(env, shards, &pull).await {
            Ok(claimed) => claimed,
            Err(refused) => return problem(refused.into()),
        };
        // Who holds as many as they may need not wait for more.
        if !claimed.is_empty() || limited || now_ms() >= until_ms {
            return respond(api::claimed(&claimed, open, limited, now_ms()));
        }
        let wait = Ask::Wait {
            pull: pull.clone(),
            until_ms,
        };
        let waits = Shard::all(shards).map(|shard| Box::pin(inbox::ask(env, shard, &wait)));
        if let (Err(refused), _, _) = select_all(waits).await {
            return problem(refused.into());
        }
    }
}

/// Claims the lowest ranks of all shards: from each as many as its heads have among them. Gives what
/// was leased, how many are open, and whether it would have been more but for what the agent holds.
async fn claim_now(
    env: &Env,
    shards: u16,
    pull: &Pull,
) -> std::result::Result<(Vec<Claimed>, i64, bool), Refused> {
    let mut shares = Vec::new();
    let mut open = 0;
    let mut limit = (u32::MAX, false);
    if shards == 1 {
        shares.extend(Shard::all(1).map(|shard| (shard, pull.clone())));
    } else {
        if pull.key.is_some() {
            let again = Ask::Held {
                agent: pull.agent.clone(),
                key: pull.key.clone(),
            };
            let (again, open) = held(env, shards, &again).await?;
            if !again.is_empty() {
                return Ok((again, open, false));
            }
        }
        let heads = &Ask::Heads { pull: pull.clone() };
        let asked = Shard::all(shards)
            .map(|shard| async move { (shard, inbox::ask(env, shard, heads).await) });
        let mut offers = Vec::new();
        let mut held = BTreeMap::new();
        for (shard, said) in join_all(asked).await {
            if let Answer::Heads {
                ranks,
                open: here,
                held: holds,
            } = said?
            {
                open += here;
                held.insert(shard, holds);
                offers.extend(ranks.into_iter().map(|rank| (rank, shard)));
            }
        }
        let all: u32 = held.values().sum();
        limit = work::room(all, env::config(env).limits.held_per_agent);
        let (room, only_emergencies) = limit;
        if only_emergencies {
            offers.retain(|(rank, _)| *rank < EMERGENCY_RANK);
        }
        for (shard, max) in crate::inbox::shard::shares(offers, pull.max.min(room)) {
            let here = held.get(&shard).copied().unwrap_or_default();
            let pull = Pull {
                max,
                held_elsewhere: all.saturating_sub(here),
                ..pull.clone()
            };
            shares.push((shard, pull));
        }
    }
    let asked = shares
        .into_iter()
        .map(|(shard, pull)| async move { inbox::ask(env, shard, &Ask::Claim { pull }).await });
    let mut claimed = Vec::new();
    let mut limited = false;
    for said in join_all(asked).await {
        if let Answer::Claimed {
            interactions,
            open: here,
            limited: limited_here,
        } = said?
        {
            claimed.extend(interactions);
            if shards == 1 {
                (open, limited) = (here, limited_here);
            }
        }
    }
    if shards > 1 {
        limited = work::is_limited(limit, pull.max, claimed.len());
    }
    claimed.sort_by_key(|one: &Claimed| one.rank);
    Ok((claimed, open, limited))
}

/// What an agent holds in all shards, and how many interactions are open there.
async fn held(
    env: &Env,
    shards: u16,
    ask: &Ask,
) -> std::result::Result<(Vec<Claimed>, i64), Refused> {
    let asked = Shard::all(shards).map(|shard| inbox::ask(env, shard, ask));
    let (mut held, mut open) = (Vec::new(), 0);
    for said in join_all(asked).await {
        if let Answer::Claimed {
            interactions,
            open: here,
            ..
        } = said?
        {
            held.extend(interactions);
            open += here;
        }
    }
    held.sort_by_key(|one: &Claimed| one.rank);
    Ok((held, open))
}

async fn reply(env: &Env, shard: Shard, begin: Ask) -> Result<Response> {
    let Ask::BeginReply { key, .. } = &begin else {
        return problem(Problem::storage());
    };
    let job = match inbox::ask(env, shard, &begin).await {
        Ok(Answer::Reply(ReplyStep::Send(job))) => job,
        Ok(Answer::Reply(ReplyStep::Already(replied))) => return respond(api::replied(&replied)),
        Ok(_) => return problem(Problem::storage()),
        Err(refused) => return problem(refused.into()),
    };
    let outcome = outbound::deliver(env, env::config(env), &job).await;
    let (word, why) = outbound::words(&outcome);
    let id = shard.interaction(job.seq);
    log::sent("reply", job.source.as_str(), id.as_str(), word, why);
    let finish = Ask::FinishReply {
        seq: job.seq,
        key: key.clone(),
        outcome,
    };
    respond(api::answer(inbox::ask(env, shard, &finish).await))
}

/// Tells every shard the same. One that fails leaves it half told: the caller hears so and says it again,
/// which is harmless.
async fn every(env: &Env, shards: u16, ask: &Ask, answer: api::Response) -> Result<Response> {
    let asked = Shard::all(shards).map(|shard| inbox::ask(env, shard, ask));
    match join_all(asked)
        .await
        .into_iter()
        .find_map(std::result::Result::err)
    {
        Some(refused) => problem(refused.into()),
        None => respond(answer),
    }
}

/// A page begins in one shard and goes on in the next until it is full.
async fn list(env: &Env, shards: u16, page: Page) -> Result<Response> {
    let mut found: Vec<Listed> = Vec::new();
    let mut filter = page.filter;
    let full = filter.max;
    for shard in Shard::all(shards).skip_while(|shard| *shard != page.from) {
        let left = full.saturating_sub(u32::try_from(found.len()).unwrap_or(full));
        if left == 0 {
            break;
        }
        filter.max = left;
        let ask = Ask::List {
            filter: filter.clone(),
        };
        match inbox::ask(env, shard, &ask).await {
            Ok(Answer::Interactions(some)) => found.extend(some),
            Ok(_) => return problem(Problem::storage()),
            Err(refused) => return problem(refused.into()),
        }
        filter.before = None;
    }
    let is_full = found.len() >= usize::try_from(full).unwrap_or(usize::MAX);
    let next = found
        .last()
        .filter(|_| is_full)
        .map(|last| last.id.as_str());
    respond(api::listed(&found, next))
}

async fn acks(env: &Env, shards: u16, asked: AcksAsked) -> Result<Response> {
    let ask = Ask::Acks {
        asked: asked.clone(),
    };
    let told = Shard::all(shards).map(|shard| inbox::ask(env, shard, &ask));
    let mut all = Acks::default();
    for said in join_all(told).await {
        match said {
            Ok(Answer::Acks(some)) => all.add(some),
            Ok(_) => return problem(Problem::storage()),
            Err(refused) => return problem(refused.into()),
        }
    }
    respond(api::acks(all, &asked, shards))
}

/// Asks every shard something of pauses: what is paused then.
async fn pauses(env: &Env, shards: u16, ask: &Ask) -> std::result::Result<Vec<Paused>, Refused> {
    let asked = Shard::all(shards).map(|shard| inbox::ask(env, shard, ask));
    let mut all = Vec::new();
    for said in join_all(asked).await {
        if let Answer::Paused(paused) = said? {
            Paused::gather(&mut all, paused);
        }
    }
    Ok(all)
}

async fn ready(env: &Env, config: &Config) -> Result<Response> {
    let alarms = async {
        let asked = Shard::all(config.shards).map(|shard| inbox::ask(env, shard, &Ask::Alarms));
        let mut all = Vec::new();
        for said in join_all(asked).await {
            if let Answer::Alarms(alarms) = said? {
                Alarm::merge(&mut all, alarms);
            }
        }
        Ok::<_, Refused>(all)
    };
    let (alarms, problems, paused) = join3(
        alarms,
        accounts::ask(env, &Problems),
        pauses(env, config.shards, &Ask::Paused),
    )
    .await;
    match alarms {
        Ok(alarms) => respond(api::ready(config, &alarms, problems, paused)),
        Err(refused) => problem(refused.into()),
    }
}

async fn backlog(env: &Env, shards: u16) -> Result<Response> {
    let asked = Shard::all(shards).map(|shard| inbox::ask(env, shard, &Ask::Backlog));
    let mut all = Backlog::default();
    for said in join_all(asked).await {
        match said {
            Ok(Answer::Backlog(one)) => all.add(one),
            Ok(_) => return problem(Problem::storage()),
            Err(refused) => return problem(refused.into()),
        }
    }
    respond(api::backlog(&all, now_ms()))
}
