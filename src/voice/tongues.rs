//! Which languages have a voice, and which of them a text reads as.

use super::words::Folded;
use super::{de, en, es, fr, it, ja, nl, pt};
use crate::voice::tongue::Tongue;

/// Every language that has a voice.
pub const TONGUES: [&Tongue; 8] = [
    &en::TONGUE,
    &de::TONGUE,
    &fr::TONGUE,
    &es::TONGUE,
    &it::TONGUE,
    &pt::TONGUE,
    &nl::TONGUE,
    &ja::TONGUE,
];

/// The voice of a language: ISO 639-1, with or without a region.
pub fn tongue(lang: &str) -> Option<&'static Tongue> {
    let base = lang.split(['-', '_']).next().unwrap_or(lang);
    TONGUES
        .into_iter()
        .find(|t| t.code.eq_ignore_ascii_case(base))
}

/// So many words without a single common one are another language, whichever.
const TELLING: usize = 9;

/// The language that `text` reads as, if that is another than `tongue`'s.
pub fn reads_as_another(text: &Folded<'_>, tongue: &Tongue) -> Option<&'static str> {
    let kana = text.any_char(|c| ('\u{3041}'..='\u{30fa}').contains(&c));
    if kana == tongue.spaced && text.any_char(char::is_alphabetic) {
        return Some(if kana { "ja" } else { "und" });
    }
    let own = text.count_of(tongue.common);
    if tongue.spaced && own == 0 && text.words.len() >= TELLING {
        return Some("und");
    }
    TONGUES
        .into_iter()
        .filter(|other| other.code != tongue.code)
        .find(|other| text.count_of(other.common) > own + 1)
        .map(|other| other.code)
}
