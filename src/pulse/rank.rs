//! How much an incident weighs beside others.
//!
//! Its people; the other people under the one of its posts under which most wrote; and ten for each tenfold of a thousand
//! followers of the one whom most follow. So one complaint that a crowd piles up under weighs twice what its crowd does, and
//! one by somebody whom a million follow weighs thirty people more. The weights are by judgement, not measured. It orders,
//! and says nothing of how many are concerned.

use super::who::Who;
use super::wire::Sighting;
use std::collections::{BTreeMap, BTreeSet};

/// How much a tenfold of followers weighs, in people.
const REACH: f64 = 10.0;

/// From how many followers on an author weighs more than anybody.
const FOLLOWED: f64 = 1_000.0;

/// What of a post raises an incident's rank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    followers: Option<u64>,
    mark: u32,
    under: Option<u32>,
}

impl About {
    /// That of a post.
    pub fn of(one: &Sighting) -> Self {
        Self {
            followers: one.followers,
            mark: one.mark,
            under: one.under,
        }
    }
}

/// An incident's spread and its rank.
pub fn weigh(
    people: u32,
    posts: &BTreeMap<String, Who>,
    about: &BTreeMap<String, About>,
) -> (u32, u32) {
    let all = || {
        let both = posts.iter().map(|(post, who)| (who, about.get(post)));
        both.filter_map(|(who, about)| Some((who, about?)))
    };
    let authors: BTreeMap<u32, &Who> = all().map(|(who, about)| (about.mark, who)).collect();
    let mut under: BTreeMap<u32, BTreeSet<&Who>> = BTreeMap::new();
    for (who, about) in all() {
        // Under a post of our own everybody writes: only what is under one of its own spreads it.
        if let Some(above) = about.under
            && authors.get(&above).is_some_and(|author| *author != who)
        {
            under.entry(above).or_default().insert(who);
        }
    }
    let spread = under.values().map(BTreeSet::len).max().unwrap_or(0);
    let spread = u32::try_from(spread).unwrap_or(u32::MAX);
    let followers = about.values().filter_map(|about| about.followers);
    let most = followers.max().unwrap_or(0) as f64;
    let reach = REACH * (most / FOLLOWED).max(1.0).log10();
    let rank = people
        .saturating_add(spread)
        .saturating_add(reach.round() as u32);
    (spread, rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_that_many_write_under_or_many_follow_weighs_more() {
        let posts: BTreeMap<String, Who> = (0..9).map(|i| (format!("x:{i}"), Who(i))).collect();
        let of = |under: u32, followers: Option<u64>| -> BTreeMap<String, About> {
            let about = |i: u32| About {
                followers: followers.filter(|_| i == 0),
                mark: i,
                under: (i > 0).then_some(under),
            };
            (0..9).map(|i| (format!("x:{i}"), about(i))).collect()
        };
        assert_eq!(weigh(9, &posts, &BTreeMap::new()), (0, 9));
        assert_eq!(weigh(9, &posts, &of(0, None)), (8, 17));
        // Under our own post all of them write.
        assert_eq!(weigh(9, &posts, &of(77, None)), (0, 9));
        assert_eq!(weigh(9, &posts, &of(77, Some(999))), (0, 9));
        assert_eq!(weigh(9, &posts, &of(77, Some(1_000_000))), (0, 39));
        // One who answers their own spreads nothing.
        let own: BTreeMap<String, Who> = (0..9).map(|i| (format!("x:{i}"), Who(1))).collect();
        assert_eq!(weigh(1, &own, &of(0, None)), (0, 1));
    }
}
