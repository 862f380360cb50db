//! What is said about us and not to us: by which words it is told, and what becomes of it.
//!
//! A source that `listen`s brings posts of all kinds: a filtered stream, a hashtag. Posts that do not address us
//! are counted in the listening view ([`crate::inbox::listen`]) and do not enter the queue. The words of `[listening]` say
//! whom a post names: us, or one of the others. With `filter` what names nobody is dropped before any object is asked.

use super::table::{Reader, Table};
use crate::judgement::Level;
use crate::post::{Post, PostKind};

/// The most words for us, and for each of the others: every post of a stream is searched for all of them.
const WORDS: usize = 50;

/// The most others that are named.
const OTHERS: usize = 10;

/// The longest word or name, in bytes.
const WORD_BYTES: usize = 64;

/// What is listened for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listening {
    /// Words by which people name us, besides our handles and the brand's name.
    pub ours: Words,
    /// With whom our share is compared.
    pub others: Vec<Other>,
    /// From which level on a post goes to the queue by itself; `None`: never.
    pub promote: Option<Level>,
    /// Whether what names nobody is dropped before an object is asked.
    pub filter: bool,
}

/// Somebody else who is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// What they are called in the figures.
    pub name: String,
    /// The words by which people name them.
    pub words: Words,
}

/// Words, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

/// Whom a post names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Whether it names us.
    pub us: bool,
    /// Which others, in the configuration's order.
    pub others: Vec<String>,
}

impl Named {
    /// Whether it names nobody.
    pub fn is_nobody(&self) -> bool {
        !self.us && self.others.is_empty()
    }
}

impl Words {
    /// These words.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words = words.into_iter().map(|word| word.trim().to_lowercase());
        Self(words.filter(|word| !word.is_empty()).collect())
    }

    /// Whether one of them stands in a text in lower case: as a whole word, where the writing has spaces between
    /// words; a hashtag and a handle of that name are it too.
    pub fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|word| stands(text, word))
    }
}

/// Whether a word stands in a text by itself.
fn stands(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + word.len()..);
        let after = after.and_then(|text| text.chars().next());
        let first = word.chars().next();
        let last = word.chars().next_back();
        !(joins(first) && joins(before) || joins(last) && joins(after))
    })
}

/// Whether a character goes on with a word. What is written without spaces has no border to look for.
fn joins(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() && c < '\u{2e80}' || c == '_')
}

impl Listening {
    /// Whom a post names, in its own words, in those that it quotes, and under what it carries. `names` are those that
    /// are ours without being said so: the brand's, the handle.
    pub fn named<'a>(&self, names: impl IntoIterator<Item = &'a str>, post: &Post) -> Named {
        let mut text = post.text.to_lowercase();
        let captions = post.media.iter().filter_map(|one| one.caption.as_ref());
        for more in post.quoted.iter().chain(captions) {
            text.push('\n');
            text.push_str(&more.to_lowercase());
        }
        let names_other = self.others.iter().filter(|one| one.words.are_in(&text));
        Named {
            us: self.ours.are_in(&text) || Words::of(names).are_in(&text),
            others: names_other.map(|one| one.name.clone()).collect(),
        }
    }
}

/// Whether a post of a listening source is not addressed to us.
pub fn is_overheard(post: &Post) -> bool {
    !post.addressed
        && post.author.is_some()
        && matches!(post.kind, PostKind::Topic | PostKind::Mention)
}

impl Reader<'_> {
    pub(super) fn listening(&mut self, table: &mut Table) -> Listening {
        let mut t = self.table(table, "listening");
        let ours = self.listened_words(&mut t, "words");
        let promote = match self.text(&mut t, "promote").as_deref() {
            None | Some("emergency") => Some(Level::Emergency),
            Some("urgent") => Some(Level::Urgent),
            Some("never") => None,
            Some(other) => {
                let says = format!("\"{other}\" is none of emergency, urgent, never");
                self.problem(t.at("promote"), says);
                Some(Level::Emergency)
            }
        };
        let filter = self.flag(&mut t, "filter", false);
        let mut others: Vec<Other> = Vec::new();
        for mut t in self.opt_tables(&mut t, "others") {
            let name = self.required(&mut t, "name");
            let words = self.listened_words(&mut t, "words");
            let key = t.at("name");
            self.finish(t);
            let Some(name) = name else { continue };
            if name.len() > WORD_BYTES {
                self.problem(key, format!("must be at most {WORD_BYTES} bytes"));
            } else if others.iter().any(|one| one.name == name) {
                self.problem(key, format!("\"{name}\" is taken already"));
            } else if others.len() >= OTHERS {
                self.problem(key, format!("is one too many: at most {OTHERS} are named"));
            } else {
                let Words(mut words) = words;
                if words.is_empty() {
                    words.push(name.to_lowercase());
                }
                let words = Words(words);
                others.push(Other { name, words });
            }
        }
        self.finish(t);
        Listening {
            ours,
            others,
            promote,
            filter,
        }
    }

    fn listened_words(&mut self, t: &mut Table, key: &str) -> Words {
        let texts = self.texts(t, key);
        let fits = |text: &String| !text.trim().is_empty() && text.len() <= WORD_BYTES;
        if texts.len() > WORDS || !texts.iter().all(fits) {
            let says = format!("must be at most {WORDS} words of at most {WORD_BYTES} bytes each");
            self.problem(t.at(key), says);
        }
        let good = texts.iter().filter(|text| fits(text)).take(WORDS);
        Words::of(good.map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_where_it_stands_by_itself() {
        let words = Words::of(["Northline", "#NLRail", "北線"]);
        for text in [
            "northline again",
            "why, northline?",
            "#northline late",
            "@northline!",
            "today #nlrail",
            "今日の北線は遅い",
        ] {
            assert!(words.are_in(text), "{text}");
        }
        for text in [
            "northliner",
            "mynorthline",
            "north line",
            "nlrail",
            "#nlrails",
            "",
        ] {
            assert!(!words.are_in(text), "{text}");
        }
    }
}
