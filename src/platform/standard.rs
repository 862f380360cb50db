//! Anything else: our own JSON post, signed by Standard Webhooks.
//!
//! ```json
//! {
//!   "type": "post.created",
//!   "data": {
//!     "account": "forum.northline.example",
//!     "id": "8841",
//!     "kind": "comment",
//!     "author": {"id": "77", "name": "Ada", "handle": "ada", "followers": 12, "bot": false},
//!     "text": "The 8:04 was cancelled again.",
//!     "lang": "en",
//!     "created_at": "2026-11-22T08:10:00Z",
//!     "edited_at": "2026-11-22T08:12:30Z",
//!     "permalink": "https://forum.northline.example/t/8841",
//!     "parent": "8840",
//!     "addressed": true,
//!     "own": false
//!   }
//! }
//! ```
//!
//! - `type`: `post.created`, `post.edited`, `post.deleted`, `author.stop`, or `test`, which is
//!   counted and does nothing.
//! - `data`: one such object, or an array of up to 1,000 of them, all of that type.
//! - `account` (required): the source's `account` in the configuration; without `/`.
//! - `id` (required, but for `author.stop`): of the post; kept through edits.
//! - `kind`: `comment` (the default), `mention`, `message`, `review` or `topic`.
//! - `author`: `id` is required for `author.stop`; a post without an author is queued and never
//!   answered automatically. `bot` says that a program writes.
//! - `created_at`: RFC 3339, or epoch seconds or milliseconds; the time of arrival by default.
//! - `edited_at` (as `created_at`) or `version` (a whole number that grows with every edit): by it an
//!   edit that comes late, or again, is told from a newer one. Without it the last to come counts.
//! - `addressed`: whether the author means you, `true` by default.
//! - `own`: whether you wrote it yourself: such a post is ignored.
//!
//! Unknown fields are ignored. Ids may be texts or whole numbers. Ids of posts and authors are kept
//! as `ACCOUNT/ID`, so that two senders' posts can't collide.
//!
//! The reply is a POST to the source's `reply_url` with the source's credential as bearer token:
//! `{"account", "in_reply_to", "text"}`, `in_reply_to` being the post's `id`. Any 2xx accepts it; a
//! JSON answer may name the reply's `id`. `reply_to` is that `in_reply_to`.

use super::read::{self, MAX_UPDATES, id, lang, link, name, number, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{
    Answer, Event, Ignored, Method, Outcome, ReplyCall, ReplyTo, Rule, Unreadable, Update, later,
};
use crate::post::{AccountId, Author, AuthorId, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

static ABSENT_AUTHOR: Rule = Rule {
    name: "standard.absent_author",
    says: "a post without its author may be our own: nobody is answered",
    source: "heard",
    date: "2026-11",
};

/// Reads a delivery.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let kind = text(&document, &["type"]).ok_or(Unreadable)?;
    let data = match document.get("data") {
        Some(Value::Array(items)) => items.as_slice(),
        Some(item) => std::slice::from_ref(item),
        None => std::slice::from_ref(&Value::Null),
    };
    if data.len() > MAX_UPDATES {
        return Err(Unreadable);
    }
    let update = |item| {
        let account = id(item, &["account"]).filter(|account| !account.contains('/'));
        Update {
            platform: Platform::Standard,
            event: read_event(kind, item, account.as_deref(), now_ms),
            account: account.map(AccountId::new),
        }
    };
    Ok(data.iter().map(update).collect())
}

fn read_event(kind: &str, item: &Value, account: Option<&str>, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    match kind {
        "post.created" | "post.edited" | "post.deleted" | "author.stop" => {}
        "test" | "ping" => return ignored(Ignored::Test),
        _ => return ignored(Ignored::UnknownKind),
    }
    if truth(item, &["own"]) {
        return ignored(Ignored::Own);
    }
    let Some(account) = account else {
        return ignored(Ignored::Malformed);
    };
    let of_account = |id: &str| format!("{account}/{id}");
    let author = id(item, &["author", "id"]).map(|id| Author {
        id: AuthorId::new(of_account(&id)),
        name: name(item, &["author", "name"]),
        handle: name(item, &["author", "handle"])
            .map(|handle| handle.trim_start_matches('@').to_owned()),
        followers: number(item, &["author", "followers"])
            .and_then(|count| u64::try_from(count).ok()),
        bot: truth(item, &["author", "bot"]),
        staff: false,
        aliases: Vec::new(),
    });
    if kind == "author.stop" {
        return match author {
            Some(author) => Event::Stop { author: author.id },
            None => ignored(Ignored::Malformed),
        };
    }
    let Some(post_id) = id(item, &["id"]) else {
        return ignored(Ignored::Malformed);
    };
    let id_of_post = PostId::new(of_account(&post_id));
    if kind == "post.deleted" {
        return Event::Deleted {
            post: id_of_post,
            author: author.map(|author| author.id),
        };
    }
    let post_kind = match text(item, &["kind"]) {
        None | Some("comment") => PostKind::Comment,
        Some("mention") => PostKind::Mention,
        Some("message") => PostKind::Message,
        Some("review") => PostKind::Review,
        Some("topic") => PostKind::Topic,
        Some(_) => return ignored(Ignored::Malformed),
    };
    let (text, cut) = words(text(item, &["text"]));
    let post = Post {
        id: id_of_post,
        kind: post_kind,
        author,
        text,
        quoted: None,
        media: Vec::new(),
        automatic: false,
        calls: Vec::new(),
        cut,
        lang: lang(item, &["lang"]),
        created_ms: time_ms(item, &["created_at"]).unwrap_or(now_ms),
        permalink: link(item, &["permalink"]),
        parent: id(item, &["parent"]).map(|parent| PostId::new(of_account(&parent))),
        reply_to: post_id,
        barred: None,
        addressed: item.get("addressed") != Some(&Value::Bool(false)),
        version: number(item, &["version"]).or_else(|| time_ms(item, &["edited_at"])),
    };
    if kind == "post.edited" {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Public,
        to: "any post: the forum is the operator's own",
        most: None,
        within: None,
        source: "heard",
        date: "2026-11",
    },
    Allowance {
        place: Place::Private,
        to: "any message: the channel is the operator's own",
        most: None,
        within: None,
        source: "heard",
        date: "2026-11",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&ABSENT_AUTHOR];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    post.author.is_none().then_some(&ABSENT_AUTHOR)
}

/// The documented call to the source's `reply_url`; `None` where it has none.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let url = to.reply_url.filter(|url| url.starts_with("https://"))?;
    let body = json!({
        "account": to.account.as_str(),
        "in_reply_to": to.reply_to,
        "text": text,
    });
    Some(ReplyCall {
        method: Method::Post,
        url: url.to_owned(),
        headers: vec![super::bearer(to.credential)?],
        body: body.to_string(),
    })
}

/// Reads the answer of a `reply_url`.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let refused = |word: &str| super::refused(word, answer.status);
    match answer.status {
        200..=299 if answer.body.is_empty() => Outcome::Sent { id: None },
        200..=299 => match read::document(answer.body) {
            Ok(document) => Outcome::Sent {
                id: id(&document, &["id"]).or_else(|| id(&document, &["data", "id"])),
            },
            // A page that says 200, such as a proxy's or a login's, accepted nothing for certain.
            Err(Unreadable) => Outcome::Unknown {
                why: "unreadable".into(),
            },
        },
        401 => refused("credential"),
        403 => refused("not_allowed"),
        404 | 410 => refused("gone"),
        409 => refused("duplicate"),
        413 => refused("too_long"),
        429 => later(answer, now_ms),
        408 => Outcome::Unknown {
            why: "status:408".into(),
        },
        400..=499 => refused("bad_request"),
        status => Outcome::Unknown {
            why: format!("status:{status}"),
        },
    }
}
