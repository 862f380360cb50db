//! What agents write down about an interaction for each other: notes, and tags to sort by.
//!
//! Whoever sees an interaction may mark it, held or not, ended or not.

use super::event;
use super::question::{Concern, Question};
use super::rows;
use super::wire::{Interaction, Refused};
use crate::inbox::context::Desk;
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// How many tags an interaction may have: what is sorted under more is sorted under none.
pub const MOST_TAGS: u32 = 20;

/// The longest tag, in bytes.
pub const TAG_BYTES: usize = 40;

/// How many notes an interaction may have.
pub const MOST_NOTES: u32 = 100;

/// How many of them there may be with what was written at a transfer: work is handed on though its notes are full.
pub(super) const MOST_WITH_TRANSFERS: u32 = 200;

/// The longest note, in bytes.
pub const NOTE_BYTES: usize = 4_096;

/// Add tags to one, and take some off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// The interaction's number.
    pub seq: i64,
    /// Which to add.
    #[serde(default)]
    pub add: Vec<String>,
    /// Which to take off.
    #[serde(default)]
    pub remove: Vec<String>,
}

impl Question for Tag {
    const NAME: &'static str = "Tag";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        tag(desk, self.seq, &self.add, &self.remove)?;
        event::note(desk, self.seq, "tagged", None)?;
        shown(desk, self.seq)
    }
}

/// Write a note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddNote {
    /// The interaction's number.
    pub seq: i64,
    /// Who writes.
    pub by: String,
    /// What.
    pub text: String,
}

impl Question for AddNote {
    const NAME: &'static str = "AddNote";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        remark(desk, self.seq, &self.by, &self.text, MOST_NOTES)?;
        event::note(desk, self.seq, "noted", Some(&self.by))?;
        shown(desk, self.seq)
    }
}

/// One interaction with its notes and tags.
fn shown<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Interaction, Refused> {
    let mut view = rows::view(desk, seq)?;
    view.notes = rows::notes_of(desk, seq)?;
    Ok(view)
}

/// A tag as it is kept: in lower case, without the `#` that people write before it. Nothing where nothing of it
/// is left, or it is too long or does not print.
pub fn tidy(tag: &str) -> Option<String> {
    let tag = tag.trim().trim_start_matches('#').trim().to_lowercase();
    let fits = !tag.is_empty() && tag.len() <= TAG_BYTES && !tag.contains(',');
    (fits && !tag.chars().any(char::is_control)).then_some(tag)
}

pub(super) fn tag<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    add: &[String],
    remove: &[String],
) -> Result<(), Refused> {
    let list = |tags: &[String]| serde_json::Value::from(tags.to_vec()).to_string();
    if !remove.is_empty() {
        desk.sql.run(
            "-- untag
DELETE FROM tag WHERE interaction = ?1 AND tag IN (SELECT value FROM json_each(?2))",
            params![seq, list(remove)],
        )?;
    }
    if add.is_empty() {
        return Ok(());
    }
    desk.sql.run(
        "-- tag
INSERT OR IGNORE INTO tag SELECT CAST(?1 AS INTEGER), value FROM json_each(?2)",
        params![seq, list(add)],
    )?;
    let rows = desk.sql.run(
        "-- tags_on
SELECT count(*) FROM tag WHERE interaction = ?1",
        params![seq],
    )?;
    if rows.first().ok_or(SqlError::Json("answer"))?.int(0)? > i64::from(MOST_TAGS) {
        return Err(Refused::Full {
            what: "tags".into(),
            max: MOST_TAGS,
        });
    }
    Ok(())
}

/// Writes a note, where there are less than so many.
pub(super) fn remark<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    who: &str,
    text: &str,
    max: u32,
) -> Result<(), Refused> {
    let rows = desk.sql.run(
        "-- last_remark
SELECT coalesce(max(n), 0), (SELECT count(*) FROM remark WHERE interaction = ?1) FROM remark
WHERE interaction = ?1",
        params![seq],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    if row.int(1)? >= i64::from(max) {
        return Err(Refused::Full {
            what: "notes".into(),
            max,
        });
    }
    desk.sql.run(
        "-- remark
INSERT INTO remark (interaction, n, at_ms, who, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![seq, row.int(0)? + 1, desk.now_ms, who, text],
    )?;
    Ok(())
}

/// Two interactions become one: what was written down goes where the posts go. The notes of the one come behind
/// the other's, whenever they were written.
pub(super) fn join<S: Sql>(desk: Desk<'_, S>, into: i64, from: i64) -> Result<(), SqlError> {
    for statement in [
        "-- join_tags
INSERT OR IGNORE INTO tag SELECT CAST(?1 AS INTEGER), tag FROM tag WHERE interaction = ?2",
        "-- join_tags_gone
DELETE FROM tag WHERE interaction = ?2 AND ?1 IS NOT NULL",
        "-- join_remarks
UPDATE remark SET interaction = ?1,
  n = n + (SELECT coalesce(max(n), 0) FROM remark WHERE interaction = ?1)
WHERE interaction = ?2",
    ] {
        desk.sql.run(statement, params![into, from])?;
    }
    Ok(())
}

/// Takes the words of a deleted post out of what was written down; all of it once no post is left.
pub(super) fn unsay<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    quoted: Option<&str>,
    left: i64,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- unsay_notes
UPDATE remark SET text = '' WHERE interaction = ?1 AND (?3 = 0 OR instr(text, ?2))",
        params![seq, quoted, left],
    )?;
    if left == 0 {
        desk.sql.run(
            "-- unsay_tags
DELETE FROM tag WHERE interaction = ?1",
            params![seq],
        )?;
    }
    Ok(())
}

/// Forgets what was written down about these.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    for statement in [
        "-- forget_tags
DELETE FROM tag WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
        "-- forget_remarks
DELETE FROM remark WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ] {
        desk.sql.run(statement, vec![rows::list(seqs)])?;
    }
    Ok(())
}
