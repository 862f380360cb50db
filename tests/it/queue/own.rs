//! What one of us wrote in the platform's own app, and what only looks like it.

use super::{
    HOUR_MS, Office, START_MS, claim_one, holding, incoming, judged, made, post, sent,
    with_complaint,
};
use heard::inbox::wire::Incoming;
use heard::judgement::Level;
use heard::platform::{Event, Outcome, OwnAnswer};
use heard::post::{AuthorId, PostId};

fn own(id: &str, to: Option<&str>, parent: Option<&str>, text: &str, at_ms: i64) -> Incoming {
    let answer = OwnAnswer {
        id: PostId::new(id),
        to: to.map(AuthorId::new),
        parent: parent.map(PostId::new),
        text: text.into(),
        created_ms: at_ms,
    };
    incoming("x", Event::Answered { answer }, None)
}

fn deeds(office: &Office) -> Vec<(String, String)> {
    let history = office.show(1).history.into_iter();
    history.map(|deed| (deed.who, deed.did)).collect()
}

#[test]
fn a_persons_answer_withdraws_the_note_and_stops_the_clock() {
    for (to, parent) in [
        (Some("ann"), None),
        (None, Some("1")),
        (Some("ann"), Some("1")),
    ] {
        let mut office = with_complaint();
        office.pass(2_000);
        let answer = || own("900", to, parent, "We are on our way", office.now_ms);
        office.take(vec![answer(), answer()]);
        assert_eq!(
            office.ack(1),
            ("withdrawn".into(), Some("in_exchange".into()))
        );
        assert_eq!(office.show(1).replied_ms, Some(office.now_ms));
        assert_eq!(office.begin(&[1]), []);
        let said = ("platform".to_string(), "reply_sent".to_string());
        assert_eq!(
            deeds(&office).iter().filter(|deed| **deed == said).count(),
            1
        );
        let more = made("x", post("2", "ann", office.now_ms), judged(Level::Urgent));
        office.take(vec![more]);
        assert_eq!(office.decisions(1)[1], "in_exchange");
        let sql = "-- texts\nSELECT agent, text, state FROM reply";
        let rows = heard::sql::Sql::run(&office.sql, sql, vec![]).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].text(1), Ok("We are on our way"));
        office.audit();
    }
}

#[test]
fn the_echo_of_a_note_is_no_answer_and_makes_certainty() {
    let office = with_complaint();
    let text = office.begin(&[1])[0].text.clone();
    let echo = own(
        "900",
        Some("ann"),
        None,
        &format!("@ann  {text}\n"),
        START_MS,
    );
    // Whether its report came, is still to come, or never will.
    office.take(vec![echo.clone()]);
    assert_eq!(office.ack(1), ("sent".into(), None));
    office.finish_try(1, 1, Outcome::Unknown { why: "cut".into() });
    assert_eq!(office.ack(1), ("sent".into(), None));
    office.take(vec![echo]);
    assert_eq!(office.show(1).replied_ms, None);
    assert_eq!(office.counted("ignored.own"), 2);
    office.audit();
    // By its id, as the platform told it, also where the event names it within an account.
    let office = with_complaint();
    office.begin(&[1]);
    office.finish(1, sent());
    for id in ["77", "1/77"] {
        office.take(vec![own(id, Some("ann"), None, "other words", START_MS)]);
    }
    assert_eq!(office.show(1).replied_ms, None);
    assert_eq!(office.counted("ignored.own"), 2);
}

#[test]
fn the_echo_of_a_reply_is_no_answer_and_makes_certainty() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    office
        .begin_reply(holding(&held), "k", "We are coming", None)
        .unwrap();
    office
        .finish_reply(1, "k", Outcome::Unknown { why: "cut".into() })
        .unwrap();
    office.pass(5_000);
    office.take(vec![own(
        "900",
        Some("ann"),
        None,
        "We are  coming",
        office.now_ms,
    )]);
    assert_eq!(office.show(1).replied_ms, Some(office.now_ms));
    let sql = "-- replies\nSELECT state, sent_id, agent FROM reply";
    let rows = heard::sql::Sql::run(&office.sql, sql, vec![]).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].text(0), rows[0].text(1), rows[0].text(2)),
        (Ok("sent"), Ok("900"), Ok("a"))
    );
    office.audit();
}

#[test]
fn an_answer_to_nothing_that_is_open_is_only_counted() {
    let mut office = Office::new();
    office.take(vec![own("900", Some("ann"), None, "Hello", START_MS)]);
    office.pass(HOUR_MS);
    let later = made("x", post("1", "ann", office.now_ms), judged(Level::Urgent));
    office.take(vec![later]);
    // Delivered late: it was written before ann wrote.
    office.take(vec![own("901", Some("ann"), None, "Hello", START_MS)]);
    assert_eq!(office.ack(1).0, "planned");
    assert_eq!(office.counted("ignored.own"), 2);
    office.audit();
}
