//! OAuth 1.0a: a call that is signed with two secrets instead of bearing a token (RFC 5849, HMAC-SHA1).
//!
//! X takes it for every call on behalf of an account, and its tokens do not expire. What is signed is
//! the method, the URL and the parameters of query and form; a JSON body is not among them (RFC 5849,
//! 3.4.1.3.1), so what Heard sends is signed by method and URL alone, and held by TLS.
//!
//! Nonce and time are parameters: the host gives them.

use crate::platform::read::encoded;
use crate::platform::{Method, ReplyCall};
use crate::signature::Key;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::fmt;

/// The four values that X's developer console shows for an app and an account.
#[derive(Clone)]
pub struct Keys {
    consumer_key: String,
    token: Key,
    mac: Hmac<Sha1>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// The app's key and secret, and the account's token and secret; `None` where one is empty.
    pub fn new(
        consumer_key: &str,
        consumer_secret: &str,
        token: &str,
        token_secret: &str,
    ) -> Option<Self> {
        let parts = [consumer_key, consumer_secret, token_secret];
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let key = format!("{}&{}", encoded(consumer_secret), encoded(token_secret));
        Some(Self {
            consumer_key: consumer_key.to_owned(),
            token: Key::new(token)?,
            // HMAC takes a key of any length, so this never fails.
            mac: Hmac::new_from_slice(key.as_bytes()).ok()?,
        })
    }

    /// The account's token: what stands in a call until it is signed.
    pub fn token(&self) -> &Key {
        &self.token
    }

    /// The same call, signed instead of bearing the token. `nonce` is never the same twice.
    pub fn signed(&self, mut call: ReplyCall, nonce: &str, now_ms: i64) -> ReplyCall {
        let method = match call.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
        };
        let timestamp_s = now_ms.div_euclid(1_000);
        let signed = self.authorization(method, &call.url, &[], nonce, timestamp_s);
        call.headers.retain(|(name, _)| name != "Authorization");
        call.headers.push(("Authorization".to_owned(), signed));
        call
    }

    /// The `Authorization` header of a call. `url` has no query; `params` are the decoded pairs of
    /// query and form; `nonce` is never the same twice within a second.
    fn authorization(
        &self,
        method: &str,
        url: &str,
        params: &[(&str, &str)],
        nonce: &str,
        timestamp_s: i64,
    ) -> String {
        let timestamp = timestamp_s.to_string();
        let token = String::from_utf8_lossy(self.token.expose());
        let protocol = [
            ("oauth_consumer_key", self.consumer_key.as_str()),
            ("oauth_nonce", nonce),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", &timestamp),
            ("oauth_token", &token),
            ("oauth_version", "1.0"),
        ];
        let signed: Vec<(&str, &str)> = protocol.iter().chain(params).copied().collect();
        let signature = self.sign(&base_string(method, url, &signed));
        let fields: Vec<String> = protocol
            .iter()
            .chain(&[("oauth_signature", signature.as_str())])
            .map(|(name, value)| format!("{name}=\"{}\"", encoded(value)))
            .collect();
        format!("OAuth {}", fields.join(", "))
    }

    fn sign(&self, base: &str) -> String {
        let mut mac = self.mac.clone();
        mac.update(base.as_bytes());
        BASE64.encode(mac.finalize().into_bytes())
    }
}

/// What is signed (RFC 5849, 3.4.1): method, URL, and the parameters sorted by name, then value.
/// `url` is as that section normalises it: lower-case scheme and host, no default port, no query.
fn base_string(method: &str, url: &str, params: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(String, String)> = params
        .iter()
        .map(|(name, value)| (encoded(name), encoded(value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{method}&{}&{}", encoded(url), encoded(&pairs.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// docs.x.com, "Creating a signature": the whole example.
    #[test]
    fn signs_as_x_documents() {
        let keys = Keys::new(
            "xvz1evFS4wEEPTGEFPHBog",
            "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
            "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
            "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
        )
        .unwrap();
        let params = [
            ("include_entities", "true"),
            (
                "status",
                "Hello Ladies + Gentlemen, a signed OAuth request!",
            ),
        ];
        let authorize = |url| {
            let nonce = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg";
            keys.authorization("POST", url, &params, nonce, 1_318_622_958)
        };
        let header = authorize("https://api.x.com/1.1/statuses/update.json");
        assert!(
            header.ends_with("oauth_signature=\"Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D\""),
            "{header}"
        );
        assert!(header.starts_with(
            "OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", oauth_nonce=\"kYjzVBB8Y0ZFabx"
        ));
        // The same example under the host that X had before.
        let header = authorize("https://api.twitter.com/1.1/statuses/update.json");
        assert!(header.ends_with("\"hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D\""));
    }

    /// RFC 5849, 3.4.1.1: a name twice, names and values to encode, an empty value.
    #[test]
    fn the_base_string_is_the_rfc_s() {
        let base = base_string(
            "POST",
            "http://example.com/request",
            &[
                ("b5", "=%3D"),
                ("a3", "a"),
                ("c@", ""),
                ("a2", "r b"),
                ("oauth_consumer_key", "9djdj82h48djs9d2"),
                ("oauth_token", "kkk9d7dh3k39sjv7"),
                ("oauth_signature_method", "HMAC-SHA1"),
                ("oauth_timestamp", "137131201"),
                ("oauth_nonce", "7d8f3e4a"),
                ("c2", ""),
                ("a3", "2 q"),
            ],
        );
        assert_eq!(
            base,
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D\
             %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
             %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
        // The RFC prints another signature; this is the one of its verified erratum 2550.
        let keys = Keys::new("k", "j49sk3j29djd", "t", "dh893hdasih9").unwrap();
        assert_eq!(keys.sign(&base), "r6/TJjbCOr97/+UU0NsvSne7s5g=");
    }

    /// RFC 5849, 1.2: the request for the photo.
    #[test]
    fn signs_as_the_rfc_does() {
        let base = base_string(
            "GET",
            "http://photos.example.net/photos",
            &[
                ("file", "vacation.jpg"),
                ("size", "original"),
                ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
                ("oauth_token", "nnch734d00sl2jdk"),
                ("oauth_signature_method", "HMAC-SHA1"),
                ("oauth_timestamp", "137131202"),
                ("oauth_nonce", "chapoH"),
            ],
        );
        let keys = Keys::new("k", "kd94hf93k423kf44", "t", "pfkkdhi9sl3r4s00").unwrap();
        assert_eq!(keys.sign(&base), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    #[test]
    fn a_call_is_signed_instead_of_bearing_the_token() {
        let keys = Keys::new("ck", "cs", "tk", "ts").unwrap();
        let call = ReplyCall {
            method: Method::Post,
            url: "https://api.x.com/2/tweets".into(),
            headers: vec![("Authorization".into(), "Bearer tk".into())],
            body: "{}".into(),
        };
        let signed = keys.signed(call.clone(), "n1", 1_790_000_000_999);
        let [(name, value)] = signed.headers.as_slice() else {
            panic!("one header");
        };
        assert_eq!(name, "Authorization");
        assert!(value.contains("oauth_timestamp=\"1790000000\""), "{value}");
        assert!(!value.contains("cs") && !value.contains("ts\""), "{value}");
        assert_eq!((&signed.url, &signed.body), (&call.url, &call.body));
        let other = keys.signed(call, "n2", 1_790_000_000_999);
        assert!(other.headers != signed.headers);
    }

    #[test]
    fn keys_are_whole_and_never_shown() {
        for parts in [
            ["", "b", "c", "d"],
            ["a", "", "c", "d"],
            ["a", "b", "", "d"],
            ["a", "b", "c", ""],
        ] {
            let [a, b, c, d] = parts;
            assert!(Keys::new(a, b, c, d).is_none(), "{parts:?}");
        }
        let shown = format!("{:?}", Keys::new("aa", "bb", "cc", "dd"));
        assert_eq!(shown, "Some(Keys(..))");
    }
}
