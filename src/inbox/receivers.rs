//! Events out: what each receiver is still to be told, and what could not be told it.
//!
//! A receiver is behind an event ([`Due`]): what comes after it is new. The alarm takes a few of what is new and of
//! what is to be tried again, sends them, and says what became of them in one transaction. What arrived leaves no row
//! but the receiver's own; what did not is a *parcel*, tried again after the times of [`AFTER_S`], and dead after the
//! last: then somebody looks into it, and has it sent again.
//!
//! - At least once: what was sent and not reported is sent again, under the same id.
//! - The order is not promised: one that is refused holds no other up.
//! - A receiver that cannot be reached rests, longer each time, and holds nobody up: an alarm sends at most
//!   [`BATCH`] to each, for [`SENDING_MS`] at most.

use super::event::{self, Event, kind};
use super::question::{Concern, Question};
use super::wire::Refused;
use super::{alarm, rows};
use crate::config::receivers::Receiver;
use crate::inbox::context::Desk;
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

/// The step of the migrations.
pub const TABLES: &str = "-- migration receivers
CREATE TABLE receiver (
  id TEXT PRIMARY KEY,
  n INTEGER NOT NULL,                 -- what comes behind this event is new to it
  fails INTEGER NOT NULL,             -- how often in a row it could not be reached
  rest_ms INTEGER NOT NULL,           -- until then nothing is sent to it
  sent INTEGER NOT NULL,              -- what arrived
  retrying INTEGER NOT NULL,          -- its parcels that are tried again
  dead INTEGER NOT NULL,              -- and those that are not
  lost INTEGER NOT NULL,              -- what came while it had too many of them
  failed_ms INTEGER,                  -- when it failed last, and why
  why TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE parcel (                 -- an event that did not arrive
  receiver TEXT NOT NULL,
  n INTEGER NOT NULL,                 -- the event's number
  at_ms INTEGER NOT NULL,             -- when it happened
  attempts INTEGER NOT NULL,
  due_ms INTEGER,                     -- when it is tried again; NULL: dead
  why TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (receiver, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX parcel_due ON parcel (receiver, due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX parcel_dead ON parcel (receiver, n) WHERE due_ms IS NULL;

CREATE TRIGGER parcel_came AFTER INSERT ON parcel BEGIN
  UPDATE receiver SET retrying = retrying + (NEW.due_ms IS NOT NULL), dead = dead + (NEW.due_ms IS NULL)
  WHERE id = NEW.receiver;
END;
CREATE TRIGGER parcel_turned AFTER UPDATE OF due_ms ON parcel
WHEN (OLD.due_ms IS NULL) <> (NEW.due_ms IS NULL) BEGIN
  UPDATE receiver SET retrying = retrying + (NEW.due_ms IS NOT NULL) - (OLD.due_ms IS NOT NULL),
    dead = dead + (NEW.due_ms IS NULL) - (OLD.due_ms IS NULL) WHERE id = NEW.receiver;
END;
CREATE TRIGGER parcel_left AFTER DELETE ON parcel BEGIN
  UPDATE receiver SET retrying = retrying - (OLD.due_ms IS NOT NULL), dead = dead - (OLD.due_ms IS NULL)
  WHERE id = OLD.receiver;
END;
";

/// How long after each failure the next try comes, in seconds: the schedule that [Standard Webhooks] proposes, some
/// three days in all.
///
/// [Standard Webhooks]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
pub const AFTER_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The longest wait that a receiver may ask for, in seconds.
const MOST_AFTER_S: i64 = 86_400;

/// How many are sent to a receiver in one alarm.
pub const BATCH: usize = 20;

/// How long an alarm begins to send, in milliseconds: acknowledgments wait for it.
pub const SENDING_MS: i64 = 5_000;

/// How long a call may take, in seconds.
pub const CALL_S: u64 = 5;

/// How many calls are under way at a time: an object may hold six connections.
const CALLS: usize = 5;

/// How soon the alarm comes where something is new.
const SOON_MS: i64 = 1_000;

/// How long a receiver rests that could not be reached: twice as long each time.
const REST_MS: i64 = 5_000;

/// The longest rest.
const MOST_REST_MS: i64 = 300_000;

/// How long what is new waits for a receiver that cannot be reached, in milliseconds: then it is dead, as if it had
/// been tried all the time.
pub const KEPT_MS: i64 = 4 * 86_400_000;

/// How many parcels a receiver may have in a shard. What comes beyond them is counted and not kept.
pub const MOST: i64 = 5_000;

/// How long dead parcels are kept, in milliseconds.
const DEAD_MS: i64 = 30 * 86_400_000;

/// How many rows are looked at in one step.
const SLICE: u32 = 200;

/// How many dead ones are shown.
const SHOWN: u32 = 50;

/// Forever.
const ALWAYS_MS: i64 = 1 << 52;

/// Sees to it that what receivers want is written down from now on, and nothing else. To be asked where an object
/// begins, for another configuration begins it anew.
///
/// # Errors
/// Where the storage fails.
pub fn note_receivers<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    let receivers = &desk.config.receivers;
    let mut wanted = BTreeSet::new();
    for (word, kind) in event::KINDS {
        if receivers.iter().any(|one| one.wants(kind)) {
            wanted.insert((*word).to_owned());
        }
    }
    let mut known = BTreeSet::new();
    for row in &desk.sql.run(
        "-- wanted
SELECT what FROM event_wanted WHERE what <> '*'",
        params![],
    )? {
        known.insert(row.text(0)?.to_owned());
    }
    for gone in known.difference(&wanted) {
        desk.sql.run(
            "-- unwanted
DELETE FROM event_wanted WHERE what = ?1",
            params![gone.as_str()],
        )?;
    }
    for new in wanted.difference(&known) {
        desk.sql.run(
            "-- want_from_now
UPDATE event_mark SET missed_ms = ?2
WHERE ?1 = 'sla_missed' AND NOT EXISTS (SELECT 1 FROM event_wanted WHERE what = '*' AND until_ms > ?2 + 0)",
            params![new.as_str(), desk.now_ms],
        )?;
        desk.sql.run(
            "-- want
INSERT INTO event_wanted VALUES (?1, ?2)",
            params![new.as_str(), ALWAYS_MS],
        )?;
    }
    let names: Vec<&str> = receivers.iter().map(|one| one.id.as_str()).collect();
    let mut has = BTreeSet::new();
    for row in &desk.sql.run(
        "-- receivers_known
SELECT id FROM receiver",
        params![],
    )? {
        has.insert(row.text(0)?.to_owned());
    }
    for name in &names {
        if !has.contains(*name) {
            desk.sql.run(
                "-- receiver
INSERT INTO receiver VALUES (?1, (SELECT coalesce(max(n), 0) FROM event), 0, 0, 0, 0, 0, 0, NULL, NULL)",
                params![*name],
            )?;
        }
    }
    for gone in has.iter().filter(|id| !names.contains(&id.as_str())) {
        for statement in [
            "-- receiver_gone
DELETE FROM receiver WHERE id = ?1",
            // MOST at most.
            "-- parcels_gone
DELETE FROM parcel WHERE receiver = ?1",
        ] {
            desk.sql.run(statement, params![gone.as_str()])?;
        }
    }
    Ok(())
}

/// When the alarm has something to do for receivers: at once where something is new.
fn next_ms<S: Sql>(desk: Desk<'_, S>) -> Result<Option<i64>, SqlError> {
    let rows = desk.sql.run(
        "-- receivers_next
SELECT min(max(r.rest_ms, CASE WHEN r.n < (SELECT coalesce(max(n), 0) FROM event) THEN ?1 + 0
  ELSE (SELECT min(due_ms) FROM parcel INDEXED BY parcel_due WHERE receiver = r.id AND due_ms IS NOT NULL) END))
FROM receiver r",
        params![desk.now_ms + SOON_MS],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.opt_int(0)
}

/// Something may have happened: sees to it that the alarm tells the receivers, in the transaction of what happened.
/// Costs nothing where there are none.
///
/// # Errors
/// Where the storage fails.
pub fn arm<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    if desk.config.receivers.is_empty() {
        return Ok(());
    }
    let waits = desk
        .config
        .receivers
        .iter()
        .any(|one| one.wants("sla.missed"));
    if waits && let Some(miss_ms) = event::next_miss(desk)? {
        alarm::wake_by(desk, miss_ms.max(desk.now_ms))?;
    }
    match next_ms(desk)? {
        Some(next_ms) => alarm::wake_by(desk, next_ms.max(desk.now_ms)),
        None => Ok(()),
    }
}

/// Something to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// The event's number.
    pub n: i64,
    /// Its id.
    pub id: String,
    /// When it happened.
    pub at_ms: i64,
    /// What is sent.
    pub body: String,
    /// Whether it is sent for the first time.
    pub is_new: bool,
}

/// What is to be sent to a receiver now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// To whom.
    pub receiver: String,
    /// What: the new ones in their order, at the end.
    pub parcels: Vec<Parcel>,
    /// Up to which event all has been looked at, once these are sent.
    pub to: i64,
}

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Became {
    /// It arrived.
    Arrived,
    /// The receiver is there and did not take it.
    Refused {
        /// Why.
        why: String,
    },
    /// The receiver does not want any more.
    Gone,
    /// It could not be reached.
    Unreached {
        /// Why.
        why: String,
        /// How long it asks to be left alone.
        after_s: Option<i64>,
    },
}

impl Became {
    /// What an answer means. Only a 2xx is one: a redirection might lead to somebody else.
    pub fn of(status: u16, retry_after: Option<&str>) -> Self {
        let after_s = retry_after.and_then(|text| text.trim().parse::<i64>().ok());
        match status {
            200..=299 => Self::Arrived,
            410 => Self::Gone,
            408 | 425 | 429 | 500.. => Self::Unreached {
                why: format!("status {status}"),
                after_s,
            },
            _ => Self::Refused {
                why: format!("status {status}"),
            },
        }
    }
}

/// What receivers are to be sent now. Also takes out of the way what is new to one that it does not want.
///
/// # Errors
/// Where the storage fails.
pub fn due<S: Sql>(desk: Desk<'_, S>) -> Result<Vec<Due>, SqlError> {
    let mut all = Vec::new();
    for receiver in &desk.config.receivers {
        let known = desk.sql.run(
            "-- receiver_stands
SELECT n, fails, rest_ms, retrying + dead FROM receiver WHERE id = ?1",
            params![receiver.id.as_str()],
        )?;
        let Some(row) = known.first() else {
            continue;
        };
        let (n, fails, rest_ms, kept) = (row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?);
        let n = too_old(desk, receiver, n, kept)?;
        if rest_ms > desk.now_ms {
            continue;
        }
        if receiver.keys.is_empty() {
            desk.sql.run(
                "-- receiver_unsigned
UPDATE receiver SET rest_ms = ?2 + ?3, failed_ms = ?2, why = 'no secret' WHERE id = ?1",
                params![receiver.id.as_str(), desk.now_ms, MOST_REST_MS],
            )?;
            continue;
        }
        // One that failed is asked with one.
        let room = if fails > 0 { 1 } else { BATCH };
        let mut parcels = again(desk, receiver, room)?;
        let mut to = n;
        let mut left = room.saturating_sub(parcels.len());
        for event in event::page(desk, n)? {
            if wants(receiver, &event) {
                if left == 0 {
                    break;
                }
                left -= 1;
                parcels.push(parcel(desk, &event));
            }
            to = event.n;
        }
        if parcels.is_empty() {
            passed(desk, receiver, n, to)?;
        } else {
            all.push(Due {
                receiver: receiver.id.clone(),
                parcels,
                to,
            });
        }
    }
    Ok(all)
}

fn wants(receiver: &Receiver, event: &Event) -> bool {
    receiver.wants(&kind(&event.what))
        && (receiver.workgroups.is_empty() || event.is_of(&receiver.workgroups))
}

fn parcel<S>(desk: Desk<'_, S>, event: &Event) -> Parcel {
    Parcel {
        n: event.n,
        id: event.id(desk.shard),
        at_ms: event.at_ms,
        body: event.document(desk.config, desk.shard).to_string(),
        is_new: true,
    }
}

/// Those that are to be tried again.
fn again<S: Sql>(
    desk: Desk<'_, S>,
    receiver: &Receiver,
    room: usize,
) -> Result<Vec<Parcel>, SqlError> {
    let rows = desk.sql.run(
        "-- parcels_due
SELECT n, at_ms, body FROM parcel INDEXED BY parcel_due
WHERE receiver = ?1 || '' AND due_ms <= ?2 + 0 ORDER BY due_ms LIMIT ?3",
        params![
            receiver.id.as_str(),
            desk.now_ms,
            u32::try_from(room).unwrap_or(1)
        ],
    )?;
    rows.iter()
        .map(|row| {
            let n = row.int(0)?;
            Ok(Parcel {
                n,
                id: event::id(desk.shard, n),
                at_ms: row.int(1)?,
                body: row.text(2)?.to_owned(),
                is_new: false,
            })
        })
        .collect()
}

fn passed<S: Sql>(
    desk: Desk<'_, S>,
    receiver: &Receiver,
    from: i64,
    to: i64,
) -> Result<(), SqlError> {
    if to > from {
        desk.sql.run(
            "-- receiver_passed
UPDATE receiver SET n = ?2 WHERE id = ?1",
            params![receiver.id.as_str(), to],
        )?;
    }
    Ok(())
}

/// A slice of what waited for a receiver for so long that it is dead. Gives what is new to it then.
fn too_old<S: Sql>(
    desk: Desk<'_, S>,
    receiver: &Receiver,
    n: i64,
    kept: i64,
) -> Result<i64, SqlError> {
    let (mut to, mut kept, mut lost) = (n, kept, 0_i64);
    for event in event::page(desk, n)? {
        if event.at_ms >= desk.now_ms - KEPT_MS {
            break;
        }
        to = event.n;
        if !wants(receiver, &event) {
            continue;
        }
        if kept >= MOST {
            lost += 1;
            continue;
        }
        kept += 1;
        let parcel = parcel(desk, &event);
        keep(desk, &receiver.id, &parcel, None, "could not be reached")?;
    }
    if to > n {
        desk.sql.run(
            "-- receiver_past
UPDATE receiver SET n = ?2, lost = lost + ?3 WHERE id = ?1",
            params![receiver.id.as_str(), to, lost],
        )?;
    }
    Ok(to)
}

fn keep<S: Sql>(
    desk: Desk<'_, S>,
    receiver: &str,
    parcel: &Parcel,
    due_ms: Option<i64>,
    why: &str,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- keep_parcel
INSERT OR IGNORE INTO parcel VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6)",
        params![
            receiver,
            parcel.n,
            parcel.at_ms,
            due_ms,
            why,
            parcel.body.as_str()
        ],
    )?;
    Ok(())
}

/// Says what became of what was sent to a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishParcels {
    /// To whom.
    pub receiver: String,
    /// What, and what became of each. What was not sent is not among them.
    pub sent: Vec<(Parcel, Became)>,
    /// Up to which event all has been looked at.
    pub to: i64,
}

impl Question for FinishParcels {
    const NAME: &'static str = "FinishParcels";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        Ok(finish(desk, self)?)
    }
}

fn finish<S: Sql>(desk: Desk<'_, S>, ask: FinishParcels) -> Result<(), SqlError> {
    let receiver = ask.receiver.as_str();
    let stands = desk.sql.run(
        "-- receiver_keeps
SELECT retrying + dead, fails FROM receiver WHERE id = ?1",
        params![receiver],
    )?;
    // It may be configured no more.
    let Some(row) = stands.first() else {
        return Ok(());
    };
    let (mut kept, fails) = (row.int(0)?, row.int(1)?);
    let (mut arrived, mut lost) = (0_i64, 0_i64);
    let (mut unreached, mut reached) = (false, false);
    let (mut last, mut after_s) = (None, 0);
    for (parcel, became) in &ask.sent {
        let why = match became {
            Became::Arrived => {
                arrived += 1;
                reached = true;
                if !parcel.is_new {
                    desk.sql.run(
                        "-- parcel_arrived
DELETE FROM parcel WHERE receiver = ?1 AND n = ?2",
                        params![receiver, parcel.n],
                    )?;
                }
                continue;
            }
            Became::Refused { why } => {
                reached = true;
                why.as_str()
            }
            Became::Gone => {
                reached = true;
                "gone"
            }
            Became::Unreached { why, after_s: asks } => {
                unreached = true;
                after_s = asks.unwrap_or(0).clamp(after_s, MOST_AFTER_S);
                why.as_str()
            }
        };
        last = Some(why.to_owned());
        let is_gone = *became == Became::Gone;
        if parcel.is_new {
            if kept >= MOST {
                lost += 1;
                continue;
            }
            kept += 1;
            let due_ms = (!is_gone).then(|| desk.now_ms + wait_ms(1, after_s).unwrap_or(0));
            keep(desk, receiver, parcel, due_ms, why)?;
        } else {
            failed_again(desk, receiver, parcel.n, (why, after_s, is_gone))?;
        }
    }
    // One that answers is there, whatever it says.
    let fails = match (reached, unreached) {
        (true, _) => 0,
        (false, true) => fails + 1,
        (false, false) => fails,
    };
    let rests_ms = match fails {
        0 => 0,
        fails => (REST_MS << (fails - 1).min(10))
            .min(MOST_REST_MS)
            .max(after_s * 1_000),
    };
    desk.sql.run(
        "-- receiver_sent
UPDATE receiver SET n = max(n, ?2), sent = sent + ?3, lost = lost + ?4, fails = ?5, rest_ms = ?6,
  failed_ms = iif(?7 IS NULL, failed_ms, ?8), why = coalesce(?7, why)
WHERE id = ?1",
        params![
            receiver,
            ask.to,
            arrived,
            lost,
            fails,
            if fails == 0 {
                0
            } else {
                desk.now_ms + rests_ms
            },
            last.as_deref(),
            desk.now_ms,
        ],
    )?;
    arm(desk)
}

/// How long to wait after so many tries; `None`: it is not tried any more.
fn wait_ms(attempts: i64, after_s: i64) -> Option<i64> {
    let place = usize::try_from(attempts - 1).ok()?;
    let planned = AFTER_S.get(place)?;
    Some(planned.max(&after_s) * 1_000)
}

fn failed_again<S: Sql>(
    desk: Desk<'_, S>,
    receiver: &str,
    n: i64,
    (why, after_s, is_gone): (&str, i64, bool),
) -> Result<(), SqlError> {
    let tried = desk.sql.run(
        "-- parcel_tried
UPDATE parcel SET attempts = attempts + 1, why = ?3 WHERE receiver = ?1 AND n = ?2 RETURNING attempts",
        params![receiver, n, why],
    )?;
    let Some(row) = tried.first() else {
        return Ok(());
    };
    let due_ms = match is_gone {
        true => None,
        false => wait_ms(row.int(0)?, after_s).map(|wait_ms| desk.now_ms + wait_ms),
    };
    desk.sql.run(
        "-- parcel_again
UPDATE parcel SET due_ms = ?3 WHERE receiver = ?1 AND n = ?2",
        params![receiver, n, due_ms],
    )?;
    Ok(())
}

/// What an alarm leaves for the next: up to which event all receivers have been told, and when to look again.
pub(super) fn look<S: Sql>(desk: Desk<'_, S>) -> Result<(i64, Option<i64>), SqlError> {
    if desk.config.receivers.is_empty() {
        return Ok((ALWAYS_MS, None));
    }
    let rows = desk.sql.run(
        "-- receivers_told
SELECT coalesce(min(n), ?1) FROM receiver",
        params![ALWAYS_MS],
    )?;
    let told = rows.first().ok_or(SqlError::Json("answer"))?.int(0)?;
    Ok((told, next_ms(desk)?))
}

/// Forgets a slice of what has been dead for long.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>) -> Result<bool, SqlError> {
    let mut is_more = false;
    for receiver in &desk.config.receivers {
        let gone = desk.sql.run(
            "-- forget_parcels
DELETE FROM parcel WHERE receiver = ?1 || '' AND n IN (
  SELECT n FROM (SELECT n, at_ms FROM parcel INDEXED BY parcel_dead
    WHERE receiver = ?1 || '' AND due_ms IS NULL ORDER BY n LIMIT ?3)
  WHERE at_ms < ?2 + 0) RETURNING 1",
            params![receiver.id.as_str(), desk.now_ms - DEAD_MS, SLICE],
        )?;
        is_more |= gone.len() >= usize::try_from(SLICE).unwrap_or(usize::MAX);
    }
    Ok(is_more)
}

/// What is needed of the world to send.
pub trait World {
    /// Tells the shard.
    fn told(&self, finish: FinishParcels) -> impl Future<Output = Result<(), Refused>>;

    /// Sends one.
    fn send(&self, receiver: &str, parcel: &Parcel) -> impl Future<Output = Became>;

    /// The time.
    fn now_ms(&self) -> i64;
}

/// Sends what is due, some at a time, and tells the shard what became of it. What is not begun in time is left to the
/// next alarm; so is what is new behind it.
///
/// # Errors
/// Where the shard cannot be told: then it is sent again.
pub async fn carry<W: World>(world: &W, due: Vec<Due>) -> Result<(), Refused> {
    let began_ms = world.now_ms();
    // In turns, so that one receiver's many do not keep another waiting.
    let mut places: Vec<(usize, usize)> = Vec::new();
    let longest = due.iter().map(|one| one.parcels.len()).max().unwrap_or(0);
    for place in 0..longest {
        let has = due.iter().enumerate();
        let has = has.filter(|(_, one)| place < one.parcels.len());
        places.extend(has.map(|(of, _)| (of, place)));
    }
    let mut became: BTreeMap<(usize, usize), Became> = BTreeMap::new();
    let mut down: BTreeSet<usize> = BTreeSet::new();
    for some in places.chunks(CALLS) {
        if world.now_ms() > began_ms + SENDING_MS {
            break;
        }
        let calls = some.iter().filter(|(of, _)| !down.contains(of));
        let calls = calls.filter_map(|(of, place)| {
            let one = due.get(*of)?;
            let parcel = one.parcels.get(*place)?;
            Some(async move { ((*of, *place), world.send(&one.receiver, parcel).await) })
        });
        for (at, said) in join_all(calls.collect::<Vec<_>>()).await {
            if matches!(said, Became::Unreached { .. }) {
                down.insert(at.0);
            }
            became.insert(at, said);
        }
    }
    for (of, one) in due.into_iter().enumerate() {
        let mut sent = Vec::new();
        let mut to = one.to;
        let mut is_whole = true;
        for (place, parcel) in one.parcels.into_iter().enumerate() {
            match became.remove(&(of, place)) {
                Some(said) => sent.push((parcel, said)),
                // What is new is new from the first that was not sent on.
                None if parcel.is_new && is_whole => {
                    is_whole = false;
                    to = parcel.n - 1;
                }
                None => {}
            }
        }
        // What was sent behind one that was not is sent again, rather than kept apart.
        sent.retain(|(parcel, said)| {
            !parcel.is_new || parcel.n <= to || matches!(said, Became::Arrived)
        });
        if !sent.is_empty() {
            let receiver = one.receiver;
            world.told(FinishParcels { receiver, sent, to }).await?;
        }
    }
    Ok(())
}

/// The signature's header: of each key one, so that a receiver that knows the old or the new one is content.
pub fn signature(receiver: &Receiver, id: &str, now_s: i64, body: &str) -> String {
    let signed = format!("{id}.{now_s}.{body}");
    let each = receiver.keys.iter().map(|key| {
        let mac = key.hmac(signed.as_bytes());
        format!("v1,{}", BASE64.encode(mac))
    });
    each.collect::<Vec<_>>().join(" ")
}

/// How do the receivers of these ids stand?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowReceivers {
    /// Which.
    pub ids: Vec<String>,
}

/// How a receiver stands in a shard, or in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// What arrived.
    pub sent: i64,
    /// What is tried again.
    pub retrying: i64,
    /// What is not.
    pub dead: i64,
    /// What could not be kept.
    pub lost: i64,
    /// Whether it rests because it could not be reached, and until when.
    pub rest_ms: Option<i64>,
    /// When it failed last, and why.
    pub failed_ms: Option<i64>,
    /// Why.
    pub why: Option<String>,
    /// The dead, the newest first.
    pub parcels: Vec<Dead>,
}

/// One that is not tried any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dead {
    /// The event's id.
    pub id: String,
    /// When it happened.
    pub at_ms: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// What came of the last try.
    pub why: String,
}

impl Standing {
    /// Adds what another shard says of it.
    pub fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.retrying += other.retrying;
        self.dead += other.dead;
        self.lost += other.lost;
        self.rest_ms = self.rest_ms.max(other.rest_ms);
        if other.failed_ms > self.failed_ms {
            self.failed_ms = other.failed_ms;
            self.why = other.why;
        }
        self.parcels.extend(other.parcels);
        self.parcels
            .sort_by_key(|dead| std::cmp::Reverse(dead.at_ms));
        self.parcels
            .truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    }
}

impl Question for ShowReceivers {
    const NAME: &'static str = "ShowReceivers";
    type Answer = Vec<Standing>;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let mut all = Vec::new();
        for id in self.ids {
            let rows = desk.sql.run(
                "-- receiver_shown
SELECT sent, retrying, dead, lost, iif(rest_ms > ?2 + 0, rest_ms, NULL), failed_ms, why
FROM receiver WHERE id = ?1",
                params![id.as_str(), desk.now_ms],
            )?;
            let Some(row) = rows.first() else {
                continue;
            };
            let mut standing = Standing {
                sent: row.int(0)?,
                retrying: row.int(1)?,
                dead: row.int(2)?,
                lost: row.int(3)?,
                rest_ms: row.opt_int(4)?,
                failed_ms: row.opt_int(5)?,
                why: row.opt_text(6)?.map(str::to_owned),
                id,
                parcels: Vec::new(),
            };
            for row in &desk.sql.run(
                "-- parcels_dead
SELECT n, at_ms, attempts, why FROM parcel INDEXED BY parcel_dead
WHERE receiver = ?1 || '' AND due_ms IS NULL ORDER BY n DESC LIMIT ?2",
                params![standing.id.as_str(), SHOWN],
            )? {
                standing.parcels.push(Dead {
                    id: event::id(desk.shard, row.int(0)?),
                    at_ms: row.int(1)?,
                    attempts: row.int(2)?,
                    why: row.text(3)?.to_owned(),
                });
            }
            all.push(standing);
        }
        Ok(all)
    }
}

/// Send dead ones again: these, or all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resend {
    /// To whom.
    pub receiver: String,
    /// The events' ids; all where none is named.
    #[serde(default)]
    pub ids: Option<Vec<String>>,
}

impl Question for Resend {
    const NAME: &'static str = "Resend";
    /// How many.
    type Answer = i64;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let here: Option<Vec<i64>> = self.ids.map(|ids| {
            let ids = ids.iter();
            ids.filter_map(|id| event::find(desk.shard, id)).collect()
        });
        let named = here.as_deref().map(rows::list);
        let again = desk.sql.run(
            "-- resend
UPDATE parcel SET due_ms = ?2, attempts = 0 WHERE receiver = ?1 || '' AND n IN (
  SELECT n FROM parcel INDEXED BY parcel_dead WHERE receiver = ?1 || '' AND due_ms IS NULL
    AND (?3 IS NULL OR n IN (SELECT CAST(value AS INTEGER) FROM json_each(?3))) ORDER BY n LIMIT ?4) RETURNING 1",
            vec![
                self.receiver.as_str().into(),
                desk.now_ms.into(),
                named.unwrap_or(crate::sql::Value::Null),
                MOST.into(),
            ],
        )?;
        desk.sql.run(
            "-- rests_no_more
UPDATE receiver SET rest_ms = 0 WHERE id = ?1 AND ?2 > 0",
            params![self.receiver.as_str(), i64::from(!again.is_empty())],
        )?;
        arm(desk)?;
        Ok(i64::try_from(again.len()).unwrap_or(i64::MAX))
    }
}
