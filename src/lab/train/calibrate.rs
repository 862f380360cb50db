//! Where 0.5 lies, how sure is sure, and from which chance on something is said: found on posts that the weights have not seen.

use super::learn::Sample;
use crate::judgement::Fact;
use crate::triage::chance::{logistic, softmax};
use crate::triage::head::{self, Answers, CHOICES, HEADS, best};
use crate::triage::lang::Lang;
use crate::triage::layers::Layers;
use crate::triage::model::{LANGS, Lines};

/// Each answer becomes `scale * answer + shift`.
#[derive(Clone, Debug)]
pub struct Calibration {
    scale: Answers,
    shift: Answers,
}

/// What weights answer a post that they have not seen.
pub type Unseen<'a> = (Answers, &'a Sample);

/// Two in 10,000: more would put strangers' talk before everything else, and keep a public note from people in trouble.
const FALSE_DESPAIR: f32 = 0.0002;

/// How few labelled posts say nothing about a head.
const FEW: usize = 50;

/// What is named must be right so often.
const RIGHT: f32 = 0.97;

/// How many posts must have been named, at least, before a line is trusted.
const NAMED: usize = 12;

impl Calibration {
    /// Fits a scale and a shift for each yes-or-no head and a scale for each choice, on posts that the weights have not seen.
    ///
    /// Our posts alone decide, for they are what the deployed model reads; but for abuse, of which customers' posts have too
    /// little. `ordinary` is what weights answer about despair in posts of strangers: no more than [`FALSE_DESPAIR`] of them may be
    /// taken for it.
    pub fn of(unseen: &[Unseen<'_>], ordinary: &[f32]) -> Calibration {
        let mut found = Calibration {
            scale: [1.0; HEADS],
            shift: [0.0; HEADS],
        };
        for choice in CHOICES {
            // What happened is only said of urgent posts, of which few tell of nothing.
            let said = |sample: &Sample| choice.start != head::SITUATION || is_urgent(sample);
            let scale = temperature(unseen, &choice, said);
            found.scale.get_mut(choice).unwrap_or_default().fill(scale);
        }
        let chosen = |at: usize| CHOICES.iter().any(|choice| choice.contains(&at));
        for at in (0..HEADS).filter(|at| !chosen(*at) && *at != head::SENTIMENT) {
            let points: Vec<(f32, f32, f32)> = unseen
                .iter()
                .filter(|(_, sample)| sample.set == 0 || at == head::ABUSE)
                .filter_map(|(answers, sample)| {
                    let target = &sample.target;
                    Some((
                        *answers.get(at)?,
                        *target.answers.get(at)?,
                        *target.trust.get(at)?,
                    ))
                })
                .filter(|(_, target, _)| !target.is_nan())
                .collect();
            if points.len() < FEW {
                continue;
            }
            let (scale, shift) = line(&points);
            // Chance is in them: they may move the line a little, no more.
            let most = if at == head::LEVEL + 2 { 2.0 } else { 0.7 };
            let mut moved = threshold(&points, scale, shift, missing(at)).clamp(-most, most);
            if at == head::DESPAIR {
                moved = moved.max(scale * seldom(ordinary, FALSE_DESPAIR) + shift);
            }
            if let (Some(of_scale), Some(of_shift)) =
                (found.scale.get_mut(at), found.shift.get_mut(at))
            {
                (*of_scale, *of_shift) = (scale, shift - moved);
            }
        }
        found
    }

    /// The answers, calibrated.
    pub fn apply(&self, answers: &Answers) -> Answers {
        let mut answers = *answers;
        for (answer, (scale, shift)) in answers.iter_mut().zip(self.scale.iter().zip(&self.shift)) {
            *answer = *answer * scale + shift;
        }
        answers
    }

    /// Layers that give calibrated answers.
    pub fn stretch(&self, layers: &mut Layers) {
        let width = layers.answers.biases.len();
        for matrix in [&mut layers.answers, &mut layers.straight] {
            let inputs = matrix.inputs;
            let biases = matrix.biases.as_flattened_mut().iter_mut();
            for (bias, scale) in biases.zip(&self.scale) {
                *bias *= scale;
            }
            for (block, rows) in (0..width).zip(matrix.numbers.chunks_exact_mut(inputs)) {
                let lanes = self.scale.chunks(crate::triage::layers::LANES).nth(block);
                for row in rows {
                    for (number, scale) in row.iter_mut().zip(lanes.into_iter().flatten()) {
                        *number *= scale;
                    }
                }
            }
        }
        let biases = layers.answers.biases.as_flattened_mut().iter_mut();
        for (bias, shift) in biases.zip(&self.shift) {
            *bias += shift;
        }
    }
}

/// Whether a post is of level 2 or 3.
fn is_urgent(sample: &Sample) -> bool {
    let level = sample.target.answers.get(head::LEVEL + 1);
    level.is_some_and(|level| *level > 0.5)
}

/// How much worse it is to miss a yes of this head than to call a no one.
fn missing(at: usize) -> f32 {
    match at {
        // A complaint that is no emergency is answered all the same, and a false one costs the next in the queue.
        _ if at == head::LEVEL + 2 => 0.8,
        head::COMPLAINT => 1.2,
        head::ACKNOWLEDGE => 0.8,
        _ => 1.0,
    }
}

/// The answer that no more than such a share of these exceed.
fn seldom(answers: &[f32], share: f32) -> f32 {
    let mut answers = answers.to_vec();
    answers.sort_by(|a, b| b.total_cmp(a));
    let at = (answers.len() as f32 * share) as usize;
    answers.get(at).copied().unwrap_or(f32::MIN)
}

/// The scale of a choice's answers that makes its chances true.
fn temperature(
    unseen: &[Unseen<'_>],
    choice: &std::ops::Range<usize>,
    counts: impl Fn(&Sample) -> bool,
) -> f32 {
    let labelled: Vec<(&[f32], usize)> = unseen
        .iter()
        .filter(|(_, sample)| sample.set == 0 && counts(sample))
        .filter_map(|(answers, sample)| {
            let right = sample.target.answers.get(choice.clone())?;
            let known = right.first().is_some_and(|first| !first.is_nan());
            known.then_some((answers.get(choice.clone())?, best(right).0))
        })
        .collect();
    if labelled.len() < FEW {
        return 1.0;
    }
    let loss = |scale: f32| -> f64 {
        let of = |(answers, right): &(&[f32], usize)| {
            let mut chances: Vec<f32> = answers.iter().map(|answer| answer * scale).collect();
            softmax(&mut chances);
            -f64::from(chances.get(*right).copied().unwrap_or(0.0).max(1e-9).ln())
        };
        labelled.iter().map(of).sum()
    };
    let scales = (4u8..=40).map(|step| f32::from(step) / 20.0);
    let all = scales.map(|scale| (scale, loss(scale)));
    all.fold(
        (1.0, f64::MAX),
        |best, next| if next.1 < best.1 { next } else { best },
    )
    .0
}

/// The scale and shift that make a head's chances true.
fn line(points: &[(f32, f32, f32)]) -> (f32, f32) {
    let (mut scale, mut shift) = (1.0, 0.0);
    let count: f32 = points.iter().map(|point| point.2).sum();
    for _ in 0..300 {
        let (mut by_scale, mut by_shift) = (0.0, 0.0);
        for (answer, target, trust) in points {
            let error = (logistic(scale * answer + shift) - target) * trust;
            by_scale += error * answer;
            by_shift += error;
        }
        scale -= 0.05 * by_scale / count;
        shift -= 0.3 * by_shift / count;
    }
    (scale.clamp(0.2, 2.0), shift)
}

/// Where, beside 0, a calibrated answer decides best, by F-beta: the middle of the stretch that is within half a point of
/// the best, so that chance in a few posts moves it little.
fn threshold(points: &[(f32, f32, f32)], scale: f32, shift: f32, beta: f32) -> f32 {
    let score = |at: f32| {
        let (mut hit, mut called, mut real) = (0.0f32, 0.0f32, 0.0f32);
        for (answer, target, trust) in points {
            let call = scale * answer + shift >= at;
            called += if call { *trust } else { 0.0 };
            real += if *target > 0.5 { *trust } else { 0.0 };
            hit += if call && *target > 0.5 { *trust } else { 0.0 };
        }
        let beta = beta * beta;
        (1.0 + beta) * hit / (beta * real + called).max(1e-6)
    };
    let scores: Vec<(f32, f32)> = (-30i8..=20)
        .map(|step| f32::from(step) / 10.0)
        .map(|at| (at, score(at)))
        .collect();
    let best = scores.iter().fold(0.0f32, |best, s| best.max(s.1));
    let good: Vec<f32> = scores
        .into_iter()
        .filter(|s| s.1 >= best - 0.005)
        .map(|s| s.0)
        .collect();
    good.iter().sum::<f32>() / good.len().max(1) as f32
}

/// The lowest chance from which on what is said is right often enough: (chance, whether it is right). Above 1 where there is none.
fn right_from(mut said: Vec<(f32, bool)>) -> f32 {
    said.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut line) = (0usize, 2.0);
    for (at, (chance, is_right)) in said.iter().enumerate() {
        right += usize::from(*is_right);
        let named = at + 1;
        let last = said.get(named).is_none_or(|next| next.0 < *chance);
        if last && named >= NAMED && right as f32 >= RIGHT * named as f32 {
            line = *chance;
        }
    }
    line
}

/// From which chance on a situation and each fact is said, in each language: where what is said is right [`RIGHT`] often on
/// posts that the weights have not seen. Answers are calibrated already.
pub fn lines(unseen: &[Unseen<'_>]) -> Lines {
    let mut lines = Lines::SILENT;
    let place = |sample: &Sample| Lines::of(sample.lang.as_deref().and_then(Lang::tagged));
    let ours: Vec<&Unseen<'_>> = unseen
        .iter()
        .filter(|(_, sample)| sample.set == 0)
        .collect();
    for lang in 0..LANGS {
        // Where no language is known, that of all.
        let of_lang = |sample: &Sample| lang + 1 == LANGS || place(sample) == lang;
        let mut situations = Vec::new();
        let mut facts: Vec<Vec<(f32, bool)>> = vec![Vec::new(); Fact::ALL.len()];
        for (answers, sample) in ours.iter().filter(|(_, sample)| of_lang(sample)) {
            let right = &sample.target.answers;
            let choice = head::SITUATION..head::DANGER;
            if let (Some(right), Some(found)) = (right.get(choice.clone()), answers.get(choice))
                && right.first().is_some_and(|first| !first.is_nan())
                && is_urgent(sample)
            {
                let mut chances = found.to_vec();
                softmax(&mut chances);
                let (at, chance) = best(chances.get(1..).unwrap_or_default());
                situations.push((chance, right.get(at + 1).is_some_and(|right| *right > 0.0)));
            }
            for (at, said) in facts.iter_mut().enumerate() {
                let both = (right.get(head::FACT + at), answers.get(head::FACT + at));
                if let (Some(right), Some(found)) = both
                    && !right.is_nan()
                {
                    said.push((logistic(*found), *right > 0.5));
                }
            }
        }
        if let Some(line) = lines.situation.get_mut(lang) {
            *line = right_from(situations);
        }
        for (line, said) in lines.facts.get_mut(lang).into_iter().flatten().zip(facts) {
            *line = right_from(said);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_where_what_is_said_is_right() {
        let said = |right: usize, wrong: usize, chance: f32| {
            let all = (0..right + wrong).map(move |at| (chance, at < right));
            all.collect::<Vec<(f32, bool)>>()
        };
        let mixed = [said(40, 0, 0.9), said(39, 1, 0.7), said(10, 10, 0.5)].concat();
        assert_eq!(right_from(mixed), 0.7);
        assert_eq!(right_from(said(5, 0, 0.9)), 2.0, "too few to tell");
        assert_eq!(right_from(said(20, 20, 0.9)), 2.0);
    }

    #[test]
    fn a_line_makes_chances_true() {
        // Twice as sure as it should be.
        let points: Vec<(f32, f32, f32)> = (0..1000)
            .map(|at| {
                let real = (at % 100) as f32 / 25.0 - 2.0;
                let yes = (at / 100) as f32 / 10.0 + 0.05 < logistic(real);
                (real * 2.0, f32::from(u8::from(yes)), 1.0)
            })
            .collect();
        let (scale, shift) = line(&points);
        assert!(
            (scale - 0.5).abs() < 0.1 && shift.abs() < 0.2,
            "{scale} {shift}"
        );
    }
}
