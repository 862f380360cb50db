//! What each reason for no acknowledgment means, in words for people: for the command and the sandbox's page.

use super::scene::WhyNot;
use crate::platform::eligibility::{OWN, rule_named, rules};
use crate::post::Platform;
use std::collections::BTreeMap;

/// Every reason but the platforms' rules, which say themselves what they mean.
const ALL: [WhyNot; 22] = [
    WhyNot::Off,
    WhyNot::SaysStop,
    WhyNot::NotUrgent,
    WhyNot::Attack,
    WhyNot::Spam,
    WhyNot::NotAPlea,
    WhyNot::Despair,
    WhyNot::NotToUs,
    WhyNot::Bot,
    WhyNot::Automatic,
    WhyNot::Staff,
    WhyNot::NotAddressed,
    WhyNot::Stale,
    WhyNot::Stopped,
    WhyNot::Acknowledged,
    WhyNot::Cooldown,
    WhyNot::InExchange,
    WhyNot::NoVoice,
    WhyNot::NoCredential,
    WhyNot::Paused,
    WhyNot::Ceiling,
    WhyNot::CredentialDead,
];

impl WhyNot {
    /// What it means, in a sentence without its full stop.
    pub fn says(self) -> &'static str {
        match self {
            WhyNot::Off => "acknowledgments are switched off here",
            WhyNot::SaysStop => "its author asks for no more messages",
            WhyNot::NotUrgent => {
                "nobody is needed within minutes, so a person answers in their time"
            }
            WhyNot::Attack => "it is an attack, and answering feeds it",
            WhyNot::Spam => "it is spam",
            WhyNot::NotAPlea => "it is no complaint and asks for no help",
            WhyNot::Despair => {
                "its author may harm themselves: only the brand's own words of care are sent, and only in private; a person answers before all others"
            }
            WhyNot::NotToUs => "it speaks about us or to others",
            WhyNot::Bot => "a program wrote it",
            WhyNot::Automatic => "it is an automatic message, such as a vacation note",
            WhyNot::Staff => "one of us wrote it",
            WhyNot::NotAddressed => "it is not addressed to us",
            WhyNot::Stale => "it is too old to be answered at once",
            WhyNot::Stopped => "its author has asked for no more messages",
            WhyNot::Acknowledged => "this conversation has had its note already",
            WhyNot::Cooldown => "its author had a note from us not long ago",
            WhyNot::InExchange => "a person is in conversation with its author",
            WhyNot::Rule(rule) => rule.says,
            WhyNot::NoVoice => "there are no words for it in its language",
            WhyNot::NoCredential => "the source has no credential to reply with",
            WhyNot::Paused => "a supervisor has paused the acknowledgments",
            WhyNot::Ceiling => "the source has sent as many notes as it may in such a time",
            WhyNot::CredentialDead => "the platform refuses the source's credential",
        }
    }
}

/// What the reason of that name means.
pub fn says(name: &str) -> Option<&'static str> {
    let own = ALL.into_iter().find(|why| why.as_str() == name);
    own.map(WhyNot::says)
        .or_else(|| rule_named(name).map(|rule| rule.says))
}

/// Every reason by its name.
pub fn all() -> BTreeMap<&'static str, &'static str> {
    let rules = Platform::ALL.into_iter().flat_map(rules).chain(OWN);
    let rules = rules.map(|rule| (rule.name, rule.says));
    ALL.map(|why| (why.as_str(), why.says()))
        .into_iter()
        .chain(rules)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_meaning() {
        for (name, means) in all() {
            assert_eq!(says(name), Some(means));
            assert!(!means.ends_with('.'), "{means}");
        }
        assert!(all().contains_key("x.summoned") && all().contains_key("not_urgent"));
        assert_eq!(says("nothing"), None);
    }
}
