//! Facebook Pages: comments, visitor posts and mentions (`feed`, `mention`).
//!
//! `reply_to` is the id of the comment or post under which the reply goes: the post itself, or, for
//! an answer inside a thread, the thread's top comment, because threads have two levels.
//!
//! A comment that its Page hid (`hide`) is [`Event::Deleted`]: a public answer to it would talk to
//! nobody, and somebody at the Page has dealt with it.

use super::meta::{Context, call, graph, ignored};
use super::read::{id, link, name, text, time_ms, truth, words};
use super::{Allowance, Place, Within};
use super::{Event, Ignored, ReplyCall, ReplyTo, Rule};
use crate::post::{Author, AuthorId, Post, PostId, PostKind};
use serde_json::{Value, json};

/// Meta leaves the actor out where the app may not see it; it may be the Page itself.
static ABSENT_ACTOR: Rule = Rule {
    name: "facebook.absent_actor",
    says: "an update without its actor may be our own: nobody is answered until the actor is known",
    source: "developers.facebook.com/docs/graph-api/webhooks/reference/page",
    date: "2026-06",
};

/// Reads the value of a `feed` or `mention` change.
pub(super) fn read(field: &str, value: &Value, context: &Context<'_>) -> Event {
    let mention = match field {
        "feed" => false,
        "mention" => true,
        _ => return ignored(Ignored::UnknownKind),
    };
    let item = text(value, &["item"]).unwrap_or_default();
    let comment = match item {
        "comment" => true,
        "post" | "status" | "photo" | "video" | "link" | "share" | "note" => false,
        "reaction"
        | "like"
        | "connection"
        | "album"
        | "address"
        | "page"
        | "picture"
        | "profile"
        | "event"
        | "milestone"
        | "coupon"
        | "experience"
        | "relationship-status" => {
            return ignored(Ignored::NotAPost);
        }
        "" if mention => value.get("comment_id").is_some(),
        "" => return ignored(Ignored::Malformed),
        _ => return ignored(Ignored::UnknownKind),
    };
    let author = author(value);
    let own = author.as_ref().map(|author| author.id.as_str()) == context.account;
    if own && author.is_some() {
        return ignored(Ignored::Own);
    }
    let Some(post_id) = id(value, &[if comment { "comment_id" } else { "post_id" }]) else {
        return ignored(Ignored::Malformed);
    };
    let verb = text(value, &["verb"]).unwrap_or("add");
    match verb {
        "add" => {}
        "edit" | "edited" | "update" => {}
        "remove" | "delete" | "hide" => {
            return Event::Deleted {
                post: PostId::new(post_id),
                author: author.map(|author| author.id),
            };
        }
        // Shown again: as it reads now, if it is said how.
        "unhide" if text(value, &["message"]).is_some() => {}
        "unhide" | "block" | "unblock" | "follow" | "mute" => return ignored(Ignored::NotAPost),
        _ => return ignored(Ignored::UnknownKind),
    }
    let root = id(value, &["post_id"]);
    let parent = id(value, &["parent_id"])
        .or_else(|| if comment { root.clone() } else { None })
        .filter(|parent| *parent != post_id);
    let nested = comment && parent.is_some() && root.is_some() && parent != root;
    let reply_to = match &parent {
        Some(top) if nested => top.clone(),
        _ => post_id.clone(),
    };
    let (text, cut) = words(text(value, &["message"]));
    let post = Post {
        id: PostId::new(post_id),
        kind: match (mention, comment) {
            (true, _) => PostKind::Mention,
            (false, true) => PostKind::Comment,
            (false, false) => PostKind::Topic,
        },
        author,
        text,
        quoted: None,
        media: Vec::new(),
        automatic: false,
        calls: Vec::new(),
        cut,
        lang: None,
        created_ms: time_ms(value, &["created_time"]).unwrap_or(context.time_ms),
        permalink: link(value, &["permalink_url"])
            .or_else(|| link(value, &["post", "permalink_url"])),
        parent: parent.map(PostId::new),
        reply_to,
        barred: truth(value, &["is_hidden"]).then(|| HIDDEN.name.to_owned()),
        // Everything of `feed` is under our Page, and `mention` names it.
        addressed: true,
        // Nothing in it numbers an edit; the envelope's time is when Meta sent this one.
        version: Some(context.time_ms),
    };
    if verb == "add" {
        Event::Made { post }
    } else {
        Event::Edited { post }
    }
}

/// Hidden on arrival, by the Page's own word filter.
static HIDDEN: Rule = Rule {
    name: "facebook.hidden",
    says: "a hidden comment is seen by its author's friends alone: a public reply answers nobody",
    source: "developers.facebook.com/docs/graph-api/webhooks/reference/page",
    date: "2026-06",
};

fn author(value: &Value) -> Option<Author> {
    Some(Author {
        id: AuthorId::new(id(value, &["from", "id"])?),
        name: name(value, &["from", "name"]),
        handle: None,
        followers: None,
        bot: false,
        staff: false,
        aliases: Vec::new(),
    })
}

/// How long after a comment one private reply to it is taken: seven days.
const PRIVATE_REPLY_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

static PRIVATE_REPLY: Rule = Rule {
    name: "facebook.private_reply_7d",
    says: "one private reply to a comment or visitor post, within seven days of it, or none",
    source: "developers.facebook.com/docs/messenger-platform/discovery/private-replies",
    date: "2026-04",
};

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Public,
        to: "a person's comment, visitor post or mention of the Page",
        most: None,
        within: None,
        source: "developers.facebook.com/docs/graph-api/reference/comment/comments",
        date: "2026-06",
    },
    Allowance {
        place: Place::Private,
        to: "a person's comment or visitor post: a private reply; Heard answers where the post is, so it sends none",
        most: Some(1),
        within: Some(Within {
            ms: PRIVATE_REPLY_MS,
            rule: &PRIVATE_REPLY,
        }),
        source: "developers.facebook.com/docs/messenger-platform/discovery/private-replies",
        date: "2026-04",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&ABSENT_ACTOR, &HIDDEN, &PRIVATE_REPLY];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    post.author.is_none().then_some(&ABSENT_ACTOR)
}

/// `POST /{comment or post}/comments`. No `fields` in it: they made Meta answer an error for
/// a comment it had created.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let url = graph("graph.facebook.com", &[to.reply_to, "comments"])?;
    call(to, url, &json!({ "message": text }))
}
