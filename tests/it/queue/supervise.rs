//! What only a supervisor does: redriving and assigning.

use super::{Office, START_MS, claim_one, holding, judged, made, post, pull, seq, with_complaint};
use heard::inbox::state::State;
use heard::inbox::wire::{Filter, Pull, Refused};
use heard::inbox::work::ASSIGNED_MS;
use heard::inbox::work::Redrive;
use heard::judgement::Level;
use heard::post::Workgroup;

#[test]
fn what_was_claimed_too_often_is_dead_and_can_be_redriven() {
    let mut office = Office::new();
    office.config.limits.attempts = 2;
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Routine),
    )]);
    for _ in 0..2 {
        claim_one(&office, "a");
        office.pass(60_000);
    }
    office.take(vec![made(
        "x",
        post("2", "bob", office.now_ms),
        judged(Level::Idle),
    )]);
    // The dead one does not cost the agent a turn.
    assert_eq!(seq(&claim_one(&office, "a")), 2);
    let dead = office.show(1);
    assert_eq!(dead.state, State::Dead);
    assert_eq!(dead.outcome.as_deref(), Some("claimed_too_often"));
    assert_eq!(
        office
            .list(Filter {
                state: Some(State::Dead),
                max: 9,
                ..Filter::default()
            })
            .len(),
        1
    );
    assert!(matches!(
        office.assign(1, Some("a"), None),
        Err(Refused::Ended { .. })
    ));
    office.audit();
    let redrive = |seq| {
        office.ask(Redrive {
            seq,
            by: "boss".into(),
        })
    };
    assert_eq!(redrive(2), Err(Refused::NotDead));
    let back = redrive(1).unwrap();
    assert_eq!((back.state, back.attempts), (State::Waiting, 0));
    assert_eq!(seq(&claim_one(&office, "a")), 1);
    office.audit();
}

#[test]
fn a_redriven_one_and_a_newer_one_live_side_by_side() {
    let mut office = Office::new();
    office.config.limits.attempts = 1;
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Idle),
    )]);
    claim_one(&office, "a");
    office.pass(60_000);
    assert!(office.claim(pull("a", 1)).is_empty());
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Idle),
    )]);
    office
        .ask(Redrive {
            seq: 1,
            by: "boss".into(),
        })
        .unwrap();
    office.take(vec![made(
        "x",
        post("3", "ann", START_MS),
        judged(Level::Idle),
    )]);
    assert_eq!(office.show(1).posts.len() + office.show(2).posts.len(), 3);
    assert_eq!(office.claim(pull("a", 9)).len(), 2);
    office.audit();
}

#[test]
fn a_supervisor_takes_from_a_holder_and_keeps_it_for_an_agent_for_a_while() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    let given = office.assign(1, Some("b"), None).unwrap();
    assert_eq!(given.state, State::Waiting);
    assert_eq!(given.assigned.as_deref(), Some("b"));
    assert_eq!(
        office.resolve(holding(&held), "solved"),
        Err(Refused::LeaseLost {
            holder: None,
            until_ms: None,
            state: State::Waiting
        })
    );
    assert!(office.claim(pull("a", 1)).is_empty());
    office.pass(ASSIGNED_MS - 1);
    assert!(office.claim(pull("a", 1)).is_empty());
    assert_eq!(claim_one(&office, "b").assigned, None);
    office.assign(1, Some("c"), None).unwrap();
    office.pass(ASSIGNED_MS);
    claim_one(&office, "a");
    office.audit();
}

#[test]
fn a_workgroup_is_assigned_and_tallied() {
    let office = with_complaint();
    office.assign(1, None, Some("freight")).unwrap();
    assert!(office.claim(pull("a", 1)).is_empty());
    let tallies = office.backlog().tallies;
    assert_eq!(tallies.len(), 1);
    assert_eq!(tallies[0].workgroup.as_str(), "freight");
    let freight = Pull {
        workgroups: vec![Workgroup::new("freight")],
        ..pull("a", 1)
    };
    assert_eq!(office.claim(freight).len(), 1);
    office.audit();
}
