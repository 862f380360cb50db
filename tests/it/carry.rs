//! All that an installation holds, carried to another with another number of shards: natively over SQLite, by the calls as
//! they come.

use crate::customers::{House, answered, made};
use crate::queue::{HOUR_MS, MINUTE_MS, judged, post, pull};
use crate::sqlite::Sqlite;
use heard::api::carry::{Asked, BEGINS, Line, Place, World, answer};
use heard::api::customers::World as _;
use heard::api::route::{Action, Role, find};
use heard::api::token::Bearer;
use heard::api::{self, Admitted, Call, Plan, customers};
use heard::carried::{Export, FORM, Import, Imported, Page};
use heard::cli::carry::{Proof, Sum, missing};
use heard::customers::wire;
use heard::directory;
use heard::directory::homes::World as _;
use heard::inbox::customer::TellKin;
use heard::inbox::outbox::{BeginAcks, FinishAck};
use heard::inbox::question::{By, Question};
use heard::inbox::shard::Shard;
use heard::inbox::wire::{Interaction, Refused};
use heard::inbox::work::Claim;
use heard::judgement::Level;
use heard::platform::{Event, Outcome};
use heard::post::{AuthorId, Platform};
use heard::sql::Sql as _;
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;

/// A house with its other objects.
struct Town {
    house: House,
    floor: Sqlite,
    pulse: Sqlite,
    accounts: Sqlite,
}

impl Town {
    fn new(n: u16) -> Self {
        let of = |migrations| {
            let sql = Sqlite::new();
            heard::sql::open(&sql, migrations).unwrap();
            sql
        };
        Self {
            house: House::new(n),
            floor: of(heard::floor::schema::MIGRATIONS),
            pulse: of(heard::pulse::schema::MIGRATIONS),
            accounts: of(heard::accounts::schema::MIGRATIONS),
        }
    }

    fn call(&self, line: &str, body: &str) -> Result<Box<Asked>, api::problem::Problem> {
        let (method, path) = line.split_once(' ').unwrap();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        let (route, id) = find(method, path)?;
        assert_eq!(route.role, Some(Role::Operator));
        let admitted = Admitted {
            route,
            id,
            bearer: Some(Bearer {
                jti: "t".into(),
                id: "olga".into(),
                role: Role::Operator,
                workgroups: Vec::new(),
                expires_s: i64::MAX,
            }),
        };
        let call = Call {
            method,
            path,
            query: &query,
            authorization: None,
            idempotency_key: None,
            body: body.as_bytes(),
            shards: self.house.n,
            origin: "https://heard.example",
        };
        match api::plan(
            &self.house.config,
            &call,
            &admitted,
            self.house.now_ms.get(),
        )? {
            Plan::Carry(asked) => Ok(asked),
            other => panic!("{other:?}"),
        }
    }

    async fn said(&self, line: &str, body: &str) -> (u16, Value) {
        match self.call(line, body) {
            Ok(asked) => {
                let said = answer(self, self.house.n, *asked).await;
                (said.status, serde_json::from_str(&said.body).unwrap())
            }
            Err(problem) => (problem.status, json!({"code": problem.code})),
        }
    }

    /// All lines, by pages of `max`.
    async fn out(&self, max: u32) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut cursor = String::new();
        for _ in 0..10_000 {
            let (status, said) = self
                .said(&format!("GET /v1/carry?max={max}{cursor}"), "")
                .await;
            assert_eq!(status, 200, "{said}");
            let some: Vec<Line> = serde_json::from_value(said["lines"].clone()).unwrap();
            lines.extend(some);
            match said["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return lines,
            }
        }
        panic!("no end");
    }

    /// Takes lines in, so many with each call; how many rows were new, or the problem.
    async fn take(&self, export: &str, lines: &[Line], together: usize) -> Result<u64, Value> {
        let begins = Line {
            form: FORM,
            kind: BEGINS.into(),
            ..Line::default()
        };
        let mut new = 0;
        let all: Vec<&Line> = std::iter::once(&begins).chain(lines).collect();
        for some in all.chunks(together) {
            let body: Vec<String> = some
                .iter()
                .map(|line| serde_json::to_string(line).unwrap())
                .collect();
            let (status, said) = self
                .said(&format!("POST /v1/carry?export={export}"), &body.join("\n"))
                .await;
            if status != 200 {
                return Err(said);
            }
            new += said["new"].as_u64().unwrap();
        }
        Ok(new)
    }

    fn count(&self, sql: &'static str) -> i64 {
        let of = |shard: &Sqlite| shard.run(sql, vec![]).unwrap()[0].int(0).unwrap();
        self.house.shards.iter().map(of).sum()
    }
}

fn sums(lines: &[Line]) -> BTreeMap<String, Sum> {
    let mut proof = Proof::default();
    lines.iter().for_each(|line| proof.add(line));
    proof.sums()
}

impl TellKin for Town {
    async fn ask<Q: Question>(&self, shard: Shard, ask: Q) -> Result<Q::Answer, Refused> {
        self.house.serve(shard, None, ask)
    }
}

impl customers::World for Town {
    async fn ask<Q: Question>(
        &self,
        shard: Shard,
        by: Option<By>,
        ask: Q,
    ) -> Result<Q::Answer, Refused> {
        self.house.serve(shard, by, ask)
    }

    async fn book<Q: heard::customers::question::Question>(
        &self,
        ask: Q,
    ) -> Result<Q::Answer, wire::Refused> {
        self.house.book(ask).await
    }

    async fn people(
        &self,
        platform: Platform,
        ids: Vec<AuthorId>,
        forget: bool,
    ) -> Result<Vec<AuthorId>, directory::wire::Refused> {
        self.house.people(platform, ids, forget).await
    }

    fn key(&self) -> Option<String> {
        self.house.key()
    }

    fn now_ms(&self) -> i64 {
        self.house.now_ms.get()
    }
}

/// One of the other objects' tables, asked without its object.
macro_rules! ask {
    ($town:ident, $place:ident, $ask:ident) => {
        match $place {
            Place::Directory(platform) => $town.house.directory(platform, $ask).await.ok(),
            Place::Customers => $town.house.book($ask).await.ok(),
            Place::Shard(shard) => $town.house.serve(shard, None, $ask).ok(),
            Place::Floor => {
                let memory = Cell::default();
                let desk = heard::floor::question::Desk {
                    sql: &$town.floor,
                    config: &$town.house.config,
                    memory: &memory,
                    now_ms: $town.house.now_ms.get(),
                };
                heard::floor::serve(&desk, $ask).ok()
            }
            Place::Pulse => {
                let memory = Cell::default();
                let desk = heard::pulse::question::Desk {
                    sql: &$town.pulse,
                    config: &$town.house.config,
                    memory: &memory,
                    now_ms: $town.house.now_ms.get(),
                    random: [7; 32],
                };
                heard::pulse::serve(&desk, $ask).ok()
            }
            Place::Accounts => {
                let desk = heard::accounts::context::Desk {
                    sql: &$town.accounts,
                    config: &$town.house.config,
                    now_ms: $town.house.now_ms.get(),
                };
                heard::accounts::serve(desk, $ask).ok()
            }
        }
    };
}

impl World for Town {
    async fn export(&self, place: Place, ask: Export) -> Option<Page> {
        ask!(self, place, ask)
    }

    async fn import(&self, place: Place, ask: Import) -> Option<Imported> {
        ask!(self, place, ask)
    }
}

/// What an author's deliveries were, to be delivered again.
const AUTHORS: [&str; 12] = [
    "ann-x", "bob", "cem", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kim", "leo",
];

/// A day's work: some answered, some acknowledged, one silent, one forgotten, one a customer by two accounts.
async fn busy(town: &Town) -> Vec<heard::inbox::wire::Incoming> {
    let house = &town.house;
    house.know_ann("elite").await;
    let mut old = Vec::new();
    for (n, who) in AUTHORS.iter().enumerate() {
        let level = if n % 3 == 0 {
            Level::Routine
        } else {
            Level::Urgent
        };
        let now_ms = house.now_ms.get();
        old.push(made(
            "x",
            Platform::X,
            post(&format!("p{n}"), who, now_ms),
            judged(level),
        ));
        old.push(made(
            "x",
            Platform::X,
            post(&format!("q{n}"), who, now_ms),
            judged(level),
        ));
        old.push(made(
            "wa",
            Platform::Whatsapp,
            post(&format!("w{n}"), who, now_ms),
            judged(Level::Routine),
        ));
        // One whose author the platform hides.
        let mut hidden = post(&format!("h{n}"), who, now_ms);
        hidden.author = None;
        old.push(made(
            "fb",
            Platform::Facebook,
            hidden,
            judged(Level::Urgent),
        ));
    }
    house.take(old.clone()).await;
    // Every second shard's acknowledgments leave; the others wait for the alarm.
    for shard in Shard::all(house.n) {
        let planned = house.at_desk(shard, |desk| {
            let rows = desk.sql.run(
                "-- planned\nSELECT interaction FROM ack WHERE state = 'planned' ORDER BY interaction",
                vec![],
            );
            let seqs: Vec<i64> = rows.unwrap().iter().map(|row| row.int(0).unwrap()).collect();
            seqs
        });
        for (n, seq) in planned.into_iter().enumerate() {
            if n % 2 == 0 {
                let begun = house.serve(shard, None, BeginAcks { seqs: vec![seq] });
                for job in begun.unwrap() {
                    let ask = FinishAck {
                        seq: job.seq,
                        emergency: job.emergency,
                        attempt: job.attempt,
                        outcome: Outcome::Sent {
                            id: Some(format!("s{n}")),
                        },
                    };
                    house.serve(shard, None, ask).unwrap();
                }
            }
        }
    }
    house.pass(MINUTE_MS);
    let stop = heard::inbox::wire::Incoming {
        source: heard::post::SourceId::new("x"),
        platform: Platform::X,
        event: Event::Stop {
            author: AuthorId::new("bob"),
            at_ms: Some(house.now_ms.get()),
        },
        triage: None,
    };
    house.take(vec![stop]).await;
    answered(house, "cem", "zoe");
    answered(house, "fay", "zoe");
    house
        .ok(Role::Supervisor, "DELETE /v1/authors/x/leo?reason=t-1", "")
        .await;
    house.ring().await;
    house.pass(MINUTE_MS);
    old
}

#[tokio::test]
async fn all_of_it_comes_over_whatever_the_numbers_of_shards() {
    for (from, to) in [(1, 4), (4, 1), (3, 4)] {
        let (old, new) = (Town::new(from), Town::new(to));
        let delivered = busy(&old).await;
        old.house.audit();
        new.house.now_ms.set(old.house.now_ms.get());
        let lines = old.out(7).await;
        assert_eq!(
            sums(&lines),
            sums(&old.out(500).await),
            "by pages or at once"
        );
        let text = serde_json::to_string(&lines).unwrap();
        assert!(!text.contains("lease"), "a lease is its holder's secret");
        // It breaks off, goes on, and comes again.
        let most = lines.len() * 2 / 3;
        let begun = new.take("e-1", &lines[..most], 40).await.unwrap();
        let rest = new.take("e-1", &lines, 11).await.unwrap();
        assert!(begun > 100 && rest > 10, "{begun} {rest}");
        assert_eq!(
            new.take("e-1", &lines, 300).await,
            Ok(0),
            "it changes nothing"
        );
        let occupied = new.take("e-2", &lines, 300).await.unwrap_err();
        assert_eq!(occupied["code"], "occupied");
        let there = new.out(50).await;
        assert_eq!(
            missing(&sums(&lines), &sums(&there)),
            [""; 0],
            "{from} to {to}"
        );
        new.house.audit();
        for count in [
            "-- carry_count_3\nSELECT count(*) FROM interaction",
            "-- carry_count_7\nSELECT count(interaction) FROM post",
            "-- carry_count_5\nSELECT count(*) FROM reply",
            "-- carry_count_6\nSELECT count(*) FROM stop",
            "-- carry_count_0\nSELECT coalesce(sum(interactions), 0) FROM tally WHERE state = 'open'",
            "-- carry_count_8\nSELECT n FROM counter WHERE name = 'retired'",
            "-- carry_count_1\nSELECT coalesce(sum(n), 0) FROM (SELECT n FROM decision UNION ALL SELECT decided FROM tally)",
            "-- carry_count_2\nSELECT coalesce(sum(n), 0) FROM fate",
        ] {
            assert_eq!(
                old.count(count),
                new.count(count),
                "{from} to {to}: {count}"
            );
        }
        new.house.ring().await;
        new.house.audit();
        // Whatever a platform delivers again is known, and nobody is told sorry twice.
        let before = new.count("-- carry_count_4\nSELECT count(*) FROM post");
        assert_eq!(new.house.take(delivered.clone()).await, 0, "{from} to {to}");
        assert_eq!(
            new.count("-- carry_count_4\nSELECT count(*) FROM post"),
            before,
            "{from} to {to}"
        );
        new.house.pass(MINUTE_MS);
        old.house.pass(MINUTE_MS);
        for (n, who) in AUTHORS
            .iter()
            .enumerate()
            .filter(|(n, who)| n % 3 != 0 && **who != "leo")
        {
            let (id, level) = (format!("r{n}"), Level::Urgent);
            let here = new.house.write("x", Platform::X, &id, who, level).await;
            // As it would have been where it was: whoever had a note has no second one.
            let there = old.house.write("x", Platform::X, &id, who, level).await;
            assert_eq!(here, there, "{who}: {from} to {to}");
        }
        // A stop holds, and the tier of a customer is known.
        new.house.pass(400 * HOUR_MS);
        assert_eq!(
            new.house
                .write("x", Platform::X, "z", "bob", Level::Urgent)
                .await,
            0
        );
        let bobs = new.house.of("bob");
        let last = bobs
            .iter()
            .flat_map(|one| &one.posts)
            .find(|post| post.id.as_str() == "z");
        assert_eq!(last.unwrap().ack, "stopped");
        // Everybody is found where they are: one claim over all shards has each once.
        let mut ids = Vec::new();
        for shard in Shard::all(to) {
            let claimed = new
                .house
                .serve(
                    shard,
                    None,
                    Claim {
                        pull: pull("zoe", 50),
                    },
                )
                .unwrap();
            for one in claimed.interactions {
                let read: Interaction = serde_json::from_str(one.interaction.text()).unwrap();
                ids.push((read.platform, read.posts[0].id.clone()));
            }
        }
        let n = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), n);
        new.house.audit();
    }
}

#[tokio::test]
async fn an_installation_that_holds_work_takes_nothing_in() {
    let (old, new) = (Town::new(1), Town::new(4));
    busy(&old).await;
    let lines = old.out(500).await;
    new.house
        .write("x", Platform::X, "1", "ann", Level::Urgent)
        .await;
    let refused = new.take("e-1", &lines, 300).await.unwrap_err();
    assert_eq!(refused["code"], "occupied");
    assert_eq!(
        new.count("-- carry_count_3\nSELECT count(*) FROM interaction"),
        1
    );
}

#[tokio::test]
async fn a_bad_line_is_refused_by_its_kind() {
    let town = Town::new(2);
    for (line, status) in [
        (r#"{"form": 2, "kind": "inbox.stop", "row": {}}"#, 400),
        (r#"{"form": 1, "kind": "inbox.none", "row": {}}"#, 400),
        (r#"{"form": 1, "kind": "none", "row": {}}"#, 400),
        (r#"{"form": 1, "kind": "inbox.stop", "row": {}}"#, 400),
        (
            r#"{"form": 1, "kind": "inbox.post", "of": ["x", "ann"], "row": {"id": "x:1"}}"#,
            503,
        ),
        ("no line", 400),
    ] {
        let (said, _) = town.said("POST /v1/carry?export=e", line).await;
        assert_eq!(said, status, "{line}");
    }
    assert_eq!(town.said("POST /v1/carry", "").await.0, 422);
    assert_eq!(town.said("GET /v1/carry?cursor=no", "").await.0, 422);
    assert_eq!(Action::CarryIn.as_str(), "carry_in");
    for role in [Role::Agent, Role::Supervisor, Role::Crm, Role::Monitor] {
        assert!(!role.may(Role::Operator) && !Role::Operator.may(role));
    }
}
