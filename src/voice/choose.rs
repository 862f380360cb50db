//! Which line is said: the one that tells most of what is certain, and that nobody there has just read.

use super::occasion::Lately;
use super::print::KEPT;
use super::repertoire::Line;

/// Among how many of the latest texts of a source, and of a thread, no line comes again.
const LAST: usize = 6;

/// Of `tiers`, each of lines that say equally much, the best first, the lines in the order in which they may be said: of each
/// tier those that were not said lately, the longest unsaid first; and when all were, the longest unsaid of all. Repetition
/// silences nobody.
pub fn ordered<'l>(tiers: &[Vec<Line<'l>>], lately: &Lately, seed: u64) -> Vec<Line<'l>> {
    let mut fresh: Vec<(Age, Line<'l>)> = Vec::new();
    let mut stale: Vec<(Age, Line<'l>)> = Vec::new();
    for tier in tiers {
        let from = fresh.len();
        for line in tier {
            let age = Age::of(line.print, lately, seed);
            let to = if age.lately { &mut stale } else { &mut fresh };
            to.push((age, *line));
        }
        if let Some(tier) = fresh.get_mut(from..) {
            tier.sort_unstable_by_key(|(age, _)| *age);
        }
    }
    stale.sort_unstable_by_key(|(age, _)| *age);
    fresh
        .into_iter()
        .chain(stale)
        .map(|(_, line)| line)
        .collect()
}

/// When a line was last said: what was longest unsaid is least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Age {
    /// Whether this author has read it.
    to_author: bool,
    /// Where in the source's memory it was said last; `None`: nowhere.
    last: Option<usize>,
    /// Which of equals comes first, for this post.
    lot: u64,
    /// Whether it was said too lately to be said again.
    lately: bool,
}

impl Age {
    fn of(print: u64, lately: &Lately, seed: u64) -> Self {
        let is = |said: &[u64]| said.iter().skip(1).take(2).any(|one| *one == print);
        let texts = lately.source.chunks(KEPT);
        let last = texts.clone().rposition(is);
        let to_author = lately.author.chunks(KEPT).any(is);
        let in_thread = || {
            let here = |said: &&[u64]| lately.thread != 0 && said.get(3) == Some(&lately.thread);
            texts.clone().rev().filter(here).take(LAST).any(is)
        };
        let of_source = last.is_some_and(|last| last + LAST >= texts.len());
        Self {
            to_author,
            last,
            lot: lot(seed, print),
            lately: to_author || of_source || in_thread(),
        }
    }
}

/// A number that two others make together, any bit of them changing half of its own (the finaliser of `splitmix64`).
fn lot(a: u64, b: u64) -> u64 {
    let mut x = a ^ b.rotate_left(32);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::super::repertoire::Section;
    use super::*;

    fn lines(texts: &[&'static str]) -> Vec<Line<'static>> {
        let read = |text: &&'static str| Line::read(Section::Plain, text);
        texts.iter().map(read).collect()
    }

    fn first(lines: &[Line<'static>], lately: &Lately, seed: u64) -> u64 {
        ordered(&[lines.to_vec()], lately, seed)[0].print
    }

    #[test]
    fn nothing_is_said_again_before_all_else_was() {
        let lines = lines(&["a", "b", "c", "d", "e", "f", "g", "h"]);
        let mut lately = Lately::default();
        let mut said = Vec::new();
        for seed in 0..80 {
            let print = first(&lines, &lately, seed);
            lately.source.extend([0, print, 0, 0]);
            said.push(print);
        }
        for (at, print) in said.iter().enumerate() {
            let before = &said[at.saturating_sub(7)..at];
            assert!(!before.contains(print), "{at}");
        }
    }

    #[test]
    fn few_lines_are_said_again_rather_than_nothing() {
        let lines = lines(&["a", "b"]);
        let mut lately = Lately::default();
        let mut last = 0;
        for seed in 0..9 {
            let print = first(&lines, &lately, seed);
            assert_ne!(print, last);
            last = print;
            lately.source.extend([0, print, 0, 0]);
        }
    }

    #[test]
    fn an_author_and_a_thread_never_read_the_same_line() {
        let lines = lines(&["a", "b"]);
        let print = lines[0].print;
        let author = Lately {
            author: vec![0, print, 0, 0],
            ..Lately::default()
        };
        let mut thread = Lately {
            source: vec![0, print, 0, 7],
            thread: 7,
            ..Lately::default()
        };
        // Long ago for the source, the last one here.
        thread.source.extend([1, 2, 3, 4].repeat(40));
        for seed in 0..20 {
            assert_eq!(first(&lines, &author, seed), lines[1].print);
            assert_eq!(first(&lines, &thread, seed), lines[1].print);
        }
        let either = (0..20).map(|seed| first(&lines, &Lately::default(), seed));
        assert!(either.collect::<std::collections::BTreeSet<_>>().len() == 2);
    }
}
