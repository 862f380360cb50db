//! Hints that an author may harm themselves: looked for in all languages, whatever the post's own is taken
//! for, because a wrong guess of the language must not lose one.
//!
//! [`triage`](super::triage) puts such a post at the front of the
//! queue after the model has spoken, and the acknowledgment answers it with care. The model's own head for
//! it hears what no list of phrases foresees; this list hears what is said plainly, whatever the model makes of it.

use super::cue::{Cue, Found};
use super::lexicon::{Lexicon, negates};
use super::text::Text;
use std::sync::OnceLock;

/// The phrases, by language.
const PHRASES: &str = include_str!("despair.txt");

fn phrases() -> &'static Lexicon {
    static PARSED: OnceLock<Lexicon> = OnceLock::new();
    PARSED.get_or_init(|| Lexicon::parse(PHRASES))
}

/// A life that a post fears for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The first token that says so.
    pub first: u32,
    /// The token after the last.
    pub end: u32,
    /// Whether it is the author's own; else care is not for who wrote, and help is for somebody else.
    pub own: bool,
}

/// Who speaks, folded. In the Romance languages the verb tells it.
const SELF: &str = "i im ive id ill me myself ich mich mir je j jai m moi yo mi eu io ik mij mezelf voglio vorrei \
    penso ho quiero quisiera voy he pienso quero queria vou veux vais voudrais tomei";

/// Of whom else people speak, folded. French "il" and Spanish "él" are not among them: folded they are articles, and "il resto" is
/// nobody else.
const OTHERS: &str = "user he she they him friend mate husband wife son daughter brother sister mother father mum mom dad \
    boyfriend girlfriend partner nephew niece cousin neighbour neighbor colleague someone somebody lad \
    er freund freundin mann frau sohn tochter bruder schwester mutter vater mama papa kollege kollegin jemand \
    nachbar nachbarin kumpel elle ami amie mari femme fils fille frere soeur mere pere copain copine quelqu \
    voisin voisine collegue ella amigo amiga marido mujer esposa esposo hijo hija hermano hermana madre padre \
    novio novia vecino vecina alguien lui lei amico amica marito moglie figlio figlia fratello sorella ragazzo \
    ragazza qualcuno vicino vicina ele ela mulher filho filha irmao irma mae pai namorado namorada vizinho vizinha \
    alguem hij zij ze vriend vriendin vrouw zoon dochter broer zus moeder vader buurman buurvrouw iemand collega";

/// What begins something new in a clause, folded: who was spoken of before it need not be meant after it.
const JOINTS: &str = "and but so und aber et mais y pero e ma mas en maar";

/// Whether the hint speaks of its author: the nearest word for a person tells, in it or before it in its
/// clause. Where nobody is named it is the author.
fn is_own(text: &Text, hint: &Found) -> bool {
    let is = |words: &str, word: &str| words.split_whitespace().any(|one| one == word);
    let clause = text.tokens.get(hint.first as usize).map(|at| at.clause);
    let tokens = text.tokens.get(..hint.end as usize).unwrap_or_default();
    let words = tokens.iter().enumerate().rev();
    for (at, token) in words.take_while(|(_, token)| Some(token.clause) == clause) {
        let word = text.word(token);
        if is(SELF, word) {
            return true;
        }
        let before = at < hint.first as usize;
        if before && is(OTHERS, word) {
            return false;
        }
        if before && is(JOINTS, word) {
            return true;
        }
    }
    true
}

/// The first hint of it, the author's own before another's.
///
/// "I don't want to die" hints at nothing. Only the word right before counts, because losing a hint costs more
/// than a person's glance at a post that held none.
pub fn hint(text: &Text) -> Option<Hint> {
    let is_negator = |at: usize| text.tokens.get(at).is_some_and(negates);
    let found = phrases().found(text, u8::MAX);
    // What goes on from a hint tells how it is meant.
    let goes_on = |cue: Cue, hint: &Found| {
        let mut all = found.iter().filter(|other| other.cue == cue);
        all.any(|other| other.first < hint.end && other.end > hint.end && hint.first < other.end)
    };
    let hints = found.iter().filter(|hint| {
        let before = (hint.first as usize).checked_sub(1);
        hint.cue != Cue::Unreal && !before.is_some_and(is_negator) && !goes_on(Cue::Unreal, hint)
    });
    let mut another = None;
    for hint in hints {
        let own = hint.cue == Cue::SelfHarm && !goes_on(Cue::Danger, hint) && is_own(text, hint);
        let (first, end) = (hint.first, hint.end);
        let hint = Hint { first, end, own };
        if own {
            return Some(hint);
        }
        another = another.or(Some(hint));
    }
    another
}

#[cfg(test)]
mod tests {
    use super::super::{Subject, triage};
    use super::*;
    use crate::judgement::{Kind, Level};

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
            "Tra voi, le rate e tutto il resto tanto vale farla finita.",
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
            assert!(judged.despair, "{post}");
            assert_eq!((judged.level, judged.urgency), (Level::Emergency, 100));
            assert_eq!(judged.kind, Kind::Complaint, "{post}");
            assert!(post.contains(&judged.reasons[0].what), "{judged:?}");
        }
        let plain = triage(&Subject {
            text: "where is my parcel",
            ..Subject::default()
        });
        assert!(!plain.despair);
    }

    /// What each section's lines hold is found as what the section says.
    #[test]
    fn every_phrase_can_be_found() {
        let mut cue = None;
        for line in PHRASES
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            if let Some(head) = line.strip_prefix('[') {
                cue = Cue::named(head.split(' ').next().unwrap());
                continue;
            }
            for phrase in line.split(',').map(str::trim) {
                let said: Vec<&str> = phrase
                    .split(' ')
                    .filter(|word| *word != "_")
                    .map(|word| word.split('/').next().unwrap().trim_end_matches('*'))
                    .map(|word| if word == "#" { "2" } else { word })
                    .collect();
                let said = said.join(" ");
                let found = phrases().found(&Text::read(&said), u8::MAX);
                assert!(found.iter().any(|f| Some(f.cue) == cue), "{phrase}: {said}");
            }
        }
    }

    /// Our own posts: `lang + text` hints at it, `lang - text` does not, `lang ~ text` fears for another.
    #[test]
    fn judges_our_posts() {
        let mut wrong = Vec::new();
        for line in include_str!("despair_posts.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
        {
            let (mark, post) = line.split_at(5);
            let expected = match mark.as_bytes()[3] {
                b'+' => Some(true),
                b'~' => Some(false),
                _ => None,
            };
            let undone: String = post
                .chars()
                .map(|c| match c {
                    'á' | 'à' | 'â' | 'ã' => 'a',
                    'é' | 'è' | 'ê' => 'e',
                    'í' | 'ì' | 'î' => 'i',
                    'ó' | 'ò' | 'ô' | 'õ' => 'o',
                    'ú' | 'ù' | 'û' => 'u',
                    'ç' => 'c',
                    other => other,
                })
                .collect();
            let long = post
                .replace("aa", "\0")
                .replace('a', "aaaa")
                .replace('\0', "aa");
            let loud = post.to_uppercase();
            for said in [post, &undone, &long, &loud] {
                if hint(&Text::read(said)).map(|hint| hint.own) != expected {
                    wrong.push(format!("{mark}{said}"));
                }
            }
            let judged = triage(&Subject {
                text: post,
                ..Subject::default()
            });
            if judged.despair != (expected == Some(true)) {
                wrong.push(line.to_string());
            }
            if judged.despair {
                assert_eq!(judged.level, Level::Emergency, "{line}");
                assert!(
                    matches!(judged.kind, Kind::Complaint | Kind::Question | Kind::Spam),
                    "{line}"
                );
            }
        }
        assert!(
            wrong.is_empty(),
            "{} wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }
}
