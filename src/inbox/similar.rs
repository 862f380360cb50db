//! Earlier matters of others that were like this one, and how they ended: for whoever answers it.
//!
//! Two questions, since those may lie in any shard: what one is about ([`ShowGist`]), and what each shard has that is
//! like it ([`FindSimilar`]). Like it is what was in the same situation and shares a rare word (a station, a train's
//! number, an error's); where no situation is known, two of them. Nothing is kept for it.

use super::context::Desk;
use super::earlier;
use super::naming::{plain, says};
use super::question::{Concern, Question};
use super::rows::{self, Record, columns};
use super::search::{self, is_joined};
use super::state::Ending;
use super::visible;
use super::wire::{Earlier, Refused};
use crate::judgement::Situation;
use crate::post::Platform;
use crate::scope::{Scope, names};
use crate::sql::{Sql, params};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many are told.
pub const TOLD: usize = 5;

/// In how many posts of a shard a word may be that is rare.
const RARE: i64 = 200;

/// How many of the rarest words are looked for, and among how many posts, the newest.
const WORDS: usize = 8;
const POSTS: i64 = 400;

/// How many words of a matter are looked at.
const MOST_WORDS: usize = 40;

/// What is this about?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowGist {
    /// The interaction's number.
    pub seq: i64,
}

/// What a matter is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gist {
    /// What happened, named or likely.
    #[serde(default)]
    pub situation: Option<Situation>,
    /// Its longer words, and those with a number.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whose it is: their own earlier matters are told elsewhere.
    #[serde(default)]
    pub author: Option<(Platform, String)>,
}

impl Question for ShowGist {
    const NAME: &'static str = "ShowGist";
    type Answer = Gist;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let rows = desk.sql.run(
            "-- gist
SELECT p.post ->> '$.text', coalesce(p.triage ->> '$.situation', p.triage ->> '$.likely'), i.platform, i.author
FROM interaction i CROSS JOIN post_in p ON p.seq = i.seq
WHERE i.seq = ?1 + 0 AND p.state <> 'deleted' ORDER BY p.change DESC LIMIT 10",
            params![self.seq],
        )?;
        let mut gist = Gist::default();
        for row in &rows {
            gist.words
                .extend(telling(row.opt_text(0)?.unwrap_or_default()));
            gist.situation = gist
                .situation
                .or(row.opt_text(1)?.and_then(Situation::named));
            let platform = Platform::named(row.text(2)?);
            gist.author = platform.zip(row.opt_text(3)?.map(str::to_owned));
        }
        let mut seen = BTreeSet::new();
        gist.words.retain(|word| seen.insert(word.clone()));
        gist.words.truncate(MOST_WORDS);
        Ok(gist)
    }
}

/// The words of a text that may tell it from others: longer ones, and those with a number. Of writings without blanks,
/// what stands in their characters for content.
fn telling(text: &str) -> Vec<String> {
    let text = plain(text);
    let mut words = Vec::new();
    for word in text.split(' ') {
        if word.chars().any(is_joined) {
            let is_content = |one: char| matches!(one, '\u{30a1}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
            let parts = word.split(|one: char| !is_content(one));
            let fits = |part: &&str| (2..=8).contains(&part.chars().count());
            words.extend(parts.filter(fits).map(str::to_owned));
            continue;
        }
        let n = word.chars().count();
        if n >= 5 || (n >= 2 && word.chars().any(char::is_numeric)) {
            words.push(word.to_owned());
        }
    }
    words
}

/// What was like it, and how did it end?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindSimilar {
    /// What.
    pub gist: Gist,
}

/// A matter that was like another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    /// The rare words that both have.
    pub shared: Vec<String>,
    /// It.
    #[serde(flatten)]
    pub matter: Earlier,
}

/// The likest of all, the newest first of those that are as like.
pub fn likest(mut all: Vec<Similar>) -> Vec<Similar> {
    all.sort_by_key(|one| {
        let ended_ms = one.matter.ended_ms.unwrap_or(0);
        (
            Reverse(one.shared.len()),
            Reverse(ended_ms),
            one.matter.id.clone(),
        )
    });
    all.truncate(TOLD);
    all
}

impl Question for FindSimilar {
    const NAME: &'static str = "FindSimilar";
    type Answer = Vec<Similar>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        search::catch_up(desk)?;
        let mut rare: Vec<(i64, &str, String)> = Vec::new();
        for word in self.gist.words.iter().take(MOST_WORDS) {
            let Some(wanted) = search::expression(&format!("\"{word}\"")) else {
                continue;
            };
            let n = search::count(desk, &wanted, RARE + 1)?;
            if (1..=RARE).contains(&n) {
                rare.push((n, word, format!("({wanted})")));
            }
        }
        rare.sort();
        rare.truncate(WORDS);
        if rare.is_empty() {
            return Ok(Vec::new());
        }
        let any: Vec<&str> = rare.iter().map(|(_, _, wanted)| wanted.as_str()).collect();
        let (platform, author) = self.gist.author.unzip();
        let seen = visible::workgroups(desk, scope)?;
        let rows = desk.sql.run(
            "-- similar
SELECT i.seq, i.outcome, (
  SELECT group_concat(p.post ->> '$.text', ' . ') FROM post_in p WHERE p.seq = i.seq AND p.state <> 'deleted')
FROM (SELECT DISTINCT rowid / 1048576 AS seq FROM (
  SELECT rowid FROM search WHERE search MATCH ?1 || '' ORDER BY rowid DESC LIMIT ?2 + 0)) s
CROSS JOIN interaction i ON i.seq = s.seq
WHERE i.state = 'done' AND i.joined IS NULL
  AND (?3 IS NULL OR i.author IS NULL OR i.author <> ?4 OR i.platform <> ?3)
  AND (?5 IS NULL OR EXISTS (SELECT 1 FROM post_in p WHERE p.seq = i.seq AND p.state <> 'deleted'
    AND coalesce(p.triage ->> '$.situation', p.triage ->> '$.likely') = ?5 || ''))
  AND (?6 = 1 OR i.workgroup IN (SELECT value FROM json_each(?7)))",
            params![
                any.join(" OR "),
                POSTS,
                platform.map(Platform::as_str),
                author.as_deref(),
                self.gist.situation.map(Situation::as_str),
                i64::from(scope.all),
                names(&seen),
            ],
        )?;
        let least = if self.gist.situation.is_some() { 1 } else { 2 };
        let mut shared: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for row in &rows {
            // What Heard ended by itself tells nothing of how to end it.
            if row
                .opt_text(1)?
                .is_none_or(|end| Ending::named(end).is_some())
            {
                continue;
            }
            let text = row.opt_text(2)?.unwrap_or_default();
            let both = rare.iter().filter(|(_, word, _)| says(text, word));
            let both: Vec<String> = both.map(|(_, word, _)| (*word).to_owned()).collect();
            if both.len() >= least {
                shared.insert(row.int(0)?, both);
            }
        }
        let seqs: Vec<i64> = shared.keys().copied().collect();
        let rows = desk.sql.run(
            concat!(
                "-- similar_shown\nSELECT ",
                columns!(),
                " FROM json_each(?1) one CROSS JOIN interaction ON seq = CAST(one.value AS INTEGER)"
            ),
            params![rows::list(&seqs)],
        )?;
        let records = rows
            .iter()
            .map(Record::read)
            .collect::<Result<Vec<_>, _>>()?;
        let mut best: Vec<(usize, i64, i64)> = records
            .iter()
            .map(|one| {
                (
                    shared.get(&one.seq).map_or(0, Vec::len),
                    one.ended_ms.unwrap_or(0),
                    one.seq,
                )
            })
            .collect();
        best.sort_by_key(|one| Reverse(*one));
        best.truncate(TOLD);
        let is_best = |record: &Record| best.iter().any(|(_, _, seq)| *seq == record.seq);
        let records: Vec<Record> = records.into_iter().filter(is_best).collect();
        let seqs: Vec<i64> = records.iter().map(|one| one.seq).collect();
        let shown = earlier::told(desk, records)?;
        let similar = seqs.into_iter().zip(shown).map(|(seq, matter)| Similar {
            shared: shared.remove(&seq).unwrap_or_default(),
            matter,
        });
        Ok(likest(similar.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_tell_a_text_from_others_is_found() {
        for (text, want) in [
            (
                "My bag on the 18:04 to Woking, ERR-77!",
                vec!["18", "04", "woking", "77"],
            ),
            ("a of the is", vec![]),
            ("新宿駅でスマホを落としました", vec!["新宿駅", "スマホ"]),
        ] {
            assert_eq!(telling(text), want, "{text}");
        }
    }
}
