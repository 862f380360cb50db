//! What the floor has in its memory: everybody's settings, and who called when.

use super::wire::{CAPACITY, Presence, Settings};
use crate::inbox::hands::Hands;
use crate::post::Workgroup;
use std::collections::BTreeMap;

/// Who was not heard of for so long is offline, in milliseconds: longer than the longest wait of a claim and
/// the pauses between two signs of life, and short enough that nobody's customer waits for them.
pub const SILENCE_MS: i64 = 120_000;

/// How long a claim's reservation counts, in milliseconds, if nobody confirms it.
pub const RESERVED_MS: i64 = 10_000;

/// The most people the floor knows: past that, who was silent longest is forgotten.
pub const MOST: usize = 20_000;

/// A claim under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Which.
    pub key: String,
    /// How many it may lease.
    pub n: u32,
    /// Until when it counts.
    pub until_ms: i64,
}

/// What somebody said of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// What.
    pub presence: Presence,
    /// Since when.
    pub since_ms: i64,
    /// Until when.
    pub until_ms: Option<i64>,
}

/// Somebody who called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The last time; a claim that waits counts until its end.
    pub seen_ms: i64,
    /// Since when they are there without a silence.
    pub since_ms: i64,
    /// The workgroups that their token serves.
    pub workgroups: Vec<Workgroup>,
    /// What they held when their last claim ended.
    pub hands: Hands,
    /// Until when a claim of theirs waits: whoever waits has a hand free.
    pub waits_ms: i64,
    /// Their claims under way.
    pub reserved: Vec<Reservation>,
}

/// The floor's memory.
#[derive(Debug, Default)]
pub struct Memory {
    /// When it began: for as long as a silence lasts, nobody can be called absent.
    pub began_ms: Option<i64>,
    /// Everybody's settings.
    pub settings: BTreeMap<String, Settings>,
    /// What people said of themselves.
    pub stated: BTreeMap<String, Stated>,
    /// Who called.
    pub seen: BTreeMap<String, Seen>,
}

impl Memory {
    /// Whether the floor is up long enough to know who is not there.
    pub fn knows_absence(&self, now_ms: i64) -> bool {
        self.began_ms
            .is_some_and(|began_ms| began_ms + SILENCE_MS <= now_ms)
    }

    /// Somebody called, or waits until then.
    pub fn heard(
        &mut self,
        agent: &str,
        workgroups: &[Workgroup],
        until_ms: i64,
        now_ms: i64,
    ) -> &mut Seen {
        if self.seen.len() >= MOST && !self.seen.contains_key(agent) {
            self.forget(now_ms);
        }
        let seen = self.seen.entry(agent.to_string()).or_default();
        if seen.seen_ms + SILENCE_MS <= now_ms {
            seen.since_ms = now_ms;
            seen.waits_ms = 0;
        }
        seen.seen_ms = seen.seen_ms.max(now_ms).max(until_ms);
        if seen.workgroups != workgroups {
            seen.workgroups = workgroups.to_vec();
        }
        seen
    }

    /// Forgets who is offline; and where that is nobody, who was silent longest.
    fn forget(&mut self, now_ms: i64) {
        self.seen
            .retain(|_, seen| seen.seen_ms + SILENCE_MS > now_ms);
        if self.seen.len() >= MOST {
            let oldest = self.seen.iter().min_by_key(|(_, seen)| seen.seen_ms);
            if let Some(agent) = oldest.map(|(agent, _)| agent.clone()) {
                self.seen.remove(&agent);
            }
        }
    }

    /// What somebody said of themselves, while it holds.
    pub fn said(&self, agent: &str, now_ms: i64) -> Option<Stated> {
        let stated = self.stated.get(agent).copied();
        stated.filter(|stated| stated.until_ms.is_none_or(|until_ms| until_ms > now_ms))
    }

    /// Whether somebody is there, and since when.
    pub fn presence(&self, agent: &str, now_ms: i64) -> (Presence, Option<i64>) {
        let Some(seen) = self.seen.get(agent) else {
            return (Presence::Offline, None);
        };
        let silent_ms = seen.seen_ms + SILENCE_MS;
        if silent_ms <= now_ms {
            return (Presence::Offline, Some(silent_ms));
        }
        match (self.said(agent, now_ms), self.stated.get(agent)) {
            (Some(stated), _) => (stated.presence, Some(stated.since_ms.max(seen.since_ms))),
            (None, Some(over)) => {
                let since_ms = over.until_ms.unwrap_or(seen.since_ms);
                (Presence::Available, Some(since_ms.max(seen.since_ms)))
            }
            (None, None) => (Presence::Available, Some(seen.since_ms)),
        }
    }

    /// How many somebody has in hand at once; where nothing is set for them, as many as anybody.
    fn capacity(&self, agent: &str, cap: u32) -> u32 {
        let settings = self.settings.get(agent);
        settings.map_or(cap, |settings| settings.capacity.all())
    }

    /// Whether somebody is there, takes work and has a hand free. `cap` is how many anybody may hold.
    pub fn is_free(&self, agent: &str, cap: u32, now_ms: i64) -> bool {
        let Some(seen) = self.seen.get(agent) else {
            return false;
        };
        self.presence(agent, now_ms).0 == Presence::Available
            && (seen.waits_ms > now_ms || seen.hands.all() < self.capacity(agent, cap))
    }

    /// The workgroups whose work somebody is offered: those of their token that their settings do not leave out.
    pub fn serves(&self, agent: &str) -> Vec<Workgroup> {
        let set = self
            .settings
            .get(agent)
            .map(|set| set.workgroups.as_slice());
        let set = set.filter(|set| !set.is_empty());
        match (self.seen.get(agent), set) {
            (Some(seen), Some(set)) => {
                let own = seen.workgroups.iter().filter(|group| set.contains(group));
                own.cloned().collect()
            }
            (Some(seen), None) => seen.workgroups.clone(),
            (None, Some(set)) => set.to_vec(),
            (None, None) => Vec::new(),
        }
    }
}

/// What settings are where a supervisor set nothing but some of them.
pub fn usual() -> Settings {
    Settings {
        capacity: CAPACITY,
        ..Settings::default()
    }
}
