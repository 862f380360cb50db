//! What is said about us and not to us: against a plain recount over random histories in two shards, with copies, edits,
//! deletions, promotions, people who are forgotten, and restarts; and what becomes of single posts.

use super::{
    DAY_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, edited, judged, made, post, seq,
};
use crate::fuzz::Random;
use crate::sqlite::Sqlite;
use heard::api::listening::listening;
use heard::config::Config;
use heard::inbox::customer::Identity;
use heard::inbox::forget::ForgetAuthors;
use heard::inbox::listen::{Heard, SHOWN, ShowListening};
use heard::inbox::promote::{PromoteHeard, Promoted};
use heard::inbox::question::By;
use heard::inbox::shard::Shard;
use heard::inbox::theirs::ExportAuthor;
use heard::inbox::wire::{Incoming, Refused};
use heard::judgement::{Danger, Level, Situation, Triage};
use heard::post::{AuthorId, Platform, Post, PostKind, Workgroup};
use heard::scope::Scope;
use heard::sql::Sql as _;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = r#"{
  "mode": "live",
  "brand": {"name": "Northline Rail", "team": "the Northline care team"},
  "limits": {"acks_per_minute": 1000, "acks_per_hour": 60000, "held_per_agent": 1000},
  "listening": {"words": ["northline"], "others": [
    {"name": "Southline", "words": ["southline", "south line"]}, {"name": "Eastline"}]},
  "apps": [{"id": "x", "scheme": "x"}],
  "sources": [
    {"id": "x", "app": "x", "platform": "x", "account": "1", "workgroup": "trains"},
    {"id": "stream", "app": "x", "platform": "x", "account": "2", "workgroup": "trains", "listen": true},
    {"id": "freight", "app": "x", "platform": "x", "account": "3", "workgroup": "freight", "listen": true}
  ]
}"#;

fn config(change: impl FnOnce(&mut Value)) -> Config {
    let mut table: Value = serde_json::from_str(TABLE).unwrap();
    change(&mut table);
    let secret = |name: &str| {
        name.starts_with("REPLY_TOKEN__")
            .then(|| "a-credential".to_string())
    };
    let config = Config::read(&table.to_string(), &secret);
    assert_eq!(config.sources.len(), 3, "{:?}", config.problems);
    config
}

fn office() -> Office {
    Office {
        config: config(|_| {}),
        ..Office::new()
    }
}

/// Said about us in a stream, and to nobody of us.
fn said(id: &str, author: &str, text: &str, now_ms: i64) -> Post {
    Post {
        kind: PostKind::Topic,
        addressed: false,
        text: text.into(),
        ..post(id, author, now_ms)
    }
}

fn of(office: &Office, from_day: i64, to_day: i64) -> ShowListening {
    let day = office.now_ms.div_euclid(DAY_MS);
    ShowListening {
        from_day: day - from_day,
        to_day: day - to_day,
        source: None,
        what: None,
    }
}

fn heard(office: &Office) -> Heard {
    office.ask(of(office, 7, 0)).unwrap()
}

fn counted(office: &Office, source: &str, cell: &str) -> (i64, i64) {
    let all = heard(office).cells.into_iter();
    let mut found = all.filter(|(of, what, _)| of.as_str() == source && what == cell);
    found
        .next()
        .map_or((0, 0), |(.., sum)| (sum.posts, sum.people))
}

/// How many interactions are open.
fn open(office: &Office) -> i64 {
    let sql = "-- listening_open\nSELECT count(*) FROM interaction WHERE state = 'open'";
    office.sql.run(sql, vec![]).unwrap()[0].int(0).unwrap()
}

fn promote(office: &Office, n: i64) -> Result<Promoted, Refused> {
    let by = "ana".into();
    office.ask(PromoteHeard { n, by })
}

#[test]
fn what_is_said_about_us_is_counted_and_is_no_work() {
    let office = office();
    let plea = "Northline Rail left us standing in Woking for three hours, nobody cares";
    let acks = office.take(vec![
        made(
            "stream",
            said("1", "ann", plea, START_MS),
            judged(Level::Urgent),
        ),
        made(
            "stream",
            said("2", "bob", "Southline is on time", START_MS),
            judged(Level::Idle),
        ),
        made(
            "stream",
            said("1", "ann", plea, START_MS),
            judged(Level::Urgent),
        ),
        // The same source where it is spoken to, and a source that does not listen.
        made("stream", post("3", "cem", START_MS), judged(Level::Routine)),
        made(
            "x",
            said("4", "dan", plea, START_MS),
            judged(Level::Routine),
        ),
    ]);
    assert!(acks.is_empty());
    assert_eq!(open(&office), 2);
    assert_eq!(office.counted("ignored.listened"), 2);
    assert_eq!(counted(&office, "stream", ""), (2, 2));
    assert_eq!(counted(&office, "stream", "ours"), (1, 1));
    assert_eq!(counted(&office, "stream", "name"), (1, 1));
    assert_eq!(counted(&office, "stream", "name Southline"), (1, 1));
    // What names others alone is counted and not kept.
    let shown = heard(&office).shown;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0].kept.post.text, plea);
    office.audit();
}

#[test]
fn a_person_takes_one_into_the_queue_and_no_note_goes_out() {
    let office = office();
    office.take(vec![made(
        "stream",
        said("1", "ann", "Northline left us standing again", START_MS),
        judged(Level::Urgent),
    )]);
    let n = heard(&office).shown[0].n;
    let elsewhere = By::seeing(Scope {
        workgroups: vec![Workgroup::new("freight")],
        ..Scope::default()
    });
    let ask = PromoteHeard {
        n,
        by: "eve".into(),
    };
    assert_eq!(
        office.ask_by(elsewhere.clone(), ask),
        Err(Refused::NotFound)
    );
    assert_eq!(
        office.ask_by(elsewhere, of(&office, 7, 0)).unwrap(),
        Heard::default()
    );
    let one = promote(&office, n).unwrap();
    assert_eq!(promote(&office, n).unwrap(), one, "again is the same");
    assert_eq!(promote(&office, n + 1), Err(Refused::NotFound));
    let work = claim_one(&office, "ana");
    assert_eq!(work.id, one.interaction);
    assert_eq!(work.level, Level::Urgent);
    // X's rule forbids what the guard of all platforms forbids, too.
    assert_eq!(office.decisions(seq(&work)), ["x.summoned"]);
    assert!(work.ack.is_none());
    let history = office.show(seq(&work)).history;
    let did: Vec<String> = history.iter().map(|deed| deed.did.to_string()).collect();
    assert!(did.contains(&"promoted".to_string()), "{did:?}");
    // It left the one count and is in the other.
    assert_eq!(office.counted("ignored.listened"), 0);
    assert_eq!(counted(&office, "stream", "queued").0, 1);
    assert_eq!(counted(&office, "stream", ""), (1, 1));
    assert!(heard(&office).shown.is_empty());
    office.audit();
}

#[test]
fn an_emergency_that_names_us_is_work_by_rule_and_one_that_names_another_is_not() {
    let fire = Triage {
        danger: Some(Danger::Fire),
        ..judged(Level::Emergency)
    };
    let stream = |id: &str, text: &str| made("stream", said(id, id, text, START_MS), fire.clone());
    let events = || {
        vec![
            stream("1", "Northline train on fire at Woking, people inside"),
            stream("2", "Southline train on fire at Hove, people inside"),
        ]
    };
    let office = office();
    assert!(office.take(events()).is_empty(), "no note goes out");
    let work = claim_one(&office, "ana");
    assert_eq!((work.level, work.posts.len()), (Level::Emergency, 1));
    assert_eq!(counted(&office, "stream", "queued").0, 1);
    assert_eq!(counted(&office, "stream", "what danger:fire"), (1, 1));
    assert_eq!(counted(&office, "stream", ""), (2, 2));
    assert_eq!(office.counted("ignored.listened"), 1);
    for (promote, urgent, want) in [("never", Level::Emergency, 0), ("urgent", Level::Urgent, 1)] {
        let office = Office {
            config: config(|table| table["listening"]["promote"] = json!(promote)),
            ..Office::new()
        };
        let text = "Northline left us standing";
        office.take(vec![made(
            "stream",
            said("1", "ann", text, START_MS),
            judged(urgent),
        )]);
        assert_eq!(open(&office), want, "{promote}");
    }
    // An edit may make it one.
    let text = "Northline, it is burning now";
    office.take(vec![made(
        "stream",
        said("7", "gus", text, START_MS),
        judged(Level::Routine),
    )]);
    office.take(vec![edited(
        "stream",
        said("7", "gus", text, START_MS),
        fire.clone(),
    )]);
    assert_eq!(open(&office), 2);
    office.audit();
}

#[test]
fn who_has_an_open_matter_is_heard_in_it_and_another_event_may_say_that_it_was_to_us() {
    let office = office();
    office.take(vec![
        made("stream", post("1", "ann", START_MS), judged(Level::Routine)),
        made(
            "stream",
            said("2", "ann", "Northline still nothing", START_MS),
            judged(Level::Routine),
        ),
        made(
            "stream",
            said("3", "bob", "northline, well", START_MS),
            judged(Level::Routine),
        ),
    ]);
    assert_eq!(claim_one(&office, "ana").posts.len(), 2);
    assert_eq!(open(&office), 1);
    // The same post as a mention, by our other subscription.
    office.take(vec![made(
        "x",
        post("3", "bob", START_MS),
        judged(Level::Routine),
    )]);
    assert_eq!(open(&office), 2);
    assert_eq!(office.counted("ignored.listened"), 0);
    assert_eq!(counted(&office, "stream", ""), (2, 2));
    assert_eq!(counted(&office, "stream", "queued").0, 2);
    office.audit();
}

#[test]
fn what_is_kept_to_look_at_is_bounded_goes_with_its_author_and_by_retention() {
    let mut office = office();
    for i in 0..SHOWN + 5 {
        let (id, author) = (format!("p{i}"), format!("a{i}"));
        let one = said(&id, &author, "Northline again", office.now_ms);
        office.take(vec![made("stream", one, judged(Level::Routine))]);
        office.pass(MINUTE_MS);
    }
    let kept = |office: &Office, what: &str| {
        let name = what.replace(|c: char| !c.is_alphanumeric(), "_");
        let sql = format!("-- kept_{name}\nSELECT count(*) FROM {what}");
        let rows = office
            .sql
            .run(Box::leak(sql.into_boxed_str()), vec![])
            .unwrap();
        rows[0].int(0).unwrap()
    };
    assert_eq!(kept(&office, "listened WHERE doc IS NOT NULL"), SHOWN);
    office.take(vec![deleted("stream", "p24")]);
    assert_eq!(kept(&office, "listened WHERE doc IS NOT NULL"), SHOWN - 1);
    let of = Identity {
        platform: Platform::X,
        author: AuthorId::new("a23"),
    };
    let told = office
        .ask(ExportAuthor {
            of: of.clone(),
            after: 0,
        })
        .unwrap();
    assert_eq!(told.listened.len(), 1, "{told:?}");
    let forgot = office
        .ask(ForgetAuthors {
            authors: vec![of],
            customer: None,
            key: "a-key-of-tombstones-of-thirty-two-bytes".into(),
            whom: String::new(),
            also: Default::default(),
        })
        .unwrap();
    assert_eq!((forgot.rows["listened"], forgot.rows["listener"]), (1, 1));
    let before = said("p23", "a23", "Northline again", office.now_ms - DAY_MS);
    office.take(vec![made("stream", before, judged(Level::Routine))]);
    assert_eq!(
        kept(&office, "listened WHERE author = 'a23'"),
        0,
        "it does not come back"
    );
    assert_eq!(
        counted(&office, "stream", "ours"),
        (SHOWN + 5, SHOWN + 5),
        "figures stay"
    );
    office.pass(100 * DAY_MS);
    office.ring();
    for table in ["listened", "listener", "listening"] {
        assert_eq!(kept(&office, table), 0, "{table}");
    }
    office.audit();
}

/// A post, as somebody would keep it on paper.
struct Paper {
    source: &'static str,
    author: String,
    day: i64,
    what: String,
    us: bool,
    others: Vec<&'static str>,
    queued: bool,
    deleted: bool,
    /// With which source its author has an open matter since.
    matter: Option<&'static str>,
}

impl Paper {
    fn is_ours(&self) -> bool {
        self.us || self.others.is_empty()
    }
}

const TEXTS: [(&str, bool, &[&str]); 5] = [
    ("Northline again", true, &[]),
    ("nobody said anything", false, &[]),
    ("Southline is better than @NORTHLINE", true, &["Southline"]),
    ("south line and eastline", false, &["Southline", "Eastline"]),
    ("SOUTHLINE!", false, &["Southline"]),
];

struct Run {
    shards: Vec<Office>,
    folder: tempfile::TempDir,
    papers: BTreeMap<String, Paper>,
    /// How often somebody was forgotten: they count as somebody else then.
    lives: BTreeMap<String, u32>,
}

impl Run {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shards = (0..2).map(|at| {
            let office = Office {
                sql: Sqlite::open(&folder.path().join(format!("shard-{at}"))),
                ..office()
            };
            heard::sql::open(&office.sql, heard::inbox::schema::MIGRATIONS).unwrap();
            office
        });
        Self {
            shards: shards.collect(),
            folder,
            papers: BTreeMap::new(),
            lives: BTreeMap::new(),
        }
    }

    fn of(&self, author: &str) -> &Office {
        &self.shards[usize::from(Shard::of(Platform::X, author, 2).number())]
    }

    fn now_ms(&self) -> i64 {
        self.shards[0].now_ms
    }

    fn step(&mut self, random: &mut Random, at: usize) {
        let names = ["ann", "bob", "cem", "dan", "eve", "fay", "gus", "hal"];
        let author = *random.pick(&names);
        let life = self.lives.get(author).copied().unwrap_or(0);
        let whole = format!("{author}{life}");
        let heard: Vec<String> = self
            .papers
            .iter()
            .filter(|(id, paper)| !paper.queued && !paper.deleted && !id.starts_with("gone"))
            .map(|(id, _)| id.clone())
            .collect();
        match random.below(20) {
            0..=9 => {
                let id = format!("p{at}");
                let source = *random.pick(&["stream", "freight"]);
                let (text, us, others) = *random.pick(&TEXTS);
                let situation =
                    *random.pick(&[None, Some(Situation::Delayed), Some(Situation::Stuck)]);
                let level =
                    *random.pick(&[Level::Idle, Level::Routine, Level::Urgent, Level::Emergency]);
                let triage = Triage {
                    situation,
                    ..judged(level)
                };
                let ours = us || others.is_empty();
                // Nobody has an open matter before their first is queued.
                let open = self
                    .papers
                    .values()
                    .any(|paper| paper.matter == Some(source) && paper.author == whole);
                let post = said(&id, &whole, text, self.now_ms());
                let event = made(source, post, triage);
                self.take(&whole, [event.clone(), event]);
                let queued = ours && (open || level == Level::Emergency);
                self.papers.insert(
                    id,
                    Paper {
                        matter: queued.then_some(source),
                        source,
                        author: whole,
                        day: self.now_ms().div_euclid(DAY_MS),
                        what: situation.map_or("other", |one| one.as_str()).to_string(),
                        us,
                        others: others.to_vec(),
                        queued,
                        deleted: false,
                    },
                );
            }
            10..=12 if !heard.is_empty() => {
                let id = random.pick(&heard).clone();
                let paper = self.papers.get_mut(&id).unwrap();
                paper.deleted = true;
                let (source, whose) = (paper.source, paper.author.clone());
                self.take(&whose, [deleted(source, &id)]);
            }
            13 | 14 => {
                for at in 0..self.shards.len() {
                    let shown = self.shards[at]
                        .ask(of(&self.shards[at], 30, 0))
                        .unwrap()
                        .shown;
                    let Some(one) = shown.first() else { continue };
                    promote(&self.shards[at], one.n).unwrap();
                    let id = one.kept.post.id.to_string();
                    let paper = self.papers.get_mut(&id).unwrap();
                    (paper.queued, paper.matter) = (true, Some(paper.source));
                }
            }
            15 if !heard.is_empty() => {
                // It was to us, says another event.
                let id = random.pick(&heard).clone();
                let paper = self.papers.get_mut(&id).unwrap();
                (paper.queued, paper.matter) = (true, Some("x"));
                let whose = paper.author.clone();
                let post = post(&id, &whose, self.shards[0].now_ms);
                self.take(&whose, [made("x", post, judged(Level::Routine))]);
            }
            16 => {
                let forget = ForgetAuthors {
                    authors: vec![Identity {
                        platform: Platform::X,
                        author: AuthorId::new(&whole),
                    }],
                    customer: None,
                    key: "a-key-of-tombstones-of-thirty-two-bytes".into(),
                    whom: String::new(),
                    also: Default::default(),
                };
                self.of(&whole).ask(forget).unwrap();
                // Nothing of theirs is found any more, and figures stay.
                self.lives.insert(author.to_owned(), life + 1);
                let gone: Vec<String> = heard
                    .into_iter()
                    .filter(|id| self.papers[id].author == whole)
                    .collect();
                for id in gone {
                    let paper = self.papers.remove(&id).unwrap();
                    self.papers.insert(format!("gone {id}"), paper);
                }
            }
            17 => {
                for at in 0..self.shards.len() {
                    let sql = Sqlite::open(&self.folder.path().join(format!("shard-{at}")));
                    heard::sql::open(&sql, heard::inbox::schema::MIGRATIONS).unwrap();
                    self.shards[at].sql = sql;
                }
            }
            _ => {
                let ms = i64::try_from(random.below(40)).unwrap() * 3_600_000;
                self.shards
                    .iter_mut()
                    .for_each(|office| office.now_ms += ms);
            }
        }
    }

    fn take(&self, author: &str, events: impl IntoIterator<Item = Incoming>) {
        self.of(author).take(events.into_iter().collect());
    }

    /// What must be told of a window, from paper.
    fn recount(&self, from: i64, to: i64) -> Value {
        let within: Vec<&Paper> = self
            .papers
            .values()
            .filter(|paper| (from..=to).contains(&paper.day))
            .collect();
        let sum = |of: &[&Paper]| {
            let people: BTreeSet<&str> = of.iter().map(|paper| paper.author.as_str()).collect();
            (of.len(), people.len())
        };
        let mut told = serde_json::Map::new();
        for source in ["stream", "freight"] {
            let all: Vec<&Paper> = within
                .iter()
                .filter(|paper| paper.source == source)
                .copied()
                .collect();
            if all.is_empty() {
                continue;
            }
            let ours: Vec<&Paper> = all
                .iter()
                .filter(|paper| paper.is_ours())
                .copied()
                .collect();
            let mut situations = BTreeMap::new();
            let mut days = BTreeMap::new();
            for one in &ours {
                let alike: Vec<&Paper> = ours
                    .iter()
                    .filter(|paper| paper.what == one.what)
                    .copied()
                    .collect();
                situations.insert(one.what.clone(), sum(&alike));
                let alike: Vec<&Paper> = ours
                    .iter()
                    .filter(|paper| paper.day == one.day)
                    .copied()
                    .collect();
                days.insert(one.day.to_string(), sum(&alike));
            }
            let mut voice = BTreeMap::new();
            let us: Vec<&Paper> = all.iter().filter(|paper| paper.us).copied().collect();
            voice.insert("Northline Rail", sum(&us));
            for name in ["Southline", "Eastline"] {
                let names: Vec<&Paper> = all
                    .iter()
                    .filter(|paper| paper.others.contains(&name))
                    .copied()
                    .collect();
                if !names.is_empty() {
                    voice.insert(name, sum(&names));
                }
            }
            told.insert(source.into(), json!({
                "all": sum(&all), "ours": sum(&ours), "situations": situations, "days": days, "voice": voice,
                "queued": all.iter().filter(|paper| paper.queued).count(),
                "deleted": all.iter().filter(|paper| paper.deleted).count(),
            }));
        }
        told.into()
    }

    /// The same, as it is told.
    fn told(&self, from: i64, to: i64) -> Value {
        let asked = ShowListening {
            from_day: from,
            to_day: to,
            source: None,
            what: None,
        };
        let all = self
            .shards
            .iter()
            .map(|office| office.ask(asked.clone()).unwrap())
            .collect();
        let answer = listening(&self.shards[0].config, all, &asked);
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        let sum = |of: &Value| json!([of["posts"], of["people"]]);
        let mut told = serde_json::Map::new();
        for one in answer["sources"].as_array().unwrap() {
            if one["posts"] == 0 {
                continue;
            }
            let by = |list: &str, key: &dyn Fn(&Value) -> String| {
                let all = one[list].as_array().unwrap().iter();
                let all: serde_json::Map<_, _> = all.map(|one| (key(one), sum(one))).collect();
                Value::from(all)
            };
            let name =
                |field: &'static str| move |one: &Value| one[field].as_str().unwrap().to_string();
            let day = |one: &Value| (one["from_ms"].as_i64().unwrap() / DAY_MS).to_string();
            told.insert(one["source"].as_str().unwrap().into(), json!({
                "all": sum(one), "ours": sum(&one["ours"]), "situations": by("situations", &name("what")),
                "days": by("days", &day), "voice": by("voice", &name("name")),
                "queued": one["queued"], "deleted": one["deleted"],
            }));
        }
        told.into()
    }
}

#[test]
fn every_figure_is_a_recount() {
    for seed in 0..6 {
        let mut random = Random(seed + 77);
        let mut run = Run::new();
        for at in 0..250 {
            run.step(&mut random, at);
            if at % 10 != 0 {
                continue;
            }
            let today = run.now_ms().div_euclid(DAY_MS);
            for _ in 0..4 {
                let from = today - i64::try_from(random.below(30)).unwrap();
                let to = from + i64::try_from(random.below(10)).unwrap();
                assert_eq!(
                    run.told(from, to),
                    run.recount(from, to),
                    "seed {seed}, step {at}, {from} to {to}"
                );
            }
        }
        for office in &run.shards {
            office.audit();
        }
    }
}
