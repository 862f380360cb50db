//! Slack's Events API: messages in the channels that an app is in, and to it.
//!
//! A source's `account` is the workspace (`team_id`). One message may arrive many times under
//! different event ids, and as `message` and `app_mention`, so it is known as `TEAM/CHANNEL/TS`.
//! A delivery that carries `X-Slack-Retry-Num` is read like any other: it may be the only copy that
//! arrives.
//!
//! `reply_to` is `CHANNEL:THREAD`, the thread's first `ts`; in a direct message `CHANNEL:`.

use super::read::{self, at, id, list, text, unescaped, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Knock, Outcome, ReplyCall, ReplyTo, Rule, Unreadable, Update};
use super::{Method, Welcome, bearer, blank, later, outcome_of_status, person};
use crate::post::{AccountId, AuthorId, Platform, Post, PostId, PostKind};
use serde_json::{Value, json};

static NOT_ADDRESSED: Rule = Rule {
    name: "slack.not_addressed",
    says: "in a channel an app answers who mentions it: people there talk to each other",
    source: "docs.slack.dev app design guidelines",
    date: "2026-06",
};

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
    let event = match kind {
        "event_callback" => read_event(&document, now_ms),
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
        account: id(&document, &["team_id"]).map(AccountId::new),
        event,
    }])
}

fn read_event(document: &Value, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    let event = document.get("event").unwrap_or(&Value::Null);
    let kind = text(event, &["type"]).unwrap_or_default();
    match kind {
        "message" | "app_mention" => {}
        "" => return ignored(Ignored::Malformed),
        _ if [
            "reaction_",
            "channel_",
            "member_",
            "team_",
            "user_",
            "app_",
            "pin_",
            "file_",
            "emoji_",
            "im_",
            "group_",
            "link_",
            "tokens_",
            "star_",
            "subteam_",
        ]
        .iter()
        .any(|signal| kind.starts_with(signal)) =>
        {
            return ignored(Ignored::NotAPost);
        }
        _ => return ignored(Ignored::UnknownKind),
    }
    let (Some(team), Some(channel)) = (id(document, &["team_id"]), id(event, &["channel"])) else {
        return ignored(Ignored::Malformed);
    };
    let key = |ts: &str| PostId::new(format!("{team}/{channel}/{ts}"));
    let (message, edited) = match text(event, &["subtype"]) {
        None | Some("file_share" | "thread_broadcast" | "me_message") => (event, false),
        Some("message_changed") => {
            let message = event.get("message").unwrap_or(&Value::Null);
            // Slack says "changed" too when it adds the preview of a link.
            if message.get("edited").is_none() {
                return ignored(Ignored::NotAPost);
            }
            (message, true)
        }
        Some("message_deleted") => {
            return match id(event, &["deleted_ts"]) {
                Some(ts) => Event::Deleted {
                    post: key(&ts),
                    author: id(event, &["previous_message", "user"])
                        .map(|user| AuthorId::new(format!("{team}/{user}"))),
                },
                None => ignored(Ignored::Malformed),
            };
        }
        Some("bot_message") => return ignored(Ignored::Own),
        Some(_) => return ignored(Ignored::NotAPost),
    };
    let user = id(message, &["user"]);
    let us = || {
        list(document, "authorizations")
            .iter()
            .filter_map(|a| id(a, &["user_id"]))
    };
    let app = id(document, &["api_app_id"]);
    let ours = app.is_some() && id(message, &["app_id"]) == app
        || us().any(|us| Some(us) == user)
        || message.get("bot_id").is_some_and(|bot| !bot.is_null())
        || message.get("bot_profile").is_some();
    if ours {
        return ignored(Ignored::Own);
    }
    let (Some(ts), Some(user)) = (id(message, &["ts"]), user) else {
        return ignored(Ignored::Malformed);
    };
    let raw = text(message, &["text"]).unwrap_or_default();
    let direct = text(event, &["channel_type"]) == Some("im");
    let named = kind == "app_mention" || us().any(|us| raw.contains(&format!("<@{us}>")));
    let thread = id(message, &["thread_ts"]).filter(|thread| *thread != ts);
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
    let (text_read, cut) = words(Some(&from_markup(raw)));
    let post = Post {
        author: Some(person(format!("{team}/{user}"))),
        text: text_read,
        cut,
        parent: thread.map(|thread| key(&thread)),
        addressed: direct || named,
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
pub static RULES: &[&Rule] = &[&NOT_ADDRESSED];

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
