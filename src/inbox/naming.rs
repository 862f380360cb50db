//! Which products people name, read out of the posts when somebody asks: nothing is kept for it, so what is edited,
//! deleted or forgotten is counted no more.
//!
//! A post names a product where the words of one of its names stand in it in a row, in capitals or not. The index of
//! words ([`super::search`]) finds those that may; each is looked at again, since the index also holds what a post
//! quotes and its author's name.

use super::context::Desk;
use super::report::HOUR_MS;
use super::search::{self, is_joined};
use crate::config::products::Product;
use crate::judgement::Kind;
use crate::post::Workgroup;
use crate::scope::names;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many posts of one name are looked at, those of the newest interactions.
const MOST: i64 = 20_000;

/// How many slices of posts are put into the index at most before it is read.
const SLICES: u32 = 20;

/// How many named a product in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Naming {
    /// Posts.
    pub posts: i64,
    /// Their authors; a post of which nobody says who wrote it has one of its own.
    pub people: i64,
    /// Of those: who complained in one of them.
    pub complained: i64,
}

impl Naming {
    /// Adds another shard's: no author is in two.
    pub fn add(&mut self, other: Naming) {
        self.posts += other.posts;
        self.people += other.people;
        self.complained += other.complained;
    }
}

/// How many named each product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// By product, in the order of the configuration: its name, the period, and the one before.
    pub products: Vec<(String, Naming, Naming)>,
    /// Whether there was more than could be looked at.
    #[serde(default)]
    pub cut: bool,
}

/// Hours since 1970: the first of the period before, the first of the period, and the one after its last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hours {
    pub before: i64,
    pub from: i64,
    pub to: i64,
}

#[derive(Default)]
struct Heard {
    posts: i64,
    people: BTreeSet<String>,
    complained: BTreeSet<String>,
}

impl Heard {
    fn naming(&self) -> Naming {
        let count = |set: &BTreeSet<String>| i64::try_from(set.len()).unwrap_or(i64::MAX);
        Naming {
            posts: self.posts,
            people: count(&self.people),
            complained: count(&self.complained),
        }
    }
}

/// How many named each product of the configuration, as far as somebody sees it.
pub(super) fn named<S: Sql>(
    desk: Desk<'_, S>,
    hours: Hours,
    seen: Option<&[Workgroup]>,
) -> Result<Named, SqlError> {
    let mut said = Named::default();
    if desk.config.products.is_empty() {
        return Ok(said);
    }
    said.cut = true;
    for _ in 0..SLICES {
        if !search::catch_up(desk)? {
            said.cut = false;
            break;
        }
    }
    for product in &desk.config.products {
        let (now, before, cut) = of_one(desk, product, hours, seen)?;
        said.cut |= cut;
        said.products
            .push((product.name.clone(), now.naming(), before.naming()));
    }
    Ok(said)
}

fn of_one<S: Sql>(
    desk: Desk<'_, S>,
    product: &Product,
    hours: Hours,
    seen: Option<&[Workgroup]>,
) -> Result<(Heard, Heard, bool), SqlError> {
    let (mut now, mut before, mut cut) = (Heard::default(), Heard::default(), false);
    let mut known: BTreeSet<String> = BTreeSet::new();
    for name in product.names() {
        let wanted = plain(name);
        let Some(words) = search::expression(&format!("\"{wanted}\"")) else {
            continue;
        };
        let rows = desk.sql.run(
            "-- products_named
SELECT p.id, p.received_ms, p.post ->> '$.text', p.triage ->> '$.kind', i.platform || ':' || i.author
FROM (SELECT rowid / 1048576 AS seq, rowid % 1048576 AS change FROM search WHERE search MATCH ?1 || ''
  ORDER BY rowid DESC LIMIT ?2 + 0) s
CROSS JOIN interaction i ON i.seq = s.seq
CROSS JOIN post p ON p.id = iif(s.change = 1, i.first,
  (SELECT o.id FROM post o WHERE o.interaction = s.seq AND o.change = s.change AND o.change <> 1))
WHERE p.interaction = i.seq AND p.change = s.change AND p.state <> 'deleted'
  AND p.received_ms >= ?3 + 0 AND p.received_ms < ?4 + 0
  AND (?5 = 1 OR i.workgroup IN (SELECT value FROM json_each(?6)))",
            params![
                words.as_str(),
                MOST,
                hours.before * HOUR_MS,
                hours.to * HOUR_MS,
                i64::from(seen.is_none()),
                names(seen.unwrap_or_default()),
            ],
        )?;
        cut |= search::count(desk, &words, MOST + 1)? > MOST;
        for row in &rows {
            let id = row.text(0)?;
            if known.contains(id) || !says(row.opt_text(2)?.unwrap_or_default(), &wanted) {
                continue;
            }
            known.insert(id.to_owned());
            let heard = match row.int(1)? >= hours.from * HOUR_MS {
                true => &mut now,
                false => &mut before,
            };
            let person = row.opt_text(4)?.unwrap_or(id).to_owned();
            heard.posts += 1;
            if row.text(3)? == Kind::Complaint.as_str() {
                heard.complained.insert(person.clone());
            }
            heard.people.insert(person);
        }
    }
    Ok((now, before, cut))
}

/// A text's words in lower case with one blank between, so that a name stands in it in a row or not. Japanese, Chinese
/// and Korean put no blanks between words: what is written so is one word.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut last: Option<char> = None;
    for one in text.chars().flat_map(char::to_lowercase) {
        if !one.is_alphanumeric() {
            last = None;
            continue;
        }
        if !plain.is_empty() && last.is_none_or(|last| is_joined(last) != is_joined(one)) {
            plain.push(' ');
        }
        plain.push(one);
        last = Some(one);
    }
    plain
}

/// Whether a text says a name, given as [`plain`] writes it.
pub fn says(text: &str, name: &str) -> bool {
    let text = plain(text);
    match name.chars().any(is_joined) {
        true => text.contains(name),
        false => format!(" {text} ").contains(&format!(" {name} ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_said_where_its_words_stand_in_a_row() {
        for (text, name, is_said) in [
            ("The NIGHT-express is late", "Night Express", true),
            ("the night. Express!", "Night Express", true),
            ("nights express", "Night Express", false),
            ("night slow express", "Night Express", false),
            ("my NX12 ticket", "NX 12", false),
            ("my NX 12 ticket", "nx 12", true),
            ("夜行バスが遅れた", "夜行バス", true),
            ("新しいNX12です", "NX12", true),
            ("", "a", false),
        ] {
            assert_eq!(says(text, &plain(name)), is_said, "{text} / {name}");
        }
    }
}
