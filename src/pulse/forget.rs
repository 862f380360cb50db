//! What the object forgets: posts that are gone, incidents past retention, sources that are no more, and the keys of
//! months that are over.

use super::detect::{KEPT_MIN, QUIET_MIN};
use super::kept::{keep, store};
use super::memory::{Memory, json};
use super::question::{Desk, Question};
use super::who::{MonthKey, month_of};
use super::wire::{Refused, State};
use crate::post::SourceId;
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How often the object wakes to forget, in milliseconds.
pub const EVERY_MS: i64 = 6 * 3_600_000;

/// By what key are people hashed this month?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowKey {}

impl Question for ShowKey {
    const NAME: &'static str = "ShowKey";
    type Answer = MonthKey;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>, _: &mut Memory) -> Result<MonthKey, Refused> {
        key(desk)
    }
}

/// This month's key; it is made where there is none, and those of other months are destroyed.
fn key<S: Sql>(desk: &Desk<'_, S>) -> Result<MonthKey, Refused> {
    let month = month_of(desk.now_ms);
    destroy(desk)?;
    let rows = desk.sql.run(
        "-- month_key
SELECT doc FROM month_key WHERE month = ?1",
        params![month],
    )?;
    if let Some(row) = rows.first() {
        return Ok(json(row.text(0)?, "key")?);
    }
    let key = MonthKey::made(&desk.random, desk.now_ms);
    desk.sql.run(
        "-- keep_key
INSERT INTO month_key VALUES (?1, ?2)",
        params![month, serde_json::to_string(&key)?],
    )?;
    Ok(key)
}

fn destroy<S: Sql>(desk: &Desk<'_, S>) -> Result<(), Refused> {
    desk.sql.run(
        "-- destroy_keys
DELETE FROM month_key WHERE month < ?1",
        params![month_of(desk.now_ms)],
    )?;
    Ok(())
}

/// These posts are gone, by the ledger's keys: their authors deleted them, or are to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forget {
    /// The keys.
    pub posts: Vec<String>,
}

impl Question for Forget {
    const NAME: &'static str = "Forget";
    /// How many were members of incidents.
    type Answer = u32;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>, memory: &mut Memory) -> Result<u32, Refused> {
        forget(desk, memory, &self.posts)
    }
}

/// Forgets posts: as members, with their words and fingerprints, and as what came in the last two hours. A person whose
/// last post in an incident went is no more counted there. What is left is a keyed hash in a minute's count for at most
/// [`KEPT_MIN`] minutes.
pub(super) fn forget<S: Sql>(
    desk: &Desk<'_, S>,
    memory: &mut Memory,
    posts: &[String],
) -> Result<u32, Refused> {
    if posts.is_empty() {
        return Ok(0);
    }
    let posts: BTreeSet<&String> = posts.iter().collect();
    let all = serde_json::to_string(&posts)?;
    // A summary that is late may tell of them once more.
    let minute = desk.now_ms.div_euclid(60_000);
    memory.gone.retain(|_, gone| *gone >= minute - KEPT_MIN);
    memory
        .gone
        .extend(posts.iter().map(|post| ((*post).clone(), minute)));
    desk.sql.run(
        "-- keep_gone
INSERT INTO gone SELECT value, ?2 + 0 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
        params![all.as_str(), minute],
    )?;
    let rows = desk.sql.run(
        "-- forget_posts
DELETE FROM member WHERE (incident, who, post) IN (
  SELECT m.incident, m.who, m.post FROM json_each(?1) j CROSS JOIN member m INDEXED BY member_of ON m.post = j.value)
RETURNING incident",
        params![all.as_str()],
    )?;
    let incidents: BTreeSet<i64> = rows
        .iter()
        .map(|row| row.int(0))
        .collect::<Result<_, _>>()?;
    for number in incidents {
        if let Some(open) = memory.open.get_mut(&number) {
            open.posts.retain(|post, _| !posts.contains(post));
            open.count();
            keep(desk, number, open)?;
        } else {
            recount(desk, number)?;
        }
    }
    for (id, source) in &mut memory.sources {
        for (minute, folded) in &mut source.recent {
            let mut has_gone = false;
            for seen in folded.cells.values_mut() {
                let before = seen.seen.len();
                seen.seen.retain(|one| !posts.contains(&one.post));
                has_gone |= seen.seen.len() < before;
            }
            if has_gone {
                desk.sql.run(
                    "-- rewrite_minute
UPDATE minute SET doc = ?3 WHERE source = ?1 AND minute = ?2",
                    params![id.as_str(), *minute, serde_json::to_string(folded)?],
                )?;
            }
        }
    }
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

/// An incident that nobody joins any more has lost members.
fn recount<S: Sql>(desk: &Desk<'_, S>, number: i64) -> Result<(), Refused> {
    desk.sql.run(
        "-- recount
UPDATE incident SET doc = json_set(doc,
  '$.people', (SELECT count(DISTINCT who) FROM member WHERE incident = ?1 + 0),
  '$.posts', (SELECT count(*) FROM member WHERE incident = ?1 + 0))
WHERE id = ?1 + 0",
        params![number],
    )?;
    Ok(())
}

/// How long a suspected incident stands after its last sign, in milliseconds: a day, so that somebody looks at it.
const STANDS_MS: i64 = QUIET_MIN * 60_000 + 86_400_000;

/// Ends what nobody said is one, a day after its last sign.
fn end_suspected<S: Sql>(desk: &Desk<'_, S>, memory: &mut Memory) -> Result<(), Refused> {
    let old: Vec<i64> = memory
        .open
        .iter()
        .filter(|(_, open)| {
            open.brief.state == State::Suspected && open.brief.last_ms + STANDS_MS < desk.now_ms
        })
        .map(|(number, _)| *number)
        .collect();
    for number in old {
        if let Some(mut open) = memory.open.remove(&number) {
            open.brief.state = State::Closed;
            open.brief.changed_ms = Some(desk.now_ms);
            keep(desk, number, &open)?;
        }
    }
    Ok(())
}

/// It is time to forget what is old.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tidy {}

impl Question for Tidy {
    const NAME: &'static str = "Tidy";
    /// When the next time is: epoch milliseconds.
    type Answer = i64;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>, memory: &mut Memory) -> Result<i64, Refused> {
        destroy(desk)?;
        end_suspected(desk, memory)?;
        let before = desk.now_ms - i64::from(desk.config.limits.retention_days) * 86_400_000;
        desk.sql.run(
            "-- forget_members
DELETE FROM member WHERE incident IN (SELECT id FROM incident WHERE last_ms < ?1)",
            params![before],
        )?;
        desk.sql.run(
            "-- forget_incidents
DELETE FROM incident WHERE last_ms < ?1",
            params![before],
        )?;
        memory.open.retain(|_, open| open.brief.last_ms >= before);
        let minute = desk.now_ms.div_euclid(60_000) - KEPT_MIN;
        let sources: Vec<SourceId> = memory.sources.keys().cloned().collect();
        for id in &sources {
            store(desk, memory, id, desk.now_ms.div_euclid(60_000))?;
        }
        desk.sql.run(
            "-- forget_gone
DELETE FROM gone WHERE minute < ?1",
            params![minute],
        )?;
        memory.gone.retain(|_, gone| *gone >= minute);
        let known: Vec<&str> = desk
            .config
            .sources
            .iter()
            .map(|source| source.id.as_str())
            .collect();
        desk.sql.run(
            "-- forget_pasts
DELETE FROM past WHERE source NOT IN (SELECT value FROM json_each(?1))",
            params![serde_json::to_string(&known)?],
        )?;
        desk.sql.run(
            "-- forget_strange_minutes
DELETE FROM minute WHERE source NOT IN (SELECT value FROM json_each(?1))",
            params![serde_json::to_string(&known)?],
        )?;
        memory
            .sources
            .retain(|id, _| desk.config.source(id).is_some());
        Ok(next_ms(desk.now_ms))
    }
}

/// When to forget next: in some hours, or as soon as the month is over.
pub fn next_ms(now_ms: i64) -> i64 {
    let month = month_of(now_ms);
    let regular = now_ms + EVERY_MS;
    if month_of(regular) == month {
        return regular;
    }
    // The first minute of the next month lies within.
    let minutes = (now_ms.div_euclid(60_000) + 1)..=regular.div_euclid(60_000);
    let mut all = minutes.map(|minute| minute * 60_000);
    all.find(|at_ms| month_of(*at_ms) != month)
        .unwrap_or(regular)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_month_is_not_slept_through() {
        // 2026-11-30T22:30Z and the month's end.
        let now_ms = 1_796_077_800_000;
        assert_eq!(next_ms(now_ms), 1_796_083_200_000);
        assert_eq!(next_ms(now_ms - 86_400_000), now_ms - 86_400_000 + EVERY_MS);
    }
}
