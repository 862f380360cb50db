//! From a request on a webhook's route to updates: which source, which are our own, who is meant.

use heard::cli::simulate::{Delivery as Simulation, Simulated, body, said_in_headers};
use heard::config::Config;
use heard::inbox::wire::Ask;
use heard::intake::{Delivery, Intake, intake};
use heard::platform::{Event, Ignored, scheme_of};
use heard::post::Platform;
use heard::signature::{Headers, Key, Scheme, sign};
use serde_json::{Value, json};

const NOW_MS: i64 = 1_795_335_000_000;

/// A key of the scheme, as a secret's text and as a key.
fn secret(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Standard => "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        _ => "a-secret-of-the-app",
    }
}

/// A configuration with one app for each scheme and one source for each platform.
fn config() -> Config {
    let apps: Vec<Value> = Scheme::ALL
        .iter()
        .map(|scheme| json!({ "id": scheme.as_str(), "scheme": scheme.as_str() }))
        .collect();
    let sources: Vec<Value> = Platform::ALL
        .iter()
        .map(|platform| {
            json!({
                "id": platform.as_str(), "app": scheme_of(*platform).as_str(),
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
            .find(|scheme| scheme.secret() == name)?;
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
    let Intake::Updates(asks) = intake(&config, scheme.as_str(), &delivery, NOW_MS) else {
        panic!("{}: {:?}", simulation.platform, config.problems);
    };
    let mut taken = (Vec::new(), Vec::new());
    for ask in asks.into_values() {
        let Ask::TakeIn { events, ignored } = ask else {
            panic!("{ask:?}");
        };
        for incoming in events {
            assert_eq!(incoming.source.as_str(), simulation.platform.as_str());
            taken.0.push(incoming.event);
        }
        taken.1.extend(ignored.into_keys());
    }
    taken
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
            assert!(events.is_empty(), "{platform} {author}: {events:?}");
            assert_eq!(ignored, [Ignored::Own], "{platform} {author}");
        }
        let (events, _) = taken(&simulation(platform, "heardit", "sorry"));
        assert_eq!(events.len(), 1, "{platform}");
    }
}

#[test]
fn a_post_that_names_our_handle_is_addressed_to_us() {
    let addressed = |text: &str| {
        let (events, _) = taken(&simulation(Platform::Mastodon, "Ada", text));
        match events.as_slice() {
            [Event::Made { post }] => post.addressed,
            other => panic!("{other:?}"),
        }
    };
    for text in [
        "@heard",
        "hey @HEARD, hello",
        "(@heard)",
        "@you @heard@social.example",
    ] {
        assert!(addressed(text), "{text}");
    }
    for text in ["heard", "@heardit", "@hear", "@heard_2", "@ heard", "", "@"] {
        assert!(!addressed(text), "{text}");
    }
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
    let Intake::Welcome(welcome) = asked(&headers) else {
        panic!("a signed challenge");
    };
    assert_eq!((welcome.status, welcome.body.as_str()), (200, "3eZbrw1a"));
    assert!(matches!(asked(&headers[..1]), Intake::Refused(_)));
    assert!(matches!(asked(&[]), Intake::Refused(_)));
}
