//! Are the loud few or many? (insight.md, section 4)
//!
//! What is said is chance alone: none of these intervals tells whether those who wrote are like those who did not.
//! So the words are "of those who wrote", never "customers think" or "significant".

use serde::{Deserialize, Serialize};

/// The 97.5 % point of the normal distribution, for 95 % intervals.
const Z: f64 = 1.959_963_984_540_054;

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Byar's interval of a count, 95 %: how many people it might have been by chance.
pub fn byar(x: u32) -> Interval {
    let end = |x: f64, sign: f64| x * (1.0 - 1.0 / (9.0 * x) + sign * Z / (3.0 * x.sqrt())).powi(3);
    Interval {
        low: if x == 0 {
            0.0
        } else {
            end(f64::from(x), -1.0).max(0.0)
        },
        // Of none the exact end, ln 40: Byar's own is a little short of it.
        high: if x == 0 {
            40.0_f64.ln()
        } else {
            end(f64::from(x) + 1.0, 1.0)
        },
    }
}

/// How many equally loud people would be as unequal: (Σx)²/Σx², `posts` for each person.
pub fn equally_loud(posts: &[u32]) -> f64 {
    let sum: f64 = posts.iter().map(|x| f64::from(*x)).sum();
    let squares: f64 = posts.iter().map(|x| f64::from(*x).powi(2)).sum();
    if squares > 0.0 {
        sum * sum / squares
    } else {
        0.0
    }
}

/// The share of all posts that the loudest ten wrote.
pub fn loudest_ten(posts: &[u32]) -> f64 {
    let mut all: Vec<u64> = posts.iter().map(|x| u64::from(*x)).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let sum: u64 = all.iter().sum();
    let ten: u64 = all.iter().take(10).sum();
    if sum > 0 {
        ten as f64 / sum as f64
    } else {
        0.0
    }
}

/// How few of the loudest wrote half of all posts.
pub fn half_by(posts: &[u32]) -> u32 {
    let mut all: Vec<u64> = posts.iter().map(|x| u64::from(*x)).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let sum: u64 = all.iter().sum();
    let mut so_far = 0;
    for (at, n) in all.iter().enumerate() {
        so_far += n;
        if so_far * 2 >= sum {
            return u32::try_from(at + 1).unwrap_or(u32::MAX);
        }
    }
    0
}

/// The people that a count is measured against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// How many: 240,000.
    pub people: u64,
    /// Who they are: `customers`, `riders this week`.
    pub of: String,
}

/// The figures behind a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loud {
    /// Different people.
    pub people: u32,
    /// Their posts.
    pub posts: u32,
    /// How many equally loud people would be as unequal.
    pub equally_loud: f64,
    /// The share of posts by the loudest ten.
    pub loudest_ten: f64,
    /// How few of them wrote half.
    pub half_by: u32,
    /// In 10,000 of the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_10000: Option<f64>,
    /// Its 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// All of it in words.
    pub says: String,
}

fn people(n: u32) -> String {
    if n == 1 {
        "1 person".into()
    } else {
        format!("{} people", thousands(u64::from(n)))
    }
}

/// A number as it is read: 240,000.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut said = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// One digit past the point where it says something, two below 1.
fn short(x: f64) -> String {
    if x >= 100.0 {
        format!("{x:.0}")
    } else if x > 0.0 && x < 0.1 {
        format!("{x:.2}")
    } else {
        format!("{x:.1}")
    }
}

/// Says a count of which only people and posts are known.
pub fn say_counts(n: u32, posts: u32, base: Option<&Base>) -> String {
    let mut says = people(n);
    if posts > n {
        says += &format!(", {} posts", thousands(posts.into()));
    }
    if let Some((_, _, beside)) = base.and_then(|base| measured(n, base)) {
        says += &beside;
    }
    says.push('.');
    says
}

/// A count in 10,000 of a base, its interval, and both in words.
fn measured(n: u32, base: &Base) -> Option<(f64, Interval, String)> {
    if base.people == 0 {
        return None;
    }
    let per = 10_000.0 / base.people as f64;
    let chance = byar(n);
    let found = Interval {
        low: chance.low * per,
        high: chance.high * per,
    };
    let rate = f64::from(n) * per;
    let says = format!(
        "; {} in 10,000 of {} {}, 95 % interval {} to {}",
        short(rate),
        thousands(base.people),
        base.of,
        short(found.low),
        short(found.high)
    );
    Some((rate, found, says))
}

/// Says it: `posts` holds each person's number of posts.
pub fn say(posts: &[u32], base: Option<&Base>) -> Loud {
    let n = u32::try_from(posts.len()).unwrap_or(u32::MAX);
    let all = posts.iter().fold(0_u32, |sum, x| sum.saturating_add(*x));
    let half_by = half_by(posts);
    let mut says = people(n);
    // Where everybody wrote once, half of them wrote half: nothing to say.
    if all > n && f64::from(half_by) <= f64::from(n) / 4.0 {
        says += &format!(
            ", {half_by} of them wrote half of {} posts",
            thousands(all.into())
        );
    } else if all > n {
        says += &format!(", {} posts", thousands(all.into()));
    }
    let (mut per_10000, mut interval) = (None, None);
    if let Some((rate, found, beside)) = base.and_then(|base| measured(n, base)) {
        says += &beside;
        (per_10000, interval) = (Some(rate), Some(found));
    }
    says.push('.');
    Loud {
        people: n,
        posts: all,
        equally_loud: equally_loud(posts),
        loudest_ten: loudest_ten(posts),
        half_by,
        per_10000,
        interval,
        says,
    }
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
        let many = byar(31);
        close(many.low, 21.1, 0.05);
        close(many.high, 44.0, 0.05);
        assert_eq!(byar(0).low, 0.0);
        close(byar(0).high, 3.69, 0.005);
        let riders = 10_000.0 / 344_000.0;
        close(31.0 * riders, 0.90, 0.005);
        close(many.low * riders, 0.61, 0.005);
        close(many.high * riders, 1.28, 0.005);
        let customers = 10_000.0 / 240_000.0;
        close(many.low * customers, 0.88, 0.005);
        close(many.high * customers, 1.83, 0.005);
    }

    #[test]
    fn the_sentence_of_the_issue() {
        // 31 people; four of them wrote half.
        let mut posts = vec![1; 27];
        posts.extend([7, 7, 7, 6]);
        let base = Base {
            people: 344_000,
            of: "riders this week".into(),
        };
        let said = say(&posts, Some(&base));
        assert_eq!(
            said.says,
            "31 people, 4 of them wrote half of 54 posts; 0.9 in 10,000 of 344,000 riders this week, \
             95 % interval 0.6 to 1.3."
        );
        assert_eq!((said.people, said.posts), (31, 54));
        close(said.loudest_ten, 33.0 / 54.0, 1e-9);
        close(
            said.equally_loud,
            54.0 * 54.0 / (27.0 + 3.0 * 49.0 + 36.0),
            1e-9,
        );
        assert_eq!(say(&[1; 40], None).says, "40 people.");
        let all = Base {
            people: 240_000,
            of: "customers".into(),
        };
        assert_eq!(
            say_counts(31, 54, Some(&all)),
            "31 people, 54 posts; 1.3 in 10,000 of 240,000 customers, 95 % interval 0.9 to 1.8."
        );
        assert_eq!(say_counts(1, 1, None), "1 person.");
        assert_eq!(say(&[1], None).says, "1 person.");
        assert_eq!(say(&[], None).says, "0 people.");
    }

    proptest::proptest! {
        #[test]
        fn a_count_lies_in_its_interval(x in 0_u32..600) {
            let found = byar(x);
            proptest::prop_assert!(found.low <= f64::from(x) && f64::from(x) <= found.high);
        }

        #[test]
        fn loudness_is_between_one_and_all(posts in proptest::collection::vec(1_u32..50, 1..60)) {
            let n = posts.len() as f64;
            let equal = equally_loud(&posts);
            proptest::prop_assert!(equal >= 1.0 - 1e-9 && equal <= n + 1e-9);
            let share = loudest_ten(&posts);
            proptest::prop_assert!(share > 0.0 && share <= 1.0 && share >= (10.0 / n).min(1.0) - 1e-9);
            let half = half_by(&posts);
            proptest::prop_assert!(half >= 1 && half <= posts.len().div_ceil(2) as u32);
        }
    }
}
