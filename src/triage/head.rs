//! What the model is asked: each question's place among its answers.

use crate::judgement::{Actual, Danger, Fact, Kind, Situation, Who};
use std::ops::Range;

/// The kinds, in the order of [`Kind::ALL`]: one of them is.
pub const KIND: usize = 0;
/// Three steps: level 1 or more, 2 or more, 3.
pub const LEVEL: usize = KIND + Kind::ALL.len();
/// It is a complaint.
pub const COMPLAINT: usize = LEVEL + 3;
/// It asks for help.
pub const HELP: usize = COMPLAINT + 1;
/// It praises.
pub const PRAISE: usize = HELP + 1;
/// It abuses.
pub const ABUSE: usize = PRAISE + 1;
/// It is spam.
pub const SPAM: usize = ABUSE + 1;
/// How its author feels: 0 bitter, 1 delighted.
pub const SENTIMENT: usize = SPAM + 1;
/// No situation, then those in the order of [`Situation::ALL`]: one of them is.
pub const SITUATION: usize = SENTIMENT + 1;
/// No danger, then those in the order of [`Danger::ALL`]: one of them is.
pub const DANGER: usize = SITUATION + 1 + Situation::ALL.len();
/// In the order of [`Actual::ALL`]: one of them is.
pub const ACTUAL: usize = DANGER + 1 + Danger::ALL.len();
/// In the order of [`Who::ALL`]: one of them is.
pub const WHO: usize = ACTUAL + Actual::ALL.len();
/// It speaks to the brand.
pub const TO_US: usize = WHO + Who::ALL.len();
/// In the order of [`Fact::ALL`]: each by itself.
pub const FACT: usize = TO_US + 1;
/// Its author hints at harming themselves.
pub const DESPAIR: usize = FACT + Fact::ALL.len();
/// It is to be acknowledged at once.
pub const ACKNOWLEDGE: usize = DESPAIR + 1;
/// How many answers there are.
pub const HEADS: usize = ACKNOWLEDGE + 1;

/// The questions of which one answer is right.
pub const CHOICES: [Range<usize>; 5] = [
    KIND..LEVEL,
    SITUATION..DANGER,
    DANGER..ACTUAL,
    ACTUAL..WHO,
    WHO..TO_US,
];

/// What the model answers a post.
pub type Answers = [f32; HEADS];

/// The greatest of some answers: its place among them, and its value.
pub fn best(answers: &[f32]) -> (usize, f32) {
    answers
        .iter()
        .copied()
        .enumerate()
        .fold(
            (0, f32::MIN),
            |best, next| {
                if next.1 > best.1 { next } else { best }
            },
        )
}
