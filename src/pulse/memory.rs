//! What the object has in its memory: all that is stored of what is going on.

use super::detect::{KEPT_MIN, Minute, TOTAL, Watch, parent};
use super::question::Desk;
use super::who::Who;
use super::wire::{Brief, Folded, Refused, Sighting};
use crate::post::SourceId;
use crate::sql::{Sql, SqlError, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most words that a source's background holds; the rarest are forgotten.
const MOST_WORDS: usize = 4_000;

/// The most posts of an incident: what comes past them is counted by the source and listed by nobody.
pub const MOST_MEMBERS: usize = 2_000;

/// The words of a source in general: by how many people each was used, over some four weeks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// By word.
    pub n: BTreeMap<String, u32>,
    /// Of how many people.
    pub of: u32,
    /// The day that was aged last.
    pub day: i64,
}

impl Words {
    /// Counts a post's words.
    pub fn add(&mut self, terms: &[String]) {
        self.of = self.of.saturating_add(1);
        for term in terms {
            *self.n.entry(term.clone()).or_default() += 1;
        }
    }

    /// A day takes away a 28th, so that four weeks weigh what they weigh.
    pub fn age(&mut self, day: i64) {
        let days = if self.day == 0 {
            0
        } else {
            (day - self.day).clamp(0, 60)
        };
        self.day = day;
        for _ in 0..days {
            self.of -= self.of / 28;
            self.n.retain(|_, n| {
                // One use is forgotten by the bound below, not by a share of it.
                *n -= *n / 28;
                *n > 0
            });
        }
        let mut least = 2;
        while self.n.len() > MOST_WORDS {
            self.n.retain(|_, n| *n >= least);
            least += 1;
        }
    }
}

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

impl Source {
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
    /// Its people, and how many posts each wrote.
    pub people: BTreeSet<Who>,
    /// Its posts.
    pub posts: BTreeSet<String>,
}

/// Whether a post belongs to a cell: its own, that of its hashtag, or the whole source.
pub fn belongs(cell: &str, of: &str, one: &Sighting) -> bool {
    match cell.split_once('@') {
        _ if cell == TOTAL => true,
        Some((what, tag)) => parent(of) == what && one.terms.iter().any(|term| term == tag),
        None => parent(of) == cell,
    }
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

/// Reads what is stored, at the first question after the object began.
///
/// # Errors
/// Where the storage fails.
pub fn load<S: Sql>(desk: &Desk<'_, S>, memory: &mut Memory) -> Result<(), Refused> {
    if memory.is_loaded {
        return Ok(());
    }
    *memory = Memory::default();
    for row in &desk
        .sql
        .run("-- pasts\nSELECT source, doc, words FROM past", params![])?
    {
        let source = memory
            .sources
            .entry(SourceId::new(row.text(0)?))
            .or_default();
        source.watch.past = json(row.text(1)?, "past")?;
        source.words = json(row.text(2)?, "words")?;
    }
    let oldest = desk.now_ms.div_euclid(60_000) - KEPT_MIN;
    for row in &desk.sql.run(
        "-- minutes
SELECT source, minute, doc FROM minute WHERE minute >= ?1",
        params![oldest],
    )? {
        let source = memory
            .sources
            .entry(SourceId::new(row.text(0)?))
            .or_default();
        let folded: Folded = json(row.text(2)?, "minute")?;
        source.watch.take(row.int(1)?, &minute(&folded));
        source.recent.insert(row.int(1)?, folded);
    }
    for row in &desk.sql.run(
        "-- incidents\nSELECT id, cell, doc FROM incident",
        params![],
    )? {
        let brief: Brief = json(row.text(2)?, "incident")?;
        if !brief.state.is_open() {
            continue;
        }
        let id = row.int(0)?;
        let mut open = Open {
            cell: row.text(1)?.to_string(),
            people: BTreeSet::new(),
            posts: BTreeSet::new(),
            brief,
        };
        for row in &desk.sql.run(
            "-- members
SELECT who, post FROM member WHERE incident = ?1",
            params![id],
        )? {
            open.people.extend(Who::read(row.text(0)?));
            open.posts.insert(row.text(1)?.to_string());
        }
        // A crowd whose sign is recent goes on, and does not begin again.
        if let Some(source) = memory.sources.get_mut(&open.brief.source) {
            let last = open.brief.last_ms.div_euclid(60_000);
            source.watch.signs.insert(open.cell.clone(), last);
        }
        memory.open.insert(id, open);
    }
    memory.is_loaded = true;
    Ok(())
}
