//! The agents' routes: does what [`crate::api::plan`] says.

use super::caller::{BLANKS, Caller, FEW_BLANKS, Line};
use super::{TooLarge, accounts, body, env, inbox, log, now_ms, outbound, problem, query, respond};
use crate::accounts::wire::Ask::{Look, Problems};
use crate::api::problem::Problem;
use crate::api::{self, BODY_BYTES, Call, Page, Plan};
use crate::config::Config;
use crate::inbox::shard::Shard;
use crate::inbox::wire::{
    Acks, AcksAsked, Alarm, Answer, Ask, Backlog, Claimed, Holding, Listed, Paused, Pull, Refused,
    ReplyStep,
};
use futures_util::future::{Either, join_all, join3, select, select_all};
use std::collections::BTreeMap;
use std::time::Duration;
use worker::{Context, Delay, Env, Method, Request, Response, Result};

/// How often a caller who waits is sent a blank: one who has hung up is found out at the second or
/// third, and stops costing looks.
const BLANK_EVERY: Duration = Duration::from_secs(1);

/// How long a shard waits for one question of ours: so long does it look for a caller who has gone.
const WAIT_MS: i64 = 4_000;

/// Answers a call to anything but a webhook.
pub async fn answer(mut request: Request, path: &str, env: Env, ctx: &Context) -> Result<Response> {
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
    let env = &env;
    let config = env::config(env);
    match api::plan(config, &call, now_ms()) {
        Err(why) => problem(why),
        Ok(Plan::Answer(answer)) => respond(answer),
        Ok(Plan::One(shard, ask)) => respond(api::answer(inbox::ask(env, shard, &ask).await)),
        Ok(Plan::Claim { pull, wait_s }) => {
            let asked = Claim {
                env: env.clone(),
                shards: config.shards,
                pull,
                waits: wait_s > 0,
                until_ms: now_ms() + i64::from(wait_s) * 1_000,
            };
            claim(asked, ctx, Caller::of(&request)).await
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

/// A claim on its way.
struct Claim {
    env: Env,
    shards: u16,
    pull: Pull,
    /// Whether the caller waits for work, and until when.
    waits: bool,
    until_ms: i64,
}

/// Claims, and waits if there is nothing and the caller asked to.
///
/// What is wrong with the call has its status, for the first look comes before the answer begins. From
/// then on the caller is written to as it goes, so that nothing is leased to one who has hung up
/// ([`Line`]).
async fn claim(claim: Claim, ctx: &Context, caller: Caller) -> Result<Response> {
    let (claimed, open) = match claim_now(&claim.env, claim.shards, &claim.pull).await {
        Ok(claimed) => claimed,
        Err(refused) => return problem(refused.into()),
    };
    if claimed.is_empty() && !claim.waits {
        return respond(api::claimed(&claimed, open, now_ms()));
    }
    let (line, answer) = match Line::open(caller) {
        Ok(opened) => opened,
        Err(why) => {
            claim.give_back(claimed).await;
            return Err(why);
        }
    };
    ctx.wait_until(claim.go_on(claimed, open, line));
    Ok(answer)
}

impl Claim {
    /// Waits, leases, and answers one who is still there.
    async fn go_on(self, mut claimed: Vec<Claimed>, mut open: i64, line: Line) {
        while claimed.is_empty() && now_ms() < self.until_ms {
            let found = match self.wait(&line).await {
                Ok(true) => claim_now(&self.env, self.shards, &self.pull).await,
                Ok(false) => return,
                Err(refused) => Err(refused),
            };
            (claimed, open) = match found {
                Ok(found) => found,
                // In the log already.
                Err(_) => return line.cut().await,
            };
        }
        let blanks = if self.waits { BLANKS } else { FEW_BLANKS };
        if !claimed.is_empty() && !line.is_heard(blanks).await {
            return self.give_back(claimed).await;
        }
        let answer = api::claimed(&claimed, open, now_ms());
        if !line.end(&answer.body).await {
            self.give_back(claimed).await;
        }
    }

    /// Waits until a shard says that it is worth a look. False if the caller hangs up meanwhile.
    async fn wait(&self, line: &Line) -> std::result::Result<bool, Refused> {
        let wait = Ask::Wait {
            pull: self.pull.clone(),
            until_ms: self.until_ms.min(now_ms() + WAIT_MS),
        };
        let asked =
            Shard::all(self.shards).map(|shard| Box::pin(inbox::ask(&self.env, shard, &wait)));
        let mut first = select_all(asked);
        loop {
            if !line.blank().await {
                return Ok(false);
            }
            match select(first, Box::pin(Delay::from(BLANK_EVERY))).await {
                Either::Left(((said, _, _), _)) => return said.map(|_| true),
                Either::Right((_, waiting)) => first = waiting,
            }
        }
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
            let _ = inbox::ask(&self.env, shard, &Ask::GiveBack { holdings }).await;
        }
    }
}

/// Claims the lowest ranks of all shards: from each as many as its heads have among them.
async fn claim_now(
    env: &Env,
    shards: u16,
    pull: &Pull,
) -> std::result::Result<(Vec<Claimed>, i64), Refused> {
    let mut shares = Vec::new();
    let mut open = 0;
    if shards == 1 {
        shares.extend(Shard::all(1).map(|shard| (shard, pull.clone())));
    } else {
        let heads = &Ask::Heads { pull: pull.clone() };
        let asked = Shard::all(shards)
            .map(|shard| async move { (shard, inbox::ask(env, shard, heads).await) });
        let mut offers = Vec::new();
        for (shard, said) in join_all(asked).await {
            if let Answer::Heads { ranks, open: here } = said? {
                open += here;
                offers.extend(ranks.into_iter().map(|rank| (rank, shard)));
            }
        }
        for (shard, max) in crate::inbox::shard::shares(offers, pull.max) {
            let pull = Pull {
                max,
                ..pull.clone()
            };
            shares.push((shard, pull));
        }
    }
    let asked = shares
        .into_iter()
        .map(|(shard, pull)| async move { inbox::ask(env, shard, &Ask::Claim { pull }).await });
    let mut claimed = Vec::new();
    for said in join_all(asked).await {
        if let Answer::Claimed {
            interactions,
            open: here,
        } = said?
        {
            claimed.extend(interactions);
            if shards == 1 {
                open = here;
            }
        }
    }
    claimed.sort_by_key(|one: &Claimed| one.rank);
    Ok((claimed, open))
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
