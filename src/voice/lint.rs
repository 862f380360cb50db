//! What an acknowledgment must never say, as code.
//!
//! Every line of the voice (in the tests) and every text that a brand adds (in `heard check`) goes through [`lint`]; nothing does
//! when it is said. The phrases are each language's own and stand in its folder (`rules.txt`); the rules about characters hold in
//! every language.

use super::rule::Rule;
use super::words::Folded;
use crate::language::{RULES, base};
use crate::length::is_pictograph;
use crate::post::Platform;
use std::sync::OnceLock;

/// A rule broken, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The words or characters that broke it, as the rule knows them.
    pub at: String,
}

/// Digits that may stand in a row: a time of day, a duration. Four already could be a PIN.
const MAX_DIGITS: usize = 3;

/// What no text in a language may say.
struct Phrases {
    lang: &'static str,
    /// Words that nearly every text in it has, and other languages have not: `a|b`.
    common: String,
    /// What breaks which rule: `a|b c|stem*`.
    forbidden: Vec<(Rule, String)>,
}

fn phrases_of(lang: &str) -> Option<&'static Phrases> {
    static READ: OnceLock<Vec<Phrases>> = OnceLock::new();
    let read = READ.get_or_init(|| {
        RULES
            .iter()
            .map(|(lang, file)| Phrases::read(lang, file))
            .collect()
    });
    read.iter()
        .find(|one| one.lang.eq_ignore_ascii_case(base(lang)))
}

impl Phrases {
    fn read(lang: &'static str, file: &str) -> Self {
        let mut read = Self {
            lang,
            common: String::new(),
            forbidden: Vec::new(),
        };
        let mut section = "";
        for line in file.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = name;
            } else if !line.is_empty() && !line.starts_with('#') {
                let phrases = line.replace(", ", "|");
                if section == "common" {
                    read.common = phrases;
                } else if let Some(rule) = Rule::named(section) {
                    read.forbidden.push((rule, phrases));
                }
            }
        }
        read
    }
}

/// Reads `text` as an acknowledgment in `lang` on that platform; empty means that it may be sent.
pub fn lint(text: &str, lang: &str, platform: Platform, public: bool) -> Vec<Finding> {
    lint_around(text, &[], lang, platform, public)
}

/// As [`lint`], but leaves out of the judgement of words what the brand itself configured: a team's
/// name, an emergency number, a text of care. Length, hidden characters and emptiness are judged over all of it.
pub fn lint_around(
    text: &str,
    configured: &[&str],
    lang: &str,
    platform: Platform,
    public: bool,
) -> Vec<Finding> {
    let ours = without(text, configured);
    let mut found = slips(text, &ours, platform, public);
    if let Some(phrases) = phrases_of(lang) {
        let folded = Folded::of(&ours);
        found.extend(phrases.said_in(&folded, public));
        if let Some(other) = phrases.reads_as_another(&folded) {
            found.push(Finding {
                rule: Rule::WrongLanguage,
                at: other.to_owned(),
            });
        }
    }
    found
}

/// A text without what the brand configured.
fn without(text: &str, configured: &[&str]) -> String {
    let mut ours = text.to_owned();
    // The longest first: one may stand inside another.
    let mut parts: Vec<&str> = configured.to_vec();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        ours = ours.replace(part, " ");
    }
    ours
}

/// So many words without a single common one are another language, whichever.
pub const TELLING: usize = 9;

impl Phrases {
    /// The forbidden phrases in a text.
    fn said_in(&self, folded: &Folded<'_>, public: bool) -> Vec<Finding> {
        let rules = self.forbidden.iter();
        rules
            .filter(|(rule, _)| *rule != Rule::PrivateData || public)
            .filter_map(|(rule, phrases)| {
                let at = folded.first_of(phrases)?.to_owned();
                Some(Finding { rule: *rule, at })
            })
            .collect()
    }

    /// The language that `text` reads as, if that is another.
    fn reads_as_another(&self, text: &Folded<'_>) -> Option<&'static str> {
        let kana = text.any_char(|c| ('\u{3041}'..='\u{30fa}').contains(&c));
        let spaced = self.lang != "ja";
        if kana == spaced && text.any_char(char::is_alphabetic) {
            return Some(if kana { "ja" } else { "und" });
        }
        let own = text.count_of(&self.common);
        if spaced && own == 0 && text.words.len() >= TELLING {
            return Some("und");
        }
        let others = RULES.iter().filter_map(|(lang, _)| phrases_of(lang));
        let mut others = others.filter(|other| other.lang != self.lang);
        others
            .find(|other| text.count_of(&other.common) > own + 1)
            .map(|other| other.lang)
    }
}

/// What is wrong with a text's length and characters; `ours` is what is not configured of it.
fn slips(text: &str, ours: &str, platform: Platform, public: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |rule, at: &str| {
        found.push(Finding {
            rule,
            at: at.to_owned(),
        });
    };
    if !crate::platform::limit(platform, public).allows(text) {
        find(Rule::TooLong, platform.as_str());
    }
    if let Some(hidden) = text.chars().find(|&c| is_hidden(c)) {
        find(Rule::Hidden, &format!("U+{:04X}", u32::from(hidden)));
    }
    if !text.chars().any(char::is_alphabetic) {
        find(Rule::Empty, "");
    }
    for (rule, mark) in [
        (Rule::Handle, '@'),
        (Rule::Handle, '＠'),
        (Rule::Handle, '#'),
        (Rule::Exclaiming, '!'),
        (Rule::Exclaiming, '！'),
        (Rule::Exclaiming, '¡'),
    ] {
        if ours.contains(mark) {
            find(rule, &mark.to_string());
        }
    }
    if let Some(emoji) = ours.chars().find(|&c| is_pictograph(c)) {
        find(Rule::Emoji, &emoji.to_string());
    }
    for word in ours.split_whitespace() {
        if is_link(word) {
            find(Rule::Link, word);
        }
    }
    if let Some(digits) = ours
        .split(|c: char| !c.is_numeric())
        .find(|run| run.chars().count() > MAX_DIGITS)
    {
        find(Rule::Digits, digits);
    }
    found
}

/// Characters that a reader does not see and a machine does: a text of ours has none but the space.
pub fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(u32::from(c), 0x00ad | 0x034f | 0x061c | 0x115f..=0x1160 | 0x17b4..=0x17b5
            | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164
            | 0xe000..=0xf8ff | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xffff
            | 0x1d173..=0x1d17a | 0xe0000..=0x10ffff)
}

/// A configured text without what is hidden in it, on one line.
pub fn shown(text: &str) -> String {
    let seen: String = text.chars().filter(|&c| !is_hidden(c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a platform would make a link of it: a scheme, or letters, a dot and letters.
fn is_link(word: &str) -> bool {
    word.contains("://")
        || word.to_lowercase().starts_with("www.")
        || word.split('.').zip(word.split('.').skip(1)).any(|(a, b)| {
            a.chars().next_back().is_some_and(char::is_alphanumeric)
                && b.chars().take_while(|c| c.is_ascii_alphabetic()).count() >= 2
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str, lang: &str) -> Vec<Rule> {
        let mut rules: Vec<Rule> = lint(text, lang, Platform::X, true)
            .into_iter()
            .map(|f| f.rule)
            .collect();
        rules.sort();
        rules
    }

    const GOOD: &str = "Four hours outside Woking with no word is miserable, and we're sorry. \
        A person on our team will answer you here. – Northline care";

    #[test]
    fn a_good_text_passes() {
        assert_eq!(rules(GOOD, "en"), []);
    }

    #[test]
    fn each_rule_has_a_text_that_breaks_it_alone() {
        for (text, rule) in [
            (
                "We're sorry. Have you seen our new upgrade offer?",
                Rule::Selling,
            ),
            (
                "We're sorry, but our policy is clear on this.",
                Rule::Arguing,
            ),
            ("We're sorry. You should have left earlier.", Rule::Blaming),
            (
                "We're sorry. We will refund you for the trip.",
                Rule::Promising,
            ),
            (
                "We're sorry. This was our fault and nobody else's.",
                Rule::Admitting,
            ),
            ("We apologise for any inconvenience caused.", Rule::Filler),
            (
                "We're sorry. What is your booking number?",
                Rule::PrivateData,
            ),
            (
                "We're sorry. Please click the link below.",
                Rule::Instructing,
            ),
            ("We're sorry you are such an idiot.", Rule::Slur),
            ("–", Rule::Empty),
            (
                "Es tut uns leid, dass die Fahrt so lange dauert.",
                Rule::WrongLanguage,
            ),
            ("We're sorry, @someone else will help.", Rule::Handle),
            (
                "We're sorry. Have a look at help.example today.",
                Rule::Link,
            ),
            ("We're sor\u{202e}ry.", Rule::Hidden),
            ("We're sor\u{200b}ry.", Rule::Hidden),
            ("We're sorry. It is under 4711.", Rule::Digits),
            ("We're so sorry!", Rule::Exclaiming),
            ("We're sorry 😢", Rule::Emoji),
        ] {
            let found = rules(text, "en");
            assert!(found.contains(&rule), "{text}: {found:?}");
        }
    }

    #[test]
    fn the_platform_counts() {
        let long = "We are sorry. ".repeat(20);
        assert_eq!(long.len(), 280);
        assert!(lint(&long, "en", Platform::X, true).is_empty());
        let longer = format!("{long}–");
        assert_eq!(rules(&longer, "en"), [Rule::TooLong]);
        assert!(lint(&longer, "en", Platform::X, false).is_empty());
    }

    #[test]
    fn what_the_brand_configured_is_the_brands() {
        let text = format!("{GOOD} In danger now: call 0800 4711 47 or help.example.");
        let line = "call 0800 4711 47 or help.example.";
        assert!(!lint(&text, "en", Platform::Facebook, true).is_empty());
        assert_eq!(
            lint_around(&text, &[line], "en", Platform::Facebook, true),
            []
        );
    }

    #[test]
    fn private_data_may_be_asked_for_in_private() {
        let ask = "We're sorry. What is your booking number?";
        assert!(lint(ask, "en", Platform::X, false).is_empty());
    }
}
