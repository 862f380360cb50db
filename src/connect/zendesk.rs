//! Zendesk: a webhook that is subscribed to events. One that a trigger calls is of another kind, for good.

use super::api::{Api, call, id, with};
use super::known::{Ask, Chosen, Connect, Need};
use super::report::Report;
use crate::platform::{Method, ReplyCall};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub static CONNECT: Connect = Connect {
    account: "the account's number (account_id in a delivery; Admin Center, Account); not the subdomain, which goes into reply_url",
    secret: (
        Chosen::Platform,
        "Admin Center, Apps and integrations, Webhooks, the webhook: Reveal secret (`heard connect` compares it)",
    ),
    token: "Admin Center, Apps and integrations, APIs: an API token, as EMAIL/token:TOKEN",
    events: EVENTS,
    steps: &["Do not also call it from a trigger: each comment would come twice, in another form."],
    needs: &[Need {
        name: "ZENDESK_ADMIN",
        says: "an administrator's EMAIL/token:TOKEN; the reply token's may be the same",
        always: true,
    }],
    api: Some(connect),
    manifest: None,
    handshake: None,
    source: "developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks",
};

const EVENTS: &[&str] = &[
    "zen:event-type:ticket.comment_added",
    "zen:event-type:ticket.comment_redacted",
    "zen:event-type:ticket.comment_made_private",
];

fn connect(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let admin = report.need(
        "administrator",
        ask.value("ZENDESK_ADMIN"),
        "put ZENDESK_ADMIN into the file of secrets: EMAIL/token:TOKEN",
    )?;
    let server = report.need(
        "reply_url",
        ask.source.reply_url.as_deref(),
        "write the account's https address",
    )?;
    let server = server.trim_end_matches('/');
    let login = format!("Basic {}", STANDARD.encode(admin));
    let at = |method, path: &str| -> ReplyCall {
        let mut call = call(method, format!("{server}/api/v2/{path}"));
        call.headers.push(("authorization".into(), login.clone()));
        call
    };
    let list = |report: &mut Report| {
        let said = api.good(
            report,
            "webhooks",
            &at(Method::Get, "webhooks"),
            "is it an administrator's token, and token access switched on?",
        )?;
        let is_ours = |one: &&Value| one.get("endpoint").and_then(Value::as_str) == Some(&ask.url);
        Some(said.list_at("/webhooks").iter().find(is_ours).cloned())
    };
    let mut hook = list(report)?;
    if ask.change && hook.is_none() {
        let body = json!({"webhook": {
            "name": "Heard", "endpoint": ask.url, "http_method": "POST", "request_format": "json", "status": "active",
            "subscriptions": EVENTS,
        }});
        api.good(
            report,
            "register",
            &with(&body, at(Method::Post, "webhooks")),
            "a trial has ten webhooks at most",
        )?;
        report.ok("register", "Zendesk has the address and the events");
        hook = list(report)?;
    }
    let todo = "`heard connect` without --check registers it";
    let Some(hook) = hook else {
        report.wrong("address", "Zendesk has no webhook there", todo);
        return None;
    };
    report.ok("address", "Zendesk delivers there");
    report.judge(
        "active",
        hook.get("status").and_then(Value::as_str) == Some("active"),
        "the webhook's status",
        "activate it in Admin Center",
    );
    let has: Vec<String> = hook
        .get("subscriptions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(id)
        .collect();
    let missing: Vec<&str> = EVENTS
        .iter()
        .copied()
        .filter(|event| !has.iter().any(|it| it == event))
        .collect();
    report.judge(
        "events",
        missing.is_empty(),
        match missing.is_empty() {
            true => "all are subscribed".to_owned(),
            false => format!("not subscribed: {}", missing.join(", ")),
        },
        "delete the webhook in Admin Center and connect again: what it is subscribed to cannot be changed",
    );
    let number = hook.get("id").and_then(id)?;
    let said = api.good(
        report,
        "secret",
        &at(Method::Get, &format!("webhooks/{number}/signing_secret")),
        "reveal it in Admin Center",
    )?;
    let theirs = said.text_at("/signing_secret/secret").unwrap_or_default();
    report.judge(
        "secret",
        ask.secret() == Some(theirs),
        format!("Zendesk's signing secret and {}", ask.app.secret),
        &format!(
            "reveal the webhook's secret in Admin Center, put it into {}, and push it",
            ask.app.secret
        ),
    );
    Some(())
}
