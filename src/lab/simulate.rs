//! A realistic delivery of any event of any platform, as the platform writes it: for `heard simulate`,
//! `heard post`, load and the tests.

use crate::post::Platform;
use crate::signature::escape_unicode;
use delivery::Delivery;
use serde_json::Value;

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
    let simulator = simulator(delivery.platform)?;
    let json = (simulator.body)(delivery)?;
    Some((simulator.write)(json.to_string()))
}

/// What the platform says of a delivery in headers besides the signature.
pub fn said_in_headers(delivery: &Delivery<'_>) -> Vec<(String, String)> {
    simulator(delivery.platform).map_or_else(Vec::new, |simulator| (simulator.headers)(delivery))
}

/// How a platform's deliveries are imitated. Written apart from the platform's own file.
struct Simulator {
    platform: Platform,
    /// The document; `None` where there is no such event.
    body: fn(&Delivery<'_>) -> Option<Value>,
    /// What is said in headers.
    headers: fn(&Delivery<'_>) -> Vec<(String, String)>,
    /// How the document is written.
    write: fn(String) -> Vec<u8>,
}

const fn plain(platform: Platform, body: fn(&Delivery<'_>) -> Option<Value>) -> Simulator {
    Simulator {
        platform,
        body,
        headers: |_| Vec::new(),
        write: String::into_bytes,
    }
}

const fn of_meta(platform: Platform, body: fn(&Delivery<'_>) -> Option<Value>) -> Simulator {
    Simulator {
        write: as_meta,
        ..plain(platform, body)
    }
}

static SIMULATORS: &[Simulator] = &[
    of_meta(Platform::Facebook, meta::facebook),
    of_meta(Platform::Messenger, meta::messenger),
    of_meta(Platform::Instagram, meta::instagram),
    of_meta(Platform::Whatsapp, whatsapp::body),
    of_meta(Platform::Threads, threads::body),
    plain(Platform::X, x::body),
    plain(Platform::Standard, standard::body),
    Simulator {
        headers: discourse::headers,
        ..plain(Platform::Discourse, discourse::body)
    },
    plain(Platform::Telegram, telegram::body),
    plain(Platform::Mastodon, mastodon::body),
    plain(Platform::Slack, slack::body),
    plain(Platform::Line, line::body),
    plain(Platform::Linkedin, linkedin::body),
    plain(Platform::Viber, viber::body),
    plain(Platform::Tiktok, tiktok::body),
    plain(Platform::Bluesky, bluesky::body),
    plain(Platform::Zendesk, zendesk::body),
];

fn simulator(platform: Platform) -> Option<&'static Simulator> {
    SIMULATORS.iter().find(|one| one.platform == platform)
}

/// As Meta writes JSON: ASCII alone, with slashes and a few others escaped. All of them stand inside
/// texts only, so replacing them in the whole document is right.
fn as_meta(text: String) -> Vec<u8> {
    let text = text
        .replace('/', "\\/")
        .replace('@', "\\u0040")
        .replace('<', "\\u003C");
    escape_unicode(text.as_bytes()).unwrap_or_else(|| text.into_bytes())
}
