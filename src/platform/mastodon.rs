//! Mastodon: the posts of a server, by its administrator's webhook.
//!
//! A source's `account` is the server's name and `handle` our account there: by it our own posts are
//! known, and which posts name us. The text arrives as HTML.
//!
//! `reply_to` is `STATUS:VISIBILITY:ACCOUNT`: the reply is as visible as the post, and begins with
//! its author's name, or he would not be told of it.

use super::read::{self, at, id, lang, link, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, ReplyCall, ReplyTo, Rule, Unreadable, Update};
use super::{Method, bearer, blank, call_key, outcome_of_status, person};
use crate::post::{AccountId, Author, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

static NOT_ADDRESSED: Rule = Rule {
    name: "mastodon.not_addressed",
    says: "a post that names nobody is not answered: automatic replies to strangers are unwelcome",
    source: "docs.joinmastodon.org, server rules of mastodon.social",
    date: "2026-06",
};

/// Reads a delivery. A webhook with a template of the administrator's own is not readable.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let event = text(&document, &["event"]).ok_or(Unreadable)?;
    let status = document.get("object").unwrap_or(&Value::Null);
    let server = ["uri", "url"]
        .iter()
        .filter_map(|key| text(status, &[key]))
        .filter_map(|url| url.strip_prefix("https://"))
        .filter_map(|rest| rest.split('/').next())
        .map(str::to_ascii_lowercase)
        .find(|server| !server.is_empty() && server.bytes().all(|b| b.is_ascii_graphic()));
    Ok(vec![Update {
        platform: Platform::Mastodon,
        event: read_event(event, status, server.as_deref(), now_ms),
        account: server.map(AccountId::new),
    }])
}

fn read_event(event: &str, status: &Value, server: Option<&str>, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    match event {
        "status.created" | "status.updated" => {}
        "account.approved" | "account.created" | "account.updated" | "report.created"
        | "report.updated" => return ignored(Ignored::NotAPost),
        _ => return ignored(Ignored::UnknownKind),
    }
    if status.get("reblog").is_some_and(Value::is_object) {
        return ignored(Ignored::NotAPost);
    }
    let (Some(server), Some(status_id), Some(acct)) = (
        server,
        id(status, &["id"]),
        name(status, &["account", "acct"]),
    ) else {
        return ignored(Ignored::Malformed);
    };
    let visibility = match text(status, &["visibility"]) {
        Some(visibility @ ("public" | "unlisted" | "private" | "direct")) => visibility,
        None => "public",
        Some(_) => return ignored(Ignored::UnknownKind),
    };
    let of_server = |id: &str| format!("{server}/{id}");
    let account = at(status, &["account"]).unwrap_or(&Value::Null);
    let author = id(account, &["id"]).map(|author| Author {
        name: name(account, &["display_name"]),
        handle: Some(acct.clone()),
        followers: number(account, &["followers_count"]).and_then(|n| u64::try_from(n).ok()),
        bot: truth(account, &["bot"]),
        staff: false,
        aliases: Vec::new(),
        ..person(of_server(&author))
    });
    let warning = text(status, &["spoiler_text"]).filter(|warning| !warning.is_empty());
    let content = text(status, &["content"])
        .map(read::plain)
        .unwrap_or_default();
    let said = match warning {
        Some(warning) => format!("{warning}\n{content}"),
        None => content,
    };
    let (text_read, cut) = words(Some(&said));
    let mentions = list(status, "mentions");
    let kind = if visibility == "direct" {
        PostKind::Message
    } else if !mentions.is_empty() {
        PostKind::Mention
    } else if id(status, &["in_reply_to_id"]).is_some() {
        PostKind::Comment
    } else {
        PostKind::Topic
    };
    let post = Post {
        author,
        text: text_read,
        cut,
        lang: lang(status, &["language"]),
        permalink: link(status, &["url"]).or_else(|| link(status, &["uri"])),
        parent: id(status, &["in_reply_to_id"]).map(|parent| PostId::new(of_server(&parent))),
        addressed: kind == PostKind::Message,
        version: time_ms(status, &["edited_at"]),
        ..blank(
            of_server(&status_id),
            kind,
            format!("{status_id}:{visibility}:{acct}"),
            time_ms(status, &["created_at"]).unwrap_or(now_ms),
        )
    };
    if event == "status.updated" {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Public,
        to: "a post that names us, as visible as it is",
        most: None,
        within: None,
        source: "docs.joinmastodon.org/methods/statuses",
        date: "2026-06",
    },
    Allowance {
        place: Place::Private,
        to: "a post to us alone",
        most: None,
        within: None,
        source: "docs.joinmastodon.org/methods/statuses",
        date: "2026-06",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&NOT_ADDRESSED];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    (!post.addressed).then_some(&NOT_ADDRESSED)
}

/// `POST /api/v1/statuses` of the server. `Idempotency-Key` makes a repetition within an hour no
/// second post.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (status, rest) = to.reply_to.split_once(':')?;
    let (visibility, acct) = rest.split_once(':')?;
    let server = to.account.as_str();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':');
    let complete = !status.is_empty() && !acct.is_empty() && !server.is_empty();
    (complete && server.bytes().all(plain)).then_some(())?;
    Some(ReplyCall {
        method: Method::Post,
        url: format!("https://{server}/api/v1/statuses"),
        headers: vec![
            bearer(to.credential)?,
            ("Idempotency-Key".into(), call_key(to, text)),
        ],
        body: json!({
            "status": format!("@{acct} {text}"),
            "in_reply_to_id": status,
            "visibility": visibility,
        })
        .to_string(),
    })
}

/// Reads the server's answer: the status it made, or an error.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    match answer.status {
        200..=299 => {
            let document = read::document(answer.body).unwrap_or(Value::Null);
            match id(&document, &["id"]) {
                Some(id) => Outcome::Sent { id: Some(id) },
                None => Outcome::Unknown {
                    why: "unreadable".into(),
                },
            }
        }
        _ => outcome_of_status(answer, now_ms),
    }
}
