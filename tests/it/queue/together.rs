//! Questions that are answered together, in one transaction.

use super::{HOUR_MS, Office, START_MS, judged, made, post};
use heard::document::Document;
use heard::inbox::question::Asked;
use heard::inbox::serve::Ask;
use heard::inbox::take_in::{TakeIn, Taken};
use heard::inbox::turn::receive_all;
use heard::inbox::wire::{Incoming, Refused};
use heard::judgement::Level;
use heard::sql::Sql;
use std::collections::BTreeMap;

fn take_in(event: Incoming) -> Asked<Ask> {
    let ask = TakeIn {
        events: vec![event],
        ignored: BTreeMap::new(),
        shards: 1,
        sends: false,
    };
    Asked {
        by: None,
        ask: ask.into(),
    }
}

fn taken(acks: &[i64]) -> Result<Document, Refused> {
    let acks = acks.to_vec();
    Ok(Document::of(&Taken {
        acks,
        ..Taken::default()
    })
    .unwrap())
}

fn said(id: &str, level: Level) -> Asked<Ask> {
    take_in(made("x", post(id, id, START_MS), judged(level)))
}

fn poison(office: &Office) {
    let sql = "-- poison
CREATE TRIGGER poison BEFORE INSERT ON post WHEN NEW.id = 'x:13' BEGIN SELECT RAISE(ABORT, 'poisoned'); END";
    office.sql.run(sql, vec![]).unwrap();
}

#[test]
fn a_poisoned_one_fails_alone_and_leaves_no_trace() {
    let office = Office::new();
    poison(&office);
    let asks = vec![
        said("12", Level::Routine),
        said("13", Level::Urgent),
        said("14", Level::Urgent),
        said("15", Level::Routine),
    ];
    let answers = office.at_desk(|desk| receive_all(desk, asks));
    assert_eq!(answers[0], taken(&[]));
    assert!(matches!(&answers[1], Err(Refused::Storage(why)) if why.contains("poisoned")));
    assert_eq!(answers[2], taken(&[2]));
    assert_eq!(answers[3], taken(&[]));
    let backlog = office.backlog();
    assert_eq!(backlog.counters["posts"], 3);
    assert_eq!(backlog.acks["planned"], 1);
    office.audit();
}

/// It asked to be woken for its acknowledgment, which there is not.
#[test]
fn what_a_poisoned_one_asked_of_the_alarm_is_undone_with_it() {
    let office = Office::new();
    poison(&office);
    let poisoned = || said("13", Level::Urgent);
    for asks in [
        vec![poisoned()],
        vec![poisoned(), poisoned()],
        vec![poisoned(), said("14", Level::Routine), poisoned()],
    ] {
        office.at_desk(|desk| receive_all(desk, asks));
        assert!(
            office
                .alarm_ms
                .take()
                .is_none_or(|at_ms| at_ms >= START_MS + HOUR_MS)
        );
        office.audit();
    }
}

/// A turn that the storage does not keep as a whole keeps none of it, and everybody hears so.
#[test]
fn a_turn_that_is_lost_is_lost_for_all() {
    let office = Office::new();
    let broken = "-- broken
CREATE TABLE root (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE leaf (root TEXT REFERENCES root (id) DEFERRABLE INITIALLY DEFERRED) STRICT;
CREATE TRIGGER broken AFTER INSERT ON post WHEN NEW.id = 'x:13' BEGIN INSERT INTO leaf VALUES ('none'); END";
    office.sql.run(broken, vec![]).unwrap();
    let asks = vec![said("12", Level::Routine), said("13", Level::Urgent)];
    let answers = office.at_desk(|desk| receive_all(desk, asks));
    assert!(answers.iter().all(Result::is_err), "{answers:?}");
    assert_eq!(office.alarm_ms.get(), None);
}
