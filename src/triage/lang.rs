//! Which language a post is written in, by the little words that every sentence has.

use super::groups::Groups;
use super::text::{Hints, Shape, Text, hash};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A language that triage reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Lang {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Italian.
    It,
    /// Portuguese.
    Pt,
    /// Dutch.
    Nl,
    /// Japanese.
    Ja,
}

impl Lang {
    /// Every language, in the order of their bits.
    pub const ALL: [Lang; 8] = [
        Lang::En,
        Lang::De,
        Lang::Fr,
        Lang::Es,
        Lang::It,
        Lang::Pt,
        Lang::Nl,
        Lang::Ja,
    ];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::De => "de",
            Lang::Fr => "fr",
            Lang::Es => "es",
            Lang::It => "it",
            Lang::Pt => "pt",
            Lang::Nl => "nl",
            Lang::Ja => "ja",
        }
    }

    /// The language of a BCP 47 tag (`pt-BR` is Portuguese), if triage reads it.
    pub fn tagged(tag: &str) -> Option<Lang> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Lang::ALL
            .into_iter()
            .find(|lang| primary.eq_ignore_ascii_case(lang.code()))
    }

    /// The language's bit in a set of languages.
    pub fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The language, if any stands out.
    pub lang: Option<Lang>,
    /// The languages it may as well be, as bits; all of them when none stands out.
    pub plausible: u8,
}

/// Words that a sentence can hardly do without, and a few that any complaint has; folded as
/// [`Text`] folds. A word of several languages counts for each, shared.
const WORDS: [(Lang, &str); 7] = [
    (
        Lang::En,
        "the a an and or but of to in on at for from with is are was were be been am i im ive you your \
         my me we our us they their it its this that these those not dont doesnt didnt cant wont isnt \
         have has had do does did will would can could should what when where why how who there here \
         just still now get got no any some all so if as by about because after before than then out up \
         please thanks hi hello been very really again hours waiting help customer service love great \
         good bad need want anyone someone nobody never being it's off over too",
    ),
    (
        Lang::De,
        "der die das den dem des ein eine einen einem einer und oder aber von zu zum zur mit auf fur \
         aus bei nach vor ist sind war waren bin hat habe haben hatte wird werden wurde ich du er sie \
         es wir ihr euch uns mich mir dir mein meine meinen meinem unser ihre ihren nicht kein keine \
         keinen noch schon seit immer wieder was wann wo warum wie wer hier da auch nur so sehr bitte \
         danke hallo stunden tage kann konnen muss soll will wenn weil dass als am im um man niemand \
         jetzt heute gestern morgen doch mal endlich eure euer wohl ganz mehr",
    ),
    (
        Lang::Fr,
        "le la les l un une des du de d et ou mais a au aux en dans sur pour par avec sans est sont \
         etait ete suis es j je tu il elle on nous vous ils elles mon ma mes votre vos notre nos leur \
         ce cet cette ces c ca ne n pas plus jamais rien personne que qui quoi quand comment pourquoi \
         depuis toujours encore tres trop merci bonjour svp heures jours ai as avez ont fait faire \
         peut pouvez me m s y qu si tout tous bien meme deja aucun aucune chez",
    ),
    (
        Lang::Es,
        "el la los las un una unos de del al y o pero a en con por para sin es son era esta estan \
         estoy estamos ser fue he ha han hay hemos yo tu el ella nosotros ustedes me te se nos lo le \
         les mi mis su sus no ni nunca nadie nada que quien cuando como donde porque desde hace muy \
         mas ya todavia aun siempre gracias hola horas dias llevo llevamos puedo pueden tengo tienen \
         esto este esa ese eso aqui ahora hoy ayer favor si todo todos sobre vuestro os vosotros",
    ),
    (
        Lang::It,
        "il lo la i gli le un uno una di del della dei delle al alla da dal dalla in nel nella con \
         su per tra fra e o ma non piu mai nessuno niente che chi cosa quando come dove perche sono \
         sei e siamo era ho hai ha abbiamo avete hanno mi ti ci vi si mio mia miei vostro vostra \
         nostro questo questa questi quello da anche ancora gia sempre molto troppo grazie ciao \
         buongiorno ore giorni posso puo potete fatto fare stato sto stiamo qui adesso oggi ieri \
         tutto tutti solo se ed dopo senza anni",
    ),
    (
        Lang::Pt,
        "o a os as um uma de do da dos das em no na nos nas por pelo pela para pra com sem e ou mas \
         nao nem nunca ninguem nada que quem quando como onde porque ha desde muito mais ja ainda \
         sempre obrigado obrigada ola oi horas dias estou esta estao estamos ser foi sou sao era eu \
         voce voces ele ela nos me se te meu minha meus seu sua seus isso isto esse essa este aqui \
         agora hoje ontem favor tenho tem vou vai fazer feito posso pode podem tudo todos so ate \
         minhas ao aos",
    ),
    (
        Lang::Nl,
        "de het een en of maar van te in op aan voor met uit bij naar is zijn was waren ben heb hebt \
         heeft hebben had wordt worden ik je jij jullie u hij zij ze we wij ons onze mijn jouw uw me \
         mij niet geen nog al sinds altijd weer wat wanneer waar waarom hoe wie hier daar ook alleen \
         zo erg heel graag bedankt hallo uur uren dagen kan kunnen moet mag wil als omdat dat die dit \
         deze er om niemand nu vandaag gisteren morgen toch even eens gewoon meer door over naar goed",
    ),
];

/// Points for eight languages, sixteen bits each, added up all at once.
type Points = u128;

/// A word's points, shared by the languages that have it.
const POINTS: u32 = 12;

fn table() -> &'static Groups<Points, 128> {
    static TABLE: OnceLock<Groups<Points, 128>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut speaks: BTreeMap<u32, u8> = BTreeMap::new();
        for (lang, words) in WORDS {
            for word in words.split_whitespace() {
                *speaks.entry(hash(&word.replace('\'', ""))).or_default() |= lang.bit();
            }
        }
        let points = |bits: u8| {
            let share = Points::from(POINTS / bits.count_ones());
            Lang::ALL
                .into_iter()
                .filter(|lang| bits & lang.bit() != 0)
                .map(|lang| share << (16 * lang as u32))
                .sum()
        };
        Groups::of(
            speaks
                .into_iter()
                .map(|(hash, bits)| (hash, points(bits)))
                .collect(),
        )
    })
}

/// Whether a word, by its hash, is one of those that sentences are held together by.
pub fn is_common(hash: u32) -> bool {
    !table().get(hash).is_empty()
}

/// Recognises the language of a text.
pub fn recognise(text: &Text) -> Recognised {
    let table = table();
    let Hints {
        kana,
        han,
        foreign,
        latin,
        ..
    } = text.hints;
    // A few kana among Latin letters are a smiley (ツ), not Japanese.
    if kana >= 2 && (kana + han) * 2 > latin {
        return only(Lang::Ja);
    }
    if foreign + han > latin {
        return Recognised {
            lang: None,
            plausible: u8::MAX,
        };
    }
    // The first hundred words tell; the rest of a long letter is in the same language. A hundred times a
    // word's points fit sixteen bits.
    let points: Points = text
        .tokens
        .iter()
        .filter(|token| token.shape == Shape::Word)
        .take(100)
        .filter_map(|token| table.get(token.hash).first())
        .sum();
    let mut scores = Lang::ALL.map(|lang| u32::from((points >> (16 * lang as u32)) as u16));
    let hints = text.hints;
    for (score, lang) in scores.iter_mut().zip(Lang::ALL) {
        *score += 8 * match lang {
            Lang::De => hints.german.min(6),
            Lang::Fr => hints.french.min(6),
            Lang::Es => hints.spanish.min(6),
            Lang::Pt => hints.portuguese.min(6),
            Lang::It => hints.italian.min(6),
            _ => 0,
        };
    }
    let best = scores.iter().copied().max().unwrap_or(0);
    if best < 6 {
        return Recognised {
            lang: None,
            plausible: u8::MAX,
        };
    }
    let mut lang = None;
    let mut plausible = 0;
    for (score, candidate) in scores.into_iter().zip(Lang::ALL) {
        if score == best && lang.is_none() {
            lang = Some(candidate);
        }
        if score * 2 >= best {
            plausible |= candidate.bit();
        }
    }
    Recognised { lang, plausible }
}

/// A language known for certain.
pub fn only(lang: Lang) -> Recognised {
    Recognised {
        lang: Some(lang),
        plausible: lang.bit(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_the_eight() {
        for (post, lang) in [
            (
                "stuck outside Woking for 4 hours and nobody tells us anything",
                "en",
            ),
            (
                "Seit drei Stunden warte ich auf den Zug und niemand sagt etwas",
                "de",
            ),
            (
                "Ça fait trois heures que j'attends et personne ne répond",
                "fr",
            ),
            ("Llevo tres horas esperando y nadie me responde", "es"),
            ("Sono tre ore che aspetto e nessuno mi risponde", "it"),
            ("Estou há três horas à espera e ninguém me responde", "pt"),
            ("Ik wacht al drie uur en niemand zegt iets tegen ons", "nl"),
            ("三時間も電車が動きません。助けてください", "ja"),
        ] {
            let found = recognise(&Text::read(post)).lang.map(Lang::code);
            assert_eq!(found, Some(lang), "{post}");
        }
    }

    #[test]
    fn says_so_when_nothing_stands_out() {
        for post in [
            "",
            "@user @user",
            "😭😭",
            "Москва и Киев",
            "12345",
            "안녕하세요 여러분",
        ] {
            assert_eq!(recognise(&Text::read(post)).lang, None, "{post}");
        }
    }

    #[test]
    fn tags_are_bcp_47() {
        assert_eq!(Lang::tagged("pt-BR"), Some(Lang::Pt));
        assert_eq!(Lang::tagged("EN"), Some(Lang::En));
        assert_eq!(Lang::tagged("und"), None);
    }
}
