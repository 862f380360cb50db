//! The languages that Heard writes, and what reading and writing must both know of one.

/// What Heard knows of a language.
#[derive(Debug)]
pub struct Language {
    /// ISO 639-1.
    pub code: &'static str,
    /// Says that a text is automatic: the voice ends with one of them, and what ends so is no customer's.
    pub automatic: &'static [&'static str],
}

/// Every language.
pub const LANGUAGES: [Language; 8] = [
    Language {
        code: "en",
        automatic: &[
            "(automatic first note)",
            "(this first note is automatic)",
            "(first note sent automatically)",
            "(an automatic first note)",
        ],
    },
    Language {
        code: "de",
        automatic: &[
            "(automatische erste Antwort)",
            "(diese erste Antwort kommt automatisch)",
            "(erste Antwort, automatisch gesendet)",
            "(eine automatische erste Nachricht)",
        ],
    },
    Language {
        code: "fr",
        automatic: &[
            "(premier message automatique)",
            "(ce premier mot est automatique)",
            "(première réponse envoyée automatiquement)",
            "(un premier mot automatique)",
        ],
    },
    Language {
        code: "es",
        automatic: &[
            "(primer mensaje automático)",
            "(esta primera nota es automática)",
            "(primera respuesta enviada automáticamente)",
            "(una primera nota automática)",
        ],
    },
    Language {
        code: "it",
        automatic: &[
            "(primo messaggio automatico)",
            "(questa prima nota è automatica)",
            "(prima risposta inviata in automatico)",
            "(una prima nota automatica)",
        ],
    },
    Language {
        code: "pt",
        automatic: &[
            "(primeira mensagem automática)",
            "(esta primeira nota é automática)",
            "(primeira resposta enviada automaticamente)",
            "(uma primeira nota automática)",
        ],
    },
    Language {
        code: "nl",
        automatic: &[
            "(automatisch eerste bericht)",
            "(dit eerste bericht is automatisch)",
            "(eerste antwoord, automatisch verstuurd)",
            "(een automatisch eerste antwoord)",
        ],
    },
    Language {
        code: "ja",
        automatic: &[
            "（最初の返信は自動です）",
            "（この第一報は自動送信です）",
            "（自動でお送りした最初のお返事です）",
            "（こちらは自動の第一報です）",
        ],
    },
];

/// The codes of all of them: ISO 639-1.
pub fn languages() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|language| language.code)
}

/// The texts in a language that say that one is automatic; none where the language is not known.
pub fn automatic(code: &str) -> &'static [&'static str] {
    let known = LANGUAGES.iter().find(|language| language.code == code);
    known.map_or(&[], |language| language.automatic)
}
