//! What the frozen version wrote, and what of it must hold for good: its storage is served, its tokens are good,
//! its configuration is read, its contract is kept. `tests/frozen/VERSION/` holds what it wrote.
//!
//! `cargo test --test it frozen::record -- --ignored` writes all of it anew, by this version: only before
//! a freeze, never to make a test pass.

use crate::rig::{PLEA, Rig, Said, built, live, now_ms, post_id, secrets, shipped, until};
use crate::sqlite::{Sqlite, audit};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use heard::accounts::bearers::Bearers;
use heard::accounts::health::Look;
use heard::accounts::{self, context::Desk as Books};
use heard::api::route::Role;
use heard::api::token;
use heard::cli::config::without_moves;
use heard::config::Config;
use heard::config::secrets::TOKEN_KEY;
use heard::directory;
use heard::directory::wire::{Find, Home, Want};
use heard::inbox::context::Desk;
use heard::inbox::look::{List, Show, ShowBacklog};
use heard::inbox::question::Question;
use heard::inbox::ready::Ready;
use heard::inbox::serve::serve;
use heard::inbox::shard::Shard;
use heard::inbox::take_in::TakeIn;
use heard::inbox::wire::{Filter, Holding, Incoming, Interaction, Pull, Refused};
use heard::inbox::work::{Claim, Resolve};
use heard::inbox::{self, retention};
use heard::lab::sandbox::Behaviour;
use heard::lab::simulate::delivery::Simulated;
use heard::platform::Event;
use heard::post::{AuthorId, Platform, PostId, SourceId};
use heard::scope::Scope;
use heard::signature::Key;
use heard::sql::{self, Migration, Sql};
use rusqlite::Connection;
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The version whose every word counts.
pub const VERSION: &str = "0.2";

/// How many shards it had when this was written.
const SHARDS: u16 = 2;

fn folder() -> PathBuf {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen");
    all.join(VERSION)
}

/// A file of what it wrote.
pub fn written(name: &str) -> String {
    let file = folder().join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

/// What it said of itself.
fn said() -> Value {
    serde_json::from_str(&written("said.json")).unwrap()
}

/// The modules of its Worker.
const MODULES: [&str; 2] = ["index.js", "index_bg.wasm"];

/// Lays its Worker out.
pub fn unpack(into: &Path) {
    for module in MODULES {
        let packed = folder().join(format!("{module}.gz"));
        let packed = std::fs::File::open(&packed).unwrap_or_else(|why| {
            panic!(
                "{}: {why}: see .github/CONTRIBUTING.md, The freeze",
                packed.display()
            )
        });
        let mut plain = Vec::new();
        GzDecoder::new(packed).read_to_end(&mut plain).unwrap();
        std::fs::write(into.join(module), plain).unwrap();
    }
}

/// A database as statements: tables, then rows, then what works on rows.
fn dump(file: &Path) -> String {
    let copy = tempfile::tempdir().unwrap();
    for end in ["", "-wal"] {
        let from = PathBuf::from(format!("{}{end}", file.display()));
        if from.exists() {
            std::fs::copy(from, copy.path().join(format!("db.sqlite{end}"))).unwrap();
        }
    }
    let database = Connection::open(copy.path().join("db.sqlite")).unwrap();
    let texts = |sql: &str| -> Vec<(String, String, String)> {
        let mut statement = database.prepare(sql).unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let rows = statement.query_map([], read).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let parts = texts(
        r"SELECT type, name, sql FROM sqlite_schema
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND tbl_name NOT LIKE '\_cf\_%' ESCAPE '\'
        ORDER BY rowid",
    );
    let mut out = String::new();
    for (_, name, sql) in parts.iter().filter(|(kind, ..)| kind == "table") {
        writeln!(out, "{sql};").unwrap();
        let columns = format!(
            "SELECT group_concat('quote(' || name || ')', ' || '','' || '), '', '' FROM pragma_table_info('{name}')"
        );
        let columns = texts(&columns).remove(0).0;
        for (row, ..) in texts(&format!("SELECT {columns}, '', '' FROM {name}")) {
            writeln!(out, "INSERT INTO {name} VALUES ({row});").unwrap();
        }
    }
    for (_, _, sql) in parts.iter().filter(|(kind, ..)| kind != "table") {
        writeln!(out, "{sql};").unwrap();
    }
    out
}

/// A database that it wrote, opened by this version and brought up to date.
fn opened(name: &str, migrations: &[Migration]) -> Sqlite {
    let sql = Sqlite::of(&written(name));
    if sql::open(&sql, migrations).unwrap() {
        while sql::fill(&sql, migrations).unwrap() {}
    }
    sql
}

fn config(written: &str) -> Config {
    let table = live(written);
    let secrets = secrets(&table);
    Config::read(&table.to_string(), &|name| secrets.get(name).cloned())
}

/// A shard that it wrote.
struct Kept {
    sql: Sqlite,
    shard: Shard,
    config: Config,
    now_ms: i64,
}

impl Kept {
    fn all() -> Vec<Self> {
        let kept = |shard: Shard| Self {
            sql: opened(
                &format!("inbox-{:02x}.sql", shard.number()),
                inbox::schema::MIGRATIONS,
            ),
            shard,
            config: config(&written("heard.toml")),
            now_ms: said()["at_ms"].as_i64().unwrap(),
        };
        Shard::all(SHARDS).map(kept).collect()
    }

    fn at_desk<T>(&self, work: impl FnOnce(Desk<'_, Sqlite>) -> T) -> T {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        work(Desk {
            sql: &self.sql,
            config: &self.config,
            shard: self.shard,
            shards: SHARDS,
            now_ms: self.now_ms,
            alarm: &alarm,
            ready: &ready,
        })
    }

    fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Refused> {
        self.at_desk(|desk| serve(desk, None, question))
    }

    fn list(&self) -> Vec<Value> {
        let filter = Filter {
            max: 50,
            ..Filter::default()
        };
        let listed = self.ask(List { filter }).unwrap();
        listed
            .iter()
            .map(|one| serde_json::from_str(one.interaction.text()).unwrap())
            .collect()
    }
}

/// Where `now` lacks or contradicts what `then` said; more than it said is welcome.
fn lost(then: &Value, now: &Value, at: &str) -> Vec<String> {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => then
            .iter()
            .flat_map(|(name, then)| match now.get(name) {
                Some(now) => lost(then, now, &format!("{at}.{name}")),
                None => vec![format!("{at}.{name} is gone")],
            })
            .collect(),
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => then
            .iter()
            .zip(now)
            .enumerate()
            .flat_map(|(n, (then, now))| lost(then, now, &format!("{at}[{n}]")))
            .collect(),
        _ if then == now => Vec::new(),
        _ => vec![format!("{at} was {then} and is {now}")],
    }
}

#[test]
fn what_it_stored_is_served() {
    let said = said();
    let shards = Kept::all();
    let mut now: BTreeMap<String, Value> = BTreeMap::new();
    for kept in &shards {
        audit(&kept.sql).unwrap();
        for one in kept.list() {
            now.insert(one["id"].as_str().unwrap().into(), one);
        }
    }
    let then = said["interactions"].as_array().unwrap();
    assert_eq!(then.len(), now.len());
    for then in then {
        let id = then["id"].as_str().unwrap();
        assert_eq!(lost(then, &now[id], id), [""; 0]);
    }
    let received = said["backlog"]["posts"]["received"].as_i64().unwrap();
    let counted = shards.iter().map(|kept| {
        let backlog = kept.ask(ShowBacklog {}).unwrap();
        backlog.counters["posts"]
    });
    assert_eq!(counted.sum::<i64>(), received);
}

/// Years later: work is claimed and ended, old posts come again, are edited and deleted, and are forgotten.
#[test]
fn what_it_stored_is_worked_on() {
    for mut kept in Kept::all() {
        kept.now_ms += 3_600_000;
        // Every second one's author takes their post back.
        for one in kept.list().iter().step_by(2) {
            let text = |field: &Value| field.as_str().unwrap().to_owned();
            let deleted = Incoming {
                source: SourceId::new(text(&one["source"])),
                platform: Platform::named(&text(&one["platform"])).unwrap(),
                event: Event::Deleted {
                    post: PostId::new(text(&one["posts"][0]["id"])),
                    author: None,
                },
                triage: None,
            };
            let take_in = TakeIn {
                events: vec![deleted],
                ignored: BTreeMap::new(),
                shards: SHARDS,
                sends: false,
            };
            kept.ask(take_in).unwrap();
            audit(&kept.sql).unwrap();
        }
        let pull = Pull {
            agent: "zoe".into(),
            workgroups: kept.config.workgroups(),
            platforms: Vec::new(),
            languages: Vec::new(),
            max: 20,
            lease_s: 60,
            key: None,
            held_elsewhere: 0,
            ticket: None,
            able: Default::default(),
        };
        let claimed = kept.ask(Claim { pull }).unwrap();
        assert!(!claimed.interactions.is_empty());
        for claimed in claimed.interactions {
            let one: Interaction = serde_json::from_str(claimed.interaction.text()).unwrap();
            let (_, seq) = Shard::find(one.id.as_str(), SHARDS).unwrap();
            let holding = Holding {
                seq,
                lease: one.lease.unwrap(),
                agent: "zoe".into(),
                seen: None,
            };
            let resolve = Resolve {
                holding,
                outcome: "helped".into(),
                note: None,
            };
            kept.ask(resolve).unwrap();
            assert!(!kept.ask(Show { seq }).unwrap().history.is_empty());
        }
        audit(&kept.sql).unwrap();
        kept.now_ms += 400 * 86_400_000;
        kept.at_desk(retention::ring).unwrap();
        audit(&kept.sql).unwrap();
        let rest = kept.list();
        assert!(rest.iter().all(|one| one["state"] != "done"), "{rest:?}");
    }
}

#[test]
fn what_its_accounts_knew_is_known() {
    let said = said();
    let sql = opened("accounts.sql", accounts::schema::MIGRATIONS);
    let config = config(&written("heard.toml"));
    let desk = Books {
        sql: &sql,
        config: &config,
        now_ms: said["at_ms"].as_i64().unwrap(),
    };
    let scope = Scope::whole();
    let bearers = Bearers {
        scope: scope.clone(),
        after: String::new(),
        max: 200,
    };
    let tokens = serde_json::to_value(accounts::serve(desk, bearers).unwrap()).unwrap();
    assert_eq!(lost(&said["tokens"], &tokens, "tokens"), [""; 0]);
    let look = accounts::serve(desk, Look { scope }).unwrap();
    let look: Value = serde_json::from_str(look.text()).unwrap();
    for then in said["accounts"]["sources"].as_array().unwrap() {
        let mut now = look["sources"].as_array().unwrap().iter();
        let now = now.find(|now| now["id"] == then["id"]).unwrap();
        for field in ["deliveries", "updates", "ignored"] {
            assert_eq!(lost(&then[field], &now[field], field), [""; 0]);
        }
    }
}

#[test]
fn where_its_directories_found_posts_and_people_they_are_found() {
    let anchor = opened("directory-home.sql", directory::schema::MIGRATIONS);
    let desk = |sql| directory::question::Desk {
        sql,
        retention_days: 90,
        now_ms: said()["at_ms"].as_i64().unwrap(),
    };
    let home = Home { jurisdiction: None };
    assert_eq!(directory::serve(&desk(&anchor), home), Ok(None));
    let find = |sql, platform, post: Option<&str>, author: Option<&str>| {
        let find = Find {
            platform,
            shards: SHARDS,
            wants: vec![Want {
                post: post.map(PostId::new),
                authors: author.map(AuthorId::new).into_iter().collect(),
            }],
        };
        directory::serve(&desk(sql), find).unwrap().remove(0)
    };
    let texts = |sql: &Sqlite, query: &'static str| -> Vec<(String, String)> {
        let rows = sql.run(query, Vec::new()).unwrap();
        let text = |row: &heard::sql::Row, at| row.text(at).unwrap().to_owned();
        rows.iter()
            .map(|row| (text(row, 0), text(row, 1)))
            .collect()
    };
    let people = opened("directory-whatsapp.sql", directory::schema::MIGRATIONS);
    let known = texts(&people, "-- people\nSELECT id, author FROM person");
    assert!(!known.is_empty());
    for (id, author) in known {
        let found = find(&people, Platform::Whatsapp, None, Some(&id));
        assert_eq!(found.author, Some(AuthorId::new(author)));
    }
    let posts = opened("directory-facebook.sql", directory::schema::MIGRATIONS);
    let known = texts(&posts, "-- homes\nSELECT id, '' || home FROM post");
    assert!(!known.is_empty());
    for (id, home) in known {
        let found = find(&posts, Platform::Facebook, Some(&id), None);
        assert_eq!(found.home, Shard::at(home.parse().unwrap()), "{id}");
    }
}

#[test]
fn its_tokens_are_good() {
    let said = said();
    let key = Key::new(said["key"].as_str().unwrap().as_bytes()).unwrap();
    let now_s = said["at_ms"].as_i64().unwrap() / 1_000;
    let bearer = token::verify(&[key], said["token"].as_str().unwrap(), now_s).unwrap();
    assert_eq!((bearer.id.as_str(), bearer.role), ("ana", Role::Agent));
    let names: Vec<&str> = bearer.workgroups.iter().map(|one| one.as_str()).collect();
    assert_eq!(names, ["customer-care"]);
}

#[test]
fn its_configuration_is_read() {
    // `heard config upgrade` leaves what only the voice of 0.2 read as comments.
    let upgraded = without_moves(&written("heard.toml")).unwrap().unwrap();
    let config = config(&upgraded);
    let problems: Vec<_> = config
        .problems
        .iter()
        .filter(|one| one.key != "mode")
        .collect();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(
        config.sources.len(),
        said()["accounts"]["sources"].as_array().unwrap().len()
    );
}

/// Which side of a call a schema stands on.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    /// Callers send it.
    Sent,
    /// Callers read it.
    Read,
}

/// Two versions of the contract.
struct Contracts<'a> {
    then: &'a Value,
    now: &'a Value,
}

impl Contracts<'_> {
    /// What the newer one breaks.
    fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let empty = Map::new();
        for (path, methods) in self.then["paths"].as_object().unwrap_or(&empty) {
            for (method, then) in methods.as_object().unwrap_or(&empty) {
                let at = format!("{method} {path}");
                match self.now["paths"][path].get(method) {
                    Some(now) => self.call(then, now, &at, &mut broken),
                    None => broken.push(format!("{at} is gone")),
                }
            }
        }
        broken
    }

    fn call(&self, then: &Value, now: &Value, at: &str, broken: &mut Vec<String>) {
        let list = |of: &Value| of["parameters"].as_array().cloned().unwrap_or_default();
        let is =
            |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
        let (before, after) = (list(then), list(now));
        for parameter in &before {
            let at = format!("{at} parameter {}", parameter["name"]);
            match after.iter().find(|one| is(one, parameter)) {
                Some(one) => {
                    let (then, now) = (&parameter["schema"], &one["schema"]);
                    self.schema((then, now), Side::Sent, &at, broken);
                    if one["required"] == true && parameter["required"] != true {
                        broken.push(format!("{at} is required now"));
                    }
                }
                None => broken.push(format!("{at} is gone")),
            }
        }
        for one in &after {
            if one["required"] == true && !before.iter().any(|parameter| is(parameter, one)) {
                broken.push(format!("{at} requires {}", one["name"]));
            }
        }
        let body = |of: &Value| of["requestBody"]["content"]["application/json"]["schema"].clone();
        self.schema((&body(then), &body(now)), Side::Sent, at, broken);
        // An empty object was none either where one field at least was asked for.
        let needed = |of: &Value| {
            of["requestBody"]["required"] == true || body(of)["minProperties"].is_u64()
        };
        if needed(now) && !needed(then) {
            broken.push(format!("{at} requires a body"));
        }
        for (status, answer) in then["responses"].as_object().into_iter().flatten() {
            let at = format!("{at} {status}");
            if now["responses"].get(status).is_none() {
                broken.push(format!("{at} is gone"));
            }
            for (kind, told) in answer["content"].as_object().into_iter().flatten() {
                let now = &now["responses"][status]["content"][kind]["schema"];
                self.schema((&told["schema"], now), Side::Read, &at, broken);
            }
        }
    }

    fn schema(
        &self,
        (then, now): (&Value, &Value),
        side: Side,
        at: &str,
        broken: &mut Vec<String>,
    ) {
        let (then, now) = (self.named(self.then, then), self.named(self.now, now));
        let (was, is) = (typed(then), typed(now));
        if was != is {
            broken.push(format!("{at} was {was} and is {is}"));
            return;
        }
        let words = |of: &Value| of["enum"].as_array().cloned().unwrap_or_default();
        for word in words(then) {
            if side == Side::Sent && now.get("enum").is_some() && !words(now).contains(&word) {
                broken.push(format!("{at} does not take {word}"));
            }
        }
        let required = |of: &Value| of["required"].as_array().cloned().unwrap_or_default();
        let (more, fewer) = match side {
            Side::Sent => (required(now), required(then)),
            Side::Read => (required(then), required(now)),
        };
        for field in more.iter().filter(|field| !fewer.contains(field)) {
            broken.push(match side {
                Side::Sent => format!("{at} requires {field}"),
                Side::Read => format!("{at} does not promise {field}"),
            });
        }
        for (name, then) in then["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            match now["properties"].get(name) {
                Some(now) => self.schema((then, now), side, &at, broken),
                None => broken.push(format!("{at} is gone")),
            }
        }
        for part in ["items", "additionalProperties"] {
            if then[part].is_object() {
                let at = format!("{at}.{part}");
                self.schema((&then[part], &now[part]), side, &at, broken);
            }
        }
        for (n, then) in then["oneOf"].as_array().into_iter().flatten().enumerate() {
            let kept = now["oneOf"].as_array().into_iter().flatten().any(|now| {
                let mut lacks = Vec::new();
                self.schema((then, now), side, at, &mut lacks);
                lacks.is_empty()
                    && lost(&what(then), &what(self.named(self.now, now)), "").is_empty()
            });
            if !kept {
                broken.push(format!("{at}, kind {n}, is gone"));
            }
        }
    }

    /// What a reference names.
    fn named<'v>(&self, all: &'v Value, schema: &'v Value) -> &'v Value {
        let name = schema["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next());
        name.map_or(schema, |name| &all["components"]["schemas"][name])
    }
}

/// A schema's type; a list of words without one is of texts all the same.
fn typed(schema: &Value) -> Value {
    let words = schema["enum"].as_array();
    match (&schema["type"], words) {
        (Value::Null, Some(words)) if words.iter().all(Value::is_string) => json!("string"),
        (Value::Null, Some(words))
            if words.iter().all(|word| word.is_string() || word.is_null()) =>
        {
            json!(["string", "null"])
        }
        (told, _) => told.clone(),
    }
}

/// The constants by which one kind is told from another.
fn what(schema: &Value) -> Value {
    let fields = schema["properties"].as_object().into_iter().flatten();
    let constants =
        fields.filter_map(|(name, field)| Some((name.clone(), field.get("const")?.clone())));
    Value::Object(constants.collect())
}

/// What 0.3 left behind, before anybody had deployed 0.2; CONTRIBUTING says so too. Nothing is added here.
const GONE: [&str; 4] = [
    // It is `despair` now.
    "triage.self_harm is gone",
    // The voice has sentences for what happened, no moves.
    "/v1/preview 200.ack does not promise",
    "/v1/preview 200.ack.moves is gone",
    "/v1/preview 200.ack.matter is gone",
];

#[test]
fn its_contract_is_kept() {
    let then: Value = serde_json::from_str(&written("openapi.json")).unwrap();
    let now: Value = serde_json::from_str(include_str!("../../src/api/openapi.json")).unwrap();
    let broken = Contracts {
        then: &then,
        now: &now,
    }
    .broken();
    let unsaid: Vec<&String> = broken
        .iter()
        .filter(|broken| !GONE.iter().any(|gone| broken.contains(gone)))
        .collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}

/// The test above can fail.
#[test]
fn a_broken_contract_is_noticed() {
    let then: Value = serde_json::from_str(&written("openapi.json")).unwrap();
    let broken = |change: &dyn Fn(&mut Value)| {
        let mut now = then.clone();
        change(&mut now);
        Contracts {
            then: &then,
            now: &now,
        }
        .broken()
    };
    assert_eq!(broken(&|_| {}), [""; 0]);
    let claim = "/paths/~1v1~1claims/post/requestBody/content/application~1json/schema";
    type Change<'a> = &'a dyn Fn(&mut Value);
    let breaks: [(&str, Change<'_>); 7] = [
        ("a call", &|now| {
            now["paths"].as_object_mut().unwrap().remove("/v1/claims");
        }),
        ("a method", &|now| {
            now["paths"]["/v1/claims"]
                .as_object_mut()
                .unwrap()
                .remove("get");
        }),
        ("a field sent", &|now| {
            let fields = now.pointer_mut(&format!("{claim}/properties")).unwrap();
            fields.as_object_mut().unwrap().remove("max");
        }),
        ("a field required", &|now| {
            now.pointer_mut(claim).unwrap()["required"] = json!(["max"]);
        }),
        ("a field read", &|now| {
            let read = &mut now["components"]["schemas"]["Interaction"]["properties"];
            read.as_object_mut().unwrap().remove("lease");
        }),
        ("a type", &|now| {
            let read = &mut now["components"]["schemas"]["Interaction"]["properties"];
            read["rank"] = json!({"type": "string"});
        }),
        ("a kind of alarm", &|now| {
            let kinds = now["components"]["schemas"]["Alarm"]["oneOf"].as_array_mut();
            kinds.unwrap().remove(0);
        }),
    ];
    for (what, change) in breaks {
        assert!(!broken(change).is_empty(), "{what}");
    }
    let more = broken(&|now| {
        now.pointer_mut(&format!("{claim}/properties")).unwrap()["colour"] =
            json!({"type": "string"});
        now["components"]["schemas"]["Interaction"]["properties"]["mood"] =
            json!({"type": "string"});
        now["paths"]["/v1/more"] = json!({"get": {}});
    });
    assert_eq!(more, [""; 0], "more is welcome");
}

/// A hundred thousand rows change in slices while others are served, and a death in between costs a slice.
#[test]
fn rows_change_in_slices() {
    const ROWS: i64 = 100_000;
    const BEFORE: &[Migration] = &[Migration::Add(
        "-- made up 1\nCREATE TABLE thing (id TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
    )];
    const AFTER: &[Migration] = &[
        BEFORE[0],
        Migration::Add("-- made up 2\nALTER TABLE thing ADD COLUMN twice INTEGER;"),
        Migration::Fill {
            last: "-- made up last
SELECT max(id) FROM (SELECT id FROM thing WHERE id > coalesce(?1, '') ORDER BY id LIMIT ?2 + 0)",
            fill: "-- made up fill
UPDATE thing SET twice = 2 * n WHERE id > coalesce(?1, '') AND id <= ?2 AND twice IS NULL",
        },
        Migration::Add("-- made up 4\nCREATE TABLE other (n INTEGER) STRICT;"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("object.sqlite");
    let sql = Sqlite::open(&file);
    assert!(!sql::open(&sql, BEFORE).unwrap());
    sql.run(
        "-- fill it
INSERT INTO thing WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < ?1)
SELECT printf('x:%06d', n), n FROM k",
        vec![ROWS.into()],
    )
    .unwrap();
    let number =
        |sql: &Sqlite, query: &'static str| sql.run(query, vec![]).unwrap()[0].int(0).unwrap();
    let changed = "-- changed\nSELECT count(*) FROM thing WHERE twice = 2 * n";

    assert!(sql::open(&sql, AFTER).unwrap(), "rows are left");
    assert_eq!(number(&sql, changed), 0, "none at once");
    assert_eq!(
        number(&sql, "-- other\nSELECT count(*) FROM other"),
        0,
        "what is added is there"
    );
    let (mut sql, mut slices, mut steps) = (sql, 0, Vec::new());
    let mut longest = Duration::ZERO;
    loop {
        let (before, was) = (sql.steps(), number(&sql, changed));
        let begun = Instant::now();
        let more = sql::fill(&sql, AFTER).unwrap();
        longest = longest.max(begun.elapsed());
        steps.push(sql.steps() - before);
        slices += 1;
        assert!(number(&sql, changed) - was <= i64::from(sql::SLICE));
        if !more {
            break;
        }
        if slices == 50 {
            // The object dies; the next one goes on where it was.
            sql = Sqlite::open(&file);
            assert!(sql::open(&sql, AFTER).unwrap());
        }
    }
    assert_eq!(
        (number(&sql, changed), slices),
        (ROWS, ROWS / i64::from(sql::SLICE) + 1)
    );
    println!("the longest of {slices} slices took {longest:?}");
    // The last looks and finds nothing; of the others none is dearer than twice another.
    steps.pop();
    let (least, most) = (steps.iter().min().unwrap(), steps.iter().max().unwrap());
    assert!(*most < 2 * *least, "{least} to {most}");
    assert!(!sql::open(&sql, AFTER).unwrap());
    assert!(!sql::fill(&sql, AFTER).unwrap());
    // A version before finds its tables.
    assert!(!sql::open(&sql, BEFORE).unwrap());
}

fn said_by<'a>(
    author: &'a str,
    (platform, event): (Platform, Simulated),
    id: &'a str,
    text: &'a str,
) -> Said<'a> {
    Said {
        platform,
        event,
        author,
        id,
        text,
    }
}

/// Some of everything that an installation comes to store.
async fn lived(rig: &Rig) {
    let (ana, boss) = (rig.agent("ana"), rig.caller("boss", Role::Supervisor));
    let (x, made) = (Platform::X, Simulated::Made);
    let ids: Vec<String> = (0..12).map(|_| post_id()).collect();
    rig.event(&Said::x("7001", &ids[0], PLEA)).await;
    rig.ack(&format!("x:{}", ids[0]), "sent").await;
    rig.event(&Said::x("7001", &ids[1], "And now it is dark"))
        .await;
    rig.event(&Said::x("7001", &ids[1], "And now it is dark"))
        .await;
    let held = ana.claim_one().await;
    let (_, replied) = ana
        .reply(&held, "k1", "I am Ana. A bus is on its way.")
        .await;
    assert_eq!(replied["state"], "sent");
    let seen = json!({"outcome": "helped", "note": "a bus", "seen": held.interaction["cursor"]});
    assert_eq!(ana.on(&held, "resolve", seen).await.0, 200);

    // A refused acknowledgment, an edit, a deletion, one before its post, a stop, the same person elsewhere.
    rig.sandbox.script([Behaviour::Answer {
        status: 404,
        headers: Vec::new(),
        body: String::new(),
    }]);
    rig.event(&Said::x("7002", &ids[2], PLEA)).await;
    rig.ack(&format!("x:{}", ids[2]), "refused").await;
    rig.event(&said_by(
        "7002",
        (x, Simulated::Edited),
        &ids[2],
        "My train is late",
    ))
    .await;
    rig.event(&Said::x("7003", &ids[3], "Where is the 18:05?"))
        .await;
    rig.event(&said_by("7003", (x, Simulated::Deleted), &ids[3], ""))
        .await;
    rig.event(&said_by("7004", (x, Simulated::Deleted), &ids[4], ""))
        .await;
    rig.event(&said_by("7005", (x, Simulated::Stop), &ids[5], ""))
        .await;
    for platform in [
        Platform::Whatsapp,
        Platform::Facebook,
        Platform::Mastodon,
        Platform::Line,
    ] {
        for id in &ids[6..8] {
            let (author, id) = (format!("491700{}", &id[13..]), format!("42_{id}"));
            rig.event(&said_by(
                &author,
                (platform, made),
                &id,
                "Is the 18:05 late?",
            ))
            .await;
        }
    }
    rig.event(&Said::x(
        "7006",
        &ids[8],
        "There is a fire in coach 4, we cannot get out",
    ))
    .await;

    // Held, given back, given to somebody; silenced, retasked, written down, revoked.
    let held = ana.claim_one().await;
    assert_eq!(
        ana.on(&held, "release", json!({"reason": "not mine"}))
            .await
            .0,
        200
    );
    let path = format!("/v1/interactions/{}/assign", held.id);
    assert_eq!(boss.post(&path, json!({"agent": "ana"})).await.0, 200);
    ana.claim_one().await;
    let done = async |path: &str, body| assert_eq!(boss.post(path, body).await.0, 200, "{path}");
    done(
        "/v1/acks/pause",
        json!({"source": "x-northline", "reason": "a drill"}),
    )
    .await;
    rig.event(&Said::x("7007", &ids[9], PLEA)).await;
    let errand = json!({"serves": ["customer-care"], "for_s": 3600});
    done("/v1/workgroups/customer-care/assign", errand).await;
    let wish = json!({"platform": "x", "author": "7008", "stop": true, "reason": "by phone"});
    done("/v1/stops", wish).await;
    done("/v1/tokens/t9/revoke", json!({})).await;
}

/// Writes down all that the tests above read, by this version.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "only before a freeze"]
async fn record() {
    let mut table = shipped();
    table["shards"] = json!(SHARDS);
    let rig = Rig::with(table.clone(), secrets(&table)).await;
    lived(&rig).await;
    let boss = rig.caller("boss", Role::Supervisor);
    // What isolates count is told within ten seconds.
    let accounts = until("the accounts to be told", async || {
        let accounts = boss.get("/v1/sources").await;
        let sources = accounts["sources"].as_array().unwrap();
        let x = sources.iter().find(|source| source["id"] == "x-northline");
        match x.unwrap()["deliveries"]["n"].as_i64() {
            Some(10..) => Ok(accounts),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
    let said = json!({
        "at_ms": now_ms(),
        "accounts": accounts,
        "interactions": boss.get("/v1/interactions?max=50").await["interactions"],
        "backlog": boss.backlog().await,
        "tokens": boss.get("/v1/tokens").await["tokens"],
        "key": rig.secrets[TOKEN_KEY],
        "token": rig.token("ana", Role::Agent, &["customer-care"], now_ms() / 1_000 + 3_600),
    });
    rig.kill();
    let folder = folder();
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("said.json", &format!("{said:#}\n"));
    write("heard.toml", include_str!("../../src/heard.toml"));
    write("openapi.json", include_str!("../../src/api/openapi.json"));
    let number = |dump: &str, sql: &'static str| {
        let rows = Sqlite::of(dump).run(sql, Vec::new()).unwrap();
        rows[0].int(0).unwrap()
    };
    for file in rig.databases("heard") {
        let dump = dump(&file);
        let author =
            "-- whose\nSELECT author FROM interaction WHERE platform = 'x' AND author IS NOT NULL";
        let rows = Sqlite::of(&dump).run(author, Vec::new()).unwrap();
        let shard = Shard::of(Platform::X, rows[0].text(0).unwrap(), SHARDS);
        write(&format!("inbox-{:02x}.sql", shard.number()), &dump);
    }
    write("accounts.sql", &dump(&rig.accounts()));
    for file in rig.databases("directory") {
        let dump = dump(&file);
        let name = match (
            number(&dump, "-- home\nSELECT count(*) FROM home"),
            number(&dump, "-- people\nSELECT count(*) FROM person"),
        ) {
            (1.., _) => "home",
            (_, 1..) => "whatsapp",
            _ => "facebook",
        };
        write(&format!("directory-{name}.sql"), &dump);
    }
    let built = built().await;
    for module in MODULES {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed
            .write_all(&std::fs::read(built.join(module)).unwrap())
            .unwrap();
        std::fs::write(
            folder.join(format!("{module}.gz")),
            packed.finish().unwrap(),
        )
        .unwrap();
    }
}
