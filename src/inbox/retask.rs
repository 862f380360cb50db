//! Re-tasking: a supervisor sends a whole workgroup to other work for a while, and it comes back by itself.
//!
//! Workgroups are matched when agents pull, so this is one row and no interaction moves: what waits keeps its
//! place, its deadline and its workgroup. It holds from the next claim on, also of one that waits already.

use super::context::Desk;
use super::question::{Concern, Question};
use super::wire::Refused;
use super::wire::Retasked;
use crate::config::Config;
use crate::inbox::ready::Work;
use crate::post::Workgroup;
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// A supervisor sends a workgroup to other work, or calls it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retask {
    /// Which, where, until when.
    pub errand: Retasked,
}

impl Question for Retask {
    const NAME: &'static str = "Retask";
    type Answer = ();

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        Ok(retask(desk, &self.errand)?)
    }
}

/// The longest a workgroup stays away, in seconds: 30 days. Longer than that it is no errand but a change of
/// who does what, which belongs into the configuration or the tokens.
pub const MAX_S: u32 = 30 * 86_400;

/// Sends a workgroup to the work it `serves` until then; an empty list calls it back.
pub(super) fn retask<S: Sql>(desk: Desk<'_, S>, errand: &Retasked) -> Result<(), SqlError> {
    // The same again, from a caller who was not answered, takes nothing's place.
    let before = away(desk)?;
    let before = before.iter().find(|one| one.workgroup == errand.workgroup);
    // (The Worker counts its end from each call anew, so that is not what tells them apart.)
    let is_same = match before {
        None => errand.serves.is_empty(),
        Some(before) => before.serves == errand.serves && before.by == errand.by,
    };
    if !is_same {
        let serves = before.map_or(&[][..], |before| &before.serves);
        desk.sql.run(
            "-- retask_before
INSERT INTO retask_before VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
  serves = excluded.serves, until_ms = excluded.until_ms, by = excluded.by",
            params![
                errand.workgroup.as_str(),
                serde_json::to_string(serves).map_err(|_| SqlError::Json("serves"))?,
                before.map_or(desk.now_ms, |before| before.until_ms),
                before.map_or(errand.by.as_str(), |before| before.by.as_str()),
            ],
        )?;
    }
    set(desk, errand)
}

/// The same, without a way back.
pub(super) fn set<S: Sql>(desk: Desk<'_, S>, errand: &Retasked) -> Result<(), SqlError> {
    desk.sql.run(
        "-- retask_over
DELETE FROM retask WHERE workgroup = ?1 OR until_ms <= ?2",
        params![errand.workgroup.as_str(), desk.now_ms],
    )?;
    desk.ready.note(Work::Any, desk.now_ms);
    if errand.serves.is_empty() {
        return Ok(());
    }
    desk.ready.note(Work::Any, errand.until_ms);
    let serves = serde_json::to_string(&errand.serves).map_err(|_| SqlError::Json("serves"))?;
    desk.sql.run(
        "-- retask
INSERT INTO retask VALUES (?1, ?2, ?3, ?4)",
        params![
            errand.workgroup.as_str(),
            serves,
            errand.until_ms,
            errand.by.as_str()
        ],
    )?;
    Ok(())
}

/// The workgroups that are away now.
pub(super) fn away<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<Retasked>, SqlError> {
    let rows = desk.sql.run(
        "-- away
SELECT workgroup, serves, until_ms, by FROM retask WHERE until_ms > ?1 ORDER BY workgroup",
        params![desk.now_ms],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Retasked {
                workgroup: Workgroup::new(row.text(0)?),
                serves: super::rows::json(row.text(1)?, "serves")?,
                until_ms: row.int(2)?,
                by: row.text(3)?.to_string(),
            })
        })
        .collect()
}

/// What those who serve these workgroups serve now, each once.
pub(super) fn served<S: Sql>(
    desk: Desk<'_, S>,
    own: &[Workgroup],
) -> Result<Vec<Workgroup>, SqlError> {
    let away = match is_all(desk.config, own) {
        true => Vec::new(),
        false => away(desk)?,
    };
    Ok(serving(desk.config, &away, own))
}

/// The errands that those who serve these workgroups are on now.
pub(super) fn errands<S: Sql>(
    desk: Desk<'_, S>,
    own: &[Workgroup],
) -> Result<Vec<Retasked>, SqlError> {
    if is_all(desk.config, own) {
        return Ok(Vec::new());
    }
    let mut errands = away(desk)?;
    errands.retain(|errand| own.contains(&errand.workgroup));
    Ok(errands)
}

fn is_all(config: &Config, own: &[Workgroup]) -> bool {
    config.workgroups().iter().all(|one| own.contains(one))
}

/// The same, where it is known who is away.
///
/// Who serves every workgroup belongs to none in particular: nobody can send them elsewhere, and nothing
/// may be taken from them, or it would wait for nobody.
pub fn serving(config: &Config, away: &[Retasked], own: &[Workgroup]) -> Vec<Workgroup> {
    let is_all = is_all(config, own);
    let mut served: Vec<Workgroup> = Vec::with_capacity(own.len());
    for group in own {
        let is_away = |errand: &&Retasked| !is_all && errand.workgroup == *group;
        let errand = away.iter().find(is_away);
        let now = errand.map_or(std::slice::from_ref(group), |errand| &errand.serves);
        for one in now {
            if !served.contains(one) {
                served.push(one.clone());
            }
        }
    }
    served
}
