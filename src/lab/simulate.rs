//! A realistic delivery of any event of any platform, as the platform writes it: for `heard simulate`,
//! `heard post`, load and the tests.

use crate::config::{Config, Source};
use crate::platform::{Event, of_account, parse, scheme_of};
use crate::post::{Platform, PostId};
use crate::signature::sign::sign;
use crate::signature::{Headers, escape_unicode};
use anyhow::{Context, Result};
use delivery::{Delivery, Simulated};
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

/// Whether a customer can write to us there, so that [`written`] has something to sign.
pub fn can_post(platform: Platform) -> bool {
    let post = Delivery {
        platform,
        account: "1",
        handle: None,
        author: "1",
        text: "",
        id: "1",
        created_ms: 0,
        event: Simulated::Made,
    };
    body(&post).is_some()
}

/// What a customer wrote, signed and ready to be delivered.
pub struct Written {
    /// The app whose webhook takes it.
    pub app: String,
    /// The signature, and what else the platform says in headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The id that Heard gives the post: read from the body as Heard reads it.
    pub post: PostId,
}

/// Has `author` write `text` to a source, and signs it with the newest key of the source's app.
///
/// # Errors
/// Where the platform sends no posts, or the app has no key.
pub fn written(
    config: &Config,
    source: &Source,
    author: &str,
    text: &str,
    now_ms: i64,
) -> Result<Written> {
    let id = format!("2{now_ms}");
    let delivery = Delivery {
        platform: source.platform,
        account: source.account.as_str(),
        handle: source.handle.as_deref(),
        author,
        text,
        id: &id,
        created_ms: now_ms,
        event: Simulated::Made,
    };
    let body = body(&delivery).with_context(|| format!("{} sends no posts", delivery.platform))?;
    let scheme = scheme_of(source.platform);
    let app = config.app(source.app.as_str());
    let key = app.and_then(|app| app.keys.first()).with_context(|| {
        format!(
            "the app {} has no key among the development secrets: start `heard dev` once",
            source.app
        )
    })?;
    let mut headers = sign(scheme, key, &format!("msg_{id}"), now_ms / 1_000, &body);
    headers.extend(said_in_headers(&delivery));
    let updates = parse(scheme, Headers::new(&headers), &body, now_ms)
        .map_err(|_| anyhow::anyhow!("the simulated delivery can't be read"))?;
    let post = updates.into_iter().find_map(|mut update| {
        of_account(source.platform, &source.account, &mut update.event);
        match update.event {
            Event::Made { post } => Some(post.id),
            _ => None,
        }
    });
    Ok(Written {
        app: source.app.to_string(),
        headers,
        body,
        post: post.context("the simulated delivery carries no post")?,
    })
}
