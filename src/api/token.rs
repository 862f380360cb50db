//! Agents' tokens: signed by us, verified without storage.
//!
//! `heard1.PAYLOAD.MAC`: the payload is JSON in base64url, the MAC is HMAC-SHA256 with `TOKEN_KEY`
//! over everything before its dot. Not a JWT on purpose: there is one algorithm and no header to
//! argue about it.

use super::route::Role;
use crate::post::Workgroup;
use crate::scope::Scope;
use crate::signature::Key;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What every token begins with: its kind and version, so that a leaked one can be searched for.
const PREFIX: &str = "heard1";

/// The longest token looked at, in bytes: a name, a role and some dozens of workgroups.
const LONGEST: usize = 8 * 1024;

/// Whom a token names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bearer {
    /// The token's own id, by which it is revoked.
    pub jti: String,
    /// Who: the id that claims, replies and histories carry.
    pub id: String,
    /// As what.
    pub role: Role,
    /// Which workgroups; none named means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workgroups: Vec<Workgroup>,
    /// Until when, in epoch seconds.
    #[serde(rename = "exp")]
    pub expires_s: i64,
}

/// The longest name of an agent, in bytes.
pub const NAME_BYTES: usize = 128;

/// The longest id of a token, in bytes.
pub const JTI_BYTES: usize = 64;

/// Whether an agent or a workgroup can be called this: not blank, nothing that does not print, and no
/// longer than `max` bytes.
pub fn is_name(name: &str, max: usize) -> bool {
    name.len() <= max && !name.trim().is_empty() && !name.chars().any(char::is_control)
}

/// Whether this can be a token's id: what needs no escaping in a path.
pub fn is_jti(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !id.is_empty() && id.len() <= JTI_BYTES && id.bytes().all(plain)
}

impl Bearer {
    /// What the bearer may see. Who names no workgroups sees everything.
    pub fn scope(&self) -> Scope {
        Scope {
            all: self.workgroups.is_empty(),
            agent: self.id.clone(),
            workgroups: self.workgroups.clone(),
        }
    }

    /// Those of `all` workgroups that the bearer serves.
    pub fn serves(&self, all: &[Workgroup]) -> Vec<Workgroup> {
        all.iter()
            .filter(|group| self.workgroups.is_empty() || self.workgroups.contains(group))
            .cloned()
            .collect()
    }
}

/// Why a token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadToken {
    /// It is no token of ours.
    Form,
    /// No key of ours signed it.
    Signature,
    /// It has expired.
    Expired,
    /// No key is configured, so nobody gets in.
    NoKey,
}

impl fmt::Display for BadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "this is no token of Heard; mint one with `heard token mint`",
            Self::Signature => "no TOKEN_KEY of this deployment signed this token",
            Self::Expired => "the token has expired; mint another with `heard token mint`",
            Self::NoKey => "TOKEN_KEY is not set, or unfit, so no token is good",
        })
    }
}

impl std::error::Error for BadToken {}

/// Signs a token.
pub fn mint(key: &Key, bearer: &Bearer) -> Result<String, serde_json::Error> {
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(bearer)?);
    let signed = format!("{PREFIX}.{payload}");
    let mac = URL_SAFE_NO_PAD.encode(key.hmac(signed.as_bytes()));
    Ok(format!("{signed}.{mac}"))
}

/// Whom a token names, if one of `keys` signed it and it has not expired at `now_s`.
///
/// # Errors
/// Why it is not good.
pub fn verify(keys: &[Key], token: &str, now_s: i64) -> Result<Bearer, BadToken> {
    if keys.is_empty() {
        return Err(BadToken::NoKey);
    }
    if token.len() > LONGEST {
        return Err(BadToken::Form);
    }
    let (signed, mac) = token.rsplit_once('.').ok_or(BadToken::Form)?;
    let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| BadToken::Form)?;
    if !keys.iter().any(|key| key.verifies(signed.as_bytes(), &mac)) {
        return Err(BadToken::Signature);
    }
    let bearer = inspect(signed)
        .filter(|bearer| is_jti(&bearer.jti) && is_name(&bearer.id, NAME_BYTES))
        .ok_or(BadToken::Form)?;
    if bearer.expires_s <= now_s {
        return Err(BadToken::Expired);
    }
    Ok(bearer)
}

/// Whom a token claims to name; its signature is not looked at.
pub fn inspect(token: &str) -> Option<Bearer> {
    let mut parts = token.split('.');
    let (prefix, payload) = (parts.next()?, parts.next()?);
    if prefix != PREFIX {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::new(text.as_bytes()).unwrap()
    }

    fn bearer() -> Bearer {
        Bearer {
            jti: "t1".into(),
            id: "mia".into(),
            role: Role::Agent,
            workgroups: vec![Workgroup::new("care")],
            expires_s: 2_000,
        }
    }

    #[test]
    fn round_trip_rotation_expiry() {
        let (old, new) = (key("old"), key("new"));
        let token = mint(&old, &bearer()).unwrap();
        assert_eq!(verify(&[new.clone(), old], &token, 1_999), Ok(bearer()));
        assert_eq!(verify(&[key("old")], &token, 2_000), Err(BadToken::Expired));
        assert_eq!(verify(&[new], &token, 0), Err(BadToken::Signature));
        assert_eq!(verify(&[], &token, 0), Err(BadToken::NoKey));
    }

    /// Without an id a token could not be revoked, and a name that does not print would hide in a log.
    #[test]
    fn one_without_an_id_or_a_name_is_none() {
        for (jti, id) in [("", "mia"), ("a/b", "mia"), ("t1", " "), ("t1", "mi\u{7}a")] {
            let (jti, id) = (jti.to_string(), id.to_string());
            let token = mint(
                &key("k"),
                &Bearer {
                    jti,
                    id,
                    ..bearer()
                },
            )
            .unwrap();
            assert_eq!(verify(&[key("k")], &token, 0), Err(BadToken::Form));
        }
        let old = r#"{"id":"mia","role":"agent","exp":2000}"#;
        let signed = format!("{PREFIX}.{}", URL_SAFE_NO_PAD.encode(old));
        let mac = URL_SAFE_NO_PAD.encode(key("k").hmac(signed.as_bytes()));
        assert_eq!(
            verify(&[key("k")], &format!("{signed}.{mac}"), 0),
            Err(BadToken::Form)
        );
    }

    #[test]
    fn any_changed_byte_is_refused() {
        let token = mint(&key("k"), &bearer()).unwrap();
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(verify(&[key("k")], &changed, 0).is_err(), "{changed}");
        }
    }

    #[test]
    fn serves_named_workgroups_or_all() {
        let all = [Workgroup::new("care"), Workgroup::new("sales")];
        assert_eq!(bearer().serves(&all), [Workgroup::new("care")]);
        let everywhere = Bearer {
            workgroups: Vec::new(),
            ..bearer()
        };
        assert_eq!(everywhere.serves(&all), all);
    }
}
