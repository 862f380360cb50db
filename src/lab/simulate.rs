//! A realistic delivery of any event of any platform, as the platform writes it: for `heard simulate`,
//! `heard post`, load and the tests.

use crate::platform::scheme_of;
use crate::post::Platform;
use crate::signature::{Scheme, escape_unicode};
use delivery::Delivery;

mod bluesky;
pub mod delivery;
mod discourse;
mod line;
mod linkedin;
mod mastodon;
mod meta;
mod slack;
mod standard;
mod telegram;
mod threads;
mod tiktok;
mod viber;
mod whatsapp;
mod x;
mod zendesk;

/// The body of a delivery as the platform writes it; `None` where it has no such event.
pub fn body(delivery: &Delivery<'_>) -> Option<Vec<u8>> {
    let json = match delivery.platform {
        Platform::Facebook => meta::facebook(delivery)?,
        Platform::Messenger => meta::messenger(delivery)?,
        Platform::Instagram => meta::instagram(delivery)?,
        Platform::X => x::body(delivery)?,
        Platform::Standard => standard::body(delivery)?,
        Platform::Whatsapp => whatsapp::body(delivery)?,
        Platform::Threads => threads::body(delivery)?,
        Platform::Discourse => discourse::body(delivery)?,
        Platform::Telegram => telegram::body(delivery)?,
        Platform::Mastodon => mastodon::body(delivery)?,
        Platform::Slack => slack::body(delivery)?,
        Platform::Line => line::body(delivery)?,
        Platform::Linkedin => linkedin::body(delivery)?,
        Platform::Viber => viber::body(delivery)?,
        Platform::Tiktok => tiktok::body(delivery)?,
        Platform::Bluesky => bluesky::body(delivery)?,
        Platform::Zendesk => zendesk::body(delivery)?,
    };
    let text = json.to_string();
    Some(match scheme_of(delivery.platform) {
        // As Meta writes JSON: ASCII alone, with slashes and a few others escaped. All of them
        // stand inside texts only, so replacing them in the whole document is right.
        Scheme::Meta => {
            let text = text
                .replace('/', "\\/")
                .replace('@', "\\u0040")
                .replace('<', "\\u003C");
            escape_unicode(text.as_bytes()).unwrap_or_else(|| text.into_bytes())
        }
        _ => text.into_bytes(),
    })
}

/// What the platform says of a delivery in headers besides the signature.
pub fn said_in_headers(delivery: &Delivery<'_>) -> Vec<(String, String)> {
    match delivery.platform {
        Platform::Discourse => discourse::headers(delivery),
        _ => Vec::new(),
    }
}
