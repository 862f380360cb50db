//! Why: the parts of a post that gave its judgement.
//!
//! One way back through the layers tells how much each word adds where the post lies. Words that speak the same way beside each
//! other are one part; the strongest parts are taken out of the post and it is read again, and what the model loses is the
//! reason's weight. What it does not lose is no reason.

use super::head::{self, Answers, HEADS};
use super::layers::Trace;
use super::model::Model;
use super::subwords::Words;
use super::text::{Shape, Text};
use super::{cue, lang};
use crate::judgement::{Kind, Level, MAX_REASONS, Reason, Triage};

/// From a logit to the weight that a reason shows: about points of urgency.
const REASON: f32 = 10.0;

/// How many of the strongest parts are taken out to see what the model loses.
const TRIED: usize = 3;

/// What is asked of the model: which answers, with what factor each; negative where they weigh against urgency.
pub type Asked = &'static [(usize, f32)];

/// What the reasons of a judgement are reasons for: its urgency, or, where nobody is needed soon, the kind that makes it so.
pub fn asked(judged: &Triage) -> Asked {
    match (judged.level, judged.kind) {
        (Level::Idle, Kind::Praise) => &[(head::PRAISE, -REASON)],
        (Level::Idle, Kind::Spam) => &[(head::SPAM, -REASON)],
        (Level::Idle, Kind::Attack) => &[(head::ABUSE, -REASON)],
        (Level::Idle, _) => &[],
        _ => &[
            (head::LEVEL, REASON / 3.0),
            (head::LEVEL + 1, REASON / 3.0),
            (head::LEVEL + 2, REASON / 3.0),
        ],
    }
}

fn says(answers: &Answers, asked: Asked) -> f32 {
    let of = |(head, factor): &(usize, f32)| answers.get(*head).map_or(0.0, |a| a * factor);
    asked.iter().map(of).sum()
}

/// A part of a post: its first word, the word after its last, and what it adds.
#[derive(Clone, Copy, Debug)]
struct Part {
    first: usize,
    end: usize,
    adds: f32,
}

/// The reasons, strongest first.
pub fn of(
    post: &str,
    text: &Text,
    words: &Words,
    (model, trace): (&Model, &Trace),
    asked: Asked,
) -> Vec<Reason> {
    if asked.is_empty() {
        return Vec::new();
    }
    let mut slopes = [0.0; HEADS];
    for (head, factor) in asked {
        if let Some(slope) = slopes.get_mut(*head) {
            *slope = *factor;
        }
    }
    let sign = asked.first().map_or(1.0, |(_, factor)| factor.signum());
    let back = trace.back(model.turned(), &slopes, None, None, None);
    let adds: Vec<f32> = trace
        .words()
        .iter()
        .zip(&back)
        .map(|(word, slope)| word.iter().zip(slope).map(|(a, b)| a * b).sum::<f32>() * sign)
        .collect();
    let mut parts = parts(text, words, &adds);
    parts.sort_by(|a, b| b.adds.total_cmp(&a.adds).then(a.first.cmp(&b.first)));
    parts.truncate(TRIED);
    let whole = says(&trace.answers, asked);
    for part in &mut parts {
        let without = model.trace(trace.without(part.first..part.end));
        part.adds = whole - says(&without.answers, asked);
    }
    parts.retain(|part| part.adds * sign > 0.0);
    parts.sort_by(|a, b| {
        b.adds
            .abs()
            .total_cmp(&a.adds.abs())
            .then(a.first.cmp(&b.first))
    });
    let token = |word: usize| words.tokens.get(word).copied().unwrap_or(0);
    parts
        .into_iter()
        .take(MAX_REASONS)
        .map(|part| Reason {
            what: cue::quote(
                post,
                &text.tokens,
                token(part.first),
                token(part.end - 1) + 1,
            )
            .to_string(),
            weight: (part.adds * 10.0).round() / 10.0,
        })
        .filter(|reason| !reason.what.is_empty())
        .collect()
}

/// Runs of words within a clause that speak for it; a little word between two that speak belongs to them.
fn parts(text: &Text, words: &Words, adds: &[f32]) -> Vec<Part> {
    // A word speaks if it adds a fifth of what the loudest does.
    let line = adds.iter().copied().fold(0.0, f32::max) * 0.2;
    let mut parts: Vec<Part> = Vec::new();
    let mut open: Option<(Part, u16)> = None;
    let mut quiet = 0;
    for (at, (add, token)) in adds.iter().zip(&words.tokens).enumerate() {
        let Some(token) = text.tokens.get(*token as usize) else {
            continue;
        };
        let speaks = *add >= line
            && *add > 0.0
            && matches!(
                token.shape,
                Shape::Word | Shape::Emoji | Shape::Link | Shape::Number
            );
        let near = quiet <= 1;
        match (&mut open, speaks) {
            (Some((part, clause)), true) if *clause == token.clause && near => {
                part.end = at + 1;
                part.adds += add;
                quiet = 0;
            }
            (_, true) => {
                parts.extend(open.take().map(|(part, _)| part));
                // A little word alone is no part of its own.
                if !lang::is_common(token.hash) {
                    let part = Part {
                        first: at,
                        end: at + 1,
                        adds: *add,
                    };
                    open = Some((part, token.clause));
                }
                quiet = 0;
            }
            (_, false) => quiet += 1,
        }
    }
    parts.extend(open.map(|(part, _)| part));
    parts
}
