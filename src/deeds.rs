//! What supervisors did: a log that is added to and never changed.
//!
//! A deed is written in the transaction that does it, in each object that does it: so there is none
//! without its line and no line without it. What every shard is told is written by every shard, under
//! one id, and read back once.

use crate::post::Workgroup;
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The longest page.
pub const PAGE: u32 = 100;

/// How long a deed is kept at least, in days: a year and a day, so that a yearly audit finds the year.
pub const KEPT_DAYS: u32 = 366;

/// How many old ones are forgotten at a time: more than are ever written in one.
pub const SLICE: u32 = 200;

/// The table, for every object in which deeds are done. What refuses a change is the table's own
/// triggers, not the code around it. The clock of the log is its newest line.
pub const TABLE: &str = "-- migration deeds
CREATE TABLE deed (
  at_ms INTEGER NOT NULL,
  id TEXT NOT NULL,                   -- fingerprint of all of it
  agent TEXT NOT NULL,
  workgroup TEXT,                     -- whose work it was; NULL: everybody's
  deed TEXT NOT NULL,                 -- JSON
  PRIMARY KEY (at_ms, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deed_on_author ON deed (deed ->> '$.asked.author') WHERE deed ->> '$.asked.author' IS NOT NULL;
CREATE TRIGGER deed_stands BEFORE UPDATE ON deed BEGIN
  SELECT RAISE(ABORT, 'a deed is not changed');
END;
CREATE TRIGGER deed_stays BEFORE DELETE ON deed
WHEN OLD.at_ms > (SELECT max(at_ms) FROM deed) - 31622400000 BEGIN
  SELECT RAISE(ABORT, 'a deed of the last year is not forgotten');
END;";

/// Something a supervisor did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// When: epoch milliseconds, by the Worker that was asked.
    pub at_ms: i64,
    /// Who.
    pub by: String,
    /// With which token.
    pub token: String,
    /// What: the contract's name of the call.
    pub did: String,
    /// To what: an interaction's, a workgroup's or a token's id; empty where the call names none.
    pub to: String,
    /// What was asked for: the call's fields.
    pub asked: Map<String, Value>,
    /// Whose work it concerns; `None` for everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workgroup: Option<Workgroup>,
}

impl Deed {
    /// Its id: the same wherever it is written.
    pub fn id(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        let digest = Sha256::digest(text);
        digest
            .iter()
            .take(8)
            .fold(String::with_capacity(16), |mut id, byte| {
                let _ = write!(id, "{byte:02x}");
                id
            })
    }
}

/// Where one of a list stands, newest first: a deed, a correction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// When.
    pub at_ms: i64,
    /// Its id.
    pub id: String,
}

impl At {
    /// Where a deed stands.
    pub fn of(deed: &Deed) -> Self {
        Self {
            at_ms: deed.at_ms,
            id: deed.id(),
        }
    }

    /// As a caller sees it.
    pub fn cursor(&self) -> String {
        format!("{}-{}", self.at_ms, self.id)
    }

    /// Where a cursor points.
    pub fn find(cursor: &str) -> Option<Self> {
        let (at_ms, id) = cursor.split_once('-')?;
        let hex = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self {
            // Beyond this no time is stored.
            at_ms: at_ms.parse().ok().filter(|at| (0..1 << 52).contains(at))?,
            id: hex.then(|| id.to_string())?,
        })
    }
}

/// Which deeds are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Only those before this one.
    #[serde(default)]
    pub before: Option<At>,
    /// How many at most.
    pub max: u32,
}

/// Writes a deed down, and forgets a slice of those that are older than so many days.
///
/// # Errors
/// Where it could not be written: then it must not be done.
pub fn keep<S: Sql>(sql: &S, deed: &Deed, days: u32) -> Result<(), SqlError> {
    sql.run(
        "-- keep_deed
INSERT INTO deed VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        params![
            deed.at_ms,
            deed.id(),
            deed.by.as_str(),
            deed.workgroup.as_ref().map(Workgroup::as_str),
            serde_json::to_string(deed).map_err(|_| SqlError::Json("deed"))?,
        ],
    )?;
    forget(sql, deed.at_ms, days)?;
    Ok(())
}

/// Forgets a slice of the deeds that are older than so many days; how many went. The table keeps the year before its
/// newest line whatever is asked.
///
/// # Errors
/// Where the storage fails.
pub fn forget<S: Sql>(sql: &S, now_ms: i64, days: u32) -> Result<u32, SqlError> {
    let gone = sql.run(
        "-- forget_deeds
DELETE FROM deed WHERE (at_ms, id) IN (SELECT at_ms, id FROM deed
  WHERE at_ms < ?1 + 0 AND at_ms <= (SELECT max(at_ms) FROM deed) - 31622400000 ORDER BY at_ms, id LIMIT ?2 + 0)
RETURNING 1",
        params![
            now_ms - i64::from(days.max(KEPT_DAYS)) * 86_400_000,
            SLICE
        ],
    )?;
    Ok(u32::try_from(gone.len()).unwrap_or(SLICE))
}

/// A page, newest first: who sees not everything sees what they did themselves and what was done to
/// the work of their workgroups.
///
/// # Errors
/// Where it could not be read.
pub fn page<S: Sql>(sql: &S, scope: &Scope, asked: &Asked) -> Result<Vec<Deed>, SqlError> {
    let end = At {
        at_ms: 1 << 52,
        id: String::new(),
    };
    let before = asked.before.as_ref().unwrap_or(&end);
    let rows = sql.run(
        "-- deeds
SELECT deed FROM deed
WHERE (at_ms, id) < (?1, ?2) AND (?3 = 1 OR agent = ?4 OR workgroup IN (SELECT value FROM json_each(?5)))
ORDER BY at_ms DESC, id DESC LIMIT ?6",
        params![
            before.at_ms,
            before.id.as_str(),
            i64::from(scope.all),
            scope.agent.as_str(),
            names(&scope.workgroups),
            asked.max.clamp(1, PAGE),
        ],
    )?;
    rows.iter()
        .map(|row| serde_json::from_str(row.text(0)?).map_err(|_| SqlError::Json("deed")))
        .collect()
}

/// What several objects gave, as one page: each deed once, newest first, and where the next page
/// begins.
pub fn merged(mut deeds: Vec<Deed>, max: u32) -> (Vec<Deed>, Option<At>) {
    deeds.sort_by_cached_key(|deed| std::cmp::Reverse(At::of(deed)));
    deeds.dedup();
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let full = deeds.len() >= max;
    deeds.truncate(max);
    let next = deeds.last().filter(|_| full).map(At::of);
    (deeds, next)
}
