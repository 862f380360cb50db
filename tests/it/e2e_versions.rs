//! Two versions at once, as every deploy mixes them: objects keep their code until they rest, while the Worker
//! is new already, and a roll-back is the other way round. The frozen version is [`crate::frozen::VERSION`].

use crate::frozen::{self, written};
use crate::rig::{
    Mixed, PLEA, Rig, Said, Version, assert_recounted, built, live, post_id, shipped,
};
use heard::api::route::Role;
use heard::lab::simulate::delivery::Simulated;
use serde_json::json;
use tempfile::tempdir;

/// The main job and a supervisor's, with everything that Worker and objects say to each other in it.
async fn works(rig: &Rig) {
    let (ana, boss) = (rig.agent("ana"), rig.caller("boss", Role::Supervisor));
    let id = post_id();
    let made = Said::x("ann", &id, PLEA);
    rig.event(&made).await;
    rig.event(&made).await;
    let post = format!("x:{id}");
    rig.ack(&post, "sent").await;
    assert_eq!(rig.sent_to(&id).len(), 1);

    let held = ana.claim_one().await;
    assert_eq!(held.interaction["posts"][0]["copies"], 1);
    let edited = Said {
        event: Simulated::Edited,
        ..Said::x("ann", &id, "And now the lights are off")
    };
    rig.event(&edited).await;
    let (status, extended) = ana.on(&held, "extend", json!({"lease_s": 60})).await;
    assert_eq!(
        (status, extended["news"].as_array().unwrap().len()),
        (200, 1)
    );
    let (status, replied) = ana.reply(&held, "k", "A bus is on its way to you").await;
    assert_eq!(
        (status, &replied["state"]),
        (200, &json!("sent")),
        "{replied}"
    );
    let seen = json!({"outcome": "helped", "seen": extended["cursor"]});
    let (status, done) = ana.on(&held, "resolve", seen).await;
    assert_eq!((status, &done["state"]), (200, &json!("done")), "{done}");

    // One waits for it, another is given back, a third is given to somebody.
    let waits = ana.claim(json!({"wait_s": 20}));
    let (waited, ()) = tokio::join!(waits, async {
        let id = post_id();
        rig.event(&Said::x("bob", &id, PLEA)).await;
    });
    let held = crate::rig::Held::of(waited[0].clone());
    let (status, _) = ana
        .on(&held, "release", json!({"reason": "not mine"}))
        .await;
    assert_eq!(status, 200);
    let path = format!("/v1/interactions/{}/assign", held.id);
    let (status, given) = boss.post(&path, json!({"agent": "ana"})).await;
    assert_eq!(
        (status, &given["assigned"]),
        (200, &json!("ana")),
        "{given}"
    );

    let pause = json!({"source": "x-northline", "reason": "a drill"});
    assert_eq!(boss.post("/v1/acks/pause", pause).await.0, 200);
    let id = post_id();
    rig.event(&Said::x("cem", &id, PLEA)).await;
    let quiet = rig.holding(&format!("x:{id}")).await;
    assert_eq!(quiet["posts"][0]["ack"], "paused");
    let resume = json!({"source": "x-northline"});
    assert_eq!(boss.post("/v1/acks/resume", resume).await.0, 200);
    let wish = json!({"platform": "x", "author": "dan", "stop": true, "reason": "by phone"});
    assert_eq!(boss.post("/v1/stops", wish).await.0, 200);
    assert_eq!(boss.post("/v1/tokens/t9/revoke", json!({})).await.0, 200);

    assert_eq!(boss.backlog().await["posts"]["received"], 3);
    let acks = boss.get("/v1/acks?state=sent").await;
    assert_eq!(acks["acks"].as_array().unwrap().len(), 2, "{acks}");
    assert_eq!(
        boss.get("/v1/deeds").await["deeds"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    assert!(
        !boss.get("/v1/tokens").await["tokens"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(boss.get("/v1/sources").await["apps"].is_array());
    assert_eq!(rig.ready().await["shards"], 2);
    assert_recounted(rig);
}

fn two_shards(mut version: Version) -> Version {
    version.table["shards"] = json!(2);
    version
}

#[tokio::test(flavor = "multi_thread")]
async fn e2e_the_frozen_version_and_this_one_understand_each_other() {
    let folder = tempdir().unwrap();
    frozen::unpack(folder.path());
    let then = two_shards(Version {
        built: folder.path().into(),
        table: live(&written("heard.toml")),
    });
    let now = two_shards(Version {
        built: built().await,
        table: shipped(),
    });
    for (front, objects) in [(&then, &now), (&now, &then)] {
        let rig = Rig::mixed(Mixed {
            front: front.clone(),
            objects: objects.clone(),
        });
        works(&rig.await).await;
    }
}
