//! Decisions that are stored, to be made again by other settings: see [`crate::ack::replay`].
//!
//! Along the interactions' numbers, so that a page costs its own length: of those that were opened in the period, all
//! posts that a setting can change anything for. What the judgement alone stops (what is not urgent, an attack, what
//! is not to us) no setting lets through, and it is left out.

use super::context::Desk;
use super::question::{Concern, Question};
use super::rows;
use super::survey::numbered;
use super::visible;
use super::wire::Refused;
use crate::ack::replay::Stored;
use crate::post::SourceId;
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// How many interactions a page goes through in each shard, and a few more where many were opened in one millisecond.
pub const WALKED: u32 = 500;

/// What no setting changes.
const SETTLED: &[&str] = &[
    "says_stop",
    "not_urgent",
    "attack",
    "spam",
    "not_a_plea",
    "despair",
    "not_to_us",
    "bot",
    "automatic",
    "staff",
    "not_addressed",
];

/// Which decisions are stored of what was opened in this period?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowDecisions {
    /// Opened from then on, in epoch milliseconds.
    pub from_ms: i64,
    /// Opened before then.
    pub to_ms: i64,
    /// Those too that nobody must answer within minutes: what is tried may make them so.
    #[serde(default)]
    pub calm: bool,
}

/// What a shard has stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decisions {
    /// Which shard.
    pub shard: u8,
    /// The posts, oldest first.
    pub stored: Vec<Stored>,
    /// Up to where interactions were gone through; nothing where that is to the end.
    pub reached_ms: Option<i64>,
}

/// The posts of some interactions: those that opened one are found by its `first`, the others by their index.
macro_rules! decisions {
    ($on:literal, $and:literal) => {
        concat!(
            "SELECT p.received_ms, i.seq, i.source, p.post, p.triage, p.ack,
  (SELECT a.text FROM ack a WHERE a.interaction = i.seq AND a.post = p.id LIMIT 1),
  (SELECT max(b.planned_ms) FROM ack b INDEXED BY ack_of_author
    WHERE b.author = i.author AND b.source = i.source AND b.planned_ms < ?3 + 0)
FROM interaction i CROSS JOIN post p ON ",
            $on,
            "
WHERE i.seq >= ?1 + 0 AND i.seq <= ?2 + 0 AND i.misplaced IS NULL AND ",
            $and,
            " AND p.state <> 'deleted'
  AND p.ack NOT IN (SELECT value FROM json_each(?4))
  AND (?5 = 1 OR i.workgroup IN (SELECT value FROM json_each(?6)))"
        )
    };
}

impl Question for ShowDecisions {
    const NAME: &'static str = "ShowDecisions";
    type Answer = Decisions;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let first = numbered(desk, self.from_ms - 1)? + 1;
        let rows = desk.sql.run(
            "-- decisions_far
SELECT opened_ms FROM interaction WHERE seq >= ?1 + 0 AND misplaced IS NULL ORDER BY seq LIMIT 1 OFFSET ?2 + 0",
            params![first, WALKED],
        )?;
        let far = rows.first().map(|row| row.int(0)).transpose()?;
        let reached_ms = far
            .map(|at_ms| at_ms + 1)
            .filter(|at_ms| *at_ms < self.to_ms);
        let until_ms = reached_ms.unwrap_or(self.to_ms);
        let settled = SETTLED.iter().copied();
        let settled: Vec<&str> = settled
            .filter(|why| !self.calm || *why != "not_urgent")
            .collect();
        let settled = serde_json::Value::from(settled).to_string();
        let rows = desk.sql.run(
            concat!(
                "-- stored_decisions\n",
                decisions!("p.id = i.first", "p.interaction = i.seq AND p.change = 1"),
                "\nUNION ALL\n",
                decisions!("p.interaction = i.seq", "p.change <> 1"),
            ),
            params![
                first,
                numbered(desk, until_ms - 1)?,
                self.from_ms,
                settled,
                i64::from(scope.all),
                names(&visible::workgroups(desk, scope)?),
            ],
        )?;
        let stored = |row: &Row| {
            Ok(Stored {
                at_ms: row.int(0)?,
                interaction: desk.shard.interaction(row.int(1)?),
                source: SourceId::new(row.text(2)?),
                post: rows::json(row.text(3)?, "post")?,
                triage: rows::json(row.text(4)?, "triage")?,
                decided: row.text(5)?.to_owned(),
                text: row
                    .opt_text(6)?
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned),
                last_ms: row.opt_int(7)?,
            })
        };
        let mut stored: Vec<Stored> = rows.iter().map(stored).collect::<Result<_, SqlError>>()?;
        stored.sort_by(|a, b| (a.at_ms, &a.interaction).cmp(&(b.at_ms, &b.interaction)));
        Ok(Decisions {
            shard: desk.shard.number(),
            stored,
            reached_ms,
        })
    }
}
