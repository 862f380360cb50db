//! What a holder does: extending and releasing, and what a lease's end does.

use super::{
    Office, START_MS, claim_one, deleted, edited, holding, judged, made, post, pull, seeing,
    with_complaint,
};
use heard::inbox::state::State;
use heard::inbox::wire::POSTS_SHOWN;
use heard::inbox::wire::Refused;
use heard::judgement::Level;

#[test]
fn extending_prolongs_and_tells_the_news_until_they_were_seen() {
    let mut office = with_complaint();
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Idle),
    )]);
    let held = claim_one(&office, "a");
    office.pass(30_000);
    assert_eq!(office.extend(holding(&held), 60).unwrap().news, []);
    let mut changed = post("1", "ann", START_MS);
    changed.text = "At Woking".into();
    office.take(vec![
        made("x", post("3", "ann", START_MS), judged(Level::Idle)),
        edited("x", changed, judged(Level::Idle)),
        deleted("x", "2"),
    ]);
    let heard = office.extend(holding(&held), 90).unwrap();
    assert_eq!(heard.until_ms, office.now_ms + 90_000);
    let news: Vec<(String, String, String)> = heard
        .news
        .into_iter()
        .map(|post| (post.id.to_string(), post.state.to_string(), post.text))
        .collect();
    let text = |id: &str, state: &str, text: &str| (id.into(), state.into(), text.into());
    assert_eq!(
        news,
        [
            text("3", "live", &post("3", "ann", 0).text),
            text("1", "edited", "At Woking"),
            text("2", "deleted", "")
        ]
    );
    // The answer may have been lost: who does not say to have seen it is told again.
    assert_eq!(office.extend(holding(&held), 90).unwrap().news.len(), 3);
    let seen = seeing(&held, heard.cursor);
    assert_eq!(office.extend(seen, 90).unwrap().news, []);
    assert_eq!(office.extend(holding(&held), 90).unwrap().news, []);
    let ahead = seeing(&held, heard.cursor + 1);
    assert_eq!(office.extend(ahead, 90), Err(Refused::NoSuchCursor));
    office.audit();
}

#[test]
fn only_the_newest_posts_are_shown_and_all_are_kept() {
    let office = Office::new();
    for id in 0..=POSTS_SHOWN {
        let id = id.to_string();
        office.take(vec![made(
            "x",
            post(&id, "ann", START_MS),
            judged(Level::Idle),
        )]);
    }
    let shown = office.show(1).posts;
    assert_eq!(shown.len(), POSTS_SHOWN as usize);
    assert!(shown.iter().all(|post| post.id.as_str() != "0"));
    assert_eq!(
        office.backlog().tallies[0].posts,
        i64::from(POSTS_SHOWN) + 1
    );
    office.audit();
}

#[test]
fn a_released_one_waits_its_delay_and_a_new_post_wakes_it() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    let released = office.release(holding(&held), 600).unwrap();
    assert_eq!(released.state, State::Waiting);
    assert_eq!(released.holder, None);
    office.pass(599_000);
    assert!(office.claim(pull("a", 1)).is_empty());
    office.pass(1_000);
    let held = claim_one(&office, "a");
    office.release(holding(&held), 600).unwrap();
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Idle),
    )]);
    claim_one(&office, "b");
    office.audit();
}

/// The holder who releases with a delay may not have heard of what came a moment before.
#[test]
fn what_its_holder_has_not_heard_of_is_not_delayed() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Emergency),
    )]);
    office.release(holding(&held), 3_600).unwrap();
    claim_one(&office, "b");
}

#[test]
fn an_edit_wakes_a_delayed_one_as_a_new_post_would() {
    let office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Routine),
    )]);
    let held = claim_one(&office, "a");
    office.release(holding(&held), 3_600).unwrap();
    let mut calm = post("1", "ann", START_MS);
    calm.text = "My train is on fire".into();
    office.take(vec![edited("x", calm, judged(Level::Emergency))]);
    assert_eq!(claim_one(&office, "b").level, Level::Emergency);
    office.audit();
}
