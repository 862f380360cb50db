//! What goes with a deleted post: its words, and what was said of them.
//!
//! An author who deletes a post takes it back, so no view shows it any more: not its text, quotes and
//! media, nor the acknowledgment and the replies that answer or quote it, nor an agent's remark with its
//! words in it. Once no post of an interaction is left, name and handle go too, and every remark. The
//! ids stay, by which the platform's next word about it is recognised.

use super::context::Desk;
use super::{correct, left as kept, marks, rows, satisfaction};
use crate::post::{Author, Post};
use crate::sql::{Sql, SqlError, params};

/// The shortest words that are looked for in what others wrote: "ok" is in everything.
const QUOTE_BYTES: usize = 12;

/// A post without what it said and who said it.
pub(super) fn blank(post: &mut Post) {
    post.text.clear();
    post.quoted = None;
    post.media.clear();
    post.permalink = None;
    post.author = post
        .author
        .take()
        .map(|author| Author::of(author.id.as_str()));
}

/// Takes the words of a deleted post, and of what answered it, out of its interaction. `words` is what
/// it said, `left` how many other posts the interaction has.
pub(super) fn unsay<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    post: &str,
    words: &str,
    left: i64,
) -> Result<(), SqlError> {
    let quoted = (words.len() >= QUOTE_BYTES).then_some(words);
    // What had joined this interaction kept what was said in it.
    desk.sql.run(
        "-- unsay_acks
UPDATE ack SET text = '' WHERE (post = ?2 OR instr(text, ?3)) AND interaction IN (
  SELECT CAST(?1 AS INTEGER) UNION ALL SELECT seq FROM interaction WHERE joined = ?1)",
        params![seq, post, quoted],
    )?;
    // A reply's id begins with its interaction's number and a space; `!` comes after the space.
    desk.sql.run(
        "-- unsay_replies
UPDATE reply SET text = '' WHERE id IN (
  SELECT r.id FROM (
    SELECT CAST(?1 AS INTEGER) AS seq UNION ALL SELECT seq FROM interaction WHERE joined = ?1) o
  CROSS JOIN reply r ON r.id >= o.seq || ' ' AND r.id < o.seq || '!'
  WHERE r.post = ?2 OR ?4 = 0 OR instr(r.text, ?3))",
        params![seq, post, quoted, left],
    )?;
    desk.sql.run(
        "-- unsay_remarks
UPDATE history SET detail = NULL
WHERE did IN ('released', 'snoozed', 'reopened') AND (?3 = 0 OR instr(detail, ?2)) AND interaction IN (
  SELECT CAST(?1 AS INTEGER) UNION ALL SELECT seq FROM interaction WHERE joined = ?1)",
        params![seq, quoted, left],
    )?;
    marks::unsay(desk, seq, quoted, left)?;
    correct::unsay(desk, seq, post)?;
    if left > 0 {
        return Ok(());
    }
    kept::unsay(desk, seq)?;
    satisfaction::forget(desk, &[seq])?;
    let found = desk.sql.run(
        "-- whose
SELECT author_json FROM interaction WHERE seq = ?1",
        params![seq],
    )?;
    let author = match found
        .first()
        .map(|row| row.opt_text(0))
        .transpose()?
        .flatten()
    {
        Some(author) => {
            let author: Author = rows::json(author, "author")?;
            let nameless = Author::of(author.id.as_str());
            Some(serde_json::to_string(&nameless).map_err(|_| SqlError::Json("author"))?)
        }
        None => None,
    };
    desk.sql.run(
        "-- unname
UPDATE interaction SET author_json = ?2, note = NULL WHERE seq = ?1 OR joined = ?1",
        params![seq, author],
    )?;
    Ok(())
}
