//! Bluesky: a Tap of one's own delivers.

use super::known::{Chosen, Connect};

pub static CONNECT: Connect = Connect {
    account: "the account's did: did:plc: and 24 letters and digits (bsky.app shows it to developers; the handle goes into handle)",
    secret: (
        Chosen::Us,
        "you choose it: TAP_ADMIN_PASSWORD (`heard secrets make`)",
    ),
    token: "Settings, Privacy and security, App passwords: session:HANDLE:APP_PASSWORD",
    events: &["app.bsky.feed.post"],
    steps: &[
        "Run Tap (github.com/bluesky-social/indigo cmd/tap) with TAP_WEBHOOK_URL={url}, TAP_ADMIN_PASSWORD as {secret}, TAP_COLLECTION_FILTERS=app.bsky.feed.post and TAP_FULL_NETWORK=true: without the last one it follows authors, and mentions by others do not arrive.",
        "Check it: /health answers, and /stats/outbox-buffer does not grow.",
    ],
    needs: &[],
    api: None,
    manifest: None,
    handshake: None,
    source: "github.com/bluesky-social/indigo cmd/tap README",
};
