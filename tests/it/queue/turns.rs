//! Conversations: turn after turn, whose turn it is, and who holds how much.

use super::{
    HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, holding, judged, made, post, pull, seeing,
    sent, seq, with_complaint,
};
use heard::inbox::state::{State, Stored};
use heard::inbox::wire::{Interaction, Pull, Refused};
use heard::inbox::work::PASSED_MS;
use heard::inbox::work::{Claim, Held, Retake};
use heard::judgement::{Level, Triage};
use heard::post::Lease;

/// Says one more thing.
fn says(office: &Office, id: &str, author: &str, level: Level) {
    office.take(vec![made(
        "x",
        post(id, author, office.now_ms),
        judged(level),
    )]);
}

fn in_language(lang: &str, level: Level) -> Triage {
    Triage {
        lang: lang.into(),
        ..judged(level)
    }
}

/// Answers what is held.
fn answers(office: &Office, held: &Interaction, key: &str) {
    office
        .begin_reply(holding(held), key, "Here is how", None)
        .unwrap();
    office.finish_reply(seq(held), key, sent()).unwrap();
}

fn ids(claimed: &[Interaction]) -> Vec<String> {
    let first = |one: &Interaction| one.posts[0].id.to_string();
    claimed.iter().map(first).collect()
}

/// A claim's interactions, and whether there would be more but for what the agent holds.
fn asks(office: &Office, pull: Pull) -> (usize, bool) {
    let leased = office.ask(Claim { pull }).unwrap();
    (leased.interactions.len(), leased.limited)
}

fn holds(office: &Office, agent: &str) -> Vec<Interaction> {
    let ask = Held {
        agent: agent.into(),
        key: None,
        workgroups: Vec::new(),
    };
    let leased = office.ask(ask).unwrap();
    leased
        .interactions
        .iter()
        .map(|one| serde_json::from_str(one.interaction.text()).unwrap())
        .collect()
}

/// Case q1: work is no failure.
#[test]
fn a_long_conversation_never_dies() {
    let mut office = with_complaint();
    for turn in 0..30 {
        let held = claim_one(&office, "a");
        assert_eq!(held.attempts, 0);
        answers(&office, &held, &turn.to_string());
        office.release(holding(&held), 3_600).unwrap();
        office.pass(MINUTE_MS);
        says(&office, &format!("more-{turn}"), "ann", Level::Routine);
    }
    says(&office, "fire", "ann", Level::Emergency);
    assert_eq!(claim_one(&office, "b").level, Level::Emergency);
    office.audit();
}

/// What goes wrong counts until something goes well: a reply, or a new post.
#[test]
fn a_reply_and_a_new_post_begin_the_attempts_anew() {
    let mut office = with_complaint();
    let lost = |office: &mut Office| {
        let held = claim_one(office, "a");
        office.pass(MINUTE_MS);
        held.attempts
    };
    assert_eq!([lost(&mut office), lost(&mut office)], [0, 1]);
    let held = claim_one(&office, "a");
    assert_eq!(held.attempts, 2);
    office.release(holding(&held), 0).unwrap();
    assert_eq!(
        lost(&mut office),
        2,
        "a release is no failure, and no success"
    );
    says(&office, "2", "ann", Level::Idle);
    assert_eq!(office.show(1).attempts, 0);
    lost(&mut office);
    let held = claim_one(&office, "a");
    answers(&office, &held, "k");
    assert_eq!(office.show(1).attempts, 0);
}

/// Somebody clicks through the queue, with and without delays: nobody else's queue is buried.
#[test]
fn clicking_through_buries_nobody() {
    for delay_s in [0, 604_800] {
        let mut office = Office::new();
        office.config.limits.held_per_agent = 5;
        for id in 0..38 {
            let id = id.to_string();
            says(&office, &id, &id, Level::Routine);
        }
        for _ in 0..400 {
            for held in office.claim(pull("clicker", 1)) {
                office.release(holding(&held), delay_s).unwrap();
            }
            office.pass(25);
        }
        let backlog = office.backlog();
        assert!(
            backlog
                .tallies
                .iter()
                .all(|tally| tally.state == Stored::Open)
        );
        let mut free = 0;
        while let [held] = &office.claim(pull(&format!("agent-{}", free / 5), 1))[..] {
            assert_eq!(held.attempts, 0);
            free += 1;
        }
        assert!(free >= 33, "{free} of 38 with a delay of {delay_s} s");
        office.audit();
    }
}

#[test]
fn what_one_gave_back_is_offered_them_after_everything_else() {
    let mut office = Office::new();
    for id in ["1", "2", "3"] {
        says(&office, id, id, Level::Routine);
        office.pass(1_000);
    }
    let first = claim_one(&office, "a");
    office.release(holding(&first), 0).unwrap();
    assert_eq!(ids(&office.claim(pull("a", 9))), ["2", "3", "1"]);
    // For a colleague it is the first, and after a while it is so for all.
    let mut office = Office::new();
    for id in ["1", "2"] {
        says(&office, id, id, Level::Routine);
        office.pass(1_000);
    }
    for _ in 0..2 {
        let first = claim_one(&office, "b");
        assert_eq!(first.posts[0].id.as_str(), "1");
        office.release(holding(&first), 0).unwrap();
        office.pass(PASSED_MS);
    }
    let first = claim_one(&office, "b");
    office.release(holding(&first), 0).unwrap();
    assert_eq!(ids(&office.claim(pull("c", 1))), ["1"]);
    office.audit();
}

#[test]
fn nobody_clicks_past_an_emergency_or_puts_it_off() {
    let office = Office::new();
    says(&office, "1", "ann", Level::Routine);
    says(&office, "2", "bob", Level::Emergency);
    for _ in 0..3 {
        let held = claim_one(&office, "a");
        assert_eq!(held.level, Level::Emergency);
        office.release(holding(&held), 3_600).unwrap();
    }
}

/// Case q5: whose turn is it?
#[test]
fn what_is_answered_is_not_overdue_and_the_next_question_has_its_own_clock() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    assert_eq!(held.owed_ms, Some(START_MS));
    office.pass(10 * MINUTE_MS);
    answers(&office, &held, "k");
    let released = office.release(holding(&held), 86_400).unwrap();
    assert_eq!(released.owed_ms, None);
    assert_eq!(released.available_ms, office.now_ms + 86_400_000);
    office.pass(10 * HOUR_MS);
    assert_eq!(office.backlog().overdue, 0);
    says(&office, "2", "ann", Level::Routine);
    let asked_ms = office.now_ms;
    let again = office.show(1);
    assert_eq!(again.owed_ms, Some(asked_ms));
    assert_eq!(again.deadline_ms, asked_ms + 4 * HOUR_MS);
    assert_eq!(
        again.level,
        Level::Urgent,
        "what it has been stays to be seen"
    );
    // More questions do not move it.
    office.pass(HOUR_MS);
    says(&office, "3", "ann", Level::Routine);
    assert_eq!(office.show(1).deadline_ms, asked_ms + 4 * HOUR_MS);
    office.pass(3 * HOUR_MS + 1);
    assert_eq!(office.backlog().overdue, 1);
    let shown = office.show(1);
    assert_eq!(shown.replied_ms, Some(START_MS + 10 * MINUTE_MS));
    assert_eq!(shown.answered_ms, shown.replied_ms);
    office.audit();
}

#[test]
fn thanks_for_an_answer_do_not_go_before_a_plea() {
    let mut office = Office::new();
    says(&office, "1", "ann", Level::Emergency);
    let held = claim_one(&office, "a");
    answers(&office, &held, "k");
    office.release(holding(&held), 0).unwrap();
    office.pass(HOUR_MS);
    says(&office, "2", "bob", Level::Urgent);
    says(&office, "thanks", "ann", Level::Idle);
    says(&office, "3", "cem", Level::Routine);
    assert_eq!(ids(&office.claim(pull("b", 9))), ["2", "3", "1"]);
}

/// An answer to what came before is none to what its writer had not seen.
#[test]
fn an_answer_answers_what_its_writer_had_seen() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    says(&office, "2", "ann", Level::Emergency);
    answers(&office, &held, "k");
    let shown = office.show(1);
    assert_eq!(
        (shown.owed_ms, shown.replied_ms),
        (Some(START_MS), Some(START_MS))
    );
    let cursor = office.extend(holding(&held), 60).unwrap().cursor;
    office
        .begin_reply(seeing(&held, cursor), "k2", "We are there", None)
        .unwrap();
    office.finish_reply(1, "k2", sent()).unwrap();
    assert_eq!(office.show(1).owed_ms, None);
}

/// Case q3: a holder who is gone does not hold somebody in danger.
#[test]
fn an_emergency_goes_back_when_its_holder_gives_no_sign_of_life() {
    let mut office = Office::new();
    says(&office, "1", "ann", Level::Idle);
    let long = Pull {
        lease_s: 600,
        ..pull("gone", 1)
    };
    assert_eq!(office.claim(long.clone()).len(), 1);
    says(&office, "2", "ann", Level::Urgent);
    office.pass(MINUTE_MS);
    assert!(
        office.claim(pull("b", 1)).is_empty(),
        "urgent is no emergency"
    );
    says(&office, "3", "ann", Level::Emergency);
    office.pass(MINUTE_MS - 1);
    assert!(office.claim(pull("b", 1)).is_empty());
    office.pass(1);
    assert_eq!(claim_one(&office, "b").posts.len(), 3);

    // One who is there keeps it, whatever they do.
    let mut office = Office::new();
    says(&office, "1", "ann", Level::Idle);
    let held = office.claim(long).remove(0);
    says(&office, "2", "ann", Level::Emergency);
    office.pass(MINUTE_MS - 1);
    office
        .begin_reply(holding(&held), "k", "We are there", None)
        .unwrap();
    assert_eq!(office.show(1).available_ms, office.now_ms + 600_000);
}

#[test]
fn every_call_is_a_sign_of_life() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    office.pass(59_000);
    office
        .begin_reply(holding(&held), "k", "Hello", None)
        .unwrap();
    assert_eq!(office.show(1).available_ms, office.now_ms + 60_000);
}

/// A lease that ran out is still its holder's while nobody took the interaction.
#[test]
fn what_ran_out_can_be_gone_on_with_until_another_takes_it() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    office.pass(HOUR_MS);
    let retake = |office: &Office, agent: &str| {
        office.ask(Retake {
            seq: 1,
            agent: agent.into(),
            lease_s: 60,
        })
    };
    let waiting = Refused::LeaseLost {
        holder: None,
        until_ms: None,
        state: State::Waiting,
    };
    assert_eq!(retake(&office, "b"), Err(waiting));
    let again = retake(&office, "a").unwrap();
    assert_eq!(again.state, State::Leased);
    assert_eq!((&again.lease, again.attempts), (&held.lease, 0));
    assert!(office.claim(pull("b", 1)).is_empty());
    office.pass(HOUR_MS);
    office.extend(holding(&held), 60).unwrap();
    office.pass(HOUR_MS);
    answers(&office, &held, "k");
    office.pass(HOUR_MS);
    claim_one(&office, "b");
    assert!(matches!(
        retake(&office, "a"),
        Err(Refused::LeaseLost { .. })
    ));
    assert!(matches!(
        office.extend(holding(&held), 60),
        Err(Refused::LeaseLost { .. })
    ));
    office.audit();
}

/// Case q10: the answer to a claim is lost.
#[test]
fn the_same_claim_again_gives_the_same_leases() {
    let mut office = Office::new();
    for id in ["1", "2", "3"] {
        says(&office, id, id, Level::Routine);
    }
    let keyed = |key: &str| Pull {
        key: Some(key.into()),
        ..pull("a", 2)
    };
    let leases = |claimed: &[Interaction]| -> Vec<Option<Lease>> {
        claimed.iter().map(|one| one.lease.clone()).collect()
    };
    let lost = office.claim(keyed("k"));
    assert_eq!(lost.len(), 2);
    office.pass(30_000);
    let again = office.claim(keyed("k"));
    assert_eq!(leases(&again), leases(&lost));
    assert_eq!(again[0].available_ms, office.now_ms + 60_000);
    assert_eq!(again[0].attempts, 0);
    // Another key is another claim, and so is another agent's.
    assert_eq!(office.claim(keyed("k2")).len(), 1);
    let others = Pull {
        key: Some("k".into()),
        ..pull("b", 2)
    };
    assert!(office.claim(others).is_empty());
    office.resolve(holding(&again[0]), "solved").unwrap();
    assert_eq!(leases(&office.claim(keyed("k"))), leases(&lost)[1..]);
    assert_eq!(holds(&office, "a").len(), 2);
    assert!(holds(&office, "a").iter().all(|one| one.lease.is_some()));
    assert!(holds(&office, "b").is_empty());
    office.audit();
}

/// Case q25: one agent does not take everything.
#[test]
fn an_agent_holds_so_many_and_one_emergency_more() {
    let mut office = Office::new();
    office.config.limits.held_per_agent = 5;
    for id in 0..60 {
        let id = id.to_string();
        says(&office, &id, &id, Level::Routine);
    }
    assert_eq!(asks(&office, pull("a", 3)), (3, false));
    assert_eq!(asks(&office, pull("a", 20)), (2, true));
    assert_eq!(asks(&office, pull("a", 20)), (0, true));
    assert_eq!(asks(&office, pull("b", 5)), (5, false));
    for id in ["fire", "flood"] {
        says(&office, id, id, Level::Emergency);
    }
    assert_eq!(asks(&office, pull("a", 20)), (1, true));
    assert_eq!(asks(&office, pull("a", 20)), (0, true));
    // What is held elsewhere counts too.
    let elsewhere = Pull {
        held_elsewhere: 4,
        ..pull("c", 3)
    };
    assert_eq!(asks(&office, elsewhere), (1, true));
    // What ran out is not held.
    office.pass(MINUTE_MS);
    assert_eq!(asks(&office, pull("a", 5)), (5, false));
    office.audit();
}

/// Case q20: an interaction is in the language of its newest post that is in any.
#[test]
fn the_language_follows_and_what_has_none_is_for_everybody_last() {
    let office = Office::new();
    for (id, lang) in [("1", "en"), ("2", "de"), ("3", "und")] {
        office.take(vec![made(
            "x",
            post(id, "ann", START_MS),
            in_language(lang, Level::Routine),
        )]);
    }
    assert_eq!(office.show(1).lang, "de");
    for (id, lang, level) in [
        ("4", "und", Level::Routine),
        ("5", "fr", Level::Routine),
        ("6", "de", Level::Idle),
        ("7", "und", Level::Emergency),
    ] {
        office.take(vec![made(
            "x",
            post(id, id, START_MS),
            in_language(lang, level),
        )]);
    }
    let german = Pull {
        languages: vec!["de".into()],
        ..pull("a", 9)
    };
    assert_eq!(ids(&office.claim(german)), ["7", "1", "6", "4"]);
    office.audit();
}
