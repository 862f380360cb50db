//! Mastodon: the posts of a server, by its administrator's webhook.
//!
//! A source's `account` is the server's name and `handle` our account there: by it our own posts are
//! known, and which posts name us. The text arrives as HTML.
//!
//! `reply_to` is `STATUS:VISIBILITY:ACCOUNT`: the reply is as visible as the post, and begins with
//! its author's name, or he would not be told of it.
//!
//! # Who speaks to whom
//!
//! - *To us*: whom a post names is listed in `mentions`, by account (`acct`: without a server, one of
//!   this server). Only that counts, not the text: `@us@elsewhere.example` is a stranger, and a link to
//!   our post names nobody. A post that quotes ours is said to us too. A `direct` post that does not
//!   name us is between others, and not read at all.
//! - *Staff*: not told; our own account is known by its name.
//! - *Quoted*: `quote` and `<blockquote>`. A content warning is the author's own words, a poll's choices too.
//! - *Automatic*: an account marked as a `bot`.
//!
//! What our own account answers to somebody is our answer ([`Event::Answered`]); the rest of its posts
//! is ignored.
//!
//! # What is read
//!
//! | event | |
//! |---|---|
//! | `status.created` | read: words, content warning, poll, media with descriptions, quote |
//! | `status.updated` | an edit |
//! | - a boost (`reblog`) | ignored: another's words |
//! | `account.approved`, `account.created`, `account.updated` | ignored: no post |
//! | `report.created`, `report.updated` | ignored: said to the moderators |
//!
//! The server tells of no deletion, and of posts by its own accounts alone.

use super::aside::{Aside, How, Reach, Sourced, Way};
use super::form::Form;
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told, no_handshake, utf16};
use super::read::{self, at, id, lang, link, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, OwnAnswer, ReplyCall, ReplyTo, Unreadable, Update};
use super::{Method, Ours, bearer, blank, call_key, outcome_of_status, person};
use crate::platform::eligibility::Rule;
use crate::post::{
    AccountId, Author, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind,
};
use crate::signature::scheme::Scheme;
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::server("the server's name without https://"),
    ids_within_account: None,
    identity: Identity::Certain,
    // 500 unless a server sets another, less the `@name ` that a reply begins with: of a name
    // on another server only the local part counts, at most 30 characters.
    public: utf16(500 - 32),
    private: utf16(500 - 32),
    mostly: PostKind::Mention,
    handle: Handle::Needed,
    needs_reply_url: false,
    has_plans: false,
    credential: Form::TOKEN,
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
        arrives: "a server's posts, edits (administrator's webhook)",
        verified: "",
        answered: "status",
        cannot: "deletions are not told; only posts that name us are answered; no webhook without being the administrator; templates of one's own are not read",
    },
};

/// The `reply_to` of an answer that only the post's author can read.
fn private(post: &Post) -> Option<String> {
    let (status, rest) = post.reply_to.split_once(':')?;
    let (_, acct) = rest.split_once(':')?;
    Some(format!("{status}:direct:{acct}"))
}

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[Way {
        how: How::Message,
        says: "a post that only those can read whom it names",
        source: "docs.joinmastodon.org/methods/statuses (visibility: direct)",
        date: "2026-08",
        within: None,
        reach: Reach::Call(private),
    }],
    cannot: Sourced {
        says: "a direct post needs its reader's account",
        source: "docs.joinmastodon.org",
        date: "2026-08",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Mastodon,
    headers: &[],
    handshake: no_handshake,
    parse: |d| parse(d.body, d.now_ms, d.ours),
};

static NOT_ADDRESSED: Rule = Rule {
    name: "mastodon.not_addressed",
    says: "a post that names nobody is not answered: automatic replies to strangers are unwelcome",
    source: "docs.joinmastodon.org, server rules of mastodon.social",
    date: "2026-06",
};

/// Reads a delivery. A webhook with a template of the administrator's own is not readable.
pub fn parse(body: &[u8], now_ms: i64, ours: Ours<'_>) -> Result<Vec<Update>, Unreadable> {
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
        event: read_event(event, status, server.as_deref(), ours, now_ms),
        account: server.map(AccountId::new),
    }])
}

/// Whether two accounts are one: `name`, which is of this server, or `name@server`.
fn same(server: &str, one: &str, other: &str) -> bool {
    let parts = |account: &str| {
        let (name, of) = account.split_once('@').unwrap_or((account, server));
        (name.to_lowercase(), of.to_ascii_lowercase())
    };
    parts(one) == parts(other)
}

fn read_event(
    event: &str,
    status: &Value,
    server: Option<&str>,
    ours: Ours<'_>,
    now_ms: i64,
) -> Event {
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
    let us = ours.us(Platform::Mastodon, server).handle;
    let is_us = |acct: Option<&str>| match (acct, us) {
        (Some(acct), Some(us)) => same(server, acct, us),
        _ => false,
    };
    let mentions = list(status, "mentions");
    let names_us = mentions
        .iter()
        .any(|mention| is_us(text(mention, &["acct"])));
    let account = at(status, &["account"]).unwrap_or(&Value::Null);
    let author = id(account, &["id"]).map(|author| Author {
        name: name(account, &["display_name"]),
        handle: Some(acct.clone()),
        followers: number(account, &["followers_count"]).and_then(|n| u64::try_from(n).ok()),
        bot: truth(account, &["bot"]),
        ..person(of_server(&author))
    });
    let (content, cited) = read::parts(text(status, &["content"]).unwrap_or_default());
    let warning = text(status, &["spoiler_text"]).map(str::trim);
    let warning = warning.filter(|warning| !warning.is_empty());
    let said = match warning {
        Some(warning) => format!("{warning}\n{content}"),
        None => content,
    };
    let (text_read, cut) = words(Some(&said));
    let created_ms = time_ms(status, &["created_at"]).unwrap_or(now_ms);
    let parent = id(status, &["in_reply_to_id"]).map(|parent| PostId::new(of_server(&parent)));
    if is_us(Some(&acct)) {
        let above = id(status, &["in_reply_to_account_id"]);
        let to = above.map(|account| AuthorId::new(of_server(&account)));
        let to_ourselves = to.is_some() && to == author.map(|author| author.id);
        if event != "status.created" || parent.is_none() || to_ourselves {
            return ignored(Ignored::Own);
        }
        let answer = OwnAnswer {
            id: PostId::new(of_server(&status_id)),
            to,
            parent,
            text: text_read,
            created_ms,
        };
        return Event::Answered { answer };
    }
    if visibility == "direct" && us.is_some() && !names_us {
        return ignored(Ignored::NotAPost);
    }
    let above = at(status, &["quote", "quoted_status"]).unwrap_or(&Value::Null);
    let of_ours = is_us(text(above, &["account", "acct"]));
    let quoted: Vec<String> = text(above, &["content"])
        .map(|content| read::parts(content).0)
        .into_iter()
        .chain(cited)
        .filter(|quoted| !quoted.is_empty())
        .collect();
    let kind = if visibility == "direct" {
        PostKind::Message
    } else if !mentions.is_empty() {
        PostKind::Mention
    } else if parent.is_some() {
        PostKind::Comment
    } else {
        PostKind::Topic
    };
    let post = Post {
        author,
        text: text_read,
        quoted: (!quoted.is_empty()).then(|| words(Some(&quoted.join("\n"))).0),
        media: media(status),
        cut,
        lang: lang(status, &["language"]),
        permalink: link(status, &["url"]).or_else(|| link(status, &["uri"])),
        parent,
        addressed: names_us || of_ours,
        version: time_ms(status, &["edited_at"]),
        ..blank(
            of_server(&status_id),
            kind,
            format!("{status_id}:{visibility}:{acct}"),
            created_ms,
        )
    };
    if event == "status.updated" {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// A status's attachments, and its poll.
fn media(status: &Value) -> Vec<Media> {
    let attached = list(status, "media_attachments").iter().map(|attachment| {
        let kind = match text(attachment, &["type"]) {
            Some("image") => MediaKind::Image,
            Some("video" | "gifv") => MediaKind::Video,
            Some("audio") => MediaKind::Audio,
            _ => MediaKind::Other,
        };
        let url = link(attachment, &["url"]).or_else(|| link(attachment, &["remote_url"]));
        let describes = text(attachment, &["description"]);
        read::media(kind, describes, url, id(attachment, &["id"]))
    });
    let poll = at(status, &["poll"]).map(|poll| list(poll, "options"));
    let choices: Vec<&str> = poll
        .unwrap_or_default()
        .iter()
        .filter_map(|option| text(option, &["title"]))
        .collect();
    let poll = (!choices.is_empty())
        .then(|| read::media(MediaKind::Other, Some(&choices.join(" / ")), None, None));
    attached.take(read::MAX_MEDIA).chain(poll).collect()
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
