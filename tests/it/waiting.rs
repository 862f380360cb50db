//! Agents who wait, natively: who is woken for what, and that nobody waits while there is work that they
//! could take.

use crate::fuzz::Random;
use crate::queue::{HOUR_MS, MINUTE_MS, Office, START_MS, holding, judged, made, post, pull, seq};
use heard::inbox::retask::Retask;
use heard::inbox::waiting::{self, AGAIN_MS, LOOK_MS, Register};
use heard::inbox::wire::{Incoming, Interaction, Pull, Retasked, Ticket};
use heard::inbox::work::ASSIGNED_MS;
use heard::inbox::work::{GiveBack, Heads, Leave, Retake};
use heard::judgement::Level;
use heard::post::Workgroup;
use std::collections::BTreeMap;

/// A register whose waiters are known by their tickets.
type Room = Register<String>;

fn groups(names: &[&str]) -> Vec<Workgroup> {
    names.iter().map(|name| Workgroup::new(*name)).collect()
}

/// The same pull with a ticket.
fn ticketed(pull: Pull, key: &str, since_ms: i64) -> Pull {
    let key = key.to_string();
    Pull {
        ticket: Some(Ticket { key, since_ms }),
        ..pull
    }
}

/// Enters an agent who waits an hour, known by their name; whether there was work already.
fn enter(office: &Office, room: &mut Room, pull: Pull) -> bool {
    let (agent, now_ms) = (pull.agent.clone(), office.now_ms);
    let pull = match pull.ticket {
        Some(_) => pull,
        None => ticketed(pull, &agent, now_ms),
    };
    let until_ms = now_ms + HOUR_MS;
    office
        .at_desk(|desk| waiting::wait(desk, room, pull, until_ms, agent))
        .unwrap()
        .is_some()
}

fn rouse(office: &Office, room: &mut Room) -> Vec<String> {
    office.at_desk(|desk| waiting::rouse(desk, room)).unwrap()
}

fn ring(office: &Office, room: &mut Room) -> Vec<String> {
    office.at_desk(|desk| waiting::ring(desk, room)).unwrap()
}

/// Passes so much time, with the timer ringing as it should; who was woken when.
fn pass(office: &mut Office, room: &mut Room, ms: i64) -> Vec<(i64, String)> {
    let end_ms = office.now_ms + ms;
    let mut woken = Vec::new();
    while let Some(at_ms) = room.next_ms().filter(|at_ms| *at_ms <= end_ms) {
        office.now_ms = at_ms.max(office.now_ms);
        let since = office.now_ms - START_MS;
        woken.extend(ring(office, room).into_iter().map(|who| (since, who)));
    }
    office.now_ms = end_ms;
    woken
}

fn one(id: &str, source: &str, level: Level, now_ms: i64) -> Incoming {
    made(source, post(id, id, now_ms), judged(level))
}

#[test]
fn as_many_are_woken_as_there_is_work_for_and_the_longest_waiting_first() {
    let mut office = Office::new();
    let mut room = Room::default();
    for agent in ["dan", "amy", "cyd", "bea"] {
        assert!(!enter(&office, &mut room, pull(agent, 1)));
        office.now_ms += 1;
    }
    assert!(rouse(&office, &mut room).is_empty());
    let now_ms = office.now_ms;
    office.take(vec![
        one("1", "x", Level::Routine, now_ms),
        one("2", "x", Level::Routine, now_ms),
        one("3", "x-freight", Level::Routine, now_ms),
    ]);
    assert_eq!(rouse(&office, &mut room), ["dan", "amy"]);
    // Somebody who asks again keeps their place: behind those who waited longer, before the others.
    assert_eq!(office.claim(pull("dan", 2)).len(), 2);
    rouse(&office, &mut room);
    assert!(!enter(
        &office,
        &mut room,
        ticketed(pull("amy", 1), "amy", START_MS + 1)
    ));
    office.take(vec![one("4", "x", Level::Routine, office.now_ms)]);
    assert_eq!(rouse(&office, &mut room), ["amy"]);
    assert_eq!(room.waiting(), 2);
    // Nothing happened: nobody is woken, and the timer rings for the look only.
    assert!(rouse(&office, &mut room).is_empty());
}

#[test]
fn only_those_are_woken_who_can_take_it() {
    let office = Office::new();
    let mut room = Room::default();
    let served = |agent: &str, group: &str| Pull {
        workgroups: groups(&[group]),
        ..pull(agent, 1)
    };
    enter(&office, &mut room, served("freight", "freight"));
    enter(
        &office,
        &mut room,
        Pull {
            languages: vec!["de".into()],
            ..pull("german", 1)
        },
    );
    enter(
        &office,
        &mut room,
        Pull {
            platforms: vec![heard::post::Platform::Standard],
            ..pull("forum", 1)
        },
    );
    enter(&office, &mut room, pull("any", 1));
    office.take(vec![one("1", "x", Level::Routine, START_MS)]);
    assert_eq!(rouse(&office, &mut room), ["any"]);
    let claimed = office.claim(pull("any", 1));
    office
        .assign(seq(&claimed[0]), Some("forum"), Some("freight"))
        .unwrap();
    assert!(
        rouse(&office, &mut room).is_empty(),
        "it is kept for somebody who waits for other work"
    );
    assert_eq!(room.waiting(), 3);
    // Kept for one who waits for such work it is theirs, though others wait longer.
    office.take(vec![one("2", "x-freight", Level::Routine, START_MS)]);
    assert_eq!(rouse(&office, &mut room), ["freight"]);
    assert_eq!(office.claim(served("freight", "freight")).len(), 1);
    enter(&office, &mut room, served("late", "freight"));
    office.assign(2, Some("late"), None).unwrap();
    assert_eq!(rouse(&office, &mut room), ["late"]);
}

#[test]
fn the_clock_wakes_for_a_lease_a_delay_an_assignment_and_an_errand_that_end() {
    let mut office = Office::new();
    let mut room = Room::default();
    office.take(vec![
        one("1", "x", Level::Routine, START_MS),
        one("2", "x", Level::Routine, START_MS),
        one("3", "x", Level::Routine, START_MS),
        one("4", "x-freight", Level::Routine, START_MS),
    ]);
    let claimed = office.claim(pull("holder", 3));
    office.release(holding(&claimed[1]), 90).unwrap();
    office.assign(seq(&claimed[2]), Some("gone"), None).unwrap();
    rouse(&office, &mut room);
    for agent in ["a", "b", "c", "d"] {
        assert!(!enter(&office, &mut room, pull(agent, 1)));
        office.now_ms += 1;
    }
    let took = |office: &Office, agent: &str| {
        let claimed = office.claim(ticketed(pull(agent, 1), agent, office.now_ms));
        assert_eq!(claimed.len(), 1, "{agent}");
        seq(&claimed[0])
    };
    let ms = START_MS + 60_000 - office.now_ms;
    let woken = pass(&mut office, &mut room, ms);
    assert_eq!(woken, [(60_000, "a".to_string())]);
    assert_eq!(took(&office, "a"), seq(&claimed[0]));
    rouse(&office, &mut room);
    let woken = pass(&mut office, &mut room, 30_000);
    assert_eq!(woken, [(90_000, "b".to_string())]);
    assert_eq!(took(&office, "b"), seq(&claimed[1]));
    // What they hold they do not let go.
    rouse(&office, &mut room);
    for held in [&claimed[0], &claimed[1]] {
        let held = office.show(seq(held));
        let again = Retake {
            seq: seq(&held),
            agent: held.holder.clone().unwrap(),
            lease_s: 3_600,
        };
        office.ask(again).unwrap();
    }
    let woken = pass(&mut office, &mut room, ASSIGNED_MS - 90_000);
    assert_eq!(woken, [(ASSIGNED_MS, "c".to_string())]);
    assert_eq!(took(&office, "c"), seq(&claimed[2]));
    let errand = Retasked {
        workgroup: Workgroup::new("trains"),
        serves: groups(&["freight"]),
        until_ms: office.now_ms + 10 * MINUTE_MS,
        by: "sue".into(),
    };
    office.ask(Retask { errand }).unwrap();
    assert_eq!(rouse(&office, &mut room), ["d"], "freight has work");
}

#[test]
fn an_errand_that_ends_is_noticed_by_those_who_wait_through_it() {
    let mut office = Office::new();
    let mut room = Room::default();
    let errand = Retasked {
        workgroup: Workgroup::new("trains"),
        serves: groups(&["freight"]),
        until_ms: START_MS + MINUTE_MS,
        by: "sue".into(),
    };
    office.ask(Retask { errand }).unwrap();
    office.take(vec![one("1", "x", Level::Routine, START_MS)]);
    assert!(!enter(&office, &mut room, pull("amy", 1)));
    assert!(rouse(&office, &mut room).is_empty());
    // A person in danger outranks an errand.
    office.take(vec![one("2", "x", Level::Emergency, START_MS)]);
    assert_eq!(rouse(&office, &mut room), ["amy"]);
    assert_eq!(
        office
            .claim(ticketed(pull("amy", 1), "amy", START_MS))
            .len(),
        1
    );
    assert!(!enter(&office, &mut room, pull("amy", 1)));
    rouse(&office, &mut room);
    let woken = pass(&mut office, &mut room, 2 * MINUTE_MS);
    assert_eq!(woken[0], (MINUTE_MS, "amy".to_string()));
}

#[test]
fn who_does_not_take_it_is_followed_by_the_next_and_who_leaves_at_once() {
    let mut office = Office::new();
    let mut room = Room::default();
    for agent in ["amy", "bea", "cyd"] {
        enter(&office, &mut room, pull(agent, 1));
        office.now_ms += 1;
    }
    let began = office.now_ms;
    office.take(vec![one("1", "x", Level::Routine, began)]);
    assert_eq!(rouse(&office, &mut room), ["amy"]);
    // Amy is gone, and nobody says so.
    let woken = pass(&mut office, &mut room, AGAIN_MS);
    assert_eq!(woken, [(began - START_MS + AGAIN_MS, "bea".to_string())]);
    // Bea's Worker says so.
    let leave = Leave {
        pull: ticketed(pull("bea", 1), "bea", START_MS + 1),
    };
    assert_eq!(waiting::ends(&leave.clone().into()), Some("bea"));
    office.ask(leave).unwrap();
    assert_eq!(rouse(&office, &mut room), ["cyd"]);
}

#[test]
fn what_was_forgotten_is_found_by_the_look() {
    let mut office = Office::new();
    let mut room = Room::default();
    for agent in ["amy", "bea"] {
        assert!(!enter(&office, &mut room, pull(agent, 1)));
    }
    office.take(vec![one("1", "x", Level::Routine, START_MS)]);
    // The word of it is lost, as a restart loses it.
    office.ready = heard::inbox::ready::Ready::default();
    let woken = pass(&mut office, &mut room, LOOK_MS);
    assert_eq!(woken, [(LOOK_MS, "amy".to_string())]);
    let looked = office.sql.seen()["-- offers_for"];
    let plan = office.sql.plan(looked).join("\n");
    assert!(
        plan.contains("USING INDEX ready (workgroup=? AND rank<?)"),
        "{plan}"
    );
    // A new register knows nobody, and who enters it finds the work by themselves.
    let mut room = Room::default();
    assert!(room.next_ms().is_none());
    assert!(enter(&office, &mut room, pull("amy", 1)));
    assert_eq!(room.waiting(), 0);
}

#[test]
fn whose_time_is_over_is_woken_and_waits_no_more() {
    let mut office = Office::new();
    let mut room = Room::default();
    let pull = ticketed(pull("amy", 1), "amy", START_MS);
    let entered = office
        .at_desk(|desk| waiting::wait(desk, &mut room, pull, START_MS + 7_000, "amy".to_string()));
    assert_eq!(entered, Ok(None));
    let woken = pass(&mut office, &mut room, 30_000);
    assert_eq!(woken, [(7_000, "amy".to_string())]);
    assert!(room.next_ms().is_none());
}

/// Random work for agents with random filters, some of whom vanish when they are woken.
struct Shift {
    random: Random,
    office: Office,
    room: Room,
    /// What each agent asks for.
    pulls: BTreeMap<String, Pull>,
    held: Vec<Interaction>,
    posts: u32,
    woken: u32,
    vanished: u32,
}

impl Shift {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let mut pulls = BTreeMap::new();
        for number in 0..8 {
            let agent = format!("agent-{number}");
            let filter = |of: &[&str], random: &mut Random| match random.below(3) {
                0 => vec![(*random.pick(of)).to_string()],
                _ => Vec::new(),
            };
            let workgroups = match random.below(3) {
                0 => groups(&["trains"]),
                1 => groups(&["freight"]),
                _ => groups(&["freight", "trains"]),
            };
            let pull = Pull {
                workgroups,
                languages: filter(&["en", "de"], &mut random),
                platforms: filter(&["x", "standard"], &mut random)
                    .iter()
                    .filter_map(|name| heard::post::Platform::named(name))
                    .collect(),
                ..pull(&agent, 1)
            };
            pulls.insert(agent.clone(), ticketed(pull, &agent, START_MS + number));
        }
        Self {
            random,
            office: Office::new(),
            room: Room::default(),
            pulls,
            held: Vec::new(),
            posts: 0,
            woken: 0,
            vanished: 0,
        }
    }

    fn a_post(&mut self) -> Incoming {
        self.posts += 1;
        let author = format!("author-{}", self.random.below(12));
        let source = *self.random.pick(&["x", "x-freight", "forum"]);
        let level = *self.random.pick(&[
            Level::Idle,
            Level::Routine,
            Level::Routine,
            Level::Urgent,
            Level::Emergency,
        ]);
        let mut triage = judged(level);
        triage.lang = (*self.random.pick(&["en", "de", "und"])).into();
        let id = self.posts.to_string();
        made(source, post(&id, &author, self.office.now_ms), triage)
    }

    fn a_held(&mut self) -> Option<Interaction> {
        (!self.held.is_empty()).then(|| {
            let at = self.random.below(self.held.len());
            self.held.swap_remove(at)
        })
    }

    fn step(&mut self) {
        match self.random.below(12) {
            0..=3 => {
                let posts = 1 + self.random.below(3);
                let posts = (0..posts).map(|_| self.a_post()).collect();
                self.office.take(posts);
            }
            4 => {
                if let Some(one) = self.a_held() {
                    let delay_s = *self.random.pick(&[0, 30, 600]);
                    let _ = self.office.release(holding(&one), delay_s);
                }
            }
            5 => {
                if let Some(one) = self.a_held() {
                    let holdings = vec![holding(&one)];
                    let _ = self.office.ask(GiveBack { holdings });
                }
            }
            6 => {
                if let Some(one) = self.a_held() {
                    let _ = self.office.resolve(holding(&one), "helped");
                }
            }
            7 => {
                let number = self.random.below(usize::try_from(self.posts).unwrap() + 1);
                let agent = format!("agent-{}", self.random.below(8));
                let to = [None, Some("trains"), Some("freight")];
                let to = *self.random.pick(&to);
                let agent = (self.random.below(2) == 0).then_some(agent.as_str());
                let seq = i64::try_from(number).unwrap();
                if agent.is_some() || to.is_some() {
                    let _ = self.office.assign(seq, agent, to);
                }
            }
            8 => {
                let serves = [groups(&["trains"]), groups(&["freight"]), Vec::new()];
                let serves = self.random.pick(&serves).clone();
                let errand = Retasked {
                    workgroup: Workgroup::new(*self.random.pick(&["trains", "freight"])),
                    serves,
                    until_ms: self.office.now_ms + 5 * MINUTE_MS,
                    by: "sue".into(),
                };
                self.office.ask(Retask { errand }).unwrap();
            }
            _ => {
                let ms = *self.random.pick(&[1, 1_000, 20_000, 61_000, ASSIGNED_MS]);
                let woken = pass(&mut self.office, &mut self.room, ms);
                for (_, agent) in woken {
                    self.wake(&agent);
                }
            }
        }
        self.settle();
        // Those who come now find what there is by themselves.
        for pull in self.pulls.clone().into_values() {
            if self.random.below(3) == 0 {
                let agent = pull.agent.clone();
                self.room.strike(&agent);
                while enter(&self.office, &mut self.room, pull.clone()) && self.take(&agent) {}
                self.settle();
            }
        }
        self.check();
    }

    /// Wakes those for whom there is work until it is quiet, for as long as silence may be a vanished
    /// agent's.
    fn settle(&mut self) {
        loop {
            let mut woken = rouse(&self.office, &mut self.room);
            if woken.is_empty() {
                let later = pass(&mut self.office, &mut self.room, AGAIN_MS);
                woken.extend(later.into_iter().map(|(_, agent)| agent));
            }
            if woken.is_empty() {
                return;
            }
            for agent in woken {
                self.wake(&agent);
            }
        }
    }

    fn wake(&mut self, agent: &str) {
        self.woken += 1;
        if self.random.below(5) == 0 {
            self.vanished += 1;
        } else {
            self.take(agent);
            // And they wait on.
            let pull = self.pulls[agent].clone();
            let _ = enter(&self.office, &mut self.room, pull);
        }
    }

    /// Claims; whether there was anything.
    fn take(&mut self, agent: &str) -> bool {
        let claimed = self.office.claim(self.pulls[agent].clone());
        let any = !claimed.is_empty();
        self.held.extend(claimed);
        any
    }

    /// Nobody waits while there is work that they could take.
    fn check(&mut self) {
        let mut room = std::mem::take(&mut self.room);
        for (agent, pull) in &self.pulls {
            let Some(wake) = room.strike(agent) else {
                continue;
            };
            let ranks = self.office.ask(Heads { pull: pull.clone() }).unwrap().ranks;
            assert!(
                ranks.is_empty(),
                "{agent} waits while there is {ranks:?}: {pull:?}"
            );
            let until_ms = self.office.now_ms + HOUR_MS;
            let entered = self
                .office
                .at_desk(|desk| waiting::wait(desk, &mut room, pull.clone(), until_ms, wake));
            assert_eq!(entered, Ok(None));
        }
        self.room = room;
    }
}

#[test]
fn nobody_waits_while_there_is_work_that_they_could_take() {
    let (mut woken, mut vanished) = (0, 0);
    for seed in 1..=40 {
        let mut shift = Shift::new(seed * 0x9E37_79B9);
        for _ in 0..60 {
            shift.step();
        }
        woken += shift.woken;
        vanished += shift.vanished;
    }
    // It was no quiet shift.
    assert!(woken > 500 && vanished > 50, "{woken}, {vanished}");
}

/// Who waits is woken for what they can take, and for the rest once it is relaxed.
#[test]
fn skills_wake_who_has_them_and_relaxation_wakes_the_others() {
    use heard::inbox::hands::{Able, Gate, Gates};
    use heard::judgement::Situation;
    let mut office = Office::new();
    let table =
        r#"{"route": [{"situation": ["refund"], "skills": ["billing"], "relax_after": 1}]}"#;
    office.config.routes = heard::config::Config::read(table, &|_| None).routes;
    let able = |agent: &str, skills: &[&str], gates: Gates| Pull {
        able: Able {
            skills: Some(skills.iter().map(|one| one.to_string()).collect()),
            gates,
            ..Able::default()
        },
        ..pull(agent, 1)
    };
    let mut room = Room::default();
    assert!(!enter(
        &office,
        &mut room,
        able("amy", &[], Gates::default())
    ));
    office.now_ms += 1;
    assert!(!enter(
        &office,
        &mut room,
        able("ben", &["billing"], Gates::default())
    ));
    let full = Gates {
        public: Gate::Emergencies,
        private: Gate::Open,
    };
    office.now_ms += 1;
    assert!(!enter(&office, &mut room, able("cyd", &["billing"], full)));
    let mut triage = judged(Level::Routine);
    triage.situation = Some(Situation::Refund);
    let one = |id: &str, now_ms| made("x", post(id, id, now_ms), triage.clone());
    office.take(vec![one("1", office.now_ms)]);
    assert_eq!(rouse(&office, &mut room), ["ben"]);
    assert_eq!(
        office
            .claim(able("ben", &["billing"], Gates::default()))
            .len(),
        1
    );
    rouse(&office, &mut room);
    office.take(vec![one("2", office.now_ms)]);
    assert!(
        rouse(&office, &mut room).is_empty(),
        "cyd has no hand for what is public"
    );
    let woken = pass(&mut office, &mut room, MINUTE_MS - 1);
    assert!(woken.is_empty(), "{woken:?}");
    let woken = pass(&mut office, &mut room, 1);
    let who: Vec<&str> = woken.iter().map(|(_, who)| who.as_str()).collect();
    assert_eq!(who, ["amy"], "relaxed");
}

/// Of those who wait, who answered the author last goes first, and nobody else is woken while they are free.
#[test]
fn who_answered_last_is_woken_before_who_has_waited_longer() {
    use heard::platform::Outcome;
    let mut office = Office::new();
    office.config.limits.affinity_minutes = 3;
    office.take(vec![one("1", "x", Level::Routine, office.now_ms)]);
    let held = office.claim(pull("eva", 1)).remove(0);
    office
        .begin_reply(holding(&held), "k", "Hello", None)
        .unwrap();
    let arrived = Outcome::Sent { id: None };
    office.finish_reply(seq(&held), "k", arrived).unwrap();
    office.resolve(holding(&held), "solved").unwrap();
    let free = |agent: &str, free: &[&str]| {
        let mut pull = pull(agent, 1);
        pull.able.free = Some(free.iter().map(|one| one.to_string()).collect());
        pull
    };
    let mut room = Room::default();
    enter(&office, &mut room, free("amy", &["amy", "eva"]));
    office.now_ms += 1;
    enter(&office, &mut room, free("eva", &["amy", "eva"]));
    rouse(&office, &mut room);
    let again = || made("x", post("2", "1", START_MS), judged(Level::Routine));
    office.take(vec![again()]);
    assert_eq!(rouse(&office, &mut room), ["eva"]);
    // She does not take it: it is kept for her, and then it is anybody's.
    let woken = pass(&mut office, &mut room, 4 * MINUTE_MS);
    assert_eq!(woken, [(3 * MINUTE_MS + 1, "amy".to_string())]);
}
