//! The inbox's Durable Object, and how to ask one.
//!
//! The object has no state but its SQLite: requests interleave at every `await`, and an instance
//! may be made anew at any time.

use super::clock::now_ms;
use super::sql::ObjectSql;
use super::{env, log, object, outbound};
use crate::inbox::context::Desk;
use crate::inbox::courier::{self, World};
use crate::inbox::shard::Shard;
use crate::inbox::wire::{Answer, Ask, Job, Refused};
use crate::inbox::{layout, receive, retention, schema, serve};
use crate::platform::Outcome;
use crate::post::InteractionId;
use crate::sql::SqlError;
use chrono::DateTime;
use std::cell::Cell;
use std::time::Duration;
use worker::{Delay, DurableObject, Env, Request, Response, Result, State, durable_object};

/// How often a waiting claim looks: well below the 200 ms in which an agent should see new work.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long a waiting claim goes without a look when nothing was asked of the shard that could have
/// brought work: a lease or a delay may have run out. Two hundred agents who wait then cost four
/// hundred looks a second, a tenth of what they would at every turn.
const LOOK_ANYWAY_MS: i64 = 500;

/// A shard of the queue.
#[durable_object(alarm)]
pub struct Inbox {
    state: State,
    env: Env,
    sql: ObjectSql,
    shard: Option<Shard>,
    /// How many shards there are, as far as this one has heard.
    shards: Cell<u16>,
    /// Why the tables could not be made ready: then every question is answered with it.
    broken: Option<SqlError>,
    /// Grows with every question that may have brought work, so that those who wait look no oftener
    /// than that. Lost with the instance, as they are.
    turns: Cell<u64>,
}

impl DurableObject for Inbox {
    fn new(state: State, env: Env) -> Self {
        let sql = ObjectSql::new(&state.storage());
        let broken = schema::migrate(&sql).err();
        let shard = state.id().name().and_then(|name| Shard::named(&name));
        let shards = layout::known(&sql).ok().flatten();
        let shards = Cell::new(shards.unwrap_or_else(|| env::config(&env).shards));
        Self {
            shards,
            state,
            env,
            sql,
            shard,
            broken,
            turns: Cell::new(0),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let body = request.bytes().await?;
        let said = match serde_json::from_slice(&body) {
            Ok(Ask::Wait { pull, until_ms }) => self.wait(pull, until_ms).await,
            Ok(ask) => self.receive(ask).await,
            Err(_) => Err(Refused::Storage(
                "the question is none of this version's".into(),
            )),
        };
        Response::from_bytes(serde_json::to_vec(&said)?)
    }

    async fn alarm(&self) -> Result<Response> {
        // An alarm that fails seven times never rings again: so it does not fail, it comes back.
        if let Err(why) = self.ring().await {
            log::failed("alarm", &format!("{why:?}"));
            let again = DateTime::from_timestamp_millis(now_ms() + 60_000).unwrap_or_default();
            self.state.storage().set_alarm(again).await?;
        }
        Response::empty()
    }
}

impl Inbox {
    fn desk<'a>(
        &'a self,
        alarm: &'a Cell<Option<i64>>,
    ) -> std::result::Result<Desk<'a, ObjectSql>, Refused> {
        if let Some(why) = &self.broken {
            return Err(why.clone().into());
        }
        let shard = self
            .shard
            .ok_or_else(|| Refused::Storage("an object of no shard".into()))?;
        Ok(Desk {
            sql: &self.sql,
            config: env::config(&self.env),
            shard,
            shards: self.shards.get(),
            now_ms: now_ms(),
            alarm,
        })
    }

    /// Answers what came over the wire.
    async fn receive(&self, ask: Ask) -> std::result::Result<Answer, Refused> {
        self.answer(ask, receive).await
    }

    /// Answers a question of the object's own.
    async fn ask(&self, ask: Ask) -> std::result::Result<Answer, Refused> {
        self.answer(ask, serve).await
    }

    async fn answer(
        &self,
        ask: Ask,
        answer: impl FnOnce(Desk<'_, ObjectSql>, Ask) -> std::result::Result<Answer, Refused>,
    ) -> std::result::Result<Answer, Refused> {
        if may_bring_work(&ask) {
            self.turns.set(self.turns.get().wrapping_add(1));
        }
        let alarm = Cell::new(None);
        let said_shards = match &ask {
            Ask::TakeIn { shards, .. } => *shards,
            _ => 0,
        };
        let said = answer(self.desk(&alarm)?, ask);
        if said.is_ok() && said_shards > 0 {
            self.shards.set(said_shards);
        }
        self.set_alarm(&alarm).await?;
        said
    }

    /// Sets the object's alarm to what the core asked for: no `await` lies between its transaction
    /// and this, so both become durable together.
    async fn set_alarm(&self, alarm: &Cell<Option<i64>>) -> std::result::Result<(), Refused> {
        let Some(at) = alarm.take().and_then(DateTime::from_timestamp_millis) else {
            return Ok(());
        };
        self.state
            .storage()
            .set_alarm(at)
            .await
            .map_err(|why| Refused::Storage(why.to_string()))
    }

    /// Looks for work until there is some or the time is over. Looking is one indexed query; keeping
    /// a list of waiters in memory instead would be lost with the instance.
    async fn wait(
        &self,
        pull: crate::inbox::wire::Pull,
        until_ms: i64,
    ) -> std::result::Result<Answer, Refused> {
        let heads = Ask::Heads { pull };
        loop {
            let (turn, looked_ms) = (self.turns.get(), now_ms());
            let said = self.ask(heads.clone()).await?;
            if matches!(said, Answer::Heads { ranks, .. } if !ranks.is_empty()) {
                return Ok(Answer::Done);
            }
            loop {
                if now_ms() >= until_ms {
                    return Ok(Answer::Done);
                }
                Delay::from(LOOK_EVERY).await;
                if turn != self.turns.get() || now_ms() >= looked_ms + LOOK_ANYWAY_MS {
                    break;
                }
            }
        }
    }

    async fn ring(&self) -> std::result::Result<(), Refused> {
        let alarm = Cell::new(None);
        let planned = retention::ring(self.desk(&alarm)?)?;
        self.set_alarm(&alarm).await?;
        courier::carry(self, &planned).await
    }
}

/// Whether a question can make work ready that was not: all but those that only look, take or report.
fn may_bring_work(ask: &Ask) -> bool {
    if let Ask::By { ask, .. } = ask {
        return may_bring_work(ask);
    }
    !matches!(
        ask,
        Ask::Wait { .. }
            | Ask::Held { .. }
            | Ask::Layout { .. }
            | Ask::Deeds { .. }
            | Ask::Heads { .. }
            | Ask::Claim { .. }
            | Ask::Show { .. }
            | Ask::List { .. }
            | Ask::Backlog
            | Ask::Acks { .. }
            | Ask::Alarms
            | Ask::Paused
            | Ask::BeginAcks { .. }
            | Ask::FinishAck { .. }
    )
}

/// The alarm sends for itself.
impl World for Inbox {
    async fn ask(&self, ask: Ask) -> std::result::Result<Answer, Refused> {
        Inbox::ask(self, ask).await
    }

    async fn deliver(&self, job: &Job) -> Outcome {
        let id = self.shard.map(|shard| shard.interaction(job.seq));
        sent(&self.env, job, "ack_by_alarm", id).await
    }
}

/// A Worker that sends what a shard decided.
struct Carrier<'a> {
    env: &'a Env,
    shard: Shard,
}

impl World for Carrier<'_> {
    async fn ask(&self, question: Ask) -> std::result::Result<Answer, Refused> {
        ask(self.env, self.shard, &question).await
    }

    async fn deliver(&self, job: &Job) -> Outcome {
        sent(self.env, job, "ack", Some(self.shard.interaction(job.seq))).await
    }
}

/// Sends a job and logs what became of it.
async fn sent(env: &Env, job: &Job, event: &str, id: Option<InteractionId>) -> Outcome {
    let outcome = outbound::deliver(env, env::config(env), job).await;
    let (word, why) = outbound::words(&outcome);
    let id = id.as_ref().map_or("", InteractionId::as_str);
    log::sent(event, job.source.as_str(), id, word, why);
    outcome
}

/// Asks a shard.
pub async fn ask(env: &Env, shard: Shard, ask: &Ask) -> std::result::Result<Answer, Refused> {
    match object::ask(env, "INBOX", &shard.object(), ask).await {
        Ok(said) => said,
        Err(why) => {
            log::failed("shard", &why.to_string());
            Err(Refused::Storage(why.to_string()))
        }
    }
}

/// Sends the acknowledgments that a shard decided. Whatever this does not live to see through is the
/// object's alarm's.
pub async fn send_acks(env: &Env, shard: Shard, seqs: &[i64]) {
    let carrier = Carrier { env, shard };
    // The question that failed is in the log already.
    let _ = courier::carry(&carrier, seqs).await;
}
