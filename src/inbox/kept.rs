//! What an agent hands over or puts off, and for whom it is kept then.
//!
//! Kept is what is assigned for five minutes only and comes before the other work of the one it is for
//! (`kept_for`); not taken by then it is the workgroup's. `assigned_ms` says since when it would have been
//! assigned to be free at that time, so every statement that asks for an assignment's end finds it.

use super::question::{Concern, Question};
use super::rows::{self, Record, note};
use super::state::Did;
use super::wire::{Holding, Interaction, Refused};
use super::{marks, past_due, retask, work};
use crate::inbox::context::Desk;
use crate::inbox::rank::EMERGENCY_RANK;
use crate::inbox::ready::Work;
use crate::judgement::Level;
use crate::post::Workgroup;
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// How long what was handed to an agent, or put off by them, is kept for them alone.
pub const KEPT_MS: i64 = 5 * 60_000;

/// The furthest that an agent may put something off: what is owed comes back by its deadline anyway.
pub const MOST_SNOOZED_MS: i64 = 30 * 86_400_000;

/// Hand one to an agent, a workgroup or both, with a word for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    /// Which.
    pub holding: Holding,
    /// To whom.
    pub agent: Option<String>,
    /// To which workgroup.
    pub workgroup: Option<Workgroup>,
    /// What they should know.
    pub note: String,
    /// What the agent's tokens serve.
    #[serde(default)]
    pub serves: Vec<Workgroup>,
}

impl Question for Transfer {
    const NAME: &'static str = "Transfer";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        transfer(desk, &self)
    }
}

/// Put one off until a time, and then offer it to the same agent first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snooze {
    /// Which.
    pub holding: Holding,
    /// Until when: epoch milliseconds.
    pub until_ms: i64,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Question for Snooze {
    const NAME: &'static str = "Snooze";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        snooze(desk, &self.holding, self.until_ms, self.reason.as_deref())
    }
}

/// Since when something would have been assigned that is to be kept for [`KEPT_MS`] from a moment on.
pub(super) fn from_ms(from_ms: i64) -> i64 {
    from_ms - (work::ASSIGNED_MS - KEPT_MS)
}

/// Keeps one for an agent from a moment on. An emergency is kept a minute, as every assigned one.
fn keep<S: Sql>(
    desk: Desk<'_, S>,
    record: &Record,
    agent: &str,
    at_ms: i64,
) -> Result<(), SqlError> {
    let since_ms = match record.rank < EMERGENCY_RANK {
        true => at_ms,
        false => from_ms(at_ms),
    };
    desk.sql.run(
        "-- keep
UPDATE interaction SET assigned = ?2, assigned_ms = ?3, kept_for = ?2 WHERE seq = ?1",
        params![record.seq, agent, since_ms],
    )?;
    Ok(())
}

/// Its holder hands it on, with a word for whoever goes on. News that they have not seen go with it.
fn transfer<S: Sql>(desk: Desk<'_, S>, asked: &Transfer) -> Result<Interaction, Refused> {
    let record = work::held(desk, &asked.holding)?;
    let by = asked.holding.agent.as_str();
    // What nobody but this agent may claim and this agent may not would wait for nobody.
    if asked.agent.is_some() {
        let own = Workgroup::new(record.workgroup.as_str());
        let to = asked.workgroup.as_ref().unwrap_or(&own);
        if !retask::served(desk, &asked.serves)?.contains(to) {
            return Err(Refused::NotServed {
                workgroup: to.clone(),
            });
        }
    }
    work::free(desk, record.seq, desk.now_ms, None)?;
    past_due::advance(desk)?;
    desk.sql.run(
        "-- transfer
UPDATE interaction SET assigned = NULL, assigned_ms = NULL, workgroup = coalesce(?2, workgroup),
  skills = iif(coalesce(?2, workgroup) = workgroup, skills, NULL),
  relaxed_ms = iif(coalesce(?2, workgroup) = workgroup, relaxed_ms, NULL)
WHERE seq = ?1",
        params![record.seq, asked.workgroup.as_ref().map(Workgroup::as_str)],
    )?;
    if let Some(agent) = &asked.agent {
        keep(desk, &record, agent, desk.now_ms)?;
    }
    let to = [
        asked.agent.as_deref(),
        asked.workgroup.as_ref().map(Workgroup::as_str),
    ];
    let to: Vec<&str> = to.into_iter().flatten().collect();
    note(desk, record.seq, by, Did::Transferred, Some(&to.join(", ")))?;
    let most = marks::MOST_WITH_TRANSFERS;
    marks::remark(desk, record.seq, by, &asked.note, most)?;
    if record.live == 0 {
        work::end_withdrawn(desk, record.seq)?;
    }
    rows::view(desk, record.seq)
}

/// Its holder puts it off until a time and has it first then. As with what is given back: what is owed comes
/// back by its deadline, an emergency at once, and what its holder has not seen ends the delay before it begins.
fn snooze<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    until_ms: i64,
    reason: Option<&str>,
) -> Result<Interaction, Refused> {
    let record = work::held(desk, holding)?;
    let until_ms = until_ms.clamp(desk.now_ms, desk.now_ms + MOST_SNOOZED_MS);
    let back_ms = match record.owed_level {
        _ if record.changes != record.seen => desk.now_ms,
        _ if record.owed_ms.is_none() => until_ms,
        Level::Emergency => desk.now_ms,
        // Early enough that others may still have it in time where whoever put it off is gone.
        _ => until_ms.min(record.deadline_ms - KEPT_MS).max(desk.now_ms),
    };
    work::free(desk, record.seq, back_ms, None)?;
    keep(desk, &record, &holding.agent, back_ms)?;
    desk.ready.note(Work::One(record.seq), back_ms);
    note(desk, record.seq, &holding.agent, Did::Snoozed, reason)?;
    if record.live == 0 {
        work::end_withdrawn(desk, record.seq)?;
    }
    rows::view(desk, record.seq)
}
