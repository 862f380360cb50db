//! Looking without taking.

use super::{MINUTE_MS, Office, START_MS, claim_one, holding, judged, made, post, seq};
use heard::inbox::wire::{Filter, State};
use heard::post::Workgroup;
use heard::triage::Level;

#[test]
fn lists_go_by_state_and_page_newest_first() {
    let office = Office::new();
    for id in ["1", "2", "3", "4"] {
        office.take(vec![made("x", post(id, id, START_MS), judged(Level::Idle))]);
    }
    let held = claim_one(&office, "a");
    let done = claim_one(&office, "a");
    office.resolve(holding(&done), "solved").unwrap();
    let list = |filter: Filter| -> Vec<i64> { office.list(filter).iter().map(seq).collect() };
    let state = |state| Filter {
        state: Some(state),
        max: 9,
        ..Filter::default()
    };
    assert_eq!(list(state(State::Leased)), [seq(&held)]);
    assert_eq!(list(state(State::Done)), [seq(&done)]);
    assert_eq!(list(state(State::Waiting)), [4, 3]);
    let page = |before| {
        list(Filter {
            before,
            max: 3,
            ..Filter::default()
        })
    };
    assert_eq!(page(None), [4, 3, 2]);
    assert_eq!(page(Some(2)), [1]);
    let group = |group| {
        list(Filter {
            workgroup: Some(Workgroup::new(group)),
            max: 9,
            ..Filter::default()
        })
    };
    assert_eq!(group("trains").len(), 4);
    assert_eq!(group("freight").len(), 0);
}

#[test]
fn the_backlog_tells_what_waits_what_is_held_and_what_is_late() {
    let mut office = Office::new();
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Urgent)),
        made("x", post("2", "bob", START_MS), judged(Level::Routine)),
    ]);
    claim_one(&office, "a");
    let backlog = office.backlog();
    assert_eq!((backlog.leased, backlog.overdue), (1, 0));
    assert_eq!(backlog.oldest_ms, Some(START_MS));
    office.pass(15 * MINUTE_MS + 1);
    let backlog = office.backlog();
    assert_eq!((backlog.leased, backlog.overdue), (0, 1));
    let open: i64 = backlog.tallies.iter().map(|tally| tally.interactions).sum();
    assert_eq!(open, 2);
}
