//! What is told of the time, on the real runtime: a wait once the queue's pace supports it, which is then
//! the deadline, and when people are back where nobody is on duty.

use crate::rig::{PLEA, Rig, Said, now_ms, post_id, secrets, shipped};
use chrono::{DateTime, Days, NaiveTime};
use serde_json::json;

/// Of different matters: ten of one would be a surge, and get one short line each.
const PLEAS: [&str; 4] = [
    "@NorthlineRail you cancelled our train, there is nobody at the desk and I'm here with two toddlers",
    "@NorthlineRail Locked out of my account since Tuesday and payroll runs in 20 minutes",
    "@NorthlineRail Charged twice and now my rent has bounced",
    PLEA,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_is_told_once_the_pace_is_known_and_is_the_deadline() {
    let rig = Rig::start().await;
    let ana = rig.agent("ana");
    for n in 0..10 {
        let id = post_id();
        let plea = PLEAS[n % PLEAS.len()];
        rig.event(&Said::x(&format!("7{n}"), &id, plea)).await;
        let before = rig.ack(&format!("x:{id}"), "sent").await;
        assert_eq!(before["ack"].get("told_ms"), None, "{n}: {before}");
        let held = ana.claim_one().await;
        let (status, replied) = ana.reply(&held, "key", "It moves again at nine.").await;
        assert_eq!((status, &replied["state"]), (200, &json!("sent")));
        ana.on(&held, "resolve", json!({"outcome": "answered"}))
            .await;
    }
    let (from_ms, id) = (now_ms(), post_id());
    // The one of which there were fewest.
    rig.event(&Said::x("800", &id, PLEAS[2])).await;
    let told = rig.ack(&format!("x:{id}"), "sent").await;
    let text = told["ack"]["text"].as_str().unwrap();
    assert!(text.contains("about 5 minutes"), "{text}");
    assert_eq!(rig.sent_to(&id).len(), 1);
    let by_ms = told["ack"]["told_ms"].as_i64().unwrap();
    assert_eq!(told["deadline_ms"], by_ms);
    let asked = (from_ms..=now_ms()).contains(&(by_ms - 5 * 60_000));
    assert!(asked, "{by_ms} {from_ms}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_is_told_when_people_are_back() {
    // The day after tomorrow, whatever today is.
    let now = DateTime::from_timestamp_millis(now_ms()).unwrap();
    let day = now.date_naive() + Days::new(2);
    let back = day.and_time(NaiveTime::from_hms_opt(10, 5, 0).unwrap());
    let mut table = shipped();
    table["calendars"] = json!({"some-day": {
        "timezone": "UTC", "open": [format!("{} 10:05-11:00", day.format("%a"))],
    }});
    table["rosters"] = json!({"customer-care": [{"team": "Amara", "calendar": "some-day"}]});
    let secrets = secrets(&table);
    let rig = Rig::with(table, secrets).await;
    let id = post_id();
    rig.event(&Said::x("7", &id, PLEA)).await;
    let told = rig.ack(&format!("x:{id}"), "sent").await;
    let text = told["ack"]["text"].as_str().unwrap();
    let when = format!("on {} at 10:05", day.format("%A"));
    assert!(text.contains(&when), "{text}");
    // Amara is not on duty, so it is not her name.
    assert!(text.contains("the Northline care team"), "{text}");
    let back_ms = back.and_utc().timestamp_millis();
    assert_eq!(told["ack"]["told_ms"], back_ms);
    assert_eq!(told["deadline_ms"], back_ms + 15 * 60_000);
}
