//! Asking customers who did not write: who is drawn, that each has the same chance, and what is told against a recount.

use crate::fuzz::Random;
use crate::sqlite::Sqlite;
use heard::api::samples::{find, told};
use heard::api::surveys::surveys;
use heard::customers::book::{Drop, PutMany};
use heard::customers::question::{Desk, Question};
use heard::customers::sample::Group;
use heard::customers::sample::{
    AnswerInvitation, Draw, Drawn, REST_MS, Sample, ShowInvitation, ShowSamples,
};
use heard::customers::serve;
use heard::customers::wire::{Customer, Refused};
use heard::inbox::satisfaction::{Key, ShowSurveys};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const NOW_MS: i64 = 1_795_348_800_000;

struct Book {
    sql: Sqlite,
    now_ms: i64,
}

impl Book {
    fn new() -> Self {
        let sql = Sqlite::new();
        heard::sql::open(&sql, heard::directory::schema::MIGRATIONS).unwrap();
        Self {
            sql,
            now_ms: NOW_MS,
        }
    }

    fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Refused> {
        let desk = Desk {
            sql: &self.sql,
            now_ms: self.now_ms,
        };
        serve(&desk, question)
    }

    fn put(&self, customers: Vec<Customer>) {
        let key = "5f".repeat(32);
        let by = "crm".to_owned();
        self.ask(PutMany { customers, by, key }).unwrap();
    }

    fn draw(&self, size: u32, seed: u64) -> Drawn {
        self.ask(Draw {
            size,
            brand: "main".into(),
            lang: "en".into(),
            until_ms: self.now_ms + 1_000,
            by: "crm".into(),
            seed: format!("seed {seed}"),
        })
        .unwrap()
    }

    fn samples(&self) -> Vec<Sample> {
        let (from_ms, to_ms) = (0, self.now_ms + 1);
        self.ask(ShowSamples { from_ms, to_ms }).unwrap()
    }
}

/// What a sample's answers come to: by its number, then by tier and language, how many were asked and how often each face.
type Told = BTreeMap<i64, BTreeMap<(String, String), (i64, [i64; 5])>>;

fn customer(n: usize) -> Customer {
    Customer {
        id: format!("c{n}"),
        tier: n.is_multiple_of(5).then(|| "gold".to_owned()),
        language: n.is_multiple_of(3).then(|| "de".to_owned()),
        contact_consent: [Some(true), Some(false), None, Some(true)][n % 4],
        occurred_ms: NOW_MS,
        ..Customer::default()
    }
}

#[test]
fn who_consents_is_drawn_with_the_same_chance_and_rests_then() {
    let mut book = Book::new();
    book.put((0..40).map(customer).collect());
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for seed in 0..400 {
        let drawn = book.draw(5, seed);
        assert_eq!(
            (
                drawn.listed,
                drawn.no_consent,
                drawn.resting,
                drawn.eligible
            ),
            (40, 20, 0, 20)
        );
        assert_eq!(drawn.invited.len(), 5);
        for one in drawn.invited {
            *times.entry(one.customer).or_default() += 1;
        }
        // They rest for a quarter.
        book.now_ms += REST_MS + 1;
    }
    assert_eq!(times.len(), 20, "{times:?}");
    // 100 times each in 400 draws of a quarter; 8.7 is the standard deviation.
    for (who, n) in &times {
        assert!((65..=135).contains(n), "{who} {n}");
    }
    let first = book.draw(5, 1);
    let second = book.draw(100, 2);
    assert_eq!(
        (second.resting, second.eligible, second.invited.len()),
        (5, 15, 15)
    );
    let both: BTreeSet<&str> = first
        .invited
        .iter()
        .chain(&second.invited)
        .map(|one| one.customer.as_str())
        .collect();
    assert_eq!(both.len(), 20, "nobody twice");
    assert!(book.draw(5, 3).invited.is_empty());
}

#[test]
fn an_answer_counts_once_until_its_time_and_its_words_go_with_the_customer() {
    let mut book = Book::new();
    book.put(vec![customer(0), customer(3)]);
    let drawn = book.draw(9, 0);
    let sample = drawn.sample;
    let answer = |book: &Book, n, score| {
        let text = Some("Slow".to_owned());
        book.ask(AnswerInvitation {
            sample,
            n,
            score,
            text,
        })
    };
    assert_eq!(answer(&book, 1, 4), Ok(true));
    assert_eq!(answer(&book, 1, 1), Ok(false), "the first counts");
    assert_eq!(answer(&book, 3, 1), Err(Refused::NotFound));
    let told = &book.samples()[0];
    assert_eq!(
        told.groups.iter().map(|group| group.scores[3]).sum::<i64>(),
        1
    );
    assert_eq!(told.texts, [(NOW_MS, 4, "Slow".to_owned())]);
    let id = drawn.invited[0].customer.clone();
    let key = "5f".repeat(32);
    book.ask(Drop {
        id,
        key: key.clone(),
    })
    .unwrap();
    let told = &book.samples()[0];
    assert!(told.texts.is_empty(), "{told:?}");
    assert_eq!(
        told.groups.iter().map(|group| group.scores[3]).sum::<i64>(),
        1,
        "the number stays"
    );
    assert_eq!(book.sql.holding("Slow"), Vec::<String>::new());
    // The link of somebody who is gone opens nothing.
    let id = drawn.invited[1].customer.clone();
    book.ask(Drop { id, key }).unwrap();
    assert_eq!(
        book.ask(ShowInvitation { sample, n: 2 }),
        Err(Refused::NotFound)
    );
    book.now_ms += 1_000;
    assert_eq!(answer(&book, 2, 5), Err(Refused::NotFound));
}

#[test]
fn what_is_told_is_a_recount() {
    for seed in 0..5 {
        let mut random = Random(seed + 9);
        let mut book = Book::new();
        let n = 30 + random.below(60);
        book.put((0..n).map(customer).collect());
        let mut want: Told = BTreeMap::new();
        let mut open: Vec<(i64, i64, (String, String))> = Vec::new();
        for step in 0..60 {
            if step % 12 == 0 {
                let drawn = book.draw(u32::try_from(3 + random.below(8)).unwrap(), random.next());
                let groups = want.entry(drawn.sample).or_default();
                for one in &drawn.invited {
                    let known = customer(one.customer[1..].parse().unwrap());
                    assert_eq!(known.contact_consent, Some(true));
                    let lang = known.language.unwrap_or_else(|| "en".into());
                    assert_eq!(one.lang, lang);
                    let group = (known.tier.unwrap_or_default(), lang);
                    groups.entry(group.clone()).or_default().0 += 1;
                    open.push((drawn.sample, one.n, group));
                }
            } else if !open.is_empty() {
                let at = random.below(open.len());
                let (sample, n, group) = open[at].clone();
                let score = u8::try_from(1 + random.below(5)).unwrap();
                let counts = book
                    .ask(AnswerInvitation {
                        sample,
                        n,
                        score,
                        text: None,
                    })
                    .unwrap();
                assert!(counts);
                open.remove(at);
                want.get_mut(&sample).unwrap().get_mut(&group).unwrap().1
                    [usize::from(score) - 1] += 1;
            }
            book.now_ms += 1;
        }
        let told: Told = book
            .samples()
            .into_iter()
            .map(|sample| {
                let groups = sample.groups.into_iter();
                let groups = groups.map(|one| ((one.tier, one.lang), (one.asked, one.scores)));
                (sample.id, groups.collect())
            })
            .collect();
        assert_eq!(told, want, "seed {seed}");
    }
}

/// How a sample is told, of which so many were asked and chose these faces.
fn shown(groups: Vec<(&str, i64, [i64; 5])>) -> Value {
    let group = |(tier, asked, scores): (&str, i64, [i64; 5])| Group {
        tier: tier.into(),
        lang: "en".into(),
        asked,
        scores,
    };
    let sample = Sample {
        id: 1,
        at_ms: 0,
        until_ms: 1,
        brand: "main".into(),
        by: "crm".into(),
        eligible: BTreeMap::from([(String::new(), 900), ("gold".into(), 100)]),
        listed: 1_200,
        no_consent: 150,
        resting: 50,
        groups: groups.into_iter().map(group).collect(),
        texts: Vec::new(),
    };
    let asked = ShowSurveys {
        from_ms: 0,
        to_ms: 1,
        by: Key::Agent,
    };
    let answer = surveys(Vec::new(), told(vec![sample]), &asked, 1);
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    answer["samples"][0].clone()
}

#[test]
fn a_tier_counts_as_it_does_among_those_who_could_have_been_drawn() {
    // Nine in ten are in no tier: 0.9 × 6/12 + 0.1 × 8/8.
    let told = shown(vec![
        ("", 90, [3, 3, 0, 3, 3]),
        ("gold", 10, [0, 0, 0, 0, 8]),
    ]);
    assert_eq!(told["total"]["asked"], 100);
    assert_eq!(told["total"]["content_share"], json!(0.7));
    assert_eq!(told["weighted_content"], json!(0.55));
    let weights: Vec<&Value> = told["tiers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tier| &tier["weight"])
        .collect();
    assert_eq!(weights, [&json!(75.0), &json!(12.5)]);
    // Of a tier that is silent nothing is made up.
    let told = shown(vec![("", 90, [3, 3, 0, 3, 3]), ("gold", 10, [0; 5])]);
    assert_eq!(told["weighted_content"], Value::Null);
    assert_eq!(told["tiers"][1]["weight"], Value::Null);
}

#[test]
fn a_link_names_one_place() {
    assert_eq!(find("s-3-17"), Some((3, 17)));
    for bad in ["s-3", "s-03-1", "v2-00-1", "s-3-1-2", "s--3-1", "s-a-1"] {
        assert_eq!(find(bad), None, "{bad}");
    }
}
