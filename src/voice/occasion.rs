//! What an acknowledgment answers, and what it is once it is composed.

use super::brand::Help;
use super::repertoire::Section;
use crate::judgement::{Danger, Fact, Lasting, Level, Situation};
use crate::language::Texts;
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

/// What the acknowledgment answers. Nothing of the post's own words is in it, so none can come back.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// What happened, where it is certain.
    pub situation: Option<Situation>,
    /// What the post says plainly besides.
    pub facts: &'a [Fact],
    /// How long it has lasted, as the post says it.
    pub stated: Option<Lasting>,
    /// What endangers somebody.
    pub danger: Option<Danger>,
    /// How urgent it is.
    pub level: Level,
    /// Whether its author hints at harming themselves ([`crate::triage::despair`]): only the brand's own words are said then.
    pub despair: bool,
    /// The post's language: ISO 639-1, or `und`.
    pub lang: &'a str,
    /// Whom the source serves, and its words of care; the brand's own stand in.
    pub help: &'a Help,
    /// Where the answer will stand.
    pub platform: Platform,
    /// Whether bystanders can read it.
    pub public: bool,
    /// Whether it will really be sent: what nobody has signed for is then not said.
    pub live: bool,
    /// Whether the place hears so many of one situation at once that each is answered in a line.
    pub surge: bool,
    /// Whether it may be said that somebody answers: not where the promises of before went unanswered.
    pub answers: bool,
    /// What the choice follows from: a hash of the post's id.
    pub seed: u64,
    /// What was said lately.
    pub lately: &'a Lately,
    /// The waiting time that the queue supports; `None`: say nothing of time.
    pub within: Option<Wait>,
    /// Who is on duty and signs; `None`: the brand's team.
    pub on_duty: Option<&'a Texts>,
}

/// What was said lately: [`Acknowledgment::used`] of each text, one after the other, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    /// By this source.
    pub source: Vec<u64>,
    /// By it to this author.
    pub author: Vec<u64>,
    /// The post or thread that the next text will stand under: a fingerprint, 0 for none.
    pub thread: u64,
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
    /// Whether it says that somebody answers.
    pub answers: bool,
    /// [`KEPT`](super::print::KEPT) numbers, for [`Lately`].
    pub used: Vec<u64>,
    /// Where its line is from.
    pub section: Section,
    /// Its parts, in its order.
    pub parts: Vec<Part>,
}

/// A part of a text as it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it is: `line`, `closing`, `signature`, `care`.
    pub part: &'static str,
    /// Which section of the repertoire it is from; nothing for a signature.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub section: String,
    /// What it says.
    pub text: String,
}
