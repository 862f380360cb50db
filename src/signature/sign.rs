//! Signing as a platform would: for `heard post`, `heard simulate`, benchmarks and tests.
//!
//! Written apart from the rows that verify: a header, a prefix or a separator that a row has wrong is not
//! wrong here too.

use super::scheme::Scheme;
use super::{HmacSha256, Key, base64, hex_of};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::DateTime;

/// The headers that sign `body` as the platform would.
///
/// `id` is used by [`Scheme::Standard`] alone, `now_s` by the schemes that sign a time.
pub fn sign(scheme: Scheme, key: &Key, id: &str, now_s: i64, body: &[u8]) -> Vec<(String, String)> {
    let one = |name: &str, value: String| vec![(name.to_owned(), value)];
    let sha256 = |mac: HmacSha256| format!("sha256={}", hex_of(mac));
    let time = now_s.to_string();
    match scheme {
        Scheme::Meta => one("X-Hub-Signature-256", sha256(key.mac([body]))),
        Scheme::X => one(
            "x-twitter-webhooks-signature",
            format!("sha256={}", base64(key.mac([body]))),
        ),
        Scheme::Discourse => one("X-Discourse-Event-Signature", sha256(key.mac([body]))),
        Scheme::Mastodon => one("X-Hub-Signature", sha256(key.mac([body]))),
        Scheme::Viber => one("X-Viber-Content-Signature", hex_of(key.mac([body]))),
        Scheme::Line => one("x-line-signature", base64(key.mac([body]))),
        Scheme::Linkedin => one("X-LI-Signature", hex_of(key.mac([b"hmacsha256=", body]))),
        Scheme::Slack => {
            let mac = key.mac([b"v0:", time.as_bytes(), b":", body]);
            vec![
                ("X-Slack-Request-Timestamp".into(), time),
                ("X-Slack-Signature".into(), format!("v0={}", hex_of(mac))),
            ]
        }
        Scheme::Tiktok => {
            let mac = key.mac([time.as_bytes(), b".", body]);
            one("Tiktok-Signature", format!("t={time},s={}", hex_of(mac)))
        }
        Scheme::Zendesk => {
            let time = DateTime::from_timestamp(now_s, 0).unwrap_or_default();
            let time = time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            let mac = key.mac([time.as_bytes(), body]);
            vec![
                ("X-Zendesk-Webhook-Signature-Timestamp".into(), time),
                ("X-Zendesk-Webhook-Signature".into(), base64(mac)),
            ]
        }
        Scheme::Telegram => one(
            "X-Telegram-Bot-Api-Secret-Token",
            String::from_utf8_lossy(key.expose()).into_owned(),
        ),
        Scheme::Bluesky => {
            let login = [b"admin:", key.expose()].concat();
            one("Authorization", format!("Basic {}", BASE64.encode(login)))
        }
        Scheme::Standard => {
            let mac = key.mac([id.as_bytes(), b".", time.as_bytes(), b".", body]);
            vec![
                ("webhook-id".into(), id.into()),
                ("webhook-timestamp".into(), time),
                ("webhook-signature".into(), format!("v1,{}", base64(mac))),
            ]
        }
    }
}
