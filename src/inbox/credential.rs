//! Credentials that the platforms refuse, as a shard knows them from its own sends.
//!
//! A refusal is an alarm: it is kept with since when and how many acknowledgments it stopped, and shown
//! in `/readyz` and the backlog. Until it is cured no acknowledgment of that source is decided but one
//! in every [`PROBE_MS`], so that the source heals by itself; the posts wait for people, as every post
//! does. A message that arrives cures it, and so does a new secret: a refusal is of one secret, by its
//! fingerprint.
//!
//! It is kept here, not in one place for all shards, because here it is decided whether to acknowledge:
//! in the same transaction, and without asking anybody. With several shards each finds out by itself.

use super::context::Desk;
use super::wire::Alarm;
use crate::config::Source;
use crate::post::SourceId;
use crate::sql::{Sql, SqlError, params};

/// How often one acknowledgment is tried with a credential that was refused: seldom enough that no
/// platform takes it for an attack, often enough that whoever mends it sees so while still at it.
pub const PROBE_MS: i64 = 5 * 60_000;

/// Which secret a source's credential is; empty where it has none.
pub(super) fn fingerprint(source: &Source) -> &str {
    source
        .credential
        .as_ref()
        .map_or("", |credential| &credential.fingerprint)
}

/// The platform refused the source's credential.
pub(super) fn refused<S: Sql>(
    desk: Desk<'_, S>,
    source: &SourceId,
    why: &str,
) -> Result<(), SqlError> {
    let Some(known) = desk.config.source(source) else {
        return Ok(());
    };
    desk.sql.run(
        "-- credential_refused
INSERT INTO dead_credential VALUES (?1, ?2, ?3, ?4, ?4, ?5, 0)
ON CONFLICT DO UPDATE SET why = excluded.why, refused_ms = excluded.refused_ms, probe_ms = excluded.probe_ms,
  since_ms = iif(secret = excluded.secret, since_ms, excluded.since_ms),
  stopped = iif(secret = excluded.secret, stopped, 0), secret = excluded.secret",
        params![
            source.as_str(),
            fingerprint(known),
            why,
            desk.now_ms,
            desk.now_ms + PROBE_MS
        ],
    )?;
    Ok(())
}

/// An acknowledgment did not leave for it.
pub(super) fn stop<S: Sql>(desk: Desk<'_, S>, source: &SourceId) -> Result<(), SqlError> {
    desk.sql.run(
        "-- credential_stopped
UPDATE dead_credential SET stopped = stopped + 1 WHERE source = ?1",
        params![source.as_str()],
    )?;
    Ok(())
}

/// An acknowledgment is decided to try it with; the next not before a while.
pub(super) fn probe<S: Sql>(desk: Desk<'_, S>, source: &Source) -> Result<(), SqlError> {
    desk.sql.run(
        "-- credential_probe
UPDATE dead_credential SET probe_ms = ?2 WHERE source = ?1",
        params![source.id.as_str(), desk.now_ms + PROBE_MS],
    )?;
    Ok(())
}

/// A message arrived: it is good.
pub(super) fn cured<S: Sql>(desk: Desk<'_, S>, source: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- credential_cured
DELETE FROM dead_credential WHERE source = ?1",
        params![source],
    )?;
    Ok(())
}

/// The refusals of secrets that are still the sources' own.
pub(super) fn alarms<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<Alarm>, SqlError> {
    let rows = desk.sql.run(
        "-- alarms
SELECT source, secret, why, since_ms, stopped FROM dead_credential ORDER BY source",
        params![],
    )?;
    let mut alarms = Vec::new();
    for row in &rows {
        let source = SourceId::new(row.text(0)?);
        let secret = row.text(1)?;
        let is_current = |known: &Source| fingerprint(known) == secret;
        if desk.config.source(&source).is_some_and(is_current) {
            alarms.push(Alarm::Credential {
                source,
                why: row.text(2)?.to_owned(),
                since_ms: row.int(3)?,
                stopped: row.int(4)?,
            });
        }
    }
    Ok(alarms)
}
