//! Bluesky: posts of the network, through a Tap of the operator's own.
//!
//! Tap sends every post of the repositories it follows and says nothing of whom it concerns; so a
//! post is an update for each account that it names, answers, quotes, or hangs under, and the
//! configuration knows which of them is ours: a source's `account` is our DID. What concerns nobody of
//! ours is counted.
//!
//! A post is known by its address (`at://DID/COLLECTION/KEY`). `reply_to` is JSON: the root and the
//! parent that a reply must name, each with the hash of its content (`cid`).
//!
//! The credential is an app password with which sessions are opened ([`crate::credential::grant`]), or
//! an access token of the account; `reply_url` is its server, bsky.social where none is given.
//!
//! # Who speaks to whom
//!
//! - *To us*: by DID alone: a mention in `facets`, an answer to a post of ours (`reply.parent`), a quote
//!   of ours (`embed`), or an author's next post under his own answer in a thread of ours. An answer to
//!   somebody else in a thread of ours is queued and said to that person. Our handle in the text, without
//!   a facet, names nobody.
//! - *Staff*: not told; our own account is known by its DID.
//! - *Quoted*: an embedded post, of which the record holds the address alone. The text is the author's own.
//! - *Automatic*: a post that labels itself `bot`. A bot whose profile says so is not told apart: Tap
//!   sends posts without profiles.
//!
//! What our own account answers to somebody is our answer ([`Event::Answered`]). `live: false` is
//! history: queued by its date, which is too old for a note.
//!
//! # What is read
//!
//! | | |
//! |---|---|
//! | `record`, `app.bsky.feed.post`, `create` | read: text, images with descriptions, films, links, quotes |
//! | - `update` | an edit |
//! | - `delete` | a deletion, by its author |
//! | other collections: likes, reposts, follows, blocks, lists, profiles, gates | ignored: no words |
//! | `identity`, `user` | ignored: a handle's change; authors are known by DID |

use super::aside::{Aside, Sourced};
use super::form::{Form, Shape};
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told, no_handshake};
use super::read::{self, at, id, link, list, text, time_ms, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, OwnAnswer, ReplyCall, ReplyTo, Unreadable, Update};
use super::{Method, Ours, bearer, blank, outcome_of_status, person};
use crate::length::{Limit, Unit};
use crate::platform::eligibility::Rule;
use crate::post::{
    AccountId, Author, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind,
};
use crate::signature::scheme::Scheme;
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: Some(AccountForm {
        says: "a DID: did:plc:...; the name goes into handle",
        fits: |text| text.starts_with("did:"),
    }),
    ids_within_account: None,
    identity: Identity::Certain,
    public: Limit {
        unit: Unit::Graphemes,
        max: 300,
    },
    private: Limit {
        unit: Unit::Graphemes,
        max: 300,
    },
    mostly: PostKind::Mention,
    handle: Handle::Optional,
    needs_reply_url: false,
    has_plans: false,
    credential: Form {
        shapes: &[Shape::Session],
        ..Form::TOKEN
    },
    marks_names: true,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |post, _| forbidden(post),
    reply,
    outcome,
    aside: &ASIDE,
    fetch: None,
    told: Told {
        arrives: "posts, edits, deletions, through a Tap of your own",
        verified: ": Basic password",
        answered: "post",
        cannot: "there is no hosted webhook; without the full network Tap tells only of the repositories that it follows; no names",
    },
};

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[],
    cannot: Sourced {
        says: "Bluesky's chat is a service of its own that Heard does not speak to",
        source: "docs.bsky.app",
        date: "2026-08",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Bluesky,
    headers: &[],
    handshake: no_handshake,
    parse: |d| parse(d.body, d.now_ms, d.ours),
};

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
pub fn parse(body: &[u8], now_ms: i64, ours: Ours<'_>) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let kind = text(&document, &["type"]).ok_or(Unreadable)?;
    let update = |account: Option<&str>, event| Update {
        platform: Platform::Bluesky,
        account: account.map(AccountId::new),
        event,
    };
    let ignored = |why| vec![update(None, Event::Ignored { why })];
    if kind != "record" {
        let why = if matches!(kind, "identity" | "user") {
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
    let edits = text(event, &["action"]) == Some("update");
    let is_ours = |did: &str| ours.has(Platform::Bluesky, did);
    if is_ours(&did) == Some(true) {
        let answer = answer(&post).filter(|_| !edits);
        let event = answer.map_or(Event::Ignored { why: Ignored::Own }, |answer| {
            Event::Answered { answer }
        });
        return Ok(vec![update(Some(&did), event)]);
    }
    let concerned: Vec<Concerned<'_>> = concerned(record, &did)
        .into_iter()
        .filter(|concerned| is_ours(concerned.did) != Some(false))
        .collect();
    if concerned.is_empty() {
        // Nobody but its author, who may be us.
        return Ok(match is_ours(&did) {
            Some(_) => ignored(Ignored::NoSource),
            None => vec![update(Some(&did), Event::Made { post })],
        });
    }
    let updates = concerned.into_iter().map(|concerned| {
        let post = Post {
            addressed: concerned.is_spoken_to,
            ..post.clone()
        };
        let event = match concerned.did == did {
            true => Event::Ignored { why: Ignored::Own },
            false if edits => Event::Edited { post },
            false => Event::Made { post },
        };
        update(Some(concerned.did), event)
    });
    Ok(updates.collect())
}

/// A post of our own as an answer, if it answers somebody else's.
fn answer(post: &Post) -> Option<OwnAnswer> {
    let parent = post.parent.clone()?;
    let to = did_of(parent.as_str()).map(AuthorId::new)?;
    let us = post.author.as_ref().map(|author| &author.id);
    (Some(&to) != us).then(|| OwnAnswer {
        id: post.id.clone(),
        to: Some(to),
        parent: Some(parent),
        text: post.text.clone(),
        created_ms: post.created_ms,
    })
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

/// An account that a post has to do with.
struct Concerned<'r> {
    did: &'r str,
    /// Whether the post names, answers or quotes it, and does not merely hang under a post of its.
    is_spoken_to: bool,
}

/// The address of the post that a record quotes, with or without media beside it.
fn quotes(record: &Value) -> Option<&str> {
    text(record, &["embed", "record", "uri"])
        .or_else(|| text(record, &["embed", "record", "record", "uri"]))
}

/// The accounts that a post of `author` names, answers, quotes, or hangs under, each once.
fn concerned<'r>(record: &'r Value, author: &str) -> Vec<Concerned<'r>> {
    let mentions = list(record, "facets").iter().flat_map(|facet| {
        let features = list(facet, "features").iter();
        features.filter_map(|feature| {
            let mention = text(feature, &["$type"]) == Some("app.bsky.richtext.facet#mention");
            text(feature, &["did"]).filter(|did| mention && did.starts_with("did:"))
        })
    });
    let above = |role: &str| text(record, &["reply", role, "uri"]).and_then(did_of);
    let parent = above("parent");
    let spoken_to = mentions
        .chain(parent)
        .chain(quotes(record).and_then(did_of));
    let goes_on = parent == Some(author);
    let root = above("root").map(|did| (did, goes_on || parent == Some(did)));
    let mut found: Vec<Concerned<'r>> = Vec::new();
    for (did, is_spoken_to) in spoken_to.map(|did| (did, true)).chain(root) {
        let known = found.iter().any(|concerned| concerned.did == did);
        if found.len() < MAX_CONCERNED && did.len() <= 256 && !known {
            found.push(Concerned { did, is_spoken_to });
        }
    }
    found
}

/// What a post carries besides its text.
fn media(record: &Value, did: &str) -> Vec<Media> {
    let Some(embed) = record.get("embed") else {
        return Vec::new();
    };
    // Beside a quoted post it stands one level deeper.
    let inner = embed.get("media").unwrap_or(embed);
    let blob = |of: &Value| {
        let cid = id(of, &["ref", "$link"])?;
        Some(format!("{did}/{cid}"))
    };
    let pictures = list(inner, "images").iter().map(|image| {
        let file = image.get("image").and_then(blob);
        read::media(MediaKind::Image, text(image, &["alt"]), None, file)
    });
    let film = inner.get("video").map(|video| {
        let says = text(inner, &["alt"]);
        read::media(MediaKind::Video, says, None, blob(video))
    });
    let page = inner.get("external").map(|page| {
        let says = text(page, &["title"]).or_else(|| text(page, &["description"]));
        read::media(MediaKind::Link, says, link(page, &["uri"]), None)
    });
    let post = quotes(record).map(|uri| {
        let uri = uri.to_owned();
        read::media(MediaKind::Link, None, web(&uri), Some(uri))
    });
    let all = pictures.chain(film).chain(page).chain(post);
    all.take(read::MAX_MEDIA).collect()
}

/// Where the post of an address can be looked at.
fn web(uri: &str) -> Option<String> {
    let plain = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'.' | b'-' | b'_' | b'~'))
    };
    let (did, rest) = uri.strip_prefix("at://")?.split_once('/')?;
    let key = rest.rsplit('/').next()?;
    (plain(did) && plain(key)).then(|| format!("https://bsky.app/profile/{did}/post/{key}"))
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
    let named = !concerned(record, did).is_empty();
    let kind = match (&parent, named) {
        (Some(_), _) => PostKind::Comment,
        (None, true) => PostKind::Mention,
        (None, false) => PostKind::Topic,
    };
    let (text_read, cut) = words(text(record, &["text"]));
    let language = list(record, "langs").first();
    let labels = at(record, &["labels"]).map(|labels| list(labels, "values"));
    let is_bot = labels
        .unwrap_or_default()
        .iter()
        .any(|label| text(label, &["val"]) == Some("bot"));
    Some(Post {
        author: Some(Author {
            bot: is_bot,
            ..person(did.to_owned())
        }),
        text: text_read,
        media: media(record, did),
        cut,
        lang: language.and_then(|language| read::lang(language, &[])),
        permalink: web(&uri),
        parent: parent.map(PostId::new),
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
