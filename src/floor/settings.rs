//! What supervisors set for agents, and who there is.

use super::memory::{MOST, Memory};
use super::question::{Desk, Question};
use super::wire::{Person, Presence, Refused, Settings};
use crate::deeds::{self, Deed};
use crate::post::Workgroup;
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Somebody as the floor knows them.
pub(super) fn person(memory: &Memory, agent: &str, now_ms: i64) -> Person {
    let (presence, since_ms) = memory.presence(agent, now_ms);
    let said = memory.said(agent, now_ms);
    let said = said.filter(|said| said.presence == presence);
    Person {
        agent: agent.to_string(),
        presence,
        since_ms,
        until_ms: said.and_then(|said| said.until_ms),
        seen_ms: memory.seen.get(agent).map(|seen| seen.seen_ms.min(now_ms)),
        serves: memory.serves(agent),
        settings: memory.settings.get(agent).cloned(),
    }
}

/// A supervisor sets what an agent does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Put {
    /// Whose settings.
    pub agent: String,
    /// What they are from now on.
    pub settings: Settings,
    /// What the supervisor may see.
    #[serde(default)]
    pub scope: Scope,
    /// What the agent's tokens serve, as the accounts know it; `None`: nobody of that name has used one.
    #[serde(default)]
    pub serves: Option<Vec<Workgroup>>,
    /// What it is in the log of deeds.
    pub deed: Deed,
}

impl Question for Put {
    const NAME: &'static str = "Put";
    const WRITES: bool = true;
    type Answer = Person;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let before = desk.with(|memory| memory.settings.get(&self.agent).cloned());
        is_own(desk, &self.agent, &self.scope, self.serves.as_deref())?;
        let known = desk.with(|memory| memory.settings.len());
        if before.is_none() && known >= MOST {
            return Err(Refused::Full);
        }
        deeds::keep(desk.sql, &self.deed, desk.config.limits.audit_days)?;
        if before.as_ref() != Some(&self.settings) {
            let settings =
                serde_json::to_string(&self.settings).map_err(|_| SqlError::Json("settings"))?;
            desk.sql.run(
                "-- set
INSERT INTO agent VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET settings = excluded.settings,
  by = excluded.by, at_ms = excluded.at_ms",
                params![
                    self.agent.as_str(),
                    settings,
                    self.deed.by.as_str(),
                    desk.now_ms
                ],
            )?;
        }
        Ok(desk.with(|memory| {
            memory.settings.insert(self.agent.clone(), self.settings);
            person(memory, &self.agent, desk.now_ms)
        }))
    }
}

/// Whether an agent is for this supervisor to set: whoever serves other people's work too is for somebody who sees
/// all of it.
fn is_own<S: Sql>(
    desk: &Desk<'_, S>,
    agent: &str,
    scope: &Scope,
    serves: Option<&[Workgroup]>,
) -> Result<(), Refused> {
    let (before, seen) = desk.with(|memory| {
        let seen = memory.seen.get(agent);
        (
            memory.settings.get(agent).cloned(),
            seen.map(|seen| seen.workgroups.clone()),
        )
    });
    let own = |groups: &[Workgroup]| groups.iter().all(|group| scope.has(group));
    let is_own = match (&before, &seen) {
        _ if scope.all => true,
        (Some(before), _) if !before.workgroups.is_empty() => own(&before.workgroups),
        // A deploy empties the memory: somebody who is not in it may be known all the same.
        (_, None) if before.is_some() && serves.is_none() => false,
        (_, seen) => [seen.as_deref(), serves].into_iter().flatten().all(own),
    };
    match is_own {
        true => Ok(()),
        false => Err(Refused::NotYours),
    }
}

/// A supervisor lets an agent go: settings, what they said of themselves and their presence are gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    /// Who.
    pub agent: String,
    /// What the supervisor may see.
    #[serde(default)]
    pub scope: Scope,
    /// What the agent's tokens serve, as the accounts know it; `None`: nobody of that name has used one.
    #[serde(default)]
    pub serves: Option<Vec<Workgroup>>,
    /// What it is in the log of deeds.
    pub deed: Deed,
}

impl Question for Remove {
    const NAME: &'static str = "Remove";
    const WRITES: bool = true;
    /// Whether the floor knew them.
    type Answer = bool;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        is_own(desk, &self.agent, &self.scope, self.serves.as_deref())?;
        deeds::keep(desk.sql, &self.deed, desk.config.limits.audit_days)?;
        for statement in [
            "-- unset\nDELETE FROM agent WHERE id = ?1",
            "-- unsaid\nDELETE FROM stated WHERE agent = ?1",
        ] {
            desk.sql.run(statement, params![self.agent.as_str()])?;
        }
        Ok(desk.with(|memory| {
            let set = memory.settings.remove(&self.agent).is_some();
            let said = memory.stated.remove(&self.agent).is_some();
            let seen = memory.seen.remove(&self.agent).is_some();
            set || said || seen
        }))
    }
}

/// Who is there, and who could be?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowPeople {
    /// What the one who asks may see.
    #[serde(default)]
    pub scope: Scope,
}

impl Question for ShowPeople {
    const NAME: &'static str = "ShowPeople";
    type Answer = Vec<Person>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(desk.with(|memory| {
            let names: BTreeSet<&String> =
                memory.settings.keys().chain(memory.seen.keys()).collect();
            let people = names
                .into_iter()
                .map(|agent| person(memory, agent, desk.now_ms));
            // Colleagues are those who serve some of the same work.
            let is_seen = |person: &Person| {
                self.scope.all
                    || person.agent == self.scope.agent
                    || person.serves.iter().any(|group| self.scope.has(group))
            };
            people.filter(is_seen).collect()
        }))
    }
}

/// Who can take work now?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowPresent {}

/// Who can take work now, and whether the floor is up long enough to say who is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Who is there: available, or about to be.
    pub people: Vec<Person>,
    /// Whether who is not among them is not there.
    pub knows_absence: bool,
}

impl Question for ShowPresent {
    const NAME: &'static str = "ShowPresent";
    type Answer = Present;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(desk.with(|memory| {
            let people = memory
                .seen
                .keys()
                .map(|agent| person(memory, agent, desk.now_ms));
            let there =
                |person: &Person| matches!(person.presence, Presence::Available | Presence::WrapUp);
            Present {
                people: people.filter(there).collect(),
                knows_absence: memory.knows_absence(desk.now_ms),
            }
        }))
    }
}

/// What are somebody's settings?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Whose.
    pub agent: String,
}

impl Question for Who {
    const NAME: &'static str = "Who";
    type Answer = Option<Settings>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(desk.with(|memory| memory.settings.get(&self.agent).cloned()))
    }
}
