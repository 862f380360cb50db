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
//! # Every event
//!
//! | X Activity | Account Activity | read as |
//! |---|---|---|
//! | `post.create`, `post.mention.create`, `post.reply.create`, `post.quote.create` | `tweet_create_events` | a post; our own reply to somebody is our answer, our other posts are ours |
//! | `post.delete` | `tweet_delete_events` | a deletion, of somebody else's post |
//! | `dm.received`, `dm.sent` | `direct_message_events` (`message_create`) | a message, or our answer |
//! | `block.block` | `block_events` (`block`) | stop, whoever blocked whom: we do not write to each other |
//! | `block.unblock` | `block_events` (`unblock`) | of us by them: start. Of them by us: ignored, because their own word may stand against it |
//! | `post.repost.*`, a `retweeted_status` | the same in `tweet_create_events` | ignored: somebody's words shown again |
//! | `chat.*` | – | ignored: encrypted |
//! | `dm.read`, `dm.indicate_typing`, `like.*`, `follow.*`, `mute.*`, `profile.*`, `spaces.*`, `news.*`, `oauth.*` | `favorite_`, `follow_`, `mute_events`, `..._typing_events`, `..._read_events`, `user_event`, `replay_job_status` | ignored: no words |
//! | any other | any other | ignored as unknown |
//!
//! Of a post are read: `note_tweet.text` (a long post has 280 characters in `text`), in Account
//! Activity `extended_tweet.full_text` or `full_text`; pictures and films (`includes.media`,
//! `extended_entities`); links with their titles, an `article`, a poll; a quoted post, where it is sent
//! with it. X Activity's samples show no `note_tweet` and no media; if none is sent, none is read. Of
//! a message: the attachment, a place, links, the chosen quick reply (its words are the text).
//!
//! # Who is who
//!
//! - **One post** may arrive as several events (mention and reply, once for each subscribed account, from
//!   a filtered stream): its id is the same in all of them. An edit makes a new id; a post keeps the id
//!   of its first version here, so that all versions are one post. **Poor copies**: a filtered stream
//!   sends text and author, without entities unless they are asked for; X Activity's replies come
//!   without the author's name. A copy of an edited version that carries no edit history is a post
//!   of its own: nothing in it tells.
//! - **One person** has one id, in posts and messages. The handle changes hands and is no alias.
//! - **Spoken to** are we where the author names us in what they wrote themselves, quotes us (the two ways
//!   in which X lets an account be "summoned": a [`PostKind::Mention`]), or replies to us. The names that
//!   X puts in front of a reply do not count (`display_text_range` tells where the author's own text
//!   starts), nor does a name in what they retell (`RT @name: ...`). X itself marks the names (`entities`), so ours in a link,
//!   an e-mail address or a longer handle is none. A message in a group chat is to nobody we know:
//!   [`GROUP`].
//! - **Quoted** are the post that a quote shows, and what follows `RT @name:` in somebody's own text.
//! - **Staff**: our account alone.
//! - **Automatic** is an account with X's label "Automated", and of our own messages a welcome message
//!   (`initiated_via`). Nothing else tells what a program of ours sent from what one of us typed.

use super::aside::{Aside, How, Reach, Sourced, Way};
use super::form::{self, Form};
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told};
use super::read::{self, at, id, lang, link, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place, TOO_MANY};
use super::{
    Answer, Event, Ignored, Knock, Method, Outcome, OwnAnswer, ReplyCall, ReplyTo, Unreadable,
    Update,
};
use super::{Welcome, blank, later, media};
use crate::length::{Limit, Unit};
use crate::platform::eligibility::Plan;
use crate::platform::eligibility::Rule;
use crate::post::{
    AccountId, Author, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind,
};
use crate::signature::scheme::Scheme;
use crate::signature::{Key, Refusal, hmac_base64};
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::number("the user's id, a number; the name goes into handle"),
    ids_within_account: None,
    identity: Identity::Certain,
    public: Limit {
        unit: Unit::Weighted,
        max: 280,
    },
    private: Limit {
        unit: Unit::Weighted,
        max: 10_000,
    },
    mostly: PostKind::Mention,
    handle: Handle::Optional,
    needs_reply_url: false,
    has_plans: true,
    credential: Form {
        shapes: &[form::Shape::OAuth1, form::Shape::OAuth2],
        ..Form::TOKEN
    },
    marks_names: false,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden,
    reply,
    outcome,
    aside: &ASIDE,
    fetch: None,
    told: Told {
        arrives: "mentions, replies, quotes, direct messages; edits, deletions, blocks (X Activity, Account Activity v2); filtered streams",
        verified: ": `x-twitter-webhooks-signature`",
        answered: "reply where we were summoned (with `plan = \"enterprise\"` where its author engaged us); direct message",
        cannot: "what a filtered stream finds is queued, never answered automatically: X forbids replies to keywords; self-serve plans may answer only who named or quoted us",
    },
};

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[Way {
        how: How::Link,
        says: "a link opens a direct message to the account",
        source: "developer.x.com, direct message deep links (from memory)",
        date: "2026-11",
        within: None,
        reach: Reach::Link(|we| {
            Some(format!(
                "https://x.com/messages/compose?recipient_id={}",
                we.account
            ))
        }),
    }],
    cannot: Sourced {
        says: "X lets an account write to whom wrote to it in private",
        source: "docs.x.com",
        date: "2026-08",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::X,
    headers: &[],
    handshake: |keys, _, knock| handshake(keys, knock),
    parse: |d| parse(d.body, d.now_ms),
};

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

/// A message that did not come to us alone.
static GROUP: Rule = Rule {
    name: "x.group",
    says: "a message to a group, or to somebody else: a private answer would go to one who may not mean us",
    source: "docs.x.com direct-messages, conversations",
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
    let events = match text(document, &["data", "event_type"]).unwrap_or_default() {
        kind @ ("post.create"
        | "post.mention.create"
        | "post.reply.create"
        | "post.quote.create") => {
            vec![post(payload, Shape::V2 { kind, includes }, us, now_ms)]
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
        "block.block" => vec![block(payload, us, true)],
        "block.unblock" => vec![block(payload, us, false)],
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
    let includes = document.get("includes");
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
            Shape::V2 {
                kind: "filtered",
                includes,
            },
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
        let items = items.iter().take(TOO_MANY.saturating_sub(events.len()));
        match key.as_str() {
            "tweet_create_events" => {
                events.extend(items.map(|tweet| post(tweet, Shape::V1 { blocked }, us, now_ms)));
            }
            "tweet_delete_events" => events.extend(items.map(|event| {
                let author = id(event, &["status", "user_id"]);
                deleted(id(event, &["status", "id"]), author, us)
            })),
            "direct_message_events" => {
                let users = document.get("users");
                events.extend(items.map(|dm| message(dm, users, us, now_ms)));
            }
            "block_events" => events.extend(items.map(|event| match text(event, &["type"]) {
                Some("block") | None => block(event, us, true),
                Some("unblock") => block(event, us, false),
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
    /// X Activity and filtered streams: the event's type, and what is included with the post.
    V2 {
        kind: &'a str,
        includes: Option<&'a Value>,
    },
    /// Account Activity, with whether the author has blocked us.
    V1 { blocked: bool },
}

impl<'a> Shape<'a> {
    /// What is included under `part` with that `key`.
    fn included(self, part: &str, key: &str, wanted: &str) -> Option<&'a Value> {
        let Shape::V2 { includes, .. } = self else {
            return None;
        };
        let parts = includes.map_or(&[][..], |includes| list(includes, part));
        let mut parts = parts.iter().map(unwrapped);
        parts.find(|part| id(part, &[key]).as_deref() == Some(wanted))
    }

    /// The id of a post's author.
    fn author_of(self, payload: &Value) -> Option<String> {
        match self {
            Shape::V2 { .. } => id(payload, &["author_id"]),
            Shape::V1 { .. } => id(payload, &["user", "id_str"]),
        }
    }

    /// The id of a post that this one refers to in that way.
    fn referred(self, payload: &Value, how: &str) -> Option<String> {
        let referenced = list(payload, "referenced_tweets").iter();
        let mut of_kind = referenced.filter(|to| text(to, &["type"]) == Some(how));
        of_kind.next().and_then(|to| id(to, &["id"]))
    }

    /// The post that this one quotes, where it came along.
    fn quoted(self, payload: &'a Value) -> Option<&'a Value> {
        match self {
            Shape::V2 { .. } => self.included("tweets", "id", &self.referred(payload, "quoted")?),
            Shape::V1 { .. } => payload.get("quoted_status").filter(|post| post.is_object()),
        }
    }
}

/// All words of a post: X cuts `text` at 280 characters, or at 140.
fn whole(payload: &Value) -> Option<&str> {
    text(payload, &["note_tweet", "text"])
        .or_else(|| text(payload, &["extended_tweet", "full_text"]))
        .or_else(|| text(payload, &["full_text"]))
        .or_else(|| text(payload, &["text"]))
}

fn post(payload: &Value, shape: Shape<'_>, us: Option<&str>, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    let event_kind = match shape {
        Shape::V2 { kind, .. } => kind,
        Shape::V1 { .. } => "",
    };
    let retweet = payload
        .get("retweeted_status")
        .is_some_and(Value::is_object)
        || shape.referred(payload, "retweeted").is_some();
    let author = shape.author_of(payload);
    let own = us.is_some() && author.as_deref() == us;
    if retweet {
        return ignored(if own { Ignored::Own } else { Ignored::NotAPost });
    }
    let v1 = matches!(shape, Shape::V1 { .. });
    let newest = id(payload, &[if v1 { "id_str" } else { "id" }]);
    let (Some(newest), Some(author)) = (newest, author) else {
        return ignored(if own {
            Ignored::Own
        } else {
            Ignored::Malformed
        });
    };
    let history = match at(payload, &["edit_history", "edit_tweet_ids"]) {
        Some(Value::Array(ids)) => ids.as_slice(),
        _ => list(payload, "edit_history_tweet_ids"),
    };
    let first = history
        .first()
        .and_then(|version| id(version, &[]))
        .or_else(|| id(payload, &["edit_history", "initial_tweet_id"]));
    let edited = first.as_ref().is_some_and(|first| *first != newest);
    let body = whole(payload);
    let to_whom =
        id(payload, &["in_reply_to_user_id_str"]).or_else(|| id(payload, &["in_reply_to_user_id"]));
    let parent = id(payload, &["in_reply_to_status_id_str"])
        .or_else(|| id(payload, &["in_reply_to_tweet_id"]))
        .or_else(|| shape.referred(payload, "replied_to"));
    let created_ms = time_ms(payload, &["created_at"])
        .or_else(|| time_ms(payload, &["timestamp_ms"]))
        .unwrap_or(now_ms);
    if own {
        // A thread of our own answers nobody.
        let answers = parent.is_some() && to_whom.as_deref() != us && !edited;
        return if answers {
            Event::Answered {
                answer: OwnAnswer {
                    id: PostId::new(newest),
                    to: to_whom.map(AuthorId::new),
                    parent: parent.map(PostId::new),
                    text: words(body).0,
                    created_ms,
                },
            }
        } else {
            ignored(Ignored::Own)
        };
    }
    // "Look at this RT @name: what name said": the author's own words end where the others begin.
    let (mine, theirs) = body.map_or(("", None), retold);
    let named = named(payload, us, mine);
    let explicit = match named {
        Named::InOwnWords => true,
        // What X calls a mention is one in the text, wherever in it.
        Named::InFront | Named::Nowhere => event_kind == "post.mention.create" && theirs.is_none(),
        Named::InOthersWords => false,
    };
    let quoted = shape.quoted(payload);
    let quotes_us = event_kind == "post.quote.create"
        || us.is_some() && quoted.and_then(|quoted| shape.author_of(quoted)).as_deref() == us;
    let under_ours = us.is_some() && to_whom.as_deref() == us || event_kind == "post.reply.create";
    let kind = if explicit || quotes_us {
        PostKind::Mention
    } else if under_ours {
        PostKind::Comment
    } else {
        PostKind::Topic
    };
    let user = match shape {
        Shape::V2 { .. } => shape.included("users", "id", &author),
        Shape::V1 { .. } => payload.get("user"),
    };
    let restricted = text(payload, &["reply_settings"]).is_some_and(|who| who != "everyone");
    let protected = user.is_some_and(|user| truth(user, &["protected"]));
    let barred = if matches!(shape, Shape::V1 { blocked: true }) {
        Some(&BLOCKED)
    } else if protected {
        Some(&PROTECTED)
    } else if restricted {
        Some(&REPLY_RESTRICTED)
    } else {
        // It is known that our name is there and is not said to us.
        let aside = matches!(named, Named::InFront | Named::InOthersWords);
        (aside && kind == PostKind::Topic).then_some(&ENGAGED)
    };
    let mut shown = pictures(payload, shape);
    shown.extend(links(payload));
    let quotes: Vec<&str> = theirs.into_iter().chain(quoted.and_then(whole)).collect();
    let (text, cut) = words(Some(mine));
    let author = self::author(author, user);
    let post = Post {
        text,
        quoted: (!quotes.is_empty()).then(|| words(Some(&quotes.join("\n\n"))).0),
        media: shown,
        cut,
        lang: lang(payload, &["lang"]),
        permalink: permalink(author.handle.as_deref(), &newest),
        parent: parent.map(PostId::new),
        barred: barred.map(|rule| rule.name.to_owned()),
        addressed: kind != PostKind::Topic,
        // Each version of a post is a post of its own, with a higher id.
        version: newest.parse().ok(),
        author: Some(author),
        ..blank(
            first.unwrap_or_else(|| newest.clone()),
            kind,
            format!("post:{newest}"),
            created_ms,
        )
    };
    if edited {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// The author's own words of a text, and those of somebody else that it retells by hand: from `RT @name:`
/// on, where `RT` begins the text even without the colon. "Please RT @name" asks for a retweet.
fn retold(text: &str) -> (&str, Option<&str>) {
    let retells = |start: usize| {
        let (before, after) = text.split_at_checked(start).unwrap_or((text, ""));
        let name = after.trim_start_matches("RT @");
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let colon =
            end.is_some_and(|end| name.get(end..).is_some_and(|rest| rest.starts_with(':')));
        let apart = before
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric());
        apart && (colon || before.trim().is_empty())
    };
    let mut starts = text.match_indices("RT @").map(|(start, _)| start);
    let start = starts.find(|start| retells(*start));
    match start.and_then(|start| text.split_at_checked(start)) {
        Some((own, theirs)) => (own.trim_end(), Some(theirs)),
        None => (text, None),
    }
}

/// Where a text names us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// In what its author wrote.
    InOwnWords,
    /// Among the names that X puts in front of a reply.
    InFront,
    /// In what its author retells.
    InOthersWords,
    Nowhere,
}

/// Where a post names us, of whose text `own` is the part that its author wrote. Offsets count characters.
fn named(payload: &Value, us: Option<&str>, own: &str) -> Named {
    let Some(us) = us else {
        return Named::Nowhere;
    };
    let front = |part: &Value| {
        list(part, "display_text_range")
            .first()
            .and_then(|start| number(start, &[]))
    };
    let parts = ["note_tweet", "extended_tweet"]
        .into_iter()
        .filter_map(|key| payload.get(key))
        .chain([payload]);
    let own_end = i64::try_from(own.chars().count()).unwrap_or(i64::MAX);
    let mut found = Named::Nowhere;
    for part in parts {
        let own_start = front(part).or_else(|| front(payload)).unwrap_or(0);
        let entities = part.get("entities").unwrap_or(&Value::Null);
        let v2 = list(entities, "mentions").iter();
        let v2 = v2.map(|mention| (id(mention, &["id"]), number(mention, &["start"])));
        let v1 = list(entities, "user_mentions").iter().map(|mention| {
            let start = list(mention, "indices").first();
            let start = start.and_then(|start| number(start, &[]));
            (id(mention, &["id_str"]), start)
        });
        for (whom, start) in v2.chain(v1) {
            if whom.as_deref() != Some(us) {
                continue;
            }
            // Without a place, a name is taken to be where its author put it.
            found = match start {
                Some(start) if start >= own_end => Named::InOthersWords,
                Some(start) if start < own_start => Named::InFront,
                _ => return Named::InOwnWords,
            };
        }
    }
    found
}

/// The pictures, films and polls of a post.
fn pictures(payload: &Value, shape: Shape<'_>) -> Vec<Media> {
    let keys = at(payload, &["attachments", "media_keys"]);
    let keys = keys
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let included = keys.iter().filter_map(|key| {
        let key = id(key, &[])?;
        let found = shape.included("media", "media_key", &key);
        Some(found.map_or_else(
            || media(MediaKind::Other, None, None, Some(key.clone())),
            picture,
        ))
    });
    let polls = at(payload, &["attachments", "poll_ids"]);
    let polls = polls
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let polls = polls.iter().filter_map(|poll| {
        let poll = id(poll, &[])?;
        let options = shape.included("polls", "id", &poll);
        let options = options.map_or(&[][..], |poll| list(poll, "options")).iter();
        let options: Vec<&str> = options.filter_map(|o| text(o, &["label"])).collect();
        let caption = format!("a poll: {}", options.join(" / "));
        Some(media(MediaKind::Other, Some(&caption), None, Some(poll)))
    });
    let extended = payload.get("extended_tweet");
    let of = |part: &'_ str| {
        let inner = extended.and_then(|extended| at(extended, &[part, "media"]));
        let list = inner.or_else(|| at(payload, &[part, "media"]));
        list.and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let mut old = of("extended_entities");
    if old.is_empty() {
        old = of("entities");
    }
    let old = old.iter().take(MAX_MEDIA).map(picture);
    included
        .take(MAX_MEDIA)
        .chain(polls.take(1))
        .chain(old)
        .collect()
}

/// How many pictures or links of a post are shown; a post has four.
const MAX_MEDIA: usize = 16;

/// A picture or film, in either API's words.
fn picture(found: &Value) -> Media {
    let kind = match text(found, &["type"]) {
        Some("photo" | "image") => MediaKind::Image,
        Some("video" | "animated_gif") => MediaKind::Video,
        _ => MediaKind::Other,
    };
    let url = ["url", "media_url_https", "preview_image_url"];
    let url = match found.get("media_url_https") {
        // The old API's `url` is the short link in the text.
        Some(_) => link(found, &["media_url_https"]),
        None => url.iter().find_map(|key| link(found, &[key])),
    };
    let id = id(found, &["media_key"]).or_else(|| id(found, &["id_str"]));
    let caption = text(found, &["alt_text"]).or_else(|| text(found, &["ext_alt_text"]));
    media(kind, caption, url, id)
}

/// The links of a text and the article it is about; those to its own pictures are left out.
fn links(payload: &Value) -> Vec<Media> {
    let article = payload
        .get("article")
        .filter(|article| article.is_object())
        .map(|article| {
            let title = text(article, &["title"]);
            media(MediaKind::Link, title, None, id(article, &["id"]))
        });
    let part = ["note_tweet", "extended_tweet"]
        .into_iter()
        .find_map(|key| at(payload, &[key, "entities"]))
        .or_else(|| payload.get("entities"));
    let urls = part
        .map_or(&[][..], |entities| list(entities, "urls"))
        .iter();
    let urls = urls.filter_map(|url| {
        let to = link(url, &["unwound_url"]).or_else(|| link(url, &["expanded_url"]))?;
        let of_picture =
            url.get("media_key").is_some() || to.contains("/photo/1") || to.contains("/video/1");
        let title = text(url, &["title"]);
        (!of_picture).then(|| media(MediaKind::Link, title, Some(to), None))
    });
    article.into_iter().chain(urls.take(MAX_MEDIA)).collect()
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
    let said = dm.get("message_create").unwrap_or(&Value::Null);
    let (Some(dm_id), Some(sender)) = (id(dm, &["id"]), id(said, &["sender_id"])) else {
        return ignored(Ignored::Malformed);
    };
    let target = id(said, &["target", "recipient_id"]);
    let data = said.get("message_data").unwrap_or(&Value::Null);
    let (words, cut) = words(text(data, &["text"]));
    let created_ms = time_ms(dm, &["created_timestamp"]).unwrap_or(now_ms);
    if Some(sender.as_str()) == us {
        // A welcome message goes out by itself.
        let automatic = at(dm, &["initiated_via", "welcome_message_id"])
            .or_else(|| at(said, &["initiated_via", "welcome_message_id"]))
            .is_some();
        return match target {
            Some(to) if !automatic => Event::Answered {
                answer: OwnAnswer {
                    id: PostId::new(dm_id),
                    to: Some(AuthorId::new(to)),
                    parent: None,
                    text: words,
                    created_ms,
                },
            },
            _ => ignored(Ignored::Own),
        };
    }
    let user = users
        .and_then(|users| users.get(sender.as_str()))
        .map(unwrapped);
    // Two make a conversation; a third is a group, whose answers all of them would read.
    let to_us = target.is_none() || us.is_none() || target.as_deref() == us;
    let mut shown: Vec<Media> = Vec::new();
    if let Some(attached) = data.get("attachment").filter(|part| part.is_object()) {
        shown.push(match text(attached, &["type"]) {
            Some("media") => picture(attached.get("media").unwrap_or(&Value::Null)),
            Some("location") => {
                let place = at(attached, &["location", "shared_place", "place"]);
                let called = place.and_then(|place| {
                    text(place, &["full_name"]).or_else(|| text(place, &["name"]))
                });
                let point = at(
                    attached,
                    &[
                        "location",
                        "shared_coordinate",
                        "coordinates",
                        "coordinates",
                    ],
                );
                // GeoJSON: longitude first.
                let point = point
                    .and_then(Value::as_array)
                    .and_then(|point| Some(format!("{}, {}", point.get(1)?, point.first()?)));
                media(MediaKind::Location, called.or(point.as_deref()), None, None)
            }
            other => media(MediaKind::Other, other, None, None),
        });
    }
    shown.extend(links(data));
    Event::Made {
        post: Post {
            author: Some(author(sender.clone(), user)),
            text: words,
            media: shown,
            cut,
            barred: (!to_us).then(|| GROUP.name.to_owned()),
            addressed: to_us,
            ..blank(dm_id, PostKind::Message, format!("dm:{sender}"), created_ms)
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

/// A block, by them or by us: either way we do not write to them. Its end by them lets us again; its end
/// by us does not, because their own word may stand against it.
fn block(event: &Value, us: Option<&str>, begins: bool) -> Event {
    let party = |role| {
        event
            .get(role)
            .map(unwrapped)
            .and_then(|user| id(user, &["id"]))
    };
    let (Some(source), Some(target)) = (party("source"), party("target")) else {
        return Event::Ignored {
            why: Ignored::Malformed,
        };
    };
    let ours = Some(source.as_str()) == us;
    let author = AuthorId::new(if ours { target } else { source });
    // Account Activity says when; X Activity's samples do not, and then an end lifts nothing.
    let at_ms = time_ms(event, &["created_timestamp"]).or_else(|| time_ms(event, &["created_at"]));
    match (begins, ours) {
        (true, _) => Event::Stop { author, at_ms },
        (false, false) => Event::Start { author, at_ms },
        (false, true) => Event::Ignored {
            why: Ignored::NotAPost,
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
    &GROUP,
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
