//! What a shard remembers where something is about to be said.

use super::Desk;
use crate::ack::{self, Memory, Said, Scene, Standing, WhyNot};
use crate::config::Source;
use crate::post::Post;
use crate::sql::{Sql, SqlError, params};
use crate::triage::Triage;

/// How many acknowledgments of a source the voice remembers, so that they share no sentence.
const REMEMBERED: u32 = 200;

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
        memory: &Remembered { desk, source },
        now_ms: desk.now_ms,
    };
    ack::decide(post, triage, &scene)
}

/// What this shard remembers of a source.
struct Remembered<'a, S> {
    desk: Desk<'a, S>,
    source: &'a Source,
}

impl<S: Sql> Memory for Remembered<'_, S> {
    // Without it the words repeat, which is no reason to say nothing.
    fn openings(&self) -> Vec<u64> {
        openings(self.desk, self.source).unwrap_or_default()
    }
}

/// The fingerprints that a source's last acknowledgments used, oldest first: one text, so that two
/// hundred rows are not read one by one.
fn openings<S: Sql>(desk: Desk<'_, S>, source: &Source) -> Result<Vec<u64>, SqlError> {
    let rows = desk.sql.run(
        "-- recent_openings
SELECT '[' || coalesce(group_concat(used), '') || ']' FROM (
  SELECT used, planned_ms FROM (
    SELECT used, planned_ms FROM ack WHERE source = ?1 || '' AND used <> '' ORDER BY planned_ms DESC
    LIMIT ?2 + 0)
  ORDER BY planned_ms)",
        params![source.id.as_str(), REMEMBERED],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    super::rows::json(row.text(0)?, "fingerprints")
}

/// Fingerprints as they are stored: numbers with commas between, ready to stand in a list.
pub(super) fn fingerprints(used: &[u64]) -> String {
    let used: Vec<String> = used.iter().map(u64::to_string).collect();
    used.join(",")
}
