//! What was said, what would have been said, and why nothing was: for a brand that runs dry before it goes live.

use super::question::{Concern, Question};
use super::state::AckState;
use super::wire::{AckRow, Acks, AcksAsked, Refused};
use super::{rows, visible};
use crate::inbox::context::Desk;
use crate::judgement::Triage;
use crate::post::{Platform, Post, SourceId};
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// What was said, or would have been?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowAcks {
    /// Of when, and which.
    pub asked: AcksAsked,
}

impl Question for ShowAcks {
    const NAME: &'static str = "ShowAcks";
    type Answer = Acks;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        acks(desk, scope, &self.asked)
    }
}

/// The longest page of acknowledgments.
pub const PAGE: u32 = 50;

/// How far back a report reaches: as many days as decisions are counted by the hour.
pub const DAYS: i64 = 31;

/// An hour, by which decisions are counted.
pub const HOUR_MS: i64 = 3_600_000;

/// A page of acknowledgments planned since `since_ms`, newest first; and, with the first page, how many posts
/// came to which decision. One index gives the order, so a page costs its own length.
pub(super) fn acks<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    asked: &AcksAsked,
) -> Result<Acks, Refused> {
    // Of those planned in the same millisecond, the shards that come later in the order are still to be told.
    let (before_ms, before_seq, before_emergency) = match &asked.before {
        None => (i64::MAX >> 12, 0, false),
        Some(at) => {
            let shard = at.shard;
            let seq = match desk.shard.cmp(&shard) {
                std::cmp::Ordering::Less => i64::MAX >> 12,
                std::cmp::Ordering::Equal => at.seq,
                std::cmp::Ordering::Greater => 0,
            };
            (at.planned_ms, seq, at.emergency)
        }
    };
    let found = desk.sql.run(
        "-- acks
SELECT a.interaction, a.source, a.state, a.why, a.text, a.lang, a.planned_ms, a.changed_ms, p.id, p.post,
  p.triage, p.received_ms, a.emergency, substr(a.used, 1, instr(a.used, ',') - 1)
FROM ack a INDEXED BY ack_planned JOIN post p ON p.id = a.post
WHERE a.planned_ms >= ?1 AND (a.planned_ms, a.interaction, a.emergency) < (?2, ?3, ?8)
  AND (?4 IS NULL OR a.state = ?4)
  AND (?6 = 1 OR EXISTS (SELECT 1 FROM interaction i
    WHERE i.seq = a.interaction AND i.workgroup IN (SELECT value FROM json_each(?7))))
ORDER BY a.planned_ms DESC, a.interaction DESC, a.emergency DESC LIMIT ?5",
        params![
            asked.since_ms,
            before_ms,
            before_seq,
            asked.state,
            asked.max.clamp(1, PAGE),
            i64::from(scope.all),
            names(&visible::workgroups(desk, scope)?),
            u8::from(before_emergency),
        ],
    )?;
    let mut acks = Acks::default();
    for row in &found {
        let post: Post = rows::json(row.text(9)?, "post")?;
        let triage: Triage = rows::json(row.text(10)?, "triage")?;
        let ledger = row.text(8)?;
        let platform = ledger
            .split_once(':')
            .and_then(|(of, _)| Platform::named(of));
        acks.acks.push(AckRow {
            id: desk.shard.interaction(row.int(0)?),
            source: SourceId::new(row.text(1)?),
            platform: platform.ok_or(SqlError::Json("platform"))?,
            state: AckState::read(row.text(2)?)?,
            why: row.opt_text(3)?.map(str::to_string),
            text: row.text(4)?.to_string(),
            lang: row.text(5)?.to_string(),
            planned_ms: row.int(6)?,
            changed_ms: row.int(7)?,
            received_ms: row.int(11)?,
            emergency: row.int(12)? != 0,
            level: triage.level,
            situation: triage.situation,
            short: super::surge::situation(row.text(13)?).is_some(),
            post: post.text,
            permalink: post.permalink,
        });
    }
    // Decisions are counted for the whole brand.
    if asked.before.is_none() && scope.all {
        for row in &desk.sql.run(
            "-- decisions
SELECT why, sum(n) FROM (
  SELECT why, n FROM decision WHERE hour >= ?1
  UNION ALL SELECT why, decided FROM tally WHERE hour >= ?1 AND why <> '')
GROUP BY why",
            params![asked.since_ms.div_euclid(HOUR_MS)],
        )? {
            acks.decisions.insert(row.text(0)?.to_string(), row.int(1)?);
        }
    }
    Ok(acks)
}

/// Forgets what is older than any report reaches.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let hour = (desk.now_ms - DAYS * 86_400_000).div_euclid(HOUR_MS);
    desk.sql.run(
        "-- forget_decisions
DELETE FROM decision WHERE hour < ?1",
        params![hour],
    )?;
    Ok(())
}
