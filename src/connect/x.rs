//! X: a webhook, and a subscription of X Activity for each kind of event.

use super::api::{Api, bearing, call, encoded, id, with};
use super::known::{Ask, Chosen, Connect, Need};
use super::probe;
use super::report::Report;
use crate::credential::Kind;
use crate::lab::local::new_jti;
use crate::platform::{Method, ReplyCall};
use serde_json::{Value, json};

pub static CONNECT: Connect = Connect {
    account: "the account's number (`heard connect` tells it); not the @handle, which goes into handle",
    secret: (
        Chosen::Platform,
        "developer.x.com, the app, Keys and tokens: API Key Secret",
    ),
    token: "developer.x.com, the app, Keys and tokens: oauth1:KEY:KEY_SECRET:TOKEN:TOKEN_SECRET, which does not run out",
    events: EVENTS,
    steps: &[
        "Mark the account as automated (Settings, Your account, Automation): X asks it of accounts that answer by program.",
    ],
    needs: &[
        Need {
            name: "X_BEARER_TOKEN",
            says: "the app's bearer token: developer.x.com, the app, Keys and tokens",
            always: true,
        },
        Need {
            name: "X_USER_TOKEN",
            says: "only where the reply token is an oauth2: seed, which is good once: a user access token with tweet.read and dm.read",
            always: false,
        },
    ],
    api: Some(connect),
    manifest: None,
    handshake: Some(probe::x),
    source: "github.com/xdevplatform/docs x-api/webhooks/introduction, x-api/activity/introduction",
};

const EVENTS: &[&str] = &[
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "dm.received",
];

/// How a call is made in the account's own name.
fn as_user(ask: &Ask<'_>, call: ReplyCall) -> Option<ReplyCall> {
    if let Some(token) = ask.value("X_USER_TOKEN") {
        return Some(bearing(token, call));
    }
    match &ask.source.credential.as_ref()?.kind {
        Kind::Token(_) => Some(bearing(ask.token()?, call)),
        Kind::Signed(keys) => Some(keys.signed(call, &new_jti().ok()?, ask.now_ms)),
        // Its seed is good once, and the Worker's: asked with here, the Worker would lose it.
        Kind::Granted(_) => None,
    }
}

fn connect(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let bearer = report.need(
        "app's token",
        ask.value("X_BEARER_TOKEN"),
        "put X_BEARER_TOKEN into the file of secrets: developer.x.com, the app, Keys and tokens",
    )?;
    let at = |path: &str| format!("https://api.x.com/2/{path}");
    let app = |method, path: &str| bearing(bearer, call(method, at(path)));
    let ours = ask.source.account.as_str();
    if let Some(handle) = &ask.source.handle {
        let path = format!(
            "users/by/username/{}",
            encoded(handle.trim_start_matches('@'))
        );
        let said = api.good(
            report,
            "app's token",
            &app(Method::Get, &path),
            "make the app's bearer token anew",
        )?;
        let number = said.id_at("/data/id").unwrap_or_default();
        let right = report.judge(
            "account",
            number == ours,
            format!("@{} is {number}", handle.trim_start_matches('@')),
            &format!("write account = \"{number}\" in the source"),
        );
        if !right {
            return None;
        }
    }
    let hooks = |report: &mut Report| {
        let said = api.good(
            report,
            "webhook",
            &app(Method::Get, "webhooks"),
            "does the app's plan have webhooks?",
        )?;
        let is_ours = |one: &&Value| one.get("url").and_then(Value::as_str) == Some(&ask.url);
        Some(said.list_at("/data").iter().find(is_ours).cloned())
    };
    let todo = "`heard connect` without --check registers it";
    let crc = "X asks the address at once: is the Worker deployed, with this app's API Key Secret? `heard doctor URL`";
    let mut hook = hooks(report)?;
    if ask.change {
        let is_valid = |hook: &Value| hook.get("valid") == Some(&Value::Bool(true));
        match &hook {
            None => {
                let post = with(&json!({"url": ask.url}), app(Method::Post, "webhooks"));
                api.good(report, "webhook", &post, crc)?;
                report.ok("webhook", "X asked the address and has it");
            }
            Some(hook) if !is_valid(hook) => {
                let number = hook.get("id").and_then(id).unwrap_or_default();
                api.good(
                    report,
                    "webhook",
                    &app(Method::Put, &format!("webhooks/{number}")),
                    crc,
                )?;
                report.ok("webhook", "X asked the address again");
            }
            Some(_) => {}
        }
        hook = hooks(report)?;
    }
    let Some(hook) = hook else {
        report.wrong("webhook", "X has none at this address", todo);
        return None;
    };
    let valid = hook.get("valid") == Some(&Value::Bool(true));
    report.judge(
        "webhook",
        valid,
        format!(
            "X says that it is {}",
            if valid { "valid" } else { "not valid" }
        ),
        crc,
    );
    let number = hook.get("id").and_then(id)?;
    let subscribed = |report: &mut Report| {
        let said = api.good(
            report,
            "subscriptions",
            &app(Method::Get, "activity/subscriptions"),
            "does the app's plan have X Activity?",
        )?;
        let of = |one: &Value| {
            let user = one.pointer("/filter/user_id").and_then(id);
            let there = one
                .get("webhook_id")
                .and_then(id)
                .is_none_or(|it| it == number);
            (user.as_deref() == Some(ours) && there)
                .then(|| one.get("event_type").and_then(id))
                .flatten()
        };
        Some(
            said.list_at("/data")
                .iter()
                .filter_map(of)
                .collect::<Vec<String>>(),
        )
    };
    let mut known = subscribed(report)?;
    if ask.change {
        for event in EVENTS
            .iter()
            .filter(|event| !known.iter().any(|it| it == *event))
        {
            let body =
                json!({"event_type": event, "filter": {"user_id": ours}, "webhook_id": number});
            let post = as_user(
                ask,
                with(&body, call(Method::Post, at("activity/subscriptions"))),
            );
            let post = report.need(
                "account's token",
                post,
                "put X_USER_TOKEN into the file of secrets: an oauth2: seed is good once and the Worker's own",
            )?;
            api.good(
                report,
                event,
                &post,
                "has the account's token tweet.read, and dm.read for messages?",
            )?;
        }
        known = subscribed(report)?;
    }
    let missing: Vec<&str> = EVENTS
        .iter()
        .copied()
        .filter(|event| !known.iter().any(|it| it == event))
        .collect();
    report.judge(
        "subscriptions",
        missing.is_empty(),
        match missing.is_empty() {
            true => format!("all {} are there", EVENTS.len()),
            false => format!("lack {}", missing.join(", ")),
        },
        todo,
    );
    Some(())
}
