//! Claiming one interaction that the caller names, and opening one again that had ended.

use super::hands::Room;
use super::question::{Concern, Question};
use super::rows::{self, note};
use super::state::{Did, Ending, Stored};
use super::wire::{Interaction, Pull, Refused};
use super::work::{self, Leased};
use super::{look, retask};
use crate::inbox::context::Desk;
use crate::inbox::rank::{EMERGENCY_RANK, rank};
use crate::inbox::ready::Work;
use crate::judgement::Level;
use crate::post::{SourceId, Workgroup};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// Lease this one, whatever its rank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimOne {
    /// The interaction's number.
    pub seq: i64,
    /// Who asks, for how long, and what they serve.
    pub pull: Pull,
}

impl Question for ClaimOne {
    const NAME: &'static str = "ClaimOne";
    type Answer = Leased;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        claim_one(desk, self.seq, &self.pull)
    }
}

/// Open one again that had ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reopen {
    /// The interaction's number.
    pub seq: i64,
    /// Who says so.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Question for Reopen {
    const NAME: &'static str = "Reopen";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        reopen(desk, self.seq, &self.by, &self.reason)
    }
}

/// Leases one to who names it: also what was put off, unless it is kept for another. What they hold already is
/// theirs again, and a sign of life. Who holds as many as they may gets none but an emergency.
fn claim_one<S: Sql>(desk: Desk<'_, S>, seq: i64, pull: &Pull) -> Result<Leased, Refused> {
    let record = rows::interaction(desk, seq)?;
    let own = &pull.workgroups;
    let workgroup = Workgroup::new(record.workgroup.as_str());
    let is_theirs = own.contains(&workgroup) || retask::served(desk, own)?.contains(&workgroup);
    let is_held = record.is_held(desk.now_ms);
    if is_held && record.holder.as_deref() == Some(pull.agent.as_str()) {
        let view = work::retake(desk, seq, &pull.agent, pull.lease_s)?;
        return work::leased(desk, &[view], own, false);
    }
    if !is_theirs {
        return Err(Refused::NotYours { workgroup });
    }
    if !record.is_open() || is_held {
        return Err(record.lease_lost(desk.now_ms));
    }
    if let Some((agent, until_ms)) = kept_for(desk, seq, record.rank)?
        && agent != pull.agent
        && until_ms > desk.now_ms
    {
        return Err(Refused::KeptFor { agent, until_ms });
    }
    if record.live == 0 {
        work::end_withdrawn(desk, seq)?;
        return work::leased(desk, &[], own, false);
    }
    let spent = record.attempts + i64::from(record.lease.is_some());
    if spent >= i64::from(desk.config.limits.attempts) {
        work::kill(desk, seq, Ending::ClaimedTooOften)?;
        return work::leased(desk, &[], own, false);
    }
    let held = work::held_with(desk, pull)?;
    let cap = desk.config.limits.held_per_agent;
    let mut room = Room::of(held, pull.able.capacity, cap);
    if !room.take(record.rank, record.in_private) {
        return work::leased(desk, &[], own, true);
    }
    let leased = work::lease_all(desk, pull, &[seq])?;
    let views = rows::views(desk, leased, true)?;
    work::leased(desk, &views, own, false)
}

/// For whom one is kept, and until when.
fn kept_for<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    rank: i64,
) -> Result<Option<(String, i64)>, SqlError> {
    let rows = desk.sql.run(
        "-- kept_for
SELECT assigned, assigned_ms FROM interaction WHERE seq = ?1 AND assigned IS NOT NULL",
        params![seq],
    )?;
    let kept_ms = match rank < EMERGENCY_RANK {
        true => work::EMERGENCY_KEPT_MS,
        false => work::ASSIGNED_MS,
    };
    rows.first()
        .map(|row| {
            let since_ms = row.opt_int(1)?.unwrap_or(0);
            Ok((row.text(0)?.to_string(), since_ms + kept_ms))
        })
        .transpose()
}

/// One that had ended opens again. What was owed then is owed still, since then and as urgently; of what was
/// answered the rest is routine. What is open already stays as it is: the same call again is content.
pub(super) fn reopen<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    by: &str,
    reason: &str,
) -> Result<Interaction, Refused> {
    let record = rows::interaction(desk, seq)?;
    match record.stored {
        Stored::Open => return rows::view(desk, seq),
        // A dead one is redriven, with all its attempts.
        Stored::Dead => return Err(record.lease_lost(desk.now_ms)),
        Stored::Done => {}
    }
    let id = |other| desk.shard.interaction(other);
    let rows = desk.sql.run(
        "-- reopenable
SELECT i.joined, (SELECT o.seq FROM interaction o
  WHERE o.author = i.author AND o.state = 'open' AND o.source = i.source LIMIT 1)
FROM interaction i WHERE i.seq = ?1",
        params![seq],
    )?;
    let row = rows.first().ok_or(Refused::NotFound)?;
    if let Some(into) = row.opt_int(0)? {
        return Err(Refused::JoinedTo { id: id(into) });
    }
    if let Some(other) = row.opt_int(1)? {
        return Err(Refused::OpenAlready { id: id(other) });
    }
    if record.live == 0 {
        return Err(Refused::Withdrawn);
    }
    let (owed_ms, level, urgency, deadline_ms, place) = match record.owed_ms {
        Some(owed_ms) => (
            owed_ms,
            record.owed_level,
            None,
            record.deadline_ms,
            record.rank,
        ),
        None => {
            let level = record.owed_level.min(Level::Routine);
            let source = SourceId::new(record.source.as_str());
            let source = desk.config.source(&source).ok_or(Refused::NotFound)?;
            let deadline_ms = desk.config.deadlines.deadline(source, level, desk.now_ms);
            let urgency = record.urgency.min(MOST_ROUTINE);
            let place = rank(deadline_ms, level, urgency);
            (desk.now_ms, level, Some(urgency), deadline_ms, place)
        }
    };
    let source = desk.config.source(&SourceId::new(record.source.as_str()));
    let resolve_ms = source.and_then(|source| {
        let deadlines = &desk.config.deadlines;
        deadlines.resolution(source, record.level, desk.now_ms)
    });
    desk.sql.run(
        "-- reopen_by_hand
UPDATE interaction SET state = 'open', ended_ms = NULL, outcome = NULL, lease = NULL, lease_ms = NULL,
  lease_key = NULL, holder = NULL, attempts = 0, assigned = NULL, assigned_ms = NULL, kept_for = NULL,
  spoke_ms = NULL, passed_by = NULL, passed_ms = NULL, available_ms = ?2, owed_ms = ?3, owed_level = ?4,
  owed_urgency = coalesce(?5, owed_urgency), deadline_ms = ?6, target_ms = ?6, rank = ?7,
  updated_ms = ?2, resolve_ms = ?8
WHERE seq = ?1",
        params![
            seq,
            desk.now_ms,
            owed_ms,
            u8::from(level),
            urgency,
            deadline_ms,
            place,
            resolve_ms,
        ],
    )?;
    desk.ready.note(Work::One(seq), desk.now_ms);
    note(desk, seq, by, Did::Reopened, Some(reason))?;
    look::show(desk, seq)
}

/// The highest urgency of what is routine.
pub(super) const MOST_ROUTINE: u8 = 49;
