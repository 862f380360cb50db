//! A queue of four shards looks like one.

use crate::rig::{
    Caller, Held, PLEA, Rig, Said, assert_recounted, now_ms, post_id, secrets, shipped,
};
use heard::api::route::Role;
use heard::inbox::shard::Shard;
use heard::lab::simulate::delivery::Simulated;
use heard::post::Platform;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SHARDS: u16 = 4;

async fn four() -> Rig {
    let mut table = shipped();
    table["shards"] = json!(SHARDS);
    let secrets = secrets(&table);
    Rig::with(table, secrets).await
}

fn id(interaction: &Value) -> &str {
    interaction["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn four_shards_are_one_queue() {
    let rig = four().await;
    let ana = rig.agent("ana");
    for author in 1_000..1_040 {
        let (post, author) = (post_id(), author.to_string());
        let text = match author.as_str() {
            "1003" | "1017" | "1031" => PLEA,
            _ => "@NorthlineRail is the 8:04 on time?",
        };
        rig.event(&Said::x(&author, &post, text)).await;
        let holding = rig.holding(&format!("x:{post}")).await;
        let (shard, _) = Shard::find(id(&holding), SHARDS).unwrap();
        assert_eq!(shard, Shard::of(Platform::X, &author, SHARDS));
        assert_eq!(
            id(&ana.get(&format!("/v1/interactions/{}", id(&holding))).await),
            id(&holding)
        );
    }
    let backlog = ana.backlog().await;
    assert_eq!(
        (&backlog["open"], &backlog["posts"]["received"]),
        (&40.into(), &40.into())
    );

    // Pages that end within shards and between them: each interaction once.
    for max in [1, 7, 40, 50] {
        let (mut listed, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ana
                .get(&format!("/v1/interactions?max={max}{cursor}"))
                .await;
            let found = page["interactions"].as_array().unwrap().clone();
            assert!(found.len() <= max);
            listed.extend(found);
            match page["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
            assert!(listed.len() <= 40, "the pages have no end");
        }
        let ids: BTreeSet<&str> = listed.iter().map(id).collect();
        assert_eq!((listed.len(), ids.len()), (40, 40), "{max}");
        let shards: BTreeSet<_> = listed
            .iter()
            .map(|one| Shard::find(id(one), SHARDS).unwrap().0)
            .collect();
        assert_eq!(shards.len(), 4);
    }
    let all = ana.get("/v1/interactions?max=50").await["interactions"]
        .as_array()
        .unwrap()
        .clone();

    // Claims take the lowest ranks of all, in their order.
    let mut ranks: Vec<i64> = all
        .iter()
        .map(|one| one["rank"].as_i64().unwrap())
        .collect();
    ranks.sort_unstable();
    for slice in ranks.chunks(9) {
        let claimed = ana.claim(json!({"max": 9, "lease_s": 60})).await;
        let got: Vec<i64> = claimed
            .iter()
            .map(|one| one["rank"].as_i64().unwrap())
            .collect();
        assert_eq!(got, slice);
        for held in claimed.into_iter().take(2).map(Held::of) {
            let (status, _) = ana.on(&held, "resolve", json!({"outcome": "told"})).await;
            assert_eq!(status, 200);
        }
    }
    assert!(ana.claim(json!({})).await.is_empty());
    let backlog = ana.backlog().await;
    assert_eq!(
        (&backlog["open"], &backlog["leased"], &backlog["done"]),
        (&30.into(), &30.into(), &10.into())
    );

    // Waiting is for work in any shard.
    for author in ["2001", "2002", "2003", "2004", "2005", "2006"] {
        let post = post_id();
        let (claimed, ()) = tokio::join!(ana.claim(json!({"wait_s": 25})), async {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            rig.event(&Said::x(author, &post, PLEA)).await;
        });
        assert_eq!(claimed[0]["posts"][0]["id"], post);
    }
    rig.kill();
    let shards = rig.shards();
    assert_eq!(shards.open.len(), 4);
    shards.assert_recounted();
    assert_eq!(shards.sum("SELECT count(*) FROM post"), 46);
}

/// The cap is one over all shards, the same claim again gives the same leases, and what one holds is
/// found wherever it is.
#[tokio::test(flavor = "multi_thread")]
async fn over_all_shards_an_agent_holds_so_many_and_a_lost_claim_comes_again() {
    let mut table = shipped();
    table["shards"] = json!(SHARDS);
    table["limits"]["held_per_agent"] = json!(5);
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let ana = rig.agent("ana");
    for author in 1_000..1_020 {
        let author = author.to_string();
        let question = "@NorthlineRail is the 8:04 on time?";
        rig.event(&Said::x(&author, &post_id(), question)).await;
    }
    let leases = |answer: &Value| -> BTreeSet<String> {
        let all = answer["interactions"].as_array().unwrap().iter();
        all.map(|one| one["lease"].as_str().unwrap().to_owned())
            .collect()
    };
    let claim = async |key: &str| {
        let ask = json!({"max": 20, "lease_s": 60});
        let (status, answer) = ana
            .try_call("POST", "/v1/claims", Some(key), Some(&ask))
            .await
            .unwrap();
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let lost = claim("k").await;
    assert_eq!(
        (leases(&lost).len(), &lost["limit"]),
        (5, &json!("held_per_agent"))
    );
    let shards: BTreeSet<_> = lost["interactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| Shard::find(id(one), SHARDS).unwrap().0)
        .collect();
    assert!(shards.len() > 1, "{shards:?}");
    assert_eq!(leases(&claim("k").await), leases(&lost));
    assert_eq!(leases(&ana.get("/v1/claims").await), leases(&lost));
    let more = claim("another").await;
    assert_eq!(
        (leases(&more).len(), &more["limit"]),
        (0, &json!("held_per_agent"))
    );
    let fire = "@NorthlineRail help, there is a fire and smoke in coach B, people are hurt";
    rig.event(&Said::x("2000", &post_id(), fire)).await;
    assert_eq!(leases(&claim("a third").await).len(), 1);
    assert_eq!(leases(&ana.get("/v1/claims").await).len(), 6);
    assert!(leases(&rig.agent("bo").get("/v1/claims").await).is_empty());
    assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_names_no_author_finds_its_post() {
    let rig = four().await;
    let (kept, gone, never) = (post_id(), post_id(), post_id());
    for (author, id) in [("7001", &kept), ("7002", &gone)] {
        let comment = Said {
            platform: Platform::Facebook,
            event: Simulated::Made,
            author,
            id,
            text: "Is the 8:04 on time?",
        };
        rig.event(&comment).await;
    }
    let removal = |id: &str| {
        json!({"object": "page", "entry": [{"id": "4200000002", "time": now_ms() / 1_000, "changes": [{
            "field": "feed", "value": {"item": "comment", "verb": "remove", "comment_id": format!("9001_{id}"), "post_id": "4200000002_9001"}}]}]})
    };
    for id in [&gone, &never] {
        assert_eq!(
            rig.deliver("meta-main", removal(id).to_string().as_bytes())
                .await,
            200
        );
    }
    let holding = rig.holding(&format!("facebook:9001_{gone}")).await;
    assert_eq!(
        (&holding["state"], &holding["outcome"]),
        (&json!("done"), &json!("withdrawn"))
    );
    assert_eq!(
        rig.holding(&format!("facebook:9001_{kept}")).await["state"],
        "waiting"
    );
    // One post was deleted, however many shards were asked.
    let backlog = rig.agent("ana").backlog().await;
    assert_eq!(
        (&backlog["open"], &backlog["done"], &backlog["deletions"]),
        (&1.into(), &1.into(), &1.into()),
        "{backlog}"
    );
    // And the one deleted before it was made is in no shard's queue when it comes.
    let late = Said {
        platform: Platform::Facebook,
        event: Simulated::Made,
        author: "7003",
        id: &never,
        text: PLEA,
    };
    rig.event(&late).await;
    assert_eq!(rig.agent("ana").backlog().await["open"], 1);
    assert!(rig.sandbox.sent().is_empty());
    crate::rig::assert_recounted(&rig);
}

/// A delivery for several shards of which the platform hears nothing good until all have it.
#[tokio::test(flavor = "multi_thread")]
async fn one_delivery_for_four_shards_is_taken_in_by_all() {
    let rig = four().await;
    let first: i64 = post_id().parse().unwrap();
    let changes: Vec<Value> = (0..40)
        .map(|n| json!({"field": "feed", "value": {
            "item": "comment", "verb": "add", "post_id": "4200000002_9001", "comment_id": format!("9001_{}", first + n),
            "created_time": now_ms() / 1_000, "message": PLEA, "from": {"id": (8_000 + n).to_string(), "name": "Ada"}}}))
        .collect();
    let body = json!({"object": "page", "entry": [{"id": "4200000002", "time": now_ms() / 1_000, "changes": changes}]});
    for _ in 0..2 {
        assert_eq!(
            rig.deliver("meta-main", body.to_string().as_bytes()).await,
            200
        );
    }
    let ana = rig.agent("ana");
    crate::rig::until("all acknowledgments", async || {
        let acks = ana.backlog().await["acks"].clone();
        (acks["sent"] == 40).then_some(()).ok_or(acks.to_string())
    })
    .await;
    let backlog = ana.backlog().await;
    assert_eq!(
        (&backlog["open"], &backlog["duplicates"]),
        (&40.into(), &40.into())
    );
    assert_eq!(rig.sandbox.sent().len(), 40);
    crate::rig::assert_recounted(&rig);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workgroup_on_other_work_pulls_it_from_every_shard() {
    let mut table = shipped();
    table["shards"] = json!(SHARDS);
    let sources = table["sources"].as_array_mut().unwrap();
    for source in sources.iter_mut().filter(|one| one["platform"] != "x") {
        source["workgroup"] = json!("forum-care");
    }
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let forum = Caller {
        token: rig.token(
            "ana",
            Role::Agent,
            &["forum-care"],
            now_ms() / 1_000 + 3_600,
        ),
        ..boss.clone()
    };
    assert!(forum.claim(json!({})).await.is_empty());

    // It holds for a claim that waits already, and for work that lies in any shard.
    let path = "/v1/workgroups/forum-care/assign";
    let (claimed, ()) = tokio::join!(forum.claim(json!({"wait_s": 25})), async {
        let errand = json!({"serves": ["forum-care", "customer-care"], "for_s": 600});
        let (status, said) = boss.post(path, errand).await;
        assert_eq!((status, &said["by"]), (200, &json!("boss")), "{said}");
        rig.event(&Said::x("3000", &post_id(), PLEA)).await;
    });
    assert_eq!(claimed[0]["workgroup"], "customer-care");
    for author in 3_001..3_013 {
        rig.event(&Said::x(&author.to_string(), &post_id(), PLEA))
            .await;
    }
    assert_eq!(
        boss.backlog().await["retasked"].as_array().unwrap().len(),
        1
    );
    let claimed = forum.claim(json!({"max": 6})).await;
    assert_eq!(claimed.len(), 6);

    // Called back, they keep what they hold and get no more of it.
    let (status, _) = boss.post(path, json!({"serves": []})).await;
    assert_eq!(status, 200);
    assert_eq!(boss.backlog().await["retasked"], json!([]));
    assert!(forum.claim(json!({"max": 6})).await.is_empty());
    let held = Held::of(claimed[0].clone());
    let (status, _) = forum.on(&held, "resolve", json!({"outcome": "told"})).await;
    assert_eq!(status, 200);
}

/// A configuration that says another number of shards changes nothing but `/readyz`.
#[tokio::test(flavor = "multi_thread")]
async fn another_number_of_shards_is_ignored_and_told() {
    let mut rig = four().await;
    let posts: Vec<(String, String)> = (9_000..9_012)
        .map(|author: u32| (author.to_string(), post_id()))
        .collect();
    for (author, post) in &posts {
        rig.event(&Said::x(author, post, PLEA)).await;
    }
    for shards in [1, 8] {
        rig.deploy(|table| table["shards"] = json!(shards)).await;
        for (author, post) in &posts {
            rig.event(&Said::x(author, post, PLEA)).await;
        }
        let boss = rig.caller("boss", Role::Supervisor);
        let problems = boss.get("/readyz").await["problems"].to_string();
        assert!(problems.contains("\"shards\""), "{problems}");
        assert_eq!(boss.backlog().await["open"], 12);
        let holding = rig.holding(&format!("x:{}", posts[0].1)).await;
        let path = format!("/v1/interactions/{}", id(&holding));
        assert_eq!(id(&boss.get(&path).await), id(&holding));
    }
    assert!(rig.log().contains("posts lie in 4"), "{}", rig.log());
    rig.deploy(|table| table["shards"] = json!(SHARDS)).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let problems = boss.get("/readyz").await["problems"].to_string();
    assert!(!problems.contains("\"shards\""), "{problems}");
    crate::rig::assert_recounted(&rig);
}

/// Facebook tells of one post twice: as a mention that names no author, and as a post that does.
#[tokio::test(flavor = "multi_thread")]
async fn a_mention_without_author_and_its_post_are_one_record() {
    let rig = four().await;
    for author in ["8079304131", "8079304132", "8079304133", "8079304134"] {
        let post = format!("4200000002_{}", post_id());
        let change = |field: &str, from: Value| {
            let mut value = json!({"message": format!("Northline Rail {PLEA}"), "post_id": post,
                "created_time": now_ms() / 1_000, "item": "post", "verb": "add"});
            if !from.is_null() {
                value["from"] = from;
            }
            json!({"object": "page", "entry": [{"id": "4200000002", "time": now_ms() / 1_000,
                "changes": [{"field": field, "value": value}]}]})
            .to_string()
        };
        let named = change("feed", json!({"id": author, "name": "Ivo Test"}));
        for body in [&change("mention", Value::Null), &named, &named] {
            assert_eq!(rig.deliver("meta-main", body.as_bytes()).await, 200);
        }
        let holding = rig.holding(&format!("facebook:{post}")).await;
        assert_eq!(holding["author"]["id"], author, "{holding}");
        let (shard, _) = Shard::find(id(&holding), SHARDS).unwrap();
        assert_eq!(shard, Shard::of(Platform::Facebook, author, SHARDS));
        rig.ack(&format!("facebook:{post}"), "sent").await;
    }
    assert_eq!(rig.agent("ana").backlog().await["open"], 4);
    assert_eq!(rig.sandbox.sent().len(), 4);
    crate::rig::assert_recounted(&rig);
}

/// A jurisdiction that the runtime cannot keep is no reason to go elsewhere, and neither is another one than
/// everything lies in.
#[tokio::test(flavor = "multi_thread")]
async fn a_jurisdiction_is_kept_or_nothing_is_taken_in() {
    let mut rig = four().await;
    rig.deploy(|table| table["location"] = json!("weur")).await;
    rig.event(&Said::x("7000", &post_id(), PLEA)).await;
    let lost = |rig: &Rig| rig.written(&Said::x("7001", &post_id(), PLEA));
    let boss_says = async |rig: &Rig| {
        let ready = rig.caller("boss", Role::Supervisor).get("/readyz").await;
        ready["problems"].to_string()
    };
    // Everything lies in none.
    rig.deploy(|table| table["jurisdiction"] = json!("eu"))
        .await;
    let (app, body) = lost(&rig);
    assert_eq!(rig.deliver(&app, &body).await, 503);
    let problems = boss_says(&rig).await;
    assert!(problems.contains("everything lies in none"), "{problems}");
    rig.deploy(|table| drop(table.as_object_mut().unwrap().remove("jurisdiction")))
        .await;
    assert_eq!(rig.deliver(&app, &body).await, 200);
    assert_eq!(rig.agent("ana").backlog().await["open"], 2);

    // This runtime has none of them.
    let mut table = crate::rig::shipped();
    table["jurisdiction"] = json!("eu");
    table["location"] = json!("weur");
    let secrets = crate::rig::secrets(&table);
    let mut rig = Rig::with(table, secrets).await;
    let (app, body) = lost(&rig);
    assert_eq!(rig.deliver(&app, &body).await, 503);
    assert!(rig.log().contains("not implemented"), "{}", rig.log());
    // And what was said first holds.
    rig.deploy(|table| drop(table.as_object_mut().unwrap().remove("jurisdiction")))
        .await;
    assert_eq!(rig.deliver(&app, &body).await, 503);
    let problems = boss_says(&rig).await;
    assert!(problems.contains("everything lies in eu"), "{problems}");
}
