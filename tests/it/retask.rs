//! A whole workgroup on other work for a while, on real SQLite.

use crate::queue::{HOUR_MS, Office, START_MS, judged, made, post, pull, seq};
use heard::inbox::retask::Retask;
use heard::inbox::wire::{Pull, Retasked};
use heard::inbox::work::Heads;
use heard::judgement::Level;
use heard::post::Workgroup;

fn groups(names: &[&str]) -> Vec<Workgroup> {
    names.iter().map(|name| Workgroup::new(*name)).collect()
}

fn send(office: &Office, workgroup: &str, serves: &[&str], until_ms: i64) {
    let errand = Retasked {
        workgroup: Workgroup::new(workgroup),
        serves: groups(serves),
        until_ms,
        by: "sue".into(),
    };
    office.ask(Retask { errand }).unwrap();
}

/// What an agent of these workgroups would be given, one claim after the other.
fn offered(office: &Office, workgroups: &[&str]) -> Vec<i64> {
    let pull = Pull {
        workgroups: groups(workgroups),
        lease_s: 1,
        ..pull("ana", 9)
    };
    let offers = office.ask(Heads { pull: pull.clone() }).unwrap();
    let claimed = office.claim(pull);
    assert_eq!(
        offers.ranks,
        claimed.iter().map(|one| one.rank).collect::<Vec<_>>()
    );
    let mut seqs: Vec<i64> = claimed.iter().map(seq).collect();
    seqs.sort_unstable();
    seqs
}

/// An office with a post for the trains (1) and one for freight (2).
fn with_both() -> Office {
    let office = Office::new();
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Routine)),
        made(
            "x-freight",
            post("2", "bob", START_MS),
            judged(Level::Routine),
        ),
    ]);
    office
}

/// Lets every lease end.
fn later(office: &mut Office) {
    office.now_ms += 2_000;
}

#[test]
fn a_retasked_workgroup_pulls_other_work_and_comes_back_by_itself() {
    let mut office = with_both();
    let until_ms = START_MS + HOUR_MS;
    send(&office, "trains", &["freight"], until_ms);
    assert_eq!(offered(&office, &["trains"]), [2]);
    later(&mut office);
    assert_eq!(
        offered(&office, &["freight"]),
        [2],
        "their own still serve it"
    );
    let away = office.backlog().retasked;
    assert_eq!(away.len(), 1);
    assert_eq!((away[0].by.as_str(), away[0].until_ms), ("sue", until_ms));

    office.now_ms = until_ms;
    assert_eq!(offered(&office, &["trains"]), [1]);
    assert!(office.backlog().retasked.is_empty());
}

#[test]
fn a_workgroup_can_be_called_back_or_sent_elsewhere() {
    let mut office = with_both();
    let until_ms = START_MS + HOUR_MS;
    send(&office, "trains", &["freight"], until_ms);
    send(
        &office,
        "trains",
        &["freight", "trains", "freight"],
        until_ms,
    );
    assert_eq!(offered(&office, &["trains"]), [1, 2]);
    later(&mut office);
    send(&office, "trains", &[], until_ms);
    assert_eq!(offered(&office, &["trains"]), [1]);
}

#[test]
fn who_serves_every_workgroup_cannot_be_sent_away_from_one() {
    let office = with_both();
    send(&office, "trains", &["freight"], START_MS + HOUR_MS);
    assert_eq!(offered(&office, &["trains", "freight"]), [1, 2]);
}
