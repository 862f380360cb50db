//! Lists in an order, search, deeds to many and the whole customer, on the real runtime.

use crate::rig::{PLEA, Rig, Said, post_id, secrets, shipped};
use heard::api::route::Role;
use heard::lab::simulate::delivery::Simulated;
use serde_json::{Value, json};

fn ids(list: &Value) -> Vec<String> {
    let all = list["interactions"]
        .as_array()
        .unwrap_or_else(|| panic!("{list}"));
    all.iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn desks_list_search_and_end_what_lies_in_several_shards() {
    let mut table = shipped();
    table["shards"] = json!(3);
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let mut posts = Vec::new();
    for n in 0..70 {
        let author = format!("90{n}");
        let text = match n % 7 {
            0 => PLEA.to_owned(),
            1 => "@NorthlineRail 東京駅で電車が止まっています".to_owned(),
            2 => format!("@NorthlineRail is my umbrella at Zürich, ticket ref{n}?"),
            _ => format!("@NorthlineRail is the {n}:04 on time?"),
        };
        let id = post_id();
        rig.event(&Said::x(&author, &id, &text)).await;
        posts.push((author, id, text));
    }
    let ana = rig.agent("ana");
    for order in ["rank", "deadline", "opened", "updated"] {
        let (mut found, mut keys) = (Vec::new(), Vec::new());
        let mut cursor = String::new();
        loop {
            let page = ana
                .get(&format!("/v1/interactions?order={order}&max=9{cursor}"))
                .await;
            found.extend(ids(&page));
            keys.extend(
                page["interactions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| match order {
                        "rank" => one["rank"].as_i64().unwrap(),
                        "deadline" => one["deadline_ms"].as_i64().unwrap(),
                        _ => -one["opened_ms"].as_i64().unwrap(),
                    }),
            );
            match page["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert!(keys.is_sorted(), "{order}: {keys:?}");
        found.sort_unstable();
        found.dedup();
        assert_eq!((found.len(), keys.len()), (70, 70), "{order}");
    }
    for (query, n) in [
        ("q=umbrella", 10),
        ("q=umbrella+zurich&order=rank", 10),
        ("q=ref9", 1),
        ("q=%22on+time%22&state=open", 40),
        ("q=%E9%9B%BB%E8%BB%8A", 10),
        ("q=nothing", 0),
        ("author=907", 1),
        ("state=done", 0),
        (
            "order=updated&since=2020-01-01T00:00:00Z&until=2021-01-01T00:00:00Z",
            0,
        ),
    ] {
        let page = ana.get(&format!("/v1/interactions?{query}")).await;
        assert_eq!(ids(&page).len(), n, "{query}: {page}");
    }
    let (author, id, text) = &posts[9];
    assert!(text.contains("ref9"));
    rig.event(&Said {
        event: Simulated::Deleted,
        ..Said::x(author, id, text)
    })
    .await;
    assert_eq!(ids(&ana.get("/v1/interactions?q=ref9").await), [""; 0]);

    let open = ana
        .get("/v1/interactions?state=open&order=rank&max=50")
        .await;
    let whole = json!({"do": "tag", "add": ["day"], "of_workgroup": "customer-care", "max": 3});
    let sue = rig.caller("sue", Role::Supervisor);
    let (status, page) = sue.post("/v1/interactions/bulk", whole).await;
    assert_eq!((status, &page["done"]), (200, &json!(3)), "{page}");
    let told: Vec<_> = page["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(told, ids(&open)[..3]);
    assert!(page["cursor"].is_string(), "{page}");
    let tagged = ana.get("/v1/interactions?tag=day").await;
    assert_eq!(ids(&tagged).len(), 3);

    let idle = ana.get("/v1/interactions?q=%22on+time%22&max=20").await;
    let boss = rig.caller("sue", Role::Supervisor);
    let mut body = json!({"do": "resolve", "outcome": "answered_elsewhere", "ids": ids(&idle), "dry_run": true});
    let (status, told) = boss.post("/v1/interactions/bulk", body.clone()).await;
    assert_eq!((status, &told["done"]), (200, &json!(20)), "{told}");
    body["dry_run"] = json!(false);
    let (_, done) = boss.post("/v1/interactions/bulk", body.clone()).await;
    assert_eq!(done["outcomes"], told["outcomes"]);
    let ended = ana.get("/v1/interactions?state=done&order=updated").await;
    assert_eq!(ids(&ended).len(), 21, "and what was deleted");
    assert_eq!(ana.post("/v1/interactions/bulk", body).await.0, 403);

    // Who writes again is known.
    let again = ended["interactions"].as_array().unwrap();
    let again = again
        .iter()
        .find(|one| one["outcome"] == "answered_elsewhere")
        .unwrap();
    let author = again["author"]["id"].as_str().unwrap();
    rig.event(&Said::x(
        author,
        &post_id(),
        "@NorthlineRail fire and smoke in coach B, people are hurt",
    ))
    .await;
    let mut held = ana.claim(json!({})).await.remove(0);
    // Another emergency may have waited longer.
    while held["author"]["id"] != author {
        held = ana.claim(json!({})).await.remove(0);
    }
    assert_eq!(held["earlier"][0]["id"], again["id"], "{held}");
    assert_eq!(held["earlier"][0]["outcome"], "answered_elsewhere");
    crate::rig::assert_recounted(&rig);
}
