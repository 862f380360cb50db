//! A stretch of a day on the real runtime: agents who claim, answer and end over HTTP while posts come; and at the
//! end what Heard tells of it against what the posts and the agents themselves say.

use crate::rig::{
    Caller, Held, PLEA, Rig, Said, assert_recounted, post_id, secrets, shipped, until,
};
use heard::api::route::Role;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::sleep;

/// What agents may hold in public; an emergency goes past it by one.
const CAPACITY: usize = 3;

/// Calm, urgent, and for those who can look into bills.
const TEXTS: [&str; 5] = [
    "@NorthlineRail is the 8:04 on time?",
    PLEA,
    "@NorthlineRail the heating is off in coach C, please look at it",
    "@NorthlineRail I have waited six weeks for my refund of £80. Where is my money?",
    "@NorthlineRail there is smoke in coach C and the doors do not open",
];

struct Stretch {
    agents: usize,
    posts: usize,
    between: Duration,
}

async fn a_stretch(stretch: Stretch) {
    let mut table = shipped();
    table["shards"] = json!(2);
    table["route"] = json!([
        {"situation": ["refund", "money_missing"], "skills": ["billing"], "relax_after": 0},
    ]);
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let boss = rig.caller("boss", Role::Supervisor);
    let agents: Vec<Caller<'_>> = (0..stretch.agents)
        .map(|n| rig.agent(&format!("agent-{n}")))
        .collect();
    for (n, agent) in agents.iter().enumerate() {
        let skills: &[&str] = if n % 3 == 0 { &["billing"] } else { &[] };
        let settings = json!({"skills": skills, "capacity": {"public": CAPACITY, "private": 1}});
        let path = format!("/v1/agents/agent-{n}");
        assert_eq!(boss.call("PUT", &path, settings).await.0, 200);
        // Whoever looks is there.
        agent.get("/v1/me").await;
    }
    let over = AtomicBool::new(false);
    let posts = async {
        for n in 0..stretch.posts {
            let (author, id) = (format!("author-{n}"), post_id());
            let text = TEXTS[n % TEXTS.len()];
            rig.event(&Said::x(&author, &id, text)).await;
            sleep(stretch.between).await;
        }
        until("everything to be ended", async || {
            match boss.get("/v1/backlog").await["open"].as_i64() {
                Some(0) => Ok(()),
                open => Err(format!("{open:?} are open")),
            }
        })
        .await;
        over.store(true, Ordering::Relaxed);
    };
    let looks = async {
        while !over.load(Ordering::Relaxed) {
            let alarms = boss.get("/v1/backlog").await["alarms"].clone();
            let unserved = |alarm: &&Value| alarm["what"] == "unserved";
            let found = alarms.as_array().unwrap().iter().find(unserved);
            assert_eq!(found, None, "somebody who can take it is there");
            sleep(Duration::from_secs(2)).await;
        }
    };
    let work = futures_util::future::join_all(agents.iter().map(|agent| works(agent, &over)));
    let ((), (), told) = tokio::join!(posts, looks, work);
    let answered: usize = told.iter().sum();
    assert_eq!(answered, stretch.posts, "each post once");
    assert!(
        told.iter().filter(|some| **some > 0).count() > stretch.agents / 2,
        "{told:?}"
    );
    recount(&rig, &boss, stretch.posts).await;
    assert_recounted(&rig);
}

/// An agent's stretch: how many they answered and ended.
async fn works(agent: &Caller<'_>, over: &AtomicBool) -> usize {
    let mut held: Vec<Held> = Vec::new();
    let mut ended = 0;
    while !over.load(Ordering::Relaxed) || !held.is_empty() {
        let claim = json!({"max": 2, "wait_s": if held.is_empty() { 2 } else { 0 }, "lease_s": 60});
        held.extend(agent.claim(claim).await.into_iter().map(Held::of));
        let emergencies = held
            .iter()
            .filter(|one| one.interaction["level"] == 3)
            .count();
        assert!(
            held.len() <= CAPACITY + emergencies.min(1),
            "somebody holds {}, {emergencies} of them emergencies",
            held.len()
        );
        if held.is_empty() {
            // Who holds as many as they may is answered at once, and so is who may take none of what is there.
            sleep(Duration::from_millis(200)).await;
            continue;
        }
        let one = held.remove(0);
        sleep(Duration::from_millis(300 + 97 * (ended as u64 % 7))).await;
        let (status, sent) = agent
            .reply(&one, "answer", "It is being looked into now.")
            .await;
        assert_eq!((status, &sent["state"]), (200, &json!("sent")), "{sent}");
        let (status, said) = agent
            .on(&one, "resolve", json!({"outcome": "answered"}))
            .await;
        assert_eq!(status, 200, "{said}");
        ended += 1;
    }
    ended
}

/// What the counters tell against what each interaction says of itself.
async fn recount(rig: &Rig, boss: &Caller<'_>, posts: usize) {
    let mut all: Vec<Value> = Vec::new();
    let mut at = String::new();
    loop {
        let page = boss.get(&format!("/v1/interactions?max=50{at}")).await;
        all.extend(page["interactions"].as_array().unwrap().iter().cloned());
        match page["cursor"].as_str() {
            Some(cursor) => at = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(all.len(), posts);
    let ms = |one: &Value, field: &str| one[field].as_i64().unwrap();
    let took: Vec<i64> = all
        .iter()
        .map(|one| ms(one, "replied_ms") - ms(one, "opened_ms"))
        .collect();
    let sla = boss.get("/v1/sla?by=level").await;
    let first = &sla["total"]["first_reply"];
    assert_eq!(first["n"], posts, "{sla}");
    assert_eq!(
        first["average_ms"],
        took.iter().sum::<i64>() / posts as i64,
        "{sla}"
    );
    // The shortest deadline is minutes away, and nobody waited so long.
    assert_eq!(
        (&first["missed"], &first["attainment"]),
        (&json!(0), &json!(1.0))
    );
    assert_eq!(sla["total"]["resolution"]["n"], posts);
    assert_eq!(sla["now"]["will_miss"], 0);
    for group in sla["groups"].as_array().unwrap() {
        let level: i64 = group["key"].as_str().unwrap().parse().unwrap();
        let of_level = |one: &&Value| one["level"] == level;
        let opened = all.iter().filter(of_level).count();
        assert_eq!(group["opened"], opened, "{group}");
    }
    let promised = |state: &str| {
        let is = |one: &&Value| one["ack"]["promise"]["state"] == state;
        all.iter().filter(is).count()
    };
    let promises = boss.get("/v1/promises").await;
    assert!(promised("kept") > 0, "{promises}");
    assert_eq!(promises["kept"]["kept"], promised("kept"), "{promises}");
    assert_eq!(promises["kept"]["late"], promised("late"), "{promises}");
    assert_eq!(promises["open"], promised("open"), "{promises}");
    // No post was spoken to twice, and each answer left once.
    for one in &all {
        let post = one["posts"][0]["id"].as_str().unwrap();
        let id = post.split_once(':').map_or(post, |(_, id)| id);
        let sent = rig.sent_to(id);
        let acks = one["acks"].as_array().map_or(0, Vec::len);
        assert_eq!(sent.len(), 1 + acks, "{one}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_stretch_is_told_as_it_was() {
    a_stretch(Stretch {
        agents: 16,
        posts: 100,
        between: Duration::from_millis(150),
    })
    .await;
}

/// `cargo test --test it ten_minutes -- --ignored`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "ten minutes; the test above is the same, and shorter"]
async fn ten_minutes_are_told_as_they_were() {
    a_stretch(Stretch {
        agents: 160,
        posts: 1_500,
        between: Duration::from_millis(380),
    })
    .await;
}
