//! What a customer left, sealed: AES-256-GCM with a random nonce, bound to the interaction it was left for.
//!
//! Sealed and opened in the Worker; the object that keeps it has no business with what is inside. Beside it stands
//! which key sealed it, so that a secret can be replaced: the old one stays behind the new one, in the same secret,
//! until what it sealed is forgotten.

use super::form::Left;
use super::keys::Keys;
use crate::post::InteractionId;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The bytes of a nonce. Random ones are good for some billion texts under one key.
pub const NONCE_BYTES: usize = 12;

/// What is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Which key sealed it.
    pub key: String,
    /// The interaction it was left for: whatever it is joined with later, it opens by this one's name.
    pub id: InteractionId,
    /// Nonce, ciphertext and tag, in base64url.
    pub text: String,
}

/// Why it does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// The key that sealed it is not among ours any more.
    KeyGone,
    /// It is not what was sealed.
    Broken,
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyGone => "the key that sealed it is not in DETAILS_KEY any more; put it back behind the new one",
            Self::Broken => "it is not what was sealed",
        })
    }
}

impl std::error::Error for Unopened {}

/// What the seal is bound to besides the key.
fn bound(id: &InteractionId) -> Vec<u8> {
    format!("heard details 1 {id}").into_bytes()
}

/// Seals it with the newest key; `None` without one.
pub fn seal(
    keys: &[Keys],
    id: &InteractionId,
    left: &Left,
    nonce: [u8; NONCE_BYTES],
) -> Option<Sealed> {
    let keys = keys.first()?;
    let said = serde_json::to_vec(left).ok()?;
    let cipher = Aes256Gcm::new(keys.seal().into());
    let aad = bound(id);
    let payload = Payload {
        msg: &said,
        aad: &aad,
    };
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload).ok()?;
    Some(Sealed {
        key: keys.id().to_owned(),
        id: id.clone(),
        text: URL_SAFE_NO_PAD.encode([&nonce, sealed.as_slice()].concat()),
    })
}

/// Opens it.
///
/// # Errors
/// Why it does not open.
pub fn open(keys: &[Keys], sealed: &Sealed) -> Result<Left, Unopened> {
    let by = keys.iter().find(|one| one.id() == sealed.key);
    let by = by.ok_or(Unopened::KeyGone)?;
    let bytes = URL_SAFE_NO_PAD
        .decode(&sealed.text)
        .map_err(|_| Unopened::Broken)?;
    let (nonce, text) = bytes
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(Unopened::Broken)?;
    let cipher = Aes256Gcm::new(by.seal().into());
    let aad = bound(&sealed.id);
    let payload = Payload {
        msg: text,
        aad: &aad,
    };
    let said = cipher.decrypt(&Nonce::from(*nonce), payload);
    let said = said.map_err(|_| Unopened::Broken)?;
    serde_json::from_slice(&said).map_err(|_| Unopened::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::details::form::Wish;
    use crate::signature::Key;

    fn keys(secret: &str) -> Keys {
        Keys::of(&Key::new(secret).unwrap()).unwrap()
    }

    fn left() -> Left {
        Left {
            reference: Some("BK-2291".into()),
            photo: None,
            phone: Some("+44 20 7946 0000".into()),
            wish: Some(Wish::Call),
        }
    }

    fn id(text: &str) -> InteractionId {
        InteractionId::new(text)
    }

    #[test]
    fn it_opens_with_its_own_key_for_its_own_interaction_alone() {
        let (old, new) = (keys("old"), keys("new"));
        let sealed = seal(std::slice::from_ref(&old), &id("v2-00-7"), &left(), [7; 12]).unwrap();
        assert_eq!(open(&[new.clone(), old.clone()], &sealed), Ok(left()));
        assert_eq!(open(&[new], &sealed), Err(Unopened::KeyGone));
        let moved = Sealed {
            id: id("v2-00-8"),
            ..sealed.clone()
        };
        assert_eq!(
            open(std::slice::from_ref(&old), &moved),
            Err(Unopened::Broken)
        );
        // One of ours, and not the one that sealed it.
        let by_other = Sealed {
            key: keys("other").id().to_owned(),
            ..sealed.clone()
        };
        assert_eq!(open(&[keys("other")], &by_other), Err(Unopened::Broken));
        assert!(!sealed.text.contains("BK-2291"));
        assert_eq!(seal(&[], &id("v2-00-7"), &left(), [7; 12]), None);
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let keys = [keys("k")];
        let sealed = seal(&keys, &id("v2-00-7"), &left(), [7; 12]).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&sealed.text).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let changed = Sealed {
                text: URL_SAFE_NO_PAD.encode(changed),
                ..sealed.clone()
            };
            assert_eq!(open(&keys, &changed), Err(Unopened::Broken), "{at}");
        }
        for text in ["", "AAAA", "no base64!"] {
            let text = text.to_owned();
            let short = Sealed {
                text,
                ..sealed.clone()
            };
            assert_eq!(open(&keys, &short), Err(Unopened::Broken));
        }
    }

    /// "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega, test case 16: AES-256 with associated data.
    /// It holds the crate to the algorithm, whose keys, nonces and tag we put together ourselves.
    #[test]
    fn the_cipher_is_aes_256_gcm() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len() / 2)
                .map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap())
                .collect()
        };
        let key: [u8; 32] = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
            .try_into()
            .unwrap();
        let nonce: [u8; 12] = hex("cafebabefacedbaddecaf888").try_into().unwrap();
        let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let plain = hex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        );
        let sealed = Aes256Gcm::new(&key.into())
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: &plain,
                    aad: &aad,
                },
            )
            .unwrap();
        assert_eq!(
            sealed,
            hex(
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
            )
        );
    }
}
