//! Discourse: the posts of a forum.
//!
//! What happened is in the headers (`X-Discourse-Event`), which are not signed, so the body must fit it;
//! and so is the forum
//! (`X-Discourse-Instance`): a source's `account` is that address without `https://`. Each retry of
//! Discourse has a new event id, so a post is known by its own: `FORUM/ID`.
//!
//! `reply_to` is `TOPIC:NUMBER`, the topic's id and the post's number in it. The credential of a
//! source is `USERNAME:API_KEY`, and `handle` must be that user name: by it our own posts are known.

use super::read::{self, id, name, number, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, ReplyCall, ReplyTo, Rule, Unreadable, Update};
use super::{Method, blank, later, outcome_of_status, person};
use crate::post::{AccountId, Author, Platform, Post, PostId, PostKind};
use crate::signature::Headers;
use serde_json::{Value, json};

static HIDDEN: Rule = Rule {
    name: "discourse.hidden",
    says: "a hidden post waits for a moderator: a reply would show what he may take away",
    source: "github.com/discourse/discourse post.rb",
    date: "2026-06",
};

/// Reads a delivery.
pub fn parse(headers: Headers<'_>, body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
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
        event: read_event(event, &document, forum.as_deref(), now_ms),
        account: forum.map(AccountId::new),
    }])
}

fn read_event(event: &str, document: &Value, forum: Option<&str>, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    match event {
        "post_created" | "post_edited" | "post_destroyed" | "post_recovered" => {}
        _ if document.get("ping").is_some() => return ignored(Ignored::Test),
        "ping" => return ignored(Ignored::Malformed),
        // A topic's first post arrives as a post too.
        _ if [
            "topic_",
            "user_",
            "notification_",
            "category_",
            "tag_",
            "group_",
            "chat_",
            "badge_",
            "solved",
            "assign",
            "accepted_",
            "unaccepted_",
            "like_",
        ]
        .iter()
        .any(|kind| event.starts_with(kind)) =>
        {
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
    // Other people's private messages are none of our business.
    let private = text(post, &["topic_archetype"]) == Some("private_message");
    if !regular || !by_people || private {
        return ignored(Ignored::NotAPost);
    }
    let of_forum = |id: &str| format!("{forum}/{id}");
    let author = id(post, &["user_id"]).map(|user| Author {
        name: name(post, &["name"]),
        handle: name(post, &["username"]),
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
    let (text_read, cut) = match text(post, &["raw"]) {
        Some(raw) => words(Some(raw)),
        None => words(text(post, &["cooked"]).map(read::plain).as_deref()),
    };
    let path = text(post, &["post_url"])
        .filter(|path| path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic()))
        .map(str::to_owned);
    let path = path.unwrap_or_else(|| format!("/p/{post_id}"));
    let kind = if nth == 1 {
        PostKind::Topic
    } else {
        PostKind::Comment
    };
    let created_ms = time_ms(post, &["created_at"]).unwrap_or(now_ms);
    let first_wording = number(post, &["version"]).is_none_or(|version| version <= 1);
    let post = Post {
        author,
        text: text_read,
        cut,
        permalink: Some(format!("https://{forum}{path}")),
        barred: truth(post, &["hidden"]).then(|| HIDDEN.name.to_owned()),
        // The forum is the customer's own: who writes there writes to the customer.
        addressed: true,
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
    let (topic, nth): (u64, u64) = (topic.parse().ok()?, nth.parse().ok()?);
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
        body: json!({ "raw": text, "topic_id": topic, "reply_to_post_number": nth }).to_string(),
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
