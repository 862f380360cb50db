//! Viber: messages to a bot.
//!
//! A delivery names no account, so its app has one source; that source's `account` is the name under
//! which the bot writes, which every message of ours must carry. `message_token` is past 2^53.
//!
//! `reply_to` is the person's id.
//!
//! # Who is spoken to, who is staff, what is quoted, what is automatic
//!
//! A bot has chats of two only: whoever writes there speaks to us, and is none of us. Viber tells neither
//! of what our people write by other means nor of quotes, forwards or automatic messages. `silent` is a
//! button of ours that was pressed without a message being shown: our program's words.
//!
//! # What is read
//!
//! | event | |
//! |---|---|
//! | `message`: `text`, `picture`, `video`, `file`, `contact`, `location`, `sticker`, `url` | read; of a kind not listed here (`rich_media`), as something carried |
//! | `message` with `silent` | ignored, see above; `tracking_data` is what we sent with the button |
//! | `subscribed` | a start |
//! | `unsubscribed` | a stop |
//! | `conversation_started` | a chat was opened and nothing written yet |
//! | `delivered`, `seen`, `failed`, `action`, `client_status` | what became of ours |
//! | `webhook` | Viber's test |

use super::form::Form;
use super::profile::{Feed, Handle, Identity, Profile, Told, no_handshake, utf16};
use super::read::{self, at, id, link, name, number, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, ReplyCall, ReplyTo, Unreadable, Update};
use super::{Method, blank, later, outcome_of_status, person};
use crate::platform::eligibility::Rule;
use crate::post::{Author, AuthorId, Media, MediaKind, Platform, Post, PostKind, cut_to};
use crate::signature::scheme::Scheme;
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: None,
    // Nothing says that two bots' messages never share a number.
    ids_within_account: Some(|_| true),
    identity: Identity::Certain,
    // From memory of the documentation.
    public: utf16(7_000),
    private: utf16(7_000),
    mostly: PostKind::Message,
    handle: Handle::Optional,
    needs_reply_url: false,
    has_plans: false,
    credential: Form::TOKEN,
    marks_names: true,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |_, _| None,
    reply,
    outcome,
    aside: &super::aside::PRIVATE_ALREADY,
    fetch: None,
    told: Told {
        arrives: "messages to a bot; unsubscribes",
        verified: "",
        answered: "message",
        cannot: "no edits or deletions; one bot for each app; new bots only on commercial terms",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Viber,
    headers: &[],
    handshake: no_handshake,
    parse: |d| parse(d.body, d.now_ms),
};

/// The longest name that a message of ours may carry, in characters; counted here in bytes, which
/// are never fewer.
const NAME_BYTES: usize = 28;

/// Reads a delivery.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let kind = text(&document, &["event"]).ok_or(Unreadable)?;
    Ok(vec![Update {
        platform: Platform::Viber,
        account: None,
        event: read_event(kind, &document, now_ms),
    }])
}

fn read_event(kind: &str, document: &Value, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    match kind {
        "message" if truth(document, &["silent"]) => return ignored(Ignored::NotAPost),
        "message" => {}
        "webhook" => return ignored(Ignored::Test),
        "unsubscribed" => {
            return match id(document, &["user_id"]) {
                Some(user) => Event::Stop {
                    author: AuthorId::new(user),
                    at_ms: time_ms(document, &["timestamp"]),
                },
                None => ignored(Ignored::Malformed),
            };
        }
        "subscribed" => {
            return match id(document, &["user", "id"]) {
                Some(user) => Event::Start {
                    author: AuthorId::new(user),
                    at_ms: time_ms(document, &["timestamp"]),
                },
                None => ignored(Ignored::Malformed),
            };
        }
        "delivered" | "seen" | "failed" | "conversation_started" | "action" | "client_status" => {
            return ignored(Ignored::NotAPost);
        }
        _ => return ignored(Ignored::UnknownKind),
    }
    let (Some(token), Some(sender)) = (
        id(document, &["message_token"]),
        id(document, &["sender", "id"]),
    ) else {
        return ignored(Ignored::Malformed);
    };
    let (text_read, cut) = words(text(document, &["message", "text"]));
    Event::Made {
        post: Post {
            author: Some(Author {
                name: name(document, &["sender", "name"]),
                ..person(sender.clone())
            }),
            text: text_read,
            cut,
            media: Vec::from_iter(document.get("message").and_then(media)),
            addressed: true,
            ..blank(
                token,
                PostKind::Message,
                sender,
                time_ms(document, &["timestamp"]).unwrap_or(now_ms),
            )
        },
    }
}

/// What a message carries besides words.
fn media(message: &Value) -> Option<Media> {
    let kind = match text(message, &["type"])? {
        "text" => return None,
        "picture" => MediaKind::Image,
        "video" => MediaKind::Video,
        "file" => MediaKind::File,
        "contact" => MediaKind::Contact,
        "location" => MediaKind::Location,
        "sticker" => MediaKind::Sticker,
        "url" => MediaKind::Link,
        _ => MediaKind::Other,
    };
    let says = [
        ["contact", "name"],
        ["contact", "phone_number"],
        ["location", "lat"],
        ["location", "lon"],
    ];
    let says = says.iter().filter_map(|path| match at(message, path)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let caption = match text(message, &["file_name"]) {
        Some(file) => file.to_owned(),
        None => says.collect::<Vec<_>>().join(" "),
    };
    let (url, sticker) = (link(message, &["media"]), id(message, &["sticker_id"]));
    Some(super::media(kind, Some(&caption), url, sticker))
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Private,
    to: "a person's message to the bot",
    most: None,
    within: None,
    source: "developers.viber.com/docs/api/rest-bot-api",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[];

/// `send_message`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let token = std::str::from_utf8(to.credential.expose()).ok()?;
    let plain = token.bytes().all(|b| b.is_ascii_graphic());
    let mut our_name = to.account.as_str().to_owned();
    cut_to(&mut our_name, NAME_BYTES);
    (plain && !to.reply_to.is_empty()).then(|| ReplyCall {
        method: Method::Post,
        url: "https://chatapi.viber.com/pa/send_message".into(),
        headers: vec![("X-Viber-Auth-Token".into(), token.to_owned())],
        body: json!({
            "receiver": to.reply_to,
            "min_api_version": 1,
            "sender": { "name": our_name },
            "type": "text",
            "text": text,
        })
        .to_string(),
    })
}

/// Reads the API's answer. An error comes with HTTP 200 and a `status` that is not 0.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    if !(200..=299).contains(&answer.status) {
        return outcome_of_status(answer, now_ms);
    }
    let document = read::document(answer.body).unwrap_or(Value::Null);
    let word = match number(&document, &["status"]) {
        None => {
            return Outcome::Unknown {
                why: "unreadable".into(),
            };
        }
        Some(0) => {
            return Outcome::Sent {
                id: id(&document, &["message_token"]),
            };
        }
        Some(12) => return later(answer, now_ms),
        // "General error": nothing says whether it came before or after the sending.
        Some(1) => {
            return Outcome::Unknown {
                why: "status:1".into(),
            };
        }
        Some(2) => "credential",
        Some(5) => "gone",
        Some(6..=8) => "not_allowed",
        Some(_) => "bad_request",
    };
    super::refused(word, number(&document, &["status"]).unwrap_or_default())
}
