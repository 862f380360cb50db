//! What Heard knows of each account of ours, whatever shard its posts go to: one Durable Object for
//! the whole brand.
//!
//! [`serve`] answers one [`Ask`] in one transaction, as [`crate::inbox::serve`] does, and like it is
//! synchronous and knows no clock. Nothing that a delivery waits for is asked of it: one object serves
//! every isolate.

pub mod bearers;
pub mod context;
pub mod habit;
pub mod health;
pub mod schema;
pub mod token;
pub mod wire;

use crate::credential::grant::{Grant, Minted};
use crate::deeds;
use crate::platform::ReplyCall;
use crate::post::SourceId;
use crate::sql::Sql;
use context::Desk;
use token::{Hidden, Renewal};
use wire::{Answer, Ask, Refused};

/// The object's name. It is on disk: another name is another object, which knows nothing.
pub const OBJECT: &str = "accounts/v2";

/// Answers one question, in one transaction.
pub fn serve<S: Sql>(desk: Desk<'_, S>, ask: Ask) -> Result<Answer, Refused> {
    desk.sql.transaction(|| match ask {
        Ask::Tell { tally } => health::tell(desk, tally)
            .map(|()| Answer::Done)
            .map_err(Into::into),
        Ask::Look { scope } => health::look(desk, &scope).map(Answer::Accounts),
        Ask::Problems { scope } => {
            let mut problems = token::problems(desk, &scope)?;
            problems.extend(health::problems(desk, &scope)?);
            Ok(Answer::Problems(problems))
        }
        Ask::Token { source, refused } => token::want(desk, &source, refused)
            .map(Answer::Token)
            .map_err(Refused::from),
        Ask::Seen { seen } => Ok(Answer::Revoked(bearers::seen(desk, &seen)?)),
        Ask::Bearers { scope, after, max } => {
            Ok(Answer::Bearers(bearers::list(desk, &scope, &after, max)?))
        }
        Ask::Revoke { scope, id, deed } => {
            bearers::revoke(desk, &scope, &id, &deed).map(Answer::Bearer)
        }
        Ask::Serves { agent } => Ok(Answer::Serves(bearers::serves(desk, &agent)?)),
        Ask::Deeds { scope, asked } => Ok(Answer::Deeds(deeds::page(desk.sql, &scope, &asked)?)),
    })
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
