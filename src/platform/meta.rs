//! What Facebook, Messenger, Instagram, WhatsApp and Threads share: handshake, envelope, and the Graph API's errors.
//!
//! An envelope is `{object, entry: [...]}`; one entry is one account of ours with any number of
//! updates under `changes`, `messaging`, `standby` or `changed_fields`, or, in Instagram's flat
//! shape, with `field` and `value` in the entry itself. Read here: which family an update is of;
//! the family's own file reads the update.

use super::profile::Feed;
use super::read::{self, MAX_UPDATES, at, id, list, number, text};
use super::{
    Answer, Event, Ignored, Knock, Method, Outcome, ReplyCall, ReplyTo, Unreadable, Update,
};
use super::{Welcome, facebook, instagram, later, messenger, threads, whatsapp};
use crate::post::{AccountId, Platform};
use crate::signature::scheme::Scheme;
use crate::signature::{Key, same};
use serde_json::Value;

/// What carries the events of all five.
pub static FEED: Feed = Feed {
    scheme: Scheme::Meta,
    headers: &[],
    handshake: |_, tokens, knock| Ok(handshake(tokens, knock)),
    parse: |d| parse(d.body, d.now_ms),
};

/// The Graph API's version in every call of ours: current in mid-2026. A version answers for at
/// least two years after its successor comes out; then calls are taken by the oldest that lives.
pub const GRAPH_VERSION: &str = "v25.0";

/// Answers `hub.challenge`: 200 with the challenge where the token is ours, 403 where not.
pub fn handshake(verify_tokens: &[Key], knock: &Knock<'_>) -> Option<Welcome> {
    if !knock.get || knock.param("hub.mode") != Some("subscribe") {
        return None;
    }
    let challenge = knock.param("hub.challenge")?;
    let token = knock.param("hub.verify_token").unwrap_or_default();
    // Every token is compared, so that the time does not tell which one came close.
    let matches = verify_tokens
        .iter()
        .filter(|ours| same(ours.expose(), token.as_bytes()));
    let known = matches.count() > 0;
    Some(Welcome {
        status: if known { 200 } else { 403 },
        content_type: "text/plain",
        body: if known {
            challenge.to_owned()
        } else {
            String::new()
        },
    })
}

/// An update of a delivery, before it is known what it says.
pub(super) struct Context<'a> {
    /// `entry.id`: the account of ours.
    pub account: Option<&'a str>,
    /// `entry.time` in milliseconds, or our own clock.
    pub time_ms: i64,
    /// Whether another app owns the thread.
    pub standby: bool,
}

/// Reads a delivery of the `page` or `instagram` object.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    if threads::is_ours(&document) {
        return Ok(threads::read(&document, now_ms));
    }
    let object = text(&document, &["object"]).ok_or(Unreadable)?;
    let entries = document
        .get("entry")
        .and_then(Value::as_array)
        .ok_or(Unreadable)?;
    let mut updates = Vec::new();
    for entry in entries {
        read_entry(object, entry, now_ms, &mut updates);
        if updates.len() > MAX_UPDATES {
            return Err(Unreadable);
        }
    }
    Ok(updates)
}

fn read_entry(object: &str, entry: &Value, now_ms: i64, updates: &mut Vec<Update>) {
    let account = id(entry, &["id"]);
    let context = Context {
        account: account.as_deref(),
        time_ms: read::time_ms(entry, &["time"]).unwrap_or(now_ms),
        standby: false,
    };
    let before = updates.len();
    let mut push = |platform: Platform, event: Event| {
        // One past the bound is enough for the caller to see it.
        if updates.len() <= MAX_UPDATES {
            updates.push(Update {
                platform,
                account: account.clone().map(AccountId::new),
                event,
            });
        }
    };
    let (public, private) = match object {
        "page" => (Platform::Facebook, Platform::Messenger),
        "instagram" => (Platform::Instagram, Platform::Instagram),
        "whatsapp_business_account" => return read_numbers(entry, now_ms, updates),
        // Of people who use the app, of advertising and of the app itself: nobody writes to us there.
        "user"
        | "permissions"
        | "ad_account"
        | "application"
        | "catalog"
        | "certificate_transparency"
        | "payments" => {
            return push(Platform::Facebook, ignored(Ignored::NotAPost));
        }
        _ => return push(Platform::Facebook, ignored(Ignored::UnknownKind)),
    };
    for change in list(entry, "changes") {
        read_change(public, change, &context, &mut push);
    }
    if entry.get("field").is_some() {
        read_change(public, entry, &context, &mut push);
    }
    for (key, standby) in [("messaging", false), ("standby", true)] {
        let context = Context { standby, ..context };
        for message in list(entry, key) {
            push(private, messenger::read(private, message, &context));
        }
    }
    for _ in list(entry, "changed_fields") {
        // Names without values: "Include Values" is off in the app's dashboard.
        push(public, ignored(Ignored::NotAPost));
    }
    if updates.len() == before {
        updates.push(Update {
            platform: public,
            account: account.map(AccountId::new),
            event: ignored(Ignored::Malformed),
        });
    }
}

/// Reads an entry of WhatsApp's, where the account of ours is the number that a change names.
fn read_numbers(entry: &Value, now_ms: i64, updates: &mut Vec<Update>) {
    let changes = list(entry, "changes");
    for change in changes {
        let field = text(change, &["field"]).unwrap_or_default();
        let (number, events) = match change.get("value").filter(|value| value.is_object()) {
            Some(value) => whatsapp::read(field, value, now_ms),
            None => (None, vec![ignored(Ignored::Malformed)]),
        };
        // One past the bound is enough for the caller to see it.
        let room = (MAX_UPDATES + 1).saturating_sub(updates.len());
        updates.extend(events.into_iter().take(room).map(|event| Update {
            platform: Platform::Whatsapp,
            account: number.clone().map(AccountId::new),
            event,
        }));
    }
    if changes.is_empty() {
        updates.push(Update {
            platform: Platform::Whatsapp,
            account: None,
            event: ignored(Ignored::Malformed),
        });
    }
}

/// Reads one of `changes`, or a flat entry, which has the same two keys.
fn read_change(
    platform: Platform,
    change: &Value,
    context: &Context<'_>,
    push: &mut impl FnMut(Platform, Event),
) {
    let field = text(change, &["field"]).unwrap_or_default();
    let Some(value) = change.get("value").filter(|value| value.is_object()) else {
        return push(platform, ignored(Ignored::Malformed));
    };
    let event = match (platform, field) {
        // Instagram Login sends messages as changes too; their value is the messaging update.
        (
            Platform::Instagram,
            "messages"
            | "message_echoes"
            | "message_edit"
            | "messaging_postbacks"
            | "messaging_optins",
        ) => messenger::read(platform, value, context),
        (Platform::Instagram, "standby") => {
            let context = Context {
                standby: true,
                ..*context
            };
            messenger::read(platform, value, &context)
        }
        (Platform::Instagram, field) => instagram::read(field, value, context),
        (_, field) => facebook::read(field, value, context),
    };
    push(platform, event);
}

/// The event for what is not ours to read.
pub(super) fn ignored(why: Ignored) -> Event {
    Event::Ignored { why }
}

/// The URL of a Graph call: `host` and the path's segments, each encoded.
pub(super) fn graph(host: &str, segments: &[&str]) -> Option<String> {
    let mut url = format!("https://{host}/{GRAPH_VERSION}");
    for part in segments {
        url.push('/');
        url.push_str(&read::segment(part)?);
    }
    Some(url)
}

/// A Graph call with the source's token in the header, where no log of URLs can hold it.
pub(super) fn call(to: &ReplyTo<'_>, url: String, body: &Value) -> Option<ReplyCall> {
    Some(ReplyCall {
        method: Method::Post,
        url,
        headers: vec![super::bearer(to.credential)?],
        body: body.to_string(),
    })
}

/// Reads a Graph answer.
///
/// A server error is [`Outcome::Unknown`], always: Meta has created a comment and answered with an
/// error before, and a second acknowledgment is worse than none.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let document = read::document(answer.body).unwrap_or(Value::Null);
    let error = at(&document, &["error"]).filter(|error| error.is_object());
    let code = error.and_then(|error| number(error, &["code"]));
    let subcode = error.and_then(|error| number(error, &["error_subcode"]));
    let refused = |word: &str| super::refused(word, code.unwrap_or(i64::from(answer.status)));
    let unknown = |why: String| Outcome::Unknown { why };
    match (answer.status, code) {
        (200..=299, None) if error.is_none() => {
            let of_number = list(&document, "messages").first();
            let id = id(&document, &["message_id"])
                .or_else(|| id(&document, &["id"]))
                .or_else(|| of_number.and_then(|message| id(message, &["id"])));
            if id.is_some() || read::truth(&document, &["success"]) {
                Outcome::Sent { id }
            } else {
                unknown("unreadable".into())
            }
        }
        (500..=599, _) => unknown(format!("status:{}", answer.status)),
        // Limits of the app, user, page and business use case: refused before anything is done.
        // WhatsApp's: throughput, and too many messages to one person.
        (_, Some(4 | 17 | 32 | 341 | 613 | 80_000..=80_014 | 130_429 | 131_056)) | (429, _) => {
            later(answer, now_ms)
        }
        (_, Some(102 | 104 | 190 | 463 | 467)) => refused("credential"),
        // Whatever the code: app removed, checkpoint, password changed, expired, unconfirmed, invalid,
        // session over. Without one of these, 10 and 200-299 are of this call, not of the token.
        _ if matches!(subcode, Some(458..=460 | 463 | 464 | 467 | 492)) => refused("credential"),
        // Seen with the comment created all the same (brightbean-studio#140).
        (_, Some(20)) => unknown("code:20".into()),
        // "Temporary, try again": nothing says whether it came before or after the write.
        (_, Some(1 | 2)) => unknown(format!("code:{}", code.unwrap_or_default())),
        (_, Some(10)) if subcode == Some(2_018_278) => refused("window"),
        (_, Some(131_047)) => refused("window"),
        (_, Some(131_026)) => refused("unavailable"),
        (_, Some(131_005 | 131_049)) => refused("not_allowed"),
        // WhatsApp's "something went wrong".
        (_, Some(131_000)) => unknown("code:131000".into()),
        (_, Some(100)) if subcode == Some(33) => refused("gone"),
        (_, Some(3 | 10 | 200..=299 | 10_903 | 10_904)) => refused("not_allowed"),
        (_, Some(368)) => refused("blocked"),
        (_, Some(506 | 10_900)) => refused("duplicate"),
        (_, Some(551)) => refused("unavailable"),
        (_, Some(803)) => refused("gone"),
        (401, None) => refused("credential"),
        (403, None) => refused("not_allowed"),
        (404 | 410, None) => refused("gone"),
        (408, None) => unknown("status:408".into()),
        (400..=499, _) => refused("bad_request"),
        (200..=299, _) => refused("bad_request"),
        (status, _) => unknown(format!("status:{status}")),
    }
}
