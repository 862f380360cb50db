//! A language's voice: what each language file must say, in its parts.

use super::cues::Cues;
use super::grammar::Sets;
use super::rule::Rule;
use crate::judgement::Matter;
use chrono::Weekday;

/// A language's voice: everything that its file says.
#[derive(Debug)]
pub struct Tongue {
    /// ISO 639-1.
    pub code: &'static str,
    /// Whether spaces stand between words.
    pub spaced: bool,
    /// Words that nearly every text in it has, and other languages have not: `a|b|c`.
    pub common: &'static str,
    /// What must not be said in it; see [`Rule`].
    pub forbidden: &'static [(Rule, &'static str)],
    /// What the author wrote, as `{post}`: in public, in private. Empty where one word serves both.
    pub post: (&'static str, &'static str),
    /// What marks the lines of plain regret.
    pub regret: &'static str,
    /// The moves that lines share.
    pub sets: Sets<'static>,
    /// Hears and names each matter.
    pub matters: &'static [(Matter, &'static [&'static str])],
    /// Hears and names what is `{grave}`, whatever the matter: the first of [`Cues::details`].
    pub grave: &'static [&'static str],
    /// What happens next, without a time; with one in minutes (`{wait}`); when people are back (`{back}`).
    pub next: Next,
    /// What happens next where there is hardly room for it.
    pub brief: &'static [&'static str],
    /// Ends what happens next where the platform has room, in place of its full stop.
    pub ease: &'static [&'static str],
    /// Leads to the emergency line (`{line}`).
    pub danger: &'static str,
    /// What to do in danger, where nobody configured a line in this language.
    pub alone: &'static str,
    /// Hears somebody in an emergency, whatever the matter: grave, and no word of annoyance.
    pub serious: &'static [&'static str],
    /// Hears somebody who hints at harming themselves.
    pub worried: &'static [&'static str],
    /// What to do then, if the brand configured nothing.
    pub care: &'static str,
    /// Signs as `{team}`.
    pub sign: &'static str,
    /// Tells minutes; hours. `{n}` is the number, and one hour and a half and so on come as listed.
    pub times: Times,
    /// What is found in a post.
    pub cues: Cues,
}

/// What happens next, by what can be said of it.
#[derive(Debug)]
pub struct Next {
    /// Without a time.
    pub open: &'static [&'static str],
    /// In an emergency.
    pub first: &'static [&'static str],
    /// With `{wait}`.
    pub soon: &'static [&'static str],
    /// With `{back}`.
    pub later: &'static [&'static str],
}

/// How a language tells times.
#[derive(Debug)]
pub struct Times {
    /// `{n}` minutes.
    pub minutes: &'static str,
    /// One hour, one and a half.
    pub hour: (&'static str, &'static str),
    /// `{n}` hours; with a half, `{n}` being the whole ones.
    pub hours: (&'static str, &'static str),
    /// Monday to Sunday.
    pub days: [&'static str; 7],
    /// The time of day: `{h}` and `{mm}`.
    pub clock: &'static str,
    /// `{day}` at `{time}`.
    pub back: &'static str,
    /// Today at `{time}`; tomorrow.
    pub near: [&'static str; 2],
    /// Behind a time, by which `{city}`'s clock it is told.
    pub local: &'static str,
    /// The zones in which nearly everybody lives who writes in this language: their clocks need no naming.
    pub home: &'static [&'static str],
    /// What cities of zones are called where that is not as in English.
    pub cities: &'static [(&'static str, &'static str)],
}

impl Times {
    /// So many minutes, in words.
    pub fn told(&self, minutes: u16) -> String {
        let number = |pattern: &str, n: u16| pattern.replace("{n}", &n.to_string());
        let (whole, half) = (minutes / 60, !minutes.is_multiple_of(60));
        match (whole, half) {
            (0, _) => number(self.minutes, minutes),
            (1, false) => self.hour.0.to_owned(),
            (1, true) => self.hour.1.to_owned(),
            (n, false) => number(self.hours.0, n),
            (n, true) => number(self.hours.1, n),
        }
    }

    /// A day, so many days ahead, and a time of day, in words; and whose time of day that is, for nobody
    /// knows where an author is.
    pub fn back(&self, days: u8, weekday: Weekday, (hh, mm): (u8, u8), zone: &str) -> String {
        let day = self
            .days
            .get(weekday.num_days_from_monday() as usize)
            .unwrap_or(&"");
        let time = self.clock.replace("{h}", &(hh % 24).to_string());
        let time = time.replace("{mm}", &format!("{:02}", mm % 60));
        let near = self.near.get(usize::from(days)).unwrap_or(&self.back);
        let told = near.replace("{day}", day).replace("{time}", &time);
        told + &self.clock_of(zone)
    }

    /// What tells whose clock shows a time; nothing where that is plain.
    fn clock_of(&self, zone: &str) -> String {
        // "Etc/GMT+5" is five hours behind: its name would mislead, and no desk's clock hangs there.
        if self.home.contains(&zone) || zone.starts_with("Etc/GMT") {
            return String::new();
        }
        let city = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
        if !city.contains(char::is_lowercase) {
            return format!(" ({city})");
        }
        let known = self.cities.iter().find(|(english, _)| *english == city);
        let city = known.map_or(city.as_str(), |(_, own)| own);
        self.local.replace("{city}", city)
    }
}
