//! Anything else: our own JSON post, signed by Standard Webhooks.
//!
//! ```json
//! {
//!   "type": "post.created",
//!   "data": {
//!     "account": "forum.northline.example",
//!     "id": "8841",
//!     "kind": "comment",
//!     "author": {"id": "77", "name": "Ada", "handle": "ada", "followers": 12, "bot": false,
//!                "staff": false, "aliases": ["ada@example.org"]},
//!     "text": "The 8:04 was cancelled again.",
//!     "quoted": "How was your journey?",
//!     "media": [{"kind": "image", "caption": "The board", "url": "https://forum.northline.example/7.jpg"}],
//!     "lang": "en",
//!     "created_at": "2026-11-22T08:10:00Z",
//!     "edited_at": "2026-11-22T08:12:30Z",
//!     "permalink": "https://forum.northline.example/t/8841",
//!     "parent": "8840",
//!     "addressed": true,
//!     "automatic": false,
//!     "own": false
//!   }
//! }
//! ```
//!
//! - `type`: `post.created`, `post.edited`, `post.deleted`, `post.answered`, `author.stop`,
//!   `author.start`, or `test`, which is counted and does nothing.
//! - `data`: one such object, or an array of up to 1,000 of them, all of that type.
//! - `account` (required): the source's `account` in the configuration; without `/`.
//! - `id` (required, but for `author.stop` and `author.start`): of the post; kept through edits.
//! - `kind`: `comment` (the default), `mention`, `message`, `review` or `topic`.
//! - `author`: `id` is required for `author.stop` and `author.start`; a post without an author is queued
//!   and never answered automatically. `bot` says that a program writes, `staff` that one of you does:
//!   neither gets a note. `aliases` are other ids that you have for the same person, up to eight.
//! - `text`: the author's own words. `quoted`: others' words, or older ones: shown, never judged. What
//!   `text` quotes in the manner of a mail or a forum (an older mail below it, `>`, `[quote]`) is taken
//!   out of it and put there.
//! - `media`: up to 32 things besides the text: `kind` is `image`, `video`, `voice`, `audio`, `file`,
//!   `sticker`, `location`, `contact`, `order`, `link` or `other`; `caption`, `url`, `id` as far as there are.
//! - `created_at`: RFC 3339, or epoch seconds or milliseconds; the time of arrival by default. Of
//!   `author.stop` and `author.start`: when it was said. An `author.start` without it, or from before the
//!   author's last stop, lifts nothing: sent again, it would undo what was said since.
//! - `edited_at` (as `created_at`) or `version` (a whole number that grows with every edit): by it an
//!   edit that comes late, or again, is told from a newer one. Without it the last to come counts.
//! - `addressed`: whether the author means you, `true` by default.
//! - `automatic`: whether a program sent it. A mail's `subject`, and its `headers` (an object:
//!   `Auto-Submitted`, `Precedence`, `X-Autoreply`, `Return-Path` are looked at), say so too.
//! - `own`: whether you wrote it yourself. Such a post is ignored, unless it says whom it answers: by
//!   `parent`, or by `to`, that person's id. Then it is your answer, as a `post.answered` is: the clock
//!   stops, and a note that has not left yet is withdrawn. Never send what your programs wrote so.
//!
//! Unknown fields are ignored. Ids may be texts or whole numbers. Ids of posts and authors are kept
//! as `ACCOUNT/ID`, so that two senders' posts can't collide.
//!
//! The reply is a POST to the source's `reply_url` with the source's credential as bearer token:
//! `{"account", "in_reply_to", "text"}`, `in_reply_to` being the post's `id`. Any 2xx accepts it; a
//! JSON answer may name the reply's `id`. `reply_to` is that `in_reply_to`.

use super::aside::{Aside, Sourced};
use super::form::Form;
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told, no_handshake, utf16};
use super::read::{self, id, lang, link, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place, TOO_MANY};
use super::{
    Answer, Event, Ignored, Method, Outcome, OwnAnswer, ReplyCall, ReplyTo, Unreadable, Update,
    later, quote,
};
use crate::platform::eligibility::Rule;
use crate::post::{
    AccountId, Author, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind,
};
use crate::signature::scheme::Scheme;
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: Some(AccountForm {
        says: "a text without a slash",
        fits: |text| !text.contains('/'),
    }),
    ids_within_account: None,
    // A sender may leave the author out.
    identity: Identity::AuthorMayLack,
    // Ours: what the documented reply call promises its receiver at most.
    public: utf16(10_000),
    private: utf16(10_000),
    mostly: PostKind::Topic,
    handle: Handle::Optional,
    needs_reply_url: true,
    has_plans: false,
    credential: Form::TOKEN,
    marks_names: false,
    like_mail: true,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |post, _| forbidden(post),
    reply,
    outcome,
    aside: &ASIDE,
    fetch: None,
    told: Told {
        arrives: "anything else, as Heard's own JSON post",
        verified: ": Standard Webhooks (and Svix)",
        answered: "your `reply_url`",
        cannot: "symmetric (`whsec_`) signatures only",
    },
};

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[],
    cannot: Sourced {
        says: "a system of one's own says with its reply_url where answers go, and knows of no private place",
        source: "heard",
        date: "2026-11",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Standard,
    headers: &[],
    handshake: no_handshake,
    parse: |d| parse(d.body, d.now_ms),
};

static ABSENT_AUTHOR: Rule = Rule {
    name: "standard.absent_author",
    says: "a post without its author may be our own: nobody is answered",
    source: "heard",
    date: "2026-11",
};

/// The most other ids of one author that are kept: more are a list of something else.
const MAX_ALIASES: usize = 8;

/// Reads a delivery.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let kind = text(&document, &["type"]).ok_or(Unreadable)?;
    let data = match document.get("data") {
        Some(Value::Array(items)) => items.as_slice(),
        Some(item) => std::slice::from_ref(item),
        None => std::slice::from_ref(&Value::Null),
    };
    let update = |item| {
        let account = id(item, &["account"]).filter(|account| !account.contains('/'));
        Update {
            platform: Platform::Standard,
            event: read_event(kind, item, account.as_deref(), now_ms),
            account: account.map(AccountId::new),
        }
    };
    Ok(data.iter().take(TOO_MANY).map(update).collect())
}

fn read_event(kind: &str, item: &Value, account: Option<&str>, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    match kind {
        "post.created" | "post.edited" | "post.deleted" | "post.answered" | "author.stop"
        | "author.start" => {}
        "test" | "ping" => return ignored(Ignored::Test),
        _ => return ignored(Ignored::UnknownKind),
    }
    let to = id(item, &["to"]).or_else(|| id(item, &["to", "id"]));
    let parent = id(item, &["parent"]);
    let answers =
        kind == "post.answered" || (kind == "post.created" && (to.is_some() || parent.is_some()));
    let own = truth(item, &["own"]);
    if own && !answers {
        return ignored(Ignored::Own);
    }
    let Some(account) = account else {
        return ignored(Ignored::Malformed);
    };
    let of_account = |id: &str| format!("{account}/{id}");
    let author = id(item, &["author", "id"]).map(|author| Author {
        id: AuthorId::new(of_account(&author)),
        name: name(item, &["author", "name"]),
        handle: name(item, &["author", "handle"])
            .map(|handle| handle.trim_start_matches('@').to_owned()),
        followers: number(item, &["author", "followers"])
            .and_then(|count| u64::try_from(count).ok()),
        bot: truth(item, &["author", "bot"]),
        staff: truth(item, &["author", "staff"]),
        aliases: read::at(item, &["author"])
            .map_or(&[] as &[Value], |author| list(author, "aliases"))
            .iter()
            .filter_map(|alias| id(alias, &[]))
            .take(MAX_ALIASES)
            .map(|alias| AuthorId::new(of_account(&alias)))
            .collect(),
    });
    if matches!(kind, "author.stop" | "author.start") {
        return match author {
            Some(author) if kind == "author.stop" => Event::Stop {
                author: author.id,
                at_ms: time_ms(item, &["created_at"]),
            },
            Some(author) => Event::Start {
                author: author.id,
                at_ms: time_ms(item, &["created_at"]),
            },
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
    let created_ms = time_ms(item, &["created_at"]).unwrap_or(now_ms);
    let parent = parent.map(|parent| PostId::new(of_account(&parent)));
    if own || kind == "post.answered" {
        let answer = OwnAnswer {
            id: id_of_post,
            to: to.map(|to| AuthorId::new(of_account(&to))),
            parent,
            text: words(text(item, &["text"])).0,
            created_ms,
        };
        return match answer.to.is_some() || answer.parent.is_some() {
            true => Event::Answered { answer },
            false => ignored(Ignored::Malformed),
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
    let (said, cut) = words(text(item, &["text"]));
    let headers = item.get("headers").and_then(Value::as_object);
    let mut headers = headers.into_iter().flatten();
    let automatic = truth(item, &["automatic"])
        || headers.any(|(name, value)| {
            let value = value.as_str().unwrap_or_default();
            quote::is_automatic_header(name, value)
        })
        || text(item, &["subject"]).is_some_and(|subject| quote::is_automatic(Some(subject), ""));
    let post = Post {
        id: id_of_post,
        kind: post_kind,
        author,
        text: said,
        quoted: text(item, &["quoted"])
            .filter(|quoted| !quoted.trim().is_empty())
            .map(|quoted| words(Some(quoted)).0),
        media: list(item, "media")
            .iter()
            .take(read::MAX_MEDIA)
            .map(media)
            .collect(),
        automatic,
        calls: Vec::new(),
        cut,
        lang: lang(item, &["lang"]),
        created_ms,
        permalink: link(item, &["permalink"]),
        parent,
        reply_to: post_id,
        barred: None,
        addressed: item.get("addressed") != Some(&Value::Bool(false)),
        version: number(item, &["version"]).or_else(|| time_ms(item, &["edited_at"])),
        fetched: false,
    };
    if kind == "post.edited" {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// One of a post's `media`; a kind that is not known is `other`.
fn media(item: &Value) -> Media {
    let kind = item.get("kind").cloned().map(serde_json::from_value);
    read::media(
        kind.and_then(Result::ok).unwrap_or(MediaKind::Other),
        text(item, &["caption"]),
        link(item, &["url"]),
        id(item, &["id"]),
    )
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
