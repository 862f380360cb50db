//! Every platform on the real runtime: its handshake, a signed complaint and the acknowledgment that
//! arrives where its API is, and what its rules keep from being answered.

use crate::rig::{Rig, Said, assert_recounted, now_ms, post_id, until};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use heard::config::Source;
use heard::config::secrets::credential_name;
use heard::lab::sandbox::{Behaviour, Fate, Sent};
use heard::lab::simulate::delivery::{Delivery, Simulated};
use heard::lab::simulate::{body, said_in_headers};
use heard::platform::{Event, of_account, parse, scheme_of};
use heard::post::Platform;
use heard::signature::{Headers, Key, hmac_hex};
use serde_json::{Value, json};

/// What nobody can leave unanswered.
const PLEA: &str =
    "stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything";

/// A delivery, ready to be sent.
struct Written {
    source: Source,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// The post's key in the ledger.
    post: String,
}

impl Rig {
    /// The source of a platform in the shipped configuration.
    fn source_on(&self, platform: Platform) -> Source {
        let config = self.config();
        let found = config.sources.iter().find(|s| s.platform == platform);
        found.unwrap().clone()
    }

    /// A complaint of `author` on a platform, as the platform would deliver it.
    fn complaint(&self, platform: Platform, author: &str, id: &str) -> Written {
        let source = self.source_on(platform);
        let text = match &source.handle {
            Some(handle) => format!("@{handle} {PLEA}"),
            None => PLEA.to_owned(),
        };
        let delivery = Delivery {
            platform,
            account: source.account.as_str(),
            handle: source.handle.as_deref(),
            author,
            text: &text,
            id,
            created_ms: now_ms(),
            event: Simulated::Made,
        };
        let body = body(&delivery).unwrap();
        let mut headers = self.sign(source.app.as_str(), &body);
        headers.extend(said_in_headers(&delivery));
        let updates = parse(scheme_of(platform), Headers::new(&headers), &body, now_ms());
        let mut event = updates.unwrap().remove(0).event;
        of_account(platform, &source.account, &mut event);
        let Event::Made { post } = event else {
            panic!("{platform}: {event:?}");
        };
        Written {
            post: format!("{platform}:{}", post.id),
            source,
            headers,
            body,
        }
    }

    /// Sends it; its status.
    async fn send(&self, written: &Written) -> u16 {
        let app = written.source.app.as_str();
        let response = self.webhook(app, &written.headers, written.body.clone());
        response.await.unwrap().status().as_u16()
    }
}

fn header<'s>(sent: &'s Sent, name: &str) -> &'s str {
    let found = sent.headers.iter().find(|(n, _)| n == name);
    found.map_or("", |(_, value)| value)
}

/// What the reply call of a platform must be, for a complaint of author 7001 with that id: method, host,
/// path, whom or what it answers.
fn expected(
    platform: Platform,
    id: &str,
    token: &str,
) -> (&'static str, &'static str, String, String) {
    let graph = |path: &str| format!("/{}/{path}", heard::platform::graph::GRAPH_VERSION);
    let comment = format!("urn:li:comment:(urn:li:activity:7094637247890620418,{id})");
    let activity = format!("urn%3Ali%3Aactivity%3A7094637247890620418%2C{id}");
    match platform {
        Platform::Facebook => {
            let to = format!("9001_{id}");
            (
                "POST",
                "graph.facebook.com",
                graph(&format!("{to}/comments")),
                to,
            )
        }
        Platform::Messenger => {
            let path = graph("4200000002/messages");
            ("POST", "graph.facebook.com", path, "7001".into())
        }
        Platform::Instagram => {
            let path = graph(&format!("{id}/replies"));
            ("POST", "graph.instagram.com", path, id.into())
        }
        Platform::X => ("POST", "api.x.com", "/2/tweets".into(), id.into()),
        Platform::Standard => {
            let path = "/api/replies".into();
            ("POST", "forum.northline.example", path, id.into())
        }
        Platform::Whatsapp => {
            let path = graph("4200000004/messages");
            ("POST", "graph.facebook.com", path, "7001".into())
        }
        Platform::Threads => {
            let path = "/v1.0/4200000005/threads".into();
            ("POST", "graph.threads.net", path, id.into())
        }
        Platform::Discourse => {
            let path = "/posts.json".into();
            ("POST", "community.northline.example", path, "10:2".into())
        }
        Platform::Telegram => {
            let path = format!("/bot{token}/sendMessage");
            ("POST", "api.telegram.org", path, "7001".into())
        }
        Platform::Mastodon => {
            let path = "/api/v1/statuses".into();
            ("POST", "social.northline.example", path, id.into())
        }
        Platform::Slack => {
            let path = "/api/chat.postMessage".into();
            ("POST", "slack.com", path, "C123ABC456".into())
        }
        Platform::Line => {
            let path = "/v2/bot/message/reply".into();
            ("POST", "api.line.me", path, format!("nHuyWiB7yP5Zw52F{id}"))
        }
        Platform::Linkedin => {
            let path =
                format!("/rest/socialActions/urn%3Ali%3Acomment%3A%28{activity}%29/comments");
            ("POST", "api.linkedin.com", path, comment)
        }
        Platform::Viber => {
            let path = "/pa/send_message".into();
            ("POST", "chatapi.viber.com", path, "7001==".into())
        }
        Platform::Bluesky => {
            let path = "/xrpc/com.atproto.repo.createRecord".into();
            let to = format!("at://did:plc:7001/app.bsky.feed.post/{id}");
            ("POST", "bsky.social", path, to)
        }
        Platform::Zendesk => {
            let path = "/api/v2/tickets/123.json".into();
            ("PUT", "northline.zendesk.example", path, "123".into())
        }
        Platform::Tiktok => panic!("its webhooks carry no posts"),
    }
}

/// Where a platform takes its credential, and how it is written there; `None` where it is in the path.
fn shown(platform: Platform, token: &str) -> Option<(&'static str, String)> {
    Some(match platform {
        Platform::Telegram => return None,
        Platform::Discourse => {
            let (_, key) = token.split_once(':').unwrap();
            ("api-key", key.to_owned())
        }
        Platform::Viber => ("x-viber-auth-token", token.to_owned()),
        Platform::Zendesk => ("authorization", format!("Basic {}", BASE64.encode(token))),
        _ => ("authorization", format!("Bearer {token}")),
    })
}

/// Every platform that carries posts.
fn with_posts() -> impl Iterator<Item = Platform> {
    Platform::ALL
        .into_iter()
        .filter(|platform| *platform != Platform::Tiktok)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_on_every_platform_is_acknowledged_by_its_own_call() {
    let rig = Rig::start().await;
    for platform in with_posts() {
        let id = post_id();
        let written = rig.complaint(platform, "7001", &id);
        let before = rig.sandbox.sent().len();
        assert_eq!(rig.send(&written).await, 200, "{platform}");
        let holding = rig.ack(&written.post, "sent").await;
        let arrived = rig.sandbox.sent().split_off(before);
        let [sent] = arrived.as_slice() else {
            panic!("{platform}: {arrived:?}");
        };
        // The sandbox judged the call by the platform's documentation: method, path, credential, fields,
        // length in the platform's own unit, tokens that are good once.
        assert_eq!(
            (sent.platform, sent.fate, sent.accepted, &sent.why),
            (platform.as_str(), Fate::Accepted, true, &None)
        );
        let token = &rig.secrets[&credential_name(&written.source.id)];
        let (method, host, path, to) = expected(platform, &id, token);
        assert_eq!(
            (
                sent.method.as_str(),
                sent.host.as_str(),
                &sent.path,
                &sent.to
            ),
            (method, host, &path, &to),
            "{platform}"
        );
        if let Some((name, value)) = shown(platform, token) {
            assert_eq!(header(sent, name), value, "{platform}");
        }
        let said = holding["ack"]["text"].as_str().unwrap();
        assert!(
            sent.text.ends_with(said),
            "{platform}: {} {said}",
            sent.text
        );
        // Where nobody is told of a reply that does not name him, it does.
        let named = sent.text.strip_suffix(said).unwrap();
        let name = if platform == Platform::Mastodon {
            "@7001 "
        } else {
            ""
        };
        assert_eq!(named, name, "{platform}");
        assert_eq!(holding["source"], written.source.id.as_str(), "{platform}");
        assert_eq!(holding["posts"][0]["ack"], "planned", "{platform}");

        // Delivered again it is the same post.
        assert_eq!(rig.send(&written).await, 200, "{platform}");
        assert_eq!(rig.holding(&written.post).await["posts"][0]["copies"], 1);
        assert_eq!(rig.sandbox.sent().len(), before + 1, "{platform}");
    }
    let secrets: Vec<&str> = rig.secrets.values().map(String::as_str).collect();
    rig.assert_hushed(&secrets);
    assert_recounted(&rig);
}

/// LINE gives two seconds, Slack and LinkedIn three: the platform has its 200 while the acknowledgment
/// is still under way, however slow its receiver is.
#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_is_answered_before_the_acknowledgment_has_arrived() {
    let rig = Rig::start().await;
    for platform in with_posts() {
        let written = rig.complaint(platform, "7002", &post_id());
        let before = rig.sandbox.sent().len();
        rig.sandbox.script([Behaviour::AcceptOnRelease]);
        assert_eq!(rig.send(&written).await, 200, "{platform}");
        // The reply call can not have ended: nothing lets it.
        rig.ack(&written.post, "sending").await;
        until("the call to reach the platform", async || {
            match rig.sandbox.sent().len() - before {
                1 => Ok(()),
                n => Err(n.to_string()),
            }
        })
        .await;
        rig.sandbox.release(1);
        rig.ack(&written.post, "sent").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_forbids_waits_for_a_person_under_the_rule_s_name() {
    let rig = Rig::start().await;
    let now_s = now_ms() / 1_000;
    let page = |value: Value| {
        json!({"object": "page", "entry": [{"id": "4200000002", "time": now_s,
            "changes": [{"field": "feed", "value": value}]}]})
    };
    let ts = format!("{now_s}.000005");
    let us = "did:plc:northline4200000009";
    let cases = [
        // Said about us without naming us: a filtered stream's webhook found it.
        (
            Platform::X,
            json!({"data": {"id": "41", "text": format!("Northline Rail: {PLEA}"), "author_id": "7003",
                    "created_at": "2026-11-22T10:00:00.000Z"},
                "includes": {"users": [{"id": "7003", "username": "ada", "name": "Ada"}]},
                "matching_rules": [{"id": "1", "tag": "4200000001"}]}),
            "x:41",
            "x.summoned",
        ),
        (
            Platform::X,
            json!({"for_user_id": "4200000001", "user_has_blocked": "false", "tweet_create_events": [{
                "id_str": "42", "text": format!("@NorthlineRail {PLEA}"), "reply_settings": "following",
                "user": {"id_str": "7003", "screen_name": "ada"}, "timestamp_ms": now_ms().to_string(),
                "entities": {"user_mentions": [{"id_str": "4200000001", "indices": [0, 14]}]}}]}),
            "x:42",
            "x.reply_restricted",
        ),
        (
            Platform::Facebook,
            page(
                json!({"item": "comment", "verb": "add", "comment_id": "9001_43", "post_id": "4200000002_9001",
                "created_time": now_s, "message": PLEA}),
            ),
            "facebook:9001_43",
            "facebook.absent_actor",
        ),
        (
            Platform::Messenger,
            json!({"object": "page", "entry": [{"id": "4200000002", "time": now_ms(), "standby": [{
                "sender": {"id": "7003"}, "recipient": {"id": "4200000002"}, "timestamp": now_ms(),
                "message": {"mid": "m_44", "text": PLEA}}]}]}),
            "messenger:m_44",
            "messenger.standby",
        ),
        (
            Platform::Slack,
            json!({"type": "event_callback", "team_id": "T0NORTHLINE", "event": {"type": "message",
                "channel": "C1", "channel_type": "channel", "user": "U7003", "text": PLEA, "ts": ts}}),
            &format!("slack:T0NORTHLINE/C1/{ts}"),
            "slack.not_addressed",
        ),
        (
            Platform::Line,
            json!({"destination": "U4200000006", "events": [{"type": "message", "mode": "standby",
                "timestamp": now_ms(), "source": {"type": "user", "userId": "U7003"},
                "message": {"id": "45", "type": "text", "text": PLEA}}]}),
            "line:U4200000006/45",
            "line.standby",
        ),
        (
            Platform::Bluesky,
            json!({"id": 1, "type": "record", "record": {"did": us, "collection": "app.bsky.feed.post",
                "rkey": "46", "action": "create", "cid": "bafy", "rev": "3kb3fge5lm32x",
                "record": {"$type": "app.bsky.feed.post", "text": "to nobody"}}}),
            "",
            "",
        ),
    ];
    for (platform, body, post, rule) in cases {
        let app = rig.source_on(platform).app;
        assert_eq!(
            rig.deliver(app.as_str(), body.to_string().as_bytes()).await,
            200
        );
        if rule.is_empty() {
            continue; // Our own post: counted below.
        }
        let holding = rig.holding(post).await;
        assert_eq!(holding["state"], "waiting", "{post}");
        assert!(holding["level"].as_i64().unwrap() >= 2, "{holding}");
        assert!(holding["ack"].is_null(), "{holding}");
        let id = post.split_once(':').unwrap().1;
        let views = holding["posts"].as_array().unwrap();
        let view = views.iter().find(|view| view["id"] == id).unwrap();
        assert_eq!(view["ack"], rule, "{post}");
        assert!(view["rule"]["says"].as_str().unwrap().len() > 20, "{view}");
        assert!(view["rule"]["source"].is_string() && view["rule"]["date"].is_string());
    }
    // TikTok's events are no posts; they are counted, each with its reason.
    let event = Said {
        platform: Platform::Tiktok,
        event: Simulated::Signal,
        author: "7003",
        id: "47",
        text: "",
    };
    rig.event(&event).await;
    let ignored = rig.agent("ana").backlog().await["ignored"].clone();
    assert_eq!(ignored, json!({"own": 1, "not_a_post": 1}));
    assert!(rig.sandbox.sent().is_empty(), "{:?}", rig.sandbox.sent());
    let preview = json!({"text": PLEA, "platform": "tiktok"});
    let shown = rig.agent("ana").post("/v1/preview", preview).await.1;
    assert_eq!(shown["ack"]["why"], "tiktok.no_posts", "{shown}");
    assert_eq!(shown["ack"]["rule"]["name"], "tiktok.no_posts", "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_platforms_ask_before_they_deliver_is_answered() {
    let rig = Rig::start().await;
    // LinkedIn asks every two hours, within three seconds.
    let code = "890e4665-4dfe-4ab1-b689-ed553bceeed0";
    let path = format!("/webhooks/linkedin-main?challengeCode={code}&applicationId=5");
    let answer = rig
        .client
        .get(rig.url(&path).unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let key = Key::new(rig.secrets["LINKEDIN_CLIENT_SECRET"].as_bytes()).unwrap();
    let answer: Value = answer.json().await.unwrap();
    let response = hmac_hex(&key, code.as_bytes());
    assert_eq!(
        answer,
        json!({"challengeCode": code, "challengeResponse": response})
    );

    let ask = async |app: &str, signed: bool, body: &Value, more: &[(&str, &str)]| {
        let body = body.to_string().into_bytes();
        let mut headers = match signed {
            true => rig.sign(app, &body),
            false => Vec::new(),
        };
        headers.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let answer = rig.webhook(app, &headers, body).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    // Slack's comes as a signed POST.
    let challenge = json!({"token": "x", "challenge": "3eZbrw1a", "type": "url_verification"});
    let answer = ask("slack-main", true, &challenge, &[]).await;
    assert_eq!(answer, (200, "3eZbrw1a".into()));
    let answer = ask("slack-main", false, &challenge, &[]).await;
    assert_eq!(answer, (401, String::new()));
    // The tests that the others send are deliveries like any other, and carry nothing.
    let instance = (
        "X-Discourse-Instance",
        "https://community.northline.example",
    );
    let ping = ("X-Discourse-Event", "ping");
    for (app, body, more) in [
        (
            "line-main",
            json!({"destination": "U4200000006", "events": []}),
            &[][..],
        ),
        (
            "viber-main",
            json!({"event": "webhook", "timestamp": 4_977_069_964_384_421_269_i64,
            "message_token": 1_478_683_725_125_i64}),
            &[],
        ),
        ("discourse-main", json!({"ping": "OK"}), &[instance, ping]),
        ("forum", json!({"type": "test"}), &[]),
        (
            "bluesky-main",
            json!({"id": 1, "type": "identity", "identity": {"did": "did:plc:1"}}),
            &[],
        ),
        (
            "zendesk-main",
            json!({"type": "zen:event-type:ticket.status_changed", "account_id": 1}),
            &[],
        ),
    ] {
        assert_eq!(
            ask(app, true, &body, more).await,
            (200, String::new()),
            "{app}"
        );
        assert_eq!(
            ask(app, false, &body, more).await,
            (401, String::new()),
            "{app}"
        );
    }
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(backlog["posts"]["received"], 0);
    assert_eq!(backlog["ignored"]["test"], 3);
}
