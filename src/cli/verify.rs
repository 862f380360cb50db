//! `heard verify`: does a captured delivery verify, and if not, why not? Offline, for operators.
//!
//! The answer is one line on standard output: `accepted`, or `refused: REASON`. What would help is
//! on standard error.

use crate::platform::{self, Knock};
use crate::signature::{
    BadKey, Headers, Key, Refusal, SLACK_TIME, Scheme, TIKTOK_HEADER, TOLERANCE_S, ZENDESK_TIME,
    escape_unicode, verify,
};
use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// Say whether a captured delivery verifies, and if not why.
#[derive(Args)]
pub struct VerifyArgs {
    /// How the platform signs.
    #[arg(long, value_parser = scheme)]
    scheme: Scheme,
    /// A key, as the platform shows it; may be given several times.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// A file with a key on each line; may be given several times.
    #[arg(long = "key-file", value_name = "FILE")]
    key_files: Vec<PathBuf>,
    /// A header of the delivery: `Name: value`; give each.
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// The file with the raw body, byte for byte; `-` is standard input.
    #[arg(long, value_name = "FILE", required_unless_present = "url")]
    body: Option<PathBuf>,
    /// The request's method; a GET is a handshake, whose answer is shown.
    #[arg(long, default_value = "POST")]
    method: String,
    /// The request's URL; a handshake's question is in its query.
    #[arg(long)]
    url: Option<String>,
    /// When it arrived: epoch seconds; now by default.
    #[arg(long, value_name = "EPOCH_S", allow_negative_numbers = true)]
    now: Option<i64>,
}

fn scheme(name: &str) -> Result<Scheme, String> {
    Scheme::named(name).ok_or_else(|| {
        let names = Scheme::ALL.map(Scheme::as_str).join(", ");
        format!("no scheme of that name: one of {names}")
    })
}

/// Reads `Name: value`. Only the space after the colon is left out: the rest may be the mistake.
fn header(line: &str) -> Result<(String, String), String> {
    let (name, value) = line
        .split_once(':')
        .ok_or("a header is written `Name: value`")?;
    let value = value.strip_prefix(' ').unwrap_or(value);
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Runs `heard verify`.
pub fn run(args: VerifyArgs) -> Result<ExitCode> {
    let now_s = match args.now {
        Some(now_s) => now_s,
        None => i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?,
    };
    let mut secrets = args.keys;
    for file in &args.key_files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the key file {}", file.display()))?;
        let before = secrets.len();
        secrets.extend(text.split_whitespace().map(str::to_owned));
        if secrets.len() == before {
            return Ok(refused(&BadKey::Empty, &[]));
        }
    }
    let mut keys = Vec::new();
    for secret in &secrets {
        match Key::of(args.scheme, secret) {
            Ok(key) => keys.push(key),
            Err(why) => return Ok(refused(&why, &[])),
        }
    }
    if args.method.eq_ignore_ascii_case("GET") {
        return handshake(args.scheme, &keys, args.url.as_deref());
    }
    let body = match args.body {
        None => bail!("--body is missing: the file with the raw body"),
        Some(path) if path.as_os_str() == "-" => {
            let mut body = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut body)?;
            body
        }
        Some(path) => std::fs::read(&path)
            .with_context(|| format!("cannot read the body {}", path.display()))?,
    };
    let headers = Headers::new(&args.headers);
    Ok(match verify(args.scheme, &keys, headers, &body, now_s) {
        Ok(nth) => {
            println!("accepted");
            if keys.len() > 1 {
                eprintln!("signed with key {} of {}", nth + 1, keys.len());
            }
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            let delivery = Captured {
                scheme: args.scheme,
                keys: &keys,
                secrets: &secrets,
                headers: &args.headers,
                body: &body,
                now_s,
            };
            refused(&refusal, &delivery.hints(refusal))
        }
    })
}

fn refused(why: &impl std::fmt::Display, hints: &[String]) -> ExitCode {
    println!("refused: {why}");
    for hint in hints {
        eprintln!("hint: {hint}");
    }
    ExitCode::FAILURE
}

/// Answers a handshake as the Worker would.
fn handshake(scheme: Scheme, keys: &[Key], url: Option<&str>) -> Result<ExitCode> {
    let url = url.context("--url is missing: a handshake's question is in its query")?;
    let url = reqwest::Url::parse(url).context("--url is no URL")?;
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let knock = Knock {
        get: true,
        query: &query,
        body: &[],
    };
    Ok(match platform::handshake(scheme, keys, keys, &knock) {
        Some(welcome) if welcome.status == 200 => {
            println!("accepted");
            eprintln!(
                "the answer is 200, {}: {}",
                welcome.content_type, welcome.body
            );
            ExitCode::SUCCESS
        }
        Some(_) => refused(&"the verify token is none of the keys given", &[]),
        None => refused(&format!("this is no handshake of the scheme {scheme}"), &[]),
    })
}

/// A refused delivery, and what would have been accepted instead.
struct Captured<'a> {
    scheme: Scheme,
    keys: &'a [Key],
    secrets: &'a [String],
    headers: &'a [(String, String)],
    body: &'a [u8],
    now_s: i64,
}

impl Captured<'_> {
    /// What an operator should look at, most certain first.
    fn hints(&self, refusal: Refusal) -> Vec<String> {
        match refusal {
            Refusal::NoKey => vec!["give --key or --key-file".into()],
            Refusal::MissingHeader(_) => self.missing(),
            Refusal::BadPrefix { header, .. }
            | Refusal::WrongLength { header, .. }
            | Refusal::BadEncoding { header, .. } => self.encoding(header),
            Refusal::TooOld { .. } | Refusal::TooNew { .. } => self.clock(),
            Refusal::Mismatch => self.mismatch(),
            Refusal::DoubledHeader(_)
            | Refusal::NoKnownVersion(_)
            | Refusal::TooManySignatures(_)
            | Refusal::BadId(_)
            | Refusal::BadTimestamp(_) => Vec::new(),
        }
    }

    fn verifies(&self, keys: &[Key], headers: &[(String, String)], body: &[u8]) -> bool {
        // The clock is another question: ask at the signed time.
        let now_s = self.signed_s().unwrap_or(self.now_s);
        verify(self.scheme, keys, Headers::new(headers), body, now_s).is_ok()
    }

    fn with_body(&self, body: &[u8]) -> bool {
        self.verifies(self.keys, self.headers, body)
    }

    fn signed_s(&self) -> Option<i64> {
        match self.scheme {
            Scheme::Slack => self.value(SLACK_TIME)?.parse().ok(),
            Scheme::Zendesk => {
                let time = chrono::DateTime::parse_from_rfc3339(self.value(ZENDESK_TIME)?).ok()?;
                Some(time.timestamp())
            }
            Scheme::Tiktok => {
                let value = self.value(TIKTOK_HEADER)?.strip_prefix("t=")?;
                value.split(',').next()?.parse().ok()
            }
            _ => self
                .value("webhook-timestamp")
                .or_else(|| self.value("svix-timestamp"))?
                .parse()
                .ok(),
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn missing(&self) -> Vec<String> {
        let mut hints = Vec::new();
        if self.scheme == Scheme::Meta && self.value("x-hub-signature").is_some() {
            hints.push(
                "x-hub-signature is the old one (SHA-1): capture X-Hub-Signature-256 too".into(),
            );
        }
        for scheme in Scheme::ALL {
            let named = scheme
                .headers()
                .iter()
                .find(|name| name.contains("signature") || name.contains("secret-token"));
            if let Some(name) = named.filter(|name| self.value(name).is_some())
                && scheme != self.scheme
            {
                hints.push(format!("{name} is there: try --scheme {scheme}"));
            }
        }
        if hints.is_empty() {
            let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
            hints.push(match names.as_slice() {
                [] => "no header was given: --header 'Name: value' for each".into(),
                names => format!("these headers were given: {}", names.join(", ")),
            });
        }
        hints
    }

    /// Looks whether the digest is right in another encoding or behind another prefix.
    fn encoding(&self, header: &'static str) -> Vec<String> {
        let value = self.value(header).unwrap_or_default();
        let bare = value
            .trim()
            .trim_matches('"')
            .trim_start_matches("v1,")
            .trim_start_matches("v0=")
            .trim_start_matches("sha256=");
        let hex: Option<Vec<u8>> = (bare.len() == 64)
            .then(|| {
                bare.as_bytes()
                    .chunks(2)
                    .map(|pair| {
                        let pair = std::str::from_utf8(pair).ok()?;
                        u8::from_str_radix(pair, 16).ok()
                    })
                    .collect()
            })
            .flatten();
        let (found, digest) = match hex {
            Some(digest) => ("hex", digest),
            None => match BASE64.decode(bare) {
                Ok(digest) if digest.len() == 32 => ("base64", digest),
                _ => {
                    return vec![format!(
                        "after the prefix there are {} characters, and no SHA-256 digest in hex \
                         (64) or base64 (44): was it cut while it was copied?",
                        bare.len()
                    )];
                }
            },
        };
        let Some((prefix, encoding)) = written(self.scheme) else {
            return Vec::new();
        };
        let expected = match prefix {
            "" => encoding.to_owned(),
            prefix => format!("{prefix} and {encoding}"),
        };
        let proper = match encoding {
            "hex" => {
                let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{prefix}{hex}")
            }
            _ => format!("{prefix}{}", BASE64.encode(digest)),
        };
        let mended: Vec<(String, String)> = self
            .headers
            .iter()
            .map(|(name, value)| {
                let value = if name.eq_ignore_ascii_case(header) {
                    &proper
                } else {
                    value
                };
                (name.clone(), value.clone())
            })
            .collect();
        let holds = if self.verifies(self.keys, &mended, self.body) {
            "written so, it verifies: the key and the body are right"
        } else {
            "written so, it does not verify either: this is not the only mistake"
        };
        vec![format!(
            "the digest is there in {found}, where {expected} is expected; {holds}"
        )]
    }

    fn clock(&self) -> Vec<String> {
        let Some(signed_s) = self.signed_s() else {
            return Vec::new();
        };
        let off_s = self.now_s.abs_diff(signed_s);
        let mut hints = vec![format!(
            "signed at {signed_s}, looked at at {}: {off_s} s apart, {TOLERANCE_S} s allowed",
            self.now_s
        )];
        if self.with_body(self.body) {
            hints.push(format!(
                "the signature is right: with --now {signed_s} it is accepted"
            ));
        } else {
            hints.push(format!(
                "the signature is wrong too: try again with --now {signed_s}"
            ));
        }
        hints
    }

    /// Tries the changes that bodies and keys suffer on their way, one after the other.
    fn mismatch(&self) -> Vec<String> {
        let compact = without_spaces(self.body);
        let newline = |end: &[u8]| self.body.strip_suffix(end).map(<[u8]>::to_vec);
        let plus = |end: &[u8]| [self.body, end].concat();
        let changed: [(Option<Vec<u8>>, &str); 7] = [
            (
                newline(b"\r\n").or_else(|| newline(b"\n")),
                "the body has a newline at its end that was not signed: capture it byte for byte \
                 (curl --data-binary, printf instead of echo)",
            ),
            (
                Some(plus(b"\n")),
                "a newline at the body's end was signed and is lost: capture it byte for byte",
            ),
            (
                Some(plus(b"\r\n")),
                "a newline (CR LF) at the body's end was signed and is lost: capture it byte for byte",
            ),
            (
                self.body.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec),
                "the body begins with a byte order mark that was not signed: an editor added it",
            ),
            (
                Some(compact.clone()),
                "the body was laid out (spaces, line breaks) after signing: capture it raw",
            ),
            (
                as_meta(&compact, "/"),
                "the body was re-serialised: escapes such as \\/ that were signed are decoded in \
                 it; capture it before any JSON library reads it",
            ),
            (
                as_meta(&compact, "/@<%"),
                "the body was re-serialised: escapes such as \\/ and \\u0040 that were signed are \
                 decoded in it; capture it before any JSON library reads it",
            ),
        ];
        for (body, hint) in changed {
            if body.is_some_and(|body| body != self.body && self.with_body(&body)) {
                return vec![hint.into()];
            }
        }
        for secret in self.secrets {
            if let Some(hint) = self.other_key(secret) {
                return vec![hint];
            }
        }
        self.guesses()
    }

    /// Whether the secret, read in another way, is the key.
    fn other_key(&self, secret: &str) -> Option<String> {
        let verifies = |bytes: Vec<u8>| {
            Key::new(bytes).is_some_and(|key| self.verifies(&[key], self.headers, self.body))
        };
        if self.scheme == Scheme::Standard && verifies(secret.as_bytes().to_vec()) {
            return Some(
                "the sender signs with the text of the secret; Standard Webhooks decodes what \
                 follows `whsec_` from base64 first: tell the sender"
                    .into(),
            );
        }
        if let Ok(decoded) = BASE64.decode(secret)
            && verifies(decoded)
        {
            return Some("the sender signs with what the key's base64 decodes to".into());
        }
        let trimmed = secret.trim_matches(['"', '\'']);
        if trimmed != secret && verifies(trimmed.as_bytes().to_vec()) {
            return Some("the key is given with quotation marks: leave them out".into());
        }
        None
    }

    /// Nothing that was tried verifies: what is usually the matter.
    fn guesses(&self) -> Vec<String> {
        let mut hints = vec![match self.scheme {
            Scheme::Meta => {
                "wrong key? It is the app secret of the app whose webhook this is (Settings, \
                 Basic); with Instagram Login it is the Instagram app secret"
            }
            Scheme::X => {
                "wrong key? It is the consumer secret (API key secret) of the app; no bearer \
                 token, no access token secret"
            }
            Scheme::Standard => {
                "wrong key? It is this endpoint's own signing secret (whsec_...), not an API key"
            }
            Scheme::Discourse => "wrong key? It is the secret on the webhook's own page in Admin",
            Scheme::Mastodon => "wrong key? It is the secret on the webhook's page; rotating shows it",
            Scheme::Telegram => {
                "wrong token? It is the secret_token given to setWebhook, not the bot's token"
            }
            Scheme::Line => "wrong key? It is the channel secret, not the channel access token",
            Scheme::Viber => "wrong key? It is the bot's authentication token",
            Scheme::Linkedin => "wrong key? It is the client secret of the app",
            Scheme::Tiktok => "wrong key? It is the client secret of the app",
            Scheme::Slack => {
                "wrong key? It is the signing secret (Basic Information), not a token (xoxb-...)"
            }
            Scheme::Bluesky => "wrong password? It is Tap's TAP_ADMIN_PASSWORD; the user is admin",
            Scheme::Zendesk => {
                "wrong key? It is the signing secret of this webhook, as text; a test before saving \
                 is signed with Zendesk's published test secret"
            }
        }
        .to_owned()];
        let text = String::from_utf8_lossy(self.body);
        if self.scheme == Scheme::Meta
            && (!text.is_ascii() || text.replace("\\/", "").contains('/'))
        {
            hints.push(
                "the body holds characters that Meta escapes (non-ASCII, `/`): it is likely not \
                 what was sent, but what a JSON library made of it"
                    .into(),
            );
        }
        if !matches!(self.body.first(), Some(b'{' | b'[')) {
            hints.push("the body does not begin as JSON does".into());
        }
        if matches!(self.body.last(), Some(b'\n')) {
            hints.push("the body ends with a newline, which platforms do not send".into());
        }
        hints
    }
}

/// What stands before a scheme's digest, and how the digest is written; `None` where there is none,
/// or not alone.
fn written(scheme: Scheme) -> Option<(&'static str, &'static str)> {
    match scheme {
        Scheme::Meta | Scheme::Discourse | Scheme::Mastodon => Some(("sha256=", "hex")),
        Scheme::X => Some(("sha256=", "base64")),
        Scheme::Standard => Some(("v1,", "base64")),
        Scheme::Line | Scheme::Zendesk => Some(("", "base64")),
        Scheme::Viber | Scheme::Linkedin => Some(("", "hex")),
        Scheme::Slack => Some(("v0=", "hex")),
        Scheme::Tiktok | Scheme::Telegram | Scheme::Bluesky => None,
    }
}

/// A JSON text without the white space between its tokens.
fn without_spaces(body: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let mut escaped = false;
    body.iter()
        .copied()
        .filter(|byte| {
            if inside {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => inside = false,
                    _ => {}
                }
                return true;
            }
            inside = *byte == b'"';
            !byte.is_ascii_whitespace()
        })
        .collect()
}

/// A JSON text as Meta writes it: ASCII alone, `/` as `\/` and the rest of `also` as `\u00XX`.
fn as_meta(body: &[u8], also: &str) -> Option<Vec<u8>> {
    let mut text = String::from_utf8(body.to_vec()).ok()?;
    for c in also.chars() {
        text = match c {
            '/' => text.replace("\\/", "/").replace('/', "\\/"),
            c => text.replace(c, &format!("\\u{:04x}", c as u32)),
        };
    }
    escape_unicode(text.as_bytes()).or(Some(text.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::{META_HEADER, X_HEADER, sign};

    /// Hints for `body`, where `signed` was signed with `key`, and the keys given are `keys`.
    fn hints(scheme: Scheme, signed: &[u8], body: &[u8], key: &[u8], secrets: &[&str]) -> String {
        let key = Key::new(key).unwrap();
        let headers = sign(scheme, &key, "msg_1", 1_700_000_000, signed);
        let secrets: Vec<String> = secrets.iter().map(|s| (*s).to_owned()).collect();
        let keys: Vec<Key> = secrets
            .iter()
            .map(|secret| Key::of(scheme, secret).unwrap())
            .collect();
        let captured = Captured {
            scheme,
            keys: &keys,
            secrets: &secrets,
            headers: &headers,
            body,
            now_s: 1_700_000_000,
        };
        let refusal = verify(scheme, &keys, Headers::new(&headers), body, 1_700_000_000)
            .expect_err("refused");
        captured.hints(refusal).join("\n")
    }

    #[test]
    fn tells_what_became_of_the_body() {
        let meta = |signed: &str, body: &str| {
            hints(
                Scheme::Meta,
                signed.as_bytes(),
                body.as_bytes(),
                b"k",
                &["k"],
            )
        };
        assert!(meta("{}", "{}\n").contains("newline at its end"));
        assert!(meta("{}\n", "{}").contains("is lost"));
        assert!(meta(r#"{"a":"b c"}"#, "{\n  \"a\": \"b c\"\n}").contains("laid out"));
        // Decoded escapes alone are no reason to refuse; the added space is.
        assert!(meta(r#"{"a":"\u00e4"}"#, r#"{"a": "ä"}"#).contains("laid out"));
        assert!(meta(r#"{"a":"\/"}"#, r#"{"a":"/"}"#).contains("re-serialised"));
        assert!(meta(r#"{"a":"\/\u0040\u00e4"}"#, r#"{"a":"/@ä"}"#).contains("re-serialised"));
        assert!(meta("{}", r#"{"a":"ä"}"#).contains("wrong key?"));
    }

    #[test]
    fn tells_what_is_wrong_with_the_key() {
        let body = b"{}";
        let text = b"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
        let secret = std::str::from_utf8(text).unwrap();
        let hint = hints(Scheme::Standard, body, body, text, &[secret]);
        assert!(hint.contains("the text of the secret"), "{hint}");
        let hint = hints(Scheme::X, body, body, b"quoted", &["\"quoted\""]);
        assert!(hint.contains("quotation marks"), "{hint}");
        let hint = hints(Scheme::X, body, body, b"one", &["two"]);
        assert!(hint.contains("consumer secret"), "{hint}");
    }

    fn with_headers(scheme: Scheme, headers: &[(&str, String)], now_s: i64) -> (Refusal, String) {
        let headers: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let keys = [Key::new("k").unwrap()];
        let captured = Captured {
            scheme,
            keys: &keys,
            secrets: &[],
            headers: &headers,
            body: b"{}",
            now_s,
        };
        let refusal =
            verify(scheme, &keys, Headers::new(&headers), b"{}", now_s).expect_err("refused");
        (refusal, captured.hints(refusal).join("\n"))
    }

    #[test]
    fn tells_what_is_wrong_with_the_header() {
        let key = Key::new("k").unwrap();
        let value = |scheme| sign(scheme, &key, "msg_1", 5, b"{}").pop().unwrap().1;
        let (refusal, hint) = with_headers(Scheme::X, &[(X_HEADER, value(Scheme::Meta))], 5);
        assert_eq!(refusal.as_str(), "wrong_length");
        assert!(hint.contains("in hex, where"), "{hint}");
        assert!(hint.contains("the key and the body are right"), "{hint}");
        let (_, hint) = with_headers(Scheme::Meta, &[(META_HEADER, value(Scheme::X))], 5);
        assert!(hint.contains("in base64, where"), "{hint}");
        let (_, hint) = with_headers(Scheme::Meta, &[(X_HEADER, value(Scheme::X))], 5);
        assert!(hint.contains("--scheme x"), "{hint}");
        let (_, hint) = with_headers(Scheme::Meta, &[("x-hub-signature", "sha1=".into())], 5);
        assert!(hint.contains("SHA-1"), "{hint}");
    }

    #[test]
    fn tells_whether_an_expired_signature_is_right() {
        let key = Key::new("k").unwrap();
        let headers = sign(Scheme::Standard, &key, "msg_1", 1_700_000_000, b"{}");
        let headers: Vec<(&str, String)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let (refusal, hint) = with_headers(Scheme::Standard, &headers, 1_700_000_400);
        assert_eq!(refusal, Refusal::TooOld { by_s: 100 });
        assert!(hint.contains("--now 1700000000 it is accepted"), "{hint}");
    }

    #[test]
    fn every_scheme_tells_what_to_look_at() {
        for scheme in Scheme::ALL {
            let hint = hints(scheme, b"{}", b"{}", b"one", &[other(scheme)]);
            assert!(hint.contains("wrong"), "{scheme}: {hint}");
            let compared = matches!(scheme, Scheme::Telegram | Scheme::Bluesky);
            let secret = other(scheme);
            let key = Key::of(scheme, secret).unwrap();
            if !compared {
                let hint = hints(scheme, b"{}", b"{}\n", key.expose(), &[secret]);
                assert!(hint.contains("newline at its end"), "{scheme}: {hint}");
            }
            let headers = sign(scheme, &key, "msg_1", 1_700_000_000, b"{}");
            let keys = [key];
            let captured = Captured {
                scheme,
                keys: &keys,
                secrets: &[],
                headers: &headers,
                body: b"{}",
                now_s: 1_700_000_400,
            };
            let verdict = verify(scheme, &keys, Headers::new(&headers), b"{}", 1_700_000_400);
            if let Err(refusal) = verdict {
                let hint = captured.hints(refusal).join("\n");
                assert!(
                    hint.contains("--now 1700000000 it is accepted"),
                    "{scheme}: {hint}"
                );
            }
            // Nothing of the request, and no key, is repeated in a reason.
            let bare = Captured {
                headers: &[],
                ..captured
            };
            let refusal = verify(scheme, &keys, Headers::new(&[]), b"{}", 5).expect_err("refused");
            assert_eq!(refusal.as_str(), "missing_header");
            assert!(
                bare.hints(refusal)
                    .join("\n")
                    .contains("no header was given")
            );
        }
    }

    /// A secret of the scheme's form.
    fn other(scheme: Scheme) -> &'static str {
        match scheme {
            Scheme::Standard => "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
            _ => "two",
        }
    }

    #[test]
    fn headers_keep_what_may_be_the_mistake() {
        assert_eq!(header("A: b ").unwrap(), ("A".into(), "b ".into()));
        assert_eq!(header("A:b:c").unwrap(), ("A".into(), "b:c".into()));
        assert!(header("nothing").is_err());
    }
}
