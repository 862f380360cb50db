//! A stranded train, end to end: forty authors in ten minutes, what is suspected, what its members are told, and how it
//! ends.

use crate::rig::{Caller, Rig, now_ms, post_id, secrets, shipped, until};
use heard::api::route::Role;
use serde_json::{Value, json};

const FORUM: &str = "forum.northline.example";
const LINE: &str =
    "No trains run through Woking at the moment. We will say more here by a quarter to six.";
const NEWER: &str = "The line through Woking opens again at about half past six.";
const OVER: &str = "Trains run through Woking again.";
const STUCK: &str =
    "Stuck outside Woking for two hours now #wokingtrain and nobody tells us anything. Please help";
const DANGER: &str =
    "There is smoke in our carriage and we cannot get out, please help us now #wokingtrain";
const GERMAN: &str = "Wir stecken seit zwei Stunden vor Woking fest #wokingtrain und niemand sagt uns etwas. Bitte helfen Sie uns";

async fn rig() -> Rig {
    let mut table = shipped();
    table["shards"] = json!(2);
    table["customers"] = json!(240_000);
    // What a storm's notes are held to is another test's.
    table["limits"]["acks_per_minute"] = json!(600);
    table["limits"]["acks_per_hour"] = json!(36_000);
    for source in table["sources"].as_array_mut().unwrap() {
        source.as_object_mut().unwrap().remove("acks_per_minute");
        source.as_object_mut().unwrap().remove("acks_per_hour");
    }
    let secrets = secrets(&table);
    Rig::with(table, secrets).await
}

/// Somebody writes in the forum; gives the post's name.
async fn write(rig: &Rig, author: &str, text: &str, kind: &str, created_ms: i64) -> String {
    let id = post_id();
    let data = json!({
        "account": FORUM, "id": id, "author": {"id": author}, "text": text, "kind": kind,
        "created_at": created_ms,
    });
    let body = json!({"type": "post.created", "data": data}).to_string();
    assert_eq!(rig.deliver("forum", body.as_bytes()).await, 200);
    format!("standard:{FORUM}/{id}")
}

/// The incidents as a supervisor sees them.
async fn listed(boss: &Caller<'_>) -> Vec<Value> {
    boss.get("/v1/incidents").await["incidents"]
        .as_array()
        .unwrap()
        .clone()
}

/// The one incident of the stranded train, once it has so many posts.
async fn grown(boss: &Caller<'_>, posts: u64) -> Value {
    until("the incident to have its members", async || {
        let all = listed(boss).await;
        let found = all.iter().find(|one| one["place"] == "wokingtrain");
        match found {
            Some(one) if one["posts"].as_u64() >= Some(posts) => Ok(one.clone()),
            _ => Err(format!("{all:?}")),
        }
    })
    .await
}

/// How often a text left.
fn left(rig: &Rig, text: &str) -> usize {
    rig.sandbox
        .sent()
        .iter()
        .filter(|sent| sent.text.contains(text))
        .count()
}

#[tokio::test]
async fn a_stranded_train_from_the_first_post_to_the_word_that_it_is_over() {
    let rig = rig().await;
    let boss = rig.caller("boss", Role::Supervisor);
    let ana = rig.agent("ana");
    let start = now_ms() - 10 * 60_000;
    for (n, text) in [
        "When will my refund arrive? It has been three weeks.",
        "Is the lift at York repaired?",
    ]
    .iter()
    .enumerate()
    {
        write(&rig, &format!("other-{n}"), text, "topic", start).await;
    }
    let mut first = None;
    for n in 0..40_i64 {
        let author = format!("rider-{n}");
        let kind = if n < 3 { "message" } else { "topic" };
        let name = write(&rig, &author, STUCK, kind, start + n * 15_000).await;
        first.get_or_insert(name);
    }
    write(&rig, "rider-danger", DANGER, "topic", now_ms()).await;

    // Suspected by itself, with its members.
    let one = grown(&boss, 41).await;
    assert_eq!(
        (&one["state"], &one["people"]),
        (&json!("suspected"), &json!(41)),
        "{one}"
    );
    assert!(one["alarm"]["people"].as_u64().unwrap() >= 5, "{one}");
    let path = |what: &str| format!("/v1/incidents/{}{what}", one["id"].as_str().unwrap());
    let whole = ana.get(&path("")).await;
    assert_eq!(whole["members"].as_array().unwrap().len(), 41, "{whole}");
    assert_eq!(whole["emergencies"], json!(1));
    assert_eq!(whole["languages"], json!({"en": 41}));
    assert_eq!(whole["platforms"], json!({"standard": 41}));
    assert_eq!(whole["first_posts"][0], json!(first.unwrap()));
    let growth = whole["growth"].as_array().unwrap();
    let grew: u64 = growth
        .iter()
        .map(|minute| minute["people"].as_u64().unwrap())
        .sum();
    assert!(growth.len() >= 10 && grew == 41, "{growth:?}");
    let terms = whole["terms"].to_string();
    assert!(
        !whole["terms"].is_null() && !terms.contains("rider"),
        "{terms}"
    );
    // 41 of 240,000: 1.7 in 10,000, 1.2 to 2.3.
    assert_eq!(
        whole["loud"]["says"],
        json!("41 people; 1.7 in 10,000 of 240,000 customers, 95 % interval 1.2 to 2.3.")
    );

    // A line is a confirmed incident's, and a supervisor's to set.
    let line = |text: &str| json!({"text": {"en": text}, "minutes": 60});
    let (status, problem) = boss.post(&path("/line"), line(LINE)).await;
    assert_eq!(
        (status, &problem["code"]),
        (409, &json!("incident_state")),
        "{problem}"
    );
    assert_eq!(ana.post(&path("/confirm"), json!({})).await.0, 403);
    let (status, confirmed) = boss
        .post(&path("/confirm"), json!({"title": "Train before Woking"}))
        .await;
    assert_eq!(
        (status, &confirmed["state"]),
        (200, &json!("confirmed")),
        "{confirmed}"
    );
    let (status, bad) = boss
        .post(&path("/line"), line("You get a full refund, I promise!"))
        .await;
    assert_eq!((status, &bad["field"]), (422, &json!("text.en")), "{bad}");
    let (status, said) = boss.post(&path("/line"), line(LINE)).await;
    assert_eq!((status, &said["missed_shards"]), (200, &json!(0)), "{said}");
    assert_eq!(said["incident"]["line"]["version"], json!(1));

    // Its new members are told it, once each; who is in danger and who writes in another language are not.
    let mut told = Vec::new();
    for n in 0..4 {
        let kind = if n < 2 { "message" } else { "topic" };
        told.push(write(&rig, &format!("late-{n}"), STUCK, kind, now_ms()).await);
    }
    for name in &told {
        let ack = rig.ack(name, "sent").await["ack"].clone();
        assert!(ack["text"].as_str().unwrap().starts_with(LINE), "{ack}");
    }
    write(&rig, "late-0", STUCK, "message", now_ms()).await;
    let danger = write(&rig, "late-danger", DANGER, "topic", now_ms()).await;
    let danger = rig.ack(&danger, "sent").await;
    assert_eq!(danger["level"], json!(3));
    assert!(
        !danger["ack"]["text"].as_str().unwrap().contains("Woking"),
        "{danger}"
    );
    let german = write(&rig, "late-german", GERMAN, "topic", now_ms()).await;
    let german = rig.ack(&german, "sent").await;
    assert!(
        !german["ack"]["text"].as_str().unwrap().contains("Woking"),
        "{german}"
    );
    assert_eq!(left(&rig, LINE), 4);

    // A newer text is told to the two in private who were told the first one.
    let look = json!({"text": {"en": NEWER}, "minutes": 60, "dry_run": true});
    let (_, looked) = boss.post(&path("/line"), look).await;
    assert_eq!(
        (&looked["tells"], &looked["not"]),
        (&json!(2), &json!({"public": 2})),
        "{looked}"
    );
    assert_eq!(left(&rig, NEWER), 0);
    let (_, said) = boss.post(&path("/line"), line(NEWER)).await;
    assert_eq!(
        (&said["tells"], &said["incident"]["line"]["version"]),
        (&json!(2), &json!(2)),
        "{said}"
    );
    until("the newer text to be told", async || {
        match left(&rig, NEWER) {
            2 => Ok(()),
            n => Err(n.to_string()),
        }
    })
    .await;

    // Another that turns out to be the same; then it is over.
    let (status, other) = boss
        .post(
            "/v1/incidents",
            json!({"source": "forum-northline", "what": "delayed"}),
        )
        .await;
    assert_eq!(status, 200, "{other}");
    let merge = format!("/v1/incidents/{}/merge", other["id"].as_str().unwrap());
    let (status, merged) = boss.post(&merge, json!({"into": one["id"]})).await;
    assert_eq!(
        (status, &merged["state"]),
        (200, &json!("merged")),
        "{merged}"
    );
    let (status, early) = boss
        .post(&path("/over"), json!({"text": {"en": OVER}}))
        .await;
    assert_eq!((status, &early["code"]), (409, &json!("incident_state")));
    // What isolates have not told yet is in it before it is closed.
    grown(&boss, 46).await;
    let (status, closed) = boss.post(&path("/close"), json!({})).await;
    assert_eq!(
        (status, &closed["state"]),
        (200, &json!("closed")),
        "{closed}"
    );
    let answer = closed["to_answer"].as_array().unwrap();
    assert!(answer.len() >= 45, "{}", answer.len());
    assert_eq!(answer[0]["level"], json!(3), "who is in danger first");
    let over = json!({"text": {"en": OVER}, "dry_run": true});
    let (_, looked) = boss.post(&path("/over"), over).await;
    assert_eq!(looked["tells"], json!(2), "{looked}");
    let (_, said) = boss
        .post(&path("/over"), json!({"text": {"en": OVER}}))
        .await;
    assert_eq!(
        (&said["tells"], &said["incident"]["line"]["over"]),
        (&json!(2), &json!(true))
    );
    until("the word that it is over to be told", async || {
        match left(&rig, OVER) {
            2 => Ok(()),
            n => Err(n.to_string()),
        }
    })
    .await;
    // Nobody is told the line any more, and nobody was told anything twice.
    let after = write(&rig, "after", STUCK, "topic", now_ms()).await;
    let after = rig.ack(&after, "sent").await;
    assert!(
        !after["ack"]["text"].as_str().unwrap().contains("Woking"),
        "{after}"
    );
    assert_eq!(
        (left(&rig, LINE), left(&rig, NEWER), left(&rig, OVER)),
        (4, 2, 2)
    );

    // What supervisors did is written down; what authors wrote is nowhere.
    let deeds = boss.get("/v1/deeds").await.to_string();
    for did in [
        "confirm_incident",
        "set_line",
        "merge_incident",
        "close_incident",
        "say_over",
    ] {
        assert!(deeds.contains(did), "{did}");
    }
    rig.assert_hushed(&["#wokingtrain", "rider-3"]);
    rig.kill();
    for file in rig.databases("pulse") {
        let disk = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
        for hidden in ["nobody tells us", "rider-3", "smoke in our carriage"] {
            assert!(!disk.contains(hidden), "{hidden}");
        }
    }
}
