//! Whether a secret is fit to be one: of the shape that its platform gives out, and not to be guessed.
//!
//! An unfit value counts as if it were not there: it verifies nothing and signs nothing, and is named
//! beside the secret. Whoever guesses a signing key forges deliveries, and whoever guesses `TOKEN_KEY`
//! is every agent; and a value that was copied with its quotes, or never filled in, would refuse every
//! delivery without a word on why. What is said of a value never shows it.

use crate::accounts::credential::Credential;
use crate::post::Platform;
use crate::signature::scheme::Scheme;
use crate::signature::scheme::{LEAST, SecretForm};
use crate::signature::{BadKey, Key};
use std::collections::BTreeSet;

/// The least characters of `TOKEN_KEY`: the operator makes it, so it may be as long as the digest, as
/// RFC 2104 advises.
const LEAST_TOKEN_KEY: usize = 32;

/// The bytes of a Standard Webhooks secret, by its specification.
const STANDARD_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The least different characters. Of twelve random hex digits one in ten thousand has fewer, of sixteen
/// one in two million; a word over and over, or one letter, has.
const LEAST_DIFFERENT: usize = 5;

/// From so many times on, a text is one piece repeated: no random one is.
const REPEATS: usize = 3;

/// What stands where a secret should be filled in, at its beginning or, from eight letters on, anywhere.
const PLACEHOLDERS: [&str; 4] = ["xxxx", "your", "todo", "dummy"];
const PLACEHOLDERS_ANYWHERE: [&str; 6] = [
    "changeme",
    "replaceme",
    "placeholder",
    "fillmein",
    "secrethere",
    "insertyour",
];

/// A key that verifies an app's deliveries.
pub(super) fn app_key(scheme: Scheme, text: &str) -> Result<Key, String> {
    written(text)?;
    let key = Key::of(scheme, text).map_err(|why: BadKey| why.to_string())?;
    let secret = &scheme.row().secret;
    if let Some(slip) = (secret.slip)(text) {
        return Err(slip.into());
    }
    match secret.form {
        SecretForm::Whsec => {
            let bytes = key.expose();
            if !STANDARD_BYTES.contains(&bytes.len()) {
                return Err(format!(
                    "its base64 is of {} bytes, and a Standard Webhooks secret is of {} to {}",
                    bytes.len(),
                    STANDARD_BYTES.start(),
                    STANDARD_BYTES.end()
                ));
            }
            varied(text.trim_start_matches("whsec_").as_bytes())?;
        }
        SecretForm::Text(least) => strong(text, least)?,
    }
    Ok(key)
}

/// What a Meta handshake must bring: whoever guesses it can register our address with an app of theirs.
pub(super) fn verify_token(text: &str) -> Result<Key, String> {
    written(text)?;
    strong(text, LEAST)?;
    Key::new(text).ok_or_else(|| "is empty".into())
}

/// The key that signs agents' tokens.
///
/// # Errors
/// Why it is unfit.
pub fn token_key(text: &str) -> Result<Key, String> {
    written(text)?;
    strong(text, LEAST_TOKEN_KEY)?;
    Key::new(text).ok_or_else(|| "is empty".into())
}

/// What authorises a source's replies.
pub(super) fn credential(platform: Platform, text: &str) -> Result<Credential, String> {
    written(text)?;
    let credential = Credential::read(platform, text)?;
    strong(text, LEAST)?;
    Ok(credential)
}

/// Whether it is written as secrets are: not in quotes, not a blank form, in plain characters.
fn written(text: &str) -> Result<(), String> {
    let quoted = |c: char| {
        matches!(
            c,
            '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '„' | '«' | '»'
        )
    };
    if text.starts_with(quoted) || text.ends_with(quoted) {
        return Err("is in quotes, which would be part of it: write it without".into());
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(
            "has a character that no secret has (an invisible one, perhaps): copy it again".into(),
        );
    }
    if text.split([':', '/', '=']).any(is_placeholder) {
        return Err("is a placeholder: put the secret itself there".into());
    }
    Ok(())
}

/// Whether it is what a form or an example has where the secret belongs.
fn is_placeholder(text: &str) -> bool {
    let framed = [("<", ">"), ("{", "}"), ("[", "]"), ("${", "}"), ("$(", ")")];
    let framed = framed.iter().any(|(open, close)| {
        text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close)
    });
    // `META_APP_SECRET`, `YOUR_KEY`: a name, not a value.
    let is_name = text.contains('_') && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let plain: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    framed
        || is_name
        || PLACEHOLDERS.iter().any(|word| plain.starts_with(word))
        || PLACEHOLDERS_ANYWHERE
            .iter()
            .any(|word| plain.contains(word))
}

/// Whether it is long enough, and no pattern.
fn strong(text: &str, least: usize) -> Result<(), String> {
    if text.len() < least {
        return Err(format!(
            "is shorter than {least} characters: it was cut, or could be guessed"
        ));
    }
    varied(text.as_bytes())
}

/// Whether it looks as if it were made at random.
fn varied(bytes: &[u8]) -> Result<(), String> {
    let different: BTreeSet<u8> = bytes.iter().copied().collect();
    let repeated = (1..=bytes.len() / REPEATS).any(|piece| {
        bytes
            .iter()
            .zip(bytes.iter().skip(piece))
            .all(|(a, b)| a == b)
    });
    if different.len() < LEAST_DIFFERENT || repeated {
        return Err(
            "is a pattern that could be guessed: make it at random (`openssl rand -hex 32`)".into(),
        );
    }
    Ok(())
}
