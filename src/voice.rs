//! What an acknowledgment says: a person's words for this post, in its author's language.
//!
//! A text is made of moves: *hear and name* (what is the matter, in the author's terms where that is
//! safe), *next* (what happens now and who does it), and *sign*. Each language file holds its realisations in
//! the notation of [`grammar`]; the post's seed chooses among them, and the fingerprints of what a source said
//! lately steer the choice away from it, so that no two people in a storm read the same sentence.
//!
//! A brand's own lines and words ([`own`]) stand among the language's, and are held to the same rules.
//!
//! A language is one file, and says everything in it: what the voice says, what it must never say, and what it
//! understands of a post. Adding one is adding its file and its line in [`tongues`].
//!
//! Nothing here promises, sells or argues: [`lint`] reads every composed text before it is
//! given out, and the tests read every realisation.

pub mod brand;
pub mod cues;
mod de;
mod draft;
mod echo;
mod en;
mod es;
pub mod fault;
mod fr;
mod grammar;
mod it;
mod ja;
pub mod lint;
mod nl;
pub mod occasion;
pub mod own;
pub mod place;
mod pt;
pub mod rule;
mod tongue;
pub mod tongues;
pub mod words;

use brand::Brand;
use draft::Draft;
use echo::{Echo, echo};
use occasion::{Acknowledgment, Occasion};
use tongues::tongue;
use words::Folded;

/// Composes the acknowledgment of a post.
///
/// `None` if the post's language has no voice (one that is `und` takes the brand's), or if the brand's own
/// texts leave no room for any.
pub fn compose(brand: &Brand, occasion: &Occasion<'_>) -> Option<Acknowledgment> {
    let tongue = match occasion.lang {
        "" | "und" => tongue(&brand.language),
        lang => tongue(lang),
    }?;
    let post = Folded::of(occasion.text);
    let told = if occasion.despair {
        Echo::default()
    } else {
        echo(&post, tongue, &brand.own, occasion.matter)
    };
    // Less and less of what the author gave, until it fits and passes.
    let plain = Echo {
        place: None,
        with: None,
        ..told.clone()
    };
    [told, plain, Echo::default()]
        .iter()
        .find_map(|echo| Draft::new(brand, occasion, tongue, echo).write())
}

#[cfg(test)]
mod tests;
