//! What the five of Meta share besides how they deliver: the Graph API's calls and their errors.

use super::read::{self, at, id, list, number};
use super::{Answer, Event, Ignored, Method, Outcome, ReplyCall, ReplyTo, later};
use serde_json::Value;

/// The Graph API version that our calls name: current in mid-2026. Meta serves a version for at least two
/// years after its successor comes out; after that, calls fall to the oldest one still served.
pub const GRAPH_VERSION: &str = "v25.0";

/// An update of a delivery, before it is known what it says.
pub(super) struct Context<'a> {
    /// `entry.id`: which of our accounts.
    pub account: Option<&'a str>,
    /// `entry.time` in milliseconds, or our own clock.
    pub time_ms: i64,
    /// Whether another app owns the thread.
    pub standby: bool,
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

/// The `reply_to` of a direct message on Instagram, whose comments are answered by another call.
pub(super) fn direct(person: &str) -> String {
    format!("direct:{person}")
}
