//! Threads: replies to our posts, and mentions.
//!
//! The envelope is its own: `{app_id, topic, target_id, values: {field, value}}`, signed as Meta
//! signs everything (its documentation does not say so; the first delivery will). A source's
//! `account` is `target_id`. Authors have user names and no ids, so `handle` must be set: by it our
//! own posts are known.
//!
//! `reply_to` is the post's id.

use super::meta::{call, ignored};
use super::read::{self, at, id, link, name, text, time_ms, words};
use super::{Allowance, Place};
use super::{Event, Ignored, ReplyCall, ReplyTo, Rule, Update, blank, person};
use crate::post::{AccountId, Author, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

static ABSENT_ACTOR: Rule = Rule {
    name: "threads.absent_actor",
    says: "a post without its author may be our own: nobody is answered until the author is known",
    source: "developers.facebook.com/docs/threads/webhooks",
    date: "2026-06",
};

/// Whether a document of Meta's is one of Threads.
pub(super) fn is_ours(document: &Value) -> bool {
    document.get("object").is_none()
        && document.get("values").is_some()
        && document.get("topic").is_some()
}

/// Reads a delivery.
pub(super) fn read(document: &Value, now_ms: i64) -> Vec<Update> {
    let account = id(document, &["target_id"]);
    let time_ms = read::time_ms(document, &["time"]).unwrap_or(now_ms);
    let values = match document.get("values") {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let update = |change| Update {
        platform: Platform::Threads,
        account: account.clone().map(AccountId::new),
        event: read_change(change, time_ms),
    };
    values.iter().take(read::MAX_UPDATES).map(update).collect()
}

fn read_change(change: &Value, now_ms: i64) -> Event {
    let value = change.get("value").unwrap_or(&Value::Null);
    let kind = match text(change, &["field"]).unwrap_or_default() {
        "replies" => PostKind::Comment,
        "mentions" => PostKind::Mention,
        "publish" => return ignored(Ignored::Own),
        "delete" => {
            return match id(value, &["id"]) {
                Some(post) => Event::Deleted {
                    post: PostId::new(post),
                    author: None,
                },
                None => ignored(Ignored::Malformed),
            };
        }
        _ => return ignored(Ignored::UnknownKind),
    };
    let Some(post_id) = id(value, &["id"]) else {
        return ignored(Ignored::Malformed);
    };
    let author = name(value, &["username"]);
    let (words_read, cut) = words(text(value, &["text"]));
    Event::Made {
        post: Post {
            author: author.map(|handle| Author {
                handle: Some(handle.clone()),
                ..person(handle)
            }),
            text: words_read,
            cut,
            permalink: link(value, &["permalink"]),
            parent: at(value, &["replied_to"])
                .and_then(|parent| id(parent, &["id"]))
                .map(PostId::new),
            addressed: true,
            ..blank(
                post_id.clone(),
                kind,
                post_id,
                time_ms(value, &["timestamp"]).unwrap_or(now_ms),
            )
        },
    }
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Public,
    to: "a reply to our post, or a mention; at most 1,000 replies a day in all",
    most: None,
    within: None,
    source: "developers.facebook.com/docs/threads/reply-management",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&ABSENT_ACTOR];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    post.author.is_none().then_some(&ABSENT_ACTOR)
}

/// `POST /{account}/threads`, published at once: the two calls of the documentation in one.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let account = read::segment(to.account.as_str())?;
    let body = json!({
        "media_type": "TEXT",
        "text": text,
        "reply_to_id": to.reply_to,
        "auto_publish_text": true,
    });
    (!to.reply_to.is_empty())
        .then(|| {
            call(
                to,
                format!("https://graph.threads.net/v1.0/{account}/threads"),
                &body,
            )
        })
        .flatten()
}
