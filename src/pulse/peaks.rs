//! How unlikely a source's ordinary days get: the bar that a crowd must pass.
//!
//! No law of chance holds for every source: where people answer each other, or come when a newsletter does, what the
//! negative binomial calls one in a million happens twice a week. So each day's greatest surprise is kept, apart for
//! each window and for rare, usual and busy cells, words and the whole source; and an alarm must pass what four weeks of
//! them make likely once in 1,500 days. Greatest values have one law whatever they are the greatest of (Gumbel's);
//! it is fitted by the middle half of the days, so that up to a week of real crowds moves it little.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// For how many days they are kept.
const KEPT: i64 = 28;

/// The fewest days that say something.
const LEAST: usize = 10;

/// What is less of a surprise is not kept: one in a thousand. Everything below is an ordinary minute.
pub const FLOOR: f64 = 6.9;

/// How many days, in the mean, between two alarms of nothing in one series, were the fit exact.
const DAYS: f64 = 1_500.0;

/// The least scale of the law: where chance is told rightly the greatest of many has a scale of 1, and four weeks do not
/// show that it is less.
const SCALE: f64 = 0.9;

/// How many series there are: two windows each for rare, usual and busy cells, the whole source, and words.
pub const SERIES: usize = 10;

/// Each day's greatest surprise, by series: minus the logarithm of the chance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Peaks(BTreeMap<i64, Vec<f64>>);

impl Peaks {
    /// Keeps a surprise, if it is the day's greatest.
    pub fn note(&mut self, day: i64, series: usize, surprise: f64) {
        let all = self.0.entry(day).or_insert_with(|| {
            // To hundredths: it is stored as text.
            vec![FLOOR; SERIES]
        });
        if let Some(most) = all.get_mut(series) {
            *most = most.max((surprise.min(200.0) * 100.0).round() / 100.0);
        }
    }

    /// Forgets days from before four weeks ago.
    pub fn forget(&mut self, day: i64) {
        self.0 = self.0.split_off(&(day - KEPT));
    }

    /// What a surprise must pass in each series to be one in so many days, by the days before this one.
    pub fn bars(&self, day: i64) -> Vec<f64> {
        (0..SERIES).map(|series| self.bar(day, series)).collect()
    }

    fn bar(&self, day: i64, series: usize) -> f64 {
        let days = self.0.range(day - KEPT..day);
        let mut all: Vec<f64> = days
            .filter_map(|(_, series_of)| series_of.get(series).copied())
            .collect();
        if all.len() < LEAST {
            return 0.0;
        }
        all.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * (all.len() - 1) as f64;
            let value = |i: f64| all.get(i as usize).copied().unwrap_or(FLOOR);
            let (low, high) = (value(place.floor()), value(place.ceil()));
            low + (high - low) * place.fract()
        };
        // Gumbel's quantiles: the quarters are 1.573 scales apart, the middle 0.367 above the mode.
        let scale = ((at(0.75) - at(0.25)) / 1.573).max(SCALE);
        let rare = -(-(1.0 - 1.0 / DAYS).ln()).ln();
        at(0.5) + scale * (rare - 0.367)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_of_crowds_moves_the_bar_little_and_a_wild_source_has_a_higher_one() {
        let of = |surprise: &dyn Fn(i64) -> f64| {
            let mut peaks = Peaks::default();
            for day in 0..28 {
                peaks.note(day, 0, surprise(day));
            }
            peaks.bars(28)
        };
        let calm = of(&|day| 9.0 + (day % 4) as f64 * 0.4);
        let crowds = of(&|day| {
            if day % 5 == 0 {
                60.0
            } else {
                9.0 + (day % 4) as f64 * 0.4
            }
        });
        let wild = of(&|day| 9.0 + (day % 4) as f64 * 4.0);
        assert!(
            calm[0] < 17.0 && (crowds[0] - calm[0]).abs() < 3.0,
            "{calm:?} {crowds:?}"
        );
        assert!(wild[0] > calm[0] + 10.0, "{wild:?}");
        assert_eq!(Peaks::default().bars(28), vec![0.0; SERIES]);
    }
}
