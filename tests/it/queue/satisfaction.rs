//! How customers say it went: asked once by an agent's reply, answered once, and gone with what it is about.

use super::{
    DAY_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, holding, judged, made, post, sent,
};
use heard::inbox::customer::Identity;
use heard::inbox::forget::ForgetAuthors;
use heard::inbox::question::By;
use heard::inbox::reply::{BeginReply, CheckReply};
use heard::inbox::satisfaction::{
    AnswerSurvey, Felt, Heard, Key, ShowSurveyPage, ShowSurveys, Surveys,
};
use heard::inbox::wire::{Interaction, Job, Refused, ReplyStep};
use heard::judgement::{Kind, Level, Triage};
use heard::platform::Outcome;
use heard::post::{AuthorId, Platform, Post, PostKind, Workgroup};
use heard::scope::Scope;
use heard::sql::Sql;

const LINK: &str =
    "https://help.example/survey/hs1.v2-00-1.tro8w0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn message(id: &str, author: &str, now_ms: i64) -> Post {
    Post {
        kind: PostKind::Message,
        ..post(id, author, now_ms)
    }
}

fn felt(sentiment: f32) -> Triage {
    Triage {
        sentiment,
        ..judged(Level::Routine)
    }
}

/// An office with a private message, and who holds it.
fn held() -> (Office, Interaction) {
    let office = Office::new();
    office.take(vec![made("x", message("1", "ann", START_MS), felt(-0.8))]);
    let held = claim_one(&office, "mia");
    (office, held)
}

fn begin(office: &Office, held: &Interaction, key: &str) -> Result<ReplyStep, Refused> {
    office.ask(BeginReply {
        holding: holding(held),
        key: key.into(),
        text: "Sorted. How was it? {survey}".into(),
        post: None,
        public_name: None,
        heard: heard::inbox::known_as::Heard::default(),
        link: None,
        survey: Some(LINK.into()),
    })
}

fn job(step: ReplyStep) -> Job {
    match step {
        ReplyStep::Send(job) => job,
        ReplyStep::Already(_) => panic!("it was sent before"),
    }
}

fn answer(office: &Office, seq: i64, score: u8, text: Option<&str>) -> Result<Heard, Refused> {
    office.ask(AnswerSurvey {
        seq,
        score,
        text: text.map(str::to_owned),
    })
}

fn surveys(office: &Office, by: Key) -> Surveys {
    let ask = ShowSurveys {
        from_ms: 0,
        to_ms: office.now_ms + 1,
        by,
    };
    office.ask(ask).unwrap()
}

/// Asked and answered.
fn counts(office: &Office) -> (i64, i64) {
    let sums = surveys(office, Key::Agent).sums;
    let all = sums.iter();
    all.fold((0, 0), |(asked, answered), sum| {
        (asked + sum.asked, answered + sum.scores.iter().sum::<i64>())
    })
}

#[test]
fn it_is_asked_by_a_reply_that_arrives_and_answered_once() {
    let (mut office, held) = held();
    let said = job(begin(&office, &held, "k").unwrap());
    assert_eq!(said.text, format!("Sorted. How was it? {LINK}"));
    // Whoever opens the link meanwhile finds the page; nobody is counted as asked before it arrived.
    let page = office.ask(ShowSurveyPage { seq: 1 }).unwrap();
    assert_eq!(
        (page.source.as_str(), page.lang.as_str(), page.is_answered),
        ("x", "en", false)
    );
    assert_eq!(counts(&office), (0, 0));
    office.finish_reply(1, "k", sent()).unwrap();
    assert_eq!(counts(&office), (1, 0));
    assert!(!format!("{:?}", office.show(1)).contains("hs1."));
    // The link again, while nobody has answered: one survey still, asked when it first was.
    office.pass(MINUTE_MS);
    job(begin(&office, &held, "k2").unwrap());
    office.finish_reply(1, "k2", sent()).unwrap();
    let shown = office.show(1).survey.unwrap();
    assert_eq!((shown.asked_ms, shown.answered_ms), (START_MS, None));
    assert_eq!(counts(&office), (1, 0));

    office.pass(MINUTE_MS);
    assert_eq!(answer(&office, 1, 4, Some("Quick")), Ok(Heard::Kept));
    assert_eq!(answer(&office, 1, 4, Some("Quick")), Ok(Heard::Kept));
    assert_eq!(answer(&office, 1, 1, Some("Quick")), Ok(Heard::Already));
    assert_eq!(answer(&office, 1, 4, None), Ok(Heard::Already));
    assert!(office.ask(ShowSurveyPage { seq: 1 }).unwrap().is_answered);
    let shown = office.show(1);
    let survey = shown.survey.unwrap();
    assert_eq!(
        (survey.score, survey.text.as_deref()),
        (Some(4), Some("Quick"))
    );
    assert_eq!(survey.answered_ms, Some(START_MS + 2 * MINUTE_MS));
    let noted = shown
        .history
        .iter()
        .filter(|one| one.did == "survey_answered");
    assert_eq!(noted.count(), 1);
    assert_eq!(begin(&office, &held, "k3"), Err(Refused::SurveyAnswered));
    assert_eq!(office.show(1).replies.len(), 2, "nothing of it is kept");

    let all = surveys(&office, Key::Agent);
    assert_eq!(all.sums.len(), 1);
    let sum = &all.sums[0];
    assert_eq!((sum.key.as_str(), sum.public, sum.asked), ("mia", false, 1));
    assert_eq!(
        (sum.scores, sum.felt),
        ([0, 0, 0, 1, 0], Some(Felt::Negative))
    );
    assert_eq!(all.latest.len(), 1);
    let one = &all.latest[0];
    assert_eq!(
        (one.interaction.as_str(), one.agent.as_str()),
        ("v2-00-1", "mia")
    );
    assert_eq!(
        (one.score, one.text.as_deref(), one.moment),
        (4, Some("Quick"), None)
    );
    office.audit();
}

#[test]
fn what_did_not_arrive_asked_nobody_but_whoever_answers_was_asked() {
    let (office, held) = held();
    job(begin(&office, &held, "k").unwrap());
    let refused = Outcome::Refused { why: "403".into() };
    office.finish_reply(1, "k", refused).unwrap();
    assert_eq!(counts(&office), (0, 0));
    // Another reply, without the question, arrives.
    let plain = office.begin_reply(holding(&held), "k2", "Sorted.", None);
    job(plain.unwrap());
    office.finish_reply(1, "k2", sent()).unwrap();
    assert_eq!(counts(&office), (0, 0));
    assert_eq!(office.show(1).survey, None);
    job(begin(&office, &held, "k3").unwrap());
    let unknown = Outcome::Unknown {
        why: "timeout".into(),
    };
    office.finish_reply(1, "k3", unknown).unwrap();
    assert_eq!(counts(&office), (0, 0));
    assert_eq!(answer(&office, 1, 5, None), Ok(Heard::Kept));
    assert_eq!(counts(&office), (1, 1));
    assert_eq!(answer(&office, 2, 5, None), Err(Refused::NotFound));
    office.audit();
}

#[test]
fn without_a_link_nothing_is_asked_and_a_check_asks_nobody() {
    let (office, held) = held();
    let off = office.begin_reply(holding(&held), "k", "How was it? {survey}", None);
    assert_eq!(off, Err(Refused::DetailsOff));
    let check = CheckReply {
        holding: holding(&held),
        text: "How was it? {survey}".into(),
        post: None,
        link: None,
        survey: Some(LINK.into()),
    };
    assert!(office.ask(check).unwrap().goes);
    assert_eq!(
        office.ask(ShowSurveyPage { seq: 1 }),
        Err(Refused::NotFound)
    );
}

#[test]
fn where_bystanders_read_the_link_it_counts_apart() {
    let office = Office::new();
    office.take(vec![made("x", post("1", "ann", START_MS), felt(0.7))]);
    let held = claim_one(&office, "mia");
    job(begin(&office, &held, "k").unwrap());
    office.finish_reply(1, "k", sent()).unwrap();
    answer(&office, 1, 5, None).unwrap();
    let all = surveys(&office, Key::Workgroup);
    assert_eq!(
        (all.sums[0].public, all.sums[0].key.as_str()),
        (true, "trains")
    );
    assert_eq!(all.sums[0].felt, Some(Felt::Positive));
    assert!(all.latest[0].public);
}

/// Who serves other work sees nothing of it.
#[test]
fn a_workgroup_sees_its_own() {
    let (office, held) = held();
    job(begin(&office, &held, "k").unwrap());
    office.finish_reply(1, "k", sent()).unwrap();
    let ask = ShowSurveys {
        from_ms: 0,
        to_ms: office.now_ms + 1,
        by: Key::Platform,
    };
    let by = |workgroup: &str| By {
        scope: Scope {
            agent: "boss".into(),
            all: false,
            workgroups: vec![Workgroup::new(workgroup)],
        },
        deed: None,
    };
    assert_eq!(
        office.ask_by(by("freight"), ask).unwrap(),
        Surveys::default()
    );
    assert_eq!(office.ask_by(by("trains"), ask).unwrap().sums[0].key, "x");
}

#[test]
fn the_arc_stands_beside_the_answer() {
    let mut office = Office::new();
    let complaint = Triage {
        kind: Kind::Complaint,
        ..felt(-0.8)
    };
    office.take(vec![made("x", message("1", "ann", START_MS), complaint)]);
    let held = claim_one(&office, "mia");
    job(begin(&office, &held, "k").unwrap());
    office.pass(MINUTE_MS);
    office.finish_reply(1, "k", sent()).unwrap();
    office.pass(MINUTE_MS);
    let thanks = Triage {
        kind: Kind::Praise,
        ..felt(0.9)
    };
    let mut said = message("2", "ann", office.now_ms);
    said.text = "Thank you, that was quick".into();
    office.take(vec![made("x", said, thanks)]);
    office.pass(MINUTE_MS);
    answer(&office, 1, 5, None).unwrap();
    let all = surveys(&office, Key::Outcome);
    assert_eq!(all.sums[0].moment.unwrap().as_str(), "won_back");
    assert_eq!(
        all.sums[0].felt,
        Some(Felt::Negative),
        "as it read when they were asked"
    );
}

fn rows(office: &Office) -> i64 {
    let found = office
        .sql
        .run("-- survey_rows\nSELECT count(*) FROM survey", vec![]);
    found.unwrap()[0].int(0).unwrap()
}

#[test]
fn it_goes_with_its_authors_posts_by_retention_and_when_they_are_forgotten() {
    let answered = || {
        let (office, held) = held();
        job(begin(&office, &held, "k").unwrap());
        office.finish_reply(1, "k", sent()).unwrap();
        answer(&office, 1, 2, Some("Slow")).unwrap();
        assert_eq!(rows(&office), 1);
        (office, held)
    };
    let (office, _) = answered();
    office.take(vec![deleted("x", "1")]);
    assert_eq!(rows(&office), 0);
    assert_eq!(
        office.ask(ShowSurveyPage { seq: 1 }),
        Err(Refused::NotFound)
    );

    let (mut office, held) = answered();
    office.resolve(holding(&held), "solved").unwrap();
    office.pass(100 * DAY_MS);
    office.ring();
    assert_eq!(rows(&office), 0);
    assert_eq!(answer(&office, 1, 2, None), Err(Refused::NotFound));

    let (office, _) = answered();
    let forgot = office.ask(ForgetAuthors {
        authors: vec![Identity {
            platform: Platform::X,
            author: AuthorId::new("ann"),
        }],
        customer: None,
        key: "5f".repeat(32),
        whom: String::new(),
        also: Default::default(),
    });
    assert_eq!(forgot.unwrap().rows["survey"], 1);
    assert_eq!(rows(&office), 0);
    assert_eq!(office.sql.holding("Slow"), Vec::<String>::new());
}
