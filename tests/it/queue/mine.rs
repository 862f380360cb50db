//! An agent's own work: one that they name, handing on, putting off, opening again, notes and tags, what a reply is
//! checked for, and what people say was judged wrongly.

use super::{
    DAY_MS, HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, edited, holding, judged,
    made, post, pull, seeing, sent, seq, with_complaint,
};
use heard::inbox::correct::{self, Asked, Correct, ShowCorrections, merged, note_model};
use heard::inbox::corrected::{Corrected, Nothing, OrNone, Right};
use heard::inbox::kept::{Snooze, Transfer};
use heard::inbox::marks::{AddNote, MOST_NOTES, MOST_TAGS, Tag, tidy};
use heard::inbox::pick::{ClaimOne, Reopen};
use heard::inbox::question::By;
use heard::inbox::reply::CheckReply;
use heard::inbox::serve::serve;
use heard::inbox::state::State;
use heard::inbox::wire::{Interaction, Pull, Refused, ReplyStep};
use heard::inbox::work::{Held, Leased};
use heard::judgement::{Danger, Kind, Level, Situation};
use heard::lab::labelled::Labelled;
use heard::post::{PostId, PostKind, Workgroup};
use heard::scope::Scope;
use heard::sql::Sql as _;
use heard::voice::people::{Fault, Reaction};

/// An office with so many routine posts on X, oldest first: interactions 1, 2, ...
fn with_routine(n: usize) -> Office {
    let mut office = Office::new();
    for at in 1..=n {
        let id = at.to_string();
        let author = format!("author-{at}");
        office.take(vec![made(
            "x",
            post(&id, &author, office.now_ms),
            judged(Level::Routine),
        )]);
        office.pass(MINUTE_MS);
    }
    office
}

fn pick(office: &Office, seq: i64, pull: Pull) -> Result<Leased, Refused> {
    office.ask(ClaimOne { seq, pull })
}

fn picked(leased: &Leased) -> Vec<Interaction> {
    let read =
        |one: &heard::inbox::wire::Claimed| serde_json::from_str(one.interaction.text()).unwrap();
    leased.interactions.iter().map(read).collect()
}

fn transfer(
    office: &Office,
    held: &Interaction,
    agent: Option<&str>,
    workgroup: Option<&str>,
) -> Result<Interaction, Refused> {
    office.ask(Transfer {
        holding: holding(held),
        agent: agent.map(str::to_string),
        workgroup: workgroup.map(Workgroup::new),
        note: "She has called twice, please be quick".into(),
        serves: vec![Workgroup::new("trains")],
    })
}

fn snooze(office: &Office, held: &Interaction, until_ms: i64) -> Interaction {
    let ask = Snooze {
        holding: holding(held),
        until_ms,
        reason: Some("waits for the garage".into()),
    };
    office.ask(ask).unwrap()
}

/// Which an agent is offered, in their order; nothing is taken.
fn offered(office: &Office, agent: &str) -> Vec<i64> {
    let claimed = office.claim(pull(agent, 9));
    let seqs: Vec<i64> = claimed.iter().map(seq).collect();
    for one in &claimed {
        office
            .ask(heard::inbox::work::GiveBack {
                holdings: vec![holding(one)],
            })
            .unwrap();
    }
    seqs
}

#[test]
fn an_agent_claims_the_one_they_name_whatever_its_rank() {
    let office = with_routine(3);
    let leased = pick(&office, 3, pull("a", 1)).unwrap();
    let one = picked(&leased).remove(0);
    assert_eq!((seq(&one), one.holder.as_deref()), (3, Some("a")));
    assert_eq!((leased.open, leased.limited), (3, false));
    // The same call again is theirs still, with the same lease.
    let again = picked(&pick(&office, 3, pull("a", 1)).unwrap()).remove(0);
    assert_eq!(again.lease, one.lease);
    match pick(&office, 3, pull("b", 1)).unwrap_err() {
        Refused::LeaseLost { holder, state, .. } => {
            assert_eq!((holder.as_deref(), state), (Some("a"), State::Leased));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        pick(&office, 9, pull("b", 1)).unwrap_err(),
        Refused::NotFound
    );
    let freight = Pull {
        workgroups: vec![Workgroup::new("freight")],
        ..pull("b", 1)
    };
    assert!(matches!(
        pick(&office, 2, freight).unwrap_err(),
        Refused::NotYours { .. }
    ));
    office.resolve(holding(&one), "solved").unwrap();
    assert!(matches!(
        pick(&office, 3, pull("a", 1)).unwrap_err(),
        Refused::LeaseLost {
            state: State::Done,
            ..
        }
    ));
    office.audit();
}

#[test]
fn who_holds_as_many_as_they_may_gets_by_name_an_emergency_only() {
    let mut office = with_routine(3);
    office.config.limits.held_per_agent = 1;
    office.take(vec![made(
        "x",
        post("e", "eve", office.now_ms),
        judged(Level::Emergency),
    )]);
    pick(&office, 1, pull("a", 1)).unwrap();
    let more = pick(&office, 2, pull("a", 1)).unwrap();
    assert_eq!((more.interactions.len(), more.limited), (0, true));
    let emergency = pick(&office, 4, pull("a", 1)).unwrap();
    assert_eq!(emergency.interactions.len(), 1);
    // What they hold in other shards counts.
    let elsewhere = Pull {
        held_elsewhere: 1,
        ..pull("b", 1)
    };
    assert!(pick(&office, 3, elsewhere).unwrap().limited);
    office.audit();
}

#[test]
fn what_is_handed_to_an_agent_comes_before_their_other_work_and_after_emergencies() {
    let office = with_routine(3);
    let one = picked(&pick(&office, 3, pull("a", 1)).unwrap()).remove(0);
    let after = transfer(&office, &one, Some("b"), None).unwrap();
    assert_eq!(
        (after.state, after.assigned.as_deref(), after.holder),
        (State::Waiting, Some("b"), None)
    );
    // Nobody else is offered it, by rank or by name.
    assert_eq!(offered(&office, "c"), [1, 2]);
    match pick(&office, 3, pull("c", 1)).unwrap_err() {
        Refused::KeptFor { agent, until_ms } => {
            assert_eq!(
                (agent.as_str(), until_ms),
                ("b", office.now_ms + 5 * MINUTE_MS)
            );
        }
        other => panic!("{other:?}"),
    }
    office.take(vec![made(
        "x",
        post("e", "eve", office.now_ms),
        judged(Level::Emergency),
    )]);
    let filtered = Pull {
        languages: vec!["ja".into()],
        ..pull("b", 9)
    };
    let claimed = office.claim(filtered);
    assert_eq!(claimed.iter().map(seq).collect::<Vec<_>>(), [3]);
    let notes = &claimed[0].notes;
    assert_eq!(
        (notes.len(), notes[0].who.as_str(), notes[0].text.as_str()),
        (1, "a", "She has called twice, please be quick")
    );
    assert_eq!(claimed[0].history.last().unwrap().did, "claimed");
    let again = transfer(&office, &claimed[0], Some("b"), None).unwrap();
    assert_eq!(again.assigned.as_deref(), Some("b"));
    assert_eq!(offered(&office, "b"), [4, 3, 1, 2]);
    office.audit();
}

#[test]
fn what_is_not_taken_in_five_minutes_is_the_groups_again() {
    let mut office = with_routine(2);
    let one = picked(&pick(&office, 2, pull("a", 1)).unwrap()).remove(0);
    transfer(&office, &one, Some("b"), None).unwrap();
    office.pass(5 * MINUTE_MS - 1);
    assert_eq!(offered(&office, "c"), [1]);
    assert_eq!(offered(&office, "b"), [2, 1]);
    let one = picked(&pick(&office, 2, pull("b", 1)).unwrap()).remove(0);
    transfer(&office, &one, Some("b"), None).unwrap();
    office.pass(5 * MINUTE_MS);
    assert_eq!(offered(&office, "c"), [1, 2]);
    // And for the one who did not take it, it has its rank.
    assert_eq!(offered(&office, "b"), [1, 2]);
    office.audit();
}

#[test]
fn an_emergency_is_kept_for_an_agent_a_minute() {
    let mut office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "eve", START_MS),
        judged(Level::Emergency),
    )]);
    let one = claim_one(&office, "a");
    transfer(&office, &one, Some("b"), None).unwrap();
    assert_eq!(offered(&office, "c"), [0; 0]);
    office.pass(MINUTE_MS);
    assert_eq!(offered(&office, "c"), [1]);
}

#[test]
fn work_is_handed_to_a_workgroup_and_to_nobody_who_does_not_serve_it() {
    let office = with_routine(1);
    let one = claim_one(&office, "a");
    assert!(matches!(
        transfer(&office, &one, Some("b"), Some("freight")).unwrap_err(),
        Refused::NotServed { .. }
    ));
    // The refusal undid nothing.
    assert_eq!(office.show(1).state, State::Leased);
    let after = transfer(&office, &one, None, Some("freight")).unwrap();
    assert_eq!(
        (after.workgroup.as_str(), after.assigned),
        ("freight", None)
    );
    assert_eq!(offered(&office, "b"), [0; 0]);
    let freight = Pull {
        workgroups: vec![Workgroup::new("freight")],
        ..pull("f", 1)
    };
    assert_eq!(office.claim(freight).len(), 1);
    let told = office.show(1).history;
    let handed = told.iter().find(|deed| deed.did == "transferred").unwrap();
    assert_eq!(handed.detail.as_deref(), Some("freight"));
    // Who holds it no more can't hand it on.
    assert!(matches!(
        transfer(&office, &one, None, Some("trains")).unwrap_err(),
        Refused::LeaseLost { .. }
    ));
    office.audit();
}

/// What is answered waits as long as its holder says, and is theirs first when it comes back.
#[test]
fn what_is_put_off_comes_back_to_who_put_it_off() {
    let mut office = with_routine(2);
    let one = picked(&pick(&office, 2, pull("a", 1)).unwrap()).remove(0);
    office
        .begin_reply(holding(&one), "k", "We are on it.", None)
        .unwrap();
    office.finish_reply(2, "k", sent()).unwrap();
    let back_ms = office.now_ms + 3 * HOUR_MS;
    let after = snooze(&office, &one, back_ms);
    assert_eq!((after.available_ms, after.state), (back_ms, State::Waiting));
    assert_eq!(offered(&office, "a"), [1]);
    office.pass(3 * HOUR_MS);
    assert_eq!(offered(&office, "b"), [1]);
    assert_eq!(offered(&office, "a"), [2, 1]);
    office.pass(5 * MINUTE_MS);
    assert_eq!(offered(&office, "b"), [1, 2]);
    office.audit();
}

#[test]
fn what_is_owed_comes_back_before_its_deadline_and_an_emergency_at_once() {
    let mut office = with_routine(1);
    let one = claim_one(&office, "a");
    let after = snooze(&office, &one, office.now_ms + 20 * DAY_MS);
    // Early enough that others may still have it in time, should whoever put it off be gone.
    assert_eq!(after.available_ms, after.deadline_ms - 5 * MINUTE_MS);
    // As what is given back unanswered it counts among what they hold.
    office.config.limits.held_per_agent = 1;
    office.take(vec![made(
        "x",
        post("2", "bob", office.now_ms),
        judged(Level::Routine),
    )]);
    assert_eq!(office.claim(pull("a", 1)).len(), 0);
    office.config.limits.held_per_agent = 9;
    office.take(vec![made(
        "x",
        post("3", "eve", office.now_ms),
        judged(Level::Emergency),
    )]);
    let emergency = claim_one(&office, "a");
    assert_eq!(seq(&emergency), 3);
    let after = snooze(&office, &emergency, office.now_ms + HOUR_MS);
    assert_eq!(after.available_ms, office.now_ms);
    office.audit();
}

#[test]
fn a_word_of_its_author_ends_a_delay_and_who_put_it_off_has_five_minutes() {
    let mut office = with_routine(1);
    let one = claim_one(&office, "a");
    office
        .begin_reply(holding(&one), "k", "We are on it.", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    snooze(&office, &one, office.now_ms + 10 * DAY_MS);
    office.pass(DAY_MS);
    office.take(vec![made(
        "x",
        post("9", "author-1", office.now_ms),
        judged(Level::Routine),
    )]);
    assert_eq!(offered(&office, "b"), [0; 0]);
    assert_eq!(offered(&office, "a"), [1]);
    let one = claim_one(&office, "a");
    let told = snooze(&office, &one, office.now_ms + HOUR_MS);
    assert!(told.available_ms > office.now_ms);
    office.take(vec![made(
        "x",
        post("10", "author-1", office.now_ms),
        judged(Level::Urgent),
    )]);
    office.pass(5 * MINUTE_MS);
    assert_eq!(offered(&office, "b"), [1]);
    office.audit();
}

#[test]
fn an_agent_sees_what_they_hold_its_time_its_news_and_what_is_kept_for_them() {
    let mut office = with_routine(3);
    let one = claim_one(&office, "a");
    let handed = picked(&pick(&office, 2, pull("b", 1)).unwrap()).remove(0);
    transfer(&office, &handed, Some("a"), None).unwrap();
    office.pass(10_000);
    office.take(vec![made(
        "x",
        post("9", "author-1", office.now_ms),
        judged(Level::Routine),
    )]);
    let ask = || Held {
        agent: "a".into(),
        key: None,
        workgroups: vec![Workgroup::new("trains")],
    };
    let mine = office.ask(ask()).unwrap();
    let held = picked(&mine).remove(0);
    assert_eq!((held.left_ms, held.seen), (Some(50_000), Some(1)));
    let news: Vec<&str> = held.news.iter().map(|post| post.id.as_str()).collect();
    assert_eq!((news, held.cursor), (vec!["9"], 2));
    let kept: Vec<_> = mine.kept.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(kept, [office.show(2).id.as_str()]);
    assert_eq!(
        mine.kept[0].until_ms,
        office.now_ms - 10_000 + 5 * MINUTE_MS
    );
    // Once read it is no news, and what ran out has no time left.
    office.extend(seeing(&one, 2), 30).unwrap();
    office.pass(10 * MINUTE_MS);
    let mine = office.ask(ask()).unwrap();
    let held = picked(&mine).remove(0);
    assert_eq!(
        (held.left_ms, held.seen, held.news.len()),
        (Some(0), Some(2), 0)
    );
    assert_eq!(mine.kept, []);
}

fn reopen(office: &Office, seq: i64) -> Result<Interaction, Refused> {
    let (by, reason) = ("b".into(), "the bag was not hers".into());
    office.ask(Reopen { seq, by, reason })
}

#[test]
fn what_ended_unanswered_opens_as_urgent_as_it_was() {
    let mut office = Office::new();
    office.take(vec![made(
        "x",
        post("1", "eve", START_MS),
        judged(Level::Emergency),
    )]);
    let one = claim_one(&office, "a");
    office
        .resolve(holding(&one), "by a slip of the mouse")
        .unwrap();
    office.audit();
    office.pass(1_000);
    let open = reopen(&office, 1).unwrap();
    assert_eq!(
        (
            open.state,
            open.level,
            open.owed_ms,
            open.rank,
            open.ended_ms
        ),
        (
            State::Waiting,
            Level::Emergency,
            Some(START_MS),
            one.rank,
            None
        )
    );
    assert_eq!(open.outcome, None);
    let last = open.history.last().unwrap();
    assert_eq!(
        (last.did.as_str(), last.who.as_str(), last.detail.as_deref()),
        ("reopened", "b", Some("the bag was not hers"))
    );
    // The same call again is content.
    assert_eq!(reopen(&office, 1).unwrap().state, State::Waiting);
    assert_eq!(offered(&office, "c"), [1]);
    office.audit();
}

#[test]
fn what_was_answered_opens_as_routine() {
    let mut office = with_complaint();
    let one = claim_one(&office, "a");
    office
        .begin_reply(holding(&one), "k", "We are on it.", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    office.resolve(holding(&one), "solved").unwrap();
    office.pass(DAY_MS);
    let open = reopen(&office, 1).unwrap();
    assert_eq!(open.owed_ms, Some(office.now_ms));
    assert_eq!(open.deadline_ms, office.now_ms + 4 * HOUR_MS);
    office.audit();
}

#[test]
fn one_does_not_open_beside_another_of_its_author_nor_without_a_post() {
    let office = with_complaint();
    let one = claim_one(&office, "a");
    office.resolve(holding(&one), "solved").unwrap();
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Routine),
    )]);
    let id = office.show(2).id;
    assert_eq!(reopen(&office, 1).unwrap_err(), Refused::OpenAlready { id });
    let two = claim_one(&office, "a");
    office.resolve(holding(&two), "solved").unwrap();
    office.take(vec![deleted("x", "1")]);
    assert_eq!(reopen(&office, 1).unwrap_err(), Refused::Withdrawn);
    assert_eq!(reopen(&office, 2).unwrap().state, State::Waiting);
    office.audit();
}

fn tag(office: &Office, seq: i64, add: &[&str], remove: &[&str]) -> Result<Interaction, Refused> {
    let all = |tags: &[&str]| tags.iter().map(|tag| tag.to_string()).collect();
    office.ask(Tag {
        seq,
        add: all(add),
        remove: all(remove),
    })
}

#[test]
fn tags_are_few_and_once_each() {
    let office = with_routine(1);
    let tagged = tag(&office, 1, &["refund", "vip", "refund"], &[]).unwrap();
    assert_eq!(tagged.tags, ["refund", "vip"]);
    let tagged = tag(&office, 1, &["bus"], &["vip", "none"]).unwrap();
    assert_eq!(tagged.tags, ["bus", "refund"]);
    assert_eq!(claim_one(&office, "a").tags, ["bus", "refund"]);
    let many: Vec<String> = (0..MOST_TAGS).map(|n| format!("t{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(
        tag(&office, 1, &many, &[]).unwrap_err(),
        Refused::Full { .. }
    ));
    assert_eq!(office.show(1).tags, ["bus", "refund"]);
    let found = office.sql.run(
        "-- by_tag\nSELECT interaction FROM tag WHERE tag = ?1 ORDER BY interaction DESC",
        vec!["refund".into()],
    );
    assert_eq!(found.unwrap()[0].int(0), Ok(1));
    assert_eq!(tidy(" #Lost Bag "), Some("lost bag".into()));
    for bad in ["", "#", "a,b", "a\nb", &"x".repeat(41)] {
        assert_eq!(tidy(bad), None, "{bad:?}");
    }
}

#[test]
fn notes_are_read_by_whoever_goes_on_and_are_bounded() {
    let office = with_routine(1);
    let write = |text: &str| {
        office.ask(AddNote {
            seq: 1,
            by: "a".into(),
            text: text.into(),
        })
    };
    write("first").unwrap();
    let notes = write("second").unwrap().notes;
    let told: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(told, ["first", "second"]);
    for n in 2..MOST_NOTES {
        write(&n.to_string()).unwrap();
    }
    assert!(matches!(
        write("one more").unwrap_err(),
        Refused::Full { .. }
    ));
    // Work is handed on all the same.
    let one = claim_one(&office, "a");
    let last = transfer(&office, &one, Some("b"), None);
    assert!(last.is_ok());
    assert_eq!(office.show(1).notes.len(), 101);
}

fn right() -> Right {
    Right {
        level: Some(Level::Emergency),
        danger: Some(OrNone::One(Danger::Fire)),
        situation: Some(OrNone::None(Nothing::None)),
        acknowledge: Some(false),
        ..Right::default()
    }
}

fn correct(office: &Office, by: &str, post: Option<&str>, right: Right) -> Corrected {
    let asked = Correct {
        seq: 1,
        post: post.map(PostId::new),
        by: by.into(),
        right,
    };
    office.ask(asked).unwrap()
}

fn corrections(office: &Office, scope: Scope, asked: Asked) -> Vec<Corrected> {
    office
        .ask_by(By::seeing(scope), ShowCorrections { asked })
        .unwrap()
}

fn all() -> Asked {
    Asked {
        max: 100,
        ..Asked::default()
    }
}

#[test]
fn a_correction_is_kept_with_the_judgement_and_the_model_that_made_it() {
    let mut office = Office::new();
    office
        .sql
        .run("-- old\nINSERT INTO judge VALUES (0, 'old')", vec![])
        .unwrap();
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Urgent),
    )]);
    office.pass(1_000);
    office.at_desk(note_model).unwrap();
    office.at_desk(note_model).unwrap();
    office.take(vec![made(
        "x",
        post("2", "ann", office.now_ms),
        judged(Level::Idle),
    )]);
    let first = correct(&office, "a", Some("1"), right());
    assert_eq!(
        (first.model.as_str(), first.judged.level, first.judged.kind),
        ("old", Level::Urgent, Kind::Complaint)
    );
    assert_eq!(first.judged.ack, "planned");
    // The newest where none is named; by the model that the build carries.
    office.pass(1);
    let second = correct(&office, "a", None, right());
    assert_eq!(second.post, "x:2");
    let version = heard::triage::model::version();
    assert_eq!(second.model, version);
    assert!(version.starts_with("20"), "{version}");
    let rows = office.sql.run("-- judges\nSELECT 1 FROM judge", vec![]);
    assert_eq!(rows.unwrap().len(), 2);
    // Neither the queue nor the judgement changed.
    let shown = office.show(1);
    assert_eq!(shown.level, Level::Urgent);
    assert_eq!(shown.corrections, [first.clone(), second.clone()]);
    assert_eq!(shown.history.last().unwrap().did, "corrected");
    // The same person again takes the first one's place; another does not.
    office.pass(1_000);
    let kind = Right {
        kind: Some(Kind::Question),
        ..Right::default()
    };
    correct(&office, "a", Some("1"), kind);
    correct(&office, "b", Some("1"), right());
    let found = corrections(&office, Scope::whole(), all());
    assert_eq!(found.len(), 3);
    assert!(found.is_sorted_by_key(|one| -one.at_ms));
    let of_old = Asked {
        model: Some("old".into()),
        ..all()
    };
    assert_eq!(corrections(&office, Scope::whole(), of_old).len(), 2);
    let since = Asked {
        since_ms: office.now_ms,
        ..all()
    };
    assert_eq!(corrections(&office, Scope::whole(), since).len(), 2);
    // Pages end where they say, and the next begins there.
    let (page, next) = merged(found.clone(), 2);
    let rest = Asked {
        before: next,
        ..all()
    };
    let rest = corrections(&office, Scope::whole(), rest);
    assert_eq!([page, rest].concat(), found);
    let other = Scope {
        all: false,
        agent: "f".into(),
        workgroups: vec![Workgroup::new("freight")],
    };
    assert_eq!(corrections(&office, other, all()).len(), 0);
}

#[test]
fn corrections_are_labelled_posts_for_the_laboratory() {
    let office = with_complaint();
    let asked = Right {
        kind: Some(Kind::Question),
        situation: Some(OrNone::One(Situation::Stuck)),
        ..right()
    };
    correct(&office, "a", None, asked);
    let lines = correct::lines(&corrections(&office, Scope::whole(), all()));
    assert_eq!(lines.lines().count(), 1);
    let read: Labelled = serde_json::from_str(lines.trim()).unwrap();
    assert_eq!(read.text, "My train is stuck and nobody tells us anything");
    assert_eq!(
        (
            read.kind,
            read.level,
            read.acknowledge,
            read.lang.as_deref()
        ),
        (Some(Kind::Question), Some(3), Some(false), Some("en"))
    );
    let is_stuck = heard::lab::labelled::Or::One(Situation::Stuck);
    assert_eq!(read.situation, Some(is_stuck));
    assert_eq!(
        read.danger,
        Some(heard::lab::labelled::Or::One(Danger::Fire))
    );
    assert_eq!(read.tags, ["corrected"]);
    // What nobody corrected is said by nobody; none is a word.
    let only = Right {
        danger: Some(OrNone::None(Nothing::None)),
        ..Right::default()
    };
    correct(&office, "a", None, only);
    let lines = correct::lines(&corrections(&office, Scope::whole(), all()));
    let read: Labelled = serde_json::from_str(lines.trim()).unwrap();
    assert_eq!(
        (read.kind, read.level, read.acknowledge),
        (None, None, None)
    );
    let none = heard::lab::labelled::Or::None(heard::lab::labelled::Nothing::None);
    assert_eq!(read.danger, Some(none));
    // A file of them is read whole.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("corrections.jsonl");
    std::fs::write(&file, &lines).unwrap();
    assert_eq!(heard::lab::labelled::read(&file).unwrap().len(), 1);
}

#[test]
fn a_correction_of_words_that_changed_is_no_label_and_goes_with_its_post() {
    let office = with_complaint();
    correct(&office, "a", None, right());
    let mut new = post("1", "ann", START_MS);
    new.text = "All is well".into();
    office.take(vec![edited("x", new, judged(Level::Idle))]);
    let found = corrections(&office, Scope::whole(), all());
    assert_eq!((found.len(), found[0].text.as_deref()), (1, None));
    assert_eq!(correct::lines(&found), "");
    office.take(vec![deleted("x", "1")]);
    assert_eq!(corrections(&office, Scope::whole(), all()).len(), 0);
    let asked = Correct {
        seq: 1,
        post: None,
        by: "a".into(),
        right: right(),
    };
    assert_eq!(office.ask(asked).unwrap_err(), Refused::Withdrawn);
}

/// How many rows a table has.
fn rows(office: &Office, sql: &'static str) -> usize {
    office.sql.run(sql, vec![]).unwrap().len()
}

#[test]
fn what_was_written_down_goes_with_its_interaction() {
    let mut office = with_complaint();
    let (ours, theirs) = ("quotes: my train is stuck and nobody tells", "she is kind");
    let texts = [
        "My train is stuck and nobody tells us anything, she says",
        theirs,
        ours,
    ];
    for text in texts {
        office
            .ask(AddNote {
                seq: 1,
                by: "a".into(),
                text: text.into(),
            })
            .unwrap();
    }
    tag(&office, 1, &["refund"], &[]).unwrap();
    correct(&office, "a", None, right());
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Routine),
    )]);
    office.take(vec![deleted("x", "1")]);
    let shown = office.show(1);
    let notes: Vec<&str> = shown.notes.iter().map(|note| note.text.as_str()).collect();
    // The words of the deleted post are gone, what does not repeat them stands.
    assert_eq!((notes, shown.tags.len()), (vec!["", theirs, ours], 1));
    office.take(vec![deleted("x", "2")]);
    let shown = office.show(1);
    assert!(shown.notes.iter().all(|note| note.text.is_empty()));
    assert_eq!(shown.tags, [""; 0]);

    let office_two = with_complaint();
    office = office_two;
    tag(&office, 1, &["refund"], &[]).unwrap();
    correct(&office, "a", None, right());
    office
        .ask(AddNote {
            seq: 1,
            by: "a".into(),
            text: "n".into(),
        })
        .unwrap();
    let one = claim_one(&office, "a");
    office.resolve(holding(&one), "solved").unwrap();
    office.pass(91 * DAY_MS);
    office.ring();
    for sql in [
        "-- t\nSELECT 1 FROM tag",
        "-- r\nSELECT 1 FROM remark",
        "-- c\nSELECT 1 FROM correction",
    ] {
        assert_eq!(rows(&office, sql), 0, "{sql}");
    }
    office.audit();
}

fn check(office: &Office, held: &Interaction, text: &str) -> heard::inbox::reply::Checked {
    let ask = CheckReply {
        survey: None,
        link: None,
        holding: holding(held),
        text: text.into(),
        post: None,
    };
    office.ask(ask).unwrap()
}

#[test]
fn a_reply_is_checked_before_it_goes_and_held_where_the_brand_says_so() {
    let mut office = with_complaint();
    let one = claim_one(&office, "a");
    let asks = "What is your booking number?";
    let checked = check(&office, &one, asks);
    assert_eq!((checked.goes, checked.warnings.len()), (true, 1));
    assert_eq!(
        (checked.warnings[0].rule.as_str(), checked.warnings[0].held),
        ("private_data", false)
    );
    let length = (
        checked.length.is,
        checked.length.max,
        checked.length.unit.as_str(),
    );
    assert_eq!(length, (28, 280, "weighted characters"));
    assert!(!check(&office, &one, &"x".repeat(281)).goes);
    assert_eq!(check(&office, &one, "We are on it.").warnings, []);
    // Nothing was sent or written down by that.
    assert_eq!(office.show(1).replies, []);
    // It goes, and says what it was warned of.
    match office.begin_reply(holding(&one), "k", asks, None).unwrap() {
        ReplyStep::Send(job) => assert_eq!(job.warnings, checked.warnings),
        other => panic!("{other:?}"),
    }
    office.finish_reply(1, "k", sent()).unwrap();
    let reactions = &mut office.config.replies.reactions;
    reactions.set(Fault::PrivateData, Reaction::Hold);
    match office
        .begin_reply(holding(&one), "k2", asks, None)
        .unwrap_err()
    {
        Refused::HeldBack { findings } => assert!(findings[0].held),
        other => panic!("{other:?}"),
    }
    assert!(!check(&office, &one, asks).goes);
    // A held one is as if never asked for: the same key is good for better words.
    let better = office.begin_reply(holding(&one), "k2", "We are on it.", None);
    assert!(matches!(better, Ok(ReplyStep::Send(_))));
    // What is left of a canned answer never goes.
    let slot = office.begin_reply(holding(&one), "k3", "Yours, {name}", None);
    assert!(matches!(slot, Err(Refused::HeldBack { .. })));
    // Only its holder may ask.
    let not_theirs = CheckReply {
        survey: None,
        link: None,
        holding: heard::inbox::wire::Holding {
            agent: "b".into(),
            ..holding(&one)
        },
        text: asks.into(),
        post: None,
    };
    assert!(matches!(
        office.ask(not_theirs).unwrap_err(),
        Refused::LeaseLost { .. }
    ));
}

#[test]
fn in_private_private_data_may_be_asked_for() {
    let office = Office::new();
    let mut direct = post("1", "ann", START_MS);
    direct.kind = PostKind::Message;
    office.take(vec![made("x", direct, judged(Level::Urgent))]);
    let one = claim_one(&office, "a");
    assert_eq!(
        check(&office, &one, "What is your booking number?").warnings,
        []
    );
}

/// Nothing of this walks a table that grows.
#[test]
fn statements_use_their_indexes() {
    let mut office = with_routine(4);
    let one = claim_one(&office, "a");
    tag(&office, 1, &["refund"], &["vip"]).unwrap();
    office
        .ask(AddNote {
            seq: 1,
            by: "a".into(),
            text: "n".into(),
        })
        .unwrap();
    correct(&office, "a", None, right());
    corrections(&office, Scope::whole(), all());
    transfer(&office, &one, Some("b"), None).unwrap();
    let one = claim_one(&office, "b");
    snooze(&office, &one, office.now_ms + HOUR_MS);
    office
        .ask(Held {
            agent: "b".into(),
            key: None,
            workgroups: Vec::new(),
        })
        .unwrap();
    let two = picked(&pick(&office, 2, pull("b", 1)).unwrap()).remove(0);
    check(&office, &two, "hello");
    office.resolve(holding(&two), "solved").unwrap();
    reopen(&office, 2).unwrap();
    office.at_desk(note_model).unwrap();
    office.take(vec![deleted("x", "1")]);
    office.pass(100 * DAY_MS);
    office.ring();
    office
        .at_desk(|desk| serve(desk, None, heard::inbox::look::Show { seq: 2 }))
        .unwrap();
    let seen = office.sql.seen();
    let plan = |name: &str| {
        let sql = seen.get(name).unwrap_or_else(|| panic!("{name} never ran"));
        office.sql.plan(sql).join("\n")
    };
    for (name, index) in [
        (
            "-- heads_kept",
            "USING INDEX kept (kept_for=? AND available_ms<?)",
        ),
        ("-- kept_by", "USING INDEX kept (kept_for=?)"),
        ("-- holds", "INDEX kept (kept_for=? AND available_ms>?)"),
        ("-- tags_of", "USING PRIMARY KEY (interaction=?)"),
        ("-- remarks", "USING PRIMARY KEY (interaction=?)"),
        ("-- corrections", "USING INDEX correction_at"),
        (
            "-- corrections_of",
            "USING INDEX correction_of (interaction=?)",
        ),
        (
            "-- reopenable",
            "INDEX of_author (author=? AND state=? AND source=?)",
        ),
    ] {
        assert!(plan(name).contains(index), "{name}\n{}", plan(name));
    }
    for (name, sql) in &seen {
        if name.starts_with("-- schema") || name.starts_with("-- migration") {
            continue;
        }
        for step in office.sql.plan(sql) {
            let walks = ["tag", "remark", "correction", " c"]
                .iter()
                .any(|table| step.starts_with("SCAN") && step.ends_with(table));
            assert!(!walks, "{name}: {step}");
        }
    }
}
