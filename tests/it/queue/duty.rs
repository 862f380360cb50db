//! Who signs, what is told of the time, and what a told time binds the queue to.

use super::{
    DAY_MS, HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, holding, judged, later, made, post,
    sent,
};
use heard::config::Config;
use heard::inbox::rank::rank;
use heard::judgement::Level;
use serde_json::json;

/// Every secret.
const HUSH: &str = "hush-0123456789abcdef0123456789abcdef";

/// Leeds by day, Cape Town by evening; nobody from ten at night, UTC, and nobody at the weekend.
fn roster() -> Config {
    let table = json!({
        "mode": "live",
        "brand": {"name": "Northline Rail", "team": "the Northline care team"},
        "calendars": {
            "leeds": {"timezone": "Europe/London", "open": ["Mon-Fri 07:00-16:00"]},
            "cape-town": {"timezone": "Africa/Johannesburg", "open": ["Mon-Fri 15:00-24:00"], "holidays": ["2026-11-25"]},
        },
        "rosters": {"trains": [
            {"team": "Amara in Leeds", "calendar": "leeds"},
            {"team": "the Cape Town desk", "calendar": "cape-town"},
        ]},
        "apps": [{"id": "x", "scheme": "x"}],
        "sources": [{"id": "x", "app": "x", "platform": "x", "account": "1", "workgroup": "trains"}],
    });
    let config = Config::read(&table.to_string(), &|_| Some(HUSH.into()));
    assert_eq!(config.problems, []);
    config
}

fn said(office: &Office, id: &str, at_ms: i64) -> (String, Option<i64>, i64) {
    let acks = office.take(vec![made("x", post(id, id, at_ms), judged(Level::Urgent))]);
    assert_eq!(acks.len(), 1, "{id}");
    let shown = office.show(acks[0]);
    assert_eq!(shown.rank, rank(shown.deadline_ms, Level::Urgent, 60));
    let ack = shown.ack.unwrap();
    (ack.text, ack.told_ms, shown.deadline_ms)
}

#[test]
fn whoever_is_on_duty_signs_and_hands_over_and_the_brand_signs_for_nobody() {
    let mut office = Office::new();
    office.config = roster();
    let midnight = START_MS + 12 * HOUR_MS;
    // Monday is day 0, Wednesday 2, Friday 4: hours are UTC, as London's are in November.
    for (id, (day, hour), team, back) in [
        ("1", (0, 8), "Amara in Leeds", None),
        // Both are on duty: the first has the word.
        ("2", (0, 14), "Amara in Leeds", None),
        ("3", (0, 16), "the Cape Town desk", None),
        (
            "4",
            (0, 22),
            "the Northline care team",
            Some((1, 7, "tomorrow at 7")),
        ),
        // Cape Town's holiday.
        (
            "5",
            (2, 17),
            "the Northline care team",
            Some((3, 7, "tomorrow at 7")),
        ),
        (
            "6",
            (4, 23),
            "the Northline care team",
            Some((7, 7, "on Monday at 7")),
        ),
    ] {
        office.now_ms = midnight + day * DAY_MS + hour * HOUR_MS;
        let (text, told_ms, deadline_ms) = said(&office, id, office.now_ms);
        assert!(text.contains(team), "{id}: {text}");
        match back {
            None => {
                assert_eq!(told_ms, None, "{id}: {text}");
                assert_eq!(deadline_ms, office.now_ms + 15 * MINUTE_MS, "{id}");
            }
            Some((day, hour, when)) => {
                assert!(text.contains(when), "{id}: {text}");
                let back_ms = midnight + day * DAY_MS + hour * HOUR_MS;
                assert_eq!(told_ms, Some(back_ms), "{id}");
                assert_eq!(deadline_ms, back_ms + 15 * MINUTE_MS, "{id}");
            }
        }
    }
    office.audit();
}

/// People are back at seven; a send of 6:58 that the platform put off leaves at 7:03.
#[test]
fn what_was_told_of_time_is_worded_anew_when_it_leaves_late() {
    let mut office = Office::new();
    office.config = roster();
    let seven = START_MS + 19 * HOUR_MS;
    office.now_ms = seven - 2 * MINUTE_MS;
    let (before, told_ms, _) = said(&office, "1", office.now_ms);
    assert_eq!(told_ms, Some(seven));
    let [job] = &office.begin(&[1])[..] else {
        panic!()
    };
    assert_eq!(job.text, before);
    office.finish(1, later(Some(300)));
    office.now_ms += 5 * MINUTE_MS;
    let [job] = &office.begin(&[1])[..] else {
        panic!()
    };
    assert!(!job.text.contains(" at 7"), "{}", job.text);
    assert!(job.text.contains("Amara in Leeds"), "{}", job.text);
    let ack = office.show(1).ack.unwrap();
    assert_eq!((ack.text, ack.told_ms), (job.text.clone(), None));
    office.audit();
}

/// Answers those authors' complaints, one every `every_ms`, each `waits_ms` after it came.
fn serve(office: &mut Office, authors: std::ops::Range<i64>, waits_ms: i64, every_ms: i64) {
    let start_ms = office.now_ms;
    for n in authors.clone() {
        office.now_ms = start_ms + (n - authors.start) * every_ms;
        let id = n.to_string();
        office.take(vec![made(
            "x",
            post(&id, &id, office.now_ms),
            judged(Level::Urgent),
        )]);
        office.now_ms += waits_ms;
        let held = holding(&claim_one(office, "ana"));
        let seq = held.seq;
        office
            .begin_reply(held.clone(), "key", "It moves again at nine.", None)
            .unwrap();
        office.finish_reply(seq, "key", sent()).unwrap();
        office.resolve(held, "answered").unwrap();
    }
}

#[test]
fn a_wait_is_told_once_ten_were_answered_and_is_the_deadline() {
    let mut office = Office::new();
    serve(&mut office, 1..10, 2 * MINUTE_MS, 3 * MINUTE_MS);
    office.now_ms += MINUTE_MS;
    // Nine were answered.
    let (text, told_ms, deadline_ms) = said(&office, "few", office.now_ms);
    assert_eq!(
        (told_ms, deadline_ms),
        (None, office.now_ms + 15 * MINUTE_MS),
        "{text}"
    );
    serve(&mut office, 11..14, 2 * MINUTE_MS, 3 * MINUTE_MS);
    // Each of those waited behind the one before, for five minutes: and a quarter more is a margin.
    let ten = Some(office.now_ms + 10 * MINUTE_MS);
    let (text, told_ms, deadline_ms) = said(&office, "enough", office.now_ms);
    assert!(text.contains("about 10 minutes"), "{text}");
    assert_eq!((told_ms, Some(deadline_ms)), (ten, ten));
    // What is not urgent is told nothing, and an emergency has a pace of its own, which nobody has seen.
    office.take(vec![made(
        "x",
        post("calm", "calm", office.now_ms),
        judged(Level::Routine),
    )]);
    let danger = post("danger", "danger", office.now_ms);
    let acks = office.take(vec![made("x", danger, judged(Level::Emergency))]);
    assert_eq!(office.show(acks[0]).ack.unwrap().told_ms, None);
    // Another workgroup's pace is its own too.
    let freight = post("freight", "freight", office.now_ms);
    let acks = office.take(vec![made("x-freight", freight, judged(Level::Urgent))]);
    assert_eq!(office.show(acks[0]).ack.unwrap().told_ms, None);
    // Three hours later nothing is known any more.
    office.now_ms += 3 * HOUR_MS;
    assert_eq!(said(&office, "late", office.now_ms).1, None);
    office.audit();
}

#[test]
fn a_storm_is_told_nothing_and_those_who_wait_count() {
    let mut office = Office::new();
    serve(&mut office, 1..31, 2 * MINUTE_MS, 3 * MINUTE_MS);
    let told: Vec<bool> = (100..140)
        .map(|n| said(&office, &n.to_string(), office.now_ms).1.is_some())
        .collect();
    // Two were answered in any five minutes.
    let (first, rest) = told.split_at(2);
    assert_eq!(first, [true, true]);
    assert!(rest.iter().all(|told| !told), "{told:?}");
    office.audit();
}

#[test]
fn a_told_wait_that_leaves_late_is_told_as_it_is_then() {
    let mut office = Office::new();
    serve(&mut office, 1..31, 2 * MINUTE_MS, 3 * MINUTE_MS);
    let (before, told_ms, deadline_ms) = said(&office, "x", office.now_ms);
    assert_eq!(told_ms, Some(deadline_ms));
    let seq = office.begin(&[31])[0].seq;
    office.finish(seq, later(Some(50)));
    office.now_ms += 50_000;
    // Within a minute it is as true as it was.
    let jobs = office.begin(&[seq]);
    assert_eq!(jobs[0].text, before);
    office.finish(seq, later(Some(200)));
    office.now_ms += 200_000;
    let jobs = office.begin(&[seq]);
    assert_ne!(jobs[0].text, before);
    let shown = office.show(seq);
    assert_eq!(
        shown.ack.unwrap().told_ms,
        Some(office.now_ms + 5 * MINUTE_MS)
    );
    // What was promised first still binds.
    assert_eq!(shown.deadline_ms, deadline_ms);
    office.audit();
}

#[test]
fn a_mistake_in_a_roster_is_named_by_its_key() {
    let problems = |roster: serde_json::Value, calendar: serde_json::Value| {
        let table = json!({
            "brand": {"name": "B", "undisclosed": ["x", "y public"]},
            "calendars": {"day": calendar},
            "rosters": roster,
            "apps": [{"id": "x", "scheme": "x"}],
            "sources": [{"id": "x", "app": "x", "platform": "x", "account": "1", "workgroup": "trains"}],
        });
        let config = Config::read(&table.to_string(), &|_| Some(HUSH.into()));
        let problems = config.problems.into_iter();
        problems.map(|p| (p.key, p.says)).collect::<Vec<_>>()
    };
    let day = json!({"timezone": "Europe/London", "open": ["Mon-Fri 09:00-17:00"]});
    let found = problems(
        json!({"trains": [{"team": "A", "calendar": "night"}, {"calendar": "day", "name": "B"}],
            "planes": [{"team": "A", "calendar": "day"}]}),
        day.clone(),
    );
    for (key, says) in [
        ("brand.undisclosed", "\"y public\" is no place"),
        ("rosters.trains[0].calendar", "no calendar \"night\""),
        ("rosters.trains[1].team", "is missing"),
        ("rosters.trains[1].name", "is no key"),
        ("rosters.planes", "no source has workgroup \"planes\""),
    ] {
        let named = found.iter().any(|(k, s)| k == key && s.contains(says));
        assert!(named, "{key}: {found:?}");
    }
    assert_eq!(found.len(), 5, "{found:?}");
    let roster = json!({"trains": [{"team": "A", "calendar": "day"}]});
    for (calendar, key, says) in [
        (
            json!({"timezone": "Europe/london", "open": ["Mon 09:00-17:00"]}),
            "calendars.day",
            "write \"Europe/London\"",
        ),
        (
            json!({"timezone": "Europe/London", "open": []}),
            "calendars.day",
            "it never opens",
        ),
        (
            json!({"open": ["Mon 09:00-17:00"]}),
            "calendars.day.timezone",
            "is missing",
        ),
    ] {
        let found = problems(roster.clone(), calendar);
        let named = found.iter().any(|(k, s)| k == key && s.contains(says));
        assert!(named, "{key}: {found:?}");
    }
}
