//! Agents' replies.

use super::{
    Office, START_MS, claim_one, deleted, holding, judged, later, made, post, sent, with_complaint,
};
use heard::inbox::outbox::SENDING_MS;
use heard::inbox::wire::{Refused, ReplyStep};
use heard::platform::Outcome;
use heard::triage::Level;

#[test]
fn a_reply_is_sent_once_for_each_key() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    let begin = |office: &Office, key, text| office.begin_reply(holding(&held), key, text, None);
    let Ok(ReplyStep::Send(job)) = begin(&office, "k", "We are coming") else {
        panic!("not sent");
    };
    assert_eq!(
        (job.reply_to.as_str(), job.text.as_str()),
        ("post:1", "We are coming")
    );
    assert_eq!(
        begin(&office, "k", "We are coming"),
        Err(Refused::ReplyInFlight)
    );
    assert_eq!(
        begin(&office, "k", "Something else"),
        Err(Refused::KeyReused)
    );
    let replied = office.finish_reply(1, "k", sent()).unwrap();
    assert_eq!(
        begin(&office, "k", "We are coming"),
        Ok(ReplyStep::Already(replied))
    );
    assert_eq!(office.show(1).replied_ms, Some(START_MS));
    // The first answer counts; a second leaves the clock alone.
    office.pass(1_000);
    begin(&office, "k2", "More").unwrap();
    office.finish_reply(1, "k2", sent()).unwrap();
    assert_eq!(office.show(1).replied_ms, Some(START_MS));
    assert_eq!(
        office.finish_reply(1, "never", sent()),
        Err(Refused::NotFound)
    );
    // What became of it can be asked even when the lease is gone.
    office.pass(60_000);
    assert!(matches!(
        begin(&office, "k", "We are coming"),
        Ok(ReplyStep::Already(_))
    ));
    assert!(matches!(
        begin(&office, "k3", "New"),
        Err(Refused::LeaseLost { .. })
    ));
    office.audit();
}

#[test]
fn a_reply_whose_sender_died_is_unknown_and_never_sent_again() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    office
        .begin_reply(holding(&held), "k", "Hello", None)
        .unwrap();
    office.pass(SENDING_MS - 1);
    assert_eq!(
        office.begin_reply(holding(&held), "k", "Hello", None),
        Err(Refused::ReplyInFlight)
    );
    office.pass(1);
    let Ok(ReplyStep::Already(replied)) = office.begin_reply(holding(&held), "k", "Hello", None)
    else {
        panic!("sent twice");
    };
    assert_eq!(replied.state, "unknown");
    assert_eq!(office.show(1).replied_ms, None);
    // A late word is believed.
    office.finish_reply(1, "k", sent()).unwrap();
    assert_eq!(office.show(1).replied_ms, Some(START_MS + SENDING_MS));
}

#[test]
fn what_did_not_arrive_is_told_and_stops_no_clock() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    for (key, outcome, state, why) in [
        (
            "1",
            Outcome::Refused { why: "gone".into() },
            "refused",
            "gone",
        ),
        ("2", later(Some(9)), "refused", "later:9"),
        ("3", later(None), "refused", "later"),
        (
            "4",
            Outcome::Unknown { why: "cut".into() },
            "unknown",
            "cut",
        ),
    ] {
        office
            .begin_reply(holding(&held), key, "Hello", None)
            .unwrap();
        let replied = office.finish_reply(1, key, outcome).unwrap();
        assert_eq!(
            (replied.state.as_str(), replied.why.as_deref()),
            (state, Some(why))
        );
    }
    assert_eq!(office.show(1).replied_ms, None);
}

#[test]
fn a_reply_answers_the_post_named_or_the_newest_that_stands() {
    let office = with_complaint();
    office.take(vec![
        made("x", post("2", "ann", START_MS + 1), judged(Level::Idle)),
        made("x", post("3", "ann", START_MS + 2), judged(Level::Idle)),
        made("x", post("4", "bob", START_MS), judged(Level::Idle)),
    ]);
    office.take(vec![deleted("x", "3")]);
    let held = claim_one(&office, "a");
    let to = |key, post| match office.begin_reply(holding(&held), key, "Hello", post) {
        Ok(ReplyStep::Send(job)) => Ok(job.reply_to),
        Ok(other) => panic!("{other:?}"),
        Err(why) => Err(why),
    };
    assert_eq!(to("a", None), Ok("post:2".into()));
    assert_eq!(to("b", Some("1")), Ok("post:1".into()));
    assert_eq!(to("c", Some("3")), Err(Refused::Withdrawn));
    assert_eq!(to("d", Some("4")), Err(Refused::NoSuchPost));
    assert_eq!(to("e", Some("9")), Err(Refused::NoSuchPost));
    let long = "a".repeat(281);
    assert_eq!(
        office.begin_reply(holding(&held), "f", &long, None),
        Err(Refused::TooLong {
            unit: "weighted characters".into(),
            max: 280,
            is: 281
        })
    );
}
