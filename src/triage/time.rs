//! Durations and deadlines: "4 hours", "since Tuesday", "boards in 20 min", 三時間.

use super::cue::{Cue, Found};
use super::groups::Groups;
use super::lang::Lang;
use super::text::{Shape, Text, Token, hash};
use crate::judgement::{Lasting, Unit};
use std::sync::OnceLock;

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;
const WEEK: u32 = 7 * DAY;
const MONTH: u32 = 30 * DAY;

/// What a word means for time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    /// A number word.
    Count(u32),
    /// A unit, in minutes.
    Unit(u32),
    /// "since": the wait began at what follows; minutes are a guess from the following word.
    Since,
    /// A point in the past, and about how long ago.
    Ago(u32),
    /// "in", before a duration: that long from now.
    In,
    /// "last", before a unit: that long ago, not for that long.
    Last,
}

/// The words, folded; the languages they are words of; what they mean.
const WORDS: &[(&str, &str, Sense)] = &[
    ("en", "a an one", Sense::Count(1)),
    ("en", "two couple", Sense::Count(2)),
    ("en", "three few several", Sense::Count(3)),
    ("en", "four", Sense::Count(4)),
    ("en", "five", Sense::Count(5)),
    ("en", "six", Sense::Count(6)),
    ("en", "seven", Sense::Count(7)),
    ("en", "eight", Sense::Count(8)),
    ("en", "nine", Sense::Count(9)),
    ("en", "ten", Sense::Count(10)),
    ("en", "eleven", Sense::Count(11)),
    ("en", "twelve", Sense::Count(12)),
    ("en", "twenty", Sense::Count(20)),
    ("en", "thirty", Sense::Count(30)),
    ("en", "forty", Sense::Count(40)),
    ("en", "ninety", Sense::Count(90)),
    ("en", "min mins minute minutes", Sense::Unit(1)),
    ("en", "h hr hrs hour hours", Sense::Unit(HOUR)),
    ("en", "d day days night nights", Sense::Unit(DAY)),
    ("en", "week weeks wks", Sense::Unit(WEEK)),
    ("en", "month months", Sense::Unit(MONTH)),
    ("en", "since", Sense::Since),
    ("en", "in within", Sense::In),
    ("en", "last next per every each", Sense::Last),
    ("en", "yesterday", Sense::Ago(DAY)),
    (
        "en",
        "morning afternoon noon midnight",
        Sense::Ago(6 * HOUR),
    ),
    (
        "en",
        "monday tuesday wednesday thursday friday saturday sunday",
        Sense::Ago(3 * DAY),
    ),
    ("de", "ein eine einer einem einen", Sense::Count(1)),
    ("de", "zwei", Sense::Count(2)),
    ("de", "drei", Sense::Count(3)),
    ("de", "vier", Sense::Count(4)),
    ("de", "funf", Sense::Count(5)),
    ("de", "sechs", Sense::Count(6)),
    ("de", "sieben", Sense::Count(7)),
    ("de", "acht", Sense::Count(8)),
    ("de", "neun", Sense::Count(9)),
    ("de", "zehn", Sense::Count(10)),
    ("de", "elf", Sense::Count(11)),
    ("de", "zwolf", Sense::Count(12)),
    ("de", "zwanzig", Sense::Count(20)),
    ("de", "min minute minuten", Sense::Unit(1)),
    ("de", "h std stunde stunden", Sense::Unit(HOUR)),
    ("de", "tag tage tagen", Sense::Unit(DAY)),
    ("de", "woche wochen", Sense::Unit(WEEK)),
    ("de", "monat monate monaten", Sense::Unit(MONTH)),
    ("de", "seit", Sense::Since),
    ("de", "in", Sense::In),
    ("de", "letzte letzten letzter pro jede jeden", Sense::Last),
    ("de", "gestern", Sense::Ago(DAY)),
    (
        "de",
        "morgens mittag mitternacht fruh",
        Sense::Ago(6 * HOUR),
    ),
    (
        "de",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        Sense::Ago(3 * DAY),
    ),
    ("fr", "un une", Sense::Count(1)),
    ("fr", "deux", Sense::Count(2)),
    ("fr", "trois plusieurs", Sense::Count(3)),
    ("fr", "quatre", Sense::Count(4)),
    ("fr", "cinq", Sense::Count(5)),
    ("fr", "six", Sense::Count(6)),
    ("fr", "sept", Sense::Count(7)),
    ("fr", "huit", Sense::Count(8)),
    ("fr", "neuf", Sense::Count(9)),
    ("fr", "dix", Sense::Count(10)),
    ("fr", "onze", Sense::Count(11)),
    ("fr", "douze", Sense::Count(12)),
    ("fr", "vingt", Sense::Count(20)),
    ("fr", "min mn minute minutes", Sense::Unit(1)),
    ("fr", "h heure heures", Sense::Unit(HOUR)),
    ("fr", "jour jours", Sense::Unit(DAY)),
    ("fr", "semaine semaines", Sense::Unit(WEEK)),
    ("fr", "mois", Sense::Unit(MONTH)),
    ("fr", "depuis", Sense::Since),
    ("fr", "dans", Sense::In),
    ("fr", "par chaque derniere dernier", Sense::Last),
    ("fr", "hier", Sense::Ago(DAY)),
    ("fr", "matin midi minuit", Sense::Ago(6 * HOUR)),
    (
        "fr",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        Sense::Ago(3 * DAY),
    ),
    ("es", "un una", Sense::Count(1)),
    ("es", "dos", Sense::Count(2)),
    ("es", "tres varias varios", Sense::Count(3)),
    ("es", "cuatro", Sense::Count(4)),
    ("es", "cinco", Sense::Count(5)),
    ("es", "seis", Sense::Count(6)),
    ("es", "siete", Sense::Count(7)),
    ("es", "ocho", Sense::Count(8)),
    ("es", "nueve", Sense::Count(9)),
    ("es", "diez", Sense::Count(10)),
    ("es", "once", Sense::Count(11)),
    ("es", "doce", Sense::Count(12)),
    ("es", "veinte", Sense::Count(20)),
    ("es", "min minuto minutos", Sense::Unit(1)),
    ("es", "h hora horas", Sense::Unit(HOUR)),
    ("es", "dia dias", Sense::Unit(DAY)),
    ("es", "semana semanas", Sense::Unit(WEEK)),
    ("es", "mes meses", Sense::Unit(MONTH)),
    ("es", "desde", Sense::Since),
    ("es", "en", Sense::In),
    ("es", "por cada ultima ultimo", Sense::Last),
    ("es", "ayer", Sense::Ago(DAY)),
    ("es", "manana mediodia", Sense::Ago(6 * HOUR)),
    (
        "es",
        "lunes martes miercoles jueves viernes sabado domingo",
        Sense::Ago(3 * DAY),
    ),
    ("it", "un una", Sense::Count(1)),
    ("it", "due", Sense::Count(2)),
    ("it", "tre diversi", Sense::Count(3)),
    ("it", "quattro", Sense::Count(4)),
    ("it", "cinque", Sense::Count(5)),
    ("it", "sei", Sense::Count(6)),
    ("it", "sette", Sense::Count(7)),
    ("it", "otto", Sense::Count(8)),
    ("it", "nove", Sense::Count(9)),
    ("it", "dieci", Sense::Count(10)),
    ("it", "undici", Sense::Count(11)),
    ("it", "dodici", Sense::Count(12)),
    ("it", "venti", Sense::Count(20)),
    ("it", "min minuto minuti", Sense::Unit(1)),
    ("it", "h ora ore", Sense::Unit(HOUR)),
    ("it", "giorno giorni", Sense::Unit(DAY)),
    ("it", "settimana settimane", Sense::Unit(WEEK)),
    ("it", "mese mesi", Sense::Unit(MONTH)),
    ("it", "da dalle", Sense::Since),
    ("it", "tra fra", Sense::In),
    ("it", "ogni scorsa scorso", Sense::Last),
    ("it", "ieri", Sense::Ago(DAY)),
    ("it", "stamattina mattina", Sense::Ago(6 * HOUR)),
    (
        "it",
        "lunedi martedi mercoledi giovedi venerdi sabato domenica",
        Sense::Ago(3 * DAY),
    ),
    ("pt", "um uma", Sense::Count(1)),
    ("pt", "dois duas", Sense::Count(2)),
    ("pt", "tres varias varios", Sense::Count(3)),
    ("pt", "quatro", Sense::Count(4)),
    ("pt", "cinco", Sense::Count(5)),
    ("pt", "seis", Sense::Count(6)),
    ("pt", "sete", Sense::Count(7)),
    ("pt", "oito", Sense::Count(8)),
    ("pt", "nove", Sense::Count(9)),
    ("pt", "dez", Sense::Count(10)),
    ("pt", "onze", Sense::Count(11)),
    ("pt", "doze", Sense::Count(12)),
    ("pt", "vinte", Sense::Count(20)),
    ("pt", "min minuto minutos", Sense::Unit(1)),
    ("pt", "h hora horas", Sense::Unit(HOUR)),
    ("pt", "dia dias", Sense::Unit(DAY)),
    ("pt", "semana semanas", Sense::Unit(WEEK)),
    ("pt", "mes meses", Sense::Unit(MONTH)),
    ("pt", "desde", Sense::Since),
    ("pt", "em daqui", Sense::In),
    ("pt", "por cada ultima ultimo", Sense::Last),
    ("pt", "ontem", Sense::Ago(DAY)),
    ("pt", "manha", Sense::Ago(6 * HOUR)),
    (
        "pt",
        "segunda terca quarta quinta sexta",
        Sense::Ago(3 * DAY),
    ),
    ("nl", "een", Sense::Count(1)),
    ("nl", "twee", Sense::Count(2)),
    ("nl", "drie", Sense::Count(3)),
    ("nl", "vier", Sense::Count(4)),
    ("nl", "vijf", Sense::Count(5)),
    ("nl", "zes", Sense::Count(6)),
    ("nl", "zeven", Sense::Count(7)),
    ("nl", "acht", Sense::Count(8)),
    ("nl", "negen", Sense::Count(9)),
    ("nl", "tien", Sense::Count(10)),
    ("nl", "elf", Sense::Count(11)),
    ("nl", "twaalf", Sense::Count(12)),
    ("nl", "twintig", Sense::Count(20)),
    ("nl", "min minuut minuten", Sense::Unit(1)),
    ("nl", "u uur uren", Sense::Unit(HOUR)),
    ("nl", "dag dagen", Sense::Unit(DAY)),
    ("nl", "week weken", Sense::Unit(WEEK)),
    ("nl", "maand maanden", Sense::Unit(MONTH)),
    ("nl", "sinds", Sense::Since),
    ("nl", "over binnen", Sense::In),
    ("nl", "per elke vorige", Sense::Last),
    ("nl", "gisteren", Sense::Ago(DAY)),
    ("nl", "vanmorgen vanochtend", Sense::Ago(6 * HOUR)),
    (
        "nl",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        Sense::Ago(3 * DAY),
    ),
    ("ja", "一", Sense::Count(1)),
    ("ja", "二 両", Sense::Count(2)),
    ("ja", "三 数", Sense::Count(3)),
    ("ja", "四", Sense::Count(4)),
    ("ja", "五", Sense::Count(5)),
    ("ja", "六", Sense::Count(6)),
    ("ja", "七", Sense::Count(7)),
    ("ja", "八", Sense::Count(8)),
    ("ja", "九", Sense::Count(9)),
    ("ja", "十", Sense::Count(10)),
    ("ja", "分", Sense::Unit(1)),
    ("ja", "時", Sense::Unit(HOUR)),
    ("ja", "日", Sense::Unit(DAY)),
    ("ja", "週", Sense::Unit(WEEK)),
];

fn senses() -> &'static Groups<(u8, Sense), 64> {
    static SENSES: OnceLock<Groups<(u8, Sense), 64>> = OnceLock::new();
    SENSES.get_or_init(|| {
        let senses = WORDS.iter().flat_map(|(lang, words, sense)| {
            let bit = Lang::tagged(lang).map_or(0, Lang::bit);
            words
                .split_whitespace()
                .map(move |word| (hash(word), (bit, *sense)))
        });
        Groups::of(senses.collect())
    })
}

fn sense(token: &Token, langs: u8) -> Option<Sense> {
    senses()
        .get(token.hash)
        .iter()
        .find(|(lang, _)| lang & langs != 0)
        .map(|(_, sense)| *sense)
}

/// The duration or deadline that ends with the token, if one does.
pub fn at(text: &Text, langs: u8, at: usize) -> Option<Found> {
    let token = text.tokens.get(at)?;
    if token.shape != Shape::Word {
        return None;
    }
    let meaning = sense(token, langs)?;
    let back = |by: usize| {
        let token = text.tokens.get(at.checked_sub(by)?)?;
        Some(token)
    };
    let found = |cue, words: usize, minutes| {
        Some(Found {
            cue,
            first: (at - words) as u32,
            end: at as u32 + 1,
            minutes,
        })
    };
    match meaning {
        Sense::Unit(unit) => {
            let count_token = back(1)?;
            // "half an hour", "an hour": the word before is the count, or says "last".
            let count = match count_token.shape {
                Shape::Number => number(text.word(count_token)),
                Shape::Word => match sense(count_token, langs)? {
                    Sense::Count(count) => f64::from(count),
                    _ => return None,
                },
                _ => return None,
            };
            // 14時 is a time of day, 14時間 a duration; 5日 a date, 5日間 a duration.
            if token.to - token.from == 3
                && matches!(text.word(token), "時" | "日" | "週")
                && text
                    .tokens
                    .get(at + 1)
                    .is_none_or(|next| text.word(next) != "間")
            {
                return None;
            }
            // Saturating: nobody waits for more than a few years.
            let minutes = (count * f64::from(unit)).clamp(0.0, 5e6) as u32;
            let ahead = [2, 3].into_iter().find(|by| {
                back(*by)
                    .is_some_and(|t| t.clause == token.clause && sense(t, langs) == Some(Sense::In))
            });
            match ahead {
                // "in 3 weeks" is no hurry.
                Some(by) if minutes <= DAY => found(Cue::Deadline, by, minutes),
                Some(_) => None,
                None => found(Cue::Duration, 1, minutes),
            }
        }
        Sense::Ago(minutes) => {
            let since = [1, 2]
                .into_iter()
                .find(|by| back(*by).is_some_and(|t| sense(t, langs) == Some(Sense::Since)))?;
            found(Cue::Duration, since, minutes)
        }
        _ => None,
    }
}

/// Words that make another time of a duration: a half more, an age, an hour of something. Folded.
const OTHERWISE: &str = "half halbe halben halbes anderthalb eineinhalb demi demie media medio mezza mezzo meia meio halve anderhalf 半 quarter \
old pregnant aged alt alte alter alten schwanger ans enceinte edad embarazada eta incinta idade gravida oud oude zwanger 歳 才 妊娠 \
customer member subscriber client kunde kundin cliente socio klant \
promised promis annonce annonces versprochen angekundigt dijo dijeron prometio prometieron disse disseram prometeram detto promesso \
beloofd notice shift flight drive journey trip trial warranty guarantee";

/// What tells, behind a duration, of what there is so much. Folded.
const OF: &str = "of de di d";

/// What stands before a time of day in Dutch. Folded.
const O_CLOCK: &str = "sinds om vanaf tegen rond";

/// Hours of a clock as well as hours that pass. Folded.
const EITHER: &str = "h u heure heures uur ora ore hora horas";

/// Parts of the day: behind an hour they tell that a clock says it. Folded.
const PART_OF_DAY: &str = "matin midi soir nuit mattina stamattina stamane stamani pomeriggio sera notte manana tarde noche \
     manha noite ochtend vanochtend vanmorgen middag avond";

/// Whose age it is that stands behind them with one of [`OF`]. Folded.
const YOUNG: &str = "bebe baby bimbo bimba bambino bambina neonato neonata figlio figlia hijo hija nino nina filho filha menino \
     menina enfant nourrisson fils fille kind kindje";

/// Counts that say no number. Folded.
const VAGUE: &str = "few several couple plusieurs varias varios diversi 数 両";

/// How many tokens before and behind a duration may make it another.
const NEAR: usize = 3;

/// How many tokens of a duration's clause are looked at on either side: as long as clauses are, and no longer, for a stranger
/// writes one of any length.
const CLAUSE: usize = 12;

/// How often a post may say how long something has lasted. Whoever says it oftener lists times, and each would be looked at.
const SAID: usize = 4;

/// What says, near a duration, that it has passed: by language, folded. Where nothing does it may be a deadline, a distance, a
/// battery's. Japanese is looked through without spaces.
const PASSED: &[(&str, &str)] = &[
    (
        "en",
        "for been already over without no now on waiting waited stuck sat sitting late delayed",
    ),
    (
        "de",
        "seit schon bereits lang ohne kein keine warte warten gewartet stehe stehen",
    ),
    (
        "fr",
        "depuis deja ca sans attends attend attendons attendu attente retard",
    ),
    (
        "es",
        "hace llevo llevamos lleva llevan desde ya sin esperando espera retraso cola",
    ),
    (
        "it",
        "da sono gia senza aspetto aspettiamo attesa ritardo coda",
    ),
    ("pt", "ha faz desde ja sem esperando espera atraso fila"),
    ("nl", "al sinds zonder geen wacht wachten vertraging"),
    (
        "ja",
        "間も もう 以上 待 経 ずっと 止ま 閉じ込め 前から 遅 動かな 使えな 出な",
    ),
];

/// What says, in the clause of a duration, that it is still to come, or is no time of waiting.
const TO_COME: &[(&str, &str)] = &[
    (
        "en",
        "left until till before go away remaining minus only last lasts more later from good enough battery charge supply \
         oxygen apart contractions",
    ),
    (
        "de",
        "noch bis ubrig entfernt spater nur reicht reichen halt akku vorrat sauerstoff abstand wehen",
    ),
    (
        "fr",
        "reste restent avant encore plus seulement loin tard tient batterie autonomie oxygene intervalle contractions",
    ),
    (
        "es",
        "quedan queda faltan falta antes solo quedar tarde lejos dura duran bateria alcanza oxigeno contracciones",
    ),
    (
        "it",
        "mancano manca restano resta prima ancora solo dopo dura durano batteria basta ossigeno contrazioni",
    ),
    (
        "pt",
        "faltam falta restam resta antes ainda so depois dura duram bateria oxigenio contracoes",
    ),
    (
        "nl",
        "nog tot resteren slechts later genoeg accu batterij zuurstof weeen",
    ),
    (
        "ja",
        "あと 残り 後 以内 前に まで しかな 先 間隔 電池 バッテリ 持ち 持つ おき ごと",
    ),
];

/// How long something has lasted, as the post says it: a number and its unit. `None` where it says no such time, several that
/// differ or many, one with a half, or one that may be an age or a deadline: what an acknowledgment repeats must be certain.
pub fn stated(text: &Text, langs: u8) -> Option<Lasting> {
    let mut found: Option<Lasting> = None;
    let mut said = 0;
    for at in 0..text.tokens.len() {
        let Some(one) = self::at(text, langs, at).filter(|one| one.cue == Cue::Duration) else {
            continue;
        };
        said += 1;
        if said > SAID {
            return None;
        }
        let lasting = exact(text, langs, at, one.minutes)?;
        if found.is_some_and(|other| other != lasting) {
            return None;
        }
        found = Some(lasting);
    }
    found
}

/// The duration that ends with the token at `at`, where nothing about it is a guess.
fn exact(text: &Text, langs: u8, at: usize, minutes: u32) -> Option<Lasting> {
    let unit = text.tokens.get(at)?;
    let Some(Sense::Unit(each)) = sense(unit, langs) else {
        return None;
    };
    let count = text.tokens.get(at.checked_sub(1)?)?;
    let is_word =
        |token: &Token, list: &str| list.split_whitespace().any(|w| w == text.word(token));
    if is_word(count, VAGUE) {
        return None;
    }
    if let Some(before) = at.checked_sub(2).and_then(|at| text.tokens.get(at)) {
        // 二十分, "the next 3 hours".
        let counts = matches!(sense(before, langs), Some(Sense::Count(_) | Sense::Last));
        if before.clause == unit.clause && (counts || before.shape == Shape::Number) {
            return None;
        }
    }
    // "1 hr 40": the hour is not all of it.
    let next = text.tokens.get(at + 1);
    if next.is_some_and(|next| next.clause == unit.clause && next.shape == Shape::Number) {
        return None;
    }
    // "Já são 14h", "départ à 8h": a clock's time more often than so many hours.
    let is_clock = matches!(text.word(unit), "h" | "u") && count.shape == Shape::Number;
    if is_clock && minutes > CLOCK {
        return None;
    }
    // Dutch "sinds vijf uur" is five o'clock, "al vijf uur" five hours.
    let before = at.checked_sub(2).and_then(|at| text.tokens.get(at));
    if text.word(unit) == "uur" && before.is_some_and(|word| is_word(word, O_CLOCK)) {
        return None;
    }
    // "Depuis 6 h ce matin", "desde las 9 horas de la noche".
    let behind = text.tokens.iter().skip(at + 1).take(NEAR);
    let mut behind = behind.take_while(|token| token.clause == unit.clause);
    if is_word(unit, EITHER) && behind.any(|token| is_word(token, PART_OF_DAY)) {
        return None;
    }
    // "Con un bebé de 5 meses".
    let whose = at.checked_sub(3).and_then(|at| text.tokens.get(at));
    if before.is_some_and(|word| is_word(word, OF))
        && whose.is_some_and(|word| is_word(word, YOUNG))
    {
        return None;
    }
    // "A month of groceries" is no month that has passed, "two hours of waiting" are.
    let is_of = next.is_some_and(|next| is_word(next, OF));
    let what = text.tokens.get(at + 2).filter(|_| is_of);
    let waits = |what: &Token| PASSED.iter().any(|(_, words)| is_word(what, words));
    if is_of && !what.is_some_and(waits) {
        return None;
    }
    let near = text
        .tokens
        .iter()
        .skip(at.saturating_sub(NEAR + 1))
        .take(2 * NEAR + 1);
    if near.into_iter().any(|token| is_word(token, OTHERWISE)) {
        return None;
    }
    if says(text, langs, at, TO_COME, CLAUSE) || !says(text, langs, at, PASSED, NEAR) {
        return None;
    }
    let n = u8::try_from(minutes.checked_div(each)?).ok()?;
    if !minutes.is_multiple_of(each) || n > LONGEST {
        return None;
    }
    // "A 4 hour delay" may be of anything.
    let adjective = ["minute", "hour", "day", "week", "month"].contains(&text.word(unit));
    let of = match each {
        1 => Unit::Minutes,
        HOUR => Unit::Hours,
        DAY => Unit::Days,
        WEEK => Unit::Weeks,
        _ => Unit::Months,
    };
    // "A day" is rarely a time that something lasts, "a minute" never.
    let least = if matches!(of, Unit::Minutes | Unit::Days) {
        2
    } else {
        1
    };
    (n >= least && (n == 1 || !adjective)).then_some(Lasting { n, of })
}

/// Whether a word of a list stands in the duration's clause, no further from it than so many tokens. `at` is its unit.
fn says(text: &Text, langs: u8, at: usize, list: &[(&str, &str)], far: usize) -> bool {
    let clause = text.tokens.get(at).map(|unit| unit.clause);
    let from = at.saturating_sub(1).saturating_sub(far);
    let near = text.tokens.iter().enumerate().skip(from);
    let near = near
        .take_while(|(place, _)| *place <= at.saturating_add(far))
        .filter(|(place, token)| Some(token.clause) == clause && *place != at && *place + 1 != at);
    let near: Vec<&str> = near.map(|(_, token)| text.word(token)).collect();
    // Japanese is not spaced, and its duration stands in the middle of it.
    let run = text
        .tokens
        .iter()
        .skip(at.saturating_sub(2 * NEAR))
        .take(4 * NEAR);
    let run: String = run.map(|token| text.word(token)).collect();
    list.iter().any(|(lang, words)| match Lang::tagged(lang) {
        Some(lang) if lang.bit() & langs == 0 => false,
        Some(Lang::Ja) => words.split(' ').any(|word| run.contains(word)),
        _ => words.split(' ').any(|word| near.contains(&word)),
    })
}

/// From here on "7h" is rather a time of day, in minutes: few write a wait of as many hours so short.
const CLOCK: u32 = 6 * HOUR;

/// No author counts more of anything.
const LONGEST: u8 = 99;

fn number(word: &str) -> f64 {
    let plain: String = word.chars().take(8).collect();
    plain.parse().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(lang: Lang, post: &str) -> Vec<(Cue, u32)> {
        let text = Text::read(post);
        (0..text.tokens.len())
            .filter_map(|i| at(&text, lang.bit(), i))
            .map(|found| (found.cue, found.minutes))
            .collect()
    }

    #[test]
    fn reads_durations_and_deadlines() {
        assert_eq!(times(Lang::En, "stuck for 4 hours"), [(Cue::Duration, 240)]);
        assert_eq!(
            times(Lang::En, "4hrs and 2 days"),
            [(Cue::Duration, 240), (Cue::Duration, 2880)]
        );
        assert_eq!(
            times(Lang::En, "waiting since tuesday"),
            [(Cue::Duration, 3 * DAY)]
        );
        assert_eq!(times(Lang::En, "boards in 20 min"), [(Cue::Deadline, 20)]);
        assert_eq!(times(Lang::En, "I fly in 3 weeks"), []);
        assert_eq!(times(Lang::De, "seit drei Stunden"), [(Cue::Duration, 180)]);
        assert_eq!(times(Lang::Fr, "dans une heure"), [(Cue::Deadline, 60)]);
        assert_eq!(times(Lang::Ja, "3時間待って"), [(Cue::Duration, 180)]);
        assert_eq!(times(Lang::Ja, "14時に"), []);
        assert_eq!(
            times(Lang::En, "99999999 hours"),
            [(Cue::Duration, 5_000_000)]
        );
    }

    #[test]
    fn what_is_told_again_is_certain() {
        let read = |lang: Lang, post: &str| {
            stated(&Text::read(post), lang.bit()).map(|told| (told.n, told.of))
        };
        for (lang, post, told) in [
            (
                Lang::En,
                "stuck outside Woking for 4 hours, nobody tells us",
                Some((4, Unit::Hours)),
            ),
            (Lang::En, "an hour on hold", Some((1, Unit::Hours))),
            (
                Lang::En,
                "two weeks without internet",
                Some((2, Unit::Weeks)),
            ),
            (
                Lang::De,
                "seit drei Tagen kein Strom",
                Some((3, Unit::Days)),
            ),
            (Lang::Ja, "3時間も止まっています", Some((3, Unit::Hours))),
            (Lang::En, "several hours without a word", None),
            (Lang::En, "half an hour late", None),
            (Lang::En, "it boards in 20 minutes", None),
            (Lang::En, "my 3 months old baby", None),
            (Lang::En, "an 8 hour flight", None),
            (Lang::En, "only 10 minutes left, been locked out", None),
            (Lang::En, "10 minutes to go and the gate is closed", None),
            (Lang::En, "dad's machine has an hour of battery", None),
            (Lang::En, "3 hours away from home and stranded", None),
            (Lang::De, "noch 10 Minuten bis zum Abflug", None),
            (
                Lang::De,
                "Drei Stunden ohne Durchsage",
                Some((3, Unit::Hours)),
            ),
            (Lang::Fr, "il reste 10 minutes avant le départ", None),
            (
                Lang::Fr,
                "ça fait deux heures que j'attends",
                Some((2, Unit::Hours)),
            ),
            (Lang::Es, "quedan 10 minutos y no puedo entrar", None),
            (
                Lang::Es,
                "llevamos cuatro horas sin luz",
                Some((4, Unit::Hours)),
            ),
            (Lang::It, "mancano 10 minuti", None),
            (Lang::It, "fermi da tre ore", Some((3, Unit::Hours))),
            (Lang::Pt, "faltam 10 minutos", None),
            (
                Lang::Pt,
                "estamos parados há duas horas",
                Some((2, Unit::Hours)),
            ),
            (Lang::Nl, "nog 10 minuten", None),
            (Lang::Nl, "al sinds vijf uur wachten we", None),
            (
                Lang::Nl,
                "we staan al drie uur stil",
                Some((3, Unit::Hours)),
            ),
            (Lang::It, "un mese di spesa da buttare", None),
            (Lang::It, "ormai due ore di ritardo", Some((2, Unit::Hours))),
            (
                Lang::Fr,
                "sa machine tient deux heures, pas plus, sans courant",
                None,
            ),
            (Lang::Nl, "de accu is al twee uur zijn redding", None),
            (Lang::Ja, "陣痛の間隔もう7分なのにタクシーが来ない", None),
            (Lang::Ja, "あと10分で終点です", None),
            (Lang::Ja, "残り5分しかない", None),
            (Lang::Ja, "10分後に出発なのに入れない", None),
            (Lang::Ja, "出発まで30分", None),
            (Lang::Ja, "もう2時間待っています", Some((2, Unit::Hours))),
            (Lang::En, "4 hours late, 2 days lost", None),
            (
                Lang::En,
                "the battery's been good for two hours, no more",
                None,
            ),
            (Lang::En, "what a day", None),
            (Lang::En, "since yesterday", None),
            (Lang::En, "0 hours, 300 hours", None),
            (Lang::En, "been stuck 1hr 40 now", None),
            (Lang::Fr, "bloqués depuis 1 h 40", None),
            (Lang::Fr, "pas d'eau depuis 6 h ce matin", None),
            (Lang::It, "siamo fermi dalle 6 ore di stamattina", None),
            (
                Lang::Fr,
                "pas d'eau depuis 6 heures",
                Some((6, Unit::Hours)),
            ),
            (Lang::Pt, "Já são 14h e nada", None),
            (Lang::Pt, "há 3h sem luz", Some((3, Unit::Hours))),
            (Lang::Es, "me dijo 2 horas y llevo desde las 9", None),
            (
                Lang::De,
                "wir warten seit acht Tagen",
                Some((8, Unit::Days)),
            ),
            (
                Lang::De,
                "seit elf Wochen warte ich",
                Some((11, Unit::Weeks)),
            ),
        ] {
            assert_eq!(read(lang, post), told, "{post}");
        }
    }
}
