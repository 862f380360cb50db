//! What a brand adds to the voice in its configuration: lines of its own, what it calls things, words that
//! it never uses. Everything is read like the language files are, and every realisation passes the same
//! linter before it may be said.

use super::grammar::{self, Mistake, Slots, With, addressed};
use super::tongue::Tongue;
use super::words::Folded;
use super::{Brand, Matter, tongue};
use crate::ack::length::measure;
use crate::ack::lint::{self, Rule};
use crate::post::Platform;
use chrono::Weekday;
use std::fmt;

/// Which part of an acknowledgment a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// Hears the author and names the matter.
    Hear,
    /// What happens next, where nothing is known of the time.
    Next,
    /// What happens next in an emergency.
    Emergency,
    /// What happens next, with the waiting time.
    Soon,
    /// What happens next, with the day and hour at which people are back.
    Later,
    /// What happens next where there is hardly room for it.
    Brief,
    /// The end of a hearing line in which the brand owns what happened: every `$own`.
    Own,
    /// Hears somebody who hints at harming themselves.
    Care,
    /// Who signs; the brand's stands in place of the language's.
    Sign,
    /// That the text is automatic; the brand's stand in place of the language's.
    Automatic,
}

impl Move {
    /// Every move.
    pub const ALL: [Move; 10] = [
        Move::Hear,
        Move::Next,
        Move::Emergency,
        Move::Soon,
        Move::Later,
        Move::Brief,
        Move::Own,
        Move::Care,
        Move::Sign,
        Move::Automatic,
    ];

    /// The name used in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Move::Hear => "hear",
            Move::Next => "next",
            Move::Emergency => "emergency",
            Move::Soon => "soon",
            Move::Later => "later",
            Move::Brief => "brief",
            Move::Own => "own",
            Move::Care => "care",
            Move::Sign => "sign",
            Move::Automatic => "automatic",
        }
    }

    /// The move of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == name)
    }

    /// The slots that a line of it may have, and the one that it must.
    fn slots(self) -> (&'static [&'static str], Option<&'static str>) {
        match self {
            Move::Hear => (&["place", "span", "for", "with", "thing", "post"], None),
            Move::Next | Move::Emergency | Move::Brief | Move::Own | Move::Care => {
                (&["post"], None)
            }
            Move::Soon => (&["post", "wait"], Some("wait")),
            Move::Later => (&["post", "back"], Some("back")),
            Move::Sign => (&["team"], Some("team")),
            Move::Automatic => (&[], None),
        }
    }

    /// Which rules its lines alone are too short for.
    fn allowed(self) -> &'static [Rule] {
        match self {
            Move::Own | Move::Sign | Move::Automatic => NAME,
            _ => &[],
        }
    }

    /// Whether a line of it is a sentence of its own.
    fn is_sentence(self) -> bool {
        !matches!(self, Move::Own | Move::Sign | Move::Automatic)
    }
}

/// A line of the brand's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnLine {
    /// Its language.
    pub lang: &'static str,
    /// Which part it is.
    pub part: Move,
    /// For which matters; all if empty.
    pub of: Vec<Matter>,
    /// On which platforms; all if empty.
    pub on: Vec<Platform>,
    /// The line, in the notation of the language files.
    pub text: String,
}

/// What the brand calls something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnThing {
    /// The language.
    pub lang: &'static str,
    /// In which matters it is what the matter is about; all if empty.
    pub of: Vec<Matter>,
    /// How authors name it: `a|b c|stem*`, in lower case.
    pub read: String,
    /// How the brand does, as a subject: "your Sprinter".
    pub say: String,
}

/// Everything a brand adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Lines.
    pub lines: Vec<OwnLine>,
    /// Things.
    pub things: Vec<OwnThing>,
    /// What it never says, by language: `a|b c|stem*`, in lower case.
    pub banned: Vec<(&'static str, String)>,
    /// The `$own` of a language with the brand's in it.
    owning: Vec<(&'static str, String)>,
}

impl Own {
    /// Adds a line that [`read_line`] found no fault in.
    pub fn add(&mut self, line: OwnLine) {
        if line.part != Move::Own {
            self.lines.push(line);
            return;
        }
        let place = self.owning.iter().position(|(of, _)| *of == line.lang);
        if let Some((_, body)) = place.and_then(|at| self.owning.get_mut(at)) {
            body.push('|');
            body.push_str(&line.text);
        } else {
            let set =
                tongue(line.lang).and_then(|t| t.sets.iter().find(|(name, _)| *name == "own"));
            let body = set.map_or("", |(_, body)| body);
            self.owning
                .push((line.lang, format!("{body}|{}", line.text)));
        }
    }

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

    /// What stands for `$own`, where the brand adds to it.
    pub fn owning(&self, lang: &str) -> Option<&str> {
        let own = self.owning.iter().find(|(of, _)| *of == lang);
        own.map(|(_, body)| body.as_str())
    }

    /// The lines of a part of an acknowledgment.
    pub fn lines(
        &self,
        lang: &str,
        part: Move,
        matter: Matter,
        platform: Platform,
    ) -> impl Iterator<Item = &str> {
        self.lines
            .iter()
            .filter(move |line| {
                line.part == part
                    && line.lang == lang
                    && (line.of.is_empty() || line.of.contains(&matter))
                    && (line.on.is_empty() || line.on.contains(&platform))
            })
            .map(|line| line.text.as_str())
    }

    /// What the brand says, in any language, to tell that a text is automatic.
    pub fn automatic(&self) -> impl Iterator<Item = &str> {
        let notes = self.lines.iter();
        notes
            .filter(|line| line.part == Move::Automatic)
            .map(|line| line.text.as_str())
    }

    /// What a text says that the brand never says.
    pub fn banned_in(&self, text: &str, lang: &str) -> Option<&str> {
        let (_, words) = self.banned.iter().find(|(of, _)| *of == lang)?;
        Folded::of(text).first_of(words)
    }

    /// What the brand calls what a post is about.
    pub fn thing(&self, post: &Folded<'_>, lang: &str, matter: Matter) -> Option<&str> {
        self.things
            .iter()
            .filter(|thing| thing.lang == lang)
            .filter(|thing| thing.of.is_empty() || thing.of.contains(&matter))
            .find(|thing| post.first_of(&thing.read).is_some())
            .map(|thing| thing.say.as_str())
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
    let note = tongue
        .automatic
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

/// What a name may be: too short to tell a language by, and named after a number if it likes.
const NAME: &[Rule] = &[Rule::WrongLanguage, Rule::Digits];

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
