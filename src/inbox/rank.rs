//! Who is served first.

use crate::judgement::Level;

/// The rank of an interaction: its deadline, moved earlier by a head start that grows with the
/// level. Lowest is served first.
///
/// An emergency's head start is longer than any clock, so it goes before everything. An urgent one's
/// is eight hours: it goes before all routine that is not yet eight hours overdue, and routine still
/// rises past it in the end. Urgency orders equals, a second a point.
pub fn rank(deadline_ms: i64, level: Level, urgency: u8) -> i64 {
    let head_start_ms = match level {
        Level::Emergency => 10_000_000_000_000,
        Level::Urgent => 8 * 3_600_000,
        Level::Routine | Level::Idle => 0,
    };
    deadline_ms - head_start_ms - i64::from(urgency) * 1_000
}

/// The ranks below this are emergencies', and only theirs.
pub const EMERGENCY_RANK: i64 = 0;
