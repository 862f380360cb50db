//! An errand before and after: what it would do, how it is taken back, and who is told.

use super::context::Desk;
use super::question::{Concern, Question};
use super::retask::{self, away};
use super::wire::{Refused, Retasked};
use super::{late, visible};
use crate::inbox::ready::Work;
use crate::post::Workgroup;
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// A supervisor takes a workgroup's last errand, or its recall, back. Asked again it changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoRetask {
    /// Whose.
    pub workgroup: Workgroup,
}

impl Question for UndoRetask {
    const NAME: &'static str = "UndoRetask";
    type Answer = Undone;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        undo(desk, scope, &self.workgroup)
    }
}

/// What holds after an errand was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// Whether there was something to take back.
    pub undone: bool,
    /// The errand that holds now; `None`: the workgroup does its own work.
    pub holds: Option<Retasked>,
}

/// Who is away, what can be taken back, and how much waits for whom?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowErrands {}

impl Question for ShowErrands {
    const NAME: &'static str = "ShowErrands";
    type Answer = Errands;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        Ok(show(desk, scope)?)
    }
}

/// Who is away, and what waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errands {
    /// Who is away now.
    pub away: Vec<Retasked>,
    /// Whose last errand can be taken back, and what holds then.
    pub before: Vec<Retasked>,
    /// What waits, by workgroup.
    pub waiting: Vec<Waits>,
}

/// What waits for a workgroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// The workgroup.
    pub workgroup: Workgroup,
    /// How many are open.
    pub open: i64,
    /// Of those: past their deadline.
    pub late: i64,
}

impl Errands {
    /// Adds another shard's: every shard is told the same errands, and each has its own work.
    pub fn add(&mut self, other: Errands) {
        for (mine, theirs) in [
            (&mut self.away, other.away),
            (&mut self.before, other.before),
        ] {
            for errand in theirs {
                if !mine.iter().any(|one| one.workgroup == errand.workgroup) {
                    mine.push(errand);
                }
            }
        }
        for waits in other.waiting {
            let same = self.waiting.iter_mut();
            match same
                .into_iter()
                .find(|one| one.workgroup == waits.workgroup)
            {
                Some(one) => {
                    one.open += waits.open;
                    one.late += waits.late;
                }
                None => self.waiting.push(waits),
            }
        }
    }
}

fn read(row: &Row) -> Result<Retasked, SqlError> {
    Ok(Retasked {
        workgroup: Workgroup::new(row.text(0)?),
        serves: super::rows::json(row.text(1)?, "serves")?,
        until_ms: row.int(2)?,
        by: row.text(3)?.to_string(),
    })
}

fn undo<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    workgroup: &Workgroup,
) -> Result<Undone, Refused> {
    let before = desk.sql.run(
        "-- retask_undo
DELETE FROM retask_before WHERE workgroup = ?1 RETURNING workgroup, serves, until_ms, by",
        params![workgroup.as_str()],
    )?;
    if let Some(row) = before.first() {
        let mut errand = read(row)?;
        if errand.until_ms <= desk.now_ms {
            errand.serves.clear();
        }
        // Whoever may not send them there may not send them back there: the transaction undoes the rest.
        if let Some(other) = errand.serves.iter().find(|group| !scope.has(group)) {
            return Err(Refused::NotYours {
                workgroup: other.clone(),
            });
        }
        retask::set(desk, &errand)?;
        desk.ready.note(Work::Any, desk.now_ms);
    }
    Ok(Undone {
        undone: !before.is_empty(),
        holds: away(desk)?
            .into_iter()
            .find(|errand| errand.workgroup == *workgroup),
    })
}

fn show<S: Sql>(desk: Desk<'_, S>, scope: &Scope) -> Result<Errands, SqlError> {
    let seen = visible::workgroups(desk, scope)?;
    let sees = |workgroup: &Workgroup| scope.all || seen.contains(workgroup);
    let mut errands = Errands {
        away: away(desk)?,
        ..Errands::default()
    };
    let rows = desk.sql.run(
        "-- retasks_before
SELECT workgroup, serves, until_ms, by FROM retask_before ORDER BY workgroup",
        params![],
    )?;
    errands.before = rows.iter().map(read).collect::<Result<_, _>>()?;
    for list in [&mut errands.away, &mut errands.before] {
        list.retain(|errand| sees(&errand.workgroup) || errand.serves.iter().any(sees));
    }
    late::advance(desk)?;
    for row in &desk.sql.run(
        "-- waits_for
SELECT workgroup, sum(interactions),
  (SELECT coalesce(sum(n), 0) FROM late WHERE late.workgroup = tally.workgroup)
FROM tally WHERE state = 'open' AND (?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2)))
GROUP BY workgroup HAVING sum(interactions) > 0",
        params![i64::from(scope.all), names(&seen)],
    )? {
        errands.waiting.push(Waits {
            workgroup: Workgroup::new(row.text(0)?),
            open: row.int(1)?,
            late: row.int(2)?,
        });
    }
    Ok(errands)
}
