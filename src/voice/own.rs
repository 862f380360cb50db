//! What a brand adds to the voice in its configuration: lines of its own, words that it never uses, and whose lines of danger
//! somebody has signed for. `heard check` reads all of it by the rules that hold for Heard's own; the Worker takes it as it is.

use super::repertoire::{Line, Needs, Repertoire, Section};
use super::words::Folded;
use crate::judgement::Danger;
use crate::language::base;

/// A line of the brand's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnLine {
    /// Its language, perhaps with a region.
    pub lang: String,
    /// Where it belongs.
    pub section: Section,
    /// When it may be said.
    pub needs: Needs,
    /// What it says.
    pub text: String,
    /// By which it is known to have been said.
    pub print: u64,
    /// Whether Heard's own lines of its section are not said then.
    pub replaces: bool,
    /// Who has read it and stands for it, where it is a danger's.
    pub reviewed_by: Option<String>,
    /// Its key in the configuration: `voice[2]`.
    pub key: String,
}

/// Who stands for the lines of a danger in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The language.
    pub lang: String,
    /// The danger; all of them without it.
    pub danger: Option<Danger>,
    /// Who, and when.
    pub by: String,
}

/// Everything a brand adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Lines.
    pub lines: Vec<OwnLine>,
    /// What it never says, by language: `a|b c|stem*`, in lower case.
    pub banned: Vec<(&'static str, String)>,
    /// Which of Heard's lines of danger somebody has signed for.
    pub signed: Vec<Signed>,
}

impl Own {
    /// The lines of a section: the brand's, and Heard's unless the brand's replace them.
    pub fn section<'a>(&'a self, of: &'a Repertoire, section: Section) -> Vec<Line<'a>> {
        let mut lines: Vec<Line<'a>> = Vec::new();
        let mut replaced = false;
        for own in self.lines.iter().filter(|own| own.section == section) {
            if is_of(&own.lang, of.writing.tag) {
                replaced |= own.replaces;
                lines.push(own.line());
            }
        }
        if !replaced {
            let all = of.lines.iter().filter(|line| line.section == section);
            lines.extend(all.copied());
        }
        lines
    }

    /// Whether somebody stands for a line of a danger: for the brand's own by its line, for Heard's by the configuration or
    /// by the file itself.
    pub fn stands_for(&self, of: &Repertoire, danger: Danger, line: &Line<'_>) -> bool {
        let is_it = |own: &&OwnLine| own.print == line.print && own.section == line.section;
        if let Some(own) = self.lines.iter().find(is_it) {
            return own.reviewed_by.is_some();
        }
        let signed = |one: &Signed| {
            is_of(&one.lang, of.writing.tag) && one.danger.is_none_or(|of| of == danger)
        };
        let by_file = || {
            of.guidance(danger)
                .and_then(|guidance| guidance.reviewed_by)
        };
        self.signed.iter().any(signed) || by_file().is_some()
    }

    /// What a text says that the brand never says.
    pub fn banned_in(&self, text: &str, lang: &str) -> Option<&str> {
        let (_, words) = self.banned.iter().find(|(of, _)| *of == lang)?;
        Folded::of(text).first_of(words)
    }
}

impl OwnLine {
    /// As the voice chooses among lines.
    pub fn line(&self) -> Line<'_> {
        Line {
            section: self.section,
            needs: self.needs,
            text: &self.text,
            print: self.print,
        }
    }
}

/// Whether what is written for `lang` is for the writing `tag`: for its region, or for the language.
fn is_of(lang: &str, tag: &str) -> bool {
    lang.eq_ignore_ascii_case(tag)
        || (lang.eq_ignore_ascii_case(base(tag)))
        // "de-DE" is what there is of German.
        || (base(lang).eq_ignore_ascii_case(tag) && lang.contains('-'))
}
