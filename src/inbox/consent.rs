//! Whether an author wants to hear from us: by their own word, the platform's, or a supervisor's record
//! of what they asked for elsewhere.

use super::alias;
use super::question::{Concern, Question};
use super::rows::{count, note};
use super::wire::Refused;
use super::wire::StopRecord;
use super::withdraw;
use crate::inbox::context::Desk;
use crate::post::Platform;
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// A supervisor writes down that an author wants no messages, or wants them again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordStop {
    /// Who, what, by whom and why.
    pub record: StopRecord,
}

impl Question for RecordStop {
    const NAME: &'static str = "RecordStop";
    type Answer = ();

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        Ok(record(desk, &self.record)?)
    }
}

/// A supervisor writes down what the author asked for: on the phone, by letter, of an agent.
pub(super) fn record<S: Sql>(desk: Desk<'_, S>, record: &StopRecord) -> Result<(), SqlError> {
    let author = alias::resolve(desk, record.platform, record.author.as_str())?;
    let did = if record.stop {
        stopped(desk, record.platform, &author)?;
        "stop_recorded"
    } else {
        started(desk, record.platform, &author)?;
        "start_recorded"
    };
    let open = desk.sql.run(
        "-- open_of
SELECT seq FROM interaction WHERE author = ?1 || '' AND state = 'open' AND platform = ?2 || ''",
        params![author, record.platform.as_str()],
    )?;
    for row in &open {
        note(desk, row.int(0)?, &record.by, did, Some(&record.reason))?;
    }
    Ok(())
}

/// The author wants no messages from us: for ever, and at once.
pub(super) fn stopped<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- stopped
INSERT INTO stop VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![platform.as_str(), author, desk.now_ms],
    )?;
    count(desk, "stops", 1)?;
    withdraw::withdraw_author(desk, platform, author, "stopped")
}

/// The author lets us write to them again.
pub(super) fn started<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- started
DELETE FROM stop WHERE platform = ?1 AND author = ?2",
        params![platform.as_str(), author],
    )?;
    count(desk, "starts", 1)
}
