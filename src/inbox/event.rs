//! Events: what happened to interactions, in the order in which it did, for consoles that listen and for receivers
//! elsewhere.
//!
//! An event is one row, and only where somebody wants it: triggers beside the history write it while `event_wanted`
//! says so, in the transaction of what happened. Where nobody listens and no receiver is configured, nothing is
//! written. An event carries no text and no author; where the brand's CRM says whose author it is, it carries the
//! brand's own id of the customer, and their tier.
//!
//! Who listens is told everything that happens in a *period*. It begins when somebody listens after nobody did for
//! [`LISTEN_MS`], and goes on as long as somebody does or did so recently; so a place in it ([`Mark`]) can be resumed
//! without a gap. A place in another period, or before what is kept, cannot, and the answer says so.

use super::question::{Concern, Question};
use super::shard::{EPOCH, Shard};
use super::wire::Refused;
use super::{alarm, visible};
use crate::config::Config;
use crate::inbox::context::Desk;
use crate::post::{InteractionId, SourceId, Workgroup};
use crate::scope::Scope;
use crate::sql::{Row, Sql, SqlError, params};
use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The step of the migrations.
pub const TABLES: &str = "-- migration events
CREATE TABLE event (
  n INTEGER PRIMARY KEY,              -- the highest is never forgotten, so that none is given twice
  at_ms INTEGER NOT NULL,
  what TEXT NOT NULL,                 -- history.did, or what is no deed: see inbox/event.rs
  interaction INTEGER NOT NULL,
  workgroup TEXT NOT NULL,            -- whose it is then
  source TEXT NOT NULL,
  level INTEGER NOT NULL,
  who TEXT,                           -- who did it
  came_from TEXT                      -- whose it was before
) STRICT;

CREATE TABLE event_wanted (           -- what is written down: '*' for all
  what TEXT PRIMARY KEY,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event_mark (
  period INTEGER NOT NULL,            -- in which all that happens is written down without a gap
  missed_ms INTEGER NOT NULL,         -- deadlines up to here were told
  missed_seq INTEGER NOT NULL
) STRICT;
INSERT INTO event_mark VALUES (0, 0, 0);

CREATE TRIGGER event_deed AFTER INSERT ON history
WHEN EXISTS (SELECT 1 FROM event_wanted WHERE what IN ('*', NEW.did) AND until_ms > NEW.at_ms)
BEGIN
  INSERT INTO event (at_ms, what, interaction, workgroup, source, level, who)
  SELECT NEW.at_ms, NEW.did, seq, workgroup, source, level, NEW.who FROM interaction WHERE seq = NEW.interaction;
END;
CREATE TRIGGER event_opened AFTER INSERT ON interaction
WHEN EXISTS (SELECT 1 FROM event_wanted WHERE what IN ('*', 'opened') AND until_ms > NEW.opened_ms)
BEGIN
  INSERT INTO event (at_ms, what, interaction, workgroup, source, level)
  VALUES (NEW.opened_ms, 'opened', NEW.seq, NEW.workgroup, NEW.source, NEW.level);
END;
CREATE TRIGGER event_posted AFTER UPDATE OF posts ON interaction
WHEN NEW.posts > OLD.posts AND EXISTS (
  SELECT 1 FROM event_wanted WHERE what IN ('*', 'posted') AND until_ms > coalesce(NEW.updated_ms, NEW.opened_ms))
BEGIN
  INSERT INTO event (at_ms, what, interaction, workgroup, source, level)
  VALUES (coalesce(NEW.updated_ms, NEW.opened_ms), 'posted', NEW.seq, NEW.workgroup, NEW.source, NEW.level);
END;
CREATE TRIGGER event_raised AFTER UPDATE OF level ON interaction
WHEN NEW.level > OLD.level AND EXISTS (
  SELECT 1 FROM event_wanted WHERE what IN ('*', 'raised') AND until_ms > max(NEW.level_ms, coalesce(NEW.updated_ms, 0)))
BEGIN
  INSERT INTO event (at_ms, what, interaction, workgroup, source, level)
  VALUES (max(NEW.level_ms, coalesce(NEW.updated_ms, 0)), 'raised', NEW.seq, NEW.workgroup, NEW.source, NEW.level);
END;
CREATE TRIGGER event_moved AFTER UPDATE OF workgroup ON interaction
WHEN NEW.workgroup <> OLD.workgroup AND EXISTS (
  SELECT 1 FROM event_wanted WHERE what IN ('*', 'moved') AND until_ms > max(NEW.level_ms, coalesce(NEW.updated_ms, 0)))
BEGIN
  INSERT INTO event (at_ms, what, interaction, workgroup, source, level, came_from)
  VALUES (max(NEW.level_ms, coalesce(NEW.updated_ms, 0)), 'moved', NEW.seq, NEW.workgroup, NEW.source, NEW.level,
    OLD.workgroup);
END;
CREATE TRIGGER event_ack_sent AFTER UPDATE OF state ON ack
WHEN NEW.state = 'sent' AND OLD.state <> 'sent' AND EXISTS (
  SELECT 1 FROM event_wanted WHERE what IN ('*', 'ack_sent') AND until_ms > NEW.changed_ms)
BEGIN
  INSERT INTO event (at_ms, what, interaction, workgroup, source, level, who)
  SELECT NEW.changed_ms, 'ack_sent', seq, workgroup, source, level, 'heard' FROM interaction WHERE seq = NEW.interaction;
END;
";

/// For how long events are written down after the last that was listened to, and how long they are kept: as long as
/// a console's reload, a tunnel or a laptop's lid takes.
pub const LISTEN_MS: i64 = 15 * 60_000;

/// How many rows a question reads at most.
pub const PAGE: u32 = 500;

/// How many deadlines are told in one step.
const SLICE: i64 = 500;

/// How many events are forgotten at a time.
const FORGET: u32 = 2_000;

/// Every event's word, and how it is called outside.
pub const KINDS: &[(&str, &str)] = &[
    ("opened", "interaction.opened"),
    ("posted", "interaction.posted"),
    ("raised", "interaction.raised"),
    ("moved", "interaction.moved"),
    ("claimed", "interaction.claimed"),
    ("released", "interaction.released"),
    ("given_back", "interaction.given_back"),
    ("assigned", "interaction.assigned"),
    ("transferred", "interaction.transferred"),
    ("snoozed", "interaction.snoozed"),
    ("reply_sent", "interaction.replied"),
    ("reply_refused", "interaction.reply_refused"),
    ("reply_unknown", "interaction.reply_unknown"),
    ("resolved", "interaction.resolved"),
    ("withdrawn", "interaction.withdrawn"),
    ("dead", "interaction.dead"),
    ("redriven", "interaction.redriven"),
    ("reopened", "interaction.reopened"),
    ("joined", "interaction.joined"),
    ("promoted", "interaction.promoted"),
    ("post_edited", "interaction.post_edited"),
    ("post_completed", "interaction.post_completed"),
    ("post_deleted", "interaction.post_deleted"),
    ("ack_sent", "interaction.ack_sent"),
    ("ack_refused", "interaction.ack_refused"),
    ("ack_unknown", "interaction.ack_unknown"),
    ("ack_withdrawn", "interaction.ack_withdrawn"),
    ("tagged", "interaction.tagged"),
    ("noted", "interaction.noted"),
    ("corrected", "interaction.corrected"),
    ("stop_recorded", "interaction.stop_recorded"),
    ("start_recorded", "interaction.start_recorded"),
    ("details_linked", "interaction.details_linked"),
    ("details_left", "interaction.details_left"),
    ("survey_answered", "interaction.survey_answered"),
    ("invited", "interaction.invited"),
    ("word_said", "promise.word_said"),
    ("update_said", "incident.update_said"),
    ("promise_broken", "promise.broken"),
    ("promise_void", "promise.void"),
    ("sla_missed", "sla.missed"),
];

/// How an event is called outside. A word that this version does not know comes from a later one.
pub fn kind(what: &str) -> String {
    let known = KINDS.iter().find(|(word, _)| *word == what);
    known.map_or_else(
        || format!("interaction.{what}"),
        |(_, kind)| (*kind).to_owned(),
    )
}

/// The word of a kind.
pub fn word(kind: &str) -> Option<&'static str> {
    let known = KINDS.iter().find(|(_, outside)| *outside == kind);
    known.map(|(word, _)| *word)
}

/// The id of the event of that number: the same however often it is told.
pub fn id(shard: Shard, n: i64) -> String {
    format!("{EPOCH}-{:02x}-e{n}", shard.number())
}

/// The number of the event of that id, if it is one of this shard.
pub fn find(shard: Shard, text: &str) -> Option<i64> {
    let (_, n) = text.rsplit_once("-e")?;
    let n: i64 = n.parse().ok()?;
    (id(shard, n) == text).then_some(n)
}

/// A place among a shard's events: behind the event of that number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The period.
    pub period: i64,
    /// The number.
    pub n: i64,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the shard.
    pub n: i64,
    /// What: see [`KINDS`].
    pub what: String,
    /// When.
    pub at_ms: i64,
    /// To which interaction.
    pub interaction: InteractionId,
    /// Whose it was then.
    pub workgroup: Workgroup,
    /// The source.
    pub source: SourceId,
    /// Its level then.
    pub level: u8,
    /// Who did it: an agent's id, `heard` or `platform`; nobody where its author did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Whose it was before, where it moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_from: Option<Workgroup>,
    /// Whose author's it is, as the brand knows them now: the brand's id, and their tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<(String, Option<String>)>,
}

impl Event {
    fn read<S>(desk: Desk<'_, S>, row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            n: row.int(0)?,
            at_ms: row.int(1)?,
            what: row.text(2)?.to_owned(),
            interaction: desk.shard.interaction(row.int(3)?),
            workgroup: Workgroup::new(row.text(4)?),
            source: SourceId::new(row.text(5)?),
            level: u8::try_from(row.int(6)?).unwrap_or_default(),
            who: row.opt_text(7)?.map(str::to_owned),
            came_from: row.opt_text(8)?.map(Workgroup::new),
            customer: match row.opt_text(9)? {
                Some(id) => Some((id.to_owned(), row.opt_text(10)?.map(str::to_owned))),
                None => None,
            },
        })
    }

    /// Its id: the same however often it is told.
    pub fn id(&self, shard: Shard) -> String {
        id(shard, self.n)
    }

    /// As it is told outside, to consoles and receivers alike.
    pub fn document(&self, config: &Config, shard: Shard) -> Value {
        let mut data = json!({
            "id": self.id(shard),
            "interaction": self.interaction,
            "workgroup": self.workgroup,
            "source": self.source,
            "level": self.level,
        });
        if let Some(data) = data.as_object_mut() {
            if let Some(source) = config.source(&self.source) {
                data.insert("platform".into(), source.platform.as_str().into());
            }
            if let Some(who) = &self.who {
                data.insert("by".into(), who.as_str().into());
            }
            if let Some(before) = &self.came_from {
                data.insert("came_from".into(), before.as_str().into());
            }
            if let Some((id, tier)) = &self.customer {
                let mut customer = json!({"id": id});
                if let (Some(tier), Some(customer)) = (tier, customer.as_object_mut()) {
                    customer.insert("tier".into(), tier.as_str().into());
                }
                data.insert("customer".into(), customer);
            }
        }
        let at = DateTime::from_timestamp_millis(self.at_ms).unwrap_or_default();
        json!({
            "type": kind(&self.what),
            "timestamp": at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "data": data,
        })
    }

    /// Whether it concerns the work of one of these workgroups.
    pub fn is_of(&self, workgroups: &[Workgroup]) -> bool {
        let came_from = self.came_from.as_ref();
        workgroups.contains(&self.workgroup)
            || came_from.is_some_and(|before| workgroups.contains(before))
    }
}

/// What happened, as somebody who listens is told it: all of it that they may see, from one place to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fed {
    /// The period.
    pub period: i64,
    /// Behind which event it begins.
    pub from: i64,
    /// Up to which it goes.
    pub to: i64,
    /// What of it they may see, in its order.
    pub events: Vec<Event>,
    /// Whether there is more behind.
    #[serde(default)]
    pub more: bool,
    /// Whether the place that they named cannot be resumed: this begins at the newest.
    #[serde(default)]
    pub reset: bool,
}

/// What happened since then? Whoever asks listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Since when; from now on where nothing is named.
    #[serde(default)]
    pub after: Option<Mark>,
}

impl Question for Feed {
    const NAME: &'static str = "Feed";
    type Answer = Fed;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        listen(desk)?;
        let now = newest(desk)?;
        let at_now = |reset| Fed {
            period: now.period,
            from: now.n,
            to: now.n,
            reset,
            ..Fed::default()
        };
        let Some(after) = self.after else {
            return Ok(at_now(false));
        };
        let first = desk.sql.run(
            "-- first_event
SELECT min(n) FROM event",
            params![],
        )?;
        let first = first.first().ok_or(SqlError::Json("answer"))?.opt_int(0)?;
        let is_kept = first.is_none_or(|first| after.n + 1 >= first);
        if after.period != now.period || after.n > now.n || after.n < 0 || !is_kept {
            return Ok(at_now(true));
        }
        Ok(seen(desk, scope, &page(desk, after.n)?, after.n)?)
    }
}

/// Somebody listens from now on: begins a period where nobody did.
///
/// # Errors
/// Where the storage fails.
pub fn listen<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    desk.sql.run(
        "-- period
UPDATE event_mark SET period = period + 1, missed_ms = iif(
    EXISTS (SELECT 1 FROM event_wanted WHERE what = 'sla_missed' AND until_ms > ?1 + 0), missed_ms, ?1)
WHERE NOT EXISTS (SELECT 1 FROM event_wanted WHERE what = '*' AND until_ms > ?1 + 0)",
        params![desk.now_ms],
    )?;
    go_on(desk)
}

/// Somebody has listened all the time, and goes on: the period does.
///
/// # Errors
/// Where the storage fails.
pub fn go_on<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    desk.sql.run(
        "-- listened
INSERT INTO event_wanted VALUES ('*', ?1)
ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms WHERE until_ms < ?1 - ?2",
        params![desk.now_ms + LISTEN_MS, LISTEN_MS / 3],
    )?;
    Ok(())
}

/// Where the newest event is.
///
/// # Errors
/// Where the storage fails.
pub fn newest<S: Sql>(desk: Desk<'_, S>) -> Result<Mark, SqlError> {
    let rows = desk.sql.run(
        "-- newest_event
SELECT period, (SELECT coalesce(max(n), 0) FROM event) FROM event_mark",
        params![],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    Ok(Mark {
        period: row.int(0)?,
        n: row.int(1)?,
    })
}

/// The events behind that number: a page of them.
///
/// # Errors
/// Where the storage fails.
pub fn page<S: Sql>(desk: Desk<'_, S>, after: i64) -> Result<Vec<Event>, SqlError> {
    let rows = desk.sql.run(
        "-- events
SELECT e.n, e.at_ms, e.what, e.interaction, e.workgroup, e.source, e.level, e.who, e.came_from, c.id, c.tier
FROM event e LEFT JOIN interaction i ON i.seq = e.interaction
LEFT JOIN customer c ON c.id = (SELECT k.customer FROM customer_author k WHERE k.platform = i.platform AND k.author IN (
  SELECT i.author UNION ALL SELECT a.alias FROM alias a WHERE a.platform = i.platform AND a.author = i.author) LIMIT 1)
WHERE e.n > ?1 + 0 ORDER BY e.n LIMIT ?2 + 0",
        params![after, PAGE],
    )?;
    rows.iter().map(|row| Event::read(desk, row)).collect()
}

/// What somebody may see of a page that begins behind `after`.
///
/// # Errors
/// Where the storage fails.
pub fn seen<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    page: &[Event],
    after: i64,
) -> Result<Fed, SqlError> {
    let workgroups = visible::workgroups(desk, scope)?;
    let may_see = |event: &&Event| scope.all || event.is_of(&workgroups);
    Ok(Fed {
        period: newest(desk)?.period,
        from: after,
        to: page.last().map_or(after, |last| last.n),
        events: page.iter().filter(may_see).cloned().collect(),
        more: page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX),
        reset: false,
    })
}

/// Writes down what no trigger does.
pub(super) fn note<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    what: &str,
    who: Option<&str>,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- event
INSERT INTO event (at_ms, what, interaction, workgroup, source, level, who)
SELECT ?2, ?3, seq, workgroup, source, level, ?4 FROM interaction
WHERE seq = ?1 AND EXISTS (SELECT 1 FROM event_wanted WHERE what IN ('*', ?3) AND until_ms > ?2 + 0)",
        params![seq, desk.now_ms, what, who],
    )?;
    Ok(())
}

/// Tells which deadlines have passed, where somebody wants to know; and when the next one does.
///
/// # Errors
/// Where the storage fails.
pub fn watch<S: Sql>(desk: Desk<'_, S>) -> Result<Option<i64>, SqlError> {
    let wanted = desk.sql.run(
        "-- misses_wanted
SELECT 1 FROM event_wanted WHERE what IN ('*', 'sla_missed') AND until_ms > ?1 + 0",
        params![desk.now_ms],
    )?;
    if wanted.is_empty() {
        return Ok(None);
    }
    let told = desk.sql.run(
        "-- deadlines_missed
INSERT INTO event (at_ms, what, interaction, workgroup, source, level, who)
SELECT i.deadline_ms, 'sla_missed', i.seq, i.workgroup, i.source, i.owed_level, 'heard'
FROM event_mark m CROSS JOIN interaction i INDEXED BY overdue
WHERE i.state = 'open' AND i.owed_ms IS NOT NULL AND i.deadline_ms >= m.missed_ms AND i.deadline_ms < ?1 + 0
  AND (i.deadline_ms > m.missed_ms OR i.seq > m.missed_seq)
ORDER BY i.deadline_ms, i.seq LIMIT ?2
RETURNING at_ms, interaction",
        params![desk.now_ms, SLICE],
    )?;
    let mut last = (0, 0);
    for row in &told {
        last = last.max((row.int(0)?, row.int(1)?));
    }
    if !told.is_empty() {
        desk.sql.run(
            "-- missed_mark
UPDATE event_mark SET missed_ms = ?1, missed_seq = ?2",
            params![last.0, last.1],
        )?;
    }
    next_miss(desk)
}

/// When the next deadline will have passed of which nobody was told.
///
/// # Errors
/// Where the storage fails.
pub fn next_miss<S: Sql>(desk: Desk<'_, S>) -> Result<Option<i64>, SqlError> {
    let next = desk.sql.run(
        "-- next_miss
SELECT min(i.deadline_ms) FROM event_mark m CROSS JOIN interaction i INDEXED BY overdue
WHERE i.state = 'open' AND i.owed_ms IS NOT NULL AND i.deadline_ms >= m.missed_ms
  AND (i.deadline_ms > m.missed_ms OR i.seq > m.missed_seq)",
        params![],
    )?;
    let next = next.first().ok_or(SqlError::Json("answer"))?.opt_int(0)?;
    // At its very moment it is not missed yet.
    Ok(next.map(|next_ms| next_ms + 1))
}

/// Tells which deadlines have passed, and sees to it that the alarm looks at the next.
///
/// # Errors
/// Where the storage fails.
pub fn wake<S: Sql>(desk: Desk<'_, S>) -> Result<(), SqlError> {
    match watch(desk)? {
        Some(next_ms) => alarm::wake_by(desk, next_ms.max(desk.now_ms)),
        None => Ok(()),
    }
}

/// Forgets a slice of what nobody listens to any more, up to that number at most; whether there may be more.
///
/// # Errors
/// Where the storage fails.
pub fn forget<S: Sql>(desk: Desk<'_, S>, up_to: i64) -> Result<bool, SqlError> {
    let gone = desk.sql.run(
        "-- forget_events
DELETE FROM event WHERE n IN (
  SELECT n FROM (SELECT n, at_ms FROM event WHERE n <= ?2 + 0 AND n < (SELECT max(n) FROM event)
    ORDER BY n LIMIT ?3 + 0)
  WHERE at_ms < ?1 + 0) RETURNING 1",
        params![desk.now_ms - LISTEN_MS, up_to, FORGET],
    )?;
    Ok(gone.len() >= usize::try_from(FORGET).unwrap_or(usize::MAX))
}
