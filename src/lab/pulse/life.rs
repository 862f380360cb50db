//! A source's life, minute by minute, and what the object remembers of it.

use super::world::{Asked, DAY, Source, Wrote};
use crate::post::Platform;
use crate::pulse::alike::Print;
use crate::pulse::detect::{Alarm, KEPT_MIN};
use crate::pulse::memory::{self, SEEN_MIN};
use crate::pulse::who::Who;
use crate::pulse::wire::{Folded, Sighting};
use std::collections::BTreeMap;

/// A source, and what the object remembers of it.
#[derive(Clone, Debug)]
pub struct Life {
    /// Who writes.
    pub source: Source,
    /// What is remembered.
    pub memory: memory::Source,
    /// Who writes an arranged text.
    pub arranged: BTreeMap<Who, Vec<u32>>,
    names: Vec<String>,
    cells: Vec<String>,
    posts: u64,
}

impl Life {
    /// A source that begins.
    pub fn of(asked: Asked) -> Self {
        Self {
            source: Source::of(asked),
            memory: memory::Source::default(),
            arranged: BTreeMap::new(),
            names: Vec::new(),
            cells: (0..asked.situations)
                .map(|cell| format!("s{cell}"))
                .collect(),
            posts: 0,
        }
    }

    fn name(&mut self, word: u32) -> String {
        let at = word as usize;
        while self.names.len() <= at {
            self.names.push(format!("w{}", self.names.len()));
        }
        self.names.get(at).cloned().unwrap_or_default()
    }

    /// Folds posts as an isolate does.
    fn fold(&mut self, wrote: Vec<Wrote>) -> BTreeMap<i64, Folded> {
        let mut minutes: BTreeMap<i64, Folded> = BTreeMap::new();
        for one in wrote {
            let cell = self.cells.get(one.cell).cloned().unwrap_or_default();
            self.posts += 1;
            let mut sighting = Sighting {
                who: one.who,
                post: self.posts.to_string(),
                platform: Platform::X,
                at_ms: one.minute * 60_000,
                lang: String::new(),
                terms: one.words.iter().map(|word| self.name(*word)).collect(),
                print: Print::default(),
                link: None,
                followers: None,
                emergency: false,
                mark: 0,
                under: None,
            };
            if let Some(text) = self.arranged.get(&one.who) {
                arrange(&mut sighting, text);
            }
            let tag = one.tag.map(|tag| format!("{cell}@{}", self.name(tag)));
            let folded = minutes.entry(one.minute).or_insert_with(|| Folded {
                minute: one.minute,
                ..Folded::default()
            });
            folded.people.add(one.who);
            if let Some(tag) = tag {
                folded.cells.entry(tag).or_default().people.add(one.who);
            }
            let seen = folded.cells.entry(cell).or_default();
            seen.people.add(one.who);
            seen.seen.push(sighting);
        }
        minutes
    }

    /// A minute passes: what arrives is taken in, and looked at.
    pub fn pass(&mut self, now: i64, look: bool) -> Vec<Alarm> {
        let wrote = self.source.arrives(now);
        for folded in self.fold(wrote).into_values() {
            self.memory.take(&folded, now);
        }
        if now.rem_euclid(15) == 0 {
            self.memory.retire(now - KEPT_MIN, now - SEEN_MIN);
            self.memory.words.age(now.div_euclid(DAY));
        }
        if look {
            self.memory.look(now)
        } else {
            self.memory.watch.settle(now);
            Vec::new()
        }
    }
}

/// What a brigade's post looks like: one text and one link.
fn arrange(sighting: &mut Sighting, text: &[u32]) {
    let words: Vec<String> = text.iter().map(|word| format!("w{word}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    sighting.print = Print::of(3, &words);
    sighting.link = Some(77);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::pulse::world::World;

    fn asked(world: World) -> Asked {
        Asked {
            per_hour: 4.0,
            situations: 12,
            crowds: 6,
            seed: 5,
            world,
        }
    }

    /// Some days are quick enough for every build: the same again, and with what the world says of it.
    #[test]
    fn a_life_is_the_same_again() {
        for world in World::ALL {
            let (mut one, mut two) = (Life::of(asked(world)), Life::of(asked(world)));
            for now in 0..2 * DAY {
                assert_eq!(one.pass(now, false), two.pass(now, false));
            }
            assert_eq!(one.memory.recent, two.memory.recent);
            assert!(one.posts > 40 && one.posts == two.posts, "{}", one.posts);
        }
    }
}
