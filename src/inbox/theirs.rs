//! What is kept of a person: their ids, their work, and all of it for an answer to a request for access.

use super::context::Desk;
use super::customer::Identity;
use super::question::{Concern, Question};
use super::rows::{self, Record, columns};
use super::wire::{Interaction, Refused};
use super::{listen, satisfaction, visible};
use crate::post::{AuthorId, Platform};
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many interactions are exported with one question.
pub const EXPORTED: u32 = 50;

/// All ids by which a platform calls somebody.
pub(super) fn ids<S: Sql>(desk: Desk<'_, S>, of: &Identity) -> Result<Vec<String>, SqlError> {
    let rows = desk.sql.run(
        "-- ids_of
WITH who AS (SELECT coalesce(
  (SELECT author FROM alias WHERE platform = ?1 || '' AND alias = ?2 || ''), ?2 || '') AS author)
SELECT ?2 || '' UNION SELECT author FROM who
UNION SELECT a.alias FROM who CROSS JOIN alias a ON a.platform = ?1 || '' AND a.author = who.author",
        params![of.platform.as_str(), of.author.as_str()],
    )?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// The numbers of an author's interactions, and how many posts each has.
fn theirs<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    ids: &str,
    after: i64,
    max: u32,
) -> Result<Vec<(i64, i64)>, SqlError> {
    let rows = desk.sql.run(
        "-- all_of_author
SELECT seq, posts FROM interaction INDEXED BY of_author
WHERE author IN (SELECT value FROM json_each(?1)) AND platform = ?2 || '' AND seq > ?3 + 0
ORDER BY seq LIMIT ?4 + 0",
        params![ids, platform.as_str(), after, max],
    )?;
    rows.iter()
        .map(|row| Ok((row.int(0)?, row.int(1)?)))
        .collect()
}

/// Tell all that is kept of an author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportAuthor {
    /// Who.
    pub of: Identity,
    /// Behind which interaction to go on.
    #[serde(default)]
    pub after: i64,
}

/// All that is kept of an author, or a part of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    /// Their ids.
    pub ids: Vec<AuthorId>,
    /// Their interactions with all that was said and done, oldest first.
    pub interactions: Vec<Interaction>,
    /// When they said stop, and when they took it back: epoch milliseconds.
    #[serde(default)]
    pub stops: Vec<Value>,
    /// What supervisors wrote down of them.
    #[serde(default)]
    pub deeds: Vec<Value>,
    /// What they said about us and not to us.
    #[serde(default)]
    pub listened: Vec<Value>,
    /// Behind which interaction there is more.
    #[serde(default)]
    pub next: Option<i64>,
}

impl Question for ExportAuthor {
    const NAME: &'static str = "ExportAuthor";
    type Answer = Exported;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        export(desk, &self, scope)
    }
}

fn export<S: Sql>(
    desk: Desk<'_, S>,
    ask: &ExportAuthor,
    scope: &Scope,
) -> Result<Exported, Refused> {
    let platform = ask.of.platform;
    let all = ids(desk, &ask.of)?;
    let list = serde_json::to_string(&all)?;
    let theirs = theirs(desk, platform, &list, ask.after, EXPORTED)?;
    let seqs: Vec<i64> = theirs.iter().map(|(seq, _)| *seq).collect();
    let full = seqs.len() >= usize::try_from(EXPORTED).unwrap_or(usize::MAX);
    let seen = visible::workgroups(desk, scope)?;
    let rows = desk.sql.run(
        concat!(
            "-- export\nSELECT ",
            columns!(),
            " FROM interaction WHERE seq IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))
  AND (?2 = 1 OR workgroup IN (SELECT value FROM json_each(?3))) ORDER BY seq"
        ),
        params![rows::list(&seqs), i64::from(scope.all), names(&seen)],
    )?;
    let records = rows
        .iter()
        .map(Record::read)
        .collect::<Result<Vec<_>, _>>()?;
    let numbers: Vec<i64> = records.iter().map(|record| record.seq).collect();
    let mut interactions = rows::views(desk, records, false)?;
    for (interaction, seq) in interactions.iter_mut().zip(numbers) {
        interaction.posts = all_posts(desk, seq)?;
        interaction.history = rows::history_of(desk, seq)?;
        interaction.notes = rows::notes_of(desk, seq)?;
        interaction.survey = satisfaction::view_of(desk, seq)?;
    }
    let mut exported = Exported {
        ids: all.iter().map(AuthorId::new).collect(),
        interactions,
        next: seqs.last().copied().filter(|_| full),
        ..Exported::default()
    };
    if ask.after == 0 {
        let stops = desk.sql.run(
            "-- export_stops
SELECT json_object('author', author, 'stop_ms', at_ms, 'lifted_ms', lifted_ms) FROM stop
WHERE platform = ?2 || '' AND author IN (SELECT value FROM json_each(?1))",
            params![list.as_str(), platform.as_str()],
        )?;
        let deeds = desk.sql.run(
            "-- export_deeds
SELECT deed FROM deed
WHERE deed ->> '$.asked.author' IN (SELECT value FROM json_each(?1)) AND deed ->> '$.asked.platform' = ?2",
            params![list.as_str(), platform.as_str()],
        )?;
        exported.listened = listen::export(desk, scope, platform, &list)?;
        for row in &stops {
            exported.stops.push(rows::json(row.text(0)?, "stop")?);
        }
        for row in &deeds {
            exported.deeds.push(rows::json(row.text(0)?, "deed")?);
        }
    }
    Ok(exported)
}

/// Every post of an interaction, not the newest alone.
fn all_posts<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Vec<super::wire::PostView>, SqlError> {
    let rows = desk.sql.run(
        "-- all_posts
SELECT p.state, p.received_ms, p.copies, p.ack, p.post, p.triage, p.created_ms, p.id
FROM interaction i CROSS JOIN post p ON p.id = i.first
WHERE i.seq = ?1 + 0 AND p.interaction = i.seq AND p.change = 1
UNION ALL SELECT p.state, p.received_ms, p.copies, p.ack, p.post, p.triage, p.created_ms, p.id
FROM post p WHERE p.interaction = ?1 + 0 AND p.change <> 1
ORDER BY 2, 7, 8",
        params![seq],
    )?;
    rows.iter().map(|row| rows::post_view(row, 0)).collect()
}
