//! Hints that an author may harm themselves: looked for in all languages, whatever the post's own is taken
//! for, because a wrong guess of the language must not lose one.
//!
//! This is the one place that decides it. [`triage`](super::triage) puts such a post at the front of the
//! queue after the model has spoken, and the acknowledgment answers it with care. The model's own cue for
//! it ([`Cue::SelfHarm`](super::cue::Cue)) is wider and only one voice among many.

use super::cue::{Lexicon, negates};
use super::text::Text;
use std::sync::OnceLock;

/// The phrases, by language.
const PHRASES: &str = include_str!("despair.txt");

fn phrases() -> &'static Lexicon {
    static PARSED: OnceLock<Lexicon> = OnceLock::new();
    PARSED.get_or_init(|| Lexicon::parse(PHRASES))
}

/// The tokens that hint at it: the first and the one after the last.
///
/// "I don't want to die" hints at nothing. Only the word right before counts, because losing a hint costs more
/// than a person's glance at a post that held none.
pub fn hint(text: &Text) -> Option<(u32, u32)> {
    let is_negator = |at: usize| text.tokens.get(at).is_some_and(negates);
    let found = phrases().found(text, u8::MAX);
    let hint = found.iter().find(|hint| {
        let before = (hint.first as usize).checked_sub(1);
        !before.is_some_and(is_negator)
    })?;
    Some((hint.first, hint.end))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Level, Subject, triage};
    use super::*;

    fn hints(post: &str) -> bool {
        hint(&Text::read(post)).is_some()
    }

    #[test]
    fn hears_it_in_every_language() {
        for post in [
            "I can't go on, I want to die",
            "im gonna KILL  MYSELF",
            "i am going to k1ll myself",
            "everyone would be better off without me",
            "I've taken all my tablets",
            "i just wanna kms",
            "feeling suicidal since your letter came",
            "ich will nicht mehr leben",
            "Ich kann nicht mehr, ich werde mich noch umbringen",
            "j'ai envie de mourir",
            "je vais me tuer si ça continue",
            "ya no quiero vivir",
            "he perdido las ganas de vivir",
            "voglio morire",
            "non ce la faccio, voglio farla finita",
            "não quero mais viver",
            "penso em me matar todos os dias",
            "ik wil dood",
            "ik denk aan zelfmoord",
            "もう死にたい",
            "消えてしまいたいです",
        ] {
            assert!(hints(post), "{post}");
        }
    }

    #[test]
    fn hears_it_in_nothing_else() {
        for post in [
            "this queue is killing me",
            "My wife is going to kill me if I miss this train",
            "I don't want to die on one of your trains, there is smoke",
            "40 kms from the next station",
            "2 hours late because of a suicide on the line",
            "Wegen eines Suizids ist die Strecke gesperrt",
            "I hurt myself on your broken step",
            "I nearly hurt myself on the escalator",
            "Das macht keinen Sinn mehr mit euch",
            "Wollt ihr uns umbringen mit dieser Hitze?",
            "überall Ritzen im Boden",
            "mon patron va me tuer",
            "me muero de frío",
            "mi jefe va a matarme",
            "minha mãe vai me matar",
            "de trein naar Doodstil",
            "人身事故で2時間遅れ、自殺らしい",
            "",
        ] {
            assert!(!hints(post), "{post}");
        }
    }

    /// Whatever the model and the platform's language say.
    #[test]
    fn puts_it_at_the_front() {
        for (post, lang) in [
            ("Great trip, thanks! But honestly I want to die", None),
            ("voglio morire", Some("en")),
            ("ok. ich will nicht mehr leben", Some("ja")),
            ("もう死にたい", None),
            ("ik wil dood", Some("pl")),
        ] {
            let judged = triage(&Subject {
                text: post,
                lang,
                ..Subject::default()
            });
            assert!(judged.self_harm, "{post}");
            assert_eq!((judged.level, judged.urgency), (Level::Emergency, 100));
            assert_eq!(judged.kind, Kind::Complaint, "{post}");
            assert!(post.contains(&judged.reasons[0].what), "{judged:?}");
        }
        let plain = triage(&Subject {
            text: "where is my parcel",
            ..Subject::default()
        });
        assert!(!plain.self_harm);
    }

    #[test]
    fn every_phrase_can_be_found() {
        for line in PHRASES
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with(['#', '[']))
        {
            for phrase in line.split(',').map(str::trim) {
                let said: Vec<&str> = phrase
                    .split(' ')
                    .filter(|word| *word != "_")
                    .map(|word| word.split('/').next().unwrap().trim_end_matches('*'))
                    .collect();
                let said = said.join(" ");
                assert!(
                    phrases().found(&Text::read(&said), u8::MAX).len() == 1,
                    "{phrase}: {said}"
                );
            }
        }
    }
}
