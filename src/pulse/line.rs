//! A supervisor's public line about an incident, and the word that it is over.
//!
//! It is kept here, and told to every shard, which says it ([`crate::inbox::line`]). A shard that was not told uses the
//! ordinary note; saying the same once more tells all of them again, and changes nothing else.

use super::kept::{find, public, put};
use super::memory::Memory;
use super::question::{Desk, Question};
use super::wire::{Changed, Line, Refused, State};
use crate::deeds::{self, Deed};
use crate::scope::Scope;
use crate::sql::Sql;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A supervisor says what members are told, or that it is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetLine {
    /// What the supervisor may see.
    #[serde(default)]
    pub scope: Scope,
    /// Which incident.
    pub number: i64,
    /// What is said, by language; nothing: the text stays, and only its time changes.
    pub text: BTreeMap<String, String>,
    /// From when on it is not said.
    pub until_ms: i64,
    /// Whether it is the word that all is over.
    #[serde(default)]
    pub over: bool,
    /// Whether it is only looked what would be.
    #[serde(default)]
    pub dry_run: bool,
    /// What it is in the log of deeds.
    pub deed: Deed,
}

impl Question for SetLine {
    const NAME: &'static str = "SetLine";
    type Answer = Changed;

    /// A line is a confirmed incident's; the word that it is over is one's that was closed.
    fn answer<S: Sql>(self, desk: &Desk<'_, S>, memory: &mut Memory) -> Result<Changed, Refused> {
        let (mut brief, cell) = find(desk, memory, &self.scope, self.number)?;
        let wanted = match self.over {
            true => State::Closed,
            false => State::Confirmed,
        };
        if brief.state != wanted {
            return Err(Refused::LineOf(brief.state));
        }
        let before = brief.line.take();
        let text = match (self.text.is_empty(), &before) {
            (true, Some(line)) => line.text.clone(),
            (true, None) => return Err(Refused::NoLine),
            (false, _) => self.text,
        };
        let is_same = |line: &&Line| line.text == text && line.over == self.over;
        let version = match (before.as_ref().filter(is_same), &before) {
            (Some(same), _) => same.version,
            (None, Some(other)) => other.version.saturating_add(1),
            (None, None) => 1,
        };
        brief.line = Some(Line {
            text,
            version,
            serial: before
                .as_ref()
                .map_or(1, |line| line.serial.saturating_add(1)),
            until_ms: self.until_ms,
            by: self.deed.by.clone(),
            over: self.over,
        });
        let hear = public(self.number, &cell, &brief).into_iter().collect();
        if !self.dry_run {
            let mut deed = self.deed;
            deed.workgroup = Some(brief.workgroup.clone());
            deeds::keep(desk.sql, &deed, desk.config.limits.audit_days)?;
            put(desk, memory, self.number, &cell, &brief)?;
        }
        Ok(Changed { brief, hear })
    }
}
