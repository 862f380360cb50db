//! Messenger, and with it Instagram's direct messages, which come in the same updates.
//!
//! `reply_to` is the id of the person in this conversation: a page-scoped or Instagram-scoped id.

use super::meta::{Context, call, graph, ignored};
use super::read::{id, number, text, time_ms, truth, words};
use super::{Allowance, Place, Within};
use super::{Event, Ignored, ReplyCall, ReplyTo, Rule, instagram};
use crate::post::{Author, AuthorId, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

/// What marks a message of ours in its echo, so that a human agent's message from the native app
/// can be told from it.
pub const METADATA: &str = "heard";

/// How long after a person's last message a business may answer.
pub const WINDOW_MS: i64 = 24 * 60 * 60 * 1_000;

/// Meta's messaging window.
pub(super) static WINDOW: Rule = Rule {
    name: "messenger.window_24h",
    says: "an automatic message goes out within 24 hours of the person's last one, or not at all",
    source: "developers.facebook.com/docs/messenger-platform/policy/policy-overview",
    date: "2026-06",
};

/// The handover protocol: another app speaks.
pub(super) static STANDBY: Rule = Rule {
    name: "messenger.standby",
    says: "another app owns this thread: an app on standby listens and does not write",
    source: "developers.facebook.com/docs/messenger-platform/handover-protocol",
    date: "2026-06",
};

/// Reads one of `messaging` or `standby`.
pub(super) fn read(platform: Platform, update: &Value, context: &Context<'_>) -> Event {
    let sender = id(update, &["sender", "id"]);
    if sender.is_some() && sender.as_deref() == context.account {
        return ignored(Ignored::Own);
    }
    let edit = update.get("message_edit");
    let Some(message) = update.get("message").or(edit).filter(|m| m.is_object()) else {
        const SIGNALS: [&str; 13] = [
            "postback",
            "reaction",
            "read",
            "delivery",
            "optin",
            "referral",
            "account_linking",
            "pass_thread_control",
            "take_thread_control",
            "request_thread_control",
            "app_roles",
            "policy_enforcement",
            "seen",
        ];
        let signal = SIGNALS.iter().any(|key| update.get(key).is_some());
        let broken = update.get("message").is_some() || edit.is_some() || !update.is_object();
        return ignored(match (signal, broken) {
            (true, _) => Ignored::NotAPost,
            (false, true) => Ignored::Malformed,
            (false, false) => Ignored::UnknownKind,
        });
    };
    if truth(message, &["is_echo"]) || truth(message, &["is_self"]) {
        return ignored(Ignored::Own);
    }
    let (Some(mid), Some(sender)) = (id(message, &["mid"]), sender) else {
        return ignored(Ignored::Malformed);
    };
    if truth(message, &["is_deleted"]) {
        return Event::Deleted {
            post: PostId::new(mid),
            author: Some(AuthorId::new(sender)),
        };
    }
    // A sticker, a photo or what Meta calls unsupported has no text and still waits for a person.
    let (text, cut) = words(text(message, &["text"]));
    let post = Post {
        id: PostId::new(mid),
        kind: PostKind::Message,
        author: Some(Author {
            id: AuthorId::new(sender.clone()),
            name: None,
            handle: None,
            followers: None,
            bot: false,
            staff: false,
            aliases: Vec::new(),
        }),
        text,
        quoted: None,
        media: Vec::new(),
        automatic: false,
        calls: Vec::new(),
        cut,
        lang: None,
        created_ms: time_ms(update, &["timestamp"]).unwrap_or(context.time_ms),
        permalink: None,
        parent: id(message, &["reply_to", "mid"]).map(PostId::new),
        reply_to: match platform {
            Platform::Instagram => instagram::direct(&sender),
            _ => sender,
        },
        barred: context.standby.then(|| STANDBY.name.to_owned()),
        addressed: true,
        version: number(message, &["num_edit"]),
    };
    if edit.is_some() && update.get("message").is_none() {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Private,
    to: "a person's message",
    most: None,
    within: Some(Within {
        ms: WINDOW_MS,
        rule: &WINDOW,
    }),
    source: "developers.facebook.com/docs/messenger-platform/policy/policy-overview",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&WINDOW, &STANDBY];

/// `POST /{page}/messages`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let url = graph("graph.facebook.com", &[to.account.as_str(), "messages"])?;
    let body = json!({
        "recipient": { "id": to.reply_to },
        "messaging_type": "RESPONSE",
        "message": { "text": text, "metadata": METADATA },
    });
    (!to.reply_to.is_empty())
        .then(|| call(to, url, &body))
        .flatten()
}
