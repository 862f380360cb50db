//! The brand's own figures (`[[series]]`), which the report lays beside what people wrote, and what is aimed at (`[[goals]]`).
//!
//! Numbers are kept as whole thousandths: what was said is what is told, and sums are exact.

use super::table::{Reader, Table};
use serde_json::{Number, Value};

/// The most series, and the most goals.
const MOST: usize = 20;
const MOST_GOALS: usize = 50;

/// The largest number, in thousandths: a thousand thousand millions, which a float still tells exactly.
const LARGEST: i64 = 1_000_000_000_000 * 1_000;

/// A series of figures of the brand's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// How hours and days are put together.
    pub total: Total,
    /// Whether complaints are counted for each 10,000 of it.
    pub is_base: bool,
}

/// How the figures of a period are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Added: riders, orders.
    Sum,
    /// The mean over time: minutes of delay.
    Mean,
}

impl Total {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Total::Sum => "sum",
            Total::Mean => "mean",
        }
    }
}

/// A figure that a goal may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The share of posts that need an answer and got none.
    UnansweredRate,
    /// The share of first replies within their target.
    FirstReply,
    /// Matters that a complaint opened.
    Complaints,
    /// A series' total.
    Total(String),
    /// Complaints for each 10,000 of a series.
    Per10000(String),
}

impl Figure {
    /// Its name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Figure::UnansweredRate => "unanswered_rate",
            Figure::FirstReply => "first_reply_attainment",
            Figure::Complaints => "complaints",
            Figure::Total(_) => "total",
            Figure::Per10000(_) => "complaints_per_10000",
        }
    }

    /// The series that it is of.
    pub fn series(&self) -> Option<&str> {
        match self {
            Figure::Total(name) | Figure::Per10000(name) => Some(name),
            Figure::UnansweredRate | Figure::FirstReply | Figure::Complaints => None,
        }
    }
}

/// What is aimed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Of what.
    pub figure: Figure,
    /// The bound, in thousandths.
    pub bound: i64,
    /// Whether the figure is to be at most that; else at least.
    pub is_most: bool,
}

/// A number from 0 in thousandths; `None` where it has more than three places, is below 0 or beyond 10¹².
pub fn thousandths(number: &Number) -> Option<i64> {
    if let Some(whole) = number.as_u64() {
        let whole = i64::try_from(whole).ok()?.checked_mul(1_000)?;
        return (whole <= LARGEST).then_some(whole);
    }
    let float = number.as_f64()?;
    if !(0.0..=1e12).contains(&float) {
        return None;
    }
    // The shortest text that means this float: what was written, if it has up to 15 digits.
    let text = format!("{float}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    if part.len() > 3 {
        return None;
    }
    format!("{whole}{part:0<3}").parse().ok()
}

impl Reader<'_> {
    /// The series; those with mistakes are left out.
    pub(super) fn series(&mut self, table: &mut Table) -> Vec<Series> {
        let mut all: Vec<Series> = Vec::new();
        let mut entries = self.opt_tables(table, "series");
        if entries.len() > MOST {
            self.problem(
                "series",
                format!("are more than {MOST}; the rest is not read"),
            );
            entries.truncate(MOST);
        }
        for mut t in entries {
            let name = self.id(&mut t, "name");
            let total = match self.text(&mut t, "total").as_deref() {
                None | Some("sum") => Total::Sum,
                Some("mean") => Total::Mean,
                Some(other) => {
                    self.problem(t.at("total"), format!("\"{other}\" is none of sum, mean"));
                    Total::Sum
                }
            };
            let is_base = self.flag(&mut t, "complaints_per_10000", false);
            let key = t.key.clone();
            self.finish(t);
            let Some(name) = name else {
                continue;
            };
            if is_base && total == Total::Mean {
                self.problem(
                    format!("{key}.complaints_per_10000"),
                    "is of a series that is added up, and this one is a mean",
                );
                continue;
            }
            if all.iter().any(|one| one.name == name) {
                self.problem(
                    format!("{key}.name"),
                    format!("\"{name}\" is taken already"),
                );
                continue;
            }
            all.push(Series {
                name,
                total,
                is_base,
            });
        }
        all
    }

    /// The goals; those with mistakes are left out.
    pub(super) fn goals(&mut self, table: &mut Table, series: &[Series]) -> Vec<Goal> {
        let mut goals = Vec::new();
        let mut entries = self.opt_tables(table, "goals");
        if entries.len() > MOST_GOALS {
            self.problem(
                "goals",
                format!("are more than {MOST_GOALS}; the rest is not read"),
            );
            entries.truncate(MOST_GOALS);
        }
        for mut t in entries {
            let figure = self.figure(&mut t, series);
            let (most, least) = (
                self.bound(&mut t, "at_most"),
                self.bound(&mut t, "at_least"),
            );
            let key = t.key.clone();
            self.finish(t);
            let (bound, is_most) = match (most, least) {
                (Some(Ok(bound)), None) => (bound, true),
                (None, Some(Ok(bound))) => (bound, false),
                (Some(Err(())), _) | (_, Some(Err(()))) => continue,
                _ => {
                    self.problem(key, "must have either at_most or at_least");
                    continue;
                }
            };
            if let Some(figure) = figure {
                goals.push(Goal {
                    figure,
                    bound,
                    is_most,
                });
            }
        }
        goals
    }

    fn figure(&mut self, t: &mut Table, all: &[Series]) -> Option<Figure> {
        let figure = self.required(t, "figure");
        let series = self.text(t, "series");
        let figure = figure?;
        let plain = match figure.as_str() {
            "unanswered_rate" => Some(Figure::UnansweredRate),
            "first_reply_attainment" => Some(Figure::FirstReply),
            "complaints" => Some(Figure::Complaints),
            "total" | "complaints_per_10000" => None,
            _ => {
                self.problem(
                    t.at("figure"),
                    format!(
                        "\"{figure}\" is none of unanswered_rate, first_reply_attainment, complaints, total, complaints_per_10000"
                    ),
                );
                return None;
            }
        };
        match (plain, series) {
            (Some(figure), None) => Some(figure),
            (Some(_), Some(_)) => {
                self.problem(t.at("series"), format!("\"{figure}\" is of no series"));
                None
            }
            (None, series) => {
                let name = series.unwrap_or_default();
                let is_per = figure == "complaints_per_10000";
                let fits = |one: &&Series| one.name == name && (one.is_base || !is_per);
                if !all.iter().any(|one| fits(&one)) {
                    let says = match is_per {
                        true => "must be one of [[series]] with complaints_per_10000 = true",
                        false => "must be one of [[series]]",
                    };
                    self.problem(t.at("series"), says);
                    return None;
                }
                Some(match is_per {
                    true => Figure::Per10000(name),
                    false => Figure::Total(name),
                })
            }
        }
    }

    /// A bound, in thousandths.
    fn bound(&mut self, t: &mut Table, key: &str) -> Option<Result<i64, ()>> {
        let value = t.rest.remove(key)?;
        let bound = match &value {
            Value::Number(number) => thousandths(number),
            _ => None,
        };
        if bound.is_none() {
            self.problem(
                t.at(key),
                "must be a number from 0 with at most three places behind the point",
            );
        }
        Some(bound.ok_or(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_as_it_was_written_or_refused() {
        let read = |text: &str| thousandths(&serde_json::from_str(text).unwrap());
        for (text, kept) in [
            ("0", Some(0)),
            ("344000", Some(344_000_000)),
            ("4.25", Some(4_250)),
            ("0.001", Some(1)),
            ("1e3", Some(1_000_000)),
            ("1000000000000", Some(LARGEST)),
            ("999999999999.999", Some(LARGEST - 1)),
            ("1000000000001", None),
            ("1e300", None),
            ("18446744073709551615", None),
            ("0.0001", None),
            ("0.1234", None),
            ("-1", None),
            ("-0.5", None),
        ] {
            assert_eq!(read(text), kept, "{text}");
        }
        for n in (0..2_000_000).step_by(37) {
            let text = format!("{}.{:03}", n / 1_000, n % 1_000);
            assert_eq!(read(&text), Some(n), "{text}");
        }
    }
}
