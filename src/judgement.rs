//! What is said of a post: its kind, how soon a person is needed, what is the matter, and why.
//!
//! [`crate::triage`] judges; whoever keeps, shows or acts on a judgement needs only these names.

use serde::{Deserialize, Serialize};

/// An enum whose variants have names: one table for API, storage, training and people.
macro_rules! named {
    ($(#[$about:meta])* $of:ident { $($(#[$says:meta])* $one:ident = $name:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $of {
            $($(#[$says])* #[serde(rename = $name)] $one,)+
        }

        impl $of {
            /// Every one, in the order of the model's heads.
            pub const ALL: [$of; [$($name),+].len()] = [$($of::$one),+];

            /// The name used in API and storage.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($of::$one => $name,)+
                }
            }

            /// The one of that name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.as_str() == name)
            }
        }
    };
}

named! {
    /// What a post is.
    Kind {
        /// Something went wrong for its author, or for the one it is written for.
        Complaint = "complaint",
        /// A customer asks, urgently or idly.
        Question = "question",
        /// Thanks or admiration.
        Praise = "praise",
        /// Advertising, scams, chain letters.
        Spam = "spam",
        /// Abuse for its own sake, threats.
        Attack = "attack",
        /// News and remarks about us, by a bystander.
        News = "news",
        /// None of these.
        Other = "other",
    }
}

named! {
    /// What happened.
    Situation {
        /// Stuck on the way.
        Stuck = "stuck",
        /// Late.
        Delayed = "delayed",
        /// Cancelled.
        Cancelled = "cancelled",
        /// Missed something, or about to.
        Missed = "missed",
        /// Left behind, or refused boarding.
        LeftBehind = "left_behind",
        /// A disabled person cannot get in, on or through.
        NoAccess = "no_access",
        /// Luggage or property lost.
        LostProperty = "lost_property",
        /// Medicine or another vital thing is missing.
        Medicine = "medicine",
        /// Locked out of an account.
        LockedAccount = "locked_account",
        /// Locked out of a place.
        LockedPlace = "locked_place",
        /// A card or account is blocked.
        CardBlocked = "card_blocked",
        /// Charged wrongly.
        ChargedWrongly = "charged_wrongly",
        /// Money has not arrived.
        MoneyMissing = "money_missing",
        /// A refund is outstanding.
        Refund = "refund",
        /// Fraud, or theft of money.
        Fraud = "fraud",
        /// A parcel has not come.
        ParcelMissing = "parcel_missing",
        /// A parcel is damaged, or the wrong one.
        ParcelWrong = "parcel_wrong",
        /// No phone, internet, power, water, heating; a site is down.
        NoService = "no_service",
        /// A device or an app fails.
        Device = "device",
        /// A booking or an order is wrong.
        BookingWrong = "booking_wrong",
        /// Asked in vain.
        AskedInVain = "asked_in_vain",
        /// Treated badly by staff.
        Staff = "staff",
        /// Discriminated against.
        Discrimination = "discrimination",
        /// Unclean, or spoilt.
        Unclean = "unclean",
        /// Their home is damaged.
        HomeDamage = "home_damage",
        /// Their data is exposed.
        DataExposed = "data_exposed",
        /// A subscription cannot be ended.
        CannotCancel = "cannot_cancel",
        /// An event or an exam is at risk.
        EventAtRisk = "event_at_risk",
        /// An urgent question with a deadline.
        DeadlineQuestion = "deadline_question",
    }
}

named! {
    /// What endangers somebody, really and now.
    Danger {
        /// Fire or smoke.
        Fire = "fire",
        /// Gas or carbon monoxide.
        Gas = "gas",
        /// Electricity or sparks.
        Electric = "electric",
        /// Somebody collapses, bleeds, cannot breathe.
        Collapse = "collapse",
        /// An allergic reaction, or poisoning.
        Poison = "poison",
        /// Medicine that somebody lives by is running out.
        Medicine = "medicine",
        /// Trapped in heat, cold, a lift, a vehicle.
        Trapped = "trapped",
        /// A child is alone or missing.
        Child = "child",
        /// Violence, a threat, stalking.
        Violence = "violence",
        /// A drunk, sleeping or reckless driver.
        Driving = "driving",
        /// A crowd or a crush.
        Crowd = "crowd",
        /// The author hints at harming themselves.
        Despair = "despair",
        /// Money is leaving an account.
        Theft = "theft",
    }
}

named! {
    /// How what a post tells stands to the world.
    Actual {
        /// It is so.
        Now = "now",
        /// It was so, or is settled.
        Past = "past",
        /// "What if", "would you".
        Hypothetical = "hypothetical",
        /// Another company's, another place's.
        Elsewhere = "elsewhere",
        /// Somebody else's words, a headline, a sign.
        Quoted = "quoted",
        /// Fiction, games, films, figures of speech.
        Fiction = "fiction",
    }
}

named! {
    /// Whom it concerns.
    Who {
        /// Who wrote it.
        Author = "author",
        /// Somebody with them, or of theirs.
        Companion = "companion",
        /// Somebody they do not know.
        Stranger = "stranger",
    }
}

named! {
    /// What a post says plainly beside its situation: what a first reply may repeat.
    Fact {
        /// Nobody tells them anything.
        NoInformation = "no_information",
        /// Nobody is at the desk, nobody came.
        NobodyThere = "nobody_there",
        /// Children are with them.
        WithChildren = "with_children",
        /// They write for somebody else.
        ForSomebodyElse = "for_somebody_else",
        /// Medicine that somebody lives by is concerned.
        VitalMedicine = "vital_medicine",
        /// Other payments fail because of it.
        MoneyKnockOn = "money_knock_on",
        /// Their work is at risk.
        WorkAtRisk = "work_at_risk",
        /// Minutes are left.
        MinutesLeft = "minutes_left",
        /// Asked before, in vain.
        AskedBefore = "asked_before",
        /// Somebody old, ill, disabled, pregnant or a baby is affected.
        Vulnerable = "vulnerable",
    }
}

named! {
    /// What a duration is counted in.
    Unit {
        /// Minutes.
        Minutes = "minutes",
        /// Hours.
        Hours = "hours",
        /// Days.
        Days = "days",
        /// Weeks.
        Weeks = "weeks",
        /// Months.
        Months = "months",
    }
}

/// How long something has lasted, as its author says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasting {
    /// How many.
    pub n: u8,
    /// Of what.
    pub of: Unit,
}

/// How soon a person is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Level {
    /// Nobody soon.
    Idle,
    /// Routine: hours are fine.
    Routine,
    /// A person within minutes.
    Urgent,
    /// Safety, health, fraud under way.
    Emergency,
}

impl Level {
    /// An urgency in the middle of its band.
    pub fn middle(self) -> u8 {
        match self {
            Level::Idle => 12,
            Level::Routine => 37,
            Level::Urgent => 62,
            Level::Emergency => 90,
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        match level {
            Level::Idle => 0,
            Level::Routine => 1,
            Level::Urgent => 2,
            Level::Emergency => 3,
        }
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(level: u8) -> Result<Self, String> {
        match level {
            0 => Ok(Level::Idle),
            1 => Ok(Level::Routine),
            2 => Ok(Level::Urgent),
            3 => Ok(Level::Emergency),
            other => Err(format!("{other} is no level: 0 to 3")),
        }
    }
}

impl Level {
    /// The level whose band of urgency holds the value.
    pub fn of_urgency(urgency: u8) -> Level {
        match urgency {
            0..=24 => Level::Idle,
            25..=49 => Level::Routine,
            50..=79 => Level::Urgent,
            _ => Level::Emergency,
        }
    }
}

/// One reason for a judgement: the part of the post that spoke, and how loudly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The words of the post, or a short name of what was seen.
    pub what: String,
    /// How much it moved the judgement; positive is towards urgent.
    pub weight: f32,
}

/// The judgement of a post. Probabilities decide at 0.5.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Triage {
    /// What the post is.
    pub kind: Kind,
    /// How urgent, 0 to 100; grows with the level and orders within it.
    pub urgency: u8,
    /// How soon a person is needed.
    pub level: Level,
    /// From -1, bitter, to 1, delighted.
    pub sentiment: f32,
    /// Probability that it is a complaint.
    pub complaint: f32,
    /// Probability that its author asks for help.
    pub help: f32,
    /// Probability that it is praise or thanks.
    pub praise: f32,
    /// Probability that it is abuse: an attack on persons, not anger at a service.
    pub abuse: f32,
    /// Probability that it is spam.
    pub spam: f32,
    /// The language it is written in: ISO 639-1, or `und`.
    pub lang: String,
    /// What happened; absent where nothing of the list did, or where it is not certain enough to be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<Situation>,
    /// What more likely happened than not, where it is not certain enough to be named: whom it goes to may follow
    /// from it, what is said may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likely: Option<Situation>,
    /// Probability of the likeliest situation, named or not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub situation_chance: f32,
    /// What endangers somebody, really and now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<Danger>,
    /// How it stands to the world: only what is [`Actual::Now`] is urgent.
    #[serde(default = "now", skip_serializing_if = "is_now")]
    pub actual: Actual,
    /// Whether it speaks to the brand, not about it or to others.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub to_us: bool,
    /// Whom it concerns.
    #[serde(default = "author", skip_serializing_if = "is_author")]
    pub who: Who,
    /// What it says plainly besides; only what is certain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// How long it has lasted, where the post says one such time and no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<Lasting>,
    /// Whether its author hints at harming themselves: see [`crate::triage::despair`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub despair: bool,
    /// Why, strongest first; at most [`MAX_REASONS`].
    pub reasons: Vec<Reason>,
}

fn is_zero(chance: &f32) -> bool {
    *chance == 0.0
}

fn now() -> Actual {
    Actual::Now
}

fn is_now(actual: &Actual) -> bool {
    *actual == Actual::Now
}

fn author() -> Who {
    Who::Author
}

fn is_author(who: &Who) -> bool {
    *who == Who::Author
}

fn yes() -> bool {
    true
}

fn is_yes(flag: &bool) -> bool {
    *flag
}

/// How many reasons a judgement carries at most: what a person reads at a glance.
pub const MAX_REASONS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_before_a_field_is_read_without_it() {
        let old = r#"{"kind":"complaint","urgency":60,"level":2,"sentiment":-0.5,"complaint":0.9,"help":0.6,"praise":0.0,
            "abuse":0.0,"spam":0.0,"lang":"en","reasons":[]}"#;
        let read: Triage = serde_json::from_str(old).unwrap();
        assert_eq!(
            (read.situation, read.danger, read.stated, read.despair),
            (None, None, None, false)
        );
        assert_eq!(
            (read.actual, read.to_us, read.who),
            (Actual::Now, true, Who::Author)
        );
        // And what has nothing of the new is written as it was.
        let (old, new): (serde_json::Value, _) = (
            serde_json::from_str(old).unwrap(),
            serde_json::to_value(&read).unwrap(),
        );
        assert_eq!(
            old.as_object().unwrap().len(),
            new.as_object().unwrap().len()
        );
    }

    #[test]
    fn names_are_one_table() {
        for situation in Situation::ALL {
            assert_eq!(Situation::named(situation.as_str()), Some(situation));
            assert_eq!(serde_json::to_value(situation).unwrap(), situation.as_str());
        }
        let counts = (Situation::ALL.len(), Danger::ALL.len(), Fact::ALL.len());
        assert_eq!(counts, (29, 13, 10));
    }
}
