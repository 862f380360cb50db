//! The languages that Heard writes, and what reading and writing must both know of one.
//!
//! A language is a folder beside this file and a line in [`LANGUAGES`]: `sentences.txt` is what the voice says in it, `clock.txt`
//! how it is set, `rules.txt` what no text in it may say.

/// What Heard knows of a language.
#[derive(Debug)]
pub struct Language {
    /// ISO 639-1.
    pub code: &'static str,
    /// How every signature of ours ends that tells that a text is automatic: what ends so is no customer's.
    pub automatic: &'static [&'static str],
    /// How it is set, and by whose clock it tells times.
    pub clock: &'static str,
    /// How it is written: first as most of its writers do, then where that differs.
    pub writings: &'static [Writing],
}

/// What the voice says in one region's way of writing a language.
#[derive(Debug)]
pub struct Writing {
    /// Its place among all of them.
    pub at: usize,
    /// Its language tag (BCP 47).
    pub tag: &'static str,
    /// The sentences: see `voice/repertoire.rs`.
    pub sentences: &'static str,
    /// Where people write so: ISO 3166, spaces between; the first writing of a language is everybody else's.
    pub countries: &'static str,
}

macro_rules! languages {
    ($($code:literal $automatic:tt $(
        $at:literal $tag:literal of $countries:literal
    )+;)+) => {
        /// Every language.
        pub const LANGUAGES: &[Language] = &[$(Language {
            code: $code,
            automatic: &$automatic,
            clock: include_str!(concat!("language/", $code, "/clock.txt")),
            writings: &[$(Writing {
                at: $at,
                tag: $tag,
                sentences: include_str!(concat!("language/", $code, "/", $tag, ".txt")),
                countries: $countries,
            }),+],
        }),+];

        /// What no text may say, by language: for those who check texts, so no part of the Worker.
        pub const RULES: &[(&str, &str)] = &[
            $(($code, include_str!(concat!("language/", $code, "/rules.txt")))),+
        ];

        /// What a person's reply should not say, by language: see `voice/people.rs`.
        pub const PEOPLE: &[(&str, &str)] = &[
            $(($code, include_str!(concat!("language/", $code, "/people.txt")))),+
        ];

        /// What the page for a customer's details says, by language: see `details/page.rs`.
        pub const DETAILS: &[(&str, &str)] = &[
            $(($code, include_str!(concat!("language/", $code, "/details.txt")))),+
        ];

        /// What the page on which a customer says how it went says, by language: see `details/survey.rs`.
        pub const SURVEY: &[(&str, &str)] = &[
            $(($code, include_str!(concat!("language/", $code, "/survey.txt")))),+
        ];

        /// How many writings there are.
        pub const WRITINGS: usize = [$($($at),+),+].len();
    };
}

languages! {
    "en" [", automatic; a person reads next"] 0 "en" of "";
    "de" [", automatisch; als Nächstes liest ein Mensch"] 1 "de" of "";
    "fr" [", automatique, puis une personne"] 2 "fr" of "";
    "es" [", automático; después lo lee una persona"] 3 "es" of ""
        4 "es-419" of "MX GT SV HN NI CR PA CU DO PR CO VE EC PE BO CL AR UY PY";
    "it" [", automatico, poi legge una persona", ", automatico, poi una persona"] 5 "it" of "";
    "pt" [", automático; depois lê uma pessoa", ", automático; depois uma pessoa lê"] 6 "pt" of ""
        7 "pt-PT" of "PT AO MZ CV GW ST TL";
    "nl" [", automatisch; hierna leest een mens dit"] 8 "nl" of "";
    "ja" ["（自動返信。このあと担当者が拝見します）"] 9 "ja" of "";
}

/// The codes of all of them: ISO 639-1.
pub fn languages() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|language| language.code)
}

/// The language of a tag, with or without a region.
pub fn language(tag: &str) -> Option<&'static Language> {
    let base = base(tag);
    LANGUAGES
        .iter()
        .find(|language| language.code.eq_ignore_ascii_case(base))
}

/// A tag without its region.
pub fn base(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

impl Language {
    /// How it is written for somebody: as one of `tags` says, or as in the countries that are `served`, if they agree.
    pub fn writing(&self, tags: &[&str], served: &[String]) -> Option<&'static Writing> {
        let of_tag = |tag: &&str| {
            if !base(tag).eq_ignore_ascii_case(self.code) {
                return None;
            }
            let region = tag.split(['-', '_']).nth(1)?;
            let is = |writing: &&Writing| {
                writing.tag.eq_ignore_ascii_case(tag) || has(writing.countries, region)
            };
            // A region that no writing names is the first's: es-ES, pt-BR.
            self.writings.iter().find(is).or(self.writings.first())
        };
        tags.iter().find_map(of_tag).or_else(|| {
            let of = |writing: &&Writing| {
                !served.is_empty() && served.iter().all(|one| has(writing.countries, one))
            };
            self.writings.iter().find(of).or(self.writings.first())
        })
    }
}

/// Whether a list of countries has one.
fn has(countries: &str, country: &str) -> bool {
    countries
        .split(' ')
        .any(|one| one.eq_ignore_ascii_case(country))
}

/// A text by language; under an empty language, for whichever its owner's is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(pub Vec<(String, String)>);

impl Texts {
    /// The text in a language: that of its region before that of any; one written without a language is in `home`. Nothing
    /// stands in for a language that it lacks.
    pub fn told(&self, tag: &str, home: &str) -> Option<&str> {
        let of = |wanted: &str| {
            let found = self.0.iter().find(|(lang, _)| {
                let lang = if lang.is_empty() { home } else { lang };
                lang.eq_ignore_ascii_case(wanted)
            });
            found.map(|(_, text)| text.as_str())
        };
        of(tag).or_else(|| of(base(tag))).or_else(|| {
            let near = |(lang, _): &&(String, String)| {
                let lang = if lang.is_empty() { home } else { lang };
                base(lang).eq_ignore_ascii_case(base(tag))
            };
            self.0.iter().find(near).map(|(_, text)| text.as_str())
        })
    }

    /// The first of them: what people see who ask for no language.
    pub fn first(&self) -> &str {
        self.0.first().map_or("", |(_, text)| text)
    }
}

impl From<&str> for Texts {
    fn from(text: &str) -> Self {
        Self(vec![(String::new(), text.to_owned())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_written_as_it_writes() {
        let tag = |lang: &str, tags: &[&str], served: &[&str]| {
            let served: Vec<String> = served.iter().map(|one| one.to_string()).collect();
            language(lang).unwrap().writing(tags, &served).unwrap().tag
        };
        assert_eq!(tag("pt", &[], &[]), "pt");
        assert_eq!(tag("pt", &["pt-PT"], &[]), "pt-PT");
        assert_eq!(tag("pt", &["pt-BR"], &["PT"]), "pt");
        assert_eq!(tag("pt", &["pt"], &["PT", "AO"]), "pt-PT");
        assert_eq!(tag("pt", &["en-GB"], &["PT", "BR"]), "pt");
        assert_eq!(tag("es", &["es-MX"], &[]), "es-419");
        assert_eq!(tag("es", &["es-419"], &[]), "es-419");
        assert_eq!(tag("es", &["es-ES"], &["MX"]), "es");
        assert_eq!(tag("de", &["de-AT"], &["AT"]), "de");
    }

    #[test]
    fn writings_stand_in_their_places() {
        let all = LANGUAGES.iter().flat_map(|language| language.writings);
        let at: Vec<usize> = all.map(|writing| writing.at).collect();
        assert_eq!(at, (0..WRITINGS).collect::<Vec<_>>());
    }

    #[test]
    fn no_text_stands_in_for_another_language() {
        let texts = Texts(vec![
            ("".into(), "home".into()),
            ("de".into(), "heim".into()),
        ]);
        assert_eq!(texts.told("en", "en-GB"), Some("home"));
        assert_eq!(texts.told("de", "en"), Some("heim"));
        assert_eq!(texts.told("fr", "en"), None);
    }
}
