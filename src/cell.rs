//! What a post is counted as, and which of its words may tell a crowd from others: what isolates count by, and what a
//! shard knows the members of an incident by.
//!
//! A cell is what endangers somebody (`danger:smoke`), what happened (`stuck`), or `other`; and with a hashtag
//! that, after an `@`: `stuck@wokingtrain`. [`TOTAL`] is everything that a source brings.

use crate::judgement::{Danger, Kind, Level, Situation, Triage};
use crate::post::Author;
use std::collections::BTreeSet;

/// The whole source, as a cell.
pub const TOTAL: &str = "*";

/// What neither endangers nor has a name.
const OTHER: &str = "other";

/// How the cells of dangers begin.
const DANGER: &str = "danger:";

/// The most words of a post that are told.
pub const TERMS: usize = 8;

/// The longest word that is told, in characters.
const WORD: usize = 24;

/// Words that platforms and people put everywhere.
const COMMON: &[&str] = &[
    "http", "https", "this", "that", "with", "have", "been", "what", "when", "your", "please",
    "there", "they", "from", "will", "would", "about", "just", "nicht", "eine", "und", "auch",
    "dass", "sind", "wird", "pour", "dans", "avec", "vous", "nous", "para", "como", "esta", "pero",
    "porque", "sono", "della", "niet", "voor",
];

/// What a post is counted as; `None` for what is neither a complaint nor a question.
pub fn cell(judged: &Triage) -> Option<String> {
    let counts =
        matches!(judged.kind, Kind::Complaint | Kind::Question) || judged.level >= Level::Urgent;
    if !counts || judged.kind == Kind::Spam {
        return None;
    }
    Some(what(judged.danger, judged.situation.or(judged.likely)))
}

/// What happened, in one word: a danger, else a situation, else [`OTHER`].
pub fn what(danger: Option<Danger>, situation: Option<Situation>) -> String {
    match (danger, situation) {
        (Some(danger), _) => format!("{DANGER}{}", danger.as_str()),
        (None, Some(situation)) => situation.as_str().to_owned(),
        (None, None) => OTHER.to_owned(),
    }
}

/// Every word that [`what`] can give. A danger has its sign before it, since a situation may bear the same name.
pub fn whats() -> impl Iterator<Item = String> {
    let situations = Situation::ALL.into_iter().map(|one| what(None, Some(one)));
    let dangers = Danger::ALL.into_iter().map(|one| what(Some(one), None));
    situations.chain(dangers).chain([what(None, None)])
}

/// Whether [`what`] can give it.
pub fn is_what(word: &str) -> bool {
    match word.strip_prefix(DANGER) {
        Some(danger) => Danger::named(danger).is_some(),
        None => word == OTHER || Situation::named(word).is_some(),
    }
}

/// The cell of what happened, whatever the place.
pub fn parent(cell: &str) -> &str {
    cell.split('@').next().unwrap_or(cell)
}

/// Whether a post of the cell `of`, with these words, belongs to `cell`: its own, that of its hashtag, or the whole source.
/// Who is in danger at the same place is one of them.
pub fn belongs(cell: &str, of: &str, terms: &[String]) -> bool {
    match cell.split_once('@') {
        _ if cell == TOTAL => true,
        Some((what, tag)) => {
            let is_alike = what == TOTAL || parent(of) == what || of.starts_with(DANGER);
            is_alike && terms.iter().any(|term| term == tag)
        }
        None => parent(of) == cell,
    }
}

/// The words of a text in their order, without links, names that are called, and anything with a digit; and the first
/// link, and the first hashtag.
#[derive(Clone, Debug, Default)]
pub struct Words<'a> {
    /// The words.
    pub plain: Vec<&'a str>,
    /// The first link.
    pub link: Option<&'a str>,
    /// The first hashtag, in lower case, without its sign.
    pub tag: Option<String>,
}

impl<'a> Words<'a> {
    /// The words of a text.
    pub fn of(text: &'a str) -> Self {
        let mut found = Self::default();
        // A long text says what it is about at its beginning.
        for piece in text.split_whitespace().take(400) {
            if piece.starts_with("http://") || piece.starts_with("https://") {
                found.link = found.link.or(Some(piece));
                continue;
            }
            let is_called = piece
                .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@')
                .starts_with('@');
            let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
            if word.is_empty()
                || is_called
                || word.contains('@')
                || word.chars().any(char::is_numeric)
            {
                continue;
            }
            if piece.starts_with('#') && found.tag.is_none() && word.chars().count() <= WORD {
                found.tag = Some(word.to_lowercase());
            }
            found.plain.push(word);
        }
        found
    }

    /// A few words that may tell a crowd from others: the hashtag and long words first, none of the author's name or of
    /// our own handles.
    pub fn terms(&self, author: Option<&Author>, ours: &[&str]) -> Vec<String> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let called = author.and_then(|author| author.name.as_deref()).into_iter();
        let called = called.chain(author.and_then(|author| author.handle.as_deref()));
        for name in called.chain(ours.iter().copied()) {
            let parts = name.split(|c: char| !c.is_alphanumeric());
            names.extend(
                parts
                    .map(str::to_lowercase)
                    .filter(|part| part.chars().count() > 1),
            );
        }
        let mut all: Vec<String> = Vec::new();
        for word in &self.plain {
            let word = word.to_lowercase();
            let length = word.chars().count();
            if (4..=WORD).contains(&length)
                && !names.contains(&word)
                && !COMMON.contains(&word.as_str())
                && !all.contains(&word)
            {
                all.push(word);
            }
        }
        all.sort_by_key(|word| {
            let is_tag = self.tag.as_ref() == Some(word);
            (!is_tag, std::cmp::Reverse(word.chars().count()))
        });
        // By its hashtag a post is known, however short it is and whoever is called so.
        let is_our = |tag: &String| {
            ours.iter()
                .any(|our| our.to_lowercase().trim_start_matches('@') == tag)
        };
        if let Some(tag) = self.tag.as_ref().filter(|tag| !is_our(tag)) {
            all.retain(|word| word != tag);
            all.insert(0, tag.clone());
        }
        all.truncate(TERMS);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_belongs_to_what_happened_to_its_hashtag_and_to_its_source() {
        let words = Words::of("@us stuck #WokingTrain since https://t.example 4pm");
        assert_eq!(words.tag.as_deref(), Some("wokingtrain"));
        assert_eq!(words.link, Some("https://t.example"));
        let terms = words.terms(None, &["@us"]);
        assert_eq!(terms, ["wokingtrain", "stuck", "since"]);
        for (cell, is) in [
            ("stuck", true),
            ("stuck@wokingtrain", true),
            ("*", true),
            ("late", false),
            ("late@wokingtrain", false),
            ("stuck@other", false),
            ("*@wokingtrain", true),
            ("*@other", false),
        ] {
            assert_eq!(belongs(cell, "stuck", &terms), is, "{cell}");
        }
        assert!(belongs("stuck@wokingtrain", "danger:fire", &terms));
        assert!(!belongs("stuck", "danger:fire", &terms));
    }
}
