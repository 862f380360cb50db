//! From the model's answers to a judgement: the rules that no training may undo.

use super::chance::{logistic, softmax};
use super::head::{self, Answers, best};
use super::lang::Lang;
use super::model::Lines;
use crate::judgement::{Actual, Danger, Fact, Kind, Level, Situation, Triage, Who};

/// Where the bands of urgency begin: routine, urgent, emergency.
const BANDS: [f32; 3] = [25.0, 50.0, 80.0];

/// How sure the model must be of an emergency that it does not even think urgent.
const SURE: f32 = 0.75;

/// Just below what decides.
const SHORT: f32 = 0.49;

/// From which chance on a situation is likely: rather so than not.
const LIKELY: f32 = 0.5;

/// From which chance on a situation is named in any language. One language's unseen posts are too few to find its line: three
/// odd ones among the surest left French without any. Of all languages' together what is named from here on was right 88 to 90
/// times of 100 on plain posts of the held-out fifth, 83 to 85 on those written to mislead (2026-11-30); two fresh readers found 44 of 46 right
/// in 105 notes. The goal is 97.
const NAMED: f32 = 0.55;

/// The same for facts, in [`Fact::ALL`]'s order: 81 to 95 of 100 right on 2,506 urgent held-out posts by a model trained beside the shipped one; labels forget some.
/// above 1 where no line was good enough.
const TOLD: [f32; Fact::ALL.len()] = [2.0, 2.0, 0.8, 0.85, 0.8, 0.7, 2.0, 0.9, 0.85, 0.9];

/// The one of a list that is likeliest, with its chance: the answers from `from` on, of which the first stands for none.
fn likeliest<T: Copy, const N: usize>(
    answers: &Answers,
    from: usize,
    all: &[T; N],
) -> (Option<T>, f32, f32) {
    let mut chances: Vec<f32> = answers.iter().skip(from).take(N + 1).copied().collect();
    softmax(&mut chances);
    let some = chances.split_first();
    let (at, chance) = some.map_or((0, 0.0), |(_, some)| best(some));
    let none = some.map_or(1.0, |(none, _)| *none);
    (all.get(at).copied(), chance, none)
}

/// The one of a list that is likeliest: the answers from `from` on.
fn one<T: Copy, const N: usize>(answers: &Answers, from: usize, all: &[T; N]) -> Option<T> {
    let some = answers.get(from..from + N)?;
    all.get(best(some).0).copied()
}

/// What the answers come to, without its reasons. `silent` says that the post has no words at all.
pub fn of(answers: &Answers, lines: &Lines, lang: Option<Lang>, silent: bool) -> Triage {
    let chance = |head: usize| answers.get(head).map_or(0.0, |answer| logistic(*answer));
    let mut kind = one(answers, head::KIND, &Kind::ALL).unwrap_or(Kind::Other);
    if silent {
        kind = Kind::Other;
    }
    let actual = one(answers, head::ACTUAL, &Actual::ALL).unwrap_or(Actual::Now);
    let to_us = chance(head::TO_US) >= 0.5;
    let complaint = chance(head::COMPLAINT);
    let despair = chance(head::DESPAIR) >= 0.5;
    let owed = chance(head::ACKNOWLEDGE);
    let mut steps = [0, 1, 2].map(|step| chance(head::LEVEL + step));
    let [_, urgent, emergency] = &mut steps;
    // Whoever is owed an acknowledgment complains or asks, whatever else it looks like.
    if owed >= 0.5 && matches!(kind, Kind::Praise | Kind::News | Kind::Other) && !silent {
        let asks = answers.get(head::KIND..=head::KIND + 1).map(best);
        kind = match asks {
            Some((1, _)) => Kind::Question,
            _ => Kind::Complaint,
        };
    }
    match kind {
        // The model has learned by itself who is owed one; but an emergency needs a person, owed or not.
        Kind::Complaint | Kind::Question if to_us && actual == Actual::Now && *emergency < SURE => {
            *urgent = owed;
        }
        Kind::Complaint | Kind::Question | Kind::Attack => {}
        // Nobody waits for an answer to spam, praise, news or talk.
        Kind::Spam => (*urgent, *emergency) = (0.0, 0.0),
        Kind::Praise | Kind::News | Kind::Other => {
            (*urgent, *emergency) = (urgent.min(SHORT), emergency.min(SHORT));
        }
    }
    // An emergency is urgent first: one that the model thinks routine needs much certainty.
    if *urgent < 0.5 && *emergency < SURE {
        *emergency = emergency.min(SHORT);
    }
    // Only what is so, and now, is urgent; a threat is one whenever it is to come true.
    if actual != Actual::Now && kind != Kind::Attack {
        *urgent = urgent.min(SHORT);
        *emergency = emergency.min(SHORT);
    }
    let [routine, ..] = &mut steps;
    match kind {
        Kind::Spam => *routine = 0.0,
        Kind::Praise | Kind::News | Kind::Other => *routine = routine.min(SHORT),
        Kind::Complaint | Kind::Question | Kind::Attack => {}
    }
    if despair {
        steps = [1.0; 3];
        if !matches!(kind, Kind::Complaint | Kind::Question) {
            kind = Kind::Complaint;
        }
    }
    let [_, urgent, _] = steps;
    let urgency = urgency(steps);
    let level = Level::of_urgency(urgency);
    let (situation, situation_chance, _) = likeliest(answers, head::SITUATION, &Situation::ALL);
    let place = Lines::of(lang);
    let line = lines.situation.get(place).copied().unwrap_or(2.0);
    let line = line.min(NAMED);
    let told = matches!(kind, Kind::Complaint | Kind::Question)
        && matches!(actual, Actual::Now | Actual::Past);
    let (danger, danger_chance, safe) = likeliest(answers, head::DANGER, &Danger::ALL);
    let endangered = actual == Actual::Now && danger_chance > safe && level >= Level::Urgent;
    let of_facts = lines.facts.get(place);
    let facts = Fact::ALL.into_iter().enumerate().filter(|(at, _)| {
        let of_lang = of_facts.and_then(|lines| lines.get(*at));
        let line = of_lang.into_iter().chain(TOLD.get(*at)).copied();
        told && chance(head::FACT + at) >= line.fold(f32::MAX, f32::min)
    });
    Triage {
        kind,
        urgency,
        level,
        sentiment: chance(head::SENTIMENT) * 2.0 - 1.0,
        complaint,
        // Who needs a person within minutes asks for help, in whatever words.
        help: chance(head::HELP).max(urgent),
        praise: chance(head::PRAISE),
        abuse: chance(head::ABUSE),
        spam: chance(head::SPAM),
        lang: lang.map_or("und", Lang::code).to_string(),
        situation: situation.filter(|_| told && situation_chance >= line),
        likely: situation.filter(|_| told && (LIKELY..line).contains(&situation_chance)),
        situation_chance: if told { situation_chance } else { 0.0 },
        danger: match despair {
            true => Some(Danger::Despair),
            // Likely, not sure: nothing is said of it, and in public nothing at all.
            false => danger.filter(|_| endangered),
        },
        actual: if despair { Actual::Now } else { actual },
        to_us,
        who: one(answers, head::WHO, &Who::ALL).unwrap_or(Who::Author),
        facts: facts.map(|(_, fact)| fact).collect(),
        stated: None,
        despair,
        reasons: Vec::new(),
    }
}

/// Urgency from the chances of level 1 or more, 2 or more, 3: the highest level that is likely gives the
/// band, and the chance of the next one the place within it.
fn urgency(steps: [f32; 3]) -> u8 {
    let [routine, urgent, emergency] = BANDS;
    let [one, two, three] = steps;
    let within = |from: f32, to: f32, share: f32| from + (to - from - 1.0) * share.clamp(0.0, 1.0);
    let urgency = if three >= 0.5 {
        within(emergency, 101.0, three * 2.0 - 1.0)
    } else if two >= 0.5 {
        within(urgent, emergency, three.max(two - 0.5) * 2.0)
    } else if one >= 0.5 {
        within(routine, urgent, two * 2.0)
    } else {
        within(0.0, routine, one * 2.0)
    };
    urgency.round() as u8
}
