//! What a shard remembers where something is about to be said.

use super::context::Desk;
use super::line;
use super::rank::rank;
use super::{ceiling, pause, promise, surge};
use crate::ack;
use crate::ack::scene::{Kept, Memory, Said, Scene, Standing, Thing, WhyNot};
use crate::ack::wait::{AHEAD, ENOUGH, Pace, SERVED};
use crate::config::Source;
use crate::judgement::{Level, Situation, Triage};
use crate::post::{AuthorId, Post, Workgroup};
use crate::sql::{Sql, SqlError, params};
use crate::voice::occasion::Lately;

/// How many acknowledgments of a source the voice remembers, so that what was said last comes again last.
const REMEMBERED: u32 = 100;

/// What may be said to this post, as this shard remembers.
pub(super) fn decide<S: Sql>(
    desk: Desk<'_, S>,
    post: &Post,
    triage: &Triage,
    source: &Source,
    standing: Standing,
) -> Result<Said, WhyNot> {
    let scene = Scene {
        config: desk.config,
        source,
        standing,
        memory: &Remembered {
            desk,
            source,
            workgroup: desk.config.route(source, triage, desk.now_ms).workgroup,
        },
        now_ms: desk.now_ms,
    };
    let said = ack::decide(post, triage, &scene)?;
    Ok(line::instead(desk, post, triage, source, said))
}

/// What this shard remembers of a source.
struct Remembered<'a, S> {
    desk: Desk<'a, S>,
    source: &'a Source,
    /// Whose queue the post goes to: its pace is theirs, and its promise is for them to keep.
    workgroup: Workgroup,
}

impl<S: Sql> Memory for Remembered<'_, S> {
    // What cannot be known is no leave to speak.
    fn is_paused(&self) -> bool {
        pause::holds(self.desk, &self.source.id).unwrap_or(true)
    }

    fn is_full(&self, level: Level) -> bool {
        ceiling::is_full(self.desk, self.source, Thing::of(level)).unwrap_or(true)
    }

    // Without it the words repeat, which is no reason to say nothing.
    fn lately(&self, author: Option<&AuthorId>) -> Lately {
        lately(self.desk, self.source, author).unwrap_or_default()
    }

    // Without it everybody gets a whole note.
    fn is_surging(&self, situation: Situation) -> bool {
        surge::is_surging(self.desk, self.source, situation).unwrap_or(false)
    }

    // Without it they count as kept, as where nothing was promised yet.
    fn kept(&self, level: Level) -> Option<Kept> {
        promise::kept(self.desk, &self.workgroup, level)
            .ok()
            .flatten()
    }

    // Without it nothing is said of time.
    fn pace(&self, level: Level, since_ms: i64) -> Option<Pace> {
        pace(self.desk, self.source, &self.workgroup, level, since_ms).ok()
    }
}

/// What a source's last acknowledgments said, those that never leave aside, and what it said to this author, oldest first: one
/// text each, so that a hundred rows are not read one by one.
fn lately<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    author: Option<&AuthorId>,
) -> Result<Lately, SqlError> {
    let rows = desk.sql.run(
        "-- said_lately
SELECT
  (SELECT '[' || coalesce(group_concat(used), '') || ']' FROM (
    SELECT used, planned_ms FROM (
      SELECT used, planned_ms FROM ack WHERE source = ?1 || '' AND slot_ms IS NOT NULL AND used <> ''
      ORDER BY slot_ms DESC LIMIT ?2 + 0)
    ORDER BY planned_ms)),
  (SELECT '[' || coalesce(group_concat(used), '') || ']' FROM (
    SELECT used FROM ack WHERE author = ?3 AND source = ?1 || '' AND used <> ''
    ORDER BY planned_ms DESC LIMIT ?2 + 0))",
        params![
            source.id.as_str(),
            REMEMBERED,
            author.map(AuthorId::as_str),
        ],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    Ok(Lately {
        source: super::rows::json(row.text(0)?, "fingerprints")?,
        author: super::rows::json(row.text(1)?, "fingerprints")?,
        thread: 0,
    })
}

/// The pace of a source's workgroup in this shard: its latest first replies, from their index, and, where those are
/// enough to tell anything, who would be claimed before a new one; each as one text.
fn pace<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    workgroup: &Workgroup,
    level: Level,
    since_ms: i64,
) -> Result<Pace, SqlError> {
    let rows = desk.sql.run(
        "-- pace
SELECT '[' || coalesce(group_concat('[' || level_ms || ',' || replied_ms || ']'), '') || ']' FROM (
  SELECT level_ms, replied_ms FROM interaction INDEXED BY pace
  WHERE workgroup = ?1 || '' AND level = ?2 + 0 AND replied_ms > ?3 + 0 AND replied_ms IS NOT NULL
  ORDER BY replied_ms DESC LIMIT ?4 + 0)",
        params![workgroup.as_str(), u8::from(level), since_ms, SERVED],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    let served: Vec<(i64, i64)> = super::rows::json(row.text(0)?, "pace")?;
    if served.len() < ENOUGH {
        return Ok(Pace {
            served,
            ..Pace::default()
        });
    }
    let deadline_ms = desk.config.deadlines.deadline(source, level, desk.now_ms);
    let rows = desk.sql.run(
        "-- ahead
SELECT
  '[' || coalesce(group_concat(CASE WHEN level = ?2 + 0 AND replied_ms IS NULL THEN level_ms END), '') || ']',
  coalesce(sum(available_ms <= ?3 + 0), 0)
FROM (
  SELECT level, level_ms, replied_ms, available_ms FROM interaction INDEXED BY ready
  WHERE state = 'open' AND workgroup = ?1 || '' AND rank < ?4 + 0
  ORDER BY rank LIMIT ?5 + 0)",
        params![
            workgroup.as_str(),
            u8::from(level),
            desk.now_ms,
            rank(deadline_ms, level, 0),
            AHEAD,
        ],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    Ok(Pace {
        served,
        waiting: super::rows::json(row.text(0)?, "pace")?,
        ahead: usize::try_from(row.int(1)?).unwrap_or(usize::MAX),
    })
}

/// Fingerprints as they are stored: numbers with commas between, ready to stand in a list.
pub(super) fn fingerprints(used: &[u64]) -> String {
    let used: Vec<String> = used.iter().map(u64::to_string).collect();
    used.join(",")
}
