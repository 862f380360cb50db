//! What an acknowledgment promises, until it is kept or broken.

use super::{
    HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, holding, judged, made, post, pull,
    sent, stop, with_complaint,
};
use heard::inbox::promise::{PromisesAsked, RISE_MS, ShowPromises};
use heard::inbox::promised::Standing;
use heard::inbox::sla::{Key, SlaAsked};
use heard::inbox::wire::Alarm;
use heard::inbox::word::FinishWord;
use heard::judgement::Level;
use heard::language::Texts;
use heard::platform::{Event, Outcome, OwnAnswer};
use heard::post::{AuthorId, PostId, PostKind};
use heard::sql::Sql as _;
use serde_json::Value;

fn promises(office: &Office, by: Key) -> Value {
    let hour = office.now_ms / HOUR_MS;
    let asked = PromisesAsked {
        workgroup: None,
        urgent: false,
        max: 50,
        kept: SlaAsked {
            from_hour: hour - 168,
            to_hour: hour + 1,
            by,
        },
    };
    let one = office.ask(ShowPromises {
        asked: asked.clone(),
    });
    let answer = heard::api::books::promises(vec![one.unwrap()], &asked, office.now_ms);
    serde_json::from_str(&answer.body).unwrap()
}

fn counts(office: &Office) -> (i64, i64, i64) {
    let open = office.backlog().promises;
    (open.open, open.at_risk, open.broken)
}

fn state(office: &Office, seq: i64) -> String {
    office.show(seq).ack.unwrap().promise.unwrap().state
}

/// An office with one complaint, acknowledged now; a person must answer within 15 minutes.
fn promised() -> Office {
    let office = with_complaint();
    assert_eq!(
        counts(&office),
        (0, 0, 0),
        "what has not left promises nothing"
    );
    assert_eq!(office.begin(&[1]).len(), 1);
    office.finish(1, sent());
    office
}

fn reply(office: &Office) {
    let held = claim_one(office, "ana");
    office
        .begin_reply(holding(&held), "k", "It moves at nine.", None)
        .unwrap();
    office.finish_reply(super::seq(&held), "k", sent()).unwrap();
}

#[test]
fn a_reply_in_time_keeps_what_was_promised() {
    let mut office = promised();
    assert_eq!(counts(&office), (1, 0, 0));
    let told = promises(&office, Key::Source);
    let one = &told["promises"][0];
    assert_eq!(one["by_ms"], START_MS + 15 * MINUTE_MS);
    assert_eq!(
        (&one["state"], &one["source"]),
        (&"open".into(), &"x".into())
    );
    office.pass(4 * MINUTE_MS);
    reply(&office);
    assert_eq!(counts(&office), (0, 0, 0));
    assert_eq!(state(&office, 1), "kept");
    let told = promises(&office, Key::Source);
    assert_eq!(told["groups"][0]["key"], "x");
    assert_eq!(told["kept"]["kept"], 1);
    assert_eq!(told["kept"]["rate"], 1.0);
    // A second reply keeps nothing more.
    office.pass(MINUTE_MS);
    let held = office.show(1);
    assert_eq!(
        held.ack.unwrap().promise.unwrap().ended_ms,
        Some(office.now_ms - MINUTE_MS)
    );
    office.audit();
}

#[test]
fn what_is_at_risk_goes_before_its_level_and_what_is_broken_is_an_alarm() {
    let mut office = promised();
    // A calmer matter with an earlier place, and an emergency.
    let before = office.show(1).rank;
    office.pass(9 * MINUTE_MS);
    office.ring();
    assert_eq!(office.show(1).rank, before);
    office.pass(MINUTE_MS);
    office.ring();
    assert_eq!(office.show(1).rank, before - RISE_MS);
    assert_eq!(counts(&office), (1, 1, 0));
    assert_eq!(state(&office, 1), "at_risk");
    // The alarm comes back for the moment at which it breaks, and raises it no further.
    assert_eq!(office.alarm_ms.get(), Some(START_MS + 15 * MINUTE_MS + 1));
    let urgent = post("2", "bob", office.now_ms);
    office.take(vec![made("x", urgent, judged(Level::Urgent))]);
    let offered = office.claim(pull("z", 2));
    assert_eq!(offered.iter().map(super::seq).collect::<Vec<_>>(), [1, 2]);
    office.release(holding(&offered[0]), 0).unwrap();
    office.pass(5 * MINUTE_MS + 1);
    let broken = office.rung().broken;
    assert_eq!(broken, [1]);
    assert_eq!(office.show(1).rank, before - RISE_MS);
    let alarm = Alarm::PromiseBroken {
        n: 1,
        since_ms: START_MS + 15 * MINUTE_MS,
    };
    assert!(office.backlog().alarms.contains(&alarm));
    assert_eq!(counts(&office), (1, 0, 1));
    assert!(
        office
            .show(1)
            .history
            .iter()
            .any(|deed| deed.did == "promise_broken")
    );
    assert_eq!(office.rung().broken, [0_i64; 0], "told once");
    // Emergencies still go first, and their ranks are theirs alone.
    assert!(office.show(1).rank > 0);
    reply(&office);
    assert_eq!(state(&office, 1), "late");
    assert!(!office.backlog().alarms.contains(&alarm));
    assert_eq!(promises(&office, Key::Level)["kept"]["late"], 1);
    office.audit();
}

#[test]
fn an_end_without_a_reply_breaks_it_and_a_post_that_is_taken_back_frees_of_it() {
    let mut office = promised();
    let held = claim_one(&office, "ana");
    office.resolve(holding(&held), "phoned").unwrap();
    assert_eq!(state(&office, 1), "unanswered");
    let told = promises(&office, Key::Workgroup);
    assert_eq!(told["kept"]["unanswered"], 1);
    office.take(vec![made(
        "x",
        post("2", "bob", START_MS),
        judged(Level::Urgent),
    )]);
    office.begin(&[2]);
    office.finish(2, sent());
    office.pass(MINUTE_MS);
    office.take(vec![deleted("x", "2")]);
    assert_eq!(state(&office, 2), "void");
    assert_eq!(promises(&office, Key::Workgroup)["kept"]["promises"], 1);
    assert_eq!(counts(&office), (0, 0, 0));
    office.audit();
}

/// What is told of the ends: kept, late, unanswered, void.
fn ends(office: &Office) -> [i64; 4] {
    let told = promises(office, Key::Workgroup);
    ["kept", "late", "unanswered", "void"].map(|end| told["kept"][end].as_i64().unwrap())
}

#[test]
fn nobody_waits_for_it_any_more_so_it_is_void_and_never_an_alarm() {
    // The post that it answers is deleted; another of the author's stands.
    let mut office = promised();
    office.take(vec![made(
        "x",
        post("2", "ann", office.now_ms),
        judged(Level::Urgent),
    )]);
    office.take(vec![deleted("x", "1")]);
    assert_eq!(
        (state(&office, 1).as_str(), ends(&office)),
        ("void", [0, 0, 0, 1])
    );
    assert_eq!(
        office.show(1).owed_ms,
        Some(START_MS),
        "still owed an answer"
    );
    office.pass(20 * MINUTE_MS);
    assert_eq!(office.rung().broken, [0_i64; 0]);
    assert!(
        !office
            .backlog()
            .alarms
            .iter()
            .any(|alarm| matches!(alarm, Alarm::PromiseBroken { .. }))
    );
    let did = office.show(1).history.into_iter();
    let why: Vec<_> = did.filter(|deed| deed.did == "promise_void").collect();
    assert_eq!(why.len(), 1);
    assert_eq!(why[0].detail.as_deref(), Some("post_deleted"));
    reply(&office);
    assert_eq!(
        ends(&office),
        [0, 0, 0, 1],
        "a reply closes nothing that is void"
    );
    office.audit();
    // Its author says stop.
    let mut office = promised();
    office.take(vec![stop("x", "ann")]);
    assert_eq!(
        (state(&office, 1).as_str(), ends(&office)),
        ("void", [0, 0, 0, 1])
    );
    office.pass(20 * MINUTE_MS);
    assert_eq!(office.rung().broken, [0_i64; 0]);
    assert_eq!(office.backlog().counters["promises.void"], 1);
    // Everything is deleted while an agent holds it.
    let office = promised();
    claim_one(&office, "ana");
    office.take(vec![deleted("x", "1")]);
    assert_eq!(counts(&office), (0, 0, 0));
    assert_eq!(
        (state(&office, 1).as_str(), ends(&office)),
        ("void", [0, 0, 0, 1])
    );
    office.audit();
}

#[test]
fn what_is_broken_is_not_made_void_by_what_comes_after() {
    for after in [deleted("x", "1"), stop("x", "ann")] {
        let mut office = promised();
        office.pass(15 * MINUTE_MS + 1);
        office.ring();
        office.take(vec![after]);
        assert_eq!(counts(&office), (0, 0, 0));
        assert_eq!(
            (state(&office, 1).as_str(), ends(&office)),
            ("unanswered", [0, 0, 1, 0])
        );
        office.audit();
    }
}

#[test]
fn a_note_promises_nothing_where_its_author_took_back_or_said_stop_while_it_left() {
    for before in [deleted("x", "1"), stop("x", "ann")] {
        let office = with_complaint();
        office.begin(&[1]);
        office.take(vec![
            made("x", post("2", "ann", START_MS), judged(Level::Urgent)),
            before,
        ]);
        office.finish(1, sent());
        assert_eq!(counts(&office), (0, 0, 0));
        assert_eq!(ends(&office), [0; 4]);
        office.audit();
    }
}

#[test]
fn what_may_have_arrived_promises_too_and_what_did_not_promises_nothing() {
    let office = with_complaint();
    office.begin(&[1]);
    office.finish(
        1,
        Outcome::Unknown {
            why: "timeout".into(),
        },
    );
    assert_eq!(counts(&office), (1, 0, 0));
    // It was never there after all.
    office.finish(1, Outcome::Refused { why: "gone".into() });
    assert_eq!(counts(&office), (0, 0, 0));
    let office = with_complaint();
    office.begin(&[1]);
    office.finish(1, Outcome::Refused { why: "gone".into() });
    assert_eq!(counts(&office), (0, 0, 0));
    assert_eq!(office.show(1).ack.unwrap().promise, None);
    // A word of the platform's that comes twice opens nothing twice.
    let office = promised();
    reply(&office);
    office.finish(1, sent());
    assert_eq!(counts(&office), (0, 0, 0));
}

#[test]
fn a_note_that_arrives_after_the_answer_promises_nothing() {
    let office = with_complaint();
    office.begin(&[1]);
    reply(&office);
    office.finish(1, sent());
    assert_eq!(counts(&office), (0, 0, 0));
    assert_eq!(office.show(1).ack.unwrap().promise, None);
    assert_eq!(promises(&office, Key::Source)["kept"]["promises"], 0);
}

#[test]
fn an_emergency_has_a_promise_of_its_own_and_one_reply_keeps_both() {
    let mut office = promised();
    office.pass(MINUTE_MS);
    let worse = post("9", "ann", office.now_ms);
    assert_eq!(
        office.take(vec![made("x", worse, judged(Level::Emergency))]),
        [1]
    );
    office.begin(&[1]);
    office.finish(1, sent());
    let by: Vec<i64> = office
        .show(1)
        .acks
        .iter()
        .map(|ack| ack.promise.as_ref().unwrap().by_ms)
        .collect();
    assert_eq!(
        by,
        [START_MS + 15 * MINUTE_MS, office.now_ms + 5 * MINUTE_MS]
    );
    assert_eq!(counts(&office), (2, 1, 0));
    office.pass(6 * MINUTE_MS);
    let held = claim_one(&office, "ana");
    office
        .begin_reply(holding(&held), "k", "We are there.", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    let ends: Vec<String> = office
        .show(1)
        .acks
        .iter()
        .map(|ack| ack.promise.as_ref().unwrap().state.clone())
        .collect();
    assert_eq!(ends, ["kept", "late"]);
    office.audit();
}

/// Eleven promises, of which so many are kept and the rest answered late or not at all.
fn history(kept: i64, is_answered: bool) -> Office {
    let mut office = Office::new();
    for n in 0..11 {
        let id = format!("old{n}");
        office.take(vec![made(
            "x",
            post(&id, &id, office.now_ms),
            judged(Level::Urgent),
        )]);
        let seq = n + 1;
        office.begin(&[seq]);
        office.finish(seq, sent());
        office.pass(if n < kept {
            3 * MINUTE_MS
        } else {
            16 * MINUTE_MS
        });
        let held = claim_one(&office, "ana");
        if n < kept || is_answered {
            office
                .begin_reply(holding(&held), "k", "At nine.", None)
                .unwrap();
            office.finish_reply(seq, "k", sent()).unwrap();
        }
        office.resolve(holding(&held), "solved").unwrap();
    }
    office.pass(MINUTE_MS);
    office.ring();
    office
}

fn said(office: &Office) -> (String, Option<i64>) {
    let acks = office.take(vec![made(
        "x",
        post("new", "new", office.now_ms),
        judged(Level::Urgent),
    )]);
    let ack = office.show(acks[0]).ack.unwrap();
    (ack.text, ack.told_ms)
}

/// The same pace; what is said of it depends on how promises were kept.
#[test]
fn a_time_is_told_only_where_promises_were_kept() {
    let kept = history(11, true);
    let (text, told_ms) = said(&kept);
    assert_eq!(told_ms, Some(kept.now_ms + 5 * MINUTE_MS), "{text}");
    // The eleventh was told a time that was kept, so eight of eleven were: too few for a time, and somebody
    // answers all the same.
    let late = history(7, true);
    let (text, told_ms) = said(&late);
    assert_eq!(told_ms, None, "{text}");
    let why = late.show(12).ack.unwrap();
    assert_eq!(why.promise, None);
    late.begin(&[12]);
    late.finish(12, sent());
    assert_eq!(counts(&late).0, 1, "{text}");
}

#[test]
fn where_most_were_never_answered_no_answer_is_promised() {
    let office = history(3, false);
    let (text, told_ms) = said(&office);
    assert_eq!(told_ms, None);
    let closings = [" answer", " reply", "hear from", "get back"];
    assert!(!closings.iter().any(|words| text.contains(words)), "{text}");
    let new = office.show(12);
    let seq = super::seq(&new);
    office.begin(&[seq]);
    office.finish(seq, sent());
    assert_eq!(counts(&office), (0, 0, 0), "{text}");
    // Somebody in danger is told what was always told.
    let fire = post("fire", "eve", office.now_ms);
    let acks = office.take(vec![made("x", fire, judged(Level::Emergency))]);
    office.begin(&acks);
    office.finish(acks[0], sent());
    assert_eq!(counts(&office).0, 1);
    office.audit();
}

#[test]
fn what_is_open_and_broken_counts_as_broken_before_anybody_ends_it() {
    let mut office = Office::new();
    for n in 0..12 {
        let id = format!("old{n}");
        office.take(vec![made(
            "x",
            post(&id, &id, office.now_ms),
            judged(Level::Urgent),
        )]);
        office.begin(&[n + 1]);
        office.finish(n + 1, sent());
    }
    for _ in 0..4 {
        office.pass(8 * MINUTE_MS);
        office.ring();
    }
    let sql = "-- kept_now\nSELECT promises, broken, unanswered FROM kept_week";
    let rows = office.sql.run(sql, vec![]).unwrap();
    let read = |at| rows[0].int(at).unwrap();
    assert_eq!((rows.len(), read(0), read(1), read(2)), (1, 12, 12, 0));
}

#[test]
fn where_one_stands_is_read_from_the_clock() {
    assert_eq!(Standing::of(0, 1), Standing::Broken);
    assert_eq!(Standing::of(1, 1), Standing::AtRisk);
    assert_eq!(Standing::of(5 * MINUTE_MS, 0), Standing::AtRisk);
    assert_eq!(Standing::of(5 * MINUTE_MS + 1, 0), Standing::Open);
}

/// A private message, acknowledged; the brand has something to say where a promise broke.
fn private(late_text: &str) -> Office {
    let mut office = Office::new();
    for source in &mut office.config.sources {
        let brand = std::sync::Arc::make_mut(&mut source.brand);
        brand.late_text = Texts(vec![("en".into(), late_text.into())]);
    }
    office.config.brands = vec![office.config.sources[0].brand.clone()];
    let mut message = post("1", "ann", START_MS);
    message.kind = PostKind::Message;
    assert_eq!(
        office.take(vec![made("x", message, judged(Level::Urgent))]),
        [1]
    );
    office.begin(&[1]);
    office.finish(1, sent());
    office
}

const LATE: &str = "You should have had an answer by now. We're sorry you're still waiting.";

/// Rings at risk, then past the time: what is to be said.
fn broken(office: &mut Office) -> Vec<heard::inbox::wire::Job> {
    office.pass(11 * MINUTE_MS);
    assert!(office.rung().words.is_empty());
    office.pass(4 * MINUTE_MS + 1);
    office.rung().words
}

#[test]
fn one_word_follows_a_broken_promise_in_private_and_keeps_nothing() {
    let mut office = private(LATE);
    let words = broken(&mut office);
    assert_eq!(words.len(), 1);
    assert!(words[0].text.starts_with(LATE), "{}", words[0].text);
    assert!(words[0].text.contains("automatic"), "{}", words[0].text);
    let told = |office: &Office| office.show(1).ack.unwrap().promise.unwrap();
    assert_eq!(told(&office).word.as_deref(), Some("sending"));
    let ask = FinishWord {
        seq: 1,
        emergency: false,
        outcome: sent(),
    };
    office.ask(ask).unwrap();
    assert_eq!(
        (told(&office).state.as_str(), told(&office).word.as_deref()),
        ("broken", Some("sent"))
    );
    assert!(office.rung().words.is_empty(), "said once");
    // The platform's echo of it is no answer.
    let answer = OwnAnswer {
        id: PostId::new("echo"),
        parent: None,
        to: Some(AuthorId::new("ann")),
        text: words[0].text.clone(),
        created_ms: office.now_ms,
    };
    office.take(vec![super::incoming("x", Event::Answered { answer }, None)]);
    assert_eq!(counts(&office), (1, 0, 1));
    assert_eq!(office.show(1).replied_ms, None);
    office.audit();
}

#[test]
fn no_word_is_said_in_public_to_whom_said_stop_beside_an_agent_or_by_who_has_none() {
    // In public.
    let mut office = promised();
    for source in &mut office.config.sources {
        let brand = std::sync::Arc::make_mut(&mut source.brand);
        brand.late_text = Texts(vec![("en".into(), LATE.into())]);
    }
    office.config.brands = vec![office.config.sources[0].brand.clone()];
    assert!(broken(&mut office).is_empty());
    assert_eq!(counts(&office), (1, 0, 1));
    // In another language than the note's.
    let mut office = private(LATE);
    for source in &mut office.config.sources {
        let brand = std::sync::Arc::make_mut(&mut source.brand);
        brand.late_text = Texts(vec![("de".into(), LATE.into())]);
    }
    assert!(broken(&mut office).is_empty());
    let mut office = private(LATE);
    office.take(vec![super::stop("x", "ann")]);
    assert!(broken(&mut office).is_empty());
    let mut office = private(LATE);
    office.pass(10 * MINUTE_MS);
    let held = claim_one(&office, "ana");
    office.extend(holding(&held), 600).unwrap();
    office.ring();
    office.pass(5 * MINUTE_MS + 1);
    assert!(office.rung().words.is_empty());
    assert_eq!(counts(&office), (1, 0, 1));
    // The brand has none: the setting is off.
    let mut office = Office::new();
    let mut message = post("1", "ann", START_MS);
    message.kind = PostKind::Message;
    office.take(vec![made("x", message, judged(Level::Urgent))]);
    office.begin(&[1]);
    office.finish(1, sent());
    assert!(broken(&mut office).is_empty());
}
