//! Taking in what isolates tell: minutes, alarms, and who joins what is going on.

use super::detect::{Alarm, KEPT_MIN, QUIET_MIN, TOTAL, parent};
use super::memory::{MOST_MEMBERS, Memory, Open, belongs, minute};
use super::question::{Desk, Question};
use super::wire::{Brief, Folded, Refused, Sighting, Sign, State, Tell};
use crate::post::{SourceId, Workgroup};
use crate::sql::{Sql, SqlError, params};
use std::collections::BTreeSet;

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
            began += take(desk, memory, source, &workgroup, folded)?;
        }
        Ok(began)
    }
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
        if !(now - KEPT_MIN..=now).contains(&folded.minute) {
            continue;
        }
        source.watch.take(folded.minute, &minute(folded));
        let kept = source
            .recent
            .entry(folded.minute)
            .or_insert_with(|| Folded {
                minute: folded.minute,
                ..Folded::default()
            });
        for one in folded.cells.values().flat_map(|seen| &seen.seen) {
            source.words.add(&one.terms);
        }
        kept.merge(folded);
        desk.sql.run(
            "-- keep_minute
INSERT INTO minute VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET doc = excluded.doc",
            params![id.as_str(), folded.minute, serde_json::to_string(kept)?],
        )?;
    }
    source.watch.settle(now);
    let alarms = source.watch.look(now);
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
        let known = memory.open.iter().find(|(number, open)| {
            (joining.contains(number) || open.brief.last_ms == desk.now_ms)
                && open.brief.source == *id
                && (alarm.cell == TOTAL
                    || open.cell == TOTAL
                    || parent(&open.cell) == parent(&alarm.cell))
        });
        if let Some(number) = known.map(|(number, _)| *number) {
            if let Some(open) = memory.open.get_mut(&number) {
                open.brief.last_ms = desk.now_ms;
            }
        } else {
            began += u32::from(begin(desk, memory, id, workgroup, &alarm)?);
        }
    }
    store(desk, memory, id, now)?;
    Ok(began)
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
        if is_full || !belongs(&open.cell, cell, one) || !open.posts.insert(one.post.clone()) {
            continue;
        }
        open.people.insert(one.who);
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
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    open.brief.people = count(open.people.len());
    open.brief.posts = count(open.posts.len());
    Ok(())
}

/// Writes an incident down.
pub(super) fn keep<S: Sql>(desk: &Desk<'_, S>, number: i64, open: &Open) -> Result<(), Refused> {
    desk.sql.run(
        "-- keep_incident
INSERT INTO incident VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET last_ms = excluded.last_ms, doc = excluded.doc",
        params![
            number,
            open.cell.as_str(),
            open.brief.last_ms,
            serde_json::to_string(&open.brief)?
        ],
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
SELECT count(*), coalesce(max(id), 0) FROM incident",
        params![],
    )?;
    let row = rows.first().ok_or(SqlError::Json("count"))?;
    if row.int(0)? >= MOST {
        return Err(Refused::Full);
    }
    let number = row.int(1)? + 1;
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
        .filter(|(of, one)| belongs(cell, of, one))
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
            people: BTreeSet::new(),
            posts: BTreeSet::new(),
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
        place: alarm
            .cell
            .split_once('@')
            .map(|(_, place)| place.to_string()),
        title: None,
        began_ms: desk.now_ms,
        last_ms: desk.now_ms,
        by: None,
        changed_ms: None,
        merged_into: None,
        people: 0,
        posts: 0,
        alarm: Some(Sign {
            people: alarm.people,
            minutes: alarm.window,
            expected: (alarm.expected * 100.0).round() / 100.0,
        }),
    };
    match open(desk, memory, &alarm.cell, brief) {
        Ok(_) => Ok(true),
        // So many incidents that another would help nobody; the counting goes on.
        Err(Refused::Full) => Ok(false),
        Err(why) => Err(why),
    }
}

/// Stores what changes slowly, once in a quarter of an hour, and forgets what is too old.
fn store<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    id: &SourceId,
    now: i64,
) -> Result<(), Refused> {
    let quarter = now.div_euclid(15);
    let Some(source) = memory.sources.get_mut(id) else {
        return Ok(());
    };
    source.recent = source.recent.split_off(&(now - KEPT_MIN));
    if source.stored == quarter {
        return Ok(());
    }
    source.stored = quarter;
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
    let before = desk.now_ms - i64::from(desk.config.limits.retention_days) * 86_400_000;
    desk.sql.run(
        "-- forget_members
DELETE FROM member WHERE incident IN (SELECT id FROM incident WHERE last_ms < ?1)",
        params![before],
    )?;
    desk.sql.run(
        "-- forget_incidents\nDELETE FROM incident WHERE last_ms < ?1",
        params![before],
    )?;
    memory.open.retain(|_, open| open.brief.last_ms >= before);
    Ok(())
}
