//! How likely so many people are on an ordinary day.

/// The chance of at least `n` where `m` are expected, with dispersion `phi`: the tail of a negative binomial.
pub fn tail(n: u32, m: f64, phi: f64) -> f64 {
    if n == 0 {
        return 1.0;
    }
    if m <= 0.0 {
        return 0.0;
    }
    let k = 1.0 / phi;
    // The logarithm: with thousands expected the chance of none underflows.
    let mut log_p = -k * (phi * m).ln_1p();
    let step = m / (m + k);
    let mut below = 0.0;
    for i in 0..n {
        below += log_p.exp();
        log_p += ((k + f64::from(i)) / (f64::from(i) + 1.0) * step).ln();
    }
    // Below the mean the tail is most of it, and what it is not is the shorter sum.
    if f64::from(n) <= m {
        return (1.0 - below).clamp(0.0, 1.0);
    }
    let mut sum = 0.0;
    for i in n..n.saturating_add(100_000) {
        let p = log_p.exp();
        sum += p;
        let ratio = (k + f64::from(i)) / (f64::from(i) + 1.0) * step;
        // Past the peak the terms fall faster and faster: what is left is less than a geometric rest.
        if ratio < 1.0 && p * ratio / (1.0 - ratio) < sum * 1e-9 {
            break;
        }
        log_p += ratio.ln();
    }
    sum.min(1.0)
}

/// The fewest and the most people of 95 in 100 such windows, where `m` are expected, with dispersion `phi`.
pub fn usual(m: f64, phi: f64) -> (u32, u32) {
    if m <= 0.0 {
        return (0, 0);
    }
    let k = 1.0 / phi;
    let mut log_p = -k * (phi * m).ln_1p();
    let step = m / (m + k);
    let (mut below, mut low) = (0.0, None);
    for i in 0..100_000_u32 {
        below += log_p.exp();
        if below >= 0.025 {
            low.get_or_insert(i);
        }
        if below >= 0.975 {
            return (low.unwrap_or(i), i);
        }
        log_p += ((k + f64::from(i)) / (f64::from(i) + 1.0) * step).ln();
    }
    (low.unwrap_or(0), 100_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of insight.md: how many it takes at φ = 0.1 with 40 cells.
    #[test]
    fn the_number_that_alarms_is_as_computed() {
        let needed = |m: f64| {
            (5..1_000)
                .find(|n| tail(*n, m, 0.1) < 4e-5 / 40.0 / 2.0)
                .unwrap()
        };
        let printed = [
            (0.1, 5),
            (0.25, 7),
            (0.5, 8),
            (1.0, 11),
            (2.0, 16),
            (5.0, 27),
            (10.0, 45),
            (20.0, 79),
        ];
        for (m, n) in printed {
            assert_eq!(needed(m), n, "m = {m}");
        }
    }

    /// With no dispersion to speak of it is Poisson's.
    #[test]
    fn the_tail_is_right_at_the_edges() {
        assert_eq!(tail(0, 3.0, 0.1), 1.0);
        assert_eq!(tail(5, 0.0, 0.1), 0.0);
        let poisson = 1.0 - (-2.0_f64).exp() * (1.0 + 2.0 + 2.0 + 4.0 / 3.0 + 2.0 / 3.0);
        assert!((tail(5, 2.0, 1e-7) - poisson).abs() < 1e-5);
        // Thousands expected: neither zero nor more than one.
        assert!((tail(5_000, 5_000.0, 0.1) - 0.5).abs() < 0.1);
        assert!(tail(1, 1e6, 0.02) > 0.999);
    }

    proptest::proptest! {
        #[test]
        fn more_people_are_less_likely_and_more_expected_are_likelier(
            n in 1_u32..200, m in 0.02_f64..100.0, phi in 0.02_f64..1.0
        ) {
            let p = tail(n, m, phi);
            proptest::prop_assert!((0.0..=1.0).contains(&p));
            proptest::prop_assert!(tail(n + 1, m, phi) <= p + 1e-12);
            proptest::prop_assert!(tail(n, m * 1.1, phi) >= p - 1e-9);
        }
    }

    #[test]
    fn what_is_usual_holds_95_in_100() {
        for (m, phi) in [
            (0.05, 0.3),
            (1.0, 0.1),
            (5.0, 1.0),
            (40.0, 0.05),
            (500.0, 0.2),
        ] {
            let (low, high) = usual(m, phi);
            assert!(f64::from(low) <= m && m <= f64::from(high).max(m), "{m}");
            assert!(tail(high + 1, m, phi) <= 0.025 + 1e-9, "{m} {high}");
            assert!(1.0 - tail(low, m, phi) <= 0.025 + 1e-9, "{m} {low}");
        }
        assert_eq!(usual(0.0, 0.1), (0, 0));
    }
}
