//! The directories' Durable Object, and how to ask one.

use super::clock::now_ms;
use super::sql::{ObjectSql, Tables};
use super::{env, home, log};
use crate::customers;
use crate::directory::homes::World;
use crate::directory::question::{Desk, Question as ToDirectory};
use crate::directory::wire::Refused;
use crate::directory::{self, Ask, receive, schema};
use crate::document::Named;
use crate::inbox;
use crate::inbox::question::Question;
use crate::inbox::shard::Shard;
use crate::post::Platform;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// A platform's directory, or the customers' object. Like a shard it has no state but its SQLite.
#[durable_object(fetch)]
pub struct Directory {
    env: Env,
    sql: ObjectSql,
    tables: Tables,
}

impl DurableObject for Directory {
    fn new(state: State, env: Env) -> Self {
        let sql = ObjectSql::new(&state.storage());
        let tables = Tables::of(schema::MIGRATIONS);
        Self { env, sql, tables }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let question = serde_json::from_slice::<Ask>(&request.bytes().await?);
        let opened = self.tables.open(&self.sql);
        if let (Ok(()), Ok(Ask::Customers(ask))) = (&opened, &question) {
            let desk = customers::question::Desk {
                sql: &self.sql,
                now_ms: now_ms(),
            };
            return Response::from_bytes(serde_json::to_vec(&customers::receive(
                &desk,
                ask.clone(),
            ))?);
        }
        let said = match (opened, question) {
            (Err(why), _) => Err(why.into()),
            (Ok(()), Ok(ask)) => receive(&self.desk(), ask),
            (Ok(()), Err(_)) => Err(Refused::Storage("not a question of this version".into())),
        };
        Response::from_bytes(serde_json::to_vec(&said)?)
    }
}

impl Directory {
    fn desk(&self) -> Desk<'_, ObjectSql> {
        Desk {
            sql: &self.sql,
            retention_days: env::config(&self.env).limits.retention_days,
            now_ms: now_ms(),
        }
    }
}

/// The Worker that carries a delivery's updates to their shards.
pub struct Carrier<'a>(pub &'a Env);

impl World for Carrier<'_> {
    async fn ask<Q: Question>(
        &self,
        shard: Shard,
        question: Q,
    ) -> std::result::Result<Q::Answer, inbox::wire::Refused> {
        super::inbox::ask(self.0, shard, None, question).await
    }

    async fn directory<Q: ToDirectory>(
        &self,
        platform: Platform,
        question: Q,
    ) -> std::result::Result<Q::Answer, Refused> {
        let question = Named(Q::NAME, question);
        match home::ask(self.0, "DIRECTORY", &directory::object(platform), &question).await {
            Ok(said) => said,
            Err(why) => {
                log::failed("directory", &why.to_string());
                Err(Refused::Storage(why.to_string()))
            }
        }
    }
}
