//! Instagram: comments, mentions, direct messages; `changes` and the flat shape.
//!
//! `reply_to` begins with what is answered:
//!
//! - `comment:ID`: a top-level comment;
//! - `comment:ID:HANDLE`: an answer inside a thread. Only top-level comments take replies, so the
//!   reply goes under the thread's first comment, and names the person it means;
//! - `mention:MEDIA` and `mention:MEDIA:COMMENT`: media or a comment of somebody else that names us;
//! - `direct:PERSON`: a direct message.
//!
//! A mention comes as ids alone, without text or author; it is queued for a person to look at.

use super::meta::{Context, call, graph, ignored};
use super::read::{id, name, text, words};
use super::{Allowance, Place, Within};
use super::{Event, Ignored, ReplyCall, ReplyTo, Rule, messenger};
use crate::post::{Author, AuthorId, Post, PostId, PostKind};
use serde_json::{Value, json};

/// The longest handle that Instagram gives out, in characters; longer ones are not named.
pub const HANDLE_CHARS: usize = 30;

static ABSENT_ACTOR: Rule = Rule {
    name: "instagram.absent_actor",
    says: "a mention arrives without author and text: nobody is answered until a person looked",
    source: "developers.facebook.com/docs/instagram-platform/webhooks",
    date: "2026-06",
};

static LIVE: Rule = Rule {
    name: "instagram.live",
    says: "comments of a live broadcast can be answered only in private and only while it runs",
    source: "developers.facebook.com/docs/instagram-platform/private-replies",
    date: "2026-06",
};

/// Reads the value of a change that is no message.
pub(super) fn read(field: &str, value: &Value, context: &Context<'_>) -> Event {
    match field {
        "comments" => comment(value, context, false),
        "live_comments" => comment(value, context, true),
        "mentions" => mention(value, context),
        "message_reactions"
        | "messaging_postbacks"
        | "messaging_seen"
        | "messaging_referral"
        | "messaging_optins"
        | "messaging_handover"
        | "story_insights"
        | "story_reactions"
        | "share_to_story"
        | "creator_marketplace_projects"
        | "follow" => ignored(Ignored::NotAPost),
        _ => ignored(Ignored::UnknownKind),
    }
}

fn comment(value: &Value, context: &Context<'_>, live: bool) -> Event {
    let from = id(value, &["from", "id"]);
    let own = from.is_some() && from.as_deref() == context.account
        || id(value, &["from", "self_ig_scoped_id"]).is_some();
    if own {
        return ignored(Ignored::Own);
    }
    let Some(comment) = id(value, &["id"]) else {
        return ignored(Ignored::Malformed);
    };
    let handle = name(value, &["from", "username"]);
    let parent = id(value, &["parent_id"]);
    let plain = |handle: &&String| {
        handle.len() <= HANDLE_CHARS
            && handle
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'))
    };
    let reply_to = match (&parent, handle.as_ref().filter(plain)) {
        (None, _) => format!("comment:{comment}"),
        (Some(top), None) => format!("comment:{top}"),
        (Some(top), Some(handle)) => format!("comment:{top}:{handle}"),
    };
    let (text, cut) = words(text(value, &["text"]));
    Event::Made {
        post: Post {
            id: PostId::new(comment),
            kind: PostKind::Comment,
            author: from.map(|id| Author {
                id: AuthorId::new(id),
                name: None,
                handle,
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
            created_ms: context.time_ms,
            permalink: None,
            parent: parent
                .or_else(|| id(value, &["media", "id"]))
                .map(PostId::new),
            reply_to,
            barred: live.then(|| LIVE.name.to_owned()),
            addressed: true,
            version: None,
        },
    }
}

fn mention(value: &Value, context: &Context<'_>) -> Event {
    let media = id(value, &["media_id"]);
    let comment = id(value, &["comment_id"]);
    let (post, reply_to) = match (media.clone(), comment) {
        (Some(media), Some(comment)) => {
            let reply_to = format!("mention:{media}:{comment}");
            (comment, reply_to)
        }
        (Some(media), None) => (media.clone(), format!("mention:{media}")),
        (None, _) => return ignored(Ignored::Malformed),
    };
    let parent = media.filter(|media| *media != post);
    Event::Made {
        post: Post {
            id: PostId::new(post),
            kind: PostKind::Mention,
            author: None,
            text: String::new(),
            quoted: None,
            media: Vec::new(),
            automatic: false,
            calls: Vec::new(),
            cut: false,
            lang: None,
            created_ms: context.time_ms,
            permalink: None,
            parent: parent.map(PostId::new),
            reply_to,
            barred: None,
            addressed: true,
            version: None,
        },
    }
}

/// The `reply_to` of a direct message.
pub(super) fn direct(person: &str) -> String {
    format!("direct:{person}")
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Public,
        to: "a comment on our media, or a mention by somebody else",
        most: None,
        within: None,
        source: "developers.facebook.com/docs/instagram-platform/comment-moderation",
        date: "2026-06",
    },
    Allowance {
        place: Place::Private,
        to: "a person's message",
        most: None,
        within: Some(Within {
            ms: messenger::WINDOW_MS,
            rule: &messenger::WINDOW,
        }),
        source: "developers.facebook.com/docs/messenger-platform/policy/policy-overview",
        date: "2026-06",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[
    &ABSENT_ACTOR,
    &LIVE,
    &messenger::WINDOW,
    &messenger::STANDBY,
];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    post.author.is_none().then_some(&ABSENT_ACTOR)
}

/// `POST /{comment}/replies`, `/{account}/mentions` or `/{account}/messages`.
///
/// Tokens of "Instagram Login" (they begin with `IG`) are good at graph.instagram.com alone, those
/// of "Facebook Login" at graph.facebook.com alone; mentions can be answered by the latter only.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let host = if to.credential.expose().starts_with(b"IG") {
        "graph.instagram.com"
    } else {
        "graph.facebook.com"
    };
    let account = to.account.as_str();
    let (what, rest) = to.reply_to.split_once(':')?;
    let (first, second) = match rest.split_once(':') {
        Some((first, second)) => (first, Some(second)),
        None => (rest, None),
    };
    if first.is_empty() {
        return None;
    }
    let (url, body) = match what {
        "comment" => {
            let message = match second {
                Some(handle) => format!("@{handle} {text}"),
                None => text.to_owned(),
            };
            (
                graph(host, &[first, "replies"])?,
                json!({ "message": message }),
            )
        }
        "mention" => {
            let mut body = json!({ "media_id": first, "message": text });
            if let (Some(comment), Some(body)) = (second, body.as_object_mut()) {
                body.insert("comment_id".into(), comment.into());
            }
            (graph(host, &[account, "mentions"])?, body)
        }
        "direct" => (
            graph(host, &[account, "messages"])?,
            json!({ "recipient": { "id": rest }, "message": { "text": text } }),
        ),
        _ => return None,
    };
    call(to, url, &body)
}
