//! Instagram: comments, mentions, direct messages; `changes` and the flat shape.
//!
//! `reply_to` begins with what is answered:
//!
//! - `comment:ID`: a top-level comment;
//! - `comment:ID:HANDLE`: an answer inside a thread. Only top-level comments take replies, so the
//!   reply goes under the thread's first comment, and names the person it means;
//! - `mention:MEDIA` and `mention:MEDIA:COMMENT`: media or a comment of somebody else that names us;
//! - `direct:PERSON`: a direct message;
//! - `private:COMMENT`: a private reply to a comment.
//!
//! Documented at developers.facebook.com, docs/instagram-platform/webhooks and .../webhooks/examples.
//!
//! # Every field
//!
//! | field | read as |
//! |---|---|
//! | `comments`, `live_comments` | a comment; no edits and no deletions of it are told |
//! | `mentions` | a comment or caption elsewhere that names us: ids alone, for a person to look at |
//! | `messages`, `message_echoes`, `message_edit`, `messaging_postbacks`, `messaging_optins`, `standby` (as changes, or under `messaging`) | direct messages: [`super::messenger`] |
//! | `message_reactions`, `messaging_seen`, `messaging_referral`, `messaging_handover`, `story_insights`, `story_reactions`, `share_to_story`, `creator_marketplace_*`, `follow` | ignored: no words |
//! | any other | ignored as unknown |
//!
//! A story that names us, and an answer to our story, come as messages.
//!
//! # Who is who
//!
//! - **Spoken to** are we in a comment under our media, unless it begins with a name. A comment inside a
//!   thread answers whoever wrote above it, and nothing says who that was: it is said to us only where
//!   it names us, and only a source's `handle` tells our name. A mention names us.
//! - **Staff**: our own account, by `from.id` or `self_ig_scoped_id`. Its comments inside a thread are
//!   our answer to the comment above.
//! - **Quoted** and **automatic**: nothing is marked. For messages see [`super::messenger`].
//! - **One person** has one Instagram-scoped id, in comments and messages. The user name changes hands and
//!   is no alias.
//! - **Poor copies**: `mentions` has neither text nor author; `comments` of the same comment has both, under
//!   the same id. An advertisement's comment may come twice, under one id.

use super::aside::{Aside, How, Reach, Sourced, Way};
use super::fetch::{Fetch, Fetched, Lack};
use super::form::Form;
use super::graph::{self, Context, call, graph, ignored};
use super::profile::{AccountForm, Handle, Identity, Profile, Told, utf16};
use super::read::{id, name, text, words};
use super::{Allowance, Place, Within};
use super::{Event, Ignored, OwnAnswer, ReplyCall, ReplyTo, blank, media, messenger, person};
use crate::length::{Limit, Unit};
use crate::platform::eligibility::Rule;
use crate::post::{Author, MediaKind, Post, PostId, PostKind};
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::number("the professional account's id, a number"),
    ids_within_account: None,
    // Mentions carry ids alone, and none of an author.
    identity: Identity::AuthorMayLack,
    // 300 by Meta's comment rules of 2014, the last that were published (the app takes 2,200),
    // less the longest `@handle ` that a reply inside a thread begins with.
    public: utf16(300 - HANDLE_CHARS - 2),
    // Documented for the Send API.
    private: Limit {
        unit: Unit::Bytes,
        max: 1_000,
    },
    mostly: PostKind::Comment,
    handle: Handle::Optional,
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
    fetch: Some(&FETCH),
    told: Told {
        arrives: "comments, mentions, direct messages, in both payload shapes; messages' edits and unsends",
        verified: ", Facebook's or Instagram's app secret",
        answered: "reply, mention, message within 24 h",
        cannot: "a mention arrives without text and author: its text is fetched (not with a token of Instagram Login), and a person looks at it; comments' edits and deletions are not told; live comments are not answered",
    },
};

/// The longest handle that Instagram gives out, in characters; longer ones are not named.
pub const HANDLE_CHARS: usize = 30;

/// How long after a comment one private reply to it may go.
static PRIVATE_WITHIN: Within = Within {
    ms: 7 * 24 * 60 * 60 * 1_000,
    rule: &PRIVATE_REPLY,
};

static PRIVATE_REPLY: Rule = Rule {
    name: "instagram.private_reply",
    says: "one private reply to a comment, within seven days of it",
    source: "developers.facebook.com/docs/instagram-platform/private-replies",
    date: "2026-06",
};

/// The `reply_to` of a private reply. Whether a broadcast still runs is not told.
fn private(post: &Post) -> Option<String> {
    let fits = post.kind == PostKind::Comment && post.barred.as_deref() != Some(LIVE.name);
    fits.then(|| format!("private:{}", post.id))
}

/// Mentions carry ids alone.
static FETCH: Fetch = Fetch {
    says: "a mention's words and its writer's user name, with a token of Facebook Login",
    source: "developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/mentions",
    date: "2026-06",
    lacks: |post| {
        let wordless = post.kind == PostKind::Mention && post.text.is_empty();
        wordless.then_some(Lack::Words)
    },
    call: ask_mention,
    read: read_mention,
};

/// `GET /{account}?fields=mentioned_comment...` or `mentioned_media...`.
fn ask_mention(to: &ReplyTo<'_>, post: &Post) -> Option<ReplyCall> {
    if to.credential.expose().starts_with(b"IG") {
        return None;
    }
    let rest = post.reply_to.strip_prefix("mention:")?;
    let (field, id, wanted) = match rest.split_once(':') {
        Some((_, comment)) => (
            "mentioned_comment.comment_id",
            comment,
            "text,timestamp,username",
        ),
        None => (
            "mentioned_media.media_id",
            rest,
            "caption,permalink,timestamp,username",
        ),
    };
    // It stands between other signs of the query.
    id.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
    let url = graph("graph.facebook.com", &[to.account.as_str()])?;
    Some(ReplyCall {
        method: super::Method::Get,
        url: format!("{url}?fields={field}({id})%7B{wanted}%7D"),
        headers: vec![super::bearer(to.credential)?],
        body: String::new(),
    })
}

fn read_mention(answer: &super::Answer<'_>, post: &Post, now_ms: i64) -> Fetched {
    let document = super::read::document(answer.body).unwrap_or(Value::Null);
    let of = |key: &str| document.get(key).filter(|value| value.is_object());
    let found = of("mentioned_comment").or_else(|| of("mentioned_media"));
    let said = found.and_then(|found| text(found, &["text"]).or_else(|| text(found, &["caption"])));
    let Some((found, said)) = found.zip(said.filter(|said| !said.trim().is_empty())) else {
        return match graph::outcome(answer, now_ms) {
            super::Outcome::Later { after_s } => Fetched::Later { after_s },
            super::Outcome::Unknown { .. } if answer.status >= 500 => {
                Fetched::Later { after_s: None }
            }
            _ => Fetched::nothing("status", answer.status),
        };
    };
    let (words, cut) = words(Some(said));
    let by = name(found, &["username"]).map(|name| format!("names us, by @{name}"));
    let picture = post.media.first().and_then(|media| media.id.clone());
    let shown = media(
        MediaKind::Link,
        by.as_deref().or(Some("names us")),
        None,
        picture,
    );
    Fetched::Found(Box::new(Post {
        text: words,
        cut,
        media: vec![shown],
        permalink: super::read::link(found, &["permalink"]).or(post.permalink.clone()),
        fetched: true,
        ..post.clone()
    }))
}

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[
        Way {
            how: How::PrivateReply,
            says: "one message for a comment on our media, within seven days; more once its author answers",
            source: "developers.facebook.com/docs/instagram-platform/private-replies",
            date: "2026-06",
            within: Some(PRIVATE_WITHIN),
            reach: Reach::Call(private),
        },
        Way {
            how: How::Link,
            says: "ig.me opens a conversation with the account",
            source: "developers.facebook.com/docs/messenger-platform/discovery/ig-me-links (from memory)",
            date: "2026-11",
            within: None,
            reach: Reach::Link(|we| Some(format!("https://ig.me/m/{}", we.handle?))),
        },
    ],
    cannot: Sourced {
        says: "a private reply goes to a comment on our own media alone, to one of a live broadcast only while it runs; a link needs the source's handle",
        source: "developers.facebook.com/docs/instagram-platform/private-replies",
        date: "2026-06",
    },
};

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

/// People talk to each other under our pictures.
static NOT_ADDRESSED: Rule = Rule {
    name: "instagram.not_addressed",
    says: "it answers or names somebody else, and not us: a note would butt in",
    source: "heard",
    date: "2026-11",
};

/// Reads the value of a change that is no message.
pub(super) fn read(field: &str, value: &Value, context: &Context<'_>) -> Event {
    match field {
        "comments" => comment(value, context, false),
        "live_comments" => comment(value, context, true),
        "mentions" => mention(value, context),
        "message_reactions" | "messaging_seen" | "messaging_referral" | "messaging_handover"
        | "story_insights" | "story_reactions" | "share_to_story" | "follow" => {
            ignored(Ignored::NotAPost)
        }
        _ if field.starts_with("creator_marketplace_") => ignored(Ignored::NotAPost),
        _ => ignored(Ignored::UnknownKind),
    }
}

fn comment(value: &Value, context: &Context<'_>, live: bool) -> Event {
    let from = id(value, &["from", "id"]);
    let own = from.is_some() && from.as_deref() == context.account
        || id(value, &["from", "self_ig_scoped_id"]).is_some();
    let parent = id(value, &["parent_id"]);
    let (words, cut) = words(text(value, &["text"]));
    let Some(comment) = id(value, &["id"]) else {
        return ignored(if own {
            Ignored::Own
        } else {
            Ignored::Malformed
        });
    };
    if own {
        return match parent {
            Some(parent) => Event::Answered {
                answer: OwnAnswer {
                    id: PostId::new(comment),
                    to: None,
                    parent: Some(PostId::new(parent)),
                    text: words,
                    created_ms: context.time_ms,
                },
            },
            None => ignored(Ignored::Own),
        };
    }
    let handle = name(value, &["from", "username"]);
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
    // Where it is our name that it begins with, the configuration knows.
    let addressed = parent.is_none() && !words.trim_start().starts_with('@');
    let wordless = words.trim().is_empty();
    let unsaid = || {
        media(
            MediaKind::Other,
            Some("a comment without words"),
            None,
            None,
        )
    };
    Event::Made {
        post: Post {
            author: from.map(|id| Author {
                handle,
                ..person(id)
            }),
            text: words,
            media: wordless.then(unsaid).into_iter().collect(),
            cut,
            parent: parent
                .or_else(|| id(value, &["media", "id"]))
                .map(PostId::new),
            barred: live.then(|| LIVE.name.to_owned()),
            addressed,
            ..blank(comment, PostKind::Comment, reply_to, context.time_ms)
        },
    }
}

fn mention(value: &Value, context: &Context<'_>) -> Event {
    let picture = id(value, &["media_id"]);
    let comment = id(value, &["comment_id"]);
    let (post, reply_to) = match (picture.clone(), comment) {
        (Some(picture), Some(comment)) => {
            let reply_to = format!("mention:{picture}:{comment}");
            (comment, reply_to)
        }
        (Some(picture), None) => (picture.clone(), format!("mention:{picture}")),
        (None, _) => return ignored(Ignored::Malformed),
    };
    let parent = picture.clone().filter(|picture| *picture != post);
    Event::Made {
        post: Post {
            media: vec![media(MediaKind::Link, Some("names us"), None, picture)],
            parent: parent.map(PostId::new),
            addressed: true,
            ..blank(post, PostKind::Mention, reply_to, context.time_ms)
        },
    }
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
    &NOT_ADDRESSED,
    &messenger::WINDOW,
    &messenger::STANDBY,
];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    let absent = post.author.is_none().then_some(&ABSENT_ACTOR);
    absent.or_else(|| (!post.addressed).then_some(&NOT_ADDRESSED))
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
        "private" => (
            graph(host, &[account, "messages"])?,
            json!({ "recipient": { "comment_id": rest }, "message": { "text": text } }),
        ),
        _ => return None,
    };
    call(to, url, &body)
}
