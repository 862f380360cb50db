//! What an acknowledgment answers, and what it is once it is composed.

use super::brand::Help;
use crate::judgement::{Level, Matter};
use crate::post::Platform;
use chrono::Weekday;
use serde::Serialize;

/// How long until a person answers, as the queue's own pace supports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Minutes from now; said as [`Wait::rounded`].
    Minutes(u16),
    /// Nobody is on duty before then, by the clock of those who are back.
    BackAt {
        /// In how many days: 0 is today.
        days: u8,
        /// The day.
        weekday: Weekday,
        /// The hour, 0 to 23.
        hh: u8,
        /// The minute.
        mm: u8,
        /// The IANA name of the zone that their clock hangs in.
        zone: &'static str,
    },
}

impl Wait {
    /// `minutes` as they are told: up to the next five, above an hour to the next half hour. The told time is
    /// the one to keep, so the deadline is made of this. `None` past [`LONGEST_TOLD`]: nobody is helped by
    /// "within about 40 hours", so nothing is said of time.
    pub fn rounded(minutes: u16) -> Option<u16> {
        let step = if minutes <= 60 { 5 } else { 30 };
        (minutes <= LONGEST_TOLD).then(|| minutes.max(1).div_ceil(step) * step)
    }
}

/// The longest wait that is told in minutes and hours: a working day.
pub const LONGEST_TOLD: u16 = 8 * 60;

/// What the acknowledgment answers.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The post.
    pub text: &'a str,
    /// What it is about.
    pub matter: Matter,
    /// How urgent it is.
    pub level: Level,
    /// Whether its author hints at harming themselves ([`crate::triage::despair`]): care comes before all else.
    pub despair: bool,
    /// Its language: ISO 639-1, or `und`.
    pub lang: &'a str,
    /// Where to turn in danger or despair, as the source says it; the brand's own stands in.
    pub help: &'a Help,
    /// Where the answer will stand.
    pub platform: Platform,
    /// Whether bystanders can read it.
    pub public: bool,
    /// What the choice of words follows from: a hash of the post's id.
    pub seed: u64,
    /// What [`Acknowledgment::used`] told for this source's and this thread's last texts, oldest first,
    /// the thread's own at the end.
    pub recent_openings: &'a [u64],
    /// The waiting time that the queue supports; `None`: say nothing of time.
    pub within: Option<Wait>,
    /// Who is on duty and signs; `None`: the brand's team.
    pub on_duty: Option<&'a str>,
}

/// A composed acknowledgment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgment {
    /// The whole text, ready to send.
    pub text: String,
    /// The language it is in.
    pub lang: &'static str,
    /// The wait that it tells, rounded as it tells it: what the interaction's deadline must keep.
    pub told: Option<Wait>,
    /// Fingerprints of its opening and its sentences, for [`Occasion::recent_openings`].
    pub used: Vec<u64>,
    /// The moves that it is made of, in its order.
    pub moves: Vec<Part>,
}

/// A move as it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The move's name: `hear`, `next`, `sign` and so on (see [`Move`](super::own::Move)); `help` for where to turn.
    #[serde(rename = "move")]
    pub name: &'static str,
    /// What it says.
    pub text: String,
}

/// FNV-1a, 64 bits: stable across builds and versions, because it is stored.
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
