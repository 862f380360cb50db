//! How an access token is got: X's OAuth 2.0 refresh (RFC 6749, section 6) and Bluesky's sessions.
//!
//! | | X | Bluesky |
//! |---|---|---|
//! | begins with | a refresh token of the operator's | identifier and app password, each time good |
//! | access token | `expires_in`, 2 hours | a JWT, 120 minutes |
//! | refresh token | single-use: each answer brings the next | single-use, good a while longer; 90 days |
//! | a lost answer | loses the refresh token with it | costs nothing: a new session is opened |
//!
//! Sources: docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE", step 5; RFC 6749, 5.2; the
//! server of Bluesky (github.com/bluesky-social/atproto, packages/pds), `createSession` and
//! `helpers/auth.ts`. Read 2026-08.

use crate::platform::read::{self, encoded, number, text};
use crate::platform::{Answer, Method, ReplyCall, wait_s};
use crate::signature::Key;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// What access tokens are got with.
#[derive(Clone, Debug)]
pub enum Grant {
    /// X: OAuth 2.0.
    OAuth2 {
        /// The app's client id.
        client_id: String,
        /// Its secret; a public client has none.
        client_secret: Option<Key>,
        /// The refresh token that the operator was given: good once, so only the seed.
        refresh_token: Key,
    },
    /// Bluesky: sessions.
    Session {
        /// A handle, an address or a DID.
        identifier: String,
        /// An app password.
        password: Key,
    },
}

/// What came of asking for an access token.
#[derive(Clone, PartialEq, Eq)]
pub enum Minted {
    /// A new one.
    Tokens {
        /// The access token.
        access: String,
        /// The next refresh token; where there is none, the last stays good (RFC 6749, 6).
        refresh: Option<String>,
        /// When the access token expires: epoch milliseconds.
        until_ms: i64,
    },
    /// Refused for good: what was asked with is used, expired or revoked.
    Refused {
        /// The platform's word for it, or its status.
        why: String,
    },
    /// Not now, and nothing was used up.
    Later {
        /// In how many seconds, where the platform says.
        after_s: Option<u32>,
    },
    /// It may have been granted: what was asked with may be used up, and its successor lost.
    Unknown {
        /// Why we can't know.
        why: String,
    },
}

impl Minted {
    /// What came of it in two words, for the log.
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            Self::Tokens { .. } => ("renewed", ""),
            Self::Refused { why } => ("refused", why),
            Self::Later { .. } => ("later", ""),
            Self::Unknown { why } => ("unknown", why),
        }
    }
}

/// How long X's access tokens live where the answer does not say: two hours.
const X_LIFE_S: i64 = 7_200;

/// How long Bluesky's live where the token does not say: 120 minutes.
const SESSION_LIFE_S: i64 = 7_200;

/// No access token is believed to live longer than a day: one that did would be asked for anew, and
/// nothing is lost.
const LONGEST_S: i64 = 86_400;

impl Grant {
    /// The refresh token to begin with; `None` where the first token is got with the secret itself.
    pub fn seed(&self) -> Option<&str> {
        match self {
            Self::OAuth2 { refresh_token, .. } => std::str::from_utf8(refresh_token.expose()).ok(),
            Self::Session { .. } => None,
        }
    }

    /// Whether the secret is good any number of times, so that a refresh token lost is no loss.
    pub fn is_reusable(&self) -> bool {
        matches!(self, Self::Session { .. })
    }

    /// The call that asks for an access token: with `refresh`, or with the secret itself. `server` is
    /// the source's own, for Bluesky. `None` where no call can be made of these.
    pub fn ask(&self, server: Option<&str>, refresh: Option<&str>) -> Option<ReplyCall> {
        match self {
            Self::OAuth2 {
                client_id,
                client_secret,
                ..
            } => Some(x(client_id, client_secret.as_ref(), refresh?)),
            Self::Session {
                identifier,
                password,
            } => session(server, identifier, password, refresh),
        }
    }

    /// Reads the answer to that call.
    pub fn read(&self, answer: &Answer<'_>, now_ms: i64) -> Minted {
        let document = read::document(answer.body).unwrap_or(Value::Null);
        let status = answer.status;
        match status {
            200..=299 => {
                let minted = match self {
                    Self::OAuth2 { .. } => x_tokens(&document, now_ms),
                    Self::Session { .. } => session_tokens(&document, now_ms),
                };
                minted.unwrap_or_else(|| Minted::Unknown {
                    why: "unreadable".into(),
                })
            }
            429 => Minted::Later {
                after_s: wait_s(answer, now_ms),
            },
            408 => Minted::Unknown {
                why: "status:408".into(),
            },
            400..=499 => Minted::Refused {
                why: text(&document, &["error"])
                    .filter(|word| is_word(word))
                    .map_or_else(|| format!("status:{status}"), str::to_owned),
            },
            _ => Minted::Unknown {
                why: format!("status:{status}"),
            },
        }
    }
}

/// Whether an error's name is one: it is stored and shown.
fn is_word(word: &str) -> bool {
    (1..=40).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `POST /2/oauth2/token`: a confidential client says who it is in the header, a public one in the form.
fn x(client_id: &str, client_secret: Option<&Key>, refresh: &str) -> ReplyCall {
    let mut headers = vec![(
        "Content-Type".to_owned(),
        "application/x-www-form-urlencoded".to_owned(),
    )];
    let mut body = format!(
        "grant_type=refresh_token&refresh_token={}",
        encoded(refresh)
    );
    match client_secret {
        Some(secret) => {
            let login = [client_id.as_bytes(), b":", secret.expose()].concat();
            let login = format!("Basic {}", STANDARD.encode(login));
            headers.push(("Authorization".to_owned(), login));
        }
        None => body.push_str(&format!("&client_id={}", encoded(client_id))),
    }
    ReplyCall {
        method: Method::Post,
        url: "https://api.x.com/2/oauth2/token".to_owned(),
        headers,
        body,
    }
}

fn x_tokens(document: &Value, now_ms: i64) -> Option<Minted> {
    let life_s = number(document, &["expires_in"]).unwrap_or(X_LIFE_S);
    Some(Minted::Tokens {
        access: borne(document, "access_token")?,
        refresh: borne(document, "refresh_token"),
        until_ms: now_ms + life_s.clamp(0, LONGEST_S) * 1_000,
    })
}

/// `createSession`, or `refreshSession` with the refresh token as bearer and no body.
fn session(
    server: Option<&str>,
    identifier: &str,
    password: &Key,
    refresh: Option<&str>,
) -> Option<ReplyCall> {
    let server = crate::platform::bluesky::server(server)?;
    let (method, headers, body) = match refresh {
        Some(refresh) => (
            "refreshSession",
            vec![("Authorization".to_owned(), format!("Bearer {refresh}"))],
            String::new(),
        ),
        None => (
            "createSession",
            Vec::new(),
            json!({
                "identifier": identifier,
                "password": std::str::from_utf8(password.expose()).ok()?,
            })
            .to_string(),
        ),
    };
    Some(ReplyCall {
        method: Method::Post,
        url: format!("{server}/xrpc/com.atproto.server.{method}"),
        headers,
        body,
    })
}

fn session_tokens(document: &Value, now_ms: i64) -> Option<Minted> {
    let access = borne(document, "accessJwt")?;
    let latest_ms = now_ms + LONGEST_S * 1_000;
    let until_ms = expiry_ms(&access).unwrap_or(now_ms + SESSION_LIFE_S * 1_000);
    Some(Minted::Tokens {
        refresh: Some(borne(document, "refreshJwt")?),
        until_ms: until_ms.clamp(now_ms, latest_ms),
        access,
    })
}

/// The longest token that is taken: more than any header may have elsewhere (8 KiB of headers is what
/// servers commonly take).
const TOKEN_BYTES: usize = 4_096;

/// A token that can stand in a header.
fn borne(document: &Value, name: &str) -> Option<String> {
    let token = text(document, &[name])?;
    let fits = (1..=TOKEN_BYTES).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| token.to_owned())
}

/// When a JWT says that it expires. Not verified: it is the server's own word for its own token, and
/// a wrong one costs a refresh.
fn expiry_ms(jwt: &str) -> Option<i64> {
    let payload = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?;
    number(&read::document(&payload).ok()?, &["exp"])?.checked_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::Credential;
    use crate::post::Platform;

    const NOW_MS: i64 = 1_790_000_000_000;

    fn grant(platform: Platform, secret: &str) -> Grant {
        let credential = Credential::read(platform, secret).unwrap();
        credential.grant().unwrap().clone()
    }

    fn read(grant: &Grant, status: u16, body: &str) -> Minted {
        let answer = Answer {
            status,
            retry_after: Some("7"),
            rate_limit_reset: None,
            body: body.as_bytes(),
        };
        grant.read(&answer, NOW_MS)
    }

    fn header<'c>(call: &'c ReplyCall, name: &str) -> Option<&'c str> {
        let found = call.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    #[test]
    fn x_is_asked_as_documented() {
        let public = grant(Platform::X, "oauth2:rG9n+6402::bWRW/a");
        assert_eq!(public.seed(), Some("bWRW/a"));
        let call = public.ask(None, public.seed()).unwrap();
        assert_eq!(call.url, "https://api.x.com/2/oauth2/token");
        assert_eq!(
            call.body,
            "grant_type=refresh_token&refresh_token=bWRW%2Fa&client_id=rG9n%2B6402"
        );
        assert_eq!(
            header(&call, "Content-Type"),
            Some("application/x-www-form-urlencoded")
        );
        assert_eq!(header(&call, "Authorization"), None);
        // RFC 7617, 2: the published example of basic authentication, as X's page repeats it.
        let confidential = grant(Platform::X, "oauth2:Aladdin:open-sesame:next");
        let call = confidential.ask(None, Some("other")).unwrap();
        assert_eq!(call.body, "grant_type=refresh_token&refresh_token=other");
        assert_eq!(
            header(&call, "Authorization"),
            Some("Basic QWxhZGRpbjpvcGVuLXNlc2FtZQ==")
        );
        assert!(public.ask(None, None).is_none());
    }

    #[test]
    fn sessions_are_opened_and_refreshed_at_the_account_s_server() {
        let grant = grant(Platform::Bluesky, "session:northline.example:abcd-efgh");
        assert_eq!((grant.seed(), grant.is_reusable()), (None, true));
        let open = grant.ask(None, None).unwrap();
        assert_eq!(
            open.url,
            "https://bsky.social/xrpc/com.atproto.server.createSession"
        );
        assert_eq!(
            open.body,
            r#"{"identifier":"northline.example","password":"abcd-efgh"}"#
        );
        assert_eq!(header(&open, "Authorization"), None);
        let refresh = grant
            .ask(Some("https://pds.example/"), Some("jwt"))
            .unwrap();
        assert_eq!(
            refresh.url,
            "https://pds.example/xrpc/com.atproto.server.refreshSession"
        );
        assert_eq!(
            (header(&refresh, "Authorization"), refresh.body.as_str()),
            (Some("Bearer jwt"), "")
        );
        assert!(grant.ask(Some("http://pds.example"), None).is_none());
    }

    #[test]
    fn answers_are_read() {
        let x = grant(Platform::X, "oauth2:id::seed");
        let tokens = |access: &str, refresh: Option<&str>, life_s: i64| Minted::Tokens {
            access: access.into(),
            refresh: refresh.map(str::to_owned),
            until_ms: NOW_MS + life_s * 1_000,
        };
        let unknown = |why: &str| Minted::Unknown { why: why.into() };
        let refused = |why: &str| Minted::Refused { why: why.into() };
        for (status, body, minted) in [
            (
                200,
                r#"{"token_type":"bearer","expires_in":7200,"access_token":"a","refresh_token":"r","scope":"tweet.write"}"#,
                tokens("a", Some("r"), 7_200),
            ),
            (200, r#"{"access_token":"a"}"#, tokens("a", None, 7_200)),
            (
                200,
                r#"{"access_token":"a","expires_in":99999999}"#,
                tokens("a", None, LONGEST_S),
            ),
            (200, r#"{"access_token":"a b"}"#, unknown("unreadable")),
            (200, "<html>", unknown("unreadable")),
            (
                400,
                r#"{"error":"invalid_request","error_description":"Value passed for the token was invalid."}"#,
                refused("invalid_request"),
            ),
            (
                401,
                r#"{"error":"invalid_client"}"#,
                refused("invalid_client"),
            ),
            (403, r#"{"error":"<b>no</b>"}"#, refused("status:403")),
            (404, "", refused("status:404")),
            (429, "", Minted::Later { after_s: Some(7) }),
            (503, r#"{"error":"x"}"#, unknown("status:503")),
            (408, "", unknown("status:408")),
            (302, "", unknown("status:302")),
        ] {
            assert!(read(&x, status, body) == minted, "{status} {body}");
        }
    }

    #[test]
    fn a_session_lives_as_long_as_its_token_says() {
        let grant = grant(Platform::Bluesky, "session:northline.example:abcd-efgh");
        let jwt = |payload: &str| format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload));
        for (access, until_ms) in [
            (
                jwt(r#"{"exp":1790000900,"sub":"did:plc:x"}"#),
                1_790_000_900_000,
            ),
            (jwt(r#"{"exp":1}"#), NOW_MS),
            (jwt(r#"{"exp":99999999999}"#), NOW_MS + 86_400_000),
            (jwt("{}"), NOW_MS + 7_200_000),
            ("opaque".to_owned(), NOW_MS + 7_200_000),
        ] {
            let body = json!({"accessJwt": access, "refreshJwt": "r", "did": "did:plc:x"});
            let minted = read(&grant, 200, &body.to_string());
            let refresh = Some("r".to_owned());
            assert!(
                minted
                    == Minted::Tokens {
                        access,
                        refresh,
                        until_ms
                    }
            );
        }
        let said =
            r#"{"error":"AuthenticationRequired","message":"Invalid identifier or password"}"#;
        let why = "AuthenticationRequired".to_owned();
        assert!(read(&grant, 401, said) == Minted::Refused { why });
    }
}
