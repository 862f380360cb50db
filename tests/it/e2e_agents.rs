//! Agents at work on the real runtime: claims, leases, news, roles.

use crate::rig::{Held, PLEA, Rig, Said, assert_recounted, now_ms, post_id, until};
use heard::api::route::Role;
use heard::lab::simulate::delivery::Simulated;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn agents_who_claim_at_once_share_nothing() {
    let rig = Rig::start().await;
    for author in 0..60 {
        let (id, author) = (post_id(), author.to_string());
        rig.event(&Said::x(
            &author,
            &id,
            "@NorthlineRail is the 8:04 on time?",
        ))
        .await;
    }
    let names: Vec<String> = (0..12).map(|n| format!("agent-{n}")).collect();
    let agents: Vec<_> = names.iter().map(|name| rig.agent(name)).collect();
    let claims = agents
        .iter()
        .map(|agent| agent.claim(json!({"max": 10, "lease_s": 60})));
    let claimed: Vec<Value> = futures_util::future::join_all(claims)
        .await
        .into_iter()
        .flatten()
        .collect();
    let ids: BTreeSet<&str> = claimed
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!((claimed.len(), ids.len()), (60, 60));
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(
        (&backlog["leased"], &backlog["waiting"]),
        (&60.into(), &0.into())
    );
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_goes_before_urgent_before_routine() {
    let rig = Rig::start().await;
    for (author, text) in [
        ("1", "@NorthlineRail is the 8:04 on time?"),
        ("2", PLEA),
        (
            "3",
            "@NorthlineRail help, there is a fire and smoke in coach B, people are hurt",
        ),
    ] {
        rig.event(&Said::x(author, &post_id(), text)).await;
    }
    let claimed = rig.agent("ana").claim(json!({"max": 3})).await;
    let author = |one: &Value| one["author"]["id"].as_str().unwrap().to_owned();
    let level = |one: &Value| one["level"].as_i64().unwrap();
    let order: Vec<_> = claimed.iter().map(author).collect();
    assert_eq!(order, ["3", "2", "1"]);
    let levels: Vec<_> = claimed.iter().map(level).collect();
    assert!(matches!(levels[..], [3, 2, 0 | 1]), "{levels:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_while_leased_is_news_and_nothing_answers_it() {
    let rig = Rig::start().await;
    let id = post_id();
    let said = Said::x("7", &id, "@NorthlineRail is the 8:04 on time?");
    rig.event(&said).await;
    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    let (status, extended) = ana.on(&held, "extend", json!({"lease_s": 60})).await;
    assert_eq!((status, &extended["news"]), (200, &json!([])));

    // A second post joins; its edit is news as well.
    let second = post_id();
    rig.event(&Said::x("7", &second, "@NorthlineRail anyone there?"))
        .await;
    let (_, extended) = ana.on(&held, "extend", json!({"lease_s": 60})).await;
    assert_eq!(
        (&extended["news"][0]["id"], &extended["news"][0]["state"]),
        (&json!(second), &json!("live")),
        "{extended}"
    );
    // It is told until she says that she has seen it: an answer may be lost.
    let (_, again) = ana.on(&held, "extend", json!({"lease_s": 60})).await;
    assert_eq!(again["news"], extended["news"]);
    let seen = json!({"lease_s": 60, "seen": again["cursor"]});
    assert_eq!(ana.on(&held, "extend", seen).await.1["news"], json!([]));

    for id in [&id, &second] {
        rig.event(&Said {
            event: Simulated::Deleted,
            id,
            ..said
        })
        .await;
    }
    let (status, extended) = ana.on(&held, "extend", json!({"lease_s": 60})).await;
    let news: Vec<_> = extended["news"]
        .as_array()
        .unwrap()
        .iter()
        .map(|post| {
            (
                post["id"].as_str().unwrap(),
                post["state"].as_str().unwrap(),
                post["text"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        (status, news),
        (
            200,
            vec![
                (id.as_str(), "deleted", ""),
                (second.as_str(), "deleted", "")
            ]
        ),
        "{extended}"
    );
    let (status, problem) = ana.reply(&held, "k", "It is on time.").await;
    assert_eq!((status, &problem["code"]), (409, &json!("withdrawn")));
    let path = format!("/v1/interactions/{}/reply", held.id);
    let named = json!({"lease": held.lease, "text": "It is on time.", "post": id});
    let (status, problem) = ana
        .try_call("POST", &path, Some("k2"), Some(&named))
        .await
        .unwrap();
    assert_eq!((status, &problem["code"]), (409, &json!("withdrawn")));
    assert!(rig.sandbox.sent().is_empty());
    // Given back, it has nothing to answer left, and ends.
    let (status, released) = ana.on(&held, "release", json!({"reason": "gone"})).await;
    assert_eq!(
        (status, &released["state"], &released["outcome"]),
        (200, &json!("done"), &json!("withdrawn"))
    );
    assert!(rig.agent("bo").claim(json!({})).await.is_empty());
    // Made again by a late duplicate: still deleted.
    rig.event(&said).await;
    assert_eq!(rig.agent("bo").backlog().await["open"], 0);
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_before_its_post_keeps_it_from_being_answered() {
    let rig = Rig::start().await;
    let id = post_id();
    let said = Said::x("7", &id, PLEA);
    rig.event(&Said {
        event: Simulated::Deleted,
        ..said
    })
    .await;
    rig.event(&said).await;
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(
        (
            &backlog["open"],
            &backlog["posts"]["received"],
            &backlog["duplicates"]
        ),
        (&0.into(), &0.into(), &1.into())
    );
    assert!(rig.sandbox.sent().is_empty());
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_stop_is_acknowledged_no_more() {
    let rig = Rig::start().await;
    let (first, second) = (post_id(), post_id());
    rig.event(&Said {
        event: Simulated::Stop,
        ..Said::x("7", &first, "")
    })
    .await;
    rig.event(&Said::x("7", &second, PLEA)).await;
    let holding = rig.holding(&format!("x:{second}")).await;
    assert_eq!(
        (&holding["posts"][0]["ack"], &holding["ack"]),
        (&json!("stopped"), &Value::Null)
    );
    assert_eq!(rig.agent("ana").backlog().await["stops"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_do_its_own() {
    let rig = Rig::start().await;
    rig.event(&Said::x("7", &post_id(), PLEA)).await;
    let (ana, boss, crm) = (
        rig.agent("ana"),
        rig.caller("boss", Role::Supervisor),
        rig.caller("crm", Role::Crm),
    );
    let held = ana.claim_one().await;
    let assign = format!("/v1/interactions/{}/assign", held.id);
    let forbidden = |(status, problem): (u16, Value)| {
        assert_eq!(
            (status, &problem["code"]),
            (403, &json!("forbidden")),
            "{problem}"
        );
    };
    forbidden(ana.post(&assign, json!({"agent": "bo"})).await);
    forbidden(
        ana.post(&format!("/v1/interactions/{}/redrive", held.id), json!({}))
            .await,
    );
    forbidden(ana.call("GET", "/readyz", json!({})).await);
    forbidden(crm.post("/v1/claims", json!({})).await);
    forbidden(crm.post(&assign, json!({"agent": "bo"})).await);

    // A supervisor takes it from its holder and gives it to another: to one who has been here.
    for nobody in ["bo", "an a", ""] {
        let (status, problem) = boss.post(&assign, json!({"agent": nobody})).await;
        assert_eq!(
            (status, &problem["field"]),
            (422, &json!("agent")),
            "{nobody:?}"
        );
    }
    assert_eq!(
        ana.on(&held, "extend", json!({})).await.0,
        200,
        "nothing was done"
    );
    let bo = rig.token("bo", Role::Agent, &["sales"], 1 << 40);
    let bo = crate::rig::Caller {
        token: bo,
        ..ana.clone()
    };
    bo.backlog_of_some().await;
    let (status, problem) = boss.post(&assign, json!({"agent": "bo"})).await;
    assert_eq!(
        (status, &problem["field"]),
        (422, &json!("agent")),
        "{problem}"
    );
    rig.agent("bo").backlog().await;
    let (status, assigned) = boss.post(&assign, json!({"agent": "bo"})).await;
    assert_eq!(
        (status, &assigned["assigned"], &assigned["state"]),
        (200, &json!("bo"), &json!("waiting")),
        "{assigned}"
    );
    assert_eq!(ana.on(&held, "extend", json!({})).await.0, 409);
    assert!(ana.claim(json!({})).await.is_empty(), "it is kept for bo");
    assert_eq!(rig.agent("bo").claim(json!({})).await.len(), 1);

    // Tokens: expired, of another key, none, and for another workgroup.
    let expired = rig.token("ana", Role::Agent, &[], now_ms() / 1_000 - 1);
    let (_, mac) = rig
        .token("ana", Role::Agent, &[], 1 << 40)
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let (payload, _) = expired
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    for token in [
        expired,
        format!("{payload}.{mac}"),
        "nonsense".into(),
        String::new(),
    ] {
        let caller = crate::rig::Caller {
            token,
            ..ana.clone()
        };
        let (status, problem) = caller.post("/v1/claims", json!({})).await;
        assert_eq!((status, &problem["code"]), (401, &json!("unauthorized")));
    }
    let sales = crate::rig::Caller {
        token: rig.token("sal", Role::Agent, &["sales"], 1 << 40),
        ..ana.clone()
    };
    rig.event(&Said::x("8", &post_id(), PLEA)).await;
    assert!(sales.claim(json!({})).await.is_empty());
    let (status, problem) = sales
        .post("/v1/claims", json!({"workgroups": ["customer-care"]}))
        .await;
    assert_eq!((status, &problem["field"]), (422, &json!("workgroups")));
}

#[tokio::test(flavor = "multi_thread")]
async fn claimed_too_often_it_is_dead_until_redriven() {
    let mut table = crate::rig::shipped();
    table["limits"] = json!({"attempts": 2});
    let secrets = crate::rig::secrets(&table);
    let rig = Rig::with(table, secrets).await;
    rig.event(&Said::x("7", &post_id(), PLEA)).await;
    let (ana, boss) = (rig.agent("ana"), rig.caller("boss", Role::Supervisor));
    let mut id = String::new();
    for _ in 0..2 {
        id = ana.claim_and_vanish().await.id;
    }
    assert!(ana.claim(json!({})).await.is_empty());
    let backlog = ana.backlog().await;
    assert_eq!((&backlog["open"], &backlog["dead"]), (&0.into(), &1.into()));
    let dead = ana.get("/v1/interactions?state=dead").await;
    assert_eq!(
        (
            &dead["interactions"][0]["id"],
            &dead["interactions"][0]["outcome"]
        ),
        (&json!(id), &json!("claimed_too_often"))
    );
    let (status, redriven) = boss
        .post(&format!("/v1/interactions/{id}/redrive"), json!({}))
        .await;
    assert_eq!((status, &redriven["state"]), (200, &json!("waiting")));
    assert_eq!(ana.claim_one().await.id, id);
    let (status, problem) = boss
        .post(&format!("/v1/interactions/{id}/redrive"), json!({}))
        .await;
    assert_eq!((status, &problem["code"]), (409, &json!("not_dead")));
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn released_with_a_delay_it_comes_back_after_it() {
    let rig = Rig::start().await;
    rig.event(&Said::x("7", &post_id(), PLEA)).await;
    let ana = rig.agent("ana");
    let held = ana.claim_one().await;
    let (_, released) = ana
        .on(
            &held,
            "release",
            json!({"delay_s": 1, "reason": "calls back"}),
        )
        .await;
    assert_eq!(released["state"], "waiting");
    assert!(ana.claim(json!({})).await.is_empty());
    let again = until("its delay to pass", async || {
        ana.claim(json!({"wait_s": 5}))
            .await
            .pop()
            .ok_or_else(|| "not yet".into())
    })
    .await;
    assert_eq!(Held::of(again).id, held.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_while_waiting_takes_nothing() {
    let rig = Rig::start().await;
    let (ana, bo) = (rig.agent("ana"), rig.agent("bo"));
    for _ in 0..5 {
        ana.ask_and_hang_up("/v1/claims", r#"{"wait_s":25,"lease_s":3600}"#)
            .await;
        let id = post_id();
        rig.event(&Said::x(&id, &id, PLEA)).await;
        let claimed = bo.claim(json!({"wait_s": 2})).await;
        assert_eq!(claimed.len(), 1, "it went to who hung up");
        assert_eq!(claimed[0]["posts"][0]["id"], id);
    }
}

/// Tokens are revoked within seconds, a narrow one sees nothing of others, and nobody claims without end.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_sees_its_own_until_it_is_revoked() {
    let mut rig = Rig::start().await;
    let post = post_id();
    rig.event(&Said::x("7", &post, PLEA)).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let id = rig.holding(&format!("x:{post}")).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let sal = rig.token("sal", Role::Agent, &["sales"], 1 << 40);
    let sal = crate::rig::Caller {
        token: sal,
        ..boss.clone()
    };
    let show = format!("/v1/interactions/{id}");
    for (method, path, body) in [
        ("GET", show.clone(), None),
        (
            "POST",
            format!("{show}/extend"),
            Some(json!({"lease": "x"})),
        ),
        (
            "POST",
            format!("{show}/reply"),
            Some(json!({"lease": "x", "text": "t"})),
        ),
    ] {
        let (status, problem) = sal
            .try_call(method, &path, Some("key"), body.as_ref())
            .await
            .unwrap();
        assert_eq!(
            (status, &problem["code"]),
            (404, &json!("not_found")),
            "{path}: {problem}"
        );
    }
    assert_eq!(sal.get("/v1/interactions").await["interactions"], json!([]));
    let backlog = sal.backlog_of_some().await;
    assert_eq!(
        (&backlog["open"], &backlog["by_workgroup"]),
        (&json!(0), &json!({}))
    );
    assert_eq!(
        sal.post("/v1/claims", json!({})).await.1["backlog"]["open"],
        0
    );

    // Revoked, it is good nowhere within seconds; the deed says who did it.
    let tokens = boss.get("/v1/tokens").await;
    let tokens = tokens["tokens"].as_array().unwrap();
    let jti = tokens.iter().find(|token| token["agent"] == "sal").unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, revoked) = boss
        .post(&format!("/v1/tokens/{jti}/revoke"), json!({}))
        .await;
    assert_eq!(
        (status, &revoked["revoked_by"]),
        (200, &json!("boss")),
        "{revoked}"
    );
    crate::rig::until("the token to be refused", async || {
        let (status, said) = sal
            .try_call("GET", "/v1/backlog", None, None)
            .await
            .unwrap();
        match status {
            200 => Err(said.to_string()),
            _ => {
                assert_eq!((status, &said["code"]), (401, &json!("token_revoked")));
                Ok(())
            }
        }
    })
    .await;
    let deeds = boss.get("/v1/deeds").await;
    assert_eq!(
        (&deeds["deeds"][0]["did"], &deeds["deeds"][0]["to"]),
        (&json!("revoke"), &json!(jti))
    );

    rig.deploy(|table| table["limits"]["claims_per_minute"] = json!(2))
        .await;
    let ana = rig.agent("ana");
    let mut said = Vec::new();
    for _ in 0..3 {
        said.push(ana.post("/v1/claims", json!({})).await);
    }
    let statuses: Vec<u16> = said.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 200, 429], "{said:?}");
    assert_eq!(rig.agent("bo").post("/v1/claims", json!({})).await.0, 200);
    // A stranger who tries keys is held off; who is at work is not.
    let stranger = crate::rig::Caller {
        token: "heard1.e30.AAAA".into(),
        ..ana.clone()
    };
    let mut refused = Vec::new();
    for _ in 0..40 {
        refused.push(
            stranger
                .try_call("GET", "/v1/backlog", None, None)
                .await
                .unwrap()
                .0,
        );
    }
    assert_eq!((refused[0], refused[39]), (401, 429), "{refused:?}");
    ana.backlog().await;
}
