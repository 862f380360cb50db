//! Crowds and brigades, laid over a copy of a source.

use super::chance::poisson;
use super::life::Life;
use crate::cell::{TOTAL, parent};
use crate::lab::random::Random;

/// How long is waited for a crowd to be found, in minutes.
const WAITED: i64 = 45;

/// How many of a crowd name the word that it is of.
const NAME: f32 = 0.7;

/// A crowd.
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    /// How many people.
    pub people: u32,
    /// In how many minutes.
    pub over: i64,
    /// Of what.
    pub cell: usize,
    /// The word that most of them name: a place.
    pub word: Option<u32>,
    /// Whether it is arranged: one text, one link.
    pub arranged: bool,
}

/// After how many minutes a crowd that begins now is found, if it is.
pub fn found(life: &Life, now: i64, crowd: Crowd) -> Option<i64> {
    let mut life = life.clone();
    let mut random = Random::at(&[life.source.random.number(), 0xc0]);
    let known: Vec<String> = life.memory.watch.signs.keys().cloned().collect();
    let text: Vec<u32> = (0..18).map(|_| random.below(600) as u32).collect();
    let mut left = crowd.people;
    for minute in now..now + WAITED {
        let per = f64::from(crowd.people) / crowd.over as f64;
        let came = if minute < now + crowd.over - 1 {
            poisson(&mut random, per).min(left)
        } else {
            left
        };
        left -= came;
        for _ in 0..came {
            let mut wrote = life.source.writes(minute, crowd.cell);
            if let Some(word) = crowd.word.filter(|_| random.chance(NAME)) {
                wrote.words.push(word);
            }
            if crowd.arranged {
                life.arranged.insert(wrote.who, text.clone());
            }
            life.source.send(minute, wrote);
        }
        let alarms = life.pass(minute, true);
        let word = crowd.word.map(|word| format!("@w{word}"));
        let is_it = |cell: &str| {
            cell == TOTAL
                || parent(cell) == format!("s{}", crowd.cell)
                || word.as_ref().is_some_and(|word| cell.ends_with(word))
        };
        let is_new = |cell: &String| is_it(cell) && !known.contains(cell);
        if alarms.iter().any(|alarm| is_new(&alarm.cell)) {
            return Some(minute - now + 1);
        }
    }
    None
}
