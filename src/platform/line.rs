//! LINE: messages to an official account.
//!
//! A source's `account` is `destination`, the account's own user id. Messages in groups come too;
//! their author may be unknown, because LINE names only people who agreed to it.
//!
//! `reply_to` is `TOKEN:CREATED_MS:CHAT`. The reply token works once and for about a minute; an
//! answer within [`TOKEN_MS`] uses it, a later one is pushed to the chat, which counts against the
//! account's monthly quota and takes a key by which LINE tells a repetition.
//!
//! # Who is spoken to
//!
//! In a chat of two: us. In a group or room: us where LINE marks our name (`isSelf`; `@all` is not us).
//! Whose message `quotedMessageId` names, and so whether an answer is one to us, is not told.
//!
//! # Who is staff, what is quoted, what is automatic
//!
//! Staff is not told: what they answer in LINE's own console never arrives, and a colleague in a group is
//! read as anybody. Nothing is quoted but by id. Automatic messages are not marked; another account of
//! ours or anybody's never arrives. A sticker's keywords are LINE's words, and shown as its caption; what
//! the author wrote on it is the text.
//!
//! # What is read
//!
//! | event | |
//! |---|---|
//! | `message`: `text`, `image`, `video`, `audio`, `file`, `location`, `sticker` | read; of a kind not listed here, as something carried |
//! | `messageEdited` | an edit, in groups only; the largest timestamp is the newest |
//! | `unsend` | a deletion |
//! | `follow`, an unblocking among them | a start |
//! | `unfollow`: blocked, or removed | a stop |
//! | `postback`, `videoPlayComplete`, `beacon`, `accountLink`, `things`, `membership` | what our own menus, films and devices ask for: no words |
//! | `join`, `leave`, `memberJoined`, `memberLeft` | who is in a group |
//! | `module`, `activated`, `deactivated`, `botSuspended`, `botResumed`, `delivery` | our account's own |
//!
//! A redelivery (`isRedelivery`) is read like any other: it may be the only copy that arrives.

use super::aside::{Aside, Sourced};
use super::form::Form;
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told, no_handshake, utf16};
use super::read::{self, at, id, link, list, text, time_ms, truth, words};
use super::{Allowance, Place, TOO_MANY};
use super::{Answer, Event, Ignored, Outcome, ReplyCall, ReplyTo, Unreadable, Update};
use super::{Method, bearer, blank, call_key, outcome_of_status, person};
use crate::platform::eligibility::Rule;
use crate::post::{AccountId, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind};
use crate::signature::scheme::Scheme;
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: Some(AccountForm {
        says: "the account's own user id: U...",
        fits: |text| text.starts_with('U'),
    }),
    // Nothing says that two channels' messages never share a number.
    ids_within_account: Some(|_| true),
    identity: Identity::Certain,
    public: utf16(5_000),
    private: utf16(5_000),
    mostly: PostKind::Message,
    handle: Handle::Optional,
    needs_reply_url: false,
    has_plans: false,
    credential: Form::TOKEN,
    marks_names: true,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |post, _| forbidden(post),
    reply,
    outcome,
    aside: &ASIDE,
    fetch: None,
    told: Told {
        arrives: "messages to an official account and in its groups; edits, unsends, blocks and unblocks",
        verified: "",
        answered: "reply token within its minute, else push",
        cannot: "in groups only who mentions the account is answered; pushes count against the monthly quota",
    },
};

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[],
    cannot: Sourced {
        says: "LINE lets a bot write in private to its friends alone, and a group does not tell who is one",
        source: "developers.line.biz/en/docs/messaging-api",
        date: "2026-08",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Line,
    headers: &[],
    handshake: no_handshake,
    parse: |d| parse(d.body, d.now_ms),
};

/// How old a message may be for its reply token to be tried, in milliseconds: "about a minute", less
/// what the call itself and a clock that is off may take.
const TOKEN_MS: i64 = 45_000;

static STANDBY: Rule = Rule {
    name: "line.standby",
    says: "another module owns this chat: a channel on standby listens and does not write",
    source: "developers.line.biz/en/reference/messaging-api/#webhook-event-objects",
    date: "2026-06",
};

/// Reads a delivery; the console's "Verify" sends one without events.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let events = document
        .get("events")
        .and_then(Value::as_array)
        .ok_or(Unreadable)?;
    let account = id(&document, &["destination"]).map(AccountId::new);
    let update = |event| Update {
        platform: Platform::Line,
        account: account.clone(),
        event: read_event(event, now_ms),
    };
    Ok(events.iter().take(TOO_MANY).map(update).collect())
}

fn read_event(event: &Value, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    let user = id(event, &["source", "userId"]);
    let kind = text(event, &["type"]).unwrap_or_default();
    match kind {
        "message" | "messageEdited" => {}
        "unsend" => {
            return match id(event, &["unsend", "messageId"]) {
                Some(message) => Event::Deleted {
                    post: PostId::new(message),
                    author: user.map(AuthorId::new),
                },
                None => ignored(Ignored::Malformed),
            };
        }
        "unfollow" => {
            return match user {
                Some(user) => Event::Stop {
                    author: AuthorId::new(user),
                    at_ms: time_ms(event, &["timestamp"]),
                },
                None => ignored(Ignored::Malformed),
            };
        }
        "follow" => {
            return match user {
                Some(user) => Event::Start {
                    author: AuthorId::new(user),
                    at_ms: time_ms(event, &["timestamp"]),
                },
                None => ignored(Ignored::Malformed),
            };
        }
        "join" | "leave" | "memberJoined" | "memberLeft" | "postback" | "videoPlayComplete"
        | "beacon" | "accountLink" | "things" | "membership" | "module" | "activated"
        | "deactivated" | "botSuspended" | "botResumed" | "delivery" => {
            return ignored(Ignored::NotAPost);
        }
        "" => return ignored(Ignored::Malformed),
        _ => return ignored(Ignored::UnknownKind),
    }
    let group = id(event, &["source", "groupId"]).or_else(|| id(event, &["source", "roomId"]));
    let chat = group.clone().or_else(|| user.clone());
    let (Some(message), Some(chat)) = (id(event, &["message", "id"]), chat) else {
        return ignored(Ignored::Malformed);
    };
    let created_ms = time_ms(event, &["timestamp"]).unwrap_or(now_ms);
    let token = id(event, &["replyToken"]).unwrap_or_default();
    let mentioned = at(event, &["message", "mention"]).is_some_and(|mention| {
        list(mention, "mentionees")
            .iter()
            .any(|m| truth(m, &["isSelf"]))
    });
    let (text_read, cut) = words(text(event, &["message", "text"]));
    let edited = kind == "messageEdited";
    let post = Post {
        author: user.map(person),
        text: text_read,
        cut,
        media: Vec::from_iter(event.get("message").and_then(media)),
        parent: id(event, &["message", "quotedMessageId"]).map(PostId::new),
        barred: (text(event, &["mode"]) == Some("standby")).then(|| STANDBY.name.to_owned()),
        addressed: group.is_none() || mentioned,
        version: edited.then_some(created_ms),
        ..blank(
            message,
            if group.is_some() {
                PostKind::Comment
            } else {
                PostKind::Message
            },
            format!("{token}:{created_ms}:{chat}"),
            created_ms,
        )
    };
    if edited {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// What a message carries besides words; its own id is that of its content.
fn media(message: &Value) -> Option<Media> {
    let kind = match text(message, &["type"])? {
        "text" => return None,
        "image" => MediaKind::Image,
        "video" => MediaKind::Video,
        // LINE's app sends as audio what was spoken into it.
        "audio" => MediaKind::Voice,
        "file" => MediaKind::File,
        "location" => MediaKind::Location,
        "sticker" => MediaKind::Sticker,
        _ => MediaKind::Other,
    };
    let keywords = list(message, "keywords").iter().filter_map(Value::as_str);
    let place = ["title", "address"]
        .iter()
        .filter_map(|key| text(message, &[key]));
    let point = ["latitude", "longitude"]
        .iter()
        .filter_map(|key| at(message, &[key])?.as_f64());
    let caption = match kind {
        MediaKind::Sticker => keywords.collect::<Vec<_>>().join(", "),
        MediaKind::Location => {
            let place = place.map(str::to_owned);
            let point = point.map(|degrees| degrees.to_string());
            place.chain(point).collect::<Vec<_>>().join(" ")
        }
        _ => text(message, &["fileName"]).unwrap_or_default().to_owned(),
    };
    let url = link(message, &["contentProvider", "originalContentUrl"]);
    Some(super::media(
        kind,
        Some(&caption),
        url,
        id(message, &["id"]),
    ))
}

static NOT_ADDRESSED: Rule = Rule {
    name: "line.not_addressed",
    says: "in a group an account answers who mentions it: people there talk to each other",
    source: "developers.line.biz/en/docs/messaging-api/group-chats",
    date: "2026-06",
};

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Private,
        to: "a person's message: by its reply token within about a minute, free of charge, once; later by push, from the month's quota",
        most: None,
        within: None,
        source: "developers.line.biz/en/reference/messaging-api/#send-reply-message",
        date: "2026-06",
    },
    Allowance {
        place: Place::Public,
        to: "a message in a group that mentions the account",
        most: None,
        within: None,
        source: "developers.line.biz/en/docs/messaging-api/group-chats",
        date: "2026-06",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&STANDBY, &NOT_ADDRESSED];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    (!post.addressed).then_some(&NOT_ADDRESSED)
}

/// `reply` within the token's life, else `push`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (token, rest) = to.reply_to.split_once(':')?;
    let (created_ms, chat) = rest.split_once(':')?;
    let created_ms: i64 = created_ms.parse().ok()?;
    (!chat.is_empty()).then_some(())?;
    let messages = json!([{ "type": "text", "text": text }]);
    let alive = to.now_ms.saturating_sub(created_ms) <= TOKEN_MS;
    let mut headers = vec![bearer(to.credential)?];
    let (call, body) = if alive && !token.is_empty() {
        (
            "reply",
            json!({ "replyToken": token, "messages": messages }),
        )
    } else {
        headers.push(("X-Line-Retry-Key".into(), uuid(&call_key(to, text))));
        ("push", json!({ "to": chat, "messages": messages }))
    };
    Some(ReplyCall {
        method: Method::Post,
        url: format!("https://api.line.me/v2/bot/message/{call}"),
        headers,
        body: body.to_string(),
    })
}

/// 32 hex digits with the dashes of a UUID.
fn uuid(hex: &str) -> String {
    let mut out = String::with_capacity(36);
    for (nth, digit) in hex.chars().enumerate() {
        if matches!(nth, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

/// Reads the API's answer.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let document = read::document(answer.body);
    let refused = |word: &str| super::refused(word, answer.status);
    match (answer.status, document) {
        (200..=299, Ok(document)) => Outcome::Sent {
            id: list(&document, "sentMessages")
                .first()
                .and_then(|message| id(message, &["id"])),
        },
        (200..=299, Err(Unreadable)) => Outcome::Unknown {
            why: "unreadable".into(),
        },
        // The same retry key was accepted before: it did arrive, then.
        (409, Ok(document)) => Outcome::Sent {
            id: list(&document, "sentMessages")
                .first()
                .and_then(|message| id(message, &["id"])),
        },
        (400, Ok(document)) => {
            let message = text(&document, &["message"]).unwrap_or_default();
            let token = message.to_ascii_lowercase().contains("invalid reply token");
            refused(if token { "window" } else { "bad_request" })
        }
        // The month's quota, which waiting does not refill soon.
        (429, Ok(document))
            if text(&document, &["message"]).is_some_and(|m| m.contains("monthly limit")) =>
        {
            refused("quota")
        }
        _ => outcome_of_status(answer, now_ms),
    }
}
