//! Finding interactions by words of their posts, and by who wrote them.
//!
//! `search` is an index of SQLite's (FTS5) that holds no text: what a post says is read out of the post when it
//! is put in, and again when it is taken out. `searchable` says what that is, so both see the same, whichever
//! version of the code changes the post: triggers take a post out before it changes or goes, and put it in again
//! as it is then. Words go with their post for good (`secure-delete`).
//!
//! A post's place in the index is its interaction's number and its change's in one, so no column and no row tells
//! it. What came last is not in yet: putting in one at a time costs several times as much as a handful together.
//! `search_mark` says up to which interaction everything is in; it moves on with deliveries, with the alarm, and
//! when somebody searches. That also brings in what an older version stored.
//!
//! The index knows words by the blanks between them. Chinese, Japanese and Korean have none or mean others by
//! them, so there each two neighbouring characters are a word, and a search for more of them is one for all of
//! its pairs in a row.

use super::context::Desk;
use crate::sql::{Sql, SqlError, params};

/// The tables, the view and the triggers: a step of [`super::schema::MIGRATIONS`].
pub(super) const TABLES: &str = "-- migration search
CREATE VIRTUAL TABLE search USING fts5(
  words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
CREATE TABLE search_mark (seq INTEGER NOT NULL) STRICT; -- posts of interactions up to this are in the index
INSERT INTO search_mark VALUES (0);
CREATE VIEW searchable AS
SELECT id, interaction, change, interaction * 1048576 + change AS doc, said,
  said GLOB '*[\u{3041}-\u{10ffff}]*' AS is_joined,
  CASE WHEN said GLOB '*[\u{3041}-\u{10ffff}]*' THEN (
    WITH RECURSIVE tail(rest) AS (
      SELECT substr(said, 1, 2000) UNION ALL SELECT substr(rest, 2) FROM tail WHERE rest <> '')
    SELECT group_concat(iif(substr(rest, 1, 1) < '\u{3041}', substr(rest, 1, 1),
      ' ' || substr(rest, 1, iif(substr(rest, 2, 1) < '\u{3041}', 1, 2)) || ' '), '') FROM tail)
  ELSE said END AS words
FROM (
  SELECT id, interaction, change, (post ->> '$.text') || ' ' || coalesce(post ->> '$.quoted', '') || ' '
    || coalesce(post ->> '$.author.name', '') || ' ' || coalesce(post ->> '$.author.handle', '') AS said
  FROM post WHERE interaction IS NOT NULL AND change < 1048576);
CREATE TRIGGER search_made AFTER INSERT ON post
WHEN NEW.interaction <= (SELECT seq FROM search_mark)
BEGIN
  INSERT INTO search (rowid, words) SELECT doc, words FROM searchable WHERE id = NEW.id;
END;
CREATE TRIGGER search_changes BEFORE UPDATE OF interaction, change, post ON post
WHEN OLD.interaction <= (SELECT seq FROM search_mark)
BEGIN
  INSERT INTO search (search, rowid, words) SELECT 'delete', doc, words FROM searchable WHERE id = OLD.id;
END;
CREATE TRIGGER search_changed AFTER UPDATE OF interaction, change, post ON post
WHEN NEW.interaction <= (SELECT seq FROM search_mark)
BEGIN
  INSERT INTO search (rowid, words) SELECT doc, words FROM searchable WHERE id = NEW.id;
END;
CREATE TRIGGER search_goes BEFORE DELETE ON post
WHEN OLD.interaction <= (SELECT seq FROM search_mark)
BEGIN
  INSERT INTO search (search, rowid, words) SELECT 'delete', doc, words FROM searchable WHERE id = OLD.id;
END;";

/// How many interactions are put in together. One at a time takes three times as long for each; of more than
/// this each takes as long.
pub(super) const TOGETHER: i64 = 64;

/// How many are put in at most while somebody waits for it, and by one alarm: 13 to 25 ms, in a plain SQLite on a busy machine.
pub(super) const SLICE: i64 = 1_000;

/// How soon the alarm goes on where much is left to put in.
pub(super) const SOON_MS: i64 = 1_000;

/// The longest search, in bytes.
pub const SEARCH_BYTES: usize = 256;

/// The most words of a search.
const WORDS: usize = 16;

/// Puts the posts of the next interactions in, so many of them, and none above `last`; whether there are more
/// below it.
pub(super) fn advance<S: Sql>(desk: Desk<'_, S>, last: i64, most: i64) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        "-- search_mark
SELECT seq FROM search_mark",
        params![],
    )?;
    let mark = rows.first().ok_or(SqlError::Json("answer"))?.int(0)?;
    if mark >= last {
        return Ok(false);
    }
    let to = desk.sql.run(
        "-- search_to
SELECT max(seq), count(*) FROM (SELECT seq FROM interaction WHERE seq > ?1 + 0 AND seq <= ?2 + 0
  ORDER BY seq LIMIT ?3 + 0)",
        params![mark, last, most],
    )?;
    let to = to.first().ok_or(SqlError::Json("answer"))?;
    let is_left = to.int(1)? >= most;
    // Numbers that are gone are passed over.
    let to = if is_left {
        to.opt_int(0)?.unwrap_or(last)
    } else {
        last
    };
    desk.sql.run(
        "-- search_more
INSERT INTO search (rowid, words)
SELECT s.doc, s.said FROM interaction i CROSS JOIN searchable s
WHERE i.seq > ?1 + 0 AND i.seq <= ?2 + 0 AND s.id = i.first AND s.interaction = i.seq AND s.change = 1
  AND NOT s.is_joined
UNION ALL
SELECT s.doc, s.said FROM interaction i CROSS JOIN searchable s
WHERE i.seq > ?1 + 0 AND i.seq <= ?2 + 0 AND s.interaction = i.seq AND s.change <> 1 AND NOT s.is_joined",
        params![mark, to],
    )?;
    let joined = desk.sql.run(
        "-- search_joined
SELECT s.doc, s.said FROM interaction i CROSS JOIN searchable s
WHERE i.seq > ?1 + 0 AND i.seq <= ?2 + 0 AND s.id = i.first AND s.interaction = i.seq AND s.change = 1
  AND s.is_joined
UNION ALL
SELECT s.doc, s.said FROM interaction i CROSS JOIN searchable s
WHERE i.seq > ?1 + 0 AND i.seq <= ?2 + 0 AND s.interaction = i.seq AND s.change <> 1 AND s.is_joined",
        params![mark, to],
    )?;
    if !joined.is_empty() {
        // As `searchable` says it, without a walk of SQLite's from character to character.
        let words = joined.iter().map(|row| {
            let pair = (row.int(0)?, words(row.text(1)?));
            Ok(serde_json::json!([pair.0, pair.1]))
        });
        let words = words.collect::<Result<Vec<_>, SqlError>>()?;
        desk.sql.run(
            "-- search_pairs
INSERT INTO search (rowid, words) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
            params![serde_json::Value::from(words).to_string()],
        )?;
    }
    desk.sql.run(
        "-- search_marked
UPDATE search_mark SET seq = ?1",
        params![to],
    )?;
    Ok(is_left)
}

/// Puts in what is not in yet, a slice of it; whether there is more.
pub(super) fn catch_up<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        "-- search_last
SELECT coalesce(max(seq), 0) FROM interaction",
        params![],
    )?;
    let last = rows.first().ok_or(SqlError::Json("answer"))?.int(0)?;
    advance(desk, last, SLICE)
}

/// How many posts a search finds, counted up to `most`.
pub(super) fn count<S: Sql>(desk: Desk<'_, S>, words: &str, most: i64) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- search_count
SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ?1 || '' LIMIT ?2 + 0)",
        params![words, most],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

/// Whether a character is of a writing that puts no blanks between words: Japanese, Chinese, Korean, and what
/// comes behind them.
pub(super) fn is_joined(one: char) -> bool {
    one >= '\u{3041}'
}

/// How many characters of such a text are put in.
const JOINED: usize = 2_000;

/// What `searchable` makes of a text in such a writing: a test holds the two together.
fn words(said: &str) -> String {
    let mut words = String::with_capacity(said.len() * 3);
    // SQLite's texts end there.
    let said = said.chars().take_while(|one| *one != '\0');
    let mut rest = said.take(JOINED).peekable();
    while let Some(one) = rest.next() {
        if !is_joined(one) {
            words.push(one);
            continue;
        }
        words.push(' ');
        words.push(one);
        words.extend(rest.peek().filter(|next| is_joined(**next)));
        words.push(' ');
    }
    words
}

/// A search in the index's language: every word must be there, in any order; words in quotation marks, one behind
/// the other; one with an asterisk behind it may go on. `None` where it has no words, or too many.
pub fn expression(asked: &str) -> Option<String> {
    let mut terms: Vec<String> = Vec::new();
    for (at, part) in asked.split(['"', '“', '”', '„', '«', '»']).enumerate() {
        match at % 2 {
            1 => terms.extend(phrase(part, false)),
            _ => {
                for word in part.split_whitespace() {
                    terms.extend(phrase(word, word.ends_with('*')));
                }
            }
        }
    }
    (1..=WORDS)
        .contains(&terms.len())
        .then(|| terms.join(" AND "))
}

/// What stands in a row: a term for each stretch of one way of writing.
fn phrase(part: &str, goes_on: bool) -> Vec<String> {
    let mut terms = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut stretch: Vec<char> = Vec::new();
    let mut end = |words: &mut Vec<String>, goes_on: bool| {
        if !words.is_empty() {
            let star = if goes_on { "*" } else { "" };
            terms.push(format!("\"{}\"{star}", words.join(" ")));
            words.clear();
        }
    };
    // Whatever is not a word ends the last stretch.
    for one in part.chars().chain([' ']) {
        let is_word = one.is_alphanumeric();
        if is_word
            && stretch
                .last()
                .is_none_or(|last| is_joined(*last) == is_joined(one))
        {
            stretch.push(one);
            continue;
        }
        match stretch.as_slice() {
            [] => {}
            [single] if is_joined(*single) => {
                end(&mut words, false);
                words.push(single.to_string());
                end(&mut words, true);
            }
            [first, ..] if is_joined(*first) => {
                end(&mut words, false);
                words.extend(stretch.windows(2).map(|pair| pair.iter().collect()));
                end(&mut words, false);
            }
            letters => words.push(letters.iter().collect()),
        }
        stretch.clear();
        if is_word {
            stretch.push(one);
        }
    }
    end(&mut words, goes_on);
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read_as_people_write_it() {
        for (asked, want) in [
            ("refund", r#""refund""#),
            ("  lost   luggage ", r#""lost" AND "luggage""#),
            (r#""lost luggage""#, r#""lost luggage""#),
            ("don't", r#""don t""#),
            ("wok*", r#""wok"*"#),
            ("#18:04", r#""18 04""#),
            ("電車", r#""電車""#),
            ("東京駅", r#""東京 京駅""#),
            ("駅", r#""駅"*"#),
            ("JR東日本 遅延", r#""JR" AND "東日 日本" AND "遅延""#),
            (r#"a" OR b NOT c"#, r#""a" AND "OR b NOT c""#),
        ] {
            assert_eq!(expression(asked).as_deref(), Some(want), "{asked}");
        }
        for none in ["", "  ", "\"\"", "?!*", "、。"] {
            assert_eq!(expression(none), None, "{none}");
        }
        assert_eq!(expression(&"a ".repeat(17)), None);
    }
}
