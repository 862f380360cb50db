//! What platforms answer who asks them for a post's words or an author's name, written from their documentation alone.

use super::rules::{Answer, Call};
use serde_json::json;
use std::collections::BTreeMap;

/// Answers a GET of a platform whose calls are known; `known` is what the platform knows of posts and people, by id.
pub fn answer(call: &Call<'_>, known: &BTreeMap<String, String>) -> Option<Answer> {
    let json = |status, body| Answer {
        status,
        content_type: "application/json",
        body,
    };
    let is_signed = call
        .authorization
        .is_some_and(|one| one.starts_with("Bearer "));
    match (call.method, call.host) {
        ("GET", "slack.com") if call.path == "/api/users.info" => {
            let user = call.query.strip_prefix("user=").unwrap_or_default();
            let error = |error: &str| json(200, json!({"ok": false, "error": error}));
            Some(match (is_signed, known.get(user)) {
                (false, _) => error("not_authed"),
                (true, None) => error("user_not_found"),
                (true, Some(name)) => json(
                    200,
                    json!({"ok": true, "user": {"id": user, "real_name": name, "profile": {"real_name": name}}}),
                ),
            })
        }
        ("GET", "graph.facebook.com") => {
            let error = |code: u32, message: &str| {
                json(
                    400,
                    json!({"error": {"code": code, "message": message, "type": "OAuthException"}}),
                )
            };
            let query = call.query.replace("%7B", "{").replace("%7D", "}");
            let asked = query.strip_prefix("fields=mentioned_comment.comment_id(");
            let id = asked
                .and_then(|rest| rest.split_once("){"))
                .map(|(id, _)| id);
            Some(match (is_signed, id) {
                (false, _) => error(104, "An access token is required to request this resource."),
                (true, None) => error(100, "Unknown field"),
                (true, Some(id)) => match known.get(id) {
                    None => error(100, "Unsupported get request"),
                    Some(text) => json(
                        200,
                        json!({"mentioned_comment": {"id": id, "text": text, "username": "mara"}, "id": "1"}),
                    ),
                },
            })
        }
        _ => None,
    }
}
