//! Every operation of the inbox, one behaviour at a time, on real SQLite.

use crate::sqlite::{Sqlite, audit};
use heard::ack::WhyNot;
use heard::config::{Config, Mode};
use heard::inbox::outbox::{GRACE_MS, SENDING_MS, SLICE};
use heard::inbox::shard::Shard;
use heard::inbox::take_in::rank;
use heard::inbox::wire::{
    Answer, Ask, Backlog, Extended, Filter, Holding, Incoming, Interaction, Job, Pull, Refused,
    Replied, ReplyStep, State,
};
use heard::inbox::work::{ASSIGNED_MS, MAX_CLAIM};
use heard::inbox::{Desk, POSTS_SHOWN, retention, schema, serve};
use heard::platform::{Event, Ignored, Outcome};
use heard::post::{Author, AuthorId, Platform, Post, PostId, PostKind, SourceId, Workgroup};
use heard::triage::{Kind, Level, Reason, Triage};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// A Sunday, so that a calendar of weekdays is closed: 2026-11-22T12:00:00Z.
pub const START_MS: i64 = 1_795_348_800_000;

pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

const TABLE: &str = r#"{
  "mode": "live",
  "brand": {"name": "Northline Rail", "team": "the Northline care team"},
  "calendars": {"office": {"utc_offset": "+00:00", "open": ["Mon-Fri 09:00-17:00"]}},
  "apps": [{"id": "x", "scheme": "x"}, {"id": "forum", "scheme": "standard"}],
  "sources": [
    {"id": "x", "app": "x", "platform": "x", "account": "1", "workgroup": "trains"},
    {"id": "x-freight", "app": "x", "platform": "x", "account": "2", "workgroup": "freight"},
    {"id": "forum", "app": "forum", "platform": "standard", "account": "forum",
     "workgroup": "trains", "calendar": "office", "reply_url": "https://forum.example/replies"}
  ]
}"#;

/// An inbox, its configuration and its clock.
pub struct Office {
    pub sql: Sqlite,
    pub config: Config,
    pub now_ms: i64,
    /// What the host would have set the object's alarm to.
    pub alarm_ms: Cell<Option<i64>>,
}

impl Office {
    pub fn new() -> Self {
        let secret = |name: &str| {
            name.starts_with("REPLY_TOKEN__")
                .then(|| "a-credential".to_string())
        };
        let config = Config::read(TABLE, &secret);
        assert_eq!(config.sources.len(), 3, "{:?}", config.problems);
        let sql = Sqlite::new();
        schema::migrate(&sql).unwrap();
        Self {
            sql,
            config,
            now_ms: START_MS,
            alarm_ms: Cell::new(None),
        }
    }

    fn at_desk<T>(&self, work: impl FnOnce(Desk<'_, Sqlite>) -> T) -> T {
        let alarm = Cell::new(None);
        let done = work(Desk {
            sql: &self.sql,
            config: &self.config,
            shard: Shard::all(1).next().unwrap(),
            now_ms: self.now_ms,
            alarm: &alarm,
        });
        if let Some(at_ms) = alarm.take() {
            self.alarm_ms.set(Some(at_ms));
        }
        done
    }

    pub fn ask(&self, ask: Ask) -> Result<Answer, Refused> {
        self.at_desk(|desk| serve(desk, ask))
    }

    pub fn ring(&self) -> Vec<i64> {
        self.at_desk(retention::ring).unwrap()
    }

    pub fn take(&self, events: Vec<Incoming>) -> Vec<i64> {
        let ask = Ask::TakeIn {
            events,
            ignored: BTreeMap::new(),
        };
        match self.ask(ask).unwrap() {
            Answer::Taken { acks } => acks,
            other => panic!("{other:?}"),
        }
    }

    pub fn claim(&self, pull: Pull) -> Vec<Interaction> {
        match self.ask(Ask::Claim { pull }).unwrap() {
            Answer::Claimed { interactions, .. } => interactions
                .iter()
                .map(|claimed| {
                    let read: Interaction =
                        serde_json::from_str(claimed.interaction.text()).unwrap();
                    assert_eq!(read.rank, claimed.rank);
                    read
                })
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    pub fn begin(&self, seqs: &[i64]) -> Vec<Job> {
        let seqs = seqs.to_vec();
        match self.ask(Ask::BeginAcks { seqs }).unwrap() {
            Answer::Jobs(jobs) => jobs,
            other => panic!("{other:?}"),
        }
    }

    pub fn finish(&self, seq: i64, outcome: Outcome) {
        assert_eq!(
            self.ask(Ask::FinishAck { seq, outcome }),
            Ok(Answer::Done),
            "{seq}"
        );
    }

    pub fn extend(&self, holding: Holding, lease_s: u32) -> Result<Extended, Refused> {
        match self.ask(Ask::Extend { holding, lease_s })? {
            Answer::Extended(document) => Ok(serde_json::from_str(document.text()).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    /// For whatever is answered with an interaction.
    pub fn one(&self, ask: Ask) -> Result<Interaction, Refused> {
        match self.ask(ask)? {
            Answer::Interaction(document) => Ok(serde_json::from_str(document.text()).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    pub fn show(&self, seq: i64) -> Interaction {
        self.one(Ask::Show { seq }).unwrap()
    }

    pub fn resolve(&self, holding: Holding, outcome: &str) -> Result<Interaction, Refused> {
        self.one(Ask::Resolve {
            holding,
            outcome: outcome.into(),
            note: None,
        })
    }

    pub fn release(&self, holding: Holding, delay_s: u32) -> Result<Interaction, Refused> {
        self.one(Ask::Release {
            holding,
            delay_s,
            reason: "later".into(),
        })
    }

    pub fn assign(
        &self,
        seq: i64,
        agent: Option<&str>,
        workgroup: Option<&str>,
    ) -> Result<Interaction, Refused> {
        self.one(Ask::Assign {
            seq,
            agent: agent.map(str::to_string),
            workgroup: workgroup.map(Workgroup::new),
            by: "boss".into(),
        })
    }

    pub fn begin_reply(
        &self,
        holding: Holding,
        key: &str,
        text: &str,
        post: Option<&str>,
    ) -> Result<ReplyStep, Refused> {
        let ask = Ask::BeginReply {
            holding,
            key: key.into(),
            text: text.into(),
            post: post.map(PostId::new),
        };
        match self.ask(ask)? {
            Answer::Reply(step) => Ok(step),
            other => panic!("{other:?}"),
        }
    }

    pub fn finish_reply(&self, seq: i64, key: &str, outcome: Outcome) -> Result<Replied, Refused> {
        let ask = Ask::FinishReply {
            seq,
            key: key.into(),
            outcome,
        };
        match self.ask(ask)? {
            Answer::Replied(replied) => Ok(replied),
            other => panic!("{other:?}"),
        }
    }

    pub fn backlog(&self) -> Backlog {
        match self.ask(Ask::Backlog).unwrap() {
            Answer::Backlog(backlog) => backlog,
            other => panic!("{other:?}"),
        }
    }

    fn list(&self, filter: Filter) -> Vec<Interaction> {
        match self.ask(Ask::List { filter }).unwrap() {
            Answer::Interactions(found) => found
                .iter()
                .map(|listed| serde_json::from_str(listed.interaction.text()).unwrap())
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
    }

    fn audit(&self) {
        audit(&self.sql).unwrap();
    }

    /// What was decided of each post of an interaction.
    fn decisions(&self, seq: i64) -> Vec<String> {
        self.show(seq)
            .posts
            .into_iter()
            .map(|post| post.ack)
            .collect()
    }

    fn ack(&self, seq: i64) -> (String, Option<String>) {
        let ack = self.show(seq).ack.unwrap();
        (ack.state, ack.why)
    }

    fn counted(&self, name: &str) -> i64 {
        self.backlog().counters.get(name).copied().unwrap_or(0)
    }
}

/// A mention on X by `author`.
pub fn post(id: &str, author: &str, now_ms: i64) -> Post {
    Post {
        id: PostId::new(id),
        kind: PostKind::Mention,
        author: Some(Author {
            id: AuthorId::new(author),
            name: None,
            handle: None,
            followers: None,
            bot: false,
        }),
        text: "My train is stuck and nobody tells us anything".into(),
        cut: false,
        lang: None,
        created_ms: now_ms,
        permalink: Some("https://example.com/p".into()),
        parent: None,
        reply_to: format!("post:{id}"),
        barred: None,
        addressed: true,
        version: None,
    }
}

/// A complaint of that level, in the middle of its band of urgency.
pub fn judged(level: Level) -> Triage {
    let urgency = match level {
        Level::Idle => 10,
        Level::Routine => 40,
        Level::Urgent => 60,
        Level::Emergency => 90,
    };
    Triage {
        kind: Kind::Complaint,
        urgency,
        level,
        sentiment: -0.5,
        complaint: 0.9,
        help: 0.6,
        praise: 0.0,
        abuse: 0.0,
        spam: 0.0,
        lang: "en".into(),
        self_harm: false,
        reasons: vec![Reason {
            what: "stuck".into(),
            weight: 3.0,
        }],
    }
}

pub fn made(source: &str, post: Post, triage: Triage) -> Incoming {
    incoming(source, Event::Made { post }, Some(triage))
}

pub fn edited(source: &str, post: Post, triage: Triage) -> Incoming {
    incoming(source, Event::Edited { post }, Some(triage))
}

pub fn deleted(source: &str, post: &str) -> Incoming {
    let post = PostId::new(post);
    incoming(source, Event::Deleted { post, author: None }, None)
}

pub fn stop(source: &str, author: &str) -> Incoming {
    let author = AuthorId::new(author);
    incoming(source, Event::Stop { author }, None)
}

fn incoming(source: &str, event: Event, triage: Option<Triage>) -> Incoming {
    Incoming {
        source: SourceId::new(source),
        platform: if source == "forum" {
            Platform::Standard
        } else {
            Platform::X
        },
        event,
        triage,
    }
}

pub fn pull(agent: &str, max: u32) -> Pull {
    Pull {
        agent: agent.into(),
        workgroups: vec![Workgroup::new("trains")],
        platforms: Vec::new(),
        languages: Vec::new(),
        max,
        lease_s: 60,
    }
}

pub fn seq(interaction: &Interaction) -> i64 {
    Shard::find(interaction.id.as_str(), 1).unwrap().1
}

pub fn holding(interaction: &Interaction) -> Holding {
    Holding {
        seq: seq(interaction),
        lease: interaction.lease.clone().unwrap(),
        agent: interaction.holder.clone().unwrap(),
    }
}

fn sent() -> Outcome {
    Outcome::Sent {
        id: Some("77".into()),
    }
}

fn later(after_s: Option<u32>) -> Outcome {
    Outcome::Later { after_s }
}

/// An office with one urgent complaint by `ann`, its acknowledgment planned.
fn with_complaint() -> Office {
    let office = Office::new();
    let acks = office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Urgent),
    )]);
    assert_eq!(acks, [1]);
    office
}

fn claim_one(office: &Office, agent: &str) -> Interaction {
    let mut claimed = office.claim(pull(agent, 1));
    assert_eq!(claimed.len(), 1);
    claimed.remove(0)
}

// The ledger.

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
    let ask = Ask::TakeIn {
        events: vec![nowhere, unjudged, echo],
        ignored: BTreeMap::from([(Ignored::NotAPost, 4), (Ignored::Own, 1)]),
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
fn a_refused_question_leaves_nothing_behind() {
    let office = with_complaint();
    let before = office.show(1);
    let bad = Holding {
        seq: 1,
        lease: "none".into(),
        agent: "a".into(),
    };
    assert!(office.resolve(bad.clone(), "done").is_err());
    assert!(office.release(bad.clone(), 5).is_err());
    assert!(office.begin_reply(bad, "k", "hello", None).is_err());
    assert_eq!(office.show(1), before);
    office.audit();
}

// Interactions.

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
    assert_eq!(office.decisions(1), ["no_author"]);
    assert_eq!(office.decisions(2), ["no_author"]);
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
fn routine_deadlines_count_business_time_and_urgent_ones_every_minute() {
    let office = Office::new();
    for (id, level) in [
        ("1", Level::Routine),
        ("2", Level::Urgent),
        ("3", Level::Idle),
    ] {
        office.take(vec![made("forum", post(id, id, START_MS), judged(level))]);
    }
    // Noon on a Sunday; the forum's people come on Monday at nine.
    let monday_nine = START_MS + 21 * HOUR_MS;
    assert_eq!(office.show(1).deadline_ms, monday_nine + 4 * HOUR_MS);
    assert_eq!(office.show(2).deadline_ms, START_MS + 15 * MINUTE_MS);
    assert_eq!(office.show(3).deadline_ms, monday_nine + 56 * HOUR_MS);
}

// The order of the queue.

#[test]
fn emergencies_go_first_urgent_before_routine_and_nothing_starves() {
    let mut office = Office::new();
    // Routine from long ago, its deadline eight hours and more behind everybody else's.
    office.take(vec![made(
        "x",
        post("old", "old", START_MS),
        judged(Level::Routine),
    )]);
    office.pass(14 * HOUR_MS);
    for (id, level) in [
        ("idle", Level::Idle),
        ("routine", Level::Routine),
        ("urgent", Level::Urgent),
        ("emergency", Level::Emergency),
    ] {
        office.take(vec![made("x", post(id, id, START_MS), judged(level))]);
    }
    let order: Vec<String> = office
        .claim(pull("a", 9))
        .iter()
        .map(|claimed| claimed.posts[0].id.to_string())
        .collect();
    assert_eq!(order, ["emergency", "old", "urgent", "routine", "idle"]);
}

#[test]
fn rank_is_the_deadline_with_a_head_start() {
    let at = START_MS;
    assert!(rank(at + 300 * DAY_MS, Level::Emergency, 80) < rank(at, Level::Urgent, 79));
    assert!(rank(at + 7 * HOUR_MS, Level::Urgent, 50) < rank(at, Level::Routine, 49));
    assert!(rank(at, Level::Routine, 49) < rank(at + 9 * HOUR_MS, Level::Urgent, 50));
    assert!(rank(at, Level::Urgent, 70) < rank(at, Level::Urgent, 60));
    assert!(rank(at, Level::Routine, 30) < rank(at + MINUTE_MS, Level::Routine, 49));
}

// Claims.

#[test]
fn a_claim_takes_what_its_filters_allow_and_leases_it() {
    let office = Office::new();
    let mut german = judged(Level::Routine);
    german.lang = "de".into();
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Routine)),
        made("x", post("2", "bob", START_MS), german),
        made("forum", post("3", "cem", START_MS), judged(Level::Routine)),
        made(
            "x-freight",
            post("4", "dan", START_MS),
            judged(Level::Routine),
        ),
    ]);
    let ids = |pull: Pull| -> BTreeSet<i64> { office.claim(pull).iter().map(seq).collect() };
    assert_eq!(
        ids(Pull {
            languages: vec!["de".into(), "fr".into()],
            ..pull("a", 9)
        }),
        BTreeSet::from([2])
    );
    assert_eq!(
        ids(Pull {
            platforms: vec![Platform::Standard],
            ..pull("a", 9)
        }),
        BTreeSet::from([3])
    );
    assert_eq!(
        ids(Pull {
            workgroups: vec![],
            ..pull("a", 9)
        }),
        BTreeSet::new()
    );
    assert_eq!(
        ids(Pull {
            workgroups: vec![Workgroup::new("freight"), Workgroup::new("trains")],
            ..pull("a", 9)
        }),
        BTreeSet::from([1, 4])
    );
    assert!(office.claim(pull("b", 9)).is_empty());
    let taken = office.show(1);
    assert_eq!(taken.state, State::Leased);
    assert_eq!(taken.holder.as_deref(), Some("a"));
    assert_eq!(taken.lease, None, "the lease is its holder's alone");
    assert_eq!(taken.available_ms, START_MS + 60_000);
    office.audit();
}

#[test]
fn two_claims_are_disjoint_and_every_lease_is_another() {
    let office = Office::new();
    for id in 0..30 {
        let id = id.to_string();
        office.take(vec![made(
            "x",
            post(&id, &id, START_MS),
            judged(Level::Routine),
        )]);
    }
    let first = office.claim(pull("a", 99));
    let second = office.claim(pull("b", 99));
    assert_eq!(first.len(), MAX_CLAIM as usize);
    assert_eq!(second.len(), 30 - MAX_CLAIM as usize);
    let leases: BTreeSet<_> = first.iter().chain(&second).map(|i| &i.lease).collect();
    assert_eq!(leases.len(), 30);
    office.audit();
}

#[test]
fn an_expired_lease_is_anothers_and_the_old_holder_learns_whose() {
    let mut office = with_complaint();
    let first = claim_one(&office, "a");
    office.pass(60_000 - 1);
    assert!(office.claim(pull("b", 1)).is_empty());
    office.pass(1);
    assert_eq!(
        office.resolve(holding(&first), "solved"),
        Err(Refused::LeaseLost {
            holder: None,
            until_ms: None,
            state: State::Waiting
        })
    );
    let second = claim_one(&office, "b");
    assert_eq!(second.attempts, 2);
    let lost = Refused::LeaseLost {
        holder: Some("b".into()),
        until_ms: Some(office.now_ms + 60_000),
        state: State::Leased,
    };
    assert_eq!(office.resolve(holding(&first), "solved"), Err(lost.clone()));
    assert_eq!(office.release(holding(&first), 0), Err(lost.clone()));
    assert_eq!(office.extend(holding(&first), 60), Err(lost.clone()));
    assert_eq!(
        office.begin_reply(holding(&first), "k", "hello", None),
        Err(lost.clone())
    );
    // The right token in the wrong hands is no proof either.
    let stolen = Holding {
        agent: "c".into(),
        ..holding(&second)
    };
    assert_eq!(office.resolve(stolen, "solved"), Err(lost));
    office.resolve(holding(&second), "solved").unwrap();
    office.audit();
}

#[test]
fn nothing_is_known_of_an_interaction_that_never_was() {
    let office = Office::new();
    let nobody = Holding {
        seq: 5,
        lease: "l".into(),
        agent: "a".into(),
    };
    assert_eq!(office.resolve(nobody.clone(), "x"), Err(Refused::NotFound));
    assert_eq!(office.extend(nobody, 5), Err(Refused::NotFound));
    assert_eq!(office.one(Ask::Show { seq: 5 }), Err(Refused::NotFound));
    assert_eq!(office.assign(5, Some("a"), None), Err(Refused::NotFound));
    let redrive = Ask::Redrive {
        seq: 5,
        by: "boss".into(),
    };
    assert_eq!(office.one(redrive), Err(Refused::NotFound));
    assert_eq!(
        office.ask(Ask::FinishAck {
            seq: 5,
            outcome: sent()
        }),
        Err(Refused::NotFound)
    );
    assert_eq!(office.begin(&[5]), []);
}

#[test]
fn extending_prolongs_and_tells_the_news_once() {
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
        .map(|post| (post.id.to_string(), post.state, post.text))
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
    assert_eq!(office.extend(holding(&held), 90).unwrap().news, []);
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

#[test]
fn what_was_claimed_too_often_is_dead_and_can_be_redriven() {
    let mut office = Office::new();
    office.config.limits.attempts = 2;
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Routine),
    )]);
    for _ in 0..2 {
        claim_one(&office, "a");
        office.pass(60_000);
    }
    office.take(vec![made(
        "x",
        post("2", "bob", office.now_ms),
        judged(Level::Idle),
    )]);
    // The dead one does not cost the agent a turn.
    assert_eq!(seq(&claim_one(&office, "a")), 2);
    let dead = office.show(1);
    assert_eq!(dead.state, State::Dead);
    assert_eq!(dead.outcome.as_deref(), Some("claimed_too_often"));
    assert_eq!(
        office
            .list(Filter {
                state: Some(State::Dead),
                max: 9,
                ..Filter::default()
            })
            .len(),
        1
    );
    assert!(matches!(
        office.assign(1, Some("a"), None),
        Err(Refused::Ended { .. })
    ));
    office.audit();
    let redrive = |seq| {
        office.one(Ask::Redrive {
            seq,
            by: "boss".into(),
        })
    };
    assert_eq!(redrive(2), Err(Refused::NotDead));
    let back = redrive(1).unwrap();
    assert_eq!((back.state, back.attempts), (State::Waiting, 0));
    assert_eq!(seq(&claim_one(&office, "a")), 1);
    office.audit();
}

#[test]
fn a_redriven_one_and_a_newer_one_live_side_by_side() {
    let mut office = Office::new();
    office.config.limits.attempts = 1;
    office.take(vec![made(
        "x",
        post("1", "ann", START_MS),
        judged(Level::Idle),
    )]);
    claim_one(&office, "a");
    office.pass(60_000);
    assert!(office.claim(pull("a", 1)).is_empty());
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Idle),
    )]);
    office
        .one(Ask::Redrive {
            seq: 1,
            by: "boss".into(),
        })
        .unwrap();
    office.take(vec![made(
        "x",
        post("3", "ann", START_MS),
        judged(Level::Idle),
    )]);
    assert_eq!(office.show(1).posts.len() + office.show(2).posts.len(), 3);
    assert_eq!(office.claim(pull("a", 9)).len(), 2);
    office.audit();
}

// Supervisors.

#[test]
fn a_supervisor_takes_from_a_holder_and_keeps_it_for_an_agent_for_a_while() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    let given = office.assign(1, Some("b"), None).unwrap();
    assert_eq!(given.state, State::Waiting);
    assert_eq!(given.assigned.as_deref(), Some("b"));
    assert_eq!(
        office.resolve(holding(&held), "solved"),
        Err(Refused::LeaseLost {
            holder: None,
            until_ms: None,
            state: State::Waiting
        })
    );
    assert!(office.claim(pull("a", 1)).is_empty());
    office.pass(ASSIGNED_MS - 1);
    assert!(office.claim(pull("a", 1)).is_empty());
    assert_eq!(claim_one(&office, "b").assigned, None);
    office.assign(1, Some("c"), None).unwrap();
    office.pass(ASSIGNED_MS);
    claim_one(&office, "a");
    office.audit();
}

#[test]
fn a_workgroup_is_assigned_and_tallied() {
    let office = with_complaint();
    office.assign(1, None, Some("freight")).unwrap();
    assert!(office.claim(pull("a", 1)).is_empty());
    let tallies = office.backlog().tallies;
    assert_eq!(tallies.len(), 1);
    assert_eq!(tallies[0].workgroup.as_str(), "freight");
    let freight = Pull {
        workgroups: vec![Workgroup::new("freight")],
        ..pull("a", 1)
    };
    assert_eq!(office.claim(freight).len(), 1);
    office.audit();
}

// Ends.

#[test]
fn resolving_twice_is_once_and_otherwise_a_conflict() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    let done = office.resolve(holding(&held), "solved").unwrap();
    assert_eq!(done.state, State::Done);
    assert_eq!(done.ended_ms, Some(START_MS));
    assert_eq!(office.resolve(holding(&held), "solved").unwrap(), done);
    assert_eq!(
        office.resolve(holding(&held), "spam"),
        Err(Refused::Ended {
            outcome: "solved".into()
        })
    );
    let stranger = Holding {
        lease: "other".into(),
        ..holding(&held)
    };
    assert!(matches!(
        office.resolve(stranger, "solved"),
        Err(Refused::LeaseLost {
            state: State::Done,
            ..
        })
    ));
    assert!(matches!(
        office.release(holding(&held), 0),
        Err(Refused::LeaseLost { .. })
    ));
    assert!(matches!(
        office.assign(1, Some("b"), None),
        Err(Refused::Ended { .. })
    ));
    let deeds: Vec<String> = office
        .show(1)
        .history
        .into_iter()
        .map(|deed| deed.did)
        .collect();
    assert_eq!(deeds, ["claimed", "ack_withdrawn", "resolved"]);
    office.audit();
}

#[test]
fn nobody_ends_what_nobody_has_read() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Emergency),
    )]);
    assert_eq!(
        office.resolve(holding(&held), "solved"),
        Err(Refused::Unheard)
    );
    assert_eq!(office.extend(holding(&held), 60).unwrap().news.len(), 1);
    // What was taken back needs no reader.
    office.take(vec![deleted("x", "2")]);
    office.resolve(holding(&held), "solved").unwrap();
    office.audit();
}

#[test]
fn a_deleted_post_is_blank_and_an_interaction_without_posts_ends() {
    let office = with_complaint();
    office.take(vec![made(
        "x",
        post("2", "ann", START_MS),
        judged(Level::Idle),
    )]);
    office.take(vec![deleted("x", "1")]);
    let left = office.show(1);
    assert_eq!(left.state, State::Waiting);
    let gone = &left.posts[0];
    assert_eq!((gone.state.as_str(), gone.text.as_str()), ("deleted", ""));
    assert_eq!((&gone.permalink, gone.triage.reasons.len()), (&None, 0));
    office.take(vec![deleted("x", "2")]);
    let ended = office.show(1);
    assert_eq!(ended.state, State::Done);
    assert_eq!(ended.outcome.as_deref(), Some("withdrawn"));
    assert_eq!(office.counted("deletions"), 2);
    // Its author's next post is another matter.
    office.take(vec![made(
        "x",
        post("3", "ann", START_MS),
        judged(Level::Idle),
    )]);
    assert_eq!(seq(&claim_one(&office, "a")), 2);
    office.audit();
}

#[test]
fn a_holder_keeps_what_is_deleted_under_their_hands() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    office.take(vec![deleted("x", "1")]);
    assert_eq!(
        office.extend(holding(&held), 60).unwrap().news[0].state,
        "deleted"
    );
    assert_eq!(
        office.begin_reply(holding(&held), "k", "hello", None),
        Err(Refused::Withdrawn)
    );
    let released = office.release(holding(&held), 0).unwrap();
    assert_eq!(released.outcome.as_deref(), Some("withdrawn"));
    // And one whose lease runs out ends at the next look, at nobody's cost.
    office.take(vec![made(
        "x",
        post("2", "bob", START_MS),
        judged(Level::Urgent),
    )]);
    claim_one(&office, "a");
    office.take(vec![
        deleted("x", "2"),
        made("x", post("3", "cem", START_MS), judged(Level::Idle)),
    ]);
    office.pass(60_000);
    assert_eq!(seq(&claim_one(&office, "b")), 3);
    let ended = office.show(2);
    assert_eq!(ended.outcome.as_deref(), Some("withdrawn"));
    assert_ne!(ended.holder.as_deref(), Some("b"), "b never saw it");
    office.audit();
}

#[test]
fn an_edit_after_the_end_is_kept_and_reopens_nothing() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    office.resolve(holding(&held), "solved").unwrap();
    let mut late = post("1", "ann", START_MS);
    late.text = "Thank you".into();
    office.take(vec![edited("x", late, judged(Level::Emergency))]);
    let after = office.show(1);
    assert_eq!((after.state, after.level), (State::Done, Level::Urgent));
    assert_eq!(after.posts[0].text, "Thank you");
    office.take(vec![deleted("x", "1")]);
    assert_eq!(office.show(1).outcome.as_deref(), Some("solved"));
    office.audit();
}

// Replies.

#[test]
fn a_reply_is_sent_once_for_each_key() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    let begin = |office: &Office, key, text| office.begin_reply(holding(&held), key, text, None);
    let Ok(ReplyStep::Send(job)) = begin(&office, "k", "We are coming") else {
        panic!("not sent");
    };
    assert_eq!(
        (job.reply_to.as_str(), job.text.as_str()),
        ("post:1", "We are coming")
    );
    assert_eq!(
        begin(&office, "k", "We are coming"),
        Err(Refused::ReplyInFlight)
    );
    assert_eq!(
        begin(&office, "k", "Something else"),
        Err(Refused::KeyReused)
    );
    let replied = office.finish_reply(1, "k", sent()).unwrap();
    assert_eq!(
        begin(&office, "k", "We are coming"),
        Ok(ReplyStep::Already(replied))
    );
    assert_eq!(office.show(1).replied_ms, Some(START_MS));
    // The first answer counts; a second leaves the clock alone.
    office.pass(1_000);
    begin(&office, "k2", "More").unwrap();
    office.finish_reply(1, "k2", sent()).unwrap();
    assert_eq!(office.show(1).replied_ms, Some(START_MS));
    assert_eq!(
        office.finish_reply(1, "never", sent()),
        Err(Refused::NotFound)
    );
    // What became of it can be asked even when the lease is gone.
    office.pass(60_000);
    assert!(matches!(
        begin(&office, "k", "We are coming"),
        Ok(ReplyStep::Already(_))
    ));
    assert!(matches!(
        begin(&office, "k3", "New"),
        Err(Refused::LeaseLost { .. })
    ));
    office.audit();
}

#[test]
fn a_reply_whose_sender_died_is_unknown_and_never_sent_again() {
    let mut office = with_complaint();
    let held = claim_one(&office, "a");
    office
        .begin_reply(holding(&held), "k", "Hello", None)
        .unwrap();
    office.pass(SENDING_MS - 1);
    assert_eq!(
        office.begin_reply(holding(&held), "k", "Hello", None),
        Err(Refused::ReplyInFlight)
    );
    office.pass(1);
    let Ok(ReplyStep::Already(replied)) = office.begin_reply(holding(&held), "k", "Hello", None)
    else {
        panic!("sent twice");
    };
    assert_eq!(replied.state, "unknown");
    assert_eq!(office.show(1).replied_ms, None);
    // A late word is believed.
    office.finish_reply(1, "k", sent()).unwrap();
    assert_eq!(office.show(1).replied_ms, Some(START_MS + SENDING_MS));
}

#[test]
fn what_did_not_arrive_is_told_and_stops_no_clock() {
    let office = with_complaint();
    let held = claim_one(&office, "a");
    for (key, outcome, state, why) in [
        (
            "1",
            Outcome::Refused { why: "gone".into() },
            "refused",
            "gone",
        ),
        ("2", later(Some(9)), "refused", "later:9"),
        ("3", later(None), "refused", "later"),
        (
            "4",
            Outcome::Unknown { why: "cut".into() },
            "unknown",
            "cut",
        ),
    ] {
        office
            .begin_reply(holding(&held), key, "Hello", None)
            .unwrap();
        let replied = office.finish_reply(1, key, outcome).unwrap();
        assert_eq!(
            (replied.state.as_str(), replied.why.as_deref()),
            (state, Some(why))
        );
    }
    assert_eq!(office.show(1).replied_ms, None);
}

#[test]
fn a_reply_answers_the_post_named_or_the_newest_that_stands() {
    let office = with_complaint();
    office.take(vec![
        made("x", post("2", "ann", START_MS + 1), judged(Level::Idle)),
        made("x", post("3", "ann", START_MS + 2), judged(Level::Idle)),
        made("x", post("4", "bob", START_MS), judged(Level::Idle)),
    ]);
    office.take(vec![deleted("x", "3")]);
    let held = claim_one(&office, "a");
    let to = |key, post| match office.begin_reply(holding(&held), key, "Hello", post) {
        Ok(ReplyStep::Send(job)) => Ok(job.reply_to),
        Ok(other) => panic!("{other:?}"),
        Err(why) => Err(why),
    };
    assert_eq!(to("a", None), Ok("post:2".into()));
    assert_eq!(to("b", Some("1")), Ok("post:1".into()));
    assert_eq!(to("c", Some("3")), Err(Refused::Withdrawn));
    assert_eq!(to("d", Some("4")), Err(Refused::NoSuchPost));
    assert_eq!(to("e", Some("9")), Err(Refused::NoSuchPost));
    let long = "a".repeat(281);
    assert_eq!(
        office.begin_reply(holding(&held), "f", &long, None),
        Err(Refused::TooLong {
            unit: "weighted characters".into(),
            max: 280,
            is: 281
        })
    );
}

// Acknowledgments.

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
    assert_eq!(after.state, "planned");
    assert_ne!(after.text, before);
    let office = with_complaint();
    office.begin(&[1]);
    office.take(vec![reworded()]);
    assert_eq!(office.show(1).ack.unwrap().text, before);
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
        judged(Level::Emergency),
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
    assert_eq!(ack.state, "dry_run");
    assert!(!ack.text.is_empty());
    office.take(vec![urgent("2")]);
    assert_eq!(office.decisions(1)[1], "acknowledged");
    assert_eq!(office.begin(&[1]), []);
    office.pass(HOUR_MS);
    assert_eq!(office.ring(), [] as [i64; 0]);
    office.audit();
}

/// Each "no" of the decision, kept with its post.
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
        (WhyNot::NoAuthor, &|_, post, _| post.author = None),
        (WhyNot::Bot, &|_, post, _| {
            post.author.as_mut().unwrap().bot = true
        }),
        (WhyNot::NotAddressed, &|_, post, _| post.addressed = false),
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
        assert_eq!(kept.unwrap().ack, why.as_str());
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

// The alarm.

#[test]
fn the_alarm_sends_what_a_worker_that_died_did_not() {
    let mut office = with_complaint();
    assert_eq!(office.alarm_ms.get(), Some(START_MS + GRACE_MS));
    office.now_ms = START_MS + GRACE_MS;
    assert_eq!(office.ring(), [1]);
    assert_eq!(office.begin(&[1]).len(), 1);
    // It died too: what it had begun may have arrived.
    office.now_ms = office.alarm_ms.get().unwrap();
    assert_eq!(office.ring(), [] as [i64; 0]);
    assert_eq!(office.ack(1).0, "sending");
    office.now_ms = office.alarm_ms.get().unwrap();
    assert_eq!(office.now_ms, START_MS + GRACE_MS + SENDING_MS);
    assert_eq!(office.ring(), [] as [i64; 0]);
    assert_eq!(
        office.ack(1),
        ("unknown".into(), Some("interrupted".into()))
    );
    // A word that comes after all makes certainty of it, and no second try.
    office.finish(1, later(None));
    assert_eq!(office.ack(1), ("refused".into(), Some("later".into())));
    office.audit();
}

#[test]
fn a_late_word_that_it_arrived_is_believed() {
    let mut office = with_complaint();
    office.begin(&[1]);
    office.pass(SENDING_MS);
    office.ring();
    assert_eq!(office.ack(1).0, "unknown");
    office.finish(1, sent());
    assert_eq!(office.ack(1).0, "sent");
    office.audit();
}

#[test]
fn the_alarm_sends_in_slices_and_comes_back_for_the_rest() {
    let mut office = Office::new();
    let count = i64::from(SLICE) + 5;
    for id in 0..count {
        let id = id.to_string();
        office.take(vec![made(
            "x",
            post(&id, &id, START_MS),
            judged(Level::Urgent),
        )]);
    }
    office.pass(GRACE_MS);
    let first = office.ring();
    assert_eq!(first.len(), SLICE as usize);
    assert_eq!(office.begin(&first).len(), SLICE as usize);
    let next_ms = office.alarm_ms.get().unwrap();
    assert!((office.now_ms..=office.now_ms + 1_000).contains(&next_ms));
    office.now_ms = next_ms;
    let second = office.ring();
    assert_eq!(second.len(), 5);
    assert!(second.iter().all(|seq| !first.contains(seq)));
    office.audit();
}

#[test]
fn the_alarm_is_set_by_the_first_post_and_again_if_it_never_came() {
    let mut office = Office::new();
    assert_eq!(office.alarm_ms.get(), None);
    let idle = |office: &Office, id: &str| {
        office.take(vec![made(
            "x",
            post(id, id, office.now_ms),
            judged(Level::Idle),
        )]);
    };
    idle(&office, "1");
    let first_ms = office.alarm_ms.take().unwrap();
    idle(&office, "2");
    assert_eq!(office.alarm_ms.get(), None, "it is set already");
    office.now_ms = first_ms + 60_000;
    idle(&office, "3");
    assert_eq!(office.alarm_ms.get(), None, "it may just be late");
    office.pass(1);
    idle(&office, "4");
    assert_eq!(office.alarm_ms.get(), Some(office.now_ms), "it never came");
    office.ring();
    // Something more pressing brings it forward.
    office.take(vec![made(
        "x",
        post("5", "5", office.now_ms),
        judged(Level::Urgent),
    )]);
    assert_eq!(office.alarm_ms.get(), Some(office.now_ms + GRACE_MS));
}

// Retention.

#[test]
fn what_ended_long_ago_is_forgotten_in_slices_and_stays_counted() {
    let mut office = Office::new();
    for id in 0..450 {
        let (id, author) = (id.to_string(), (id / 2).to_string());
        office.take(vec![made(
            "x",
            post(&id, &author, START_MS),
            judged(Level::Idle),
        )]);
    }
    office.take(vec![deleted("x", "never made")]);
    let mut held = Vec::new();
    loop {
        let claimed = office.claim(pull("a", MAX_CLAIM));
        if claimed.is_empty() {
            break;
        }
        held.extend(claimed);
    }
    let kept = held.pop().unwrap();
    for held in &held {
        office
            .begin_reply(holding(held), "k", "Hello", None)
            .unwrap();
        office.finish_reply(seq(held), "k", sent()).unwrap();
        office.resolve(holding(held), "solved").unwrap();
    }
    office.release(holding(&kept), 0).unwrap();
    office.audit();
    office.pass(90 * DAY_MS);
    office.ring();
    assert_eq!(office.counted("retired"), 0, "not before its time");
    office.pass(1);
    office.ring();
    assert_eq!(office.counted("retired"), 400);
    assert_eq!(office.alarm_ms.get(), Some(office.now_ms + 1_000));
    office.audit();
    office.pass(1_000);
    office.ring();
    assert_eq!(office.counted("retired"), 448);
    assert!(office.alarm_ms.get().unwrap() > office.now_ms + HOUR_MS);
    assert_eq!(office.counted("posts"), 450);
    assert_eq!(
        office.claim(pull("a", 9)).len(),
        1,
        "what is open is kept for ever"
    );
    assert_eq!(office.one(Ask::Show { seq: 1 }), Err(Refused::NotFound));
    office.audit();
}

// Looking.

#[test]
fn lists_go_by_state_and_page_newest_first() {
    let office = Office::new();
    for id in ["1", "2", "3", "4"] {
        office.take(vec![made("x", post(id, id, START_MS), judged(Level::Idle))]);
    }
    let held = claim_one(&office, "a");
    let done = claim_one(&office, "a");
    office.resolve(holding(&done), "solved").unwrap();
    let list = |filter: Filter| -> Vec<i64> { office.list(filter).iter().map(seq).collect() };
    let state = |state| Filter {
        state: Some(state),
        max: 9,
        ..Filter::default()
    };
    assert_eq!(list(state(State::Leased)), [seq(&held)]);
    assert_eq!(list(state(State::Done)), [seq(&done)]);
    assert_eq!(list(state(State::Waiting)), [4, 3]);
    let page = |before| {
        list(Filter {
            before,
            max: 3,
            ..Filter::default()
        })
    };
    assert_eq!(page(None), [4, 3, 2]);
    assert_eq!(page(Some(2)), [1]);
    let group = |group| {
        list(Filter {
            workgroup: Some(Workgroup::new(group)),
            max: 9,
            ..Filter::default()
        })
    };
    assert_eq!(group("trains").len(), 4);
    assert_eq!(group("freight").len(), 0);
}

#[test]
fn the_backlog_tells_what_waits_what_is_held_and_what_is_late() {
    let mut office = Office::new();
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Urgent)),
        made("x", post("2", "bob", START_MS), judged(Level::Routine)),
    ]);
    claim_one(&office, "a");
    let backlog = office.backlog();
    assert_eq!((backlog.leased, backlog.overdue), (1, 0));
    assert_eq!(backlog.oldest_ms, Some(START_MS));
    office.pass(15 * MINUTE_MS + 1);
    let backlog = office.backlog();
    assert_eq!((backlog.leased, backlog.overdue), (0, 1));
    let open: i64 = backlog.tallies.iter().map(|tally| tally.interactions).sum();
    assert_eq!(open, 2);
}

// The tables.

#[test]
fn tables_are_made_once_and_outlive_the_object() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("inbox.sqlite");
    for restarts in 0..3 {
        let office = Office {
            sql: Sqlite::open(&file),
            ..Office::new()
        };
        schema::migrate(&office.sql).unwrap();
        schema::migrate(&office.sql).unwrap();
        office.take(vec![made(
            "x",
            post("1", "ann", START_MS),
            judged(Level::Idle),
        )]);
        assert_eq!(office.show(1).posts[0].copies, restarts);
        office.audit();
    }
}

// The statements themselves.

/// What every delivery and every claim runs is planned once, whatever its values.
#[test]
fn hot_statements_are_planned_once() {
    let office = with_complaint();
    for author in ["bob", "cem", "dan"] {
        office.take(vec![made(
            "x",
            post(author, author, START_MS),
            judged(Level::Routine),
        )]);
        claim_one(&office, author);
    }
    let replanned = office.sql.replanned();
    for hot in [
        "known",
        "open",
        "insert_post",
        "heads",
        "claim",
        "posts_of",
        "acks_of",
        "note",
    ] {
        assert!(!replanned.contains(format!("-- {hot}").as_str()), "{hot}");
    }
}

/// Nothing on an agent's or a platform's path walks a table that grows, and the queries that the
/// indexes were made for use them.
#[test]
fn statements_use_their_indexes() {
    let mut office = with_complaint();
    office.config.limits.attempts = 1;
    office.take(vec![
        made("x", post("2", "bob", START_MS), judged(Level::Routine)),
        made("x", post("3", "cem", START_MS), judged(Level::Routine)),
    ]);
    office.begin(&[1]);
    office.finish(1, later(None));
    let one = claim_one(&office, "a");
    office.extend(holding(&one), 60).unwrap();
    let mut new = post("1", "ann", START_MS);
    new.text = "Still stuck".into();
    office.take(vec![
        edited("x", new, judged(Level::Emergency)),
        stop("x", "zoe"),
    ]);
    office.extend(holding(&one), 60).unwrap();
    office
        .begin_reply(holding(&one), "k", "Hello", None)
        .unwrap();
    office
        .begin_reply(holding(&one), "k", "Hello", None)
        .unwrap_err();
    office.finish_reply(1, "k", sent()).unwrap();
    office.release(holding(&one), 0).unwrap();
    office.assign(2, Some("a"), None).unwrap();
    let two = claim_one(&office, "a");
    office.resolve(holding(&two), "solved").unwrap();
    office.take(vec![
        deleted("x", "1"),
        deleted("x", "9"),
        deleted("x", "3"),
    ]);
    office.ring();
    office.list(Filter {
        max: 1,
        ..Filter::default()
    });
    office.backlog();
    office.show(1);
    office.pass(100 * DAY_MS);
    office.ring();

    let seen = office.sql.seen();
    let plan = |name: &str| {
        let sql = seen.get(name).unwrap_or_else(|| panic!("{name} never ran"));
        office.sql.plan(sql).join("\n")
    };
    for (name, index) in [
        ("-- heads", "USING INDEX ready (workgroup=?)"),
        (
            "-- known",
            "USING INDEX open_of_author (author=? AND source=?)",
        ),
        (
            "-- known",
            "USING INDEX ack_of_author (author=? AND source=?)",
        ),
        ("-- known", "USING PRIMARY KEY (id=?)"),
        ("-- due", "USING INDEX ack_due (due_ms<?)"),
        ("-- next_due", "USING COVERING INDEX ack_due"),
        ("-- clocks", "USING INDEX held (available_ms>?)"),
        ("-- clocks", "USING COVERING INDEX overdue (deadline_ms<?)"),
        ("-- clocks", "USING COVERING INDEX oldest"),
        (
            "-- posts_of",
            "USING INDEX post_of_interaction (interaction=?)",
        ),
        (
            "-- news",
            "USING INDEX post_of_interaction (interaction=? AND change>?)",
        ),
        (
            "-- reply_target",
            "USING INDEX post_of_interaction (interaction=?)",
        ),
        (
            "-- history",
            "USING INDEX history_of_interaction (interaction=?)",
        ),
        ("-- forgettable", "USING COVERING INDEX ended (ended_ms<?)"),
    ] {
        assert!(plan(name).contains(index), "{name}\n{}", plan(name));
    }
    assert!(
        !plan("-- heads").contains("TEMP B-TREE"),
        "the index is in order"
    );
    assert!(
        !plan("-- due").contains("TEMP B-TREE"),
        "the index is in order"
    );
    for (name, sql) in &seen {
        // A table of one row, of a few, of a page; and the migrations.
        if name.starts_with("-- schema") || name.starts_with("-- migration") {
            continue;
        }
        for step in office.sql.plan(sql) {
            let walks = step.starts_with("SCAN")
                && [
                    "interaction",
                    "post",
                    "ack",
                    "reply",
                    "history",
                    " i",
                    " p",
                    " a",
                ]
                .iter()
                .any(|table| step.split(" USING").next().unwrap_or("").ends_with(table));
            let looks = step.contains("USING COVERING INDEX oldest")
                || step.contains("USING COVERING INDEX ack_due");
            assert!(!walks || looks, "{name}: {step}");
        }
    }
}
