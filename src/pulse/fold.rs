//! What an isolate saw since it last told the object: folded by source, minute and cell.
//!
//! It waits for nothing and fails nothing: what an isolate saw in its last seconds dies with it, and the counts are a
//! little short. A post that comes again counts its author once anyway.

use super::alike::{Print, number};
use super::detect::MOST_CELLS;
use super::merge::SEEN;
use super::who::MonthKey;
use super::wire::{Folded, Sighting, Tell};
use crate::cell::{Words, cell};
use crate::inbox::rows::ledger_id;
use crate::inbox::wire::Incoming;
use crate::judgement::Level;
use crate::platform::Event;
use crate::post::{Author, Platform, SourceId};
use std::collections::{BTreeMap, BTreeSet};

/// How often an isolate tells at most, in milliseconds: a crowd is found in minutes, so seconds are soon enough.
pub const EVERY_MS: i64 = 5_000;

/// How long after its time a promise to tell is believed to be kept, in milliseconds.
const LATE_MS: i64 = 5_000;

/// How much of a text is read, in characters: a long one says what it is about at its beginning.
const READ: usize = 1_000;

/// The most posts that wait to be folded: 400 a second. What comes past them until the object is told is not counted.
pub const WAITING: usize = 2_000;

/// The most deleted posts that wait to be told.
const GONE: usize = 2_000;

/// Older posts than this are history and no crowd of now: what a platform delivers after an outage.
const OLD_MS: i64 = 3_600_000;

/// A post that waits to be folded, in this isolate's memory for some seconds.
#[derive(Debug)]
struct Waiting {
    source: SourceId,
    platform: Platform,
    author: Author,
    /// The ledger's key of the post.
    post: String,
    text: String,
    at_ms: i64,
    cell: String,
    lang: String,
    emergency: bool,
    under: Option<String>,
}

/// What this isolate saw.
#[derive(Debug)]
pub struct Fold {
    waiting: Vec<Waiting>,
    gone: BTreeSet<String>,
    told_ms: i64,
    promised_ms: Option<i64>,
}

impl Default for Fold {
    fn default() -> Self {
        Self::new()
    }
}

impl Fold {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            waiting: Vec::new(),
            gone: BTreeSet::new(),
            told_ms: 0,
            promised_ms: None,
        }
    }

    /// Remembers what a delivery brought; after how many milliseconds the object is to be told, where nobody has promised
    /// to yet. Nothing is hashed or counted here, where a platform waits for its answer.
    pub fn note(&mut self, events: &[Incoming], now_ms: i64) -> Option<i64> {
        for incoming in events {
            self.add(incoming, now_ms);
        }
        let is_kept = self
            .promised_ms
            .is_some_and(|promised| now_ms <= promised + LATE_MS);
        if (self.waiting.is_empty() && self.gone.is_empty()) || is_kept {
            return None;
        }
        let at_ms = now_ms.max(self.told_ms + EVERY_MS);
        self.promised_ms = Some(at_ms);
        Some(at_ms - now_ms)
    }

    fn add(&mut self, incoming: &Incoming, now_ms: i64) {
        if let Event::Deleted { post, .. } = &incoming.event
            && self.gone.len() < GONE
        {
            self.gone.insert(ledger_id(incoming.platform, post));
        }
        let (Event::Made { post }, Some(judged)) = (&incoming.event, &incoming.triage) else {
            return;
        };
        let (Some(author), Some(cell)) = (&post.author, cell(judged)) else {
            return;
        };
        // A wrong clock of a platform's tells nothing of tomorrow.
        let at_ms = post.created_ms.min(now_ms);
        let is_nobodys = author.bot || author.staff || post.automatic;
        if is_nobodys || now_ms - at_ms > OLD_MS || self.waiting.len() >= WAITING {
            return;
        }
        self.waiting.push(Waiting {
            source: incoming.source.clone(),
            platform: incoming.platform,
            author: author.clone(),
            post: ledger_id(incoming.platform, &post.id),
            text: post.text.chars().take(READ).collect(),
            at_ms,
            cell,
            lang: judged.lang.clone(),
            emergency: judged.level == Level::Emergency,
            under: post
                .parent
                .as_ref()
                .map(|parent| ledger_id(incoming.platform, parent)),
        });
    }

    /// It could not be told: it is told with the next. What is told twice counts once.
    pub fn give_back(&mut self, seen: Seen) {
        let room = WAITING.saturating_sub(self.waiting.len());
        self.waiting.extend(seen.waiting.into_iter().take(room));
        self.gone.extend(seen.gone);
    }

    /// What is to be told now: the rest of it is made with a key, by [`Seen::tell`].
    pub fn take(&mut self, now_ms: i64) -> Seen {
        (self.told_ms, self.promised_ms) = (now_ms, None);
        self.waiting.retain(|one| now_ms - one.at_ms <= OLD_MS);
        Seen {
            waiting: std::mem::take(&mut self.waiting),
            gone: std::mem::take(&mut self.gone),
        }
    }
}

/// What an isolate saw since it last told.
#[derive(Debug)]
pub struct Seen {
    waiting: Vec<Waiting>,
    gone: BTreeSet<String>,
}

impl Seen {
    /// Folds it, as it is told: people as hashes by a month's key, and a few words that are nobody's name. `ours` are the
    /// handles of our own accounts.
    pub fn tell(&self, key: &MonthKey, ours: &[&str]) -> Tell {
        let mut sources: BTreeMap<SourceId, BTreeMap<i64, Folded>> = BTreeMap::new();
        for one in &self.waiting {
            let minute = one.at_ms.div_euclid(60_000);
            let minutes = sources.entry(one.source.clone()).or_default();
            let folded = minutes.entry(minute).or_insert_with(|| Folded {
                minute,
                ..Folded::default()
            });
            fold(folded, one, key, ours);
        }
        Tell {
            sources: sources
                .into_iter()
                .map(|(source, minutes)| (source, minutes.into_values().collect()))
                .collect(),
            gone: self.gone.iter().cloned().collect(),
        }
    }
}

fn fold(folded: &mut Folded, one: &Waiting, key: &MonthKey, ours: &[&str]) {
    let who = key.who(one.platform, one.author.id.as_str());
    let said = Words::of(&one.text);
    let seed = key.seed();
    folded.people.add(who);
    let is_our = |tag: &str| {
        ours.iter()
            .any(|our| our.to_lowercase().trim_start_matches('@') == tag)
    };
    let tag = said.tag.as_ref().filter(|tag| !is_our(tag));
    let place = tag.map(|tag| format!("{}@{tag}", one.cell));
    let seen = |folded: &mut Folded, cell: &str| {
        // What people make up is bounded; what happened is not displaced by it.
        let is_made_up = cell.contains('@');
        if is_made_up && folded.cells.len() >= MOST_CELLS && !folded.cells.contains_key(cell) {
            return None;
        }
        let seen = folded.cells.entry(cell.to_string()).or_default();
        seen.people.add(who);
        Some(seen.seen.len())
    };
    if let Some(place) = &place {
        seen(folded, place);
    }
    if seen(folded, &one.cell).is_some_and(|n| n < SEEN)
        && let Some(kept) = folded.cells.get_mut(&one.cell)
        && !kept.seen.iter().any(|known| known.post == one.post)
    {
        kept.seen.push(Sighting {
            who,
            post: one.post.clone(),
            platform: one.platform,
            at_ms: one.at_ms,
            lang: one.lang.clone(),
            terms: said.terms(Some(&one.author), ours),
            print: Print::of(seed, &said.plain),
            link: said.link.map(|link| number(seed, link)),
            followers: one.author.followers,
            emergency: one.emergency,
            mark: number(seed, &one.post),
            under: one.under.as_ref().map(|above| number(seed, above)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::{Author, Platform, Post, PostId, PostKind};
    use crate::triage::{Subject, triage};

    fn incoming(id: &str, author: &str, text: &str) -> Incoming {
        let post = Post {
            id: PostId::new(id),
            kind: PostKind::Mention,
            author: Some(Author {
                name: Some("Priya Woking".into()),
                ..Author::of(author)
            }),
            text: text.into(),
            quoted: None,
            media: Vec::new(),
            automatic: false,
            cut: false,
            lang: None,
            created_ms: 1_000_000_000_000,
            permalink: None,
            parent: None,
            reply_to: String::new(),
            barred: None,
            addressed: true,
            calls: Vec::new(),
            version: None,
            fetched: false,
        };
        let triage = Some(triage(&Subject {
            text,
            ..Subject::default()
        }));
        Incoming {
            source: SourceId::new("x"),
            platform: Platform::X,
            event: Event::Made { post },
            triage,
        }
    }

    const NOW: i64 = 1_000_000_010_000;
    const STUCK: &str = "@NorthlineRail stuck outside Basingstoke for 4 hours #wokingtrain no water https://t.example/a";

    fn key() -> MonthKey {
        MonthKey::made(&[7; 32], NOW)
    }

    #[test]
    fn a_post_becomes_a_count_and_a_few_words_of_nobodys_name() {
        let mut seen = Fold::new();
        let events = [
            incoming("1", "a", STUCK),
            incoming("2", "a", STUCK),
            incoming("1", "a", STUCK),
        ];
        assert_eq!(seen.note(&events, NOW), Some(0));
        assert_eq!(seen.note(&events, NOW), None, "somebody promised already");
        let told = seen.take(NOW).tell(&key(), &["@NorthlineRail"]);
        let folded = &told.sources[&SourceId::new("x")][0];
        assert_eq!(folded.people.count(), 1);
        let (cell, kept) = folded
            .cells
            .iter()
            .find(|(cell, _)| !cell.contains('@'))
            .unwrap();
        assert_eq!((kept.people.count(), kept.seen.len()), (1, 2));
        assert!(folded.cells.contains_key(&format!("{cell}@wokingtrain")));
        let one = &kept.seen[0];
        assert!(
            one.terms.contains(&"basingstoke".into()) && one.link.is_some(),
            "{one:?}"
        );
        let text = serde_json::to_string(&told).unwrap();
        for hidden in ["priya", "woking ", "northlinerail", "t.example", "4"] {
            assert!(
                !one.terms.iter().any(|term| term.contains(hidden)),
                "{text}"
            );
        }
        assert!(!text.contains("no water"));
        // The next tell waits.
        assert_eq!(seen.note(&events, NOW + 1_000), Some(4_000));
    }

    #[test]
    fn what_is_old_or_nobodys_or_praise_is_not_folded() {
        let mut seen = Fold::new();
        let mut old = incoming("1", "a", STUCK);
        if let Event::Made { post } = &mut old.event {
            post.created_ms = NOW - 7_200_000;
        }
        let mut bot = incoming("2", "b", STUCK);
        if let Event::Made { post } = &mut bot.event {
            post.automatic = true;
        }
        let praise = incoming("3", "c", "Thank you so much, the crew was amazing!");
        assert_eq!(seen.note(&[old, bot, praise], NOW), None);
        assert_eq!(seen.take(NOW).tell(&key(), &[]), Tell::default());
    }

    #[test]
    fn what_was_deleted_is_told_and_what_waits_is_bounded() {
        let mut seen = Fold::new();
        let gone = Incoming {
            event: Event::Deleted {
                post: PostId::new("9"),
                author: None,
            },
            triage: None,
            ..incoming("9", "a", STUCK)
        };
        assert_eq!(seen.note(&[gone.clone(), gone], NOW), Some(0));
        for i in 0..WAITING + 50 {
            seen.note(&[incoming(&i.to_string(), "a", STUCK)], NOW);
        }
        let seen = seen.take(NOW);
        assert_eq!(seen.waiting.len(), WAITING);
        assert_eq!(seen.tell(&key(), &[]).gone, ["x:9"]);
    }
}
