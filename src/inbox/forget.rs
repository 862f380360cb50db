//! Forgetting a person, in steps, so that an author of a hundred thousand posts keeps no delivery waiting.
//!
//! All that a shard has of an author goes: interactions with their posts, texts, acknowledgments, replies, notes, tags,
//! corrections, what was left on the details page and said in a survey, their stop, their other names, their customer. Figures stay, as
//! they do when retention forgets; the log of deeds stays, without their id and the reason's words. Every table that holds
//! anything of an author is on the list in `tests/it/queue/schema.rs`, which a test holds this to.
//!
//! The first step writes the tombstones ([`super::forgotten`]), ends what is open and takes what is kept under the person's
//! ids, and notes down what else is to go: `forgetting`. From then on nothing of theirs from before is taken in, and what
//! they write anew is a matter of its own, which no step touches. The following steps take their ended work, at most
//! [`PIECE`] posts each: asked for by the Worker that was asked to forget, or by the alarm where that one is gone. Posts
//! of which incidents are to be told lie in `unseen` until they were. When nothing is left, the person's ids go too, and
//! how many rows went is kept for [`KEPT_MS`], as the proof.

use super::context::Desk;
use super::customer::{self, Identity};
use super::question::{Concern, Question};
use super::rows;
use super::theirs::ids;
use super::wire::Refused;
use super::{alarm, clear, forgotten, peer, standing, withdraw, work};
use crate::post::Platform;
use crate::scope::Scope;
use crate::signature::Key;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    /// The keyed hash of whom somebody asked to forget: the same again goes on, or tells what was done. Empty: of the
    /// first author.
    #[serde(default)]
    pub whom: String,
    /// What went elsewhere, to be told with the proof: rows by table.
    #[serde(default)]
    pub also: BTreeMap<String, i64>,
}

/// What was forgotten up to now: how many rows of each table; and whether there are more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgot {
    /// By table.
    pub rows: BTreeMap<String, i64>,
    /// Whether to ask again.
    #[serde(default)]
    pub more: bool,
    /// Posts that were forgotten and of which incidents were not told yet, by the ledger's keys.
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
        go_on(desk, &self)
    }
}

/// Incidents have forgotten these posts too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsaw {
    /// By the ledger's keys.
    pub posts: Vec<String>,
}

impl Question for Unsaw {
    const NAME: &'static str = "Unsaw";
    type Answer = ();

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        unsaw(desk, &self.posts)
    }
}

/// The step of the migrations.
pub const TABLES: &str = "-- migration forgetting
CREATE TABLE forgetting (             -- who is being forgotten, and what was
  whom TEXT PRIMARY KEY,              -- keyed hash of whom somebody asked to forget
  at_ms INTEGER NOT NULL,             -- when: what came later stays
  upto INTEGER NOT NULL,              -- the highest number of an interaction then
  ids TEXT NOT NULL,                  -- JSON: their ids by platform; {} when all is done
  customers TEXT NOT NULL,            -- JSON: the brand's ids; [] when all is done
  rows TEXT NOT NULL,                 -- JSON: how many rows of each table went
  done_ms INTEGER                     -- NULL: there is something left
) STRICT, WITHOUT ROWID;
CREATE INDEX forgetting_on ON forgetting (at_ms) WHERE done_ms IS NULL;
CREATE INDEX forgetting_done ON forgetting (done_ms) WHERE done_ms IS NOT NULL;
CREATE TABLE unseen (                 -- posts that are forgotten, and of which incidents are to be told
  post TEXT PRIMARY KEY,              -- the ledger's key
  whom TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unseen_of ON unseen (whom);";

/// How many interactions a step takes at most.
const SLICE: u32 = 100;

/// How many posts, or rows of another table, a step takes at most, so that no delivery waits for more than some 50 ms.
pub const PIECE: i64 = 100;

/// How soon the alarm goes on where whoever asked does not: that one asks within milliseconds.
const NEXT_MS: i64 = 1_000;

/// Of how many posts incidents are told at a time.
const TOLD: u32 = 1_000;

/// How long the counts are kept as proof, in milliseconds: a month, in which the person is told.
const KEPT_MS: i64 = 31 * 86_400_000;

/// A person who is being forgotten.
#[derive(Debug, Default)]
struct Job {
    whom: String,
    at_ms: i64,
    upto: i64,
    ids: BTreeMap<Platform, Vec<String>>,
    customers: Vec<String>,
    forgot: Forgot,
    is_done: bool,
}

fn read<S: Sql>(desk: Desk<'_, S>, whom: &str) -> Result<Option<Job>, Refused> {
    let found = desk.sql.run(
        "-- forgetting
SELECT at_ms, upto, ids, customers, rows, done_ms FROM forgetting WHERE whom = ?1 || ''",
        params![whom],
    )?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    Ok(Some(Job {
        whom: whom.to_owned(),
        at_ms: row.int(0)?,
        upto: row.int(1)?,
        ids: serde_json::from_str(row.text(2)?)?,
        customers: serde_json::from_str(row.text(3)?)?,
        forgot: Forgot {
            rows: serde_json::from_str(row.text(4)?)?,
            ..Forgot::default()
        },
        is_done: row.opt_int(5)?.is_some(),
    }))
}

fn write<S: Sql>(desk: Desk<'_, S>, job: &Job) -> Result<(), Refused> {
    desk.sql.run(
        "-- keep_forgetting
INSERT INTO forgetting (whom, at_ms, upto, ids, customers, rows, done_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, upto = excluded.upto, ids = excluded.ids,
  customers = excluded.customers, rows = excluded.rows, done_ms = excluded.done_ms",
        params![
            job.whom.as_str(),
            job.at_ms,
            job.upto,
            serde_json::to_string(&job.ids)?,
            serde_json::to_string(&job.customers)?,
            serde_json::to_string(&job.forgot.rows)?,
            job.is_done.then_some(desk.now_ms),
        ],
    )?;
    Ok(())
}

/// Whether somebody is being forgotten of whom something is left.
pub(super) fn is_under_way<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        "-- is_forgetting
SELECT 1 FROM forgetting INDEXED BY forgetting_on WHERE done_ms IS NULL LIMIT 1",
        params![],
    )?;
    Ok(!rows.is_empty())
}

/// Somebody asks to forget a person: begins, goes on, or tells what was done.
pub(super) fn go_on<S: Sql>(desk: Desk<'_, S>, ask: &ForgetAuthors) -> Result<Forgot, Refused> {
    let key = forgotten::keep_key(desk, &ask.key)?;
    let whom = match (ask.whom.is_empty(), &ask.customer, ask.authors.first()) {
        (false, _, _) => ask.whom.clone(),
        (true, Some((customer, _)), _) => forgotten::of_customer(&key, customer),
        (true, None, Some(of)) => forgotten::of_author(&key, of.platform, of.author.as_str()),
        (true, None, None) => return Ok(Forgot::default()),
    };
    let before = read(desk, &whom)?;
    let is_new = before.is_none();
    let mut job = before.unwrap_or_else(|| Job {
        whom,
        is_done: true,
        ..Job::default()
    });
    if job.is_done && (is_new || is_back(desk, &ask.authors)?) {
        begin(desk, &key, ask, &mut job)?;
    }
    for (table, n) in &ask.also {
        job.forgot.count(table, *n);
    }
    if !job.is_done {
        step(desk, &key, &mut job)?;
    }
    write(desk, &job)?;
    if !job.is_done {
        // Whoever asked may be gone.
        alarm::wake_by(desk, desk.now_ms + NEXT_MS)?;
    }
    Ok(Forgot {
        more: !job.is_done,
        posts: untold(desk, Some(&job.whom))?,
        ..job.forgot
    })
}

/// Whether something is kept of people who were forgotten.
fn is_back<S: Sql>(desk: Desk<'_, S>, authors: &[Identity]) -> Result<bool, Refused> {
    for of in authors {
        let rows = desk.sql.run(
            "-- is_back
SELECT 1 FROM interaction INDEXED BY of_author WHERE author = ?2 || '' AND platform = ?1 || ''
UNION ALL SELECT 1 FROM stop WHERE platform = ?1 || '' AND author = ?2 || ''
UNION ALL SELECT 1 FROM alias WHERE platform = ?1 || '' AND (alias = ?2 || '' OR author = ?2 || '')
UNION ALL SELECT 1 FROM deed WHERE deed ->> '$.asked.author' = ?2 || '' AND deed ->> '$.asked.platform' = ?1
LIMIT 1",
            params![of.platform.as_str(), of.author.as_str()],
        )?;
        if !rows.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// From here on nothing of theirs from before comes back.
fn begin<S: Sql>(
    desk: Desk<'_, S>,
    key: &Key,
    ask: &ForgetAuthors,
    job: &mut Job,
) -> Result<(), Refused> {
    // What was opened since counts among the figures, and is counted before it goes.
    standing::advance(desk, standing::ASKED)?;
    let last = desk.sql.run(
        "-- last_interaction
SELECT coalesce(max(seq), 0) FROM interaction",
        params![],
    )?;
    job.upto = last.first().ok_or(SqlError::Json("answer"))?.int(0)?;
    job.at_ms = desk.now_ms;
    job.is_done = false;
    let mut customers: BTreeSet<String> = job.customers.drain(..).collect();
    for of in &ask.authors {
        let all = ids(desk, of)?;
        if let Some(facts) = customer::of(desk, of.platform, of.author.as_str())? {
            customers.insert(facts.id);
        }
        let stop_ms = stop_of(desk, of.platform, &all)?;
        for id in &all {
            let hash = forgotten::of_author(key, of.platform, id);
            forgotten::bury(desk, &hash, desk.now_ms, stop_ms, None)?;
        }
        end_open(desk, of.platform, &all)?;
        let known = job.ids.entry(of.platform).or_default();
        known.extend(all);
        known.sort();
        known.dedup();
    }
    for (platform, ids) in &job.ids {
        let list = serde_json::to_string(ids)?;
        for (table, statement) in OF_AUTHOR {
            let gone = desk
                .sql
                .run(statement, params![list.as_str(), platform.as_str()])?;
            job.forgot.count(table, many(gone.len()));
        }
    }
    if let Some((customer, version)) = &ask.customer {
        let n = customer::authors(desk, customer)?.len();
        job.forgot.count("customer_author", many(n));
        customers.insert(customer.clone());
        customer::forget(desk, customer)?;
        let hash = forgotten::of_customer(key, customer);
        forgotten::bury(desk, &hash, *version, None, None)?;
    }
    job.customers = customers.into_iter().collect();
    Ok(())
}

fn many(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Ends what is open of theirs, as if they had taken every post back: whoever waits, holds or counts hears of it. One is
/// open with each source at most.
fn end_open<S: Sql>(desk: Desk<'_, S>, platform: Platform, ids: &[String]) -> Result<(), Refused> {
    let open = desk.sql.run(
        "-- open_of_theirs
SELECT seq FROM interaction INDEXED BY of_author
WHERE author IN (SELECT value FROM json_each(?1)) AND state = 'open' AND platform = ?2 || ''",
        params![serde_json::to_string(ids)?, platform.as_str()],
    )?;
    for row in &open {
        end_one(desk, row.int(0)?)?;
    }
    Ok(())
}

fn end_one<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<(), Refused> {
    withdraw::withdraw(desk, seq, "forgotten")?;
    work::end_withdrawn(desk, seq)?;
    Ok(())
}

/// What is kept under an author's ids (`?1`) on a platform (`?2`), beside their interactions: some rows each.
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
        "listened",
        "-- forget_listened_of
DELETE FROM listened WHERE author IN (SELECT value FROM json_each(?1)) AND platform = ?2 || '' RETURNING 1",
    ),
    (
        "listener",
        "-- forget_listener
DELETE FROM listener WHERE platform = ?2 || '' AND author IN (SELECT value FROM json_each(?1)) RETURNING 1",
    ),
];

/// What may be many rows of an author (`?1`) on a platform (`?2`), of before `?3`, at most `?4` at a time.
const OF_AUTHOR_IN_STEPS: &[(&str, &str)] = &[
    (
        "peer",
        "-- forget_peer
DELETE FROM peer WHERE post IN (SELECT post FROM peer
  WHERE author IN (SELECT value FROM json_each(?1)) AND substr(post, 1, length(?2) + 1) = ?2 || ':' AND at_ms <= ?3 + 0
  LIMIT ?4 + 0)
RETURNING 1",
    ),
    (
        "deed",
        "-- forget_in_deeds
UPDATE deed SET deed = json_set(deed, '$.asked.author', 'forgotten', '$.asked.reason', 'forgotten')
WHERE (at_ms, id) IN (SELECT at_ms, id FROM deed
  WHERE deed ->> '$.asked.author' IN (SELECT value FROM json_each(?1)) AND deed ->> '$.asked.platform' = ?2
    AND at_ms <= ?3 + 0 LIMIT ?4 + 0)
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

/// The numbers of some interactions of an author, and how many posts each has, in the index's order: any other would walk
/// all of them.
fn next_work<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    ids: &str,
    upto: i64,
) -> Result<Vec<(i64, i64)>, SqlError> {
    let rows = desk.sql.run(
        "-- some_of_author
SELECT seq, posts FROM interaction INDEXED BY of_author
WHERE author IN (SELECT value FROM json_each(?1)) AND platform = ?2 || '' AND seq <= ?3 + 0 LIMIT ?4 + 0",
        params![ids, platform.as_str(), upto, SLICE],
    )?;
    rows.iter()
        .map(|row| Ok((row.int(0)?, row.int(1)?)))
        .collect()
}

/// Takes the next of what is left, at most [`PIECE`] rows.
fn step<S: Sql>(desk: Desk<'_, S>, key: &Key, job: &mut Job) -> Result<(), Refused> {
    standing::advance(desk, standing::ASKED)?;
    let mut left = PIECE;
    for (platform, ids) in &job.ids {
        let list = serde_json::to_string(ids)?;
        loop {
            let theirs = next_work(desk, *platform, &list, job.upto)?;
            let mut posts = 0;
            let mut seqs = Vec::new();
            for (seq, n) in &theirs {
                posts += (*n).max(1);
                if posts > left {
                    break;
                }
                seqs.push(*seq);
            }
            match (seqs.is_empty(), theirs.first()) {
                (true, None) => break,
                (true, Some((seq, n))) if *n > PIECE => {
                    forget_piece(desk, key, &job.whom, *seq, left, &mut job.forgot)?;
                    return Ok(());
                }
                (true, Some(_)) => return Ok(()),
                (false, _) => {
                    forget_work(desk, key, &job.whom, &seqs, &mut job.forgot)?;
                    left -= many(seqs.len()).max(posts.min(left));
                }
            }
            if left <= 0 {
                return Ok(());
            }
        }
        let stones = desk.sql.run(
            "-- forget_stones_of
DELETE FROM post WHERE id IN (SELECT id FROM post
  WHERE interaction IS NULL AND post ->> '$.author' IN (SELECT value FROM json_each(?1))
    AND substr(id, 1, length(?2) + 1) = ?2 || ':' AND received_ms <= ?3 + 0 LIMIT ?4 + 0) RETURNING id",
            params![list.as_str(), platform.as_str(), job.at_ms, left],
        )?;
        let stones = stones
            .iter()
            .map(|row| Ok(row.text(0)?.to_owned()))
            .collect::<Result<Vec<_>, SqlError>>()?;
        bury_posts(desk, key, &stones)?;
        job.forgot.count("post", many(stones.len()));
        left -= many(stones.len());
        for (table, statement) in OF_AUTHOR_IN_STEPS {
            if left <= 0 {
                return Ok(());
            }
            let gone = desk.sql.run(
                statement,
                params![list.as_str(), platform.as_str(), job.at_ms, left],
            )?;
            job.forgot.count(table, many(gone.len()));
            left -= many(gone.len());
        }
        if left <= 0 {
            return Ok(());
        }
    }
    for customer in &job.customers {
        let n = customer::unname(desk, customer, left)?;
        job.forgot.count("parcel", n);
        left -= n;
        if left <= 0 {
            return Ok(());
        }
    }
    if untold(desk, Some(&job.whom))?.is_empty() {
        job.ids.clear();
        job.customers.clear();
        job.is_done = true;
    }
    Ok(())
}

/// The alarm goes on where somebody is being forgotten, and clears away old proofs; whether to ring soon again, and the
/// posts of which incidents are to be told.
pub(super) fn advance<S: Sql>(desk: Desk<'_, S>) -> Result<(bool, Vec<String>), Refused> {
    desk.sql.run(
        "-- clear_proofs
DELETE FROM forgetting WHERE whom IN (SELECT whom FROM forgetting INDEXED BY forgetting_done
  WHERE done_ms IS NOT NULL AND done_ms < ?1 + 0 LIMIT ?2 + 0)",
        params![desk.now_ms - KEPT_MS, SLICE],
    )?;
    let next = desk.sql.run(
        "-- next_forgetting
SELECT whom FROM forgetting INDEXED BY forgetting_on WHERE done_ms IS NULL ORDER BY at_ms LIMIT 1",
        params![],
    )?;
    let (Some(next), Some(key)) = (next.first(), forgotten::key(desk)?) else {
        return Ok((false, Vec::new()));
    };
    let Some(mut job) = read(desk, next.text(0)?)? else {
        return Ok((false, Vec::new()));
    };
    step(desk, &key, &mut job)?;
    write(desk, &job)?;
    Ok((true, untold(desk, None)?))
}

/// The posts of which incidents are to be told, of one who is being forgotten or of all.
fn untold<S: Sql>(desk: Desk<'_, S>, whom: Option<&str>) -> Result<Vec<String>, SqlError> {
    let rows = match whom {
        Some(whom) => desk.sql.run(
            "-- unseen_of
SELECT post FROM unseen INDEXED BY unseen_of WHERE whom = ?1 || '' LIMIT ?2 + 0",
            params![whom, TOLD],
        )?,
        None => desk.sql.run(
            "-- unseen
SELECT post FROM unseen LIMIT ?1 + 0",
            params![TOLD],
        )?,
    };
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Incidents were told of these.
pub(super) fn unsaw<S: Sql>(desk: Desk<'_, S>, posts: &[String]) -> Result<(), Refused> {
    desk.sql.run(
        "-- unsaw
DELETE FROM unseen WHERE post IN (SELECT value FROM json_each(?1))",
        params![serde_json::to_string(posts)?],
    )?;
    Ok(())
}

/// The tombstones of posts, with one statement: a thousand crossings would take longer than what they do.
fn bury_posts<S: Sql>(desk: Desk<'_, S>, key: &Key, ids: &[String]) -> Result<(), Refused> {
    let until_ms = desk.now_ms + i64::from(desk.config.limits.retention_days) * 86_400_000;
    let hashes: Vec<String> = ids.iter().map(|id| forgotten::of_post(key, id)).collect();
    desk.sql.run(
        "-- bury_posts
INSERT INTO forgotten (hash, at_ms, until_ms) SELECT value, ?2 + 0, ?3 + 0 FROM json_each(?1) WHERE true
ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms), until_ms = excluded.until_ms",
        params![serde_json::to_string(&hashes)?, desk.now_ms, until_ms],
    )?;
    Ok(())
}

/// Posts of theirs go: what hangs on each.
fn forget_posts<S: Sql>(
    desk: Desk<'_, S>,
    key: &Key,
    whom: &str,
    posts: &[String],
    forgot: &mut Forgot,
) -> Result<(), Refused> {
    let list = serde_json::to_string(posts)?;
    let helped = desk.sql.run(
        "-- helped_by
SELECT p.post FROM json_each(?1) w CROSS JOIN peer p ON p.post = w.value",
        params![list.as_str()],
    )?;
    for row in &helped {
        // Where they helped somebody else, nobody did.
        peer::deleted(desk, row.text(0)?)?;
    }
    bury_posts(desk, key, posts)?;
    desk.sql.run(
        "-- to_unsee
INSERT INTO unseen (post, whom) SELECT value, ?2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
        params![list.as_str(), whom],
    )?;
    let lacked = desk.sql.run(
        "-- forget_lacking
DELETE FROM lacking WHERE post IN (SELECT value FROM json_each(?1)) RETURNING 1",
        params![list.as_str()],
    )?;
    forgot.count("lacking", many(lacked.len()));
    forgot.count("post", many(posts.len()));
    Ok(())
}

fn count_work<S: Sql>(desk: Desk<'_, S>, seqs: &[i64], forgot: &mut Forgot) -> Result<(), Refused> {
    for (table, statement) in OF_WORK {
        let found = desk.sql.run(statement, vec![rows::list(seqs)])?;
        let n = found.first().ok_or(SqlError::Json("answer"))?.int(0)?;
        forgot.count(table, n);
    }
    Ok(())
}

/// Forgets interactions, as retention does, whatever their state.
fn forget_work<S: Sql>(
    desk: Desk<'_, S>,
    key: &Key,
    whom: &str,
    seqs: &[i64],
    forgot: &mut Forgot,
) -> Result<(), Refused> {
    let open = desk.sql.run(
        "-- open_among_theirs
SELECT i.seq FROM json_each(?1) w CROSS JOIN interaction i ON i.seq = CAST(w.value AS INTEGER)
WHERE i.state <> 'done'",
        vec![rows::list(seqs)],
    )?;
    for row in &open {
        end_one(desk, row.int(0)?)?;
    }
    count_work(desk, seqs, forgot)?;
    let posts = desk.sql.run(
        "-- posts_of_theirs
SELECT p.id FROM json_each(?1) w CROSS JOIN interaction i ON i.seq = CAST(w.value AS INTEGER)
  CROSS JOIN post p ON p.id = i.first WHERE p.interaction = i.seq AND p.change = 1
UNION SELECT p.id FROM json_each(?1) w CROSS JOIN post p ON p.interaction = CAST(w.value AS INTEGER) AND p.change <> 1",
        vec![rows::list(seqs)],
    )?;
    let posts = posts
        .iter()
        .map(|row| Ok(row.text(0)?.to_owned()))
        .collect::<Result<Vec<_>, SqlError>>()?;
    forget_posts(desk, key, whom, &posts, forgot)?;
    forgot.count("interaction", many(seqs.len()));
    Ok(clear::forget_whole(desk, seqs)?)
}

/// Forgets some posts of an interaction that has more of them than a step takes.
fn forget_piece<S: Sql>(
    desk: Desk<'_, S>,
    key: &Key,
    whom: &str,
    seq: i64,
    max: i64,
    forgot: &mut Forgot,
) -> Result<(), Refused> {
    count_work(desk, &[seq], forgot)?;
    let posts = clear::forget_piece(desk, seq, max)?;
    forget_posts(desk, key, whom, &posts, forgot)
}
