//! A surge: many of one situation at once are answered in a line each.

use super::{DAY_MS, MINUTE_MS, Office, judged, made, post};
use heard::judgement::{Level, Situation, Triage};

fn stuck() -> Triage {
    Triage {
        situation: Some(Situation::Stuck),
        ..judged(Level::Urgent)
    }
}

/// How the note to each of these was worded: whether in the short register, which has no closing.
fn short(office: &mut Office, ids: std::ops::Range<u32>, triage: &Triage) -> Vec<bool> {
    ids.map(|id| {
        let author = format!("author {id}");
        let post = post(&id.to_string(), &author, office.now_ms);
        let seqs = office.take(vec![made("x", post, triage.clone())]);
        let text = office.show(seqs[0]).ack.unwrap().text;
        text.chars().count()
            < 80 + ", automatic; a person reads next – the Northline care team".len()
            && is_short(&text)
    })
    .collect()
}

/// Whether a text is a whole note of the short register.
fn is_short(text: &str) -> bool {
    let file = include_str!("../../../src/language/en/en.txt");
    let section = file.split("[short]\n").nth(1).unwrap();
    let lines = section.split("\n[").next().unwrap();
    let said = text.split(" – ").next().unwrap();
    lines
        .lines()
        .any(|line| line.replace("{here}", "here") == said)
}

#[test]
fn the_fourth_of_ten_minutes_and_all_after_it_get_a_line_each() {
    let mut office = Office::new();
    let first = short(&mut office, 0..10, &stuck());
    assert_eq!(
        first,
        [
            false, false, false, true, true, true, true, true, true, true
        ]
    );
    let surges = office.backlog().surges;
    assert_eq!(surges.len(), 1, "{surges:?}");
    assert_eq!(
        (
            surges[0].source.as_str(),
            surges[0].situation,
            surges[0].notes
        ),
        ("x", Situation::Stuck, 7)
    );
    // Another situation is no part of it, nor is a post that names none.
    let late = Triage {
        situation: Some(Situation::Delayed),
        ..judged(Level::Urgent)
    };
    assert_eq!(short(&mut office, 20..21, &late), [false]);
    assert_eq!(short(&mut office, 30..31, &judged(Level::Urgent)), [false]);
    // Emergencies never change.
    let emergency = Triage {
        level: Level::Emergency,
        urgency: 90,
        ..stuck()
    };
    assert_eq!(short(&mut office, 40..41, &emergency), [false]);
    // The log tells its beginning once, and its end.
    let began = office.rung().surges;
    assert_eq!(began.len(), 1, "{began:?}");
    assert!(!began[0].is_over && began[0].situation == Situation::Stuck);
    office.pass(5 * MINUTE_MS);
    assert_eq!(office.rung().surges, []);
    // Ten quiet minutes end it.
    office.pass(6 * MINUTE_MS);
    let over = office.rung().surges;
    assert!(over.len() == 1 && over[0].is_over, "{over:?}");
    assert_eq!(office.rung().surges, []);
    assert!(office.backlog().surges.is_empty());
    assert_eq!(short(&mut office, 50..51, &stuck()), [false]);
}

#[test]
fn what_is_usual_at_this_hour_is_no_surge() {
    let mut office = Office::new();
    // Four weeks in a row, twelve in this hour: two in ten minutes.
    for week in 0..4 {
        for nth in 0..12 {
            let id = 1_000 + week * 100 + nth;
            short(&mut office, id..id + 1, &stuck());
            office.pass(2 * MINUTE_MS);
        }
        office.pass(7 * DAY_MS - 24 * MINUTE_MS);
    }
    // Of now there are no more than eight in ten minutes as long as no ninth comes.
    let now = short(&mut office, 0..9, &stuck());
    assert_eq!(
        now,
        [false, false, false, false, false, false, false, false, true]
    );
}
