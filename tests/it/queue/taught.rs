//! What the desk teaches: from corrections to the queue, bounded, switched by a person, one brand's alone.

use super::{MINUTE_MS, Office, claim_one, holding, made, post, sent};
use heard::api::taught::{Switch, answer, fingerprint, fitted, set};
use heard::config::Config;
use heard::inbox::correct::Correct;
use heard::inbox::corrected::Right;
use heard::inbox::taught::{SetAdapter, ShowLessons};
use heard::inbox::wire::Incoming;
use heard::judgement::{Level, Triage};
use heard::post::Post;
use heard::triage::adapter::Adapter;
use heard::triage::{Subject, triage};
use serde_json::Value;

const TABLE: &str = r#"{
  "mode": "dry_run",
  "brands": {
    "north": {"name": "Northline Rail", "team": "the care team"},
    "south": {"name": "Southline", "team": "the care team"}
  },
  "limits": {"held_per_agent": 1000},
  "apps": [{"id": "x", "scheme": "x"}],
  "sources": [
    {"id": "x", "app": "x", "platform": "x", "account": "1", "workgroup": "trains", "brand": "north"},
    {"id": "south", "app": "x", "platform": "x", "account": "2", "workgroup": "trains", "brand": "south"}
  ]
}"#;

fn office() -> Office {
    let secret = |name: &str| {
        name.starts_with("REPLY_TOKEN__")
            .then(|| "a-credential".to_string())
    };
    let config = Config::read(TABLE, &secret);
    assert_eq!(config.sources.len(), 2, "{:?}", config.problems);
    Office {
        config,
        ..Office::new()
    }
}

fn judged(text: &str) -> Triage {
    triage(&Subject {
        text,
        ..Subject::default()
    })
}

fn said(office: &Office, source: &str, id: &str, text: &str) -> Incoming {
    let post = Post {
        text: text.into(),
        ..post(id, id, office.now_ms)
    };
    made(source, post, judged(text))
}

const PLACES: [&str; 8] = [
    "Woking", "Hove", "Ash", "Bath", "Deal", "Diss", "Ely", "Hull",
];

/// An office whose people say again and again that carnets are urgent.
fn taught() -> Office {
    let mut office = office();
    for (seq, place) in (1..).zip(PLACES) {
        let text = format!("do you sell carnets at {place}?");
        office.take(vec![said(&office, "x", &format!("c{seq}"), &text)]);
        let right = Right {
            level: Some(Level::Urgent),
            ..Right::default()
        };
        let by = format!("a{}", seq % 3);
        office
            .ask(Correct {
                seq,
                post: None,
                by,
                right,
            })
            .unwrap();
        office.pass(MINUTE_MS);
    }
    office
}

fn lessons(office: &Office, brand: &str) -> heard::inbox::taught::Lessons {
    let brand = brand.into();
    office.ask(ShowLessons { brand }).unwrap()
}

fn switch(office: &Office, brand: &str, on: bool) {
    let all = [lessons(office, brand)];
    let switch = Switch {
        of: ShowLessons {
            brand: brand.into(),
        },
        fitted: on.then(|| fingerprint(&fitted(&all))),
        by: "sue".into(),
    };
    office.ask(set(&switch, &all).unwrap()).unwrap();
}

const ASKED: &str = "do you sell carnets in Leeds?";

/// The urgency with which a post comes into the queue.
fn comes(office: &Office, source: &str, id: &str, text: &str) -> u8 {
    office.take(vec![said(office, source, id, text)]);
    let sql = "-- came_as\nSELECT triage ->> '$.urgency' FROM post WHERE id = ?1";
    let rows = heard::sql::Sql::run(&office.sql, sql, vec![format!("x:{id}").into()]).unwrap();
    u8::try_from(rows[0].int(0).unwrap()).unwrap()
}

#[test]
fn corrections_move_the_queue_where_a_person_switched_it_on_and_of_their_brand_alone() {
    let office = taught();
    let before = judged(ASKED).urgency;
    assert_eq!(
        comes(&office, "x", "p1", ASKED),
        before,
        "off until somebody says so"
    );
    switch(&office, "north", true);
    let after = comes(&office, "x", "p2", ASKED);
    assert!(after > before + 5, "{before} {after}");
    assert_eq!(
        comes(&office, "south", "p3", ASKED),
        before,
        "another brand"
    );
    let other = "the 7:15 was late again, third time";
    assert_eq!(comes(&office, "x", "p4", other), judged(other).urgency);
    // Nothing is learnt behind anybody's back.
    let was = lessons(&office, "north").on.unwrap();
    let right = Right {
        level: Some(Level::Idle),
        ..Right::default()
    };
    let by = "ana".into();
    office
        .ask(Correct {
            seq: 1,
            post: None,
            by,
            right,
        })
        .unwrap();
    assert_eq!(lessons(&office, "north").on.unwrap(), was);
    let stale = Switch {
        of: ShowLessons {
            brand: "north".into(),
        },
        fitted: Some(fingerprint(&was.adapter)),
        by: "sue".into(),
    };
    assert!(
        set(&stale, &[lessons(&office, "north")]).is_err(),
        "other lessons came"
    );
    switch(&office, "north", false);
    assert_eq!(comes(&office, "x", "p5", ASKED), before);
    office.audit();
}

/// Even one that a broken or hostile hand put there.
#[test]
fn no_emergency_waits_longer_whatever_was_taught() {
    let office = office();
    let adapter = Adapter {
        all: -25,
        words: (0..2_048).map(|at| (at, -127)).collect(),
        said: 1,
        kept: 0,
    };
    let brand = "north".to_owned();
    let adapter = Some(adapter);
    office
        .ask(SetAdapter {
            brand,
            adapter,
            by: "eve".into(),
        })
        .unwrap();
    for (id, text) in [
        ("e1", "there is smoke coming out of the charger"),
        ("e2", "There is smoke in the coach and a man has fainted"),
        ("e3", "I can't go on any more, I want to end my life"),
    ] {
        let before = judged(text);
        assert_eq!(before.level, Level::Emergency, "{text}");
        assert_eq!(comes(&office, "x", id, text), before.urgency, "{text}");
    }
    let text = "my parcel is two days late and nobody answers";
    let moved = i64::from(judged(text).urgency) - i64::from(comes(&office, "x", "r1", text));
    assert!((1..=25).contains(&moved), "{moved}");
}

#[test]
fn what_was_answered_and_ended_without_a_word_teaches_that_it_was_right_and_words_gone_teach_nothing()
 {
    let office = taught();
    office.take(vec![said(
        &office,
        "x",
        "d1",
        "where is my refund from Monday?",
    )]);
    let held = loop {
        let held = claim_one(&office, "ana");
        if held.posts[0].id.as_str() == "d1" {
            break held;
        }
    };
    office
        .begin_reply(holding(&held), "k", "On its way.", None)
        .unwrap();
    office.finish_reply(super::seq(&held), "k", sent()).unwrap();
    office.resolve(holding(&held), "solved").unwrap();
    let before = fitted(&[lessons(&office, "north")]);
    assert_eq!((before.said, before.kept), (8, 1));
    assert_eq!(
        before,
        fitted(&[lessons(&office, "north")]),
        "the same lessons, the same numbers"
    );
    // Shards are added up.
    let twice = fitted(&[lessons(&office, "north"), lessons(&office, "north")]);
    assert_eq!((twice.said, twice.kept), (16, 2));
    office.take(vec![super::deleted("x", "c1"), super::deleted("x", "c2")]);
    assert_eq!(fitted(&[lessons(&office, "north")]).said, 6);
    let shown = answer("north", &[lessons(&office, "north")]);
    let shown: Value = serde_json::from_str(&shown.body).unwrap();
    assert_eq!(shown["fitted"]["corrections"], 6);
    assert_eq!(
        (&shown["on"], &shown["everywhere"]),
        (&Value::Null, &true.into())
    );
}
