//! The brands, and what each says in its own words: `[brand]`, `[[voice]]`, `[[words]]` and `[banned]`, or
//! `[brands.NAME]` with the same within. Every text is read by the voice's own linter here, so that one with a
//! fault is left out, by its key, before anybody hears it.

use super::table::{Reader, Table};
use super::{Brand, Help};
use crate::ack::voice::own::{self, Fault, Move, Own, OwnLine, OwnThing, Room};
use crate::ack::voice::{Matter, languages, tongue};
use crate::post::Platform;
use serde_json::Value;

/// How many entries of each kind a brand may add: the linter reads each of them when the Worker starts.
const MOST: usize = 200;

/// Whose text it is, before anything says otherwise.
const LANGUAGE: &str = "en";

/// The platforms of these sources, in public and in private: what a text has to fit in.
pub(super) fn rooms<'t>(sources: impl Iterator<Item = &'t Table>) -> Vec<Room> {
    let platforms = sources.filter_map(|source| Platform::named(source.peek("platform")?));
    let mut rooms: Vec<Room> = Vec::new();
    // Where nothing is ever said, nothing has to fit.
    let speaks = |platform: &Platform| !platform.profile().allowed.is_empty();
    for platform in platforms.filter(speaks) {
        for room in [(platform, true), (platform, false)] {
            if !rooms.contains(&room) {
                rooms.push(room);
            }
        }
    }
    rooms
}

impl Reader<'_> {
    /// A brand: its table, and the one that holds its own words.
    pub(super) fn brand(
        &mut self,
        id: &str,
        mut t: Table,
        words: Option<&mut Table>,
        rooms: &[Room],
    ) -> Brand {
        let name = self.required(&mut t, "name").unwrap_or_else(|| "us".into());
        let language = match self.text(&mut t, "language") {
            Some(language) if tongue(&language).is_none() => {
                self.no_voice(t.at("language"), &language);
                language
            }
            language => language.unwrap_or_else(|| LANGUAGE.into()),
        };
        let team = self.text(&mut t, "team");
        let team = team.filter(|team| {
            let key = t.at("team");
            self.faultless(key, own::read_name(team, &language))
        });
        let mut brand = Brand {
            id: id.to_owned(),
            team: team.unwrap_or_else(|| format!("the {name} team")),
            formal: self.flag(&mut t, "formal", true),
            undisclosed: self.places(&mut t, "undisclosed"),
            help: Help::default(),
            own: Own::default(),
            name,
            language,
        };
        brand.help = self.help(&mut t, &brand, rooms);
        brand.own = self.own(words.unwrap_or(&mut t), &brand, rooms);
        self.finish(t);
        brand
    }

    /// Where to turn, of the brand or of a source.
    pub(super) fn help(&mut self, table: &mut Table, brand: &Brand, rooms: &[Room]) -> Help {
        let home = brand.language.as_str();
        let emergency_line = self.by_language(table, "emergency_line");
        let emergency_line = emergency_line.into_iter().filter(|(key, lang, text)| {
            let lang = if lang.is_empty() { home } else { lang };
            let read = own::read_emergency_line(text, lang, brand, rooms);
            self.faultless(key.clone(), read)
        });
        let emergency_line = emergency_line.map(|(_, lang, text)| (lang, text)).collect();
        let care_text = self.by_language(table, "care_text");
        let care_text = care_text
            .into_iter()
            // Without a language it is in the brand's.
            .map(|(key, lang, text)| {
                let lang = if lang.is_empty() { home.into() } else { lang };
                (key, lang, text)
            })
            .filter(|(key, lang, text)| {
                let read = own::read_care_text(text, lang, brand, rooms);
                self.faultless(key.clone(), read)
            })
            .map(|(_, lang, text)| (lang, text))
            .collect();
        Help {
            emergency_line,
            care_text,
        }
    }

    /// A text, or a table of texts by language; each with its key and its language, empty for the plain one.
    fn by_language(&mut self, table: &mut Table, key: &str) -> Vec<(String, String, String)> {
        let path = table.at(key);
        match table.rest.get(key) {
            Some(Value::Object(_)) => {
                let mut by = self.table(table, key);
                let mut texts = Vec::new();
                for lang in by.keys() {
                    let text = self.text(&mut by, &lang);
                    let path = format!("{path}.{lang}");
                    match (tongue(&lang), text) {
                        (Some(tongue), Some(text)) => {
                            texts.push((path, tongue.code.to_string(), text));
                        }
                        (None, _) => self.no_voice(path, &lang),
                        (_, None) => {}
                    }
                }
                texts
            }
            _ => {
                let text = self.text(table, key);
                text.map(|text| (path, String::new(), text))
                    .into_iter()
                    .collect()
            }
        }
    }

    /// What the brand adds to the voice.
    fn own(&mut self, table: &mut Table, brand: &Brand, rooms: &[Room]) -> Own {
        let mut own = Own::default();
        own.banned = self.banned(table);
        for mut t in self.entries(table, "voice") {
            let line = self.line(&mut t);
            let key = t.at("text");
            self.finish(t);
            let Some(line) = line else { continue };
            if self.faultless(key, own.read_line(&line, brand, rooms)) {
                own.add(line);
            }
        }
        for mut t in self.entries(table, "words") {
            let thing = self.thing(&mut t);
            let key = t.at("say");
            self.finish(t);
            let Some(thing) = thing else { continue };
            if self.faultless(key, own::read_thing(&thing)) {
                own.things.push(thing);
            }
        }
        own
    }

    fn line(&mut self, t: &mut Table) -> Option<OwnLine> {
        let lang = self.language(t);
        let part = self.required(t, "move").and_then(|name| {
            let part = Move::named(&name);
            if part.is_none() {
                let known: Vec<_> = Move::ALL.iter().map(|m| m.as_str()).collect();
                self.problem(
                    t.at("move"),
                    format!("\"{name}\" is no move; one of {}", known.join(", ")),
                );
            }
            part
        });
        let of = self.matters(t);
        let on = self.named(t, "platforms", Platform::named, "platform");
        let text = self.required(t, "text");
        Some(OwnLine {
            lang: lang?,
            part: part?,
            of,
            on,
            text: text?,
        })
    }

    fn thing(&mut self, t: &mut Table) -> Option<OwnThing> {
        let lang = self.language(t);
        let of = self.matters(t);
        let read = self.texts(t, "read");
        let say = self.required(t, "say");
        if read.is_empty() {
            self.problem(
                t.at("read"),
                "is missing: the words by which authors name it, as a list",
            );
            return None;
        }
        Some(OwnThing {
            lang: lang?,
            of,
            read: phrases(&read),
            say: say?,
        })
    }

    fn banned(&mut self, table: &mut Table) -> Vec<(&'static str, String)> {
        let mut t = self.table(table, "banned");
        let mut banned = Vec::new();
        for lang in t.keys() {
            let words = self.texts(&mut t, &lang);
            match tongue(&lang) {
                Some(tongue) if !words.is_empty() => banned.push((tongue.code, phrases(&words))),
                Some(_) => {}
                None => self.no_voice(t.at(&lang), &lang),
            }
        }
        banned
    }

    /// The tables of a list, as many as are read.
    fn entries(&mut self, table: &mut Table, key: &str) -> Vec<Table> {
        let path = table.at(key);
        let mut entries = self.opt_tables(table, key);
        if entries.len() > MOST {
            self.problem(
                path,
                format!("has more than {MOST} entries; the rest is not read"),
            );
            entries.truncate(MOST);
        }
        entries
    }

    fn language(&mut self, t: &mut Table) -> Option<&'static str> {
        let lang = self.required(t, "language")?;
        let found = tongue(&lang);
        if found.is_none() {
            self.no_voice(t.at("language"), &lang);
        }
        found.map(|tongue| tongue.code)
    }

    fn matters(&mut self, t: &mut Table) -> Vec<Matter> {
        self.named(t, "matters", Matter::named, "matter")
    }

    /// A list of names, each of which must be known.
    fn named<T>(
        &mut self,
        t: &mut Table,
        key: &str,
        of: impl Fn(&str) -> Option<T>,
        what: &str,
    ) -> Vec<T> {
        let mut known = Vec::new();
        for name in self.texts(t, key) {
            match of(&name) {
                Some(one) => known.push(one),
                None => self.problem(t.at(key), format!("\"{name}\" is no {what}")),
            }
        }
        known
    }

    fn no_voice(&mut self, key: String, lang: &str) {
        let known: Vec<_> = languages().collect();
        self.problem(
            key,
            format!(
                "there is no voice for \"{lang}\"; one of {}",
                known.join(", ")
            ),
        );
    }

    /// Whether a text was read without fault; its fault is a problem, and the text is left out.
    pub(super) fn faultless(&mut self, key: String, read: Result<(), Fault>) -> bool {
        if let Err(fault) = &read {
            self.problem(key, format!("{fault}; it is left out"));
        }
        read.is_ok()
    }
}

/// Phrases as the voice looks for them: lower case, plain apostrophes, bars between.
fn phrases(list: &[String]) -> String {
    let folded: Vec<String> = list
        .iter()
        .map(|phrase| crate::ack::voice::folded(phrase.trim()).replace('|', " "))
        .filter(|phrase| !phrase.is_empty())
        .collect();
    folded.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
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

    fn problems(config: &Config) -> Vec<String> {
        let problems = config.problems.iter();
        problems.map(|p| format!("{}: {}", p.key, p.says)).collect()
    }

    fn line(language: &str, part: &str, text: &str) -> Value {
        json!({"language": language, "move": part, "text": text})
    }

    #[test]
    fn reads_what_a_brand_adds() {
        let config = read(
            json!({
                "emergency_line": {"en": "call 999 or 0800 40 50 60", "de": "110 oder n.example/hilfe"},
                "care_text": "Samaritans listen day and night on 116 123.",
            }),
            json!({
                "voice": [
                    {"language": "en", "move": "hear", "matters": ["delay"], "platforms": ["x"],
                     "text": "$hear: {span}{?place} on our [train|service] is no way to spend a day, $own."},
                    line("de", "own", "und da haben wir <Sie/dich> warten lassen"),
                    line("ja", "next", "担当の者が内容を確かめ、こちらでお返事いたします。"),
                ],
                "words": [{"language": "en", "matters": ["delay"], "read": ["Sleeper", "night train"],
                    "say": "your sleeper"}],
                "banned": {"en": ["fed up", "wear*"]},
            }),
        );
        assert_eq!(problems(&config), [""; 0]);
        let own = &config.brands[0].own;
        assert_eq!((own.lines.len(), own.things.len()), (2, 1));
        assert!(
            own.owning("de")
                .unwrap()
                .ends_with("|und da haben wir <Sie/dich> warten lassen")
        );
        assert!(
            own.owning("de")
                .unwrap()
                .starts_with("und das tut uns leid|")
        );
        assert_eq!(
            own.banned_in("That would wear anyone out", "en"),
            Some("wear*")
        );
        let help = &config.brands[0].help;
        let none = Help::default();
        let line = |lang| help.emergency_line(&none, lang, "en");
        assert_eq!(line("de"), Some("110 oder n.example/hilfe"));
        // Neither a line nor words of care stand in for those of another language: the voice has its own.
        assert_eq!(line("en"), Some("call 999 or 0800 40 50 60"));
        assert_eq!(line("fr"), None);
        assert!(help.care_text(&none, "en").is_some());
        assert_eq!(help.care_text(&none, "fr"), None);
    }

    /// Each is named by its key with the rule and the words, and left out; the rest works.
    #[test]
    fn a_text_with_a_fault_is_left_out() {
        for (entry, rule) in [
            (
                line("en", "next", "Have a look at our new offer."),
                "\"selling\" with \"offer\"",
            ),
            (
                line("en", "next", "We hear you, but our policy is clear."),
                "\"arguing\"",
            ),
            (
                line(
                    "en",
                    "hear",
                    "We're sorry you forgot, you should have come.",
                ),
                "\"blaming\"",
            ),
            (
                line("en", "next", "You will have an answer [soon|today]."),
                "\"promising\" with \"today\"",
            ),
            (
                line("de", "hear", "Das war unser Fehler, und das tut uns leid."),
                "\"admitting\"",
            ),
            (
                line("en", "hear", "We apologise for any inconvenience."),
                "\"filler\"",
            ),
            (
                line("en", "next", "Tell us your booking number and we look."),
                "\"private_data\"",
            ),
            (
                line(
                    "en",
                    "next",
                    "Wir haben das vor uns, und jemand von uns schreibt hier.",
                ),
                "\"wrong_language\"",
            ),
            (
                line(
                    "en",
                    "next",
                    &format!(
                        "A person on our team {}answers you here.",
                        "and again ".repeat(25)
                    ),
                ),
                "\"too_long\": on x it takes",
            ),
            (
                line("en", "next", "Oh no! A person answers you here."),
                "\"exclaiming\"",
            ),
            (
                line("en", "next", "A person answers you at n.example."),
                "\"link\"",
            ),
            (line("en", "next", "A person answers you here"), "full stop"),
            (
                line("en", "next", "A [person|colleague answers you here."),
                "without its other half",
            ),
            (
                line("en", "next", "A person, $sorry, answers you here."),
                "$sorry",
            ),
            (
                line("en", "next", "A person answers you {place}."),
                "{place}",
            ),
            (
                line("en", "soon", "A person answers you here."),
                "lacks {wait}",
            ),
            (
                line(
                    "en",
                    "next",
                    "[a|b|c|d|e|f|g|h] [a|b|c|d|e|f|g|h] [a|b|c|d|e|f|g|h] [a|b].",
                ),
                "realisations",
            ),
            (
                line("en", "next", "A person gets back to you going forward."),
                "going forward",
            ),
        ] {
            let good = line(
                "en",
                "next",
                "A person on our team reads this and answers you here.",
            );
            let config = read(
                json!({}),
                json!({"voice": [good, entry.clone()], "banned": {"en": ["going forward"]}}),
            );
            let found = problems(&config);
            assert_eq!(found.len(), 1, "{entry}: {found:?}");
            assert!(found[0].starts_with("voice[1].text: "), "{found:?}");
            assert!(found[0].contains(rule), "{rule}: {found:?}");
            assert_eq!(config.brands[0].own.lines.len(), 1, "{entry}");
        }
    }

    #[test]
    fn other_texts_are_read_too() {
        let config = read(
            json!({
                "team": "your exclusive offers team",
                "emergency_line": {"en": "we guarantee help on 999", "de": "112"},
                "care_text": format!("Call 116 123. {}", "You matter to us. ".repeat(15)),
            }),
            json!({
                "words": [{"language": "en", "read": ["x"], "say": "your premium ticket"},
                    {"language": "xx", "read": ["x"], "say": "y"}],
                "banned": {"pl": ["x"]},
                "voice": [{"language": "en", "move": "shout", "text": "x"},
                    {"language": "en", "move": "next", "matters": ["gossip"], "platforms": ["myspace"],
                     "text": "A person on our team answers you here."}],
            }),
        );
        let found = problems(&config);
        for (key, says) in [
            ("brand.team", "selling"),
            ("brand.emergency_line.en", "promising"),
            ("brand.care_text", "too_long"),
            ("words[0].say", "selling"),
            ("words[1].language", "no voice"),
            ("banned.pl", "no voice"),
            ("voice[0].move", "no move"),
            ("voice[1].matters", "no matter"),
            ("voice[1].platforms", "no platform"),
        ] {
            let named = found
                .iter()
                .any(|p| p.starts_with(&format!("{key}: ")) && p.contains(says));
            assert!(named, "{key}: {found:#?}");
        }
        assert_eq!(found.len(), 9, "{found:#?}");
        assert_eq!(config.brands[0].team, "the Northline team");
        assert_eq!(
            config.brands[0].help.emergency_line,
            [("de".into(), "112".into())]
        );
    }

    #[test]
    fn a_source_has_its_own_line() {
        let mut source = json!({"id": "x", "app": "x", "platform": "x", "account": "1",
            "workgroup": "care", "emergency_line": "call 112", "care_text": {"de": "Telefonseelsorge: 116 123"}});
        let sources = |source: &Value| json!({"sources": [source]});
        let config = read(json!({"emergency_line": {"de": "110"}}), sources(&source));
        assert_eq!(problems(&config), [""; 0]);
        let help = &config.sources[0].help;
        assert_eq!(
            config.brands[0].help.emergency_line(help, "en", "en"),
            Some("call 112")
        );
        assert_eq!(
            config.brands[0].help.care_text(help, "de"),
            Some("Telefonseelsorge: 116 123")
        );
        source["emergency_line"] = json!("a voucher awaits you at the desk");
        let config = read(json!({"emergency_line": {"de": "110"}}), sources(&source));
        assert!(problems(&config)[0].starts_with("sources[0].emergency_line: "));
        let help = &config.sources[0].help;
        assert_eq!(
            config.brands[0].help.emergency_line(help, "de", "en"),
            Some("110")
        );
    }

    /// The demo brand's own texts, as they are shipped.
    #[test]
    fn the_shipped_brand_is_faultless() {
        let table = crate::cli::config::table(include_str!("../heard.toml")).unwrap();
        let config = Config::read(&table, &|_| None);
        let of_the_voice = |p: &&crate::config::Problem| {
            ["voice", "words", "banned", "brand"]
                .iter()
                .any(|part| p.key.starts_with(part))
        };
        let found: Vec<_> = config.problems.iter().filter(of_the_voice).collect();
        assert!(found.is_empty(), "{found:?}");
        assert!(config.brands[0].own.lines.len() >= 3 && !config.brands[0].own.things.is_empty());
    }
}
