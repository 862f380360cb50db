//! Which interactions hold these posts: an incident knows its members by their posts, and the shards who may see them.

use super::context::Desk;
use super::question::{Concern, Question};
use super::visible;
use super::wire::Refused;
use crate::post::InteractionId;
use crate::scope::{Scope, names};
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};

/// Which interactions hold these posts, by the ledger's keys?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindPosts {
    /// The keys.
    pub posts: Vec<String>,
}

/// A post that is here, is not deleted, and may be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Its key.
    pub post: String,
    /// Its interaction.
    pub id: InteractionId,
    /// How that stands: `open`, `done`, `dead`.
    pub state: String,
    /// Its level.
    pub level: u8,
}

impl Question for FindPosts {
    const NAME: &'static str = "FindPosts";
    type Answer = Vec<Found>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let seen = visible::workgroups(desk, scope)?;
        let posts = serde_json::Value::from(self.posts).to_string();
        let rows = desk.sql.run(
            "-- find_posts
SELECT p.id, i.seq, i.state, i.level
FROM json_each(?1) j CROSS JOIN post p CROSS JOIN interaction i
WHERE p.id = j.value AND i.seq = p.interaction AND p.state <> 'deleted'
  AND (?2 = 1 OR i.workgroup IN (SELECT value FROM json_each(?3)) OR i.holder = ?4)",
            params![
                posts,
                i64::from(scope.all),
                names(&seen),
                scope.agent.as_str(),
            ],
        )?;
        rows.iter()
            .map(|row| {
                Ok(Found {
                    post: row.text(0)?.to_string(),
                    id: desk.shard.interaction(row.int(1)?),
                    state: row.text(2)?.to_string(),
                    level: u8::try_from(row.int(3)?).unwrap_or(0),
                })
            })
            .collect()
    }
}
