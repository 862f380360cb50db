//! Discourse: a webhook, by the forum's admin API.

use super::api::{Api, call, id, with};
use super::known::{Ask, Chosen, Connect, Need};
use super::report::Report;
use crate::platform::{Method, ReplyCall};
use serde_json::{Value, json};

pub static CONNECT: Connect = Connect {
    account: "the forum's address without https:// and without a slash at its end, as the forum itself writes it (with or without www.)",
    secret: (
        Chosen::Us,
        "you choose it: the webhook's secret (`heard secrets make`)",
    ),
    token: "Admin, API, New API key: of the user who answers, with the scope posts: write; as USERNAME:API_KEY",
    events: EVENTS,
    steps: &[],
    needs: &[Need {
        name: "DISCOURSE_ADMIN_KEY",
        says: "an API key of all users with the scope web_hooks, or a global one: Admin, API",
        always: true,
    }],
    api: Some(connect),
    manifest: None,
    handshake: None,
    source: "discourse/discourse web_hooks_controller.rb; meta.discourse.org/t/49045",
};

const EVENTS: &[&str] = &[
    "post_created",
    "post_edited",
    "post_destroyed",
    "post_recovered",
];

fn connect(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let key = report.need(
        "admin key",
        ask.value("DISCOURSE_ADMIN_KEY"),
        "put DISCOURSE_ADMIN_KEY into the file of secrets: Admin, API, New API key",
    )?;
    let secret = report.need(
        "secret",
        ask.secret(),
        format!("`heard secrets make` writes {}", ask.app.secret),
    )?;
    let forum = ask.source.account.as_str();
    let admin = |method, path: &str| -> ReplyCall {
        let mut call = call(method, format!("https://{forum}/admin/api/{path}"));
        call.headers.push(("api-key".into(), key.to_owned()));
        call.headers.push(("api-username".into(), "system".into()));
        call
    };
    let list = |report: &mut Report| {
        api.good(report, "forum", &admin(Method::Get, "web_hooks.json"), "is the key of all users, with the scope web_hooks? Is the account the forum's address?")
    };
    let mut all = list(report)?;
    // The forum's own numbers: they differ between versions.
    let types: Vec<Value> = all
        .list_at("/extras/event_types")
        .iter()
        .flat_map(|group| match group {
            // Newer ones group them.
            Value::Array(group) => group.clone(),
            one => vec![one.clone()],
        })
        .filter(|one| {
            let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
            EVENTS.contains(&name) || name == "post"
        })
        .collect();
    let numbers: Vec<i64> = types
        .iter()
        .filter_map(|one| one.get("id")?.as_i64())
        .collect();
    if numbers.is_empty() {
        report.wrong(
            "events",
            "the forum lists no events of posts",
            "subscribe by hand: Admin, API, Webhooks",
        );
        return None;
    }
    let at_url = |one: &&Value| one.get("payload_url").and_then(Value::as_str) == Some(&ask.url);
    let known = all.list_at("/web_hooks").iter().find(at_url).cloned();
    if ask.change {
        let body = json!({"web_hook": {
            "payload_url": ask.url, "content_type": 1, "secret": secret, "active": true, "verify_certificate": true,
            "wildcard_web_hook": false, "web_hook_event_type_ids": numbers,
        }});
        let (call, says) = match known.as_ref().and_then(|one| one.get("id")).and_then(id) {
            Some(number) => (
                admin(Method::Put, &format!("web_hooks/{number}.json")),
                "the webhook that was there has the secret and the events",
            ),
            None => (
                admin(Method::Post, "web_hooks.json"),
                "the forum has the address, the secret and the events",
            ),
        };
        api.good(
            report,
            "register",
            &with(&body, call),
            "may the key change webhooks?",
        )?;
        report.ok("register", says);
        all = list(report)?;
    }
    let hook = all.list_at("/web_hooks").iter().find(at_url);
    let todo = "`heard connect` without --check registers it";
    let Some(hook) = hook else {
        report.wrong("address", "the forum has no webhook there", todo);
        return None;
    };
    report.ok("address", "the forum delivers there");
    report.judge(
        "active",
        hook.get("active") == Some(&Value::Bool(true)),
        "the webhook's switch",
        todo,
    );
    let has: Vec<i64> = hook
        .get("web_hook_event_types")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("id")?.as_i64())
        .collect();
    report.judge(
        "events",
        numbers.iter().all(|number| has.contains(number)),
        format!(
            "{} of {} are subscribed",
            numbers.iter().filter(|number| has.contains(number)).count(),
            numbers.len()
        ),
        todo,
    );
    let number = hook.get("id").and_then(id)?;
    if ask.change {
        api.good(
            report,
            "ping",
            &admin(Method::Post, &format!("web_hooks/{number}/ping.json")),
            "ping it by hand: Admin, API, Webhooks",
        )?;
        report.ok(
            "ping",
            "the forum sends one; its page of the webhook shows the answer",
        );
    }
    Some(())
}
