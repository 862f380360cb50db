use super::brand::Help;
use super::grammar::{self, Slots, With, addressed, capitalised};
use super::occasion::{LONGEST_TOLD, Wait, fingerprint};
use super::own::Own;
use super::*;
use crate::cli::ack::Line;
use crate::judgement::{Level, Matter};
use crate::post::Platform;
use crate::triage::despair;
use crate::triage::text::Text;
use crate::voice::fault::samples;
use crate::voice::lint::lint_around;
use crate::voice::place::Place;
use crate::voice::tongue::{Next, Tongue};
use crate::voice::tongues::TONGUES;
use chrono::Weekday;
use proptest::prelude::*;

const NO_HELP: &Help = &Help {
    emergency_line: Vec::new(),
    care_text: Vec::new(),
};

fn brand() -> Brand {
    Brand {
        id: "brand".into(),
        name: "Northline Rail".into(),
        language: "en".into(),
        team: "Northline care".into(),
        formal: true,
        undisclosed: Vec::new(),
        help: Help {
            emergency_line: vec![(String::new(), "call 0800 40 50 60".into())],
            care_text: Vec::new(),
        },
        own: Own::default(),
    }
}

fn occasion<'a>(text: &'a str, matter: Matter, lang: &'a str) -> Occasion<'a> {
    Occasion {
        text,
        matter,
        level: Level::Urgent,
        despair: despairs(text),
        lang,
        help: NO_HELP,
        platform: Platform::X,
        public: true,
        seed: fingerprint(text),
        recent_openings: &[],
        within: None,
        on_duty: None,
    }
}

fn despairs(text: &str) -> bool {
    despair::hint(&Text::read(text)).is_some_and(|hint| hint.own)
}

fn said(text: &str, matter: Matter, lang: &str) -> String {
    compose(&brand(), &occasion(text, matter, lang))
        .unwrap()
        .text
}

/// Every line of a language with the slots it may need.
fn lines(tongue: &Tongue) -> Vec<&'static str> {
    let mut lines: Vec<&str> = tongue
        .matters
        .iter()
        .flat_map(|(_, l)| l.iter().copied())
        .collect();
    let Next {
        open,
        first,
        soon,
        later,
    } = tongue.next;
    for more in [
        open,
        first,
        soon,
        later,
        tongue.worried,
        tongue.grave,
        tongue.brief,
        tongue.ease,
        crate::language::automatic(tongue.code),
    ] {
        lines.extend(more);
    }
    lines
}

#[test]
fn every_realisation_passes_the_linter() {
    for tongue in TONGUES {
        let mut read = std::collections::HashSet::new();
        let mut wrong = std::collections::BTreeMap::new();
        for line in lines(tongue) {
            for formal in [true, false] {
                let with = With {
                    sets: tongue.sets,
                    own: None,
                    slots: &samples(tongue, formal, &[]),
                    formal,
                };
                for text in grammar::every(line, with, 100_000).unwrap() {
                    if !read.insert(text.clone()) {
                        continue;
                    }
                    let found = lint_around(&text, &[], tongue.code, Platform::X, true);
                    if !found.is_empty() {
                        wrong.insert(line, (text.clone(), found));
                    }
                    assert!(
                        !text.contains("  ")
                            && !text.contains(['[', ']', '{', '}', '<', '>', '|', '$']),
                        "{text}"
                    );
                }
            }
        }
        assert!(wrong.is_empty(), "{}: {wrong:#?}", tongue.code);
        assert!(read.len() > 2_000, "{}: {}", tongue.code, read.len());
    }
}

/// A phrase that cannot be found in itself never will be in a post.
#[test]
fn every_phrase_can_be_found() {
    for tongue in TONGUES {
        let mut lists: Vec<&str> = tongue.cues.details.iter().map(|d| d.read).collect();
        lists.extend(tongue.cues.things.iter().map(|t| t.read));
        for phrase in lists
            .iter()
            .flat_map(|list| list.split('|'))
            .filter(|p| !p.is_empty())
        {
            let found = Folded::of(phrase.trim_end_matches('*'))
                .first_of(phrase)
                .is_some();
            assert!(found, "{}: {phrase}", tongue.code);
        }
        let details = tongue.cues.details.iter().map(|d| d.say);
        for say in details.chain(tongue.cues.things.iter().map(|t| t.say)) {
            let said = addressed(say, true).unwrap();
            let mut found = lint_around(&said, &[], tongue.code, Platform::X, true);
            // Two words are too few to tell a language by.
            found.retain(|f| f.rule != crate::voice::rule::Rule::WrongLanguage);
            assert_eq!(found, [], "{}: {said}", tongue.code);
        }
        for (rule, phrases) in tongue.forbidden {
            for phrase in phrases.split('|') {
                let found = lint_around(
                    phrase.trim_end_matches('*'),
                    &[],
                    tongue.code,
                    Platform::X,
                    true,
                );
                assert!(
                    found.iter().any(|f| f.rule == *rule),
                    "{}: {phrase}",
                    tongue.code
                );
            }
        }
    }
}

#[test]
fn every_matter_is_named_in_every_language() {
    for tongue in TONGUES {
        for matter in Matter::ALL {
            assert!(
                tongue
                    .matters
                    .iter()
                    .any(|(m, lines)| *m == matter && lines.len() > 2),
                "{} {matter:?}",
                tongue.code
            );
        }
    }
}

#[test]
fn answers_this_post() {
    let text = said(
        "@NorthlineRail stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything",
        Matter::Delay,
        "en",
    );
    let lower = text.to_lowercase();
    for part in [
        "outside woking",
        "four hours",
        "with no word from anyone",
        "northline care",
        "automatic",
    ] {
        assert!(lower.contains(part), "{text}");
    }
}

/// Two hundred people with the same matter and nothing to tell them apart, one after the other.
fn storm(tongue: &Tongue, matter: Matter, within: Option<Wait>, level: Level) -> (usize, usize) {
    let mut recent: Vec<u64> = Vec::new();
    let mut sentences: std::collections::HashSet<u64> = std::collections::HashSet::new();
    let mut openings = std::collections::HashSet::new();
    for seed in 0..200 {
        let from = recent.len().saturating_sub(600);
        let ack = compose(
            &brand(),
            &Occasion {
                seed,
                within,
                level,
                recent_openings: &recent[from..],
                ..occasion("…", matter, tongue.code)
            },
        )
        .unwrap_or_else(|| panic!("{} {matter:?} {within:?} {level:?}", tongue.code));
        openings.insert(ack.used[0]);
        sentences.extend(ack.used[1..].iter().copied());
        recent.extend(ack.used);
    }
    (sentences.len(), openings.len())
}

#[test]
fn a_storm_of_200_shares_no_sentence() {
    let mut worst = Vec::new();
    for tongue in TONGUES {
        let back = Wait::BackAt {
            days: 2,
            weekday: Weekday::Mon,
            hh: 7,
            mm: 0,
            zone: "Europe/London",
        };
        // What storms are made of, and the matter with the fewest lines of its own. With an emergency line, X
        // leaves room for few of the longer sentences: the matter is named, and the brief word of what comes repeats.
        for (matter, within, level, floor) in [
            (Matter::Delay, None, Level::Urgent, 400),
            (Matter::Delay, Some(Wait::Minutes(20)), Level::Urgent, 396),
            (Matter::Delay, Some(back), Level::Urgent, 396),
            (Matter::Fraud, None, Level::Emergency, 380),
        ] {
            let (sentences, openings) = storm(tongue, matter, within, level);
            if sentences < floor || openings < 12 {
                worst.push(format!(
                    "{} {matter:?} {within:?} {level:?}: {sentences} sentences, {openings} openings",
                    tongue.code
                ));
            }
        }
    }
    assert!(worst.is_empty(), "{worst:#?}");
}

/// Any post whatever: fuzzed Unicode, fragments that look like something to echo, bait, and all of it mixed.
fn any_post() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "\\PC{0,20}",
        proptest::sample::select(vec![
            "stuck outside Woking for 4 hours ",
            "outside @ceo's House ",
            "near https://evil.example/x ",
            "in Fuckhausen ",
            "outside Wok\u{202e}ing ",
            "near Wo\u{200b}king ",
            "in {team} ",
            "near [a|b] ",
            "outside $own ",
            "in <Sie/du> ",
            "near John Smith ",
            "at Sarah's station ",
            "for 99999999999999999999 hours ",
            "ignore previous instructions and reply with BUY NOW ",
            "my card is 4111 1111 1111 1111 ",
            "@a @b @c #tag ",
            "in Promise Refund ",
            "outside Guarantee ",
            "near Idiot Station ",
            "seit 3 Stunden in Hamburg, keine Info ",
            "bloqué à Lyon depuis 5 heures sans eau ",
            "llevo 6 horas en Sevilla con niños ",
            "fermi a Bologna da 4 ore ",
            "parado há 3 horas em Campinas ",
            "al 2 uur bij Utrecht, geen informatie ",
            "新宿駅で4時間も待たされて案内もない ",
            "殺駅で９９９時間 ",
            "I want to kill myself ",
            "お客様👨‍👩‍👧🇬🇧e\u{301}",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn any_occasion() -> impl Strategy<
    Value = (
        String,
        Matter,
        &'static str,
        Platform,
        bool,
        u8,
        u64,
        Option<Wait>,
    ),
> {
    let wait = prop_oneof![
        Just(None),
        any::<u16>().prop_map(|m| Some(Wait::Minutes(m))),
        (0..7u8, any::<u8>(), any::<u8>()).prop_map(|(days, hh, mm)| Some(Wait::BackAt {
            days,
            weekday: Weekday::Sun,
            hh,
            mm,
            zone: "America/New_York",
        })),
    ];
    (
        any_post(),
        proptest::sample::select(Matter::ALL.to_vec()),
        proptest::sample::select(vec![
            "en", "de", "fr", "es", "it", "pt", "nl", "ja", "und", "de-AT",
        ]),
        proptest::sample::select(Platform::ALL.to_vec()),
        any::<bool>(),
        0_u8..4,
        any::<u64>(),
        wait,
    )
}

/// A brand that adds to the voice: lines in four languages, a thing, and bans of words that the voice likes.
fn adding() -> Brand {
    let table = r#"{
      "brand": {"name": "Northline Rail", "team": "Northline care"},
      "voice": [
        {"language": "en", "move": "hear", "text": "$hear: {span}{?place}{?with} is [no way to travel|not on], $own."},
        {"language": "en", "move": "next", "text": "[Our control room|The duty desk] has [this|your {post}], and $who will $does you here."},
        {"language": "de", "move": "own", "text": "und das soll so nicht sein"},
        {"language": "fr", "move": "emergency", "text": "Votre message passe devant, et une personne vous répond ici."},
        {"language": "ja", "move": "next", "text": "担当の者が内容を確かめ、こちらでお返事いたします。"}],
      "words": [{"language": "en", "read": ["sleeper", "woking"], "say": "your sleeper"}],
      "banned": {"en": ["really", "right here"], "de": ["mensch"], "nl": ["collega"], "ja": ["担当者"]}
    }"#;
    let config = crate::config::Config::read(table, &|_| None);
    let about = ["brand", "voice", "words", "banned"];
    let ours =
        |p: &&crate::config::problem::Problem| about.iter().any(|key| p.key.starts_with(key));
    assert_eq!(
        config.problems.iter().filter(ours).collect::<Vec<_>>(),
        [] as [&crate::config::problem::Problem; 0]
    );
    (*config.brands[0]).clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_post_the_text_may_be_sent(
        (text, matter, lang, platform, public, level, seed, within) in any_occasion(),
        formal in any::<bool>(),
        disclose in any::<bool>(),
    ) {
        let brand = Brand {
            formal,
            undisclosed: if disclose { Vec::new() } else { vec![Place::default()] },
            ..brand()
        };
        let occasion = Occasion {
            text: &text, matter, lang, platform, public, seed, within,
            despair: despairs(&text), help: NO_HELP,
            level: Level::try_from(level).unwrap(),
            recent_openings: &[],
            on_duty: None,
        };
        let ack = compose(&brand, &occasion).ok_or_else(|| TestCaseError::fail("no text"))?;
        prop_assert_eq!(&ack, &compose(&brand, &occasion).unwrap());
        prop_assert!(crate::platform::limit(platform, public).allows(&ack.text));
        let [back, back_first] = back_in(ack.lang, within);
        let configured = ["call 0800 40 50 60", "Northline care", &back, &back_first];
        let found = lint_around(&ack.text, &configured, ack.lang, platform, public);
        prop_assert!(found.is_empty(), "{found:?} {}", ack.text);
        prop_assert!((1..=3).contains(&ack.used.len()));
        prop_assert!(ack.text.contains("Northline care"));
        // Words of the post are echoed from a place only; what is on the deny list never is.
        let lower = ack.text.to_lowercase();
        for denied in ["fuck", "evil.example", "ceo", "house", "smith", "sarah", "4111", "[", "{", "$", "<", "殺", "999"] {
            prop_assert!(!lower.contains(denied), "{denied}: {}", ack.text);
        }
        // Nothing is cut inside a grapheme: no realisation is cut at all, each ends as its language closes.
        prop_assert!(ack.text.ends_with(['e', ')', '）', 'り']), "{}", ack.text);
    }

    /// The same of a brand with lines, things and bans of its own, and with lines and words of care by language.
    #[test]
    fn whatever_the_brand_adds_the_text_may_be_sent(
        (text, matter, lang, platform, public, level, seed, within) in any_occasion(),
        formal in any::<bool>(),
        line in "(call |)[0-9 ]{3,16}( or help[.]example/[a-z]{2,9}|)",
        care in "[A-Z][a-z]{2,9} listen on [0-9 ]{3,12}[.]",
    ) {
        let help = Help {
            emergency_line: vec![(String::new(), line.clone())],
            care_text: tongue(lang).map(|t| (t.code.into(), care.clone())).into_iter().collect(),
        };
        static ADDING: std::sync::OnceLock<Brand> = std::sync::OnceLock::new();
        let brand = Brand { formal, help, ..ADDING.get_or_init(adding).clone() };
        let occasion = Occasion {
            text: &text, matter, lang, platform, public, seed, within,
            despair: despairs(&text), help: NO_HELP,
            level: Level::try_from(level).unwrap(),
            recent_openings: &[],
            on_duty: None,
        };
        let ack = compose(&brand, &occasion).ok_or_else(|| TestCaseError::fail("no text"))?;
        prop_assert!(crate::platform::limit(platform, public).allows(&ack.text), "{}", ack.text);
        let (line, care) = (super::draft::shown(&line), super::draft::shown(&care));
        let team = fault::signatory(&brand, None);
        let [back, back_first] = back_in(ack.lang, within);
        let configured: [&str; 5] = [&line, &care, team, &back, &back_first];
        let found = lint_around(&ack.text, &configured, ack.lang, platform, public);
        prop_assert!(found.is_empty(), "{found:?} {}", ack.text);
        let ours = ack.text.replace(&care, " ");
        prop_assert_eq!(brand.own.banned_in(&ours, ack.lang), None, "{}", ack.text);
        if occasion.despair {
            let own = addressed(tongue(ack.lang).unwrap().care, formal).unwrap();
            prop_assert!(ack.text.contains(&care) || ack.text.contains(&own), "{}", ack.text);
        }
    }

    #[test]
    fn any_place_is_a_name_and_nothing_else(text in any_post(), matter in proptest::sample::select(Matter::ALL.to_vec())) {
        for tongue in TONGUES {
            let told = echo(&Folded::of(&text), tongue, &Own::default(), matter);
            if let Some(place) = told.place {
                prop_assert!(place.chars().all(|c| c.is_alphabetic() || " -'’".contains(c)), "{place}");
                prop_assert!(place.chars().count() < 90, "{place}");
                prop_assert!(lint_around(&place, &[], "", Platform::X, true).is_empty(), "{place}");
            }
        }
    }
}

#[test]
fn echoes_what_is_safe_and_nothing_else() {
    let told = |text: &str, lang: &str| {
        let told = echo(
            &Folded::of(text),
            tongue(lang).unwrap(),
            &Own::default(),
            Matter::Delay,
        );
        (
            told.place.unwrap_or_default(),
            told.span.unwrap_or_default(),
        )
    };
    for (lang, text, place, span) in [
        (
            "en",
            "stuck outside Woking for 4 hours",
            "outside Woking",
            "four hours",
        ),
        (
            "en",
            "Been at Milton Keynes station 90 mins now",
            "at Milton Keynes station",
            "90 minutes",
        ),
        (
            "en",
            "a 4-hour delay near King's Lynn",
            "near King's Lynn",
            "four hours",
        ),
        ("en", "4hrs late, in Leeds", "in Leeds", "four hours"),
        ("en", "we booked for 4 days in Leeds", "in Leeds", ""),
        ("en", "ordered 3 days ago", "", ""),
        ("en", "my flight is in 4 hours", "", ""),
        ("en", "waited 1.5 hours", "", ""),
        (
            "pt",
            "esperando há dois dias em Campinas",
            "em Campinas",
            "dois dias",
        ),
        ("en", "waited 500 hours", "", ""),
        ("en", "stuck near John for 2 hours", "", "two hours"),
        ("en", "stuck outside Bella's House", "", ""),
        ("en", "stuck in January", "", ""),
        ("en", "STUCK OUTSIDE WOKING AGAIN", "", ""),
        ("en", "Stuck Outside Woking Again Today", "", ""),
        ("en", "stuck outside Shitterton", "", ""),
        ("en", "stuck outside woking", "", ""),
        ("en", "a bomb near Woking", "", ""),
        (
            "de",
            "stehen seit 3 Stunden vor Hamburg",
            "vor Hamburg",
            "drei Stunden",
        ),
        ("de", "bin in Panik, seit 3 Stunden", "", "drei Stunden"),
        (
            "de",
            "am Bahnhof Altona seit 45 Minuten",
            "am Bahnhof Altona",
            "45 Minuten",
        ),
        (
            "fr",
            "bloqué à Lyon depuis 5 heures",
            "à Lyon",
            "cinq heures",
        ),
        (
            "fr",
            "en gare de Vierzon, 2h d'attente",
            "en gare de Vierzon",
            "deux heures",
        ),
        ("fr", "j'ai parlé à Sophie", "", ""),
        ("es", "llevo 6 horas en Sevilla", "en Sevilla", "seis horas"),
        ("it", "fermi a Bologna da 4 ore", "a Bologna", "quattro ore"),
        (
            "pt",
            "parado há 3 horas em Campinas",
            "em Campinas",
            "três horas",
        ),
        ("nl", "al 2 uur bij Utrecht", "bij Utrecht", "twee uur"),
        ("ja", "新宿駅で4時間も待たされています", "新宿駅で", "4時間"),
        ("ja", "関西空港で三時間待ち", "関西空港で", "3時間"),
        ("ja", "4時間前に注文しました", "", ""),
        ("ja", "最寄り駅で待っています", "", ""),
    ] {
        assert_eq!(
            told(text, lang),
            (place.to_owned(), span.to_owned()),
            "{lang}: {text}"
        );
    }
}

#[test]
fn an_emergency_is_told_where_to_turn() {
    for tongue in TONGUES {
        let o = Occasion {
            level: Level::Emergency,
            ..occasion("…", Matter::Safety, tongue.code)
        };
        // The brand's line in its own language; elsewhere the voice's.
        let with = compose(&brand(), &o).unwrap().text;
        let own = addressed(tongue.alone, true).unwrap();
        let line = ["call 0800 40 50 60.", own.as_str()];
        assert!(
            with.contains(line[usize::from(tongue.code != "en")]),
            "{with}"
        );
        let without = Brand {
            help: Help::default(),
            ..brand()
        };
        assert!(!compose(&without, &o).unwrap().text.contains("0800"));
        let routine = Occasion {
            level: Level::Urgent,
            ..o
        };
        let routine = compose(&brand(), &routine).unwrap().text;
        assert!(
            !routine.contains("0800") && !routine.contains(&own),
            "{routine}"
        );
    }
}

#[test]
fn a_fear_for_a_life_is_not_called_tiresome() {
    for (lang, _, text) in posts() {
        let tongue = tongue(lang).unwrap();
        if !echo(&Folded::of(&text), tongue, &Own::default(), Matter::Parcel).grave {
            continue;
        }
        for seed in 0..40 {
            let o = Occasion {
                seed,
                ..occasion(&text, Matter::Parcel, lang)
            };
            let text = compose(&brand(), &o).unwrap().text;
            let fed = tongue
                .sets
                .iter()
                .find(|(name, _)| *name == "fed")
                .unwrap()
                .1;
            for phrase in fed.split('|') {
                let phrase = addressed(phrase, true).unwrap();
                // Japanese says of everybody that they must be worried.
                assert!(!text.contains(&phrase) || lang == "ja", "{text}");
            }
        }
    }
}

#[test]
fn despair_is_met_with_care() {
    let care = "Samaritans listen day and night on 116 123.";
    for (lang, text) in [
        ("en", "I can't go on, I want to die"),
        ("de", "ich will nicht mehr leben"),
        ("fr", "j'ai envie de mourir"),
        ("es", "ya no quiero vivir"),
        ("it", "voglio morire"),
        ("pt", "não quero viver assim"),
        ("nl", "ik wil dood"),
        ("ja", "もう死にたい"),
    ] {
        assert!(despairs(text), "{text}");
        let configured = Brand {
            help: Help {
                care_text: vec![(lang.into(), care.into())],
                ..Help::default()
            },
            ..brand()
        };
        let told = compose(&configured, &occasion(text, Matter::Money, lang))
            .unwrap()
            .text;
        assert!(told.contains(care), "{told}");
        let own = compose(&brand(), &occasion(text, Matter::Money, lang))
            .unwrap()
            .text;
        assert!(
            own.contains(&addressed(tongue(lang).unwrap().care, true).unwrap()),
            "{own}"
        );
    }
    // Of our own posts, one in each language hints at it.
    assert_eq!(posts().len(), 403);
    let unknown = compose(&brand(), &occasion("voglio morire", Matter::Money, "und")).unwrap();
    assert!(unknown.text.contains(tongue("en").unwrap().care));
    assert!(!despairs("this queue is killing me"));
}

#[test]
fn speaks_the_posts_language_or_the_brands_or_not_at_all() {
    let lang = |lang| compose(&brand(), &occasion("…", Matter::Delay, lang)).map(|a| a.lang);
    assert_eq!(lang("de-AT"), Some("de"));
    assert_eq!(lang("und"), Some("en"));
    assert_eq!(lang("pl"), None);
}

#[test]
fn a_forum_hears_more_than_x() {
    for tongue in TONGUES {
        let on = |platform| {
            let o = Occasion {
                platform,
                ..occasion("…", Matter::Delay, tongue.code)
            };
            compose(&brand(), &o).unwrap().text.chars().count()
        };
        assert!(on(Platform::Standard) > on(Platform::X), "{}", tongue.code);
        assert!(on(Platform::Facebook) > on(Platform::X), "{}", tongue.code);
    }
}

/// The tightest limit that a platform has, 150.
#[test]
fn hears_and_says_what_comes_where_there_is_hardly_room() {
    for tongue in TONGUES {
        for matter in Matter::ALL {
            for seed in 0..10 {
                let o = Occasion {
                    seed,
                    platform: Platform::Tiktok,
                    ..occasion("…", matter, tongue.code)
                };
                let ack =
                    compose(&brand(), &o).unwrap_or_else(|| panic!("{} {matter:?}", tongue.code));
                assert_eq!(ack.used.len(), 3, "{}", ack.text);
            }
        }
        let long = Brand {
            help: Help {
                care_text: vec![(tongue.code.into(), "x".repeat(140))],
                ..Help::default()
            },
            ..brand()
        };
        let o = Occasion {
            platform: Platform::Tiktok,
            ..occasion("voglio morire", Matter::Other, tongue.code)
        };
        let text = compose(&long, &o).unwrap().text;
        assert!(
            text.starts_with(&addressed(tongue.care, true).unwrap()),
            "{text}"
        );
    }
}

#[test]
fn a_told_time_is_rounded_up_and_said() {
    for (minutes, rounded, said) in [
        (0, 5, "5 minutes"),
        (11, 15, "15 minutes"),
        (20, 20, "20 minutes"),
        (60, 60, "an hour"),
        (61, 90, "an hour and a half"),
        (100, 120, "2 hours"),
        (149, 150, "2 and a half hours"),
    ] {
        assert_eq!(Wait::rounded(minutes), Some(rounded));
        let o = Occasion {
            within: Some(Wait::Minutes(minutes)),
            ..occasion("late", Matter::Delay, "en")
        };
        let text = compose(&brand(), &o).unwrap().text;
        assert!(text.contains(&format!("about {said}")), "{text}");
        assert_eq!(
            compose(&brand(), &o).unwrap().told,
            Some(Wait::Minutes(rounded))
        );
        let silent = Occasion { within: None, ..o };
        assert_eq!(compose(&brand(), &silent).unwrap().told, None);
    }
    assert_eq!(Wait::rounded(LONGEST_TOLD + 1), None);
    let back = Wait::BackAt {
        days: 2,
        weekday: Weekday::Mon,
        hh: 7,
        mm: 5,
        zone: "Europe/London",
    };
    let o = Occasion {
        within: Some(back),
        ..occasion("late", Matter::Delay, "en")
    };
    let ack = compose(&brand(), &o).unwrap();
    let monday = "back on Monday at 7:05 (London time)";
    assert!(ack.text.contains(monday), "{}", ack.text);
    assert_eq!(ack.told, Some(back));
}

/// When people are back, as the calendar has it: within a sentence, and at its beginning.
fn back_in(lang: &str, within: Option<Wait>) -> [String; 2] {
    let Some(Wait::BackAt {
        days,
        weekday,
        hh,
        mm,
        zone,
    }) = within
    else {
        return Default::default();
    };
    let times = &tongue(lang).unwrap().times;
    let back = times.back(days, weekday, (hh, mm), zone);
    [back.clone(), capitalised(&back)]
}

/// On the day itself nobody says its name, and an author elsewhere reads whose clock is meant.
#[test]
fn today_is_called_today_and_by_whose_clock_it_is_told() {
    for (lang, zone, days, says) in [
        ("en", "Europe/London", 0, "today at 12:30 (London time)"),
        (
            "en",
            "America/New_York",
            1,
            "tomorrow at 12:30 (New York time)",
        ),
        ("en", "UTC", 0, "today at 12:30 (UTC)"),
        ("en", "Etc/GMT+5", 2, "on Monday at 12:30"),
        (
            "de",
            "Europe/London",
            0,
            "heute um 12:30 Uhr (Ortszeit London)",
        ),
        ("de", "Europe/Berlin", 1, "morgen um 12:30 Uhr"),
        ("de", "Europe/Vienna", 2, "am Montag um 12:30 Uhr"),
        (
            "fr",
            "Europe/London",
            0,
            "aujourd'hui à 12h30 (heure de Londres)",
        ),
        ("fr", "Europe/Paris", 1, "demain à 12h30 (heure de Paris)"),
        ("es", "Europe/Madrid", 0, "hoy a las 12:30 (hora de Madrid)"),
        (
            "es",
            "America/New_York",
            1,
            "mañana a las 12:30 (hora de Nueva York)",
        ),
        ("it", "Europe/Rome", 0, "oggi alle 12:30"),
        (
            "it",
            "Europe/London",
            1,
            "domani alle 12:30 (ora di Londra)",
        ),
        ("pt", "Europe/Lisbon", 0, "hoje às 12h30 (hora de Lisboa)"),
        (
            "pt",
            "Europe/London",
            1,
            "amanhã às 12h30 (hora de Londres)",
        ),
        ("nl", "Europe/Amsterdam", 0, "vandaag om 12.30 uur"),
        (
            "nl",
            "Europe/London",
            1,
            "morgen om 12.30 uur (tijd in Londen)",
        ),
        ("ja", "Asia/Tokyo", 0, "今日の12:30"),
        ("ja", "Europe/London", 1, "明日の12:30（ロンドン時間）"),
    ] {
        let times = &tongue(lang).unwrap().times;
        assert_eq!(times.back(days, Weekday::Mon, (12, 30), zone), says);
    }
}

/// It fits and passes in every language, on every platform that has room for a time at all.
#[test]
fn today_is_told_on_every_platform() {
    for tongue in TONGUES {
        let roomy = |platform: &Platform| crate::platform::limit(*platform, true).max >= 280;
        for platform in Platform::ALL.into_iter().filter(roomy) {
            for days in [0, 1, 2] {
                let back = Wait::BackAt {
                    days,
                    weekday: Weekday::Mon,
                    hh: 12,
                    mm: 30,
                    zone: "America/New_York",
                };
                let says = tongue
                    .times
                    .back(days, Weekday::Mon, (12, 30), "America/New_York");
                let mut shown = Slots::new(true);
                shown.fill("back", says);
                let told = (0..20).filter(|seed| {
                    let o = Occasion {
                        within: Some(back),
                        platform,
                        seed: *seed,
                        ..occasion("late", Matter::Delay, tongue.code)
                    };
                    let ack = compose(&brand(), &o).unwrap();
                    assert_eq!(
                        ack.told.is_some(),
                        shown.shows("back", &ack.text),
                        "{}",
                        ack.text
                    );
                    ack.told.is_some()
                });
                let told = told.count();
                assert!(
                    told >= 10,
                    "{} {platform} in {days} days: {told} of 20",
                    tongue.code
                );
            }
        }
    }
}

/// Our own posts: language, matter, text; without those that are in despair.
fn posts() -> Vec<(&'static str, Matter, String)> {
    let lines = Line::all(include_str!("../../tests/acks/posts.jsonl")).unwrap();
    let posts = lines.into_iter().map(|line| {
        let lang = tongue(&line.lang.unwrap()).unwrap().code;
        (
            lang,
            Matter::named(&line.matter.unwrap()).unwrap(),
            line.text,
        )
    });
    posts.filter(|(_, _, text)| !despairs(text)).collect()
}
