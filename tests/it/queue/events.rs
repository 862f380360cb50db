//! Events: written down while somebody listens, seen by whose work they are of, and resumed without a gap.

use super::{
    HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, holding, judged, made, post, pull, sent,
    with_complaint,
};
use heard::inbox::event::{Event, Fed, Feed, LISTEN_MS, Mark, watch};
use heard::inbox::marks::{AddNote, Tag};
use heard::inbox::question::By;
use heard::judgement::Level;
use heard::post::Workgroup;
use heard::scope::Scope;
use heard::sql::Sql as _;

fn scope(workgroups: &[&str]) -> Scope {
    Scope {
        all: workgroups.is_empty(),
        agent: "someone".into(),
        workgroups: workgroups
            .iter()
            .map(|name| Workgroup::new(*name))
            .collect(),
    }
}

fn feed(office: &Office, workgroups: &[&str], after: Option<Mark>) -> Fed {
    let by = By::seeing(scope(workgroups));
    office.ask_by(by, Feed { after }).unwrap()
}

fn place(fed: &Fed) -> Mark {
    Mark {
        period: fed.period,
        n: fed.to,
    }
}

fn whats(fed: &Fed) -> Vec<&str> {
    fed.events.iter().map(|event| event.what.as_str()).collect()
}

fn rows(office: &Office, table: &'static str) -> i64 {
    let sql = match table {
        "event" => "-- events_n\nSELECT count(*) FROM event",
        _ => "-- history_n\nSELECT count(*) FROM history",
    };
    office.sql.run(sql, vec![]).unwrap()[0].int(0).unwrap()
}

#[test]
fn nothing_is_written_where_nobody_listens() {
    let office = with_complaint();
    let one = claim_one(&office, "a");
    office.resolve(holding(&one), "solved").unwrap();
    assert!(rows(&office, "history") > 0);
    assert_eq!(rows(&office, "event"), 0);
}

#[test]
fn everything_that_happens_is_told_in_its_order_and_without_words() {
    let mut office = with_complaint();
    let begin = feed(&office, &[], None);
    assert_eq!((begin.events.len(), begin.reset), (0, false));
    office.begin(&[1]);
    office.finish(1, sent());
    let one = claim_one(&office, "a");
    let mut more = post("2", "ann", START_MS);
    more.text = "Smoke in the carriage".into();
    office.take(vec![made("x", more, judged(Level::Emergency))]);
    office
        .ask_by(
            By::seeing(scope(&[])),
            Tag {
                seq: 1,
                add: vec!["smoke".into()],
                remove: Vec::new(),
            },
        )
        .unwrap();
    let note = AddNote {
        seq: 1,
        by: "a".into(),
        text: "they are out".into(),
    };
    office.ask_by(By::seeing(scope(&[])), note).unwrap();
    let held = office.extend(holding(&one), 60).unwrap();
    let holding = super::seeing(&one, held.cursor);
    office
        .begin_reply(holding.clone(), "k", "Hello", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    office.release(holding, 0).unwrap();
    office.assign(1, None, Some("freight")).unwrap();
    let theirs = heard::inbox::wire::Pull {
        workgroups: vec![Workgroup::new("freight")],
        ..pull("b", 1)
    };
    let two = office.claim(theirs).remove(0);
    office.resolve(super::holding(&two), "solved").unwrap();
    office.pass(MINUTE_MS);
    let told = feed(&office, &[], Some(place(&begin)));
    assert_eq!(
        whats(&told),
        [
            "ack_sent",
            "claimed",
            "raised",
            "posted",
            "tagged",
            "noted",
            "ack_withdrawn",
            "reply_sent",
            "released",
            "moved",
            "assigned",
            "claimed",
            "resolved"
        ]
    );
    let numbers: Vec<i64> = told.events.iter().map(|event| event.n).collect();
    assert!(numbers.is_sorted_by(|a, b| b - a == 1), "{numbers:?}");
    assert_eq!((told.from, told.to), (begin.to, *numbers.last().unwrap()));
    let all = serde_json::to_string(&told).unwrap();
    for word in ["Smoke", "smoke", "Hello", "they are out", "ann", "stuck"] {
        assert!(!all.contains(word), "{word}: {all}");
    }
    let claimed = &told.events[1];
    assert_eq!(claimed.who.as_deref(), Some("a"));
    assert_eq!(claimed.interaction.as_str(), "v2-00-1");
    // What moved is told to both; what happens after it to those who have it.
    let trains = feed(&office, &["trains"], Some(place(&begin)));
    assert_eq!(whats(&trains).last(), Some(&"moved"));
    assert_eq!(trains.to, told.to, "what is for others is passed over");
    let freight = feed(&office, &["freight"], Some(place(&begin)));
    assert_eq!(
        whats(&freight),
        ["moved", "assigned", "claimed", "resolved"]
    );
    assert_eq!(feed(&office, &["nobody"], Some(place(&begin))).events, []);
    assert_eq!(feed(&office, &[], Some(place(&told))).events, []);
}

/// A place is good while somebody listens or did so lately, and never again after that.
#[test]
fn a_place_that_cannot_be_resumed_is_told_so() {
    let mut office = with_complaint();
    let begin = place(&feed(&office, &[], None));
    office.pass(LISTEN_MS - 1);
    office.take(vec![made(
        "x",
        post("2", "bob", office.now_ms),
        judged(Level::Idle),
    )]);
    let resumed = feed(&office, &[], Some(begin));
    assert_eq!((whats(&resumed), resumed.reset), (vec!["opened"], false));
    // That prolonged it.
    office.pass(LISTEN_MS - 1);
    office.take(vec![made(
        "x",
        post("3", "cem", office.now_ms),
        judged(Level::Idle),
    )]);
    let resumed = feed(&office, &[], Some(place(&resumed)));
    assert_eq!(whats(&resumed), ["opened"]);
    // Nobody listens for so long that events are missing, or might be.
    office.pass(LISTEN_MS);
    office.take(vec![made(
        "x",
        post("4", "dan", office.now_ms),
        judged(Level::Idle),
    )]);
    let lost = feed(&office, &[], Some(place(&resumed)));
    assert!(lost.reset && lost.events.is_empty());
    assert_eq!(lost.period, resumed.period + 1);
    office.take(vec![made(
        "x",
        post("5", "eve", office.now_ms),
        judged(Level::Idle),
    )]);
    assert_eq!(whats(&feed(&office, &[], Some(place(&lost)))), ["opened"]);
    for strange in [
        Mark { period: 99, n: 0 },
        Mark {
            n: lost.to + 9,
            ..place(&lost)
        },
        Mark {
            n: -1,
            ..place(&lost)
        },
    ] {
        assert!(feed(&office, &[], Some(strange)).reset, "{strange:?}");
    }
}

/// What is forgotten is the oldest, the numbers go on, and a place before it is refused.
#[test]
fn old_events_are_forgotten_and_numbers_never_come_twice() {
    let mut office = with_complaint();
    let begin = place(&feed(&office, &[], None));
    for author in ["bob", "cem"] {
        office.take(vec![made(
            "x",
            post(author, author, START_MS),
            judged(Level::Idle),
        )]);
    }
    let told = feed(&office, &[], Some(begin));
    assert_eq!(told.events.len(), 2);
    for _ in 0..3 {
        // Somebody listens all the time.
        office.pass(LISTEN_MS / 2 + 1);
        feed(&office, &[], Some(place(&told)));
        office.ring();
    }
    assert_eq!(rows(&office, "event"), 1, "the last stays");
    assert!(feed(&office, &[], Some(begin)).reset);
    assert!(!feed(&office, &[], Some(place(&told))).reset);
    office.take(vec![made(
        "x",
        post("9", "dan", office.now_ms),
        judged(Level::Idle),
    )]);
    let next = feed(&office, &[], Some(place(&told)));
    assert_eq!(next.events[0].n, told.to + 1);
}

/// Each deadline that passes while somebody listens is told once, however many pass at the same moment.
#[test]
fn a_missed_deadline_is_told_once() {
    let mut office = with_complaint();
    office.pass(10 * HOUR_MS);
    let begin = place(&feed(&office, &[], None));
    office.ring();
    assert_eq!(
        feed(&office, &[], Some(begin)).events,
        [],
        "it was missed before"
    );
    for author in ["bob", "cem", "dan"] {
        office.take(vec![made(
            "x",
            post(author, author, office.now_ms),
            judged(Level::Urgent),
        )]);
    }
    let one = claim_one(&office, "a");
    let deadline_ms = office.show(2).deadline_ms;
    let look = office.at_desk(watch).unwrap();
    assert_eq!(look, Some(deadline_ms + 1));
    // Somebody listens all the time.
    office.pass(6 * MINUTE_MS);
    let begin = place(&feed(&office, &[], Some(begin)));
    office.now_ms = deadline_ms;
    office.at_desk(watch).unwrap();
    assert_eq!(missed(&office, begin), 0, "at its moment it is kept");
    office.now_ms += 1;
    office.ring();
    assert_eq!(missed(&office, begin), 3);
    office.pass(MINUTE_MS);
    office.ring();
    assert_eq!(missed(&office, begin), 3);
    drop(one);
}

fn missed(office: &Office, begin: Mark) -> usize {
    let told = feed(office, &[], Some(begin));
    let missed = |event: &&Event| event.what == "sla_missed";
    told.events.iter().filter(missed).count()
}

/// Every word of the history has a name outside.
#[test]
fn every_deed_has_a_type() {
    use heard::inbox::event::{KINDS, kind, word};
    for did in heard::inbox::state::Did::ALL {
        assert!(
            KINDS.iter().any(|(known, _)| *known == did.as_str()),
            "{did}"
        );
    }
    for (known, outside) in KINDS {
        assert_eq!(kind(known), *outside);
        assert_eq!(word(outside), Some(*known));
    }
}

/// One row for what is told, on top of what is written anyway.
#[test]
fn an_event_is_one_row() {
    let office = with_complaint();
    feed(&office, &[], None);
    let before = rows(&office, "event");
    office.take(vec![made(
        "x",
        post("2", "bob", START_MS),
        judged(Level::Routine),
    )]);
    assert_eq!(rows(&office, "event"), before + 1);
    office.claim(pull("a", 1));
    assert_eq!(rows(&office, "event"), before + 2);
}
