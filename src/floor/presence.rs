//! Presence: rebuilt from calls, or said.

use super::memory::{RESERVED_MS, Reservation, SILENCE_MS, Stated};
use super::question::{Desk, Question};
use super::settings::person;
use super::wire::{Person, Presence, Refused};
use crate::inbox::hands::{Able, Hands};
use crate::post::Workgroup;
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};

/// The most names of free agents that a claim carries with it. Past that, some who are free count as busy, and
/// their authors go to whoever is next.
const MOST_FREE: usize = 500;

/// Somebody is about to claim: what can they take?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    /// Who.
    pub agent: String,
    /// What their token serves.
    pub workgroups: Vec<Workgroup>,
    /// By what the reservation is known.
    pub key: String,
    /// How many it may lease.
    pub n: u32,
    /// Until when they wait for work, if they do: epoch milliseconds.
    #[serde(default)]
    pub until_ms: i64,
}

/// What somebody who claims can take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// Whether they take work at all.
    pub presence: Presence,
    /// What goes with the pull.
    pub able: Able,
    /// The workgroups whose work they are offered, where that is set; none named means all of their token's.
    #[serde(default)]
    pub workgroups: Vec<Workgroup>,
    /// The languages they work in; none named means all.
    #[serde(default)]
    pub languages: Vec<String>,
}

impl Question for Reserve {
    const NAME: &'static str = "Reserve";
    type Answer = Reserved;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let cap = desk.config.limits.held_per_agent;
        let keeps = desk.config.limits.affinity_minutes > 0;
        let now_ms = desk.now_ms;
        Ok(desk.with(|memory| {
            let seen = memory.heard(&self.agent, &self.workgroups, self.until_ms, now_ms);
            seen.reserved
                .retain(|one| one.until_ms > now_ms && one.key != self.key);
            let reserved = seen.reserved.iter().map(|one| one.n).sum();
            let presence = memory.presence(&self.agent, now_ms).0;
            let settings = memory.settings.get(&self.agent);
            let free = keeps.then(|| {
                let free = memory
                    .seen
                    .keys()
                    .filter(|agent| memory.is_free(agent, cap, now_ms));
                free.take(MOST_FREE).cloned().collect()
            });
            let answer = Reserved {
                presence,
                able: Able {
                    skills: Some(settings.map(|set| set.skills.clone()).unwrap_or_default()),
                    capacity: settings.map(|set| set.capacity),
                    free,
                    reserved,
                    ..Able::default()
                },
                workgroups: settings
                    .map(|set| set.workgroups.clone())
                    .unwrap_or_default(),
                languages: settings
                    .map(|set| set.languages.clone())
                    .unwrap_or_default(),
            };
            if presence == Presence::Available
                && let Some(seen) = memory.seen.get_mut(&self.agent)
            {
                seen.waits_ms = self.until_ms;
                seen.reserved.push(Reservation {
                    key: self.key,
                    n: self.n,
                    until_ms: now_ms + RESERVED_MS,
                });
            }
            answer
        }))
    }
}

/// A claim has ended: what its agent holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    /// Who.
    pub agent: String,
    /// The reservation.
    pub key: String,
    /// What they hold in all shards, where that is known.
    #[serde(default)]
    pub hands: Option<Hands>,
    /// Whether they go on waiting.
    #[serde(default)]
    pub waits: bool,
}

impl Question for Confirm {
    const NAME: &'static str = "Confirm";
    type Answer = ();

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        desk.with(|memory| {
            let Some(seen) = memory.seen.get_mut(&self.agent) else {
                return;
            };
            seen.reserved.retain(|one| one.key != self.key);
            if let Some(hands) = self.hands {
                seen.hands = hands;
            }
            if !self.waits {
                seen.waits_ms = 0;
                // Told that they wait until then, and they do not any more.
                seen.seen_ms = seen.seen_ms.min(desk.now_ms);
            }
        });
        Ok(())
    }
}

/// A sign of life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Whose.
    pub agent: String,
    /// What their token serves.
    pub workgroups: Vec<Workgroup>,
}

impl Question for Told {
    const NAME: &'static str = "Told";
    type Answer = ();

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        desk.with(|memory| {
            memory.heard(&self.agent, &self.workgroups, 0, desk.now_ms);
        });
        Ok(())
    }
}

/// Somebody says whether they are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Who.
    pub agent: String,
    /// What their token serves.
    pub workgroups: Vec<Workgroup>,
    /// What they say.
    pub presence: Presence,
    /// Until when it holds, if it ends by itself: epoch milliseconds.
    #[serde(default)]
    pub until_ms: Option<i64>,
}

impl Question for State {
    const NAME: &'static str = "State";
    const WRITES: bool = true;
    type Answer = Person;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let now_ms = desk.now_ms;
        let is_stated = matches!(self.presence, Presence::Away | Presence::WrapUp);
        let before = desk.with(|memory| memory.stated.get(&self.agent).copied());
        if is_stated {
            let same = before.filter(|before| {
                before.presence == self.presence
                    && before.until_ms.is_none_or(|until_ms| until_ms > now_ms)
            });
            let stated = Stated {
                presence: self.presence,
                since_ms: same.map_or(now_ms, |same| same.since_ms),
                until_ms: self.until_ms,
            };
            // Said again it is no change, and costs no row.
            if before != Some(stated) {
                desk.sql.run(
                    "-- state
INSERT INTO stated VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET presence = excluded.presence,
  since_ms = excluded.since_ms, until_ms = excluded.until_ms",
                    params![
                        self.agent.as_str(),
                        self.presence.as_str(),
                        stated.since_ms,
                        stated.until_ms
                    ],
                )?;
                desk.with(|memory| memory.stated.insert(self.agent.clone(), stated));
            }
        } else if before.is_some() {
            desk.sql.run(
                "-- unstate\nDELETE FROM stated WHERE agent = ?1",
                params![self.agent.as_str()],
            )?;
            desk.with(|memory| memory.stated.remove(&self.agent));
        }
        desk.with(|memory| {
            let seen = memory.heard(&self.agent, &self.workgroups, 0, now_ms);
            match self.presence {
                Presence::Offline => {
                    seen.seen_ms = now_ms - SILENCE_MS;
                    seen.waits_ms = 0;
                }
                Presence::Available if before.is_some() => seen.since_ms = now_ms,
                _ => {}
            }
        });
        Ok(desk.with(|memory| person(memory, &self.agent, now_ms)))
    }
}

/// What does the floor know of one who asks?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowMe {
    /// Who.
    pub agent: String,
    /// What their token serves.
    pub workgroups: Vec<Workgroup>,
}

impl Question for ShowMe {
    const NAME: &'static str = "ShowMe";
    type Answer = Person;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(desk.with(|memory| {
            memory.heard(&self.agent, &self.workgroups, 0, desk.now_ms);
            person(memory, &self.agent, desk.now_ms)
        }))
    }
}
