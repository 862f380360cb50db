//! Who may speak: the platforms' side of credentials that are more than a token.
//!
//! X's OAuth 1.0a signatures are computed anew, its OAuth 2.0 refresh tokens are good once (one brought
//! twice revokes everything that came of it), Bluesky's sessions are opened and refreshed. As in
//! [`super::rules`] all of it is written from the documentation, sharing nothing with
//! [`crate::accounts`]. Where nothing is told to [`Accounts::know`], any token is taken.

use super::rules::{self, Answer, Call, Judged};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};
use sha1::Sha1;
use std::collections::{BTreeMap, BTreeSet};

/// What RFC 3986 does not reserve.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How far a signed time may be from ours, in seconds.
const SKEW_S: i64 = 300;

/// How long access tokens live, in seconds: two hours on both platforms.
const LIFE_S: i64 = 7_200;

/// Everything known of who may speak.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// OAuth 1.0a: consumer secret and token secret, by consumer key and token.
    signers: BTreeMap<(String, String), (String, String)>,
    /// Nonces seen, with their times.
    nonces: BTreeSet<(String, String)>,
    x: Option<Client>,
    bluesky: Option<Login>,
    /// How many tokens were given out.
    given: u64,
}

/// A client of X's OAuth 2.0, with the one account that authorised it.
#[derive(Clone, Debug)]
struct Client {
    id: String,
    secret: String,
    tokens: Tokens,
}

/// An account of Bluesky's.
#[derive(Clone, Debug)]
struct Login {
    identifier: String,
    password: String,
    tokens: Tokens,
}

/// The pair that is good now, and the refresh tokens that were.
#[derive(Clone, Debug, Default)]
struct Tokens {
    access: Option<String>,
    until_s: i64,
    refresh: Option<String>,
    used: BTreeSet<String>,
}

impl Tokens {
    fn revoke(&mut self) {
        self.access = None;
        self.used.extend(self.refresh.take());
    }

    fn give(&mut self, access: String, refresh: String, until_s: i64) {
        self.used.extend(self.refresh.replace(refresh));
        self.access = Some(access);
        self.until_s = until_s;
    }

    fn takes(&self, bearer: Option<&str>, now_s: i64) -> bool {
        bearer.is_some() && bearer == self.access.as_deref() && now_s < self.until_s
    }
}

impl Accounts {
    /// Learns a credential as Heard's secrets write it; tokens that are used as they are say nothing.
    pub fn know(&mut self, secret: &str) {
        let parts: Vec<&str> = secret.split(':').collect();
        match parts.as_slice() {
            ["oauth1", key, key_secret, token, token_secret] => {
                let who = ((*key).to_owned(), (*token).to_owned());
                let secrets = ((*key_secret).to_owned(), (*token_secret).to_owned());
                self.signers.insert(who, secrets);
            }
            ["oauth2", id, client_secret, refresh] => {
                self.x = Some(Client {
                    id: (*id).to_owned(),
                    secret: (*client_secret).to_owned(),
                    tokens: Tokens {
                        refresh: Some((*refresh).to_owned()),
                        ..Tokens::default()
                    },
                });
            }
            ["session", identifier @ .., password] => {
                self.bluesky = Some(Login {
                    identifier: identifier.join(":"),
                    password: (*password).to_owned(),
                    tokens: Tokens::default(),
                });
            }
            _ => {}
        }
    }

    /// Takes every token back, as an account's owner does who removes the app.
    pub fn revoke(&mut self) {
        self.signers.clear();
        if let Some(client) = &mut self.x {
            client.tokens.revoke();
        }
        if let Some(login) = &mut self.bluesky {
            login.tokens.revoke();
            login.password.clear();
        }
    }

    /// Takes the access tokens back, and leaves what they were got with.
    pub fn expire(&mut self) {
        if let Some(client) = &mut self.x {
            client.tokens.access = None;
        }
        if let Some(login) = &mut self.bluesky {
            login.tokens.access = None;
        }
    }

    /// Judges what asks for a token, and what must not speak; `None` where the call may go on.
    pub fn judge(&mut self, call: &Call<'_>, now_s: i64) -> Option<Judged> {
        let (platform, answered) = match (call.host, call.path) {
            ("api.x.com", "/2/oauth2/token") => ("x", self.x_token(call, now_s)),
            (_, "/xrpc/com.atproto.server.createSession") => {
                ("bluesky", self.open_session(call, now_s))
            }
            (_, "/xrpc/com.atproto.server.refreshSession") => {
                ("bluesky", self.refresh_session(call, now_s))
            }
            ("api.x.com", _) => ("x", Err(self.x_refusal(call, now_s)?)),
            (_, path) if path.starts_with("/xrpc/") => {
                let login = self.bluesky.as_ref()?;
                if login.tokens.takes(rules::bearer(call), now_s) {
                    return None;
                }
                ("bluesky", Err((400, json!({"error": "ExpiredToken"}))))
            }
            _ => return None,
        };
        let (status, body, why) = match answered {
            Ok(body) => (200, body, None),
            Err((status, body)) => {
                let why = body.to_string();
                (status, body, Some(why))
            }
        };
        Some(Judged {
            platform,
            to: String::new(),
            text: String::new(),
            answer: Answer {
                status,
                content_type: "application/json",
                body,
            },
            why,
            once: None,
        })
    }

    fn next(&mut self) -> u64 {
        self.given += 1;
        self.given
    }

    /// Why a call to X may not be made.
    fn x_refusal(&mut self, call: &Call<'_>, now_s: i64) -> Option<Refusal> {
        let authorization = call.authorization.unwrap_or_default();
        let why = match authorization.strip_prefix("OAuth ") {
            Some(fields) => self.unsigned(call, fields, now_s)?,
            None => {
                let client = self.x.as_ref()?;
                if client.tokens.takes(rules::bearer(call), now_s) {
                    return None;
                }
                "no access token of this client's".to_owned()
            }
        };
        Some((
            401,
            json!({"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": why}),
        ))
    }

    /// What is wrong with an OAuth 1.0a signature (RFC 5849, 3.2).
    fn unsigned(&mut self, call: &Call<'_>, fields: &str, now_s: i64) -> Option<String> {
        let mut read: BTreeMap<String, String> = BTreeMap::new();
        for field in fields.split(',') {
            let quoted = |value: &str| {
                let value = value.strip_prefix('"')?.strip_suffix('"')?;
                Some(percent_decode_str(value).decode_utf8().ok()?.into_owned())
            };
            let pair = field.trim().split_once('=');
            let Some((name, Some(value))) = pair.map(|(name, value)| (name, quoted(value))) else {
                return Some(format!("{field} is no field"));
            };
            if read.insert(name.to_owned(), value).is_some() {
                return Some(format!("{name} stands twice"));
            }
        }
        let signature = read.remove("oauth_signature").unwrap_or_default();
        let of = |name: &str| read.get(name).cloned().unwrap_or_default();
        if of("oauth_signature_method") != "HMAC-SHA1" || of("oauth_version") != "1.0" {
            return Some("neither HMAC-SHA1 nor 1.0".into());
        }
        let time = of("oauth_timestamp");
        if time
            .parse()
            .is_ok_and(|time: i64| (time - now_s).abs() > SKEW_S)
            || time.is_empty()
        {
            return Some("timestamp out of bounds".into());
        }
        let nonce = of("oauth_nonce");
        if nonce.is_empty() || !self.nonces.insert((nonce, time)) {
            return Some("no nonce, or a used one".into());
        }
        let who = (of("oauth_consumer_key"), of("oauth_token"));
        let Some((key_secret, token_secret)) = self.signers.get(&who) else {
            return Some("invalid or expired token".into());
        };
        let mut pairs: Vec<(String, String)> = read.into_iter().collect();
        let url = reqwest::Url::parse(&format!(
            "https://{}{}?{}",
            call.host, call.path, call.query
        ));
        pairs.extend(
            url.iter()
                .flat_map(|url| url.query_pairs().into_owned().collect::<Vec<_>>()),
        );
        let encode = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
        let mut pairs: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        pairs.sort();
        let base = [
            call.method.to_owned(),
            encode(&format!("https://{}{}", call.host, call.path)),
            encode(&pairs.join("&")),
        ];
        let key = format!("{}&{}", encode(key_secret), encode(token_secret));
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).ok()?;
        mac.update(base.join("&").as_bytes());
        let signature = STANDARD.decode(signature).unwrap_or_default();
        match mac.verify_slice(&signature) {
            Ok(()) => None,
            Err(_) => Some("could not authenticate you".into()),
        }
    }

    fn x_token(&mut self, call: &Call<'_>, now_s: i64) -> Answered {
        let number = self.next();
        let wrong = |status: u16, error: &str| Err((status, json!({ "error": error })));
        let Some(client) = &mut self.x else {
            return wrong(400, "invalid_client");
        };
        if call.method != "POST" || call.content_type != Some("application/x-www-form-urlencoded") {
            return wrong(400, "invalid_request");
        }
        let form = rules::pairs(&String::from_utf8_lossy(call.body));
        let of = |name: &str| form.get(name).and_then(Value::as_str).unwrap_or_default();
        if client.secret.is_empty() {
            if of("client_id") != client.id {
                return wrong(400, "invalid_client");
            }
        } else {
            let login = STANDARD.encode(format!("{}:{}", client.id, client.secret));
            if call.authorization != Some(&format!("Basic {login}")) {
                return wrong(401, "unauthorized_client");
            }
        }
        if of("grant_type") != "refresh_token" {
            return wrong(400, "unsupported_grant_type");
        }
        let brought = of("refresh_token");
        if client.tokens.refresh.as_deref() != Some(brought) {
            if client.tokens.used.contains(brought) {
                client.tokens.revoke();
            }
            return wrong(400, "invalid_request");
        }
        let (access, refresh) = (format!("x-access-{number}"), format!("x-refresh-{number}"));
        client
            .tokens
            .give(access.clone(), refresh.clone(), now_s + LIFE_S);
        Ok(json!({
            "token_type": "bearer",
            "expires_in": LIFE_S,
            "access_token": access,
            "refresh_token": refresh,
            "scope": "tweet.read tweet.write users.read offline.access",
        }))
    }

    fn open_session(&mut self, call: &Call<'_>, now_s: i64) -> Answered {
        let body: Value = serde_json::from_slice(call.body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let known = self.bluesky.as_ref().is_some_and(|login| {
            !login.password.is_empty()
                && text("identifier") == login.identifier
                && text("password") == login.password
        });
        if call.method != "POST" || !rules::is_json(call) || !known {
            return Err((
                401,
                json!({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}),
            ));
        }
        self.session(now_s)
    }

    fn refresh_session(&mut self, call: &Call<'_>, now_s: i64) -> Answered {
        let refresh = self
            .bluesky
            .as_ref()
            .and_then(|login| login.tokens.refresh.as_deref());
        if rules::bearer(call).is_none() || rules::bearer(call) != refresh {
            return Err((
                400,
                json!({"error": "ExpiredToken", "message": "Token has been revoked"}),
            ));
        }
        if !call.body.is_empty() {
            let message = "A request body was provided when none was expected";
            return Err((400, json!({"error": "InvalidRequest", "message": message})));
        }
        self.session(now_s)
    }

    fn session(&mut self, now_s: i64) -> Answered {
        let number = self.next();
        let until_s = now_s + LIFE_S;
        let jwt = |scope: &str| {
            let payload = json!({"scope": scope, "exp": until_s, "jti": number}).to_string();
            format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
        };
        let (access, refresh) = (jwt("com.atproto.access"), jwt("com.atproto.refresh"));
        let Some(login) = &mut self.bluesky else {
            return Err((401, json!({"error": "AuthenticationRequired"})));
        };
        login.tokens.give(access.clone(), refresh.clone(), until_s);
        Ok(json!({
            "did": "did:plc:sandbox",
            "handle": login.identifier,
            "accessJwt": access,
            "refreshJwt": refresh,
        }))
    }
}

/// Status and body.
type Refusal = (u16, Value);
type Answered = Result<Value, Refusal>;
