//! How customers said it went, as an answer: `GET /v1/surveys`.
//!
//! A cohort: those who were asked in the period, and what they have answered by now. What is told of answers is of
//! those who answered, and of nobody else: the silent are counted and never filled in. Below [`LEAST`] no share is told,
//! for it would say nothing.

use super::coverage;
use super::interval::{difference, round, wilson};
use super::problem::Problem;
use super::request::Query;
use super::response::Response;
use crate::inbox::arc::Moment;
use crate::inbox::report::HOUR_MS;
use crate::inbox::satisfaction::{Answered, Felt, Key, LATEST, ShowSurveys, SurveySum, Surveys};
use serde::Serialize;
use std::collections::BTreeMap;

/// The least number of which a share or a mean is told.
pub(super) const LEAST: i64 = 10;

/// Which are asked for: whole hours, the last seven days where nothing is said; told apart by agent.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn asked(query: &mut Query<'_>, now_ms: i64) -> Result<ShowSurveys, Problem> {
    let by = match query.take("by") {
        None => Key::Agent,
        Some(name) => Key::named(name).ok_or_else(|| {
            let known = Key::ALL.map(Key::as_str).join(", ");
            Problem::field("by", format!("one of {known}"))
        })?,
    };
    let (from, to) = coverage::period(query, now_ms)?;
    Ok(ShowSurveys {
        from_ms: from * HOUR_MS,
        to_ms: to * HOUR_MS,
        by,
    })
}

/// What some of those who were asked said.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Rated {
    /// How many were asked.
    pub asked: i64,
    /// Of those: how many have answered.
    pub answered: i64,
    /// answered / asked.
    pub response_rate: Option<f64>,
    /// Its interval of 95 %.
    pub response_interval: Option<[f64; 2]>,
    /// How many answered with each face, from 1 to 5.
    pub scores: [i64; 5],
    /// The mean of the faces.
    pub mean: Option<f64>,
    /// How many chose the fourth or the fifth.
    pub content: i64,
    /// content / answered.
    pub content_share: Option<f64>,
    /// Its interval of 95 %.
    pub content_interval: Option<[f64; 2]>,
}

/// What these sums say together.
pub(super) fn rated<'a>(sums: impl IntoIterator<Item = &'a SurveySum>) -> Rated {
    let mut rated = Rated::default();
    for sum in sums {
        rated.asked += sum.asked;
        for (all, n) in rated.scores.iter_mut().zip(sum.scores) {
            *all += n;
        }
    }
    rated.answered = rated.scores.iter().sum();
    rated.content = rated.scores.iter().skip(3).sum();
    if rated.asked >= LEAST {
        rated.response_rate = Some(round(rated.answered as f64 / rated.asked as f64));
        rated.response_interval = wilson(rated.answered, rated.asked);
    }
    if rated.answered >= LEAST {
        let sum: i64 = (1..).zip(rated.scores).map(|(face, n)| face * n).sum();
        rated.mean = Some(round(sum as f64 / rated.answered as f64));
        rated.content_share = Some(round(rated.content as f64 / rated.answered as f64));
        rated.content_interval = wilson(rated.content, rated.answered);
    }
    rated
}

#[derive(Serialize)]
struct Group {
    key: String,
    #[serde(flatten)]
    rated: Rated,
}

/// Those whose last words felt so, or who had that moment.
#[derive(Serialize)]
struct Inferred {
    is: &'static str,
    #[serde(flatten)]
    rated: Rated,
}

/// What Heard inferred beside what they said.
#[derive(Serialize)]
struct Beside {
    groups: Vec<Inferred>,
    says: String,
}

/// What all shards know together.
#[derive(Default)]
struct All {
    sums: Vec<SurveySum>,
    latest: Vec<Answered>,
}

fn all(shards: Vec<Surveys>) -> All {
    let mut all = All::default();
    for one in shards {
        all.sums.extend(one.sums);
        all.latest.extend(one.latest);
    }
    all.latest
        .sort_by(|a, b| (b.answered_ms, &b.interaction).cmp(&(a.answered_ms, &a.interaction)));
    all.latest
        .truncate(usize::try_from(LATEST).unwrap_or(usize::MAX));
    all
}

/// The answer. What is told of `samples` is another file's to say.
pub fn surveys<S: Serialize>(
    shards: Vec<Surveys>,
    samples: S,
    asked: &ShowSurveys,
    now_ms: i64,
) -> Response {
    #[derive(Serialize)]
    struct Answer<S> {
        as_of_ms: i64,
        from_ms: i64,
        to_ms: i64,
        by: &'static str,
        total: Rated,
        says: String,
        groups: Vec<Group>,
        in_public: Rated,
        felt: Beside,
        arc: Beside,
        latest: Vec<Answered>,
        samples: S,
    }
    let All { sums, latest } = all(shards);
    let (public, sums): (Vec<SurveySum>, Vec<SurveySum>) =
        sums.into_iter().partition(|sum| sum.public);
    let mut keys: BTreeMap<&str, Vec<&SurveySum>> = BTreeMap::new();
    for sum in &sums {
        keys.entry(sum.key.as_str()).or_default().push(sum);
    }
    let group = |(key, sums): (&str, Vec<&SurveySum>)| Group {
        key: if key.is_empty() { "none" } else { key }.to_owned(),
        rated: rated(sums),
    };
    let total = rated(&sums);
    Response::of(&Answer {
        as_of_ms: now_ms,
        from_ms: asked.from_ms,
        to_ms: asked.to_ms,
        by: asked.by.as_str(),
        says: says(&total),
        total,
        groups: keys.into_iter().map(group).collect(),
        in_public: rated(&public),
        felt: felt(&sums),
        arc: arc(&sums),
        latest,
        samples,
    })
}

fn percent(share: f64) -> i64 {
    // A share is at most 1.
    #[allow(clippy::cast_possible_truncation)]
    let percent = (share * 100.0).round() as i64;
    percent
}

fn between(interval: Option<[f64; 2]>) -> String {
    interval.map_or_else(String::new, |[low, high]| {
        format!(" ({} to {} %)", percent(low), percent(high))
    })
}

/// In a sentence.
pub(super) fn says(all: &Rated) -> String {
    let mut says = format!("{} of {} answered", all.answered, all.asked);
    if let Some(rate) = all.response_rate {
        says += &format!(": {} %{}", percent(rate), between(all.response_interval));
    }
    match all.content_share {
        Some(share) => {
            says += &format!(
                "; {} of those were content: {} %{} of those who answered",
                all.content,
                percent(share),
                between(all.content_interval)
            );
        }
        None => says += &format!("; too few for a share: {LEAST} at least"),
    }
    says
}

/// Whether those of one kind were content more often than those of another: whether what was inferred tells anything
/// of what they say.
fn predicts(good: (&str, &Rated), bad: (&str, &Rated)) -> String {
    let counts = format!(
        "{}: {} of {} content; {}: {} of {}",
        good.0, good.1.content, good.1.answered, bad.0, bad.1.content, bad.1.answered
    );
    if good.1.answered < LEAST || bad.1.answered < LEAST {
        return format!("{counts}. Too few to compare: {LEAST} of each at least");
    }
    let of = |one: &Rated| (one.content, one.answered);
    match difference(of(good.1), of(bad.1)) {
        Some([low, high]) if low > 0.0 => format!(
            "{counts}. It tells something: {} to {} points more were content",
            percent(low),
            percent(high)
        ),
        Some([low, high]) if high < 0.0 => format!(
            "{counts}. It misleads: {} to {} points fewer were content",
            percent(-high),
            percent(-low)
        ),
        _ => format!("{counts}. No difference shown"),
    }
}

fn felt(sums: &[SurveySum]) -> Beside {
    let of = |felt: Option<Felt>| rated(sums.iter().filter(|sum| sum.felt == felt));
    let (good, bad) = (of(Some(Felt::Positive)), of(Some(Felt::Negative)));
    let says = predicts(("last words read as good", &good), ("as bad", &bad));
    let groups = [
        ("positive", good),
        ("neutral", of(Some(Felt::Neutral))),
        ("negative", bad),
        ("unknown", of(None)),
    ];
    Beside {
        groups: told(groups),
        says,
    }
}

/// Of those who answered alone: nobody looks for moments of who did not.
fn arc(sums: &[SurveySum]) -> Beside {
    let of = |moment: Option<Moment>| {
        let mut rated = rated(sums.iter().filter(|sum| sum.moment == moment));
        rated.asked = rated.answered;
        (rated.response_rate, rated.response_interval) = (None, None);
        rated
    };
    let (won, lost) = (of(Some(Moment::WonBack)), of(Some(Moment::Lost)));
    let says = predicts(("won back", &won), ("lost", &lost));
    let groups = [("won_back", won), ("lost", lost), ("neither", of(None))];
    Beside {
        groups: told(groups),
        says,
    }
}

fn told<const N: usize>(groups: [(&'static str, Rated); N]) -> Vec<Inferred> {
    let group = |(is, rated)| Inferred { is, rated };
    groups.into_iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(felt: Option<Felt>, asked: i64, scores: [i64; 5]) -> SurveySum {
        SurveySum {
            key: "ana".into(),
            public: false,
            felt,
            moment: None,
            asked,
            scores,
        }
    }

    #[test]
    fn shares_are_of_those_who_answered() {
        // insight.md: 52 of 520, 41 content: 79 % (66-88).
        let rated = rated(&[sum(None, 520, [4, 3, 4, 20, 21])]);
        assert_eq!((rated.answered, rated.content), (52, 41));
        assert_eq!(
            says(&rated),
            "52 of 520 answered: 10 % (8 to 13 %); 41 of those were content: 79 % (66 to 88 %) of those who answered"
        );
        assert_eq!(rated.mean, Some(3.9808));
        let few = super::rated(&[sum(None, 12, [0, 0, 0, 0, 9])]);
        assert_eq!((few.mean, few.content_share), (None, None));
        assert!(few.response_rate.is_some());
        assert!(says(&few).ends_with("too few for a share: 10 at least"));
    }

    #[test]
    fn what_was_inferred_is_held_against_what_they_say() {
        let told = |good: [i64; 5], bad: [i64; 5]| {
            felt(&[
                sum(Some(Felt::Positive), 40, good),
                sum(Some(Felt::Negative), 40, bad),
            ])
            .says
        };
        assert_eq!(
            told([1, 0, 1, 8, 10], [9, 5, 2, 2, 2]),
            "last words read as good: 18 of 20 content; as bad: 4 of 20. It tells something: 40 to 84 points more were content"
        );
        assert!(told([2, 3, 5, 5, 5], [3, 3, 4, 5, 5]).ends_with("No difference shown"));
        assert!(told([9, 5, 2, 2, 2], [1, 0, 1, 8, 10]).contains("It misleads"));
        assert!(told([0, 0, 0, 0, 9], [0, 0, 0, 0, 30]).ends_with("10 of each at least"));
    }
}
