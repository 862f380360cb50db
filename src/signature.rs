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
//! | scheme | header | signed | key |
//! |---|---|---|---|
//! | `meta` | `X-Hub-Signature-256: sha256=HEX` | body | app secret, as text |
//! | `x` | `x-twitter-webhooks-signature: sha256=BASE64` | body | consumer secret, as text |
//! | `standard` | `webhook-signature: v1,BASE64 ...` | `id.timestamp.body` | what `whsec_` decodes to |
//! | `discourse` | `X-Discourse-Event-Signature: sha256=HEX` | body | webhook secret |
//! | `mastodon` | `X-Hub-Signature: sha256=HEX` | body | webhook secret |
//! | `line` | `x-line-signature: BASE64` | body | channel secret |
//! | `viber` | `X-Viber-Content-Signature: HEX` | body | auth token |
//! | `linkedin` | `X-LI-Signature: HEX`, or `hmacsha256=HEX` | `hmacsha256=` and body | client secret |
//! | `slack` | `X-Slack-Signature: v0=HEX` | `v0:timestamp:body` | signing secret |
//! | `tiktok` | `Tiktok-Signature: t=TIME,s=HEX` | `time.body` | client secret |
//! | `zendesk` | `X-Zendesk-Webhook-Signature: BASE64` | timestamp and body | webhook secret, as text |
//! | `telegram` | `X-Telegram-Bot-Api-Secret-Token: TOKEN` | nothing | the `secret_token` of `setWebhook` |
//! | `bluesky` | `Authorization: Basic BASE64` of `admin:PASSWORD` | nothing | Tap's admin password |
//!
//! Only Standard Webhooks, Slack, TikTok and Zendesk sign a time; of the others nothing here stops a
//! replay: the inbox's ledger does. Telegram's and Bluesky's secrets prove who calls and nothing of
//! what is said: TLS has to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

type HmacSha256 = Hmac<Sha256>;

/// Meta's signature header.
pub const META_HEADER: &str = "x-hub-signature-256";
/// X's signature header.
pub const X_HEADER: &str = "x-twitter-webhooks-signature";

/// Discourse's signature header.
pub const DISCOURSE_HEADER: &str = "x-discourse-event-signature";
/// Telegram's secret token.
pub const TELEGRAM_HEADER: &str = "x-telegram-bot-api-secret-token";
/// LINE's signature header.
pub const LINE_HEADER: &str = "x-line-signature";
/// Viber's signature header.
pub const VIBER_HEADER: &str = "x-viber-content-signature";
/// LinkedIn's signature header.
pub const LINKEDIN_HEADER: &str = "x-li-signature";
/// TikTok's header of time and signature.
pub const TIKTOK_HEADER: &str = "tiktok-signature";
/// Slack's signature header.
pub const SLACK_HEADER: &str = "x-slack-signature";
/// Slack's signed time.
pub const SLACK_TIME: &str = "x-slack-request-timestamp";
/// Mastodon's signature header: the name of the SHA-1 one, the content SHA-256.
pub const MASTODON_HEADER: &str = "x-hub-signature";
/// Where Tap shows its password.
pub const BLUESKY_HEADER: &str = "authorization";
/// Zendesk's signature header.
pub const ZENDESK_HEADER: &str = "x-zendesk-webhook-signature";
/// Zendesk's signed time.
pub const ZENDESK_TIME: &str = "x-zendesk-webhook-signature-timestamp";

/// What LinkedIn puts before the body in what it signs.
const LINKEDIN_PREFIX: &[u8] = b"hmacsha256=";

/// How far a signed time may be from ours, in seconds, both ways: what the Standard Webhooks
/// libraries allow.
pub const TOLERANCE_S: u64 = 300;

/// How many signatures a list may hold. Senders list one for each secret in rotation, two or three;
/// the rest would be work that a stranger can order.
const MAX_SIGNATURES: usize = 16;

/// How a platform signs its deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Facebook, Messenger, Instagram: hex HMAC-SHA256 of the body.
    Meta,
    /// X: base64 HMAC-SHA256 of the body.
    X,
    /// Standard Webhooks (and Svix): base64 HMAC-SHA256 of id, time and body.
    Standard,
    /// Discourse: hex HMAC-SHA256 of the body.
    Discourse,
    /// Telegram bots: a secret token, compared.
    Telegram,
    /// LINE: base64 HMAC-SHA256 of the body.
    Line,
    /// Viber: hex HMAC-SHA256 of the body.
    Viber,
    /// LinkedIn: hex HMAC-SHA256 of a fixed prefix and the body.
    Linkedin,
    /// TikTok: hex HMAC-SHA256 of time and body.
    Tiktok,
    /// Slack: hex HMAC-SHA256 of version, time and body.
    Slack,
    /// Mastodon: hex HMAC-SHA256 of the body.
    Mastodon,
    /// Bluesky's Tap: a password, compared.
    Bluesky,
    /// Zendesk: base64 HMAC-SHA256 of time and body.
    Zendesk,
}

impl Scheme {
    /// Every scheme, in the order that lists show them.
    pub const ALL: [Scheme; 13] = [
        Scheme::Meta,
        Scheme::X,
        Scheme::Standard,
        Scheme::Discourse,
        Scheme::Telegram,
        Scheme::Line,
        Scheme::Viber,
        Scheme::Linkedin,
        Scheme::Tiktok,
        Scheme::Slack,
        Scheme::Mastodon,
        Scheme::Bluesky,
        Scheme::Zendesk,
    ];

    /// The name used in configuration and by the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Meta => "meta",
            Scheme::X => "x",
            Scheme::Standard => "standard",
            Scheme::Discourse => "discourse",
            Scheme::Telegram => "telegram",
            Scheme::Line => "line",
            Scheme::Viber => "viber",
            Scheme::Linkedin => "linkedin",
            Scheme::Tiktok => "tiktok",
            Scheme::Slack => "slack",
            Scheme::Mastodon => "mastodon",
            Scheme::Bluesky => "bluesky",
            Scheme::Zendesk => "zendesk",
        }
    }

    /// The headers that a verification or a reading needs: a host fetches these and no others.
    pub fn headers(self) -> &'static [&'static str] {
        match self {
            Scheme::Meta => &[META_HEADER],
            Scheme::X => &[X_HEADER],
            Scheme::Standard => &[
                "webhook-id",
                "webhook-timestamp",
                "webhook-signature",
                "svix-id",
                "svix-timestamp",
                "svix-signature",
            ],
            Scheme::Discourse => &[
                DISCOURSE_HEADER,
                "x-discourse-event",
                "x-discourse-event-type",
                "x-discourse-instance",
            ],
            Scheme::Telegram => &[TELEGRAM_HEADER],
            Scheme::Line => &[LINE_HEADER],
            Scheme::Viber => &[VIBER_HEADER],
            Scheme::Linkedin => &[LINKEDIN_HEADER],
            Scheme::Tiktok => &[TIKTOK_HEADER],
            Scheme::Slack => &[SLACK_HEADER, SLACK_TIME],
            Scheme::Mastodon => &[MASTODON_HEADER],
            Scheme::Bluesky => &[BLUESKY_HEADER],
            Scheme::Zendesk => &[ZENDESK_HEADER, ZENDESK_TIME],
        }
    }

    /// The name of the secret that holds its keys.
    pub fn secret(self) -> &'static str {
        match self {
            Scheme::Meta => "META_APP_SECRET",
            Scheme::X => "X_CONSUMER_SECRET",
            Scheme::Standard => "STANDARD_WEBHOOKS_SECRET",
            Scheme::Discourse => "DISCOURSE_WEBHOOK_SECRET",
            Scheme::Telegram => "TELEGRAM_SECRET_TOKEN",
            Scheme::Line => "LINE_CHANNEL_SECRET",
            Scheme::Viber => "VIBER_AUTH_TOKEN",
            Scheme::Linkedin => "LINKEDIN_CLIENT_SECRET",
            Scheme::Tiktok => "TIKTOK_CLIENT_SECRET",
            Scheme::Slack => "SLACK_SIGNING_SECRET",
            Scheme::Mastodon => "MASTODON_WEBHOOK_SECRET",
            Scheme::Bluesky => "BLUESKY_TAP_PASSWORD",
            Scheme::Zendesk => "ZENDESK_WEBHOOK_SECRET",
        }
    }

    /// The scheme of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
    pub fn of(scheme: Scheme, secret: &str) -> Result<Self, BadKey> {
        if secret.trim().is_empty() {
            return Err(BadKey::Empty);
        }
        if secret.trim() != secret {
            return Err(BadKey::Space);
        }
        let bytes = match scheme {
            Scheme::Standard => {
                if secret.starts_with("whpk_") || secret.starts_with("whsk_") {
                    return Err(BadKey::Asymmetric);
                }
                let encoded = secret.strip_prefix("whsec_").unwrap_or(secret);
                BASE64.decode(encoded).map_err(|_| BadKey::Encoding)?
            }
            // Zendesk's looks like base64 and is used as the text that it is.
            _ => secret.as_bytes().to_vec(),
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
    fn mac<'p>(&self, parts: impl IntoIterator<Item = &'p [u8]>) -> HmacSha256 {
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
    hex(key.mac([message]))
}

fn hex(mac: HmacSha256) -> String {
    let digest = mac.finalize().into_bytes();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(mac: HmacSha256) -> String {
    BASE64.encode(mac.finalize().into_bytes())
}

/// HMAC-SHA256 of `message` under `key`, as base64: what X's handshake answers with.
pub fn hmac_base64(key: &Key, message: &[u8]) -> String {
    base64(key.mac([message]))
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

/// Verifies a delivery: the index in `keys` of the key that signed it.
///
/// `body` is the raw body, `now_s` the time in epoch seconds. Cost: one hash of the body for each
/// key, twice for Meta where the body is not ASCII.
pub fn verify(
    scheme: Scheme,
    keys: &[Key],
    headers: Headers<'_>,
    body: &[u8],
    now_s: i64,
) -> Result<usize, Refusal> {
    if keys.is_empty() {
        return Err(Refusal::NoKey);
    }
    match scheme {
        Scheme::Meta => verify_meta(keys, headers, body),
        Scheme::X => {
            let value = prefixed(headers, X_HEADER, "sha256=")?;
            let digest = base64_digest(value, X_HEADER)?;
            signer(keys, |key| key.mac([body]), &digest)
        }
        Scheme::Standard => verify_standard(keys, headers, body, now_s),
        Scheme::Discourse => verify_hex(keys, headers, DISCOURSE_HEADER, "sha256=", &[body]),
        Scheme::Mastodon => verify_hex(keys, headers, MASTODON_HEADER, "sha256=", &[body]),
        Scheme::Viber => verify_hex(keys, headers, VIBER_HEADER, "", &[body]),
        Scheme::Linkedin => {
            // Documented bare; what is signed begins with this word, and so may the header.
            let value = headers.one(LINKEDIN_HEADER)?;
            let value = value.strip_prefix("hmacsha256=").unwrap_or(value);
            let digest = hex_digest(value, LINKEDIN_HEADER)?;
            signer(keys, |key| key.mac([LINKEDIN_PREFIX, body]), &digest)
        }
        Scheme::Line => {
            let digest = base64_digest(headers.one(LINE_HEADER)?, LINE_HEADER)?;
            signer(keys, |key| key.mac([body]), &digest)
        }
        Scheme::Slack => {
            let time = headers.one(SLACK_TIME)?;
            fresh(seconds(time), SLACK_TIME, now_s)?;
            let parts = [b"v0:", time.as_bytes(), b":", body];
            verify_hex(keys, headers, SLACK_HEADER, "v0=", &parts)
        }
        Scheme::Tiktok => verify_tiktok(keys, headers, body, now_s),
        Scheme::Zendesk => {
            let time = headers.one(ZENDESK_TIME)?;
            let signed = DateTime::parse_from_rfc3339(time).ok();
            fresh(signed.map(|time| time.timestamp()), ZENDESK_TIME, now_s)?;
            let digest = base64_digest(headers.one(ZENDESK_HEADER)?, ZENDESK_HEADER)?;
            signer(keys, |key| key.mac([time.as_bytes(), body]), &digest)
        }
        Scheme::Telegram => {
            let token = headers.one(TELEGRAM_HEADER)?.as_bytes();
            shown(keys, |key| same(key.expose(), token))
        }
        Scheme::Bluesky => {
            let value = headers.one(BLUESKY_HEADER)?.as_bytes();
            shown(keys, |key| same(basic(key).as_bytes(), value))
        }
    }
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

/// What Tap's `Authorization` says where this is its password.
fn basic(password: &Key) -> String {
    let pair = [b"admin:", password.expose()].concat();
    format!("Basic {}", BASE64.encode(pair))
}

fn verify_hex(
    keys: &[Key],
    headers: Headers<'_>,
    header: &'static str,
    prefix: &'static str,
    parts: &[&[u8]],
) -> Result<usize, Refusal> {
    let digest = hex_digest(prefixed(headers, header, prefix)?, header)?;
    signer(keys, |key| key.mac(parts.iter().copied()), &digest)
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

/// `t=TIME,s=HEX`, in that order and nothing else.
fn verify_tiktok(
    keys: &[Key],
    headers: Headers<'_>,
    body: &[u8],
    now_s: i64,
) -> Result<usize, Refusal> {
    let value = prefixed(headers, TIKTOK_HEADER, "t=")?;
    let (time, signature) = value.split_once(",s=").ok_or(Refusal::BadPrefix {
        header: TIKTOK_HEADER,
        expected: "t=TIME,s=",
    })?;
    fresh(seconds(time), TIKTOK_HEADER, now_s)?;
    let digest = hex_digest(signature, TIKTOK_HEADER)?;
    signer(keys, |key| key.mac([time.as_bytes(), b".", body]), &digest)
}

/// The first key whose MAC is `digest`.
fn signer(
    keys: &[Key],
    mac: impl Fn(&Key) -> HmacSha256,
    digest: &[u8; 32],
) -> Result<usize, Refusal> {
    keys.iter()
        .position(|key| mac(key).verify_slice(digest).is_ok())
        .ok_or(Refusal::Mismatch)
}

fn verify_meta(keys: &[Key], headers: Headers<'_>, body: &[u8]) -> Result<usize, Refusal> {
    let value = prefixed(headers, META_HEADER, "sha256=")?;
    let digest = hex_digest(value, META_HEADER)?;
    match signer(keys, |key| key.mac([body]), &digest) {
        Ok(key) => Ok(key),
        // Meta documents its signature as made over an escaped form of the body. Bodies normally
        // arrive in that form, so the first try is enough; some libraries saw deliveries that did
        // not, and for those the escaped form is what was signed. Both need the key.
        Err(refused) => match escape_unicode(body) {
            Some(escaped) => signer(keys, |key| key.mac([escaped.as_slice()]), &digest),
            None => Err(refused),
        },
    }
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

fn verify_standard(
    keys: &[Key],
    headers: Headers<'_>,
    body: &[u8],
    now_s: i64,
) -> Result<usize, Refusal> {
    // Svix sends the same three under its own name; a sender of both families means the same.
    let [id_header, time_header, list_header] = if headers.has("webhook-signature") {
        ["webhook-id", "webhook-timestamp", "webhook-signature"]
    } else if headers.has("svix-signature") {
        ["svix-id", "svix-timestamp", "svix-signature"]
    } else {
        return Err(Refusal::MissingHeader("webhook-signature"));
    };
    let id = headers.one(id_header)?;
    let time = headers.one(time_header)?;
    let list = headers.one(list_header)?;
    // The signed text joins the three by dots; a dot in the id would let one text be read two ways.
    if id.is_empty() || id.contains('.') {
        return Err(Refusal::BadId(id_header));
    }
    fresh(seconds(time), time_header, now_s)?;
    let entries: Vec<&str> = list
        .split(' ')
        .filter(|entry| !entry.is_empty())
        .take(MAX_SIGNATURES + 1)
        .collect();
    if entries.len() > MAX_SIGNATURES {
        return Err(Refusal::TooManySignatures(list_header));
    }
    let mut refused = Refusal::NoKnownVersion(list_header);
    let mut digests = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(encoded) = entry.strip_prefix("v1,") else {
            continue;
        };
        match base64_digest(encoded, list_header) {
            Ok(digest) => digests.push(digest),
            Err(why) => refused = why,
        }
    }
    if digests.is_empty() {
        return Err(refused);
    }
    let dot: &[u8] = b".";
    let parts = [id.as_bytes(), dot, time.as_bytes(), dot, body];
    keys.iter()
        .position(|key| {
            let mac = key.mac(parts);
            digests
                .iter()
                .any(|digest| mac.clone().verify_slice(digest).is_ok())
        })
        .ok_or(Refusal::Mismatch)
}

/// Whole seconds in their one canonical form: digits, no sign, no leading zero.
fn seconds(text: &str) -> Option<i64> {
    let canonical =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

/// What follows `prefix` in the header.
fn prefixed<'a>(
    headers: Headers<'a>,
    header: &'static str,
    prefix: &'static str,
) -> Result<&'a str, Refusal> {
    headers
        .one(header)?
        .strip_prefix(prefix)
        .ok_or(Refusal::BadPrefix {
            header,
            expected: prefix,
        })
}

/// A SHA-256 digest written as 64 hex digits of either case.
fn hex_digest(text: &str, header: &'static str) -> Result<[u8; 32], Refusal> {
    if text.len() != 64 {
        return Err(Refusal::WrongLength {
            header,
            encoding: "hex",
            expected: 64,
        });
    }
    let mut digest = [0u8; 32];
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    for (byte, [high, low]) in digest.iter_mut().zip(pairs) {
        *byte = nibble(*high)
            .zip(nibble(*low))
            .map(|(high, low)| high << 4 | low)
            .ok_or(Refusal::BadEncoding {
                header,
                encoding: "hex",
            })?;
    }
    Ok(digest)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// A SHA-256 digest written in base64: standard alphabet, padded, so 44 characters.
fn base64_digest(text: &str, header: &'static str) -> Result<[u8; 32], Refusal> {
    if text.len() != 44 {
        return Err(Refusal::WrongLength {
            header,
            encoding: "base64",
            expected: 44,
        });
    }
    BASE64
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Refusal::BadEncoding {
            header,
            encoding: "base64",
        })
}

/// The headers that sign `body` as the platform would: for `heard post`, `heard simulate`, tests.
///
/// `id` is used by [`Scheme::Standard`] alone, `now_s` by the schemes that sign a time.
pub fn sign(scheme: Scheme, key: &Key, id: &str, now_s: i64, body: &[u8]) -> Vec<(String, String)> {
    let one = |name: &str, value: String| vec![(name.to_owned(), value)];
    match scheme {
        Scheme::Meta => one(META_HEADER, format!("sha256={}", hex(key.mac([body])))),
        Scheme::X => one(X_HEADER, format!("sha256={}", hmac_base64(key, body))),
        Scheme::Discourse => one(DISCOURSE_HEADER, format!("sha256={}", hex(key.mac([body])))),
        Scheme::Mastodon => one(MASTODON_HEADER, format!("sha256={}", hex(key.mac([body])))),
        Scheme::Viber => one(VIBER_HEADER, hex(key.mac([body]))),
        Scheme::Line => one(LINE_HEADER, hmac_base64(key, body)),
        Scheme::Linkedin => one(LINKEDIN_HEADER, hex(key.mac([LINKEDIN_PREFIX, body]))),
        Scheme::Slack => {
            let time = now_s.to_string();
            let mac = key.mac([b"v0:", time.as_bytes(), b":", body]);
            vec![
                (SLACK_TIME.into(), time),
                (SLACK_HEADER.into(), format!("v0={}", hex(mac))),
            ]
        }
        Scheme::Tiktok => {
            let mac = key.mac([now_s.to_string().as_bytes(), b".", body]);
            one(TIKTOK_HEADER, format!("t={now_s},s={}", hex(mac)))
        }
        Scheme::Zendesk => {
            let time = DateTime::from_timestamp(now_s, 0).unwrap_or_default();
            let time = time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            let mac = key.mac([time.as_bytes(), body]);
            vec![
                (ZENDESK_TIME.into(), time),
                (ZENDESK_HEADER.into(), base64(mac)),
            ]
        }
        Scheme::Telegram => one(
            TELEGRAM_HEADER,
            String::from_utf8_lossy(key.expose()).into_owned(),
        ),
        Scheme::Bluesky => one(BLUESKY_HEADER, basic(key)),
        Scheme::Standard => {
            let time = now_s.to_string();
            let dot: &[u8] = b".";
            let mac = key.mac([id.as_bytes(), dot, time.as_bytes(), dot, body]);
            let signature = base64(mac);
            vec![
                ("webhook-id".into(), id.into()),
                ("webhook-timestamp".into(), time),
                ("webhook-signature".into(), format!("v1,{signature}")),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_shown_and_never_empty() {
        let key = Key::new("hush").unwrap();
        assert_eq!(format!("{key:?}"), "Key([redacted])");
        assert!(Key::new("").is_none());
        for scheme in Scheme::ALL {
            assert_eq!(Key::of(scheme, "").unwrap_err(), BadKey::Empty);
            assert_eq!(Key::of(scheme, " \n").unwrap_err(), BadKey::Empty);
            assert_eq!(Key::of(scheme, "abcd\n").unwrap_err(), BadKey::Space);
        }
        let standard = |secret| Key::of(Scheme::Standard, secret);
        assert_eq!(standard("whsec_").unwrap_err(), BadKey::Empty);
        assert_eq!(standard("whsec_?").unwrap_err(), BadKey::Encoding);
        assert_eq!(standard("whpk_AAAA").unwrap_err(), BadKey::Asymmetric);
        assert_eq!(standard("whsec_AAEC").unwrap().expose(), [0, 1, 2]);
        assert_eq!(standard("AAEC").unwrap().expose(), [0, 1, 2]);
    }

    #[test]
    fn what_is_signed_verifies_and_tells_the_key() {
        let keys: Vec<Key> = ["one", "two", "three"]
            .map(|text| Key::new(text).unwrap())
            .into();
        let body = b"not UTF-8: \xFF\xFE\x00 and the rest";
        for scheme in Scheme::ALL {
            // These prove who calls, not what is said.
            let compared = matches!(scheme, Scheme::Telegram | Scheme::Bluesky);
            for (nth, key) in keys.iter().enumerate() {
                let headers = sign(scheme, key, "msg_1", 1_700_000_000, body);
                for (name, _) in &headers {
                    let fetched = scheme.headers();
                    assert!(
                        fetched.iter().any(|n| n.eq_ignore_ascii_case(name)),
                        "{name}"
                    );
                }
                let verdict =
                    |body, now_s| verify(scheme, &keys, Headers::new(&headers), body, now_s);
                assert_eq!(verdict(body, 1_700_000_300), Ok(nth), "{scheme}");
                let changed = if compared {
                    Ok(nth)
                } else {
                    Err(Refusal::Mismatch)
                };
                assert_eq!(verdict(&body[1..], 1_700_000_000), changed, "{scheme}");
                let other = [Key::new("four").unwrap()];
                for (keys, why) in [(&other[..], Refusal::Mismatch), (&[], Refusal::NoKey)] {
                    let verdict = verify(scheme, keys, Headers::new(&headers), body, 1_700_000_000);
                    assert_eq!(verdict, Err(why), "{scheme}");
                }
            }
        }
    }

    #[test]
    fn the_clock_counts_at_both_edges_where_a_time_is_signed() {
        for scheme in [
            Scheme::Standard,
            Scheme::Slack,
            Scheme::Tiktok,
            Scheme::Zendesk,
        ] {
            the_clock_counts(scheme);
        }
    }

    fn the_clock_counts(scheme: Scheme) {
        let key = [Key::new("one").unwrap()];
        let headers = sign(scheme, &key[0], "msg_1", 1_700_000_000, b"{}");
        let at = |now_s| verify(scheme, &key, Headers::new(&headers), b"{}", now_s);
        assert_eq!(at(1_700_000_300), Ok(0));
        assert_eq!(at(1_700_000_301), Err(Refusal::TooOld { by_s: 1 }));
        assert_eq!(at(1_699_999_700), Ok(0));
        assert_eq!(at(1_699_999_699), Err(Refusal::TooNew { by_s: 1 }));
        assert!(matches!(at(i64::MIN), Err(Refusal::TooNew { .. })));
        assert!(matches!(at(i64::MAX), Err(Refusal::TooOld { .. })));
    }

    #[test]
    fn secrets_compare_by_content() {
        assert!(same(b"meatyhamhock", b"meatyhamhock"));
        assert!(!same(b"meatyhamhock", b"meatyhamhoc"));
        assert!(!same(b"meatyhamhock", b""));
        assert!(same(b"", b""));
    }

    #[test]
    fn escapes_as_meta_documents_it() {
        assert_eq!(escape_unicode(b"plain / @"), None);
        assert_eq!(escape_unicode(b"\xFF"), None);
        assert_eq!(
            escape_unicode("äöå 😀\u{7F}".as_bytes()).unwrap(),
            br"\u00e4\u00f6\u00e5 \ud83d\ude00\u007f"
        );
    }
}
