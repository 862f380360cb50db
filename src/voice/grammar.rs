//! The notation that the language files are written in, and its expansion.
//!
//! A line is a sentence with choices:
//!
//! - `[a|b|c]` is one of them, chosen by the seed; a choice may be empty
//! - `$own` is one of the language's set of that name, a move that many lines share
//! - `<Sie/du>` is the polite form or the familiar one, by the brand
//! - `{span}` is what the author gave; a line whose slot is not filled is not used; `{Span}` begins a sentence
//! - `{?place}` is the same, but vanishes when there is none, with the space before it
//! - `!` at the start: only for what is urgent; `+`: only if the author gave something that fills a slot of it
//!
//! Choices do not nest. What fills a slot is put in last and never read as notation.

use std::fmt;

/// The shared choices of a language: name and `a|b|c`.
pub type Sets<'a> = &'a [(&'a str, &'a str)];

/// What the slots of a line are filled with, by slot name.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    filled: Vec<(&'static str, String)>,
    /// Between a word and the slot that follows it: a space, or nothing where words are not spaced.
    pub space: &'static str,
}

impl Slots {
    /// No slots filled, for a language that spaces its words or not.
    pub fn new(spaced: bool) -> Self {
        Self {
            filled: Vec::new(),
            space: if spaced { " " } else { "" },
        }
    }

    /// Fills a slot.
    pub fn fill(&mut self, name: &'static str, value: impl Into<String>) {
        self.filled.push((name, value.into()));
    }

    /// What fills a slot.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.filled
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether a slot is filled.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether `text` shows what fills a slot, within a sentence or at its beginning.
    pub fn shows(&self, name: &str, text: &str) -> bool {
        self.get(name)
            .is_some_and(|value| text.contains(value) || text.contains(&capitalised(value)))
    }

    /// How many of what the author gave `line` uses (`{post}` is always there and does not count), or `None` if it needs one that is not filled.
    pub fn used_by(&self, line: &str) -> Option<usize> {
        let mut used = 0;
        for slot in line.split('{').skip(1) {
            let name = slot.split('}').next().unwrap_or("");
            match (
                name.strip_prefix('?'),
                self.get(name.trim_start_matches('?')),
            ) {
                (_, Some(_)) => used += usize::from(name != "post"),
                (None, None) => return None,
                (Some(_), None) => {}
            }
        }
        (used > 0 || !line.starts_with('+')).then_some(used)
    }
}

/// What a line is expanded with.
#[derive(Clone, Copy)]
pub struct With<'a> {
    /// The moves that lines share.
    pub sets: Sets<'a>,
    /// What stands for `$own` where a brand adds to the language's set.
    pub own: Option<&'a str>,
    /// What the author gave.
    pub slots: &'a Slots,
    /// Whether the polite form is used.
    pub formal: bool,
}

/// Expands a line. `choose("a|b|c")` picks one of them by its place; `None` if a slot is not filled or the notation is broken.
pub fn expand(line: &str, with: With<'_>, choose: &mut dyn FnMut(&str) -> usize) -> Option<String> {
    let line = line.trim_start_matches(['!', '+']);
    let mut out = String::with_capacity(line.len() + 64);
    write(line, with, choose, &mut out)?;
    Some(out)
}

/// Writes a line, or an option of one, from left to right in one pass.
fn write(
    mut rest: &str,
    with: With<'_>,
    choose: &mut dyn FnMut(&str) -> usize,
    out: &mut String,
) -> Option<()> {
    while let Some(at) = rest.find(['[', '<', '{', '$']) {
        let (plain, from) = rest.split_at_checked(at)?;
        out.push_str(plain);
        let mut chars = from.chars();
        let mark = chars.next()?;
        let after = chars.as_str();
        rest = match mark {
            '[' => {
                let (body, rest) = after.split_once(']')?;
                write(option(body, choose)?, with, choose, out)?;
                rest
            }
            '$' => {
                let (name, rest) = set_name(after);
                let body = match with.own {
                    Some(own) if name == "own" => own,
                    _ => with.sets.iter().find(|(n, _)| *n == name)?.1,
                };
                write(option(body, choose)?, with, choose, out)?;
                rest
            }
            '<' => {
                let (body, rest) = after.split_once('>')?;
                let (polite, familiar) = body.split_once('/')?;
                out.push_str(if with.formal { polite } else { familiar });
                rest
            }
            _ => {
                let (name, rest) = after.split_once('}')?;
                slot(name, with.slots, out)?;
                rest
            }
        };
    }
    out.push_str(rest);
    Some(())
}

/// One of `a|b|c`.
fn option<'a>(body: &'a str, choose: &mut dyn FnMut(&str) -> usize) -> Option<&'a str> {
    body.split('|').nth(choose(body))
}

/// The name that `$` stands before, and what is behind it.
fn set_name(after: &str) -> (&str, &str) {
    let end = after
        .find(|c: char| !c.is_ascii_lowercase())
        .unwrap_or(after.len());
    after.split_at_checked(end).unwrap_or((after, ""))
}

/// Writes what fills `name`, `?name` or `Name`.
fn slot(name: &str, slots: &Slots, out: &mut String) -> Option<()> {
    if let Some(name) = name.strip_prefix('?') {
        if let Some(value) = slots.get(name) {
            out.push_str(slots.space);
            out.push_str(value);
        }
        return Some(());
    }
    let value = slots.get(name)?;
    if name.starts_with(char::is_uppercase) {
        out.push_str(&capitalised(value));
    } else {
        out.push_str(value);
    }
    Some(())
}

/// `text` as it begins a sentence.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// `text` with each `<Sie/du>` as the polite or the familiar form.
pub fn addressed(text: &str, formal: bool) -> Option<String> {
    let with = With {
        sets: &[],
        own: None,
        slots: &Slots::default(),
        formal,
    };
    expand(text, with, &mut |_| 0)
}

/// Every realisation of a line, or `None` if there are more than `most`, or none at all.
pub fn every(line: &str, with: With<'_>, most: usize) -> Option<Vec<String>> {
    let mut all = Vec::new();
    // The choices taken, each with how many there were: counted up like the digits of a number.
    let mut digits: Vec<(usize, usize)> = Vec::new();
    loop {
        let mut at = 0;
        let text = expand(line, with, &mut |options| {
            if at == digits.len() {
                digits.push((0, options.split('|').count()));
            }
            at += 1;
            digits.get(at - 1).map_or(0, |(digit, _)| *digit)
        })?;
        if all.len() == most {
            return None;
        }
        all.push(text);
        loop {
            match digits.pop() {
                Some((digit, n)) if digit + 1 < n => {
                    digits.push((digit + 1, n));
                    break;
                }
                Some(_) => {}
                None => return Some(all),
            }
        }
    }
}

/// What is wrong with a line's notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// A bracket that nothing closes or opens, or one within another of its kind.
    Bracket(char),
    /// `|` outside of `[...]`.
    Bar,
    /// `<...>` without two forms.
    Forms(String),
    /// `$name` that is no set of the language.
    NoSet(String),
    /// `{name}` that is no slot of this move.
    NoSlot(String),
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mistake::Bracket(mark) => write!(f, "has a \"{mark}\" without its other half"),
            Mistake::Bar => f.write_str("has a \"|\" outside of [...]"),
            Mistake::Forms(body) => write!(
                f,
                "has \"<{body}>\", which must be two forms with a / between: <Sie/du>"
            ),
            Mistake::NoSet(name) => write!(f, "names ${name}, which the language has not"),
            Mistake::NoSlot(name) => write!(f, "names {{{name}}}, which this move has not"),
        }
    }
}

/// The first mistake in a line's notation: `sets` are the language's, `may` the slots that it may have.
pub fn mistake(line: &str, sets: Sets<'_>, may: &[&str]) -> Option<Mistake> {
    let mut rest = line.trim_start_matches(['!', '+']);
    let mut choosing = false;
    while let Some(at) = rest.find(['[', ']', '<', '>', '{', '}', '$', '|']) {
        let mut chars = rest.get(at..).unwrap_or_default().chars();
        let mark = chars.next().unwrap_or_default();
        let after = chars.as_str();
        rest = after;
        match mark {
            '[' if !choosing && after.contains(']') => choosing = true,
            ']' if choosing => choosing = false,
            '|' if choosing => {}
            '|' => return Some(Mistake::Bar),
            '$' => {
                let (name, behind) = set_name(after);
                if !sets.iter().any(|(set, _)| *set == name) {
                    return Some(Mistake::NoSet(name.to_owned()));
                }
                // A set is a choice, and choices do not nest.
                if choosing {
                    return Some(Mistake::Bracket('['));
                }
                rest = behind;
            }
            '<' => match after.split_once('>') {
                None => return Some(Mistake::Bracket(mark)),
                Some((body, behind)) => {
                    if body.matches('/').count() != 1 || body.contains(['<', '[', '{', '|']) {
                        return Some(Mistake::Forms(body.to_owned()));
                    }
                    rest = behind;
                }
            },
            '{' => match after.split_once('}') {
                None => return Some(Mistake::Bracket(mark)),
                Some((name, behind)) => {
                    let plain = name.strip_prefix('?').unwrap_or(name).to_lowercase();
                    if !may.contains(&plain.as_str()) {
                        return Some(Mistake::NoSlot(name.to_owned()));
                    }
                    rest = behind;
                }
            },
            _ => return Some(Mistake::Bracket(mark)),
        }
    }
    choosing.then_some(Mistake::Bracket('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETS: Sets<'_> = &[("own", "and we're sorry|sorry about that")];

    fn slots() -> Slots {
        let mut slots = Slots::new(true);
        slots.fill("span", "four hours");
        slots.fill("place", "near [here|there]");
        slots
    }

    fn all(line: &str, formal: bool) -> Option<Vec<String>> {
        let slots = slots();
        let with = With {
            sets: SETS,
            own: None,
            slots: &slots,
            formal,
        };
        every(line, with, 9)
    }

    #[test]
    fn expands_every_choice() {
        assert_eq!(
            all("{Span}[ now|]{?place}{?with}, $own.", true).unwrap(),
            [
                "Four hours now near [here|there], and we're sorry.",
                "Four hours now near [here|there], sorry about that.",
                "Four hours near [here|there], and we're sorry.",
                "Four hours near [here|there], sorry about that.",
            ]
        );
        assert_eq!(all("[a|b][c|d|e][f|g]", true), None);
    }

    #[test]
    fn addresses_politely_or_not() {
        assert_eq!(
            all("!Wir hören <Sie/dich>.", true).unwrap(),
            ["Wir hören Sie."]
        );
        assert_eq!(
            all("!Wir hören <Sie/dich>.", false).unwrap(),
            ["Wir hören dich."]
        );
        assert_eq!(
            all("[Wir hören <Sie/dich>|ja]", false).unwrap()[0],
            "Wir hören dich"
        );
    }

    #[test]
    fn a_line_needs_its_slots() {
        assert_eq!(slots().used_by("{Span}{?place}{?with}"), Some(2));
        assert_eq!(slots().used_by("{thing}"), None);
        assert_eq!(all("{thing}", true), None);
    }

    #[test]
    fn names_what_is_wrong_with_a_line() {
        for (line, wrong) in [
            ("We [hear|see you.", Some(Mistake::Bracket('['))),
            ("We hear] you.", Some(Mistake::Bracket(']'))),
            (
                "We [hear [now|later]|see] you.",
                Some(Mistake::Bracket('[')),
            ),
            ("We [hear|$own] you.", Some(Mistake::Bracket('['))),
            ("We hear|see you.", Some(Mistake::Bar)),
            ("Wir hören <Sie|du>.", Some(Mistake::Forms("Sie|du".into()))),
            ("Wir hören <Sie/du", Some(Mistake::Bracket('<'))),
            ("We hear you, $sorry.", Some(Mistake::NoSet("sorry".into()))),
            ("We hear {you}.", Some(Mistake::NoSlot("you".into()))),
            ("We hear {span.", Some(Mistake::Bracket('{'))),
            ("![Wir hören <Sie/dich>|Ja]{?place}, {Span}, $own.", None),
        ] {
            assert_eq!(mistake(line, SETS, &["span", "place"]), wrong, "{line}");
        }
    }
}
