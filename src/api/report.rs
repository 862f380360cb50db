//! What a period looks like from above, and what changed since the one before: `GET /v1/report`.

use super::books::{self, Clocks};
use super::coverage::{self, Covered, Gap, Group};
use super::interval;
use super::problem::Problem;
use super::request::Query;
use super::response::Response;
use super::series;
use crate::config::Config;
use crate::customers::series::Item;
use crate::customers::wire::Steps;
use crate::inbox::cohort::{self, By, FateSum};
use crate::inbox::fate::Fate;
use crate::inbox::hurdle::{self, Example};
use crate::inbox::naming::{Named, Naming};
use crate::inbox::overview::{BY, Overview, ShowOverview};
use crate::inbox::report::HOUR_MS;
use crate::judgement::Situation;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The share of the differences that are told which may be chance (Benjamini and Hochberg).
const Q: f64 = 0.10;

/// Which period is asked for.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn asked(query: &mut Query<'_>, now_ms: i64) -> Result<ShowOverview, Problem> {
    let (from_hour, to_hour) = coverage::period(query, now_ms)?;
    Ok(ShowOverview { from_hour, to_hour })
}

#[derive(Serialize)]
struct Day {
    from_ms: i64,
    came: i64,
    missed: i64,
}

#[derive(Serialize)]
struct Volume {
    came: i64,
    matters: i64,
    came_before: Option<i64>,
    matters_before: Option<i64>,
    days: Vec<Day>,
}

#[derive(Serialize)]
struct Told {
    by: &'static str,
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct CoverageAnswer {
    total: Covered,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Covered>,
    by: Vec<Told>,
    gaps: Vec<Gap>,
}

#[derive(Serialize)]
struct SlaAnswer {
    now: Clocks,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Clocks>,
}

/// How a product stands to the period before.
#[derive(Debug, Serialize)]
struct ProductTrend {
    product: String,
    posts: i64,
    people: i64,
    people_before: Option<i64>,
    complained: i64,
    complained_before: Option<i64>,
    ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    difference: Option<&'static str>,
    says: String,
}

/// What hinders most people, in their words.
#[derive(Debug, Serialize)]
struct Hurdle {
    situation: String,
    matters: i64,
    examples: Vec<Words>,
}

#[derive(Debug, Serialize)]
struct Words {
    lang: String,
    text: String,
}

/// Who took which step from customer to advocate.
#[derive(Debug, Serialize)]
struct Advocates {
    #[serde(flatten)]
    steps: Steps,
    interval: Option<[f64; 2]>,
    says: String,
}

fn advocates(steps: Steps) -> Advocates {
    let Steps {
        asked,
        asked_posted,
        asked_joined,
        ..
    } = steps;
    // No percentage of fewer than ten.
    let interval = interval::wilson(asked_posted, asked).filter(|_| asked >= 10);
    let share = interval.map(|[low, high]| {
        format!(
            " (95 % interval {:.0} to {:.0} %)",
            low * 100.0,
            high * 100.0
        )
    });
    Advocates {
        says: format!(
            "of {asked} who were asked {asked_posted} spoke since{}, {asked_joined} joined",
            share.unwrap_or_default()
        ),
        interval,
        steps,
    }
}

/// How a situation stands to the period before.
#[derive(Debug, Serialize)]
struct Trend {
    situation: String,
    posts: i64,
    matters: i64,
    matters_before: Option<i64>,
    ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    difference: Option<&'static str>,
    says: String,
}

#[derive(Serialize)]
struct Acknowledged {
    noted: i64,
    noted_and_answered: i64,
    noted_only: i64,
}

#[derive(Serialize)]
struct Answer {
    as_of_ms: i64,
    from_ms: i64,
    to_ms: i64,
    before_from_ms: i64,
    counted_since_ms: i64,
    complete: bool,
    comparable: bool,
    volume: Volume,
    coverage: CoverageAnswer,
    sla: SlaAnswer,
    situations: Vec<Trend>,
    products: Vec<ProductTrend>,
    products_complete: bool,
    hurdles: Vec<Hurdle>,
    advocates: Option<Advocates>,
    series: Option<Vec<series::Told>>,
    goals: Vec<series::Aim>,
    acknowledgments: Acknowledged,
    ignored: BTreeMap<String, i64>,
}

/// The answer to `GET /v1/report`.
pub fn report(
    config: &Config,
    all: Vec<Overview>,
    steps: Option<Steps>,
    figures: Option<&[Item]>,
    asked: &ShowOverview,
    now_ms: i64,
) -> Response {
    let mut by: Vec<Vec<FateSum>> = BY.map(|_| Vec::new()).into();
    let (mut fates, mut before) = (Vec::new(), Vec::new());
    let (mut sla, mut sla_before) = (Vec::new(), Vec::new());
    let (mut named, mut examples) = (Vec::new(), Vec::new());
    let mut complaints: BTreeMap<i64, i64> = BTreeMap::new();
    for shard in all {
        for (all, sums) in by.iter_mut().zip(shard.by) {
            all.extend(sums);
        }
        for (hour, n) in shard.complaints {
            *complaints.entry(hour).or_default() += n;
        }
        fates.push(shard.fates);
        before.extend(shard.before);
        sla.extend(shard.sla);
        sla_before.extend(shard.sla_before);
        named.push(shard.named);
        examples.extend(shard.examples);
    }
    let fates = coverage::together(fates);
    let before_from_ms = asked.before_hour() * HOUR_MS;
    let reach_ms = now_ms - cohort::DAYS * 86_400_000;
    let comparable =
        !fates.behind && fates.since_ms <= before_from_ms && reach_ms <= before_from_ms;
    // Hours for which people were timed are kept for a month only.
    let sla_reach_ms = now_ms - crate::inbox::report::DAYS * 86_400_000;
    let sla_comparable = comparable && sla_reach_ms <= before_from_ms;
    // Products are read out of the posts, which go with retention.
    let kept_ms = now_ms - i64::from(config.limits.retention_days) * 86_400_000;
    let named_comparable = comparable && kept_ms <= before_from_ms;
    let products_complete =
        named.iter().all(|named| !named.cut) && kept_ms <= asked.from_hour * HOUR_MS;
    let situations = trends(&fates.sums, &before, comparable);
    let total = coverage::covered(&fates.sums);
    let earlier = coverage::covered(&before);
    let days = days(by.first().map(Vec::as_slice).unwrap_or_default());
    let count = |fates: &[Fate]| {
        let of = |fate: &Fate| total.fates.get(fate.as_str()).copied().unwrap_or(0);
        fates.iter().map(of).sum::<i64>()
    };
    let noted_and_answered = count(&[Fate::NotedAnswered, Fate::NotedAnsweredLate]);
    let noted_only = count(&[Fate::Noted]);
    let told = BY.into_iter().zip(&by).filter(|(by, _)| *by != By::Hour);
    let complete = !fates.behind && fates.since_ms <= asked.from_hour * HOUR_MS;
    let series = figures.map(|all| series::beside(config, all, &complaints, asked, comparable));
    let clocks = books::clocks_of(sla);
    let goals = series::goals(
        config,
        &series::Held {
            total: &total,
            clocks: &clocks,
            complaints: complete
                .then(|| complaints.range(asked.from_hour..asked.to_hour))
                .map(|own| own.map(|(_, n)| n).sum()),
            series: series.as_deref(),
            hours: asked.to_hour - asked.from_hour,
        },
    );
    Response::of(&Answer {
        as_of_ms: now_ms,
        from_ms: asked.from_hour * HOUR_MS,
        to_ms: asked.to_hour * HOUR_MS,
        before_from_ms,
        counted_since_ms: fates.since_ms,
        complete,
        comparable,
        volume: Volume {
            came: total.came,
            matters: total.matters,
            came_before: comparable.then_some(earlier.came),
            matters_before: comparable.then_some(earlier.matters),
            days,
        },
        products: products(config, &named, named_comparable),
        products_complete,
        hurdles: hurdles(&situations, &examples),
        advocates: steps.map(advocates),
        series,
        goals,
        situations,
        acknowledgments: Acknowledged {
            noted: noted_and_answered + noted_only,
            noted_and_answered,
            noted_only,
        },
        coverage: CoverageAnswer {
            before: comparable.then_some(earlier),
            by: told
                .map(|(by, sums)| Told {
                    by: by.as_str(),
                    groups: coverage::groups(sums, by),
                })
                .collect(),
            gaps: coverage::gaps(config, fates.gaps),
            total,
        },
        sla: SlaAnswer {
            now: clocks,
            before: sla_comparable.then(|| books::clocks_of(sla_before)),
        },
        ignored: fates.ignored,
    })
}

/// The days of a period, by UTC.
fn days(hours: &[FateSum]) -> Vec<Day> {
    let mut days: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for sum in hours {
        let hour: i64 = sum.key.parse().unwrap_or(0);
        let day = days.entry(hour.div_euclid(24)).or_default();
        day.0 += sum.n;
        if sum.needs && sum.fate.is_missed() {
            day.1 += sum.n;
        }
    }
    let day = |(day, (came, missed))| Day {
        from_ms: day * 24 * HOUR_MS,
        came,
        missed,
    };
    days.into_iter().map(day).collect()
}

/// Every situation, the most frequent first, held against the period before. Matters are counted, not posts: one
/// author who writes ten times is one.
fn trends(now: &[FateSum], before: &[FateSum], comparable: bool) -> Vec<Trend> {
    let sum = |sums: &[FateSum], key: &str| {
        let mine = sums.iter().filter(|sum| sum.key == key);
        mine.fold((0, 0), |(n, matters), sum| {
            (n + sum.n, matters + sum.matters)
        })
    };
    let both = now.iter().chain(before.iter().filter(|_| comparable));
    let keys: BTreeSet<&str> = both.map(|sum| sum.key.as_str()).collect();
    let mut all: Vec<(&str, i64, i64, i64)> = keys
        .into_iter()
        .map(|key| {
            let (posts, matters) = sum(now, key);
            (key, posts, matters, sum(before, key).1)
        })
        .filter(|(_, posts, matters, before)| *posts != 0 || *matters != 0 || *before != 0)
        .collect();
    all.sort_by_key(|(key, posts, matters, _)| (-matters, -posts, *key));
    let pairs = all
        .iter()
        .map(|(_, _, matters, before)| (*matters, *before));
    let compared = compared(pairs, comparable);
    all.into_iter()
        .zip(compared)
        .map(
            |((key, posts, matters, before), Compared { ratio, difference })| {
                let situation = coverage::shown(key, By::Situation);
                Trend {
                    says: says(matters, before, ratio.as_ref(), difference),
                    situation,
                    posts,
                    matters,
                    matters_before: comparable.then_some(before),
                    ratio: ratio.as_ref().and_then(|ratio| ratio.ratio),
                    low: ratio.as_ref().map(|ratio| ratio.low),
                    high: ratio.as_ref().and_then(|ratio| ratio.high),
                    difference,
                }
            },
        )
        .collect()
}

/// The products of the configuration, those of which most people complained first, held against the period before.
/// People are counted, not posts: those who complained.
fn products(config: &Config, all: &[Named], comparable: bool) -> Vec<ProductTrend> {
    let mut sums: Vec<(&str, Naming, Naming)> = Vec::new();
    for product in &config.products {
        let (mut now, mut before) = (Naming::default(), Naming::default());
        // During a deploy a shard may know other products.
        let own = all.iter().flat_map(|named| &named.products);
        for (_, theirs, earlier) in own.filter(|(name, ..)| *name == product.name) {
            now.add(*theirs);
            before.add(*earlier);
        }
        sums.push((product.name.as_str(), now, before));
    }
    sums.sort_by_key(|(name, now, _)| (-now.complained, -now.people, *name));
    let pairs = sums
        .iter()
        .map(|(_, now, before)| (now.complained, before.complained));
    let compared = compared(pairs, comparable);
    let trend =
        |((name, now, before), compared): ((&str, Naming, Naming), Compared)| ProductTrend {
            says: says(
                now.complained,
                before.complained,
                compared.ratio.as_ref(),
                compared.difference,
            ),
            product: name.to_owned(),
            posts: now.posts,
            people: now.people,
            people_before: comparable.then_some(before.people),
            complained: now.complained,
            complained_before: comparable.then_some(before.complained),
            ratio: compared.ratio.as_ref().and_then(|ratio| ratio.ratio),
            low: compared.ratio.as_ref().map(|ratio| ratio.low),
            high: compared.ratio.as_ref().and_then(|ratio| ratio.high),
            difference: compared.difference,
        };
    sums.into_iter().zip(compared).map(trend).collect()
}

/// How many hurdles are told.
const HURDLES: usize = 5;

/// What happened to most, with the newest examples of it.
fn hurdles(situations: &[Trend], examples: &[Example]) -> Vec<Hurdle> {
    let named = situations.iter().filter(|one| one.matters > 0);
    let known = named.filter_map(|one| Some((one, Situation::named(&one.situation)?)));
    known
        .take(HURDLES)
        .map(|(trend, situation)| {
            let own = examples.iter().filter(|one| one.situation == situation);
            let mut own: Vec<&Example> = own.collect();
            own.sort_by_key(|one| (std::cmp::Reverse(one.at_ms), one.text.as_str()));
            own.dedup_by_key(|one| one.text.as_str());
            let words = |one: &Example| Words {
                lang: one.lang.clone(),
                text: one.text.clone(),
            };
            Hurdle {
                situation: trend.situation.clone(),
                matters: trend.matters,
                examples: own.into_iter().take(hurdle::EACH).map(words).collect(),
            }
        })
        .collect()
}

/// How two counts stand to each other, and whether that is told as a difference.
struct Compared {
    ratio: Option<interval::Ratio>,
    difference: Option<&'static str>,
}

/// Holds each count against the one before, all together: of what is told as a difference a tenth may be chance.
fn compared(pairs: impl Iterator<Item = (i64, i64)>, comparable: bool) -> Vec<Compared> {
    let pairs: Vec<(i64, i64)> = pairs.collect();
    let ratio = |(now, before): &(i64, i64)| interval::ratio(*now, *before).filter(|_| comparable);
    let ratios: Vec<Option<interval::Ratio>> = pairs.iter().map(ratio).collect();
    let ps: Vec<f64> = ratios.iter().flatten().map(|ratio| ratio.p).collect();
    let mut found = interval::discoveries(&ps, Q).into_iter();
    pairs
        .into_iter()
        .zip(ratios)
        .map(|((now, before), ratio)| {
            let differs = ratio.is_some() && found.next() == Some(true);
            let word = if now > before { "more" } else { "fewer" };
            Compared {
                difference: differs.then_some(word),
                ratio,
            }
        })
        .collect()
}

fn says(
    matters: i64,
    before: i64,
    ratio: Option<&interval::Ratio>,
    difference: Option<&str>,
) -> String {
    let Some(ratio) = ratio else {
        return format!("{matters}; the period before was not counted");
    };
    let times = match (ratio.ratio, ratio.high) {
        (Some(times), Some(high)) => {
            format!(
                " ({times:.2} times, 95 % interval {:.2} to {high:.2})",
                ratio.low
            )
        }
        _ => String::new(),
    };
    let end = match difference {
        Some(word) => format!("{word} than chance explains"),
        None => "no difference shown".to_owned(),
    };
    format!("{matters}, {before} before{times}: {end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(key: &str, matters: i64) -> FateSum {
        FateSum {
            key: key.into(),
            fate: Fate::Answered,
            needs: true,
            n: matters * 2,
            matters,
        }
    }

    #[test]
    fn a_change_is_told_only_where_it_is_more_than_chance() {
        let now = [sum("delayed", 31), sum("refund", 60), sum("fraud", 4)];
        let before = [sum("delayed", 24), sum("refund", 20), sum("staff", 1)];
        let told = trends(&now, &before, true);
        let of = |name: &str| told.iter().find(|one| one.situation == name).unwrap();
        assert_eq!(of("refund").difference, Some("more"));
        assert!(
            of("refund").says.contains("60, 20 before (3.00 times"),
            "{}",
            of("refund").says
        );
        assert_eq!(of("delayed").difference, None);
        assert!(of("delayed").says.ends_with("no difference shown"));
        assert_eq!((of("fraud").ratio, of("fraud").high), (None, None));
        assert_eq!(of("staff").matters, 0);
        assert_eq!(
            told.iter().map(|one| one.situation.as_str()).next(),
            Some("refund")
        );
        // Where the period before was not counted, nothing is compared.
        let told = trends(&now, &before, false);
        assert!(
            told.iter()
                .all(|one| one.difference.is_none() && one.matters_before.is_none())
        );
        assert_eq!(told.len(), 3);
    }
}
