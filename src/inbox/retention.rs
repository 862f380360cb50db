//! What the object does when its alarm rings, and what it forgets then.

use super::alarm::{self, EVERY_MS};
use super::receivers::{self, Due};
use super::rows::POSTS;
use super::surge::{self, Turn};
use super::wire::{Job, Refused};
use super::{
    clear, cohort, customer, event, expiry, filling, folding, forget, forgotten, lacking, late,
    line, listen, outbox, past_due, promise, report, said, search, sla, standing, void,
};
use crate::inbox::context::Desk;
use crate::sql::{Sql, SqlError, params};

/// How many interactions are forgotten at a time at most: a slice of a few thousand rows keeps the
/// object free for deliveries.
const SLICE: u32 = 200;

/// How soon the alarm comes back where a slice was full.
const NEXT_SLICE_MS: i64 = 1_000;

/// What came of an alarm.
#[derive(Debug, Default)]
pub struct Rung {
    /// The interactions whose acknowledgments are to be sent.
    pub planned: Vec<i64>,
    /// The surges that began or ended, for the log.
    pub surges: Vec<Turn>,
    /// The interactions of which a promise broke, for the log.
    pub broken: Vec<i64>,
    /// What is to be said of that, each once.
    pub words: Vec<Job>,
    /// What those are to be told of an incident who were told its line before, each once.
    pub updates: Vec<Job>,
    /// What receivers are to be sent.
    pub due: Vec<Due>,
    /// The posts that lack something which is to be asked for.
    pub fetches: Vec<String>,
    /// What other shards are to hear of customers.
    pub kin: Vec<customer::Kin>,
    /// Posts that are forgotten, and of which incidents are to be told.
    pub unseen: Vec<String>,
}

/// The alarm rang: forgets a slice of what is old, gives the acknowledgments to send, and says when
/// to ring next. The next time is written before anything is sent, so that an alarm that dies is
/// followed by another.
pub fn ring<S: Sql>(desk: Desk<'_, S>) -> Result<Rung, Refused> {
    desk.sql.transaction(|| {
        let (told, _) = receivers::look(desk)?;
        let full = cohort::advance(desk, cohort::RUNG)?
            | forget(desk)?
            | filling::thin(desk)?
            | search::catch_up(desk)?
            | standing::advance(desk, standing::RUNG)?
            | event::forget(desk, told)?
            | receivers::forget(desk)?
            | forgotten::clear(desk)?
            | expiry::advance(desk)?;
        let (forgets, unseen) = forget::advance(desk)?;
        let full = full | forgets;
        folding::fold(desk)?;
        standing::fold(desk)?;
        sla::forget(desk)?;
        void::forget(desk)?;
        past_due::forget(desk)?;
        cohort::forget(desk)?;
        report::forget(desk)?;
        // So that who asks after a quiet week does not count all of it.
        late::advance(desk)?;
        past_due::advance(desk)?;
        said::advance(desk)?;
        let planned = outbox::due(desk)?;
        let surges = surge::turns(desk)?;
        let promises = promise::watch(desk)?;
        let next_miss_ms = event::watch(desk)?;
        let due = receivers::due(desk)?;
        let (_, receivers_ms) = receivers::look(desk)?;
        let lines = line::due(desk)?;
        let fetches = lacking::due(desk)?;
        let kin = customer::due(desk)?;
        let kin_ms = customer::next_ms(desk)?;
        let asked_ms = lacking::next_ms(desk)?;
        let next = desk.sql.run(
            "-- next_due
SELECT min(due_ms), (SELECT max(planned_ms) FROM ack) FROM ack WHERE due_ms IS NOT NULL",
            params![],
        )?;
        let next = next.first().ok_or(SqlError::Json("answer"))?;
        let (next, last_ms) = (next.opt_int(0)?, next.opt_int(1)?);
        // Where one was planned a moment ago the next is near. An alarm that is there already costs nothing,
        // where moving it earlier makes a delivery wait.
        let more = last_ms.is_some_and(|last_ms| last_ms > desk.now_ms - outbox::GRACE_MS);
        let next = next.or(more.then_some(desk.now_ms + outbox::GRACE_MS));
        let soon = desk.now_ms + NEXT_SLICE_MS;
        let at_ms = next.unwrap_or(i64::MAX).max(soon).min(match full {
            true => soon,
            false => desk.now_ms + EVERY_MS,
        });
        let at_ms = surges.look_ms.map_or(at_ms, |look_ms| look_ms.min(at_ms));
        let at_ms = match promises.look_ms {
            Some(look_ms) => look_ms.max(soon).min(at_ms),
            None => at_ms,
        };
        let at_ms = receivers_ms.map_or(at_ms, |look_ms| look_ms.max(soon).min(at_ms));
        let at_ms = next_miss_ms.map_or(at_ms, |look_ms| look_ms.max(soon).min(at_ms));
        let at_ms = match asked_ms {
            Some(asked_ms) => asked_ms.max(soon).min(at_ms),
            None => at_ms,
        };
        let at_ms = match lines.look_ms {
            Some(look_ms) => look_ms.max(soon).min(at_ms),
            None => at_ms,
        };
        let at_ms = kin_ms.map_or(at_ms, |kin_ms| kin_ms.max(soon).min(at_ms));
        desk.sql.run(
            "-- ring_at
UPDATE alarm SET at_ms = ?1",
            params![at_ms],
        )?;
        desk.alarm.set(Some(at_ms));
        Ok(Rung {
            planned,
            surges: surges.turns,
            broken: promises.broken,
            words: promises.words,
            updates: lines.jobs,
            due,
            fetches,
            kin,
            unseen,
        })
    })
}

/// The alarm comes back soon: rows are left to bring up to date.
///
/// # Errors
/// Where the storage fails.
pub fn go_on<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    alarm::wake_by(desk, desk.now_ms + NEXT_SLICE_MS)
}

/// The object begins: an alarm that should have rung long ago and did not rings now. It is lost where the storage was
/// full and nothing could be written, not even when to ring again; and where nobody writes, nobody else sets it.
///
/// # Errors
/// Where the storage fails.
pub fn begin<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let rows = desk.sql.run(
        "-- alarm_at
SELECT at_ms FROM alarm",
        params![],
    )?;
    match rows
        .first()
        .map(|row| row.opt_int(0))
        .transpose()?
        .flatten()
    {
        Some(at_ms) if alarm::was_missed(desk, at_ms) => alarm::wake_by(desk, desk.now_ms),
        _ => Ok(()),
    }
}

/// Forgets a slice of what ended longer ago than retention keeps; whether there may be more.
fn forget<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let before_ms = desk.now_ms - i64::from(desk.config.limits.retention_days) * 86_400_000;
    let old = desk.sql.run(
        "-- forgettable
SELECT seq, posts FROM interaction WHERE ended_ms < ?1 ORDER BY ended_ms LIMIT ?2",
        params![before_ms, SLICE],
    )?;
    let stones = desk.sql.run(
        "-- forget_stones
DELETE FROM post WHERE id IN (
  SELECT id FROM post WHERE interaction IS NULL AND change <> 1 AND received_ms < ?1 LIMIT ?2) RETURNING 1",
        params![before_ms, SLICE],
    )?;
    let mut whole = Vec::new();
    let mut posts = 0;
    for row in &old {
        posts += row.int(1)?;
        if posts > POSTS {
            break;
        }
        whole.push(row.int(0)?);
    }
    match (whole.is_empty(), old.first()) {
        (true, Some(huge)) => {
            clear::forget_piece(desk, huge.int(0)?, POSTS)?;
        }
        (true, None) => {}
        (false, _) => clear::forget_whole(desk, &whole)?,
    }
    expiry::count(desk, "retention.work", whole.len())?;
    let heard = listen::forget(desk, before_ms)?;
    let slice = usize::try_from(SLICE).unwrap_or(usize::MAX);
    Ok(whole.len() < old.len() || old.len() >= slice || stones.len() >= slice || heard)
}
