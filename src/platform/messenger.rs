//! Messenger, and with it Instagram's direct messages, which come in the same updates.
//!
//! `reply_to` is the id of the person in this conversation: a page-scoped or Instagram-scoped id.
//! Documented at developers.facebook.com, documentation, business-messaging/messenger-platform/webhooks
//! (pages of 2023 to 2026) and docs/instagram-platform/webhooks.
//!
//! # Every update of `messaging` and `standby`
//!
//! | update | read as |
//! |---|---|
//! | `message` | its words (a quick reply's are its title); its attachments; the story it answers, the advertisement or product it came from (`referral`) |
//! | `message` with `is_deleted` | the message, deleted |
//! | `message` with `is_echo`, or from our own id | our answer, or ours: below |
//! | `message` with `is_unsupported` | shown as what Meta does not pass on |
//! | `message_edit` | the message, edited; without words (Instagram sends that ahead of the message itself) ignored |
//! | `postback` | the title of the button, which the person chose |
//! | `messaging_feedback` | what was written under a question; with the scores it is quoted |
//! | `optin` | stop or resume of notifications: stop, start; any other is ignored: it lets one message through and takes nothing back |
//! | `reaction`, `read`, `seen`, `delivery`, `referral`, `account_linking`, `response_feedback`, `message_context`, `calls`, `payment`, `game_play`, `pass_`, `take_`, `request_thread_control`, `app_roles`, `policy_enforcement`, `messaging_customer_information`, `messaging_in_thread_lead_form_submit` | ignored: no words for us |
//! | any other | ignored as unknown |
//!
//! | attachment | shown as |
//! |---|---|
//! | `image`, `video`, `audio`, `file` | that, with its link; whether sound is a voice message is not said |
//! | `image` with a `sticker_id`, `sticker`, `like_heart` | a sticker |
//! | `location` | a place |
//! | `share`, `fallback`, `post`, `ig_post`, `ig_reel`, `reel`, `story_mention`, `ig_story` | a link, with its title or its type |
//! | `template` with a product, `product` | an order |
//! | `ephemeral` (seen once), `template`, `appointment_booking`, any other | by its type |
//!
//! # Who is who
//!
//! - **One person** has one id for each Page or account (page-scoped, Instagram-scoped). The same person's
//!   ids on two Pages are not joined: nothing says that they are one.
//! - **Spoken to** are we, in what comes to our id. What comes to another (a group's thread) is barred:
//!   [`ELSEWHERE`]. On standby another app owns the thread and answers: [`STANDBY`].
//! - **Quoted** is nothing: a shared post is a link.
//! - **Staff**: our own id. An echo says which app sent it (`app_id`): the Page inbox and Instagram's
//!   inbox have ids of their own, the phones' apps send none: those are our answer. Any other app is a
//!   program, we among them (our calls carry [`METADATA`] too): ours, and no answer.
//! - **Automatic**: whether Meta's instant replies and away messages carry an inbox's id is not
//!   documented.
//! - **Poor copies**: an edit without words, which is not stored.

use super::form::Form;
use super::graph::{self, Context, call, graph, ignored};
use super::profile::{AccountForm, Handle, Identity, Profile, Told, utf16};
use super::read::{at, id, link, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place, Within};
use super::{Event, Ignored, OwnAnswer, ReplyCall, ReplyTo, blank, media, person};
use crate::platform::eligibility::Rule;
use crate::post::{AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::number("the Page's id, a number"),
    ids_within_account: None,
    identity: Identity::Certain,
    // Messenger's SDKs say characters; UTF-16 units are never fewer.
    public: utf16(2_000),
    private: utf16(2_000),
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
        arrives: "direct messages; edits, unsends",
        verified: "",
        answered: "message, within 24 h",
        cannot: "no author's name in a delivery; a thread that another app holds (standby) is only read",
    },
};

/// What marks a message of ours in its echo, so that a person's message from Meta's own inbox can be
/// told from it.
pub const METADATA: &str = "heard";

/// How long after a person's last message a business may answer.
pub const WINDOW_MS: i64 = 24 * 60 * 60 * 1_000;

/// Meta's messaging window.
pub(super) static WINDOW: Rule = Rule {
    name: "messenger.window_24h",
    says: "an automatic message goes out within 24 hours of the person's last one, or not at all",
    source: "developers.facebook.com/docs/messenger-platform/policy/policy-overview",
    date: "2026-06",
};

/// The handover protocol: another app speaks.
pub(super) static STANDBY: Rule = Rule {
    name: "messenger.standby",
    says: "another app owns this thread: an app on standby listens and does not write",
    source: "developers.facebook.com/docs/messenger-platform/handover-protocol",
    date: "2026-06",
};

/// A message that did not come to our own id.
pub(super) static ELSEWHERE: Rule = Rule {
    name: "messenger.elsewhere",
    says: "the message came to a thread that is not ours alone: a private answer would leave it",
    source: "developers.facebook.com/docs/messenger-platform/reference/webhook-events/messages",
    date: "2026-06",
};

/// The apps in which people answer by hand: the Page inbox, and Instagram's (from memory of the
/// handover protocol's pages).
const INBOXES: [&str; 2] = ["263902037430900", "1217981644879628"];

/// How many attachments of a message, or questions of a form, are shown.
const SHOWN: usize = 32;

/// Reads one of `messaging` or `standby`.
pub(super) fn read(platform: Platform, update: &Value, context: &Context<'_>) -> Event {
    let sender = id(update, &["sender", "id"]);
    let own = sender.is_some() && sender.as_deref() == context.account;
    let part = |key| update.get(key).filter(|part: &&Value| part.is_object());
    if let Some(message) = part("message") {
        if own || truth(message, &["is_echo"]) || truth(message, &["is_self"]) {
            return echo(update, message, context);
        }
        let (Some(mid), Some(sender)) = (id(message, &["mid"]), sender) else {
            return ignored(Ignored::Malformed);
        };
        if truth(message, &["is_deleted"]) {
            return Event::Deleted {
                post: PostId::new(mid),
                author: Some(AuthorId::new(sender)),
            };
        }
        let (text, cut) = words(text(message, &["text"]));
        let mut media = carried(message);
        if media.is_empty() && text.is_empty() {
            media.push(unsaid());
        }
        let post = post(platform, update, context, mid, sender);
        return Event::Made {
            post: Post {
                text,
                media,
                cut,
                parent: id(message, &["reply_to", "mid"]).map(PostId::new),
                ..post
            },
        };
    }
    if own {
        return ignored(Ignored::Own);
    }
    let made = |key: &str, part: &Value| {
        let sender = sender.clone()?;
        // Buttons and forms have no id in older versions; person and time are one.
        let mid = id(part, &["mid"]).or_else(|| {
            let at = id(update, &["timestamp"])?;
            Some(format!("{key}:{sender}:{at}"))
        })?;
        Some(post(platform, update, context, mid, sender))
    };
    if let Some(edit) = part("message_edit") {
        return match (text(edit, &["text"]), made("message_edit", edit)) {
            (None, _) => ignored(Ignored::NotAPost),
            (_, None) => ignored(Ignored::Malformed),
            (Some(_), Some(_)) if id(edit, &["mid"]).is_none() => ignored(Ignored::Malformed),
            (Some(now), Some(post)) => {
                let (text, cut) = words(Some(now));
                Event::Edited {
                    post: Post {
                        text,
                        cut,
                        version: number(edit, &["num_edit"]),
                        ..post
                    },
                }
            }
        };
    }
    if let Some(postback) = part("postback") {
        return match (text(postback, &["title"]), made("postback", postback)) {
            (None, _) => ignored(Ignored::NotAPost),
            (_, None) => ignored(Ignored::Malformed),
            (Some(title), Some(post)) => {
                let (text, cut) = words(Some(title));
                Event::Made {
                    post: Post { text, cut, ..post },
                }
            }
        };
    }
    if let Some(feedback) = part("messaging_feedback") {
        return match made("feedback", feedback) {
            None => ignored(Ignored::Malformed),
            Some(post) => judged(feedback, post),
        };
    }
    if let Some(optin) = part("optin") {
        let status = text(optin, &["notification_messages_status"]).unwrap_or_default();
        let author = sender.map(AuthorId::new);
        let at_ms = time_ms(update, &["timestamp"]);
        return match (status.get(..4), author) {
            (Some("STOP"), Some(author)) => Event::Stop { author, at_ms },
            (Some("RESU"), Some(author)) => Event::Start { author, at_ms },
            _ => ignored(Ignored::NotAPost),
        };
    }
    const SIGNALS: [&str; 18] = [
        "reaction",
        "read",
        "seen",
        "delivery",
        "referral",
        "account_linking",
        "response_feedback",
        "message_context",
        "calls",
        "payment",
        "game_play",
        "pass_thread_control",
        "take_thread_control",
        "request_thread_control",
        "app_roles",
        "policy_enforcement",
        "messaging_customer_information",
        "messaging_in_thread_lead_form_submit",
    ];
    let signal = SIGNALS.iter().any(|key| update.get(key).is_some());
    let broken = [
        "message",
        "message_edit",
        "postback",
        "optin",
        "messaging_feedback",
    ];
    let broken = broken.iter().any(|key| update.get(key).is_some()) || !update.is_object();
    ignored(match (signal, broken) {
        (true, _) => Ignored::NotAPost,
        (false, true) => Ignored::Malformed,
        (false, false) => Ignored::UnknownKind,
    })
}

/// A message of that person, of which nothing is read yet.
fn post(
    platform: Platform,
    update: &Value,
    context: &Context<'_>,
    mid: String,
    sender: String,
) -> Post {
    let to = id(update, &["recipient", "id"]);
    // Instagram names the same account by two ids in some setups, and has no threads of several here.
    let elsewhere = platform == Platform::Messenger
        && (to.is_some() && context.account.is_some() && to.as_deref() != context.account
            || update.get("thread").is_some());
    let barred = match (context.standby, elsewhere) {
        (true, _) => Some(&STANDBY),
        (false, elsewhere) => elsewhere.then_some(&ELSEWHERE),
    };
    let reply_to = match platform {
        Platform::Instagram => graph::direct(&sender),
        _ => sender.clone(),
    };
    Post {
        author: Some(person(sender)),
        barred: barred.map(|rule| rule.name.to_owned()),
        addressed: !elsewhere,
        ..blank(
            mid,
            PostKind::Message,
            reply_to,
            time_ms(update, &["timestamp"]).unwrap_or(context.time_ms),
        )
    }
}

/// What we wrote: by hand, in one of Meta's own apps, or by a program.
fn echo(update: &Value, message: &Value, context: &Context<'_>) -> Event {
    let app = id(message, &["app_id"]);
    let by_hand = app.is_none_or(|app| INBOXES.contains(&app.as_str()));
    let ours = text(message, &["metadata"]) == Some(METADATA);
    let silent = ["is_deleted", "is_self"]
        .iter()
        .any(|key| truth(message, &[key]));
    let to = id(update, &["recipient", "id"]).filter(|to| Some(to.as_str()) != context.account);
    match (id(message, &["mid"]), to) {
        (Some(mid), Some(to)) if by_hand && !ours && !silent => Event::Answered {
            answer: OwnAnswer {
                id: PostId::new(mid),
                to: Some(AuthorId::new(to)),
                parent: id(message, &["reply_to", "mid"]).map(PostId::new),
                text: words(text(message, &["text"])).0,
                created_ms: time_ms(update, &["timestamp"]).unwrap_or(context.time_ms),
            },
        },
        _ => ignored(Ignored::Own),
    }
}

/// What is shown of a message in which nothing can be read.
fn unsaid() -> Media {
    media(MediaKind::Other, Some("not passed on by Meta"), None, None)
}

/// What a message carries besides its text.
fn carried(message: &Value) -> Vec<Media> {
    let attachments = list(message, "attachments").iter().take(SHOWN);
    let mut carried: Vec<Media> = attachments.map(attachment).collect();
    if carried.is_empty() && message.get("sticker_id").is_some() {
        let sticker = id(message, &["sticker_id"]);
        carried.push(media(MediaKind::Sticker, None, None, sticker));
    }
    if truth(message, &["is_unsupported"]) {
        carried.push(unsaid());
    }
    if let Some(story) = at(message, &["reply_to", "story"]) {
        let url = link(story, &["url"]);
        carried.push(media(
            MediaKind::Link,
            Some("answers our story"),
            url,
            id(story, &["id"]),
        ));
    }
    if let Some(referral) = message.get("referral").filter(|part| part.is_object()) {
        if let Some(product) = id(referral, &["product", "id"]) {
            carried.push(media(MediaKind::Order, None, None, Some(product)));
        }
        if let Some(title) = text(referral, &["ads_context_data", "ad_title"]) {
            let url = link(referral, &["ads_context_data", "photo_url"]);
            let ad = id(referral, &["ad_id"]);
            carried.push(media(MediaKind::Link, Some(title), url, ad));
        }
    }
    carried
}

fn attachment(attachment: &Value) -> Media {
    let sort = text(attachment, &["type"]).unwrap_or("attachment");
    let payload = attachment.get("payload").unwrap_or(&Value::Null);
    let title = || text(payload, &["title"]).or_else(|| text(attachment, &["title"]));
    let url = link(payload, &["url"]).or_else(|| link(attachment, &["url"]));
    let ids = [
        "sticker_id",
        "attachment_id",
        "ig_post_media_id",
        "reel_video_id",
        "id",
    ];
    let own_id = ids.iter().find_map(|key| id(payload, &[key]));
    let product = payload.get("product").is_some();
    let kind = match sort {
        "image" if payload.get("sticker_id").is_some() => MediaKind::Sticker,
        "image" => MediaKind::Image,
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        "file" => MediaKind::File,
        "sticker" | "like_heart" => MediaKind::Sticker,
        "location" => MediaKind::Location,
        "template" | "product" if product => MediaKind::Order,
        "share" | "fallback" | "post" | "ig_post" | "ig_reel" | "reel" | "story_mention"
        | "ig_story" => MediaKind::Link,
        _ => MediaKind::Other,
    };
    let caption = match kind {
        MediaKind::Location => place(payload).or_else(|| title().map(str::to_owned)),
        MediaKind::Order => goods(payload),
        MediaKind::Link | MediaKind::Other => Some(title().unwrap_or(sort).to_owned()),
        _ => title().map(str::to_owned),
    };
    media(kind, caption.as_deref(), url, own_id)
}

fn place(payload: &Value) -> Option<String> {
    let degrees = |key| at(payload, &["coordinates", key]).and_then(Value::as_f64);
    Some(format!("{}, {}", degrees("lat")?, degrees("long")?))
}

fn goods(payload: &Value) -> Option<String> {
    let elements = payload.get("product")?;
    let elements = list(elements, "elements").iter().take(SHOWN);
    let titles: Vec<String> = elements.filter_map(|item| name(item, &["title"])).collect();
    (!titles.is_empty()).then(|| titles.join(", "))
}

/// A form's answers: what was written is judged, the scores beside it are shown.
fn judged(feedback: &Value, post: Post) -> Event {
    let mut own = Vec::new();
    let mut pairs = Vec::new();
    for screen in list(feedback, "feedback_screens").iter().take(SHOWN) {
        let questions = screen.get("questions").and_then(Value::as_object);
        for (question, answer) in questions.into_iter().flatten().take(SHOWN) {
            if let Some(score) = id(answer, &["payload"]) {
                pairs.push(format!("{question}: {score}"));
            }
            if let Some(said) = text(answer, &["follow_up", "payload"]) {
                own.push(said);
            }
        }
    }
    if own.is_empty() && pairs.is_empty() {
        return ignored(Ignored::NotAPost);
    }
    let (text, cut) = words(Some(&own.join("\n")));
    Event::Made {
        post: Post {
            text,
            cut,
            quoted: (!pairs.is_empty()).then(|| words(Some(&pairs.join("\n"))).0),
            ..post
        },
    }
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Private,
    to: "a person's message",
    most: None,
    within: Some(Within {
        ms: WINDOW_MS,
        rule: &WINDOW,
    }),
    source: "developers.facebook.com/docs/messenger-platform/policy/policy-overview",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&WINDOW, &STANDBY, &ELSEWHERE];

/// `POST /{page}/messages`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let url = graph("graph.facebook.com", &[to.account.as_str(), "messages"])?;
    let body = json!({
        "recipient": { "id": to.reply_to },
        "messaging_type": "RESPONSE",
        "message": { "text": text, "metadata": METADATA },
    });
    (!to.reply_to.is_empty())
        .then(|| call(to, url, &body))
        .flatten()
}
