//! The floor: who works, what they can do, and who is there. One Durable Object for the whole brand.
//!
//! The shards are the truth of what is held: a lease is a lease whatever the floor thinks. The floor is the
//! truth of the people: their settings, which are stored, and their presence, which is memory and is rebuilt
//! from their calls. A claim asks it first ([`presence::Reserve`]): what this agent can take, how many at once,
//! who else is free, and how many other claims of theirs are under way; then it leases at the shards, and tells
//! the floor what they hold then ([`presence::Confirm`]). A floor that does not answer in [`ANSWER_MS`] is passed
//! over: the claim goes on without it, and the shard's own cap holds.
//!
//! One object, not one for each so many agents: a reservation reads and writes memory alone and never waits for
//! the disk, and an agent asks some times a minute; and the questions that need everybody ("who can take this?",
//! "is the one who answered last free?") are one hop, with one answer that does not contradict itself. Were it to
//! be parted one day, then by workgroup, not by agent.
//!
//! Written are only changes: settings, and a presence that somebody states. Being there costs no row.

pub mod carried;
pub mod load;
pub mod memory;
pub mod presence;
pub mod question;
pub mod schema;
pub mod settings;
pub mod unserved;
pub mod wire;

use crate::carried::{Export, Import};
use crate::deeds::{self, Deed};
use crate::document::{Document, questions};
use crate::scope::Scope;
use crate::sql::Sql;
use presence::{Confirm, Reserve, ShowMe, State, Told};
use question::{Desk, Question};
use serde::{Deserialize, Serialize};
use settings::{Put, Remove, ShowPeople, ShowPresent, Who};
use wire::Refused;

/// The object's name. It is on disk: another name is another object, which knows nothing.
pub const OBJECT: &str = "floor/v1";

/// How long a claim waits for the floor, in milliseconds: many times what an answer takes, and a delay that a
/// person hardly notices.
pub const ANSWER_MS: i64 = 200;

questions! {
    "the floor", |question, desk: &Desk<'_, S>| question.answer(desk);
    Reserve,
    Confirm,
    Told,
    State,
    ShowMe,
    Put,
    Remove,
    ShowPeople,
    ShowPresent,
    Who,
    ShowDeeds,
    Export,
    Import,
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

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(deeds::page(desk.sql, &self.scope, &self.asked)?)
    }
}

/// Answers one question, in one transaction.
///
/// # Errors
/// Why it is refused.
pub fn serve<S: Sql, Q: Question>(desk: &Desk<'_, S>, question: Q) -> Result<Q::Answer, Refused> {
    load::load(desk)?;
    match Q::WRITES {
        true => desk.sql.transaction(|| question.answer(desk)),
        false => question.answer(desk),
    }
}

/// Answers what came over the wire.
///
/// # Errors
/// Why it is refused.
pub fn receive<S: Sql>(desk: &Desk<'_, S>, ask: Ask) -> Result<Document, Refused> {
    load::load(desk)?;
    match &ask {
        Ask::State(_) | Ask::Put(_) | Ask::Remove(_) | Ask::Import(_) => {
            desk.sql.transaction(|| ask.clone().answer(desk))
        }
        _ => ask.answer(desk),
    }
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

    /// What is on disk.
    #[test]
    fn names_are_pinned() {
        assert_eq!(OBJECT, "floor/v1");
    }
}
