//! What is seen of a month of a source's life.

use super::chance::share;
use super::crowd::{self, Crowd};
use super::life::Life;
use super::world::{Asked, BEFORE, DAY, MEASURED};
use crate::cell::TOTAL;
use crate::pulse::detect::QUIET_MIN;
use crate::pulse::memory::covers;
use std::collections::BTreeMap;

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

    /// A month takes minutes in a debug build.
    #[test]
    #[ignore = "minutes: heard simulate pulse measures more"]
    fn a_month_finds_its_crowds_and_little_else() {
        let month = month(asked(World::Commuter));
        assert!(month.false_alarms <= 1, "{:?}", month.told);
        assert!(month.named.iter().all(Option::is_some), "{:?}", month.named);
    }
}
