//! Which words distinguish a crowd, counted by authors and not by tokens (insight.md, section 2).
//!
//! A word passes the gate where at least three members wrote it, Dunning's G² over the four cells says that this is no
//! chance (15.1, one in ten thousand), and members write it at least twice as often as others do. Those that pass are
//! ranked by the log-odds with an informative prior (Monroe et al. 2008), which does not favour what is merely rare.

/// How many words distinguish a crowd at most.
pub const MOST: usize = 8;

/// The fewest authors of a word.
pub const LEAST_AUTHORS: u32 = 3;

/// The least G²: chi-squared with one degree of freedom at 1e-4.
pub const LEAST_G2: f64 = 15.1;

/// How many times as often it must stand among members.
pub const LEAST_RATIO: f64 = 2.0;

/// The weight of the prior, in authors.
const PRIOR: f64 = 50.0;

/// How often a word stands: `a` of `c` members, `b` of `d` others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Members who wrote it.
    pub a: f64,
    /// Others who did.
    pub b: f64,
    /// All members.
    pub c: f64,
    /// All others.
    pub d: f64,
}

impl Counts {
    /// Of whole numbers of people.
    pub fn of(a: u32, c: u32, b: u32, d: u32) -> Self {
        let (a, c, b, d) = (f64::from(a), f64::from(c), f64::from(b), f64::from(d));
        Self {
            a: a.min(c),
            b: b.min(d),
            c,
            d,
        }
    }

    /// Dunning's G² over four cells; 0·ln 0 is 0.
    pub fn g2(&self) -> f64 {
        let all = self.c + self.d;
        if all <= 0.0 {
            return 0.0;
        }
        let with = self.a + self.b;
        let term = |observed: f64, row: f64, column: f64| {
            let expected = row * column / all;
            if observed > 0.0 && expected > 0.0 {
                observed * (observed / expected).ln()
            } else {
                0.0
            }
        };
        2.0 * (term(self.a, with, self.c)
            + term(self.b, with, self.d)
            + term(self.c - self.a, all - with, self.c)
            + term(self.d - self.b, all - with, self.d))
    }

    /// How many times as often members write it as others do; endless where nobody else does.
    pub fn ratio(&self) -> f64 {
        if self.c <= 0.0 || self.a <= 0.0 {
            return 0.0;
        }
        if self.b <= 0.0 || self.d <= 0.0 {
            return f64::INFINITY;
        }
        (self.a / self.c) / (self.b / self.d)
    }

    /// The log-odds ratio over its standard error, with a prior of the word's share of everybody.
    pub fn z(&self) -> f64 {
        let all = self.c + self.d;
        if all <= 0.0 {
            return 0.0;
        }
        // A word that nobody wrote has no share; so little of an author keeps logarithms finite.
        let alpha = (PRIOR * (self.a + self.b) / all).max(1e-6);
        let odds =
            |with: f64, of: f64| ((with + alpha) / (of + PRIOR - with - alpha).max(0.1)).ln();
        let delta = odds(self.a, self.c) - odds(self.b, self.d);
        delta / (1.0 / (self.a + alpha) + 1.0 / (self.b + alpha)).sqrt()
    }

    /// Whether it distinguishes the members.
    pub fn passes(&self) -> bool {
        self.a >= f64::from(LEAST_AUTHORS) && self.ratio() >= LEAST_RATIO && self.g2() >= LEAST_G2
    }
}

/// The words that distinguish, best first; `all` gives each with its counts.
pub fn distinguishing(all: impl IntoIterator<Item = (String, Counts)>) -> Vec<(String, f64)> {
    let passing = all.into_iter().filter(|(_, counts)| counts.passes());
    let mut ranked: Vec<(String, f64)> = passing.map(|(term, counts)| (term, counts.z())).collect();
    ranked.sort_by(|x, y| y.1.total_cmp(&x.1).then_with(|| x.0.cmp(&y.0)));
    ranked.truncate(MOST);
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, printed: f64, off: f64) {
        assert!(
            (found - printed).abs() <= off,
            "{found}, printed: {printed}"
        );
    }

    /// The figures that insight.md prints.
    #[test]
    fn known_values() {
        let one = Counts::of(1, 5, 0, 6_000);
        close(one.g2(), 14.4, 0.3);
        close(one.z(), 0.9, 0.3);
        let filler = Counts::of(30, 40, 3_000, 6_000);
        close(filler.g2(), 10.4, 0.1);
        let real = Counts::of(22, 40, 3, 6_000);
        close(real.g2(), 218.0, 1.0);
        close(real.z(), 10.8, 0.6);
        assert!(real.passes() && !filler.passes() && !one.passes());
    }

    #[test]
    fn the_gate_keeps_one_persons_word_out_and_ranks_the_rest() {
        let words = [
            ("woking", Counts::of(22, 40, 3, 6_000)),
            ("the", Counts::of(39, 40, 5_800, 6_000)),
            ("grandmother", Counts::of(2, 40, 0, 6_000)),
            ("stuck", Counts::of(30, 40, 200, 6_000)),
        ];
        let found = distinguishing(words.map(|(word, counts)| (word.to_string(), counts)));
        let names: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(names.len(), 2);
        assert!(names.contains(&"woking") && names.contains(&"stuck"));
    }

    proptest::proptest! {
        #[test]
        fn always_a_number(a in 0_u32..500, c in 0_u32..500, b in 0_u32..9_000, d in 0_u32..9_000) {
            let counts = Counts::of(a, c, b, d);
            proptest::prop_assert!(counts.g2() >= -1e-6 && counts.g2().is_finite());
            proptest::prop_assert!(counts.z().is_finite());
        }
    }
}
