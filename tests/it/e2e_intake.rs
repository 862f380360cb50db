//! What gets in on the real runtime, and what does not.

use crate::rig::{Held, PLEA, Rig, Said, assert_recounted, now_ms, post_id, until};
use heard::lab::simulate::delivery::Simulated;
use heard::post::Platform;
use heard::signature::scheme::Scheme;
use heard::signature::sign::sign;
use heard::signature::{Key, hmac_base64};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn handshakes_are_answered() {
    let rig = Rig::start().await;
    let get = async |path: String| {
        let response = rig
            .client
            .get(rig.url(&path).unwrap())
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let key = Key::new(rig.secrets["X_CONSUMER_SECRET"].as_bytes()).unwrap();
    let (status, body) = get("/webhooks/x-main?crc_token=ab%2Bc%20d&nonce=1".into()).await;
    let want = format!("sha256={}", hmac_base64(&key, b"ab+c d"));
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, body["response_token"].as_str()),
        (200, Some(want.as_str()))
    );

    let token = &rig.secrets["META_VERIFY_TOKEN"];
    let meta = |token: &str| {
        format!(
            "/webhooks/meta-main?hub.mode=subscribe&hub.challenge=11%2622&hub.verify_token={token}"
        )
    };
    assert_eq!(get(meta(token)).await, (200, "11&22".into()));
    assert_eq!(get(meta("guess")).await, (403, String::new()));
    assert_eq!(
        get("/webhooks/meta-main".into()).await,
        (400, String::new())
    );
    assert_eq!(get("/webhooks/x-main".into()).await, (400, String::new()));
    assert_eq!(
        get("/webhooks/nobody?crc_token=1".into()).await,
        (404, String::new())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_leaves_no_trace() {
    let rig = Rig::start().await;
    let id = post_id();
    let (app, body) = rig.written(&Said::x("7", &id, PLEA));
    let signed = rig.sign(&app, &body);
    let (name, value) = signed[0].clone();
    let other = rig.sign("meta-main", &body);
    let with = |value: &str| vec![(name.clone(), value.to_owned())];
    let mut changed = value.clone().into_bytes();
    changed[12] = if changed[12] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    for (what, headers) in [
        ("missing", vec![]),
        ("of another scheme", other),
        ("empty", with("")),
        ("wrong", with(&changed)),
        ("truncated", with(&value[..value.len() - 4])),
        ("without its prefix", with(&value[7..])),
        ("doubled", vec![signed[0].clone(), signed[0].clone()]),
        ("doubled in one", with(&format!("{value}, {value}"))),
    ] {
        let response = rig.webhook(&app, &headers, body.clone()).await.unwrap();
        let status = response.status();
        assert_eq!(
            (status.as_u16(), response.text().await.unwrap().as_str()),
            (401, ""),
            "{what}"
        );
    }
    // One byte of the body is another body.
    let mut other = body.clone();
    *other.last_mut().unwrap() = b' ';
    let response = rig.webhook(&app, &signed, other).await.unwrap();
    assert_eq!(response.status(), 401);
    // Signed an hour ago, by a scheme that signs the time.
    let key = rig.config().app("forum").unwrap().keys[0].clone();
    let then = now_ms() / 1_000 - 3_600;
    let stale = sign(Scheme::Standard, &key, "m", then, b"{}");
    let response = rig.webhook("forum", &stale, "{}").await.unwrap();
    assert_eq!(response.status(), 401);

    // Not so much as a database was made.
    let disk = rig.disk();
    assert_eq!(disk, Vec::<String>::new());
    assert!(rig.sandbox.sent().is_empty());
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(backlog["posts"]["received"], 0);
    assert_eq!(
        rig.deliver(&app, &body).await,
        200,
        "the delivery itself was good"
    );
    let log = rig.log();
    for why in [
        "missing_header",
        "wrong_length",
        "bad_prefix",
        "doubled_header",
        "mismatch",
        "too_old",
    ] {
        assert!(log.contains(why), "{why} is not in the log");
    }
    assert!(!log.contains(&value), "a signature is in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_delivery_fifty_times_at_once_is_one_record_and_one_acknowledgment() {
    let rig = Rig::start().await;
    let id = post_id();
    let (app, body) = rig.written(&Said::x("7", &id, PLEA));
    let headers = rig.sign(&app, &body);
    let all = (0..50).map(|_| rig.webhook(&app, &headers, body.clone()));
    for response in futures(all).await {
        assert_eq!(response.unwrap().status(), 200);
    }
    let holding = rig.ack(&format!("x:{id}"), "sent").await;
    assert_eq!(holding["posts"].as_array().unwrap().len(), 1);
    assert_eq!(holding["posts"][0]["copies"], 49);
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(
        (
            &backlog["open"],
            &backlog["posts"]["received"],
            &backlog["duplicates"]
        ),
        (&1.into(), &1.into(), &49.into())
    );
    assert_eq!(rig.sandbox.sent().len(), 1);
    assert_recounted(&rig);
}

/// All of them at once.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures_util::future::join_all(all).await
}

/// Deliveries that come at the same time are answered together, and one of them sees to it. Callers who
/// hang up at any moment, that one among them, cost the others nothing.
#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_takes_nobody_along() {
    let rig = Rig::start().await;
    let calm = "@NorthlineRail when does the last train leave";
    let ids: Vec<String> = (0..200).map(|_| post_id()).collect();
    let signed: Vec<_> = ids
        .iter()
        .map(|id| {
            let (app, body) = rig.written(&Said::x(id, id, calm));
            let headers = rig.sign(&app, &body);
            (app, headers, body)
        })
        .collect();
    let (patient, hasty) = signed.split_at(120);
    let stay = futures(patient.iter().map(async |(app, headers, body)| {
        let response = rig.webhook(app, headers, body.clone()).await.unwrap();
        assert_eq!(response.status(), 200);
    }));
    let leave = futures(
        hasty
            .iter()
            .zip(0..)
            .map(async |((app, headers, body), n)| {
                let path = format!("/webhooks/{app}");
                let patience = Duration::from_millis(n % 12);
                rig.send_and_hang_up(&path, headers, body, patience).await;
            }),
    );
    tokio::join!(stay, leave);
    // What the platforms of the hasty ones would do.
    for (app, headers, body) in hasty {
        let response = rig.webhook(app, headers, body.clone()).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(backlog["posts"]["received"], 200);
    assert_recounted(&rig);
}

/// Deliveries that come together share a transaction. One that the storage refuses is refused alone, and is
/// good once the storage takes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_delivery_fails_alone() {
    let rig = Rig::start().await;
    let calm = "@NorthlineRail when does the last train leave";
    rig.event(&Said::x("7", &post_id(), calm)).await;
    rig.kill();
    rig.disturb(
        "CREATE TRIGGER poison BEFORE INSERT ON post WHEN NEW.id LIKE '%13'
BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
    );
    rig.restart().await;
    let first: u64 = post_id().parse().unwrap();
    let ids: Vec<String> = (0..200).map(|n| (first + n).to_string()).collect();
    let all = futures(ids.iter().map(async |id| {
        let (app, body) = rig.written(&Said::x(id, id, calm));
        let headers = rig.sign(&app, &body);
        let response = rig.webhook(&app, &headers, body).await.unwrap();
        (id, response.status().as_u16())
    }));
    let mut poisoned = Vec::new();
    for (id, status) in all.await {
        assert_eq!(status, if id.ends_with("13") { 503 } else { 200 }, "{id}");
        poisoned.extend(id.ends_with("13").then_some(id));
    }
    assert_eq!(poisoned.len(), 2);
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(backlog["posts"]["received"], 199);
    assert_recounted(&rig);

    rig.disturb("DROP TRIGGER poison");
    rig.restart().await;
    for id in poisoned {
        rig.event(&Said::x(id, id, calm)).await;
    }
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(backlog["posts"]["received"], 201);
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_post_through_two_event_types_is_one_record() {
    let rig = Rig::start().await;
    let id = post_id();
    // X tells of a mention by its Activity API and by the older Account Activity.
    rig.event(&Said::x("7", &id, PLEA)).await;
    let older = json!({"for_user_id": "4200000001", "tweet_create_events": [{
        "id_str": id, "text": PLEA, "user": {"id_str": "7", "name": "Ada", "screen_name": "ada"},
        "timestamp_ms": now_ms().to_string(),
        "entities": {"user_mentions": [{"id_str": "4200000001", "screen_name": "NorthlineRail"}]},
    }]});
    assert_eq!(
        rig.deliver("x-main", older.to_string().as_bytes()).await,
        200
    );
    // And Facebook of a comment as one in the feed and as a mention, in one delivery.
    let comment = json!({"item": "comment", "verb": "add", "post_id": "4200000002_9001", "comment_id": "9001_5",
        "created_time": now_ms() / 1_000, "message": PLEA, "from": {"id": "8", "name": "Bo"}});
    let both = json!({"object": "page", "entry": [{"id": "4200000002", "time": now_ms() / 1_000, "changes": [
        {"field": "feed", "value": comment}, {"field": "mention", "value": comment}]}]});
    assert_eq!(
        rig.deliver("meta-main", both.to_string().as_bytes()).await,
        200
    );
    for post in [format!("x:{id}"), "facebook:9001_5".into()] {
        let holding = rig.ack(&post, "sent").await;
        assert_eq!(holding["posts"].as_array().unwrap().len(), 1);
        assert_eq!(holding["posts"][0]["copies"], 1, "{post}");
    }
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(
        (&backlog["posts"]["received"], &backlog["duplicates"]),
        (&2.into(), &2.into())
    );
    assert_eq!(rig.sandbox.sent().len(), 2);
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_updates_with_bad_ones_among_them_lose_none() {
    let rig = Rig::start().await;
    let first: i64 = post_id().parse().unwrap();
    let mut changes: Vec<Value> = (0..990)
        .map(|n| {
            json!({"field": "feed", "value": {
                "item": "comment", "verb": "add", "post_id": "4200000002_9001", "comment_id": format!("9001_{}", first + n),
                "created_time": now_ms() / 1_000, "message": if n % 33 == 0 { PLEA } else { "Is the 8:04 on time?" },
                "from": {"id": format!("{}", 50_000 + n), "name": "Ada"}}})
        })
        .collect();
    for (place, bad) in [
        json!(null),
        json!("text"),
        json!({"field": "feed"}),
        json!({"field": "feed", "value": {"item": "comment", "verb": "add", "message": "no id"}}),
        json!({"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": {"deep": [[[]]]}, "message": 5}}),
        json!({"field": "hologram", "value": {"id": "1"}}),
        json!({"field": "feed", "value": {"item": "tesseract", "verb": "add", "post_id": "1_2"}}),
        json!({"field": "feed", "value": {"item": "reaction", "verb": "add", "post_id": "1_2", "from": {"id": "1"}}}),
        json!({"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": "9001_1", "post_id": "1_2", "from": {"id": "4200000002"}, "message": "us"}}),
    ]
    .into_iter()
    .enumerate()
    {
        changes.insert(place * 100, bad);
    }
    let mut entries =
        vec![json!({"id": "4200000002", "time": now_ms() / 1_000, "changes": changes})];
    // An account that no source names.
    entries.push(json!({"id": "99", "time": now_ms() / 1_000, "changes": [{"field": "feed", "value": {
        "item": "post", "verb": "add", "post_id": "99_1", "from": {"id": "1"}, "message": "whose?"}}]}));
    let body = json!({"object": "page", "entry": entries}).to_string();
    assert_eq!(rig.deliver("meta-main", body.as_bytes()).await, 200);
    let ana = rig.agent("ana");
    let backlog = ana.backlog().await;
    assert_eq!(
        (&backlog["open"], &backlog["posts"]["received"]),
        (&990.into(), &990.into()),
        "{backlog}"
    );
    assert_eq!(
        backlog["ignored"],
        json!({"malformed": 5, "unknown_kind": 2, "not_a_post": 1, "own": 1, "no_source": 1})
    );
    // All thirty are sent: a slice by the Worker, the rest by the alarm.
    until("all acknowledgments", async || {
        let acks = ana.backlog().await["acks"].clone();
        (acks["sent"] == 30).then_some(()).ok_or(acks.to_string())
    })
    .await;
    assert_eq!(rig.sandbox.sent().len(), 30);
    // Once more, as a platform does that did not hear the answer.
    assert_eq!(rig.deliver("meta-main", body.as_bytes()).await, 200);
    let backlog = ana.backlog().await;
    assert_eq!(
        (&backlog["open"], &backlog["duplicates"]),
        (&990.into(), &990.into())
    );
    // Of one that carries more than is read, the first 4,000 are, and that there were more is counted.
    let mut updates: Vec<Value> = (0..4_001)
        .map(|_| json!({"field": "feed", "value": {}}))
        .collect();
    updates[0] = json!({"field": "feed", "value": {"item": "post", "verb": "add", "post_id": "4200000002_first",
        "from": {"id": "31"}, "message": "it is the first of many"}});
    let body = json!({"object": "page", "entry": [{"id": "4200000002", "changes": updates}]});
    assert_eq!(
        rig.deliver("meta-main", body.to_string().as_bytes()).await,
        200
    );
    let backlog = ana.backlog().await;
    assert_eq!(backlog["ignored"]["too_many"], 1, "{backlog}");
    assert_eq!(
        (&backlog["open"], &backlog["ignored"]["unreadable"]),
        (&991.into(), &Value::Null)
    );
    assert_eq!(rig.sandbox.sent().len(), 30);
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_past_the_cap_is_refused_however_it_is_sent() {
    let mut table = crate::rig::shipped();
    table["limits"] = json!({"body_bytes": 4_096});
    let secrets = crate::rig::secrets(&table);
    let rig = Rig::with(table, secrets).await;
    for (length, status) in [(4_096, 200), (4_097, 413), (1 << 20, 413)] {
        let mut body = br#"{"object":"page","entry":[]}"#.to_vec();
        body.resize(length, b' ');
        assert_eq!(rig.deliver("meta-main", &body).await, status, "{length}");
        // In pieces, its length unsaid.
        let headers = rig.sign("meta-main", &body);
        let pieces: Vec<_> = body
            .chunks(1_000)
            .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()))
            .collect();
        let stream = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
        match rig.webhook("meta-main", &headers, stream).await {
            Ok(response) => {
                let said = response.status().as_u16();
                assert_eq!(
                    (said, response.text().await.unwrap().as_str()),
                    (status, ""),
                    "{length}"
                );
            }
            // The rest of a body that nobody reads may find the connection closed.
            Err(why) => assert!(status == 413 && why.is_request(), "{length}: {why:?}"),
        }
    }
    // The agents' API has its own cap, and says so.
    let ana = rig.agent("ana");
    let (status, problem) = ana
        .post("/v1/preview", json!({"text": "a".repeat(300 * 1024)}))
        .await;
    assert_eq!((status, &problem["code"]), (413, &json!("too_large")));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_unknown_kinds_are_answered_and_counted() {
    let rig = Rig::start().await;
    let id = post_id();
    let mut kinds = 0;
    let sources = &rig.config().sources;
    assert!(
        sources.len() >= 5,
        "the shipped configuration has a source on each platform"
    );
    for platform in sources.iter().map(|source| source.platform) {
        let said = Said {
            platform,
            event: Simulated::Unknown,
            author: "7",
            id: &id,
            text: "?",
        };
        rig.event(&said).await;
        kinds += 1;
        let backlog = rig.agent("ana").backlog().await;
        assert_eq!(backlog["ignored"]["unknown_kind"], kinds, "{platform}");
    }
    for (platform, event) in [
        (Platform::X, Simulated::Own),
        (Platform::Facebook, Simulated::Own),
        (Platform::Messenger, Simulated::Signal),
    ] {
        rig.event(&Said {
            platform,
            event,
            author: "7",
            id: &id,
            text: "?",
        })
        .await;
    }
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(
        backlog["ignored"],
        json!({"unknown_kind": kinds, "own": 2, "not_a_post": 1})
    );
    assert_eq!(
        (&backlog["open"], &backlog["posts"]["received"]),
        (&0.into(), &0.into())
    );
    // Signed, and no document of the platform.
    let unreadable = ["", "null", "[]", "{}", "\u{0}", "{\"object\":"];
    for body in unreadable {
        assert_eq!(
            rig.deliver("meta-main", body.as_bytes()).await,
            200,
            "{body:?}"
        );
    }
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(backlog["ignored"]["unreadable"], json!(unreadable.len()));
    assert!(rig.sandbox.sent().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_secret_closes_its_own_app_and_no_other() {
    let table = crate::rig::shipped();
    let mut secrets = crate::rig::secrets(&table);
    secrets.remove("X_CONSUMER_SECRET");
    secrets.remove("REPLY_TOKEN__FB_NORTHLINE");
    let rig = Rig::with(table, secrets).await;
    let response = rig.webhook("x-main", &[], "{}").await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.text().await.unwrap().as_str()
        ),
        (503, "")
    );
    let response = rig
        .client
        .get(rig.url("/webhooks/x-main?crc_token=1").unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    let ready = rig.ready().await;
    let keys: Vec<_> = ready["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["key"].as_str().unwrap())
        .collect();
    assert_eq!(
        (&ready["ready"], keys),
        (
            &json!(false),
            vec!["X_CONSUMER_SECRET", "REPLY_TOKEN__FB_NORTHLINE"]
        ),
        "{ready}"
    );
    // The other app takes in; the source without a credential gives its posts to people only.
    let (author, text) = (
        "7",
        "Your train is stuck for 4 hours, no water, kids crying, help",
    );
    let id = post_id();
    let comment = Said {
        platform: Platform::Facebook,
        event: Simulated::Made,
        author,
        id: &id,
        text,
    };
    rig.event(&comment).await;
    let holding = rig.holding(&format!("facebook:9001_{id}")).await;
    assert_eq!(
        (&holding["posts"][0]["ack"], &holding["ack"]),
        (&json!("no_credential"), &Value::Null),
        "{holding}"
    );
    rig.event(&Said {
        platform: Platform::Messenger,
        ..comment
    })
    .await;
    rig.ack(&format!("messenger:m_{id}"), "sent").await;
    // An agent who replies there hears why it does not go out.
    let ana = rig.agent("ana");
    let held = Held::of(
        ana.claim(json!({"platforms": ["facebook"]}))
            .await
            .remove(0),
    );
    let (status, said) = ana.reply(&held, "k", "Hello?").await;
    assert!(
        status == 409 && said["code"] == "no_credential",
        "{status} {said}"
    );
    assert_eq!(rig.sandbox.sent().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_key_nobody_gets_in_and_everything_else_works() {
    let table = crate::rig::shipped();
    let mut secrets = crate::rig::secrets(&table);
    secrets.insert("TOKEN_KEY".into(), "too-short".into());
    let rig = Rig::with(table, secrets).await;
    let (status, problem) = rig.agent("ana").post("/v1/claims", json!({})).await;
    assert_eq!((status, &problem["code"]), (401, &json!("unauthorized")));
    let id = post_id();
    rig.event(&Said::x("7", &id, PLEA)).await;
    until("the acknowledgment", async || {
        (rig.sent_to(&id).len() == 1)
            .then_some(())
            .ok_or("none".into())
    })
    .await;
}

/// A signed secret in rotation: both the new and the old one sign.
#[tokio::test(flavor = "multi_thread")]
async fn old_and_new_secrets_both_hold_during_a_rotation() {
    let table = crate::rig::shipped();
    let mut secrets = crate::rig::secrets(&table);
    secrets.insert(
        "X_CONSUMER_SECRET".into(),
        "new-secret-of-x old-secret-of-x".into(),
    );
    let rig = Rig::with(table, secrets).await;
    for (key, status) in [
        ("new-secret-of-x", 200),
        ("old-secret-of-x", 200),
        ("new-secret-of-x old-secret-of-x", 401),
        ("older-secret-of-x", 401),
    ] {
        let (app, body) = rig.written(&Said::x("7", &post_id(), PLEA));
        let key = Key::new(key.as_bytes()).unwrap();
        let headers = sign(Scheme::X, &key, "", 0, &body);
        assert_eq!(
            rig.webhook(&app, &headers, body)
                .await
                .unwrap()
                .status()
                .as_u16(),
            status
        );
    }
}
