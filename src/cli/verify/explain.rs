//! Why a captured delivery is refused, as an operator needs it: what was tried on it, and what of that
//! would have been accepted. No key and no part of a body is repeated in what is said.

use crate::signature::scheme::{Encoding, Proof, SecretForm, Shown, Signed, Time};
use crate::signature::scheme::{Scheme, TOLERANCE_S};
use crate::signature::{Headers, Key, Refusal, escape_unicode, verify};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// A refused delivery, and what would have been accepted instead.
pub(super) struct Captured<'a> {
    pub scheme: Scheme,
    pub keys: &'a [Key],
    pub secrets: &'a [String],
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
    pub now_s: i64,
}

impl Captured<'_> {
    /// What an operator should look at, most certain first.
    pub fn hints(&self, refusal: Refusal) -> Vec<String> {
        match refusal {
            Refusal::NoKey => vec!["give --key or --key-file".into()],
            Refusal::MissingHeader(header) => self.missing(header),
            Refusal::BadPrefix { header, .. }
            | Refusal::WrongLength { header, .. }
            | Refusal::BadEncoding { header, .. } => self.encoding(header),
            Refusal::TooOld { .. } | Refusal::TooNew { .. } => self.clock(),
            Refusal::Mismatch => self.mismatch(),
            Refusal::BadTimestamp(header) => vec![self.timestamp(header)],
            Refusal::DoubledHeader(header) => vec![format!(
                "give {header} as the platform sent it, once: a value with a comma and a space inside is \
                 two that a proxy joined"
            )],
            Refusal::NoKnownVersion(_)
            | Refusal::TooManySignatures(_)
            | Refusal::BadId(_)
            | Refusal::Challenge => Vec::new(),
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

    fn signed(&self) -> Option<&'static Signed> {
        match &self.scheme.row().proof {
            Proof::Signed(signed) => Some(signed),
            Proof::Shown { .. } => None,
        }
    }

    /// The signed time, as it is written.
    fn time(&self) -> Option<&str> {
        let signed = self.signed()?;
        let mut families = signed.headers.iter();
        match signed.time {
            Time::Unsigned => None,
            Time::Seconds | Time::Rfc3339 => families.find_map(|names| self.value(names.time?)),
            Time::Inside { opens, .. } => {
                let value = families.find_map(|names| self.value(names.signature))?;
                value.strip_prefix(opens).unwrap_or(value).split(',').next()
            }
        }
    }

    fn signed_s(&self) -> Option<i64> {
        let time = self.time()?;
        match self.signed()?.time {
            Time::Rfc3339 => {
                let time = chrono::DateTime::parse_from_rfc3339(time).ok()?;
                Some(time.timestamp())
            }
            Time::Unsigned | Time::Seconds | Time::Inside { .. } => time.parse().ok(),
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The header is not there: is it there under another name, or does nobody sign?
    fn missing(&self, header: &'static str) -> Vec<String> {
        let moved = self.headers.iter().find(|(_, value)| {
            let mut headers = self.headers.to_vec();
            headers.push((header.to_owned(), value.clone()));
            self.verifies(self.keys, &headers, self.body)
        });
        if let Some((name, _)) = moved {
            return vec![format!(
                "{name} holds the right signature, which belongs into {header}: which proxy renames it?"
            )];
        }
        let mut hints = Vec::new();
        if let Some((mistaken, hint)) = self.scheme.row().mistaken
            && self.value(mistaken).is_some()
        {
            hints.push(hint.into());
        }
        for scheme in Scheme::ALL {
            let named = telling(scheme)
                .into_iter()
                .find(|name| self.value(name).is_some());
            if let Some(name) = named
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
        hints.extend(self.scheme.row().unsigned.map(str::to_owned));
        hints
    }

    /// A time that is not written as it must be.
    fn timestamp(&self, header: &'static str) -> String {
        let how = match self.signed().map(|signed| signed.time) {
            Some(Time::Rfc3339) => "a date such as 2026-11-22T10:00:00Z",
            _ => "seconds since 1970",
        };
        let value = self.time().unwrap_or_default();
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        let found = match (digits, value.len()) {
            (true, 13..) => "it is in milliseconds or finer",
            (true, _) => "it is a number",
            (false, _) if value.contains('T') => "it is a date",
            (false, 0) => "it is empty",
            (false, _) => "it holds other characters than digits",
        };
        format!(
            "{header} must hold {how}; {found}. It is signed too, so nothing but the sender can mend it"
        )
    }

    /// Looks whether the digest is right in another encoding or behind another prefix.
    fn encoding(&self, header: &'static str) -> Vec<String> {
        let value = self.value(header).unwrap_or_default();
        // TikTok's stands behind its time.
        let (before, rest) = match self.signed().map(|signed| signed.time) {
            Some(Time::Inside { closes, .. }) => match value.split_once(closes) {
                Some((time, rest)) => (format!("{time}{closes}"), rest),
                None => (String::new(), value),
            },
            _ => (String::new(), value),
        };
        let bare = Scheme::ALL
            .iter()
            .fold(
                rest.trim().trim_matches('"'),
                |rest, scheme| match &scheme.row().proof {
                    Proof::Signed(signed) => {
                        let rest = rest.strip_prefix(signed.prefix).unwrap_or(rest);
                        rest.strip_prefix(signed.optional).unwrap_or(rest)
                    }
                    Proof::Shown { .. } => rest,
                },
            );
        if rest.trim().starts_with("sha1=") || (bare.len() == 40 && is_hex(bare)) {
            return vec![
                "this is a SHA-1 signature (40 characters of hex), which nothing here is signed with: \
                 capture the SHA-256 one"
                    .into(),
            ];
        }
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
        let Some(signed) = self.signed() else {
            return Vec::new();
        };
        let (prefix, encoding) = (signed.prefix, signed.encoding);
        let expected = match prefix {
            "" => encoding.as_str().to_owned(),
            prefix => format!("{prefix} and {}", encoding.as_str()),
        };
        let proper = match encoding {
            Encoding::Hex => {
                let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{before}{prefix}{hex}")
            }
            Encoding::Base64 => format!("{before}{prefix}{}", BASE64.encode(digest)),
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
        if signed_s > 100_000_000_000 {
            return vec!["the signed time is in milliseconds, where seconds belong".into()];
        }
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
        if let Proof::Shown { header, form } = &self.scheme.row().proof {
            let value = self.value(header).unwrap_or_default();
            return match form {
                Shown::Bare => self.token(value),
                Shown::Basic(user) => self.password(value, user),
            };
        }
        let newline = |end: &[u8]| self.body.strip_suffix(end).map(<[u8]>::to_vec);
        let plus = |end: &[u8]| Some([self.body, end].concat());
        let changed = [
            (
                newline(b"\r\n").or_else(|| newline(b"\n")),
                "the body has a newline at its end that was not signed: capture it byte for byte \
                 (curl --data-binary, printf instead of echo)",
            ),
            (
                plus(b"\n"),
                "a newline at the body's end was signed and is lost: capture it byte for byte",
            ),
            (
                plus(b"\r\n"),
                "a newline (CR LF) at the body's end was signed and is lost: capture it byte for byte",
            ),
            (
                self.body.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec),
                "the body begins with a byte order mark that was not signed: an editor added it",
            ),
        ];
        for (body, hint) in changed {
            if body.is_some_and(|body| self.with_body(&body)) {
                return vec![hint.into()];
            }
        }
        if let Some(hint) = self.reserialised() {
            return vec![hint];
        }
        for secret in self.secrets {
            if let Some(hint) = self.other_key(secret) {
                return vec![hint];
            }
        }
        self.guesses()
    }

    /// Whether the body, written as another JSON library writes it, is what was signed.
    fn reserialised(&self) -> Option<String> {
        let compact = without_spaces(self.body);
        let layouts = [
            (compact.clone(), "without spaces between its parts"),
            (spaced(&compact), "with a space after each comma and colon"),
        ];
        // As Meta writes it, all but two of which PHP and older libraries share; as Rails and Go do.
        const ESCAPES: [(&str, &str); 5] = [
            ("", ""),
            ("/", "with \\/ for each slash"),
            ("/@<%", "with escapes such as \\/ and \\u0040"),
            ("<>&", "with \\u003c, \\u003e and \\u0026 for <, > and &"),
            ("unicode", "with \\u escapes for what is not ASCII"),
        ];
        for (layout, how) in &layouts {
            for (also, escapes) in ESCAPES {
                let Some(body) = written_with(layout, also) else {
                    continue;
                };
                if body == self.body || !self.with_body(&body) {
                    continue;
                }
                let laid_out = *layout != self.body;
                return Some(match (laid_out, escapes) {
                    (_, "") => format!(
                        "the body was laid out anew after signing (it was signed {how}): capture it raw, \
                         before any JSON library reads it"
                    ),
                    (_, escapes) => format!(
                        "the body was re-serialised: it was signed {escapes}, which are decoded in it; \
                         capture it before any JSON library reads it"
                    ),
                });
            }
        }
        None
    }

    /// Telegram's token is compared as it is.
    fn token(&self, value: &str) -> Vec<String> {
        let is = |text: &[u8]| self.keys.iter().any(|key| key.expose() == text);
        let hint = if is(value.trim().trim_matches('"').as_bytes()) {
            "the token is right but for white space or quotation marks around it"
        } else if BASE64.decode(value).is_ok_and(|token| is(&token)) {
            "the token is right, written in base64: Telegram sends it as it is"
        } else if self
            .keys
            .iter()
            .any(|key| key.expose().eq_ignore_ascii_case(value.as_bytes()))
        {
            "the token differs in upper and lower case alone: it is compared exactly"
        } else if value
            .split_once(':')
            .is_some_and(|(bot, _)| !bot.is_empty() && bot.bytes().all(|b| b.is_ascii_digit()))
        {
            "this looks like the bot's own token, which belongs into no header: \
             wrong token? It is the secret_token given to setWebhook"
        } else {
            return self.guesses();
        };
        vec![hint.into()]
    }

    /// Tap's `Authorization`, which is HTTP Basic.
    fn password(&self, value: &str, right: &str) -> Vec<String> {
        let Some(encoded) = value.strip_prefix("Basic ") else {
            let kind = value.split(' ').next().unwrap_or_default();
            let known = ["Bearer", "basic", "BASIC", "Digest"].contains(&kind);
            return vec![format!(
                "Tap sends `Authorization: Basic ...`; this one {}",
                if known {
                    format!("begins with {kind}")
                } else {
                    "does not begin with Basic".into()
                }
            )];
        };
        let pair = BASE64.decode(encoded).ok();
        let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
        let hint = match pair.as_deref().map(|pair| pair.split_once(':')) {
            None => "what follows Basic is not base64: was it cut, or is it the password itself?",
            Some(None) => {
                "what follows Basic decodes to no user and password: Tap sends admin:PASSWORD"
            }
            Some(Some((user, _))) if user != right => {
                "the user is not admin: this is not Tap, or a proxy's own login"
            }
            Some(Some(_)) => return self.guesses(),
        };
        vec![hint.into()]
    }

    /// Whether the secret, read in another way, is the key.
    fn other_key(&self, secret: &str) -> Option<String> {
        let verifies = |bytes: Vec<u8>| {
            Key::new(bytes).is_some_and(|key| self.verifies(&[key], self.headers, self.body))
        };
        let row = &self.scheme.row().secret;
        if row.form == SecretForm::Whsec && verifies(secret.as_bytes().to_vec()) {
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
        if let Some((test, hint)) = row.test
            && verifies(test.as_bytes().to_vec())
        {
            return Some(hint.into());
        }
        if is_hex(secret) && verifies(bytes_of_hex(secret)) {
            return Some(
                "the sender signs with the bytes that the key writes in hex; the platform signs with its \
                 text: this was not sent by the platform"
                    .into(),
            );
        }
        let trimmed = secret.trim_matches(['"', '\'']);
        if trimmed != secret && verifies(trimmed.as_bytes().to_vec()) {
            return Some("the key is given with quotation marks: leave them out".into());
        }
        None
    }

    /// Nothing that was tried verifies: what is usually the matter.
    fn guesses(&self) -> Vec<String> {
        let mut hints = vec![self.scheme.row().secret.hint.to_owned()];
        let Some(signed) = self.signed() else {
            return hints;
        };
        hints.push(
            "or another body: it must be the bytes that arrived, not what a framework parsed and wrote \
             again (order of keys, numbers, spaces, escapes)"
                .into(),
        );
        let text = String::from_utf8_lossy(self.body);
        if signed.escaped && (!text.is_ascii() || text.replace("\\/", "").contains('/')) {
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

/// The headers by which a delivery is known to be of a scheme.
fn telling(scheme: Scheme) -> Vec<&'static str> {
    match &scheme.row().proof {
        Proof::Signed(signed) => signed.headers.iter().map(|n| n.signature).collect(),
        Proof::Shown {
            header,
            form: Shown::Bare,
        } => vec![header],
        // Others log in so too.
        Proof::Shown {
            form: Shown::Basic(_),
            ..
        } => Vec::new(),
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
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

/// A JSON text without white space between its tokens, with a space after each comma and colon.
fn spaced(compact: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let mut escaped = false;
    let mut out = Vec::with_capacity(compact.len() + compact.len() / 4);
    for byte in compact.iter().copied() {
        out.push(byte);
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b',' | b':' if !inside => out.push(b' '),
            _ => {}
        }
    }
    out
}

/// A JSON text with more escapes: `/` as `\/`, other characters as `\u00XX`, and, with a slash among
/// them or for `unicode`, everything outside ASCII.
fn written_with(body: &[u8], also: &str) -> Option<Vec<u8>> {
    let mut text = String::from_utf8(body.to_vec()).ok()?;
    if also == "unicode" {
        return escape_unicode(body);
    }
    for c in also.chars() {
        text = match c {
            '/' => text.replace("\\/", "/").replace('/', "\\/"),
            c => text.replace(c, &format!("\\u{:04x}", c as u32)),
        };
    }
    if also.starts_with('/') {
        return escape_unicode(text.as_bytes()).or(Some(text.into_bytes()));
    }
    Some(text.into_bytes())
}

/// The bytes that hex digits write, an odd one left out.
fn bytes_of_hex(hex: &str) -> Vec<u8> {
    let (pairs, _) = hex.as_bytes().as_chunks::<2>();
    pairs
        .iter()
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests;
