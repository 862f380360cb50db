//! Who may see what, on real SQLite and through the plan: scopes, tokens, deeds, and calls that say
//! something nobody asked for.

use crate::queue::{DAY_MS, HOUR_MS, Office, START_MS, judged, made, post, pull, seq};
use crate::rig::shipped;
use crate::sqlite::Sqlite;
use heard::accounts;
use heard::accounts::bearers::{Bearers, MOST_REVOKED, Revoke, Seen, Serves};
use heard::accounts::context::Desk;
use heard::accounts::question::Question as OfAccounts;
use heard::accounts::wire::{Listed, Refused as Refusal, Sighting};
use heard::api::incidents::Incidents;
use heard::api::problem::Problem;
use heard::api::route::{ROUTES, Role};
use heard::api::token::{Bearer, mint};
use heard::api::{self, Call, Plan};
use heard::config::Config;
use heard::config::details::DETAILS_KEY;
use heard::config::secrets::TOKEN_KEY;
use heard::config::targets::Errand;
use heard::deeds::{self, Deed};
use heard::inbox::alarms::ShowAlarms;
use heard::inbox::details::{MakeLink, ReadDetails};
use heard::inbox::figures::ShowSla;
use heard::inbox::invite::BeginInvite;
use heard::inbox::layout::Layout;
use heard::inbox::look::{List, Show, ShowBacklog};
use heard::inbox::pause::{Pause, ShowPaused};
use heard::inbox::question::{Asked, By, Question};
use heard::inbox::reply::BeginReply;
use heard::inbox::report::ShowAcks;
use heard::inbox::retask::Retask;
use heard::inbox::serve::ShowDeeds;
use heard::inbox::serve::{Ask as ToShard, receive};
use heard::inbox::sla::Key;
use heard::inbox::wire::{Acks, AcksAsked, Filter, Holding, Paused, Pull, Refused, Retasked};
use heard::inbox::work::{Assign, Extend, Redrive, Release, Resolve};
use heard::judgement::Level;
use heard::post::{Lease, SourceId, Workgroup};
use heard::scope::Scope;
use heard::sql::Sql as _;
use serde_json::{Map, Value, json};

fn groups(names: &[&str]) -> Vec<Workgroup> {
    names.iter().map(|name| Workgroup::new(*name)).collect()
}

fn scope(agent: &str, workgroups: &[&str]) -> Scope {
    Scope {
        all: workgroups.is_empty(),
        agent: agent.into(),
        workgroups: groups(workgroups),
    }
}

/// An office with a post for the trains (1) and one for freight (2).
fn office() -> Office {
    let office = Office::new();
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Urgent)),
        made(
            "x-freight",
            post("2", "bob", START_MS),
            judged(Level::Urgent),
        ),
    ]);
    office
}

/// What a caller is answered.
fn ask<Q: Question>(office: &Office, scope: &Scope, ask: Q) -> Result<Q::Answer, Refused> {
    office.ask_by(By::seeing(scope.clone()), ask)
}

/// Which interactions a caller sees: by their numbers, one by one and in the list.
fn seen(office: &Office, scope: &Scope) -> Vec<i64> {
    let shown: Vec<i64> = [2, 1]
        .into_iter()
        .filter(|seq| match ask(office, scope, Show { seq: *seq }) {
            Ok(_) => true,
            Err(Refused::NotFound) => false,
            Err(other) => panic!("{other:?}"),
        })
        .collect();
    let filter = Filter {
        max: 50,
        ..Filter::default()
    };
    let listed = ask(office, scope, List { filter }).unwrap();
    let listed: Vec<i64> = listed
        .iter()
        .map(|one| one.id.as_str().rsplit_once('-').unwrap().1.parse().unwrap())
        .collect();
    assert_eq!(listed, shown, "{scope:?}");
    shown
}

fn holding(seq: i64, lease: &str, agent: &str) -> Holding {
    Holding {
        seq,
        lease: Lease::new(lease),
        agent: agent.into(),
        seen: None,
    }
}

#[test]
fn one_sees_the_work_of_ones_workgroups_and_no_other() {
    let office = office();
    assert_eq!(seen(&office, &scope("boss", &[])), [2, 1]);
    assert_eq!(seen(&office, &scope("ana", &["trains"])), [1]);
    assert_eq!(seen(&office, &scope("bo", &["freight"])), [2]);
    assert_eq!(seen(&office, &scope("cy", &["sales"])), [0; 0]);
    // Who says nothing of themselves sees nothing.
    assert_eq!(seen(&office, &Scope::default()), [0; 0]);
    // What is not theirs is not there, whatever they ask of it and whoever holds it.
    office.claim(pull("zoe", 9));
    let bo = scope("bo", &["freight"]);
    let questions: [ToShard; 9] = [
        ReadDetails {
            seq: 1,
            agent: "bo".into(),
        }
        .into(),
        MakeLink {
            holding: holding(1, "x", "bo"),
            link: "l".into(),
            until_ms: 0,
        }
        .into(),
        BeginInvite {
            holding: holding(1, "x", "bo"),
            key: "k".into(),
            text: "t".into(),
            post: None,
            how: None,
            public_name: None,
            heard: Default::default(),
            link: None,
        }
        .into(),
        Extend {
            holding: holding(1, "x", "bo"),
            lease_s: 60,
        }
        .into(),
        Resolve {
            holding: holding(1, "x", "bo"),
            outcome: "done".into(),
            note: None,
        }
        .into(),
        Release {
            holding: holding(1, "x", "bo"),
            delay_s: 0,
            reason: "r".into(),
        }
        .into(),
        BeginReply {
            survey: None,
            link: None,
            holding: holding(1, "x", "bo"),
            key: "k".into(),
            text: "t".into(),
            post: None,
            public_name: None,
            heard: Default::default(),
        }
        .into(),
        Redrive {
            seq: 1,
            by: "bo".into(),
        }
        .into(),
        Assign {
            seq: 1,
            agent: None,
            workgroup: Some(Workgroup::new("freight")),
            by: "bo".into(),
            serves: Vec::new(),
        }
        .into(),
    ];
    for ask in questions {
        let by = Some(By::seeing(bo.clone()));
        let told = office.at_desk(|desk| {
            receive(
                desk,
                Asked {
                    by,
                    ask: ask.clone(),
                },
            )
        });
        assert_eq!(told, Err(Refused::NotFound), "{ask:?}");
    }
}

#[test]
fn what_one_holds_or_held_in_the_last_day_stays_in_sight() {
    let mut office = office();
    let claimed = office.claim(Pull {
        workgroups: groups(&["trains", "freight"]),
        ..pull("ana", 9)
    });
    assert_eq!(claimed.len(), 2);
    let ana = scope("ana", &["sales"]);
    assert_eq!(seen(&office, &ana), [2, 1], "held");
    assert_eq!(seen(&office, &scope("bo", &["sales"])), [0; 0]);
    for one in &claimed {
        let held = holding(seq(one), one.lease.as_ref().unwrap().as_str(), "ana");
        let release = Release {
            holding: held,
            delay_s: 0,
            reason: "later".into(),
        };
        assert!(
            ask(&office, &ana, release).is_ok(),
            "a holder is never out of sight"
        );
    }
    office.now_ms += 23 * HOUR_MS;
    assert_eq!(seen(&office, &ana), [2, 1], "held yesterday");
    office.now_ms += 2 * HOUR_MS;
    assert_eq!(seen(&office, &ana), [0; 0]);
}

#[test]
fn an_errand_widens_what_is_seen_and_ends_with_it() {
    let mut office = office();
    let errand = Retasked {
        workgroup: Workgroup::new("trains"),
        serves: groups(&["freight"]),
        until_ms: START_MS + HOUR_MS,
        by: "sue".into(),
    };
    office.ask(Retask { errand }).unwrap();
    let ana = scope("ana", &["trains"]);
    assert_eq!(seen(&office, &ana), [2, 1]);
    assert_eq!(seen(&office, &scope("bo", &["freight"])), [2]);
    office.now_ms = START_MS + HOUR_MS;
    assert_eq!(seen(&office, &ana), [1]);
}

#[test]
fn counts_reports_and_pauses_are_of_ones_own() {
    let office = office();
    for source in ["x", "x-freight"] {
        let paused = Paused {
            source: Some(SourceId::new(source)),
            by: "sue".into(),
            reason: "r".into(),
            since_ms: START_MS,
        };
        office.ask(Pause { paused }).unwrap();
    }
    let backlog = |scope: &Scope| ask(&office, scope, ShowBacklog {}).unwrap();
    let acks = |scope: &Scope| -> Acks {
        let asked = AcksAsked {
            since_ms: 0,
            state: None,
            before: None,
            max: 50,
        };
        ask(&office, scope, ShowAcks { asked }).unwrap()
    };
    let all = backlog(&scope("boss", &[]));
    assert_eq!((all.tallies.len(), all.paused.len()), (2, 2));
    assert_eq!(all.counters["posts"], 2);
    let everything = acks(&scope("boss", &[]));
    assert!(!everything.decisions.is_empty());

    let bo = scope("bo", &["freight"]);
    let own = backlog(&bo);
    assert_eq!(own.tallies.len(), 1);
    assert_eq!(own.tallies[0].workgroup, Workgroup::new("freight"));
    assert_eq!(own.paused.len(), 1);
    assert!(own.counters.is_empty() && own.acks.is_empty());
    assert_eq!(own.oldest_ms, Some(START_MS));
    let reported = acks(&bo);
    assert!(reported.decisions.is_empty());
    assert!(reported.acks.len() < everything.acks.len() || everything.acks.is_empty());
    assert!(
        reported
            .acks
            .iter()
            .all(|ack| ack.source == SourceId::new("x-freight"))
    );
    assert_eq!(backlog(&scope("cy", &["sales"])).tallies, []);
}

/// An older Worker does not say who asks: a newer object must not take that for everybody.
#[test]
fn over_the_wire_whoever_does_not_say_who_asks_is_told_nothing() {
    let office = office();
    let told = |by, ask| office.at_desk(|desk| receive(desk, Asked { by, ask }));
    let filter = Filter {
        max: 50,
        ..Filter::default()
    };
    let questions: [ToShard; 3] = [
        Show { seq: 1 }.into(),
        List { filter }.into(),
        ShowBacklog {}.into(),
    ];
    for question in questions {
        assert!(
            matches!(told(None, question.clone()), Err(Refused::Storage(_))),
            "{question:?}"
        );
        let boss = By::seeing(scope("boss", &[]));
        let seen = told(Some(boss), question.clone()).unwrap();
        let without = serde_json::from_value(json!({})).unwrap();
        match told(Some(without), question.clone()) {
            Err(why) => assert_eq!(why, Refused::NotFound),
            Ok(nothing) => assert_ne!(nothing, seen, "{question:?}"),
        }
    }
    let own = Layout {
        shards: 1,
        record: false,
    };
    assert!(told(None, own.into()).is_ok(), "the Worker's own");
}

/// `/readyz` asks for what is wrong and what is paused in the name of whoever reads it.
#[test]
fn alarms_are_told_to_those_whose_work_they_are_of() {
    let mut office = office();
    let cry = post("3", "cem", START_MS);
    office.take(vec![made("x", cry, judged(Level::Emergency))]);
    for source in ["x", "x-freight"] {
        let paused = Paused {
            source: Some(SourceId::new(source)),
            by: "sue".into(),
            reason: "r".into(),
            since_ms: START_MS,
        };
        office.ask(Pause { paused }).unwrap();
    }
    office.now_ms += DAY_MS;
    for (scope, alarms, paused) in [
        (scope("boss", &[]), 1, 2),
        (scope("ana", &["trains"]), 1, 1),
        (scope("bo", &["freight"]), 0, 1),
    ] {
        let told = ask(&office, &scope, ShowAlarms {}).unwrap();
        assert_eq!(told.len(), alarms, "{scope:?}: {told:?}");
        let told = ask(&office, &scope, ShowPaused {}).unwrap();
        assert_eq!(told.len(), paused, "{scope:?}: {told:?}");
    }
}

/// What nobody but an agent may claim, and the agent may not, would lie there.
#[test]
fn an_agent_is_given_only_what_they_serve() {
    let office = office();
    let to = |serves: &[&str], workgroup: Option<&str>| {
        office.ask(Assign {
            seq: 1,
            agent: Some("bo".into()),
            workgroup: workgroup.map(Workgroup::new),
            by: "sue".into(),
            serves: groups(serves),
        })
    };
    let refused = |workgroup: &str| {
        Err(Refused::NotServed {
            workgroup: Workgroup::new(workgroup),
        })
    };
    assert_eq!(to(&["freight"], None), refused("trains"));
    assert_eq!(to(&[], None), refused("trains"));
    assert_eq!(to(&["trains"], Some("freight")), refused("freight"));
    assert_eq!(
        to(&["freight"], Some("freight"))
            .unwrap()
            .assigned
            .as_deref(),
        Some("bo")
    );
    let problem = Problem::from(Refused::NotServed {
        workgroup: Workgroup::new("trains"),
    });
    assert_eq!(
        (problem.status, &problem.more["field"]),
        (422, &json!("agent"))
    );
}

fn deed(at_ms: i64, by: &str, did: &str, to: &str) -> Deed {
    Deed {
        at_ms,
        by: by.into(),
        token: "t1".into(),
        did: did.into(),
        to: to.into(),
        asked: Map::new(),
        workgroup: None,
    }
}

fn by(scope: &Scope, deed: Deed) -> By {
    By {
        scope: scope.clone(),
        deed: Some(deed),
    }
}

fn log(office: &Office, scope: &Scope, before: Option<deeds::At>, max: u32) -> Vec<Deed> {
    let asked = deeds::Asked { before, max };
    ask(office, scope, ShowDeeds { asked }).unwrap()
}

#[test]
fn a_deed_is_logged_with_it_and_never_without() {
    let office = office();
    let sue = scope("sue", &[]);
    let assign = |seq, workgroup: &str, at_ms| {
        let ask = Assign {
            seq,
            agent: None,
            workgroup: Some(Workgroup::new(workgroup)),
            by: "sue".into(),
            serves: Vec::new(),
        };
        let deed = deed(at_ms, "sue", "assign", &format!("v2-00-{seq}"));
        office.ask_by(by(&sue, deed), ask)
    };
    assign(1, "freight", START_MS + 1).unwrap();
    // One that fails is none.
    assert_eq!(assign(9, "freight", START_MS + 2), Err(Refused::NotFound));
    let redrive = Redrive {
        seq: 1,
        by: "sue".into(),
    };
    let redriven = deed(START_MS + 3, "sue", "redrive", "v2-00-1");
    assert_eq!(
        office.ask_by(by(&sue, redriven), redrive),
        Err(Refused::NotDead)
    );
    assign(2, "trains", START_MS + 4).unwrap();

    let all = log(&office, &sue, None, 100);
    let at: Vec<i64> = all.iter().map(|deed| deed.at_ms - START_MS).collect();
    assert_eq!(at, [4, 1], "newest first");
    // Whose it was before it was given away.
    assert_eq!(all[0].workgroup, Some(Workgroup::new("freight")));
    assert_eq!(all[1].workgroup, Some(Workgroup::new("trains")));
    let next = log(&office, &sue, Some(deeds::At::of(&all[0])), 100);
    assert_eq!(next, all[1..]);
    assert_eq!(log(&office, &sue, None, 1), all[..1]);
    let cursor = deeds::At::of(&all[0]).cursor();
    assert_eq!(deeds::At::find(&cursor), Some(deeds::At::of(&all[0])));
    // A supervisor of some workgroups reads what concerns those, and what they did themselves.
    assert_eq!(
        log(&office, &scope("max", &["trains"]), None, 100),
        all[1..]
    );
    assert_eq!(log(&office, &scope("sue", &["sales"]), None, 100), all);
    assert_eq!(log(&office, &scope("max", &["sales"]), None, 100), []);
}

#[test]
fn the_log_of_deeds_can_be_read_and_not_changed() {
    let sql = Sqlite::new();
    heard::sql::open(&sql, accounts::schema::MIGRATIONS).unwrap();
    let (now_ms, year_ms) = (START_MS, 366 * 24 * HOUR_MS);
    deeds::keep(&sql, &deed(now_ms, "sue", "revoke", "a"), 366).unwrap();
    for change in [
        "-- forge\nUPDATE deed SET agent = 'max'",
        "-- hide\nDELETE FROM deed",
    ] {
        assert!(sql.run(change, Vec::new()).is_err(), "{change}");
    }
    // After a year and a day it goes, when another comes.
    deeds::keep(&sql, &deed(now_ms + year_ms - 1, "sue", "revoke", "b"), 366).unwrap();
    let count = |sql: &Sqlite| {
        sql.run("-- n\nSELECT count(*) FROM deed", Vec::new())
            .unwrap()[0]
            .int(0)
    };
    assert_eq!(count(&sql).unwrap(), 2);
    deeds::keep(&sql, &deed(now_ms + year_ms + 1, "sue", "revoke", "c"), 366).unwrap();
    assert_eq!(count(&sql).unwrap(), 2);
}

/// What every shard is told stands in every shard, and in the log once.
#[test]
fn one_deed_in_many_shards_is_one() {
    let (a, b) = (deed(5, "sue", "pause", ""), deed(7, "sue", "resume", ""));
    let told = vec![b.clone(), a.clone(), b.clone(), a.clone()];
    let (page, next) = deeds::merged(told.clone(), 100);
    assert_eq!((page, next), (vec![b.clone(), a], None));
    let (page, next) = deeds::merged(told, 1);
    assert_eq!((page, next), (vec![b.clone()], Some(deeds::At::of(&b))));
}

/// The accounts' object.
struct Object {
    sql: Sqlite,
    config: Config,
    now_ms: i64,
}

impl Object {
    fn new() -> Self {
        let sql = Sqlite::new();
        heard::sql::open(&sql, accounts::schema::MIGRATIONS).unwrap();
        Self {
            sql,
            config: Config::read(&shipped().to_string(), &|_| None),
            now_ms: START_MS,
        }
    }

    fn ask<Q: OfAccounts>(&self, ask: Q) -> Result<Q::Answer, Refusal> {
        let desk = Desk {
            sql: &self.sql,
            config: &self.config,
            now_ms: self.now_ms,
        };
        accounts::serve(desk, ask)
    }

    fn uses(&self, jti: &str, agent: &str, workgroups: &[&str]) -> Vec<String> {
        let seen = vec![Sighting {
            id: jti.into(),
            agent: agent.into(),
            role: "agent".into(),
            workgroups: groups(workgroups),
            expires_ms: START_MS + 12 * HOUR_MS,
            at_ms: self.now_ms,
        }];
        self.ask(Seen { seen }).unwrap()
    }

    fn revoke(&self, scope: &Scope, id: &str) -> Result<Listed, Refusal> {
        let ask = Revoke {
            scope: scope.clone(),
            id: id.into(),
            deed: deed(self.now_ms, &scope.agent, "revoke", id),
        };
        self.ask(ask)
    }

    fn list(&self, scope: &Scope) -> Vec<String> {
        let ask = Bearers {
            scope: scope.clone(),
            after: String::new(),
            max: 50,
        };
        let tokens = self.ask(ask).unwrap();
        tokens.into_iter().map(|token| token.id).collect()
    }

    fn serves(&self, agent: &str) -> Option<Vec<Workgroup>> {
        let agent = agent.into();
        self.ask(Serves { agent }).unwrap()
    }
}

#[test]
fn a_token_is_known_once_used_and_good_until_revoked() {
    let mut object = Object::new();
    let boss = scope("sue", &[]);
    assert_eq!(object.serves("ana"), None);
    assert_eq!(object.uses("a", "ana", &["customer-care"]), [""; 0]);
    assert_eq!(object.serves("ana"), Some(groups(&["customer-care"])));
    assert_eq!(object.serves("an a"), None);
    assert_eq!(object.serves(""), None);
    object.uses("b", "ana", &[]);
    assert_eq!(object.serves("ana").unwrap(), object.config.workgroups());

    let revoked = object.revoke(&boss, "b").unwrap();
    assert_eq!(
        (revoked.revoked_ms, revoked.revoked_by.as_deref()),
        (Some(START_MS), Some("sue"))
    );
    assert_eq!(object.serves("ana"), Some(groups(&["customer-care"])));
    assert_eq!(object.uses("a", "ana", &["customer-care"]), ["b"]);
    // One that nobody has used is revoked all the same, and stays so when somebody does.
    assert_eq!(object.revoke(&boss, "stolen").unwrap().agent, None);
    assert_eq!(object.uses("stolen", "eve", &[]), ["b", "stolen"]);
    assert_eq!(object.serves("eve"), None);
    assert_eq!(object.list(&boss), ["a", "b", "stolen"]);
    // The same call again changes nothing.
    object.now_ms += 1;
    assert_eq!(
        object.revoke(&boss, "b").unwrap().revoked_ms,
        Some(START_MS)
    );

    // Who serves some workgroups deals with tokens of those only.
    let some = scope("max", &["customer-care"]);
    assert_eq!(object.list(&some), ["a"]);
    for id in ["b", "stolen", "none"] {
        assert_eq!(object.revoke(&some, id), Err(Refusal::NotFound), "{id}");
    }
    assert!(object.revoke(&some, "a").is_ok());

    let asked = deeds::Asked {
        before: None,
        max: 100,
    };
    let scope = boss.clone();
    let log = object.ask(accounts::ShowDeeds { scope, asked }).unwrap();
    assert_eq!(log.len(), 4);
    // What has expired need not be revoked any more.
    object.now_ms = START_MS + 12 * HOUR_MS;
    assert_eq!(object.serves("ana"), None);
    let still = object.ask(Seen { seen: Vec::new() }).unwrap();
    assert_eq!(still, [""; 0]);
}

#[test]
fn the_list_of_revoked_tokens_is_bounded() {
    let object = Object::new();
    let boss = scope("sue", &[]);
    for n in 0..MOST_REVOKED {
        object.revoke(&boss, &format!("t{n}")).unwrap();
    }
    assert_eq!(object.revoke(&boss, "one-more"), Err(Refusal::Full));
    assert!(object.revoke(&boss, "t0").is_ok(), "it is revoked already");
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn config() -> Config {
    let mut table = shipped();
    table["receivers"] = json!([{"id": "crm", "url": "https://events.example/heard"}]);
    Config::read(&table.to_string(), &|name| {
        [TOKEN_KEY, DETAILS_KEY]
            .contains(&name)
            .then(|| KEY.to_string())
    })
}

/// What a call of a supervisor of these workgroups is planned to do.
fn planned(config: &Config, workgroups: &[&str], line: &str, body: &str) -> Result<Plan, Problem> {
    let bearer = Bearer {
        jti: "t1".into(),
        id: "sue".into(),
        role: Role::Supervisor,
        workgroups: groups(workgroups),
        expires_s: START_MS / 1_000 + 60,
    };
    let authorization = format!("Bearer {}", mint(&config.token_keys[0], &bearer).unwrap());
    let (method, url) = line.split_once(' ').unwrap();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let query: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    let call = Call {
        method,
        path,
        query: &query,
        authorization: Some(&authorization),
        idempotency_key: Some("key"),
        shards: config.shards,
        body: body.as_bytes(),
        origin: "https://heard.example",
    };
    let admitted = api::admit(config, &call, START_MS, || panic!("a wrong token"))?;
    api::plan(config, &call, &admitted, START_MS)
}

/// The field that a refused call's answer names.
fn named(config: &Config, line: &str, body: &str) -> (u16, String) {
    let problem = planned(config, &[], line, body).unwrap_err();
    let field = problem.more.get("field").and_then(Value::as_str);
    (problem.status, field.unwrap_or_default().to_string())
}

/// The contract's calls with a body that is right.
fn good(line: &str) -> &'static str {
    match line.rsplit_once('/').unwrap().1 {
        "extend" => r#"{"lease": "l"}"#,
        "reply" | "invite" => r#"{"lease": "l", "text": "t"}"#,
        "details-link" => r#"{"lease": "l"}"#,
        "resolve" => r#"{"lease": "l", "outcome": "o"}"#,
        "release" => r#"{"lease": "l", "reason": "r"}"#,
        "assign" if line.contains("workgroups") => r#"{"serves": []}"#,
        "assign" => r#"{"workgroup": "customer-care"}"#,
        "pause" | "reopen" => r#"{"reason": "r"}"#,
        "transfer" => r#"{"lease": "l", "note": "n", "workgroup": "customer-care"}"#,
        "snooze" => r#"{"lease": "l", "until_ms": 1795348860000}"#,
        "notes" => r#"{"text": "t"}"#,
        "tags" => r#"{"add": ["vip"]}"#,
        "me" if line.starts_with("PUT") => r#"{"state": "away"}"#,
        "corrections" if line.starts_with("POST") => r#"{"level": 0}"#,
        "preview" => r#"{"text": "t"}"#,
        "adapter" if line.starts_with("POST") => r#"{"on": false}"#,
        "rules" => r#"{"settings": {"limits": {"cooldown_hours": 1}}}"#,
        "bulk" => r#"{"do": "resolve", "ids": ["v2-00-1"], "outcome": "o"}"#,
        "incidents" if line.starts_with("POST") => r#"{"source": "x-northline", "what": "stuck"}"#,
        "merge" => r#"{"into": "i-2"}"#,
        "line" => r#"{"minutes": 5}"#,
        "over" => r#"{"text": {"en": "It is over."}}"#,
        "stops" => r#"{"platform": "x", "author": "1", "stop": true, "reason": "r"}"#,
        _ => "{}",
    }
}

#[test]
fn every_call_refuses_what_it_does_not_know_by_its_name() {
    let config = config();
    for route in ROUTES
        .iter()
        .filter(|route| !route.path.starts_with("/webhooks"))
        // A CRM's are not for supervisors, and forgetting wants a reason: tests/it/customers.rs has these.
        .filter(|route| route.role != Some(Role::Crm) && route.method != "DELETE")
        // An operator's is tests/it/carry.rs's.
        .filter(|route| route.role != Some(Role::Operator))
    {
        let path = route
            .path
            .replace("/incidents/{id}", "/incidents/i-1")
            .replace("{id}", "v2-00-1")
            .replace("{workgroup}", "customer-care");
        let path = path.replace("{token}", "t9").replace("{receiver}", "crm");
        let path = path.replace("{platform}", "x").replace("{author}", "7");
        let line = format!("{} {path}", route.method);
        let body = good(&line);
        let plan = planned(&config, &[], &line, body);
        assert!(plan.is_ok(), "{line}: {plan:?}");
        let more = |field: &str| match body {
            "{}" => format!("{{{field}}}"),
            body => body.replacen('{', &format!("{{{field}, "), 1),
        };
        let unknown = named(&config, &line, &more(r#""serve": ["customer-care"]"#));
        assert_eq!(unknown, (422, "serve".into()), "{line}");
        let twice = named(&config, &line, &more(r#""x": 1, "x": 1"#));
        assert_eq!(twice, (422, "x".into()), "{line}");
        let query = named(&config, &format!("{line}?stats=open"), body);
        assert_eq!(query, (422, "stats".into()), "{line}");
        let twice = named(&config, &format!("{line}?max=1&max=2"), body);
        assert_eq!(twice, (422, "max".into()), "{line}");
        for (text, status) in [("[]", 400), ("null", 400), ("{\"a\"", 400), ("5", 400)] {
            assert_eq!(named(&config, &line, text).0, status, "{line} {text}");
        }
    }
}

#[test]
fn a_name_is_a_name_and_a_null_is_no_value() {
    let config = config();
    let assign = "POST /v1/interactions/v2-00-1/assign";
    let long = "x".repeat(129);
    for bad in ["", " ", "a\u{0}", "an\na", &long] {
        let body = json!({"agent": bad}).to_string();
        assert_eq!(
            named(&config, assign, &body),
            (422, "agent".into()),
            "{bad:?}"
        );
        let body = json!({"workgroup": bad}).to_string();
        assert_eq!(
            named(&config, assign, &body),
            (422, "workgroup".into()),
            "{bad:?}"
        );
        let body = json!({"workgroups": [bad]}).to_string();
        assert_eq!(
            named(&config, "POST /v1/claims", &body),
            (422, "workgroups".into())
        );
        let body = json!({"source": bad, "reason": "r"}).to_string();
        assert_eq!(
            named(&config, "POST /v1/acks/pause", &body),
            (422, "source".into())
        );
    }
    // A program's lost value must not silence everything, or call a group back.
    let pause = r#"{"source": null, "reason": "r"}"#;
    assert_eq!(
        named(&config, "POST /v1/acks/pause", pause),
        (422, "source".into())
    );
    let retask = "POST /v1/workgroups/customer-care/assign";
    for body in [
        "",
        "{}",
        r#"{"serves": null}"#,
        r#"{"for_s": 60}"#,
        r#"{"serves": "sales"}"#,
    ] {
        assert_eq!(
            named(&config, retask, body),
            (422, "serves".into()),
            "{body}"
        );
    }
}

#[test]
fn what_only_supervisors_may_do_is_a_deed() {
    let config = config();
    let mut deeds = 0;
    for route in ROUTES.iter().filter(|route| route.method == "POST") {
        let path = route
            .path
            .replace("/incidents/{id}", "/incidents/i-1")
            .replace("{id}", "v2-00-1")
            .replace("{workgroup}", "customer-care");
        let line = format!(
            "POST {}",
            path.replace("{token}", "t9").replace("{receiver}", "crm")
        );
        if route.path.starts_with("/webhooks")
            || matches!(route.role, Some(Role::Crm | Role::Operator))
        {
            continue;
        }
        let deed = match planned(&config, &[], &line, good(&line)).unwrap() {
            // A look at what settings would do changes nothing.
            Plan::Try(_) => continue,
            Plan::One(_, asked) | Plan::Every(asked, _) => asked.by.unwrap().deed,
            Plan::Pause(by, _) | Plan::Resume(by, _) => by.deed,
            Plan::Reply { by, .. } | Plan::Invite { by, .. } => by.deed,
            Plan::Revoke(_, deed) => Some(deed),
            Plan::Bulk(by, _) | Plan::Resend(by, _) | Plan::Switch(by, _) => by.deed,
            Plan::Incidents(asked) => match asked {
                Incidents::Declare(ask) => Some(ask.deed),
                Incidents::Change(ask) => Some(ask.deed),
                Incidents::Line(ask) => Some(ask.deed),
                Incidents::List(_) | Incidents::One(_) => None,
            },
            Plan::Claim { .. } | Plan::Answer(_) => None,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(
            deed.is_some(),
            route.role == Some(Role::Supervisor),
            "{line}"
        );
        if let Some(deed) = deed {
            deeds += 1;
            assert_eq!((deed.by.as_str(), deed.token.as_str()), ("sue", "t1"));
            assert_eq!(
                (deed.did.as_str(), deed.at_ms),
                (route.action.as_str(), START_MS)
            );
            assert_eq!(
                Value::from(deed.asked),
                serde_json::from_str::<Value>(good(&line)).unwrap()
            );
        }
    }
    assert!(deeds >= 6, "{deeds}");
}

#[test]
fn a_supervisor_of_some_workgroups_rules_those() {
    let config = config();
    let (own, other) = ("customer-care", "nobody");
    let may = |line: &str, body: &str| planned(&config, &[own], line, body);
    let source = config
        .sources
        .iter()
        .find(|one| one.workgroup.as_str() == own)
        .unwrap();
    let pause = json!({"source": source.id, "reason": "r"}).to_string();
    assert!(may("POST /v1/acks/pause", &pause).is_ok());
    assert_eq!(
        may("POST /v1/acks/pause", r#"{"reason": "r"}"#)
            .unwrap_err()
            .status,
        422
    );
    assert_eq!(may("POST /v1/acks/resume", "").unwrap_err().status, 422);
    assert!(
        may(
            &format!("POST /v1/workgroups/{own}/assign"),
            r#"{"serves": []}"#
        )
        .is_ok()
    );
    let stranger = planned(
        &config,
        &[other],
        &format!("POST /v1/workgroups/{own}/assign"),
        r#"{"serves": []}"#,
    );
    assert_eq!(stranger.unwrap_err().status, 404);
    let stranger = planned(&config, &[other], "POST /v1/acks/pause", &pause);
    assert_eq!(stranger.unwrap_err().status, 422);
}

/// What an errand may say: a preview is no deed, an undo is one, and a name stands for the rest.
#[test]
fn an_errand_is_previewed_undone_and_named() {
    let mut config = config();
    let all = config.workgroups();
    let (own, other) = (all[0].clone(), all[all.len() - 1].clone());
    config.errands.push(Errand {
        name: "storm".into(),
        workgroup: own.clone(),
        serves: vec![other.clone()],
        for_s: 1_800,
    });
    let line = format!("POST /v1/workgroups/{own}/assign");
    let may = |body: Value| planned(&config, &[], &line, &body.to_string());
    let Plan::PreviewRetask(errand) = may(json!({"serves": [other], "dry_run": true})).unwrap()
    else {
        panic!()
    };
    assert_eq!(
        (errand.serves, errand.until_ms),
        (vec![other.clone()], START_MS + 2 * HOUR_MS)
    );
    let Plan::UndoRetask(by, undo) = may(json!({"undo": true})).unwrap() else {
        panic!()
    };
    assert_eq!(
        (by.deed.unwrap().workgroup, undo.workgroup),
        (Some(own.clone()), own.clone())
    );
    let Plan::Every(asked, _) = may(json!({"template": "storm"})).unwrap() else {
        panic!()
    };
    let ToShard::Retask(Retask { errand }) = asked.ask else {
        panic!()
    };
    assert_eq!(
        (errand.serves, errand.until_ms),
        (vec![other.clone()], START_MS + 1_800_000)
    );
    let Plan::PreviewRetask(errand) =
        may(json!({"template": "storm", "for_s": 60, "dry_run": true})).unwrap()
    else {
        panic!()
    };
    assert_eq!(errand.until_ms, START_MS + 60_000);
    for (body, field) in [
        (json!({"undo": true, "serves": []}), "serves"),
        (json!({"template": "flood"}), "template"),
        (json!({"serves": [], "dry_run": "yes"}), "dry_run"),
        (json!({"undo": false}), "serves"),
    ] {
        let problem = may(body.clone()).unwrap_err();
        assert_eq!(
            (problem.status, problem.more["field"].as_str()),
            (422, Some(field)),
            "{body}"
        );
    }
}

#[test]
fn hours_are_asked_for_by_either_clock() {
    let config = config();
    let hour = START_MS / HOUR_MS;
    let asked = |query: &str| {
        let line = format!("GET /v1/sla{query}");
        planned(&config, &[], &line, "")
    };
    let sla = |query: &str| match asked(query).unwrap() {
        Plan::Sla(ShowSla { asked, .. }) => {
            (asked.from_hour - hour, asked.to_hour - hour, asked.by)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(sla(""), (-24, 0, Key::Workgroup));
    assert_eq!(
        sla("?from=2026-11-22T10:30:00Z&to=2026-11-22T11:10:00Z&by=source"),
        (-2, 0, Key::Source)
    );
    assert_eq!(
        sla(&format!("?from={}&by=hour", START_MS - 1)),
        (-1, 0, Key::Hour)
    );
    for (query, field) in [
        ("?by=week", "by"),
        ("?workgroup=", "workgroup"),
        ("?from=yesterday", "from"),
        ("?to=-5", "to"),
        ("?from=2026-11-23T12:00:00Z", "from"),
        ("?from=2026-01-01T00:00:00Z", "from"),
        ("?state=open", "state"),
    ] {
        let problem = asked(query).unwrap_err();
        assert_eq!(
            (problem.status, problem.more["field"].as_str()),
            (422, Some(field)),
            "{query}"
        );
    }
    let promises = |query: &str| planned(&config, &[], &format!("GET /v1/promises{query}"), "");
    let Plan::Promises(asked) = promises("?state=at_risk&max=5&workgroup=freight").unwrap() else {
        panic!()
    };
    assert!(asked.urgent && asked.max == 5);
    assert_eq!(asked.kept.from_hour - hour, -168);
    assert!(promises("?max=51").is_err() && promises("?state=kept").is_err());
}
