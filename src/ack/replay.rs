//! Decisions made again: what would have been said to posts that are stored, by other settings.
//!
//! A pure function of the stored posts in their order and of a configuration. What a decision remembers of those before
//! it (the interaction's note, the cooldown, the ceiling, the words said lately) is what the replay itself has said, so
//! another cooldown changes what comes after it too. What cannot be known again is taken as follows:
//!
//! - a pause, a stop, a dead credential and a person in conversation: as stored where they were the reason, else none;
//! - the queue's pace and how promises were kept, surges and public lines of incidents: none, so no wait is told;
//! - what happened to a note after it was decided (withdrawn, refused, kept out by a late send): nothing.
//!
//! So a replay is held against a replay by the settings of today, never against what was said.

use super::ceiling::{HOUR_MS, MINUTE_MS, WAIT_MS};
use super::decide;
use super::scene::{Exchange, Memory, Scene, Standing, Thing};
use crate::config::{Ceiling, Config, Mode, Source};
use crate::judgement::{Level, Triage};
use crate::post::{AuthorId, InteractionId, Post, SourceId};
use crate::voice::occasion::Lately;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many of its sentences a source remembers.
const REMEMBERED: usize = 400;

/// A post whose decision is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// When it came in: epoch milliseconds.
    pub at_ms: i64,
    /// In which interaction it is.
    pub interaction: InteractionId,
    /// To which source it came.
    pub source: SourceId,
    /// The post.
    pub post: Post,
    /// Its judgement.
    pub triage: Triage,
    /// What was decided: `planned`, or why not.
    pub decided: String,
    /// What was said, or would have been.
    #[serde(default)]
    pub text: Option<String>,
    /// When the source last said something to its author before the first post that is replayed.
    #[serde(default)]
    pub last_ms: Option<i64>,
}

/// What a decision comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether it would leave: the source is live, and something would be said.
    pub sent: bool,
    /// `planned`, or why not.
    pub why: String,
    /// What would be said; by a source in `dry_run` to nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In which language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// What was said so far.
#[derive(Default)]
struct Past {
    /// In an interaction: the most that it was said for, and its place in time.
    told: BTreeMap<InteractionId, (Thing, i64)>,
    /// To an author by a source: when last, and with which sentences.
    authors: BTreeMap<(SourceId, AuthorId), (i64, Vec<u64>)>,
    /// By a source: places in time, and whether for an emergency.
    places: BTreeMap<SourceId, Vec<(i64, bool)>>,
    /// By a source: its sentences.
    said: BTreeMap<SourceId, Vec<u64>>,
}

/// What the replay knows where the queue would ask its storage.
struct Remembered<'a> {
    past: &'a Past,
    source: &'a Source,
    ceiling: Ceiling,
    paused: bool,
    now_ms: i64,
}

impl Remembered<'_> {
    /// When a note for that thing may leave.
    fn place(&self, thing: Thing) -> i64 {
        let all = self.past.places.get(&self.source.id);
        let counted = || {
            let all = all.into_iter().flatten().rev();
            all.filter(move |(_, emergency)| thing == Thing::Plea || *emergency)
                .map(|(at_ms, _)| *at_ms)
        };
        let bounds = [self.ceiling.per_minute, self.ceiling.per_hour];
        let next = bounds
            .into_iter()
            .zip([MINUTE_MS, HOUR_MS])
            .filter_map(|(most, window)| {
                let back = usize::try_from(most).ok()?.checked_sub(1)?;
                Some(counted().nth(back)? + window)
            });
        next.max().unwrap_or(self.now_ms).max(self.now_ms)
    }
}

impl Memory for Remembered<'_> {
    fn is_paused(&self) -> bool {
        self.paused
    }

    fn is_full(&self, level: Level) -> bool {
        self.place(Thing::of(level)) - self.now_ms > WAIT_MS
    }

    fn lately(&self, author: Option<&AuthorId>) -> Lately {
        let theirs = author.and_then(|author| {
            let key = (self.source.id.clone(), author.clone());
            self.past.authors.get(&key)
        });
        Lately {
            source: self
                .past
                .said
                .get(&self.source.id)
                .cloned()
                .unwrap_or_default(),
            author: theirs.map(|(_, used)| used.clone()).unwrap_or_default(),
            thread: 0,
        }
    }
}

/// What would be said to each of these, oldest first, by `config`. `share` gives what falls to their shard of a source's
/// ceiling.
pub fn replay(config: &Config, all: &[Stored], share: impl Fn(u32) -> u32) -> Vec<Verdict> {
    let mut past = Past::default();
    all.iter()
        .map(|one| decided(config, one, &share, &mut past))
        .collect()
}

fn decided(config: &Config, one: &Stored, share: &impl Fn(u32) -> u32, past: &mut Past) -> Verdict {
    let not = |why: &str| Verdict {
        sent: false,
        why: why.to_owned(),
        text: None,
        lang: None,
    };
    let Some(source) = config.source(&one.source) else {
        return not("no_source");
    };
    let was = |why: &str| one.decided == why;
    let author = one.post.author.as_ref().map(|author| author.id.clone());
    let key = author.map(|author| (source.id.clone(), author));
    let before = key.as_ref().and_then(|key| past.authors.get(key));
    let standing = Standing {
        acknowledged: past.told.get(&one.interaction).map(|(thing, _)| *thing),
        last_ms: before.map(|(at_ms, _)| *at_ms).max(one.last_ms),
        stopped: was("stopped"),
        exchange: match was("in_exchange") {
            true => Exchange::Live,
            false => Exchange::None,
        },
        placed: false,
        credential_dead: was("credential_dead"),
    };
    let memory = Remembered {
        past: &*past,
        source,
        ceiling: Ceiling {
            per_minute: share(source.ceiling.per_minute),
            per_hour: share(source.ceiling.per_hour),
        },
        paused: was("paused"),
        now_ms: one.at_ms,
    };
    let scene = Scene {
        config,
        source,
        standing,
        memory: &memory,
        now_ms: one.at_ms,
    };
    let said = match decide(&one.post, &one.triage, &scene) {
        Ok(said) => said,
        Err(why) => return not(why.as_str()),
    };
    let place = memory.place(said.thing);
    let calmer = past
        .told
        .insert(one.interaction.clone(), (said.thing, place));
    let places = past.places.entry(source.id.clone()).or_default();
    // A calmer note that still waits leaves its place to the emergency's.
    if let Some((thing, at_ms)) = calmer.filter(|(_, at_ms)| *at_ms > one.at_ms) {
        let waits = (at_ms, thing == Thing::Emergency);
        if let Some(at) = places.iter().position(|one| *one == waits) {
            places.remove(at);
        }
    }
    places.push((place, said.thing == Thing::Emergency));
    places.sort_unstable();
    let used = past.said.entry(source.id.clone()).or_default();
    used.extend(&said.words.used);
    let over = used.len().saturating_sub(REMEMBERED);
    used.drain(..over);
    if let Some(key) = key {
        let (at_ms, used) = past.authors.entry(key).or_default();
        *at_ms = one.at_ms;
        used.extend(&said.words.used);
    }
    Verdict {
        sent: source.mode == Mode::Live,
        why: "planned".to_owned(),
        text: Some(said.words.text),
        lang: Some(said.words.lang.to_string()),
    }
}
