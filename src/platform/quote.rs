//! Which of a text's words are its author's own, now; and which text no person wrote.
//!
//! What somebody quotes is somebody else's, or older: an answered mail below the answer, a forum's
//! `[quote]`, lines after `>`, a signature. [`split`] takes it apart; agents see both, only the
//! author's own words are judged. [`is_automatic`] knows a vacation mail, an autoresponder and a
//! bounce by what they say of themselves, [`is_note`] an acknowledgment that comes back: ours, or
//! that of another brand that uses Heard.
//!
//! All of it errs towards the person: what is not certainly quoted is the author's own, and one
//! sign alone makes no mail automatic. "I am out of office heating since Monday" is a customer.

use crate::language::LANGUAGES;

/// The longest line that can introduce a quoted mail, in bytes: a date, a name and an address.
const LONGEST_INTRODUCTION: usize = 320;

/// The longest signature, in bytes: what comes after a line `--` and is longer is no signature.
const LONGEST_SIGNATURE: usize = 600;

/// The most lines of one.
const SIGNATURE_LINES: usize = 16;

/// The longest automatic mail, in bytes, without what it quotes. A longer text is a person's letter.
const LONGEST_AUTOMATIC: usize = 2_400;

/// Parts a text into its author's own words and what it quotes; `None` where it quotes nothing.
pub fn split(text: &str) -> Option<(String, String)> {
    // One line without a mark quotes nothing; most posts are one.
    let bracketed = text.contains("[quote") || text.contains("[QUOTE");
    if !bracketed && !text.contains('\n') && !text.trim_start().starts_with('>') {
        return None;
    }
    let mut quoted = String::new();
    let unbracketed = bracketed.then(|| without_brackets(text, &mut quoted));
    let lines: Vec<&str> = unbracketed.as_deref().unwrap_or(text).lines().collect();
    let parts = parted(&lines);
    let mut own = String::new();
    for (line, is_own) in lines.iter().zip(parts) {
        let side = if is_own { &mut own } else { &mut quoted };
        side.push_str(line);
        side.push('\n');
    }
    let quoted = quoted.trim();
    (!quoted.is_empty()).then(|| (own.trim().to_owned(), quoted.to_owned()))
}

/// The text without its `[quote]...[/quote]` blocks, which go to `quoted`. A block that is not
/// closed is no block.
fn without_brackets(text: &str, quoted: &mut String) -> String {
    let begins = |rest: &str, mark: &str| {
        let head = rest.get(..mark.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(mark))
    };
    let opens = |rest: &str| {
        let behind = rest.get("[quote".len()..).unwrap_or_default();
        begins(rest, "[quote") && behind.starts_with([']', '=', ' '])
    };
    let mut own = String::with_capacity(text.len());
    let mut depth = 0_usize;
    // Where the outermost open block began, and up to where the text is parted.
    let (mut opened, mut done) = (0, 0);
    for (at, _) in text.match_indices('[') {
        let rest = text.get(at..).unwrap_or_default();
        if opens(rest) {
            opened = if depth == 0 { at } else { opened };
            depth += 1;
        } else if begins(rest, "[/quote]") {
            if depth == 1 {
                let end = at + "[/quote]".len();
                own.push_str(text.get(done..opened).unwrap_or_default());
                quoted.push_str(text.get(opened..end).unwrap_or_default());
                quoted.push('\n');
                done = end;
            }
            depth = depth.saturating_sub(1);
        }
    }
    own.push_str(text.get(done..).unwrap_or_default());
    own
}

/// For each line, whether it is the author's own.
fn parted(lines: &[&str]) -> Vec<bool> {
    let mut own: Vec<bool> = lines.iter().map(|line| !is_marked(line)).collect();
    // "> 4 hours stuck" alone is a comparison.
    let mut marked = lines.iter().filter(|line| is_marked(line));
    if let (Some(only), None) = (marked.next(), marked.next()) {
        let said = only.trim_start_matches(['>', ' ']);
        if said.starts_with(|c: char| c.is_ascii_digit()) {
            own.fill(true);
        }
    }
    let mut rest_from = None;
    for (nth, line) in lines.iter().enumerate() {
        if !own.get(nth).copied().unwrap_or(false) {
            continue;
        }
        let behind = lines.get(nth + 1..).unwrap_or_default();
        let before = lines.get(..nth).unwrap_or_default();
        if is_separator(line) || is_header(line, behind) || is_signature(line, behind) {
            rest_from = Some(nth);
            break;
        }
        let Some((length, certain)) = introduction(line, behind) else {
            continue;
        };
        let follows = lines.get(nth + length..).unwrap_or_default();
        let next = follows.iter().find(|line| !line.trim().is_empty());
        match next {
            Some(next) if is_marked(next) => {
                own.iter_mut()
                    .skip(nth)
                    .take(length)
                    .for_each(|own| *own = false);
            }
            // Without marks it is told by its date or address, or by standing alone below an answer.
            Some(_) => {
                let below = before.last().is_some_and(|line| line.trim().is_empty())
                    && before.iter().any(|line| !line.trim().is_empty());
                if certain || below {
                    rest_from = Some(nth);
                    break;
                }
            }
            None => {}
        }
    }
    if let Some(from) = rest_from {
        own.iter_mut().skip(from).for_each(|own| *own = false);
    }
    own
}

/// Whether a line is marked as quoted: `>` before words, not as a part of a face or a number.
fn is_marked(line: &str) -> bool {
    let Some(behind) = line.trim_start().strip_prefix('>') else {
        return false;
    };
    let mut chars = behind.chars();
    match (chars.next(), chars.next()) {
        (None | Some(' ' | '>' | '\u{a0}'), _) => true,
        // ">o<" is a face.
        (Some(first), Some(next)) => {
            first.is_alphabetic() && (next.is_alphanumeric() || next == ' ' || next == '\'')
        }
        (Some(_), None) => false,
    }
}

/// How "she wrote" reads.
const WROTE: [&str; 10] = [
    "wrote",
    "schrieb",
    "a écrit",
    "escribió",
    "ha scritto",
    "escreveu",
    "schreef",
    "書きました",
    "のメール",
    "からのメッセージ",
];

/// How a line that introduces a quoted mail begins: with the day.
const DAYS: [&str; 10] = [
    "on ", "am ", "le ", "el ", "il ", "em ", "op ", "no dia ", "a ", "den ",
];

/// Whether a line introduces a quoted mail ("On Tue, Mara wrote:"): over how many lines, and whether
/// a date or an address says so for certain.
fn introduction(line: &str, behind: &[&str]) -> Option<(usize, bool)> {
    let whole = |line: &str| {
        let line = line.trim();
        let closed = line.ends_with([':', '：']);
        (closed && line.len() <= LONGEST_INTRODUCTION).then(|| line.to_lowercase())
    };
    let is = |said: &str| {
        let wrote = WROTE.iter().any(|verb| said.contains(verb));
        let dated = DAYS.iter().any(|day| said.starts_with(day));
        let certain = is_dated(said);
        // Japanese clients write the date and the address, and no verb.
        let japanese = said.contains('年') && said.contains('月') && certain;
        ((wrote && (dated || certain)) || japanese).then_some(certain)
    };
    if let Some(said) = whole(line) {
        return is(&said).map(|certain| (1, certain));
    }
    // The name is long, and the verb stands on the next line.
    let next = behind.first()?.trim();
    if !next.ends_with(':') || line.len() + next.len() > LONGEST_INTRODUCTION {
        return None;
    }
    let day = line.trim_start().to_lowercase();
    if !DAYS.iter().any(|opening| day.starts_with(opening)) || !is_dated(&day) {
        return None;
    }
    is(&format!("{day} {}", next.to_lowercase())).map(|certain| (2, certain))
}

/// Whether a text has a year, a time of day, or an address: what a mail program writes.
fn is_dated(said: &str) -> bool {
    let address = said.split_whitespace().any(|word| {
        word.trim_matches(['<', '>', '(', ')', ':', '[', ']'])
            .contains('@')
    });
    let numbers = said.split(|c: char| !c.is_ascii_digit() && c != ':');
    let mut numbers = numbers.map(|number| number.trim_matches(':'));
    address
        || numbers.any(|number| match number.split_once(':') {
            Some((hours, minutes)) => (1..=2).contains(&hours.len()) && minutes.get(..2).is_some(),
            None => number.len() == 4 && number.starts_with("20"),
        })
}

/// What stands between dashes above an older mail.
const ORIGINAL: [&str; 18] = [
    "original message",
    "original email",
    "forwarded message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "message d'origine",
    "message original",
    "message transféré",
    "mensaje original",
    "mensaje reenviado",
    "messaggio originale",
    "messaggio inoltrato",
    "mensagem original",
    "mensagem encaminhada",
    "oorspronkelijk bericht",
    "doorgestuurd bericht",
    "元のメッセージ",
];

/// Whether all below a line is an older mail.
fn is_separator(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 160 {
        return false;
    }
    let framed = line.starts_with(['-', '_', '#', '*']) && line.ends_with(['-', '_', '#', '*']);
    if !framed {
        return line.eq_ignore_ascii_case("begin forwarded message:");
    }
    let said = line.trim_matches(['-', '_', '#', '*', ' ']).to_lowercase();
    let said = said.replace('\u{2019}', "'");
    ORIGINAL.contains(&said.as_str())
        || said == "転送メッセージ"
        || said == "転送されたメッセージ"
        // Help desks' own.
        || (line.starts_with('#') && said.contains("above this line"))
}

/// The first line of a mail's header as mail programs copy it, by language; and the others.
const FROM: [&str; 9] = [
    "from:",
    "von:",
    "de:",
    "de :",
    "da:",
    "van:",
    "差出人:",
    "差出人：",
    "送信者:",
];
const HEADER: [&str; 44] = [
    "sent:",
    "date:",
    "to:",
    "cc:",
    "subject:",
    "gesendet:",
    "datum:",
    "an:",
    "betreff:",
    "envoyé:",
    "envoyé :",
    "date :",
    "à:",
    "à :",
    "objet:",
    "objet :",
    "cc :",
    "enviado:",
    "enviado el:",
    "fecha:",
    "para:",
    "asunto:",
    "inviato:",
    "data:",
    "a:",
    "oggetto:",
    "enviada:",
    "enviada em:",
    "enviado em:",
    "assunto:",
    "verzonden:",
    "aan:",
    "onderwerp:",
    "送信日時:",
    "送信日時：",
    "日時:",
    "日付:",
    "宛先:",
    "宛先：",
    "件名:",
    "件名：",
    "kopie:",
    "reply-to:",
    "sent on:",
];

/// Whether a copied header begins here: "From:", and two of its fellows within four lines.
fn is_header(line: &str, behind: &[&str]) -> bool {
    let field = |line: &str| {
        let head: String = line
            .trim_start_matches(['*', ' '])
            .chars()
            .take(24)
            .collect();
        head.to_lowercase().replace('*', "")
    };
    if !line.contains([':', '：']) {
        return false;
    }
    let first = field(line);
    FROM.iter().any(|from| first.starts_with(from))
        && behind
            .iter()
            .take(4)
            .filter(|line| {
                let found = field(line);
                HEADER.iter().any(|name| found.starts_with(name))
            })
            .count()
            >= 2
}

/// Whether a signature begins here: `--` alone, and little below.
fn is_signature(line: &str, behind: &[&str]) -> bool {
    let below = || behind.iter().map(|line| line.len() + 1).sum::<usize>();
    line.trim_end() == "--"
        && behind.len() <= SIGNATURE_LINES
        && (1..=LONGEST_SIGNATURE).contains(&below())
}

/// Whether a text is an acknowledgment that Heard wrote, here or elsewhere: it ends with the words
/// by which a signature says that it is automatic.
pub fn is_note(text: &str) -> bool {
    let text = text.trim_end();
    let mut ends = LANGUAGES.iter().flat_map(|language| language.automatic);
    ends.any(|end| text.ends_with(end))
}

/// Whether a sender's name or address is a program's: nobody reads what is sent there.
pub fn is_program(sender: &str) -> bool {
    let sender: String = sender
        .chars()
        .filter(|c| !matches!(c, '-' | '_' | '.' | ' '))
        .flat_map(char::to_lowercase)
        .take(128)
        .collect();
    let local = sender.split('@').next().unwrap_or_default();
    let local = local.rsplit('<').next().unwrap_or_default();
    matches!(local, "postmaster" | "bounce" | "bounces")
        || [
            "noreply",
            "donotreply",
            "mailerdaemon",
            "maildeliverysubsystem",
            "maildeliverysystem",
            "autoresponder",
            "autoreply",
        ]
        .iter()
        .any(|program| local.starts_with(program))
}

/// Whether a mail's header says that a program sent it (RFC 3834, and what was usual before it).
pub fn is_automatic_header(name: &str, value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    match name.to_ascii_lowercase().as_str() {
        "auto-submitted" => !value.is_empty() && value != "no",
        "x-autoreply" | "x-autorespond" | "x-autoresponder" => value != "no",
        "precedence" => matches!(value.as_str(), "bulk" | "junk" | "list" | "auto_reply"),
        "return-path" => value == "<>",
        "x-failed-recipients" => true,
        _ => false,
    }
}

/// How an automatic mail begins, or its subject: only a program labels what it sends so.
const LABELS: [&str; 51] = [
    "automatic reply",
    "automated reply",
    "automatic response",
    "automated response",
    "automated message",
    "auto-reply",
    "autoreply",
    "auto reply",
    "auto-response",
    "out of office",
    "out of the office",
    "out of office reply",
    "out-of-office",
    "automatische antwort",
    "automatische nachricht",
    "abwesenheitsnotiz",
    "abwesenheitsmeldung",
    "abwesenheit",
    "réponse automatique",
    "message automatique",
    "message d'absence",
    "absence du bureau",
    "respuesta automática",
    "mensaje automático",
    "fuera de la oficina",
    "risposta automatica",
    "messaggio automatico",
    "fuori sede",
    "fuori ufficio",
    "resposta automática",
    "mensagem automática",
    "ausência do escritório",
    "fora do escritório",
    "automatisch antwoord",
    "automatisch bericht",
    "afwezigheidsbericht",
    "afwezig",
    "自動返信",
    "自動応答",
    "自動配信",
    "不在通知",
    "undeliverable",
    "undelivered mail returned to sender",
    "mail delivery failed",
    "mail delivery failure",
    "delivery status notification",
    "returned mail",
    "failure notice",
    "unzustellbar",
    "non remis",
    "onbestelbaar",
];

/// How a program says that it is one. It counts where a sentence begins with it: who complains of
/// an automatic reply tells of it in the middle of one, or quotes it.
const SAYS_SO: [&str; 33] = [
    "this is an auto",
    "this is a system-generated",
    "this is a system generated",
    "this message was auto",
    "this message has been auto",
    "this email was auto",
    "this e-mail was auto",
    "this email has been auto",
    "dies ist eine auto",
    "das ist eine auto",
    "diese e-mail wurde auto",
    "diese mail wurde auto",
    "diese nachricht wurde auto",
    "ceci est un message auto",
    "ceci est une réponse auto",
    "ce message a été envoyé auto",
    "ce message est auto",
    "este es un mensaje auto",
    "este es un correo auto",
    "esta es una respuesta auto",
    "este mensaje ha sido generado auto",
    "questo è un messaggio auto",
    "questa è una risposta auto",
    "questa è un'email auto",
    "esta é uma mensagem auto",
    "esta é uma resposta auto",
    "este é um e-mail auto",
    "este é um email auto",
    "dit is een auto",
    "deze e-mail is auto",
    "このメールは自動",
    "このメッセージは自動",
    "これは自動",
];

/// That its author is away.
const AWAY: [&str; 52] = [
    "out of the office",
    "out of office until",
    "out of office from",
    "out of office and",
    "out of office with",
    "out of office.",
    "away from the office",
    "away from my desk",
    "on annual leave",
    "on parental leave",
    "on maternity leave",
    "on vacation until",
    "on vacation from",
    "on holiday until",
    "on leave until",
    "nicht im büro",
    "außer haus",
    "ausser haus",
    "nicht im haus",
    "im urlaub",
    "abwesend",
    "in elternzeit",
    "absent du bureau",
    "absente du bureau",
    "absent(e)",
    "actuellement absent",
    "je suis absent",
    "je serai absent",
    "en congé",
    "en vacances jusqu",
    "fuera de la oficina",
    "fuera de mi oficina",
    "de vacaciones",
    "ausente hasta",
    "fuori ufficio",
    "fuori sede",
    "in ferie",
    "sono assente",
    "sarò assente",
    "fora do escritório",
    "de férias",
    "ausente até",
    "ausente do escritório",
    "estarei ausente",
    "niet op kantoor",
    "afwezig",
    "met vakantie",
    "op vakantie",
    "不在",
    "休暇",
    "休業",
    "席を外して",
];

/// That its author reads later, or whom to turn to instead: what goes with being away.
const INSTEAD: [&str; 69] = [
    "limited access to",
    "no access to my",
    "not have access to my",
    "will not be checking",
    "won't be checking",
    "when i return",
    "upon my return",
    "on my return",
    "once i am back",
    "i will return on",
    "i'll be back on",
    "i will be back on",
    "i will respond",
    "i will reply",
    "i will get back to you",
    "i'll get back to you",
    "for urgent matters",
    "for anything urgent",
    "in urgent cases",
    "for urgent requests",
    "for urgent issues",
    "if your matter is urgent",
    "for immediate assistance",
    "nicht weitergeleitet",
    "keinen zugriff auf meine",
    "nach meiner rückkehr",
    "wieder erreichbar",
    "wieder für sie da",
    "wieder im büro",
    "in dringenden fällen",
    "in dringenden angelegenheiten",
    "bei dringenden",
    "wenden sie sich bitte an",
    "à mon retour",
    "dès mon retour",
    "de retour le",
    "en cas d'urgence",
    "pour toute urgence",
    "a mi regreso",
    "a mi vuelta",
    "en caso de urgencia",
    "para asuntos urgentes",
    "acceso limitado",
    "al mio rientro",
    "al mio ritorno",
    "in caso di urgenza",
    "per urgenze",
    "per comunicazioni urgenti",
    "per questioni urgenti",
    "no meu regresso",
    "assim que regressar",
    "quando eu voltar",
    "quando eu retornar",
    "em caso de urgência",
    "assuntos urgentes",
    "acesso limitado",
    "bij terugkomst",
    "na mijn terugkomst",
    "als ik terug ben",
    "weer aanwezig",
    "voor dringende zaken",
    "in dringende gevallen",
    "お急ぎの",
    "緊急の場合",
    "緊急のご用件",
    "戻り次第",
    "返信いたします",
    "返信させていただきます",
    "ご連絡いたします",
];

/// That a mail was received, or needs no answer: what people say as well.
const RECEIVED: [&str; 53] = [
    "thank you for your e-mail",
    "thank you for your email",
    "thanks for your email",
    "thank you for your message",
    "thanks for your message",
    "thank you for contacting",
    "we have received your",
    "we've received your",
    "do not reply to this",
    "do not respond to this",
    "vielen dank für ihre e-mail",
    "vielen dank für ihre mail",
    "vielen dank für ihre nachricht",
    "vielen dank für deine nachricht",
    "danke für ihre e-mail",
    "danke für ihre nachricht",
    "ihre anfrage ist",
    "ihre anfrage erhalten",
    "antworten sie nicht auf diese",
    "bitte antworten sie nicht",
    "bitte nicht antworten",
    "merci pour votre message",
    "merci de votre message",
    "merci pour votre e-mail",
    "bien reçu votre",
    "ne pas répondre",
    "gracias por su mensaje",
    "gracias por tu mensaje",
    "gracias por su correo",
    "hemos recibido su",
    "no responda a este",
    "no responder a este",
    "grazie per il suo messaggio",
    "grazie per la sua e",
    "grazie per il tuo messaggio",
    "abbiamo ricevuto",
    "non rispondere a quest",
    "pela sua mensagem",
    "pelo seu e-mail",
    "recebemos a sua",
    "recebemos seu",
    "recebemos sua",
    "não responda",
    "bedankt voor uw",
    "bedankt voor je",
    "uw bericht ontvangen",
    "niet op dit bericht",
    "dit bericht niet",
    "メールをお送りいただき",
    "お問い合わせいただき",
    "ご連絡ありがとう",
    "ご連絡いただき",
    "返信は",
];

/// Until when.
const UNTIL: [&str; 13] = [
    "until",
    "back on",
    "through",
    "bis ",
    "jusqu",
    "hasta",
    "fino al",
    "até",
    "tot ",
    "まで",
    "ab dem",
    "a partir d",
    "till",
];

/// That a mail came back; and what only a mail server writes.
const BOUNCED: [&str; 14] = [
    "delivered",
    "delivery has failed",
    "delivery to the following",
    "delivery status notification",
    "mail delivery",
    "zugestellt",
    "unzustellbar",
    "être remis",
    "podido entregar",
    "recapitat",
    "recapitare",
    "entregue",
    "bezorgd",
    "配信",
];
const SERVERS: [&str; 14] = [
    "diagnostic-code",
    "final-recipient",
    "reporting-mta",
    "mailer-daemon",
    "mail system at host",
    "550 5.",
    "5.1.1",
    "5.7.1",
    "permanent error",
    "permanent fatal error",
    "recipients or groups",
    "user unknown",
    "address rejected",
    "remote server returned",
];

/// Parts of words of which every automatic mail has one: asked first, because most texts have none.
const STEMS: [&str; 29] = [
    "auto",
    "office",
    "leave",
    "vacation",
    "holiday",
    "desk",
    "deliver",
    "returned mail",
    "failure",
    "system",
    "abwes",
    "urlaub",
    "büro",
    "haus",
    "elternzeit",
    "zustell",
    "zugestellt",
    "absen",
    "congé",
    "vaca",
    "ausen",
    "oficina",
    "uori",
    "ferie",
    "assente",
    "escritório",
    "férias",
    "afwezig",
    "kantoor",
];
const WIDE_STEMS: [&str; 7] = ["自動", "不在", "休暇", "休業", "席を外", "配信", "vakantie"];

/// Whether a text is an automatic mail, by what it and its subject say; without what it quotes.
pub fn is_automatic(subject: Option<&str>, text: &str) -> bool {
    // A person's answer to such a mail has the same subject, behind "Re:".
    if subject.is_some_and(|subject| is_labelled(&plain(subject))) {
        return true;
    }
    if text.len() > LONGEST_AUTOMATIC {
        return false;
    }
    let text = plain(text);
    let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    if !has(&STEMS) && !has(&WIDE_STEMS) && !text.starts_with("non remis") {
        return false;
    }
    is_labelled(&text)
        || (SAYS_SO.iter().any(|sign| begins_sentence(&text, sign))
            && (has(&RECEIVED) || has(&INSTEAD)))
        || (has(&AWAY) && (has(&INSTEAD) || (has(&RECEIVED) && has(&UNTIL))))
        || (has(&BOUNCED) && has(&SERVERS))
}

/// As the signs are written.
fn plain(text: &str) -> String {
    let text = text.to_lowercase();
    if text.contains('\u{2019}') {
        text.replace('\u{2019}', "'")
    } else {
        text
    }
}

/// Whether a text begins with a label that stands for itself: before a colon, a bracket, a new line.
fn is_labelled(text: &str) -> bool {
    let text = text.trim_start_matches(['[', '(', '*', '-', '【', '※', ' ', '\n', '\r']);
    LABELS
        .iter()
        .filter_map(|label| text.strip_prefix(label))
        .any(|behind| {
            let behind = behind.trim_start_matches(' ');
            behind.is_empty()
                || behind.starts_with([':', '：', ']', '】', ')', '*', '\n', '\r', '-', '–'])
        })
}

/// Whether a sentence of the text begins so.
fn begins_sentence(text: &str, sign: &str) -> bool {
    text.match_indices(sign).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let before = before.trim_end_matches(' ');
        before.is_empty()
            || before.ends_with(['\n', '.', '!', ')', ']', '*', '-', '[', '(', '。', '※', '_'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parts(text: &str, own: &str, quoted: &str) {
        let found = split(text).unwrap_or_else(|| (text.to_owned(), String::new()));
        assert_eq!(
            (found.0.as_str(), found.1.as_str()),
            (own, quoted),
            "{text}"
        );
    }

    #[test]
    fn what_a_mail_quotes_is_not_its_own() {
        for introduction in [
            "On Tue, Mara wrote:",
            "On Tue, Nov 3, 2026 at 10:00 AM Mara Smith <mara@example.org> wrote:",
            "On Tue, Nov 3, 2026 at 10:00 AM Mara Smith <mara.smith@example.org>\nwrote:",
            "Am 03.11.2026 um 10:00 schrieb Mara Muster <mara@example.org>:",
            "Am Di., 3. Nov. 2026 um 10:00 Uhr schrieb Mara Muster:",
            "Le mar. 3 nov. 2026 à 10:00, Mara <mara@example.org> a écrit :",
            "El mar, 3 nov 2026 a las 10:00, Mara (<mara@example.org>) escribió:",
            "Il giorno mar 3 nov 2026 alle ore 10:00 Mara <mara@example.org> ha scritto:",
            "Em ter., 3 de nov. de 2026 às 10:00, Mara <mara@example.org> escreveu:",
            "Op di 3 nov 2026 om 10:00 schreef Mara <mara@example.org>:",
            "2026年11月3日(火) 10:00 Mara <mara@example.org>:",
            "2026/11/03 10:00、Mara <mara@example.org>のメール：",
        ] {
            let marked = format!("{introduction}\n> we are stuck\n> no water");
            parts(&format!("All sorted.\n\n{marked}"), "All sorted.", &marked);
            parts(&format!("{marked}\n\nSorted."), "Sorted.", &marked);
            let bare = format!("{introduction}\n\nwe are stuck\nno water");
            parts(&format!("All sorted.\n\n{bare}"), "All sorted.", &bare);
        }
        for separator in [
            "-----Original Message-----",
            "---------- Forwarded message ---------",
            "----- Ursprüngliche Nachricht -----",
            "-------- Message d\u{2019}origine --------",
            "-----Mensaje original-----",
            "-----Messaggio originale-----",
            "-----Mensagem original-----",
            "-----Oorspronkelijk bericht-----",
            "-----元のメッセージ-----",
            "Begin forwarded message:",
            "##- Please type your reply above this line -##",
            "From: Mara\nSent: Tuesday\nTo: Rail\nSubject: stuck",
            "*Von:* Mara\n*Gesendet:* Dienstag\n*An:* Bahn\n*Betreff:* fest",
            "De : Mara\nEnvoyé : mardi\nÀ : Rail\nObjet : bloqués",
            "De: Mara\nEnviado el: martes\nPara: Rail\nAsunto: parados",
            "Da: Mara\nInviato: martedì\nA: Rail\nOggetto: fermi",
            "De: Mara\nEnviada em: terça\nPara: Rail\nAssunto: parados",
            "Van: Mara\nVerzonden: dinsdag\nAan: Rail\nOnderwerp: vast",
            "差出人: Mara\n送信日時: 2026年\n宛先: Rail\n件名: 停車",
        ] {
            let below = format!("{separator}\nwe are stuck, no water");
            parts(&format!("All sorted.\n{below}"), "All sorted.", &below);
        }
        parts("Thanks\n-- \nMara\n+44 1", "Thanks", "-- \nMara\n+44 1");
        parts("> no water\n\nStill none!", "Still none!", "> no water");
        parts("> all of it", "", "> all of it");
    }

    #[test]
    fn a_forum_s_quotes_are_not_its_author_s() {
        let block = "[quote=\"mara, post:2, topic:10\"]\nno water\n[/quote]";
        parts(
            &format!("{block}\n\nThat was March."),
            "That was March.",
            block,
        );
        parts(&format!("Before. {block} After."), "Before.  After.", block);
        let nested = "[quote]a [quote]b[/quote] c[/quote]";
        parts(&format!("{nested} own"), "own", nested);
        parts("[quote]never closed", "[quote]never closed", "");
        parts(
            "[quotes] are hard\nhere [/quote]",
            "[quotes] are hard\nhere [/quote]",
            "",
        );
    }

    #[test]
    fn a_text_of_marks_alone_is_read_in_its_length() {
        for mark in [
            "[quote]",
            "[/quote]",
            "[quote][/quote]",
            "--\n",
            ">\n",
            "on a wrote:\n",
            "a:\n",
        ] {
            let text = mark.repeat(64 * 1024 / mark.len());
            let (own, quoted) = split(&text).unwrap_or_else(|| (text.clone(), String::new()));
            assert!(own.len() + quoted.len() <= text.len() * 2, "{mark}");
        }
    }

    #[test]
    fn what_only_looks_quoted_is_its_author_s_own() {
        for own in [
            "stuck\n>:( again\n>_<",
            "stuck\n> 4 hours now\nno water",
            "> 4 hours stuck outside Woking",
            ">4 hours stuck",
            ">o< stuck\n>:( no water",
            "On Tuesday your driver wrote:\nwe will come\nnobody came",
            "From: Woking\nTo: London\nand we are stuck",
            "First line\n---\nsecond line",
            "a\n--\n",
            "Your colleague wrote:\nplease wait",
            "It was at 10:00:\nno train",
            "Price -> too high\nno train",
        ] {
            parts(own, own, "");
        }
        let long = format!("First\n--\n{}", "no water, kids crying. ".repeat(40));
        parts(&long, &long, "");
    }

    #[test]
    fn automatic_mail_is_known_in_eight_languages() {
        for (subject, text) in [
            (
                "",
                "I am out of the office until Monday 7 December with limited access to email.",
            ),
            (
                "",
                "Hello,\n\nthank you for your message. I am currently out of the office until 7 December. In urgent cases please call Jo.",
            ),
            (
                "",
                "Thank you for your email. I'm on annual leave and will reply when I return.",
            ),
            (
                "",
                "This is an automated response. We have received your request (#123) and will reply soon.",
            ),
            ("", "Automatic reply: your ticket"),
            ("Automatic reply: stuck outside Woking", "I am away."),
            ("Out of Office: Re: your ticket", "Back soon"),
            (
                "",
                "Vielen Dank für Ihre Nachricht. Ich bin bis zum 7.12. nicht im Büro. In dringenden Fällen wenden Sie sich bitte an Jo.",
            ),
            (
                "",
                "Ich bin im Urlaub. Ihre E-Mail wird nicht weitergeleitet.",
            ),
            (
                "",
                "Dies ist eine automatisch generierte Nachricht. Bitte antworten Sie nicht auf diese E-Mail.",
            ),
            ("Abwesenheitsnotiz: Zug steht", "Bin weg"),
            (
                "",
                "Bonjour, je suis absent du bureau jusqu\u{2019}au 7 décembre. En cas d\u{2019}urgence, contactez Jo.",
            ),
            (
                "",
                "Ceci est un message automatique, merci de ne pas répondre.",
            ),
            ("Réponse automatique : train", ""),
            (
                "",
                "Estoy fuera de la oficina hasta el 7 de diciembre. Para asuntos urgentes, contacte con Jo.",
            ),
            (
                "",
                "Esta es una respuesta automática. Hemos recibido su solicitud.",
            ),
            (
                "",
                "Sono fuori ufficio fino al 7 dicembre. Per urgenze contattare Jo.",
            ),
            (
                "",
                "Questo è un messaggio automatico, si prega di non rispondere a questa email.",
            ),
            (
                "",
                "Estou fora do escritório até 7 de dezembro. Em caso de urgência, contacte o Jo.",
            ),
            (
                "",
                "Esta é uma mensagem automática. Recebemos a sua solicitação.",
            ),
            (
                "",
                "Ik ben tot 7 december niet op kantoor. Voor dringende zaken kunt u Jo bellen.",
            ),
            ("Automatisch antwoord: trein", "weg"),
            (
                "",
                "Dit is een automatisch bericht. Bedankt voor uw e-mail.",
            ),
            ("", "【自動返信】お問い合わせいただきありがとうございます。"),
            (
                "",
                "12月7日まで休暇をいただいております。お急ぎの場合は下記までご連絡ください。",
            ),
            (
                "",
                "This is the mail system at host mx.example.\nI'm sorry to have to inform you that your message could not be delivered. Diagnostic-Code: smtp; 550 5.1.1 user unknown",
            ),
            ("Undeliverable: Re: your ticket", ""),
            (
                "",
                "Delivery has failed to these recipients or groups: a@b.example",
            ),
            (
                "",
                "Ihre Nachricht konnte nicht zugestellt werden. Reporting-MTA: dns; mx.example",
            ),
        ] {
            assert!(
                is_automatic(Some(subject).filter(|s| !s.is_empty()), text),
                "{subject} / {text}"
            );
        }
    }

    #[test]
    fn a_person_is_no_autoresponder() {
        for (subject, text) in [
            ("", "I am out of office heating since Monday and freezing"),
            (
                "",
                "You are out of office space? We are stuck outside Woking, no water",
            ),
            (
                "",
                "Is this an automatic reply? Nobody reads what we write, we're stuck!",
            ),
            (
                "",
                "Automated message again, useless. I want a human, kids are crying",
            ),
            (
                "",
                "You sent me an automated response that we have received your request and nobody came",
            ),
            (
                "",
                "All I get is \"This is an automated reply, we have received your mail\". Stuck for 4 hours!",
            ),
            ("Re: Automatic reply: stuck", "Still stuck, no water"),
            (
                "Refund",
                "My parcel could not be delivered and I want my money back",
            ),
            (
                "",
                "I left the office at 5 and have been stuck for 4 hours, no water",
            ),
            (
                "",
                "I'm out of the office today and stuck on your train outside Woking for 4 hours",
            ),
            (
                "",
                "Thanks for your message. I'm away from my desk because your train is stuck",
            ),
            (
                "",
                "Ich bin im Urlaub und sitze seit 4 Stunden in Ihrem Zug fest, kein Wasser",
            ),
            (
                "",
                "Der Brief konnte nicht zugestellt werden, wo ist mein Ticket?",
            ),
            (
                "",
                "Je suis en vacances et votre train est bloqué depuis 4 heures",
            ),
            (
                "",
                "Estoy de vacaciones y el tren lleva parado 4 horas, sin agua",
            ),
            ("", "Siamo in ferie e il treno è fermo da 4 ore"),
            ("", "Estamos de férias e o comboio está parado há 4 horas"),
            ("", "Wij zijn op vakantie en de trein staat al 4 uur stil"),
            ("", "自動改札が壊れていて4時間も閉じ込められています"),
            ("", "休暇中なのに電車が4時間も止まっています"),
            (
                "",
                "Autobus in ritardo di due ore, abbiamo ricevuto solo scuse",
            ),
            ("", "The automatic doors are broken, we've received no help"),
        ] {
            assert!(
                !is_automatic(Some(subject).filter(|s| !s.is_empty()), text),
                "{subject} / {text}"
            );
        }
    }

    #[test]
    fn a_note_is_known_by_its_end() {
        for language in LANGUAGES {
            for note in language.automatic {
                let text = format!("We're sorry. A person answers here. – Rail{note}\n");
                assert!(is_note(&text), "{text}");
                assert!(!is_note(&format!("{text} But nobody came!")), "{text}");
            }
        }
        assert!(!is_note("Stuck for 4 hours (no water)"));
        assert!(!is_note(""));
    }

    #[test]
    fn programs_are_known_by_their_names() {
        for name in [
            "Mail Delivery Subsystem",
            "MAILER-DAEMON@mx.example",
            "no-reply@shop.example",
            "Shop <noreply+7@shop.example>",
            "do_not_reply@shop.example",
            "postmaster@mx.example",
        ] {
            assert!(is_program(name), "{name}");
        }
        for name in [
            "Noreen Reply",
            "ada@noreply.example",
            "Bounce Ltd",
            "Ada",
            "",
        ] {
            assert!(!is_program(name), "{name}");
        }
        assert!(is_automatic_header("Auto-Submitted", "auto-replied"));
        assert!(is_automatic_header("precedence", "bulk"));
        assert!(is_automatic_header("X-Autoreply", "yes"));
        for (name, value) in [
            ("Auto-Submitted", "no"),
            ("Precedence", "normal"),
            ("Subject", "yes"),
        ] {
            assert!(!is_automatic_header(name, value), "{name}");
        }
    }
}
