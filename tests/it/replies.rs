//! What goes out to a platform, and what its answer means.

use heard::platform::{Answer, Method, Outcome, ReplyCall, ReplyTo, outcome, reply};
use heard::post::{AccountId, Platform};
use heard::signature::Key;
use serde_json::{Value, json};

const NOW_MS: i64 = 1_700_000_000_000;

/// The reply to `reply_to` as host and path, and body; by our account 42.
fn call(platform: Platform, reply_to: &str, token: &str) -> Option<(String, Value)> {
    let account = AccountId::new("42");
    let credential = Key::new(token).expect("a key");
    let to = ReplyTo {
        account: &account,
        reply_to,
        reply_url: Some("https://forum.example/replies"),
        credential: &credential,
        now_ms: 1_700_000_000_000,
    };
    let call = reply(platform, &to, "We hear you.")?;
    let authorization = ("Authorization".to_owned(), format!("Bearer {token}"));
    assert_eq!(call.headers, [authorization]);
    let body = serde_json::from_str(&call.body).expect("JSON");
    Some((call.url, body))
}

#[test]
fn each_reply_is_the_documented_call() {
    let graph = |path: &str| format!("https://graph.facebook.com/v25.0/{path}");
    let expected = [
        (
            Platform::Facebook,
            "1_2",
            graph("1_2/comments"),
            json!({ "message": "We hear you." }),
        ),
        (
            Platform::Messenger,
            "5001",
            graph("42/messages"),
            json!({ "recipient": { "id": "5001" }, "messaging_type": "RESPONSE",
                "message": { "text": "We hear you.", "metadata": "heard" } }),
        ),
        (
            Platform::Instagram,
            "comment:31",
            graph("31/replies"),
            json!({ "message": "We hear you." }),
        ),
        (
            Platform::Instagram,
            "comment:30:ada",
            graph("30/replies"),
            json!({ "message": "@ada We hear you." }),
        ),
        (
            Platform::Instagram,
            "mention:50:51",
            graph("42/mentions"),
            json!({ "media_id": "50", "comment_id": "51", "message": "We hear you." }),
        ),
        (
            Platform::Instagram,
            "mention:50",
            graph("42/mentions"),
            json!({ "media_id": "50", "message": "We hear you." }),
        ),
        (
            Platform::Instagram,
            "direct:7001",
            graph("42/messages"),
            json!({ "recipient": { "id": "7001" }, "message": { "text": "We hear you." } }),
        ),
        (
            Platform::X,
            "post:2080765813578191303",
            "https://api.x.com/2/tweets".into(),
            json!({ "text": "We hear you.",
                "reply": { "in_reply_to_tweet_id": "2080765813578191303" } }),
        ),
        (
            Platform::X,
            "dm:2222",
            "https://api.x.com/2/dm_conversations/with/2222/messages".into(),
            json!({ "text": "We hear you." }),
        ),
        (
            Platform::Standard,
            "8841",
            "https://forum.example/replies".into(),
            json!({ "account": "42", "in_reply_to": "8841", "text": "We hear you." }),
        ),
    ];
    for (platform, reply_to, url, body) in expected {
        assert_eq!(
            call(platform, reply_to, "token"),
            Some((url, body)),
            "{platform} {reply_to}"
        );
    }
    // A token of Instagram Login is good on Instagram's own host alone.
    let (url, _) = call(Platform::Instagram, "comment:31", "IGAAtoken").expect("a call");
    assert_eq!(url, "https://graph.instagram.com/v25.0/31/replies");
}

/// The call of a platform whose credential is no bearer token.
fn raw_call(platform: Platform, account: &str, reply_to: &str, credential: &str) -> ReplyCall {
    let account = AccountId::new(account);
    let credential = Key::new(credential).expect("a key");
    let to = ReplyTo {
        account: &account,
        reply_to,
        reply_url: Some("https://acme.zendesk.example"),
        credential: &credential,
        now_ms: NOW_MS,
    };
    reply(platform, &to, "We <hear> & you.").expect("a call")
}

fn header<'c>(call: &'c ReplyCall, name: &str) -> &'c str {
    let found = call.headers.iter().find(|(key, _)| key == name);
    found.map_or("", |(_, value)| value)
}

#[test]
fn each_of_the_other_platforms_gets_its_documented_call() {
    let call = raw_call(Platform::Whatsapp, "106", "to:1650:wamid.A=", "t");
    assert_eq!(call.url, "https://graph.facebook.com/v25.0/106/messages");
    let body = json!({ "messaging_product": "whatsapp", "recipient_type": "individual",
        "to": "1650", "context": { "message_id": "wamid.A=" }, "type": "text",
        "text": { "preview_url": false, "body": "We <hear> & you." } });
    assert_eq!(json_of(&call), body);
    let call = raw_call(Platform::Whatsapp, "106", "recipient:US.1:wamid.A=", "t");
    assert_eq!(json_of(&call)["recipient"], "US.1");
    assert_eq!(json_of(&call)["to"], Value::Null);

    let call = raw_call(Platform::Threads, "78901", "890", "t");
    assert_eq!(call.url, "https://graph.threads.net/v1.0/78901/threads");
    let body = json!({ "media_type": "TEXT", "text": "We <hear> & you.", "reply_to_id": "890",
        "auto_publish_text": true });
    assert_eq!(json_of(&call), body);

    let call = raw_call(Platform::Discourse, "forum.example", "10:2", "care:k3y");
    assert_eq!(call.url, "https://forum.example/posts.json");
    assert_eq!(
        (header(&call, "Api-Username"), header(&call, "Api-Key")),
        ("care", "k3y")
    );
    let body = json!({ "raw": "We <hear> & you.", "topic_id": 10, "reply_to_post_number": 2 });
    assert_eq!(json_of(&call), body);

    let call = raw_call(Platform::Telegram, "bot", "-1001234567890/7", "123:A_b-c");
    assert_eq!(
        call.url,
        "https://api.telegram.org/bot123:A_b-c/sendMessage"
    );
    let body = json!({ "chat_id": -1_001_234_567_890_i64, "text": "We <hear> & you.",
        "reply_parameters": { "message_id": 7, "allow_sending_without_reply": true } });
    assert_eq!(json_of(&call), body);
    for (reply_to, key, value) in [
        ("5/7/business/bc1", "business_connection_id", json!("bc1")),
        ("-1004/7/direct/31", "direct_messages_topic_id", json!(31)),
    ] {
        let call = raw_call(Platform::Telegram, "bot", reply_to, "123:A");
        assert_eq!(json_of(&call)[key], value);
        assert_eq!(json_of(&call)["reply_parameters"]["message_id"], 7);
    }
    let call = raw_call(Platform::Telegram, "bot", "guest/q1", "123:A");
    assert_eq!(
        call.url,
        "https://api.telegram.org/bot123:A/answerGuestQuery"
    );
    let body = json!({ "guest_query_id": "q1", "result": { "type": "article", "id": "1",
        "title": "Reply", "input_message_content": { "message_text": "We <hear> & you." } } });
    assert_eq!(json_of(&call), body);

    let call = raw_call(
        Platform::Mastodon,
        "m.example",
        "113:unlisted:al@far.example",
        "t",
    );
    assert_eq!(call.url, "https://m.example/api/v1/statuses");
    assert_eq!(header(&call, "Authorization"), "Bearer t");
    assert_eq!(header(&call, "Idempotency-Key").len(), 32);
    let body = json!({ "status": "@al@far.example We <hear> & you.", "in_reply_to_id": "113",
        "visibility": "unlisted" });
    assert_eq!(json_of(&call), body);

    let call = raw_call(Platform::Slack, "T1", "C1:1355517523.000005", "xoxb-1");
    assert_eq!(call.url, "https://slack.com/api/chat.postMessage");
    let body = json!({ "channel": "C1", "text": "We &lt;hear&gt; &amp; you.",
        "thread_ts": "1355517523.000005" });
    assert_eq!(json_of(&call), body);
    let call = raw_call(Platform::Slack, "T1", "D1:", "xoxb-1");
    assert_eq!(json_of(&call)["thread_ts"], Value::Null);

    let call = raw_call(
        Platform::Linkedin,
        "urn:li:organization:1",
        "urn:li:activity:7|urn:li:comment:(urn:li:activity:7,8)",
        "t",
    );
    assert_eq!(
        call.url,
        "https://api.linkedin.com/rest/socialActions/\
         urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A7%2C8%29/comments"
    );
    assert_eq!(header(&call, "X-Restli-Protocol-Version"), "2.0.0");
    let body = json!({ "actor": "urn:li:organization:1", "object": "urn:li:activity:7",
        "parentComment": "urn:li:comment:(urn:li:activity:7,8)",
        "message": { "text": "We <hear> & you." } });
    assert_eq!(json_of(&call), body);

    let call = raw_call(
        Platform::Viber,
        "A name that is longer than it may be",
        "a=",
        "tok",
    );
    assert_eq!(call.url, "https://chatapi.viber.com/pa/send_message");
    assert_eq!(header(&call, "X-Viber-Auth-Token"), "tok");
    let body = json!({ "receiver": "a=", "min_api_version": 1, "type": "text",
        "sender": { "name": "A name that is longer than i" }, "text": "We <hear> & you." });
    assert_eq!(json_of(&call), body);

    let above =
        r#"{"parent":{"cid":"c1","uri":"at://d/p/1"},"root":{"cid":"c0","uri":"at://d/p/0"}}"#;
    let call = raw_call(Platform::Bluesky, "did:plc:us", above, "jwt");
    assert_eq!(
        call.url,
        "https://acme.zendesk.example/xrpc/com.atproto.repo.createRecord"
    );
    let body = json!({ "repo": "did:plc:us", "collection": "app.bsky.feed.post", "record": {
        "$type": "app.bsky.feed.post", "text": "We <hear> & you.",
        "createdAt": "2023-11-14T22:13:20.000Z",
        "reply": serde_json::from_str::<Value>(above).expect("JSON") } });
    assert_eq!(json_of(&call), body);

    let call = raw_call(Platform::Zendesk, "77", "123", "a@b.example/token:x");
    assert_eq!(call.method, Method::Put);
    assert_eq!(
        call.url,
        "https://acme.zendesk.example/api/v2/tickets/123.json"
    );
    assert_eq!(
        header(&call, "Authorization"),
        "Basic YUBiLmV4YW1wbGUvdG9rZW46eA=="
    );
    let body = json!({ "ticket": { "comment": { "body": "We <hear> & you.", "public": true } } });
    assert_eq!(json_of(&call), body);
}

fn json_of(call: &ReplyCall) -> Value {
    serde_json::from_str(&call.body).expect("JSON")
}

#[test]
fn line_replies_within_the_token_s_life_and_pushes_after_it() {
    let young = format!("tok:{}:U2", NOW_MS - 45_000);
    let call = raw_call(Platform::Line, "Uus", &young, "t");
    assert_eq!(call.url, "https://api.line.me/v2/bot/message/reply");
    let messages = json!([{ "type": "text", "text": "We <hear> & you." }]);
    assert_eq!(
        json_of(&call),
        json!({ "replyToken": "tok", "messages": messages })
    );
    for late in [
        format!("tok:{}:U2", NOW_MS - 45_001),
        format!(":{NOW_MS}:U2"),
    ] {
        let call = raw_call(Platform::Line, "Uus", &late, "t");
        assert_eq!(call.url, "https://api.line.me/v2/bot/message/push");
        assert_eq!(json_of(&call), json!({ "to": "U2", "messages": messages }));
        let key = header(&call, "X-Line-Retry-Key").to_owned();
        assert_eq!(key.len(), 36);
        // The same call again has the same key, so that LINE takes it once.
        let again = raw_call(Platform::Line, "Uus", &late, "t");
        assert_eq!(header(&again, "X-Line-Retry-Key"), key);
    }
}

#[test]
fn the_other_platforms_answers() {
    let later = |after_s| Outcome::Later { after_s };
    let cases = [
        (
            Platform::Whatsapp,
            200,
            r#"{"messages":[{"id":"wamid.1"}]}"#,
            sent("wamid.1"),
        ),
        (
            Platform::Whatsapp,
            400,
            r#"{"error":{"code":131047}}"#,
            refused("window:131047"),
        ),
        (
            Platform::Whatsapp,
            400,
            r#"{"error":{"code":131056}}"#,
            later(None),
        ),
        (
            Platform::Whatsapp,
            400,
            r#"{"error":{"code":131026}}"#,
            refused("unavailable:131026"),
        ),
        (
            Platform::Whatsapp,
            400,
            r#"{"error":{"code":131000}}"#,
            unknown("code:131000"),
        ),
        (Platform::Threads, 200, r#"{"id":"9"}"#, sent("9")),
        (Platform::Discourse, 200, r#"{"id":15}"#, sent("15")),
        (
            Platform::Discourse,
            200,
            r#"{"action":"enqueued"}"#,
            Outcome::Sent { id: None },
        ),
        (Platform::Discourse, 200, "<html>", unknown("unreadable")),
        (
            Platform::Discourse,
            422,
            r#"{"errors":["Body is too similar"]}"#,
            refused("duplicate:422"),
        ),
        (
            Platform::Discourse,
            422,
            r#"{"errors":["closed"]}"#,
            refused("bad_request:422"),
        ),
        (
            Platform::Discourse,
            403,
            r#"{"errors":["The API username or key is invalid."]}"#,
            unauthorized("credential:403"),
        ),
        (
            Platform::Discourse,
            403,
            r#"{"error_type":"invalid_access"}"#,
            refused("not_allowed:403"),
        ),
        (
            Platform::Discourse,
            429,
            r#"{"extras":{"wait_seconds":37}}"#,
            later(Some(37)),
        ),
        (
            Platform::Telegram,
            200,
            r#"{"ok":true,"result":{"message_id":9}}"#,
            sent("9"),
        ),
        (Platform::Telegram, 200, "{}", unknown("unreadable")),
        (
            Platform::Telegram,
            429,
            r#"{"ok":false,"parameters":{"retry_after":8}}"#,
            later(Some(8)),
        ),
        (
            Platform::Telegram,
            403,
            r#"{"ok":false}"#,
            refused("not_allowed:403"),
        ),
        (
            Platform::Telegram,
            404,
            r#"{"ok":false}"#,
            unauthorized("credential:404"),
        ),
        (
            Platform::Telegram,
            400,
            r#"{"ok":false,"description":"Bad Request: chat not found"}"#,
            refused("gone:400"),
        ),
        (Platform::Mastodon, 200, r#"{"id":"5"}"#, sent("5")),
        (Platform::Mastodon, 422, "{}", refused("bad_request:422")),
        (
            Platform::Slack,
            200,
            r#"{"ok":true,"ts":"1.2"}"#,
            sent("1.2"),
        ),
        (
            Platform::Slack,
            200,
            r#"{"ok":false,"error":"not_in_channel"}"#,
            refused("not_allowed:not_in_channel"),
        ),
        (
            Platform::Slack,
            200,
            r#"{"ok":false,"error":"token_revoked"}"#,
            unauthorized("credential:token_revoked"),
        ),
        (
            Platform::Slack,
            200,
            r#"{"ok":false,"error":"ratelimited"}"#,
            later(None),
        ),
        (
            Platform::Slack,
            200,
            r#"{"ok":false,"error":"internal_error"}"#,
            unknown("error:internal_error"),
        ),
        (
            Platform::Slack,
            200,
            r#"{"ok":false,"error":"A B"}"#,
            refused("bad_request:other"),
        ),
        (Platform::Slack, 200, "ok", unknown("unreadable")),
        (
            Platform::Line,
            200,
            r#"{"sentMessages":[{"id":"7"}]}"#,
            sent("7"),
        ),
        (Platform::Line, 200, "{}", Outcome::Sent { id: None }),
        (
            Platform::Line,
            409,
            r#"{"sentMessages":[{"id":"7"}]}"#,
            sent("7"),
        ),
        (
            Platform::Line,
            400,
            r#"{"message":"Invalid reply token"}"#,
            refused("window:400"),
        ),
        (
            Platform::Line,
            429,
            r#"{"message":"You have reached your monthly limit."}"#,
            refused("quota:429"),
        ),
        (Platform::Line, 429, r#"{"message":"rate"}"#, later(None)),
        (Platform::Linkedin, 201, "", Outcome::Sent { id: None }),
        (Platform::Linkedin, 200, "", unknown("unreadable")),
        (Platform::Linkedin, 426, "", refused("version:426")),
        (
            Platform::Viber,
            200,
            r#"{"status":0,"message_token":5}"#,
            sent("5"),
        ),
        (
            Platform::Viber,
            200,
            r#"{"status":2}"#,
            unauthorized("credential:2"),
        ),
        (
            Platform::Viber,
            200,
            r#"{"status":6}"#,
            refused("not_allowed:6"),
        ),
        (Platform::Viber, 200, r#"{"status":12}"#, later(None)),
        (Platform::Viber, 200, r#"{"status":1}"#, unknown("status:1")),
        (Platform::Viber, 200, "", unknown("unreadable")),
        (
            Platform::Bluesky,
            200,
            r#"{"uri":"at://x","cid":"c"}"#,
            sent("at://x"),
        ),
        (
            Platform::Bluesky,
            400,
            r#"{"error":"ExpiredToken"}"#,
            unauthorized("credential:400"),
        ),
        (
            Platform::Bluesky,
            400,
            r#"{"error":"InvalidRequest"}"#,
            refused("bad_request:400"),
        ),
        (
            Platform::Zendesk,
            200,
            r#"{"ticket":{"id":1},"audit":{"id":2}}"#,
            sent("2"),
        ),
        (Platform::Zendesk, 422, "", refused("not_allowed:422")),
        (Platform::Zendesk, 200, "", unknown("unreadable")),
    ];
    for (platform, status, body, expected) in cases {
        assert_eq!(
            answered(platform, status, body),
            expected,
            "{platform} {status} {body}"
        );
    }
    for platform in Platform::ALL {
        assert_eq!(
            answered(platform, 500, "{}"),
            unknown("status:500"),
            "{platform}"
        );
        assert_eq!(
            answered(platform, 503, ""),
            unknown("status:503"),
            "{platform}"
        );
    }
}

#[test]
fn what_storage_can_not_have_meant_makes_no_call() {
    for (platform, reply_to) in [
        (Platform::Facebook, ""),
        (Platform::Facebook, ".."),
        (Platform::Messenger, ""),
        (Platform::Instagram, "31"),
        (Platform::Instagram, "comment:"),
        (Platform::Instagram, "hologram:31"),
        (Platform::X, "2080765813578191303"),
        (Platform::X, "post:"),
        (Platform::X, "post:12a"),
        (Platform::X, "dm:../x"),
        (Platform::X, "post:20807658135781913030"),
        (Platform::Whatsapp, "1650"),
        (Platform::Whatsapp, "to::wamid.A="),
        (Platform::Threads, ""),
        (Platform::Discourse, "10"),
        (Platform::Telegram, "here/7"),
        (Platform::Telegram, "5/7/hologram/1"),
        (Platform::Telegram, "5/7/direct/x"),
        (Platform::Mastodon, "113:public"),
        (Platform::Mastodon, "113:public:"),
        (Platform::Slack, ":1.2"),
        (Platform::Line, "tok:soon:U2"),
        (Platform::Line, "tok:1:"),
        (Platform::Linkedin, "urn:li:activity:7"),
        (Platform::Viber, ""),
        (Platform::Tiktok, "1"),
        (Platform::Bluesky, "{}"),
        (Platform::Zendesk, "12/../3"),
    ] {
        assert_eq!(
            call(platform, reply_to, "token"),
            None,
            "{platform} {reply_to}"
        );
    }
    // Ids that are no path stay inside their segment.
    let (url, _) = call(Platform::Facebook, "1/../me?x#y", "token").expect("a call");
    assert_eq!(
        url,
        "https://graph.facebook.com/v25.0/1%2F..%2Fme%3Fx%23y/comments"
    );
}

fn answered(platform: Platform, status: u16, body: &str) -> Outcome {
    let answer = Answer {
        status,
        retry_after: None,
        rate_limit_reset: None,
        body: body.as_bytes(),
    };
    outcome(platform, &answer, NOW_MS)
}

fn sent(id: &str) -> Outcome {
    Outcome::Sent {
        id: Some(id.into()),
    }
}

fn unauthorized(why: &str) -> Outcome {
    Outcome::Unauthorized { why: why.into() }
}

fn refused(why: &str) -> Outcome {
    Outcome::Refused { why: why.into() }
}

fn unknown(why: &str) -> Outcome {
    Outcome::Unknown { why: why.into() }
}

#[test]
fn graph_answers() {
    let later = Outcome::Later { after_s: None };
    let error = |code: i64, subcode: i64| {
        json!({ "error": { "message": "m", "type": "OAuthException", "code": code,
            "error_subcode": subcode, "fbtrace_id": "A" } })
        .to_string()
    };
    let cases = [
        (200, r#"{"id":"1_2"}"#.to_owned(), sent("1_2")),
        (
            200,
            r#"{"recipient_id":"5","message_id":"m_1"}"#.to_owned(),
            sent("m_1"),
        ),
        (
            200,
            r#"{"success":true}"#.to_owned(),
            Outcome::Sent { id: None },
        ),
        (200, "{}".to_owned(), unknown("unreadable")),
        (200, "<html>".to_owned(), unknown("unreadable")),
        (200, error(190, 463), unauthorized("credential:190")),
        (400, error(190, 463), unauthorized("credential:190")),
        (401, error(190, 0), unauthorized("credential:190")),
        (400, error(104, 0), unauthorized("credential:104")),
        // The token, whatever the code says besides: expired, password changed, app removed.
        (400, error(102, 463), unauthorized("credential:102")),
        (403, error(10, 460), unauthorized("credential:10")),
        (403, error(200, 458), unauthorized("credential:200")),
        (500, error(190, 463), unknown("status:500")),
        (403, error(10, 2_018_278), refused("window:10")),
        (403, error(10, 0), refused("not_allowed:10")),
        (403, error(200, 0), refused("not_allowed:200")),
        (400, error(100, 33), refused("gone:100")),
        (400, error(100, 0), refused("bad_request:100")),
        (400, error(368, 0), refused("blocked:368")),
        (400, error(506, 0), refused("duplicate:506")),
        (400, error(10_900, 0), refused("duplicate:10900")),
        (400, error(551, 0), refused("unavailable:551")),
        (400, error(4, 0), later.clone()),
        (403, error(32, 0), later.clone()),
        (400, error(613, 0), later.clone()),
        (400, error(80_001, 0), later.clone()),
        (429, String::new(), later),
        // Created all the same, seen in the wild.
        (400, error(20, 1_772_107), unknown("code:20")),
        (400, error(2, 0), unknown("code:2")),
        (500, error(1, 0), unknown("status:500")),
        (503, String::new(), unknown("status:503")),
        (401, String::new(), unauthorized("credential:401")),
        (404, "gone".to_owned(), refused("gone:404")),
        (400, "garbage".to_owned(), refused("bad_request:400")),
        (408, String::new(), unknown("status:408")),
        (302, String::new(), unknown("status:302")),
        (0, String::new(), unknown("status:0")),
    ];
    for platform in [Platform::Facebook, Platform::Messenger, Platform::Instagram] {
        for (status, body, expected) in &cases {
            let found = answered(platform, *status, body);
            assert_eq!(found, *expected, "{platform} {status} {body}");
        }
    }
}

#[test]
fn x_answers() {
    let problem = |status: u16, detail: &str| {
        json!({ "type": "about:blank", "title": "Forbidden", "detail": detail, "status": status })
            .to_string()
    };
    let legacy = |code: i64, message: &str| {
        json!({ "errors": [{ "code": code, "message": message }] }).to_string()
    };
    let cases = [
        (
            201,
            r#"{"data":{"id":"5","text":"t"}}"#.to_owned(),
            sent("5"),
        ),
        (
            201,
            r#"{"data":{"dm_conversation_id":"1-2","dm_event_id":"6"}}"#.to_owned(),
            sent("6"),
        ),
        (
            200,
            r#"{"errors":[{"title":"Not Found"}]}"#.to_owned(),
            unknown("unreadable"),
        ),
        (200, "OK".to_owned(), unknown("unreadable")),
        (
            403,
            problem(
                403,
                "Reply to this conversation is not allowed because you have not been mentioned or \
                 otherwise engaged by the author of the post you are replying to.",
            ),
            refused("not_summoned:403"),
        ),
        (
            403,
            problem(
                403,
                "You can only reply to or quote posts where you are mentioned or are the author.",
            ),
            refused("not_summoned:403"),
        ),
        (
            403,
            problem(
                403,
                "You are not allowed to create a Tweet with duplicate content.",
            ),
            refused("duplicate:403"),
        ),
        (
            403,
            legacy(187, "Status is a duplicate."),
            refused("duplicate:187"),
        ),
        (
            403,
            legacy(433, "restricted"),
            refused("reply_restricted:433"),
        ),
        (403, legacy(326, "locked"), unauthorized("credential:326")),
        (403, legacy(385, "gone"), refused("gone:385")),
        (
            403,
            problem(403, "something new"),
            refused("not_allowed:403"),
        ),
        (403, String::new(), refused("not_allowed:403")),
        (400, legacy(186, "too long"), refused("too_long:186")),
        (400, problem(400, "bad"), refused("bad_request:400")),
        (
            401,
            problem(401, "Unauthorized"),
            unauthorized("credential:401"),
        ),
        (
            402,
            problem(402, "credits depleted"),
            refused("credits:402"),
        ),
        (404, String::new(), refused("gone:404")),
        (422, String::new(), refused("bad_request:422")),
        (408, String::new(), unknown("status:408")),
        (503, "over capacity".to_owned(), unknown("status:503")),
        (301, String::new(), unknown("status:301")),
    ];
    for (status, body, expected) in cases {
        assert_eq!(
            answered(Platform::X, status, &body),
            expected,
            "{status} {body}"
        );
    }
}

#[test]
fn standard_answers() {
    let cases = [
        (200, "", Outcome::Sent { id: None }),
        (202, r#"{"id":9}"#, sent("9")),
        (201, r#"{"data":{"id":"r1"}}"#, sent("r1")),
        (200, "{}", Outcome::Sent { id: None }),
        (200, "<html>log in</html>", unknown("unreadable")),
        (400, "", refused("bad_request:400")),
        (401, "", unauthorized("credential:401")),
        (403, "", refused("not_allowed:403")),
        (410, "", refused("gone:410")),
        (409, "", refused("duplicate:409")),
        (500, "", unknown("status:500")),
        (304, "", unknown("status:304")),
    ];
    for (status, body, expected) in cases {
        assert_eq!(
            answered(Platform::Standard, status, body),
            expected,
            "{status} {body}"
        );
    }
}

#[test]
fn how_long_to_wait_is_read_and_bounded() {
    let wait = |retry_after, rate_limit_reset| {
        let answer = Answer {
            status: 429,
            retry_after,
            rate_limit_reset,
            body: b"",
        };
        let waits = [Platform::X, Platform::Facebook, Platform::Standard]
            .map(|platform| outcome(platform, &answer, NOW_MS));
        assert!(waits.iter().all(|wait| *wait == waits[0]));
        match &waits[0] {
            Outcome::Later { after_s } => *after_s,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(wait(Some("30"), None), Some(30));
    assert_eq!(wait(Some(" 30 "), Some("1700000900")), Some(30));
    assert_eq!(wait(None, Some("1700000900")), Some(900));
    assert_eq!(wait(Some("Tue, 14 Nov 2023 22:14:20 GMT"), None), Some(60));
    assert_eq!(wait(Some("soon"), None), None);
    assert_eq!(wait(None, None), None);
    assert_eq!(wait(Some("-5"), None), Some(1));
    assert_eq!(wait(None, Some("1")), Some(1));
    assert_eq!(wait(Some("999999999"), None), Some(86_400));
    assert_eq!(wait(None, Some("9223372036854775807")), Some(86_400));
}
