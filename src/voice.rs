//! What an acknowledgment says: whole sentences, true ones, for what happened, in its author's language.
//!
//! A text is a line, a closing and a signature. The line says what happened as far as that is certain ([`mod@repertoire`]), the
//! closing who answers and where, the signature who sent it and that it is automatic. [`choose`] takes the line that says most of
//! what is certain and that nobody there has just read; [`mod@fill`] puts a duration, a time and a number into it, and nothing
//! else: nothing of the post's own words is known here, so none can come back.
//!
//! A brand's own lines ([`own`]) stand among the language's. All of them are checked ([`check`]) before they are deployed, none
//! when they are said.

pub mod brand;
pub mod check;
pub mod choose;
mod echo;
pub mod fill;
pub mod lint;
pub mod numbers;
pub mod occasion;
pub mod own;
pub mod people;
pub mod place;
pub mod print;
pub mod repertoire;
pub mod rule;
pub mod words;

use crate::judgement::{Danger, Fact, Level, Situation};
use crate::language::language;
use crate::length::{Limit, measure};
use brand::Brand;
use echo::echoes;
use fill::{Slots, fill};
use occasion::{Acknowledgment, Lately, Occasion, Part, Wait};
use print::mark;
use repertoire::{Line, Needs, Repertoire, Section};

/// Composes the acknowledgment of a post.
///
/// `None` if the post's language has no voice (one that is `und` takes the brand's), if nobody has words for it (despair, and
/// the brand has none of its own), or if the brand bans whatever could be said.
pub fn compose(brand: &Brand, occasion: &Occasion<'_>) -> Option<Acknowledgment> {
    let repertoire = repertoire(brand, occasion)?;
    let voice = Voice {
        brand,
        occasion,
        repertoire,
        limit: crate::platform::limit(occasion.platform, occasion.public),
        told: told(occasion),
        slots: slots(brand, occasion, repertoire),
    };
    match occasion.despair {
        true => voice.care(),
        false => voice.say(),
    }
}

/// What can be said to the author of a post.
pub fn repertoire(brand: &Brand, occasion: &Occasion<'_>) -> Option<&'static Repertoire> {
    let lang = match occasion.lang {
        "" | "und" => &brand.language,
        lang => lang,
    };
    let of = language(lang)?;
    let served = brand.help.serves(occasion.help);
    Repertoire::of(of, of.writing(&[lang, &brand.language], served)?)
}

/// Whether the situation's own lines fit an emergency: for money, data and medicine they say what helps. Where a person is in
/// danger they would be too small.
fn fits_emergency(matter: Situation, danger: Option<Danger>) -> bool {
    match matter {
        Situation::Medicine => matches!(danger, None | Some(Danger::Medicine)),
        Situation::Fraud
        | Situation::DataExposed
        | Situation::ChargedWrongly
        | Situation::MoneyMissing
        | Situation::Refund
        | Situation::CardBlocked
        | Situation::LockedAccount => matches!(danger, None | Some(Danger::Theft)),
        _ => false,
    }
}

/// The wait as it is told.
fn told(occasion: &Occasion<'_>) -> Option<Wait> {
    match occasion.within? {
        Wait::Minutes(minutes) => Wait::rounded(minutes).map(Wait::Minutes),
        back @ Wait::BackAt { .. } => Some(back),
    }
}

/// The longest signature, in characters: a team's name, not a paragraph.
const SIGNATURE: usize = 48;

fn slots(brand: &Brand, occasion: &Occasion<'_>, of: &Repertoire) -> Slots {
    let told = told(occasion);
    let number = |danger| numbers::number(danger, brand.help.serves(occasion.help));
    let number = occasion.danger.and_then(number);
    let team = brand.signatory(occasion.on_duty, of.writing.tag);
    Slots {
        duration: occasion
            .stated
            .and_then(|lasting| fill::duration(of, lasting)),
        wait: told.and_then(|told| match told {
            Wait::Minutes(minutes) => fill::wait(of, minutes),
            Wait::BackAt { .. } => None,
        }),
        back: told.and_then(|told| fill::back(of, told)),
        call: number.map_or_else(|| of.word("call.none").to_owned(), str::to_owned),
        here: of.word(match occasion.public {
            true => "here.public",
            false => "here.private",
        }),
        team: lint::shown(team).chars().take(SIGNATURE).collect(),
    }
}

/// A text in the making.
struct Voice<'a> {
    brand: &'a Brand,
    occasion: &'a Occasion<'a>,
    repertoire: &'static Repertoire,
    limit: Limit,
    told: Option<Wait>,
    slots: Slots,
}

/// A line or closing as it is said.
struct Spoken {
    section: Section,
    print: u64,
    text: String,
}

impl Voice<'_> {
    /// The text: a line and a closing that fit, a shorter line where the first does not, no closing where none does.
    fn say(&self) -> Option<Acknowledgment> {
        let signature = self.signature();
        let lines = self.lines();
        let first = lines.iter().find_map(|line| self.whole(line, &signature));
        if first.is_some() {
            return first;
        }
        // There is hardly room: the shortest, alone if it must be.
        let mut spoken: Vec<Spoken> = lines.iter().filter_map(|line| self.speak(line)).collect();
        spoken.sort_by_key(|line| line.text.len());
        let line = spoken.first()?;
        let text = self.fitting(&line.text, None, &signature)?;
        Some(self.acknowledgment(text, line, None, signature))
    }

    /// A line with its closing and signature, if they fit.
    fn whole(&self, line: &Line<'_>, signature: &str) -> Option<Acknowledgment> {
        let spoken = self.speak(line)?;
        let closings = match line.section {
            // A whole note by itself.
            Section::Short => {
                let text = self.fitting(&spoken.text, None, signature)?;
                return Some(self.acknowledgment(text, &spoken, None, signature.to_owned()));
            }
            _ if !self.occasion.answers => {
                let text = self.fitting(&spoken.text, None, signature)?;
                return Some(self.acknowledgment(text, &spoken, None, signature.to_owned()));
            }
            _ => {
                let closings = self.pool(self.closing(line)).into_iter();
                let (echoes, others): (Vec<_>, Vec<_>) =
                    closings.partition(|closing| echoes(&spoken.text, closing.text));
                self.in_order(&[others, echoes])
            }
        };
        closings.iter().find_map(|closing| {
            let closing = self.speak(closing)?;
            let text = self.fitting(&spoken.text, Some(&closing.text), signature)?;
            Some(self.acknowledgment(text, &spoken, Some(&closing), signature.to_owned()))
        })
    }

    /// The parts as one text, if it fits.
    fn fitting(&self, line: &str, closing: Option<&str>, signature: &str) -> Option<String> {
        let text = self.joined(line, closing, signature);
        (measure(&text, self.limit.unit) <= self.limit.max).then_some(text)
    }

    fn acknowledgment(
        &self,
        text: String,
        line: &Spoken,
        closing: Option<&Spoken>,
        signature: String,
    ) -> Acknowledgment {
        let part = |part, spoken: &Spoken| Part {
            part,
            section: spoken.section.name(),
            text: spoken.text.clone(),
        };
        let mut parts = vec![part("line", line)];
        parts.extend(closing.map(|closing| part("closing", closing)));
        parts.push(Part {
            part: "signature",
            section: String::new(),
            text: signature,
        });
        let tells = |closing: &&Spoken| matches!(closing.section, Section::Soon | Section::Later);
        Acknowledgment {
            answers: self.occasion.answers,
            told: closing.filter(tells).and(self.told),
            used: vec![
                mark(self.occasion.situation, line.section == Section::Short),
                line.print,
                closing.map_or(0, |closing| closing.print),
                self.occasion.lately.thread,
            ],
            section: line.section,
            lang: self.repertoire.writing.tag,
            parts,
            text,
        }
    }

    /// The brand's own words to somebody who hints at harming themselves; nothing where it has none, or where others read.
    fn care(&self) -> Option<Acknowledgment> {
        let Occasion { public, help, .. } = *self.occasion;
        let tag = self.repertoire.writing.tag;
        let care = self.brand.help.care_text(help, tag, &self.brand.language);
        let care = care.filter(|_| !public)?.to_owned();
        let closings = self.in_order(&[self.pool(Section::Open)]);
        let closing = closings.iter().find_map(|closing| self.speak(closing));
        let signature = self.signature();
        let told = closing.as_ref().map(|closing| &*closing.text);
        let text = self.fitting(&care, told, &signature);
        let text = text.or_else(|| self.fitting(&care, None, &signature))?;
        let part = |part, text: &str| Part {
            part,
            section: String::new(),
            text: text.to_owned(),
        };
        Some(Acknowledgment {
            answers: true,
            used: vec![0, 0, closing.as_ref().map_or(0, |closing| closing.print), 0],
            told: None,
            section: Section::Danger(Danger::Despair),
            lang: tag,
            parts: vec![part("care", &care), part("signature", &signature)],
            text,
        })
    }

    /// Every line that may be said, the best first.
    fn lines(&self) -> Vec<Line<'_>> {
        let Occasion {
            situation,
            danger,
            level,
            surge,
            public,
            live,
            ..
        } = *self.occasion;
        let danger = danger.filter(|danger| *danger != Danger::Despair);
        // Money that is leaving now is fraud, whatever else it is.
        let theft = danger == Some(Danger::Theft);
        let situation = situation.or(theft.then_some(Situation::Fraud));
        if let Some(danger) = danger {
            let mut lines = self.pool(Section::Danger(danger));
            let own = &self.brand.own;
            lines.retain(|line| !live || own.stands_for(self.repertoire, danger, line));
            if !lines.is_empty() {
                return self.in_order(&[lines]);
            }
        }
        // Nobody has signed for what to do, or it has no name: nothing is said of it, and of nothing smaller. Help is only spoken
        // of where somebody may need it: an emergency without a danger is a matter of money, or one that only sounds like it.
        let fits = |situation| fits_emergency(situation, self.occasion.danger);
        let bodily = danger.is_some_and(|danger| danger != Danger::Theft);
        // What medicine is missing from is said by its situation, with whom to ask; another danger to somebody is the matter
        // itself, however urgent the rest is.
        let medicine = danger == Some(Danger::Medicine);
        // A train that stands is no emergency by that: who is stuck there hears that they are.
        let held_up = danger == Some(Danger::Trapped) && situation == Some(Situation::Stuck);
        let grave = level == Level::Emergency || (bodily && !medicine && !held_up);
        if grave
            && medicine
            && let Some(situation) = situation.filter(|one| !fits(*one))
        {
            // In the lost bag, in the parcel: whom to ask for more.
            let vital = Needs::of(&[Fact::VitalMedicine]);
            let known = Needs::of(self.occasion.facts).with(vital);
            let mut tiers = self.tiers(Section::Situation(situation), known);
            for tier in &mut tiers {
                tier.retain(|line| vital.holds_in(line.needs));
            }
            if tiers.iter().any(|tier| !tier.is_empty()) {
                return self.in_order(&tiers);
            }
        }
        if grave && !situation.is_some_and(fits) {
            let known = if bodily {
                Needs::DANGER
            } else {
                Needs::default()
            };
            let mut tiers = self.tiers(Section::Emergency, known);
            tiers.push(self.true_of(Section::Plain, Needs::default()));
            return self.in_order(&tiers);
        }
        // A whole note in a line says that somebody answers.
        if surge && public && self.occasion.answers {
            return self.in_order(&[self.pool(Section::Short)]);
        }
        // In danger the time that is told is as likely what is left: "the battery lasts two hours".
        let lasts = self.slots.duration.as_ref().filter(|_| danger.is_none());
        let lasts = lasts.map(|_| Needs::DURATION);
        let mut known = Needs::of(self.occasion.facts);
        if medicine {
            known = known.with(Needs::of(&[Fact::VitalMedicine]));
        }
        let sections = situation.map(Section::Situation).into_iter();
        let sections = sections.chain([Section::Plain]);
        // Where nobody knows what happened nobody knows what has lasted so long.
        let known = |section| match section {
            Section::Plain => known,
            _ => known.with(lasts.unwrap_or_default()),
        };
        let tiers: Vec<_> = sections
            .flat_map(|section| self.tiers(section, known(section)))
            .collect();
        self.in_order(&tiers)
    }

    /// The lines of a section that may be said, by how much they tell and how weighty it is, the most first.
    fn tiers(&self, section: Section, known: Needs) -> Vec<Vec<Line<'_>>> {
        let mut lines = self.true_of(section, known);
        // A sort that keeps the order of equals: tiers are runs of lines that tell as much.
        let tells = |line: &Line<'_>| (line.needs.count(), line.needs.weight());
        lines.sort_by_key(|line| std::cmp::Reverse(tells(line)));
        let runs = lines.chunk_by(|a, b| tells(a) == tells(b));
        runs.map(<[Line<'_>]>::to_vec).collect()
    }

    /// The lines of a section whose conditions are known to hold.
    fn true_of(&self, section: Section, known: Needs) -> Vec<Line<'_>> {
        let mut lines = self.pool(section);
        lines.retain(|line| line.needs.holds_in(known));
        lines
    }

    /// The lines of a section.
    fn pool(&self, section: Section) -> Vec<Line<'_>> {
        self.brand.own.section(self.repertoire, section)
    }

    /// Who answers behind a line, by what is known of the time. Where somebody is in danger nothing is said of it, and where
    /// minutes are left nothing of tomorrow.
    fn closing(&self, line: &Line<'_>) -> Section {
        let minutes = Needs::of(&[Fact::MinutesLeft]).holds_in(line.needs);
        match self.told {
            // Where no danger is known it may only sound like an emergency.
            _ if self.occasion.level == Level::Emergency => match self.occasion.danger {
                Some(_) => Section::Raised,
                None => Section::Open,
            },
            _ if matches!(line.section, Section::Danger(_)) => Section::Open,
            Some(Wait::BackAt { .. }) if self.slots.back.is_some() && !minutes => Section::Later,
            Some(Wait::Minutes(_)) if self.slots.wait.is_some() => Section::Soon,
            _ => Section::Open,
        }
    }

    /// Lines in the order in which they may be said.
    fn in_order<'l>(&self, tiers: &[Vec<Line<'l>>]) -> Vec<Line<'l>> {
        choose::ordered(tiers, self.occasion.lately, self.occasion.seed)
    }

    /// What a line says; `None` where a slot of it stays empty, or the brand never says it.
    fn speak(&self, line: &Line<'_>) -> Option<Spoken> {
        let text = fill(line.text, &self.slots, self.brand.formal)?;
        let lang = self.repertoire.language.code;
        let is_banned = self.brand.own.banned_in(&text, lang).is_some();
        (!is_banned).then_some(Spoken {
            section: line.section,
            print: line.print,
            text,
        })
    }

    /// Who signs, and that it is automatic where the brand says so.
    fn signature(&self) -> String {
        let (platform, public) = (self.occasion.platform, self.occasion.public);
        let form = match self.brand.discloses(platform, public) {
            true => self.repertoire.word("signature"),
            false => "– {team}",
        };
        fill(form, &self.slots, self.brand.formal).unwrap_or_default()
    }

    /// The parts as one text.
    fn joined(&self, line: &str, closing: Option<&str>, signature: &str) -> String {
        let space = if self.repertoire.is_spaced() { " " } else { "" };
        let closing = closing.map(|closing| format!("{space}{closing}"));
        format!("{line}{} {signature}", closing.unwrap_or_default())
    }
}

/// Nothing was said before.
pub static NOTHING_SAID: Lately = Lately {
    source: Vec::new(),
    author: Vec::new(),
    thread: 0,
};

#[cfg(test)]
mod tests;
