//! What somebody must look into, as a shard knows it: `GET /v1/backlog` and `GET /readyz` tell it.
//!
//! Each is read from an index that holds nothing else, or from kept counters.

use super::late::Late;
use super::question::{Concern, Question};
use super::wire::{Alarm, Refused};
use super::{credential, filling, late, promise, visible};
use crate::inbox::context::Desk;
use crate::post::Workgroup;
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// What must somebody look into?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowAlarms {}

impl Question for ShowAlarms {
    const NAME: &'static str = "ShowAlarms";
    type Answer = Vec<Alarm>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        Ok(all(desk, scope, &late::count(desk, scope)?)?)
    }
}

/// What is wrong of what the caller may see; `late` is how many of it are late.
pub(super) fn all<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    late: &Late,
) -> Result<Vec<Alarm>, SqlError> {
    let seen = visible::workgroups(desk, scope)?;
    let mut alarms = credential::alarms(desk)?;
    alarms.retain(|alarm| match alarm {
        Alarm::Credential { source, .. } => {
            let source = desk.config.source(source);
            scope.all || source.is_some_and(|source| seen.contains(&source.workgroup))
        }
        _ => true,
    });
    let rows = desk.sql.run(
        "-- alarm_clocks
SELECT
  (SELECT coalesce(sum(interactions), 0) FROM tally WHERE state = 'dead'
    AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2)))),
  (SELECT min(ended_ms) FROM interaction INDEXED BY dead WHERE state = 'dead'
    AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2)))),
  (SELECT min(deadline_ms) FROM interaction INDEXED BY emergency
   WHERE state = 'open' AND owed_ms IS NOT NULL AND owed_level = 3
     AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2))))",
        params![i64::from(scope.all), names(&seen)],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    if let (n @ 1.., Some(since_ms)) = (row.int(0)?, row.opt_int(1)?) {
        alarms.push(Alarm::Dead { n, since_ms });
    }
    if let (n @ 1.., Some(since_ms)) = (late.emergencies, row.opt_int(2)?) {
        alarms.push(Alarm::EmergencyOverdue { n, since_ms });
    }
    alarms.extend(promise::alarmed(desk, scope, &seen)?);
    if scope.all {
        unclaimable(desk, &mut alarms)?;
        alarms.extend(filling::alarm(desk)?);
    }
    Ok(alarms)
}

/// A workgroup that the configuration names no more keeps what came for it, and no token may claim it.
fn unclaimable<S: Sql>(desk: Desk<'_, S>, alarms: &mut Vec<Alarm>) -> Result<(), SqlError> {
    let known = desk.config.workgroups();
    for row in &desk.sql.run(
        "-- open_workgroups
SELECT workgroup, sum(interactions) FROM tally WHERE state = 'open'
GROUP BY workgroup HAVING sum(interactions) > 0",
        params![],
    )? {
        let workgroup = Workgroup::new(row.text(0)?);
        if known.contains(&workgroup) {
            continue;
        }
        let first = desk.sql.run(
            "-- first_of_workgroup
SELECT opened_ms FROM interaction INDEXED BY ready WHERE state = 'open' AND workgroup = ?1 || ''
ORDER BY rank LIMIT 1",
            params![workgroup.as_str()],
        )?;
        alarms.push(Alarm::Unclaimable {
            n: row.int(1)?,
            since_ms: first.first().map_or(Ok(desk.now_ms), |row| row.int(0))?,
            workgroup,
        });
    }
    Ok(())
}
