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
    /// How its words, and its characters, begin: most phrases are passed over by this.
    sieve: Sieve,
}

/// One bit for each two bytes that something begins with, by their hash: what has no bit is not there.
#[derive(Clone, Debug, Default)]
struct Sieve([u64; 16]);

impl Sieve {
    fn bit(beginning: &str) -> Option<(usize, u64)> {
        let [a, b, ..] = *beginning.as_bytes() else {
            return None;
        };
        // A character of three bytes tells itself apart by its last.
        let c = if a < 0xe0 {
            0
        } else {
            *beginning.as_bytes().get(2)?
        };
        let hash = (usize::from(a) * 31 + usize::from(b)) * 31 + usize::from(c);
        Some((hash / 64 % 16, 1 << (hash % 64)))
    }

    fn mark(&mut self, beginning: &str) {
        if let Some((at, bit)) = Self::bit(beginning)
            && let Some(slot) = self.0.get_mut(at)
        {
            *slot |= bit;
        }
    }

    /// Whether something may begin like `phrase`; one of a single byte always may.
    fn may_have(&self, phrase: &str) -> bool {
        Self::bit(phrase).is_none_or(|(at, bit)| self.0.get(at).is_some_and(|slot| slot & bit != 0))
    }
}

/// Whether a phrase begins with a letter of a spaced script and goes on in one without: it may stand within a word.
fn is_mixed(phrase: &str) -> bool {
    !phrase.is_ascii()
        && !phrase.starts_with(|c| c >= UNSPACED)
        && phrase.chars().any(|c| c >= UNSPACED)
}

/// From here on characters stand in scripts without spaces.
const UNSPACED: char = '\u{3000}';

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
        let mut line = String::with_capacity(end + words.len());
        let mut starts = Vec::with_capacity(words.len());
        for word in &words {
            starts.push(line.len());
            for c in word.text.chars() {
                match c {
                    // L'insulina is insulina with its article.
                    '\'' | '’' => {
                        line.push('\'');
                        starts.push(line.len());
                    }
                    _ if c.is_ascii() => line.push(c.to_ascii_lowercase()),
                    _ => line.extend(c.to_lowercase()),
                }
            }
            line.push(' ');
        }
        let mut sieve = Sieve::default();
        for from in starts.iter().filter_map(|start| line.get(*start..)) {
            sieve.mark(from);
        }
        for (at, _) in line.char_indices().filter(|(_, c)| *c >= UNSPACED) {
            sieve.mark(line.get(at..).unwrap_or_default());
        }
        Self {
            words,
            line,
            starts,
            sieve,
        }
    }

    /// The first of `phrases` (`a|b c|stem*`) that occurs: whole words, or words that begin so. A phrase
    /// in a script without spaces occurs anywhere.
    pub fn first_of<'p>(&self, phrases: &'p str) -> Option<&'p str> {
        phrases.split('|').find(|phrase| self.has(phrase))
    }

    fn has(&self, phrase: &str) -> bool {
        let (stem, whole) = match phrase.strip_suffix('*') {
            Some(stem) => (stem, false),
            None => (phrase, true),
        };
        if stem.is_empty() {
            return false;
        }
        if !self.sieve.may_have(stem) && !is_mixed(stem) {
            return false;
        }
        if !stem.is_ascii() && stem.chars().any(|c| c >= UNSPACED) {
            return self.line.contains(stem);
        }
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
        list.split('|').map(|entry| self.times(entry)).sum()
    }

    /// How often a word occurs.
    fn times(&self, word: &str) -> usize {
        if word.is_empty() || !self.sieve.may_have(word) {
            return 0;
        }
        let is_it = |start: &&usize| {
            let rest = self
                .line
                .get(**start..)
                .and_then(|from| from.strip_prefix(word));
            rest.is_some_and(|rest| rest.starts_with(' '))
        };
        self.starts.iter().filter(is_it).count()
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
    fn finds_a_phrase_of_two_scripts_within_a_word() {
        assert_eq!(
            Folded::of("私のICカードが").first_of("icカード"),
            Some("icカード")
        );
    }

    proptest::proptest! {
        /// The sieve passes over nothing that is there.
        #[test]
        fn finds_every_word_of_any_text(text in "[\\PC a-zé電車ー'’-]{0,60}") {
            let folded = Folded::of(&text);
            for (at, start) in folded.starts.iter().enumerate() {
                let from = &folded.line[*start..];
                let word = from.split(' ').next().unwrap();
                if word.is_empty() || word.contains(['|', '*']) {
                    continue;
                }
                proptest::prop_assert!(folded.has(word), "{word:?} of {text:?}");
                proptest::prop_assert!(folded.times(word) >= 1, "{at}: {word:?}");
                for (cut, c) in word.char_indices().skip(1) {
                    let stem = format!("{}*", &word[..cut]);
                    proptest::prop_assert!(folded.has(&stem), "{stem:?} of {text:?}");
                    if c >= UNSPACED {
                        proptest::prop_assert!(folded.has(&word[cut..]), "{:?} of {text:?}", &word[cut..]);
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_text_is_looked_at_in_part() {
        let long = "ä".repeat(LOOKED_AT);
        assert_eq!(Folded::of(&long).words[0].text.len(), LOOKED_AT);
    }
}
