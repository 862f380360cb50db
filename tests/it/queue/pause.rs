//! The pause: the switch that needs no deploy.

use super::{DAY_MS, Office, START_MS, judged, later, made, post, sent, stop};
use heard::inbox::pause::{Pause, Resume};
use heard::inbox::wire::Paused;
use heard::judgement::Level;
use heard::post::SourceId;

fn pause(office: &Office, source: Option<&str>) {
    let paused = Paused {
        source: source.map(SourceId::new),
        by: "boss".into(),
        reason: "a storm".into(),
        since_ms: office.now_ms,
    };
    let all = office.ask(Pause { paused }).unwrap();
    assert!(!all.is_empty());
}

fn resume(office: &Office, source: Option<&str>) -> Vec<Paused> {
    let source = source.map(SourceId::new);
    office.ask(Resume { source }).unwrap()
}

/// A post by somebody new: what was decided of it.
fn say(office: &Office, source: &str, id: &str) -> String {
    office.take(vec![made(
        source,
        post(id, id, office.now_ms),
        judged(Level::Urgent),
    )]);
    let found = office.list(heard::inbox::wire::Filter {
        max: 1,
        ..Default::default()
    });
    found[0].posts[0].ack.clone()
}

#[test]
fn a_pause_takes_back_what_is_planned_and_silences_what_comes_until_it_is_lifted() {
    let mut office = Office::new();
    say(&office, "x", "1");
    say(&office, "forum", "2");
    pause(&office, Some("x"));
    assert_eq!(office.ack(1), ("withdrawn".into(), Some("paused".into())));
    assert_eq!(office.ack(2).0, "planned");
    assert_eq!(say(&office, "x", "3"), "paused");
    assert_eq!(say(&office, "x-freight", "4"), "planned");
    assert_eq!(office.decided("paused"), 1);
    assert_eq!(office.begin(&[1, 2]).len(), 1);

    pause(&office, None);
    assert_eq!(office.ack(4).0, "withdrawn");
    assert_eq!(say(&office, "forum", "5"), "paused");
    let told = office.backlog().paused;
    let names: Vec<_> = told
        .iter()
        .map(|one| one.source.as_ref().map(SourceId::as_str))
        .collect();
    assert_eq!(names, [None, Some("x")]);
    assert_eq!(
        (told[0].by.as_str(), told[0].reason.as_str()),
        ("boss", "a storm")
    );

    // Each is lifted by itself.
    assert_eq!(resume(&office, None).len(), 1);
    assert_eq!(say(&office, "x", "6"), "paused");
    assert_eq!(say(&office, "forum", "7"), "planned");
    assert_eq!(resume(&office, Some("x")), []);
    assert_eq!(say(&office, "x", "8"), "planned");
    // An author who was passed over is answered at the next word.
    office.now_ms += 1_000;
    let again = made("x", post("9", "1", office.now_ms), judged(Level::Urgent));
    assert_eq!(office.take(vec![again]), [1]);
    office.audit();
}

#[test]
fn one_under_way_is_reported_and_not_tried_again_while_paused() {
    let mut office = Office::new();
    for id in ["1", "2"] {
        say(&office, "x", id);
    }
    office.begin(&[1, 2]);
    pause(&office, None);
    office.finish(1, sent());
    office.finish(2, later(Some(1)));
    office.pass(1_000);
    assert_eq!(office.begin(&[2]), []);
    assert_eq!(office.ack(1).0, "sent");
    assert_eq!(office.ack(2), ("withdrawn".into(), Some("paused".into())));
    office.audit();
}

/// Who said stop is left alone for ever: also when nothing else is remembered of them.
#[test]
fn a_stop_outlives_retention() {
    let mut office = Office::new();
    office.take(vec![stop("x", "ann")]);
    for _ in 0..40 {
        office.pass(30 * DAY_MS);
        office.ring();
    }
    assert!(office.now_ms > START_MS + 3 * 365 * DAY_MS);
    let event = made(
        "x",
        post("1", "ann", office.now_ms),
        judged(Level::Emergency),
    );
    assert_eq!(office.take(vec![event]), [] as [i64; 0]);
    assert_eq!(office.decisions(1), ["stopped"]);
}
