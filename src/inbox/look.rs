//! Looking without taking: one interaction, a list, the backlog.

use super::question::{Concern, Question};
use super::rows::{self, Record, columns, level, word};
use super::state::{State, Stored};
use super::wire::Listed;
use super::wire::{Backlog, Filter, Interaction, Refused, Tally};
use super::{alarms, aside, correct, earlier, folding, late, promise, said, surge, visible};
use crate::document::Document;
use crate::inbox::context::Desk;
use crate::post::{Platform, Workgroup};
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// The longest page of a list.
pub const PAGE: u32 = 50;

/// Look at one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Show {
    /// The interaction's number.
    pub seq: i64,
}

impl Question for Show {
    const NAME: &'static str = "Show";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let mut shown = show(desk, self.seq)?;
        earlier::tell_to(desk, &mut shown, scope)?;
        aside::tell(desk, std::slice::from_mut(&mut shown))?;
        Ok(shown)
    }
}

/// List some, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// Which.
    pub filter: Filter,
}

impl Question for List {
    const NAME: &'static str = "List";
    type Answer = Vec<Listed>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        list(desk, scope, &self.filter)?
            .iter()
            .map(|interaction| {
                Ok(Listed {
                    id: interaction.id.clone(),
                    opened_ms: interaction.opened_ms,
                    interaction: Document::of(interaction)?,
                })
            })
            .collect()
    }
}

/// What is the backlog?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowBacklog {}

impl Question for ShowBacklog {
    const NAME: &'static str = "ShowBacklog";
    type Answer = Backlog;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        backlog(desk, scope)
    }
}

/// One interaction with its history.
pub(super) fn show<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Interaction, Refused> {
    let mut view = rows::view(desk, seq)?;
    view.history = rows::history_of(desk, seq)?;
    view.notes = rows::notes_of(desk, seq)?;
    view.corrections = correct::of(desk, seq)?;
    Ok(view)
}

/// Interactions that the caller may see, newest first.
pub(super) fn list<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Interaction>, Refused> {
    let (stored, held) = match filter.state {
        None => (None, None),
        Some(State::Waiting) => (Some(Stored::Open), Some(0)),
        Some(State::Leased) => (Some(Stored::Open), Some(1)),
        Some(State::Done) => (Some(Stored::Done), None),
        Some(State::Dead) => (Some(Stored::Dead), None),
    };
    // A post's interaction is one number: the walk begins and ends there.
    let (mut from, mut before) = (0, filter.before.unwrap_or(1 << 52));
    if let Some(post) = &filter.post {
        let holder = desk.sql.run(
            "-- interaction_of
SELECT interaction FROM post WHERE id = ?1 AND interaction IS NOT NULL",
            params![post.as_str()],
        )?;
        let Some(row) = holder.first() else {
            return Ok(Vec::new());
        };
        from = row.int(0)?;
        before = before.min(from + 1);
    }
    let rows = desk.sql.run(
        concat!(
            "-- list\nSELECT ",
            columns!(),
            " FROM interaction
WHERE seq < ?1 AND seq >= ?7 AND (?2 IS NULL OR state = ?2)
  AND (?3 IS NULL OR (lease IS NOT NULL AND available_ms > ?4) = ?3)
  AND (?5 IS NULL OR workgroup = ?5) AND (?6 IS NULL OR platform = ?6)
  AND (?9 = 1 OR workgroup IN (SELECT value FROM json_each(?10)) OR (holder = ?11 AND available_ms > ?12)
    OR EXISTS (SELECT 1 FROM history WHERE interaction = interaction.seq AND who = ?11 AND at_ms > ?12
      AND did IN ('claimed', 'released', 'resolved')))
ORDER BY seq DESC LIMIT ?8"
        ),
        params![
            before,
            stored,
            held.map(i64::from),
            desk.now_ms,
            filter.workgroup.as_ref().map(Workgroup::as_str),
            filter.platform.map(Platform::as_str),
            from,
            filter.max.clamp(1, PAGE),
            i64::from(scope.all),
            names(&visible::workgroups(desk, scope)?),
            scope.agent.as_str(),
            desk.now_ms - visible::HELD_MS,
        ],
    )?;
    let records = rows
        .iter()
        .map(Record::read)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows::views(desk, records, false)?)
}

/// How many interactions of these workgroups are open: a sum over the few kept tallies.
pub(super) fn open<S: Sql>(desk: Desk<'_, S>, workgroups: &[Workgroup]) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- open_now
SELECT coalesce(sum(interactions), 0) FROM tally
WHERE state = 'open' AND workgroup IN (SELECT value FROM json_each(?1))",
        params![names(&super::retask::served(desk, workgroups)?)],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

/// The backlog of what the caller may see: kept counters, and two looks at small or ordered indexes.
pub(super) fn backlog<S: Sql>(desk: Desk<'_, S>, scope: &Scope) -> Result<Backlog, Refused> {
    let mut backlog = Backlog::default();
    let (all, seen) = (i64::from(scope.all), visible::workgroups(desk, scope)?);
    for row in &desk.sql.run(
        "-- tallies
SELECT state, platform, workgroup, level, sum(interactions), sum(posts) FROM tally
WHERE ?1 = 1 OR workgroup IN (SELECT value FROM json_each(?2))
GROUP BY state, platform, workgroup, level HAVING sum(interactions) > 0",
        params![all, names(&seen)],
    )? {
        backlog.tallies.push(Tally {
            state: Stored::read(row.text(0)?)?,
            platform: word(row.text(1)?, "platform")?,
            workgroup: Workgroup::new(row.text(2)?),
            level: level(row.int(3)?)?,
            interactions: row.int(4)?,
            posts: row.int(5)?,
        });
    }
    let clocks = match scope.all {
        // Counted in the indexes alone.
        true => desk.sql.run(
            "-- clocks
SELECT
  (SELECT count(*) FROM interaction INDEXED BY held
   WHERE lease IS NOT NULL AND state = 'open' AND available_ms > ?1)",
            params![desk.now_ms],
        )?,
        false => desk.sql.run(
            "-- clocks_of
SELECT
  (SELECT count(*) FROM interaction INDEXED BY held
   WHERE lease IS NOT NULL AND state = 'open' AND available_ms > ?1
     AND workgroup IN (SELECT value FROM json_each(?2)))",
            params![desk.now_ms, names(&seen)],
        )?,
    };
    let row = clocks.first().ok_or(SqlError::Json("answer"))?;
    backlog.leased = row.int(0)?;
    let late = late::count(desk, scope)?;
    backlog.overdue = late.all;
    backlog.promises = promise::standing(desk, scope, &seen)?;
    backlog.oldest_ms = folding::oldest(desk, &backlog.tallies)?;
    let sees = |workgroup: &Workgroup| scope.all || seen.contains(workgroup);
    backlog.retasked = super::retask::away(desk)?;
    backlog
        .retasked
        .retain(|errand| sees(&errand.workgroup) || errand.serves.iter().any(sees));
    backlog.paused = super::pause::seen(desk, scope)?;
    backlog.alarms = alarms::all(desk, scope, &late)?;
    backlog.alarms.retain(|alarm| !alarm.is_warning());
    backlog.surges = surge::all(desk, |source| sees(&source.workgroup))?;
    if !scope.all {
        return Ok(backlog);
    }
    said::advance(desk)?;
    for row in &desk.sql.run(
        "-- counters\nSELECT name, n FROM counter WHERE name <> 'seq'",
        params![],
    )? {
        let (name, n) = (row.text(0)?, row.int(1)?);
        match name.strip_prefix("ack.") {
            Some(state) => backlog.acks.insert(state.to_string(), n),
            None => backlog.counters.insert(name.to_string(), n),
        };
    }
    for row in &desk.sql.run(
        "-- acks_under_way
SELECT state, count(*) FROM ack INDEXED BY ack_due WHERE due_ms IS NOT NULL GROUP BY state",
        params![],
    )? {
        backlog.acks.insert(row.text(0)?.to_string(), row.int(1)?);
    }
    // What came is what lies here and what has gone.
    let kept: i64 = backlog.tallies.iter().map(|tally| tally.posts).sum();
    let retired = backlog.counters.get("retired").copied().unwrap_or(0);
    backlog.counters.insert("posts".into(), kept + retired);
    Ok(backlog)
}
