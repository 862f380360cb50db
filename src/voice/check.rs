//! Whether a brand's own words may be said: each is read as it will stand, by the rules that hold for Heard's own lines. For
//! `heard check` and `heard build`; the Worker never asks.

use super::brand::Brand;
use super::fill::{SLOTS, Slots, fill};
use super::lint::{self, Finding, shown};
use super::own::OwnLine;
use super::repertoire::{Needs, Repertoire, Section};
use super::rule::Rule;
use crate::judgement::{Fact, Situation};
use crate::language::{LANGUAGES, language};
use crate::length::measure;
use crate::post::Platform;
use std::fmt;

/// The longest line, in characters: what is longer is no first note. A danger's may be longer.
pub const LONGEST_LINE: usize = 110;
/// The longest line of a danger.
pub const LONGEST_DANGER: usize = 130;
/// The longest whole note of the short register.
pub const LONGEST_SHORT: usize = 80;
/// The longest closing.
pub const LONGEST_CLOSING: usize = 62;

/// A platform, and whether it is said there in public.
pub type Room = (Platform, bool);

/// Why a text may not be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not written as lines are.
    Notation(String),
    /// It lacks the slot that its section is about.
    Lacks(&'static str),
    /// It has a slot that nothing fills there.
    Slot(String),
    /// It is a sentence, and does not end like one.
    Open,
    /// It breaks a rule of the linter.
    Rule {
        /// The rule.
        rule: Rule,
        /// The words or characters that broke it.
        at: String,
        /// The text.
        text: String,
    },
    /// It says what the brand itself never says.
    Banned {
        /// The word or phrase.
        at: String,
        /// The text.
        text: String,
    },
    /// It is longer than a line may be.
    Long {
        /// How long it is.
        is: usize,
        /// How long it may be.
        max: usize,
    },
    /// It never fits on a platform where it would be used.
    TooLong {
        /// The platform.
        platform: Platform,
        /// How long it is, with what must stand beside it.
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
            Fault::Notation(why) => f.write_str(why),
            Fault::Lacks(slot) => write!(f, "lacks {{{slot}}}, which it is about"),
            Fault::Slot(slot) => write!(f, "has {{{slot}}}, which nothing fills there"),
            Fault::Open => f.write_str("is a sentence and must end with a full stop"),
            Fault::Rule { rule, at, text } => {
                write!(f, "breaks the rule \"{}\"", rule.as_str())?;
                if !at.is_empty() {
                    write!(f, " with \"{at}\"")?;
                }
                write!(f, ": \"{text}\"")
            }
            Fault::Banned { at, text } => {
                write!(f, "says \"{at}\", which [banned] forbids: \"{text}\"")
            }
            Fault::Long { is, max } => write!(f, "is {is} characters long; at most {max}"),
            Fault::TooLong {
                platform,
                is,
                max,
                unit,
            } => write!(
                f,
                "does not fit on {platform}: with its signature {is} {unit}, of {max}"
            ),
        }
    }
}

/// Which slots a line of a section may have, and the one that it must.
fn slots_of(section: Section, needs: Needs) -> (Vec<&'static str>, Option<&'static str>) {
    let lasts = Needs::DURATION.holds_in(needs);
    match section {
        Section::Open | Section::Raised | Section::Short => (vec!["here"], None),
        Section::Soon => (vec!["here", "wait"], Some("wait")),
        Section::Later => (vec!["here", "back"], Some("back")),
        Section::Danger(_) => (vec!["call", "here"], None),
        Section::Emergency => (vec!["here"], None),
        Section::Situation(_) | Section::Plain if lasts => {
            (vec!["duration", "here"], Some("duration"))
        }
        Section::Situation(_) | Section::Plain => (vec!["here"], None),
    }
}

/// Reads a line as it will be said: its notation, its length, and what it says in both forms of address. A `brand`'s own words
/// are read more gently where only it can know: a number of its own in danger.
///
/// # Errors
/// The first fault found.
pub fn line(
    text: &str,
    section: Section,
    needs: Needs,
    of: &Repertoire,
    own: bool,
) -> Result<(), Fault> {
    let (may, must) = slots_of(section, needs);
    for slot in slots_in(text)? {
        let lower = slot.to_ascii_lowercase();
        if !SLOTS.contains(&lower.as_str()) {
            return Err(Fault::Notation(format!("{{{slot}}} is no slot")));
        }
        if !may.contains(&lower.as_str()) {
            return Err(Fault::Slot(slot.to_owned()));
        }
    }
    if let Some(must) = must
        && !text.to_lowercase().contains(&format!("{{{must}}}"))
    {
        return Err(Fault::Lacks(must));
    }
    if !text.ends_with(['.', '。', '?', '？']) {
        return Err(Fault::Open);
    }
    let longest = match section {
        Section::Danger(_) => LONGEST_DANGER,
        Section::Short => LONGEST_SHORT,
        section if section.is_closing() => LONGEST_CLOSING,
        _ => LONGEST_LINE,
    };
    for formal in [true, false] {
        let told = fill(text, &samples(of), formal)
            .ok_or_else(|| Fault::Notation("is not as lines are written".into()))?;
        let bare = fill(text, &Slots::default().emptied(), formal).unwrap_or_default();
        let is = without_slots(text, formal).chars().count();
        if is > longest {
            return Err(Fault::Long { is, max: longest });
        }
        let danger = matches!(section, Section::Danger(_));
        let allowed = allowed_in(section, needs);
        read(&bare, of.language.code, &allowed)?;
        // Of few words it is not told which language they are.
        let few = of.is_spaced() && told.split(' ').count() < lint::TELLING;
        if !danger && !few {
            let found = lint::lint(&told, of.language.code, ROOMY.0, true);
            wrong_language(&found, &told)?;
        }
        if !(danger && own) && bare.contains(|c: char| c.is_numeric()) {
            return Err(Fault::Rule {
                rule: Rule::Digits,
                at: bare.chars().filter(|c| c.is_numeric()).collect(),
                text: bare,
            });
        }
    }
    Ok(())
}

/// The rules that a line need not keep where it is about what they forbid elsewhere.
fn allowed_in(section: Section, needs: Needs) -> Vec<Rule> {
    use Situation::{
        CardBlocked, ChargedWrongly, DataExposed, Fraud, LockedAccount, Medicine, Refund,
    };
    // Of few words no language is told; the whole line is looked at for it.
    let mut allowed = vec![Rule::WrongLanguage];
    let vital = Needs::of(&[Fact::VitalMedicine]);
    match section {
        // "Call now", in public guidance's words; a brand's own number.
        Section::Danger(_) => allowed.extend([
            Rule::Promising,
            Rule::Instructing,
            Rule::Digits,
            Rule::PrivateData,
            Rule::Arguing,
        ]),
        // "Please keep codes out of your messages" asks for none.
        Section::Situation(Fraud | LockedAccount | CardBlocked | DataExposed | ChargedWrongly) => {
            allowed.extend([Rule::PrivateData, Rule::Instructing]);
        }
        // "A pharmacist today", "this refund".
        Section::Situation(Medicine | Refund) => allowed.push(Rule::Promising),
        _ if needs.count() > 0 && vital.holds_in(needs) => allowed.push(Rule::Promising),
        _ => {}
    }
    allowed
}

/// What is in braces in a text.
fn slots_in(text: &str) -> Result<Vec<&str>, Fault> {
    let open = || Fault::Notation("has a brace that is not closed".into());
    let mut slots = Vec::new();
    for part in text.split('{').skip(1) {
        slots.push(part.split_once('}').ok_or_else(open)?.0);
    }
    Ok(slots)
}

/// A line's length is counted without what fills its slots.
fn without_slots(text: &str, formal: bool) -> String {
    fill(text, &Slots::default().emptied(), formal).unwrap_or_default()
}

/// Reads the words of care, which may hold a number and a link, and say that a call is free.
///
/// # Errors
/// The first fault found.
pub fn care_text(text: &str, lang: &str, brand: &Brand, rooms: &[Room]) -> Result<(), Fault> {
    const HELPLINE: &[Rule] = &[
        Rule::Digits,
        Rule::Link,
        Rule::Empty,
        Rule::WrongLanguage,
        Rule::Selling,
        Rule::Promising,
        Rule::Instructing,
    ];
    read(text, lang, HELPLINE)?;
    let Some(of) = plain_repertoire(lang) else {
        return Ok(());
    };
    let beside = signature(brand, of);
    for &(platform, public) in rooms.iter().filter(|(_, public)| !public) {
        let limit = crate::platform::limit(platform, public);
        let is = measure(text, limit.unit) + 1 + measure(&beside, limit.unit);
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

/// Reads a brand's word about a broken promise: it keeps every rule, and fits where it is said.
///
/// # Errors
/// The first fault found.
pub fn late_text(text: &str, lang: &str, brand: &Brand, rooms: &[Room]) -> Result<(), Fault> {
    read(text, lang, &[])?;
    care_text(text, lang, brand, rooms)
}

/// Reads a supervisor's public line about an incident: it keeps every rule that a note keeps.
///
/// # Errors
/// The first fault found.
pub fn public_line(text: &str, lang: &str) -> Result<(), Fault> {
    read(text, lang, &[])
}

/// A text of the brand's in a language, as it is sent: signed, and said to be automatic.
pub fn signed(text: &str, lang: &str, brand: &Brand) -> Option<String> {
    let of = plain_repertoire(lang)?;
    Some(format!("{text} {}", signature(brand, of)))
}

/// Reads the name of a team or a brand.
///
/// # Errors
/// The first fault found.
pub fn name(text: &str, lang: &str) -> Result<(), Fault> {
    read(text, lang, &[Rule::WrongLanguage, Rule::Digits])
}

/// Reads a line of a brand's own.
///
/// # Errors
/// The first fault found.
pub fn own_line(own: &OwnLine, brand: &Brand) -> Result<(), Fault> {
    let Some(of) = plain_repertoire(&own.lang) else {
        return Ok(());
    };
    line(&own.text, own.section, own.needs, of, true)?;
    for formal in [true, false] {
        let told = fill(&own.text, &samples(of), formal).unwrap_or_default();
        if let Some(at) = brand.own.banned_in(&told, of.language.code) {
            return Err(Fault::Banned {
                at: at.to_owned(),
                text: told,
            });
        }
    }
    Ok(())
}

/// What can be said in the language of a tag.
pub fn plain_repertoire(tag: &str) -> Option<&'static Repertoire> {
    let of = language(tag)?;
    Repertoire::of(of, of.writing(&[tag], &[])?)
}

/// Reads a text that is said as it is. `allowed` are rules that it need not keep.
fn read(text: &str, lang: &str, allowed: &[Rule]) -> Result<(), Fault> {
    let found = lint::lint(text, lang, ROOMY.0, ROOMY.1);
    match found.into_iter().find(|f| !allowed.contains(&f.rule)) {
        None => Ok(()),
        Some(Finding { rule, at }) => Err(Fault::Rule {
            rule,
            at,
            text: text.to_owned(),
        }),
    }
}

fn wrong_language(found: &[Finding], text: &str) -> Result<(), Fault> {
    let wrong = found.iter().find(|f| f.rule == Rule::WrongLanguage);
    match wrong {
        None => Ok(()),
        Some(Finding { rule, at }) => Err(Fault::Rule {
            rule: *rule,
            at: at.clone(),
            text: text.to_owned(),
        }),
    }
}

/// A platform on which nothing of ours is too long, for what is read without one.
const ROOMY: Room = (Platform::Discourse, true);

/// Who signs a text in a language, and that it is automatic.
fn signature(brand: &Brand, of: &Repertoire) -> String {
    let slots = Slots {
        team: shown(brand.signatory(None, of.writing.tag)),
        ..Slots::default()
    };
    fill(of.word("signature"), &slots, true).unwrap_or_default()
}

/// Slots filled as they are.
pub fn samples(of: &Repertoire) -> Slots {
    use super::fill;
    use super::occasion::Wait;
    use crate::judgement::{Lasting, Unit};
    let back = Wait::BackAt {
        days: 2,
        weekday: chrono::Weekday::Mon,
        hh: 8,
        mm: 0,
        zone: "Europe/London",
    };
    Slots {
        duration: fill::duration(
            of,
            Lasting {
                n: 2,
                of: Unit::Hours,
            },
        ),
        wait: fill::wait(of, 20),
        back: fill::back(of, back),
        call: of.word("call.none").to_owned(),
        here: of.word("here.public"),
        team: "Northline".into(),
    }
}

impl Slots {
    /// All of them filled with nothing: what a line says by itself.
    fn emptied(self) -> Self {
        let nothing = || Some(String::new());
        Self {
            duration: nothing(),
            wait: nothing(),
            back: nothing(),
            ..self
        }
    }
}

/// Every language's dangers whose lines nobody has signed for, for a brand: what live mode does not say.
pub fn unsigned(brand: &Brand) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut all = Vec::new();
    for language in LANGUAGES {
        for writing in language.writings {
            let Some(of) = Repertoire::of(language, writing) else {
                continue;
            };
            let dangers = Section::all().filter_map(|section| match section {
                Section::Danger(danger) => Some((section, danger)),
                _ => None,
            });
            let unsigned = dangers.filter(|(section, danger)| {
                let lines = brand.own.section(of, *section);
                !lines
                    .iter()
                    .any(|line| brand.own.stands_for(of, *danger, line))
            });
            let unsigned: Vec<&str> = unsigned.map(|(_, danger)| danger.as_str()).collect();
            if !unsigned.is_empty() {
                all.push((writing.tag, unsigned));
            }
        }
    }
    all
}
