//! What a brand adds to the voice in its configuration: lines of its own, what it calls things, words that
//! it never uses. Everything is read like the language files are, and every realisation passes the same
//! linter before it may be said.

use super::rule::Rule;
use super::tongues::tongue;
use super::words::Folded;
use crate::judgement::Matter;
use crate::post::Platform;

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
    pub(super) fn slots(self) -> (&'static [&'static str], Option<&'static str>) {
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
    pub(super) fn allowed(self) -> &'static [Rule] {
        match self {
            Move::Own | Move::Sign | Move::Automatic => NAME,
            _ => &[],
        }
    }

    /// Whether a line of it is a sentence of its own.
    pub(super) fn is_sentence(self) -> bool {
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
    pub(super) owning: Vec<(&'static str, String)>,
}

impl Own {
    /// Adds a line that [`Own::read_line`] found no fault in.
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

/// What a name may be: too short to tell a language by, and named after a number if it likes.
pub(super) const NAME: &[Rule] = &[Rule::WrongLanguage, Rule::Digits];
