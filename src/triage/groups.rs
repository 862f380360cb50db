//! Lists found by a hash: what a word means, which phrases it begins.
//!
//! Most words of a post are in none of the tables, so a bit for each hash's low bits is asked first: it lies
//! in the nearest cache and answers for nineteen of twenty.

/// Values in groups, each group under a hash; the sieve has `SIEVE` words of 64 bits: a power of two, best some
/// ten bits for each group.
#[derive(Debug)]
pub(super) struct Groups<T, const SIEVE: usize> {
    /// One bit for each group's low bits.
    sieve: Box<[u64; SIEVE]>,
    /// Open-addressed: the hash, and the group's place among the values. An empty place has an empty group.
    slots: Box<[(u32, u32, u32)]>,
    values: Box<[T]>,
}

/// A hash's place in a sieve: the word and the bit.
#[inline]
fn bit<const SIEVE: usize>(hash: u32) -> (usize, u64) {
    (hash as usize / 64 % SIEVE, 1 << (hash % 64))
}

impl<T, const SIEVE: usize> Groups<T, SIEVE> {
    /// Gathers values under their hashes; within a group they keep their order.
    pub(super) fn of(mut pairs: Vec<(u32, T)>) -> Groups<T, SIEVE> {
        pairs.sort_by_key(|(hash, _)| *hash);
        let room = (pairs.len() * 2).next_power_of_two().max(4);
        let mut sieve = Box::new([0u64; SIEVE]);
        let mut slots = vec![(0u32, 0u32, 0u32); room].into_boxed_slice();
        let mut from = 0;
        for group in pairs.chunk_by(|a, b| a.0 == b.0) {
            let Some((hash, _)) = group.first() else {
                continue;
            };
            let (at, bit) = bit::<SIEVE>(*hash);
            if let Some(word) = sieve.get_mut(at) {
                *word |= bit;
            }
            let to = from + group.len() as u32;
            // Twice as many places as groups: one is free.
            let mut at = *hash as usize % room;
            while let Some(slot) = slots.get_mut(at) {
                if slot.1 == slot.2 {
                    *slot = (*hash, from, to);
                    break;
                }
                at = (at + 1) % room;
            }
            from = to;
        }
        Groups {
            sieve,
            slots,
            values: pairs.into_iter().map(|(_, value)| value).collect(),
        }
    }

    /// Whether there may be a group under the hash: never wrong when it says no.
    #[inline]
    pub(super) fn may_have(&self, hash: u32) -> bool {
        let (at, bit) = bit::<SIEVE>(hash);
        self.sieve.get(at).is_some_and(|word| word & bit != 0)
    }

    /// The group under the hash; empty if there is none.
    #[inline]
    pub(super) fn get(&self, hash: u32) -> &[T] {
        if self.may_have(hash) {
            self.find(hash)
        } else {
            &[]
        }
    }

    #[inline(never)]
    fn find(&self, hash: u32) -> &[T] {
        let last = self.slots.len() - 1;
        let mut at = hash as usize & last;
        while let Some((key, from, to)) = self.slots.get(at) {
            if from == to {
                break;
            }
            if *key == hash {
                return self
                    .values
                    .get(*from as usize..*to as usize)
                    .unwrap_or_default();
            }
            at = (at + 1) & last;
        }
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_group_whole_and_nothing_else() {
        // Low bits alike, so that places and sieve bits collide.
        let pairs: Vec<(u32, usize)> = (0..900)
            .map(|at| ((at % 300) as u32 * 4096 + 5, at))
            .collect();
        let groups = Groups::<usize, 4>::of(pairs);
        for key in 0..300u32 {
            let at = key as usize;
            assert_eq!(groups.get(key * 4096 + 5), [at, at + 300, at + 600]);
            assert!(groups.get(key * 4096 + 6).is_empty());
        }
        assert!(Groups::<u8, 1>::of(Vec::new()).get(0).is_empty());
    }
}
