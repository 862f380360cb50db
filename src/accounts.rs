//! What Heard knows of each account of ours, whatever shard its posts go to: one Durable Object for
//! the whole brand.
//!
//! [`serve`] answers one question in one transaction, as [`crate::inbox::serve`] does, and like it is
//! synchronous and knows no clock. Nothing that a delivery waits for is asked of it: one object serves
//! every isolate.

pub mod bearers;
pub mod carried;
pub mod context;
pub mod habit;
pub mod health;
pub mod question;
pub mod schema;
pub mod token;
pub mod wire;

use crate::carried::{Export, Import};
use crate::config::problem::Problem;
use crate::credential::grant::{Grant, Minted};
use crate::deeds::{self, Deed};
use crate::document::{Document, questions};
use crate::platform::ReplyCall;
use crate::post::SourceId;
use crate::scope::Scope;
use crate::sql::Sql;
use bearers::{Bearers, Revoke, Seen, Serves};
use context::Desk;
use health::{Look, Tell};
use question::Question;
use serde::{Deserialize, Serialize};
use token::{Hidden, Renewal, WantToken};
use wire::Refused;

/// The object's name. It is on disk: another name is another object, which knows nothing.
pub const OBJECT: &str = "accounts/v2";

questions! {
    "the accounts", |question, desk: Desk<'_, S>| question.answer(desk);
    Tell,
    Look,
    Problems,
    WantToken,
    Seen,
    Bearers,
    Revoke,
    Serves,
    ShowDeeds,
    Export,
    Import,
}

/// What is wrong with the apps and sources that somebody may see, for `/readyz`?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problems {
    /// What they may see.
    #[serde(default)]
    pub scope: Scope,
}

impl Question for Problems {
    const NAME: &'static str = "Problems";
    type Answer = Vec<Problem>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let mut problems = token::problems(desk, &self.scope)?;
        problems.extend(health::problems(desk, &self.scope)?);
        Ok(problems)
    }
}

/// What did supervisors do here?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowDeeds {
    /// What the one who asks may see.
    #[serde(default)]
    pub scope: Scope,
    /// Which.
    pub asked: deeds::Asked,
}

impl Question for ShowDeeds {
    const NAME: &'static str = "ShowDeeds";
    type Answer = Vec<Deed>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(deeds::page(desk.sql, &self.scope, &self.asked)?)
    }
}

/// Answers one question, in one transaction.
///
/// # Errors
/// Why it is refused.
pub fn serve<S: Sql, Q: Question>(desk: Desk<'_, S>, question: Q) -> Result<Q::Answer, Refused> {
    desk.sql.transaction(|| question.answer(desk))
}

/// Answers what came over the wire, in one transaction.
///
/// # Errors
/// Why it is refused.
pub fn receive<S: Sql>(desk: Desk<'_, S>, ask: Ask) -> Result<Document, Refused> {
    desk.sql.transaction(|| ask.answer(desk))
}

/// The call by which a source's token is renewed, and the grant that reads its answer; `None` where no
/// call can be made of the secret.
pub fn renewal_call<'a, S>(
    desk: Desk<'a, S>,
    source: &SourceId,
    renewal: &Renewal,
) -> Option<(&'a Grant, ReplyCall)> {
    let source = desk.config.source(source)?;
    let grant = source.credential.as_ref()?.grant()?;
    let refresh = renewal.refresh.as_ref().map(Hidden::expose);
    let call = grant.ask(source.reply_url.as_deref(), refresh)?;
    Some((grant, call))
}

/// What came of a renewal, in one transaction.
///
/// # Errors
/// Where it could not be written down.
pub fn renewed<S: Sql>(
    desk: Desk<'_, S>,
    source: &SourceId,
    renewal: &Renewal,
    minted: Minted,
) -> Result<(), Refused> {
    desk.sql
        .transaction(|| token::finish(desk, source, renewal, minted).map_err(Refused::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_called_on_the_wire_what_it_is_called_here() {
        for (wire, here) in NAMES {
            assert_eq!(wire, here);
        }
    }
}
