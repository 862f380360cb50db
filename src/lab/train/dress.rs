//! A post in other dress: what changes nothing of what it says. Tails, greetings, typing errors, capitals, lost accents and
//! stops, a face, a name, an address, a tag; half of all looks that training has at a post are at one of these.
//!
//! The tails that the behavioural suite adds are none of these.

use crate::lab::random::Random;

/// How people end, by language.
const TAILS: [(&str, &str); 8] = [
    (
        "en",
        "Cheers|Thanks|Thanks in advance|Thank you|Ta|Best|Best regards|Kind regards|Regards|Sent from my iPhone|Sent from my Samsung Galaxy|Sent from Outlook for Android|xx|Many thanks, Tom|thx|TIA|Yours, J. Miller|- Priya|Have a nice day|Love, Ann|pls|hope you're well|Get Outlook for iOS|sorry for typos|cheers mate",
    ),
    (
        "de",
        "LG|VG|MfG|Viele Grüße|Mit freundlichen Grüßen|Danke|Danke im Voraus|Vielen Dank|Gesendet von meinem iPhone|Von meinem Samsung gesendet|Grüße aus Köln|Liebe Grüße, Anna|Schönen Tag noch|Beste Grüße M. Weber|Merci|lg|Servus",
    ),
    (
        "fr",
        "Cordialement|Merci|Merci d'avance|Bien à vous|Bonne journée|Envoyé de mon iPhone|Envoyé depuis mon Samsung|Bien cordialement, Claire|Salutations|Bises|À bientôt|mci|Bonne soirée à vous",
    ),
    (
        "es",
        "Saludos|Un saludo|Gracias|Gracias de antemano|Muchas gracias|Atentamente|Enviado desde mi iPhone|Enviado desde mi Samsung|Saludos cordiales, Marta|Buen día|Abrazo|Un abrazo, Luis|grs|Que tengan buen día",
    ),
    (
        "it",
        "Saluti|Cordiali saluti|Grazie|Grazie mille|Grazie in anticipo|Distinti saluti|Inviato da iPhone|Inviato dal mio Samsung|Un saluto, Marco|Buona giornata|Buona serata|Ciao|grz",
    ),
    (
        "pt",
        "Obrigado|Obrigada|Atenciosamente|Abraço|Abs|Cumprimentos|Com os melhores cumprimentos|Enviado do meu iPhone|Enviado do meu Samsung|Desde já agradeço|Bom dia a todos|vlw|Att, Paula|Bom trabalho",
    ),
    (
        "nl",
        "Groetjes|Groet|Met vriendelijke groet|Mvg|Bedankt|Alvast bedankt|Dank je wel|Verzonden vanaf mijn iPhone|Verstuurd vanaf mijn Samsung|Groeten, Sanne|Fijne dag nog|Gr Jan|Dank alvast|Vriendelijke groeten",
    ),
    (
        "ja",
        "よろしくお願いします|よろしくお願いいたします|iPhoneから送信|ありがとうございます|以上です|失礼します|お願いします|田中より|敬具|お手数おかけします|では",
    ),
];

/// How people begin, by language.
const HEADS: [(&str, &str); 8] = [
    (
        "en",
        "Hi|Hello|Hey|Hi there|Good morning|Dear team|Hey guys|Good evening|Hi all|Hello team,|hiya|Dear Sir or Madam,|Morning!|Happy Monday",
    ),
    (
        "de",
        "Hallo|Guten Tag|Hi|Moin|Servus|Guten Morgen|Grüezi|Liebes Team,|Hallo zusammen|Sehr geehrte Damen und Herren,|Grüß Gott",
    ),
    (
        "fr",
        "Bonjour|Bonsoir|Salut|Bonjour à tous|Madame, Monsieur,|Hello|Bonjour l'équipe,|Coucou",
    ),
    (
        "es",
        "Hola|Buenas|Buenos días|Buenas tardes|Estimados:|Hola equipo,|Qué tal|Buenas noches|Hola, buenas",
    ),
    (
        "it",
        "Ciao|Buongiorno|Buonasera|Salve|Gentile staff,|Buongiorno a tutti|Ehi|Spett.le servizio,",
    ),
    (
        "pt",
        "Olá|Oi|Bom dia|Boa tarde|Boa noite|Prezados,|Oi gente|Caros senhores,|Ola",
    ),
    (
        "nl",
        "Hallo|Hoi|Goedemorgen|Goedemiddag|Beste team,|Hi|Dag|Hoi allemaal|Geachte heer/mevrouw,",
    ),
    (
        "ja",
        "こんにちは。|お世話になっております。|すみません、|はじめまして。|こんばんは。|おはようございます。|突然すみません。|お疲れ様です。",
    ),
];

const FACES: [&str; 12] = [
    "😭", "😡", "🙏", "😩", "🙄", "😤", "👍", "😊", "❤️", "🤷", "😅", "🔥",
];
const NAMES: [&str; 4] = ["@NorthlineRail ", "@help ", "@acme ", "@Voltara_Support "];
const TAGS: [&str; 6] = ["fail", "help", "support", "monday", "travel", "service"];

/// What stands between a post and its tail.
const JOINTS: [&str; 9] = [" ", " ", " ", ", ", ". ", "\n", "\n\n", "! ", " - "];

/// The keys beside each letter.
const BESIDE: [&str; 26] = [
    "qsz", "vn", "xv", "sf", "wr", "dg", "fh", "gj", "uo", "hk", "jl", "k", "n", "bm", "ip", "o",
    "wa", "et", "ad", "ry", "yi", "cb", "qe", "zc", "tu", "x",
];

/// The post in other dress.
pub fn dress(text: &str, lang: Option<&str>, random: &mut Random) -> String {
    let one = |table: &[(&'static str, &'static str); 8], random: &mut Random| -> &'static str {
        let of = |code: &str| table.iter().find(|(lang, _)| *lang == code);
        let line = lang.and_then(of).or(table.first());
        let all: Vec<&'static str> = line.map_or(Vec::new(), |(_, all)| all.split('|').collect());
        random.one(&all).unwrap_or_default()
    };
    let joint = |random: &mut Random| random.one(&JOINTS).unwrap_or_default();
    let mut text = text.to_string();
    if random.chance(0.45) {
        let (joint, tail) = (joint(random), one(&TAILS, random));
        text.push_str(joint);
        text.push_str(tail);
    }
    if random.chance(0.3) {
        let head = one(&HEADS, random);
        let joint = if lang == Some("ja") {
            ""
        } else {
            joint(random)
        };
        text = format!("{head}{joint}{text}");
    }
    if random.chance(0.4) {
        let errors = if text.len() > 30 {
            random.one(&[1, 1, 2, 3, 5]).unwrap_or(1)
        } else {
            1
        };
        text = mistyped(&text, errors, random);
    }
    if random.chance(0.12) {
        text = text.to_uppercase();
    } else if random.chance(0.15) {
        text = text.to_lowercase();
    }
    if random.chance(0.15) && lang != Some("ja") {
        text = without_accents(&text);
    }
    if random.chance(0.12) {
        text.retain(|c| !matches!(c, '.' | ',' | ';' | ':' | '!' | '?'));
    }
    if random.chance(0.1) {
        text = format!("{text} {}", random.one(&FACES).unwrap_or_default());
    }
    if random.chance(0.08) {
        text = format!("{}{text}", random.one(&NAMES).unwrap_or_default());
    }
    if random.chance(0.06) {
        text.push_str(" https://example.com/p");
    }
    if random.chance(0.05) {
        text = format!("{text} #{}", random.one(&TAGS).unwrap_or_default());
    }
    if random.chance(0.03) {
        text = format!("\"{text}\"");
    }
    text
}

/// The text with so many typing errors: letters exchanged, lost, doubled, or the key beside; spaces lost.
pub fn mistyped(text: &str, errors: usize, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..errors {
        let is_letter = |c: char| c.is_alphabetic() && c < '\u{250}';
        let places: Vec<usize> = (0..letters.len())
            .filter(|at| letters.get(*at).is_some_and(|c| is_letter(*c)))
            .collect();
        if places.len() < 4 {
            break;
        }
        let Some(at) = random.one(&places) else { break };
        let next = letters.get(at + 1).copied();
        match random.below(5) {
            0 if next.is_some_and(is_letter) => letters.swap(at, at + 1),
            0 => {}
            1 => drop(letters.remove(at)),
            2 => letters.insert(at, letters.get(at).copied().unwrap_or(' ')),
            3 => {
                let key = letters.get(at).map(|c| c.to_ascii_lowercase());
                let beside = key
                    .and_then(|c| BESIDE.get((c as usize).wrapping_sub('a' as usize)))
                    .copied()
                    .unwrap_or("e");
                let keys: Vec<char> = beside.chars().collect();
                if let (Some(slot), Some(key)) = (letters.get_mut(at), random.one(&keys)) {
                    *slot = key;
                }
            }
            _ => {
                let is_space = |at: &usize| letters.get(*at) == Some(&' ');
                let spaces: Vec<usize> = (0..letters.len()).filter(is_space).collect();
                let at = match random.one(&spaces) {
                    Some(space) if random.chance(0.3) => space,
                    _ => at,
                };
                letters.remove(at);
            }
        }
    }
    letters.into_iter().collect()
}

/// The text as a keyboard without accents writes it.
pub fn without_accents(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
    text.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_a_post_stays() {
        let post = "there is smoke in coach C and the alarm is silent";
        let mut random = Random::at(&[1]);
        let mut changed = 0;
        for _ in 0..200 {
            let dressed = dress(post, Some("en"), &mut random);
            changed += usize::from(dressed != post);
            assert!(dressed.chars().count() + 6 >= post.len(), "{dressed}");
        }
        assert!(changed > 150, "{changed}");
        assert_eq!(without_accents("déçu, größer"), "decu, großer");
        assert_ne!(mistyped(post, 3, &mut random), post);
    }
}
