//! The report's products and hurdles, held against a plain recount over random histories, on one shard and on four.

use crate::customers::{House, TABLE, answered, made, thanks};
use crate::queue::{DAY_MS, HOUR_MS, judged, post};
use heard::api::customers::World as _;
use heard::api::report::report;
use heard::api::route::Role;
use heard::customers::book::ShowSteps;
use heard::customers::series::{Item, ShowSeries};
use heard::customers::wire::Steps;
use heard::inbox::overview::ShowOverview;
use heard::inbox::shard::Shard;
use heard::inbox::wire::Incoming;
use heard::judgement::{Level, Situation, Triage};
use heard::platform::Event;
use heard::post::{AuthorId, Platform, PostId, SourceId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

fn house(n: u16) -> House {
    let mut table: Value = serde_json::from_str(TABLE).unwrap();
    table["products"] = json!([
        {"name": "Night Express", "also": ["NX 12", "night train"]},
        {"name": "Sleeper"},
        {"name": "Café Car"},
    ]);
    let house = House::with(&table.to_string(), n);
    let problems = &house.config.problems;
    assert!(
        problems.iter().all(|one| !one.key.starts_with("products")),
        "{problems:?}"
    );
    house
}

impl House {
    fn steps(&self, from_ms: i64, to_ms: i64) -> Option<Steps> {
        futures_util::FutureExt::now_or_never(self.book(ShowSteps { from_ms, to_ms }))?.ok()
    }

    fn figures(&self, asked: &ShowOverview) -> Option<Vec<Item>> {
        let ask = ShowSeries {
            from_hour: asked.before_hour(),
            to_hour: asked.to_hour,
        };
        futures_util::FutureExt::now_or_never(self.book(ask))?.ok()
    }

    fn report(&self, from_ms: i64, to_ms: i64) -> Value {
        let asked = ShowOverview {
            from_hour: from_ms / HOUR_MS,
            to_hour: to_ms / HOUR_MS,
        };
        let ask = |shard| self.serve(shard, None, asked).unwrap();
        let all = Shard::all(self.n).map(ask).collect();
        let said = report(
            &self.config,
            all,
            self.steps(from_ms, to_ms),
            self.figures(&asked).as_deref(),
            &asked,
            self.now_ms.get(),
        );
        assert_eq!(said.status, 200);
        serde_json::from_str(&said.body).unwrap()
    }
}

/// A post as it stands, for the recount.
struct Stands {
    id: String,
    who: (Platform, String),
    text: String,
    complains: bool,
    at_ms: i64,
}

const WORDS: [&str; 12] = [
    "the Night-Express",
    "NX 12",
    "nx12",
    "a night TRAIN",
    "my sleeper",
    "sleepers",
    "café car",
    "CAFÉ. CAR",
    "cafe car",
    "late again",
    "night express",
    "stuck",
];

/// Said by a way of its own: words in a row, a blank for all else.
fn names(text: &str, product: usize) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let said: [&[&[&str]]; 3] = [
        &[&["night", "express"], &["nx", "12"], &["night", "train"]],
        &[&["sleeper"]],
        &[&["café", "car"]],
    ];
    said[product]
        .iter()
        .any(|name| words.windows(name.len()).any(|some| some == *name))
}

#[tokio::test]
async fn products_are_counted_as_a_recount_counts_them() {
    for (n, seed) in [(1, 1), (4, 2), (4, 3), (2, 4)] {
        let house = house(n);
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
        let start_ms = house.now_ms.get();
        let mut all: Vec<Stands> = Vec::new();
        for at in 0..220 {
            house.pass(i64::try_from(dice.roll(120)).unwrap() * 60_000);
            if at == 110 {
                // From here on is the period that is asked for.
                house.now_ms.set(start_ms + 7 * DAY_MS);
            }
            match dice.roll(10) {
                0 if !all.is_empty() => {
                    let gone = all.remove(dice.roll(all.len() as u64) as usize);
                    let event = Event::Deleted {
                        post: PostId::new(gone.id.as_str()),
                        author: Some(AuthorId::new(gone.who.1.as_str())),
                    };
                    let source = if gone.who.0 == Platform::X { "x" } else { "fb" };
                    let incoming = Incoming {
                        source: SourceId::new(source),
                        platform: gone.who.0,
                        event,
                        triage: None,
                    };
                    house.take(vec![incoming]).await;
                }
                roll => {
                    let (source, platform) = match dice.roll(2) {
                        0 => ("x", Platform::X),
                        _ => ("fb", Platform::Facebook),
                    };
                    let who = format!("p{}", dice.roll(25));
                    let mut one = post(&format!("{at}"), &who, house.now_ms.get());
                    one.text = format!(
                        "{} and {}",
                        WORDS[dice.roll(12) as usize],
                        WORDS[dice.roll(12) as usize]
                    );
                    let complains = roll < 7;
                    let triage = if complains {
                        judged(Level::Routine)
                    } else {
                        thanks()
                    };
                    all.push(Stands {
                        id: format!("{at}"),
                        who: (platform, who),
                        text: one.text.clone(),
                        complains,
                        at_ms: house.now_ms.get(),
                    });
                    house.take(vec![made(source, platform, one, triage)]).await;
                }
            }
        }
        let (from_ms, to_ms) = (start_ms + 7 * DAY_MS, start_ms + 14 * DAY_MS);
        house.now_ms.set(to_ms);
        let said = house.report(from_ms, to_ms);
        assert_eq!(
            (&said["products_complete"], &said["comparable"]),
            (&json!(true), &json!(true))
        );
        for (product, name) in ["Night Express", "Sleeper", "Café Car"].iter().enumerate() {
            let told = said["products"].as_array().unwrap();
            let told = told.iter().find(|one| one["product"] == *name).unwrap();
            let of = |from_ms: i64, to_ms: i64| {
                let own = all
                    .iter()
                    .filter(|one| one.at_ms >= from_ms && one.at_ms < to_ms);
                let own: Vec<&Stands> = own.filter(|one| names(&one.text, product)).collect();
                let people: BTreeSet<_> = own.iter().map(|one| &one.who).collect();
                let angry = own.iter().filter(|one| one.complains);
                let angry: BTreeSet<_> = angry.map(|one| &one.who).collect();
                (own.len(), people.len(), angry.len())
            };
            let now = of(from_ms, to_ms);
            let before = of(start_ms, from_ms);
            assert!(
                now.0 > 0 && before.0 > 0,
                "the history says something of it"
            );
            assert_eq!(told["posts"], now.0, "{name}, {n} shards");
            assert_eq!(told["people"], now.1, "{name}");
            assert_eq!(told["complained"], now.2, "{name}");
            assert_eq!(told["people_before"], before.1, "{name}");
            assert_eq!(told["complained_before"], before.2, "{name}");
        }
        house.audit();
    }
}

#[tokio::test]
async fn what_hinders_people_is_told_in_their_words_and_not_by_whom() {
    for n in [1, 4] {
        let house = house(n);
        let start_ms = house.now_ms.get();
        let stuck = Triage {
            situation: Some(Situation::Stuck),
            ..judged(Level::Routine)
        };
        let texts = [
            "We are stuck near Woking again, says the guard. I am @tess99, call 07700 900123",
            "My Night Express is stuck for 3 hours and tess t9 gets no word from anyone",
            "Still stuck on the line and nobody tells us a thing",
            "The doors stay shut and it is far too hot in here",
            "You can reach me at tess@mail.example because the line is closed again",
        ];
        for (at, text) in texts.iter().enumerate() {
            house.pass(60_000);
            let mut one = post(&format!("{at}"), &format!("t{at}"), house.now_ms.get());
            one.text = (*text).to_owned();
            one.author.as_mut().unwrap().name = Some(format!("Tess T{at}"));
            house
                .take(vec![made("x", Platform::X, one, stuck.clone())])
                .await;
        }
        house.pass(2 * HOUR_MS);
        let said = house.report(start_ms, house.now_ms.get());
        let hurdle = &said["hurdles"][0];
        assert_eq!(
            (&hurdle["situation"], &hurdle["matters"]),
            (&json!("stuck"), &json!(5))
        );
        let told: Vec<&str> = hurdle["examples"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["text"].as_str().unwrap())
            .collect();
        assert_eq!(
            told,
            [
                "You can reach me at [e-mail] because the line is closed again",
                "The doors stay shut and it is far too hot in here",
                "Still stuck on the line and nobody tells us a thing",
            ]
        );
        for word in ["tess", "99", "0770"] {
            assert!(
                !said["hurdles"].to_string().to_lowercase().contains(word),
                "{word}"
            );
        }
        assert_eq!(said["products"][0]["product"], "Night Express");
        assert_eq!(said["products"][0]["complained"], 1);
        assert_eq!(said["products"][0]["difference"], Value::Null);
    }
}

#[tokio::test]
async fn what_was_like_it_and_how_it_ended_is_told_from_every_shard() {
    for n in [1, 4] {
        let house = house(n);
        let of = |situation, text: &str| {
            let triage = Triage {
                situation: Some(situation),
                ..judged(Level::Routine)
            };
            (triage, text.to_owned())
        };
        let write = async |id: &str, who: &str, (triage, text): (Triage, String)| {
            let mut one = post(id, who, house.now_ms.get());
            one.text = text;
            house.take(vec![made("x", Platform::X, one, triage)]).await;
            house.pass(60_000);
        };
        for (id, who, situation, text) in [
            (
                "1",
                "a",
                Situation::Cancelled,
                "The 18:04 from Woking never came",
            ),
            (
                "2",
                "b",
                Situation::Cancelled,
                "No train at Woking, and it is cold",
            ),
            (
                "3",
                "c",
                Situation::Refund,
                "Refund for the 18:04 from Woking please",
            ),
            (
                "4",
                "d",
                Situation::Cancelled,
                "Nothing goes from Reading today",
            ),
            (
                "5",
                "e",
                Situation::Cancelled,
                "Is the 18:04 from Woking gone again",
            ),
        ] {
            write(id, who, of(situation, text)).await;
        }
        for who in ["a", "b", "c", "d"] {
            answered(&house, who, "Ana");
            // What was claimed beside it goes back to the queue.
            house.pass(11 * 60_000);
        }
        // Their own earlier one is told elsewhere.
        write(
            "6",
            "e",
            of(Situation::Cancelled, "Woking 18:04, still waiting"),
        )
        .await;
        let asked = house.of("e")[0].id.clone();
        let line = format!("GET /v1/interactions/{asked}/similar");
        let said = house.ok(Role::Agent, &line, "").await;
        let told: Vec<(String, String, usize)> = said["similar"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let text = |of: &str| one[of].as_str().unwrap().to_owned();
                (
                    text("text"),
                    text("outcome"),
                    one["shared"].as_array().unwrap().len(),
                )
            })
            .collect();
        assert_eq!(told.len(), 2, "{said}");
        assert_eq!(
            (told[0].0.as_str(), told[0].1.as_str()),
            ("The 18:04 from Woking never came", "solved")
        );
        assert_eq!(told[1].0, "No train at Woking, and it is cold");
        assert!(told[0].2 > told[1].2, "{said}");
        assert_eq!(
            said["similar"][0]["said"][0]["text"],
            "We have found your train."
        );
        house.audit();
    }
}

#[tokio::test]
async fn steps_to_advocate_are_what_people_say_and_counted_as_a_recount_counts_them() {
    let house = house(1);
    let mut dice = Dice(77);
    let start_ms = house.now_ms.get();
    let (from_ms, to_ms) = (start_ms - 7 * DAY_MS, start_ms);
    let mut all: Vec<[Option<i64>; 3]> = Vec::new();
    for at in 0..60 {
        let steps: [Option<i64>; 3] = std::array::from_fn(|_| {
            let days = i64::try_from(dice.roll(14)).unwrap();
            (dice.roll(3) > 0).then_some(start_ms - days * DAY_MS - HOUR_MS)
        });
        let mut stages = json!({});
        for (name, at_ms) in ["asked", "posted", "joined"].iter().zip(steps) {
            if let Some(at_ms) = at_ms {
                stages[name] = json!(at_ms.to_string());
            }
        }
        let body = json!({"name": "\"stages\"", "stages": stages, "occurred_at": (start_ms - 1_000).to_string()});
        house
            .ok(
                Role::Crm,
                &format!("PUT /v1/customers/c-{at}"),
                &body.to_string(),
            )
            .await;
        all.push(steps);
    }
    // A later word replaces the whole record; whoever is gone counts no more.
    house
        .ok(Role::Crm, "PUT /v1/customers/c-0", r#"{"name": "A"}"#)
        .await;
    house.ok(Role::Crm, "DELETE /v1/customers/c-1", "").await;
    all.drain(..2);
    let within = |at_ms: Option<i64>| at_ms.is_some_and(|at_ms| at_ms >= from_ms && at_ms < to_ms);
    let count = |is: &dyn Fn(&[Option<i64>; 3]) -> bool| all.iter().filter(|one| is(one)).count();
    let since = |one: &[Option<i64>; 3], step: usize| within(one[0]) && one[step] >= one[0];
    let said = house.report(from_ms, to_ms);
    let told = &said["advocates"];
    assert_eq!(told["asked"], count(&|one| within(one[0])));
    assert_eq!(told["posted"], count(&|one| within(one[1])));
    assert_eq!(told["joined"], count(&|one| within(one[2])));
    assert_eq!(told["asked_posted"], count(&|one| since(one, 1)));
    assert_eq!(told["asked_joined"], count(&|one| since(one, 2)));
    assert!(told["interval"][0].is_number(), "{told}");
    let shown = house.ok(Role::Crm, "GET /v1/customers/c-2", "").await;
    assert_eq!(shown["stages"]["asked"].as_i64(), all[0][0]);
    let bad = r#"{"stages": {"loved": "2026-11-01T00:00:00Z"}}"#;
    assert_eq!(
        house
            .call(Role::Crm, "PUT /v1/customers/c-2", bad)
            .await
            .status,
        422
    );
}

/// The brand's own figures: kept as they were said, and complaints beside just the hours that have one.
#[tokio::test]
async fn the_brands_figures_are_kept_as_said_and_laid_beside_complaints_as_a_recount_says() {
    for (n, seed) in [(1, 5), (4, 6), (4, 7)] {
        let mut table: Value = serde_json::from_str(TABLE).unwrap();
        table["series"] = json!([
            {"name": "riders", "complaints_per_10000": true},
            {"name": "delays", "total": "mean"},
        ]);
        table["goals"] = json!([
            {"figure": "complaints_per_10000", "series": "riders", "at_most": 5},
            {"figure": "complaints", "at_least": 1000},
            {"figure": "total", "series": "riders", "at_least": 1},
        ]);
        let house = House::with(&table.to_string(), n);
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
        // Days begin with the day.
        let over = house.now_ms.get().rem_euclid(DAY_MS);
        house.pass(DAY_MS - over);
        let start_ms = house.now_ms.get();
        let mut complained: Vec<i64> = Vec::new();
        let mut at = 0;
        while house.now_ms.get() < start_ms + 14 * DAY_MS {
            let complains = dice.roll(3) > 0;
            let triage = if complains {
                judged(Level::Routine)
            } else {
                thanks()
            };
            // Each is another person, so each opens a matter.
            let one = post(&format!("{at}"), &format!("p{at}"), house.now_ms.get());
            if complains {
                complained.push(house.now_ms.get());
            }
            house.take(vec![made("x", Platform::X, one, triage)]).await;
            at += 1;
            house.pass(i64::try_from(dice.roll(180) + 1).unwrap() * 60_000);
        }
        let (from_ms, to_ms) = (start_ms + 7 * DAY_MS, start_ms + 14 * DAY_MS);
        house.now_ms.set(to_ms);
        let date = |ms: i64| {
            let at = chrono::DateTime::from_timestamp_millis(ms).unwrap();
            at.format("%Y-%m-%d").to_string()
        };
        // By series, then by first hour and length: in thousandths.
        let mut kept: std::collections::BTreeMap<(&str, i64, i64), i64> = Default::default();
        let mut lines =
            String::from("{\"series\": \"nobody\", \"day\": \"2026-11-01\", \"value\": 1}\n");
        for _ in 0..400 {
            let series = ["riders", "delays"][dice.roll(2) as usize];
            let whole = dice.roll(6) == 0;
            let hour = i64::try_from(dice.roll(14 * 24)).unwrap() + start_ms / HOUR_MS;
            let (hour, hours) = if whole {
                (hour / 24 * 24, 24)
            } else {
                (hour, 1)
            };
            let value = i64::try_from(dice.roll(900_000_000)).unwrap();
            let mut line = json!({"series": series});
            match whole {
                true => line["day"] = json!(date(hour * HOUR_MS)),
                false => line["hour"] = json!((hour * HOUR_MS).to_string()),
            }
            let text = match dice.roll(8) {
                0 => {
                    kept.remove(&(series, hour, hours));
                    line["gone"] = json!(true);
                    line.to_string()
                }
                _ => {
                    kept.insert((series, hour, hours), value);
                    let text = line.to_string();
                    let number = format!("{}.{:03}", value / 1_000, value % 1_000);
                    format!("{}, \"value\": {number}}}", &text[..text.len() - 1])
                }
            };
            lines += &text;
            lines += "\n";
        }
        lines += "{\"series\": \"riders\", \"day\": \"2020-01-01\", \"value\": 1}\n{\"series\": \"riders\", \"value\": 1}\nno\n";
        let put = house.ok(Role::Crm, "POST /v1/series", &lines).await;
        assert_eq!(
            (&put["lines"], &put["kept"], &put["failed"]),
            (&json!(404), &json!(400), &json!(4)),
            "{put}"
        );
        assert_eq!(put["problems"][0]["line"], 1);
        assert_eq!(put["problems"][3]["line"], 404);
        let said = house.report(from_ms, to_ms);
        let counted = |from: i64, to: i64, name: &str| {
            let (mut value, mut timed, mut hours, mut complaints) = (0, 0, 0, 0);
            for ((_, hour, long), one) in kept.iter().filter(|((series, ..), _)| *series == name) {
                let whole = (name, hour / 24 * 24, 24);
                let inside = *hour >= from && hour + long <= to;
                if !inside || *long == 1 && kept.contains_key(&whole) {
                    continue;
                }
                value += one;
                timed += one * long;
                hours += long;
                let own = |ms: &&i64| **ms >= hour * HOUR_MS && **ms < (hour + long) * HOUR_MS;
                complaints += complained.iter().filter(own).count();
            }
            (value, timed, hours, complaints)
        };
        let hour = |ms: i64| ms / HOUR_MS;
        for (at, name) in ["riders", "delays"].into_iter().enumerate() {
            let told = &said["series"][at];
            assert_eq!(told["series"], name);
            let (value, timed, hours, complaints) = counted(hour(from_ms), hour(to_ms), name);
            let value = if at == 0 {
                value
            } else {
                (2 * timed + hours) / (2 * hours)
            };
            let near = |told: &Value, value: f64| {
                assert!(
                    (told.as_f64().unwrap() - value).abs() < 1e-9,
                    "{told} {value}"
                );
            };
            near(&told["value"], value as f64 / 1_000.0);
            assert_eq!(told["hours"], hours, "{name}, {n} shards");
            assert_eq!(told["complaints"], complaints, "{name}, {n} shards");
            let (before, timed, hours, complaints) = counted(hour(start_ms), hour(from_ms), name);
            let before = if at == 0 {
                before
            } else {
                (2 * timed + hours) / (2 * hours)
            };
            near(&told["value_before"], before as f64 / 1_000.0);
            assert_eq!(told["hours_before"], hours);
            assert_eq!(told["complaints_before"], complaints);
            let days = told["days"].as_array().unwrap();
            let sum: i64 = days.iter().map(|day| day["hours"].as_i64().unwrap()).sum();
            assert_eq!(told["hours"], sum);
        }
        let told = &said["series"][0];
        let rate =
            told["complaints"].as_f64().unwrap() * 10_000.0 / told["value"].as_f64().unwrap();
        assert!(
            (told["per_10000"].as_f64().unwrap() - rate).abs() < 1e-4,
            "{told}"
        );
        assert_eq!(said["series"][1]["per_10000"], Value::Null);
        let within = complained
            .iter()
            .filter(|ms| **ms >= from_ms && **ms < to_ms);
        let within = within.count();
        assert_eq!(said["goals"][0]["met"], json!(rate <= 5.0));
        assert_eq!(said["goals"][1]["value"].as_f64(), Some(within as f64));
        assert_eq!(
            (&said["goals"][1]["met"], &said["goals"][1]["sure"]),
            (&json!(false), &json!(true))
        );
        // Where not every hour has a figure the total is held against nothing.
        let is_whole = told["hours"] == 7 * 24;
        assert_eq!(said["goals"][2]["met"].as_bool(), is_whole.then_some(true));
        // What reports no longer reach is gone, from the table too.
        house.pass(80 * DAY_MS);
        let now = hour(house.now_ms.get());
        let ask = ShowSeries {
            from_hour: 0,
            to_hour: now,
        };
        assert_eq!(house.book(ask).await.unwrap(), vec![]);
        house.audit();
    }
}
