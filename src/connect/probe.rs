//! A platform's handshake, asked of a Worker as the platform asks it. Written apart from [`crate::platform`].

use crate::signature::{Key, hex};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A question, and what the answer must hold.
#[derive(Debug)]
pub struct Probe {
    /// The query of a GET.
    pub query: String,
    /// What the right answer holds.
    pub holds: String,
}

fn mac(key: &Key, text: &str) -> Vec<u8> {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose()) else {
        return Vec::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Meta: the verify token, and a challenge that comes back.
pub(super) fn meta(_: &Key, verify: Option<&Key>, nonce: &str) -> Probe {
    let verify = verify.map(|key| String::from_utf8_lossy(key.expose()).into_owned());
    let verify = super::api::encoded(&verify.unwrap_or_default());
    Probe {
        query: format!("hub.mode=subscribe&hub.verify_token={verify}&hub.challenge={nonce}"),
        holds: nonce.to_owned(),
    }
}

/// X: a token that comes back signed.
pub(super) fn x(key: &Key, _: Option<&Key>, nonce: &str) -> Probe {
    Probe {
        query: format!("crc_token={nonce}"),
        holds: format!("sha256={}", STANDARD.encode(mac(key, nonce))),
    }
}

/// LinkedIn: a UUID that comes back signed.
pub(super) fn linkedin(key: &Key, _: Option<&Key>, nonce: &str) -> Probe {
    let digits: String = nonce
        .chars()
        .filter(char::is_ascii_hexdigit)
        .chain(std::iter::repeat('0'))
        .take(12)
        .collect();
    let code = format!("890e4665-4dfe-4ab1-b689-{digits}");
    let signed = hex(&mac(key, &code));
    Probe {
        query: format!("challengeCode={code}"),
        holds: signed,
    }
}
