//! Telegram: messages to a bot, and in the groups it is in.
//!
//! An update names no bot: its app has one source. A message's id counts within its chat, so a post
//! is `CHAT/MESSAGE`, which is also its `reply_to`. In private chats and basic groups a number counts
//! within the bot's own account too (every account numbers its messages by itself), so there a post
//! is known as `ACCOUNT/CHAT/MESSAGE`; a supergroup numbers its messages for all, and one message in
//! it stays one post though two of our bots are told of it. The credential is the bot's token.

use super::read::{self, at, id, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, ReplyCall, ReplyTo, Rule, Unreadable, Update};
use super::{Method, blank, later, outcome_of_status, person};
use crate::post::{Author, AuthorId, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

static ABSENT_AUTHOR: Rule = Rule {
    name: "telegram.absent_author",
    says: "a message in a group's own name has no person behind it to answer",
    source: "core.telegram.org/bots/api#message",
    date: "2026-05",
};

/// Reads an update.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    if document.get("update_id").is_none() {
        return Err(Unreadable);
    }
    Ok(vec![Update {
        platform: Platform::Telegram,
        account: None,
        event: read_event(&document, now_ms),
    }])
}

fn read_event(update: &Value, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    if let Some(message) = update.get("message") {
        return message_event(message, false, now_ms);
    }
    if let Some(message) = update.get("edited_message") {
        return message_event(message, true, now_ms);
    }
    if let Some(member) = update.get("my_chat_member") {
        // In a private chat our own membership changes when the person blocks the bot.
        let private = text(member, &["chat", "type"]) == Some("private");
        let blocked = text(member, &["new_chat_member", "status"]) == Some("kicked");
        return match id(member, &["from", "id"]) {
            Some(person) if private && blocked => Event::Stop {
                author: AuthorId::new(person),
            },
            _ => ignored(Ignored::NotAPost),
        };
    }
    const SIGNALS: [&str; 12] = [
        "channel_post",
        "edited_channel_post",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "poll",
        "poll_answer",
        "chat_member",
        "chat_join_request",
        "chat_boost",
    ];
    let signal = SIGNALS.iter().any(|key| update.get(key).is_some());
    ignored(if signal {
        Ignored::NotAPost
    } else {
        Ignored::UnknownKind
    })
}

fn message_event(message: &Value, edited: bool, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    let (Some(chat), Some(nth)) = (
        number(message, &["chat", "id"]),
        number(message, &["message_id"]),
    ) else {
        return ignored(Ignored::Malformed);
    };
    if truth(message, &["from", "is_bot"]) {
        // Bots never see other bots' messages, so a bot's is ours; or it is Telegram's own, which
        // stands for a group's anonymous administrators.
        return ignored(Ignored::Own);
    }
    const CONTENT: [&str; 13] = [
        "text",
        "caption",
        "photo",
        "video",
        "voice",
        "audio",
        "document",
        "sticker",
        "animation",
        "video_note",
        "contact",
        "location",
        "venue",
    ];
    if !CONTENT.iter().any(|key| message.get(key).is_some()) {
        // Somebody joined, a title changed, a message was pinned.
        return ignored(Ignored::NotAPost);
    }
    let private = text(message, &["chat", "type"]) == Some("private");
    let (words_read, cut) = words(text(message, &["text"]).or_else(|| text(message, &["caption"])));
    let author = id(message, &["from", "id"]).map(|person_id| Author {
        name: [
            name(message, &["from", "first_name"]),
            name(message, &["from", "last_name"]),
        ]
        .into_iter()
        .flatten()
        .reduce(|first, last| format!("{first} {last}")),
        handle: name(message, &["from", "username"]),
        ..person(person_id)
    });
    let parent = number(message, &["reply_to_message", "message_id"]);
    let command = list(message, "entities")
        .iter()
        .any(|entity| text(entity, &["type"]) == Some("bot_command"));
    let post = Post {
        author,
        text: words_read,
        cut,
        parent: parent.map(|parent| PostId::new(format!("{chat}/{parent}"))),
        permalink: permalink(message, chat, nth),
        version: time_ms(message, &["edit_date"]),
        addressed: private || command || truth(message, &["reply_to_message", "from", "is_bot"]),
        ..blank(
            format!("{chat}/{nth}"),
            if private {
                PostKind::Message
            } else {
                PostKind::Comment
            },
            format!("{chat}/{nth}"),
            time_ms(message, &["date"]).unwrap_or(now_ms),
        )
    };
    if edited {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// Whether a message of that id is numbered by the account that sees it, not by its chat: all are but
/// those of supergroups and channels, whose chats' ids begin with -100.
pub(super) fn counts_within_account(id: &str) -> bool {
    !id.starts_with("-100")
}

/// Public groups have a name in their links, others a number that only members can follow.
fn permalink(message: &Value, chat: i64, nth: i64) -> Option<String> {
    if let Some(name) = text(message, &["chat", "username"]) {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let group = at(message, &["chat", "type"]) != Some(&Value::from("private"));
        return (plain && group).then(|| format!("https://t.me/{name}/{nth}"));
    }
    let chat = chat.to_string();
    let inner = chat.strip_prefix("-100")?;
    Some(format!("https://t.me/c/{inner}/{nth}"))
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Private,
        to: "a person's message to the bot; about one a second in a chat",
        most: None,
        within: None,
        source: "core.telegram.org/bots/faq",
        date: "2026-05",
    },
    Allowance {
        place: Place::Public,
        to: "a message in a group; at most 20 a minute in it",
        most: None,
        within: None,
        source: "core.telegram.org/bots/faq",
        date: "2026-05",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&ABSENT_AUTHOR];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    post.author.is_none().then_some(&ABSENT_AUTHOR)
}

/// `sendMessage`. The token is part of the URL; Telegram has no other place for it.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (chat, message) = to.reply_to.split_once('/')?;
    let (chat, message): (i64, i64) = (chat.parse().ok()?, message.parse().ok()?);
    let token = std::str::from_utf8(to.credential.expose()).ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-');
    token.bytes().all(plain).then(|| ReplyCall {
        method: Method::Post,
        url: format!("https://api.telegram.org/bot{token}/sendMessage"),
        headers: Vec::new(),
        body: json!({
            "chat_id": chat,
            "text": text,
            // Where the message is gone by then, the answer still reaches the chat.
            "reply_parameters": { "message_id": message, "allow_sending_without_reply": true },
        })
        .to_string(),
    })
}

/// Reads the API's answer: `ok` and a result, or an error code with a description.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let document = read::document(answer.body).unwrap_or(Value::Null);
    let refused = |word: &str| super::refused(word, answer.status);
    match answer.status {
        200..=299 if truth(&document, &["ok"]) => Outcome::Sent {
            id: id(&document, &["result", "message_id"]),
        },
        200..=299 => Outcome::Unknown {
            why: "unreadable".into(),
        },
        429 => {
            let wait_s = number(&document, &["parameters", "retry_after"]).map(|s| s.to_string());
            let retry_after = wait_s.as_deref().or(answer.retry_after);
            later(
                &Answer {
                    retry_after,
                    ..*answer
                },
                now_ms,
            )
        }
        // A wrong token is a wrong address.
        404 => refused("credential"),
        400 => {
            let description = text(&document, &["description"]).unwrap_or_default();
            let says = |words: &str| description.to_ascii_lowercase().contains(words);
            refused(if says("not found") {
                "gone"
            } else if says("too long") {
                "too_long"
            } else if says("rights") || says("restricted") {
                "not_allowed"
            } else {
                "bad_request"
            })
        }
        _ => outcome_of_status(answer, now_ms),
    }
}
