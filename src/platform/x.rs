//! X: the X Activity API, the Account Activity API v2 that it replaces, and filtered streams.
//!
//! A filtered stream delivers what matches a rule, whoever it names: what is said about us without
//! naming us is queued and not answered automatically: on a self-serve plan by [`SUMMONED`], on
//! Enterprise by [`ENGAGED`]. It says nothing of our accounts; the tag of a rule should be the account's id, and without one the app's only source is
//! meant.
//!
//! `reply_to` is `post:ID` for a post (of an edited one, its newest version) or `dm:PERSON` for a
//! direct message.
//!
//! An edit makes a new id; a post keeps the id of its first version here, so that all versions are
//! one post. One post may arrive as several events (mention and reply, once for each subscribed
//! account): its id is the same in all of them.
//!
//! A post is a [`PostKind::Mention`] where its author names us in what he wrote himself or quotes
//! us: those are the two ways in which X lets an account be "summoned". The names that X puts in
//! front of a reply do not count (`display_text_range` tells where the author's own text starts).

use super::read::{
    self, MAX_UPDATES, at, id, lang, list, name, number, text, time_ms, truth, words,
};
use super::{Allowance, Place, Plan};
use super::{
    Answer, Event, Ignored, Knock, Method, Outcome, ReplyCall, ReplyTo, Rule, Unreadable, Update,
};
use super::{Welcome, later};
use crate::post::{AccountId, Author, AuthorId, Platform, Post, PostId, PostKind};
use crate::signature::{Key, Refusal, hmac_base64};
use serde_json::{Value, json};

static SUMMONED: Rule = Rule {
    name: "x.summoned",
    says: "a reply by API is taken only where the author @mentioned us in that post or quoted us",
    source: "docs.x.com changelog, 2026-02-23: self-serve plans; Enterprise is exempt",
    date: "2026-08",
};

static ENGAGED: Rule = Rule {
    name: "x.engaged",
    says: "automated replies go to who engaged us; what a search for keywords found is not answered",
    source: "help.x.com rules-and-policies/x-automation",
    date: "2026-08",
};

static REPLY_RESTRICTED: Rule = Rule {
    name: "x.reply_restricted",
    says: "the author lets only some accounts reply (reply_settings is not everyone)",
    source: "docs.x.com manage-posts, observed 403",
    date: "2026-08",
};

static PROTECTED: Rule = Rule {
    name: "x.protected",
    says: "the author's posts are protected: an automatic public reply would show them",
    source: "docs.x.com developer guidelines",
    date: "2026-08",
};

static BLOCKED: Rule = Rule {
    name: "x.blocked",
    says: "the author has blocked us",
    source: "docs.x.com account-activity user_has_blocked",
    date: "2026-08",
};

static USER_WROTE_FIRST: Rule = Rule {
    name: "x.user_wrote_first",
    says: "a direct message answers one that the person sent us",
    source: "help.x.com rules-and-policies/x-automation",
    date: "2026-08",
};

/// Answers a challenge-response check: the token signed with the consumer secret.
///
/// Of several keys the first answers: X checks with its current secret, so the newest comes first.
/// Without a key there is no answer; a wrong one would make X drop the webhook at once.
///
/// # Errors
/// Where the token may be a delivery: signed, it would be one of X's.
pub fn handshake(keys: &[Key], knock: &Knock<'_>) -> Result<Option<Welcome>, Refusal> {
    let token = knock.get.then(|| knock.param("crc_token")).flatten();
    let (Some(token), Some(key)) = (token, keys.first()) else {
        return Ok(None);
    };
    if may_be_a_document(token) || token.len() > TOKEN_BYTES {
        return Err(Refusal::Challenge);
    }
    let signed = hmac_base64(key, token.as_bytes());
    Ok(Some(Welcome {
        status: 200,
        content_type: "application/json",
        body: json!({ "response_token": format!("sha256={signed}") }).to_string(),
    }))
}

/// The longest CRC token that is signed. X documents neither length nor alphabet, and a refused check
/// costs the webhook after a day; those seen are below a hundred characters of base64.
const TOKEN_BYTES: usize = 512;

/// Whether a reader of JSON could find an object or a list in it. More is passed over at the beginning
/// than any reader of ours passes over: every blank, control character and byte-order mark, and what
/// unreadable bytes become.
fn may_be_a_document(token: &str) -> bool {
    let passed_over = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{fffd}')
    };
    token
        .trim_start_matches(passed_over)
        .starts_with(['{', '['])
}

/// Reads a delivery of either API.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let Some(keys) = document.as_object() else {
        return Err(Unreadable);
    };
    if keys.contains_key("matching_rules") {
        return Ok(filtered(&document, now_ms));
    }
    let (account, events) = if at(&document, &["data", "event_type"]).is_some() {
        activity(&document, now_ms)
    } else if keys.contains_key("for_user_id") || keys.contains_key("user_event") {
        account_activity(&document, now_ms)
    } else {
        let job = keys.contains_key("replay_job_status");
        let why = if job {
            Ignored::NotAPost
        } else {
            Ignored::UnknownKind
        };
        (None, vec![Event::Ignored { why }])
    };
    if events.len() > MAX_UPDATES {
        return Err(Unreadable);
    }
    let update = |event| Update {
        platform: Platform::X,
        account: account.clone().map(AccountId::new),
        event,
    };
    Ok(events.into_iter().map(update).collect())
}

/// X Activity: one event in a delivery, direct messages excepted.
fn activity(document: &Value, now_ms: i64) -> (Option<String>, Vec<Event>) {
    let ignored = |why| vec![Event::Ignored { why }];
    let account = id(document, &["data", "filter", "user_id"]);
    let us = account.as_deref();
    let Some(payload) = at(document, &["data", "payload"]).map(unwrapped) else {
        return (account, ignored(Ignored::Malformed));
    };
    // The samples have it inside `data`; other APIs of X have it beside.
    let includes = at(document, &["data", "includes"]).or_else(|| document.get("includes"));
    let users = includes.map_or(&[][..], |includes| list(includes, "users"));
    let events = match text(document, &["data", "event_type"]).unwrap_or_default() {
        kind @ ("post.create"
        | "post.mention.create"
        | "post.reply.create"
        | "post.quote.create") => {
            let author = id(payload, &["author_id"]);
            let user = users
                .iter()
                .map(unwrapped)
                .find(|user| author.is_some() && id(user, &["id"]) == author);
            vec![post(payload, Shape::V2 { kind }, author, user, us, now_ms)]
        }
        "post.delete" => vec![deleted(
            id(payload, &["id"]),
            id(payload, &["author_id"]),
            us,
        )],
        "dm.received" | "dm.sent" => {
            let events = list(payload, "direct_message_events");
            if events.is_empty() {
                ignored(Ignored::Malformed)
            } else {
                let users = payload.get("users");
                events
                    .iter()
                    .map(|dm| message(dm, users, us, now_ms))
                    .collect()
            }
        }
        "block.block" => vec![stop(payload, us)],
        kind => {
            const SIGNALS: [&str; 11] = [
                "post.repost.",
                "like.",
                "follow.",
                "dm.",
                "chat.",
                "mute.",
                "block.",
                "profile.",
                "spaces.",
                "news.",
                "oauth.",
            ];
            let signal = SIGNALS.iter().any(|prefix| kind.starts_with(prefix));
            ignored(if signal {
                Ignored::NotAPost
            } else {
                Ignored::UnknownKind
            })
        }
    };
    (account, events)
}

/// A filtered stream: one post, for each account that the rules it matched are tagged with.
fn filtered(document: &Value, now_ms: i64) -> Vec<Update> {
    let payload = document.get("data").unwrap_or(&Value::Null);
    let author = id(payload, &["author_id"]);
    let users = document
        .get("includes")
        .map_or(&[][..], |includes| list(includes, "users"));
    let user = users
        .iter()
        .map(unwrapped)
        .find(|user| author.is_some() && id(user, &["id"]) == author);
    let mut accounts: Vec<Option<String>> = Vec::new();
    for rule in list(document, "matching_rules").iter().take(MAX_RULES) {
        let tag = id(rule, &["tag"]).filter(|tag| is_number(tag));
        if tag.is_some() && !accounts.contains(&tag) {
            accounts.push(tag);
        }
    }
    if accounts.is_empty() {
        accounts.push(None);
    }
    let update = |account: Option<String>| Update {
        platform: Platform::X,
        event: post(
            payload,
            Shape::V2 { kind: "filtered" },
            author.clone(),
            user,
            account.as_deref(),
            now_ms,
        ),
        account: account.map(AccountId::new),
    };
    accounts.into_iter().map(update).collect()
}

/// How many of the rules that a post matched are looked at for their tags.
const MAX_RULES: usize = 64;

/// Account Activity v2: an object with `for_user_id` and arrays of events.
fn account_activity(document: &Value, now_ms: i64) -> (Option<String>, Vec<Event>) {
    let account = id(document, &["for_user_id"]);
    let us = account.as_deref();
    let blocked = truth(document, &["user_has_blocked"]);
    let mut events = Vec::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        let items = value.as_array().map_or(&[][..], Vec::as_slice);
        // One past the bound is enough for the caller to see it.
        let room = (MAX_UPDATES + 1).saturating_sub(events.len());
        let items = items.iter().take(room);
        match key.as_str() {
            "tweet_create_events" => events.extend(items.map(|tweet| {
                let author = id(tweet, &["user", "id_str"]);
                let user = tweet.get("user");
                let shape = Shape::V1 { blocked };
                post(tweet, shape, author, user, us, now_ms)
            })),
            "tweet_delete_events" => events.extend(items.map(|event| {
                let author = id(event, &["status", "user_id"]);
                deleted(id(event, &["status", "id"]), author, us)
            })),
            "direct_message_events" => {
                let users = document.get("users");
                events.extend(items.map(|dm| message(dm, users, us, now_ms)));
            }
            "block_events" => events.extend(items.map(|event| match text(event, &["type"]) {
                Some("block") | None => stop(event, us),
                Some(_) => Event::Ignored {
                    why: Ignored::NotAPost,
                },
            })),
            "favorite_events"
            | "follow_events"
            | "mute_events"
            | "direct_message_indicate_typing_events"
            | "direct_message_mark_read_events" => {
                events.extend(items.map(|_| Event::Ignored {
                    why: Ignored::NotAPost,
                }));
            }
            "user_event" => events.push(Event::Ignored {
                why: Ignored::NotAPost,
            }),
            "for_user_id" | "user_has_blocked" | "is_blocked_by" | "users" | "apps" => {}
            _ => events.push(Event::Ignored {
                why: Ignored::UnknownKind,
            }),
        }
    }
    if events.is_empty() {
        events.push(Event::Ignored {
            why: Ignored::UnknownKind,
        });
    }
    (account, events)
}

/// Users and payloads come wrapped in `data` in some events and bare in others.
fn unwrapped(value: &Value) -> &Value {
    value
        .get("data")
        .filter(|data| data.is_object())
        .unwrap_or(value)
}

/// The two shapes of a post, and what an event says beside it.
#[derive(Clone, Copy)]
enum Shape<'a> {
    /// X Activity, with the event's type.
    V2 { kind: &'a str },
    /// Account Activity, with whether the author has blocked us.
    V1 { blocked: bool },
}

fn post(
    payload: &Value,
    shape: Shape<'_>,
    author: Option<String>,
    user: Option<&Value>,
    us: Option<&str>,
    now_ms: i64,
) -> Event {
    let ignored = |why| Event::Ignored { why };
    if author.is_some() && author.as_deref() == us {
        return ignored(Ignored::Own);
    }
    let v1 = matches!(shape, Shape::V1 { .. });
    let retweet = payload
        .get("retweeted_status")
        .is_some_and(Value::is_object)
        || list(payload, "referenced_tweets")
            .iter()
            .any(|referenced| text(referenced, &["type"]) == Some("retweeted"));
    if retweet {
        return ignored(Ignored::NotAPost);
    }
    let newest = id(payload, &[if v1 { "id_str" } else { "id" }]);
    let (Some(newest), Some(author)) = (newest, author) else {
        return ignored(Ignored::Malformed);
    };
    let history = match at(payload, &["edit_history", "edit_tweet_ids"]) {
        Some(Value::Array(ids)) => ids.as_slice(),
        _ => list(payload, "edit_history_tweet_ids"),
    };
    let first = history.first().and_then(|version| id(version, &[]));
    let edited = history.len() > 1;
    let extended = payload.get("extended_tweet").filter(|_| v1);
    let body = text(payload, &["extended_tweet", "full_text"])
        .filter(|_| v1)
        .or_else(|| text(payload, &["full_text"]).filter(|_| v1))
        .or_else(|| text(payload, &["text"]));
    let (words, cut) = words(body);

    let explicit = extended.is_some_and(|extended| names(extended, us))
        || names(payload, us)
        || matches!(
            shape,
            Shape::V2 {
                kind: "post.mention.create"
            }
        );
    let quotes_us = match shape {
        Shape::V2 { kind } => kind == "post.quote.create",
        Shape::V1 { .. } => {
            us.is_some() && id(payload, &["quoted_status", "user", "id_str"]).as_deref() == us
        }
    };
    let to_whom =
        id(payload, &["in_reply_to_user_id_str"]).or_else(|| id(payload, &["in_reply_to_user_id"]));
    let under_ours = us.is_some() && to_whom.as_deref() == us
        || matches!(
            shape,
            Shape::V2 {
                kind: "post.reply.create"
            }
        );
    let kind = if explicit || quotes_us {
        PostKind::Mention
    } else if under_ours {
        PostKind::Comment
    } else {
        PostKind::Topic
    };
    let parent = id(payload, &["in_reply_to_status_id_str"])
        .or_else(|| id(payload, &["in_reply_to_tweet_id"]))
        .or_else(|| {
            let referenced = list(payload, "referenced_tweets");
            let replied = referenced
                .iter()
                .find(|referenced| text(referenced, &["type"]) == Some("replied_to"))?;
            id(replied, &["id"])
        });
    let restricted = text(payload, &["reply_settings"]).is_some_and(|who| who != "everyone");
    let protected = user.is_some_and(|user| truth(user, &["protected"]));
    let barred = if matches!(shape, Shape::V1 { blocked: true }) {
        Some(&BLOCKED)
    } else if protected {
        Some(&PROTECTED)
    } else {
        restricted.then_some(&REPLY_RESTRICTED)
    };
    let author = self::author(author, user);
    let post = Post {
        id: PostId::new(first.unwrap_or_else(|| newest.clone())),
        kind,
        text: words,
        quoted: None,
        media: Vec::new(),
        automatic: false,
        calls: Vec::new(),
        cut,
        lang: lang(payload, &["lang"]),
        created_ms: time_ms(payload, &["created_at"])
            .or_else(|| time_ms(payload, &["timestamp_ms"]))
            .unwrap_or(now_ms),
        permalink: permalink(author.handle.as_deref(), &newest),
        parent: parent.map(PostId::new),
        reply_to: format!("post:{newest}"),
        barred: barred.map(|rule| rule.name.to_owned()),
        addressed: kind != PostKind::Topic,
        // Each version of a post is a post of its own, with a higher id.
        version: newest.parse().ok(),
        author: Some(author),
    };
    if edited {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// Whether the author's own part of a text names us.
fn names(payload: &Value, us: Option<&str>) -> bool {
    let Some(us) = us else {
        return false;
    };
    let own_part = list(payload, "display_text_range")
        .first()
        .and_then(|start| number(start, &[]))
        .unwrap_or(0);
    let Some(entities) = payload.get("entities") else {
        return false;
    };
    let named = |mention: &Value, id_key: &str, start: Option<i64>| {
        id(mention, &[id_key]).as_deref() == Some(us) && start.unwrap_or(0) >= own_part
    };
    list(entities, "mentions")
        .iter()
        .any(|mention| named(mention, "id", number(mention, &["start"])))
        || list(entities, "user_mentions").iter().any(|mention| {
            let start = list(mention, "indices")
                .first()
                .and_then(|start| number(start, &[]));
            named(mention, "id_str", start)
        })
}

fn author(author: String, user: Option<&Value>) -> Author {
    let of = |path: &[&str]| user.and_then(|user| name(user, path));
    let followers = user.and_then(|user| {
        number(user, &["public_metrics", "followers_count"])
            .or_else(|| number(user, &["followers_count"]))
    });
    Author {
        id: AuthorId::new(author),
        name: of(&["name"]),
        handle: of(&["username"]).or_else(|| of(&["screen_name"])),
        followers: followers.and_then(|count| u64::try_from(count).ok()),
        // X's own label for accounts that a program runs.
        bot: user
            .is_some_and(|user| text(user, &["affiliation", "description"]) == Some("Automated")),
        staff: false,
        aliases: Vec::new(),
    }
}

fn permalink(handle: Option<&str>, post: &str) -> Option<String> {
    if !is_number(post) {
        return None;
    }
    let plain = |handle: &&str| {
        handle.len() <= 15
            && handle
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    Some(match handle.filter(plain) {
        Some(handle) => format!("https://x.com/{handle}/status/{post}"),
        None => format!("https://x.com/i/web/status/{post}"),
    })
}

/// Whether X takes it as an id: 1 to 19 digits.
fn is_number(id: &str) -> bool {
    (1..=19).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit())
}

fn message(dm: &Value, users: Option<&Value>, us: Option<&str>, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    if text(dm, &["type"]).is_some_and(|kind| kind != "message_create") {
        return ignored(Ignored::NotAPost);
    }
    let sender = id(dm, &["message_create", "sender_id"]);
    let (Some(dm_id), Some(sender)) = (id(dm, &["id"]), sender) else {
        return ignored(Ignored::Malformed);
    };
    if Some(sender.as_str()) == us {
        return ignored(Ignored::Own);
    }
    let user = users
        .and_then(|users| users.get(sender.as_str()))
        .map(unwrapped);
    let (text, cut) = words(text(dm, &["message_create", "message_data", "text"]));
    Event::Made {
        post: Post {
            id: PostId::new(dm_id),
            kind: PostKind::Message,
            reply_to: format!("dm:{sender}"),
            author: Some(author(sender, user)),
            text,
            quoted: None,
            media: Vec::new(),
            automatic: false,
            calls: Vec::new(),
            cut,
            lang: None,
            created_ms: time_ms(dm, &["created_timestamp"]).unwrap_or(now_ms),
            permalink: None,
            parent: None,
            barred: None,
            addressed: true,
            version: None,
        },
    }
}

fn deleted(post: Option<String>, author: Option<String>, us: Option<&str>) -> Event {
    let own = author.is_some() && author.as_deref() == us;
    match post {
        _ if own => Event::Ignored { why: Ignored::Own },
        Some(post) => Event::Deleted {
            post: PostId::new(post),
            author: author.map(AuthorId::new),
        },
        None => Event::Ignored {
            why: Ignored::Malformed,
        },
    }
}

/// A block, by them or by us: either way we do not write to them.
fn stop(event: &Value, us: Option<&str>) -> Event {
    let party = |role| {
        event
            .get(role)
            .map(unwrapped)
            .and_then(|user| id(user, &["id"]))
    };
    match (party("source"), party("target")) {
        (Some(source), Some(target)) => Event::Stop {
            author: AuthorId::new(if Some(source.as_str()) == us {
                target
            } else {
                source
            }),
        },
        _ => Event::Ignored {
            why: Ignored::Malformed,
        },
    }
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Public,
        to: "a post that summons us (self-serve), or any by which its author engages us (Enterprise)",
        most: Some(1),
        within: None,
        source: "help.x.com rules-and-policies/x-automation; docs.x.com changelog, 2026-02-23",
        date: "2026-08",
    },
    Allowance {
        place: Place::Private,
        to: "a direct message that the person wrote first",
        most: Some(1),
        within: None,
        source: "help.x.com rules-and-policies/x-automation",
        date: "2026-08",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[
    &SUMMONED,
    &ENGAGED,
    &REPLY_RESTRICTED,
    &PROTECTED,
    &BLOCKED,
    &USER_WROTE_FIRST,
];

/// The rule that forbids an automatic reply under this plan.
pub fn forbidden(post: &Post, plan: Plan) -> Option<&'static Rule> {
    match (post.kind, plan) {
        (PostKind::Message, _) if post.author.is_none() => Some(&USER_WROTE_FIRST),
        (PostKind::Message | PostKind::Mention, _) => None,
        (_, Plan::SelfServe) => Some(&SUMMONED),
        // What a filtered stream found by its words: nobody has spoken to us.
        (_, Plan::Enterprise) => (!post.addressed).then_some(&ENGAGED),
    }
}

/// `POST /2/tweets` or `POST /2/dm_conversations/with/{person}/messages`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (what, target) = to.reply_to.split_once(':')?;
    if !is_number(target) {
        return None;
    }
    let (url, body) = match what {
        "post" => (
            "https://api.x.com/2/tweets".to_owned(),
            json!({ "text": text, "reply": { "in_reply_to_tweet_id": target } }),
        ),
        "dm" => (
            format!("https://api.x.com/2/dm_conversations/with/{target}/messages"),
            json!({ "text": text }),
        ),
        _ => return None,
    };
    Some(ReplyCall {
        method: Method::Post,
        url,
        headers: vec![super::bearer(to.credential)?],
        body: body.to_string(),
    })
}

/// Reads an answer of X: `data.id` for what it created, problem+json for what it refused.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let document = read::document(answer.body).unwrap_or(Value::Null);
    let errors = list(&document, "errors");
    let code = errors.iter().find_map(|error| number(error, &["code"]));
    let refused = |word: &str| super::refused(word, code.unwrap_or(i64::from(answer.status)));
    let unknown = |why: String| Outcome::Unknown { why };
    match answer.status {
        200..=299 => {
            let id =
                id(&document, &["data", "id"]).or_else(|| id(&document, &["data", "dm_event_id"]));
            match id {
                Some(id) => Outcome::Sent { id: Some(id) },
                None => unknown("unreadable".into()),
            }
        }
        400 => refused(if code == Some(186) {
            "too_long"
        } else {
            "bad_request"
        }),
        401 => refused("credential"),
        402 => refused("credits"),
        403 => refused(refusal(&document, code)),
        404 | 410 => refused("gone"),
        429 => later(answer, now_ms),
        408 | 500..=599 => unknown(format!("status:{}", answer.status)),
        411..=499 | 405..=407 | 409 => refused("bad_request"),
        status => unknown(format!("status:{status}")),
    }
}

/// Which of X's many 403 this is, by its code or else by its wording.
fn refusal(document: &Value, code: Option<i64>) -> &'static str {
    match code {
        Some(89 | 99 | 326 | 64) => return "credential",
        Some(187) => return "duplicate",
        Some(186) => return "too_long",
        Some(433) => return "reply_restricted",
        Some(385 | 144 | 34) => return "gone",
        _ => {}
    }
    const WORDINGS: [(&str, &str); 8] = [
        ("not been mentioned or otherwise engaged", "not_summoned"),
        ("where you are mentioned or are the author", "not_summoned"),
        ("duplicate", "duplicate"),
        ("restricted who can reply", "reply_restricted"),
        (
            "reply to this conversation is not allowed",
            "reply_restricted",
        ),
        ("deleted or not visible", "gone"),
        ("your account is suspended", "credential"),
        ("temporarily locked", "credential"),
    ];
    let said = |value: &Value, key: &str| text(value, &[key]).map(str::to_ascii_lowercase);
    let mut sayings: Vec<String> = ["detail", "title"]
        .iter()
        .filter_map(|key| said(document, key))
        .collect();
    for error in list(document, "errors").iter().take(8) {
        sayings.extend(
            ["message", "detail"]
                .iter()
                .filter_map(|key| said(error, key)),
        );
    }
    WORDINGS
        .iter()
        .find(|(wording, _)| sayings.iter().any(|saying| saying.contains(wording)))
        .map_or("not_allowed", |(_, word)| word)
}
