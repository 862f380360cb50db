//! Access tokens that expire, got with refresh tokens that are good once.
//!
//! ```text
//! seed -> renewing -> live -> renewing -> live ...
//!            |                   |
//!            |                   +-> in doubt   the answer was lost, or whoever asked died
//!            +-> dead                           refused for good: a person must authorise again
//! ```
//!
//! The row says that a renewal is under way before the platform is asked, so that one asks while the
//! others wait, and so that a renewal whose asker died is told from one that was never begun. The
//! token got is written before anybody uses it.
//!
//! A lost answer may have used the refresh token up and taken its successor with it. Nothing is lost
//! by asking once more with the same one: either the platform never saw the first, and all is well, or
//! it refuses, and then it is certain that a person must authorise again ([`Without::Dead`], `lost:`).
//!
//! The row belongs to one secret, by its fingerprint: a new secret is a new seed, and what was got with
//! the old one is forgotten.

use super::context::Desk;
use super::question::Question;
use super::wire::Refused;
use crate::config::problem::Problem;
use crate::config::secrets::credential_name;
use crate::credential::grant::{Grant, Minted};
use crate::post::SourceId;
use crate::scope::Scope;
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long before its expiry a token is renewed: time for several tries, and a clock a few minutes
/// wrong does no harm. Of a short life it is a quarter.
const EARLY_MS: i64 = 10 * 60_000;

/// How much of its life a token must have left to be borne: the longest way of a call to the platform.
/// Of a short life it is a quarter too.
const SPARE_MS: i64 = 30_000;

/// The least time between a token and the next renewal, whatever the platform says of its life.
const LEAST_MS: i64 = 1_000;

/// How long a renewal may be under way before its asker counts as dead: the host's limit for a call
/// (10 s), and the same again for whatever else.
pub const RENEWING_MS: i64 = 30_000;

/// A token refused by the platform when it is younger than this was no good from the start: getting
/// another would get the like.
const YOUNG_MS: i64 = 10_000;

/// How often a refused refresh is tried again, so that what the platform or the operator mends there
/// heals by itself: 144 times a day, below the 300 sessions a day that Bluesky's servers allow.
pub const PROBE_MS: i64 = 10 * 60_000;

/// The longest wait between tries where the platform could not be reached.
const LONGEST_WAIT_MS: i64 = 5 * 60_000;

/// A token, never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// The token, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// An access token to be borne.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The token.
    pub token: Hidden,
    /// Which of the source's tokens it is, counted.
    pub number: i64,
    /// Until when it may be used without asking again: epoch milliseconds.
    pub until_ms: i64,
}

/// A renewal to be made by whoever is told of it, and by nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    /// Which renewal of the source's it is, counted.
    pub number: i64,
    /// The token it is to replace.
    pub replaces: i64,
    /// The refresh token; `None` where the secret itself is to be used.
    pub refresh: Option<Hidden>,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Without {
    /// A person must authorise again: `refused:` or `lost:` and the platform's word.
    Dead {
        /// Why.
        why: String,
    },
    /// It could not be had now.
    Later {
        /// In how many seconds it is tried again.
        after_s: u32,
    },
}

/// What whoever wants a token shall do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Use this one.
    Bear(Access),
    /// Ask the platform for the next, and report to [`finish`].
    Renew(Renewal),
    /// Look again: another is asking.
    Wait,
    /// Do without.
    Without(Without),
}

/// What is stored of a source's tokens.
struct Record {
    secret: String,
    refresh: Option<String>,
    access: Option<String>,
    /// Until when it is borne.
    until_ms: i64,
    renew_ms: i64,
    minted: i64,
    minted_ms: i64,
    renewals: i64,
    began_ms: Option<i64>,
    doubt: bool,
    dead: bool,
    failures: i64,
    not_before_ms: i64,
    why: Option<String>,
}

impl Record {
    /// The row of a secret never used before. The counters go on from an older one's, so that no two
    /// tokens of a source have one number.
    fn seed(secret: &str, grant: &Grant, before: Option<&Self>) -> Self {
        Self {
            secret: secret.to_owned(),
            refresh: grant.seed().map(str::to_owned),
            access: None,
            until_ms: 0,
            renew_ms: 0,
            minted: before.map_or(0, |before| before.minted),
            minted_ms: 0,
            renewals: before.map_or(0, |before| before.renewals),
            began_ms: None,
            doubt: false,
            dead: false,
            failures: 0,
            not_before_ms: 0,
            why: None,
        }
    }

    fn read(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            secret: row.text(0)?.to_owned(),
            refresh: row.opt_text(1)?.map(str::to_owned),
            access: row.opt_text(2)?.map(str::to_owned),
            until_ms: row.int(3)?,
            renew_ms: row.int(4)?,
            minted: row.int(5)?,
            minted_ms: row.int(6)?,
            renewals: row.int(7)?,
            began_ms: row.opt_int(8)?,
            doubt: row.int(9)? != 0,
            dead: row.int(10)? != 0,
            failures: row.int(11)?,
            not_before_ms: row.int(12)?,
            why: row.opt_text(13)?.map(str::to_owned),
        })
    }

    fn write<S: Sql>(&self, desk: Desk<'_, S>, source: &SourceId) -> Result<(), SqlError> {
        desk.sql.run(
            "-- keep_token
INSERT OR REPLACE INTO token (source, secret, refresh, access, until_ms, renew_ms, minted, minted_ms,
  renewals, began_ms, doubt, dead, failures, not_before_ms, why)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            params![
                source.as_str(),
                self.secret.as_str(),
                self.refresh.as_deref(),
                self.access.as_deref(),
                self.until_ms,
                self.renew_ms,
                self.minted,
                self.minted_ms,
                self.renewals,
                self.began_ms,
                i64::from(self.doubt),
                i64::from(self.dead),
                self.failures,
                self.not_before_ms,
                self.why.as_deref(),
            ],
        )?;
        Ok(())
    }

    /// The token that it has, until when it need not be looked at again; `None` once it is too old to
    /// be borne.
    fn access(&self, now_ms: i64) -> Option<Access> {
        let token = self.access.as_ref()?;
        (now_ms < self.until_ms).then(|| Access {
            token: Hidden(token.clone()),
            number: self.minted,
            until_ms: self.renew_ms,
        })
    }

    fn without(&self, now_ms: i64) -> Without {
        match &self.why {
            Some(why) if self.dead => Without::Dead { why: why.clone() },
            _ => {
                let wait_s = (self.not_before_ms - now_ms).max(0) / 1_000 + 1;
                Without::Later {
                    after_s: u32::try_from(wait_s).unwrap_or(u32::MAX),
                }
            }
        }
    }

    /// A renewal gave nothing; the next is tried after `wait_ms`, or after a wait that doubles.
    fn failed(&mut self, why: &str, wait_ms: Option<i64>, now_ms: i64) {
        self.began_ms = None;
        self.failures += 1;
        let doubled = 1_000i64 << self.failures.clamp(1, 10);
        self.not_before_ms = now_ms + wait_ms.unwrap_or(doubled).min(LONGEST_WAIT_MS);
        // What killed it is told until it lives again.
        if !self.dead {
            self.why = Some(why.to_owned());
        }
    }
}

/// The stored row, or the seed of a secret that is new.
fn record<S: Sql>(
    desk: Desk<'_, S>,
    source: &SourceId,
    secret: &str,
    grant: &Grant,
) -> Result<Record, SqlError> {
    let stored = stored(desk, source)?;
    match stored {
        Some(record) if record.secret == secret => Ok(record),
        other => Ok(Record::seed(secret, grant, other.as_ref())),
    }
}

fn stored<S: Sql>(desk: Desk<'_, S>, source: &SourceId) -> Result<Option<Record>, SqlError> {
    let rows = desk.sql.run(
        "-- token
SELECT secret, refresh, access, until_ms, renew_ms, minted, minted_ms, renewals, began_ms, doubt, dead,
  failures, not_before_ms, why
FROM token WHERE source = ?1",
        params![source.as_str()],
    )?;
    rows.first().map(Record::read).transpose()
}

/// The secret's fingerprint and its grant, where the source's tokens are got with one.
fn granted<'a, S>(desk: Desk<'a, S>, source: &SourceId) -> Option<(&'a str, &'a Grant)> {
    let credential = desk.config.source(source)?.credential.as_ref()?;
    Some((&credential.fingerprint, credential.grant()?))
}

/// An access token of a source whose tokens expire. The object's host makes a renewal itself and lets nobody
/// else see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantToken {
    /// The source.
    pub source: SourceId,
    /// The number of a token that the platform did not take.
    #[serde(default)]
    pub refused: Option<i64>,
}

impl Question for WantToken {
    const NAME: &'static str = "WantToken";
    type Answer = Step;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(want(desk, &self.source, self.refused)?)
    }
}

/// What whoever wants a token of this source shall do. `refused` is the number of a token that the
/// platform did not take.
fn want<S: Sql>(
    desk: Desk<'_, S>,
    source: &SourceId,
    refused: Option<i64>,
) -> Result<Step, SqlError> {
    let Some((secret, grant)) = granted(desk, source) else {
        let why = "no_grant".to_owned();
        return Ok(Step::Without(Without::Dead { why }));
    };
    let now_ms = desk.now_ms;
    let mut record = record(desk, source, secret, grant)?;
    if record.access.is_some() && refused == Some(record.minted) {
        if now_ms - record.minted_ms < YOUNG_MS {
            let why = "refused:access_token".to_owned();
            return Ok(Step::Without(Without::Dead { why }));
        }
        record.access = None;
        record.write(desk, source)?;
    }
    if let Some(began_ms) = record.began_ms {
        if (now_ms - began_ms).abs() < RENEWING_MS {
            return Ok(record.access(now_ms).map_or(Step::Wait, Step::Bear));
        }
        record.doubt |= !grant.is_reusable();
        record.failed("interrupted", Some(0), now_ms);
    }
    let access = record.access(now_ms);
    let is_due = now_ms >= record.not_before_ms;
    match access {
        Some(access) if now_ms < record.renew_ms || !is_due => return Ok(Step::Bear(access)),
        None if !is_due => return Ok(Step::Without(record.without(now_ms))),
        _ => {}
    }
    record.began_ms = Some(now_ms);
    record.renewals += 1;
    record.write(desk, source)?;
    forget_others(desk)?;
    Ok(Step::Renew(Renewal {
        number: record.renewals,
        replaces: record.minted,
        refresh: record.refresh.map(Hidden),
    }))
}

/// What came of a renewal.
///
/// A token is believed however late it comes, unless another has been got since; a "no" only while it
/// is still waited for.
pub(super) fn finish<S: Sql>(
    desk: Desk<'_, S>,
    source: &SourceId,
    renewal: &Renewal,
    minted: Minted,
) -> Result<(), SqlError> {
    let Some((secret, grant)) = granted(desk, source) else {
        return Ok(());
    };
    let Some(mut record) = stored(desk, source)?.filter(|record| record.secret == secret) else {
        return Ok(());
    };
    let now_ms = desk.now_ms;
    let is_awaited = record.renewals == renewal.number && record.began_ms.is_some();
    match minted {
        Minted::Tokens {
            access,
            refresh,
            until_ms,
        } => {
            if record.minted != renewal.replaces {
                return Ok(());
            }
            let life_ms = (until_ms - now_ms).max(0);
            record = Record {
                refresh: refresh.or(record.refresh),
                access: Some(access),
                until_ms: until_ms - SPARE_MS.min(life_ms / 4),
                renew_ms: until_ms - EARLY_MS.min(life_ms / 4),
                not_before_ms: now_ms + LEAST_MS,
                minted: record.minted + 1,
                minted_ms: now_ms,
                renewals: record.renewals,
                ..Record::seed(secret, grant, None)
            };
        }
        _ if !is_awaited => return Ok(()),
        Minted::Refused { .. } if grant.is_reusable() && renewal.refresh.is_some() => {
            // A session over: the next is opened with the secret, at once.
            record.refresh = None;
            record.began_ms = None;
        }
        Minted::Refused { why } => {
            let how = if record.doubt { "lost" } else { "refused" };
            record.dead = false;
            record.failed(&format!("{how}:{why}"), None, now_ms);
            record.dead = true;
            record.not_before_ms = now_ms + PROBE_MS;
        }
        Minted::Later { after_s } => {
            let wait_ms = after_s.map(|s| i64::from(s) * 1_000);
            record.failed("later", wait_ms, now_ms);
        }
        Minted::Unknown { why } => {
            record.doubt |= !grant.is_reusable();
            record.failed(&why, None, now_ms);
        }
    }
    record.write(desk, source)
}

/// Forgets the tokens of sources that have no grant any more.
fn forget_others<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let granted: Vec<&str> = desk
        .config
        .sources
        .iter()
        .filter(|source| {
            source
                .credential
                .as_ref()
                .is_some_and(|c| c.grant().is_some())
        })
        .map(|source| source.id.as_str())
        .collect();
    let granted = serde_json::to_string(&granted).map_err(|_| SqlError::Json("sources"))?;
    desk.sql.run(
        "-- forget_tokens
DELETE FROM token WHERE source NOT IN (SELECT value FROM json_each(?1))",
        params![granted],
    )?;
    Ok(())
}

/// The sources whose platform refuses to renew their tokens.
pub(super) fn problems<S: Sql>(desk: Desk<'_, S>, scope: &Scope) -> Result<Vec<Problem>, SqlError> {
    let mut problems = Vec::new();
    let theirs = desk.config.sources.iter();
    for source in theirs.filter(|source| scope.has(&source.workgroup)) {
        let Some((secret, _)) = granted(desk, &source.id) else {
            continue;
        };
        let known = stored(desk, &source.id)?.filter(|record| record.secret == secret);
        if let Some(why) = known
            .filter(|record| record.dead)
            .and_then(|record| record.why)
        {
            problems.push(Problem {
                key: credential_name(&source.id),
                says: format!(
                    "{} does not renew the access token of source \"{}\" ({why}): authorise again, and \
                     replace the secret",
                    source.platform, source.id,
                ),
            });
        }
    }
    Ok(problems)
}
