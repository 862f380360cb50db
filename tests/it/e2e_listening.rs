//! What a full stream brings, on the real runtime with two shards: what names nobody is dropped in the Worker and counted,
//! the rest is listened to, an emergency that names us is work, and no note goes out to any of it.

use crate::rig::{Rig, Said, post_id, secrets, shipped, until};
use heard::api::route::Role;
use heard::lab::simulate::delivery::Simulated;
use serde_json::{Value, json};

const FIRE: &str =
    "Northline train on fire at Woking, people trapped inside, call the fire brigade";

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_filtered_at_the_edge_and_listened_to() {
    let mut table = shipped();
    table["shards"] = json!(2);
    table["listening"] = json!({
        "words": ["northline"], "filter": true,
        "others": [{"name": "Southline", "words": ["southline"]}],
    });
    for source in table["sources"].as_array_mut().unwrap() {
        if source["id"] == "x-northline" {
            source["listen"] = json!(true);
        }
    }
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let said = async |author: &str, text: &str, event: Simulated| {
        let id = post_id();
        let said = Said {
            event,
            ..Said::x(author, &id, text)
        };
        rig.event(&said).await;
        id
    };
    for (author, text) in (0..).zip([
        "what a lovely day",
        "northliner is a funny word",
        "my dinner is on fire, call somebody",
        "Northline was late again",
        "Southline is cheaper than northline",
        "southline then",
    ]) {
        said(&format!("90{author}"), text, Simulated::Topic).await;
    }
    let fire = said("911", FIRE, Simulated::Topic).await;
    // Who writes to us is not dropped, whatever they say.
    let asked = said("912", "@NorthlineRail what a lovely day", Simulated::Made).await;
    let ignored = async |why: &str| {
        let backlog = boss.get("/v1/backlog").await;
        backlog["ignored"][why].as_i64().unwrap_or(0)
    };
    until("what was dropped is counted", async || {
        let n = ignored("not_about_us").await;
        if n == 3 { Ok(()) } else { Err(n.to_string()) }
    })
    .await;
    assert_eq!(ignored("listened").await, 3);
    let urgent = rig.holding(&format!("x:{fire}")).await;
    assert_eq!(urgent["level"], 3, "{urgent}");
    assert!(urgent.get("ack").is_none(), "{urgent}");
    rig.holding(&format!("x:{asked}")).await;
    assert!(rig.sent_to(&fire).is_empty());

    let heard = boss.get("/v1/listening").await;
    let source = &heard["sources"][0];
    assert_eq!(
        (&source["posts"], &source["people"]),
        (&json!(4), &json!(4)),
        "{heard}"
    );
    assert_eq!(source["ours"], json!({"posts": 3, "people": 3}));
    assert_eq!(source["queued"], 1);
    let shares: Vec<(&str, i64)> = source["voice"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["name"].as_str().unwrap(),
                one["posts"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(shares, [("Northline Rail", 3), ("Southline", 2)]);
    let texts = |heard: &Value| heard["examples"].as_array().unwrap().len();
    assert_eq!(texts(&heard), 2, "{heard}");

    // A person takes one into the queue.
    let ana = rig.agent("ana");
    let one = heard["examples"][0]["id"].as_str().unwrap();
    let path = format!("/v1/listening/{one}/promote");
    let (status, promoted) = ana.post(&path, json!({})).await;
    assert_eq!(status, 200, "{promoted}");
    let (_, again) = ana.post(&path, json!({})).await;
    assert_eq!(again, promoted);
    let id = promoted["interaction"].as_str().unwrap();
    let work = ana.get(&format!("/v1/interactions/{id}")).await;
    assert!(work.get("ack").is_none(), "{work}");
    assert_eq!(ignored("listened").await, 2);
    assert_eq!(texts(&boss.get("/v1/listening").await), 1);
    let freight = rig.token(
        "eve",
        Role::Agent,
        &["freight"],
        crate::rig::now_ms() / 1_000 + 600,
    );
    let eve = crate::rig::Caller {
        token: freight,
        ..ana.clone()
    };
    assert_eq!(eve.get("/v1/listening").await["sources"], json!([]));
    assert_eq!(eve.post(&path, json!({})).await.0, 404);
}
