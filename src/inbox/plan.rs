//! What follows from a decision: the acknowledgment is recorded before anybody sends it, a stop is heard.

use super::consent::{started, stopped};
use super::context::Desk;
use super::known::Known;
use super::memory::fingerprints;
use super::state::AckState;
use super::wire::{Job, PLANNED, Refused};
use super::{alarm, ceiling, credential, customer, outbox, withdraw};
use crate::ack::scene::{Said, Thing, WhyNot};
use crate::ack::stop;
use crate::config::{Mode, Source};
use crate::post::{Platform, Post};
use crate::sql::{Sql, SqlError, params};

/// What is to be sent now for a post.
pub(super) enum Sends {
    Nothing,
    /// The acknowledgment of this interaction, once it is begun.
    Planned(i64),
    /// One that is begun.
    Begun(Box<Job>),
}

/// What follows from a decision.
pub(super) fn act<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    known: &Known,
    seq: i64,
    (id, post): (&str, &Post),
    decision: &Result<Said, WhyNot>,
    begins: bool,
) -> Result<Sends, Refused> {
    match decision {
        Ok(said) => {
            if known.probe_ms.is_some() {
                credential::probe(desk, source)?;
            }
            let author = known.author.as_deref().unwrap_or_default();
            if known.customer.is_some() {
                customer::share_ack(desk, source.platform, author, desk.now_ms)?;
            }
            Ok(plan(desk, seq, (id, post), source, author, said, begins)?)
        }
        Err(WhyNot::CredentialDead) => {
            credential::stop(desk, &source.id)?;
            Ok(Sends::Nothing)
        }
        Err(_) => Ok(Sends::Nothing),
    }
}

/// A message that says stop is heard, and one that takes it back. It is said at `at_ms`, or now where that
/// is not known, as of an edit; what takes a stop back by an edit was no later than the post for all we know.
pub(super) fn hear_stop<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: Option<&str>,
    post: &Post,
    at_ms: Option<i64>,
    has_stopped: bool,
) -> Result<(), SqlError> {
    let Some(author) = author else {
        return Ok(());
    };
    if stop::says_stop(&post.text) {
        stopped(desk, platform, author, at_ms)?;
    } else if has_stopped && stop::says_start(&post.text) {
        started(desk, platform, author, Some(post.created_ms))?;
    }
    Ok(())
}

/// The decision as it is kept with the post.
pub(super) fn decided(decision: &Result<Said, WhyNot>) -> &'static str {
    match decision {
        Ok(_) => PLANNED,
        Err(why) => why.as_str(),
    }
}

/// Records the acknowledgment before anybody sends it: planned, or `sending` where it `begins` and may leave now. What
/// [`outbox::begin`] looks at anew has just been looked at.
fn plan<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    (id, post): (&str, &Post),
    source: &Source,
    author: &str,
    said: &Said,
    begins: bool,
) -> Result<Sends, SqlError> {
    let emergency = said.thing == Thing::Emergency;
    if emergency {
        // The calmer one that waits for its place leaves it to this one.
        withdraw::withdraw(desk, seq, withdraw::REPLACED)?;
    }
    let at_ms = ceiling::place(desk, source, said.thing)?;
    let is_now = at_ms <= desk.now_ms;
    let live = source.mode == Mode::Live;
    // The Worker sends what may leave now, the alarm what has to wait.
    let due_ms = live.then_some(if is_now {
        desk.now_ms + outbox::GRACE_MS
    } else {
        at_ms
    });
    let begins = begins && live && is_now;
    let rows = desk.sql.run(
        "-- plan
INSERT INTO ack (interaction, post, source, author, state, text, lang, planned_ms, worded_ms, changed_ms,
  due_ms, used, told_ms, emergency, slot_ms, why, said_ms, promise_ms, line, line_version, attempts)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
  iif(?16, coalesce(?17, (SELECT deadline_ms FROM interaction WHERE seq = ?1 + 0)), NULL), ?18, ?19, ?20)
ON CONFLICT DO UPDATE SET post = excluded.post, state = excluded.state, why = excluded.why,
  text = excluded.text, lang = excluded.lang, used = excluded.used, planned_ms = excluded.planned_ms,
  worded_ms = excluded.worded_ms, told_ms = excluded.told_ms, changed_ms = excluded.changed_ms,
  due_ms = excluded.due_ms, slot_ms = excluded.slot_ms, said_ms = excluded.said_ms,
  promise_ms = excluded.promise_ms, line = excluded.line, line_version = excluded.line_version,
  attempts = attempts + excluded.attempts
WHERE ack.state = 'withdrawn' RETURNING attempts",
        params![
            seq,
            id,
            source.id.as_str(),
            author,
            match (live, begins) {
                (true, true) => AckState::Sending,
                (true, false) => AckState::Planned,
                (false, _) => AckState::DryRun,
            },
            said.words.text.as_str(),
            said.words.lang,
            desk.now_ms,
            due_ms,
            fingerprints(&said.words.used),
            said.by_ms.ok(),
            u8::from(emergency),
            at_ms,
            (!is_now).then_some(WhyNot::Ceiling.as_str()),
            post.created_ms,
            i64::from(said.answers),
            said.answer_by_ms(),
            said.line.map(|says| says.incident),
            said.line.map(|says| says.version),
            i64::from(begins),
        ],
    )?;
    outbox::promise(desk, seq, said)?;
    if let Some(due_ms) = due_ms {
        alarm::wake_by(desk, due_ms)?;
    }
    Ok(match (begins, rows.first()) {
        (true, Some(row)) => Sends::Begun(Box::new(Job {
            seq,
            source: source.id.clone(),
            platform: source.platform,
            account: source.account.clone(),
            reply_to: post.reply_to.clone(),
            text: said.words.text.clone(),
            attempt: row.int(0)?,
            emergency,
            warnings: Vec::new(),
        })),
        _ if live && is_now => Sends::Planned(seq),
        _ => Sends::Nothing,
    })
}
