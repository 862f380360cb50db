use super::sign::sign;
use super::*;

#[test]
fn a_key_is_never_shown_and_never_empty() {
    let key = Key::new("hush").unwrap();
    assert_eq!(format!("{key:?}"), "Key([redacted])");
    assert!(Key::new("").is_none());
    for scheme in Scheme::ALL {
        assert_eq!(Key::of(scheme, "").unwrap_err(), BadKey::Empty);
        assert_eq!(Key::of(scheme, " \n").unwrap_err(), BadKey::Empty);
        assert_eq!(Key::of(scheme, "abcd\n").unwrap_err(), BadKey::Space);
    }
    let standard = |secret| Key::of(Scheme::Standard, secret);
    assert_eq!(standard("whsec_").unwrap_err(), BadKey::Empty);
    assert_eq!(standard("whsec_?").unwrap_err(), BadKey::Encoding);
    assert_eq!(standard("whpk_AAAA").unwrap_err(), BadKey::Asymmetric);
    assert_eq!(standard("whsec_AAEC").unwrap().expose(), [0, 1, 2]);
    assert_eq!(standard("AAEC").unwrap().expose(), [0, 1, 2]);
}

#[test]
fn what_is_signed_verifies_and_tells_the_key() {
    let keys: Vec<Key> = ["one", "two", "three"]
        .map(|text| Key::new(text).unwrap())
        .into();
    let body = b"not UTF-8: \xFF\xFE\x00 and the rest";
    for scheme in Scheme::ALL {
        // These prove who calls, not what is said.
        let compared = matches!(scheme, Scheme::Telegram | Scheme::Bluesky);
        for (nth, key) in keys.iter().enumerate() {
            let headers = sign(scheme, key, "msg_1", 1_700_000_000, body);
            for (name, _) in &headers {
                let mut fetched = scheme.headers();
                assert!(fetched.any(|n| n.eq_ignore_ascii_case(name)), "{name}");
            }
            let verdict = |body, now_s| verify(scheme, &keys, Headers::new(&headers), body, now_s);
            assert_eq!(verdict(body, 1_700_000_300), Ok(nth), "{scheme}");
            let changed = if compared {
                Ok(nth)
            } else {
                Err(Refusal::Mismatch)
            };
            assert_eq!(verdict(&body[1..], 1_700_000_000), changed, "{scheme}");
            let other = [Key::new("four").unwrap()];
            for (keys, why) in [(&other[..], Refusal::Mismatch), (&[], Refusal::NoKey)] {
                let verdict = verify(scheme, keys, Headers::new(&headers), body, 1_700_000_000);
                assert_eq!(verdict, Err(why), "{scheme}");
            }
        }
    }
}

#[test]
fn the_clock_counts_at_both_edges_where_a_time_is_signed() {
    for scheme in [
        Scheme::Standard,
        Scheme::Slack,
        Scheme::Tiktok,
        Scheme::Zendesk,
    ] {
        the_clock_counts(scheme);
    }
}

fn the_clock_counts(scheme: Scheme) {
    let key = [Key::new("one").unwrap()];
    let headers = sign(scheme, &key[0], "msg_1", 1_700_000_000, b"{}");
    let at = |now_s| verify(scheme, &key, Headers::new(&headers), b"{}", now_s);
    assert_eq!(at(1_700_000_300), Ok(0));
    assert_eq!(at(1_700_000_301), Err(Refusal::TooOld { by_s: 1 }));
    assert_eq!(at(1_699_999_700), Ok(0));
    assert_eq!(at(1_699_999_699), Err(Refusal::TooNew { by_s: 1 }));
    assert!(matches!(at(i64::MIN), Err(Refusal::TooNew { .. })));
    assert!(matches!(at(i64::MAX), Err(Refusal::TooOld { .. })));
}

#[test]
fn secrets_compare_by_content() {
    assert!(same(b"meatyhamhock", b"meatyhamhock"));
    assert!(!same(b"meatyhamhock", b"meatyhamhoc"));
    assert!(!same(b"meatyhamhock", b""));
    assert!(same(b"", b""));
}

#[test]
fn escapes_as_meta_documents_it() {
    assert_eq!(escape_unicode(b"plain / @"), None);
    assert_eq!(escape_unicode(b"\xFF"), None);
    assert_eq!(
        escape_unicode("äöå 😀\u{7F}".as_bytes()).unwrap(),
        br"\u00e4\u00f6\u00e5 \ud83d\ude00\u007f"
    );
}

/// A delivery of `tests/vectors.json`, whose digests were made elsewhere.
#[derive(serde::Deserialize)]
struct Vector {
    scheme: Scheme,
    keys: Vec<String>,
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_base64: Option<String>,
    now: i64,
    verdict: String,
    reason: Option<String>,
}

impl Vector {
    /// Whether a row comes to the vector's verdict.
    fn agrees(&self, row: &Row) -> bool {
        let body = match (&self.body, &self.body_base64) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(text)) => BASE64.decode(text).unwrap(),
            (None, None) => panic!("a body"),
        };
        let keys: Result<Vec<Key>, _> = self
            .keys
            .iter()
            .map(|text| Key::of(self.scheme, text))
            .collect();
        let Ok(keys) = keys else {
            return true;
        };
        let verdict = by_row(row, &keys, Headers::new(&self.headers), &body, self.now);
        match verdict {
            Ok(_) => self.verdict == "accepted",
            Err(why) => self.reason.as_deref() == Some(why.as_str()),
        }
    }
}

/// Every way in which a row can be wrong by one thing.
fn wrong(row: &Row) -> Vec<(String, Row)> {
    let mut rows = Vec::new();
    let signed = match row.proof {
        Proof::Signed(signed) => signed,
        Proof::Shown { header, form } => {
            let forms = match form {
                Shown::Bare => [Shown::Basic("admin"), Shown::Basic("")],
                Shown::Basic(_) => [Shown::Bare, Shown::Basic("heard")],
            };
            let forms = forms.map(|form| Proof::Shown { header, form });
            let moved = Proof::Shown {
                header: "x-elsewhere",
                form,
            };
            for proof in forms.into_iter().chain([moved]) {
                rows.push((format!("{proof:?}"), Row { proof, ..*row }));
            }
            return rows;
        }
    };
    let mut add = |what: String, signed: Signed| {
        let proof = Proof::Signed(signed);
        rows.push((what, Row { proof, ..*row }));
    };
    for nth in 0..signed.headers.len() {
        type Change = fn(&mut Names);
        let changes: [(&str, Change); 3] = [
            ("signature", |names| names.signature = "x-elsewhere"),
            ("time", |names| {
                names.time = names.time.map(|_| "x-elsewhere")
            }),
            ("id", |names| names.id = names.id.map(|_| "x-elsewhere")),
        ];
        for (what, change) in changes {
            let mut headers = signed.headers.to_vec();
            change(&mut headers[nth]);
            if format!("{headers:?}") != format!("{:?}", signed.headers) {
                let headers: &[Names] = Box::leak(headers.into());
                add(
                    format!("header {nth} of the {what}"),
                    Signed { headers, ..signed },
                );
            }
        }
    }
    for prefix in ["", "sha256=", "v0=", "v1,", "v2,"] {
        if prefix != signed.prefix {
            add(format!("prefix {prefix:?}"), Signed { prefix, ..signed });
        }
    }
    // Allowing a form that nobody signs in changes no vector: what a row demands is what is tried here, and of
    // what it allows, that it does.
    if !signed.optional.is_empty() {
        let optional = "";
        add("optional".into(), Signed { optional, ..signed });
    }
    let encoding = match signed.encoding {
        Encoding::Hex => Encoding::Base64,
        Encoding::Base64 => Encoding::Hex,
    };
    add("encoding".into(), Signed { encoding, ..signed });
    let list = !signed.list;
    add("list".into(), Signed { list, ..signed });
    if signed.escaped {
        let escaped = false;
        add("escaped".into(), Signed { escaped, ..signed });
    }
    for (what, time) in [
        ("unsigned", Time::Unsigned),
        ("seconds", Time::Seconds),
        ("RFC 3339", Time::Rfc3339),
    ] {
        let timed = !matches!(signed.time, Time::Unsigned);
        let same = std::mem::discriminant(&time) == std::mem::discriminant(&signed.time);
        if timed && !same {
            add(format!("time {what}"), Signed { time, ..signed });
        }
    }
    for nth in 0..signed.over.len() {
        for instead in [None, Some(Part::Text("-")), Some(Part::Body)] {
            let mut over = signed.over.to_vec();
            match instead {
                None => {
                    over.remove(nth);
                }
                Some(part) => over[nth] = part,
            }
            if over != signed.over {
                let over: &[Part] = Box::leak(over.into());
                add(
                    format!("part {nth} is {instead:?}"),
                    Signed { over, ..signed },
                );
            }
        }
    }
    rows
}

#[test]
fn a_row_that_is_wrong_by_one_thing_fails_a_vector() {
    #[derive(serde::Deserialize)]
    struct Vectors {
        verify: Vec<Vector>,
    }
    let vectors = include_str!("../../tests/vectors.json");
    let vectors: Vectors = serde_json::from_str(vectors).unwrap();
    let mut unseen = Vec::new();
    for scheme in Scheme::ALL {
        let of_scheme = || vectors.verify.iter().filter(|v| v.scheme == scheme);
        assert!(
            of_scheme().all(|vector| vector.agrees(scheme.row())),
            "{scheme}"
        );
        for (what, row) in wrong(scheme.row()) {
            if of_scheme().all(|vector| vector.agrees(&row)) {
                unseen.push(format!("{scheme}: {what}"));
            }
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}
