//! Discourse: the posts of a forum.
//!
//! What happened is in the headers (`X-Discourse-Event`), which are not signed, so the body must fit it;
//! and so is the forum
//! (`X-Discourse-Instance`): a source's `account` is that address without `https://`. Each retry of
//! Discourse has a new event id, so a post is known by its own: `FORUM/ID`.
//!
//! `reply_to` is `TOPIC:NUMBER`, the topic's id and the post's number in it; `private:USERNAME` is a personal message. The credential of a
//! source is `USERNAME:API_KEY`, and `handle` must be that user name: by it our own posts are known.
//!
//! # Who speaks to whom
//!
//! - *To us*: the forum is the operator's own, so a topic, and an answer to a topic as a whole, is said
//!   to us. An answer to somebody (`reply_to_user`, or the first one quoted where Discourse leaves him
//!   out because of the quote) is said to that person: to us if that is our handle, or to the author's
//!   own post; else only if it names our handle. Of an answer to nobody known it can't be known: no note.
//! - *Staff*: `staff`, `moderator` or `admin`. No note. What they, or our own account, answer to
//!   somebody by name is our answer ([`Event::Answered`]), if Discourse gives his id; a general answer in
//!   a topic names nobody, and is kept as a staff member's post. Flair and groups say nothing of whom
//!   somebody works for.
//! - *Quoted*: `[quote]` and `>` in `raw`, `<aside>` and `<blockquote>` in `cooked`.
//! - *Automatic*: users 0 and below (the system, its bot) are ignored; `is_auto_generated` is a mail that
//!   says of itself that a program sent it.
//!
//! # What is read
//!
//! | event | |
//! |---|---|
//! | `post_created`, `post_edited`, `post_recovered` | read; recovered as an edit |
//! | `post_destroyed`, `user_deleted` | a deletion |
//! | - with `post_type` 2, 3, 4 | ignored: moderators' and small actions, whispers among staff |
//! | - in a private message | ignored: whose it is, is not told |
//! | - with `hidden` | read, and not answered |
//! | `topic_*` | ignored: a topic's words come as its first post |
//! | `post_liked`, `like_*`, `topic_upvote` | ignored: no words |
//! | `chat_message_*` | ignored: a room of many, where no call of ours can answer |
//! | `reviewable_*`, `queued_post_*` | ignored: not public yet; comes as a post when it is |
//! | `user_*`, `group_*`, `category_*`, `tag_*`, `badge_*`, `notification_*`, `assign*`, `unassign*`, `accepted_*`, `unaccepted_*`, `solved*` | ignored: no post |
//! | `ping` | a test |

use super::aside::{Aside, How, Reach, Sourced, Way};
use super::form::{Form, is_plain};
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told, no_handshake, utf16};
use super::read::{self, id, name, number, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, OwnAnswer, ReplyCall, ReplyTo, Unreadable, Update};
use super::{Method, Ours, Us, blank, later, outcome_of_status, person};
use crate::platform::eligibility::Rule;
use crate::post::{
    AccountId, Author, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind,
};
use crate::signature::Headers;
use crate::signature::scheme::Scheme;
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::server("the forum's address without https://"),
    ids_within_account: None,
    identity: Identity::Certain,
    // `max_post_length`, unless a forum sets another.
    public: utf16(32_000),
    private: utf16(32_000),
    mostly: PostKind::Topic,
    handle: Handle::Needed,
    needs_reply_url: false,
    has_plans: false,
    credential: Form {
        says: "`USERNAME:API_KEY`: calls are made in a user's name",
        fits: |secret| {
            secret
                .split_once(':')
                .is_some_and(|(user, key)| !user.is_empty() && is_plain(key))
        },
        // Which of its users writes.
        begins: "heard:",
        ..Form::TOKEN
    },
    marks_names: false,
    like_mail: true,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |_, _| None,
    reply,
    outcome,
    aside: &ASIDE,
    fetch: None,
    told: Told {
        arrives: "a forum's posts; edits, deletions",
        verified: "",
        answered: "post",
        cannot: "private messages are not read; hidden posts wait for a moderator",
    },
};

/// The `reply_to` of a personal message.
fn private(post: &Post) -> Option<String> {
    let handle = post.author.as_ref()?.handle.as_deref()?;
    Some(format!("private:{handle}"))
}

/// What a personal message is called: a forum wants a title of fifteen characters at least.
const TITLE: &str = "About your post in the forum";

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[Way {
        how: How::Message,
        says: "a personal message, where the forum lets our user send them",
        source: "docs.discourse.org, POST /posts.json (target_recipients)",
        date: "2026-06",
        within: None,
        reach: Reach::Call(private),
    }],
    cannot: Sourced {
        says: "a personal message needs its reader's user name",
        source: "docs.discourse.org",
        date: "2026-06",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Discourse,
    headers: &[
        "x-discourse-event",
        "x-discourse-event-type",
        "x-discourse-instance",
    ],
    handshake: no_handshake,
    parse: |d| parse(d.headers, d.body, d.now_ms, d.ours),
};

static HIDDEN: Rule = Rule {
    name: "discourse.hidden",
    says: "a hidden post waits for a moderator: a reply would show what he may take away",
    source: "github.com/discourse/discourse post.rb",
    date: "2026-06",
};

/// Reads a delivery.
pub fn parse(
    headers: Headers<'_>,
    body: &[u8],
    now_ms: i64,
    ours: Ours<'_>,
) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    if !document.is_object() {
        return Err(Unreadable);
    }
    let forum = headers
        .one("x-discourse-instance")
        .ok()
        .and_then(|url| url.split_once("://"))
        .map(|(_, forum)| forum.trim_end_matches('/').to_ascii_lowercase())
        .filter(|forum| !forum.is_empty());
    let event = headers.one("x-discourse-event").unwrap_or_default();
    Ok(vec![Update {
        platform: Platform::Discourse,
        event: read_event(event, &document, forum.as_deref(), ours, now_ms),
        account: forum.map(AccountId::new),
    }])
}

/// Events without a post, or whose post comes in an event of its own, by how they begin.
const NO_POSTS: [&str; 17] = [
    "topic_",
    "post_liked",
    "like_",
    "chat_",
    "reviewable_",
    "queued_post_",
    "user_",
    "group_",
    "category_",
    "tag_",
    "badge_",
    "notification_",
    "assign",
    "unassign",
    "accepted_",
    "unaccepted_",
    "solved",
];

fn read_event(
    event: &str,
    document: &Value,
    forum: Option<&str>,
    ours: Ours<'_>,
    now_ms: i64,
) -> Event {
    let ignored = |why| Event::Ignored { why };
    match event {
        "post_created" | "post_edited" | "post_destroyed" | "post_recovered" => {}
        _ if document.get("ping").is_some() => return ignored(Ignored::Test),
        "ping" => return ignored(Ignored::Malformed),
        _ if NO_POSTS.iter().any(|kind| event.starts_with(kind)) => {
            return ignored(Ignored::NotAPost);
        }
        _ => return ignored(Ignored::UnknownKind),
    }
    let post = document.get("post").unwrap_or(&Value::Null);
    let (Some(forum), Some(post_id)) = (forum, id(post, &["id"])) else {
        return ignored(Ignored::Malformed);
    };
    // Moderators' actions, small actions, whispers; and what the forum itself writes.
    let by_people = number(post, &["user_id"]).is_none_or(|user| user > 0);
    let regular = number(post, &["post_type"]).is_none_or(|kind| kind == 1);
    let private = text(post, &["topic_archetype"]) == Some("private_message");
    if !regular || !by_people || private {
        return ignored(Ignored::NotAPost);
    }
    let of_forum = |id: &str| format!("{forum}/{id}");
    let author = id(post, &["user_id"]).map(|user| Author {
        name: name(post, &["name"]),
        handle: name(post, &["username"]),
        staff: ["staff", "moderator", "admin"]
            .iter()
            .any(|role| truth(post, &[role])),
        ..person(of_forum(&user))
    });
    let post_key = of_forum(&post_id);
    // The header is not signed: a body that was signed for one event and comes under another's name is read
    // as what itself says. A forum marks what is deleted, so whoever has seen a post's delivery deletes
    // nothing with it. (Old forums send a post as
    // it was before: their deletions are not heard.)
    let marked = post.get("deleted_at").is_some_and(|at| !at.is_null());
    let gone = marked || truth(post, &["user_deleted"]);
    if event == "post_destroyed" && !gone {
        return ignored(Ignored::Malformed);
    }
    if gone {
        return Event::Deleted {
            post: PostId::new(post_key),
            author: author.map(|author| author.id),
        };
    }
    let (Some(topic), Some(nth)) = (id(post, &["topic_id"]), number(post, &["post_number"])) else {
        return ignored(Ignored::Malformed);
    };
    let (said, mut quoted) = match text(post, &["raw"]) {
        Some(raw) => match super::quote::split(raw) {
            Some((own, quoted)) => (own, Some(quoted)),
            None => (raw.to_owned(), None),
        },
        None => read::parts(text(post, &["cooked"]).unwrap_or_default()),
    };
    let (said, media) = pictures(&said);
    let (text_read, cut) = words(Some(&said));
    let us = ours.us(Platform::Discourse, forum);
    let addressed = addressed(post, quoted.as_deref(), us);
    quoted = quoted.map(|quoted| words(Some(&quoted)).0);
    let created_ms = time_ms(post, &["created_at"]).unwrap_or(now_ms);
    let is_ours = author
        .as_ref()
        .is_some_and(|author| author.staff || same(author.handle.as_deref(), us.handle));
    let to = id(post, &["reply_to_user", "id"]).map(|user| AuthorId::new(of_forum(&user)));
    let to_another = to.is_some() && to.as_ref() != author.as_ref().map(|author| &author.id);
    if event == "post_created" && is_ours && to_another {
        let answer = OwnAnswer {
            id: PostId::new(post_key),
            to,
            parent: None,
            text: text_read,
            created_ms,
        };
        return Event::Answered { answer };
    }
    let path = text(post, &["post_url"])
        .filter(|path| path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic()))
        .map(str::to_owned);
    let path = path.unwrap_or_else(|| format!("/p/{post_id}"));
    let kind = if nth == 1 {
        PostKind::Topic
    } else {
        PostKind::Comment
    };
    let first_wording = number(post, &["version"]).is_none_or(|version| version <= 1);
    let post = Post {
        author,
        text: text_read,
        quoted,
        media,
        automatic: truth(post, &["is_auto_generated"]),
        cut,
        permalink: Some(format!("https://{forum}{path}")),
        barred: truth(post, &["hidden"]).then(|| HIDDEN.name.to_owned()),
        addressed,
        // Edits within a forum's grace period share a `version`; the time tells them apart.
        version: time_ms(post, &["updated_at"]).or_else(|| number(post, &["version"])),
        ..blank(post_key, kind, format!("{topic}:{nth}"), created_ms)
    };
    if event == "post_created" && first_wording {
        Event::Made { post }
    } else {
        Event::Edited { post }
    }
}

/// A text without the pictures in it (`![says|690x388](upload://x.jpeg)`), and the pictures.
fn pictures(said: &str) -> (String, Vec<Media>) {
    let mut rest = said;
    let (mut own, mut found) = (String::with_capacity(said.len()), Vec::new());
    while let Some((before, after)) = rest.split_once("![") {
        let picture = after.split_once("](").and_then(|(says, after)| {
            let (address, behind) = after.split_once(')')?;
            let plain = !says.contains(['\n', '[']) && !address.contains(char::is_whitespace);
            (plain && found.len() < read::MAX_MEDIA).then_some((says, address, behind))
        });
        own.push_str(before);
        let Some((says, address, behind)) = picture else {
            own.push_str("![");
            rest = after;
            continue;
        };
        let says = says.split('|').next();
        let address = Value::from(address);
        let url = read::link(&address, &[]);
        let upload = if url.is_none() {
            id(&address, &[])
        } else {
            None
        };
        found.push(read::media(MediaKind::Image, says, url, upload));
        rest = behind;
    }
    own.push_str(rest);
    (
        if found.is_empty() {
            own
        } else {
            own.trim().to_owned()
        },
        found,
    )
}

/// Whether two names are one: user names are compared without case.
fn same(one: Option<&str>, other: Option<&str>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
}

/// Whether a post is said to us, as far as its place in the topic tells.
fn addressed(post: &Value, quoted: Option<&str>, us: Us<'_>) -> bool {
    let nobody = number(post, &["reply_to_post_number"]).is_none()
        && !post.get("reply_to_user").is_some_and(Value::is_object);
    if nobody {
        return true;
    }
    let answered = text(post, &["reply_to_user", "username"]).or_else(|| {
        // `[quote="mara, post:2, topic:10"]`
        let (_, behind) = quoted?.split_once("[quote=")?;
        let name = behind
            .trim_start_matches('"')
            .split([',', '"', ']'])
            .next()?;
        Some(name.trim())
    });
    same(answered, us.handle) || same(answered, text(post, &["username"]))
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Public,
    to: "any post that is not hidden: the forum is the operator's own",
    most: None,
    within: None,
    source: "github.com/discourse/discourse_api_docs",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&HIDDEN];

/// `POST /posts.json` of the forum.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (topic, nth) = to.reply_to.split_once(':')?;
    let body = match topic {
        "private" => json!({
            "raw": text, "title": TITLE, "archetype": "private_message", "target_recipients": nth,
        }),
        topic => {
            let (topic, nth): (u64, u64) = (topic.parse().ok()?, nth.parse().ok()?);
            json!({ "raw": text, "topic_id": topic, "reply_to_post_number": nth })
        }
    };
    let credential = std::str::from_utf8(to.credential.expose()).ok()?;
    let (user, key) = credential.split_once(':')?;
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic());
    (plain(user) && plain(key) && plain(to.account.as_str())).then(|| ReplyCall {
        method: Method::Post,
        url: format!("https://{}/posts.json", to.account),
        headers: vec![
            ("Api-Key".into(), key.into()),
            ("Api-Username".into(), user.into()),
        ],
        body: body.to_string(),
    })
}

/// Reads the forum's answer: the post it made, or a list of errors.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let document = read::document(answer.body).unwrap_or(Value::Null);
    let says = |words: &str| {
        let errors = read::list(&document, "errors")
            .iter()
            .filter_map(Value::as_str);
        errors
            .map(str::to_ascii_lowercase)
            .any(|error| error.contains(words))
    };
    let refused = |word: &str| super::refused(word, answer.status);
    match answer.status {
        200..=299 => match id(&document, &["id"]).or_else(|| id(&document, &["post", "id"])) {
            Some(id) => Outcome::Sent { id: Some(id) },
            // It waits for a moderator.
            None if text(&document, &["action"]) == Some("enqueued") => Outcome::Sent { id: None },
            None => Outcome::Unknown {
                why: "unreadable".into(),
            },
        },
        403 if says("api username or key") => refused("credential"),
        422 if says("similar") => refused("duplicate"),
        429 => match number(&document, &["extras", "wait_seconds"]) {
            Some(wait_s) if answer.retry_after.is_none() => {
                let wait_s = wait_s.to_string();
                let answer = Answer {
                    retry_after: Some(&wait_s),
                    ..*answer
                };
                later(&answer, now_ms)
            }
            _ => later(answer, now_ms),
        },
        _ => outcome_of_status(answer, now_ms),
    }
}
