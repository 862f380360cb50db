//! A customer's pages: plain HTML that needs no script, in their language. The form of the survey is [`super::survey`].
//!
//! It shows nothing of the interaction: who has the link learns no more than whose page it is. What was typed is shown
//! again only where something of it is wrong. No cache keeps it, no frame holds it, nothing is loaded from anywhere.

use super::form::{Fault, Form, Left, PHONE_CHARS, PHOTO_CHARS, REFERENCE_CHARS, Wish};
use super::kind::Kind;
use crate::language::{DETAILS, SURVEY, base};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// A page, as it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// HTML.
    pub body: String,
}

/// What a page tells instead of its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// No secret is configured.
    Off,
    /// The link is not good.
    Bad,
    /// The link was good.
    Expired,
    /// There is no such interaction any more, or its author took it back.
    Gone,
    /// As much was left as may be; a survey was answered before.
    Full,
    /// The queue could not answer.
    Failed,
    /// It is stored.
    Thanks,
}

impl Says {
    fn key(self) -> &'static str {
        match self {
            Says::Off => "off",
            Says::Bad => "bad",
            Says::Expired => "expired",
            Says::Gone => "gone",
            Says::Full => "full",
            Says::Failed => "failed",
            Says::Thanks => "thanks",
        }
    }

    fn status(self) -> u16 {
        match self {
            Says::Off | Says::Bad => 404,
            Says::Expired | Says::Gone => 410,
            Says::Full => 429,
            Says::Failed => 503,
            Says::Thanks => 200,
        }
    }
}

/// The languages that a page is written in, and what it says where it knows no better.
const HOME: &str = "en";

/// The texts of a page in a language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    kind: Kind,
    lang: &'static str,
    text: &'static str,
}

impl Words {
    /// Those of the first of these languages that there are texts in.
    pub fn of(kind: Kind, langs: &[&str]) -> Self {
        let all = match kind {
            Kind::Details => DETAILS,
            Kind::Survey => SURVEY,
        };
        let of = |lang: &str| {
            all.iter()
                .find(|(code, _)| code.eq_ignore_ascii_case(base(lang)))
        };
        let found = langs.iter().find_map(|lang| of(lang)).or_else(|| of(HOME));
        let (lang, text) = found.copied().unwrap_or((HOME, ""));
        Self { kind, lang, text }
    }

    /// Those that a browser asks for with `Accept-Language`: in its order, whatever it says of their weight.
    pub fn asked(kind: Kind, accept: &str) -> Self {
        let langs: Vec<&str> = accept
            .split(',')
            .take(20)
            .map(|one| one.split(';').next().unwrap_or_default().trim())
            .collect();
        Self::of(kind, &langs)
    }

    pub(super) fn get(&self, key: &str) -> &'static str {
        let mut lines = self.text.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(name, _)| *name == key)
            .map_or("", |(_, text)| text)
    }
}

/// The page's style. Its hash stands in the policy, so a change here changes both.
const STYLE: &str = "\
:root{color-scheme:light dark}\
*{box-sizing:border-box}\
body{font:1.0625rem/1.5 system-ui,sans-serif;margin:0;padding:1.5rem 1rem;background:Canvas;color:CanvasText}\
main{max-width:34rem;margin:0 auto}\
h1{font-size:1.5rem;line-height:1.25}\
label,legend{display:block;font-weight:600;margin:1.25rem 0 .375rem;padding:0}\
input[type=text],input[type=url],input[type=tel]{width:100%;font:inherit;padding:.625rem;border:1px solid #767676;border-radius:.375rem;background:Canvas;color:CanvasText}\
fieldset{border:0;margin:0;padding:0}\
fieldset label{font-weight:400;margin:.25rem 0;padding:.25rem 0;min-height:1.75rem}\
button{font:inherit;font-weight:600;margin:1.5rem 0;padding:.75rem 1.5rem;min-height:2.75rem;border:0;border-radius:.375rem;background:#0b57d0;color:#fff}\
:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}\
.bad{color:#b3261e;margin:.25rem 0 0}\
textarea{width:100%;min-height:6rem;font:inherit;padding:.625rem;border:1px solid #767676;border-radius:.375rem;background:Canvas;color:CanvasText}\
.faces{display:flex;flex-wrap:wrap;gap:.5rem}\
.faces label{flex:1 1 5.5rem;text-align:center;padding:.625rem .25rem;border:1px solid #767676;border-radius:.375rem}\
.faces span{display:block;font-size:2rem;line-height:1.3}\
.faces input{width:1.25rem;height:1.25rem}\
.faces label:has(:checked){outline:3px solid #0b57d0}\
small{display:block;margin-top:1rem}\
@media(prefers-color-scheme:dark){.bad{color:#f2b8b5}button{background:#a8c7fa;color:#062e6f}:focus-visible,.faces label:has(:checked){outline-color:#a8c7fa}}";

/// The headers of every page.
pub fn headers() -> Vec<(&'static str, String)> {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow, noarchive"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("content-security-policy", policy.as_str()),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// Whether a submission comes from the page itself. The token is what lets somebody in; this keeps another site from
/// making a customer's browser send something. A page that tells no referrer sends `Origin: null`, and then the
/// browser's own word on where the request comes from counts, where it has one.
pub fn is_own(origin: Option<&str>, fetch_site: Option<&str>, own: &str) -> bool {
    let is_same = |origin: &str| origin == "null" || origin.eq_ignore_ascii_case(own);
    origin.is_none_or(is_same)
        && fetch_site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// A page that says something.
pub fn says(words: Words, says: Says) -> Page {
    let mut body = format!("<p{}>{}</p>", role(says), escaped(words.get(says.key())));
    if says == Says::Thanks && words.kind == Kind::Details {
        let _ = write!(
            body,
            "<p>{}</p><p><a href=\"\">{}</a></p>",
            escaped(words.get("thanks_more")),
            escaped(words.get("again"))
        );
    }
    Page {
        status: match (words.kind, says) {
            // Nobody need come back: there is an answer.
            (Kind::Survey, Says::Full) => 409,
            _ => says.status(),
        },
        body: document(words, &body),
    }
}

fn role(says: Says) -> &'static str {
    match says {
        Says::Thanks => " role=\"status\"",
        _ => " role=\"alert\"",
    }
}

/// The form, empty. `brand` asks; `once` is new for each page.
pub fn form(words: Words, brand: &str, once: &str) -> Page {
    Page {
        status: 200,
        body: filled(words, brand, once, &Left::default(), &[]),
    }
}

/// The form with what was typed and what is wrong with it.
pub fn again(words: Words, brand: &str, form: &Form) -> Page {
    Page {
        status: 422,
        body: filled(words, brand, &form.once, &form.left, &form.faults),
    }
}

fn filled(words: Words, brand: &str, once: &str, left: &Left, faults: &[Fault]) -> String {
    let text = |key: &str| escaped(words.get(key));
    let intro = escaped(&words.get("intro").replace("{brand}", brand));
    let mut body = format!("<p>{intro}</p>");
    let of = |fault: Fault| faults.contains(&fault).then_some(fault);
    if !faults.is_empty() {
        let _ = write!(
            body,
            "<p class=\"bad\" role=\"alert\">{}</p>",
            text("check")
        );
    }
    let _ = write!(
        body,
        "<form method=\"post\" accept-charset=\"utf-8\" novalidate><input type=\"hidden\" name=\"once\" value=\"{}\">",
        escaped(once)
    );
    let mut field = |name: &str,
                     kind: &str,
                     max: usize,
                     more: &str,
                     value: Option<&str>,
                     fault: Option<Fault>| {
        let _ = write!(
            body,
            "<label for=\"{name}\">{label}</label><input id=\"{name}\" name=\"{name}\" type=\"{kind}\" maxlength=\"{max}\" value=\"{value}\"{more}",
            label = text(name),
            value = escaped(value.unwrap_or_default()),
        );
        match fault {
            Some(fault) => {
                let _ = write!(
                    body,
                    " aria-invalid=\"true\" aria-describedby=\"{name}-bad\"><p class=\"bad\" id=\"{name}-bad\">{}</p>",
                    text(fault.key())
                );
            }
            None => body.push('>'),
        }
    };
    let wrong = of(Fault::Reference).or_else(|| of(Fault::Empty));
    field(
        "reference",
        "text",
        REFERENCE_CHARS,
        " autocomplete=\"off\"",
        left.reference.as_deref(),
        wrong,
    );
    let hint = format!(
        " inputmode=\"url\" autocomplete=\"off\" placeholder=\"{}\"",
        text("photo_hint")
    );
    field(
        "photo",
        "url",
        PHOTO_CHARS,
        &hint,
        left.photo.as_deref(),
        of(Fault::Photo),
    );
    let wrong = of(Fault::Phone).or_else(|| of(Fault::Call));
    field(
        "phone",
        "tel",
        PHONE_CHARS,
        " autocomplete=\"tel\"",
        left.phone.as_deref(),
        wrong,
    );
    let _ = write!(body, "<fieldset><legend>{}</legend>", text("wish"));
    for wish in [None, Some(Wish::Call), Some(Wish::Write)] {
        let (value, key) = match wish {
            None => ("", "wish_none"),
            Some(Wish::Call) => ("call", "wish_call"),
            Some(Wish::Write) => ("write", "wish_write"),
        };
        let checked = if left.wish == wish { " checked" } else { "" };
        let _ = write!(
            body,
            "<label><input type=\"radio\" name=\"wish\" value=\"{value}\"{checked}> {}</label>",
            text(key)
        );
    }
    let _ = write!(
        body,
        "</fieldset><button type=\"submit\">{}</button></form><small>{}</small>",
        text("send"),
        text("privacy")
    );
    document(words, &body)
}

pub(super) fn document(words: Words, body: &str) -> String {
    let title = escaped(words.get("title"));
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex,nofollow\"><title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>\n",
        words.lang
    )
}

/// A text as HTML, in an attribute too.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::details::form::read;
    use crate::language::languages;

    const KEYS: [&str; 27] = [
        "title",
        "intro",
        "reference",
        "photo",
        "photo_hint",
        "phone",
        "wish",
        "wish_none",
        "wish_call",
        "wish_write",
        "send",
        "privacy",
        "thanks",
        "thanks_more",
        "again",
        "bad",
        "expired",
        "gone",
        "full",
        "failed",
        "off",
        "check",
        "err_empty",
        "err_reference",
        "err_photo",
        "err_phone",
        "err_call",
    ];

    #[test]
    fn every_language_says_everything() {
        for lang in languages() {
            let words = Words::of(Kind::Details, &[lang]);
            assert_eq!(words.lang, lang);
            for key in KEYS {
                assert!(!words.get(key).is_empty(), "{lang} {key}");
            }
            assert!(words.get("intro").contains("{brand}"), "{lang}");
            let lines = words
                .text
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'));
            assert_eq!(lines.count(), KEYS.len(), "{lang}");
        }
    }

    #[test]
    fn the_first_language_that_is_known_is_spoken() {
        assert_eq!(Words::of(Kind::Details, &["und", "de-AT", "fr"]).lang, "de");
        assert_eq!(Words::of(Kind::Details, &["und"]).lang, "en");
        assert_eq!(
            Words::asked(Kind::Details, "sv, ja;q=0.8, en;q=0.5").lang,
            "ja"
        );
        assert_eq!(Words::asked(Kind::Details, "").lang, "en");
    }

    #[test]
    fn what_is_typed_is_never_markup() {
        let body =
            "once=0123456789abcdef&reference=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&wish=call";
        let form = read(body.as_bytes()).unwrap();
        let page = again(
            Words::of(Kind::Details, &["en"]),
            "Tom & \"Jerry\" <Rail>",
            &form,
        );
        assert_eq!(page.status, 422);
        assert!(!page.body.contains("<script") && !page.body.contains("<Rail>"));
        assert!(
            page.body
                .contains("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"")
        );
        assert!(
            page.body
                .contains("Tom &amp; &quot;Jerry&quot; &lt;Rail&gt;")
        );
        assert!(page.body.contains("value=\"call\" checked"));
        assert!(page.body.contains("id=\"phone-bad\""));
    }

    /// The policy lets the style in and nothing else: no script, no picture, no frame.
    #[test]
    fn nothing_but_the_style_may_run_or_load() {
        let headers = headers();
        let policy = &headers
            .iter()
            .find(|(name, _)| *name == "content-security-policy")
            .unwrap()
            .1;
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        let page = self::form(
            Words::of(Kind::Details, &["en"]),
            "Northline",
            "0123456789abcdef",
        )
        .body;
        for banned in [
            "<script", " style=", " onclick", " onload", " onerror", "src=", "@import", "url(",
        ] {
            assert!(!page.contains(banned), "{banned}");
        }
    }

    #[test]
    fn another_site_cannot_send_the_form() {
        let own = "https://help.example";
        for (origin, site, good) in [
            (Some(own), Some("same-origin"), true),
            (Some("null"), Some("same-origin"), true),
            (Some("null"), None, true),
            (None, None, true),
            (Some("https://evil.example"), None, false),
            (Some("null"), Some("cross-site"), false),
            (None, Some("same-site"), false),
            (Some(own), Some("cross-site"), false),
        ] {
            assert_eq!(is_own(origin, site, own), good, "{origin:?} {site:?}");
        }
    }
}
