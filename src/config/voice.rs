//! The brands, and what each says in its own words: `[brand]`, `[[voice]]`, `[banned]` and `[reviewed]`, or `[brands.NAME]` with the
//! same within. What they say is checked where it is built ([`faults`]): the Worker reads it, and no linter runs there.

use super::problem::Problem;
use super::table::{Reader, Table};
use super::{Config, Source};
use crate::judgement::{Danger, Fact};
use crate::language::{Texts, language, languages};
use crate::post::Platform;
use crate::voice::brand::{Brand, Help, NAME, ONLY_BRAND};
use crate::voice::check::{self, Fault, Room};
use crate::voice::numbers;
use crate::voice::own::{Own, OwnLine, Signed};
use crate::voice::print::fingerprint;
use crate::voice::repertoire::{Needs, Section};
use serde_json::Value;

/// How many lines a brand may add: more than people read.
const MOST: usize = 500;

/// Whose text it is, before anything says otherwise.
const LANGUAGE: &str = "en";

impl Reader<'_> {
    /// A brand: its table, and the one that holds its own words.
    pub(super) fn brand(&mut self, id: &str, mut t: Table, words: Option<&mut Table>) -> Brand {
        let name = self.required(&mut t, "name").unwrap_or_else(|| "us".into());
        let tag = self.text(&mut t, "language");
        if let Some(tag) = tag.as_deref().filter(|tag| language(tag).is_none()) {
            self.no_voice(t.at("language"), tag);
        }
        let brand = Brand {
            id: id.to_owned(),
            team: self.by_language(&mut t, "team"),
            formal: self.flag(&mut t, "formal", true),
            undisclosed: self.places(&mut t, "undisclosed"),
            late_text: self.by_language(&mut t, "late_text"),
            help: self.help(&mut t),
            own: self.own(words.unwrap_or(&mut t)),
            signature: self.signature(&mut t),
            name,
            language: tag.unwrap_or_else(|| LANGUAGE.into()),
        };
        self.finish(t);
        brand
    }

    /// How people's replies are signed.
    fn signature(&mut self, t: &mut Table) -> Texts {
        let signature = self.by_language(t, "signature");
        if signature.0.iter().any(|(_, form)| !form.contains(NAME)) {
            self.problem(
                t.at("signature"),
                "has no {name}: write where the name stands, as in \"{name} at Northline\"",
            );
        }
        signature
    }

    /// Whom a brand or a source serves, and its words of care.
    pub(super) fn help(&mut self, table: &mut Table) -> Help {
        if table.rest.remove("emergency_line").is_some() {
            self.problem(
                table.at("emergency_line"),
                "is of an older Heard: say where your customers are (serves = [\"GB\"]), and write what to do in danger as \
                 [[voice]] with danger = \"...\"",
            );
        }
        let mut serves = Vec::new();
        for country in self.texts(table, "serves") {
            let country = country.to_ascii_uppercase();
            if !numbers::is_known(&country) {
                self.problem(
                    table.at("serves"),
                    format!(
                        "no emergency number is known for \"{country}\" (ISO 3166: two letters); in danger no number is told then"
                    ),
                );
            }
            serves.push(country);
        }
        Help {
            serves,
            care_text: self.by_language(table, "care_text"),
        }
    }

    /// A text, or a table of texts by language.
    pub(super) fn by_language(&mut self, table: &mut Table, key: &str) -> Texts {
        let path = table.at(key);
        if !matches!(table.rest.get(key), Some(Value::Object(_))) {
            let text = self.text(table, key);
            return Texts(text.map(|text| (String::new(), text)).into_iter().collect());
        }
        let mut by = self.table(table, key);
        let mut texts = Vec::new();
        for lang in by.keys() {
            let text = self.text(&mut by, &lang);
            match (language(&lang), text) {
                (Some(_), Some(text)) => texts.push((lang, text)),
                (None, _) => self.no_voice(format!("{path}.{lang}"), &lang),
                (_, None) => {}
            }
        }
        Texts(texts)
    }

    /// What the brand adds to the voice.
    fn own(&mut self, table: &mut Table) -> Own {
        let banned = self.banned(table);
        let signed = self.signed(table);
        let path = table.at("voice");
        let mut entries = self.opt_tables(table, "voice");
        if entries.len() > MOST {
            self.problem(
                path,
                format!("has more than {MOST} entries; the rest is not read"),
            );
            entries.truncate(MOST);
        }
        let mut lines = Vec::new();
        for mut t in entries {
            if t.rest.contains_key("move") {
                self.problem(
                    t.at("move"),
                    "is of an older Heard: write a whole sentence, and situation, danger or closing instead \
                     (.github/docs/voice.md)",
                );
                continue;
            }
            lines.extend(self.line(&mut t));
            self.finish(t);
        }
        Own {
            lines,
            banned,
            signed,
        }
    }

    fn line(&mut self, t: &mut Table) -> Option<OwnLine> {
        let lang = self.language(t);
        let section = self.section(t);
        let mut needs = Needs::default();
        for name in self.texts(t, "facts") {
            match Needs::named(&name) {
                Some(need) => needs = needs.with(need),
                None => {
                    let known = Fact::ALL.map(Fact::as_str).join(", ");
                    self.problem(
                        t.at("facts"),
                        format!("\"{name}\" is no fact; one of {known}, duration, danger"),
                    );
                }
            }
        }
        let text = self.required(t, "text");
        let replaces = self.flag(t, "replace", false);
        let reviewed_by = self.text(t, "reviewed_by");
        let text = text?;
        Some(OwnLine {
            lang: lang?,
            section: section?,
            needs,
            print: fingerprint(&text),
            text,
            replaces,
            reviewed_by,
            key: t.key.clone(),
        })
    }

    /// Where a line belongs: to a situation, a danger, or a closing.
    fn section(&mut self, t: &mut Table) -> Option<Section> {
        let mut sections = Vec::new();
        for (key, prefix) in [
            ("situation", ""),
            ("danger", "danger."),
            ("closing", "closing."),
        ] {
            let Some(name) = self.text(t, key) else {
                continue;
            };
            let section = Section::named(&format!("{prefix}{name}"));
            // "situation = danger.fire" is none.
            let section = section.filter(|section| {
                section.name().matches('.').count() == usize::from(!prefix.is_empty())
            });
            if section.is_none() {
                let all = Section::all().map(Section::name);
                let known: Vec<String> = all
                    .filter_map(|section| match prefix {
                        "" => (!section.contains('.')).then_some(section),
                        _ => section.strip_prefix(prefix).map(str::to_owned),
                    })
                    .collect();
                self.problem(
                    t.at(key),
                    format!("\"{name}\" is no {key}; one of {}", known.join(", ")),
                );
            }
            sections.push(section);
        }
        match sections.as_slice() {
            [one] => *one,
            _ => {
                self.problem(
                    t.at("situation"),
                    "is missing, or one too many: a line is for one situation, danger or closing",
                );
                None
            }
        }
    }

    fn banned(&mut self, table: &mut Table) -> Vec<(&'static str, String)> {
        let mut t = self.table(table, "banned");
        let mut banned = Vec::new();
        for lang in t.keys() {
            let words = self.texts(&mut t, &lang);
            match language(&lang) {
                Some(of) if !words.is_empty() => banned.push((of.code, phrases(&words))),
                Some(_) => {}
                None => self.no_voice(t.at(&lang), &lang),
            }
        }
        banned
    }

    /// Who stands for Heard's lines of danger: `[reviewed.de]` with `fire = "who, when"`, or `all`.
    fn signed(&mut self, table: &mut Table) -> Vec<Signed> {
        let mut t = self.table(table, "reviewed");
        let mut signed = Vec::new();
        for lang in t.keys() {
            let mut by = self.table(&mut t, &lang);
            if language(&lang).is_none() {
                self.no_voice(t.at(&lang), &lang);
            }
            for name in by.keys() {
                let who = self.text(&mut by, &name);
                let danger = Danger::named(&name);
                if danger.is_none() && name != "all" {
                    self.problem(
                        by.at(&name),
                        format!(
                            "\"{name}\" is no danger; one of all, {}",
                            Danger::ALL.map(Danger::as_str).join(", ")
                        ),
                    );
                    continue;
                }
                signed.extend(who.map(|by| Signed {
                    lang: lang.clone(),
                    danger,
                    by,
                }));
            }
        }
        signed
    }

    fn language(&mut self, t: &mut Table) -> Option<String> {
        let lang = self.required(t, "language")?;
        if language(&lang).is_none() {
            self.no_voice(t.at("language"), &lang);
            return None;
        }
        Some(lang)
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
}

/// Phrases as the voice looks for them: lower case, plain apostrophes, bars between.
fn phrases(list: &[String]) -> String {
    let folded: Vec<String> = list
        .iter()
        .map(|phrase| crate::voice::words::folded(phrase.trim()).replace('|', " "))
        .filter(|phrase| !phrase.is_empty())
        .collect();
    folded.join("|")
}

/// What is wrong with the brands' own words, each by its key: for `heard check` and `heard build`, before anybody hears it.
pub fn faults(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut note = |key: String, read: Result<(), Fault>| {
        found.extend(read.err().map(|fault| Problem {
            key,
            says: fault.to_string(),
        }));
    };
    for brand in &config.brands {
        let table = match brand.id.as_str() {
            ONLY_BRAND => ONLY_BRAND.to_owned(),
            id => format!("brands.{id}"),
        };
        let of_brand = |source: &&Source| source.brand == *brand;
        let rooms = rooms(config.sources.iter().filter(of_brand));
        note(
            format!("{table}.name"),
            check::name(&brand.name, &brand.language),
        );
        for (key, lang, text) in named(&table, "team", &brand.team, &brand.language) {
            note(key, check::name(text, lang));
        }
        for (key, lang, text) in named(&table, "care_text", &brand.help.care_text, &brand.language)
        {
            note(key, check::care_text(text, lang, brand, &rooms));
        }
        for (key, lang, text) in named(&table, "late_text", &brand.late_text, &brand.language) {
            note(key, check::late_text(text, lang, brand, &rooms));
        }
        for line in &brand.own.lines {
            note(format!("{}.text", line.key), check::own_line(line, brand));
        }
    }
    for (at, source) in config.sources.iter().enumerate() {
        let (table, home) = (format!("sources[{at}]"), &source.brand.language);
        let rooms = rooms(std::iter::once(source));
        for (key, lang, text) in named(&table, "care_text", &source.help.care_text, home) {
            note(key, check::care_text(text, lang, &source.brand, &rooms));
        }
        let shifts = source.roster.iter().flat_map(|roster| roster.shifts());
        for (at, shift) in shifts.enumerate() {
            let table = format!("rosters.{}[{at}]", source.workgroup);
            for (key, lang, text) in named(&table, "team", &shift.team, home) {
                note(key, check::name(text, lang));
            }
        }
    }
    // Fifty Pages of one workgroup have one roster.
    found.dedup();
    found
}

/// The texts by language of a key, each with its own key and language.
fn named<'t>(
    table: &str,
    key: &str,
    texts: &'t Texts,
    home: &'t str,
) -> Vec<(String, &'t str, &'t str)> {
    let one = |(lang, text): &'t (String, String)| match lang.as_str() {
        "" => (format!("{table}.{key}"), home, text.as_str()),
        lang => (format!("{table}.{key}.{lang}"), lang, text.as_str()),
    };
    texts.0.iter().map(one).collect()
}

/// The platforms of these sources, in public and in private: what a text has to fit in.
fn rooms<'s>(sources: impl Iterator<Item = &'s Source>) -> Vec<Room> {
    let mut rooms: Vec<Room> = Vec::new();
    // Where nothing is ever said, nothing has to fit.
    let speaks = |platform: &Platform| !platform.profile().allowed.is_empty();
    for platform in sources.map(|source| source.platform).filter(speaks) {
        for room in [(platform, true), (platform, false)] {
            if !rooms.contains(&room) {
                rooms.push(room);
            }
        }
    }
    rooms
}

#[cfg(test)]
mod tests;
