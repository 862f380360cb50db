use super::*;
use crate::signature::sign::sign;

const META_HEADER: &str = "x-hub-signature-256";
const X_HEADER: &str = "x-twitter-webhooks-signature";

/// Hints for `body`, where `signed` was signed with `key`, and the keys given are `keys`.
fn hints(scheme: Scheme, signed: &[u8], body: &[u8], key: &[u8], secrets: &[&str]) -> String {
    let key = Key::new(key).unwrap();
    let headers = sign(scheme, &key, "msg_1", 1_700_000_000, signed);
    let secrets: Vec<String> = secrets.iter().map(|s| (*s).to_owned()).collect();
    let keys: Vec<Key> = secrets
        .iter()
        .map(|secret| Key::of(scheme, secret).unwrap())
        .collect();
    let captured = Captured {
        scheme,
        keys: &keys,
        secrets: &secrets,
        headers: &headers,
        body,
        now_s: 1_700_000_000,
    };
    let refusal =
        verify(scheme, &keys, Headers::new(&headers), body, 1_700_000_000).expect_err("refused");
    captured.hints(refusal).join("\n")
}

#[test]
fn tells_what_became_of_the_body() {
    let meta = |signed: &str, body: &str| {
        hints(
            Scheme::Meta,
            signed.as_bytes(),
            body.as_bytes(),
            b"k",
            &["k"],
        )
    };
    assert!(meta("{}", "{}\n").contains("newline at its end"));
    assert!(meta("{}\n", "{}").contains("is lost"));
    assert!(meta(r#"{"a":"b c"}"#, "{\n  \"a\": \"b c\"\n}").contains("laid out"));
    // Decoded escapes alone are no reason to refuse; the added space is.
    assert!(meta(r#"{"a":"\u00e4"}"#, r#"{"a": "ä"}"#).contains("laid out"));
    assert!(meta(r#"{"a":"\/"}"#, r#"{"a":"/"}"#).contains("re-serialised"));
    assert!(meta(r#"{"a":"\/\u0040\u00e4"}"#, r#"{"a":"/@ä"}"#).contains("re-serialised"));
    assert!(meta("{}", r#"{"a":"ä"}"#).contains("wrong key?"));
}

#[test]
fn tells_what_is_wrong_with_the_key() {
    let body = b"{}";
    let text = b"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    let secret = std::str::from_utf8(text).unwrap();
    let hint = hints(Scheme::Standard, body, body, text, &[secret]);
    assert!(hint.contains("the text of the secret"), "{hint}");
    let hint = hints(Scheme::X, body, body, b"quoted", &["\"quoted\""]);
    assert!(hint.contains("quotation marks"), "{hint}");
    let hint = hints(Scheme::X, body, body, b"one", &["two"]);
    assert!(hint.contains("consumer secret"), "{hint}");
}

fn with_headers(scheme: Scheme, headers: &[(&str, String)], now_s: i64) -> (Refusal, String) {
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let keys = [Key::new("k").unwrap()];
    let captured = Captured {
        scheme,
        keys: &keys,
        secrets: &[],
        headers: &headers,
        body: b"{}",
        now_s,
    };
    let refusal = verify(scheme, &keys, Headers::new(&headers), b"{}", now_s).expect_err("refused");
    (refusal, captured.hints(refusal).join("\n"))
}

#[test]
fn tells_what_is_wrong_with_the_header() {
    let key = Key::new("k").unwrap();
    let value = |scheme| sign(scheme, &key, "msg_1", 5, b"{}").pop().unwrap().1;
    let (refusal, hint) = with_headers(Scheme::X, &[(X_HEADER, value(Scheme::Meta))], 5);
    assert_eq!(refusal.as_str(), "wrong_length");
    assert!(hint.contains("in hex, where"), "{hint}");
    assert!(hint.contains("the key and the body are right"), "{hint}");
    let (_, hint) = with_headers(Scheme::Meta, &[(META_HEADER, value(Scheme::X))], 5);
    assert!(hint.contains("in base64, where"), "{hint}");
    let (_, hint) = with_headers(Scheme::Meta, &[(X_HEADER, value(Scheme::X))], 5);
    assert!(hint.contains("--scheme x"), "{hint}");
    let (_, hint) = with_headers(Scheme::Meta, &[("x-hub-signature", "sha1=".into())], 5);
    assert!(hint.contains("SHA-1"), "{hint}");
}

#[test]
fn tells_whether_an_expired_signature_is_right() {
    let key = Key::new("k").unwrap();
    let headers = sign(Scheme::Standard, &key, "msg_1", 1_700_000_000, b"{}");
    let headers: Vec<(&str, String)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    let (refusal, hint) = with_headers(Scheme::Standard, &headers, 1_700_000_400);
    assert_eq!(refusal, Refusal::TooOld { by_s: 100 });
    assert!(hint.contains("--now 1700000000 it is accepted"), "{hint}");
}

#[test]
fn every_scheme_tells_what_to_look_at() {
    for scheme in Scheme::ALL {
        let hint = hints(scheme, b"{}", b"{}", b"one", &[other(scheme)]);
        assert!(hint.contains("wrong"), "{scheme}: {hint}");
        let compared = matches!(scheme, Scheme::Telegram | Scheme::Bluesky);
        let secret = other(scheme);
        let key = Key::of(scheme, secret).unwrap();
        if !compared {
            let hint = hints(scheme, b"{}", b"{}\n", key.expose(), &[secret]);
            assert!(hint.contains("newline at its end"), "{scheme}: {hint}");
        }
        let headers = sign(scheme, &key, "msg_1", 1_700_000_000, b"{}");
        let keys = [key];
        let captured = Captured {
            scheme,
            keys: &keys,
            secrets: &[],
            headers: &headers,
            body: b"{}",
            now_s: 1_700_000_400,
        };
        let verdict = verify(scheme, &keys, Headers::new(&headers), b"{}", 1_700_000_400);
        if let Err(refusal) = verdict {
            let hint = captured.hints(refusal).join("\n");
            assert!(
                hint.contains("--now 1700000000 it is accepted"),
                "{scheme}: {hint}"
            );
        }
        // Nothing of the request, and no key, is repeated in a reason.
        let bare = Captured {
            headers: &[],
            ..captured
        };
        let refusal = verify(scheme, &keys, Headers::new(&[]), b"{}", 5).expect_err("refused");
        assert_eq!(refusal.as_str(), "missing_header");
        assert!(
            bare.hints(refusal)
                .join("\n")
                .contains("no header was given")
        );
    }
}

/// What is done to the headers of a delivery on its way.
type Change<'c> = dyn Fn(&mut Vec<(String, String)>) + 'c;

const NOW_S: i64 = 1_700_000_000;

/// A delivery signed with `signing` over `signed`, refused with `secret` and `body`, after `change`
/// had its way with the headers: the refusal and the hints.
fn explained(
    scheme: Scheme,
    (signing, signed): (&str, &[u8]),
    (secret, body): (&str, &[u8]),
    now_s: i64,
    change: &Change<'_>,
) -> (Refusal, String) {
    let mut headers = sign(
        scheme,
        &Key::of(scheme, signing).unwrap(),
        "msg_1",
        NOW_S,
        signed,
    );
    change(&mut headers);
    let secrets = [secret.to_owned()];
    let keys = [Key::of(scheme, secret).unwrap()];
    let captured = Captured {
        scheme,
        keys: &keys,
        secrets: &secrets,
        headers: &headers,
        body,
        now_s,
    };
    let refusal = verify(scheme, &keys, Headers::new(&headers), body, now_s).expect_err("refused");
    let hints = captured.hints(refusal).join("\n");
    // A refusal may be pasted into a ticket: no key, no body, no signature in it.
    for hush in [signing, secret, "Woking"] {
        assert!(!hints.contains(hush), "{scheme}: {hints}");
    }
    (refusal, hints)
}

fn secret_of(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Standard => "whsec_SGVhcmRIZWFyZEhlYXJkSGVhcmRIZWFyZEhlYXI=",
        _ => "the-secret-of-the-app",
    }
}

/// What the operator is told to look for, where the key is another.
fn where_the_key_is(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Meta => "app secret",
        Scheme::X => "consumer secret",
        Scheme::Standard => "signing secret (whsec_",
        Scheme::Discourse => "webhook's own page in Admin",
        Scheme::Telegram => "secret_token given to setWebhook",
        Scheme::Line => "channel secret",
        Scheme::Viber => "authentication token",
        Scheme::Linkedin | Scheme::Tiktok => "client secret",
        Scheme::Slack => "signing secret (Basic Information)",
        Scheme::Mastodon => "webhook's page",
        Scheme::Bluesky => "TAP_ADMIN_PASSWORD",
        Scheme::Zendesk => "signing secret of this webhook",
    }
}

const BODY: &[u8] = br#"{"text":"stuck at Woking / again <3","n":[1,2]}"#;

fn is_compared(scheme: Scheme) -> bool {
    matches!(scheme, Scheme::Telegram | Scheme::Bluesky)
}

#[test]
fn a_wrong_key_is_explained_for_every_scheme() {
    for scheme in Scheme::ALL {
        let signing = match scheme {
            Scheme::Standard => "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
            _ => "another-secret",
        };
        let ours = (secret_of(scheme), BODY);
        let (refusal, hint) = explained(scheme, (signing, BODY), ours, NOW_S, &|_| {});
        assert_eq!(refusal, Refusal::Mismatch, "{scheme}");
        assert!(hint.contains(where_the_key_is(scheme)), "{scheme}: {hint}");
        assert!(hint.contains("wrong"), "{scheme}: {hint}");
        // Where a body is signed, it may be that as well.
        assert_eq!(
            hint.contains("the bytes that arrived"),
            !is_compared(scheme),
            "{scheme}"
        );
    }
}

#[test]
fn a_re_serialised_body_is_explained_for_every_scheme_that_signs_one() {
    let escaped = br#"{"text":"stuck at Woking \/ again <3","n":[1,2]}"#;
    let rails = br#"{"text":"stuck at Woking / again \u003c3","n":[1,2]}"#;
    let spaced = br#"{"text": "stuck at Woking / again <3", "n": [1, 2]}"#;
    let newline = [BODY, b"\n"].concat();
    for scheme in Scheme::ALL {
        let secret = secret_of(scheme);
        let with = |signed: &[u8], body: &[u8]| {
            let ours = (secret, body);
            explained(scheme, (secret, signed), ours, NOW_S, &|_| {}).1
        };
        if is_compared(scheme) {
            // Nothing of a body is signed, so nothing that happens to it is refused.
            let key = [Key::of(scheme, secret).unwrap()];
            let headers = sign(scheme, &key[0], "", NOW_S, BODY);
            let verdict = verify(scheme, &key, Headers::new(&headers), spaced, NOW_S);
            assert_eq!(verdict, Ok(0), "{scheme}");
            continue;
        }
        for (signed, body, words) in [
            (&escaped[..], BODY, "\\/ for each slash"),
            (&rails[..], BODY, "\\u003c"),
            (BODY, &spaced[..], "laid out anew"),
            (&spaced[..], BODY, "a space after each comma"),
            (BODY, newline.as_slice(), "newline at its end"),
            (newline.as_slice(), BODY, "is lost"),
        ] {
            let hint = with(signed, body);
            assert!(hint.contains(words), "{scheme}: {hint}");
            assert!(hint.contains("capture it"), "{scheme}: {hint}");
        }
    }
}

#[test]
fn a_wrong_header_is_explained_for_every_scheme() {
    for scheme in Scheme::ALL {
        let secret = secret_of(scheme);
        let with =
            |change: &Change<'_>| explained(scheme, (secret, BODY), (secret, BODY), NOW_S, change);
        // A proxy gave it another name.
        let (refusal, hint) = with(&|headers| {
            let signature = headers.last_mut().unwrap();
            signature.0 = "X-Forwarded-Signature".into();
        });
        assert_eq!(refusal.as_str(), "missing_header", "{scheme}");
        assert!(
            hint.contains("X-Forwarded-Signature holds the right"),
            "{scheme}: {hint}"
        );
        // It is of another platform.
        let other = match scheme {
            Scheme::Viber => Scheme::Line,
            _ => Scheme::Viber,
        };
        let (_, hint) = with(&|headers| {
            *headers = sign(other, &Key::new("k").unwrap(), "", NOW_S, BODY);
        });
        assert!(
            hint.contains(&format!("--scheme {other}")),
            "{scheme}: {hint}"
        );
        // There is none.
        let (_, hint) = with(&|headers| headers.clear());
        assert!(hint.contains("no header was given"), "{scheme}: {hint}");
        let (_, hint) = with(&|headers| *headers = vec![("Accept".into(), "*/*".into())]);
        assert!(
            hint.contains("headers were given: Accept"),
            "{scheme}: {hint}"
        );
        // It is there twice.
        let (refusal, hint) = with(&|headers| headers.push(headers.last().unwrap().clone()));
        assert_eq!(refusal.as_str(), "doubled_header", "{scheme}");
        assert!(hint.contains("once"), "{scheme}: {hint}");
    }
}

#[test]
fn an_expired_delivery_is_explained_for_every_scheme_that_signs_a_time() {
    for scheme in Scheme::ALL {
        let secret = secret_of(scheme);
        let timed = matches!(
            scheme,
            Scheme::Standard | Scheme::Slack | Scheme::Tiktok | Scheme::Zendesk
        );
        let key = [Key::of(scheme, secret).unwrap()];
        let headers = sign(scheme, &key[0], "msg_1", NOW_S, BODY);
        let late = verify(scheme, &key, Headers::new(&headers), BODY, NOW_S + 900);
        assert_eq!(late.is_err(), timed, "{scheme}");
        if !timed {
            continue;
        }
        for (now_s, why) in [(NOW_S + 900, "too_old"), (NOW_S - 900, "too_new")] {
            let right = (secret, BODY);
            let (refusal, hint) = explained(scheme, right, right, now_s, &|_| {});
            assert_eq!(refusal.as_str(), why, "{scheme}");
            assert!(
                hint.contains("900 s apart, 300 s allowed"),
                "{scheme}: {hint}"
            );
            assert!(
                hint.contains("--now 1700000000 it is accepted"),
                "{scheme}: {hint}"
            );
            let (_, hint) = explained(scheme, right, (secret, b"{}"), now_s, &|_| {});
            assert!(
                hint.contains("the signature is wrong too"),
                "{scheme}: {hint}"
            );
        }
    }
}

#[test]
fn a_time_in_another_form_is_explained() {
    for (scheme, header, time, words) in [
        (
            Scheme::Slack,
            "x-slack-request-timestamp",
            "1700000000000",
            "in milliseconds",
        ),
        (
            Scheme::Slack,
            "x-slack-request-timestamp",
            "2026-11-22T10:00:00Z",
            "it is a date",
        ),
        (Scheme::Standard, "webhook-timestamp", "", "it is empty"),
        (
            Scheme::Standard,
            "webhook-timestamp",
            "+170",
            "other characters",
        ),
        (
            Scheme::Zendesk,
            "x-zendesk-webhook-signature-timestamp",
            "1700000000",
            "it is a number",
        ),
        (
            Scheme::Tiktok,
            "tiktok-signature",
            "t=1700000000000000000000,s=a",
            "in milliseconds",
        ),
    ] {
        let right = (secret_of(scheme), BODY);
        let (refusal, hint) = explained(scheme, right, right, NOW_S, &|headers| {
            for (name, value) in headers.iter_mut() {
                if name.eq_ignore_ascii_case(header) {
                    *value = time.to_owned();
                }
            }
        });
        let readable = time.len() == 13;
        let why = if readable { "too_new" } else { "bad_timestamp" };
        assert_eq!(refusal.as_str(), why, "{scheme}");
        assert!(hint.contains(words), "{scheme}: {hint}");
    }
}

#[test]
fn a_wrong_encoding_is_explained_for_every_scheme() {
    let hex_of = |value: &str| -> String {
        let bytes = BASE64.decode(value).unwrap();
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    };
    for scheme in Scheme::ALL {
        let right = (secret_of(scheme), BODY);
        let with = |change: &dyn Fn(&str) -> String| {
            let (_, hint) = explained(scheme, right, right, NOW_S, &|headers| {
                let (_, value) = headers.last_mut().unwrap();
                *value = change(value);
            });
            hint
        };
        match scheme {
            Scheme::Telegram => {
                let hint = with(&|value| BASE64.encode(value));
                assert!(hint.contains("written in base64"), "{hint}");
                let hint = with(&|value| format!("\"{value}\""));
                assert!(hint.contains("quotation marks"), "{hint}");
                let hint = with(&|value| value.to_uppercase());
                assert!(hint.contains("upper and lower case"), "{hint}");
                let hint = with(&|_| "123456:AAE-token_of_the_bot".into());
                assert!(hint.contains("the bot's own token"), "{hint}");
            }
            Scheme::Bluesky => {
                let hint = with(&|_| "Basic the-secret".into());
                assert!(hint.contains("is not base64"), "{hint}");
                let hint = with(&|_| format!("Basic {}", BASE64.encode("no colon")));
                assert!(hint.contains("no user and password"), "{hint}");
                let hint = with(&|_| format!("Basic {}", BASE64.encode("root:it")));
                assert!(hint.contains("the user is not admin"), "{hint}");
                let hint = with(&|_| "Bearer it".into());
                assert!(hint.contains("begins with Bearer"), "{hint}");
            }
            _ => {
                let Proof::Signed(signed) = &scheme.row().proof else {
                    panic!("{scheme} signs nothing");
                };
                let prefix = signed.prefix;
                let hint = with(&|value| {
                    let at = match scheme {
                        Scheme::Tiktok => value.find(",s=").unwrap() + 3,
                        _ => prefix.len(),
                    };
                    let (before, digest) = value.split_at(at);
                    match signed.encoding {
                        Encoding::Hex => format!("{before}{}", BASE64.encode(bytes_of_hex(digest))),
                        Encoding::Base64 => format!("{before}{}", hex_of(digest)),
                    }
                });
                assert!(hint.contains("the digest is there in"), "{scheme}: {hint}");
                assert!(
                    hint.contains("the key and the body are right"),
                    "{scheme}: {hint}"
                );
                let hint = with(&|value| value[..value.len() - 9].to_owned());
                assert!(hint.contains("was it cut"), "{scheme}: {hint}");
                let hint = with(&|value| match scheme {
                    Scheme::Tiktok => format!("{}{}", &value[..15], "a".repeat(40)),
                    _ => format!("{prefix}{}", "a".repeat(40)),
                });
                assert!(hint.contains("SHA-1"), "{scheme}: {hint}");
            }
        }
    }
}

#[test]
fn a_key_that_was_read_otherwise_is_explained() {
    let body = BODY;
    let signed_with =
        |scheme, bytes: &[u8], secret: &str| hints(scheme, body, body, bytes, &[secret]);
    let hint = signed_with(
        Scheme::Zendesk,
        b"dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
        "the-webhooks-own",
    );
    assert!(
        hint.contains("test from before the webhook was saved"),
        "{hint}"
    );
    let hint = signed_with(Scheme::Meta, &[0xAB, 0xCD], "abcd");
    assert!(hint.contains("writes in hex"), "{hint}");
    let hint = signed_with(Scheme::Line, b"abc", "YWJj");
    assert!(hint.contains("base64 decodes to"), "{hint}");
}

/// A secret of the scheme's form.
fn other(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Standard => "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        _ => "two",
    }
}
