//! Why a text of the brand's own may not be said: each is read as it will stand, beside what else an
//! acknowledgment must say.

use super::brand::Brand;
use super::grammar::{self, Mistake, Slots, With, addressed};
use super::lint;
use super::own::{Move, NAME, Own, OwnLine, OwnThing};
use super::rule::Rule;
use super::tongues::tongue;
use crate::language;
use crate::length::measure;
use crate::post::Platform;
use crate::voice::tongue::Tongue;
use chrono::Weekday;
use std::fmt;

impl Own {
    /// Reads a line as it will be said: its notation, and each of its realisations by the linter. `rooms` are the
    /// platforms of the brand's sources.
    ///
    /// # Errors
    /// The first fault found.
    pub fn read_line(&self, line: &OwnLine, brand: &Brand, rooms: &[Room]) -> Result<(), Fault> {
        let Some(tongue) = tongue(line.lang) else {
            return Ok(());
        };
        let (may, must) = line.part.slots();
        grammar::mistake(&line.text, tongue.sets, may)
            .map_or(Ok(()), |m| Err(Fault::Notation(m)))?;
        if let Some(must) = must
            && !line.text.contains(&format!("{{{must}}}"))
            && !line.text.to_lowercase().contains(&format!("{{{must}}}"))
        {
            return Err(Fault::Lacks(must));
        }
        if line.part.is_sentence() && !line.text.ends_with(['.', '。']) {
            return Err(Fault::Open);
        }
        let mut shortest: Option<String> = None;
        for formal in [true, false] {
            let full = samples(tongue, formal, &[]);
            let all = realisations(line, tongue, &full, formal).ok_or(Fault::TooMany)?;
            for text in &all {
                read_text(text, tongue, line.part.allowed())?;
            }
            // A ban on one of the language's own words only leaves the others; the voice passes over it.
            let banned = all.iter().map(|text| self.banned_in(text, tongue.code));
            if let (Some(at), Some(text)) = (banned.min().flatten(), all.first()) {
                return Err(Fault::Banned {
                    at: at.to_owned(),
                    text: text.clone(),
                });
            }
            // What can be left out is, for the question whether it ever fits.
            let bare = samples(tongue, formal, &["place", "for", "with"]);
            let said = realisations(line, tongue, &bare, formal);
            let bare = said
                .into_iter()
                .flatten()
                .min_by_key(|text| text.chars().count());
            shortest = match (shortest, bare) {
                (Some(a), Some(b)) => Some(if a.len() <= b.len() { a } else { b }),
                (a, b) => a.or(b),
            };
        }
        let Some(text) = shortest.filter(|_| line.part.is_sentence()) else {
            return Ok(());
        };
        let on: Vec<Room> = rooms
            .iter()
            .copied()
            .filter(|(platform, _)| line.on.is_empty() || line.on.contains(platform))
            .collect();
        let beside = match line.part {
            Move::Brief | Move::Care => closing(brand, tongue, rooms),
            // Another sentence stands beside it, a short one where it must be.
            _ => format!(
                "{} {}",
                shortest_of(tongue.brief, tongue),
                closing(brand, tongue, rooms)
            ),
        };
        fits(&text, &beside, &on)
    }
}

/// Why a text of the brand's own is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not in the notation.
    Notation(Mistake),
    /// It lacks the slot that its move is about.
    Lacks(&'static str),
    /// It is a sentence, and does not end like one.
    Open,
    /// It has more realisations than anybody reads.
    TooMany,
    /// A realisation of it breaks a rule of the linter.
    Rule {
        /// The rule.
        rule: Rule,
        /// The words or characters that broke it.
        at: String,
        /// The realisation.
        text: String,
    },
    /// It says what the brand itself never says.
    Banned {
        /// The word or phrase.
        at: String,
        /// The realisation.
        text: String,
    },
    /// It never fits on a platform where it would be used.
    TooLong {
        /// The platform.
        platform: Platform,
        /// How long its shortest realisation is, with what must stand beside it.
        is: usize,
        /// How long it may be.
        max: usize,
        /// What the platform counts in.
        unit: &'static str,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Notation(mistake) => mistake.fmt(f),
            Fault::Lacks(slot) => write!(f, "lacks {{{slot}}}, which this move is about"),
            Fault::Open => f.write_str("is a sentence and must end with a full stop"),
            Fault::TooMany => write!(
                f,
                "has more than {MOST} realisations; write it as several lines"
            ),
            Fault::Rule { rule, at, text } => {
                write!(f, "breaks the rule \"{}\"", rule.as_str())?;
                if !at.is_empty() {
                    write!(f, " with \"{at}\"")?;
                }
                write!(f, " when it says \"{text}\"")
            }
            Fault::Banned { at, text } => {
                write!(f, "says \"{at}\", which banned forbids, in \"{text}\"")
            }
            Fault::TooLong {
                platform,
                is,
                max,
                unit,
            } => write!(
                f,
                "breaks the rule \"{}\": on {platform} it takes {is} {unit} with the signature, of {max}",
                Rule::TooLong.as_str()
            ),
        }
    }
}

/// The most realisations of a line: each is read by the linter when the Worker starts.
const MOST: usize = 512;

/// What a text may have to fit in: a platform, and whether bystanders read there.
pub type Room = (Platform, bool);

fn realisations(
    line: &OwnLine,
    tongue: &Tongue,
    slots: &Slots,
    formal: bool,
) -> Option<Vec<String>> {
    let with = With {
        sets: tongue.sets,
        own: None,
        slots,
        formal,
    };
    grammar::every(&line.text, with, MOST)
}

/// Reads what the brand calls something.
///
/// # Errors
/// The first fault found.
pub fn read_thing(thing: &OwnThing) -> Result<(), Fault> {
    let Some(tongue) = tongue(thing.lang) else {
        return Ok(());
    };
    grammar::mistake(&thing.say, &[], &[]).map_or(Ok(()), |m| Err(Fault::Notation(m)))?;
    for formal in [true, false] {
        let said = addressed(&thing.say, formal).unwrap_or_default();
        read_text(&said, tongue, NAME)?;
    }
    Ok(())
}

/// Reads an emergency line: it may hold a number and a link, and stands behind the language's own lead.
///
/// # Errors
/// The first fault found.
pub fn read_emergency_line(
    text: &str,
    lang: &str,
    brand: &Brand,
    rooms: &[Room],
) -> Result<(), Fault> {
    let Some(tongue) = tongue(lang) else {
        return Ok(());
    };
    read_text(text, tongue, HELPLINE)?;
    let lead = addressed(&tongue.danger.replace("{line}", ""), true).unwrap_or_default();
    let brief = shortest_of(tongue.brief, tongue);
    fits(
        text,
        &format!("{lead} {brief} {}", closing(brand, tongue, rooms)),
        rooms,
    )
}

/// Reads a text of care, which may hold a number and a link.
///
/// # Errors
/// The first fault found.
pub fn read_care_text(text: &str, lang: &str, brand: &Brand, rooms: &[Room]) -> Result<(), Fault> {
    let Some(tongue) = tongue(lang) else {
        return Ok(());
    };
    read_text(text, tongue, HELPLINE)?;
    fits(text, &closing(brand, tongue, rooms), rooms)
}

/// Reads the name of a team or a brand.
///
/// # Errors
/// The first fault found.
pub fn read_name(text: &str, lang: &str) -> Result<(), Fault> {
    tongue(lang).map_or(Ok(()), |tongue| read_text(text, tongue, NAME))
}

/// Reads a text that is said as it is. `allowed` are rules that it need not keep.
fn read_text(text: &str, tongue: &Tongue, allowed: &[Rule]) -> Result<(), Fault> {
    let found = lint::lint(text, tongue.code, ROOMY.0, true);
    match found.into_iter().find(|f| !allowed.contains(&f.rule)) {
        None => Ok(()),
        Some(lint::Finding { rule, at }) => Err(Fault::Rule {
            rule,
            at,
            text: text.to_owned(),
        }),
    }
}

/// Who signs and the longest note of automation, as they will stand behind a text.
fn closing(brand: &Brand, tongue: &Tongue, rooms: &[Room]) -> String {
    let sign = tongue.sign.replace("{team}", signatory(brand, None));
    let mut rooms = rooms.iter();
    let discloses = rooms.any(|(platform, public)| brand.discloses(*platform, *public));
    let note = language::automatic(tongue.code)
        .iter()
        .max_by_key(|note| note.chars().count());
    match note.filter(|_| discloses) {
        Some(note) => format!("{sign} {note}"),
        None => sign,
    }
}

/// Who signs: who is on duty, or the brand's team, or the brand where it has none.
pub fn signatory<'a>(brand: &'a Brand, on_duty: Option<&'a str>) -> &'a str {
    match on_duty.unwrap_or(&brand.team).trim() {
        "" => &brand.name,
        team => team,
    }
}

/// The shortest realisation of some lines.
fn shortest_of(lines: &[&str], tongue: &Tongue) -> String {
    let slots = samples(tongue, true, &[]);
    let with = With {
        sets: tongue.sets,
        own: None,
        slots: &slots,
        formal: true,
    };
    let all = lines
        .iter()
        .filter_map(|line| grammar::every(line, with, MOST));
    all.flatten()
        .min_by_key(|text| text.chars().count())
        .unwrap_or_default()
}

/// A platform on which nothing of ours is too long, for what is read without one.
const ROOMY: Room = (Platform::Discourse, true);

/// What an emergency line or a text of care may hold that no sentence of ours does: numbers and links, and so
/// few words that no language can be told.
const HELPLINE: &[Rule] = &[Rule::Digits, Rule::Link, Rule::Empty, Rule::WrongLanguage];

fn fits(text: &str, beside: &str, rooms: &[Room]) -> Result<(), Fault> {
    for &(platform, public) in rooms {
        let limit = crate::platform::limit(platform, public);
        // A space stands between the two.
        let is = measure(text, limit.unit) + 1 + measure(beside, limit.unit);
        if is > limit.max {
            return Err(Fault::TooLong {
                platform,
                is,
                max: limit.max,
                unit: limit.unit.as_str(),
            });
        }
    }
    Ok(())
}

/// Every slot filled as a post would fill it, less those of `without`.
pub fn samples(tongue: &Tongue, formal: bool, without: &[&str]) -> Slots {
    let cues = &tongue.cues;
    let number = cues.numbers.get(3).copied().unwrap_or("4");
    let number = number.split('|').next().unwrap_or(number);
    let unit = cues.units.get(1).map_or("", |unit| unit.many);
    let span = match tongue.spaced {
        true => format!("{number} {unit}"),
        false => format!("4{unit}"),
    };
    let grave = cues.details.first().map_or("", |detail| detail.say);
    let thing = cues.things.first().map_or("", |thing| thing.say);
    let place = if tongue.spaced {
        "Woking"
    } else {
        "新宿駅で"
    };
    let mut slots = Slots::new(tongue.spaced);
    for (name, value) in [
        ("place", place.to_owned()),
        ("for", cues.lasting.replace("{span}", &span)),
        ("span", span),
        ("with", grave.to_owned()),
        ("grave", grave.to_owned()),
        ("thing", addressed(thing, formal).unwrap_or_default()),
        ("post", tongue.post.0.to_owned()),
        ("wait", tongue.times.told(90)),
        ("back", tongue.times.back(2, Weekday::Mon, (7, 0), "UTC")),
        ("team", "Northline".to_owned()),
    ] {
        if !without.contains(&name) {
            slots.fill(name, value);
        }
    }
    slots
}
