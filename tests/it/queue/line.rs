//! Public lines of incidents: who is told one instead of the ordinary note, and who is told what follows.

use super::{
    HOUR_MS, MINUTE_MS, Office, claim_one, holding, incoming, judged, made, post, sent, stop,
};
use heard::inbox::line::{FinishLine, HearLine, Heard, Public};
use heard::inbox::question::By;
use heard::inbox::wire::{Incoming, Job};
use heard::judgement::{Level, Situation, Triage};
use heard::platform::{Event, OwnAnswer};
use heard::post::{AuthorId, PostId, PostKind, SourceId};
use heard::scope::Scope;
use heard::sql::Sql as _;
use std::collections::BTreeMap;

const LINE: &str =
    "No trains run through Woking at the moment. We will say more here by a quarter to six.";
const NEWER: &str = "The line through Woking opens again at about half past six.";
const OVER: &str = "Trains run through Woking again.";

fn line(version: u32, text: &str, until_ms: i64) -> Public {
    Public {
        incident: 7,
        source: SourceId::new("x"),
        cells: vec!["stuck@wokingtrain".into(), "delayed".into()],
        text: BTreeMap::from([("en".into(), text.into())]),
        version,
        serial: version,
        merged: Vec::new(),
        until_ms,
        over: text == OVER,
    }
}

fn hear(office: &Office, line: Public, dry_run: bool) -> Heard {
    let by = By::seeing(Scope {
        all: true,
        ..Scope::default()
    });
    office.ask_by(by, HearLine { line, dry_run }).unwrap()
}

fn of(situation: Situation) -> Triage {
    Triage {
        situation: Some(situation),
        ..judged(Level::Urgent)
    }
}

fn stuck(id: &str, author: &str, now_ms: i64) -> Incoming {
    let mut post = post(id, author, now_ms);
    post.text = "My train is stuck #WokingTrain and nobody tells us anything".into();
    made("x", post, of(Situation::Stuck))
}

fn message(id: &str, author: &str, now_ms: i64) -> Incoming {
    let mut incoming = stuck(id, author, now_ms);
    if let Event::Made { post } = &mut incoming.event {
        post.kind = PostKind::Message;
    }
    incoming
}

/// What is planned to be said to this.
fn planned(office: &Office, incoming: Incoming) -> String {
    let seqs = office.take(vec![incoming]);
    office.show(seqs[0]).ack.unwrap().text
}

#[test]
fn members_are_told_the_line_and_nobody_else_is() {
    let office = Office::new();
    hear(&office, line(1, LINE, office.now_ms + HOUR_MS), false);
    let now = office.now_ms;
    let told = planned(&office, stuck("1", "ann", now));
    assert!(told.starts_with(LINE), "{told}");
    assert!(
        told.contains("automatic") && told.contains("Northline"),
        "{told}"
    );
    // By the other cell, whatever the hashtag.
    let other = made("x", post("2", "bob", now), of(Situation::Delayed));
    assert!(planned(&office, other).starts_with(LINE));
    // The same without the hashtag, of another situation, at another source: the ordinary note.
    for (at, event) in [
        made("x", post("3", "cem", now), of(Situation::Stuck)),
        made("x", post("4", "dan", now), of(Situation::Refund)),
        {
            let mut there = stuck("5", "eva", now);
            there.source = SourceId::new("x-freight");
            there
        },
    ]
    .into_iter()
    .enumerate()
    {
        let text = planned(&office, event);
        assert!(!text.contains("Woking"), "{at}: {text}");
    }
    // In a language in which nobody wrote one.
    let mut german = stuck("6", "fay", now);
    german.triage.as_mut().unwrap().lang = "de".into();
    let text = planned(&office, german);
    assert!(
        !text.contains("Woking") && text.contains("automatisch"),
        "{text}"
    );
    // Somebody in danger is told what they always are.
    let mut danger = stuck("7", "gil", now);
    danger.triage = Some(Triage {
        level: Level::Emergency,
        urgency: 90,
        ..of(Situation::Stuck)
    });
    assert!(!planned(&office, danger).contains("Woking"));
    office.audit();
}

#[test]
fn each_author_is_told_once_and_where_rules_allow() {
    let mut office = Office::new();
    hear(&office, line(1, LINE, office.now_ms + 48 * HOUR_MS), false);
    office.take(vec![stuck("1", "ann", office.now_ms)]);
    assert!(office.begin(&[1])[0].text.starts_with(LINE));
    office.finish(1, sent());
    // The same matter: nothing. A new one within the cooldown: nothing. After it: the ordinary note.
    assert_eq!(
        office.take(vec![stuck("2", "ann", office.now_ms)]),
        [0_i64; 0]
    );
    let one = claim_one(&office, "ana");
    office.resolve(holding(&one), "solved").unwrap();
    assert_eq!(
        office.take(vec![stuck("3", "ann", office.now_ms)]),
        [0_i64; 0]
    );
    let two = claim_one(&office, "ana");
    office.resolve(holding(&two), "solved").unwrap();
    office.pass(25 * HOUR_MS);
    let text = planned(&office, stuck("4", "ann", office.now_ms));
    assert!(!text.contains("Woking"), "{text}");
    // Who said stop is told nothing.
    office.take(vec![stop("x", "bob")]);
    assert_eq!(
        office.take(vec![stuck("5", "bob", office.now_ms)]),
        [0_i64; 0]
    );
    office.audit();
}

#[test]
fn what_leaves_is_what_holds_then() {
    let mut office = Office::new();
    hear(&office, line(1, LINE, office.now_ms + HOUR_MS), false);
    office.take(vec![
        stuck("1", "ann", office.now_ms),
        stuck("2", "bob", office.now_ms),
    ]);
    hear(&office, line(2, NEWER, office.now_ms + HOUR_MS), false);
    assert!(office.begin(&[1])[0].text.starts_with(NEWER));
    // An older word that comes late is none.
    hear(&office, line(1, LINE, office.now_ms + HOUR_MS), false);
    assert!(planned(&office, stuck("3", "cem", office.now_ms)).starts_with(NEWER));
    // It ended: by the supervisor, or by itself.
    let ended = Public {
        serial: 3,
        ..line(2, NEWER, office.now_ms)
    };
    hear(&office, ended, false);
    // A prolongation from before comes late.
    hear(&office, line(2, NEWER, office.now_ms + HOUR_MS), false);
    office.pass(1);
    assert!(!office.begin(&[2])[0].text.contains("Woking"));
    let third = Public {
        serial: 4,
        ..line(3, LINE, office.now_ms + MINUTE_MS)
    };
    hear(&office, third, false);
    office.pass(MINUTE_MS);
    assert!(!planned(&office, stuck("4", "dan", office.now_ms)).contains("Woking"));
    office.audit();
}

/// Six in private who were told the line, and one in public.
fn told() -> Office {
    let mut office = Office::new();
    for source in &mut office.config.sources {
        source.ceiling.per_minute = 6;
        source.ceiling.per_hour = 3_600;
    }
    hear(&office, line(1, LINE, office.now_ms + HOUR_MS), false);
    for (at, who) in ["ann", "bob", "cem", "dan", "eva", "fay"]
        .iter()
        .enumerate()
    {
        office.take(vec![message(&at.to_string(), who, office.now_ms)]);
    }
    office.take(vec![stuck("7", "gil", office.now_ms)]);
    let mut all: Vec<Job> = Vec::new();
    for _ in 0..3 {
        for seq in 1..=7 {
            for job in office.begin(&[seq]) {
                office.finish(seq, sent());
                all.push(job);
            }
        }
        office.pass(MINUTE_MS + 2_000);
    }
    assert_eq!(all.len(), 7);
    assert!(all.iter().all(|job| job.text.starts_with(LINE)));
    office
}

/// All updates that leave within some minutes, each with the time at which it did.
fn updates(office: &mut Office, minutes: i64) -> Vec<(i64, Job)> {
    let mut all = Vec::new();
    for _ in 0..minutes * 12 {
        for job in office.rung().updates {
            all.push((office.now_ms, job.clone()));
            let outcome = sent();
            office
                .ask(FinishLine {
                    seq: job.seq,
                    outcome,
                })
                .unwrap();
        }
        office.pass(5_000);
    }
    all
}

#[test]
fn an_update_is_told_once_in_private_at_the_ceilings_pace() {
    let mut office = told();
    // One said stop, with one a person talks.
    office.take(vec![stop("x", "bob")]);
    let held = office.claim(super::pull("ana", 20));
    let is_told = |seq: &i64| ![2, 7].contains(seq);
    let busy = held.iter().map(super::seq).find(is_told).unwrap();
    for one in held.iter().filter(|one| super::seq(one) != busy) {
        office.release(holding(one), 0).unwrap();
    }
    let talks = held.iter().find(|one| super::seq(one) == busy).unwrap();
    office.extend(holding(talks), 600).unwrap();
    let next = line(2, NEWER, office.now_ms + HOUR_MS);
    let looked = hear(&office, next.clone(), true);
    let because = BTreeMap::from([
        ("public".to_string(), 1),
        ("stopped".to_string(), 1),
        ("in_exchange".to_string(), 1),
    ]);
    assert_eq!((looked.tells, &looked.not), (4, &because));
    assert_eq!(updates(&mut office, 1), [], "it was only looked");
    assert_eq!(hear(&office, next.clone(), false), looked);
    // Told twice, as where a supervisor repeats the call.
    hear(&office, next, false);
    let all = updates(&mut office, 3);
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(|(_, job)| job.text.starts_with(NEWER)));
    assert!(all.iter().all(|(_, job)| job.seq != busy && job.seq != 7));
    let apart: Vec<i64> = all.windows(2).map(|two| two[1].0 - two[0].0).collect();
    assert!(apart.iter().all(|ms| *ms >= 10_000), "{apart:?}");
    // The platform's echo of one is no answer of a person.
    let (_, job) = &all[0];
    let who = ["ann", "bob", "cem", "dan", "eva", "fay"][usize::try_from(job.seq - 1).unwrap()];
    let answer = OwnAnswer {
        id: PostId::new("echo"),
        parent: None,
        to: Some(AuthorId::new(who)),
        text: job.text.clone(),
        created_ms: office.now_ms,
    };
    office.take(vec![incoming("x", Event::Answered { answer }, None)]);
    let shown = office.show(job.seq);
    assert_eq!(shown.replied_ms, None);
    assert!(shown.history.iter().any(|entry| entry.did == "update_said"));
    // The word that it is over goes to the same, once; and nobody is told the line any more.
    hear(&office, line(3, OVER, office.now_ms + HOUR_MS), false);
    let over = updates(&mut office, 3);
    let seqs = |all: &[(i64, Job)]| {
        let mut seqs: Vec<i64> = all.iter().map(|(_, job)| job.seq).collect();
        seqs.sort_unstable();
        seqs
    };
    assert_eq!(seqs(&over), seqs(&all));
    assert!(over.iter().all(|(_, job)| job.text.starts_with(OVER)));
    assert_eq!(updates(&mut office, 2), []);
    assert!(!planned(&office, stuck("9", "hal", office.now_ms)).contains("Woking"));
    office.audit();
}

#[test]
fn an_update_that_nobody_reported_is_not_sent_again_and_one_past_its_time_is_not_sent() {
    let mut office = told();
    hear(&office, line(2, NEWER, office.now_ms + HOUR_MS), false);
    let first = office.rung().updates;
    assert_eq!(first.len(), 1);
    // Its Worker died. The others are told, this one is not again.
    let rest = updates(&mut office, 4);
    assert_eq!(rest.len(), 5);
    assert!(rest.iter().all(|(_, job)| job.seq != first[0].seq));
    // A source that may say nothing says nothing of this either.
    hear(&office, line(3, LINE, office.now_ms + 30_000), false);
    let mut late = updates(&mut office, 3);
    assert!(late.len() < 6, "its time was over before all were told");
    late.clear();
    let sql = "-- left_to_tell\nSELECT count(*) FROM line WHERE tells = 1";
    assert_eq!(office.sql.run(sql, vec![]).unwrap()[0].int(0).unwrap(), 0);
}

#[test]
fn who_was_told_a_merged_line_is_told_what_follows_of_the_other() {
    let mut office = told();
    let other = Public {
        incident: 8,
        merged: vec![7],
        ..line(1, NEWER, office.now_ms + HOUR_MS)
    };
    assert_eq!(hear(&office, other.clone(), true).tells, 6);
    assert_eq!(hear(&office, other, false).tells, 6);
    let all = updates(&mut office, 3);
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|(_, job)| job.text.starts_with(NEWER)));
    office.audit();
}

#[test]
fn the_statements_of_lines_use_their_indexes() {
    let mut office = told();
    hear(&office, line(2, NEWER, office.now_ms + HOUR_MS), false);
    updates(&mut office, 2);
    let seen = office.sql.seen();
    for (name, index) in [
        ("-- lines_of", "PRIMARY KEY (source=?)"),
        ("-- was_told", "INDEX ack_of_author (author=? AND source=?)"),
        (
            "-- line_members",
            "INDEX ack_line (line=? AND line_version<?)",
        ),
        ("-- line_next", "INDEX ack_line (line=? AND line_version<?)"),
        ("-- telling_lines", "INDEX line_tells (tells=?)"),
        ("-- forget_lines", "INDEX line_until (until_ms<?)"),
    ] {
        let plan = office.sql.plan(seen[name]).join("\n");
        assert!(plan.contains(index), "{name}\n{plan}");
        assert!(!plan.contains("SCAN"), "{name}\n{plan}");
    }
}
