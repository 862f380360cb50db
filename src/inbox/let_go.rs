//! An agent leaves for good: what they hold, and what is kept for them, is their groups' again, and their public name
//! is forgotten. Their deeds, replies and notes stay: they are the work's history.

use super::context::Desk;
use super::known_as;
use super::question::{Concern, Question};
use super::visible;
use super::wire::Refused;
use super::work;
use crate::post::{InteractionId, Workgroup};
use crate::scope::{Scope, names};
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};

/// The most interactions that are given back by one question: more than anybody may hold.
const MOST: i64 = 1_000;

/// Give back what an agent holds: they work here no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetGo {
    /// Who.
    pub agent: String,
    /// Which supervisor says so.
    pub by: String,
}

impl Question for LetGo {
    const NAME: &'static str = "LetGo";
    type Answer = Vec<InteractionId>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        known_as::forget(desk, &self.agent)?;
        let seen = visible::workgroups(desk, scope)?;
        let rows = desk.sql.run(
            "-- theirs_to_give_back
SELECT seq, workgroup FROM (
  SELECT seq, workgroup FROM interaction INDEXED BY held
  WHERE holder = ?1 || '' AND lease IS NOT NULL AND state = 'open'
  UNION SELECT seq, workgroup FROM interaction INDEXED BY kept WHERE kept_for = ?1 || '' AND state = 'open')
WHERE ?2 = 1 OR workgroup IN (SELECT value FROM json_each(?3)) ORDER BY seq LIMIT ?4 + 0",
            params![
                self.agent.as_str(),
                i64::from(scope.all),
                names(&seen),
                MOST
            ],
        )?;
        let mut given = Vec::new();
        for row in &rows {
            let (seq, group) = (row.int(0)?, Workgroup::new(row.text(1)?));
            work::assign(desk, seq, None, Some(&group), &self.by)?;
            given.push(desk.shard.interaction(seq));
        }
        Ok(given)
    }
}
