//! What the platforms' reply APIs demand of a call, as their documentation says it, and how they answer.
//!
//! Written from the documentation alone, sharing nothing with `crate::platform`: what both agree on is then
//! twice read, not once copied. Stricter than the platforms in one thing: of X's optional fields only those
//! that a reply needs are known here.

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// X counts a post's text by weight; this is its limit.
const X_WEIGHT: usize = 280;
/// What every URL weighs on X, whatever its length: each is rewritten to a short one.
const X_URL_WEIGHT: usize = 23;
/// A direct message on X, in characters.
const X_MESSAGE_CHARS: usize = 10_000;
/// A comment on Facebook, in characters.
const FACEBOOK_COMMENT_CHARS: usize = 8_000;
/// A message on Messenger, in characters.
const MESSENGER_CHARS: usize = 2_000;
/// A comment on Instagram, in characters.
const INSTAGRAM_COMMENT_CHARS: usize = 300;
/// A message on Instagram, in bytes of UTF-8.
const INSTAGRAM_MESSAGE_BYTES: usize = 1_000;
/// A Standard reply's text, in characters: Heard's own bound, as no platform sets one.
const STANDARD_CHARS: usize = 10_000;

/// A call as it came in.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// `POST` and the like.
    pub method: &'a str,
    /// The host it was meant for.
    pub host: &'a str,
    /// The path, without the query.
    pub path: &'a str,
    /// The query, still encoded.
    pub query: &'a str,
    /// `Authorization`, if any.
    pub authorization: Option<&'a str>,
    /// `Content-Type`, if any.
    pub content_type: Option<&'a str>,
    /// Every header.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// JSON body.
    pub body: Value,
}

/// What the platform makes of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The platform's name in Heard's words.
    pub platform: &'static str,
    /// What is answered: a post's, comment's or person's id; empty when unreadable.
    pub to: String,
    /// The text; empty when unreadable.
    pub text: String,
    /// The answer it gets.
    pub answer: Answer,
    /// Why it is refused; `None` when it is accepted.
    pub why: Option<String>,
    /// What the platform does only once.
    pub once: Option<Once>,
}

/// Something that a platform takes once: a reply token, a call with a key of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Once {
    /// What is used up: platform and token or key.
    pub key: String,
    /// The answer from the second time on; nothing is published then.
    pub again: Answer,
}

/// Judges a call as its platform would. `id` is the id that an accepted reply gets.
pub fn judge(call: &Call<'_>, id: &str) -> Judged {
    match call.host {
        "api.x.com" | "api.twitter.com" => judge_with("x", |read| x(call, id, read)),
        "graph.facebook.com" | "graph.instagram.com" => {
            judge_with("facebook", |read| graph(call, id, read))
        }
        _ => judge_with("standard", |read| standard(call, id, read)),
    }
}

/// What has been read of a call so far: shown even when the call is refused further on.
struct Read {
    platform: &'static str,
    to: String,
    text: String,
}

/// A refusal and its reason.
struct Refusal {
    answer: Answer,
    why: String,
}

fn judge_with(
    platform: &'static str,
    judge: impl FnOnce(&mut Read) -> Result<Answer, Refusal>,
) -> Judged {
    let mut read = Read {
        platform,
        to: String::new(),
        text: String::new(),
    };
    let (answer, why) = match judge(&mut read) {
        Ok(answer) => (answer, None),
        Err(refusal) => (refusal.answer, Some(refusal.why)),
    };
    Judged {
        platform: read.platform,
        to: read.to,
        text: read.text,
        answer,
        why,
        once: None,
    }
}

fn accepted(status: u16, body: Value) -> Answer {
    Answer {
        status,
        content_type: "application/json",
        body,
    }
}

// X

fn x(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Refusal> {
    let segments: Vec<&str> = call.path.split('/').skip(1).collect();
    let participant = match segments.as_slice() {
        ["2", "tweets"] => None,
        ["2", "dm_conversations", "with", participant, "messages"] => Some(*participant),
        _ => {
            return Err(x_problem(
                404,
                "Not Found",
                format!("no such path: {}", call.path),
            ));
        }
    };
    if call.method != "POST" {
        return Err(x_problem(
            405,
            "Method Not Allowed",
            format!("{} is not POST", call.method),
        ));
    }
    // Whether it is a good one is for `super::accounts` to say.
    let signed = call.authorization.is_some_and(|a| a.starts_with("OAuth "));
    if bearer(call).is_none() && !signed {
        let why = "neither a bearer token nor a signature".to_owned();
        return Err(x_problem(401, "Unauthorized", why));
    }
    let invalid = |why: String| x_problem(400, "Invalid Request", why);
    if !is_json(call) {
        return Err(invalid("Content-Type is not application/json".to_owned()));
    }
    let body = object(call.body).map_err(invalid)?;
    match participant {
        Some(participant) => {
            read.to = participant.to_owned();
            if !is_x_id(participant) {
                return Err(invalid(
                    "participant_id does not match ^[0-9]{1,19}$".to_owned(),
                ));
            }
            only(&body, &["text", "attachments"]).map_err(invalid)?;
            read.text = text(&body, "text").map_err(invalid)?;
            let chars = read.text.chars().count();
            if chars > X_MESSAGE_CHARS {
                return Err(invalid(format!(
                    "text has {chars} characters of {X_MESSAGE_CHARS}"
                )));
            }
            Ok(accepted(
                201,
                json!({"data": {"dm_conversation_id": format!("{participant}-1"), "dm_event_id": id}}),
            ))
        }
        None => {
            let reply = body.get("reply");
            if let Some(reply) = reply {
                let reply = reply
                    .as_object()
                    .ok_or_else(|| invalid("reply is not an object".to_owned()))?;
                only(reply, &["in_reply_to_tweet_id"]).map_err(invalid)?;
                read.to = text(reply, "in_reply_to_tweet_id").map_err(invalid)?;
            }
            if let Some(written) = body.get("text").and_then(Value::as_str) {
                read.text = written.to_owned();
            }
            if reply.is_some() && !is_x_id(&read.to) {
                return Err(invalid(
                    "reply.in_reply_to_tweet_id does not match ^[0-9]{1,19}$".to_owned(),
                ));
            }
            only(&body, &["text", "reply"]).map_err(invalid)?;
            read.text = text(&body, "text").map_err(invalid)?;
            let cashtags = read.text.split_whitespace().filter(|word| {
                let name = word.strip_prefix('$').unwrap_or_default();
                name.starts_with(|c: char| c.is_ascii_alphabetic())
            });
            if cashtags.count() > 1 {
                let why = "a post by API has one cashtag at most".to_owned();
                return Err(x_problem(403, "Forbidden", why));
            }
            let weight = x_weight(&read.text, reply.is_some());
            if weight > X_WEIGHT {
                return Err(invalid(format!("text weighs {weight} of {X_WEIGHT}")));
            }
            Ok(accepted(
                201,
                json!({"data": {"id": id, "text": read.text}}),
            ))
        }
    }
}

fn is_x_id(id: &str) -> bool {
    (1..=19).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn x_problem(status: u16, title: &str, why: String) -> Refusal {
    let kind = match status {
        400 => "https://api.twitter.com/2/problems/invalid-request",
        _ => "about:blank",
    };
    Refusal {
        answer: Answer {
            status,
            content_type: "application/problem+json",
            body: json!({"type": kind, "title": title, "detail": why, "status": status}),
        },
        why,
    }
}

/// The weight of a text as X counts it: after NFC, Latin and its neighbours 1, everything else 2, an emoji
/// sequence 2, a URL 23. In a reply the leading mentions are free. Bare domain names count as plain text here.
fn x_weight(text: &str, reply: bool) -> usize {
    let text: String = text.nfc().collect();
    let mut rest = text.as_str();
    if reply {
        while let Some((first, after)) = rest.split_once(' ')
            && first.len() > 1
            && first.strip_prefix('@').is_some_and(|name| {
                name.len() <= 15
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
        {
            rest = after.trim_start();
        }
    }
    rest.split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            if bare.starts_with("https://") || bare.starts_with("http://") {
                X_URL_WEIGHT + plain_weight(word.strip_prefix(bare).unwrap_or(""))
            } else {
                plain_weight(word)
            }
        })
        .sum()
}

fn plain_weight(text: &str) -> usize {
    text.graphemes(true)
        .map(|cluster| {
            let emoji = cluster
                .chars()
                .any(|char| matches!(u32::from(char), 0x1F000..|0x2600..=0x27BF| 0xFE0F | 0x20E3));
            if emoji {
                2
            } else {
                cluster.chars().map(char_weight).sum()
            }
        })
        .sum()
}

fn char_weight(char: char) -> usize {
    match u32::from(char) {
        0..=0x10FF | 0x2000..=0x200D | 0x2010..=0x201F | 0x2032..=0x2037 => 1,
        _ => 2,
    }
}

// Meta's Graph API

fn graph(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Refusal> {
    let on_instagram = call.host == "graph.instagram.com";
    if on_instagram {
        read.platform = "instagram";
    }
    let segments: Vec<&str> = call.path.split('/').skip(1).collect();
    let (object_id, edge) = match segments.as_slice() {
        [version, object_id, edge] if is_graph_version(version) => (*object_id, *edge),
        [version, ..] if !is_graph_version(version) => {
            return Err(graph_error(
                400,
                2635,
                "the path does not begin with a version",
            ));
        }
        _ => return Err(graph_error(400, 2500, "Unknown path components")),
    };
    if call.method != "POST" {
        return Err(graph_error(
            400,
            100,
            "Unsupported request: the method is not POST",
        ));
    }
    let fields = graph_fields(call)?;
    if bearer(call).is_none() && fields.get("access_token").is_none_or(|token| token == "") {
        return Err(graph_error(
            400,
            104,
            "An access token is required to request this resource.",
        ));
    }
    read.to = object_id.to_owned();
    let written = |name: &str| {
        text(&fields, name).map_err(|why| graph_error(400, 100, &format!("(#100) {why}")))
    };
    match edge {
        "comments" if !on_instagram => {
            read.text = written("message")?;
            graph_id(object_id)?;
            at_most(
                read.text.chars().count(),
                FACEBOOK_COMMENT_CHARS,
                "characters",
            )?;
            Ok(accepted(200, json!({"id": format!("{object_id}_{id}")})))
        }
        "replies" => {
            read.platform = "instagram";
            read.text = written("message")?;
            graph_id(object_id)?;
            instagram_comment(&read.text)?;
            Ok(accepted(200, json!({"id": id})))
        }
        "mentions" if !on_instagram => {
            read.platform = "instagram";
            read.text = written("message")?;
            graph_id(object_id)?;
            let media = written("media_id")?;
            graph_id(&media)?;
            read.to = match fields.get("comment_id").and_then(Value::as_str) {
                Some(comment) => comment.to_owned(),
                None => media,
            };
            graph_id(&read.to)?;
            instagram_comment(&read.text)?;
            Ok(accepted(200, json!({"id": id})))
        }
        "messages" => message(&fields, object_id, on_instagram, id, read),
        _ => Err(graph_error(400, 2500, "Unknown path components")),
    }
}

/// Instagram's rules on comments: length, hashtags, links, no shouting.
fn instagram_comment(text: &str) -> Result<(), Refusal> {
    at_most(text.chars().count(), INSTAGRAM_COMMENT_CHARS, "characters")?;
    let words = || text.split_whitespace();
    at_most(
        words().filter(|word| word.starts_with('#')).count(),
        4,
        "hashtags",
    )?;
    at_most(
        words().filter(|word| word.contains("://")).count(),
        1,
        "links",
    )?;
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    if letters().count() > 1 && letters().all(char::is_uppercase) {
        return Err(graph_error(400, 100, "(#100) the text is all in capitals"));
    }
    Ok(())
}

/// Messenger, and Instagram's messages, which look alike. On graph.facebook.com only Messenger's name a
/// `messaging_type`, which is demanded of them; without one the call is read as Instagram's.
fn message(
    fields: &serde_json::Map<String, Value>,
    object_id: &str,
    on_instagram: bool,
    id: &str,
    read: &mut Read,
) -> Result<Answer, Refusal> {
    let missing = |what: &str| graph_error(400, 100, &format!("(#100) {what}"));
    let kind = fields.get("messaging_type");
    let private_reply = fields.get("recipient").is_some_and(|recipient| {
        recipient.get("comment_id").is_some() || recipient.get("post_id").is_some()
    });
    let instagram = on_instagram || (kind.is_none() && !private_reply);
    read.platform = if instagram { "instagram" } else { "messenger" };
    if let Some(text) = fields
        .get("message")
        .and_then(|message| message.get("text"))
    {
        read.text = text.as_str().unwrap_or_default().to_owned();
    }
    let recipient = fields
        .get("recipient")
        .and_then(Value::as_object)
        .ok_or_else(|| missing("The parameter recipient is required"))?;
    read.to = ["id", "comment_id", "post_id"]
        .iter()
        .find_map(|name| recipient.get(*name))
        .and_then(Value::as_str)
        .filter(|to| !to.is_empty())
        .ok_or_else(|| missing("recipient needs id, comment_id or post_id, as a string"))?
        .to_owned();
    if object_id != "me" {
        graph_id(object_id)?;
    }
    if kind
        .is_some_and(|kind| !matches!(kind.as_str(), Some("RESPONSE" | "UPDATE" | "MESSAGE_TAG")))
    {
        return Err(missing(
            "messaging_type is not RESPONSE, UPDATE or MESSAGE_TAG",
        ));
    }
    if read.text.trim().is_empty() {
        return Err(missing("message.text is required"));
    }
    if instagram {
        at_most(read.text.len(), INSTAGRAM_MESSAGE_BYTES, "bytes")?;
    } else {
        at_most(read.text.chars().count(), MESSENGER_CHARS, "characters")?;
    }
    Ok(accepted(
        200,
        json!({"recipient_id": read.to, "message_id": format!("m_{id}")}),
    ))
}

fn at_most(length: usize, limit: usize, unit: &str) -> Result<(), Refusal> {
    if length > limit {
        return Err(graph_error(
            400,
            100,
            &format!("(#100) the text has {length} {unit} of {limit}"),
        ));
    }
    Ok(())
}

fn graph_id(id: &str) -> Result<(), Refusal> {
    let parts = id.split('_');
    match parts.clone().count() <= 3
        && parts
            .into_iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        true => Ok(()),
        false => Err(graph_error(
            400,
            100,
            &format!("Unsupported post request. Object with ID '{id}' does not exist"),
        )),
    }
}

fn is_graph_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .and_then(|version| version.split_once('.'))
        .is_some_and(|(major, minor)| major.parse::<u16>().is_ok() && minor.parse::<u16>().is_ok())
}

/// Parameters come in the query, as a form, or as JSON; all mean the same.
fn graph_fields(call: &Call<'_>) -> Result<serde_json::Map<String, Value>, Refusal> {
    let mut fields = pairs(call.query);
    let kind = media_type(call);
    if call.body.is_empty() {
        return Ok(fields);
    }
    match kind.as_str() {
        "application/json" => {
            let body =
                object(call.body).map_err(|why| graph_error(400, 100, &format!("(#100) {why}")))?;
            fields.extend(body);
        }
        "application/x-www-form-urlencoded" => {
            fields.extend(pairs(&String::from_utf8_lossy(call.body)));
        }
        _ => {
            return Err(graph_error(
                400,
                100,
                "(#100) the body's Content-Type is neither JSON nor a form",
            ));
        }
    }
    Ok(fields)
}

pub(super) fn pairs(encoded: &str) -> serde_json::Map<String, Value> {
    reqwest::Url::parse(&format!("http://query.invalid/?{encoded}"))
        .map(|url| {
            url.query_pairs()
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect()
        })
        .unwrap_or_default()
}

fn graph_error(status: u16, code: u32, message: &str) -> Refusal {
    Refusal {
        answer: Answer {
            status,
            content_type: "application/json",
            body: json!({"error": {
                "message": message, "type": "OAuthException", "code": code, "fbtrace_id": "sandbox",
            }}),
        },
        why: message.to_owned(),
    }
}

// Standard

fn standard(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Refusal> {
    let refuse = |status: u16, why: String| Refusal {
        answer: Answer {
            status,
            content_type: "application/problem+json",
            body: json!({"title": "Refused", "status": status, "detail": why}),
        },
        why,
    };
    if call.method != "POST" {
        return Err(refuse(405, format!("{} is not POST", call.method)));
    }
    if bearer(call).is_none() {
        return Err(refuse(401, "no bearer token".to_owned()));
    }
    if !is_json(call) {
        return Err(refuse(
            415,
            "Content-Type is not application/json".to_owned(),
        ));
    }
    let body = object(call.body).map_err(|why| refuse(400, why))?;
    let written = |name: &str| text(&body, name).map_err(|why| refuse(422, why));
    read.to = written("in_reply_to")?;
    read.text = written("text")?;
    written("account")?;
    let chars = read.text.chars().count();
    if chars > STANDARD_CHARS {
        return Err(refuse(
            422,
            format!("text has {chars} characters of {STANDARD_CHARS}"),
        ));
    }
    Ok(accepted(201, json!({"id": id})))
}

// What all share

pub(super) fn bearer<'a>(call: &Call<'a>) -> Option<&'a str> {
    let (scheme, token) = call.authorization?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn media_type(call: &Call<'_>) -> String {
    let kind = call.content_type.unwrap_or_default();
    kind.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

pub(super) fn is_json(call: &Call<'_>) -> bool {
    media_type(call) == "application/json"
}

pub(super) fn object(body: &[u8]) -> Result<serde_json::Map<String, Value>, String> {
    serde_json::from_slice(body).map_err(|error| format!("the body is no JSON object: {error}"))
}

pub(super) fn text(fields: &serde_json::Map<String, Value>, name: &str) -> Result<String, String> {
    match fields.get(name).map(Value::as_str) {
        Some(Some(text)) if !text.trim().is_empty() => Ok(text.to_owned()),
        Some(Some(_)) => Err(format!("{name} is empty")),
        Some(None) => Err(format!("{name} is not a string")),
        None => Err(format!("The parameter {name} is required")),
    }
}

pub(super) fn only(fields: &serde_json::Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!(
            "$.{name} is not defined in the schema, which allows no additional properties"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call<'a>(host: &'a str, path: &'a str, body: &'a str) -> Call<'a> {
        Call {
            method: "POST",
            host,
            path,
            query: "",
            authorization: Some("Bearer secret"),
            content_type: Some("application/json; charset=utf-8"),
            headers: &[],
            body: body.as_bytes(),
        }
    }

    fn status(call: &Call<'_>) -> u16 {
        let judged = judge(call, "77");
        assert_eq!(
            judged.why.is_none(),
            judged.answer.status < 300,
            "{judged:?}"
        );
        judged.answer.status
    }

    #[test]
    fn x_takes_a_reply_and_nothing_else() {
        let good =
            r#"{"text":"We are on it","reply":{"in_reply_to_tweet_id":"1234567890123456789"}}"#;
        let judged = judge(&call("api.x.com", "/2/tweets", good), "77");
        assert_eq!(judged.why, None);
        assert_eq!(judged.to, "1234567890123456789");
        assert_eq!(
            judged.answer.body,
            json!({"data": {"id": "77", "text": "We are on it"}})
        );
        let with = |body| status(&call("api.x.com", "/2/tweets", body));
        assert_eq!(
            with(r#"{"text":"a","reply":{"in_reply_to_tweet_id":123}}"#),
            400
        );
        assert_eq!(
            with(r#"{"text":"a","reply":{"in_reply_to_tweet_id":"12345678901234567890"}}"#),
            400
        );
        assert_eq!(with(r#"{"text":"a","in_reply_to":"1"}"#), 400);
        assert_eq!(with(r#"{"text":" "}"#), 400);
        assert_eq!(with("{}"), 400);
        assert_eq!(with("not json"), 400);
        let good = call("api.x.com", "/2/tweets", good);
        assert_eq!(
            status(&Call {
                method: "PUT",
                ..good
            }),
            405
        );
        assert_eq!(
            status(&Call {
                path: "/2/tweet",
                ..good
            }),
            404
        );
        assert_eq!(
            status(&Call {
                authorization: None,
                ..good
            }),
            401
        );
        assert_eq!(
            status(&Call {
                authorization: Some("Bearer "),
                ..good
            }),
            401
        );
        assert_eq!(
            status(&Call {
                content_type: None,
                ..good
            }),
            400
        );
    }

    #[test]
    fn what_is_no_fit_text_is_refused() {
        let x = |text: &str| {
            let body = json!({"text": text, "reply": {"in_reply_to_tweet_id": "1"}}).to_string();
            status(&call("api.x.com", "/2/tweets", &body))
        };
        assert_eq!(
            (x("$RAIL"), x("$RAIL $ROAD"), x("$5 or $6")),
            (201, 403, 201)
        );
        let instagram = |text: &str| {
            let body = json!({ "message": text }).to_string();
            status(&call("graph.instagram.com", "/v25.0/1/replies", &body))
        };
        assert_eq!(instagram("We are on it #a #b #c #d https://a.example"), 200);
        assert_eq!(instagram("We are on it #a #b #c #d #e"), 400);
        assert_eq!(instagram("See https://a.example https://b.example"), 400);
        assert_eq!(instagram("WE ARE ON IT"), 400);
    }

    #[test]
    fn x_weighs_texts_as_documented() {
        assert_eq!(x_weight("hello", false), 5);
        assert_eq!(x_weight("日本", false), 4);
        assert_eq!(x_weight("e\u{301}", false), 1);
        assert_eq!(x_weight("👨‍👩‍👧‍👦", false), 2);
        assert_eq!(
            x_weight("see https://example.org/a/very/long/path now", false),
            4 + 23 + 4
        );
        assert_eq!(x_weight("@a @b hello", true), 5);
        assert_eq!(x_weight("@a @b hello", false), 11);
        let body =
            |text: &str| json!({"text": text, "reply": {"in_reply_to_tweet_id": "1"}}).to_string();
        assert_eq!(
            status(&call("api.x.com", "/2/tweets", &body(&"a".repeat(280)))),
            201
        );
        assert_eq!(
            status(&call("api.x.com", "/2/tweets", &body(&"a".repeat(281)))),
            400
        );
        assert_eq!(
            status(&call("api.x.com", "/2/tweets", &body(&"日".repeat(141)))),
            400
        );
    }

    #[test]
    fn x_takes_messages() {
        let path = "/2/dm_conversations/with/42/messages";
        assert_eq!(status(&call("api.x.com", path, r#"{"text":"hello"}"#)), 201);
        assert_eq!(status(&call("api.x.com", path, r#"{"text":""}"#)), 400);
        let path = "/2/dm_conversations/with/me/messages";
        assert_eq!(status(&call("api.x.com", path, r#"{"text":"hello"}"#)), 400);
    }

    #[test]
    fn graph_takes_each_kind_of_reply() {
        let facebook = "graph.facebook.com";
        let said = |host, path, body| {
            let judged = judge(&call(host, path, body), "77");
            assert_eq!(judged.why, None, "{judged:?}");
            (judged.platform, judged.to, judged.answer.body)
        };
        assert_eq!(
            said(facebook, "/v24.0/12_34/comments", r#"{"message":"hi"}"#),
            ("facebook", "12_34".to_owned(), json!({"id": "12_34_77"}))
        );
        assert_eq!(
            said(facebook, "/v24.0/99/replies", r#"{"message":"hi"}"#).0,
            "instagram"
        );
        let to = r#"{"recipient":{"id":"5"},"message":{"text":"hi"},"messaging_type":"RESPONSE"}"#;
        assert_eq!(
            said(facebook, "/v24.0/1/messages", to),
            (
                "messenger",
                "5".to_owned(),
                json!({"recipient_id": "5", "message_id": "m_77"})
            )
        );
        let to = r#"{"recipient":{"comment_id":"5"},"message":{"text":"hi"}}"#;
        assert_eq!(
            said("graph.instagram.com", "/v24.0/1/messages", to).0,
            "instagram"
        );
        let to = r#"{"message":"hi","media_id":"8","comment_id":"9"}"#;
        assert_eq!(said(facebook, "/v24.0/1/mentions", to).1, "9");
    }

    #[test]
    fn graph_refuses_in_its_own_words() {
        let good = call(
            "graph.facebook.com",
            "/v24.0/12_34/comments",
            r#"{"message":"hi"}"#,
        );
        let code = |call: &Call<'_>| {
            let judged = judge(call, "77");
            assert_eq!(judged.answer.status, 400);
            judged.answer.body["error"]["code"].as_u64().unwrap()
        };
        assert_eq!(status(&good), 200);
        assert_eq!(
            code(&Call {
                path: "/12_34/comments",
                ..good
            }),
            2635
        );
        assert_eq!(
            code(&Call {
                path: "/v24.0/12_34/likes",
                ..good
            }),
            2500
        );
        assert_eq!(
            code(&Call {
                path: "/v24.0/abc/comments",
                ..good
            }),
            100
        );
        assert_eq!(
            code(&Call {
                authorization: None,
                ..good
            }),
            104
        );
        assert_eq!(
            status(&Call {
                authorization: None,
                query: "access_token=t",
                ..good
            }),
            200
        );
        assert_eq!(
            code(&Call {
                authorization: None,
                query: "access_token=",
                ..good
            }),
            104
        );
        assert_eq!(
            code(&Call {
                body: b"{}",
                ..good
            }),
            100
        );
        let form = Call {
            content_type: Some("application/x-www-form-urlencoded"),
            body: b"message=hi+there%21",
            ..good
        };
        assert_eq!(judge(&form, "77").text, "hi there!");
        let long = json!({"message": "a".repeat(301)}).to_string();
        assert_eq!(
            code(&call("graph.instagram.com", "/v24.0/1/replies", &long)),
            100
        );
        let long =
            json!({"recipient": {"id": "1"}, "message": {"text": "é".repeat(501)}}).to_string();
        assert_eq!(
            code(&call("graph.instagram.com", "/v24.0/1/messages", &long)),
            100
        );
    }

    #[test]
    fn any_other_host_takes_the_standard_reply() {
        let good = call(
            "forum.example",
            "/api/replies",
            r#"{"account":"a","in_reply_to":"p1","text":"hi","more":1}"#,
        );
        assert_eq!(status(&good), 201);
        assert_eq!(
            status(&Call {
                body: br#"{"account":"a","text":"hi"}"#,
                ..good
            }),
            422
        );
        assert_eq!(
            status(&Call {
                authorization: Some("Basic x"),
                ..good
            }),
            401
        );
        assert_eq!(
            status(&Call {
                method: "GET",
                ..good
            }),
            405
        );
    }

    /// The two readings of the documentation, the caller's and this one, meet here.
    #[test]
    fn what_heard_sends_is_what_the_platforms_take() {
        use crate::platform::{self, Answer as Got, Outcome, ReplyTo};
        use crate::post::{AccountId, Platform};
        use crate::signature::Key;
        let account = AccountId::new("4200000002");
        for (platform, reply_to, credential, to) in [
            (Platform::X, "post:77001", "token", "77001"),
            (Platform::X, "dm:5", "token", "5"),
            (Platform::Facebook, "12_34", "token", "12_34"),
            (Platform::Messenger, "5", "token", "5"),
            (Platform::Instagram, "comment:9", "IGtoken", "9"),
            (Platform::Instagram, "comment:9:ana", "token", "9"),
            (Platform::Instagram, "mention:7:8", "token", "8"),
            (Platform::Instagram, "mention:7", "token", "7"),
            (Platform::Instagram, "direct:5", "IGtoken", "5"),
            (Platform::Instagram, "direct:5", "token", "5"),
            (Platform::Standard, "p1", "token", "p1"),
        ] {
            let to_whom = ReplyTo {
                account: &account,
                reply_to,
                reply_url: Some("https://forum.example/api/replies"),
                credential: &Key::new(credential).unwrap(),
                now_ms: 1_700_000_000_000,
            };
            let reply = platform::reply(platform, &to_whom, "We are on it").unwrap();
            let url = reqwest::Url::parse(&reply.url).unwrap();
            let header = |name: &str| {
                let found = reply
                    .headers
                    .iter()
                    .find(|(n, _)| n.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.as_str())
            };
            let call = Call {
                method: "POST",
                host: url.host_str().unwrap(),
                path: url.path(),
                query: url.query().unwrap_or_default(),
                authorization: header("authorization"),
                content_type: Some("application/json"),
                headers: &reply.headers,
                body: reply.body.as_bytes(),
            };
            let judged = judge(&call, "77");
            assert_eq!(judged.why, None, "{platform:?} {reply_to}: {}", reply.body);
            assert_eq!(judged.to, to, "{platform:?} {reply_to}");
            assert_eq!(judged.platform, platform.as_str());
            assert!(judged.text.ends_with("We are on it"));
            let body = judged.answer.body.to_string();
            let got = Got {
                status: judged.answer.status,
                retry_after: None,
                rate_limit_reset: None,
                body: body.as_bytes(),
            };
            let outcome = platform::outcome(platform, &got, 0);
            assert!(
                matches!(outcome, Outcome::Sent { id: Some(_) }),
                "{outcome:?}"
            );
        }
    }
}
