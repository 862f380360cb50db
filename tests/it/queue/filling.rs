//! A shard that fills up.

use super::{
    HOUR_MS, Office, START_MS, claim_one, edited, holding, judged, made, post, pull, seq, stop,
};
use heard::inbox::alarms::ShowAlarms;
use heard::inbox::wire::Alarm;
use heard::judgement::Level;
use heard::sql::Sql;

/// An office whose shard holds a megabyte, a good part of it ended work.
fn crowded() -> Office {
    let mut office = Office::new();
    office.config.limits.shard_mb = 1;
    for id in 0..300 {
        let id = id.to_string();
        let mut long = post(&id, &id, office.now_ms);
        long.text = "We have been standing here for two hours ".repeat(20);
        office.take(vec![made("x", long, judged(Level::Routine))]);
        if id.len() < 3 {
            let held = claim_one(&office, "amy");
            office.resolve(holding(&held), "helped").unwrap();
        }
        office.now_ms += 1_000;
    }
    office
}

fn percent(office: &Office) -> i64 {
    office.sql.bytes().unwrap() * 100 / 1_000_000
}

fn filling(office: &Office) -> Option<Alarm> {
    let alarms = office.ask(ShowAlarms {}).unwrap();
    alarms
        .into_iter()
        .find(|alarm| matches!(alarm, Alarm::Filling { .. }))
}

#[test]
fn it_is_told_before_it_is_full() {
    let mut office = crowded();
    let bytes = office.sql.bytes().unwrap();
    office.config.limits.shard_mb = 10;
    assert!(percent(&office) / 10 < 70);
    assert_eq!(filling(&office), None);
    office.config.limits.shard_mb = 1;
    assert!(percent(&office) >= 70, "{}", percent(&office));
    let Some(Alarm::Filling {
        shards: 1,
        percent: said,
        bytes: size,
    }) = filling(&office)
    else {
        panic!("nothing is said");
    };
    assert_eq!((said, size), (percent(&office), bytes));
    // Supervisors hear of it when it is an alarm, operators before.
    let told = office
        .backlog()
        .alarms
        .iter()
        .any(|alarm| matches!(alarm, Alarm::Filling { .. }));
    assert_eq!(told, said >= 90);
}

#[test]
fn warnings_are_not_alarms_and_shards_are_told_together() {
    let filling = |shards, percent, bytes| Alarm::Filling {
        shards,
        percent,
        bytes,
    };
    assert!(filling(1, 70, 7).is_warning() && filling(1, 89, 9).is_warning());
    assert!(!filling(1, 90, 9).is_warning());
    let mut all = vec![filling(1, 75, 7)];
    Alarm::merge(&mut all, vec![filling(1, 92, 9)]);
    Alarm::merge(&mut all, vec![filling(1, 71, 6)]);
    assert_eq!(all, [filling(3, 92, 9)]);
}

#[test]
fn the_texts_of_what_ended_longest_ago_go_and_nothing_else() {
    let mut office = crowded();
    office.take(vec![stop("x", "5")]);
    let before = |office: &Office, sql: &'static str| office.sql.run(sql, Vec::new()).unwrap();
    let kept = [
        "-- kept_posts\nSELECT id, interaction, state, ack FROM post",
        "-- kept_stops\nSELECT * FROM stop",
        "-- kept_acks\nSELECT * FROM ack",
        "-- kept_history\nSELECT * FROM history",
        "-- kept_deeds\nSELECT * FROM deed",
        "-- kept_open\nSELECT post FROM post WHERE interaction IN (SELECT seq FROM interaction WHERE state = 'open')",
    ];
    let were: Vec<_> = kept.iter().map(|sql| before(&office, sql)).collect();
    // Not unless it is configured.
    office.ring();
    assert_eq!(office.counted("texts_gone_early"), 0);
    office.config.limits.texts_go_at_percent = 60;
    let full = office.sql.bytes().unwrap();
    office.ring();
    let gone = office.counted("texts_gone_early");
    assert_eq!(gone, 100, "all that ended were fewer than a slice");
    assert!(office.sql.bytes().unwrap() < full);
    let ended = office.show(1);
    assert_eq!(ended.posts[0].text, "");
    assert!(ended.posts[0].triage.reasons.is_empty());
    assert_eq!(ended.outcome.as_deref(), Some("helped"));
    let are: Vec<_> = kept.iter().map(|sql| before(&office, sql)).collect();
    assert_eq!(were, are);
    office.audit();
    // The next ring finds nothing more, and what ends later is found then.
    office.ring();
    assert_eq!(office.counted("texts_gone_early"), gone);
    let held = claim_one(&office, "amy");
    office.resolve(holding(&held), "helped").unwrap();
    office.now_ms += HOUR_MS;
    office.ring();
    assert_eq!(office.counted("texts_gone_early"), gone + 1);
    // It is known still, and an edit of it says something again.
    office.take(vec![made(
        "x",
        post("1", "1", START_MS),
        judged(Level::Routine),
    )]);
    assert_eq!(office.counted("duplicates"), 1);
    let mut changed = post("1", "1", START_MS);
    changed.text = "I am still here".into();
    changed.version = Some(office.now_ms);
    office.take(vec![edited("x", changed, judged(Level::Routine))]);
    let first = office.claim(pull("amy", 20));
    assert!(first.iter().all(|one| seq(one) > 0));
    office.audit();
}
