//! One post told several times, and one person called by several ids.

use super::{
    HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, edited, holding, incoming, judged, made, post,
    pull, seeing, sent, stop, with_complaint,
};
use crate::fuzz::Random;
use heard::inbox::state::State;
use heard::inbox::wire::{Filter, Incoming};
use heard::judgement::Level;
use heard::platform::Event;
use heard::post::{Author, AuthorId, Media, MediaKind, Post, PostId, PostKind};

fn delete(source: &str, post: &str, author: Option<&str>) -> Incoming {
    let post = PostId::new(post);
    let author = author.map(AuthorId::new);
    incoming(source, Event::Deleted { post, author }, None)
}

/// A mention's poor copy: an id, and that it is for us.
fn poor(id: &str) -> Incoming {
    let mut poor = post(id, "", START_MS);
    (poor.author, poor.text, poor.permalink) = (None, String::new(), None);
    made("x", poor, judged(Level::Idle))
}

fn open(office: &Office) -> usize {
    let all = Filter {
        max: 50,
        ..Filter::default()
    };
    let is_open = |state| matches!(state, State::Waiting | State::Leased);
    office
        .list(all)
        .iter()
        .filter(|one| is_open(one.state))
        .count()
}

#[test]
fn an_edit_or_a_deletion_counts_only_from_the_posts_own_account() {
    let office = with_complaint();
    let before = office.show(1);
    let mut other = post("1", "ann", START_MS);
    other.text = "All fine, thank you".into();
    office.take(vec![
        edited("x-freight", other.clone(), judged(Level::Idle)),
        delete("x-freight", "1", None),
        delete("x-freight", "1", Some("ann")),
    ]);
    assert_eq!(office.show(1), before);
    assert_eq!(office.counted("ignored.not_its_source"), 3);
    // One that was deleted for another account before it came is kept here.
    office.take(vec![delete("x-freight", "2", None)]);
    let kept = made("x", post("2", "bob", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![kept]), [2]);
    office.audit();
}

#[test]
fn an_edit_or_a_deletion_counts_only_from_the_posts_own_author() {
    let office = with_complaint();
    let before = office.show(1);
    let mut forged = post("1", "mallory", START_MS);
    forged.text = "I love this company".into();
    office.take(vec![
        edited("x", forged.clone(), judged(Level::Idle)),
        made("x", forged, judged(Level::Idle)),
        delete("x", "1", Some("mallory")),
    ]);
    assert_eq!(office.show(1), before);
    assert_eq!(office.counted("ignored.not_its_author"), 3);
    // Deleted before it was made, by somebody else.
    office.take(vec![delete("x", "2", Some("mallory"))]);
    let bobs = || made("x", post("2", "bob", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![bobs()]), [2]);
    // By its author, or where none is told.
    office.take(vec![delete("x", "1", Some("ann")), delete("x", "2", None)]);
    assert_eq!(office.show(1).outcome.as_deref(), Some("withdrawn"));
    assert_eq!(office.show(2).outcome.as_deref(), Some("withdrawn"));
    // Of a post whose author is unknown, whatever comes is believed.
    office.take(vec![poor("3"), delete("x", "3", Some("cem"))]);
    assert_eq!(office.show(3).outcome.as_deref(), Some("withdrawn"));
    office.audit();
}

/// A mention by ids alone, then the comment itself.
#[test]
fn a_poor_copy_that_comes_first_is_completed_and_answered_once() {
    let office = Office::new();
    assert_eq!(office.take(vec![poor("1")]), [] as [i64; 0]);
    assert_eq!(office.decisions(1).len(), 1);
    let rich = || made("x", post("1", "ann", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![rich()]), [1]);
    let shown = office.show(1);
    assert_eq!(shown.author.unwrap().id.as_str(), "ann");
    assert_eq!(shown.level, Level::Urgent);
    assert_eq!(
        shown.posts[0].text,
        "My train is stuck and nobody tells us anything"
    );
    assert_eq!(shown.posts[0].ack, "planned");
    assert_eq!(shown.posts[0].triage, judged(Level::Urgent));
    assert_eq!(office.take(vec![rich(), poor("1")]), [] as [i64; 0]);
    assert_eq!(
        (office.counted("posts"), office.counted("duplicates")),
        (1, 3)
    );
    // The author's next post finds it.
    let next = made("x", post("2", "ann", START_MS), judged(Level::Urgent));
    office.take(vec![next]);
    assert_eq!(office.decisions(1), ["planned", "acknowledged"]);
    office.audit();
}

#[test]
fn a_poor_copy_whose_author_has_an_open_interaction_joins_it() {
    let office = with_complaint();
    office.begin(&[1]);
    office.finish(1, sent());
    let held = claim_one(&office, "a");
    office.take(vec![poor("2")]);
    assert_eq!(open(&office), 2);
    let rich = made("x", post("2", "ann", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![rich]), [] as [i64; 0]);
    assert_eq!(open(&office), 1);
    assert_eq!(office.show(2).outcome.as_deref(), Some("joined"));
    assert_eq!(office.show(1).posts.len(), 2);
    let told = office.extend(holding(&held), 60).unwrap();
    assert_eq!(told.news.len(), 1, "its holder hears of it");
    office
        .resolve(seeing(&held, told.cursor), "solved")
        .unwrap();
    office.audit();
}

#[test]
fn a_poor_copy_that_was_resolved_opens_again_when_its_words_come() {
    let office = Office::new();
    office.take(vec![poor("1")]);
    office
        .resolve(holding(&claim_one(&office, "a")), "unreadable")
        .unwrap();
    let rich = made("x", post("1", "ann", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![rich]), [1]);
    assert_eq!(office.show(1).state, State::Waiting);
    office.audit();
}

/// A stream's copy that is not addressed to us, then the mention.
#[test]
fn a_copy_that_tells_that_it_is_said_to_us_counts() {
    let office = Office::new();
    let mut stream = post("1", "ann", START_MS);
    (stream.kind, stream.addressed) = (PostKind::Topic, false);
    stream.reply_to = "stream".into();
    assert_eq!(
        office.take(vec![made("x", stream, judged(Level::Urgent))]),
        [] as [i64; 0]
    );
    let mention = made("x", post("1", "ann", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![mention]), [1]);
    assert_eq!(office.begin(&[1])[0].reply_to, "post:1");
    office.audit();
}

#[test]
fn a_mention_added_by_an_edit_is_said_to_us() {
    let office = Office::new();
    let mut plain = post("1", "ann", START_MS);
    (plain.addressed, plain.kind) = (false, PostKind::Topic);
    office.take(vec![made("x", plain, judged(Level::Urgent))]);
    let mut named = post("1", "ann", START_MS);
    named.text = "@NorthlineRail my train is stuck and nobody tells us anything".into();
    named.version = Some(2);
    assert_eq!(
        office.take(vec![edited("x", named, judged(Level::Urgent))]),
        [1]
    );
    office.audit();
}

#[test]
fn one_post_for_two_accounts_is_one_record() {
    let office = with_complaint();
    let other = made(
        "x-freight",
        post("1", "ann", START_MS),
        judged(Level::Urgent),
    );
    assert_eq!(office.take(vec![other]), [] as [i64; 0]);
    assert_eq!((open(&office), office.counted("duplicates")), (1, 1));
    office.audit();
}

#[test]
fn a_resolved_matter_whose_post_is_edited_opens_again() {
    let mut office = Office::new();
    let calm = made("x", post("1", "ann", START_MS), judged(Level::Routine));
    office.take(vec![calm]);
    office
        .resolve(holding(&claim_one(&office, "a")), "solved")
        .unwrap();
    office.pass(MINUTE_MS);
    let mut danger = post("1", "ann", START_MS);
    danger.text = "sorry, we are stuck for 4 hours, no water, kids crying".into();
    let edit = || edited("x", danger.clone(), judged(Level::Urgent));
    assert_eq!(office.take(vec![edit()]), [1]);
    let shown = office.show(1);
    assert_eq!((shown.state, shown.level), (State::Waiting, Level::Urgent));
    assert_eq!(shown.deadline_ms, office.now_ms + 15 * MINUTE_MS);
    assert_eq!(office.claim(pull("a", 1)).len(), 1);
    assert_eq!(office.take(vec![edit()]), [] as [i64; 0]);
    office.audit();
    // Where its author has opened another one since, it goes there.
    let office = with_complaint();
    office
        .resolve(holding(&claim_one(&office, "a")), "solved")
        .unwrap();
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Idle),
    )]);
    let mut changed = post("1", "ann", START_MS);
    changed.text = "And now it smells".into();
    office.take(vec![edited("x", changed, judged(Level::Routine))]);
    assert_eq!(open(&office), 1);
    assert_eq!(office.show(1).posts.len() + office.show(2).posts.len(), 2);
    office.audit();
}

/// Copies of one post in any order: the record is the same, and at most one acknowledgment leaves.
#[test]
fn the_order_of_copies_does_not_matter() {
    let rich = post("1", "ann", START_MS);
    let mut named = rich.clone();
    let author = named.author.as_mut().unwrap();
    (author.name, author.handle) = (Some("Ann".into()), Some("ann_t".into()));
    let mut photo = rich.clone();
    photo.media.push(Media {
        kind: MediaKind::Image,
        caption: None,
        url: Some("https://example.com/i".into()),
        id: None,
    });
    let mut cut = rich.clone();
    (cut.text, cut.cut) = ("My train is stuck…".into(), true);
    let mut stream = rich.clone();
    (stream.kind, stream.addressed, stream.reply_to) = (PostKind::Topic, false, "stream".into());
    let mut second = rich.clone();
    (second.text, second.version) = ("Still stuck, still nobody tells us".into(), Some(2));
    let mut third = second.clone();
    (third.text, third.version) = ("Now in smoke, still nobody tells us".into(), Some(3));
    let urgent = || judged(Level::Urgent);
    let Event::Made { post: nothing } = poor("1").event else {
        unreachable!()
    };
    let firsts = [
        (nothing, judged(Level::Idle)),
        (cut, judged(Level::Routine)),
        (stream, urgent()),
        (named, urgent()),
        (photo, urgent()),
    ];
    let mut random = Random(0x5EED_1234_5678_9ABD);
    for with_edits in [false, true] {
        for with_deletion in [false, true] {
            let mut seen = Vec::new();
            for _ in 0..40 {
                let copies = firsts
                    .iter()
                    .map(|(post, triage)| made("x", post.clone(), triage.clone()));
                let mut copies: Vec<Incoming> = copies.collect();
                if with_edits {
                    copies.push(edited("x", second.clone(), urgent()));
                    copies.push(edited("x", third.clone(), urgent()));
                }
                if with_deletion {
                    copies.push(delete("x", "1", Some("ann")));
                }
                copies.extend(copies.clone());
                for at in (1..copies.len()).rev() {
                    copies.swap(at, random.below(at + 1));
                }
                let office = Office::new();
                let mut sends = 0;
                for copy in copies {
                    let acks = office.take(vec![copy]);
                    let jobs = office.begin(&acks);
                    sends += jobs.len();
                    for job in jobs {
                        office.finish(job.seq, sent());
                    }
                    office.audit();
                }
                assert!(sends <= 1);
                assert!(with_deletion || sends == 1);
                if with_deletion {
                    continue;
                }
                let mut shown = office.show(1);
                let mut post = shown.posts.remove(0);
                (post.copies, post.ack) = (0, String::new());
                seen.push((shown.author, post, shown.level));
            }
            seen.dedup();
            assert!(seen.len() <= 1, "{seen:#?}");
        }
    }
}

/// X: a filtered stream finds a post before its mention event tells that it names us. Of the same words the
/// event that lets us answer counts, whichever comes first, and never twice.
#[test]
fn the_event_that_lets_us_answer_may_come_second() {
    let told = |kind, now_ms| {
        let mut told = post("1", "ann", now_ms);
        (told.kind, told.addressed) = (kind, true);
        urgent(told)
    };
    for stream in [PostKind::Topic, PostKind::Comment] {
        for order in [[stream, PostKind::Mention], [PostKind::Mention, stream]] {
            let office = Office::new();
            let mut acks: Vec<i64> = Vec::new();
            for kind in order.into_iter().chain(order) {
                acks.extend(office.take(vec![told(kind, START_MS)]));
            }
            assert_eq!(acks, [1], "{order:?}");
            assert_eq!(office.decisions(1), ["planned"], "{order:?}");
            office.audit();
        }
        // What an agent dealt with meanwhile does not come back for it.
        let office = Office::new();
        assert_eq!(office.take(vec![told(stream, START_MS)]), [] as [i64; 0]);
        office
            .resolve(holding(&claim_one(&office, "a")), "solved")
            .unwrap();
        assert_eq!(
            office.take(vec![told(PostKind::Mention, START_MS)]),
            [] as [i64; 0]
        );
        assert_eq!(open(&office), 0);
        office.audit();
    }
}

fn known_as(id: &str, author: &str, aliases: &[&str], now_ms: i64) -> Post {
    let mut post = post(id, author, now_ms);
    post.author = Some(Author {
        aliases: aliases.iter().map(|alias| AuthorId::new(*alias)).collect(),
        ..Author::of(author)
    });
    post
}

fn urgent(post: Post) -> Incoming {
    made("x", post, judged(Level::Urgent))
}

/// WhatsApp: stopped by number, back with both ids, then with the other alone.
#[test]
fn who_said_stop_under_one_id_has_stopped_under_the_other() {
    for (first, second) in [("number", "scoped"), ("scoped", "number")] {
        let mut office = Office::new();
        let mut says = post("1", first, START_MS);
        says.text = "STOP".into();
        office.take(vec![made("x", says, judged(Level::Idle))]);
        let both = known_as("2", first, &[second], START_MS);
        assert_eq!(office.take(vec![urgent(both)]), [] as [i64; 0]);
        let other = post("3", second, START_MS);
        assert_eq!(office.take(vec![urgent(other)]), [] as [i64; 0]);
        assert_eq!(office.decisions(1), ["says_stop", "stopped", "stopped"]);
        office.audit();
        // The platform's word that they may be written to again counts for both.
        office.pass(1);
        let start = |at_ms| {
            let author = AuthorId::new(second);
            vec![incoming("x", Event::Start { author, at_ms }, None)]
        };
        office.take(start(Some(START_MS + 1)));
        let more = post("4", first, START_MS);
        assert_eq!(office.take(vec![urgent(more)]), [1]);
        office.take(vec![stop("x", second)]);
        assert_eq!(office.begin(&[1]), [], "stopped under either");
        office.audit();
    }
}

/// Whoever said stop is not written to until they say otherwise, later: not when an old word of theirs comes
/// again, by a platform's retry or from somebody who kept the delivery.
#[test]
fn only_a_later_word_lifts_a_stop() {
    const YESTERDAY_MS: i64 = START_MS - 24 * HOUR_MS;
    let author = || AuthorId::new("ann");
    let start = |at_ms| {
        let author = author();
        vec![incoming("x", Event::Start { author, at_ms }, None)]
    };
    let stop = |at_ms| {
        let author = author();
        vec![incoming("x", Event::Stop { author, at_ms }, None)]
    };
    let mut office = Office::new();
    let mut nth = 0;
    let mut writes = |office: &Office| {
        nth += 1;
        let post = post(&nth.to_string(), "ann", office.now_ms);
        office.take(vec![urgent(post)]);
        let decision = office.decisions(1).pop().unwrap();
        decision == "stopped"
    };
    office.take(start(Some(YESTERDAY_MS)));
    office.take(stop(Some(START_MS - 5)));
    assert!(writes(&office));
    for replayed in [Some(YESTERDAY_MS), Some(START_MS - 5), None] {
        office.take(start(replayed));
        assert!(writes(&office), "{replayed:?}");
    }
    // No word is later than now, whatever it says of itself: the next stop counts.
    office.take(start(Some(START_MS + HOUR_MS)));
    assert!(!writes(&office));
    office.take(stop(Some(START_MS - 5)));
    assert!(!writes(&office), "the old stop, again");
    office.pass(1);
    office.take(stop(None));
    assert!(writes(&office), "a stop is believed without its time");
    office.pass(1);
    office.take(start(Some(office.now_ms)));
    assert!(!writes(&office));
    assert_eq!(office.counted("ignored.outdated"), 4);
    office.audit();

    // Words are older than the stop when they were written before it, whenever they come.
    office.pass(HOUR_MS);
    office.take(stop(Some(office.now_ms)));
    let mut says = post("back", "ann", office.now_ms - 1);
    says.text = "START".into();
    office.take(vec![made("x", says.clone(), judged(Level::Idle))]);
    assert!(writes(&office));
    office.pass(2);
    says.id = PostId::new("back2");
    says.created_ms = office.now_ms;
    office.take(vec![made("x", says, judged(Level::Idle))]);
    assert!(!writes(&office));
    office.audit();
}

#[test]
fn what_was_known_under_two_ids_is_put_together_when_they_are_known_to_be_one() {
    let mut office = Office::new();
    assert_eq!(
        office.take(vec![urgent(post("1", "number", START_MS))]),
        [1]
    );
    office.begin(&[1]);
    office.finish(1, sent());
    assert_eq!(
        office.take(vec![urgent(post("2", "scoped", START_MS))]),
        [2]
    );
    assert_eq!(office.take(vec![urgent(post("3", "third", START_MS))]), [3]);
    assert_eq!(open(&office), 3);
    office.take(vec![urgent(known_as("4", "scoped", &["number"], START_MS))]);
    assert_eq!(open(&office), 2);
    office.audit();
    // And on: whoever is one with one of them is one with all.
    office.take(vec![urgent(known_as("5", "third", &["number"], START_MS))]);
    assert_eq!(open(&office), 1);
    office.audit();
    // What was planned for the second and the third repeats what the first was told.
    assert_eq!(office.begin(&[1, 2, 3]), []);
    office.pass(HOUR_MS);
    for id in ["number", "scoped", "third"] {
        let more = urgent(post(&format!("6-{id}"), id, office.now_ms));
        assert_eq!(office.take(vec![more]), [] as [i64; 0]);
        assert_eq!(open(&office), 1, "{id}");
    }
    office
        .resolve(holding(&claim_one(&office, "a")), "solved")
        .unwrap();
    // One cooldown for all.
    office.take(vec![urgent(post("7", "third", office.now_ms))]);
    assert_eq!(office.decisions(4), ["cooldown"]);
    // Edits and deletions under any of them are their author's.
    office.take(vec![delete("x", "7", Some("number"))]);
    assert_eq!(office.show(4).outcome.as_deref(), Some("withdrawn"));
    office.audit();
}

#[test]
fn a_send_under_way_when_two_become_one_is_reported_where_it_is() {
    let office = Office::new();
    office.take(vec![urgent(post("1", "number", START_MS))]);
    office.take(vec![made(
        "x",
        post("2", "scoped", START_MS),
        judged(Level::Idle),
    )]);
    office.take(vec![made(
        "x",
        post("3", "scoped", START_MS),
        judged(Level::Idle),
    )]);
    office.begin(&[1]);
    let both = known_as("4", "scoped", &["number"], START_MS);
    office.take(vec![made("x", both, judged(Level::Idle))]);
    assert_eq!(office.show(1).outcome.as_deref(), Some("joined"));
    office.finish_try(1, 1, sent());
    assert_eq!(office.ack(2).0, "sent");
    office.audit();
}

/// One whose author wrote very much costs no more to delete from, to edit in, or to stop.
#[test]
fn an_update_costs_the_same_whatever_its_author_wrote_before() {
    let steps = |posts: usize| {
        let office = Office::new();
        let all = (0..posts).map(|n| {
            made(
                "x",
                post(&n.to_string(), "ann", START_MS),
                judged(Level::Urgent),
            )
        });
        office.take(all.collect());
        let cost = |events: Vec<Incoming>| {
            let before = office.sql.steps();
            let n = events.len() as u64;
            office.take(events);
            (office.sql.steps() - before) / n
        };
        let ids = 1..=40;
        let mut changed = post("7", "ann", START_MS);
        changed.text = "Still stuck".into();
        let costs: Vec<(&str, u64)> = vec![
            (
                "post",
                cost(
                    ids.clone()
                        .map(|n| {
                            made(
                                "x",
                                post(&format!("n{n}"), "ann", START_MS),
                                judged(Level::Urgent),
                            )
                        })
                        .collect(),
                ),
            ),
            (
                "copy",
                cost(
                    ids.clone()
                        .map(|n| {
                            made(
                                "x",
                                post(&n.to_string(), "ann", START_MS),
                                judged(Level::Urgent),
                            )
                        })
                        .collect(),
                ),
            ),
            (
                "edit",
                cost(
                    ids.clone()
                        .map(|n| {
                            edited(
                                "x",
                                Post {
                                    id: PostId::new(n.to_string()),
                                    text: format!("Still {n}"),
                                    ..changed.clone()
                                },
                                judged(Level::Urgent),
                            )
                        })
                        .collect(),
                ),
            ),
            (
                "deletion",
                cost(
                    ids.clone()
                        .map(|n| delete("x", &n.to_string(), Some("ann")))
                        .collect(),
                ),
            ),
            ("stop", cost(ids.map(|_| stop("x", "ann")).collect())),
        ];
        let before = office.sql.steps();
        office.show(1);
        let shown = office.sql.steps() - before;
        office.audit();
        (costs, shown)
    };
    let ((few, few_shown), (many, many_shown)) = (steps(300), steps(3_000));
    for ((what, few), (_, many)) in few.iter().zip(&many) {
        println!("{what}: {few} steps of SQLite beside 300 posts, {many} beside 3,000");
        assert!(*many < few * 2, "{what}: {few} steps, then {many}");
    }
    println!("shown: {few_shown}, then {many_shown}");
    assert!(many_shown < few_shown * 2, "{few_shown}, then {many_shown}");
}
