//! Agents' replies.

use super::{
    Office, START_MS, claim_one, deleted, holding, judged, later, made, post, sent, with_complaint,
};
use heard::inbox::rows::SENDING_MS;
use heard::inbox::wire::{Refused, ReplyStep};
use heard::judgement::Level;
use heard::platform::Outcome;

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
    claim_one(&office, "b");
    assert!(matches!(
        begin(&office, "k3", "New"),
        Err(Refused::LeaseLost { .. })
    ));
    office.audit();
}

/// Another request under the same key is none that was sent.
#[test]
fn a_key_is_for_one_text_one_post_and_one_agent() {
    let mut office = with_complaint();
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Idle),
    )]);
    let held = claim_one(&office, "a");
    office
        .begin_reply(holding(&held), "k", "Hello", Some("1"))
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    let again = |office: &Office, held, text, post| office.begin_reply(held, "k", text, post);
    assert!(matches!(
        again(&office, holding(&held), "Hello", Some("1")),
        Ok(ReplyStep::Already(_))
    ));
    for (text, post) in [
        ("Hello", Some("2")),
        ("Hello", None),
        ("Good day", Some("1")),
    ] {
        assert_eq!(
            again(&office, holding(&held), text, post),
            Err(Refused::KeyReused),
            "{text} {post:?}"
        );
    }
    office.pass(60_000);
    let other = claim_one(&office, "b");
    assert_eq!(
        again(&office, holding(&other), "Hello", Some("1")),
        Err(Refused::KeyReused)
    );
}

/// Case q9: the platform asked for a pause, and nothing arrived.
#[test]
fn a_later_is_tried_again_by_the_same_key_once_its_time_has_come() {
    for (after_s, wait_ms) in [(Some(9), 9_000), (None, 5_000), (Some(0), 1_000)] {
        let mut office = with_complaint();
        let held = claim_one(&office, "a");
        let begin = |office: &Office| office.begin_reply(holding(&held), "k", "Hello", None);
        begin(&office).unwrap();
        let told = office.finish_reply(1, "k", later(after_s)).unwrap();
        assert_eq!(told.retry_ms, Some(START_MS + wait_ms));
        office.pass(wait_ms - 1);
        assert_eq!(begin(&office), Ok(ReplyStep::Already(told)));
        office.pass(1);
        assert!(matches!(begin(&office), Ok(ReplyStep::Send(_))));
        assert_eq!(begin(&office), Err(Refused::ReplyInFlight));
        let replied = office.finish_reply(1, "k", sent()).unwrap();
        assert_eq!(replied.state.as_str(), "sent");
        assert_eq!(begin(&office), Ok(ReplyStep::Already(replied)));
        let replies = office.show(1).replies;
        assert_eq!((replies.len(), replies[0].state.as_str()), (1, "sent"));
        office.audit();
    }
}

/// Cases q11 and q37: whoever goes on sees what was said, and what may have been.
#[test]
fn the_next_holder_sees_what_was_said_and_what_may_have_been() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    office
        .begin_reply(holding(&held), "1", "A crew is coming", None)
        .unwrap();
    office.finish_reply(1, "1", sent()).unwrap();
    office.pass(1_000);
    office
        .begin_reply(holding(&held), "2", "They are there", Some("1"))
        .unwrap();
    let said = |office: &Office, seq| -> Vec<(String, String, Option<String>)> {
        let replies = office.show(seq).replies.into_iter();
        replies
            .map(|r| (r.text, r.state.to_string(), r.why))
            .collect()
    };
    let reply = |text: &str, state: &str, why: Option<&str>| {
        (text.to_string(), state.to_string(), why.map(str::to_string))
    };
    let first = reply("A crew is coming", "sent", None);
    assert_eq!(
        said(&office, 1),
        [first.clone(), reply("They are there", "sending", None)]
    );
    // The Worker dies here, and so does the lease.
    office.pass(60_000);
    let next = claim_one(&office, "b");
    assert_eq!(next.replies.len(), 2);
    assert_eq!(next.replies[1].state.as_str(), "unknown");
    assert_eq!(next.replies[1].agent, "a");
    assert_eq!(next.replies[1].post.as_ref().unwrap().as_str(), "1");
    let did: Vec<&str> = next.history.iter().map(|deed| deed.did.as_str()).collect();
    assert_eq!(did, ["claimed", "ack_withdrawn", "reply_sent", "claimed"]);
    let interrupted = reply("They are there", "unknown", Some("interrupted"));
    assert_eq!(said(&office, 1), [first, interrupted]);
    // With the post go the words that answered it.
    office.take(vec![deleted("x", "1")]);
    assert!(said(&office, 1).iter().all(|(text, _, _)| text.is_empty()));
    assert!(office.show(1).replies.iter().all(|r| r.at_ms > 0));
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
    assert_eq!(replied.state.as_str(), "unknown");
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
