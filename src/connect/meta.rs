//! Facebook, Messenger and Instagram, and what all of Meta's share: an app's subscription of an object, then each
//! account's subscription to the app. A field arrives only where both have it.

use super::api::{Api, Said, bearing, call, encoded, id, with};
use super::known::{Ask, Chosen, Connect, Need};
use super::probe;
use super::report::Report;
use crate::platform::{Method, graph::GRAPH_VERSION};
use serde_json::{Value, json};

/// What an app's secret is.
pub const SECRET: (Chosen, &str) = (
    Chosen::Platform,
    "developers.facebook.com, the app, App settings, Basic: App secret",
);

/// What registering needs.
pub const APP_ID: Need = Need {
    name: "META_APP_ID",
    says: "the app's number: developers.facebook.com, the app, App settings, Basic",
    always: true,
};

/// A Page's: one list for both of its sources, because the app has one for the object.
const PAGE: &[&str] = &[
    "feed",
    "mention",
    "ratings",
    "messages",
    "message_echoes",
    "message_edits",
    "messaging_postbacks",
    "standby",
];

const INSTAGRAM_FIELDS: &[&str] = &[
    "comments",
    "live_comments",
    "mentions",
    "messages",
    "messaging_postbacks",
];

const LIVE: &str = "The app must be Live, and have Advanced Access to what it asks for: else it hears only of people who have a role in it.";

const OF_PAGE: Connect = Connect {
    account: "the Page's number (About, Page transparency); not its @name, and not a profile's number (615...)",
    secret: SECRET,
    token: "a Page access token, derived from a user token of 60 days: then it does not run out (GET /me/accounts)",
    events: PAGE,
    steps: &[LIVE],
    needs: &[APP_ID],
    api: Some(page),
    manifest: None,
    handshake: Some(probe::meta),
    source: "developers.facebook.com/docs/graph-api/webhooks/subscriptions-edge, .../reference/page/subscribed_apps",
};

pub static FACEBOOK: Connect = OF_PAGE;

pub static MESSENGER: Connect = Connect {
    token: "the same Page access token as its Facebook source has",
    ..OF_PAGE
};

pub static INSTAGRAM: Connect = Connect {
    account: "the account's user_id: 17841 and twelve digits (`heard connect` tells it); not the id of /me, not the @name",
    secret: SECRET,
    token: "an Instagram user token of 60 days, to be renewed in time; or, with Facebook Login, a Page's token",
    events: INSTAGRAM_FIELDS,
    steps: &[
        LIVE,
        "The Instagram account must be public and professional.",
    ],
    needs: &[APP_ID],
    api: Some(instagram),
    manifest: None,
    handshake: Some(probe::meta),
    source: "developers.facebook.com/documentation/instagram-platform/webhooks",
};

/// An address of the Graph API.
pub fn graph(host: &str, path: &str) -> String {
    format!("https://{host}/{GRAPH_VERSION}/{path}")
}

/// Subscribes the app to an object and reads that back; what it did not do itself it says. Gives the app's number.
pub fn app(
    api: &Api,
    ask: &Ask<'_>,
    report: &mut Report,
    object: &str,
    fields: &[&str],
) -> Option<String> {
    let app = report.need(
        "app",
        ask.value(APP_ID.name),
        format!(
            "put {} into the file of secrets: {}",
            APP_ID.name, APP_ID.says
        ),
    )?;
    let secret = report.need(
        "app secret",
        ask.secret(),
        format!("put {} into the file of secrets", ask.app.secret),
    )?;
    let token = format!("{app}|{secret}");
    let at = graph("graph.facebook.com", &format!("{app}/subscriptions"));
    if ask.change {
        let verify = report.need(
            "verify token",
            ask.verify(),
            "`heard secrets make` writes META_VERIFY_TOKEN",
        )?;
        let body = json!({
            "object": object, "callback_url": ask.url, "verify_token": verify, "fields": fields.join(","),
        });
        let post = with(&body, bearing(&token, call(Method::Post, at.clone())));
        api.good(
            report,
            "app",
            &post,
            "Meta calls the address at once: is the Worker deployed, with the same verify token? `heard doctor URL`",
        )?;
        report.ok(
            "app",
            format!("Meta tried the address, and the app is subscribed to {object}"),
        );
    }
    let get = bearing(&token, call(Method::Get, at));
    let said = api.good(
        report,
        "app",
        &get,
        "are the app's number and secret those of one app?",
    )?;
    let found = said
        .list_at("/data")
        .iter()
        .find(|one| one.get("object").and_then(Value::as_str) == Some(object));
    let todo = "`heard connect` without --check subscribes it";
    let Some(found) = found else {
        report.wrong("app", format!("is not subscribed to {object}"), todo);
        return None;
    };
    let url = found
        .get("callback_url")
        .and_then(Value::as_str)
        .unwrap_or("nothing");
    report.judge(
        "address",
        url == ask.url,
        format!("{object} goes to {url}"),
        todo,
    );
    report.judge(
        "active",
        found.get("active") != Some(&Value::Bool(false)),
        "the app's subscription",
        "Meta switched it off after failures: register it again",
    );
    has_fields(report, "app's fields", found.get("fields"), fields, todo);
    Some(app.to_owned())
}

/// Whether a list of fields, of texts or of objects with a name, has all that is wanted.
fn has_fields(report: &mut Report, what: &str, known: Option<&Value>, wanted: &[&str], todo: &str) {
    let known = known.and_then(Value::as_array);
    let name = |one: &Value| id(one.get("name").unwrap_or(one));
    let known: Vec<String> = known.into_iter().flatten().filter_map(name).collect();
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|field| !known.iter().any(|it| it == field))
        .collect();
    report.judge(
        what,
        missing.is_empty(),
        match missing.is_empty() {
            true => format!("all {} are there", wanted.len()),
            false => format!("lack {}", missing.join(", ")),
        },
        todo,
    );
}

/// What Meta says of a token: whether it is good, until when, and for what.
pub fn token(api: &Api, ask: &Ask<'_>, report: &mut Report, scopes: &[&str]) -> Option<()> {
    let (app, secret) = (ask.value(APP_ID.name)?, ask.secret()?);
    let token = ask.token()?;
    let url = graph(
        "graph.facebook.com",
        &format!("debug_token?input_token={}", encoded(token)),
    );
    let get = bearing(&format!("{app}|{secret}"), call(Method::Get, url));
    let said = api.good(report, "token", &get, "make a new token for this app")?;
    let good = said.body.pointer("/data/is_valid") == Some(&Value::Bool(true));
    let why = said.text_at("/data/error/message").unwrap_or("it is good");
    if !report.judge(
        "token",
        good,
        why,
        "make a new token and put it into the file of secrets",
    ) {
        return None;
    }
    let has: Vec<String> = said.list_at("/data/scopes").iter().filter_map(id).collect();
    let missing: Vec<&str> = scopes
        .iter()
        .copied()
        .filter(|scope| !has.iter().any(|it| it == scope))
        .collect();
    report.judge(
        "scopes",
        missing.is_empty(),
        match missing.is_empty() {
            true => "all are there".to_owned(),
            false => format!("lack {}", missing.join(", ")),
        },
        "ask for them in the app's review, and make the token anew",
    );
    let until_s = said
        .body
        .pointer("/data/expires_at")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    let left_days = (until_s - ask.now_ms / 1_000) / 86_400;
    match until_s {
        0 => report.ok("expiry", "it does not run out"),
        _ if left_days < 14 => report.warn(
            "expiry",
            format!("it runs out in {left_days} days"),
            "make a new one in time, or a Page token that does not",
        ),
        _ => report.ok("expiry", format!("it runs out in {left_days} days")),
    }
    Some(())
}

/// Subscribes an account to the app, and reads that back.
pub fn account(
    api: &Api,
    ask: &Ask<'_>,
    report: &mut Report,
    (host, path): (&str, &str),
    app: &str,
    fields: &[&str],
) -> Option<Said> {
    let token = report.need(
        "reply token",
        ask.token(),
        "put it into the file of secrets",
    )?;
    let at = graph(host, path);
    if ask.change {
        let body = match fields {
            [] => json!({}),
            fields => json!({"subscribed_fields": fields.join(",")}),
        };
        let post = with(&body, bearing(token, call(Method::Post, at.clone())));
        api.good(
            report,
            "account",
            &post,
            "does the token belong to this account, with pages_manage_metadata?",
        )?;
        report.ok("account", "is subscribed to the app");
    }
    let get = bearing(token, call(Method::Get, at));
    let said = api.good(
        report,
        "account",
        &get,
        "does the token belong to this account?",
    )?;
    let is_ours = |one: &&Value| {
        let of = |at: &str| one.pointer(at).and_then(id);
        of("/id")
            .or_else(|| of("/whatsapp_business_api_data/id"))
            .as_deref()
            == Some(app)
    };
    let todo = "`heard connect` without --check subscribes it";
    match said.list_at("/data").iter().find(is_ours) {
        Some(ours) if !fields.is_empty() => {
            has_fields(
                report,
                "account's fields",
                ours.get("subscribed_fields"),
                fields,
                todo,
            );
        }
        Some(_) => report.ok("account", "the app hears of it"),
        None => report.wrong("account", "the app does not hear of it", todo),
    }
    Some(said)
}

fn page(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let page = ask.source.account.as_str();
    let path = format!("{page}/subscribed_apps");
    let token_of_page = report.need(
        "reply token",
        ask.token(),
        "put the Page's access token into the file of secrets",
    )?;
    let me = bearing(
        token_of_page,
        call(
            Method::Get,
            graph("graph.facebook.com", "me?fields=id,name"),
        ),
    );
    let me = api.good(report, "token", &me, "make a new Page access token")?;
    let own = me.id_at("/id").unwrap_or_default();
    let right = report.judge(
        "account",
        own == page,
        format!(
            "the token is of {own} ({})",
            me.text_at("/name").unwrap_or_default()
        ),
        "take the Page's token (GET /me/accounts), or write its number as the source's account",
    );
    let _ = token(
        api,
        ask,
        report,
        &[
            "pages_manage_metadata",
            "pages_messaging",
            "pages_manage_engagement",
        ],
    );
    if !right {
        return None;
    }
    let app = app(api, ask, report, "page", PAGE)?;
    account(api, ask, report, ("graph.facebook.com", &path), &app, PAGE).map(|_| ())
}

fn instagram(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let ours = ask.source.account.as_str();
    let token_of_account = report.need(
        "reply token",
        ask.token(),
        "put it into the file of secrets",
    )?;
    // Tokens of Instagram Login are good at Instagram's own host alone.
    let host = match token_of_account.starts_with("IG") {
        true => "graph.instagram.com",
        false => "graph.facebook.com",
    };
    if host == "graph.instagram.com" {
        let me = bearing(
            token_of_account,
            call(Method::Get, graph(host, "me?fields=user_id,username")),
        );
        let me = api.good(report, "token", &me, "authorise the account again")?;
        let own = me.id_at("/user_id").unwrap_or_default();
        let right = report.judge(
            "account",
            own == ours,
            format!(
                "the token is of @{}, user_id {own}",
                me.text_at("/username").unwrap_or_default()
            ),
            &format!("write account = \"{own}\", if that is the right account"),
        );
        if !right {
            return None;
        }
    } else {
        let _ = token(
            api,
            ask,
            report,
            &["instagram_manage_comments", "instagram_manage_messages"],
        );
    }
    let app = app(api, ask, report, "instagram", INSTAGRAM_FIELDS)?;
    account(
        api,
        ask,
        report,
        (host, &format!("{ours}/subscribed_apps")),
        &app,
        INSTAGRAM_FIELDS,
    )
    .map(|_| ())
}
