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
        let body = match (&vector.body, &vector.body_base64) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(text)) => base64::engine::general_purpose::STANDARD
                .decode(text)
                .expect("body_base64"),
            _ => panic!("{}: one body", vector.name),
        };
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
