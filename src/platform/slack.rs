//! Slack's Events API: messages in the channels that an app is in, and to it.
//!
//! A source's `account` is the workspace in which our app is installed: of a shared channel's message
//! `team_id` may be the other side's, and `authorizations` names ours. One message may arrive many times
//! under different event ids, and as `message` and `app_mention`, so it is known as `TEAM/CHANNEL/TS`, and
//! its author as `TEAM/USER`, by our own workspace both: the author's is not told with every copy, and
//! Slack's user ids (`U...`, in an organisation `W...`) are no other's. A delivery that carries
//! `X-Slack-Retry-Num` is read like any other: it may be the only copy that arrives.
//!
//! `reply_to` is `CHANNEL:THREAD`, the thread's first `ts`; in a direct message `CHANNEL:`.
//!
//! # Who is spoken to
//!
//! Us in a direct message to the app, and where Slack marks our bot's user (`<@U...>`) outside of code and
//! quoted lines. An edit may add that. A group's direct messages (`mpim`) are a channel: others read there.
//! Which thread began with us is not told with an answer in it, so there too our name is what counts.
//!
//! # Who is staff
//!
//! In a channel shared with another company (`is_ext_shared_channel`) whoever is of our own workspace, and
//! what they answer in another's thread is [`Event::Answered`]; where the author's workspace is not told
//! there, nobody gets a note. In our own workspace nothing tells a colleague from a customer who was
//! invited (a community, guests): who speaks to the app there is a customer, and nobody's answer is known
//! as ours.
//!
//! # What is quoted, what is automatic
//!
//! Quoted: lines that begin with `>`, and messages shared or linked (`attachments` with `is_share` or
//! `is_msg_unfurl`). Automatic: what has a `bot_id`, a workflow's messages among it, and whatever an app
//! writes in a person's name. Our own app's is our own; other programs' is read where it is said to us, and
//! never gets a note. Previews of links and transcripts are Slack's words and not read.
//!
//! # What is read
//!
//! | event | |
//! |---|---|
//! | `message`, `app_mention` | read; without text, the words of its `blocks` |
//! | ... `file_share`, `thread_broadcast`, `me_message` | read like those without a subtype |
//! | ... `message_changed` | an edit; a deletion where a `tombstone` is left; else only a preview |
//! | ... `message_deleted` | a deletion |
//! | ... `bot_message` | another program's, see above |
//! | ... `NO_WORDS` (below) | who came and went, what was renamed or pinned: ignored |
//! | `SIGNALS` (below) | no words: reactions, members, files by themselves (they come with a message too), an assistant's threads (their messages come as such), installations and tokens |
//! | `url_verification`, `app_rate_limited` | Slack's own |
//!
//! Slash commands, shortcuts and forms come to other addresses than events, and not here.

use super::aside::{Aside, How, Reach, Sourced, Way};
use super::fetch::{Fetch, Fetched, Lack};
use super::form::Form;
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told, utf16};
use super::read::{self, at, id, link, list, name, text, truth, unescaped, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Knock, Outcome, OwnAnswer, ReplyCall, ReplyTo};
use super::{Method, Unreadable, Update, Welcome, bearer, blank, later, outcome_of_status, person};
use crate::platform::eligibility::Rule;
use crate::post::{
    AccountId, Author, AuthorId, Media, MediaKind, Platform, Post, PostId, PostKind,
};
use crate::signature::scheme::Scheme;
use serde_json::{Value, json};

/// Slack's own bot, in every workspace: reminders and custom answers. It has no `bot_id`.
const SLACKBOT: &str = "USLACKBOT";

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: Some(AccountForm {
        says: "the workspace's id: T...",
        fits: |text| text.starts_with(['T', 'E']),
    }),
    ids_within_account: None,
    identity: Identity::Certain,
    // What Slack recommends; it cuts at 40,000.
    public: utf16(4_000),
    private: utf16(4_000),
    mostly: PostKind::Topic,
    handle: Handle::Optional,
    needs_reply_url: false,
    has_plans: false,
    credential: Form {
        says: "a token that begins with `xoxb-`",
        fits: |secret| secret.starts_with("xox"),
        begins: "xoxb-",
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
    fetch: Some(&FETCH),
    told: Told {
        arrives: "channel messages, mentions, direct messages; edits, deletions",
        verified: "",
        answered: "message in the thread",
        cannot: "in channels only who mentions the app is answered; an author's name is fetched, once in an interaction",
    },
};

/// The `reply_to` of a direct message: the author is `TEAM/USER`.
fn private(post: &Post) -> Option<String> {
    let author = post.author.as_ref()?;
    let (_, user) = author.id.as_str().split_once('/')?;
    user.starts_with(['U', 'W']).then(|| format!("{user}:"))
}

/// Deliveries name people by ids alone.
static FETCH: Fetch = Fetch {
    says: "an author's name, with the scope users:read",
    source: "docs.slack.dev/reference/methods/users.info",
    date: "2026-08",
    lacks: |post| {
        let nameless = |author: &Author| author.name.is_none() && !author.bot;
        post.author
            .as_ref()
            .filter(|author| nameless(author))
            .map(|_| Lack::Name)
    },
    call: ask_name,
    read: read_name,
};

/// `GET users.info`.
fn ask_name(to: &ReplyTo<'_>, post: &Post) -> Option<ReplyCall> {
    let (_, user) = post.author.as_ref()?.id.as_str().split_once('/')?;
    let plain = !user.is_empty() && user.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then_some(())?;
    Some(ReplyCall {
        method: Method::Get,
        url: format!("https://slack.com/api/users.info?user={user}"),
        headers: vec![bearer(to.credential)?],
        body: String::new(),
    })
}

fn read_name(answer: &Answer<'_>, post: &Post, now_ms: i64) -> Fetched {
    let document = read::document(answer.body).unwrap_or(Value::Null);
    let user = at(&document, &["user"]);
    let called = user.and_then(|user| {
        name(user, &["profile", "real_name"])
            .or_else(|| name(user, &["real_name"]))
            .or_else(|| name(user, &["profile", "display_name"]))
    });
    match (called, &post.author) {
        (Some(called), Some(author)) => Fetched::Found(Box::new(Post {
            author: Some(Author {
                name: Some(called),
                ..author.clone()
            }),
            fetched: true,
            ..post.clone()
        })),
        _ => match outcome(answer, now_ms) {
            Outcome::Later { after_s } => Fetched::Later { after_s },
            Outcome::Unknown { .. } => Fetched::Later { after_s: None },
            Outcome::Sent { .. } => Fetched::nothing("name", answer.status),
            Outcome::Refused { why } | Outcome::Unauthorized { why } => Fetched::Nothing { why },
        },
    }
}

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[Way {
        how: How::Message,
        says: "the app's direct message to a user: the channel is the user's id",
        source: "docs.slack.dev/reference/methods/chat.postMessage",
        date: "2026-08",
        within: None,
        reach: Reach::Call(private),
    }],
    cannot: Sourced {
        says: "a direct message needs its reader's id, and not every workspace lets an app write to people of another",
        source: "docs.slack.dev",
        date: "2026-08",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Slack,
    headers: &[],
    handshake: |_, _, knock| Ok(handshake(knock)),
    parse: |d| parse(d.body, d.now_ms),
};

static NOT_ADDRESSED: Rule = Rule {
    name: "slack.not_addressed",
    says: "in a channel an app answers who mentions it: people there talk to each other",
    source: "docs.slack.dev app design guidelines",
    date: "2026-06",
};

static SHARED: Rule = Rule {
    name: "slack.shared",
    says: "in a shared channel one whose workspace is not told may be a colleague",
    source: "docs.slack.dev/apis/slack-connect",
    date: "2026-11",
};

/// Events without a word of anybody's, by how their names begin.
const SIGNALS: [&str; 29] = [
    "app_",
    "assistant_",
    "bot_",
    "call_",
    "channel_",
    "commands_",
    "dnd_",
    "email_domain_",
    "emoji_",
    "entity_",
    "file_",
    "function_",
    "grid_migration_",
    "group_",
    "im_",
    "invite_",
    "link_",
    "member_",
    "message_metadata_",
    "pin_",
    "reaction_",
    "scope_",
    "shared_channel_",
    "star_",
    "subteam_",
    "team_",
    "tokens_",
    "user_",
    "workflow_",
];

/// What Slack itself writes into a channel, by how its subtypes begin.
const NO_WORDS: [&str; 14] = [
    "assistant_app_thread",
    "bot_",
    "channel_",
    "document_",
    "ekm_access_denied",
    "file_",
    "group_",
    "huddle_thread",
    "joiner_notification",
    "message_replied",
    "pinned_item",
    "reminder_add",
    "sh_room_",
    "unpinned_item",
];

/// How deep blocks are followed: Slack nests a list in a list eight times at most.
const DEPTH: u8 = 12;

/// Answers `url_verification`, which comes as a signed POST.
pub fn handshake(knock: &Knock<'_>) -> Option<Welcome> {
    // Only a short body can be one; all others are not parsed twice.
    if knock.get || knock.body.len() > 4_096 {
        return None;
    }
    let document = read::document(knock.body).ok()?;
    (text(&document, &["type"])? == "url_verification").then_some(())?;
    Some(Welcome {
        status: 200,
        content_type: "text/plain",
        body: text(&document, &["challenge"])?.to_owned(),
    })
}

/// Reads a delivery.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let kind = text(&document, &["type"]).ok_or(Unreadable)?;
    let account = workspace(&document);
    let event = match kind {
        "event_callback" => read_event(&document, account.as_deref(), now_ms),
        "app_rate_limited" => Event::Ignored {
            why: Ignored::NotAPost,
        },
        "url_verification" => Event::Ignored { why: Ignored::Test },
        _ => Event::Ignored {
            why: Ignored::UnknownKind,
        },
    };
    Ok(vec![Update {
        platform: Platform::Slack,
        account: account.map(AccountId::new),
        event,
    }])
}

/// The workspace of ours that a delivery is for. `team_id` is where it happened, which in a shared channel
/// may be the other side's.
fn workspace(document: &Value) -> Option<String> {
    let installed = list(document, "authorizations").first();
    installed
        .and_then(|installed| id(installed, &["team_id"]))
        .or_else(|| id(document, &["team_id"]))
}

fn read_event(document: &Value, workspace: Option<&str>, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    let event = document.get("event").unwrap_or(&Value::Null);
    let kind = text(event, &["type"]).unwrap_or_default();
    match kind {
        "message" | "app_mention" => {}
        "" => return ignored(Ignored::Malformed),
        _ if SIGNALS.iter().any(|signal| kind.starts_with(signal)) => {
            return ignored(Ignored::NotAPost);
        }
        _ => return ignored(Ignored::UnknownKind),
    }
    let (Some(team), Some(channel)) = (workspace, id(event, &["channel"])) else {
        return ignored(Ignored::Malformed);
    };
    let key = |ts: &str| PostId::new(format!("{team}/{channel}/{ts}"));
    let author_id = |user: &str| AuthorId::new(format!("{team}/{user}"));
    let deleted = |ts: Option<String>| match ts {
        Some(ts) => Event::Deleted {
            post: key(&ts),
            author: id(event, &["previous_message", "user"]).map(|user| author_id(&user)),
        },
        None => ignored(Ignored::Malformed),
    };
    let message = match text(event, &["subtype"]) {
        None | Some("file_share" | "thread_broadcast" | "me_message" | "bot_message") => event,
        Some("message_changed") => {
            let message = event.get("message").unwrap_or(&Value::Null);
            // What is left of a message that had answers.
            if text(message, &["subtype"]) == Some("tombstone") {
                return deleted(id(message, &["ts"]));
            }
            // Slack says "changed" too when it adds the preview of a link.
            if message.get("edited").is_none() {
                return ignored(Ignored::NotAPost);
            }
            message
        }
        Some("message_deleted") => return deleted(id(event, &["deleted_ts"])),
        Some(subtype) if NO_WORDS.iter().any(|word| subtype.starts_with(word)) => {
            return ignored(Ignored::NotAPost);
        }
        Some(_) => return ignored(Ignored::UnknownKind),
    };
    let us: Vec<String> = list(document, "authorizations")
        .iter()
        // Without a bot an authorization is a person's.
        .filter(|installed| at(installed, &["is_bot"]) != Some(&Value::Bool(false)))
        .filter_map(|installed| id(installed, &["user_id"]))
        .collect();
    let user = id(message, &["user"]);
    let app = id(document, &["api_app_id"]);
    let by_app = id(message, &["app_id"]).or_else(|| id(message, &["bot_profile", "app_id"]));
    let own = app.is_some() && by_app == app || user.as_ref().is_some_and(|user| us.contains(user));
    if own {
        return ignored(Ignored::Own);
    }
    let program = ["bot_id", "bot_profile"]
        .iter()
        .any(|sign| message.get(sign).is_some_and(|sign| !sign.is_null()))
        || text(message, &["subtype"]) == Some("bot_message")
        || user.as_deref() == Some(SLACKBOT);
    let direct = match text(event, &["channel_type"]) {
        Some(channel_type) => matches!(channel_type, "im" | "app_home"),
        None => channel.starts_with('D'),
    };
    let said = Said::of(message);
    let named = match said.names(&us) {
        Named::Own => true,
        Named::Quoted => false,
        Named::Nowhere => kind == "app_mention",
    };
    if program && !named && !direct {
        return ignored(Ignored::NotAPost);
    }
    let writer = user.or_else(|| id(message, &["bot_id"]).filter(|_| program));
    let (Some(ts), Some(writer)) = (id(message, &["ts"]), writer) else {
        return ignored(Ignored::Malformed);
    };
    let edited = message.get("edited").is_some();
    let thread = id(message, &["thread_ts"]).filter(|thread| *thread != ts);
    let shared = truth(document, &["is_ext_shared_channel"]);
    let team_of_writer = ["user_team", "source_team", "team"]
        .iter()
        .find_map(|key| id(message, &[key]));
    let staff = shared && !program && team_of_writer.as_deref() == Some(team);
    if let (true, Some(thread), Some(to)) = (staff, &thread, id(message, &["parent_user_id"]))
        && to != writer
        && !us.contains(&to)
    {
        return if edited {
            ignored(Ignored::Own)
        } else {
            Event::Answered {
                answer: OwnAnswer {
                    id: key(&ts),
                    to: Some(author_id(&to)),
                    parent: Some(key(thread)),
                    text: words(Some(&said.text)).0,
                    created_ms: time_ms(&ts).unwrap_or(now_ms),
                },
            }
        };
    }
    let post_kind = if direct {
        PostKind::Message
    } else if named {
        PostKind::Mention
    } else if thread.is_some() {
        PostKind::Comment
    } else {
        PostKind::Topic
    };
    let reply_to = match (&thread, direct) {
        (Some(thread), _) => format!("{channel}:{thread}"),
        (None, true) => format!("{channel}:"),
        (None, false) => format!("{channel}:{ts}"),
    };
    let (text_read, cut) = words(Some(&said.text));
    let (quoted, _) = words(Some(&said.quoted));
    let post = Post {
        author: Some(Author {
            name: name(message, &["username"]),
            bot: program,
            staff,
            ..person(author_id(&writer).as_str().to_owned())
        }),
        text: text_read,
        cut,
        quoted: Some(quoted).filter(|quoted| !quoted.is_empty()),
        media: list(message, "files").iter().map(file).collect(),
        automatic: program,
        parent: thread.map(|thread| key(&thread)),
        addressed: direct || named,
        barred: (shared && team_of_writer.is_none()).then(|| SHARED.name.to_owned()),
        version: text(message, &["edited", "ts"]).and_then(micros),
        ..blank(
            key(&ts).as_str().to_owned(),
            post_kind,
            reply_to,
            time_ms(&ts).unwrap_or(now_ms),
        )
    };
    if edited {
        Event::Edited { post }
    } else {
        Event::Made { post }
    }
}

/// Where a message names us.
enum Named {
    /// In its author's own words.
    Own,
    /// Only in what they quote, or as code.
    Quoted,
    Nowhere,
}

/// What a message says.
struct Said {
    /// The author's own words, as their reader sees them.
    text: String,
    /// Another's words in it.
    quoted: String,
    /// The author's own words in Slack's markup, without code.
    spoken: String,
    /// All words in Slack's markup.
    raw: String,
}

impl Said {
    fn of(message: &Value) -> Self {
        let mut raw = text(message, &["text"]).unwrap_or_default().to_owned();
        if raw.is_empty() {
            gather(
                message.get("blocks").unwrap_or(&Value::Null),
                DEPTH,
                &mut raw,
            );
        }
        let (own, mut quoted) = parted(raw.trim_end());
        for shared in list(message, "attachments") {
            if truth(shared, &["is_share"]) || truth(shared, &["is_msg_unfurl"]) {
                let mut words = text(shared, &["text"]).unwrap_or_default().to_owned();
                if words.is_empty() {
                    gather(
                        shared.get("message_blocks").unwrap_or(&Value::Null),
                        DEPTH,
                        &mut words,
                    );
                }
                if words.is_empty() {
                    words.push_str(text(shared, &["fallback"]).unwrap_or_default());
                }
                quoted.push_str(words.trim_end());
                quoted.push('\n');
            }
        }
        let spoken = own.split("```").step_by(2);
        let spoken = spoken.flat_map(|text| text.split('`').step_by(2)).collect();
        Self {
            text: from_markup(&own),
            quoted: from_markup(quoted.trim_end()),
            spoken,
            raw,
        }
    }

    fn names(&self, us: &[String]) -> Named {
        let named_in = |text: &str| {
            us.iter()
                .any(|us| text.contains(&format!("<@{us}>")) || text.contains(&format!("<@{us}|")))
        };
        if named_in(&self.spoken) {
            Named::Own
        } else if named_in(&self.raw) {
            Named::Quoted
        } else {
            Named::Nowhere
        }
    }
}

/// A text in Slack's markup without its quoted lines, and these: `>` quotes a line, `>>>` all that follows.
fn parted(raw: &str) -> (String, String) {
    let (mut own, mut quoted) = (Vec::new(), String::new());
    let mut rest = false;
    for line in raw.split('\n') {
        rest |= line.starts_with("&gt;&gt;&gt;");
        if rest || line.starts_with("&gt;") {
            quoted.push_str(line.trim_start_matches("&gt;").trim_start());
            quoted.push('\n');
        } else {
            own.push(line);
        }
    }
    (own.join("\n"), quoted)
}

/// The words of blocks, in the markup of a text.
fn gather(blocks: &Value, depth: u8, out: &mut String) {
    let Some(deeper) = depth.checked_sub(1) else {
        return;
    };
    if let Some(blocks) = blocks.as_array() {
        for block in blocks {
            gather(block, deeper, out);
        }
        return;
    }
    match text(blocks, &["type"]).unwrap_or_default() {
        "user" => {
            out.push_str(&format!(
                "<@{}>",
                text(blocks, &["user_id"]).unwrap_or_default()
            ));
            return;
        }
        "emoji" => {
            out.push_str(&format!(
                ":{}:",
                text(blocks, &["name"]).unwrap_or_default()
            ));
            return;
        }
        "rich_text_quote" => {
            let mut quote = String::new();
            gather_in(blocks, "elements", deeper, &mut quote);
            for line in quote.lines() {
                out.push_str("&gt; ");
                out.push_str(line);
                out.push('\n');
            }
            return;
        }
        _ => {}
    }
    match blocks.get("text") {
        Some(Value::String(words)) => out.push_str(words),
        Some(inner) => gather(inner, deeper, out),
        None => out.push_str(text(blocks, &["url"]).unwrap_or_default()),
    }
    for inner in ["elements", "fields", "message", "blocks"] {
        gather_in(blocks, inner, deeper, out);
    }
    let line = text(blocks, &["type"])
        .is_some_and(|kind| matches!(kind, "section" | "header") || kind.starts_with("rich_text_"));
    if line && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn gather_in(block: &Value, key: &str, depth: u8, out: &mut String) {
    if let Some(inner) = block.get(key) {
        gather(inner, depth, out);
    }
}

/// A file that a message carries.
fn file(file: &Value) -> Media {
    let kind = match text(file, &["mimetype"]).unwrap_or_default() {
        _ if text(file, &["subtype"]) == Some("slack_audio") => MediaKind::Voice,
        kind if kind.starts_with("image/") => MediaKind::Image,
        kind if kind.starts_with("video/") => MediaKind::Video,
        kind if kind.starts_with("audio/") => MediaKind::Audio,
        _ => MediaKind::File,
    };
    let title = text(file, &["title"]).or_else(|| text(file, &["name"]));
    super::media(kind, title, link(file, &["permalink"]), id(file, &["id"]))
}

/// `1355517523.000005`: seconds, a dot, and what makes it unique.
fn time_ms(ts: &str) -> Option<i64> {
    let (seconds, _) = ts.split_once('.')?;
    let seconds: i64 = seconds.parse().ok()?;
    (1..=253_402_300_799)
        .contains(&seconds)
        .then(|| seconds * 1_000)
}

/// A `ts` in microseconds: what it is unique by.
fn micros(ts: &str) -> Option<i64> {
    let (seconds, rest) = ts.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(seconds) && digits(rest) && rest.len() == 6;
    fits.then(|| format!("{seconds}{rest}").parse().ok())
        .flatten()
}

/// Slack's markup as its reader sees it: `<url|label>` is its label, `<@U1>` stays a mention.
fn from_markup(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let (inner, behind) = after.split_once('>').unwrap_or((after, ""));
        let shown = inner.rsplit_once('|').map_or(inner, |(_, label)| label);
        out.push_str(shown.trim_start_matches('!'));
        rest = behind;
    }
    out.push_str(rest);
    unescaped(&out)
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Public,
        to: "a message that mentions the app, in its thread; about one a second in a channel",
        most: None,
        within: None,
        source: "docs.slack.dev/reference/methods/chat.postMessage",
        date: "2026-06",
    },
    Allowance {
        place: Place::Private,
        to: "a message to the app",
        most: None,
        within: None,
        source: "docs.slack.dev/reference/methods/chat.postMessage",
        date: "2026-06",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&NOT_ADDRESSED, &SHARED];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    (!post.addressed).then_some(&NOT_ADDRESSED)
}

/// `chat.postMessage`.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let (channel, thread) = to.reply_to.split_once(':')?;
    (!channel.is_empty()).then_some(())?;
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let mut body = json!({ "channel": channel, "text": escaped });
    if let (false, Some(body)) = (thread.is_empty(), body.as_object_mut()) {
        body.insert("thread_ts".into(), thread.into());
    }
    Some(ReplyCall {
        method: Method::Post,
        url: "https://slack.com/api/chat.postMessage".into(),
        headers: vec![bearer(to.credential)?],
        body: body.to_string(),
    })
}

/// Reads the API's answer. An error comes with status 200 and `"ok": false`.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let document = read::document(answer.body).unwrap_or(Value::Null);
    if !(200..=299).contains(&answer.status) {
        return outcome_of_status(answer, now_ms);
    }
    match at(&document, &["ok"]).and_then(Value::as_bool) {
        Some(true) => Outcome::Sent {
            id: id(&document, &["ts"]),
        },
        Some(false) => {
            let error = text(&document, &["error"]).unwrap_or_default();
            let word = match error {
                "ratelimited" | "rate_limited" => return later(answer, now_ms),
                "invalid_auth" | "not_authed" | "token_revoked" | "token_expired"
                | "account_inactive" | "missing_scope" => "credential",
                "channel_not_found" | "message_not_found" | "thread_not_found" => "gone",
                "not_in_channel"
                | "is_archived"
                | "restricted_action"
                | "no_permission"
                | "ekm_access_denied"
                | "team_access_not_granted" => "not_allowed",
                "msg_too_long" => "too_long",
                "fatal_error" | "internal_error" | "service_unavailable" | "request_timeout" => {
                    return Outcome::Unknown {
                        why: format!("error:{error}"),
                    };
                }
                _ => "bad_request",
            };
            let known =
                error.len() <= 40 && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            super::refused(word, if known { error } else { "other" })
        }
        None => Outcome::Unknown {
            why: "unreadable".into(),
        },
    }
}
