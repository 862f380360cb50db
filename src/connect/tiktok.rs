//! TikTok: Heard verifies its deliveries and reads no posts of it yet.

use super::known::{Chosen, Connect};

pub static CONNECT: Connect = Connect {
    account: "user_openid as deliveries have it: it differs for each app; not the @name",
    secret: (
        Chosen::Platform,
        "developers.tiktok.com, the app: Client secret",
    ),
    token: "business-api.tiktok.com: an access token with comment.list.manage",
    events: &["comments", "mentions"],
    steps: &[
        "developers.tiktok.com, the app, Webhooks: {url}, then Test. Its schemas of comments are not published: see .github/docs/limits.md.",
    ],
    needs: &[],
    api: None,
    manifest: None,
    handshake: None,
    source: "developers.tiktok.com/doc/webhooks-overview",
};
