//! The vectors of `tests/vectors.json`, one by one.

use base64::Engine as _;
use heard::platform::{Knock, handshake};
use heard::signature::{Headers, Key, Scheme, verify};
use serde::Deserialize;

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
        let answer = handshake(vector.scheme, &keys, &tokens, &knock);
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
        assert_eq!(handshake(vector.scheme, &keys, &tokens, &knock), None);
    }
}
