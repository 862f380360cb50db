//! Whose voice it is.

use super::own::Own;
use super::place::Place;
use crate::language::Texts;
use crate::post::Platform;

/// The id of a brand that is the only one: `[brand]`.
pub const ONLY_BRAND: &str = "brand";

/// Where the name of whoever writes stands in [`Brand::signature`].
pub const NAME: &str = "{name}";

/// Whose voice it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// What the configuration calls it: NAME of `[brands.NAME]`, or [`ONLY_BRAND`].
    pub id: String,
    /// The brand's name.
    pub name: String,
    /// The language answered in where the post's own is not recognised, and which region's writing (BCP 47). A recognised one
    /// that Heard has no voice for gets no acknowledgment.
    pub language: String,
    /// Who signs where no roster says who is on duty: a team that really exists.
    pub team: Texts,
    /// Whether languages with two forms of address use the formal one.
    pub formal: bool,
    /// Where the acknowledgment does not say that it was sent automatically: everywhere else it does.
    pub undisclosed: Vec<Place>,
    /// Whom it serves, and its words of care, unless the source says it.
    pub help: Help,
    /// What to say once in private where a promise broke, by language; nothing where it has no text.
    pub late_text: Texts,
    /// What the brand adds to the voice.
    pub own: Own,
    /// How a person's reply is signed, `{name}` for who wrote it, by language; without one it is not.
    pub signature: Texts,
}

/// What is said where somebody needs more than an answer: a source's, or the brand's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// Where its customers are: ISO 3166. Whose number may be named in danger follows from it, and how a language is written.
    pub serves: Vec<String>,
    /// What to say in private where a post hints at self-harm, by language.
    pub care_text: Texts,
}

impl Help {
    /// Whom a source serves; the brand's customers where it does not say.
    pub fn serves<'a>(&'a self, source: &'a Help) -> &'a [String] {
        match source.serves.as_slice() {
            [] => &self.serves,
            own => own,
        }
    }

    /// The words of care in a language: the source's, or else these, the brand's. Nothing stands in for them.
    pub fn care_text<'a>(&'a self, source: &'a Help, lang: &str, home: &str) -> Option<&'a str> {
        let own = source.care_text.told(lang, home);
        own.or_else(|| self.care_text.told(lang, home))
    }
}

impl Brand {
    /// Whether an acknowledgment there says that it was sent automatically.
    pub fn discloses(&self, platform: Platform, public: bool) -> bool {
        !self
            .undisclosed
            .iter()
            .any(|place| place.holds(platform, public))
    }

    /// Whether a person's reply is signed with their name in some language.
    pub fn signs(&self) -> bool {
        !self.signature.0.is_empty()
    }

    /// How somebody of that name signs a reply in a language; `None` where the brand wants no name under it.
    pub fn signed(&self, name: &str, lang: &str) -> Option<String> {
        let form = self.signature.told(lang, &self.language)?;
        Some(form.replace(NAME, name))
    }

    /// Who signs in a language: who is on duty, or else the team, or the brand itself where neither has a name in it. Nobody
    /// signs in another language than the text's.
    pub fn signatory<'a>(&'a self, on_duty: Option<&'a Texts>, lang: &str) -> &'a str {
        let named = |team: &'a Texts| {
            let name = team.told(lang, &self.language).map(str::trim);
            name.filter(|name| !name.is_empty())
        };
        on_duty
            .and_then(named)
            .or_else(|| named(&self.team))
            .unwrap_or(&self.name)
    }
}
