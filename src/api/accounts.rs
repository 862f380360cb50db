//! What the accounts' object said, as answers: tokens, whom they serve, and how our apps and sources stand.

use super::problem::Problem;
use super::response::Response;
use crate::accounts::wire as accounts;
use crate::document::Document;
use crate::post::Workgroup;
use serde_json::json;

/// The tokens that the accounts' object listed, as an answer; `max` is how many a page may have.
pub fn tokens(said: Result<Vec<accounts::Listed>, accounts::Refused>, max: u32) -> Response {
    match said {
        Ok(tokens) => {
            let full = tokens.len() >= usize::try_from(max).unwrap_or(usize::MAX);
            let next = tokens.last().filter(|_| full).map(|last| &last.id);
            Response::json(200, &json!({"tokens": tokens, "cursor": next}))
        }
        Err(refused) => Problem::from(refused).into(),
    }
}

/// A token, as an answer.
pub fn token(said: Result<accounts::Listed, accounts::Refused>) -> Response {
    match said {
        Ok(token) => Response::of(&token),
        Err(refused) => Problem::from(refused).into(),
    }
}

/// What an agent serves to whom something shall be given.
///
/// # Errors
/// Where nobody of that name is known.
pub fn serves(
    said: Result<Option<Vec<Workgroup>>, accounts::Refused>,
) -> Result<Vec<Workgroup>, Problem> {
    match said {
        Ok(Some(serves)) => Ok(serves),
        Ok(None) => Err(Problem::field(
            "agent",
            "nobody of that name has used a token that is still good; GET /v1/tokens lists who has",
        )),
        Err(refused) => Err(refused.into()),
    }
}

/// What is known of our apps and sources, as an answer.
pub fn accounts(said: Result<Document, accounts::Refused>) -> Response {
    match said {
        Ok(document) => Response::of(&document),
        Err(_) => Problem::storage().into(),
    }
}
