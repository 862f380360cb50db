//! Cues: what the phrases of a post tell, found by a lexicon in one pass.

use super::text::Token;

/// What a phrase tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Cue {
    /// Fire, injury, sickness, assault: someone's safety or health.
    Danger,
    /// Someone may harm themselves.
    SelfHarm,
    /// Fraud, account takeover.
    Fraud,
    /// Children are concerned.
    Child,
    /// Frail or dependent people are concerned.
    Frail,
    /// Without water, warmth, food, light, a way home.
    Deprived,
    /// Stuck, stranded, waiting with no end.
    Stuck,
    /// Locked out of an account or a card.
    Locked,
    /// Money taken or owed.
    Money,
    /// A service is down.
    Outage,
    /// Cancelled, overbooked.
    Cancelled,
    /// Late.
    Delay,
    /// Something lost or stolen.
    Lost,
    /// A parcel, an order.
    Parcel,
    /// Something that cannot be moved: a flight, an exam, a funeral.
    Event,
    /// Nobody answers.
    Unanswered,
    /// Not the first time.
    Repeat,
    /// A faulty product.
    Broken,
    /// How staff behaved.
    Staff,
    /// Displeasure.
    Bad,
    /// A plea for help, or for speed.
    Plea,
    /// A question.
    Ask,
    /// Pleasure.
    Good,
    /// Gladness, whatever about.
    Warm,
    /// Sadness, fear, anger, whatever about.
    Sour,
    /// Thanks.
    Thanks,
    /// Praise that means the opposite.
    Sarcasm,
    /// It is over.
    Resolved,
    /// The author says that there is no hurry.
    Calm,
    /// Not now: supposed, or long past.
    Unreal,
    /// News and business talk.
    News,
    /// A buyer's, seller's or job seeker's question.
    Trade,
    /// Advertising and scams.
    Spam,
    /// Insults.
    Insult,
    /// Threats.
    Threat,
    /// Swearing, at nobody.
    Pain,
    /// How long it has lasted.
    Duration,
    /// How soon it will be too late.
    Deadline,
}

/// How many cues there are.
pub const CUES: usize = Cue::Deadline as usize + 1;

impl Cue {
    pub(super) fn named(name: &str) -> Option<Cue> {
        Some(match name {
            "danger" => Cue::Danger,
            "selfharm" => Cue::SelfHarm,
            "fraud" => Cue::Fraud,
            "child" => Cue::Child,
            "frail" => Cue::Frail,
            "deprived" => Cue::Deprived,
            "stuck" => Cue::Stuck,
            "locked" => Cue::Locked,
            "money" => Cue::Money,
            "outage" => Cue::Outage,
            "cancelled" => Cue::Cancelled,
            "delay" => Cue::Delay,
            "lost" => Cue::Lost,
            "parcel" => Cue::Parcel,
            "event" => Cue::Event,
            "unanswered" => Cue::Unanswered,
            "repeat" => Cue::Repeat,
            "broken" => Cue::Broken,
            "staff" => Cue::Staff,
            "bad" => Cue::Bad,
            "plea" => Cue::Plea,
            "ask" => Cue::Ask,
            "good" => Cue::Good,
            "warm" => Cue::Warm,
            "sour" => Cue::Sour,
            "thanks" => Cue::Thanks,
            "sarcasm" => Cue::Sarcasm,
            "resolved" => Cue::Resolved,
            "calm" => Cue::Calm,
            "unreal" => Cue::Unreal,
            "news" => Cue::News,
            "trade" => Cue::Trade,
            "spam" => Cue::Spam,
            "insult" => Cue::Insult,
            "threat" => Cue::Threat,
            "pain" => Cue::Pain,
            _ => return None,
        })
    }
}

/// A cue found in a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it tells.
    pub cue: Cue,
    /// Its first token.
    pub first: u32,
    /// The token after its last.
    pub end: u32,
    /// Whether a word before it turns it round ("no fire").
    pub negated: bool,
    /// For durations and deadlines: minutes; else 0.
    pub minutes: u32,
}

/// The bytes of the post that the tokens from `first` to before `end` came from.
pub fn quote<'a>(post: &'a str, tokens: &[Token], first: u32, end: u32) -> &'a str {
    let from = tokens.get(first as usize).map_or(0, |t| t.from as usize);
    let to = tokens
        .get((end as usize).saturating_sub(1))
        .map_or(0, |t| t.to as usize);
    post.get(from..to).unwrap_or_default()
}
