//! The ceiling: what a source says in a minute and in an hour, and who waits.

use super::{HOUR_MS, MINUTE_MS, Office, judged, later, made, post, sent};
use heard::ack::ceiling::{NEAR_MS, WAIT_MS};
use heard::judgement::Level;

/// An office whose X account may say so much.
fn with_ceiling(per_minute: u32, per_hour: u32) -> Office {
    let mut office = Office::new();
    let ceiling = &mut office.config.sources[0].ceiling;
    (ceiling.per_minute, ceiling.per_hour) = (per_minute, per_hour);
    office
}

/// Posts by that many authors, each in need: whose acknowledgments may leave at once.
fn storm(office: &Office, name: &str, count: usize, level: Level) -> Vec<i64> {
    let posts = (0..count).map(|n| {
        let id = format!("{name}-{n}");
        made("x", post(&id, &id, office.now_ms), judged(level))
    });
    office.take(posts.collect())
}

/// Lets the alarm ring until then, and sends whatever it gives: when each left.
fn ring_until(office: &mut Office, end_ms: i64) -> Vec<i64> {
    let mut left = Vec::new();
    while let Some(at_ms) = office.alarm_ms.get().filter(|at_ms| *at_ms <= end_ms) {
        office.now_ms = office.now_ms.max(at_ms);
        for job in office.begin(&office.ring()) {
            office.finish(job.seq, sent());
            left.push(office.now_ms);
        }
        office.audit();
    }
    office.now_ms = end_ms;
    left
}

/// The most that lie in any window of that length.
fn most(mut times: Vec<i64>, window_ms: i64) -> usize {
    times.sort_unstable();
    let within = |from: i64| {
        let of = |at: &&i64| (from..from + window_ms).contains(*at);
        times.iter().filter(of).count()
    };
    times.iter().map(|from| within(*from)).max().unwrap_or(0)
}

#[test]
fn a_storm_stays_under_the_ceiling_and_every_post_is_queued() {
    let mut office = with_ceiling(6, 100);
    let start_ms = office.now_ms;
    let mut left = Vec::new();
    let now = storm(&office, "a", 500, Level::Urgent);
    assert_eq!(now.len(), 6);
    for job in office.begin(&now) {
        office.finish(job.seq, sent());
        left.push(office.now_ms);
    }
    // Thirty more wait for a place in the next five minutes; the others are left to people.
    assert_eq!(office.backlog().acks["planned"], 30);
    assert_eq!(office.decided("ceiling"), 464);
    assert_eq!(office.counted("posts"), 500);
    let waiting = office.show(7).ack.unwrap();
    assert_eq!(
        (waiting.state.as_str(), waiting.why.as_deref()),
        ("planned", Some("ceiling"))
    );
    left.extend(ring_until(&mut office, start_ms + HOUR_MS));
    assert_eq!(left.len(), 36);
    assert!(left.iter().all(|at| at - start_ms <= WAIT_MS + 5_000));
    assert_eq!(most(left, MINUTE_MS), 6);
    assert_eq!(office.backlog().acks.get("sent"), Some(&36));
}

#[test]
fn an_hours_ceiling_holds_over_many_minutes() {
    let mut office = with_ceiling(6, 20);
    let start_ms = office.now_ms;
    let mut left = Vec::new();
    for minute in 0..130 {
        let now = storm(&office, &format!("m{minute}"), 9, Level::Urgent);
        for job in office.begin(&now) {
            office.finish(job.seq, sent());
            left.push(office.now_ms);
        }
        left.extend(ring_until(&mut office, start_ms + (minute + 1) * MINUTE_MS));
    }
    assert_eq!(most(left.clone(), HOUR_MS), 20);
    assert!(most(left.clone(), MINUTE_MS) <= 6);
    assert!(left.len() >= 3 * 20, "{}", left.len());
}

#[test]
fn emergencies_neither_wait_for_others_nor_fall_silent_with_them() {
    let office = with_ceiling(2, 100);
    storm(&office, "urgent", 40, Level::Urgent);
    assert_eq!(office.backlog().acks["planned"], 12);
    let now = storm(&office, "danger", 2, Level::Emergency);
    assert_eq!(now.len(), 2);
    assert_eq!(office.begin(&now).len(), 2);
    // A third has its own minute to wait for, as any emergency would.
    assert_eq!(storm(&office, "more", 1, Level::Emergency), [] as [i64; 0]);
    assert_eq!(office.backlog().acks["planned"], 13);
    // In one delivery they come first, whatever stands before them.
    let office = with_ceiling(30, 100);
    let post = |id: &str, level| made("x", post(id, id, office.now_ms), judged(level));
    let all = [
        ("1", Level::Urgent),
        ("2", Level::Emergency),
        ("3", Level::Urgent),
        ("4", Level::Emergency),
    ];
    let events = all.iter().map(|(id, level)| post(id, *level)).collect();
    assert_eq!(office.take(events), [2, 4, 1, 3]);
}

#[test]
fn an_alarm_that_comes_late_sends_no_more_than_its_minute() {
    let mut office = with_ceiling(2, 100);
    let now = storm(&office, "a", 8, Level::Urgent);
    assert_eq!(office.begin(&now).len(), 2);
    // Places of three minutes are past when it rings.
    office.pass(3 * MINUTE_MS + 30_000);
    let due = office.ring();
    assert_eq!(due.len(), 6);
    assert_eq!(office.begin(&due).len(), 2);
    let (state, why) = office.ack(5);
    assert_eq!(
        (state.as_str(), why.as_deref()),
        ("planned", Some("ceiling"))
    );
    let from_ms = office.now_ms;
    let left = ring_until(&mut office, from_ms + HOUR_MS);
    assert_eq!((left.len(), most(left, MINUTE_MS)), (2, 2));
    // The last two would have come after their five minutes.
    for seq in [7, 8] {
        let (state, why) = office.ack(seq);
        assert_eq!(
            (state.as_str(), why.as_deref()),
            ("withdrawn", Some("ceiling"))
        );
    }
}

#[test]
fn a_try_that_comes_again_needs_a_place_too_and_not_before_its_time() {
    let mut office = with_ceiling(1, 100);
    assert_eq!(storm(&office, "a", 2, Level::Urgent), [1]);
    office.begin(&[1]);
    office.finish(1, later(Some(30)));
    assert_eq!(office.begin(&[1]), [], "the platform's wish is not over");
    office.pass(30_000);
    // What was tried and did not arrive takes no place; the one that waits has its own.
    assert_eq!(office.begin(&[1]).len(), 1);
    office.finish(1, sent());
    office.pass(30_000);
    assert_eq!(office.begin(&[2]), []);
    office.pass(30_000 + NEAR_MS);
    assert_eq!(office.begin(&[2]).len(), 1);
    office.audit();
}

#[test]
fn each_source_and_each_shard_has_its_own_part() {
    let mut office = with_ceiling(6, 100);
    office.config.sources[1].ceiling.per_minute = 2;
    let freight = |id: &str| {
        made(
            "x-freight",
            post(id, id, office.now_ms),
            judged(Level::Urgent),
        )
    };
    let events = (0..5).map(|n| freight(&format!("f{n}"))).collect();
    assert_eq!(office.take(events).len(), 2);
    assert_eq!(storm(&office, "a", 9, Level::Urgent).len(), 6);
    // One of four shards: the first of the two that have one more.
    let mut office = with_ceiling(6, 100);
    office.config.shards = 4;
    assert_eq!(storm(&office, "a", 9, Level::Urgent).len(), 2);
}

#[test]
fn an_edit_of_one_that_waits_changes_its_words_and_not_its_place() {
    let office = with_ceiling(1, 100);
    storm(&office, "a", 7, Level::Urgent);
    let before = office.show(2).ack.unwrap();
    let mut changed = post("a-1", "a-1", office.now_ms);
    changed.text = "Now at Woking and nobody tells us anything".into();
    office.take(vec![super::edited("x", changed, judged(Level::Urgent))]);
    let after = office.show(2).ack.unwrap();
    assert_eq!((after.state, after.why), (before.state, before.why));
    office.audit();
}
