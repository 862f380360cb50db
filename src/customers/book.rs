//! What is said of customers, and what is forgotten.

use super::question::{Desk, Question};
use super::sample;
use super::wire::{Customer, Errand, Gone, Kept, Outcome, Put, Refused, Steps};
use crate::inbox::customer::{Identity, Told};
use crate::inbox::forgotten;
use crate::signature::Key;
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// How many that the shards were not told of go along with what is said next.
const UNTOLD: u32 = 20;

/// The brand says something of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutMany {
    /// What.
    pub customers: Vec<Customer>,
    /// Who says so.
    pub by: String,
    /// A key of tombstones, where there is none yet.
    pub key: String,
}

impl Question for PutMany {
    const NAME: &'static str = "PutMany";
    type Answer = Put;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let key = key(desk, &self.key)?;
        let mut put = Put::default();
        for customer in &self.customers {
            put_one(desk, &key, customer, &self.by, &mut put)?;
        }
        // Whatever a Worker that died did not tell.
        let rows = desk.sql.run(
            "-- untold
SELECT customer, version FROM customer_record INDEXED BY customer_untold WHERE untold IS NOT NULL ORDER BY id LIMIT ?1 + 0",
            params![UNTOLD],
        )?;
        for row in &rows {
            let customer = read(row.text(0)?)?;
            if !put
                .errands
                .iter()
                .any(|one| one.told.customer == customer.id)
            {
                put.errands.push(Errand {
                    told: customer.told(row.int(1)?),
                    also: Vec::new(),
                });
            }
        }
        Ok(put)
    }
}

/// The shards were told of these, up to these versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WasTold {
    /// Customers and versions.
    pub told: Vec<(String, i64)>,
}

impl Question for WasTold {
    const NAME: &'static str = "WasTold";
    type Answer = ();

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        for (id, version) in &self.told {
            desk.sql.run(
                "-- was_told
UPDATE customer_record SET untold = NULL WHERE id = ?1 || '' AND version = ?2 + 0",
                params![id.as_str(), *version],
            )?;
        }
        Ok(())
    }
}

/// What does the brand say of this one?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// The brand's id.
    pub id: String,
}

impl Question for Show {
    const NAME: &'static str = "Show";
    type Answer = Kept;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        kept(desk, &self.id)?.ok_or(Refused::NotFound)
    }
}

/// How many took which step from customer to advocate in this period?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowSteps {
    /// Its beginning: epoch milliseconds.
    pub from_ms: i64,
    /// Its end.
    pub to_ms: i64,
}

impl Question for ShowSteps {
    const NAME: &'static str = "ShowSteps";
    type Answer = Steps;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        // Few records have one: they are told by the word before any is read.
        let rows = desk.sql.run(
            "-- steps
SELECT coalesce(sum(a >= ?1 AND a < ?2), 0), coalesce(sum(p >= ?1 AND p < ?2), 0), coalesce(sum(j >= ?1 AND j < ?2), 0),
  coalesce(sum(a >= ?1 AND a < ?2 AND p >= a), 0), coalesce(sum(a >= ?1 AND a < ?2 AND j >= a), 0)
FROM (SELECT customer ->> '$.stages.asked' AS a, customer ->> '$.stages.posted' AS p, customer ->> '$.stages.joined' AS j
  FROM customer_record WHERE instr(customer, '\"stages\"') > 0)",
            params![self.from_ms, self.to_ms],
        )?;
        let row = rows.first().ok_or(SqlError::Json("answer"))?;
        Ok(Steps {
            asked: row.int(0)?,
            posted: row.int(1)?,
            joined: row.int(2)?,
            asked_posted: row.int(3)?,
            asked_joined: row.int(4)?,
        })
    }
}

/// Whose author is that?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoseIs {
    /// The author, by any of their ids.
    pub of: Vec<Identity>,
}

impl Question for WhoseIs {
    const NAME: &'static str = "WhoseIs";
    type Answer = Option<Kept>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        for of in &self.of {
            if let Some(id) = owner(desk, of)? {
                return Ok(kept(desk, &id)?);
            }
        }
        Ok(None)
    }
}

/// The brand knows this one no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drop {
    /// The brand's id.
    pub id: String,
    /// A key of tombstones, where there is none yet.
    pub key: String,
}

impl Question for Drop {
    const NAME: &'static str = "Drop";
    type Answer = Gone;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let key = key(desk, &self.key)?;
        let was = gone_ms(desk, &forgotten::of_customer(&key, &self.id))?;
        if was.is_none() && kept(desk, &self.id)?.is_none() {
            return Err(Refused::NotFound);
        }
        // Said again, it is done again: a shard may have missed it.
        gone(desk, &self.id, &self.key)
    }
}

/// Forget this one. Asked again, it is answered again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forget {
    /// The brand's id; `None` where an author is forgotten who is nobody's.
    pub id: Option<String>,
    /// A key of tombstones, where there is none yet.
    pub key: String,
    /// Whether to look only: what would be forgotten, and the key.
    #[serde(default)]
    pub look: bool,
}

impl Question for Forget {
    const NAME: &'static str = "Forget";
    type Answer = Gone;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let key = key(desk, &self.key)?;
        match self.id {
            Some(id) if !self.look => {
                let gone = gone(desk, &id, &self.key)?;
                for of in &gone.identities {
                    bury_author(desk, &key, of)?;
                }
                Ok(gone)
            }
            Some(id) => {
                let kept = kept(desk, &id)?;
                let hash = forgotten::of_customer(&key, &id);
                let known = kept.is_some();
                Ok(Gone {
                    identities: kept
                        .map(|kept| kept.customer.identities)
                        .unwrap_or_default(),
                    version: version(desk)?,
                    key: text(&key),
                    hash,
                    errands: Vec::new(),
                    known,
                })
            }
            None => Ok(Gone {
                identities: Vec::new(),
                version: 0,
                key: text(&key),
                hash: String::new(),
                errands: Vec::new(),
                known: false,
            }),
        }
    }
}

/// Take these authors from their customers: they were forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlink {
    /// Who.
    pub of: Vec<Identity>,
    /// The key of tombstones.
    pub key: String,
}

impl Question for Unlink {
    const NAME: &'static str = "Unlink";
    type Answer = Vec<Errand>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let key = key(desk, &self.key)?;
        let mut errands = Vec::new();
        for of in &self.of {
            bury_author(desk, &key, of)?;
            if let Some(id) = owner(desk, of)? {
                errands.extend(lose(desk, &id, of)?);
            }
        }
        Ok(errands)
    }
}

fn read(customer: &str) -> Result<Customer, SqlError> {
    serde_json::from_str(customer).map_err(|_| SqlError::Json("customer"))
}

fn kept_row(row: &Row) -> Result<Kept, SqlError> {
    Ok(Kept {
        customer: read(row.text(0)?)?,
        version: row.int(1)?,
        at_ms: row.int(2)?,
        by: row.text(3)?.to_owned(),
    })
}

fn kept<S: Sql>(desk: &Desk<'_, S>, id: &str) -> Result<Option<Kept>, SqlError> {
    let rows = desk.sql.run(
        "-- kept_customer
SELECT customer, version, at_ms, by FROM customer_record WHERE id = ?1 || ''",
        params![id],
    )?;
    rows.first().map(kept_row).transpose()
}

/// Whose author that is.
fn owner<S: Sql>(desk: &Desk<'_, S>, of: &Identity) -> Result<Option<String>, SqlError> {
    let rows = desk.sql.run(
        "-- owner
SELECT customer FROM customer_identity WHERE platform = ?1 || '' AND author = ?2 || ''",
        params![of.platform.as_str(), of.author.as_str()],
    )?;
    rows.first()
        .map(|row| row.text(0).map(str::to_owned))
        .transpose()
}

/// The last version that was given.
fn version<S: Sql>(desk: &Desk<'_, S>) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- customers_version
SELECT version FROM customer_mark",
        params![],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

fn next_version<S: Sql>(desk: &Desk<'_, S>) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- next_version
UPDATE customer_mark SET version = version + 1 RETURNING version",
        params![],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

/// The key of tombstones: from now on this one, if there is none yet.
fn key<S: Sql>(desk: &Desk<'_, S>, new: &str) -> Result<Key, SqlError> {
    let rows = desk.sql.run(
        "-- tombstone_key
SELECT key FROM customer_mark",
        params![],
    )?;
    let kept = rows.first().ok_or(SqlError::Json("answer"))?.opt_text(0)?;
    let key = kept.unwrap_or(new);
    if kept.is_none() {
        desk.sql.run(
            "-- keep_tombstone_key
UPDATE customer_mark SET key = ?1",
            params![new],
        )?;
    }
    Key::new(key.as_bytes()).ok_or(SqlError::Json("key"))
}

/// The key as it is stored: hex digits.
fn text(key: &Key) -> String {
    String::from_utf8_lossy(key.expose()).into_owned()
}

/// Until when a customer of that tombstone was deleted or forgotten, by the CRM's clock.
fn gone_ms<S: Sql>(desk: &Desk<'_, S>, hash: &str) -> Result<Option<i64>, SqlError> {
    let rows = desk.sql.run(
        "-- is_gone
SELECT occurred_ms FROM customer_gone WHERE hash = ?1 || ''",
        params![hash],
    )?;
    rows.first().map(|row| row.int(0)).transpose()
}

/// An author was forgotten: no word of the CRM's names them again.
fn bury_author<S: Sql>(desk: &Desk<'_, S>, key: &Key, of: &Identity) -> Result<(), SqlError> {
    desk.sql.run(
        "-- bury_author
INSERT INTO customer_gone (hash, occurred_ms, version) VALUES (?1, ?2, 0)
ON CONFLICT DO UPDATE SET occurred_ms = max(occurred_ms, excluded.occurred_ms)",
        params![
            forgotten::of_author(key, of.platform, of.author.as_str()),
            desk.now_ms,
        ],
    )?;
    Ok(())
}

/// The authors that a word may not have: forgotten once, or another customer's by a later word.
fn not_theirs<S: Sql>(
    desk: &Desk<'_, S>,
    key: &Key,
    customer: &Customer,
) -> Result<Vec<Identity>, SqlError> {
    let mut not = Vec::new();
    for of in &customer.identities {
        let hash = forgotten::of_author(key, of.platform, of.author.as_str());
        let forgotten_ms = gone_ms(desk, &hash)?;
        let other = owner(desk, of)?.filter(|other| *other != customer.id);
        let theirs_ms = match other {
            Some(other) => kept(desk, &other)?.map(|kept| kept.customer.occurred_ms),
            None => None,
        };
        // However late the word: what knew them when they were forgotten may say so every night. Whether they came back
        // by themselves, no clock of a CRM's tells.
        if forgotten_ms.is_some() || theirs_ms.is_some_and(|ms| customer.occurred_ms < ms) {
            not.push(of.clone());
        }
    }
    Ok(not)
}

fn put_one<S: Sql>(
    desk: &Desk<'_, S>,
    key: &Key,
    customer: &Customer,
    by: &str,
    put: &mut Put,
) -> Result<(), SqlError> {
    let not = not_theirs(desk, key, customer)?;
    let mut customer = customer.clone();
    customer.identities.retain(|of| !not.contains(of));
    let customer = &customer;
    put.left_out.push(not);
    let known = kept(desk, &customer.id)?;
    let gone = match known {
        Some(_) => None,
        None => gone_ms(desk, &forgotten::of_customer(key, &customer.id))?,
    };
    let known_ms = known.as_ref().map(|known| known.customer.occurred_ms);
    let is_older = known_ms
        .max(gone)
        .is_some_and(|ms| customer.occurred_ms < ms)
        || gone.is_some_and(|ms| customer.occurred_ms <= ms);
    let same = known.as_ref().is_some_and(|known| {
        Customer {
            occurred_ms: known.customer.occurred_ms,
            ..customer.clone()
        } == known.customer
    });
    if is_older {
        put.outcomes.push(Outcome::Older);
        put.taken_from.push(Vec::new());
        return Ok(());
    }
    if let (true, Some(known)) = (same, &known) {
        put.outcomes.push(Outcome::Unchanged);
        put.taken_from.push(Vec::new());
        desk.sql.run(
            "-- still_so
UPDATE customer_record SET customer = ?2, occurred_ms = ?3 WHERE id = ?1 || '' AND occurred_ms < ?3",
            params![
                customer.id.as_str(),
                serde_json::to_string(customer).map_err(|_| SqlError::Json("customer"))?,
                customer.occurred_ms,
            ],
        )?;
        let untold = desk.sql.run(
            "-- is_untold
SELECT 1 FROM customer_record WHERE id = ?1 || '' AND untold IS NOT NULL",
            params![customer.id.as_str()],
        )?;
        if !untold.is_empty() {
            put.errands.push(Errand {
                told: customer.told(known.version),
                also: Vec::new(),
            });
        }
        return Ok(());
    }
    let before = known
        .as_ref()
        .map(|known| known.customer.identities.clone());
    let before = before.unwrap_or_default();
    let mut taken_from = Vec::new();
    for of in &customer.identities {
        if let Some(other) = owner(desk, of)?.filter(|other| *other != customer.id) {
            put.errands.extend(lose(desk, &other, of)?);
            taken_from.push(other);
        }
    }
    taken_from.sort();
    taken_from.dedup();
    let version = next_version(desk)?;
    desk.sql.run(
        "-- put_customer
INSERT INTO customer_record (id, customer, occurred_ms, version, at_ms, by, untold) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
ON CONFLICT DO UPDATE SET customer = excluded.customer, occurred_ms = excluded.occurred_ms,
  version = excluded.version, at_ms = excluded.at_ms, by = excluded.by, untold = 1",
        params![
            customer.id.as_str(),
            serde_json::to_string(customer).map_err(|_| SqlError::Json("customer"))?,
            customer.occurred_ms,
            version,
            desk.now_ms,
            by,
        ],
    )?;
    let also: Vec<Identity> = before
        .into_iter()
        .filter(|one| !customer.identities.contains(one))
        .collect();
    for of in &also {
        desk.sql.run(
            "-- lose_identity
DELETE FROM customer_identity WHERE platform = ?1 || '' AND author = ?2 || '' AND customer = ?3",
            params![
                of.platform.as_str(),
                of.author.as_str(),
                customer.id.as_str()
            ],
        )?;
    }
    for of in &customer.identities {
        desk.sql.run(
            "-- put_identity
INSERT INTO customer_identity (platform, author, customer) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET customer = excluded.customer WHERE customer <> excluded.customer",
            params![
                of.platform.as_str(),
                of.author.as_str(),
                customer.id.as_str()
            ],
        )?;
    }
    put.outcomes.push(match known {
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    });
    put.taken_from.push(taken_from);
    put.errands.push(Errand {
        told: customer.told(version),
        also,
    });
    Ok(())
}

/// A customer loses an author: what the shards are to be told.
fn lose<S: Sql>(desk: &Desk<'_, S>, id: &str, of: &Identity) -> Result<Option<Errand>, SqlError> {
    desk.sql.run(
        "-- lost_identity
DELETE FROM customer_identity WHERE platform = ?1 || '' AND author = ?2 || ''",
        params![of.platform.as_str(), of.author.as_str()],
    )?;
    let Some(mut other) = kept(desk, id)? else {
        return Ok(None);
    };
    other.customer.identities.retain(|one| one != of);
    let version = next_version(desk)?;
    desk.sql.run(
        "-- put_loser
UPDATE customer_record SET customer = ?2, version = ?3, untold = 1 WHERE id = ?1 || ''",
        params![
            id,
            serde_json::to_string(&other.customer).map_err(|_| SqlError::Json("customer"))?,
            version,
        ],
    )?;
    Ok(Some(Errand {
        told: other.customer.told(version),
        also: vec![of.clone()],
    }))
}

/// Takes a customer away, and keeps a tombstone.
fn gone<S: Sql>(desk: &Desk<'_, S>, id: &str, new_key: &str) -> Result<Gone, Refused> {
    let key = key(desk, new_key)?;
    let known = kept(desk, id)?;
    let hash = forgotten::of_customer(&key, id);
    let version = next_version(desk)?;
    // By the CRM's clock, which may be ahead of ours or behind.
    let occurred_ms = known.as_ref().map_or(0, |known| known.customer.occurred_ms);
    desk.sql.run(
        "-- bury_customer
INSERT INTO customer_gone (hash, occurred_ms, version) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET occurred_ms = max(occurred_ms, excluded.occurred_ms), version = excluded.version",
        params![hash.as_str(), occurred_ms.max(desk.now_ms), version],
    )?;
    let identities = known
        .as_ref()
        .map(|known| known.customer.identities.clone())
        .unwrap_or_default();
    for of in &identities {
        desk.sql.run(
            "-- drop_identity
DELETE FROM customer_identity WHERE platform = ?1 || '' AND author = ?2 || '' AND customer = ?3",
            params![of.platform.as_str(), of.author.as_str(), id],
        )?;
    }
    sample::forget(desk, id)?;
    desk.sql.run(
        "-- drop_customer
DELETE FROM customer_record WHERE id = ?1 || ''",
        params![id],
    )?;
    Ok(Gone {
        errands: vec![Errand {
            told: Told {
                customer: id.to_owned(),
                version,
                gone: true,
                name: None,
                tier: None,
                value: None,
                lang: None,
                consent: None,
                authors: Vec::new(),
            },
            also: identities.clone(),
        }],
        identities,
        version,
        key: text(&key),
        hash,
        known: known.is_some(),
    })
}
