//! What became of an agent's reply, as an answer.

use super::problem::Problem;
use super::response::Response;
use crate::inbox::reply::Finished;
use crate::inbox::wire::{Refused, Replied};
use crate::voice::people::Finding;

/// The answer to an agent's reply.
pub fn replied(replied: &Replied) -> Response {
    Response::of(replied)
}

/// What a reply came to, as an answer, with what it was warned of.
pub fn finished(said: Result<Finished, Refused>, warnings: Vec<Finding>) -> Response {
    match said {
        Ok(Finished::Replied(done)) => replied(&Replied { warnings, ..done }),
        Ok(Finished::Unsent(refused)) | Err(refused) => Problem::from(refused).into(),
    }
}
