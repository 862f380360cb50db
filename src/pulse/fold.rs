//! What an isolate saw since it last told the object: folded by source, minute and cell.
//!
//! It waits for nothing and fails nothing: what an isolate saw in its last seconds dies with it, and the counts are a
//! little short. A post that comes again counts its author once anyway.

use super::alike::{Print, number};
use super::detect::MOST_CELLS;
use super::terms::MOST;
use super::who::MonthKey;
use super::wire::{CellSeen, Folded, Sighting, Tell};
use crate::inbox::rows::ledger_id;
use crate::inbox::wire::Incoming;
use crate::judgement::{Kind, Level, Triage};
use crate::platform::Event;
use crate::post::{Post, SourceId};
use std::collections::{BTreeMap, BTreeSet};

/// How often an isolate tells at most, in milliseconds: a crowd is found in minutes, so seconds are soon enough.
pub const EVERY_MS: i64 = 5_000;

/// How long after its time a promise to tell is believed to be kept, in milliseconds.
const LATE_MS: i64 = 5_000;

/// The most posts of a cell and minute of which more is told than that they were.
pub const SEEN: usize = 128;

/// Older posts than this are history and no crowd of now: what a platform delivers after an outage.
const OLD_MS: i64 = 3_600_000;

/// The longest word that is told, in characters.
const WORD: usize = 24;

/// Words that platforms and people put everywhere.
const COMMON: &[&str] = &[
    "http", "https", "this", "that", "with", "have", "been", "what", "when", "your", "please",
    "there", "they", "from", "will", "would", "about", "just", "nicht", "eine", "und", "auch",
    "dass", "sind", "wird", "pour", "dans", "avec", "vous", "nous", "para", "como", "esta", "pero",
    "porque", "sono", "della", "niet", "voor",
];

/// The words of a text in their order, without links, names that are called, and anything with a digit; and the first
/// link, and the first hashtag.
struct Words<'a> {
    plain: Vec<&'a str>,
    link: Option<&'a str>,
    tag: Option<String>,
}

fn words(text: &str) -> Words<'_> {
    let mut found = Words {
        plain: Vec::new(),
        link: None,
        tag: None,
    };
    // A long text says what it is about at its beginning.
    for piece in text.split_whitespace().take(400) {
        if piece.starts_with("http://") || piece.starts_with("https://") {
            found.link = found.link.or(Some(piece));
            continue;
        }
        let is_called = piece
            .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@')
            .starts_with('@');
        let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if word.is_empty() || is_called || word.contains('@') || word.chars().any(char::is_numeric)
        {
            continue;
        }
        if piece.starts_with('#') && found.tag.is_none() && word.chars().count() <= WORD {
            found.tag = Some(word.to_lowercase());
        }
        found.plain.push(word);
    }
    found
}

/// A few words that may tell a crowd from others: hashtags and long words first, none of the author's name or our own.
fn terms(words: &Words<'_>, post: &Post, ours: &[&str]) -> Vec<String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let author = post.author.as_ref();
    let called = author.and_then(|author| author.name.as_deref()).into_iter();
    let called = called.chain(author.and_then(|author| author.handle.as_deref()));
    for name in called.chain(ours.iter().copied()) {
        let parts = name.split(|c: char| !c.is_alphanumeric());
        names.extend(
            parts
                .map(str::to_lowercase)
                .filter(|part| part.chars().count() > 1),
        );
    }
    let mut all: Vec<String> = Vec::new();
    for word in &words.plain {
        let word = word.to_lowercase();
        let length = word.chars().count();
        if (4..=WORD).contains(&length)
            && !names.contains(&word)
            && !COMMON.contains(&word.as_str())
            && !all.contains(&word)
        {
            all.push(word);
        }
    }
    all.sort_by_key(|word| {
        let is_tag = words.tag.as_ref() == Some(word);
        (!is_tag, std::cmp::Reverse(word.chars().count()))
    });
    all.truncate(MOST);
    all
}

/// What a post is counted as: what endangers somebody, what happened, or `other`; `None` for what is neither a
/// complaint nor a question.
pub fn cell(judged: &Triage) -> Option<String> {
    let counts =
        matches!(judged.kind, Kind::Complaint | Kind::Question) || judged.level >= Level::Urgent;
    if !counts || judged.kind == Kind::Spam {
        return None;
    }
    Some(match (judged.danger, judged.situation.or(judged.likely)) {
        (Some(danger), _) => format!("danger:{}", danger.as_str()),
        (None, Some(situation)) => situation.as_str().to_string(),
        (None, None) => "other".to_string(),
    })
}

/// What this isolate saw.
#[derive(Debug, Default)]
pub struct Fold {
    sources: BTreeMap<SourceId, BTreeMap<i64, Folded>>,
    key: Option<MonthKey>,
    told_ms: i64,
    promised_ms: Option<i64>,
}

impl Fold {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            sources: BTreeMap::new(),
            key: None,
            told_ms: 0,
            promised_ms: None,
        }
    }

    /// Folds what a delivery brought; after how many milliseconds the object is to be told, where nobody has promised
    /// to yet.
    pub fn note(
        &mut self,
        secret: &[u8],
        ours: &[&str],
        events: &[Incoming],
        now_ms: i64,
    ) -> Option<i64> {
        for incoming in events {
            self.add(secret, ours, incoming, now_ms);
        }
        let is_kept = self
            .promised_ms
            .is_some_and(|promised| now_ms <= promised + LATE_MS);
        if self.sources.is_empty() || is_kept {
            return None;
        }
        let at_ms = now_ms.max(self.told_ms + EVERY_MS);
        self.promised_ms = Some(at_ms);
        Some(at_ms - now_ms)
    }

    fn add(&mut self, secret: &[u8], ours: &[&str], incoming: &Incoming, now_ms: i64) {
        let (Event::Made { post }, Some(judged)) = (&incoming.event, &incoming.triage) else {
            return;
        };
        let (Some(author), Some(cell)) = (&post.author, cell(judged)) else {
            return;
        };
        // A wrong clock of a platform's tells nothing of tomorrow.
        let at_ms = post.created_ms.min(now_ms);
        if author.bot || author.staff || post.automatic || now_ms - at_ms > OLD_MS {
            return;
        }
        let key = match self.key.take() {
            Some(key) if key.is_of(now_ms) => key,
            _ => MonthKey::of(secret, now_ms),
        };
        let who = key.who(incoming.platform, author.id.as_str());
        let said = words(&post.text);
        let seed = key.seed();
        let sighting = Sighting {
            who,
            post: ledger_id(incoming.platform, &post.id),
            platform: incoming.platform,
            at_ms,
            lang: judged.lang.clone(),
            terms: terms(&said, post, ours),
            print: Print::of(seed, &said.plain),
            link: said.link.map(|link| number(seed, link)),
            followers: author.followers,
            emergency: judged.level == Level::Emergency,
        };
        self.key = Some(key);
        let minute = at_ms.div_euclid(60_000);
        let minutes = self.sources.entry(incoming.source.clone()).or_default();
        let folded = minutes.entry(minute).or_insert_with(|| Folded {
            minute,
            ..Folded::default()
        });
        folded.people.add(who);
        let ours = |tag: &str| {
            ours.iter()
                .any(|our| our.to_lowercase().trim_start_matches('@') == tag)
        };
        let place = said
            .tag
            .filter(|tag| !ours(tag))
            .map(|tag| format!("{cell}@{tag}"));
        let seen = |folded: &mut Folded, cell: &str| {
            if folded.cells.len() >= MOST_CELLS && !folded.cells.contains_key(cell) {
                return None;
            }
            let seen = folded.cells.entry(cell.to_string()).or_default();
            seen.people.add(who);
            Some(seen.seen.len())
        };
        if let Some(place) = &place {
            seen(folded, place);
        }
        if seen(folded, &cell).is_some_and(|n| n < SEEN)
            && let Some(kept) = folded.cells.get_mut(&cell)
            && !kept.seen.iter().any(|one| one.post == sighting.post)
        {
            kept.seen.push(sighting);
        }
    }

    /// What is to be told now.
    pub fn take(&mut self, now_ms: i64) -> Tell {
        (self.told_ms, self.promised_ms) = (now_ms, None);
        let sources = std::mem::take(&mut self.sources);
        Tell {
            sources: sources
                .into_iter()
                .map(|(source, minutes)| (source, minutes.into_values().collect()))
                .collect(),
        }
    }
}

impl CellSeen {
    /// Adds what another isolate saw.
    pub fn merge(&mut self, other: &Self) {
        self.people.merge(&other.people);
        for sighting in &other.seen {
            if self.seen.len() < SEEN && !self.seen.iter().any(|one| one.post == sighting.post) {
                self.seen.push(sighting.clone());
            }
        }
    }
}

impl Folded {
    /// Adds what another isolate saw of the same minute.
    pub fn merge(&mut self, other: &Self) {
        self.people.merge(&other.people);
        for (cell, seen) in &other.cells {
            if self.cells.len() < MOST_CELLS || self.cells.contains_key(cell) {
                self.cells.entry(cell.clone()).or_default().merge(seen);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::{Author, Platform, PostId, PostKind};
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

    #[test]
    fn a_post_becomes_a_count_and_a_few_words_of_nobodys_name() {
        let mut fold = Fold::new();
        let events = [
            incoming("1", "a", STUCK),
            incoming("2", "a", STUCK),
            incoming("1", "a", STUCK),
        ];
        assert_eq!(fold.note(b"k", &["@NorthlineRail"], &events, NOW), Some(0));
        assert_eq!(
            fold.note(b"k", &[], &events, NOW),
            None,
            "somebody promised already"
        );
        let told = fold.take(NOW);
        let folded = &told.sources[&SourceId::new("x")][0];
        assert_eq!(folded.people.count(), 1);
        let (cell, seen) = folded
            .cells
            .iter()
            .find(|(cell, _)| !cell.contains('@'))
            .unwrap();
        assert_eq!((seen.people.count(), seen.seen.len()), (1, 2));
        assert!(folded.cells.contains_key(&format!("{cell}@wokingtrain")));
        let one = &seen.seen[0];
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
        assert_eq!(fold.note(b"k", &[], &events, NOW + 1_000), Some(4_000));
    }

    #[test]
    fn what_is_old_or_nobodys_or_praise_is_not_folded() {
        let mut fold = Fold::new();
        let mut old = incoming("1", "a", STUCK);
        if let Event::Made { post } = &mut old.event {
            post.created_ms = NOW - 7_200_000;
        }
        let mut bot = incoming("2", "b", STUCK);
        if let Event::Made { post } = &mut bot.event {
            post.automatic = true;
        }
        let praise = incoming("3", "c", "Thank you so much, the crew was amazing!");
        assert_eq!(fold.note(b"k", &[], &[old, bot, praise], NOW), None);
        assert!(fold.take(NOW).sources.is_empty());
    }
}
