//! What of a post may come back to its author, in front of everyone.
//!
//! Only three kinds of things, and only one of them in the author's own letters. A duration is read as a
//! number and a unit and said anew. A product or a hardship is recognised from a closed list and named in
//! our own words. A place is the author's: one to three words of Latin letters that begin with capitals after
//! "outside", "near" and the like, and nothing on [`DENIED`] or the language's own list of what only looks
//! like a place. In doubt nothing is echoed: an acknowledgment without the place is still one.

use super::cues::{Cues, Unit};
use super::own::Own;
use super::words::{Folded, Word, folded, listed};
use crate::judgement::Matter;
use crate::voice::tongue::Tongue;

/// Where a post gives them, the parts that an acknowledgment may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Echo {
    /// Where, with its preposition: "outside Woking".
    pub place: Option<String>,
    /// How long, said anew: "four hours".
    pub span: Option<String>,
    /// What makes it worse, in our words: "with no word from anyone".
    pub with: Option<String>,
    /// Whether somebody's health hangs on it: the first of [`Cues::details`].
    pub grave: bool,
    /// What it is about, in our words: "your router".
    pub thing: Option<String>,
}

/// Parts of words that are never echoed in a place, whatever word they stand in: abuse, hate, violence,
/// and sex in the eight languages, and names that are bait. That a real place may hold one is no harm.
const DENIED: &str = "fuck|shit|cunt|cock|dick|twat|wank|piss|arse|bitch|bastard|slut|whore|nigg|fag|dyke|\
retard|spast|kike|chink|paki|gook|tranny|nazi|hitler|holoc|auschw|dachau|isis|jihad|terror|bomb|rape|\
rapist|murder|kill|suicid|satan|devil|hell|porn|sex|penis|vagin|boob|tits|anal|anus|suck|crap|damn|scam|\
fraud|thief|thiev|crook|liar|idiot|moron|stupid|dumb|scum|trash|garbage|trump|putin|biden|epstein|israel|\
palest|gaza|ukrain|russia|fick|arsch|scheis|hure|wichs|schwul|schlamp|nutte|fotze|missgeburt|merde|putain|\
pute|salop|encul|connard|batard|nique|bite|couill|puta|puto|mierda|coño|joder|cabron|cabrón|maric|verga|polla|\
gilip|cazzo|merda|stronz|putt|troia|vaffa|froci|culo|minchia|coglion|porra|caralh|foder|buceta|viado|bosta|\
kut|klootz|hoer|lul|kanker|tyfus|flikker|neuk|mongool|ass|muslim|jew|jude|gay|black|death|dead|die|sued";

/// What makes a post bait: with one of these in it, no place is echoed.
const BAIT: &str = "repeat after*|say after me|ignore all*|ignore previous*|ignore the*|you must reply|reply with|\
retweet*|hitler|nazi*|heil|holocaust|bomb*|terrorist*|kill*|murder*|rape*|shoot*|stab*|lynch*|gas chamber*";

/// Whose places are named after them; anybody else's is somebody's house.
const OF_PLACES: &str = "king's|queen's|earl's|bishop's|shepherd's|knight's|lord's|regent's|land's";

/// The longest word in a place's name: Castrop-Rauxel passes, a run-together insult does not.
const PLACE_LETTERS: usize = 16;

/// Finds what may be echoed.
pub fn echo(post: &Folded<'_>, tongue: &Tongue, own: &Own, matter: Matter) -> Echo {
    let cues = &tongue.cues;
    // Where a person was hurt, insulted or robbed, the place is part of what is theirs.
    let shy = matches!(matter, Matter::Safety | Matter::Staff | Matter::Fraud);
    let thing = own
        .thing(post, tongue.code, matter)
        .or_else(|| thing(post, cues, matter))
        .map(str::to_owned);
    Echo {
        place: match (shy, tongue.spaced) {
            (true, _) => None,
            (false, true) => place(post, cues),
            (false, false) => unspaced_place(post, cues),
        },
        span: if tongue.spaced {
            span(post, cues)
        } else {
            unspaced_span(post, cues)
        },
        with: details(post, cues, matter, thing.as_deref()),
        grave: cues
            .details
            .first()
            .is_some_and(|health| post.first_of(health.read).is_some()),
        thing,
    }
}

fn thing(post: &Folded<'_>, cues: &Cues, matter: Matter) -> Option<&'static str> {
    cues.things
        .iter()
        .filter(|thing| thing.of.contains(&matter))
        .find(|thing| thing.read.is_empty() || post.first_of(thing.read).is_some())
        .map(|thing| thing.say)
}

/// The two gravest details; none that only says the thing again ("your water, without water").
fn details(post: &Folded<'_>, cues: &Cues, matter: Matter, thing: Option<&str>) -> Option<String> {
    let again = |say: &str| {
        let last = say.split(' ').next_back();
        thing.is_some_and(|thing| thing.split(' ').any(|word| Some(word) == last))
    };
    let told: Vec<&str> = cues
        .details
        .iter()
        .filter(|d| d.of.is_empty() || d.of.contains(&matter))
        .filter(|d| !again(d.say))
        .filter(|d| post.first_of(d.read).is_some())
        .map(|d| d.say)
        .take(2)
        .collect();
    (!told.is_empty()).then(|| told.join(cues.and))
}

/// The words of `phrase` if they stand right before `at`.
fn stands_before(words: &[Word<'_>], at: usize, phrase: &str) -> bool {
    // From the last word to the first: most phrases part from the post at once.
    let mut parts = phrase.rsplit(' ');
    let mut before = words.get(..at).unwrap_or_default().iter().rev();
    parts.all(|part| {
        let same = |word: &Word<'_>| !word.last && same_word(word.text, part);
        before.next().is_some_and(same)
    })
}

/// Whether a word, folded, is `part`, which is written in lower case.
fn same_word(word: &str, part: &str) -> bool {
    match word.is_ascii() {
        true => word.eq_ignore_ascii_case(part),
        false => folded(word) == part.replace('’', "'"),
    }
}

fn place(post: &Folded<'_>, cues: &Cues) -> Option<String> {
    let words = &post.words;
    let capitals = words.iter().filter(|w| starts_capital(w.text)).count();
    // In a headline or a shout a capital says nothing.
    if words.len() > 3 && capitals * 5 > words.len() * 3 || post.first_of(BAIT).is_some() {
        return None;
    }
    words.iter().enumerate().find_map(|(at, word)| {
        if !is_name(word.text) {
            return None;
        }
        let before = |phrases: &'static str| {
            phrases
                .split('|')
                .filter(|p| !p.is_empty() && stands_before(words, at, p))
                .max_by_key(|p| p.len())
        };
        let (loosely, like) = cues.place_loose;
        let (between, nouns) = cues.place_between;
        // What stands before tells first, for the names that are none are many.
        let (after, loosely, between) =
            (before(cues.place_after), before(loosely), before(between));
        after.or(loosely).or(between)?;
        let name = name_at(words, at, cues)?;
        let shown = name.join(" ");
        if let Some(phrase) = after {
            return Some(format!("{phrase} {shown}"));
        }
        if let Some(phrase) = loosely {
            return is_like(&folded(&shown), like).then(|| format!("{phrase} {shown}"));
        }
        let phrase = between?;
        let noun = folded(words.get(at + name.len())?.text);
        let closed = words.get(at + name.len() - 1)?.last;
        (!closed && listed(nouns, &noun)).then(|| format!("{phrase} {shown} {noun}"))
    })
}

/// Whether `list` has the folded `name`, or an ending (`…burg`) that it has.
fn is_like(name: &str, list: &str) -> bool {
    list.split('|').any(|like| match like.strip_prefix('…') {
        Some(ending) => name.len() > ending.len() && name.ends_with(ending),
        None => name == like,
    })
}

/// The name of a place that begins at `at`, if it is one that may be echoed.
fn name_at<'a>(words: &[Word<'a>], at: usize, cues: &Cues) -> Option<Vec<&'a str>> {
    let mut name = Vec::new();
    for word in words.get(at..)? {
        if !is_name(word.text) {
            break;
        }
        name.push(word.text);
        if word.last || name.len() == cues.place_words {
            break;
        }
    }
    let safe = |word: &&str| {
        let word = folded(word);
        // Sarah's is Sarah, and so is Anna-Maria Anna.
        let mut parts = word.split(['\'', '-']);
        let whose = word.ends_with("'s") && !listed(OF_PLACES, &word);
        !whose
            && !listed(cues.no_place, &word)
            && !parts.any(|part| listed(cues.no_place, part))
            && !DENIED.split('|').any(|denied| word.contains(denied))
    };
    (!name.is_empty() && name.iter().all(safe)).then_some(name)
}

fn starts_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// A capital and small Latin letters, with a hyphen or an apostrophe inside at most.
fn is_name(word: &str) -> bool {
    let letters = word.chars().count();
    let latin = |c: char| c.is_alphabetic() && c < '\u{180}' || matches!(c, '\'' | '’' | '-');
    (2..=PLACE_LETTERS).contains(&letters)
        && starts_capital(word)
        && word.chars().all(latin)
        && word
            .split(['-', '\'', '’'])
            .all(|part| part.chars().skip(1).all(char::is_lowercase))
}

fn span(post: &Folded<'_>, cues: &Cues) -> Option<String> {
    let words: Vec<(String, bool)> = post
        .words
        .iter()
        .map(|w| (folded(w.text), w.last))
        .collect();
    (0..words.len()).find_map(|at| {
        let (number, unit, next) = number_and_unit(&words, at, cues)?;
        let near = |from: usize, to: usize, list: &str| {
            words
                .get(from..to.min(words.len()))
                .is_some_and(|near| near.iter().any(|(word, _)| listed(list, word)))
        };
        let waited = near(at.saturating_sub(3), at, cues.span_after)
            || near(next, next + 2, cues.span_before);
        let not = near(at.saturating_sub(1), at, cues.no_span_after)
            || near(at.saturating_sub(5), at, cues.no_span)
            || near(next, next + 4, cues.no_span);
        if !waited || not || number > unit.max {
            return None;
        }
        match number {
            0 => None,
            1 if unit.one.is_empty() => None,
            1 => Some(unit.one.to_owned()),
            2 if !unit.two.is_empty() => Some(unit.two.to_owned()),
            _ => {
                let written = cues
                    .numbers
                    .get(usize::from(number) - 1)
                    .and_then(|words| words.split('|').next())
                    .map_or_else(|| number.to_string(), str::to_owned);
                Some(format!("{written} {}", unit.many))
            }
        }
    })
}

/// The number and unit at `at`, and the index behind them: "4 hours", "four hours", "4h", "4-hour".
fn number_and_unit<'c>(
    words: &[(String, bool)],
    at: usize,
    cues: &'c Cues,
) -> Option<(u16, &'c Unit, usize)> {
    let unit_of = |word: &str| cues.units.iter().find(|unit| listed(unit.read, word));
    let number_of = |word: &str| -> Option<u16> {
        match cues.numbers.iter().position(|n| listed(n, word)) {
            Some(index) => u16::try_from(index + 1).ok(),
            None => word.parse().ok(),
        }
    };
    // "1.5 hours" and "10,000 hours" are not five and zero.
    if let Some((before, true)) = at.checked_sub(1).and_then(|i| words.get(i))
        && before.parse::<u64>().is_ok()
    {
        return None;
    }
    let (word, last) = words.get(at)?;
    let digits = word
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(word.len());
    let (front, back) = word.split_at_checked(digits)?;
    if !front.is_empty()
        && let Some(unit) = unit_of(back.trim_start_matches('-'))
    {
        return Some((front.parse().ok()?, unit, at + 1));
    }
    let number = number_of(word)?;
    let (next, _) = words.get(at + 1)?;
    (!last).then_some(())?;
    Some((number, unit_of(next)?, at + 2))
}

/// The longest name of a place in a script without spaces: 高田馬場 has four, フランクフルト seven.
const UNSPACED_LETTERS: usize = 7;

/// A run of two or more kanji, or of katakana, right before 駅, 空港 and the like, with で behind.
fn unspaced_place(post: &Folded<'_>, cues: &Cues) -> Option<String> {
    if post.first_of(cues.no_place).is_some() {
        return None;
    }
    let kanji = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let katakana = |c: char| ('\u{30a1}'..='\u{30fa}').contains(&c) || c == 'ー';
    cues.place_after.split('|').find_map(|kind| {
        post.words.iter().find_map(|word| {
            let (before, _) = word.text.split_once(kind)?;
            let run =
                |of: &dyn Fn(char) -> bool| before.chars().rev().take_while(|&c| of(c)).count();
            let letters = run(&kanji).max(run(&katakana));
            if !(2..=UNSPACED_LETTERS).contains(&letters) {
                return None;
            }
            let skipped = before.chars().count() - letters;
            let name: String = before.chars().skip(skipped).collect();
            Some(format!("{name}{kind}で"))
        })
    })
}

/// A number right before a unit, with a sign behind it that it was waited.
fn unspaced_span(post: &Folded<'_>, cues: &Cues) -> Option<String> {
    post.words.iter().find_map(|word| {
        cues.units.iter().find_map(|unit| {
            let form = unit.read.split('|').find(|form| word.text.contains(form))?;
            let (before, after) = word.text.split_once(form)?;
            let number = number_at_end(before, cues.numbers)?;
            let behind: String = after.chars().take(8).collect();
            let waited = cues.span_before.split('|').any(|cue| behind.contains(cue));
            let not = cues.no_span.split('|').any(|cue| behind.starts_with(cue));
            (waited && !not && (1..=unit.max).contains(&number))
                .then(|| format!("{number}{}", unit.many))
        })
    })
}

/// The number that `text` ends with: ASCII or full-width digits, or one of the numerals.
fn number_at_end(text: &str, numerals: &[&str]) -> Option<u16> {
    let mut digits: Vec<u32> = text
        .chars()
        .rev()
        .map_while(|c| match c {
            '０'..='９' => Some(u32::from(c) - u32::from('０')),
            _ => c.to_digit(10),
        })
        .take(4)
        .collect();
    digits.reverse();
    if digits.is_empty() {
        let numeral = numerals.iter().rposition(|n| text.ends_with(n))?;
        return u16::try_from(numeral + 1).ok();
    }
    u16::try_from(digits.iter().fold(0, |n, digit| n * 10 + digit)).ok()
}
