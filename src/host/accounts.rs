//! The accounts' Durable Object, and how to ask it.

use super::clock::now_ms;
use super::sql::{ObjectSql, Tables};
use super::{call, env, home, log};
use crate::accounts::context::Desk;
use crate::accounts::question::Question;
use crate::accounts::token::{Access, Renewal, Step, WantToken, Without};
use crate::accounts::wire::Refused;
use crate::accounts::{Ask, OBJECT, receive, renewal_call, renewed, schema, serve};
use crate::credential::grant::Minted;
use crate::document::{Document, Named};
use crate::post::SourceId;
use futures_util::future::{Either, select};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use worker::{Delay, DurableObject, Env, Request, Response, Result, State, durable_object};

/// How often those who wait for another's renewal look: a fraction of what one takes.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long a send waits for its access token. With the send itself, and once more both, it ends within
/// [`crate::inbox::rows::SENDING_MS`].
const TOKEN_LIMIT: Duration = Duration::from_secs(8);

/// The one object of [`OBJECT`]. Like a shard it has no state but its SQLite.
#[durable_object(fetch)]
pub struct Accounts {
    env: Env,
    sql: ObjectSql,
    tables: Tables,
}

impl DurableObject for Accounts {
    fn new(state: State, env: Env) -> Self {
        let sql = ObjectSql::new(&state.storage());
        let tables = Tables::of(schema::MIGRATIONS);
        Self { env, sql, tables }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let question = serde_json::from_slice(&request.bytes().await?);
        let said = match (self.tables.open(&self.sql), question) {
            (Err(why), _) => Err(why.into()),
            (Ok(()), Ok(Ask::WantToken(want))) => {
                let step = self.token(want).await;
                step.and_then(|step| Ok(Document::of(&step)?))
            }
            (Ok(()), Ok(ask)) => receive(self.desk(), ask),
            (Ok(()), Err(_)) => Err(Refused::Storage(
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

    /// An access token, or why there is none: whoever is told to renew asks the platform, the others
    /// look until it is done. Each renewal ends in a token or in a time before which there is no other,
    /// so the looking ends.
    async fn token(&self, want: WantToken) -> std::result::Result<Step, Refused> {
        let WantToken {
            source,
            mut refused,
        } = want;
        loop {
            let ask = WantToken {
                source: source.clone(),
                refused: refused.take(),
            };
            match serve(self.desk(), ask)? {
                Step::Renew(renewal) => self.renew(&source, &renewal).await?,
                Step::Wait => Delay::from(LOOK_EVERY).await,
                said => return Ok(said),
            }
        }
    }

    async fn renew(
        &self,
        source: &SourceId,
        renewal: &Renewal,
    ) -> std::result::Result<(), Refused> {
        let Some((grant, call)) = renewal_call(self.desk(), source, renewal) else {
            return Err(Refused::Storage("no call can be made of the secret".into()));
        };
        let minted = match call::answered(&self.env, &call).await {
            Ok(answered) => grant.read(&answered.answer(), now_ms()),
            Err(why) => Minted::Unknown { why },
        };
        let (word, why) = minted.words();
        log::sent("token", source.as_str(), "", word, why);
        renewed(self.desk(), source, renewal, minted)
    }
}

/// The access tokens that this isolate has seen, each with its secret's fingerprint.
static SEEN: Mutex<BTreeMap<SourceId, (String, Access)>> = Mutex::new(BTreeMap::new());

/// A source's access token: the one seen last while it need not be renewed, otherwise the object's
/// word. `refused` is the number of one that the platform did not take.
pub async fn token(
    env: &Env,
    source: &SourceId,
    secret: &str,
    refused: Option<i64>,
) -> std::result::Result<Access, Without> {
    let seen = SEEN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(source)
        .filter(|(of, access)| {
            of == secret && refused != Some(access.number) && now_ms() < access.until_ms
        })
        .map(|(_, access)| access.clone());
    if let Some(access) = seen {
        return Ok(access);
    }
    let question = WantToken {
        source: source.clone(),
        refused,
    };
    let limit = pin!(Delay::from(TOKEN_LIMIT));
    let asked = pin!(ask(env, question));
    match select(asked, limit).await {
        Either::Left((Ok(Step::Bear(access)), _)) => {
            SEEN.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(source.clone(), (secret.to_owned(), access.clone()));
            Ok(access)
        }
        Either::Left((Ok(Step::Without(without)), _)) => {
            SEEN.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(source);
            Err(without)
        }
        // Nothing was sent: it is tried again.
        _ => Err(Without::Later { after_s: 5 }),
    }
}

/// Asks the object.
pub async fn ask<Q: Question>(env: &Env, question: Q) -> std::result::Result<Q::Answer, Refused> {
    match home::ask(env, "ACCOUNTS", OBJECT, &Named(Q::NAME, question)).await {
        Ok(said) => said,
        Err(why) => {
            log::failed("accounts", &why.to_string());
            Err(Refused::Storage(why.to_string()))
        }
    }
}
