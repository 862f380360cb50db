//! LINE: a channel's webhook, by the Messaging API.

use super::api::{Api, bearing, call, with};
use super::known::{Ask, Chosen, Connect};
use super::report::Report;
use crate::platform::Method;
use serde_json::{Value, json};

pub static CONNECT: Connect = Connect {
    account: "the bot's userId: U and 32 digits of 0-9a-f (`heard connect` tells it); not the @basic id, not the channel's number",
    secret: (
        Chosen::Platform,
        "LINE Developers, the channel, Basic settings: Channel secret",
    ),
    token: "LINE Developers, the channel, Messaging API: Channel access token",
    events: &["all: LINE has no choice of events"],
    steps: &[
        "LINE Developers, the channel, Messaging API: switch on Use webhook and Webhook redelivery.",
        "There too: switch on Error statistics aggregation, the only place where LINE tells of failed deliveries.",
        "LINE Official Account Manager, Response settings: switch off its own automatic replies.",
    ],
    needs: &[],
    api: Some(connect),
    manifest: None,
    handshake: None,
    source: "github.com/line/line-openapi messaging-api.yml",
};

fn connect(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let token = report.need(
        "reply token",
        ask.token(),
        "put the channel access token into the file of secrets",
    )?;
    let at = |path: &str| format!("https://api.line.me/v2/bot/{path}");
    let get = |path: &str| bearing(token, call(Method::Get, at(path)));
    let me = api.good(
        report,
        "token",
        &get("info"),
        "issue a channel access token anew",
    )?;
    let user = me.text_at("/userId").unwrap_or_default();
    let right = report.judge(
        "account",
        user == ask.source.account.as_str(),
        format!("the token is of {user}"),
        &format!("write account = \"{user}\" in the source, if that is the right bot"),
    );
    let endpoint = json!({"endpoint": ask.url});
    if ask.change && right {
        let put = with(
            &endpoint,
            bearing(token, call(Method::Put, at("channel/webhook/endpoint"))),
        );
        api.good(
            report,
            "register",
            &put,
            "LINE takes https addresses of at most 500 characters",
        )?;
        report.ok("register", "LINE has the address");
    }
    let set = api.good(
        report,
        "read back",
        &get("channel/webhook/endpoint"),
        "try again",
    )?;
    let url = set.text_at("/endpoint").unwrap_or("nothing");
    report.judge(
        "address",
        url == ask.url,
        format!("it is {url}"),
        "`heard connect` without --check registers this one",
    );
    report.judge(
        "switched on",
        set.body.get("active") == Some(&Value::Bool(true)),
        "Use webhook, in LINE Developers",
        "LINE Developers, the channel, Messaging API: switch on Use webhook",
    );
    if url == ask.url && right {
        let test = with(
            &endpoint,
            bearing(token, call(Method::Post, at("channel/webhook/test"))),
        );
        let test = api.good(
            report,
            "test",
            &test,
            "try again: 60 tests an hour are allowed",
        )?;
        let reason = test.text_at("/reason").unwrap_or("no reason");
        report.judge(
            "test",
            test.body.get("success") == Some(&Value::Bool(true)),
            format!(
                "LINE delivered and got {} ({reason})",
                test.id_at("/statusCode").unwrap_or_default()
            ),
            "is the Worker deployed, with this channel's secret? `heard doctor URL`",
        );
    }
    Some(())
}
