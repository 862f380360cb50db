//! What the object has in its memory: all that is stored of what is going on.

use super::brigade::{self, Member};
use super::chance::tail;
use super::detect::{ALPHA, Alarm, LEAST, Minute, Watch};
use super::matter::Said;
use super::rank::{About, weigh};
use super::who::Who;
use super::wire::{Brief, Folded, Sighting};
use super::words::Words;
use crate::cell::{TOTAL, belongs, parent};
use crate::post::SourceId;
use crate::sql::SqlError;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// For how long more is kept of a post than that its author wrote, in minutes: a little longer than who wrote before
/// an incident was found joins it.
pub const SEEN_MIN: i64 = 35;

/// The most posts of an incident: what comes past them is counted by the source and listed by nobody.
pub const MOST_MEMBERS: usize = 2_000;

/// A source.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// What it is doing.
    pub watch: Watch,
    /// What was told of its last minutes.
    pub recent: BTreeMap<i64, Folded>,
    /// Its words.
    pub words: Words,
    /// The quarter of an hour in which the past was stored last.
    pub stored: i64,
}

/// Each person's words in some minutes.
pub fn words_of<'a>(
    minutes: impl Iterator<Item = &'a Folded>,
) -> BTreeMap<Who, BTreeSet<&'a String>> {
    let mut all: BTreeMap<Who, BTreeSet<&String>> = BTreeMap::new();
    for one in minutes.flat_map(|folded| folded.cells.values().flat_map(|seen| &seen.seen)) {
        all.entry(one.who).or_default().extend(&one.terms);
    }
    all
}

impl Source {
    /// Takes in what was told of a minute; gives all that is kept of it.
    pub fn take(&mut self, folded: &Folded, now: i64) -> &Folded {
        self.watch.take(folded.minute, &minute(folded));
        let kept = self.recent.entry(folded.minute).or_insert_with(|| Folded {
            minute: folded.minute,
            ..Folded::default()
        });
        // Of what is older, the words have been counted.
        match folded.minute < now - SEEN_MIN {
            true => kept.merge(&folded.thin()),
            false => kept.merge(folded),
        }
        kept
    }

    /// Settles what is over, and gives what stands out now.
    pub fn look(&mut self, now: i64) -> Vec<Alarm> {
        self.watch.settle(now);
        let said = Said {
            recent: &self.recent,
            words: &self.words,
        };
        let mut alarms = self.watch.look(now, &said);
        // What is arranged weighs nothing: it begins no incident, and keeps none going.
        alarms.retain(|alarm| {
            let is_arranged = self.is_arranged(alarm);
            if is_arranged && alarm.is_new {
                self.watch.signs.remove(&alarm.cell);
            }
            !is_arranged
        });
        alarms
    }

    /// Whether an alarm is most of all a brigade's, and who is left without it makes no crowd. Who is in danger is never
    /// taken away.
    fn is_arranged(&self, alarm: &Alarm) -> bool {
        let from = alarm.minute - alarm.window + 1;
        let minutes = self.recent.range(from..=alarm.minute);
        let cells = minutes.flat_map(|(_, folded)| &folded.cells);
        let all = cells.flat_map(|(cell, seen)| seen.seen.iter().map(move |one| (cell, one)));
        let theirs: Vec<Member> = all
            .filter(|(of, one)| belongs(&alarm.cell, of, &one.terms))
            .map(|(_, one)| Member {
                who: Some(one.who),
                print: one.print.clone(),
                link: one.link,
                is_new: false,
                emergency: one.emergency,
            })
            .collect();
        let looked = brigade::look(&theirs);
        if !looked.is_brigade {
            return false;
        }
        let whose = |at: &usize| theirs.get(*at).and_then(|member| member.who);
        let flagged: BTreeSet<Who> = looked.flagged.iter().filter_map(whose).collect();
        let gone = u32::try_from(flagged.len()).unwrap_or(u32::MAX);
        let rest = alarm.people.saturating_sub(gone);
        rest < LEAST || tail(rest, alarm.expected, alarm.phi) >= ALPHA / 100.0
    }

    /// Forgets minutes from before `before`, and of those before `thin` all but who wrote; gives the minutes that this
    /// changed. Their words go to the source's in general: of people who wrote nothing since, so that a person counts
    /// once, whenever the object began anew and whatever was told twice.
    pub fn retire(&mut self, before: i64, thin: i64) -> Vec<i64> {
        let lately = self.recent.split_off(&thin);
        let writes = words_of(lately.values());
        for (who, words) in words_of(self.recent.values()) {
            if !writes.contains_key(&who) {
                self.words.add(words);
            }
        }
        let mut old = std::mem::replace(&mut self.recent, lately);
        let mut changed = Vec::new();
        for (minute, mut folded) in old.split_off(&before) {
            let cells = folded.cells.values_mut();
            let seen: usize = cells.map(|seen| std::mem::take(&mut seen.seen).len()).sum();
            if seen > 0 {
                changed.push(minute);
            }
            self.recent.insert(minute, folded);
        }
        changed
    }

    /// The posts since a minute.
    pub fn since(&self, minute: i64) -> impl Iterator<Item = (&str, &Sighting)> {
        let cells = self
            .recent
            .range(minute..)
            .flat_map(|(_, folded)| &folded.cells);
        cells.flat_map(|(cell, seen)| seen.seen.iter().map(move |one| (cell.as_str(), one)))
    }
}

/// An incident that people still join.
#[derive(Clone, Debug)]
pub struct Open {
    /// What is known of it.
    pub brief: Brief,
    /// Its cell.
    pub cell: String,
    /// Its posts, and who wrote each.
    pub posts: BTreeMap<String, Who>,
    /// What of each raises its rank.
    pub about: BTreeMap<String, About>,
}

impl Open {
    /// Its cells: its own, and those of what was made a part of it.
    pub fn cells(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.cell).chain(&self.brief.also)
    }

    /// Whether a post of the cell `of` belongs to it.
    pub fn takes(&self, of: &str, one: &Sighting) -> bool {
        self.cells().any(|cell| belongs(cell, of, &one.terms))
    }

    /// Counts its people and posts anew.
    pub fn count(&mut self) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let people: BTreeSet<&Who> = self.posts.values().collect();
        self.brief.people = count(people.len());
        self.brief.posts = count(self.posts.len());
        self.about.retain(|post, _| self.posts.contains_key(post));
        (self.brief.spread, self.brief.rank) = weigh(self.brief.people, &self.posts, &self.about);
    }
}

/// An incident that ended a short while ago: its crowd does not begin another.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Of which source.
    pub source: SourceId,
    /// Its cells.
    pub cells: Vec<String>,
    /// The last sign of its crowd, by the minute.
    pub last: i64,
}

impl Ended {
    /// One that ended, or of whose crowd there was a last sign, in that minute.
    pub fn of(cell: &str, brief: &Brief, last: i64) -> Self {
        Self {
            source: brief.source.clone(),
            cells: std::iter::once(cell.to_string())
                .chain(brief.also.iter().cloned())
                .collect(),
            last,
        }
    }
}

/// Whether an alarm of a cell is one of a crowd that is known by another: the same cell, its situation without a place,
/// the same word whatever happened, or the whole source. Two places are two crowds.
pub fn covers(cell: &str, alarm: &str) -> bool {
    let one_word = |many: &str, one: &str| match (many.strip_prefix("*@"), one.split_once('@')) {
        (Some(word), Some((_, of))) => word == of,
        _ => false,
    };
    cell == alarm
        || one_word(cell, alarm)
        || one_word(alarm, cell)
        || cell == TOTAL
        || alarm == TOTAL
        || cell == parent(alarm)
        || alarm == parent(cell)
}

/// The object's memory.
#[derive(Debug, Default)]
pub struct Memory {
    /// Whether what is stored was read.
    pub is_loaded: bool,
    /// By source.
    pub sources: BTreeMap<SourceId, Source>,
    /// What is going on.
    pub open: BTreeMap<i64, Open>,
    /// What ended a short while ago.
    pub ended: Vec<Ended>,
    /// Posts that are gone, and when that was told, by the minute.
    pub gone: BTreeMap<String, i64>,
}

/// JSON that is stored.
pub(super) fn json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, SqlError> {
    serde_json::from_str(text).map_err(|_| SqlError::Json(what))
}

/// What detection sees of a minute that was told.
pub fn minute(folded: &Folded) -> Minute {
    let cells = folded.cells.iter();
    Minute {
        all: folded.people.clone(),
        cells: cells
            .map(|(cell, seen)| (cell.clone(), seen.people.clone()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Platform;
    use crate::pulse::alike::Print;
    use crate::pulse::wire::CellSeen;

    const COPIED: &str = "everybody must know that this company steals from its own riders";

    /// Forty people in ten minutes, each in their own words or all in the same with one link.
    fn crowd(copied: bool, emergency: bool) -> Vec<Alarm> {
        let mut source = Source::default();
        let mut alarms = Vec::new();
        for i in 0..40_u64 {
            let minute = i as i64 / 4;
            let own = format!(
                "stuck {i} since {} with nobody {} who tells a thing {}",
                i * 3,
                i * 5,
                i * 7
            );
            let text = if copied { COPIED } else { own.as_str() };
            let who = Who((i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut folded = Folded {
                minute,
                ..Folded::default()
            };
            folded.people.add(who);
            let mut seen = CellSeen::default();
            seen.people.add(who);
            seen.seen.push(Sighting {
                who,
                post: i.to_string(),
                platform: Platform::X,
                at_ms: minute * 60_000,
                lang: "en".into(),
                terms: Vec::new(),
                print: Print::of(1, &text.split(' ').collect::<Vec<_>>()),
                link: copied.then_some(4),
                followers: None,
                emergency,
                mark: 0,
                under: None,
            });
            folded.cells.insert("stuck".into(), seen);
            source.take(&folded, minute);
            alarms.extend(source.look(minute));
        }
        alarms
    }

    #[test]
    fn a_brigade_weighs_nothing_and_a_crowd_or_an_emergency_does() {
        assert_eq!(crowd(true, false), Vec::new());
        assert!(!crowd(false, false).is_empty());
        assert!(!crowd(true, true).is_empty());
    }
}
