//! From a request on a webhook's route to updates: which source, which are our own, who is meant.

use heard::config::Config;
use heard::config::listening::{Other, Words};
use heard::inbox::wire::Incoming;
use heard::intake::{Delivery, Intake, Updates, intake};
use heard::judgement::{Level, Triage};
use heard::lab::simulate::delivery::{Delivery as Simulation, Simulated};
use heard::lab::simulate::{body, said_in_headers};
use heard::platform::{Event, Ignored, scheme_of};
use heard::post::{AccountId, Platform, Post, PostId, TEXT_BYTES};
use heard::signature::scheme::Scheme;
use heard::signature::sign::sign;
use heard::signature::{Headers, Key};
use serde_json::{Value, json};

const NOW_MS: i64 = 1_795_335_000_000;

/// A key of the scheme, as a secret's text and as a key.
fn secret(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Standard => "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        _ => "a-secret-of-the-app-0123456789ab",
    }
}

/// The app that carries a platform: its scheme's, or its own where others of the scheme deliver in another
/// form.
fn app_of(platform: Platform) -> &'static str {
    let scheme = scheme_of(platform);
    match std::ptr::eq(platform.feed(), scheme.feed()) {
        true => scheme.as_str(),
        false => platform.as_str(),
    }
}

/// A configuration with one app for each form of deliveries and one source for each platform.
fn config() -> Config {
    let mut apps: Vec<Value> = Vec::new();
    for platform in Platform::ALL {
        let app = json!({ "id": app_of(platform), "scheme": scheme_of(platform).as_str() });
        if !apps.contains(&app) {
            apps.push(app);
        }
    }
    let sources: Vec<Value> = Platform::ALL
        .iter()
        .map(|platform| {
            json!({
                "id": platform.as_str(), "app": app_of(*platform),
                "platform": platform.as_str(), "account": account(*platform), "handle": "@heard",
                "workgroup": "care", "reply_url": "https://replies.example",
            })
        })
        .collect();
    let table = json!({
        "mode": "off", "brand": { "name": "Heard", "language": "en" },
        "apps": apps, "sources": sources,
    });
    Config::read(&table.to_string(), &|name| {
        let scheme = Scheme::ALL
            .into_iter()
            .find(|scheme| name.split("__").next() == Some(scheme.secret()))?;
        Some(secret(scheme).to_owned())
    })
}

fn account(platform: Platform) -> &'static str {
    match platform {
        Platform::Bluesky => "did:plc:42",
        Platform::Discourse | Platform::Mastodon => "social.example",
        _ => "42",
    }
}

/// What a simulated delivery comes to, once for each update that is not ignored; and what is.
fn taken(simulation: &Simulation<'_>) -> (Vec<Event>, Vec<Ignored>) {
    let config = config();
    let scheme = scheme_of(simulation.platform);
    let key = Key::of(scheme, secret(scheme)).expect("a key");
    let body = body(simulation).expect("such an event");
    let mut headers = sign(scheme, &key, "msg_1", NOW_MS / 1_000, &body);
    headers.extend(said_in_headers(simulation));
    let delivery = Delivery {
        get: false,
        query: &[],
        headers: Headers::new(&headers),
        body: &body,
    };
    let app = app_of(simulation.platform);
    let Intake::Updates(updates) = intake(&config, app, &delivery, NOW_MS) else {
        panic!("{}: {:?}", simulation.platform, config.problems);
    };
    let ignored = updates.all_ignored().into_keys().collect();
    let of_ours = |incoming: Incoming| {
        assert_eq!(incoming.source.as_str(), simulation.platform.as_str());
        incoming.event
    };
    (updates.events.into_iter().map(of_ours).collect(), ignored)
}

fn simulation<'a>(platform: Platform, author: &'a str, text: &'a str) -> Simulation<'a> {
    Simulation {
        platform,
        account: account(platform),
        handle: Some("@heard"),
        author,
        text,
        id: "2080765813578191303",
        created_ms: NOW_MS,
        event: Simulated::Made,
    }
}

#[test]
fn a_post_of_every_platform_finds_its_source() {
    for platform in Platform::ALL {
        if platform == Platform::Tiktok {
            continue; // Its webhooks carry no posts.
        }
        let (events, ignored) = taken(&simulation(platform, "Ada", "@heard where is my train"));
        assert!(ignored.is_empty(), "{platform}: {ignored:?}");
        let [Event::Made { post }] = events.as_slice() else {
            panic!("{platform}: {events:?}");
        };
        assert!(post.addressed, "{platform}");
    }
}

#[test]
fn our_own_posts_are_known_by_handle_where_nothing_else_tells() {
    for platform in [Platform::Discourse, Platform::Threads, Platform::Mastodon] {
        for author in ["heard", "Heard", "HEARD"] {
            let (events, ignored) = taken(&simulation(platform, author, "sorry"));
            // Threads' stands under somebody's post: it answers.
            let answers = platform == Platform::Threads;
            assert_eq!(events.len(), usize::from(answers), "{platform} {author}");
            let all = events
                .iter()
                .all(|event| matches!(event, Event::Answered { .. }));
            assert!(all, "{platform} {author}: {events:?}");
            let own: &[Ignored] = if answers { &[] } else { &[Ignored::Own] };
            assert_eq!(ignored, own, "{platform} {author}");
        }
        let (events, _) = taken(&simulation(platform, "heardit", "sorry"));
        assert_eq!(events.len(), 1, "{platform}");
    }
}

#[test]
fn what_is_simulated_as_our_own_is_nobody_s_plea() {
    for platform in Platform::ALL {
        let own = Simulation {
            event: Simulated::Own,
            ..simulation(platform, "Ada", "we are sorry")
        };
        if body(&own).is_none() {
            // LINE and Viber do not echo what we write; TikTok tells of no posts.
            let silent = [Platform::Line, Platform::Viber, Platform::Tiktok];
            assert!(silent.contains(&platform), "{platform}");
            continue;
        }
        let (events, ignored) = taken(&own);
        match events.as_slice() {
            [] => assert_eq!(ignored, [Ignored::Own], "{platform}"),
            // What stands under somebody's post answers it.
            [Event::Answered { .. }] => assert!(ignored.is_empty(), "{platform}"),
            other => panic!("{platform}: {other:?}"),
        }
    }
}

/// The events that a signed body comes to, and what was ignored.
fn read(scheme: Scheme, said: &[(&str, &str)], body: &[u8]) -> (Vec<Incoming>, Vec<Ignored>) {
    let config = config();
    let key = Key::of(scheme, secret(scheme)).expect("a key");
    let mut headers = sign(scheme, &key, "msg_1", NOW_MS / 1_000, body);
    headers.extend(
        said.iter()
            .map(|(name, value)| ((*name).into(), (*value).into())),
    );
    let delivery = Delivery {
        get: false,
        query: &[],
        headers: Headers::new(&headers),
        body,
    };
    let Intake::Updates(updates) = intake(&config, scheme.as_str(), &delivery, NOW_MS) else {
        panic!("{scheme}: {:?}", String::from_utf8_lossy(body));
    };
    let ignored = updates.all_ignored().into_keys().collect();
    (updates.events, ignored)
}

/// The one post of a body of our own JSON.
fn standard(data: Value) -> (Post, Triage) {
    let mut item = json!({ "account": "42", "id": "1", "author": { "id": "a" } });
    for (key, value) in data.as_object().expect("an object") {
        item[key] = value.clone();
    }
    let body = json!({ "type": "post.created", "data": item }).to_string();
    let (mut events, ignored) = read(Scheme::Standard, &[], body.as_bytes());
    match events
        .pop()
        .map(|incoming| (incoming.event, incoming.triage))
    {
        Some((Event::Made { post }, Some(triage))) => (post, triage),
        other => panic!("{other:?} {ignored:?}"),
    }
}

#[test]
fn a_post_that_names_our_handle_is_addressed_to_us() {
    let addressed = |text: &str| {
        let (post, _) = standard(json!({ "text": text, "addressed": false }));
        post.addressed
    };
    for text in [
        "@heard",
        "hey @HEARD, hello",
        "(@heard)",
        "@you @heard@42",
        ".@heard you are late",
        "late again.@heard.",
        "@heard- stuck",
        "no train ... @heard: help",
        "駅で@heard 止まっています",
        "mail a@heard.example or @heard",
        "he said \"soon\", @heard, \"really\"",
        "it's 5 o'clock, @heard, isn't it",
        "a `code` @heard `code`",
    ] {
        assert!(addressed(text), "{text}");
    }
    for text in [
        "heard",
        "@heardit",
        "@hear",
        "@heard_2",
        "@ heard",
        "",
        "@",
        "@heard@elsewhere.example",
        "@heard@421",
        "@heard.example",
        "@heard-fans",
        "help@heard",
        "mail help@heard.example",
        "https://social.example/@heard",
        "https://social.example/@heard/113 look",
        "see (https://x.example?by=@heard)",
        "t.me/@heard",
        "RT @heard: all trains run",
        "so true RT @heard: all trains run",
        "read this via @heard",
        "run `ping @heard` now",
        "```\n@heard\n``` is code",
        "he said \"ask @heard\" and left",
        "he said “ask @heard” and left",
        "« demandez à @heard »",
        "> ask @heard\nno thanks",
        "no thanks\n\nOn Tue, Mara wrote:\n> @heard stuck",
    ] {
        assert!(!addressed(text), "{text}");
    }
}

/// Under our post or in our forum, and still said to somebody else.
#[test]
fn a_post_that_begins_with_another_s_name_is_said_to_them() {
    let addressed = |data: Value| standard(data).0.addressed;
    for text in [
        "@mara are you stuck too?",
        " @mara look, help@heard.example",
        "@heardit hello",
        "@mara RT @heard: all trains run",
    ] {
        assert!(!addressed(json!({ "text": text })), "{text}");
        // A message is to whom it is sent; where the platform says that it names us, it does.
        for kind in ["message", "mention"] {
            assert!(addressed(json!({ "text": text, "kind": kind })), "{text}");
        }
    }
    for text in [
        "@heard are you there?",
        "@mara @heard we are stuck",
        "we are stuck, @mara too",
        "@ mara",
        "@",
        "",
    ] {
        assert!(addressed(json!({ "text": text })), "{text}");
    }
}

#[test]
fn only_an_author_s_own_words_are_judged() {
    let plea =
        "we are stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything";
    let (_, alone) = standard(json!({ "text": plea }));
    assert!(alone.level >= Level::Urgent, "{alone:?}");
    for (text, quoted) in [
        (
            format!("Thanks, all sorted.\n\nOn Tue, Mara wrote:\n> {plea}"),
            Value::Null,
        ),
        (
            format!("[quote=\"mara\"]\n{plea}\n[/quote]\nThat was last March, thanks."),
            Value::Null,
        ),
        (format!("> {plea}"), Value::Null),
        (String::new(), json!(plea)),
        ("Thanks for the summary.".into(), json!(plea)),
    ] {
        let (post, triage) = standard(json!({ "text": text, "quoted": quoted }));
        assert!(triage.level < Level::Urgent, "{text}: {triage:?}");
        assert!(
            post.quoted.is_some_and(|quoted| quoted.contains(plea)),
            "{text}"
        );
        assert!(!post.text.contains(plea), "{text}");
    }
    for text in [
        format!("> All sorted?\n\nNo, {plea}"),
        format!("No, {plea}\n\nOn Tue, Rail wrote:\n> All sorted?"),
        format!("[quote]All sorted?[/quote] No, {plea}"),
    ] {
        let (post, triage) = standard(json!({ "text": text }));
        assert!(triage.level >= Level::Urgent, "{text}: {triage:?}");
        assert!(!post.text.contains("sorted"), "{text}");
    }
    let (post, triage) = standard(json!({ "media": [{ "kind": "voice", "id": "7" }] }));
    assert_eq!((post.text.as_str(), triage.level), ("", Level::Idle));
    // What both ways of quoting give is kept, and bounded.
    let (post, _) = standard(json!({ "text": "> b\nown", "quoted": "a" }));
    assert_eq!(post.quoted.as_deref(), Some("a\n> b"));
    let long = "x".repeat(TEXT_BYTES);
    let (post, _) = standard(json!({ "text": "> b\nown", "quoted": long }));
    assert_eq!(post.quoted.map(|quoted| quoted.len()), Some(TEXT_BYTES));
}

#[test]
fn what_no_person_wrote_says_so() {
    for automatic in [
        "I am out of the office until Monday with limited access to email.",
        "Ich bin bis 7.12. nicht im Büro. In dringenden Fällen wenden Sie sich bitte an Jo.",
        "I'm so sorry you're stuck. Somebody is reading this now. – Rail, automatic; a person reads next",
        "Es tut uns leid. – Bahn, automatisch; als Nächstes liest ein Mensch",
    ] {
        let (post, _) = standard(json!({ "text": automatic, "kind": "message" }));
        assert!(post.automatic, "{automatic}");
    }
    for person in [
        "I am out of office heating since Monday and freezing",
        "You wrote \"sorry, automatic; a person reads next\" and nobody came",
    ] {
        let (post, _) = standard(json!({ "text": person, "kind": "message" }));
        assert!(!post.automatic, "{person}");
    }
    // An answer above the mail that it answers is a person's.
    let (post, _) = standard(json!({ "text":
        "Still stuck!\n\nOn Tue, Rail wrote:\n> Sorry. – Rail, automatic; a person reads next" }));
    assert!(!post.automatic);
    // A note comes back in public, too.
    let note = simulation(
        Platform::Bluesky,
        "Ada",
        "Sorry. – Rail, automatic; a person reads next",
    );
    let (events, _) = taken(&note);
    assert!(
        matches!(events.as_slice(), [Event::Made { post }] if post.automatic),
        "{events:?}"
    );
}

#[test]
fn a_byte_order_mark_is_signed_and_passed_over() {
    for platform in Platform::ALL {
        let simulation = simulation(platform, "Ada", "@heard where is my train");
        let Some(plain) = body(&simulation) else {
            continue;
        };
        let scheme = scheme_of(platform);
        let said = said_in_headers(&simulation);
        let said: Vec<(&str, &str)> = said.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let marked = [b"\xEF\xBB\xBF".as_slice(), &plain].concat();
        assert_eq!(
            read(scheme, &said, &marked).0.len(),
            read(scheme, &said, &plain).0.len(),
            "{platform}"
        );
    }
    let wide: Vec<u8> = "\u{FEFF}{\"type\":\"test\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let key = Key::of(Scheme::Standard, secret(Scheme::Standard)).expect("a key");
    let headers = sign(Scheme::Standard, &key, "msg_1", NOW_MS / 1_000, &wide);
    let delivery = Delivery {
        get: false,
        query: &[],
        headers: Headers::new(&headers),
        body: &wide,
    };
    let found = intake(&config(), "standard", &delivery, NOW_MS);
    assert!(matches!(found, Intake::Unreadable { .. }), "{found:?}");
}

#[test]
fn the_configuration_tells_who_is_spoken_to() {
    let status = |acct: &str, mentions: Value, above: Value| {
        json!({ "event": "status.created", "object": {
            "id": "1", "uri": "https://social.example/users/x/statuses/1", "visibility": "public",
            "in_reply_to_id": above, "in_reply_to_account_id": "5", "content": "<p>@heard stuck</p>",
            "mentions": mentions, "account": { "id": "7", "acct": acct },
        }})
        .to_string()
    };
    let mastodon = |body: String| {
        read(Scheme::Mastodon, &[], body.as_bytes())
            .0
            .pop()
            .map(|i| i.event)
    };
    let us = json!([{ "acct": "heard" }]);
    let namesake = json!([{ "acct": "heard@elsewhere.example" }]);
    let made = |event: Option<Event>| match event {
        Some(Event::Made { post }) => post.addressed,
        other => panic!("{other:?}"),
    };
    assert!(made(mastodon(status("ada", us, Value::Null))));
    assert!(!made(mastodon(status("ada", namesake, Value::Null))));
    assert!(!made(mastodon(status("ada", json!([]), Value::Null))));
    let answered = mastodon(status("Heard", json!([]), json!("3")));
    let Some(Event::Answered { answer }) = answered else {
        panic!("{answered:?}");
    };
    assert_eq!(
        answer.to.map(|to| to.to_string()),
        Some("social.example/5".into())
    );
    assert_eq!(mastodon(status("heard", json!([]), Value::Null)), None);

    let forum = |user: &str, answered: &str| {
        let body = json!({ "post": { "id": 1, "user_id": 7, "username": user, "raw": "stuck",
            "topic_id": 10, "post_number": 4, "reply_to_post_number": 3,
            "reply_to_user": { "id": 5, "username": answered } } });
        let said = [
            ("X-Discourse-Instance", "https://social.example"),
            ("X-Discourse-Event", "post_created"),
        ];
        let body = body.to_string();
        read(Scheme::Discourse, &said, body.as_bytes())
            .0
            .pop()
            .map(|i| i.event)
    };
    assert!(made(forum("ada", "HEARD")));
    assert!(!made(forum("ada", "mara")));
    assert!(matches!(
        forum("heard", "mara"),
        Some(Event::Answered { .. })
    ));
}

/// A colleague's account that writes to ours is no customer.
#[test]
fn what_one_account_of_ours_writes_to_another_is_our_own() {
    let mention = |author: &str| {
        json!({ "data": { "event_type": "post.mention.create", "filter": { "user_id": "42" },
            "payload": { "id": "9", "author_id": author, "text": "@heard stuck for 4 hours",
                "entities": { "mentions": [{ "id": "42", "start": 0, "end": 6 }] } } } })
        .to_string()
    };
    let comment = |author: &str| {
        json!({ "object": "page", "entry": [{ "id": "42", "time": 1, "changes": [{ "field": "feed",
            "value": { "item": "comment", "verb": "add", "comment_id": "1_9", "post_id": "42_1",
                "parent_id": "42_1", "message": "stuck for 4 hours",
                "from": { "id": author, "name": "North" } } }] }] })
        .to_string()
    };
    let table = json!({
        "brand": { "name": "Northline Rail" },
        "apps": [{ "id": "x", "scheme": "x" }, { "id": "meta", "scheme": "meta" }],
        "sources": [
            { "id": "x1", "app": "x", "platform": "x", "account": "42", "workgroup": "care" },
            { "id": "x2", "app": "x", "platform": "x", "account": "43", "workgroup": "care" },
            { "id": "f1", "app": "meta", "platform": "facebook", "account": "42", "workgroup": "care" },
            { "id": "f2", "app": "meta", "platform": "facebook", "account": "44", "workgroup": "care" },
        ],
    });
    let config = Config::read(&table.to_string(), &|name| {
        let scheme = if name.starts_with("X_") {
            Scheme::X
        } else {
            Scheme::Meta
        };
        Some(secret(scheme).to_owned())
    });
    let posts = |scheme: Scheme, body: String| {
        let key = Key::of(scheme, secret(scheme)).expect("a key");
        let headers = sign(scheme, &key, "m", NOW_MS / 1_000, body.as_bytes());
        let delivery = Delivery {
            get: false,
            query: &[],
            headers: Headers::new(&headers),
            body: body.as_bytes(),
        };
        let Intake::Updates(updates) = intake(&config, scheme.as_str(), &delivery, NOW_MS) else {
            panic!("{scheme}: {body}");
        };
        let made = updates.events.iter();
        made.filter(|one| matches!(one.event, Event::Made { .. }))
            .count()
    };
    assert_eq!(posts(Scheme::X, mention("44")), 1);
    assert_eq!(posts(Scheme::X, mention("43")), 0);
    assert_eq!(posts(Scheme::Meta, comment("43")), 1);
    assert_eq!(posts(Scheme::Meta, comment("44")), 0);
}

#[test]
fn our_own_post_that_answers_is_an_answer() {
    // By the author's id alone, on a platform that tells no more.
    let item = json!({ "account": "42", "id": "9", "author": { "id": "x", "handle": "@Heard" },
        "text": "on our way", "parent": "8" });
    let of = |kind: &str, item: &Value| {
        let body = json!({ "type": kind, "data": item }).to_string();
        let (events, ignored) = read(Scheme::Standard, &[], body.as_bytes());
        (
            events.into_iter().map(|incoming| incoming.event).next(),
            ignored,
        )
    };
    let (event, _) = of("post.created", &item);
    let Some(Event::Answered { answer }) = event else {
        panic!("{event:?}");
    };
    assert_eq!(
        answer.parent.map(|parent| parent.to_string()),
        Some("42/8".into())
    );
    assert_eq!(of("post.edited", &item), (None, vec![Ignored::Own]));
    let mut alone = item;
    alone["parent"] = Value::Null;
    assert_eq!(of("post.created", &alone), (None, vec![Ignored::Own]));
}

#[test]
fn slack_s_challenge_is_answered_only_when_it_is_signed() {
    let config = config();
    let body = br#"{"token":"x","challenge":"3eZbrw1a","type":"url_verification"}"#;
    let key = Key::of(Scheme::Slack, secret(Scheme::Slack)).expect("a key");
    let headers = sign(Scheme::Slack, &key, "", NOW_MS / 1_000, body);
    let asked = |headers: &[(String, String)]| {
        let delivery = Delivery {
            get: false,
            query: &[],
            headers: Headers::new(headers),
            body,
        };
        intake(&config, "slack", &delivery, NOW_MS)
    };
    let Intake::Welcome {
        welcome,
        key: Some(0),
    } = asked(&headers)
    else {
        panic!("a signed challenge");
    };
    assert_eq!((welcome.status, welcome.body.as_str()), (200, "3eZbrw1a"));
    assert!(matches!(asked(&headers[..1]), Intake::Refused(_)));
    assert!(matches!(asked(&[]), Intake::Refused(_)));
}

/// The ids of the post in a delivery to each of two accounts of ours on one platform, each with an app
/// of its own.
fn at_two_accounts(platform: Platform, body: &[u8]) -> [PostId; 2] {
    let scheme = scheme_of(platform);
    let app = |id: &str| json!({ "id": id, "scheme": scheme.as_str() });
    let source = |id: &str| {
        json!({ "id": id, "app": id, "platform": platform.as_str(), "account": id, "handle": "@heard",
            "workgroup": "care", "reply_url": "https://replies.example" })
    };
    let table = json!({
        "mode": "off", "brand": { "name": "Heard" },
        "apps": [app("one"), app("two")], "sources": [source("one"), source("two")],
    });
    let config = Config::read(&table.to_string(), &|_| Some(secret(scheme).to_owned()));
    let key = Key::of(scheme, secret(scheme)).expect("a key");
    let headers = sign(scheme, &key, "msg_1", NOW_MS / 1_000, body);
    ["one", "two"].map(|app| {
        let body = String::from_utf8(body.to_vec())
            .expect("text")
            .replace("ACCOUNT", app);
        let headers = match scheme {
            Scheme::Telegram => headers.clone(),
            _ => sign(scheme, &key, "msg_1", NOW_MS / 1_000, body.as_bytes()),
        };
        let delivery = Delivery {
            get: false,
            query: &[],
            headers: Headers::new(&headers),
            body: body.as_bytes(),
        };
        let Intake::Updates(mut updates) = intake(&config, app, &delivery, NOW_MS) else {
            panic!("{platform}: {:?}", config.problems);
        };
        match updates.events.pop().map(|incoming| incoming.event) {
            Some(Event::Made { post }) => post.id,
            Some(Event::Deleted { post, .. }) => post,
            other => panic!("{platform}: {other:?}"),
        }
    })
}

#[test]
fn a_number_that_counts_within_one_account_of_ours_is_no_post_of_another() {
    let telegram = |chat: Value| {
        json!({ "update_id": 1, "message": { "message_id": 7, "date": 1, "from": { "id": 5 },
            "chat": chat, "text": "hello", "reply_to_message": { "message_id": 6 } } })
    };
    let line = |kind: &str, key: &str, value: Value| {
        json!({ "destination": "ACCOUNT", "events": [{ "type": kind, "timestamp": NOW_MS,
            "source": { "type": "user", "userId": "U1" }, key: value }] })
    };
    for (platform, body, ids) in [
        (
            Platform::Telegram,
            telegram(json!({ "id": 5, "type": "private" })),
            ["one/5/7", "two/5/7"],
        ),
        (
            Platform::Telegram,
            telegram(json!({ "id": -5, "type": "group" })),
            ["one/-5/7", "two/-5/7"],
        ),
        // Both bots sit in one supergroup, which numbers its messages for all: one post.
        (
            Platform::Telegram,
            telegram(json!({ "id": -1_001_234_567_890_i64, "type": "supergroup" })),
            ["-1001234567890/7", "-1001234567890/7"],
        ),
        (
            Platform::Viber,
            json!({ "event": "message", "message_token": 4_912_661_846_655_238_145_u64,
                "sender": { "id": "a=" }, "message": { "type": "text", "text": "hello" } }),
            ["one/4912661846655238145", "two/4912661846655238145"],
        ),
        (
            Platform::Line,
            line(
                "message",
                "message",
                json!({ "id": "325708", "type": "text", "text": "hello" }),
            ),
            ["one/325708", "two/325708"],
        ),
        (
            Platform::Line,
            line("unsend", "unsend", json!({ "messageId": "325708" })),
            ["one/325708", "two/325708"],
        ),
        // A comment has its id from Facebook, whichever Page it is under.
        (
            Platform::Facebook,
            json!({ "object": "page", "entry": [{ "id": "ACCOUNT", "time": 1, "changes": [{
                "field": "feed", "value": { "item": "comment", "verb": "add", "comment_id": "2_3",
                    "post_id": "1_2", "from": { "id": "9" }, "message": "hello" } }] }] }),
            ["2_3", "2_3"],
        ),
    ] {
        let found = at_two_accounts(platform, body.to_string().as_bytes());
        assert_eq!(found.map(|id| id.to_string()), ids, "{platform}");
    }
}

/// On every platform that names the account: a post for one that no source names is told, with how many;
/// what is no post is not.
#[test]
fn a_post_for_an_account_that_no_source_names_is_told() {
    let config = config();
    let mut seen = 0;
    for platform in Platform::ALL
        .into_iter()
        .filter(|p| p.profile().account.is_some())
    {
        let other = match platform {
            Platform::Bluesky => "did:plc:43",
            Platform::Discourse | Platform::Mastodon => "other.example",
            _ => "43",
        };
        for event in [Simulated::Made, Simulated::Message, Simulated::Test] {
            let simulation = Simulation {
                platform,
                account: other,
                handle: Some("@heard"),
                author: "a customer",
                text: "where is my train?",
                id: "2000000000000000001",
                created_ms: NOW_MS,
                event,
            };
            let Some(body) = body(&simulation) else {
                continue;
            };
            let scheme = scheme_of(platform);
            let key = Key::of(scheme, secret(scheme)).expect("a key");
            let mut headers = sign(scheme, &key, "msg_1", NOW_MS / 1_000, &body);
            headers.extend(said_in_headers(&simulation));
            let delivery = Delivery {
                get: false,
                query: &[],
                headers: Headers::new(&headers),
                body: &body,
            };
            let Intake::Updates(updates) = intake(&config, scheme.as_str(), &delivery, NOW_MS)
            else {
                continue;
            };
            let lost = updates
                .ignored
                .get(&Ignored::NoSource)
                .copied()
                .unwrap_or(0);
            let told: u32 = updates.strays.values().sum();
            assert_eq!(told, lost, "{platform} {event:?}");
            for (stray, account) in updates.strays.keys() {
                assert_eq!(
                    (*stray, account.as_ref().map(AccountId::as_str)),
                    (platform, Some(other))
                );
                seen += 1;
            }
        }
    }
    assert!(seen >= 14, "{seen}");
}

/// One delivery may be of any number of Pages that are none of ours: they are told up to a bound.
#[test]
fn the_accounts_of_one_delivery_are_bounded() {
    let entry = |page: usize| {
        json!({"id": page.to_string(), "time": 1, "changes": [{"field": "feed", "value": {
            "item": "comment", "verb": "add", "comment_id": format!("{page}_1"), "post_id": "9_1",
            "message": "hello", "from": {"id": "5", "name": "A"}, "created_time": 1}}]})
    };
    let pages: Vec<Value> = (1_000..1_100).map(entry).collect();
    let body = json!({"object": "page", "entry": pages}).to_string();
    let key = Key::of(Scheme::Meta, secret(Scheme::Meta)).expect("a key");
    let headers = sign(Scheme::Meta, &key, "", NOW_MS / 1_000, body.as_bytes());
    let delivery = Delivery {
        get: false,
        query: &[],
        headers: Headers::new(&headers),
        body: body.as_bytes(),
    };
    let Intake::Updates(updates) = intake(&config(), "meta", &delivery, NOW_MS) else {
        panic!("a delivery");
    };
    assert_eq!(updates.ignored.get(&Ignored::NoSource), Some(&100));
    assert_eq!(updates.strays.len(), 32);
}

#[test]
fn accounts_that_no_delivery_names_must_be_told_apart_otherwise() {
    let table = |second_app: &str, second_account: &str| {
        let source = |id: &str, app: &str, account: &str| json!({ "id": id, "app": app, "platform": "telegram", "account": account, "workgroup": "care" });
        json!({
            "mode": "off", "brand": { "name": "Heard" },
            "apps": [{ "id": "a", "scheme": "telegram" }, { "id": "b", "scheme": "telegram" }],
            "sources": [source("one", "a", "FirstBot"), source("two", second_app, second_account)],
        })
    };
    let problems = |table: Value| {
        let config = Config::read(&table.to_string(), &|name| {
            Some(match name.starts_with("REPLY_TOKEN") {
                true => "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc".to_owned(),
                false => secret(Scheme::Telegram).to_owned(),
            })
        });
        let keys: Vec<String> = config.problems.into_iter().map(|found| found.key).collect();
        (keys, config.sources.len())
    };
    assert_eq!(problems(table("b", "SecondBot")), (vec![], 2));
    assert_eq!(
        problems(table("a", "SecondBot")),
        (vec!["sources[1].app".into()], 1)
    );
    assert_eq!(
        problems(table("b", "FirstBot")),
        (vec!["sources[1].account".into()], 1)
    );
}

/// A Telegram group knows a bot by its user name, which is the source's account or its handle.
#[test]
fn in_a_group_we_are_spoken_to_by_our_own_name_alone() {
    let called = |account: &str, handle: &str, message: &Value| {
        let config = json!({
            "mode": "off", "brand": { "name": "Heard" },
            "apps": [{ "id": "a", "scheme": "telegram" }],
            "sources": [{ "id": "bot", "app": "a", "platform": "telegram", "account": account,
                "handle": handle, "workgroup": "care" }],
        });
        let key = secret(Scheme::Telegram);
        let config = Config::read(&config.to_string(), &|_| Some(key.to_owned()));
        let body = json!({ "update_id": 1, "message": message }).to_string();
        let key = Key::new(key).expect("a key");
        let headers = sign(Scheme::Telegram, &key, "1", NOW_MS / 1_000, body.as_bytes());
        let delivery = Delivery {
            get: false,
            query: &[],
            headers: Headers::new(&headers),
            body: body.as_bytes(),
        };
        let Intake::Updates(mut updates) = intake(&config, "a", &delivery, NOW_MS) else {
            panic!("{:?}", config.problems);
        };
        match updates.events.pop().map(|incoming| incoming.event) {
            Some(Event::Made { post }) => post.addressed,
            other => panic!("{other:?}"),
        }
    };
    let message = |text: &str, mark: &str, length: usize| {
        json!({ "message_id": 7, "date": 1, "from": { "id": 5 }, "text": text,
            "chat": { "id": -1001, "type": "supergroup" },
            "entities": [{ "type": mark, "offset": 0, "length": length }] })
    };
    let answer = |from: Value| {
        json!({ "message_id": 7, "date": 1, "from": { "id": 5 }, "text": "still stuck",
            "chat": { "id": -1001, "type": "supergroup" },
            "reply_to_message": { "message_id": 6, "from": from } })
    };
    let named = message("@NorthlineRailBot stuck", "mention", 17);
    for (account, handle, message, right) in [
        ("NorthlineRailBot", "@northline", &named, true),
        ("42", "@northlinerailbot", &named, true),
        ("42", "@northline", &named, false),
        ("NorthlineBot", "@northline", &named, false),
        // The same letters as a link or a part of an address are no mention.
        (
            "NorthlineRailBot",
            "@x",
            &message("@NorthlineRailBot stuck", "url", 17),
            false,
        ),
        (
            "NorthlineRailBot",
            "@x",
            &message("/report@NorthlineRailBot", "bot_command", 24),
            true,
        ),
        (
            "NorthlineRailBot",
            "@x",
            &message("/report@OtherHelpBot", "bot_command", 20),
            false,
        ),
        (
            "NorthlineRailBot",
            "@x",
            &message("/report stuck", "bot_command", 7),
            false,
        ),
        (
            "42",
            "@x",
            &answer(json!({ "id": 42, "is_bot": true })),
            true,
        ),
        (
            "42",
            "@x",
            &answer(json!({ "id": 43, "is_bot": true })),
            false,
        ),
        (
            "42",
            "@x",
            &answer(json!({ "id": 42, "is_bot": false })),
            false,
        ),
    ] {
        assert_eq!(
            called(account, handle, message),
            right,
            "{account} {handle} {message}"
        );
    }
}

/// A post of a stream: what it comes to, where the source listens and the edge is filtered.
fn streamed(text: &str, event: Simulated, change: impl FnOnce(&mut Config)) -> Updates {
    let mut config = config();
    for source in &mut config.sources {
        source.listen = true;
    }
    config.listening.filter = true;
    config.listening.ours = Words::of(["northline"]);
    config.listening.others = vec![Other {
        name: "Southline".into(),
        words: Words::of(["southline"]),
    }];
    change(&mut config);
    let body = body(&Simulation {
        platform: Platform::X,
        account: account(Platform::X),
        handle: Some("heard"),
        author: "Oda",
        text,
        id: "2080760000000000099",
        created_ms: NOW_MS,
        event,
    })
    .unwrap();
    let headers = sign(
        Scheme::X,
        &config.app("x").unwrap().keys[0],
        "msg",
        NOW_MS / 1_000,
        &body,
    );
    let delivery = Delivery {
        get: false,
        query: &[],
        headers: Headers::new(&headers),
        body: &body,
    };
    match intake(&config, "x", &delivery, NOW_MS) {
        Intake::Updates(updates) => updates,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_names_nobody_is_dropped_at_the_edge_and_nothing_else_is() {
    let same = |_: &mut Config| {};
    for text in [
        "what a lovely day",
        "my house is on fire, help",
        "northliner",
        "@somebody look",
    ] {
        let updates = streamed(text, Simulated::Topic, same);
        assert!(updates.events.is_empty(), "{text}");
        assert_eq!((updates.dropped(), updates.all_ignored().len()), (1, 0));
    }
    for text in [
        "northline is late",
        "SOUTHLINE",
        "#Northline",
        "\u{201c}Northline\u{201d} again",
        "is Heard any good?",
        "ask heard",
        "Northline train on fire, people inside",
    ] {
        let updates = streamed(text, Simulated::Topic, same);
        assert_eq!((updates.events.len(), updates.dropped()), (1, 0), "{text}");
    }
    // What is written to us, whatever it says; an edit, whose post may be known; and where nobody filters or listens.
    for event in [
        Simulated::Made,
        Simulated::Message,
        Simulated::Edited,
        Simulated::Deleted,
    ] {
        let updates = streamed("what a lovely day", event, same);
        assert_eq!(
            (updates.events.len(), updates.dropped()),
            (1, 0),
            "{event:?}"
        );
    }
    for change in [
        (|config: &mut Config| config.listening.filter = false) as fn(&mut Config),
        |config| {
            config
                .sources
                .iter_mut()
                .for_each(|source| source.listen = false)
        },
    ] {
        let updates = streamed("what a lovely day", Simulated::Topic, change);
        assert_eq!((updates.events.len(), updates.dropped()), (1, 0));
    }
}
