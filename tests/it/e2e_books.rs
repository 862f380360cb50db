//! What was promised and how long people took, on the real runtime; an errand there and back.

use crate::rig::{PLEA, Rig, Said, now_ms, post_id};
use heard::api::route::Role;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_is_opened_by_what_was_sent_and_kept_by_a_reply() {
    let rig = Rig::start().await;
    let ana = rig.agent("ana");
    let (from_ms, id) = (now_ms(), post_id());
    rig.event(&Said::x("71", &id, PLEA)).await;
    let shown = rig.ack(&format!("x:{id}"), "sent").await;
    assert_eq!(shown["ack"]["promise"]["state"], "open", "{shown}");
    let told = ana.get("/v1/promises").await;
    assert_eq!((&told["open"], &told["broken"]), (&json!(1), &json!(0)));
    let one = &told["promises"][0];
    assert_eq!(
        (&one["id"], &one["by_ms"]),
        (&shown["id"], &shown["deadline_ms"])
    );
    assert_eq!(ana.get("/v1/backlog").await["promises"]["open"], 1);
    let now = ana.get("/v1/sla?by=source").await["now"].clone();
    let group = &now["groups"][0];
    assert_eq!(
        (&group["open"], &group["claimable"]),
        (&json!(1), &json!(1)),
        "{now}"
    );

    let held = ana.claim_one().await;
    let (status, _) = ana.reply(&held, "key", "It moves again at nine.").await;
    assert_eq!(status, 200);
    ana.on(&held, "resolve", json!({"outcome": "answered"}))
        .await;
    let to = chrono::DateTime::from_timestamp_millis(now_ms() + 1_000).unwrap();
    let query = format!(
        "from={from_ms}&to={}&by=source",
        to.format("%Y-%m-%dT%H:%M:%SZ")
    );
    let sla = ana.get(&format!("/v1/sla?{query}")).await;
    let group = &sla["groups"][0];
    assert_eq!(group["key"], shown["source"], "{sla}");
    for (clock, n) in [("first_reply", 1), ("next_reply", 0), ("resolution", 1)] {
        assert_eq!(group[clock]["n"], n, "{sla}");
        assert_eq!(group[clock]["missed"], 0, "{sla}");
    }
    assert_eq!(group["first_reply"]["attainment"], 1.0);
    assert_eq!(group["opened"], 1);
    let kept = ana.get(&format!("/v1/promises?{query}")).await;
    assert_eq!(
        (&kept["open"], &kept["kept"]["kept"]),
        (&json!(0), &json!(1)),
        "{kept}"
    );
    let day = ana
        .get(
            &format!(
                "/v1/sla?{query}&workgroup={}",
                shown["workgroup"].as_str().unwrap()
            )
            .replace("by=source", "by=day"),
        )
        .await;
    let midnight =
        chrono::DateTime::from_timestamp_millis(now_ms() / 86_400_000 * 86_400_000).unwrap();
    assert!(
        day["groups"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["key"]
                == json!(midnight.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))),
        "{day}"
    );
    let none = ana.get(&format!("/v1/sla?{query}&workgroup=nobodys")).await;
    assert_eq!(
        (&none["groups"], &none["now"]["groups"]),
        (&json!([]), &json!([])),
        "{none}"
    );
    let asked = ana.try_call("GET", "/v1/sla?by=week", None, None).await;
    let (status, problem) = asked.unwrap();
    assert_eq!((status, &problem["field"]), (422, &json!("by")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_errand_is_previewed_told_and_undone() {
    let rig = Rig::start().await;
    let boss = rig.caller("boss", Role::Supervisor);
    let all: Vec<String> = rig
        .config()
        .workgroups()
        .iter()
        .map(ToString::to_string)
        .collect();
    let (own, other) = (&all[0], &all[all.len() - 1]);
    let away = format!("/v1/workgroups/{own}/assign");
    let mut errand = json!({"serves": [other], "for_s": 600, "dry_run": true});
    let (status, preview) = boss.post(&away, errand.clone()).await;
    assert_eq!(
        (status, &preview["dry_run"]),
        (200, &json!(true)),
        "{preview}"
    );
    assert_eq!(boss.get("/v1/errands").await["retasked"], json!([]));
    errand.as_object_mut().unwrap().remove("dry_run");
    let (status, _) = boss.post(&away, errand).await;
    assert_eq!(status, 200);
    let errands = boss.get("/v1/errands").await;
    assert_eq!(
        errands["retasked"].as_array().unwrap().len(),
        1,
        "{errands}"
    );
    let expires_s = now_ms() / 1_000 + 600;
    let token = rig.token("cyd", Role::Agent, &[own], expires_s);
    let cyd = crate::rig::Caller {
        token,
        ..rig.agent("cyd")
    };
    if all.len() > 1 {
        let (status, claimed) = cyd.post("/v1/claims", json!({})).await;
        assert_eq!(status, 200);
        assert_eq!(
            claimed["retasked"][0]["serves"],
            json!([other]),
            "{claimed}"
        );
    }
    let (status, undone) = boss.post(&away, json!({"undo": true})).await;
    assert_eq!(
        (status, &undone["undone"], &undone["serves"]),
        (200, &json!(true), &json!([]))
    );
    let (_, claimed) = cyd.post("/v1/claims", json!({})).await;
    assert_eq!(claimed.get("retasked"), None);
    assert_eq!(boss.get("/v1/errands").await["retasked"], json!([]));
}
