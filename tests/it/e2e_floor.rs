//! The people beside the queue, on the real runtime.

use crate::rig::{Caller, Held, Rig, Said, assert_recounted, post_id, secrets, shipped};
use heard::api::route::Role;
use rusqlite::Connection;
use serde_json::{Value, json};

const CALM: &str = "@NorthlineRail is the 8:04 on time?";
const REFUND: &str =
    "@NorthlineRail I have waited six weeks for my refund of £80. Where is my money?";

async fn with_rules(shards: u16) -> Rig {
    let mut table = shipped();
    table["shards"] = json!(shards);
    table["brand"]["signature"] = json!({"en": "{name} at Northline"});
    table["route"] = json!([
        {"situation": ["refund", "money_missing"], "skills": ["billing"], "relax_after": 0},
    ]);
    let secrets = secrets(&table);
    Rig::with(table, secrets).await
}

async fn set(boss: &Caller<'_>, agent: &str, settings: Value) -> Value {
    let (status, set) = boss
        .call("PUT", &format!("/v1/agents/{agent}"), settings)
        .await;
    assert_eq!(status, 200, "{set}");
    set
}

async fn limit(agent: &Caller<'_>) -> (usize, Value) {
    let (status, claimed) = agent
        .post("/v1/claims", json!({"max": 20, "lease_s": 60}))
        .await;
    assert_eq!(status, 200, "{claimed}");
    (
        claimed["interactions"].as_array().unwrap().len(),
        claimed["limit"].clone(),
    )
}

fn of<'a>(agents: &'a Value, name: &str) -> &'a Value {
    let agents = agents["agents"].as_array().unwrap();
    agents.iter().find(|one| one["agent"] == name).unwrap()
}

/// Settings narrow what is offered, presence says whether anything is, and the list says who holds what.
async fn who_can_take_it_is_given_it(shards: u16) {
    let rig = with_rules(shards).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let (ana, ben) = (rig.agent("ana"), rig.agent("Ben B"));
    let ben_set = set(
        &boss,
        "Ben%20B",
        json!({"skills": ["billing"], "capacity": {"public": 2, "private": 0},
        "public_name": "Milton"}),
    )
    .await;
    assert_eq!(
        (&ben_set["agent"], &ben_set["state"]),
        (&json!("Ben B"), &json!("offline"))
    );
    rig.event(&Said::x("1", &post_id(), REFUND)).await;
    assert!(
        ana.claim(json!({"max": 20, "lease_s": 60}))
            .await
            .is_empty(),
        "she has no skill"
    );
    // Who waits and can is woken.
    let (waited, ()) = tokio::join!(ben.claim(json!({"wait_s": 25, "lease_s": 60})), async {});
    let refund = Held::of(waited[0].clone());
    assert_eq!(refund.interaction["skills"], json!(["billing"]));
    let (status, sent) = ben.reply(&refund, "k", "It left us today.").await;
    assert_eq!((status, &sent["state"]), (200, &json!("sent")), "{sent}");
    let said = rig.sent_to(refund.interaction["posts"][0]["id"].as_str().unwrap());
    assert!(
        said.iter()
            .any(|one| one.text.ends_with("today.\n\nMilton at Northline")),
        "{:?}",
        said.iter().map(|one| &one.text).collect::<Vec<_>>()
    );
    // Two in hand is what he takes; over all shards.
    for author in 100..110 {
        rig.event(&Said::x(&author.to_string(), &post_id(), CALM))
            .await;
    }
    assert_eq!(limit(&ben).await, (1, json!("held_per_agent")));
    assert_eq!(limit(&ben).await, (0, json!("held_per_agent")));
    let agents = boss.get("/v1/agents").await;
    let shown = of(&agents, "Ben B");
    assert_eq!(shown["state"], "available");
    assert_eq!(shown["holds"].as_array().unwrap().len(), 2, "{agents}");
    assert!(
        shown["holds"][0]["since_ms"].as_i64() >= shown["since_ms"].as_i64(),
        "{agents}"
    );
    let me = ben.get("/v1/me").await;
    assert_eq!(me["holds"], shown["holds"]);
    // Away: nothing, and at once.
    let (status, away) = ana.call("PUT", "/v1/me", json!({"state": "away"})).await;
    assert_eq!((status, &away["state"]), (200, &json!("away")));
    let (status, none) = ana.post("/v1/claims", json!({"wait_s": 25})).await;
    assert_eq!((status, &none["limit"]), (200, &json!("away")));
    rig.restart().await;
    assert_eq!(
        ana.get("/v1/me").await["state"],
        "away",
        "what was said is kept"
    );
    ana.call("PUT", "/v1/me", json!({"state": "available"}))
        .await;
    assert_eq!(ana.claim(json!({"lease_s": 60})).await.len(), 1);
    let deeds = boss.get("/v1/deeds").await;
    assert_eq!(
        (&deeds["deeds"][0]["did"], &deeds["deeds"][0]["to"]),
        (&json!("put_agent"), &json!("Ben B"))
    );
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_take_it_is_given_it_by_one_shard() {
    who_can_take_it_is_given_it(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_take_it_is_given_it_by_four_shards() {
    who_can_take_it_is_given_it(4).await;
}

/// Who is let go holds nothing any more; and their name is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_let_go_gives_all_back() {
    let rig = with_rules(4).await;
    let boss = rig.caller("boss", Role::Supervisor);
    set(&boss, "ana", json!({"public_name": "Milton"})).await;
    let ana = rig.agent("ana");
    for author in 0..4 {
        rig.event(&Said::x(&author.to_string(), &post_id(), CALM))
            .await;
    }
    let held = ana.claim(json!({"max": 20, "lease_s": 600})).await;
    assert_eq!(held.len(), 4);
    let go = |reason: &'static str| {
        let boss = &boss;
        async move {
            let path = format!("/v1/agents/ana{reason}");
            boss.try_call("DELETE", &path, None, None).await.unwrap()
        }
    };
    let (status, problem) = go("").await;
    assert_eq!((status, &problem["field"]), (422, &json!("reason")));
    let (status, gone) = go("?reason=left").await;
    assert_eq!(status, 200, "{gone}");
    assert_eq!(gone["was_known"], true);
    assert_eq!(gone["given_back"].as_array().unwrap().len(), 4, "{gone}");
    let agents = boss.get("/v1/agents").await;
    assert_eq!(agents["agents"], json!([]), "{agents}");
    let deeds = boss.get("/v1/deeds").await;
    let deed = &deeds["deeds"][0];
    assert_eq!(
        (&deed["did"], &deed["to"], &deed["asked"]["reason"]),
        (&json!("delete_agent"), &json!("ana"), &json!("left"))
    );
    assert_eq!(
        deeds["deeds"].as_array().unwrap().len(),
        2,
        "told once: {deeds}"
    );
    let ben = rig.agent("ben");
    assert_eq!(ben.claim(json!({"max": 20, "lease_s": 60})).await.len(), 4);
    assert_recounted(&rig);
}

/// While the floor does not answer, replies are signed with the name that it said last.
#[tokio::test(flavor = "multi_thread")]
async fn a_floor_that_fails_takes_nobodys_name() {
    let rig = with_rules(1).await;
    let boss = rig.caller("boss", Role::Supervisor);
    set(&boss, "ana", json!({"public_name": "Milton"})).await;
    let ana = rig.agent("ana");
    for author in 0..2 {
        rig.event(&Said::x(&author.to_string(), &post_id(), CALM))
            .await;
    }
    let answered = async || {
        let held = Held::of(ana.claim(json!({"lease_s": 60})).await[0].clone());
        let (status, sent) = ana.reply(&held, "k", "On time today.").await;
        assert_eq!((status, &sent["state"]), (200, &json!("sent")), "{sent}");
        let said = rig.sent_to(held.interaction["posts"][0]["id"].as_str().unwrap());
        said.iter()
            .any(|one| one.text.ends_with("today.\n\nMilton at Northline"))
    };
    assert!(answered().await);
    rig.kill();
    for file in rig.databases("floor") {
        let floor = Connection::open(file).unwrap();
        floor
            .execute_batch("UPDATE agent SET settings = 'not JSON'")
            .unwrap();
    }
    rig.restart().await;
    assert!(answered().await);
}

/// A floor that does not answer is passed over: everybody is offered everything, and the shard's cap holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_floor_that_fails_stops_no_claim() {
    let rig = with_rules(1).await;
    let boss = rig.caller("boss", Role::Supervisor);
    set(
        &boss,
        "ana",
        json!({"capacity": {"public": 0, "private": 0}}),
    )
    .await;
    rig.event(&Said::x("1", &post_id(), REFUND)).await;
    let ana = rig.agent("ana");
    assert!(ana.claim(json!({})).await.is_empty());
    rig.kill();
    for file in rig.databases("floor") {
        let floor = Connection::open(file).unwrap();
        floor
            .execute_batch("UPDATE agent SET settings = 'not JSON'")
            .unwrap();
    }
    rig.restart().await;
    assert_eq!(ana.claim(json!({"lease_s": 60})).await.len(), 1);
    let me = ana.try_call("GET", "/v1/me", None, None).await;
    let (status, problem) = me.unwrap();
    assert_eq!((status, &problem["code"]), (503, &json!("unavailable")));
}
