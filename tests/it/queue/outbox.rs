//! Acknowledgments, from planned to sent.

use super::{
    HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, edited, holding, judged, later, made,
    post, sent, stop, with_complaint,
};
use heard::ack::scene::WhyNot;
use heard::config::Mode;
use heard::inbox::outbox::GRACE_MS;
use heard::inbox::wire::Filter;
use heard::judgement::{Kind, Level, Triage};
use heard::platform::Outcome;
use heard::platform::eligibility::Plan;
use heard::platform::eligibility::rule_named;
use heard::post::{Post, PostKind};

#[test]
fn an_acknowledgment_goes_from_planned_through_sending_to_sent_once() {
    let office = with_complaint();
    assert_eq!(office.ack(1), ("planned".into(), None));
    let jobs = office.begin(&[1]);
    assert_eq!(jobs.len(), 1);
    assert_eq!((jobs[0].seq, jobs[0].reply_to.as_str()), (1, "post:1"));
    assert_eq!(jobs[0].text, office.show(1).ack.unwrap().text);
    assert_eq!(office.ack(1).0, "sending");
    assert_eq!(office.begin(&[1]), [], "only one may send it");
    office.finish(1, sent());
    assert_eq!(office.ack(1), ("sent".into(), None));
    // A second word about it changes nothing.
    office.finish(1, Outcome::Refused { why: "gone".into() });
    assert_eq!(office.ack(1), ("sent".into(), None));
    assert_eq!(office.begin(&[1]), []);
    assert_eq!(office.backlog().acks.get("sent"), Some(&1));
    office.audit();
}

#[test]
fn a_refusal_and_a_doubt_are_final() {
    for (outcome, state, why) in [
        (Outcome::Refused { why: "gone".into() }, "refused", "gone"),
        (
            Outcome::Unknown {
                why: "timeout".into(),
            },
            "unknown",
            "timeout",
        ),
    ] {
        let mut office = with_complaint();
        office.begin(&[1]);
        office.finish(1, outcome);
        assert_eq!(office.ack(1), (state.into(), Some(why.into())));
        office.pass(HOUR_MS);
        assert_eq!(office.ring(), [] as [i64; 0]);
        assert_eq!(office.begin(&[1]), []);
        office.audit();
    }
}

#[test]
fn later_is_tried_again_with_growing_patience_until_it_is_given_up() {
    let mut office = with_complaint();
    let mut waits = Vec::new();
    while office.begin(&[1]).len() == 1 {
        let tried_ms = office.now_ms;
        office.finish(1, later(None));
        if office.ack(1).0 == "refused" {
            break;
        }
        assert_eq!(office.ack(1), ("planned".into(), Some("later".into())));
        let due = loop {
            office.now_ms = office.alarm_ms.get().unwrap();
            let due = office.ring();
            if !due.is_empty() {
                break due;
            }
        };
        assert_eq!(due, [1]);
        waits.push(office.now_ms - tried_ms);
    }
    assert_eq!(waits, [5_000, 10_000, 20_000, 40_000]);
    assert_eq!(office.ack(1), ("refused".into(), Some("later".into())));
    office.audit();
}

#[test]
fn the_platforms_own_wish_is_kept_unless_it_makes_it_stale() {
    let office = with_complaint();
    office.begin(&[1]);
    office.finish(1, later(Some(120)));
    assert_eq!(office.ack(1).0, "planned");
    // The alarm that was set for its grace comes first, and finds nothing due.
    assert_eq!(office.alarm_ms.get(), Some(START_MS + GRACE_MS));
    let office = with_complaint();
    office.begin(&[1]);
    office.finish(1, later(Some(3_601)));
    assert_eq!(office.ack(1), ("refused".into(), Some("later".into())));
}

/// Deletes, stops, edits, agents, the switch and time each take a planned one back.
#[test]
fn a_planned_acknowledgment_is_withdrawn() {
    let why = |change: &dyn Fn(&mut Office)| {
        let mut office = with_complaint();
        change(&mut office);
        assert_eq!(office.begin(&[1]), []);
        office.audit();
        let (state, why) = office.ack(1);
        assert_eq!(state, "withdrawn");
        why.unwrap()
    };
    assert_eq!(
        why(&|office| drop(office.take(vec![deleted("x", "1")]))),
        "deleted"
    );
    assert_eq!(
        why(&|office| drop(office.take(vec![stop("x", "ann")]))),
        "stopped"
    );
    let calmer = |text: &str, triage| {
        let mut calmer = post("1", "ann", START_MS);
        calmer.text = text.into();
        edited("x", calmer, triage)
    };
    assert_eq!(
        why(&|office| drop(office.take(vec![calmer("All fine", judged(Level::Idle))]))),
        "edited"
    );
    // Whoever waits for work claims it before its first word leaves, which is no conversation yet.
    let office = with_complaint();
    claim_one(&office, "a");
    assert_eq!(office.begin(&[1]).len(), 1);
    assert_eq!(
        why(&|office| {
            claim_one(office, "a");
            office.pass(GRACE_MS);
        }),
        "in_exchange"
    );
    assert_eq!(
        why(&|office| office.config.sources[0].mode = Mode::Off),
        "off"
    );
    assert_eq!(
        why(&|office| office.config.sources[0].mode = Mode::DryRun),
        "off"
    );
    assert_eq!(why(&|office| office.config.sources.clear()), "no_source");
    assert_eq!(why(&|office| office.pass(HOUR_MS + 1)), "stale");
    let says = made(
        "x",
        {
            let mut says = post("2", "ann", START_MS);
            says.text = "STOP".into();
            says
        },
        judged(Level::Idle),
    );
    assert_eq!(
        why(&|office| drop(office.take(vec![says.clone()]))),
        "stopped"
    );
}

#[test]
fn an_edit_rewords_what_is_planned_and_not_what_is_sending() {
    let office = with_complaint();
    let before = office.show(1).ack.unwrap().text;
    let reworded = || {
        let mut new = post("1", "ann", START_MS);
        new.text = "There is smoke in my carriage, please help".into();
        edited("x", new, judged(Level::Emergency))
    };
    office.take(vec![reworded()]);
    let after = office.show(1).ack.unwrap();
    assert_eq!(after.state.as_str(), "planned");
    assert_ne!(after.text, before);
    let office = with_complaint();
    office.begin(&[1]);
    office.take(vec![reworded()]);
    let acks = office.show(1).acks;
    assert_eq!(
        (acks[0].state.as_str(), &acks[0].text),
        ("sending", &before)
    );
    office.audit();
}

#[test]
fn an_author_who_edits_a_post_into_stop_is_heard() {
    let office = with_complaint();
    let mut stop = post("1", "ann", START_MS);
    stop.text = "stop".into();
    office.take(vec![edited("x", stop, judged(Level::Idle))]);
    assert_eq!(office.begin(&[1]), []);
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Urgent),
    )]);
    assert_eq!(office.decisions(1)[1], "stopped");
    office.audit();
}

#[test]
fn there_is_one_acknowledgment_for_an_interaction() {
    let office = with_complaint();
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Urgent),
    )]);
    assert_eq!(office.decisions(1), ["planned", "acknowledged"]);
    // One that never left the building makes room for another.
    office.take(vec![deleted("x", "1")]);
    assert_eq!(
        office.take(vec![made(
            "x",
            post("3", "ann", START_MS),
            judged(Level::Urgent)
        )]),
        [1]
    );
    assert_eq!(office.begin(&[1])[0].reply_to, "post:3");
    office.finish(1, Outcome::Refused { why: "gone".into() });
    office.take(vec![made(
        "x",
        post("4", "ann", START_MS),
        judged(Level::Urgent),
    )]);
    assert_eq!(office.decisions(1)[3], "acknowledged");
    office.audit();
}

#[test]
fn an_author_is_left_in_peace_for_the_cooldown() {
    let mut office = with_complaint();
    office.begin(&[1]);
    office.finish(1, sent());
    office
        .resolve(holding(&claim_one(&office, "a")), "solved")
        .unwrap();
    office.pass(24 * HOUR_MS - 1);
    office.take(vec![
        made("x", post("2", "ann", office.now_ms), judged(Level::Urgent)),
        // Another source is another conversation.
        made(
            "x-freight",
            post("3", "ann", office.now_ms),
            judged(Level::Urgent),
        ),
    ]);
    assert_eq!(office.decisions(2), ["cooldown"]);
    assert_eq!(office.decisions(3), ["planned"]);
    office.pass(1);
    assert_eq!(
        office.take(vec![made(
            "x",
            post("4", "ann", office.now_ms),
            judged(Level::Urgent)
        )]),
        [2]
    );
    office.audit();
}

#[test]
fn in_dry_run_everything_is_decided_and_nothing_sent() {
    let mut office = Office::new();
    office.config.sources[0].mode = Mode::DryRun;
    let urgent = |id: &str| made("x", post(id, "ann", START_MS), judged(Level::Urgent));
    assert_eq!(office.take(vec![urgent("1")]), [] as [i64; 0]);
    assert_eq!(office.decisions(1), ["planned"]);
    let ack = office.show(1).ack.unwrap();
    assert_eq!(ack.state.as_str(), "dry_run");
    assert!(!ack.text.is_empty());
    office.take(vec![urgent("2")]);
    assert_eq!(office.decisions(1)[1], "acknowledged");
    assert_eq!(office.begin(&[1]), []);
    office.pass(HOUR_MS);
    assert_eq!(office.ring(), [] as [i64; 0]);
    office.audit();
}

/// Each "no" of the decision, kept with its post.
/// A plain reply under our post: X takes it from Enterprise alone.
#[test]
fn the_plan_decides_whether_a_plain_reply_is_acknowledged() {
    for (plan, acks) in [(Plan::SelfServe, vec![]), (Plan::Enterprise, vec![1])] {
        let mut office = Office::new();
        office.config.sources[0].plan = plan;
        let mut post = post("1", "ann", START_MS);
        post.kind = PostKind::Comment;
        assert_eq!(
            office.take(vec![made("x", post, judged(Level::Urgent))]),
            acks
        );
        office.audit();
    }
}

#[test]
fn every_no_is_recorded_with_its_reason() {
    type Change<'a> = &'a dyn Fn(&mut Office, &mut Post, &mut Triage);
    let cases: &[(WhyNot, Change<'_>)] = &[
        (WhyNot::Off, &|office, _, _| {
            office.config.sources[0].mode = Mode::Off
        }),
        (WhyNot::SaysStop, &|_, post, _| post.text = "Stop!".into()),
        (WhyNot::NotUrgent, &|_, _, triage| {
            triage.level = Level::Routine
        }),
        (WhyNot::Attack, &|_, _, triage| triage.kind = Kind::Attack),
        (WhyNot::Spam, &|_, _, triage| triage.kind = Kind::Spam),
        (WhyNot::NotAPlea, &|_, _, triage| triage.kind = Kind::News),
        (WhyNot::NotAPlea, &|_, _, triage| triage.kind = Kind::Praise),
        (WhyNot::NotAPlea, &|_, _, triage| triage.kind = Kind::Other),
        (
            WhyNot::Rule(rule_named("heard.absent_actor").unwrap()),
            &|_, post, _| post.author = None,
        ),
        // What a filtered stream found: X's own rule speaks, not our word for it.
        (
            WhyNot::Rule(rule_named("x.summoned").unwrap()),
            &|_, post, _| {
                post.kind = PostKind::Topic;
                post.addressed = false;
            },
        ),
        (
            WhyNot::Rule(rule_named("x.engaged").unwrap()),
            &|office, post, _| {
                office.config.sources[0].plan = Plan::Enterprise;
                post.kind = PostKind::Topic;
                post.addressed = false;
            },
        ),
        (WhyNot::Bot, &|_, post, _| {
            post.author.as_mut().unwrap().bot = true
        }),
        (WhyNot::NotAddressed, &|_, post, _| post.addressed = false),
        (WhyNot::NotToUs, &|_, _, triage| triage.to_us = false),
        (WhyNot::Despair, &|_, _, triage| triage.despair = true),
        (WhyNot::Stopped, &|office, _, _| {
            drop(office.take(vec![stop("x", "ann")]))
        }),
        (WhyNot::Acknowledged, &|office, _, _| {
            office.take(vec![made(
                "x",
                post("0", "ann", START_MS),
                judged(Level::Urgent),
            )]);
        }),
        (WhyNot::InExchange, &|office, _, _| {
            office.take(vec![made(
                "x",
                post("0", "ann", START_MS),
                judged(Level::Idle),
            )]);
            claim_one(office, "a");
        }),
        (WhyNot::Cooldown, &|office, _, _| {
            office.take(vec![made(
                "x",
                post("0", "ann", START_MS),
                judged(Level::Urgent),
            )]);
            office.begin(&[1]);
            office.take(vec![deleted("x", "0")]);
        }),
        (WhyNot::Stale, &|_, post, _| post.created_ms -= HOUR_MS + 1),
        (WhyNot::NoCredential, &|office, _, _| {
            office.config.sources[0].credential = None
        }),
        (WhyNot::NoVoice, &|_, _, triage| triage.lang = "xx".into()),
    ];
    for (why, change) in cases {
        let mut office = Office::new();
        let mut post = post("1", "ann", START_MS);
        let mut triage = judged(Level::Urgent);
        change(&mut office, &mut post, &mut triage);
        assert_eq!(
            office.take(vec![made("x", post, triage)]),
            [] as [i64; 0],
            "{why:?}"
        );
        let kept = office.list(Filter {
            post: Some("x:1".into()),
            max: 1,
            ..Filter::default()
        });
        let kept = kept[0].posts.iter().find(|post| post.id.as_str() == "1");
        let kept = kept.unwrap();
        assert_eq!(kept.ack, why.as_str());
        let rule = kept.rule.as_ref().map(|rule| rule.says.as_str());
        let said = match why {
            WhyNot::Rule(rule) => Some(rule.says),
            _ => None,
        };
        assert_eq!(rule, said, "{why:?}");
        office.audit();
    }
    // A platform's rule has its own name.
    let office = Office::new();
    let mut barred = post("1", "ann", START_MS);
    barred.barred = Some("x.reply_restricted".into());
    office.take(vec![made("x", barred, judged(Level::Urgent))]);
    assert_eq!(office.decisions(1), ["x.reply_restricted"]);
}

#[test]
fn an_answer_by_a_person_leaves_no_room_for_a_robots() {
    let mut office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Idle),
    )]);
    let held = claim_one(&office, "a");
    office
        .begin_reply(holding(&held), "k", "Hello", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    office.release(holding(&held), 0).unwrap();
    office.pass(MINUTE_MS);
    office.take(vec![made(
        "x",
        post("2", "ann", office.now_ms),
        judged(Level::Urgent),
    )]);
    assert_eq!(office.decisions(1)[1], "in_exchange");
}

#[test]
fn a_later_that_is_told_twice_does_not_offer_the_next_try_again() {
    let mut office = with_complaint();
    office.begin(&[1]);
    office.finish_try(1, 1, later(Some(1)));
    office.pass(1_000);
    assert_eq!(office.begin(&[1])[0].attempt, 2);
    office.finish_try(1, 1, later(Some(1)));
    assert_eq!(office.ack(1).0, "sending");
    assert_eq!(office.begin(&[1]), []);
    // A report that names no try, as an older Worker's, is believed where it is good news.
    office.finish_try(1, 0, later(Some(1)));
    assert_eq!(office.ack(1).0, "sending");
    office.finish_try(1, 0, sent());
    assert_eq!(office.ack(1).0, "sent");
    office.audit();
}

#[test]
fn one_withdrawn_and_planned_anew_goes_on_counting_its_tries() {
    let mut office = with_complaint();
    office.begin(&[1]);
    office.finish_try(1, 1, later(Some(1)));
    let more = |id, level| made("x", post(id, "ann", START_MS), judged(level));
    office.take(vec![more("2", Level::Idle), deleted("x", "1")]);
    assert_eq!(office.ack(1).0, "withdrawn");
    assert_eq!(office.take(vec![more("3", Level::Urgent)]), [1]);
    office.pass(1_000);
    assert_eq!(office.begin(&[1])[0].attempt, 2);
    // What is told once more of the first try concerns nobody.
    office.finish_try(1, 1, later(Some(1)));
    assert_eq!(office.ack(1).0, "sending");
    office.audit();
}
