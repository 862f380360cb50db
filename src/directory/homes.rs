//! The way of a delivery's updates to their shards: asks the directories where needed, takes a copy that
//! lies elsewhere along, and says whether all of it is durable.
//!
//! Nothing is lost at any `await`: a copy is given up by its old shard only after the new one has it, the
//! directory hears of it last, and a platform that gets no 200 sends everything again.

use super::Identity;
use super::question::Question as ToDirectory;
use super::wire::{self, Find, Found, Settled, Want};
use crate::inbox::customer::Kin;
use crate::inbox::hand_over::{GiveUp, HandOver, HasStopped};
use crate::inbox::question::Question;
use crate::inbox::shard::Shard;
use crate::inbox::take_in::TakeIn;
use crate::inbox::wire::{HandedOver, Incoming, Job, Refused};
use crate::platform::{Event, Ignored};
use crate::post::{Author, AuthorId, Platform, PostId};
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::future::Future;

/// What this way needs of the world.
pub trait World {
    /// Asks a shard.
    fn ask<Q: Question>(
        &self,
        shard: Shard,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, Refused>>;

    /// Asks a platform's directory.
    fn directory<Q: ToDirectory>(
        &self,
        platform: Platform,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, wire::Refused>>;
}

/// What came of a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Whether every update is durable.
    pub durable: bool,
    /// The acknowledgments that a shard has begun, to be sent now.
    pub jobs: Option<(Shard, Vec<Job>)>,
    /// The acknowledgments to begin and send then, by shard.
    pub acks: Vec<(Shard, Vec<i64>)>,
    /// The posts that lack something which is to be asked for now, by shard.
    pub fetches: Vec<(Shard, Vec<String>)>,
    /// What other shards are to hear of customers, by the shard that says so.
    pub kin: Vec<(Shard, Vec<Kin>)>,
}

/// Takes a delivery's updates in, and counts what it carried besides.
pub async fn take_in<W: World>(
    world: &W,
    shards: u16,
    events: Vec<Incoming>,
    ignored: BTreeMap<Ignored, u32>,
) -> Taken {
    let (mut asks, unplaced) = placed(shards, events);
    let mut errands: BTreeMap<Platform, Errand> = BTreeMap::new();
    let mut durable = true;
    for (platform, some) in by_platform(unplaced) {
        match place(world, platform, shards, some, &mut asks).await {
            Ok(errand) => {
                errands.insert(platform, errand);
            }
            Err(_) => durable = false,
        }
    }
    count(&mut asks, ignored, shards);
    // What several shards begin waits for one another, and a begun one's clock runs.
    if asks.len() == 1 {
        asks.values_mut().for_each(|ask| ask.sends = true);
    }
    let asked = asks
        .into_iter()
        .map(|(shard, ask)| async move { (shard, world.ask(shard, ask).await) });
    let (mut acks, mut fetches, mut kin) = (Vec::new(), Vec::new(), Vec::new());
    let mut jobs = None;
    for (shard, said) in join_all(asked).await {
        match said {
            Ok(taken) => {
                if !taken.jobs.is_empty() {
                    jobs = Some((shard, taken.jobs));
                }
                if !taken.acks.is_empty() {
                    acks.push((shard, taken.acks));
                }
                if !taken.fetches.is_empty() {
                    fetches.push((shard, taken.fetches));
                }
                if !taken.kin.is_empty() {
                    kin.push((shard, taken.kin));
                }
            }
            Err(_) => durable = false,
        }
    }
    if durable {
        for (platform, errand) in errands {
            durable &= settle(world, platform, errand).await.is_ok();
        }
    }
    Taken {
        durable,
        jobs,
        acks,
        fetches,
        kin,
    }
}

/// The question that each shard is asked, and the updates whose shard a directory has to say.
fn placed(shards: u16, events: Vec<Incoming>) -> (BTreeMap<Shard, TakeIn>, Vec<Incoming>) {
    let mut asks = BTreeMap::new();
    let mut unplaced = Vec::new();
    for incoming in events {
        if must_ask(incoming.platform, shards) {
            unplaced.push(incoming);
            continue;
        }
        match home(&incoming, shards) {
            Some(shard) => add(&mut asks, shard, shards, [incoming]),
            None => {
                for shard in Shard::all(shards) {
                    add(&mut asks, shard, shards, [incoming.clone()]);
                }
            }
        }
    }
    (asks, unplaced)
}

/// The shard of an update whose author is named by one id; `None` for a deletion, or an answer of ours,
/// that names nobody: every shard is asked.
fn home(incoming: &Incoming, shards: u16) -> Option<Shard> {
    let of = |id: &str| Some(Shard::of(incoming.platform, id, shards));
    let of_author = |author: &Option<AuthorId>| author.as_ref().and_then(|id| of(id.as_str()));
    match &incoming.event {
        Event::Made { post } | Event::Edited { post } => match &post.author {
            Some(author) => of(author.id.as_str()),
            // Nobody's post: its own id stands in for the author.
            None => of(post.id.as_str()),
        },
        Event::Deleted { author, .. } => of_author(author),
        Event::Answered { answer } => of_author(&answer.to),
        Event::Stop { author, .. } | Event::Start { author, .. } => of(author.as_str()),
        Event::Renamed { author } => of(author.id.as_str()),
        Event::Ignored { .. } => None,
    }
}

fn add(
    asks: &mut BTreeMap<Shard, TakeIn>,
    shard: Shard,
    shards: u16,
    some: impl IntoIterator<Item = Incoming>,
) {
    let ask = asks.entry(shard).or_insert_with(|| TakeIn {
        events: Vec::new(),
        ignored: BTreeMap::new(),
        shards,
        sends: false,
    });
    ask.events.extend(some);
}

/// What was ignored is counted by a shard that is asked anyway; only a delivery without anything else costs
/// a request of its own.
fn count(asks: &mut BTreeMap<Shard, TakeIn>, carried: BTreeMap<Ignored, u32>, shards: u16) {
    if carried.is_empty() {
        return;
    }
    if asks.is_empty()
        && let Some(first) = Shard::all(1).next()
    {
        add(asks, first, shards, []);
    }
    if let Some(ask) = asks.values_mut().next() {
        ask.ignored = carried;
    }
}

fn by_platform(unplaced: Vec<Incoming>) -> BTreeMap<Platform, Vec<Incoming>> {
    let mut by: BTreeMap<Platform, Vec<Incoming>> = BTreeMap::new();
    for incoming in unplaced {
        by.entry(incoming.platform).or_default().push(incoming);
    }
    by
}

/// What is still to be done once the shards have everything.
#[derive(Default)]
struct Errand {
    /// Posts that moved: from which shard to which.
    moved: Vec<(PostId, Shard, Shard)>,
    joined: Vec<AuthorId>,
}

/// A step on the way failed: the delivery is not durable, and comes again.
struct Failed;

/// Finds the home of each update of a platform and adds it to the question that its shard is asked.
async fn place<W: World>(
    world: &W,
    platform: Platform,
    shards: u16,
    some: Vec<Incoming>,
    asks: &mut BTreeMap<Shard, TakeIn>,
) -> Result<Errand, Failed> {
    let find = Find {
        platform,
        shards,
        wants: some.iter().map(|incoming| want(&incoming.event)).collect(),
    };
    let found = world.directory(platform, find).await.map_err(|_| Failed)?;
    if found.len() != some.len() {
        return Err(Failed);
    }
    let mut errand = Errand::default();
    for (mut incoming, found) in some.into_iter().zip(found) {
        known_as(&mut incoming.event, &found);
        let mut home = found.home;
        let mut before = Vec::new();
        if let (Some(from), Some(post)) = (found.from, want(&incoming.event).post) {
            match hand_over(world, from, &incoming, post.clone()).await? {
                Handed::Stays => home = from,
                Handed::Goes(copy) => {
                    before.extend(copy.map(|copy| *copy));
                    errand.moved.push((post, from, home));
                }
            }
        }
        for other in found.joined {
            before
                .extend(stop_of(world, platform, shards, &other, &found.author, &incoming).await?);
            errand.joined.push(other);
        }
        if let Event::Deleted { post, .. } = &incoming.event {
            for other in found.others {
                let shard = Shard::of(platform, other.as_str(), shards);
                let event = Event::Deleted {
                    post: post.clone(),
                    author: Some(other),
                };
                let incoming = Incoming {
                    event,
                    ..incoming.clone()
                };
                if shard != home {
                    add(asks, shard, shards, [incoming]);
                }
            }
        }
        add(asks, home, shards, before.into_iter().chain([incoming]));
    }
    Ok(errand)
}

/// What a directory must know of an event.
fn want(event: &Event) -> Want {
    let ids = |author: &Author| {
        let mut ids = vec![author.id.clone()];
        ids.extend(author.aliases.iter().cloned());
        ids
    };
    match event {
        Event::Made { post } | Event::Edited { post } => Want {
            post: Some(post.id.clone()),
            authors: post.author.as_ref().map(ids).unwrap_or_default(),
        },
        Event::Deleted { post, author } => Want {
            post: Some(post.clone()),
            authors: author.iter().cloned().collect(),
        },
        Event::Stop { author, .. } | Event::Start { author, .. } => Want {
            post: None,
            authors: vec![author.clone()],
        },
        Event::Renamed { author } => Want {
            post: None,
            authors: ids(author),
        },
        // The answer's own id is no post of a customer's: the post that it answers is asked for.
        Event::Answered { answer } => Want {
            post: answer.parent.clone(),
            authors: answer.to.iter().cloned().collect(),
        },
        Event::Ignored { .. } => Want {
            post: None,
            authors: Vec::new(),
        },
    }
}

/// Writes the id that an author is known by into what names them by another.
fn known_as(event: &mut Event, found: &Found) {
    let Some(known) = &found.author else {
        return;
    };
    let rename = |author: &mut Author| {
        if author.id != *known {
            author.aliases.retain(|alias| alias != known);
            let other = std::mem::replace(&mut author.id, known.clone());
            author.aliases.push(other);
        }
    };
    match event {
        Event::Made { post } | Event::Edited { post } => {
            if let Some(author) = &mut post.author {
                rename(author);
            }
        }
        Event::Renamed { author } => rename(author),
        Event::Deleted { author, .. } => {
            if let Some(author) = author {
                *author = known.clone();
            }
        }
        Event::Stop { author, .. } | Event::Start { author, .. } => *author = known.clone(),
        Event::Answered { answer } => {
            if let Some(to) = &mut answer.to {
                *to = known.clone();
            }
        }
        Event::Ignored { .. } => {}
    }
}

enum Handed {
    /// An agent has it in hand there: the update goes where the post lies.
    Stays,
    /// It goes along, if there is anything to take.
    Goes(Option<Box<Incoming>>),
}

async fn hand_over<W: World>(
    world: &W,
    from: Shard,
    incoming: &Incoming,
    post: PostId,
) -> Result<Handed, Failed> {
    let ask = HandOver {
        platform: incoming.platform,
        post: post.clone(),
    };
    Ok(match world.ask(from, ask).await.map_err(|_| Failed)? {
        HandedOver::Stays => Handed::Stays,
        HandedOver::Nothing => Handed::Goes(None),
        HandedOver::Copy(copy) => Handed::Goes(Some(copy)),
        HandedOver::Deleted => Handed::Goes(Some(Box::new(Incoming {
            source: incoming.source.clone(),
            platform: incoming.platform,
            event: Event::Deleted { post, author: None },
            triage: None,
        }))),
    })
}

/// The stop that an author said while taken for another.
async fn stop_of<W: World>(
    world: &W,
    platform: Platform,
    shards: u16,
    other: &AuthorId,
    known: &Option<AuthorId>,
    incoming: &Incoming,
) -> Result<Option<Incoming>, Failed> {
    let Some(author) = known.clone() else {
        return Ok(None);
    };
    let ask = HasStopped {
        platform,
        author: other.clone(),
    };
    let shard = Shard::of(platform, other.as_str(), shards);
    let stopped_ms = world.ask(shard, ask).await.map_err(|_| Failed)?;
    Ok(stopped_ms.map(|at_ms| Incoming {
        source: incoming.source.clone(),
        platform,
        event: Event::Stop {
            author,
            at_ms: Some(at_ms),
        },
        triage: None,
    }))
}

/// Everything lies in its new shard: the old ones give it up, and the directory hears of it.
async fn settle<W: World>(world: &W, platform: Platform, errand: Errand) -> Result<(), Failed> {
    if errand.moved.is_empty() && errand.joined.is_empty() {
        return Ok(());
    }
    for (post, from, _) in &errand.moved {
        let ask = GiveUp {
            platform,
            post: post.clone(),
        };
        world.ask(*from, ask).await.map_err(|_| Failed)?;
    }
    let ask = Settled {
        moved: errand
            .moved
            .into_iter()
            .map(|(post, _, home)| (post, home))
            .collect(),
        joined: errand.joined,
    };
    world.directory(platform, ask).await.map_err(|_| Failed)?;
    Ok(())
}

/// Whether a platform's updates must be placed by its directory in a queue of so many shards.
pub fn must_ask(platform: Platform, shards: u16) -> bool {
    shards > 1 && platform.profile().identity != Identity::Certain
}
