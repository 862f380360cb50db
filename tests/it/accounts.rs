//! What the accounts' object keeps of the webhooks' health, on real SQLite.

use crate::sqlite::Sqlite;
use heard::accounts::Problems;
use heard::accounts::context::Desk;
use heard::accounts::health::{Look, Tell};
use heard::accounts::question::Question;
use heard::accounts::{schema, serve};
use heard::config::Config;
use heard::intake::tally::Tally;
use heard::intake::{Carried, Intake, Updates};
use heard::platform::Ignored;
use heard::post::{AccountId, Platform, SourceId, Workgroup};
use heard::scope::Scope;
use heard::signature::Refusal;
use heard::sql::Sql as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// A Monday, 2026-10-05T00:00:00Z.
const MONDAY_MS: i64 = 1_791_158_400_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The object, its configuration and its clock.
struct Books {
    sql: Sqlite,
    config: Config,
    now_ms: i64,
}

fn config(keys: &str) -> Config {
    let table = json!({
        "apps": [{"id": "x-main", "scheme": "x"}, {"id": "line-main", "scheme": "line"}],
        "sources": [
            {"id": "x", "app": "x-main", "platform": "x", "account": "1", "workgroup": "care"},
            {"id": "line", "app": "line-main", "platform": "line", "account": "2",
             "workgroup": "care"},
        ],
    });
    Config::read(&table.to_string(), &|name| match name {
        "X_CONSUMER_SECRET" => Some(keys.into()),
        "LINE_CHANNEL_SECRET" => Some("line-key-0123456789abcdef01234567".into()),
        _ => None,
    })
}

fn delivery(key: usize, source: &str) -> Intake {
    let carried = Carried {
        updates: 1,
        ignored: BTreeMap::from([(Ignored::NotAPost, 2)]),
    };
    Intake::Updates(Updates {
        key,
        sources: BTreeMap::from([(SourceId::new(source), carried)]),
        ..Updates::default()
    })
}

impl Books {
    fn new() -> Self {
        Self::over(Sqlite::new())
    }

    fn over(sql: Sqlite) -> Self {
        heard::sql::open(&sql, schema::MIGRATIONS).unwrap();
        Self {
            sql,
            config: config("new-key-of-x old-key-of-x"),
            now_ms: MONDAY_MS,
        }
    }

    fn ask<Q: Question>(&self, ask: Q) -> Q::Answer {
        let desk = Desk {
            sql: &self.sql,
            config: &self.config,
            now_ms: self.now_ms,
        };
        serve(desk, ask).unwrap()
    }

    /// What an isolate saw, told at once.
    fn told(&self, app: &str, came: &[Intake]) {
        let mut tally = Tally::default();
        for one in came {
            tally.note(self.config.app(app).unwrap(), one, self.now_ms);
        }
        self.ask(Tell { tally });
    }

    fn look(&self) -> Value {
        let scope = Scope::whole();
        serde_json::from_str(self.ask(Look { scope }).text()).unwrap()
    }

    fn problems(&self) -> Vec<(String, String)> {
        let scope = Scope::whole();
        let found = self.ask(Problems { scope });
        found.into_iter().map(|p| (p.key, p.says)).collect()
    }
}

#[test]
fn what_nothing_is_known_of_is_shown_as_such() {
    let books = Books::new();
    let look = books.look();
    let never = json!({"n": 0, "first_ms": null, "last_ms": null});
    assert_eq!(look["as_of_ms"], MONDAY_MS);
    assert_eq!(look["apps"][0]["id"], "x-main");
    assert_eq!(look["apps"][0]["verified"], never);
    assert_eq!(look["apps"][0]["keys"].as_array().unwrap().len(), 2);
    assert_eq!(look["apps"][0]["keys"][1]["verified"], never);
    assert_eq!(look["sources"][1]["id"], "line");
    assert_eq!(look["sources"][1]["deliveries"], never);
    assert_eq!(look["sources"][1]["quiet"], json!(null));
    assert_eq!(books.problems(), []);
}

#[test]
fn everything_told_is_added_up_and_outlives_the_object() {
    let folder = tempfile::tempdir().unwrap();
    let file: &Path = &folder.path().join("accounts.sqlite");
    for life in 0..3 {
        let mut books = Books::over(Sqlite::open(file));
        books.now_ms += life * HOUR_MS;
        books.told(
            "x-main",
            &[
                delivery(0, "x"),
                delivery(0, "x"),
                Intake::Refused(Refusal::Mismatch),
                Intake::NoHandshake,
            ],
        );
    }
    let mut books = Books::over(Sqlite::open(file));
    books.now_ms += 2 * HOUR_MS;
    let look = books.look();
    let app = &look["apps"][0];
    let last_ms = MONDAY_MS + 2 * HOUR_MS;
    let times = |n| json!({"n": n, "first_ms": MONDAY_MS, "last_ms": last_ms});
    assert_eq!(app["verified"], times(6));
    assert_eq!(app["verified_last_hour"], 4, "an hour, to ten minutes");
    assert_eq!(app["verified_last_day"], 6);
    assert_eq!(app["handshakes_refused"], times(3));
    assert_eq!(
        app["refused"],
        json!({"n": 3, "first_ms": MONDAY_MS, "last_ms": last_ms, "last_hour": 2,
            "last_day": 3, "by_reason": {"mismatch": times(3)}})
    );
    let source = &look["sources"][0];
    assert_eq!(source["deliveries"], times(6));
    assert_eq!(source["deliveries_last_day"], 6);
    assert_eq!(source["updates"], 6);
    assert_eq!(source["ignored"], json!({"not_a_post": 12}));
    assert_eq!(look["apps"][1]["verified"]["n"], 0, "the other app's");
}

#[test]
fn a_day_old_refusal_is_no_problem_any_more() {
    let mut books = Books::new();
    let many = vec![Intake::Refused(Refusal::Mismatch); 37];
    books.told("x-main", &many);
    books.told("line-main", &many[..9]);
    books.told("line-main", &[delivery(0, "line")]);
    let problems = books.problems();
    assert_eq!(problems.len(), 1, "{problems:?}");
    let (key, says) = &problems[0];
    assert_eq!(key, "apps x-main");
    for part in [
        "37 signature failures in the last hour",
        "2026-10-05 00:00 UTC",
        "mismatch",
        "another key",
        "nothing has ever verified",
    ] {
        assert!(says.contains(part), "{part}: {says}");
    }
    // Who serves other work is not told of it.
    let scope = Scope {
        workgroups: vec![Workgroup::new("sales")],
        ..Scope::default()
    };
    assert_eq!(books.ask(Problems { scope }), []);
    books.now_ms += 2 * HOUR_MS;
    let says = &books.problems()[0].1;
    assert!(
        says.contains("37 signature failures in the last day"),
        "{says}"
    );
    books.now_ms += 23 * HOUR_MS;
    assert_eq!(books.problems(), []);
    assert_eq!(books.look()["apps"][0]["refused"]["n"], 37);
}

#[test]
fn a_few_refusals_are_a_problem_only_where_nothing_verifies_since() {
    let mut books = Books::new();
    books.told("x-main", &[delivery(0, "x")]);
    books.now_ms += HOUR_MS;
    books.told("x-main", &vec![Intake::Refused(Refusal::Mismatch); 2]);
    assert_eq!(books.problems(), [], "a stranger");
    books.told("x-main", &[Intake::Refused(Refusal::Mismatch)]);
    let says = books.problems().remove(0).1;
    assert!(
        says.contains("nothing has verified since 2026-10-05 00:00 UTC"),
        "{says}"
    );
    books.now_ms += MINUTE_MS;
    books.told("x-main", &[delivery(0, "x")]);
    assert_eq!(books.problems(), []);
}

#[test]
fn an_old_key_is_safe_to_retire_when_a_newer_one_has_done_its_work_long_enough() {
    let mut books = Books::new();
    let safe = |books: &Books| -> Vec<bool> {
        let look = books.look();
        let keys = look["apps"][0]["keys"].as_array().unwrap();
        keys.iter()
            .map(|key| key["safe_to_retire"].as_bool().unwrap())
            .collect()
    };
    books.told("x-main", &[delivery(1, "x")]);
    books.now_ms += 30 * DAY_MS;
    assert_eq!(safe(&books), [false, false], "the new one was never used");
    books.told("x-main", &[delivery(0, "x"), delivery(1, "x")]);
    books.now_ms += 30 * DAY_MS;
    assert_eq!(
        safe(&books),
        [false, false],
        "nothing came: nothing is proven"
    );
    books.told("x-main", &[delivery(0, "x")]);
    assert_eq!(safe(&books), [false, true]);
    books.told("x-main", &[delivery(1, "x")]);
    assert_eq!(safe(&books), [false, false], "it is used after all");

    // The operator takes the old one out and puts a newer one in front.
    books.config = config("newest-key-of-x new-key-of-x");
    let look = books.look();
    let keys = &look["apps"][0]["keys"];
    assert_eq!(keys[0]["verified"]["n"], 0);
    assert_eq!(
        keys[1]["verified"]["n"], 2,
        "a key keeps its past at another place"
    );
    let fingerprint = keys[1]["key"].as_str().unwrap();
    assert_eq!(fingerprint.len(), 8);
    assert!(!look.to_string().contains("new-key"));
}

#[test]
fn a_source_that_goes_quiet_is_told_until_it_comes_back() {
    let mut books = Books::new();
    // Ten at a time, as an isolate tells them.
    let came = vec![delivery(0, "x"); 10];
    for ten_minutes in 0..9 * 144 {
        books.now_ms = MONDAY_MS + ten_minutes * 10 * MINUTE_MS;
        books.told("x-main", &came);
    }
    assert_eq!(books.problems(), []);
    let since_ms = books.now_ms;
    books.now_ms += HOUR_MS;
    assert_eq!(
        books.problems(),
        [(
            "sources x".to_string(),
            "quiet since 2026-10-13 23:50 UTC; at this time of day a delivery usually comes every \
             60 s"
                .to_string()
        )]
    );
    let quiet = &books.look()["sources"][0]["quiet"];
    assert_eq!(quiet["since_ms"], since_ms);
    assert_eq!(quiet["usual_s"], 60);
    books.told("x-main", &came);
    assert_eq!(books.problems(), []);
    assert_eq!(books.look()["sources"][0]["quiet"], json!(null));
}

/// What one delivery carries for accounts that no source names.
fn stray(strays: &[(Platform, Option<&str>, u32)]) -> Intake {
    let strays = strays.iter().map(|(platform, account, n)| {
        let account = account.map(AccountId::new);
        ((*platform, account), *n)
    });
    Intake::Updates(Updates {
        strays: strays.collect(),
        ..Updates::default()
    })
}

#[test]
fn posts_for_an_account_that_no_source_names_are_told_until_one_does() {
    let mut books = Books::new();
    books.told(
        "x-main",
        &[
            stray(&[(Platform::X, Some("7"), 2)]),
            stray(&[(Platform::X, Some("7"), 1)]),
        ],
    );
    books.told(
        "x-main",
        &[stray(&[
            (Platform::X, Some("2"), 1),
            (Platform::X, None, 1),
        ])],
    );
    books.told("line-main", &[stray(&[(Platform::Line, Some("1"), 1)])]);
    let seen = |n| json!({"n": n, "first_ms": MONDAY_MS, "last_ms": MONDAY_MS});
    let with = |platform: &str, account: Value, n: u64| {
        let mut seen = seen(n);
        seen["platform"] = json!(platform);
        seen["account"] = account;
        seen
    };
    // X's only source is "1": where no account is named, that one is meant.
    let look = books.look();
    assert_eq!(
        look["apps"][0]["strays"],
        json!([with("x", json!("2"), 1), with("x", json!("7"), 3)])
    );
    assert_eq!(
        look["apps"][1]["strays"],
        json!([with("line", json!("1"), 1)])
    );
    let told = books.problems();
    let of_x: Vec<&str> = told
        .iter()
        .filter(|(key, _)| key == "apps x-main")
        .map(|(_, says)| says.as_str())
        .collect();
    assert_eq!(
        of_x[1],
        "3 verified x updates are for account \"7\", which no source names, the last at 2026-10-05 00:00 UTC: \
         they are lost; put a source's account right, or unsubscribe the app from it"
    );
    assert_eq!(told.len(), 3, "{told:?}");
    // Put right, nothing is said of it any more.
    books.config = config("new-key-of-x old-key-of-x");
    for source in &mut books.config.sources {
        if source.platform == Platform::X {
            source.account = AccountId::new("7");
        }
    }
    assert_eq!(
        books.look()["apps"][0]["strays"],
        json!([with("x", json!("2"), 1)])
    );
    // And nothing for longer than a week of what came once.
    books.now_ms += 8 * DAY_MS;
    assert_eq!(books.problems(), []);
}

/// A source may name the account and another app: that is said.
#[test]
fn an_account_that_is_another_app_s_is_told_as_such() {
    let mut books = Books::new();
    let table = json!({
        "apps": [{"id": "x-main", "scheme": "x"}, {"id": "x-old", "scheme": "x"}],
        "sources": [{"id": "x", "app": "x-main", "platform": "x", "account": "1", "workgroup": "care"}],
    });
    books.config = Config::read(&table.to_string(), &|_| None);
    books.told("x-old", &[stray(&[(Platform::X, Some("1"), 1)])]);
    let told = books.problems();
    let says = "account \"1\", which source \"x\" names for app \"x-main\"";
    assert!(told[0].1.contains(says), "{told:?}");
}

#[test]
fn accounts_that_no_source_names_are_bounded() {
    let mut books = Books::new();
    for minute in 0..200 {
        books.now_ms = MONDAY_MS + minute * MINUTE_MS;
        let account = format!("{minute}\u{202e}{}", "9".repeat(600));
        books.told("x-main", &[stray(&[(Platform::X, Some(&account), 1)])]);
    }
    let look = books.look();
    let strays = look["apps"][0]["strays"].as_array().unwrap();
    assert_eq!(strays.len(), 32);
    for stray in strays {
        let account = stray["account"].as_str().unwrap();
        assert!(
            account.len() <= 128 && !account.contains('\u{202e}'),
            "{account}"
        );
    }
    let newest = |stray: &Value| stray["account"].as_str().unwrap().starts_with("199");
    assert!(strays.iter().any(newest));
}

/// Two months of deliveries and refusals of every kind: what is kept stays small.
#[test]
fn what_is_kept_is_bounded() {
    let mut books = Books::new();
    let refused = [
        Refusal::NoKey,
        Refusal::Mismatch,
        Refusal::MissingHeader("x"),
        Refusal::DoubledHeader("x"),
        Refusal::TooOld { by_s: 1 },
        Refusal::TooNew { by_s: 1 },
        Refusal::BadId("x"),
        Refusal::BadTimestamp("x"),
    ];
    let mut came: Vec<Intake> = refused.map(Intake::Refused).to_vec();
    came.push(delivery(0, "x"));
    // Every hour; on the last two days every ten minutes.
    let minutes = (0..60 * 24).map(|hour| hour * 60);
    for minute in minutes.chain((60 * 144..62 * 144).map(|tens| tens * 10)) {
        if minute % 3_000 == 0 {
            books.config = config(&format!("a-key-of-x-{}", minute / 3_000));
        }
        books.now_ms = MONDAY_MS + minute * MINUTE_MS;
        books.told("x-main", &came);
    }
    let number = |sql| books.sql.run(sql, vec![]).unwrap()[0].int(0).unwrap();
    assert_eq!(number("-- rows\nSELECT count(*) FROM health"), 2);
    let days = number("-- days\nSELECT count(*) FROM habit");
    assert!((29..=31).contains(&days), "{days}");
    let longest = number("-- longest\nSELECT max(length(health)) FROM health");
    assert!(longest < 32 * 1_024, "{longest}");
    assert_eq!(books.problems().len(), 1, "refused, and otherwise alive");
}
