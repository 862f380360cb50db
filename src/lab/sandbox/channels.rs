//! What the reply APIs of the other channels demand of a call: WhatsApp, Threads, Discourse,
//! Telegram, Mastodon, Slack, LINE, LinkedIn, Viber, Bluesky and Zendesk.
//!
//! Like [`super::rules`], written from the documentation alone. Which one is called is told by the
//! host and, for those that customers host themselves, by the path.

use super::rules::{Answer, Call, Judged, Once, bearer, is_json, object, only, text};
use base64::Engine as _;
use serde_json::{Map, Value, json};
use unicode_segmentation::UnicodeSegmentation;

type Fields = Map<String, Value>;

/// What a call says, as far as it was read.
#[derive(Default)]
struct Read {
    to: String,
    text: String,
    once: Option<Once>,
}

impl Read {
    fn once(&mut self, key: String, again: Answer) {
        self.once = Some(Once { key, again });
    }
}

/// Judges a call to one of these channels; `None` where it is to none of them.
pub fn judge(call: &Call<'_>, id: &str) -> Option<Judged> {
    type Judge = fn(&Call<'_>, &str, &mut Read) -> Result<Answer, Answer>;
    let (platform, judge): (&str, Judge) = match (call.host, call.path) {
        ("graph.facebook.com", _) if is_whatsapp(call) => ("whatsapp", whatsapp),
        ("graph.threads.net", _) => ("threads", threads),
        ("api.telegram.org", _) => ("telegram", telegram),
        ("slack.com", _) => ("slack", slack),
        ("api.line.me", _) => ("line", line),
        ("api.linkedin.com", _) => ("linkedin", linkedin),
        ("chatapi.viber.com", _) => ("viber", viber),
        (_, "/posts.json") => ("discourse", discourse),
        (_, "/api/v1/statuses") => ("mastodon", mastodon),
        (_, path) if path.starts_with("/xrpc/") => ("bluesky", bluesky),
        (_, path) if path.starts_with("/api/v2/tickets/") => ("zendesk", zendesk),
        _ => return None,
    };
    let mut read = Read::default();
    let (answer, why) = match judge(call, id, &mut read) {
        // Slack and Viber say no with status 200.
        Ok(answer) => (answer, None),
        Err(answer) => {
            let why = answer.body.to_string();
            (answer, Some(why))
        }
    };
    Some(Judged {
        platform,
        to: read.to,
        text: read.text,
        answer,
        why,
        once: read.once,
    })
}

fn answer(status: u16, body: Value) -> Answer {
    Answer {
        status,
        content_type: "application/json",
        body,
    }
}

fn header<'c>(call: &Call<'c>, name: &str) -> Option<&'c str> {
    let found = call
        .headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name));
    found
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

/// The body of a call by `method`, which must be JSON; `wrong` makes the refusal.
fn body(
    call: &Call<'_>,
    method: &str,
    wrong: impl Fn(u16, &str) -> Answer,
) -> Result<Fields, Answer> {
    if call.method != method {
        return Err(wrong(405, &format!("{} is not {method}", call.method)));
    }
    if !is_json(call) {
        return Err(wrong(415, "Content-Type is not application/json"));
    }
    object(call.body).map_err(|why| wrong(400, &why))
}

fn at_most(limit: usize, length: usize, wrong: impl Fn(u16, &str) -> Answer) -> Result<(), Answer> {
    if length <= limit {
        return Ok(());
    }
    Err(wrong(
        400,
        &format!("the text is too long: {length} of {limit}"),
    ))
}

fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

fn graph_error(code: u32, message: &str) -> Answer {
    let error = json!({ "message": message, "type": "OAuthException", "code": code });
    answer(
        if code == 190 { 401 } else { 400 },
        json!({ "error": error }),
    )
}

fn is_whatsapp(call: &Call<'_>) -> bool {
    object(call.body).is_ok_and(|fields| fields.contains_key("messaging_product"))
}

fn whatsapp(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |_: u16, why: &str| graph_error(100, why);
    let fields = body(call, "POST", wrong)?;
    let segments: Vec<&str> = call.path.split('/').skip(1).collect();
    match segments.as_slice() {
        [version, number, "messages"]
            if version.starts_with('v') && number.bytes().all(|b| b.is_ascii_digit()) => {}
        _ => return Err(graph_error(2500, "Unknown path components")),
    }
    bearer(call).ok_or_else(|| graph_error(190, "no access token"))?;
    let whom = text(&fields, "to").or_else(|_| text(&fields, "recipient"));
    read.to = whom.map_err(|why| wrong(400, &why))?;
    if text(&fields, "messaging_product").as_deref() != Ok("whatsapp")
        || text(&fields, "type").as_deref() != Ok("text")
    {
        return Err(wrong(400, "messaging_product is whatsapp and type is text"));
    }
    const KNOWN: [&str; 7] = [
        "messaging_product",
        "recipient_type",
        "to",
        "recipient",
        "context",
        "type",
        "text",
    ];
    only(&fields, &KNOWN).map_err(|why| wrong(400, &why))?;
    let inside = |name: &str| {
        let inner = fields.get(name).and_then(Value::as_object);
        inner.cloned().unwrap_or_default()
    };
    if fields.contains_key("context") {
        let wamid = text(&inside("context"), "message_id").map_err(|why| wrong(400, &why))?;
        if !wamid.starts_with("wamid.") {
            return Err(wrong(400, "context.message_id is no wamid"));
        }
    }
    read.text = text(&inside("text"), "body").map_err(|why| wrong(400, &why))?;
    at_most(4_096, utf16(&read.text), wrong)?;
    Ok(answer(
        200,
        json!({ "messaging_product": "whatsapp", "messages": [{ "id": format!("wamid.{id}") }] }),
    ))
}

fn threads(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |_: u16, why: &str| graph_error(100, why);
    let fields = body(call, "POST", wrong)?;
    let segments: Vec<&str> = call.path.split('/').skip(1).collect();
    if !matches!(segments.as_slice(), ["v1.0", user, "threads"] if !user.is_empty()) {
        return Err(graph_error(2500, "Unknown path components"));
    }
    bearer(call).ok_or_else(|| graph_error(190, "no access token"))?;
    read.to = text(&fields, "reply_to_id").map_err(|why| wrong(400, &why))?;
    read.text = text(&fields, "text").map_err(|why| wrong(400, &why))?;
    if text(&fields, "media_type").as_deref() != Ok("TEXT") {
        return Err(wrong(400, "media_type is TEXT for a text"));
    }
    if fields.get("auto_publish_text") != Some(&json!(true)) {
        return Err(wrong(400, "nothing publishes this container"));
    }
    at_most(500, read.text.chars().count(), wrong)?;
    Ok(answer(200, json!({ "id": id })))
}

fn discourse(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |status: u16, why: &str| {
        let status = if status == 400 { 422 } else { status };
        answer(status, json!({ "action": "create_post", "errors": [why] }))
    };
    let fields = body(call, "POST", wrong)?;
    if header(call, "api-key").is_none() || header(call, "api-username").is_none() {
        return Err(wrong(
            403,
            "You are not permitted: the API username or key is invalid.",
        ));
    }
    if fields.get("archetype").and_then(Value::as_str) == Some("private_message") {
        read.to = text(&fields, "target_recipients").map_err(|why| wrong(422, &why))?;
        let title = text(&fields, "title").map_err(|why| wrong(422, &why))?;
        read.text = text(&fields, "raw").map_err(|why| wrong(422, &why))?;
        if title.chars().count() < 15 || read.text.chars().count() < 10 {
            return Err(wrong(422, "Title or body is too short"));
        }
        at_most(32_000, read.text.chars().count(), wrong)?;
        return Ok(answer(
            200,
            json!({ "id": id.parse::<u64>().unwrap_or(1), "topic_id": 99 }),
        ));
    }
    let topic = fields.get("topic_id").and_then(Value::as_u64);
    let topic = topic.ok_or_else(|| wrong(400, "topic_id is no number"))?;
    let nth = fields.get("reply_to_post_number").and_then(Value::as_u64);
    read.to = format!("{topic}:{}", nth.unwrap_or(1));
    read.text = text(&fields, "raw").map_err(|why| wrong(400, &why))?;
    if read.text.chars().count() < 20 {
        return Err(wrong(400, "Body is too short (minimum is 20 characters)"));
    }
    at_most(32_000, read.text.chars().count(), wrong)?;
    Ok(answer(
        200,
        json!({ "id": id.parse::<u64>().unwrap_or(1), "topic_id": topic }),
    ))
}

fn telegram(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |status: u16, why: &str| {
        answer(
            status,
            json!({ "ok": false, "error_code": status, "description": format!("Bad Request: {why}") }),
        )
    };
    let token = call
        .path
        .strip_prefix("/bot")
        .and_then(|rest| rest.strip_suffix("/sendMessage"));
    // The bot's number, a colon, and its secret.
    let is_token = |token: &str| {
        token.split_once(':').is_some_and(|(bot, secret)| {
            !bot.is_empty()
                && bot.bytes().all(|b| b.is_ascii_digit())
                && !secret.is_empty()
                && secret
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        })
    };
    if !token.is_some_and(is_token) {
        return Err(wrong(404, "Not Found"));
    }
    let fields = body(call, "POST", wrong)?;
    let chat = fields.get("chat_id").map(|chat| match chat {
        Value::String(name) => name.clone(),
        other => other.to_string(),
    });
    read.to = chat.ok_or_else(|| wrong(400, "chat_id is empty"))?;
    read.text = text(&fields, "text").map_err(|_| wrong(400, "message text is empty"))?;
    let message = fields
        .get("reply_parameters")
        .and_then(|reply| reply.get("message_id"));
    if fields.contains_key("reply_parameters") && message.and_then(Value::as_i64).is_none() {
        return Err(wrong(400, "reply_parameters.message_id is no number"));
    }
    if utf16(&read.text) > 4_096 {
        return Err(wrong(400, "message is too long"));
    }
    Ok(answer(
        200,
        json!({ "ok": true, "result": { "message_id": id.parse::<u64>().unwrap_or(1) } }),
    ))
}

fn mastodon(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |status: u16, why: &str| {
        let status = if status == 400 { 422 } else { status };
        answer(status, json!({ "error": why }))
    };
    bearer(call).ok_or_else(|| wrong(401, "The access token is invalid"))?;
    let fields = body(call, "POST", wrong)?;
    read.to = text(&fields, "in_reply_to_id").map_err(|why| wrong(400, &why))?;
    read.text = text(&fields, "status").map_err(|why| wrong(400, &why))?;
    let visibility = text(&fields, "visibility").unwrap_or_else(|_| "public".into());
    if !matches!(
        visibility.as_str(),
        "public" | "unlisted" | "private" | "direct"
    ) {
        return Err(wrong(400, "visibility is not included in the list"));
    }
    if !read.text.starts_with('@') {
        return Err(wrong(
            400,
            "without @name at its beginning nobody is told of this reply",
        ));
    }
    // Of a name on another server only the local part counts.
    let counted: usize = read
        .text
        .split_inclusive(char::is_whitespace)
        .map(
            |word| match word.strip_prefix('@').and_then(|name| name.split_once('@')) {
                Some((local, _)) => local.chars().count() + 2,
                // Every link counts as 23.
                None if word.contains("://") => {
                    23 + usize::from(word.ends_with(char::is_whitespace))
                }
                None => word.chars().count(),
            },
        )
        .sum();
    at_most(500, counted, wrong)?;
    let made = answer(200, json!({ "id": id, "visibility": visibility }));
    if let Some(key) = header(call, "idempotency-key") {
        read.once(format!("mastodon {key}"), made.clone());
    }
    Ok(made)
}

fn slack(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |status: u16, why: &str| {
        let error = match status {
            405 | 415 => "invalid_post_type",
            400 => "invalid_arguments",
            _ => why,
        };
        answer(200, json!({ "ok": false, "error": error, "detail": why }))
    };
    if call.path != "/api/chat.postMessage" {
        return Err(wrong(0, "unknown_method"));
    }
    let token = bearer(call).ok_or_else(|| wrong(0, "not_authed"))?;
    if !token.starts_with("xoxb-") && !token.starts_with("xoxp-") {
        return Err(wrong(0, "invalid_auth"));
    }
    let fields = body(call, "POST", wrong)?;
    read.to = text(&fields, "channel").map_err(|_| wrong(0, "channel_not_found"))?;
    // A user's id is the direct message to them.
    if !read.to.starts_with(['C', 'D', 'G', 'U', 'W']) {
        return Err(wrong(0, "channel_not_found"));
    }
    read.text = text(&fields, "text").map_err(|_| wrong(0, "no_text"))?;
    let thread = fields.get("thread_ts");
    if thread.is_some_and(|ts| ts.as_str().is_none_or(|ts| !ts.contains('.'))) {
        return Err(wrong(0, "invalid_thread_ts"));
    }
    if read.text.chars().count() > 40_000 {
        return Err(wrong(0, "msg_too_long"));
    }
    Ok(answer(
        200,
        json!({ "ok": true, "channel": read.to, "ts": format!("{id}.000100") }),
    ))
}

fn line(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |status: u16, why: &str| answer(status, json!({ "message": why }));
    bearer(call).ok_or_else(|| wrong(401, "Authentication failed"))?;
    let fields = body(call, "POST", wrong)?;
    let target = match call.path {
        "/v2/bot/message/reply" => "replyToken",
        "/v2/bot/message/push" => "to",
        _ => return Err(wrong(404, "Not found")),
    };
    only(&fields, &[target, "messages", "notificationDisabled"]).map_err(|why| wrong(400, &why))?;
    read.to = text(&fields, target).map_err(|why| wrong(400, &why))?;
    if let Some(key) = header(call, "x-line-retry-key") {
        let lengths: Vec<usize> = key.split('-').map(str::len).collect();
        if target == "replyToken" || lengths != [8, 4, 4, 4, 12] {
            return Err(wrong(400, "The retry key is invalid"));
        }
    }
    let messages = fields.get("messages").and_then(Value::as_array);
    let messages = messages.filter(|messages| (1..=5).contains(&messages.len()));
    let first = messages
        .and_then(|messages| messages.first())
        .and_then(Value::as_object);
    let first = first.ok_or_else(|| wrong(400, "messages holds 1 to 5 messages"))?;
    read.text = text(first, "text").map_err(|why| wrong(400, &why))?;
    at_most(5_000, utf16(&read.text), wrong)?;
    let sent = json!({ "sentMessages": [{ "id": id }] });
    if target == "replyToken" {
        let again = wrong(400, "Invalid reply token");
        read.once(format!("line {}", read.to), again);
    } else if let Some(key) = header(call, "x-line-retry-key") {
        let again = json!({
            "message": "The retry key is already accepted", "sentMessages": [{ "id": id }],
        });
        read.once(format!("line {key}"), answer(409, again));
    }
    Ok(answer(200, sent))
}

fn linkedin(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong =
        |status: u16, why: &str| answer(status, json!({ "status": status, "message": why }));
    let target = call
        .path
        .strip_prefix("/rest/socialActions/")
        .and_then(|rest| rest.strip_suffix("/comments"));
    // A URN in a path has its colons and commas encoded.
    let target = target.filter(|urn| urn.starts_with("urn%3Ali%3A") && !urn.contains(','));
    if target.is_none() {
        return Err(wrong(404, "No such resource"));
    }
    bearer(call).ok_or_else(|| wrong(401, "Empty oauth2 access token"))?;
    let version = header(call, "linkedin-version").filter(|version| version.len() == 6);
    version.ok_or_else(|| wrong(426, "Requested version is not active"))?;
    if header(call, "x-restli-protocol-version") != Some("2.0.0") {
        return Err(wrong(400, "X-Restli-Protocol-Version is not 2.0.0"));
    }
    let fields = body(call, "POST", wrong)?;
    only(&fields, &["actor", "object", "parentComment", "message"])
        .map_err(|why| wrong(400, &why))?;
    let urn = |name: &str| {
        let urn = text(&fields, name).map_err(|why| wrong(400, &why))?;
        let valid = urn.starts_with("urn:li:");
        valid
            .then_some(urn)
            .ok_or_else(|| wrong(400, &format!("{name} is no URN")))
    };
    urn("actor")?;
    read.to = match fields.contains_key("parentComment") {
        true => urn("parentComment")?,
        false => urn("object")?,
    };
    urn("object")?;
    let message = fields
        .get("message")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    read.text = text(&message, "text").map_err(|why| wrong(400, &why))?;
    // The path names what the body answers.
    let named = read.to.replace(':', "%3A").replace(',', "%2C");
    let named = named.replace('(', "%28").replace(')', "%29");
    if target != Some(named.as_str()) {
        return Err(wrong(400, "the path is not the URN that the body answers"));
    }
    at_most(1_250, read.text.chars().count(), wrong)?;
    Ok(answer(201, json!({ "id": id })))
}

fn viber(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |status: u16, why: &str| {
        let code = if status == 401 { 2 } else { 3 };
        answer(200, json!({ "status": code, "status_message": why }))
    };
    if call.path != "/pa/send_message" {
        return Err(wrong(404, "no such method"));
    }
    header(call, "x-viber-auth-token").ok_or_else(|| wrong(401, "invalidAuthToken"))?;
    let fields = body(call, "POST", wrong)?;
    read.to = text(&fields, "receiver").map_err(|why| wrong(400, &why))?;
    read.text = text(&fields, "text").map_err(|why| wrong(400, &why))?;
    let sender = fields
        .get("sender")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let name = text(&sender, "name").map_err(|why| wrong(400, &why))?;
    if name.chars().count() > 28 {
        return Err(wrong(400, "sender.name is longer than 28 characters"));
    }
    if text(&fields, "type").as_deref() != Ok("text") {
        return Err(wrong(400, "type is not text"));
    }
    at_most(7_000, read.text.chars().count(), wrong)?;
    let token = id.parse::<u64>().unwrap_or(1);
    Ok(answer(
        200,
        json!({ "status": 0, "status_message": "ok", "message_token": token }),
    ))
}

fn bluesky(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |status: u16, why: &str| {
        let error = if status == 401 {
            "AuthMissing"
        } else {
            "InvalidRequest"
        };
        answer(status, json!({ "error": error, "message": why }))
    };
    if call.path != "/xrpc/com.atproto.repo.createRecord" {
        return Err(wrong(404, "no such method"));
    }
    bearer(call).ok_or_else(|| wrong(401, "Authentication Required"))?;
    let fields = body(call, "POST", wrong)?;
    let repo = text(&fields, "repo").map_err(|why| wrong(400, &why))?;
    let record = fields
        .get("record")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let kind = "app.bsky.feed.post";
    if text(&fields, "collection").as_deref() != Ok(kind)
        || text(&record, "$type").as_deref() != Ok(kind)
    {
        return Err(wrong(400, "collection and $type are app.bsky.feed.post"));
    }
    let created = text(&record, "createdAt").map_err(|why| wrong(400, &why))?;
    chrono::DateTime::parse_from_rfc3339(&created)
        .map_err(|_| wrong(400, "createdAt is no date"))?;
    for role in ["root", "parent"] {
        let above = record.get("reply").and_then(|reply| reply.get(role));
        let above = above
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        text(&above, "cid").map_err(|why| wrong(400, &why))?;
        let uri = text(&above, "uri").map_err(|why| wrong(400, &why))?;
        if !uri.starts_with("at://") {
            return Err(wrong(400, "uri is no at-uri"));
        }
        read.to = uri;
    }
    read.text = text(&record, "text").map_err(|why| wrong(400, &why))?;
    at_most(3_000, read.text.len(), wrong)?;
    at_most(300, read.text.graphemes(true).count(), wrong)?;
    Ok(answer(
        200,
        json!({ "uri": format!("at://{repo}/{kind}/{id}"), "cid": "bafyreig" }),
    ))
}

fn zendesk(call: &Call<'_>, id: &str, read: &mut Read) -> Result<Answer, Answer> {
    let wrong = |status: u16, why: &str| answer(status, json!({ "error": why }));
    let ticket = call
        .path
        .strip_prefix("/api/v2/tickets/")
        .and_then(|rest| rest.strip_suffix(".json"))
        .filter(|ticket| !ticket.is_empty() && ticket.bytes().all(|b| b.is_ascii_digit()));
    let ticket = ticket.ok_or_else(|| wrong(404, "RecordNotFound"))?;
    read.to = ticket.to_owned();
    let login = call
        .authorization
        .and_then(|value| value.strip_prefix("Basic "));
    let login = login.and_then(|login| {
        let login = base64::engine::general_purpose::STANDARD.decode(login);
        String::from_utf8(login.ok()?).ok()
    });
    // An address, then either `/token` and an API token or a password.
    if !login.is_some_and(|login| {
        login
            .split_once(":")
            .is_some_and(|(who, _)| who.contains('@'))
    }) {
        return Err(wrong(401, "Couldn't authenticate you"));
    }
    let fields = body(call, "PUT", wrong)?;
    let comment = fields
        .get("ticket")
        .and_then(|ticket| ticket.get("comment"));
    let comment = comment
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    read.text = text(&comment, "body").map_err(|why| wrong(422, &why))?;
    at_most(65_536, read.text.len(), wrong)?;
    Ok(answer(
        200,
        json!({ "ticket": { "id": ticket }, "audit": { "id": id } }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{self, Answer as Got, Method, Outcome, ReplyCall, ReplyTo};
    use crate::post::{AccountId, Platform};
    use crate::signature::Key;

    const ABOVE: &str =
        r#"{"parent":{"cid":"c","uri":"at://d/p/1"},"root":{"cid":"c","uri":"at://d/p/0"}}"#;
    const COMMENT: &str = "urn:li:activity:7|urn:li:comment:(urn:li:activity:7,8)";

    /// Where replies go, and with which credential, of every channel here.
    const REPLIES: [(Platform, &str, &str, &str, &str); 13] = [
        (Platform::Whatsapp, "106", "to:1650:wamid.A=", "t", "1650"),
        (
            Platform::Whatsapp,
            "106",
            "recipient:US.1:wamid.A=",
            "t",
            "US.1",
        ),
        (Platform::Threads, "78901", "890", "t", "890"),
        (
            Platform::Discourse,
            "forum.example",
            "10:2",
            "care:key",
            "10:2",
        ),
        (Platform::Telegram, "bot", "-100/7", "123:A_b-c", "-100"),
        (
            Platform::Mastodon,
            "m.example",
            "113:public:al@far.example",
            "t",
            "113",
        ),
        (
            Platform::Slack,
            "T1",
            "C1:1355517523.000005",
            "xoxb-t",
            "C1",
        ),
        (Platform::Line, "Uus", "tok:1700000000000:U2", "t", "tok"),
        (Platform::Line, "Uus", "tok:1:U2", "t", "U2"),
        (
            Platform::Linkedin,
            "urn:li:organization:1",
            COMMENT,
            "t",
            "urn:li:comment:(urn:li:activity:7,8)",
        ),
        (Platform::Viber, "Heard", "a=", "t", "a="),
        (Platform::Bluesky, "did:plc:us", ABOVE, "t", "at://d/p/1"),
        (Platform::Zendesk, "77", "123", "a@b.example/token:x", "123"),
    ];

    /// What the sandbox makes of our reply, after `change` had its way with it.
    fn judged(
        reply: (Platform, &str, &str, &str),
        said: &str,
        change: impl Fn(&mut ReplyCall),
    ) -> Judged {
        let (platform, account, reply_to, credential) = reply;
        let to = ReplyTo {
            account: &AccountId::new(account),
            reply_to,
            reply_url: Some("https://own.example"),
            credential: &Key::new(credential).unwrap(),
            now_ms: 1_700_000_000_000,
        };
        let mut reply = platform::reply(platform, &to, said).unwrap();
        change(&mut reply);
        let url = reqwest::Url::parse(&reply.url).unwrap();
        let authorization = reply
            .headers
            .iter()
            .find(|(name, _)| name == "Authorization");
        let call = Call {
            method: match reply.method {
                Method::Get => "GET",
                Method::Post => "POST",
                Method::Put => "PUT",
            },
            host: url.host_str().unwrap(),
            path: url.path(),
            query: "",
            authorization: authorization.map(|(_, value)| value.as_str()),
            content_type: Some("application/json"),
            headers: &reply.headers,
            body: reply.body.as_bytes(),
        };
        judge(&call, "77").expect("one of these channels")
    }

    fn outcome(platform: Platform, judged: &Judged) -> Outcome {
        let body = judged.answer.body.to_string();
        let got = Got {
            status: judged.answer.status,
            retry_after: None,
            rate_limit_reset: None,
            body: body.as_bytes(),
        };
        platform::outcome(platform, &got, 0)
    }

    #[test]
    fn what_heard_sends_is_what_the_channels_take() {
        for (platform, account, reply_to, credential, to) in REPLIES {
            let said = "We are on it, all of us.";
            let judged = judged((platform, account, reply_to, credential), said, |_| {});
            assert_eq!(judged.why, None, "{platform} {reply_to}");
            assert_eq!(judged.platform, platform.as_str());
            assert_eq!(judged.to, to, "{platform}");
            assert!(judged.text.ends_with(said), "{platform}");
            let outcome = outcome(platform, &judged);
            assert!(
                matches!(outcome, Outcome::Sent { id: Some(_) }),
                "{platform}: {outcome:?}"
            );
        }
    }

    #[test]
    fn without_its_credential_every_call_is_refused_for_it() {
        for (platform, account, reply_to, credential, _) in REPLIES {
            // Telegram's is part of the address.
            if platform == Platform::Telegram {
                continue;
            }
            let reply = (platform, account, reply_to, credential);
            let judged = judged(reply, "We are on it, all of us.", |call| {
                call.headers.retain(|(name, _)| {
                    !matches!(
                        name.as_str(),
                        "Authorization" | "Api-Key" | "X-Viber-Auth-Token"
                    )
                });
            });
            assert!(judged.why.is_some(), "{platform}");
            match outcome(platform, &judged) {
                Outcome::Unauthorized { why } => {
                    assert!(why.starts_with("credential:"), "{platform}: {why}")
                }
                other => panic!("{platform}: {other:?}"),
            }
        }
    }

    /// Whether a call with these fields in its body, and otherwise as Heard makes it, is taken.
    fn taken(channel: Platform, fields: &Value) -> bool {
        let of = REPLIES.iter().find(|(platform, ..)| *platform == channel);
        let (platform, account, reply_to, credential, _) = *of.unwrap();
        let reply = (platform, account, reply_to, credential);
        let judged = judged(reply, "We are on it, all of us.", |call| {
            let mut body: Value = serde_json::from_str(&call.body).unwrap();
            for (key, value) in fields.as_object().unwrap() {
                body[key] = value.clone();
            }
            call.body = body.to_string();
        });
        judged.why.is_none()
    }

    #[test]
    fn a_body_that_the_channel_would_not_take_is_refused() {
        let post = |text: &str| {
            let above: Value = serde_json::from_str(ABOVE).unwrap();
            json!({ "record": { "$type": "app.bsky.feed.post", "text": text, "reply": above,
                "createdAt": "2026-11-22T10:00:00Z" } })
        };
        for (platform, wrong) in [
            (
                Platform::Whatsapp,
                json!({ "context": { "message_id": "5" } }),
            ),
            (
                Platform::Whatsapp,
                json!({ "message": "a field of another API" }),
            ),
            (Platform::Whatsapp, json!({ "type": "template" })),
            (Platform::Threads, json!({ "media_type": "IMAGE" })),
            (Platform::Threads, json!({ "auto_publish_text": false })),
            (Platform::Discourse, json!({ "raw": "too short" })),
            (Platform::Discourse, json!({ "topic_id": "ten" })),
            (Platform::Telegram, json!({ "text": "" })),
            (
                Platform::Telegram,
                json!({ "reply_parameters": { "message_id": "seven" } }),
            ),
            (Platform::Mastodon, json!({ "status": "nobody is named" })),
            (Platform::Mastodon, json!({ "visibility": "secret" })),
            (Platform::Slack, json!({ "channel": "general" })),
            (Platform::Slack, json!({ "thread_ts": "1355517523" })),
            (Platform::Line, json!({ "messages": [] })),
            (Platform::Line, json!({ "text": "not in a message" })),
            (
                Platform::Linkedin,
                json!({ "parentComment": "urn:li:comment:(urn:li:activity:7,9)" }),
            ),
            (Platform::Linkedin, json!({ "text": "not in a message" })),
            (Platform::Viber, json!({ "sender": {} })),
            (Platform::Viber, json!({ "type": "picture" })),
            (Platform::Bluesky, post(&"👨‍👩‍👧".repeat(301))),
            (
                Platform::Bluesky,
                json!({ "collection": "app.bsky.feed.like" }),
            ),
            (Platform::Zendesk, json!({ "ticket": {} })),
        ] {
            assert!(taken(platform, &json!({})), "{platform}");
            assert!(!taken(platform, &wrong), "{platform}: {wrong}");
        }
        assert!(taken(Platform::Bluesky, &post(&"é".repeat(300))));
    }

    #[test]
    fn a_text_of_the_limit_is_taken_and_the_channel_refuses_far_longer_ones() {
        for (platform, account, reply_to, credential, _) in REPLIES {
            let reply = (platform, account, reply_to, credential);
            for public in [true, false] {
                let limit = platform::limit(platform, public).max;
                let judged = judged(reply, &"a".repeat(limit), |_| {});
                assert_eq!(judged.why, None, "{platform} {limit}");
            }
            let judged = judged(reply, &"a".repeat(70_000), |_| {});
            assert!(judged.why.is_some(), "{platform}");
            let outcome = outcome(platform, &judged);
            assert!(
                matches!(outcome, Outcome::Refused { .. }),
                "{platform}: {outcome:?}"
            );
        }
    }

    #[test]
    fn other_calls_are_none_of_theirs() {
        let headers = [];
        let call = Call {
            method: "POST",
            host: "api.x.com",
            path: "/2/tweets",
            query: "",
            authorization: None,
            content_type: None,
            headers: &headers,
            body: b"{}",
        };
        assert_eq!(judge(&call, "77"), None);
        let call = Call {
            host: "graph.facebook.com",
            path: "/v25.0/1/messages",
            ..call
        };
        assert_eq!(judge(&call, "77"), None);
    }
}
