//! Whether an author wants to hear from us: by their own word, the platform's, or a supervisor's record
//! of what they asked for elsewhere.

use super::customer;
use super::person;
use super::question::{Concern, Question};
use super::rows::{count, note};
use super::state::Did;
use super::stops;
use super::wire::Refused;
use super::wire::StopRecord;
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
    let author = person::resolve(desk, record.platform, record.author.as_str())?;
    let did = if record.stop {
        stopped(desk, record.platform, &author, None)?;
        Did::StopRecorded
    } else {
        started(desk, record.platform, &author, Some(desk.now_ms))?;
        Did::StartRecorded
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

/// The author wants no messages from us: for ever, and at once. They said so at `at_ms`, or now where
/// nobody knows when. Gives false where it comes late, after a newer word to the contrary.
pub(super) fn stopped<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    at_ms: Option<i64>,
) -> Result<bool, SqlError> {
    let at_ms = moment(desk, at_ms);
    if !stops::hear_stop(desk, platform, author, at_ms)? {
        return Ok(false);
    }
    count(desk, "stops", 1)?;
    customer::share(desk, platform, author, Some(at_ms), None)?;
    Ok(true)
}

/// The author lets us write to them again, since `at_ms`. Only a later word than the stop lifts it, and
/// nothing where nobody knows when it was said: a platform delivers again, and whoever has an old delivery
/// may send it again where its time is not signed. Gives false where a stop stays.
pub(super) fn started<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    at_ms: Option<i64>,
) -> Result<bool, SqlError> {
    if let Some(at_ms) = at_ms {
        let at_ms = moment(desk, Some(at_ms));
        stops::hear_start(desk, platform, author, at_ms)?;
        customer::share(desk, platform, author, None, Some(at_ms))?;
    }
    if stops::stopped_ms(desk, platform, author)?.is_some() {
        return Ok(false);
    }
    count(desk, "starts", 1)?;
    Ok(true)
}

/// When something was said: no later than now, whatever a clock elsewhere says.
fn moment<S>(desk: Desk<'_, S>, at_ms: Option<i64>) -> i64 {
    at_ms.map_or(desk.now_ms, |at_ms| at_ms.min(desk.now_ms))
}
