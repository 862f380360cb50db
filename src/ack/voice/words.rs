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

/// A text's words as written, and folded to one line of lower-case words, a space behind each.
#[derive(Clone, Debug)]
pub struct Folded<'a> {
    /// The words; handles, hashtags and links are not words.
    pub words: Vec<Word<'a>>,
    line: String,
    /// Where words begin in `line`.
    starts: Vec<usize>,
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
        let mut line = String::new();
        let mut starts = Vec::with_capacity(words.len());
        for word in &words {
            starts.push(line.len());
            for c in folded(word.text).chars() {
                line.push(c);
                // L'insulina is insulina with its article.
                if c == '\'' {
                    starts.push(line.len());
                }
            }
            line.push(' ');
        }
        Self {
            words,
            line,
            starts,
        }
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
        let (stem, whole) = match phrase.strip_suffix('*') {
            Some(stem) => (stem, false),
            None => (phrase, true),
        };
        self.starts.iter().any(|&start| {
            let rest = self
                .line
                .get(start..)
                .and_then(|from| from.strip_prefix(stem));
            rest.is_some_and(|rest| !whole || rest.starts_with(' '))
        })
    }

    /// How many of the words are among `list` (`a|b|c`, single words).
    pub fn count_of(&self, list: &str) -> usize {
        let words: Vec<&str> = self.line.split_whitespace().collect();
        let count = |entry| words.iter().filter(|word| **word == entry).count();
        list.split('|').map(count).sum()
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
        assert_eq!(folded.line, "nobody's telling us 4hrs now ");
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
