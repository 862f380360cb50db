//! The agents' routes: does what [`crate::api::plan`] says.

use super::{
    TooLarge, accounts, body, env, inbox, layout, log, now_ms, outbound, problem, query, respond,
};
use crate::accounts::wire::Ask::{Look, Problems};
use crate::api::fanout::{self, World};
use crate::api::problem::Problem;
use crate::api::{self, BODY_BYTES, Call, Page, Plan};
use crate::config::Config;
use crate::inbox::shard::Shard;
use crate::inbox::wire::{
    Acks, AcksAsked, Alarm, Answer, Ask, Backlog, Paused, Pull, Refused, ReplyStep,
};
use futures_util::future::{join_all, join3};
use js_sys::Reflect;
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
    let config = env::config(env);
    let shards = if path.starts_with("/v1/") || path == "/readyz" {
        // One that fails is asked again, and named, by what the call itself asks.
        layout::shards(env, false).await.unwrap_or(config.shards)
    } else {
        config.shards
    };
    let call = Call {
        shards,
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
    match api::plan(config, &call, now_ms()) {
        Err(why) => problem(why),
        Ok(Plan::Answer(answer)) => respond(answer),
        Ok(Plan::One(shard, ask)) => respond(api::answer(inbox::ask(env, shard, &ask).await)),
        Ok(Plan::Claim { pull, wait_s }) => {
            claim(env, shards, pull, wait_s, &Caller::of(&request)).await
        }
        Ok(Plan::Every(ask, answer)) => every(env, shards, &ask, answer).await,
        Ok(Plan::Pauses(ask)) => match pauses(env, shards, &ask).await {
            Ok(paused) => respond(api::paused(&paused)),
            Err(refused) => problem(refused.into()),
        },
        Ok(Plan::Reply { shard, begin }) => reply(env, shard, begin).await,
        Ok(Plan::List(page)) => list(env, shards, page).await,
        Ok(Plan::Backlog) => backlog(env, shards).await,
        Ok(Plan::Acks(asked)) => acks(env, shards, asked).await,
        Ok(Plan::Accounts) => respond(api::accounts(accounts::ask(env, &Look).await)),
        Ok(Plan::Ready) => ready(env, config, shards).await,
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

/// The shards, asked by the Worker.
struct Shards<'a>(&'a Env);

impl World for Shards<'_> {
    async fn ask(&self, shard: Shard, ask: Ask) -> std::result::Result<Answer, Refused> {
        inbox::ask(self.0, shard, &ask).await
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
            return respond(api::claimed(&[], 0, now_ms()));
        }
        let (claimed, open) = match fanout::claim(&Shards(env), shards, &pull).await {
            Ok(claimed) => claimed,
            Err(refused) => return problem(refused.into()),
        };
        if !claimed.is_empty() || now_ms() >= until_ms {
            return respond(api::claimed(&claimed, open, now_ms()));
        }
        if let Err(refused) = fanout::wait(&Shards(env), shards, &pull, until_ms).await {
            return problem(refused.into());
        }
    }
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

async fn list(env: &Env, shards: u16, page: Page) -> Result<Response> {
    match fanout::list(&Shards(env), shards, &page).await {
        Ok((found, next)) => respond(api::listed(&found, next.as_deref())),
        Err(refused) => problem(refused.into()),
    }
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

async fn ready(env: &Env, config: &Config, shards: u16) -> Result<Response> {
    let alarms = async {
        let asked = Shard::all(shards).map(|shard| inbox::ask(env, shard, &Ask::Alarms));
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
        pauses(env, shards, &Ask::Paused),
    )
    .await;
    match alarms {
        Ok(alarms) => respond(api::ready(config, &alarms, problems, paused, shards)),
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
