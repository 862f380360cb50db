//! How Facebook, Messenger, Instagram, WhatsApp and Threads deliver: handshake and envelope.
//!
//! An envelope is `{object, entry: [...]}`; one entry is one account of ours with any number of
//! updates under `changes`, `messaging`, `standby` or `changed_fields`, or, in Instagram's flat
//! shape, with `field` and `value` in the entry itself. Read here: which family an update is of;
//! the family's own file reads the update.

use super::graph::{Context, ignored};
use super::profile::Feed;
use super::read::{self, id, list, text};
use super::{Event, Ignored, Knock, TOO_MANY, Unreadable, Update};
use super::{Welcome, facebook, instagram, messenger, threads, whatsapp};
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
        if updates.len() >= TOO_MANY {
            break;
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
        if updates.len() < TOO_MANY {
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
        let room = TOO_MANY.saturating_sub(updates.len());
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
