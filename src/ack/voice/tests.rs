use super::*;

fn brand() -> Brand {
    Brand {
        name: "Northline Rail".into(),
        language: "en".into(),
        team: "Northline care".into(),
        formal: true,
        disclose: true,
        emergency_line: Some("call 0800 40 50 60".into()),
        care_text: None,
    }
}

fn occasion<'a>(text: &'a str, matter: Matter, lang: &'a str) -> Occasion<'a> {
    Occasion {
        text,
        matter,
        level: Level::Urgent,
        lang,
        platform: Platform::X,
        public: true,
        seed: fingerprint(text),
        recent_openings: &[],
        within: None,
    }
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
    for more in [open, first, soon, later, tongue.worried, tongue.automatic] {
        lines.extend(more);
    }
    lines
}

#[test]
fn every_realisation_passes_the_linter() {
    for tongue in TONGUES {
        let span = format!("{} {}", tongue.cues.numbers[3], tongue.cues.units[1].many);
        let mut full = Slots::new(tongue.spaced);
        full.fill("place", "near Woking");
        full.fill("for", tongue.cues.lasting.replace("{span}", &span));
        full.fill("span", span);
        full.fill("with", tongue.cues.details[0].say);
        full.fill("thing", tongue.cues.things[0].say);
        full.fill("wait", tongue.times.told(90));
        full.fill("back", tongue.times.back(Weekday::Mon, 7, 0));
        let mut read = 0;
        for line in lines(tongue) {
            for formal in [true, false] {
                for text in grammar::every(line, tongue.sets, &full, formal) {
                    let found = lint_around(&text, &[], tongue.code, Platform::X, true);
                    assert_eq!(found, [], "{}: {text}", tongue.code);
                    assert!(
                        !text.contains("  ")
                            && !text.contains(['[', ']', '{', '}', '<', '>', '|', '$']),
                        "{text}"
                    );
                    read += 1;
                }
            }
        }
        assert!(read > 2_000, "{}: {read}", tongue.code);
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

#[test]
#[ignore = "prints samples for reading"]
fn samples() {
    for (text, matter, lang) in [(
        "@NorthlineRail stuck outside Woking for 4 hours, no water, kids crying, nobody tells us anything",
        Matter::Delay,
        "en",
    )] {
        for seed in 0..6 {
            let o = Occasion {
                seed,
                ..occasion(text, matter, lang)
            };
            println!("{}", compose(&brand(), &o).unwrap().text);
        }
    }
    for tongue in TONGUES {
        for matter in Matter::ALL {
            for seed in 0..3 {
                let o = Occasion {
                    seed,
                    ..occasion("…", matter, tongue.code)
                };
                println!("{matter:?}: {}", compose(&brand(), &o).unwrap().text);
            }
        }
    }
}
