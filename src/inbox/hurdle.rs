//! What a situation is like, in the words of those who are in it: a few examples each, without who said them.

use super::context::Desk;
use super::nameless::{Known, nameless};
use super::naming::Hours;
use super::report::HOUR_MS;
use super::rows;
use super::wire::Refused;
use crate::judgement::Situation;
use crate::post::{Author, Workgroup};
use crate::scope::names;
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many examples there are of each situation.
pub const EACH: usize = 3;

/// Among how many interactions they are looked for, the newest.
const MOST: i64 = 5_000;

/// What somebody said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// What happened.
    pub situation: Situation,
    /// When it came: epoch milliseconds.
    pub at_ms: i64,
    /// In which language.
    pub lang: String,
    /// What they said, without names, numbers, handles and addresses.
    pub text: String,
}

/// The newest examples of each situation: first public complaints of different authors that somebody sees.
pub(super) fn examples<S: Sql>(
    desk: Desk<'_, S>,
    hours: Hours,
    seen: Option<&[Workgroup]>,
) -> Result<Vec<Example>, Refused> {
    let rows = desk.sql.run(
        "-- hurdle_examples
SELECT p.triage ->> '$.situation', p.received_ms, p.triage ->> '$.lang', p.post ->> '$.text', i.author_json
FROM interaction i CROSS JOIN post p ON p.id = i.first
WHERE p.interaction = i.seq AND p.change = 1 AND p.state <> 'deleted' AND i.in_private IS NULL
  AND i.opened_ms >= ?1 + 0 AND i.opened_ms < ?2 + 0 AND p.triage ->> '$.kind' = 'complaint'
  AND (?3 = 1 OR i.workgroup IN (SELECT value FROM json_each(?4)))
ORDER BY i.seq DESC LIMIT ?5 + 0",
        params![
            hours.from * HOUR_MS,
            hours.to * HOUR_MS,
            i64::from(seen.is_none()),
            names(seen.unwrap_or_default()),
            MOST,
        ],
    )?;
    let mut known = Known::default();
    for brand in &desk.config.brands {
        known.our(&brand.name);
    }
    for name in desk.config.products.iter().flat_map(|one| one.names()) {
        known.our(name);
    }
    let mut authors = Vec::new();
    for row in &rows {
        let author: Option<Author> = row
            .opt_text(4)?
            .map(|author| rows::json(author, "author"))
            .transpose()?;
        for name in author.iter().flat_map(called) {
            known.person(name);
        }
        authors.push(author);
    }
    let mut found: BTreeMap<Situation, Vec<Example>> = BTreeMap::new();
    let mut whose: BTreeSet<(Situation, String)> = BTreeSet::new();
    for (row, author) in rows.iter().zip(&authors) {
        let Some(situation) = row.opt_text(0)?.and_then(Situation::named) else {
            continue;
        };
        let some = found.entry(situation).or_default();
        if some.len() >= EACH {
            continue;
        }
        let lang = row.opt_text(2)?.unwrap_or_default();
        let own: Vec<&str> = author.iter().flat_map(called).collect();
        let text = nameless(row.opt_text(3)?.unwrap_or_default(), lang, &known, &own);
        let id = author.as_ref().map(|author| author.id.as_str().to_owned());
        if let Some(text) = text
            && id.is_none_or(|id| whose.insert((situation, id)))
            && some.iter().all(|one| one.text != text)
        {
            some.push(Example {
                situation,
                at_ms: row.int(1)?,
                lang: lang.to_owned(),
                text,
            });
        }
    }
    Ok(found.into_values().flatten().collect())
}

/// What somebody is called.
fn called(author: &Author) -> impl Iterator<Item = &str> {
    author
        .name
        .as_deref()
        .into_iter()
        .chain(author.handle.as_deref())
}
