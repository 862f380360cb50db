//! Cues: what the phrases of a post tell, found by a lexicon in one pass.

use super::groups::Groups;
use super::lang::Lang;
use super::text::{Shape, Text, Token, finish, hash};
use std::sync::OnceLock;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn cues(post: &str) -> Vec<(Cue, bool)> {
        find(&Text::read(post), Lang::En.bit())
            .into_iter()
            .map(|found| (found.cue, found.negated))
            .collect()
    }

    #[test]
    fn every_line_of_the_lexicon_is_read() {
        let mut phrases = 0;
        for line in LEXICON.lines().map(str::trim) {
            if line.is_empty() || line.starts_with("# ") {
                continue;
            }
            if let Some(head) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                let (cue, lang) = head.split_once(' ').expect(line);
                assert!(Cue::named(cue).is_some(), "{line}");
                assert!(Lang::tagged(lang).is_some(), "{line}");
            } else {
                phrases += line.split(',').filter(|p| !p.trim().is_empty()).count();
            }
        }
        assert_eq!(lexicon().phrases.len(), phrases);
    }

    #[test]
    fn finds_phrases_and_what_negates_them() {
        assert!(cues("there is smoke in the coach").contains(&(Cue::Danger, false)));
        assert!(cues("there is no fire here").contains(&(Cue::Danger, true)));
        assert!(cues("no water, still stuck").contains(&(Cue::Deprived, false)));
        assert!(cues("charged me twice").contains(&(Cue::Money, false)));
        assert!(cues("they took £40 out of my account").contains(&(Cue::Money, false)));
        assert!(cues("called 6 times").contains(&(Cue::Repeat, false)));
        assert!(
            !cues("smoke free, on time")
                .iter()
                .any(|c| c.0 == Cue::Stuck)
        );
    }

    #[test]
    fn quotes_the_post_itself() {
        let post = "I’m STUCK at 5:30";
        let text = Text::read(post);
        assert_eq!(quote(post, &text.tokens, 0, 2), "I’m STUCK");
    }
}
