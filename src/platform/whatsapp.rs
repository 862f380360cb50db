//! WhatsApp Cloud API: messages to a business number.
//!
//! They come in Meta's envelope; a source's `account` is the `phone_number_id`, because one business
//! account has several numbers. Documented at developers.facebook.com, documentation,
//! business-messaging/whatsapp/webhooks/reference (pages of 2026-05 to 2026-08).
//!
//! `reply_to` is `to:NUMBER:MESSAGE` or `recipient:USER:MESSAGE`, the two ways to address a person,
//! and the message that is answered; or `group:GROUP:MESSAGE`.
//!
//! # Every message type
//!
//! | type | read as |
//! |---|---|
//! | `text` | its words |
//! | `image`, `video`, `document` | the caption is the words; media id and link, a document's name |
//! | `audio`, `sticker` | media id and link; a recording (`voice`) is told from other sound |
//! | `location`, `contacts` | what they say, as a caption |
//! | `order` | its `text` is the words; the items are a caption |
//! | `button`; `interactive`: `button_reply`, `list_reply` | the title, which the person chose; a list entry's description is ours, so quoted |
//! | `interactive`: `nfm_reply` (a form, an address) | the answers are the words; with the form's own questions they are quoted; uploads are media |
//! | `interactive`: `product` | the product |
//! | `interactive`: `call_permission_reply` | ignored: a permission |
//! | `edit` | the message that it names, edited (15 minutes, coexistence numbers only) |
//! | `revoke` | the message that it names, deleted (2 days, coexistence numbers only) |
//! | `unsupported` (`ephemeral`, polls, an edit elsewhere, a first message ...) | shown as what WhatsApp does not pass on, with its own word for it |
//! | `system` | a changed number or user id: the old ids and the new are one person; anything else is ignored |
//! | `reaction`, `request_welcome` | ignored: no words. A chat was opened, an emoji set |
//! | any other | shown by its type, because a person wrote and waits |
//!
//! Beside a message: `referral` (the advertisement by which it came) and `context.referred_product` are
//! shown; `errors` say why one is unsupported; `statuses` tell of our own messages and are ignored.
//!
//! # Every field
//!
//! | field | read as |
//! |---|---|
//! | `messages` | above |
//! | `standby` | the same; Meta's Business Agent holds the thread, and what it wrote is ours |
//! | `smb_message_echoes` | one of us answered in the WhatsApp Business app; edits and deletions of that are ignored |
//! | `user_preferences` | stop, and resume |
//! | `history` | ignored: messages from before the number was connected |
//! | `smb_app_state_sync`, `messaging_handovers`, `calls`, `group_*`, `account_*`, `message_template_*`, `phone_number_*` ... | ignored: no message |
//!
//! # Who is who
//!
//! - **One person** has a number (`from`, `wa_id`), a business-scoped user id (`from_user_id`,
//!   `user_id`) and perhaps a parent one. The user id stays when the number is hidden, so it is the
//!   author where it is there; the others are aliases.
//! - **Spoken to** are we, in every message to our number. In a group of up to eight nobody knows, so
//!   there is no note: [`GROUP`]. Whoever answers there, answers in the group.
//! - **Quoted** is a forwarded message (`context.forwarded`): shown, and not its sender's words.
//! - **Staff**: what is sent from our own number.
//! - **Automatic**: nothing marks a greeting or an away message, ours (in an echo) or of a business that
//!   writes to us.
//! - **Poor copies**: none; one message comes once. A deletion names its author.

use super::form::Form;
use super::graph::{self, call, graph, ignored};
use super::profile::{AccountForm, Handle, Identity, Profile, Told, utf16};
use super::read::{at, id, link, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place, Within};
use super::{Event, Ignored, OwnAnswer, ReplyCall, ReplyTo, blank, media, person};
use crate::platform::eligibility::Rule;
use crate::post::{Author, AuthorId, Media, MediaKind, Post, PostId, PostKind};
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::number("the phone_number_id, not the number itself"),
    ids_within_account: None,
    // A number, a business-scoped user id, or both.
    identity: Identity::TwoIds,
    public: utf16(4_096),
    private: utf16(4_096),
    mostly: PostKind::Message,
    handle: Handle::Optional,
    needs_reply_url: false,
    has_plans: false,
    credential: Form::TOKEN,
    marks_names: false,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |_, _| None,
    reply,
    outcome: graph::outcome,
    aside: &super::aside::PRIVATE_ALREADY,
    fetch: None,
    told: Told {
        arrives: "messages to a business number",
        verified: "",
        answered: "message, within 24 h",
        cannot: "past the window only templates, which Heard does not send; edits, deletions, forms, orders, places and voice messages are read; groups are answered by a person, in the group",
    },
};

static WINDOW: Rule = Rule {
    name: "whatsapp.window_24h",
    says: "a free text goes out within 24 hours of the person's last message, or not at all",
    source: "developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages",
    date: "2026-06",
};

/// A group chat.
static GROUP: Rule = Rule {
    name: "whatsapp.group",
    says: "in a group nothing says who is spoken to, and a private answer would leave it",
    source: "developers.facebook.com/documentation/business-messaging/whatsapp/groups",
    date: "2026-06",
};

/// Meta's Business Agent speaks.
static STANDBY: Rule = Rule {
    name: "whatsapp.standby",
    says: "Meta's Business Agent holds this thread; whatever we send takes it over",
    source: "developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/standby",
    date: "2026-08",
};

/// How many shared contacts, ordered items or a form's answers are shown.
const SHOWN: usize = 32;

/// What the messages of a change have in common.
struct Change<'a> {
    contacts: &'a [Value],
    /// Our own number, as people write it.
    us: Option<String>,
    standby: bool,
    now_ms: i64,
}

/// The events of one change, each with the number it came to.
pub(super) fn read(field: &str, value: &Value, now_ms: i64) -> (Option<String>, Vec<Event>) {
    let account = id(value, &["metadata", "phone_number_id"]);
    let change = Change {
        contacts: list(value, "contacts"),
        us: id(value, &["metadata", "display_phone_number"]),
        standby: field == "standby",
        now_ms,
    };
    let mut events: Vec<Event> = match field {
        "messages" | "standby" => {
            let messages = list(value, "messages").iter();
            let mut events: Vec<Event> = messages.map(|m| message(m, &change)).collect();
            // What became of our own messages, and errors.
            let signals = list(value, "statuses").len() + list(value, "errors").len();
            events.extend((0..signals).map(|_| ignored(Ignored::NotAPost)));
            let agents = list(value, "message_echoes").len();
            events.extend((0..agents).map(|_| ignored(Ignored::Own)));
            events
        }
        "smb_message_echoes" => {
            let echoes = list(value, "message_echoes");
            match echoes {
                [] => vec![ignored(Ignored::Own)],
                _ => echoes.iter().map(|m| echo(m, &change)).collect(),
            }
        }
        "user_preferences" => list(value, "user_preferences")
            .iter()
            .flat_map(|preference| wishes(preference, &change))
            .collect(),
        "history"
        | "smb_app_state_sync"
        | "messaging_handovers"
        | "calls"
        | "flows"
        | "security"
        | "automatic_events"
        | "tracking_events"
        | "partner_solutions"
        | "business_capability_update"
        | "business_status_update"
        | "payment_configuration_update"
        | "template_category_update" => {
            vec![ignored(Ignored::NotAPost)]
        }
        _ => {
            const OF_ACCOUNTS: [&str; 4] =
                ["account_", "group_", "message_template_", "phone_number_"];
            let known = OF_ACCOUNTS.iter().any(|kind| field.starts_with(kind));
            vec![ignored(if known {
                Ignored::NotAPost
            } else {
                Ignored::UnknownKind
            })]
        }
    };
    if events.is_empty() {
        events.push(ignored(Ignored::Malformed));
    }
    (account, events)
}

/// A person by all ids given, the best first.
fn who(ids: impl IntoIterator<Item = Option<String>>) -> Option<Author> {
    let mut known: Vec<AuthorId> = Vec::new();
    for id in ids.into_iter().flatten().map(AuthorId::new) {
        if !known.contains(&id) {
            known.push(id);
        }
    }
    let mut known = known.into_iter();
    let id = known.next()?;
    Some(Author {
        aliases: known.collect(),
        ..person(id.to_string())
    })
}

impl Change<'_> {
    /// The contact of that number or user. Contacts come in no order.
    fn contact(&self, phone: Option<&String>, user: Option<&String>) -> Option<&Value> {
        self.contacts.iter().find(|contact| {
            let is =
                |key, whom: Option<&String>| whom.is_some() && id(contact, &[key]).as_ref() == whom;
            is("wa_id", phone) || is("user_id", user)
        })
    }

    /// The person of that number and user ids, with what the contacts add.
    fn person(
        &self,
        phone: Option<String>,
        user: Option<String>,
        parent: Option<String>,
    ) -> Option<Author> {
        let contact = self.contact(phone.as_ref(), user.as_ref());
        let of = |key| contact.and_then(|contact| id(contact, &[key]));
        let shown = |path: &[&str]| contact.and_then(|contact| name(contact, path));
        let ids = [
            user,
            of("user_id"),
            phone,
            of("wa_id"),
            parent,
            of("parent_user_id"),
        ];
        Some(Author {
            name: shown(&["profile", "name"]),
            handle: shown(&["profile", "username"])
                .map(|handle| handle.trim_start_matches('@').to_owned()),
            ..who(ids)?
        })
    }
}

fn message(message: &Value, change: &Change<'_>) -> Event {
    let kind = text(message, &["type"]).unwrap_or("text");
    match kind {
        "reaction" | "request_welcome" => return ignored(Ignored::NotAPost),
        "system" => return renamed(message),
        _ => {}
    }
    let phone = id(message, &["from"]);
    if phone.is_some() && phone == change.us {
        return ignored(Ignored::Own);
    }
    let user = id(message, &["from_user_id"]);
    let parent = id(message, &["from_parent_user_id"]);
    let author = change.person(phone.clone(), user, parent);
    let (Some(wamid), Some(author)) = (id(message, &["id"]), author) else {
        return ignored(Ignored::Malformed);
    };
    let original = || id(message, &[kind, "original_message_id"]);
    match kind {
        "revoke" => match original() {
            Some(post) => Event::Deleted {
                post: PostId::new(post),
                author: Some(author.id),
            },
            None => ignored(Ignored::Malformed),
        },
        "edit" => match (original(), at(message, &["edit", "message"])) {
            (Some(wamid), Some(inner)) => {
                let inner_kind = text(inner, &["type"]).unwrap_or("text");
                let post = post(message, inner, inner_kind, (wamid, phone, author), change);
                Event::Edited {
                    post: Post {
                        // Nothing numbers an edit; it comes as a message of its own, with a time.
                        version: Some(post.created_ms),
                        ..post
                    },
                }
            }
            _ => ignored(Ignored::Malformed),
        },
        "interactive"
            if text(message, &["interactive", "type"]) == Some("call_permission_reply") =>
        {
            ignored(Ignored::NotAPost)
        }
        _ => Event::Made {
            post: post(message, message, kind, (wamid, phone, author), change),
        },
    }
}

/// The post that `outer` delivers, with the words and pictures of `inner`.
fn post(
    outer: &Value,
    inner: &Value,
    kind: &str,
    (wamid, phone, author): (String, Option<String>, Author),
    change: &Change<'_>,
) -> Post {
    let said = said(inner, kind);
    let group = id(outer, &["group_id"]);
    let context = inner.get("context").or_else(|| outer.get("context"));
    let flag = |key| context.is_some_and(|context| truth(context, &[key]));
    let forwarded = flag("forwarded") || flag("frequently_forwarded");
    let mut shown = said.media;
    if let Some(product) =
        context.and_then(|context| id(context, &["referred_product", "product_retailer_id"]))
    {
        shown.push(media(MediaKind::Order, Some(&product), None, None));
    }
    if let Some(referral) = outer
        .get("referral")
        .filter(|referral| referral.is_object())
    {
        let headline = text(referral, &["headline"]).or_else(|| text(referral, &["body"]));
        let url = link(referral, &["source_url"]);
        shown.push(media(MediaKind::Link, headline, url, None));
    }
    let (own, cut) = words(Some(&said.text));
    let (own, quoted) = if forwarded {
        let quoted = if own.is_empty() {
            said.quoted
        } else {
            Some(own)
        };
        (String::new(), quoted)
    } else {
        (own, said.quoted)
    };
    if own.is_empty() && quoted.is_none() && shown.is_empty() {
        shown.push(media(MediaKind::Other, Some(kind), None, None));
    }
    let reply_to = match (&group, phone) {
        (Some(group), _) => format!("group:{group}:{wamid}"),
        (None, Some(phone)) => format!("to:{phone}:{wamid}"),
        (None, None) => format!("recipient:{}:{wamid}", author.id),
    };
    let barred = match (&group, change.standby) {
        (Some(_), _) => Some(&GROUP),
        (None, standby) => standby.then_some(&STANDBY),
    };
    Post {
        author: Some(author),
        text: own,
        quoted,
        media: shown,
        cut,
        parent: context
            .and_then(|context| id(context, &["id"]))
            .map(PostId::new),
        barred: barred.map(|rule| rule.name.to_owned()),
        addressed: group.is_none(),
        ..blank(
            wamid,
            if group.is_some() {
                PostKind::Comment
            } else {
                PostKind::Message
            },
            reply_to,
            time_ms(outer, &["timestamp"]).unwrap_or(change.now_ms),
        )
    }
}

/// What a message says and carries.
#[derive(Default)]
struct Said {
    text: String,
    quoted: Option<String>,
    media: Vec<Media>,
}

fn said(message: &Value, kind: &str) -> Said {
    let own = |path: &[&str]| text(message, path).unwrap_or_default().to_owned();
    let part = message.get(kind).unwrap_or(&Value::Null);
    let file = |sort: MediaKind| {
        let caption = text(part, &["filename"]);
        media(sort, caption, link(part, &["url"]), id(part, &["id"]))
    };
    let with = |text: String, media: Media| Said {
        text,
        media: vec![media],
        ..Said::default()
    };
    match kind {
        "text" => Said {
            text: own(&["text", "body"]),
            ..Said::default()
        },
        "image" => with(own(&["image", "caption"]), file(MediaKind::Image)),
        "video" => with(own(&["video", "caption"]), file(MediaKind::Video)),
        "document" => with(own(&["document", "caption"]), file(MediaKind::File)),
        "sticker" => with(String::new(), file(MediaKind::Sticker)),
        "audio" | "voice" => {
            let voice = kind == "voice" || truth(part, &["voice"]);
            let sort = if voice {
                MediaKind::Voice
            } else {
                MediaKind::Audio
            };
            with(String::new(), file(sort))
        }
        "location" => with(String::new(), place(part)),
        "contacts" => Said {
            media: list(message, kind).iter().take(SHOWN).map(card).collect(),
            ..Said::default()
        },
        "order" => with(own(&["order", "text"]), order(part)),
        "button" => Said {
            text: own(&["button", "text"]),
            ..Said::default()
        },
        "interactive" => chosen(part),
        "unsupported" => {
            let error = list(message, "errors").first();
            let word = text(part, &["type"])
                .or_else(|| error.and_then(|error| text(error, &["error_data", "details"])))
                .or_else(|| error.and_then(|error| text(error, &["title"])));
            let caption = word.map_or("not passed on by WhatsApp".to_owned(), |word| {
                format!("not passed on by WhatsApp: {word}")
            });
            with(
                String::new(),
                media(MediaKind::Other, Some(&caption), None, None),
            )
        }
        _ => Said::default(),
    }
}

fn place(location: &Value) -> Media {
    let degrees = |key| location.get(key).and_then(Value::as_f64);
    let at = match (degrees("latitude"), degrees("longitude")) {
        (Some(latitude), Some(longitude)) => Some(format!("{latitude}, {longitude}")),
        _ => None,
    };
    let parts = [name(location, &["name"]), name(location, &["address"]), at];
    let caption: Vec<String> = parts.into_iter().flatten().collect();
    let url = link(location, &["url"]);
    media(MediaKind::Location, Some(&caption.join(", ")), url, None)
}

fn card(contact: &Value) -> Media {
    let phones = list(contact, "phones").iter();
    let mut parts: Vec<String> = phones
        .take(SHOWN)
        .filter_map(|phone| name(phone, &["phone"]))
        .collect();
    if let Some(called) = name(contact, &["name", "formatted_name"]) {
        parts.insert(0, called);
    }
    media(MediaKind::Contact, Some(&parts.join(", ")), None, None)
}

fn order(order: &Value) -> Media {
    let items = list(order, "product_items").iter().take(SHOWN);
    let items: Vec<String> = items
        .filter_map(|item| {
            let product = id(item, &["product_retailer_id"])?;
            let quantity = number(item, &["quantity"]).unwrap_or(1);
            Some(format!("{quantity} × {product}"))
        })
        .collect();
    let catalog = id(order, &["catalog_id"]);
    media(MediaKind::Order, Some(&items.join(", ")), None, catalog)
}

/// What a person chose or filled in.
fn chosen(interactive: &Value) -> Said {
    let title = |reply| text(interactive, &[reply, "title"]).map(str::to_owned);
    if let Some(form) = interactive.get("nfm_reply") {
        return answers(form);
    }
    if let Some(title) = title("button_reply") {
        return Said {
            text: title,
            ..Said::default()
        };
    }
    if let Some(title) = title("list_reply") {
        return Said {
            text: title,
            quoted: name(interactive, &["list_reply", "description"]),
            ..Said::default()
        };
    }
    let product = id(interactive, &["action", "product_retailer_id"]);
    let sort = match product {
        Some(_) => MediaKind::Order,
        None => MediaKind::Other,
    };
    let caption = product
        .as_deref()
        .or_else(|| text(interactive, &["type"]))
        .unwrap_or("interactive");
    Said {
        media: vec![media(sort, Some(caption), None, None)],
        ..Said::default()
    }
}

/// A form's answers. The person's words are judged; which question each answers is the form's wording,
/// so the pairs are quoted.
fn answers(form: &Value) -> Said {
    let given = match form.get("response_json") {
        Some(Value::String(json)) => serde_json::from_str(json).unwrap_or(Value::Null),
        Some(object) => object.clone(),
        None => Value::Null,
    };
    let mut said = Said::default();
    let mut own = Vec::new();
    let mut pairs = Vec::new();
    for (key, value) in given.as_object().into_iter().flatten().take(SHOWN) {
        match value {
            // An address comes one level down.
            Value::Object(inner) => {
                for (key, value) in inner.iter().take(SHOWN) {
                    answer(key, value, &mut own, &mut pairs, &mut said.media);
                }
            }
            value => answer(key, value, &mut own, &mut pairs, &mut said.media),
        }
    }
    said.text = own.join("\n");
    said.quoted = (!pairs.is_empty()).then(|| words(Some(&pairs.join("\n"))).0);
    if pairs.is_empty() && said.media.is_empty() {
        said.media = vec![media(MediaKind::Other, Some("a form"), None, None)];
    }
    said
}

/// One answer of a form.
fn answer(
    key: &str,
    value: &Value,
    own: &mut Vec<String>,
    pairs: &mut Vec<String>,
    uploads: &mut Vec<Media>,
) {
    // Ours, not the person's.
    if matches!(key, "flow_token" | "wa_flow_response_params") {
        return;
    }
    let mut parts = Vec::new();
    let several = match value {
        Value::Array(several) => several.as_slice(),
        one => std::slice::from_ref(one),
    };
    for value in several.iter().take(SHOWN) {
        match value {
            Value::String(text) => {
                let text = option(text).trim();
                if !text.is_empty() {
                    own.push(text.to_owned());
                    parts.push(text.to_owned());
                }
            }
            Value::Number(number) => parts.push(number.to_string()),
            Value::Bool(truth) => parts.push(truth.to_string()),
            Value::Object(_) => {
                let picture = text(value, &["mime_type"]).is_some_and(|m| m.starts_with("image/"));
                let sort = if picture {
                    MediaKind::Image
                } else {
                    MediaKind::File
                };
                let file = text(value, &["file_name"]);
                uploads.push(media(sort, file, None, id(value, &["id"])));
            }
            Value::Null | Value::Array(_) => {}
        }
    }
    if !parts.is_empty() {
        pairs.push(format!("{}: {}", question(key), parts.join(", ")));
    }
}

/// A question as the form's builder names it: `screen_0_What_happened_0`.
fn question(key: &str) -> String {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let bare = key
        .strip_prefix("screen_")
        .and_then(|rest| rest.split_once('_'))
        .filter(|(screen, _)| is_number(screen))
        .map_or(key, |(_, rest)| rest);
    let bare = bare
        .rsplit_once('_')
        .filter(|(_, nth)| is_number(nth))
        .map_or(bare, |(rest, _)| rest);
    bare.replace('_', " ").trim().to_owned()
}

/// An option as the form's builder names it: `0_Refund`.
fn option(text: &str) -> &str {
    text.split_once('_')
        .filter(|(nth, name)| {
            !nth.is_empty() && nth.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty()
        })
        .map_or(text, |(_, name)| name)
}

/// A person's number or user id changed.
fn renamed(message: &Value) -> Event {
    let of = |key| id(message, &["system", key]);
    let author = who([
        of("user_id"),
        of("wa_id"),
        of("new_wa_id"),
        of("parent_user_id"),
        of("previous_user_id"),
        of("customer"),
        id(message, &["from_user_id"]),
        id(message, &["from"]),
        of("previous_parent_user_id"),
    ]);
    // "Identity changed" is a new device: nobody goes by another name.
    let changed = text(message, &["system", "type"]).is_some_and(|kind| {
        matches!(
            kind,
            "user_changed_number" | "user_changed_user_id" | "customer_changed_number"
        )
    });
    match author {
        Some(author) if changed && !author.aliases.is_empty() => Event::Renamed { author },
        _ => ignored(Ignored::NotAPost),
    }
}

/// One of us wrote in the WhatsApp Business app.
fn echo(message: &Value, change: &Change<'_>) -> Event {
    let kind = text(message, &["type"]).unwrap_or("text");
    let to = id(message, &["to_user_id"]).or_else(|| id(message, &["to"]));
    let to = to.filter(|_| message.get("group_id").is_none());
    let parent = id(message, &["context", "id"]);
    let signal = matches!(kind, "edit" | "revoke" | "reaction" | "system");
    match id(message, &["id"]) {
        Some(wamid) if !signal && (to.is_some() || parent.is_some()) => Event::Answered {
            answer: OwnAnswer {
                id: PostId::new(wamid),
                to: to.map(AuthorId::new),
                parent: parent.map(PostId::new),
                text: words(Some(&said(message, kind).text)).0,
                created_ms: time_ms(message, &["timestamp"]).unwrap_or(change.now_ms),
            },
        },
        _ => ignored(Ignored::Own),
    }
}

/// A person stops or resumes our messages, under every id that they have. WhatsApp's switch is for
/// marketing; whoever has used it is not written to by a program at all.
fn wishes(preference: &Value, change: &Change<'_>) -> Vec<Event> {
    let of = |key| id(preference, &[key]);
    let person = change.person(of("wa_id"), of("user_id"), of("parent_user_id"));
    let Some(person) = person else {
        return vec![ignored(Ignored::Malformed)];
    };
    let stops = match text(preference, &["value"]) {
        Some("stop") => true,
        Some("resume") => false,
        _ => return vec![ignored(Ignored::UnknownKind)],
    };
    let at_ms = time_ms(preference, &["timestamp"]);
    let ids = std::iter::once(person.id).chain(person.aliases);
    ids.map(|author| match stops {
        true => Event::Stop { author, at_ms },
        false => Event::Start { author, at_ms },
    })
    .collect()
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Private,
    to: "a person's message",
    most: None,
    within: Some(Within {
        ms: super::messenger::WINDOW_MS,
        rule: &WINDOW,
    }),
    source: "developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&WINDOW, &GROUP, &STANDBY];

/// `POST /{number}/messages`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (how, rest) = to.reply_to.split_once(':')?;
    let (whom, message) = rest.split_once(':')?;
    if whom.is_empty() || message.is_empty() {
        return None;
    }
    let url = graph("graph.facebook.com", &[to.account.as_str(), "messages"])?;
    let mut body = json!({
        "messaging_product": "whatsapp",
        "type": "text",
        "text": { "preview_url": false, "body": text },
    });
    let address = match how {
        "to" | "recipient" => json!({
            "recipient_type": "individual",
            how: whom,
            "context": { "message_id": message },
        }),
        // No page shows a group message that answers another.
        "group" => json!({ "recipient_type": "group", "to": whom }),
        _ => return None,
    };
    if let (Some(body), Value::Object(address)) = (body.as_object_mut(), address) {
        body.extend(address);
    }
    call(to, url, &body)
}
