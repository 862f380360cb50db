//! Who holds what, since when: every lease that holds now. The leases themselves say so, not the floor, which
//! may have begun anew since they were given.

use super::context::Desk;
use super::question::{Concern, Question};
use super::visible;
use super::wire::Refused;
use crate::post::InteractionId;
use crate::scope::{Scope, names};
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};

/// Who holds what?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowHolders {
    /// Only what this agent holds.
    #[serde(default)]
    pub agent: Option<String>,
}

/// A lease. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds {
    /// Who has it.
    pub agent: String,
    /// The interaction.
    pub id: InteractionId,
    /// Since when.
    pub since_ms: i64,
    /// Until when, without a sign of life.
    pub until_ms: i64,
    /// Whether it is in private.
    pub private: bool,
}

impl Question for ShowHolders {
    const NAME: &'static str = "ShowHolders";
    type Answer = Vec<Holds>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let seen = visible::workgroups(desk, scope)?;
        let rows = desk.sql.run(
            "-- holders
SELECT holder, seq, available_ms, in_private,
  (SELECT max(at_ms) FROM history h WHERE h.interaction = i.seq AND h.did = 'claimed' AND h.who = i.holder)
FROM interaction i INDEXED BY held
WHERE lease IS NOT NULL AND state = 'open' AND available_ms > ?1 AND (?2 IS NULL OR holder = ?2)
  AND (?3 = 1 OR workgroup IN (SELECT value FROM json_each(?4)) OR holder = ?5)
ORDER BY holder, seq",
            params![
                desk.now_ms,
                self.agent.as_deref(),
                i64::from(scope.all),
                names(&seen),
                scope.agent.as_str(),
            ],
        )?;
        rows.iter()
            .map(|row| {
                let until_ms = row.int(2)?;
                Ok(Holds {
                    agent: row.text(0)?.to_string(),
                    id: desk.shard.interaction(row.int(1)?),
                    since_ms: row.opt_int(4)?.unwrap_or(desk.now_ms),
                    until_ms,
                    private: row.opt_int(3)?.is_some(),
                })
            })
            .collect()
    }
}
