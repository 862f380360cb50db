//! Customers who help other customers.

use super::{
    HOUR_MS, MINUTE_MS, Office, claim_one, deleted, holding, judged, made, post, pull, sent,
};
use heard::inbox::cohort::{By, FatesAsked, ShowFates};
use heard::inbox::fate::Fate;
use heard::inbox::peer::{Peer, ShowPeers};
use heard::judgement::{Kind, Level, Triage};
use heard::post::{Post, PostId};
use std::collections::BTreeMap;

fn of(kind: Kind, level: Level) -> Triage {
    Triage {
        kind,
        complaint: if kind == Kind::Complaint { 0.9 } else { 0.1 },
        ..judged(level)
    }
}

fn answer(id: &str, author: &str, parent: &str, now_ms: i64) -> Post {
    Post {
        parent: Some(PostId::new(parent)),
        text: "The replacement bus leaves from stop B behind the station".into(),
        ..post(id, author, now_ms)
    }
}

/// One who waits, and what somebody else wrote under it.
fn helped(level: Level, triage: Triage, change: impl FnOnce(&mut Post)) -> Office {
    let mut office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "ann", office.now_ms),
        judged(level),
    )]);
    office.pass(MINUTE_MS);
    let mut said = answer("2", "bob", "1", office.now_ms);
    change(&mut said);
    office.take(vec![made("x", said, triage)]);
    office
}

fn peers(office: &Office) -> Vec<Peer> {
    let ask = ShowPeers {
        from_ms: 0,
        to_ms: office.now_ms + 1,
    };
    office.ask(ask).unwrap()
}

fn fates(office: &Office) -> BTreeMap<Fate, i64> {
    let asked = FatesAsked {
        from_hour: 0,
        to_hour: office.now_ms / HOUR_MS + 1,
        by: By::Source,
    };
    let mut fates = BTreeMap::new();
    for sum in office.ask(ShowFates { asked, gaps: false }).unwrap().sums {
        *fates.entry(sum.fate).or_default() += sum.n;
    }
    fates
}

#[test]
fn an_answer_by_another_customer_is_shown_and_ranks_the_matter_later() {
    let office = helped(Level::Routine, of(Kind::Other, Level::Idle), |_| {});
    let shown = office.show(1);
    let told = shown.peer_answered.unwrap();
    assert_eq!((told.at_ms, told.thanked_ms), (office.now_ms, None));
    assert_eq!(shown.rank, shown.deadline_ms + HOUR_MS - 40_000);
    assert!(
        shown.owed_ms.is_some() && shown.ended_ms.is_none(),
        "open still"
    );
    let [peer] = &peers(&office)[..] else {
        panic!()
    };
    assert_eq!(
        (peer.author.as_str(), peer.answers, peer.thanked),
        ("bob", 1, 0)
    );
    assert_eq!(peer.last_post.as_str(), "2");
    assert!(peer.known.is_some());
    // It is offered all the same.
    assert_eq!(office.claim(pull("a", 9)).len(), 2);
    office.audit();
}

#[test]
fn what_is_no_answer_counts_for_nothing() {
    let other = || of(Kind::Other, Level::Idle);
    for office in [
        helped(Level::Routine, of(Kind::Complaint, Level::Idle), |_| {}),
        helped(Level::Routine, of(Kind::Attack, Level::Idle), |_| {}),
        helped(Level::Routine, of(Kind::Question, Level::Idle), |_| {}),
        helped(
            Level::Routine,
            Triage {
                abuse: 0.8,
                ..other()
            },
            |_| {},
        ),
        helped(Level::Routine, other(), |post| post.text = "Me too!".into()),
        // Under nothing of ours, by its own author, by one of us, by a program.
        helped(Level::Routine, other(), |post| {
            post.parent = Some(PostId::new("9"))
        }),
        helped(Level::Routine, other(), |post| post.parent = None),
        helped(Level::Routine, other(), |post| {
            post.author.as_mut().unwrap().staff = true
        }),
        helped(Level::Routine, other(), |post| {
            post.author.as_mut().unwrap().bot = true
        }),
        helped(Level::Routine, other(), |post| {
            post.author = Some(heard::post::Author::of("ann"))
        }),
    ] {
        assert_eq!(office.show(1).peer_answered, None);
        assert_eq!(peers(&office), []);
    }
    // An emergency never waits for it.
    let office = helped(Level::Emergency, other(), |_| {});
    let shown = office.show(1);
    assert!(shown.peer_answered.is_some() && shown.rank < 0);
}

#[test]
fn it_is_a_fate_only_where_nobody_of_ours_answered_and_it_helped() {
    let other = || of(Kind::Other, Level::Idle);
    // Its author thanks.
    let mut office = helped(Level::Routine, other(), |_| {});
    assert_eq!(fates(&office)[&Fate::Open], 2);
    office.pass(MINUTE_MS);
    office.take(vec![made(
        "x",
        post("3", "ann", office.now_ms),
        of(Kind::Praise, Level::Idle),
    )]);
    assert!(office.show(1).peer_answered.unwrap().thanked_ms.is_some());
    assert_eq!(fates(&office).get(&Fate::PeerHelped), Some(&1));
    assert_eq!(peers(&office)[0].thanked, 1);
    // Then one of ours answers after all.
    let held = claim_one(&office, "a");
    let held = super::seeing(&held, office.show(super::seq(&held)).cursor);
    office
        .begin_reply(held.clone(), "k", "Here we are", None)
        .unwrap();
    office.finish_reply(held.seq, "k", sent()).unwrap();
    if held.seq == 1 {
        assert_eq!(fates(&office).get(&Fate::PeerHelped), None);
    }

    // The matter ends.
    let office = helped(Level::Routine, other(), |_| {});
    for held in office.claim(pull("a", 9)) {
        office.resolve(holding(&held), "solved").unwrap();
    }
    assert_eq!(fates(&office).get(&Fate::PeerHelped), Some(&1));

    // Its author goes on: nobody helped, and it stands where it stood.
    let mut office = helped(Level::Routine, other(), |_| {});
    office.pass(MINUTE_MS);
    office.take(vec![made(
        "x",
        post("3", "ann", office.now_ms),
        of(Kind::Complaint, Level::Routine),
    )]);
    let shown = office.show(1);
    assert_eq!(shown.peer_answered, None);
    assert_eq!(shown.rank, shown.deadline_ms - 40_000);

    // The answer is taken back.
    let office = helped(Level::Routine, other(), |_| {});
    office.take(vec![deleted("x", "2")]);
    assert_eq!(office.show(1).peer_answered, None);
    assert_eq!(peers(&office), []);
    office.audit();
}
