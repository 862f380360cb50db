//! A person of ours answered in the platform's own app: that is a reply, as if made here.
//!
//! The same event comes back for what Heard itself sent, and then it is no news, except of what was in
//! doubt: an echo makes `sent` of what was `sending` or `unknown`.

use super::cohort;
use super::context::Desk;
use super::line;
use super::outbox::{Settled, settle};
use super::person::resolve;
use super::reply;
use super::rows::ledger_id;
use super::rows::{count, note};
use super::state::{AckState, Did, ReplyState};
use super::wire::Refused;
use super::withdraw::withdraw;
use super::word::is_word;
use crate::config::Source;
use crate::platform::{Ignored, OwnAnswer};
use crate::sql::{Sql, SqlError, params};

/// Who is said to have written what came from the platform's own app.
const PLATFORM: &str = "platform";

/// How much earlier than an interaction an answer to it may seem to be: platforms' clocks tick in
/// seconds, and ours is another. An older one answers an older matter.
const SKEW_MS: i64 = 60_000;

/// One of us answered, or so it seems.
pub(super) fn answered<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    answer: &OwnAnswer,
) -> Result<(), Refused> {
    if was_sent(desk, source, answer.id.as_str())?.is_some() {
        return ignore(desk);
    }
    let Some(seq) = which(desk, source, answer)? else {
        return ignore(desk);
    };
    if is_echo(desk, source, seq, answer)? {
        return ignore(desk);
    }
    let id = format!("{seq} {PLATFORM}:{}", answer.id);
    let parent = answer.parent.as_ref();
    let seen = seen_by(desk, seq, answer)?;
    desk.sql.run(
        "-- answered_there
INSERT INTO reply (id, interaction, agent, post, text, state, sent_id, at_ms, seen, late)
VALUES (?1, ?2, ?3, ?4, ?5, 'sent', ?6, ?7, ?8, (SELECT 1 FROM interaction WHERE seq = ?2 + 0
  AND owed_ms IS NOT NULL AND coalesce(target_ms, deadline_ms) < ?9 + 0))",
        params![
            id,
            seq,
            PLATFORM,
            parent.map(|post| ledger_id(source.platform, post)),
            answer.text.as_str(),
            answer.id.as_str(),
            answer.created_ms,
            seen,
            desk.now_ms,
        ],
    )?;
    withdraw(desk, seq, "in_exchange")?;
    reply::answered(desk, seq, &source.id, seen, None)?;
    count(desk, "answered", 1)?;
    note(desk, seq, PLATFORM, Did::ReplySent, None)?;
    Ok(())
}

/// The last change that was there to be seen when the answer was written.
fn seen_by<S: Sql>(desk: Desk<'_, S>, seq: i64, answer: &OwnAnswer) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- seen_by
SELECT coalesce(max(change), 0) FROM post_in WHERE seq = ?1 AND created_ms <= ?2",
        params![seq, answer.created_ms],
    )?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

fn ignore<S: Sql>(desk: Desk<'_, S>) -> Result<(), Refused> {
    Ok(cohort::ignore(desk, Ignored::Own, 1)?)
}

/// The interaction in which a post of ours was sent. A platform may answer a send with an id that
/// counts within a chat or an account, which the event names before it.
fn was_sent<S: Sql>(desk: Desk<'_, S>, source: &Source, id: &str) -> Result<Option<i64>, SqlError> {
    let short = id.rsplit([':', '/']).next().unwrap_or(id);
    let rows = desk.sql.run(
        "-- was_sent
SELECT i.seq FROM (
  SELECT interaction FROM ack WHERE sent_id IN (?1, ?2)
  UNION ALL SELECT interaction FROM reply WHERE sent_id IN (?1, ?2)) s
JOIN interaction i ON i.seq = s.interaction WHERE i.source = ?3 || '' LIMIT 1",
        params![id, short, source.id.as_str()],
    )?;
    rows.first().map(|row| row.int(0)).transpose()
}

/// The interaction that it answers: its parent's, or the one that is open with whom it is to.
fn which<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    answer: &OwnAnswer,
) -> Result<Option<i64>, SqlError> {
    if let Some(parent) = &answer.parent {
        let rows = desk.sql.run(
            "-- parents
SELECT i.seq FROM post p JOIN interaction i ON i.seq = p.interaction
WHERE p.id = ?1 AND i.source = ?2 || ''",
            params![ledger_id(source.platform, parent), source.id.as_str()],
        )?;
        let posts = rows.first().map(|row| row.int(0)).transpose()?;
        let found = match posts {
            Some(seq) => Some(seq),
            None => was_sent(desk, source, parent.as_str())?,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    let Some(to) = &answer.to else {
        return Ok(None);
    };
    let author = resolve(desk, source.platform, to.as_str())?;
    let rows = desk.sql.run(
        "-- open_with
SELECT seq FROM interaction WHERE author = ?1 || '' AND source = ?2 || '' AND state = 'open'
  AND opened_ms <= ?3 LIMIT 1",
        params![author, source.id.as_str(), answer.created_ms + SKEW_MS],
    )?;
    rows.first().map(|row| row.int(0)).transpose()
}

/// Whether Heard itself sent it in this interaction. Then it has arrived, for certain.
fn is_echo<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    seq: i64,
    answer: &OwnAnswer,
) -> Result<bool, SqlError> {
    let said = words(&answer.text);
    let acks = desk.sql.run(
        "-- said_here
SELECT emergency, state, text FROM ack
WHERE interaction = ?1 AND state IN ('sending', 'sent', 'unknown') AND text <> ''",
        params![seq],
    )?;
    for row in &acks {
        if words(row.text(2)?) == said {
            if AckState::read(row.text(1)?)? != AckState::Sent {
                let this = (seq, row.int(0)? != 0);
                settle(desk, this, Settled::Sent(Some(answer.id.as_str())))?;
            }
            return Ok(true);
        }
    }
    if is_word(source, &answer.text) {
        let word = desk.sql.run(
            "-- word_here
SELECT 1 FROM ack WHERE interaction = ?1 AND promise_word IS NOT NULL",
            params![seq],
        )?;
        if !word.is_empty() {
            return Ok(true);
        }
    }
    if line::is_line(desk, seq, &answer.text)? {
        return Ok(true);
    }
    let replies = desk.sql.run(
        "-- replied_here
SELECT id, state, text, agent, seen FROM reply
WHERE id >= ?1 || ' ' AND id < ?1 || '!' AND state IN ('sending', 'sent', 'unknown') AND text <> ''
  AND agent <> ?2",
        params![seq.to_string(), PLATFORM],
    )?;
    for row in &replies {
        if words(row.text(2)?) == said {
            if ReplyState::read(row.text(1)?)? != ReplyState::Sent {
                desk.sql.run(
                    "-- arrived
UPDATE reply SET state = 'sent', why = NULL, sent_id = ?2,
  late = (SELECT 1 FROM interaction WHERE seq = reply.interaction AND owed_ms IS NOT NULL
    AND coalesce(target_ms, deadline_ms) < ?3 + 0)
WHERE id = ?1",
                    params![row.text(0)?, answer.id.as_str(), desk.now_ms],
                )?;
                let by = Some(row.text(3)?);
                reply::answered(desk, seq, &source.id, row.int(4)?, by)?;
                note(desk, seq, row.text(3)?, Did::ReplySent, None)?;
            }
            return Ok(true);
        }
    }
    Ok(false)
}

/// A text as it is compared: without the handles that platforms put before an answer, and with one
/// blank between words.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .skip_while(|word| word.starts_with('@'))
        .collect()
}
