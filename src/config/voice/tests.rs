use super::*;
use serde_json::json;

/// A configuration with this brand and these entries: X and a forum, nothing else wrong with it.
fn read(brand: Value, more: Value) -> Config {
    let mut table = json!({
        "mode": "live",
        "brand": {"name": "Northline"},
        "apps": [{"id": "x", "scheme": "x"}, {"id": "d", "scheme": "discourse"}],
        "sources": [
            {"id": "x", "app": "x", "platform": "x", "account": "1", "workgroup": "care"},
            {"id": "d", "app": "d", "platform": "discourse", "account": "d.example", "handle": "n",
             "workgroup": "care"},
        ],
    });
    let into = |to: &mut Value, from: Value| {
        for (key, value) in from.as_object().unwrap() {
            to[key] = value.clone();
        }
    };
    into(&mut table["brand"], brand);
    into(&mut table, more);
    Config::read(&table.to_string(), &|name| {
        let user = if name == "REPLY_TOKEN__D" {
            "heard:"
        } else {
            ""
        };
        Some(format!("{user}0123456789abcdef0123456789abcdef"))
    })
}

/// What is wrong with it, with what is wrong with its words.
fn problems(config: &Config) -> Vec<String> {
    let all = config.problems.iter().cloned().chain(faults(config));
    all.map(|p| format!("{}: {}", p.key, p.says)).collect()
}

fn line(language: &str, situation: &str, text: &str) -> Value {
    json!({"language": language, "situation": situation, "text": text})
}

#[test]
fn reads_what_a_brand_adds() {
    let config = read(
        json!({
            "serves": ["gb", "IE"],
            "team": {"en": "the care team", "de": "Serviceteam"},
            // A free line of help sells nothing.
            "care_text": {"en": "Samaritans listen day and night, free of charge, on 116 123.",
                "de": "Die Telefonseelsorge ist kostenlos: 0800 111 0 111."},
        }),
        json!({
            "voice": [
                {"language": "en", "situation": "stuck", "facts": ["no_information", "duration"], "replace": true,
                 "text": "{Duration} on one of our trains and no word. We're sorry."},
                {"language": "en", "danger": "gas", "reviewed_by": "Jo Ward, 2026-12-01",
                 "text": "Please get out, leave switches alone, and call {call} or us on 0800 40 50 60."},
                {"language": "de", "closing": "open", "text": "Aus der Leitstelle schreibt [Ihnen|dir] jemand {here}."},
            ],
            "banned": {"en": ["fed up", "wear*"]},
            "reviewed": {"de": {"all": "Jo Ward, 2026-12-01"}},
        }),
    );
    assert_eq!(problems(&config), [""; 0]);
    let brand = &config.brands[0];
    assert_eq!(brand.help.serves, ["GB", "IE"]);
    assert_eq!(
        brand.own.banned_in("That would wear anyone out", "en"),
        Some("wear*")
    );
    let [stuck, gas, open] = &brand.own.lines[..] else {
        panic!()
    };
    assert_eq!(stuck.needs.names(), ["no_information", "duration"]);
    assert!(stuck.replaces && !gas.replaces);
    assert_eq!(gas.section, Section::Danger(Danger::Gas));
    assert!(gas.reviewed_by.is_some());
    assert_eq!(open.section, Section::Open);
    assert_eq!(brand.own.signed.len(), 1);
    let none = Help::default();
    assert!(brand.help.care_text(&none, "de", "en").is_some());
    // Nothing stands in for another language.
    assert_eq!(brand.help.care_text(&none, "fr", "en"), None);
}

/// Each is named by its key with the rule and the words.
#[test]
fn a_text_with_a_fault_is_named() {
    for (entry, rule) in [
        (
            line("en", "none", "Have a look at our new offer."),
            "\"selling\" with \"offer\"",
        ),
        (
            line("en", "none", "We're sorry, but our policy is clear."),
            "\"arguing\"",
        ),
        (
            line("en", "stuck", "We're sorry, you should have come."),
            "\"blaming\"",
        ),
        (
            line("en", "stuck", "It will move again today."),
            "\"promising\" with \"today\"",
        ),
        (
            line("de", "stuck", "Das war unser Fehler, und das tut uns leid."),
            "\"admitting\"",
        ),
        (
            line("en", "none", "We apologise for any inconvenience."),
            "\"filler\"",
        ),
        (
            line("en", "none", "Tell us your booking number and we look."),
            "\"private_data\"",
        ),
        (
            line(
                "en",
                "none",
                "Wir haben das vor uns, und jemand von uns schreibt hier.",
            ),
            "\"wrong_language\"",
        ),
        (
            line(
                "en",
                "none",
                &format!("A person {}reads it.", "and again ".repeat(12)),
            ),
            "at most 110",
        ),
        (line("en", "none", "Oh no! We're sorry."), "\"exclaiming\""),
        (line("en", "none", "All of it is on n.example."), "\"link\""),
        (line("en", "none", "We're sorry"), "full stop"),
        (
            line("en", "none", "We're [sorry."),
            "not as lines are written",
        ),
        (
            line("en", "stuck", "Stuck in {place}."),
            "{place} is no slot",
        ),
        (
            line("en", "stuck", "Stuck for {wait}."),
            "which nothing fills",
        ),
        (
            json!({"language": "en", "closing": "soon", "text": "A person answers {here}."}),
            "lacks {wait}",
        ),
        (line("en", "stuck", "Stuck for 4 hours."), "\"digits\""),
        (
            line("en", "none", "Sorry about that, going forward."),
            "going forward",
        ),
    ] {
        let good = line("en", "none", "That isn't how things should be.");
        let config = read(
            json!({}),
            json!({"voice": [good, entry.clone()], "banned": {"en": ["going forward"]}}),
        );
        let found = problems(&config);
        assert_eq!(found.len(), 1, "{entry}: {found:?}");
        assert!(found[0].starts_with("voice[1].text: "), "{found:?}");
        assert!(found[0].contains(rule), "{rule}: {found:?}");
    }
}

#[test]
fn other_texts_are_checked_too() {
    let config = read(
        json!({
            "team": "your exclusive offers team",
            "care_text": format!("Call 116 123. {}", "You matter to us. ".repeat(600)),
        }),
        json!({
            "calendars": {"day": {"timezone": "UTC", "open": ["Mon-Sun 00:00-24:00"]}},
            "rosters": {"care": [{"team": {"en": "the bonus team"}, "calendar": "day"}]},
        }),
    );
    let found = problems(&config);
    for (key, says) in [
        ("brand.team", "selling"),
        ("brand.care_text", "does not fit on x"),
        ("rosters.care[0].team.en", "selling"),
    ] {
        let named = found
            .iter()
            .any(|p| p.starts_with(&format!("{key}: ")) && p.contains(says));
        assert!(named, "{key}: {found:#?}");
    }
}

#[test]
fn a_source_has_its_own_customers() {
    let source = json!({"id": "x", "app": "x", "platform": "x", "account": "1",
        "workgroup": "care", "serves": ["US"], "care_text": {"de": "Telefonseelsorge: 116 123"}});
    let config = read(json!({"serves": ["DE"]}), json!({"sources": [source]}));
    assert_eq!(problems(&config), [""; 0]);
    let (brand, help) = (&config.brands[0].help, &config.sources[0].help);
    assert_eq!(brand.serves(help), ["US"]);
    assert_eq!(
        brand.care_text(help, "de", "en"),
        Some("Telefonseelsorge: 116 123")
    );
}

/// The demo brand's own texts, as they are shipped.
#[test]
fn the_shipped_brand_is_faultless() {
    let table = crate::lab::configuration::table(include_str!("../../heard.toml")).unwrap();
    let config = Config::read(&table, &|_| None);
    assert_eq!(faults(&config), []);
    assert!(config.brands[0].own.lines.len() >= 2);
}
