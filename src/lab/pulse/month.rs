//! A source's life, minute by minute, and what is seen of a month of it.

use super::chance::share;
use super::crowd::{self, Crowd};
use super::world::{Asked, BEFORE, DAY, MEASURED, Source, Wrote};
use crate::cell::TOTAL;
use crate::post::Platform;
use crate::pulse::detect::{Alarm, KEPT_MIN, QUIET_MIN};
use crate::pulse::memory::{self, SEEN_MIN, covers};
use crate::pulse::who::Who;
use crate::pulse::wire::{Folded, Sighting};
use std::collections::BTreeMap;

/// A source, and what the object remembers of it.
#[derive(Clone, Debug)]
pub struct Life {
    /// Who writes.
    pub source: Source,
    /// What is remembered.
    pub memory: memory::Source,
    /// Who writes an arranged text.
    pub arranged: BTreeMap<Who, Vec<u32>>,
    names: Vec<String>,
    cells: Vec<String>,
    posts: u64,
}

impl Life {
    /// A source that begins.
    pub fn of(asked: Asked) -> Self {
        Self {
            source: Source::of(asked),
            memory: memory::Source::default(),
            arranged: BTreeMap::new(),
            names: Vec::new(),
            cells: (0..asked.situations)
                .map(|cell| format!("s{cell}"))
                .collect(),
            posts: 0,
        }
    }

    fn name(&mut self, word: u32) -> String {
        let at = word as usize;
        while self.names.len() <= at {
            self.names.push(format!("w{}", self.names.len()));
        }
        self.names.get(at).cloned().unwrap_or_default()
    }

    /// Folds posts as an isolate does.
    fn fold(&mut self, wrote: Vec<Wrote>) -> BTreeMap<i64, Folded> {
        let mut minutes: BTreeMap<i64, Folded> = BTreeMap::new();
        for one in wrote {
            let cell = self.cells.get(one.cell).cloned().unwrap_or_default();
            self.posts += 1;
            let mut sighting = Sighting {
                who: one.who,
                post: self.posts.to_string(),
                platform: Platform::X,
                at_ms: one.minute * 60_000,
                lang: String::new(),
                terms: one.words.iter().map(|word| self.name(*word)).collect(),
                print: crate::pulse::alike::Print::default(),
                link: None,
                followers: None,
                emergency: false,
            };
            if let Some(text) = self.arranged.get(&one.who) {
                crowd::arrange(&mut sighting, text);
            }
            let tag = one.tag.map(|tag| format!("{cell}@{}", self.name(tag)));
            let folded = minutes.entry(one.minute).or_insert_with(|| Folded {
                minute: one.minute,
                ..Folded::default()
            });
            folded.people.add(one.who);
            if let Some(tag) = tag {
                folded.cells.entry(tag).or_default().people.add(one.who);
            }
            let seen = folded.cells.entry(cell).or_default();
            seen.people.add(one.who);
            seen.seen.push(sighting);
        }
        minutes
    }

    /// A minute passes: what arrives is taken in, and looked at.
    pub fn pass(&mut self, now: i64, look: bool) -> Vec<Alarm> {
        let wrote = self.source.arrives(now);
        for folded in self.fold(wrote).into_values() {
            self.memory.take(&folded, now);
        }
        if now.rem_euclid(15) == 0 {
            self.memory.retire(now - KEPT_MIN, now - SEEN_MIN);
            self.memory.words.age(now.div_euclid(DAY));
        }
        if look {
            self.memory.look(now)
        } else {
            self.memory.watch.settle(now);
            Vec::new()
        }
    }
}

/// What came of a month.
#[derive(Clone, Debug, Default)]
pub struct Month {
    /// Incidents of nothing.
    pub false_alarms: u32,
    /// Those of the source's total, of cells, and of words.
    pub of: BTreeMap<&'static str, u32>,
    /// During what.
    pub during: BTreeMap<&'static str, u32>,
    /// Each of them, in words.
    pub told: Vec<String>,
    /// After how many minutes each crowd that names a word was found; `None` for one that was not.
    pub named: Vec<Option<i64>>,
    /// The same of crowds that share no word.
    pub plain: Vec<Option<i64>>,
    /// How many brigades there were, and how many alarmed.
    pub brigades: (u32, u32),
}

/// Simulates a month.
pub fn month(asked: Asked) -> Month {
    let mut life = Life::of(asked);
    let mut month = Month::default();
    let mut crowds: Vec<i64> = (0..asked.crowds)
        .map(|_| BEFORE + (share(&mut life.source.random) * (MEASURED - 60) as f64) as i64)
        .collect();
    crowds.sort_unstable();
    let mut crowds = crowds.into_iter().peekable();
    // What stands open, by cell: an alarm of the same crowd is none of another.
    let mut open: BTreeMap<String, i64> = BTreeMap::new();
    for now in 0..BEFORE + MEASURED {
        // Two weeks are too young for most, and looked at for their surprises from then on.
        let mut alarms = life.pass(now, now >= 14 * DAY);
        open.retain(|_, last| *last + QUIET_MIN >= now);
        alarms.sort_by_key(|alarm| (alarm.cell == TOTAL, !alarm.cell.contains('@')));
        for alarm in alarms {
            let known = open.keys().find(|cell| covers(cell, &alarm.cell)).cloned();
            match known {
                Some(cell) if cell == TOTAL && alarm.cell != TOTAL => {
                    open.remove(&cell);
                    open.insert(alarm.cell, now);
                }
                Some(cell) => {
                    open.insert(cell, now);
                }
                None => {
                    if now >= BEFORE {
                        month.false_alarms += 1;
                        let of = match alarm.cell.as_str() {
                            TOTAL => "source",
                            cell if cell.contains('@') => "word",
                            _ => "cell",
                        };
                        *month.of.entry(of).or_default() += 1;
                        *month.during.entry(life.source.during(now)).or_default() += 1;
                        month.told.push(format!(
                            "{} {}: {} people in {} minutes, {:.2} expected, chance {:.1e}",
                            life.source.during(now),
                            alarm.cell,
                            alarm.people,
                            alarm.window,
                            alarm.expected,
                            alarm.chance
                        ));
                    }
                    open.insert(alarm.cell, now);
                }
            }
        }
        while crowds.next_if(|at| *at <= now).is_some() {
            if life.source.is_out(now) {
                continue;
            }
            // Half of them where most is written anyway, half anywhere.
            let busy = life.source.random.chance(0.5);
            let cell = life.source.cell(busy);
            let place = life.source.place();
            let crowd = Crowd {
                people: 40,
                over: 10,
                cell,
                word: None,
                arranged: false,
            };
            let named = Crowd {
                word: Some(place),
                ..crowd
            };
            month.named.push(crowd::found(&life, now + 1, named));
            month.plain.push(crowd::found(&life, now + 1, crowd));
            let brigade = Crowd {
                over: 20,
                arranged: true,
                ..named
            };
            month.brigades.0 += 1;
            month.brigades.1 += u32::from(crowd::found(&life, now + 1, brigade).is_some());
        }
    }
    month
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::pulse::world::World;

    fn asked(world: World) -> Asked {
        Asked {
            per_hour: 4.0,
            situations: 12,
            crowds: 6,
            seed: 5,
            world,
        }
    }

    /// Some days are quick enough for every build: the same again, and with what the world says of it.
    #[test]
    fn a_life_is_the_same_again() {
        for world in World::ALL {
            let (mut one, mut two) = (Life::of(asked(world)), Life::of(asked(world)));
            for now in 0..2 * DAY {
                assert_eq!(one.pass(now, false), two.pass(now, false));
            }
            assert_eq!(one.memory.recent, two.memory.recent);
            assert!(one.posts > 40 && one.posts == two.posts, "{}", one.posts);
        }
    }

    /// A month takes minutes in a debug build.
    #[test]
    #[ignore = "minutes: heard simulate pulse measures more"]
    fn a_month_finds_its_crowds_and_little_else() {
        let month = month(asked(World::Commuter));
        assert!(month.false_alarms <= 1, "{:?}", month.told);
        assert!(month.named.iter().all(Option::is_some), "{:?}", month.named);
    }
}
