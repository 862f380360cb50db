//! The rules that no acknowledgment may break; [`lint`](super::lint) looks for what breaks them.

/// A rule that a text broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Offers, prices, upgrades: never to somebody who complains.
    Selling,
    /// Policies, "however", "actually": never argue in front of bystanders.
    Arguing,
    /// Puts it on the author or on somebody else.
    Blaming,
    /// Says what Heard cannot know: an outcome, a refund, a day.
    Promising,
    /// Admits fault or liability in law.
    Admitting,
    /// The sentences that every robot says.
    Filler,
    /// Asks for numbers, addresses or passwords where bystanders read.
    PrivateData,
    /// Tells the reader to click, share, repeat or obey.
    Instructing,
    /// Abuse.
    Slur,
    /// Longer than the platform takes.
    TooLong,
    /// Says nothing.
    Empty,
    /// Reads as another language than it claims.
    WrongLanguage,
    /// A handle or a hashtag: mention chains begin so.
    Handle,
    /// A link, or what a platform would make one.
    Link,
    /// Control, bidirectional, zero-width and private characters.
    Hidden,
    /// Digits in a row that could be somebody's number.
    Digits,
    /// Exclamation marks at the suffering.
    Exclaiming,
    /// Emoji at the angry.
    Emoji,
}

impl Rule {
    /// The rules that a language has phrases for.
    pub const SAID: [Rule; 9] = [
        Rule::Selling,
        Rule::Arguing,
        Rule::Blaming,
        Rule::Promising,
        Rule::Admitting,
        Rule::Filler,
        Rule::PrivateData,
        Rule::Instructing,
        Rule::Slur,
    ];

    /// The rule of that name that a language has phrases for.
    pub fn named(name: &str) -> Option<Self> {
        Self::SAID.into_iter().find(|rule| rule.as_str() == name)
    }

    /// The rule's stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Rule::Selling => "selling",
            Rule::Arguing => "arguing",
            Rule::Blaming => "blaming",
            Rule::Promising => "promising",
            Rule::Admitting => "admitting",
            Rule::Filler => "filler",
            Rule::PrivateData => "private_data",
            Rule::Instructing => "instructing",
            Rule::Slur => "slur",
            Rule::TooLong => "too_long",
            Rule::Empty => "empty",
            Rule::WrongLanguage => "wrong_language",
            Rule::Handle => "handle",
            Rule::Link => "link",
            Rule::Hidden => "hidden",
            Rule::Digits => "digits",
            Rule::Exclaiming => "exclaiming",
            Rule::Emoji => "emoji",
        }
    }
}
