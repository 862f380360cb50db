//! Asking customers who did not write: a random sample of those whom the CRM lists with their consent.
//!
//! Everybody eligible has the same chance: of each the hash of their id with fresh randomness is taken, and the lowest are
//! drawn. Who was drawn in the last [`REST_MS`] rests. What stands beside the answers is kept when the sample is drawn: how
//! many could have been, by tier, so that the silent are known by number. Heard writes to nobody: the CRM that asked is
//! given the links, and sends them by a channel of its own.

use super::question::{Desk, Question};
use super::wire::{Customer, Refused};
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The step of the migrations.
pub const TABLES: &str = "-- migration samples
CREATE TABLE sample (                 -- customers who were asked, drawn at random
  id INTEGER PRIMARY KEY,             -- none is given twice: samples are never deleted
  at_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,          -- until when answers are taken
  brand TEXT NOT NULL,
  by TEXT NOT NULL,
  eligible TEXT NOT NULL,             -- JSON: by tier, how many could have been drawn
  listed INTEGER NOT NULL,            -- how many customers there were
  no_consent INTEGER NOT NULL,        -- of those: did not consent to being contacted
  resting INTEGER NOT NULL            -- and were drawn not long before
) STRICT;
CREATE INDEX sample_at ON sample (at_ms);

CREATE TABLE invitation (
  sample INTEGER NOT NULL,
  n INTEGER NOT NULL,
  customer TEXT,                      -- NULL: the answer stays, and whose it is does not
  tier TEXT NOT NULL,                 -- '' for none
  lang TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  score INTEGER,                      -- 1 to 5
  answered_ms INTEGER,
  text TEXT,
  PRIMARY KEY (sample, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_of ON invitation (customer, at_ms) WHERE customer IS NOT NULL;";

/// How long somebody who was drawn is not drawn again, in milliseconds: a quarter.
pub const REST_MS: i64 = 90 * 86_400_000;

/// How long it is kept whose an answer is, and what they wrote, in milliseconds: a year.
const KEPT_MS: i64 = 366 * 86_400_000;

/// The most that are drawn at once.
pub const MOST: u32 = 1_000;

/// How many customers are read at a time.
const PAGE: u32 = 2_000;

/// How many texts are told.
const TEXTS: u32 = 50;

/// Draw a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// How many at most.
    pub size: u32,
    /// Whose voice asks, by its id in the configuration.
    pub brand: String,
    /// The language of those of whom none is known.
    pub lang: String,
    /// Until when answers are taken: epoch milliseconds.
    pub until_ms: i64,
    /// Who asks.
    pub by: String,
    /// Chance.
    pub seed: String,
}

/// Somebody who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// Their number in the sample.
    pub n: i64,
    /// The brand's id of them.
    pub customer: String,
    /// In which language they are asked.
    pub lang: String,
}

/// What was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The sample.
    pub sample: i64,
    /// How many customers there are.
    pub listed: i64,
    /// Of those: did not consent to being contacted.
    pub no_consent: i64,
    /// And were drawn not long before.
    pub resting: i64,
    /// How many could have been drawn.
    pub eligible: i64,
    /// Who was.
    pub invited: Vec<Invited>,
}

/// What decides who is drawn.
fn lot(seed: &str, id: &str) -> [u8; 16] {
    let digest = Sha256::new()
        .chain_update(seed)
        .chain_update([0])
        .chain_update(id)
        .finalize();
    let mut lot = [0; 16];
    for (to, from) in lot.iter_mut().zip(digest) {
        *to = from;
    }
    lot
}

impl Question for Draw {
    const NAME: &'static str = "Draw";
    type Answer = Drawn;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let size = usize::try_from(self.size.clamp(1, MOST)).unwrap_or(1);
        let mut eligible: BTreeMap<String, i64> = BTreeMap::new();
        let (mut listed, mut no_consent, mut resting) = (0, 0, 0);
        // The lowest so far.
        let mut drawn: BTreeSet<([u8; 16], String)> = BTreeSet::new();
        let mut facts: BTreeMap<String, (String, String)> = BTreeMap::new();
        let mut after = String::new();
        loop {
            let rows = desk.sql.run(
                "-- customers_to_draw
SELECT r.id, r.customer, EXISTS (SELECT 1 FROM invitation v INDEXED BY invitation_of
  WHERE v.customer = r.id AND v.at_ms > ?2 + 0) FROM customer_record r WHERE r.id > ?1 || '' ORDER BY r.id LIMIT ?3 + 0",
                params![after.as_str(), desk.now_ms - REST_MS, PAGE],
            )?;
            for row in &rows {
                let id = row.text(0)?;
                let customer: Customer = serde_json::from_str(row.text(1)?)?;
                listed += 1;
                if customer.contact_consent != Some(true) {
                    no_consent += 1;
                    continue;
                }
                if row.int(2)? != 0 {
                    resting += 1;
                    continue;
                }
                let tier = customer.tier.unwrap_or_default();
                *eligible.entry(tier.clone()).or_default() += 1;
                drawn.insert((lot(&self.seed, id), id.to_owned()));
                let lang = customer.language.unwrap_or_else(|| self.lang.clone());
                facts.insert(id.to_owned(), (tier, lang));
                if drawn.len() > size
                    && let Some((_, id)) = drawn.pop_last()
                {
                    facts.remove(&id);
                }
            }
            let full = rows.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            match rows.last() {
                Some(last) if full => after = last.text(0)?.to_owned(),
                _ => break,
            }
        }
        desk.sql.run(
            "-- forget_answers
UPDATE invitation SET customer = NULL, text = NULL WHERE customer IS NOT NULL AND at_ms < ?1 + 0",
            params![desk.now_ms - KEPT_MS],
        )?;
        let rows = desk.sql.run(
            "-- draw
INSERT INTO sample (at_ms, until_ms, brand, by, eligible, listed, no_consent, resting)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
            params![
                desk.now_ms,
                self.until_ms,
                self.brand,
                self.by,
                serde_json::to_string(&eligible)?,
                listed,
                no_consent,
                resting
            ],
        )?;
        let sample = rows.first().ok_or(SqlError::Json("answer"))?.int(0)?;
        let mut invited = Vec::new();
        for ((_, customer), n) in drawn.into_iter().zip(1..) {
            let (tier, lang) = facts.remove(&customer).unwrap_or_default();
            desk.sql.run(
                "-- invite_customer
INSERT INTO invitation (sample, n, customer, tier, lang, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    sample,
                    n,
                    customer.as_str(),
                    tier,
                    lang.as_str(),
                    desk.now_ms
                ],
            )?;
            invited.push(Invited { n, customer, lang });
        }
        Ok(Drawn {
            sample,
            listed,
            no_consent,
            resting,
            eligible: eligible.values().sum(),
            invited,
        })
    }
}

/// Whom does the survey's page ask, and in which language?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowInvitation {
    /// The sample.
    pub sample: i64,
    /// The number in it.
    pub n: i64,
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Whose voice asks.
    pub brand: String,
    /// In which language.
    pub lang: String,
    /// Whether they have answered.
    pub is_answered: bool,
}

impl Question for ShowInvitation {
    const NAME: &'static str = "ShowInvitation";
    type Answer = Asked;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let rows = desk.sql.run(
            "-- invitation
SELECT s.brand, v.lang, v.answered_ms IS NOT NULL FROM invitation v JOIN sample s ON s.id = v.sample
WHERE v.sample = ?1 + 0 AND v.n = ?2 + 0 AND v.customer IS NOT NULL AND s.until_ms > ?3 + 0",
            params![self.sample, self.n, desk.now_ms],
        )?;
        let row = rows.first().ok_or(Refused::NotFound)?;
        Ok(Asked {
            brand: row.text(0)?.to_owned(),
            lang: row.text(1)?.to_owned(),
            is_answered: row.int(2)? != 0,
        })
    }
}

/// Somebody who was invited answers. The first answer counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerInvitation {
    /// The sample.
    pub sample: i64,
    /// The number in it.
    pub n: i64,
    /// The face, from 1 to 5.
    pub score: u8,
    /// What they wrote.
    pub text: Option<String>,
}

impl Question for AnswerInvitation {
    const NAME: &'static str = "AnswerInvitation";
    /// Whether it counts: else an answer was there already.
    type Answer = bool;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let (sample, n) = (self.sample, self.n);
        ShowInvitation { sample, n }.answer(desk)?;
        let rows = desk.sql.run(
            "-- answer_invitation
UPDATE invitation SET score = ?3 + 0, answered_ms = ?4 + 0, text = ?5
WHERE sample = ?1 + 0 AND n = ?2 + 0 AND answered_ms IS NULL RETURNING 1",
            params![sample, n, self.score, desk.now_ms, self.text],
        )?;
        Ok(!rows.is_empty())
    }
}

/// What did the samples of a period say?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowSamples {
    /// Drawn from then on: epoch milliseconds.
    pub from_ms: i64,
    /// And before then.
    pub to_ms: i64,
}

/// What some of those who were asked said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Their tier; empty for none.
    pub tier: String,
    /// Their language.
    pub lang: String,
    /// How many were asked.
    pub asked: i64,
    /// How many answered with each face, from 1 to 5.
    pub scores: [i64; 5],
}

/// A sample as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Its number.
    pub id: i64,
    /// When it was drawn, and until when answers are taken.
    pub at_ms: i64,
    /// Until when.
    pub until_ms: i64,
    /// Whose voice asked.
    pub brand: String,
    /// Who had it drawn.
    pub by: String,
    /// By tier, how many could have been drawn.
    pub eligible: BTreeMap<String, i64>,
    /// How many customers there were.
    pub listed: i64,
    /// Did not consent.
    pub no_consent: i64,
    /// Rested.
    pub resting: i64,
    /// Those who were asked, by tier and language.
    pub groups: Vec<Group>,
    /// What some wrote, the newest first.
    pub texts: Vec<(i64, u8, String)>,
}

impl Question for ShowSamples {
    const NAME: &'static str = "ShowSamples";
    type Answer = Vec<Sample>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let rows = desk.sql.run(
            "-- samples
SELECT id, at_ms, until_ms, brand, by, eligible, listed, no_consent, resting FROM sample INDEXED BY sample_at
WHERE at_ms >= ?1 + 0 AND at_ms < ?2 + 0 ORDER BY at_ms DESC LIMIT 20",
            params![self.from_ms, self.to_ms],
        )?;
        rows.iter().map(|row| whole(desk, row)).collect()
    }
}

fn whole<S: Sql>(desk: &Desk<'_, S>, row: &Row) -> Result<Sample, Refused> {
    let id = row.int(0)?;
    let groups = desk.sql.run(
        "-- sample_groups
SELECT tier, lang, count(*), sum(score IS 1), sum(score IS 2), sum(score IS 3), sum(score IS 4), sum(score IS 5)
FROM invitation WHERE sample = ?1 + 0 GROUP BY tier, lang",
        params![id],
    )?;
    let texts = desk.sql.run(
        "-- sample_texts
SELECT answered_ms, score, text FROM invitation WHERE sample = ?1 + 0 AND text IS NOT NULL
ORDER BY answered_ms DESC, n LIMIT ?2 + 0",
        params![id, TEXTS],
    )?;
    Ok(Sample {
        id,
        at_ms: row.int(1)?,
        until_ms: row.int(2)?,
        brand: row.text(3)?.to_owned(),
        by: row.text(4)?.to_owned(),
        eligible: serde_json::from_str(row.text(5)?)?,
        listed: row.int(6)?,
        no_consent: row.int(7)?,
        resting: row.int(8)?,
        groups: groups
            .iter()
            .map(|row| {
                Ok(Group {
                    tier: row.text(0)?.to_owned(),
                    lang: row.text(1)?.to_owned(),
                    asked: row.int(2)?,
                    scores: [
                        row.int(3)?,
                        row.int(4)?,
                        row.int(5)?,
                        row.int(6)?,
                        row.int(7)?,
                    ],
                })
            })
            .collect::<Result<_, SqlError>>()?,
        texts: texts
            .iter()
            .map(|row| {
                let score = u8::try_from(row.int(1)?).unwrap_or(0);
                Ok((row.int(0)?, score, row.text(2)?.to_owned()))
            })
            .collect::<Result<_, SqlError>>()?,
    })
}

/// A customer is gone: their answers stay as numbers, their words and that they are theirs do not.
pub(super) fn forget<S: Sql>(desk: &Desk<'_, S>, customer: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- forget_invitations
UPDATE invitation SET customer = NULL, text = NULL WHERE customer = ?1 || ''",
        params![customer],
    )?;
    Ok(())
}
