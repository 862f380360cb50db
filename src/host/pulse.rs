//! The pulse's Durable Object, how to ask it, and telling it what this isolate saw.

use super::clock::now_ms;
use super::object::ABSENT;
use super::sql::{ObjectSql, Tables};
use super::{env, home, log};
use crate::document::{Document, Named};
use crate::inbox::wire::Incoming;
use crate::pulse::fold::Fold;
use crate::pulse::forget::{Forget, ShowKey, Tidy, next_ms};
use crate::pulse::memory::Memory;
use crate::pulse::question::{Desk, Question};
use crate::pulse::who::MonthKey;
use crate::pulse::wire::Refused;
use crate::pulse::{Ask, OBJECT, receive, schema};
use chrono::DateTime;
use std::cell::Cell;
use std::sync::Mutex;
use std::time::Duration;
use worker::{
    Context, Delay, DurableObject, Env, Error, Request, Response, Result, State, durable_object,
};

/// The one object of [`OBJECT`]. What is stored is in its SQLite; its memory is read from there.
#[durable_object(alarm)]
pub struct Pulse {
    env: Env,
    state: State,
    /// Whether the alarm is known to be set.
    is_armed: Cell<bool>,
    sql: ObjectSql,
    tables: Tables,
    memory: Cell<Memory>,
}

impl DurableObject for Pulse {
    fn new(state: State, env: Env) -> Self {
        let sql = ObjectSql::new(&state.storage());
        let tables = Tables::of(schema::MIGRATIONS);
        let memory = Cell::default();
        Self {
            env,
            state,
            is_armed: Cell::new(false),
            sql,
            tables,
            memory,
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let question = serde_json::from_slice(&request.bytes().await?);
        let said = match question {
            Ok(ask) => self.answer(ask),
            Err(_) => Err(Refused::Storage("not a question of this version".into())),
        };
        if !self.is_armed.replace(true) && self.state.storage().get_alarm().await?.is_none() {
            self.arm(next_ms(now_ms())).await?;
        }
        Response::from_bytes(serde_json::to_vec(&said)?)
    }

    /// Forgets what is old.
    async fn alarm(&self) -> Result<Response> {
        if let Err(why) = self.answer(Ask::Tidy(Tidy {})) {
            log::failed("pulse", &format!("{why:?}"));
        }
        self.arm(next_ms(now_ms())).await?;
        Response::empty()
    }
}

impl Pulse {
    fn answer(&self, ask: Ask) -> std::result::Result<Document, Refused> {
        self.tables.open(&self.sql)?;
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|_| Refused::Storage("no randomness".into()))?;
        let desk = Desk {
            sql: &self.sql,
            config: env::config(&self.env),
            memory: &self.memory,
            now_ms: now_ms(),
            random,
        };
        receive(&desk, ask)
    }

    async fn arm(&self, at_ms: i64) -> Result<()> {
        let at = DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
        self.state.storage().set_alarm(at).await
    }
}

/// Asks the object.
pub async fn ask<Q: Question>(env: &Env, question: Q) -> std::result::Result<Q::Answer, Refused> {
    match home::ask(env, "PULSE", OBJECT, &Named(Q::NAME, question)).await {
        Ok(said) => said,
        // During a gradual deployment.
        Err(Error::RustError(why)) if why == ABSENT => Err(Refused::Absent),
        Err(why) => {
            log::failed("pulse", &why.to_string());
            Err(Refused::Storage(why.to_string()))
        }
    }
}

/// Takes posts that are forgotten out of incidents; whether that was done.
pub async fn unsee(env: &Env, posts: Vec<String>) -> bool {
    let asked = Forget { posts };
    for _ in 0..3 {
        match ask(env, asked.clone()).await {
            // One of the version before has none.
            Ok(_) | Err(Refused::Absent) => return true,
            Err(_) => {}
        }
    }
    false
}

/// Never locked across an `await`, and an isolate has one thread: so it is never waited for.
static SEEN: Mutex<Fold> = Mutex::new(Fold::new());

/// The key by which people are hashed this month, as far as this isolate has heard.
static KEY: Mutex<Option<MonthKey>> = Mutex::new(None);

/// Remembers what a delivery brought, and sees to it that the object is told after the answer. Nobody waits for it, and
/// what it fails at fails nobody: the posts are the shards', and these are counts.
pub fn note(env: &Env, ctx: &Context, events: &[Incoming]) {
    let promise = SEEN
        .lock()
        .ok()
        .and_then(|mut seen| seen.note(events, now_ms()));
    let Some(after_ms) = promise else {
        return;
    };
    let env = env.clone();
    ctx.wait_until(async move {
        if let Ok(after_ms @ 1..) = u64::try_from(after_ms) {
            Delay::from(Duration::from_millis(after_ms)).await;
        }
        let Ok(seen) = SEEN.lock().map(|mut seen| seen.take(now_ms())) else {
            return;
        };
        // Failures are in the log already. What was told in vain is told with the next.
        let is_told = match key(&env).await {
            Some(key) => {
                let config = env::config(&env);
                let handles = config.sources.iter();
                let handles = handles.filter_map(|one| one.handle.as_deref());
                let tell = seen.tell(&key, &handles.collect::<Vec<_>>());
                ask(&env, tell).await.is_ok()
            }
            None => false,
        };
        if let (false, Ok(mut fold)) = (is_told, SEEN.lock()) {
            fold.give_back(seen);
        }
    });
}

async fn key(env: &Env) -> Option<MonthKey> {
    let known = KEY.lock().ok().and_then(|key| key.clone());
    if let Some(key) = known.filter(|key| key.is_of(now_ms())) {
        return Some(key);
    }
    let key = ask(env, ShowKey {}).await.ok()?;
    if let Ok(mut known) = KEY.lock() {
        *known = Some(key.clone());
    }
    Some(key)
}
