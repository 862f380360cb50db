//! The alarm, and what is forgotten.

use super::{
    DAY_MS, HOUR_MS, Office, START_MS, claim_one, deleted, holding, judged, later, made, post,
    pull, sent, seq, stop, with_complaint,
};
use heard::inbox::look::Show;
use heard::inbox::outbox::{GRACE_MS, SLICE};
use heard::inbox::rows::POSTS;
use heard::inbox::rows::SENDING_MS;
use heard::inbox::state::State;
use heard::inbox::wire::Refused;
use heard::inbox::work::{MAX_CLAIM, Redrive};
use heard::judgement::Level;
use heard::sql::Sql as _;

#[test]
fn the_alarm_sends_what_a_worker_that_died_did_not() {
    let mut office = with_complaint();
    assert_eq!(office.alarm_ms.get(), Some(START_MS + GRACE_MS));
    office.now_ms = START_MS + GRACE_MS;
    assert_eq!(office.ring(), [1]);
    assert_eq!(office.begin(&[1]).len(), 1);
    // It died too: what it had begun may have arrived.
    office.now_ms = office.alarm_ms.get().unwrap();
    assert_eq!(office.ring(), [] as [i64; 0]);
    assert_eq!(office.ack(1).0, "sending");
    office.now_ms = office.alarm_ms.get().unwrap();
    assert_eq!(office.now_ms, START_MS + GRACE_MS + SENDING_MS);
    assert_eq!(office.ring(), [] as [i64; 0]);
    assert_eq!(
        office.ack(1),
        ("unknown".into(), Some("interrupted".into()))
    );
    // A word that comes after all makes certainty of it, and no second try.
    office.finish(1, later(None));
    assert_eq!(office.ack(1), ("refused".into(), Some("later".into())));
    office.audit();
}

#[test]
fn a_late_word_that_it_arrived_is_believed() {
    let mut office = with_complaint();
    office.begin(&[1]);
    office.pass(SENDING_MS);
    office.ring();
    assert_eq!(office.ack(1).0, "unknown");
    office.finish(1, sent());
    assert_eq!(office.ack(1).0, "sent");
    office.audit();
}

#[test]
fn the_alarm_sends_in_slices_and_comes_back_for_the_rest() {
    let mut office = Office::new();
    let count = SLICE as i64 + 5;
    for id in 0..count {
        let id = id.to_string();
        office.take(vec![made(
            "x",
            post(&id, &id, START_MS),
            judged(Level::Urgent),
        )]);
    }
    office.pass(GRACE_MS);
    let first = office.ring();
    assert_eq!(first.len(), SLICE);
    assert_eq!(office.begin(&first).len(), SLICE);
    let next_ms = office.alarm_ms.get().unwrap();
    assert!((office.now_ms..=office.now_ms + 1_000).contains(&next_ms));
    office.now_ms = next_ms;
    let second = office.ring();
    assert_eq!(second.len(), 5);
    assert!(second.iter().all(|seq| !first.contains(seq)));
    office.audit();
}

#[test]
fn the_alarm_is_set_by_the_first_post_and_again_if_it_never_came() {
    let mut office = Office::new();
    assert_eq!(office.alarm_ms.get(), None);
    let idle = |office: &Office, id: &str| {
        office.take(vec![made(
            "x",
            post(id, id, office.now_ms),
            judged(Level::Idle),
        )]);
    };
    idle(&office, "1");
    let first_ms = office.alarm_ms.take().unwrap();
    idle(&office, "2");
    assert_eq!(office.alarm_ms.get(), None, "it is set already");
    office.now_ms = first_ms + 60_000;
    idle(&office, "3");
    assert_eq!(office.alarm_ms.get(), None, "it may just be late");
    office.pass(1);
    idle(&office, "4");
    assert_eq!(office.alarm_ms.get(), Some(office.now_ms), "it never came");
    office.ring();
    // Something more pressing brings it forward.
    office.take(vec![made(
        "x",
        post("5", "5", office.now_ms),
        judged(Level::Urgent),
    )]);
    assert_eq!(office.alarm_ms.get(), Some(office.now_ms + GRACE_MS));
}

#[test]
fn what_ended_long_ago_is_forgotten_in_slices_and_stays_counted() {
    let mut office = Office::new();
    for id in 0..450 {
        let (id, author) = (id.to_string(), (id / 2).to_string());
        office.take(vec![made(
            "x",
            post(&id, &author, START_MS),
            judged(Level::Idle),
        )]);
    }
    office.take(vec![deleted("x", "never made")]);
    let mut held = Vec::new();
    loop {
        let claimed = office.claim(pull("a", MAX_CLAIM));
        if claimed.is_empty() {
            break;
        }
        held.extend(claimed);
    }
    let kept = held.pop().unwrap();
    for held in &held {
        office
            .begin_reply(holding(held), "k", "Hello", None)
            .unwrap();
        office.finish_reply(seq(held), "k", sent()).unwrap();
        office.resolve(holding(held), "solved").unwrap();
    }
    office.release(holding(&kept), 0).unwrap();
    office.audit();
    office.pass(90 * DAY_MS);
    office.ring();
    assert_eq!(office.counted("retired"), 0, "not before its time");
    office.pass(1);
    office.ring();
    assert_eq!(office.counted("retired"), 250);
    assert_eq!(office.alarm_ms.get(), Some(office.now_ms + 1_000));
    office.audit();
    office.pass(1_000);
    office.ring();
    assert_eq!(office.counted("retired"), 448);
    assert!(office.alarm_ms.get().unwrap() > office.now_ms + HOUR_MS);
    assert_eq!(office.counted("posts"), 450);
    assert_eq!(
        office.claim(pull("a", 9)).len(),
        1,
        "what is open is kept for ever"
    );
    assert_eq!(office.ask(Show { seq: 1 }), Err(Refused::NotFound));
    office.audit();
}

#[test]
fn one_with_more_posts_than_a_slice_is_forgotten_piece_by_piece() {
    let mut office = with_complaint();
    let count = 2 * POSTS + 10;
    for first in (2..=count).step_by(500) {
        let posts = (first..(first + 500).min(count + 1)).map(|id| {
            let id = id.to_string();
            made("x", post(&id, "ann", START_MS), judged(Level::Idle))
        });
        office.take(posts.collect());
    }
    // A small one that ended later waits for its turn.
    office.take(vec![made(
        "x",
        post("b", "bob", START_MS),
        judged(Level::Idle),
    )]);
    for _ in 0..2 {
        let held = claim_one(&office, "a");
        office.resolve(holding(&held), "solved").unwrap();
        office.pass(1);
    }
    office.pass(100 * DAY_MS);
    for left in [count + 1 - POSTS, count + 1 - 2 * POSTS, 0] {
        office.ring();
        office.audit();
        let backlog = office.backlog();
        let kept: i64 = backlog.tallies.iter().map(|tally| tally.posts).sum();
        assert_eq!(kept, left);
        assert_eq!(office.counted("retired"), count + 1 - left);
        office.now_ms = office.alarm_ms.get().unwrap();
    }
    assert_eq!(office.counted("posts"), count + 1);
    let piece = office.sql.seen()["-- forget_some_posts"];
    let plan = office.sql.plan(piece).join("\n");
    assert!(
        plan.contains("INDEX post_of_interaction (interaction=?)"),
        "{plan}"
    );
    let walks = plan.contains("SCAN post") || plan.contains("SCAN i");
    assert!(!walks && !plan.contains("B-TREE"), "{plan}");
}

/// Each class goes at its own time, and what went is counted.
#[test]
fn each_class_goes_at_its_own_time() {
    let mut office = with_complaint();
    let limits = &mut office.config.limits;
    (limits.texts_days, limits.retention_days) = (10, 90);
    (limits.open_days, limits.stops_days, limits.audit_days) = (40, 400, 500);
    office.take(vec![
        made("x", post("2", "bob", START_MS), judged(Level::Idle)),
        made("x", post("3", "cem", START_MS), judged(Level::Idle)),
        stop("x", "dan"),
    ]);
    let one = claim_one(&office, "a");
    office.resolve(holding(&one), "solved").unwrap();
    let deed = |at_ms| heard::deeds::Deed {
        at_ms,
        by: "sue".into(),
        token: "t".into(),
        did: "pause".into(),
        to: String::new(),
        asked: Default::default(),
        workgroup: None,
    };
    heard::deeds::keep(&office.sql, &deed(START_MS), 500).unwrap();
    heard::deeds::keep(&office.sql, &deed(START_MS + 400 * DAY_MS), 500).unwrap();
    let count = |office: &Office, table: &str| {
        let sql = match table {
            "stop" => "-- count_stops\nSELECT count(*) FROM stop",
            _ => "-- count_deeds\nSELECT count(*) FROM deed",
        };
        office.sql.run(sql, vec![]).unwrap()[0].int(0).unwrap()
    };
    office.pass(10 * DAY_MS - 1);
    office.ring();
    assert_eq!(office.counted("retention.texts"), 0);
    office.pass(2);
    office.ring();
    assert_eq!(office.counted("retention.texts"), 1);
    assert_eq!(office.show(seq(&one)).posts[0].text, "");
    // Somebody touches one; nobody the other.
    let two = claim_one(&office, "a");
    office.release(holding(&two), 0).unwrap();
    office.pass(31 * DAY_MS);
    office.ring();
    assert_eq!(office.counted("retention.open"), 1);
    let untouched = if seq(&two) == 2 { 3 } else { 2 };
    let dead = office.show(untouched);
    assert_eq!(dead.state, State::Dead);
    assert_eq!(dead.outcome.as_deref(), Some("untouched"));
    assert_ne!(office.show(seq(&two)).state, State::Dead);
    office
        .ask(Redrive {
            seq: untouched,
            by: "sue".into(),
        })
        .unwrap();
    office.audit();
    office.pass(360 * DAY_MS);
    for _ in 0..5 {
        office.ring();
        office.pass(2 * DAY_MS);
    }
    assert_eq!(office.counted("retention.stops"), 1);
    assert_eq!(count(&office, "stop"), 0);
    assert_eq!(count(&office, "deed"), 2, "audit has its own time");
    office.pass(100 * DAY_MS);
    office.ring();
    assert_eq!(
        (office.counted("retention.audit"), count(&office, "deed")),
        (1, 1)
    );
    assert!(office.counted("retention.work") >= 1);
    office.audit();
}

/// However much is old, a ring of the alarm looks at so much, and goes on.
#[test]
fn old_stops_and_open_work_go_in_slices() {
    let mut office = Office::new();
    office.config.limits.open_days = 30;
    office.config.limits.stops_days = 365;
    for n in 0..1_200 {
        office.take(vec![stop("x", &format!("s{n}"))]);
    }
    for n in 0..120 {
        let (id, author) = (n.to_string(), format!("a{n}"));
        office.take(vec![made(
            "x",
            post(&id, &author, START_MS),
            judged(Level::Idle),
        )]);
    }
    office.pass(366 * DAY_MS);
    let mut before = (0, 0);
    for (stops, open) in [(500, 50), (1_000, 100), (1_200, 120)] {
        office.ring();
        let now = (
            office.counted("retention.stops"),
            office.counted("retention.open"),
        );
        assert_eq!(now, (stops, open), "after {before:?}");
        before = now;
        office.now_ms = office.alarm_ms.get().unwrap();
    }
    office.ring();
    assert!(office.alarm_ms.get().unwrap() > office.now_ms + HOUR_MS);
    office.audit();
}
