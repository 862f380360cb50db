//! What the cues of a post add up to: points of urgency, and the parts of the post that gave them.

use super::cue::{CUES, Cue, Found, quote};
use super::text::Text;
use crate::judgement::{MAX_REASONS, Reason};

/// How urgent a cue is by itself, in points of urgency.
///
/// A matter that stops somebody's day is worth two thirds of "urgent" (50), so that it takes a second
/// circumstance (time, event, silence, a plea) to get there; danger and fraud get there alone. The sum is a sign for the
/// model, and the points choose which parts may be reasons; the judgement is the model's.
fn points(found: &Found) -> f32 {
    match found.cue {
        Cue::SelfHarm => 90.0,
        Cue::Danger => 80.0,
        Cue::Fraud => 66.0,
        Cue::Locked => 36.0,
        Cue::Stuck => 34.0,
        Cue::Outage => 30.0,
        Cue::Money => 24.0,
        Cue::Cancelled | Cue::Lost => 22.0,
        Cue::Deprived => 24.0,
        Cue::Delay | Cue::Unanswered | Cue::Event => 18.0,
        Cue::Frail | Cue::Child | Cue::Broken | Cue::Repeat | Cue::Plea => 14.0,
        Cue::Staff => 12.0,
        Cue::Parcel | Cue::Bad | Cue::Sarcasm => 8.0,
        Cue::Pain => 3.0,
        Cue::Duration => match found.minutes {
            0..30 => 4.0,
            30..120 => 11.0,
            _ => 24.0,
        },
        Cue::Deadline => match found.minutes {
            0..180 => 42.0,
            _ => 16.0,
        },
        Cue::Threat => 60.0,
        _ => 0.0,
    }
}

/// Cues that are no trouble by themselves: they count only beside one that is.
fn circumstance(cue: Cue) -> bool {
    matches!(
        cue,
        Cue::Child
            | Cue::Frail
            | Cue::Event
            | Cue::Duration
            | Cue::Deadline
            | Cue::Repeat
            | Cue::Plea
            | Cue::Parcel
    )
}

/// Each further cue adds less: it mostly tells the same story again.
const SHARES: [f32; 8] = [1.0, 0.7, 0.55, 0.45, 0.35, 0.25, 0.15, 0.1];

/// The cues of a post, counted.
#[derive(Clone, Debug)]
pub struct Evidence {
    counts: [u8; CUES],
    /// Points of urgency: 0 to about 150.
    pub urgency: f32,
    /// The cues that gave points and how many, strongest first.
    pub shares: Vec<(Found, f32)>,
}

impl Evidence {
    /// Adds up the cues.
    pub fn of(found: &[Found]) -> Evidence {
        let mut counts = [0u8; CUES];
        let mut shares: Vec<(Found, f32)> = Vec::with_capacity(found.len().min(64));
        let mut troubled = false;
        for cue in found.iter().filter(|found| !found.negated) {
            let Some(count) = counts.get_mut(cue.cue as usize) else {
                continue;
            };
            *count = count.saturating_add(1);
            let points = points(cue);
            if points > 0.0 && *count <= 2 {
                // A second finding of one sort adds little.
                shares.push((*cue, if *count == 1 { points } else { points * 0.4 }));
            }
            troubled |= points > 0.0 && !circumstance(cue.cue) && cue.cue != Cue::Pain;
        }
        shares.retain(|(cue, _)| {
            troubled || !circumstance(cue.cue) || matches!(cue.cue, Cue::Plea | Cue::Deadline)
        });
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.first.cmp(&b.0.first)));
        for (place, share) in shares.iter_mut().enumerate() {
            share.1 *= SHARES.get(place).copied().unwrap_or(0.0);
        }
        let urgency = shares.iter().map(|(_, points)| points).sum();
        Evidence {
            counts,
            urgency,
            shares,
        }
    }

    /// How often a cue came, not counting negated ones.
    pub fn count(&self, cue: Cue) -> f32 {
        self.counts
            .get(cue as usize)
            .copied()
            .map_or(0.0, f32::from)
    }

    /// Whether a cue came.
    pub fn has(&self, cue: Cue) -> bool {
        self.count(cue) > 0.0
    }

    /// How many sorts of trouble there are.
    pub fn trouble(&self) -> f32 {
        [
            Cue::Danger,
            Cue::SelfHarm,
            Cue::Fraud,
            Cue::Deprived,
            Cue::Stuck,
            Cue::Locked,
            Cue::Money,
            Cue::Outage,
            Cue::Cancelled,
            Cue::Delay,
            Cue::Lost,
            Cue::Unanswered,
            Cue::Broken,
            Cue::Staff,
        ]
        .into_iter()
        .filter(|cue| self.has(*cue))
        .map(|_| 1.0)
        .sum()
    }

    /// The parts of the post that cues stand in: those that stand together are one part ("stuck outside
    /// Woking for 4 hours").
    pub fn parts(&self, text: &Text) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::with_capacity(self.shares.len());
        let mut shares = self.shares.clone();
        shares.sort_by_key(|(found, _)| (found.first, found.end));
        let mut timed = false;
        for (found, points) in shares {
            let time = matches!(found.cue, Cue::Duration | Cue::Deadline);
            if let Some(last) = parts.last_mut()
                && joins(text, last.end, found.first, timed || time)
                && found.end.max(last.end) - last.first <= LONGEST
            {
                last.end = last.end.max(found.end);
                last.points += points;
                timed |= time;
            } else {
                parts.push(Part {
                    first: found.first,
                    end: found.end,
                    points,
                });
                timed = time;
            }
        }
        parts
    }
}

/// A part of a post that speaks: its tokens and the points of its cues.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its first token.
    pub first: u32,
    /// The token after its last.
    pub end: u32,
    /// What its cues gave.
    pub points: f32,
}

/// Quotes the strongest of some parts (first token, token after the last, weight), at most
/// [`MAX_REASONS`] and none that is slight beside the first.
pub fn strongest(post: &str, text: &Text, mut parts: Vec<(u32, u32, f32)>) -> Vec<Reason> {
    parts.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()).then(a.0.cmp(&b.0)));
    let slight = parts
        .first()
        .map_or(0.0, |part| part.2.abs() * 0.08)
        .max(0.05);
    parts
        .into_iter()
        .take_while(|part| part.2.abs() >= slight)
        .take(MAX_REASONS)
        .map(|(first, end, weight)| Reason {
            what: quote(post, &text.tokens, first, end).to_string(),
            weight: (weight * 10.0).round() / 10.0,
        })
        .filter(|reason| !reason.what.is_empty())
        .collect()
}

/// The longest part that is quoted, in tokens: more is no longer a part.
const LONGEST: u32 = 14;

/// Whether two cues stand so close that they are read together: next to each other, or, where one of
/// them tells a time, within one clause.
fn joins(text: &Text, end: u32, first: u32, timed: bool) -> bool {
    if first < end {
        return true;
    }
    let clause = |at: u32| text.tokens.get(at as usize).map(|token| token.clause);
    let near = if timed { 5 } else { 1 };
    first - end <= near && clause(end.saturating_sub(1)) == clause(first)
}
