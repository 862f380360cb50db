//! Telegram: messages to a bot, in the groups it is in, and to a business account that it serves.
//!
//! An update names no bot: its app has one source. A message's id counts within its chat, so a post
//! is `CHAT/MESSAGE`. In private chats and basic groups a number counts within the bot's own account
//! too (every account numbers its messages by itself), so there a post is known as
//! `ACCOUNT/CHAT/MESSAGE`; a supergroup numbers its messages for all, and one message in it stays one
//! post though two of our bots are told of it. A business account's messages are numbered by that
//! account: `business/CONNECTION/CHAT/MESSAGE`. A group that becomes a supergroup begins new numbers
//! under a new id (`migrate_to_chat_id`), and its old posts keep theirs. The credential is the bot's
//! token.
//!
//! `reply_to` is `CHAT/MESSAGE`, followed by `/business/CONNECTION` or `/direct/TOPIC` where the call
//! must name these; `guest/QUERY` for a guest's call.
//!
//! # Who is spoken to
//!
//! - In a private chat, a channel's direct messages and a business account's chats: us.
//! - In a group: us where Telegram itself marks our name ([`Post::calls`]: a `mention`, a
//!   `text_mention`, `/command@OurBot`) or the message answers one of our bot's; which name is ours, the
//!   source's `account` or `handle` says. A bare `/command` may be for any bot of the group. A message in
//!   a topic "answers" what opened the topic, whoever did: that is nobody's answer. A comment under a
//!   channel's post is not said to the bot.
//! - Who calls a guest bot by name: us.
//!
//! # Who is staff
//!
//! The group itself (`sender_chat` is the chat: an anonymous administrator), the channel whose post
//! Telegram forwards into its group (`is_automatic_forward`, or that channel answering below it), all
//! channel posts, and the owner of a business account: what they answer is [`Event::Answered`]. Which
//! members of a group administer it, no update tells: one who writes as a person is read as one. Nor is
//! it told whether another channel that writes in a group is ours: it is queued as an author of its own
//! and gets no note. The person behind it Telegram hides, so it can't be joined with their own account.
//!
//! # What is quoted, what is automatic
//!
//! Quoted: all of a forwarded message (`forward_origin`) and of one that came by an inline bot
//! (`via_bot`), quoted lines (`blockquote`), and the piece that an answer quotes (`quote`). Automatic:
//! `is_from_offline` (a business account's away message, a greeting, a message for later),
//! `sender_business_bot`. A bot (`is_bot`) may write to bots since 2026-05: it is no person.
//!
//! # What is read
//!
//! | update | |
//! |---|---|
//! | `message`, `edited_message`, `business_message`, `edited_business_message`, `guest_message` | read |
//! | `deleted_business_messages` | deletions; Telegram tells of no others |
//! | `my_chat_member` | in a private chat: blocked is a stop, let in again a start; else only that we joined or left |
//! | `channel_post`, `edited_channel_post` | a channel of ours: own |
//! | `business_connection`, `managed_bot`, `chat_member`, `chat_join_request`, `chat_boost`, `removed_chat_boost` | who is connected, in or out: no words |
//! | `message_reaction`, `message_reaction_count`, `poll`, `poll_answer` | a sign on something, no words |
//! | `inline_query`, `chosen_inline_result`, `callback_query` | typed at an inline bot or a button pressed: our program's own dialogue |
//! | `shipping_query`, `pre_checkout_query`, `purchased_paid_media` | a payment's own dialogue |
//!
//! | in a message | |
//! |---|---|
//! | `text`, `caption`; a `poll`'s and a `checklist`'s lines; a Web App's `web_app_data` | the post's text |
//! | `photo`, `live_photo`, `video`, `animation`, `video_note`, `voice`, `audio`, `document`, `sticker`, `story`, `paid_media`, `contact`, `location`, `venue`, `dice`, `game`, `invoice`, `rich_message` | media |
//! | `/start` in a private chat | a start; alone it is a button and no words, with a link's parameter or words behind it a post too |
//! | `SERVICE` (below) | what Telegram itself writes into a chat: ignored |

use super::aside::{Aside, How, Reach, Sourced, Way};
use super::form::{Form, is_plain};
use super::profile::{Feed, Handle, Identity, Profile, Told, no_handshake, utf16};
use super::read::{self, at, id, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place, TOO_MANY};
use super::{Answer, Event, Ignored, Outcome, OwnAnswer, ReplyCall, ReplyTo};
use super::{Method, Unreadable, Update, blank, later, outcome_of_status, person};
use crate::platform::eligibility::Rule;
use crate::post::{Author, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind};
use crate::signature::scheme::Scheme;
use serde_json::{Value, json};
use std::ops::Range;

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: None,
    ids_within_account: Some(counts_within_account),
    identity: Identity::Certain,
    public: utf16(4_096),
    private: utf16(4_096),
    mostly: PostKind::Message,
    handle: Handle::UnlessAccount {
        serves: |account| account.to_ascii_lowercase().ends_with("bot"),
        why: "in a group nobody can speak to us but by the bot's user name, which ends in \
              \"bot\" and which the account is not",
    },
    needs_reply_url: false,
    has_plans: false,
    credential: Form {
        says: "the bot's number, a colon and what BotFather wrote behind it",
        fits: |secret| {
            secret.split_once(':').is_some_and(|(bot, rest)| {
                !bot.is_empty() && bot.bytes().all(|b| b.is_ascii_digit()) && is_plain(rest)
            })
        },
        // Which bot.
        begins: "4200000001:",
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
        arrives: "messages to a bot and in its groups; edits, blocks",
        verified: ": secret token",
        answered: "message",
        cannot: "deletions are not told; one bot for each app, as updates name no bot; in groups a bot hears what its privacy mode lets through",
    },
};

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[Way {
        how: How::Link,
        says: "a link opens a conversation with the bot",
        source: "core.telegram.org/bots/features#deep-linking",
        date: "2026-08",
        within: None,
        reach: Reach::Link(|we| Some(format!("https://t.me/{}", we.handle?))),
    }],
    cannot: Sourced {
        says: "a bot writes to nobody who did not write to it first; a link needs the source's handle",
        source: "core.telegram.org/bots/faq",
        date: "2026-08",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Telegram,
    headers: &[],
    handshake: no_handshake,
    parse: |d| parse(d.body, d.now_ms),
};

static ABSENT_AUTHOR: Rule = Rule {
    name: "telegram.absent_author",
    says: "a message in a group's own name has no person behind it to answer",
    source: "core.telegram.org/bots/api#message",
    date: "2026-05",
};

static CHANNEL: Rule = Rule {
    name: "telegram.channel",
    says: "a channel that writes in a group may be our own: no update tells",
    source: "core.telegram.org/bots/api#message",
    date: "2026-11",
};

static GUEST: Rule = Rule {
    name: "telegram.guest",
    says: "a guest bot answers a call once: that answer is an agent's",
    source: "core.telegram.org/bots/api#answerguestquery",
    date: "2026-11",
};

/// The account in whose name Telegram shows a group's anonymous administrators.
const GROUP_ANONYMOUS: i64 = 1_087_968_824;

/// The account in whose name Telegram shows channels that write in a group.
const CHANNEL_BOT: i64 = 136_817_688;

/// Telegram's own account, which forwards a channel's posts into its group.
const TELEGRAM: i64 = 777_000;

/// The most entities of a text that are looked at: Telegram marks no more than 100.
const ENTITIES: usize = 100;

/// Updates without a word of anybody's.
const SIGNALS: [&str; 16] = [
    "business_connection",
    "managed_bot",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "message_reaction",
    "message_reaction_count",
    "poll",
    "poll_answer",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
];

/// What Telegram itself writes into a chat: who came and went, what was renamed, pinned, paid or given.
const SERVICE: [&str; 54] = [
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "chat_owner_changed",
    "chat_owner_left",
    "community_chat_added",
    "community_chat_removed",
    "message_auto_delete_timer_changed",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "successful_payment",
    "refunded_payment",
    "users_shared",
    "chat_shared",
    "gift",
    "gift_upgrade_sent",
    "unique_gift",
    "connected_website",
    "write_access_allowed",
    "passport_data",
    "proximity_alert_triggered",
    "boost_added",
    "chat_background_set",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "direct_message_price_changed",
    "paid_message_price_changed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "giveaway_created",
    "giveaway",
    "giveaway_winners",
    "giveaway_completed",
    "poll_option_added",
    "poll_option_deleted",
    "managed_bot_created",
    "suggested_post_approved",
    "suggested_post_approval_failed",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
];

/// What a message may carry, and the fields of it that say most in a few words. An animation comes as a
/// document too, and a venue as a location: the first that is there is what it is.
const MEDIA: [(&str, MediaKind, &[&str]); 18] = [
    ("live_photo", MediaKind::Image, &[]),
    ("photo", MediaKind::Image, &[]),
    ("video", MediaKind::Video, &["file_name"]),
    ("animation", MediaKind::Video, &["file_name"]),
    ("video_note", MediaKind::Video, &[]),
    ("voice", MediaKind::Voice, &[]),
    ("audio", MediaKind::Audio, &["title"]),
    ("document", MediaKind::File, &["file_name"]),
    ("sticker", MediaKind::Sticker, &["emoji"]),
    (
        "contact",
        MediaKind::Contact,
        &["first_name", "last_name", "phone_number"],
    ),
    ("venue", MediaKind::Location, &["title", "address"]),
    ("location", MediaKind::Location, &["latitude", "longitude"]),
    ("invoice", MediaKind::Order, &["title"]),
    ("story", MediaKind::Link, &[]),
    ("paid_media", MediaKind::Other, &[]),
    ("dice", MediaKind::Other, &["emoji"]),
    ("game", MediaKind::Other, &["title"]),
    ("rich_message", MediaKind::Other, &[]),
];

/// Reads an update.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    if document.get("update_id").is_none() {
        return Err(Unreadable);
    }
    let events = read_update(&document, now_ms);
    let update = |event| Update {
        platform: Platform::Telegram,
        account: None,
        event,
    };
    Ok(events.into_iter().take(TOO_MANY).map(update).collect())
}

fn read_update(update: &Value, now_ms: i64) -> Vec<Event> {
    let any = |keys: &[&str]| keys.iter().find_map(|key| update.get(key));
    if let Some(message) = any(&["message", "business_message", "guest_message"]) {
        return read_message(message, false, now_ms);
    }
    if let Some(message) = any(&["edited_message", "edited_business_message"]) {
        return read_message(message, true, now_ms);
    }
    if let Some(deleted) = update.get("deleted_business_messages") {
        return read_deleted(deleted);
    }
    let ignored = |why| vec![Event::Ignored { why }];
    if any(&["channel_post", "edited_channel_post"]).is_some() {
        return ignored(Ignored::Own);
    }
    if let Some(member) = update.get("my_chat_member") {
        // In a private chat our own membership changes when the person blocks the bot, or lets it in again.
        let private = text(member, &["chat", "type"]) == Some("private");
        let author = id(member, &["from", "id"]).map(AuthorId::new);
        let status = text(member, &["new_chat_member", "status"]);
        let at_ms = time_ms(member, &["date"]);
        return match (author, status) {
            (Some(author), Some("kicked")) if private => vec![Event::Stop { author, at_ms }],
            (Some(author), Some("member")) if private => vec![Event::Start { author, at_ms }],
            _ => ignored(Ignored::NotAPost),
        };
    }
    let signal = SIGNALS.iter().any(|key| update.get(key).is_some());
    ignored(if signal {
        Ignored::NotAPost
    } else {
        Ignored::UnknownKind
    })
}

/// Deletions in a business account's chat. Who deleted them, and who had written them, is not told: only
/// with whom the chat is.
fn read_deleted(deleted: &Value) -> Vec<Event> {
    let ids = list(deleted, "message_ids").iter();
    let events = ids.map(|nth| {
        let connection = id(deleted, &["business_connection_id"]);
        match (connection, number(deleted, &["chat", "id"]), nth.as_i64()) {
            (Some(connection), Some(chat), Some(nth)) => Event::Deleted {
                post: PostId::new(format!("business/{connection}/{chat}/{nth}")),
                author: Some(AuthorId::new(chat.to_string())),
            },
            _ => Event::Ignored {
                why: Ignored::Malformed,
            },
        }
    });
    events.collect()
}

/// Who wrote a message.
enum Writer {
    /// One of us, by hand.
    Us,
    /// A program of ours, or Telegram for us.
    Program,
    /// Somebody else; `None` where Telegram does not say who.
    Other(Option<Author>),
}

fn writer(message: &Value) -> Writer {
    let from = number(message, &["from", "id"]);
    let is_bot = truth(message, &["from", "is_bot"]);
    if truth(message, &["is_automatic_forward"]) || from == Some(TELEGRAM) {
        return Writer::Program;
    }
    if let Some(sender) = message.get("sender_chat") {
        let sender_id = id(sender, &["id"]);
        let above = message.get("reply_to_message").unwrap_or(&Value::Null);
        let below_its_own_post = truth(above, &["is_automatic_forward"])
            && id(above, &["sender_chat", "id"]) == sender_id;
        let itself = sender_id == id(message, &["chat", "id"]) || in_direct(message);
        if itself || below_its_own_post {
            return Writer::Us;
        }
        return Writer::Other(sender_id.map(|sender_id| Author {
            name: name(sender, &["title"]),
            handle: name(sender, &["username"]),
            ..person(sender_id)
        }));
    }
    if in_business(message) && from != number(message, &["chat", "id"]) {
        let automatic = is_bot
            || message.get("sender_business_bot").is_some()
            || truth(message, &["is_from_offline"]);
        return if automatic {
            Writer::Program
        } else {
            Writer::Us
        };
    }
    match from {
        Some(GROUP_ANONYMOUS) => Writer::Us,
        Some(CHANNEL_BOT) | None => Writer::Other(None),
        Some(from) => Writer::Other(Some(Author {
            name: [
                name(message, &["from", "first_name"]),
                name(message, &["from", "last_name"]),
            ]
            .into_iter()
            .flatten()
            .reduce(|first, last| format!("{first} {last}")),
            handle: name(message, &["from", "username"]),
            bot: is_bot,
            ..person(from.to_string())
        })),
    }
}

fn in_business(message: &Value) -> bool {
    message.get("business_connection_id").is_some()
}

/// Whether it stands in a channel's direct messages, where people write to the channel.
fn in_direct(message: &Value) -> bool {
    truth(message, &["chat", "is_direct_messages"])
}

/// A message's id within its chat as a post's id.
fn post_id(message: &Value, chat: i64, nth: i64) -> PostId {
    PostId::new(match id(message, &["business_connection_id"]) {
        Some(connection) => format!("business/{connection}/{chat}/{nth}"),
        None => format!("{chat}/{nth}"),
    })
}

fn read_message(message: &Value, edited: bool, now_ms: i64) -> Vec<Event> {
    let ignored = |why| vec![Event::Ignored { why }];
    let (Some(chat), Some(nth)) = (
        number(message, &["chat", "id"]),
        number(message, &["message_id"]),
    ) else {
        return ignored(Ignored::Malformed);
    };
    let Some(said) = Said::of(message) else {
        let service = SERVICE.iter().any(|key| message.get(key).is_some());
        return ignored(if service {
            Ignored::NotAPost
        } else {
            Ignored::UnknownKind
        });
    };
    // An id of 0 is no id: the message is not out yet, or was shown to one person of a group only. Both
    // are what bots send.
    let author = match writer(message) {
        Writer::Program => return ignored(Ignored::Own),
        Writer::Us if edited => return ignored(Ignored::Own),
        Writer::Us => {
            return vec![
                own_answer(message, chat, nth, said, now_ms)
                    .unwrap_or(Event::Ignored { why: Ignored::Own }),
            ];
        }
        Writer::Other(_) if nth == 0 => return ignored(Ignored::NotAPost),
        Writer::Other(author) => author,
    };
    let guest = id(message, &["guest_query_id"]);
    let private = text(message, &["chat", "type"]) == Some("private");
    let mut events = Vec::new();
    if let (true, false, Some(author)) = (private && starts(&said.text), edited, &author)
        && !in_business(message)
    {
        events.push(Event::Start {
            author: author.id.clone(),
            at_ms: time_ms(message, &["date"]),
        });
        if is_start(&said.text) {
            return events;
        }
    }
    let to_us_alone = private || in_business(message) || in_direct(message);
    let barred = match (&guest, message.get("sender_chat")) {
        (Some(_), _) => Some(&GUEST),
        (None, Some(_)) => Some(&CHANNEL),
        (None, None) => None,
    };
    let parent = number(message, &["reply_to_message", "message_id"]);
    let topic = id(message, &["direct_messages_topic", "topic_id"]).filter(|_| in_direct(message));
    let connection = id(message, &["business_connection_id"]);
    let (post_id, reply_to) = match (guest.as_ref(), connection, topic) {
        // Where the guest is called, chats and messages have numbers that we can't answer by.
        (Some(query), _, _) => (
            PostId::new(format!("guest/{query}")),
            format!("guest/{query}"),
        ),
        (None, Some(connection), _) => (
            post_id(message, chat, nth),
            format!("{chat}/{nth}/business/{connection}"),
        ),
        (None, None, Some(topic)) => (
            post_id(message, chat, nth),
            format!("{chat}/{nth}/direct/{topic}"),
        ),
        (None, None, None) => (post_id(message, chat, nth), format!("{chat}/{nth}")),
    };
    let mut calls = said.calls;
    calls.extend(answered_bot(message));
    let post = Post {
        author,
        text: said.text,
        cut: said.cut,
        quoted: said.quoted,
        media: said.media,
        automatic: truth(message, &["is_from_offline"])
            || message.get("sender_business_bot").is_some(),
        parent: parent
            .filter(|_| guest.is_none())
            .map(|parent| self::post_id(message, chat, parent)),
        permalink: permalink(message, chat, nth),
        version: time_ms(message, &["edit_date"]),
        addressed: to_us_alone || guest.is_some(),
        calls,
        barred: barred.map(|rule| rule.name.to_owned()),
        ..blank(
            post_id.as_str().to_owned(),
            if to_us_alone && guest.is_none() {
                PostKind::Message
            } else {
                PostKind::Comment
            },
            reply_to,
            time_ms(message, &["date"]).unwrap_or(now_ms),
        )
    };
    events.push(if edited {
        Event::Edited { post }
    } else {
        Event::Made { post }
    });
    events
}

/// What one of us wrote to somebody: in a chat of two to the other, in a group to whom it answers.
fn own_answer(message: &Value, chat: i64, nth: i64, said: Said, now_ms: i64) -> Option<Event> {
    let above = message.get("reply_to_message");
    let parent = above.and_then(|above| number(above, &["message_id"]));
    let to = if in_business(message) {
        chat.to_string()
    } else if in_direct(message) {
        id(message, &["direct_messages_topic", "user", "id"])?
    } else {
        match writer(above?) {
            Writer::Other(Some(author)) if !author.bot => author.id.as_str().to_owned(),
            _ => return None,
        }
    };
    Some(Event::Answered {
        answer: OwnAnswer {
            id: post_id(message, chat, nth),
            to: Some(AuthorId::new(to)),
            parent: parent.map(|parent| post_id(message, chat, parent)),
            text: said.text,
            created_ms: time_ms(message, &["date"]).unwrap_or(now_ms),
        },
    })
}

/// The names of the bot whose message this one answers. What opened a topic is answered by everything
/// in it, and by nobody.
fn answered_bot(message: &Value) -> Vec<String> {
    let above = message.get("reply_to_message").unwrap_or(&Value::Null);
    let opens_topic = above.get("forum_topic_created").is_some()
        || truth(message, &["is_topic_message"])
            && number(above, &["message_id"]) == number(message, &["message_thread_id"]);
    if opens_topic || !truth(above, &["from", "is_bot"]) || above.get("sender_chat").is_some() {
        return Vec::new();
    }
    let names = [id(above, &["from", "id"]), id(above, &["from", "username"])];
    names.into_iter().flatten().collect()
}

/// What a message says and carries.
struct Said {
    /// The author's own words.
    text: String,
    cut: bool,
    /// Words in it that are another's.
    quoted: Option<String>,
    media: Vec<Media>,
    /// Whom the author's own words name.
    calls: Vec<String>,
}

impl Said {
    /// Reads a message; `None` where it holds nothing that a person sends.
    fn of(message: &Value) -> Option<Self> {
        let (key, marks) = match message.get("text") {
            Some(_) => ("text", "entities"),
            None => ("caption", "caption_entities"),
        };
        let written = text(message, &[key]).unwrap_or_default();
        let listed = listed(message);
        let media = Vec::from_iter(media(message));
        if written.is_empty() && listed.is_empty() && media.is_empty() {
            return None;
        }
        let marks = Marks::of(written, list(message, marks));
        let foreign = ["forward_origin", "forward_date", "via_bot"]
            .iter()
            .any(|sign| message.get(sign).is_some());
        let quote = text(message, &["quote", "text"]).unwrap_or_default();
        let (own, quoted, calls) = if foreign {
            (String::new(), lines(&[quote, written, &listed]), Vec::new())
        } else {
            let (own, quoted) = marks.parted(written);
            let (own, quoted) = (lines(&[&own, &listed]), lines(&[quote, &quoted]));
            (own, quoted, marks.calls())
        };
        let (text, cut) = words(Some(&own));
        let (quoted, _) = words(Some(&quoted));
        Some(Self {
            text,
            cut,
            quoted: Some(quoted).filter(|quoted| !quoted.is_empty()),
            media,
            calls,
        })
    }
}

/// Texts one below the other, without the empty ones.
fn lines(texts: &[&str]) -> String {
    let texts = texts.iter().filter(|text| !text.is_empty());
    texts.copied().collect::<Vec<_>>().join("\n")
}

/// What Telegram marks in a text, by its bytes.
#[derive(Default)]
struct Marks {
    quotes: Vec<Range<usize>>,
    names: Vec<(usize, String)>,
}

impl Marks {
    fn of(written: &str, entities: &[Value]) -> Self {
        let mut marks = Self::default();
        for entity in entities.iter().take(ENTITIES) {
            let place = number(entity, &["offset"]).zip(number(entity, &["length"]));
            let Some(range) =
                place.and_then(|(offset, length)| read::utf16(written, offset, length))
            else {
                continue;
            };
            let marked = written.get(range.clone()).unwrap_or_default();
            let name = match text(entity, &["type"]).unwrap_or_default() {
                "blockquote" | "expandable_blockquote" => {
                    marks.quotes.push(range);
                    continue;
                }
                "mention" => marked.strip_prefix('@').map(str::to_owned),
                "text_mention" => id(entity, &["user", "id"]),
                "bot_command" => marked.split_once('@').map(|(_, bot)| bot.to_owned()),
                _ => None,
            };
            marks.names.extend(name.map(|name| (range.start, name)));
        }
        marks
    }

    fn in_quote(&self, at: usize) -> bool {
        self.quotes.iter().any(|quote| quote.contains(&at))
    }

    /// The text without its quotes, and the quotes.
    fn parted(&self, written: &str) -> (String, String) {
        if self.quotes.is_empty() {
            return (written.to_owned(), String::new());
        }
        let (mut own, mut quoted) = (String::new(), String::new());
        for (at, c) in written.char_indices() {
            let side = if self.in_quote(at) {
                &mut quoted
            } else {
                &mut own
            };
            side.push(c);
        }
        (own.trim().to_owned(), quoted.trim().to_owned())
    }

    /// Whom the text names outside of its quotes.
    fn calls(self) -> Vec<String> {
        let Self { quotes, names } = self;
        let quoted = |at: usize| quotes.iter().any(|quote| quote.contains(&at));
        let own = names.into_iter().filter(|(at, _)| !quoted(*at));
        own.map(|(_, name)| name).collect()
    }
}

/// What the author wrote elsewhere than in a text: a poll, a checklist, a Web App of ours.
fn listed(message: &Value) -> String {
    let mut found: Vec<&str> = Vec::new();
    for (key, head, items) in [
        ("poll", "question", "options"),
        ("checklist", "title", "tasks"),
    ] {
        if let Some(form) = message.get(key) {
            found.extend(text(form, &[head]));
            found.extend(
                list(form, items)
                    .iter()
                    .filter_map(|item| text(item, &["text"])),
            );
        }
    }
    found.extend(text(message, &["web_app_data", "data"]));
    lines(&found)
}

fn media(message: &Value) -> Option<Media> {
    let (carried, kind, says) = MEDIA
        .iter()
        .find_map(|(key, kind, says)| Some((message.get(key)?, *kind, says)))?;
    // A picture comes in several sizes, the largest last.
    let file = carried
        .as_array()
        .map_or(Some(carried), |sizes| sizes.last());
    let says = says.iter().filter_map(|field| match carried.get(field)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let says = says.collect::<Vec<_>>().join(" ");
    let file_id = file.and_then(|file| id(file, &["file_id"]));
    Some(super::media(kind, Some(&says), None, file_id))
}

/// Whether a text is the button that begins a private chat: no words, then.
fn is_start(text: &str) -> bool {
    text.trim() == "/start"
}

/// Whether a text begins with that button's command; what a link added to it, and what was typed, follows.
fn starts(text: &str) -> bool {
    let command = text.split_whitespace().next().unwrap_or_default();
    command.split('@').next() == Some("/start")
}

/// Whether a message of that id is numbered by the account that sees it, not by its chat: all are but
/// those of supergroups and channels, whose chats' ids begin with -100.
pub(super) fn counts_within_account(id: &str) -> bool {
    !id.starts_with("-100")
}

/// Public groups have a name in their links, others a number that only members can follow.
fn permalink(message: &Value, chat: i64, nth: i64) -> Option<String> {
    if let Some(name) = text(message, &["chat", "username"]) {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let group = at(message, &["chat", "type"]) != Some(&Value::from("private"));
        return (plain && group).then(|| format!("https://t.me/{name}/{nth}"));
    }
    let chat = chat.to_string();
    let inner = chat.strip_prefix("-100")?;
    Some(format!("https://t.me/c/{inner}/{nth}"))
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Private,
        to: "a person's message to the bot; about one a second in a chat",
        most: None,
        within: None,
        source: "core.telegram.org/bots/faq",
        date: "2026-05",
    },
    Allowance {
        place: Place::Public,
        to: "a message in a group that names the bot or answers it; at most 20 a minute in it",
        most: None,
        within: None,
        source: "core.telegram.org/bots/faq",
        date: "2026-05",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&ABSENT_AUTHOR, &CHANNEL, &GUEST];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    post.author.is_none().then_some(&ABSENT_AUTHOR)
}

/// `sendMessage`, or `answerGuestQuery` where the bot was called as a guest. The token is part of the URL;
/// Telegram has no other place for it.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let token = std::str::from_utf8(to.credential.expose()).ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-');
    token.bytes().all(plain).then_some(())?;
    let call = |method: &str, body: Value| ReplyCall {
        method: Method::Post,
        url: format!("https://api.telegram.org/bot{token}/{method}"),
        headers: Vec::new(),
        body: body.to_string(),
    };
    if let Some(query) = to.reply_to.strip_prefix("guest/") {
        let body = json!({
            "guest_query_id": query,
            "result": {
                "type": "article", "id": "1", "title": "Reply",
                "input_message_content": { "message_text": text },
            },
        });
        return Some(call("answerGuestQuery", body));
    }
    let (chat, rest) = to.reply_to.split_once('/')?;
    let (message, way) = rest.split_once('/').unwrap_or((rest, ""));
    let (chat, message): (i64, i64) = (chat.parse().ok()?, message.parse().ok()?);
    let mut body = json!({
        "chat_id": chat,
        "text": text,
        // Where the message is gone by then, the answer still reaches the chat.
        "reply_parameters": { "message_id": message, "allow_sending_without_reply": true },
    });
    let (key, value) = match way.split_once('/') {
        None if way.is_empty() => return Some(call("sendMessage", body)),
        Some(("business", connection)) => ("business_connection_id", json!(connection)),
        Some(("direct", topic)) => (
            "direct_messages_topic_id",
            json!(topic.parse::<i64>().ok()?),
        ),
        _ => return None,
    };
    body.as_object_mut()?.insert(key.into(), value);
    Some(call("sendMessage", body))
}

/// Reads the API's answer: `ok` and a result, or an error code with a description.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let document = read::document(answer.body).unwrap_or(Value::Null);
    let refused = |word: &str| super::refused(word, answer.status);
    match answer.status {
        200..=299 if truth(&document, &["ok"]) => Outcome::Sent {
            id: id(&document, &["result", "message_id"])
                .or_else(|| id(&document, &["result", "inline_message_id"])),
        },
        200..=299 => Outcome::Unknown {
            why: "unreadable".into(),
        },
        429 => {
            let wait_s = number(&document, &["parameters", "retry_after"]).map(|s| s.to_string());
            let retry_after = wait_s.as_deref().or(answer.retry_after);
            later(
                &Answer {
                    retry_after,
                    ..*answer
                },
                now_ms,
            )
        }
        // A wrong token is a wrong address.
        404 => refused("credential"),
        400 => {
            let description = text(&document, &["description"]).unwrap_or_default();
            let says = |words: &str| description.to_ascii_lowercase().contains(words);
            // A group that became a supergroup has another id now.
            refused(if says("not found") || says("upgraded") {
                "gone"
            } else if says("too long") {
                "too_long"
            } else if says("rights") || says("restricted") {
                "not_allowed"
            } else {
                "bad_request"
            })
        }
        _ => outcome_of_status(answer, now_ms),
    }
}
