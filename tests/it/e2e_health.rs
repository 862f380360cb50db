//! The webhooks' health on the real runtime: what came is told, survives a restart, and costs the
//! storage next to nothing whoever knocks.

use crate::rig::{Rig, Said, now_ms, post_id, secrets, shipped, until};
use futures_util::future::join_all;
use heard::api::route::Role;
use heard::signature::Key;
use heard::signature::scheme::Scheme;
use heard::signature::sign::sign;
use rusqlite::Connection;
use serde_json::{Value, json};

/// The entry of that id.
fn entry<'v>(look: &'v Value, list: &str, id: &str) -> &'v Value {
    let all = look[list].as_array().unwrap();
    all.iter().find(|one| one["id"] == id).unwrap()
}

/// Looks until what is told of an app holds; what else is told then.
async fn told(rig: &Rig, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let boss = rig.caller("boss", Role::Supervisor);
    until(what, async || {
        let look = boss.get("/v1/sources").await;
        let app = entry(&look, "apps", "x-main");
        if holds(app) {
            Ok(look)
        } else {
            Err(app.to_string())
        }
    })
    .await
}

#[tokio::test]
async fn what_came_is_told_and_outlives_the_runtime() {
    let table = shipped();
    let mut secrets = secrets(&table);
    let (new, old) = ("hush-new-key-of-x", "hush-old-key-of-x");
    secrets.insert("X_CONSUMER_SECRET".into(), format!("{new} {old}"));
    let rig = Rig::with(table, secrets).await;
    let begun_ms = now_ms();

    let by = |key: &str, body: &[u8]| {
        let key = Key::new(key).unwrap();
        sign(Scheme::X, &key, "", now_ms() / 1_000, body)
    };
    let send = async |headers: Vec<(String, String)>, body: Vec<u8>| {
        let response = rig.webhook("x-main", &headers, body).await.unwrap();
        response.status().as_u16()
    };
    let body = || {
        rig.written(&Said::x("11", &post_id(), "my train is late"))
            .1
    };
    for key in [new, old, old] {
        let body = body();
        assert_eq!(send(by(key, &body), body).await, 200);
    }
    assert_eq!(send(Vec::new(), body()).await, 401);
    for _ in 0..11 {
        assert_eq!(send(by("another-key", b"{}"), b"[]".to_vec()).await, 401);
    }
    // A CRC, and a GET that is none.
    let forging = "crc_token=%EF%BB%BF%7B%22for_user_id%22%3A%224200000001%22%7D";
    for (query, status) in [("crc_token=abc", 200), ("hello=1", 400), (forging, 401)] {
        let url = rig.url(&format!("/webhooks/x-main?{query}")).unwrap();
        let answer = rig.client.get(url).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
    }
    // For an account that is not ours.
    let foreign = json!({"for_user_id": "1", "favorite_events": [{"id": "1"}]}).to_string();
    assert_eq!(send(by(new, foreign.as_bytes()), foreign.into()).await, 200);
    // A post for an account that no source names, mistyped perhaps.
    let mistyped = json!({"for_user_id": "4200000099",
        "tweet_create_events": [{"id_str": "5", "text": "hush, my train", "user": {"id_str": "6"}}]});
    let mistyped = mistyped.to_string();
    assert_eq!(
        send(by(new, mistyped.as_bytes()), mistyped.into()).await,
        200
    );
    // An app that is none: nobody hears of it.
    let nowhere = rig.webhook("x-other", &[], "{}").await.unwrap();
    assert_eq!(nowhere.status().as_u16(), 404);

    let is_all = |app: &Value| app["verified"]["n"] == 5 && app["handshakes_refused"]["n"] == 1;
    let look = told(&rig, "everything to be told", is_all).await;
    let app = entry(&look, "apps", "x-main");
    assert_eq!(app["handshakes"]["n"], 1);
    assert_eq!(app["refused"]["n"], 13);
    assert_eq!(app["refused"]["last_hour"], 13);
    assert_eq!(app["refused"]["by_reason"]["challenge"]["n"], 1);
    let stray = &app["strays"][0];
    assert_eq!(
        (&stray["platform"], &stray["account"], &stray["n"]),
        (&json!("x"), &json!("4200000099"), &json!(1))
    );
    for line in [
        r#"{"account":"4200000099","app":"x-main","event":"no_source","platform":"x","updates":1}"#,
        r#""why":"challenge""#,
        r#""why":"no_handshake""#,
    ] {
        assert!(rig.log().contains(line), "{line}");
    }
    assert_eq!(app["refused"]["by_reason"]["mismatch"]["n"], 11);
    assert_eq!(app["refused"]["by_reason"]["missing_header"]["n"], 1);
    let first_ms = app["refused"]["first_ms"].as_i64().unwrap();
    assert!((begun_ms..=now_ms()).contains(&first_ms));
    assert_eq!(app["ignored"].as_object().unwrap().len(), 2, "{app}");
    for (position, n) in [(0, 3), (1, 2)] {
        let key = &app["keys"][position];
        assert_eq!(
            (&key["verified"]["n"], &key["safe_to_retire"]),
            (&json!(n), &json!(false))
        );
    }
    let source = entry(&look, "sources", "x-northline");
    assert_eq!(source["deliveries"]["n"], 3);
    assert_eq!(source["updates"], 3);
    assert_eq!(source["quiet"], json!(null));
    assert_eq!(
        entry(&look, "sources", "line-northline")["deliveries"]["n"],
        0
    );
    for hush in rig.secrets.values().map(String::as_str).chain([new, old]) {
        assert!(!look.to_string().contains(hush), "{hush}");
    }

    // What strangers send while others verify is a warning, and turns nothing red.
    let ready = rig.ready().await;
    assert_eq!(ready["ready"], false);
    let warned = ready["warnings"].as_array().unwrap().iter();
    let warned: Vec<_> = warned.filter(|one| one["key"] == "apps x-main").collect();
    assert_eq!(warned.len(), 1, "{ready}");
    let says = warned[0]["says"].as_str().unwrap();
    assert!(
        says.contains("13 signature failures in the last hour"),
        "{says}"
    );
    let problems = async || rig.ready().await["problems"].clone();
    let found = problems().await;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    let lost = found[0]["says"].as_str().unwrap();
    assert!(
        lost.starts_with(
            "1 verified x updates are for account \"4200000099\", which no source names"
        ),
        "{lost}"
    );

    rig.restart().await;
    let mut again = told(&rig, "what was told before", is_all).await;
    again["as_of_ms"] = look["as_of_ms"].clone();
    assert_eq!(again, look);
    assert_eq!(problems().await, found);
}

#[tokio::test]
async fn a_flood_of_strangers_costs_a_few_writes() {
    const FLOOD: usize = 1_000;
    let rig = Rig::start().await;
    rig.event(&Said::x("11", &post_id(), "my train is late"))
        .await;
    told(&rig, "the first", |app| app["verified"]["n"] == 1).await;
    // From now on the database counts its own writes.
    rig.kill();
    let file = rig.accounts();
    Connection::open(&file)
        .unwrap()
        .execute_batch(
            "CREATE TABLE written (what TEXT);
             CREATE TRIGGER health_new AFTER INSERT ON health BEGIN INSERT INTO written VALUES (NEW.id); END;
             CREATE TRIGGER health_old AFTER UPDATE ON health BEGIN INSERT INTO written VALUES (NEW.id); END;
             CREATE TRIGGER habit_new AFTER INSERT ON habit BEGIN INSERT INTO written VALUES ('habit'); END;
             CREATE TRIGGER habit_old AFTER UPDATE ON habit BEGIN INSERT INTO written VALUES ('habit'); END;",
        )
        .unwrap();
    rig.restart().await;

    let begun_ms = now_ms();
    for _ in 0..FLOOD / 50 {
        let knocks = (0..50).map(|_| rig.webhook("x-main", &[], "{}"));
        for answer in join_all(knocks).await {
            assert_eq!(answer.unwrap().status().as_u16(), 401);
        }
    }
    told(&rig, "all of the flood", |app| {
        app["refused"]["by_reason"]["missing_header"]["n"] == FLOOD
    })
    .await;
    let intervals = (now_ms() - begun_ms) / heard::intake::tally::EVERY_MS;
    rig.kill();
    let written: i64 = Connection::open(&file)
        .unwrap()
        .query_row("SELECT count(*) FROM written", [], |row| row.get(0))
        .unwrap();
    // The first at once, and one in each interval.
    assert!(
        (1..=intervals + 2).contains(&written),
        "{written} in {intervals} intervals"
    );
}
