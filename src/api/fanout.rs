//! Questions that concern every shard, and how their answers become one.
//!
//! Pure but for the asking: [`World`] is the host's in the Worker, and shards that fail in tests.

use crate::api::request::Page;
use crate::inbox::hands::{Able, Gates, Hands, Room};
use crate::inbox::look::List;
use crate::inbox::pick::ClaimOne;
use crate::inbox::question::Question;
use crate::inbox::shard::Shard;
use crate::inbox::wire::{Claimed, Listed, Pull, Refused, Retasked};
use crate::inbox::work::{Claim, Heads, Held, Leased, Leave, Wait};
use futures_util::future::{join, join_all, select_all};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;

/// The shards, to be asked.
pub trait World {
    /// Asks one.
    fn ask<Q: Question>(
        &self,
        shard: Shard,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, Refused>>;
}

/// What a claim got.
pub struct Claims {
    /// What was leased, most urgent first.
    pub claimed: Vec<Claimed>,
    /// How many interactions are open.
    pub open: i64,
    /// Whether it would have been more but for how many the agent holds.
    pub limited: bool,
    /// The errands that the agent is on.
    pub retasked: Vec<Retasked>,
    /// What their hands let them be given, before this.
    pub gates: Gates,
    /// What they hold now, where that is known.
    pub hands: Option<Hands>,
}

/// Claims the lowest ranks of all shards: from each as many as its heads have among them, and no more than
/// an agent may hold, who may hold `cap`.
///
/// A shard that fails costs only its own work: what the others have leased is the caller's.
///
/// # Errors
/// Where every shard that was asked failed; or where it is not known what this claim, which was made
/// before, leased then.
pub async fn claim<W: World>(
    world: &W,
    shards: u16,
    pull: &Pull,
    cap: u32,
) -> Result<Claims, Refused> {
    if shards == 1 {
        return alone(world, pull).await;
    }
    if pull.key.is_some() {
        let again = Held {
            agent: pull.agent.clone(),
            key: pull.key.clone(),
            workgroups: pull.workgroups.clone(),
        };
        let (claimed, open) = held(world, shards, &again).await?;
        if !claimed.is_empty() {
            return Ok(Claims {
                claimed,
                open,
                limited: false,
                retasked: Vec::new(),
                gates: Gates::default(),
                hands: None,
            });
        }
    }
    let heads = every(world, shards, &Heads { pull: pull.clone() }).await;
    let mut open = 0;
    let mut offers = Vec::new();
    let mut holds = BTreeMap::new();
    let mut retasked: Vec<Retasked> = Vec::new();
    for (shard, said) in answered(heads)? {
        open += said.open;
        for errand in said.retasked {
            if !retasked.iter().any(|one| one.workgroup == errand.workgroup) {
                retasked.push(errand);
            }
        }
        let private = said.held_private.min(said.held);
        let public = said.held - private;
        holds.insert(shard, Hands { public, private });
        // One of the version before does not say which are in private.
        let private = said.private.into_iter().chain(std::iter::repeat(false));
        offers.extend(
            said.ranks
                .into_iter()
                .zip(private)
                .map(|(rank, private)| (rank, shard, private)),
        );
    }
    let all = holds
        .values()
        .fold(Hands::default(), |all, some| all.and(*some));
    // What other claims of theirs may still lease is counted as if they had, of the kind that counts more.
    let reserved = Hands {
        public: pull.able.reserved,
        private: match pull.able.capacity {
            Some(_) => pull.able.reserved,
            None => 0,
        },
    };
    let room = Room::of(all.and(reserved), pull.able.capacity, cap);
    offers.sort_unstable();
    let offering: BTreeSet<Shard> = offers.iter().map(|(_, shard, _)| *shard).collect();
    let mut left = room;
    let mut shares: BTreeMap<Shard, Hands> = BTreeMap::new();
    let most = usize::try_from(pull.max.min(room.most())).unwrap_or(usize::MAX);
    let fit = offers
        .into_iter()
        .filter(|(rank, _, private)| left.take(*rank, *private));
    for (_, shard, private) in fit.take(most) {
        shares.entry(shard).or_default().take(private);
    }
    // Who waited and finds something may have been woken by several: what is left is for the next.
    let left = offering.iter().filter(|shard| !shares.contains_key(shard));
    let left = left.map(|shard| world.ask(*shard, Leave { pull: pull.clone() }));
    let left = join_all(left.filter(|_| pull.ticket.is_some()));
    let asked = shares.into_iter().map(|(shard, share)| {
        let here = holds.get(&shard).copied().unwrap_or_default();
        let elsewhere = all.without(here);
        let pull = Pull {
            max: share.all(),
            held_elsewhere: elsewhere.all(),
            able: Able {
                private_elsewhere: elsewhere.private,
                share: Some(share),
                ..pull.able.clone()
            },
            ..pull.clone()
        };
        async move { (shard, world.ask(shard, Claim { pull }).await) }
    });
    let mut claimed = Vec::new();
    let (said, _) = join(join_all(asked), left).await;
    for (shard, said) in answered(said)? {
        // One of the version before does not say: then it is as it was.
        if said.hands != Hands::default() {
            holds.insert(shard, said.hands);
        }
        claimed.extend(said.interactions);
    }
    claimed.sort_by_key(|one: &Claimed| one.rank);
    Ok(Claims {
        limited: room.limits(pull.max, claimed.len()),
        gates: room.gates,
        hands: Some(
            holds
                .values()
                .fold(Hands::default(), |all, some| all.and(*some)),
        ),
        claimed,
        open,
        retasked,
    })
}

/// A claim in a queue of one shard.
async fn alone<W: World>(world: &W, pull: &Pull) -> Result<Claims, Refused> {
    let pull = pull.clone();
    let leased = world.ask(Shard::at(0), Claim { pull }).await?;
    Ok(Claims {
        claimed: leased.interactions,
        open: leased.open,
        limited: leased.limited,
        retasked: leased.retasked,
        gates: leased.gates,
        hands: Some(leased.hands),
    })
}

/// Claims one that the caller names, of the shard that has it: no more than they may hold in all of them.
///
/// # Errors
/// Where that shard refuses or fails. One that does not say how many they hold there counts for none.
pub async fn claim_one<W: World, V: World>(
    world: &W,
    others: &V,
    shards: u16,
    (shard, seq): (Shard, i64),
    pull: &Pull,
) -> Result<Leased, Refused> {
    let heads = Heads { pull: pull.clone() };
    let elsewhere = Shard::all(shards).filter(|other| *other != shard);
    let asked = elsewhere.map(|other| others.ask(other, heads.clone()));
    let held: Vec<_> = join_all(asked).await.into_iter().flatten().collect();
    let pull = Pull {
        held_elsewhere: held.iter().map(|offers| offers.held).sum(),
        able: Able {
            private_elsewhere: held.iter().map(|offers| offers.held_private).sum(),
            ..pull.able.clone()
        },
        ..pull.clone()
    };
    world.ask(shard, ClaimOne { seq, pull }).await
}

/// What an agent holds in all shards, and what is kept for them beside it.
///
/// # Errors
/// Where a shard fails: what it has might be missed.
pub async fn mine<W: World>(world: &W, shards: u16, ask: &Held) -> Result<Leased, Refused> {
    let mut all = Leased {
        interactions: Vec::new(),
        open: 0,
        limited: false,
        kept: Vec::new(),
        retasked: Vec::new(),
        gates: Gates::default(),
        hands: Hands::default(),
    };
    for (_, said) in every(world, shards, ask).await {
        let here = said?;
        all.interactions.extend(here.interactions);
        all.kept.extend(here.kept);
        all.open += here.open;
        // Every shard was told the same.
        if all.retasked.is_empty() {
            all.retasked = here.retasked;
        }
    }
    all.interactions.sort_by_key(|one: &Claimed| one.rank);
    all.kept.sort_by_key(|one| one.from_ms);
    Ok(all)
}

/// What an agent holds in all shards, most urgent first, and how many interactions are open there.
///
/// # Errors
/// Where a shard fails: what it has might be missed.
pub async fn held<W: World>(
    world: &W,
    shards: u16,
    ask: &Held,
) -> Result<(Vec<Claimed>, i64), Refused> {
    let all = mine(world, shards, ask).await?;
    Ok((all.interactions, all.open))
}

/// Waits until some shard has work, or the time is over: each is asked once.
///
/// # Errors
/// Where the first that does not wait any more has failed: the others go on, but its work would not be
/// noticed, so it is for the caller to ask again a little later.
pub async fn wait<W: World>(
    world: &W,
    shards: u16,
    pull: &Pull,
    until_ms: i64,
) -> Result<(), Refused> {
    let waits = Shard::all(shards).map(|shard| {
        let wait = Wait {
            pull: pull.clone(),
            until_ms,
        };
        Box::pin(world.ask(shard, wait))
    });
    select_all(waits).await.0.map(|_| ())
}

/// A page of all interactions, newest first, and the cursor of the next page, if there is one.
///
/// # Errors
/// Where a shard fails: a page with holes would look like a whole one.
pub async fn list<W: World>(
    world: &W,
    shards: u16,
    page: &Page,
) -> Result<(Vec<Listed>, Option<String>), Refused> {
    let marks: BTreeMap<Shard, Option<i64>> = match &page.marks {
        None => Shard::all(shards).map(|shard| (shard, None)).collect(),
        Some(marks) => marks.iter().map(|(s, seq)| (*s, Some(*seq))).collect(),
    };
    let asked = marks.iter().map(|(shard, before)| {
        let mut filter = page.filter.clone();
        filter.before = *before;
        async move { (*shard, world.ask(*shard, List { filter }).await) }
    });
    let max = usize::try_from(page.filter.max).unwrap_or(usize::MAX);
    let mut lists = Vec::new();
    for (shard, said) in join_all(asked).await {
        let some = said?;
        lists.push(Queue {
            shard,
            is_full: some.len() >= max,
            mark: marks.get(&shard).copied().flatten(),
            left: some.into(),
        });
    }
    let mut merged = Vec::new();
    while merged.len() < max {
        let newest = lists
            .iter_mut()
            .filter_map(|list| Some((list.left.front()?.opened_ms, list)))
            .max_by_key(|(opened_ms, list)| (*opened_ms, list.shard));
        let Some((_, list)) = newest else { break };
        if let Some(one) = list.left.pop_front() {
            list.mark = Shard::find(one.id.as_str(), shards).map(|(_, seq)| seq);
            merged.push(one);
        }
    }
    let next: Vec<String> = lists
        .iter()
        .filter(|list| list.is_full || !list.left.is_empty())
        .map(|list| {
            // One that gave nothing yet begins at its newest again.
            let before = list.mark.unwrap_or(NEWEST);
            list.shard.interaction(before).as_str().to_owned()
        })
        .collect();
    Ok((merged, (!next.is_empty()).then(|| next.join("."))))
}

/// Above every interaction's number: below the 2^53 that a number read back may have.
const NEWEST: i64 = 1 << 52;

/// What a shard has for a page.
struct Queue {
    shard: Shard,
    /// Whether it may have more than it gave.
    is_full: bool,
    /// Below which number it goes on.
    mark: Option<i64>,
    left: VecDeque<Listed>,
}

async fn every<W: World, Q: Question>(
    world: &W,
    shards: u16,
    ask: &Q,
) -> Vec<(Shard, Result<Q::Answer, Refused>)> {
    let asked =
        Shard::all(shards).map(|shard| async move { (shard, world.ask(shard, ask.clone()).await) });
    join_all(asked).await
}

/// What was answered, unless nothing was.
fn answered<A>(said: Vec<(Shard, Result<A, Refused>)>) -> Result<Vec<(Shard, A)>, Refused> {
    let mut answers = Vec::new();
    let mut failed = None;
    for (shard, said) in said {
        match said {
            Ok(answer) => answers.push((shard, answer)),
            Err(why) => failed = Some(why),
        }
    }
    match failed {
        Some(why) if answers.is_empty() => Err(why),
        _ => Ok(answers),
    }
}
