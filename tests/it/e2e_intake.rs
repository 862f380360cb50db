//! What gets in on the real runtime, and what does not.

use crate::rig::{PLEA, Rig, Said, assert_recounted, now_ms, post_id};
use heard::signature::{Key, Scheme, hmac_base64, sign};

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
