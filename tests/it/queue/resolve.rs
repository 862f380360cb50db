//! How interactions end.

use super::{
    START_MS, claim_one, deleted, holding, judged, made, post, seeing, seq, with_complaint,
};
use heard::inbox::state::{PostState, State};
use heard::inbox::wire::{Holding, Refused};
use heard::judgement::Level;
use heard::post::Lease;

#[test]
fn resolving_twice_is_once_and_otherwise_a_conflict() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    let done = office.resolve(holding(&held), "solved").unwrap();
    assert_eq!(done.state, State::Done);
    assert_eq!(done.ended_ms, Some(START_MS));
    assert_eq!(office.resolve(holding(&held), "solved").unwrap(), done);
    assert_eq!(
        office.resolve(holding(&held), "spam"),
        Err(Refused::Ended {
            outcome: "solved".into()
        })
    );
    let stranger = Holding {
        lease: Lease::new("other"),
        ..holding(&held)
    };
    assert!(matches!(
        office.resolve(stranger, "solved"),
        Err(Refused::LeaseLost {
            state: State::Done,
            ..
        })
    ));
    assert!(matches!(
        office.release(holding(&held), 0),
        Err(Refused::LeaseLost { .. })
    ));
    assert!(matches!(
        office.assign(1, Some("b"), None),
        Err(Refused::Ended { .. })
    ));
    let deeds: Vec<String> = office
        .show(1)
        .history
        .into_iter()
        .map(|deed| deed.did)
        .collect();
    assert_eq!(deeds, ["claimed", "ack_withdrawn", "resolved"]);
    office.audit();
}

#[test]
fn nobody_ends_what_nobody_has_read() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Emergency),
    )]);
    assert_eq!(
        office.resolve(holding(&held), "solved"),
        Err(Refused::Unheard)
    );
    // Told, but on a connection that broke: nobody has read it yet.
    let told = office.extend(holding(&held), 60).unwrap();
    assert_eq!(told.news.len(), 1);
    assert_eq!(
        office.resolve(holding(&held), "solved"),
        Err(Refused::Unheard)
    );
    office.take(vec![made(
        "x",
        post("3", "ann", START_MS),
        judged(Level::Idle),
    )]);
    assert_eq!(
        office.resolve(seeing(&held, told.cursor), "solved"),
        Err(Refused::Unheard),
        "the third came after what was told"
    );
    let told = office.extend(seeing(&held, told.cursor), 60).unwrap();
    let news: Vec<&str> = told.news.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(news, ["3"]);
    office
        .resolve(seeing(&held, told.cursor), "solved")
        .unwrap();
    office.audit();
}

#[test]
fn what_was_taken_back_needs_no_reader() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Emergency),
    )]);
    office.take(vec![deleted("x", "2")]);
    office.resolve(holding(&held), "solved").unwrap();
    office.audit();
}

#[test]
fn a_deleted_post_is_blank_and_an_interaction_without_posts_ends() {
    let office = with_complaint();
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Idle),
    )]);
    office.take(vec![deleted("x", "1")]);
    let left = office.show(1);
    assert_eq!(left.state, State::Waiting);
    let gone = &left.posts[0];
    assert_eq!((gone.state.as_str(), gone.text.as_str()), ("deleted", ""));
    assert_eq!((&gone.permalink, gone.triage.reasons.len()), (&None, 0));
    office.take(vec![deleted("x", "2")]);
    let ended = office.show(1);
    assert_eq!(ended.state, State::Done);
    assert_eq!(ended.outcome.as_deref(), Some("withdrawn"));
    assert_eq!(office.counted("deletions"), 2);
    // Its author's next post is another matter.
    office.take(vec![made(
        "x",
        post("3", "ann", START_MS),
        judged(Level::Idle),
    )]);
    assert_eq!(seq(&claim_one(&office, "a")), 2);
    office.audit();
}

#[test]
fn a_holder_keeps_what_is_deleted_under_their_hands() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    office.take(vec![deleted("x", "1")]);
    assert_eq!(
        office.extend(holding(&held), 60).unwrap().news[0].state,
        PostState::Deleted
    );
    assert_eq!(
        office.begin_reply(holding(&held), "k", "hello", None),
        Err(Refused::Withdrawn)
    );
    let released = office.release(holding(&held), 0).unwrap();
    assert_eq!(released.outcome.as_deref(), Some("withdrawn"));
    // And one whose lease runs out ends at the next look, at nobody's cost.
    office.take(vec![made(
        "x",
        post("2", "bob", START_MS),
        judged(Level::Urgent),
    )]);
    claim_one(&office, "a");
    office.take(vec![
        deleted("x", "2"),
        made("x", post("3", "cem", START_MS), judged(Level::Idle)),
    ]);
    office.pass(60_000);
    assert_eq!(seq(&claim_one(&office, "b")), 3);
    let ended = office.show(2);
    assert_eq!(ended.outcome.as_deref(), Some("withdrawn"));
    assert_ne!(ended.holder.as_deref(), Some("b"), "b never saw it");
    office.audit();
}
