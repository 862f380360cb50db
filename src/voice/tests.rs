use super::*;
use crate::judgement::{Fact, Lasting, Situation, Unit};
use crate::language::{LANGUAGES, Texts, Writing};
use crate::post::Platform;
use brand::Help;
use chrono::Weekday;
use own::{Own, OwnLine, Signed};
use std::collections::{BTreeMap, BTreeSet};

fn northline() -> Brand {
    Brand {
        id: "brand".into(),
        name: "Northline".into(),
        language: "en".into(),
        formal: true,
        ..Brand::default()
    }
}

static NOBODY: Help = Help {
    serves: Vec::new(),
    care_text: Texts(Vec::new()),
};

/// A public post on X that tells nothing.
fn plain(lang: &str) -> Occasion<'_> {
    Occasion {
        situation: None,
        facts: &[],
        stated: None,
        danger: None,
        level: Level::Urgent,
        despair: false,
        lang,
        help: &NOBODY,
        platform: Platform::X,
        public: true,
        live: true,
        surge: false,
        answers: true,
        seed: 7,
        lately: &NOTHING_SAID,
        within: None,
        on_duty: None,
    }
}

fn said(brand: &Brand, occasion: &Occasion<'_>) -> Acknowledgment {
    compose(brand, occasion).unwrap_or_else(|| panic!("{occasion:?}"))
}

fn written() -> impl Iterator<Item = (&'static Writing, &'static Repertoire)> {
    LANGUAGES.iter().flat_map(|language| {
        let writings = language.writings.iter();
        writings.map(move |writing| (writing, Repertoire::of(language, writing).unwrap()))
    })
}

const BACK: Wait = Wait::BackAt {
    days: 2,
    weekday: Weekday::Wed,
    hh: 12,
    mm: 30,
    zone: "America/New_York",
};

/// The least of each section: what the files were ordered with.
fn least(section: Section) -> usize {
    use Situation::*;
    match section {
        Section::Situation(
            Stuck
            | Delayed
            | Cancelled
            | Missed
            | LockedAccount
            | ChargedWrongly
            | Fraud
            | LostProperty
            | Situation::Medicine
            | ParcelMissing
            | NoService
            | AskedInVain,
        ) => 7,
        Section::Situation(_) => 4,
        Section::Plain => 20,
        Section::Danger(_) => 3,
        Section::Short => 12,
        Section::Open => 10,
        Section::Emergency | Section::Soon | Section::Later | Section::Raised => 6,
    }
}

#[test]
fn every_language_has_all_it_needs() {
    let mut lacks = Vec::new();
    for (writing, of) in written() {
        let tag = writing.tag;
        for section in Section::all() {
            let lines: Vec<_> = of.section(section).collect();
            if lines.len() < least(section) {
                lacks.push(format!("{tag} {}: {} lines", section.name(), lines.len()));
            }
            // Where nothing but the situation is certain there is a choice too.
            let plain = lines.iter().filter(|line| line.needs.count() == 0).count();
            let wanted = if section == Section::Plain { 12 } else { 2 };
            if plain < wanted {
                lacks.push(format!(
                    "{tag} {}: {plain} without a condition",
                    section.name()
                ));
            }
        }
        for key in [
            "call.none",
            "here.public",
            "here.private",
            "signature",
            "clock",
            "days",
            "zone",
            "numbers",
            "wait.minutes",
            "wait.hour",
            "wait.hours",
            "wait.hours_half",
            "back.today",
            "back.tomorrow",
            "back.day",
        ] {
            if of.word(key).is_empty() {
                lacks.push(format!("{tag} words: {key}"));
            }
        }
        let days = of
            .word("days")
            .split(',')
            .filter(|day| !day.trim().is_empty());
        assert_eq!(days.count(), 7, "{tag}");
        for of_unit in Unit::ALL {
            for n in [1, 2, 13] {
                assert!(
                    fill::duration(of, Lasting { n, of: of_unit }).is_some(),
                    "{tag} {of_unit:?}"
                );
            }
        }
        for minutes in [5, 30, 60, 90, 120, 150] {
            assert!(fill::wait(of, minutes).is_some(), "{tag} {minutes}");
        }
        let dangers = Section::all().filter(|section| matches!(section, Section::Danger(_)));
        assert_eq!(of.guidance.len(), dangers.count(), "{tag}");
        // All ship unsigned: no developer and no model signs.
        assert!(
            of.guidance
                .iter()
                .all(|one| one.reviewed_by.is_none() && !one.follows.is_empty()),
            "{tag}"
        );
    }
    assert!(lacks.is_empty(), "{lacks:#?}");
}

#[test]
fn every_line_may_be_said() {
    let mut faults = Vec::new();
    for (writing, of) in written() {
        for line in &of.lines {
            if let Err(fault) = check::line(line.text, line.section, line.needs, of, false) {
                faults.push(format!(
                    "{} {}: {fault}: {}",
                    writing.tag,
                    line.section.name(),
                    line.text
                ));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} of them\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// How an apology begins, by language.
const SORRY: [(&str, &[&str]); 8] = [
    ("en", &["sorry", "apolog"]),
    ("de", &["leid", "entschuldig", "bedauer"]),
    ("fr", &["désolé", "regrett", "navré", "excus"]),
    ("es", &["sentimos", "lamentamos", "disculp"]),
    ("it", &["dispiace", "scus", "spiacent"]),
    ("pt", &["sentimos", "lamentamos", "desculp"]),
    ("nl", &["spijt", "sorry", "excus"]),
    ("ja", &["申し訳", "お詫び", "恐れ入"]),
];

#[test]
fn sorry_is_said_once_and_never_at_the_end() {
    let mut found = Vec::new();
    for (writing, of) in written() {
        let (_, words) = SORRY
            .iter()
            .find(|(lang, _)| *lang == of.language.code)
            .unwrap();
        for line in &of.lines {
            let text = fill(line.text, &check::samples(of), true)
                .unwrap()
                .to_lowercase();
            let times: usize = words.iter().map(|word| text.matches(word).count()).sum();
            if times > usize::from(!line.section.is_closing()) {
                found.push(format!("{} {}: {text}", writing.tag, line.section.name()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// How an answer is spoken of, by language.
const ANSWER: [(&str, &[&str]); 8] = [
    (
        "en",
        &[
            "answer",
            "reply",
            "hear from",
            "get back to",
            "write to you",
        ],
    ),
    (
        "de",
        &[
            "antwort",
            "melde",
            "hören von",
            "hörst von",
            "schreiben ihnen",
            "schreibt ihnen",
        ],
    ),
    ("fr", &["répon"]),
    ("es", &["respon", "respuesta", "contest"]),
    ("it", &["rispo"]),
    ("pt", &["respo"]),
    (
        "nl",
        &["antwoord", "reage", "reactie", "hoort van", "schrijft u"],
    ),
    ("ja", &["返信", "返事", "お答え", "ご連絡いた", "回答"]),
];

/// A line of `[none]` is said without a closing where no answer may be promised, so none is spoken of.
#[test]
fn where_nothing_is_certain_no_line_speaks_of_an_answer() {
    let mut found = Vec::new();
    for (writing, of) in written() {
        let code = of.language.code;
        let (_, words) = ANSWER.iter().find(|(lang, _)| *lang == code).unwrap();
        for line in of.section(Section::Plain) {
            let text = fill(line.text, &check::samples(of), true).unwrap();
            let lower = text.to_lowercase();
            if words.iter().any(|word| lower.contains(word)) {
                found.push(format!("{}: {text}", writing.tag));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Every line with every closing, told publicly and in private, with a long team's name: it fits where it is said.
#[test]
fn whatever_is_said_fits() {
    let team = Slots {
        team: "the Northline customer care team".into(),
        ..Slots::default()
    };
    for (writing, of) in written() {
        let signature = fill(of.word("signature"), &team, true).unwrap();
        let slots = check::samples(of);
        let closings_of = |section| {
            let closings = of.section(section);
            let closings = closings.map(|line| fill(line.text, &slots, true).unwrap());
            closings.max_by_key(|text| text.chars().count()).unwrap()
        };
        let all = [
            Section::Open,
            Section::Soon,
            Section::Later,
            Section::Raised,
        ];
        let longest = all.map(closings_of);
        let longest = longest
            .iter()
            .max_by_key(|text| text.chars().count())
            .unwrap();
        let limit = crate::platform::limit(Platform::X, true);
        let raised = closings_of(Section::Raised);
        for line in of.lines.iter().filter(|line| !line.section.is_closing()) {
            let text = fill(line.text, &slots, true).unwrap();
            // What to do in danger is long: at night it does without a closing.
            let closing = match line.section {
                Section::Danger(_) => &raised,
                _ => longest,
            };
            let text = format!("{text} {closing} {signature}");
            assert!(limit.allows(&text), "{}: {text}", writing.tag);
        }
    }
}

/// The words that two lines of one situation share, of the words of the shorter, in the mean.
#[test]
fn lines_of_a_situation_differ_in_what_they_say() {
    for (writing, of) in written() {
        let mut shares = Vec::new();
        for section in Section::all()
            .filter(|section| matches!(section, Section::Situation(_) | Section::Plain))
        {
            let words: Vec<BTreeSet<String>> = of
                .section(section)
                .map(|line| crate::lab::measure::words(line.text))
                .collect();
            for (at, one) in words.iter().enumerate() {
                for other in &words[at + 1..] {
                    let all = one.union(other).count().max(1);
                    shares.push(one.intersection(other).count() as f64 / all as f64);
                }
            }
        }
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        eprintln!(
            "{}: {mean:.3} of the words shared, most {:.2}",
            writing.tag,
            shares.iter().copied().fold(0.0, f64::max)
        );
        assert!(mean <= 0.20, "{}: {mean}", writing.tag);
    }
}

#[test]
fn a_signature_of_ours_is_known_when_it_comes_back() {
    for (writing, of) in written() {
        let text = said(&northline(), &plain(writing.tag)).text;
        assert!(text.contains("Northline"), "{text}");
        assert!(
            crate::platform::quote::is_note(&text),
            "{}: {text}",
            writing.tag
        );
        assert!(!of.word("signature").is_empty());
    }
}

#[test]
fn what_is_certain_is_said_and_nothing_else() {
    let brand = northline();
    let of = |occasion: &Occasion<'_>| {
        let said = said(&brand, occasion);
        let all = check::plain_repertoire("en").unwrap();
        let line = all
            .lines
            .iter()
            .find(|line| line.print == said.used[1])
            .unwrap();
        (said.section, line.needs.names())
    };
    for seed in 0..50 {
        let nothing = Occasion {
            seed,
            ..plain("en")
        };
        assert_eq!(of(&nothing), (Section::Plain, vec![]));
        let stuck = Occasion {
            situation: Some(Situation::Stuck),
            ..nothing
        };
        assert_eq!(of(&stuck), (Section::Situation(Situation::Stuck), vec![]));
        let facts = [Fact::WithChildren];
        let (section, needs) = of(&Occasion {
            facts: &facts,
            ..stuck
        });
        assert_eq!((section, needs), (stuck_section(), vec!["with_children"]));
        let lasting = Lasting {
            n: 4,
            of: Unit::Hours,
        };
        let lasts = Occasion {
            stated: Some(lasting),
            ..stuck
        };
        assert_eq!(of(&lasts).1, ["duration"]);
        assert!(
            said(&brand, &lasts)
                .text
                .to_lowercase()
                .contains("four hours")
        );
        // No line of the situation tells it: the situation comes before the fact.
        let other = [Fact::MoneyKnockOn];
        assert_eq!(
            of(&Occasion {
                facts: &other,
                ..stuck
            }),
            (stuck_section(), vec![])
        );
    }
}

fn stuck_section() -> Section {
    Section::Situation(Situation::Stuck)
}

#[test]
fn one_post_gets_one_text_and_many_get_many() {
    let brand = northline();
    let occasion = Occasion {
        situation: Some(Situation::Delayed),
        ..plain("en")
    };
    assert_eq!(said(&brand, &occasion), said(&brand, &occasion));
    let texts: BTreeSet<String> = (0..200)
        .map(|seed| said(&brand, &Occasion { seed, ..occasion }).text)
        .collect();
    assert!(texts.len() >= 20, "{}", texts.len());
}

/// A storm of one situation: nobody reads what one of the six before read, neither line nor closing, in any language.
#[test]
fn a_storm_is_answered_in_many_words() {
    let brand = northline();
    for (writing, _) in written() {
        let mut lately = Lately::default();
        let mut before: Vec<Vec<u64>> = Vec::new();
        for seed in 0..120 {
            let occasion = Occasion {
                situation: Some(Situation::Stuck),
                lately: &lately,
                seed,
                ..plain(writing.tag)
            };
            let used = said(&brand, &occasion).used;
            for other in before.iter().rev().take(6) {
                assert_ne!(used[1], other[1], "{} {seed}", writing.tag);
                assert_ne!(used[2], other[2], "{} {seed}", writing.tag);
            }
            lately.source.extend(&used);
            before.push(used);
        }
    }
}

#[test]
fn a_surge_is_answered_in_a_line_each() {
    let brand = northline();
    for (writing, _) in written() {
        let surge = Occasion {
            situation: Some(Situation::Stuck),
            surge: true,
            ..plain(writing.tag)
        };
        let note = said(&brand, &surge);
        assert_eq!(note.section, Section::Short);
        let parts: Vec<&str> = note.parts.iter().map(|part| part.part).collect();
        assert_eq!(parts, ["line", "signature"]);
        assert_eq!(note.used[0], mark(Some(Situation::Stuck), true));
        // Never in private, never in an emergency.
        let private = Occasion {
            public: false,
            ..surge
        };
        assert_eq!(said(&brand, &private).section, stuck_section());
        let emergency = Occasion {
            level: Level::Emergency,
            ..surge
        };
        assert_eq!(said(&brand, &emergency).section, Section::Emergency);
    }
}

#[test]
fn a_danger_gets_its_act_once_somebody_stands_for_it() {
    let mut brand = northline();
    let fire = Occasion {
        danger: Some(Danger::Fire),
        situation: Some(Situation::Stuck),
        level: Level::Emergency,
        ..plain("en")
    };
    let neutral = said(&brand, &fire);
    assert_eq!(neutral.section, Section::Emergency);
    assert!(neutral.parts[1].section == "closing.emergency");
    // Where nothing is sent, it is shown.
    let dry = Occasion {
        live: false,
        ..fire
    };
    assert_eq!(said(&brand, &dry).section, Section::Danger(Danger::Fire));
    brand.own.signed.push(Signed {
        lang: "en".into(),
        danger: Some(Danger::Fire),
        by: "Jo Ward, 2026-12-01".into(),
    });
    let act = said(&brand, &fire);
    assert_eq!(act.section, Section::Danger(Danger::Fire));
    assert!(!act.text.contains(char::is_numeric), "{}", act.text);
    let gas = Occasion {
        danger: Some(Danger::Gas),
        ..fire
    };
    assert_eq!(said(&brand, &gas).section, Section::Emergency);
    // A number where it is known whose: the source's before the brand's.
    brand.help.serves = vec!["US".into()];
    assert!(said(&brand, &fire).text.contains("911"));
    let british = Help {
        serves: vec!["GB".into()],
        ..Help::default()
    };
    let here = Occasion {
        help: &british,
        ..fire
    };
    assert!(said(&brand, &here).text.contains("999"));
}

/// Which conditions the line has that is said in an emergency.
fn needs_of(note: &Acknowledgment, lang: &str) -> Vec<&'static str> {
    let (_, of) = written().find(|(writing, _)| writing.tag == lang).unwrap();
    let line = of.lines.iter().find(|line| line.print == note.used[1]);
    line.unwrap().needs.names()
}

#[test]
fn help_is_spoken_of_only_where_somebody_may_need_it() {
    let brand = northline();
    for lang in ["en", "de", "fr", "es", "it", "pt", "nl", "ja"] {
        for seed in 0..20 {
            let emergency = |danger| Occasion {
                level: Level::Emergency,
                live: true,
                danger,
                seed,
                ..plain(lang)
            };
            let needs = |danger| needs_of(&said(&brand, &emergency(danger)), lang);
            assert_eq!(needs(Some(Danger::Child)), ["danger"], "{lang}");
            assert!(needs(Some(Danger::Theft)).is_empty(), "{lang}");
            assert!(needs(None).is_empty(), "{lang}");
            // A danger to somebody is no smaller where the rest is only urgent.
            let trapped = Occasion {
                level: Level::Urgent,
                situation: Some(Situation::LockedPlace),
                ..emergency(Some(Danger::Trapped))
            };
            let note = said(&brand, &trapped);
            assert_eq!(note.section, Section::Emergency, "{lang}");
            assert_eq!(needs_of(&note, lang), ["danger"], "{lang}");
        }
    }
}

#[test]
fn who_is_stuck_is_not_sent_for_help_unless_it_is_an_emergency() {
    let brand = northline();
    for (level, section) in [
        (Level::Urgent, Section::Situation(Situation::Stuck)),
        (Level::Emergency, Section::Emergency),
    ] {
        let note = said(
            &brand,
            &Occasion {
                situation: Some(Situation::Stuck),
                danger: Some(Danger::Trapped),
                level,
                live: true,
                ..plain("en")
            },
        );
        assert_eq!(note.section, section);
    }
}

/// "The battery lasts two hours": what is left is not told as what has lasted.
#[test]
fn in_danger_no_time_is_told() {
    let brand = northline();
    let stated = Some(Lasting {
        n: 2,
        of: Unit::Hours,
    });
    for danger in [Danger::Medicine, Danger::Theft] {
        for seed in 0..20 {
            let occasion = Occasion {
                situation: Some(Situation::NoService),
                danger: Some(danger),
                stated,
                seed,
                ..plain("en")
            };
            let text = said(&brand, &occasion).text.to_lowercase();
            assert!(!text.contains("two hours"), "{text}");
        }
    }
}

#[test]
fn despair_hears_the_brands_own_words_or_none() {
    let mut brand = northline();
    let despair = Occasion {
        despair: true,
        danger: Some(Danger::Despair),
        level: Level::Emergency,
        public: false,
        ..plain("en")
    };
    assert_eq!(compose(&brand, &despair), None);
    brand.help.care_text = Texts(vec![(
        "en".into(),
        "Samaritans listen, free, on 116 123.".into(),
    )]);
    let care = said(&brand, &despair);
    assert!(
        care.text
            .starts_with("Samaritans listen, free, on 116 123. "),
        "{}",
        care.text
    );
    assert_eq!(
        compose(
            &brand,
            &Occasion {
                public: true,
                ..despair
            }
        ),
        None
    );
    assert_eq!(
        compose(
            &brand,
            &Occasion {
                lang: "de",
                ..despair
            }
        ),
        None
    );
}

#[test]
fn a_time_is_told_as_it_is_known() {
    let brand = northline();
    for (writing, of) in written() {
        let soon = Occasion {
            within: Some(Wait::Minutes(17)),
            ..plain(writing.tag)
        };
        let note = said(&brand, &soon);
        assert_eq!(note.told, Some(Wait::Minutes(20)));
        assert!(note.text.contains("20"), "{}", note.text);
        let later = Occasion {
            within: Some(BACK),
            ..plain(writing.tag)
        };
        let note = said(&brand, &later);
        assert_eq!(note.told, Some(BACK));
        let day = of.word("days").split(',').nth(2).unwrap().trim();
        assert!(
            note.text.contains(day) && note.text.contains("12") && note.text.contains("30"),
            "{}",
            note.text
        );
        // Where minutes are left nothing is said of tomorrow.
        let minutes = Occasion {
            facts: &[Fact::MinutesLeft],
            situation: Some(Situation::Missed),
            ..later
        };
        let note = said(&brand, &minutes);
        let line = of
            .lines
            .iter()
            .find(|line| line.print == note.used[1])
            .unwrap();
        assert_eq!(note.told.is_none(), line.needs.count() > 0);
        // In an emergency nothing of time, and its name only where a danger is known.
        for (danger, closing) in [
            (None, "closing.open"),
            (Some(Danger::Fire), "closing.emergency"),
        ] {
            let day = Occasion {
                level: Level::Emergency,
                danger,
                ..soon
            };
            let note = said(&brand, &day);
            assert_eq!((note.told, note.parts[1].section.as_str()), (None, closing));
        }
        // Nobody is helped by forty hours.
        let long = Occasion {
            within: Some(Wait::Minutes(2_400)),
            ..soon
        };
        assert_eq!(said(&brand, &long).told, None);
    }
}

#[test]
fn nobody_signs_in_another_language() {
    let mut brand = northline();
    brand.team = Texts(vec![
        (String::new(), "the care team".into()),
        ("de".into(), "Serviceteam".into()),
    ]);
    for (lang, team) in [
        ("en", "– the care team,"),
        ("de", "– Serviceteam,"),
        ("nl", "– Northline,"),
    ] {
        let text = said(&brand, &plain(lang)).text;
        assert!(text.contains(team), "{text}");
    }
    let shift = Texts(vec![(String::new(), "the night team".into())]);
    let night = |lang| Occasion {
        on_duty: Some(&shift),
        ..plain(lang)
    };
    assert!(
        said(&brand, &night("en"))
            .text
            .contains("– the night team,")
    );
    assert!(said(&brand, &night("de")).text.contains("– Serviceteam,"));
}

#[test]
fn an_undisclosed_place_has_a_plain_signature() {
    let mut brand = northline();
    brand.undisclosed = vec![place::Place::read("x public").unwrap()];
    let text = said(&brand, &plain("en")).text;
    assert!(text.ends_with("– Northline"), "{text}");
    let private = Occasion {
        public: false,
        ..plain("en")
    };
    assert!(
        said(&brand, &private)
            .text
            .ends_with("– Northline, automatic; a person reads next")
    );
}

#[test]
fn an_unknown_language_is_answered_in_the_brands_and_an_unspoken_one_not() {
    let brand = northline();
    assert_eq!(said(&brand, &plain("und")).lang, "en");
    assert_eq!(compose(&brand, &plain("pl")), None);
    let lisbon = Brand {
        language: "pt-PT".into(),
        ..northline()
    };
    assert_eq!(said(&lisbon, &plain("pt")).lang, "pt-PT");
    assert_eq!(said(&brand, &plain("pt")).lang, "pt");
}

fn own(section: Section, text: &str, replaces: bool) -> OwnLine {
    OwnLine {
        lang: "en".into(),
        section,
        needs: Needs::default(),
        text: text.into(),
        print: print::fingerprint(text),
        replaces,
        reviewed_by: None,
        key: "voice[0]".into(),
    }
}

#[test]
fn a_brands_line_stands_beside_heards_or_in_its_place() {
    let text = "Our trains should move. We're sorry that yours doesn't.";
    let occasion = Occasion {
        situation: Some(Situation::Stuck),
        ..plain("en")
    };
    for (replaces, all) in [(false, 60), (true, 60)] {
        let brand = Brand {
            own: Own {
                lines: vec![own(stuck_section(), text, replaces)],
                ..Own::default()
            },
            ..northline()
        };
        let times = (0..all)
            .filter(|seed| {
                said(
                    &brand,
                    &Occasion {
                        seed: *seed,
                        ..occasion
                    },
                )
                .text
                .starts_with(text)
            })
            .count();
        assert_eq!(times == 60, replaces, "{times}");
        assert!(times > 0);
        // In another language nothing of it.
        assert!(
            !said(
                &brand,
                &Occasion {
                    lang: "de",
                    ..occasion
                }
            )
            .text
            .contains(text)
        );
    }
}

#[test]
fn what_a_brand_bans_is_not_said() {
    let brand = Brand {
        own: Own {
            banned: vec![("en", "we're sorry|one of us".into())],
            ..Own::default()
        },
        ..northline()
    };
    for seed in 0..100 {
        for situation in [None, Some(Situation::Stuck)] {
            let text = said(
                &brand,
                &Occasion {
                    seed,
                    situation,
                    ..plain("en")
                },
            )
            .text
            .to_lowercase();
            assert!(
                !text.contains("we're sorry") && !text.contains("one of us"),
                "{text}"
            );
        }
    }
    let mute = Brand {
        own: Own {
            banned: vec![(
                "en",
                "a*|b*|c*|d*|e*|f*|g*|h*|i*|j*|k*|l*|m*|n*|o*|p*|q*|r*|s*|t*|u*|v*|w*|x*|y*|z*"
                    .into(),
            )],
            ..Own::default()
        },
        ..northline()
    };
    assert_eq!(compose(&mute, &plain("en")), None);
}

/// Where there is hardly room, a shorter line gives way first, and the closing last.
#[test]
fn what_does_not_fit_is_shorter() {
    let brand = Brand {
        name: "N".repeat(48),
        own: Own {
            lines: vec![own(
                stuck_section(),
                &format!("{}.", "Very long words ".repeat(12).trim()),
                true,
            )],
            ..Own::default()
        },
        ..northline()
    };
    let occasion = Occasion {
        situation: Some(Situation::Stuck),
        ..plain("en")
    };
    let note = said(&brand, &occasion);
    assert_eq!(note.section, Section::Plain);
    assert_eq!(note.parts.len(), 3);
}

/// Four closings at least in use, and the mean length as it was ordered.
#[test]
fn texts_are_as_long_as_people_write() {
    let brand = northline();
    let mut lengths = Vec::new();
    let mut closings: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for (writing, of) in written() {
        for (nth, situation) in Situation::ALL.into_iter().enumerate() {
            for seed in 0..4 {
                let occasion = Occasion {
                    situation: Some(situation),
                    seed: seed * 100 + nth as u64,
                    ..plain(writing.tag)
                };
                let note = said(&brand, &occasion);
                closings
                    .entry(writing.tag)
                    .or_default()
                    .insert(note.used[2]);
                if of.is_spaced() {
                    lengths.push(note.text.chars().count());
                }
            }
        }
    }
    let mean = lengths.iter().sum::<usize>() / lengths.len();
    eprintln!("{mean} characters in the mean, with signature");
    assert!(mean <= 165, "{mean}");
    assert!(
        closings.values().all(|used| used.len() >= 4),
        "{closings:?}"
    );
}
