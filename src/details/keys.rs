//! The keys of customers' pages: three of each secret, one for each page that signs its links, and one that seals what
//! is left on the details page.

use super::kind::Kind;
use crate::signature::Key;
use std::fmt;

/// What sets our keys apart from whatever else might be made of the same secret.
const SALT: &[u8] = b"heard details 1";

/// The keys of one secret.
#[derive(Clone)]
pub struct Keys {
    id: String,
    link: Key,
    survey: Key,
    seal: [u8; 32],
}

impl Keys {
    /// The keys of a secret.
    pub fn of(secret: &Key) -> Option<Self> {
        let derived = |info: &[u8]| hkdf(SALT, secret.expose(), info);
        let id = derived(b"id")?;
        Some(Self {
            id: id
                .iter()
                .take(4)
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            link: Key::new(derived(b"link")?)?,
            survey: Key::new(derived(b"survey")?)?,
            seal: derived(b"seal")?.try_into().ok()?,
        })
    }

    /// What they are called beside what they sealed: eight hex digits, from which nobody gets the secret back.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The one that signs links to that page.
    pub(super) fn link(&self, kind: Kind) -> &Key {
        match kind {
            Kind::Details => &self.link,
            Kind::Survey => &self.survey,
        }
    }

    /// The one that seals.
    pub(super) fn seal(&self) -> &[u8; 32] {
        &self.seal
    }
}

/// Nothing of them may stand in a log.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({}, [redacted])", self.id)
    }
}

/// HKDF with SHA-256 (RFC 5869), one block: 32 bytes.
fn hkdf(salt: &[u8], secret: &[u8], info: &[u8]) -> Option<Vec<u8>> {
    let extracted = Key::new(Key::new(salt)?.hmac(secret))?;
    Some(extracted.hmac(&[info, &[1]].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5869, A.1: the first 32 of its 42 bytes.
    #[test]
    fn keys_are_derived_as_rfc_5869_says() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len() / 2)
                .map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap())
                .collect()
        };
        let okm = hkdf(
            &hex("000102030405060708090a0b0c"),
            &hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
            &hex("f0f1f2f3f4f5f6f7f8f9"),
        );
        assert_eq!(
            okm.unwrap(),
            hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
        );
    }

    #[test]
    fn no_two_keys_are_the_same_and_none_is_shown() {
        let secret = Key::new("0123456789abcdef0123456789abcdef").unwrap();
        let keys = Keys::of(&secret).unwrap();
        assert_ne!(keys.link.expose(), keys.seal);
        assert_ne!(keys.link.expose(), keys.survey.expose());
        assert_ne!(keys.link.expose(), secret.expose());
        assert_eq!(keys.id.len(), 8);
        assert_eq!(
            format!("{keys:?}"),
            format!("Keys({}, [redacted])", keys.id)
        );
    }
}
