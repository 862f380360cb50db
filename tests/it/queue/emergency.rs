//! An emergency is said once for its interaction, whatever calmer was said before.

use super::{
    HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, edited, holding, judged, later, made,
    post, sent, with_complaint,
};
use heard::ack::scene::EXCHANGE_MS;
use heard::inbox::wire::Incoming;
use heard::judgement::Level;
use heard::platform::Outcome;

/// Smoke, by `ann`.
fn fire(office: &Office, id: &str) -> Incoming {
    let mut post = post(id, "ann", office.now_ms);
    post.text = "help, there is a fire and smoke in coach B, people are hurt".into();
    made("x", post, judged(Level::Emergency))
}

/// What stands of each acknowledgment of the first interaction.
fn states(office: &Office) -> Vec<(bool, String)> {
    let acks = office.show(1).acks.into_iter();
    acks.map(|ack| (ack.emergency, ack.state.to_string()))
        .collect()
}

fn both(calmer: &str, emergency: &str) -> Vec<(bool, String)> {
    vec![(false, calmer.into()), (true, emergency.into())]
}

#[test]
fn it_takes_the_place_of_a_calmer_one_behind_the_ceiling() {
    let mut office = Office::new();
    office.config.sources[0].ceiling.per_minute = 1;
    let urgent =
        |id: &str, author: &str| made("x", post(id, author, START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![urgent("1", "ann")]), [1]);
    assert_eq!(office.take(vec![urgent("2", "bob")]), [] as [i64; 0]);
    let waits = office.show(2).ack.unwrap();
    assert_eq!(waits.why.as_deref(), Some("ceiling"));
    let mut danger = fire(&office, "3");
    if let heard::platform::Event::Made { post } = &mut danger.event {
        post.author.as_mut().unwrap().id = heard::post::AuthorId::new("bob");
    }
    assert_eq!(office.take(vec![danger]), [2]);
    let jobs = office.begin(&[2]);
    assert_eq!((jobs.len(), jobs[0].reply_to.as_str()), (1, "post:3"));
    assert_ne!(jobs[0].text, waits.text, "in its own words");
    office.finish(2, sent());
    office.audit();
    // Nothing else leaves later.
    office.pass(HOUR_MS);
    let due = office.ring();
    assert!(!due.contains(&2), "{due:?}");
    assert_eq!(office.begin(&[2]), []);
    let acks = office.show(2).acks;
    assert_eq!(
        (acks[0].state.as_str(), acks[0].why.as_deref()),
        ("withdrawn", Some("replaced"))
    );
    assert_eq!(office.show(2).ack.unwrap().state.as_str(), "sent");
}

#[test]
fn it_follows_a_calmer_one_that_has_left_or_may_have() {
    let outcomes: [Option<Outcome>; 4] = [
        None,
        Some(sent()),
        Some(Outcome::Unknown { why: "cut".into() }),
        Some(Outcome::Refused { why: "gone".into() }),
    ];
    for outcome in outcomes {
        let office = with_complaint();
        office.begin(&[1]);
        let calmer = match &outcome {
            None => "sending".to_string(),
            Some(outcome) => {
                office.finish(1, outcome.clone());
                states(&office)[0].1.clone()
            }
        };
        assert_eq!(office.take(vec![fire(&office, "2")]), [1], "{calmer}");
        assert_eq!(office.begin(&[1]).len(), 1);
        office.finish(1, sent());
        assert_eq!(states(&office)[1], (true, "sent".into()));
        assert_eq!(states(&office)[0].1, calmer);
        // It was said; neither a second emergency nor a calmer word has anything new to say.
        assert_eq!(office.take(vec![fire(&office, "3")]), [] as [i64; 0]);
        let calm = made("x", post("4", "ann", START_MS), judged(Level::Urgent));
        assert_eq!(office.take(vec![calm]), [] as [i64; 0]);
        assert_eq!(office.decisions(1)[2..], ["acknowledged", "acknowledged"]);
        office.audit();
    }
}

#[test]
fn a_calmer_one_that_is_put_off_does_not_follow_it() {
    let mut office = with_complaint();
    office.begin(&[1]);
    office.take(vec![fire(&office, "2")]);
    let urgent = office.begin(&[1]);
    assert!(urgent[0].emergency);
    office.finish_try(1, 1, later(Some(1)));
    assert_eq!(states(&office), both("withdrawn", "sending"));
    office.finish(1, sent());
    office.pass(MINUTE_MS);
    assert_eq!(office.ring(), [] as [i64; 0]);
    office.audit();
}

#[test]
fn it_does_not_wait_for_the_cooldown() {
    let office = with_complaint();
    office.begin(&[1]);
    office.finish(1, sent());
    office
        .resolve(holding(&claim_one(&office, "a")), "solved")
        .unwrap();
    assert_eq!(office.take(vec![fire(&office, "2")]), [2]);
    assert_eq!(office.begin(&[2]).len(), 1);
    office.finish(2, sent());
    office
        .resolve(holding(&claim_one(&office, "a")), "solved")
        .unwrap();
    // Another interaction is another emergency.
    assert_eq!(office.take(vec![fire(&office, "3")]), [3]);
    office.audit();
}

/// A lease is no answer; a word is, for as long as whoever said it is there.
#[test]
fn an_agent_who_is_silent_does_not_swallow_it_and_one_who_speaks_does() {
    let mut office = Office::new();
    let hi = made("x", post("1", "ann", START_MS), judged(Level::Idle));
    office.take(vec![hi]);
    let held = claim_one(&office, "a");
    assert_eq!(office.take(vec![fire(&office, "2")]), [1]);
    office.pass(30_000);
    assert_eq!(office.begin(&[1]).len(), 1, "also a while later");
    office.audit();

    let talk = |ms: i64, lets_go: bool| {
        let mut office = Office::new();
        let hi = made("x", post("1", "ann", START_MS), judged(Level::Idle));
        office.take(vec![hi]);
        let held = claim_one(&office, "a");
        office.extend(holding(&held), 3_600).unwrap();
        office
            .begin_reply(holding(&held), "k", "Hello", None)
            .unwrap();
        office.finish_reply(1, "k", sent()).unwrap();
        office.pass(ms);
        if lets_go {
            office.release(holding(&held), 0).unwrap();
        }
        office.take(vec![fire(&office, "2")])
    };
    assert_eq!(talk(EXCHANGE_MS - 1, false), [] as [i64; 0]);
    assert_eq!(talk(EXCHANGE_MS, false), [1]);
    assert_eq!(talk(1_000, true), [1]);
    drop(held);
}

#[test]
fn a_post_edited_into_one_is_acknowledged_like_a_new_one() {
    let mut office = Office::new();
    let calm = made("x", post("1", "ann", START_MS), judged(Level::Routine));
    assert_eq!(office.take(vec![calm]), [] as [i64; 0]);
    // However old the post: what it says is new.
    office.pass(3 * HOUR_MS);
    let mut danger = post("1", "ann", START_MS);
    danger.text = "help, there is a fire and smoke in coach B".into();
    let edit = || edited("x", danger.clone(), judged(Level::Emergency));
    assert_eq!(office.take(vec![edit()]), [1]);
    assert_eq!(office.decisions(1), ["planned"]);
    assert_eq!(
        (office.decided("planned"), office.decided("not_urgent")),
        (1, 0)
    );
    assert_eq!(office.begin(&[1]).len(), 1);
    office.finish(1, sent());
    assert_eq!(office.take(vec![edit()]), [] as [i64; 0]);
    assert_eq!(office.begin(&[1]), []);
    office.audit();
}

#[test]
fn a_post_edited_into_one_leaves_its_calmer_note_behind() {
    // Planned: replaced. Sent: followed.
    for left in [false, true] {
        let office = with_complaint();
        if left {
            office.begin(&[1]);
            office.finish(1, sent());
        }
        let mut danger = post("1", "ann", START_MS);
        danger.text = "help, there is a fire and smoke in coach B".into();
        assert_eq!(
            office.take(vec![edited("x", danger, judged(Level::Emergency))]),
            [1]
        );
        let calmer = if left { "sent" } else { "withdrawn" };
        assert_eq!(states(&office), both(calmer, "planned"));
        // And taken back again.
        let mut calm = post("1", "ann", START_MS);
        calm.text = "It was a barbecue, but nobody tells us anything".into();
        let sends = office.take(vec![edited("x", calm, judged(Level::Urgent))]);
        assert_eq!(sends.len(), usize::from(!left));
        assert_eq!(
            states(&office),
            both(if left { "sent" } else { "planned" }, "withdrawn")
        );
        office.audit();
    }
}

#[test]
fn one_whose_post_is_deleted_before_it_leaves_makes_room_for_another() {
    let office = with_complaint();
    office.begin(&[1]);
    office.finish(1, sent());
    office.take(vec![fire(&office, "2"), deleted("x", "2")]);
    assert_eq!(states(&office), both("sent", "withdrawn"));
    assert_eq!(office.take(vec![fire(&office, "3")]), [1]);
    office.audit();
}
