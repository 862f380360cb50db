//! Whose voice it is.

use super::own::Own;
use super::place::Place;
use crate::post::Platform;

/// The id of a brand that is the only one: `[brand]`.
pub const ONLY_BRAND: &str = "brand";

/// Whose voice it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// What the configuration calls it: NAME of `[brands.NAME]`, or [`ONLY_BRAND`].
    pub id: String,
    /// The brand's name.
    pub name: String,
    /// The language answered in where the post's own is not recognised (ISO 639-1). A recognised one
    /// that Heard has no voice for gets no acknowledgment.
    pub language: String,
    /// Who signs where no roster says who is on duty: a team that really exists.
    pub team: String,
    /// Whether languages with two forms of address use the formal one.
    pub formal: bool,
    /// Where the acknowledgment does not say that it was sent automatically: everywhere else it does.
    pub undisclosed: Vec<Place>,
    /// Where to turn in danger or despair, unless the source says it.
    pub help: Help,
    /// What the brand adds to the voice.
    pub own: Own,
}

/// Where to turn: a source's, or the brand's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// What to add in an emergency, by language: a number, a link. Under an empty language, for all of them.
    pub emergency_line: Vec<(String, String)>,
    /// What to say where a post hints at self-harm, by language.
    pub care_text: Vec<(String, String)>,
}

impl Help {
    /// The emergency line in a language: the source's, or else this one, the brand's. One written without a
    /// language is in the brand's. Without one in `lang` the voice has its own: a stranger to the brand's
    /// language is no help to be had in it, and its number may be of another country.
    pub fn emergency_line<'a>(
        &'a self,
        source: &'a Help,
        lang: &str,
        brand_lang: &str,
    ) -> Option<&'a str> {
        let own = |help: &'a Help| {
            let plain = || in_lang(&help.emergency_line, "").filter(|_| lang == brand_lang);
            in_lang(&help.emergency_line, lang).or_else(plain)
        };
        own(source).or_else(|| own(self))
    }

    /// The text of care in a language: the source's, or else this one, the brand's. Without one in `lang` the
    /// voice has its own, so that nobody in despair is spoken to in another language.
    pub fn care_text<'a>(&'a self, source: &'a Help, lang: &str) -> Option<&'a str> {
        in_lang(&source.care_text, lang).or_else(|| in_lang(&self.care_text, lang))
    }
}

fn in_lang<'a>(texts: &'a [(String, String)], lang: &str) -> Option<&'a str> {
    let found = texts.iter().find(|(of, _)| of == lang);
    found.map(|(_, text)| text.as_str())
}

impl Brand {
    /// Whether an acknowledgment there says that it was sent automatically.
    pub fn discloses(&self, platform: Platform, public: bool) -> bool {
        !self
            .undisclosed
            .iter()
            .any(|place| place.holds(platform, public))
    }
}
