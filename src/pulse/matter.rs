//! What many name at once: a word that people use now and did not before.
//!
//! At two thousand people an hour, forty more are lost in any count; that twelve in three minutes name one station is
//! not. Counted are people by word, against the word's share of four weeks and how many write now at all: so a surge of
//! everything shows nothing here, and a concentrated matter shows at any size. What is compared is what distinguishes it
//! (insight.md, section 2), as a chance: of so many people naming it, were it named as ever.

use super::chance::tail;
use super::who::Who;
use super::wire::Folded;
use super::words::Words;
use crate::cell::{TOTAL, parent};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The fewest people whose words say what is named in general.
const KNOWN: u32 = 200;

/// How much more words vary than chance: people take up each other's.
pub const PHI: f64 = 0.3;

/// The most new matters of one look: of more it is the source that is in uproar.
const MOST: usize = 4;

/// The fewest people whose words are compared: what fewer share says nothing of an ordinary day either.
const LEAST: u32 = 5;

/// The least that is expected, in people.
const LEAST_EXPECTED: f64 = 0.05;

/// What was written in the last half hour, and of what people write in general.
pub struct Said<'a> {
    /// What was told of the last minutes.
    pub recent: &'a BTreeMap<i64, Folded>,
    /// The source's words.
    pub words: &'a Words,
}

/// What the look is held to.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// The chance below which it is a matter.
    pub alpha: f64,
    /// The fewest people.
    pub least: u32,
    /// What the surprise must pass in each window.
    pub surprise: [f64; 2],
}

/// A matter that stands out.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// What happened and the word: `stuck@woking`; `*@woking`, where most of its people are not of one cell.
    pub cell: String,
    /// In which window.
    pub window: i64,
    /// People.
    pub people: u32,
    /// How many were expected.
    pub expected: f64,
    /// The chance.
    pub chance: f64,
}

/// What came of a look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// What stands out.
    pub found: Vec<Matter>,
    /// The greatest surprise of each window.
    pub peaks: [f64; 2],
}

/// A post as this asks for it.
struct Post<'a> {
    minute: i64,
    who: Who,
    cell: &'a str,
    terms: &'a [String],
}

fn posts(recent: &BTreeMap<i64, Folded>, from: i64, to: i64) -> Vec<Post<'_>> {
    let minutes = recent.range(from..=to);
    let mut all = Vec::new();
    for (minute, folded) in minutes {
        for (cell, seen) in &folded.cells {
            all.extend(seen.seen.iter().map(|one| Post {
                minute: *minute,
                who: one.who,
                cell: parent(cell),
                terms: &one.terms,
            }));
        }
    }
    all
}

fn people<'a>(all: impl Iterator<Item = &'a Post<'a>>) -> u32 {
    let mut who: Vec<Who> = all.map(|one| one.who).collect();
    who.sort_unstable();
    who.dedup();
    u32::try_from(who.len()).unwrap_or(u32::MAX)
}

impl Said<'_> {
    /// What stands out in windows that end with `now`. `known` are the matters that stand out already, `stirred` the
    /// cells that do: their people are explained.
    pub fn look(
        &self,
        now: i64,
        windows: [i64; 2],
        bar: Bar,
        known: &[&str],
        stirred: &[&str],
    ) -> Look {
        let mut look = Look::default();
        if self.words.of < KNOWN {
            return look;
        }
        let [shortest, longest] = windows;
        let mut all = posts(self.recent, now - longest + 1, now);
        let before = posts(self.recent, now - longest - 19, now - longest);
        for cell in known {
            let Some((_, word)) = cell.split_once('@') else {
                continue;
            };
            if let Some(mut best) = self.best(word, &all, &before, now, windows)
                && best.chance < bar.alpha
            {
                best.cell = (*cell).to_string();
                look.found.push(best);
            }
            all.retain(|one| !one.terms.iter().any(|term| term == word));
        }
        all.retain(|one| !stirred.contains(&one.cell));
        for turn in 0..MOST {
            // By word: uses in the longest window, and in the shortest.
            let mut counts: HashMap<&str, [f64; 2]> = HashMap::new();
            for one in &all {
                let is_fresh = one.minute > now - shortest;
                for term in one.terms {
                    let [long, short] = counts.entry(term).or_default();
                    *long += 1.0;
                    *short += f64::from(u8::from(is_fresh));
                }
            }
            let [in_all, in_fresh] = [
                all.len() as f64,
                all.iter().filter(|one| one.minute > now - shortest).count() as f64,
            ];
            // What is used as ever needs no closer look.
            let mut often: Vec<&str> = counts
                .iter()
                .filter(|(_, [long, _])| *long >= f64::from(LEAST))
                .filter(|(word, [long, short])| {
                    let share = 1.4 * self.words.share(word);
                    *long > share * in_all || *short > share * in_fresh + 3.0
                })
                .map(|(word, _)| *word)
                .collect();
            often.sort_unstable();
            let mut best: Option<(f64, &str, Matter)> = None;
            for word in often {
                for (at, window) in windows.into_iter().enumerate() {
                    let Some(one) = self.measure(word, &all, &before, now, window) else {
                        continue;
                    };
                    let surprise = -one.chance.max(1e-80).ln();
                    if let (0, Some(peak)) = (turn, look.peaks.get_mut(at)) {
                        *peak = peak.max(surprise);
                    }
                    let must = bar.surprise.get(at).copied().unwrap_or(0.0);
                    let over = surprise - must.max(-bar.alpha.ln());
                    if over > 0.0
                        && one.people >= bar.least
                        && best.as_ref().is_none_or(|(most, _, _)| over > *most)
                    {
                        best = Some((over, word, one));
                    }
                }
            }
            let Some((_, word, one)) = best else {
                break;
            };
            look.found.push(one);
            all.retain(|one| !one.terms.iter().any(|term| term == word));
        }
        look
    }

    fn best(
        &self,
        word: &str,
        all: &[Post<'_>],
        before: &[Post<'_>],
        now: i64,
        windows: [i64; 2],
    ) -> Option<Matter> {
        let measured = windows
            .into_iter()
            .filter_map(|window| self.measure(word, all, before, now, window));
        measured.min_by(|a, b| a.chance.total_cmp(&b.chance))
    }

    fn measure(
        &self,
        word: &str,
        all: &[Post<'_>],
        before: &[Post<'_>],
        now: i64,
        window: i64,
    ) -> Option<Matter> {
        let names = |one: &&Post<'_>| one.terms.iter().any(|term| term == word);
        let within = |one: &&Post<'_>| one.minute > now - window;
        let n = people(all.iter().filter(within).filter(names));
        if n < LEAST {
            return None;
        }
        let everybody = f64::from(people(all.iter().filter(within)));
        let usual = everybody * self.words.share(word);
        // Twenty minutes before.
        let lately = f64::from(people(before.iter().filter(names))) * window as f64 / 20.0;
        let expected = usual.max((usual + lately) / 2.0).max(LEAST_EXPECTED);
        if f64::from(n) <= expected {
            return None;
        }
        let mut cells: BTreeMap<&str, BTreeSet<Who>> = BTreeMap::new();
        for one in all.iter().filter(within).filter(names) {
            cells.entry(one.cell).or_default().insert(one.who);
        }
        let most = cells.iter().max_by_key(|(_, who)| who.len());
        let what = most
            .filter(|(_, who)| who.len() * 3 >= n as usize * 2)
            .map_or(TOTAL, |(cell, _)| *cell);
        Some(Matter {
            cell: format!("{what}@{word}"),
            window,
            people: n,
            expected,
            chance: tail(n, expected, PHI),
        })
    }

    /// Who names one of these words in the minutes from one to another.
    pub fn who_name(&self, words: &[&str], from: i64, to: i64) -> BTreeSet<Who> {
        let all = posts(self.recent, from, to);
        let named = all
            .iter()
            .filter(|one| one.terms.iter().any(|term| words.contains(&term.as_str())));
        named.map(|one| one.who).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Platform;
    use crate::pulse::alike::Print;
    use crate::pulse::wire::Sighting;

    const CELLS: [&str; 4] = ["delayed", "refund", "staff", "stuck"];
    const BAR: Bar = Bar {
        alpha: 1e-9,
        least: 8,
        surprise: [0.0; 2],
    };

    /// A source with so many people a minute, who use 50 words as ever; and who names a station besides.
    fn said(
        minutes: i64,
        a_minute: u64,
        crowd: &dyn Fn(i64, u64) -> Option<usize>,
    ) -> BTreeMap<i64, Folded> {
        let mut recent: BTreeMap<i64, Folded> = BTreeMap::new();
        for minute in 0..minutes {
            for i in 0..a_minute {
                let at = minute as u64 * a_minute + i;
                let named = crowd(minute, i);
                let cell = CELLS[named.unwrap_or(at as usize % 4)];
                let mut terms = vec![format!("word{}", at % 50), format!("word{}", (at + 7) % 50)];
                terms.extend(named.map(|_| "woking".to_string()));
                let folded = recent.entry(minute).or_default();
                folded
                    .cells
                    .entry(cell.to_string())
                    .or_default()
                    .seen
                    .push(Sighting {
                        who: Who(at.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
                        post: at.to_string(),
                        platform: Platform::X,
                        at_ms: minute * 60_000,
                        lang: "en".into(),
                        terms,
                        print: Print::default(),
                        link: None,
                        followers: None,
                        emergency: false,
                        mark: 0,
                        under: None,
                    });
            }
        }
        recent
    }

    fn words() -> Words {
        Words {
            n: (0..50).map(|at| (format!("word{at}"), 4_000)).collect(),
            of: 100_000,
            ..Words::default()
        }
    }

    fn look(recent: &BTreeMap<i64, Folded>, known: &[&str]) -> Vec<Matter> {
        let words = words();
        let said = Said {
            recent,
            words: &words,
        };
        let last = recent.keys().next_back().copied().unwrap_or(0);
        said.look(last, [5, 15], BAR, known, &[]).found
    }

    /// Two thousand an hour; four in 33 of them name a station.
    #[test]
    fn a_station_that_twelve_name_in_three_minutes_is_found_among_two_thousand_an_hour() {
        let one_cell = said(38, 33, &|minute, i| (minute >= 35 && i < 4).then_some(3));
        let found = look(&one_cell, &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].cell.as_str(), found[0].people),
            ("stuck@woking", 12)
        );
        let many = said(38, 33, &|minute, i| {
            (minute >= 35 && i < 4).then_some(i as usize)
        });
        assert_eq!(look(&many, &[])[0].cell, "*@woking");
        // It goes on by the name by which it began.
        assert_eq!(look(&many, &["stuck@woking"])[0].cell, "stuck@woking");
    }

    #[test]
    fn a_surge_of_everything_and_a_quiet_hour_show_no_matter() {
        assert_eq!(look(&said(38, 33, &|_, _| None), &[]), Vec::new());
        let mut surge = said(30, 10, &|_, _| None);
        for (minute, folded) in said(8, 90, &|_, _| None) {
            surge.insert(30 + minute, folded);
        }
        assert_eq!(look(&surge, &[]), Vec::new());
        // One who repeats a word is one.
        let mut one = said(38, 33, &|minute, i| (minute >= 35 && i < 4).then_some(3));
        for folded in one.values_mut() {
            for seen in folded.cells.values_mut() {
                let crowd = seen.seen.iter_mut().filter(|one| one.terms.len() == 3);
                crowd.for_each(|one| one.who = Who(7));
            }
        }
        assert_eq!(look(&one, &[]), Vec::new());
    }
}
