//! "Stop" means stop: recognising a message that asks us to write no more.
//!
//! X's automation rules ask for it in so many words ("honour opt-out at once"), and so does decency.
//! Only a message that says nothing else counts: "stop the train, my bag is on it" is a plea.

/// The messages, lower case, without punctuation. Where a carrier's or platform's own keyword exists
/// (STOP, ARRET, BAJA ...) it is among them.
const WORDS: &[&str] = &[
    // English
    "stop",
    "stop it",
    "please stop",
    "stop please",
    "stop messaging me",
    "stop replying",
    "stop replying to me",
    "stop contacting me",
    "stop writing to me",
    "unsubscribe",
    "opt out",
    "optout",
    "leave me alone",
    "do not contact me",
    "dont contact me",
    "don't contact me",
    "no more messages",
    // German
    "stopp",
    "bitte stopp",
    "abmelden",
    "abbestellen",
    "hör auf",
    "hören sie auf",
    "lasst mich in ruhe",
    "keine nachrichten mehr",
    // French
    "arret",
    "arrêt",
    "arrêtez",
    "désabonner",
    "désinscription",
    "laissez-moi tranquille",
    // Spanish
    "baja",
    "alto",
    "parar",
    "para ya",
    "no me escriban más",
    "dejen de escribirme",
    // Italian
    "basta",
    "ferma",
    "annulla iscrizione",
    "smettetela",
    // Portuguese
    "pare",
    "parem",
    "sair",
    "cancelar inscrição",
    "parem de me escrever",
    // Dutch
    "afmelden",
    "hou op",
    "stop ermee",
    "laat me met rust",
    // Japanese
    "停止",
    "配信停止",
    "やめて",
    "やめてください",
    "もう送らないで",
];

/// The longest message looked at, in bytes: a longer one says more than stop.
const LONGEST: usize = 256;

/// Whether a message says nothing but "stop".
pub fn says_stop(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let mut said = String::new();
    // Handles name whom it is said to, and are not part of what is said.
    for word in text
        .split_whitespace()
        .filter(|word| !word.starts_with(['@', '＠']))
    {
        let word = word
            .trim_matches(|c: char| !c.is_alphanumeric())
            .replace('’', "'")
            .to_lowercase();
        if word.is_empty() {
            continue;
        }
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(&word);
    }
    WORDS.contains(&said.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hears_stop() {
        for text in [
            "STOP",
            "stop.",
            "@NorthlineRail stop",
            "@NorthlineRail  Stop it!!",
            "Don’t contact me",
            "Désabonner",
            "停止",
            "🛑 stop 🛑",
            "opt out",
        ] {
            assert!(says_stop(text), "{text}");
        }
    }

    #[test]
    fn hears_more_than_stop() {
        for text in [
            "",
            "!!!",
            "stop the train, my bag is on it",
            "@a",
            "why did the train stop",
            "please stop charging my card",
            "bus stop",
        ] {
            assert!(!says_stop(text), "{text}");
        }
    }
}
