//! Mastodon: a webhook is made by hand in the server's administration; the API can only say who the token is.

use super::api::{Api, bearing, call};
use super::known::{Ask, Chosen, Connect};
use super::report::Report;
use crate::platform::Method;

pub static CONNECT: Connect = Connect {
    account: "the server's name, as social.example: deliveries name none",
    secret: (
        Chosen::Platform,
        "Administration, Webhooks, the webhook: Signing secret",
    ),
    token: "Preferences, Development, the app: an access token with write:statuses",
    events: &["status.created", "status.updated"],
    steps: &[
        "Administration, Webhooks, Add endpoint, on your own server (the role needs Manage Webhooks): {url}, with both events.",
        "Put its signing secret into {secret}; `heard secrets push`.",
        "Both events tell of local accounts only: who writes from another server does not arrive.",
    ],
    needs: &[],
    api: Some(check),
    manifest: None,
    handshake: None,
    source: "docs.joinmastodon.org/admin/webhooks; mastodon/mastodon status.rb",
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
    let url = format!(
        "https://{}/api/v1/accounts/verify_credentials",
        ask.source.account
    );
    let said = api.good(
        report,
        "token",
        &bearing(token, call(Method::Get, url)),
        "make the app's access token anew",
    )?;
    let name = said.text_at("/acct").unwrap_or_default();
    report.judge(
        "account",
        ask.source.is_called(name),
        format!("the token is @{name}'s"),
        &format!("write handle = \"@{name}\", or take the right account's token"),
    );
    Some(())
}
