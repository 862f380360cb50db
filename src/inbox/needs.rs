//! What the work asks for that waits now: so that it is seen where nobody who is there can take it.
//!
//! A bounded look at the front of each workgroup's queue: what nobody can take comes to stand there, for all
//! else is taken before it. What asks for skills is found by an index of its own, however much stands before it.

use super::context::Desk;
use super::question::{Concern, Question};
use super::visible;
use super::wire::{Refused, Retasked};
use super::work::{ASSIGNED_MS, EMERGENCY_KEPT_MS};
use crate::post::Workgroup;
use crate::scope::Scope;
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long work may wait before it matters that nobody can take it: agents are between two calls all the time.
pub const WAITS_MS: i64 = 2 * 60_000;

/// How many are looked at, of each workgroup and of each set of skills.
const LOOKED_AT: u32 = 200;

/// What does the work that waits ask for?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowNeeds {}

/// Work that waits, of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Whose.
    pub workgroup: Workgroup,
    /// What one must be able to do for it, as it is stored; none where nothing is asked, or not any more.
    pub skills: Option<String>,
    /// Its language.
    pub lang: String,
    /// Whether it is an emergency: those are offered to people who are away on an errand too.
    pub emergency: bool,
    /// How many, of those looked at.
    pub n: i64,
    /// Since when the first of them could be claimed: epoch milliseconds.
    pub since_ms: i64,
}

/// What waits, and who is away from what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// What waits.
    pub needs: Vec<Need>,
    /// Which workgroups are away.
    #[serde(default)]
    pub retasked: Vec<Retasked>,
}

impl Needs {
    /// Adds another shard's.
    pub fn add(&mut self, other: Needs) {
        for need in other.needs {
            let same = self.needs.iter_mut().find(|one| {
                one.workgroup == need.workgroup
                    && one.skills == need.skills
                    && one.lang == need.lang
                    && one.emergency == need.emergency
            });
            match same {
                Some(one) => {
                    one.n += need.n;
                    one.since_ms = one.since_ms.min(need.since_ms);
                }
                None => self.needs.push(need),
            }
        }
        if self.retasked.is_empty() {
            self.retasked = other.retasked;
        }
    }
}

impl Question for ShowNeeds {
    const NAME: &'static str = "ShowNeeds";
    type Answer = Needs;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        needs(desk, scope)
    }
}

/// What waits of what the caller may see, longer than [`WAITS_MS`] and assigned to nobody.
fn needs<S: Sql>(desk: Desk<'_, S>, scope: &Scope) -> Result<Needs, Refused> {
    let seen = visible::workgroups(desk, scope)?;
    let mut groups = desk.config.workgroups();
    groups.retain(|group| scope.all || seen.contains(group));
    let before_ms = desk.now_ms - WAITS_MS;
    let needed = desk.config.skills_needed();
    let mut found = BTreeMap::new();
    for group in &groups {
        let mut rows = desk.sql.run(
            "-- needs
SELECT seq, iif(relaxed_ms <= ?2 + 0, NULL, skills), lang, rank < 0, available_ms FROM interaction INDEXED BY ready
WHERE state = 'open' AND workgroup = ?1 || '' AND available_ms <= ?3 + 0
  AND (assigned IS NULL OR assigned_ms <= ?5 + 0 OR (rank < 0 AND assigned_ms <= ?6 + 0))
ORDER BY rank LIMIT ?4 + 0",
            params![
                group.as_str(),
                desk.now_ms,
                before_ms,
                LOOKED_AT,
                desk.now_ms - ASSIGNED_MS,
                desk.now_ms - EMERGENCY_KEPT_MS,
            ],
        )?;
        for skills in &needed {
            rows.extend(desk.sql.run(
                "-- needs_skills
SELECT seq, skills, lang, rank < 0, available_ms FROM interaction INDEXED BY skilled
WHERE state = 'open' AND workgroup = ?1 || '' AND skills = ?5 || '' AND available_ms <= ?3 + 0
  AND (assigned IS NULL OR assigned_ms <= ?6 + 0) AND (relaxed_ms IS NULL OR relaxed_ms > ?2 + 0) LIMIT ?4 + 0",
                params![
                    group.as_str(),
                    desk.now_ms,
                    before_ms,
                    LOOKED_AT,
                    *skills,
                    desk.now_ms - ASSIGNED_MS,
                ],
            )?);
        }
        for row in rows {
            found.insert(
                row.int(0)?,
                Need {
                    workgroup: group.clone(),
                    // What no rule asks for any more is asked of nobody: see `work::beyond`.
                    skills: row
                        .opt_text(1)?
                        .filter(|skills| needed.contains(skills))
                        .map(str::to_string),
                    lang: row.text(2)?.to_string(),
                    emergency: row.int(3)? != 0,
                    n: 1,
                    since_ms: row.int(4)?,
                },
            );
        }
    }
    let mut all = Needs {
        needs: Vec::new(),
        retasked: super::retask::away(desk)?,
    };
    for need in found.into_values() {
        all.add(Needs {
            needs: vec![need],
            retasked: Vec::new(),
        });
    }
    Ok(all)
}
