//! Simulated months, to hold the detection of crowds on ([`crate::pulse::detect`]).
//!
//! The recipe was designed on another generator, so this one is built otherwise: posts come in conversations (each may
//! draw others in, within the half hour), the day has a commuter's two peaks in local time and shifts by an hour when
//! the clocks change, the week has a dull Sunday, the level wanders (an autoregressive noise each hour, another for
//! each cell and day), a source grows or shrinks, and each month has a campaign, a public holiday, a day of bad weather
//! in a few cells, and an outage whose posts are lost or come late. Crowds and brigades are laid over copies of the
//! source, so that the month itself stays free of them: whatever alarms in it is false.
//!
//! Parts of the detection were set by looking at months of that world. [`World::Other`] was written afterwards and nothing
//! was set by it: an evening peak and a busy Monday, shares by Zipf's law, a level that jumps between three states for
//! hours, threads whose sizes are Pareto's, and a newsletter each Tuesday at ten.

use super::random::Random;
use crate::cell::{TOTAL, parent};
use crate::pulse::alike::Print;
use crate::pulse::brigade::{self, Member};
use crate::pulse::detect::{Minute, Watch};
use crate::pulse::who::Who;
use std::collections::BTreeMap;

const DAY: i64 = 1_440;
const WEEK: i64 = 7 * DAY;

/// How long a source lives before it is measured: four weeks of baseline, and the hour around.
const BEFORE: i64 = 5 * WEEK;

/// How long it is measured: a month.
const MEASURED: i64 = 30 * DAY;

/// How many of the people in a conversation each post draws in, in the mean.
const DRAWS: f64 = 0.15;

/// How posts come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum World {
    /// A commuter's railway.
    Commuter,
    /// Another business, by other laws of chance.
    Other,
}

/// A source to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// People an hour, in the mean.
    pub per_hour: f64,
    /// Kinds of what happens.
    pub situations: usize,
    /// Places that posts name; none where no list is configured.
    pub places: usize,
    /// How many crowds, and how many brigades, are laid over each month.
    pub crowds: usize,
    /// Which of many.
    pub seed: u64,
    /// How posts come about.
    pub world: World,
}

/// What came of a month.
#[derive(Clone, Debug, Default)]
pub struct Month {
    /// Alarms of nothing: new ones, each cell for itself.
    pub false_alarms: u32,
    /// Those at the source's total.
    pub of_total: u32,
    /// Those during the campaign, the holiday, the weather, after the outage, and in the week of the clock change.
    pub during: BTreeMap<&'static str, u32>,
    /// After how many minutes each crowd was found; `None` for one that was not within half an hour.
    pub found: Vec<Option<i64>>,
    /// How many brigades alarmed by their number, and how many of those were said to be one.
    pub brigades: (u32, u32),
    /// How many crowds of strangers were called a brigade: wrongly.
    pub slandered: u32,
}

struct Source {
    asked: Asked,
    random: Random,
    shares: Vec<f64>,
    growth: f64,
    noise: f64,
    of_cells: Vec<f64>,
    /// Conversations going on: until when, in which cell, how many to come in a minute.
    pending: BTreeMap<i64, Vec<usize>>,
    next_person: u64,
    events: Events,
}

/// What happens in the month, in minutes.
struct Events {
    campaign: (i64, i64, f64),
    holiday: (i64, f64),
    weather: (i64, i64, usize),
    outage: (i64, i64, bool),
    clock: i64,
}

impl Events {
    fn during(&self, now: i64) -> &'static str {
        let day = now.div_euclid(DAY);
        if (self.campaign.0..self.campaign.1 + 60).contains(&now) {
            "campaign"
        } else if day == self.holiday.0.div_euclid(DAY) {
            "holiday"
        } else if (self.weather.0..self.weather.1).contains(&now) {
            "weather"
        } else if (self.outage.0..self.outage.1 + 180).contains(&now) {
            "outage"
        } else if (self.clock..self.clock + WEEK).contains(&now) {
            "clock change"
        } else {
            "ordinary"
        }
    }
}

fn poisson(random: &mut Random, mean: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    if mean > 30.0 {
        let about = mean + mean.sqrt() * f64::from(random.normal());
        return about.round().max(0.0) as u32;
    }
    let (mut n, mut left) = (0, (-mean).exp());
    let mut product = share(random);
    while product > left {
        product *= share(random);
        n += 1;
        left = left.max(f64::MIN_POSITIVE);
    }
    n
}

fn share(random: &mut Random) -> f64 {
    (random.number() >> 11) as f64 / 9_007_199_254_740_992.0
}

/// How busy a local minute of the week is; 1 in the mean, about.
fn rhythm(local: i64) -> f64 {
    let (day, minute) = (
        local.div_euclid(DAY).rem_euclid(7),
        local.rem_euclid(DAY) as f64 / 60.0,
    );
    let peak = |at: f64, wide: f64| (-((minute - at) / wide).powi(2) / 2.0).exp();
    let weekday = 0.15
        + 2.1 * peak(8.0, 1.2)
        + 1.0 * peak(12.5, 1.8)
        + 2.3 * peak(17.7, 1.5)
        + 0.7 * peak(21.0, 1.5);
    let weekend = 0.15 + 1.5 * peak(13.5, 3.5) + 0.6 * peak(20.5, 1.8);
    match day {
        5 => weekend * 1.1,
        6 => weekend * 0.75,
        _ => weekday,
    }
}

/// How busy a minute of the week is in [`World::Other`]; 1 in the mean, about.
fn evening(local: i64) -> f64 {
    let (day, minute) = (
        local.div_euclid(DAY).rem_euclid(7),
        local.rem_euclid(DAY) as f64 / 60.0,
    );
    let peak = 0.45 + 1.9 * (-((minute - 20.0) / 3.5).powi(2) / 2.0).exp();
    let newsletter = if day == 1 && (10.0..11.5).contains(&minute) {
        2.5
    } else {
        1.0
    };
    let of_day = if day == 0 { 1.4 } else { 0.95 };
    peak * of_day * newsletter
}

/// How many a thread has in [`World::Other`]: Pareto's, at most 12; 1.5 in the mean, about.
fn thread(random: &mut Random) -> u32 {
    let u = (1.0 - share(random)).max(1e-9);
    (u.powf(-1.0 / 1.8) as u32).clamp(1, 12)
}

/// The mean of [`thread`].
const THREAD: f64 = 1.65;

impl Source {
    fn of(asked: Asked) -> Self {
        let mut random = Random::at(&[asked.seed, asked.per_hour.to_bits()]);
        // Log-normal shares: a few cells have most, and no rank law sets how many.
        let raw: Vec<f64> = (0..asked.situations)
            .map(|at| match asked.world {
                World::Commuter => f64::from(random.normal() * 1.2).exp(),
                World::Other => (at as f64 + 1.0).powf(-1.1),
            })
            .collect();
        let sum: f64 = raw.iter().sum();
        let growth = f64::from(random.normal()) * 0.02;
        let mut when =
            |length: i64| BEFORE + (share(&mut random) * (MEASURED - length) as f64) as i64;
        let campaign = when(3 * DAY);
        let holiday = when(DAY).div_euclid(DAY) * DAY;
        let weather = when(DAY);
        let outage = when(DAY);
        let clock = when(8 * DAY).div_euclid(DAY) * DAY;
        let mut between = |low: f64, high: f64| low + (high - low) * share(&mut random);
        let events = Events {
            campaign: (
                campaign,
                campaign + between(360.0, 2_880.0) as i64,
                between(1.5, 3.0),
            ),
            holiday: (holiday, if between(0.0, 1.0) < 0.5 { 0.35 } else { 1.6 }),
            weather: (weather, weather + between(240.0, 720.0) as i64, 2),
            outage: (
                outage,
                outage + between(120.0, 480.0) as i64,
                between(0.0, 1.0) < 0.5,
            ),
            clock,
        };
        Self {
            asked,
            random,
            shares: raw.iter().map(|one| one / sum).collect(),
            growth,
            noise: 0.0,
            of_cells: vec![0.0; asked.situations],
            pending: BTreeMap::new(),
            next_person: 1,
            events,
        }
    }

    fn person(&mut self) -> Who {
        self.next_person += 1;
        let mixed = Random::at(&[self.asked.seed, self.next_person]).number();
        Who(mixed)
    }

    fn name(&mut self, cell: usize) -> (String, Option<String>) {
        let what = format!("s{cell}");
        let named = self.asked.places > 0 && self.random.chance(0.5);
        let place = named.then(|| {
            // The first places are named most.
            let at = (share(&mut self.random).powi(2) * self.asked.places as f64) as usize;
            format!("{what}@p{at}")
        });
        (what, place)
    }

    /// Who wrote what in a minute: a person and a cell.
    fn minute(&mut self, now: i64) -> Vec<(Who, usize)> {
        if self.asked.world == World::Other {
            // A state lasts five hours in the mean.
            if now.rem_euclid(60) == 0 && self.random.chance(0.2) {
                self.noise = self.random.one(&[-0.5, 0.0, 0.4]).unwrap_or(0.0);
            }
        } else if now.rem_euclid(60) == 0 {
            self.noise = 0.92 * self.noise + 0.08 * f64::from(self.random.normal());
        }
        if now.rem_euclid(DAY) == 0 {
            for cell in &mut self.of_cells {
                *cell = 0.85 * *cell + 0.17 * f64::from(self.random.normal());
            }
        }
        let events = &self.events;
        // The clocks are put forward: what people do at eight, they do at seven by the sun.
        let local = if now >= events.clock { now + 60 } else { now };
        let rhythm = match self.asked.world {
            World::Commuter => rhythm(local) * 1.15,
            World::Other => evening(local),
        };
        let mut level = self.asked.per_hour / 60.0 * rhythm;
        level *= (1.0 + self.growth).powf((now - BEFORE) as f64 / WEEK as f64) * self.noise.exp();
        if (events.campaign.0..events.campaign.1).contains(&now) {
            level *= events.campaign.2;
        }
        if now.div_euclid(DAY) == events.holiday.0.div_euclid(DAY) {
            level *= events.holiday.1;
        }
        let weather = (events.weather.0..events.weather.1)
            .contains(&now)
            .then(|| {
                // It comes on and goes over hours, as weather does.
                let (from, to) = (events.weather.0 as f64, events.weather.1 as f64);
                1.0 + (std::f64::consts::PI * (now as f64 - from) / (to - from)).sin()
            });
        let rates: Vec<f64> = self
            .shares
            .iter()
            .zip(&self.of_cells)
            .enumerate()
            .map(|(at, (share, wander))| {
                let weather = weather.filter(|_| at < events.weather.2).unwrap_or(1.0);
                // What conversations draw in is a part of the mean.
                let begins = match self.asked.world {
                    World::Commuter => 1.0 - DRAWS,
                    World::Other => 1.0 / THREAD,
                };
                level * share * wander.exp() * weather * begins
            })
            .collect();
        let mut wrote: Vec<(Who, usize)> = Vec::new();
        for (cell, rate) in rates.into_iter().enumerate() {
            for _ in 0..poisson(&mut self.random, rate) {
                wrote.push((self.person(), cell));
            }
        }
        let begun = wrote.len();
        for cell in self.pending.remove(&now).unwrap_or_default() {
            wrote.push((self.person(), cell));
        }
        if self.asked.world == World::Other {
            for (_, cell) in wrote.iter().take(begun) {
                for _ in 1..thread(&mut self.random) {
                    let after = 1 + (-(1.0 - share(&mut self.random)).ln() * 20.0) as i64;
                    self.pending
                        .entry(now + after.min(180))
                        .or_default()
                        .push(*cell);
                }
            }
            return wrote;
        }
        for (_, cell) in &wrote {
            for _ in 0..poisson(&mut self.random, DRAWS) {
                let after = 1 + (-(1.0 - share(&mut self.random)).ln() * 8.0) as i64;
                self.pending
                    .entry(now + after.min(30))
                    .or_default()
                    .push(*cell);
            }
        }
        wrote
    }

    fn fold(&mut self, wrote: &[(Who, usize)]) -> Minute {
        let mut made = Minute::default();
        for (who, cell) in wrote {
            made.all.add(*who);
            let (what, place) = self.name(*cell);
            for name in std::iter::once(what).chain(place) {
                made.cells.entry(name).or_default().add(*who);
            }
        }
        made
    }
}

/// A crowd of so many over so many minutes, laid over a copy: after how many minutes it is found, if within 30.
fn laid(
    watch: &Watch,
    source: &mut Source,
    now: i64,
    people: u32,
    over: i64,
    cell: usize,
) -> Option<i64> {
    let mut watch = watch.clone();
    // Nobody else writes meanwhile: what the crowd's own number shows, in the half hour that it takes.
    let mut ordinary = Random::at(&[source.random.number()]);
    let signs: Vec<String> = watch.signs.keys().cloned().collect();
    let per = f64::from(people) / over as f64;
    let mut left = people;
    let place = source.name(cell).1;
    for minute in now..now + 30 {
        let came = if minute < now + over - 1 {
            poisson(&mut ordinary, per).min(left)
        } else {
            left
        };
        left -= came;
        let mut made = Minute::default();
        for _ in 0..came {
            let who = source.person();
            made.all.add(who);
            let what = format!("s{cell}");
            for name in std::iter::once(what).chain(place.clone()) {
                made.cells.entry(name).or_default().add(who);
            }
        }
        watch.take(minute, &made);
        watch.settle(minute);
        let alarms = watch.look(minute);
        let is_it = |cell_name: &str| cell_name == TOTAL || parent(cell_name) == format!("s{cell}");
        if alarms
            .iter()
            .any(|alarm| is_it(&alarm.cell) && !signs.contains(&alarm.cell))
        {
            return Some(minute - now + 1);
        }
    }
    None
}

const WORDS: [&str; 40] = [
    "water",
    "doors",
    "signal",
    "bridge",
    "coach",
    "ticket",
    "driver",
    "heating",
    "children",
    "platform",
    "hours",
    "announcement",
    "toilet",
    "seat",
    "refund",
    "morning",
    "again",
    "nobody",
    "knows",
    "still",
    "waiting",
    "stuck",
    "between",
    "stations",
    "dark",
    "cold",
    "please",
    "help",
    "anyone",
    "else",
    "here",
    "line",
    "engine",
    "smoke",
    "staff",
    "phone",
    "battery",
    "meeting",
    "missed",
    "connection",
];

/// The members of a crowd as their texts look: strangers write their own words, with one link in half of them; a
/// brigade passes on one text with little changes.
fn members(random: &mut Random, people: u32, arranged: bool) -> Vec<Member> {
    let mut words =
        |n: usize| -> Vec<&'static str> { (0..n).filter_map(|_| random.one(&WORDS)).collect() };
    let passed = words(18);
    (0..people)
        .map(|i| {
            let mut own = words(16);
            if arranged {
                own = passed.clone();
                if i % 3 == 0 {
                    own.extend(words(1));
                }
            }
            Member {
                who: Some(Who(u64::from(i) + 1)),
                print: Print::of(3, &own),
                link: (arranged || i % 2 == 0).then_some(77),
                ..Member::default()
            }
        })
        .collect()
}

/// Simulates a month.
pub fn month(asked: Asked) -> Month {
    let mut source = Source::of(asked);
    let mut watch = Watch::default();
    let mut month = Month::default();
    let mut crowds: Vec<i64> = (0..asked.crowds)
        .map(|_| BEFORE + (share(&mut source.random) * (MEASURED - 60) as f64) as i64)
        .collect();
    crowds.sort_unstable();
    let mut crowds = crowds.into_iter().peekable();
    let mut late: Vec<(i64, Minute)> = Vec::new();
    for now in 0..BEFORE + MEASURED {
        let wrote = source.minute(now);
        let folded = source.fold(&wrote);
        let outage = source.events.outage;
        if (outage.0..outage.1).contains(&now) {
            if outage.2 {
                late.push((now, folded));
            }
        } else {
            watch.take(now, &folded);
        }
        if now == outage.1 {
            // Platforms deliver what they could not: posts as old as they are. Those of the last hour still count.
            for (minute, folded) in late.drain(..).filter(|(minute, _)| *minute > now - 60) {
                watch.take(minute, &folded);
            }
        }
        watch.settle(now);
        if now < BEFORE - DAY {
            continue;
        }
        let alarms = watch.look(now);
        if now < BEFORE {
            continue;
        }
        for alarm in alarms.iter().filter(|alarm| alarm.is_new) {
            month.false_alarms += 1;
            month.of_total += u32::from(alarm.cell == TOTAL);
            *month.during.entry(source.events.during(now)).or_default() += 1;
        }
        while crowds.next_if(|at| *at <= now).is_some() {
            // Half of them where most is written anyway, half anywhere.
            let anywhere = source.random.below(asked.situations);
            let busy = source.random.chance(0.5);
            let mut at = share(&mut source.random);
            let weighed = source.shares.iter().position(|share| {
                at -= share;
                at <= 0.0
            });
            let cell = if busy {
                weighed.unwrap_or(anywhere)
            } else {
                anywhere
            };
            if (outage.0..outage.1).contains(&now) {
                continue;
            }
            month
                .found
                .push(laid(&watch, &mut source, now + 1, 40, 10, cell));
            let arranged = laid(&watch, &mut source, now + 1, 40, 20, anywhere).is_some();
            let look = brigade::look(&members(&mut source.random, 40, true));
            month.brigades.0 += u32::from(arranged);
            month.brigades.1 += u32::from(arranged && look.is_brigade);
            let strangers = brigade::look(&members(&mut source.random, 40, false));
            month.slandered += u32::from(strangers.is_brigade);
        }
    }
    month
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_the_same_again_and_has_its_rhythm() {
        let asked = Asked {
            per_hour: 10.0,
            situations: 12,
            places: 0,
            crowds: 4,
            seed: 5,
            world: World::Commuter,
        };
        let mut one = Source::of(asked);
        let mut two = Source::of(asked);
        let (mut day, mut night) = (0, 0);
        for now in 0..WEEK {
            let wrote = one.minute(now);
            assert_eq!(wrote, two.minute(now));
            match now.rem_euclid(DAY).div_euclid(60) {
                7..=19 => day += wrote.len(),
                1..=4 => night += wrote.len(),
                _ => {}
            }
        }
        assert!(day > 6 * night && day > 500, "{day} {night}");
    }
}
