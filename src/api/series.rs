//! The brand's own figures: `POST /v1/series`, and how the report lays them beside what people wrote.
//!
//! Complaints are counted over just the hours of which there is a figure, so that the two are of the same time.

use super::books::Clocks;
use super::coverage::Covered;
use super::interval::{self, round};
use super::problem::Problem;
use super::request::{Fields, NAME_BYTES};
use crate::config::Config;
use crate::config::series::{Figure, Goal, Series, Total, thousandths};
use crate::customers::series::{Item, reach};
use crate::inbox::overview::ShowOverview;
use crate::inbox::report::HOUR_MS;
use crate::pulse::crowd::byar;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most lines of one call.
pub const MOST_LINES: usize = 10_000;

/// How far the time of a figure may be ahead, in hours: the day that is not over yet.
const AHEAD: i64 = 24;

/// The share of the differences that are told which may be chance (Benjamini and Hochberg).
const Q: f64 = 0.10;

/// Below this no share is told.
const LEAST: i64 = 10;

/// What a call says: each line's number, and its figure or what is wrong with it.
pub type Lines = Vec<(usize, Result<Item, Box<Problem>>)>;

/// Reads lines, each a figure of an hour or a day.
///
/// # Errors
/// Where there are none, or too many.
pub(super) fn lines(config: &Config, body: &[u8], now_ms: i64) -> Result<Lines, Problem> {
    let mut read_lines = Vec::new();
    for (line, text) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if read_lines.len() >= MOST_LINES {
            return Err(Problem::malformed_json(format!(
                "more than {MOST_LINES} lines; send the rest with another call"
            )));
        }
        let one = Fields::of(text).and_then(|mut fields| {
            let item = read(config, &mut fields, now_ms)?;
            fields.end()?;
            Ok(item)
        });
        read_lines.push((line, one.map_err(Box::new)));
    }
    match read_lines.is_empty() {
        true => Err(Problem::malformed_json("the body has no lines")),
        false => Ok(read_lines),
    }
}

fn read(config: &Config, fields: &mut Fields, now_ms: i64) -> Result<Item, Problem> {
    let series = fields.name("series", NAME_BYTES)?;
    if !config.series.iter().any(|one| one.name == series) {
        let known: Vec<&str> = config.series.iter().map(|one| one.name.as_str()).collect();
        return Err(Problem::field(
            "series",
            match known.is_empty() {
                true => "no series are configured: write [[series]]".to_owned(),
                false => format!("is none of those configured: {}", known.join(", ")),
            },
        ));
    }
    let day = fields.opt_text("day", NAME_BYTES)?;
    let hour = fields.opt_occurred("hour")?;
    let (hour, hours, field) = match (day, hour) {
        (Some(day), None) => {
            let day = NaiveDate::parse_from_str(&day, "%Y-%m-%d").ok();
            let day = day
                .and_then(|day| day.and_hms_opt(0, 0, 0))
                .ok_or_else(|| {
                    Problem::field("day", "must be a date: 2026-11-22, which is a day of UTC")
                })?;
            let day_ms = day.and_utc().timestamp_millis();
            (day_ms.div_euclid(HOUR_MS), 24, "day")
        }
        (None, Some(at_ms)) if at_ms.rem_euclid(HOUR_MS) == 0 => {
            (at_ms.div_euclid(HOUR_MS), 1, "hour")
        }
        (None, Some(_)) => {
            return Err(Problem::field("hour", "must be the beginning of an hour"));
        }
        _ => {
            return Err(Problem::field(
                "day",
                "must be there, or hour, and not both",
            ));
        }
    };
    if hour < reach(now_ms) {
        return Err(Problem::field(field, "is longer ago than reports reach"));
    }
    if hour > now_ms.div_euclid(HOUR_MS) + AHEAD {
        return Err(Problem::field(field, "is more than a day ahead"));
    }
    let value = fields.opt_quantity("value")?;
    let gone = fields.opt_flag("gone")?.unwrap_or(false);
    let value = match (value, gone) {
        (Some(number), false) => Some(thousandths(&number).ok_or_else(|| {
            Problem::field(
                "value",
                "must be a number from 0 to 1000000000000 with at most three places behind the point",
            )
        })?),
        (None, true) => None,
        _ => {
            return Err(Problem::field(
                "value",
                "must be there, or \"gone\": true, which takes back what was said",
            ));
        }
    };
    Ok(Item {
        series,
        hour,
        hours,
        value,
    })
}

/// A series of a day.
#[derive(Debug, Serialize)]
struct Day {
    from_ms: i64,
    hours: i64,
    value: f64,
    complaints: i64,
    per_10000: Option<f64>,
}

/// A series beside what people wrote.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    series: String,
    total: &'static str,
    value: Option<f64>,
    hours: i64,
    complaints: i64,
    per_10000: Option<f64>,
    interval: Option<[f64; 2]>,
    value_before: Option<f64>,
    hours_before: Option<i64>,
    complaints_before: Option<i64>,
    ratio: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    difference: Option<&'static str>,
    says: String,
    days: Vec<Day>,
}

/// Some hours of a series, put together.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    /// Thousandths, added.
    value: i64,
    /// The same, each as often as it has hours.
    timed: i128,
    hours: i64,
    complaints: i64,
}

/// Sums of thousandths and counts are far below 2^53.
#[allow(clippy::cast_precision_loss)]
fn float(n: i64) -> f64 {
    n as f64
}

impl Sum {
    fn add(&mut self, item: &Item, complaints: &BTreeMap<i64, i64>) {
        let value = item.value.unwrap_or(0);
        self.value += value;
        self.timed += i128::from(value) * i128::from(item.hours);
        self.hours += item.hours;
        let own = complaints.range(item.hour..item.hour + item.hours);
        self.complaints += own.map(|(_, n)| n).sum::<i64>();
    }

    /// In thousandths; a mean to the nearest.
    fn whole(&self, total: Total) -> i64 {
        match total {
            Total::Sum => self.value,
            Total::Mean if self.hours == 0 => 0,
            Total::Mean => {
                let hours = i128::from(self.hours);
                i64::try_from((2 * self.timed + hours).div_euclid(2 * hours)).unwrap_or(i64::MAX)
            }
        }
    }

    fn told(&self, total: Total) -> Option<f64> {
        (self.hours > 0).then(|| float(self.whole(total)) / 1_000.0)
    }

    /// Complaints for each 10,000.
    fn rate(&self, of: f64) -> Option<f64> {
        (self.value > 0).then(|| round(of * 10_000.0 / (float(self.value) / 1_000.0)))
    }
}

/// Those of a series that lie in these hours; of a day that was told whole, not its hours.
fn within<'a>(all: &'a [Item], name: &str, from: i64, to: i64) -> Vec<&'a Item> {
    let fits = |one: &&Item| one.series == name && one.hour >= from && one.hour + one.hours <= to;
    let mut own: Vec<&Item> = all.iter().filter(fits).collect();
    let whole = own.iter().filter(|one| one.hours == 24);
    let whole: BTreeSet<i64> = whole.map(|one| one.hour.div_euclid(24)).collect();
    own.retain(|one| one.hours == 24 || !whole.contains(&one.hour.div_euclid(24)));
    own
}

/// The series, in the order of the configuration.
pub(super) fn beside(
    config: &Config,
    items: &[Item],
    complaints: &BTreeMap<i64, i64>,
    asked: &ShowOverview,
    comparable: bool,
) -> Vec<Told> {
    let (before, from, to) = (asked.before_hour(), asked.from_hour, asked.to_hour);
    let sum = |own: &[&Item]| {
        let mut sum = Sum::default();
        own.iter().for_each(|one| sum.add(one, complaints));
        sum
    };
    let rows: Vec<(&Series, Vec<&Item>, Sum, Option<Sum>)> = config
        .series
        .iter()
        .map(|series| {
            let own = within(items, &series.name, from, to);
            let earlier = sum(&within(items, &series.name, before, from));
            let earlier = (comparable && earlier.hours > 0).then_some(earlier);
            let now = sum(&own);
            (series, own, now, earlier)
        })
        .collect();
    let ratios: Vec<Option<interval::Ratio>> = rows
        .iter()
        .map(|(series, _, now, before)| {
            let before = before.filter(|_| series.is_base)?;
            interval::rates(
                (now.complaints, float(now.value)),
                (before.complaints, float(before.value)),
            )
        })
        .collect();
    let ps: Vec<f64> = ratios.iter().flatten().map(|ratio| ratio.p).collect();
    let mut found = interval::discoveries(&ps, Q).into_iter();
    rows.into_iter()
        .zip(ratios)
        .map(|((series, own, now, before), ratio)| {
            let differs = ratio.is_some() && found.next() == Some(true);
            // Against the share of its exposure, not against the count: with none before every one is more.
            let is_more = ratio.is_some_and(|ratio| ratio.ratio.is_none_or(|ratio| ratio > 1.0));
            let difference = differs.then_some(if is_more { "more" } else { "fewer" });
            one(
                series,
                &own,
                (now, before),
                complaints,
                (ratio, difference),
                to - from,
            )
        })
        .collect()
}

fn one(
    series: &Series,
    own: &[&Item],
    (now, before): (Sum, Option<Sum>),
    complaints: &BTreeMap<i64, i64>,
    (ratio, difference): (Option<interval::Ratio>, Option<&'static str>),
    period: i64,
) -> Told {
    let mut days: BTreeMap<i64, Sum> = BTreeMap::new();
    for item in own {
        let day = days.entry(item.hour.div_euclid(24)).or_default();
        day.add(item, complaints);
    }
    let rate = |sum: &Sum| sum.rate(float(sum.complaints)).filter(|_| series.is_base);
    let many = byar(u32::try_from(now.complaints).unwrap_or(0));
    let interval = match (now.rate(many.low), now.rate(many.high)) {
        (Some(low), Some(high)) if series.is_base => Some([low, high]),
        _ => None,
    };
    let day = |(day, sum): (i64, Sum)| Day {
        from_ms: day * 24 * HOUR_MS,
        hours: sum.hours,
        value: sum.told(series.total).unwrap_or(0.0),
        complaints: sum.complaints,
        per_10000: rate(&sum),
    };
    let mut told = Told {
        series: series.name.clone(),
        total: series.total.as_str(),
        value: now.told(series.total),
        hours: now.hours,
        complaints: now.complaints,
        per_10000: rate(&now),
        interval,
        value_before: before.and_then(|sum| sum.told(series.total)),
        hours_before: before.map(|sum| sum.hours),
        complaints_before: before.map(|sum| sum.complaints),
        ratio: ratio.and_then(|ratio| ratio.ratio),
        low: ratio.map(|ratio| ratio.low),
        high: ratio.and_then(|ratio| ratio.high),
        difference,
        says: String::new(),
        days: days.into_iter().map(day).collect(),
    };
    told.says = says(&told, before.as_ref().and_then(rate), period);
    told
}

fn says(told: &Told, rate_before: Option<f64>, period: i64) -> String {
    let Some(value) = told.value else {
        return "no figure of this period".into();
    };
    let mut says = format!("{value} in {} of {period} hours", told.hours);
    if let (Some(rate), Some([low, high])) = (told.per_10000, told.interval) {
        says += &format!(
            "; {} complaints, {rate:.2} in 10,000 (95 % interval {low:.2} to {high:.2})",
            told.complaints
        );
    }
    let Some(before) = told.value_before else {
        return says + "; nothing before";
    };
    let hours = told.hours_before.unwrap_or(0);
    says += &format!("; {before} in {hours} hours before");
    if let (Some(rate), Some(complaints)) = (rate_before, told.complaints_before) {
        says += &format!(", {complaints} complaints, {rate:.2} in 10,000");
    }
    if let (Some(times), Some(low), Some(high)) = (told.ratio, told.low, told.high) {
        says += &format!(" ({times:.2} times, 95 % interval {low:.2} to {high:.2})");
    }
    match (told.difference, told.low) {
        (Some(word), _) => says + &format!(": {word} than chance explains"),
        (None, Some(_)) => says + ": no difference shown",
        (None, None) => says,
    }
}

/// What is aimed at, and whether it is met.
#[derive(Debug, Serialize)]
pub(super) struct Aim {
    figure: &'static str,
    series: Option<String>,
    at_most: Option<f64>,
    at_least: Option<f64>,
    value: Option<f64>,
    interval: Option<[f64; 2]>,
    met: Option<bool>,
    sure: Option<bool>,
    says: String,
}

/// What goals are held against.
pub(super) struct Held<'a> {
    /// What became of the posts.
    pub total: &'a Covered,
    /// How long people took.
    pub clocks: &'a Clocks,
    /// Matters that a complaint opened; `None` where not all of the period was counted.
    pub complaints: Option<i64>,
    /// The series; `None` where they can not be told.
    pub series: Option<&'a [Told]>,
    /// How many hours the period has.
    pub hours: i64,
}

/// The goals, in the order of the configuration.
pub(super) fn goals(config: &Config, held: &Held<'_>) -> Vec<Aim> {
    config.goals.iter().map(|goal| aim(goal, held)).collect()
}

/// `k` of `n` as a share with its interval; none of fewer than ten.
fn share(k: i64, n: i64) -> (Option<f64>, Option<[f64; 2]>) {
    let told = n >= LEAST;
    let value = told.then(|| float(k) / float(n));
    (value, interval::wilson(k, n).filter(|_| told))
}

fn aim(goal: &Goal, held: &Held<'_>) -> Aim {
    let of = |name: &str| held.series?.iter().find(|one| one.series == name);
    let (value, interval) = match &goal.figure {
        Figure::UnansweredRate => share(held.total.missed, held.total.due),
        Figure::FirstReply => {
            let (met, n) = held.clocks.first_replies();
            share(met, n)
        }
        Figure::Complaints => {
            let many = held
                .complaints
                .and_then(|n| u32::try_from(n).ok())
                .map(byar);
            let interval = many.map(|many| [round(many.low), round(many.high)]);
            (held.complaints.map(float), interval)
        }
        // A part of the period is held against nothing.
        Figure::Total(name) => {
            let whole = of(name).filter(|one| one.hours == held.hours);
            (whole.and_then(|one| one.value), None)
        }
        Figure::Per10000(name) => {
            let told = of(name);
            (
                told.and_then(|one| one.per_10000),
                told.and_then(|one| one.interval),
            )
        }
    };
    let bound = float(goal.bound) / 1_000.0;
    let holds = |value: f64| match goal.is_most {
        true => value <= bound,
        false => value >= bound,
    };
    let met = value.map(holds);
    let sure = interval.map(|[low, high]| holds(low) == holds(high));
    let says = match (value, met) {
        (Some(value), Some(met)) => format!(
            "{}, to be at {} {bound}: {}{}",
            round(value),
            if goal.is_most { "most" } else { "least" },
            if met { "met" } else { "not met" },
            match sure {
                Some(true) => ", more than chance explains",
                Some(false) => ", and may be chance",
                None => "",
            }
        ),
        _ => "can not be told of this period".into(),
    };
    Aim {
        figure: goal.figure.as_str(),
        series: goal.figure.series().map(str::to_owned),
        at_most: goal.is_most.then_some(bound),
        at_least: (!goal.is_most).then_some(bound),
        value: value.map(round),
        interval,
        met,
        sure,
        says,
    }
}
