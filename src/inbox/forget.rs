//! Forgetting a person, and telling them all that is kept of them.
//!
//! All that a shard has of an author goes: interactions with their posts, texts, acknowledgments, replies, notes, tags,
//! corrections, what was left on the details page and said in a survey, their stop, their other names, their customer. Figures stay, as
//! they do when retention forgets; the log of deeds stays, without their id and the reason's words. What is left is a
//! tombstone ([`super::forgotten`]). Every table that holds anything of an author is on the list in
//! `tests/it/queue/schema.rs`, which a test holds this to.

use super::context::Desk;
use super::customer::{self, Identity};
use super::question::{Concern, Question};
use super::rows::{self, POSTS, Record, columns};
use super::wire::{Interaction, Refused};
use super::{forgotten, listen, peer, retention, satisfaction, standing, visible, withdraw, work};
use crate::post::{AuthorId, Platform};
use crate::scope::{Scope, names};
use crate::signature::Key;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many interactions are forgotten with one question: its answer says whether there are more.
const SLICE: u32 = 100;

/// How many interactions are exported with one question.
pub const EXPORTED: u32 = 50;

/// Forget these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetAuthors {
    /// Who.
    pub authors: Vec<Identity>,
    /// The customer who they are, if the customer is forgotten too, and up to which version.
    #[serde(default)]
    pub customer: Option<(String, i64)>,
    /// The key of tombstones: kept where there is none yet.
    pub key: String,
}

/// What was forgotten: how many rows of each table; and whether there are more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgot {
    /// By table.
    pub rows: BTreeMap<String, i64>,
    /// Whether to ask again.
    #[serde(default)]
    pub more: bool,
    /// The posts that were forgotten, by the ledger's keys: incidents are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<String>,
}

impl Forgot {
    /// Adds what another question forgot.
    pub fn add(&mut self, other: &Forgot) {
        for (table, n) in &other.rows {
            self.count(table, *n);
        }
        self.more |= other.more;
    }

    /// Adds so many rows of a table.
    pub fn count(&mut self, table: &str, n: i64) {
        if n > 0 {
            *self.rows.entry(table.to_owned()).or_default() += n;
        }
    }
}

impl Question for ForgetAuthors {
    const NAME: &'static str = "ForgetAuthors";
    type Answer = Forgot;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        forget(desk, &self)
    }
}

/// All ids by which a platform calls somebody.
fn ids<S: Sql>(desk: Desk<'_, S>, of: &Identity) -> Result<Vec<String>, SqlError> {
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

fn forget<S: Sql>(desk: Desk<'_, S>, ask: &ForgetAuthors) -> Result<Forgot, Refused> {
    let key = forgotten::keep_key(desk, &ask.key)?;
    // What was opened since counts among the figures, and is counted before it goes.
    standing::advance(desk, standing::ASKED)?;
    let mut forgot = Forgot::default();
    for of in &ask.authors {
        forget_author(desk, &key, of, &mut forgot)?;
    }
    if let (Some((customer, version)), false) = (&ask.customer, forgot.more) {
        let n = customer::authors(desk, customer)?.len();
        forgot.count("customer_author", i64::try_from(n).unwrap_or(0));
        forgot.count("parcel", customer::unname(desk, customer)?);
        customer::forget(desk, customer)?;
        let hash = forgotten::of_customer(&key, customer);
        forgotten::bury(desk, &hash, *version, None, None)?;
    }
    Ok(forgot)
}

fn forget_author<S: Sql>(
    desk: Desk<'_, S>,
    key: &Key,
    of: &Identity,
    forgot: &mut Forgot,
) -> Result<(), Refused> {
    let platform = of.platform;
    let all = ids(desk, of)?;
    let list = serde_json::to_string(&all)?;
    let theirs = theirs(desk, platform, &list, 0, SLICE)?;
    let mut posts = 0;
    let mut seqs = Vec::new();
    for (seq, n) in &theirs {
        posts += n;
        if posts > POSTS && !seqs.is_empty() {
            break;
        }
        seqs.push(*seq);
    }
    forget_work(desk, key, &seqs, forgot)?;
    if seqs.len() < theirs.len() || theirs.len() >= usize::try_from(SLICE).unwrap_or(usize::MAX) {
        // The ids go last: by them the rest is found.
        forgot.more = true;
        return Ok(());
    }
    let stones = desk.sql.run(
        "-- forget_stones_of
DELETE FROM post WHERE interaction IS NULL AND post ->> '$.author' IN (SELECT value FROM json_each(?1))
  AND substr(id, 1, length(?2) + 1) = ?2 || ':' RETURNING id",
        params![list.as_str(), platform.as_str()],
    )?;
    for stone in &stones {
        bury_post(desk, key, stone.text(0)?)?;
    }
    forgot.count("post", i64::try_from(stones.len()).unwrap_or(0));
    for id in &all {
        let hash = forgotten::of_author(key, platform, id);
        forgotten::bury(
            desk,
            &hash,
            desk.now_ms,
            stop_of(desk, platform, &all)?,
            None,
        )?;
    }
    if let Some(facts) = customer::of(desk, platform, of.author.as_str())? {
        forgot.count("parcel", customer::unname(desk, &facts.id)?);
    }
    for (table, statement) in OF_AUTHOR {
        let gone = desk
            .sql
            .run(statement, params![list.as_str(), platform.as_str()])?;
        forgot.count(table, i64::try_from(gone.len()).unwrap_or(0));
    }
    Ok(())
}

/// What is kept under an author's ids (`?1`) on a platform (`?2`), beside their interactions.
const OF_AUTHOR: &[(&str, &str)] = &[
    (
        "stop",
        "-- forget_stop
DELETE FROM stop WHERE platform = ?2 || '' AND author IN (SELECT value FROM json_each(?1)) RETURNING 1",
    ),
    (
        "alias",
        "-- forget_alias
DELETE FROM alias WHERE platform = ?2 || '' AND alias IN (SELECT value FROM json_each(?1)) RETURNING 1",
    ),
    (
        "customer_author",
        "-- forget_author_of_customer
DELETE FROM customer_author WHERE platform = ?2 || '' AND author IN (SELECT value FROM json_each(?1)) RETURNING 1",
    ),
    (
        "kin_due",
        "-- forget_kin
DELETE FROM kin_due WHERE platform = ?2 || '' AND author IN (SELECT value FROM json_each(?1)) RETURNING 1",
    ),
    (
        "peer",
        "-- forget_peer
DELETE FROM peer WHERE author IN (SELECT value FROM json_each(?1)) AND substr(post, 1, length(?2) + 1) = ?2 || ':'
RETURNING 1",
    ),
    (
        "listened",
        "-- forget_listened_of
DELETE FROM listened WHERE author IN (SELECT value FROM json_each(?1)) AND platform = ?2 || '' RETURNING 1",
    ),
    (
        "listener",
        "-- forget_listener
DELETE FROM listener WHERE platform = ?2 || '' AND author IN (SELECT value FROM json_each(?1)) RETURNING 1",
    ),
    (
        "deed",
        "-- forget_in_deeds
UPDATE deed SET deed = json_set(deed, '$.asked.author', 'forgotten', '$.asked.reason', 'forgotten')
WHERE deed ->> '$.asked.author' IN (SELECT value FROM json_each(?1)) AND deed ->> '$.asked.platform' = ?2
RETURNING 1",
    ),
];

/// When they said stop, where that holds.
fn stop_of<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    ids: &[String],
) -> Result<Option<i64>, SqlError> {
    let mut stop_ms = None;
    for id in ids {
        stop_ms = stop_ms.max(super::stops::stopped_ms(desk, platform, id)?);
    }
    Ok(stop_ms)
}

fn bury_post<S: Sql>(desk: Desk<'_, S>, key: &Key, id: &str) -> Result<(), SqlError> {
    let until_ms = desk.now_ms + i64::from(desk.config.limits.retention_days) * 86_400_000;
    let hash = forgotten::of_post(key, id);
    forgotten::bury(desk, &hash, desk.now_ms, None, Some(until_ms))
}

/// How many rows each table has of these interactions (`?1`).
const OF_WORK: &[(&str, &str)] = &[
    (
        "ack",
        "-- count_acks
SELECT count(*) FROM ack WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ),
    (
        "reply",
        "-- count_replies
SELECT count(*) FROM json_each(?1) old
CROSS JOIN reply r ON r.id >= old.value || ' ' AND r.id < old.value || '!'",
    ),
    (
        "history",
        "-- count_history
SELECT count(*) FROM history WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ),
    (
        "tag",
        "-- count_tags
SELECT count(*) FROM tag WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ),
    (
        "remark",
        "-- count_remarks
SELECT count(*) FROM remark WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ),
    (
        "correction",
        "-- count_corrections
SELECT count(*) FROM correction WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ),
    (
        "details",
        "-- count_details
SELECT count(*) FROM details WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ),
    (
        "survey",
        "-- count_surveys
SELECT count(*) FROM survey WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
    ),
];

/// Forgets interactions, as retention does, whatever their state.
fn forget_work<S: Sql>(
    desk: Desk<'_, S>,
    key: &Key,
    seqs: &[i64],
    forgot: &mut Forgot,
) -> Result<(), Refused> {
    if seqs.is_empty() {
        return Ok(());
    }
    let open = desk.sql.run(
        "-- open_of_theirs
SELECT i.seq FROM json_each(?1) w CROSS JOIN interaction i ON i.seq = CAST(w.value AS INTEGER)
WHERE i.state <> 'done'",
        vec![rows::list(seqs)],
    )?;
    for row in &open {
        // As if they had taken every post back: whoever waits, holds or counts hears of it.
        withdraw::withdraw(desk, row.int(0)?, "forgotten")?;
        work::end_withdrawn(desk, row.int(0)?)?;
    }
    for (table, statement) in OF_WORK {
        let found = desk.sql.run(statement, vec![rows::list(seqs)])?;
        let n = found.first().ok_or(SqlError::Json("answer"))?.int(0)?;
        forgot.count(table, n);
    }
    let posts = desk.sql.run(
        "-- posts_of_theirs
SELECT p.id FROM json_each(?1) w CROSS JOIN interaction i ON i.seq = CAST(w.value AS INTEGER)
  CROSS JOIN post p ON p.id = i.first WHERE p.interaction = i.seq AND p.change = 1
UNION SELECT p.id FROM json_each(?1) w CROSS JOIN post p ON p.interaction = CAST(w.value AS INTEGER) AND p.change <> 1",
        vec![rows::list(seqs)],
    )?;
    for row in &posts {
        // Where they helped somebody else, nobody did.
        peer::deleted(desk, row.text(0)?)?;
        bury_post(desk, key, row.text(0)?)?;
        forgot.posts.push(row.text(0)?.to_owned());
        let lacked = desk.sql.run(
            "-- forget_lacking
DELETE FROM lacking WHERE post = ?1 || '' RETURNING 1",
            params![row.text(0)?],
        )?;
        forgot.count("lacking", i64::try_from(lacked.len()).unwrap_or(0));
    }
    forgot.count("post", i64::try_from(posts.len()).unwrap_or(0));
    forgot.count("interaction", i64::try_from(seqs.len()).unwrap_or(0));
    Ok(retention::forget_whole(desk, seqs)?)
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
