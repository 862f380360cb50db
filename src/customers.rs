//! Customers: people as the brand knows them, as its CRM tells. One object for all of them.
//!
//! A customer is the brand's own id, what the brand says of them, and their authors on platforms. An author belongs to
//! one customer at most: whoever named them last, by the CRM's clock, has them. An older word never overwrites a newer
//! one, whatever order they arrive in.
//!
//! The object is of the class that the directories are of, under a name of its own: it answers one question in one
//! transaction and knows no clock. The shards, which know whose authors they have, are told by the Worker
//! ([`crate::inbox::customer`]); what they were not told yet is marked, and told with whatever the CRM says next.
//!
//! It also keeps the key of tombstones, so that everybody who was forgotten has the same one in every shard.

pub mod book;
pub mod carried;
pub mod question;
pub mod sample;
pub mod schema;
pub mod series;
pub mod wire;

use crate::carried::{Export, Import};
use crate::document::{Document, questions};
use crate::inbox::shard::EPOCH;
use crate::sql::Sql;
use book::{Drop, Forget, PutMany, Show, ShowSteps, Unlink, WasTold, WhoseIs};
use question::{Desk, Question};
use sample::{AnswerInvitation, Draw, ShowInvitation, ShowSamples};
use serde::{Deserialize, Serialize};
use series::{PutSeries, ShowSeries};
use wire::Refused;

/// The object's name. It is on disk: another name is another object, which knows nothing.
pub fn object() -> String {
    format!("customers/{EPOCH}")
}

questions! {
    "the customers", |question, desk: &Desk<'_, S>| question.answer(desk);
    PutMany,
    Show,
    Drop,
    Forget,
    Unlink,
    WasTold,
    WhoseIs,
    Draw,
    ShowInvitation,
    AnswerInvitation,
    ShowSamples,
    ShowSteps,
    PutSeries,
    ShowSeries,
    Export,
    Import,
}

/// Answers one question, in one transaction.
///
/// # Errors
/// Why it is refused.
pub fn serve<S: Sql, Q: Question>(desk: &Desk<'_, S>, question: Q) -> Result<Q::Answer, Refused> {
    desk.sql.transaction(|| question.answer(desk))
}

/// Answers what came over the wire.
///
/// # Errors
/// Why it is refused.
pub fn receive<S: Sql>(desk: &Desk<'_, S>, ask: Ask) -> Result<Document, Refused> {
    desk.sql.transaction(|| ask.answer(desk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_called_on_the_wire_what_it_is_called_here() {
        for (wire, here) in NAMES {
            assert_eq!(wire, here);
        }
        assert_eq!(object(), format!("customers/{EPOCH}"));
    }
}
