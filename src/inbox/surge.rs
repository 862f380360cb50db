//! The short register: a place that hears of one situation from many at once answers each of them in a line.
//!
//! What is usual is read from the acknowledgments that are kept anyway: those of the same hour in the weeks before. Nothing is
//! counted for posts that get none. What an acknowledgment answered is the first of the numbers that are kept of it: see
//! [`mark`].

use super::context::Desk;
use super::wire::Surge;
use crate::config::Source;
use crate::judgement::Situation;
use crate::post::SourceId;
use crate::sql::{Sql, SqlError, params};
use crate::voice::print::mark;

/// In which time many are a surge.
const WINDOW_MS: i64 = 10 * 60_000;

/// How many of a situation in that time are still no surge.
const FEW: i64 = 3;

/// How many times as many as usual are one.
const TIMES: i64 = 4;

/// How many weeks tell what is usual: as many as are kept.
const WEEKS: i64 = 4;

const WEEK_MS: i64 = 7 * 86_400_000;
const HALF_AN_HOUR_MS: i64 = 30 * 60_000;

/// How many of those windows are in the hours that tell what is usual.
const WINDOWS: i64 = WEEKS * 2 * HALF_AN_HOUR_MS / WINDOW_MS;

/// How far back the notes of a surge are counted that lasts: a shift's half.
const LOOKED_BACK_MS: i64 = 6 * 60 * 60_000;

/// Whether one more of a situation at a source is one of a surge.
pub(super) fn is_surging<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    situation: Situation,
) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        // No more are counted than decide: in a surge the newest few, and never ten minutes of a busy source
        // where its habit is small.
        "-- surge
WITH few (n) AS MATERIALIZED (
  SELECT count(*) FROM (SELECT 1 FROM ack INDEXED BY ack_slot
    WHERE source = ?1 || '' AND slot_ms > ?2 - ?3 AND slot_ms IS NOT NULL
      AND substr(used, 1, instr(used, ',') - 1) IN (?4 || '', ?5 || '')
    ORDER BY slot_ms DESC LIMIT ?6 + 0)),
usual (n) AS MATERIALIZED (
  SELECT CASE WHEN n >= ?6 + 0 THEN (
    SELECT count(*) FROM json_each(?7) week CROSS JOIN ack INDEXED BY ack_slot
      ON source = ?1 || '' AND slot_ms IS NOT NULL
      AND slot_ms >= ?2 - week.value - ?8 AND slot_ms < ?2 - week.value + ?8
      AND substr(used, 1, instr(used, ',') - 1) IN (?4 || '', ?5 || ''))
    ELSE 0 END FROM few)
SELECT CASE WHEN few.n < ?6 + 0 OR usual.n = 0 THEN few.n ELSE (
  SELECT count(*) FROM (SELECT 1 FROM ack INDEXED BY ack_slot
    WHERE source = ?1 || '' AND slot_ms > ?2 - ?3 AND slot_ms IS NOT NULL
      AND substr(used, 1, instr(used, ',') - 1) IN (?4 || '', ?5 || '')
    ORDER BY slot_ms DESC LIMIT (SELECT 1 + max(?6 + 0, n * ?9 / ?10) FROM usual))) END, usual.n
FROM few, usual",
        params![
            source.id.as_str(),
            desk.now_ms,
            WINDOW_MS,
            mark(Some(situation), false).to_string(),
            mark(Some(situation), true).to_string(),
            FEW,
            weeks(),
            HALF_AN_HOUR_MS,
            TIMES,
            WINDOWS,
        ],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    // With this one.
    Ok(is_surge(row.int(0)? + 1, row.int(1)?))
}

/// The surges of now: what was answered in the short register lately, by source and situation.
pub(super) fn all<S: Sql>(
    desk: Desk<'_, S>,
    seen: impl Fn(&Source) -> bool,
) -> Result<Vec<Surge>, SqlError> {
    let sources = desk.config.sources.iter().filter(|source| seen(source));
    let sources: Vec<&str> = sources.map(|source| source.id.as_str()).collect();
    let marks = Situation::ALL.map(|situation| mark(Some(situation), true).to_string());
    let rows = desk.sql.run(
        "-- surges
SELECT source, substr(used, 1, instr(used, ',') - 1) AS answered, count(*), min(slot_ms), max(slot_ms)
FROM json_each(?1) of CROSS JOIN ack INDEXED BY ack_slot
  ON source = of.value AND slot_ms > ?2 - ?3 AND slot_ms IS NOT NULL
WHERE substr(used, 1, instr(used, ',') - 1) IN (SELECT value FROM json_each(?4))
GROUP BY source, answered HAVING max(slot_ms) > ?2 - ?5
ORDER BY source, min(slot_ms)",
        params![
            serde_json::json!(sources).to_string(),
            desk.now_ms,
            LOOKED_BACK_MS,
            serde_json::json!(marks).to_string(),
            WINDOW_MS,
        ],
    )?;
    let mut surges = Vec::new();
    for row in &rows {
        let of = situation(row.text(1)?).ok_or(SqlError::Json("mark"))?;
        surges.push(Surge {
            source: SourceId::new(row.text(0)?),
            situation: of,
            notes: row.int(2)?,
            since_ms: row.int(3)?,
        });
    }
    Ok(surges)
}

/// A surge began, or is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The source.
    pub source: SourceId,
    /// The situation.
    pub situation: Situation,
    /// When its first short note was given a place.
    pub since_ms: i64,
    /// Whether it is over.
    pub is_over: bool,
}

/// The surges that began or ended since this was asked last.
pub(super) struct Turns {
    /// Each once.
    pub turns: Vec<Turn>,
    /// When to look again, so that the end of one is told.
    pub look_ms: Option<i64>,
}

/// How soon an end is told.
const LOOK_EVERY_MS: i64 = 60_000;

/// Which surges began or ended since this was asked last. The alarm asks: it rings soon after each acknowledgment.
pub(super) fn turns<S: Sql>(desk: Desk<'_, S>) -> Result<Turns, SqlError> {
    let now = all(desk, |_| true)?;
    let told = told(desk)?;
    let mut turns = Vec::new();
    for surge in &now {
        let is_same =
            |told: &&Turn| told.source == surge.source && told.situation == surge.situation;
        if told.iter().any(|told| is_same(&told)) {
            continue;
        }
        desk.sql.run(
            "-- surge_begins
INSERT INTO surging (source, situation, since_ms) VALUES (?1, ?2, ?3)",
            params![
                surge.source.as_str(),
                surge.situation.as_str(),
                surge.since_ms
            ],
        )?;
        turns.push(Turn {
            source: surge.source.clone(),
            situation: surge.situation,
            since_ms: surge.since_ms,
            is_over: false,
        });
    }
    for told in told {
        let is_same =
            |surge: &Surge| told.source == surge.source && told.situation == surge.situation;
        if now.iter().any(is_same) {
            continue;
        }
        desk.sql.run(
            "-- surge_ends
DELETE FROM surging WHERE source = ?1 AND situation = ?2",
            params![told.source.as_str(), told.situation.as_str()],
        )?;
        turns.push(Turn {
            is_over: true,
            ..told
        });
    }
    Ok(Turns {
        turns,
        look_ms: (!now.is_empty()).then_some(desk.now_ms + LOOK_EVERY_MS),
    })
}

/// The surges whose beginning was told, and whose end was not.
fn told<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<Turn>, SqlError> {
    let rows = desk.sql.run(
        "-- surges_told
SELECT source, situation, since_ms FROM surging",
        params![],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Turn {
                source: SourceId::new(row.text(0)?),
                situation: Situation::named(row.text(1)?).ok_or(SqlError::Json("situation"))?,
                since_ms: row.int(2)?,
                is_over: false,
            })
        })
        .collect()
}

/// The situation that was answered in the short register, by its mark.
pub(super) fn situation(answered: &str) -> Option<Situation> {
    let is = |situation: &Situation| mark(Some(*situation), true).to_string() == answered;
    Situation::ALL.into_iter().find(is)
}

/// How long ago the same hour of the weeks before was, as JSON.
fn weeks() -> String {
    let ago: Vec<String> = (1..=WEEKS)
        .map(|week| (week * WEEK_MS).to_string())
        .collect();
    format!("[{}]", ago.join(","))
}

/// Whether so many in the window are a surge, where the same hours of the weeks before had so many in all.
fn is_surge(in_window: i64, in_hours: i64) -> bool {
    in_window > FEW && in_window * WINDOWS > TIMES * in_hours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surge_is_many_and_far_more_than_usual() {
        assert!(!is_surge(3, 0));
        assert!(is_surge(4, 0));
        // Four in ten minutes where an hour of four weeks had 24: one in ten minutes.
        assert!(!is_surge(4, 24));
        assert!(is_surge(5, 24));
        assert!(!is_surge(40, 300));
    }
}
