//! Which Durable Object holds what.

use crate::post::{InteractionId, Platform};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The epoch of the shard layout, a part of every object's and interaction's name. The number of shards is fixed
/// for an epoch; another number needs another epoch, whose objects start empty while the old ones drain.
pub const EPOCH: &str = "v2";

/// One shard: its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shard(u8);

impl Shard {
    /// The shard of an author on a platform: everything one author writes meets in one object.
    pub fn of(platform: Platform, author: &str, shards: u16) -> Self {
        let digest = Sha256::new()
            .chain_update(platform.as_str())
            .chain_update([0])
            .chain_update(author)
            .finalize();
        let number = digest
            .iter()
            .take(4)
            .fold(0u32, |number, byte| (number << 8) | u32::from(*byte));
        let shard = number.checked_rem(u32::from(shards)).unwrap_or(0);
        Self(u8::try_from(shard).unwrap_or(0))
    }

    /// The shard of that number.
    pub fn at(number: u8) -> Self {
        Self(number)
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// All shards of a queue.
    pub fn all(shards: u16) -> impl Iterator<Item = Self> {
        (0..shards).filter_map(|shard| u8::try_from(shard).ok().map(Self))
    }

    /// What falls to this shard of a bound that all `shards` together keep: an equal part, the first
    /// ones a rest's one more. At least one each, so that no author is without; a bound below the
    /// number of shards is therefore that number.
    pub fn share(self, whole: u32, shards: u16) -> u32 {
        let shards = u32::from(shards).max(1);
        let rest = u32::from(u32::from(self.0) < whole % shards);
        (whole / shards + rest).max(1)
    }

    /// The Durable Object's name.
    pub fn object(self) -> String {
        format!("inbox/{EPOCH}/{:02x}", self.0)
    }

    /// The shard whose object has that name.
    pub fn named(object: &str) -> Option<Self> {
        let hex = object
            .strip_prefix("inbox/")?
            .strip_prefix(EPOCH)?
            .strip_prefix('/')?;
        u8::from_str_radix(hex, 16)
            .ok()
            .map(Self)
            .filter(|shard| shard.object() == object)
    }

    /// The agents' id of the interaction that has number `seq` here.
    pub fn interaction(self, seq: i64) -> InteractionId {
        InteractionId::new(format!("{EPOCH}-{:02x}-{seq}", self.0))
    }

    /// The shard and number that an interaction's id names, if it is one of ours.
    pub fn find(id: &str, shards: u16) -> Option<(Self, i64)> {
        let (shard, seq) = id.strip_prefix(EPOCH)?.strip_prefix('-')?.split_once('-')?;
        let shard = Self(u8::from_str_radix(shard, 16).ok()?);
        let seq: i64 = seq.parse().ok()?;
        (u16::from(shard.0) < shards && shard.interaction(seq).as_str() == id)
            .then_some((shard, seq))
    }
}

/// How many to claim from each shard so that together they are the lowest `max` ranks offered.
pub fn shares(mut offers: Vec<(i64, Shard)>, max: u32) -> BTreeMap<Shard, u32> {
    offers.sort_unstable();
    let mut shares = BTreeMap::new();
    for (_, shard) in offers
        .into_iter()
        .take(usize::try_from(max).unwrap_or(usize::MAX))
    {
        *shares.entry(shard).or_insert(0) += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_the_lowest_ranks() {
        let offers = vec![
            (5, Shard(0)),
            (9, Shard(0)),
            (1, Shard(1)),
            (7, Shard(1)),
            (8, Shard(2)),
        ];
        let want = BTreeMap::from([(Shard(0), 1), (Shard(1), 2)]);
        assert_eq!(shares(offers, 3), want);
        assert_eq!(shares(Vec::new(), 3), BTreeMap::new());
    }

    /// These names are on disk: a change here loses every queue.
    #[test]
    fn names_are_pinned() {
        assert_eq!(Shard(10).object(), "inbox/v2/0a");
        assert_eq!(Shard(10).interaction(77).as_str(), "v2-0a-77");
        assert_eq!(Shard::of(Platform::X, "2222222222222222222", 1), Shard(0));
        assert_eq!(Shard::of(Platform::X, "2222222222222222222", 64), Shard(8));
        assert_eq!(Shard::named("inbox/v2/0a"), Some(Shard(10)));
        assert_eq!(Shard::named("inbox/v2/a"), None);
    }

    #[test]
    fn ids_round_trip_and_nothing_else_does() {
        assert_eq!(Shard::find("v2-0a-77", 64), Some((Shard(10), 77)));
        for id in ["v2-0a-77", "v2-40-1"] {
            assert_eq!(Shard::find(id, 10), None, "{id}");
        }
        for id in [
            "", "v2", "v2-", "v2-0a", "v2-0A-7", "v2-a-7", "v2-00-07", "v2-00-+7", "v1-00-7",
            "v3-00-7",
        ] {
            assert_eq!(Shard::find(id, 64), None, "{id}");
        }
    }

    #[test]
    fn shares_add_up_to_the_whole() {
        for (whole, shards) in [(6, 1), (6, 4), (100, 64), (64, 64)] {
            let shares = Shard::all(shards).map(|shard| shard.share(whole, shards));
            assert_eq!(shares.sum::<u32>(), whole, "{whole} of {shards}");
        }
        assert!(Shard::all(9).all(|shard| shard.share(6, 9) == 1));
    }

    #[test]
    fn authors_spread() {
        let mut counts = [0; 4];
        for author in 0..4_000 {
            counts[usize::from(Shard::of(Platform::X, &author.to_string(), 4).0)] += 1;
        }
        assert!(
            counts.iter().all(|count| (850..1_150).contains(count)),
            "{counts:?}"
        );
    }
}
