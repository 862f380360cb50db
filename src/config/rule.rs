//! One rule of `[[route]]`: what it is for, and where that goes.

use crate::judgement::{Danger, Kind, Situation, Triage};
use crate::post::{SourceId, Workgroup};
use std::collections::BTreeSet;

/// A rule: what it is for, and where that goes. A list that is empty asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// What it is: one of these.
    pub kinds: Vec<Kind>,
    /// What happened: one of these.
    pub situations: Vec<Situation>,
    /// In which language: one of these.
    pub languages: Vec<String>,
    /// Where: one of these.
    pub sources: Vec<SourceId>,
    /// What endangers somebody: one of these.
    pub dangers: Vec<Danger>,
    /// Whether any danger will do.
    pub any_danger: bool,
    /// Who serves it; `None`: the source's workgroup.
    pub workgroup: Option<Workgroup>,
    /// What one must be able to do, as [`needed`] writes it.
    pub skills: Option<String>,
    /// For how long nobody else is offered it, in milliseconds; `None`: for good.
    pub relax_ms: Option<i64>,
}

/// Needed skills as they are stored and compared: each once, in order, a plus between.
pub fn needed<'a>(skills: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let skills: BTreeSet<&str> = skills.into_iter().collect();
    (!skills.is_empty()).then(|| skills.into_iter().collect::<Vec<_>>().join("+"))
}

/// Whether who has these skills has all that is needed.
pub fn has(skills: &[String], needed: &str) -> bool {
    needed
        .split('+')
        .all(|one| skills.iter().any(|skill| skill == one))
}

impl Rule {
    /// Whether it is for a post with that source.
    pub fn fits(&self, source: &SourceId, triage: &Triage) -> bool {
        let asks_danger = self.any_danger || !self.dangers.is_empty();
        let in_danger = triage
            .danger
            .is_some_and(|danger| self.any_danger || self.dangers.contains(&danger));
        (self.kinds.is_empty() || self.kinds.contains(&triage.kind))
            && (self.sources.is_empty() || self.sources.contains(source))
            && (self.languages.is_empty() || self.languages.contains(&triage.lang))
            && (self.situations.is_empty()
                || triage
                    .situation
                    .or(triage.likely)
                    .is_some_and(|situation| self.situations.contains(&situation)))
            && (!asks_danger || in_danger)
    }
}

/// Whether that can be a skill's name: what a rule and an agent's settings write alike.
pub fn is_skill(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(plain)
}
