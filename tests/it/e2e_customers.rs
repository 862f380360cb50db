//! Customers on the real runtime: a CRM says who somebody is, a claim shows it, and they are forgotten.

use crate::rig::{PLEA, Rig, Said, post_id, secrets, shipped};
use heard::api::route::Role;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_known_claimed_and_forgotten() {
    for shards in [1, 3] {
        let mut table = shipped();
        table["shards"] = json!(shards);
        table["tiers"] = json!([{"name": "elite", "deadline": 0.5}]);
        let keys = secrets(&table);
        let rig = Rig::with(table, keys).await;
        let (boss, crm) = (
            rig.caller("boss", Role::Supervisor),
            rig.caller("crm", Role::Crm),
        );
        let first = post_id();
        rig.event(&Said::x("71", &first, PLEA)).await;
        let identities: Vec<Value> = (71..75)
            .map(|n| json!({"platform": "x", "author": n.to_string()}))
            .collect();
        let ann = json!({"name": "Ann", "tier": "elite", "identities": identities});
        let (status, put) = crm.call("PUT", "/v1/customers/c-1", ann).await;
        assert_eq!((status, &put["outcome"]), (200, &json!("created")), "{put}");
        // The same person by another account: no second note, wherever their shard is.
        rig.event(&Said::x("72", &post_id(), PLEA)).await;
        let claimed = boss.claim(json!({"max": 5})).await;
        assert_eq!(claimed.len(), 2);
        for one in &claimed {
            assert_eq!(one["customer"]["tier"], "elite", "{one}");
            let is_first = one["author"]["id"] == "71";
            let decided = if is_first { "planned" } else { "cooldown" };
            assert_eq!(one["posts"][0]["ack"], decided, "{one}");
        }
        let shown = boss.get("/v1/customers/c-1").await;
        let points = shown["arc"]["points"].as_array().unwrap().len();
        assert!(points >= 2, "{shown}");
        let export = boss.get("/v1/authors/x/71/export").await;
        assert_eq!(export["interactions"].as_array().unwrap().len(), 1);
        let gone = boss
            .try_call("DELETE", "/v1/customers/c-1?reason=letter", None, None)
            .await
            .unwrap();
        assert_eq!(
            (gone.0, &gone.1["rows"]["interaction"]),
            (200, &json!(2)),
            "{gone:?}"
        );
        rig.event(&Said::x("71", &first, PLEA)).await;
        let left = boss.get("/v1/interactions").await;
        assert_eq!(left["interactions"], json!([]), "{left}");
        for path in [
            "/v1/customers/c-1",
            "/v1/authors/x/71",
            "/v1/authors/x/71/export",
        ] {
            let (status, said) = boss.try_call("GET", path, None, None).await.unwrap();
            assert_eq!(status, 404, "{path}: {said}");
        }
        let deeds = boss.get("/v1/deeds").await;
        let deed = &deeds["deeds"][0];
        assert_eq!(
            (&deed["did"], &deed["to"]),
            (&json!("delete_customer"), &gone.1["proof"])
        );
    }
}
