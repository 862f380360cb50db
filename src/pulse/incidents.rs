//! Looking at incidents, and what supervisors do with them.

use super::memory::{Memory, Open, json};
use super::question::{Desk, Question};
use super::tell::{id_of, join, keep, open};
use super::wire::{Brief, Refused, Sighting, State, Whole};
use crate::deeds::{self, Deed};
use crate::post::{SourceId, Workgroup};
use crate::scope::Scope;
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The longest page.
pub const PAGE: u32 = 50;

/// Which incidents are there?
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShowIncidents {
    /// What the one who asks may see.
    pub scope: Scope,
    /// Only in this state.
    pub state: Option<State>,
    /// Only those before this one.
    pub before: Option<i64>,
    /// How many at most.
    pub max: u32,
}

/// An incident as it is now: memory knows those that go on better than the table does.
fn now_of(memory: &Memory, number: i64, stored: Brief) -> Brief {
    memory
        .open
        .get(&number)
        .map_or(stored, |open| open.brief.clone())
}

impl Question for ShowIncidents {
    const NAME: &'static str = "ShowIncidents";
    type Answer = Vec<Brief>;

    fn answer<S: Sql>(
        self,
        desk: &Desk<'_, S>,
        memory: &mut Memory,
    ) -> Result<Vec<Brief>, Refused> {
        let mut found = Vec::new();
        let max = usize::try_from(self.max.clamp(1, PAGE)).unwrap_or(1);
        // At most a thousand are kept, and the newest are wanted: rows are read by key until the page is full.
        let mut before = self.before.unwrap_or(1 << 52);
        loop {
            let rows = desk.sql.run(
                "-- list_incidents
SELECT id, doc FROM incident WHERE id < ?1 ORDER BY id DESC LIMIT 50",
                params![before],
            )?;
            for row in &rows {
                before = row.int(0)?;
                let brief = now_of(memory, before, json(row.text(1)?, "incident")?);
                if self.scope.has(&brief.workgroup)
                    && self.state.is_none_or(|state| state == brief.state)
                {
                    found.push(brief);
                }
                if found.len() >= max {
                    return Ok(found);
                }
            }
            if rows.len() < 50 {
                return Ok(found);
            }
        }
    }
}

fn find<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &Memory,
    scope: &Scope,
    number: i64,
) -> Result<(Brief, String), Refused> {
    let rows = desk.sql.run(
        "-- incident
SELECT doc, cell FROM incident WHERE id = ?1",
        params![number],
    )?;
    let row = rows.first().ok_or(Refused::NotFound)?;
    let brief = now_of(memory, number, json(row.text(0)?, "incident")?);
    // Whether there is none or it is not for this caller must look the same.
    if scope.has(&brief.workgroup) {
        Ok((brief, row.text(1)?.to_string()))
    } else {
        Err(Refused::NotFound)
    }
}

fn members<S: Sql>(desk: &Desk<'_, S>, number: i64) -> Result<Vec<Sighting>, Refused> {
    let rows = desk.sql.run(
        "-- members_of
SELECT doc FROM member WHERE incident = ?1",
        params![number],
    )?;
    let mut all = rows
        .iter()
        .map(|row| Ok(json(row.text(0)?, "member")?))
        .collect::<Result<Vec<Sighting>, Refused>>()?;
    all.sort_by(|a, b| (a.at_ms, &a.post).cmp(&(b.at_ms, &b.post)));
    Ok(all)
}

/// What is this incident?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowIncident {
    /// What the one who asks may see.
    #[serde(default)]
    pub scope: Scope,
    /// Which.
    pub number: i64,
}

impl Question for ShowIncident {
    const NAME: &'static str = "ShowIncident";
    type Answer = Whole;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>, memory: &mut Memory) -> Result<Whole, Refused> {
        let (brief, _) = find(desk, memory, &self.scope, self.number)?;
        let members = members(desk, self.number)?;
        let words = memory
            .sources
            .get(&brief.source)
            .map(|source| &source.words);
        // Only what the members wrote is asked about.
        let theirs: BTreeSet<&String> = members.iter().flat_map(|one| &one.terms).collect();
        let words_of = |term: &String| Some((term.clone(), *words?.n.get(term)?));
        Ok(Whole {
            words: theirs
                .into_iter()
                .filter_map(words_of)
                .collect::<BTreeMap<_, _>>(),
            of: words.map_or(0, |words| words.of),
            brief,
            members,
        })
    }
}

/// A supervisor declares one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declare {
    /// Of which source.
    pub source: SourceId,
    /// Whose work it is.
    pub workgroup: Workgroup,
    /// The cell: what happened, and the place after `@`.
    pub cell: String,
    /// What it is called.
    #[serde(default)]
    pub title: Option<String>,
    /// What it is in the log of deeds.
    pub deed: Deed,
}

impl Question for Declare {
    const NAME: &'static str = "Declare";
    type Answer = Brief;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>, memory: &mut Memory) -> Result<Brief, Refused> {
        deeds::keep(desk.sql, &self.deed)?;
        let (what, place) = match self.cell.split_once('@') {
            Some((what, place)) => (what.to_string(), Some(place.to_string())),
            None => (self.cell.clone(), None),
        };
        let brief = Brief {
            id: String::new(),
            state: State::Confirmed,
            workgroup: self.workgroup,
            source: self.source,
            what,
            place,
            title: self.title,
            began_ms: desk.now_ms,
            last_ms: desk.now_ms,
            by: Some(self.deed.by),
            changed_ms: Some(desk.now_ms),
            merged_into: None,
            people: 0,
            posts: 0,
            alarm: None,
        };
        let number = open(desk, memory, &self.cell, brief)?;
        let declared = memory.open.get(&number).ok_or(Refused::NotFound)?;
        Ok(declared.brief.clone())
    }
}

/// What becomes of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Becomes {
    /// It is one.
    Confirmed,
    /// It is a part of another.
    Merged(i64),
    /// It is over, or was none.
    Closed,
}

/// A supervisor says what becomes of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What the supervisor may see.
    #[serde(default)]
    pub scope: Scope,
    /// Which.
    pub number: i64,
    /// What it is now.
    pub becomes: Becomes,
    /// What it is called from now on.
    #[serde(default)]
    pub title: Option<String>,
    /// What it is in the log of deeds.
    pub deed: Deed,
}

impl Question for Change {
    const NAME: &'static str = "Change";
    type Answer = Brief;

    /// Saying the same again changes nothing and is no mistake.
    fn answer<S: Sql>(self, desk: &Desk<'_, S>, memory: &mut Memory) -> Result<Brief, Refused> {
        let (mut brief, cell) = find(desk, memory, &self.scope, self.number)?;
        let (to, into) = match self.becomes {
            Becomes::Confirmed => (State::Confirmed, None),
            Becomes::Closed => (State::Closed, None),
            Becomes::Merged(into) => (State::Merged, Some(into)),
        };
        let into_id = into.map(id_of);
        let is_said = brief.state == to && brief.merged_into == into_id;
        if is_said && (self.title.is_none() || self.title == brief.title) {
            return Ok(brief);
        }
        if !brief.state.is_open() {
            return Err(Refused::State(brief.state));
        }
        if let Some(into) = into {
            let (other, _) = find(desk, memory, &self.scope, into)?;
            if into == self.number || !other.state.is_open() {
                return Err(Refused::State(other.state));
            }
            // All of its posts go over, whatever the other's cell is.
            let moved = members(desk, self.number)?;
            if let Some(open) = memory.open.get(&into) {
                let cell = open.cell.clone();
                let all = moved.into_iter().map(|one| (cell.clone(), one));
                let all: Vec<(String, Sighting)> = all.collect();
                merge(desk, memory, into, &all)?;
            }
        }
        let mut deed = self.deed;
        deed.workgroup = Some(brief.workgroup.clone());
        deeds::keep(desk.sql, &deed)?;
        brief.state = to;
        brief.by = Some(deed.by);
        brief.changed_ms = Some(desk.now_ms);
        brief.merged_into = into_id;
        brief.title = self.title.or(brief.title);
        let stays = memory.open.remove(&self.number);
        let changed = Open {
            brief: brief.clone(),
            cell,
            people: stays
                .as_ref()
                .map(|open| open.people.clone())
                .unwrap_or_default(),
            posts: stays.map(|open| open.posts).unwrap_or_default(),
        };
        keep(desk, self.number, &changed)?;
        if to.is_open() {
            memory.open.insert(self.number, changed);
        }
        Ok(brief)
    }
}

/// Moves posts into another incident: they join it as the posts of its own cell do.
fn merge<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    into: i64,
    all: &[(String, Sighting)],
) -> Result<(), Refused> {
    let Some(cell) = memory.open.get(&into).map(|open| open.cell.clone()) else {
        return Ok(());
    };
    // For this once it takes whatever there is.
    if let Some(open) = memory.open.get_mut(&into) {
        open.cell = super::detect::TOTAL.to_string();
        let first = all.iter().map(|(_, one)| one.at_ms).min();
        open.brief.began_ms = first
            .unwrap_or(open.brief.began_ms)
            .min(open.brief.began_ms);
    }
    let joined = join(desk, memory, into, all);
    if let Some(open) = memory.open.get_mut(&into) {
        open.cell = cell;
        keep(desk, into, open)?;
    }
    joined
}

/// What did supervisors do here?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowDeeds {
    /// What the one who asks may see.
    #[serde(default)]
    pub scope: Scope,
    /// Which.
    pub asked: deeds::Asked,
}

impl Question for ShowDeeds {
    const NAME: &'static str = "ShowDeeds";
    type Answer = Vec<Deed>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>, _: &mut Memory) -> Result<Vec<Deed>, Refused> {
        Ok(deeds::page(desk.sql, &self.scope, &self.asked)?)
    }
}
