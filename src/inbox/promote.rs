//! What was said about us becomes work, because a person says so: an ordinary interaction. It was not written to us,
//! so no note answers it; an agent may.

use super::context::Desk;
use super::listen::{self, Kept};
use super::made;
use super::question::{Concern, Question};
use super::rows::{json, note};
use super::state::Did;
use super::wire::Refused;
use crate::post::{InteractionId, SourceId};
use crate::scope::Scope;
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};

/// Take a post that was heard into the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoteHeard {
    /// Its number in this shard.
    pub n: i64,
    /// Who says so.
    pub by: String,
}

/// What it became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promoted {
    /// The interaction.
    pub interaction: InteractionId,
}

impl Question for PromoteHeard {
    const NAME: &'static str = "PromoteHeard";
    type Answer = Promoted;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let rows = desk.sql.run(
            "-- listened_one
SELECT l.id, l.source, l.state, l.doc, p.interaction FROM listened l LEFT JOIN post p ON p.id = l.id
WHERE l.n = ?1 + 0",
            params![self.n],
        )?;
        let row = rows.first().ok_or(Refused::NotFound)?;
        let source = SourceId::new(row.text(1)?);
        if listen::seen(desk, scope, Some(&source))?.is_empty() {
            return Err(Refused::NotFound);
        }
        // Whoever says it again is told the same.
        if let Some(seq) = row.opt_int(4)? {
            return Ok(Promoted {
                interaction: desk.shard.interaction(seq),
            });
        }
        let id = row.text(0)?;
        let Some((doc, source)) = row.opt_text(3)?.zip(desk.config.source(&source)) else {
            return Err(Refused::NotFound);
        };
        let Kept { post, triage, .. } = json(doc, "listened")?;
        let known = listen::found(desk, id)?.ok_or(Refused::NotFound)?;
        listen::queue(desk, &known)?;
        let seq = made::promoted(desk, source, id, post, triage)?;
        note(desk, seq, &self.by, Did::Promoted, Some(id))?;
        Ok(Promoted {
            interaction: desk.shard.interaction(seq),
        })
    }
}
