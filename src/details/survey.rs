//! The survey's page: one question, five faces and room for a few words. It records nothing but what its form sends:
//! mail scanners and previews open links too.

use super::page::{Page, Words, document, escaped};
use std::fmt::Write as _;

/// The longest text, in characters: a few sentences, as a complaint is.
pub const TEXT_CHARS: usize = 1_000;

/// The largest body of a submission, in bytes: the text at its longest, each byte escaped as three, and line ends as two.
pub const BODY_BYTES: usize = 16 * 1024;

/// The faces, from 1 to 5, of those that old phones have too. Words stand under each: a face alone says different things to people.
const FACES: [&str; 5] = ["😠", "😟", "😐", "😊", "😀"];

/// What is wrong with a field, by the key of what its page says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No face is chosen.
    Face,
    /// The text is too long, or has characters that do not print.
    Text,
}

/// A form as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The face, from 1 to 5.
    pub score: Option<u8>,
    /// The text, if any.
    pub text: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Reads `application/x-www-form-urlencoded`; `None` if our form did not send it: a field that we do not know, or
/// one twice.
pub fn read(body: &[u8]) -> Option<Said> {
    let (mut score, mut text) = (None, None);
    for (name, value) in form_urlencoded::parse(body) {
        let field = match name.as_ref() {
            "score" => &mut score,
            "text" => &mut text,
            _ => return None,
        };
        if field.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    let score = match score.as_deref() {
        None | Some("") => None,
        Some(n) => Some(n.parse().ok().filter(|n| (1..=5).contains(n))?),
    };
    let text = text.unwrap_or_default().replace("\r\n", "\n");
    let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let is_bad = |text: &String| {
        text.chars().count() > TEXT_CHARS || text.chars().any(|c| c.is_control() && c != '\n')
    };
    let faults = [
        score.is_none().then_some(Fault::Face),
        text.as_ref()
            .filter(|text| is_bad(text))
            .map(|_| Fault::Text),
    ];
    Some(Said {
        score,
        text,
        faults: faults.into_iter().flatten().collect(),
    })
}

/// The form with what was filled in and what is wrong with it; nothing of either where it is new. `brand` asks.
pub fn form(words: Words, brand: &str, said: &Said) -> Page {
    let text = |key: &str| escaped(&words.get(key).replace("{brand}", brand));
    let bad = |fault: Fault, key: &str| match said.faults.contains(&fault) {
        true => (
            format!(" aria-invalid=\"true\" aria-describedby=\"{key}\""),
            format!(
                "<p class=\"bad\" role=\"alert\" id=\"{key}\">{}</p>",
                text(key)
            ),
        ),
        false => (String::new(), String::new()),
    };
    let (_, face_says) = bad(Fault::Face, "err_face");
    let described = if face_says.is_empty() {
        ""
    } else {
        " aria-describedby=\"err_face\""
    };
    let mut body = format!(
        "<form method=\"post\" accept-charset=\"utf-8\" novalidate><fieldset{described}><legend>{}</legend>{face_says}<div class=\"faces\">",
        text("intro")
    );
    for (score, face) in (1u8..).zip(FACES) {
        let checked = if said.score == Some(score) {
            " checked"
        } else {
            ""
        };
        let _ = write!(
            body,
            "<label><span aria-hidden=\"true\">{face}</span><input type=\"radio\" name=\"score\" value=\"{score}\" required{checked}><br>{}</label>",
            text(&format!("face{score}"))
        );
    }
    let (wrong, says) = bad(Fault::Text, "err_text");
    let _ = write!(
        body,
        "</div></fieldset><label for=\"text\">{}</label><textarea id=\"text\" name=\"text\" maxlength=\"{TEXT_CHARS}\" autocomplete=\"off\"{wrong}>{}</textarea>{says}<button type=\"submit\">{}</button></form><small>{}</small>",
        text("text"),
        escaped(said.text.as_deref().unwrap_or_default()),
        text("send"),
        text("privacy"),
    );
    Page {
        status: if said.faults.is_empty() { 200 } else { 422 },
        body: document(words, &body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::details::kind::Kind;
    use crate::language::{SURVEY, languages};

    const KEYS: [&str; 19] = [
        "title", "intro", "face1", "face2", "face3", "face4", "face5", "text", "send", "privacy",
        "thanks", "bad", "expired", "gone", "full", "failed", "off", "err_face", "err_text",
    ];

    #[test]
    fn every_language_says_everything() {
        for lang in languages() {
            let words = Words::of(Kind::Survey, &[lang]);
            for key in KEYS {
                assert!(!words.get(key).is_empty(), "{lang} {key}");
            }
            assert!(words.get("intro").contains("{brand}"), "{lang}");
            let (_, text) = SURVEY.iter().find(|(code, _)| *code == lang).unwrap();
            let lines = text.lines().filter(|line| line.contains(": "));
            assert_eq!(
                lines.filter(|line| !line.starts_with('#')).count(),
                KEYS.len()
            );
            let page = form(words, "Northline", &Said::default());
            assert_eq!(page.status, 200);
            assert!(page.body.contains(&format!("<html lang=\"{lang}\">")));
            assert!(!page.body.contains("{brand}"), "{lang}");
        }
    }

    #[test]
    fn a_form_is_read_strictly() {
        let good = read(b"score=5&text=+Thank+you%0D%0AAna+").unwrap();
        assert_eq!(
            (good.score, good.text.as_deref()),
            (Some(5), Some("Thank you\nAna"))
        );
        assert_eq!(good.faults, []);
        assert_eq!(read(b"score=1").unwrap().text, None);
        assert_eq!(read(b"text=hm").unwrap().faults, [Fault::Face]);
        assert_eq!(read(b"").unwrap().faults, [Fault::Face]);
        let long = format!("score=3&text={}", "a".repeat(TEXT_CHARS + 1));
        assert_eq!(read(long.as_bytes()).unwrap().faults, [Fault::Text]);
        assert_eq!(read(b"score=3&text=%07").unwrap().faults, [Fault::Text]);
        for none_of_ours in [
            "score=6",
            "score=0",
            "score=x",
            "score=1&score=2",
            "score=1&other=2",
        ] {
            assert_eq!(read(none_of_ours.as_bytes()), None, "{none_of_ours}");
        }
        let longest = "%E3%81%82".repeat(TEXT_CHARS);
        assert!(format!("score=3&text={longest}").len() < BODY_BYTES);
    }

    #[test]
    fn what_is_typed_is_never_markup_and_stays_where_something_is_wrong() {
        let said = read(b"text=%3C%2Ftextarea%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").unwrap();
        let page = form(Words::of(Kind::Survey, &["en"]), "Tom & <Rail>", &said);
        assert_eq!(page.status, 422);
        assert!(!page.body.contains("<script") && !page.body.contains("<Rail>"));
        assert!(page.body.contains("&lt;/textarea&gt;"));
        assert!(page.body.contains("aria-describedby=\"err_face\""));
        let chosen = read(b"score=2&text=%07").unwrap();
        let page = form(Words::of(Kind::Survey, &["en"]), "Northline", &chosen).body;
        assert!(page.contains("value=\"2\" required checked"), "{page}");
        for banned in ["<script", " style=", " onclick", "src=", "url(", "cookie="] {
            assert!(!page.contains(banned), "{banned}");
        }
    }
}
