//! The console's files, as the runtime sends them.

use super::answer::headers;
use crate::console;
use worker::{Response, Result, web_sys};

/// Answers a request for one of them.
pub fn answer(request: &web_sys::Request, method: &str, path: &str) -> Result<Response> {
    let tags = request.headers().get("if-none-match")?;
    let answer = console::answer(method, path, tags.as_deref());
    let headers = headers(answer.content_type)?;
    for (name, value) in &answer.headers {
        headers.set(name, value)?;
    }
    let response = Response::builder()
        .with_status(answer.status)
        .with_headers(headers);
    // The runtime refuses a 304 with a body, and an empty one is a body.
    Ok(match answer.body.is_empty() {
        true => response.empty(),
        false => response.fixed(answer.body.into_bytes()),
    })
}
