//! The pulse: what is common to many posts. One Durable Object for the whole brand, beside the queue.
//!
//! Each isolate folds what it judged into minute summaries ([`fold`]) and tells this object every few seconds at
//! most: how many different people wrote, of what, and which words stand out. People are keyed hashes ([`who`]); of
//! a post there are its id, up to [`terms::MOST`] words that are nobody's name, and fingerprints by which look-alikes
//! are found ([`alike`]). Losing a summary loses a little of a count and never a post.
//!
//! [`detect`] tells a crowd from an ordinary hour, by people and not by posts; [`terms`] what distinguishes it;
//! [`brigade`] whether it looks arranged; [`crowd`] says in a sentence whether the loud are few or many.

pub mod alike;
pub mod brigade;
pub mod carried;
pub mod chance;
pub mod crowd;
pub mod detect;
pub mod distinct;
pub mod fold;
pub mod forget;
pub mod incidents;
mod kept;
pub mod line;
mod load;
pub mod matter;
pub mod memory;
pub mod merge;
pub mod past;
pub mod peaks;
pub mod question;
pub mod rank;
pub mod schema;
pub mod tell;
pub mod terms;
pub mod who;
pub mod wire;
pub mod words;

use crate::carried::{Export, Import};
use crate::document::{Document, questions};
use crate::sql::Sql;
use forget::{Forget, ShowKey, Tidy};
use incidents::{Change, Declare, ShowDeeds, ShowIncident, ShowIncidents};
use line::SetLine;
use question::{Desk, Question};
use serde::{Deserialize, Serialize};
use wire::{Refused, Tell};

/// The object's name. It is on disk: another name is another object, which knows nothing.
pub const OBJECT: &str = "pulse/v1";

questions! {
    "the pulse", |question, desk: &Desk<'_, S>| serve(desk, question);
    Tell,
    ShowIncidents,
    ShowIncident,
    Declare,
    Change,
    ShowDeeds,
    SetLine,
    ShowKey,
    Forget,
    Tidy,
    Export,
    Import,
}

/// Answers one question, in one transaction. Where it fails, what is in memory is read anew by the next.
///
/// # Errors
/// Why it is refused.
pub fn serve<S: Sql, Q: Question>(desk: &Desk<'_, S>, question: Q) -> Result<Q::Answer, Refused> {
    let mut memory = desk.memory.take();
    let said = desk.sql.transaction(|| {
        load::load(desk, &mut memory)?;
        question.answer(desk, &mut memory)
    });
    // What is refused before anything is written changed nothing.
    let is_whole = matches!(
        said,
        Ok(_)
            | Err(Refused::NotFound
                | Refused::State(_)
                | Refused::LineOf(_)
                | Refused::NoLine
                | Refused::Source)
    );
    if is_whole {
        desk.memory.set(memory);
    }
    said
}

/// Answers what came over the wire.
///
/// # Errors
/// Why it is refused.
pub fn receive<S: Sql>(desk: &Desk<'_, S>, ask: Ask) -> Result<Document, Refused> {
    ask.answer(desk)
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
        assert_eq!(OBJECT, "pulse/v1");
    }
}
