//! What somebody must look into.

use super::{
    HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, holding, judged, made, post, pull, sent,
};
use heard::inbox::alarms::ShowAlarms;
use heard::inbox::retask::Retask;
use heard::inbox::wire::{Alarm, Backlog, Retasked};
use heard::inbox::work::Redrive;
use heard::judgement::Level;
use heard::post::{SourceId, Workgroup};

fn alarms(office: &Office) -> Vec<Alarm> {
    let told = office.backlog().alarms;
    assert_eq!(office.ask(ShowAlarms {}), Ok(told.clone()));
    told
}

fn with_emergency() -> Office {
    let office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Emergency),
    )]);
    office
}

#[test]
fn an_emergency_past_its_deadline_is_an_alarm_until_it_is_answered() {
    let mut office = with_emergency();
    office.pass(5 * MINUTE_MS);
    assert_eq!(alarms(&office), []);
    office.pass(1);
    let overdue = Alarm::EmergencyOverdue {
        n: 1,
        since_ms: START_MS + 5 * MINUTE_MS,
    };
    assert_eq!(alarms(&office), std::slice::from_ref(&overdue));
    // To hold it is not to answer it.
    let held = claim_one(&office, "a");
    assert_eq!(alarms(&office), [overdue]);
    office
        .begin_reply(holding(&held), "k", "We are there", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    assert_eq!(alarms(&office), []);
}

#[test]
fn the_dead_are_an_alarm_until_they_are_redriven() {
    let mut office = with_emergency();
    office.config.limits.attempts = 1;
    claim_one(&office, "a");
    office.pass(MINUTE_MS);
    assert!(office.claim(pull("a", 1)).is_empty());
    let dead = Alarm::Dead {
        n: 1,
        since_ms: office.now_ms,
    };
    office.pass(HOUR_MS);
    assert_eq!(alarms(&office), [dead]);
    let by = "boss".into();
    office.ask(Redrive { seq: 1, by }).unwrap();
    assert!(
        !alarms(&office)
            .iter()
            .any(|a| matches!(a, Alarm::Dead { .. }))
    );
}

#[test]
fn what_nobody_can_claim_is_an_alarm() {
    let mut office = with_emergency();
    office.config.sources[0].workgroup = Workgroup::new("rail");
    office.config.sources[2].workgroup = Workgroup::new("rail");
    assert_eq!(
        alarms(&office),
        [Alarm::Unclaimable {
            workgroup: Workgroup::new("trains"),
            n: 1,
            since_ms: START_MS
        }]
    );
    office.assign(1, None, Some("rail")).unwrap();
    assert_eq!(alarms(&office), []);
}

/// Case q40: an errand does not take an emergency's own people away from it.
#[test]
fn a_workgroup_that_was_sent_away_is_still_offered_its_own_emergencies_first() {
    let office = with_emergency();
    office.take(vec![
        made("x", post("2", "bob", START_MS), judged(Level::Urgent)),
        made(
            "x-freight",
            post("3", "cem", START_MS),
            judged(Level::Urgent),
        ),
    ]);
    let errand = Retasked {
        workgroup: Workgroup::new("trains"),
        serves: vec![Workgroup::new("freight")],
        until_ms: START_MS + 2 * HOUR_MS,
        by: "sue".into(),
    };
    assert_eq!(office.ask(Retask { errand }), Ok(()));
    let offered: Vec<String> = office
        .claim(pull("a", 9))
        .iter()
        .map(|one| one.posts[0].id.to_string())
        .collect();
    assert_eq!(offered, ["1", "3"], "not their own urgent one");
}

#[test]
fn an_emergency_is_kept_for_one_agent_for_a_minute_at_most() {
    let mut office = with_emergency();
    office.assign(1, Some("zoe"), None).unwrap();
    assert!(office.claim(pull("a", 1)).is_empty());
    office.pass(MINUTE_MS);
    claim_one(&office, "a");
}

#[test]
fn shards_tell_of_one_thing_together() {
    let dead = |n, since_ms| Alarm::Dead { n, since_ms };
    let mute = |source: &str, stopped, since_ms| Alarm::Credential {
        source: SourceId::new(source),
        why: "credential:401".into(),
        since_ms,
        stopped,
    };
    let lost = |group: &str, n, since_ms| Alarm::Unclaimable {
        workgroup: Workgroup::new(group),
        n,
        since_ms,
    };
    let overdue = |n, since_ms| Alarm::EmergencyOverdue { n, since_ms };
    let mut all = Backlog::default();
    for alarms in [
        vec![mute("x", 1, 9), dead(1, 7), lost("a", 1, 5)],
        vec![mute("y", 1, 9), overdue(2, 3), lost("b", 1, 5)],
        vec![mute("x", 2, 8), dead(2, 8), overdue(1, 2), lost("a", 4, 4)],
    ] {
        all.add(Backlog {
            alarms,
            ..Backlog::default()
        });
    }
    assert_eq!(
        all.alarms,
        [
            mute("x", 3, 8),
            dead(3, 7),
            lost("a", 5, 4),
            mute("y", 1, 9),
            overdue(3, 2),
            lost("b", 1, 5)
        ]
    );
}
