//! How incidents and what is known of sources are written down and read.

use super::detect::KEPT_MIN;
use super::memory::SEEN_MIN;
use super::memory::{Ended, Memory, Open, json};
use super::question::Desk;
use super::wire::{Brief, Refused};
use crate::inbox::line::Public;
use crate::post::SourceId;
use crate::scope::Scope;
use crate::sql::{Sql, params};

/// Writes an incident down that goes on.
pub(super) fn keep<S: Sql>(desk: &Desk<'_, S>, number: i64, open: &Open) -> Result<(), Refused> {
    write(desk, number, &open.cell, &open.brief)
}

/// Writes an incident down.
pub(super) fn write<S: Sql>(
    desk: &Desk<'_, S>,
    number: i64,
    cell: &str,
    brief: &Brief,
) -> Result<(), Refused> {
    desk.sql.run(
        "-- keep_incident
INSERT INTO incident VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET cell = excluded.cell, last_ms = excluded.last_ms,
  doc = excluded.doc",
        params![
            number,
            cell,
            brief.last_ms,
            serde_json::to_string(brief)?
        ],
    )?;
    Ok(())
}

/// An incident as it is now: memory knows those that go on better than the table does.
pub(super) fn now_of(memory: &Memory, number: i64, stored: Brief) -> Brief {
    memory
        .open
        .get(&number)
        .map_or(stored, |open| open.brief.clone())
}

/// The incident of that number, and its cell, as far as it is for this caller.
pub(super) fn find<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &Memory,
    scope: &Scope,
    number: i64,
) -> Result<(Brief, String), Refused> {
    let rows = desk.sql.run(
        "-- incident
SELECT doc, cell FROM incident WHERE id = ?1",
        params![number],
    )?;
    let row = rows.first().ok_or(Refused::NotFound)?;
    let brief = now_of(memory, number, json(row.text(0)?, "incident")?);
    // Whether there is none or it is not for this caller must look the same.
    if scope.has(&brief.workgroup) {
        Ok((brief, row.text(1)?.to_string()))
    } else {
        Err(Refused::NotFound)
    }
}

/// Writes an incident down that goes on, or one that has ended.
pub(super) fn put<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    number: i64,
    cell: &str,
    brief: &Brief,
) -> Result<(), Refused> {
    write(desk, number, cell, brief)?;
    match (memory.open.get_mut(&number), brief.state.is_open()) {
        (Some(open), true) => open.brief = brief.clone(),
        (_, false) => {
            memory.open.remove(&number);
            memory
                .ended
                .push(Ended::of(cell, brief, desk.now_ms.div_euclid(60_000)));
        }
        // What goes on is in memory since it began.
        (None, true) => {}
    }
    Ok(())
}

/// What shards are told of an incident's line, where it has one.
pub(super) fn public(number: i64, cell: &str, brief: &Brief) -> Option<Public> {
    let line = brief.line.as_ref()?;
    Some(Public {
        incident: number,
        source: brief.source.clone(),
        cells: std::iter::once(cell.to_string())
            .chain(brief.also.iter().cloned())
            .collect(),
        text: line.text.clone(),
        version: line.version,
        serial: line.serial,
        until_ms: line.until_ms,
        over: line.over,
        merged: brief.parts.clone(),
    })
}

/// Stores what changes slowly, once in a quarter of an hour, and forgets minutes that are too old.
pub(super) fn store<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    id: &SourceId,
    now: i64,
) -> Result<(), Refused> {
    let quarter = now.div_euclid(15);
    let Some(source) = memory.sources.get_mut(id) else {
        return Ok(());
    };
    if source.stored == quarter {
        return Ok(());
    }
    source.stored = quarter;
    for minute in source.retire(now - KEPT_MIN, now - SEEN_MIN) {
        if let Some(folded) = source.recent.get(&minute) {
            desk.sql.run(
                "-- thin_minute
UPDATE minute SET doc = ?3 WHERE source = ?1 AND minute = ?2",
                params![id.as_str(), minute, serde_json::to_string(folded)?],
            )?;
        }
    }
    source.words.age(now.div_euclid(1_440));
    desk.sql.run(
        "-- keep_past
INSERT INTO past VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET doc = excluded.doc, words = excluded.words",
        params![
            id.as_str(),
            serde_json::to_string(&source.watch.past)?,
            serde_json::to_string(&source.words)?
        ],
    )?;
    desk.sql.run(
        "-- forget_minutes
DELETE FROM minute WHERE source = ?1 AND minute < ?2",
        params![id.as_str(), now - KEPT_MIN],
    )?;
    for (number, open) in memory
        .open
        .iter()
        .filter(|(_, open)| open.brief.source == *id)
    {
        keep(desk, *number, open)?;
    }
    Ok(())
}
