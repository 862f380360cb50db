//! The tokens that were used here, and those that are revoked.
//!
//! A token is good by its signature and needs no storage. What is kept is who has used one (so that
//! work can be given to them by name) and which are good no more, until they would have expired.

use super::context::Desk;
use super::question::Question;
use super::wire::{Listed, Refused, Sighting};
use crate::deeds::{self, Deed};
use crate::post::Workgroup;
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// The longest page of a list.
pub const PAGE: u32 = 200;

/// The most tokens that may be revoked and not expired: every isolate asks for their list every few
/// seconds. Beyond this the key itself is to be replaced.
pub const MOST_REVOKED: i64 = 1_000;

/// How long a token that nobody has used yet stays revoked, in milliseconds: it says itself until when it
/// is good, and `heard token mint` lets none live longer than this.
const LIFE_MS: i64 = 366 * 86_400_000;

/// How long an expired token is still listed, in milliseconds: a month, for whoever asks who was here.
const LISTED_MS: i64 = 31 * 86_400_000;

/// The columns that [`read`] reads, in its order.
macro_rules! columns {
    () => {
        "id, agent, role, workgroups, expires_ms, first_ms, seen_ms, revoked_ms, revoked_by"
    };
}

fn read(row: &Row) -> Result<Listed, SqlError> {
    let opt_text = |at| row.opt_text(at).map(|text| text.map(str::to_string));
    Ok(Listed {
        id: row.text(0)?.to_string(),
        agent: opt_text(1)?,
        role: opt_text(2)?,
        workgroups: serde_json::from_str(row.text(3)?).map_err(|_| SqlError::Json("workgroups"))?,
        expires_ms: row.int(4)?,
        first_ms: row.opt_int(5)?,
        seen_ms: row.opt_int(6)?,
        revoked_ms: row.opt_int(7)?,
        revoked_by: opt_text(8)?,
    })
}

/// These agents' tokens were used; which are revoked? Their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What was used since this isolate last told.
    pub seen: Vec<Sighting>,
}

impl Question for Seen {
    const NAME: &'static str = "Seen";
    type Answer = Vec<String>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(seen(desk, &self.seen)?)
    }
}

/// The agents' tokens that were used or revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bearers {
    /// What the one who asks may see.
    #[serde(default)]
    pub scope: Scope,
    /// Only those whose ids come after this.
    pub after: String,
    /// How many at most.
    pub max: u32,
}

impl Question for Bearers {
    const NAME: &'static str = "Bearers";
    type Answer = Vec<Listed>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(list(desk, &self.scope, &self.after, self.max)?)
    }
}

/// A supervisor revokes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revoke {
    /// What the one who asks may see.
    #[serde(default)]
    pub scope: Scope,
    /// Which.
    pub id: String,
    /// What it is in the log of deeds.
    pub deed: Deed,
}

impl Question for Revoke {
    const NAME: &'static str = "Revoke";
    type Answer = Listed;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        revoke(desk, &self.scope, &self.id, &self.deed)
    }
}

/// What does an agent serve? `None` where nobody of that name has used a token that is still good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serves {
    /// Their name.
    pub agent: String,
}

impl Question for Serves {
    const NAME: &'static str = "Serves";
    type Answer = Option<Vec<Workgroup>>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(serves(desk, &self.agent)?)
    }
}

/// Writes down who was here, and tells which tokens are revoked.
fn seen<S: Sql>(desk: Desk<'_, S>, seen: &[Sighting]) -> Result<Vec<String>, SqlError> {
    for one in seen {
        desk.sql.run(
            "-- bearer_seen
INSERT INTO bearer (id, agent, role, workgroups, expires_ms, first_ms, seen_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
ON CONFLICT DO UPDATE SET agent = excluded.agent, role = excluded.role, workgroups = excluded.workgroups,
  expires_ms = excluded.expires_ms, first_ms = coalesce(first_ms, excluded.first_ms),
  seen_ms = max(coalesce(seen_ms, 0), excluded.seen_ms)",
            params![
                one.id.as_str(),
                one.agent.as_str(),
                one.role.as_str(),
                serde_json::to_string(&one.workgroups).map_err(|_| SqlError::Json("workgroups"))?,
                one.expires_ms,
                one.at_ms,
            ],
        )?;
    }
    if !seen.is_empty() {
        desk.sql.run(
            "-- forget_bearers
DELETE FROM bearer WHERE expires_ms < ?1",
            params![desk.now_ms - LISTED_MS],
        )?;
    }
    let rows = desk.sql.run(
        "-- revoked
SELECT id FROM bearer WHERE revoked_ms IS NOT NULL AND expires_ms > ?1",
        params![desk.now_ms],
    )?;
    rows.iter()
        .map(|row| Ok(row.text(0)?.to_string()))
        .collect()
}

/// The tokens of which somebody sees everything, by id.
fn list<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    after: &str,
    max: u32,
) -> Result<Vec<Listed>, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- bearers\nSELECT ",
            columns!(),
            " FROM bearer
WHERE id > ?1 AND (?2 = 1 OR (workgroups <> '[]' AND NOT EXISTS (
  SELECT 1 FROM json_each(bearer.workgroups) theirs
  WHERE theirs.value NOT IN (SELECT value FROM json_each(?3)))))
ORDER BY id LIMIT ?4"
        ),
        params![
            after,
            i64::from(scope.all),
            names(&scope.workgroups),
            max.clamp(1, PAGE)
        ],
    )?;
    rows.iter().map(read).collect()
}

/// Revokes a token: from now on it is in the list that every isolate asks for. One that nobody has
/// used yet is revoked too, by those who see everything.
fn revoke<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    id: &str,
    deed: &Deed,
) -> Result<Listed, Refused> {
    let known = one(desk, id)?;
    let theirs = known.as_ref().map(|known| known.workgroups.as_slice());
    if !scope.has_all(theirs.unwrap_or_default()) {
        return Err(Refused::NotFound);
    }
    if known
        .as_ref()
        .is_none_or(|known| known.revoked_ms.is_none())
    {
        let rows = desk.sql.run(
            "-- how_many_revoked
SELECT count(*) FROM bearer WHERE revoked_ms IS NOT NULL AND expires_ms > ?1",
            params![desk.now_ms],
        )?;
        if rows.first().map_or(Ok(0), |row| row.int(0))? >= MOST_REVOKED {
            return Err(Refused::Full);
        }
    }
    deeds::keep(desk.sql, deed, desk.config.limits.audit_days)?;
    desk.sql.run(
        "-- revoke
INSERT INTO bearer (id, workgroups, expires_ms, revoked_ms, revoked_by) VALUES (?1, '[]', ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET revoked_ms = coalesce(revoked_ms, excluded.revoked_ms),
  revoked_by = coalesce(revoked_by, excluded.revoked_by)",
        params![
            id,
            desk.now_ms + LIFE_MS,
            desk.now_ms,
            deed.by.as_str(),
        ],
    )?;
    one(desk, id)?.ok_or(Refused::NotFound)
}

fn one<S: Sql>(desk: Desk<'_, S>, id: &str) -> Result<Option<Listed>, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- bearer\nSELECT ",
            columns!(),
            " FROM bearer WHERE id = ?1"
        ),
        params![id],
    )?;
    rows.first().map(read).transpose()
}

/// What an agent of that name serves, by every good token of theirs that was used here; `None` where
/// no such token was used.
fn serves<S: Sql>(desk: Desk<'_, S>, agent: &str) -> Result<Option<Vec<Workgroup>>, SqlError> {
    let rows = desk.sql.run(
        "-- bearers_of
SELECT workgroups FROM bearer
WHERE agent = ?1 AND role IN ('agent', 'supervisor') AND revoked_ms IS NULL AND expires_ms > ?2",
        params![agent, desk.now_ms],
    )?;
    let mut serves: Option<Vec<Workgroup>> = None;
    for row in &rows {
        let named: Vec<Workgroup> =
            serde_json::from_str(row.text(0)?).map_err(|_| SqlError::Json("workgroups"))?;
        let serves = serves.get_or_insert_default();
        for group in desk.config.workgroups() {
            if (named.is_empty() || named.contains(&group)) && !serves.contains(&group) {
                serves.push(group);
            }
        }
    }
    Ok(serves)
}
