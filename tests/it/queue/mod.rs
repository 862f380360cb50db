//! Every operation of the inbox, one behaviour at a time, on real SQLite: a file for each operation, and
//! here the office in which they are asked.

mod again;
mod alarms;
mod books;
mod ceiling;
mod claim;
mod coverage;
mod duty;
mod emergency;
mod erase;
mod events;
mod fetch;
mod filling;
mod hold;
mod line;
mod listening;
mod lists;
mod look;
mod mine;
mod outbox;
mod own;
mod pause;
mod peers;
mod private;
mod promises;
mod receivers;
mod replay;
mod reply;
mod resolve;
mod retention;
mod route;
mod satisfaction;
mod schema;
mod supervise;
mod surge;
mod take_in;
mod taught;
mod together;
mod turns;

use crate::sqlite::{Sqlite, audit};
use heard::config::Config;
use heard::inbox::context::Desk;
use heard::inbox::look::{List, Show, ShowBacklog};
use heard::inbox::outbox::{BeginAcks, FinishAck};
use heard::inbox::question::{By, Question};
use heard::inbox::ready::Ready;
use heard::inbox::reply::{BeginReply, FinishReply, Finished};
use heard::inbox::serve::serve;
use heard::inbox::shard::Shard;
use heard::inbox::take_in::TakeIn;
use heard::inbox::wire::{
    Backlog, Extended, Filter, Holding, Incoming, Interaction, Job, Pull, Refused, Replied,
    ReplyStep,
};
use heard::inbox::work::{Assign, Claim, Extend, Release, Resolve};
use heard::judgement::{Actual, Kind, Level, Reason, Triage, Who};
use heard::platform::{Event, Outcome};
use heard::post::{Author, AuthorId, Platform, Post, PostId, PostKind, SourceId, Workgroup};
use heard::sql::Sql;
use std::cell::Cell;
use std::collections::BTreeMap;

/// A Sunday, so that a calendar of weekdays is closed: 2026-11-22T12:00:00Z.
pub const START_MS: i64 = 1_795_348_800_000;

pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

const TABLE: &str = r#"{
  "mode": "live",
  "brand": {"name": "Northline Rail", "team": "the Northline care team"},
  "limits": {"acks_per_minute": 1000, "acks_per_hour": 60000, "held_per_agent": 1000},
  "calendars": {"office": {"timezone": "UTC", "open": ["Mon-Fri 09:00-17:00"]}},
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
    pub shard: Shard,
    pub sql: Sqlite,
    pub config: Config,
    pub now_ms: i64,
    /// What the host would have set the object's alarm to.
    pub alarm_ms: Cell<Option<i64>>,
    /// What operations noted for those who wait.
    pub ready: Ready,
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
        heard::sql::open(&sql, heard::inbox::schema::MIGRATIONS).unwrap();
        Self {
            shard: Shard::at(0),
            sql,
            config,
            now_ms: START_MS,
            alarm_ms: Cell::new(None),
            ready: Ready::default(),
        }
    }

    pub fn at_desk<T>(&self, work: impl FnOnce(Desk<'_, Sqlite>) -> T) -> T {
        let alarm = Cell::new(None);
        let done = work(Desk {
            sql: &self.sql,
            config: &self.config,
            shard: self.shard,
            shards: self.config.shards,
            now_ms: self.now_ms,
            alarm: &alarm,
            ready: &self.ready,
        });
        if let Some(at_ms) = alarm.take() {
            self.alarm_ms.set(Some(at_ms));
        }
        done
    }

    pub fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Refused> {
        self.at_desk(|desk| serve(desk, None, question))
    }

    pub fn ask_by<Q: Question>(&self, by: By, question: Q) -> Result<Q::Answer, Refused> {
        self.at_desk(|desk| serve(desk, Some(by), question))
    }

    pub fn ring(&self) -> Vec<i64> {
        self.rung().planned
    }

    pub fn rung(&self) -> heard::inbox::retention::Rung {
        self.try_ring().unwrap()
    }

    pub fn try_ring(&self) -> Result<heard::inbox::retention::Rung, Refused> {
        self.at_desk(heard::inbox::retention::ring)
    }

    pub fn take(&self, events: Vec<Incoming>) -> Vec<i64> {
        let ask = TakeIn {
            events,
            ignored: BTreeMap::new(),
            shards: 1,
            sends: false,
        };
        self.ask(ask).unwrap().acks
    }

    pub fn claim(&self, pull: Pull) -> Vec<Interaction> {
        let leased = self.ask(Claim { pull }).unwrap();
        leased
            .interactions
            .iter()
            .map(|claimed| {
                let read: Interaction = serde_json::from_str(claimed.interaction.text()).unwrap();
                assert_eq!(read.rank, claimed.rank);
                read
            })
            .collect()
    }

    pub fn begin(&self, seqs: &[i64]) -> Vec<Job> {
        let seqs = seqs.to_vec();
        self.ask(BeginAcks { seqs }).unwrap()
    }

    /// Reports what became of the last try.
    pub fn finish(&self, seq: i64, outcome: Outcome) {
        let sql = "-- last_try\nSELECT attempts, emergency FROM ack WHERE interaction = ?1
ORDER BY state = 'sending' DESC, emergency DESC";
        let tried = self.sql.run(sql, vec![seq.into()]).unwrap();
        let ask = FinishAck {
            seq,
            emergency: tried[0].int(1).unwrap() != 0,
            attempt: tried[0].int(0).unwrap(),
            outcome,
        };
        assert_eq!(self.ask(ask), Ok(()), "{seq}");
    }

    fn finish_try(&self, seq: i64, attempt: i64, outcome: Outcome) {
        let ask = FinishAck {
            seq,
            emergency: false,
            attempt,
            outcome,
        };
        assert_eq!(self.ask(ask), Ok(()), "{seq}");
    }

    pub fn extend(&self, holding: Holding, lease_s: u32) -> Result<Extended, Refused> {
        self.ask(Extend { holding, lease_s })
    }

    pub fn show(&self, seq: i64) -> Interaction {
        self.ask(Show { seq }).unwrap()
    }

    pub fn resolve(&self, holding: Holding, outcome: &str) -> Result<Interaction, Refused> {
        self.ask(Resolve {
            holding,
            outcome: outcome.into(),
            note: None,
        })
    }

    pub fn release(&self, holding: Holding, delay_s: u32) -> Result<Interaction, Refused> {
        self.ask(Release {
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
        self.ask(Assign {
            seq,
            agent: agent.map(str::to_string),
            workgroup: workgroup.map(Workgroup::new),
            by: "boss".into(),
            serves: self.config.workgroups(),
        })
    }

    pub fn begin_reply(
        &self,
        holding: Holding,
        key: &str,
        text: &str,
        post: Option<&str>,
    ) -> Result<ReplyStep, Refused> {
        self.ask(BeginReply {
            survey: None,
            link: None,
            holding,
            key: key.into(),
            text: text.into(),
            post: post.map(PostId::new),
            public_name: None,
            heard: Default::default(),
        })
    }

    pub fn finish_reply(&self, seq: i64, key: &str, outcome: Outcome) -> Result<Replied, Refused> {
        let ask = FinishReply {
            seq,
            key: key.into(),
            outcome,
        };
        match self.ask(ask)? {
            Finished::Replied(replied) => Ok(replied),
            Finished::Unsent(refused) => Err(refused),
        }
    }

    pub fn backlog(&self) -> Backlog {
        self.ask(ShowBacklog {}).unwrap()
    }

    fn list(&self, filter: Filter) -> Vec<Interaction> {
        let found = self.ask(List { filter }).unwrap();
        found
            .iter()
            .map(|listed| serde_json::from_str(listed.interaction.text()).unwrap())
            .collect()
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
        (ack.state.to_string(), ack.why)
    }

    /// How many posts came to this decision.
    fn decided(&self, why: &str) -> i64 {
        let sql = "-- decided\nSELECT coalesce(sum(n), 0) FROM (
  SELECT n FROM decision WHERE why = ?1 UNION ALL SELECT decided FROM tally WHERE why = ?1)";
        let rows = self.sql.run(sql, vec![why.into()]).unwrap();
        rows[0].int(0).unwrap()
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
        author: Some(Author::of(author)),
        text: "My train is stuck and nobody tells us anything".into(),
        quoted: None,
        media: Vec::new(),
        automatic: false,
        calls: Vec::new(),
        cut: false,
        lang: None,
        created_ms: now_ms,
        permalink: Some("https://example.com/p".into()),
        parent: None,
        reply_to: format!("post:{id}"),
        barred: None,
        addressed: true,
        version: None,
        fetched: false,
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
        situation: None,
        situation_chance: 0.0,
        likely: None,
        danger: None,
        actual: Actual::Now,
        to_us: true,
        who: Who::Author,
        facts: Vec::new(),
        stated: None,
        despair: false,
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
    let at_ms = None;
    incoming(source, Event::Stop { author, at_ms }, None)
}

pub fn incoming(source: &str, event: Event, triage: Option<Triage>) -> Incoming {
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
        key: None,
        held_elsewhere: 0,
        ticket: None,
        able: Default::default(),
    }
}

pub fn seq(interaction: &Interaction) -> i64 {
    Shard::find(interaction.id.as_str(), 1).unwrap().1
}

/// The holder of one of several shards' interactions.
pub fn holding_in(interaction: &Interaction, shards: usize) -> Holding {
    let shards = u16::try_from(shards).unwrap();
    Holding {
        seq: Shard::find(interaction.id.as_str(), shards).unwrap().1,
        lease: interaction.lease.clone().unwrap(),
        agent: interaction.holder.clone().unwrap(),
        seen: None,
    }
}

pub fn holding(interaction: &Interaction) -> Holding {
    Holding {
        seq: seq(interaction),
        lease: interaction.lease.clone().unwrap(),
        agent: interaction.holder.clone().unwrap(),
        seen: None,
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

/// The same holder, who says to have seen the news up to there.
pub fn seeing(held: &Interaction, cursor: i64) -> Holding {
    Holding {
        seen: Some(cursor),
        ..holding(held)
    }
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
