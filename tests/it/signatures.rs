//! The vectors of `tests/vectors.json`, one by one.

use base64::Engine as _;
use heard::platform::{Knock, handshake, parse};
use heard::signature::scheme::Scheme;
use heard::signature::{Headers, Key, Refusal, verify};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors.json");

#[derive(Deserialize)]
struct Vectors {
    verify: Vec<Vector>,
    handshake: Vec<Handshake>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    scheme: Scheme,
    /// What it stands for, where it stands for a class of refusals or tolerances.
    class: Option<String>,
    /// `published` by the platform or a library, in `source`, or `computed` by `tests/vectors.py`.
    origin: String,
    source: Option<String>,
    keys: Vec<String>,
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_base64: Option<String>,
    now: i64,
    verdict: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    key: usize,
}

#[derive(Deserialize)]
struct Handshake {
    name: String,
    scheme: Scheme,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    tokens: Vec<String>,
    query: Vec<(String, String)>,
    /// The body, where the question comes as a POST.
    post: Option<String>,
    status: Option<u16>,
    #[serde(default)]
    body: String,
}

impl Vector {
    fn bytes(&self) -> Vec<u8> {
        match (&self.body, &self.body_base64) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(text)) => base64::engine::general_purpose::STANDARD
                .decode(text)
                .expect("body_base64"),
            _ => panic!("{}: one body", self.name),
        }
    }
}

/// Every class that a scheme can have, and the verdict on it.
fn classes(scheme: Scheme) -> Vec<(&'static str, &'static str)> {
    // These compare a secret and sign nothing.
    let compared = matches!(scheme, Scheme::Telegram | Scheme::Bluesky);
    let hex = matches!(
        scheme,
        Scheme::Meta
            | Scheme::Discourse
            | Scheme::Mastodon
            | Scheme::Viber
            | Scheme::Linkedin
            | Scheme::Slack
            | Scheme::Tiktok
    );
    let timed = matches!(
        scheme,
        Scheme::Standard | Scheme::Slack | Scheme::Tiktok | Scheme::Zendesk
    );
    let mut classes = vec![
        ("flipped", "refused"),
        ("newline", if compared { "accepted" } else { "refused" }),
        ("truncated", "refused"),
        ("missing", "refused"),
        ("doubled", "refused"),
        ("empty_key", "refused"),
        ("no_key", "refused"),
        ("other_key", "refused"),
        ("second_key", "accepted"),
        ("not_utf8", "accepted"),
        ("garbage", "refused"),
    ];
    if !compared {
        classes.extend([
            ("cut_body", "refused"),
            ("half_pair", "refused"),
            ("not_encoded", "refused"),
            ("signed_empty_key", "refused"),
        ]);
    }
    if hex {
        classes.push(("upper_hex", "accepted"));
    }
    if timed {
        classes.extend([
            ("old_edge", "accepted"),
            ("past_old_edge", "refused"),
            ("new_edge", "accepted"),
            ("past_new_edge", "refused"),
        ]);
    }
    if scheme == Scheme::Standard {
        classes.extend([("list", "accepted"), ("list", "refused")]);
    }
    if scheme == Scheme::Meta {
        classes.push(("reserialised", "refused"));
    }
    classes
}

#[test]
fn every_scheme_has_a_vector_of_every_class_that_it_can_have() {
    let vectors = vectors().verify;
    let mut lacking = Vec::new();
    for scheme in Scheme::ALL {
        let of = |class: &str, verdict: &str| {
            let class = Some(class.to_owned());
            let fits = |v: &&Vector| v.scheme == scheme && v.class == class && v.verdict == verdict;
            vectors.iter().filter(fits).count()
        };
        for (class, verdict) in classes(scheme) {
            if of(class, verdict) == 0 {
                lacking.push(format!("{scheme}: {class} {verdict}"));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
    for vector in &vectors {
        match vector.origin.as_str() {
            "published" => assert!(vector.source.is_some(), "{}: by whom?", vector.name),
            "computed" => assert!(vector.source.is_none(), "{}: which is it?", vector.name),
            other => panic!("{}: {other}", vector.name),
        }
        let listed = |class: &String| {
            let known = classes(vector.scheme);
            class == "upper_token" || known.iter().any(|(known, _)| known == class)
        };
        assert!(vector.class.as_ref().is_none_or(listed), "{}", vector.name);
    }
}

/// A class is what its vectors are, not what they are called: each differs from one that is accepted in
/// nothing but what it says.
#[test]
fn a_vector_differs_from_an_accepted_one_by_what_its_class_says() {
    let vectors = vectors().verify;
    let good = |vector: &Vector, like: &dyn Fn(&Vector) -> bool| {
        vectors.iter().any(|other| {
            other.scheme == vector.scheme
                && other.verdict == "accepted"
                && other.keys == vector.keys
                && other.name != vector.name
                && like(other)
        })
    };
    let all_values = |vector: &Vector| -> String {
        vector
            .headers
            .iter()
            .map(|(_, value)| value.as_str())
            .collect()
    };
    for vector in &vectors {
        let body = vector.bytes();
        let compared = matches!(vector.scheme, Scheme::Telegram | Scheme::Bluesky);
        let same_body = |other: &Vector| other.bytes() == body;
        let same_headers = |other: &Vector| other.headers == vector.headers;
        let holds = match vector.class.as_deref() {
            Some("flipped") if !compared => good(vector, &|other| {
                let others = other.bytes();
                let differ = others.iter().zip(&body).filter(|(a, b)| a != b).count();
                same_headers(other) && others.len() == body.len() && differ == 1
            }),
            Some("newline") => good(vector, &|other| {
                let mut longer = [other.bytes(), b"\n".to_vec()].concat();
                let with_cr = [other.bytes(), b"\r\n".to_vec()].concat();
                if with_cr == body {
                    longer = with_cr;
                }
                same_headers(other) && longer == body
            }),
            Some("cut_body") => good(vector, &|other| {
                same_headers(other) && other.bytes().starts_with(&body) && !same_body(other)
            }),
            Some("upper_hex") => good(vector, &|other| {
                let (ours, theirs) = (all_values(vector), all_values(other));
                same_body(other) && ours != theirs && ours.eq_ignore_ascii_case(&theirs)
            }),
            Some("missing") => good(vector, &|other| {
                let lacks = |name: &String| !vector.headers.iter().any(|(n, _)| n == name);
                same_body(other) && other.headers.iter().any(|(name, _)| lacks(name))
            }),
            Some("past_old_edge" | "past_new_edge") => {
                good(vector, &|other| same_headers(other) && same_body(other))
            }
            _ => true,
        };
        assert!(holds, "{}", vector.name);
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(VECTORS).expect("vectors.json")
}

#[test]
fn every_vector_has_its_verdict() {
    let vectors = vectors().verify;
    for scheme in Scheme::ALL {
        for verdict in ["accepted", "refused"] {
            let some = |v: &&Vector| v.scheme == scheme && v.verdict == verdict;
            assert!(
                vectors.iter().filter(some).count() > 2,
                "{scheme} {verdict}"
            );
        }
    }
    let mut wrong = Vec::new();
    for vector in vectors {
        let body = vector.bytes();
        let keys: Result<Vec<Key>, _> = vector
            .keys
            .iter()
            .map(|text| Key::of(vector.scheme, text))
            .collect();
        let verdict = match keys {
            Err(_) => ("refused", Some("bad_key".to_owned()), 0),
            Ok(keys) => {
                let headers = Headers::new(&vector.headers);
                match verify(vector.scheme, &keys, headers, &body, vector.now) {
                    Ok(key) => ("accepted", None, key),
                    Err(refusal) => {
                        assert!(!refusal.to_string().is_empty());
                        ("refused", Some(refusal.as_str().to_owned()), 0)
                    }
                }
            }
        };
        let expected = (vector.verdict.as_str(), vector.reason.clone(), vector.key);
        if verdict != expected {
            wrong.push(format!("{}: {verdict:?}, not {expected:?}", vector.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_handshake_has_its_answer() {
    for vector in vectors().handshake {
        let secrets = |texts: &[String]| -> Vec<Key> {
            let keys = texts.iter().map(|text| Key::new(text.as_bytes()));
            keys.map(|key| key.expect("no empty key")).collect()
        };
        let knock = Knock {
            get: vector.post.is_none(),
            query: &vector.query,
            body: vector.post.as_deref().unwrap_or_default().as_bytes(),
        };
        let keys = secrets(&vector.keys);
        let tokens = secrets(&vector.tokens);
        let answer = handshake(vector.scheme, &keys, &tokens, &knock)
            .unwrap_or_else(|why| panic!("{}: {why}", vector.name));
        assert_eq!(
            answer.as_ref().map(|welcome| welcome.status),
            vector.status,
            "{}",
            vector.name
        );
        if let Some(welcome) = answer {
            assert_eq!(welcome.body, vector.body, "{}", vector.name);
        }
        // The same question asked in the other way is no handshake.
        let knock = Knock {
            get: !knock.get,
            ..knock
        };
        assert_eq!(handshake(vector.scheme, &keys, &tokens, &knock), Ok(None));
    }
}

const NOW_S: i64 = 1_700_000_000;

/// A question in the query that some handshake answers, whatever the scheme.
fn asked(scheme: Scheme, key: &Key, text: &str) -> Result<Option<String>, Refusal> {
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let token = String::from_utf8_lossy(key.expose()).into_owned();
    let query = [
        ("crc_token", text),
        ("challengeCode", text),
        ("hub.mode", "subscribe"),
        ("hub.challenge", text),
        ("hub.verify_token", token.as_str()),
    ]
    .map(pair);
    let knock = Knock {
        get: true,
        query: &query,
        body: &[],
    };
    let keys = std::slice::from_ref(key);
    handshake(scheme, keys, keys, &knock).map(|welcome| welcome.map(|welcome| welcome.body))
}

/// The texts of an answer: itself, or the strings in it.
fn texts(answer: &str) -> Vec<String> {
    match serde_json::from_str::<Value>(answer) {
        Ok(Value::Object(fields)) => {
            let fields = fields.values().filter_map(Value::as_str);
            fields.map(str::to_owned).collect()
        }
        _ => vec![answer.to_owned()],
    }
}

/// The deliveries that somebody could make of a signature over `text`: what the scheme puts before a body
/// in what it signs may be the text's own beginning.
fn forgeries(scheme: Scheme, signature: &str, text: &str) -> Vec<(Vec<(String, String)>, String)> {
    let bare = signature.strip_prefix("sha256=").unwrap_or(signature);
    let of = |headers: &[(&str, &str)], body: &str| {
        let headers = headers.iter().map(|(n, v)| (n.to_string(), v.to_string()));
        (headers.collect(), body.to_owned())
    };
    let hashed = format!("sha256={bare}");
    match scheme {
        Scheme::Meta => vec![of(&[("X-Hub-Signature-256", &hashed)], text)],
        Scheme::X => vec![of(&[("x-twitter-webhooks-signature", &hashed)], text)],
        Scheme::Discourse => vec![of(
            &[
                ("X-Discourse-Event-Signature", &hashed),
                ("X-Discourse-Instance", "https://forum.example"),
                ("X-Discourse-Event", "post_created"),
            ],
            text,
        )],
        Scheme::Mastodon => vec![of(&[("X-Hub-Signature", &hashed)], text)],
        Scheme::Line => vec![of(&[("x-line-signature", bare)], text)],
        Scheme::Viber => vec![of(&[("X-Viber-Content-Signature", bare)], text)],
        Scheme::Linkedin => {
            let body = text.strip_prefix("hmacsha256=");
            let body = body.map(|body| of(&[("X-LI-Signature", bare)], body));
            body.into_iter().collect()
        }
        Scheme::Slack => {
            let rest = text
                .strip_prefix("v0:")
                .and_then(|rest| rest.split_once(':'));
            let forged = rest.map(|(time, body)| {
                let signature = format!("v0={bare}");
                let time = [("X-Slack-Request-Timestamp", time)];
                of(&[time[0], ("X-Slack-Signature", &signature)], body)
            });
            forged.into_iter().collect()
        }
        Scheme::Tiktok => {
            let forged = text.split_once('.').map(|(time, body)| {
                of(&[("Tiktok-Signature", &format!("t={time},s={bare}"))], body)
            });
            forged.into_iter().collect()
        }
        Scheme::Standard => {
            let mut parts = text.splitn(3, '.');
            let (id, time) = (parts.next(), parts.next());
            let forged = id.zip(time).zip(parts.next()).map(|((id, time), body)| {
                let signature = format!("v1,{bare}");
                let signed = [("webhook-id", id), ("webhook-timestamp", time)];
                of(
                    &[signed[0], signed[1], ("webhook-signature", &signature)],
                    body,
                )
            });
            forged.into_iter().collect()
        }
        Scheme::Zendesk => {
            let cuts = (0..text.len()).filter(|at| text.is_char_boundary(*at));
            let forged = cuts.map(|at| {
                let (time, body) = text.split_at(at);
                let time = ("X-Zendesk-Webhook-Signature-Timestamp", time);
                of(&[time, ("X-Zendesk-Webhook-Signature", bare)], body)
            });
            forged.collect()
        }
        Scheme::Telegram => vec![of(&[("X-Telegram-Bot-Api-Secret-Token", signature)], text)],
        Scheme::Bluesky => vec![of(&[("Authorization", signature)], text)],
    }
}

/// Whether what a handshake answers to `text` is a delivery that verifies and that the parser takes.
fn forged(scheme: Scheme, key: &Key, text: &str) -> bool {
    let Ok(Some(answer)) = asked(scheme, key, text) else {
        return false;
    };
    let mut deliveries = texts(&answer)
        .into_iter()
        .flat_map(|signature| forgeries(scheme, &signature, text));
    deliveries.any(|(headers, body)| {
        let headers = Headers::new(&headers);
        let keys = std::slice::from_ref(key);
        verify(scheme, keys, headers, body.as_bytes(), NOW_S).is_ok()
            && parse(scheme, headers, body.as_bytes(), NOW_S * 1_000).is_ok()
    })
}

/// The least that each scheme's parser takes.
const DOCUMENTS: &[&str] = &[
    r#"{"object":"page","entry":[]}"#,
    r#"{"for_user_id":"1","tweet_create_events":[]}"#,
    r#"{"data":{"event_type":"post.create"}}"#,
    r#"{"type":"post.created","data":{}}"#,
    r#"{"ping":"OK"}"#,
    r#"{"update_id":1}"#,
    r#"{"events":[]}"#,
    r#"{"event":"message"}"#,
    r#"{"notifications":[]}"#,
    r#"{"type":"event_callback","text":"\ud800"}"#,
    r#"{"event":"status.created","object":{}}"#,
    r#"{"type":"record","record":{}}"#,
    r#"{"type":"zen:event-type:ticket.created"}"#,
    "{}",
    "[{}]",
    "[]",
    "1",
    "\"text\"",
    "null",
    "challenge_string",
    "890e4665-4dfe-4ab1-b689-ed553bceeed0",
];

/// What readers of JSON, of UTF-8 and of queries pass over, and what schemes put before a body.
const LEADS: &[&str] = &[
    " ",
    "\t",
    "\n",
    "\r",
    "\u{b}",
    "\u{c}",
    "\0",
    "\u{1f}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2003}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "\u{fffd}",
    "\u{ef}\u{bb}\u{bf}",
    "hmacsha256=",
    "sha256=",
    "v0:1700000000:",
    "1700000000.",
    "id.1700000000.",
    "2023-11-14T22:13:20Z",
    "%7B",
    "&",
    "a",
    "{",
    "[",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever a stranger asks a handshake, its answer signs no delivery: a signature of ours over a
    /// document would let anybody forge that platform's deliveries without a secret.
    #[test]
    fn no_handshake_signs_a_delivery(
        leads in prop::collection::vec(prop::sample::select(LEADS), 0..4),
        document in prop_oneof![
            4 => prop::sample::select(DOCUMENTS).prop_map(str::to_owned),
            1 => any::<String>(),
        ],
        tail in prop_oneof![Just(""), Just("\n"), Just("\u{feff}"), Just("x")],
    ) {
        let text = format!("{}{document}{tail}", leads.concat());
        let key = Key::new("a-secret-of-the-app").expect("a key");
        for scheme in Scheme::ALL {
            prop_assert!(!forged(scheme, &key, &text), "{scheme} signs {text:?}");
        }
    }
}

/// Real deliveries, with all that may stand before them.
#[test]
fn no_handshake_signs_a_delivery_that_was_seen() {
    let key = Key::new("a-secret-of-the-app").expect("a key");
    for document in DOCUMENTS {
        for first in LEADS.iter().chain(&[""]) {
            for second in LEADS.iter().chain(&[""]) {
                let text = format!("{first}{second}{document}");
                for scheme in Scheme::ALL {
                    assert!(!forged(scheme, &key, &text), "{scheme} signs {text:?}");
                }
            }
        }
    }
}

#[test]
fn a_handshake_refuses_what_may_be_a_delivery_and_signs_the_rest() {
    let key = Key::new("a-secret-of-the-app").expect("a key");
    let long = "a".repeat(512);
    let longer = "a".repeat(513);
    let uuid = "890e4665-4dfe-4ab1-b689-ed553bceeed0";
    let prefixed = format!("hmacsha256={uuid}");
    for (scheme, text, signs) in [
        // What X was seen to ask, and what it may: it documents no alphabet.
        (Scheme::X, "challenge_string", true),
        (Scheme::X, "MDhlYWM5ZWYtYzZmMS00==", true),
        (Scheme::X, "a{\"for_user_id\":\"1\"}", true),
        (Scheme::X, " padded ", true),
        (Scheme::X, "", true),
        (Scheme::X, &long, true),
        (Scheme::X, &longer, false),
        (Scheme::X, "{\"for_user_id\":\"1\"}", false),
        (Scheme::X, "\u{feff}{}", false),
        (Scheme::X, "\u{feff}\u{feff} \n{}", false),
        (Scheme::X, "\0{\0}", false),
        (Scheme::X, "\t[1]", false),
        // LinkedIn documents a UUID.
        (Scheme::Linkedin, uuid, true),
        (Scheme::Linkedin, &uuid.to_uppercase(), true),
        (Scheme::Linkedin, "hmacsha256={\"notifications\":[]}", false),
        (Scheme::Linkedin, &prefixed, false),
        (Scheme::Linkedin, &format!("{uuid}\n"), false),
        (Scheme::Linkedin, "890e4665-4dfe-4ab1-b689", false),
        (Scheme::Linkedin, "890e46654dfe4ab1b689ed553bceeed0", false),
        (
            Scheme::Linkedin,
            "890e466g-4dfe-4ab1-b689-ed553bceeed0",
            false,
        ),
        (Scheme::Linkedin, "", false),
    ] {
        match asked(scheme, &key, text) {
            Ok(answer) => assert!(signs && answer.is_some(), "{scheme} signs {text:?}"),
            Err(why) => assert!(!signs && why == Refusal::Challenge, "{scheme}: {text:?}"),
        }
    }
    // What X's handshake gives out is a signature that holds, if over nothing that its parser takes: were
    // it not, the tests above would see no forgery.
    let answer = asked(Scheme::X, &key, "challenge_string").expect("signed");
    let [signature] = &texts(&answer.expect("an answer"))[..] else {
        panic!("one signature");
    };
    for (headers, body) in forgeries(Scheme::X, signature, "challenge_string") {
        let (headers, keys) = (Headers::new(&headers), std::slice::from_ref(&key));
        assert_eq!(
            verify(Scheme::X, keys, headers, body.as_bytes(), NOW_S),
            Ok(0)
        );
        assert!(parse(Scheme::X, headers, body.as_bytes(), 0).is_err());
    }
}
