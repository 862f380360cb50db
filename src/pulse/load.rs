//! Reading what is stored, once.

use super::detect::QUIET_MIN;
use super::memory::{Ended, Memory, Open, json, minute};
use super::question::Desk;
use super::rank::About;
use super::who::Who;
use super::wire::{Brief, Folded, Refused, Sighting};
use crate::post::SourceId;
use crate::sql::{Sql, SqlError, params};
use std::collections::BTreeMap;

/// Reads what is stored, at the first question after the object began.
///
/// # Errors
/// Where the storage fails.
pub fn load<S: Sql>(desk: &Desk<'_, S>, memory: &mut Memory) -> Result<(), Refused> {
    if memory.is_loaded {
        return Ok(());
    }
    *memory = Memory::default();
    for row in &desk
        .sql
        .run("-- pasts\nSELECT source, doc, words FROM past", params![])?
    {
        let source = memory
            .sources
            .entry(SourceId::new(row.text(0)?))
            .or_default();
        source.watch.past = json(row.text(1)?, "past")?;
        source.words = json(row.text(2)?, "words")?;
    }
    for row in &desk.sql.run(
        "-- minutes
SELECT source, minute, doc FROM minute",
        params![],
    )? {
        let source = memory
            .sources
            .entry(SourceId::new(row.text(0)?))
            .or_default();
        let folded: Folded = json(row.text(2)?, "minute")?;
        source.watch.take(row.int(1)?, &minute(&folded));
        source.recent.insert(row.int(1)?, folded);
    }
    for row in &desk.sql.run(
        "-- incidents\nSELECT id, cell, doc FROM incident",
        params![],
    )? {
        let brief: Brief = json(row.text(2)?, "incident")?;
        if !brief.state.is_open() {
            let ended = brief.changed_ms.unwrap_or(0).div_euclid(60_000);
            if ended + QUIET_MIN >= desk.now_ms.div_euclid(60_000) {
                memory.ended.push(Ended::of(row.text(1)?, &brief, ended));
            }
            continue;
        }
        let id = row.int(0)?;
        let mut open = Open {
            cell: row.text(1)?.to_string(),
            posts: BTreeMap::new(),
            about: BTreeMap::new(),
            brief,
        };
        for row in &desk.sql.run(
            "-- members
SELECT who, post, doc FROM member WHERE incident = ?1",
            params![id],
        )? {
            let who = Who::read(row.text(0)?).ok_or(SqlError::Json("who"))?;
            let post = row.text(1)?.to_string();
            let one: Sighting = json(row.text(2)?, "member")?;
            open.about.insert(post.clone(), About::of(&one));
            open.posts.insert(post, who);
        }
        open.count();
        // A crowd whose sign is recent goes on, and does not begin again.
        if let Some(source) = memory.sources.get_mut(&open.brief.source) {
            let last = open.brief.last_ms.div_euclid(60_000);
            source.watch.signs.insert(open.cell.clone(), last);
        }
        memory.open.insert(id, open);
    }
    for row in &desk
        .sql
        .run("-- gone\nSELECT post, minute FROM gone", params![])?
    {
        memory.gone.insert(row.text(0)?.to_string(), row.int(1)?);
    }
    memory.is_loaded = true;
    Ok(())
}
