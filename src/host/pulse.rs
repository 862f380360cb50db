//! The pulse's Durable Object, how to ask it, and telling it what this isolate saw.

use super::clock::now_ms;
use super::sql::{ObjectSql, Tables};
use super::{env, home, log};
use crate::document::Named;
use crate::inbox::wire::Incoming;
use crate::pulse::fold::Fold;
use crate::pulse::memory::Memory;
use crate::pulse::question::{Desk, Question};
use crate::pulse::wire::Refused;
use crate::pulse::{OBJECT, receive, schema};
use std::cell::Cell;
use std::sync::Mutex;
use std::time::Duration;
use worker::{
    Context, Delay, DurableObject, Env, Request, Response, Result, State, durable_object,
};

/// The one object of [`OBJECT`]. What is stored is in its SQLite; its memory is read from there.
#[durable_object(fetch)]
pub struct Pulse {
    env: Env,
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
            sql,
            tables,
            memory,
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let question = serde_json::from_slice(&request.bytes().await?);
        let desk = Desk {
            sql: &self.sql,
            config: env::config(&self.env),
            memory: &self.memory,
            now_ms: now_ms(),
        };
        let said = match (self.tables.open(&self.sql), question) {
            (Err(why), _) => Err(why.into()),
            (Ok(()), Ok(ask)) => receive(&desk, ask),
            (Ok(()), Err(_)) => Err(Refused::Storage("not a question of this version".into())),
        };
        Response::from_bytes(serde_json::to_vec(&said)?)
    }
}

/// Asks the object.
pub async fn ask<Q: Question>(env: &Env, question: Q) -> std::result::Result<Q::Answer, Refused> {
    match home::ask(env, "PULSE", OBJECT, &Named(Q::NAME, question)).await {
        Ok(said) => said,
        Err(why) => {
            log::failed("pulse", &why.to_string());
            Err(Refused::Storage(why.to_string()))
        }
    }
}

/// Never locked across an `await`, and an isolate has one thread: so it is never waited for.
static SEEN: Mutex<Fold> = Mutex::new(Fold::new());

/// Folds what a delivery brought, and sees to it that the object is told after the answer. Nobody waits for it, and
/// what it fails at fails nobody: the posts are the shards', and these are counts.
pub fn note(env: &Env, ctx: &Context, events: &[Incoming]) {
    let config = env::config(env);
    // Without a key nobody gets in to look; and hashes without one would be anybody's.
    let Some(key) = config.token_keys.first() else {
        return;
    };
    let ours: Vec<&str> = config
        .sources
        .iter()
        .filter_map(|source| source.handle.as_deref())
        .collect();
    let promise = SEEN
        .lock()
        .ok()
        .and_then(|mut seen| seen.note(key.expose(), &ours, events, now_ms()));
    let Some(after_ms) = promise else {
        return;
    };
    let env = env.clone();
    ctx.wait_until(async move {
        if let Ok(after_ms @ 1..) = u64::try_from(after_ms) {
            Delay::from(Duration::from_millis(after_ms)).await;
        }
        let Ok(tell) = SEEN.lock().map(|mut seen| seen.take(now_ms())) else {
            return;
        };
        // In the log already; what was told in vain is a count that is a little short.
        let _ = ask(&env, tell).await;
    });
}
