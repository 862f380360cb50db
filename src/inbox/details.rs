//! What customers left on the details page, sealed as it came: see [`crate::details`].
//!
//! The object keeps it and cannot read it. That something was left shows with the interaction, the wish to be called
//! or written to with whoever holds it; the rest is told to its holder alone, who asks for it, and that is a deed. It
//! goes with the interaction, and once its author took back the last post of it.

use super::question::{Concern, Question};
use super::rank::rank;
use super::rows::{self, HEARD, Record, note};
use super::state::{Did, Stored};
use super::wire::{Holding, Refused};
use super::{pick, work};
use crate::config::Source;
use crate::details::form::Wish;
use crate::details::seal::Sealed;
use crate::inbox::context::Desk;
use crate::inbox::ready::Work;
use crate::inbox::shard::Shard;
use crate::judgement::Level;
use crate::post::{InteractionId, SourceId};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// How often something may be left for an interaction: who has more to say writes.
pub const MOST: u32 = 5;

/// A holder makes a link to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MakeLink {
    /// Which.
    pub holding: Holding,
    /// The link, signed by the Worker.
    pub link: String,
    /// Until when it is good: epoch milliseconds.
    pub until_ms: i64,
}

/// A link to the page. It is for a private message alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The link.
    pub link: String,
    /// Until when it is good: epoch milliseconds.
    pub until_ms: i64,
}

impl Question for MakeLink {
    const NAME: &'static str = "MakeLink";
    type Answer = Link;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let mut record = work::held(desk, &self.holding)?;
        work::alive(desk, &mut record)?;
        let by = &self.holding.agent;
        note(desk, record.seq, by, Did::DetailsLinked, None)?;
        Ok(Link {
            link: self.link,
            until_ms: self.until_ms,
        })
    }
}

/// Whom does the page speak for, and in which language?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowPage {
    /// The interaction's number.
    pub seq: i64,
}

/// What the page needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageOf {
    /// The source whose brand speaks.
    pub source: SourceId,
    /// The customer's language.
    pub lang: String,
    /// Whether anything more may be left.
    pub has_room: bool,
}

impl Question for ShowPage {
    const NAME: &'static str = "ShowPage";
    type Answer = PageOf;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let record = rows::interaction(desk, place(desk, self.seq)?)?;
        // Of one that its author took back there is nothing to look after.
        if record.live == 0 {
            return Err(Refused::NotFound);
        }
        let (n, _) = count(desk, record.seq, "")?;
        Ok(PageOf {
            source: SourceId::new(record.source),
            lang: record.lang,
            has_room: n < i64::from(MOST),
        })
    }
}

/// A customer left something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeaveDetails {
    /// The interaction's number.
    pub seq: i64,
    /// By which the same submission is known when it comes again.
    pub once: String,
    /// How they want to hear from us.
    #[serde(default)]
    pub wish: Option<Wish>,
    /// All of it, sealed.
    pub sealed: Sealed,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// It is stored, now or since the same came before.
    Kept,
    /// As much was left as may be.
    Full,
}

impl Question for LeaveDetails {
    const NAME: &'static str = "LeaveDetails";
    type Answer = Taken;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        leave(desk, &self)
    }
}

/// What did customers leave? Its holder asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadDetails {
    /// The interaction's number.
    pub seq: i64,
    /// Who asks.
    pub agent: String,
}

/// Something that was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When.
    pub at_ms: i64,
    /// All of it, sealed.
    pub sealed: Sealed,
}

impl Question for ReadDetails {
    const NAME: &'static str = "ReadDetails";
    type Answer = Vec<Kept>;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let record = rows::interaction(desk, self.seq)?;
        let is_theirs = record.holder.as_deref() == Some(self.agent.as_str());
        if !is_theirs || !record.is_held(desk.now_ms) {
            return Err(record.lease_lost(desk.now_ms));
        }
        let found = desk.sql.run(
            "-- details
SELECT at_ms, key, left_for, sealed FROM details WHERE interaction = ?1 ORDER BY n",
            params![self.seq],
        )?;
        let kept = found.iter().map(|row| {
            Ok(Kept {
                at_ms: row.int(0)?,
                sealed: Sealed {
                    key: row.text(1)?.to_string(),
                    id: InteractionId::new(row.text(2)?),
                    text: row.text(3)?.to_string(),
                },
            })
        });
        Ok(kept.collect::<Result<_, SqlError>>()?)
    }
}

/// Where what is left for an interaction goes: it may have joined another since.
fn place<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<i64, Refused> {
    let rows = desk.sql.run(
        "-- details_place
SELECT coalesce(joined, seq) FROM interaction WHERE seq = ?1",
        params![seq],
    )?;
    Ok(rows.first().ok_or(Refused::NotFound)?.int(0)?)
}

/// How often something was left, and whether this was.
fn count<S: Sql>(desk: Desk<'_, S>, seq: i64, once: &str) -> Result<(i64, bool), SqlError> {
    let rows = desk.sql.run(
        "-- details_count
SELECT coalesce(max(n), 0), coalesce(max(once = ?2), 0) FROM details WHERE interaction = ?1",
        params![seq, once],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    Ok((row.int(0)?, row.int(1)? != 0))
}

fn leave<S: Sql>(desk: Desk<'_, S>, left: &LeaveDetails) -> Result<Taken, Refused> {
    let mut seq = place(desk, left.seq)?;
    let mut record = rows::interaction(desk, seq)?;
    if record.live == 0 {
        return Err(Refused::NotFound);
    }
    if count(desk, seq, &left.once)?.1 {
        return Ok(Taken::Kept);
    }
    // Nobody looks at what has ended: it opens again, as by a supervisor, or what its author has open is where
    // somebody looks.
    if record.stored == Stored::Done {
        match pick::reopen(desk, seq, HEARD, "details") {
            Ok(_) => {}
            Err(Refused::OpenAlready { id }) => {
                let other = Shard::find(id.as_str(), desk.shards);
                seq = other.ok_or(Refused::NotFound)?.1;
            }
            Err(refused) => return Err(refused),
        }
        record = rows::interaction(desk, seq)?;
    }
    let (n, is_known) = count(desk, seq, &left.once)?;
    if is_known {
        return Ok(Taken::Kept);
    }
    if n >= i64::from(MOST) {
        return Ok(Taken::Full);
    }
    let change = news(desk, &record)?;
    desk.sql.run(
        "-- leave_details
INSERT INTO details (interaction, n, change, at_ms, once, wish, key, left_for, sealed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            seq,
            n + 1,
            change,
            desk.now_ms,
            left.once.as_str(),
            left.wish.map(Wish::as_str),
            left.sealed.key.as_str(),
            left.sealed.id.as_str(),
            left.sealed.text.as_str(),
        ],
    )?;
    // The wish is its holder's to read: the history is everybody's who sees the interaction.
    note(desk, seq, HEARD, Did::DetailsLeft, None)?;
    Ok(Taken::Kept)
}

/// Its author said something: as by a post of no particular urgency, an answer is owed, and an interaction that nobody
/// holds is offered at once. Gives the change's number.
fn news<S: Sql>(desk: Desk<'_, S>, record: &Record) -> Result<i64, SqlError> {
    let source = desk.config.source(&SourceId::new(record.source.as_str()));
    if let (None, Some(source)) = (record.owed_ms, source) {
        owe(desk, record, source)?;
    }
    let rows = desk.sql.run(
        "-- details_news
UPDATE interaction SET changes = changes + 1, attempts = 0, passed_by = NULL, passed_ms = NULL, updated_ms = ?2,
  assigned_ms = CASE WHEN kept_for IS NULL THEN assigned_ms ELSE min(assigned_ms, ?3) END,
  available_ms = CASE WHEN lease IS NULL THEN min(available_ms, ?2) ELSE available_ms END
WHERE seq = ?1 RETURNING changes",
        params![record.seq, desk.now_ms, super::kept::from_ms(desk.now_ms)],
    )?;
    desk.ready.note(Work::One(record.seq), desk.now_ms);
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

fn owe<S: Sql>(desk: Desk<'_, S>, record: &Record, source: &Source) -> Result<(), SqlError> {
    let level = Level::Routine;
    let deadlines = &desk.config.deadlines;
    let deadline_ms = match record.replied_ms {
        Some(_) => deadlines.next(source, level, desk.now_ms),
        None => deadlines.deadline(source, level, desk.now_ms),
    };
    let urgency = record.urgency.min(pick::MOST_ROUTINE);
    desk.sql.run(
        "-- details_owed
UPDATE interaction SET owed_ms = ?2, owed_level = ?3, owed_urgency = ?4, deadline_ms = ?5, target_ms = ?5, rank = ?6
WHERE seq = ?1",
        params![
            record.seq,
            desk.now_ms,
            u8::from(level),
            urgency,
            deadline_ms,
            rank(deadline_ms, level, urgency),
        ],
    )?;
    Ok(())
}
