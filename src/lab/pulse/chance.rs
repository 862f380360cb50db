//! Draws of chance.

use crate::lab::random::Random;

/// Evenly from 0 to below 1.
pub fn share(random: &mut Random) -> f64 {
    (random.number() >> 11) as f64 / 9_007_199_254_740_992.0
}

/// Evenly between two.
pub fn between(random: &mut Random, low: f64, high: f64) -> f64 {
    low + (high - low) * share(random)
}

/// How many come where so many come in the mean.
pub fn poisson(random: &mut Random, mean: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    if mean > 30.0 {
        let about = mean + mean.sqrt() * f64::from(random.normal());
        return about.round().max(0.0) as u32;
    }
    let (mut n, left) = (0, (-mean).exp());
    let mut product = share(random);
    while product > left {
        product *= share(random);
        n += 1;
    }
    n
}

/// How long until the next, where it is so long in the mean.
pub fn wait(random: &mut Random, mean: f64) -> f64 {
    -(1.0 - share(random)).ln() * mean
}

/// A list from which some are drawn more often than others.
#[derive(Clone, Debug)]
pub struct Weighed(Vec<f64>);

impl Weighed {
    /// One with these weights.
    pub fn of(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        Self(
            weights
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    /// By Zipf's law: the rank to a power.
    pub fn zipf(many: usize, power: f64) -> Self {
        Self::of((0..many).map(|at| (at as f64 + 1.0).powf(-power)))
    }

    /// One of it, by its place.
    pub fn draw(&self, random: &mut Random) -> usize {
        let all = self.0.last().copied().unwrap_or(0.0);
        let at = share(random) * all;
        let place = self.0.partition_point(|sum| *sum <= at);
        place.min(self.0.len().saturating_sub(1))
    }
}
