//! Whoever sends our own JSON by Standard Webhooks.

use super::known::{Chosen, Connect};

pub static CONNECT: Connect = Connect {
    account: "the text that your sender writes into data.account",
    secret: (
        Chosen::Platform,
        "the sender's portal: whsec_...; or any that both sides have",
    ),
    token: "what your reply_url takes as a bearer token",
    events: &[
        "post.created",
        "post.edited",
        "post.deleted",
        "post.answered",
        "author.stop",
        "author.start",
    ],
    steps: &[
        "In the sender: the endpoint {url}, the events of .github/docs/platforms.md, and its secret in {secret}.",
        "Send an example from the sender's portal: it must be answered 200.",
    ],
    needs: &[],
    api: None,
    manifest: None,
    handshake: None,
    source: "standardwebhooks.com",
};
