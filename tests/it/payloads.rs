//! The corpus of `tests/payloads`: each delivery read into checked updates.
//!
//! A case is `{name, scheme, body | raw, expect}`. `expect` lists the updates in order, each with
//! the fields that matter: what it names must be so (`null`: not there). `rule` is the rule that
//! forbids an automatic reply at `at` (by default when the post was written). An `expect` of `null`
//! means that the body is unreadable. `ours` are our accounts and their handles, for the platforms that
//! need to know.

use heard::lab::simulate::delivery::{Delivery, Simulated, author_id};
use heard::lab::simulate::{body, said_in_headers};
use heard::platform::eligibility::{Plan, forbidden};
use heard::platform::{Delivered, Event, Ignored, Ours, Unreadable, Update, Us, parse, scheme_of};
use heard::post::{Platform, PostKind, TEXT_BYTES};
use heard::signature::scheme::Scheme;
use heard::signature::sign::sign;
use heard::signature::{Headers, Key, verify};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Stands in where a delivery gives no time.
const NOW_MS: i64 = 1_700_000_000_000;

const FILES: [(&str, &str); 17] = [
    ("facebook", include_str!("../payloads/facebook.json")),
    ("messenger", include_str!("../payloads/messenger.json")),
    ("instagram", include_str!("../payloads/instagram.json")),
    ("x", include_str!("../payloads/x.json")),
    ("standard", include_str!("../payloads/standard.json")),
    ("whatsapp", include_str!("../payloads/whatsapp.json")),
    ("threads", include_str!("../payloads/threads.json")),
    ("discourse", include_str!("../payloads/discourse.json")),
    ("telegram", include_str!("../payloads/telegram.json")),
    ("mastodon", include_str!("../payloads/mastodon.json")),
    ("slack", include_str!("../payloads/slack.json")),
    ("line", include_str!("../payloads/line.json")),
    ("linkedin", include_str!("../payloads/linkedin.json")),
    ("viber", include_str!("../payloads/viber.json")),
    ("tiktok", include_str!("../payloads/tiktok.json")),
    ("bluesky", include_str!("../payloads/bluesky.json")),
    ("zendesk", include_str!("../payloads/zendesk.json")),
];

#[derive(Deserialize)]
pub struct Case {
    pub name: String,
    pub scheme: Scheme,
    /// Whose file it is from.
    #[serde(skip)]
    platform: Option<Platform>,
    /// Under which `rule` is meant.
    #[serde(default)]
    pub plan: Plan,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(default)]
    ours: BTreeMap<String, String>,
    #[serde(default)]
    body: Value,
    raw: Option<String>,
    expect: Option<Vec<Value>>,
}

impl Case {
    pub fn body(&self) -> Vec<u8> {
        match &self.raw {
            Some(raw) => raw.clone().into_bytes(),
            None => self.body.to_string().into_bytes(),
        }
    }

    fn read(&self) -> Result<Vec<Update>, Unreadable> {
        self.read_at(NOW_MS)
    }

    fn read_at(&self, now_ms: i64) -> Result<Vec<Update>, Unreadable> {
        let config = |_, account: &str| {
            let handle = self.ours.get(account)?;
            Some(Us {
                handle: Some(handle),
            })
        };
        let ours = match self.ours.is_empty() {
            true => Ours::UNKNOWN,
            false => Ours::asking(&config),
        };
        let headers = Headers::new(&self.headers);
        let feed = self.platform.expect("a file's name").feed();
        assert_eq!(feed.scheme, self.scheme, "{}", self.name);
        (feed.parse)(&Delivered {
            headers,
            body: &self.body(),
            now_ms,
            ours,
        })
    }
}

/// Every case, each with the file it is from.
pub fn corpus() -> Vec<(&'static str, Case)> {
    FILES
        .into_iter()
        .flat_map(|(file, text)| {
            let cases: Vec<Case> = serde_json::from_str(text).expect(file);
            let platform = Platform::named(file);
            cases
                .into_iter()
                .map(move |case| (file, Case { platform, ..case }))
        })
        .collect()
}

/// An update as the corpus writes it: what happened under `event`, its fields beside.
fn as_json(update: &Update) -> Value {
    let mut event = serde_json::to_value(&update.event).expect("JSON");
    if let Event::Made { post } | Event::Edited { post } = &update.event {
        for kind in ["made", "edited"] {
            if let Some(fields) = event.pointer_mut(&format!("/{kind}/post")) {
                fields["calls"] = json!(post.calls);
            }
        }
    }
    let (kind, fields) = event
        .as_object()
        .and_then(|event| event.iter().next())
        .expect("one");
    let mut event = fields.clone();
    event["event"] = json!(kind);
    json!({ "platform": update.platform, "account": update.account, "event": event })
}

/// Where `found` differs from what `expected` names.
fn difference(expected: &Value, found: &Value, path: &str) -> Option<String> {
    match expected {
        Value::Object(fields) => fields.iter().find_map(|(key, value)| {
            let inner = found.get(key).unwrap_or(&Value::Null);
            difference(value, inner, &format!("{path}.{key}"))
        }),
        _ if expected == found => None,
        _ => Some(format!("{path} is {found}, not {expected}")),
    }
}

#[test]
fn every_delivery_is_read_as_expected() {
    let mut wrong = Vec::new();
    for (file, case) in corpus() {
        let updates = case.read().ok();
        let mut complain = |what: String| wrong.push(format!("{file}: {}: {what}", case.name));
        let (updates, expected) = match (updates, &case.expect) {
            (Some(updates), Some(expected)) => (updates, expected),
            (None, None) => continue,
            (updates, _) => {
                complain(format!("read as {updates:?}"));
                continue;
            }
        };
        if updates.len() != expected.len() {
            complain(format!("{} updates: {updates:#?}", updates.len()));
            continue;
        }
        for (nth, (update, expected)) in updates.iter().zip(expected).enumerate() {
            let mut wanted = expected.clone();
            let fields = wanted.as_object_mut().expect("an object");
            let rule = fields.remove("rule");
            let at_ms = fields.remove("at").and_then(|at| at.as_i64());
            if let Some(difference) = difference(&wanted, &as_json(update), "update") {
                complain(format!("update {nth}: {difference}"));
            }
            if let Some(rule) = rule {
                let (Event::Made { post } | Event::Edited { post }) = &update.event else {
                    complain(format!("update {nth} has no post to answer"));
                    continue;
                };
                let found = forbidden(
                    update.platform,
                    case.plan,
                    post,
                    at_ms.unwrap_or(post.created_ms),
                );
                let found = json!(found.map(|rule| rule.name));
                if found != rule {
                    complain(format!("update {nth}: forbidden by {found}, not {rule}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What lifts a stop says itself when it happened: the time of arrival would be newer than any stop, whenever
/// an old delivery comes again.
#[test]
fn no_time_of_arrival_stands_in_for_a_start_s_own() {
    let mut seen: BTreeMap<Platform, BTreeSet<bool>> = BTreeMap::new();
    for (_, case) in corpus() {
        let now = case.read().unwrap_or_default();
        let later = case.read_at(NOW_MS + 1).unwrap_or_default();
        for (now, later) in now.iter().zip(&later) {
            if let Event::Start { at_ms, .. } = now.event {
                assert_eq!(now.event, later.event, "{}", case.name);
                let told = seen.entry(now.platform).or_default();
                told.insert(at_ms.is_some());
            }
        }
    }
    let platforms: Vec<Platform> = seen.keys().copied().collect();
    let with_start = [
        Platform::Messenger,
        Platform::Whatsapp,
        Platform::X,
        Platform::Standard,
        Platform::Telegram,
        Platform::Line,
        Platform::Viber,
    ];
    for platform in with_start {
        assert!(platforms.contains(&platform), "{platform}");
    }
    for (platform, told) in seen {
        assert_eq!(told.len(), 2, "{platform}: with its time, and without");
    }
}

/// The kind of an update, as the corpus counts them.
fn kind_of(update: &Update) -> &'static str {
    match &update.event {
        Event::Made { .. } => "made",
        Event::Edited { .. } => "edited",
        Event::Deleted { .. } => "deleted",
        Event::Stop { .. } => "stop",
        Event::Start { .. } => "start",
        Event::Answered { .. } => "answered",
        Event::Renamed { .. } => "renamed",
        Event::Ignored { why } => why.as_str(),
    }
}

/// Two or more recorded deliveries of every kind that a platform tells of, and of the ways in which any
/// of them may be odd.
#[test]
fn the_corpus_has_every_kind_of_every_platform_twice() {
    let mut lacking = Vec::new();
    for platform in Platform::ALL {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        let mut odd: BTreeMap<&str, usize> = BTreeMap::new();
        for (file, case) in corpus() {
            if file != platform.as_str() {
                continue;
            }
            let Ok(updates) = case.read() else {
                *kinds.entry("unreadable").or_default() += 1;
                continue;
            };
            let here: BTreeSet<&str> = updates.iter().map(kind_of).collect();
            for kind in here {
                *kinds.entry(kind).or_default() += 1;
            }
            let body = String::from_utf8_lossy(&case.body()).into_owned();
            let texts = updates.iter().filter_map(|update| match &update.event {
                Event::Made { post } | Event::Edited { post } => Some(post.text.as_str()),
                _ => None,
            });
            let texts: String = texts.collect();
            for (what, is) in [
                ("an emoji", texts.chars().any(|c| (c as u32) > 0x1_F000)),
                (
                    "right-to-left text",
                    texts.chars().any(|c| ('\u{590}'..'\u{700}').contains(&c)),
                ),
                ("an unknown field", body.contains("\"hologram\"")),
                (
                    "a huge id",
                    body.split(|c: char| !c.is_ascii_digit())
                        .any(|id| id.len() > 16),
                ),
            ] {
                *odd.entry(what).or_default() += usize::from(is);
            }
        }
        let mut wanted: Vec<&str> = tells(platform)
            .iter()
            .filter_map(|event| {
                Some(match event {
                    Simulated::Edited => "edited",
                    Simulated::Deleted => "deleted",
                    Simulated::Stop => "stop",
                    // By our handle, which the configuration knows.
                    Simulated::Own
                        if matches!(platform, Platform::Discourse | Platform::Mastodon) =>
                    {
                        return None;
                    }
                    other => match other.ignored() {
                        Some(why) => why.as_str(),
                        None => "made",
                    },
                })
            })
            .collect();
        wanted.push("unreadable");
        if platform != Platform::Tiktok {
            wanted.push("malformed");
            let odd = odd.into_iter().filter(|(_, count)| *count == 0);
            lacking.extend(odd.map(|(what, _)| format!("{platform}: {what}")));
        }
        wanted.sort_unstable();
        wanted.dedup();
        for kind in wanted {
            let found = kinds.get(kind).copied().unwrap_or_default();
            if found < 2 {
                lacking.push(format!("{platform}: {kind} ({found})"));
            }
        }
    }
    assert!(
        lacking.is_empty(),
        "the corpus lacks\n{}",
        lacking.join("\n")
    );
}

#[test]
fn a_thousand_updates_of_which_some_are_bad() {
    let changes: Vec<Value> = (0..1_000)
        .map(|nth| match nth % 10 {
            3 => json!(null),
            7 => json!({ "field": "feed", "value": { "item": "comment", "verb": "add" } }),
            _ => json!({ "field": "feed", "value": {
                "item": "comment", "verb": "add", "comment_id": format!("2_{nth}"),
                "post_id": "1_2", "from": { "id": "9" }, "message": format!("number {nth} 😡"),
            }}),
        })
        .collect();
    let body = json!({ "object": "page", "entry": [{ "id": "1", "time": 1, "changes": changes }] });
    let updates = parse(
        Scheme::Meta,
        Headers::new(&[]),
        body.to_string().as_bytes(),
        NOW_MS,
    )
    .expect("readable");
    assert_eq!(updates.len(), 1_000);
    for (nth, update) in updates.iter().enumerate() {
        match (&update.event, nth % 10) {
            (Event::Ignored { why }, 3 | 7) => assert_eq!(*why, Ignored::Malformed),
            (Event::Made { post }, _) => assert_eq!(post.text, format!("number {nth} 😡")),
            (event, _) => panic!("{nth}: {event:?}"),
        }
    }
}

#[test]
fn a_delivery_without_end_is_read_up_to_the_bound() {
    let many = |count: usize| vec![json!({}); count];
    let bodies = [
        (
            Scheme::Meta,
            json!({ "object": "page", "entry": [{ "changes": many(100_000) }] }),
        ),
        (
            Scheme::Meta,
            json!({ "object": "page", "entry": many(100_000) }),
        ),
        (
            Scheme::Meta,
            json!({ "object": "instagram", "entry": [{ "messaging": many(100_000) }] }),
        ),
        (
            Scheme::X,
            json!({ "for_user_id": "1", "tweet_create_events": many(100_000) }),
        ),
        (
            Scheme::X,
            json!({ "data": { "event_type": "dm.received", "payload": {
            "direct_message_events": many(100_000) } } }),
        ),
        (
            Scheme::Standard,
            json!({ "type": "post.created", "data": many(100_000) }),
        ),
    ];
    for (scheme, body) in bodies {
        let body = body.to_string();
        let updates = parse(scheme, Headers::new(&[]), body.as_bytes(), NOW_MS).unwrap();
        assert_eq!(updates.len(), 4_001, "{scheme}");
        let too_many = |event: &Event| {
            matches!(
                event,
                Event::Ignored {
                    why: Ignored::TooMany
                }
            )
        };
        let (last, read) = updates.split_last().unwrap();
        assert!(too_many(&last.event), "{scheme}");
        assert!(
            !read.iter().any(|update| too_many(&update.event)),
            "{scheme}"
        );
    }
}

#[test]
fn a_text_without_end_is_cut_and_marked() {
    let text = "ä😀".repeat(TEXT_BYTES);
    for platform in Platform::ALL {
        let delivery = simulated(platform, Simulated::Made, &text);
        let Some(body) = body(&delivery) else {
            assert_eq!(platform, Platform::Tiktok, "its webhooks carry no posts");
            continue;
        };
        let headers = said_in_headers(&delivery);
        let updates = read(platform, &headers, &body).expect("readable");
        let [
            Update {
                event: Event::Made { post },
                ..
            },
        ] = updates.as_slice()
        else {
            panic!("{platform}: {updates:?}");
        };
        assert!(post.cut, "{platform}");
        assert!(post.text.len() <= TEXT_BYTES && post.text.len() > TEXT_BYTES - 4);
    }
}

/// Reads a platform's delivery, of whomever it is.
fn read(
    platform: Platform,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<Vec<Update>, Unreadable> {
    (platform.feed().parse)(&Delivered {
        headers: Headers::new(headers),
        body,
        now_ms: NOW_MS,
        ours: Ours::UNKNOWN,
    })
}

fn simulated<'a>(platform: Platform, event: Simulated, text: &'a str) -> Delivery<'a> {
    Delivery {
        platform,
        account: match platform {
            Platform::Bluesky => "did:plc:4200000001",
            _ => "4200000001",
        },
        handle: Some("@NorthlineRail"),
        author: "Ada Example",
        text,
        id: "2080765813578191303",
        created_ms: 1_795_335_000_123,
        event,
    }
}

/// Of what each platform tells, by its documentation.
fn tells(platform: Platform) -> &'static [Simulated] {
    use Simulated::{
        Deleted, Edited, Made, Mention, Message, Own, Signal, Stop, Test, Topic, Unknown,
    };
    match platform {
        Platform::Facebook => &[Made, Topic, Mention, Edited, Deleted, Own, Signal, Unknown],
        Platform::Messenger => &[Made, Message, Edited, Deleted, Own, Signal, Unknown],
        Platform::Instagram => &[
            Made, Mention, Message, Edited, Deleted, Own, Signal, Unknown,
        ],
        Platform::X => &[
            Made, Topic, Mention, Message, Edited, Deleted, Stop, Own, Signal, Unknown,
        ],
        Platform::Standard => &[
            Made, Topic, Mention, Message, Edited, Deleted, Stop, Own, Test, Unknown,
        ],
        Platform::Whatsapp => &[Made, Message, Edited, Deleted, Stop, Own, Signal, Unknown],
        Platform::Zendesk => &[Made, Message, Own, Signal, Unknown],
        Platform::Threads => &[Made, Mention, Deleted, Own, Unknown],
        Platform::Discourse => &[Made, Topic, Edited, Deleted, Own, Signal, Test, Unknown],
        Platform::Telegram => &[Made, Mention, Message, Edited, Stop, Own, Signal, Unknown],
        Platform::Mastodon => &[Made, Topic, Mention, Message, Edited, Own, Signal, Unknown],
        Platform::Slack => &[
            Made, Topic, Mention, Message, Edited, Deleted, Own, Signal, Unknown,
        ],
        Platform::Line => &[Made, Mention, Message, Deleted, Stop, Signal, Unknown],
        Platform::Linkedin => &[Made, Topic, Mention, Edited, Deleted, Own, Signal, Unknown],
        Platform::Viber => &[Made, Message, Stop, Signal, Test, Unknown],
        Platform::Tiktok => &[Signal, Unknown],
        Platform::Bluesky => &[Made, Mention, Edited, Deleted, Own, Signal, Unknown],
    }
}

#[test]
fn what_is_simulated_verifies_and_is_read_back() {
    let text = "@NorthlineRail <2 hours> late / again: 100% \"sorry\" \\ 😡 תקוע";
    let groups = [Platform::Telegram, Platform::Line];
    for platform in Platform::ALL {
        let mut made = None;
        for event in Simulated::ALL {
            let delivery = simulated(platform, event, text);
            let told = tells(platform).contains(&event);
            let Some(body) = body(&delivery) else {
                assert!(!told, "{platform} {event:?} can't be simulated");
                continue;
            };
            assert!(told, "{platform} {event:?}: does it exist?");
            let what = format!("{platform} {event:?}");
            let scheme = scheme_of(platform);
            let key = Key::new("secret").expect("a key");
            let now_s = 1_795_335_000;
            let mut headers = sign(scheme, &key, "msg_1", now_s, &body);
            headers.extend(said_in_headers(&delivery));
            let verdict = verify(scheme, &[key], Headers::new(&headers), &body, now_s);
            assert_eq!(verdict, Ok(0), "{what}");
            let updates = read(platform, &headers, &body).expect(&what);
            let [update] = updates.as_slice() else {
                panic!("{what}: {updates:?}");
            };
            assert_eq!(update.platform, platform, "{what}");
            if let Some(account) = &update.account {
                assert_eq!(account.as_str(), delivery.account, "{what}");
            }
            match (&update.event, event) {
                (Event::Ignored { why }, _) => assert_eq!(Some(*why), event.ignored(), "{what}"),
                (Event::Stop { author, .. }, Simulated::Stop) => {
                    assert!(
                        author.as_str().contains(&author_id("Ada Example")),
                        "{what}"
                    );
                }
                (Event::Deleted { post, .. }, Simulated::Deleted) => {
                    // Instagram's comments are not deleted, its messages are.
                    if platform != Platform::Instagram {
                        assert_eq!(Some(post), made.as_ref(), "{what}");
                    }
                }
                (Event::Edited { post }, Simulated::Edited) => {
                    assert_eq!(post.text, text, "{what}");
                    assert!(post.version.is_some(), "{what}: which edit is newer?");
                    if platform != Platform::Instagram {
                        assert_eq!(Some(&post.id), made.as_ref(), "{what}");
                    }
                }
                // Forum and server do not say which account is ours: the configuration does.
                (Event::Made { post }, Simulated::Own) => {
                    assert!(
                        matches!(platform, Platform::Discourse | Platform::Mastodon),
                        "{what}"
                    );
                    let handle = post
                        .author
                        .as_ref()
                        .and_then(|author| author.handle.as_deref());
                    assert_eq!(handle, Some("NorthlineRail"), "{what}");
                }
                (Event::Made { post }, _) => {
                    let kinds: &[PostKind] = match event {
                        Simulated::Topic => &[PostKind::Topic],
                        Simulated::Message => &[PostKind::Message],
                        // Telegram and LINE know no mentions: we are meant in a group.
                        Simulated::Mention if groups.contains(&platform) => &[PostKind::Comment],
                        Simulated::Mention => &[PostKind::Mention],
                        _ => &[PostKind::Comment, PostKind::Mention, PostKind::Message],
                    };
                    assert!(kinds.contains(&post.kind), "{what}: {:?}", post.kind);
                    if event == Simulated::Mention && platform != Platform::Mastodon {
                        let called = post.calls.iter().any(|name| name == delivery.account);
                        assert!(post.addressed || called, "{what}");
                    }
                    let ids_only = platform == Platform::Instagram && event == Simulated::Mention;
                    assert_eq!(post.text, if ids_only { "" } else { text }, "{what}");
                    if event == Simulated::Made {
                        // Whether a post of Mastodon's names us, and whether it is our name with which
                        // a comment of Instagram's begins, the configuration knows.
                        if !matches!(platform, Platform::Mastodon | Platform::Instagram) {
                            assert!(post.addressed, "{what}");
                            let rule = forbidden(platform, Plan::SelfServe, post, post.created_ms);
                            assert_eq!(rule, None, "{what}");
                        }
                        made = Some(post.id.clone());
                    }
                }
                (found, _) => panic!("{what}: {found:?}"),
            }
        }
    }
}
