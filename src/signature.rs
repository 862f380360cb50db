//! Signature schemes, keys, and the one question asked before a body is read: who signed it?
//!
//! Everything works on the raw bytes as they arrived. Nothing is decoded, parsed or re-serialised
//! first: Meta escapes characters (`\/`, `\u0040`) that a round trip through a JSON library loses,
//! and a body that is not UTF-8 still has a signature.
//!
//! Digests are compared decoded and in constant time ([`hmac::Mac::verify_slice`]). A header is
//! read strictly: the exact prefix, the exact length, one time. Upper-case hex is the same digest
//! and accepted; text around the digest is not.
//!
//! How each platform signs is a row in [`scheme`]; [`sign`] signs as they do, and knows no row.

pub mod scheme;
pub mod sign;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use scheme::{
    Encoding, MAX_SIGNATURES, Names, Part, Proof, Row, Scheme, SecretForm, Shown, Signed,
    TOLERANCE_S, Time,
};
use sha2::{Digest as _, Sha256};
use std::fmt;

type HmacSha256 = Hmac<Sha256>;

/// Secret bytes: a signing key, a handshake token, a reply credential. Never empty, never shown.
#[derive(Clone)]
pub struct Key {
    bytes: Vec<u8>,
    /// HMAC with the key already in it, so that a verification starts at the body.
    mac: HmacSha256,
}

/// Why a secret is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKey {
    /// There is nothing in it. Everybody knows the empty key.
    Empty,
    /// It begins or ends with white space: a mistake of copying, and it would be part of the key.
    Space,
    /// It is not `whsec_` and base64.
    Encoding,
    /// It is the public or private half of an asymmetric pair (`whpk_`, `whsk_`).
    Asymmetric,
}

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadKey::Empty => "the key is empty",
            BadKey::Space => "the key begins or ends with white space: copy it again without",
            BadKey::Encoding => "a Standard Webhooks secret is `whsec_` followed by base64",
            BadKey::Asymmetric => {
                "this is an Ed25519 key (whpk_, whsk_): ask the sender for a `whsec_` secret"
            }
        })
    }
}

impl std::error::Error for BadKey {}

impl Key {
    /// Wraps the bytes; `None` where there are none.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return None;
        }
        // HMAC takes a key of any length, so this never fails; if it did, there would be no key.
        let mac = HmacSha256::new_from_slice(&bytes).ok()?;
        Some(Self { bytes, mac })
    }

    /// Reads a secret as the platform shows it: text is the key itself, except for Standard
    /// Webhooks, whose `whsec_` (optional, as in its libraries) stands before base64.
    ///
    /// # Errors
    /// Why the text is no key.
    pub fn of(scheme: Scheme, secret: &str) -> Result<Self, BadKey> {
        if secret.trim().is_empty() {
            return Err(BadKey::Empty);
        }
        if secret.trim() != secret {
            return Err(BadKey::Space);
        }
        let bytes = match scheme.row().secret.form {
            SecretForm::Whsec => {
                if secret.starts_with("whpk_") || secret.starts_with("whsk_") {
                    return Err(BadKey::Asymmetric);
                }
                let encoded = secret.strip_prefix("whsec_").unwrap_or(secret);
                BASE64.decode(encoded).map_err(|_| BadKey::Encoding)?
            }
            SecretForm::Text(_) => secret.as_bytes().to_vec(),
        };
        Self::new(bytes).ok_or(BadKey::Empty)
    }

    /// The secret bytes, for the one place that needs them.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// What a key is called where people talk of it: eight hex digits that tell it from its like, and
    /// from which nobody gets it back.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new()
            .chain_update("heard key id")
            .chain_update(&self.bytes)
            .finalize();
        let first = digest.iter().take(4);
        first.map(|byte| format!("{byte:02x}")).collect()
    }

    /// HMAC-SHA256 of `message` under this key.
    pub fn hmac(&self, message: &[u8]) -> Vec<u8> {
        self.mac([message]).finalize().into_bytes().to_vec()
    }

    /// Whether `digest` is the HMAC-SHA256 of `message` under this key; compared in constant time.
    pub fn verifies(&self, message: &[u8], digest: &[u8]) -> bool {
        self.mac([message]).verify_slice(digest).is_ok()
    }

    /// The HMAC of `parts`, one after the other, under this key.
    pub(super) fn mac<'p>(&self, parts: impl IntoIterator<Item = &'p [u8]>) -> HmacSha256 {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

/// HMAC-SHA256 of `message` under `key`, as lower-case hex: what LinkedIn's handshake answers with.
pub fn hmac_hex(key: &Key, message: &[u8]) -> String {
    hex_of(key.mac([message]))
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn hex_of(mac: HmacSha256) -> String {
    hex(&mac.finalize().into_bytes())
}

pub(super) fn base64(mac: HmacSha256) -> String {
    BASE64.encode(mac.finalize().into_bytes())
}

/// HMAC-SHA256 of `message` under `key`, as base64: what X's handshake answers with.
pub fn hmac_base64(key: &Key, message: &[u8]) -> String {
    base64(key.mac([message]))
}

/// A request's headers: names in any case.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a>(&'a [(String, String)]);

impl<'a> Headers<'a> {
    /// Wraps name and value pairs as they arrived.
    pub fn new(pairs: &'a [(String, String)]) -> Self {
        Self(pairs)
    }

    /// The value of a header that must be there exactly once.
    ///
    /// Workers join a header that came twice by `", "`, so a value with that inside counts as two:
    /// none of the headers read here has it of its own.
    pub fn one(self, name: &'static str) -> Result<&'a str, Refusal> {
        let mut found = self.0.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (None, _) => Err(Refusal::MissingHeader(name)),
            (Some((_, value)), None) if !value.contains(", ") => Ok(value),
            _ => Err(Refusal::DoubledHeader(name)),
        }
    }

    /// Whether the header is there at all.
    pub fn has(self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
    }
}

/// Why a delivery is refused. For an operator: a platform is told nothing but 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No key is configured.
    NoKey,
    /// The header is not there.
    MissingHeader(&'static str),
    /// The header is there more than once.
    DoubledHeader(&'static str),
    /// The header's value does not begin as the scheme says.
    BadPrefix {
        /// Which header.
        header: &'static str,
        /// How it must begin.
        expected: &'static str,
    },
    /// The signature is not of the length of a SHA-256 digest.
    WrongLength {
        /// Which header.
        header: &'static str,
        /// Its encoding: `hex` or `base64`.
        encoding: &'static str,
        /// How many characters it must have after the prefix.
        expected: usize,
    },
    /// The signature is not in the scheme's encoding.
    BadEncoding {
        /// Which header.
        header: &'static str,
        /// The encoding it must have: `hex` or `base64`.
        encoding: &'static str,
    },
    /// The list holds no signature of a version known here (`v1`).
    NoKnownVersion(&'static str),
    /// The list holds more signatures than any sender needs.
    TooManySignatures(&'static str),
    /// The delivery's id is empty or holds a dot, which would make the signed text ambiguous.
    BadId(&'static str),
    /// The time is not written as the scheme writes it.
    BadTimestamp(&'static str),
    /// The signed time is too long ago.
    TooOld {
        /// By how many seconds past the tolerance.
        by_s: u64,
    },
    /// The signed time is too far ahead.
    TooNew {
        /// By how many seconds past the tolerance.
        by_s: u64,
    },
    /// No configured key made this signature over these bytes.
    Mismatch,
    /// A handshake asks us to sign what may be a delivery.
    Challenge,
}

impl Refusal {
    /// The stable name used in counters and logs: no part of the request is in it.
    pub fn as_str(self) -> &'static str {
        match self {
            Refusal::NoKey => "no_key",
            Refusal::MissingHeader(_) => "missing_header",
            Refusal::DoubledHeader(_) => "doubled_header",
            Refusal::BadPrefix { .. } => "bad_prefix",
            Refusal::WrongLength { .. } => "wrong_length",
            Refusal::BadEncoding { .. } => "bad_encoding",
            Refusal::NoKnownVersion(_) => "no_known_version",
            Refusal::TooManySignatures(_) => "too_many_signatures",
            Refusal::BadId(_) => "bad_id",
            Refusal::BadTimestamp(_) => "bad_timestamp",
            Refusal::TooOld { .. } => "too_old",
            Refusal::TooNew { .. } => "too_new",
            Refusal::Mismatch => "mismatch",
            Refusal::Challenge => "challenge",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoKey => f.write_str("no key is configured: set the scheme's secret"),
            Refusal::MissingHeader(name) => write!(
                f,
                "header {name} is missing: the sender does not sign, or a proxy drops it"
            ),
            Refusal::DoubledHeader(name) => write!(
                f,
                "header {name} is there more than once: look for a proxy that adds its own"
            ),
            Refusal::BadPrefix { header, expected } => {
                write!(f, "header {header} does not begin with `{expected}`")
            }
            Refusal::WrongLength {
                header,
                encoding,
                expected,
            } => write!(
                f,
                "the signature in {header} is not {expected} characters of {encoding}: it was cut, \
                 or is of another scheme"
            ),
            Refusal::BadEncoding { header, encoding } => write!(
                f,
                "the signature in {header} is not {encoding}: it was changed on the way, or is of \
                 another scheme"
            ),
            Refusal::NoKnownVersion(header) => write!(
                f,
                "{header} holds no `v1,` signature: ask the sender for a symmetric (whsec_) secret"
            ),
            Refusal::TooManySignatures(header) => write!(
                f,
                "{header} lists more than {MAX_SIGNATURES} signatures: no sender needs as many"
            ),
            Refusal::BadId(header) => {
                write!(
                    f,
                    "{header} is empty or holds a dot: the sender must change it"
                )
            }
            Refusal::BadTimestamp(header) => {
                write!(f, "{header} holds no time as the scheme writes it")
            }
            Refusal::TooOld { by_s } => write!(
                f,
                "signed too long ago, by {by_s} s past the {TOLERANCE_S} s allowed: a replay, or a \
                 clock that is wrong"
            ),
            Refusal::TooNew { by_s } => write!(
                f,
                "signed in the future, by {by_s} s past the {TOLERANCE_S} s allowed: the sender's \
                 clock or ours is wrong"
            ),
            Refusal::Mismatch => f.write_str(
                "no configured key made this signature over these bytes: another key, or the body \
                 was changed after signing",
            ),
            Refusal::Challenge => f.write_str(
                "a handshake asked for the signature of what the platform never asks for, and what \
                 a forged delivery could be: somebody tries to have one signed",
            ),
        }
    }
}

impl std::error::Error for Refusal {}

/// A SHA-256 digest.
type Digest = [u8; 32];

/// Verifies a delivery: the index in `keys` of the key that signed it.
///
/// `body` is the raw body, `now_s` the time in epoch seconds. Cost: one hash of the body for each
/// key, twice for Meta where the body is not ASCII.
///
/// # Errors
/// Why it is refused.
pub fn verify(
    scheme: Scheme,
    keys: &[Key],
    headers: Headers<'_>,
    body: &[u8],
    now_s: i64,
) -> Result<usize, Refusal> {
    by_row(scheme.row(), keys, headers, body, now_s)
}

/// Verifies a delivery by a row.
fn by_row(
    row: &Row,
    keys: &[Key],
    headers: Headers<'_>,
    body: &[u8],
    now_s: i64,
) -> Result<usize, Refusal> {
    if keys.is_empty() {
        return Err(Refusal::NoKey);
    }
    match &row.proof {
        Proof::Signed(signed) => signed.signer(keys, headers, body, now_s),
        Proof::Shown { header, form } => {
            let value = headers.one(header)?.as_bytes();
            shown(keys, |key| match form {
                Shown::Bare => same(key.expose(), value),
                Shown::Basic(user) => same(basic(user, key).as_bytes(), value),
            })
        }
    }
}

impl Signed {
    /// Which key signed.
    fn signer(
        &self,
        keys: &[Key],
        headers: Headers<'_>,
        body: &[u8],
        now_s: i64,
    ) -> Result<usize, Refusal> {
        let names = self.names(headers)?;
        let id = match names.id {
            Some(header) => id(headers.one(header)?, header)?,
            None => "",
        };
        let (time, value) = self.time_and_value(names, headers, now_s)?;
        let (one, several);
        let digests: &[Digest] = if self.list {
            several = self.listed(value, names.signature)?;
            &several
        } else {
            one = [self.digest(value, names.signature)?];
            &one
        };
        let by = |body: &[u8]| {
            keys.iter().position(|key| {
                let mac = key.mac(self.over.iter().map(|part| match part {
                    Part::Text(text) => text.as_bytes(),
                    Part::Id => id.as_bytes(),
                    Part::Time => time.as_bytes(),
                    Part::Body => body,
                }));
                let mut digests = digests.iter();
                digests.any(|digest| mac.clone().verify_slice(digest).is_ok())
            })
        };
        by(body)
            .or_else(|| {
                let escaped = self.escaped.then(|| escape_unicode(body)).flatten()?;
                by(&escaped)
            })
            .ok_or(Refusal::Mismatch)
    }

    /// The headers that are there; where none is, the first are missing.
    fn names(&self, headers: Headers<'_>) -> Result<&Names, Refusal> {
        let there = |names: &&Names| headers.has(names.signature);
        let names = self.headers.iter().find(there);
        names.or(self.headers.first()).ok_or(Refusal::Mismatch)
    }

    /// The signed time, which is near enough to ours, and what the signature's header says without it.
    fn time_and_value<'h>(
        &self,
        names: &Names,
        headers: Headers<'h>,
        now_s: i64,
    ) -> Result<(&'h str, &'h str), Refusal> {
        let signature = names.signature;
        match (self.time, names.time) {
            (
                Time::Inside {
                    opens,
                    closes,
                    form,
                },
                _,
            ) => {
                let value = prefixed(headers.one(signature)?, signature, opens)?;
                let (time, value) = value.split_once(closes).ok_or(Refusal::BadPrefix {
                    header: signature,
                    expected: form,
                })?;
                fresh(seconds(time), signature, now_s)?;
                Ok((time, value))
            }
            (Time::Seconds, Some(header)) => {
                let time = headers.one(header)?;
                fresh(seconds(time), header, now_s)?;
                Ok((time, headers.one(signature)?))
            }
            (Time::Rfc3339, Some(header)) => {
                let time = headers.one(header)?;
                let signed = DateTime::parse_from_rfc3339(time).ok();
                fresh(signed.map(|time| time.timestamp()), header, now_s)?;
                Ok((time, headers.one(signature)?))
            }
            (Time::Unsigned | Time::Seconds | Time::Rfc3339, _) => {
                Ok(("", headers.one(signature)?))
            }
        }
    }

    /// The one digest of a header.
    fn digest(&self, value: &str, header: &'static str) -> Result<Digest, Refusal> {
        let value = prefixed(value, header, self.prefix)?;
        let bare = value.strip_prefix(self.optional).unwrap_or(value);
        self.encoding.digest(bare, header)
    }

    /// The digests of a list.
    fn listed(&self, list: &str, header: &'static str) -> Result<Vec<Digest>, Refusal> {
        let entries: Vec<&str> = list
            .split(' ')
            .filter(|entry| !entry.is_empty())
            .take(MAX_SIGNATURES + 1)
            .collect();
        if entries.len() > MAX_SIGNATURES {
            return Err(Refusal::TooManySignatures(header));
        }
        let mut refused = Refusal::NoKnownVersion(header);
        let mut digests = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(encoded) = entry.strip_prefix(self.prefix) else {
                continue;
            };
            match self.encoding.digest(encoded, header) {
                Ok(digest) => digests.push(digest),
                Err(why) => refused = why,
            }
        }
        if digests.is_empty() {
            return Err(refused);
        }
        Ok(digests)
    }
}

/// A delivery's id. The signed text joins it to the rest by a dot; a dot in it would let one text be read
/// two ways.
fn id<'h>(id: &'h str, header: &'static str) -> Result<&'h str, Refusal> {
    if id.is_empty() || id.contains('.') {
        return Err(Refusal::BadId(header));
    }
    Ok(id)
}

/// The first key that the delivery shows. Every key is compared, so that the time does not tell
/// which one came close.
fn shown(keys: &[Key], is_shown: impl Fn(&Key) -> bool) -> Result<usize, Refusal> {
    let matches: Vec<bool> = keys.iter().map(is_shown).collect();
    matches
        .iter()
        .position(|shown| *shown)
        .ok_or(Refusal::Mismatch)
}

/// What HTTP Basic says where this is the user's password.
fn basic(user: &str, password: &Key) -> String {
    let pair = [user.as_bytes(), b":", password.expose()].concat();
    format!("Basic {}", BASE64.encode(pair))
}

/// Whether two secrets are the same, in time that depends on their lengths alone.
///
/// Both are hashed under a fixed key, and the digests are compared in constant time. So no
/// comparison ever walks the secrets themselves, and lengths need not be equal.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    const LABEL: &str = "heard: are these two secrets the same";
    Key::new(LABEL).is_some_and(|label| {
        let digest = label.mac([a]).finalize().into_bytes();
        label.mac([b]).verify_slice(&digest).is_ok()
    })
}

/// Whether a signed time is near enough to ours.
fn fresh(signed_s: Option<i64>, header: &'static str, now_s: i64) -> Result<(), Refusal> {
    let signed_s = signed_s.ok_or(Refusal::BadTimestamp(header))?;
    let off_s = now_s.abs_diff(signed_s);
    if off_s <= TOLERANCE_S {
        return Ok(());
    }
    let by_s = off_s - TOLERANCE_S;
    Err(if signed_s < now_s {
        Refusal::TooOld { by_s }
    } else {
        Refusal::TooNew { by_s }
    })
}

/// The body with every character outside ASCII's printable range and controls below it written as
/// `\uXXXX` of its UTF-16 units, lower case; `None` where that changes nothing or the body is not
/// UTF-8.
pub fn escape_unicode(body: &[u8]) -> Option<Vec<u8>> {
    if !body.iter().any(|byte| *byte >= 0x7F) {
        return None;
    }
    let text = std::str::from_utf8(body).ok()?;
    // Two bytes of UTF-8 become six: three times the body at most.
    let mut escaped = Vec::with_capacity(body.len().saturating_mul(2));
    let mut units = [0u16; 2];
    for c in text.chars() {
        if (c as u32) < 0x7F {
            escaped.push(c as u8);
        } else {
            for unit in c.encode_utf16(&mut units) {
                escaped.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        }
    }
    Some(escaped)
}

/// Whole seconds in their one canonical form: digits, no sign, no leading zero.
fn seconds(text: &str) -> Option<i64> {
    let canonical =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

/// What follows `prefix` in a header's value.
fn prefixed<'h>(
    value: &'h str,
    header: &'static str,
    prefix: &'static str,
) -> Result<&'h str, Refusal> {
    value.strip_prefix(prefix).ok_or(Refusal::BadPrefix {
        header,
        expected: prefix,
    })
}

impl Encoding {
    /// Reads a digest: its exact length, and nothing around it.
    fn digest(self, text: &str, header: &'static str) -> Result<Digest, Refusal> {
        let encoding = self.as_str();
        let (expected, decode): (_, fn(&str) -> Option<Digest>) = match self {
            Encoding::Hex => (64, hex_digest),
            Encoding::Base64 => (44, |text| BASE64.decode(text).ok()?.try_into().ok()),
        };
        if text.len() != expected {
            return Err(Refusal::WrongLength {
                header,
                encoding,
                expected,
            });
        }
        decode(text).ok_or(Refusal::BadEncoding { header, encoding })
    }
}

fn hex_digest(text: &str) -> Option<Digest> {
    let mut digest = [0u8; 32];
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    for (byte, [high, low]) in digest.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(digest)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
