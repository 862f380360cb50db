//! What Heard knows of each account of ours, whatever shard its posts go to: one Durable Object for
//! the whole brand.
//!
//! [`serve`] answers one [`Ask`] in one transaction, as [`crate::inbox::serve`] does, and like it is
//! synchronous and knows no clock. Nothing that a delivery waits for is asked of it: one object serves
//! every isolate.

pub mod habit;
pub mod health;
pub mod schema;
pub mod tally;
pub mod wire;

use crate::config::Config;
use crate::sql::Sql;
use wire::{Answer, Ask, Refused};

/// The object's name. It is on disk: another name is another object, which knows nothing.
pub const OBJECT: &str = "accounts/v1";

/// Where and when something is asked: what every operation needs besides its own arguments.
pub struct Desk<'a, S> {
    /// The storage.
    pub sql: &'a S,
    /// The configuration.
    pub config: &'a Config,
    /// The time: epoch milliseconds.
    pub now_ms: i64,
}

// By hand, because a derive would ask `S` to be `Copy` too.
impl<S> Clone for Desk<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Desk<'_, S> {}

/// Answers one question, in one transaction.
pub fn serve<S: Sql>(desk: Desk<'_, S>, ask: Ask) -> Result<Answer, Refused> {
    desk.sql.transaction(|| match ask {
        Ask::Tell { tally } => health::tell(desk, tally)
            .map(|()| Answer::Done)
            .map_err(Into::into),
        Ask::Look => health::look(desk).map(Answer::Accounts),
        Ask::Problems => health::problems(desk)
            .map(Answer::Problems)
            .map_err(Into::into),
    })
}
