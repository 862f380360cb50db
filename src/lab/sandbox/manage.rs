//! The platforms' side of registering a webhook, written from their documentation alone: what they take, keep and tell.
//!
//! Whom a token is of, [`super::Sandbox::knows`] says: `telegram:me`, `line:me` and so on.

use super::rules::{Answer, Call};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is registered, by platform and address or number.
#[derive(Clone, Debug, Default)]
pub struct Managed {
    kept: BTreeMap<String, Value>,
    given: u64,
}

impl Managed {
    fn number(&mut self) -> String {
        self.given += 1;
        format!("7{:06}", self.given)
    }

    fn of(&self, kind: &str) -> Vec<Value> {
        let kept = self.kept.iter();
        kept.filter(|(key, _)| key.starts_with(kind))
            .map(|(_, value)| value.clone())
            .collect()
    }
}

/// Telegram's updates.
const UPDATES: &[&str] = &[
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
];

/// Discourse's events of posts, with the numbers of one version of it.
const DISCOURSE: [(i64, &str); 4] = [
    (201, "post_created"),
    (202, "post_edited"),
    (203, "post_destroyed"),
    (204, "post_recovered"),
];

fn said(status: u16, body: Value) -> Option<Answer> {
    Some(Answer {
        status,
        content_type: "application/json",
        body,
    })
}

fn text<'v>(body: &'v Value, key: &str) -> &'v str {
    body.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Answers a call that manages webhooks; `None` for any other call.
pub fn answer(
    call: &Call<'_>,
    known: &BTreeMap<String, String>,
    managed: &mut Managed,
) -> Option<Answer> {
    let body: Value = serde_json::from_slice(call.body).unwrap_or(Value::Null);
    let me = |whose: &str| known.get(&format!("{whose}:me")).map_or("", String::as_str);
    let bearer = call.authorization.and_then(|it| it.strip_prefix("Bearer "));
    let path: Vec<&str> = call.path.trim_start_matches('/').split('/').collect();
    match (call.host, call.method, path.as_slice()) {
        ("api.telegram.org", _, [bot, method @ ("getMe" | "setWebhook" | "getWebhookInfo")]) => {
            let bot = bot.strip_prefix("bot").unwrap_or_default();
            if !bot.contains(':') {
                return said(
                    401,
                    json!({"ok": false, "error_code": 401, "description": "Unauthorized"}),
                );
            }
            let bad = |says: &str| {
                said(
                    400,
                    json!({"ok": false, "error_code": 400, "description": format!("Bad Request: {says}")}),
                )
            };
            match *method {
                "getMe" => said(
                    200,
                    json!({"ok": true, "result": {
                        "id": 4_200_000_001_u64, "is_bot": true, "username": me("telegram"),
                        "can_read_all_group_messages": known.contains_key("telegram:groups"), "can_connect_to_business": false,
                    }}),
                ),
                "setWebhook" => {
                    let secret = text(&body, "secret_token");
                    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
                    if !text(&body, "url").starts_with("https://") {
                        return bad("bad webhook: An HTTPS URL must be provided for webhook");
                    }
                    if secret.is_empty() || secret.len() > 256 || !secret.bytes().all(plain) {
                        return bad("secret token contains unallowed characters");
                    }
                    let before = managed.kept.get(&format!("telegram {bot}"));
                    let before = before.and_then(|it| it.get("allowed_updates")).cloned();
                    // Left out, the former list stays; of those named, the unknown are passed over.
                    let updates = match body.get("allowed_updates").and_then(Value::as_array) {
                        None => before.unwrap_or_else(|| json!([])),
                        Some(all) => all
                            .iter()
                            .filter(|it| it.as_str().is_some_and(|it| UPDATES.contains(&it)))
                            .cloned()
                            .collect(),
                    };
                    let kept = json!({"url": text(&body, "url"), "allowed_updates": updates, "pending_update_count": 0});
                    managed.kept.insert(format!("telegram {bot}"), kept);
                    said(
                        200,
                        json!({"ok": true, "result": true, "description": "Webhook was set"}),
                    )
                }
                _ => {
                    let kept = managed.kept.get(&format!("telegram {bot}")).cloned();
                    let mut result =
                        kept.unwrap_or_else(|| json!({"url": "", "pending_update_count": 0}));
                    if let (Some(why), Some(result)) =
                        (known.get("telegram:error"), result.as_object_mut())
                    {
                        result.insert("last_error_message".into(), why.clone().into());
                    }
                    said(200, json!({"ok": true, "result": result}))
                }
            }
        }
        ("api.line.me", method, ["v2", "bot", rest @ ..])
            if matches!(rest, ["info"] | ["channel", "webhook", _]) =>
        {
            if bearer.is_none() {
                return said(
                    401,
                    json!({"message": "Authentication failed due to the expired access token"}),
                );
            }
            match (method, rest) {
                ("GET", ["info"]) => said(
                    200,
                    json!({"userId": me("line"), "basicId": "@aer", "displayName": "Aer"}),
                ),
                ("PUT", ["channel", "webhook", "endpoint"]) => {
                    let url = text(&body, "endpoint");
                    if !url.starts_with("https://") || url.len() > 500 {
                        return said(400, json!({"message": "Invalid webhook endpoint URL"}));
                    }
                    managed.kept.insert("line".into(), json!(url));
                    said(200, json!({}))
                }
                ("GET", ["channel", "webhook", "endpoint"]) => match managed.kept.get("line") {
                    None => said(404, json!({"message": "Webhook endpoint not found"})),
                    Some(url) => said(
                        200,
                        json!({"endpoint": url, "active": !known.contains_key("line:off")}),
                    ),
                },
                ("POST", ["channel", "webhook", "test"]) => said(
                    200,
                    json!({"success": true, "timestamp": "2026-11-30T08:00:00Z", "statusCode": 200, "reason": "OK", "detail": "200"}),
                ),
                _ => said(405, json!({"message": "Method Not Allowed"})),
            }
        }
        ("chatapi.viber.com", "POST", ["pa", method @ ("set_webhook" | "get_account_info")]) => {
            let token = call
                .headers
                .iter()
                .any(|(name, value)| name == "x-viber-auth-token" && !value.is_empty());
            if !token {
                return said(
                    200,
                    json!({"status": 2, "status_message": "missing_auth_token"}),
                );
            }
            if *method == "set_webhook" {
                if !text(&body, "url").starts_with("https://") {
                    return said(200, json!({"status": 1, "status_message": "invalidUrl"}));
                }
                managed.kept.insert("viber".into(), body.clone());
                return said(
                    200,
                    json!({"status": 0, "status_message": "ok", "event_types": body.get("event_types")}),
                );
            }
            let kept = managed.kept.get("viber").cloned().unwrap_or(Value::Null);
            said(
                200,
                json!({"status": 0, "status_message": "ok", "id": "pa:75346594275468546724", "name": me("viber"),
                    "webhook": kept.get("url"), "event_types": kept.get("event_types")}),
            )
        }
        ("graph.facebook.com" | "graph.instagram.com", method, [version, rest @ ..])
            if version.starts_with('v') =>
        {
            meta(call, (method, rest), &body, bearer, known, managed)
        }
        ("graph.threads.net", "GET", ["v1.0", "me"]) => {
            said(200, json!({"id": me("threads"), "username": "aer"}))
        }
        ("api.x.com", method, ["2", rest @ ..]) => x(method, rest, &body, call, known, managed),
        ("slack.com", _, ["api", "auth.test"]) => match bearer {
            Some(_) => said(
                200,
                json!({"ok": true, "team_id": me("slack"), "team": "Aer", "user_id": "U1", "bot_id": "B1"}),
            ),
            None => said(200, json!({"ok": false, "error": "not_authed"})),
        },
        (_, "GET", ["api", "v1", "accounts", "verify_credentials"]) => match bearer {
            Some(_) => said(200, json!({"id": "1", "acct": me("mastodon")})),
            None => said(401, json!({"error": "The access token is invalid"})),
        },
        (_, method, ["admin", "api", rest @ ..]) => discourse(method, rest, &body, call, managed),
        (_, method, ["api", "v2", "webhooks", rest @ ..]) => {
            zendesk(method, rest, &body, call, known, managed)
        }
        _ => None,
    }
}

fn meta(
    call: &Call<'_>,
    (method, rest): (&str, &[&str]),
    body: &Value,
    bearer: Option<&str>,
    known: &BTreeMap<String, String>,
    managed: &mut Managed,
) -> Option<Answer> {
    let wrong = |code: u32, message: &str| {
        said(
            400,
            json!({"error": {"code": code, "message": message, "type": "OAuthException"}}),
        )
    };
    let me = |whose: &str| known.get(&format!("{whose}:me")).map_or("", String::as_str);
    let app = known.get("meta:app").map_or("", String::as_str);
    let is_app = bearer
        .and_then(|it| it.split_once('|'))
        .is_some_and(|(id, secret)| id == app && !secret.is_empty());
    let names = |list: &str| -> Value { list.split(',').map(|name| json!(name)).collect() };
    match (method, rest) {
        (_, [_, "subscriptions"]) if !is_app => wrong(190, "Invalid OAuth access token signature."),
        ("POST", [_, "subscriptions"]) => {
            let fields: Vec<Value> = text(body, "fields")
                .split(',')
                .map(|name| json!({"name": name, "version": "v25.0"}))
                .collect();
            if text(body, "verify_token").is_empty() {
                return wrong(2200, "(#2200) Callback verification failed");
            }
            let kept = json!({"object": text(body, "object"), "callback_url": text(body, "callback_url"),
                "active": true, "fields": fields});
            managed
                .kept
                .insert(format!("meta {}", text(body, "object")), kept);
            said(200, json!({"success": true}))
        }
        ("GET", [_, "subscriptions"]) => said(200, json!({"data": managed.of("meta ")})),
        ("GET", ["debug_token"]) if is_app => said(
            200,
            json!({"data": {"is_valid": !known.contains_key("meta:expired"), "expires_at": 0,
                "error": {"message": "The session has expired"},
                "scopes": ["pages_manage_metadata", "pages_messaging", "pages_manage_engagement", "instagram_manage_comments",
                    "instagram_manage_messages", "whatsapp_business_management", "whatsapp_business_messaging"]}}),
        ),
        (_, ["debug_token"]) => wrong(190, "Invalid OAuth access token."),
        (_, ["me"] | [_, "subscribed_apps" | "phone_numbers"]) if bearer.is_none() => {
            wrong(104, "An access token is required to request this resource.")
        }
        ("GET", ["me"]) if call.host == "graph.instagram.com" => said(
            200,
            json!({"user_id": me("instagram"), "id": "9999", "username": "aer"}),
        ),
        ("GET", ["me"]) => said(200, json!({"id": me("facebook"), "name": "Aer"})),
        ("POST", [account, "subscribed_apps"]) => {
            let fields = text(body, "subscribed_fields");
            let kept = match fields {
                // WhatsApp's have none and stand one deeper.
                "" => json!({"whatsapp_business_api_data": {"id": app, "name": "Heard"}}),
                fields => json!({"id": app, "name": "Heard", "subscribed_fields": names(fields)}),
            };
            managed
                .kept
                .insert(format!("subscribed {account} {app}"), kept);
            said(200, json!({"success": true}))
        }
        ("GET", [account, "subscribed_apps"]) => said(
            200,
            json!({"data": managed.of(&format!("subscribed {account} "))}),
        ),
        ("GET", [_, "phone_numbers"]) => said(
            200,
            json!({"data": [{"id": me("whatsapp"), "display_phone_number": "+353 1 555 0100"}]}),
        ),
        _ => None,
    }
}

fn x(
    method: &str,
    rest: &[&str],
    body: &Value,
    call: &Call<'_>,
    known: &BTreeMap<String, String>,
    managed: &mut Managed,
) -> Option<Answer> {
    let ours = matches!(
        rest,
        ["users", "by", "username", _] | ["webhooks", ..] | ["activity", "subscriptions"]
    );
    if !ours {
        return None;
    }
    let Some(authorization) = call.authorization else {
        return said(
            401,
            json!({"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}),
        );
    };
    match (method, rest) {
        ("GET", ["users", "by", "username", name]) => match known.get(&format!("x:{name}")) {
            Some(number) => said(
                200,
                json!({"data": {"id": number, "username": name, "name": "Aer"}}),
            ),
            None => said(200, json!({"errors": [{"detail": "Could not find user"}]})),
        },
        ("GET", ["webhooks"]) => said(200, json!({"data": managed.of("x hook")})),
        ("POST", ["webhooks"]) => {
            let url = text(body, "url");
            if !url.starts_with("https://") {
                return said(
                    400,
                    json!({"errors": [{"message": "Invalid webhook url"}], "title": "Invalid Request"}),
                );
            }
            let number = managed.number();
            let kept = json!({"id": number, "url": url, "valid": true, "created_at": "2026-11-30T08:00:00.000Z"});
            managed
                .kept
                .insert(format!("x hook {number}"), kept.clone());
            said(200, json!({"data": kept}))
        }
        ("PUT", ["webhooks", number]) => {
            let hook = managed
                .kept
                .get_mut(&format!("x hook {number}"))
                .and_then(Value::as_object_mut);
            match hook {
                None => said(404, json!({"title": "Not Found", "status": 404})),
                Some(hook) => {
                    hook.insert("valid".into(), true.into());
                    said(200, json!({"data": {"valid": true}}))
                }
            }
        }
        ("GET", ["activity", "subscriptions"]) => {
            said(200, json!({"data": managed.of("x subscription")}))
        }
        ("POST", ["activity", "subscriptions"]) => {
            // In the account's own name: signed, or with a user's token.
            let of_app = known
                .get("x:bearer")
                .is_some_and(|app| authorization == format!("Bearer {app}"));
            if of_app {
                return said(
                    403,
                    json!({"title": "Forbidden", "status": 403, "detail": "A user context is required"}),
                );
            }
            let number = managed.number();
            let mut kept = body.clone();
            if let Some(kept) = kept.as_object_mut() {
                kept.insert("subscription_id".into(), number.clone().into());
            }
            managed
                .kept
                .insert(format!("x subscription {number}"), kept.clone());
            said(200, json!({"data": kept}))
        }
        _ => said(405, json!({"title": "Method Not Allowed", "status": 405})),
    }
}

fn discourse(
    method: &str,
    rest: &[&str],
    body: &Value,
    call: &Call<'_>,
    managed: &mut Managed,
) -> Option<Answer> {
    let has_key = call
        .headers
        .iter()
        .any(|(name, value)| name == "api-key" && !value.is_empty());
    if !has_key {
        return said(
            403,
            json!({"errors": ["You are not permitted to view the requested resource."]}),
        );
    }
    let types = |numbers: &Value| -> Vec<Value> {
        let numbers: Vec<i64> = numbers
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_i64)
            .collect();
        let chosen = DISCOURSE
            .iter()
            .filter(|(number, _)| numbers.contains(number));
        chosen
            .map(|(number, name)| json!({"id": number, "name": name}))
            .collect()
    };
    let made = |number: &str, hook: &Value| {
        let numbers = hook
            .get("web_hook_event_type_ids")
            .cloned()
            .unwrap_or_default();
        json!({"id": number.parse::<u64>().unwrap_or_default(), "payload_url": text(hook, "payload_url"),
            "active": hook.get("active"), "web_hook_event_types": types(&numbers)})
    };
    match (method, rest) {
        ("GET", ["web_hooks.json"]) => {
            let all: Vec<Value> = DISCOURSE
                .iter()
                .map(|(number, name)| json!({"id": number, "name": name}))
                .collect();
            said(
                200,
                json!({"web_hooks": managed.of("discourse"), "extras": {"event_types": [all]}}),
            )
        }
        ("POST", ["web_hooks.json"]) => {
            let hook = body.get("web_hook").cloned().unwrap_or_default();
            let secret = text(&hook, "secret").len();
            if (1..12).contains(&secret) {
                return said(
                    422,
                    json!({"errors": ["Secret is too short (minimum is 12 characters)"]}),
                );
            }
            let number = managed.number();
            managed
                .kept
                .insert(format!("discourse {number}"), made(&number, &hook));
            said(200, json!({"web_hook": made(&number, &hook)}))
        }
        ("PUT", ["web_hooks", file]) => {
            let number = file.trim_end_matches(".json");
            let hook = body.get("web_hook").cloned().unwrap_or_default();
            managed
                .kept
                .insert(format!("discourse {number}"), made(number, &hook));
            said(200, json!({"web_hook": made(number, &hook)}))
        }
        ("POST", ["web_hooks", _, "ping.json"]) => said(200, json!({"success": "OK"})),
        _ => said(
            404,
            json!({"errors": ["The requested URL or resource could not be found."]}),
        ),
    }
}

fn zendesk(
    method: &str,
    rest: &[&str],
    body: &Value,
    call: &Call<'_>,
    known: &BTreeMap<String, String>,
    managed: &mut Managed,
) -> Option<Answer> {
    if !call
        .authorization
        .is_some_and(|it| it.starts_with("Basic "))
    {
        return said(401, json!({"error": "Couldn't authenticate you"}));
    }
    match (method, rest) {
        ("GET", []) => said(
            200,
            json!({"webhooks": managed.of("zendesk"), "meta": {"has_more": false}}),
        ),
        ("POST", []) => {
            let number = managed.number();
            let mut hook = body.get("webhook").cloned().unwrap_or_default();
            if let Some(hook) = hook.as_object_mut() {
                hook.insert("id".into(), number.clone().into());
            }
            managed
                .kept
                .insert(format!("zendesk {number}"), hook.clone());
            said(201, json!({"webhook": hook}))
        }
        ("GET", [_, "signing_secret"]) => {
            let secret = known.get("zendesk:secret").map_or("", String::as_str);
            said(
                200,
                json!({"signing_secret": {"algorithm": "SHA256", "secret": secret}}),
            )
        }
        _ => said(
            404,
            json!({"error": "RecordNotFound", "description": "Not found"}),
        ),
    }
}
