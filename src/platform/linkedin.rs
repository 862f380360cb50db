//! LinkedIn: comments on an organisation's posts, and shares that mention it.
//!
//! A source's `account` is the organisation's URN (`urn:li:organization:123`). Everything is a URN;
//! a comment's is written in two ways, `(activity:1,2)` and `(urn:li:activity:1,2)`, and kept in the
//! longer one, which the API takes.
//!
//! `reply_to` is `OBJECT|COMMENT`: the activity, and the comment under which the reply goes; for a
//! share without a comment `OBJECT|`. Neither author's name nor language is sent.
//!
//! # Who speaks to whom
//!
//! - *To us*: a comment directly under a post of the organisation's (`decoratedSourcePost.owner`, where it
//!   is told), a share of such a post, and whatever mentions the organisation by its URN. A comment under
//!   another comment answers its author, of whom nothing is told: without a mention it can't be known
//!   who is spoken to, so it is queued and gets no note.
//! - *Staff*: what an administrator writes as the organisation is ours (`ADMIN_COMMENT`, or our URN as
//!   `owner`); under somebody's comment it is our answer ([`Event::Answered`]). An employee who writes under
//!   his own name is not told apart.
//! - *Quoted*: nothing; the shared post is no part of the text.
//! - *Automatic*: not told.
//!
//! # What is read
//!
//! | action | |
//! |---|---|
//! | `COMMENT` | read |
//! | `COMMENT_EDIT` | an edit |
//! | `COMMENT_DELETE` | a deletion, by its author where he is told |
//! | `SHARE`, `SHARE_MENTION` | read |
//! | `ADMIN_COMMENT` | our answer, or our own |
//! | `LIKE`, `LIKE_DELETE`, `REACTION`, `REACTION_DELETE` | ignored: no words |
//!
//! Other notifications (`LEAD_ACTION` and the like) are of other products.

use super::aside::{Aside, Sourced};
use super::form::Form;
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told, utf16};
use super::read::{self, at, id, link, list, text, time_ms, words};
use super::{Allowance, Place, TOO_MANY};
use super::{
    Answer, Event, Ignored, Knock, Outcome, OwnAnswer, ReplyCall, ReplyTo, Unreadable, Update,
};
use super::{Method, Welcome, bearer, blank, outcome_of_status, person};
use crate::platform::eligibility::Rule;
use crate::post::{AccountId, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind};
use crate::signature::scheme::Scheme;
use crate::signature::{Key, Refusal, hmac_hex};
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: Some(AccountForm {
        says: "a URN: urn:li:organization:123",
        fits: |text| text.starts_with("urn:li:organization:"),
    }),
    ids_within_account: None,
    identity: Identity::Certain,
    public: utf16(1_250),
    private: utf16(1_250),
    mostly: PostKind::Comment,
    handle: Handle::Optional,
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
        arrives: "comments and shares on an organisation's posts; edits, deletions",
        verified: "",
        answered: "comment",
        cannot: "needs LinkedIn's approval (Community Management); no author's name or language",
    },
};

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[],
    cannot: Sourced {
        says: "LinkedIn lets no organization write to a member who did not write to it in private",
        source: "learn.microsoft.com/linkedin",
        date: "2026-08",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Linkedin,
    headers: &[],
    handshake: |keys, _, knock| handshake(keys, knock),
    parse: |d| parse(d.body, d.now_ms),
};

/// The month of the API's version in every call of ours. LinkedIn keeps a version about a year.
pub const API_VERSION: &str = "202606";

static ABSENT_AUTHOR: Rule = Rule {
    name: "linkedin.absent_author",
    says: "a notification without its author may be of our own: nobody is answered",
    source: "learn.microsoft.com/linkedin/marketing/community-management",
    date: "2026-06",
};

/// Answers `challengeCode`, which LinkedIn asks every two hours: its HMAC under the client secret.
///
/// # Errors
/// Where the code is no UUID, as LinkedIn documents it: `hmacsha256=` and a body, signed, would be a
/// delivery.
pub fn handshake(keys: &[Key], knock: &Knock<'_>) -> Result<Option<Welcome>, Refusal> {
    let code = knock.get.then(|| knock.param("challengeCode")).flatten();
    let (Some(code), Some(key)) = (code, keys.first()) else {
        return Ok(None);
    };
    if !is_uuid(code) {
        return Err(Refusal::Challenge);
    }
    let response = hmac_hex(key, code.as_bytes());
    Ok(Some(Welcome {
        status: 200,
        content_type: "application/json",
        body: json!({ "challengeCode": code, "challengeResponse": response }).to_string(),
    }))
}

/// Whether it is a UUID as it is written: `890e4665-4dfe-4ab1-b689-ed553bceeed0`.
fn is_uuid(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|b| b.is_ascii_hexdigit());
    let parts = text.split('-');
    parts.clone().all(hex) && parts.map(str::len).eq([8, 4, 4, 4, 12])
}

/// Reads a delivery.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let notifications = document
        .get("notifications")
        .and_then(Value::as_array)
        .ok_or(Unreadable)?;
    let social = text(&document, &["type"])
        .is_none_or(|kind| kind == "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS");
    let update = |notification| Update {
        platform: Platform::Linkedin,
        account: id(notification, &["organizationalEntity"]).map(AccountId::new),
        event: if social {
            read_event(notification, now_ms)
        } else {
            Event::Ignored {
                why: Ignored::UnknownKind,
            }
        },
    };
    Ok(notifications.iter().take(TOO_MANY).map(update).collect())
}

/// A URN in its longer form.
fn urn(short: &str) -> String {
    let long = short.replace("(activity:", "(urn:li:activity:");
    long.replace("(ugcPost:", "(urn:li:ugcPost:")
        .replace("(share:", "(urn:li:share:")
}

fn read_event(notification: &Value, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    let action = text(notification, &["action"]).unwrap_or_default();
    let generated = at(notification, &["decoratedGeneratedActivity"]).unwrap_or(&Value::Null);
    let (kind, body) = match action {
        "COMMENT" | "COMMENT_EDIT" | "COMMENT_DELETE" | "ADMIN_COMMENT" => (
            PostKind::Comment,
            generated.get("comment").unwrap_or(&Value::Null),
        ),
        "SHARE_MENTION" | "SHARE" => {
            let kind = if action == "SHARE" {
                PostKind::Topic
            } else {
                PostKind::Mention
            };
            (kind, generated.get("share").unwrap_or(&Value::Null))
        }
        "LIKE" | "LIKE_DELETE" | "REACTION" | "REACTION_DELETE" => {
            return ignored(Ignored::NotAPost);
        }
        "" => return ignored(Ignored::Malformed),
        _ => return ignored(Ignored::UnknownKind),
    };
    let us = id(notification, &["organizationalEntity"]);
    let owner = id(body, &["owner"]);
    let entity = id(body, &["entity"]).or_else(|| id(notification, &["generatedActivity"]));
    let above = id(body, &["parentComment"]).map(|above| urn(&above));
    let (text_read, cut) =
        words(text(body, &["text"]).or_else(|| text(body, &["message", "text"])));
    let created_ms = time_ms(notification, &["lastModifiedAt"]).unwrap_or(now_ms);
    if action == "ADMIN_COMMENT" || (owner.is_some() && owner == us) {
        return match (entity, above) {
            (Some(entity), Some(above)) if matches!(action, "ADMIN_COMMENT" | "COMMENT") => {
                let answer = OwnAnswer {
                    id: PostId::new(urn(&entity)),
                    to: None,
                    parent: Some(PostId::new(above)),
                    text: text_read,
                    created_ms,
                };
                Event::Answered { answer }
            }
            _ => ignored(Ignored::Own),
        };
    }
    let Some(entity) = entity.map(|entity| urn(&entity)) else {
        return ignored(Ignored::Malformed);
    };
    if action == "COMMENT_DELETE" {
        return Event::Deleted {
            post: PostId::new(entity),
            author: owner.map(AuthorId::new),
        };
    }
    let root = id(body, &["object"]).or_else(|| id(notification, &["sourcePost"]));
    let under_ours = above.is_none()
        && match text(notification, &["decoratedSourcePost", "owner"]) {
            Some(whose) => us.as_deref() == Some(whose),
            None => true,
        };
    let addressed = under_ours
        || kind == PostKind::Mention
        || us.as_deref().is_some_and(|us| mentions(body, us));
    let reply_to = match kind {
        PostKind::Comment => {
            let top = above.as_deref().unwrap_or(&entity);
            format!("{}|{top}", root.as_deref().unwrap_or_default())
        }
        _ => format!("{entity}|"),
    };
    let post = Post {
        author: owner.map(person),
        text: text_read,
        media: media(body),
        cut,
        parent: above.or(root).map(PostId::new),
        permalink: permalink(&entity),
        addressed,
        version: time_ms(notification, &["lastModifiedAt"]),
        ..blank(entity, kind, reply_to, created_ms)
    };
    if action == "COMMENT_EDIT" {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// Whether a comment or share mentions an organisation: in its attributes, or in a text in LinkedIn's
/// "little" format, `@[Name](urn:li:organization:123)`.
fn mentions(body: &Value, us: &str) -> bool {
    let said = ["text", "commentary"]
        .iter()
        .any(|key| text(body, &[key]).is_some_and(|said| said.contains(&format!("]({us})"))));
    let attributes = list(body, "attributes").iter().chain(
        body.get("message")
            .map_or(&[] as &[Value], |message| list(message, "attributes")),
    );
    // The URN stands under a key of its type's name, whose spelling differs between versions.
    said || attributes.into_iter().any(|attribute| {
        let value = attribute.get("value").and_then(Value::as_object);
        let mut entities = value.into_iter().flatten().flat_map(|(_, entity)| {
            entity
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(_, urn)| urn.as_str())
        });
        entities.any(|urn| urn == us)
    })
}

/// What a comment or share carries: pictures by link or id, of a share its kind alone.
fn media(body: &Value) -> Vec<Media> {
    let attached = list(body, "content").iter().map(|content| {
        let kind = match text(content, &["type"]) {
            Some("IMAGE") => MediaKind::Image,
            Some("VIDEO") => MediaKind::Video,
            _ => MediaKind::Other,
        };
        let file = id(content, &["entity", "digitalmediaAsset"])
            .or_else(|| id(content, &["entity", "image"]));
        read::media(kind, None, link(content, &["url"]), file)
    });
    let category = text(body, &["mediaCategory"]).and_then(|category| {
        Some(match category {
            "NONE" => return None,
            "IMAGE" | "RICH" => MediaKind::Image,
            "VIDEO" => MediaKind::Video,
            "ARTICLE" => MediaKind::Link,
            _ => MediaKind::Other,
        })
    });
    let category = category.map(|kind| read::media(kind, None, None, None));
    attached.chain(category).take(read::MAX_MEDIA).collect()
}

/// Where the activity that a URN names can be looked at.
fn permalink(entity: &str) -> Option<String> {
    let at = entity
        .find("urn:li:activity:")
        .or_else(|| entity.find("urn:li:share:"))?;
    let urn = entity.get(at..)?.split([',', ')']).next()?;
    let plain = urn.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':');
    plain.then(|| format!("https://www.linkedin.com/feed/update/{urn}"))
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Public,
    to: "a comment on the organisation's post, or a share that mentions it",
    most: None,
    within: None,
    source: "learn.microsoft.com/linkedin/marketing/community-management",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&ABSENT_AUTHOR];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    post.author.is_none().then_some(&ABSENT_AUTHOR)
}

/// `POST /rest/socialActions/{urn}/comments`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (object, comment) = to.reply_to.split_once('|')?;
    let target = if comment.is_empty() { object } else { comment };
    let mut body = json!({
        "actor": to.account.as_str(),
        "object": object,
        "message": { "text": text },
    });
    if let (false, Some(body)) = (comment.is_empty(), body.as_object_mut()) {
        body.insert("parentComment".into(), comment.into());
    }
    let url = format!(
        "https://api.linkedin.com/rest/socialActions/{}/comments",
        read::segment(target)?
    );
    (!object.is_empty()).then_some(())?;
    Some(ReplyCall {
        method: Method::Post,
        url,
        headers: vec![
            bearer(to.credential)?,
            ("LinkedIn-Version".into(), API_VERSION.into()),
            ("X-Restli-Protocol-Version".into(), "2.0.0".into()),
        ],
        body: body.to_string(),
    })
}

/// Reads the API's answer. The new comment's id may be in a header alone.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    match answer.status {
        201 => {
            let document = read::document(answer.body).unwrap_or(Value::Null);
            Outcome::Sent {
                id: id(&document, &["commentUrn"]).or_else(|| id(&document, &["id"])),
            }
        }
        200..=299 => Outcome::Unknown {
            why: "unreadable".into(),
        },
        // The version is no longer served.
        426 => Outcome::Refused {
            why: "version:426".into(),
        },
        _ => outcome_of_status(answer, now_ms),
    }
}
