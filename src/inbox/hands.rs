//! How much one agent may hold at once, and what a claim may still give them.
//!
//! Work in public and work in private (messages) are two things: who settles a matter in five conversations
//! at once cannot also answer five threads that everybody reads. Where the floor says how many of each an
//! agent takes, each is counted for itself; else [`crate::config::Limits::held_per_agent`] counts both.

use super::rank::EMERGENCY_RANK;
use serde::{Deserialize, Serialize};

/// So many in public, and so many in private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hands {
    /// In public.
    pub public: u32,
    /// In private.
    pub private: u32,
}

impl Hands {
    /// Both together.
    pub fn all(self) -> u32 {
        self.public.saturating_add(self.private)
    }

    /// These and those.
    pub fn and(self, more: Hands) -> Hands {
        Hands {
            public: self.public.saturating_add(more.public),
            private: self.private.saturating_add(more.private),
        }
    }

    /// These without those.
    pub fn without(self, less: Hands) -> Hands {
        Hands {
            public: self.public.saturating_sub(less.public),
            private: self.private.saturating_sub(less.private),
        }
    }

    /// One more of a kind.
    pub fn take(&mut self, private: bool) {
        let kind = match private {
            true => &mut self.private,
            false => &mut self.public,
        };
        *kind = kind.saturating_add(1);
    }
}

/// What somebody may be given of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Anything.
    #[default]
    Open,
    /// Emergencies only: nobody in danger waits for somebody's full hands.
    Emergencies,
    /// Nothing.
    Closed,
}

impl Gate {
    /// Whether this rank comes through.
    pub fn lets(self, rank: i64) -> bool {
        rank < self.below()
    }

    /// The ranks that come through are below this one.
    pub fn below(self) -> i64 {
        match self {
            Gate::Open => 1 << 52,
            Gate::Emergencies => EMERGENCY_RANK,
            Gate::Closed => -(1 << 52),
        }
    }
}

/// What somebody may be given of either kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gates {
    /// In public.
    pub public: Gate,
    /// In private.
    pub private: Gate,
}

impl Gates {
    /// Whether only emergencies come through, or nothing.
    pub fn are_shut(self) -> bool {
        self.public != Gate::Open && self.private != Gate::Open
    }

    /// Whether something of that rank comes through.
    pub fn let_through(self, rank: i64, private: bool) -> bool {
        match private {
            true => self.private.lets(rank),
            false => self.public.lets(rank),
        }
    }
}

/// The room that somebody's hands have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    left: Hands,
    all: u32,
    /// What may be given.
    pub gates: Gates,
}

impl Room {
    /// The room of somebody who holds `held`: of each kind as many as `capacity` says, or else `cap` together. An
    /// emergency goes past the limit by one, in all.
    pub fn of(held: Hands, capacity: Option<Hands>, cap: u32) -> Room {
        let part = |held: u32, most: u32, may_exceed: bool| match most.checked_sub(held) {
            Some(left @ 1..) => (left, Gate::Open),
            Some(0) if may_exceed => (1, Gate::Emergencies),
            _ => (0, Gate::Closed),
        };
        let Some(most) = capacity else {
            let (left, gate) = part(held.all(), cap, true);
            return Room {
                left: Hands {
                    public: left,
                    private: left,
                },
                all: left,
                gates: Gates {
                    public: gate,
                    private: gate,
                },
            };
        };
        let is_over = held.public > most.public || held.private > most.private;
        let (public, private) = (
            part(held.public, most.public, !is_over),
            part(held.private, most.private, !is_over),
        );
        let gates = Gates {
            public: public.1,
            private: private.1,
        };
        let all = public.0 + private.0;
        Room {
            left: Hands {
                public: public.0,
                private: private.0,
            },
            all: if gates.are_shut() { all.min(1) } else { all },
            gates,
        }
    }

    /// The same, and no more than a share of it.
    pub fn within(self, share: Option<Hands>) -> Room {
        let Some(share) = share else { return self };
        Room {
            left: Hands {
                public: self.left.public.min(share.public),
                private: self.left.private.min(share.private),
            },
            all: self.all.min(share.all()),
            gates: self.gates,
        }
    }

    /// How many fit in all.
    pub fn most(&self) -> u32 {
        self.all.min(self.left.all())
    }

    /// Takes one in, if there is room for it.
    pub fn take(&mut self, rank: i64, private: bool) -> bool {
        let kind = match private {
            true => &mut self.left.private,
            false => &mut self.left.public,
        };
        if self.all == 0 || *kind == 0 || !self.gates.let_through(rank, private) {
            return false;
        }
        *kind -= 1;
        self.all -= 1;
        true
    }

    /// Whether a claim that wanted so many and got so many would have got more but for this room.
    pub fn limits(&self, wanted: u32, got: usize) -> bool {
        // A hand that only an emergency may fill is none to wait for.
        let open = |gate: Gate, left: u32| if gate == Gate::Open { left } else { 0 };
        let public = open(self.gates.public, self.left.public);
        let private = open(self.gates.private, self.left.private);
        let most = self.all.min(public.saturating_add(private));
        self.gates.are_shut() || (most < wanted && u32::try_from(got).is_ok_and(|got| got >= most))
    }
}

/// What the one who pulls can take, as the floor knows it; the default is what is true where nobody asked it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Able {
    /// What they can do; `None`: not known, and then they are offered everything.
    pub skills: Option<Vec<String>>,
    /// How many at once; `None`: as the configuration says.
    pub capacity: Option<Hands>,
    /// Who is there and has a hand free; `None`: not known, and then nothing is kept for anybody.
    pub free: Option<Vec<String>>,
    /// What they may be given, as the last look found.
    pub gates: Gates,
    /// How many of what they hold in other shards is in private.
    pub private_elsewhere: u32,
    /// How many of each kind this claim may lease in this shard.
    pub share: Option<Hands>,
    /// How many other claims of theirs, under way now, may still lease.
    pub reserved: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: i64 = 5;
    const EMERGENCY: i64 = -5;

    fn hands(public: u32, private: u32) -> Hands {
        Hands { public, private }
    }

    #[test]
    fn one_cap_counts_both_kinds() {
        let room = Room::of(hands(2, 1), None, 5);
        assert_eq!((room.most(), room.gates), (2, Gates::default()));
        let mut room = Room::of(hands(3, 2), None, 5);
        assert_eq!(room.most(), 1);
        assert!(!room.take(CALM, false), "full hands");
        assert!(room.take(EMERGENCY, true), "an emergency goes past them");
        assert!(!room.take(EMERGENCY, false), "but one only");
        assert_eq!(Room::of(hands(3, 3), None, 5).most(), 0);
    }

    #[test]
    fn each_kind_has_its_own_limit_and_one_emergency_goes_past_one_of_them() {
        let both = Some(hands(2, 1));
        let mut room = Room::of(hands(2, 0), both, 99);
        assert_eq!(room.gates.public, Gate::Emergencies);
        assert!(!room.take(CALM, false));
        assert!(room.take(CALM, true));
        assert!(room.take(EMERGENCY, false));
        // The next claim of the same agent, who is over by one now.
        let mut room = Room::of(hands(3, 1), both, 99);
        assert_eq!(room.most(), 0);
        assert!(!room.take(EMERGENCY, true));
        let mut room = Room::of(hands(3, 0), both, 99);
        assert!(room.take(CALM, true), "the other hand is free");
        // Both full: one more in all, of either kind.
        let mut room = Room::of(hands(2, 1), both, 99);
        assert_eq!((room.most(), room.limits(1, 0)), (1, true));
        assert!(room.take(EMERGENCY, true));
        assert!(!room.take(EMERGENCY, false));
        let none = Room::of(hands(0, 0), Some(hands(0, 3)), 99);
        assert_eq!(none.gates.public, Gate::Emergencies);
    }

    #[test]
    fn a_share_is_no_more_than_the_room() {
        let room = Room::of(hands(0, 0), Some(hands(5, 1)), 99);
        let mut room = room.within(Some(hands(1, 9)));
        assert_eq!(room.most(), 2);
        assert!(room.take(CALM, false) && !room.take(CALM, false));
        assert!(room.take(CALM, true) && !room.take(CALM, true));
    }

    #[test]
    fn a_claim_is_limited_by_full_hands_only() {
        let room = Room::of(hands(3, 0), None, 5);
        assert!(!room.limits(2, 2), "it got what it wanted");
        assert!(room.limits(3, 2));
        assert!(!room.limits(3, 1), "there was no more");
        let room = Room::of(hands(1, 0), Some(hands(2, 0)), 5);
        assert!(room.limits(20, 1), "they take none in private");
        let room = Room::of(hands(5, 0), Some(hands(5, 1)), 5);
        assert!(!room.limits(1, 0), "private work may still come");
    }
}
