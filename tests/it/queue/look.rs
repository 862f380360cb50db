//! Looking without taking.

use super::{DAY_MS, MINUTE_MS, Office, START_MS, claim_one, holding, judged, made, post, seq};
use heard::config::Mode;
use heard::inbox::report::ShowAcks;
use heard::inbox::state::{AckState, State};
use heard::inbox::wire::{AckAt, Acks, AcksAsked, Filter};
use heard::judgement::Level;
use heard::post::Workgroup;

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
    let holds = |post: &str, state| Filter {
        post: Some(post.into()),
        state,
        max: 9,
        ..Filter::default()
    };
    for interaction in [&held, &done] {
        let post = format!("{}:{}", interaction.platform, interaction.posts[0].id);
        assert_eq!(list(holds(&post, None)), [seq(interaction)], "{post}");
        assert_eq!(list(holds(&post, Some(State::Waiting))), [0i64; 0]);
    }
    assert_eq!(list(holds("x:never", None)), [0i64; 0]);
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

/// What a report is read by: the texts beside the posts, newest first, page by page; and every decision counted.
#[test]
fn a_report_tells_what_was_said_and_why_nothing_was() {
    let mut office = Office::new();
    office.config.sources[0].mode = Mode::DryRun;
    for id in 0..5 {
        let id = id.to_string();
        office.take(vec![made(
            "x",
            post(&id, &id, office.now_ms),
            judged(Level::Urgent),
        )]);
        office.pass(if id == "2" { 0 } else { 1 });
    }
    let late = office.now_ms;
    office.take(vec![
        made("x", post("5", "5", late), judged(Level::Routine)),
        made("forum", post("6", "6", late), judged(Level::Urgent)),
    ]);
    let asked = |before, state: Option<&str>, max| AcksAsked {
        since_ms: START_MS + 1,
        state: state.and_then(AckState::named),
        before,
        max,
    };
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let first = before.is_none();
        let mut page = report(&office, asked(before, None, 2));
        // Of seven posts one is routine; the first hour holds them all, since decisions are counted by the hour.
        let decisions: Vec<(&str, i64)> = page
            .decisions
            .iter()
            .map(|(why, n)| (why.as_str(), *n))
            .collect();
        if first {
            assert_eq!(decisions, [("not_urgent", 1), ("planned", 6)]);
        } else {
            assert_eq!(decisions, []);
        }
        let cursor = page.page(2, 1);
        all.extend(page.acks);
        match cursor {
            Some(cursor) => before = Some(AckAt::find(&cursor, 1).unwrap()),
            None => break,
        }
    }
    let told: Vec<(i64, &str)> = all
        .iter()
        .map(|row| (row.planned_ms, row.state.as_str()))
        .collect();
    // The first was planned before `since_ms`; two were planned in one millisecond.
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told.is_sorted_by(|a, b| a.0 >= b.0), "{told:?}");
    assert_eq!(
        told.iter().filter(|(_, state)| *state == "dry_run").count(),
        4
    );
    assert!(
        all.iter()
            .all(|row| !row.post.is_empty() && row.text.contains("care team"))
    );
    assert_eq!(
        report(&office, asked(None, Some("planned"), 9)).acks.len(),
        1
    );
    office.pass(32 * DAY_MS);
    office.ring();
    let old = AcksAsked {
        since_ms: 0,
        ..asked(None, None, 9)
    };
    assert!(report(&office, old).decisions.is_empty());
}

fn report(office: &Office, asked: AcksAsked) -> Acks {
    office.ask(ShowAcks { asked }).unwrap()
}
