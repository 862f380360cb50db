//! The pulse on real SQLite: what isolates tell, incidents, their members against a plain recount, lines, and what is
//! forgotten.

use crate::queue::{DAY_MS, HOUR_MS, MINUTE_MS, START_MS, deleted, judged, made, post};
use crate::sqlite::Sqlite;
use heard::config::Config;
use heard::deeds::Deed;
use heard::inbox::wire::Incoming;
use heard::judgement::{Level, Situation, Triage};
use heard::post::SourceId;
use heard::pulse::fold::Fold;
use heard::pulse::forget::{EVERY_MS, Forget, ShowKey, Tidy};
use heard::pulse::incidents::{Becomes, Change, Declare, ShowIncident, ShowIncidents};
use heard::pulse::line::SetLine;
use heard::pulse::memory::Memory;
use heard::pulse::question::{Desk, Question};
use heard::pulse::wire::{Brief, Changed, Refused, State, Tell, Whole};
use heard::pulse::{schema, serve};
use heard::scope::Scope;
use heard::sql::Sql as _;
use proptest::prelude::*;
use serde_json::Map;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = r#"{
  "apps": [{"id": "x", "scheme": "x"}],
  "sources": [
    {"id": "x", "app": "x", "platform": "x", "account": "1", "workgroup": "trains", "handle": "@rail"},
    {"id": "y", "app": "x", "platform": "x", "account": "2", "workgroup": "freight"}
  ]
}"#;

struct Room {
    sql: Sqlite,
    config: Config,
    memory: Cell<Memory>,
    now_ms: i64,
    random: u8,
}

impl Room {
    fn new() -> Self {
        let sql = Sqlite::new();
        heard::sql::open(&sql, schema::MIGRATIONS).unwrap();
        let config = Config::read(TABLE, &|_| None);
        assert_eq!(config.sources.len(), 2, "{:?}", config.problems);
        Self {
            sql,
            config,
            memory: Cell::default(),
            now_ms: START_MS,
            random: 0,
        }
    }

    fn try_ask<Q: Question>(&mut self, ask: Q) -> Result<Q::Answer, Refused> {
        self.random = self.random.wrapping_add(1);
        let desk = Desk {
            sql: &self.sql,
            config: &self.config,
            memory: &self.memory,
            now_ms: self.now_ms,
            random: [self.random; 32],
        };
        serve(&desk, ask)
    }

    fn ask<Q: Question>(&mut self, ask: Q) -> Q::Answer {
        self.try_ask(ask).unwrap()
    }

    /// The object begins anew: what is stored stays.
    fn restart(&self) {
        self.memory.set(Memory::default());
    }

    /// What one isolate tells of these.
    fn told(&mut self, events: &[Incoming]) -> Tell {
        let mut fold = Fold::new();
        fold.note(events, self.now_ms);
        let key = self.ask(ShowKey {});
        fold.take(self.now_ms).tell(&key, &["@rail"])
    }

    fn tell(&mut self, events: &[Incoming]) -> u32 {
        let tell = self.told(events);
        self.ask(tell)
    }

    fn declare(&mut self, cell: &str) -> Brief {
        let deed = deed(self.now_ms);
        self.ask(Declare {
            source: SourceId::new("x"),
            workgroup: heard::post::Workgroup::new("trains"),
            cell: cell.into(),
            title: None,
            deed,
        })
    }

    fn change(&mut self, id: &str, becomes: Becomes) -> Result<Changed, Refused> {
        let deed = deed(self.now_ms);
        self.try_ask(Change {
            scope: everything(),
            number: number(id),
            becomes,
            title: None,
            deed,
        })
    }

    fn line(&mut self, id: &str, text: &str, over: bool) -> Result<Changed, Refused> {
        let text = match text {
            "" => BTreeMap::new(),
            text => BTreeMap::from([("en".to_string(), text.to_string())]),
        };
        let ask = SetLine {
            scope: everything(),
            number: number(id),
            text,
            until_ms: self.now_ms + HOUR_MS,
            over,
            dry_run: false,
            deed: deed(self.now_ms),
        };
        self.try_ask(ask)
    }

    fn show(&mut self, id: &str) -> Whole {
        self.ask(ShowIncident {
            scope: everything(),
            number: number(id),
        })
    }

    fn list(&mut self) -> Vec<Brief> {
        self.ask(ShowIncidents {
            scope: everything(),
            state: None,
            before: None,
            max: 50,
        })
    }

    /// All that is stored, as text.
    fn stored(&self) -> String {
        let mut all = String::new();
        for table in [
            "-- a\nSELECT doc FROM minute",
            "-- b\nSELECT doc || words FROM past",
            "-- c\nSELECT doc FROM incident",
            "-- d\nSELECT who || post || doc FROM member",
        ] {
            for row in &self.sql.run(table, Vec::new()).unwrap() {
                all.push_str(row.text(0).unwrap());
            }
        }
        all
    }

    fn count(&self, sql: &'static str) -> i64 {
        self.sql.run(sql, Vec::new()).unwrap()[0].int(0).unwrap()
    }
}

fn number(id: &str) -> i64 {
    heard::pulse::tell::number_of(id).unwrap()
}

fn everything() -> Scope {
    Scope {
        all: true,
        ..Scope::default()
    }
}

fn deed(at_ms: i64) -> Deed {
    Deed {
        at_ms,
        by: "boss".into(),
        token: "t1".into(),
        did: "declare_incident".into(),
        to: String::new(),
        asked: Map::new(),
        workgroup: None,
    }
}

fn of(situation: Situation) -> Triage {
    Triage {
        situation: Some(situation),
        ..judged(Level::Urgent)
    }
}

fn wrote(id: &str, author: &str, text: &str, at_ms: i64, situation: Situation) -> Incoming {
    let mut post = post(id, author, at_ms);
    post.text = text.into();
    made("x", post, of(situation))
}

const WOKING: &str = "@rail stuck outside Woking for 2 hours #wokingtrain nobody says anything";

/// Forty people in ten minutes, at a source that is new: the crowd is found, and who joins later is counted.
#[test]
fn a_stranded_train_is_suspected_with_its_members_and_words() {
    let mut room = Room::new();
    // Others, before.
    for i in 0..30 {
        let text = "where is my refund it has been three weeks since the claim";
        let id = format!("r{i}");
        room.tell(&[wrote(&id, &id, text, room.now_ms, Situation::Refund)]);
        room.now_ms += 4 * MINUTE_MS;
    }
    let mut found = None;
    for i in 0..40 {
        let id = format!("w{i}");
        let event = wrote(&id, &id, WOKING, room.now_ms, Situation::Stuck);
        if room.tell(&[event]) > 0 {
            found.get_or_insert(i + 1);
        }
        room.now_ms += 15_000;
    }
    assert!(found.unwrap() <= 12, "found after {found:?} people");
    let all = room.list();
    assert_eq!(all.len(), 1, "{all:?}");
    let one = &all[0];
    assert_eq!((one.state, one.what.as_str()), (State::Suspected, "stuck"));
    assert_eq!(one.place.as_deref(), Some("wokingtrain"));
    assert_eq!((one.people, one.posts), (40, 40));
    assert!(one.alarm.as_ref().unwrap().people >= 8);
    assert_eq!(one.began_ms, START_MS + 120 * MINUTE_MS);
    let whole = room.show(&one.id);
    assert_eq!(whole.members.len(), 40);
    assert_eq!(whole.members[0].post, "x:w0");
    // 30 others and forty members, each once.
    assert_eq!(whole.of, 70);
    assert_eq!(whole.words["wokingtrain"], 40);
    room.restart();
    let mut again = room.show(&one.id);
    again.brief.last_ms = whole.brief.last_ms;
    assert!(again == whole);
    // What was said in those hours is still known when they are long gone.
    room.now_ms += 5 * HOUR_MS;
    room.ask(Tidy {});
    let later = room.show(&one.id);
    assert_eq!((later.of, later.words), (whole.of, whole.words));
    let stored = room.stored();
    for hidden in ["nobody says", "\"w1\"", "@rail"] {
        assert!(!stored.contains(hidden), "{hidden}");
    }
}

/// One step of a history.
#[derive(Clone, Debug)]
enum Step {
    /// So many posts: author, cell, whether with the hashtag.
    Posts(Vec<(u8, u8, bool)>),
    /// A summary that was told is told once more.
    Twice(prop::sample::Index),
    /// What an isolate saw is told only now.
    Late,
    /// An isolate saw these and tells later.
    Held(Vec<(u8, u8, bool)>),
    /// A post is deleted.
    Gone(prop::sample::Index),
    /// An incident is declared.
    Declare(u8),
    /// The object begins anew.
    Restart,
    /// Minutes pass.
    Pass(u8),
    /// It forgets what is old.
    Tidy,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let posts = || prop::collection::vec((0_u8..12, 0_u8..3, any::<bool>()), 1..6);
    let step = prop_oneof![
        6 => posts().prop_map(Step::Posts),
        2 => any::<prop::sample::Index>().prop_map(Step::Twice),
        1 => Just(Step::Late),
        2 => posts().prop_map(Step::Held),
        2 => any::<prop::sample::Index>().prop_map(Step::Gone),
        2 => (0_u8..5).prop_map(Step::Declare),
        2 => Just(Step::Restart),
        2 => (0_u8..20).prop_map(Step::Pass),
        1 => Just(Step::Tidy),
    ];
    prop::collection::vec(step, 1..40)
}

const SITUATIONS: [Situation; 3] = [Situation::Stuck, Situation::Delayed, Situation::Refund];
const CELLS: [&str; 5] = ["stuck", "delayed", "refund", "stuck@wokingtrain", "*"];

/// A post as the plain recount has it.
#[derive(Clone, Debug)]
struct Kept {
    author: u8,
    situation: u8,
    tagged: bool,
    minute: i64,
}

impl Kept {
    fn is_in(&self, cell: &str) -> bool {
        let what = SITUATIONS[usize::from(self.situation)].as_str();
        cell == "*"
            || cell == what
            || (cell == "stuck@wokingtrain" && what == "stuck" && self.tagged)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever is told twice, late or in pieces by several isolates, across restarts and deletions: an incident has
    /// the people and posts that a plain recount has.
    #[test]
    fn an_incident_counts_as_a_plain_recount_does(steps in steps()) {
        let mut room = Room::new();
        let mut known: BTreeMap<String, Kept> = BTreeMap::new();
        let mut gone: BTreeSet<String> = BTreeSet::new();
        let mut incidents: Vec<(String, &str, BTreeSet<String>)> = Vec::new();
        let mut tells: Vec<(Tell, Vec<String>)> = Vec::new();
        let mut held: Vec<(Tell, Vec<String>)> = Vec::new();
        let mut next = 0;
        for step in steps {
            let mut now_told: Vec<(Tell, Vec<String>)> = Vec::new();
            match step {
                Step::Posts(some) | Step::Held(some) if some.is_empty() => {}
                Step::Posts(ref some) | Step::Held(ref some) => {
                    let mut ids = Vec::new();
                    let mut events = Vec::new();
                    for (author, situation, tagged) in some {
                        next += 1;
                        let id = format!("p{next}");
                        let text = if *tagged { WOKING } else { "nobody tells us anything at all here" };
                        let name = format!("author{author}");
                        events.push(wrote(&id, &name, text, room.now_ms, SITUATIONS[usize::from(*situation)]));
                        known.insert(format!("x:{id}"), Kept {
                            author: *author, situation: *situation, tagged: *tagged, minute: room.now_ms / MINUTE_MS,
                        });
                        ids.push(format!("x:{id}"));
                    }
                    let tell = room.told(&events);
                    match step {
                        Step::Held(_) => held.push((tell, ids)),
                        _ => now_told.push((tell, ids)),
                    }
                }
                Step::Late => now_told.append(&mut held),
                Step::Twice(at) if !tells.is_empty() => now_told.push(at.get(&tells).clone()),
                Step::Gone(at) if !known.is_empty() => {
                    let ids: Vec<String> = known.keys().cloned().collect();
                    let id = at.get(&ids).clone();
                    let tell = room.told(&[deleted("x", id.strip_prefix("x:").unwrap())]);
                    room.ask(tell);
                    gone.insert(id);
                }
                Step::Declare(cell) => {
                    let cell = CELLS[usize::from(cell)];
                    let id = room.declare(cell).id;
                    let since = room.now_ms / MINUTE_MS - 30;
                    let told = tells.iter().flat_map(|(_, ids)| ids);
                    let mine = told.filter(|id| known[*id].is_in(cell) && known[*id].minute >= since);
                    incidents.push((id, cell, mine.cloned().collect()));
                }
                Step::Restart => room.restart(),
                Step::Pass(minutes) => room.now_ms += i64::from(minutes) * MINUTE_MS,
                Step::Tidy => { room.ask(Tidy {}); }
                Step::Twice(_) | Step::Gone(_) => {}
            }
            for (tell, ids) in now_told {
                room.ask(tell.clone());
                let now = room.now_ms / MINUTE_MS;
                for (_, cell, members) in &mut incidents {
                    // What is older than what is kept is told too late for all.
                    let taken = ids.iter().filter(|id| {
                        !gone.contains(*id) && known[*id].is_in(cell) && known[*id].minute >= now - 140
                    });
                    members.extend(taken.cloned());
                }
                tells.push((tell, ids));
            }
            for (id, _, members) in &incidents {
                let standing: Vec<&String> = members.iter().filter(|post| !gone.contains(*post)).collect();
                let people: BTreeSet<u8> = standing.iter().map(|post| known[*post].author).collect();
                let whole = room.show(id);
                prop_assert_eq!(whole.brief.posts as usize, standing.len());
                prop_assert_eq!(whole.brief.people as usize, people.len());
                let shown: BTreeSet<&String> = whole.members.iter().map(|one| &one.post).collect();
                prop_assert_eq!(shown, standing.into_iter().collect());
            }
        }
        // Words count people and not tellings: never more than wrote within what is kept.
        let id = room.declare("*").id;
        let whole = room.show(&id);
        prop_assert!(whole.words.values().all(|n| *n <= whole.of), "{:?} {}", whole.words, whole.of);
    }
}

#[test]
fn a_month_has_one_key_and_the_last_months_is_destroyed() {
    let mut room = Room::new();
    let first = room.ask(ShowKey {});
    room.now_ms += DAY_MS;
    room.restart();
    assert_eq!(room.ask(ShowKey {}), first);
    let text = serde_json::to_string(&first).unwrap();
    room.now_ms += 31 * DAY_MS;
    // By itself, whether anybody asks or not.
    room.ask(Tidy {});
    assert_eq!(room.count("-- keys\nSELECT count(*) FROM month_key"), 0);
    let second = room.ask(ShowKey {});
    assert_ne!(second, first);
    assert_eq!(room.count("-- keys\nSELECT count(*) FROM month_key"), 1);
    assert!(!room.stored().contains(&text));
}

#[test]
fn what_is_deleted_leaves_members_and_minutes_also_where_it_has_ended() {
    let mut room = Room::new();
    for i in 0..3 {
        let id = format!("p{i}");
        room.tell(&[wrote(&id, &id, WOKING, room.now_ms, Situation::Stuck)]);
    }
    let id = room.declare("stuck").id;
    assert!(room.stored().contains("x:p1"));
    room.change(&id, Becomes::Closed).unwrap();
    // Its author is to be forgotten, long after it came.
    let posts = vec!["x:p1".to_string(), "x:never".to_string()];
    assert_eq!(room.ask(Forget { posts }), 1);
    assert!(!room.stored().contains("x:p1") && room.stored().contains("x:p2"));
    let left = room.show(&id).brief;
    assert_eq!((left.people, left.posts), (2, 2));
}

#[test]
fn what_is_old_is_forgotten_although_nothing_comes() {
    let mut room = Room::new();
    room.tell(&[wrote("p", "p", WOKING, room.now_ms, Situation::Stuck)]);
    let id = room.declare("stuck").id;
    room.now_ms += i64::from(room.config.limits.retention_days) * DAY_MS - EVERY_MS;
    room.ask(Tidy {});
    assert_eq!(room.list().len(), 1);
    assert_eq!(room.count("-- n_minute\nSELECT count(*) FROM minute"), 0);
    room.now_ms += 2 * EVERY_MS;
    let next = room.ask(Tidy {});
    assert!(next > room.now_ms && next <= room.now_ms + EVERY_MS);
    assert_eq!(room.list(), []);
    assert_eq!(room.count("-- n_member\nSELECT count(*) FROM member"), 0);
    let shown = ShowIncident {
        scope: everything(),
        number: number(&id),
    };
    assert_eq!(room.try_ask(shown), Err(Refused::NotFound));
    // A source that is configured no more.
    room.config.sources.clear();
    room.ask(Tidy {});
    assert_eq!(room.count("-- n_past\nSELECT count(*) FROM past"), 0);
}

#[test]
fn a_merged_incidents_members_and_those_to_come_are_the_others() {
    let mut room = Room::new();
    for i in 0..4 {
        let id = format!("d{i}");
        room.tell(&[wrote(&id, &id, WOKING, room.now_ms, Situation::Delayed)]);
    }
    let (one, other) = (room.declare("stuck").id, room.declare("delayed").id);
    assert_eq!(room.show(&other).brief.people, 4);
    room.line(&one, "No trains through Woking.", false).unwrap();
    let merged = room.change(&other, Becomes::Merged(number(&one))).unwrap();
    assert_eq!(merged.brief.merged_into.as_ref(), Some(&one));
    // Shards are told that the line is for the others too.
    assert_eq!(merged.hear[0].cells, ["stuck", "delayed"]);
    room.restart();
    room.tell(&[wrote("d9", "d9", WOKING, room.now_ms, Situation::Delayed)]);
    let into = room.show(&one).brief;
    assert_eq!(
        (into.people, into.also.clone()),
        (5, vec!["delayed".to_string()])
    );
    assert_eq!(room.list().len(), 2, "no third began");
    // Once more is no mistake; into one that has ended is.
    room.change(&other, Becomes::Merged(number(&one))).unwrap();
    assert_eq!(
        room.change(&other, Becomes::Confirmed),
        Err(Refused::State(State::Merged))
    );
    let third = room.declare("refund").id;
    room.change(&one, Becomes::Closed).unwrap();
    assert_eq!(
        room.change(&third, Becomes::Merged(number(&one))),
        Err(Refused::State(State::Closed))
    );
}

/// The whole source alarms first, then it turns out of what the crowd is.
#[test]
fn a_narrowed_incident_stays_so_and_its_line_is_for_its_members_alone() {
    let mut room = Room::new();
    let others = [Situation::Refund, Situation::Delayed, Situation::Staff];
    for i in 0..9 {
        let id = format!("o{i}");
        room.tell(&[wrote(&id, &id, "what a day", room.now_ms, others[i % 3])]);
    }
    let all = room.list();
    assert_eq!((all.len(), all[0].what.as_str()), (1, "*"), "{all:?}");
    for i in 0..14 {
        let id = format!("w{i}");
        room.tell(&[wrote(&id, &id, WOKING, room.now_ms, Situation::Stuck)]);
        room.now_ms += 10_000;
    }
    room.restart();
    let all = room.list();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((all[0].what.as_str(), all[0].people), ("stuck", 14));
    let id = all[0].id.clone();
    room.change(&id, Becomes::Confirmed).unwrap();
    let set = room.line(&id, "No trains.", false).unwrap();
    assert_eq!(set.hear[0].cells, ["stuck@wokingtrain"]);
}

#[test]
fn another_place_is_another_incident_and_one_that_was_closed_does_not_come_back() {
    let mut room = Room::new();
    let crowd = |room: &mut Room, tag: &str| {
        for i in 0..14 {
            let id = format!("{tag}{i}-{}", room.now_ms);
            let text = format!("stuck here for hours #{tag} nobody says anything");
            room.tell(&[wrote(&id, &id, &text, room.now_ms, Situation::Stuck)]);
            room.now_ms += 10_000;
        }
    };
    crowd(&mut room, "woking");
    let first = room.list()[0].id.clone();
    assert_eq!(room.list()[0].place.as_deref(), Some("woking"));
    room.change(&first, Becomes::Confirmed).unwrap();
    room.now_ms += 3 * HOUR_MS;
    // A hashtag of two letters is a place too.
    crowd(&mut room, "ab");
    let all = room.list();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!((all[0].place.as_deref(), all[0].people), (Some("ab"), 14));
    room.change(&all[0].id, Becomes::Closed).unwrap();
    crowd(&mut room, "ab");
    room.restart();
    crowd(&mut room, "ab");
    assert_eq!(room.list().len(), 2, "it is closed as long as it goes on");
    // Numbers are never given twice, whatever is forgotten.
    room.now_ms += i64::from(room.config.limits.retention_days + 1) * DAY_MS;
    room.ask(Tidy {});
    assert_eq!(room.list(), []);
    assert_eq!(room.declare("stuck").id, "i-3");
}

#[test]
fn what_nobody_says_is_one_ends_by_itself_and_a_full_house_makes_room() {
    let mut room = Room::new();
    for i in 0..12 {
        let id = format!("w{i}");
        room.tell(&[wrote(&id, &id, WOKING, room.now_ms, Situation::Stuck)]);
    }
    assert_eq!(room.list()[0].state, State::Suspected);
    room.now_ms += DAY_MS + 2 * HOUR_MS;
    room.ask(Tidy {});
    assert_eq!(room.list()[0].state, State::Closed);
    for _ in 0..1_000 {
        room.declare("refund");
    }
    assert_eq!(
        room.count("-- n_incident\nSELECT count(*) FROM incident"),
        1_000
    );
    assert_eq!(
        room.count("-- n_left\nSELECT count(*) FROM member WHERE incident = 1"),
        0
    );
}

#[test]
fn a_flood_keeps_a_minute_small_and_counts_everybody() {
    let mut room = Room::new();
    let id = room.declare("*").id;
    for part in 0..8 {
        let some: Vec<Incoming> = (0..100)
            .map(|i| {
                let name = format!("p{part}-{i}");
                let text = format!(
                    "застряли между станциями #тег{i} никто ничего не говорит нам уже давно {name}"
                );
                wrote(&name, &name, &text, room.now_ms, SITUATIONS[i % 3])
            })
            .collect();
        room.tell(&some);
    }
    assert_eq!(room.show(&id).brief.people, 800);
    let longest = room.count("-- longest\nSELECT max(length(CAST(doc AS BLOB))) FROM minute");
    assert!(longest < 1_000_000, "{longest}");
}

#[test]
fn a_line_is_a_confirmed_incidents_and_its_close_a_closed_ones() {
    let mut room = Room::new();
    let id = room.declare("stuck").id;
    assert_eq!(room.line(&id, "", false), Err(Refused::NoLine));
    assert_eq!(
        room.line(&id, "It is over.", true),
        Err(Refused::LineOf(State::Confirmed))
    );
    let set = room.line(&id, "No trains.", false).unwrap();
    assert_eq!((set.hear[0].version, set.hear[0].over), (1, false));
    // The same again is the same version; only its time changes.
    room.now_ms += MINUTE_MS;
    let again = room.line(&id, "", false).unwrap();
    assert_eq!(again.hear[0].version, 1);
    assert!(again.hear[0].until_ms > set.hear[0].until_ms);
    let newer = room.line(&id, "No trains until four.", false).unwrap();
    assert_eq!(newer.hear[0].version, 2);
    // Looking writes nothing.
    let deeds = room.count("-- n_deed\nSELECT count(*) FROM deed");
    let look = SetLine {
        scope: everything(),
        number: number(&id),
        text: BTreeMap::from([("en".into(), "Other.".into())]),
        until_ms: room.now_ms,
        over: false,
        dry_run: true,
        deed: deed(room.now_ms),
    };
    assert_eq!(room.ask(look).hear[0].version, 3);
    assert_eq!(room.count("-- n_deed\nSELECT count(*) FROM deed"), deeds);
    let closed = room.change(&id, Becomes::Closed).unwrap();
    assert_eq!(
        closed.hear[0].until_ms, room.now_ms,
        "shards are told that it ended"
    );
    let over = room.line(&id, "Trains run again.", true).unwrap();
    assert_eq!((over.hear[0].version, over.hear[0].over), (3, true));
    assert_eq!(
        room.line(&id, "No trains.", false),
        Err(Refused::LineOf(State::Closed))
    );
    room.restart();
    assert!(room.show(&id).brief.line.unwrap().over);
}

#[test]
fn who_does_not_serve_the_workgroup_sees_no_incident_and_changes_none() {
    let mut room = Room::new();
    let id = room.declare("stuck").id;
    let scope = Scope {
        all: false,
        workgroups: vec![heard::post::Workgroup::new("freight")],
        ..Scope::default()
    };
    let shown = ShowIncident {
        scope: scope.clone(),
        number: number(&id),
    };
    assert_eq!(room.try_ask(shown), Err(Refused::NotFound));
    let listed = ShowIncidents {
        scope: scope.clone(),
        max: 50,
        ..ShowIncidents::default()
    };
    assert_eq!(room.ask(listed), []);
    let change = Change {
        scope,
        number: number(&id),
        becomes: Becomes::Closed,
        title: None,
        deed: deed(room.now_ms),
    };
    assert_eq!(room.try_ask(change), Err(Refused::NotFound));
}

/// Every statement of a whole life, and none of them walks through a table that grows.
#[test]
fn statements_use_their_indexes() {
    let mut room = Room::new();
    for i in 0..12 {
        let id = format!("p{i}");
        room.tell(&[wrote(&id, &id, WOKING, room.now_ms, Situation::Stuck)]);
    }
    let id = room.list()[0].id.clone();
    room.restart();
    room.change(&id, Becomes::Confirmed).unwrap();
    room.tell(&[deleted("x", "p1")]);
    room.show(&id);
    room.change(&id, Becomes::Closed).unwrap();
    room.ask(Forget {
        posts: vec!["x:p2".into()],
    });
    room.ask(Tidy {});
    // Of a thousand rows at most, once a life or once in six hours.
    let whole = [
        "number",
        "gone",
        "pasts",
        "incidents",
        "minutes",
        "next_incident",
        "forget_incidents",
        "forget_members",
        "forget_gone",
        "forget_pasts",
        "forget_strange_minutes",
        "destroy_keys",
    ];
    let seen = room.sql.seen();
    for wanted in [
        "join",
        "keep_minute",
        "forget_posts",
        "recount",
        "month_key",
        "rewrite_minute",
        "members_of",
    ] {
        assert!(
            seen.keys()
                .any(|name| name.trim_start_matches("-- ") == wanted),
            "{wanted}: {seen:?}"
        );
    }
    for (name, sql) in seen {
        if whole.contains(&name.trim_start_matches("-- "))
            || name.starts_with("-- schema")
            || name.starts_with("-- migration")
        {
            continue;
        }
        for table in ["member", "minute", "incident", "deed", "gone", "m"] {
            for step in room.sql.plan(sql) {
                let walks = step.starts_with("SCAN") && step.split(' ').nth(1) == Some(table);
                assert!(!walks, "{name}: {step}");
            }
        }
    }
}
