//! Credentials that a real account has, on the real runtime, against platforms that hold callers to
//! them: signatures, tokens that rotate, sessions; and what an operator sees when one is dead.

use crate::rig::{Held, PLEA, Rig, Said, assert_recounted, post_id, secrets, shipped, until};
use heard::lab::sandbox::{Behaviour, Sent};
use heard::lab::simulate::delivery::Simulated;
use heard::post::Platform;
use rusqlite::Connection;
use serde_json::{Value, json};

const X: &str = "REPLY_TOKEN__X_NORTHLINE";
const BLUESKY: &str = "REPLY_TOKEN__BLUESKY_NORTHLINE";

const OAUTH1: &str = "oauth1:ck-hush:cs-hush/+=:4200000001-hush:ts-hush";
const OAUTH2: &str = "oauth2:client:cs-hush:seed-hush";
const SESSION: &str = "session:northline.example:pass-hush";

/// The shipped configuration with this secret, which the platform knows.
async fn rig(name: &str, secret: &str) -> Rig {
    let table = shipped();
    let mut secrets = secrets(&table);
    secrets.insert(name.into(), secret.into());
    let rig = Rig::with(table, secrets).await;
    rig.sandbox.know(secret);
    rig
}

/// Somebody pleads on X; the post's id.
async fn plea(rig: &Rig, author: &str) -> String {
    let id = post_id();
    rig.event(&Said::x(author, &id, PLEA)).await;
    id
}

/// The calls to this path.
fn calls(rig: &Rig, path: &str) -> Vec<Sent> {
    let mut sent = rig.sandbox.sent();
    sent.retain(|sent| sent.path.ends_with(path));
    sent
}

/// Lets time pass for the tokens: what is not to be waited for is written into the object's storage.
async fn age(rig: &Rig, s: i64) {
    rig.kill();
    let aged = Connection::open(rig.accounts())
        .unwrap()
        .execute(
            "UPDATE token SET until_ms = until_ms - ?1, renew_ms = renew_ms - ?1,
               minted_ms = minted_ms - ?1, began_ms = began_ms - ?1,
               not_before_ms = not_before_ms - ?1",
            [s * 1_000],
        )
        .unwrap();
    assert_eq!(aged, 1);
    rig.restart().await;
}

async fn ready(rig: &Rig) -> Value {
    rig.ready().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_reply_is_taken_by_a_platform_that_checks_the_signature() {
    let rig = rig(X, OAUTH1).await;
    let first = plea(&rig, "7").await;
    rig.ack(&format!("x:{first}"), "sent").await;
    let second = plea(&rig, "8").await;
    rig.ack(&format!("x:{second}"), "sent").await;
    let sent = rig.sandbox.sent();
    assert_eq!(sent.len(), 2);
    for sent in &sent {
        let header = sent.authorization.as_deref().unwrap();
        assert!(header.starts_with("OAuth oauth_consumer_key=\"ck-hush\""));
        assert!(!header.contains("cs-hush") && !header.contains("ts-hush"));
    }
    assert_ne!(sent[0].authorization, sent[1].authorization);
    // Another account's secret does not get through: the check is one.
    rig.sandbox.revoke();
    rig.sandbox.know(&OAUTH1.replace("ts-hush", "ts-other"));
    let third = plea(&rig, "9").await;
    let holding = rig.ack(&format!("x:{third}"), "refused").await;
    assert_eq!(holding["ack"]["why"], "credential:401");
    rig.assert_hushed(&[PLEA]);
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotating_token_survives_the_runtime_and_is_renewed_before_it_ends() {
    let rig = rig(X, OAUTH2).await;
    let id = plea(&rig, "7").await;
    rig.ack(&format!("x:{id}"), "sent").await;
    assert_eq!(calls(&rig, "/oauth2/token").len(), 1);
    // Neither the isolate's memory nor the object's is needed.
    rig.restart().await;
    let id = plea(&rig, "8").await;
    rig.ack(&format!("x:{id}"), "sent").await;
    assert_eq!(calls(&rig, "/oauth2/token").len(), 1);
    // Nearly two hours later it is renewed, with the refresh token that came with it: the seed, brought
    // again, would revoke everything.
    age(&rig, 115 * 60).await;
    let id = plea(&rig, "9").await;
    rig.ack(&format!("x:{id}"), "sent").await;
    assert_eq!(calls(&rig, "/oauth2/token").len(), 2);
    assert!(rig.sandbox.sent().iter().all(|sent| sent.accepted));
    assert_eq!(ready(&rig).await["problems"], json!([]));
    rig.assert_hushed(&[PLEA, "x-access-", "x-refresh-"]);
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sends_at_once_renew_once() {
    let rig = rig(X, OAUTH2).await;
    let said = (0..5).map(|author| {
        let rig = &rig;
        async move { plea(rig, &format!("7{author}")).await }
    });
    for id in futures_util::future::join_all(said).await {
        rig.ack(&format!("x:{id}"), "sent").await;
    }
    assert_eq!(calls(&rig, "/oauth2/token").len(), 1);
    assert_eq!(calls(&rig, "/2/tweets").len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_platform_does_not_take_any_more_is_renewed_and_the_reply_sent_once() {
    let rig = rig(X, OAUTH2).await;
    let id = plea(&rig, "7").await;
    rig.ack(&format!("x:{id}"), "sent").await;
    age(&rig, 60).await;
    rig.sandbox.expire();
    let id = plea(&rig, "8").await;
    rig.ack(&format!("x:{id}"), "sent").await;
    let fates: Vec<_> = rig.sent_to(&id).iter().map(|sent| sent.accepted).collect();
    // The sandbox reads no further than the credential: its refusal names no post.
    assert_eq!(fates, [true]);
    let refused = calls(&rig, "/2/tweets")
        .into_iter()
        .filter(|sent| sent.status == Some(401));
    assert_eq!(refused.count(), 1);
    assert_eq!(calls(&rig, "/oauth2/token").len(), 2);
    assert_eq!(ready(&rig).await["ready"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_credential_is_an_alarm_and_its_posts_wait_for_people_until_it_is_replaced() {
    let mut rig = rig(X, OAUTH2).await;
    let id = plea(&rig, "7").await;
    rig.ack(&format!("x:{id}"), "sent").await;
    age(&rig, 60).await;
    rig.sandbox.revoke();

    let first = plea(&rig, "8").await;
    let holding = rig.ack(&format!("x:{first}"), "refused").await;
    assert_eq!(holding["ack"]["why"], "refused:invalid_request");
    assert_eq!(holding["state"], "waiting");
    // The next is not even tried.
    let calls_so_far = rig.sandbox.sent().len();
    let second = plea(&rig, "9").await;
    let holding = rig.holding(&format!("x:{second}")).await;
    assert_eq!(holding["posts"][0]["ack"], "credential_dead");
    assert_eq!(
        (&holding["ack"], &holding["state"]),
        (&Value::Null, &json!("waiting"))
    );

    let backlog = rig.agent("ana").backlog().await;
    let alarm = &backlog["alarms"][0];
    assert_eq!(
        (&alarm["what"], &alarm["source"], &alarm["stopped"]),
        (&json!("credential"), &json!("x-northline"), &json!(2)),
        "{backlog}"
    );
    let said = ready(&rig).await;
    assert_eq!(said["ready"], false);
    let problems = said["problems"].as_array().unwrap();
    assert!(
        !problems.is_empty() && problems.iter().all(|p| p["key"] == X),
        "{said}"
    );
    assert!(!said.to_string().contains("hush"), "{said}");

    // An agent is told, and the same key is good afterwards.
    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    let (status, problem) = ana.reply(&held, "key", "We are on our way.").await;
    assert_eq!(
        (status, &problem["code"], &problem["why"]),
        (
            409,
            &json!("credential_dead"),
            &json!("refused:invalid_request")
        )
    );
    assert_eq!(rig.sandbox.sent().len(), calls_so_far);

    let renewed = OAUTH2.replace("seed", "other");
    rig.sandbox.know(&renewed);
    rig.put_secret(X, &renewed).await;
    assert_eq!(ready(&rig).await["problems"], json!([]));
    assert_eq!(rig.agent("ana").backlog().await["alarms"], json!([]));
    let ana = rig.agent("ana");
    let (status, replied) = ana.reply(&held, "key", "We are on our way.").await;
    assert_eq!(
        (status, &replied["state"]),
        (200, &json!("sent")),
        "{replied}"
    );
    let id = plea(&rig, "10").await;
    rig.ack(&format!("x:{id}"), "sent").await;
    rig.assert_hushed(&[PLEA]);
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_token_that_expired_is_an_alarm_that_the_next_message_clears() {
    let rig = Rig::start().await;
    let unauthorized = || Behaviour::Answer {
        status: 401,
        headers: Vec::new(),
        body: r#"{"title":"Unauthorized"}"#.into(),
    };
    rig.sandbox.script([unauthorized()]);
    let id = plea(&rig, "7").await;
    let holding = rig.ack(&format!("x:{id}"), "refused").await;
    assert_eq!(holding["ack"]["why"], "credential:401");
    let said = ready(&rig).await;
    assert_eq!(said["problems"][0]["key"], X, "{said}");
    // Another source goes on.
    let other = post_id();
    rig.event(&Said {
        platform: Platform::Standard,
        ..Said::x("7", &other, PLEA)
    })
    .await;
    until("the other source's acknowledgment", async || {
        match rig.sent_to(&other).len() {
            1 => Ok(()),
            n => Err(format!("{n} calls")),
        }
    })
    .await;
    assert_eq!(
        rig.agent("ana").backlog().await["alarms"][0]["source"],
        "x-northline"
    );
    // An agent's reply that arrives says that all is well again.
    let ana = rig.agent("ana");
    let held = ana.claim(json!({"platforms": ["x"]})).await.remove(0);
    let (status, _) = ana
        .reply(&Held::of(held), "key", "We are on our way.")
        .await;
    assert_eq!(status, 200);
    assert_eq!(ready(&rig).await["problems"], json!([]));
    let id = plea(&rig, "8").await;
    rig.ack(&format!("x:{id}"), "sent").await;
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_on_the_way_is_asked_for_once_more_and_then_a_person_must_authorise_again() {
    let rig = rig(X, OAUTH2).await;
    // The platform grants, and its answer is cut: what it granted is lost.
    rig.sandbox.script([Behaviour::AcceptThenCut]);
    let id = plea(&rig, "7").await;
    let holding = rig.ack(&format!("x:{id}"), "refused").await;
    assert_eq!(holding["ack"]["why"], "lost:invalid_request");
    assert_eq!(calls(&rig, "/oauth2/token").len(), 2);
    assert_eq!(calls(&rig, "/2/tweets").len(), 0);
    let said = ready(&rig).await;
    assert_eq!(said["problems"][0]["key"], X, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_while_it_renews_is_told_from_one_that_never_did() {
    for (granted, state) in [(false, "sent"), (true, "refused")] {
        let rig = rig(X, OAUTH2).await;
        rig.sandbox.script([match granted {
            true => Behaviour::AcceptThenHang,
            false => Behaviour::Hang,
        }]);
        let id = plea(&rig, "7").await;
        until("the renewal", async || {
            match calls(&rig, "/oauth2/token").len() {
                1 => Ok(()),
                n => Err(format!("{n} renewals")),
            }
        })
        .await;
        // The acknowledgment's own sender dies with it: the next one tells how it ends.
        age(&rig, 60).await;
        assert_eq!(rig.sent_to(&id).len(), 0);
        let next = plea(&rig, "8").await;
        rig.ack(&format!("x:{next}"), state).await;
        assert_eq!(calls(&rig, "/oauth2/token").len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_opened_refreshed_and_opened_again() {
    let mut rig = rig(BLUESKY, SESSION).await;
    let plea = async |rig: &Rig, author: &str| {
        let id = post_id();
        let said = Said {
            platform: Platform::Bluesky,
            event: Simulated::Mention,
            ..Said::x(author, &id, PLEA)
        };
        rig.event(&said).await;
        let holding = until("the acknowledgment", async || {
            let all = rig
                .agent("finder")
                .get("/v1/interactions?platform=bluesky")
                .await;
            let newest = all["interactions"][0].clone();
            match newest["posts"][0]["id"].as_str() {
                Some(known)
                    if known.contains(&id)
                        && newest["ack"]["state"] != "planned"
                        && newest["ack"]["state"] != "sending" =>
                {
                    Ok(newest)
                }
                _ => Err(newest.to_string()),
            }
        });
        holding.await["ack"].clone()
    };
    assert_eq!(plea(&rig, "7").await["state"], "sent");
    assert_eq!(plea(&rig, "8").await["state"], "sent");
    let opened = |rig: &Rig| calls(rig, "createSession").len();
    let refreshed = |rig: &Rig| calls(rig, "refreshSession").len();
    assert_eq!((opened(&rig), refreshed(&rig)), (1, 0));
    age(&rig, 115 * 60).await;
    assert_eq!(plea(&rig, "9").await["state"], "sent");
    assert_eq!((opened(&rig), refreshed(&rig)), (1, 1));
    // The session is ended at the other side: the account is told by its own word, and another opened.
    age(&rig, 60).await;
    rig.sandbox.know(SESSION);
    assert_eq!(plea(&rig, "10").await["state"], "sent");
    assert_eq!((opened(&rig), refreshed(&rig)), (2, 2));
    // An app password that was revoked.
    age(&rig, 60).await;
    rig.sandbox.revoke();
    let ack = plea(&rig, "11").await;
    assert_eq!(
        (&ack["state"], &ack["why"]),
        (&json!("refused"), &json!("refused:AuthenticationRequired"))
    );
    assert_eq!(ready(&rig).await["problems"][0]["key"], BLUESKY);
    let renewed = SESSION.replace("pass", "word");
    rig.sandbox.know(&renewed);
    rig.put_secret(BLUESKY, &renewed).await;
    assert_eq!(plea(&rig, "12").await["state"], "sent");
    assert_eq!(ready(&rig).await["problems"], json!([]));
}
