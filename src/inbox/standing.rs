//! What stands open by source, workgroup, level and hour; and what is due of it in the next half hour.
//!
//! `standing` is kept as `late` is: whoever asks moves the mark past the newest interaction and counts those in
//! between, each once; triggers keep what is counted ([`super::books`]). What is held and what is put off is read
//! from indexes that hold nothing else.

use super::context::Desk;
use super::projection::{Cell, SOON_MS};
use super::report::HOUR_MS;
use super::sla::{Key, What};
use crate::post::Workgroup;
use crate::scope::names;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many interactions are counted in one statement.
const SLICE: i64 = 2_000;

/// How many slices are counted at most for somebody who asks, and by an alarm. Only a shard of an older version
/// has more to count, and the alarm comes back for the rest.
pub(super) const ASKED: u32 = 10;
pub(super) const RUNG: u32 = 1;

/// How many hours are told apart in which the open ones were opened; what is older is told apart by days.
const HOURS: i64 = 48;

/// How many open interactions are looked through for the oldest of each key; where there are more, it is told to
/// the hour.
const LOOKED_THROUGH: i64 = 1_000;

/// How many of what is due or late are looked at, those that are due next first.
const DUE: i64 = 5_000;

/// Counts what was opened since the mark; whether there is more.
pub(super) fn advance<S: Sql>(desk: Desk<'_, S>, slices: u32) -> Result<bool, SqlError> {
    for _ in 0..slices {
        let rows = desk.sql.run(
            "-- standing_next
SELECT m.seq, max(i.seq), count(i.seq) FROM standing_mark m LEFT JOIN (
  SELECT seq FROM interaction WHERE seq > (SELECT seq FROM standing_mark) ORDER BY seq LIMIT ?1) i",
            params![SLICE],
        )?;
        let row = rows.first().ok_or(SqlError::Json("answer"))?;
        let Some(to) = row.opt_int(1)? else {
            return Ok(false);
        };
        let from = row.int(0)?;
        for statement in [
            "-- standing_since
INSERT INTO standing SELECT source, workgroup, level, opened_ms / 3600000, count(*) FROM interaction
WHERE seq > ?1 AND seq <= ?2 AND state = 'open' GROUP BY 1, 2, 3, 4
ON CONFLICT DO UPDATE SET n = n + excluded.n",
            "-- opened_since
INSERT INTO sla SELECT opened_ms / 3600000, 'opened', source, workgroup, level, 0, count(*), 0, 0, 0, 0
FROM interaction WHERE seq > ?1 AND seq <= ?2 GROUP BY 1, 3, 4, 5
ON CONFLICT DO UPDATE SET n = n + excluded.n",
        ] {
            desk.sql.run(statement, params![from, to])?;
        }
        desk.sql.run(
            "-- standing_mark
UPDATE standing_mark SET seq = ?1",
            params![to],
        )?;
        if row.int(2)? < SLICE {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Folds hours that nobody tells apart any more into days, and forgets parts that are nothing.
pub(super) fn fold<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let hour = desk.now_ms.div_euclid(HOUR_MS) - HOURS;
    for statement in [
        "-- fold_standing
INSERT INTO standing SELECT source, workgroup, level, hour - hour % 24 AS day, sum(n) FROM standing
WHERE hour < ?1 AND hour % 24 <> 0 GROUP BY source, workgroup, level, day
ON CONFLICT DO UPDATE SET n = n + excluded.n",
        "-- folded_standing
DELETE FROM standing WHERE hour < ?1 AND hour % 24 <> 0 OR n = 0",
    ] {
        desk.sql.run(statement, params![hour])?;
    }
    Ok(())
}

/// What stands open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// By key.
    pub groups: Vec<Standing>,
    /// What is late, and what is due in the next half hour.
    pub due: Vec<Cell>,
    /// By workgroup: how many replies came, how many were opened by level, and who holds something.
    pub teams: Vec<Team>,
}

/// What stands open of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The key, as text.
    pub key: String,
    /// How many are open.
    pub open: i64,
    /// Of those: held by an agent.
    pub held: i64,
    /// Of those: put off until later.
    pub snoozed: i64,
    /// When the oldest of them was opened: to the hour where many are open, to the day past two days.
    pub oldest_ms: Option<i64>,
}

/// What is known of a workgroup's pace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Which.
    pub workgroup: Workgroup,
    /// How many replies answered something in the last hours.
    pub answered: i64,
    /// How long those hours are, in milliseconds.
    pub over_ms: i64,
    /// How many were opened in that time, by source and level.
    pub opened: Vec<(String, u8, i64)>,
    /// Who holds something now.
    pub holders: Vec<String>,
}

/// What stands open of what the caller sees, by key. What was opened since must be counted before
/// ([`advance`]).
pub(super) fn now<S: Sql>(
    desk: Desk<'_, S>,
    all: bool,
    seen: &[Workgroup],
    by: Key,
) -> Result<Now, SqlError> {
    let (all, seen) = (i64::from(all), names(seen));
    let mut groups: BTreeMap<String, Standing> = BTreeMap::new();
    let mut open = 0;
    for row in &desk.sql.run(
        "-- standing
SELECT CASE ?3 WHEN 'source' THEN source WHEN 'workgroup' THEN workgroup WHEN 'level' THEN CAST(level AS TEXT)
    ELSE CAST(iif(hour < ?4 OR ?3 = 'day', hour - hour % 24, hour) AS TEXT) END AS of,
  iif(hour < ?4, hour - hour % 24, hour) AS since, sum(n)
FROM standing WHERE ?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2))
GROUP BY of, since HAVING sum(n) <> 0 ORDER BY of, since",
        params![all, seen.as_str(), by.as_str(), desk.now_ms.div_euclid(HOUR_MS) - HOURS],
    )? {
        let (key, n) = (row.text(0)?.to_string(), row.int(2)?);
        let group = groups.entry(key.clone()).or_default();
        group.key = key;
        group.open += n;
        // The parts of one hour lie in one sum, so none of these is below nothing.
        group.oldest_ms = group.oldest_ms.or(Some(row.int(1)? * HOUR_MS));
        open += n;
    }
    groups.retain(|_, group| group.open > 0);
    for (statement, put) in [
        (
            "-- standing_held
SELECT CASE ?3 WHEN 'source' THEN source WHEN 'workgroup' THEN workgroup WHEN 'level' THEN CAST(level AS TEXT)
    ELSE CAST(iif(opened_ms / 3600000 < ?4 OR ?3 = 'day', opened_ms / 3600000 - opened_ms / 3600000 % 24,
      opened_ms / 3600000) AS TEXT) END AS of, count(*)
FROM interaction INDEXED BY held WHERE lease IS NOT NULL AND state = 'open' AND available_ms > ?5
  AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2)))
GROUP BY of",
            (|group, n| group.held = n) as fn(&mut Standing, i64),
        ),
        (
            "-- standing_put_off
SELECT CASE ?3 WHEN 'source' THEN source WHEN 'workgroup' THEN workgroup WHEN 'level' THEN CAST(level AS TEXT)
    ELSE CAST(iif(opened_ms / 3600000 < ?4 OR ?3 = 'day', opened_ms / 3600000 - opened_ms / 3600000 % 24,
      opened_ms / 3600000) AS TEXT) END AS of, count(*)
FROM interaction INDEXED BY put_off WHERE put_off_ms > ?5 AND put_off_ms IS NOT NULL
  AND lease IS NULL AND state = 'open' AND available_ms > ?5
  AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2)))
GROUP BY of",
            |group, n| group.snoozed = n,
        ),
    ] {
        for row in &desk.sql.run(
            statement,
            params![
                all,
                seen.as_str(),
                by.as_str(),
                desk.now_ms.div_euclid(HOUR_MS) - HOURS,
                desk.now_ms,
            ],
        )? {
            if let Some(group) = groups.get_mut(row.text(0)?) {
                put(group, row.int(1)?);
            }
        }
    }
    if open <= LOOKED_THROUGH && !by.is_time() {
        for row in &desk.sql.run(
            "-- standing_oldest
SELECT CASE ?2 WHEN 'source' THEN source WHEN 'workgroup' THEN workgroup ELSE CAST(level AS TEXT) END AS of,
  min(opened_ms)
FROM interaction INDEXED BY ready
WHERE state = 'open' AND workgroup IN (
  SELECT DISTINCT workgroup FROM standing WHERE ?3 = 1 OR workgroup IN (SELECT value FROM json_each(?1)))
GROUP BY of",
            params![seen.as_str(), by.as_str(), all],
        )? {
            if let Some(group) = groups.get_mut(row.text(0)?) {
                group.oldest_ms = Some(row.int(1)?);
            }
        }
    }
    Ok(Now {
        groups: groups.into_values().collect(),
        due: due(desk, all, &seen)?,
        teams: teams(desk, all, &seen)?,
    })
}

/// What is late, and what is due in the next half hour: by workgroup, source, level and minute.
fn due<S: Sql>(desk: Desk<'_, S>, all: i64, seen: &str) -> Result<Vec<Cell>, SqlError> {
    let rows = desk.sql.run(
        "-- due_soon
SELECT workgroup, source, owed_level, iif(deadline_ms < ?3, -1, CAST((deadline_ms - ?3) / 60000 AS INTEGER)) AS minute, count(*)
FROM (
  SELECT workgroup, source, owed_level, deadline_ms FROM interaction INDEXED BY overdue
  WHERE state = 'open' AND owed_ms IS NOT NULL AND deadline_ms < ?3 + ?4
    AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2)))
  ORDER BY deadline_ms DESC LIMIT ?5)
GROUP BY workgroup, source, owed_level, minute",
        params![all, seen, desk.now_ms, SOON_MS, DUE],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Cell {
                workgroup: Workgroup::new(row.text(0)?),
                source: row.text(1)?.to_string(),
                level: u8::try_from(row.int(2)?).map_err(|_| SqlError::Json("level"))?,
                minute: row.int(3)?,
                n: row.int(4)?,
            })
        })
        .collect()
}

/// The pace of each workgroup, in this hour and the one before; and who holds something.
fn teams<S: Sql>(desk: Desk<'_, S>, all: i64, seen: &str) -> Result<Vec<Team>, SqlError> {
    let hour = desk.now_ms.div_euclid(HOUR_MS) - 1;
    let over_ms = desk.now_ms - hour * HOUR_MS;
    let mut teams: BTreeMap<String, Team> = BTreeMap::new();
    let team = |name: &str| Team {
        workgroup: Workgroup::new(name),
        answered: 0,
        over_ms,
        opened: Vec::new(),
        holders: Vec::new(),
    };
    for row in &desk.sql.run(
        "-- pace_of_teams
SELECT workgroup, what, iif(what = 'opened', source, ''), iif(what = 'opened', level, 0), sum(n)
FROM sla WHERE hour >= ?3 AND what IN ('first', 'next', 'opened') AND bin >= 0
  AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2)))
GROUP BY 1, what = 'opened', 3, 4",
        params![all, seen, hour],
    )? {
        let name = row.text(0)?;
        let of = teams.entry(name.to_string()).or_insert_with(|| team(name));
        match row.text(1)? == What::Opened.as_str() {
            true => of.opened.push((
                row.text(2)?.to_string(),
                u8::try_from(row.int(3)?).map_err(|_| SqlError::Json("level"))?,
                row.int(4)?,
            )),
            false => of.answered += row.int(4)?,
        }
    }
    for row in &desk.sql.run(
        "-- holders_of_teams
SELECT DISTINCT workgroup, holder FROM interaction INDEXED BY held
WHERE lease IS NOT NULL AND state = 'open' AND available_ms > ?3
  AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2)))",
        params![all, seen, desk.now_ms],
    )? {
        let name = row.text(0)?;
        let of = teams.entry(name.to_string()).or_insert_with(|| team(name));
        of.holders.push(row.text(1)?.to_string());
    }
    Ok(teams.into_values().collect())
}
