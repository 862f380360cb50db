//! The secret that authorises a source's reply calls, in the shapes that an operator may write it.
//!
//! | secret | for | what it is |
//! |---|---|---|
//! | `TOKEN` | every platform | used as it is, in the platform's own way |
//! | `oauth1:API_KEY:API_SECRET:ACCESS_TOKEN:ACCESS_SECRET` | X | OAuth 1.0a: each call is signed; nothing expires |
//! | `oauth2:CLIENT_ID:CLIENT_SECRET:REFRESH_TOKEN` | X | OAuth 2.0: the refresh token is the seed of a token that rotates; a public client leaves its secret empty (`oauth2:CLIENT_ID::REFRESH_TOKEN`) |
//! | `USERNAME:API_KEY`, `EMAIL/token:API_TOKEN` | Discourse, Zendesk | in whose name calls are made, and the key |
//! | `session:IDENTIFIER:APP_PASSWORD` | Bluesky | a handle, an address or a DID, and an app password, with which sessions are opened |
//!
//! None of these values has a colon in it as their platforms give them, save an identifier that is a
//! DID; so a colon too many or too few is a slip of the pen, and is told by the part it is in.

pub mod grant;
pub mod oauth1;

use crate::platform::form::{Form, Shape};
use crate::post::Platform;
use crate::signature::{Key, hex};
use grant::Grant;
use sha2::{Digest, Sha256};

/// A source's credential.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Which secret this is, without telling it: what was stored under another is another's.
    pub fingerprint: String,
    /// How it authorises.
    pub kind: Kind,
}

/// How a credential authorises a call.
#[derive(Clone, Debug)]
pub enum Kind {
    /// By being borne.
    Token(Key),
    /// By signing the call.
    Signed(oauth1::Keys),
    /// By getting access tokens, each of which is borne for a while.
    Granted(Grant),
}

/// How many hex digits of its digest tell one secret from another.
const FINGERPRINT: usize = 16;

impl Credential {
    /// Reads a secret.
    ///
    /// # Errors
    /// What is wrong with its shape, for the operator; never its value.
    pub fn read(platform: Platform, secret: &str) -> Result<Self, String> {
        let form = &platform.profile().credential;
        let shaped = secret.split_once(':');
        let shaped = shaped.and_then(|(word, rest)| Some((Shape::named(word)?, rest)));
        let kind = match shaped {
            Some((shape, _)) if !form.shapes.contains(&shape) => {
                let (word, of) = shape.names();
                return Err(format!(
                    "begins with `{word}:`, which is a shape of {of}'s; {platform} takes a token as it is"
                ));
            }
            Some((Shape::OAuth1, rest)) => oauth1(rest)?,
            Some((Shape::OAuth2, rest)) => oauth2(rest)?,
            Some((Shape::Session, rest)) => session(rest)?,
            None if secret.contains(':') && !form.shapes.is_empty() => {
                let shapes: Vec<String> = form
                    .shapes
                    .iter()
                    .map(|shape| format!("`{}:`", shape.names().0))
                    .collect();
                return Err(format!(
                    "has a colon, and does not begin with {}",
                    shapes.join(" or ")
                ));
            }
            None => Kind::Token(token(form, secret)?),
        };
        let mut fingerprint = hex(&Sha256::digest(secret.as_bytes()));
        fingerprint.truncate(FINGERPRINT);
        Ok(Self { fingerprint, kind })
    }

    /// What its access tokens are got with, where it has any.
    pub fn grant(&self) -> Option<&Grant> {
        match &self.kind {
            Kind::Granted(grant) => Some(grant),
            Kind::Token(_) | Kind::Signed(_) => None,
        }
    }
}

/// A secret that is borne as it is, in the form that its platform's calls are made with.
fn token(form: &Form, secret: &str) -> Result<Key, String> {
    match Key::new(secret) {
        None => Err("is empty".to_owned()),
        Some(_) if !(form.fits)(secret) => Err(format!("is not {}", form.says)),
        Some(key) => Ok(key),
    }
}

/// The parts of a secret, each of which must be there unless `may_lack` names it.
fn parts<'a, const N: usize>(
    shape: &str,
    rest: &'a str,
    names: [&str; N],
    may_lack: Option<&str>,
) -> Result<[&'a str; N], String> {
    let found: Vec<&str> = rest.split(':').collect();
    let found: [&str; N] = found.try_into().map_err(|found: Vec<&str>| {
        format!(
            "after `{shape}:` stand {} parts instead of {N}, with colons between: {}",
            found.len(),
            names.join(", ")
        )
    })?;
    for (part, name) in found.iter().zip(names) {
        if part.is_empty() && may_lack != Some(name) {
            return Err(format!("its {name} is empty"));
        }
        if !part.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("its {name} has characters that no {name} has"));
        }
    }
    Ok(found)
}

fn oauth1(rest: &str) -> Result<Kind, String> {
    let names = [
        "API key",
        "API key secret",
        "access token",
        "access token secret",
    ];
    let [key, secret, token, token_secret] = parts("oauth1", rest, names, None)?;
    oauth1::Keys::new(key, secret, token, token_secret)
        .map(Kind::Signed)
        .ok_or_else(|| "has an empty part".to_owned())
}

fn oauth2(rest: &str) -> Result<Kind, String> {
    let names = ["client id", "client secret", "refresh token"];
    let [id, secret, refresh] = parts("oauth2", rest, names, Some("client secret"))?;
    Ok(Kind::Granted(Grant::OAuth2 {
        client_id: id.to_owned(),
        client_secret: Key::new(secret),
        refresh_token: Key::new(refresh).ok_or("its refresh token is empty")?,
    }))
}

fn session(rest: &str) -> Result<Kind, String> {
    // A DID has colons of its own; an app password has none.
    let (identifier, password) = rest
        .rsplit_once(':')
        .filter(|(identifier, _)| match identifier.split_once(':') {
            Some(("did", rest)) => rest.contains(':'),
            _ => *identifier != "did",
        })
        .ok_or("after `session:` stand an identifier, a colon and an app password")?;
    if identifier.is_empty() {
        return Err("its identifier is empty".to_owned());
    }
    Ok(Kind::Granted(Grant::Session {
        identifier: identifier.to_owned(),
        password: Key::new(password).ok_or("its app password is empty")?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_is_read() {
        let read = |platform, secret| Credential::read(platform, secret).unwrap().kind;
        assert!(matches!(read(Platform::X, "AAAA-bbb_ccc"), Kind::Token(_)));
        assert!(matches!(
            read(Platform::X, "oauth1:a:b:7-c:d"),
            Kind::Signed(_)
        ));
        let Kind::Granted(Grant::OAuth2 {
            client_id,
            client_secret,
            refresh_token,
        }) = read(Platform::X, "oauth2:M1M5:s3cret:bWRW")
        else {
            panic!("no grant");
        };
        assert_eq!(client_id, "M1M5");
        assert_eq!(client_secret.unwrap().expose(), b"s3cret");
        assert_eq!(refresh_token.expose(), b"bWRW");
        assert!(matches!(
            read(Platform::X, "oauth2:M1M5::bWRW"),
            Kind::Granted(Grant::OAuth2 {
                client_secret: None,
                ..
            })
        ));
        for (secret, who) in [
            ("session:northline.example:abcd-efgh", "northline.example"),
            ("session:did:plc:ewvi7:abcd-efgh", "did:plc:ewvi7"),
            (
                "session:did:web:northline.example:abcd-efgh",
                "did:web:northline.example",
            ),
            (
                "session:care@northline.example:abcd-efgh",
                "care@northline.example",
            ),
        ] {
            let Kind::Granted(Grant::Session {
                identifier,
                password,
            }) = read(Platform::Bluesky, secret)
            else {
                panic!("no grant");
            };
            assert_eq!(identifier, who);
            assert_eq!(password.expose(), b"abcd-efgh");
        }
        // Other platforms' tokens have colons of their own.
        for (platform, secret) in [
            (
                Platform::Telegram,
                "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc",
            ),
            (Platform::Discourse, "heard:0123"),
            (Platform::Zendesk, "care@northline.example/token:0123"),
        ] {
            assert!(matches!(read(platform, secret), Kind::Token(_)));
        }
    }

    #[test]
    fn a_wrong_shape_is_told_by_its_part_and_never_shown() {
        for (platform, secret, says) in [
            (Platform::X, "", "is empty"),
            (Platform::X, "hush:hush:hush:hush", "does not begin"),
            (Platform::X, "oauth1:hush:hush:hush", "3 parts instead of 4"),
            (Platform::X, "oauth1:hush:hush:hush:hush:hush", "5 parts"),
            (
                Platform::X,
                "oauth1:hush::hush:hush",
                "API key secret is empty",
            ),
            (
                Platform::X,
                "oauth1:hush:hush:hush:",
                "access token secret is empty",
            ),
            (
                Platform::X,
                "oauth1:hush:hush:hü-hush:hush",
                "access token has characters",
            ),
            (Platform::X, "oauth2:hush:hush", "2 parts instead of 3"),
            (Platform::X, "oauth2::hush:hush", "client id is empty"),
            (Platform::X, "oauth2:hush:hush:", "refresh token is empty"),
            (Platform::X, "session:hush:hush", "a shape of bluesky's"),
            (
                Platform::Facebook,
                "oauth1:hush:hush:hush:hush",
                "a shape of x's",
            ),
            (Platform::Bluesky, "hush.example:hush", "does not begin"),
            (Platform::Bluesky, "session:hush.example", "an app password"),
            (Platform::Bluesky, "session:did:plc:hush", "an app password"),
            (Platform::Bluesky, "session::hush", "identifier is empty"),
            (
                Platform::Bluesky,
                "session:hush.example:",
                "password is empty",
            ),
            (Platform::Discourse, "hush-hush-hush", "USERNAME:API_KEY"),
            (Platform::Discourse, ":hush-hush-hush", "USERNAME:API_KEY"),
            (Platform::Discourse, "heard:", "USERNAME:API_KEY"),
            (Platform::Zendesk, "hush-hush-hush", "EMAIL/token"),
            (Platform::Zendesk, "hush/token:hush", "EMAIL/token"),
            (Platform::Zendesk, "hush@x.example:hush", "EMAIL/token"),
            (Platform::Zendesk, "hush@x.example/token:", "EMAIL/token"),
            (Platform::Telegram, "hush-hush-hush", "BotFather"),
            (Platform::Telegram, "bot4839574812:hush", "BotFather"),
            (Platform::Telegram, "4839574812:", "BotFather"),
            (Platform::Slack, "hush-hush-hush", "xoxb-"),
        ] {
            let said = Credential::read(platform, secret).unwrap_err();
            assert!(said.contains(says), "{secret}: {said}");
            assert!(!said.contains("hush"), "{said}");
        }
    }

    #[test]
    fn a_fingerprint_is_the_secret_s_own_and_tells_nothing_of_it() {
        let of = |secret| Credential::read(Platform::X, secret).unwrap();
        let one = of("oauth2:id::first");
        assert_eq!(one.fingerprint, of("oauth2:id::first").fingerprint);
        assert_ne!(one.fingerprint, of("oauth2:id::second").fingerprint);
        assert_eq!(one.fingerprint.len(), FINGERPRINT);
        assert!(!format!("{one:?}").contains("first"), "{one:?}");
    }
}
