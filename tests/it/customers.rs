//! Customers over one shard and over four, natively on real SQLite, by the calls as they come: what a CRM says, what
//! claims show, what two authors of one person share, and forgetting.

use crate::queue::{DAY_MS, HOUR_MS, MINUTE_MS, START_MS, judged, post, pull};
use crate::sqlite::{Sqlite, audit};
use heard::api::customers::{Asked, World, answer};
use heard::api::response::Response;
use heard::api::route::Role;
use heard::api::similar::similar;
use heard::api::token::Bearer;
use heard::api::{self, Admitted, Call, Plan, route};
use heard::config::Config;
use heard::customers::{self, wire};
use heard::directory::{self, homes, wire::People};
use heard::inbox::context::Desk;
use heard::inbox::customer::{Identity, TellKin, tell_kin};
use heard::inbox::forget::{ForgetAuthors, PIECE, Unsaw};
use heard::inbox::look::{List, Show};
use heard::inbox::question::{By, Question};
use heard::inbox::ready::Ready;
use heard::inbox::reply::{BeginReply, FinishReply, Finished};
use heard::inbox::retention::ring;
use heard::inbox::schema;
use heard::inbox::serve::serve;
use heard::inbox::shard::Shard;
use heard::inbox::wire::{Filter, Holding, Incoming, Interaction, Refused};
use heard::inbox::work::{Claim, Resolve};
use heard::judgement::{Kind, Level, Triage};
use heard::platform::{Event, Outcome};
use heard::post::{AuthorId, Platform, Post, SourceId};
use heard::scope::Scope;
use heard::sql::Sql as _;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

pub const TABLE: &str = r#"{
  "mode": "live",
  "brand": {"name": "Northline Rail", "team": "the Northline care team"},
  "limits": {"acks_per_minute": 1000, "acks_per_hour": 60000, "held_per_agent": 1000},
  "tiers": [{"name": "elite", "deadline": 0.5}, {"name": "slow", "deadline": 4}],
  "apps": [{"id": "meta", "scheme": "meta"}, {"id": "x", "scheme": "x"}],
  "sources": [
    {"id": "fb", "app": "meta", "platform": "facebook", "account": "1", "workgroup": "trains"},
    {"id": "wa", "app": "meta", "platform": "whatsapp", "account": "2", "workgroup": "trains"},
    {"id": "x", "app": "x", "platform": "x", "account": "3", "workgroup": "trains"}
  ]
}"#;

/// The brand's objects.
pub struct House {
    pub config: Config,
    pub n: u16,
    pub shards: Vec<Sqlite>,
    book: Sqlite,
    directories: RefCell<BTreeMap<Platform, Sqlite>>,
    pub now_ms: Cell<i64>,
    down: RefCell<BTreeSet<Shard>>,
    /// How long a question takes.
    takes_ms: Cell<i64>,
}

impl House {
    pub fn new(n: u16) -> Self {
        Self::with(TABLE, n)
    }

    pub fn with(table: &str, n: u16) -> Self {
        let config = Config::read(table, &|name| {
            name.starts_with("REPLY_TOKEN__")
                .then(|| "a-credential".to_string())
        });
        assert_eq!(config.sources.len(), 3, "{:?}", config.problems);
        let shard = |_| {
            let sql = Sqlite::new();
            heard::sql::open(&sql, schema::MIGRATIONS).unwrap();
            sql
        };
        let book = Sqlite::new();
        heard::sql::open(&book, directory::schema::MIGRATIONS).unwrap();
        Self {
            config,
            n,
            shards: (0..n).map(shard).collect(),
            book,
            directories: RefCell::default(),
            now_ms: Cell::new(START_MS),
            down: RefCell::default(),
            takes_ms: Cell::new(0),
        }
    }

    pub fn at_desk<T>(&self, shard: Shard, work: impl FnOnce(Desk<'_, Sqlite>) -> T) -> T {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        work(Desk {
            sql: &self.shards[usize::from(shard.number())],
            config: &self.config,
            shard,
            shards: self.n,
            now_ms: self.now_ms.get(),
            alarm: &alarm,
            ready: &ready,
        })
    }

    pub fn serve<Q: Question>(
        &self,
        shard: Shard,
        by: Option<By>,
        ask: Q,
    ) -> Result<Q::Answer, Refused> {
        self.at_desk(shard, |desk| serve(desk, by, ask))
    }

    pub fn pass(&self, ms: i64) {
        self.now_ms.set(self.now_ms.get() + ms);
    }

    /// Takes updates in as a Worker does, with what follows its answer.
    pub async fn take(&self, events: Vec<Incoming>) -> usize {
        let taken = homes::take_in(self, self.n, events, BTreeMap::new()).await;
        assert!(taken.durable);
        for (shard, kin) in taken.kin {
            tell_kin(self, self.n, shard, kin).await;
        }
        let begun = taken.jobs.map_or(0, |(_, jobs)| jobs.len());
        begun + taken.acks.iter().map(|(_, acks)| acks.len()).sum::<usize>()
    }

    /// The same, by a Worker that dies before it tells anybody.
    async fn take_and_die(&self, events: Vec<Incoming>) {
        assert!(
            homes::take_in(self, self.n, events, BTreeMap::new())
                .await
                .durable
        );
    }

    pub async fn ring(&self) {
        for shard in Shard::all(self.n) {
            let rung = self.at_desk(shard, |desk| ring(desk).unwrap());
            tell_kin(self, self.n, shard, rung.kin).await;
        }
    }

    pub async fn write(
        &self,
        source: &str,
        platform: Platform,
        id: &str,
        who: &str,
        level: Level,
    ) -> usize {
        let post = post(id, who, self.now_ms.get());
        self.take(vec![made(source, platform, post, judged(level))])
            .await
    }

    /// Everything that one sees.
    pub fn all(&self) -> Vec<(Shard, Interaction)> {
        let mut all = Vec::new();
        for shard in Shard::all(self.n) {
            let filter = Filter {
                max: 50,
                ..Filter::default()
            };
            for one in self.serve(shard, None, List { filter }).unwrap() {
                let (_, seq) = Shard::find(one.id.as_str(), self.n).unwrap();
                all.push((shard, self.serve(shard, None, Show { seq }).unwrap()));
            }
        }
        all
    }

    pub fn of(&self, author: &str) -> Vec<Interaction> {
        let all = self.all().into_iter().map(|(_, one)| one);
        all.filter(|one| one.author.as_ref().is_some_and(|a| a.id.as_str() == author))
            .collect()
    }

    pub async fn call(&self, role: Role, line: &str, body: &str) -> Response {
        match self.planned(role, line, body) {
            Ok(Plan::Customers(asked)) => answer(self, &self.config, self.n, *asked).await,
            Ok(Plan::Similar(of, by)) => similar(self, self.n, of, by).await,
            Ok(other) => panic!("{line}: {other:?}"),
            Err(problem) => problem.into(),
        }
    }

    fn planned(&self, role: Role, line: &str, body: &str) -> Result<Plan, api::problem::Problem> {
        let (method, path) = line.split_once(' ').unwrap();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        let (found, id) = route::find(method, path)?;
        assert!(role.may(found.role.unwrap()), "{line} is not for {role:?}");
        let admitted = Admitted {
            route: found,
            id,
            bearer: Some(Bearer {
                jti: "t".into(),
                id: if role == Role::Crm {
                    "crm".into()
                } else {
                    "sue".into()
                },
                role,
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
            shards: self.n,
            origin: "https://heard.example",
        };
        api::plan(&self.config, &call, &admitted, self.now_ms.get())
    }

    pub async fn ok(&self, role: Role, line: &str, body: &str) -> Value {
        let said = self.call(role, line, body).await;
        assert_eq!(said.status, 200, "{line}: {}", said.body);
        serde_json::from_str(&said.body).unwrap()
    }

    /// Ann, who writes on X and on Facebook.
    pub async fn know_ann(&self, tier: &str) {
        let body = json!({"name": "Ann", "tier": tier, "language": "en", "contact_consent": true,
            "identities": [{"platform": "x", "author": "ann-x"}, {"platform": "facebook", "author": "ann-fb"}],
            "links": {"orders": "https://shop.example/ann"}, "occurred_at": "2026-11-20T00:00:00Z"});
        let said = self
            .ok(Role::Crm, "PUT /v1/customers/c-1", &body.to_string())
            .await;
        assert_eq!(said["outcome"], "created");
    }

    pub fn audit(&self) {
        for shard in &self.shards {
            audit(shard).unwrap();
        }
    }

    /// How many rows any table of any object has that holds this text in some column.
    pub fn traces(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let directories = self.directories.borrow();
        let all = self
            .shards
            .iter()
            .chain([&self.book])
            .chain(directories.values());
        for sql in all {
            for table in sql.holding(text) {
                found.push(table);
            }
        }
        found
    }
}

impl homes::World for House {
    async fn ask<Q: Question>(&self, shard: Shard, ask: Q) -> Result<Q::Answer, Refused> {
        World::ask(self, shard, None, ask).await
    }

    async fn directory<Q: directory::question::Question>(
        &self,
        platform: Platform,
        ask: Q,
    ) -> Result<Q::Answer, directory::wire::Refused> {
        let mut all = self.directories.borrow_mut();
        let sql = all.entry(platform).or_insert_with(|| {
            let sql = Sqlite::new();
            heard::sql::open(&sql, directory::schema::MIGRATIONS).unwrap();
            sql
        });
        let desk = directory::question::Desk {
            sql: &*sql,
            retention_days: 90,
            now_ms: self.now_ms.get(),
        };
        directory::serve(&desk, ask)
    }
}

impl TellKin for House {
    async fn ask<Q: Question>(&self, shard: Shard, ask: Q) -> Result<Q::Answer, Refused> {
        World::ask(self, shard, None, ask).await
    }
}

impl World for House {
    async fn ask<Q: Question>(
        &self,
        shard: Shard,
        by: Option<By>,
        ask: Q,
    ) -> Result<Q::Answer, Refused> {
        if self.down.borrow().contains(&shard) {
            return Err(Refused::Storage("down".into()));
        }
        self.pass(self.takes_ms.get());
        self.serve(shard, by, ask)
    }

    async fn book<Q: customers::question::Question>(
        &self,
        ask: Q,
    ) -> Result<Q::Answer, wire::Refused> {
        let desk = customers::question::Desk {
            sql: &self.book,
            now_ms: self.now_ms.get(),
        };
        customers::serve(&desk, ask)
    }

    async fn people(
        &self,
        platform: Platform,
        ids: Vec<AuthorId>,
        forget: bool,
    ) -> Result<Vec<AuthorId>, directory::wire::Refused> {
        homes::World::directory(self, platform, People { ids, forget }).await
    }

    fn key(&self) -> Option<String> {
        Some("0123456789abcdef0123456789abcdef".into())
    }

    fn now_ms(&self) -> i64 {
        self.now_ms.get()
    }
}

pub fn made(source: &str, platform: Platform, post: Post, triage: Triage) -> Incoming {
    Incoming {
        source: SourceId::new(source),
        platform,
        event: Event::Made { post },
        triage: Some(triage),
    }
}

pub fn thanks() -> Triage {
    Triage {
        kind: Kind::Praise,
        sentiment: 0.8,
        ..judged(Level::Idle)
    }
}

const BOTH: [u16; 2] = [1, 4];

#[tokio::test]
async fn what_a_crm_says_is_kept_and_an_older_word_changes_nothing() {
    for n in BOTH {
        let house = House::new(n);
        house.know_ann("elite").await;
        let shown = house
            .ok(Role::Supervisor, "GET /v1/customers/c-1", "")
            .await;
        assert_eq!(
            (&shown["tier"], &shown["links"]["orders"], &shown["put_by"]),
            (
                &json!("elite"),
                &json!("https://shop.example/ann"),
                &json!("crm")
            )
        );
        assert_eq!(shown["identities"].as_array().unwrap().len(), 2);
        // Older.
        let older = r#"{"tier": "slow", "occurred_at": "2026-11-19T23:59:59Z"}"#;
        let said = house.ok(Role::Crm, "PUT /v1/customers/c-1", older).await;
        assert_eq!(said["outcome"], "older");
        let shown = house.ok(Role::Crm, "GET /v1/customers/c-1", "").await;
        assert_eq!(shown["tier"], "elite");
        // Newer takes an author from another.
        let newer = r#"{"identities": [{"platform": "x", "author": "ann-x"}], "occurred_at": "2026-11-21T00:00:00Z"}"#;
        let said = house.ok(Role::Crm, "PUT /v1/customers/c-2", newer).await;
        assert_eq!(
            said,
            json!({"id": "c-2", "outcome": "created", "taken_from": ["c-1"], "left_out": []})
        );
        let shown = house.ok(Role::Crm, "GET /v1/customers/c-1", "").await;
        assert_eq!(
            shown["identities"],
            json!([{"platform": "facebook", "author": "ann-fb"}])
        );
        // Deleted, an older word does not bring them back, and a newer one does.
        house.ok(Role::Crm, "DELETE /v1/customers/c-2", "").await;
        assert_eq!(
            house
                .call(Role::Crm, "GET /v1/customers/c-2", "")
                .await
                .status,
            404
        );
        let said = house.ok(Role::Crm, "PUT /v1/customers/c-2", newer).await;
        assert_eq!(said["outcome"], "older");
        house.ok(Role::Crm, "DELETE /v1/customers/c-2", "").await;
        let later = r#"{"occurred_at": "2026-11-23T00:00:00Z"}"#;
        let said = house.ok(Role::Crm, "PUT /v1/customers/c-2", later).await;
        assert_eq!(said["outcome"], "created");
    }
}

#[tokio::test]
async fn bad_fields_are_named_and_roles_are_held_to_their_calls() {
    let house = House::new(1);
    for (body, field) in [
        (r#"{"tier": "gold"}"#, "tier"),
        (r#"{"language": "english"}"#, "language"),
        (
            r#"{"identities": [{"platform": "icq", "author": "1"}]}"#,
            "platform",
        ),
        (r#"{"identities": [{"platform": "x"}]}"#, "identities"),
        (
            r#"{"identities": [{"platform": "x", "author": "1", "name": "n"}]}"#,
            "name",
        ),
        (r#"{"links": {"orders": "javascript:alert(1)"}}"#, "links"),
        (r#"{"occurred_at": "yesterday"}"#, "occurred_at"),
        (r#"{"occurred_at": 5}"#, "occurred_at"),
        (r#"{"vip": true}"#, "vip"),
    ] {
        let problem = house
            .planned(Role::Crm, "PUT /v1/customers/c", body)
            .unwrap_err();
        let named = problem.more.get("field").and_then(Value::as_str);
        assert_eq!((problem.status, named), (422, Some(field)), "{body}");
    }
    let by = |role, line: &str| {
        house
            .planned(role, line, "")
            .map(|_| ())
            .map_err(|p| p.status)
    };
    assert_eq!(by(Role::Supervisor, "PUT /v1/customers/c"), Err(403));
    assert_eq!(by(Role::Supervisor, "POST /v1/customers"), Err(403));
    assert_eq!(by(Role::Supervisor, "DELETE /v1/customers/c"), Err(422));
    assert_eq!(by(Role::Supervisor, "DELETE /v1/authors/x/ann"), Err(422));
    assert_eq!(
        by(Role::Supervisor, "DELETE /v1/authors/icq/ann?reason=r"),
        Err(404)
    );
    assert!(!Role::Agent.may(Role::Crm) && !Role::Crm.may(Role::Supervisor));
}

#[tokio::test]
async fn ten_thousand_lines_are_taken_and_those_that_fail_are_named() {
    let house = House::new(4);
    let mut lines = String::new();
    for n in 0..10_000 {
        let line = match n {
            17 => "{\"id\": \"c-17\", \"tier\": \"gold\"}".to_string(),
            99 => "not json".to_string(),
            _ => format!(
                "{{\"id\": \"c-{n}\", \"tier\": \"elite\", \"occurred_at\": \"{}\", \"identities\": [{{\"platform\": \"x\", \"author\": \"a{n}\"}}]}}",
                START_MS + n
            ),
        };
        lines += &line;
        lines.push('\n');
    }
    let said = house.ok(Role::Crm, "POST /v1/customers", &lines).await;
    let counts = ["lines", "created", "failed", "older"].map(|key| said[key].as_i64().unwrap());
    assert_eq!(counts, [10_000, 9_998, 2, 0]);
    let problems = said["problems"].as_array().unwrap();
    assert_eq!(
        (
            &problems[0]["line"],
            &problems[0]["field"],
            &problems[1]["line"]
        ),
        (&json!(18), &json!("tier"), &json!(100))
    );
    // Sent again it changes nothing; a shard that is down names its lines, and then nothing is missing.
    let again = house.ok(Role::Crm, "POST /v1/customers", &lines).await;
    assert_eq!(again["unchanged"], 9_998);
    let all = Shard::all(4).collect::<Vec<_>>();
    house.down.borrow_mut().insert(all[2]);
    let newer = lines.replace("elite", "slow");
    let said = house.ok(Role::Crm, "POST /v1/customers", &newer).await;
    let failed = said["failed"].as_i64().unwrap();
    assert!(failed > 2_000 && failed < 3_000, "{failed}");
    house.down.borrow_mut().clear();
    house.ok(Role::Crm, "POST /v1/customers", &newer).await;
    let slow: i64 = house
        .shards
        .iter()
        .map(|sql| {
            sql.run(
                "-- slow\nSELECT count(*) FROM customer WHERE tier = 'slow'",
                vec![],
            )
            .unwrap()[0]
                .int(0)
                .unwrap()
        })
        .sum();
    assert_eq!(slow, 9_998);
    let untold = house.book.run(
        "-- left\nSELECT count(*) FROM customer_record WHERE untold IS NOT NULL",
        vec![],
    );
    assert_eq!(untold.unwrap()[0].int(0).unwrap(), 0);
    let too_many = "{}\n".repeat(10_001);
    assert_eq!(
        house
            .call(Role::Crm, "POST /v1/customers", &too_many)
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_tier_hurries_what_comes_and_what_is_open_and_is_shown() {
    for n in BOTH {
        let house = House::new(n);
        house
            .write("x", Platform::X, "1", "ann-x", Level::Urgent)
            .await;
        let due = |house: &House, author: &str| house.of(author)[0].deadline_ms - START_MS;
        assert_eq!(due(&house, "ann-x"), 15 * MINUTE_MS);
        house.know_ann("elite").await;
        assert_eq!(
            due(&house, "ann-x"),
            7 * MINUTE_MS,
            "15 halved, whole minutes"
        );
        house
            .write("fb", Platform::Facebook, "2", "ann-fb", Level::Routine)
            .await;
        assert_eq!(due(&house, "ann-fb"), 2 * HOUR_MS);
        house
            .write("x", Platform::X, "3", "bob", Level::Routine)
            .await;
        assert_eq!(due(&house, "bob"), 4 * HOUR_MS);
        let shown = house.of("ann-fb").remove(0);
        let customer = shown.customer.unwrap();
        assert_eq!(
            (customer.id.as_str(), customer.tier.as_deref()),
            ("c-1", Some("elite"))
        );
        assert_eq!(house.of("bob")[0].customer, None);
        // With a claim too.
        let mut claimed = Vec::new();
        for shard in Shard::all(n) {
            let leased = house
                .serve(
                    shard,
                    None,
                    Claim {
                        pull: pull("ana", 9),
                    },
                )
                .unwrap();
            claimed.extend(leased.interactions);
        }
        let told: Vec<Interaction> = claimed
            .iter()
            .map(|one| serde_json::from_str(one.interaction.text()).unwrap())
            .collect();
        let elite = told
            .iter()
            .filter(|one| one.customer.as_ref().is_some_and(|c| c.tier.is_some()));
        assert_eq!(elite.count(), 2);
        house.audit();
    }
}

#[tokio::test]
async fn no_tier_makes_an_emergency_wait() {
    let house = House::new(1);
    let config = &house.config;
    for source in &config.sources {
        for tier in [None, Some("elite"), Some("slow"), Some("unknown")] {
            for at_ms in (0..60).map(|n| START_MS + n * 7 * HOUR_MS) {
                let due = |level| {
                    config
                        .deadlines
                        .deadline_of(source, level, at_ms, config.percent(tier, level))
                };
                let usual = config.deadlines.deadline(source, Level::Emergency, at_ms);
                assert!(due(Level::Emergency) <= usual && due(Level::Emergency) > at_ms);
                // Whatever the tiers, it goes before everything that is none.
                for other in [None, Some("elite"), Some("slow")] {
                    for level in [Level::Idle, Level::Routine, Level::Urgent] {
                        let theirs = config.deadlines.deadline_of(
                            source,
                            level,
                            at_ms,
                            config.percent(other, level),
                        );
                        let (first, then) = (
                            heard::inbox::rank::rank(due(Level::Emergency), Level::Emergency, 80),
                            heard::inbox::rank::rank(theirs, level, 79),
                        );
                        assert!(first < then);
                    }
                }
            }
        }
    }
    let body =
        json!({"tier": "slow", "identities": [{"platform": "x", "author": "slow"}]}).to_string();
    house.ok(Role::Crm, "PUT /v1/customers/s", &body).await;
    house
        .write("x", Platform::X, "1", "slow", Level::Emergency)
        .await;
    assert_eq!(house.of("slow")[0].deadline_ms - START_MS, 5 * MINUTE_MS);
    house
        .write("x", Platform::X, "2", "bob", Level::Routine)
        .await;
    house
        .write("fb", Platform::Facebook, "3", "s2", Level::Routine)
        .await;
    assert_eq!(house.of("bob")[0].deadline_ms - START_MS, 4 * HOUR_MS);
}

#[tokio::test]
async fn two_authors_of_one_person_share_stop_cooldown_and_past() {
    for n in BOTH {
        let house = House::new(n);
        house.know_ann("elite").await;
        assert_eq!(
            house
                .write("x", Platform::X, "1", "ann-x", Level::Urgent)
                .await,
            1
        );
        // One note was decided: the other platform's waits for the cooldown.
        assert_eq!(
            house
                .write("fb", Platform::Facebook, "2", "ann-fb", Level::Urgent)
                .await,
            0
        );
        assert_eq!(house.of("ann-fb")[0].posts[0].ack, "cooldown");
        // Somebody else's does not.
        assert_eq!(
            house
                .write("fb", Platform::Facebook, "3", "bob-fb", Level::Urgent)
                .await,
            1
        );
        if n == 1 {
            let earlier = &house.of("ann-fb")[0].earlier;
            assert_eq!((earlier.len(), earlier[0].source.as_str()), (1, "x"));
        }
        house.pass(2 * DAY_MS);
        house.ring().await;
        // The cooldown is over.
        assert_eq!(
            house
                .write("fb", Platform::Facebook, "4", "ann-fb", Level::Urgent)
                .await,
            1
        );
        house
            .take(vec![Incoming {
                source: SourceId::new("x"),
                platform: Platform::X,
                event: Event::Stop {
                    author: AuthorId::new("ann-x"),
                    at_ms: Some(house.now_ms.get()),
                },
                triage: None,
            }])
            .await;
        house.pass(2 * DAY_MS);
        house
            .write("fb", Platform::Facebook, "5", "ann-fb", Level::Emergency)
            .await;
        let acks: Vec<String> = house.of("ann-fb")[0]
            .posts
            .iter()
            .map(|post| post.ack.clone())
            .collect();
        assert_eq!(acks.last().unwrap(), "stopped", "{acks:?}");
        house.audit();
    }
}

#[tokio::test]
async fn a_worker_that_dies_leaves_the_telling_to_the_alarm() {
    // Authors in different shards.
    let house = House::new(4);
    house.know_ann("elite").await;
    let of = |platform, id| Shard::of(platform, id, 4);
    assert_ne!(of(Platform::X, "ann-x"), of(Platform::Facebook, "ann-fb"));
    let stop = Incoming {
        source: SourceId::new("x"),
        platform: Platform::X,
        event: Event::Stop {
            author: AuthorId::new("ann-x"),
            at_ms: None,
        },
        triage: None,
    };
    house.take_and_die(vec![stop]).await;
    let stops = || {
        let sql = &house.shards[usize::from(of(Platform::Facebook, "ann-fb").number())];
        sql.run("-- stops\nSELECT count(*) FROM stop", vec![])
            .unwrap()[0]
            .int(0)
            .unwrap()
    };
    assert_eq!(stops(), 0);
    house.pass(MINUTE_MS);
    house.ring().await;
    assert_eq!(stops(), 1);
    let due = |sql: &Sqlite| {
        sql.run("-- kin_rows\nSELECT count(*) FROM kin_due", vec![])
            .unwrap()[0]
            .int(0)
            .unwrap()
    };
    assert_eq!(house.shards.iter().map(due).sum::<i64>(), 0);
}

#[tokio::test]
async fn a_stop_from_before_is_shared_once_they_are_known_to_be_one() {
    for n in BOTH {
        let house = House::new(n);
        let stop = Incoming {
            source: SourceId::new("x"),
            platform: Platform::X,
            event: Event::Stop {
                author: AuthorId::new("ann-x"),
                at_ms: None,
            },
            triage: None,
        };
        house.take(vec![stop]).await;
        house.know_ann("elite").await;
        house
            .write("fb", Platform::Facebook, "2", "ann-fb", Level::Urgent)
            .await;
        assert_eq!(house.of("ann-fb")[0].posts[0].ack, "stopped");
    }
}

/// A person answers what is open of an author's, and ends it.
pub fn answered(house: &House, author: &str, agent: &str) {
    for shard in Shard::all(house.n) {
        let mut wanted = pull(agent, 20);
        wanted.lease_s = 600;
        let leased = house.serve(shard, None, Claim { pull: wanted }).unwrap();
        for one in leased.interactions {
            let read: Interaction = serde_json::from_str(one.interaction.text()).unwrap();
            if read
                .author
                .as_ref()
                .is_some_and(|one| one.id.as_str() == author)
            {
                answer_one(house, shard, &read, agent);
            }
        }
    }
}

fn answer_one(house: &House, shard: Shard, read: &Interaction, agent: &str) {
    let (_, seq) = Shard::find(read.id.as_str(), house.n).unwrap();
    let holding = Holding {
        seq,
        lease: read.lease.clone().unwrap(),
        agent: agent.into(),
        seen: Some(read.cursor),
    };
    let key = format!("{agent}-{}", house.now_ms.get());
    let begin = BeginReply {
        survey: None,
        link: None,
        holding: holding.clone(),
        key: key.clone(),
        text: "We have found your train.".into(),
        post: None,
        public_name: None,
        heard: Default::default(),
    };
    house.serve(shard, None, begin).unwrap();
    let outcome = Outcome::Sent {
        id: Some("9".into()),
    };
    let finish = FinishReply { seq, key, outcome };
    let finished = house.serve(shard, None, finish).unwrap();
    assert!(matches!(finished, Finished::Replied(_)));
    let resolve = Resolve {
        holding,
        outcome: "solved".into(),
        note: Some("Ann was kind".into()),
    };
    house.serve(shard, None, resolve).unwrap();
}

#[tokio::test]
async fn an_arc_is_told_over_all_shards_and_with_a_claim_in_one_line() {
    for n in BOTH {
        let house = House::new(n);
        house.know_ann("elite").await;
        house
            .write("x", Platform::X, "1", "ann-x", Level::Urgent)
            .await;
        house.pass(3 * HOUR_MS);
        answered(&house, "ann-x", "Ana");
        house.pass(HOUR_MS);
        let kind = post("2", "ann-x", house.now_ms.get());
        house
            .take(vec![made("x", Platform::X, kind, thanks())])
            .await;
        house.pass(DAY_MS);
        house
            .write("fb", Platform::Facebook, "3", "ann-fb", Level::Urgent)
            .await;
        let shown = house
            .ok(Role::Supervisor, "GET /v1/customers/c-1", "")
            .await;
        let moments: Vec<&str> = shown["arc"]["moments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["moment"].as_str().unwrap())
            .collect();
        assert_eq!(
            moments,
            [
                "complained",
                "answered",
                "resolved",
                "won_back",
                "complained"
            ]
        );
        assert_eq!(shown["arc"]["points"].as_array().unwrap().len(), 3);
        assert_eq!(shown["arc"]["moments"][1]["after_s"], 3 * 3_600);
        let author = house
            .ok(Role::Agent, "GET /v1/authors/facebook/ann-fb", "")
            .await;
        assert_eq!(author["arc"], shown["arc"]);
        assert_eq!(author["customer"]["tier"], "elite");
        assert_eq!(
            author["summary"],
            "2 complaints in the last two weeks, last time waited 3 h, thanked Ana in November"
        );
        assert_eq!(
            house
                .call(Role::Agent, "GET /v1/authors/x/nobody", "")
                .await
                .status,
            404
        );
        if n == 1 {
            assert_eq!(
                house.of("ann-fb")[0].summary.as_deref(),
                Some(
                    "second complaint in two weeks, last time waited 3 h, thanked Ana in November"
                )
            );
        }
    }
}

#[tokio::test]
async fn a_person_is_forgotten_in_every_object_and_stays_so() {
    for n in BOTH {
        let house = House::new(n);
        house.know_ann("elite").await;
        house
            .write("x", Platform::X, "1", "ann-x", Level::Urgent)
            .await;
        house
            .write("fb", Platform::Facebook, "2", "ann-fb", Level::Routine)
            .await;
        house
            .write("x", Platform::X, "3", "bob", Level::Urgent)
            .await;
        answered(&house, "ann-x", "Ana");
        house
            .write("x", Platform::X, "4", "ann-x", Level::Routine)
            .await;
        let record = r#"{"platform": "x", "author": "ann-x", "stop": true, "reason": "ann-x wrote a letter"}"#;
        let Ok(Plan::Every(asked, _)) = house.planned(Role::Supervisor, "POST /v1/stops", record)
        else {
            panic!()
        };
        for shard in Shard::all(n) {
            house
                .at_desk(shard, |desk| {
                    heard::inbox::serve::receive(desk, asked.clone())
                })
                .unwrap();
        }
        assert!(house.traces("ann-x").len() > 5);
        let export = house
            .ok(Role::Supervisor, "GET /v1/authors/x/ann-x/export", "")
            .await;
        assert_eq!(export["interactions"].as_array().unwrap().len(), 2);
        assert_eq!(export["customer"]["id"], "c-1");
        assert_eq!(export["deeds"].as_array().unwrap().len(), 1);
        let received = |house: &House| {
            let count = |sql: &Sqlite| {
                sql.run("-- retired\nSELECT (SELECT n FROM counter WHERE name = 'retired') + (SELECT coalesce(sum(posts), 0) FROM interaction)", vec![])
                    .unwrap()[0].int(0).unwrap()
            };
            house.shards.iter().map(count).sum::<i64>()
        };
        let before = received(&house);
        let said = house
            .ok(
                Role::Supervisor,
                "DELETE /v1/customers/c-1?reason=letter",
                "",
            )
            .await;
        assert_eq!(
            (&said["rows"]["interaction"], &said["rows"]["post"]),
            (&json!(3), &json!(3))
        );
        assert_eq!(
            said["rows"]["stop"],
            if n == 1 {
                2
            } else {
                said["rows"]["stop"].as_i64().unwrap()
            }
        );
        assert_eq!(said["authors"].as_array().unwrap().len(), 2);
        assert_eq!(received(&house), before, "figures stay");
        assert_eq!(house.traces("ann-x"), [""; 0]);
        assert_eq!(house.traces("ann-fb"), [""; 0]);
        assert_eq!(house.traces("c-1"), [""; 0]);
        assert_eq!(house.of("bob").len(), 1);
        // A retry of an old delivery, an edit, a deletion and a stop of them: nothing comes back.
        let old = post("1", "ann-x", START_MS);
        let again = made("x", Platform::X, old.clone(), judged(Level::Urgent));
        let edit = Incoming {
            event: Event::Edited { post: old.clone() },
            ..again.clone()
        };
        let gone = Incoming {
            event: Event::Deleted {
                post: old.id.clone(),
                author: None,
            },
            triage: None,
            ..again.clone()
        };
        let late = made(
            "x",
            Platform::X,
            post("77", "ann-x", START_MS - 1),
            judged(Level::Urgent),
        );
        let stop = Incoming {
            event: Event::Stop {
                author: AuthorId::new("ann-x"),
                at_ms: Some(START_MS),
            },
            triage: None,
            ..again.clone()
        };
        house
            .take(vec![again.clone(), edit, gone, late, stop])
            .await;
        assert_eq!(house.traces("ann-x"), [""; 0]);
        // Nor does an old word of the CRM's.
        let body = json!({"identities": [{"platform": "x", "author": "ann-x"}], "occurred_at": "2026-11-20T00:00:00Z"});
        let said = house
            .ok(Role::Crm, "PUT /v1/customers/c-1", &body.to_string())
            .await;
        assert_eq!(
            (&said["outcome"], house.traces("ann-x").len()),
            (&json!("older"), 0)
        );
        // The same again proves the same.
        let once_more = house
            .ok(
                Role::Supervisor,
                "DELETE /v1/authors/x/ann-x?reason=letter",
                "",
            )
            .await;
        assert_eq!(once_more["rows"], json!({}));
        // Who comes back is heard, and is still not written to.
        house.pass(DAY_MS);
        assert_eq!(
            house
                .write("x", Platform::X, "90", "ann-x", Level::Urgent)
                .await,
            0
        );
        assert_eq!(house.of("ann-x")[0].posts[0].ack, "stopped");
        house.audit();
    }
}

#[tokio::test]
async fn an_author_with_more_than_a_slice_is_forgotten_whole() {
    let house = House::new(1);
    for n in 0..120 {
        house
            .write("x", Platform::X, &format!("p{n}"), "ann-x", Level::Routine)
            .await;
        answered(&house, "ann-x", "Ana");
        house.pass(MINUTE_MS);
    }
    let said = house
        .ok(Role::Supervisor, "DELETE /v1/authors/x/ann-x?reason=r", "")
        .await;
    assert_eq!(
        (&said["rows"]["interaction"], &said["rows"]["reply"]),
        (&json!(120), &json!(120))
    );
    assert_eq!(house.traces("ann-x"), [""; 0]);
    let deeds = house.shards[0]
        .run("-- deeds\nSELECT count(*) FROM deed", vec![])
        .unwrap();
    assert_eq!(deeds[0].int(0).unwrap(), 1);
    house.audit();
}

/// An author with one matter of more posts than a step takes, many small ones, and one that is open.
async fn with_a_heavy_author(house: &House) -> i64 {
    let (long, short) = (600, 500);
    let posts = (0..long).map(|n| {
        let post = post(&format!("l{n}"), "ann-x", house.now_ms.get());
        made("x", Platform::X, post, judged(Level::Idle))
    });
    house.take(posts.collect()).await;
    for n in 0..short {
        answered(house, "ann-x", "Ana");
        house.pass(MINUTE_MS);
        house
            .write("x", Platform::X, &format!("s{n}"), "ann-x", Level::Idle)
            .await;
    }
    house
        .write("x", Platform::X, "bob", "bob", Level::Idle)
        .await;
    long + short
}

fn question(house: &House) -> ForgetAuthors {
    ForgetAuthors {
        authors: vec![Identity {
            platform: Platform::X,
            author: AuthorId::new("ann-x"),
        }],
        customer: None,
        key: World::key(house).unwrap(),
        whom: String::new(),
        also: BTreeMap::new(),
    }
}

/// The Worker that was asked dies after the first step: the alarm goes on, and meanwhile nothing from before comes back,
/// and what they write anew is kept.
#[tokio::test]
async fn a_heavy_author_is_forgotten_in_steps_by_the_alarm_alone() {
    let house = House::new(1);
    let posts = with_a_heavy_author(&house).await;
    let home = Shard::at(0);
    let begun = house.serve(home, None, question(&house)).unwrap();
    assert!(begun.more && begun.rows["post"] <= PIECE, "{begun:?}");
    let old = post("l599", "ann-x", house.now_ms.get() - HOUR_MS);
    let again = made("x", Platform::X, old.clone(), judged(Level::Urgent));
    let edit = Incoming {
        event: Event::Edited { post: old },
        ..again.clone()
    };
    let unknown = post("older", "ann-x", START_MS - 1);
    let unknown = made("x", Platform::X, unknown, judged(Level::Urgent));
    house.take(vec![again, edit, unknown]).await;
    assert!(house.of("ann-x").iter().all(|one| one.ended_ms.is_some()));
    house.pass(1);
    house
        .write("x", Platform::X, "anew", "ann-x", Level::Urgent)
        .await;
    let mut before = begun.rows["post"];
    let mut steps = 1;
    loop {
        house.pass(1_000);
        let rung = house.at_desk(home, |desk| ring(desk).unwrap());
        // One that tells incidents is lost once: they are told again.
        if !rung.unseen.is_empty() && steps % 3 != 0 {
            let posts = rung.unseen;
            house.serve(home, None, Unsaw { posts }).unwrap();
        }
        steps += 1;
        let rows = "-- rows\nSELECT rows ->> '$.post', done_ms FROM forgetting";
        let rows = house.shards[0].run(rows, vec![]).unwrap();
        let gone = rows[0].int(0).unwrap();
        assert!(gone - before <= PIECE, "one step took {}", gone - before);
        before = gone;
        if rows[0].opt_int(1).unwrap().is_some() {
            break;
        }
        assert!(steps < 40, "{gone} of {posts}");
    }
    assert_eq!(before, posts);
    assert!(steps > 10, "{steps}");
    let left = house.of("ann-x");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].posts.len(), 1);
    assert_eq!(house.of("bob").len(), 1);
    house.audit();
}

/// Whoever asks waits shortly, is told where it stands, and asks again for the proof, which is all of it.
#[tokio::test]
async fn who_asks_to_forget_a_heavy_author_does_not_wait_for_it() {
    for n in BOTH {
        let house = House::new(n);
        let posts = with_a_heavy_author(&house).await;
        house.takes_ms.set(3_000);
        let line = "DELETE /v1/authors/x/ann-x?reason=letter";
        let first = house.call(Role::Supervisor, line, "").await;
        assert_eq!(first.status, 202, "{}", first.body);
        assert!(first.headers.iter().any(|(name, _)| *name == "retry-after"));
        let mut said = first;
        for _ in 0..20 {
            if said.status == 200 {
                break;
            }
            house.ring().await;
            said = house.call(Role::Supervisor, line, "").await;
        }
        let body: Value = serde_json::from_str(&said.body).unwrap();
        assert_eq!((said.status, &body["rows"]["post"]), (200, &json!(posts)));
        assert_eq!(house.traces("ann-x"), [""; 0]);
        // The same again tells the same.
        let again = house.call(Role::Supervisor, line, "").await;
        let again: Value = serde_json::from_str(&again.body).unwrap();
        assert_eq!(again["rows"], body["rows"]);
        house.audit();
    }
}

/// For the figure in `inbox/forget.rs`: how long the steps of an author with `HEARD_ROWS` posts take.
#[tokio::test]
#[ignore = "a measurement"]
async fn how_long_a_step_of_forgetting_takes() {
    let rows: usize = std::env::var("HEARD_ROWS").map_or(20_000, |n| n.parse().unwrap());
    let house = House::new(1);
    for first in (0..rows / 2).step_by(500) {
        let posts = (first..first + 500).map(|n| {
            let mut post = post(&format!("l{n}"), "ann-x", house.now_ms.get());
            post.text =
                format!("The {n} train is late again and nobody tells us why, platform {n}");
            made("x", Platform::X, post, judged(Level::Idle))
        });
        house.take(posts.collect()).await;
    }
    for n in 0..rows / 2 {
        let (id, author) = (format!("s{n}"), format!("a{n}"));
        house
            .write("x", Platform::X, &id, &author, Level::Idle)
            .await;
    }
    let all =
        "-- all\nUPDATE interaction SET author = 'ann-x', state = 'done', ended_ms = opened_ms";
    house.shards[0].run(all, vec![]).unwrap();
    house.ring().await;
    let mut took = Vec::new();
    loop {
        let begun = std::time::Instant::now();
        let some = house.serve(Shard::at(0), None, question(&house)).unwrap();
        took.push(begun.elapsed());
        let posts = some.posts;
        house.serve(Shard::at(0), None, Unsaw { posts }).unwrap();
        if !some.more {
            println!("{:?}", some.rows);
            break;
        }
    }
    took.sort();
    println!(
        "{} steps, longest {:?}, median {:?}",
        took.len(),
        took.last(),
        took[took.len() / 2]
    );
}

#[tokio::test]
async fn whatsapp_people_are_forgotten_by_either_id() {
    for n in BOTH {
        let house = House::new(n);
        let mut both = post("1", "bsuid-7", START_MS);
        both.author
            .as_mut()
            .unwrap()
            .aliases
            .push(AuthorId::new("4477000"));
        house
            .take(vec![made(
                "wa",
                Platform::Whatsapp,
                both.clone(),
                judged(Level::Urgent),
            )])
            .await;
        let said = house
            .ok(
                Role::Supervisor,
                "DELETE /v1/authors/whatsapp/4477000?reason=r",
                "",
            )
            .await;
        assert_eq!(said["rows"]["interaction"], 1, "{said}");
        assert_eq!(house.traces("bsuid-7"), [""; 0]);
        assert_eq!(house.traces("4477000"), [""; 0]);
        house
            .take(vec![made(
                "wa",
                Platform::Whatsapp,
                both,
                judged(Level::Urgent),
            )])
            .await;
        assert_eq!(house.all().len(), 0);
    }
}

/// The CRM knows a person by another of WhatsApp's ids than the one that they are kept by.
#[tokio::test]
async fn a_stop_is_shared_whichever_id_the_crm_names() {
    for n in BOTH {
        let house = House::new(n);
        let mut both = post("1", "bsuid-7", START_MS);
        both.author
            .as_mut()
            .unwrap()
            .aliases
            .push(AuthorId::new("4477000"));
        let first = made("wa", Platform::Whatsapp, both, judged(Level::Routine));
        house.take(vec![first]).await;
        let body = json!({"identities": [{"platform": "x", "author": "ann-x"},
            {"platform": "whatsapp", "author": "4477000"}]});
        house
            .ok(Role::Crm, "PUT /v1/customers/c-1", &body.to_string())
            .await;
        let stop = Incoming {
            source: SourceId::new("x"),
            platform: Platform::X,
            event: Event::Stop {
                author: AuthorId::new("ann-x"),
                at_ms: None,
            },
            triage: None,
        };
        house.take(vec![stop]).await;
        house.pass(MINUTE_MS);
        let urgent = post("2", "bsuid-7", house.now_ms.get());
        let urgent = made("wa", Platform::Whatsapp, urgent, judged(Level::Urgent));
        assert_eq!(house.take(vec![urgent]).await, 0, "{n} shards");
        let shown = house.all().into_iter().map(|(_, one)| one);
        let shown: Vec<Interaction> = shown
            .filter(|one| one.platform == Platform::Whatsapp)
            .collect();
        assert_eq!(shown[0].posts.last().unwrap().ack, "stopped", "{n} shards");
    }
}

/// Forgetting an author is not undone by the line that the CRM sends every night.
#[tokio::test]
async fn the_crms_next_line_does_not_bring_a_forgotten_author_back() {
    for n in BOTH {
        let house = House::new(n);
        house.know_ann("elite").await;
        house
            .ok(
                Role::Supervisor,
                "DELETE /v1/authors/x/ann-x?reason=t-1",
                "",
            )
            .await;
        let body = json!({"name": "Ann", "tier": "elite", "occurred_at": "2026-11-20T00:00:00Z",
            "identities": [{"platform": "x", "author": "ann-x"}, {"platform": "facebook", "author": "ann-fb"}]});
        let said = house
            .ok(Role::Crm, "PUT /v1/customers/c-1", &body.to_string())
            .await;
        assert_eq!(
            said["left_out"],
            json!([{"platform": "x", "author": "ann-x"}])
        );
        assert_eq!(house.traces("ann-x"), [""; 0]);
        // A tombstone wins over every later word too, by the line or in a file, under this id or another.
        house.pass(DAY_MS);
        let mut later =
            json!({"name": "Ann", "identities": [{"platform": "x", "author": "ann-x"}]});
        for line in ["PUT /v1/customers/c-1", "PUT /v1/customers/c-9"] {
            let said = house.ok(Role::Crm, line, &later.to_string()).await;
            assert_eq!(
                said["left_out"],
                json!([{"platform": "x", "author": "ann-x"}]),
                "{line}"
            );
        }
        later["id"] = json!("c-8");
        house
            .ok(Role::Crm, "POST /v1/customers", &later.to_string())
            .await;
        assert_eq!(house.traces("ann-x"), [""; 0]);
        for id in ["c-8", "c-9"] {
            house
                .ok(Role::Crm, &format!("DELETE /v1/customers/{id}"), "")
                .await;
        }
        // A CRM's deletion takes all of it out of every shard, and may be repeated.
        for _ in 0..2 {
            house.ok(Role::Crm, "DELETE /v1/customers/c-1", "").await;
            assert_eq!(house.traces("c-1"), [""; 0]);
            assert_eq!(house.traces("ann-fb"), [""; 0]);
        }
    }
}

#[test]
fn a_scoped_supervisor_forgets_nobody() {
    let house = House::new(1);
    let scoped = Scope {
        all: false,
        ..Scope::default()
    };
    assert!(!scoped.all);
    let (found, id) = route::find("DELETE", "/v1/authors/x/ann").unwrap();
    let admitted = Admitted {
        route: found,
        id,
        bearer: Some(Bearer {
            jti: "t".into(),
            id: "sue".into(),
            role: Role::Supervisor,
            workgroups: vec![heard::post::Workgroup::new("trains")],
            expires_s: i64::MAX,
        }),
    };
    let query = [("reason".to_string(), "r".to_string())];
    let call = Call {
        method: "DELETE",
        path: "/v1/authors/x/ann",
        query: &query,
        authorization: None,
        idempotency_key: None,
        body: b"",
        shards: 1,
        origin: "https://heard.example",
    };
    let problem = api::plan(&house.config, &call, &admitted, START_MS).unwrap_err();
    assert_eq!(problem.status, 403);
    let _ = Asked::Drop(String::new());
}
