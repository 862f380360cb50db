//! Agents who wait for work, on the real runtime.

use crate::rig::{Caller, Rig, Said, post_id, secrets, shipped};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const CALM: &str = "@NorthlineRail is the 8:04 on time?";

async fn with_shards(shards: u16) -> Rig {
    let mut table = shipped();
    table["shards"] = json!(shards);
    let secrets = secrets(&table);
    Rig::with(table, secrets).await
}

async fn waits(agent: &Caller<'_>) -> Vec<Value> {
    agent.claim(json!({"wait_s": 25, "lease_s": 600})).await
}

/// Twelve agents wait, each with filters that let them have any of it, and as many posts come: at once,
/// then one by one. Each gets one, though only one at a time is woken for each.
async fn everybody_gets_one(shards: u16) {
    const AGENTS: usize = 12;
    let rig = with_shards(shards).await;
    let agents: Vec<_> = (0..AGENTS).map(|n| rig.agent(&format!("a{n}"))).collect();
    for pause in [Duration::ZERO, Duration::from_millis(100)] {
        let deliver = async {
            // All of them wait before the first post comes.
            tokio::time::sleep(Duration::from_millis(500)).await;
            let mut sent = BTreeSet::new();
            for _ in 0..AGENTS {
                let id = post_id();
                rig.event(&Said::x(&id, &id, CALM)).await;
                tokio::time::sleep(pause).await;
                sent.insert(id);
            }
            sent
        };
        let (claimed, sent) = tokio::join!(join_all(agents.iter().map(waits)), deliver);
        let got: Vec<&str> = claimed
            .iter()
            .map(|claimed| claimed[0]["posts"][0]["id"].as_str().unwrap())
            .collect();
        assert_eq!(got.len(), AGENTS);
        let got: BTreeSet<String> = got.into_iter().map(str::to_owned).collect();
        assert_eq!(got, sent, "each post to one agent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_waits_gets_one_from_one_shard() {
    everybody_gets_one(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_waits_gets_one_from_four_shards() {
    everybody_gets_one(4).await;
}

/// The register of those who wait, and what it knows of leases that will end, is gone after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_after_a_restart_hears_of_a_lease_that_ends() {
    let rig = Rig::start().await;
    let (ana, bo) = (rig.agent("ana"), rig.agent("bo"));
    let id = post_id();
    rig.event(&Said::x(&id, &id, CALM)).await;
    let claimed = ana.claim(json!({"lease_s": 5})).await;
    assert_eq!(claimed[0]["posts"][0]["id"], id);
    rig.restart().await;
    let claimed = waits(&bo).await;
    assert_eq!(claimed.len(), 1, "nobody told bo");
    assert_eq!(claimed[0]["posts"][0]["id"], id);
}

/// A lease and a delay that end while somebody waits, and work that is given to the one who waits.
#[tokio::test(flavor = "multi_thread")]
async fn the_clock_and_a_supervisor_wake_too() {
    let rig = Rig::start().await;
    let (ana, bo) = (rig.agent("ana"), rig.agent("bo"));
    let id = post_id();
    rig.event(&Said::x(&id, &id, CALM)).await;
    assert_eq!(ana.claim(json!({"lease_s": 2})).await.len(), 1);
    let claimed = waits(&bo).await;
    assert_eq!(claimed.len(), 1, "the lease ended");
    let release = json!({
        "lease": claimed[0]["lease"], "delay_s": 2, "reason": "calls back",
    });
    let path = format!("/v1/interactions/{}", claimed[0]["id"].as_str().unwrap());
    let (status, said) = bo.post(&format!("{path}/release"), release).await;
    assert_eq!(status, 200, "{said}");
    let claimed = waits(&ana).await;
    assert_eq!(claimed.len(), 1, "the delay ended");
    let boss = rig.caller("boss", heard::api::route::Role::Supervisor);
    let give = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (status, said) = boss
            .post(&format!("{path}/assign"), json!({"agent": "bo"}))
            .await;
        assert_eq!(status, 200, "{said}");
    };
    let (claimed, ()) = tokio::join!(waits(&bo), give);
    assert_eq!(claimed.len(), 1, "it was given to bo");
}
