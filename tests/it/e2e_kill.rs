//! SIGKILL at random moments in a stream of deliveries with agents at work: nothing is lost, nothing
//! is said twice, nothing has two holders, and the counters are the recount.
//!
//! `HEARD_KILLS` sets how many; the stream grows with them.

use crate::rig::{PLEA, Rig, Said, now_ms, post_id, until};
use heard::lab::sandbox::{Behaviour, Fate};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How many kills where `HEARD_KILLS` says nothing: enough to see that all of it works, in seconds.
const KILLS: usize = 8;
/// How many deliveries there are at the least, and for each kill of a long run.
const DELIVERIES: usize = 500;
const DELIVERIES_A_KILL: usize = 15;
/// Short, so that what a killed agent held comes back soon.
const LEASE_S: i64 = 2;

/// Xorshift: enough to choose moments.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

#[derive(Clone, Debug)]
struct Claim {
    agent: String,
    /// The claim's own moment and its end, by the object's clock.
    from_ms: i64,
    until_ms: i64,
}

/// What agents saw.
#[derive(Default)]
struct Seen {
    claims: Mutex<BTreeMap<String, Vec<Claim>>>,
    resolved: Mutex<BTreeMap<String, BTreeSet<String>>>,
}

async fn work(rig: &Rig, name: &str, seen: &Seen, over: &AtomicBool) {
    let agent = rig.agent(name);
    while !over.load(Ordering::Relaxed) {
        let ask = json!({"max": 5, "lease_s": LEASE_S});
        let Ok((200, answer)) = agent.try_call("POST", "/v1/claims", None, Some(&ask)).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let claimed = answer["interactions"].as_array().unwrap();
        for one in claimed {
            let id = one["id"].as_str().unwrap().to_owned();
            let until_ms = one["available_ms"].as_i64().unwrap();
            let claim = Claim {
                agent: name.into(),
                from_ms: until_ms - LEASE_S * 1_000,
                until_ms,
            };
            seen.claims
                .lock()
                .unwrap()
                .entry(id)
                .or_default()
                .push(claim);
        }
        for (number, one) in claimed.iter().enumerate() {
            let (id, lease) = (one["id"].as_str().unwrap(), one["lease"].as_str().unwrap());
            if number == 0 {
                // The text tells the key, so that two sends of one would show.
                let reply = json!({"lease": lease, "text": format!("agent {name} {id} {lease}")});
                let path = format!("/v1/interactions/{id}/reply");
                for _ in 0..2 {
                    let _ = agent
                        .try_call("POST", &path, Some(lease), Some(&reply))
                        .await;
                }
            }
            let resolve = json!({"lease": lease, "outcome": "helped"});
            let path = format!("/v1/interactions/{id}/resolve");
            for _ in 0..20 {
                match agent.try_call("POST", &path, None, Some(&resolve)).await {
                    Ok((200, _)) => {
                        let mut resolved = seen.resolved.lock().unwrap();
                        resolved.entry(id.into()).or_default().insert(lease.into());
                        break;
                    }
                    Ok((409, _)) => break,
                    _ => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        }
        if claimed.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Delivers until it hears 200, as platforms do.
pub async fn insist(rig: &Rig, app: &str, body: &[u8]) {
    let headers = rig.sign(app, body);
    loop {
        match rig.webhook(app, &headers, body.to_vec()).await {
            Ok(response) if response.status() == 200 => return,
            Ok(response) => assert_eq!(response.status(), 503),
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn how(dice: &mut Dice) -> Behaviour {
    let answer = |status, headers: &[(&str, &str)]| Behaviour::Answer {
        status,
        headers: headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        body: "{}".into(),
    };
    match dice.below(20) {
        0 => answer(429, &[("Retry-After", "1")]),
        1 => answer(500, &[]),
        2 => answer(403, &[]),
        3 => Behaviour::CutConnection,
        4 => Behaviour::AcceptThenCut,
        // Under way for a while, so that kills find some that are.
        5..=12 => Behaviour::AcceptLate(dice.below(80)),
        _ => Behaviour::Accept,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_in_a_stream_of_deliveries_lose_nothing_and_repeat_nothing() {
    let seed = u64::try_from(now_ms()).unwrap();
    let kills = std::env::var("HEARD_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let deliveries = DELIVERIES.max(kills * DELIVERIES_A_KILL);
    // Fewer than deliveries, so that some write twice.
    let authors = deliveries * 5 / 6;
    println!("seed {seed}, {kills} kills, {deliveries} deliveries");
    let begun = Instant::now();
    let mut dice = Dice(seed | 1);
    let rig = Rig::start().await;
    rig.sandbox
        .script((0..2 * deliveries).map(|_| how(&mut dice)));

    let posts: Vec<(String, String, &str)> = (0..deliveries)
        .map(|number| {
            let text = if dice.below(10) < 7 {
                PLEA
            } else {
                "@NorthlineRail is the 8:04 on time?"
            };
            (post_id(), (10_000 + number % authors).to_string(), text)
        })
        .collect();
    let (next, delivered, over) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicBool::new(false),
    );
    let seen = Seen::default();

    let deliver = async || {
        while let Some((id, author, text)) = posts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (app, body) = rig.written(&Said::x(author, id, text));
            insist(&rig, &app, &body).await;
            delivered.fetch_add(1, Ordering::Relaxed);
        }
    };
    let kill = async |dice: &mut Dice| {
        for number in 1..=kills {
            let at = number * deliveries / (kills + 1);
            while delivered.load(Ordering::Relaxed) < at {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            tokio::time::sleep(Duration::from_millis(dice.below(40))).await;
            rig.kill();
            tokio::time::sleep(Duration::from_millis(dice.below(60))).await;
            rig.restart().await;
        }
    };
    let mut settled = async || {
        tokio::join!(
            deliver(),
            deliver(),
            deliver(),
            deliver(),
            deliver(),
            deliver(),
            kill(&mut dice)
        );
        until("the queue to be worked off", async || {
            let backlog = rig.agent("watcher").backlog().await;
            let n = |at: &str| backlog.pointer(at).and_then(Value::as_i64).unwrap_or(0);
            let left = [n("/open"), n("/acks/planned"), n("/acks/sending")];
            (left == [0; 3])
                .then_some(())
                .ok_or(format!("open, planned, sending: {left:?}"))
        })
        .await;
        over.store(true, Ordering::Relaxed);
    };
    let agents = async || {
        tokio::join!(
            work(&rig, "ana", &seen, &over),
            work(&rig, "bo", &seen, &over),
            work(&rig, "cem", &seen, &over)
        );
    };
    tokio::join!(settled(), agents());

    let backlog = rig.agent("watcher").backlog().await;
    assert_eq!(backlog["posts"]["received"], deliveries, "{backlog}");
    assert_eq!(
        (
            &backlog["open"],
            &backlog["dead"],
            &backlog["posts"]["done"]
        ),
        (&0.into(), &0.into(), &deliveries.into())
    );
    rig.kill();
    let shards = rig.shards();
    shards.assert_recounted();

    // Nothing is lost: each post that was answered with 200 is there, in one interaction.
    let homes: BTreeMap<String, String> = shards
        .rows::<2>("SELECT id, CAST(interaction AS TEXT) FROM post")
        .into_iter()
        .map(|[id, interaction]| (id.strip_prefix("x:").unwrap().to_owned(), interaction))
        .collect();
    let missing: Vec<_> = posts
        .iter()
        .filter(|(id, _, _)| !homes.contains_key(id))
        .collect();
    assert_eq!((homes.len(), missing), (deliveries, vec![]));

    // No two holders, and one end.
    let claims = seen.claims.lock().unwrap();
    for (id, claims) in claims.iter() {
        let mut claims = claims.clone();
        claims.sort_by_key(|claim| claim.from_ms);
        for pair in claims.windows(2) {
            let [a, b] = pair else { unreachable!() };
            assert!(
                a.until_ms <= b.from_ms,
                "{id}: {} held it until {} and {} from {}",
                a.agent,
                a.until_ms,
                b.agent,
                b.from_ms
            );
        }
    }
    for (id, leases) in seen.resolved.lock().unwrap().iter() {
        assert_eq!(leases.len(), 1, "{id} was resolved twice");
    }

    // No double word. What may have arrived, by interaction and by an agent's key:
    let (mut acks, mut replies) = (
        BTreeMap::<&str, (usize, usize)>::new(),
        BTreeMap::<String, usize>::new(),
    );
    for sent in rig.sandbox.sent() {
        let maybe = usize::from(sent.fate != Fate::Refused);
        if sent.text.starts_with("agent ") {
            *replies.entry(sent.text.clone()).or_default() += 1;
        } else {
            let ack = acks.entry(homes[&sent.to].as_str()).or_default();
            ack.0 += maybe;
            ack.1 += usize::from(sent.accepted);
        }
    }
    assert!(replies.values().all(|calls| *calls == 1), "{replies:?}");
    assert!(acks.values().all(|(maybe, _)| *maybe <= 1), "{acks:?}");
    assert!(
        acks.len() > deliveries / 4,
        "only {} acknowledgments were tried",
        acks.len()
    );
    let calls = acks.len();
    // And what is written down of each is what happened.
    let states = shards.rows::<2>("SELECT CAST(interaction AS TEXT), state FROM ack");
    for [interaction, state] in &states {
        let (maybe, accepted) = acks.remove(interaction.as_str()).unwrap_or_default();
        let agrees = match state.as_str() {
            "sent" => accepted == 1,
            "unknown" => true,
            "refused" | "withdrawn" => maybe == 0,
            _ => false,
        };
        assert!(
            agrees,
            "{interaction} is {state}; may have arrived {maybe}, arrived {accepted}"
        );
    }
    assert!(acks.is_empty(), "sent without a record: {acks:?}");
    let of = |state: &str| states.iter().filter(|[_, is]| is == state).count();
    println!(
        "{kills} kills in {:?}: {calls} of {} acknowledgments were tried: sent {} unknown {} refused {} withdrawn {}",
        begun.elapsed(),
        states.len(),
        of("sent"),
        of("unknown"),
        of("refused"),
        of("withdrawn")
    );
    assert!(of("sent") > 0);
}
