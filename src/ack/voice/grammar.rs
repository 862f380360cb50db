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

/// The shared choices of a language: name and `a|b|c`.
pub type Sets = &'static [(&'static str, &'static str)];

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

    fn get(&self, name: &str) -> Option<&str> {
        self.filled
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether a slot is filled.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether `text` shows what fills a slot.
    pub fn shows(&self, name: &str, text: &str) -> bool {
        self.get(name).is_some_and(|value| text.contains(value))
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

/// Expands a line. `choose(n)` picks one of `n`; `None` if a slot is not filled.
pub fn expand(
    line: &str,
    sets: Sets,
    slots: &Slots,
    formal: bool,
    choose: &mut dyn FnMut(usize) -> usize,
) -> Option<String> {
    let line = line.trim_start_matches(['!', '+']);
    let named = with_sets(line, sets);
    let chosen = replace(&named, '[', ']', |body| {
        let options = body.split('|').count();
        body.split('|').nth(choose(options)).map(str::to_owned)
    })?;
    let filled = replace(&addressed(&chosen, formal)?, '{', '}', |name| {
        match name.strip_prefix('?') {
            Some(name) => Some(match slots.get(name) {
                Some(value) => format!("{}{value}", slots.space),
                None => String::new(),
            }),
            None if name.starts_with(char::is_uppercase) => slots.get(name).map(capitalised),
            None => slots.get(name).map(str::to_owned),
        }
    })?;
    Some(filled)
}

/// `text` with each `<Sie/du>` as the polite or the familiar form.
pub fn addressed(text: &str, formal: bool) -> Option<String> {
    replace(text, '<', '>', |body| {
        let (polite, familiar) = body.split_once('/')?;
        Some(if formal { polite } else { familiar }.to_owned())
    })
}

/// `line` with each `$name` replaced by its set as a choice.
fn with_sets(line: &str, sets: Sets) -> String {
    let mut parts = line.split('$');
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_lowercase())
            .unwrap_or(part.len());
        let (name, rest) = part.split_at_checked(end).unwrap_or((part, ""));
        let body = sets.iter().find(|(n, _)| *n == name).map_or("", |(_, b)| b);
        out.push('[');
        out.push_str(body);
        out.push(']');
        out.push_str(rest);
    }
    out
}

/// Replaces each `open body close` of `text` by what `by` makes of the body.
fn replace(
    text: &str,
    open: char,
    close: char,
    mut by: impl FnMut(&str) -> Option<String>,
) -> Option<String> {
    let mut parts = text.split(open);
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (body, rest) = part.split_once(close)?;
        out.push_str(&by(body)?);
        out.push_str(rest);
    }
    Some(out)
}

/// `text` with its first letter as a capital.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Every realisation of a line, for the tests that read them all.
#[cfg(test)]
pub fn every(line: &str, sets: Sets, slots: &Slots, formal: bool) -> Vec<String> {
    let mut all = Vec::new();
    let mut digits: Vec<(usize, usize)> = Vec::new();
    loop {
        let mut at = 0;
        let text = expand(line, sets, slots, formal, &mut |n| {
            if at == digits.len() {
                digits.push((0, n));
            }
            at += 1;
            digits[at - 1].0
        });
        all.push(text.unwrap_or_else(|| panic!("{line}")));
        while let Some((digit, n)) = digits.pop() {
            if digit + 1 < n {
                digits.push((digit + 1, n));
                break;
            }
        }
        if digits.is_empty() {
            return all;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETS: Sets = &[("own", "and we're sorry|sorry about that")];

    fn slots() -> Slots {
        let mut slots = Slots::new(true);
        slots.fill("span", "four hours");
        slots.fill("place", "near [here|there]");
        slots
    }

    #[test]
    fn expands_every_choice() {
        assert_eq!(
            every("{Span}[ now|]{?place}{?with}, $own.", SETS, &slots(), true),
            [
                "Four hours now near [here|there], and we're sorry.",
                "Four hours now near [here|there], sorry about that.",
                "Four hours near [here|there], and we're sorry.",
                "Four hours near [here|there], sorry about that.",
            ]
        );
    }

    #[test]
    fn addresses_politely_or_not() {
        let slots = Slots::new(true);
        assert_eq!(
            every("!Wir hören <Sie/dich>.", SETS, &slots, true),
            ["Wir hören Sie."]
        );
        assert_eq!(
            every("Wir hören <Sie/dich>.", SETS, &slots, false),
            ["Wir hören dich."]
        );
    }

    #[test]
    fn a_line_needs_its_slots() {
        assert_eq!(slots().used_by("{Span}{?place}{?with}"), Some(2));
        assert_eq!(slots().used_by("{thing}"), None);
        assert_eq!(expand("{thing}", SETS, &slots(), true, &mut |_| 0), None);
    }
}
