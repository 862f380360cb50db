//! What is known when a post comes in: of itself, its author, and the author's open interaction.

use super::context::Desk;
use super::rows::level;
use super::{credential, customer};
use crate::ack::scene::{EXCHANGE_MS, Exchange, Standing, Thing};
use crate::config::Source;
use crate::judgement::Level;
use crate::sql::{Row, Sql, SqlError, params};

/// What is known when a post comes in: one row, one statement.
pub(super) struct Known {
    /// Whether the ledger has the post.
    pub(super) post: bool,
    /// The id by which its author is kept.
    pub(super) author: Option<String>,
    pub(super) stopped: bool,
    pub(super) last_ack_ms: Option<i64>,
    pub(super) open: Option<Open>,
    /// When the alarm is to ring, if it is set.
    pub(super) alarm_ms: Option<i64>,
    /// Where the platform refuses the source's credential: when one is tried again.
    pub(super) probe_ms: Option<i64>,
    /// The customer whose author it is, and their tier.
    pub(super) customer: Option<String>,
    pub(super) tier: Option<String>,
    /// Whether anybody was ever forgotten here.
    pub(super) forgets: bool,
    /// What the brand's desk has taught, where that is on.
    pub(super) adapter: Option<String>,
}

/// An open interaction.
pub(super) struct Open {
    pub(super) seq: i64,
    pub(super) deadline_ms: i64,
    pub(super) rank: i64,
    pub(super) exchange: Exchange,
    /// The most that was acknowledged in it.
    pub(super) acknowledged: Option<Thing>,
    /// The highest level and urgency of what is unanswered; `None` where all is answered.
    pub(super) owed: Option<(Level, u8)>,
    /// Whether a person has replied in it.
    pub(super) replied: bool,
}

/// The columns `owed_level` and `owed_urgency`, beginning at `at`, and `owed_ms` as [`Open::owed`].
fn owed(row: &Row, at: usize, owed_ms: usize) -> Result<Option<(Level, u8)>, SqlError> {
    let urgency = u8::try_from(row.int(at + 1)?).map_err(|_| SqlError::Json("urgency"))?;
    let owed = (level(row.int(at)?)?, urgency);
    Ok(row.opt_int(owed_ms)?.map(|_| owed))
}

/// The columns of [`Known`], of an author `who` and an interaction `i`.
macro_rules! known {
    () => {
        "
SELECT
  (SELECT 1 FROM post WHERE id = ?1),
  (SELECT 1 FROM stop WHERE platform = ?2 || '' AND author = who.author AND at_ms >= lifted_ms),
  (SELECT planned_ms FROM ack INDEXED BY ack_of_author WHERE author = who.author AND source = ?4 || ''
     AND state IN ('planned', 'sending', 'sent', 'unknown', 'dry_run')
   ORDER BY planned_ms DESC LIMIT 1),
  (SELECT at_ms FROM alarm),
  i.seq, i.owed_level, i.owed_urgency, i.deadline_ms, i.rank,
  CASE WHEN i.spoke_ms > ?5 - ?7 AND (i.lease IS NULL OR i.available_ms > ?5 + 0) THEN 2
    ELSE (i.lease IS NOT NULL AND i.available_ms > ?5 + 0) OR i.replied_ms IS NOT NULL END,
  (SELECT max(emergency) FROM ack WHERE interaction = i.seq AND state <> 'withdrawn'),
  (SELECT probe_ms FROM dead_credential WHERE source = ?4 || '' AND secret = ?6 || ''),
  who.author, i.owed_ms, i.replied_ms, c.id, c.tier, EXISTS (SELECT 1 FROM forgotten),
  (SELECT doc FROM adapter WHERE brand = ?9 || '')
FROM (SELECT coalesce(
  (SELECT author FROM alias WHERE platform = ?2 || '' AND alias = ?3 || ''), ?3 || '') AS author) who
LEFT JOIN customer c ON c.id = (SELECT customer FROM customer_author k WHERE k.platform = ?2 || '' AND k.author IN (
  SELECT who.author UNION ALL SELECT alias FROM alias WHERE platform = ?2 || '' AND author = who.author) LIMIT 1)
"
    };
}

/// What is known of a post, its author, and the author's open interaction with the source.
pub(super) fn known<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    author: Option<&str>,
) -> Result<Known, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- known",
            known!(),
            "LEFT JOIN interaction i ON i.author = who.author AND i.source = ?4 || '' AND i.state = 'open'
LIMIT 1"
        ),
        params![
            id,
            source.platform.as_str(),
            author,
            source.id.as_str(),
            desk.now_ms,
            credential::fingerprint(source),
            EXCHANGE_MS,
            None::<i64>,
            source.brand.id.as_str(),
        ],
    )?;
    Known::read(rows.first().ok_or(SqlError::Json("answer"))?)?.of_all(desk, source)
}

/// The same, with the open interaction that has the post.
pub(super) fn known_in<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    author: Option<&str>,
    seq: i64,
) -> Result<Known, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- known_in",
            known!(),
            "LEFT JOIN interaction i ON i.seq = ?8 + 0 AND i.state = 'open'"
        ),
        params![
            id,
            source.platform.as_str(),
            author,
            source.id.as_str(),
            desk.now_ms,
            credential::fingerprint(source),
            EXCHANGE_MS,
            seq,
            source.brand.id.as_str(),
        ],
    )?;
    Known::read(rows.first().ok_or(SqlError::Json("answer"))?)?.of_all(desk, source)
}

impl Known {
    /// What was said to the customer's other authors counts as said to this one.
    fn of_all<S: Sql>(self, desk: Desk<'_, S>, source: &Source) -> Result<Self, SqlError> {
        let (Some(customer), Some(author)) = (&self.customer, &self.author) else {
            return Ok(self);
        };
        let kin_ms = customer::acked_ms(desk, source.platform, author, customer)?;
        Ok(Self {
            last_ack_ms: self.last_ack_ms.max(kin_ms),
            ..self
        })
    }

    /// How much of the usual time a person may take for them, in percent.
    pub(super) fn percent<S>(&self, desk: Desk<'_, S>, level: Level) -> u32 {
        desk.config.percent(self.tier.as_deref(), level)
    }

    fn read(row: &Row) -> Result<Self, SqlError> {
        let open = match row.opt_int(4)? {
            None => None,
            Some(seq) => Some(Open {
                seq,
                owed: owed(row, 5, 13)?,
                replied: row.opt_int(14)?.is_some(),
                deadline_ms: row.int(7)?,
                rank: row.int(8)?,
                exchange: match row.int(9)? {
                    2 => Exchange::Live,
                    1 => Exchange::Begun,
                    _ => Exchange::None,
                },
                acknowledged: row.opt_int(10)?.map(|emergency| match emergency {
                    0 => Thing::Plea,
                    _ => Thing::Emergency,
                }),
            }),
        };
        Ok(Known {
            post: row.opt_int(0)?.is_some(),
            stopped: row.opt_int(1)?.is_some(),
            last_ack_ms: row.opt_int(2)?,
            alarm_ms: row.opt_int(3)?,
            probe_ms: row.opt_int(11)?,
            customer: row.opt_text(15)?.map(str::to_string),
            tier: row.opt_text(16)?.map(str::to_string),
            forgets: row.int(17)? != 0,
            adapter: row.opt_text(18)?.map(str::to_string),
            author: row.opt_text(12)?.map(str::to_string),
            open,
        })
    }

    pub(super) fn standing(&self, now_ms: i64) -> Standing {
        let open = self.open.as_ref();
        Standing {
            acknowledged: open.and_then(|open| open.acknowledged),
            last_ms: self.last_ack_ms,
            stopped: self.stopped,
            exchange: open.map_or(Exchange::None, |open| open.exchange),
            placed: false,
            credential_dead: self.probe_ms.is_some_and(|probe_ms| now_ms < probe_ms),
        }
    }
}
