//! The slots of a line, and the only ones: how long it has lasted, when a person answers, whom to call, where, and who signs.

use super::occasion::Wait;
use super::repertoire::Repertoire;
use crate::judgement::{Lasting, Unit};
use chrono::Weekday;

/// What fills the slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// How long it has lasted.
    pub duration: Option<String>,
    /// Within which time a person answers.
    pub wait: Option<String>,
    /// When people are back.
    pub back: Option<String>,
    /// Whom to call in danger.
    pub call: String,
    /// Where the answer will stand.
    pub here: &'static str,
    /// Who signs.
    pub team: String,
}

/// A line as it is said: its slots filled, and the form of address chosen. `None` where a slot has nothing to be filled with, or
/// the line is not as lines are written.
pub fn fill(line: &str, slots: &Slots, formal: bool) -> Option<String> {
    let mut said = String::with_capacity(line.len() + 24);
    let mut rest = line;
    while let Some(at) = rest.find(['{', '[']) {
        let (before, from) = rest.split_at_checked(at)?;
        said.push_str(before);
        if let Some(slot) = from.strip_prefix('{') {
            let (name, after) = slot.split_once('}')?;
            slots.put(name, &mut said)?;
            rest = after;
        } else {
            let (forms, after) = from.strip_prefix('[')?.split_once(']')?;
            let (polite, familiar) = forms.split_once('|')?;
            said.push_str(if formal { polite } else { familiar });
            rest = after;
        }
    }
    said.push_str(rest);
    Some(said)
}

/// The names of the slots that a line may have, and where.
pub const SLOTS: [&str; 6] = ["duration", "wait", "back", "call", "here", "team"];

impl Slots {
    /// Puts what fills a slot; with a capital at a sentence's beginning, where the slot has one.
    fn put(&self, name: &str, said: &mut String) -> Option<()> {
        let lower = name.to_ascii_lowercase();
        let value = match lower.as_str() {
            "duration" => self.duration.as_deref()?,
            "wait" => self.wait.as_deref()?,
            "back" => self.back.as_deref()?,
            "call" => &self.call,
            "here" => self.here,
            "team" => &self.team,
            _ => return None,
        };
        match name.starts_with(char::is_uppercase) {
            true => said.push_str(&capitalised(value)),
            false => said.push_str(value),
        }
        Some(())
    }
}

/// With a capital letter at its beginning.
fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// A number in words, as far as the language spells it: some have other words for hours than for days.
fn number(of: &Repertoire, n: usize, unit: Unit) -> String {
    let of_unit = of
        .words_under("numbers.")
        .find(|(of, _)| *of == unit.as_str());
    let words = of_unit.map_or_else(|| of.word("numbers"), |(_, words)| words);
    let spelt = n
        .checked_sub(1)
        .and_then(|at| words.split([',', '、']).nth(at))
        .map(str::trim)
        .filter(|word| !word.is_empty());
    spelt.map_or_else(|| n.to_string(), str::to_owned)
}

/// How long it has lasted, in the language's words.
pub fn duration(of: &Repertoire, lasting: Lasting) -> Option<String> {
    let forms = of.word(match lasting.of {
        Unit::Minutes => "duration.minutes",
        Unit::Hours => "duration.hours",
        Unit::Days => "duration.days",
        Unit::Weeks => "duration.weeks",
        Unit::Months => "duration.months",
    });
    let form = |name: &str| {
        let mut all = forms.split('|');
        all.find_map(|form| form.trim().strip_prefix(name)?.trim().strip_prefix('='))
            .map(str::trim)
    };
    match lasting.n {
        0 => None,
        1 => form("one").map(str::to_owned),
        // Some languages have a form of their own for two.
        n => {
            let form = form(&n.to_string()).or_else(|| form("many"))?;
            Some(form.replace("{n}", &number(of, n.into(), lasting.of)))
        }
    }
}

/// A wait of so many minutes, as it is rounded, in the language's words.
pub fn wait(of: &Repertoire, minutes: u16) -> Option<String> {
    let (whole, half) = (minutes / 60, !minutes.is_multiple_of(60));
    let first = |keys: &[&str]| {
        let mut words = keys.iter().map(|key| of.word(key));
        words.find(|words| !words.is_empty())
    };
    let form = match (whole, half) {
        (0, _) if minutes == 30 => first(&["wait.half_hour", "wait.minutes"]),
        (0, _) => first(&["wait.minutes"]),
        (1, false) => first(&["wait.hour", "wait.hours"]),
        (1, true) => first(&["wait.hour_half", "wait.hours_half"]),
        (_, false) => first(&["wait.hours"]),
        (_, true) => first(&["wait.hours_half"]),
    }?;
    let n = if whole == 0 { minutes } else { whole };
    Some(form.replace("{n}", &n.to_string()))
}

/// When people are back, in the language's words; and whose time of day that is, for nobody knows where an author is.
pub fn back(of: &Repertoire, wait: Wait) -> Option<String> {
    let Wait::BackAt {
        days,
        weekday,
        hh,
        mm,
        zone,
    } = wait
    else {
        return None;
    };
    let time = of.word("clock").replace("{h}", &(hh % 24).to_string());
    let time = time.replace("{mm}", &format!("{:02}", mm % 60));
    let form = match days {
        0 => of.word("back.today"),
        1 => of.word("back.tomorrow"),
        _ => of.word("back.day"),
    };
    let told = form
        .replace("{day}", day(of, weekday))
        .replace("{time}", &time);
    (!form.is_empty()).then(|| told + &clock_of(of, zone))
}

fn day(of: &Repertoire, weekday: Weekday) -> &'static str {
    let at = usize::try_from(weekday.num_days_from_monday()).unwrap_or_default();
    let days = of.word("days").split([',', '、']);
    days.map(str::trim).nth(at).unwrap_or_default()
}

/// What tells whose clock shows a time; nothing where that is plain.
fn clock_of(of: &Repertoire, zone: &str) -> String {
    let is_home = of.word("home").split(", ").any(|home| home == zone);
    // "Etc/GMT+5" is five hours behind: its name would mislead, and no desk's clock hangs there.
    if is_home || zone.starts_with("Etc/GMT") {
        return String::new();
    }
    let city = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
    let space = if of.is_spaced() { " " } else { "" };
    if !city.contains(char::is_lowercase) {
        return format!(" ({city})");
    }
    let known = of
        .words_under("city.")
        .find(|(english, _)| *english == city);
    let city = known.map_or(city.as_str(), |(_, own)| own);
    format!("{space}{}", of.word("zone").replace("{zone}", city))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots() -> Slots {
        Slots {
            duration: Some("two hours".into()),
            here: "here",
            ..Slots::default()
        }
    }

    #[test]
    fn fills_what_there_is_and_nothing_else() {
        let filled = |line| fill(line, &slots(), true);
        assert_eq!(
            filled("{Duration}, {duration}, {here}.").as_deref(),
            Some("Two hours, two hours, here.")
        );
        assert_eq!(filled("{wait}"), None);
        assert_eq!(filled("{place}"), None);
        assert_eq!(filled("{duration"), None);
        assert_eq!(filled("[Sie]"), None);
        assert_eq!(filled(""), Some(String::new()));
    }

    #[test]
    fn one_sentence_has_both_forms_of_address() {
        let line = "[Sie warten|Du wartest] schon lange.";
        assert_eq!(
            fill(line, &slots(), true).as_deref(),
            Some("Sie warten schon lange.")
        );
        assert_eq!(
            fill(line, &slots(), false).as_deref(),
            Some("Du wartest schon lange.")
        );
    }
}
