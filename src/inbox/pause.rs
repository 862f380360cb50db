//! The pause: a supervisor silences the acknowledgments of a source, or of all, at once and without a
//! deploy. Posts are taken in and agents answer as ever.

use super::question::{Concern, Question};
use super::wire::Paused;
use super::wire::Refused;
use super::withdraw;
use crate::inbox::context::Desk;
use crate::post::SourceId;
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// A supervisor silences acknowledgments. What is paused then?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    /// Which, by whom and why.
    pub paused: Paused,
}

impl Question for Pause {
    const NAME: &'static str = "Pause";
    type Answer = Vec<Paused>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        pause(desk, &self.paused)?;
        Ok(seen(desk, scope)?)
    }
}

/// A supervisor lets acknowledgments out again. What is paused then?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    /// Of which source; `None` for the pause of all.
    pub source: Option<SourceId>,
}

impl Question for Resume {
    const NAME: &'static str = "Resume";
    type Answer = Vec<Paused>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        resume(desk, self.source.as_ref())?;
        Ok(seen(desk, scope)?)
    }
}

/// What is paused?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowPaused {}

impl Question for ShowPaused {
    const NAME: &'static str = "ShowPaused";
    type Answer = Vec<Paused>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        Ok(seen(desk, scope)?)
    }
}

/// How a pause of all sources is stored: no source's id is empty.
const ALL: &str = "";

fn key(source: Option<&SourceId>) -> &str {
    source.map_or(ALL, SourceId::as_str)
}

/// Nothing more leaves: what is planned is withdrawn, and what comes is not acknowledged. What is
/// under way is under way. A pause that holds already gets the newer one's name, time and reason.
pub(super) fn pause<S: Sql>(desk: Desk<'_, S>, paused: &Paused) -> Result<(), SqlError> {
    let source = key(paused.source.as_ref());
    desk.sql.run(
        "-- pause
INSERT INTO pause VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
  by = excluded.by, reason = excluded.reason, since_ms = excluded.since_ms",
        params![
            source,
            paused.by.as_str(),
            paused.reason.as_str(),
            paused.since_ms
        ],
    )?;
    let planned = desk.sql.run(
        "-- planned_of
SELECT interaction FROM ack
WHERE due_ms IS NOT NULL AND state = 'planned' AND ?1 IN ('', source)",
        params![source],
    )?;
    for row in &planned {
        withdraw::withdraw(desk, row.int(0)?, "paused")?;
    }
    Ok(())
}

/// Lifts the pause of that source, or the one of all; the other, if there is one, holds on.
pub(super) fn resume<S: Sql>(desk: Desk<'_, S>, source: Option<&SourceId>) -> Result<(), SqlError> {
    desk.sql.run(
        "-- resume
DELETE FROM pause WHERE source = ?1",
        params![key(source)],
    )?;
    Ok(())
}

/// Whether a source's acknowledgments are paused.
pub(super) fn holds<S: Sql>(desk: Desk<'_, S>, source: &SourceId) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        "-- is_paused
SELECT 1 FROM pause WHERE source IN ('', ?1 || '')",
        params![source.as_str()],
    )?;
    Ok(!rows.is_empty())
}

/// What is paused of what the caller may see; the pause of all concerns everybody.
pub(super) fn seen<S: Sql>(desk: Desk<'_, S>, scope: &Scope) -> Result<Vec<Paused>, SqlError> {
    let mut seen = all(desk)?;
    seen.retain(|paused| {
        let source = paused.source.as_ref().map(|id| desk.config.source(id));
        source.is_none_or(|source| scope.all || source.is_some_and(|one| scope.has(&one.workgroup)))
    });
    Ok(seen)
}

/// What is paused, the pause of all first.
pub(super) fn all<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<Paused>, SqlError> {
    let rows = desk.sql.run(
        "-- paused
SELECT source, by, reason, since_ms FROM pause ORDER BY source",
        params![],
    )?;
    rows.iter()
        .map(|row| {
            let source = row.text(0)?;
            Ok(Paused {
                source: (source != ALL).then(|| SourceId::new(source)),
                by: row.text(1)?.to_string(),
                reason: row.text(2)?.to_string(),
                since_ms: row.int(3)?,
            })
        })
        .collect()
}
