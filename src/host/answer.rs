//! Answers, as the runtime sends them.

use crate::api::problem::Problem;
use crate::api::response::Response as Answer;
use worker::{Headers, Response, Result};

/// An answer without a body: all that a platform is told.
pub(super) fn bare(status: u16) -> Result<Response> {
    Ok(Response::builder().with_status(status).empty())
}

/// An answer of the agents' API.
pub(super) fn respond(answer: Answer) -> Result<Response> {
    let headers = headers(answer.content_type)?;
    for (name, value) in &answer.headers {
        headers.set(name, value)?;
    }
    let response = Response::builder()
        .with_status(answer.status)
        .with_headers(headers);
    // The runtime throws at a body, even an empty one, where HTTP has none.
    if matches!(answer.status, 204 | 304) {
        return Ok(response.empty());
    }
    Ok(response.fixed(answer.body.into_bytes()))
}

/// The headers of every answer of the agents' API.
pub(super) fn headers(content_type: &str) -> Result<Headers> {
    let headers = Headers::new();
    headers.set("content-type", content_type)?;
    // What agents see is about people: no cache may keep it.
    headers.set("cache-control", "no-store")?;
    Ok(headers)
}

/// A problem, as an answer.
pub(super) fn problem(problem: Problem) -> Result<Response> {
    respond(Answer::from(problem))
}
