//! Customers: people as the brand knows them, of whom this shard has an author.
//!
//! What the brand says of them lies in one object ([`crate::customers`]); a shard is told the few facts that it
//! needs where it has one of their authors: who they are, their tier, and by which other authors they write. So
//! intake asks nobody, and a post costs no row more than before.
//!
//! The authors of one customer are one person. A stop of one is a stop of all, in the transaction that hears it
//! where they share a shard, else as soon as the Worker has told the others ([`Kin`]); what was said to one counts for
//! the cooldown of all. What is to be told lies in `kin_due` until it is: a Worker that dies leaves it to the alarm.

use super::context::Desk;
use super::question::Question;
use super::rank::rank;
use super::rows::level;
use super::shard::Shard;
use super::wire::{CustomerView, Refused};
use super::{alarm, forgotten, past_due, person, stops};
use crate::inbox::ready::Work;
use crate::platform::profile::Identity as Known;
use crate::post::{AuthorId, Platform, SourceId};
use crate::scope::Scope;
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::future::Future;

/// The step of the migrations.
pub const TABLES: &str = "-- migration customers
CREATE TABLE customer (
  id TEXT PRIMARY KEY,                -- the brand's own
  version INTEGER NOT NULL,           -- of what is known here: grows with every change, over all customers
  name TEXT,
  tier TEXT,
  value TEXT,
  lang TEXT,
  consent INTEGER,                    -- 0 | 1; NULL: not said
  acked_ms INTEGER NOT NULL DEFAULT 0 -- when another shard last decided to say something to them
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_author (        -- all their authors, also those of other shards
  platform TEXT NOT NULL,
  author TEXT NOT NULL,
  customer TEXT NOT NULL,
  PRIMARY KEY (platform, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_authors ON customer_author (customer);

CREATE TABLE kin_due (                -- what other shards are to hear
  platform TEXT NOT NULL,
  author TEXT NOT NULL,               -- whom it concerns there
  stop_ms INTEGER NOT NULL DEFAULT 0,
  start_ms INTEGER NOT NULL DEFAULT 0,
  acked_ms INTEGER NOT NULL DEFAULT 0,
  due_ms INTEGER NOT NULL,            -- when the alarm looks at it
  PRIMARY KEY (platform, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX kin_due_at ON kin_due (due_ms);

-- What did not arrive at a receiver names the customer too.
CREATE INDEX parcel_of_customer ON parcel (body ->> '$.data.customer.id')
  WHERE body ->> '$.data.customer.id' IS NOT NULL;";

/// The most authors of one customer: a person has some accounts, and every shard that has one of them knows of all.
pub const MOST_AUTHORS: usize = 20;

/// How many are told at a time.
const SLICE: u32 = 100;

/// How long a Worker has for telling, before the alarm does it: as it has for a send.
const GRACE_MS: i64 = 30_000;

/// An author: a platform, and its id of somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The platform.
    pub platform: Platform,
    /// The id.
    pub author: AuthorId,
}

impl Identity {
    /// The shards that may have this author: one, or all where the platform calls people by two ids.
    pub fn shards(&self, shards: u16) -> Vec<Shard> {
        match self.platform.profile().identity {
            Known::TwoIds if shards > 1 => Shard::all(shards).collect(),
            _ => vec![Shard::of(self.platform, self.author.as_str(), shards)],
        }
    }
}

/// What a shard is told of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The brand's id.
    pub customer: String,
    /// Which state of the customer this is: a higher one is later.
    pub version: i64,
    /// The brand knows them no more.
    #[serde(default)]
    pub gone: bool,
    /// Their name.
    #[serde(default)]
    pub name: Option<String>,
    /// Their tier.
    #[serde(default)]
    pub tier: Option<String>,
    /// Their value band.
    #[serde(default)]
    pub value: Option<String>,
    /// Their language.
    #[serde(default)]
    pub lang: Option<String>,
    /// Whether they consent to being contacted.
    #[serde(default)]
    pub consent: Option<bool>,
    /// All their authors.
    #[serde(default)]
    pub authors: Vec<Identity>,
}

/// What another shard is to hear of a customer's author. Times are epoch milliseconds; 0 where there is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kin {
    /// Whom it concerns there.
    pub of: Identity,
    /// When they said stop, by another author of theirs.
    #[serde(default)]
    pub stop_ms: i64,
    /// When they took it back.
    #[serde(default)]
    pub start_ms: i64,
    /// When something was said to them, or decided to be.
    #[serde(default)]
    pub acked_ms: i64,
}

/// Know these customers from now on as told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnCustomers {
    /// Whom.
    pub told: Vec<Told>,
}

impl Question for LearnCustomers {
    const NAME: &'static str = "LearnCustomers";
    type Answer = Vec<Kin>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        for told in &self.told {
            learn(desk, told)?;
        }
        Ok(to_tell(desk)?)
    }
}

/// Hear what other shards know of customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearKin {
    /// What.
    pub kin: Vec<Kin>,
}

impl Question for HearKin {
    const NAME: &'static str = "HearKin";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        for kin in &self.kin {
            hear(desk, kin)?;
        }
        Ok(())
    }
}

/// Those shards have heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KinTold {
    /// What they were told.
    pub kin: Vec<Kin>,
}

impl Question for KinTold {
    const NAME: &'static str = "KinTold";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        for kin in &self.kin {
            // What was added meanwhile stays.
            desk.sql.run(
                "-- kin_told
DELETE FROM kin_due WHERE platform = ?1 || '' AND author = ?2 || ''
  AND stop_ms <= ?3 AND start_ms <= ?4 AND acked_ms <= ?5",
                params![
                    kin.of.platform.as_str(),
                    kin.of.author.as_str(),
                    kin.stop_ms,
                    kin.start_ms,
                    kin.acked_ms,
                ],
            )?;
        }
        Ok(())
    }
}

/// What a shard knows of an author's customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// The brand's id.
    pub id: String,
    /// Their tier.
    pub tier: Option<String>,
    /// When another shard last said something to them.
    pub acked_ms: i64,
    /// As agents see it.
    pub view: CustomerView,
}

/// The customer whose author that is, by whichever of the author's ids.
pub(super) fn of<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
) -> Result<Option<Facts>, SqlError> {
    let rows = desk.sql.run(
        "-- customer_of
SELECT c.id, c.name, c.tier, c.value, c.lang, c.consent, c.acked_ms FROM customer_author a
JOIN customer c ON c.id = a.customer
WHERE a.platform = ?1 || '' AND a.author IN (
  SELECT ?2 || '' UNION ALL SELECT author FROM alias WHERE platform = ?1 || '' AND alias = ?2 || ''
  UNION ALL SELECT alias FROM alias WHERE platform = ?1 || '' AND author = ?2 || '')
LIMIT 1",
        params![platform.as_str(), author],
    )?;
    rows.first().map(read).transpose()
}

fn read(row: &Row) -> Result<Facts, SqlError> {
    let text = |at| row.opt_text(at).map(|text| text.map(str::to_owned));
    let id = row.text(0)?.to_owned();
    let tier = text(2)?;
    Ok(Facts {
        acked_ms: row.int(6)?,
        view: CustomerView {
            id: id.clone(),
            name: text(1)?,
            tier: tier.clone(),
            value: text(3)?,
            language: text(4)?,
            contact_consent: row.opt_int(5)?.map(|consent| consent != 0),
        },
        id,
        tier,
    })
}

/// The authors of a customer.
pub(super) fn authors<S: Sql>(
    desk: Desk<'_, S>,
    customer: &str,
) -> Result<Vec<Identity>, SqlError> {
    let rows = desk.sql.run(
        "-- authors_of
SELECT platform, author FROM customer_author INDEXED BY customer_authors WHERE customer = ?1 || ''
ORDER BY platform, author",
        params![customer],
    )?;
    rows.iter().map(|row| identity(row, 0)).collect()
}

fn identity(row: &Row, at: usize) -> Result<Identity, SqlError> {
    Ok(Identity {
        platform: Platform::named(row.text(at)?).ok_or(SqlError::Json("platform"))?,
        author: AuthorId::new(row.text(at + 1)?),
    })
}

/// The other authors of the customer whose author that is.
pub(super) fn kin<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
) -> Result<Vec<Identity>, SqlError> {
    let Some(facts) = of(desk, platform, author)? else {
        return Ok(Vec::new());
    };
    let own = person::resolve(desk, platform, author)?;
    let mut others = Vec::new();
    for one in authors(desk, &facts.id)? {
        // One whom the CRM knows by another of the platform's ids is no other.
        if one.platform == platform && person::resolve(desk, platform, one.author.as_str())? == own
        {
            continue;
        }
        others.push(one);
    }
    Ok(others)
}

/// When something was said to one of the customer's other authors last, here or in another shard.
pub(super) fn acked_ms<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    customer: &str,
) -> Result<Option<i64>, SqlError> {
    let rows = desk.sql.run(
        "-- kin_acked
SELECT max((SELECT acked_ms FROM customer WHERE id = ?1 || ''), coalesce((
  SELECT max(a.planned_ms) FROM (
    SELECT k.platform AS platform, coalesce(
      (SELECT l.author FROM alias l WHERE l.platform = k.platform AND l.alias = k.author), k.author) AS author
    FROM customer_author k INDEXED BY customer_authors WHERE k.customer = ?1 || '') s
  CROSS JOIN ack a INDEXED BY ack_of_author ON a.author = s.author
  CROSS JOIN interaction i ON i.seq = a.interaction AND i.platform = s.platform
  WHERE (s.platform <> ?2 OR s.author <> ?3)
    AND a.state IN ('planned', 'sending', 'sent', 'unknown', 'dry_run')), 0))",
        params![customer, platform.as_str(), author],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    Ok(row.opt_int(0)?.filter(|at_ms| *at_ms > 0))
}

/// One author of a customer said stop, or took it back: so did the others. `None` for a time of which there is none.
pub(super) fn share<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    stop_ms: Option<i64>,
    start_ms: Option<i64>,
) -> Result<(), SqlError> {
    for other in kin(desk, platform, author)? {
        tell(
            desk,
            &Kin {
                of: other,
                stop_ms: stop_ms.unwrap_or(0),
                start_ms: start_ms.unwrap_or(0),
                acked_ms: 0,
            },
        )?;
    }
    Ok(())
}

/// Something is about to be said to an author of a customer: other shards hear of it. Here the acknowledgment itself
/// tells.
pub(super) fn share_ack<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    at_ms: i64,
) -> Result<(), SqlError> {
    for other in kin(desk, platform, author)? {
        if other.shards(desk.shards) != [desk.shard] {
            owe(
                desk,
                &Kin {
                    of: other,
                    stop_ms: 0,
                    start_ms: 0,
                    acked_ms: at_ms,
                },
            )?;
        }
    }
    Ok(())
}

/// Tells an author's shard, here at once.
fn tell<S: Sql>(desk: Desk<'_, S>, kin: &Kin) -> Result<(), SqlError> {
    let shards = kin.of.shards(desk.shards);
    if shards.contains(&desk.shard) {
        hear(desk, kin)?;
    }
    if shards != [desk.shard] {
        owe(desk, kin)?;
    }
    Ok(())
}

/// Writes down what another shard is to hear.
fn owe<S: Sql>(desk: Desk<'_, S>, kin: &Kin) -> Result<(), SqlError> {
    desk.sql.run(
        "-- owe_kin
INSERT INTO kin_due (platform, author, stop_ms, start_ms, acked_ms, due_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET stop_ms = max(stop_ms, excluded.stop_ms), start_ms = max(start_ms, excluded.start_ms),
  acked_ms = max(acked_ms, excluded.acked_ms), due_ms = excluded.due_ms",
        params![
            kin.of.platform.as_str(),
            kin.of.author.as_str(),
            kin.stop_ms,
            kin.start_ms,
            kin.acked_ms,
            desk.now_ms + GRACE_MS,
        ],
    )?;
    alarm::wake_by(desk, desk.now_ms + GRACE_MS)
}

/// What is to be told now: what this moment wrote down. The rest is another Worker's, or the alarm's.
pub(super) fn to_tell<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<Kin>, SqlError> {
    kin_of(desk.sql.run(
        "-- kin_to_tell
SELECT platform, author, stop_ms, start_ms, acked_ms FROM kin_due WHERE due_ms = ?1 + 0 LIMIT ?2 + 0",
        params![desk.now_ms + GRACE_MS, SLICE],
    )?)
}

fn kin_of(rows: Vec<Row>) -> Result<Vec<Kin>, SqlError> {
    rows.iter()
        .map(|row| {
            Ok(Kin {
                of: identity(row, 0)?,
                stop_ms: row.int(2)?,
                start_ms: row.int(3)?,
                acked_ms: row.int(4)?,
            })
        })
        .collect()
}

/// What the alarm finds that no Worker has told; it is looked at again after a while.
pub(super) fn due<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<Kin>, SqlError> {
    kin_of(desk.sql.run(
        "-- kin_due
UPDATE kin_due SET due_ms = ?1 + ?2 WHERE (platform, author) IN (
  SELECT platform, author FROM kin_due WHERE due_ms <= ?1 + 0 ORDER BY due_ms LIMIT ?3 + 0)
RETURNING platform, author, stop_ms, start_ms, acked_ms",
        params![desk.now_ms, GRACE_MS, SLICE],
    )?)
}

/// When the alarm is to look.
pub(super) fn next_ms<S: Sql>(desk: Desk<'_, S>) -> Result<Option<i64>, SqlError> {
    let rows = desk.sql.run(
        "-- kin_next
SELECT min(due_ms) FROM kin_due",
        params![],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.opt_int(0)
}

fn hear<S: Sql>(desk: Desk<'_, S>, kin: &Kin) -> Result<(), SqlError> {
    let platform = kin.of.platform;
    let author = person::resolve(desk, platform, kin.of.author.as_str())?;
    let author = author.as_str();
    // Of somebody who was forgotten meanwhile, the tombstone keeps it.
    if kin.stop_ms > 0 && !forgotten::is_author(desk, platform, author, kin.stop_ms, true)? {
        stops::hear_stop(desk, platform, author, kin.stop_ms)?;
    }
    if kin.start_ms > 0 {
        stops::hear_start(desk, platform, author, kin.start_ms)?;
    }
    if kin.acked_ms > 0 {
        desk.sql.run(
            "-- kin_was_acked
UPDATE customer SET acked_ms = ?3 WHERE acked_ms < ?3 AND id = (
  SELECT customer FROM customer_author WHERE platform = ?1 || '' AND author = ?2 || '')",
            params![platform.as_str(), kin.of.author.as_str(), kin.acked_ms],
        )?;
    }
    Ok(())
}

fn learn<S: Sql>(desk: Desk<'_, S>, told: &Told) -> Result<(), Refused> {
    let id = told.customer.as_str();
    // What was forgotten is not learnt again from an older word.
    if forgotten::customer_version(desk, id)?.is_some_and(|version| version >= told.version) {
        return Ok(());
    }
    let is_here = |one: &Identity| one.shards(desk.shards).contains(&desk.shard);
    if told.gone || !told.authors.iter().any(is_here) {
        // Nobody of theirs is here any more, unless a later word says otherwise.
        let later = desk.sql.run(
            "-- known_later
SELECT 1 FROM customer WHERE id = ?1 || '' AND version > ?2 + 0",
            params![id, told.version],
        )?;
        return match later.is_empty() {
            true => Ok(forget(desk, id)?),
            false => Ok(()),
        };
    }
    let learnt = desk.sql.run(
        "-- learn_customer
INSERT INTO customer (id, version, name, tier, value, lang, consent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO UPDATE SET version = excluded.version, name = excluded.name, tier = excluded.tier,
  value = excluded.value, lang = excluded.lang, consent = excluded.consent WHERE version <= excluded.version
RETURNING 1",
        params![
            id,
            told.version,
            told.name.as_deref(),
            told.tier.as_deref(),
            told.value.as_deref(),
            told.lang.as_deref(),
            told.consent.map(i64::from),
        ],
    )?;
    if learnt.is_empty() {
        return Ok(());
    }
    let known = authors(desk, id)?;
    for gone in known.iter().filter(|one| !told.authors.contains(one)) {
        desk.sql.run(
            "-- unlearn_author
DELETE FROM customer_author WHERE platform = ?1 || '' AND author = ?2 || '' AND customer = ?3",
            params![gone.platform.as_str(), gone.author.as_str(), id],
        )?;
    }
    for one in told.authors.iter().filter(|one| !known.contains(one)) {
        // An author whom a later word gave to another customer stays theirs.
        desk.sql.run(
            "-- learn_author
INSERT INTO customer_author (platform, author, customer) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET customer = excluded.customer
WHERE coalesce((SELECT version FROM customer c WHERE c.id = customer_author.customer), 0) <= ?4",
            params![one.platform.as_str(), one.author.as_str(), id, told.version],
        )?;
    }
    for one in &told.authors {
        if one.shards(desk.shards).contains(&desk.shard) {
            hurry(desk, one, told.tier.as_deref())?;
            if !known.contains(one) || known.len() != told.authors.len() {
                pass_on(desk, one)?;
            }
        }
    }
    Ok(())
}

/// A stop that one of them said before they were known to be one person's holds for all of them, and what was said to
/// one counts for all.
fn pass_on<S: Sql>(desk: Desk<'_, S>, one: &Identity) -> Result<(), SqlError> {
    let kept = person::resolve(desk, one.platform, one.author.as_str())?;
    let one = &Identity {
        platform: one.platform,
        author: AuthorId::new(kept),
    };
    let rows = desk.sql.run(
        "-- acked_before
SELECT max(a.planned_ms) FROM ack a INDEXED BY ack_of_author CROSS JOIN interaction i ON i.seq = a.interaction
WHERE a.author = ?2 || '' AND i.platform = ?1 || ''
  AND a.state IN ('planned', 'sending', 'sent', 'unknown', 'dry_run')",
        params![one.platform.as_str(), one.author.as_str()],
    )?;
    let acked_ms = rows.first().ok_or(SqlError::Json("answer"))?.opt_int(0)?;
    if let Some(at_ms) = acked_ms {
        share_ack(desk, one.platform, one.author.as_str(), at_ms)?;
    }
    let rows = desk.sql.run(
        "-- said_before
SELECT at_ms, lifted_ms FROM stop WHERE platform = ?1 || '' AND author = ?2 || ''",
        params![one.platform.as_str(), one.author.as_str()],
    )?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let some = |at_ms: i64| (at_ms > 0).then_some(at_ms);
    let (stop_ms, start_ms) = (some(row.int(0)?), some(row.int(1)?));
    share(desk, one.platform, one.author.as_str(), stop_ms, start_ms)
}

/// What is open of theirs may be due earlier now. Never later: a wait may have been told.
fn hurry<S: Sql>(desk: Desk<'_, S>, one: &Identity, tier: Option<&str>) -> Result<(), Refused> {
    let rows = desk.sql.run(
        "-- open_of_customer
SELECT seq, source, owed_ms, owed_level, owed_urgency, replied_ms, deadline_ms, rank,
  coalesce(target_ms, deadline_ms) FROM interaction
WHERE author IN (
    SELECT ?1 || '' UNION ALL SELECT author FROM alias WHERE platform = ?2 || '' AND alias = ?1 || ''
    UNION ALL SELECT alias FROM alias WHERE platform = ?2 || '' AND author = ?1 || '')
  AND state = 'open' AND platform = ?2 || '' AND owed_ms IS NOT NULL",
        params![one.author.as_str(), one.platform.as_str()],
    )?;
    past_due::advance(desk)?;
    for row in &rows {
        let Some(source) = desk.config.source(&SourceId::new(row.text(1)?)) else {
            continue;
        };
        let owed = level(row.int(3)?)?;
        let urgency = u8::try_from(row.int(4)?).map_err(|_| SqlError::Json("urgency"))?;
        let percent = desk.config.percent(tier, owed);
        let (since_ms, deadlines) = (row.int(2)?, &desk.config.deadlines);
        let due_ms = match row.opt_int(5)? {
            Some(_) => deadlines.next_of(source, owed, since_ms, percent),
            None => deadlines.deadline_of(source, owed, since_ms, percent),
        };
        if due_ms >= row.int(6)? {
            continue;
        }
        let seq = row.int(0)?;
        desk.sql.run(
            "-- hurry
UPDATE interaction SET deadline_ms = ?2, target_ms = min(coalesce(target_ms, ?2), ?2), rank = min(rank, ?3),
  updated_ms = ?4 WHERE seq = ?1",
            params![seq, due_ms, rank(due_ms, owed, urgency), desk.now_ms],
        )?;
        if row.int(8)? >= desk.now_ms && due_ms < desk.now_ms {
            past_due::overtaken(desk, seq)?;
        }
        desk.ready.note(Work::One(seq), desk.now_ms);
    }
    Ok(())
}

/// What did not arrive at receivers yet does not name this customer any more: so many parcels at most; how many it were.
pub(super) fn unname<S: Sql>(desk: Desk<'_, S>, customer: &str, max: i64) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- unname_parcels
UPDATE parcel SET body = json_remove(body, '$.data.customer')
WHERE (receiver, n) IN (SELECT receiver, n FROM parcel
  WHERE body ->> '$.data.customer.id' = ?1 || '' AND body ->> '$.data.customer.id' IS NOT NULL LIMIT ?2 + 0) RETURNING 1",
        params![customer, max],
    )?;
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

/// The brand knows them no more.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>, customer: &str) -> Result<(), SqlError> {
    for statement in [
        "-- forget_customer_authors
DELETE FROM customer_author WHERE customer = ?1 || ''",
        "-- forget_customer
DELETE FROM customer WHERE id = ?1 || ''",
    ] {
        desk.sql.run(statement, params![customer])?;
    }
    Ok(())
}

/// What telling other shards needs of the world.
pub trait TellKin {
    /// Asks a shard.
    fn ask<Q: Question>(
        &self,
        shard: Shard,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, Refused>>;
}

/// Tells other shards what one of them knows of customers. What fails is that shard's alarm's.
pub async fn tell_kin<W: TellKin>(world: &W, shards: u16, from: Shard, kin: Vec<Kin>) {
    if kin.is_empty() {
        return;
    }
    let mut by_shard: BTreeMap<Shard, Vec<Kin>> = BTreeMap::new();
    for one in &kin {
        for shard in one.of.shards(shards) {
            if shard != from {
                by_shard.entry(shard).or_default().push(one.clone());
            }
        }
    }
    let mut missed = Vec::new();
    for (shard, kin) in by_shard {
        let ask = HearKin { kin: kin.clone() };
        if world.ask(shard, ask).await.is_err() {
            missed.extend(kin);
        }
    }
    let mut heard = kin;
    heard.retain(|one| !missed.contains(one));
    if !heard.is_empty() {
        // In the log already; told again, it is harmless.
        let _ = world.ask(from, KinTold { kin: heard }).await;
    }
}
