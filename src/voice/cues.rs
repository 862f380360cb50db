//! What a language finds in a post: the shapes of its lists.

use crate::judgement::Matter;

/// Finds durations and places, and tells the worse from the bad: a language's lists for `echo`. Lists are
/// `a|b c|stem*`, in lower case.
#[derive(Debug)]
pub struct Cues {
    /// What stands before a place, as it is said again: "outside", "at the station of".
    pub place_after: &'static str,
    /// What stands before a place and before much else, and what a place must be or end in (`…burg`) to be
    /// believed after it.
    pub place_loose: (&'static str, &'static str),
    /// The same, if one of the second list follows the place: "at" Euston "station".
    pub place_between: (&'static str, &'static str),
    /// How many capitalised words a place may have.
    pub place_words: usize,
    /// What has a capital and is no place: months, languages, first names.
    pub no_place: &'static str,
    /// One, two, three ...: written as the first of `a|b`, read as any.
    pub numbers: &'static [&'static str],
    /// Units of time.
    pub units: &'static [Unit],
    /// A duration as an addition, "for {span}".
    pub lasting: &'static str,
    /// What stands at most three words before a duration that was waited: "for", "stuck".
    pub span_after: &'static str,
    /// What stands at most two words behind one: "late", "now".
    pub span_before: &'static str,
    /// What right before one says that it is to come or gone by: "in".
    pub no_span_after: &'static str,
    /// What near a duration says that it was not waited: "ago", "booked".
    pub no_span: &'static str,
    /// What makes it worse, the gravest first: health, then what else is at stake.
    pub details: &'static [Detail],
    /// Joins two details.
    pub and: &'static str,
    /// What it is about.
    pub things: &'static [Thing],
}

/// A unit of time in a language.
#[derive(Debug)]
pub struct Unit {
    /// How authors write it, `a|b`.
    pub read: &'static str,
    /// One of it as a phrase, "an hour"; empty if one is not worth telling.
    pub one: &'static str,
    /// Two of it, where the number bends to the unit's gender; empty elsewhere.
    pub two: &'static str,
    /// Several, after the number.
    pub many: &'static str,
    /// The most that is believed.
    pub max: u16,
}

/// A hardship: for which matters, how authors tell it, how we say it.
#[derive(Debug)]
pub struct Detail {
    /// The matters it is said for; all if empty.
    pub of: &'static [Matter],
    /// How authors tell it.
    pub read: &'static str,
    /// How we say it, as a phrase after the place: "with children along".
    pub say: &'static str,
}

/// A product or a thing: for which matters, how authors name it, how we do.
#[derive(Debug)]
pub struct Thing {
    /// The matters in which it is the thing it is about.
    pub of: &'static [Matter],
    /// How authors name it; empty: what to say if they named none of the others.
    pub read: &'static str,
    /// How we name it, as a subject: "your train".
    pub say: &'static str,
}
