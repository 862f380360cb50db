//! What a customer said, without who they are: names, handles, numbers, e-mail addresses and links taken out.
//!
//! What is taken out is told by its form, and where in doubt it goes: every word with a number in it; every word with
//! a capital inside a sentence, but for the brand's own names; in German, which writes all nouns so, those that people
//! who wrote bear as a name, and those behind a title. A name that opens a sentence is known only where somebody who
//! wrote bears it. A text that can not be told so (all in capitals, or in a writing without them) is not told at all.

use super::naming::plain;
use super::search::is_joined;
use std::collections::BTreeSet;

/// How long an example may be, in characters, and how short.
const LONGEST: usize = 240;
const LEAST_WORDS: usize = 4;

/// Words behind which a name stands, in the languages that Heard speaks.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "sir",
    "madam",
    "herr",
    "herrn",
    "frau",
    "familie",
    "m",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "señor",
    "señora",
    "sr",
    "sra",
    "don",
    "doña",
    "signor",
    "signora",
    "sig",
    "dott",
    "dhr",
    "mevr",
    "meneer",
    "mevrouw",
    "senhor",
    "senhora",
    "dona",
    "named",
    "called",
    "namens",
    "nommé",
    "nommée",
    "llamado",
    "llamada",
    "chiamato",
    "chiamata",
    "chamado",
    "chamada",
    "genaamd",
    "heiße",
    "heisse",
    "heet",
    "llamo",
    "chiamo",
    "chamo",
    "appelle",
    "signed",
    "regards",
    "grüße",
    "grüßen",
    "gruß",
    "groeten",
    "saluti",
    "saludos",
    "cordialement",
    "cumprimentos",
];

/// What stands for something that was taken out.
const NAME: &str = "[name]";
const NUMBER: &str = "[number]";
const HANDLE: &str = "[handle]";
const MAIL: &str = "[e-mail]";
const LINK: &str = "[link]";

/// What is known of names.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Parts of the names of people who wrote, as [`plain`] writes them.
    pub people: BTreeSet<String>,
    /// Words of the brand's own names.
    pub ours: BTreeSet<String>,
}

impl Known {
    /// Adds a person's name or handle.
    pub fn person(&mut self, name: &str) {
        self.people.extend(parts(name));
    }

    /// Adds a name of ours.
    pub fn our(&mut self, name: &str) {
        self.ours.extend(parts(name));
    }
}

/// The parts of a name; one of two letters is no name by itself.
fn parts(name: &str) -> Vec<String> {
    let parts = plain(name);
    let parts = parts.split(' ').filter(|part| part.chars().count() > 2);
    parts.map(str::to_owned).collect()
}

/// What somebody said, without who they are; `own` is what is known of its author's names. Nothing where that can not
/// be told, or where too little is left.
pub fn nameless(text: &str, lang: &str, known: &Known, own: &[&str]) -> Option<String> {
    let own: BTreeSet<String> = own.iter().flat_map(|name| parts(name)).collect();
    let letters = text.chars().filter(|one| one.is_alphabetic()).count();
    let capitals = text.chars().filter(|one| one.is_uppercase()).count();
    if text.chars().any(is_joined) || capitals * 3 > letters {
        return None;
    }
    let german = lang.starts_with("de");
    let mut told: Vec<String> = Vec::new();
    let (mut begins, mut after_title, mut kept, mut long) = (true, false, 0, 0);
    for word in text.split_whitespace() {
        if long > LONGEST {
            told.push("\u{2026}".to_owned());
            break;
        }
        let core = word.trim_matches(|one: char| !one.is_alphanumeric());
        let written = plain(core);
        // What stands behind an apostrophe is grammar: "Anna's", "I'm".
        let stem = core.split(['\'', '\u{2019}']).next().unwrap_or(core);
        let stem = plain(stem);
        let capital = core.chars().next().is_some_and(char::is_uppercase);
        let inside = !begins && !german && stem != "i";
        let is = |set: &BTreeSet<String>| {
            let mut parts = written.split(' ').chain([stem.as_str()]);
            parts.any(|part| set.contains(part))
        };
        let taken = if core.contains('@') && !core.contains("://") {
            Some(MAIL)
        } else if word.contains('@') && !word.contains("://") {
            Some(HANDLE)
        } else if word.contains("://") || word.contains("www.") || is_place_on_the_net(word) {
            Some(LINK)
        } else if core.chars().any(char::is_numeric) {
            Some(NUMBER)
        } else if is(&own) {
            Some(NAME)
        } else if is(&known.ours) || core.is_empty() {
            None
        } else if after_title || (capital && (is(&known.people) || inside)) {
            Some(NAME)
        } else {
            None
        };
        let ends = |one: char| matches!(one, '.' | '!' | '?' | '\u{2026}' | ':' | ';');
        match taken {
            Some(mark) => {
                let end: String = word
                    .chars()
                    .rev()
                    .take_while(|one| ends(*one) || *one == ',')
                    .collect();
                let end: String = end.chars().rev().collect();
                let last = told.last_mut().filter(|last| last.as_str() == mark);
                match last {
                    Some(last) => last.push_str(&end),
                    None => told.push(format!("{mark}{end}")),
                }
            }
            None => {
                kept += usize::from(!core.is_empty());
                told.push(word.to_owned());
            }
        }
        long += word.chars().count() + 1;
        after_title = TITLES.contains(&written.as_str());
        begins = word.ends_with(ends) && !after_title;
    }
    let took = told.iter().filter(|word| word.starts_with('[')).count();
    (kept >= LEAST_WORDS && kept > took).then(|| told.join(" "))
}

/// Whether a word is an address without its beginning: "example.com/a".
fn is_place_on_the_net(word: &str) -> bool {
    let word = word.trim_matches(|one: char| !one.is_alphanumeric());
    let dot = word.split_once('.');
    let has = |part: &str| part.chars().filter(|one| one.is_alphabetic()).count() >= 2;
    dot.is_some_and(|(host, rest)| has(host) && has(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, lang: &str) -> Option<String> {
        let mut known = Known::default();
        known.person("Petra Lang");
        known.our("Northline Rail");
        nameless(text, lang, &known, &["Ann Miller", "annie77", "ann.m"])
    }

    #[test]
    fn who_they_are_is_taken_out_of_what_they_say() {
        for (text, lang, want) in [
            (
                "I'm stuck at Woking, train 18:04, and Dave at the desk shrugged. Call +44 20 7946 0018!",
                "en",
                "I'm stuck at [name], train [number], and [name] at the desk shrugged. Call [number]!",
            ),
            (
                "Write to ann@mail.example or @annie77, ref AB12, https://x.example/a or mail.example/b please now",
                "en",
                "Write to [e-mail] or [handle], ref [number], [link] or [link] please now",
            ),
            (
                "Northline lost my bag again, says ann. Petra's answer was no help at all",
                "en",
                "Northline lost my bag again, says [name]. [name] answer was no help at all",
            ),
            (
                "Der Zug steht seit Stunden, sagt Herr Vogel, und Petra weint im Abteil",
                "de",
                "Der Zug steht seit Stunden, sagt Herr [name], und [name] weint im Abteil",
            ),
            (
                "no heating in coach c, says anna miller from accounts",
                "en",
                "no heating in coach c, says anna [name] from accounts",
            ),
        ] {
            assert_eq!(told(text, lang).as_deref(), Some(want), "{text}");
        }
        for none in [
            "MY NAME IS ANNA AND I AM STUCK HERE",
            "Ann Miller 077",
            "too short",
            "電車が遅れていて困っています田中です",
        ] {
            assert_eq!(told(none, "en"), None, "{none}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_number_no_address_and_no_own_name_is_left(text in "(([a-z]{1,7}|[A-Z][a-z]{1,7}|[0-9]{1,4}|@[a-z]{2,5}|[a-z]{2,4}@[a-z]{2,4}\\.[a-z]{2}|annie77|Miller|miller's)[,.!]? ){0,30}") {
            if let Some(told) = told(&text, "en") {
                proptest::prop_assert!(!told.chars().any(char::is_numeric), "{}", told);
                proptest::prop_assert!(!told.contains('@'), "{}", told);
                proptest::prop_assert!(!told.to_lowercase().contains("miller"), "{}", told);
            }
        }
    }
}
