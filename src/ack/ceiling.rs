//! How long the ceiling looks back, and how long a note may wait for its place: for the queue, which gives places, and
//! for a replay of its decisions.

/// How long an acknowledgment may wait for its place, in milliseconds: well below the quarter of an hour in which a
/// person answers what is urgent. Later than that, "I hear you" comes together with the answer. Five whole windows, so
/// that five minutes' notes find a place.
pub const WAIT_MS: i64 = 5 * MINUTE_MS;

/// How long after its place an acknowledgment may leave without moving it, in milliseconds: the Worker that took the
/// post in needs some.
pub const NEAR_MS: i64 = 1_000;

/// The windows in which a source's acknowledgments are counted, in milliseconds.
pub const MINUTE_MS: i64 = 60_000 + NEAR_MS;
/// See [`MINUTE_MS`].
pub const HOUR_MS: i64 = 3_600_000 + NEAR_MS;
