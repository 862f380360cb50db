//! Telegram: a bot's webhook, by the Bot API.

use super::api::{Api, call, id, with};
use super::known::{Ask, Chosen, Connect};
use super::report::Report;
use crate::platform::Method;
use serde_json::{Value, json};

pub static CONNECT: Connect = Connect {
    account: "the bot's user name, which ends in bot (@BotFather shows it); not a chat's number, which begins with -100",
    secret: (
        Chosen::Us,
        "you choose it: comes back with each update (`heard secrets make`)",
    ),
    token: "@BotFather, /newbot or /token: the bot's number, a colon, and letters",
    events: EVENTS,
    steps: &[
        "For groups: @BotFather, /setprivacy, Disable, then add the bot to the group again: else it hears only commands and answers to itself.",
    ],
    needs: &[],
    api: Some(connect),
    manifest: None,
    handshake: None,
    source: "core.telegram.org/bots/api#setwebhook; tdlib/telegram-bot-api Client.cpp (an omitted list keeps the former one)",
};

const EVENTS: &[&str] = &[
    "message",
    "edited_message",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "my_chat_member",
];

fn connect(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let token = report.need(
        "reply token",
        ask.token(),
        "put the bot's token into the file of secrets",
    )?;
    // The token stands in the path: nothing here prints an address.
    let at = |method: &str| format!("https://api.telegram.org/bot{token}/{method}");
    let me = api.good(
        report,
        "token",
        &call(Method::Get, at("getMe")),
        "ask @BotFather for the token again",
    )?;
    let name = me.text_at("/result/username").unwrap_or_default();
    let ours = ask.source.is_called(name);
    match ours {
        true => report.ok("account", format!("the token is @{name}'s")),
        false => report.wrong(
            "account",
            format!(
                "the token is @{name}'s, and the source is {}",
                ask.source.account
            ),
            format!("write account = \"{name}\", or take the other bot's token"),
        ),
    }
    if me.body.pointer("/result/can_read_all_group_messages") == Some(&Value::Bool(false)) {
        report.warn(
            "groups",
            "privacy mode is on: in groups the bot hears only commands and answers to itself",
            "@BotFather, /setprivacy, Disable; then add the bot to its groups again",
        );
    }
    if ask.change && ours {
        let secret = report.need(
            "secret",
            ask.secret(),
            format!("`heard secrets make` writes {}", ask.app.secret),
        )?;
        let body = json!({"url": ask.url, "secret_token": secret, "allowed_updates": EVENTS});
        let set = with(&body, call(Method::Post, at("setWebhook")));
        api.good(
            report,
            "register",
            &set,
            "Telegram takes https addresses on ports 443, 80, 88 and 8443",
        )?;
        report.ok(
            "register",
            "Telegram has the address, the secret and the list of updates",
        );
    }
    let info = api.good(
        report,
        "read back",
        &call(Method::Get, at("getWebhookInfo")),
        "try again",
    )?;
    let url = info.text_at("/result/url").unwrap_or_default();
    let says = match url {
        "" => "no webhook is registered".to_owned(),
        url => format!("it is registered at {url}"),
    };
    report.judge(
        "address",
        url == ask.url,
        says,
        "`heard connect` without --check registers this one",
    );
    let allowed: Vec<String> = info
        .list_at("/result/allowed_updates")
        .iter()
        .filter_map(id)
        .collect();
    let missing: Vec<&str> = EVENTS
        .iter()
        .copied()
        .filter(|name| !allowed.iter().any(|it| it == name))
        .collect();
    report.judge(
        "events",
        missing.is_empty(),
        match missing.is_empty() {
            true => format!("all {} are subscribed", EVENTS.len()),
            false => format!("not subscribed: {}", missing.join(", ")),
        },
        "`heard connect` without --check subscribes them",
    );
    if let Some(why) = info.text_at("/result/last_error_message") {
        report.warn(
            "last error",
            why,
            "is the Worker deployed, with the same secret? `heard doctor URL`",
        );
    }
    let pending = info
        .body
        .pointer("/result/pending_update_count")
        .and_then(Value::as_i64);
    if let Some(pending @ 100..) = pending {
        report.warn(
            "waiting",
            format!("{pending} updates wait"),
            "see the last error",
        );
    }
    Some(())
}
