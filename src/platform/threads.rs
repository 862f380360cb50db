//! Threads: replies to our posts, and mentions.
//!
//! The envelope is its own: `{app_id, topic, target_id, values: {field, value}}`, signed as Meta
//! signs everything (its documentation does not say so; the first delivery will). A source's
//! `account` is `target_id`. Authors have user names and no ids, so `handle` must be set: by it our
//! own posts are known.
//!
//! `reply_to` is the post's id. Documented at developers.facebook.com/docs/threads/webhooks (2026-06),
//! with one sample; what `target_id` stands for is not said.
//!
//! # Every field
//!
//! | field | read as |
//! |---|---|
//! | `replies` | a reply, to a post of ours or inside its thread |
//! | `mentions` | a post that names us |
//! | `delete` | a deletion, without the author |
//! | `publish` | our own post: our answer where it replies, else ours |
//! | any other | ignored as unknown |
//!
//! | media type | read as |
//! |---|---|
//! | `TEXT_POST` | its words |
//! | `IMAGE`, `VIDEO`, `AUDIO`, `CAROUSEL_ALBUM` | the words, and media with its link where one is sent |
//! | `REPOST_FACADE` | ignored: somebody's words shown again |
//!
//! A link (`link_attachment_url`), a GIF (`gif_url`) and a quoted post (`quoted_post`) are shown where they
//! are sent; no page says that they are. There are no edits.
//!
//! # Who is who
//!
//! - **Spoken to** are we in a mention and in a reply to the thread's first post, which is ours. A reply
//!   further down answers whoever wrote above it, and nothing says who that was: it is said to us only
//!   where it names us.
//! - **Staff**: the user name of the thread's owner, where that is the account that the delivery is for, or
//!   the source's `handle`. Our reply to somebody is our answer.
//! - **Automatic**: nothing is marked.
//! - **One person** has one user name, which is all that is sent. A new name is a new author.
//! - **Poor copies**: `replies` and `mentions` of one post carry the same id and the same fields.

use super::aside::{Aside, Sourced};
use super::form::Form;
use super::graph::{self, call, ignored};
use super::profile::{AccountForm, Handle, Identity, Profile, Told, utf16};
use super::read::{self, id, link, name, text, time_ms, words};
use super::{Allowance, Place};
use super::{Event, Ignored, OwnAnswer, ReplyCall, ReplyTo, Update, blank, media, person};
use crate::platform::eligibility::Rule;
use crate::post::{AccountId, Author, Media, MediaKind, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::number("the Threads user's id, a number"),
    ids_within_account: None,
    // Deletions carry ids alone.
    identity: Identity::AuthorMayLack,
    public: utf16(500),
    private: utf16(500),
    mostly: PostKind::Mention,
    handle: Handle::Needed,
    needs_reply_url: false,
    has_plans: false,
    credential: Form::TOKEN,
    marks_names: false,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |post, _| forbidden(post),
    reply,
    outcome: graph::outcome,
    aside: &ASIDE,
    fetch: None,
    told: Told {
        arrives: "replies, mentions; deletions",
        verified: " (its documentation does not say how it signs)",
        answered: "reply",
        cannot: "authors have names and no ids; no edits",
    },
};

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[],
    cannot: Sourced {
        says: "Threads has no API for messages",
        source: "developers.facebook.com/docs/threads",
        date: "2026-06",
    },
};

static ABSENT_ACTOR: Rule = Rule {
    name: "threads.absent_actor",
    says: "a post without its author may be our own: nobody is answered until the author is known",
    source: "developers.facebook.com/docs/threads/webhooks",
    date: "2026-06",
};

/// People talk to each other under our posts.
static NOT_ADDRESSED: Rule = Rule {
    name: "threads.not_addressed",
    says: "it answers somebody else in the thread, and does not name us: a note would butt in",
    source: "heard",
    date: "2026-11",
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
        event: read_change(change, account.as_deref(), time_ms),
    };
    values.iter().take(super::TOO_MANY).map(update).collect()
}

fn read_change(change: &Value, account: Option<&str>, now_ms: i64) -> Event {
    let value = change.get("value").unwrap_or(&Value::Null);
    let post_id = id(value, &["id"]);
    let replied_to = id(value, &["replied_to", "id"]);
    let root = id(value, &["root_post", "id"]);
    let (words, cut) = words(text(value, &["text"]));
    let created_ms = time_ms(value, &["timestamp"]).unwrap_or(now_ms);
    let field = text(change, &["field"]).unwrap_or_default();
    let kind = match field {
        "replies" => PostKind::Comment,
        "mentions" => PostKind::Mention,
        "publish" => PostKind::Topic,
        "delete" => {
            return match post_id {
                Some(post) => Event::Deleted {
                    post: PostId::new(post),
                    author: None,
                },
                None => ignored(Ignored::Malformed),
            };
        }
        _ => return ignored(Ignored::UnknownKind),
    };
    let author = name(value, &["username"]);
    let our_thread =
        account.is_some() && id(value, &["root_post", "owner_id"]).as_deref() == account;
    let own = field == "publish"
        || our_thread && author.is_some() && author == name(value, &["root_post", "username"]);
    if own {
        // More of our own post, under it, answers nobody.
        let answers = replied_to.filter(|above| !our_thread || root.as_ref() != Some(above));
        return match (post_id, answers) {
            (Some(post), Some(above)) => Event::Answered {
                answer: OwnAnswer {
                    id: PostId::new(post),
                    to: None,
                    parent: Some(PostId::new(above)),
                    text: words,
                    created_ms,
                },
            },
            _ => ignored(Ignored::Own),
        };
    }
    let Some(post_id) = post_id else {
        return ignored(Ignored::Malformed);
    };
    let sort = text(value, &["media_type"]).unwrap_or("TEXT_POST");
    if sort == "REPOST_FACADE" {
        return ignored(Ignored::NotAPost);
    }
    let mut shown = carried(value, sort);
    let quoted = text(value, &["quoted_post", "text"]).map(|quoted| read::words(Some(quoted)).0);
    if words.is_empty() && shown.is_empty() && quoted.is_none() {
        shown.push(media(MediaKind::Other, Some(sort), None, None));
    }
    let deeper = replied_to.is_some() && root.is_some() && replied_to != root;
    Event::Made {
        post: Post {
            author: author.map(|handle| Author {
                handle: Some(handle.clone()),
                ..person(handle)
            }),
            text: words,
            quoted,
            media: shown,
            cut,
            permalink: link(value, &["permalink"]),
            parent: replied_to.map(PostId::new),
            addressed: kind == PostKind::Mention || !deeper,
            ..blank(post_id.clone(), kind, post_id, created_ms)
        },
    }
}

/// What a post carries besides its text.
fn carried(value: &Value, sort: &str) -> Vec<Media> {
    let kind = match sort {
        "IMAGE" | "CAROUSEL_ALBUM" => Some(MediaKind::Image),
        "VIDEO" => Some(MediaKind::Video),
        "AUDIO" => Some(MediaKind::Audio),
        _ => None,
    };
    let url = || link(value, &["media_url"]).or_else(|| link(value, &["thumbnail_url"]));
    let caption = text(value, &["alt_text"]);
    let main = kind.map(|kind| media(kind, caption, url(), None));
    let gif = link(value, &["gif_url"]);
    let gif = gif.map(|url| media(MediaKind::Image, Some("GIF"), Some(url), None));
    let to = link(value, &["link_attachment_url"]);
    let to = to.map(|url| media(MediaKind::Link, None, Some(url), None));
    [main, gif, to].into_iter().flatten().collect()
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
pub static RULES: &[&Rule] = &[&ABSENT_ACTOR, &NOT_ADDRESSED];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    let absent = post.author.is_none().then_some(&ABSENT_ACTOR);
    absent.or_else(|| (!post.addressed).then_some(&NOT_ADDRESSED))
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
