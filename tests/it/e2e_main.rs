//! The main job on the real runtime, platform by platform: a signed complaint is acknowledged at once,
//! waits in the queue, and is claimed, answered and resolved over HTTP.

use crate::rig::{PLEA, Rig, Said, now_ms, post_id, until};
use heard::lab::sandbox::Fate;
use heard::lab::simulate::delivery::Simulated;
use heard::post::Platform;
use serde_json::{Value, json};

/// What a platform's own reply call must look like.
struct Call {
    host: &'static str,
    /// The path, with `{id}` for the post's id and `{author}` for its author's.
    path: String,
    source: &'static str,
}

/// The numbers of the backlog in one line: open, waiting, leased, done, acknowledgments sent.
async fn numbers(rig: &Rig) -> [i64; 5] {
    let backlog = rig.agent("watcher").backlog().await;
    let n = |at: &str| backlog.pointer(at).and_then(Value::as_i64).unwrap_or(0);
    [
        n("/open"),
        n("/waiting"),
        n("/leased"),
        n("/done"),
        n("/acks/sent"),
    ]
}

/// Takes one complaint from its webhook to its end. `post` is its key in the ledger, `to` what the
/// acknowledgment must answer.
async fn whole_job(rig: &Rig, app: &str, body: &[u8], post: &str, to: &str, call: &Call) {
    let [open, waiting, leased, done, sent] = numbers(rig).await;
    let before = rig.sandbox.sent().len();

    assert_eq!(rig.deliver(app, body).await, 200);
    let holding = rig.ack(post, "sent").await;
    let arrived = rig.sandbox.sent().split_off(before);
    assert_eq!(arrived.len(), 1, "{arrived:?}");
    let ack = &arrived[0];
    assert_eq!(
        (ack.fate, ack.accepted, &ack.why),
        (Fate::Accepted, true, &None)
    );
    assert_eq!(
        (ack.method.as_str(), ack.host.as_str()),
        ("POST", call.host)
    );
    assert_eq!(ack.path, call.path);
    assert_eq!(ack.to, to);
    assert_eq!(ack.text, holding["ack"]["text"].as_str().unwrap());
    let name = heard::config::secrets::credential_name(&heard::post::SourceId::new(call.source));
    let bearer = format!("Bearer {}", rig.secrets[&name]);
    assert_eq!(ack.authorization.as_ref(), Some(&bearer));
    assert_eq!(
        numbers(rig).await,
        [open + 1, waiting + 1, leased, done, sent + 1]
    );

    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    assert_eq!(
        held.interaction["posts"][0]["id"],
        post.split_once(':').unwrap().1
    );
    assert_eq!(held.interaction["source"], call.source);
    assert_eq!(held.interaction["holder"], "ana");
    assert!(held.interaction["level"].as_i64().unwrap() >= 2);
    assert_eq!(
        numbers(rig).await,
        [open + 1, waiting, leased + 1, done, sent + 1]
    );

    let text = "I am Ana. Water is on its way to you now.";
    let (status, replied) = ana.reply(&held, post, text).await;
    assert_eq!(
        (status, replied["state"].as_str()),
        (200, Some("sent")),
        "{replied}"
    );
    let arrived = rig.sandbox.sent().split_off(before);
    assert_eq!(arrived.len(), 2, "{arrived:?}");
    assert_eq!(
        (arrived[1].text.as_str(), arrived[1].accepted),
        (text, true)
    );
    assert_eq!((&arrived[1].path, &arrived[1].to), (&ack.path, &ack.to));
    assert!(replied["sent_id"].is_string(), "{replied}");

    let resolve = json!({"outcome": "helped", "note": "water and a bus"});
    let (status, resolved) = ana.on(&held, "resolve", resolve.clone()).await;
    assert_eq!(
        (status, resolved["state"].as_str()),
        (200, Some("done")),
        "{resolved}"
    );
    assert_eq!(
        numbers(rig).await,
        [open, waiting, leased, done + 1, sent + 1]
    );
    // The answer to the first may have been lost.
    let (status, again) = ana.on(&held, "resolve", resolve).await;
    assert_eq!((status, &again["ended_ms"]), (200, &resolved["ended_ms"]));
    assert_eq!(
        numbers(rig).await,
        [open, waiting, leased, done + 1, sent + 1]
    );

    let shown = ana.get(&format!("/v1/interactions/{}", held.id)).await;
    let history: Vec<_> = shown["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|deed| deed["did"].as_str().unwrap())
        .collect();
    assert_eq!(history, ["ack_sent", "claimed", "reply_sent", "resolved"]);
    assert!(shown["replied_ms"].as_i64().unwrap() >= shown["opened_ms"].as_i64().unwrap());
    assert_eq!(rig.sandbox.sent().len(), before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_on_each_platform_is_acknowledged_claimed_answered_and_resolved() {
    let rig = Rig::start().await;
    let plea = PLEA.trim_start_matches("@NorthlineRail ");
    let author = "7001";

    let id = post_id();
    let (app, body) = rig.written(&Said::x(author, &id, PLEA));
    let call = Call {
        host: "api.x.com",
        path: "/2/tweets".into(),
        source: "x-northline",
    };
    whole_job(&rig, &app, &body, &format!("x:{id}"), &id, &call).await;

    let graph = |path: String| format!("/v25.0/{path}");
    let id = post_id();
    let comment = Said {
        platform: Platform::Facebook,
        event: Simulated::Made,
        author,
        id: &id,
        text: plea,
    };
    let (app, body) = rig.written(&comment);
    let to = format!("9001_{id}");
    let call = Call {
        host: "graph.facebook.com",
        path: graph(format!("{to}/comments")),
        source: "fb-northline",
    };
    whole_job(&rig, &app, &body, &format!("facebook:{to}"), &to, &call).await;

    let id = post_id();
    let message = Said {
        platform: Platform::Messenger,
        id: &id,
        ..comment
    };
    let (app, body) = rig.written(&message);
    let call = Call {
        host: "graph.facebook.com",
        path: graph("4200000002/messages".into()),
        source: "messenger-northline",
    };
    whole_job(
        &rig,
        &app,
        &body,
        &format!("messenger:m_{id}"),
        author,
        &call,
    )
    .await;

    let id = post_id();
    let (app, body) = rig.written(&Said {
        platform: Platform::Instagram,
        id: &id,
        ..comment
    });
    let call = Call {
        host: "graph.instagram.com",
        path: graph(format!("{id}/replies")),
        source: "ig-northline",
    };
    whole_job(&rig, &app, &body, &format!("instagram:{id}"), &id, &call).await;

    // The other shape: field and value stand in the entry itself.
    let id = post_id();
    let flat = json!({"object": "instagram", "entry": [{
        "id": "4200000003", "time": now_ms() / 1_000, "field": "comments",
        "value": {"id": id, "text": plea, "from": {"id": "7002", "username": "stranded"}, "media": {"id": "31"}},
    }]});
    let call = Call {
        host: "graph.instagram.com",
        path: graph(format!("{id}/replies")),
        source: "ig-northline",
    };
    whole_job(
        &rig,
        "meta-main",
        flat.to_string().as_bytes(),
        &format!("instagram:{id}"),
        &id,
        &call,
    )
    .await;

    let id = post_id();
    let message = Said {
        platform: Platform::Instagram,
        event: Simulated::Message,
        author: "7003",
        id: &id,
        text: plea,
    };
    let (app, body) = rig.written(&message);
    let call = Call {
        host: "graph.instagram.com",
        path: graph("4200000003/messages".into()),
        source: "ig-northline",
    };
    whole_job(
        &rig,
        &app,
        &body,
        &format!("instagram:m_{id}"),
        "7003",
        &call,
    )
    .await;

    let id = post_id();
    let (app, body) = rig.written(&Said {
        platform: Platform::Standard,
        id: &id,
        ..comment
    });
    let call = Call {
        host: "forum.northline.example",
        path: "/api/replies".into(),
        source: "forum-northline",
    };
    whole_job(
        &rig,
        &app,
        &body,
        &format!("standard:forum.northline.example/{id}"),
        &id,
        &call,
    )
    .await;

    // A routine question waits for a person, and none but a person answers it.
    let id = post_id();
    rig.event(&Said::x(
        "7009",
        &id,
        "@NorthlineRail do you sell day tickets on board?",
    ))
    .await;
    let holding = rig.holding(&format!("x:{id}")).await;
    assert_eq!(holding["state"], "waiting");
    assert!(holding["ack"].is_null(), "{holding}");

    let ready = rig.ready().await;
    assert_eq!(
        ready,
        json!({"ready": true, "problems": [], "warnings": [], "paused": [], "shards": 1})
    );
    rig.assert_hushed(&["Woking", "Ana", "day tickets", "no water"]);
    crate::rig::assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgment_is_off_tried_dry_or_live() {
    for (mode, own, state) in [
        ("off", "live", None),
        ("dry_run", "live", Some("dry_run")),
        ("live", "dry_run", Some("dry_run")),
        ("live", "off", None),
    ] {
        let mut table = crate::rig::shipped();
        table["mode"] = json!(mode);
        table["sources"][0]["mode"] = json!(own);
        let secrets = crate::rig::secrets(&table);
        let rig = Rig::with(table, secrets).await;
        let id = post_id();
        rig.event(&Said::x("7", &id, PLEA)).await;
        let holding = rig.holding(&format!("x:{id}")).await;
        assert_eq!(
            holding["ack"]["state"].as_str(),
            state,
            "{mode} {own}: {holding}"
        );
        assert_eq!(
            holding["posts"][0]["ack"],
            if state.is_some() { "planned" } else { "off" }
        );
        // It is work for a person all the same, and a person's reply does go out.
        let ana = rig.agent("ana");
        let held = ana.claim_one().await;
        let (_, replied) = ana.reply(&held, "1", "We are coming.").await;
        assert_eq!(replied["state"], "sent", "{replied}");
        assert_eq!(rig.sandbox.sent().len(), 1, "{mode} {own}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_claim_wakes_when_a_post_comes() {
    let rig = Rig::start().await;
    let ana = rig.agent("ana");
    assert!(ana.claim(json!({"wait_s": 1})).await.is_empty());
    let id = post_id();
    let begun = now_ms();
    let (claimed, ()) = tokio::join!(ana.claim(json!({"wait_s": 25, "lease_s": 60})), async {
        // Nothing shows from outside that the other waits already; if it does not yet, it finds the post at once.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        rig.event(&Said::x("7", &id, PLEA)).await;
    });
    assert_eq!(claimed[0]["posts"][0]["id"], id);
    // Had it slept through, its time would have been over.
    assert!(now_ms() - begun < 20_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_ran_out_is_worth_nothing() {
    let rig = Rig::start().await;
    rig.event(&Said::x("7", &post_id(), PLEA)).await;
    let (ana, bo) = (rig.agent("ana"), rig.agent("bo"));
    let old = crate::rig::Held::of(ana.claim(json!({"lease_s": 1})).await.remove(0));
    assert!(bo.claim(json!({})).await.is_empty());
    let new = until("the lease to run out", async || {
        bo.claim(json!({"lease_s": 60}))
            .await
            .pop()
            .ok_or_else(|| "still held".into())
    })
    .await;
    let new = crate::rig::Held::of(new);
    assert_eq!(new.id, old.id);
    assert_eq!(new.interaction["attempts"], 1);
    let sent = rig.sandbox.sent().len();
    for (what, body) in [
        ("extend", json!({"lease_s": 60})),
        ("resolve", json!({"outcome": "helped"})),
        ("release", json!({"reason": "late"})),
    ] {
        let (status, problem) = ana.on(&old, what, body).await;
        assert_eq!(
            (status, &problem["code"], &problem["holder"]),
            (409, &json!("lease_lost"), &json!("bo")),
            "{what}"
        );
    }
    let (status, problem) = ana.reply(&old, "k", "Too late?").await;
    assert_eq!((status, &problem["code"]), (409, &json!("lease_lost")));
    assert_eq!(
        rig.sandbox.sent().len(),
        sent,
        "a reply of a lost lease went out"
    );
    // Nor is the new lease any good in other hands.
    let (status, _) = ana.on(&new, "resolve", json!({"outcome": "helped"})).await;
    assert_eq!(status, 409);
    let (status, _) = bo.on(&new, "resolve", json!({"outcome": "helped"})).await;
    assert_eq!(status, 200);
}
