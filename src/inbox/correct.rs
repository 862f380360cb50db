//! "This was wrong": what people say should have been judged of a post.
//!
//! A correction is kept beside the judgement and the version of the model that made it, and changes neither the
//! judgement nor the queue. It is of the words that were judged: once these are edited it is no label any more;
//! once they are deleted, or forgotten, it goes with them. Each person has one correction of a post; a second
//! one takes the first one's place.

use super::corrected::{Corrected, Judged, Right};
use super::question::{Concern, Question};
use super::rows::{self, ledger_id, note};
use super::state::{Did, PostState};
use super::visible;
use super::wire::Refused;
use crate::inbox::context::Desk;
use crate::judgement::Triage;
use crate::post::{Post, PostId};
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, params};
use crate::triage::model;
use crate::triage::text::hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The longest page of corrections.
pub const PAGE: u32 = 100;

/// Where a correction stands: newest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// When.
    pub at_ms: i64,
    /// Its id.
    pub id: String,
}

impl At {
    fn of(one: &Corrected) -> Self {
        Self {
            at_ms: one.at_ms,
            id: one.id.clone(),
        }
    }

    /// As a caller sees it.
    pub fn cursor(&self) -> String {
        format!("{}-{}", self.at_ms, self.id)
    }

    /// Where a cursor points.
    pub fn find(cursor: &str) -> Option<Self> {
        let (at_ms, id) = cursor.split_once('-')?;
        let hex = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self {
            // Beyond this no time is stored.
            at_ms: at_ms.parse().ok().filter(|at| (0..1 << 52).contains(at))?,
            id: hex.then(|| id.to_string())?,
        })
    }
}

/// Say that a post was judged wrongly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correct {
    /// The interaction's number.
    pub seq: i64,
    /// Which of its posts; the newest where none is named.
    #[serde(default)]
    pub post: Option<PostId>,
    /// Who says so.
    pub by: String,
    /// What should have been said.
    pub right: Right,
}

impl Question for Correct {
    const NAME: &'static str = "Correct";
    type Answer = Corrected;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        correct(desk, &self)
    }
}

/// Which corrections are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Said since then: epoch milliseconds.
    #[serde(default)]
    pub since_ms: i64,
    /// Only of what this model judged.
    #[serde(default)]
    pub model: Option<String>,
    /// Only what comes after this one, newest first.
    #[serde(default)]
    pub before: Option<At>,
    /// How many at most.
    pub max: u32,
}

/// What was judged wrongly?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowCorrections {
    /// Which.
    pub asked: Asked,
}

impl Question for ShowCorrections {
    const NAME: &'static str = "ShowCorrections";
    type Answer = Vec<Corrected>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        Ok(page(desk, scope, &self.asked)?)
    }
}

/// Writes down which model judges from now on, if it is another one than before. Asked when an object begins, for
/// every deploy begins it anew.
///
/// # Errors
/// Where the storage fails.
pub fn note_model<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    desk.sql.run(
        "-- judge_from
INSERT OR IGNORE INTO judge SELECT ?1, ?2
WHERE ?2 IS NOT (SELECT model FROM judge ORDER BY since_ms DESC LIMIT 1)",
        params![desk.now_ms, model::version()],
    )?;
    Ok(())
}

/// Which model judged what came then: the words of an edited post are taken for as old as the post.
fn judged_by<S: Sql>(desk: Desk<'_, S>, received_ms: i64) -> Result<String, SqlError> {
    let rows = desk.sql.run(
        "-- judged_by
SELECT model FROM judge WHERE since_ms <= ?1 ORDER BY since_ms DESC LIMIT 1",
        params![received_ms],
    )?;
    let model = rows.first().map(|row| row.text(0)).transpose()?;
    Ok(model.unwrap_or(UNKNOWN).to_string())
}

/// The model of what came before models were written down.
const UNKNOWN: &str = "unknown";

fn id_of(post: &str, by: &str) -> String {
    let digest = Sha256::digest(format!("{post}\n{by}"));
    digest
        .iter()
        .take(8)
        .fold(String::with_capacity(16), |mut id, byte| {
            let _ = write!(id, "{byte:02x}");
            id
        })
}

fn correct<S: Sql>(desk: Desk<'_, S>, asked: &Correct) -> Result<Corrected, Refused> {
    let record = rows::interaction(desk, asked.seq)?;
    let named = asked
        .post
        .as_ref()
        .map(|post| ledger_id(record.platform, post));
    let found = desk.sql.run(
        "-- corrected_post
SELECT id, state, post, triage, ack, received_ms FROM post_in
WHERE seq = ?1 AND (id = ?2 OR (?2 IS NULL AND state <> 'deleted'))
ORDER BY received_ms DESC, created_ms DESC LIMIT 1",
        params![asked.seq, named],
    )?;
    let Some(row) = found.first() else {
        return Err(match asked.post {
            Some(_) => Refused::NoSuchPost,
            None => Refused::Withdrawn,
        });
    };
    if PostState::read(row.text(1)?)? == PostState::Deleted {
        return Err(Refused::Withdrawn);
    }
    let ledger = row.text(0)?;
    let post: Post = rows::json(row.text(2)?, "post")?;
    let triage: Triage = rows::json(row.text(3)?, "triage")?;
    let judged = Judged {
        kind: triage.kind,
        level: triage.level,
        urgency: triage.urgency,
        situation: triage.situation,
        danger: triage.danger,
        ack: row.text(4)?.to_string(),
    };
    let id = id_of(ledger, &asked.by);
    desk.sql.run(
        "-- correct
INSERT INTO correction (id, post, interaction, who, at_ms, model, words, judged, should)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT DO UPDATE SET interaction = excluded.interaction, at_ms = excluded.at_ms,
  model = excluded.model, words = excluded.words, judged = excluded.judged, should = excluded.should",
        params![
            id.as_str(),
            ledger,
            asked.seq,
            asked.by.as_str(),
            desk.now_ms,
            judged_by(desk, row.int(5)?)?,
            hash(&post.text),
            serde_json::to_string(&judged).map_err(|_| SqlError::Json("judgement"))?,
            serde_json::to_string(&asked.right).map_err(|_| SqlError::Json("correction"))?,
        ],
    )?;
    note(desk, asked.seq, &asked.by, Did::Corrected, Some(ledger))?;
    of(desk, asked.seq)?
        .into_iter()
        .find(|one| one.id == id)
        .ok_or(Refused::NotFound)
}

/// The columns that [`read`] reads, of a correction `c` and its post `p`.
macro_rules! columns {
    () => {
        "SELECT c.id, c.interaction, c.post, c.who, c.at_ms, c.model, c.words, c.judged, c.should, p.post, p.triage "
    };
}

fn read<S: Sql>(desk: Desk<'_, S>, row: &Row) -> Result<Corrected, SqlError> {
    let post: Post = rows::json(row.text(9)?, "post")?;
    let triage: Triage = rows::json(row.text(10)?, "triage")?;
    let same = i64::from(hash(&post.text)) == row.int(6)? && !post.text.is_empty();
    Ok(Corrected {
        id: row.text(0)?.to_string(),
        interaction: desk.shard.interaction(row.int(1)?),
        post: row.text(2)?.to_string(),
        by: row.text(3)?.to_string(),
        at_ms: row.int(4)?,
        model: row.text(5)?.to_string(),
        judged: rows::json(row.text(7)?, "judgement")?,
        right: rows::json(row.text(8)?, "correction")?,
        text: same.then_some(post.text),
        lang: triage.lang,
    })
}

/// What was corrected of an interaction, oldest first.
pub(super) fn of<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Vec<Corrected>, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- corrections_of\n",
            columns!(),
            "FROM correction c JOIN post p ON p.id = c.post WHERE c.interaction = ?1
ORDER BY c.at_ms, c.id LIMIT ?2"
        ),
        params![seq, PAGE],
    )?;
    rows.iter().map(|row| read(desk, row)).collect()
}

/// A page of corrections that the caller may see, newest first.
fn page<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    asked: &Asked,
) -> Result<Vec<Corrected>, SqlError> {
    let (before_ms, before_id) = match &asked.before {
        Some(at) => (at.at_ms, at.id.as_str()),
        None => (1 << 52, ""),
    };
    let rows = desk.sql.run(
        concat!(
            "-- corrections\n",
            columns!(),
            "FROM correction c INDEXED BY correction_at JOIN post p ON p.id = c.post
WHERE c.at_ms >= ?1 AND (c.at_ms, c.id) < (?2, ?3) AND (?4 IS NULL OR c.model = ?4)
  AND (?5 = 1 OR EXISTS (SELECT 1 FROM interaction i
    WHERE i.seq = c.interaction AND i.workgroup IN (SELECT value FROM json_each(?6))))
ORDER BY c.at_ms DESC, c.id DESC LIMIT ?7"
        ),
        params![
            asked.since_ms,
            before_ms,
            before_id,
            asked.model.as_deref(),
            i64::from(scope.all),
            names(&visible::workgroups(desk, scope)?),
            asked.max.clamp(1, PAGE),
        ],
    )?;
    rows.iter().map(|row| read(desk, row)).collect()
}

/// What several shards gave, as one page, newest first, and where the next page begins.
pub fn merged(mut all: Vec<Corrected>, max: u32) -> (Vec<Corrected>, Option<At>) {
    all.sort_by_cached_key(|one| std::cmp::Reverse(At::of(one)));
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let full = all.len() >= max;
    all.truncate(max);
    let next = all.last().filter(|_| full).map(At::of);
    (all, next)
}

/// A labelled post, as `heard eval` and `heard train` read it: what nobody corrected is left out, for nobody has
/// said that it was right.
#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    lang: &'a str,
    #[serde(flatten)]
    right: &'a Right,
    tags: [&'static str; 1],
    judged: &'a Judged,
    model: &'a str,
    by: &'a str,
    at_ms: i64,
}

/// Corrections as labelled JSON lines, without those whose words are gone or others now.
pub fn lines(all: &[Corrected]) -> String {
    let mut lines = String::new();
    for one in all {
        let Some(text) = &one.text else { continue };
        let line = Line {
            text,
            lang: &one.lang,
            right: &one.right,
            tags: ["corrected"],
            judged: &one.judged,
            model: &one.model,
            by: &one.by,
            at_ms: one.at_ms,
        };
        // Names, numbers and text are always JSON.
        lines.push_str(&serde_json::to_string(&line).unwrap_or_default());
        lines.push('\n');
    }
    lines
}

/// Two interactions become one: corrections go with their posts.
pub(super) fn join<S: Sql>(desk: Desk<'_, S>, into: i64, from: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- join_corrections
UPDATE correction SET interaction = ?1 WHERE interaction = ?2",
        params![into, from],
    )?;
    Ok(())
}

/// Forgets what was corrected of a post that was deleted.
pub(super) fn unsay<S: Sql>(desk: Desk<'_, S>, seq: i64, post: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- unsay_corrections
DELETE FROM correction WHERE interaction = ?1 AND post = ?2",
        params![seq, post],
    )?;
    Ok(())
}

/// Forgets what was corrected of these.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    desk.sql.run(
        "-- forget_corrections
DELETE FROM correction WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
        vec![rows::list(seqs)],
    )?;
    Ok(())
}
