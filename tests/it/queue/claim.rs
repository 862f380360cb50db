//! Claims: the order of the queue, and who gets what.

use super::{
    DAY_MS, HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, holding, judged, made, post, pull,
    sent, seq, with_complaint,
};
use heard::inbox::look::Show;
use heard::inbox::outbox::FinishAck;
use heard::inbox::rank::rank;
use heard::inbox::state::State;
use heard::inbox::wire::{Holding, Pull, Refused};
use heard::inbox::work::MAX_CLAIM;
use heard::inbox::work::{Claim, GiveBack, Redrive};
use heard::judgement::Level;
use heard::post::{Lease, Platform, Workgroup};
use std::collections::BTreeSet;

#[test]
fn emergencies_go_first_urgent_before_routine_and_nothing_starves() {
    let mut office = Office::new();
    // Routine from long ago, its deadline eight hours and more behind everybody else's.
    office.take(vec![made(
        "x",
        post("old", "old", START_MS),
        judged(Level::Routine),
    )]);
    office.pass(14 * HOUR_MS);
    for (id, level) in [
        ("idle", Level::Idle),
        ("routine", Level::Routine),
        ("urgent", Level::Urgent),
        ("emergency", Level::Emergency),
    ] {
        office.take(vec![made("x", post(id, id, START_MS), judged(level))]);
    }
    let order: Vec<String> = office
        .claim(pull("a", 9))
        .iter()
        .map(|claimed| claimed.posts[0].id.to_string())
        .collect();
    assert_eq!(order, ["emergency", "old", "urgent", "routine", "idle"]);
}

#[test]
fn rank_is_the_deadline_with_a_head_start() {
    let at = START_MS;
    assert!(rank(at + 300 * DAY_MS, Level::Emergency, 80) < rank(at, Level::Urgent, 79));
    assert!(rank(at + 7 * HOUR_MS, Level::Urgent, 50) < rank(at, Level::Routine, 49));
    assert!(rank(at, Level::Routine, 49) < rank(at + 9 * HOUR_MS, Level::Urgent, 50));
    assert!(rank(at, Level::Urgent, 70) < rank(at, Level::Urgent, 60));
    assert!(rank(at, Level::Routine, 30) < rank(at + MINUTE_MS, Level::Routine, 49));
}

#[test]
fn a_claim_takes_what_its_filters_allow_and_leases_it() {
    let office = Office::new();
    let mut german = judged(Level::Routine);
    german.lang = "de".into();
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Routine)),
        made("x", post("2", "bob", START_MS), german),
        made("forum", post("3", "cem", START_MS), judged(Level::Routine)),
        made(
            "x-freight",
            post("4", "dan", START_MS),
            judged(Level::Routine),
        ),
    ]);
    let ids = |pull: Pull| -> BTreeSet<i64> { office.claim(pull).iter().map(seq).collect() };
    assert_eq!(
        ids(Pull {
            languages: vec!["de".into(), "fr".into()],
            ..pull("a", 9)
        }),
        BTreeSet::from([2])
    );
    assert_eq!(
        ids(Pull {
            platforms: vec![Platform::Standard],
            ..pull("a", 9)
        }),
        BTreeSet::from([3])
    );
    assert_eq!(
        ids(Pull {
            workgroups: vec![],
            ..pull("a", 9)
        }),
        BTreeSet::new()
    );
    assert_eq!(
        ids(Pull {
            workgroups: vec![Workgroup::new("freight"), Workgroup::new("trains")],
            ..pull("a", 9)
        }),
        BTreeSet::from([1, 4])
    );
    assert!(office.claim(pull("b", 9)).is_empty());
    let taken = office.show(1);
    assert_eq!(taken.state, State::Leased);
    assert_eq!(taken.holder.as_deref(), Some("a"));
    assert_eq!(taken.lease, None, "the lease is its holder's alone");
    assert_eq!(taken.available_ms, START_MS + 60_000);
    office.audit();
}

#[test]
fn two_claims_are_disjoint_and_every_lease_is_another() {
    let office = Office::new();
    for id in 0..30 {
        let id = id.to_string();
        office.take(vec![made(
            "x",
            post(&id, &id, START_MS),
            judged(Level::Routine),
        )]);
    }
    let first = office.claim(pull("a", 99));
    let second = office.claim(pull("b", 99));
    assert_eq!(first.len(), MAX_CLAIM as usize);
    assert_eq!(second.len(), 30 - MAX_CLAIM as usize);
    let leases: BTreeSet<_> = first.iter().chain(&second).map(|i| &i.lease).collect();
    assert_eq!(leases.len(), 30);
    office.audit();
}

#[test]
fn an_expired_lease_is_anothers_and_the_old_holder_learns_whose() {
    let mut office = with_complaint();
    let first = claim_one(&office, "a");
    office.pass(60_000 - 1);
    assert!(office.claim(pull("b", 1)).is_empty());
    office.pass(1);
    let second = claim_one(&office, "b");
    assert_eq!(second.attempts, 1, "one lease ran out");
    let lost = Refused::LeaseLost {
        holder: Some("b".into()),
        until_ms: Some(office.now_ms + 60_000),
        state: State::Leased,
    };
    assert_eq!(office.resolve(holding(&first), "solved"), Err(lost.clone()));
    assert_eq!(office.release(holding(&first), 0), Err(lost.clone()));
    assert_eq!(office.extend(holding(&first), 60), Err(lost.clone()));
    assert_eq!(
        office.begin_reply(holding(&first), "k", "hello", None),
        Err(lost.clone())
    );
    // The right token in the wrong hands is no proof either.
    let stolen = Holding {
        agent: "c".into(),
        ..holding(&second)
    };
    assert_eq!(office.resolve(stolen, "solved"), Err(lost));
    office.resolve(holding(&second), "solved").unwrap();
    office.audit();
}

#[test]
fn nothing_is_known_of_an_interaction_that_never_was() {
    let office = Office::new();
    let nobody = Holding {
        seq: 5,
        lease: Lease::new("l"),
        agent: "a".into(),
        seen: None,
    };
    assert_eq!(office.resolve(nobody.clone(), "x"), Err(Refused::NotFound));
    assert_eq!(office.extend(nobody, 5), Err(Refused::NotFound));
    assert_eq!(office.ask(Show { seq: 5 }), Err(Refused::NotFound));
    assert_eq!(office.assign(5, Some("a"), None), Err(Refused::NotFound));
    let redrive = Redrive {
        seq: 5,
        by: "boss".into(),
    };
    assert_eq!(office.ask(redrive), Err(Refused::NotFound));
    assert_eq!(
        office.ask(FinishAck {
            emergency: false,
            seq: 5,
            attempt: 1,
            outcome: sent()
        }),
        Err(Refused::NotFound)
    );
    assert_eq!(office.begin(&[5]), []);
}

#[test]
fn what_its_caller_never_heard_of_goes_back_and_counts_for_nothing() {
    let office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Routine),
    )]);
    let leased = office.ask(Claim { pull: pull("a", 1) }).unwrap();
    let (_, unheard) = leased.interactions[0].held.clone().unwrap();
    let give_back = |holding: &Holding| {
        let holdings = vec![holding.clone()];
        assert_eq!(office.ask(GiveBack { holdings }), Ok(()));
    };
    give_back(&unheard);
    let shown = office.show(1);
    assert_eq!((shown.state, shown.attempts), (State::Waiting, 0));
    let told: Vec<_> = shown.history.iter().map(|deed| deed.did.as_str()).collect();
    assert_eq!(told, ["claimed", "given_back"]);

    // The next one has it at once; what is given back late takes nothing from them.
    let held = holding(&claim_one(&office, "b"));
    assert_ne!(held.lease, unheard.lease);
    give_back(&unheard);
    assert_eq!(office.show(1).state, State::Leased);

    // One whose author took the post back meanwhile ends.
    office.take(vec![super::deleted("x", "1")]);
    give_back(&held);
    assert_eq!(office.show(1).state, State::Done);
}
