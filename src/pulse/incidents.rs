//! Looking at incidents, and what supervisors do with them.

use super::kept::{find, now_of, public, put, write};
use super::memory::{Memory, json, words_of};
use super::question::{Desk, Question};
use super::tell::{id_of, join, open};
use super::wire::{Brief, Changed, Refused, Sighting, State, Whole};
use crate::cell::TOTAL;
use crate::deeds::{self, Deed};
use crate::inbox::line::Public;
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
        let source = memory.sources.get(&brief.source);
        // Those whose minutes have gone, and those who wrote lately.
        let lately = words_of(source.into_iter().flat_map(|source| source.recent.values()));
        let before = source.map(|source| &source.words);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        // Only what the members wrote is asked about.
        let theirs: BTreeSet<&String> = members.iter().flat_map(|one| &one.terms).collect();
        let words = theirs.into_iter().map(|term| {
            let now = lately.values().filter(|words| words.contains(term)).count();
            let then = before.and_then(|words| words.n.get(term)).copied();
            (term.clone(), then.unwrap_or(0).saturating_add(count(now)))
        });
        Ok(Whole {
            words: words.collect::<BTreeMap<_, _>>(),
            of: before
                .map_or(0, |words| words.of)
                .saturating_add(count(lately.len())),
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
        deeds::keep(desk.sql, &self.deed, desk.config.limits.audit_days)?;
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
            also: Vec::new(),
            parts: Vec::new(),
            line: None,
            people: 0,
            posts: 0,
            spread: 0,
            rank: 0,
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
    type Answer = Changed;

    /// Saying the same again changes nothing and is no mistake.
    fn answer<S: Sql>(self, desk: &Desk<'_, S>, memory: &mut Memory) -> Result<Changed, Refused> {
        let (mut brief, cell) = find(desk, memory, &self.scope, self.number)?;
        let (to, into) = match self.becomes {
            Becomes::Confirmed => (State::Confirmed, None),
            Becomes::Closed => (State::Closed, None),
            Becomes::Merged(into) => (State::Merged, Some(into)),
        };
        let mut hear = Vec::new();
        let into_id = into.map(id_of);
        let is_said = brief.state == to && brief.merged_into == into_id;
        if is_said && (self.title.is_none() || self.title == brief.title) {
            // Shards that were not told are told by this.
            let hear = public(self.number, &cell, &brief).into_iter().collect();
            return Ok(Changed { brief, hear });
        }
        if !brief.state.is_open() {
            return Err(Refused::State(brief.state));
        }
        if let Some(into) = into {
            let (other, _) = find(desk, memory, &self.scope, into)?;
            if into == self.number || !other.state.is_open() {
                return Err(Refused::State(other.state));
            }
            if other.source != brief.source {
                return Err(Refused::Source);
            }
            hear.extend(merge(desk, memory, (self.number, &cell, &brief), into)?);
        }
        let mut deed = self.deed;
        deed.workgroup = Some(brief.workgroup.clone());
        deeds::keep(desk.sql, &deed, desk.config.limits.audit_days)?;
        brief.state = to;
        brief.by = Some(deed.by);
        brief.changed_ms = Some(desk.now_ms);
        brief.merged_into = into_id;
        brief.title = self.title.or(brief.title);
        if let (false, Some(line)) = (to.is_open(), &mut brief.line) {
            line.until_ms = line.until_ms.min(desk.now_ms);
            line.serial = line.serial.saturating_add(1);
            hear.extend(public(self.number, &cell, &brief));
        }
        put(desk, memory, self.number, &cell, &brief)?;
        Ok(Changed { brief, hear })
    }
}

/// Makes an incident a part of another: its posts go over, and who writes of the same from now on joins the other. Gives
/// the other's line, where it has one: more are told it now.
fn merge<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    (number, cell, brief): (i64, &str, &Brief),
    into: i64,
) -> Result<Option<Public>, Refused> {
    let moved = members(desk, number)?;
    let Some(open) = memory.open.get_mut(&into) else {
        return Err(Refused::NotFound);
    };
    let more = std::iter::once(cell).chain(brief.also.iter().map(String::as_str));
    for cell in more {
        if !open.cells().any(|known| known == cell) {
            open.brief.also.push(cell.to_string());
        }
    }
    open.brief.parts.push(number);
    open.brief.parts.extend(&brief.parts);
    if let Some(line) = &mut open.brief.line {
        line.serial = line.serial.saturating_add(1);
    }
    open.brief.began_ms = open.brief.began_ms.min(brief.began_ms);
    open.brief.last_ms = open.brief.last_ms.max(brief.last_ms);
    // What had been merged into it before came from other cells still: for this once all join.
    open.brief.also.push(TOTAL.to_string());
    let all: Vec<(String, Sighting)> = moved
        .into_iter()
        .map(|one| (TOTAL.to_string(), one))
        .collect();
    let joined = join(desk, memory, into, &all);
    let Some(open) = memory.open.get_mut(&into) else {
        return Err(Refused::NotFound);
    };
    open.brief.also.pop();
    joined?;
    write(desk, into, &open.cell, &open.brief)?;
    Ok(public(into, &open.cell, &open.brief))
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
