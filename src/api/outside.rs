//! What lies outside: receivers of events, pages of other sites, and documents that callers keep.

use super::problem::Problem;
use super::request::Fields;
use super::response::Response;
use super::route::ROUTES;
use crate::config::Config;
use crate::inbox::receivers::{Resend, Standing};
use crate::scope::Scope;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The most events that one call names.
pub const RESEND_MOST: usize = 100;

/// The longest id of an event.
const ID_BYTES: usize = 64;

/// How long a browser keeps what it was told of a call, in seconds: as long as any does.
const PREFLIGHT_S: u32 = 7_200;

/// The receivers that somebody may see: those who are told of nothing but what they see.
pub fn receivers(config: &Config, scope: &Scope) -> Vec<String> {
    let seen = config.receivers.iter();
    let seen = seen.filter(|one| scope.has_all(&one.workgroups));
    seen.map(|one| one.id.clone()).collect()
}

/// How they stand, in all shards together.
pub fn stand(config: &Config, ids: &[String], shards: Vec<Vec<Standing>>) -> Response {
    let mut all: Vec<Standing> = ids
        .iter()
        .map(|id| Standing {
            id: id.clone(),
            ..Standing::default()
        })
        .collect();
    for standing in shards.into_iter().flatten() {
        if let Some(one) = all.iter_mut().find(|one| one.id == standing.id) {
            one.add(standing);
        }
    }
    let shown: Vec<Value> = all
        .into_iter()
        .filter_map(|one| {
            let known = config.receivers.iter().find(|known| known.id == one.id)?;
            let dead: Vec<Value> = one
                .parcels
                .iter()
                .map(|dead| {
                    json!({"event": dead.id, "at_ms": dead.at_ms, "attempts": dead.attempts, "why": dead.why})
                })
                .collect();
            Some(json!({
                "id": one.id,
                "url": known.url,
                "events": known.events,
                "workgroups": known.workgroups,
                "keys": known.keys.len(),
                "sent": one.sent,
                "retrying": one.retrying,
                "dead": one.dead,
                "lost": one.lost,
                "rests_until_ms": one.rest_ms,
                "failed_ms": one.failed_ms,
                "why": one.why,
                "dead_events": dead,
            }))
        })
        .collect();
    Response::json(200, &json!({"receivers": shown}))
}

/// What a call to send dead ones again asks.
pub(super) fn resend(
    config: &Config,
    scope: &Scope,
    receiver: &str,
    fields: &mut Fields,
) -> Result<Resend, Problem> {
    if !receivers(config, scope).iter().any(|one| one == receiver) {
        return Err(Problem::no_receiver());
    }
    let ids = fields.opt_list("events", RESEND_MOST)?;
    if ids.iter().flatten().any(|id| id.len() > ID_BYTES) {
        return Err(Problem::field(
            "events",
            "has something that is no event's id",
        ));
    }
    Ok(Resend {
        receiver: receiver.to_owned(),
        ids,
    })
}

/// What came of it.
pub fn resent(n: i64) -> Response {
    Response::json(200, &json!({"resent": n}))
}

/// The headers that let a page of another site read an answer, where the configuration lets it.
pub fn allowed(config: &Config, origin: Option<&str>) -> Vec<(&'static str, String)> {
    let Some(origin) = origin else {
        return Vec::new();
    };
    // What one origin may read must not be kept for another.
    let mut headers = vec![("vary", "Origin".to_owned())];
    if config.origins.iter().any(|known| known == origin) {
        headers.push(("access-control-allow-origin", origin.to_owned()));
        headers.push((
            "access-control-expose-headers",
            "ETag, Retry-After, Allow, Heard-Cursor".to_owned(),
        ));
    }
    headers
}

/// The answer to a browser's preflight request; `None` if the call is not a preflight, or comes from an origin that is not
/// configured. Credentials that a browser sends by itself are never allowed: tokens go in a header.
pub fn preflight(
    config: &Config,
    method: &str,
    path: &str,
    (origin, wants): (Option<&str>, Option<&str>),
) -> Option<Response> {
    let origin = origin.filter(|origin| config.origins.iter().any(|known| known == origin))?;
    if method != "OPTIONS" || wants.is_none() || path.starts_with("/webhooks/") {
        return None;
    }
    let mut methods: Vec<&str> = ROUTES.iter().map(|route| route.method).collect();
    methods.sort_unstable();
    methods.dedup();
    let mut headers = allowed(config, Some(origin));
    headers.extend([
        ("access-control-allow-methods", methods.join(", ")),
        (
            "access-control-allow-headers",
            "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, If-None-Match".to_owned(),
        ),
        ("access-control-max-age", PREFLIGHT_S.to_string()),
    ]);
    Some(Response {
        status: 204,
        content_type: "text/plain",
        body: String::new(),
        headers,
    })
}

/// A document that callers may keep, and ask about.
pub fn kept(response: Response) -> Response {
    let digest = Sha256::digest(response.body.as_bytes());
    let mut tag = String::from("\"");
    for byte in digest.iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    let mut response = response;
    response.headers.push(("etag", tag));
    response
        .headers
        .push(("cache-control", "no-cache".to_owned()));
    response
}

/// The same answer, or that it has not changed since (RFC 9110, 13.1.2).
pub fn fresh(response: Response, if_none_match: Option<&str>) -> Response {
    let tag = response.headers.iter().find(|(name, _)| *name == "etag");
    let (Some((_, tag)), Some(asked)) = (tag, if_none_match) else {
        return response;
    };
    let has = |one: &str| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    };
    if response.status != 200 || !asked.split(',').any(has) {
        return response;
    }
    Response {
        status: 304,
        body: String::new(),
        ..response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let table = r#"{"api": {"origins": ["https://desk.example"]}}"#;
        Config::read(table, &|_| None)
    }

    #[test]
    fn a_page_of_a_configured_origin_may_call_and_no_other() {
        let config = config();
        let asks =
            |origin, method, wants| preflight(&config, method, "/v1/claims", (origin, wants));
        let desk = Some("https://desk.example");
        let answer = asks(desk, "OPTIONS", Some("POST")).unwrap();
        let header = |name: &str| {
            let found = answer.headers.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.as_str())
        };
        assert_eq!(answer.status, 204);
        assert_eq!(header("access-control-allow-origin"), desk);
        assert_eq!(header("vary"), Some("Origin"));
        assert_eq!(
            header("access-control-allow-methods"),
            Some("DELETE, GET, POST, PUT")
        );
        assert!(
            header("access-control-allow-headers")
                .unwrap()
                .contains("Authorization")
        );
        assert_eq!(header("access-control-allow-credentials"), None);
        for (origin, method, wants) in [
            (Some("https://desk.example.evil"), "OPTIONS", Some("POST")),
            (Some("https://other.example"), "OPTIONS", Some("POST")),
            (Some("null"), "OPTIONS", Some("POST")),
            (None, "OPTIONS", Some("POST")),
            (desk, "OPTIONS", None),
            (desk, "POST", Some("POST")),
        ] {
            assert_eq!(asks(origin, method, wants), None, "{origin:?} {method}");
        }
        let webhook = preflight(&config, "OPTIONS", "/webhooks/x", (desk, Some("POST")));
        assert_eq!(webhook, None);
        let strange = allowed(&config, Some("https://other.example"));
        assert_eq!(strange, [("vary", "Origin".to_owned())]);
        assert_eq!(allowed(&config, None), []);
    }

    #[test]
    fn who_has_a_document_is_not_sent_it_again() {
        let document = || kept(Response::json(200, &json!({"a": 1})));
        let tag = document().headers[0].1.clone();
        assert!(
            tag.starts_with('"') && tag.ends_with('"') && tag.len() == 34,
            "{tag}"
        );
        for has in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"x\", {tag}"),
            "*".into(),
        ] {
            let answer = fresh(document(), Some(&has));
            assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{has}");
            assert_eq!(answer.headers, document().headers);
        }
        for other in [None, Some("\"x\""), Some("")] {
            assert_eq!(fresh(document(), other), document(), "{other:?}");
        }
        let changed = kept(Response::json(200, &json!({"a": 2})));
        assert_eq!(fresh(changed, Some(&tag)).status, 200);
        // Only documents have a tag.
        let plain = Response::json(200, &json!({}));
        assert_eq!(fresh(plain.clone(), Some("*")), plain);
    }
}
