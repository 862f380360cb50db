//! A post's words, folded so that phrases can be found in them.

/// How much of a post is looked at, in bytes: the matter is named early, and the work stays bounded.
const LOOKED_AT: usize = 4_000;

/// One word of a text.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    /// As written.
    pub text: &'a str,
    /// Whether a clause ends after it.
    pub last: bool,
}

/// A text's words as written, and folded to one line of lower-case words between single spaces.
#[derive(Clone, Debug)]
pub struct Folded<'a> {
    /// The words; handles, hashtags and links are not words.
    pub words: Vec<Word<'a>>,
    line: String,
}

impl<'a> Folded<'a> {
    /// Folds a text, or its beginning if it is long.
    pub fn of(text: &'a str) -> Self {
        let mut end = text.len().min(LOOKED_AT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut words: Vec<Word<'a>> = Vec::new();
        for token in text.get(..end).unwrap_or("").split_whitespace() {
            if token.starts_with(['@', '#', '＠', '＃']) || token.contains("://") {
                if let Some(word) = words.last_mut() {
                    word.last = true;
                }
                continue;
            }
            let mut rest = token;
            while let Some(start) = rest.find(is_word) {
                let (_, from) = rest.split_at_checked(start).unwrap_or(("", ""));
                let len = from.find(|c| !is_word(c)).unwrap_or(from.len());
                let (word, after) = from.split_at_checked(len).unwrap_or((from, ""));
                let word = word.trim_matches(['\'', '’', '-']);
                if !word.is_empty() {
                    words.push(Word {
                        text: word,
                        last: !after.is_empty(),
                    });
                }
                rest = after;
            }
        }
        let mut line = String::from(" ");
        for word in &words {
            line.push_str(&folded(word.text));
            line.push(' ');
        }
        Self { words, line }
    }

    /// The first of `phrases` (`a|b c|stem*`) that occurs: whole words, or words that begin so. A phrase
    /// in a script without spaces occurs anywhere.
    pub fn first_of<'p>(&self, phrases: &'p str) -> Option<&'p str> {
        phrases.split('|').find(|phrase| self.has(phrase))
    }

    fn has(&self, phrase: &str) -> bool {
        if phrase.is_empty() {
            return false;
        }
        if phrase.chars().any(|c| c >= '\u{3000}') {
            return self.line.contains(phrase);
        }
        let (stem, closes) = match phrase.strip_suffix('*') {
            Some(stem) => (stem, ""),
            None => (phrase, " "),
        };
        self.line.match_indices(stem).any(|(at, _)| {
            // L'insulina is insulina with its article.
            let before = self
                .line
                .get(..at)
                .is_some_and(|b| b.ends_with([' ', '\'']));
            let after = self
                .line
                .get(at + stem.len()..)
                .is_some_and(|a| a.starts_with(closes));
            before && after
        })
    }

    /// How many of the words are among `list` (`a|b|c`, single words).
    pub fn count_of(&self, list: &str) -> usize {
        self.line
            .split_whitespace()
            .filter(|word| has_entry(list, word))
            .count()
    }

    /// Whether any character satisfies `test`.
    pub fn any_char(&self, test: impl Fn(char) -> bool) -> bool {
        self.line.chars().any(test)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')
}

/// A word in lower case with plain apostrophes.
pub fn folded(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

/// Whether `list` (`a|b|c`) has `word` as a whole entry.
fn has_entry(list: &str, word: &str) -> bool {
    list.match_indices(word).any(|(at, _)| {
        let before = list.get(..at).unwrap_or("");
        let after = list.get(at + word.len()..).unwrap_or("");
        (before.is_empty() || before.ends_with('|')) && (after.is_empty() || after.starts_with('|'))
    })
}

/// Whether `list` (`a|b|stem*`) has the folded `word`.
pub fn listed(list: &str, word: &str) -> bool {
    list.split('|').any(|entry| match entry.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => entry == word,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_words_and_leaves_out_what_is_none() {
        let folded = Folded::of("@Brand Nobody’s telling us, #fail https://x.example/y\n4hrs NOW");
        let words: Vec<_> = folded.words.iter().map(|w| (w.text, w.last)).collect();
        assert_eq!(
            words,
            [
                ("Nobody’s", false),
                ("telling", false),
                ("us", true),
                ("4hrs", false),
                ("NOW", false)
            ]
        );
        assert_eq!(folded.line, " nobody's telling us 4hrs now ");
    }

    #[test]
    fn finds_phrases_at_word_borders() {
        let folded = Folded::of("No information; the driver was refunded.");
        assert_eq!(
            folded.first_of("info|form|no information"),
            Some("no information")
        );
        assert_eq!(folded.first_of("refund|refund*"), Some("refund*"));
        assert_eq!(folded.first_of("fund*|"), None);
        assert_eq!(
            Folded::of("con l’insulina").first_of("insulina"),
            Some("insulina")
        );
        assert_eq!(
            Folded::of("電車が四時間遅れ").first_of("遅れ"),
            Some("遅れ")
        );
    }

    #[test]
    fn a_long_text_is_looked_at_in_part() {
        let long = "ä".repeat(LOOKED_AT);
        assert_eq!(Folded::of(&long).words[0].text.len(), LOOKED_AT);
    }
}
