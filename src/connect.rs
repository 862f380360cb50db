//! How a webhook is registered with each platform, and how that is checked: for `heard connect` and `heard doctor`.
//!
//! One file per platform says what people need to know (the steps, the events to subscribe, where the account's id and
//! the secrets are found) and, where the platform has an API for it, does it: it asks the platform who the token is,
//! registers, reads back what is registered, and has the platform test it. Platforms that deliver together share a file.
//!
//! Nothing here is part of the Worker. State of 2026-11; every file names its sources.

use crate::config::secrets::SecretUse;
use crate::post::Platform;
use known::{Chosen, Connect};

pub mod api;
mod bluesky;
mod discourse;
pub mod known;
mod line;
mod linkedin;
mod mastodon;
mod meta;
pub mod probe;
pub mod report;
mod slack;
mod standard;
mod telegram;
mod threads;
mod tiktok;
mod viber;
mod whatsapp;
mod x;
mod zendesk;

/// How a platform is connected.
pub fn of(platform: Platform) -> &'static Connect {
    let mut all = ALL.iter();
    let found = all.find(|(other, _)| *other == platform);
    // A test holds the list to have every platform.
    found.map_or(&standard::CONNECT, |(_, connect)| connect)
}

static ALL: &[(Platform, &Connect)] = &[
    (Platform::Facebook, &meta::FACEBOOK),
    (Platform::Messenger, &meta::MESSENGER),
    (Platform::Instagram, &meta::INSTAGRAM),
    (Platform::Whatsapp, &whatsapp::CONNECT),
    (Platform::Threads, &threads::CONNECT),
    (Platform::X, &x::CONNECT),
    (Platform::Standard, &standard::CONNECT),
    (Platform::Discourse, &discourse::CONNECT),
    (Platform::Telegram, &telegram::CONNECT),
    (Platform::Mastodon, &mastodon::CONNECT),
    (Platform::Slack, &slack::CONNECT),
    (Platform::Line, &line::CONNECT),
    (Platform::Linkedin, &linkedin::CONNECT),
    (Platform::Viber, &viber::CONNECT),
    (Platform::Tiktok, &tiktok::CONNECT),
    (Platform::Bluesky, &bluesky::CONNECT),
    (Platform::Zendesk, &zendesk::CONNECT),
];

/// Who chooses a platform's secret, and where it is had.
pub fn of_secret(what: SecretUse) -> Option<(Chosen, &'static str)> {
    match what {
        SecretUse::AppKey(scheme) => {
            let mut all = ALL.iter();
            let found = all.find(|(platform, _)| platform.feed().scheme == scheme);
            found.map(|(_, connect)| connect.secret)
        }
        SecretUse::Credential(platform) => Some((Chosen::Platform, of(platform).token)),
        SecretUse::VerifyToken | SecretUse::TokenKey | SecretUse::DetailsKey => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_is_there_once_and_says_all() {
        for platform in Platform::ALL {
            let found: Vec<_> = ALL.iter().filter(|(other, _)| *other == platform).collect();
            assert_eq!(found.len(), 1, "{platform}");
            let connect = of(platform);
            for text in [
                connect.account,
                connect.secret.1,
                connect.token,
                connect.source,
            ] {
                assert!(!text.is_empty(), "{platform}");
            }
            assert!(!connect.events.is_empty(), "{platform}: which events?");
            // Whoever has no API has steps, and one of them leads to the address.
            let leads = connect.steps.iter().any(|step| step.contains("{url}"));
            assert!(leads || connect.api.is_some(), "{platform}");
        }
    }
}
