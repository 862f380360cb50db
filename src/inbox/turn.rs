//! One turn of the object: the questions that came while it was busy are answered together and share a commit.
//!
//! A commit is what a small question costs most, and waiting for one while the next begins shares nothing.
//! Each question still stands alone: it has a transaction of its own inside the shared one, so that what
//! fails is undone by itself and harms nobody beside it.

use super::question::Asked;
use super::serve::{Ask, receive};
use super::wire::Refused;
use crate::document::Document;
use crate::inbox::context::Desk;
use crate::sql::Sql;

/// The most questions that share a turn: at a third of a millisecond each nobody waits for more than some twenty.
pub const MOST: usize = 64;

/// Answers questions that came over the wire, in their order.
pub fn receive_all<S: Sql>(
    desk: Desk<'_, S>,
    asks: Vec<Asked<Ask>>,
) -> Vec<Result<Document, Refused>> {
    let n = asks.len();
    let answers = || {
        asks.into_iter()
            .map(|ask| alone(desk, ask))
            .collect::<Vec<_>>()
    };
    if n == 1 {
        return answers();
    }
    let alarm = desk.alarm.get();
    match desk.sql.transaction(|| Ok::<_, Refused>(answers())) {
        Ok(answers) => answers,
        Err(why) => {
            desk.alarm.set(alarm);
            vec![Err(why); n]
        }
    }
}

/// Answers one. What it asked of the alarm is undone with it.
fn alone<S: Sql>(desk: Desk<'_, S>, ask: Asked<Ask>) -> Result<Document, Refused> {
    let alarm = desk.alarm.get();
    let said = receive(desk, ask);
    if said.is_err() {
        desk.alarm.set(alarm);
    }
    said
}
