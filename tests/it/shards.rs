//! Several shards and their directories, natively: they look like one queue, whatever fails on the way.

use crate::queue::{START_MS, judged, post, pull};
use crate::sqlite::{Sqlite, audit};
use heard::api::bulk;
use heard::api::fanout;
use heard::api::lists;
use heard::api::request::Fields;
use heard::api::request::Page;
use heard::api::request::{Query, page};
use heard::config::Config;
use heard::config::home::Jurisdiction;
use heard::directory::{self, homes};
use heard::inbox::bulk::Outcome;
use heard::inbox::context::Desk;
use heard::inbox::layout::Layout;
use heard::inbox::look::List;
use heard::inbox::question::Question;
use heard::inbox::ready::Ready;
use heard::inbox::schema;
use heard::inbox::serve::serve;
use heard::inbox::shard::Shard;
use heard::inbox::wire::{Claimed, Incoming, Interaction, Refused};
use heard::judgement::Level;
use heard::platform::{Event, Ignored};
use heard::post::{Author, AuthorId, Platform, Post, PostId, SourceId};
use heard::scope::Scope;
use heard::sql::Sql as _;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

const SHARDS: u16 = 4;

const TABLE: &str = r#"{
  "mode": "live", "shards": 4,
  "brand": {"name": "Northline Rail", "team": "the Northline care team"},
  "limits": {"acks_per_minute": 1000, "acks_per_hour": 60000},
  "apps": [{"id": "meta", "scheme": "meta"}, {"id": "x", "scheme": "x"}],
  "sources": [
    {"id": "fb", "app": "meta", "platform": "facebook", "account": "1", "workgroup": "trains"},
    {"id": "wa", "app": "meta", "platform": "whatsapp", "account": "2", "workgroup": "trains"},
    {"id": "x", "app": "x", "platform": "x", "account": "3", "workgroup": "trains"}
  ]
}"#;

/// Shards, directories, and what fails.
struct Town {
    config: Config,
    shards: Vec<Sqlite>,
    directories: RefCell<BTreeMap<Platform, Sqlite>>,
    now_ms: i64,
    /// Shards that do not answer.
    down: BTreeSet<Shard>,
    /// How many more questions are answered before one fails, and whether that one is still done.
    fails: Cell<Option<(u32, bool)>>,
    asked: Cell<u32>,
    looked_up: Cell<u32>,
}

impl Town {
    fn new() -> Self {
        let config = Config::read(TABLE, &|name| {
            name.starts_with("REPLY_TOKEN__")
                .then(|| "a-credential".to_string())
        });
        assert_eq!(config.sources.len(), 3, "{:?}", config.problems);
        let shard = |_| {
            let sql = Sqlite::new();
            heard::sql::open(&sql, schema::MIGRATIONS).unwrap();
            sql
        };
        Self {
            config,
            shards: (0..SHARDS).map(shard).collect(),
            directories: RefCell::default(),
            now_ms: START_MS,
            down: BTreeSet::new(),
            fails: Cell::new(None),
            asked: Cell::new(0),
            looked_up: Cell::new(0),
        }
    }

    fn serve<Q: Question>(&self, shard: Shard, ask: Q) -> Result<Q::Answer, Refused> {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let desk = Desk {
            sql: &self.shards[usize::from(shard.number())],
            config: &self.config,
            shard,
            shards: SHARDS,
            now_ms: self.now_ms,
            alarm: &alarm,
            ready: &ready,
        };
        serve(desk, None, ask)
    }

    /// Does the work, unless it is this question's turn to fail.
    fn through<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        self.asked.set(self.asked.get() + 1);
        match self.fails.get() {
            Some((0, done)) => {
                self.fails.set(None);
                if done {
                    work();
                }
                None
            }
            Some((left, done)) => {
                self.fails.set(Some((left - 1, done)));
                Some(work())
            }
            None => Some(work()),
        }
    }

    /// How many acknowledgments come of a delivery.
    async fn noted(&self, events: Vec<Incoming>) -> usize {
        let taken = self.take(events).await;
        assert!(taken.durable);
        let begun = taken.jobs.map_or(0, |(_, jobs)| jobs.len());
        begun + taken.acks.iter().map(|(_, acks)| acks.len()).sum::<usize>()
    }

    async fn take(&self, events: Vec<Incoming>) -> homes::Taken {
        homes::take_in(self, SHARDS, events, BTreeMap::new()).await
    }

    fn count(&self, sql: &'static str) -> i64 {
        let of = |shard: &Sqlite| shard.run(sql, vec![]).unwrap()[0].int(0).unwrap();
        self.shards.iter().map(of).sum()
    }

    /// Every interaction, and in which shard it lies.
    fn all(&self) -> Vec<(Shard, Interaction)> {
        let mut all = Vec::new();
        for shard in Shard::all(SHARDS) {
            let filter = asked_page(&[]).filter;
            let some = self.serve(shard, List { filter }).unwrap();
            all.extend(some.iter().map(|one| {
                let read = serde_json::from_str(one.interaction.text()).unwrap();
                (shard, read)
            }));
        }
        all
    }

    fn audit(&self) {
        for shard in &self.shards {
            audit(shard).unwrap();
        }
    }
}

impl homes::World for Town {
    async fn ask<Q: Question>(&self, shard: Shard, ask: Q) -> Result<Q::Answer, Refused> {
        if self.down.contains(&shard) {
            return Err(Refused::Storage("down".into()));
        }
        self.through(|| self.serve(shard, ask))
            .unwrap_or_else(|| Err(Refused::Storage("cut".into())))
    }

    async fn directory<Q: directory::question::Question>(
        &self,
        platform: Platform,
        ask: Q,
    ) -> Result<Q::Answer, directory::wire::Refused> {
        self.looked_up.set(self.looked_up.get() + 1);
        let mut all = self.directories.borrow_mut();
        let sql = all.entry(platform).or_insert_with(|| {
            let sql = Sqlite::new();
            heard::sql::open(&sql, directory::schema::MIGRATIONS).unwrap();
            sql
        });
        let desk = directory::question::Desk {
            sql: &*sql,
            retention_days: 90,
            now_ms: self.now_ms,
        };
        self.through(|| directory::serve(&desk, ask))
            .unwrap_or_else(|| Err(directory::wire::Refused::Storage("cut".into())))
    }
}

impl fanout::World for Town {
    async fn ask<Q: Question>(&self, shard: Shard, ask: Q) -> Result<Q::Answer, Refused> {
        homes::World::ask(self, shard, ask).await
    }
}

fn asked_page(query: &[(String, String)]) -> Page {
    page(&mut Query::of(query).unwrap(), SHARDS).unwrap()
}

fn incoming(source: &str, platform: Platform, event: Event, level: Option<Level>) -> Incoming {
    Incoming {
        source: SourceId::new(source),
        platform,
        event,
        triage: level.map(judged),
    }
}

fn rich(id: &str, author: &str) -> Incoming {
    let post = post(id, author, START_MS);
    incoming(
        "fb",
        Platform::Facebook,
        Event::Made { post },
        Some(Level::Urgent),
    )
}

/// The same without its author.
fn poor(id: &str) -> Incoming {
    let post = Post {
        author: None,
        ..post(id, "", START_MS)
    };
    incoming(
        "fb",
        Platform::Facebook,
        Event::Made { post },
        Some(Level::Urgent),
    )
}

fn removal(id: &str) -> Incoming {
    let post = PostId::new(id);
    incoming(
        "fb",
        Platform::Facebook,
        Event::Deleted { post, author: None },
        None,
    )
}

/// An id of a post and one of an author that lie in different shards.
fn apart() -> (&'static str, String) {
    let of = |id: &str| Shard::of(Platform::Facebook, id, SHARDS);
    let author = (0..).map(|n: u32| format!("person-{n}"));
    let author = author
        .into_iter()
        .find(|author| of(author) != of("p1"))
        .unwrap();
    ("p1", author)
}

/// One record, in its author's shard, with author and acknowledgment.
fn assert_one_record(town: &Town, id: &str, author: &str) {
    let all = town.all();
    assert_eq!(all.len(), 1, "{all:?}");
    let (shard, interaction) = &all[0];
    assert_eq!(*shard, Shard::of(Platform::Facebook, author, SHARDS));
    assert_eq!(interaction.author.as_ref().unwrap().id.as_str(), author);
    assert_eq!(interaction.posts.len(), 1);
    assert_eq!(interaction.posts[0].id.as_str(), id);
    assert!(interaction.ack.is_some(), "{interaction:?}");
    assert_eq!(town.count("SELECT count(*) FROM post"), 1);
    let received = "SELECT (SELECT n FROM counter WHERE name = 'retired') + coalesce(sum(posts), 0) FROM tally";
    assert_eq!(town.count(received), 1);
    town.audit();
}

#[tokio::test]
async fn a_copy_without_author_moves_once_its_author_is_known() {
    let (id, author) = apart();
    let town = Town::new();
    assert_eq!(town.noted(vec![poor(id)]).await, 0);
    assert_eq!(town.all()[0].0, Shard::of(Platform::Facebook, id, SHARDS));
    let noted = town.noted(vec![rich(id, &author)]).await;
    assert_eq!(noted, 1, "acknowledged when its author is known");
    assert_one_record(&town, id, &author);
    // Whatever comes now comes again.
    for again in [poor(id), rich(id, &author)] {
        assert_eq!(town.noted(vec![again]).await, 0);
        assert_one_record(&town, id, &author);
    }
}

#[tokio::test]
async fn a_copy_without_author_that_comes_second_finds_the_first() {
    let (id, author) = apart();
    let town = Town::new();
    assert_eq!(town.noted(vec![rich(id, &author)]).await, 1);
    assert_eq!(town.noted(vec![poor(id)]).await, 0);
    assert_one_record(&town, id, &author);
}

#[tokio::test]
async fn both_copies_in_one_delivery_are_one_record() {
    let (id, author) = apart();
    let town = Town::new();
    assert!(town.take(vec![poor(id), rich(id, &author)]).await.durable);
    assert!(town.take(vec![poor(id), rich(id, &author)]).await.durable);
    assert_one_record(&town, id, &author);
}

/// The Worker or an object dies at any step, before or after the step is done; the platform sends again.
#[tokio::test]
async fn a_move_that_dies_anywhere_is_finished_by_the_next_delivery() {
    let (id, author) = apart();
    for done in [false, true] {
        for step in 0.. {
            let town = Town::new();
            assert!(town.take(vec![poor(id)]).await.durable);
            town.asked.set(0);
            town.fails.set(Some((step, done)));
            if town.take(vec![rich(id, &author)]).await.durable {
                assert_eq!(town.asked.get(), step, "every step was tried");
                assert!(
                    step >= 5,
                    "directory, copy, new shard, old shard, directory"
                );
                break;
            }
            // Never in no shard.
            assert!(
                town.count("SELECT count(*) FROM post") >= 1,
                "{step} {done}"
            );
            assert!(town.take(vec![rich(id, &author)]).await.durable);
            assert_one_record(&town, id, &author);
        }
    }
}

#[tokio::test]
async fn what_an_agent_has_in_hand_stays_and_hears_the_author() {
    let (id, author) = apart();
    let town = Town::new();
    town.take(vec![poor(id)]).await;
    let claimed = claim(&town, 1).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert!(town.take(vec![rich(id, &author)]).await.durable);
    let all = town.all();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, Shard::of(Platform::Facebook, id, SHARDS));
    assert_eq!(all[0].1.author.as_ref().unwrap().id.as_str(), author);
    assert_eq!(all[0].1.holder.as_deref(), Some("ana"));
    town.audit();
}

#[tokio::test]
async fn a_deletion_without_author_asks_one_shard() {
    let (id, author) = apart();
    let town = Town::new();
    town.take(vec![rich(id, &author)]).await;
    assert!(town.take(vec![removal(id)]).await.durable);
    assert_eq!(
        town.count("SELECT count(*) FROM post"),
        1,
        "no tombstone elsewhere"
    );
    assert_eq!(
        town.count("SELECT count(*) FROM post WHERE state = 'deleted'"),
        1
    );
    // Before its post: wherever the post would go, it is not answered.
    let town = Town::new();
    town.take(vec![removal(id)]).await;
    assert_eq!(town.noted(vec![rich(id, &author)]).await, 0);
    assert_eq!(
        town.count("SELECT count(*) FROM post WHERE state <> 'deleted'"),
        0
    );
    assert_eq!(town.count("SELECT count(*) FROM ack"), 0);
    town.audit();
}

fn by_number(id: &str) -> Author {
    Author::of(id)
}

fn on_whatsapp(id: &str, author: Author) -> Incoming {
    let post = Post {
        author: Some(author),
        ..post(id, "", START_MS)
    };
    incoming(
        "wa",
        Platform::Whatsapp,
        Event::Made { post },
        Some(Level::Urgent),
    )
}

fn stop(author: &str) -> Incoming {
    let author = AuthorId::new(author);
    let event = Event::Stop {
        author,
        at_ms: None,
    };
    incoming("wa", Platform::Whatsapp, event, None)
}

/// Two names of one person that lie in different shards.
fn two_names() -> (String, String) {
    let of = |id: &str| Shard::of(Platform::Whatsapp, id, SHARDS);
    let number = "15557618913".to_string();
    let other = (0..).map(|n: u32| format!("US.{n}"));
    let scoped = other.into_iter().find(|id| of(id) != of(&number)).unwrap();
    (number, scoped)
}

#[tokio::test]
async fn a_person_known_by_two_ids_is_one_author_in_one_shard() {
    let (number, scoped) = two_names();
    let both = |first: &str, second: &str| Author {
        aliases: vec![AuthorId::new(second)],
        ..Author::of(first)
    };
    for (first, second) in [(&number, &scoped), (&scoped, &number)] {
        let town = Town::new();
        town.take(vec![on_whatsapp("m1", by_number(first))]).await;
        town.take(vec![on_whatsapp("m2", both(&scoped, &number))])
            .await;
        town.take(vec![on_whatsapp("m3", by_number(second))]).await;
        let all = town.all();
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(all[0].1.posts.len(), 3);
        town.audit();
    }
}

#[tokio::test]
async fn who_deletes_as_one_person_deletes_what_they_wrote_as_another() {
    let (number, scoped) = two_names();
    let both = Author {
        aliases: vec![AuthorId::new(number.as_str())],
        ..Author::of(scoped.as_str())
    };
    let town = Town::new();
    town.take(vec![on_whatsapp("m1", by_number(&scoped))]).await;
    town.take(vec![on_whatsapp("m2", by_number(&number))]).await;
    town.take(vec![on_whatsapp("m3", both)]).await;
    for (id, by) in [("m1", &number), ("m2", &scoped), ("m3", &number)] {
        let event = Event::Deleted {
            post: PostId::new(id),
            author: Some(AuthorId::new(by.as_str())),
        };
        let deletion = incoming("wa", Platform::Whatsapp, event, None);
        assert!(town.take(vec![deletion]).await.durable);
    }
    let left = "SELECT count(*) FROM post WHERE interaction IS NOT NULL AND state <> 'deleted'";
    assert_eq!(town.count(left), 0, "{:?}", town.all());
    town.audit();
}

#[tokio::test]
async fn a_stop_by_one_id_holds_for_the_other() {
    let (number, scoped) = two_names();
    let both = Author {
        aliases: vec![AuthorId::new(number.as_str())],
        ..Author::of(scoped.as_str())
    };
    let town = Town::new();
    town.take(vec![stop(&number)]).await;
    assert_eq!(town.noted(vec![on_whatsapp("m1", both.clone())]).await, 0);
    // Taken for two people until a delivery names both: what one of them said holds for the one they are.
    let town = Town::new();
    town.take(vec![on_whatsapp("m1", by_number(&scoped))]).await;
    town.take(vec![stop(&number)]).await;
    assert!(town.take(vec![on_whatsapp("m2", both)]).await.durable);
    let later = vec![on_whatsapp("m3", by_number(&scoped))];
    assert_eq!(town.noted(later).await, 0);
    let decided = town.count("SELECT count(*) FROM post WHERE ack = 'stopped'");
    assert!(decided >= 1, "{:?}", town.all());
}

#[tokio::test]
async fn platforms_that_name_every_author_take_one_hop() {
    let town = Town::new();
    let made = |n: u32| {
        let post = post(&format!("x{n}"), &format!("a{n}"), START_MS);
        incoming("x", Platform::X, Event::Made { post }, Some(Level::Routine))
    };
    town.take((0..20).map(made).collect()).await;
    assert_eq!(town.looked_up.get(), 0);
    assert_eq!(town.count("SELECT count(*) FROM post"), 20);
}

#[tokio::test]
async fn what_was_ignored_is_counted_once() {
    let town = Town::new();
    let ignored = BTreeMap::from([(Ignored::NotAPost, 3)]);
    assert!(
        homes::take_in(&town, SHARDS, vec![], ignored.clone())
            .await
            .durable
    );
    homes::take_in(
        &town,
        SHARDS,
        vec![rich("p1", "ann"), rich("p2", "bob")],
        ignored,
    )
    .await;
    let n = town.count("SELECT coalesce(sum(n), 0) FROM counter WHERE name = 'ignored.not_a_post'");
    assert_eq!(n, 6);
}

async fn claim(town: &Town, max: u32) -> Result<Vec<Claimed>, Refused> {
    let claims = fanout::claim(town, SHARDS, &pull("ana", max), 1_000).await?;
    Ok(claims.claimed)
}

async fn crowd(town: &mut Town, n: u32) {
    for n in 0..n {
        town.now_ms += 1_000;
        let post = post(&format!("x{n}"), &format!("a{n}"), town.now_ms);
        let made = incoming("x", Platform::X, Event::Made { post }, Some(Level::Routine));
        assert!(town.take(vec![made]).await.durable);
    }
}

#[tokio::test]
async fn a_shard_that_fails_during_a_claim_loses_nobodys_lease() {
    let mut town = Town::new();
    crowd(&mut town, 12).await;
    let failing = Shard::at(2);
    town.down.insert(failing);
    let claimed = claim(&town, 5).await.unwrap();
    assert!(!claimed.is_empty());
    let held = town.count("SELECT count(*) FROM interaction WHERE lease IS NOT NULL");
    assert_eq!(
        held,
        i64::try_from(claimed.len()).unwrap(),
        "every lease was told"
    );
    // It fails between its offer and its lease.
    let mut town = Town::new();
    crowd(&mut town, 12).await;
    town.fails.set(Some((u32::from(SHARDS), false)));
    let claimed = claim(&town, 5).await.unwrap();
    assert!(!claimed.is_empty());
    let held = town.count("SELECT count(*) FROM interaction WHERE lease IS NOT NULL");
    assert_eq!(held, i64::try_from(claimed.len()).unwrap());
    // All fail: that is said.
    town.down.extend(Shard::all(SHARDS));
    assert!(claim(&town, 5).await.is_err());
    assert!(
        fanout::wait(&town, SHARDS, &pull("ana", 5), 0)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn lists_are_newest_first_over_all_shards() {
    let mut town = Town::new();
    crowd(&mut town, 23).await;
    for max in ["1", "4", "23", "50"] {
        let mut opened = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut query = vec![("max".to_string(), max.to_string())];
            query.extend(cursor.take().map(|next| ("cursor".to_string(), next)));
            let asked = asked_page(&query);
            let (found, next) = fanout::list(&town, SHARDS, &asked).await.unwrap();
            opened.extend(found.iter().map(|one| one.opened_ms));
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
            assert!(opened.len() <= 23, "the pages have no end");
        }
        assert_eq!(opened.len(), 23, "{max}");
        assert!(opened.is_sorted_by(|a, b| a > b), "{max}: {opened:?}");
    }
    town.down.insert(Shard::at(1));
    let asked = asked_page(&[]);
    assert!(fanout::list(&town, SHARDS, &asked).await.is_err());
}

#[test]
fn the_number_of_shards_is_recorded_once() {
    let town = Town::new();
    let first = Shard::at(0);
    let layout = |shards, record| town.serve(first, Layout { shards, record }).unwrap();
    assert_eq!(layout(4, false), None);
    assert_eq!(layout(8, false), None, "looking records nothing");
    assert_eq!(layout(4, true), Some(4));
    assert_eq!(layout(8, true), Some(4));
    assert_eq!(layout(8, false), Some(4));
}

/// Whatever the configuration says later: in another jurisdiction the objects of the same names are empty.
#[test]
fn the_first_jurisdiction_is_the_recorded_one() {
    for first in [None, Some(Jurisdiction::Eu), Some(Jurisdiction::Fedramp)] {
        let sql = Sqlite::new();
        heard::sql::open(&sql, directory::schema::MIGRATIONS).unwrap();
        let desk = directory::question::Desk {
            sql: &sql,
            retention_days: 90,
            now_ms: START_MS,
        };
        for jurisdiction in [first, None, Some(Jurisdiction::Us), first] {
            let said = directory::serve(&desk, directory::wire::Home { jurisdiction });
            assert_eq!(said, Ok(first));
        }
    }
}

/// What an agent takes at once is counted over all shards, each kind for itself, whatever they claim at once.
#[tokio::test]
async fn capacity_holds_over_shards_and_over_claims_at_once() {
    use heard::inbox::hands::{Able, Hands};
    use heard::inbox::wire::Pull;
    let town = Town::new();
    for n in 0..40 {
        let id = n.to_string();
        let mut post = post(&id, &id, START_MS);
        if n % 2 == 0 {
            post.kind = heard::post::PostKind::Message;
        }
        let incoming = Incoming {
            source: SourceId::new("x"),
            platform: Platform::X,
            event: Event::Made { post },
            triage: Some(judged(Level::Routine)),
        };
        assert!(town.take(vec![incoming]).await.durable);
    }
    let able = |reserved: u32| Pull {
        able: Able {
            skills: Some(Vec::new()),
            capacity: Some(Hands {
                public: 4,
                private: 3,
            }),
            reserved,
            ..Able::default()
        },
        ..pull("ana", 20)
    };
    let first = fanout::claim(&town, SHARDS, &Pull { max: 2, ..able(0) }, 99)
        .await
        .unwrap();
    assert_eq!(first.claimed.len(), 2);
    // While another claim of hers may still lease two, this one leaves room for them of either kind.
    let second = fanout::claim(&town, SHARDS, &able(2), 99).await.unwrap();
    let hands = second.hands.unwrap();
    assert!(hands.public <= 2 && hands.private <= 2, "{hands:?}");
    let third = fanout::claim(&town, SHARDS, &able(0), 99).await.unwrap();
    assert_eq!(
        third.hands,
        Some(Hands {
            public: 4,
            private: 3
        })
    );
    assert!(third.limited);
    let none = fanout::claim(&town, SHARDS, &able(0), 99).await.unwrap();
    assert!(none.claimed.is_empty() && none.limited);
}

#[tokio::test]
async fn lists_are_in_order_over_all_shards_whatever_happens_between_pages() {
    let mut town = Town::new();
    crowd(&mut town, 40).await;
    for (order, is_sorted) in [
        (
            "rank",
            (|a, b| a.rank <= b.rank) as fn(&Interaction, &Interaction) -> bool,
        ),
        ("deadline", |a, b| a.deadline_ms <= b.deadline_ms),
        ("opened", |a, b| a.opened_ms >= b.opened_ms),
        ("updated", |a, b| a.opened_ms >= b.opened_ms),
    ] {
        for max in ["1", "7", "50"] {
            let mut found: Vec<Interaction> = Vec::new();
            let mut cursor: Option<String> = None;
            loop {
                let mut query = vec![
                    ("order".to_string(), order.to_string()),
                    ("max".into(), max.into()),
                ];
                query.extend(cursor.take().map(|next| ("cursor".to_string(), next)));
                let asked = lists::ordered(&mut Query::of(&query).unwrap(), SHARDS)
                    .unwrap()
                    .unwrap();
                let page = lists::list(&town, SHARDS, &asked).await.unwrap();
                found.extend(
                    page.found
                        .iter()
                        .map(|one| -> Interaction { serde_json::from_str(one.text()).unwrap() }),
                );
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
                assert!(found.len() <= 40, "the pages have no end");
            }
            assert_eq!(found.len(), 40, "{order} {max}");
            assert!(
                found.windows(2).all(|two| is_sorted(&two[0], &two[1])),
                "{order} {max}"
            );
        }
    }
    town.down.insert(Shard::at(1));
    let query = vec![("order".to_string(), "rank".to_string())];
    let asked = lists::ordered(&mut Query::of(&query).unwrap(), SHARDS)
        .unwrap()
        .unwrap();
    assert!(lists::list(&town, SHARDS, &asked).await.is_err());
}

/// A whole workgroup, a page at a time: each of it once, most urgent first, and nobody else's.
#[tokio::test]
async fn a_whole_workgroup_is_done_page_by_page() {
    let mut town = Town::new();
    crowd(&mut town, 40).await;
    let config = Config::read(TABLE, &|_| None);
    let asked = |more: &str| {
        let body = format!(r#"{{"do": "tag", "add": ["storm"], "max": 7{more}}}"#);
        let mut fields = Fields::of(body.as_bytes()).unwrap();
        let asked = bulk::asked(&config, &Scope::whole(), SHARDS, &mut fields, "sue");
        asked.inspect(|_| fields.end().unwrap())
    };
    let group = town.all()[0].1.workgroup.to_string();
    let of_group: Vec<String> = town
        .all()
        .iter()
        .filter(|(_, one)| one.workgroup.as_str() == group)
        .map(|(_, one)| one.id.to_string())
        .collect();
    let (mut done, mut cursor) = (Vec::new(), String::new());
    for _ in 0..40 {
        let (asked, next) = {
            let asked = asked(&format!(r#", "of_workgroup": "{group}"{cursor}"#)).unwrap();
            bulk::named(&town, SHARDS, asked).await.unwrap()
        };
        let answer = bulk::bulk(&town, SHARDS, asked, next).await;
        assert!(answer.outcomes.len() <= 7);
        done.extend(answer.outcomes.iter().map(|one| one.id.to_string()));
        match answer.cursor {
            Some(next) => cursor = format!(r#", "cursor": "{next}""#),
            None => break,
        }
    }
    let mut all = of_group.clone();
    all.sort();
    done.sort();
    assert_eq!(done, all, "each once");
    for bad in [
        r#", "of_workgroup": "nobody's""#.to_string(),
        format!(r#", "of_workgroup": "{group}", "ids": ["v2-00-1"]"#),
        format!(r#", "of_workgroup": "{group}", "cursor": "opened:1:0:1""#),
    ] {
        assert!(asked(&bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn what_is_done_to_many_is_told_though_a_shard_fails() {
    let mut town = Town::new();
    crowd(&mut town, 20).await;
    let all = town.all();
    let ids: Vec<String> = all
        .iter()
        .map(|(_, one)| one.id.to_string())
        .chain(["nonsense".into()])
        .collect();
    let body = serde_json::json!({"do": "resolve", "outcome": "o", "ids": ids}).to_string();
    let read = |config: &str| {
        let config = Config::read(config, &|_| None);
        let mut fields = Fields::of(body.as_bytes()).unwrap();
        bulk::asked(&config, &Scope::whole(), SHARDS, &mut fields, "sue")
    };
    // Many end by the same words as one.
    let refused = read(r#"{"outcomes": ["solved"]}"#).unwrap_err();
    assert_eq!(refused.more["field"], "outcome");
    let asked = read("{}").unwrap();
    let failing = Shard::at(2);
    town.down.insert(failing);
    let answer = bulk::bulk(&town, SHARDS, asked, None).await;
    let told: Vec<String> = answer
        .outcomes
        .iter()
        .map(|one| one.id.to_string())
        .collect();
    assert_eq!(told, ids);
    for ((shard, _), one) in all.iter().zip(&answer.outcomes) {
        let want = if *shard == failing {
            Outcome::Unavailable
        } else {
            Outcome::Done
        };
        assert_eq!(one.outcome, want);
    }
    assert_eq!(answer.outcomes.last().unwrap().outcome, Outcome::NotFound);
    let done = i64::try_from(answer.done).unwrap();
    assert_eq!(
        town.count("-- ended\nSELECT count(*) FROM interaction WHERE state = 'done'"),
        done
    );
}
