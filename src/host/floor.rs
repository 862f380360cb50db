//! The floor's Durable Object, and how to ask it.

use super::clock::now_ms;
use super::object::ABSENT;
use super::sql::{ObjectSql, Tables};
use super::{env, home, log};
use crate::api::route::{Action, Role};
use crate::api::token::Bearer;
use crate::document::Named;
use crate::floor::memory::Memory;
use crate::floor::presence::Told;
use crate::floor::question::{Desk, Question};
use crate::floor::wire::Refused;
use crate::floor::{ANSWER_MS, OBJECT, receive, schema};
use futures_util::future::{Either, select};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use worker::{
    Context, Delay, DurableObject, Env, Error, Request, Response, Result, State, durable_object,
};

/// The one object of [`OBJECT`]. What is stored is in its SQLite; who is there is in its memory alone.
#[durable_object(fetch)]
pub struct Floor {
    env: Env,
    sql: ObjectSql,
    tables: Tables,
    memory: Cell<Memory>,
}

impl DurableObject for Floor {
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
    match home::ask(env, "FLOOR", OBJECT, &Named(Q::NAME, question)).await {
        Ok(said) => said,
        // During a gradual deployment.
        Err(Error::RustError(why)) if why == ABSENT => Err(Refused::Absent),
        Err(why) => {
            log::failed("floor", &why.to_string());
            Err(Refused::Storage(why.to_string()))
        }
    }
}

/// Asks the object, and goes on without it where it does not answer soon.
pub async fn ask_soon<Q: Question>(env: &Env, question: Q) -> Option<Q::Answer> {
    let limit = pin!(Delay::from(Duration::from_millis(ANSWER_MS.unsigned_abs())));
    let asked = pin!(ask(env, question));
    match select(asked, limit).await {
        Either::Left((said, _)) => said.ok(),
        Either::Right(_) => {
            log::failed(
                "floor",
                "no answer in time; what was asked went on without it",
            );
            None
        }
    }
}

/// How often a sign of life is told: several times within the silence that makes somebody offline.
const TOLD_MS: i64 = 30_000;

/// The most agents whose last sign this isolate remembers.
const MOST: usize = 10_000;

/// When whose sign of life was told last by this isolate.
static TELLS: Mutex<BTreeMap<String, i64>> = Mutex::new(BTreeMap::new());

/// An agent's call is a sign of life; a supervisor's is one where it is an agent's work. Nobody waits for it.
pub fn tell(env: &Env, ctx: &Context, bearer: &Bearer, action: Action) {
    let tells_itself = matches!(action, Action::Claim | Action::ShowMe | Action::State);
    let works = matches!(
        action,
        Action::Held
            | Action::Retake
            | Action::Extend
            | Action::Reply
            | Action::Invite
            | Action::Details
            | Action::DetailsLink
            | Action::Resolve
            | Action::Release
    );
    if tells_itself || !(bearer.role == Role::Agent || (bearer.role == Role::Supervisor && works)) {
        return;
    }
    let now_ms = now_ms();
    {
        let mut tells = TELLS.lock().unwrap_or_else(PoisonError::into_inner);
        if tells
            .get(&bearer.id)
            .is_some_and(|told_ms| now_ms < told_ms + TOLD_MS)
        {
            return;
        }
        if tells.len() >= MOST {
            tells.clear();
        }
        tells.insert(bearer.id.clone(), now_ms);
    }
    let told = Told {
        agent: bearer.id.clone(),
        workgroups: bearer.serves(&env::config(env).workgroups()),
    };
    let env = env.clone();
    ctx.wait_until(async move {
        // In the log already; the next call tells it again.
        let _ = ask(&env, told).await;
    });
}
