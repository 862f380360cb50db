//! The tiers of customers (`[[tiers]]`): names that a CRM may give, and what each does to a deadline.

use super::table::{Reader, Table};
use crate::judgement::Level;
use serde_json::Value;

/// The most tiers: a brand has a handful.
const MOST: usize = 20;

/// The least and the most that a deadline is changed by, in percent: a tenth, and four times.
const PERCENT: std::ops::RangeInclusive<u32> = 10..=400;

/// A tier of customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// How much of the usual time a person may take to answer, in percent.
    pub percent: u32,
}

/// How much of the usual time a person may take. An emergency never waits longer, whoever it is.
pub fn percent_of(tiers: &[Tier], tier: Option<&str>, level: Level) -> u32 {
    let known = tier.and_then(|name| tiers.iter().find(|one| one.name == name));
    let percent = known.map_or(100, |one| one.percent);
    match level {
        Level::Emergency => percent.min(100),
        Level::Urgent | Level::Routine | Level::Idle => percent,
    }
}

impl Reader<'_> {
    /// The tiers; those with mistakes are left out.
    pub(super) fn tiers(&mut self, table: &mut Table) -> Vec<Tier> {
        let mut tiers: Vec<Tier> = Vec::new();
        for mut t in self.opt_tables(table, "tiers") {
            let name = self.required(&mut t, "name");
            let percent = self.percent(&mut t);
            let key = t.key.clone();
            self.finish(t);
            let (Some(name), Some(percent)) = (name, percent) else {
                continue;
            };
            if name.len() > 64 || name.chars().any(char::is_control) {
                self.problem(format!("{key}.name"), "must have at most 64 bytes");
                continue;
            }
            if tiers.iter().any(|one| one.name == name) {
                self.problem(
                    format!("{key}.name"),
                    format!("\"{name}\" is taken already"),
                );
                continue;
            }
            if tiers.len() >= MOST {
                self.problem("tiers", format!("are more than {MOST}"));
                break;
            }
            tiers.push(Tier { name, percent });
        }
        tiers
    }

    /// `deadline`, a factor, in percent.
    fn percent(&mut self, t: &mut Table) -> Option<u32> {
        let factor = match t.rest.remove("deadline") {
            None => Some(1.0),
            Some(Value::Number(number)) => number.as_f64(),
            Some(_) => None,
        };
        // Two places behind the point: a minute is not divided further.
        let percent = factor.map(|factor| (factor * 100.0).round());
        let percent = percent.filter(|percent| (0.0..=1_000.0).contains(percent));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let percent = percent.map(|percent| percent as u32);
        let percent = percent.filter(|percent| PERCENT.contains(percent));
        if percent.is_none() {
            self.problem(
                t.at("deadline"),
                "must be a factor from 0.1 to 4: 0.5 halves the time that a person may take",
            );
        }
        percent
    }
}
