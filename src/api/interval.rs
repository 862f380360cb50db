//! How sure a figure is: intervals of 95 %, and whether two counts differ by more than chance.
//!
//! They show chance and nothing else: whether those who wrote are like those who did not, no interval tells.

/// Two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's interval of a proportion: of `n`, `k` were so. `None` for none.
pub(super) fn wilson(k: i64, n: i64) -> Option<[f64; 2]> {
    if n <= 0 {
        return None;
    }
    let (k, n) = (k as f64, n as f64);
    let p = k / n;
    let z2 = Z * Z;
    let middle = p + z2 / (2.0 * n);
    let wide = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let by = 1.0 + z2 / n;
    let at = |x: f64| round((x / by).clamp(0.0, 1.0));
    Some([at(middle - wide), at(middle + wide)])
}

/// By how much the first of two shares is above the second, each as how many of how many were so: Newcombe's interval
/// (his method 10), made of Wilson's. `None` where one of them is of none.
pub(super) fn difference(one: (i64, i64), other: (i64, i64)) -> Option<[f64; 2]> {
    let share = |(k, n): (i64, i64)| k as f64 / n as f64;
    let ([l1, u1], [l2, u2]) = (wilson(one.0, one.1)?, wilson(other.0, other.1)?);
    let (p1, p2) = (share(one), share(other));
    let by = p1 - p2;
    let low = by - (p1 - l1).hypot(u2 - p2);
    let high = by + (u1 - p1).hypot(p2 - l2);
    Some([round(low), round(high)])
}

/// To four places.
pub(super) fn round(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}

/// Two counts of equally long periods, held against each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ratio {
    /// How many times as many as before; `None` where there was none before.
    pub ratio: Option<f64>,
    /// Its interval; no upper end where there was none before.
    pub low: f64,
    /// See `low`.
    pub high: Option<f64>,
    /// How often chance alone makes them differ so much, or more.
    pub p: f64,
}

/// How `now` stands to `before`: given their sum, by chance each of them falls into either period alike
/// (Clopper and Pearson's interval of that share, and the exact test of one half). `None` where there is nothing.
pub(super) fn ratio(now: i64, before: i64) -> Option<Ratio> {
    rates((now, 1.0), (before, 1.0))
}

/// The same of two counts, each out of so much: by chance each of them falls where there is more to fall into.
/// `None` where there is nothing.
pub(super) fn rates((now, much): (i64, f64), (before, less): (i64, f64)) -> Option<Ratio> {
    if now < 0 || before < 0 || now + before == 0 || much <= 0.0 || less <= 0.0 {
        return None;
    }
    let (x, y) = (now as f64, before as f64);
    let low = match now {
        0 => 0.0,
        _ => quantile(0.025, x, y + 1.0),
    };
    let high = match before {
        0 => None,
        _ => Some(quantile(0.975, x + 1.0, y)),
    };
    let odds = |share: f64| share / (1.0 - share) * less / much;
    let even = much / (much + less);
    // P(X <= now) and P(X >= now), the smaller one on both sides.
    let below = 1.0 - beta(even, x + 1.0, y);
    let below = if before == 0 { 1.0 } else { below };
    let above = if now == 0 {
        1.0
    } else {
        beta(even, x, y + 1.0)
    };
    Some(Ratio {
        ratio: (before > 0).then(|| round(x / y * less / much)),
        low: round(odds(low)),
        high: high.map(|share| round(odds(share))),
        p: (2.0 * below.min(above)).clamp(0.0, 1.0),
    })
}

/// Benjamini and Hochberg: which of these may be called differences so that at most the share `q` of those that are
/// called so is expected to be chance.
pub(super) fn discoveries(ps: &[f64], q: f64) -> Vec<bool> {
    let mut order: Vec<f64> = ps.to_vec();
    order.sort_by(f64::total_cmp);
    let n = ps.len() as f64;
    let passes = |(at, p): (usize, &f64)| (*p <= q * (at + 1) as f64 / n).then_some(*p);
    let limit = order.iter().enumerate().filter_map(passes).next_back();
    ps.iter()
        .map(|p| limit.is_some_and(|limit| *p <= limit))
        .collect()
}

/// The share below which a beta variable lies with this probability: by halving, which always ends.
fn quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        match beta(middle, a, b) < p {
            true => low = middle,
            false => high = middle,
        }
    }
    (low + high) / 2.0
}

/// The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8, evaluated as
/// Lentz does).
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front =
        (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    match x < (a + 1.0) / (a + b + 2.0) {
        true => front * fraction(x, a, b) / a,
        false => 1.0 - front * fraction(1.0 - x, b, a) / b,
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let floor = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut c = 1.0;
    let mut d = 1.0 / floor(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..2_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / floor(1.0 + even * d);
        c = floor(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / floor(1.0 + odd * d);
        c = floor(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-14 {
            break;
        }
    }
    value
}

/// The logarithm of the gamma function, by Lanczos' series (g = 7, nine terms): 15 digits above 1/2, which is all
/// that counts need.
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let mut at = 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    for term in TERMS {
        sum += term / (x + at);
        at += 1.0;
    }
    let t = x + 7.5;
    0.918_938_533_204_672_8 + (x + 0.5) * t.ln() - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(is: f64, should: f64, by: f64) {
        assert!((is - should).abs() <= by, "{is} is not {should}");
    }

    #[test]
    fn a_proportion_is_as_sure_as_the_books_say() {
        let [low, high] = wilson(9, 12).unwrap();
        near(low, 0.4677, 1e-4);
        near(high, 0.9111, 1e-4);
        assert_eq!(wilson(0, 12).unwrap()[0], 0.0);
        assert_eq!(wilson(12, 12).unwrap()[1], 1.0);
        assert_eq!(wilson(0, 0), None);
    }

    /// Oracle: statsmodels, `test_poisson_2indep(method="exact-cond")` and scipy's `binomtest`.
    /// Newcombe (1998), table II, method 10: 56/70 against 48/80 is 0.0524 to 0.3339; 9/10 against 3/10 is 0.1705 to 0.8090.
    #[test]
    fn two_shares_are_held_against_each_other() {
        for (one, other, [low, high]) in [
            ((56, 70), (48, 80), [0.0524, 0.3339]),
            ((9, 10), (3, 10), [0.1705, 0.8090]),
            ((10, 10), (0, 10), [0.6075, 1.0]),
        ] {
            let [is_low, is_high] = difference(one, other).unwrap();
            near(is_low, low, 0.0002);
            near(is_high, high, 0.0002);
        }
        assert_eq!(difference((1, 2), (0, 0)), None);
    }

    #[test]
    fn two_counts_are_held_against_each_other() {
        let same = ratio(31, 24).unwrap();
        assert_eq!(same.ratio, Some(1.2917));
        near(same.low, 0.7347, 5e-3);
        near(same.high.unwrap(), 2.2984, 5e-3);
        near(same.p, 0.4188, 2e-3);
        let more = ratio(12, 2).unwrap();
        assert_eq!(more.ratio, Some(6.0));
        near(more.low, 1.34, 1e-2);
        near(more.high.unwrap(), 55.2, 0.3);
        near(more.p, 0.0129, 1e-4);
        let new = ratio(5, 0).unwrap();
        assert_eq!((new.ratio, new.high), (None, None));
        near(new.p, 0.0625, 1e-9);
        near(ratio(7, 7).unwrap().p, 1.0, 1e-9);
        assert_eq!(ratio(0, 0), None);
        // Exact for counts of a great city, too.
        let much = ratio(101_000, 100_000).unwrap();
        assert!(much.low > 1.0 && much.p < 0.03, "{much:?}");
    }

    #[test]
    fn a_sum_of_coins_is_what_the_fraction_says() {
        // P(X <= k) of n fair coins, added up.
        for (k, n) in [(0u32, 9u32), (3, 9), (12, 40), (20, 40)] {
            let mut term = 0.5f64.powi(n as i32);
            let mut sum = 0.0;
            for i in 0..=k {
                sum += term;
                term *= f64::from(n - i) / f64::from(i + 1);
            }
            near(
                1.0 - beta(0.5, f64::from(k) + 1.0, f64::from(n - k)),
                sum,
                1e-12,
            );
        }
    }

    #[test]
    fn of_many_comparisons_few_are_called_differences() {
        // The example of Benjamini and Hochberg (1995): at 0.05 the first four of fifteen.
        let ps = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let found = discoveries(&ps, 0.05)
            .into_iter()
            .filter(|one| *one)
            .count();
        assert_eq!(found, 4);
        assert_eq!(discoveries(&[], 0.1), Vec::<bool>::new());
        assert_eq!(discoveries(&[0.2, 0.9], 0.1), [false, false]);
    }
}
