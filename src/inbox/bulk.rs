//! One deed to many interactions: a supervisor ends or assigns up to a hundred at once.
//!
//! Each comes out by itself, and says how: what cannot be done to one does not keep it from the others. A dry run
//! tells the same and changes nothing.
//!
//! It takes nothing from anybody: what an agent holds is left to them, and an emergency that nobody has answered is
//! ended by nobody who has not opened it.

use super::question::{Concern, Question};
use super::rows;
use super::state::{Did, Stored};
use super::wire::Refused;
use super::{event, marks, promise, sla, visible, work};
use crate::inbox::context::Desk;
use crate::judgement::Level;
use crate::post::{InteractionId, Workgroup};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// The most interactions of one call.
pub const MOST: usize = 100;

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// End them.
    Resolve {
        /// How they end.
        outcome: String,
        /// For those who read them later.
        #[serde(default)]
        note: Option<String>,
    },
    /// Add tags, and take some off.
    Tag {
        /// Which to add.
        #[serde(default)]
        add: Vec<String>,
        /// Which to take off.
        #[serde(default)]
        remove: Vec<String>,
    },
    /// Give them to an agent, a workgroup or both.
    Assign {
        /// To whom.
        #[serde(default)]
        agent: Option<String>,
        /// To which workgroup.
        #[serde(default)]
        workgroup: Option<Workgroup>,
        /// What the agent's tokens serve.
        #[serde(default)]
        serves: Vec<Workgroup>,
    },
}

/// Do the same to many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// The interactions' numbers.
    pub seqs: Vec<i64>,
    /// What.
    pub act: Act,
    /// Who says so.
    pub by: String,
    /// Only tell what would come of it.
    #[serde(default)]
    pub dry_run: bool,
    /// When what is to be ended was looked at: what an author said since then was read by nobody.
    #[serde(default)]
    pub as_of_ms: Option<i64>,
}

/// What came of it for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    /// Which.
    pub id: InteractionId,
    /// What.
    pub outcome: Outcome,
    /// Who holds it, where that is why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is done; in a dry run, it would be.
    Done,
    /// It was so already.
    Already,
    /// No interaction has that id, or the caller may not see it.
    NotFound,
    /// It has ended, otherwise than is asked.
    Ended,
    /// An agent holds it.
    Held,
    /// It is an emergency that nobody has answered.
    Emergency,
    /// Its author has said something since.
    Unheard,
    /// The agent does not serve its workgroup.
    NotServed,
    /// It has as many tags as one may have.
    Full,
    /// Its shard did not answer: it may be done or not.
    Unavailable,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 10] = [
        Outcome::Done,
        Outcome::Already,
        Outcome::NotFound,
        Outcome::Ended,
        Outcome::Held,
        Outcome::Emergency,
        Outcome::Unheard,
        Outcome::NotServed,
        Outcome::Full,
        Outcome::Unavailable,
    ];
}

impl Question for Bulk {
    const NAME: &'static str = "Bulk";
    type Answer = Vec<Came>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let each = self.seqs.iter().take(MOST).map(|seq| {
            let (outcome, holder) = self.one(desk, scope, *seq)?;
            Ok(Came {
                id: desk.shard.interaction(*seq),
                outcome,
                holder,
            })
        });
        each.collect()
    }
}

/// Whether an interaction would have no more tags than it may.
fn has_room<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    add: &[String],
    remove: &[String],
) -> Result<bool, SqlError> {
    let list = |tags: &[String]| serde_json::Value::from(tags.to_vec()).to_string();
    let rows = desk.sql.run(
        "-- tags_then
SELECT count(*) FROM (
  SELECT tag FROM tag WHERE interaction = ?1 AND tag NOT IN (SELECT value FROM json_each(?3))
  UNION SELECT value FROM json_each(?2))",
        params![seq, list(add), list(remove)],
    )?;
    let n = rows.first().ok_or(SqlError::Json("answer"))?.int(0)?;
    Ok(n <= i64::from(marks::MOST_TAGS))
}

impl Bulk {
    fn one<S: Sql>(
        &self,
        desk: Desk<'_, S>,
        scope: &Scope,
        seq: i64,
    ) -> Result<(Outcome, Option<String>), Refused> {
        match visible::workgroup(desk, scope, seq) {
            Ok(_) => {}
            Err(Refused::NotFound) => return Ok((Outcome::NotFound, None)),
            Err(why) => return Err(why),
        }
        let record = rows::interaction(desk, seq)?;
        // A tag is for everybody who sees it, held or not.
        let takes = !matches!(self.act, Act::Tag { .. });
        if takes
            && record.is_held(desk.now_ms)
            && record.holder.as_deref() != Some(self.by.as_str())
        {
            return Ok((Outcome::Held, record.holder));
        }
        let outcome = match &self.act {
            Act::Resolve { outcome, note } => {
                if !record.is_open() {
                    let is_same =
                        record.stored == Stored::Done && record.outcome.as_deref() == Some(outcome);
                    match is_same {
                        true => Outcome::Already,
                        false => Outcome::Ended,
                    }
                } else if record.owed_ms.is_some() && record.owed_level == Level::Emergency {
                    Outcome::Emergency
                } else if self.is_unheard(desk, seq)? {
                    Outcome::Unheard
                } else {
                    if !self.dry_run {
                        if record.lease.is_some() {
                            // One that ran out must not name its holder as who ended it.
                            work::free(desk, seq, desk.now_ms, None)?;
                        }
                        let closed = promise::close(desk, seq, promise::End::Unanswered)?;
                        sla::ended(desk, seq, closed)?;
                        work::end(desk, seq, outcome, note.as_deref())?;
                        rows::note(desk, seq, &self.by, Did::Resolved, Some(outcome))?;
                    }
                    Outcome::Done
                }
            }
            Act::Tag { add, remove } => {
                if !has_room(desk, seq, add, remove)? {
                    Outcome::Full
                } else {
                    if !self.dry_run {
                        marks::tag(desk, seq, add, remove)?;
                        event::note(desk, seq, "tagged", None)?;
                    }
                    Outcome::Done
                }
            }
            Act::Assign {
                agent,
                workgroup,
                serves,
            } => {
                let agent = agent.as_deref().map(|agent| (agent, serves.as_slice()));
                let group = workgroup.as_ref();
                if !record.is_open() {
                    Outcome::Ended
                } else if !work::may_be_given(desk, &record.workgroup, agent, group)? {
                    Outcome::NotServed
                } else {
                    if !self.dry_run {
                        work::assign(desk, seq, agent, group, &self.by)?;
                    }
                    Outcome::Done
                }
            }
        };
        Ok((outcome, None))
    }

    /// Whether the author has said something since it was looked at.
    fn is_unheard<S: Sql>(&self, desk: Desk<'_, S>, seq: i64) -> Result<bool, SqlError> {
        let Some(as_of_ms) = self.as_of_ms else {
            return Ok(false);
        };
        let rows = desk.sql.run(
            "-- said_since
SELECT 1 FROM post_in WHERE seq = ?1 AND received_ms > ?2 AND state <> 'deleted'
UNION ALL SELECT 1 FROM history WHERE interaction = ?1 AND at_ms > ?2
  AND did IN ('post_edited', 'post_completed') LIMIT 1",
            params![seq, as_of_ms],
        )?;
        Ok(!rows.is_empty())
    }
}
