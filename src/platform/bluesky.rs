//! Bluesky: posts of the network, through a Tap of the operator's own.
//!
//! Tap sends every post of the repositories it follows and says nothing of whom it concerns; so a
//! post is an update for each account that it names, answers, or hangs under, and the configuration
//! knows which of them is ours: a source's `account` is our DID. What concerns nobody of ours finds
//! no source and is counted.
//!
//! A post is known by its address (`at://DID/COLLECTION/KEY`). `reply_to` is JSON: the root and the
//! parent that a reply must name, each with the hash of its content (`cid`).
//!
//! The credential is an app password with which sessions are opened ([`crate::accounts::grant`]), or
//! an access token of the account; `reply_url` is its server, bsky.social where none is given.

use super::read::{self, at, id, list, text, time_ms, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, ReplyCall, ReplyTo, Rule, Unreadable, Update};
use super::{Method, bearer, blank, outcome_of_status, person};
use crate::post::{AccountId, AuthorId, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

/// What is a post; likes, follows and profiles are records too.
const POSTS: &str = "app.bsky.feed.post";

/// How many accounts one post is looked up for. A post has 300 characters, and a name needs some.
const MAX_CONCERNED: usize = 32;

static NOT_ADDRESSED: Rule = Rule {
    name: "bluesky.not_addressed",
    says: "a bot answers those who mention or answer it, and no others",
    source: "docs.bsky.app/docs/starter-templates/bots",
    date: "2026-08",
};

/// Reads a delivery: one event.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let kind = text(&document, &["type"]).ok_or(Unreadable)?;
    let update = |account: Option<&str>, event| Update {
        platform: Platform::Bluesky,
        account: account.map(AccountId::new),
        event,
    };
    let ignored = |why| vec![update(None, Event::Ignored { why })];
    if kind != "record" {
        let why = if kind == "identity" {
            Ignored::NotAPost
        } else {
            Ignored::UnknownKind
        };
        return Ok(ignored(why));
    }
    let event = document.get("record").unwrap_or(&Value::Null);
    let (Some(did), Some(collection), Some(key)) = (
        id(event, &["did"]),
        text(event, &["collection"]),
        id(event, &["rkey"]),
    ) else {
        return Ok(ignored(Ignored::Malformed));
    };
    if collection != POSTS {
        return Ok(ignored(Ignored::NotAPost));
    }
    let uri = format!("at://{did}/{collection}/{key}");
    if text(event, &["action"]) == Some("delete") {
        // A deletion names nobody else; whoever has the post knows it by its address.
        let gone = Event::Deleted {
            post: PostId::new(uri),
            author: Some(AuthorId::new(did)),
        };
        return Ok(vec![update(None, gone)]);
    }
    let record = event.get("record").unwrap_or(&Value::Null);
    let Some(post) = read_post(event, record, &did, uri, now_ms) else {
        return Ok(ignored(Ignored::Malformed));
    };
    let made = |post: Post| match text(event, &["action"]) {
        Some("update") => Event::Edited { post },
        _ => Event::Made { post },
    };
    let concerned = concerned(record);
    if concerned.is_empty() {
        // Only its author: the account may be ours, and then the post is our own.
        return Ok(vec![update(Some(&did), made(post))]);
    }
    Ok(concerned
        .into_iter()
        .map(|account| {
            let event = if account == did {
                Event::Ignored { why: Ignored::Own }
            } else {
                made(post.clone())
            };
            update(Some(account), event)
        })
        .collect())
}

/// The DID of an address.
fn did_of(uri: &str) -> Option<&str> {
    let did = uri.strip_prefix("at://")?.split('/').next()?;
    did.starts_with("did:").then_some(did)
}

/// A revision of a repository as the number it writes: 13 digits of a base 32 whose order is that of
/// the texts, below 2^63.
fn tid(rev: &str) -> Option<i64> {
    const DIGITS: &[u8] = b"234567abcdefghijklmnopqrstuvwxyz";
    (rev.len() == 13).then_some(())?;
    rev.bytes().try_fold(0_i64, |number, digit| {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        number
            .checked_mul(32)?
            .checked_add(i64::try_from(value).ok()?)
    })
}

/// The accounts that a post names, answers, or hangs under, each once.
fn concerned(record: &Value) -> Vec<&str> {
    let mentions = list(record, "facets").iter().flat_map(|facet| {
        let features = list(facet, "features").iter();
        features.filter_map(|feature| {
            let mention = text(feature, &["$type"]) == Some("app.bsky.richtext.facet#mention");
            text(feature, &["did"]).filter(|did| mention && did.starts_with("did:"))
        })
    });
    let above = [["reply", "parent", "uri"], ["reply", "root", "uri"]];
    let above = above
        .iter()
        .filter_map(|path| text(record, path).and_then(did_of));
    let mut found: Vec<&str> = Vec::new();
    for did in mentions.chain(above) {
        if found.len() < MAX_CONCERNED && did.len() <= 256 && !found.contains(&did) {
            found.push(did);
        }
    }
    found
}

fn read_post(event: &Value, record: &Value, did: &str, uri: String, now_ms: i64) -> Option<Post> {
    let cid = id(event, &["cid"])?;
    let here = json!({ "uri": uri, "cid": cid });
    let reference = |role: &str| {
        let above = at(record, &["reply", role])?;
        Some(json!({ "uri": id(above, &["uri"])?, "cid": id(above, &["cid"])? }))
    };
    let root = reference("root").unwrap_or_else(|| here.clone());
    let parent = at(record, &["reply", "parent"]).and_then(|parent| id(parent, &["uri"]));
    let reply_to = json!({ "root": root, "parent": here }).to_string();
    let named = !concerned(record).is_empty();
    let kind = match (&parent, named) {
        (Some(_), _) => PostKind::Comment,
        (None, true) => PostKind::Mention,
        (None, false) => PostKind::Topic,
    };
    let key = uri.rsplit('/').next().unwrap_or_default();
    let plain = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'.' | b'-' | b'_' | b'~'))
    };
    let permalink =
        (plain(did) && plain(key)).then(|| format!("https://bsky.app/profile/{did}/post/{key}"));
    let (text_read, cut) = words(text(record, &["text"]));
    let language = list(record, "langs").first();
    Some(Post {
        author: Some(person(did.to_owned())),
        text: text_read,
        quoted: None,
        media: Vec::new(),
        automatic: false,
        cut,
        lang: language.and_then(|language| read::lang(language, &[])),
        permalink,
        parent: parent.map(PostId::new),
        addressed: named,
        version: text(event, &["rev"]).and_then(tid),
        ..blank(
            uri,
            kind,
            reply_to,
            time_ms(record, &["createdAt"]).unwrap_or(now_ms),
        )
    })
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Public,
    to: "a post that mentions us, or answers under a post of ours",
    most: None,
    within: None,
    source: "docs.bsky.app/docs/starter-templates/bots",
    date: "2026-08",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&NOT_ADDRESSED];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    (!post.addressed).then_some(&NOT_ADDRESSED)
}

/// The account's server: the source's `reply_url`, bsky.social where it has none.
pub fn server(reply_url: Option<&str>) -> Option<&str> {
    let server = reply_url.unwrap_or("https://bsky.social");
    server
        .starts_with("https://")
        .then(|| server.trim_end_matches('/'))
}

/// `com.atproto.repo.createRecord` on the account's server.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let above: Value = serde_json::from_str(to.reply_to).ok()?;
    for role in ["root", "parent"] {
        id(&above, &[role, "uri"])?;
        id(&above, &[role, "cid"])?;
    }
    let created = chrono::DateTime::from_timestamp_millis(to.now_ms)?;
    let server = server(to.reply_url)?;
    Some(ReplyCall {
        method: Method::Post,
        url: format!("{server}/xrpc/com.atproto.repo.createRecord"),
        headers: vec![bearer(to.credential)?],
        body: json!({
            "repo": to.account.as_str(),
            "collection": POSTS,
            "record": {
                "$type": POSTS,
                "text": text,
                "createdAt": created.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
                "reply": above,
            },
        })
        .to_string(),
    })
}

/// Reads the server's answer: the new record's address, or an error's name.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let document = read::document(answer.body).unwrap_or(Value::Null);
    match answer.status {
        200..=299 => match id(&document, &["uri"]) {
            Some(uri) => Outcome::Sent { id: Some(uri) },
            None => Outcome::Unknown {
                why: "unreadable".into(),
            },
        },
        400 if matches!(
            text(&document, &["error"]),
            Some("ExpiredToken" | "InvalidToken" | "AccountTakedown" | "AccountDeactivated")
        ) =>
        {
            super::refused("credential", 400)
        }
        _ => outcome_of_status(answer, now_ms),
    }
}
