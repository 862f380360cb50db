//! What is the matter: what the acknowledgment names.

use super::cue::Cue;
use super::evidence::Evidence;
use super::lang::{Lang, only, recognise};
use super::lexicon::{Lexicon, find};
use super::text::Text;
use crate::judgement::{Level, Matter};
use std::sync::OnceLock;

/// What is the matter in a text. `lang` is its language (BCP 47), where known; `level` how soon a person is
/// needed.
///
/// In an emergency with people in it nothing else is named: to somebody whose child is missing nobody speaks
/// of a parcel.
///
/// What endangers people comes first, then what the post says most about; a circumstance ("nobody
/// answers") names the matter only where nothing else does.
pub fn matter(text: &str, lang: Option<&str>, level: Level) -> Matter {
    let read = Text::read(text);
    let langs = lang
        .and_then(Lang::tagged)
        .map_or_else(|| recognise(&read), only)
        .plausible;
    let mut found = find(&read, langs);
    found.extend(phrases().found(&read, langs));
    let evidence = Evidence::of(&found);
    let people = [Cue::Danger, Cue::Child, Cue::Frail];
    if level == Level::Emergency && people.iter().any(|cue| evidence.count(*cue) > 0.0) {
        return Matter::Safety;
    }
    of(&evidence)
}

/// Phrases that name a matter beside those that triage judges by.
const PHRASES: &str = include_str!("matter.txt");

fn phrases() -> &'static Lexicon {
    static PARSED: OnceLock<Lexicon> = OnceLock::new();
    PARSED.get_or_init(|| Lexicon::parse(PHRASES))
}

/// The cues that speak for each matter and how clearly. Ties go to the earlier row.
const SPEAKS: [(Matter, &[(Cue, f32)]); 12] = [
    (Matter::Safety, &[(Cue::Danger, 4.0)]),
    (Matter::Fraud, &[(Cue::Fraud, 3.6)]),
    (Matter::LockedOut, &[(Cue::Locked, 3.0)]),
    (Matter::Cancelled, &[(Cue::Cancelled, 2.6)]),
    (Matter::Parcel, &[(Cue::Parcel, 2.3), (Cue::Lost, 0.3)]),
    (Matter::Lost, &[(Cue::Lost, 2.4)]),
    (Matter::Outage, &[(Cue::Outage, 2.1), (Cue::Deprived, 0.3)]),
    (Matter::Money, &[(Cue::Money, 2.55)]),
    (
        Matter::Delay,
        &[(Cue::Stuck, 2.2), (Cue::Delay, 1.8), (Cue::Duration, 0.3)],
    ),
    (Matter::Product, &[(Cue::Broken, 1.7)]),
    (Matter::Staff, &[(Cue::Staff, 2.35)]),
    (
        Matter::Unanswered,
        &[(Cue::Unanswered, 1.2), (Cue::Repeat, 0.2)],
    ),
];

pub(super) fn of(evidence: &Evidence) -> Matter {
    let mut best = (Matter::Other, 0.0);
    for (matter, cues) in SPEAKS {
        let said: f32 = cues
            .iter()
            .map(|(cue, clear)| match evidence.count(*cue) {
                0.0 => 0.0,
                // Said twice is said a little more clearly.
                count => clear * (1.0 + 0.15 * (count - 1.0).min(3.0)),
            })
            .sum();
        if said > best.1 {
            best = (matter, said);
        }
    }
    // The weakest cue that names a matter alone.
    if best.1 < 1.0 { Matter::Other } else { best.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_the_matter() {
        for (post, expected) in [
            (
                "stuck outside Woking for 4 hours, no water, kids crying",
                Matter::Delay,
            ),
            ("There is smoke in coach C and we are stuck", Matter::Safety),
            ("you charged me twice for one ticket", Matter::Money),
            ("locked out of my account since monday", Matter::LockedOut),
            ("my parcel says delivered, it is not here", Matter::Parcel),
            ("someone is using my card right now", Matter::Fraud),
            ("flight cancelled and nobody at the desk", Matter::Cancelled),
            ("you lost my suitcase", Matter::Lost),
            ("whole street has no internet again", Matter::Outage),
            ("your guard was so rude to an old man", Matter::Staff),
            ("third email, no reply", Matter::Unanswered),
            ("the kettle arrived cracked and leaking", Matter::Product),
            ("hello", Matter::Other),
            ("", Matter::Other),
        ] {
            assert_eq!(matter(post, None, Level::Urgent), expected, "{post}");
        }
        assert_eq!(
            matter("ログインできない", Some("ja"), Level::Urgent),
            Matter::LockedOut
        );
        assert_eq!(
            matter("Mein Koffer ist weg", Some("de-AT"), Level::Urgent),
            Matter::Lost
        );
    }
}
