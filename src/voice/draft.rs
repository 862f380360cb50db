//! The composition: which realisations, in which order, within which room.

use super::brand::Brand;
use super::echo::Echo;
use super::fault;
use super::grammar::{Slots, With, addressed, capitalised, expand};
use super::lint::{is_hidden, lint_composed};
use super::occasion::{Acknowledgment, Occasion, Part, Wait, fingerprint};
use super::own::Move;
use crate::judgement::{Level, Matter};
use crate::language;
use crate::length::{Limit, Unit, measure};
use crate::voice::tongue::Tongue;

/// An acknowledgment in the making.
pub struct Draft<'a> {
    brand: &'a Brand,
    occasion: &'a Occasion<'a>,
    tongue: &'static Tongue,
    slots: Slots,
    /// The lines that say what happens next, and which move that is.
    next: Vec<&'a str>,
    coming: Move,
    /// What was said lately.
    recent: Recent<'a>,
    /// The wait in `{wait}` or `{back}`, rounded as it is told.
    told: Option<Wait>,
    limit: Limit,
    signature: String,
}

/// At most so many spaces stand between a text's four parts.
const JOINTS: usize = 3;

/// How many realisations are tried for a sentence that nobody read lately: the last 200 texts can
/// use up two in three and one is still found.
const TRIES: u64 = 192;

/// After so many tries that were all too long it is asked whether any can be short enough.
const UNFIT: u32 = 16;

/// Among how many of the latest fingerprints a first sentence's opening must not be: twelve texts, more
/// than a thread ever gets, and fewer than the openings that every matter has in every language.
const FRESH: usize = 36;

/// From this limit on a platform has room, and its people expect to be spoken to in more than a line.
const ROOMY: usize = 1_000;

/// Below this limit every character counts, and the shortest note of automation is taken.
const TIGHT: usize = 200;

/// The longest signature, in characters: a team's name, not a paragraph.
const SIGNATURE: usize = 48;

impl<'a> Draft<'a> {
    /// Fills the slots and picks the lines for one occasion.
    pub fn new(
        brand: &'a Brand,
        occasion: &'a Occasion<'a>,
        tongue: &'static Tongue,
        echo: &Echo,
    ) -> Self {
        let mut slots = Slots::new(tongue.spaced);
        for (name, value) in [
            ("place", &echo.place),
            ("span", &echo.span),
            ("with", &echo.with),
            ("thing", &echo.thing),
        ] {
            // What somebody has with them is small talk beside an emergency.
            if name == "with" && occasion.level == Level::Emergency {
                continue;
            }
            if let Some(value) = value
                && let Some(value) = addressed(value, brand.formal)
            {
                slots.fill(name, value);
            }
        }
        let (public, private) = tongue.post;
        slots.fill("post", if occasion.public { public } else { private });
        if echo.grave
            && let Some(health) = tongue.cues.details.first()
        {
            slots.fill("grave", health.say);
        }
        if let Some(span) = &echo.span {
            slots.fill("for", tongue.cues.lasting.replace("{span}", span));
        }
        let coming = &tongue.next;
        let told = match occasion.within {
            Some(Wait::Minutes(minutes)) => Wait::rounded(minutes).map(Wait::Minutes),
            back => back,
        };
        let (part, next) = match told {
            Some(Wait::BackAt {
                days,
                weekday,
                hh,
                mm,
                zone,
            }) => {
                slots.fill("back", tongue.times.back(days, weekday, (hh, mm), zone));
                (Move::Later, coming.later)
            }
            Some(Wait::Minutes(minutes)) => {
                slots.fill("wait", tongue.times.told(minutes));
                (Move::Soon, coming.soon)
            }
            _ if occasion.despair || occasion.level == Level::Emergency => {
                (Move::Emergency, coming.first)
            }
            _ => (Move::Next, coming.open),
        };
        if let Some(line) = brand
            .help
            .emergency_line(occasion.help, tongue.code, &brand.language)
            && in_danger(occasion, &slots)
        {
            slots.fill("line", shown(line));
        }
        Self {
            next: with_own(brand, occasion, tongue.code, part, next),
            coming: part,
            recent: Recent::of(occasion.recent_openings),
            brand,
            occasion,
            tongue,
            slots,
            told,
            limit: crate::platform::limit(occasion.platform, occasion.public),
            signature: shown(fault::signatory(brand, occasion.on_duty))
                .chars()
                .take(SIGNATURE)
                .collect(),
        }
    }

    /// The whole text, shorter where it must be.
    pub fn write(&self) -> Option<Acknowledgment> {
        let configured = self.configured();
        let brief = with_own(
            self.brand,
            self.occasion,
            self.tongue.code,
            Move::Brief,
            self.tongue.brief,
        );
        let full = |settles| self.assemble((true, settles), &configured, (self.coming, &self.next));
        let short = |hears, help: &str| self.assemble(hears, help, (Move::Brief, &brief));
        let alone = |help: &str| self.assemble((false, false), help, (self.coming, &[]));
        // Rather this matter and a brief word of what comes than any matter and a long one.
        full(false)
            .or_else(|| short((true, false), &configured))
            .or_else(|| full(true))
            .or_else(|| short((true, true), &configured))
            // In despair the care matters most; in danger where to turn, and then that somebody comes.
            .or_else(|| match self.occasion.despair {
                true => alone(&configured).or_else(|| alone(&self.care())),
                false if configured.is_empty() => None,
                false => short((false, false), &configured).or_else(|| short((true, true), "")),
            })
    }

    /// The text of the moves asked for, if they fit: whether it hears the author, settling for words about
    /// whatever matter if need be; and the lines of what happens next, none for none.
    fn assemble(
        &self,
        (hears, settles): (bool, bool),
        help: &str,
        (coming, next): (Move, &[&'a str]),
    ) -> Option<Acknowledgment> {
        let (sign, note) = self.closing();
        let closing = self.join(&[&sign, &note]);
        let fixed = self.length(&closing) + self.length(help) + JOINTS;
        let room = self.limit.max.checked_sub(fixed)?;
        // What the first sentence may take of the room: all it likes, then less and less.
        [100, 70, 55, 40, 30].into_iter().find_map(|percent| {
            let hear = match hears {
                true => {
                    let room = room * percent / 100;
                    self.sentence(self.hearing(), "hear", room, settles)?
                }
                false => String::new(),
            };
            let left = room.checked_sub(self.length(&hear))?;
            let next = match next {
                [] => String::new(),
                lines => self.sentence((lines.to_vec(), Vec::new()), "next", left, true)?,
            };
            let next = self.eased(next);
            let hearing = match self.occasion.despair {
                true => Move::Care,
                false => Move::Hear,
            };
            let used: Vec<u64> = [&hear, &next]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(|part| fingerprint(part))
                .collect();
            let hear = (hearing.as_str(), hear);
            let next = (coming.as_str(), next);
            let turn = ("help", help.to_owned());
            let sign = (Move::Sign.as_str(), sign.clone());
            let note = (Move::Automatic.as_str(), note.clone());
            // Where to turn comes before what we do about it.
            let said = [hear, turn, next, sign, note];
            let said = said.into_iter().filter(|(_, text)| !text.is_empty());
            let moves: Vec<Part> = said.map(|(name, text)| Part { name, text }).collect();
            let texts: Vec<&str> = moves.iter().map(|part| part.text.as_str()).collect();
            let text = self.join(&texts);
            self.passes(&text, help).then(|| Acknowledgment {
                used: std::iter::once(fingerprint(opening(&text, self.tongue.spaced)))
                    .chain(used)
                    .collect(),
                // The tightest platforms have no room for a time.
                told: self
                    .told
                    .filter(|_| self.slots.shows("wait", &text) || self.slots.shows("back", &text)),
                text,
                lang: self.tongue.code,
                moves,
            })
        })
    }

    /// `next` with a clause more, where the platform's register is fuller and the moment allows it.
    fn eased(&self, next: String) -> String {
        let calm = !self.occasion.despair && self.occasion.level < Level::Emergency;
        if !calm || self.limit.max < ROOMY || next.contains(';') {
            return next;
        }
        let all = self.tongue.ease;
        let at = self.draw("ease", 0, 0) % (all.len().max(1) as u64);
        let clause = usize::try_from(at).ok().and_then(|at| all.get(at));
        let clause = clause.and_then(|clause| addressed(clause, self.brand.formal));
        let banned = |clause: &String| self.brand.own.banned_in(clause, self.tongue.code).is_some();
        let clause = clause.filter(|clause| !banned(clause));
        let open = next.strip_suffix(['.', '。']);
        match (open, clause) {
            (Some(open), Some(clause)) => format!("{open}{clause}"),
            _ => next,
        }
    }

    /// The lines that hear the author and name the matter, and those that hear whatever the matter is.
    ///
    /// To somebody who fears for a life nobody says that it is tiresome: then only plain regret is said, or
    /// what was written for it. An emergency whose matter is not understood is spoken to as what it is.
    fn hearing(&self) -> (Vec<&'a str>, Vec<&'a str>) {
        let Self {
            brand,
            occasion,
            tongue,
            ..
        } = self;
        let own = |part, lines| with_own(brand, occasion, tongue.code, part, lines);
        if occasion.despair {
            return (own(Move::Care, tongue.worried), Vec::new());
        }
        let of = |matter| {
            let lines = tongue.matters.iter().find(|(m, _)| *m == matter);
            lines.map_or(&[][..], |(_, lines)| *lines)
        };
        let lines = of(occasion.matter);
        let emergency = occasion.level == Level::Emergency;
        if emergency || self.slots.has("grave") {
            let fitting = lines.iter().filter(|line| match occasion.matter {
                Matter::Safety | Matter::Fraud => true,
                Matter::Other => !emergency,
                _ => line.contains(tongue.regret),
            });
            let serious = if emergency { tongue.serious } else { &[] };
            let lines = fitting.chain(tongue.grave).chain(serious);
            return (lines.copied().collect(), Vec::new());
        }
        (own(Move::Hear, lines), of(Matter::Other).to_vec())
    }

    /// What the brand configured for danger or despair, led to in our words.
    fn configured(&self) -> String {
        if self.occasion.despair {
            let care = self
                .brand
                .help
                .care_text(self.occasion.help, self.tongue.code);
            let care = care.map(shown).filter(|care| !care.is_empty());
            return care.unwrap_or_else(|| self.care());
        }
        if !in_danger(self.occasion, &self.slots) {
            return String::new();
        }
        let told = expand(self.tongue.danger, self.with(), &mut |_| 0);
        let told = told.or_else(|| addressed(self.tongue.alone, self.brand.formal));
        let mut told = told.unwrap_or_default();
        // A number must not run into what follows.
        if told.ends_with(char::is_alphanumeric) {
            told.push_str(if self.tongue.spaced { "." } else { "。" });
        }
        told
    }

    /// The language's own text of care.
    fn care(&self) -> String {
        addressed(self.tongue.care, self.brand.formal).unwrap_or_default()
    }

    /// What lines are expanded with.
    fn with(&self) -> With<'_> {
        With {
            sets: self.tongue.sets,
            own: self.brand.own.owning(self.tongue.code),
            slots: &self.slots,
            formal: self.brand.formal,
        }
    }

    /// Who signs, and that it is automatic where the brand says so.
    fn closing(&self) -> (String, String) {
        let own = |part| {
            let Occasion {
                matter, platform, ..
            } = *self.occasion;
            self.brand
                .own
                .lines(self.tongue.code, part, matter, platform)
        };
        let sign = own(Move::Sign).next().unwrap_or(self.tongue.sign);
        let sign = sign.replace("{team}", &self.signature);
        let (platform, public) = (self.occasion.platform, self.occasion.public);
        if !self.brand.discloses(platform, public) {
            return (sign, String::new());
        }
        let mut notes: Vec<&str> = own(Move::Automatic).collect();
        if notes.is_empty() {
            notes.extend(language::automatic(self.tongue.code));
        }
        let note = if self.limit.max < TIGHT {
            notes.iter().min_by_key(|note| self.length(note))
        } else {
            let at = self.draw("automatic", 0, 0) % (notes.len().max(1) as u64);
            usize::try_from(at).ok().and_then(|at| notes.get(at))
        };
        (sign, (*note.unwrap_or(&"")).to_owned())
    }

    /// A realisation of one of `lines` within `room` that was used longest ago, or never. Lines that use more
    /// of what the author gave come first, `spare` ones last: for freshness, and for want of room only if it
    /// `settles` for them.
    fn sentence(
        &self,
        (lines, spare): (Vec<&'a str>, Vec<&'a str>),
        name: &str,
        room: usize,
        settles: bool,
    ) -> Option<String> {
        let urgent = self.occasion.level >= Level::Urgent;
        let lang = self.tongue.code;
        let able = |lines: &[&'a str]| {
            let mut able: Vec<(usize, &'a str)> = lines
                .iter()
                .filter(|line| urgent || !line.starts_with('!'))
                .filter_map(|line| Some((self.slots.used_by(line)?, *line)))
                .collect();
            able.sort_by_key(|(used, _)| std::cmp::Reverse(*used));
            able
        };
        let mut pool = able(&lines);
        let richest = pool.first()?.0;
        let rich = pool.partition_point(|(used, _)| *used == richest);
        let named = pool.len();
        pool.extend(able(&spare));
        let mut best: Option<(usize, String)> = None;
        let mut unfit: u32 = 0;
        for attempt in 0..TRIES {
            // Half of the tries among the richest lines, then all that fit the matter, then the spare ones.
            let among = match attempt * 4 / TRIES {
                0 | 1 => rich,
                2 => named,
                _ => pool.len(),
            };
            let mut step = 0;
            let mut pick = |n: usize| {
                step += 1;
                let drawn = self.draw(name, attempt, step) % (n.max(1) as u64);
                usize::try_from(drawn).unwrap_or(0)
            };
            if among > named && best.is_none() && !settles {
                return None;
            }
            let (_, line) = *pool.get(pick(among))?;
            let mut choose = |options: &str| pick(options.split('|').count());
            let Some(text) = expand(line, self.with(), &mut choose) else {
                continue;
            };
            if !self.fits(&text, room) {
                unfit += 1;
                // Where nothing fitted so far, perhaps nothing can: the shortest that could be said tells.
                if unfit == UNFIT
                    && best.is_none()
                    && !pool.iter().any(|(_, line)| self.may_fit(line, room))
                {
                    return None;
                }
                continue;
            }
            if self.brand.own.banned_in(&text, lang).is_some() {
                continue;
            }
            let staleness = self.staleness(&text);
            if best.as_ref().is_none_or(|(stale, _)| staleness < *stale) {
                best = Some((staleness, text));
            }
            if staleness == 0 {
                break;
            }
        }
        best.map(|(_, text)| text)
    }

    fn fits(&self, text: &str, room: usize) -> bool {
        // No unit but X's counts more than a byte as one.
        (self.limit.unit != Unit::Weighted && text.len() <= room) || self.length(text) <= room
    }

    /// Whether a line might fit: with the shortest of each of its choices.
    fn may_fit(&self, line: &str, room: usize) -> bool {
        let shortest = expand(line, self.with(), &mut |options| {
            let options = options.split('|').enumerate();
            options
                .min_by_key(|(_, option)| option.len())
                .map_or(0, |(at, _)| at)
        });
        shortest.is_some_and(|text| self.fits(&text, room))
    }

    /// 0 for a sentence that was not read lately and does not begin as the last few did; more the worse and
    /// the fresher.
    fn staleness(&self, sentence: &str) -> usize {
        let whole = self.recent.last_use(fingerprint(sentence), 0);
        let begins = fingerprint(opening(sentence, self.tongue.spaced));
        let begins = self.recent.last_use(begins, FRESH);
        whole * (FRESH + 1) + begins
    }

    /// A number that follows from the seed and the place it is used at.
    fn draw(&self, name: &str, attempt: u64, step: u64) -> u64 {
        let mut z = self
            .occasion
            .seed
            .wrapping_add(fingerprint(name))
            .wrapping_add(attempt.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_add(step.wrapping_mul(0xd1b5_4a32_d192_ed03));
        // SplitMix64's finaliser: neighbouring inputs give unrelated numbers.
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn length(&self, text: &str) -> usize {
        measure(text, self.limit.unit)
    }

    fn join(&self, parts: &[&str]) -> String {
        let space = if self.tongue.spaced { " " } else { "" };
        let parts: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
        parts.join(space)
    }

    /// The last look: `help` is what the text holds of where to turn.
    fn passes(&self, text: &str, help: &str) -> bool {
        let configured = match self.occasion.despair {
            true => help,
            false => self.slots.get("line").unwrap_or(help),
        };
        // A calendar is configured too: "today at 12:30" promises no more than it does.
        let back = self.slots.get("back").unwrap_or_default();
        let back_first = capitalised(back);
        let configured = [configured, self.signature.as_str(), back, &back_first];
        lint_composed(
            text,
            // Of a post's own words only a place is said.
            self.slots.shows("place", text),
            &configured,
            self.tongue.code,
            self.occasion.platform,
            self.occasion.public,
        )
        .is_empty()
    }
}

/// Whether it may be about life and limb, so that where to turn is said: not wherever it is grave (a lost
/// deposit, a blocked card), or the line would be read as a form letter's.
fn in_danger(occasion: &Occasion<'_>, slots: &Slots) -> bool {
    let endangers = occasion.matter == Matter::Safety || slots.has("grave");
    occasion.level == Level::Emergency && endangers
}

/// A language's lines of one move, and the brand's.
fn with_own<'a>(
    brand: &'a Brand,
    occasion: &Occasion<'_>,
    lang: &str,
    part: Move,
    lines: &[&'a str],
) -> Vec<&'a str> {
    let own = brand
        .own
        .lines(lang, part, occasion.matter, occasion.platform);
    lines.iter().copied().chain(own).collect()
}

/// A configured text without what is hidden in it, on one line.
pub fn shown(text: &str) -> String {
    let seen: String = text.chars().filter(|&c| !is_hidden(c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How a text begins: three words, or six characters where words are not spaced.
pub fn opening(text: &str, spaced: bool) -> &str {
    let end = if spaced {
        text.match_indices(' ').nth(2).map(|(at, _)| at)
    } else {
        text.char_indices().nth(6).map(|(at, _)| at)
    };
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// What was said lately, ready to be asked.
struct Recent<'a> {
    all: &'a [u64],
    /// A bit for each fingerprint's low bits: most sentences were not said, and this tells so at once.
    sieve: [u64; 128],
}

impl<'a> Recent<'a> {
    fn of(all: &'a [u64]) -> Self {
        let mut recent = Self {
            all,
            sieve: [0; 128],
        };
        for print in all {
            let (at, bit) = Self::place(*print);
            if let Some(slot) = recent.sieve.get_mut(at) {
                *slot |= bit;
            }
        }
        recent
    }

    fn place(print: u64) -> (usize, u64) {
        let low = usize::try_from(print % 8_192).unwrap_or(0);
        (low / 64, 1 << (low % 64))
    }

    /// When a fingerprint was used last: 0 for never, more the later. Among the `last` of them, or all if 0.
    fn last_use(&self, print: u64, last: usize) -> usize {
        let (at, bit) = Self::place(print);
        if self.sieve.get(at).is_none_or(|slot| slot & bit == 0) {
            return 0;
        }
        let from = match last {
            0 => 0,
            _ => self.all.len().saturating_sub(last),
        };
        let among = self.all.get(from..).unwrap_or(&[]);
        among
            .iter()
            .rposition(|&r| r == print)
            .map_or(0, |at| at + 1)
    }
}
