//! A shard that fills up: who is told, and what goes early.
//!
//! An object's storage ends at ten gigabytes, and past its end nothing can be written: deliveries would be
//! refused. So operators hear of it long before; and where they configured it, the texts of what ended
//! longest ago go before their time, and where a time is configured for texts they go at that. What they hung on stays: the ledger of posts, stops, promises and
//! acknowledgments, who did what.

use super::rows;
use super::wire::Alarm;
use crate::inbox::context::Desk;
use crate::sql::{Sql, SqlError, params};

/// From which share of its storage on a shard is said to fill up, in percent: at a hundred thousand posts a
/// day the last 30 % are three weeks.
pub const WARN_PERCENT: i64 = 70;

/// How many interactions lose their texts at a time.
const SLICE: u32 = 200;

/// How many posts lose theirs at a time, as many as retention forgets.
const POSTS: i64 = rows::POSTS;

/// The size of the shard in bytes, and how full that makes it, in percent.
fn percent<S: Sql>(desk: Desk<'_, S>) -> Result<(i64, i64), SqlError> {
    let bytes = desk.sql.bytes()?;
    let most = i64::from(desk.config.limits.shard_mb) * 1_000_000;
    Ok((bytes, bytes.saturating_mul(100) / most.max(1)))
}

/// What is to be said of it.
pub(super) fn alarm<S: Sql>(desk: Desk<'_, S>) -> Result<Option<Alarm>, SqlError> {
    let (bytes, percent) = percent(desk)?;
    Ok((percent >= WARN_PERCENT).then_some(Alarm::Filling {
        shards: 1,
        percent,
        bytes,
    }))
}

/// Takes the texts of a slice of what ended longest ago, if the shard is as full as is configured for it, or they are as
/// old; whether there may be more to take.
pub(super) fn thin<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let limits = &desk.config.limits;
    let from_percent = i64::from(limits.texts_go_at_percent);
    let is_full = from_percent > 0 && percent(desk)?.1 >= from_percent;
    let before_ms = match (is_full, limits.texts_days) {
        (true, _) => 1 << 52,
        (false, 0) => return Ok(false),
        (false, days) => desk.now_ms - i64::from(days) * 86_400_000,
    };
    let ended = desk.sql.run(
        "-- thinnable
SELECT seq, ended_ms FROM interaction INDEXED BY ended
WHERE ended_ms >= (SELECT ended_ms FROM thinned)
  AND (ended_ms, seq) > ((SELECT ended_ms FROM thinned), (SELECT seq FROM thinned)) AND ended_ms < ?2 + 0
ORDER BY ended_ms, seq LIMIT ?1",
        params![SLICE, before_ms],
    )?;
    let Some(last) = ended.last() else {
        return Ok(false);
    };
    let seqs = ended
        .iter()
        .map(|row| row.int(0))
        .collect::<Result<Vec<_>, _>>()?;
    let thinned = desk.sql.run(
        "-- thin_posts
UPDATE post SET post = json_remove(json_set(post, '$.text', ''), '$.quoted', '$.media', '$.permalink'),
  triage = json_set(triage, '$.reasons', json('[]'))
WHERE id IN (
  SELECT id FROM (
    SELECT p.id, p.state, p.post FROM json_each(?1) ended
    CROSS JOIN interaction i ON i.seq = CAST(ended.value AS INTEGER) CROSS JOIN post p ON p.id = i.first
    WHERE p.interaction = i.seq AND p.change = 1
    UNION ALL
    SELECT p.id, p.state, p.post FROM json_each(?1) ended
    CROSS JOIN post p ON p.interaction = CAST(ended.value AS INTEGER) AND p.change <> 1)
  WHERE state <> 'deleted' AND post ->> '$.text' <> '' LIMIT ?2)
RETURNING 1",
        params![rows::list(&seqs), POSTS],
    )?;
    let n = i64::try_from(thinned.len()).unwrap_or(POSTS);
    // What has more posts than a slice goes on with the next.
    if n < POSTS {
        desk.sql.run(
            "-- thin_replies
UPDATE reply SET text = '' WHERE id IN (
  SELECT r.id FROM json_each(?1) ended
  CROSS JOIN reply r ON r.id >= ended.value || ' ' AND r.id < ended.value || '!')",
            params![rows::list(&seqs)],
        )?;
        desk.sql.run(
            "-- thin_remarks
UPDATE remark SET text = '' WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
            params![rows::list(&seqs)],
        )?;
        super::left::forget(desk, &seqs)?;
        super::satisfaction::thin(desk, &seqs)?;
        desk.sql.run(
            "-- thinned
UPDATE thinned SET ended_ms = ?1, seq = ?2",
            params![last.int(1)?, last.int(0)?],
        )?;
    }
    let name = match is_full {
        true => "texts_gone_early",
        false => "retention.texts",
    };
    rows::count(desk, name, u32::try_from(n).unwrap_or(0))?;
    Ok(true)
}
