//! What the desk teaches, on posts that training has not seen: what it moves, and what it never does.

use heard::judgement::{Level, Triage};
use heard::triage::adapter::{Adapter, Lesson, MOST, Sums};
use heard::triage::{Subject, triage};

fn judged(text: &str) -> Triage {
    triage(&Subject {
        text,
        ..Subject::default()
    })
}

fn learn(sums: &mut Sums, text: &str, should: Level, said: bool) {
    let urgency = judged(text).urgency;
    sums.learn(&Lesson {
        text,
        urgency,
        should,
        said,
    });
}

/// Posts that training has not seen.
fn corpus() -> Vec<String> {
    let fresh = include_str!("../corpus/measure/fresh.jsonl");
    let text = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        row["text"].as_str().unwrap().to_owned()
    };
    fresh.lines().map(text).collect()
}

/// A desk for which carnets are urgent, and which has ended other work without a word.
fn taught() -> Sums {
    let mut sums = Sums::default();
    for place in [
        "Woking", "Hove", "Ash", "Bath", "Deal", "Diss", "Ely", "Hull", "Looe", "Rye",
    ] {
        let text = format!("do you sell carnets at {place}?");
        learn(&mut sums, &text, Level::Urgent, true);
    }
    for text in corpus().iter().take(200) {
        let level = judged(text).level;
        learn(&mut sums, text, level, false);
    }
    sums
}

#[test]
fn what_is_corrected_again_and_again_is_learnt_and_the_rest_stays() {
    let adapter = Adapter::fit(&taught());
    let text = "where are carnets sold in Leeds? do you sell carnets there";
    let before = judged(text);
    assert!(before.level < Level::Urgent, "{before:?}");
    let after = adapter.applied(text, before.clone());
    assert!(after.urgency > before.urgency + 10, "{before:?} {after:?}");
    let all = corpus();
    let unseen = all.iter().skip(200);
    let (mut n, mut moved) = (0, 0);
    for text in unseen {
        let before = judged(text);
        n += 1;
        moved += i32::from(adapter.applied(text, before.clone()).level != before.level);
    }
    eprintln!("{moved} of {n} other posts changed their level");
    assert!(moved * 33 <= n, "{moved} of {n}");
}

#[test]
fn one_odd_correction_teaches_nothing() {
    let mut sums = Sums::default();
    learn(&mut sums, "do you sell carnets?", Level::Urgent, true);
    learn(&mut sums, "do you sell carnets here?", Level::Urgent, true);
    let adapter = Adapter::fit(&sums);
    assert_eq!(adapter.points("do you sell carnets?"), 0, "{adapter:?}");
}

#[test]
fn it_is_the_same_whatever_the_order_and_the_shards_and_small() {
    let sums = taught();
    let (mut one, mut two) = (Sums::default(), Sums::default());
    for (at, text) in corpus().iter().step_by(3).enumerate() {
        let level = [Level::Idle, Level::Routine, Level::Urgent][at % 3];
        learn(
            if at % 2 == 0 { &mut one } else { &mut two },
            text,
            level,
            true,
        );
    }
    let (mut forth, mut back) = (one.clone(), two.clone());
    forth.add(&two);
    back.add(&one);
    assert_eq!(Adapter::fit(&forth), Adapter::fit(&back));
    for sums in [sums, forth] {
        let adapter = Adapter::fit(&sums);
        let text = serde_json::to_string(&adapter).unwrap();
        assert!(text.len() <= 4_096, "{}", text.len());
        assert_eq!(serde_json::from_str::<Adapter>(&text).unwrap(), adapter);
    }
}

/// Whatever a desk teaches, by spite or by mistake.
#[test]
fn no_emergency_becomes_less_urgent_and_none_is_made() {
    for should in [Level::Idle, Level::Routine, Level::Urgent, Level::Emergency] {
        let mut sums = Sums::default();
        for text in corpus().into_iter().step_by(5) {
            learn(&mut sums, &text, should, true);
        }
        let adapter = Adapter::fit(&sums);
        let mut emergencies = 0;
        for text in corpus().into_iter().step_by(5) {
            let before = judged(&text);
            let after = adapter.applied(&text, before.clone());
            if before.level == Level::Emergency || before.danger.is_some() || before.despair {
                assert_eq!(after, before, "{text}");
                emergencies += 1;
            }
            assert_eq!(
                after.level == Level::Emergency,
                before.level == Level::Emergency,
                "{text}"
            );
            let moved = i64::from(after.urgency) - i64::from(before.urgency);
            assert!(moved.abs() <= MOST, "{text}: {moved}");
        }
        assert!(emergencies > 5, "{emergencies}");
    }
}
