//! The inbox's Durable Object, and how to ask one.
//!
//! The object has no state but its SQLite and who waits for work: requests interleave at every `await`,
//! and an instance may be made anew at any time.

use super::gather::Gathering;
use super::listeners::{Listeners, not_now};
use super::shim::{self, Answers};
use super::sql::ObjectSql;
use super::waiting::Waiting;
use super::{env, home, log, outbound};
use crate::document::{Document, Named};
use crate::host::clock::now_ms;
use crate::inbox::context::Desk;
use crate::inbox::correct;
use crate::inbox::courier::{self, Fetcher, World};
use crate::inbox::customer::{TellKin, tell_kin};
use crate::inbox::fetch::{self, FetchJob, FinishFetch};
use crate::inbox::forget::Unsaw;
use crate::inbox::question::{Asked, By, Question};
use crate::inbox::ready::Ready;
use crate::inbox::receivers::{self, Became, FinishParcels, Parcel};
use crate::inbox::retention::{self, Rung};
use crate::inbox::serve::{Ask, serve};
use crate::inbox::shard::Shard;
use crate::inbox::waiting;
use crate::inbox::wire::{Job, Refused};
use crate::inbox::work::Wait;
use crate::inbox::{layout, schema, turn};
use crate::intake;
use crate::platform::Outcome;
use crate::platform::fetch::Fetched;
use crate::post::InteractionId;
use crate::sql;
use chrono::DateTime;
use js_sys::Promise;
use js_sys::futures::future_to_promise;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use worker::worker_sys::DurableObjectState;
use worker::{Delay, Env, Result, State, web_sys};

/// The class `Inbox`, as the runtime calls it. Written out instead of `#[durable_object]`, whose `fetch` reads
/// a request piece by piece.
#[wasm_bindgen(js_name = Inbox)]
pub struct InboxObject {
    inbox: Rc<Inbox>,
    answers: Answers,
}

#[wasm_bindgen(js_class = Inbox)]
impl InboxObject {
    /// Makes the object, whenever a request or an alarm finds none in memory.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let raw = JsValue::from(state.clone());
        let inbox = Rc::new(Inbox::new(State::from(state), raw, env));
        let listens = inbox.clone();
        let follows = Closure::new(move |sees: String| {
            let inbox = listens.clone();
            shim::promised(async move { inbox.let_in(&sees).await }).into()
        });
        let answer =
            |inbox: Rc<Inbox>, question: Vec<u8>| async move { inbox.said_to(&question).await };
        let answers = Answers::by(inbox.clone(), answer, follows);
        Self { inbox, answers }
    }

    /// Answers a question.
    pub fn fetch(&self, request: &web_sys::Request) -> Promise {
        self.answers.to(request)
    }

    /// Who listens says nothing.
    #[wasm_bindgen(js_name = webSocketMessage)]
    pub fn web_socket_message(&self) {}

    /// Somebody listens no more. The runtime has closed their socket already.
    #[wasm_bindgen(js_name = webSocketClose)]
    pub fn web_socket_close(&self) {}

    /// A socket broke: its Worker asks for what it missed.
    #[wasm_bindgen(js_name = webSocketError)]
    pub fn web_socket_error(&self) {}

    /// Does what is due.
    pub fn alarm(&self) -> Promise {
        let inbox = self.inbox.clone();
        future_to_promise(async move {
            inbox.alarm().await.map_err(JsValue::from)?;
            Ok(JsValue::UNDEFINED)
        })
    }
}

/// A shard of the queue.
struct Inbox {
    state: State,
    env: Env,
    sql: ObjectSql,
    shard: Option<Shard>,
    /// How many shards there are, as far as this one has heard.
    shards: Cell<u16>,
    /// Whether its tables are open: its first question opens them.
    is_open: Cell<bool>,
    /// Questions that are to share the next commit.
    gathered: Gathering<Asked<Ask>, std::result::Result<Document, Refused>>,
    /// Who waits for work.
    waiting: Rc<Waiting>,
    /// Who listens to what happens.
    listeners: Rc<Listeners>,
}

impl Inbox {
    fn new(state: State, raw: JsValue, env: Env) -> Self {
        let sql = ObjectSql::new(&state.storage());
        let shard = state.id().name().and_then(|name| Shard::named(&name));
        let shards = Cell::new(env::config(&env).shards);
        let waiting = Rc::new(Waiting::new(
            ObjectSql::new(&state.storage()),
            env::config(&env),
            shard.unwrap_or(Shard::at(0)),
        ));
        let listeners = Rc::new(Listeners::new(
            raw,
            state.storage(),
            env::config(&env),
            shard.unwrap_or(Shard::at(0)),
        ));
        Self {
            shards,
            waiting,
            listeners,
            state,
            env,
            sql,
            shard,
            is_open: Cell::new(false),
            gathered: Gathering::new(turn::MOST),
        }
    }

    /// The answer to a question, both as they travel.
    async fn said_to(&self, question: &[u8]) -> Vec<u8> {
        let said = match serde_json::from_slice::<Asked<Ask>>(question) {
            Ok(Asked {
                ask: Ask::Wait(wait),
                ..
            }) => self
                .wait(wait)
                .await
                .and_then(|answer| Ok(Document::of(&answer)?)),
            Ok(asked) => self.receive(asked).await,
            Err(_) => Err(Refused::Storage("not a question of this version".into())),
        };
        // Text and numbers are always JSON; were they not, the Worker would not understand, and say so.
        serde_json::to_vec(&said).unwrap_or_default()
    }

    async fn alarm(&self) -> Result<()> {
        // An alarm that fails seven times never rings again: so it does not fail, it comes back.
        if let Err(why) = self.ring().await {
            log::failed("alarm", &format!("{why:?}"));
            let again = DateTime::from_timestamp_millis(now_ms() + 60_000).unwrap_or_default();
            self.state.storage().set_alarm(again).await?;
        }
        Ok(())
    }

    fn desk<'a>(
        &'a self,
        alarm: &'a Cell<Option<i64>>,
        ready: &'a Ready,
    ) -> std::result::Result<Desk<'a, ObjectSql>, Refused> {
        let mut is_left = false;
        let begins = !self.is_open.get();
        if begins {
            is_left = sql::open(&self.sql, schema::MIGRATIONS)?;
            if let Some(shards) = layout::known(&self.sql)? {
                self.shards.set(shards);
            }
            // Last: a failure above is tried again by the next question.
            self.is_open.set(true);
        }
        let shard = self
            .shard
            .ok_or_else(|| Refused::Storage("an object of no shard".into()))?;
        let desk = Desk {
            sql: &self.sql,
            config: env::config(&self.env),
            shard,
            shards: self.shards.get(),
            now_ms: now_ms(),
            alarm,
            ready,
        };
        if begins {
            correct::note_model(desk)?;
            receivers::note_receivers(desk)?;
            // Whoever asks is answered all the same: the next beginning sees to it.
            if let Err(why) = retention::begin(desk) {
                log::failed("alarm", &why.to_string());
            }
        }
        if is_left {
            retention::go_on(desk)?;
        }
        self.listeners.look(desk)?;
        Ok(desk)
    }

    /// Lets somebody listen to what happens.
    async fn let_in(&self, sees: &str) -> JsValue {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let response = match self.desk(&alarm, &ready) {
            Ok(desk) => self.listeners.let_in(desk, sees),
            Err(_) => not_now(),
        };
        match self.set_alarm(&alarm).await {
            Ok(()) => response,
            Err(_) => not_now(),
        }
    }

    /// Waits until there is work or the time is over.
    async fn wait(&self, Wait { pull, until_ms }: Wait) -> std::result::Result<(), Refused> {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let woken = self
            .waiting
            .enter(self.desk(&alarm, &ready)?, pull, until_ms)?;
        self.set_alarm(&alarm).await?;
        woken.await;
        Ok(())
    }

    /// Answers what came over the wire, together with all that comes before the object's loop turns: a
    /// timer of no length lets the others in that wait at its door, which a promise does not.
    async fn receive(&self, asked: Asked<Ask>) -> std::result::Result<Document, Refused> {
        let (told, sees_to_a_turn) = self.gathered.join(asked);
        if sees_to_a_turn {
            Delay::from(Duration::ZERO).await;
            self.turn().await;
        }
        let lost = |_| Err(Refused::Storage("the question was lost".into()));
        told.await.unwrap_or_else(lost)
    }

    /// Answers those whose turn it is, in one transaction.
    async fn turn(&self) {
        let (asks, tells): (Vec<_>, Vec<_>) = self
            .gathered
            .turn()
            .into_iter()
            .map(|waiting| (waiting.question, waiting.tell))
            .unzip();
        let shards: Vec<u16> = asks.iter().map(|asked| said_shards(&asked.ask)).collect();
        for key in asks.iter().filter_map(|asked| waiting::ends(&asked.ask)) {
            self.waiting.strike(key);
        }
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let mut answers = match self.desk(&alarm, &ready) {
            Ok(desk) => {
                let answers = turn::receive_all(desk, asks);
                // Whatever has happened is not undone for it: the next turn, or the alarm, sees to them.
                if let Err(why) = receivers::arm(desk) {
                    log::failed("receivers", &why.to_string());
                }
                self.waiting.rouse(desk);
                self.listeners.rouse();
                answers
            }
            Err(why) => vec![Err(why); tells.len()],
        };
        for (said, shards) in answers.iter().zip(shards) {
            if said.is_ok() && shards > 0 {
                self.shards.set(shards);
            }
        }
        if let Err(why) = self.set_alarm(&alarm).await {
            answers = vec![Err(why); tells.len()];
        }
        for (tell, said) in tells.into_iter().zip(answers) {
            // Who asked may have gone.
            let _ = tell.send(said);
        }
    }

    async fn answer<A>(
        &self,
        answer: impl FnOnce(Desk<'_, ObjectSql>) -> std::result::Result<A, Refused>,
    ) -> std::result::Result<A, Refused> {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let desk = self.desk(&alarm, &ready)?;
        let said = answer(desk);
        if let Err(why) = receivers::arm(desk) {
            log::failed("receivers", &why.to_string());
        }
        self.waiting.rouse(desk);
        self.listeners.rouse();
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

    async fn ring(&self) -> std::result::Result<(), Refused> {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let desk = self.desk(&alarm, &ready)?;
        let Rung {
            planned,
            surges,
            broken,
            words,
            updates,
            due,
            fetches,
            kin,
            unseen,
        } = retention::ring(desk)?;
        for turn in &surges {
            log::surge(desk.shard, turn);
        }
        for seq in broken {
            log::broken(desk.shard.interaction(seq).as_str());
        }
        match sql::fill(&self.sql, schema::MIGRATIONS) {
            Ok(true) => retention::go_on(desk)?,
            Ok(false) => {}
            // What is to be sent and forgotten does not wait for it.
            Err(why) => log::failed("migration", &why.to_string()),
        }
        self.listeners.rouse();
        self.set_alarm(&alarm).await?;
        courier::say(self, &words).await?;
        let carried = courier::carry(self, &planned).await;
        let updated = courier::update(self, &updates).await;
        courier::fetch(self, fetches).await?;
        if let Some(shard) = self.shard.filter(|_| !kin.is_empty()) {
            tell_kin(&Kinship(self), self.shards.get(), shard, kin).await;
        }
        if !unseen.is_empty() && super::pulse::unsee(&self.env, unseen.clone()).await {
            self.answer(|desk| serve(desk, None, Unsaw { posts: unseen }))
                .await?;
        }
        // Last: a receiver that is slow keeps no acknowledgment back.
        receivers::carry(&Sender(self), due).await?;
        updated?;
        carried
    }
}

/// The alarm tells other shards of customers.
struct Kinship<'a>(&'a Inbox);

impl TellKin for Kinship<'_> {
    async fn ask<Q: Question>(
        &self,
        shard: Shard,
        question: Q,
    ) -> std::result::Result<Q::Answer, Refused> {
        match self.0.shard == Some(shard) {
            true => self.0.answer(|desk| serve(desk, None, question)).await,
            false => ask(&self.0.env, shard, None, question).await,
        }
    }
}

/// The alarm tells receivers.
struct Sender<'a>(&'a Inbox);

impl receivers::World for Sender<'_> {
    async fn told(&self, finish: FinishParcels) -> std::result::Result<(), Refused> {
        self.0.answer(|desk| serve(desk, None, finish)).await
    }

    async fn send(&self, receiver: &str, parcel: &Parcel) -> Became {
        outbound::tell(&self.0.env, env::config(&self.0.env), receiver, parcel).await
    }

    fn now_ms(&self) -> i64 {
        now_ms()
    }
}

/// How many shards there are, as a delivery says; 0 where nothing is said.
fn said_shards(ask: &Ask) -> u16 {
    match ask {
        Ask::TakeIn(take_in) => take_in.shards,
        _ => 0,
    }
}

/// The alarm sends for itself.
impl World for Inbox {
    async fn ask<Q: Question>(&self, question: Q) -> std::result::Result<Q::Answer, Refused> {
        self.answer(|desk| serve(desk, None, question)).await
    }

    async fn deliver(&self, job: &Job) -> Outcome {
        let id = self.shard.map(|shard| shard.interaction(job.seq));
        sent(&self.env, job, "ack_by_alarm", id).await
    }
}

impl Fetcher for Inbox {
    async fn fetch(&self, job: &FetchJob) -> FinishFetch {
        fetched(&self.env, job).await
    }
}

/// A Worker that sends what a shard decided.
struct Carrier<'a> {
    env: &'a Env,
    shard: Shard,
}

impl World for Carrier<'_> {
    async fn ask<Q: Question>(&self, question: Q) -> std::result::Result<Q::Answer, Refused> {
        ask(self.env, self.shard, None, question).await
    }

    async fn deliver(&self, job: &Job) -> Outcome {
        sent(self.env, job, "ack", Some(self.shard.interaction(job.seq))).await
    }
}

impl Fetcher for Carrier<'_> {
    async fn fetch(&self, job: &FetchJob) -> FinishFetch {
        fetched(self.env, job).await
    }
}

/// Asks a platform for what a post lacks, and logs what came of it.
async fn fetched(env: &Env, job: &FetchJob) -> FinishFetch {
    let config = env::config(env);
    let came = outbound::fetch(env, config, job).await;
    let (word, why) = match &came {
        Fetched::Found(_) => ("found", ""),
        Fetched::Nothing { why } => ("nothing", why.as_str()),
        Fetched::Later { .. } => ("later", ""),
    };
    log::sent("fetch", job.source.as_str(), "", word, why);
    fetch::finished(job, came, |post| {
        let source = config.source(&job.source)?;
        intake::completed(config, source, post)
    })
}

/// Sends a job and logs what became of it.
async fn sent(env: &Env, job: &Job, event: &str, id: Option<InteractionId>) -> Outcome {
    let outcome = outbound::deliver(env, env::config(env), job).await;
    let (word, why) = outbound::words(&outcome);
    let id = id.as_ref().map_or("", InteractionId::as_str);
    log::sent(event, job.source.as_str(), id, word, why);
    outcome
}

/// Asks a shard, on behalf of a caller if one is given.
pub async fn ask<Q: Question>(
    env: &Env,
    shard: Shard,
    by: Option<By>,
    question: Q,
) -> std::result::Result<Q::Answer, Refused> {
    let ask = Named(Q::NAME, question);
    sent_to(env, shard, &Asked { by, ask }).await
}

/// Asks a shard and returns its answer as it is, to be passed on to the caller.
pub async fn pass(
    env: &Env,
    shard: Shard,
    asked: &Asked<Ask>,
) -> std::result::Result<Document, Refused> {
    sent_to(env, shard, asked).await
}

async fn sent_to<A: DeserializeOwned>(
    env: &Env,
    shard: Shard,
    asked: &impl Serialize,
) -> std::result::Result<A, Refused> {
    match home::ask(env, "INBOX", &shard.object(), asked).await {
        Ok(said) => said,
        Err(why) => {
            log::failed("shard", &why.to_string());
            Err(Refused::Storage(why.to_string()))
        }
    }
}

/// Asks for what these posts of a shard lack. Whatever this does not live to see through is the object's alarm's.
pub async fn fetch(env: &Env, shard: Shard, posts: Vec<String>) {
    let carrier = Carrier { env, shard };
    // The question that failed is in the log already.
    let _ = courier::fetch(&carrier, posts).await;
}

/// Sends the acknowledgments that a shard has begun.
pub async fn hand_on(env: &Env, shard: Shard, jobs: &[Job]) {
    let carrier = Carrier { env, shard };
    // The question that failed is in the log already.
    let _ = courier::hand_on(&carrier, jobs).await;
}

/// Sends the acknowledgments that a shard decided. Whatever this does not live to see through is the
/// object's alarm's.
pub async fn send_acks(env: &Env, shard: Shard, seqs: &[i64]) {
    let carrier = Carrier { env, shard };
    // The question that failed is in the log already.
    let _ = courier::carry(&carrier, seqs).await;
}
