//! An HTTP answer.

use super::problem::Problem;
use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use serde_json::{Value, json};

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its body.
    pub body: String,
    /// What else HTTP wants said with this status: `Retry-After`, `Allow`, `WWW-Authenticate`.
    pub headers: Vec<(&'static str, String)>,
}

impl Response {
    /// A JSON answer of 200.
    pub(super) fn of(body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self {
                status: 200,
                content_type: "application/json",
                body,
                headers: Vec::new(),
            },
            Err(_) => Problem::storage().into(),
        }
    }

    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: "application/json",
            body: body.to_string(),
            headers: Vec::new(),
        }
    }
}

/// A time as RFC 3339 writes it.
pub(super) fn rfc3339(at_ms: i64) -> String {
    DateTime::from_timestamp_millis(at_ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        let header = match problem.status {
            401 => Some(("www-authenticate", "Bearer".to_string())),
            405 => problem
                .more
                .get("allow")
                .and_then(Value::as_str)
                .map(|methods| ("allow", methods.to_string())),
            // Long enough for a Durable Object to come back, short enough for an agent to wait.
            503 => Some(("retry-after", "1".to_string())),
            429 => problem
                .more
                .get("retry_after_s")
                .map(|after_s| ("retry-after", after_s.to_string())),
            _ => None,
        };
        let mut document = json!({
            "type": "about:blank",
            "title": title(problem.status),
            "status": problem.status,
            "code": problem.code,
            "detail": problem.detail,
        });
        if let Some(document) = document.as_object_mut() {
            document.extend(
                problem
                    .more
                    .into_iter()
                    .filter(|(_, value)| !value.is_null()),
            );
        }
        Response {
            content_type: "application/problem+json",
            headers: header.into_iter().collect(),
            ..Response::json(problem.status, &document)
        }
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        _ => "Service Unavailable",
    }
}
