//! What goes out to a platform, and what its answer means.

use heard::platform::{Answer, Outcome, ReplyTo, outcome, reply};
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
        (200, error(190, 463), refused("credential:190")),
        (400, error(190, 463), refused("credential:190")),
        (401, error(190, 0), refused("credential:190")),
        (400, error(104, 0), refused("credential:104")),
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
        (401, String::new(), refused("credential:401")),
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
        (403, legacy(326, "locked"), refused("credential:326")),
        (403, legacy(385, "gone"), refused("gone:385")),
        (
            403,
            problem(403, "something new"),
            refused("not_allowed:403"),
        ),
        (403, String::new(), refused("not_allowed:403")),
        (400, legacy(186, "too long"), refused("too_long:186")),
        (400, problem(400, "bad"), refused("bad_request:400")),
        (401, problem(401, "Unauthorized"), refused("credential:401")),
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
        (401, "", refused("credential:401")),
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
