//! Slack: an app from a manifest; its token says which workspace it is in.

use super::api::{Api, bearing, call};
use super::known::{Ask, Chosen, Connect};
use super::report::Report;
use crate::platform::Method;
use serde_json::{Value, json};

pub static CONNECT: Connect = Connect {
    account: "the workspace's id: T or E and letters (`heard connect` tells it); not its address",
    secret: (
        Chosen::Platform,
        "api.slack.com/apps, the app, Basic Information: Signing Secret",
    ),
    token: "api.slack.com/apps, the app, OAuth & Permissions: Bot User OAuth Token (xoxb-...)",
    events: EVENTS,
    steps: &[
        "api.slack.com/apps, Create New App, From a manifest: paste the manifest below; its Request URL is {url}",
        "Install it to the workspace, and put the Signing Secret ({secret}) and the bot's token into the file of secrets; `heard secrets push`.",
        "Event Subscriptions: press Retry at the Request URL until it says Verified.",
        "Invite the bot to each channel that it is to hear: /invite @Heard",
    ],
    needs: &[],
    api: Some(check),
    manifest: Some(manifest),
    handshake: None,
    source: "docs.slack.dev/reference/app-manifest, docs.slack.dev/reference/events/message",
};

const EVENTS: &[&str] = &[
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "app_mention",
    "app_uninstalled",
    "tokens_revoked",
];

fn manifest(ask: &Ask<'_>) -> Value {
    json!({
        "display_information": {"name": "Heard"},
        "features": {"bot_user": {"display_name": "Heard", "always_online": true}},
        "oauth_config": {"scopes": {"bot": [
            "app_mentions:read", "channels:history", "groups:history", "im:history", "mpim:history", "chat:write", "users:read",
        ]}},
        "settings": {
            "event_subscriptions": {"request_url": ask.url, "bot_events": EVENTS},
            "org_deploy_enabled": false, "socket_mode_enabled": false, "token_rotation_enabled": false,
        },
    })
}

fn check(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let Some(token) = ask.token() else {
        report.skip(
            "token",
            "there is none yet",
            "install the app, then connect again: it is checked",
        );
        return None;
    };
    let said = api.good(
        report,
        "token",
        &bearing(token, call(Method::Post, "https://slack.com/api/auth.test")),
        "install the app again",
    )?;
    if said.body.get("ok") != Some(&Value::Bool(true)) {
        report.wrong(
            "token",
            said.text_at("/error").unwrap_or("not ok"),
            "install the app again and take its bot token",
        );
        return None;
    }
    let team = said.text_at("/team_id").unwrap_or_default();
    report.judge(
        "account",
        team == ask.source.account.as_str(),
        format!(
            "the token is of {team} ({})",
            said.text_at("/team").unwrap_or_default()
        ),
        &format!("write account = \"{team}\", if that is the right workspace"),
    );
    Some(())
}
