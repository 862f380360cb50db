//! How posts come about: worlds by different laws of chance.
//!
//! `commuter` and `other` are what the detection was set by. `market` and `league` were written to be measured on: nothing
//! was set by them.
//!
//! - `commuter`: a railway. Two peaks a day in local time and a dull Sunday; a level that wanders from hour to hour;
//!   people who draw others in within minutes; bad weather in some cells.
//! - `other`: a level that jumps between three states for hours, threads whose sizes are Pareto's, an evening peak, a
//!   newsletter each Tuesday at ten.
//! - `market`: a marketplace whose platform is asked every five minutes, and has an outage each week, after which half of
//!   the time all of it comes at once; flash sales at noon.
//! - `league`: a stream of matches. Two or three evenings a week the level is six times as high for two hours, with a wave at
//!   kick-off, at half-time and at the end, and not at the same time each week.
//!
//! All have growth, campaigns, a public holiday and a change of the clocks.

use super::chance::{Weighed, between, poisson, share, wait};
use crate::lab::random::Random;
use crate::pulse::who::Who;
use std::collections::BTreeMap;

pub(super) const DAY: i64 = 1_440;
pub(super) const WEEK: i64 = 7 * DAY;

/// How long a source lives before it is measured: four weeks of baseline, and the hour around.
pub(super) const BEFORE: i64 = 5 * WEEK;

/// How long it is measured: a month.
pub(super) const MEASURED: i64 = 30 * DAY;

/// How posts come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum World {
    /// A commuter's railway.
    Commuter,
    /// Another business, by other laws of chance: bursts with heavy tails.
    Other,
    /// A marketplace on a platform that is late and fails.
    Market,
    /// A stream of matches.
    League,
}

impl World {
    /// Every one.
    pub const ALL: [World; 4] = [Self::Commuter, Self::Other, Self::Market, Self::League];

    /// What it is called.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commuter => "commuter",
            Self::Other => "other",
            Self::Market => "market",
            Self::League => "league",
        }
    }
}

/// A source to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// People an hour, in the mean.
    pub per_hour: f64,
    /// Kinds of what happens.
    pub situations: usize,
    /// How many crowds are laid over each month.
    pub crowds: usize,
    /// Which of many.
    pub seed: u64,
    /// How posts come about.
    pub world: World,
}

/// A post.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrote {
    /// When.
    pub minute: i64,
    /// Who.
    pub who: Who,
    /// Of what.
    pub cell: usize,
    /// Words of it.
    pub words: Vec<u32>,
    /// Its hashtag, one of its words.
    pub tag: Option<u32>,
}

/// What happens for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    /// Everything by so much.
    Level(&'static str, f64),
    /// The first cells, coming on and going over.
    Weather(usize),
    /// Nothing arrives; whether it comes afterwards.
    Outage(bool),
    /// The clocks have been put forward.
    Clock,
}

/// A source.
#[derive(Clone, Debug)]
pub struct Source {
    /// As it was asked for.
    pub asked: Asked,
    /// Its chance.
    pub random: Random,
    shares: Vec<f64>,
    growth: f64,
    noise: f64,
    of_cells: Vec<f64>,
    /// What conversations bring, by the minute.
    pending: BTreeMap<i64, Vec<Wrote>>,
    /// What was written and has not arrived.
    under_way: BTreeMap<i64, Vec<Wrote>>,
    next_person: u64,
    events: Vec<(i64, i64, Event)>,
    general: Weighed,
    of_cell: Weighed,
    places: Weighed,
}

/// Words of no cell.
const GENERAL: usize = 600;
/// Words of each cell.
const OF_CELL: usize = 50;
/// Places.
const PLACES: usize = 150;

fn hours(local: i64) -> (i64, f64) {
    (
        local.div_euclid(DAY).rem_euclid(7),
        local.rem_euclid(DAY) as f64 / 60.0,
    )
}

fn bell(at: f64, wide: f64, hour: f64) -> f64 {
    (-((hour - at) / wide).powi(2) / 2.0).exp()
}

/// How busy a local minute of the week is; 1 in the mean, about.
fn rhythm(world: World, local: i64) -> f64 {
    let (day, hour) = hours(local);
    match world {
        World::Commuter => {
            let weekday = 0.15
                + 2.1 * bell(8.0, 1.2, hour)
                + 1.0 * bell(12.5, 1.8, hour)
                + 2.3 * bell(17.7, 1.5, hour)
                + 0.7 * bell(21.0, 1.5, hour);
            let weekend = 0.15 + 1.5 * bell(13.5, 3.5, hour) + 0.6 * bell(20.5, 1.8, hour);
            1.15 * match day {
                5 => weekend * 1.1,
                6 => weekend * 0.75,
                _ => weekday,
            }
        }
        World::Other => {
            let peak = 0.45 + 1.9 * bell(20.0, 3.5, hour);
            let letter = if day == 1 && (10.0..11.5).contains(&hour) {
                2.5
            } else {
                1.0
            };
            peak * letter * if day == 0 { 1.4 } else { 0.95 }
        }
        World::Market => {
            let peak = 0.2 + 1.3 * bell(12.0, 3.0, hour) + 1.6 * bell(20.5, 2.2, hour);
            peak * if day >= 5 { 1.25 } else { 0.9 }
        }
        World::League => {
            let peak = 0.25 + 0.8 * bell(14.0, 5.0, hour) + 0.5 * bell(21.0, 2.0, hour);
            peak * if day == 6 { 1.3 } else { 1.0 }
        }
    }
}

/// How many a thread has where sizes are Pareto's: at most 12; [`THREAD`] in the mean, about.
fn thread(random: &mut Random) -> u32 {
    let u = (1.0 - share(random)).max(1e-9);
    (u.powf(-1.0 / 1.8) as u32).clamp(1, 12)
}

const THREAD: f64 = 1.65;

impl Source {
    /// The one that is asked for.
    pub fn of(asked: Asked) -> Self {
        let world = asked.world;
        let mut random = Random::at(&[asked.seed, asked.per_hour.to_bits(), world as u64]);
        // Log-normal shares: a few cells have most, and no rank law sets how many.
        let raw: Vec<f64> = (0..asked.situations)
            .map(|at| match world {
                World::Other => (at as f64 + 1.0).powf(-1.1),
                World::Market => f64::from(random.normal()).exp(),
                World::Commuter | World::League => f64::from(random.normal() * 1.2).exp(),
            })
            .collect();
        let sum: f64 = raw.iter().sum();
        let growth = f64::from(random.normal()) * 0.02;
        let events = events(world, &mut random);
        Self {
            asked,
            random,
            shares: raw.iter().map(|one| one / sum).collect(),
            growth,
            noise: 0.0,
            of_cells: vec![0.0; asked.situations],
            pending: BTreeMap::new(),
            under_way: BTreeMap::new(),
            next_person: 1,
            events,
            general: Weighed::zipf(GENERAL, 1.0),
            of_cell: Weighed::zipf(OF_CELL, 0.9),
            places: Weighed::zipf(PLACES, 0.8),
        }
    }

    /// What is going on, in a word.
    pub fn during(&self, now: i64) -> &'static str {
        let mut said = "ordinary";
        for (from, to, event) in &self.events {
            // What ended a short while ago still shows.
            if (*from..*to + 120).contains(&now) {
                said = match event {
                    Event::Level(name, _) => name,
                    Event::Weather(_) => "weather",
                    Event::Outage(_) => "outage",
                    Event::Clock if now < *from + WEEK => "clock change",
                    Event::Clock => said,
                };
            }
        }
        said
    }

    /// Whether nothing arrives.
    pub fn is_out(&self, now: i64) -> bool {
        self.events.iter().any(|(from, to, event)| {
            matches!(event, Event::Outage(_)) && (*from..*to).contains(&now)
        })
    }

    /// Somebody who never wrote before.
    pub fn person(&mut self) -> Who {
        self.next_person += 1;
        Who(Random::at(&[self.asked.seed, self.next_person]).number())
    }

    /// A place, as people name it.
    pub fn place(&mut self) -> u32 {
        (GENERAL + self.asked.situations * OF_CELL + self.places.draw(&mut self.random)) as u32
    }

    /// A cell: as it is written of, or any.
    pub fn cell(&mut self, as_written: bool) -> usize {
        if as_written {
            Weighed::of(self.shares.iter().copied()).draw(&mut self.random)
        } else {
            self.random.below(self.asked.situations)
        }
    }

    /// Somebody writes of a cell: with words in general, words of the cell, and often a place.
    pub fn writes(&mut self, minute: i64, cell: usize) -> Wrote {
        let mut words: Vec<u32> = Vec::with_capacity(7);
        for _ in 0..3 {
            words.push(self.general.draw(&mut self.random) as u32);
        }
        for _ in 0..2 {
            let word = self.of_cell.draw(&mut self.random);
            words.push((GENERAL + cell * OF_CELL + word) as u32);
        }
        let mut tag = None;
        if self.random.chance(0.4) {
            let place = self.place();
            words.push(place);
            tag = self.random.chance(0.2).then_some(place);
        }
        Wrote {
            minute,
            who: self.person(),
            cell,
            words,
            tag,
        }
    }

    /// What arrives in a minute, of this minute or earlier ones.
    pub fn arrives(&mut self, now: i64) -> Vec<Wrote> {
        let wrote = self.minute(now);
        let lost = self
            .events
            .iter()
            .find_map(|(from, to, event)| match event {
                Event::Outage(late) if (*from..*to).contains(&now) => Some((*to, *late)),
                _ => None,
            });
        let at = match (lost, self.asked.world) {
            (Some((_, false)), _) => None,
            (Some((end, true)), _) => Some(end),
            // Asked every five minutes, and answered two later.
            (None, World::Market) => Some((now.div_euclid(5) + 1) * 5 + 1),
            (None, _) => Some(now),
        };
        if let Some(at) = at {
            self.under_way.entry(at).or_default().extend(wrote);
        }
        let later = self.under_way.split_off(&(now + 1));
        let here = std::mem::replace(&mut self.under_way, later);
        // What is older than an hour is not counted: see [`crate::pulse::fold`].
        let here = here.into_values().flatten();
        here.filter(|one| one.minute > now - 60).collect()
    }

    /// Brings posts under way as the platform would.
    pub fn send(&mut self, now: i64, wrote: Wrote) {
        self.pending.entry(now).or_default().push(wrote);
    }

    /// Who wrote what in a minute.
    pub fn minute(&mut self, now: i64) -> Vec<Wrote> {
        let world = self.asked.world;
        if now.rem_euclid(60) == 0 {
            match world {
                // A state lasts five hours in the mean.
                World::Other if self.random.chance(0.2) => {
                    self.noise = self.random.one(&[-0.5, 0.0, 0.4]).unwrap_or(0.0);
                }
                World::Other => {}
                World::Commuter => {
                    self.noise = 0.92 * self.noise + 0.08 * f64::from(self.random.normal());
                }
                World::Market | World::League => {
                    self.noise = 0.97 * self.noise + 0.06 * f64::from(self.random.normal());
                }
            }
        }
        if now.rem_euclid(DAY) == 0 {
            for cell in &mut self.of_cells {
                *cell = 0.85 * *cell + 0.17 * f64::from(self.random.normal());
            }
        }
        let clock = |(from, to, event): &(i64, i64, Event)| {
            matches!(event, Event::Clock) && (*from..*to).contains(&now)
        };
        // The clocks are put forward: what people do at eight, they do at seven by the sun.
        let local = now + if self.events.iter().any(clock) { 60 } else { 0 };
        let mut level = self.asked.per_hour / 60.0 * rhythm(world, local);
        level *= (1.0 + self.growth).powf((now - BEFORE) as f64 / WEEK as f64) * self.noise.exp();
        let mut weather = (0, 1.0);
        for (from, to, event) in &self.events {
            if !(*from..*to).contains(&now) {
                continue;
            }
            let through = (now - from) as f64 / (to - from) as f64;
            match event {
                Event::Level(_, by) => level *= by,
                // It comes on and goes over hours, as weather does.
                Event::Weather(cells) => {
                    weather = (*cells, 1.0 + (std::f64::consts::PI * through).sin());
                }
                Event::Outage(_) | Event::Clock => {}
            }
        }
        // What conversations draw in is a part of the mean.
        let (begins, draws, after) = match world {
            World::Other => (1.0 / THREAD, 0.0, 20.0),
            World::League => (0.75, 0.25, 4.0),
            World::Commuter | World::Market => (0.85, 0.15, 8.0),
        };
        let rates: Vec<f64> = self
            .shares
            .iter()
            .zip(&self.of_cells)
            .enumerate()
            .map(|(at, (share, wander))| {
                let weather = if at < weather.0 { weather.1 } else { 1.0 };
                level * share * wander.exp() * weather * begins
            })
            .collect();
        let mut wrote: Vec<Wrote> = Vec::new();
        for (cell, rate) in rates.into_iter().enumerate() {
            for _ in 0..poisson(&mut self.random, rate) {
                let one = self.writes(now, cell);
                wrote.push(one);
            }
        }
        let begun = wrote.len();
        wrote.extend(self.pending.remove(&now).unwrap_or_default());
        // In threads only who begins one draws others in; elsewhere everybody may.
        let from = if world == World::Other {
            begun
        } else {
            wrote.len()
        };
        for at in 0..from {
            let Some(one) = wrote.get(at).cloned() else {
                continue;
            };
            let more = match world {
                World::Other => thread(&mut self.random) - 1,
                _ => poisson(&mut self.random, draws),
            };
            for _ in 0..more {
                let late = 1 + wait(&mut self.random, after) as i64;
                let at = now + late.min(180);
                let mut answer = self.writes(at, one.cell);
                // Who answers takes up words of the other.
                if self.random.chance(0.5) {
                    answer.words.truncate(4);
                    answer.words.extend(one.words.iter().skip(4));
                    answer.tag = one.tag;
                }
                self.send(at, answer);
            }
        }
        wrote
    }
}

fn events(world: World, random: &mut Random) -> Vec<(i64, i64, Event)> {
    let mut all = Vec::new();
    // The weeks before have theirs: what is learnt from is no cleaner than what is measured.
    for (start, long) in [(WEEK, BEFORE - WEEK), (BEFORE, MEASURED)] {
        let mut when = |length: i64| start + (share(random) * (long - length) as f64) as i64;
        let (campaign, holiday) = (when(2 * DAY), when(DAY).div_euclid(DAY) * DAY);
        let (weather, outage) = (when(DAY), when(DAY));
        let sale: Vec<i64> = (0..4).map(|_| when(DAY).div_euclid(DAY) * DAY).collect();
        let long = between(random, 360.0, 2_880.0) as i64;
        let by = between(random, 1.5, 3.0);
        all.push((campaign, campaign + long, Event::Level("campaign", by)));
        let by = if random.chance(0.5) { 0.35 } else { 1.6 };
        all.push((holiday, holiday + DAY, Event::Level("holiday", by)));
        if world == World::Commuter || world == World::Other {
            let long = between(random, 240.0, 720.0) as i64;
            all.push((weather, weather + long, Event::Weather(2)));
        }
        let outages = if world == World::Market { 4 } else { 1 };
        for at in 0..outages {
            let from = if at == 0 {
                outage
            } else {
                start + at * WEEK + (share(random) * 5.0 * DAY as f64) as i64
            };
            let long = between(random, 90.0, 420.0) as i64;
            all.push((from, from + long, Event::Outage(random.chance(0.5))));
        }
        if world == World::Market {
            for day in sale {
                let by = between(random, 1.8, 3.5);
                all.push((day + 720, day + 900, Event::Level("sale", by)));
            }
        }
    }
    if world == World::League {
        for week in 0..(BEFORE + MEASURED) / WEEK + 1 {
            for _ in 0..2 + random.below(2) {
                let day = random.below(7) as i64;
                let kick_off = week * WEEK + day * DAY + 1_080 + 15 * random.below(11) as i64;
                for (from, to, by) in [(0, 110, 3.0), (0, 10, 1.5), (45, 60, 2.0), (100, 120, 2.0)]
                {
                    all.push((kick_off + from, kick_off + to, Event::Level("match", by)));
                }
            }
        }
    }
    let clock = BEFORE + (share(random) * (MEASURED - 8 * DAY) as f64) as i64;
    all.push((
        clock.div_euclid(DAY) * DAY,
        BEFORE + MEASURED + DAY,
        Event::Clock,
    ));
    all
}
