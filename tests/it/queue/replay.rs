//! Decisions made again: today's settings come to what was decided, and others to what they would have come to.

use super::{
    DAY_MS, HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, holding, judged, made, post, sent,
};
use heard::ack::replay::{Stored, Verdict, replay};
use heard::config::{Config, Mode};
use heard::inbox::decisions::{ShowDecisions, WALKED};
use heard::judgement::Level;

fn stored(office: &Office) -> Vec<Stored> {
    let ask = ShowDecisions {
        from_ms: office.now_ms - 7 * DAY_MS,
        to_ms: office.now_ms + 1,
        calm: false,
    };
    office.ask(ask).unwrap().stored
}

fn verdicts(office: &Office, change: impl FnOnce(&mut Config)) -> Vec<Verdict> {
    let mut config = office.config.clone();
    change(&mut config);
    replay(&config, &stored(office), |whole| whole)
}

fn why(all: &[Verdict]) -> Vec<&str> {
    all.iter().map(|one| one.why.as_str()).collect()
}

#[test]
fn another_cooldown_lets_through_what_today_s_does_not() {
    let mut office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Urgent),
    )]);
    office.begin(&[1]);
    office.finish(1, sent());
    let held = claim_one(&office, "mia");
    office.resolve(holding(&held), "solved").unwrap();
    office.pass(HOUR_MS);
    let again = post("2", "ann", office.now_ms);
    office.take(vec![made("x", again, judged(Level::Urgent))]);
    // No setting changes that nobody is needed.
    let calm = post("3", "bob", office.now_ms);
    office.take(vec![made("x", calm, judged(Level::Routine))]);
    let decided: Vec<String> = stored(&office).into_iter().map(|one| one.decided).collect();
    assert_eq!(decided, ["planned", "cooldown"]);

    let today = verdicts(&office, |_| {});
    assert_eq!(why(&today), ["planned", "cooldown"]);
    assert!(today[0].sent && !today[1].sent);
    let shorter = verdicts(&office, |config| config.limits.cooldown_hours = 1);
    assert_eq!(why(&shorter), ["planned", "planned"]);
    assert_ne!(
        shorter[0].text, shorter[1].text,
        "what was said lately is remembered"
    );
    let dry = verdicts(&office, |config| config.sources[0].mode = Mode::DryRun);
    assert_eq!(why(&dry), ["planned", "cooldown"]);
    assert!(!dry[0].sent && dry[0].text.is_some());
    let off = verdicts(&office, |config| config.sources[0].mode = Mode::Off);
    assert_eq!(why(&off), ["off", "off"]);
    // What was silenced by somebody's word stays so, whatever the settings.
    let mut all = stored(&office);
    all[1].decided = "stopped".into();
    let mut config = office.config.clone();
    config.limits.cooldown_hours = 0;
    let kept = replay(&config, &all, |whole| whole);
    assert_eq!(why(&kept), ["planned", "stopped"]);
}

/// The cooldown goes on from what was said before the first post that is replayed.
#[test]
fn what_was_said_before_the_period_counts() {
    let mut office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Urgent),
    )]);
    office.begin(&[1]);
    office.finish(1, sent());
    let held = claim_one(&office, "mia");
    office.resolve(holding(&held), "solved").unwrap();
    office.pass(HOUR_MS);
    let again = post("2", "ann", office.now_ms);
    office.take(vec![made("x", again, judged(Level::Urgent))]);
    let ask = ShowDecisions {
        from_ms: office.now_ms - MINUTE_MS,
        to_ms: office.now_ms + 1,
        calm: false,
    };
    let found = office.ask(ask).unwrap();
    assert_eq!(found.stored.len(), 1);
    assert_eq!(found.stored[0].last_ms, Some(START_MS));
    let today = replay(&office.config, &found.stored, |whole| whole);
    assert_eq!(why(&today), ["cooldown"]);
}

/// A crowd at the ceiling, at chance times: each decision should be the one that the queue made.
#[test]
fn today_s_settings_come_to_what_was_decided() {
    for seed in 1..=6u64 {
        let mut office = Office::new();
        for source in &mut office.config.sources {
            source.ceiling.per_minute = 2;
            source.ceiling.per_hour = 20;
        }
        let mut chance = seed;
        let mut draw = |most: u64| {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (chance >> 33) % most
        };
        for n in 0..120u64 {
            office.pass(i64::try_from(draw(20_000)).unwrap());
            let level = match draw(12) {
                0 => Level::Emergency,
                1 | 2 => Level::Routine,
                _ => Level::Urgent,
            };
            // Nothing leaves here, so a calmer note would wait for ever for an emergency to take its place.
            let author = match level {
                Level::Emergency => format!("e{n}"),
                _ => format!("a{}", draw(70)),
            };
            let id = n.to_string();
            let said = post(&id, &author, office.now_ms);
            office.take(vec![made("x", said, judged(level))]);
        }
        let all = stored(&office);
        assert!(all.iter().any(|one| one.decided == "ceiling"), "{seed}");
        assert!(
            all.iter().any(|one| one.decided == "acknowledged"),
            "{seed}"
        );
        let again = verdicts(&office, |_| {});
        for (one, verdict) in all.iter().zip(&again) {
            assert_eq!(one.decided, verdict.why, "{seed}: {:?}", one.post.id);
        }
        let wider = verdicts(&office, |config| {
            for source in &mut config.sources {
                source.ceiling.per_minute = 1_000;
                source.ceiling.per_hour = 60_000;
            }
        });
        assert!(wider.iter().all(|one| one.why != "ceiling"), "{seed}");
    }
}

#[test]
fn a_page_ends_where_it_says_and_the_next_goes_on() {
    let mut office = Office::new();
    let n = i64::from(WALKED) + 40;
    for at in 0..n {
        let id = at.to_string();
        let said = post(&id, &format!("a{at}"), office.now_ms);
        office.take(vec![made("x", said, judged(Level::Urgent))]);
        office.pass(1_000);
    }
    let mut from_ms = START_MS;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let ask = ShowDecisions {
            from_ms,
            to_ms: office.now_ms,
            calm: false,
        };
        let page = office.ask(ask).unwrap();
        seen.extend(page.stored.iter().map(|one| one.post.id.to_string()));
        match page.reached_ms {
            Some(reached_ms) => from_ms = reached_ms,
            None => break,
        }
    }
    let all: Vec<String> = (0..n).map(|at| at.to_string()).collect();
    assert_eq!(seen, all);
}
