//! WhatsApp Cloud API: messages to a business number.
//!
//! They come in Meta's envelope; a source's `account` is the `phone_number_id`, because one business
//! account has several numbers. A person may be named by number (`wa_id`), by a business-scoped user
//! id, or by both: the latter stays when the number is hidden, so it comes first.
//!
//! `reply_to` is `to:NUMBER:MESSAGE` or `recipient:USER:MESSAGE`, the two ways to address a person,
//! and the message that is answered.

use super::meta::{call, graph, ignored};
use super::read::{at, id, list, name, text, time_ms, words};
use super::{Allowance, Place, Within};
use super::{Event, Ignored, ReplyCall, ReplyTo, Rule, blank, person};
use crate::post::{Author, Post, PostId, PostKind};
use serde_json::{Value, json};

static WINDOW: Rule = Rule {
    name: "whatsapp.window_24h",
    says: "a free text goes out within 24 hours of the person's last message, or not at all",
    source: "developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages",
    date: "2026-06",
};

/// The events of one change, each with the number it came to.
pub(super) fn read(field: &str, value: &Value, now_ms: i64) -> (Option<String>, Vec<Event>) {
    let number = id(value, &["metadata", "phone_number_id"]);
    let events = match field {
        "messages" => {
            let contacts = list(value, "contacts");
            let messages = list(value, "messages").iter();
            let mut events: Vec<Event> = messages.map(|m| message(m, contacts, now_ms)).collect();
            // What became of our own messages, and errors.
            let signals = list(value, "statuses").len() + list(value, "errors").len();
            events.extend((0..signals).map(|_| ignored(Ignored::NotAPost)));
            if events.is_empty() {
                events.push(ignored(Ignored::Malformed));
            }
            events
        }
        "smb_message_echoes" => vec![ignored(Ignored::Own)],
        "account_update"
        | "account_alerts"
        | "account_review_update"
        | "history"
        | "business_capability_update"
        | "message_template_status_update"
        | "message_template_quality_update"
        | "phone_number_name_update"
        | "phone_number_quality_update"
        | "security"
        | "smb_app_state_sync"
        | "template_category_update"
        | "user_preferences" => vec![ignored(Ignored::NotAPost)],
        _ => vec![ignored(Ignored::UnknownKind)],
    };
    (number, events)
}

fn message(message: &Value, contacts: &[Value], now_ms: i64) -> Event {
    let kind = text(message, &["type"]).unwrap_or("text");
    let said = match kind {
        "text" => text(message, &["text", "body"]),
        "image" | "video" | "document" => text(message, &[kind, "caption"]),
        "button" => text(message, &["button", "text"]),
        "interactive" => text(message, &["interactive", "button_reply", "title"])
            .or_else(|| text(message, &["interactive", "list_reply", "title"])),
        "audio" | "sticker" | "location" | "contacts" | "order" | "unsupported" => None,
        "reaction" | "system" | "request_welcome" => return ignored(Ignored::NotAPost),
        _ => return ignored(Ignored::UnknownKind),
    };
    let phone = id(message, &["from"]);
    let user = id(message, &["from_user_id"]);
    let (Some(wamid), Some(author)) = (id(message, &["id"]), user.clone().or(phone.clone())) else {
        return ignored(Ignored::Malformed);
    };
    // Contacts come in no order.
    let contact = contacts.iter().find(|contact| {
        let is = |key, whom: &Option<String>| whom.is_some() && id(contact, &[key]) == *whom;
        is("wa_id", &phone) || is("user_id", &user)
    });
    let of_contact = |path: &[&str]| contact.and_then(|contact| name(contact, path));
    let reply_to = match phone {
        Some(phone) => format!("to:{phone}:{wamid}"),
        None => format!("recipient:{author}:{wamid}"),
    };
    let (words_read, cut) = words(said);
    Event::Made {
        post: Post {
            author: Some(Author {
                name: of_contact(&["profile", "name"]),
                handle: of_contact(&["profile", "username"])
                    .map(|handle| handle.trim_start_matches('@').to_owned()),
                ..person(author)
            }),
            text: words_read,
            cut,
            parent: at(message, &["context"])
                .and_then(|context| id(context, &["id"]))
                .map(PostId::new),
            addressed: true,
            ..blank(
                wamid,
                PostKind::Message,
                reply_to,
                time_ms(message, &["timestamp"]).unwrap_or(now_ms),
            )
        },
    }
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Private,
    to: "a person's message",
    most: None,
    within: Some(Within {
        ms: super::messenger::WINDOW_MS,
        rule: &WINDOW,
    }),
    source: "developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&WINDOW];

/// `POST /{number}/messages`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (how, rest) = to.reply_to.split_once(':')?;
    let (whom, message) = rest.split_once(':')?;
    if !matches!(how, "to" | "recipient") || whom.is_empty() || message.is_empty() {
        return None;
    }
    let url = graph("graph.facebook.com", &[to.account.as_str(), "messages"])?;
    let body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        how: whom,
        "context": { "message_id": message },
        "type": "text",
        "text": { "preview_url": false, "body": text },
    });
    call(to, url, &body)
}
