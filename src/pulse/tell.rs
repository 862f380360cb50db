//! Taking in what isolates tell: minutes, alarms, and who joins what is going on.

use super::chance::usual;
use super::detect::{Alarm, KEPT_MIN, QUIET_MIN};
use super::forget::forget;
use super::kept::{keep, store};
use super::memory::{MOST_MEMBERS, Memory, Open, covers};
use super::question::{Desk, Question};
use super::rank::About;
use super::wire::{Brief, Folded, Refused, Sighting, Sign, State, Tell, Usual};
use crate::cell::{TOTAL, belongs, parent};
use crate::post::{SourceId, Workgroup};
use crate::sql::{Sql, SqlError, params};
use std::collections::BTreeMap;

/// How far back who wrote belongs to a crowd that was found now, in minutes.
pub const BACK_MIN: i64 = 30;

/// The most incidents that are kept.
pub const MOST: i64 = 1_000;

/// An incident's id as callers see it.
pub fn id_of(id: i64) -> String {
    format!("i-{id}")
}

/// The number of such an id.
pub fn number_of(id: &str) -> Option<i64> {
    let digits = id.strip_prefix("i-").filter(|digits| digits.len() <= 15)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

impl Question for Tell {
    const NAME: &'static str = "Tell";
    /// How many incidents began.
    type Answer = u32;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>, memory: &mut Memory) -> Result<u32, Refused> {
        let mut began = 0;
        for (source, folded) in &self.sources {
            let Some(configured) = desk.config.source(source) else {
                continue;
            };
            let workgroup = configured.workgroup.clone();
            let folded = still_there(&memory.gone, folded, desk.now_ms);
            began += take(desk, memory, source, &workgroup, &folded)?;
        }
        // Last: what was written and deleted within some seconds is told together.
        forget(desk, memory, &self.gone)?;
        Ok(began)
    }
}

/// What was told but for what is too old, of tomorrow, or deleted since.
fn still_there(gone: &BTreeMap<String, i64>, told: &[Folded], now_ms: i64) -> Vec<Folded> {
    let now = now_ms.div_euclid(60_000);
    let minutes = now - KEPT_MIN..=now;
    let mut all: Vec<Folded> = told
        .iter()
        .filter(|folded| minutes.contains(&folded.minute))
        .cloned()
        .collect();
    if !gone.is_empty() {
        let cells = all.iter_mut().flat_map(|folded| folded.cells.values_mut());
        cells.for_each(|seen| seen.seen.retain(|one| !gone.contains_key(&one.post)));
    }
    all
}

fn take<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    id: &SourceId,
    workgroup: &Workgroup,
    told: &[Folded],
) -> Result<u32, Refused> {
    let now = desk.now_ms.div_euclid(60_000);
    let source = memory.sources.entry(id.clone()).or_default();
    for folded in told {
        let kept = source.take(folded, now);
        desk.sql.run(
            "-- keep_minute
INSERT INTO minute VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET doc = excluded.doc",
            params![id.as_str(), folded.minute, serde_json::to_string(kept)?],
        )?;
    }
    memory.ended.retain(|ended| ended.last + QUIET_MIN >= now);
    let alarms = source.look(now);
    let joining: Vec<i64> = memory
        .open
        .iter()
        .filter(|(_, open)| {
            let last = open.brief.last_ms.div_euclid(60_000);
            open.brief.source == *id
                && (open.brief.state == State::Confirmed || last + QUIET_MIN >= now)
        })
        .map(|(id, _)| *id)
        .collect();
    let fresh: Vec<(String, Sighting)> = told
        .iter()
        .flat_map(|folded| &folded.cells)
        .flat_map(|(cell, seen)| seen.seen.iter().map(|one| (cell.clone(), one.clone())))
        .collect();
    for number in &joining {
        join(desk, memory, *number, &fresh)?;
    }
    let mut began = 0;
    // The likeliest first: a crowd in a place before the same in all places, and the whole source last.
    let mut alarms = alarms;
    alarms.sort_by_key(|alarm| (alarm.cell == TOTAL, !alarm.cell.contains('@')));
    for alarm in alarms {
        let is_lately = |last_ms: i64| last_ms.div_euclid(60_000) + QUIET_MIN >= now;
        let known = memory.open.iter().find(|(_, open)| {
            open.brief.source == *id
                && is_lately(open.brief.last_ms)
                && open.cells().any(|cell| covers(cell, &alarm.cell))
        });
        let ended = memory.ended.iter_mut().find(|ended| {
            ended.source == *id
                && ended.last + QUIET_MIN >= now
                && ended.cells.iter().any(|cell| {
                    // That the whole source was quiet again says nothing of a place.
                    cell == &alarm.cell || (cell != TOTAL && covers(cell, &alarm.cell))
                })
        });
        if let (None, Some(ended)) = (known, ended) {
            ended.last = now;
            continue;
        }
        let known = known.map(|(number, open)| (*number, is_vague(open) && alarm.cell != TOTAL));
        if let Some((number, is_vaguer)) = known {
            if is_vaguer {
                narrow(desk, memory, number, &alarm)?;
            }
            if let Some(open) = memory.open.get_mut(&number) {
                let before = open.brief.last_ms.div_euclid(60_000);
                open.brief.last_ms = desk.now_ms;
                if before < now {
                    keep(desk, number, open)?;
                }
            }
        } else {
            began += u32::from(begin(desk, memory, id, workgroup, &alarm)?);
        }
    }
    store(desk, memory, id, now)?;
    Ok(began)
}

/// Whether all that is known of an incident is that many write: nobody has said that it is one.
fn is_vague(open: &Open) -> bool {
    open.cell == TOTAL && open.brief.state == State::Suspected && open.brief.also.is_empty()
}

/// It turns out of what a crowd is: who writes of something else is none of it.
fn narrow<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    number: i64,
    alarm: &Alarm,
) -> Result<(), Refused> {
    let Some(open) = memory.open.get_mut(&number) else {
        return Ok(());
    };
    let since = desk.now_ms.div_euclid(60_000) - BACK_MIN;
    let source = memory.sources.get(&open.brief.source);
    let lately: Vec<(String, Sighting)> = source
        .into_iter()
        .flat_map(|source| source.since(since))
        .map(|(cell, one)| (cell.to_string(), one.clone()))
        .collect();
    open.cell = alarm.cell.clone();
    open.brief.what = parent(&alarm.cell).to_string();
    open.brief.place = place(&alarm.cell);
    open.brief.alarm = Some(sign(alarm));
    open.posts.clear();
    desk.sql.run(
        "-- narrow
DELETE FROM member WHERE incident = ?1",
        params![number],
    )?;
    let theirs = lately.iter().filter(|(of, one)| open.takes(of, one));
    open.brief.began_ms = theirs
        .map(|(_, one)| one.at_ms)
        .min()
        .unwrap_or(desk.now_ms);
    join(desk, memory, number, &lately)?;
    match memory.open.get(&number) {
        Some(open) => keep(desk, number, open),
        None => Ok(()),
    }
}

/// The place of a cell.
fn place(cell: &str) -> Option<String> {
    cell.split_once('@').map(|(_, place)| place.to_string())
}

/// What an alarm is shown as.
fn sign(alarm: &Alarm) -> Sign {
    let (low, high) = usual(alarm.expected, alarm.phi);
    Sign {
        people: alarm.people,
        minutes: alarm.window,
        expected: (alarm.expected * 100.0).round() / 100.0,
        usual: Some(Usual { low, high }),
    }
}

/// Posts join an incident.
pub(super) fn join<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    number: i64,
    some: &[(String, Sighting)],
) -> Result<(), Refused> {
    let Some(open) = memory.open.get_mut(&number) else {
        return Ok(());
    };
    for (cell, one) in some {
        let is_full = open.posts.len() >= MOST_MEMBERS;
        if is_full || open.posts.contains_key(&one.post) || !open.takes(cell, one) {
            continue;
        }
        open.posts.insert(one.post.clone(), one.who);
        open.about.insert(one.post.clone(), About::of(one));
        desk.sql.run(
            "-- join
INSERT INTO member VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            params![
                number,
                one.who.to_string(),
                one.post.as_str(),
                serde_json::to_string(one)?
            ],
        )?;
    }
    open.count();
    Ok(())
}

/// So many are kept that the oldest of those that have ended goes.
fn make_room<S: Sql>(desk: &Desk<'_, S>) -> Result<(), Refused> {
    let rows = desk.sql.run(
        "-- oldest_ended
SELECT id FROM incident WHERE doc ->> '$.state' IN ('closed', 'merged') ORDER BY last_ms LIMIT 1",
        params![],
    )?;
    let Some(row) = rows.first() else {
        return Err(Refused::Full);
    };
    desk.sql.run(
        "-- drop_members
DELETE FROM member WHERE incident = ?1",
        params![row.int(0)?],
    )?;
    desk.sql.run(
        "-- drop_incident
DELETE FROM incident WHERE id = ?1",
        params![row.int(0)?],
    )?;
    Ok(())
}

/// Opens one, with who wrote of it lately.
pub(super) fn open<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    cell: &str,
    brief: Brief,
) -> Result<i64, Refused> {
    let rows = desk.sql.run(
        "-- next_incident
UPDATE number SET n = n + 1 RETURNING (SELECT count(*) FROM incident), n",
        params![],
    )?;
    let row = rows.first().ok_or(SqlError::Json("count"))?;
    if row.int(0)? >= MOST {
        make_room(desk)?;
    }
    let number = row.int(1)?;
    let since = desk.now_ms.div_euclid(60_000) - BACK_MIN;
    let lately: Vec<(String, Sighting)> = memory
        .sources
        .get(&brief.source)
        .into_iter()
        .flat_map(|source| source.since(since))
        .map(|(cell, one)| (cell.to_string(), one.clone()))
        .collect();
    let first = lately
        .iter()
        .filter(|(of, one)| belongs(cell, of, &one.terms))
        .map(|(_, one)| one.at_ms)
        .min();
    let mut brief = brief;
    brief.id = id_of(number);
    brief.began_ms = first.unwrap_or(brief.began_ms).min(brief.began_ms);
    memory.open.insert(
        number,
        Open {
            brief,
            cell: cell.to_string(),
            posts: BTreeMap::new(),
            about: BTreeMap::new(),
        },
    );
    join(desk, memory, number, &lately)?;
    if let Some(open) = memory.open.get(&number) {
        keep(desk, number, open)?;
    }
    Ok(number)
}

fn begin<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    source: &SourceId,
    workgroup: &Workgroup,
    alarm: &Alarm,
) -> Result<bool, Refused> {
    let brief = Brief {
        id: String::new(),
        state: State::Suspected,
        workgroup: workgroup.clone(),
        source: source.clone(),
        what: parent(&alarm.cell).to_string(),
        place: place(&alarm.cell),
        title: None,
        began_ms: desk.now_ms,
        last_ms: desk.now_ms,
        by: None,
        changed_ms: None,
        merged_into: None,
        also: Vec::new(),
        parts: Vec::new(),
        line: None,
        people: 0,
        posts: 0,
        spread: 0,
        rank: 0,
        alarm: Some(sign(alarm)),
    };
    match open(desk, memory, &alarm.cell, brief) {
        Ok(_) => Ok(true),
        // So many incidents that another would help nobody; the counting goes on.
        Err(Refused::Full) => Ok(false),
        Err(why) => Err(why),
    }
}
