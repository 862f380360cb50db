//! The repertoire of a language: every whole sentence that the voice may say in it, and when.
//!
//! A file of sentences is for people to read and change. `[stuck]` opens a section, a line in it is what an acknowledgment
//! says before it tells who answers, and conditions stand before it: `no_information: ...` is said only where the post says that
//! nobody tells them anything. `#` begins a note. Nothing in it is checked when it is read: the tests check Heard's own files,
//! and `heard check` a brand's lines.

use super::print::fingerprint;
use crate::judgement::{Danger, Fact, Situation};
use crate::language::{Language, WRITINGS, Writing};
use std::sync::OnceLock;

/// Where a line belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// What happened.
    Situation(Situation),
    /// Whatever happened.
    Plain,
    /// What to do in a danger.
    Danger(Danger),
    /// An emergency, whatever it is.
    Emergency,
    /// A whole note for a place that hears many at once.
    Short,
    /// Who answers: nothing is known of the time.
    Open,
    /// Who answers, and within which time.
    Soon,
    /// Who answers, and from when on.
    Later,
    /// Who answers in an emergency.
    Raised,
}

impl Section {
    /// The section of that name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::Plain,
            "emergency" => Self::Emergency,
            "short" => Self::Short,
            "closing.open" => Self::Open,
            "closing.soon" => Self::Soon,
            "closing.later" => Self::Later,
            "closing.emergency" => Self::Raised,
            _ => match name.strip_prefix("danger.") {
                Some(danger) => Self::Danger(Danger::named(danger)?),
                None => Self::Situation(Situation::named(name)?),
            },
        })
    }

    /// Its name.
    pub fn name(self) -> String {
        match self {
            Self::Situation(situation) => situation.as_str().into(),
            Self::Plain => "none".into(),
            Self::Danger(danger) => format!("danger.{}", danger.as_str()),
            Self::Emergency => "emergency".into(),
            Self::Short => "short".into(),
            Self::Open => "closing.open".into(),
            Self::Soon => "closing.soon".into(),
            Self::Later => "closing.later".into(),
            Self::Raised => "closing.emergency".into(),
        }
    }

    /// Every section that a language must have.
    pub fn all() -> impl Iterator<Item = Self> {
        let situations = Situation::ALL.into_iter().map(Self::Situation);
        // Despair has no lines: what is said then is the brand's own.
        let dangers = Danger::ALL
            .into_iter()
            .filter(|danger| *danger != Danger::Despair)
            .map(Self::Danger);
        situations.chain(dangers).chain([
            Self::Plain,
            Self::Emergency,
            Self::Short,
            Self::Open,
            Self::Soon,
            Self::Later,
            Self::Raised,
        ])
    }

    /// Whether its lines tell who answers, behind another.
    pub fn is_closing(self) -> bool {
        matches!(self, Self::Open | Self::Soon | Self::Later | Self::Raised)
    }
}

/// What may be told, the weightiest first: a life, the weak, the clock, how long it has lasted (`None`), then what makes waiting
/// hard.
const WEIGHTS: [Option<Fact>; Fact::ALL.len() + 1] = [
    Some(Fact::VitalMedicine),
    Some(Fact::Vulnerable),
    Some(Fact::MinutesLeft),
    Some(Fact::WithChildren),
    Some(Fact::ForSomebodyElse),
    None,
    Some(Fact::WorkAtRisk),
    Some(Fact::MoneyKnockOn),
    Some(Fact::NobodyThere),
    Some(Fact::NoInformation),
    Some(Fact::AskedBefore),
];

/// What must hold for a line: one bit for each fact, one for a duration, one for a person in danger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs(u16);

impl Needs {
    /// That the post tells how long it has lasted.
    pub const DURATION: Needs = Needs(1 << Fact::ALL.len());
    /// That somebody's life or limb is in danger, by the danger's name.
    pub const DANGER: Needs = Needs(1 << (Fact::ALL.len() + 1));

    /// These facts.
    pub fn of(facts: &[Fact]) -> Self {
        facts
            .iter()
            .fold(Self::default(), |needs, fact| needs.with(Self::bit(*fact)))
    }

    fn bit(fact: Fact) -> Self {
        let at = Fact::ALL.iter().position(|one| *one == fact);
        Self(at.map_or(0, |at| 1 << at))
    }

    /// Both.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The condition of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "duration" => Some(Self::DURATION),
            "danger" => Some(Self::DANGER),
            _ => Fact::named(name).map(Self::bit),
        }
    }

    /// Whether all of it holds where `known` does.
    pub fn holds_in(self, known: Self) -> bool {
        self.0 & !known.0 == 0
    }

    /// How many conditions.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// How much the weightiest of them says: of lines that tell equally much, what somebody's life hangs on is told first.
    pub fn weight(self) -> usize {
        let all = WEIGHTS.map(|fact| fact.map_or(Self::DURATION, Self::bit));
        let known = all.iter().position(|of| of.holds_in(self));
        known.map_or(0, |at| WEIGHTS.len() - at)
    }

    /// Their names.
    pub fn names(self) -> Vec<&'static str> {
        let facts = Fact::ALL.into_iter();
        let facts = facts.filter(|fact| Self::bit(*fact).holds_in(self));
        let mut names: Vec<&str> = facts.map(Fact::as_str).collect();
        names.extend(Self::DURATION.holds_in(self).then_some("duration"));
        names.extend(Self::DANGER.holds_in(self).then_some("danger"));
        names
    }
}

/// A line: what may be said, where its conditions hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Where it belongs.
    pub section: Section,
    /// When it may be said.
    pub needs: Needs,
    /// What it says, with slots and both forms of address.
    pub text: &'a str,
    /// By which it is known to have been said.
    pub print: u64,
}

impl<'a> Line<'a> {
    /// A line with its conditions as they are written.
    pub fn read(section: Section, written: &'a str) -> Self {
        let (needs, text) = conditions(written).unwrap_or((Needs::default(), written));
        Self {
            section,
            needs,
            text,
            print: fingerprint(text),
        }
    }
}

/// The conditions before a line; `None` where it has none.
fn conditions(written: &str) -> Option<(Needs, &str)> {
    let (names, text) = written.split_once(':')?;
    let mut needs = Needs::default();
    for name in names.split(',') {
        needs = needs.with(Needs::named(name.trim())?);
    }
    Some((needs, text.trim_start()))
}

/// What to do in a danger, and who stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guidance {
    /// The danger.
    pub danger: Danger,
    /// The public guidance that its lines follow.
    pub follows: &'static str,
    /// Who has read them and stands for them; `None`: nobody yet.
    pub reviewed_by: Option<&'static str>,
}

/// What the voice can say in one way of writing.
#[derive(Debug)]
pub struct Repertoire {
    /// The language.
    pub language: &'static Language,
    /// How it is written.
    pub writing: &'static Writing,
    /// Every line, in the file's order.
    pub lines: Vec<Line<'static>>,
    /// What the dangers' lines rest on.
    pub guidance: Vec<Guidance>,
    /// Words for the slots, by their keys.
    words: Vec<(&'static str, &'static str)>,
}

/// What each writing says, read when it is first needed: an isolate mostly speaks one or two languages.
static READ: [OnceLock<Repertoire>; WRITINGS] = [const { OnceLock::new() }; WRITINGS];

impl Repertoire {
    /// What can be said in that writing of that language.
    pub fn of(language: &'static Language, writing: &'static Writing) -> Option<&'static Self> {
        let read = READ.get(writing.at)?;
        Some(read.get_or_init(|| Self::read(language, writing)))
    }

    fn read(language: &'static Language, writing: &'static Writing) -> Self {
        let mut read = Self {
            language,
            writing,
            // What a file holds; more only costs another allocation.
            lines: Vec::with_capacity(400),
            guidance: Vec::new(),
            words: Vec::with_capacity(64),
        };
        read.take(language.clock, true);
        read.take(writing.sentences, false);
        read
    }

    fn take(&mut self, file: &'static str, only_words: bool) {
        let mut section = None;
        let mut in_words = only_words;
        let (mut follows, mut reviewed_by) = ("", None);
        for line in file.lines() {
            let line = line.trim();
            if let Some(note) = line.strip_prefix('#') {
                if let Some(title) = note.trim().strip_prefix("guidance:") {
                    follows = title.trim();
                } else if let Some(who) = note.trim().strip_prefix("reviewed_by:") {
                    reviewed_by = Some(who.trim()).filter(|who| *who != "nobody yet");
                }
            } else if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']'))
                && !name.contains('|')
            {
                in_words = name == "words";
                section = Section::named(name);
                if let Some(Section::Danger(danger)) = section {
                    self.guidance.push(Guidance {
                        danger,
                        follows,
                        reviewed_by,
                    });
                }
                (follows, reviewed_by) = ("", None);
            } else if line.is_empty() {
                continue;
            } else if in_words {
                if let Some((key, value)) = line.split_once(" = ") {
                    self.words.push((key.trim(), value.trim()));
                }
            } else if let Some(section) = section {
                self.lines.push(Line::read(section, line));
            }
        }
    }

    /// The lines of a section.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &Line<'static>> {
        self.lines
            .iter()
            .filter(move |line| line.section == section)
    }

    /// The words of a key; nothing where the file has none.
    pub fn word(&self, key: &str) -> &'static str {
        let found = self.words.iter().find(|(of, _)| *of == key);
        found.map_or("", |(_, words)| words)
    }

    /// All words whose key begins so, with the rest of the key.
    pub fn words_under<'k>(
        &self,
        prefix: &'k str,
    ) -> impl Iterator<Item = (&'static str, &'static str)> + use<'_, 'k> {
        let words = self.words.iter();
        words.filter_map(move |(key, words)| Some((key.strip_prefix(prefix)?, *words)))
    }

    /// Whether spaces stand between words.
    pub fn is_spaced(&self) -> bool {
        self.word("spaced") != "no"
    }

    /// What the lines of a danger rest on.
    pub fn guidance(&self, danger: Danger) -> Option<Guidance> {
        let mut all = self.guidance.iter();
        all.find(|one| one.danger == danger).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_it_may_be_said() {
        let read = |text| Line::read(Section::Plain, text);
        let line = read("with_children, duration: {Duration} with little ones. We're sorry.");
        assert_eq!(line.needs.names(), ["with_children", "duration"]);
        assert_eq!(line.text, "{Duration} with little ones. We're sorry.");
        let plain = read("Nothing moves: we're sorry.");
        assert_eq!(
            (plain.needs.count(), plain.text),
            (0, "Nothing moves: we're sorry.")
        );
        assert!(plain.needs.holds_in(line.needs) && !line.needs.holds_in(plain.needs));
        let children = Needs::of(&[Fact::WithChildren]);
        let medicine = Needs::of(&[Fact::VitalMedicine, Fact::AskedBefore]);
        assert!(medicine.weight() > children.weight());
        assert!(children.weight() > Needs::DURATION.weight() && Needs::default().weight() == 0);
        assert!(!line.needs.holds_in(children));
        assert!(line.needs.holds_in(children.with(Needs::DURATION)));
    }

    #[test]
    fn sections_have_one_name() {
        for section in Section::all() {
            assert_eq!(Section::named(&section.name()), Some(section));
        }
        assert_eq!(Section::named("danger.nothing"), None);
        assert_eq!(Section::named("words"), None);
    }
}
