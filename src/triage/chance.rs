//! Probabilities from logits, by arithmetic that gives the same bits natively and in Wasm: the platform's own `exp`
//! does not.

/// e to the power of x: powers of two by the exponent's bits, the rest by a polynomial (Cephes' `expf`).
pub fn exp(x: f32) -> f32 {
    // Beyond these there is no finite, or no normal, number.
    let x = x.clamp(-87.0, 88.0);
    let whole = (x * std::f32::consts::LOG2_E + 0.5).floor();
    // ln 2 in two parts, so that the difference is exact.
    let rest = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let series = [
        1.398_2e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        5e-1,
    ];
    let sum = series
        .into_iter()
        .fold(1.987_569_2e-4, |sum, next| sum * rest + next);
    let power = f32::from_bits(((whole as i32 + 127) as u32) << 23);
    (sum * rest * rest + rest + 1.0) * power
}

/// From a logit to a probability.
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// From logits to probabilities that sum to 1, in place.
pub fn softmax(logits: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    for logit in logits.iter_mut() {
        *logit = exp(*logit - most);
    }
    let sum: f32 = logits.iter().sum();
    for chance in logits {
        *chance /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_exponential() {
        for step in -8700..=8800 {
            let x = step as f32 / 100.0;
            let (ours, real) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((ours / real - 1.0).abs() < 1e-6, "{x}: {ours} {real}");
        }
        assert!(exp(-1e9) >= 0.0 && exp(1e9).is_finite());
        assert_eq!(logistic(0.0), 0.5);
        let mut three = [1.0, 1.0, 1.0];
        softmax(&mut three);
        assert!(three.iter().all(|chance| (chance - 1.0 / 3.0).abs() < 1e-6));
    }
}
