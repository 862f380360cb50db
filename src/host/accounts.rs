//! The accounts' Durable Object, and how to ask it.

use super::sql::ObjectSql;
use super::{env, log, now_ms, object};
use crate::accounts::wire::{Answer, Ask, Refused};
use crate::accounts::{Desk, OBJECT, schema, serve};
use crate::sql::SqlError;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// The one object of [`OBJECT`]. Like a shard it has no state but its SQLite.
#[durable_object(fetch)]
pub struct Accounts {
    env: Env,
    sql: ObjectSql,
    /// Why the tables could not be made ready: then every question is answered with it.
    broken: Option<SqlError>,
}

impl DurableObject for Accounts {
    fn new(state: State, env: Env) -> Self {
        let sql = ObjectSql::new(&state.storage());
        let broken = schema::migrate(&sql).err();
        Self { env, sql, broken }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let said = match (
            &self.broken,
            serde_json::from_slice(&request.bytes().await?),
        ) {
            (Some(why), _) => Err(why.clone().into()),
            (None, Ok(ask)) => serve(self.desk(), ask),
            (None, Err(_)) => Err(Refused::Storage(
                "the question is none of this version's".into(),
            )),
        };
        Response::from_bytes(serde_json::to_vec(&said)?)
    }
}

impl Accounts {
    fn desk(&self) -> Desk<'_, ObjectSql> {
        Desk {
            sql: &self.sql,
            config: env::config(&self.env),
            now_ms: now_ms(),
        }
    }
}

/// Asks the object.
pub async fn ask(env: &Env, ask: &Ask) -> std::result::Result<Answer, Refused> {
    match object::ask(env, "ACCOUNTS", OBJECT, ask).await {
        Ok(said) => said,
        Err(why) => {
            log::failed("accounts", &why.to_string());
            Err(Refused::Storage(why.to_string()))
        }
    }
}
