//! A small random number generator (SplitMix64): the same numbers everywhere, for ever.

/// Where it has got to.
#[derive(Clone, Copy, Debug)]
pub struct Random(u64);

impl Random {
    /// One that begins at a place of its own for these numbers.
    pub fn at(place: &[u64]) -> Random {
        let mut random = Random(0);
        for number in place {
            random.0 = random.number() ^ number;
        }
        random
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Evenly from 0 to below 1.
    pub fn share(&mut self) -> f32 {
        (self.number() >> 40) as f32 / 16_777_216.0
    }

    /// True so often.
    pub fn chance(&mut self, share: f32) -> bool {
        self.share() < share
    }

    /// About normal: mean 0, deviation 1.
    pub fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.share()).sum::<f32>() - 6.0
    }

    /// From 0 to below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        (self.number() % most.max(1) as u64) as usize
    }

    /// One of a list.
    pub fn one<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        list.get(self.below(list.len())).copied()
    }

    /// Shuffles a list.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at + 1);
            list.swap(at, other);
        }
    }
}
