//! The floor: settings, presence, reservations, and what nobody who is there can take.

use crate::queue::{MINUTE_MS, START_MS};
use crate::sqlite::Sqlite;
use heard::api::floor::{narrowed, takes_none};
use heard::config::Config;
use heard::deeds::Deed;
use heard::floor::memory::{Memory, RESERVED_MS, SILENCE_MS};
use heard::floor::presence::{Confirm, Reserve, Reserved, ShowMe, State, Told};
use heard::floor::question::{Desk, Question};
use heard::floor::settings::{Put, Remove, ShowPeople, ShowPresent, Who};
use heard::floor::unserved::unserved;
use heard::floor::wire::{Person, Presence, Refused, Settings};
use heard::floor::{schema, serve};
use heard::inbox::hands::Hands;
use heard::inbox::needs::{Need, Needs};
use heard::inbox::wire::{Alarm, Retasked};
use heard::post::Workgroup;
use heard::scope::Scope;
use heard::sql::Sql as _;
use serde_json::Map;
use std::cell::Cell;

const TABLE: &str = r#"{
  "calendars": {"office": {"timezone": "UTC", "open": ["Mon-Fri 09:00-17:00"]}},
  "apps": [{"id": "x", "scheme": "x"}],
  "sources": [
    {"id": "a", "app": "x", "platform": "x", "account": "1", "workgroup": "trains"},
    {"id": "b", "app": "x", "platform": "x", "account": "2", "workgroup": "freight"},
    {"id": "c", "app": "x", "platform": "x", "account": "3", "workgroup": "office", "calendar": "office"}
  ],
  "route": [{"situation": ["refund"], "skills": ["billing"]}, {"danger": ["any"], "workgroup": "safety"},
    {"source": ["c"], "workgroup": "press"}]
}"#;

fn groups(names: &[&str]) -> Vec<Workgroup> {
    names.iter().map(|name| Workgroup::new(*name)).collect()
}

struct Hall {
    sql: Sqlite,
    config: Config,
    memory: Cell<Memory>,
    now_ms: i64,
}

impl Hall {
    fn new() -> Self {
        let sql = Sqlite::new();
        heard::sql::open(&sql, schema::MIGRATIONS).unwrap();
        let config = Config::read(TABLE, &|_| None);
        assert_eq!(config.sources.len(), 3, "{:?}", config.problems);
        Self {
            sql,
            config,
            memory: Cell::default(),
            now_ms: START_MS,
        }
    }

    fn try_ask<Q: Question>(&self, ask: Q) -> Result<Q::Answer, Refused> {
        let desk = Desk {
            sql: &self.sql,
            config: &self.config,
            memory: &self.memory,
            now_ms: self.now_ms,
        };
        serve(&desk, ask)
    }

    fn ask<Q: Question>(&self, ask: Q) -> Q::Answer {
        self.try_ask(ask).unwrap()
    }

    /// The object begins anew: what is stored stays.
    fn restart(&self) {
        self.memory.set(Memory::default());
    }

    fn reserve(&self, agent: &str, key: &str, until_ms: i64) -> Reserved {
        self.ask(Reserve {
            agent: agent.into(),
            workgroups: groups(&["trains", "freight"]),
            key: key.into(),
            n: 2,
            until_ms,
        })
    }

    fn confirm(&self, agent: &str, key: &str, public: u32) {
        self.ask(Confirm {
            agent: agent.into(),
            key: key.into(),
            hands: Some(Hands { public, private: 0 }),
            waits: false,
        });
    }

    fn told(&self, agent: &str) {
        self.ask(Told {
            agent: agent.into(),
            workgroups: groups(&["trains"]),
        });
    }

    fn state(&self, agent: &str, presence: Presence, until_ms: Option<i64>) -> Person {
        self.ask(State {
            agent: agent.into(),
            workgroups: groups(&["trains"]),
            presence,
            until_ms,
        })
    }

    fn me(&self, agent: &str) -> Presence {
        let ask = ShowMe {
            agent: agent.into(),
            workgroups: groups(&["trains"]),
        };
        self.ask(ask).presence
    }

    fn put(&self, scope: &Scope, agent: &str, settings: Settings) -> Result<Person, Refused> {
        self.put_one_who_serves(None, scope, agent, settings)
    }

    /// As the accounts know whom the floor has not heard of.
    fn put_one_who_serves(
        &self,
        serves: Option<&[&str]>,
        scope: &Scope,
        agent: &str,
        settings: Settings,
    ) -> Result<Person, Refused> {
        self.try_ask(Put {
            agent: agent.into(),
            settings,
            scope: scope.clone(),
            serves: serves.map(groups),
            deed: Deed {
                at_ms: self.now_ms,
                by: "boss".into(),
                token: "t".into(),
                did: "put_agent".into(),
                to: agent.into(),
                asked: Map::new(),
                workgroup: None,
            },
        })
    }

    fn remove(&self, scope: &Scope, agent: &str) -> Result<bool, Refused> {
        self.try_ask(Remove {
            agent: agent.into(),
            scope: scope.clone(),
            serves: None,
            deed: Deed {
                at_ms: self.now_ms,
                by: "boss".into(),
                token: "t".into(),
                did: "delete_agent".into(),
                to: agent.into(),
                asked: Map::new(),
                workgroup: None,
            },
        })
    }

    fn people(&self, scope: &Scope) -> Vec<String> {
        let people = self.ask(ShowPeople {
            scope: scope.clone(),
        });
        people.into_iter().map(|person| person.agent).collect()
    }

    fn rows(&self) -> i64 {
        let sql = "-- rows\nSELECT (SELECT count(*) FROM stated) + (SELECT count(*) FROM agent)";
        self.sql.run(sql, vec![]).unwrap()[0].int(0).unwrap()
    }
}

fn of(workgroups: &[&str]) -> Scope {
    Scope {
        all: false,
        agent: "boss".into(),
        workgroups: groups(workgroups),
    }
}

fn settings() -> Settings {
    Settings {
        workgroups: groups(&["trains"]),
        languages: vec!["de".into()],
        skills: vec!["billing".into()],
        capacity: Hands {
            public: 2,
            private: 1,
        },
        public_name: Some("Milton".into()),
    }
}

#[test]
fn presence_is_rebuilt_from_calls_and_costs_no_row() {
    let mut hall = Hall::new();
    assert!(hall.people(&Scope::whole()).is_empty());
    hall.told("ana");
    assert_eq!(hall.me("ana"), Presence::Available);
    hall.now_ms += SILENCE_MS - 1;
    let there = hall.ask(ShowPresent {});
    assert_eq!(there.people.len(), 1);
    assert!(!there.knows_absence, "it has only begun");
    hall.now_ms += 1;
    let there = hall.ask(ShowPresent {});
    assert!(there.people.is_empty(), "two minutes of silence");
    assert!(there.knows_absence);
    let shown = hall.ask(ShowPeople {
        scope: Scope::whole(),
    });
    assert_eq!(shown[0].presence, Presence::Offline);
    assert_eq!(shown[0].since_ms, Some(START_MS + SILENCE_MS));
    // Who waits for work is there until the wait is over, and two minutes after.
    hall.reserve("ben", "k", hall.now_ms + 25_000);
    hall.now_ms += 25_000 + SILENCE_MS - 1;
    assert_eq!(hall.ask(ShowPresent {}).people[0].agent, "ben");
    hall.now_ms += 1;
    assert!(hall.ask(ShowPresent {}).people.is_empty());
    hall.restart();
    hall.told("ana");
    assert_eq!(hall.me("ana"), Presence::Available);
    assert_eq!(hall.rows(), 0);
}

#[test]
fn what_somebody_says_of_themselves_is_stored_and_outlives_the_object() {
    let mut hall = Hall::new();
    let away = hall.state("ana", Presence::Away, None);
    assert_eq!(
        (away.presence, away.since_ms),
        (Presence::Away, Some(START_MS))
    );
    hall.now_ms += MINUTE_MS;
    // Said again it is the same absence.
    assert_eq!(
        hall.state("ana", Presence::Away, None).since_ms,
        Some(START_MS)
    );
    hall.restart();
    assert_eq!(hall.me("ana"), Presence::Away);
    assert_eq!(takes_none(&hall.reserve("ana", "k", 0)), Some("away"));
    hall.state("ana", Presence::Available, None);
    assert_eq!(hall.me("ana"), Presence::Available);
    assert_eq!(takes_none(&hall.reserve("ana", "k", 0)), None);
    assert_eq!(hall.rows(), 0);
    // Wrap-up ends by itself.
    let ends_ms = hall.now_ms + MINUTE_MS;
    let wrapping = hall.state("ana", Presence::WrapUp, Some(ends_ms));
    assert_eq!(wrapping.until_ms, Some(ends_ms));
    assert_eq!(takes_none(&hall.reserve("ana", "k", 0)), Some("wrap_up"));
    hall.now_ms = ends_ms;
    let after = hall.ask(ShowPeople {
        scope: Scope::whole(),
    });
    assert_eq!(
        (after[0].presence, after[0].since_ms, after[0].until_ms),
        (Presence::Available, Some(ends_ms), None)
    );
    assert_eq!(
        hall.state("ana", Presence::Offline, None).presence,
        Presence::Offline
    );
}

#[test]
fn settings_come_with_every_claim_and_narrow_it() {
    let hall = Hall::new();
    // Of whom nothing is set: no skills, and the cap of everybody.
    let plain = hall.reserve("ana", "k", 0);
    assert_eq!(plain.able.skills, Some(Vec::new()));
    assert_eq!(plain.able.capacity, None);
    hall.put(&Scope::whole(), "ana", settings()).unwrap();
    hall.restart();
    let set = hall.reserve("ana", "k", 0);
    assert_eq!(set.able.skills, Some(vec!["billing".into()]));
    assert_eq!(set.able.capacity, Some(settings().capacity));
    let mut asked = crate::queue::pull("ana", 1);
    asked.workgroups = groups(&["freight", "trains"]);
    let pull = narrowed(&asked, &set);
    assert_eq!(pull.workgroups, groups(&["trains"]));
    assert_eq!(pull.languages, ["de"]);
    asked.languages = vec!["fr".into()];
    assert_eq!(narrowed(&asked, &set).languages, ["fr"], "theirs now");
    let who = hall.ask(Who {
        agent: "ana".into(),
    });
    assert_eq!(who.unwrap().public_name.as_deref(), Some("Milton"));
}

#[test]
fn who_is_let_go_is_gone_with_all_that_was_set_and_said() {
    let hall = Hall::new();
    hall.put(&Scope::whole(), "ana", settings()).unwrap();
    hall.state("ana", Presence::Away, None);
    assert_eq!(hall.rows(), 2);
    assert_eq!(
        hall.remove(&of(&["freight"]), "ana"),
        Err(Refused::NotYours)
    );
    assert_eq!(hall.rows(), 2);
    assert_eq!(hall.remove(&of(&["trains"]), "ana"), Ok(true));
    assert_eq!(hall.rows(), 0);
    assert!(hall.people(&Scope::whole()).is_empty());
    assert_eq!(
        hall.ask(Who {
            agent: "ana".into()
        }),
        None
    );
    assert_eq!(
        hall.remove(&Scope::whole(), "ana"),
        Ok(false),
        "nobody any more"
    );
    // Who calls with a good token is there again, as anybody.
    hall.told("ana");
    assert_eq!(hall.me("ana"), Presence::Available);
}

#[test]
fn a_supervisor_sets_and_sees_their_own_people_only() {
    let hall = Hall::new();
    hall.reserve("ana", "k", 0); // serves trains and freight
    hall.told("ben"); // trains
    let trains = of(&["trains"]);
    assert_eq!(hall.put(&trains, "ana", settings()), Err(Refused::NotYours));
    hall.put(&trains, "ben", settings()).unwrap();
    // After a deploy the floor has heard of nobody, and the accounts have.
    let put = |serves: &[&str]| hall.put_one_who_serves(Some(serves), &trains, "cyd", settings());
    assert_eq!(put(&["freight"]), Err(Refused::NotYours));
    put(&["trains"]).unwrap();
    let freight = Settings {
        workgroups: groups(&["freight"]),
        ..settings()
    };
    assert_eq!(
        hall.put(&of(&["freight"]), "ben", freight.clone()),
        Err(Refused::NotYours)
    );
    hall.put(&Scope::whole(), "cyd", freight).unwrap();
    assert_eq!(hall.people(&trains), ["ana", "ben"]);
    assert_eq!(hall.people(&of(&["freight"])), ["ana", "cyd"]);
    assert_eq!(hall.people(&Scope::whole()), ["ana", "ben", "cyd"]);
    let deeds = hall.ask(heard::floor::ShowDeeds {
        scope: Scope::whole(),
        asked: heard::deeds::Asked {
            before: None,
            max: 10,
        },
    });
    let done: Vec<_> = deeds.iter().map(|deed| deed.to.as_str()).collect();
    assert_eq!(done.len(), 2, "what was refused is no deed: {done:?}");
}

#[test]
fn other_claims_under_way_are_reserved_until_they_are_confirmed_or_ten_seconds_old() {
    let mut hall = Hall::new();
    assert_eq!(hall.reserve("ana", "one", 0).able.reserved, 0);
    assert_eq!(hall.reserve("ana", "two", 0).able.reserved, 2);
    assert_eq!(
        hall.reserve("ana", "two", 0).able.reserved,
        2,
        "the same claim"
    );
    assert_eq!(hall.reserve("ben", "one", 0).able.reserved, 0);
    hall.confirm("ana", "one", 2);
    assert_eq!(hall.reserve("ana", "three", 0).able.reserved, 2);
    hall.now_ms += RESERVED_MS;
    assert_eq!(hall.reserve("ana", "four", 0).able.reserved, 0);
}

#[test]
fn who_is_free_is_there_available_and_has_a_hand_left() {
    let mut hall = Hall::new();
    hall.put(&Scope::whole(), "ana", settings()).unwrap();
    let free = |hall: &Hall| hall.reserve("zoe", "z", 0).able.free.unwrap();
    hall.reserve("ana", "a", 0);
    assert_eq!(free(&hall), ["ana", "zoe"]);
    hall.confirm("ana", "a", 3);
    assert_eq!(free(&hall), ["zoe"], "three in hand, two and one she takes");
    // Whoever waits for work has a hand free, whatever they held before.
    hall.reserve("ana", "b", hall.now_ms + 20_000);
    assert_eq!(free(&hall), ["ana", "zoe"]);
    hall.confirm("ana", "b", 2);
    hall.state("ana", Presence::Away, None);
    assert_eq!(free(&hall), ["zoe"]);
    hall.state("ana", Presence::Available, None);
    assert_eq!(free(&hall), ["ana", "zoe"]);
    hall.now_ms += SILENCE_MS;
    assert_eq!(free(&hall), ["zoe"]);
    hall.config.limits.affinity_minutes = 0;
    assert_eq!(
        hall.reserve("zoe", "z", 0).able.free,
        None,
        "nothing is kept"
    );
}

fn need(workgroup: &str, skills: Option<&str>, lang: &str) -> Need {
    Need {
        workgroup: Workgroup::new(workgroup),
        skills: skills.map(str::to_string),
        lang: lang.into(),
        emergency: false,
        n: 1,
        since_ms: START_MS,
    }
}

#[test]
fn what_nobody_who_is_there_can_take_is_an_alarm() {
    let mut hall = Hall::new();
    let told = |hall: &Hall, needs: &Needs| {
        let present = hall.ask(ShowPresent {});
        let alarms = unserved(&hall.config, needs, &present, hall.now_ms);
        let words = alarms.into_iter().map(|alarm| match alarm {
            Alarm::Unserved {
                workgroup,
                skills,
                lang,
                n,
                ..
            } => format!(
                "{workgroup} {} {} {n}",
                skills.join("+"),
                lang.unwrap_or_default()
            ),
            other => panic!("{other:?}"),
        });
        words.collect::<Vec<_>>()
    };
    let mut needs = Needs {
        needs: vec![
            need("trains", None, "en"),
            need("trains", None, "fr"),
            need("trains", Some("billing"), "de"),
            // Nobody has to be there on a Sunday.
            need("office", None, "en"),
            // Nor for what only the office's posts are sent to.
            need("press", None, "en"),
        ],
        retasked: Vec::new(),
    };
    assert!(told(&hall, &needs).is_empty(), "it has only begun");
    hall.now_ms += SILENCE_MS;
    assert_eq!(told(&hall, &needs), ["trains   2", "trains billing  1"]);
    // One who has no settings works in any language, and has no skill.
    hall.told("ben");
    assert_eq!(told(&hall, &needs), ["trains billing  1"]);
    hall.put(&Scope::whole(), "ben", settings()).unwrap();
    assert_eq!(told(&hall, &needs), ["trains  en 1", "trains  fr 1"]);
    // Away is not there; who wraps up is about to be.
    hall.state("ben", Presence::WrapUp, None);
    assert_eq!(told(&hall, &needs).len(), 2);
    hall.state("ben", Presence::Away, None);
    assert_eq!(told(&hall, &needs), ["trains   2", "trains billing  1"]);
    hall.state("ben", Presence::Available, None);
    // Sent to other work, they serve the emergencies of their own.
    needs.retasked = vec![Retasked {
        workgroup: Workgroup::new("trains"),
        serves: groups(&["freight"]),
        until_ms: hall.now_ms + MINUTE_MS,
        by: "boss".into(),
    }];
    needs.needs = vec![need("trains", None, "de"), need("freight", None, "de")];
    assert_eq!(told(&hall, &needs), ["trains   1"]);
    needs.needs[0].emergency = true;
    assert!(told(&hall, &needs).is_empty());
}
