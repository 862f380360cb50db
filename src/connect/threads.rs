//! Threads: the webhook is set in the app's dashboard; the API can only say who the token is.

use super::api::{Api, bearing, call};
use super::known::{Ask, Connect};
use super::report::Report;
use super::{meta, probe};
use crate::platform::Method;

pub static CONNECT: Connect = Connect {
    account: "the account's number (`heard connect` tells it); not the @name",
    secret: meta::SECRET,
    token: "a Threads user token of 60 days, to be renewed in time: once it ran out, only the person can make another",
    events: &["replies", "mentions"],
    steps: &[
        "developers.facebook.com, the app, Use cases, Threads, Customize, Settings: real-time notifications, {url}, with the verify token of {verify}.",
        "The business must be verified, the account public, the token with threads_basic, threads_read_replies and threads_manage_mentions.",
    ],
    needs: &[],
    api: Some(check),
    manifest: None,
    handshake: Some(probe::meta),
    source: "developers.facebook.com/documentation/threads/webhooks",
};

fn check(api: &Api, ask: &Ask<'_>, report: &mut Report) -> Option<()> {
    let Some(token) = ask.token() else {
        report.skip(
            "token",
            "there is none yet",
            "put it into the file of secrets, then connect again: it is checked",
        );
        return None;
    };
    let me = bearing(
        token,
        call(
            Method::Get,
            "https://graph.threads.net/v1.0/me?fields=id,username",
        ),
    );
    let said = api.good(report, "token", &me, "authorise the account again")?;
    let number = said.id_at("/id").unwrap_or_default();
    report.judge(
        "account",
        number == ask.source.account.as_str(),
        format!(
            "the token is of @{}, {number}",
            said.text_at("/username").unwrap_or_default()
        ),
        &format!("write account = \"{number}\", if that is the right account"),
    );
    Some(())
}
