//! Viber: a bot's webhook. Its token signs deliveries too.

use super::api::{Api, call, id, with};
use super::known::{Ask, Chosen, Connect};
use super::report::Report;
use crate::platform::Method;
use serde_json::json;

pub static CONNECT: Connect = Connect {
    account: "the name under which the bot writes, at most 28 bytes: deliveries name none",
    secret: (
        Chosen::Platform,
        "Viber Admin Panel, the bot, Edit Info: the token; the same as the reply token",
    ),
    token: "Viber Admin Panel, the bot, Edit Info: the token",
    events: EVENTS,
    steps: &[],
    needs: &[],
    api: Some(connect),
    manifest: None,
    handshake: None,
    source: "developers.viber.com/docs/api/rest-bot-api",
};

const EVENTS: &[&str] = &[
    "message",
    "subscribed",
    "unsubscribed",
    "conversation_started",
];

fn connect(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let token = report.need(
        "reply token",
        ask.token(),
        "put the bot's token into the file of secrets",
    )?;
    if let Some(secret) = ask.secret() {
        report.judge(
            "secret",
            secret == token,
            "Viber signs with the bot's token",
            &format!("{} is to be the same as the reply token", ask.app.secret),
        );
    }
    let post = |path: &str, body: serde_json::Value| {
        let mut call = with(
            &body,
            call(Method::Post, format!("https://chatapi.viber.com/pa/{path}")),
        );
        call.headers
            .push(("x-viber-auth-token".into(), token.to_owned()));
        call
    };
    // Viber answers 200 to everything and says in `status` how it went.
    let good = |report: &mut Report, what: &str, call, todo: &str| {
        let said = api.good(report, what, &call, todo)?;
        let status = said.body.get("status").and_then(serde_json::Value::as_i64);
        if status != Some(0) {
            let why = said.text_at("/status_message").unwrap_or("no reason given");
            report.wrong(what, format!("Viber says {why}"), todo);
            return None;
        }
        Some(said)
    };
    if ask.change {
        let body =
            json!({"url": ask.url, "event_types": EVENTS, "send_name": true, "send_photo": false});
        good(
            report,
            "register",
            post("set_webhook", body),
            "Viber calls the address at once: is the Worker deployed, with the same token? `heard doctor URL`",
        )?;
        report.ok("register", "Viber tried the address and has it");
    }
    let info = good(
        report,
        "token",
        post("get_account_info", json!({})),
        "take the token from Viber's Admin Panel again",
    )?;
    let name = info.text_at("/name").unwrap_or_default();
    report.ok(
        "account",
        format!(
            "the token is of {name} ({})",
            info.id_at("/id").unwrap_or_default()
        ),
    );
    let url = info.text_at("/webhook").unwrap_or("nothing");
    report.judge(
        "address",
        url == ask.url,
        format!("it is {url}"),
        "`heard connect` without --check registers this one",
    );
    let known: Vec<String> = info.list_at("/event_types").iter().filter_map(id).collect();
    let missing: Vec<&str> = EVENTS
        .iter()
        .copied()
        .filter(|name| !known.iter().any(|it| it == name))
        .collect();
    // `conversation_started` cannot be switched off, and some accounts do not list it.
    let missing: Vec<&str> = missing
        .into_iter()
        .filter(|name| *name != "conversation_started")
        .collect();
    report.judge(
        "events",
        missing.is_empty(),
        match missing.is_empty() {
            true => "all are subscribed".to_owned(),
            false => format!("not subscribed: {}", missing.join(", ")),
        },
        "`heard connect` without --check subscribes them",
    );
    Some(())
}
