//! An installation carried to another on the real runtime, by `heard export` and `heard import`.

use crate::rig::{PLEA, Rig, Said, post_id, secrets, shipped};
use heard::api::route::Role;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

fn heard(rig: &Rig, args: &[&str]) -> Output {
    let url = rig.url("").unwrap();
    Command::new(env!("CARGO_BIN_EXE_heard"))
        .args(args)
        .args(["--json", "--url", &url])
        .env("HEARD_TOKEN", rig.caller("olga", Role::Operator).token)
        .output()
        .unwrap()
}

fn done(output: &Output) -> Value {
    let (out, err) = (&output.stdout, String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.success(),
        "{err}{}",
        String::from_utf8_lossy(out)
    );
    serde_json::from_slice(out).unwrap()
}

async fn of(shards: u16) -> Rig {
    let mut table = shipped();
    table["shards"] = json!(shards);
    table["tiers"] = json!([{"name": "elite", "deadline": 0.5}]);
    let keys = secrets(&table);
    Rig::with(table, keys).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_installation_holds_another_takes_in() {
    for (from, to) in [(1, 4), (4, 1)] {
        let (old, new) = (of(from).await, of(to).await);
        let crm = old.caller("crm", Role::Crm);
        let ann = json!({"name": "Ann", "tier": "elite", "identities": [{"platform": "x", "author": "70"}]});
        let (status, put) = crm.call("PUT", "/v1/customers/c-1", ann).await;
        assert_eq!(status, 200, "{put}");
        let posts: Vec<(String, String)> = (70..82).map(|n| (n.to_string(), post_id())).collect();
        for (author, id) in &posts {
            old.event(&Said::x(author, id, PLEA)).await;
        }
        let boss = old.caller("boss", Role::Supervisor);
        let claimed = boss.claim(json!({"max": 3})).await;
        let path = format!(
            "/v1/interactions/{}/resolve",
            claimed[0]["id"].as_str().unwrap()
        );
        let body = json!({"lease": claimed[0]["lease"], "outcome": "solved"});
        let (status, said) = boss.call("POST", &path, body).await;
        assert_eq!(status, 200, "{said}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("all.ndjson");
        let file = file.to_str().unwrap();
        let told = done(&heard(&old, &["export", file]));
        assert_eq!(told["sums"]["inbox.interaction"]["rows"], 12, "{told}");
        // One that broke off is gone on with.
        let whole = std::fs::read_to_string(file).unwrap();
        let part: String = whole
            .lines()
            .take(4)
            .map(|line| format!("{line}\n"))
            .collect();
        std::fs::write(file, part + "{\"form\":1,\"kind\":").unwrap();
        done(&heard(&old, &["export", file]));
        let came = done(&heard(&new, &["import", file]));
        assert_eq!(came["missing"], json!([]), "{came}");
        assert!(came["new"].as_u64().unwrap() > 40, "{came}");
        let again = done(&heard(&new, &["import", file]));
        assert_eq!((&again["new"], &again["missing"]), (&json!(0), &json!([])));
        // An old delivery is known, and no one is told sorry again.
        let there = new.caller("boss", Role::Supervisor);
        let before = there.get("/v1/interactions").await;
        for (author, id) in &posts {
            new.event(&Said::x(author, id, PLEA)).await;
            new.event(&Said::x(author, &post_id(), PLEA)).await;
        }
        let after = there.get("/v1/interactions").await;
        let n = |page: &Value| page["interactions"].as_array().unwrap().len();
        // One had ended: what its author writes now is a new matter.
        assert_eq!((n(&before), n(&after)), (12, 13), "{after}");
        let acks = there.get("/v1/acks").await;
        assert!(acks["acks"].as_array().unwrap().len() <= 12, "{acks}");
        let customer = there.get("/v1/customers/c-1").await;
        assert_eq!(customer["tier"], "elite");
        // What holds other work takes nothing in, and nobody else may carry.
        let refused = heard(&old, &["import", file]);
        assert!(!refused.status.success());
        let (status, _) = boss.try_call("GET", "/v1/carry", None, None).await.unwrap();
        assert_eq!(status, 403);
        assert!(Path::new(file).exists());
    }
}
