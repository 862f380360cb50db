//! The outbox of acknowledgments: recorded before they are sent, each sent at most once.
//!
//! ```text
//! planned -> sending -> sent | refused | unknown
//!    |          |
//!    |          +-> planned    the platform said "later": it did not arrive
//!    +-> withdrawn             deleted, stopped, answered by a person, switched off, paused, too old,
//!                              or replaced by an emergency's
//! ```
//!
//! Whoever sends (the Worker right after its answer to the platform, or the object's alarm when that
//! Worker died) first has the row moved from `planned` to `sending` by [`begin`], which only one can: in a question
//! of its own, or for the Worker that says so ([`super::take_in::TakeIn::sends`]) in the one by which the post came in;
//! where that is one post alone, its row is `sending` from the first.
//! A row that stays `sending` is one whose sender died with the request perhaps on its way: it
//! becomes `unknown` and is never tried again.
//!
//! An interaction has at most two rows, one for an emergency and one for anything calmer before it
//! ([`crate::ack`] says why), and at most one of them is `planned`: an emergency's takes the place of
//! the calmer one, and a calmer one that the platform put off while an emergency's was planned is not
//! tried again. So a sender names the interaction alone; a report names the row.

use super::memory::{decide, fingerprints};
use super::promise as promises;
use super::promise::opens;
use super::question::Question;
use super::rows::{self, HEARD, INTERRUPTED, SENDING_MS};
use super::state::{AckState, Did, PostState, Stored};
use super::void;
use super::wire::{Job, Refused};
use super::withdraw::{REPLACED, withdraw};
use super::{alarm, ceiling, credential, pause};
use crate::ack::ceiling::NEAR_MS;
use crate::ack::scene::{EXCHANGE_MS, Said, Standing, Thing, WhyNot, is_fresh};
use crate::config::Mode;
use crate::inbox::context::Desk;
use crate::platform::Outcome;
use crate::post::{Post, SourceId};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// How long the Worker that took a post in has for its acknowledgment before the alarm looks: longer
/// than any Worker's own way to the first `begin`, shorter than a customer's patience.
pub const GRACE_MS: i64 = 10_000;

/// How old a told time may be when it leaves: told in steps of five minutes and more, it is as true a minute
/// later.
const TOLD_MS: i64 = 60_000;

/// How often a send is tried where the platform says "later": over all the interaction, also where
/// the acknowledgment was withdrawn in between and planned anew, so that no two tries share a number.
const ATTEMPTS: i64 = 5;

/// How many are begun together: a request, and a Durable Object, may hold six connections, and a begun one's clock runs.
pub const AT_ONCE: usize = 5;

/// How many acknowledgments one alarm, or one Worker after one delivery, sends: well below the 50
/// subrequests that a request may make on Cloudflare's free plan. The rest wait for the alarm.
pub const SLICE: usize = 20;

/// The Worker is about to send these acknowledgments: which may it?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginAcks {
    /// The interactions' numbers.
    pub seqs: Vec<i64>,
}

impl Question for BeginAcks {
    const NAME: &'static str = "BeginAcks";
    type Answer = Vec<Job>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        begin(desk, &self.seqs)
    }
}

/// What became of an acknowledgment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinishAck {
    /// The interaction's number.
    pub seq: i64,
    /// Whether it is the emergency's: [`Job::emergency`].
    #[serde(default)]
    pub emergency: bool,
    /// Which try this tells of: [`Job::attempt`]. One that names none is of no try.
    #[serde(default)]
    pub attempt: i64,
    /// What the platform answered.
    pub outcome: Outcome,
}

impl Question for FinishAck {
    const NAME: &'static str = "FinishAck";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        finish(desk, self.seq, self.emergency, self.attempt, &self.outcome)
    }
}

/// Which of these acknowledgments the caller may send, and must. Each is `sending` from here on.
pub fn begin<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<Vec<Job>, Refused> {
    let mut jobs = Vec::new();
    for seq in seqs {
        jobs.extend(begin_one(desk, *seq)?);
    }
    Ok(jobs)
}

fn begin_one<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Option<Job>, Refused> {
    let found = desk.sql.run(
        "-- begin_one
SELECT a.source, a.text, p.post, p.state,
  CASE WHEN a.emergency THEN i.spoke_ms > ?5 AND (i.lease IS NULL OR i.available_ms > ?2)
    ELSE i.replied_ms IS NOT NULL
      OR i.lease IS NOT NULL AND i.available_ms > ?2 AND a.planned_ms <= ?3 END,
  a.said_ms, i.state,
  EXISTS (SELECT 1 FROM stop WHERE platform = i.platform AND author = a.author
    AND at_ms >= lifted_ms),
  CASE WHEN a.told_ms IS NOT NULL AND a.worded_ms < ?4 OR a.line IS NOT NULL THEN p.triage END,
  a.slot_ms, a.planned_ms, a.emergency,
  (SELECT secret FROM dead_credential WHERE source = a.source AND refused_ms >= a.planned_ms),
  a.due_ms
FROM ack a JOIN post p ON p.id = a.post JOIN interaction i ON i.seq = a.interaction
WHERE a.interaction = ?1 AND a.state = 'planned'",
        // An agent who waits for work claims a post within moments of its coming, before its
        // acknowledgment leaves: that is no conversation yet, and an answer takes them minutes.
        params![
            seq,
            desk.now_ms,
            desk.now_ms - GRACE_MS,
            desk.now_ms - TOLD_MS,
            desk.now_ms - EXCHANGE_MS
        ],
    )?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    let source = desk.config.source(&SourceId::new(row.text(0)?));
    let mut post: Post = rows::json(row.text(2)?, "post")?;
    post.created_ms = row.int(5)?;
    let emergency = row.int(11)? != 0;
    let withdrawn = match source {
        None => Some("no_source"),
        Some(source) if source.mode != Mode::Live => Some("off"),
        _ if PostState::read(row.text(3)?)? == PostState::Deleted => Some("deleted"),
        _ if row.opt_int(4)?.unwrap_or(0) != 0 || Stored::read(row.text(6)?)? != Stored::Open => {
            Some("in_exchange")
        }
        _ if row.int(7)? != 0 => Some("stopped"),
        Some(source) if pause::holds(desk, &source.id)? => Some("paused"),
        _ if !is_fresh(&post, &desk.config.limits, desk.now_ms) => Some("stale"),
        // Decided before the platform refused the credential; one decided since is the probe.
        Some(source) if row.opt_text(12)? == Some(credential::fingerprint(source)) => {
            credential::stop(desk, &source.id)?;
            Some("credential_dead")
        }
        _ => None,
    };
    let (Some(source), None) = (source, withdrawn) else {
        withdraw(desk, seq, withdrawn.unwrap_or("no_source"))?;
        return Ok(None);
    };
    // Asked for before its time: its place, or the platform's "later", is still to come.
    if row.int(9)? > desk.now_ms {
        return Ok(None);
    }
    let thing = match emergency {
        true => Thing::Emergency,
        false => Thing::Plea,
    };
    let at_ms = ceiling::room(desk, source, thing)?;
    if at_ms > desk.now_ms {
        wait(desk, seq, row.int(10)?, at_ms)?;
        return Ok(None);
    }
    let mut text = row.text(1)?.to_string();
    if let Some(triage) = row.opt_text(8)? {
        // The time that it tells was true when it was worded; an incident's line may have ended since, or been written anew.
        let triage = rows::json(triage, "triage")?;
        let standing = Standing {
            placed: true,
            ..Standing::default()
        };
        match decide(desk, &post, &triage, source, standing) {
            Ok(said) => {
                reword(desk, seq, &said)?;
                text = said.words.text;
            }
            Err(why) => {
                withdraw(desk, seq, why.as_str())?;
                return Ok(None);
            }
        }
    }
    let statement = match desk.now_ms - row.int(9)? < NEAR_MS {
        true => {
            "-- sending
UPDATE ack SET state = 'sending', attempts = attempts + 1, changed_ms = ?2
WHERE interaction = ?1 AND state = 'planned' RETURNING attempts"
        }
        false => {
            "-- sending_late
UPDATE ack SET state = 'sending', attempts = attempts + 1, changed_ms = ?2, slot_ms = ?2
WHERE interaction = ?1 AND state = 'planned' RETURNING attempts"
        }
    };
    let begun = desk.sql.run(statement, params![seq, desk.now_ms])?;
    // Where the alarm comes by before that anyway, it is the alarm that looks again later.
    if row.opt_int(13)?.is_none_or(|due_ms| due_ms <= desk.now_ms) {
        look_later(desk, (seq, emergency), desk.now_ms)?;
    }
    let Some(begun) = begun.first() else {
        return Ok(None);
    };
    Ok(Some(Job {
        seq,
        source: source.id.clone(),
        platform: source.platform,
        account: source.account.clone(),
        reply_to: post.reply_to,
        text,
        attempt: begun.int(0)?,
        emergency,
        warnings: Vec::new(),
    }))
}

/// One that is under way since then is looked at when all that its sender had is over.
fn look_later<S: Sql>(
    desk: Desk<'_, S>,
    (seq, emergency): (i64, bool),
    begun_ms: i64,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- look_later
UPDATE ack SET due_ms = ?2 WHERE interaction = ?1 AND emergency = ?3",
        params![seq, begun_ms + SENDING_MS, u8::from(emergency)],
    )?;
    Ok(())
}

/// Its place is taken: it waits for the next, or falls silent where that is too far.
fn wait<S: Sql>(desk: Desk<'_, S>, seq: i64, planned_ms: i64, at_ms: i64) -> Result<(), SqlError> {
    if !ceiling::may_wait(planned_ms, at_ms) {
        return withdraw(desk, seq, WhyNot::Ceiling.as_str());
    }
    desk.sql.run(
        "-- wait
UPDATE ack SET why = 'ceiling', changed_ms = ?2, due_ms = ?3, slot_ms = ?3
WHERE interaction = ?1 AND state = 'planned'",
        params![seq, desk.now_ms, at_ms],
    )?;
    alarm::wake_by(desk, at_ms)
}

/// What became of a send. A late word is still believed: from `unknown` it makes certainty, except
/// that "later" does not make a second attempt of what the alarm gave up.
///
/// A word about another try than the last is believed only where it says that the acknowledgment
/// arrived: a "later" that comes twice must not offer again what is already under way again.
pub fn finish<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    emergency: bool,
    attempt: i64,
    outcome: &Outcome,
) -> Result<(), Refused> {
    // While it was under way its interaction may have joined another.
    let found = desk.sql.run(
        "-- finish
SELECT a.state, a.attempts, a.said_ms, a.source,
  EXISTS (SELECT 1 FROM dead_credential WHERE source = a.source), a.interaction,
  EXISTS (SELECT 1 FROM ack WHERE interaction = a.interaction AND emergency > ?2 AND state <> 'withdrawn')
FROM ack a
WHERE a.interaction IN (?1, (SELECT joined FROM interaction WHERE seq = ?1)) AND a.emergency = ?2
ORDER BY a.interaction = ?1 DESC LIMIT 1",
        params![seq, u8::from(emergency)],
    )?;
    let Some(row) = found.first() else {
        return Err(Refused::NotFound);
    };
    let (state, attempts, said_ms) = (AckState::read(row.text(0)?)?, row.int(1)?, row.int(2)?);
    let this = (row.int(5)?, emergency);
    let is_believed = attempt == attempts || matches!(outcome, Outcome::Sent { .. });
    if !is_believed || !matches!(state, AckState::Sending | AckState::Unknown) {
        return Ok(());
    }
    match outcome {
        Outcome::Sent { id } => {
            settle(desk, this, Settled::Sent(id.as_deref()))?;
            if row.int(4)? != 0 {
                credential::cured(desk, row.text(3)?)?;
            }
        }
        Outcome::Refused { why } => settle(desk, this, Settled::Refused(why))?,
        Outcome::Unauthorized { why } => {
            settle(desk, this, Settled::Refused(why))?;
            let source = SourceId::new(row.text(3)?);
            credential::refused(desk, &source, why)?;
            credential::stop(desk, &source)?;
        }
        Outcome::Unknown { why } => settle(desk, this, Settled::Unknown(why))?,
        Outcome::Later { .. } if state == AckState::Unknown => {
            settle(desk, this, Settled::Refused("later"))?;
        }
        Outcome::Later { .. } if row.int(6)? != 0 => {
            settle(desk, this, Settled::Withdrawn(REPLACED))?;
        }
        Outcome::Later { after_s } => {
            let due_ms = desk.now_ms + backoff_ms(attempts, *after_s);
            let stale_ms = said_ms + i64::from(desk.config.limits.fresh_minutes) * 60_000;
            if attempts >= ATTEMPTS || due_ms > stale_ms {
                settle(desk, this, Settled::Refused("later"))?;
            } else {
                desk.sql.run(
                    "-- retry
UPDATE ack SET state = 'planned', why = 'later', changed_ms = ?2, due_ms = ?3, slot_ms = ?3
WHERE interaction = ?1 AND emergency = ?4",
                    params![this.0, desk.now_ms, due_ms, u8::from(emergency)],
                )?;
                alarm::wake_by(desk, due_ms)?;
            }
        }
    }
    Ok(())
}

/// The platform's own wish, or 5 s doubling with each attempt; never less than a second.
fn backoff_ms(attempts: i64, after_s: Option<u32>) -> i64 {
    let doubled = 5_000i64 << attempts.clamp(1, 10).saturating_sub(1);
    after_s.map_or(doubled, |s| i64::from(s).saturating_mul(1_000).max(1_000))
}

/// How an acknowledgment ends, and what is to be kept of it: the platform's id of it, or why.
#[derive(Clone, Copy)]
pub(super) enum Settled<'a> {
    /// It arrived.
    Sent(Option<&'a str>),
    /// It did not.
    Refused(&'a str),
    /// It may have arrived.
    Unknown(&'a str),
    /// It was taken back.
    Withdrawn(&'a str),
}

/// Writes down how the acknowledgment of an interaction, or the one of its emergency, ended.
pub(super) fn settle<S: Sql>(
    desk: Desk<'_, S>,
    (seq, emergency): (i64, bool),
    end: Settled<'_>,
) -> Result<(), SqlError> {
    let (emergency, now_ms) = (u8::from(emergency), desk.now_ms);
    // Each statement names no column that stays as it is: its indexes would be written anew. That one was sent
    // is in its row for good, so its history is told it from there.
    let (state, did, why) = match end {
        Settled::Sent(Some(sent_id)) => {
            let rows = desk.sql.run(
                concat!(
                    "-- settle_sent
UPDATE ack SET state = 'sent', why = NULL, changed_ms = ?2, due_ms = NULL, sent_id = ?4, ",
                    opens!(),
                    "
WHERE interaction = ?1 AND emergency = ?3 RETURNING promise_step, promise_ms"
                ),
                params![seq, now_ms, emergency, sent_id],
            )?;
            return promises::opened(desk, &rows);
        }
        Settled::Sent(None) => (AckState::Sent, None, None),
        Settled::Refused(why) => (AckState::Refused, Some(Did::AckRefused), Some(why)),
        Settled::Unknown(why) => (AckState::Unknown, Some(Did::AckUnknown), Some(why)),
        Settled::Withdrawn(why) => {
            desk.sql.run(
                "-- settle_withdrawn
UPDATE ack SET state = 'withdrawn', why = ?2, changed_ms = ?3, due_ms = NULL, slot_ms = NULL
WHERE interaction = ?1 AND emergency = ?4",
                params![seq, why, now_ms, emergency],
            )?;
            return rows::note(desk, seq, HEARD, Did::AckWithdrawn, Some(why));
        }
    };
    // Its author may have read what may have arrived: it promises as much.
    match state {
        AckState::Sent | AckState::Unknown => {
            let rows = desk.sql.run(
                concat!(
                    "-- settle_promising
UPDATE ack SET state = ?2, why = ?3, changed_ms = ?4, due_ms = NULL, ",
                    opens!(),
                    "
WHERE interaction = ?1 AND emergency = ?5 RETURNING promise_step, promise_ms"
                ),
                params![seq, state, why, now_ms, emergency],
            )?;
            promises::opened(desk, &rows)?;
        }
        _ => {
            desk.sql.run(
                "-- settle
UPDATE ack SET state = ?2, why = ?3, changed_ms = ?4, due_ms = NULL
WHERE interaction = ?1 AND emergency = ?5",
                params![seq, state, why, now_ms, emergency],
            )?;
            void::unsaid(desk, (seq, emergency != 0))?;
        }
    }
    match did {
        Some(did) => rows::note(desk, seq, HEARD, did, why),
        None => Ok(()),
    }
}

/// Replaces the words of a planned acknowledgment.
pub(super) fn reword<S: Sql>(desk: Desk<'_, S>, seq: i64, said: &Said) -> Result<(), SqlError> {
    desk.sql.run(
        "-- reword
UPDATE ack SET text = ?2, lang = ?3, used = ?4, told_ms = ?5, worded_ms = ?6,
  promise_ms = iif(?7, coalesce(?8, (SELECT deadline_ms FROM interaction WHERE seq = ?1 + 0)), NULL),
  line = ?9, line_version = ?10
WHERE interaction = ?1 AND state = 'planned'",
        params![
            seq,
            said.words.text.as_str(),
            said.words.lang,
            fingerprints(&said.words.used),
            said.by_ms.ok(),
            desk.now_ms,
            i64::from(said.answers),
            said.answer_by_ms(),
            said.line.map(|says| says.incident),
            said.line.map(|says| says.version),
        ],
    )?;
    promise(desk, seq, said)
}

/// A wait that the author is told is the interaction's deadline, where that was later; its rank follows.
pub(super) fn promise<S: Sql>(desk: Desk<'_, S>, seq: i64, said: &Said) -> Result<(), SqlError> {
    let Some(by_ms) = said.answer_by_ms() else {
        return Ok(());
    };
    desk.sql.run(
        "-- promise
UPDATE interaction SET rank = rank - (deadline_ms - ?2), deadline_ms = ?2
WHERE seq = ?1 AND deadline_ms > ?2",
        params![seq, by_ms],
    )?;
    Ok(())
}

/// What the alarm finds due: sends whose end nobody reported become `unknown`; the planned ones are
/// given back, to be begun and sent.
pub fn due<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<i64>, SqlError> {
    let found = desk.sql.run(
        "-- due
SELECT interaction, state, emergency, changed_ms FROM ack WHERE due_ms <= ?1 ORDER BY due_ms LIMIT ?2",
        params![desk.now_ms, SLICE as i64],
    )?;
    let mut planned = Vec::new();
    for row in &found {
        let seq = row.int(0)?;
        if AckState::read(row.text(1)?)? == AckState::Planned {
            planned.push(seq);
            continue;
        }
        let (this, begun_ms) = ((seq, row.int(2)? != 0), row.int(3)?);
        if begun_ms + SENDING_MS > desk.now_ms {
            look_later(desk, this, begun_ms)?;
        } else {
            settle(desk, this, Settled::Unknown(INTERRUPTED))?;
        }
    }
    Ok(planned)
}
