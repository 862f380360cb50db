//! Load, and callers who hang up in the midst of it: no answer but 200, all of it stored once, memory
//! flat, and no post in the hands of an agent who has gone.
//!
//! The same at full length is `heard bench --only soak`.

use crate::rig::{PLEA, Rig, Said, now_ms, post_id};
use heard::api::route::Role;
use heard::lab::load::{Agents, HangUp, Posts, Seen, deliver, request};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What loads the machine goes one after the other.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A Worker that died under load did so before its 17,000th delivery.
const DELIVERIES: u64 = 40_000;

/// What a queue gets in an hour: calm words, so that the sandbox platform is left alone.
const TEXTS: [&str; 3] = [
    "@NorthlineRail is the 18:04 to Guildford running tonight?",
    "@NorthlineRail seats on the new trains are hard as planks",
    "@NorthlineRail do you sell carnets at Woking",
];

impl Rig {
    fn address(&self) -> SocketAddr {
        let url = self.url("").unwrap();
        url.strip_prefix("http://").unwrap().parse().unwrap()
    }

    fn posts(&self) -> Arc<Posts> {
        let key = self.config().app("x-main").unwrap().keys[0].clone();
        let (account, handle) = ("4200000001", "NorthlineRail");
        Arc::new(Posts::new("x-main", key, account, handle, &TEXTS, now_ms()).unwrap())
    }

    /// Agents of whom a tenth hang up again and again.
    fn agents(&self, living: usize, absent: usize) -> Agents {
        Agents {
            to: self.address(),
            token: self.token("ana", Role::Agent, &[], now_ms() / 1_000 + 3_600),
            living,
            absent,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_thousand_deliveries_a_hundredth_of_them_broken_off() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let rig = Rig::start().await;
    let (posts, done) = (rig.posts(), Arc::new(AtomicU64::new(0)));
    let until = Instant::now() + Duration::from_secs(1_800);
    let to = rig.address();
    let load = deliver(to, &posts, 32, DELIVERIES, until, &done);
    let mut memory = Vec::new();
    let watch = async {
        while done.load(Ordering::Relaxed) < DELIVERIES {
            memory.push((done.load(Ordering::Relaxed), rig.resident_kib()));
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    let seen = tokio::select! {
        seen = load => seen.unwrap(),
        () = async { watch.await; std::future::pending().await } => unreachable!(),
    };
    let Seen {
        statuses,
        accepted,
        hung_up,
        ..
    } = &seen;
    assert_eq!(
        seen.wrong(),
        0,
        "{statuses:?}, {} broken: {:?}",
        seen.broken,
        seen.why
    );
    let (accepted, hung_up) = (set(accepted), set(hung_up));
    assert_eq!(accepted.len() + hung_up.len(), DELIVERIES as usize);

    // Still there, and quick to say so.
    rig.event(&Said::x("7", &post_id(), PLEA)).await;
    rig.kill();
    let shards = rig.shards();
    let stored: BTreeSet<String> = shards
        .rows::<1>("SELECT id FROM post WHERE id LIKE 'x:39%'")
        .into_iter()
        .map(|[id]| id)
        .collect();
    let missing = accepted.difference(&stored).count();
    assert_eq!(missing, 0, "of those that were answered 200");
    let sent: BTreeSet<String> = accepted.union(&hung_up).cloned().collect();
    assert!(stored.is_subset(&sent), "what nobody sent");
    assert_eq!(shards.sum("SELECT coalesce(sum(copies), 0) FROM post"), 0);
    shards.assert_recounted();

    // After a tenth everything that can grow to its size has.
    let after = |done: u64| memory.iter().find(|(at, _)| *at >= done);
    if let (Some((_, Some(first))), Some((_, Some(last)))) = (after(DELIVERIES / 10), memory.last())
    {
        println!("{first} KiB after a tenth, {last} KiB at the end");
        assert!(
            *last < first * 3 / 2,
            "memory grew from {first} to {last} KiB"
        );
    }
}

/// The ids that posts of these numbers have in the ledger.
fn set(numbers: &[u64]) -> BTreeSet<String> {
    let id = |number: &u64| format!("x:{}", Posts::id(*number));
    numbers.iter().map(id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenth_of_two_hundred_agents_hang_up_and_every_post_reaches_one_who_stays() {
    const POSTS: u64 = 100;
    let _alone = ONE_AT_A_TIME.lock().await;
    let rig = Rig::start().await;
    let agents = rig.agents(180, 20);
    let waits = agents.serve(&rig.posts(), 0, POSTS, 10).await.unwrap().held;
    rig.kill();
    let shards = rig.shards();
    println!("{} of {POSTS} reached somebody", waits.len());
    // Callers leave here all the time; the last of an answer and a caller's leaving may still pass each other.
    assert!(
        waits.len() as u64 >= POSTS * 9 / 10,
        "{} of {POSTS} reached somebody",
        waits.len()
    );
    // Who never got it did not fail at it.
    let spent = shards.sum("SELECT coalesce(max(attempts), 0) FROM interaction");
    assert!(spent <= 1, "{spent} attempts");
    shards.assert_recounted();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_while_waiting_keeps_nothing_however_they_do_it() {
    let rig = Rig::start().await;
    let token = rig.token("ana", Role::Agent, &[], now_ms() / 1_000 + 3_600);
    let headers = [("Authorization".into(), format!("Bearer {token}"))];
    let claim = json!({"wait_s": 25, "lease_s": 3_600}).to_string();
    let (to, claim) = (
        rig.address(),
        request("POST", "/v1/claims", &headers, &claim),
    );
    let bo = rig.agent("bo");
    for how in [HangUp::Close, HangUp::Reset] {
        // Five leave when they have waited for a while, then as soon as they have asked.
        for patience in [300, 0] {
            let patience = Duration::from_millis(patience);
            let leaving = (0..5).map(|_| how.call(to, &claim, patience));
            futures_util::future::try_join_all(leaving).await.unwrap();
            let mut owed = BTreeSet::new();
            for _ in 0..5 {
                let id = post_id();
                rig.event(&Said::x(&id, &id, "@NorthlineRail is the 8:04 on time?"))
                    .await;
                owed.insert(id);
            }
            let asked = Instant::now();
            while !owed.is_empty() {
                assert!(
                    asked.elapsed() < Duration::from_secs(30),
                    "{how:?} after {patience:?}: {owed:?} went to nobody"
                );
                for one in bo
                    .claim(json!({"max": 5, "wait_s": 2, "lease_s": 3_600}))
                    .await
                {
                    owed.remove(one["posts"][0]["id"].as_str().unwrap());
                    assert!(one["attempts"].as_i64() <= Some(1), "{one}");
                }
            }
        }
    }
    // Nobody waits, but work is there: who asks for it and leaves at once has not taken it.
    for how in [HangUp::Close, HangUp::Reset] {
        let id = post_id();
        rig.event(&Said::x(&id, &id, "@NorthlineRail is the 8:04 on time?"))
            .await;
        let claim = json!({"lease_s": 3_600}).to_string();
        let claim = request("POST", "/v1/claims", &headers, &claim);
        how.call(to, &claim, Duration::ZERO).await.unwrap();
        let claimed = bo.claim(json!({"wait_s": 20, "lease_s": 3_600})).await;
        assert_eq!(claimed.len(), 1, "{how:?}: it went to nobody");
        assert_eq!(claimed[0]["posts"][0]["id"], id);
    }
}
