//! The links to a customer's pages of one interaction: `{base}/details/{token}` and `{base}/survey/{token}`.
//!
//! A token is `hd1.ID.UNTIL.MAC`, or `hs1...` of a survey: the interaction's id, until when it is good (epoch seconds,
//! base 36), and HMAC-SHA256 over all before the last dot with a key that signs nothing else. Whoever has the link may
//! leave something for that interaction until then, and can read nothing. One to the details page is made for a private
//! message alone.

use super::keys::Keys;
use super::kind::Kind;
use crate::post::InteractionId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;

/// The longest token looked at, in bytes.
const LONGEST: usize = 200;

/// How long a link is good where nothing else is said, in seconds: three days, for people who read their messages
/// after the weekend.
pub const USUAL_S: u32 = 3 * 86_400;

/// The longest that a link may be good, in seconds; one to a survey is good for so long, because nothing waits for it.
pub const LONGEST_S: u32 = 14 * 86_400;

/// What a good token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The interaction for which something may be left.
    pub id: InteractionId,
    /// Until when, in epoch seconds.
    pub until_s: i64,
}

/// Why a token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLink {
    /// No secret is configured: there is no such page.
    Off,
    /// It is no token of ours, or nobody of us signed it.
    Bad,
    /// It was good once.
    Expired,
}

impl fmt::Display for BadLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "DETAILS_KEY is not set, or unfit, so there is no details page",
            Self::Bad => "this is no link of ours",
            Self::Expired => "the link has expired; make another",
        })
    }
}

impl std::error::Error for BadLink {}

/// A token for an interaction, signed with the newest key.
///
/// # Errors
/// [`BadLink::Off`] without a key.
pub fn token(
    kind: Kind,
    keys: &[Keys],
    id: &InteractionId,
    until_s: i64,
) -> Result<String, BadLink> {
    let keys = keys.first().ok_or(BadLink::Off)?;
    let signed = format!("{}.{id}.{}", kind.prefix(), base36(until_s.max(0)));
    let mac = URL_SAFE_NO_PAD.encode(keys.link(kind).hmac(signed.as_bytes()));
    Ok(format!("{signed}.{mac}"))
}

/// A link for an interaction. `base` is where the Worker is reached: `https://help.example`.
///
/// # Errors
/// [`BadLink::Off`] without a key.
pub fn link(
    kind: Kind,
    keys: &[Keys],
    base: &str,
    id: &InteractionId,
    until_s: i64,
) -> Result<String, BadLink> {
    let token = token(kind, keys, id, until_s)?;
    Ok(format!(
        "{}{}{token}",
        base.trim_end_matches('/'),
        kind.path()
    ))
}

/// What a token says, if one of `keys` signed it and it is still good at `now_s`.
///
/// # Errors
/// Why it is not good.
pub fn verify(kind: Kind, keys: &[Keys], token: &str, now_s: i64) -> Result<Invited, BadLink> {
    if keys.is_empty() {
        return Err(BadLink::Off);
    }
    let parts = Parts::of(token).ok_or(BadLink::Bad)?;
    let is_signed = |one: &Keys| one.link(kind).verifies(parts.signed.as_bytes(), &parts.mac);
    if parts.kind != kind || !keys.iter().any(is_signed) {
        return Err(BadLink::Bad);
    }
    if parts.until_s <= now_s {
        return Err(BadLink::Expired);
    }
    Ok(Invited {
        id: InteractionId::new(parts.id),
        until_s: parts.until_s,
    })
}

/// A token taken apart; nobody has looked at its signature.
struct Parts<'a> {
    kind: Kind,
    signed: &'a str,
    id: &'a str,
    until_s: i64,
    mac: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Option<Self> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, mac) = token.rsplit_once('.')?;
        let mut parts = signed.split('.');
        let (prefix, id, until) = (parts.next()?, parts.next()?, parts.next()?);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let kind = Kind::ALL.into_iter().find(|one| one.prefix() == prefix)?;
        if parts.next().is_some() || id.is_empty() || !id.bytes().all(plain) {
            return None;
        }
        let until_s = i64::from_str_radix(until, 36).ok()?;
        // One text for each moment: no sign, no capitals, no zeros before.
        if until != base36(until_s) {
            return None;
        }
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        (mac.len() == 32).then_some(Self {
            kind,
            signed,
            id,
            until_s,
            mac,
        })
    }
}

fn base36(mut n: i64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(n.rem_euclid(36)).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        n = n.div_euclid(36);
        if n <= 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

/// Where tokens of ours stand in a text, signed or not: what looks like one must not be read by bystanders.
fn tokens(text: &str) -> impl Iterator<Item = (Kind, &str)> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.split(move |c| !part(c))
        .map(|piece| piece.trim_end_matches('.'))
        .filter_map(|piece| Some((Parts::of(piece)?.kind, piece)))
}

/// Whether a text holds a link to such a page, or the slot for one.
pub fn is_in(kind: Kind, text: &str) -> bool {
    text.contains(kind.slot()) || tokens(text).any(|(one, _)| one == kind)
}

/// A text as it is kept: with the slot where a link to a page stands. Who reads it later must not get at the page by
/// it.
pub fn concealed(text: &str) -> String {
    let mut kept = text.to_owned();
    for (kind, token) in tokens(text) {
        let Some((before, after)) = kept.split_once(token) else {
            continue;
        };
        // With the address before it.
        let scheme = before.rfind("https://").or_else(|| before.rfind("http://"));
        let start = scheme
            .filter(|at| {
                !before
                    .get(*at..)
                    .unwrap_or_default()
                    .contains(char::is_whitespace)
            })
            .unwrap_or(before.len());
        let before = before.get(..start).unwrap_or_default();
        kept = format!("{before}{}{after}", kind.slot());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::Key;

    fn keys(secret: &str) -> Keys {
        Keys::of(&Key::new(secret).unwrap()).unwrap()
    }

    fn id() -> InteractionId {
        InteractionId::new("v2-00-7")
    }

    #[test]
    fn a_link_is_good_until_it_expires_and_by_every_key() {
        let (old, new) = (keys("old"), keys("new"));
        let token = token(Kind::Details, std::slice::from_ref(&old), &id(), 2_000).unwrap();
        let invited = Invited {
            id: id(),
            until_s: 2_000,
        };
        let both = [new.clone(), old];
        assert_eq!(
            verify(Kind::Details, &both, &token, 1_999),
            Ok(invited.clone())
        );
        // It can be used again and again until then.
        assert_eq!(verify(Kind::Details, &both, &token, 0), Ok(invited));
        assert_eq!(
            verify(Kind::Details, &both, &token, 2_000),
            Err(BadLink::Expired)
        );
        assert_eq!(verify(Kind::Details, &[new], &token, 0), Err(BadLink::Bad));
        assert_eq!(verify(Kind::Details, &[], &token, 0), Err(BadLink::Off));
        assert_eq!(
            super::token(Kind::Details, &[], &id(), 0),
            Err(BadLink::Off)
        );
    }

    /// Computed apart from this code: Python's `hmac` and `hashlib`, HKDF written out by RFC 5869.
    #[test]
    fn the_signature_is_what_another_implementation_computes() {
        let token = token(
            Kind::Details,
            &[keys("0123456789abcdef0123456789abcdef")],
            &id(),
            1_800_000_000,
        )
        .unwrap();
        assert_eq!(token, VECTOR);
    }

    const VECTOR: &str = "hd1.v2-00-7.tro8w0.EZdD2z2_TS_i3wbwBXQtFCclNU3qLlXmrgRK2aIjkQw";

    #[test]
    fn any_changed_byte_is_refused() {
        let keys = [keys("k")];
        let token = token(Kind::Details, &keys, &id(), 5_000_000).unwrap();
        for at in 0..token.len() {
            for other in [b'A', b'B', b'.', b'0'] {
                let mut bytes = token.clone().into_bytes();
                if bytes[at] == other {
                    continue;
                }
                bytes[at] = other;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(
                    verify(Kind::Details, &keys, &changed, 0).is_err(),
                    "{changed}"
                );
            }
        }
        for wrong in [
            "",
            "hd1",
            "hd1...",
            &format!("{token}="),
            &format!("{token}.x"),
            &token.repeat(2),
        ] {
            assert_eq!(
                verify(Kind::Details, &keys, wrong, 0),
                Err(BadLink::Bad),
                "{wrong}"
            );
        }
        // The same moment written otherwise is another token.
        let (head, mac) = token.rsplit_once('.').unwrap();
        let (front, until) = head.rsplit_once('.').unwrap();
        for until in [
            format!("0{until}"),
            format!("+{until}"),
            until.to_uppercase(),
        ] {
            assert_eq!(
                verify(Kind::Details, &keys, &format!("{front}.{until}.{mac}"), 0),
                Err(BadLink::Bad)
            );
        }
    }

    /// What else is signed with the same text as its secret is no link, and a link is nothing else.
    #[test]
    fn it_is_signed_apart_from_all_else() {
        let secret = Key::new("0123456789abcdef0123456789abcdef").unwrap();
        let keys = Keys::of(&secret).unwrap();
        let token = token(
            Kind::Details,
            std::slice::from_ref(&keys),
            &id(),
            1_800_000_000,
        )
        .unwrap();
        let (signed, _) = token.rsplit_once('.').unwrap();
        let by_secret = URL_SAFE_NO_PAD.encode(secret.hmac(signed.as_bytes()));
        assert_eq!(
            verify(Kind::Details, &[keys], &format!("{signed}.{by_secret}"), 0),
            Err(BadLink::Bad)
        );
    }

    #[test]
    fn a_link_is_found_in_whatever_is_written_around_it() {
        let link = link(
            Kind::Details,
            &[keys("k")],
            "https://help.example/",
            &id(),
            2_000,
        )
        .unwrap();
        assert!(
            link.starts_with("https://help.example/details/hd1.v2-00-7."),
            "{link}"
        );
        let token = link.rsplit('/').next().unwrap();
        for text in [
            format!("Tell us here: {link}."),
            format!("({link})"),
            format!("詳細は{link}へ"),
            format!("[here]({link}), please"),
            token.to_owned(),
            "Tell us: {details}".to_owned(),
        ] {
            assert!(is_in(Kind::Details, &text), "{text}");
        }
        assert!(!is_in(
            Kind::Details,
            "See https://help.example/details/hd1 and v2-00-7."
        ));
        assert_eq!(
            concealed(&format!("Here: {link}. Thanks")),
            "Here: {details}. Thanks"
        );
        assert_eq!(
            concealed(&format!("{link} and {link}")),
            "{details} and {details}"
        );
        assert_eq!(concealed(&format!("詳細は{link}へ")), "詳細は{details}へ");
        assert_eq!(concealed("No link"), "No link");
    }

    /// A link to one page opens no other, whatever is written in front of it.
    #[test]
    fn a_link_to_a_survey_is_one_to_nothing_else() {
        let keys = [keys("k")];
        let survey = token(Kind::Survey, &keys, &id(), 2_000).unwrap();
        assert!(survey.starts_with("hs1.v2-00-7."), "{survey}");
        assert!(verify(Kind::Survey, &keys, &survey, 0).is_ok());
        assert_eq!(verify(Kind::Details, &keys, &survey, 0), Err(BadLink::Bad));
        let renamed = survey.replacen("hs1", "hd1", 1);
        assert_eq!(verify(Kind::Details, &keys, &renamed, 0), Err(BadLink::Bad));
        let link = link(Kind::Survey, &keys, "https://help.example", &id(), 2_000).unwrap();
        assert!(link.contains("/survey/hs1."), "{link}");
        assert!(is_in(Kind::Survey, &link) && !is_in(Kind::Details, &link));
        assert_eq!(
            concealed(&format!("How was it? {link}")),
            "How was it? {survey}"
        );
    }
}
