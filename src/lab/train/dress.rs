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

/// How people say goodbye.
const FAREWELLS: [(&str, &str); 8] = [
    (
        "en",
        "Cheers|Thanks|Thanks a lot|Many thanks|Thank you|Ta|Best|Best wishes|Kind regards|Regards|All the best|Bye|Bye now|Take care|Yours|Yours sincerely|Thx|Later|Peace|Ciao|Good night|Have a good one|Speak soon|Love",
    ),
    (
        "de",
        "LG|VG|MfG|Viele Grüße|Liebe Grüße|Schöne Grüße|Grüße|Danke|Danke schön|Tschüss|Ciao|Bis dann|Servus|Merci|Besten Dank|Schönen Abend|Alles Gute|Hochachtungsvoll|Bis bald|Tschau|Gruss|Pfiat di",
    ),
    (
        "fr",
        "Cordialement|Merci|Merci bien|Salutations|Bonne journée|Bonne soirée|À plus|À bientôt|Bises|Bien à vous|Au revoir|Cdt|Bon week-end|Ciao|Respectueusement|Merci par avance|Salut|Bonne continuation",
    ),
    (
        "es",
        "Saludos|Un saludo|Gracias|Muchas gracias|Atentamente|Adiós|Chao|Un abrazo|Buen día|Nos vemos|Cordialmente|Besos|Hasta pronto|Buenas noches|Quedo atento|Saludos cordiales|Bendiciones",
    ),
    (
        "it",
        "Saluti|Cordiali saluti|Grazie|Distinti saluti|Ciao|Arrivederci|Buona giornata|Buona serata|A dopo|Un abbraccio|Grazie ancora|Cordialmente|Ci sentiamo|Buon lavoro|Baci|Buon weekend",
    ),
    (
        "pt",
        "Obrigado|Obrigada|Abraço|Abs|Cumprimentos|Atenciosamente|Tchau|Até mais|Até logo|Beijos|Bjs|Boa noite|Valeu|Fico no aguardo|Bom fim de semana|Saudações|Att",
    ),
    (
        "nl",
        "Groetjes|Groet|Groeten|Mvg|Bedankt|Doei|Dag|Tot ziens|Fijne dag|Fijne avond|Alvast dank|Liefs|Vriendelijke groet|Succes|Tot later|Dank u|Fijn weekend|Ciao",
    ),
    (
        "ja",
        "よろしく|お願いします|失礼します|ではまた|以上|どうも|ありがとう|おやすみなさい|それでは|よろしくです|お疲れ様です|かしこ|またね|以上よろしくお願いします",
    ),
];

/// Who signs.
const SIGNED: [(&str, &str); 8] = [
    (
        "en",
        "Tom|Priya|Ann|Jack|Sarah|Mike|Emma|J.|Dave|Karen|Liam|Zoe|Chris P|Mrs Patel|Ben Walker|Aisha|R. Singh|Lucy|Steve|Megan",
    ),
    (
        "de",
        "Anna|M. Weber|Jonas|Sabine|Uwe|Familie Huber|Lena|T.|Klaus|Heike|Ali|Frau Wolf|Max|Steffi|Jürgen|Nina",
    ),
    (
        "fr",
        "Claire|Julien|M. Petit|Sophie|Karim|Nathalie|J-P|Léa|Thomas|Mme Roux|Hugo|Inès|Marc",
    ),
    (
        "es",
        "Marta|Luis|Carmen|J. García|Diego|Lucía|Sra. Ruiz|Andrés|Sofía|Paco|Valeria|Jorge",
    ),
    (
        "it",
        "Marco|Anna|Luca|Sig.ra Rossi|Chiara|Paolo|Davide|Elena|F. Conti|Sara|Gino",
    ),
    (
        "pt",
        "Paula|João|Ana|Carlos|Sra. Lima|Tiago|Bia|M. Souza|Pedro|Inês|Renata",
    ),
    (
        "nl",
        "Sanne|Jan|Kees|Fam. de Vries|Lotte|Piet|Mevr. Bakker|Daan|Anouk|Ruben|Fatima",
    ),
    (
        "ja",
        "田中|佐藤|高橋より|山田太郎|伊藤|K|美咲|渡辺|中村より",
    ),
];

/// What a device adds; {} is the device.
const SENT: [(&str, &str); 8] = [
    (
        "en",
        "Sent from my {}|Sent from {}|Sent via {}|via {}|(sent from {})",
    ),
    (
        "de",
        "Gesendet von meinem {}|Von meinem {} gesendet|Gesendet mit {}|Von {} aus geschrieben",
    ),
    (
        "fr",
        "Envoyé de mon {}|Envoyé depuis mon {}|Envoyé avec {}|depuis {}",
    ),
    ("es", "Enviado desde mi {}|Enviado con {}|Desde mi {}"),
    ("it", "Inviato dal mio {}|Inviato da {}|Scritto da {}"),
    ("pt", "Enviado do meu {}|Enviado de {}|Mandado pelo {}"),
    (
        "nl",
        "Verzonden vanaf mijn {}|Verstuurd met {}|Getypt op mijn {}",
    ),
    ("ja", "{}から送信|{}より|{}で送信"),
];

/// Devices and programs that add a line.
const DEVICES: [&str; 18] = [
    "iPhone",
    "iPad",
    "Samsung",
    "Galaxy",
    "Pixel",
    "Huawei",
    "Xiaomi",
    "Nokia",
    "Gmail",
    "Proton Mail",
    "Thunderbird",
    "Android",
    "phone",
    "tablet",
    "mobile",
    "Blackberry",
    "Motorola",
    "webmail",
];

/// What else may end a post.
const ODDS: [&str; 15] = [
    "xx", "x", "...", "!!", "^^", ":)", "^JM", "1/2", "(2/2)", "lol", "pls", "plz", "tia", "- ",
    "thx",
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

const FACES: [&str; 36] = [
    "😭", "😡", "🙏", "😩", "🙄", "😤", "👍", "😊", "❤️", "🤷", "😅", "🔥", "😎", "✌️", "🌸", "🌞",
    "💙", "🎉", "🐶", "☕", "🙃", "😬", "🤔", "👋", "😉", "✨", "🌈", "🍀", "🤞", "😴", "💯", "🙂",
    "😂", "🥲", "🍕", "😘",
];
const NAMES: [&str; 4] = ["@NorthlineRail ", "@help ", "@acme ", "@Voltara_Support "];
const TAGS: [&str; 41] = [
    "fail",
    "help",
    "support",
    "monday",
    "travel",
    "service",
    "morning",
    "life",
    "today",
    "nofilter",
    "weekend",
    "fml",
    "coffee",
    "london",
    "berlin",
    "paris",
    "madrid",
    "roma",
    "lisboa",
    "amsterdam",
    "tokyo",
    "ootd",
    "tbt",
    "family",
    "work",
    "love",
    "goals",
    "random",
    "mood",
    "yay",
    "news",
    "vibes",
    "sun",
    "rain",
    "summer",
    "winter",
    "friday",
    "wtf",
    "smh",
    "nope",
    "fyi",
];

/// What stands between a post and its tail.
const JOINTS: [&str; 9] = [" ", " ", " ", ", ", ". ", "\n", "\n\n", "! ", " - "];

/// The keys beside each letter.
const BESIDE: [&str; 26] = [
    "qsz", "vn", "xv", "sf", "wr", "dg", "fh", "gj", "uo", "hk", "jl", "k", "n", "bm", "ip", "o",
    "wa", "et", "ad", "ry", "yi", "cb", "qe", "zc", "tu", "x",
];

type Table = [(&'static str, &'static str); 8];

/// One of the words of a language.
fn one(table: &Table, lang: Option<&str>, random: &mut Random) -> &'static str {
    let of = |code: &str| table.iter().find(|(lang, _)| *lang == code);
    let line = lang.and_then(of).or(table.first());
    let all: Vec<&'static str> = line.map_or(Vec::new(), |(_, all)| all.split('|').collect());
    random.one(&all).unwrap_or_default()
}

/// So many of a list, with spaces.
fn some(list: &[&'static str], counts: &[usize], random: &mut Random) -> String {
    let count = random.one(counts).unwrap_or(1);
    let all: Vec<&str> = (0..count).filter_map(|_| random.one(list)).collect();
    all.join(" ")
}

/// A tail made of parts: a farewell, a name, a device, faces, tags.
fn tail(lang: Option<&str>, random: &mut Random) -> String {
    let (farewell, name) = (one(&FAREWELLS, lang, random), one(&SIGNED, lang, random));
    let mut tail = match random.below(100) {
        0..30 => farewell.to_string(),
        30..50 => {
            let joint = random
                .one(&[", ", " ", "\n", ",\n", " - "])
                .unwrap_or_default();
            format!("{farewell}{joint}{name}")
        }
        50..62 => format!(
            "{}{name}",
            random.one(&["", "- ", "– ", "/"]).unwrap_or_default()
        ),
        62..78 => {
            let device = random.one(&DEVICES).unwrap_or_default();
            let number = match random.chance(0.5) {
                true => format!(" {}", 1 + random.below(19)),
                false => String::new(),
            };
            one(&SENT, lang, random).replace("{}", &format!("{device}{number}"))
        }
        78..88 => some(&FACES, &[1, 1, 2, 3], random),
        88..96 => format!("#{}", some(&TAGS, &[1, 1, 2], random).replace(' ', " #")),
        _ => random.one(&ODDS).unwrap_or_default().to_string(),
    };
    if random.chance(0.15) {
        tail = tail.to_lowercase();
    }
    if random.chance(0.1) {
        tail = format!("{tail} {}", random.one(&FACES).unwrap_or_default());
    }
    if random.chance(0.15) {
        tail.push_str(random.one(&["!", "."]).unwrap_or_default());
    }
    tail
}

/// The post in other dress.
pub fn dress(text: &str, lang: Option<&str>, random: &mut Random) -> String {
    let joint = |random: &mut Random| random.one(&JOINTS).unwrap_or_default();
    let mut text = text.to_string();
    if random.chance(0.5) {
        text.push_str(joint(random));
        let tail = match random.chance(0.7) {
            true => tail(lang, random),
            false => one(&TAILS, lang, random).to_string(),
        };
        text.push_str(&tail);
    }
    if random.chance(0.3) {
        let head = one(&HEADS, lang, random);
        let joint = if lang == Some("ja") {
            ""
        } else {
            joint(random)
        };
        text = format!("{head}{joint}{text}");
    }
    if random.chance(0.5) {
        let counts: &[usize] = if text.len() > 30 {
            &[1, 2, 3, 4, 5, 5]
        } else {
            &[1, 1, 2]
        };
        let errors = random.one(counts).unwrap_or(1);
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
