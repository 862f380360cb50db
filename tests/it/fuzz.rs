//! Seeded fuzzing of every parser and header reader: whatever arrives, there is an answer, nothing
//! panics, and no more comes out than went in.
//!
//! `HEARD_FUZZ_CASES` sets how many cases run (200,000 by default), `HEARD_FUZZ_SEED` where they
//! start; a failure names the seed of its case, which alone repeats it.

use crate::payloads::corpus;
use heard::cli::simulate::{Delivery, Simulated, body, said_in_headers};
use heard::platform::{
    Answer, Event, Knock, Outcome, Plan, ReplyTo, Update, forbidden, handshake, of_account,
    outcome, parse, reply, scheme_of,
};
use heard::post::{AccountId, ID_BYTES, NAME_BYTES, Platform, TEXT_BYTES};
use heard::signature::scheme::Scheme;
use heard::signature::sign::sign;
use heard::signature::{Headers, Key, same, verify};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// xorshift64*: small, seeded, good enough to reach odd places.
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// What breaks readers: ends of numbers, halves of characters, structure in the wrong place.
const ODD: [&[u8]; 30] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"0.1",
    b"\\ud83d",
    b"\\ude00",
    b"\\u0000",
    b"\xFF",
    b"\xC3",
    b"\xF0\x9F\x98\x80",
    b"\0",
    b"\r\n",
    b", ",
    b"=",
    b"/",
    b"..",
    b"v1,",
    b"sha256=",
];

fn mutate(random: &mut Random, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => {
                let odd = *random.pick(&ODD);
                bytes.splice(at..at, odd.iter().copied());
            }
            2 => {
                let end = (at + random.below(24)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let end = (at + random.below(48)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            4 => bytes.truncate(at),
            5 => {
                let from = random.below(other.len() + 1);
                let end = (from + random.below(64)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            // One value for another: what follows a colon up to its end.
            _ => {
                let colons: Vec<usize> = (0..bytes.len()).filter(|i| bytes[*i] == b':').collect();
                if !colons.is_empty() {
                    let start = *random.pick(&colons) + 1;
                    let end = bytes[start..]
                        .iter()
                        .position(|b| matches!(b, b',' | b'}' | b']'))
                        .map_or(bytes.len(), |length| start + length);
                    let odd = *random.pick(&ODD);
                    bytes.splice(start..end, odd.iter().copied());
                }
            }
        }
    }
    bytes
}

fn check_update(update: &Update, room: usize) {
    let ids_fit = |id: &str| !id.is_empty() && id.len() <= 2 * ID_BYTES + 1;
    match &update.event {
        Event::Made { post } | Event::Edited { post } => {
            assert!(ids_fit(post.id.as_str()));
            assert!(post.text.len() <= TEXT_BYTES && post.text.len() <= room);
            assert!((0..=253_402_300_799_999).contains(&post.created_ms));
            assert!(post.reply_to.len() <= 3 * ID_BYTES);
            assert!(
                post.quoted
                    .as_ref()
                    .is_none_or(|quoted| quoted.len() <= TEXT_BYTES)
            );
            for media in &post.media {
                let caption = media.caption.as_ref();
                assert!(caption.is_none_or(|caption| caption.len() <= NAME_BYTES));
            }
            if let Some(author) = &post.author {
                assert!(ids_fit(author.id.as_str()));
                assert!(!author.aliases.contains(&author.id));
                for name in [&author.name, &author.handle].into_iter().flatten() {
                    assert!(name.len() <= NAME_BYTES);
                }
            }
            for now_ms in [i64::MIN, 0, post.created_ms, i64::MAX] {
                for plan in Plan::ALL {
                    let _ = forbidden(update.platform, plan, post, now_ms);
                }
            }
            let account = update.account.clone().unwrap_or_else(|| AccountId::new(""));
            let credential = Key::new("token").expect("a key");
            let to = ReplyTo {
                account: &account,
                reply_to: &post.reply_to,
                reply_url: Some("https://forum.example/replies"),
                credential: &credential,
                now_ms: 1_700_000_000_000,
            };
            if let Some(call) = reply(update.platform, &to, &post.text) {
                assert!(call.url.starts_with("https://") && call.url.is_ascii());
                assert!(!call.url.contains("/../") && !call.url.contains(' '));
                serde_json::from_str::<serde_json::Value>(&call.body).expect("JSON");
            }
        }
        Event::Deleted { post, .. } => assert!(ids_fit(post.as_str())),
        Event::Stop { author, .. } | Event::Start { author, .. } => {
            assert!(ids_fit(author.as_str()))
        }
        Event::Answered { answer } => {
            assert!(ids_fit(answer.id.as_str()));
            assert!(answer.text.len() <= TEXT_BYTES);
        }
        Event::Renamed { author } => {
            assert!(ids_fit(author.id.as_str()) && !author.aliases.is_empty());
        }
        Event::Ignored { .. } => {}
    }
}

/// A delivery to begin with: its scheme, what its headers say besides the signature, its body.
struct Seed {
    scheme: Scheme,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn one_case(random: &mut Random, seeds: &[Seed], keys: &[Key]) {
    let Seed {
        scheme,
        headers: told,
        body: seed,
    } = random.pick(seeds);
    let other = &random.pick(seeds).body;
    let bytes = mutate(random, seed, other);
    let mut told = told.clone();
    if !told.is_empty() && random.below(4) == 0 {
        let nth = random.below(told.len());
        let value = mutate(random, told[nth].1.as_bytes(), other);
        told[nth].1 = String::from_utf8_lossy(&value).into_owned();
    }
    // The right reader mostly, another's now and then.
    let reader = match random.below(8) {
        0 => *random.pick(&Scheme::ALL),
        _ => *scheme,
    };
    if let Ok(updates) = parse(reader, Headers::new(&told), &bytes, 1_700_000_000_000) {
        assert!(updates.len() <= bytes.len() + 1);
        for mut update in updates {
            let account = AccountId::new("account");
            of_account(update.platform, &account, &mut update.event);
            // A lone escape of six bytes mends into a character of three.
            check_update(&update, 3 * bytes.len());
        }
    }
    match random.below(4) {
        0 => {
            let mut headers = sign(reader, &keys[0], "msg_1", 1_700_000_000, &bytes);
            let nth = random.below(headers.len());
            let value = mutate(random, headers[nth].1.as_bytes(), other);
            let value = String::from_utf8_lossy(&value).into_owned();
            let was = std::mem::replace(&mut headers[nth].1, value);
            let value = &headers[nth].1;
            // Of what is signed over nothing may change but the case of hex digits and the other
            // entries of a list.
            let same = match reader {
                Scheme::X | Scheme::Line | Scheme::Zendesk | Scheme::Telegram | Scheme::Bluesky => {
                    *value == was
                }
                Scheme::Standard => value.split(' ').any(|entry| entry == was),
                Scheme::Linkedin => {
                    let bare = value.strip_prefix("hmacsha256=").unwrap_or(value);
                    bare.eq_ignore_ascii_case(&was)
                }
                _ => value.eq_ignore_ascii_case(&was),
            };
            let verdict = verify(reader, keys, Headers::new(&headers), &bytes, 1_700_000_000);
            assert!(verdict.is_err() || same, "{was} {headers:?}");
        }
        1 => {
            let pair = |random: &mut Random| {
                const NAMES: [&str; 7] = [
                    "challengeCode",
                    "hub.mode",
                    "hub.challenge",
                    "hub.verify_token",
                    "crc_token",
                    "nonce",
                    "",
                ];
                let name = *random.pick(&NAMES);
                let value = if random.below(2) == 0 {
                    "subscribe"
                } else {
                    "token"
                };
                (name.to_owned(), value.to_owned())
            };
            let query: Vec<(String, String)> = (0..random.below(6)).map(|_| pair(random)).collect();
            let knock = Knock {
                get: random.below(4) > 0,
                query: &query,
                body: &bytes,
            };
            if let Ok(Some(welcome)) = handshake(reader, keys, keys, &knock) {
                assert!(matches!(welcome.status, 200 | 403));
            }
        }
        2 => {
            const RETRY: [&str; 8] = [
                "",
                "-1",
                "5",
                "99999999999999999999",
                "Wed, 21 Oct 2026 07:28:00 GMT",
                "soon",
                "1.5",
                "9223372036854775807",
            ];
            let answer = Answer {
                status: [0, 199, 200, 201, 400, 401, 403, 404, 429, 500, 503, 999]
                    [random.below(12)],
                retry_after: Some(*random.pick(&RETRY)),
                rate_limit_reset: Some(*random.pick(&RETRY)),
                body: &bytes,
            };
            let platform = *random.pick(&Platform::ALL);
            match outcome(platform, &answer, 1_700_000_000_000) {
                Outcome::Later { after_s: Some(s) } => assert!((1..=86_400).contains(&s)),
                Outcome::Later { after_s: None } => {}
                Outcome::Sent { id } => {
                    assert!((200..300).contains(&answer.status));
                    assert!(id.is_none_or(|id| id.len() <= ID_BYTES));
                }
                Outcome::Refused { why }
                | Outcome::Unauthorized { why }
                | Outcome::Unknown { why } => assert!(why.len() <= 64),
            }
        }
        _ => {
            let text = String::from_utf8_lossy(&bytes);
            let _ = Key::of(reader, &text);
            assert!(same(&bytes, &bytes));
        }
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().expect(name),
        Err(_) => otherwise,
    }
}

#[test]
fn nothing_that_arrives_is_fatal() {
    let cases = setting("HEARD_FUZZ_CASES", 200_000);
    let start = setting("HEARD_FUZZ_SEED", 0x9E37_79B9_7F4A_7C15);
    let mut seeds: Vec<Seed> = corpus()
        .into_iter()
        .map(|(_, case)| Seed {
            scheme: case.scheme,
            body: case.body(),
            headers: case.headers,
        })
        .collect();
    for platform in Platform::ALL {
        for event in Simulated::ALL {
            let delivery = Delivery {
                platform,
                account: "1",
                handle: Some("@us"),
                author: "Ada",
                text: "@us late / again 😡",
                id: "41",
                created_ms: 1_700_000_000_000,
                event,
            };
            seeds.extend(body(&delivery).map(|body| Seed {
                scheme: scheme_of(platform),
                headers: said_in_headers(&delivery),
                body,
            }));
        }
    }
    // Answers of the reply APIs, so that outcomes see more than deliveries.
    for answer in [
        r#"{"error":{"message":"m","code":190,"error_subcode":463}}"#,
        r#"{"data":{"id":"1","text":"t"}}"#,
        r#"{"id":"1_2"}"#,
        r#"{"title":"Forbidden","detail":"duplicate content","errors":[{"code":187,"message":"m"}]}"#,
        r#"{"messages":[{"id":"wamid.1"}]}"#,
        r#"{"ok":false,"error_code":429,"description":"Bad Request: chat not found","parameters":{"retry_after":8}}"#,
        r#"{"ok":false,"error":"not_in_channel"}"#,
        r#"{"status":12,"status_message":"ok","message_token":4912661846655238145}"#,
        r#"{"action":"create_post","errors":["Body is too similar"],"extras":{"wait_seconds":37}}"#,
        r#"{"sentMessages":[{"id":"7"}],"message":"Invalid reply token"}"#,
        r#"{"error":"ExpiredToken","uri":"at://did:plc:a/app.bsky.feed.post/1"}"#,
        r#"{"ticket":{"id":5},"audit":{"id":9}}"#,
        r#"{"commentUrn":"urn:li:comment:(urn:li:activity:7,8)"}"#,
    ] {
        seeds.push(Seed {
            scheme: Scheme::X,
            headers: Vec::new(),
            body: answer.as_bytes().to_vec(),
        });
    }
    let keys = ["one", "two"].map(|text| Key::new(text).expect("a key"));
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    std::thread::scope(|scope| {
        let (seeds, keys) = (&seeds, &keys);
        for thread in 0..threads {
            scope.spawn(move || {
                for nth in (thread..cases).step_by(threads as usize) {
                    let seed = start.wrapping_add(nth.wrapping_mul(0xD1B5_4A32_D192_ED03)) | 1;
                    let case = || one_case(&mut Random(seed), seeds, keys);
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(case)) {
                        eprintln!("repeat with HEARD_FUZZ_CASES=1 HEARD_FUZZ_SEED={seed}");
                        std::panic::resume_unwind(panic);
                    }
                }
            });
        }
    });
}
