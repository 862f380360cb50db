//! Taking updates in: the ledger, and the interactions that posts meet in.

use super::{
    HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, edited, holding, incoming, judged,
    made, post, pull, with_complaint,
};
use heard::inbox::consent::RecordStop;
use heard::inbox::take_in::TakeIn;
use heard::inbox::wire::{Filter, Holding, StopRecord};
use heard::judgement::Level;
use heard::platform::{Event, Ignored};
use heard::post::{AuthorId, Lease, Platform};
use std::collections::BTreeMap;

#[test]
fn a_post_that_comes_again_changes_only_a_counter() {
    let office = with_complaint();
    let before = office.show(1);
    for _ in 0..3 {
        let again = made("x", post("1", "ann", START_MS), judged(Level::Urgent));
        assert_eq!(office.take(vec![again]), [] as [i64; 0]);
    }
    let mut after = office.show(1);
    assert_eq!(after.posts[0].copies, 3);
    after.posts[0].copies = 0;
    assert_eq!(after, before);
    assert_eq!(office.counted("posts"), 1);
    assert_eq!(office.counted("duplicates"), 3);
    office.audit();
}

#[test]
fn the_same_post_twice_in_one_delivery_is_one() {
    let office = Office::new();
    let once = || made("x", post("1", "ann", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![once(), once()]), [1]);
    assert_eq!(office.counted("posts"), 1);
    office.audit();
}

#[test]
fn the_same_id_on_two_platforms_is_two_posts() {
    let office = Office::new();
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Idle)),
        made("forum", post("1", "ann", START_MS), judged(Level::Idle)),
    ]);
    assert_eq!(office.counted("posts"), 2);
    assert_eq!(
        office
            .list(Filter {
                max: 9,
                ..Filter::default()
            })
            .len(),
        2
    );
    office.audit();
}

#[test]
fn a_post_deleted_before_it_was_made_is_never_kept() {
    let office = Office::new();
    office.take(vec![deleted("x", "1")]);
    for event in [
        made("x", post("1", "ann", START_MS), judged(Level::Urgent)),
        edited("x", post("1", "ann", START_MS), judged(Level::Urgent)),
        deleted("x", "1"),
    ] {
        assert_eq!(office.take(vec![event]), [] as [i64; 0]);
    }
    assert_eq!(office.counted("posts"), 0);
    assert_eq!(office.counted("duplicates"), 3);
    assert!(office.claim(pull("a", 5)).is_empty());
    office.audit();
}

#[test]
fn an_edit_that_comes_before_its_post_is_the_post() {
    let office = Office::new();
    let mut new = post("1", "ann", START_MS);
    new.text = "Now at Woking, still stuck".into();
    assert_eq!(
        office.take(vec![edited("x", new.clone(), judged(Level::Urgent))]),
        [1]
    );
    let late = made("x", post("1", "ann", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![late]), [] as [i64; 0]);
    assert_eq!(office.show(1).posts[0].text, new.text);
    office.audit();
}

/// Deliveries are retried and replayed: which of two wordings is newer the platform says, not the order
/// in which they come.
#[test]
fn an_older_edit_changes_only_a_counter() {
    let office = Office::new();
    let worded = |text: &str, version: Option<i64>| {
        let mut post = post("1", "ann", START_MS);
        post.text = text.into();
        post.version = version;
        post
    };
    let edit = |text: &str, version| {
        office.take(vec![edited(
            "x",
            worded(text, version),
            judged(Level::Urgent),
        )]);
        office.show(1).posts[0].text.clone()
    };
    office.take(vec![made(
        "x",
        worded("first", Some(1)),
        judged(Level::Urgent),
    )]);
    assert_eq!(edit("third", Some(3)), "third");
    // Late, or sent again by who captured it.
    assert_eq!(edit("second", Some(2)), "third");
    assert_eq!(edit("first", Some(1)), "third");
    // The same edit again, as it was or numbered anew.
    assert_eq!(edit("third", Some(3)), "third");
    assert_eq!(edit("third", Some(4)), "third");
    assert_eq!(
        (office.counted("edits"), office.counted("duplicates")),
        (1, 4)
    );
    // Two edits within one second: the last to come counts.
    assert_eq!(edit("third, corrected", Some(3)), "third, corrected");
    // A platform that does not say leaves nothing to go by.
    assert_eq!(edit("fourth", None), "fourth");
    assert_eq!(edit("fifth", Some(1)), "fifth");
    assert_eq!(
        (office.counted("edits"), office.counted("duplicates")),
        (4, 4)
    );
    let told = office.show(1).history;
    let told = told.iter().filter(|deed| deed.did == "post_edited");
    assert_eq!(told.count(), 4, "its holder hears of real edits alone");
    office.audit();
}

#[test]
fn what_is_ignored_is_counted() {
    let office = with_complaint();
    let nowhere = made("nowhere", post("9", "ann", START_MS), judged(Level::Idle));
    let unjudged = incoming(
        "x",
        Event::Made {
            post: post("8", "ann", START_MS),
        },
        None,
    );
    let echo = incoming("x", Event::Ignored { why: Ignored::Own }, None);
    let ask = TakeIn {
        events: vec![nowhere, unjudged, echo],
        ignored: BTreeMap::from([(Ignored::NotAPost, 4), (Ignored::Own, 1)]),
        shards: 1,
        sends: false,
    };
    office.ask(ask).unwrap();
    for (name, n) in [
        ("ignored.no_source", 1),
        ("ignored.malformed", 1),
        ("ignored.own", 2),
        ("ignored.not_a_post", 4),
        ("posts", 1),
    ] {
        assert_eq!(office.counted(name), n, "{name}");
    }
    office.audit();
}

#[test]
fn a_supervisor_writes_down_what_an_author_asked_for() {
    let mut office = with_complaint();
    let record = |stop| RecordStop {
        record: StopRecord {
            platform: Platform::X,
            author: AuthorId::new("ann"),
            stop,
            reason: "asked on the phone".into(),
            by: "boss".into(),
        },
    };
    office.ask(record(true)).unwrap();
    assert_eq!(office.begin(&[1]), []);
    let more = |id| made("x", post(id, "ann", START_MS), judged(Level::Urgent));
    office.take(vec![more("2")]);
    assert_eq!(office.decisions(1)[1], "stopped");
    office.pass(1);
    office.ask(record(false)).unwrap();
    assert_eq!(office.take(vec![more("3")]), [1]);
    let history = office.show(1).history.into_iter();
    let by_boss: Vec<String> = history
        .filter(|deed| deed.who == "boss")
        .map(|deed| deed.did)
        .collect();
    assert_eq!(by_boss, ["stop_recorded", "start_recorded"]);
    office.audit();
}

#[test]
fn who_said_stop_may_say_start() {
    let office = Office::new();
    let says = |id: &str, text: &str, at_ms| {
        let mut says = post(id, "ann", at_ms);
        says.text = text.into();
        made("x", says, judged(Level::Idle))
    };
    office.take(vec![
        says("1", "stop texting me", START_MS - 1),
        says("2", "START", START_MS),
    ]);
    let more = made("x", post("3", "ann", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![more]), [1]);
    assert_eq!((office.counted("stops"), office.counted("starts")), (1, 1));
    office.audit();
}

#[test]
fn a_refused_question_leaves_nothing_behind() {
    let office = with_complaint();
    let before = office.show(1);
    let bad = Holding {
        seq: 1,
        lease: Lease::new("none"),
        agent: "a".into(),
        seen: None,
    };
    assert!(office.resolve(bad.clone(), "done").is_err());
    assert!(office.release(bad.clone(), 5).is_err());
    assert!(office.begin_reply(bad, "k", "hello", None).is_err());
    assert_eq!(office.show(1), before);
    office.audit();
}

#[test]
fn an_authors_posts_meet_in_one_interaction_while_it_is_open() {
    let office = with_complaint();
    office.take(vec![
        made("x", post("2", "ann", START_MS), judged(Level::Idle)),
        made("x", post("3", "bob", START_MS), judged(Level::Idle)),
        made("x-freight", post("4", "ann", START_MS), judged(Level::Idle)),
    ]);
    let ids = |seq| -> Vec<String> {
        let posts = office.show(seq).posts;
        posts.into_iter().map(|post| post.id.to_string()).collect()
    };
    assert_eq!(ids(1), ["1", "2"]);
    assert_eq!(ids(2), ["3"]);
    assert_eq!(ids(3), ["4"]);
    let claimed = claim_one(&office, "a");
    office.resolve(holding(&claimed), "solved").unwrap();
    office.take(vec![made(
        "x",
        post("5", "ann", START_MS),
        judged(Level::Idle),
    )]);
    assert_eq!(ids(4), ["5"]);
    office.audit();
}

#[test]
fn posts_without_an_author_never_meet() {
    let office = Office::new();
    for id in ["1", "2"] {
        let mut nobody = post(id, "", START_MS);
        nobody.author = None;
        office.take(vec![made("x", nobody, judged(Level::Urgent))]);
    }
    assert_eq!(office.decisions(1), ["heard.absent_actor"]);
    assert_eq!(office.decisions(2), ["heard.absent_actor"]);
    office.audit();
}

#[test]
fn a_more_urgent_post_lifts_the_interaction_and_a_calmer_one_does_not_lower_it() {
    let mut office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Routine),
    )]);
    let calm = office.show(1);
    assert_eq!(calm.deadline_ms, START_MS + 240 * MINUTE_MS);
    office.pass(MINUTE_MS);
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Emergency),
    )]);
    let lifted = office.show(1);
    assert_eq!(lifted.level, Level::Emergency);
    assert_eq!(lifted.urgency, 90);
    assert_eq!(lifted.deadline_ms, START_MS + 6 * MINUTE_MS);
    assert!(lifted.rank < calm.rank);
    office.pass(MINUTE_MS);
    office.take(vec![made(
        "x",
        post("3", "ann", START_MS),
        judged(Level::Idle),
    )]);
    let after = office.show(1);
    assert_eq!(
        (after.level, after.urgency, after.deadline_ms, after.rank),
        (
            lifted.level,
            lifted.urgency,
            lifted.deadline_ms,
            lifted.rank
        )
    );
    office.audit();
}

#[test]
fn routine_deadlines_count_business_time_urgent_ones_begin_with_it_and_emergencies_count_every_minute()
 {
    let office = Office::new();
    for (id, level) in [
        ("1", Level::Routine),
        ("2", Level::Urgent),
        ("3", Level::Idle),
        ("4", Level::Emergency),
    ] {
        office.take(vec![made("forum", post(id, id, START_MS), judged(level))]);
    }
    // Noon on a Sunday; the forum's people come on Monday at nine.
    let monday_nine = START_MS + 21 * HOUR_MS;
    assert_eq!(office.show(1).deadline_ms, monday_nine + 4 * HOUR_MS);
    assert_eq!(office.show(2).deadline_ms, monday_nine + 15 * MINUTE_MS);
    assert_eq!(office.show(3).deadline_ms, monday_nine + 56 * HOUR_MS);
    assert_eq!(office.show(4).deadline_ms, START_MS + 5 * MINUTE_MS);
    // Where somebody is there at any hour, urgent ones count every minute too.
    office.take(vec![made(
        "x",
        post("5", "5", START_MS),
        judged(Level::Urgent),
    )]);
    assert_eq!(office.show(5).deadline_ms, START_MS + 15 * MINUTE_MS);
}
