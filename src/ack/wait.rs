//! How long until a person answers: what may be told of it, and why nothing may.

use super::voice::Wait;
use crate::clock::Calendar;
use chrono::{Datelike, Timelike};
use serde::Serialize;
use std::fmt;

/// A wait that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What the voice says.
    pub wait: Wait,
    /// When a person must have answered for it to be true, or be back.
    pub by_ms: i64,
}

/// Why nothing is said of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Untold {
    /// Too little was answered lately to know how long it takes.
    NoPace,
    /// Nobody is on duty for so long that a weekday would mislead.
    LongClosed,
    /// The platform's limit leaves no room for it.
    NoRoom,
}

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPace => "too little was answered lately to know how long it takes",
            Self::LongClosed => "nobody is on duty for so long that a weekday would mislead",
            Self::NoRoom => "the platform's limit leaves no room for it",
        })
    }
}

/// From so many days ahead a weekday's name is understood as the one before.
const WEEK_DAYS: i64 = 7;

/// What may be told at `now_ms` to an author whose post people serve in these hours.
pub fn told(hours: &Calendar, now_ms: i64) -> Result<Told, Untold> {
    let opens_ms = hours.next_open(now_ms).ok_or(Untold::LongClosed)?;
    if opens_ms == now_ms {
        return Err(Untold::NoPace);
    }
    back(hours, opens_ms, now_ms).ok_or(Untold::LongClosed)
}

/// "Back on Monday at 9:00", by the clock of those who are back.
fn back(hours: &Calendar, opens_ms: i64, now_ms: i64) -> Option<Told> {
    let (now, opens) = (hours.wall(now_ms), hours.wall(opens_ms));
    let days = opens.date().signed_duration_since(now.date()).num_days();
    (days < WEEK_DAYS).then_some(Told {
        wait: Wait::BackAt {
            weekday: opens.weekday(),
            hh: u8::try_from(opens.hour()).ok()?,
            mm: u8::try_from(opens.minute()).ok()?,
        },
        by_ms: opens_ms,
    })
}
